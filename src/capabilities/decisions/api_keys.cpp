#include "decisions/api_keys.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "signin/encoding.h"

namespace guildhall::decisions {
namespace {

constexpr std::string_view kPrefix = "guildhall_";
constexpr std::size_t kIdLength = 36;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kLongestName = 100;
constexpr std::array kRights{Right::Decisions, Right::Cases, Right::Work};

// A name of something, as people write it: text, and not too much of it.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && !invalid_utf8_at(name) && name.find('\0') == name.npos;
}

// Of columns `first` and on: may_ask_decisions, may_open_cases, may_do_work.
std::set<Right> rights_in(const db::Row& row, int first) {
  std::set<Right> may;
  for (const Right right : kRights) {
    if (row.integer(first + static_cast<int>(right)) == 1) may.insert(right);
  }
  return may;
}

std::set<std::string, std::less<>> topics_of(db::Connection& connection, ApiKeyId id) {
  std::set<std::string, std::less<>> topics;
  connection.query("SELECT topic FROM decision_key_topic WHERE key = $1", {id},
                   [&](const db::Row& row) { topics.emplace(row.text(0)); });
  return topics;
}

}  // namespace

std::string_view name_of(Right right) {
  switch (right) {
    case Right::Decisions:
      return "decisions";
    case Right::Cases:
      return "cases";
    case Right::Work:
      return "work";
  }
  return "";
}

Result<Rights> Rights::parse(std::string_view may, std::string_view topics) {
  Rights rights;
  for (const std::string_view each : split(may, ',')) {
    const auto right = std::ranges::find(kRights, trimmed(each), &name_of);
    if (right == kRights.end()) {
      return Problem{"This is nothing that a key may do.", std::string(trimmed(each)),
                     "Name decisions, cases or work, with commas between."};
    }
    rights.may.insert(*right);
  }
  if (topics.empty()) return rights;
  if (!rights.may.contains(Right::Work)) {
    return Problem{"Topics are of work, and this key may do none.", std::string(topics), "Add work to what it may do."};
  }
  for (const std::string_view each : split(topics, ',')) {
    if (!is_name(trimmed(each))) {
      return Problem{"A topic has 1 to 100 bytes of text.", std::string(topics.substr(0, kLongestName)),
                     "Write what guildhall:work says in the process: letters."};
    }
    rights.topics.emplace(trimmed(each));
  }
  return rights;
}

std::string Rights::text() const {
  std::string text;
  for (const Right right : may) text += (text.empty() ? "" : ", ") + std::string(name_of(right));
  for (const std::string& topic : topics) text += (topic == *topics.begin() ? " on " : ", ") + topic;
  return text;
}

Result<NewApiKey> create_key(db::Connection& connection, std::string_view name, const Rights& rights,
                             std::string_view by, Instant now) {
  if (!is_name(name)) {
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
  connection.execute(
      "INSERT INTO decision_key (id, name, sha256, created_at, created_by, may_ask_decisions, may_open_cases, "
      "may_do_work) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {made.id, name, db::Blob{digest}, now, by, rights.may.contains(Right::Decisions),
       rights.may.contains(Right::Cases), rights.may.contains(Right::Work)});
  for (const std::string& topic : rights.topics) {
    connection.execute("INSERT INTO decision_key_topic (key, topic) VALUES ($1, $2)", {made.id, topic});
  }
  return made;
}

Result<void> revoke_key(db::Connection& connection, std::string_view name, std::string_view by, Instant now) {
  const std::int64_t revoked = connection.execute(
      "UPDATE decision_key SET revoked_at = $2, revoked_by = $3 WHERE name = $1 AND revoked_at IS NULL",
      {name, now, by});
  if (revoked == 1) return {};
  return Problem{"No key in use has this name.", std::string(name), "See: guildhall key list"};
}

std::vector<ApiKey> all_keys(db::Connection& connection) {
  std::vector<ApiKey> found;
  connection.query(
      "SELECT id, name, created_at, created_by, revoked_at, may_ask_decisions, may_open_cases, may_do_work "
      "FROM decision_key ORDER BY id",
      {}, [&](const db::Row& row) {
        found.push_back({.id = row.id<ApiKeyId>(0),
                         .name = std::string(row.text(1)),
                         .rights = {.may = rights_in(row, 5)},
                         .created_at = row.instant(2),
                         .created_by = std::string(row.text(3)),
                         .revoked_at = row.optional_instant(4)});
      });
  for (ApiKey& key : found) key.rights.topics = topics_of(connection, key.id);
  return found;
}

std::optional<KeyInUse> key_in_use(db::Connection& connection, std::string_view token) {
  if (!token.starts_with(kPrefix)) return std::nullopt;
  const Result<ApiKeyId> id = ApiKeyId::parse(token.substr(kPrefix.size(), kIdLength));
  if (!id.ok()) return std::nullopt;
  KeyInUse key{.id = *id, .rights = {}};
  const auto stored = connection.query_one(
      "SELECT sha256, may_ask_decisions, may_open_cases, may_do_work FROM decision_key "
      "WHERE id = $1 AND revoked_at IS NULL",
      {*id}, [&](const db::Row& row) {
        key.rights.may = rights_in(row, 1);
        return std::string(row.blob(0));
      });
  if (!stored || !signin::equal_in_constant_time(*stored, sha256(token))) return std::nullopt;
  if (key.rights.may.contains(Right::Work)) key.rights.topics = topics_of(connection, *id);
  return key;
}

}  // namespace guildhall::decisions
