#pragma once

// Text: UTF-8 checks and the small operations that readers and cleansing share.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall {

// The position of the first byte that is not valid UTF-8 (RFC 3629: no overlong forms, no surrogates), if
// there is one.
std::optional<std::size_t> invalid_utf8_at(std::string_view text);

// Without leading and trailing ASCII white space and no-break spaces.
std::string_view trimmed(std::string_view text);
// Trimmed, and every run of white space inside one space.
std::string squeezed(std::string_view text);

// For comparing: Latin letters lose their accents (Unicode Latin-1 Supplement and Latin Extended-A; "ß"
// becomes "SS"), and become upper case. Other characters stay as they are.
std::string folded(std::string_view text);
std::string upper_ascii(std::string_view text);
std::string lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only.

std::vector<std::string_view> split(std::string_view text, char separator);
std::optional<std::int64_t> parse_integer(std::string_view text);  // Decimal, whole text, no plus sign.
// A text as a cell of CSV, in quotes where it must be. RFC 4180, section 2.
void append_csv_cell(std::string& out, std::string_view text);
std::string csv_cell(std::string_view text);
std::string hex(std::string_view bytes);     // Lower case.
std::string sha256(std::string_view bytes);  // 32 raw bytes.

// The SHA-256 of what was added so far; for files that don't fit in memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string digest();  // 32 raw bytes; once, at the end.

 private:
  void* context_;
};

}  // namespace guildhall
