#include "records/cleanse.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/date_text.h"
#include "records/identifiers.h"
#include "records/name.h"

namespace guildhall::records {
namespace {

// The sources that several rules share.
constexpr std::string_view kNhsNumber = "NHS Data Dictionary, NHS NUMBER";
constexpr std::string_view kNameHabit = "Guildhall: how systems are seen to store names";
constexpr std::string_view kCalendar = "ISO 8601; HL7 FHIR R4, date";
constexpr std::string_view kPafGuide = "Royal Mail, PAF Programmers' Guide, Postcode format";
constexpr std::string_view kPseudoPostcodes =
    "NHS Data Dictionary, POSTCODE OF USUAL ADDRESS; ONS pseudo country codes";
constexpr std::string_view kUpnGuide = "DfE, Unique pupil numbers (UPNs): a guide for schools and local authorities";

enum RuleIndex : std::size_t {
  kTextNotUtf8,
  kTextInvisible,
  kTextSpace,
  kTextPlaceholder,
  kTextCode,
  kNhsFormat,
  kNhsPlaceholder,
  kNhsWrong,
  kNhsTestRange,
  kNhsOtherNation,
  kNhsUnallocated,
  kNhsStatus,
  kUpnFormat,
  kUpnUnknown,
  kUpnWrong,
  kUpnTemporary,
  kUlnFormat,
  kUlnWrong,
  kUprnFormat,
  kUprnWrong,
  kDecimalTail,
  kPostcodeFormat,
  kPostcodeRepair,
  kPostcodePseudo,
  kPostcodeWrong,
  kNamePunctuation,
  kNameBrackets,
  kNameComma,
  kNameTitle,
  kNameCase,
  kNameNhsNumber,
  kNameDigits,
  kNameSymbols,
  kNamePlaceholder,
  kNameBaby,
  kNameTestRecord,
  kDateFormat,
  kDatePlaceholder,
  kDateOpenEnd,
  kDatePartial,
  kDateWrong,
  kDateFuture,
  kDateExpectedFar,
  kDateAge,
  kDateOlder,
  kSexCode,
  kSexNotKnown,
  kSexUnborn,
  kSexWrong,
  kRestrictedCode,
  kRestrictedDoubt,
  kRuleCount
};

constexpr std::array<Rule, kRuleCount> kRules = {{
    {"text-not-utf8", "A text that is not valid UTF-8 is kept aside.", "RFC 3629"},
    {"text-invisible", "Control and zero-width characters are removed.", "Unicode 15, general categories Cc and Cf"},
    {"text-space", "White space at the ends is removed, and runs of it become one space.", kNameHabit},
    {"text-placeholder", "NULL, N/A, not known and the like mean that there is no value.", kNameHabit},
    {"text-code", "Codes are written in capitals.", "DfE, Common Basic Data Set"},
    {"nhs-format", "Spaces and dashes in an NHS number are removed.", kNhsNumber},
    {"nhs-placeholder",
     "One digit ten times, or ten digits in a row, is a placeholder: checked before Modulus 11, which "
     "0000000000 to 9999999999 all pass.",
     kNhsNumber},
    {"nhs-wrong", "An NHS number has ten digits, the last of which is a Modulus 11 check digit.", kNhsNumber},
    {"nhs-test-range", "Numbers from 999 000 0000 are for tests and never issued.", kNhsNumber},
    {"nhs-other-nation", "A Scottish CHI number or a Health and Care Number of Northern Ireland is not an NHS number.",
     "NHS Data Dictionary, COMMUNITY HEALTH INDEX NUMBER, HEALTH AND CARE NUMBER"},
    {"nhs-unallocated", "The NHS number passes its check, but is of no range known to be issued.", kNhsNumber},
    {"nhs-status", "The NHS number status is written as its two-digit code.",
     "NHS Data Dictionary, NHS NUMBER STATUS INDICATOR CODE; UK Core NHSNumberVerificationStatus"},
    {"upn-format", "A UPN is written in capitals without spaces.", kUpnGuide},
    {"upn-unknown", "UN1 to UN10 say why there is no UPN.", "DfE, Children looked-after by local authorities, UPN"},
    {"upn-wrong", "A UPN has 13 characters, the first of which is a check letter.",
     "DfE, CIN census rules 1510, 1540 and 1550"},
    {"upn-temporary", "The UPN is temporary: weak evidence of who the child is.", kUpnGuide},
    {"uln-format", "Spaces in a Unique Learner Number are removed.", "Learning Records Service"},
    {"uln-wrong", "A Unique Learner Number has ten digits with a check digit.", "School census rule 1575"},
    {"uprn-format", "A UPRN is written without spaces and leading zeros.", "GeoPlace, Data Entry Conventions"},
    {"uprn-wrong", "A UPRN is a number of up to 12 digits.", "GeoPlace, Data Entry Conventions"},
    {"number-decimal-tail", "The .0 that a spreadsheet adds to a number is removed.", kNameHabit},
    {"postcode-format", "A postcode is written in capitals with one space.", kPafGuide},
    {"postcode-repair", "O and 0, I and 1 are exchanged where only that makes a postcode, in one way.", kPafGuide},
    {"postcode-pseudo", "A postcode that begins with ZZ99 says that there is no UK home address.", kPseudoPostcodes},
    {"postcode-wrong", "A postcode has one of the six shapes that Royal Mail uses.", kPafGuide},
    {"name-punctuation", "Apostrophes and hyphens are written as ' and -, full stops are removed.", kNameHabit},
    {"name-brackets", "What stands in brackets after a name is left out.", kNameHabit},
    {"name-comma", "Of \"Smith, John\" in one field, the part that belongs there is kept.", kNameHabit},
    {"name-title", "A title before the name (Miss, Dr) is removed.", kNameHabit},
    {"name-case", "A name all in capitals, or all small, is written as people write names.", kNameHabit},
    {"name-nhs-number", "An NHS number stands in the field of a name.", kNhsNumber},
    {"name-digits", "A name has no digits.", kNameHabit},
    {"name-symbols", "A name has no symbols such as ? or @: a letter was lost, or it is no name.", kNameHabit},
    {"name-placeholder", "UNKNOWN, XX, ? and the like mean that the name is not known.", kNameHabit},
    {"name-baby", "BABY OF, UNBORN, TWIN 1 and the like mean that the child has no forename yet.", kNameHabit},
    {"name-test-record", "DO NOT USE, DUMMY, ZZZ and the like mark a row that is about nobody.", kNameHabit},
    {"date-format", "Dates are written year-month-day; where both are digits, the day comes before the month.",
     kCalendar},
    {"date-placeholder", "1 January 1900, 1 January 1970 and the like are what systems store for no date.", kNameHabit},
    {"date-open-end", "31 December 9999 means no end.", kNameHabit},
    {"date-partial", "A year, or a year and month, is not enough to match people.", "HL7 FHIR R4, date"},
    {"date-wrong", "The text is not a date that exists, or can be read in more than one way.", kCalendar},
    {"date-future", "A birth or a death is not in the future.", "DfE, CIN census rule 8520"},
    {"date-expected-far", "An expected birth is at most 10 months ahead.", "DfE, CIN census rule 8530Q"},
    {"date-age", "Nobody is older than 120.", kNameHabit},
    {"date-older", "A person over 25 is older than those whom children's services support.",
     "DfE, CIN census rule 8775Q; Children and Families Act 2014, section 83"},
    {"sex-code", "Sex is written as a word; the codes of all formats are understood.",
     "NHS Data Dictionary, PERSON STATED GENDER CODE; DfE, Common Basic Data Set; HL7 FHIR R4, "
     "AdministrativeGender"},
    {"sex-not-known", "0, U, X and unknown mean that the sex is not recorded.",
     "NHS Data Dictionary, PERSON STATED GENDER CODE"},
    {"sex-unborn", "The child is not yet born.", "Standard Safeguarding Dataset, pers_gender"},
    {"sex-wrong", "The text is no code for a sex in any known format.",
     "NHS Data Dictionary, PERSON STATED GENDER CODE"},
    {"restricted-code", "Restricted is yes or no; the confidentiality codes R, V and S mean yes.",
     "HL7 v3 Confidentiality; NHS Personal Demographics Service, meta.security"},
    {"restricted-doubt", "A record whose restriction can't be read is treated as restricted.",
     "Guildhall: fail closed"},
}};
static_assert(kRules.back().id == "restricted-doubt");

// The cell as it goes through the rules. Once a finding makes it missing, no rule changes it any more.
class Cell {
 public:
  explicit Cell(std::string_view raw) : value_(raw) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  void become(std::string value, RuleIndex rule) {
    if (value == value_) return;
    value_ = std::move(value);
    rules_.push_back(kRules[rule].id);
  }
  void note(RuleIndex rule, std::string reason) {
    finding_ = Finding{Severity::Note, kRules[rule].id, std::move(reason), ""};
  }
  // The value becomes missing, and that is right: nobody has to mend it.
  void missing(RuleIndex rule, std::string reason) {
    become("", rule);
    note(rule, std::move(reason));
  }
  void quarantine(RuleIndex rule, std::string reason, std::string remedy) {
    become("", rule);
    finding_ = Finding{Severity::Quarantine, kRules[rule].id, std::move(reason), std::move(remedy)};
  }
  void quarantine(RuleIndex rule, const Problem& problem) { quarantine(rule, problem.what, problem.remedy); }
  void reject(RuleIndex rule, std::string reason, std::string remedy) {
    become("", rule);
    finding_ = Finding{Severity::Reject, kRules[rule].id, std::move(reason), std::move(remedy)};
  }
  Cleansed done() && { return {std::move(value_), std::move(rules_), std::move(finding_)}; }

 private:
  std::string value_;
  std::vector<std::string_view> rules_;
  std::optional<Finding> finding_;
};

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Printable ASCII without needless spaces: most cells, which the rules about text leave alone.
bool is_plain(std::string_view text) {
  bool after_space = true;
  for (const char letter : text) {
    if (letter < ' ' || letter > '~' || (letter == ' ' && after_space)) return false;
    after_space = letter == ' ';
  }
  return text.empty() || !after_space;
}

// Without C0 and C1 controls (but tabs and line ends become spaces), soft hyphens, zero-width characters and
// byte order marks; with plain spaces for the spaces of typography.
std::string visible(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(i);
    if (first < 0x80) {
      if (first >= ' ' && first != 0x7F) {
        result += text[i];
      } else if (first >= '\t' && first <= '\r') {
        result += ' ';
      }
      i += 1;
    } else if (first == 0xC2 && (byte(i + 1) < 0xA0 || byte(i + 1) == 0xAD)) {
      i += 2;
    } else if (first == 0xE2 && byte(i + 1) == 0x80 && byte(i + 2) <= 0x8A) {
      result += ' ';  // U+2000 to U+200A
      i += 3;
    } else if (first == 0xE2 && byte(i + 1) == 0x80 &&
               (byte(i + 2) <= 0x8F || (byte(i + 2) >= 0xA8 && byte(i + 2) <= 0xAE))) {
      i += 3;  // U+200B to U+200F, and line separators and directions U+2028 to U+202E
    } else if ((first == 0xE2 && byte(i + 1) == 0x80 && byte(i + 2) == 0xAF) ||
               (first == 0xE3 && byte(i + 1) == 0x80 && byte(i + 2) == 0x80)) {
      result += ' ';  // U+202F, U+3000
      i += 3;
    } else if (first == 0xEF && byte(i + 1) == 0xBB && byte(i + 2) == 0xBF) {
      i += 3;
    } else {
      const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      result += text.substr(i, length);
      i += length;
    }
  }
  return result;
}

void cleanse_text(Cell& cell) {
  if (is_plain(cell.value())) return;
  if (invalid_utf8_at(cell.value())) {
    cell.quarantine(kTextNotUtf8, "This text is not in UTF-8.", "Export the extract again, choosing UTF-8.");
    return;
  }
  std::string seen = visible(cell.value());
  const std::string spaces_only = squeezed(seen);
  if (squeezed(cell.value()) != spaces_only) {
    cell.become(spaces_only, kTextInvisible);
  } else {
    cell.become(spaces_only, kTextSpace);
  }
}

void cleanse_placeholder(Cell& cell) {
  constexpr std::array<std::string_view, 12> kNothing = {"NULL",      "NONE",    "N/A", "NA", "N/K", "NK",
                                                         "NOT KNOWN", "UNKNOWN", "-",   "?",  ".",   "NAN"};
  if (!is_one_of(upper_ascii(cell.value()), kNothing)) return;
  cell.missing(kTextPlaceholder, "The source says that this is not known.");
}

void cleanse_decimal_tail(Cell& cell) {
  const std::string& value = cell.value();
  if (value.size() > 2 && value.ends_with(".0") && std::all_of(value.begin(), value.end() - 2, is_digit)) {
    cell.become(value.substr(0, value.size() - 2), kDecimalTail);
  }
}

void cleanse_nhs_number(Cell& cell, const CleansingContext& context) {
  cleanse_decimal_tail(cell);
  if (is_placeholder_number(cell.value())) {
    cell.missing(kNhsPlaceholder, "This is a placeholder, not an NHS number.");
    return;
  }
  const auto number = NhsNumber::parse(cell.value(), TestNumbers::Accept);
  if (!number.ok()) {
    cell.quarantine(kNhsWrong, number.problems().front());
    return;
  }
  switch (number->range()) {
    case NhsNumberRange::Test:
      if (!context.allow_test_numbers) {
        const auto refused = NhsNumber::parse(cell.value(), TestNumbers::Refuse);
        cell.quarantine(kNhsTestRange, refused.problems().front());
        return;
      }
      break;
    case NhsNumberRange::Scotland:
    case NhsNumberRange::NorthernIreland:
      cell.quarantine(kNhsOtherNation, "This number was issued in Scotland or Northern Ireland.",
                      "Trace the child's NHS number for England and Wales.");
      return;
    case NhsNumberRange::Unallocated:
      cell.note(kNhsUnallocated, "This NHS number is of no range known to be issued.");
      break;
    case NhsNumberRange::EnglandWalesIsleOfMan:
      break;
  }
  cell.become(std::string(number->digits()), kNhsFormat);
}

void cleanse_upn(Cell& cell) {
  const std::string capitals = upper_ascii(cell.value());
  if (capitals.size() >= 3 && capitals.size() <= 4 && capitals.starts_with("UN") && is_digit(capitals[2])) {
    cell.missing(kUpnUnknown, "The source says why there is no UPN (" + std::string(capitals.substr(0, 2)) + " code).");
    return;
  }
  const auto upn = Upn::parse(cell.value());
  if (!upn.ok()) {
    cell.quarantine(kUpnWrong, upn.problems().front());
    return;
  }
  cell.become(std::string(upn->text()), kUpnFormat);
  if (upn->is_temporary()) cell.note(kUpnTemporary, "This UPN is temporary.");
}

void cleanse_uln(Cell& cell) {
  cleanse_decimal_tail(cell);
  const auto number = UniqueLearnerNumber::parse(cell.value());
  if (!number.ok()) {
    cell.quarantine(kUlnWrong, number.problems().front());
    return;
  }
  cell.become(std::string(number->digits()), kUlnFormat);
}

void cleanse_uprn(Cell& cell) {
  cleanse_decimal_tail(cell);
  const auto uprn = Uprn::parse(cell.value());
  if (!uprn.ok()) {
    cell.quarantine(kUprnWrong, uprn.problems().front());
    return;
  }
  cell.become(uprn->text(), kUprnFormat);
}

void cleanse_postcode(Cell& cell) {
  if (upper_ascii(cell.value()).starts_with("ZZ99")) {
    cell.missing(kPostcodePseudo, "This stands for no fixed abode, an address abroad, or one that is not known.");
    return;
  }
  const auto postcode = Postcode::parse(cell.value());
  if (postcode.ok()) {
    cell.become(postcode->text(), kPostcodeFormat);
    return;
  }
  if (const auto repaired = Postcode::repaired(cell.value())) {
    cell.become(repaired->text(), kPostcodeRepair);
    return;
  }
  cell.quarantine(kPostcodeWrong, postcode.problems().front());
}

// ---- names ----

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

bool has_non_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
}

bool is_all(std::string_view text, char letter) {
  return text.size() >= 2 && text.find_first_not_of(letter) == std::string_view::npos;
}

// Whether the name is really a remark, by its capitals. Sets the cell to missing where it is.
void cleanse_remark(Cell& cell) {
  constexpr std::array<std::string_view, 10> kTestRecords = {
      "DO NOT USE",  "DONOTUSE",   "DUMMY",   "TEST PATIENT", "TEST CHILD",
      "TEST RECORD", "TEST PUPIL", "DELETED", "DUPLICATE",    "DUPLICATE RECORD"};
  constexpr std::array<std::string_view, 19> kNotKnown = {
      "UNKNOWN", "UNKNWN",      "NOT KNOWN",  "NOT KNOWN YET",  "NK",  "N/K", "N/A",  "NA",     "NULL", "NONE", "NIL",
      "NO NAME", "NO FORENAME", "NO SURNAME", "NAME NOT KNOWN", "TBC", "TBA", "TEST", "TESTING"};
  constexpr std::array<std::string_view, 8> kHeads = {"BABY",     "UNBORN",  "NEWBORN", "INFANT",
                                                      "BABYGIRL", "BABYBOY", "TWIN",    "TRIPLET"};
  constexpr std::array<std::string_view, 13> kTails = {"BOY", "GIRL", "MALE", "FEMALE", "CHILD", "BABY", "TWIN",
                                                       "ONE", "TWO",  "1",    "2",      "A",     "B"};
  const std::string capitals = upper_ascii(cell.value());
  if (is_one_of(capitals, kTestRecords) || capitals.find("DO NOT USE") != std::string::npos ||
      capitals.starts_with("ZZZ")) {
    cell.reject(kNameTestRecord, "This row is marked as a test or as not to be used.",
                "If it is about a real child, write the child's name in the source system.");
    return;
  }
  if (is_one_of(capitals, kNotKnown) || is_all(capitals, 'X') || capitals == "ZZ" ||
      capitals.find_first_not_of("?-.'* ") == std::string::npos) {
    cell.missing(kNamePlaceholder, "The source says that this name is not known.");
    return;
  }
  const std::size_t head = std::min(capitals.find(' '), capitals.size());
  if (!is_one_of(std::string_view(capitals).substr(0, head), kHeads)) return;
  const auto words = split(capitals, ' ');
  const bool baby = capitals.starts_with("BABY OF") ||
                    std::all_of(words.begin() + 1, words.end(), [&](auto word) { return is_one_of(word, kTails); });
  if (baby) cell.missing(kNameBaby, "The child had no forename yet when this was written.");
}

// Whether ten digits of the text, spaces and dashes between them allowed, pass as an NHS number.
bool holds_nhs_number(std::string_view text) {
  std::string digits;
  for (const char letter : text) {
    if (is_digit(letter)) {
      digits += letter;
    } else if (letter != ' ' && letter != '-') {
      if (digits.size() == 10) break;
      digits.clear();
    }
  }
  return digits.size() == 10 && NhsNumber::parse(digits, TestNumbers::Accept).ok();
}

void cleanse_digits(Cell& cell) {
  const std::string& value = cell.value();
  if (std::none_of(value.begin(), value.end(), is_digit)) return;
  if (holds_nhs_number(value)) {
    cell.quarantine(kNameNhsNumber, "There is an NHS number in the field of a name.",
                    "Move it to the NHS number, and write the name here.");
  } else {
    cell.quarantine(kNameDigits, "There are digits in this name.", "Write the name without digits.");
  }
}

std::string plain_marks(std::string name) {
  if (!has_non_ascii(name) && name.find_first_of("-'.`") == std::string::npos) return name;
  if (has_non_ascii(name)) {
    for (const std::string_view mark : {"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9B", "\xCA\xBC", "\xC2\xB4"}) {
      replace_all(name, mark, "'");
    }
    for (const std::string_view mark :
         {"\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x92", "\xE2\x80\x93", "\xE2\x80\x94"}) {
      replace_all(name, mark, "-");
    }
  }
  replace_all(name, "`", "'");
  replace_all(name, ".", " ");
  for (std::size_t length = name.size() + 1; length != name.size();) {
    length = name.size();
    for (const auto& [from, to] : {std::pair{"  ", " "}, {" -", "-"}, {"- ", "-"}, {"--", "-"}, {"''", "'"}}) {
      replace_all(name, from, to);
    }
  }
  // "O' Brien"
  for (std::size_t at = name.find("' "); at != std::string::npos; at = name.find("' ", at + 1)) {
    const std::size_t word = name.find_last_of(" -", at) + 1;  // npos + 1 is 0.
    const auto letters =
        std::count_if(name.begin() + static_cast<std::ptrdiff_t>(word), name.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
    if (letters == 1) name.erase(at + 1, 1);
  }
  const std::size_t begin = name.find_first_not_of(" -'");
  if (begin == std::string::npos) return "";
  return name.substr(begin, name.find_last_not_of(" -'") + 1 - begin);
}

std::string without_brackets(const std::string& name) {
  const std::size_t open = name.find_first_of("([");
  if (open == std::string::npos) return name;
  const std::size_t close = name.find_first_of(")]", open);
  const std::string inside = name.substr(open + 1, close == std::string::npos ? close : close - open - 1);
  const std::string around =
      squeezed(name.substr(0, open) + " " + (close == std::string::npos ? "" : name.substr(close + 1)));
  return around.empty() ? std::string(trimmed(inside)) : around;
}

std::string without_title(const std::string& name) {
  constexpr std::array<std::string_view, 12> kTitles = {"MR", "MRS", "MS",  "MISS", "MASTER", "MSTR",
                                                        "DR", "MX",  "REV", "PROF", "SIR",    "MSTER"};
  const std::size_t space = name.find(' ');
  if (space == std::string::npos || !is_one_of(upper_ascii(name.substr(0, space)), kTitles)) return name;
  return name.substr(space + 1);
}

std::string without_comma(const std::string& name, Attribute attribute) {
  const std::size_t comma = name.find(',');
  if (comma == std::string::npos) return name;
  const std::string before(trimmed(std::string_view(name).substr(0, comma)));
  const std::string after(trimmed(std::string_view(name).substr(comma + 1)));
  if (before.empty() || after.empty()) return before + after;
  switch (attribute) {
    case Attribute::Forename:
    case Attribute::PreferredForename:
      return after;
    case Attribute::MiddleNames:
      return before + " " + after;
    default:
      return before;
  }
}

void cleanse_name(Cell& cell, Attribute attribute) {
  const std::string written = cell.value();
  cleanse_remark(cell);
  cleanse_digits(cell);
  // Each step takes characters away and may uncover work for another, so they repeat until nothing changes.
  for (std::string before; !cell.empty() && before != cell.value();) {
    before = cell.value();
    cell.become(without_brackets(cell.value()), kNameBrackets);
    cell.become(without_comma(cell.value(), attribute), kNameComma);
    cell.become(plain_marks(cell.value()), kNamePunctuation);
    cell.become(without_title(cell.value()), kNameTitle);
  }
  if (cell.empty()) return;
  const bool has_symbols = cell.value().find_first_of("!\"#$%&()*+/:;<=>?@[\\]^_{|}~") != std::string::npos ||
                           cell.value().find("\xEF\xBF\xBD") != std::string::npos;  // U+FFFD
  if (has_symbols) {
    cell.quarantine(kNameSymbols, "There is a symbol in this name that names don't have.",
                    "Check the spelling, and how the extract was exported: UTF-8 keeps all letters.");
    return;
  }
  if (cell.value() != written) cleanse_remark(cell);
  const bool family = attribute == Attribute::Surname || attribute == Attribute::PreferredSurname ||
                      attribute == Attribute::FormerSurname;
  cell.become(title_cased(cell.value(), family ? NamePart::Family : NamePart::Given), kNameCase);
}

// ---- dates ----

int age_at(Date born, Date on) {
  const bool before_birthday = std::pair(on.month(), on.day()) < std::pair(born.month(), born.day());
  return on.year() - born.year() - (before_birthday ? 1 : 0);
}

// What systems store for "no date": the zero of spreadsheets (1899-12-30, -31, 1900-01-01), of Unix
// (1970-01-01), of SQL Server's datetime (1753-01-01), of Oracle and .NET (0001-01-01), and 1 January 1800
// and 1901.
bool is_placeholder_date(const std::string& iso) {
  constexpr std::array<std::string_view, 8> kZeros = {"1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",
                                                      "1970-01-01", "1753-01-01", "0001-01-01", "1800-01-01"};
  return is_one_of(iso, kZeros);
}

void judge_birth_date(Cell& cell, Date date, Date today) {
  if (date > today) {
    cell.quarantine(kDateFuture, "This date of birth is in the future.",
                    "For a child not yet born, fill in the expected date of birth.");
  } else if (age_at(date, today) > 120) {
    cell.quarantine(kDateAge, "This date of birth makes the person older than 120.", "Check the year.");
  } else if (age_at(date, today) > 25) {
    cell.note(kDateOlder, "This person is over 25.");
  }
}

void cleanse_date(Cell& cell, Attribute attribute, const CleansingContext& context) {
  const DateReading reading = read_date(cell.value());
  constexpr const char* kRemedy = "Write the date as day/month/year, for example 12/03/2014.";
  switch (reading.kind) {
    case DateReadingKind::Day:
      break;
    case DateReadingKind::Month:
    case DateReadingKind::Year:
      return cell.quarantine(kDatePartial, "This date has no day.", "Find out the whole date.");
    case DateReadingKind::TwoDigitYear:
      return cell.quarantine(kDateWrong, "The year of this date has only two digits.", kRemedy);
    case DateReadingKind::MonthFirst:
      return cell.quarantine(kDateWrong, "This date has the month before the day.",
                             "Others in this file may be read with day and month swapped. Write the day first.");
    case DateReadingKind::DoesNotExist:
      return cell.quarantine(kDateWrong, "This date does not exist.", kRemedy);
    case DateReadingKind::SpreadsheetNumber:
      return cell.quarantine(kDateWrong, "This is a spreadsheet's number for a date.",
                             "Format the column as a date before saving the file.");
    case DateReadingKind::NotADate:
      return cell.quarantine(kDateWrong, "This is not a date.", kRemedy);
  }
  const std::string iso = reading.date.iso();
  if (reading.date.year() == 9999) {
    const bool may_be_open = attribute != Attribute::BirthDate && attribute != Attribute::ExpectedBirthDate;
    return cell.missing(may_be_open ? kDateOpenEnd : kDatePlaceholder,
                        may_be_open ? "There is no end yet." : "This is a placeholder, not a date.");
  }
  if (is_placeholder_date(iso)) return cell.missing(kDatePlaceholder, "This is a placeholder, not a date.");
  cell.become(iso, kDateFormat);
  if (attribute == Attribute::BirthDate) judge_birth_date(cell, reading.date, context.today);
  if (attribute == Attribute::DeathDate && reading.date > context.today) {
    cell.quarantine(kDateFuture, "This date of death is in the future.", "Check the year.");
  }
  if (attribute == Attribute::ExpectedBirthDate &&
      reading.date.days() - context.today.days() > std::chrono::days{310}) {
    cell.quarantine(kDateExpectedFar, "This birth is expected more than 10 months ahead.", "Check the year.");
  }
}

// ---- codes ----

void cleanse_sex(Cell& cell) {
  // NHS PERSON STATED GENDER CODE: 1, 2, 9 and X; PERSON GENDER CODE: 0. DfE: M, F, and U and I where they
  // are allowed.
  constexpr std::array<std::string_view, 6> kFemale = {"FEMALE", "F", "2", "GIRL", "WOMAN", "02"};
  constexpr std::array<std::string_view, 6> kMale = {"MALE", "M", "1", "BOY", "MAN", "01"};
  constexpr std::array<std::string_view, 8> kIndeterminate = {"INDETERMINATE", "I", "9", "OTHER", "O",
                                                              "NOT SPECIFIED", "N", "09"};
  constexpr std::array<std::string_view, 8> kNotKnown = {"0",         "U",        "X",  "UNKNOWN",
                                                         "NOT KNOWN", "NOTKNOWN", "00", "NOT RECORDED"};
  const std::string code = upper_ascii(cell.value());
  if (is_one_of(code, kFemale)) return cell.become("female", kSexCode);
  if (is_one_of(code, kMale)) return cell.become("male", kSexCode);
  if (is_one_of(code, kIndeterminate)) return cell.become("indeterminate", kSexCode);
  if (is_one_of(code, kNotKnown)) return cell.become("", kSexNotKnown);
  if (code == "UNBORN") return cell.missing(kSexUnborn, "The child is not yet born.");
  cell.quarantine(kSexWrong, "This is not a code for a sex.", "Use M, F, I or U.");
}

void cleanse_nhs_status(Cell& cell) {
  // UK Core NHSNumberVerificationStatus beside the two-digit codes of NHS NUMBER STATUS INDICATOR CODE, in
  // its order.
  constexpr std::array<std::string_view, 8> kWords = {"number-present-and-verified",
                                                      "number-present-but-not-traced",
                                                      "trace-required",
                                                      "trace-attempted",
                                                      "trace-needs-to-be-resolved",
                                                      "trace-in-progress",
                                                      "number-not-present-and-trace-not-required",
                                                      "trace-postponed"};
  const std::string word = lower_ascii(cell.value());
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  if (found != kWords.end()) return cell.become("0" + std::to_string(found - kWords.begin() + 1), kNhsStatus);
  if (word.size() == 1 && word[0] >= '1' && word[0] <= '8') return cell.become("0" + word, kNhsStatus);
  if (word.size() == 2 && word[0] == '0' && word[1] >= '1' && word[1] <= '8') return;
  cell.missing(kNhsStatus, "This is not a status of an NHS number; it counts as not verified.");
}

void cleanse_restricted(Cell& cell) {
  constexpr std::array<std::string_view, 11> kYes = {
      "YES", "Y", "TRUE", "1", "R", "V", "S", "RESTRICTED", "VERY RESTRICTED", "SENSITIVE", "REDACTED"};
  constexpr std::array<std::string_view, 8> kNo = {"NO",           "N",      "FALSE",        "0", "U",
                                                   "UNRESTRICTED", "NORMAL", "NOT SENSITIVE"};
  const std::string word = upper_ascii(cell.value());
  if (is_one_of(word, kNo)) return cell.become("no", kRestrictedCode);
  if (is_one_of(word, kYes)) return cell.become("yes", kRestrictedCode);
  cell.become("yes", kRestrictedDoubt);
  cell.note(kRestrictedDoubt, "This restriction can't be read, so the record is treated as restricted.");
}

void cleanse_address(Cell& cell) {
  constexpr std::array<std::string_view, 8> kNoHome = {"NFA", "NO FIXED ABODE",  "UNKNOWN",          "NOT KNOWN", "N/K",
                                                       "NK",  "ADDRESS UNKNOWN", "ADDRESS NOT KNOWN"};
  if (is_one_of(upper_ascii(cell.value()), kNoHome)) {
    cell.missing(kTextPlaceholder, "The source says that there is no address.");
  }
}

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

const Rule* rule_named(std::string_view id) {
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == kRules.end() ? nullptr : &*found;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Quarantine:
      return "quarantine";
    case Severity::Reject:
      return "reject";
  }
  return "";
}

std::optional<Severity> severity_named(std::string_view name) {
  for (const Severity severity : {Severity::Note, Severity::Quarantine, Severity::Reject}) {
    if (name_of(severity) == name) return severity;
  }
  return std::nullopt;
}

Cleansed cleanse(Attribute attribute, std::string_view raw, const CleansingContext& context) {
  Cell cell(raw);
  cleanse_text(cell);
  if (cell.empty()) return std::move(cell).done();
  switch (attribute) {
    case Attribute::Forename:
    case Attribute::MiddleNames:
    case Attribute::Surname:
    case Attribute::PreferredForename:
    case Attribute::PreferredSurname:
    case Attribute::FormerSurname:
      cleanse_name(cell, attribute);
      return std::move(cell).done();
    case Attribute::Sex:
      cleanse_sex(cell);
      return std::move(cell).done();
    case Attribute::Restricted:
      cleanse_restricted(cell);
      return std::move(cell).done();
    case Attribute::AddressLines:
      cleanse_address(cell);
      return std::move(cell).done();
    default:
      break;
  }
  cleanse_placeholder(cell);
  if (cell.empty()) return std::move(cell).done();
  switch (attribute) {
    case Attribute::NhsNumber:
      cleanse_nhs_number(cell, context);
      break;
    case Attribute::Upn:
    case Attribute::FormerUpn:
      cleanse_upn(cell);
      break;
    case Attribute::UniqueLearnerNumber:
      cleanse_uln(cell);
      break;
    case Attribute::Uprn:
      cleanse_uprn(cell);
      break;
    case Attribute::Postcode:
      cleanse_postcode(cell);
      break;
    case Attribute::BirthDate:
    case Attribute::ExpectedBirthDate:
    case Attribute::DeathDate:
    case Attribute::EntryDate:
    case Attribute::LeavingDate:
    case Attribute::StartDate:
    case Attribute::EndDate:
      cleanse_date(cell, attribute, context);
      break;
    case Attribute::NhsVerification:
      cleanse_nhs_status(cell);
      break;
    case Attribute::SchoolNumber:
      cleanse_decimal_tail(cell);
      break;
    case Attribute::YearGroup:
      cleanse_decimal_tail(cell);
      cell.become(upper_ascii(cell.value()), kTextCode);
      break;
    case Attribute::Ethnicity:
      cell.become(upper_ascii(cell.value()), kTextCode);
      break;
    case Attribute::Forename:
    case Attribute::MiddleNames:
    case Attribute::Surname:
    case Attribute::PreferredForename:
    case Attribute::PreferredSurname:
    case Attribute::FormerSurname:
    case Attribute::Sex:
    case Attribute::Restricted:
    case Attribute::AddressLines:
    case Attribute::IdentifierType:
    case Attribute::IdentifierValue:
    case Attribute::WorkerId:
    case Attribute::WorkerRole:
    case Attribute::TeamId:
    case Attribute::PlanKind:
    case Attribute::WorkerName:
    case Attribute::TeamName:
      break;
  }
  return std::move(cell).done();
}

std::optional<Attribute> identifier_attribute(std::string_view type) {
  struct Word {
    std::string_view text;
    Attribute attribute;
  };
  constexpr std::array<Word, 11> kWords = {{
      {"NHS NUMBER", Attribute::NhsNumber},
      {"NHS", Attribute::NhsNumber},
      {"UNIQUE PUPIL NUMBER", Attribute::Upn},
      {"UPN", Attribute::Upn},
      {"FORMER UNIQUE PUPIL NUMBER", Attribute::FormerUpn},
      {"FORMER UPN", Attribute::FormerUpn},
      {"FORMERUPN", Attribute::FormerUpn},
      {"UNIQUE LEARNER NUMBER", Attribute::UniqueLearnerNumber},
      {"ULN", Attribute::UniqueLearnerNumber},
      {"UNIQUE PROPERTY REFERENCE NUMBER", Attribute::Uprn},
      {"UPRN", Attribute::Uprn},
  }};
  const std::string capitals = upper_ascii(squeezed(type));
  for (const Word& word : kWords) {
    if (word.text == capitals) return word.attribute;
  }
  return std::nullopt;
}

}  // namespace guildhall::records
