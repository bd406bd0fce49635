#include "signin/id_token.h"

#include <gtest/gtest.h>

#include "signin/encoding.h"
#include "signin/impl/jose.h"
#include "signin/impl/json.h"
#include "signin/signing_key.h"

namespace guildhall::signin {
namespace {

using boost::json::object;

const Instant kNow = parse_instant("2026-11-23T02:10:00Z").value();
const std::int64_t kSeconds = std::chrono::floor<std::chrono::seconds>(kNow).time_since_epoch().count();

JoseKey rsa_key(std::size_t bits, const char* id) {
  cjose_err error{};
  const std::uint8_t exponent[] = {1, 0, 1};
  JoseKey key(cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &error));
  EXPECT_TRUE(key && cjose_jwk_set_kid(key.get(), id, strlen(id), &error));
  return key;
}

JoseKey ec_key(cjose_jwk_ec_curve curve, const char* id) {
  cjose_err error{};
  JoseKey key(cjose_jwk_create_EC_random(curve, &error));
  EXPECT_TRUE(key && cjose_jwk_set_kid(key.get(), id, strlen(id), &error));
  return key;
}

std::string public_part(const JoseKey& key) {
  cjose_err error{};
  return JoseText(cjose_jwk_to_json(key.get(), false, &error)).get();
}

std::string key_set(const std::vector<std::string>& jwks) {
  std::string json = R"({"keys":[)";
  for (const std::string& jwk : jwks) json += (json.back() == '[' ? "" : ",") + jwk;
  return json + "]}";
}

// A compact JWS with the header that the test wants, right or wrong.
std::string signed_token(const JoseKey& key, const object& header, const object& claims) {
  cjose_err error{};
  const JoseHeader jose_header(cjose_header_new(&error));
  for (const auto& member : header) {
    const std::string name(member.key());
    const bool set =
        member.value().is_string()
            ? cjose_header_set(jose_header.get(), name.c_str(), std::string(member.value().as_string()).c_str(), &error)
            : cjose_header_set_raw(jose_header.get(), name.c_str(), serialize(member.value()).c_str(), &error);
    EXPECT_TRUE(set) << name;
  }
  const std::string payload = serialize(claims);
  const JoseSignature signature(cjose_jws_sign(
      key.get(), jose_header.get(), reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size(), &error));
  const char* compact = nullptr;
  EXPECT_TRUE(signature && cjose_jws_export(signature.get(), &compact, &error)) << error.message;
  return compact ? compact : "";
}

// Westshire Police's provider, with a key of each kind, and one sign-in there at 2:09 in the morning.
class IdTokenTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    rsa_ = rsa_key(2048, "rsa-1");
    ec_ = ec_key(CJOSE_JWK_EC_P_256, "ec-1");
    keys_ = KeySet::parse(key_set({public_part(rsa_), public_part(ec_)})).value();
  }

  object claims() const {
    return {{"iss", "https://signin.westshire-police.example"},
            {"sub", "collar-4471"},
            {"aud", "guildhall-borsetshire"},
            {"exp", kSeconds + 300},
            {"iat", kSeconds - 60},
            {"auth_time", kSeconds - 60},
            {"nonce", "n-0S6_WzA2Mj"},
            {"acr", "urn:example:mfa"},
            {"amr", {"pwd", "otp"}},
            {"name", "Sgt Dai Pritchard"},
            {"groups", {"mash", "response"}}};
  }
  static object header(const char* algorithm, const char* id) { return {{"alg", algorithm}, {"kid", id}}; }

  Result<IdToken> validate(const std::string& token, const KeySet& keys = keys_) const {
    return validate_id_token(token, keys, expected_, kNow);
  }
  Result<IdToken> validate(const object& with_claims) const {
    return validate(signed_token(ec_, header("ES256", "ec-1"), with_claims));
  }
  // Where the token with one claim changed is refused; "accepted" where it isn't.
  std::string refused_at(const char* name, boost::json::value value) const {
    object changed = claims();
    changed[name] = std::move(value);
    const Result<IdToken> token = validate(changed);
    return token.ok() ? "accepted" : token.problems()[0].where;
  }
  std::string refused_without(const char* name) const {
    object changed = claims();
    changed.erase(name);
    const Result<IdToken> token = validate(changed);
    return token.ok() ? "accepted" : token.problems()[0].where;
  }
  std::string refused(const std::string& token, const KeySet& keys = keys_) const {
    const Result<IdToken> result = validate(token, keys);
    return result.ok() ? "accepted" : result.problems()[0].where;
  }

  IdTokenExpectations expected_{.issuer = "https://signin.westshire-police.example",
                                .client_id = "guildhall-borsetshire",
                                .nonce = "n-0S6_WzA2Mj",
                                .acr_values = {"urn:example:mfa"},
                                .max_age = std::chrono::minutes(5)};
  static inline JoseKey rsa_;
  static inline JoseKey ec_;
  static inline KeySet keys_;
};

TEST_F(IdTokenTest, SaysWhoSignedInAndHow) {
  const Result<IdToken> token = validate(claims());
  ASSERT_TRUE(token.ok()) << to_text(token.problems());
  EXPECT_EQ(token->subject, "collar-4471");
  EXPECT_EQ(token->acr, "urn:example:mfa");
  EXPECT_EQ(token->amr, (std::vector<std::string>{"pwd", "otp"}));
  EXPECT_EQ(to_iso(*token->auth_time), "2026-11-23T02:09:00Z");
  EXPECT_EQ(token->claims.at("groups"), (std::vector<std::string>{"mash", "response"}));
  EXPECT_EQ(token->claims.at("name"), (std::vector<std::string>{"Sgt Dai Pritchard"}));
}

TEST_F(IdTokenTest, MayBeSignedWithRsaOrP256) {
  for (const char* algorithm : {"RS256", "PS256"}) {
    EXPECT_EQ(refused(signed_token(rsa_, header(algorithm, "rsa-1"), claims())), "accepted") << algorithm;
  }
  EXPECT_EQ(refused(signed_token(ec_, header("ES256", "ec-1"), claims())), "accepted");
}

TEST_F(IdTokenTest, IsRefusedUnsigned) {
  const std::string payload = base64url(serialize(claims()));
  for (const char* name : {"none", "None", "NONE", "", "nonE"}) {
    const std::string unsigned_header = base64url(serialize(object{{"alg", name}, {"kid", "ec-1"}}));
    EXPECT_EQ(refused(unsigned_header + "." + payload + "."), "header.alg") << name;
  }
  EXPECT_EQ(refused(base64url("{}") + "." + payload + "."), "header.alg");
}

// RFC 8725, section 2.1: an HMAC under the published RSA key, which everybody knows.
TEST_F(IdTokenTest, IsRefusedSignedWithASharedSecret) {
  cjose_err error{};
  const std::string secret = public_part(rsa_);
  JoseKey key(cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size(), &error));
  EXPECT_EQ(refused(signed_token(key, header("HS256", "rsa-1"), claims())), "header.alg");
  EXPECT_EQ(refused(signed_token(rsa_, header("RS512", "rsa-1"), claims())), "header.alg");
}

TEST_F(IdTokenTest, IsRefusedWhenAnyPartWasChanged) {
  const std::string token = signed_token(ec_, header("ES256", "ec-1"), claims());
  const std::string other = signed_token(ec_, header("ES256", "ec-1"), {{"sub", "collar-0001"}});
  const std::string first = token.substr(0, token.find('.'));
  const std::string last = token.substr(token.rfind('.'));
  const std::string others_claims = other.substr(other.find('.'), other.rfind('.') - other.find('.'));
  EXPECT_EQ(refused(first + others_claims + last), "signature");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refused(changed), "accepted") << i;
  }
}

TEST_F(IdTokenTest, IsRefusedSignedWithAnotherKey) {
  const JoseKey strangers = ec_key(CJOSE_JWK_EC_P_256, "ec-1");
  EXPECT_EQ(refused(signed_token(strangers, header("ES256", "ec-1"), claims())), "signature");
  EXPECT_EQ(refused(signed_token(strangers, header("ES256", "ec-2"), claims())), "header.kid");
  // The key of that name is for another algorithm.
  EXPECT_EQ(refused(signed_token(ec_, header("ES256", "rsa-1"), claims())), "header.kid");
}

TEST_F(IdTokenTest, AsksForTheKeysAgainWhenItNamesAnUnknownOne) {
  EXPECT_TRUE(has_key_for(keys_, signed_token(ec_, header("ES256", "ec-1"), claims())));
  EXPECT_FALSE(has_key_for(keys_, signed_token(ec_, header("ES256", "ec-2"), claims())));
  EXPECT_TRUE(has_key_for(keys_, "not a token"));  // Other keys would not help.
}

TEST_F(IdTokenTest, NeedNotNameTheKeyWhereThereIsOne) {
  const std::string nameless = signed_token(ec_, {{"alg", "ES256"}}, claims());
  EXPECT_EQ(refused(nameless), "accepted");
  const JoseKey second = ec_key(CJOSE_JWK_EC_P_256, "ec-2");
  EXPECT_EQ(refused(nameless, KeySet::parse(key_set({public_part(ec_), public_part(second)})).value()), "header.kid");
}

TEST_F(IdTokenTest, IsRefusedAsATokenOfAnotherKind) {
  object logout = header("ES256", "ec-1");
  logout["typ"] = "logout+jwt";
  EXPECT_EQ(refused(signed_token(ec_, logout, claims())), "header.typ");
  logout["typ"] = "jwt";
  EXPECT_EQ(refused(signed_token(ec_, logout, claims())), "accepted");
  logout["crit"] = boost::json::array{"exp"};
  EXPECT_EQ(refused(signed_token(ec_, logout, claims())), "header.crit");
}

TEST_F(IdTokenTest, IsRefusedFromAnotherIssuerOrForAnotherClient) {
  EXPECT_EQ(refused_at("iss", "https://signin.westshire-police.example/"), "claims.iss");
  EXPECT_EQ(refused_at("iss", nullptr), "claims.iss");
  EXPECT_EQ(refused_at("aud", "guildhall-ambridge"), "claims.aud");
  EXPECT_EQ(refused_at("aud", {"guildhall-borsetshire"}), "accepted");
  EXPECT_EQ(refused_at("aud", {"guildhall-borsetshire", "guildhall-ambridge"}), "claims.aud");
  EXPECT_EQ(refused_at("aud", boost::json::array{}), "claims.aud");
  EXPECT_EQ(refused_at("azp", "guildhall-ambridge"), "claims.azp");
  EXPECT_EQ(refused_at("azp", "guildhall-borsetshire"), "accepted");
  EXPECT_EQ(refused_without("iss"), "claims.iss");
  EXPECT_EQ(refused_without("aud"), "claims.aud");
}

TEST_F(IdTokenTest, AllowsClocksToDifferByAMinute) {
  EXPECT_EQ(refused_at("exp", kSeconds - 59), "accepted");
  EXPECT_EQ(refused_at("exp", kSeconds - 60), "claims.exp");
  EXPECT_EQ(refused_at("iat", kSeconds + 60), "accepted");
  EXPECT_EQ(refused_at("iat", kSeconds + 61), "claims.iat");
  EXPECT_EQ(refused_at("iat", kSeconds - 3600 - 61), "claims.iat");
  EXPECT_EQ(refused_at("nbf", kSeconds + 61), "claims.nbf");
  EXPECT_EQ(refused_at("auth_time", kSeconds - 360), "accepted");
  EXPECT_EQ(refused_at("auth_time", kSeconds - 361), "claims.auth_time");
}

TEST_F(IdTokenTest, IsRefusedWhenATimeMakesNoSense) {
  for (const boost::json::value& nonsense :
       {boost::json::value("tomorrow"), boost::json::value(1e300), boost::json::value(-1), boost::json::value(nullptr),
        boost::json::value(std::uint64_t{18446744073709551615u})}) {
    EXPECT_EQ(refused_at("exp", nonsense), "claims.exp");
    EXPECT_EQ(refused_at("iat", nonsense), "claims.iat");
    EXPECT_EQ(refused_at("auth_time", nonsense), "claims.auth_time");
  }
  for (const char* name : {"exp", "iat", "auth_time"}) {
    EXPECT_EQ(refused_without(name), std::string("claims.") + name);
  }
}

TEST_F(IdTokenTest, IsRefusedAsTheAnswerToAnotherRequest) {
  EXPECT_EQ(refused_at("nonce", "n-0S6_WzA2Mk"), "claims.nonce");
  EXPECT_EQ(refused_without("nonce"), "claims.nonce");
}

TEST_F(IdTokenTest, IsRefusedWhenTheSignInWasTooWeak) {
  EXPECT_EQ(refused_at("acr", "urn:example:password"), "claims.acr");
  EXPECT_EQ(refused_without("acr"), "claims.acr");
}

TEST_F(IdTokenTest, IsRefusedWithoutAUsableSubject) {
  EXPECT_EQ(refused_without("sub"), "claims.sub");
  EXPECT_EQ(refused_at("sub", ""), "claims.sub");
  EXPECT_EQ(refused_at("sub", 4471), "claims.sub");
  EXPECT_EQ(refused_at("sub", boost::json::string("collar\0", 7)), "claims.sub");
  EXPECT_EQ(refused_at("sub", "pl\u00e5ce"), "claims.sub");
  EXPECT_EQ(refused_at("sub", boost::json::string(256, '4')), "claims.sub");
}

TEST_F(IdTokenTest, IsRefusedWhenItIsNoToken) {
  for (const char* text : {"", ".", "..", "a.b", "a.b.c.d", "eyJhbGciOiJFUzI1NiJ9..", "!.!.!"}) {
    EXPECT_NE(refused(text), "accepted") << text;
  }
  EXPECT_EQ(refused(std::string(20'000, 'a')), "token");
}

TEST(KeySet, LeavesOutKeysThatMustNotVerify) {
  const JoseKey weak = rsa_key(1024, "weak");
  const JoseKey curve = ec_key(CJOSE_JWK_EC_P_521, "p-521");
  const JoseKey good = ec_key(CJOSE_JWK_EC_P_256, "good");
  std::string for_encryption = public_part(ec_key(CJOSE_JWK_EC_P_256, "encryption"));
  for_encryption.insert(1, R"("use":"enc",)");
  const std::string shared = R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T","kid":"shared"})";
  const KeySet keys =
      KeySet::parse(key_set({public_part(weak), public_part(curve), for_encryption, shared, public_part(good)}))
          .value();
  for (const SignatureAlgorithm algorithm :
       {SignatureAlgorithm::Rs256, SignatureAlgorithm::Ps256, SignatureAlgorithm::Es256}) {
    for (const char* id : {"weak", "p-521", "encryption", "shared"}) {
      EXPECT_TRUE(keys.suitable(algorithm, id).empty()) << id;
    }
  }
  EXPECT_EQ(keys.suitable(SignatureAlgorithm::Es256, "good").size(), 1u);
  for (const char* none : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1,"2",{"kty":"EC"}]})"}) {
    EXPECT_FALSE(KeySet::parse(none).ok()) << none;
  }
}

// ---- The council's own key

TEST(SigningKey, MakesAnAssertionThatItsPublicPartVerifies) {
  const SigningKey key = SigningKey::generate();
  const std::string assertion = client_assertion(key, "guildhall-borsetshire", "https://op.example", kNow);
  // An assertion has the shape of an ID token about ourselves, but for the nonce.
  const KeySet keys = KeySet::parse(key_set({key.public_jwk()})).value();
  const Result<IdToken> read = validate_id_token(assertion, keys,
                                                 {.issuer = "guildhall-borsetshire",
                                                  .client_id = "https://op.example",
                                                  .nonce = "-",
                                                  .acr_values = {},
                                                  .max_age = {}},
                                                 kNow);
  EXPECT_EQ(read.problems()[0].where, "claims.nonce");  // Signature, iss, aud, exp and iat were right.
  EXPECT_NE(assertion, client_assertion(key, "guildhall-borsetshire", "https://op.example", kNow));  // jti
}

TEST(SigningKey, IsReadBackAndKeepsItsPrivatePartPrivate) {
  const SigningKey key = SigningKey::generate();
  EXPECT_EQ(SigningKey::parse_jwk(key.private_jwk())->public_jwk(), key.public_jwk());
  const object shown = boost::json::parse(key.public_jwk()).as_object();
  EXPECT_FALSE(shown.contains("d"));
  EXPECT_EQ(shown.at("alg"), "ES256");
  EXPECT_EQ(text_at(shown, "kid")->size(), 43u);  // A SHA-256 in base64url.
  EXPECT_FALSE(SigningKey::parse_jwk(key.public_jwk()).ok());
  EXPECT_FALSE(SigningKey::parse_jwk("{}").ok());
}

}  // namespace
}  // namespace guildhall::signin
