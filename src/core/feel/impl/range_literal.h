#pragma once

// A range written in a string, as range(from) takes it: "[1..10]", "(@\"2020-01-01\"..@\"2020-02-01\")", "(..5]".
// Source: DMN 1.5, 10.3.1.2, grammar rules 66 (range literal) and 67 (range endpoint); 10.3.2.7.

#include <optional>
#include <string_view>

#include "feel/value.h"

namespace guildhall::feel {

// Strings of the ends are kept in memory. Empty where the text isn't a range, its ends are of different types, or it
// starts after its end.
std::optional<RangeEnds> parse_range(Memory& memory, std::string_view text);

}  // namespace guildhall::feel
