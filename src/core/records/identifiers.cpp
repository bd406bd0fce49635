#include "records/identifiers.h"

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace guildhall::records {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

// In upper case, without spaces, no-break spaces, and the hyphens and dashes that word processors make of
// "-".
std::string compact(std::string_view text) {
  constexpr std::string_view kDropped[] = {"\xC2\xA0", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x93"};
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == ' ' || letter == '-' || letter == '\t') continue;
    if (static_cast<unsigned char>(letter) >= 0x80) {
      const auto dropped = std::find_if(std::begin(kDropped), std::end(kDropped),
                                        [&](std::string_view mark) { return text.substr(i).starts_with(mark); });
      if (dropped != std::end(kDropped)) {
        i += dropped->size() - 1;
        continue;
      }
    }
    result += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
  }
  return result;
}

int value_of(char digit) {
  return digit - '0';
}

// The sum of the first nine digits times 10, 9, … 2.
int weighted_sum(std::string_view digits) {
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += value_of(digits[static_cast<std::size_t>(i)]) * (10 - i);
  return sum;
}

// NHS Data Dictionary, "NHS NUMBER", steps 1 to 4; 10 means that there is no such number.
int nhs_check_digit(std::string_view nine) {
  const int check = 11 - weighted_sum(nine) % 11;
  return check == 11 ? 0 : check;
}

constexpr std::string_view kUpnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ";  // 0 to 22: no I, O, S.
static_assert(kUpnLetters.size() == 23);

bool is_upn_body(std::string_view twelve) {
  return twelve.size() == 12 && all_digits(twelve.substr(0, 11)) &&
         (is_digit(twelve.back()) || kUpnLetters.find(twelve.back()) != std::string_view::npos);
}

// CIN census rule 1510: characters 2 to 13 times 2 to 13, modulus 23; a letter counts by its place in the
// table.
char upn_check_letter(std::string_view twelve) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const char letter = twelve[i];
    const std::size_t value = is_digit(letter) ? static_cast<std::size_t>(value_of(letter)) : kUpnLetters.find(letter);
    sum += value * (i + 2);
  }
  return kUpnLetters[sum % 23];
}

// What each position of an outward code may hold: 'a' to 'd' are letters of the first to the fourth position,
// 'n' a digit. Royal Mail, "PAF Programmers' Guide", "Postcode format".
constexpr std::string_view kOutwardShapes[] = {"an", "ann", "abn", "abnn", "anc", "abnd"};

bool fits(char letter, char kind) {
  if (kind == 'n') return is_digit(letter);
  if (!is_upper(letter)) return false;
  switch (kind) {
    case 'a':
      return std::string_view("QVX").find(letter) == std::string_view::npos;
    case 'b':
      return std::string_view("IJZ").find(letter) == std::string_view::npos;
    case 'c':
      return std::string_view("ABCDEFGHJKPSTUW").find(letter) != std::string_view::npos;
    case 'd':
      return std::string_view("ABEHMNPRVWXY").find(letter) != std::string_view::npos;
    default:
      return std::string_view("CIKMOV").find(letter) == std::string_view::npos;  // inward
  }
}

bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), fits);
}

bool is_postcode(std::string_view letters) {
  if (letters.size() < 5 || letters.size() > 7) return false;
  if (letters == "GIR0AA") return true;  // Girobank's own.
  if (!has_shape(letters.substr(letters.size() - 3), "nii")) return false;
  const std::string_view outward = letters.substr(0, letters.size() - 3);
  return std::any_of(std::begin(kOutwardShapes), std::end(kOutwardShapes),
                     [&](std::string_view shape) { return has_shape(outward, shape); });
}

std::string spaced(std::string letters) {
  return letters.insert(letters.size() - 3, 1, ' ');
}

char exchanged(char letter) {
  switch (letter) {
    case 'O':
      return '0';
    case '0':
      return 'O';
    case 'I':
      return '1';
    case '1':
      return 'I';
    default:
      return '\0';
  }
}

constexpr std::string_view kNhsRemedy = "Check the number against a letter from the NHS, or the NHS App.";

}  // namespace

bool is_placeholder_number(std::string_view text) {
  const std::string digits = compact(text);
  if (digits.size() != 10 || !all_digits(digits)) return false;
  const auto steps_by = [&](int step) {
    for (std::size_t i = 1; i < digits.size(); ++i) {
      if ((value_of(digits[i - 1]) + step + 10) % 10 != value_of(digits[i])) return false;
    }
    return true;
  };
  return steps_by(0) || steps_by(1) || steps_by(-1);
}

Result<NhsNumber> NhsNumber::parse(std::string_view text, TestNumbers tests) {
  const std::string digits = compact(text);
  if (digits.empty()) return Problem{"There is no NHS number here.", "", ""};
  if (!all_digits(digits)) {
    return Problem{"An NHS number has only digits.", "", std::string(kNhsRemedy)};
  }
  if (digits.size() != 10) {
    return Problem{"An NHS number has 10 digits; this has " + std::to_string(digits.size()) + ".", "",
                   std::string(kNhsRemedy)};
  }
  // Before the check digit: all ten repeated-digit numbers pass Modulus 11.
  if (is_placeholder_number(digits)) {
    return Problem{"This is a placeholder, not an NHS number.", "", "Leave the NHS number empty, or trace it."};
  }
  const int wanted = nhs_check_digit(digits);
  if (wanted == 10) {
    return Problem{"No NHS number begins with these nine digits.", "", std::string(kNhsRemedy)};
  }
  if (wanted != value_of(digits.back())) {
    return Problem{
        "The last digit of this NHS number should be " + std::to_string(wanted) + ", not " + digits.substr(9) + ".", "",
        "Any one of the digits may be wrong. " + std::string(kNhsRemedy)};
  }
  NhsNumber number;
  std::copy(digits.begin(), digits.end(), number.digits_.begin());
  if (number.is_test_range() && tests == TestNumbers::Refuse) {
    return Problem{"This NHS number is from the range for tests (999), which is never issued.", "",
                   std::string(kNhsRemedy)};
  }
  return number;
}

std::optional<NhsNumber> NhsNumber::with_check_digit(std::string_view nine_digits) {
  if (nine_digits.size() != 9 || !all_digits(nine_digits)) return std::nullopt;
  const int check = nhs_check_digit(nine_digits);
  if (check == 10) return std::nullopt;
  auto number = parse(std::string(nine_digits) + std::to_string(check), TestNumbers::Accept);
  if (!number.ok()) return std::nullopt;
  return *number;
}

std::string NhsNumber::spoken() const {
  return std::string(digits().substr(0, 3)) + " " + std::string(digits().substr(3, 3)) + " " +
         std::string(digits().substr(6));
}

NhsNumberRange NhsNumber::range() const {
  const std::string_view nine = digits().substr(0, 9);
  if (nine >= "999000000") return NhsNumberRange::Test;
  if (nine >= "010101000" && nine <= "311299999") return NhsNumberRange::Scotland;
  if (nine >= "320000001" && nine <= "399999999") return NhsNumberRange::NorthernIreland;
  if ((nine >= "311300000" && nine <= "320000000") || nine.front() == '4' || nine.front() == '6' ||
      nine.front() == '7') {
    return NhsNumberRange::EnglandWalesIsleOfMan;
  }
  return NhsNumberRange::Unallocated;
}

Result<Upn> Upn::parse(std::string_view text) {
  const std::string letters = compact(text);
  constexpr std::string_view kRemedy = "Check it in the school's system or in Get Information About Pupils.";
  if (letters.size() != 13) {
    return Problem{"A UPN has 13 characters; this has " + std::to_string(letters.size()) + ".", "",
                   std::string(kRemedy)};
  }
  const std::string_view body = std::string_view(letters).substr(1);
  if (!is_upn_body(body)) {
    return Problem{"A UPN is a letter and 12 digits, the last of which may be a letter (not I, O or S).", "",
                   std::string(kRemedy)};
  }
  const char wanted = upn_check_letter(body);
  if (wanted != letters.front()) {
    return Problem{std::string("The first letter of this UPN should be ") + wanted + ", not " + letters.front() + ".",
                   "", "Any one of the characters may be wrong. " + std::string(kRemedy)};
  }
  Upn upn;
  std::copy(letters.begin(), letters.end(), upn.text_.begin());
  return upn;
}

std::optional<Upn> Upn::with_check_letter(std::string_view twelve) {
  if (!is_upn_body(twelve)) return std::nullopt;
  Upn upn;
  upn.text_.front() = upn_check_letter(twelve);
  std::copy(twelve.begin(), twelve.end(), upn.text_.begin() + 1);
  return upn;
}

Result<UniqueLearnerNumber> UniqueLearnerNumber::parse(std::string_view text) {
  const std::string digits = compact(text);
  const std::string remedy = "Check it with the Learning Records Service.";
  if (digits.size() != 10 || !all_digits(digits) || digits.front() == '0') {
    return Problem{"A Unique Learner Number has 10 digits, the first of them not 0.", "", remedy};
  }
  if (digits == "9999999999") {  // What the Individualised Learner Record says for "not yet known".
    return Problem{"This is a placeholder, not a Unique Learner Number.", "", "Leave it empty."};
  }
  if ((weighted_sum(digits) + value_of(digits.back())) % 11 != 10) {
    return Problem{"The check digit of this Unique Learner Number is wrong.", "", remedy};
  }
  UniqueLearnerNumber number;
  std::copy(digits.begin(), digits.end(), number.digits_.begin());
  return number;
}

std::optional<UniqueLearnerNumber> UniqueLearnerNumber::with_check_digit(std::string_view nine_digits) {
  if (nine_digits.size() != 9 || !all_digits(nine_digits)) return std::nullopt;
  const int check = 10 - weighted_sum(nine_digits) % 11;
  auto number = parse(std::string(nine_digits) + std::to_string(check));
  if (!number.ok()) return std::nullopt;
  return *number;
}

Result<Postcode> Postcode::parse(std::string_view text) {
  std::string letters = compact(text);
  if (!is_postcode(letters)) {
    return Problem{"This is not a full UK postcode.", "", "Write it like WR5 3DE."};
  }
  Postcode postcode;
  postcode.text_ = spaced(std::move(letters));
  return postcode;
}

std::optional<Postcode> Postcode::repaired(std::string_view text) {
  const std::string letters = compact(text);
  if (letters.size() < 5 || letters.size() > 7) return std::nullopt;
  std::string best;
  int best_changes = 8;
  bool unique = true;
  for (unsigned choice = 0; choice < 1u << letters.size(); ++choice) {
    std::string candidate = letters;
    bool possible = true;
    for (std::size_t i = 0; i < letters.size() && possible; ++i) {
      if ((choice >> i & 1) == 0) continue;
      candidate[i] = exchanged(letters[i]);
      possible = candidate[i] != '\0';
    }
    const int changes = std::popcount(choice);
    if (!possible || changes > best_changes || !is_postcode(candidate)) continue;
    unique = changes < best_changes;
    best_changes = changes;
    best = std::move(candidate);
  }
  if (best.empty() || !unique) return std::nullopt;
  Postcode postcode;
  postcode.text_ = spaced(std::move(best));
  return postcode;
}

std::string_view Postcode::area() const {
  return std::string_view(text_).substr(0, text_.size() > 1 && is_upper(text_[1]) ? 2 : 1);
}

Result<Uprn> Uprn::parse(std::string_view text) {
  const std::string digits = compact(text);
  const auto number = all_digits(digits) && digits.size() <= 12 ? parse_integer(digits) : std::nullopt;
  if (!number || *number == 0) {
    return Problem{"A UPRN is a number of up to 12 digits.", "", "Look it up on findmyaddress.co.uk."};
  }
  Uprn uprn;
  uprn.number_ = static_cast<std::uint64_t>(*number);
  return uprn;
}

}  // namespace guildhall::records
