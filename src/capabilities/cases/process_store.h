#pragma once

// Published processes in the database. Every function runs inside a work of `connection`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::cases {

struct FileTag {
  static constexpr std::string_view kName = "process file";
};
using FileId = Id<FileTag>;

// One version of one process.
struct ProcessVersion {
  std::int64_t number = 0;   // Over all processes.
  std::string process;       // "skip-permit"
  std::int64_t version = 0;  // 1, 2, 3 … of this process.
  std::string name;          // "Skip permit"
  FileId file;
  Instant published_at{};
  std::string published_by;

  bool operator==(const ProcessVersion&) const = default;
};

std::optional<ProcessVersion> find_version(db::Connection& connection, std::int64_t number);
std::optional<ProcessVersion> find_version(db::Connection& connection, std::string_view process, std::int64_t version);
std::optional<ProcessVersion> newest_version(db::Connection& connection, std::string_view process);
std::optional<ProcessVersion> version_in_file(db::Connection& connection, std::string_view process, FileId file);
std::vector<ProcessVersion> all_versions(db::Connection& connection);  // By process, then by version.
// The newest of each process.
std::vector<ProcessVersion> newest_versions(db::Connection& connection);
std::optional<std::string> text_of(db::Connection& connection, FileId id);
// The newest file with these bytes.
std::optional<FileId> file_with(db::Connection& connection, std::string_view sha256);

FileId add_file(db::Connection& connection, std::string_view xml, std::string_view by, Instant now);
// The next version of the process.
ProcessVersion add_version(db::Connection& connection, std::string_view process, std::string_view name, FileId file);

}  // namespace guildhall::cases
