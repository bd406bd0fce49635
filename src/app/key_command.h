#pragma once

// guildhall key: the keys of programs that ask an environment over HTTP.

#include <string_view>
#include <vector>

#include "app/arguments.h"
#include "base/result.h"

namespace guildhall::app {

Result<void> key_command(const Arguments& arguments);
// The words after "key"; what a key may do where --may doesn't say it.
Result<void> key_command(const Arguments& arguments, const std::vector<std::string>& words, std::string_view usually);

}  // namespace guildhall::app
