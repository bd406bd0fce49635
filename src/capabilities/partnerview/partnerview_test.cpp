#include "partnerview/partnerview.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "access/access.h"
#include "audit/audit.h"
#include "council/council.h"
#include "db/testing.h"
#include "http/testing.h"
#include "masterdata/load.h"
#include "masterdata/match.h"
#include "partnerview/lookup.h"
#include "signin/sessions.h"
#include "signin/testing.h"

namespace guildhall::partnerview {
namespace {

using http::Page;
using http::TestBrowser;
using signin::OrganisationKind;
using signin::Role;

// Two children known to social care, twins who are not, and everybody at the NHS.
class PartnerView : public testing::Test {
 protected:
  PartnerView() {
    signin::migrate(*database_);
    masterdata::migrate(*database_);
    database_->migrate("council", council::embedded_files());
    database_->migrate("audit", audit::embedded_files());
    database_->migrate("access", access::embedded_files());
    database_->write([](db::Connection& connection) {
      council::store(connection, {.name = "Borsetshire County Council",
                                  .brand_colour = "#00603d",
                                  .front_door_phone = "01632 960101",
                                  .out_of_hours_phone = "01632 960999",
                                  .contact_email = "hello@borsetshire.example",
                                  .contact_phone = "01632 960100",
                                  .told_on = Date::parse_iso("2026-11-02").value(),
                                  .is_demonstration = true});
    });
    std::string folder = (std::filesystem::temp_directory_path() / "guildhall_partner_XXXXXX").string();
    folder_ = mkdtemp(folder.data());
    load("ssd_person.csv",
         "pers_person_id,pers_forename,pers_surname,pers_dob,pers_sex,pers_common_child_id,pers_ethnicity,pers_upn_"
         "unknown\n"
         "7,Amara,Okafor,2014-03-12,F,9990000018,,\n"
         "8,Jude,Whitcombe,2012-01-05,M,9990000026,,\n"
         "21,Ada,Nowak,2015-06-01,F,,,\n"
         "22,Ida,Nowak,2015-06-01,F,,,\n");
    load("ssd_involvements.csv",
         "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,"
         "invo_involvement_start_date,invo_involvement_end_date,invo_worker_change_reason,invo_person_id,"
         "invo_referral_id\n"
         "1,P1,Social worker,T1,2025-02-01,,,7,\n");
    load("ssd_professionals.csv",
         "prof_professional_id,prof_staff_id,prof_professional_name,prof_social_worker_registration_no,"
         "prof_agency_worker_flag,prof_professional_job_title,prof_professional_caseload,"
         "prof_professional_department,prof_full_time_equivalency\n"
         "P1,S1,Karin Lindqvist,,,Social worker,,,\n");
    load("ssd_department.csv",
         "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\nT1,Assessment Team North,,\n");
    load("ssd_cp_plans.csv",
         "cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,cppl_cp_plan_start_date,"
         "cppl_cp_plan_end_date,cppl_cp_plan_ola,cppl_cp_plan_initial_category,cppl_cp_plan_latest_category\n"
         "1,,,7,2025-02-10,,,NEG,NEG\n");
    load("ssd_cin_episodes.csv",
         "cine_referral_id,cine_person_id,cine_referral_date,cine_cin_primary_need_code,cine_referral_source_code,"
         "cine_referral_source_desc,cine_referral_outcome_json,cine_referral_nfa,cine_close_reason,cine_close_date,"
         "cine_referral_team,cine_referral_worker_id\n9,8,2020-01-01,,,,,,,2021-01-01,,\n");
    const auto matched = masterdata::match(*database_, {}, clock_);
    check(matched.ok());
    database_->write([](db::Connection& connection) {
      masterdata::set_team_phone(connection, "Assessment Team North", "01632 960110");
    });
    add_routes(router_, {.database = *database_, .signin = signin_, .site = site_, .clock = clock_});
  }
  ~PartnerView() override { std::filesystem::remove_all(folder_); }

  void load(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    const auto report = masterdata::load(*database_,
                                         {.source = "social_care",
                                          .path = folder_ / name,
                                          .as_of = Date::parse_iso("2025-11-02").value(),
                                          .allow_test_numbers = true},
                                         clock_);
    check(report.ok(), report.ok() ? "" : to_text(report.problems()));
    check(!report->extract.problem, report->extract.problem ? to_text(*report->extract.problem) : "");
    check(report->extract.rows_rejected == 0, "a row of the fixture was rejected");
  }

  TestBrowser partner_of(std::string organisation, OrganisationKind kind, Role role = Role::Partner) {
    const auto session = database_->write([&](db::Connection& connection) {
      const signin::AccountId account = signin::create_external_account(
          connection,
          {.issuer = "https://signin.example",
           .subject = std::to_string(++people_),
           .display_name = "Dai Pritchard",
           .organisation = {organisation, kind}},
          {{.role = role, .scope = {}, .from = clock_.now() - std::chrono::hours(1), .until = std::nullopt}},
          clock_.now() - std::chrono::hours(1));
      return signin::open_session(connection, account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}},
                                  clock_.now());
    });
    TestBrowser browser(router_);
    browser.set_cookie("session", session.token);
    return browser;
  }
  TestBrowser police() { return partner_of("Westshire Police", OrganisationKind::Police); }

  static std::vector<http::NamedValue> by_number(std::string number, std::string purpose = "immediate-risk") {
    return {{"purpose", std::move(purpose)}, {"by", "nhs-number"}, {"nhs-number", std::move(number)}};
  }
  static std::vector<http::NamedValue> by_name(std::string family_name, std::string forename, std::string year) {
    return {{"purpose", "immediate-risk"},        {"by", "name"},          {"family-name", std::move(family_name)},
            {"forename", std::move(forename)},    {"birth-date-day", "1"}, {"birth-date-month", "6"},
            {"birth-date-year", std::move(year)}, {"sex", "female"}};
  }
  Page searched(std::vector<http::NamedValue> fields) {
    TestBrowser browser = police();
    browser.get("/partner/search?purpose=immediate-risk");
    return browser.post("/partner/search", std::move(fields));
  }
  std::vector<audit::Act> audited() {
    std::vector<audit::Act> acts;
    for (const audit::Entry& entry :
         database_->read([](db::Connection& connection) { return audit::list(connection, {}); })) {
      acts.push_back(entry.act);
    }
    return acts;
  }

  db::TestDatabase database_;
  SystemClock clock_;
  std::filesystem::path folder_;
  html::Site site_{.council = "Borsetshire County Council"};
  signin::Signin signin_{*database_,
                         {.environment_key = std::string(32, 'k'), .site = site_, .providers = {}, .landing_pages = {}},
                         clock_};
  http::Router router_;
  int people_ = 0;
};

TEST_F(PartnerView, SaysWhoWorksWithAChildAndRecordsIt) {
  const Page answer = searched(by_number("999 000 0018"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says("open now"));
  EXPECT_TRUE(answer.says("Karin Lindqvist"));
  EXPECT_TRUE(answer.says("Assessment Team North"));
  EXPECT_TRUE(answer.says("href=\"tel:01632960110\""));
  EXPECT_TRUE(answer.says("Child protection plan, from 10 February 2025, open now"));
  EXPECT_TRUE(answer.says("2 November 2025"));
  EXPECT_FALSE(answer.says("Amara"));  // Nothing that was not asked with.
  EXPECT_FALSE(answer.says("Okafor"));

  const auto acts = audited();
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].act, "partner.search");
  EXPECT_EQ(acts[0].organisation, "Westshire Police");
  EXPECT_EQ(acts[0].purpose, "immediate-risk");
  EXPECT_EQ(acts[0].outcome, "signpost");
  EXPECT_FALSE(acts[0].subject.empty());
  EXPECT_EQ(acts[0].personal, (std::vector<std::pair<std::string, std::string>>{{"nhs_number", "9990000018"}}));
}

TEST_F(PartnerView, TellsClosedInvolvementFromOpen) {
  const Page answer = searched(by_number("9990000026"));
  EXPECT_TRUE(answer.says("nothing open"));
  EXPECT_TRUE(answer.says("ended 1 January 2021"));
  EXPECT_FALSE(answer.says("Who to call"));
}

// What a page says, without what differs in every page: tokens, and what was searched for.
std::string without_the_search(std::string body) {
  for (const auto& [from, to] :
       {std::pair{"name=\"csrf_token\" value=\"", "\""}, std::pair{"You searched for", "Reason:"}}) {
    for (std::size_t begin = body.find(from); begin != std::string::npos; begin = body.find(from, begin + 1)) {
      const std::size_t after = begin + std::string(from).size();
      body.erase(after, body.find(to, after) - after);
    }
  }
  return body;
}

TEST_F(PartnerView, RefusedAndEmptyAndSeveralLookAlike) {
  const Page nobody = searched(by_number("9990000034"));
  const Page several = searched(by_name("Nowak", "", "2015"));
  EXPECT_EQ(nobody.status, several.status);
  EXPECT_EQ(without_the_search(nobody.body), without_the_search(several.body));

  signin::Account parking;
  parking.organisation = {"Parking", OrganisationKind::Council};
  const auto refused_answer =
      look_up(*database_, signin::signed_in_for_test(parking, {Role::Partner}, clock_.now()), "immediate-risk",
              masterdata::ByNhsNumber{records::NhsNumber::parse("9990000018", records::TestNumbers::Accept).value()},
              clock_.now());
  EXPECT_FALSE(refused_answer);

  const auto acts = audited();
  ASSERT_EQ(acts.size(), 3u);
  EXPECT_EQ(acts[0].outcome, "none: nobody");
  EXPECT_EQ(acts[1].outcome, "none: several");
  EXPECT_EQ(acts[2].outcome, "refused: no rule for partner of council for immediate-risk");
  for (const audit::Act& act : acts) EXPECT_EQ(act.subject, "");
}

TEST_F(PartnerView, AFirstNameTellsTwinsApart) {
  EXPECT_TRUE(searched(by_name("Nowak", "", "2015")).says("No information to show"));
  EXPECT_TRUE(searched(by_name("Nowak", "Ida", "2015")).says("Known to children’s social care"));
}

TEST_F(PartnerView, AsksForAPurposeFirst) {
  TestBrowser browser = police();
  const Page purposes = browser.get("/partner");
  EXPECT_TRUE(purposes.says("A child may be in danger now"));
  EXPECT_FALSE(purposes.says("Health care for the child"));  // Not the police's.
  const Page none = browser.get("/partner/search");
  EXPECT_EQ(none.status, 422);
  EXPECT_TRUE(none.says("Select why you need to know about this child"));
  EXPECT_EQ(browser.get("/partner/search?purpose=direct-care").status, 422);
  EXPECT_EQ(browser.post("/partner/search", by_number("9990000018", "direct-care")).status, 422);
  EXPECT_TRUE(audited().empty());
}

TEST_F(PartnerView, SaysWhatIsWrongInTheForm) {
  const Page number = searched(by_number("999 000 0017"));
  EXPECT_EQ(number.status, 422);
  EXPECT_TRUE(number.says("The last digit of this NHS number should be 8, not 7."));
  const Page date = searched({{"purpose", "immediate-risk"},
                              {"by", "name"},
                              {"family-name", ""},
                              {"birth-date-day", "31"},
                              {"birth-date-month", "2"},
                              {"birth-date-year", "2015"}});
  for (const char* message :
       {"Enter the child’s family name", "Date of birth must be a real date", "Select the child’s sex"}) {
    EXPECT_TRUE(date.says(message)) << message;
  }
  EXPECT_TRUE(audited().empty());
}

TEST_F(PartnerView, IsForPartnersAlone) {
  TestBrowser officer = partner_of("Borsetshire County Council", OrganisationKind::Council, Role::Officer);
  EXPECT_EQ(officer.get("/partner").status, 403);
  TestBrowser stranger(router_);
  EXPECT_NE(stranger.get("/partner").path, "/partner");
}

}  // namespace
}  // namespace guildhall::partnerview
