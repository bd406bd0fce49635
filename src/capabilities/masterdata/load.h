#pragma once

// A file taken from a source system, into the database.
//
//   const Result<LoadReport> report = load(database, {.source = "education", .path = "pupilonroll.csv"}, clock);
//
// What always holds:
//  - Every row of the file is accepted, quarantined or rejected, with a finding for whatever is wrong with it, and
//    rows_read is their sum.
//  - The same file of the same source, loaded again, changes nothing and says so.
//  - Rows are committed some thousand at a time, together with how far loading came. Whatever stops it (kill -9, a power
//    cut), loading the same file again goes on from there, and the result is that of an undisturbed load.
//  - Nothing of an extract is used before all of it is loaded, and nothing of one that could not be read to its end.
//  - A newer extract replaces the older rows of the same table about the same person; other rows stay current. Newer is
//    by the day the data was taken, then by the order of loading.
//  - Memory does not grow with the file, but for the ids of a table's persons.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "extracts/extracts.h"

namespace guildhall::masterdata {

// Stored by name.
enum class ExtractState : std::uint8_t {
  Loading,  // Waits, is being loaded, or was stopped and will be resumed.
  Loaded,
  Failed,  // Could not be read to its end: kept and shown, not used.
};
std::string_view name_of(ExtractState state);

struct Extract {
  std::int64_t id = 0;
  std::string source;  // "social_care"
  std::string source_title;
  std::string format;  // extracts::formats()
  std::string table;   // "ssd_person"; empty where a file holds many.
  std::string file_name;
  std::string sha256;
  std::int64_t bytes = 0;
  Date as_of;
  ExtractState state = ExtractState::Loading;
  std::int64_t rows_read = 0;  // = accepted + quarantined + rejected, always; grows while loading.
  std::int64_t rows_accepted = 0;
  std::int64_t rows_quarantined = 0;
  std::int64_t rows_rejected = 0;
  Instant started_at;
  std::optional<Instant> finished_at;
  std::string loaded_by;
  std::optional<Problem> problem;  // Of a failed one.
};

struct LoadOptions {
  std::string source;  // The name of one of sources().
  std::filesystem::path path;
  std::string file_name = {};        // What people call it; empty: the path's last part.
  std::string loaded_by = "system";  // An account's id.
  std::optional<Date> as_of = {};    // The day the data was taken; none: today.
  std::string mapping = {};          // For a CSV of the council's own: see extracts::by_mapping.
  bool allow_test_numbers = false;   // Demonstrations only: NHS numbers from 999 000 0000 up are taken.
  std::uint64_t max_bytes = 1'000'000'000;
  std::size_t rows_per_commit = 5'000;
};

struct LoadReport {
  enum class Outcome : std::uint8_t {
    Loaded,
    Resumed,  // An earlier attempt was stopped; this one went on from there.
    AlreadyLoaded,
    Failed,  // extract.problem says why.
  };
  Outcome outcome = Outcome::Loaded;
  Extract extract;
  std::chrono::nanoseconds took{};
};

// Problems, with nothing stored: an unknown source, a file that can't be opened, is empty or too large, or is in no
// known format; another program that is loading the same file at this moment.
Result<LoadReport> load(db::Database& database, const LoadOptions& options, const Clock& clock);

// The two halves of it, for uploads. register_extract() reads the file once, for its hash and format, and remembers
// `options.path` until it is loaded; the file must stay there. Registering a file again finds its extract,
// and remembers the new place where it is not loaded yet.
Result<Extract> register_extract(db::Database& database, const LoadOptions& options, const Clock& clock);
// Loads, or goes on loading, an extract that is in state Loading, from the file at `path`. Options: source, as_of and
// mapping are those of the extract.
Result<LoadReport> load_registered(db::Database& database, std::int64_t extract, const LoadOptions& options,
                                   const Clock& clock);

// ---- Reading what was loaded

struct Source {
  std::string name;
  std::string title;
  bool social_care = false;
};
std::vector<Source> sources(db::Connection& connection);  // The most trusted first.

std::optional<Extract> find_extract(db::Connection& connection, std::int64_t id);
std::vector<Extract> newest_extracts(db::Connection& connection, std::int64_t limit);

}  // namespace guildhall::masterdata
