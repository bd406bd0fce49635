#pragma once

// Learning from a process' cases: how they went, and how they would have gone under other rules.

#include <string>

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> print_statistics(const Arguments& arguments, const std::string& process);
Result<void> replay_process(const Arguments& arguments, const std::string& process);

}  // namespace guildhall::app
