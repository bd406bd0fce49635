#pragma once

// Golden records and what hangs on them, in the database. Used by the matching and by stewards' acts alike.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "masterdata/impl/assembly.h"
#include "masterdata/masterdata.h"

namespace guildhall::masterdata {

// Acts on golden records; stored by name.
struct RecordEvent {
  GoldenRecordId golden;
  std::string_view kind;  // As the table's CHECK lists them.
  std::string detail;     // Ids of what took part, with commas between.
};

struct Act {
  std::string_view by;  // An account's id, or "matching".
  std::string_view why;
  Instant at;
  std::int64_t run = 0;
};

// One work's writer of golden records: new ones in bulk, the others one by one. finish() at the end.
class GoldenStore {
 public:
  GoldenStore(db::Connection& connection, const Act& act);
  void add(GoldenRecordId id, const Golden& golden);
  void change(GoldenRecordId id, const Golden& golden);
  void replace(GoldenRecordId ended, GoldenRecordId by);
  void record(const RecordEvent& event);
  void finish();

 private:
  void add_names(GoldenRecordId id, const Golden& golden);

  db::Connection& connection_;
  Act act_;
  std::unique_ptr<db::BulkInsert> records_, names_, events_;
};

// The source records of some ids, with their current rows. `registers` holds what they point to.
std::vector<SourcePerson> read_source_persons(db::Connection& connection, const std::vector<SourceRecordId>& ids,
                                              std::deque<Register>& registers);

db::Param or_null(const std::string& text);  // NULL for an empty text; lives as long as the text.

}  // namespace guildhall::masterdata
