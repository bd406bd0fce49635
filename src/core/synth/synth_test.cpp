#include "synth/synth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "records/identifiers.h"

namespace guildhall::synth {
namespace {

using records::NhsNumber;
using records::TestNumbers;
using records::Upn;

class Memory : public OutputSink {
 public:
  void write(std::string_view file, std::string_view bytes) override { files[std::string(file)] += bytes; }
  std::map<std::string, std::string> files;
};

class Hashing : public OutputSink {
 public:
  void write(std::string_view file, std::string_view bytes) override {
    hash_.add(file);
    hash_.add(bytes);
    total += bytes.size();
  }
  std::string digest() { return hex(hash_.digest()); }
  std::size_t total = 0;

 private:
  Sha256 hash_;
};

std::string digest_of(const SynthOptions& options) {
  Hashing sink;
  EXPECT_TRUE(generate(options, sink).ok());
  return sink.digest();
}

// RFC 4180, strictly: quotes only around whole fields, and as many fields in each row as in the header.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::size_t place(std::string_view column) const {
    const auto found = std::find(columns.begin(), columns.end(), column);
    EXPECT_NE(found, columns.end()) << column;
    return static_cast<std::size_t>(found - columns.begin());
  }
  const std::string& at(const std::vector<std::string>& row, std::string_view column) const {
    return row[place(column)];
  }
};

Table read_csv(const std::string& text) {
  Table table;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  EXPECT_TRUE(text.ends_with('\n'));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
        EXPECT_TRUE(text[i + 1] == ',' || text[i + 1] == '\n');
      }
    } else if (c == '"') {
      EXPECT_TRUE(field.empty());
      quoted = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::move(field));
      field.clear();
      if (c == ',') continue;
      if (table.columns.empty()) {
        table.columns = std::move(row);
      } else {
        EXPECT_EQ(row.size(), table.columns.size());
        table.rows.push_back(std::move(row));
      }
      row.clear();
    } else {
      EXPECT_NE(c, '\r');
      field += c;
    }
  }
  EXPECT_FALSE(quoted);
  return table;
}

// The elements of a document that closes every one it opens, in order, with the text directly inside.
struct Element {
  std::string name;
  std::string text;
};
std::vector<Element> read_xml(std::string_view text) {
  std::vector<Element> closed;
  std::vector<Element> open;
  EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile>"));
  text.remove_prefix(text.find("?>") + 2);
  while (!text.empty()) {
    if (text.front() == '<') {
      const std::size_t end = text.find('>');
      const std::string_view tag = text.substr(1, end - 1);
      if (tag.front() == '/') {
        EXPECT_FALSE(open.empty());
        EXPECT_EQ(open.back().name, tag.substr(1));
        closed.push_back(std::move(open.back()));
        open.pop_back();
      } else {
        open.push_back({std::string(tag), ""});
      }
      text.remove_prefix(end + 1);
    } else {
      EXPECT_NE(text.front(), '>');
      if (text.front() == '&') {
        EXPECT_TRUE(text.starts_with("&amp;") || text.starts_with("&lt;") || text.starts_with("&gt;"));
      }
      if (!open.empty()) open.back().text += text.front();
      text.remove_prefix(1);
    }
  }
  EXPECT_TRUE(open.empty());
  return closed;
}

// One county of 20,000, generated once for the tests that only read it.
struct County {
  Memory memory;
  SynthSummary summary;
  Table truth, persons, linked, pupils, pupil_addresses, people;
  std::map<std::string, boost::json::object> patients;                   // by NHS number
  std::map<std::pair<std::string, std::string>, std::string> person_of;  // by file and record key
  std::map<std::string, std::string> household_of;                       // by person
  std::map<std::string, std::string> nhs_number_of;                      // by person

  const std::string& person(const std::string& file, const std::string& key) const {
    static const std::string none;
    const auto found = person_of.find({file, key});
    return found == person_of.end() ? none : found->second;
  }
  const boost::json::object* patient_of(const std::string& person) const {
    const auto number = nhs_number_of.find(person);
    return number == nhs_number_of.end() ? nullptr : &patients.at(number->second);
  }
};

const std::string kPersons = "social_care/ssd_person.csv";
const std::string kPupils = "education/pupilonroll.csv";
const std::string kPatients = "nhs/pds_patients.ndjson";

const County& county() {
  static const County* const built = [] {
    auto* made = new County;
    SynthOptions options{.children = 20'000, .seed = 12};
    options.files = Files::ExtractsAndPeople;
    made->summary = *generate(options, made->memory);
    auto& files = made->memory.files;
    made->truth = read_csv(files["truth.csv"]);
    made->persons = read_csv(files[kPersons]);
    made->linked = read_csv(files["social_care/ssd_linked_identifiers.csv"]);
    made->pupils = read_csv(files[kPupils]);
    made->pupil_addresses = read_csv(files["education/addressesonroll.csv"]);
    made->people = read_csv(files["people.csv"]);
    for (const std::string_view line : split(files[kPatients], '\n')) {
      if (line.empty()) continue;
      boost::json::object patient = boost::json::parse(line).as_object();
      const std::string number(patient.at("id").as_string());
      EXPECT_TRUE(made->patients.emplace(number, std::move(patient)).second) << number;
    }
    for (const auto& row : made->truth.rows) {
      EXPECT_TRUE(made->person_of.emplace(std::pair(row[1], row[2]), row[3]).second) << row[1] << " " << row[2];
      made->household_of[row[3]] = row[4];
      if (row[0] == "nhs") {
        EXPECT_TRUE(made->nhs_number_of.emplace(row[3], row[2]).second) << row[3];
      }
    }
    return made;
  }();
  return *built;
}

double share(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

// Computed once and pinned: whoever changes what is generated for the same options has to change it here, knowingly.
TEST(Synth, GivesTheSameBytesOnEveryMachine) {
  EXPECT_EQ(digest_of({.children = 500, .seed = 7}),
            "ff31eed5ed77db5211722ce49836ad1583dc3d5b0c4f2554eb478e22bea25141");
}

TEST(Synth, GivesOtherChildrenForAnotherSeed) {
  const std::string one = digest_of({.children = 300, .seed = 1});
  EXPECT_EQ(one, digest_of({.children = 300, .seed = 1}));
  EXPECT_NE(one, digest_of({.children = 300, .seed = 2}));
}

TEST(Synth, InventsAsManyChildrenAsAsked) {
  for (const std::size_t children : {1u, 2u, 3u, 17u, 999u}) {
    Memory memory;
    const auto summary = generate({.children = children, .seed = 5}, memory);
    ASSERT_TRUE(summary.ok());
    EXPECT_EQ(summary->children, children);
  }
}

TEST(Synth, RefusesMoreChildrenThanThereAreNumbersThatAreNeverIssued) {
  Memory memory;
  const auto refused = generate({.children = 900'001}, memory);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(to_text(refused.problems()),
            "children: There are not enough NHS numbers in the range that is never issued (999) for 900001 children. "
            "Ask for at most 900000.");
  EXPECT_TRUE(memory.files.empty());
}

TEST(Synth, RefusesNoChildrenAndRatesAboveTheWhole) {
  Memory memory;
  SynthOptions options{.children = 0};
  options.errors[0][Error::Capitals] = 10'001;
  const auto refused = generate(options, memory);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(to_text(refused.problems()),
            "children: There are no children to invent. Ask for at least 1.\n"
            "social care, capitals: A rate is a chance in 10,000, so 10001 is too much.");
}

TEST(Synth, WritesTheColumnsOfTheStandardSafeguardingDataset) {
  const auto header = [](const std::string& table) {
    const std::string& text = county().memory.files.at("social_care/ssd_" + table + ".csv");
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(
      header("person"),
      "pers_person_id,pers_forename,pers_surname,pers_sex,pers_gender,pers_ethnicity,pers_dob,pers_common_child_id,"
      "pers_legacy_id,pers_upn_unknown,pers_send_flag,pers_expected_dob,pers_death_date,pers_is_mother,"
      "pers_nationality");
  EXPECT_EQ(header("department"), "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name");
}

TEST(Synth, WritesWellFormedTables) {
  for (const auto& [name, text] : county().memory.files) {
    EXPECT_EQ(invalid_utf8_at(text), std::nullopt) << name;
    EXPECT_EQ(text.find('\r'), std::string::npos) << name;
    if (!name.ends_with(".csv")) continue;
    SCOPED_TRACE(name);
    const Table table = read_csv(text);
    const auto& files = county().summary.files;
    const auto counted = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.name == name; });
    ASSERT_NE(counted, files.end());
    EXPECT_EQ(counted->rows, table.rows.size());
    EXPECT_EQ(counted->bytes, text.size());
    EXPECT_GT(table.rows.size(), 0u);
  }
}

TEST(Synth, PointsEveryRowOfSocialCareAtThingsThatExist) {
  const auto& files = county().memory.files;
  const auto ids = [&](const std::string& table, std::string_view column) {
    const Table read = read_csv(files.at("social_care/ssd_" + table + ".csv"));
    std::set<std::string> all;
    for (const auto& row : read.rows) EXPECT_TRUE(all.insert(read.at(row, column)).second) << table;
    return all;
  };
  const auto persons = ids("person", "pers_person_id");
  const auto workers = ids("professionals", "prof_professional_id");
  const auto teams = ids("department", "dept_team_id");
  const auto referrals = ids("cin_episodes", "cine_referral_id");
  const auto expect_known = [&](const std::string& table, std::string_view column, const std::set<std::string>& known) {
    const Table read = read_csv(files.at("social_care/ssd_" + table + ".csv"));
    for (const auto& row : read.rows) {
      const std::string& id = read.at(row, column);
      EXPECT_TRUE(id.empty() || known.contains(id)) << table << " " << column << " " << id;
    }
  };
  expect_known("address", "addr_person_id", persons);
  expect_known("linked_identifiers", "link_person_id", persons);
  expect_known("involvements", "invo_person_id", persons);
  expect_known("involvements", "invo_professional_id", workers);
  expect_known("involvements", "invo_professional_team", teams);
  expect_known("involvements", "invo_referral_id", referrals);
  expect_known("cin_episodes", "cine_person_id", persons);
  expect_known("cin_plans", "cinp_referral_id", referrals);
  expect_known("cp_plans", "cppl_referral_id", referrals);
  expect_known("cla_episodes", "clae_referral_id", referrals);
  expect_known("early_help_episodes", "earl_episode_worker_id", workers);
  expect_known("department", "dept_team_parent_id", teams);
}

TEST(Synth, LetsNothingEndBeforeItBeginsOrHappenTomorrow) {
  struct Dates {
    std::string table, from, to;
  };
  for (const Dates& dates : {Dates{"address", "addr_address_start_date", "addr_address_end_date"},
                             Dates{"involvements", "invo_involvement_start_date", "invo_involvement_end_date"},
                             Dates{"cin_episodes", "cine_referral_date", "cine_close_date"},
                             Dates{"cin_plans", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date"},
                             Dates{"cp_plans", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"},
                             Dates{"cla_episodes", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date"},
                             Dates{"early_help_episodes", "earl_episode_start_date", "earl_episode_end_date"}}) {
    const Table table = read_csv(county().memory.files.at("social_care/ssd_" + dates.table + ".csv"));
    for (const auto& row : table.rows) {
      const std::string& from = table.at(row, dates.from);
      const std::string& to = table.at(row, dates.to);
      EXPECT_TRUE(Date::parse_iso(from).ok()) << dates.table << " " << from;
      EXPECT_LE(from, "2026-11-02") << dates.table;
      if (to.empty()) continue;
      EXPECT_LE(from, to) << dates.table << " " << row[0];
      EXPECT_LE(to, "2026-11-02") << dates.table;
    }
  }
}

TEST(Synth, NamesInTheTruthEveryPersonRowAndNoOther) {
  std::size_t rows = 0;
  for (const auto& row : county().persons.rows) {
    EXPECT_FALSE(county().person(kPersons, county().persons.at(row, "pers_person_id")).empty());
    ++rows;
  }
  for (const auto& row : county().pupils.rows) {
    EXPECT_FALSE(county().person(kPupils, county().pupils.at(row, "pupilonrolltableid")).empty());
    ++rows;
  }
  for (const auto& [number, patient] : county().patients) {
    EXPECT_FALSE(county().person(kPatients, number).empty());
    ++rows;
  }
  for (const auto& [name, text] : county().memory.files) {
    if (!name.ends_with(".xml")) continue;
    std::string upn, surname, forename, born;
    for (const Element& element : read_xml(text)) {
      if (element.name == "UPN") upn = element.text;
      if (element.name == "Surname") surname = trimmed(element.text);
      if (element.name == "Forename") forename = trimmed(element.text);
      if (element.name == "DOB") born = element.text;
      if (element.name != "Pupil") continue;
      const std::string key =
          !upn.empty() ? upn : "885LLLL/" + upper_ascii(surname) + "/" + upper_ascii(forename) + "/" + born;
      EXPECT_FALSE(county().person(name, key).empty()) << name << " " << key;
      upn.clear();
      ++rows;
    }
  }
  EXPECT_EQ(rows, county().truth.rows.size());
  EXPECT_EQ(rows, county().summary.person_rows);
}

// ---- people.csv

TEST(People, AreWrittenAloneWithTheSameBytesAsBesideTheExtracts) {
  SynthOptions options{.children = 20'000, .seed = 12};
  options.files = Files::People;
  Memory alone;
  const auto summary = generate(options, alone);
  ASSERT_TRUE(summary.ok());
  ASSERT_EQ(alone.files.size(), 1u);
  EXPECT_EQ(alone.files.at("people.csv"), county().memory.files.at("people.csv"));
  ASSERT_EQ(summary->files.size(), 1u);
  EXPECT_EQ(summary->files[0].name, "people.csv");
  EXPECT_EQ(summary->files[0].rows, summary->person_rows);
  EXPECT_EQ(summary->files[0].bytes, alone.files.at("people.csv").size());
}

TEST(People, GiveTheSameBytesOnEveryMachine) {  // Pinned, like the digest above.
  SynthOptions options{.children = 500, .seed = 7};
  options.files = Files::People;
  EXPECT_EQ(digest_of(options), "06be2cf0016a86baa5b30623fb7fa2bf1652ac2506809de558a7e066ef0ad3bb");
}

TEST(People, AreTheRowsOfTheTruth) {
  const Table& people = county().people;
  EXPECT_EQ(county().memory.files.at("people.csv").substr(0, kPeopleColumns.size()), kPeopleColumns);
  std::multiset<std::array<std::string, 3>> in_truth, in_people;
  for (const auto& row : county().truth.rows) {
    const std::string source = row[0] != "education"      ? row[0]
                               : row[1].ends_with(".xml") ? "transfer_file"
                                                          : "school_census";
    in_truth.insert({source, row[3], row[4]});
  }
  std::size_t number = 0;
  for (const auto& row : people.rows) {
    EXPECT_EQ(people.at(row, "rec_id"), "R" + std::to_string(++number));
    in_people.insert({people.at(row, "source"), people.at(row, "person_id"), people.at(row, "household_id")});
  }
  EXPECT_EQ(in_people, in_truth);
}

// Each row says what the extract says of the same person; whoever was entered twice has two rows in both.
TEST(People, SayWhatTheExtractsSay) {
  using Fields = std::array<std::string, 6>;  // person, forename, surname, sex, birth date, number
  std::multiset<Fields> social_care, census, nhs;
  const Table& people = county().people;
  for (const auto& row : people.rows) {
    const std::string& source = people.at(row, "source");
    const bool numbered = source == "school_census";
    const Fields fields = {people.at(row, "person_id"), people.at(row, "forename"),
                           people.at(row, "surname"),   people.at(row, "sex"),
                           people.at(row, "dob"),       people.at(row, numbered ? "upn" : "nhs_number")};
    if (source == "social_care") social_care.insert(fields);
    if (source == "school_census") census.insert(fields);
    if (source == "nhs") nhs.insert(fields);
  }
  std::multiset<Fields> of_extract;
  for (const auto& row : county().persons.rows) {
    std::string number = county().persons.at(row, "pers_common_child_id");
    std::erase(number, ' ');  // Social care's own way of writing it.
    const std::string& sex = county().persons.at(row, "pers_sex");
    of_extract.insert({county().person(kPersons, row[0]), county().persons.at(row, "pers_forename"),
                       county().persons.at(row, "pers_surname"), sex == "U" ? "" : sex,
                       county().persons.at(row, "pers_dob"), number});
  }
  EXPECT_EQ(social_care, of_extract);
  of_extract.clear();
  const std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (const auto& row : county().pupils.rows) {
    std::string born = county().pupils.at(row, "dob");  // 2012-Jan-21 00:00:00
    if (!born.empty()) {
      const std::size_t month = months.find(born.substr(5, 3)) / 3 + 1;
      born = born.substr(0, 5) + (month < 10 ? "0" : "") + std::to_string(month) + born.substr(8, 3);
    }
    of_extract.insert({county().person(kPupils, row[0]), county().pupils.at(row, "forename"),
                       county().pupils.at(row, "surname"), county().pupils.at(row, "sex"), born,
                       county().pupils.at(row, "upn")});
  }
  EXPECT_EQ(census, of_extract);
  of_extract.clear();
  for (const auto& [number, patient] : county().patients) {
    const auto& name = patient.at("name").at(0);
    const auto text = [&](std::string_view member) {
      const auto* value = patient.if_contains(member);
      return value ? std::string(value->as_string()) : std::string();
    };
    const std::string gender = text("gender");
    of_extract.insert({county().person(kPatients, number), std::string(name.at("given").at(0).as_string()),
                       std::string(name.at("family").as_string()),
                       gender == "male" ? "M"
                       : gender.empty() ? ""
                                        : "F",
                       text("birthDate"), number});
  }
  EXPECT_EQ(nhs, of_extract);
}

TEST(People, HaveNoAddressWhereTheNhsWithholdsIt) {
  const Table& people = county().people;
  std::size_t withheld = 0;
  for (const auto& row : people.rows) {
    if (people.at(row, "source") != "nhs") continue;
    const auto& patient = county().patients.at(people.at(row, "nhs_number"));
    EXPECT_EQ(people.at(row, "address").empty(), !patient.contains("address"));
    EXPECT_EQ(people.at(row, "postcode").empty(), !patient.contains("address"));
    if (!patient.contains("address")) {
      ++withheld;
      continue;
    }
    EXPECT_EQ(people.at(row, "postcode"), patient.at("address").at(0).at("postalCode").as_string());
    const auto& lines = patient.at("address").at(0).at("line");
    EXPECT_EQ(people.at(row, "address"),
              std::string(lines.at(0).as_string()) + ", " + std::string(lines.at(1).as_string()));
  }
  EXPECT_GT(withheld, 40u);
}

TEST(People, HaveTwinsAmongThem) {
  const Table& people = county().people;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> births;  // by household and birth date
  for (const auto& row : people.rows) {
    if (people.at(row, "source") != "nhs") continue;
    births[{people.at(row, "household_id"), people.at(row, "dob")}].insert(people.at(row, "person_id"));
  }
  const auto shared =
      std::count_if(births.begin(), births.end(), [](const auto& one) { return one.second.size() > 1; });
  EXPECT_GT(shared, 200);
}

// Where a person's next row stands says nothing: in a file of 40,000 rows, all wait until the end, and one in 20,000 rows
// or so follows another of the same person by chance.
TEST(People, AreNotNeighboursOfThemselves) {
  const Table& people = county().people;
  std::size_t neighbours = 0;
  for (std::size_t i = 1; i < people.rows.size(); ++i) {
    neighbours += people.at(people.rows[i], "person_id") == people.at(people.rows[i - 1], "person_id");
  }
  EXPECT_LT(neighbours, 15u);
}

TEST(Synth, GivesEveryPatientAValidNumberFromTheRangeNeverIssued) {
  for (const auto& [number, patient] : county().patients) {
    const auto parsed = NhsNumber::parse(number, TestNumbers::Accept);
    ASSERT_TRUE(parsed.ok()) << number;
    EXPECT_TRUE(parsed->is_test_range());
    EXPECT_EQ(patient.at("identifier").at(0).at("value").as_string(), number);
  }
  EXPECT_NEAR(share(county().patients.size(), county().summary.children), 0.97, 0.005);
}

// The dangerous error: only numbers of brothers and sisters, and rarely.
TEST(Synth, GivesAValidNhsNumberToAnotherChildOnlyWithinAHousehold) {
  std::map<std::string, std::string> owner;
  for (const auto& [person, number] : county().nhs_number_of) owner[number] = person;
  std::size_t stated = 0, missing = 0, placeholders = 0, wrong = 0, of_siblings = 0;
  for (const auto& row : county().persons.rows) {
    const std::string& person = county().person(kPersons, row[0]);
    const std::string& number = county().persons.at(row, "pers_common_child_id");
    ++stated;
    if (number.empty()) {
      ++missing;
    } else if (records::is_placeholder_number(number)) {
      ++placeholders;
    } else if (const auto parsed = NhsNumber::parse(number, TestNumbers::Accept); !parsed.ok()) {
      ++wrong;
    } else {
      const auto found = owner.find(std::string(parsed->digits()));
      if (found == owner.end() || found->second == person) continue;
      ++of_siblings;
      EXPECT_EQ(county().household_of.at(found->second), county().household_of.at(person));
    }
  }
  EXPECT_NEAR(share(missing, stated), 0.20, 0.025);
  EXPECT_NEAR(share(wrong, stated), 0.0064, 0.005);
  EXPECT_GT(placeholders, 0u);
  EXPECT_GT(of_siblings, 0u);
  EXPECT_LT(share(of_siblings, stated), 0.004);
}

TEST(Synth, GivesEveryPupilAUpnOfTheirOwnUnlessItIsAnError) {
  std::map<std::string, std::string> owner;
  std::size_t temporary = 0, invalid = 0, missing = 0;
  for (const auto& row : county().pupils.rows) {
    const std::string& person = county().person(kPupils, row[0]);
    const std::string& text = county().pupils.at(row, "upn");
    if (text.empty()) {
      ++missing;
      continue;
    }
    const auto upn = Upn::parse(text);
    if (!upn.ok()) {
      ++invalid;
      continue;
    }
    if (upn->is_temporary()) ++temporary;
    const auto [place, fresh] = owner.emplace(text, person);
    EXPECT_TRUE(fresh || place->second == person) << text;
  }
  const std::size_t rows = county().pupils.rows.size();
  EXPECT_NEAR(share(missing, rows), 0.0030, 0.002);
  EXPECT_NEAR(share(invalid, rows), 0.0020, 0.0015);
  EXPECT_NEAR(share(temporary, rows), 0.0120, 0.004);
  for (const auto& row : county().linked.rows) {
    if (county().linked.at(row, "link_identifier_type") != "Unique Pupil Number") continue;
    const std::string& text = county().linked.at(row, "link_identifier_value");
    const auto place = owner.find(text);
    if (place == owner.end() || !Upn::parse(text).ok()) continue;
    EXPECT_EQ(place->second, county().person(kPersons, county().linked.at(row, "link_person_id")));
  }
}

// Every rate, by the generator's own count, within four standard deviations of a binomial.
TEST(Synth, MakesEveryErrorAsOftenAsAsked) {
  const SynthOptions options;
  for (std::size_t source = 0; source < kSourceCount; ++source) {
    for (std::size_t i = 0; i < kErrorCount; ++i) {
      const auto error = static_cast<Error>(i);
      const auto& tally = county().summary.of(static_cast<Source>(source), error);
      const double rate = options.errors[source][error] / 10'000.0;
      const double chances = static_cast<double>(tally.chances);
      EXPECT_NEAR(static_cast<double>(tally.made), chances * rate, 4 * std::sqrt(chances * rate * (1 - rate)) + 1)
          << name_of(static_cast<Source>(source)) << ", " << name_of(error);
      if (rate > 0) {
        EXPECT_GT(tally.chances, 0u) << name_of(static_cast<Source>(source)) << ", " << name_of(error);
      }
    }
  }
}

// Measured from the files alone, with the NHS as the better record.
TEST(Synth, ShowsTheErrorsInTheFiles) {
  std::size_t compared = 0, exchanged = 0, first_of_january = 0, capitals = 0, other_sex = 0;
  for (const auto& row : county().persons.rows) {
    const std::string& surname = county().persons.at(row, "pers_surname");
    if (surname.size() > 3 && surname == upper_ascii(surname)) ++capitals;
    const auto* patient = county().patient_of(county().person(kPersons, row[0]));
    const std::string& born = county().persons.at(row, "pers_dob");
    if (!patient || born.empty()) continue;
    const std::string theirs(patient->at("birthDate").as_string());
    ++compared;
    if (born == theirs) continue;
    if (born.substr(5, 2) == theirs.substr(8) && born.substr(8) == theirs.substr(5, 2)) ++exchanged;
    if (born.ends_with("-01-01")) ++first_of_january;
    const auto* gender = patient->if_contains("gender");
    const std::string& sex = county().persons.at(row, "pers_sex");
    if (gender && sex != "U" && (gender->as_string() == "male") != (sex == "M")) ++other_sex;
  }
  const auto made = [](Error error) {
    return static_cast<double>(county().summary.of(Source::SocialCare, error).made);
  };
  // Not to the row: a few children are not with the NHS, a few dates are wrong there too, or right by another slip.
  EXPECT_NEAR(static_cast<double>(capitals), made(Error::Capitals), 4);
  EXPECT_NEAR(static_cast<double>(exchanged), made(Error::DayMonthExchanged), 5);
  EXPECT_NEAR(static_cast<double>(first_of_january), made(Error::FirstOfJanuary), 5);
  EXPECT_GT(exchanged, 5u);
  EXPECT_GT(first_of_january, 5u);
  EXPECT_LT(other_sex, compared / 100);
}

TEST(Synth, KnowsAFifthOfChildrenInSocialCareAndThreeQuartersInSchools) {
  const SynthSummary& summary = county().summary;
  EXPECT_NEAR(share(summary.known_to_social_care, summary.children), 0.20, 0.02);
  EXPECT_NEAR(share(summary.on_roll, summary.children), 0.77, 0.03);
  EXPECT_NEAR(share(summary.households, summary.children), 0.60, 0.03);
  EXPECT_GT(share(summary.looked_after, summary.children), 0.002);
  EXPECT_LT(share(summary.looked_after, summary.children), 0.010);
}

TEST(Synth, GivesTwinsOneBirthDateOneHomeAndTheirOwnNumbers) {
  EXPECT_NEAR(share(county().summary.twins_and_triplets, county().summary.children), 0.03, 0.006);
  // By household: the birth dates of those born with others, as the NHS has them.
  std::map<std::string, std::vector<const boost::json::object*>> twins;
  for (const auto& [person, number] : county().nhs_number_of) {
    const auto& patient = county().patients.at(number);
    if (patient.contains("multipleBirthInteger")) twins[county().household_of.at(person)].push_back(&patient);
  }
  std::size_t pairs = 0, same_birth_date = 0, same_family_name = 0;
  for (const auto& [household, patients] : twins) {
    if (patients.size() != 2) continue;
    ++pairs;
    same_birth_date += patients[0]->at("birthDate") == patients[1]->at("birthDate");
    same_family_name += patients[0]->at("name").at(0).at("family") == patients[1]->at("name").at(0).at("family");
    EXPECT_NE(patients[0]->at("id"), patients[1]->at("id"));
    EXPECT_NE(patients[0]->at("multipleBirthInteger"), patients[1]->at("multipleBirthInteger"));
  }
  EXPECT_GT(pairs, 200u);
  EXPECT_GT(share(same_birth_date, pairs), 0.98);
  EXPECT_GT(share(same_family_name, pairs), 0.75);  // Not Singh and Kaur, Kowalski and Kowalska.
}

TEST(Synth, HasStrangersWithOneNameAndBirthDate) {
  std::map<std::string, std::set<std::string>> households;
  for (const auto& [person, number] : county().nhs_number_of) {
    const auto& patient = county().patients.at(number);
    const auto& name = patient.at("name").at(0);
    households[boost::json::serialize(name.at("given").at(0)) + boost::json::serialize(name.at("family")) +
               std::string(patient.at("birthDate").as_string())]
        .insert(county().household_of.at(person));
  }
  const auto namesakes =
      std::count_if(households.begin(), households.end(), [](const auto& one) { return one.second.size() > 1; });
  EXPECT_GE(namesakes, 8);
  EXPECT_LE(namesakes, 60);
}

TEST(Synth, WithholdsTheAddressOfARestrictedPatient) {
  std::size_t restricted = 0;
  for (const auto& [number, patient] : county().patients) {
    const bool is_restricted = patient.at("meta").at("security").at(0).at("code").as_string() == "R";
    restricted += is_restricted;
    if (!is_restricted) continue;
    EXPECT_FALSE(patient.contains("address"));
    EXPECT_FALSE(patient.contains("telecom"));
    EXPECT_FALSE(patient.contains("generalPractitioner"));
  }
  EXPECT_GT(restricted, 40u);
  EXPECT_LT(restricted, 250u);
}

TEST(Synth, PutsOnlyPostcodesOfNowhereOnTheMap) {
  std::size_t valid = 0, elsewhere = 0;
  for (const auto& row : county().pupil_addresses.rows) {
    const auto postcode = records::Postcode::parse(county().pupil_addresses.at(row, "postcode"));
    if (!postcode.ok()) continue;
    ++valid;
    elsewhere += postcode->area() != "WX";
  }
  EXPECT_GT(share(valid, county().pupil_addresses.rows.size()), 0.99);
  EXPECT_LT(share(elsewhere, valid), 0.003);  // by a typing error
}

}  // namespace
}  // namespace guildhall::synth
