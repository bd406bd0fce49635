#include "masterdata/load.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "db/testing.h"
#include "masterdata/masterdata.h"

namespace guildhall::masterdata {
namespace {

class FixedClock final : public Clock {
 public:
  Instant now() const override { return *parse_instant("2025-11-03T09:00:00Z"); }
};

// A council's server with files on its disk.
class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    migrate(*database_);
    std::string name = (std::filesystem::temp_directory_path() / "guildhall_load_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~LoadTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(std::string_view name, std::string_view text) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Result<LoadReport> load(std::string_view source, std::string_view name, std::string_view text) {
    return masterdata::load(
        *database_, {.source = std::string(source), .path = file(name, text), .allow_test_numbers = true}, clock_);
  }
  // Every value of a query's rows: "a|b" a row.
  std::vector<std::string> rows(std::string_view sql) { return rows(*database_, sql); }
  static std::vector<std::string> rows(db::Database& database, std::string_view sql) {
    return database.read([&](db::Connection& connection) {
      std::vector<std::string> rows;
      connection.query(sql, {}, [&](const db::Row& row) { rows.emplace_back(row.text(0)); });
      return rows;
    });
  }

  db::TestDatabase database_;
  FixedClock clock_;
  std::filesystem::path folder_;
};

constexpr std::string_view kPupils =
    "pupilonrolltableid,NativeId,dob,surname,forename,middlenames,formersurname,upn,sex\n"
    "1,8852001,2014-Mar-12 00:00:00,OKAFOR,Amara,,,,F\n"
    "2,8852001,2013-09-01,Whitcombe,Jude,,,A123,M\n"
    "3,8852001,,,,,,,\n"
    "1,8852001,2014-03-12,Okafor,Amara,,,,F\n";

TEST_F(LoadTest, EveryRowIsAcceptedOrKeptAsideAndTheCountsAddUp) {
  const auto report = load("education", "pupilonroll.csv", kPupils);
  ASSERT_TRUE(report.ok()) << to_text(report.problems());
  EXPECT_EQ(report->outcome, LoadReport::Outcome::Loaded);
  const Extract& extract = report->extract;
  EXPECT_EQ(extract.format, "school-census");
  EXPECT_EQ(extract.table, "pupilonroll");
  EXPECT_EQ(extract.as_of.iso(), "2025-11-03");
  EXPECT_EQ(extract.rows_read, 4);
  EXPECT_EQ(extract.rows_accepted, 2);
  EXPECT_EQ(extract.rows_quarantined, 2);  // Nobody in row 3; row 4 is pupil 1 again.
  EXPECT_EQ(extract.rows_rejected, 0);
  EXPECT_EQ(
      rows("SELECT row_number || ' ' || field || ' ' || rule FROM finding WHERE severity = 'quarantine' ORDER BY id"),
      (std::vector<std::string>{"2 upn upn-wrong", "3  row-identifies", "4  row-once"}));
}

TEST_F(LoadTest, RawValueCleanedValueAndRuleAreAllKept) {
  ASSERT_TRUE(load("education", "pupilonroll.csv", kPupils).ok());
  EXPECT_EQ(rows("SELECT cells FROM source_row WHERE row_number = 1"),
            (std::vector<std::string>{
                R"([["pupilonrolltableid","","1"],["NativeId","school_number","8852001"],)"
                R"(["dob","birth_date","2014-Mar-12 00:00:00","2014-03-12","date-format"],)"
                R"(["surname","surname","OKAFOR","Okafor","name-case"],["forename","forename","Amara"],)"
                R"(["sex","sex","F","female","sex-code"]])"}));
}

TEST_F(LoadTest, TheSameFileTwiceChangesNothingAndSaysSo) {
  ASSERT_TRUE(load("education", "pupilonroll.csv", kPupils).ok());
  const auto again = load("education", "renamed_pupilonroll.csv", kPupils);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcome, LoadReport::Outcome::AlreadyLoaded);
  EXPECT_EQ(again->extract.file_name, "pupilonroll.csv");
  EXPECT_EQ(rows("SELECT CAST(count(*) AS TEXT) FROM source_row"), std::vector<std::string>{"4"});
  EXPECT_EQ(rows("SELECT CAST(count(*) AS TEXT) FROM extract"), std::vector<std::string>{"1"});
}

TEST_F(LoadTest, ANumberOfTheTestRangeIsOnlyTakenInDemonstrations) {
  const auto path = file(
      "ssd_person.csv",
      "pers_person_id,pers_forename,pers_surname,pers_sex,pers_ethnicity,pers_dob,pers_common_child_id,pers_legacy_id\n"
      "7,Amara,Okafor,F,,2014-03-12,9990000018,\n");
  const auto report = masterdata::load(*database_, {.source = "social_care", .path = path}, clock_);
  ASSERT_TRUE(report.ok()) << to_text(report.problems());
  EXPECT_EQ(report->extract.rows_accepted, 1);  // The child is not lost with the number.
  EXPECT_EQ(rows("SELECT field FROM finding WHERE severity = 'quarantine'"),
            std::vector<std::string>{"pers_common_child_id"});
}

TEST_F(LoadTest, WhatCannotBeLoadedSaysWhyAndWhatToDo) {
  const auto problem = [&](const Result<LoadReport>& result) {
    return result.ok() ? "no problem" : to_text(result.problems());
  };
  EXPECT_EQ(problem(load("nhs england", "pupilonroll.csv", kPupils)),
            "There is no source called \"nhs england\". Use one of nhs, social_care, education, early_help, other.");
  EXPECT_EQ(problem(masterdata::load(*database_, {.source = "nhs", .path = "/nowhere/pds.ndjson"}, clock_)),
            "/nowhere/pds.ndjson: There is no such file. Check the path.");
  EXPECT_EQ(
      problem(masterdata::load(
          *database_, {.source = "education", .path = file("pupilonroll.csv", kPupils), .max_bytes = 100}, clock_)),
      "pupilonroll.csv: The file is larger than 1 MB, the most that is taken. "
      "Export fewer tables or a shorter period at a time.");
  EXPECT_FALSE(load("education", "pupils.zip", std::string_view("PK\3\4\0\0\0\0", 8)).ok());
  EXPECT_FALSE(load("education", "pupilonroll.csv", "").ok());
  EXPECT_EQ(rows("SELECT file_name FROM extract"), std::vector<std::string>{});
}

TEST_F(LoadTest, ATwoGigabyteFileIsRefusedBeforeItIsRead) {
  const auto path = file("ssd_person.csv", "pers_person_id\n");
  std::filesystem::resize_file(path, std::uint64_t{2} << 30);  // Takes no room on the disk.
  const auto report = masterdata::load(*database_, {.source = "social_care", .path = path}, clock_);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.problems()[0].what, "The file is larger than 1000 MB, the most that is taken.");
}

TEST_F(LoadTest, AFileThatBreaksOffIsKeptButNotUsed) {
  std::string pupils(kPupils);
  pupils += "5,8852001,2014-01-01,\"Unclosed";  // A quotation mark that is never closed: the rest can't be trusted.
  const auto report = load("education", "pupilonroll.csv", pupils);
  ASSERT_TRUE(report.ok()) << to_text(report.problems());
  const Extract& extract = report->extract;
  EXPECT_EQ(report->outcome, LoadReport::Outcome::Failed);
  EXPECT_EQ(extract.state, ExtractState::Failed);
  EXPECT_TRUE(extract.problem.has_value());
  EXPECT_EQ(extract.rows_read, 4);
  EXPECT_EQ(extract.rows_accepted + extract.rows_quarantined + extract.rows_rejected, 4);
  const auto again = load("education", "pupilonroll.csv", pupils);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcome, LoadReport::Outcome::Failed);
  EXPECT_EQ(again->extract.problem, extract.problem);
}

// ---- What a power cut leaves

std::string many_pupils(int count) {
  std::string text = "pupilonrolltableid,NativeId,dob,surname,forename,middlenames,formersurname,upn,sex,nonsense\n";
  for (int i = 1; i <= count; ++i) {
    text += std::to_string(i) + ",8852001,2014-03-" + (i % 40 < 9 ? "0" : "") + std::to_string(i % 40 + 1) +
            ",OKAFOR,Amara,,,,F,x\n";  // Some dates don't exist.
  }
  return text;
}

// Everything that loading stored, but for ids and moments.
std::vector<std::string> all_that_was_stored(db::Database& database) {
  std::vector<std::string> stored;
  database.read([&](db::Connection& connection) {
    const auto add = [&](const db::Row& row) { stored.emplace_back(row.text(0)); };
    connection.query("SELECT id || cells || disposition FROM source_row ORDER BY id", {}, add);
    connection.query("SELECT position || field || severity || rule || reason FROM finding ORDER BY position, id", {},
                     add);
    connection.query(
        "SELECT rows_done || ' ' || rows_read || ' ' || rows_accepted || ' ' || rows_quarantined || ' ' || state"
        " FROM extract",
        {}, add);
  });
  return stored;
}

TEST_F(LoadTest, KilledAtAnyPointAndLoadedAgainItIsAsIfNothingHadHappened) {
  const auto path = file("pupilonroll.csv", many_pupils(1'000));
  const LoadOptions options{.source = "education", .path = path, .rows_per_commit = 50};

  db::TestDatabase undisturbed;
  migrate(*undisturbed);
  ASSERT_TRUE(masterdata::load(*undisturbed, options, clock_).ok());
  const auto expected = all_that_was_stored(*undisturbed);
  ASSERT_EQ(expected.back().substr(0, 10), "1000 1000 ");

  database_.close();
  int kills_in_the_middle = 0;
  for (const int kill_after_rows : {50, 200, 450, 800, 950}) {
    // The child tells how far it has come through a pipe, and is killed when that is far enough.
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto database = db::Database::open(database_.location());
      std::thread([&] {
        while (true) {
          const std::int64_t rows = database->read([](db::Connection& connection) {
            std::int64_t done = 0;
            connection.query("SELECT rows_done FROM extract", {}, [&](const db::Row& row) { done = row.integer(0); });
            return done;
          });
          if (rows >= kill_after_rows && write(pipe_ends[1], "x", 1) == 1) return;
        }
      }).detach();
      (void)masterdata::load(*database, options, clock_);
      _exit(0);
    }
    close(pipe_ends[1]);
    char byte = 0;
    const auto told = read(pipe_ends[0], &byte, 1);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    close(pipe_ends[0]);
    EXPECT_GE(told, 0);

    const auto database = db::Database::open(database_.location());
    const auto done = rows(*database, "SELECT state FROM extract WHERE rows_done < 1000");
    if (!done.empty()) {
      ++kills_in_the_middle;
      EXPECT_EQ(done, std::vector<std::string>{"loading"});
    }
  }
  EXPECT_GE(kills_in_the_middle, 1);

  database_.reopen();
  const auto report = masterdata::load(*database_, options, clock_);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(all_that_was_stored(*database_), expected);
}

}  // namespace
}  // namespace guildhall::masterdata
