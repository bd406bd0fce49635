#include "db/testing.h"

#include <stdlib.h>

#include <cstdlib>

#include "base/id.h"
#include "base/text.h"

namespace guildhall::db {
namespace {

Location::Kind wanted_kind() {
  const char* const wanted = std::getenv("GUILDHALL_TEST_DATABASE");
  return wanted != nullptr && std::string_view(wanted) == "postgres" ? Location::Kind::Postgres
                                                                     : Location::Kind::Sqlite;
}

std::filesystem::path new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "guildhall-test-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
  return pattern;
}

}  // namespace

std::optional<Location> test_postgres() {
  const char* const uri = std::getenv("GUILDHALL_TEST_POSTGRES");
  if (uri == nullptr) return std::nullopt;
  return *Location::parse(uri);
}

TestDatabase::TestDatabase() : TestDatabase(wanted_kind()) {}

TestDatabase::TestDatabase(Location::Kind kind) {
  if (kind == Location::Kind::Sqlite) {
    folder_ = new_folder();
    location_ = Location::sqlite(folder_ / "test.db");
  } else {
    const auto server = test_postgres();
    check(server.has_value(), "GUILDHALL_TEST_POSTGRES is not set: run the tests by scripts/with_postgres");
    location_ = server->with_schema("test_" + hex(random_bytes(8)));
  }
  database_ = Database::open(location_);
}

TestDatabase::~TestDatabase() {
  try {
    if (location_.kind() == Location::Kind::Postgres) {
      if (!database_) reopen();
      database_->write(
          [&](Connection& connection) { connection.execute("DROP SCHEMA " + location_.schema() + " CASCADE"); });
    }
    database_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  } catch (const std::exception&) {
    // The throwaway server, or the temporary folder, takes it along.
  }
}

void TestDatabase::close() {
  database_.reset();
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = Database::open(location_);
}

}  // namespace guildhall::db
