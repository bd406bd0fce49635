#pragma once

// Values from JSON, as programs send them to a decision, and to JSON, as they are given its result.
//
// JSON has no dates, times and durations: they are strings, and become what they are where the type says so. Numbers
// keep all their digits, up to FEEL's 34. An object becomes a context with its entries in the same order.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "feel/memory.h"
#include "feel/type.h"
#include "feel/value.h"

namespace guildhall::feel {

// The value lives in `memory`, and nothing of it in `text`. Tells every value that doesn't fit its type, up to a
// hundred, with its path: "children[2].birth date". A member of the type that isn't there is null; entries that the
// type doesn't have are kept. Ranges and functions can't be written as JSON.
Result<Value> from_json(std::string_view text, const Type& type, Memory& memory);

// Without white space. Numbers in plain notation; dates, times and durations as strings that read back; ranges as
// strings, "[1..10]"; functions as null. A problem for values nested more than a hundred levels deep, and longer than
// `max_bytes`.
Result<std::string> to_json(const Value& value, std::size_t max_bytes = std::size_t{64} << 20);

}  // namespace guildhall::feel
