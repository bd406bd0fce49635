#pragma once

// `guildhall match` over files: learning a model, linking, explaining, and how right it is where the truth is known.

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

// train, run, review, explain or evaluate: the words after `match`, with --fields or --model.
Result<void> match_files_command(const Arguments& arguments);

}  // namespace guildhall::app
