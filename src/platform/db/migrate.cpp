#include <algorithm>
#include <map>

#include "base/text.h"
#include "db/database.h"
#include "db/impl/dialect.h"

namespace guildhall::db {
namespace {

std::vector<EmbeddedFile> migrations_among(std::span<const EmbeddedFile> files) {
  std::vector<EmbeddedFile> migrations;
  std::ranges::copy_if(files, std::back_inserter(migrations), [](const EmbeddedFile& file) {
    return file.name.starts_with("migrations/") && file.name.ends_with(".sql");
  });
  std::ranges::sort(migrations, {}, &EmbeddedFile::name);
  return migrations;
}

[[noreturn]] void refuse(std::string_view module, std::string_view name, std::string_view why) {
  throw DatabaseError(DatabaseError::Kind::Other,
                      std::string(module) + "/" + std::string(name) + ": " + std::string(why));
}

void apply(Connection& connection, std::string_view module, const EmbeddedFile& file) {
  for (const std::string& statement : statements_of(file.bytes)) {
    if (const std::string wrong = not_portable(statement); !wrong.empty()) refuse(module, file.name, wrong);
    connection.enqueue(statement);
  }
  connection.execute("INSERT INTO migration (module, name, sha256, applied_at) VALUES ($1, $2, $3, $4)",
                     {module, file.name, hex(sha256(file.bytes)), SystemClock().now()});
}

}  // namespace

void migrate(Connection& connection, std::string_view module, std::span<const EmbeddedFile> files) {
  connection.execute(
      "CREATE TABLE IF NOT EXISTS migration (module TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, "
      "applied_at INTEGER NOT NULL, PRIMARY KEY (module, name)) STRICT");
  std::map<std::string, std::string> applied;  // Name to SHA-256.
  connection.query("SELECT name, sha256 FROM migration WHERE module = $1", {module},
                   [&](const Row& row) { applied.emplace(row.text(0), row.text(1)); });
  const std::string newest = applied.empty() ? "" : applied.rbegin()->first;
  for (const EmbeddedFile& file : migrations_among(files)) {
    const auto before = applied.extract(std::string(file.name));
    if (!before.empty()) {
      if (before.mapped() != hex(sha256(file.bytes))) {
        refuse(module, file.name,
               "this migration was applied and has been changed since. Put it back, and add a new one.");
      }
      continue;
    }
    if (file.name < newest) {
      refuse(module, file.name,
             "a later migration, " + newest + ", was applied before this one came. Give it a later name.");
    }
    apply(connection, module, file);
  }
  if (!applied.empty()) {
    refuse(module, applied.begin()->first,
           "this migration was applied, and this program does not know it. Run the newer program that did.");
  }
}

}  // namespace guildhall::db
