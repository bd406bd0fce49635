#include "records/name.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace guildhall::records {
namespace {

// The two-byte letters of Latin-1 Supplement and Latin Extended-A, U+00C0 to U+017F, come in pairs of capital
// and small letter (Unicode 15, UnicodeData.txt). Zero: the letter has no partner there.
std::uint32_t small_of(std::uint32_t code) {
  if (code >= 'A' && code <= 'Z') return code + 32;
  if (code >= 0xC0 && code <= 0xDE && code != 0xD7) return code + 32;
  if (code == 0x130) return 0;  // The dotted capital I of Turkish: to change it to an English letter is to respell.
  if (code == 0x178) return 0xFF;
  const bool even_capital = (code >= 0x100 && code <= 0x137) || (code >= 0x14A && code <= 0x177);
  const bool odd_capital = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
  if ((even_capital && code % 2 == 0) || (odd_capital && code % 2 == 1)) return code + 1;
  return 0;
}

std::uint32_t capital_of(std::uint32_t code) {
  if (code >= 'a' && code <= 'z') return code - 32;
  if (code >= 0xE0 && code <= 0xFE && code != 0xF7) return code - 32;
  if (code == 0xFF) return 0x178;
  if (code > 0x100 && code <= 0x17E && small_of(code - 1) == code) return code - 1;
  return 0;
}

bool is_small_only(std::uint32_t code) {
  return code == 0xDF || code == 0x131 || code == 0x138 || code == 0x149 || code == 0x17F;
}

// Calls `visit(code, bytes)` for every letter of at most two bytes, and with code 0 for other bytes, one by
// one.
template <class Visit>
void each_letter(std::string_view text, Visit visit) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      visit(first, text.substr(i, 1));
      i += 1;
    } else if (first >= 0xC3 && first <= 0xC5 && i + 1 < text.size()) {
      const std::uint32_t code =
          static_cast<std::uint32_t>(first & 0x1F) << 6 | (static_cast<unsigned char>(text[i + 1]) & 0x3F);
      visit(code, text.substr(i, 2));
      i += 2;
    } else {
      visit(0u, text.substr(i, 1));
      i += 1;
    }
  }
}

void append(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string in_capitals_first(std::string_view word) {
  std::string result;
  bool first = true;
  each_letter(word, [&](std::uint32_t code, std::string_view bytes) {
    const std::uint32_t partner = first ? capital_of(code) : small_of(code);
    if (partner != 0) {
      append(result, partner);
    } else {
      result += bytes;
    }
    first = false;
  });
  return result;
}

// Names in which "Mac" is usually followed by a capital. Others ("Macey", "Machin", "Mackie") begin with the
// same letters.
constexpr std::array<std::string_view, 26> kMacNames = {
    "Alister", "Alpine",  "Arthur",  "Aulay",  "Beth",  "Callum", "Coll",   "Cormack", "Diarmid",
    "Donald",  "Dougall", "Farlane", "Gregor", "Innes", "Intosh", "Intyre", "Iver",    "Kay",
    "Kenzie",  "Kinnon",  "Laren",   "Lean",   "Leod",  "Millan", "Neil",   "Pherson"};

// One word without hyphens or apostrophes.
std::string cased_word(std::string_view word) {
  std::string result = in_capitals_first(word);
  std::string_view rest;
  if (result.starts_with("Mc") && result.size() > 3) {
    rest = std::string_view(result).substr(2);
  } else if (result.starts_with("Mac")) {
    rest = std::string_view(result).substr(3);
    const std::string second = in_capitals_first(rest);
    if (std::find(kMacNames.begin(), kMacNames.end(), second) == kMacNames.end()) rest = {};
  }
  if (rest.empty()) return result;
  return result.substr(0, result.size() - rest.size()) + in_capitals_first(rest);
}

// "O'BRIEN": a capital after the apostrophe where one letter stands before it; "JA'QUAN" is "Ja'quan".
std::string cased_between_hyphens(std::string_view text) {
  const std::size_t apostrophe = text.find('\'');
  if (apostrophe == std::string_view::npos) return cased_word(text);
  const std::string_view rest = text.substr(apostrophe + 1);
  const std::string before = cased_word(text.substr(0, apostrophe));
  const bool one_letter = before.size() == 1 || (before.size() == 2 && static_cast<unsigned char>(before[0]) >= 0x80);
  return before + "'" + (one_letter ? cased_between_hyphens(rest) : lower_ascii(rest));
}

bool is_particle(std::string_view word) {
  constexpr std::array<std::string_view, 15> kParticles = {"VAN", "VON", "DE",  "DER", "DEN", "DA",    "DOS", "DU",
                                                           "DEL", "DI",  "BIN", "IBN", "AP",  "FERCH", "TER"};
  const std::string capitals = upper_ascii(word);
  return std::find(kParticles.begin(), kParticles.end(), capitals) != kParticles.end();
}

bool is_of_one_case(std::string_view name) {
  bool capital = false, small = false;
  each_letter(name, [&](std::uint32_t code, std::string_view) {
    capital |= small_of(code) != 0;
    small |= capital_of(code) != 0 || is_small_only(code);
  });
  return capital != small;
}

}  // namespace

std::string title_cased(std::string_view name, NamePart part) {
  if (!is_of_one_case(name)) return std::string(name);
  std::string result;
  const auto words = split(name, ' ');
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += ' ';
    if (part == NamePart::Family && i + 1 < words.size() && is_particle(words[i])) {
      result += lower_ascii(words[i]);
      continue;
    }
    const auto parts = split(words[i], '-');
    for (std::size_t j = 0; j < parts.size(); ++j) {
      if (j > 0) result += '-';
      result += cased_between_hyphens(parts[j]);
    }
  }
  return result;
}

std::string comparison_key(std::string_view name) {
  std::string key = folded(name);
  std::erase_if(
      key, [](char letter) { return static_cast<unsigned char>(letter) < 0x80 && !(letter >= 'A' && letter <= 'Z'); });
  // Apostrophes and dashes of typography (U+2010 to U+201F) and the modifier apostrophe are no letters
  // either.
  for (const std::string_view mark : {"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x93",
                                      "\xE2\x80\x94", "\xCA\xBC", "\xC2\xB4", "\xC2\xA0"}) {
    for (std::size_t at = key.find(mark); at != std::string::npos; at = key.find(mark, at)) key.erase(at, mark.size());
  }
  return key;
}

}  // namespace guildhall::records
