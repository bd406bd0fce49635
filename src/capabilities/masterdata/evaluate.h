#pragma once

// How right the matching was, where the truth is known: invented councils, or a sample that people checked.
//
//   const Evaluation result = TRY(evaluate(database, "truth.csv"));
//
// The truth is a CSV with the columns source, file, record_key and person_id, one line for each person row of the
// extracts; household_id tells twins. record_key is the source's own, or the row's number in its file.

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "db/database.h"

namespace guildhall::masterdata {

struct Evaluation {
  std::int64_t records = 0;          // Source records of which the truth is known.
  std::int64_t unknown_records = 0;  // Lines of the truth without a source record: quarantined rows, files not loaded.
  std::int64_t true_pairs = 0;       // Two records of one person, joined.
  std::int64_t false_pairs = 0;      // Of different persons, joined.
  std::int64_t missed_pairs = 0;     // Of one person, not joined.
  std::int64_t mixed_people = 0;     // Golden records that hold more than one person.
  std::int64_t household_mixed = 0;  // Of these, with two persons of one household: siblings and twins.
  std::int64_t two_nhs_numbers = 0;  // Golden records with two different valid NHS numbers: must be 0.

  double precision() const;  // 1 where nothing was joined.
  double recall() const;     // 1 where nothing was to be joined.
  double f1() const;
};

Result<Evaluation> evaluate(db::Database& database, const std::filesystem::path& truth);

}  // namespace guildhall::masterdata
