#include <algorithm>
#include <array>

#include "feel/expression.h"
#include "feel/impl/tokens.h"

namespace guildhall::feel {

Character character_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto byte = [&](std::size_t offset) -> char32_t {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) & 0x3F : 0;
  };
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(static_cast<char32_t>(lead & 0x1F) << 6) | byte(1), 2};
  if (lead < 0xF0) return {(static_cast<char32_t>(lead & 0x0F) << 12) | (byte(1) << 6) | byte(2), 3};
  return {(static_cast<char32_t>(lead & 0x07) << 18) | (byte(1) << 12) | (byte(2) << 6) | byte(3), 4};
}

bool is_name_start(char32_t code) {  // Rule 28.
  if (code < 0x80) {
    return code == '?' || code == '_' || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
  }
  struct Span {
    char32_t low;
    char32_t high;
  };
  static constexpr std::array<Span, 13> kSpans{{{0xC0, 0xD6},
                                                {0xD8, 0xF6},
                                                {0xF8, 0x2FF},
                                                {0x370, 0x37D},
                                                {0x37F, 0x167F},
                                                {0x1681, 0x180D},
                                                {0x180F, 0x1FFF},
                                                {0x200C, 0x200D},
                                                {0x2070, 0x218F},
                                                {0x2C00, 0x2FEF},
                                                {0x3001, 0xD7FF},
                                                {0xF900, 0xFDCF},
                                                {0xFDF0, 0xFFFD}}};
  if (code == 0xFEFF) return false;  // White space, by rule 61.
  if (code >= 0x10000) return code <= 0xEFFFF;
  return std::any_of(kSpans.begin(), kSpans.end(),
                     [&](const Span& span) { return code >= span.low && code <= span.high; });
}

bool is_name_part(char32_t code) {  // Rule 29.
  return is_name_start(code) || (code >= '0' && code <= '9') || code == 0xB7 || (code >= 0x300 && code <= 0x36F) ||
         code == 0x203F || code == 0x2040;
}

bool is_white_space(char32_t code) {  // Rules 61 and 62.
  return (code >= 0x9 && code <= 0xD) || code == ' ' || code == 0x85 || code == 0xA0 || code == 0x1680 ||
         code == 0x180E || (code >= 0x2000 && code <= 0x200B) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x3000 || code == 0xFEFF;
}

void append_utf8(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (is_white_space(next.code)) {
      at += next.bytes;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find_first_of("\n\r", at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      at = close == std::string_view::npos ? text.size() : close + 2;
    } else {
      break;
    }
  }
  return at;
}

std::string_view next_name_token(std::string_view text, std::size_t& at, bool first) {
  std::size_t from = at;
  while (from < text.size() && is_white_space(character_at(text, from).code)) from += character_at(text, from).bytes;
  std::size_t to = from;
  if (first && !is_name_start(character_at(text, from).code)) return {};
  while (to < text.size() && is_name_part(character_at(text, to).code)) to += character_at(text, to).bytes;
  if (to == from && !first) {
    const Character symbol = character_at(text, from);  // Rule 30; the apostrophe in both its forms.
    static constexpr std::u32string_view kSymbols = U"./-'+*\u2019";
    if (kSymbols.find(symbol.code) != std::u32string_view::npos && symbol.code != 0) to = from + symbol.bytes;
  }
  at = to;
  return text.substr(from, to - from);
}

std::string name_key(std::string_view name) {
  std::string key;
  std::size_t at = 0;
  for (bool first = true;; first = false) {
    const std::string_view token = next_name_token(name, at, first);
    if (token.empty()) break;
    if (!first) key += ' ';
    key += token;
  }
  while (at < name.size() && is_white_space(character_at(name, at).code)) at += character_at(name, at).bytes;
  return at < name.size() ? std::string(name) : key;
}

bool is_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 17> kWords{"and",      "between",   "else", "every",    "false", "for",
                                                           "function", "if",        "in",   "instance", "null",  "or",
                                                           "return",   "satisfies", "some", "then",     "true"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace guildhall::feel
