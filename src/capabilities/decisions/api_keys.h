#pragma once

// The keys with which programs ask for decisions: 256 random bits each, known to the program alone. A key carries its
// id, so that a log can name one without giving it away.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::decisions {

struct ApiKeyTag {
  static constexpr std::string_view kName = "decision key";
};
using ApiKeyId = Id<ApiKeyTag>;

struct ApiKey {
  ApiKeyId id;
  std::string name;
  Instant created_at{};
  std::string created_by;
  std::optional<Instant> revoked_at;
};

struct NewApiKey {
  ApiKeyId id;
  std::string token;  // "guildhall_0190…_Zx…": what the program sends. Shown once, never again.
};

// Refused: a name that a key in use has, or that is empty or longer than 100 bytes.
Result<NewApiKey> create_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now);
// The next request with it is refused. Refused here: a name that no key in use has.
Result<void> revoke_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now);
std::vector<ApiKey> all_keys(db::Connection& connection);  // The oldest first.

// Whose key this is, if it is one in use. Takes the same time whatever the secret part is.
std::optional<ApiKeyId> key_in_use(db::Connection& connection, std::string_view token);

}  // namespace guildhall::decisions
