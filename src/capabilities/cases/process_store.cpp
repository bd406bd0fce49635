#include "cases/process_store.h"

#include "base/text.h"

namespace guildhall::cases {
namespace {

constexpr std::string_view kColumns =
    "SELECT v.number, v.process, v.version, v.name, v.file, f.published_at, f.published_by "
    "FROM process_version v JOIN process_file f ON f.id = v.file ";

ProcessVersion version_of(const db::Row& row) {
  return {.number = row.integer(0),
          .process = std::string(row.text(1)),
          .version = row.integer(2),
          .name = std::string(row.text(3)),
          .file = row.id<FileId>(4),
          .published_at = row.instant(5),
          .published_by = std::string(row.text(6))};
}

std::vector<ProcessVersion> versions(db::Connection& connection, std::string_view condition) {
  std::vector<ProcessVersion> found;
  connection.query(std::string(kColumns) + std::string(condition), {},
                   [&](const db::Row& row) { found.push_back(version_of(row)); });
  return found;
}

}  // namespace

std::optional<ProcessVersion> find_version(db::Connection& connection, std::int64_t number) {
  return connection.query_one(std::string(kColumns) + "WHERE v.number = $1", {number}, &version_of);
}

std::optional<ProcessVersion> find_version(db::Connection& connection, std::string_view process, std::int64_t version) {
  return connection.query_one(std::string(kColumns) + "WHERE v.process = $1 AND v.version = $2", {process, version},
                              &version_of);
}

std::optional<ProcessVersion> newest_version(db::Connection& connection, std::string_view process) {
  return connection.query_one(std::string(kColumns) + "WHERE v.process = $1 ORDER BY v.version DESC LIMIT 1", {process},
                              &version_of);
}

std::optional<ProcessVersion> version_in_file(db::Connection& connection, std::string_view process, FileId file) {
  return connection.query_one(std::string(kColumns) + "WHERE v.process = $1 AND v.file = $2", {process, file},
                              &version_of);
}

std::vector<ProcessVersion> all_versions(db::Connection& connection) {
  return versions(connection, "ORDER BY v.process, v.version");
}

std::vector<ProcessVersion> newest_versions(db::Connection& connection) {
  return versions(connection,
                  "WHERE NOT EXISTS (SELECT 1 FROM process_version n WHERE n.process = v.process AND n.version > "
                  "v.version) ORDER BY v.process");
}

std::optional<std::string> text_of(db::Connection& connection, FileId id) {
  return connection.query_one("SELECT xml FROM process_file WHERE id = $1", {id},
                              [](const db::Row& row) { return std::string(row.blob(0)); });
}

std::optional<FileId> file_with(db::Connection& connection, std::string_view sha256) {
  return connection.query_one(
      "SELECT id FROM process_file WHERE sha256 = $1 ORDER BY published_at DESC, id DESC LIMIT 1", {db::Blob{sha256}},
      [](const db::Row& row) { return row.id<FileId>(0); });
}

FileId add_file(db::Connection& connection, std::string_view xml, std::string_view by, Instant now) {
  const FileId id = FileId::make();
  const std::string digest = sha256(xml);
  connection.execute(
      "INSERT INTO process_file (id, sha256, xml, published_at, published_by) VALUES ($1, $2, $3, $4, $5)",
      {id, db::Blob{digest}, db::Blob{xml}, now, by});
  return id;
}

ProcessVersion add_version(db::Connection& connection, std::string_view process, std::string_view name, FileId file) {
  const auto newest = newest_version(connection, process);
  const std::int64_t version = newest ? newest->version + 1 : 1;
  connection.execute("INSERT INTO process_version (process, version, name, file) VALUES ($1, $2, $3, $4)",
                     {process, version, name, file});
  return find_version(connection, process, version).value();
}

}  // namespace guildhall::cases
