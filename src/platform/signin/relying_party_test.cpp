#include "signin/relying_party.h"

#include <gtest/gtest.h>

#include "signin/impl/fake_provider.h"

namespace guildhall::signin {
namespace {

const Instant kNow = parse_instant("2026-11-23T02:10:00Z").value();

std::string where(const Result<ExternalIdentity>& result) {
  return result.ok() ? "accepted" : result.problems()[0].where;
}

class RelyingPartyTest : public testing::Test {
 protected:
  // Goes to the provider and comes back as Sergeant Pritchard.
  Result<ExternalIdentity> round_trip() {
    const Departure departure = party_.depart(kNow).value();
    return party_.arrive(police_.answer_to(departure.url), departure.journey, kNow);
  }

  FakeProvider police_{"https://signin.westshire-police.example", kNow};
  RelyingParty party_{police_.agreement("westshire-police"), police_.fetch()};
};

TEST_F(RelyingPartyTest, LearnsWhoSignedIn) {
  const Result<ExternalIdentity> identity = round_trip();
  ASSERT_TRUE(identity.ok()) << to_text(identity.problems());
  EXPECT_EQ(identity->issuer, "https://signin.westshire-police.example");
  EXPECT_EQ(identity->subject, "collar-4471");
  EXPECT_EQ(identity->display_name, "Dai Pritchard");
  EXPECT_EQ(identity->assurance, (Assurance{"westshire-police", "urn:example:mfa", {"pwd", "otp"}}));
  EXPECT_EQ(identity->claims.at("groups"), std::vector<std::string>{"guildhall-police"});
}

TEST_F(RelyingPartyTest, AsksForACodeBoundToThisBrowser) {
  const Departure departure = party_.depart(kNow).value();
  const auto asked = FakeProvider::query_of(departure.url);
  EXPECT_TRUE(departure.url.starts_with("https://signin.westshire-police.example/authorize?")) << departure.url;
  EXPECT_EQ(asked.at("response_type"), "code");
  EXPECT_EQ(asked.at("scope"), "openid profile");
  EXPECT_EQ(asked.at("state"), departure.journey.state);
  EXPECT_EQ(asked.at("nonce"), departure.journey.nonce);
  EXPECT_EQ(asked.at("code_challenge_method"), "S256");
  EXPECT_EQ(asked.at("acr_values"), "urn:example:mfa");
  EXPECT_EQ(departure.url.find(departure.journey.code_verifier), std::string::npos);
  EXPECT_NE(departure.journey.state, party_.depart(kNow)->journey.state);
}

TEST_F(RelyingPartyTest, RefusesAnAnswerItDidNotAskFor) {
  const Departure departure = party_.depart(kNow).value();
  Return answer = police_.answer_to(departure.url);
  answer.state = "forged";
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "state");
  answer.state = "";
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "state");
  EXPECT_EQ(where(party_.arrive({.state = "", .code = "c", .issuer = "", .error = ""}, {}, kNow)), "state");
  EXPECT_EQ(police_.redeemed(), 0);  // No code was sent anywhere.
}

TEST_F(RelyingPartyTest, RefusesACodeTwice) {
  const Departure departure = party_.depart(kNow).value();
  const Return answer = police_.answer_to(departure.url);
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "accepted");
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "token");
}

// Somebody else's code, put into this browser's answer: the verifier doesn't fit it.
TEST_F(RelyingPartyTest, RefusesAnothersCode) {
  const Departure mine = party_.depart(kNow).value();
  const Departure theirs = party_.depart(kNow).value();
  Return answer = police_.answer_to(mine.url);
  answer.code = police_.answer_to(theirs.url).code;
  EXPECT_EQ(where(party_.arrive(answer, mine.journey, kNow)), "token");
}

TEST_F(RelyingPartyTest, RefusesATokenWithAnothersNonce) {
  police_.claims["nonce"] = "another";
  EXPECT_EQ(where(round_trip()), "claims.nonce");
}

// RFC 9207: a provider that passes on the answer of another, to get at its codes.
TEST_F(RelyingPartyTest, RefusesTheAnswerOfAnotherProvider) {
  const Departure departure = party_.depart(kNow).value();
  Return answer = police_.answer_to(departure.url);
  answer.issuer = "https://signin.attacker.example";
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "iss");
  answer.issuer = "";  // It says of itself that it names itself.
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "iss");
  EXPECT_EQ(police_.redeemed(), 0);
}

TEST_F(RelyingPartyTest, SaysThatTheProviderRefused) {
  const Departure departure = party_.depart(kNow).value();
  Return answer = police_.answer_to(departure.url);
  answer.code = "";
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "code");
  answer.error = "access_denied";
  EXPECT_EQ(where(party_.arrive(answer, departure.journey, kNow)), "error");
}

TEST_F(RelyingPartyTest, FetchesChangedKeysOnce) {
  EXPECT_EQ(where(round_trip()), "accepted");
  EXPECT_EQ(where(round_trip()), "accepted");
  EXPECT_EQ(police_.fetched("/jwks"), 1);
  police_.change_key();
  EXPECT_EQ(where(round_trip()), "accepted");
  EXPECT_EQ(police_.fetched("/jwks"), 2);
  police_.sign_with_a_secret_key();  // Signed by a key that is never published.
  EXPECT_EQ(where(round_trip()), "header.kid");
  EXPECT_EQ(police_.fetched("/jwks"), 3);
  EXPECT_EQ(police_.fetched("/.well-known/openid-configuration"), 1);
}

TEST_F(RelyingPartyTest, ProvesThatItIsTheClient) {
  EXPECT_EQ(where(round_trip()), "accepted");  // The fake verifies the assertion under our public key.
  OpenIdProvider stranger = police_.agreement("westshire-police");
  stranger.credential = SigningKey::generate();
  const RelyingParty other(stranger, police_.fetch());
  const Departure departure = other.depart(kNow).value();
  EXPECT_EQ(where(other.arrive(police_.answer_to(departure.url), departure.journey, kNow)), "token");
}

TEST_F(RelyingPartyTest, KnowsASmallProvidersSecret) {
  police_.client_secret = "s3cret:with/odd characters";
  OpenIdProvider small = police_.agreement("westshire-police");
  small.credential = ClientSecret{"s3cret:with/odd characters"};
  const RelyingParty party(small, police_.fetch());
  const Departure departure = party.depart(kNow).value();
  EXPECT_EQ(where(party.arrive(police_.answer_to(departure.url), departure.journey, kNow)), "accepted");
}

TEST_F(RelyingPartyTest, ReadsUserinfoAboutTheSamePersonOnly) {
  OpenIdProvider agreement = police_.agreement("westshire-police");
  agreement.use_userinfo = true;
  const RelyingParty party(agreement, police_.fetch());
  const auto claims = [&] {
    const Departure departure = party.depart(kNow).value();
    return party.arrive(police_.answer_to(departure.url), departure.journey, kNow);
  };
  police_.userinfo = R"({"sub":"collar-4471","station":"Felpersham","name":"Somebody Else"})";
  EXPECT_EQ(claims()->claims.at("station"), std::vector<std::string>{"Felpersham"});
  EXPECT_EQ(claims()->display_name, "Dai Pritchard");  // The signed token wins.
  police_.userinfo = R"({"sub":"collar-0001","station":"Felpersham"})";
  EXPECT_EQ(where(claims()), "userinfo.sub");
  police_.userinfo = "<html>";
  EXPECT_EQ(where(claims()), "userinfo");
}

TEST_F(RelyingPartyTest, OffersToSignOutThereToo) {
  EXPECT_EQ(party_.end_session_url(kNow),
            "https://signin.westshire-police.example/logout?client_id=guildhall&"
            "post_logout_redirect_uri=https%3A%2F%2Fcouncil.example%2Fsignout%2Fdone");
}

TEST_F(RelyingPartyTest, SaysThatTheProviderIsDown) {
  const RelyingParty party(police_.agreement("westshire-police"), [](const FetchRequest&) -> Result<FetchAnswer> {
    return Problem{.what = "The provider can't be reached.", .where = "provider", .remedy = ""};
  });
  EXPECT_EQ(party.depart(kNow).problems()[0].where, "provider");
  EXPECT_EQ(party.end_session_url(kNow), std::nullopt);
}

// ---- Discovery

TEST(ProviderMetadata, IsRefusedWhenItIsNotWhatWasAgreed) {
  const std::string issuer = "https://op.example";
  const auto with = [&](std::string_view change) {
    std::string json = R"({"issuer":"https://op.example","authorization_endpoint":"https://op.example/a",
      "token_endpoint":"https://op.example/t","jwks_uri":"https://op.example/k","response_types_supported":["code"],
      "code_challenge_methods_supported":["S256"])";
    json += change;  // The last of two members of one name counts.
    return parse_metadata(json + "}", issuer);
  };
  EXPECT_TRUE(with("").ok());
  EXPECT_FALSE(with(R"(,"issuer":"https://op.example/")").ok());
  EXPECT_FALSE(with(R"(,"issuer":null)").ok());
  EXPECT_FALSE(with(R"(,"token_endpoint":"http://op.example/t")").ok());
  EXPECT_FALSE(with(R"(,"jwks_uri":"file:///etc/passwd")").ok());
  EXPECT_FALSE(with(R"(,"userinfo_endpoint":"http://169.254.169.254/")").ok());
  EXPECT_FALSE(with(R"(,"response_types_supported":["id_token"])").ok());
  EXPECT_FALSE(with(R"(,"code_challenge_methods_supported":["plain"])").ok());
  EXPECT_FALSE(parse_metadata("[]", issuer).ok());
}

}  // namespace
}  // namespace guildhall::signin
