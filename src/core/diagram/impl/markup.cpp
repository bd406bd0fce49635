#include "diagram/impl/markup.h"

#include <cmath>

#include "base/text.h"

namespace guildhall::diagram::impl {

std::string escaped(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t valid = invalid_utf8_at(text).value_or(text.size());
    for (std::size_t i = 0; i < valid; ++i) {
      const char c = text[i];
      switch (c) {
        case '&':
          result += "&amp;";
          break;
        case '<':
          result += "&lt;";
          break;
        case '>':
          result += "&gt;";
          break;
        case '"':
          result += "&quot;";
          break;
        case '\'':
          result += "&#39;";
          break;
        case '\t':
        case '\n':
        case '\r':
          result += ' ';
          break;
        default:
          if (static_cast<unsigned char>(c) < 0x20) {
            result += kReplacement;
          } else if (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF") {
            result += kReplacement;
            i += 2;
          } else {
            result += c;
          }
      }
    }
    if (valid == text.size()) break;
    result += kReplacement;
    text.remove_prefix(valid + 1);
  }
  return result;
}

std::string number(double value) {
  const long long tenths = std::llround(value * 10);
  std::string result = tenths < 0 ? "-" : "";
  const unsigned long long size = static_cast<unsigned long long>(tenths < 0 ? -tenths : tenths);
  result += std::to_string(size / 10);
  if (size % 10 != 0) result += "." + std::to_string(size % 10);
  return result;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace guildhall::diagram::impl
