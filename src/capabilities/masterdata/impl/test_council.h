#pragma once

// A small invented council for tests: files of three sources, by rows of "key|forename|surname|birth date|sex|…".

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "db/testing.h"
#include "masterdata/load.h"
#include "masterdata/masterdata.h"
#include "masterdata/match.h"

namespace guildhall::masterdata {

class TestClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(std::string_view iso) { now_ = *parse_instant(iso); }

 private:
  Instant now_ = *parse_instant("2025-11-03T09:00:00Z");
};

class TestCouncil {
 public:
  TestCouncil() {
    migrate(*database);
    std::string name = (std::filesystem::temp_directory_path() / "guildhall_council_XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~TestCouncil() { std::filesystem::remove_all(folder); }
  TestCouncil(const TestCouncil&) = delete;
  TestCouncil& operator=(const TestCouncil&) = delete;

  LoadReport load(std::string_view source, std::string_view name, std::string_view text) {
    const auto path = folder / name;
    std::ofstream(path, std::ios::binary) << text;
    const auto report =
        masterdata::load(*database, {.source = std::string(source), .path = path, .allow_test_numbers = true}, clock);
    check(report.ok(), report.ok() ? "" : to_text(report.problems()));
    return *report;
  }

  // "key|forename|surname|birth date|sex|NHS number" a line.
  LoadReport social_care(std::string_view lines) {
    std::string csv =
        "pers_person_id,pers_forename,pers_surname,pers_dob,pers_sex,pers_common_child_id,pers_ethnicity,"
        "pers_upn_unknown\n";
    for (const std::string_view line : split(lines, '\n')) {
      if (!trimmed(line).empty()) csv += with_commas(trimmed(line)) + ",,\n";
    }
    return load("social_care", "ssd_person.csv", csv);
  }
  // "key|forename|surname|birth date|sex|UPN|former surname" a line.
  LoadReport school_census(std::string_view lines) {
    std::string csv =
        "pupilonrolltableid,forename,surname,dob,sex,upn,formersurname,NativeId,middlenames,ncyearactual\n";
    for (const std::string_view line : split(lines, '\n')) {
      if (!trimmed(line).empty()) csv += with_commas(trimmed(line)) + ",8852001,,\n";
    }
    return load("education", "pupilonroll.csv", csv);
  }
  // "key|birth number|forename|surname|birth date|gender" a line: patients whose NHS number is verified.
  LoadReport nhs(std::string_view lines, std::string_view label = "U") {
    std::string json;
    for (const std::string_view line : split(lines, '\n')) {
      if (trimmed(line).empty()) continue;
      const auto part = split(trimmed(line), '|');
      json +=
          R"({"resourceType":"Patient","id":")" + std::string(part[0]) + R"(","meta":{"security":[{"code":")" +
          std::string(label) + R"("}]},"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":")" +
          std::string(part[0]) + R"(","extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/)" +
          R"(Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"code":"01"}]}}]}],)" +
          R"("name":[{"use":"usual","family":")" + std::string(part[2]) + R"(","given":[")" + std::string(part[1]) +
          R"("]}],"birthDate":")" + std::string(part[3]) + R"(","gender":")" + std::string(part[4]) + "\"}\n";
    }
    return load("nhs", "pds_patients.ndjson", json);
  }

  MatchReport match(MatchOptions options = {}) {
    const auto report = masterdata::match(*database, options, clock);
    check(report.ok(), report.ok() ? "" : to_text(report.problems()));
    return *report;
  }

  // Every row of a query of one text.
  std::vector<std::string> rows(std::string_view sql) {
    return database->read([&](db::Connection& connection) {
      std::vector<std::string> rows;
      connection.query(sql, {}, [&](const db::Row& row) { rows.emplace_back(row.text(0)); });
      return rows;
    });
  }
  // Who is one person: the record keys of each golden record, "nhs/9990000018 social_care/7", sorted.
  std::vector<std::string> people() {
    std::vector<std::string> people;
    std::string last;
    database->read([&](db::Connection& connection) {
      connection.query("SELECT golden_record, source || '/' || record_key FROM source_record ORDER BY golden_record, 2",
                       {}, [&](const db::Row& row) {
                         if (people.empty() || last != row.text(0)) {
                           people.emplace_back();
                           last = row.text(0);
                         }
                         people.back() += (people.back().empty() ? "" : " ") + std::string(row.text(1));
                       });
    });
    std::sort(people.begin(), people.end());
    return people;
  }
  // The golden record of a source's record.
  GoldenRecordId golden_of(std::string_view source, std::string_view record_key) {
    return database->read([&](db::Connection& connection) {
      return *connection.query_one("SELECT golden_record FROM source_record WHERE source = $1 AND record_key = $2",
                                   {source, record_key}, [](const db::Row& row) { return row.id<GoldenRecordId>(0); });
    });
  }

  db::TestDatabase database;
  TestClock clock;
  std::filesystem::path folder;

 private:
  static std::string with_commas(std::string_view line) {
    std::string text(line);
    std::replace(text.begin(), text.end(), '|', ',');
    return text;
  }
};

}  // namespace guildhall::masterdata
