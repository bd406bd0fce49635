#pragma once

// `guildhall decision`: what an environment's decision service answers from, and who may ask it.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> decision_command(const Arguments& arguments);

}  // namespace guildhall::app
