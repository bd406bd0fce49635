#pragma once

// Cases as they were recorded, one after the other in the order in which they began.

#include <functional>
#include <string>

#include "cases/case_store.h"
#include "cases/definitions.h"
#include "cases/statistics.h"
#include "replay/replay.h"

namespace guildhall::cases {

struct ReadCase {
  std::string reference;
  std::string unreadable;  // Why it can't be replayed at all; empty: it was read.
  replay::RecordedCase recorded;
};

// Those that one version of a process began in the period. Some are in memory at a time.
void for_each_case(db::Database& database, Definitions& definitions, std::int64_t version, Period period,
                   const std::function<void(const ReadCase&)>& take);

}  // namespace guildhall::cases
