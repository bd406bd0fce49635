#include "cases/statistics_pages.h"

#include <gtest/gtest.h>

#include "cases/impl/test_cases.h"
#include "http/testing.h"
#include "signin/sessions.h"

namespace guildhall::cases {
namespace {

using http::Page;
using http::TestBrowser;
using signin::Role;

class StatisticsPagesTest : public ::testing::Test {
 protected:
  StatisticsPagesTest() {
    signin::migrate(cases_.database());
    cases_.publish(
        definitions("<process id=\"permit\" name=\"Skip permit\" isExecutable=\"true\">"
                    "<startEvent id=\"s\"/><userTask id=\"check\" name=\"Check the form\"/>"
                    "<endEvent id=\"e\"/>" +
                    flows("s check e") + "</process>"));
    add_statistics_routes(router_, {.database = cases_.database(),
                                    .signin = signin_,
                                    .site = site_,
                                    .clock = cases_.clock,
                                    .navigation = {{.text = "Processes", .url = {"/work/processes"}}}});
  }

  TestBrowser somebody(Role role) {
    const Instant now = cases_.clock.now();
    const auto session = cases_.database().write([&](db::Connection& connection) {
      const signin::AccountId account = signin::create_external_account(
          connection,
          {.issuer = "https://signin.example",
           .subject = std::string(name_of(role)),
           .display_name = "Sam Field",
           .organisation = {"Borsetshire County Council", signin::OrganisationKind::Council}},
          std::vector<signin::RoleGrant>{
              {.role = role, .scope = {signin::Scope::Kind::Team, "Highways"}, .from = now, .until = std::nullopt}},
          now);
      return signin::open_session(connection, account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}}, now);
    });
    TestBrowser browser(router_);
    browser.set_cookie("session", session.token);
    return browser;
  }

  void permits(int count, std::chrono::hours each) {
    for (int i = 0; i < count; ++i) {
      const Started started = cases_.start("permit");
      cases_.clock.advance(each);
      ASSERT_TRUE(cases_.engine().complete(cases_.only_task(started).id, {}, {"m.evans", "Fine"}).ok());
    }
  }

  TestCases cases_;
  html::Site site_{.council = "Borsetshire County Council"};
  signin::Signin signin_{cases_.database(),
                         {.environment_key = std::string(32, 'k'), .site = site_, .providers = {}, .landing_pages = {}},
                         cases_.clock};
  http::Router router_;
};

TEST_F(StatisticsPagesTest, ShowHowCasesWentInNumbersAndAsAPicture) {
  permits(6, std::chrono::hours(3));
  TestBrowser sam = somebody(Role::Officer);
  const Page list = sam.get("/work/processes");
  EXPECT_EQ(list.status, 200);
  EXPECT_TRUE(list.says("Skip permit"));
  EXPECT_TRUE(list.says("0.5"));  // 6 in 12 weeks.
  EXPECT_TRUE(list.says("3.0 hours"));

  const Page page = sam.get("/work/processes/permit");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.says("Check the form"));
  EXPECT_TRUE(page.says("3.0 hours"));
  EXPECT_TRUE(page.says("Week of 5 January 2026: 3.0 hours"));
  // Who did it, and which cases they were, is not told.
  EXPECT_FALSE(page.says("m.evans"));
  EXPECT_FALSE(page.says("CA-"));

  const Page picture = sam.get("/work/processes/permit/picture?heat=time");
  EXPECT_EQ(picture.status, 200);
  EXPECT_TRUE(picture.says("6 · 3.0 hours"));
  EXPECT_TRUE(sam.get("/work/processes/permit/picture?heat=volume").says("Check the form"));
}

TEST_F(StatisticsPagesTest, TellNoSmallNumbers) {
  permits(4, std::chrono::hours(3));
  TestBrowser sam = somebody(Role::Officer);
  for (const char* path : {"/work/processes", "/work/processes/permit", "/work/processes/permit?heat=volume",
                           "/work/processes/permit/picture", "/work/processes/permit/picture?heat=volume"}) {
    const Page page = sam.get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_FALSE(page.says("3.0 hours")) << path;
    EXPECT_FALSE(page.says("\n4\n")) << path;
  }
}

TEST_F(StatisticsPagesTest, AreOfThePeriodThatIsChosen) {
  permits(6, std::chrono::hours(3));
  TestBrowser sam = somebody(Role::Operator);
  const std::string january =
      "/work/processes/permit?from-day=1&from-month=1&from-year=2026&to-day=5&to-month=1&to-year=2026";
  EXPECT_TRUE(sam.get(january).says("1 January 2026 to 5 January 2026"));
  // Began at 09:00, 12:00, 15:00, 18:00 and 21:00; the sixth at midnight, the day after.
  const std::string body = sam.get(january).body;
  const std::size_t begun = body.find("Cases begun");
  EXPECT_NE(body.substr(begun, 200).find("\n5\n"), std::string::npos) << body.substr(begun, 200);
  const Page wrong = sam.get("/work/processes/permit?from-day=31&from-month=2&from-year=2026");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_TRUE(wrong.says("The first day must be a real date"));
  EXPECT_TRUE(sam.get("/work/processes/permit?from-day=2&from-month=1&from-year=2026&to-day=1&to-month=1&to-year=2026")
                  .says("The last day must be the same as or after the first"));
}

TEST_F(StatisticsPagesTest, AreForOfficersAndOperators) {
  TestBrowser nobody(router_), partner = somebody(Role::Partner), steward = somebody(Role::Steward);
  for (const char* path : {"/work/processes", "/work/processes/permit", "/work/processes/permit/picture"}) {
    for (TestBrowser* browser : {&nobody, &partner, &steward}) {
      const Page page = browser->get(path);
      EXPECT_NE(page.status, 200) << path;
      EXPECT_FALSE(page.says("Check the form")) << path;
    }
  }
}

TEST_F(StatisticsPagesTest, OfWhatIsNotPublishedAreNotFound) {
  TestBrowser sam = somebody(Role::Officer);
  EXPECT_EQ(sam.get("/work/processes/nothing").status, 404);
  EXPECT_EQ(sam.get("/work/processes/nothing/picture").status, 404);
  EXPECT_EQ(sam.get("/work/processes/permit?version=2").status, 404);
}

}  // namespace
}  // namespace guildhall::cases
