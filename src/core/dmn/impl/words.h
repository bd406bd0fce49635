#pragma once

// Values and unary tests as people say them: "12 March 2014", "between 18 and 64", "“gold” or “silver”".

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/expression.h"

namespace guildhall::dmn {

// "a, b and c"
std::string joined(const std::vector<std::string>& parts, std::string_view last = " and ");

// The text in one line, cut off where it is too long for a sentence: "‘Basic fee * 0.5’".
std::string quoted(std::string_view feel);

// "34", "“gold”", "12 March 2014", "1 year and 6 months", "a list of 1 and 2", "no value". Cut off where it is long.
std::string in_words(const feel::Value& value);

// "is 34", "has no value".
std::string is_in_words(const feel::Value& value);

// The value of a variable by its name; nullptr where it isn't known.
using Known = std::function<const feel::Value*(std::string_view name)>;

// Why the value passes the tests: "Age is 34, which is between 18 and 64".
std::string held(const std::string& input, const feel::Value& value, const feel::Expression& tests, const Known& known);

// Why it doesn't: "Age is 16, not between 18 and 64".
std::string failed(const std::string& input, const feel::Value& value, const feel::Expression& tests,
                   const Known& known);

}  // namespace guildhall::dmn
