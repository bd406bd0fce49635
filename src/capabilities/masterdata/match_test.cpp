#include "masterdata/match.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "masterdata/impl/test_council.h"
#include "masterdata/steward.h"

namespace guildhall::masterdata {
namespace {

using Strings = std::vector<std::string>;

TEST(Match, OneChildInThreeSystemsIsOnePerson) {
  TestCouncil council;
  council.social_care("7|AMARA|OKAFOR|12/03/2014|F|9990000018");
  council.school_census("501|Amara|Okafor|2014-03-12|F||");
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female");
  const MatchReport report = council.match();
  EXPECT_EQ(report.source_records, 3);
  EXPECT_EQ(report.golden_records, 1);
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(council.people(), Strings{"education/501 nhs/9990000018 social_care/7"});
}

TEST(Match, TwinsAndChildrenWithDifferentNhsNumbersStayApart) {
  TestCouncil council;
  council.nhs(
      "9990000018|Jayden|Whitcombe|2016-05-09|male\n"
      "9990000026|Kayden|Whitcombe|2016-05-09|male");
  council.social_care(
      "1|Jayden|Whitcombe|2016-05-09|M|9990000018\n"
      "2|Kayden|Whitcombe|2016-05-09|M|9990000026");
  council.school_census(
      "11|Jayden|Whitcombe|2016-05-09|M||\n"
      "12|Kayden|Whitcombe|2016-05-09|M||");
  EXPECT_EQ(council.match().golden_records, 2);
  EXPECT_EQ(council.people(),
            (Strings{"education/11 nhs/9990000018 social_care/1", "education/12 nhs/9990000026 social_care/2"}));
}

TEST(Match, TheSameRowsMatchedAgainChangeNothing) {
  TestCouncil council;
  council.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female");
  council.match();
  const auto state = [&] {
    return council.rows(
        "SELECT id || attributes || run FROM golden_record UNION ALL SELECT id || rows || golden_record FROM "
        "source_record"
        " UNION ALL SELECT id || kind || golden_record FROM record_event ORDER BY 1");
  };
  const Strings before = state();
  const MatchReport again = council.match();
  EXPECT_EQ(again.created + again.changed + again.merged + again.split, 0);
  EXPECT_EQ(state(), before);

  council.clock.set("2025-11-10T09:00:00Z");
  council.social_care("7|Amara|Okafor|2014-03-12|F|9990000018\n8|Jude|Whitcombe|2012-01-05|M|");  // 7 says the same.
  const MatchReport next_week = council.match();
  EXPECT_EQ(next_week.created, 1);
  EXPECT_EQ(next_week.changed, 0);
}

TEST(Match, ANewerExtractReplacesTheRowsOfTheSamePersonOnly) {
  TestCouncil council;
  council.social_care("7|Amara|Okafor|2014-03-12|F|\n8|Jude|Whitcombe|2012-01-05|M|");
  council.match();
  const GoldenRecordId amara = council.golden_of("social_care", "7");
  council.clock.set("2025-11-10T09:00:00Z");
  council.social_care("7|Amara|Bello|2014-03-12|F|");
  const MatchReport report = council.match();
  EXPECT_EQ(report.changed, 1);
  EXPECT_EQ(report.golden_records, 2);
  EXPECT_EQ(council.golden_of("social_care", "7"), amara);  // The same person by another name.
  EXPECT_EQ(council.rows("SELECT surname_key FROM golden_record ORDER BY 1"), (Strings{"BELLO", "WHITCOMBE"}));
}

TEST(Match, AHalfLoadedOrBrokenExtractIsNotUsed) {
  TestCouncil council;
  council.load("education", "pupilonroll.csv",
               "pupilonrolltableid,forename,surname,dob,sex,upn,formersurname,NativeId,middlenames,ncyearactual\n"
               "501,Amara,Okafor,2014-03-12,F,,,8852001,,\n502,\"Jude");
  EXPECT_EQ(council.match().source_records, 0);
}

TEST(Match, EveryGoldenAttributeSaysFromWhichCellItIs) {
  TestCouncil council;
  council.social_care("7|AMARA|OKAFOR|12/03/2014|F|9990000018");
  council.match();
  EXPECT_EQ(council.rows("SELECT attributes FROM golden_record"),
            Strings{R"([["nhs_number","9990000018","4294967297","pers_common_child_id","verified","1","0"],)"
                    R"(["surname","Okafor","4294967297","pers_surname","trusted_source_then_newest","1","0"],)"
                    R"(["forename","Amara","4294967297","pers_forename","trusted_source_then_newest","1","0"],)"
                    R"(["birth_date","2014-03-12","4294967297","pers_dob","most_frequent","1","0"],)"
                    R"(["sex","female","4294967297","pers_sex","most_frequent","1","0"]])"});
}

// Asked for the time for the second time in a run, when everything is computed and nothing written, a steward acts.
class ClockOfABusyOffice final : public Clock {
 public:
  explicit ClockOfABusyOffice(std::function<void()> act) : act_(std::move(act)) {}
  Instant now() const override {
    if (++asked_ == 2) act_();
    return *parse_instant("2025-11-03T09:00:00Z");
  }

 private:
  std::function<void()> act_;
  mutable int asked_ = 0;
};

TEST(Match, WhatAStewardDecidesWhileARunComputesIsNotOverwritten) {
  TestCouncil council;
  council.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female");
  council.match();
  const GoldenRecordId both = council.golden_of("nhs", "9990000018");
  const auto leaves =
      SourceRecordId::parse(council.rows("SELECT id FROM source_record WHERE source = 'social_care'")[0]);
  council.social_care("7|Amara|Bello|2014-03-12|F|9990000018\n8|Jude|Whitcombe|2012-01-05|M|");
  const ClockOfABusyOffice clock([&] {
    ASSERT_TRUE(unmerge(*council.database, both, {*leaves},
                        {.by = "steward", .why = "A cousin's number.", .at = council.clock.now()})
                    .ok());
  });
  ASSERT_TRUE(match(*council.database, {}, clock).ok());
  EXPECT_EQ(council.people(), (Strings{"nhs/9990000018", "social_care/7", "social_care/8"}));
  EXPECT_EQ(council.rows("SELECT surname_key FROM golden_record ORDER BY 1"),
            (Strings{"BELLO", "OKAFOR", "WHITCOMBE"}));
}

// ---- What a power cut leaves

std::string thirty_children() {
  std::string lines;
  for (int i = 10; i < 40; ++i) {
    const std::string number = std::to_string(i);
    std::string name = {static_cast<char>('a' + i % 7), static_cast<char>('a' + i % 11), 'l', 'a'};
    lines +=
        number + "|" + name + number + "|Surname" + number + "|20" + number.substr(0, 1) + "0-03-" + number + "|F||\n";
  }
  return lines;
}

TEST(Match, KilledAtAnyPointEverybodyIsConsistentAndTheNextRunCompletesIt) {
  TestCouncil council;
  // Days of 32 and more do not exist: some of the children have no birth date.
  council.social_care(thirty_children());
  council.school_census(thirty_children());
  TestCouncil undisturbed;
  undisturbed.social_care(thirty_children());
  undisturbed.school_census(thirty_children());
  const MatchOptions one_by_one{.threads = 1, .people_per_commit = 1};
  undisturbed.match(one_by_one);

  council.database.close();
  for (const int kill_after : {1, 10, 25}) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto database = db::Database::open(council.database.location());
      std::thread([&] {
        while (true) {
          std::int64_t done = 0;
          database->read([&](db::Connection& connection) {
            connection.query("SELECT count(*) FROM golden_record", {},
                             [&](const db::Row& row) { done = row.integer(0); });
          });
          if (done >= kill_after && write(pipe_ends[1], "x", 1) == 1) return;
        }
      }).detach();
      (void)masterdata::match(*database, one_by_one, council.clock);
      _exit(0);
    }
    close(pipe_ends[1]);
    char byte = 0;
    EXPECT_GE(read(pipe_ends[0], &byte, 1), 0);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    close(pipe_ends[0]);
  }
  council.database.reopen();
  // Whatever was reached: no golden record without source records, none that isn't there.
  EXPECT_EQ(council.rows("SELECT id FROM golden_record WHERE id NOT IN (SELECT golden_record FROM source_record)"),
            Strings{});
  EXPECT_EQ(council.rows("SELECT id FROM source_record WHERE golden_record NOT IN (SELECT id FROM golden_record)"),
            Strings{});
  council.match(one_by_one);
  EXPECT_EQ(council.people(), undisturbed.people());
  EXPECT_EQ(council.rows("SELECT attributes FROM golden_record ORDER BY 1"),
            undisturbed.rows("SELECT attributes FROM golden_record ORDER BY 1"));
  EXPECT_EQ(council.rows("SELECT kind FROM record_event").size(),
            undisturbed.rows("SELECT kind FROM record_event").size());
}

// ---- What others may ask

records::NhsNumber number(std::string_view digits) {
  return *records::NhsNumber::parse(digits, records::TestNumbers::Accept);
}

TEST(FindPerson, FindsOneByNumberOrByAnySurnameAndBirthDate) {
  TestCouncil council;
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female");
  council.school_census("501|Amara|Okafor|2014-03-12|F||Bello");
  council.match();
  const GoldenRecordId amara = council.golden_of("nhs", "9990000018");
  council.database->read([&](db::Connection& connection) {
    const auto by_name = [&](std::string_view surname, std::string_view born, records::Sex sex) {
      return find_person(connection, ByNameAndBirth{std::string(surname), *Date::parse_iso(born), sex});
    };
    EXPECT_EQ(find_person(connection, ByNhsNumber{number("9990000018")}).id, amara);
    EXPECT_EQ(by_name("O'Kafor", "2014-03-12", records::Sex::Female).id, amara);
    EXPECT_EQ(by_name("BELLO", "2014-03-12", records::Sex::NotKnown).id, amara);
    EXPECT_EQ(by_name("Okafor", "2014-03-13", records::Sex::Female).outcome, PersonSearch::Outcome::Nobody);
    EXPECT_EQ(by_name("Okafor", "2014-03-12", records::Sex::Male).outcome, PersonSearch::Outcome::Nobody);
    EXPECT_EQ(find_person(connection, ByNhsNumber{number("9990000026")}).outcome, PersonSearch::Outcome::Nobody);
  });
}

TEST(FindPerson, OfTwinsSaysThatThereAreSeveralUntilTheForenameIsGiven) {
  TestCouncil council;
  council.nhs(
      "9990000018|Jayden|Whitcombe|2016-05-09|male\n"
      "9990000026|Kayden|Whitcombe|2016-05-09|male");
  council.match();
  const GoldenRecordId kayden = council.golden_of("nhs", "9990000026");
  council.database->read([&](db::Connection& connection) {
    ByNameAndBirth twins{"Whitcombe", *Date::parse_iso("2016-05-09"), records::Sex::Male};
    EXPECT_EQ(find_person(connection, twins).outcome, PersonSearch::Outcome::Several);
    EXPECT_TRUE(find_person(connection, twins).id.is_nil());
    twins.forename = "KAYDEN";
    EXPECT_EQ(find_person(connection, twins).id, kayden);
  });
}

TEST(Signpost, SaysWhoWorksWithTheChildAndHowOldTheDataIs) {
  TestCouncil council;
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female\n9990000026|Jude|Whitcombe|2012-01-05|male");
  council.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council.load("social_care", "ssd_professionals.csv",
               "prof_professional_id,prof_staff_id,prof_professional_name,prof_social_worker_registration_no,"
               "prof_professional_job_title,prof_professional_department\n"
               "P1,,Ruth Adeyemi,,Social worker,\nP2,,Old Worker,,Social worker,\n");
  council.load("social_care", "ssd_department.csv",
               "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\nT4,East Assessment Team,,\n");
  council.load("social_care", "ssd_involvements.csv",
               "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,"
               "invo_involvement_start_date,invo_involvement_end_date,invo_worker_change_reason,invo_person_id,"
               "invo_referral_id\n"
               "1,P2,,T4,2024-01-01,2024-06-30,,7,\n2,P1,,T4,2024-07-01,,,7,\n");
  council.load("social_care", "ssd_cp_plans.csv",
               "cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,cppl_cp_plan_start_date,"
               "cppl_cp_plan_end_date,cppl_cp_plan_initial_category,cppl_cp_plan_ola,cppl_cp_plan_latest_category\n"
               "1,,,7,2025-02-01,,,,\n");
  council.load("social_care", "ssd_cin_plans.csv",
               "cinp_cin_plan_id,cinp_referral_id,cinp_person_id,cinp_cin_plan_start_date,cinp_cin_plan_end_date,"
               "cinp_cin_plan_team,cinp_cin_plan_worker_id\n1,,7,2024-01-10,2025-01-31,T4,P2\n");
  council.match();
  council.database->write(
      [](db::Connection& connection) { set_team_phone(connection, "East Assessment Team", "01632 960123"); });
  const GoldenRecordId amara_id = council.golden_of("social_care", "7");
  const GoldenRecordId jude_id = council.golden_of("nhs", "9990000026");
  council.database->read([&](db::Connection& connection) {
    const Date today = *Date::parse_iso("2025-11-05");
    const auto amara = signpost(connection, amara_id, today);
    ASSERT_TRUE(amara.has_value());
    EXPECT_TRUE(amara->known_to_social_care);
    EXPECT_FALSE(amara->restricted);
    ASSERT_EQ(amara->involvements.size(), 2u);
    EXPECT_EQ(amara->involvements[0].kind, InvolvementKind::ChildProtection);
    EXPECT_TRUE(amara->involvements[0].is_open(today));
    EXPECT_EQ(amara->involvements[1].kind, InvolvementKind::ChildInNeed);
    EXPECT_EQ(amara->involvements[1].end->iso(), "2025-01-31");
    ASSERT_TRUE(amara->worker.has_value());
    EXPECT_EQ(amara->worker->name, "Ruth Adeyemi");
    EXPECT_EQ(amara->worker->role, "Social worker");
    EXPECT_EQ(amara->worker->team, "East Assessment Team");
    EXPECT_EQ(amara->worker->team_phone, "01632 960123");
    EXPECT_EQ(amara->as_of->iso(), "2025-11-03");

    const auto jude = signpost(connection, jude_id, today);
    EXPECT_FALSE(jude->known_to_social_care);
    EXPECT_TRUE(jude->involvements.empty());
    EXPECT_FALSE(jude->worker.has_value());
    EXPECT_FALSE(signpost(connection, GoldenRecordId::make(), today).has_value());
  });
}

TEST(Signpost, ARecordThatTheNhsProtectsIsRestricted) {
  TestCouncil council;
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female", "R");
  council.match();
  const GoldenRecordId amara = council.golden_of("nhs", "9990000018");
  council.database->read([&](db::Connection& connection) {
    const auto found = signpost(connection, amara, *Date::parse_iso("2025-11-05"));
    EXPECT_TRUE(found->restricted);
  });
}

}  // namespace
}  // namespace guildhall::masterdata
