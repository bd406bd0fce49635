// How well the default model links labelled data that was not made for it. Skipped where the data is not there.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "base/text.h"
#include "matching/matching.h"

namespace guildhall::matching {
namespace {

std::filesystem::path shared_file(const std::string& name) {
  const char* shared = std::getenv("GUILDHALL_SHARED");
  return std::filesystem::path(shared != nullptr ? shared : "../shared") / "data/linkage" / name;
}

// A CSV without quotes, as these files are: the cells of each row by column name, trimmed.
std::vector<std::map<std::string, std::string>> rows_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::map<std::string, std::string>> rows;
  std::string line;
  std::getline(file, line);
  std::vector<std::string> header;
  for (const auto cell : split(line, ',')) header.emplace_back(trimmed(cell));
  while (std::getline(file, line)) {
    const auto cells = split(line, ',');
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < header.size() && i < cells.size(); ++i) row[header[i]] = std::string(trimmed(cells[i]));
  }
  return rows;
}

std::optional<Date> date_of(std::string text) {
  if (text.size() == 8) text = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
  const auto date = Date::parse_iso(text);
  if (!date.ok()) return std::nullopt;
  return *date;
}

struct Labelled {
  std::vector<LinkRecord> records;
  std::vector<std::string> truth;
};

struct Accuracy {
  double precision = 0, recall = 0;
};

double pairs_of(std::size_t count) {
  return static_cast<double>(count) * static_cast<double>(count - 1) / 2;
}

Accuracy accuracy_of(const Labelled& data, const LinkageResult& result) {
  std::map<std::string, std::size_t> people;
  for (const std::string& person : data.truth) ++people[person];
  double truly = 0, said = 0, right = 0;
  for (const auto& [person, count] : people) truly += pairs_of(count);
  for (const auto& cluster : result.clusters) {
    said += pairs_of(cluster.size());
    std::map<std::string, std::size_t> inside;
    for (const std::uint32_t record : cluster) ++inside[data.truth[record]];
    for (const auto& [person, count] : inside) right += pairs_of(count);
  }
  return {said == 0 ? 1 : right / said, right / truly};
}

LinkageResult linked(const std::string& name, const Labelled& data, Accuracy& accuracy) {
  const auto begin = std::chrono::steady_clock::now();
  LinkageResult result = *link(data.records, default_model(), {}, Threads{2});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  accuracy = accuracy_of(data, result);
  std::size_t answerable = 0;
  std::map<std::string_view, std::pair<std::size_t, std::size_t>> by_reason;
  for (const ClericalPair& pair : result.clerical) {
    const bool same = data.truth[pair.a] == data.truth[pair.b];
    answerable += same ? 1 : 0;
    auto& [all, matches] = by_reason[name_of(pair.reason)];
    ++all;
    matches += same ? 1 : 0;
  }
  std::cout << name << ": precision " << accuracy.precision << ", recall " << accuracy.recall << "; "
            << result.statistics.pairs << " pairs, " << seconds.count() << " s; " << result.clerical.size()
            << " for stewards, " << answerable << " of them one person\n";
  for (const auto& [reason, counts] : by_reason) {
    std::cout << "  " << reason << ": " << counts.first << ", one person " << counts.second << "\n";
  }
  return result;
}

TEST(Accuracy, ChildrenOfTwoSources) {
  const auto path = shared_file("people100k.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "Needs " << path << "; set GUILDHALL_SHARED.";
  Labelled data;
  for (const auto& row : rows_of(path)) {
    LinkRecord record;
    record.key = row.at("rec_id");
    record.nhs_number = row.at("nhs_number");
    record.upn = row.at("upn");
    record.forename = row.at("forename");
    record.surname = row.at("surname");
    record.birth_date = date_of(row.at("dob"));
    record.sex = row.at("sex") == "F" ? LinkSex::Female : row.at("sex") == "M" ? LinkSex::Male : LinkSex::NotKnown;
    record.postcode = row.at("postcode");
    record.address_lines = row.at("address");
    data.records.push_back(std::move(record));
    data.truth.push_back(row.at("person_id"));
  }
  ASSERT_EQ(data.records.size(), 100'000u);
  Accuracy accuracy;
  const LinkageResult result = linked("people100k", data, accuracy);
  EXPECT_GE(accuracy.precision, 0.995);
  EXPECT_GE(accuracy.recall, 0.90);
  for (const auto& cluster : result.clusters) {
    std::set<std::string> numbers;
    for (const std::uint32_t i : cluster) numbers.insert(data.records[i].nhs_number);
    numbers.erase("");
    ASSERT_LE(numbers.size(), 1u);
  }

  // Without any number, from names, dates and homes alone.
  for (LinkRecord& record : data.records) record.nhs_number = record.upn = "";
  linked("people100k without numbers", data, accuracy);
  EXPECT_GE(accuracy.precision, 0.995);
}

// Australian records with many errors, and short ones with little in them: other data than the weights are for, so only
// printed.
TEST(Accuracy, OfOtherData) {
  const auto febrl = shared_file("febrl1.csv"), fake = shared_file("fake_1000.csv");
  if (!std::filesystem::exists(febrl)) GTEST_SKIP() << "Needs " << febrl << "; set GUILDHALL_SHARED.";
  Labelled data;
  for (const auto& row : rows_of(febrl)) {
    LinkRecord record;
    record.key = row.at("rec_id");
    record.forename = row.at("given_name");
    record.surname = row.at("surname");
    record.birth_date = date_of(row.at("date_of_birth"));
    record.postcode = row.at("postcode");
    record.address_lines = row.at("street_number") + " " + row.at("address_1");
    data.truth.push_back(std::string(split(record.key, '-')[1]));
    data.records.push_back(std::move(record));
  }
  Accuracy accuracy;
  linked("febrl1", data, accuracy);
  data = {};
  for (const auto& row : rows_of(fake)) {
    LinkRecord record;
    record.key = row.at("unique_id");
    record.forename = row.at("first_name");
    record.surname = row.at("surname");
    record.birth_date = date_of(row.at("dob"));
    data.truth.push_back(row.at("cluster"));
    data.records.push_back(std::move(record));
  }
  linked("fake_1000", data, accuracy);
}

}  // namespace
}  // namespace guildhall::matching
