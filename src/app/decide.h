#pragma once

// The commands for decisions: `guildhall decide` evaluates one and runs conformance cases, `guildhall check` says what
// has to be mended in a model.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> decide_command(const Arguments& arguments);
Result<void> check_command(const Arguments& arguments);

}  // namespace guildhall::app
