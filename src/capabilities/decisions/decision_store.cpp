#include "decisions/decision_store.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::decisions {
namespace {

constexpr std::size_t kLongestSlug = 60;

std::optional<std::string> optional_string(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

Version version_in(const db::Row& row) {
  return {.id = row.id<VersionId>(0),
          .slug = std::string(row.text(1)),
          .namespace_uri = std::string(row.text(2)),
          .name = std::string(row.text(3)),
          .number = row.integer(4),
          .sha256 = std::string(row.blob(5)),
          .published_at = row.instant(6),
          .published_by = std::string(row.text(7)),
          .accepted = optional_string(row.optional_text(8))};
}

std::vector<std::string> slugs(db::Connection& connection) {
  std::vector<std::string> found;
  connection.query("SELECT slug FROM decision_model", {}, [&](const db::Row& row) { found.emplace_back(row.text(0)); });
  return found;
}

std::string slug_of_model(db::Connection& connection, std::string_view namespace_uri, std::string_view name) {
  const auto known =
      connection.query_one("SELECT slug FROM decision_model WHERE namespace = $1 AND name = $2", {namespace_uri, name},
                           [](const db::Row& row) { return std::string(row.text(0)); });
  if (known) return *known;
  std::string slug = free_slug(slug_of(name, "model"), slugs(connection));
  connection.execute("INSERT INTO decision_model (slug, namespace, name) VALUES ($1, $2, $3)",
                     {slug, namespace_uri, name});
  return slug;
}

}  // namespace

std::int64_t published_count(db::Connection& connection) {
  return connection
      .query_one("SELECT COALESCE(max(number), 0) FROM decision_version", {},
                 [](const db::Row& row) { return row.integer(0); })
      .value();
}

std::vector<Version> all_versions(db::Connection& connection) {
  std::vector<Version> found;
  connection.query(
      "SELECT id, slug, namespace, name, version, sha256, published_at, published_by, accepted FROM decision_version "
      "JOIN "
      "decision_model ON slug = model ORDER BY slug, version",
      {}, [&](const db::Row& row) { found.push_back(version_in(row)); });
  return found;
}

std::vector<VersionText> newest_versions(db::Connection& connection) {
  std::vector<VersionText> found;
  connection.query(
      "SELECT id, slug, namespace, name, version, sha256, published_at, published_by, accepted, xml FROM "
      "decision_version v JOIN "
      "decision_model ON slug = model WHERE version = (SELECT max(version) FROM decision_version WHERE model = "
      "v.model) "
      "ORDER BY slug",
      {}, [&](const db::Row& row) {
        found.push_back({version_in(row), std::string(row.blob(9))});
      });
  return found;
}

std::optional<std::string> text_of(db::Connection& connection, VersionId id) {
  return connection.query_one("SELECT xml FROM decision_version WHERE id = $1", {id},
                              [](const db::Row& row) { return std::string(row.blob(0)); });
}

Version add_version(db::Connection& connection, const NewVersion& version, Instant now) {
  Version added{.id = VersionId::make(),
                .slug = slug_of_model(connection, version.namespace_uri, version.name),
                .namespace_uri = std::string(version.namespace_uri),
                .name = std::string(version.name),
                .sha256 = sha256(version.xml),
                .published_at = now,
                .published_by = std::string(version.published_by),
                .accepted = optional_string(version.accepted)};
  added.number = connection
                     .query_one("SELECT COALESCE(max(version), 0) + 1 FROM decision_version WHERE model = $1",
                                {added.slug}, [](const db::Row& row) { return row.integer(0); })
                     .value();
  connection.execute(
      "INSERT INTO decision_version (id, model, version, xml, sha256, published_at, published_by, accepted) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {added.id, added.slug, added.number, db::Blob{version.xml}, db::Blob{added.sha256}, now, added.published_by,
       added.accepted});
  return added;
}

std::string slug_of(std::string_view name, std::string_view otherwise) {
  std::string slug;
  for (const char c : lower_ascii(folded(name))) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
    if (slug.size() == kLongestSlug) break;
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? std::string(otherwise) : slug;
}

std::string free_slug(std::string slug, const std::vector<std::string>& taken) {
  std::string free = slug;
  for (int next = 2; std::ranges::find(taken, free) != taken.end(); ++next) free = slug + "-" + std::to_string(next);
  return free;
}

}  // namespace guildhall::decisions
