#pragma once

// The command line: `guildhall COMMAND …`. Each command is a few lines over a capability.

#include <span>
#include <string_view>

namespace guildhall::app {

// 0: done. 1: it could not be done, and standard error says why and what to do. 2: the words were not understood.
int run_command_line(std::span<const std::string_view> words);

}  // namespace guildhall::app
