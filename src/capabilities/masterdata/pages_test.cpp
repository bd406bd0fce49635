#include "masterdata/pages.h"

#include <gtest/gtest.h>

#include "http/test_client.h"
#include "masterdata/evaluate.h"
#include "masterdata/impl/test_council.h"
#include "masterdata/steward.h"
#include "signin/testing.h"

namespace guildhall::masterdata {
namespace {

using http::Response;
using http::TestClient;
using Strings = std::vector<std::string>;

// A data steward at the desk of a small council.
class PeoplePagesTest : public testing::Test {
 protected:
  PeoplePagesTest() {
    add_routes(router_,
               {.database = *council_.database,
                .site = site_,
                .clock = council_.clock,
                .loading = loading_,
                .access_log =
                    [this](const Access& access) {
                      log_.push_back(access.act + " " + (access.subject ? access.subject->text() : "nobody") + " " +
                                     access.outcome);
                    }},
               [this](signin::SignedInHandler handler) {
                 return [this, handler](const http::Request& request) { return handler(request, steward_); };
               });
  }
  static signin::Account account() {
    signin::Account account;
    account.display_name = "Karin Lindqvist";
    return account;
  }
  Response get(std::string target) { return steward_at_desk_.get(std::move(target)); }

  TestCouncil council_;
  html::Site site_{.council = "Borsetshire County Council"};
  BackgroundLoading loading_{
      *council_.database, {.folder = council_.folder / "uploads", .allow_test_numbers = true}, council_.clock};
  signin::SignedIn steward_ = signin::signed_in_for_test(account(), {signin::Role::Steward}, council_.clock.now());
  http::Router router_;
  TestClient steward_at_desk_{router_};
  Strings log_;
};

#define EXPECT_SHOWS(page, text) EXPECT_NE((page).body().find(text), std::string_view::npos) << (page).body()
#define EXPECT_HIDES(page, text) EXPECT_EQ((page).body().find(text), std::string_view::npos) << (page).body()

TEST_F(PeoplePagesTest, TheOverviewCountsAndNamesNobody) {
  council_.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council_.match();
  const Response page = get("/people");
  EXPECT_EQ(page.status(), 200);
  EXPECT_SHOWS(page, "ssd_person.csv");
  EXPECT_SHOWS(page, "Rows kept aside");
  EXPECT_HIDES(page, "Okafor");
  EXPECT_EQ(log_, Strings{});
}

TEST_F(PeoplePagesTest, AnExtractShowsCountsThatAddUpAndWhatToMend) {
  council_.school_census("501|Amara|Okafor|2014-03-12|F|A123|\n502||||||");
  const Response page = get("/people/extracts/1");
  EXPECT_EQ(page.status(), 200);
  EXPECT_SHOWS(page, "pupilonroll.csv");
  EXPECT_SHOWS(page, "The row doesn&#39;t say who it is about");
  EXPECT_HIDES(page, "A123");
  EXPECT_EQ(get("/people/extracts/2").status(), 404);
  EXPECT_EQ(get("/people/extracts/x").status(), 404);
  const Response csv = get("/people/extracts/1/findings.csv");
  EXPECT_EQ(csv.body().substr(0, csv.body().find("\r\n")), "table,row,field,severity,rule,reason,remedy");
  EXPECT_SHOWS(csv, "\"pupilonroll\",2,\"\",\"quarantine\",\"row-identifies\"");
}

TEST_F(PeoplePagesTest, AnUploadIsStoredLoadedAndMatchedInTheBackground) {
  const auto path = council_.folder / "upload.tmp";
  std::ofstream(path)
      << "pers_person_id,pers_forename,pers_surname,pers_dob,pers_sex,pers_common_child_id,pers_ethnicity,"
         "pers_upn_unknown\n7,Amara,Okafor,2014-03-12,F,9990000018,,\n";
  get("/people/extracts");
  const Response sent = steward_at_desk_.post("/people/extracts", {{"source", "social_care"}},
                                              {{.field = "file",
                                                .file_name = "ssd_person.csv",
                                                .content_type = "text/csv",
                                                .size = 1,
                                                .file = std::make_shared<http::SpooledFile>(path)}});
  EXPECT_EQ(sent.status(), 303);
  EXPECT_EQ(sent.header("Location"), "/people/extracts/1");
  loading_.wait_idle();
  EXPECT_SHOWS(get("/people/extracts/1"), "Loaded");
  EXPECT_EQ(council_.people(), Strings{"social_care/7"});
  EXPECT_TRUE(std::filesystem::is_empty(council_.folder / "uploads"));
  EXPECT_EQ(log_, Strings{"steward.load nobody social_care"});

  // The same file again: the same extract, and nothing left lying about.
  std::ofstream(path) << "pers_person_id,pers_forename,pers_surname,pers_dob,pers_sex,pers_common_child_id,"
                         "pers_ethnicity,pers_upn_unknown\n7,Amara,Okafor,2014-03-12,F,9990000018,,\n";
  const Response again = steward_at_desk_.post("/people/extracts", {{"source", "social_care"}},
                                               {{.field = "file",
                                                 .file_name = "again.csv",
                                                 .content_type = "text/csv",
                                                 .size = 1,
                                                 .file = std::make_shared<http::SpooledFile>(path)}});
  EXPECT_EQ(again.header("Location"), "/people/extracts/1");
  loading_.wait_idle();
  EXPECT_TRUE(std::filesystem::is_empty(council_.folder / "uploads"));
}

TEST(BackgroundLoading, GoesOnAfterARestartWithWhatWasUploadedBefore) {
  TestCouncil council;
  const auto uploads = council.folder / "uploads";
  std::filesystem::create_directories(uploads);
  std::ofstream(uploads / "1.extract")
      << "pers_person_id,pers_forename,pers_surname,pers_dob,pers_sex,pers_common_child_id,pers_ethnicity,"
         "pers_upn_unknown\n7,Amara,Okafor,2014-03-12,F,9990000018,,\n";
  ASSERT_TRUE(register_extract(*council.database,
                               {.source = "social_care", .path = uploads / "1.extract", .file_name = "ssd_person.csv"},
                               council.clock)
                  .ok());  // Acknowledged, and then the power went.
  BackgroundLoading loading(*council.database, {.folder = uploads, .allow_test_numbers = true}, council.clock);
  loading.wait_idle();
  EXPECT_EQ(council.people(), Strings{"social_care/7"});
  EXPECT_TRUE(std::filesystem::is_empty(uploads));
}

TEST_F(PeoplePagesTest, AnUploadThatCannotBeTakenSaysWhatToDo) {
  get("/people/extracts");
  const Response nothing = steward_at_desk_.post("/people/extracts", {});
  EXPECT_EQ(nothing.status(), 422);
  EXPECT_SHOWS(nothing, "Select the system that the file is from");
  EXPECT_SHOWS(nothing, "Select a file");
  const auto path = council_.folder / "upload.tmp";
  std::ofstream(path) << "PK\3\4";
  const Response zip = steward_at_desk_.post("/people/extracts", {{"source", "nhs"}},
                                             {{.field = "file",
                                               .file_name = "pds.zip",
                                               .content_type = "",
                                               .size = 4,
                                               .file = std::make_shared<http::SpooledFile>(path)}});
  EXPECT_EQ(zip.status(), 422);
  EXPECT_TRUE(std::filesystem::is_empty(council_.folder / "uploads"));
}

TEST_F(PeoplePagesTest, ARecordShowsTheCellBehindEveryValueAndTheLookIsRecorded) {
  council_.social_care("7|AMARA|OKAFOR|12/03/2014|F|9990000018");
  council_.match();
  const GoldenRecordId amara = council_.golden_of("social_care", "7");
  const Response page = get("/people/records/" + amara.text());
  EXPECT_EQ(page.status(), 200);
  EXPECT_SHOWS(page, "Amara Okafor");
  EXPECT_SHOWS(page, "“OKAFOR”, field pers_surname, row 1 of ssd_person");
  EXPECT_SHOWS(page, "12/03/2014");
  EXPECT_EQ(log_, Strings{"steward.view " + amara.text() + " shown"});
  EXPECT_EQ(get("/people/records/" + GoldenRecordId::make().text()).status(), 404);
}

TEST_F(PeoplePagesTest, WhereAProtectedChildLivesIsShownToNobody) {
  council_.nhs("9990000018|Amara|Okafor|2014-03-12|female", "R");
  council_.load("education", "pupilonroll.csv",
                "pupilonrolltableid,forename,surname,dob,sex,upn,formersurname,NativeId,middlenames,ncyearactual\n"
                "501,Amara,Okafor,2014-03-12,F,,,8852001,,\n");
  council_.load("education", "addressesonroll.csv",
                "pupilonrolltableid,NativeId,addressesonrolltableid,addressesonrollorderseqcolumn,"
                "uniquepropertyreferencenumber,saon,paon,street,town,postcode\n"
                "501,8852001,1,1,,,12,Mill Lane,Felpersham,WR5 3DE\n");
  council_.match();
  const Response page = get("/people/records/" + council_.golden_of("education", "501").text());
  EXPECT_SHOWS(page, "This record is protected");
  EXPECT_HIDES(page, "Mill Lane");
  EXPECT_HIDES(page, "WR5");
}

TEST_F(PeoplePagesTest, ASearchIsRecordedAndFindsByNameOrNumber) {
  council_.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council_.match();
  const GoldenRecordId amara = council_.golden_of("social_care", "7");
  get("/people/search");
  EXPECT_SHOWS(steward_at_desk_.post("/people/search", {{"surname", "okafor"}}), "Amara Okafor");
  EXPECT_SHOWS(steward_at_desk_.post("/people/search", {{"nhs_number", "999 000 0018"}}), "Amara Okafor");
  EXPECT_HIDES(
      steward_at_desk_.post("/people/search",
                            {{"surname", "okafor"}, {"born-day", "1"}, {"born-month", "1"}, {"born-year", "2014"}}),
      "Amara");
  EXPECT_EQ(steward_at_desk_.post("/people/search", {}).status(), 422);
  EXPECT_EQ(log_, (Strings{"steward.search " + amara.text() + " 1 found", "steward.search " + amara.text() + " 1 found",
                           "steward.search nobody none"}));
}

TEST_F(PeoplePagesTest, UnmergingTakesEffectAtOnceAndIsRemembered) {
  council_.social_care("7|Amara|Okafor|2014-03-12|F|9990000018");
  council_.nhs("9990000018|Amara|Okafor|2014-03-12|female");
  council_.match();
  const GoldenRecordId both = council_.golden_of("nhs", "9990000018");
  ASSERT_EQ(council_.people(), Strings{"nhs/9990000018 social_care/7"});
  const std::string leaves = council_.rows("SELECT id FROM source_record WHERE source = 'social_care'")[0];
  get("/people/records/" + both.text());
  const Response without_why =
      steward_at_desk_.post("/people/records/" + both.text() + "/unmerge", {{"records", leaves}});
  EXPECT_EQ(without_why.status(), 422);
  EXPECT_SHOWS(without_why, "Enter why");
  const Response done = steward_at_desk_.post("/people/records/" + both.text() + "/unmerge",
                                              {{"records", leaves}, {"why", "The number was copied from a cousin."}});
  EXPECT_EQ(done.status(), 303);
  EXPECT_EQ(council_.people(), (Strings{"nhs/9990000018", "social_care/7"}));
  council_.match();
  EXPECT_EQ(council_.people(), (Strings{"nhs/9990000018", "social_care/7"}));
  EXPECT_SHOWS(get("/people/records/" + both.text()), "The number was copied from a cousin.");
}

// Two records that the matching leaves to a steward: the same child at school under another forename, or twins.
TEST_F(PeoplePagesTest, AStewardDecidesADoubtfulPairAndTheMatchingKeepsToIt) {
  council_.social_care("7|Jayden|Whitcombe|2016-05-09|M|");
  council_.school_census("501|Kayden|Whitcombe|2016-05-09|M||");
  const MatchReport report = council_.match();
  ASSERT_EQ(report.open_pairs, 1);
  ASSERT_EQ(report.golden_records, 2);
  const Response queue = get("/people/review");
  EXPECT_SHOWS(queue, "Review pair 1");
  EXPECT_HIDES(queue, "Whitcombe");
  const Response pair = get("/people/review/1");
  EXPECT_SHOWS(pair, "Kayden");
  EXPECT_SHOWS(pair, "Different");
  EXPECT_EQ(log_.size(), 2u);  // Two people's records were looked at.
  EXPECT_EQ(steward_at_desk_.post("/people/review/1", {{"decision", "same"}}).status(), 422);
  const Response decided =
      steward_at_desk_.post("/people/review/1", {{"decision", "same"}, {"why", "The school wrote his second name."}});
  EXPECT_EQ(decided.header("Location"), "/people/review?decided=1");
  EXPECT_EQ(council_.people(), Strings{"education/501 social_care/7"});
  const MatchReport again = council_.match();
  EXPECT_EQ(again.golden_records, 1);
  EXPECT_EQ(again.open_pairs, 0);
  EXPECT_EQ(council_.people(), Strings{"education/501 social_care/7"});
}

TEST_F(PeoplePagesTest, APairDecidedToBeDifferentChildrenDoesNotComeBack) {
  council_.social_care("7|Jayden|Whitcombe|2016-05-09|M|");
  council_.school_census("501|Kayden|Whitcombe|2016-05-09|M||");
  council_.match();
  get("/people/review/1");
  steward_at_desk_.post("/people/review/1", {{"decision", "different"}, {"why", "Twins: their mother confirmed."}});
  EXPECT_EQ(council_.match().open_pairs, 0);
  EXPECT_EQ(council_.people(), (Strings{"education/501", "social_care/7"}));
}

TEST(Steward, TwoNhsNumbersAreNeverOneChildWhateverIsDecided) {
  TestCouncil council;
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female\n9990000026|Amara|Okafor|2014-03-12|female");
  council.match();
  const auto records = council.rows("SELECT id FROM source_record ORDER BY id");
  council.database->write([&](db::Connection& connection) {
    connection.execute(
        "INSERT INTO clerical_pair (record_a, record_b, weight, reason, explanation, state, run)"
        " VALUES ($1, $2, 3.0, 'different_nhs_numbers', '[]', 'open', 1) ON CONFLICT (record_a, record_b) DO NOTHING",
        {records[0], records[1]});
  });
  const auto decided = decide_pair(*council.database, 1, PairDecision::Same,
                                   {.by = "steward", .why = "They look alike.", .at = council.clock.now()});
  ASSERT_FALSE(decided.ok());
  EXPECT_EQ(decided.problems()[0].what, "These records have different NHS numbers, so they can't be one child");
  EXPECT_EQ(council.people().size(), 2u);
}

TEST(Steward, NoCellOfADownloadBeginsAFormula) {
  EXPECT_EQ(spreadsheet_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
  EXPECT_EQ(spreadsheet_cell("+44"), "\"'+44\"");
  EXPECT_EQ(spreadsheet_cell("Okafor, Amara"), "\"Okafor, Amara\"");
}

TEST(Evaluate, CountsWhatWasJoinedRightlyWronglyAndNotAtAll) {
  TestCouncil council;
  council.social_care("7|Amara|Okafor|2014-03-12|F|9990000018\n8|Jude|Adams|2012-01-05|M|");
  council.nhs("9990000018|Amara|Okafor|2014-03-12|female\n9990000026|Oliver|Bennett|2010-07-30|male");
  council.match();
  const auto truth = council.folder / "truth.csv";
  std::ofstream(truth) << "source,file,record_key,person_id,household_id\n"
                          "social_care,social_care/ssd_person.csv,7,P1,H1\n"
                          "nhs,nhs/pds_patients.ndjson,9990000018,P1,H1\n"
                          "social_care,social_care/ssd_person.csv,8,P2,H2\n"
                          "nhs,nhs/pds_patients.ndjson,9990000026,P2,H2\n"    // Not joined: nothing agrees.
                          "education,education/pupilonroll.csv,501,P1,H1\n";  // Not loaded.
  const auto result = evaluate(*council.database, truth);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->records, 4);
  EXPECT_EQ(result->unknown_records, 1);
  EXPECT_EQ(result->true_pairs, 1);
  EXPECT_EQ(result->missed_pairs, 1);
  EXPECT_EQ(result->false_pairs, 0);
  EXPECT_EQ(result->two_nhs_numbers, 0);
  EXPECT_EQ(result->precision(), 1.0);
  EXPECT_EQ(result->recall(), 0.5);
}

}  // namespace
}  // namespace guildhall::masterdata
