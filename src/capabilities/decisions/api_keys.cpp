#include "decisions/api_keys.h"

#include "base/text.h"
#include "signin/encoding.h"

namespace guildhall::decisions {
namespace {

constexpr std::string_view kPrefix = "guildhall_";
constexpr std::size_t kIdLength = 36;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kLongestName = 100;

}  // namespace

Result<NewApiKey> create_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now) {
  if (name.empty() || name.size() > kLongestName || invalid_utf8_at(name) || name.find('\0') != name.npos) {
    return Problem{"A key's name has 1 to 100 bytes of text.", std::string(name.substr(0, kLongestName)),
                   "Name it after the program that uses it: parking-portal."};
  }
  const bool taken = connection
                         .query_one("SELECT 1 FROM decision_key WHERE name = $1 AND revoked_at IS NULL", {name},
                                    [](const db::Row&) { return true; })
                         .has_value();
  if (taken) {
    return Problem{"A key of this name is in use.", std::string(name),
                   "Choose another name, or revoke that key first."};
  }
  NewApiKey made{.id = ApiKeyId::make(), .token = std::string(kPrefix)};
  made.token += made.id.text() + "_" + signin::base64url(random_bytes(kSecretBytes));
  const std::string digest = sha256(made.token);
  connection.execute("INSERT INTO decision_key (id, name, sha256, created_at, created_by) VALUES ($1, $2, $3, $4, $5)",
                     {made.id, name, db::Blob{digest}, now, by});
  return made;
}

Result<void> revoke_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now) {
  const std::int64_t revoked = connection.execute(
      "UPDATE decision_key SET revoked_at = $2, revoked_by = $3 WHERE name = $1 AND revoked_at IS NULL",
      {name, now, by});
  if (revoked == 1) return {};
  return Problem{"No key in use has this name.", std::string(name), "See: guildhall decision key list"};
}

std::vector<ApiKey> all_keys(db::Connection& connection) {
  std::vector<ApiKey> found;
  connection.query("SELECT id, name, created_at, created_by, revoked_at FROM decision_key ORDER BY id", {},
                   [&](const db::Row& row) {
                     found.push_back({.id = row.id<ApiKeyId>(0),
                                      .name = std::string(row.text(1)),
                                      .created_at = row.instant(2),
                                      .created_by = std::string(row.text(3)),
                                      .revoked_at = row.optional_instant(4)});
                   });
  return found;
}

std::optional<ApiKeyId> key_in_use(db::Connection& connection, std::string_view token) {
  if (!token.starts_with(kPrefix)) return std::nullopt;
  const Result<ApiKeyId> id = ApiKeyId::parse(token.substr(kPrefix.size(), kIdLength));
  if (!id.ok()) return std::nullopt;
  const auto stored = connection.query_one("SELECT sha256 FROM decision_key WHERE id = $1 AND revoked_at IS NULL",
                                           {*id}, [](const db::Row& row) { return std::string(row.blob(0)); });
  if (!stored || !signin::equal_in_constant_time(*stored, sha256(token))) return std::nullopt;
  return *id;
}

}  // namespace guildhall::decisions
