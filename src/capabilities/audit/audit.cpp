#include "audit/audit.h"

#include <boost/json.hpp>

#include "base/id.h"
#include "base/text.h"

namespace guildhall::audit {
namespace {

namespace json = boost::json;

std::string digest(std::string_view salt, std::string_view value) {
  return hex(sha256(std::string(salt) + "\n" + std::string(value)));
}

// RFC 9162, section 2.1.1: the prefix keeps a leaf from being taken for a node of the tree.
std::string hash_of_leaf(std::string_view leaf) {
  return hex(sha256(std::string(1, '\0') + std::string(leaf)));
}

std::string chained(std::string_view before, std::string_view leaf_hash) {
  return hex(sha256(std::string(before) + std::string(leaf_hash)));
}

struct SaltedField {
  std::string name;
  std::string salt;
  std::string value;
};

// The fields in this order and without spaces: the same act gives the same bytes everywhere.
std::string leaf_of(std::int64_t number, Instant at, const Act& act, const std::vector<SaltedField>& fields) {
  json::object digests;
  for (const SaltedField& field : fields) digests[field.name] = digest(field.salt, field.value);
  return json::serialize(json::object{{"number", number},
                                      {"at", to_iso(at)},
                                      {"account", act.account},
                                      {"organisation", act.organisation},
                                      {"act", act.act},
                                      {"purpose", act.purpose},
                                      {"subject", act.subject},
                                      {"outcome", act.outcome},
                                      {"personal", std::move(digests)}});
}

// A leaf that was tampered with may be anything: then it is an object without fields.
json::object object_in(std::string_view leaf) {
  boost::system::error_code bad;
  json::value value = json::parse(leaf, bad);
  return !bad && value.is_object() ? std::move(value.get_object()) : json::object();
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::int64_t record(db::Connection& connection, const Act& act, Instant now) {
  std::int64_t number = 1;
  std::string before(64, '0');
  connection.query("SELECT number, chain_hash FROM audit_entry ORDER BY number DESC LIMIT 1", {},
                   [&](const db::Row& row) {
                     number = row.integer(0) + 1;
                     before = row.text(1);
                   });
  std::vector<SaltedField> fields;
  for (const auto& [name, value] : act.personal) fields.push_back({name, hex(random_bytes(16)), value});
  const std::string leaf = leaf_of(number, now, act, fields);
  const std::string leaf_hash = hash_of_leaf(leaf);
  const std::optional<std::string> subject = act.subject.empty() ? std::nullopt : std::optional(act.subject);
  connection.enqueue(
      "INSERT INTO audit_entry (number, at, account, act, subject, leaf, leaf_hash, chain_hash) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {number, now, act.account, act.act, subject, leaf, leaf_hash, chained(before, leaf_hash)});
  for (const SaltedField& field : fields) {
    connection.enqueue("INSERT INTO audit_field (number, name, salt, value) VALUES ($1, $2, $3, $4)",
                       {number, field.name, field.salt, field.value});
  }
  return number;
}

std::int64_t record(db::Database& database, const Act& act, Instant now) {
  return database.write([&](db::Connection& connection) { return record(connection, act, now); });
}

std::vector<Entry> list(db::Connection& connection, const Filter& filter) {
  std::vector<Entry> entries;
  connection.query(
      "SELECT number, at, leaf, leaf_hash FROM audit_entry WHERE number > $1 "
      "AND (CAST($2 AS TEXT) IS NULL OR account = $2) AND (CAST($3 AS TEXT) IS NULL OR subject = $3) "
      "ORDER BY number DESC LIMIT $4",
      {filter.after, filter.account, filter.subject, filter.limit}, [&](const db::Row& row) {
        const json::object leaf = object_in(row.text(2));
        entries.push_back({.number = row.integer(0),
                           .at = row.instant(1),
                           .act = {.account = text_in(leaf, "account"),
                                   .organisation = text_in(leaf, "organisation"),
                                   .act = text_in(leaf, "act"),
                                   .purpose = text_in(leaf, "purpose"),
                                   .subject = text_in(leaf, "subject"),
                                   .outcome = text_in(leaf, "outcome"),
                                   .personal = {}},
                           .leaf_hash = std::string(row.text(3))});
      });
  for (Entry& entry : entries) {
    connection.query("SELECT name, value FROM audit_field WHERE number = $1 ORDER BY name", {entry.number},
                     [&](const db::Row& row) { entry.act.personal.emplace_back(row.text(0), row.text(1)); });
  }
  return {entries.rbegin(), entries.rend()};
}

Result<std::int64_t> verify(db::Connection& connection) {
  Problems problems;
  const auto broken = [&](std::int64_t number, std::string what) {
    problems.push_back({std::move(what), "audit entry " + std::to_string(number),
                        "The log was changed outside Guildhall: compare with a backup before trusting it."});
  };
  std::int64_t expected = 1;
  std::string before(64, '0');
  connection.query(
      "SELECT number, at, account, act, subject, leaf, leaf_hash, chain_hash FROM audit_entry ORDER BY number", {},
      [&](const db::Row& row) {
        const std::int64_t number = row.integer(0);
        for (; expected < number; ++expected) broken(expected, "This entry is missing.");
        expected = number + 1;
        const std::string leaf_hash = hash_of_leaf(row.text(5));
        if (leaf_hash != row.text(6)) broken(number, "The entry is not the one that was hashed.");
        before = chained(before, leaf_hash);
        if (before != row.text(7)) broken(number, "The chain of hashes is broken here.");
        before = row.text(7);
        const json::object fields = object_in(row.text(5));
        const bool same = text_in(fields, "at") == to_iso(row.instant(1)) &&
                          text_in(fields, "account") == row.text(2) && text_in(fields, "act") == row.text(3) &&
                          text_in(fields, "subject") == row.optional_text(4).value_or("");
        if (!same) broken(number, "The columns beside the entry don't say what the entry says.");
      });
  connection.query(
      "SELECT audit_field.number, name, salt, value, leaf FROM audit_field "
      "JOIN audit_entry ON audit_entry.number = audit_field.number ORDER BY audit_field.number",
      {}, [&](const db::Row& row) {
        const json::object leaf = object_in(row.text(4));
        const json::value* personal = leaf.if_contains("personal");
        const bool same = personal != nullptr && personal->is_object() &&
                          text_in(personal->get_object(), row.text(1)) == digest(row.text(2), row.text(3));
        if (!same) broken(row.integer(0), "A value beside the entry is not the one that was recorded.");
      });
  if (!problems.empty()) return problems;
  return expected - 1;
}

}  // namespace guildhall::audit
