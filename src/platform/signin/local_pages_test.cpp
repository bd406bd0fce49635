#include <gtest/gtest.h>

#include "base/text.h"
#include "signin/attempts.h"
#include "signin/impl/test_council.h"

namespace guildhall::signin {
namespace {

using http::Response;
using http::TestClient;

class LocalSigninTest : public CouncilTest {
 protected:
  void SetUp() override { open(); }
  std::optional<Instant> wait_of(db::Connection& connection, const Attempt& attempt) {
    return begin_attempt(connection, attempt, clock_.now()).wait_until;
  }
  bool holds(const Response& page, std::string_view text) { return page.body().find(text) != std::string_view::npos; }
};

TEST_F(LocalSigninTest, LetsAnOfficerInWithPassphraseAndCode) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  EXPECT_EQ(karin.get("/work").header("Location"), "/signin?return=%2Fwork");
  const Response in = sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  EXPECT_EQ(in.status(), 303);
  EXPECT_EQ(in.header("Location"), "/work");
  const Response work = karin.get("/work");
  EXPECT_EQ(work.body(), "Karin Lindqvist of Borsetshire County Council");
  EXPECT_EQ(work.header("Cache-Control"), "no-store");
  EXPECT_EQ(acts(), Acts{"signed_in"});
}

TEST_F(LocalSigninTest, TakesCapitalsAndSpacesAsPeopleTypeThem) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  const std::string code = code_of(secret);
  EXPECT_EQ(sign_in(karin, " K.Lindqvist ", kPassphrase, code.substr(0, 3) + " " + code.substr(3)).status(), 303);
}

// The same status, words, cookies and redirects, whichever part was wrong, and whether there is such an account.
TEST_F(LocalSigninTest, AnswersEveryWrongAnswerAlike) {
  const std::string secret = create_officer();
  const std::string wrong_code = code_of(secret) == "000000" ? "000001" : "000000";
  struct Try {
    std::string name, passphrase, code;
  };
  std::vector<std::string> answers;
  for (const Try& each : {Try{"nobody", kPassphrase, code_of(secret)}, Try{"k.lindqvist", "wrong", code_of(secret)},
                          Try{"k.lindqvist", kPassphrase, wrong_code}}) {
    TestClient stranger(*router_);
    stranger.get("/signin");
    const Response first = stranger.post("/signin", {{"signin_name", each.name}, {"passphrase", each.passphrase}});
    const std::size_t cookie_size = stranger.cookie("signin")->size();
    const Response last = stranger.post("/signin/code", {{"code", each.code}});
    EXPECT_EQ(last.status(), 403);
    EXPECT_TRUE(holds(last, "The sign-in name, passphrase or code is wrong"));
    EXPECT_FALSE(holds(last, each.name));
    EXPECT_EQ(stranger.cookie("session"), std::nullopt);
    std::string body(last.body());
    const std::size_t token = body.find("csrf_token");
    body.erase(token, body.find('>', token) - token);
    answers.push_back(std::to_string(first.status()) + std::string(*first.header("Location")) +
                      std::to_string(cookie_size) + body);
  }
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[1], answers[2]);
  EXPECT_EQ(acts(), (Acts{"refused: No such account, or it is suspended.", "refused: Wrong passphrase.",
                          "refused: Wrong code."}));
}

TEST_F(LocalSigninTest, TakesACodeOnce) {
  const std::string secret = create_officer();
  const std::string code = code_of(secret);
  TestClient karin(*router_);
  TestClient watcher(*router_);  // Read the code over her shoulder.
  EXPECT_EQ(sign_in(karin, "k.lindqvist", kPassphrase, code).status(), 303);
  EXPECT_EQ(sign_in(watcher, "k.lindqvist", kPassphrase, code).status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "refused: Wrong code."}));
}

TEST_F(LocalSigninTest, SaysWhatIsMissing) {
  TestClient browser(*router_);
  browser.get("/signin");
  const Response page = browser.post("/signin", {{"signin_name", ""}, {"passphrase", ""}});
  EXPECT_EQ(page.status(), 400);
  EXPECT_TRUE(holds(page, "Enter your sign-in name"));
  EXPECT_TRUE(holds(page, "Enter your passphrase"));
  EXPECT_EQ(browser.cookie("signin"), std::nullopt);
}

TEST_F(LocalSigninTest, HelpsPasswordManagersAndPasting) {
  TestClient browser(*router_);
  const Response page = browser.get("/signin");
  EXPECT_TRUE(holds(page, R"(autocomplete="username")"));
  EXPECT_TRUE(holds(page, R"(autocomplete="current-password")"));
  EXPECT_FALSE(holds(page, "onpaste"));
  browser.post("/signin", {{"signin_name", "k.lindqvist"}, {"passphrase", "x"}});
  const Response code = browser.get("/signin/code");
  EXPECT_TRUE(holds(code, R"(autocomplete="one-time-code")"));
  EXPECT_TRUE(holds(code, R"(inputmode="numeric")"));
  EXPECT_EQ(code.header("Cache-Control"), "no-store");
}

TEST_F(LocalSigninTest, GivesUpAfterTenMinutes) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  karin.get("/signin");
  karin.post("/signin", {{"signin_name", "k.lindqvist"}, {"passphrase", kPassphrase}});
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(karin.post("/signin/code", {{"code", code_of(secret)}}).header("Location"), "/signin?late=1");
  EXPECT_TRUE(holds(karin.get("/signin?late=1"), "Signing in took too long"));
}

TEST_F(LocalSigninTest, NeedsTheFirstPage) {
  TestClient browser(*router_);
  EXPECT_EQ(browser.get("/signin/code").header("Location"), "/signin?late=1");
  browser.get("/signin");
  EXPECT_EQ(browser.post("/signin/code", {{"code", "123456"}}).header("Location"), "/signin?late=1");
  EXPECT_EQ(acts(), Acts{});
}

// ---- Guessing

TEST_F(LocalSigninTest, SlowsDownWhoeverGuesses) {
  const std::string secret = create_officer();
  TestClient guesser(*router_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sign_in(guesser, "k.lindqvist", "guess " + std::to_string(i), "000000").status(), 403);
  }
  const Response wait = sign_in(guesser, "k.lindqvist", kPassphrase, code_of(secret));  // Right, and not looked at.
  EXPECT_EQ(wait.status(), 429);
  EXPECT_EQ(wait.header("Retry-After"), "15");
  EXPECT_TRUE(holds(wait, "Try again in a minute."));
  // Names that nobody has wait just so, and other people don't wait.
  for (int i = 0; i < 3; ++i) sign_in(guesser, "nobody", "guess", "000000");
  EXPECT_EQ(sign_in(guesser, "nobody", "guess", "000000").status(), 429);
  const std::string partner = create_partner();
  TestClient ruth(*router_);
  EXPECT_EQ(sign_in(ruth, "r.adeyemi", kPassphrase, code_of(partner)).status(), 303);

  clock_.advance(std::chrono::seconds(15));
  TestClient karin(*router_);
  EXPECT_EQ(sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret)).status(), 303);
}

// The cookie of a right passphrase is good for one code at once; the next one waits.
TEST_F(LocalSigninTest, SlowsDownWhoeverGuessesCodes) {
  create_officer();
  TestClient guesser(*router_);
  guesser.get("/signin");
  guesser.post("/signin", {{"signin_name", "k.lindqvist"}, {"passphrase", kPassphrase}});
  guesser.get("/signin/code");
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    TestClient copy = guesser;  // With the cookie as it was.
    if (copy.post("/signin/code", {{"code", "00000" + std::to_string(i)}}).status() == 403) ++refused;
  }
  EXPECT_EQ(refused, 5);  // With the passphrase: six attempts.
}

TEST_F(LocalSigninTest, RemembersGuessesOverARestart) {
  create_officer();
  TestClient guesser(*router_);
  for (int i = 0; i < 3; ++i) sign_in(guesser, "k.lindqvist", "guess", "000000");
  signin_.reset();
  database_.close();
  database_.reopen();
  open();
  TestClient again(*router_);
  EXPECT_EQ(sign_in(again, "k.lindqvist", "guess", "000000").status(), 429);
}

TEST(Attempts, WaitTwiceAsLongEachTime) {
  using std::chrono::seconds;
  const AttemptRule rule{.free_failures = 3};
  EXPECT_EQ(delay_after(2, rule), seconds(0));
  EXPECT_EQ(delay_after(3, rule), seconds(15));
  EXPECT_EQ(delay_after(4, rule), seconds(30));
  EXPECT_EQ(delay_after(8, rule), seconds(480));
  EXPECT_EQ(delay_after(9, rule), seconds(900));
  EXPECT_EQ(delay_after(1'000'000, rule), seconds(900));
}

TEST_F(LocalSigninTest, CountsAnAttemptBeforeItIsLookedAt) {
  database_->write([&](db::Connection& connection) {
    const Attempt attempt{.name_digest = "name", .address_digest = "address"};
    for (int i = 0; i < 6; ++i) EXPECT_EQ(wait_of(connection, attempt), std::nullopt);
    EXPECT_EQ(wait_of(connection, attempt), clock_.now() + std::chrono::seconds(15));
    // Another name from that address goes on: 60 are free there.
    const Attempt other{.name_digest = "other", .address_digest = "address"};
    EXPECT_EQ(wait_of(connection, other), std::nullopt);
    forgive_attempts(connection, attempt);
    EXPECT_EQ(wait_of(connection, attempt), std::nullopt);
  });
}

TEST_F(LocalSigninTest, SlowsDownAnAddressThatTriesManyNames) {
  database_->write([&](db::Connection& connection) {
    for (int i = 0; i < 60; ++i) {
      EXPECT_EQ(wait_of(connection, {"name " + std::to_string(i), "address"}), std::nullopt);
    }
    EXPECT_NE(wait_of(connection, {"another name", "address"}), std::nullopt);
    EXPECT_EQ(wait_of(connection, {"another name", "another address"}), std::nullopt);
    clock_.advance(std::chrono::hours(24));  // Forgotten.
    EXPECT_EQ(wait_of(connection, {"another name", "address"}), std::nullopt);
  });
}

// ---- Sessions

TEST_F(LocalSigninTest, EndsAPartnersSessionAfterAQuarterOfAnHour) {
  const std::string secret = create_partner();
  TestClient ruth(*router_);
  sign_in(ruth, "r.adeyemi", kPassphrase, code_of(secret));
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::minutes(14));
    EXPECT_EQ(ruth.get("/partner").status(), 200) << i;
  }
  clock_.advance(std::chrono::minutes(15));
  const Response page = ruth.get("/partner/7?tab=plan");
  EXPECT_EQ(page.header("Location"), "/signin?return=%2Fpartner%2F7%3Ftab%3Dplan&ended=1");
  EXPECT_EQ(ruth.cookie("session"), std::nullopt);
  EXPECT_TRUE(holds(ruth.get("/signin?ended=1"), "You were signed out"));
  EXPECT_EQ(acts(), (Acts{"signed_in", "session_expired: Idle for too long."}));
}

TEST_F(LocalSigninTest, LetsAnOfficerBeIdleForAnHour) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  clock_.advance(std::chrono::minutes(59));
  EXPECT_EQ(karin.get("/work").status(), 200);
  clock_.advance(std::chrono::minutes(60));
  EXPECT_EQ(karin.get("/work").status(), 303);
}

TEST_F(LocalSigninTest, EndsEverySessionAfterTwelveHours) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  for (int i = 0; i < 23; ++i) {
    clock_.advance(std::chrono::minutes(30));
    EXPECT_EQ(karin.get("/work").status(), 200) << i;
  }
  clock_.advance(std::chrono::minutes(30));
  EXPECT_EQ(karin.get("/work").status(), 303);
  EXPECT_EQ(acts(), (Acts{"signed_in", "session_expired: Signed in for 12 hours."}));
}

TEST_F(LocalSigninTest, SignsOut) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  const std::string token(*karin.cookie("session"));
  EXPECT_EQ(karin.post("/signout").header("Location"), "/signout/done");
  EXPECT_EQ(karin.cookie("session"), std::nullopt);
  EXPECT_TRUE(holds(karin.get("/signout/done"), "You are signed out"));
  // The token that was copied before is worth nothing.
  TestClient thief(*router_);
  EXPECT_EQ(thief.send({.target = "/work", .headers = {{"Cookie", "__Host-session=" + token}}}).status(), 303);
  EXPECT_EQ(acts(), (Acts{"signed_in", "signed_out"}));
}

TEST_F(LocalSigninTest, GivesNothingForAForgedSession) {
  create_officer();
  TestClient thief(*router_);
  for (const char* token : {"x", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const Response page =
        thief.send({.target = "/work", .headers = {{"Cookie", "__Host-session=" + std::string(token)}}});
    EXPECT_EQ(page.status(), 303) << token;
    EXPECT_EQ(page.body(), "") << token;
  }
  // Without its prefix the cookie could have been set by another host of the council.
  EXPECT_EQ(thief.send({.target = "/work", .headers = {{"Cookie", "session=x"}}}).header("Location"),
            "/signin?return=%2Fwork");
}

// Session fixation: the session that was in the browser before ends, and its token is not used on.
TEST_F(LocalSigninTest, GivesANewTokenAtEachSignIn) {
  const std::string secret = create_officer();
  TestClient shared(*router_);
  sign_in(shared, "k.lindqvist", kPassphrase, code_of(secret));
  const std::string before(*shared.cookie("session"));
  clock_.advance(std::chrono::seconds(30));
  sign_in(shared, "k.lindqvist", kPassphrase, code_of(secret));
  EXPECT_NE(shared.cookie("session"), before);
  TestClient attacker(*router_);
  EXPECT_EQ(attacker.send({.target = "/work", .headers = {{"Cookie", "__Host-session=" + before}}}).status(), 303);
  EXPECT_EQ(acts(), (Acts{"signed_in", "replaced", "signed_in"}));
}

TEST_F(LocalSigninTest, KeepsOnlyTheDigestOfAToken) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  const std::string token(*karin.cookie("session"));
  const std::string stored =
      database_
          ->read([](db::Connection& connection) {
            return connection.query_one("SELECT token_sha256 FROM signin_session", {},
                                        [](const db::Row& row) { return std::string(row.blob(0)); });
          })
          .value();
  EXPECT_EQ(hex(stored), hex(sha256(token)));
  EXPECT_EQ(token.size(), 43u);  // 256 bits in base64url.
}

TEST_F(LocalSigninTest, PutsASuspendedOfficerOutAtTheNextClick) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  database_->write([](db::Connection& connection) {
    suspend_account(connection, find_account_named(connection, "k.lindqvist")->id);
  });
  EXPECT_EQ(karin.get("/work").status(), 303);
  clock_.advance(std::chrono::seconds(30));
  EXPECT_EQ(sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret)).status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "session_expired: The account is suspended.",
                          "refused: No such account, or it is suspended."}));
}

// ---- Who may see what

TEST_F(LocalSigninTest, KeepsAPartnerOutOfOfficersPages) {
  const std::string secret = create_partner();
  TestClient ruth(*router_);
  sign_in(ruth, "r.adeyemi", kPassphrase, code_of(secret));
  EXPECT_EQ(ruth.get("/partner").status(), 200);
  EXPECT_EQ(ruth.get("/work").status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "forbidden: Without the role."}));
}

TEST_F(LocalSigninTest, TakesARoleAwayAtTheMomentItEnds) {
  const std::string secret = create_partner();
  TestClient ruth(*router_);
  sign_in(ruth, "r.adeyemi", kPassphrase, code_of(secret));
  database_->write([&](db::Connection& connection) {
    end_grants(connection, find_account_named(connection, "r.adeyemi")->id, clock_.now() + std::chrono::minutes(5));
  });
  EXPECT_EQ(ruth.get("/partner").status(), 200);
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(ruth.get("/partner").status(), 403);
}

TEST_F(LocalSigninTest, GreetsWhoeverIsSignedInOnPublicPages) {
  const std::string secret = create_officer();
  TestClient karin(*router_);
  EXPECT_EQ(karin.get("/").body(), "Hello");
  sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret));
  EXPECT_EQ(karin.get("/").body(), "Hello, Karin Lindqvist");
}

TEST_F(LocalSigninTest, GoesBackOnlyWithinThisSite) {
  const std::string secret = create_officer();
  for (const char* elsewhere : {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
                                "/signin?return=/signin", "work"}) {
    TestClient karin(*router_);
    clock_.advance(std::chrono::seconds(30));
    EXPECT_EQ(sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret), elsewhere).header("Location"), "/work")
        << elsewhere;
    EXPECT_FALSE(holds(karin.get("/signin?return=" + std::string(elsewhere)), "evil")) << elsewhere;
  }
  TestClient karin(*router_);
  clock_.advance(std::chrono::seconds(30));
  EXPECT_EQ(sign_in(karin, "k.lindqvist", kPassphrase, code_of(secret), "/cases/7?tab=links").header("Location"),
            "/cases/7?tab=links");
}

// A handler that wants no SignedIn can't be protected by mistake, and one that does can't be added without.
static_assert(!std::is_constructible_v<http::Handler, http::Response (*)(const http::Request&, const SignedIn&)>);
static_assert(!std::is_constructible_v<SignedInHandler, http::Response (*)(const http::Request&)>);
static_assert(!std::is_default_constructible_v<SignedIn>);

// ---- Accounts

TEST_F(LocalSigninTest, RefusesAnAccountThatCouldNotBeUsed) {
  create_officer();
  const auto refused = [&](LocalAccount account) {
    const auto made = create_local_account(*database_, kKey, account, "Borsetshire", clock_.now());
    std::vector<std::string> where;
    if (!made.ok()) {
      for (const Problem& problem : made.problems()) where.push_back(problem.where);
    }
    return where;
  };
  const RoleGrant officer{.role = Role::Officer, .scope = {}, .from = {}, .until = {}};
  const LocalAccount good{.signin_name = "s.tucker",
                          .display_name = "Susan Tucker",
                          .organisation = {"Borsetshire County Council", OrganisationKind::Council},
                          .passphrase = kPassphrase,
                          .grants = {officer}};
  LocalAccount taken = good;
  taken.signin_name = "K.Lindqvist";
  EXPECT_EQ(refused(taken), std::vector<std::string>{"signin_name"});
  EXPECT_EQ(
      refused({.signin_name = "s t", .display_name = " ", .organisation = {}, .passphrase = "short", .grants = {}}),
      (std::vector<std::string>{"signin_name", "display_name", "organisation", "passphrase", "grants"}));
  EXPECT_EQ(refused(good), std::vector<std::string>{});
}

TEST_F(LocalSigninTest, StoresNeitherPassphraseNorSecretReadably) {
  const std::string secret = create_officer();
  database_->read([&](db::Connection& connection) {
    connection.query("SELECT passphrase_phc, totp_sealed FROM local_credential", {}, [&](const db::Row& row) {
      EXPECT_TRUE(row.text(0).starts_with("$argon2id$"));
      EXPECT_EQ(row.text(0).find(kPassphrase), std::string_view::npos);
      EXPECT_EQ(row.blob(1).find(secret), std::string_view::npos);
    });
  });
}

}  // namespace
}  // namespace guildhall::signin
