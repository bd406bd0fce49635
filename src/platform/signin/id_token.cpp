#include "signin/id_token.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "signin/encoding.h"
#include "signin/impl/jose.h"
#include "signin/impl/json.h"

namespace guildhall::signin {
namespace {

constexpr std::size_t kLongestToken = 16 * 1024;
constexpr std::size_t kMostKeys = 64;
constexpr int kSmallestRsaBits = 2048;  // RFC 7518, section 3.3.

Problem refused(std::string where, std::string reason) {
  return {.what = std::move(reason), .where = std::move(where), .remedy = ""};
}

std::optional<SignatureAlgorithm> algorithm_named(std::string_view name) {
  if (name == "RS256") return SignatureAlgorithm::Rs256;
  if (name == "PS256") return SignatureAlgorithm::Ps256;
  if (name == "ES256") return SignatureAlgorithm::Es256;
  return std::nullopt;
}

std::string_view name_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::Rs256:
      return "RS256";
    case SignatureAlgorithm::Ps256:
      return "PS256";
    case SignatureAlgorithm::Es256:
      return "ES256";
  }
  check(false, "every algorithm has a name");
  return {};
}

JoseKey import_key(std::string_view jwk) {
  cjose_err error{};
  return JoseKey(cjose_jwk_import(jwk.data(), jwk.size(), &error));
}

// The algorithms that a public key of the set may be used with; none where it is left out.
std::vector<SignatureAlgorithm> algorithms_of(const boost::json::object& jwk) {
  if (jwk.contains("d") || jwk.contains("k")) return {};  // Published private keys prove nothing.
  if (jwk.contains("use") && text_at(jwk, "use") != "sig") return {};
  const std::optional<std::string> kind = text_at(jwk, "kty");
  std::vector<SignatureAlgorithm> algorithms;
  if (kind == "RSA") {
    const Result<std::string> modulus = parse_base64url(text_at(jwk, "n").value_or(""));
    if (!modulus.ok() || modulus->size() * 8 < kSmallestRsaBits || modulus->front() == '\0') return {};
    algorithms = {SignatureAlgorithm::Rs256, SignatureAlgorithm::Ps256};
  } else if (kind == "EC" && text_at(jwk, "crv") == "P-256") {
    algorithms = {SignatureAlgorithm::Es256};
  }
  if (jwk.contains("alg")) {
    const std::optional<SignatureAlgorithm> only = algorithm_named(text_at(jwk, "alg").value_or(""));
    std::erase_if(algorithms, [&](SignatureAlgorithm each) { return each != only; });
  }
  return algorithms;
}

struct Header {
  SignatureAlgorithm algorithm;
  std::optional<std::string> key_id;
};

struct Parts {
  Header header;
  boost::json::object claims;  // Not to be believed before the signature was checked.
};

Result<Header> read_header(std::string_view encoded) {
  const Result<std::string> text = parse_base64url(encoded);
  if (!text.ok()) return refused("header", "The header is not base64url.");
  const boost::json::object header = TRY(parse_object(*text, "header"));
  const std::string algorithm_name = text_at(header, "alg").value_or("");
  const std::optional<SignatureAlgorithm> algorithm = algorithm_named(algorithm_name);
  if (!algorithm) return refused("header.alg", "Signed with an algorithm that is not allowed.");
  // RFC 7515, section 4.1.11: what is marked critical and not understood makes the token invalid. We
  // understand none.
  if (header.contains("crit")) return refused("header.crit", "Marked as needing extensions.");
  // RFC 8725, section 3.11: a token of another kind (a logout token, an access token) is not an ID token.
  if (header.contains("typ") && !equal_ignoring_case(text_at(header, "typ").value_or(""), "JWT")) {
    return refused("header.typ", "A token of another kind.");
  }
  if (header.contains("kid") && !text_at(header, "kid")) return refused("header.kid", "The key's name is not a text.");
  return Header{.algorithm = *algorithm, .key_id = text_at(header, "kid")};
}

Result<Parts> read_parts(std::string_view compact) {
  if (compact.size() > kLongestToken) return refused("token", "The token is too long.");
  const std::vector<std::string_view> parts = split(compact, '.');
  if (parts.size() != 3) return refused("token", "The token is not a signed JWT of three parts.");
  const Header header = TRY(read_header(parts[0]));
  const Result<std::string> payload = parse_base64url(parts[1]);
  if (!payload.ok()) return refused("claims", "The claims are not base64url.");
  if (!parse_base64url(parts[2]).ok()) return refused("signature", "The signature is not base64url.");
  boost::json::object claims = TRY(parse_object(*payload, "claims"));
  return Parts{.header = header, .claims = std::move(claims)};
}

bool is_signed_by(std::string_view compact, const KeySet::Key& key) {
  cjose_err error{};
  const JoseSignature signature(cjose_jws_import(compact.data(), compact.size(), &error));
  if (!signature) return false;
  // Two readers of one header must have read the same.
  const char* algorithm = cjose_header_get(cjose_jws_get_protected(signature.get()), CJOSE_HDR_ALG, &error);
  if (algorithm == nullptr || algorithm != name_of(key.algorithm)) return false;
  const JoseKey jwk = import_key(key.jwk);
  return jwk && cjose_jws_verify(signature.get(), jwk.get(), &error);
}

// A NumericDate (RFC 7519, section 2), from 1970 to 9999. Fractions of a second are dropped.
std::optional<Instant> instant_at(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  constexpr double kEndOf9999 = 253'402'300'799;
  if (!(seconds >= 0 && seconds <= kEndOf9999)) return std::nullopt;
  return Instant{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

TextClaims text_claims(const boost::json::object& object) {
  TextClaims claims;
  for (const auto& member : object) {
    if (std::optional<std::vector<std::string>> texts = texts_at(object, member.key())) {
      claims.emplace(std::string(member.key()), std::move(*texts));
    }
  }
  return claims;
}

Result<void> check_audience(const boost::json::object& claims, const std::string& client_id) {
  const std::optional<std::vector<std::string>> audience = texts_at(claims, "aud");
  if (!audience || std::ranges::find(*audience, client_id) == audience->end()) {
    return refused("claims.aud", "The token is meant for another client.");
  }
  // "…or if it contains additional audiences not trusted by the Client": we trust none.
  if (audience->size() > 1) return refused("claims.aud", "The token is meant for other clients too.");
  if (claims.contains("azp") && text_at(claims, "azp") != client_id) {
    return refused("claims.azp", "The token was issued to another client.");
  }
  return {};
}

Result<void> check_times(const boost::json::object& claims, Instant now) {
  const std::optional<Instant> expires = instant_at(claims, "exp");
  if (!expires) return refused("claims.exp", "The token doesn't say when it expires.");
  if (now >= *expires + kClockSkew) return refused("claims.exp", "The token has expired.");
  const std::optional<Instant> issued = instant_at(claims, "iat");
  if (!issued) return refused("claims.iat", "The token doesn't say when it was issued.");
  if (*issued > now + kClockSkew) return refused("claims.iat", "The token was issued in the future.");
  if (*issued + kOldestToken + kClockSkew < now) return refused("claims.iat", "The token was issued too long ago.");
  if (claims.contains("nbf")) {
    const std::optional<Instant> begins = instant_at(claims, "nbf");
    if (!begins || *begins > now + kClockSkew) return refused("claims.nbf", "The token is not valid yet.");
  }
  return {};
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view json) {
  const boost::json::object object = TRY(parse_object(json, "jwks"));
  const boost::json::value* list = object.if_contains("keys");
  if (list == nullptr || !list->is_array()) return refused("jwks.keys", "There is no list of keys.");
  if (list->get_array().size() > kMostKeys) return refused("jwks.keys", "There are too many keys.");
  KeySet set;
  for (const boost::json::value& item : list->get_array()) {
    if (!item.is_object()) continue;
    const std::vector<SignatureAlgorithm> algorithms = algorithms_of(item.get_object());
    if (algorithms.empty()) continue;
    const std::string jwk = boost::json::serialize(item);
    if (!import_key(jwk)) continue;
    for (const SignatureAlgorithm algorithm : algorithms) {
      set.keys_.push_back({.id = text_at(item.get_object(), "kid").value_or(""), .algorithm = algorithm, .jwk = jwk});
    }
  }
  if (set.keys_.empty()) return refused("jwks.keys", "There is no key that could verify a signature.");
  return set;
}

std::vector<KeySet::Key> KeySet::suitable(SignatureAlgorithm algorithm,
                                          const std::optional<std::string>& key_id) const {
  std::vector<Key> suitable_keys;
  for (const Key& key : keys_) {
    if (key.algorithm == algorithm && (!key_id || key.id == *key_id)) suitable_keys.push_back(key);
  }
  return suitable_keys;
}

bool has_key_for(const KeySet& keys, std::string_view compact) {
  const Result<Parts> parts = read_parts(compact);
  // A token that can't be read is refused with these keys as with any others.
  return !parts.ok() || !keys.suitable(parts->header.algorithm, parts->header.key_id).empty();
}

Result<IdToken> validate_id_token(std::string_view compact, const KeySet& keys, const IdTokenExpectations& expected,
                                  Instant now) {
  check(!expected.issuer.empty() && !expected.client_id.empty() && !expected.nonce.empty(),
        "an ID token is checked against an issuer, a client and a nonce");
  // Numbers are the steps of OpenID Connect Core 1.0, section 3.1.3.7. 1: the token is not encrypted; we ask
  // for none.
  const Parts parts = TRY(read_parts(compact));
  // 6 to 8. "The Client MUST validate the signature … using the algorithm specified in the JWT alg Header
  // Parameter." Checked first: nothing else in the token means anything without it.
  const std::vector<KeySet::Key> candidates = keys.suitable(parts.header.algorithm, parts.header.key_id);
  if (candidates.empty()) return refused("header.kid", "Signed with a key that the provider doesn't publish.");
  // Core, section 10.1: with several keys, the token names its own.
  if (candidates.size() > 1) return refused("header.kid", "The token doesn't say which key signed it.");
  if (!is_signed_by(compact, candidates[0])) return refused("signature", "The signature is wrong.");

  const boost::json::object& claims = parts.claims;
  // 2. "The Issuer Identifier for the OpenID Provider MUST exactly match the value of the iss Claim."
  if (text_at(claims, "iss") != expected.issuer) return refused("claims.iss", "Issued by another provider.");
  // 3 to 5. aud and azp.
  TRY(check_audience(claims, expected.client_id));
  // 9 and 10. exp and iat.
  TRY(check_times(claims, now));
  // 11. "…its value checked to verify that it is the same value as the one that was sent."
  if (!equal_in_constant_time(text_at(claims, "nonce").value_or(""), expected.nonce)) {
    return refused("claims.nonce", "The answer to another request.");
  }
  // 12. "If the acr Claim was requested, the Client SHOULD check that the asserted Claim Value is
  // appropriate."
  const std::string acr = text_at(claims, "acr").value_or("");
  if (!expected.acr_values.empty() && std::ranges::find(expected.acr_values, acr) == expected.acr_values.end()) {
    return refused("claims.acr", "The sign-in was not strong enough.");
  }
  // 13. auth_time, where a maximum age was asked for.
  const std::optional<Instant> auth_time = instant_at(claims, "auth_time");
  if (expected.max_age) {
    if (!auth_time) return refused("claims.auth_time", "The token doesn't say when the person signed in.");
    if (*auth_time > now + kClockSkew) return refused("claims.auth_time", "The person signed in in the future.");
    if (*auth_time + *expected.max_age + kClockSkew < now) {
      return refused("claims.auth_time", "The person signed in too long ago.");
    }
  }
  // Section 2: sub is required, at most 255 ASCII characters.
  const std::string subject = text_at(claims, "sub").value_or("");
  const bool ascii = std::ranges::all_of(subject, [](char c) { return c >= ' ' && c <= '~'; });
  if (subject.empty() || subject.size() > 255 || !ascii) {
    return refused("claims.sub", "The token doesn't say who signed in.");
  }
  return IdToken{.subject = subject,
                 .acr = acr,
                 .amr = texts_at(claims, "amr").value_or(std::vector<std::string>{}),
                 .auth_time = auth_time,
                 .claims = text_claims(claims)};
}

Result<TextClaims> parse_claims(std::string_view json) {
  return text_claims(TRY(parse_object(json, "userinfo")));
}

}  // namespace guildhall::signin
