#pragma once

// The command for components: `guildhall component test` runs the examples of one.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> component_command(const Arguments& arguments);

}  // namespace guildhall::app
