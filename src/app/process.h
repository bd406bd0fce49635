#pragma once

// The command for processes: `guildhall process run` tries one out in memory; the others publish processes, begin cases
// with them, and send what they wait for.

#include "app/arguments.h"
#include "base/result.h"
#include "bpmn/instance.h"

namespace guildhall::app {

Result<void> process_command(const Arguments& arguments);

// Of --input: JSON, or @FILE.
Result<bpmn::Variables> variables_of(const Arguments& arguments);

}  // namespace guildhall::app
