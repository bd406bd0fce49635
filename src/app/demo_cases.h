#pragma once

// The demonstration's cases: skip permits in every state, made by the real engine with a clock that is moved through the
// last three weeks.

#include <filesystem>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::app {

// The officers k.lindqvist and t.price are there already. `documents`: where files of cases lie.
Result<void> create_demo_cases(db::Database& database, const std::filesystem::path& documents, Instant now);

}  // namespace guildhall::app
