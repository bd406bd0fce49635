#pragma once

// `guildhall decide conformance DIR`: runs the test cases of the DMN Technology Compatibility Kit, or any in its form.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace guildhall::app {

// Runs every file of test cases in `folder` and those below it, each with the model that it names beside it. Prints a
// line for each folder with what failed in it, one for each level (the folder of folders), and one for all. With
// `csv`, writes a row for each result to that file. A problem where there is no case, or a file couldn't be read; cases
// that fail are none.
Result<void> run_conformance(const std::filesystem::path& folder, const std::optional<std::string>& csv);

}  // namespace guildhall::app
