#include "base/text.h"

#include <array>
#include <charconv>
#include <cstring>

#include "base/result.h"

namespace guildhall {
namespace {

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f' || letter == '\v';
}

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// U+00C0 to U+017F without accents and in upper case; an empty entry is kept as it is.
constexpr std::array<const char*, 0x180 - 0xC0> kFolded = {
    // U+00C0
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I", "D", "N", "O", "O", "O", "O", "O",
    "", "O", "U", "U", "U", "U", "Y", "TH", "SS", "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I",
    "I", "I", "D", "N", "O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "Y",
    // U+0100
    "A", "A", "A", "A", "A", "A", "C", "C", "C", "C", "C", "C", "C", "C", "D", "D", "D", "D", "E", "E", "E", "E", "E",
    "E", "E", "E", "E", "E", "G", "G", "G", "G", "G", "G", "G", "G", "H", "H", "H", "H", "I", "I", "I", "I", "I", "I",
    "I", "I", "I", "I", "IJ", "IJ", "J", "J", "K", "K", "K", "L", "L", "L", "L", "L", "L", "L",
    // U+0140
    "L", "L", "L", "N", "N", "N", "N", "N", "N", "N", "N", "N", "O", "O", "O", "O", "O", "O", "OE", "OE", "R", "R", "R",
    "R", "R", "R", "S", "S", "S", "S", "S", "S", "S", "S", "T", "T", "T", "T", "T", "T", "U", "U", "U", "U", "U", "U",
    "U", "U", "U", "U", "U", "U", "W", "W", "Y", "Y", "Y", "Z", "Z", "Z", "Z", "Z", "Z", "S"};

char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
}
char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

}  // namespace

std::optional<std::size_t> invalid_utf8_at(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  while (i < text.size()) {
    const unsigned char first = byte(i);
    if (first < 0x80) {
      ++i;
      // Most text is ASCII: eight bytes at a time.
      for (std::uint64_t eight = 0; i + 8 <= text.size(); i += 8) {
        std::memcpy(&eight, text.data() + i, 8);
        if ((eight & 0x8080808080808080) != 0) break;
      }
      continue;
    }
    std::size_t length = 0;
    std::uint32_t code = 0;
    if (first >= 0xC2 && first <= 0xDF) {
      length = 2;
      code = first & 0x1F;
    } else if (first >= 0xE0 && first <= 0xEF) {
      length = 3;
      code = first & 0x0F;
    } else if (first >= 0xF0 && first <= 0xF4) {
      length = 4;
      code = first & 0x07;
    } else {
      return i;
    }
    if (i + length > text.size()) return i;
    for (std::size_t j = 1; j < length; ++j) {
      if ((byte(i + j) & 0xC0) != 0x80) return i;
      code = code << 6 | (byte(i + j) & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return i;
    i += length;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    if (!text.empty() && is_space(text.front())) {
      text.remove_prefix(1);
      again = true;
    } else if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(2);
      again = true;
    }
  }
  for (bool again = true; again;) {
    again = false;
    if (!text.empty() && is_space(text.back())) {
      text.remove_suffix(1);
      again = true;
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(2);
      again = true;
    }
  }
  return text;
}

std::string squeezed(std::string_view text) {
  text = trimmed(text);
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool no_break = text.substr(i).starts_with(kNoBreakSpace);
    if (no_break) ++i;
    if (no_break || is_space(text[i])) {
      if (result.back() != ' ') result += ' ';
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string folded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first >= 0xC3 && first <= 0xC5 && i + 1 < text.size()) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const std::size_t code = static_cast<std::size_t>(first & 0x1F) << 6 | (second & 0x3F);
      if ((second & 0xC0) == 0x80 && kFolded[code - 0xC0][0] != '\0') {
        result += kFolded[code - 0xC0];
        ++i;
        continue;
      }
    }
    result += upper(text[i]);
  }
  return result;
}

std::string upper_ascii(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = upper(letter);
  return result;
}

std::string lower_ascii(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = lower(letter);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (upper(a[i]) != upper(b[i])) return false;
  }
  return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string hex(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text += kHex[static_cast<unsigned char>(byte) >> 4];
    text += kHex[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::string csv_cell(std::string_view text) {
  std::string cell;
  append_csv_cell(cell, text);
  return cell;
}

}  // namespace guildhall
