#include "decisions/decisions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "db/testing.h"
#include "decisions/api_json.h"
#include "decisions/api_keys.h"
#include "decisions/impl/test_models.h"
#include "decisions/publishing.h"
#include "http/test_client.h"
#include "http/test_description.h"
#include "signin/sessions.h"

namespace guildhall::decisions {
namespace {

using http::Method;
using http::NamedValue;
using http::Response;
using signin::Role;

class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }

 private:
  Instant now_ = *parse_instant("2026-07-01T23:30:00Z");
};

class DecisionsApi : public testing::Test {
 protected:
  DecisionsApi() {
    database_->migrate("decisions", embedded_files());
    add_routes(router_, {.database = *database_, .signin = signin_, .clock = clock_});
    router_.get("/page", [](const http::Request& request) {
      return Response::html("<input name=\"csrf_token\" value=\"" + http::csrf_token(request) + "\">");
    });
    for (const std::string& xml : {residents_model(), permit_model(), trying_model()}) publish_model(xml);
    key_ = database_
               ->write([&](db::Connection& connection) {
                 return create_key(connection, "portal", {.may = {Right::Decisions}}, "root", clock_.now());
               })
               .value();
  }

  void publish_model(const std::string& xml) {
    const auto published = publish(*database_, {.xml = xml, .published_by = "m.evans"}, clock_.now());
    ASSERT_TRUE(published.ok()) << to_text(published.problems());
  }

  std::string session_of(Role role) {
    return database_->write([&](db::Connection& connection) {
      const signin::AccountId account = signin::create_external_account(
          connection,
          {.issuer = "https://signin.example",
           .subject = std::string(name_of(role)),
           .display_name = "Sam Field",
           .organisation = {"Borsetshire County Council", signin::OrganisationKind::Council}},
          {{.role = role, .scope = {}, .from = clock_.now() - std::chrono::hours(1), .until = std::nullopt}},
          clock_.now() - std::chrono::hours(1));
      return signin::open_session(connection, account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}}, clock_.now())
          .token;
    });
  }

  // Every answer is one that the description knows.
  Response sent(http::TestClient& client, Method method, std::string target, std::vector<NamedValue> headers,
                std::string body) {
    const std::string operation =
        method == Method::Get ? "get /api/v1/decisions" : "post /api/v1/decisions/{model}/{decision}";
    Response response =
        client.send({.method = method, .target = std::move(target), .headers = std::move(headers)}, std::move(body));
    EXPECT_TRUE(documented_.at(operation).contains(response.status())) << operation << ": " << response.status();
    EXPECT_EQ(response.header("Content-Type"),
              response.status() == 200 ? "application/json" : "application/problem+json");
    return response;
  }
  Response asked(std::string decision, std::string body) {
    http::TestClient program(router_);
    return sent(program, Method::Post, "/api/v1/decisions/" + decision,
                {{"Authorization", "Bearer " + key_.token}, {"Content-Type", "application/json"}}, std::move(body));
  }
  std::string answer(std::string decision, std::string body) {
    const Response response = asked(std::move(decision), std::move(body));
    EXPECT_EQ(response.status(), 200) << response.body();
    return std::string(response.body());
  }
  static bool says(const Response& response, std::string_view words) {
    return response.body().find(words) != std::string_view::npos;
  }

  const std::map<std::string, std::set<int>> documented_ = http::described("docs/openapi/decisions.yaml");
  db::TestDatabase database_;
  ManualClock clock_;
  signin::Signin signin_{*database_,
                         {.environment_key = std::string(32, 'k'),
                          .site = {.council = "Borsetshire County Council"},
                          .providers = {},
                          .landing_pages = {}},
                         clock_};
  http::Router router_;
  NewApiKey key_;
};

TEST_F(DecisionsApi, AQuestionIsAnsweredWithTheVersionThatAnsweredIt) {
  // Half of 120.50, born before 1960.
  EXPECT_EQ(answer("parking-permit/fee", R"({"inputs": {"Zone": "A", "Date of birth": "1950-03-12"}})"),
            R"({"value":60.25,"model":"parking-permit","decision":"fee","version":1,)"
            R"("imports":[{"model":"residents","version":1}],"nulls":[]})");
  publish_model(permit_model("130"));
  EXPECT_EQ(answer("parking-permit/basic-fee", R"({"inputs": {"Zone": "A"}, "explain": false})"),
            R"({"value":130,"model":"parking-permit","decision":"basic-fee","version":2,)"
            R"("imports":[{"model":"residents","version":1}],"nulls":[]})");
}

TEST_F(DecisionsApi, NullComesWithItsReasons) {
  const std::string nothing = answer("parking-permit/basic-fee", "{}");
  EXPECT_NE(nothing.find(R"({"what":"The input ‘Zone’ was not given.","where":"inputs"})"), std::string::npos)
      << nothing;
  const std::string strange = answer("parking-permit/basic-fee", R"({"inputs": {"Zone": "Q"}})");
  EXPECT_NE(strange.find("is not among the values that tZone allows"), std::string::npos) << strange;
}

TEST_F(DecisionsApi, AnExplanationIsGivenToWhoAsksForIt) {
  const std::string body = R"("inputs": {"Zone": "A", "Date of birth": "1950-03-12"})";
  const std::string explained = answer("parking-permit/fee", "{" + body + R"(, "explain": true})");
  EXPECT_NE(explained.find(R"("explanation":{"text":"Fee is 60.25)"), std::string::npos) << explained;
  EXPECT_NE(explained.find(R"("steps":{"elements":[)"), std::string::npos) << explained;
  EXPECT_EQ(answer("parking-permit/fee", "{" + body + "}").find("explanation"), std::string::npos);
}

TEST_F(DecisionsApi, NumbersKeepAllTheirDigits) {
  publish_model(model("Sums", "urn:sums",
                      R"(<inputData id="a" name="Amount"><variable name="Amount" typeRef="number"/></inputData>
    <decision id="s" name="Sum"><variable name="Sum"/><informationRequirement id="r"><requiredInput href="#a"/>
    </informationRequirement><literalExpression><text>Amount + 1</text></literalExpression></decision>)"));
  EXPECT_TRUE(answer("sums/sum", R"({"inputs": {"Amount": 12345678901234567890123456789.01}})")
                  .starts_with(R"({"value":12345678901234567890123456790.01,)"));
}

TEST_F(DecisionsApi, TodayIsTheDayInTheUnitedKingdom) {
  // Half past eleven in the evening UTC on 1 July is half past midnight of 2 July in summer time.
  EXPECT_TRUE(answer("trying/today", "{}").starts_with(R"({"value":"2026-07-02",)"));
}

TEST_F(DecisionsApi, WrongQuestionsAreToldWhereAndHowToMendThem) {
  const Response types = asked("parking-permit/fee",
                               R"({"inputs": {"Zone": 5, "Date of birth": "12/03/1950", "Zoen": "A"}, "why": true})");
  EXPECT_EQ(types.status(), 400);
  for (const std::string_view words :
       {R"("what":"This should be a string, not 5.","where":"inputs.Zone")", R"("where":"inputs.Date of birth")",
        R"("what":"This decision has no input ‘Zoen’.","where":"inputs.Zoen","remedy":"Its inputs are ‘)",
        R"("what":"A question has no member ‘why’.")"}) {
    EXPECT_TRUE(says(types, words)) << words << "\n" << types.body();
  }
  EXPECT_EQ(asked("parking-permit/fee", "").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", "[]").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", R"({"inputs": []})").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", R"({"explain": "yes"})").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", R"({"inputs": {"Zone": "A", "Zone": "B"}})").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", "{\"inputs\": {\"Zone\": \"\xff\"}}").status(), 400);
  EXPECT_EQ(asked("parking-permit/fee", std::string(60'000, '[')).status(), 400);
  EXPECT_TRUE(says(asked("parking-permit/fee", R"({"inputs": )"), R"("where":"line 1, character 12")"));
}

TEST_F(DecisionsApi, AnInputThatOnlyOtherDecisionsNeedIsNoMistake) {
  EXPECT_TRUE(answer("parking-permit/basic-fee", R"({"inputs": {"Zone": "B", "Date of birth": "1950-03-12"}})")
                  .starts_with(R"({"value":75,)"));
}

TEST_F(DecisionsApi, InputsOfImportedModelsAreNamedInThreeWays) {
  publish_model(
      model("Base", "urn:base", R"(<inputData id="a" name="Amount"><variable name="Amount" typeRef="date"/></inputData>
    <decision id="s" name="Day"><variable name="Day"/><informationRequirement id="r"><requiredInput href="#a"/>
    </informationRequirement><literalExpression><text>Amount.day</text></literalExpression></decision>)"));
  publish_model(model("Top", "urn:top", R"(<import name="base" namespace="urn:base"
      importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
    <decision id="t" name="Top"><variable name="Top"/>
    <informationRequirement id="r"><requiredDecision href="urn:base#s"/></informationRequirement>
    <literalExpression><text>base.Day + 100</text></literalExpression></decision>)"));
  for (const std::string_view inputs :
       {R"({"base.Amount": "2026-01-31"})", R"({"Amount": "2026-01-31"})", R"({"base": {"Amount": "2026-01-31"}})"}) {
    EXPECT_TRUE(answer("top/top", R"({"inputs": )" + std::string(inputs) + "}").starts_with(R"({"value":131,)"))
        << inputs;
  }
  EXPECT_TRUE(says(asked("top/top", R"({"inputs": {"base": {"Amount": 5}}})"), R"("where":"inputs.base.Amount")"));
  EXPECT_TRUE(says(asked("top/top", R"({"inputs": {"base": {"Amuont": 5}}})"), "no input ‘base.Amuont’"));
}

TEST_F(DecisionsApi, UnknownNamesAreAnsweredWithThoseThereAre) {
  const Response model = asked("parking/fee", "{}");
  EXPECT_EQ(model.status(), 404);
  EXPECT_TRUE(says(model, "There are: parking-permit, residents, trying.")) << model.body();
  const Response decision = asked("parking-permit/Fee", "{}");
  EXPECT_EQ(decision.status(), 404);
  EXPECT_TRUE(says(decision, "There are: basic-fee, fee.")) << decision.body();
  EXPECT_TRUE(says(asked("residents/fee", "{}"), "It has none at all."));
}

TEST_F(DecisionsApi, WhatTakesTooMuchIsStopped) {
  const Response steps = asked("trying/steps", "{}");
  EXPECT_EQ(steps.status(), 422);
  EXPECT_TRUE(says(steps, "more steps")) << steps.body();
  EXPECT_EQ(asked("trying/long", "{}").status(), 422);
}

TEST_F(DecisionsApi, AQuestionIsJson) {
  http::TestClient program(router_);
  const auto status = [&](std::vector<NamedValue> headers) {
    headers.push_back({"Authorization", "Bearer " + key_.token});
    return sent(program, Method::Post, "/api/v1/decisions/trying/today", std::move(headers), "{}").status();
  };
  EXPECT_EQ(status({}), 415);
  EXPECT_EQ(status({{"Content-Type", "text/plain"}}), 415);
  EXPECT_EQ(status({{"Content-Type", "application/x-www-form-urlencoded"}}), 415);
  EXPECT_EQ(status({{"Content-Type", "Application/JSON; charset=utf-8"}}), 200);
}

TEST_F(DecisionsApi, WhatTheServerRefusesIsAProblemDocumentToo) {
  const Response large = problem_page({.status = 413, .explanation = "", .request_id = {}});
  EXPECT_EQ(large.header("Content-Type"), "application/problem+json");
  EXPECT_TRUE(says(large, "at most 64 KiB")) << large.body();
}

TEST_F(DecisionsApi, TheListSaysWhatThereIsToAsk) {
  publish_model(permit_model("130"));
  http::TestClient program(router_);
  const Response list =
      sent(program, Method::Get, "/api/v1/decisions", {{"Authorization", "Bearer " + key_.token}}, "");
  ASSERT_EQ(list.status(), 200);
  for (
      const std::string_view words :
      {R"("model":"parking-permit","name":"Parking permit","namespace":"https://borsetshire.example/permit","version":2)",
       R"("versions":[{"version":1,"published_at":"2026-07-01T23:30:00Z","sha256":")",
       R"("decision":"basic-fee","name":"Basic fee","question":"What does a permit cost?",)"
       R"("inputs":[{"name":"Zone","type":"tZone","allowed":["\"A\", \"B\", \"C\""]}])",
       R"({"name":"Date of birth","type":"date"})"}) {
    EXPECT_TRUE(says(list, words)) << words << "\n" << list.body();
  }
  EXPECT_FALSE(says(list, "m.evans"));  // Who published is the council's own matter.
}

TEST_F(DecisionsApi, NobodyIsAnsweredWithoutAKeyInUseOrASession) {
  http::TestClient stranger(router_);
  const auto answered = [&](std::vector<NamedValue> headers) {
    headers.push_back({"Content-Type", "application/json"});
    const Response list = sent(stranger, Method::Get, "/api/v1/decisions", headers, "");
    const Response one = sent(stranger, Method::Post, "/api/v1/decisions/trying/today", headers, "{}");
    const Response none = sent(stranger, Method::Post, "/api/v1/decisions/nothing/nothing", headers, "{}");
    EXPECT_EQ(list.status(), one.status());
    EXPECT_EQ(none.status(), one.status() == 200 ? 404 : 401);  // A stranger doesn't learn what there is.
    return list;
  };
  const Response without = answered({});
  EXPECT_EQ(without.status(), 401);
  EXPECT_EQ(without.header("WWW-Authenticate"), R"(Bearer realm="decisions")");
  EXPECT_EQ(answered({{"Authorization", "Bearer nonsense"}}).status(), 401);
  EXPECT_EQ(answered({{"Authorization", "Basic " + key_.token}}).status(), 401);
  EXPECT_EQ(answered({{"Authorization", key_.token}}).status(), 401);
  EXPECT_EQ(answered({{"Authorization", "bearer " + key_.token}}).status(), 200);
  ASSERT_TRUE(
      database_
          ->write([&](db::Connection& connection) { return revoke_key(connection, "portal", "root", clock_.now()); })
          .ok());
  EXPECT_EQ(answered({{"Authorization", "Bearer " + key_.token}}).status(), 401);
}

TEST_F(DecisionsApi, AKeyForSomethingElseIsNotAnswered) {
  const NewApiKey other =
      database_
          ->write([&](db::Connection& connection) {
            return create_key(connection, "letters", {.may = {Right::Cases, Right::Work}}, "root", clock_.now());
          })
          .value();
  http::TestClient program(router_);
  const Response refused =
      sent(program, Method::Get, "/api/v1/decisions", {{"Authorization", "Bearer " + other.token}}, "");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.header("WWW-Authenticate"), R"(Bearer realm="decisions", error="insufficient_scope")");
  EXPECT_TRUE(says(refused, "guildhall key create NAME --may decisions")) << refused.body();
  EXPECT_FALSE(says(refused, "parking"));
}

TEST_F(DecisionsApi, StaffAskFromAPageWithItsToken) {
  for (const Role role : {Role::Officer, Role::Steward, Role::Governance, Role::Operator}) {
    http::TestClient browser(router_);
    browser.set_cookie("session", session_of(role));
    EXPECT_EQ(sent(browser, Method::Get, "/api/v1/decisions", {}, "").status(), 200);
    const Response page = browser.get("/page");
    const std::string token(page.body().substr(page.body().find("value=\"") + 7, 128));
    const std::vector<NamedValue> headers{{"X-CSRF-Token", token}, {"Content-Type", "application/json"}};
    EXPECT_EQ(sent(browser, Method::Post, "/api/v1/decisions/trying/today", headers, "{}").status(), 200);
    // Another site's page has no token, and can't say that it is ours.
    EXPECT_EQ(
        sent(browser, Method::Post, "/api/v1/decisions/trying/today", {{"Content-Type", "application/json"}}, "{}")
            .status(),
        403);
    std::vector<NamedValue> elsewhere = headers;
    elsewhere.push_back({"Origin", "https://elsewhere.example"});
    EXPECT_EQ(sent(browser, Method::Post, "/api/v1/decisions/trying/today", elsewhere, "{}").status(), 403);
  }
}

TEST_F(DecisionsApi, PartnersAreNotAnswered) {
  http::TestClient browser(router_);
  browser.set_cookie("session", session_of(Role::Partner));
  const Response refused = sent(browser, Method::Get, "/api/v1/decisions", {}, "");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_FALSE(says(refused, "parking"));
}

TEST_F(DecisionsApi, TheLogHasIdsAndNoInputs) {
  testing::internal::CaptureStderr();
  answer("parking-permit/fee", R"({"inputs": {"Zone": "A", "Date of birth": "1950-03-12"}, "explain": true})");
  asked("parking-permit/fee", R"({"inputs": {"Zone": "Okafor"}})");
  asked("parking-permit/fee", R"({"inputs": {"Zone": 1950}})");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find(R"("event":"decisions.answered")"), std::string::npos) << log;
  EXPECT_NE(log.find(key_.id.text()), std::string::npos) << log;
  for (const std::string_view secret : {"1950", "60.25", "Okafor", "Zone"}) {
    EXPECT_EQ(log.find(secret), std::string::npos) << log;
  }
  EXPECT_EQ(log.find(key_.token.substr(47)), std::string::npos) << log;
}

TEST_F(DecisionsApi, EveryDocumentedAddressIsServed) {
  ASSERT_EQ(documented_.size(), 2u);
  for (const auto& [operation, statuses] : documented_) {
    const std::size_t space = operation.find(' ');
    auto request = http::Request::parse({.method = operation.starts_with("post") ? Method::Post : Method::Get,
                                         .target = operation.substr(space + 1, operation.find('{') - space - 1) +
                                                   (operation.find('{') == std::string::npos ? "" : "a/b"),
                                         .headers = {{"Host", "localhost"}}});
    EXPECT_EQ(router_.admit(request.value()), std::nullopt) << operation;
  }
}

}  // namespace
}  // namespace guildhall::decisions
