#include "cases/api.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "bpmn/instance_codec.h"
#include "cases/api_json.h"
#include "cases/impl/test_cases.h"
#include "decisions/api_keys.h"
#include "http/test_client.h"
#include "http/test_description.h"
#include "signin/sessions.h"

namespace guildhall::cases {
namespace {

using decisions::NewApiKey;
using decisions::Rights;
using http::Method;
using http::NamedValue;
using http::Response;
using signin::Role;

// A letter is written, then somebody checks the form and the fee is paid, in any order.
const std::string kPermit = definitions(
    "<message id=\"m\" name=\"paid\" guildhall:correlation=\"order\"/><signal id=\"w\" name=\"storm\"/>"
    "<error id=\"e\" errorCode=\"no-address\"/><process id=\"permit\" name=\"Skip permit\" isExecutable=\"true\">"
    "<startEvent id=\"s\"/><serviceTask id=\"letter\" guildhall:work=\"letters\"/>"
    "<boundaryEvent id=\"lost\" attachedToRef=\"letter\"><errorEventDefinition errorRef=\"e\"/></boundaryEvent>"
    "<endEvent id=\"gone\"/><parallelGateway id=\"fork\"/><userTask id=\"check\" name=\"Check the form\">"
    "<potentialOwner><resourceAssignmentExpression><formalExpression>\"Highways\"</formalExpression>"
    "</resourceAssignmentExpression></potentialOwner></userTask>"
    "<receiveTask id=\"pay\" messageRef=\"m\" guildhall:correlation=\"order\"/><parallelGateway id=\"join\"/>"
    "<intermediateCatchEvent id=\"weather\"><signalEventDefinition signalRef=\"w\"/></intermediateCatchEvent>"
    "<endEvent id=\"end\"/>" +
    flows("s letter fork check join weather end") + flows("fork pay join") + flows("lost gone") + "</process>" +
    "<process id=\"other\" isExecutable=\"true\"><startEvent id=\"os\"/><endEvent id=\"oe\"/>" + flows("os oe") +
    "</process>");

constexpr std::string_view kCase = "0191d5a0-7c1e-7000-8000-00000000002a";

class CasesApi : public testing::Test {
 protected:
  CasesApi() {
    add_api_routes(router_, {.engine = cases_.engine(), .signin = signin_});
    router_.get("/page", [](const http::Request& request) {
      return Response::html("<input name=\"csrf_token\" value=\"" + http::csrf_token(request) + "\">");
    });
    cases_.publish(kPermit);
    key_ = key("portal", {.may = {decisions::Right::Cases, decisions::Right::Work}});
  }

  NewApiKey key(std::string_view name, const Rights& rights) {
    return cases_.database()
        .write([&](db::Connection& connection) {
          return decisions::create_key(connection, name, rights, "root", cases_.clock.now());
        })
        .value();
  }

  // Every answer is one that the description knows. "POST /api/v1/signals" is "post /api/v1/signals" there.
  Response send(http::TestClient& client, Method method, std::string path, std::string body,
                std::vector<NamedValue> headers) {
    headers.push_back({"Content-Type", "application/json"});
    Response response = client.send({.method = method, .target = "/api/v1/" + path, .headers = headers}, body);
    const std::string operation = (method == Method::Get ? "get " : "post ") + address_of(path);
    EXPECT_TRUE(described_.at(operation).contains(response.status())) << operation << ": " << response.status();
    EXPECT_EQ(response.header("Content-Type"),
              response.status() < 300 ? "application/json" : "application/problem+json");
    return response;
  }
  static std::string address_of(const std::string& path) {
    if (path.starts_with("processes/")) return "/api/v1/processes/{process}/cases";
    if (path.starts_with("cases/")) return "/api/v1/cases/{case}";
    if (path.starts_with("work/") && path != "work/claim") {
      return "/api/v1/work/{job}" + path.substr(path.rfind('/'));
    }
    return "/api/v1/" + path;
  }
  Response post(std::string path, std::string body, std::string_view token) {
    http::TestClient program(router_);
    return send(program, Method::Post, std::move(path), std::move(body),
                {{"Authorization", "Bearer " + std::string(token)}});
  }
  Response post(std::string path, std::string body) { return post(std::move(path), std::move(body), key_.token); }
  Response show(std::string_view name) {
    http::TestClient program(router_);
    return send(program, Method::Get, "cases/" + std::string(name), "", {{"Authorization", "Bearer " + key_.token}});
  }
  static boost::json::object json(const Response& response) {
    return boost::json::parse(boost::json::string_view(response.body())).as_object();
  }
  std::string open() {
    const Response opened = post("processes/permit/cases", R"({"id": ")" + std::string(kCase) +
                                                               R"(", "title": "Skip for 4 High Street", )"
                                                               R"("variables": {"order": 42, "name": "Okafor"}})");
    EXPECT_EQ(opened.status(), 201) << opened.body();
    return std::string(json(opened).at("reference").as_string());
  }
  boost::json::object claim_letter() {
    const Response claimed = post("work/claim", R"({"topic": "letters", "limit": 5, "lease_seconds": 30})");
    EXPECT_EQ(claimed.status(), 200);
    const auto work = json(claimed).at("work").as_array();
    EXPECT_EQ(work.size(), 1U);
    return work.at(0).as_object();
  }
  static std::string answer_to(const boost::json::object& work, std::string_view rest = "") {
    return "{\"claim\": \"" + std::string(work.at("claim").as_string()) + "\"" + std::string(rest) + "}";
  }
  static std::string at(const boost::json::object& work, std::string_view what) {
    return "work/" + std::to_string(work.at("job").as_int64()) + "/" + std::string(what);
  }
  // "who what" of the case's first process.
  std::vector<std::string> history() {
    std::vector<std::string> entries;
    cases_.read([&](db::Connection& connection) {
      const auto instances = instances_of(connection, CaseId::parse(kCase).value());
      for (const HistoryEntry& each : history_of(connection, instances.front().id)) {
        entries.push_back(each.act.who + " " + each.what);
      }
    });
    return entries;
  }
  static bool says(const Response& response, std::string_view words) {
    return response.body().find(words) != std::string_view::npos;
  }

  std::string session_of(Role role) {
    return cases_.database().write([&](db::Connection& connection) {
      const Instant before = cases_.clock.now() - std::chrono::hours(1);
      const signin::AccountId account = signin::create_external_account(
          connection,
          {.issuer = "https://signin.example",
           .subject = std::string(name_of(role)),
           .display_name = "Sam Field",
           .organisation = {"Borsetshire County Council", signin::OrganisationKind::Council}},
          {{.role = role, .scope = {}, .from = before, .until = std::nullopt}}, before);
      return signin::open_session(connection, account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}},
                                  cases_.clock.now())
          .token;
    });
  }

  const std::map<std::string, std::set<int>> described_ = http::described("docs/openapi/cases.yaml");
  TestCases cases_;
  signin::Signin signin_{cases_.database(),
                         {.environment_key = std::string(32, 'k'),
                          .site = {.council = "Borsetshire County Council"},
                          .providers = {},
                          .landing_pages = {}},
                         cases_.clock};
  http::Router router_;
  NewApiKey key_;
};

TEST_F(CasesApi, ACaseGoesFromItsOpeningToItsEnd) {
  const std::string reference = open();
  Response shown = show(reference);
  EXPECT_EQ(shown.status(), 200);
  EXPECT_EQ(shown.body(),
            R"({"case":")" + std::string(kCase) + R"(","reference":")" + reference +
                R"(","title":"Skip for 4 High Street","process":"permit","version":1,"state":"running",)"
                R"("opened_at":"2026-01-05T09:00:00Z","tasks":[],"waits":[{"kind":"work","topic":"letters"}],)"
                R"("incidents":0})");
  const auto work = claim_letter();
  EXPECT_EQ(work.at("case").as_string(), kCase);
  EXPECT_EQ(work.at("attempt").as_int64(), 1);
  EXPECT_EQ(post(at(work, "complete"), answer_to(work, R"(, "variables": {"sent": true})")).status(), 200);
  EXPECT_EQ(post("messages", R"({"name": "paid", "id": "payment-1", "variables": {"order": 42}})").status(), 202);
  cases_.settle();
  shown = show(kCase);
  EXPECT_TRUE(says(shown, R"("element":"check","name":"Check the form","teams":["Highways"]}],"waits":[])"))
      << shown.body();
  const Task task = cases_.only_task({.case_id = CaseId::parse(kCase).value(), .instance = {}, .reference = {}});
  ASSERT_TRUE(cases_.engine().complete(task.id, {}, {"officer", ""}).ok());
  EXPECT_TRUE(says(show(reference), R"("waits":[{"kind":"signal","name":"storm"}])"));
  EXPECT_EQ(post("signals", R"({"name": "storm"})").status(), 202);
  cases_.settle();
  shown = show(reference);
  EXPECT_TRUE(says(shown, R"("state":"completed")")) << shown.body();
  EXPECT_TRUE(says(shown, R"("closed_at":"2026-01-05T09:00:00Z")")) << shown.body();
  EXPECT_FALSE(says(shown, "Okafor"));
}

TEST_F(CasesApi, TheHistoryHasWhoItWas) {
  open();
  const auto work = claim_letter();
  post(at(work, "complete"), answer_to(work));
  post("messages", R"({"name": "paid", "variables": {"order": 42}})");
  cases_.settle();
  const std::string by = key_.id.text();
  EXPECT_EQ(history(), (std::vector<std::string>{by + " started", by + " work done", by + " message"}));
}

TEST_F(CasesApi, ASecondRequestWithTheSameIdFindsTheSameCase) {
  const std::string reference = open();
  const std::string again = R"({"id": ")" + std::string(kCase) + R"("})";
  const Response found = post("processes/permit/cases", again);
  EXPECT_EQ(found.status(), 200);
  EXPECT_EQ(json(found).at("reference").as_string(), reference);
  EXPECT_EQ(post("processes/other/cases", again).status(), 409);
  std::size_t all = 0;
  cases_.read([&](db::Connection& connection) { each_case(connection, false, [&](const Case&) { ++all; }); });
  EXPECT_EQ(all, 1U);
}

TEST_F(CasesApi, AMessageWithTheSameIdIsHeardOnce) {
  const std::string paid = R"({"name": "paid", "id": "payment-1", "variables": {"order": 42}})";
  EXPECT_EQ(post("messages", paid).body(), R"({"received":"now"})");
  EXPECT_EQ(post("messages", paid).body(), R"({"received":"before"})");
}

TEST_F(CasesApi, WorkIsItsClaimersUntilTheLeaseEnds) {
  open();
  const auto first = claim_letter();
  EXPECT_EQ(json(post("work/claim", R"({"topic": "letters"})")).at("work").as_array().size(), 0U);
  cases_.clock.advance(std::chrono::seconds(31));
  const auto second = claim_letter();
  EXPECT_EQ(second.at("key"), first.at("key"));
  EXPECT_EQ(second.at("attempt").as_int64(), 2);
  const Response late = post(at(first, "complete"), answer_to(first));
  EXPECT_EQ(late.status(), 409);
  EXPECT_TRUE(says(late, "This work is no longer yours.")) << late.body();
  EXPECT_EQ(post(at(first, "fail"), answer_to(first, R"(, "why": "Jammed")")).status(), 409);
  EXPECT_EQ(post(at(first, "error"), answer_to(first, R"(, "code": "no-address")")).status(), 409);
  EXPECT_EQ(post(at(second, "complete"), answer_to(second)).status(), 200);
  EXPECT_EQ(post(at(second, "complete"), answer_to(second)).status(), 409);
}

TEST_F(CasesApi, WorkThatFailsIsGivenOutAgainLater) {
  open();
  const auto work = claim_letter();
  EXPECT_EQ(post(at(work, "fail"), answer_to(work, R"(, "why": "The printer is out of paper.")")).status(), 200);
  EXPECT_EQ(json(post("work/claim", R"({"topic": "letters"})")).at("work").as_array().size(), 0U);
  cases_.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(claim_letter().at("key"), work.at("key"));
}

TEST_F(CasesApi, AnErrorIsCaughtByTheProcess) {
  const std::string reference = open();
  const auto work = claim_letter();
  EXPECT_EQ(post(at(work, "error"), answer_to(work, R"(, "code": "no-address")")).status(), 200);
  EXPECT_TRUE(says(show(reference), R"("state":"completed")"));
}

TEST_F(CasesApi, InputsAndNumbersComeAsTheyAre) {
  cases_.publish(definitions(
      "<process id=\"exact\" isExecutable=\"true\"><dataObject id=\"o\" name=\"amount\"/>"
      "<dataObjectReference id=\"ref\" dataObjectRef=\"o\"/><startEvent id=\"s\"/>"
      "<serviceTask id=\"t\" guildhall:work=\"sums\"><ioSpecification><dataInput id=\"in\" name=\"amount\"/>"
      "</ioSpecification><dataInputAssociation id=\"a\"><sourceRef>ref</sourceRef><targetRef>in</targetRef>"
      "</dataInputAssociation></serviceTask><endEvent id=\"e\"/>" +
      flows("s t e") + "</process>"));
  const std::string amount = "12345678901234567890123456789.01";
  EXPECT_EQ(post("processes/exact/cases", R"({"variables": {"amount": )" + amount + "}}").status(), 201);
  const Response claimed = post("work/claim", R"({"topic": "sums"})");
  EXPECT_TRUE(says(claimed, R"("inputs":{"amount":)" + amount + "}")) << claimed.body();
}

TEST_F(CasesApi, WrongRequestsAreToldWhereAndHowToMendThem) {
  const auto told = [&](std::string path, std::string body, int status, std::string_view words) {
    const Response response = post(std::move(path), body);
    EXPECT_EQ(response.status(), status) << body;
    EXPECT_TRUE(says(response, words)) << body << "\n" << response.body();
  };
  told("processes/nothing/cases", "{}", 404, "nothing");
  told("processes/permit/cases", "", 400, "JSON");
  told("processes/permit/cases", "[]", 400, "This is not a JSON object.");
  told("processes/permit/cases", R"({"id": "7"})", 400, R"("what":"This is not a UUID.","where":"id")");
  told("processes/permit/cases", R"({"id": "00000000-0000-0000-0000-000000000000"})", 400, "not a UUID");
  told("processes/permit/cases", R"({"title": 7})", 400, R"("where":"title")");
  told("processes/permit/cases", R"({"variables": [1]})", 400, R"("where":"variables")");
  told("processes/permit/cases", R"({"variables": {"name": "a\u0000b"}})", 400, "NUL");
  told("processes/permit/cases", R"({"variables": {"list": [{"a\u0000": 1}]}})", 400, "NUL");
  told("processes/permit/cases", R"({"titel": "Skip"})", 400, "There are: title, variables, id.");
  told("messages", R"({"id": "payment-1"})", 400, R"("where":"name")");
  told("messages", R"({"name": ")" + std::string(201, 'x') + R"("})", 400, "This text is too long.");
  told("signals", "{}", 400, R"("where":"name")");
  told("work/claim", R"({"limit": 0, "lease_seconds": 1.5})", 400, R"("where":"topic")");
  told("work/claim", R"({"topic": "letters", "limit": 0})", 400, "from 1 to 100");
  told("work/claim", R"({"topic": "letters", "lease_seconds": 86401})", 400, "from 1 to 86400");
  told("work/7/complete", "{}", 400, R"("where":"claim")");
  told("work/7/fail", R"({"claim": "c"})", 400, R"("where":"why")");
  told("work/7/error", R"({"claim": "c"})", 400, R"("where":"code")");
  told("work/seven/complete", R"({"claim": "c"})", 404, "There is no such work.");
  told("work/7/complete", R"({"claim": "c"})", 409, "no longer yours");
  EXPECT_EQ(show("CA-0000-0000").status(), 404);
  EXPECT_EQ(show(CaseId::make().text()).status(), 404);
  std::size_t all = 0;
  cases_.read([&](db::Connection& connection) { each_case(connection, false, [&](const Case&) { ++all; }); });
  EXPECT_EQ(all, 0U);
}

TEST_F(CasesApi, ARequestIsJson) {
  http::TestClient program(router_);
  const Response refused =
      program.send({.method = Method::Post,
                    .target = "/api/v1/signals",
                    .headers = {{"Authorization", "Bearer " + key_.token}, {"Content-Type", "text/plain"}}},
                   R"({"name": "storm"})");
  EXPECT_EQ(refused.status(), 415);
  const Response large = problem_page({.status = 413, .explanation = "", .request_id = {}});
  EXPECT_TRUE(says(large, "at most 256 KiB")) << large.body();
}

TEST_F(CasesApi, AKeyDoesWhatItMayAndNothingElse) {
  open();
  const NewApiKey portal = key("cases only", {.may = {decisions::Right::Cases}});
  const NewApiKey asks = key("decisions only", {.may = {decisions::Right::Decisions}});
  const NewApiKey printer = key("printer", {.may = {decisions::Right::Work}, .topics = {"letters"}});
  const NewApiKey payer = key("payer", {.may = {decisions::Right::Work}, .topics = {"payments"}});
  const auto status = [&](const std::string& path, const std::string& body, const NewApiKey& with) {
    return post(path, body, with.token).status();
  };
  const std::string letters = R"({"topic": "letters"})";
  EXPECT_EQ(status("work/claim", letters, portal), 403);
  EXPECT_EQ(status("work/claim", letters, asks), 403);
  EXPECT_EQ(status("work/claim", letters, payer), 403);
  EXPECT_EQ(status("work/7/complete", R"({"claim": "c"})", portal), 403);
  EXPECT_EQ(status("processes/permit/cases", "{}", printer), 403);
  EXPECT_EQ(status("messages", R"({"name": "paid"})", printer), 403);
  EXPECT_EQ(status("signals", R"({"name": "storm"})", asks), 403);
  EXPECT_EQ(status("signals", R"({"name": "storm"})", portal), 202);
  EXPECT_EQ(status("work/claim", letters, printer), 200);
}

TEST_F(CasesApi, NobodyIsAnsweredWithoutAKeyInUseOrTheRole) {
  for (const std::string token : {"", "nonsense"}) {
    EXPECT_EQ(post("processes/permit/cases", "{}", token).status(), 401);
    EXPECT_EQ(post("processes/nothing/cases", "{}", token).status(), 401);  // A stranger doesn't learn what there is.
    EXPECT_EQ(post("work/claim", R"({"topic": "letters"})", token).status(), 401);
  }
  for (const Role role : {Role::Partner, Role::Officer, Role::Operator}) {
    http::TestClient browser(router_);
    browser.set_cookie("session", session_of(role));
    const Response page = browser.get("/page");
    const std::string token(page.body().substr(page.body().find("value=\"") + 7, 128));
    const bool may = role == Role::Operator;
    EXPECT_EQ(send(browser, Method::Post, "signals", R"({"name": "storm"})", {{"X-CSRF-Token", token}}).status(),
              may ? 202 : 403);
    // Another site's page has no token.
    EXPECT_EQ(send(browser, Method::Post, "signals", R"({"name": "storm"})", {}).status(), 403);
    EXPECT_EQ(send(browser, Method::Get, "cases/CA-0000-0000", "", {}).status(), may ? 404 : 403);
  }
}

TEST_F(CasesApi, TheLogHasIdsAndNothingOfWhatWasSent) {
  testing::internal::CaptureStderr();
  open();
  const auto work = claim_letter();
  post(at(work, "fail"), answer_to(work, R"(, "why": "Okafor moved")"));
  post("messages", R"({"name": "paid", "id": "payment-of-okafor", "variables": {"order": 424242}})");
  cases_.settle();
  const std::string log = testing::internal::GetCapturedStderr();
  for (const std::string_view words : {R"("event":"cases.opened")", R"("event":"cases.work_claimed")",
                                       R"("event":"cases.work_failed")", R"("event":"cases.message_received")"}) {
    EXPECT_NE(log.find(words), std::string::npos) << log;
  }
  EXPECT_NE(log.find(key_.id.text()), std::string::npos);
  EXPECT_NE(log.find(kCase), std::string::npos);
  for (const std::string_view secret : {"kafor", "High Street", "424242"}) {
    EXPECT_EQ(log.find(secret), std::string::npos) << log;
  }
  EXPECT_EQ(log.find(key_.token.substr(47)), std::string::npos) << log;
}

TEST_F(CasesApi, EveryDocumentedAddressIsServed) {
  ASSERT_EQ(described_.size(), 8U);
  for (const auto& [operation, statuses] : described_) {
    const std::size_t space = operation.find(' ');
    std::string target = operation.substr(space + 1);
    for (std::size_t open = target.find('{'); open != std::string::npos; open = target.find('{')) {
      target.replace(open, target.find('}') - open + 1, "a");
    }
    auto request = http::Request::parse({.method = operation.starts_with("post") ? Method::Post : Method::Get,
                                         .target = target,
                                         .headers = {{"Host", "localhost"}}});
    EXPECT_EQ(router_.admit(request.value()), std::nullopt) << operation;
  }
}

}  // namespace
}  // namespace guildhall::cases
