#include "enquiries/enquiries.h"

#include <gtest/gtest.h>

#include "audit/audit.h"
#include "council/council.h"
#include "db/testing.h"
#include "enquiries/enquiry_form.h"
#include "http/testing.h"
#include "signin/sessions.h"

namespace guildhall::enquiries {
namespace {

using http::Page;
using http::TestBrowser;

class EnquiryPages : public testing::Test {
 protected:
  EnquiryPages() {
    database_->migrate("council", council::embedded_files());
    database_->migrate("audit", audit::embedded_files());
    database_->migrate("enquiries", embedded_files());
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
    add_routes(router_, {.database = *database_, .signin = signin_, .site = site_, .clock = clock_});
  }

  TestBrowser officer_of(std::vector<std::string> teams) {
    std::vector<signin::RoleGrant> grants;
    for (const std::string& team : teams) {
      grants.push_back({.role = signin::Role::Officer,
                        .scope = {signin::Scope::Kind::Team, team},
                        .from = clock_.now() - std::chrono::hours(1),
                        .until = std::nullopt});
    }
    const auto session = database_->write([&](db::Connection& connection) {
      const signin::AccountId account = signin::create_external_account(
          connection,
          {.issuer = "https://signin.example",
           .subject = teams.front(),
           .display_name = "Sam Field",
           .organisation = {"Borsetshire County Council", signin::OrganisationKind::Council}},
          grants, clock_.now() - std::chrono::hours(1));
      return signin::open_session(connection, account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}},
                                  clock_.now());
    });
    TestBrowser browser(router_);
    browser.set_cookie("session", session.token);
    return browser;
  }

  // Asks a question the whole way; returns its reference.
  std::string ask(std::string topic, std::string question) {
    TestBrowser priya(router_);
    priya.get("/enquiry/topic");
    priya.post("/enquiry/topic", {{"topic", std::move(topic)}});
    priya.post("/enquiry/message", {{"message", std::move(question)}});
    priya.post("/enquiry/contact", {{"name", "Priya Nair"}, {"email", "priya@example.com"}, {"phone", ""}});
    return reference_on(priya.post("/enquiry/check", {}));
  }
  static std::string reference_on(const Page& page) {
    const std::size_t at = page.body.find("GE-");
    return at == std::string::npos ? "" : page.body.substr(at, 12);
  }
  std::vector<std::string> audited() {
    std::vector<std::string> acts;
    for (const audit::Entry& entry :
         database_->read([](db::Connection& connection) { return audit::list(connection, {}); })) {
      acts.push_back(entry.act.act + " " + entry.act.outcome);
    }
    return acts;
  }

  db::TestDatabase database_;
  SystemClock clock_;
  html::Site site_{.council = "Borsetshire County Council"};
  signin::Signin signin_{*database_,
                         {.environment_key = std::string(32, 'k'), .site = site_, .providers = {}, .landing_pages = {}},
                         clock_};
  http::Router router_;
};

TEST_F(EnquiryPages, AQuestionGoesFromTheResidentToTheOfficerAndBack) {
  TestBrowser priya(router_);
  EXPECT_TRUE(priya.get("/enquiry").says("Ask us a question"));
  EXPECT_EQ(priya.get("/enquiry/topic").status, 200);
  EXPECT_EQ(priya.post("/enquiry/topic", {{"topic", "roads"}}).path, "/enquiry/message");
  EXPECT_EQ(priya.post("/enquiry/message", {{"message", "A pothole in Mill Lane."}}).path, "/enquiry/contact");
  const Page answers =
      priya.post("/enquiry/contact", {{"name", "Priya Nair"}, {"email", "priya@example.com"}, {"phone", ""}});
  EXPECT_EQ(answers.path, "/enquiry/check");
  EXPECT_TRUE(answers.says("A pothole in Mill Lane."));
  EXPECT_TRUE(answers.says("Roads, pavements and street lights"));
  const Page done = priya.post("/enquiry/check", {});
  EXPECT_EQ(done.path, "/enquiry/done");
  const std::string reference = reference_on(done);
  ASSERT_EQ(reference_in(reference), reference);

  TestBrowser sam = officer_of({"Highways"});
  const Page inbox = sam.get("/work/enquiries");
  ASSERT_TRUE(inbox.says(reference));
  const std::size_t link = inbox.body.find("/work/enquiries/");
  const std::string enquiry = inbox.body.substr(link, std::string("/work/enquiries/").size() + 36);
  EXPECT_TRUE(sam.get(enquiry).says("A pothole in Mill Lane."));
  EXPECT_TRUE(
      sam.post(enquiry + "/reply", {{"message", "Mended on Friday."}, {"then", "keep"}}).says("Mended on Friday."));

  priya.get("/track");
  const Page followed = priya.post("/track", {{"reference", reference}, {"email", "PRIYA@example.com"}});
  EXPECT_TRUE(followed.says("Mended on Friday."));
  EXPECT_TRUE(followed.says("Sam Field, for the council"));
  EXPECT_EQ(audited(), (std::vector<std::string>{"enquiry.list 1 shown", "enquiry.view shown", "enquiry.view shown",
                                                 "enquiry.reply sent", "enquiry.view shown"}));
}

TEST_F(EnquiryPages, EachQuestionSaysWhatIsMissing) {
  TestBrowser priya(router_);
  priya.get("/enquiry/topic");
  const Page topic = priya.post("/enquiry/topic", {});
  EXPECT_EQ(topic.status, 422);
  EXPECT_TRUE(topic.says("Select what your question is about"));
  EXPECT_TRUE(topic.says("<title>Error: "));
  priya.post("/enquiry/topic", {{"topic", "roads"}});
  EXPECT_TRUE(priya.post("/enquiry/message", {{"message", "  "}}).says("Enter your question"));
  priya.post("/enquiry/message", {{"message", "A pothole."}});
  const Page contact = priya.post("/enquiry/contact", {{"name", "Priya <b>"}, {"email", "priya"}, {"phone", ""}});
  EXPECT_TRUE(contact.says("Enter an email address in the correct format"));
  EXPECT_TRUE(contact.says("Priya &lt;b&gt;"));
}

TEST_F(EnquiryPages, SendingTwiceGivesOneReference) {
  TestBrowser priya(router_);
  priya.get("/enquiry/topic");
  priya.post("/enquiry/topic", {{"topic", "roads"}});
  priya.post("/enquiry/message", {{"message", "A pothole."}});
  priya.post("/enquiry/contact", {{"name", "Priya Nair"}, {"email", "priya@example.com"}, {"phone", ""}});
  const std::string once = reference_on(priya.post("/enquiry/check", {}));
  EXPECT_EQ(reference_on(priya.post("/enquiry/check", {})), once);
  EXPECT_TRUE(officer_of({"Highways"}).get("/work/enquiries").says(once));
}

TEST_F(EnquiryPages, NobodySkipsAQuestion) {
  TestBrowser priya(router_);
  EXPECT_EQ(priya.get("/enquiry/check").path, "/enquiry");
  EXPECT_EQ(priya.get("/enquiry/done").path, "/enquiry");
  priya.get("/enquiry/topic");
  priya.post("/enquiry/topic", {{"topic", "roads"}});
  EXPECT_EQ(priya.get("/enquiry/check").path, "/enquiry/message");
  EXPECT_EQ(priya.post("/enquiry/check", {}).path, "/enquiry/message");
}

TEST_F(EnquiryPages, AnOtherTeamsEnquiryIsNotFoundAndTheTryIsRecorded) {
  ask("roads", "A pothole.");
  TestBrowser highways = officer_of({"Highways"});
  const Page inbox = highways.get("/work/enquiries");
  const std::string enquiry = inbox.body.substr(inbox.body.find("/work/enquiries/"), 52);
  TestBrowser libraries = officer_of({"Libraries"});
  EXPECT_TRUE(libraries.get("/work/enquiries").says("Nothing is open"));
  EXPECT_EQ(libraries.get(enquiry).status, 404);
  EXPECT_EQ(audited().back(), "enquiry.view refused");
  EXPECT_EQ(libraries.get("/work/enquiries/no-such-id").status, 404);
}

TEST_F(EnquiryPages, HandingOverNeedsATeamAndAReason) {
  ask("roads", "Where is my library book?");
  TestBrowser sam = officer_of({"Highways"});
  const Page inbox = sam.get("/work/enquiries");
  const std::string enquiry = inbox.body.substr(inbox.body.find("/work/enquiries/"), 52);
  sam.get(enquiry);
  const Page refused = sam.post(enquiry + "/hand-over", {{"team", "Parks"}, {"why", ""}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(refused.says("Choose the team to hand over to"));
  EXPECT_TRUE(refused.says("Enter why this team should have it"));
  EXPECT_EQ(sam.post(enquiry + "/hand-over", {{"team", "Libraries"}, {"why", "About a book"}}).path, "/work/enquiries");
  EXPECT_EQ(sam.get(enquiry).status, 404);
  EXPECT_TRUE(officer_of({"Libraries"}).get(enquiry).says("About a book"));
}

TEST_F(EnquiryPages, FollowingSaysTheSameForAnUnknownReferenceAndAnOtherAddress) {
  const std::string reference = ask("roads", "A pothole.");
  TestBrowser stranger(router_);
  stranger.get("/track");
  const Page wrong_address = stranger.post("/track", {{"reference", reference}, {"email", "eve@example.com"}});
  const Page wrong_reference = stranger.post("/track", {{"reference", "GE-0000-0000"}, {"email", "eve@example.com"}});
  EXPECT_EQ(wrong_address.status, 422);
  EXPECT_EQ(wrong_reference.status, 422);
  for (const Page* page : {&wrong_address, &wrong_reference}) {
    EXPECT_TRUE(page->says("There is no enquiry with this reference number and email address"));
    EXPECT_FALSE(page->says("pothole"));
  }
}

TEST_F(EnquiryPages, PeopleWhoAreNotOfficersSeeNoInbox) {
  TestBrowser stranger(router_);
  EXPECT_NE(stranger.get("/work/enquiries").path, "/work/enquiries");
  EXPECT_TRUE(audited().empty());
}

}  // namespace
}  // namespace guildhall::enquiries
