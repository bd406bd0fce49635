#pragma once

// The keys with which programs ask over HTTP: 256 random bits each, known to the program alone. A key carries its id, so
// that a log can name one without giving it away; and it says what the program may do.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::decisions {

struct ApiKeyTag {
  static constexpr std::string_view kName = "key";
};
using ApiKeyId = Id<ApiKeyTag>;

enum class Right {
  Decisions,  // To ask for decisions.
  Cases,      // To open cases and look at them; to send messages and signals.
  Work,       // To do the work of service and send tasks.
};
std::string_view name_of(Right right);  // "decisions"

struct Rights {
  std::set<Right> may;
  std::set<std::string, std::less<>> topics = {};  // Of the work that may be done; none: all of it.

  // "decisions,cases,work", and the topics with commas between. Refused: other words, none at all, and topics without
  // the right to work.
  static Result<Rights> parse(std::string_view may, std::string_view topics);
  bool may_work_on(std::string_view topic) const { return topics.empty() || topics.contains(topic); }
  std::string text() const;  // "decisions, work on letters"

  bool operator==(const Rights&) const = default;
};

struct ApiKey {
  ApiKeyId id;
  std::string name;
  Rights rights;
  Instant created_at{};
  std::string created_by;
  std::optional<Instant> revoked_at;
};

struct NewApiKey {
  ApiKeyId id;
  std::string token;  // "guildhall_0190…_Zx…": what the program sends. Shown once, never again.
};

// Refused: a name that a key in use has, or that is empty or longer than 100 bytes.
Result<NewApiKey> create_key(db::Connection& connection, std::string_view name, const Rights& rights,
                             std::string_view by, Instant now);
// The next request with it is refused. Refused here: a name that no key in use has.
Result<void> revoke_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now);
std::vector<ApiKey> all_keys(db::Connection& connection);  // The oldest first.

struct KeyInUse {
  ApiKeyId id;
  Rights rights;
};
// Whose key this is, if it is one in use. Takes the same time whatever the secret part is.
std::optional<KeyInUse> key_in_use(db::Connection& connection, std::string_view token);

}  // namespace guildhall::decisions
