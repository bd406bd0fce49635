#pragma once

// The council's own key pair, with which it proves to OpenID providers that it is the client it says it is.
// Source: OpenID Connect Core 1.0 section 9, private_key_jwt; RFC 7523; FAPI 2.0 wants this rather than a
// secret.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace guildhall::signin {

// An EC P-256 (ES256) or RSA (PS256) key. Cheap to move; not to be shared between threads while signing.
class SigningKey {
 public:
  static SigningKey generate();  // P-256, its "kid" the RFC 7638 thumbprint.
  // A private JWK, as private_jwk() writes it; a missing "kid" becomes the thumbprint.
  static Result<SigningKey> parse_jwk(std::string_view json);

  std::string private_jwk() const;  // Keep in a file that only the server can read.
  std::string public_jwk() const;   // Give to the provider; carries "kid", "alg" and "use".

  // A compact JWS over `claims`, a JSON object.
  std::string sign(std::string_view claims) const;

 private:
  explicit SigningKey(std::string jwk, std::string id, std::string algorithm)
      : jwk_(std::move(jwk)), id_(std::move(id)), algorithm_(std::move(algorithm)) {}
  std::string jwk_;
  std::string id_;
  std::string algorithm_;
};

// The assertion of one request to the token endpoint: good for a minute and once. `audience` is the issuer.
std::string client_assertion(const SigningKey& key, std::string_view client_id, std::string_view audience, Instant now);

}  // namespace guildhall::signin
