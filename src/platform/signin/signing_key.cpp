#include "signin/signing_key.h"

#include "base/id.h"
#include "base/text.h"
#include "signin/encoding.h"
#include "signin/impl/jose.h"
#include "signin/impl/json.h"

namespace guildhall::signin {
namespace {

// RFC 7638, section 3: the SHA-256 of the required members in lexicographic order, without white space.
std::string thumbprint(const boost::json::object& jwk) {
  const auto member = [&](const char* name) { return text_at(jwk, name).value_or(""); };
  const std::string canonical =
      member("kty") == "RSA"
          ? R"({"e":")" + member("e") + R"(","kty":"RSA","n":")" + member("n") + R"("})"
          : R"({"crv":"P-256","kty":"EC","x":")" + member("x") + R"(","y":")" + member("y") + R"("})";
  return base64url(sha256(canonical));
}

boost::json::object parse_own(const std::string& jwk) {
  return boost::json::parse(jwk).as_object();
}

}  // namespace

SigningKey SigningKey::generate() {
  cjose_err error{};
  const JoseKey key(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
  check(key != nullptr, "a P-256 key can be made");
  const JoseText json(cjose_jwk_to_json(key.get(), true, &error));
  check(json != nullptr, "a key can be written");
  return parse_jwk(json.get()).value();
}

Result<SigningKey> SigningKey::parse_jwk(std::string_view json) {
  const auto refused = [](std::string what) {
    return Problem{.what = std::move(what),
                   .where = "signing key",
                   .remedy = "Use a private JWK: EC with curve P-256, or RSA of at least 2,048 bits."};
  };
  boost::json::object jwk = TRY(parse_object(json, "signing key"));
  const std::string kind = text_at(jwk, "kty").value_or("");
  const bool is_p256 = kind == "EC" && text_at(jwk, "crv") == "P-256";
  if (!is_p256 && kind != "RSA") return refused("This kind of key can't be used.");
  if (!jwk.contains("d")) return refused("This is a public key, not a private one.");
  if (kind == "RSA" && text_at(jwk, "n").value_or("").size() < 2048 / 6) return refused("The key is too short.");
  const std::string algorithm = is_p256 ? "ES256" : "PS256";
  if (jwk.contains("alg") && text_at(jwk, "alg") != algorithm) return refused("The key is for another algorithm.");
  if (!text_at(jwk, "kid")) jwk["kid"] = thumbprint(jwk);
  jwk["alg"] = algorithm;
  jwk["use"] = "sig";
  const std::string text = boost::json::serialize(jwk);
  cjose_err error{};
  const JoseKey key(cjose_jwk_import(text.data(), text.size(), &error));
  if (!key) return refused("The key is damaged.");
  return SigningKey(text, *text_at(jwk, "kid"), algorithm);
}

std::string SigningKey::private_jwk() const {
  return jwk_;
}

std::string SigningKey::public_jwk() const {
  boost::json::object jwk = parse_own(jwk_);
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi", "oth"}) jwk.erase(secret);
  return boost::json::serialize(jwk);
}

std::string SigningKey::sign(std::string_view claims) const {
  cjose_err error{};
  const JoseKey key(cjose_jwk_import(jwk_.data(), jwk_.size(), &error));
  check(key != nullptr, "a key that was read once can be read again");
  const JoseHeader header(cjose_header_new(&error));
  check(header && cjose_header_set(header.get(), CJOSE_HDR_ALG, algorithm_.c_str(), &error) &&
            cjose_header_set(header.get(), CJOSE_HDR_KID, id_.c_str(), &error) &&
            cjose_header_set(header.get(), "typ", "JWT", &error),
        "a JWS header can be made");
  const JoseSignature signature(cjose_jws_sign(
      key.get(), header.get(), reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), &error));
  const char* compact = nullptr;
  check(signature && cjose_jws_export(signature.get(), &compact, &error), "claims can be signed");
  return compact;  // The signature owns it; this copies.
}

std::string client_assertion(const SigningKey& key, std::string_view client_id, std::string_view audience,
                             Instant now) {
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  // Core, section 9: iss, sub, aud, jti and exp are required.
  const boost::json::object claims{{"iss", client_id},         {"sub", client_id}, {"aud", audience},
                                   {"jti", new_uuid().text()}, {"iat", seconds},   {"exp", seconds + 60}};
  return key.sign(boost::json::serialize(claims));
}

}  // namespace guildhall::signin
