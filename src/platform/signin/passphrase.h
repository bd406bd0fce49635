#pragma once

// Passphrases: what is stored of one, and how a typed one is compared with it.
// Sources: RFC 9106 (Argon2), OWASP Password Storage Cheat Sheet (argon2id with 19 MiB, 2 passes, 1 lane),
// NIST SP 800-63B section 5.1.1.2 (length over composition; the whole of a long passphrase counts).

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::signin {

// The work of one hash. Stored beside each hash, so it can be raised without locking anybody out.
struct Argon2Cost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;

  auto operator<=>(const Argon2Cost&) const = default;
};

// A new passphrase that may be used: 12 to 200 characters of UTF-8, not one character over and over, and not
// the sign-in name. The refusal says which.
Result<void> acceptable_passphrase(std::string_view passphrase, std::string_view signin_name);

// A PHC string: "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>", with a new 16-byte salt. About 20 ms of work.
std::string hash_passphrase(std::string_view passphrase, Argon2Cost cost = {});

// Whether this is the passphrase behind `stored`. Without `stored` (nobody has that sign-in name) the answer
// is no, after the same work. Throws if `stored` is not a PHC string of argon2id.
bool is_passphrase(std::string_view passphrase, const std::optional<std::string>& stored);

}  // namespace guildhall::signin
