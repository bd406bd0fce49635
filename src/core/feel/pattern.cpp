#include "feel/pattern.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/uregex.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "base/text.h"

// "F&O" is XPath and XQuery Functions and Operators 3.1, which says more exactly what 2.0 means; "XSD" is XML Schema
// part 2: Datatypes, appendix F.

namespace guildhall::feel {
namespace {

constexpr std::size_t kMostPatternBytes = 10'000;
constexpr int kMostNesting = 45;             // ICU's compiler has a stack for 100, and some brackets become two.
constexpr std::size_t kMostCountDigits = 7;  // ICU keeps counts in 24 bits.
// ICU's notation is longer than XPath's. ICU compiles this much in half a second where all of it is \w.
constexpr std::size_t kMostTranslated = 60'000;
constexpr std::size_t kMostInputBytes = std::size_t{1} << 28;  // ICU counts in 32 bits.
constexpr std::int32_t kMostStackBytes = 32 << 20;             // For the places to come back to.
// About half a second. Steps and not seconds, so that the same text always has the same answer.
constexpr std::int64_t kMostSteps = 30'000'000;
constexpr std::int64_t kStepsPerTick = 10'000;  // ICU calls back after so many saved places (its rematch.cpp).

struct Flags {
  bool dot_all = false;
  bool multi_line = false;
  bool ignore_case = false;
  bool without_spaces = false;
  bool quoted = false;
};

// F&O 5.6.2.
Result<Flags> parse_flags(std::string_view letters) {
  Flags flags;
  for (const char letter : letters) {
    switch (letter) {
      case 's':
        flags.dot_all = true;
        break;
      case 'm':
        flags.multi_line = true;
        break;
      case 'i':
        flags.ignore_case = true;
        break;
      case 'x':
        flags.without_spaces = true;
        break;
      case 'q':
        flags.quoted = true;
        break;
      default:
        return Problem{"The flags of a pattern are s, m, i, x and q; \"" + std::string(letters) + "\" has another.",
                       "the flags", "Leave it out."};
    }
  }
  if (flags.quoted) flags.dot_all = flags.multi_line = flags.without_spaces = false;
  return flags;
}

Result<std::u16string> to_utf16(std::string_view text) {
  if (text.size() > kMostInputBytes) return Problem{"This text is too long for a pattern.", "", ""};
  std::u16string wide(text.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                static_cast<std::int32_t>(text.size()), &status);
  if (U_FAILURE(status)) return Problem{"This text is not valid UTF-8.", "", "Check where it comes from."};
  wide.resize(static_cast<std::size_t>(length));
  return wide;
}

// Of text that to_utf16 gave, cut between characters.
void append_utf8(std::u16string_view text, std::string& to) {
  const std::size_t before = to.size();
  to.resize(before + 3 * text.size());
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(to.data() + before, static_cast<std::int32_t>(to.size() - before), &length, text.data(),
              static_cast<std::int32_t>(text.size()), &status);
  check(U_SUCCESS(status), "text was cut inside a character");
  to.resize(before + static_cast<std::size_t>(length));
}

// For each character the others with the same fn:lower-case or the same fn:upper-case (F&O 5.6.2, flag i). Not
// Unicode's case folding: that would also equate characters which are only related through a third one.
using CaseVariants = std::map<char32_t, std::u32string>;

CaseVariants find_case_variants() {
  using Convert = std::int32_t (*)(UChar*, std::int32_t, const UChar*, std::int32_t, const char*, UErrorCode*);
  UErrorCode status = U_ZERO_ERROR;
  const icu::LocalUSetPointer cased(uset_openPattern(u"[\\p{Cased}\\p{CWL}\\p{CWU}]", -1, &status));
  check(U_SUCCESS(status), "Unicode's properties are missing");
  CaseVariants variants;
  for (const Convert convert : {&u_strToLower, &u_strToUpper}) {
    std::map<std::u16string, std::u32string> alike;
    for (std::int32_t index = 0; index < uset_size(cased.getAlias()); ++index) {
      const UChar32 code = uset_charAt(cased.getAlias(), index);
      std::array<UChar, U16_MAX_LENGTH> from{};
      std::array<UChar, 8> to{};
      std::int32_t length = 0;
      U16_APPEND_UNSAFE(from, length, code);
      const std::int32_t converted = convert(to.data(), to.size(), from.data(), length, "", &status);
      check(U_SUCCESS(status), "a character's other case is longer than Unicode permits");
      alike[std::u16string(to.data(), static_cast<std::size_t>(converted))] += static_cast<char32_t>(code);
    }
    for (const auto& [form, codes] : alike) {
      for (const char32_t code : codes) {
        for (const char32_t other : codes) {
          if (other != code) variants[code] += other;
        }
      }
    }
  }
  return variants;
}

const CaseVariants& case_variants() {
  static const CaseVariants variants = find_case_variants();
  return variants;
}

void append_literal(char32_t code, std::string& to) {
  if ((code >= U'a' && code <= U'z') || (code >= U'A' && code <= U'Z') || (code >= U'0' && code <= U'9')) {
    to += static_cast<char>(code);
    return;
  }
  to += "\\x{";
  bool begun = false;
  for (int shift = 20; shift >= 0; shift -= 4) {
    const unsigned digit = code >> shift & 0xF;
    begun = begun || digit != 0 || shift == 0;
    if (begun) to += "0123456789ABCDEF"[digit];
  }
  to += '}';
}

// Characters named one by one or as ranges; ICU's notation without the brackets.
class CharacterSet {
 public:
  CharacterSet() : set_(uset_openEmpty()) {}

  void add(char32_t first, char32_t last) {
    uset_addRange(set_.getAlias(), static_cast<UChar32>(first), static_cast<UChar32>(last));
  }
  void add_case_variants(char32_t first, char32_t last) {
    const CaseVariants& all = case_variants();
    for (auto one = all.lower_bound(first); one != all.end() && one->first <= last; ++one) {
      for (const char32_t variant : one->second) add(variant, variant);
    }
  }
  std::string ranges() const {
    std::string text;
    for (std::int32_t item = 0; item < uset_getItemCount(set_.getAlias()); ++item) {
      UChar32 first = 0;
      UChar32 last = 0;
      UErrorCode status = U_ZERO_ERROR;
      uset_getItem(set_.getAlias(), item, &first, &last, nullptr, 0, &status);
      append_literal(static_cast<char32_t>(first), text);
      if (last == first) continue;
      text += '-';
      append_literal(static_cast<char32_t>(last), text);
    }
    return text;
  }

 private:
  icu::LocalUSetPointer set_;
};

// XML 1.0 (fifth edition), productions 4 and 4a.
constexpr std::string_view kNameStart =
    "\\x{3A}A-Z\\x{5F}a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}"
    "\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}"
    "\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}";
constexpr std::string_view kNameMore = "\\x{2D}\\x{2E}0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}";

// XSD F.1.1, MultiCharEsc: a set in ICU's notation, usable inside brackets and outside. Empty for other letters.
std::string multiple_character_escape(char32_t letter) {
  switch (letter) {
    case U's':
      return "[\\x{9}\\x{A}\\x{D}\\x{20}]";
    case U'S':
      return "[^\\x{9}\\x{A}\\x{D}\\x{20}]";
    case U'i':
      return "[" + std::string(kNameStart) + "]";
    case U'I':
      return "[^" + std::string(kNameStart) + "]";
    case U'c':
      return "[" + std::string(kNameStart) + std::string(kNameMore) + "]";
    case U'C':
      return "[^" + std::string(kNameStart) + std::string(kNameMore) + "]";
    case U'd':
      return "\\p{Nd}";
    case U'D':
      return "\\P{Nd}";
    case U'w':
      return "[^\\p{P}\\p{Z}\\p{C}]";
    case U'W':
      return "[\\p{P}\\p{Z}\\p{C}]";
    default:
      return "";
  }
}

// XSD F.1.1, SingleCharEsc, and F&O's \$.
std::optional<char32_t> single_character_escape(char32_t letter) {
  if (letter == U'n') return U'\n';
  if (letter == U'r') return U'\r';
  if (letter == U't') return U'\t';
  if (std::u32string_view(U"\\|.?*+(){}-[]^$").find(letter) != std::u32string_view::npos) return letter;
  return std::nullopt;
}

constexpr std::array<std::string_view, 36> kCategories = {
    "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "Z",  "Zs", "Zl", "Zp", "S",  "Sm", "Sc", "Sk", "So", "C",  "Cc", "Cf", "Co", "Cn"};

// ICU's name of a block that XSD writes without spaces: "Latin-1Supplement". XSD 1.0 goes by Unicode 3.1, whose
// names of four blocks have changed since; XSD 1.1 asks for both. Empty where there is no such block.
std::string icu_block(std::string name) {
  if (name == "Greek") name = "GreekandCoptic";
  if (name == "CombiningMarksforSymbols") name = "CombiningDiacriticalMarksforSymbols";
  if (name == "CyrillicSupplementary") name = "CyrillicSupplement";
  if (name == "PrivateUse") name = "PrivateUseArea";
  const std::int32_t value = u_getPropertyValueEnum(UCHAR_BLOCK, name.c_str());
  if (value == UCHAR_INVALID_CODE || value == UBLOCK_NO_BLOCK) return "";
  const char* const known = u_getPropertyValueName(UCHAR_BLOCK, value, U_LONG_PROPERTY_NAME);
  if (known == nullptr) return "";
  // ICU also takes short names ("ASCII") and any spacing; its own name has _ for Unicode's spaces and hyphens.
  std::string plain(known);
  std::erase(plain, '_');
  std::erase(name, '-');
  return equal_ignoring_case(plain, name) ? std::string(known) : "";
}

// A pattern as ICU reads it. Its groups have other numbers there: groups[n - 1] is what XPath calls n.
struct Translated {
  std::string notation;
  std::vector<int> groups;
  // For knowing what a step costs: the most that can be compared in one go, without a choice. A literal is 1.
  std::size_t longest_path = 0;
  bool refers_back = false;
  bool ignores_case = false;
};

constexpr std::size_t kPathOfSet = 4;  // Measured; groups and anchors cost no more.

// Reads the grammar of XSD F with the additions of F&O 5.6.1, and writes ICU's.
class Translator {
 public:
  Translator(std::string_view pattern, Flags flags);
  Result<Translated> translate();

 private:
  struct Group {
    int number = 0;
    int marker = 0;  // The number of the empty group that tells whether this one has matched; 0 before its end.
  };
  static constexpr char32_t kEnd = 0xFFFF'FFFF;

  char32_t peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : kEnd;
  }
  bool take(char32_t code) {
    if (peek() != code) return false;
    ++position_;
    return true;
  }
  Problem problem_at(std::size_t position, std::string what, std::string remedy = "") const;
  void remove_spaces();

  Result<void> alternatives(int depth);
  Result<void> piece(int depth);
  Result<void> atom(int depth);
  Result<void> quantifier();
  Result<std::string> count();
  Result<void> group(int depth);
  Result<void> escape();
  Result<void> back_reference();
  Result<std::string> category_or_block();
  Result<std::string> multiple_characters();
  Result<char32_t> single_character();
  Result<std::string> character_class(int depth);
  Result<void> one_or_range(CharacterSet& into);
  void literal(char32_t code);

  Flags flags_;
  std::u32string pattern_;
  std::vector<std::size_t> places_;  // Where each character stood before spaces were removed.
  std::size_t position_ = 0;
  std::string out_;
  std::vector<Group> groups_;
  int icu_groups_ = 0;
  std::size_t path_ = 0;
  bool refers_back_ = false;
};

Translator::Translator(std::string_view pattern, Flags flags) : flags_(flags) {
  const auto length = static_cast<std::int32_t>(pattern.size());
  for (std::int32_t at = 0; at < length;) {
    UChar32 code = 0;
    U8_NEXT(pattern.data(), at, length, code);
    pattern_ += static_cast<char32_t>(code);
    places_.push_back(places_.size() + 1);
  }
  if (flags_.without_spaces) remove_spaces();
  for (std::size_t at = 0; at + 1 < pattern_.size(); ++at) {
    if (pattern_[at] == U'\\' && pattern_[at + 1] >= U'1' && pattern_[at + 1] <= U'9') refers_back_ = true;
  }
}

// F&O 5.6.2, flag x: before anything else, but not inside a character class.
void Translator::remove_spaces() {
  std::u32string kept;
  std::vector<std::size_t> kept_places;
  int brackets = 0;
  bool escaped = false;
  for (std::size_t at = 0; at < pattern_.size(); ++at) {
    const char32_t code = pattern_[at];
    const bool space = code == U' ' || code == U'\t' || code == U'\n' || code == U'\r';
    if (space && brackets == 0) continue;
    kept += code;
    kept_places.push_back(places_[at]);
    if (!escaped && code == U'[') ++brackets;
    if (!escaped && code == U']' && brackets > 0) --brackets;
    escaped = !escaped && code == U'\\';
  }
  pattern_ = std::move(kept);
  places_ = std::move(kept_places);
}

Problem Translator::problem_at(std::size_t position, std::string what, std::string remedy) const {
  const std::string where = position < places_.size() ? "character " + std::to_string(places_[position]) : "the end";
  return Problem{std::move(what), where + " of the pattern", std::move(remedy)};
}

Result<Translated> Translator::translate() {
  out_ = "(?:";  // ICU takes no empty pattern.
  if (flags_.quoted) {
    for (const char32_t code : pattern_) literal(code);
  } else {
    TRY(alternatives(0));
    if (peek() == U')') return problem_at(position_, "This ) closes nothing.", "Write \\) where a ) is meant.");
  }
  out_ += ')';
  if (out_.size() > kMostTranslated) {
    return Problem{"This pattern is too complicated.", "the pattern", "Make several simpler ones of it."};
  }
  Translated result{.notation = std::move(out_),
                    .groups = {},
                    .longest_path = path_,
                    .refers_back = refers_back_,
                    .ignores_case = flags_.ignore_case};
  for (const Group& one : groups_) result.groups.push_back(one.number);
  return result;
}

Result<void> Translator::alternatives(int depth) {
  if (depth > kMostNesting) {
    return problem_at(position_,
                      "The brackets of this pattern are nested more than " + std::to_string(kMostNesting) + " deep.");
  }
  const std::size_t before = path_;
  std::size_t longest = before;
  while (peek() != kEnd && peek() != U')') {
    if (take(U'|')) {
      out_ += '|';
      longest = std::max(longest, path_);
      path_ = before;
    } else {
      TRY(piece(depth));
    }
  }
  path_ = std::max(longest, path_);
  return {};
}

Result<void> Translator::piece(int depth) {
  TRY(atom(depth));
  return quantifier();
}

Result<void> Translator::atom(int depth) {
  const char32_t code = peek();
  if (std::u32string_view(U"([\\.^$").find(code) != std::u32string_view::npos) path_ += kPathOfSet;
  switch (code) {
    case U'(':
      return group(depth);
    case U'[':
      out_ += TRY(character_class(depth + 1));
      return {};
    case U'\\':
      return escape();
    case U'.':
      out_ += flags_.dot_all ? "[\\x{0}-\\x{10FFFF}]" : "[^\\x{A}\\x{D}]";
      break;
    // Only line feeds end lines, and one at the end of the text begins no further line. Both stand in brackets because
    // they may be repeated like any other.
    case U'^':
      out_ += flags_.multi_line ? "(?:\\A|(?<=\\n)(?!\\z))" : "(?:\\A)";
      break;
    case U'$':
      out_ += flags_.multi_line ? "(?:(?=\\n)|(?<!\\n)\\z)" : "(?:\\z)";
      break;
    case U'?':
    case U'*':
    case U'+':
    case U'{':
      return problem_at(position_, "There is nothing here that could be repeated.",
                        "Write a \\ before it where the character itself is meant.");
    case U'}':
    case U']':
      return problem_at(position_, "This bracket closes nothing.",
                        "Write a \\ before it where the bracket itself is meant.");
    default:
      literal(code);
  }
  ++position_;
  return {};
}

void Translator::literal(char32_t code) {
  if (!flags_.ignore_case || !case_variants().contains(code)) {
    path_ += 1;
    append_literal(code, out_);
    return;
  }
  path_ += kPathOfSet;
  CharacterSet set;
  set.add(code, code);
  set.add_case_variants(code, code);
  out_ += "[" + set.ranges() + "]";
}

// ? * + {n} {n,} {n,m}, each also reluctant with a ? after it.
Result<void> Translator::quantifier() {
  const std::size_t begin = position_;
  if (take(U'?')) {
    out_ += '?';
  } else if (peek() == U'*' || peek() == U'+') {
    // As {0,} and {1,} where reluctant: for *? and +? ICU doesn't notice that (a?)*? stands still.
    const bool reluctant = peek(1) == U'?';
    const bool star = peek() == U'*';
    out_ += reluctant ? (star ? "{0,}" : "{1,}") : (star ? "*" : "+");
    ++position_;
  } else if (take(U'{')) {
    const std::string least = TRY(count());
    out_ += "{" + least;
    if (take(U',')) {
      out_ += ',';
      if (peek() != U'}') {
        const std::string most = TRY(count());
        if (std::stol(most) < std::stol(least)) {
          return problem_at(begin, "\"At least " + least + " and at most " + most + " times\" can't be.",
                            "Write the smaller number first.");
        }
        out_ += most;
      }
    }
    if (!take(U'}')) return problem_at(begin, "This { has no }.", "Write {3}, {3,} or {3,5}; or \\{ for the bracket.");
    out_ += '}';
  } else {
    return {};
  }
  if (take(U'?')) out_ += '?';
  return {};
}

Result<std::string> Translator::count() {
  std::string digits;
  const std::size_t begin = position_;
  while (peek() >= U'0' && peek() <= U'9') digits += static_cast<char>(pattern_[position_++]);
  if (digits.empty()) return problem_at(begin, "A number should be here.", "Write {3}, {3,} or {3,5}.");
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  if (digits.size() > kMostCountDigits) return problem_at(begin, "This number of repetitions is too large.");
  return digits;
}

Result<void> Translator::group(int depth) {
  const std::size_t opening = position_;
  ++position_;
  if (take(U'?')) {
    if (!take(U':')) {
      return problem_at(opening, "A group begins with ( or (?: and nothing else.",
                        "Patterns in FEEL have no other kinds of group.");
    }
    out_ += "(?:";
    TRY(alternatives(depth + 1));
  } else {
    const std::size_t mine = groups_.size();
    groups_.push_back({.number = ++icu_groups_});
    out_ += refers_back_ ? "((?:" : "(";
    TRY(alternatives(depth + 1));
    if (refers_back_) out_ += ")()";
    groups_[mine].marker = refers_back_ ? ++icu_groups_ : 0;
  }
  if (!take(U')')) return problem_at(opening, "This ( has no ).", "Write \\( where a ( is meant.");
  out_ += ')';
  return {};
}

Result<void> Translator::escape() {
  if (peek(1) >= U'1' && peek(1) <= U'9') return back_reference();
  const std::string several = TRY(multiple_characters());
  if (several.empty()) {
    literal(TRY(single_character()));
  } else {
    out_ += several;
  }
  return {};
}

// F&O 5.6.1: further digits belong to the number as long as so many groups were opened before. A group that hasn't
// matched counts as empty; in ICU it fails, hence the marker.
Result<void> Translator::back_reference() {
  const std::size_t begin = position_;
  ++position_;
  std::size_t number = static_cast<std::size_t>(pattern_[position_++] - U'0');
  while (peek() >= U'0' && peek() <= U'9') {
    const std::size_t longer = number * 10 + (peek() - U'0');
    if (longer > groups_.size()) break;
    number = longer;
    ++position_;
  }
  if (number > groups_.size() || groups_[number - 1].marker == 0) {
    return problem_at(begin, "\\" + std::to_string(number) + " refers to a group that doesn't end before it.",
                      "Groups are counted by their opening brackets, from 1.");
  }
  const Group& meant = groups_[number - 1];
  const std::string same = "\\" + std::to_string(meant.number);
  out_ += "(?:" + (flags_.ignore_case ? "(?i:" + same + ")" : same) + "|(?!\\" + std::to_string(meant.marker) + "))";
  return {};
}

// An escape that stands for several characters, as an ICU set; empty, with nothing read, where there is none here.
Result<std::string> Translator::multiple_characters() {
  if (peek() != U'\\') return std::string();
  if (peek(1) == U'p' || peek(1) == U'P') return category_or_block();
  std::string set = multiple_character_escape(peek(1));
  if (!set.empty()) position_ += 2;
  return set;
}

// XSD F.1.1, catEsc and complEsc: \p{Lu}, \P{IsBasicLatin}.
Result<std::string> Translator::category_or_block() {
  const std::size_t begin = position_;
  ++position_;
  const char letter = static_cast<char>(pattern_[position_++]);
  std::string name;
  const bool opened = take(U'{');
  while (opened && peek() != U'}' && peek() < 0x80) name += static_cast<char>(pattern_[position_++]);
  if (!opened || !take(U'}')) {
    return problem_at(begin, std::string("After \\") + letter + " comes a name in {}.",
                      "For example \\p{Lu} for upper-case letters, or \\p{IsBasicLatin}.");
  }
  const std::string escape = std::string("\\") + letter;
  if (std::ranges::find(kCategories, name) != kCategories.end()) return escape + "{" + name + "}";
  const std::string block = name.starts_with("Is") ? icu_block(name.substr(2)) : "";
  if (!block.empty()) return escape + "{Block=" + block + "}";
  return problem_at(begin, "Unicode has no category or block \"" + name + "\".",
                    "Categories are one or two letters (\\p{Lu}); blocks begin with Is (\\p{IsBasicLatin}).");
}

Result<char32_t> Translator::single_character() {
  const std::size_t begin = position_;
  const char32_t code = pattern_[position_++];
  if (code != U'\\') return code;
  const std::optional<char32_t> meant = single_character_escape(peek());
  if (!meant) {
    return problem_at(begin, peek() == kEnd ? "The pattern ends with a \\." : "This character can't follow a \\.",
                      "Write \\\\ where a \\ is meant.");
  }
  ++position_;
  return *meant;
}

// XSD F.1, charClassExpr: [a-z], [^a-z], [a-z-[aeiou]].
Result<std::string> Translator::character_class(int depth) {
  const std::size_t opening = position_;
  if (depth > kMostNesting) return problem_at(opening, "The brackets of this pattern are nested too deep.");
  ++position_;
  const bool negated = take(U'^');
  CharacterSet characters;
  std::string several;
  std::string less;
  for (bool empty = true; peek() != U']'; empty = false) {
    if (peek() == kEnd) return problem_at(opening, "This [ has no ].", "Write \\[ where a [ is meant.");
    if (peek() == U'[') return problem_at(position_, "There is a [ inside [].", "Write \\[ where a [ is meant.");
    if (peek() == U'-' && peek(1) == U'[' && !empty) {
      ++position_;
      less = TRY(character_class(depth + 1));
      if (peek() == U']') break;
      return problem_at(position_, "After what is taken away from a class, the class ends.", "Write ] here.");
    }
    const bool last = peek(1) == U']' || (peek(1) == U'-' && peek(2) == U'[');
    if (peek() == U'-' && !empty && !last) {
      return problem_at(position_, "A - inside [] stands between two characters, or first, or last.",
                        "Write \\- where a - is meant.");
    }
    const std::string escaped = TRY(multiple_characters());
    several += escaped;
    if (escaped.empty()) TRY(one_or_range(characters));
  }
  ++position_;
  std::string set = (negated ? "[^" : "[") + characters.ranges() + several + "]";
  if (set == "[]" || set == "[^]") return problem_at(opening, "Nothing is inside this [].");
  return less.empty() ? set : "[" + set + "--" + less + "]";
}

Result<void> Translator::one_or_range(CharacterSet& into) {
  const std::size_t begin = position_;
  const bool hyphen = peek() == U'-';
  const char32_t first = TRY(single_character());
  char32_t last = first;
  const bool before_end = peek(1) == U']' || peek(1) == U'[' || (peek(1) == U'-' && peek(2) == U'[');
  if (!hyphen && peek() == U'-' && peek(1) != kEnd && !before_end) {
    ++position_;
    if (peek() == U'-') return problem_at(position_, "A range can't end with a bare -.", "Write \\- for it.");
    last = TRY(single_character());
    if (last < first) return problem_at(begin, "This range goes backwards.", "Write the smaller character first.");
  }
  into.add(first, last);
  if (flags_.ignore_case) into.add_case_variants(first, last);
  return {};
}

Problem too_much_work() {
  return Problem{"This pattern takes too much work with this text.", "the pattern",
                 "Simplify it: above all repetitions inside repetitions, such as (a*)*."};
}

// What one replacement puts for a match: a text, or what a group holds.
struct ReplacementPiece {
  std::string text;
  std::optional<std::size_t> group;  // XPath's number; 0 is the whole match.
};

// F&O 5.6.4 (fn:replace), err:FORX0004.
Result<std::vector<ReplacementPiece>> parse_replacement(std::string_view text, std::size_t groups) {
  std::vector<ReplacementPiece> pieces;
  std::string plain;
  const auto is_digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      if (at + 1 >= text.size() || (text[at + 1] != '\\' && text[at + 1] != '$')) {
        return Problem{"In a replacement, a \\ stands before another \\ or before a $.", "the replacement",
                       "Write \\\\ where a \\ is meant."};
      }
      plain += text[at + 1];
      at += 2;
    } else if (text[at] == '$') {
      if (!is_digit(++at)) {
        return Problem{"In a replacement, a digit follows each $.", "the replacement", "Write \\$ where a $ is meant."};
      }
      // All the digits, less those at the end that make the number larger than there are groups; one always counts.
      std::size_t number = 0;
      for (; is_digit(at); ++at) {
        const std::size_t longer = number * 10 + static_cast<std::size_t>(text[at] - '0');
        if (longer > groups && longer > 9) break;
        number = longer;
      }
      pieces.push_back({std::move(plain), std::nullopt});
      plain.clear();
      if (number <= groups) pieces.push_back({"", number});
    } else {
      plain += text[at++];
    }
  }
  pieces.push_back({std::move(plain), std::nullopt});
  return pieces;
}

struct Machine {
  icu::LocalURegularExpressionPointer regex;  // Only to be cloned: ICU keeps the state of a search in it.
  Translated pattern;
};

// One walk through one text.
class Search {
 public:
  Search(const Machine& machine, std::u16string text) : text_(std::move(text)) {
    const Translated& pattern = machine.pattern;
    // What follows on a saved place: all groups are copied, and a path is compared until it fails. In steps of some
    // 12 ns, measured.
    const std::size_t step = 1 + pattern.groups.size() / 4 + pattern.longest_path / 16;
    // A back-reference compares with up to the whole text, and much slower where case is ignored.
    const std::size_t comparing = !pattern.refers_back ? 0 : text_.size() / (pattern.ignores_case ? 16 : 256);
    steps_per_start_ = static_cast<std::int64_t>(step);
    steps_per_tick_ = kStepsPerTick * static_cast<std::int64_t>(step + comparing);
    regex_.adoptInstead(uregex_clone(machine.regex.getAlias(), &status_));
    uregex_setStackLimit(regex_.getAlias(), kMostStackBytes, &status_);
    uregex_setMatchCallback(regex_.getAlias(), &Search::ticked, this, &status_);
    uregex_setFindProgressCallback(regex_.getAlias(), &Search::started, this, &status_);
    uregex_setText(regex_.getAlias(), text_.data(), static_cast<std::int32_t>(text_.size()), &status_);
  }
  Search(const Search&) = delete;  // ICU holds its address.
  Search& operator=(const Search&) = delete;

  Result<bool> next() {
    const bool found = uregex_findNext(regex_.getAlias(), &status_) != 0;
    // ICU reports "not found" without an error where `started` stops it.
    if (U_FAILURE(status_) || steps_left_ < 0) return too_much_work();
    return found;
  }

  // Of the last match; group 0 is all of it, and one that didn't take part is empty.
  std::u16string_view group(int number) {
    const std::int32_t from = uregex_start(regex_.getAlias(), number, &status_);
    const std::int32_t to = uregex_end(regex_.getAlias(), number, &status_);
    return from < 0 ? std::u16string_view() : slice(static_cast<std::size_t>(from), static_cast<std::size_t>(to));
  }
  std::u16string_view slice(std::size_t from, std::size_t to = std::u16string_view::npos) const {
    return std::u16string_view(text_).substr(from, to - from);
  }
  std::size_t start() { return static_cast<std::size_t>(uregex_start(regex_.getAlias(), 0, &status_)); }
  std::size_t end() { return static_cast<std::size_t>(uregex_end(regex_.getAlias(), 0, &status_)); }

 private:
  bool spend(std::int64_t steps) {
    steps_left_ -= steps;
    return steps_left_ >= 0;
  }
  static UBool U_CALLCONV ticked(const void* search, std::int32_t) {
    auto* const self = static_cast<Search*>(const_cast<void*>(search));
    return self->spend(self->steps_per_tick_);
  }
  static UBool U_CALLCONV started(const void* search, std::int64_t) {
    auto* const self = static_cast<Search*>(const_cast<void*>(search));
    return self->spend(self->steps_per_start_);
  }

  std::u16string text_;
  std::int64_t steps_left_ = kMostSteps;
  std::int64_t steps_per_tick_ = 0;
  std::int64_t steps_per_start_ = 0;
  UErrorCode status_ = U_ZERO_ERROR;
  icu::LocalURegularExpressionPointer regex_;
};

}  // namespace

struct Pattern::Compiled : Machine {
  bool quoted = false;
  bool matches_empty = false;
};

Result<Pattern> Pattern::compile(std::string_view pattern, std::string_view flags) {
  const Flags parsed = TRY(parse_flags(flags));
  if (pattern.size() > kMostPatternBytes) {
    return Problem{"This pattern is longer than " + std::to_string(kMostPatternBytes) + " bytes.", "the pattern",
                   "Make several shorter ones of it."};
  }
  if (invalid_utf8_at(pattern)) {
    return Problem{"This pattern is not valid UTF-8.", "the pattern", "Check where it comes from."};
  }
  auto compiled = std::make_shared<Compiled>();
  compiled->quoted = parsed.quoted;
  compiled->pattern = TRY(Translator(pattern, parsed).translate());
  const std::u16string notation(compiled->pattern.notation.begin(), compiled->pattern.notation.end());
  UParseError place{};
  UErrorCode status = U_ZERO_ERROR;
  compiled->regex.adoptInstead(
      uregex_open(notation.data(), static_cast<std::int32_t>(notation.size()), 0, &place, &status));
  if (U_FAILURE(status)) {
    return Problem{std::string("ICU refuses this pattern: ") + u_errorName(status) + ".", "the pattern",
                   "Make several simpler ones of it."};
  }
  compiled->matches_empty = TRY(Search(*compiled, u"").next());
  return Pattern(std::move(compiled));
}

Result<bool> Pattern::matches(std::string_view input) const {
  std::u16string text = TRY(to_utf16(input));
  return Search(*compiled_, std::move(text)).next();
}

Result<std::string> Pattern::replace(std::string_view input, std::string_view replacement,
                                     std::size_t max_bytes) const {
  if (compiled_->matches_empty) {
    return Problem{"This pattern matches the empty text, so that there is no end of places to replace.", "the pattern",
                   "Write + instead of *, for example."};
  }
  if (invalid_utf8_at(replacement)) {
    return Problem{"This text is not valid UTF-8.", "the replacement", "Check where it comes from."};
  }
  std::vector<ReplacementPiece> pieces{{std::string(replacement), std::nullopt}};
  const std::vector<int>& groups = compiled_->pattern.groups;
  if (!compiled_->quoted) pieces = TRY(parse_replacement(replacement, groups.size()));

  const Problem too_long{"The replaced text would be longer than " + std::to_string(max_bytes) + " bytes.", "", ""};
  std::u16string text = TRY(to_utf16(input));
  Search search(*compiled_, std::move(text));
  std::string result;
  std::size_t done = 0;
  while (TRY(search.next())) {
    append_utf8(search.slice(done, search.start()), result);
    done = search.end();
    for (const ReplacementPiece& piece : pieces) {
      result += piece.text;
      if (piece.group) append_utf8(search.group(*piece.group == 0 ? 0 : groups[*piece.group - 1]), result);
      if (result.size() > max_bytes) return too_long;
    }
  }
  append_utf8(search.slice(done), result);
  if (result.size() > max_bytes) return too_long;
  return result;
}

// As fn:tokenize (F&O 5.6.5), except that the empty text has one empty piece.
Result<std::vector<std::string>> Pattern::split(std::string_view input, std::size_t max_pieces) const {
  if (compiled_->matches_empty) {
    return Problem{"This delimiter matches the empty text, so that there is no end of places to split.", "the pattern",
                   "Write + instead of *, for example."};
  }
  std::u16string text = TRY(to_utf16(input));
  Search search(*compiled_, std::move(text));
  std::vector<std::string> pieces;
  std::size_t done = 0;
  for (bool found = true; found;) {
    if (pieces.size() == max_pieces) {
      return Problem{"The text would be split into more than " + std::to_string(max_pieces) + " pieces.", "", ""};
    }
    found = TRY(search.next());
    append_utf8(found ? search.slice(done, search.start()) : search.slice(done), pieces.emplace_back());
    if (found) done = search.end();
  }
  return pieces;
}

namespace {

using MapCase = std::int32_t (*)(const UCaseMap*, char*, std::int32_t, const char*, std::int32_t, UErrorCode*);

const UCaseMap* root_case_map() {
  static const icu::LocalUCaseMapPointer map = [] {
    UErrorCode status = U_ZERO_ERROR;
    icu::LocalUCaseMapPointer opened(ucasemap_open("", 0, &status));
    check(U_SUCCESS(status), "Unicode's case mappings are missing");
    return opened;
  }();
  return map.getAlias();
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
}

std::string mapped(std::string_view text, MapCase map) {
  check(text.size() <= kMostInputBytes, "text too long for ICU");
  std::string result(text.size() + text.size() / 2 + 16, '\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = map(root_case_map(), result.data(), static_cast<std::int32_t>(result.size()),
                                    text.data(), static_cast<std::int32_t>(text.size()), &status);
    result.resize(static_cast<std::size_t>(length));
    if (U_SUCCESS(status)) return result;
    check(status == U_BUFFER_OVERFLOW_ERROR, "ICU can't change the case of this text");
  }
}

}  // namespace

std::string upper_case(std::string_view text) {
  return is_ascii(text) ? upper_ascii(text) : mapped(text, &ucasemap_utf8ToUpper);
}

std::string lower_case(std::string_view text) {
  return is_ascii(text) ? lower_ascii(text) : mapped(text, &ucasemap_utf8ToLower);
}

}  // namespace guildhall::feel
