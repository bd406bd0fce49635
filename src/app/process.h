#pragma once

// The command for processes: `guildhall process run` tries one out in memory.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> process_command(const Arguments& arguments);

}  // namespace guildhall::app
