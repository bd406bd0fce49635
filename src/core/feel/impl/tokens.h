#pragma once

// The characters and words of FEEL. Source: DMN 1.5, 10.3.1.2 (grammar rules 26 to 30, 61, 62) and 10.3.1.4.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::feel {

// The character at `at` of valid UTF-8, and how many bytes it has; 0 bytes at the end.
struct Character {
  char32_t code = 0;
  std::uint32_t bytes = 0;
};
Character character_at(std::string_view text, std::size_t at);

bool is_name_start(char32_t code);
bool is_name_part(char32_t code);
bool is_white_space(char32_t code);
void append_utf8(std::string& text, char32_t code);

// After white space and comments. An unfinished comment reaches to the end.
std::size_t skip_space(std::string_view text, std::size_t at);

// The token of a name (rule 25) that begins at `at`, after white space: a word, or one of . / - ' + *. Empty where there
// is none; `at` moves behind it.
std::string_view next_name_token(std::string_view text, std::size_t& at, bool first);

// A word that the grammar uses itself, so that no name can begin with it.
bool is_keyword(std::string_view word);

}  // namespace guildhall::feel
