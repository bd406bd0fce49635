#pragma once

// Decision models in files, as the commands for decisions read them.

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "dmn/decision_model.h"

namespace guildhall::app {

// The whole of a file, or of what another command pipes, that is not larger. A folder or a device is a problem, too.
Result<std::string> read_whole_file(const std::filesystem::path& path, std::size_t most_mebibytes = 32);

// A model with all that it imports, compiled. An imported model is the file that the import names, seen from the folder
// of the importing model; where it names none, the first file of that folder, by name, that ends in .dmn and has the
// namespace. Problems say which file they are about.
Result<std::shared_ptr<const dmn::DecisionModel>> read_model_file(const std::filesystem::path& path);

// The problems with the file's name before their places.
Problems in_file(Problems problems, const std::filesystem::path& path);

// Now, in UK time; for the time budget of evaluations, too.
feel::Evaluation::Moment system_moment();

}  // namespace guildhall::app
