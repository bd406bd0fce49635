#pragma once

// guildhall case, guildhall job and guildhall incident: cases as operators see them, and what waits to be done.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> case_command(const Arguments& arguments);
Result<void> job_command(const Arguments& arguments);
Result<void> incident_command(const Arguments& arguments);

}  // namespace guildhall::app
