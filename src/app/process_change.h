#pragma once

// The commands that change how cases go on which run already: guildhall process migrate|undo-migration|modify|restart.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

bool changes_processes(const Arguments& arguments);  // By the first of its words.
Result<void> process_change_command(const Arguments& arguments);

}  // namespace guildhall::app
