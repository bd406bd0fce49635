#pragma once

// A database for one test: empty, its own, gone at the end. A file in a temporary folder, or, when the
// environment says GUILDHALL_TEST_DATABASE=postgres, a new schema of the server at GUILDHALL_TEST_POSTGRES
// (scripts/with_postgres starts one), so that every capability's tests run unchanged on both:
//
//   db::TestDatabase database;
//   database->migrate("enquiries", embedded_files());

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "db/database.h"

namespace guildhall::db {

// Where the test server is; nothing if GUILDHALL_TEST_POSTGRES is not set.
std::optional<Location> test_postgres();

class TestDatabase {
 public:
  TestDatabase();  // The kind that the environment asks for. Throws if that is PostgreSQL and there is no
                   // server.
  explicit TestDatabase(Location::Kind kind);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  const Location& location() const { return location_; }

  void close();   // As when the program ends.
  void reopen();  // As when it starts again.

 private:
  std::filesystem::path folder_;  // SQLite only.
  Location location_;
  std::unique_ptr<Database> database_;
};

}  // namespace guildhall::db
