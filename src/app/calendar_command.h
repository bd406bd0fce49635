#pragma once

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

// `guildhall calendar show|set FILE.json --why REASON|days FROM TO`: the calendar of an environment's council.
Result<void> calendar_command(const Arguments& arguments);

}  // namespace guildhall::app
