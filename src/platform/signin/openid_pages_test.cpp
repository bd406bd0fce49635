#include <gtest/gtest.h>

#include "http/url.h"
#include "signin/admission.h"
#include "signin/impl/fake_provider.h"
#include "signin/impl/test_council.h"

namespace guildhall::signin {
namespace {

using http::Response;
using http::TestClient;

const Organisation kPolice{"Westshire Police", OrganisationKind::Police};

class OpenIdSigninTest : public CouncilTest {
 protected:
  void SetUp() override {
    OpenIdProvider agreement = police_.agreement("westshire-police");
    agreement.admissions = {
        {.claim = "groups", .value = "guildhall-police", .organisation = kPolice, .role = Role::Partner, .scope = {}}};
    OpenIdProvider school = school_.agreement("mill-lane");
    school.title = "Mill Lane Academy";
    open({agreement, school}, [this](const FetchRequest& request) {
      return request.url.starts_with("https://signin.mill-lane.example") ? school_.fetch()(request)
                                                                         : police_.fetch()(request);
    });
  }

  // Leaves for the provider; its address.
  std::string leave(TestClient& browser, const std::string& path = "/signin/start/westshire-police") {
    const Response away = browser.get(path);
    EXPECT_EQ(away.status(), 303);
    return std::string(away.header("Location").value_or(""));
  }
  // The address that the provider sends the browser to.
  static std::string callback(const std::string& provider, const Return& answer) {
    return "/signin/callback/" + provider + "?" +
           http::form_text({{"state", answer.state}, {"code", answer.code}, {"iss", answer.issuer}});
  }
  Response sign_in_at_police(TestClient& browser) {
    return browser.get(callback("westshire-police", police_.answer_to(leave(browser))));
  }
  // A fresh browser, refused with this reason alone.
  std::string refusal() {
    TestClient dai(*router_);
    const Response page = sign_in_at_police(dai);
    EXPECT_EQ(page.status(), 403);
    EXPECT_EQ(dai.cookie("session"), std::nullopt);
    EXPECT_EQ(dai.cookie("journey"), std::nullopt);
    return acts().back();
  }

  FakeProvider police_{"https://signin.westshire-police.example", clock_.now()};
  FakeProvider school_{"https://signin.mill-lane.example", clock_.now()};
};

TEST_F(OpenIdSigninTest, LetsASergeantInWhomTheProvidersGroupAdmits) {
  TestClient dai(*router_);
  const std::string away = leave(dai, "/signin/start/westshire-police?return=/partner/7");
  const Response back = dai.get(callback("westshire-police", police_.answer_to(away)));
  EXPECT_EQ(back.header("Location"), "/partner/7");
  EXPECT_EQ(dai.get("/partner").body(), "Dai Pritchard of Westshire Police");
  EXPECT_EQ(dai.get("/work").status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "forbidden: Without the role."}));
}

TEST_F(OpenIdSigninTest, OffersTheProviders) {
  TestClient dai(*router_);
  const std::string page(dai.get("/signin?return=/partner").body());
  EXPECT_NE(page.find(R"(href="/signin/start/westshire-police?return=%2Fpartner")"), std::string::npos) << page;
  EXPECT_NE(page.find("Mill Lane Academy"), std::string::npos);
  EXPECT_EQ(dai.get("/signin/start/nobody").status(), 404);
  EXPECT_EQ(dai.get("/signin/callback/nobody").status(), 404);
}

TEST_F(OpenIdSigninTest, KnowsThePersonAgainByIssuerAndSubjectAlone) {
  TestClient dai(*router_);
  sign_in_at_police(dai);
  police_.claims["name"] = "David Pritchard";  // He changed his name; the account is the same.
  TestClient again(*router_);
  sign_in_at_police(again);
  EXPECT_EQ(again.get("/partner").body(), "David Pritchard of Westshire Police");
  EXPECT_EQ(database_->read([](db::Connection& connection) {
    return connection.query_one("SELECT COUNT(*) FROM account", {}, [](const db::Row& row) { return row.integer(0); });
  }),
            1);
  // Another issuer's person of the same number is somebody else.
  TestClient pupil(*router_);
  const Response page = pupil.get(callback("mill-lane", school_.answer_to(leave(pupil, "/signin/start/mill-lane"))));
  EXPECT_EQ(page.status(), 403);
  EXPECT_EQ(acts().back(), "refused: Unknown identity: collar-4471");
}

TEST_F(OpenIdSigninTest, TellsWhoHasNoAccountWhatToDo) {
  police_.claims["groups"] = {"canteen"};
  TestClient dai(*router_);
  const std::string page(sign_in_at_police(dai).body());
  EXPECT_NE(page.find("You cannot use this service yet"), std::string::npos);
  EXPECT_NE(page.find("Ask the person in your organisation"), std::string::npos);
  EXPECT_EQ(page.find("collar-4471"), std::string::npos);
  EXPECT_EQ(acts(), Acts{"refused: Unknown identity: collar-4471"});
}

TEST_F(OpenIdSigninTest, TakesRolesAwayFromWhoLeftTheGroup) {
  TestClient dai(*router_);
  sign_in_at_police(dai);
  police_.claims.erase("groups");
  EXPECT_EQ(refusal(), "refused: No rule of the provider admits them any more.");
  EXPECT_EQ(dai.get("/partner").status(), 403);  // In the session that was still open too.
}

TEST_F(OpenIdSigninTest, LeavesAnAccountThatAPersonMadeAsItIs) {
  database_->write([&](db::Connection& connection) {
    create_external_account(connection,
                            {.issuer = "https://signin.mill-lane.example",
                             .subject = "collar-4471",
                             .display_name = "Ruth Adeyemi",
                             .organisation = {"Mill Lane Academy", OrganisationKind::School},
                             .made_by = ExternalAccount::MadeBy::Person},
                            {{.role = Role::Partner, .scope = {}, .from = clock_.now(), .until = {}}}, clock_.now());
  });
  TestClient ruth(*router_);
  ruth.get(callback("mill-lane", school_.answer_to(leave(ruth, "/signin/start/mill-lane"))));
  EXPECT_EQ(ruth.get("/partner").body(), "Ruth Adeyemi of Mill Lane Academy");
}

TEST_F(OpenIdSigninTest, RefusesASuspendedAccount) {
  TestClient dai(*router_);
  sign_in_at_police(dai);
  database_->write([&](db::Connection& connection) {
    suspend_account(
        connection,
        find_external_account(connection, "https://signin.westshire-police.example", "collar-4471")->account.id);
  });
  EXPECT_EQ(refusal(), "refused: The account is suspended.");
}

// ---- Answers that don't hold

TEST_F(OpenIdSigninTest, RefusesAnAnswerToAnotherBrowser) {
  TestClient attacker(*router_);
  const std::string answer = callback("westshire-police", police_.answer_to(leave(attacker)));
  TestClient victim(*router_);  // Follows the attacker's link, and would be signed in as the attacker.
  EXPECT_EQ(victim.get(answer).status(), 403);
  leave(victim);  // Nor if it has a sign-in of its own in progress.
  EXPECT_EQ(victim.get(answer).status(), 403);
  EXPECT_EQ(victim.cookie("session"), std::nullopt);
  EXPECT_EQ(acts(), (Acts{"refused: journey: No sign-in is in progress in this browser.",
                          "refused: state: The answer to a request that this browser didn't make."}));
  EXPECT_EQ(police_.redeemed(), 0);
}

TEST_F(OpenIdSigninTest, RefusesTheSameAnswerTwice) {
  TestClient dai(*router_);
  const std::string answer = callback("westshire-police", police_.answer_to(leave(dai)));
  TestClient copied = dai;  // With its cookie.
  EXPECT_EQ(dai.get(answer).status(), 303);
  EXPECT_EQ(dai.get(answer).status(), 403);
  EXPECT_EQ(copied.get(answer).status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "refused: journey: No sign-in is in progress in this browser.",
                          "refused: token: The provider answered with status 400."}));
}

// The answer of one provider at the callback of another: the cookie is for one alone.
TEST_F(OpenIdSigninTest, RefusesMixedUpProviders) {
  TestClient dai(*router_);
  const Return answer = police_.answer_to(leave(dai));
  EXPECT_EQ(dai.get(callback("mill-lane", answer)).status(), 403);
  EXPECT_EQ(acts(), Acts{"refused: journey: No sign-in is in progress in this browser."});
  EXPECT_EQ(police_.redeemed() + school_.redeemed(), 0);
}

TEST_F(OpenIdSigninTest, RefusesAJourneyThatTookTooLong) {
  TestClient dai(*router_);
  const std::string answer = callback("westshire-police", police_.answer_to(leave(dai)));
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(dai.get(answer).status(), 403);
}

TEST_F(OpenIdSigninTest, RefusesTokensThatDoNotHold) {
  const boost::json::object honest = police_.claims;
  const std::int64_t now = to_microseconds(clock_.now()) / 1'000'000;
  const auto refusal_with = [&](const char* name, boost::json::value value) {
    police_.claims = honest;
    police_.claims[name] = std::move(value);
    return refusal();
  };
  EXPECT_EQ(refusal_with("nonce", "another"), "refused: claims.nonce: The answer to another request.");
  EXPECT_EQ(refusal_with("aud", "another"), "refused: claims.aud: The token is meant for another client.");
  EXPECT_EQ(refusal_with("iss", "https://signin.mill-lane.example"),
            "refused: claims.iss: Issued by another provider.");
  EXPECT_EQ(refusal_with("exp", now - 61), "refused: claims.exp: The token has expired.");
  EXPECT_EQ(refusal_with("acr", "urn:example:password"), "refused: claims.acr: The sign-in was not strong enough.");
  police_.say(base64url(R"({"alg":"none"})") + "." + base64url(boost::json::serialize(honest)) + ".");
  EXPECT_EQ(refusal(), "refused: header.alg: Signed with an algorithm that is not allowed.");
}

TEST_F(OpenIdSigninTest, SaysThatTheProviderIsDownAndOffersTheRest) {
  open({police_.agreement("westshire-police")}, [](const FetchRequest&) -> Result<FetchAnswer> {
    return Problem{.what = "The provider can't be reached: timeout.", .where = "provider", .remedy = ""};
  });
  TestClient dai(*router_);
  const Response page = dai.get("/signin/start/westshire-police");
  EXPECT_EQ(page.status(), 503);
  EXPECT_EQ(page.body().find("timeout"), std::string_view::npos);
  EXPECT_NE(page.body().find("Try again in a few minutes."), std::string_view::npos);
  EXPECT_EQ(acts(), Acts{"refused: provider: The provider can't be reached: timeout."});
}

TEST_F(OpenIdSigninTest, OffersToSignOutAtTheProviderToo) {
  TestClient dai(*router_);
  sign_in_at_police(dai);
  dai.get("/signin");  // A page with a form, for its token.
  const Response out = dai.post("/signout");
  EXPECT_EQ(out.header("Location"), "/signout/done?provider=westshire-police");
  const std::string page(dai.get("/signout/done?provider=westshire-police").body());
  EXPECT_NE(page.find("Sign out of Westshire Police"), std::string::npos);
  EXPECT_NE(page.find("https://signin.westshire-police.example/logout?client_id=guildhall"), std::string::npos);
  EXPECT_EQ(dai.get("/signout/done?provider=nobody").status(), 200);
}

// ---- Who may come in

TEST(Admission, GivesTheRolesOfEveryRuleForTheFirstOrganisation) {
  const Instant now = parse_instant("2026-11-23T02:10:00Z").value();
  const Organisation council{"Borsetshire County Council", OrganisationKind::Council};
  const std::vector<AdmissionRule> rules{
      {.claim = "groups", .value = "case-workers", .organisation = council, .role = Role::Officer, .scope = {}},
      {.claim = "groups", .value = "matching", .organisation = council, .role = Role::Steward, .scope = {}},
      {.claim = "force", .value = "westshire", .organisation = kPolice, .role = Role::Partner, .scope = {}}};
  const auto admitted = admission_of(rules, {{"groups", {"matching", "case-workers"}}, {"force", {"westshire"}}}, now);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->organisation, council);
  ASSERT_EQ(admitted->grants.size(), 2u);
  EXPECT_EQ(admitted->grants[0].role, Role::Officer);
  EXPECT_EQ(admitted->grants[1].role, Role::Steward);
  EXPECT_FALSE(admission_of(rules, {{"groups", {"matchin", "Case-Workers"}}, {"email", {"x@westshire"}}}, now));
  EXPECT_FALSE(admission_of({}, {{"groups", {"matching"}}}, now));
}

}  // namespace
}  // namespace guildhall::signin
