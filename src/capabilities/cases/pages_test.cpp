#include <gtest/gtest.h>

#include <algorithm>

#include "audit/audit.h"
#include "cases/impl/test_officers.h"
#include "cases/work_pages.h"
#include "http/testing.h"
#include "signin/sessions.h"

namespace guildhall::cases {
namespace {

using http::Page;
using http::TestBrowser;

class WorkPages : public testing::Test, protected TestOffice {
 protected:
  WorkPages() {
    cases.database().migrate("audit", audit::embedded_files());
    add_routes(router, {.engine = cases.engine(),
                        .signin = signin,
                        .site = site,
                        .documents = documents,
                        .navigation = {{.text = "Tasks", .url = {"/work"}}}});
  }

  TestBrowser browser_of(const Officer& officer) {
    const auto session = cases.database().write([&](db::Connection& connection) {
      return signin::open_session(connection, signin::AccountId::parse(officer.account()).value(),
                                  {.provider = "", .acr = "", .amr = {"pwd", "otp"}}, cases.clock.now());
    });
    TestBrowser browser(router);
    browser.set_cookie("session", session.token);
    return browser;
  }
  // Since the last time it was asked.
  std::string audited() {
    std::string acts;
    for (const audit::Entry& entry : cases.read([&](db::Connection& connection) {
           return audit::list(connection, {.account = {}, .subject = {}, .after = seen});
         })) {
      acts += entry.act.act + " " + entry.act.outcome + "|";
      seen = entry.number;
    }
    return acts;
  }

  html::Site site{.council = "Borsetshire County Council"};
  signin::Signin signin{cases.database(),
                        {.environment_key = std::string(32, 'k'), .site = site, .providers = {}, .landing_pages = {}},
                        cases.clock};
  http::Router router;
  std::int64_t seen = 0;
  Officer karin = officer("Karin", {"Highways"});
  Officer lena = officer("Lena", {"Libraries"});
  Started started = cases.start("permit");
  std::string task = "/work/tasks/" + cases.only_task(started).id.text();
  std::string a_case = "/work/cases/" + started.reference;
};

TEST_F(WorkPages, ATaskIsClaimedAnsweredAndGone) {
  TestBrowser browser = browser_of(karin);
  const Page list = browser.get("/work");
  EXPECT_TRUE(list.says("Check the form"));
  EXPECT_TRUE(list.says("My teams’ tasks (1)"));
  EXPECT_TRUE(browser.get(task).says("Claim this task"));
  EXPECT_TRUE(browser.post(task + "/claim", {}).says("The task is yours"));
  const Page missing = browser.post(task + "/done", {{"note", "Wide enough"}});
  EXPECT_EQ(missing.status, 422);
  EXPECT_TRUE(missing.says("Select yes or no: Approved"));
  EXPECT_TRUE(missing.says("Wide enough</textarea>"));
  const Page done = browser.post(task + "/done", {{"answer-approved", "yes"}, {"note", "Wide enough"}});
  EXPECT_EQ(done.path, "/work");
  EXPECT_TRUE(done.says("Nothing here."));
  EXPECT_EQ(cases.happened(started), "s check ok granted");
  EXPECT_EQ(audited(), "task.list 1 shown|task.view shown|task.view shown|task.view shown|task.list 0 shown|");
}

TEST_F(WorkPages, WhatSomebodyCannotReachIsNotFoundAndThatIsRecorded) {
  TestBrowser browser = browser_of(lena);
  EXPECT_FALSE(browser.get("/work?list=team").says("Check the form"));
  EXPECT_FALSE(browser.get("/work/cases").says(started.reference));
  audited();
  EXPECT_EQ(browser.get(task).status, 404);
  EXPECT_EQ(browser.get(a_case).status, 404);
  EXPECT_EQ(audited(), "task.view refused|case.view refused|");
  browser.get("/work");
  EXPECT_EQ(browser.post(task + "/comment", {{"comment", "Hello"}}).status, 404);
  EXPECT_EQ(browser.get(a_case + "/version").status, 404);
  EXPECT_EQ(browser.get(a_case + "/pictures/" + started.instance.text()).status, 404);
  EXPECT_EQ(browser.get(a_case + "/documents/" + new_uuid().text()).status, 404);
  TestBrowser stranger(router);
  EXPECT_EQ(stranger.get(a_case).path, "/signin");
}

TEST_F(WorkPages, ACaseSaysWhoDidWhatByName) {
  TestBrowser browser = browser_of(karin);
  browser.get(task);
  browser.post(task + "/comment", {{"comment", "<b>Wide</b>"}});
  audited();
  const Page page = browser.get(a_case);
  EXPECT_EQ(audited(), "case.view shown|");
  EXPECT_TRUE(page.says("Karin commented on ‘Check the form’"));
  EXPECT_TRUE(page.says("&lt;b&gt;Wide&lt;/b&gt;"));
  EXPECT_FALSE(page.says(karin.account()));
  EXPECT_TRUE(page.says("Check the form (user task): 1 waiting"));
  const Page picture = browser.get(a_case + "/pictures/" + started.instance.text());
  EXPECT_EQ(picture.status, 200);
  EXPECT_TRUE(picture.says("<svg"));
}

TEST_F(WorkPages, VersionsChangeWithWhatIsShown) {
  TestBrowser browser = browser_of(karin);
  const std::string list = "/work/tasks/version?list=unassigned&page=1", of_case = a_case + "/version";
  const std::string before = browser.get(list).body, case_before = browser.get(of_case).body;
  EXPECT_EQ(browser.get(list).body, before);
  EXPECT_TRUE(browser.get("/work?list=unassigned").says("data-live-version=\"" + before + "\""));
  ASSERT_TRUE(tasks.claim(karin, cases.only_task(started).id).ok());
  EXPECT_NE(browser.get(list).body, before);
  EXPECT_NE(browser.get(of_case).body, case_before);
  EXPECT_EQ(audited(), "task.list 1 shown|") << "a version shows nothing";
}

TEST_F(WorkPages, OnlyAnOperatorIsToldWhatIsWrongAndRetries) {
  ASSERT_TRUE(cases.engine().complete(cases.only_task(started).id, {}, {karin.account(), ""}).ok());
  TestBrowser browser = browser_of(karin);
  const Page page = browser.get(a_case);
  EXPECT_TRUE(page.says("Somebody has been told"));
  EXPECT_FALSE(page.says("has no default flow"));
  const std::string job = std::to_string(cases.all_incidents()[0].number);
  EXPECT_EQ(browser.post(a_case + "/retry", {{"job", job}, {"why-" + job, "Mended"}}).status, 404);

  const Officer olive = officer("Olive", {});
  cases.database().write([&](db::Connection& connection) {
    signin::grant(connection, signin::AccountId::parse(olive.account()).value(),
                  {.role = signin::Role::Operator, .scope = {}, .from = cases.clock.now(), .until = std::nullopt});
  });
  TestBrowser operators = browser_of(olive);
  EXPECT_TRUE(operators.get(a_case).says("has no default flow"));
  EXPECT_TRUE(operators.post(a_case + "/retry", {{"job", job}, {"why-" + job, ""}}).says("Enter what was mended"));
  EXPECT_TRUE(operators.post(a_case + "/retry", {{"job", job}, {"why-" + job, "Mended"}}).says("Olive retried"));
}

TEST_F(WorkPages, ReassigningSaysWhatIsMissingAndKeepsWhatWasTicked) {
  TestBrowser browser = browser_of(karin);
  browser.get("/work?list=team");
  const std::string id = cases.only_task(started).id.text();
  const Page missing = browser.post("/work/reassign", {{"list", "team"}, {"task", id}, {"why", "Leave"}});
  EXPECT_EQ(missing.status, 422);
  EXPECT_TRUE(missing.says("Choose an officer or a team"));
  EXPECT_TRUE(missing.says("value=\"" + id + "\" checked"));
  EXPECT_TRUE(
      browser.post("/work/reassign", {{"list", "team"}, {"task", id}, {"why", "Leave"}, {"to", "team:Libraries"}})
          .says("1 task is with Libraries now"));
  EXPECT_TRUE(browser_of(lena).get("/work?list=unassigned").says("Check the form"));
}

}  // namespace
}  // namespace guildhall::cases
