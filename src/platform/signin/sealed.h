#pragma once

// Secrets at rest and in the browser: encrypted and authenticated with AES-256-GCM (NIST SP 800-38D) under a
// key made from the environment's own by HKDF-SHA-256 (RFC 5869), one for each purpose. What was sealed for
// one purpose or one context does not open for another.

#include <optional>
#include <string>
#include <string_view>

namespace guildhall::signin {

// Safe to share between threads; holds the key in memory while it lives.
class Seal {
 public:
  // `environment_key`: 32 secret bytes. `purpose`: "totp secret", "sign-in in progress".
  Seal(std::string_view environment_key, std::string_view purpose);

  // nonce (12 bytes, random) + ciphertext + tag (16 bytes). `context` is not stored but must be the same to
  // open: the account that a secret belongs to, say, so that a row can't be copied to another account.
  std::string close(std::string_view secret, std::string_view context) const;
  // Nothing where a byte, the context or the key is another.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

  // HMAC-SHA-256 under the same key: a digest that nobody without the key can search for.
  std::string digest(std::string_view text) const;

 private:
  std::string key_;
};

}  // namespace guildhall::signin
