#pragma once

// The ID token: what an OpenID provider says, and signs, about who has just signed in there.
//
//   const KeySet keys = TRY(KeySet::parse(jwks));
//   const IdToken token = TRY(validate_id_token(compact, keys, {.issuer = …, .client_id = …, .nonce = …}, now));
//
// Every refusal is a Problem whose `what` is the reason, for the audit and the operator, and never for the
// page, and whose `where` is the part of the token: "header.alg", "claims.aud". Sources: OpenID Connect
// Core 1.0 section 3.1.3.7, RFC 7515 (JWS), RFC 7517 (JWK), RFC 8725 (JWT best practice).

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace guildhall::signin {

// What the provider may sign with. "none" and the HS family are not among them, so a token that names them is
// refused before any key is looked at.
enum class SignatureAlgorithm { Rs256, Ps256, Es256 };

// The public keys of one provider. RSA keys under 2,048 bits, curves other than P-256, and keys for
// encryption or of unknown types are left out, as RFC 7517 section 5 asks for what is not understood.
class KeySet {
 public:
  static Result<KeySet> parse(std::string_view json);

  struct Key {
    std::string id;  // "kid"; empty where the provider gives none.
    SignatureAlgorithm algorithm;
    std::string jwk;  // The public key as JSON.
  };
  // The keys that may have signed a token with this header: one where it names a key, else those of its
  // algorithm.
  std::vector<Key> suitable(SignatureAlgorithm algorithm, const std::optional<std::string>& key_id) const;

 private:
  std::vector<Key> keys_;  // An RSA key without "alg" is here twice, for RS256 and PS256.
};

// Whether `keys` can decide about a token: false asks the caller to fetch the provider's keys once more (they
// change).
bool has_key_for(const KeySet& keys, std::string_view compact);

struct IdTokenExpectations {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  std::vector<std::string> acr_values;          // One of these, or anything where empty.
  std::optional<std::chrono::seconds> max_age;  // Where the request asked for a recent sign-in.
};

// Claims whose values are texts or lists of texts, by name.
using TextClaims = std::map<std::string, std::vector<std::string>, std::less<>>;

struct IdToken {
  std::string subject;
  std::string acr;               // Empty where the provider doesn't say.
  std::vector<std::string> amr;  // RFC 8176: "pwd", "otp", "hwk".
  std::optional<Instant> auth_time;
  TextClaims claims;
};

inline constexpr std::chrono::seconds kClockSkew{60};
inline constexpr std::chrono::hours kOldestToken{1};  // "iat" further back than this is no answer to our request.

// The token, once its signature and every claim were checked in the order of section 3.1.3.7.
Result<IdToken> validate_id_token(std::string_view compact, const KeySet& keys, const IdTokenExpectations& expected,
                                  Instant now);

// The text claims of a JSON object (a userinfo answer).
Result<TextClaims> parse_claims(std::string_view json);

}  // namespace guildhall::signin
