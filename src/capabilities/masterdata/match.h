#pragma once

// Matching: from the current rows of all loaded extracts to golden records.
//
//   const MatchReport report = TRY(match(database, {.threads = 2}, clock));
//
// What always holds:
//  - Two children with different valid NHS numbers are never one golden record.
//  - A run on unchanged rows changes nothing.
//  - A person's golden record, crosswalk and history change together, in one transaction with those of everybody with
//    whom that person shares or shared a record; some thousand people at a time. A run that is stopped leaves every
//    record consistent, and the next one completes it.
//  - What a steward decides while a run computes is never overwritten: the run notices, and computes again.
//  - One run writes at a time: a run that was started later stops an earlier one.
// Incremental matching has its place behind this face.

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::masterdata {

struct MatchOptions {
  unsigned threads = 2;
  std::size_t people_per_commit = 2'000;
};

struct MatchReport {
  std::int64_t run = 0;
  std::int64_t source_records = 0;
  std::int64_t golden_records = 0;
  std::int64_t created = 0;  // golden records
  std::int64_t changed = 0;  // whose attributes or source records changed
  std::int64_t merged = 0;   // that ended in another
  std::int64_t split = 0;    // that were parts of another
  std::int64_t open_pairs = 0;
  std::int64_t rows_without_person = 0;  // Addresses, plans … whose person is in no extract.

  struct Stages {
    std::chrono::nanoseconds reading{}, preparing{}, linking{}, surviving{}, writing{};
  } took;
};

// Problems: another run was started in the meantime; stewards decided faster than could be computed.
Result<MatchReport> match(db::Database& database, const MatchOptions& options, const Clock& clock);

}  // namespace guildhall::masterdata
