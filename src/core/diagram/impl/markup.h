#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::diagram::impl {

// For text and for values in double quotation marks. What XML 1.0 has no place for (control characters, broken UTF-8)
// becomes "�".
std::string escaped(std::string_view text);

// To a tenth; "12", "12.5", "-0.3".
std::string number(double value);

// "1,234,567"
std::string grouped(std::uint64_t value);

}  // namespace guildhall::diagram::impl
