#include "feel/decimal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cwchar>
#include <limits>

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
extern "C" {
#include <bid_conf.h>
#include <bid_functions.h>
}

namespace guildhall::feel {
namespace {

using Coefficient = unsigned __int128;

// IEEE 754-2008, 3.6: decimal128 has 34 digits and, with its coefficient seen as a whole number, these exponents.
constexpr int kDigits = 34;
constexpr int kMinExponent = -6176;
constexpr int kMaxExponent = 6111;
constexpr int kExponentBias = 6176;

constexpr int kLowDigits = 19;  // As many as fit in 64 bits.
constexpr int kTens = 39;       // 10^38 is the last that fits in 128 bits.

constexpr std::array<Coefficient, kTens> powers_of_ten() {
  std::array<Coefficient, kTens> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

constexpr std::array<Coefficient, kTens> kPowersOfTen = powers_of_ten();

Coefficient ten_to(int power) {
  return kPowersOfTen[static_cast<std::size_t>(power)];
}

int digits_of(Coefficient coefficient) {
  return static_cast<int>(std::upper_bound(kPowersOfTen.begin(), kPowersOfTen.end(), coefficient) -
                          kPowersOfTen.begin());
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

struct Bits {
  static bool sign(const Decimal& number) { return (number.high_ & Decimal::kSign) != 0; }
  static int exponent(const Decimal& number) { return static_cast<int>(number.high_ >> 49 & 0x3fff) - kExponentBias; }
  static Coefficient coefficient(const Decimal& number) {
    return Coefficient{number.high_ & Decimal::kHighCoefficient} << 64 | number.low_;
  }

  // Whether the number is finite and its coefficient fits in 64 bits, so that the quick ways are open to it.
  static bool small(const Decimal& number) {
    return (number.high_ & Decimal::kHighCoefficient) == 0 && number.finite();
  }
  static __int128 signed_low(const Decimal& number) {
    return sign(number) ? -static_cast<__int128>(number.low_) : static_cast<__int128>(number.low_);
  }

  static bool fits(Coefficient coefficient, int exponent) {
    return coefficient < ten_to(kDigits) && exponent >= kMinExponent && exponent <= kMaxExponent;
  }
  static Decimal pack(bool negative, Coefficient coefficient, int exponent) {
    Decimal number;
    number.low_ = static_cast<std::uint64_t>(coefficient);
    number.high_ = (negative ? Decimal::kSign : 0) | static_cast<std::uint64_t>(exponent + kExponentBias) << 49 |
                   static_cast<std::uint64_t>(coefficient >> 64);
    return number;
  }
  static Decimal not_a_number() {
    Decimal number;
    number.high_ = 0x7c00'0000'0000'0000;
    return number;
  }

  static BID_UINT128 raw(const Decimal& number) {
    BID_UINT128 raw{};
    raw.w[0] = number.low_;
    raw.w[1] = number.high_;
    return raw;
  }
  static Decimal from(const BID_UINT128& raw) {
    Decimal number;
    number.low_ = raw.w[0];
    number.high_ = raw.w[1];
    return number;
  }
};

namespace {

template <auto function>
Decimal library(const Decimal& left, const Decimal& right) {
  _IDEC_flags flags = 0;
  return Bits::from(function(Bits::raw(left), Bits::raw(right), BID_ROUNDING_TO_NEAREST, &flags));
}

template <auto function>
Decimal library(const Decimal& number) {
  _IDEC_flags flags = 0;
  return Bits::from(function(Bits::raw(number), BID_ROUNDING_TO_NEAREST, &flags));
}

Decimal quantized(const Decimal& number, int exponent, _IDEC_round mode) {
  _IDEC_flags flags = 0;
  return Bits::from(bid128_quantize(Bits::raw(number), Bits::raw(Bits::pack(false, 1, exponent)), mode, &flags));
}

struct Aligned {
  __int128 left;
  __int128 right;
  int exponent;
};

// Two numbers as whole numbers of one exponent, where that is exact and can be added in 128 bits: 64 bits times 10^18
// stay below 2^124.
std::optional<Aligned> aligned(const Decimal& left, const Decimal& right) {
  const int apart = Bits::exponent(left) - Bits::exponent(right);
  if (apart < -18 || apart > 18 || !Bits::small(left) || !Bits::small(right)) return std::nullopt;
  Aligned both{Bits::signed_low(left), Bits::signed_low(right), std::min(Bits::exponent(left), Bits::exponent(right))};
  if (apart > 0) both.left *= static_cast<__int128>(ten_to(apart));
  if (apart < 0) both.right *= static_cast<__int128>(ten_to(-apart));
  return both;
}

// 2.000 becomes 2; 20 stays as it is.
Decimal without_trailing_zeros(const Decimal& number) {
  if (!number.finite()) return number;
  Coefficient coefficient = Bits::coefficient(number);
  int exponent = Bits::exponent(number);
  for (; exponent < 0 && coefficient % 10 == 0; ++exponent) coefficient /= 10;
  return Bits::pack(Bits::sign(number), coefficient, exponent);
}

// Rounded once.
Decimal multiplied_and_added(const Decimal& left, const Decimal& right, const Decimal& added) {
  _IDEC_flags flags = 0;
  return Bits::from(bid128_fma(Bits::raw(left), Bits::raw(right), Bits::raw(added), BID_ROUNDING_TO_NEAREST, &flags));
}

// A number as a sum of two, with twice the digits, so that the roundings of a long product don't add up.
struct Wide {
  Decimal high;
  Decimal low = 0;
};

Wide operator*(const Wide& left, const Wide& right) {
  const Decimal product = left.high * right.high;
  const int digits = digits_of(Bits::coefficient(left.high)) + digits_of(Bits::coefficient(right.high));
  const bool exact = digits <= kDigits && left.low.zero() && right.low.zero();
  if (exact || !product.finite()) return {product};
  const Decimal lost = multiplied_and_added(left.high, right.high, -product);
  const Decimal rest = lost + left.high * right.low + left.low * right.high;
  if (rest.zero()) return {product};  // Adding it would lengthen 8 to 8.000.
  const Decimal high = product + rest;
  return {high, rest - (high - product)};
}

// By squaring, which is exact as long as 34 digits hold each product.
Wide whole_power(const Decimal& base, std::uint64_t exponent) {
  Wide result{1};
  for (Wide square{base};; square = square * square) {
    if ((exponent & 1) != 0) result = result * square;
    exponent >>= 1;
    if (exponent == 0) return result;
  }
}

Decimal reciprocal(const Wide& number) {
  const Decimal estimate = Decimal(1) / number.high;
  if (number.low.zero() || !number.high.finite() || !estimate.finite()) return estimate;
  // One step of Newton's method takes the lower half into account.
  const Decimal rest = multiplied_and_added(-estimate, number.high, 1) - estimate * number.low;
  return multiplied_and_added(estimate, rest, estimate);
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) ++at;

  // The coefficient takes the first 34 digits that count. `exponent` is that of its last digit.
  Coefficient coefficient = 0;
  std::int64_t digits = 0;
  std::int64_t exponent = 0;
  int first_dropped = 0;
  bool more_dropped = false;
  bool any = false;
  bool point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(text[at])) break;
    any = true;
    const int digit = text[at] - '0';
    if (digits < kDigits) {
      coefficient = coefficient * 10 + static_cast<unsigned>(digit);
      if (coefficient != 0) ++digits;
      if (point) --exponent;
    } else {
      if (digits++ == kDigits)
        first_dropped = digit;
      else
        more_dropped |= digit != 0;
      if (!point) ++exponent;
    }
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    ++at;
    bool down = false;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) down = text[at++] == '-';
    if (at == text.size()) return std::nullopt;
    std::int64_t written = 0;
    for (; at < text.size(); ++at) {
      if (!is_digit(text[at])) return std::nullopt;
      // Far beyond any exponent, and beyond what the digits of a text in memory could make up for.
      written = std::min<std::int64_t>(written * 10 + (text[at] - '0'), 1'000'000'000'000'000);
    }
    exponent += down ? -written : written;
  }

  if (coefficient == 0) {
    return Bits::pack(negative, 0, static_cast<int>(std::clamp<std::int64_t>(exponent, kMinExponent, kMaxExponent)));
  }
  // Below the smallest exponent there is room for fewer digits.
  while (exponent < kMinExponent && coefficient != 0) {
    more_dropped |= first_dropped != 0;
    first_dropped = static_cast<int>(coefficient % 10);
    coefficient /= 10;
    ++exponent;
  }
  if (first_dropped > 5 || (first_dropped == 5 && (more_dropped || coefficient % 2 != 0))) ++coefficient;
  if (coefficient == ten_to(kDigits)) {
    coefficient /= 10;
    ++exponent;
  }
  for (; exponent > kMaxExponent && coefficient < ten_to(kDigits - 1); --exponent) coefficient *= 10;
  if (coefficient == 0 || exponent < kMinExponent || exponent > kMaxExponent) return std::nullopt;
  return Bits::pack(negative, coefficient, static_cast<int>(exponent));
}

Decimal Decimal::from_double(double value) {
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  return parse({text.data(), written.ptr}).value_or(Bits::not_a_number());
}

bool Decimal::negative() const {
  return Bits::sign(*this) && !zero();
}

bool Decimal::zero() const {
  return finite() && Bits::coefficient(*this) == 0;
}

bool Decimal::integer() const {
  if (!finite()) return false;
  const int decimals = scale();
  if (decimals <= 0 || zero()) return true;
  return decimals < kDigits && Bits::coefficient(*this) % ten_to(decimals) == 0;
}

int Decimal::scale() const {
  return -Bits::exponent(*this);
}

std::optional<std::int64_t> Decimal::to_int64() const {
  if (!integer()) return std::nullopt;
  if (zero()) return 0;
  Coefficient whole = Bits::coefficient(*this);
  const int exponent = Bits::exponent(*this);
  if (exponent < 0)
    whole /= ten_to(-exponent);
  else if (digits_of(whole) + exponent > 19)
    return std::nullopt;
  else
    whole *= ten_to(exponent);
  const Coefficient largest = static_cast<Coefficient>(std::numeric_limits<std::int64_t>::max()) + Bits::sign(*this);
  if (whole > largest) return std::nullopt;
  const auto magnitude = static_cast<std::uint64_t>(whole);
  return static_cast<std::int64_t>(Bits::sign(*this) ? -magnitude : magnitude);
}

double Decimal::to_double() const {
  _IDEC_flags flags = 0;
  return bid128_to_binary64(Bits::raw(*this), BID_ROUNDING_TO_NEAREST, &flags);
}

std::string Decimal::text() const {
  if (!finite()) return "not a number";
  const Coefficient coefficient = Bits::coefficient(*this);
  std::string digits = std::to_string(static_cast<std::uint64_t>(coefficient % ten_to(kLowDigits)));
  if (coefficient >= ten_to(kLowDigits)) {
    digits.insert(0, kLowDigits - digits.size(), '0');
    digits.insert(0, std::to_string(static_cast<std::uint64_t>(coefficient / ten_to(kLowDigits))));
  }
  if (scale() > 0) {
    const auto decimals = static_cast<std::size_t>(scale());
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, 1, '.');
  } else if (coefficient != 0) {
    digits.append(static_cast<std::size_t>(-scale()), '0');
  }
  return negative() ? "-" + digits : digits;
}

Decimal Decimal::operator-() const {
  Decimal negated = *this;
  negated.high_ ^= kSign;
  return negated;
}

Decimal Decimal::abs() const {
  Decimal magnitude = *this;
  magnitude.high_ &= ~kSign;
  return magnitude;
}

Decimal operator+(const Decimal& left, const Decimal& right) {
  if (const std::optional<Aligned> both = aligned(left, right)) {
    const __int128 sum = both->left + both->right;
    const auto magnitude = static_cast<Coefficient>(sum < 0 ? -sum : sum);
    if (magnitude < ten_to(kDigits)) return Bits::pack(sum < 0, magnitude, both->exponent);
  }
  return library<bid128_add>(left, right);
}

Decimal operator-(const Decimal& left, const Decimal& right) {
  return left + -right;
}

namespace {

// A result that has come down to zero "requires a scale outside the range of valid scales" (table 58): there is none.
Decimal unless_vanished(const Decimal& result, bool exactly_zero) {
  return result.zero() && !exactly_zero ? Bits::not_a_number() : result;
}

}  // namespace

Decimal operator*(const Decimal& left, const Decimal& right) {
  if (Bits::small(left) && Bits::small(right)) {
    const Coefficient product = Bits::coefficient(left) * Bits::coefficient(right);
    const int exponent = Bits::exponent(left) + Bits::exponent(right);
    if (Bits::fits(product, exponent)) return Bits::pack(Bits::sign(left) != Bits::sign(right), product, exponent);
  }
  return unless_vanished(library<bid128_mul>(left, right), left.zero() || right.zero());
}

Decimal operator/(const Decimal& left, const Decimal& right) {
  if (Bits::small(left) && Bits::small(right) && right.low_ != 0 && left.low_ % right.low_ == 0) {
    const int exponent = Bits::exponent(left) - Bits::exponent(right);
    if (exponent >= kMinExponent && exponent <= kMaxExponent) {
      return Bits::pack(Bits::sign(left) != Bits::sign(right), left.low_ / right.low_, exponent);
    }
  }
  return unless_vanished(library<bid128_div>(left, right), left.zero());
}

Decimal Decimal::power(const Decimal& exponent) const {
  if (const std::optional<std::int64_t> whole = exponent.to_int64()) {
    const auto magnitude = static_cast<std::uint64_t>(*whole);
    return *whole < 0 ? reciprocal(whole_power(*this, -magnitude)) : whole_power(*this, magnitude).high;
  }
  // The library's pow() would make 9.999… of 100**0.5.
  if (const std::optional<std::int64_t> halves = (exponent + exponent).to_int64()) {
    const Decimal squared = power(*halves);
    if (squared.finite() && !squared.zero()) return without_trailing_zeros(squared.sqrt());
  }
  return without_trailing_zeros(library<bid128_pow>(*this, exponent));
}

Decimal Decimal::sqrt() const {
  return library<bid128_sqrt>(*this);
}

Decimal Decimal::exp() const {
  return library<bid128_exp>(*this);
}

Decimal Decimal::log() const {
  return library<bid128_log>(*this);
}

Decimal Decimal::rounded(int scale, Rounding rounding) const {
  if (!finite() || scale < -kMaxExponent || scale > -kMinExponent) return Bits::not_a_number();
  const int exponent = -scale;
  if (exponent <= Bits::exponent(*this)) {
    const Decimal longer = quantized(*this, exponent, BID_ROUNDING_TO_ZERO);
    return longer.finite() ? longer : *this;
  }
  const auto away_from_zero = [&] {
    return quantized(*this, exponent, Bits::sign(*this) ? BID_ROUNDING_DOWN : BID_ROUNDING_UP);
  };
  switch (rounding) {
    case Rounding::HalfEven:
      return quantized(*this, exponent, BID_ROUNDING_TO_NEAREST);
    case Rounding::HalfUp:
      return quantized(*this, exponent, BID_ROUNDING_TIES_AWAY);
    case Rounding::HalfDown: {
      const Decimal shorter = quantized(*this, exponent, BID_ROUNDING_TO_ZERO);
      // Half a unit can't be written at the smallest exponent, but only numbers without digits to drop have that.
      const Decimal half = Bits::pack(false, 5, exponent - 1);
      return (*this - shorter).abs() > half ? away_from_zero() : shorter;
    }
    case Rounding::Up:
      return away_from_zero();
    case Rounding::Down:
      return quantized(*this, exponent, BID_ROUNDING_TO_ZERO);
    case Rounding::Floor:
      return quantized(*this, exponent, BID_ROUNDING_DOWN);
    case Rounding::Ceiling:
      return quantized(*this, exponent, BID_ROUNDING_UP);
  }
  return Bits::not_a_number();
}

Decimal Decimal::modulo(const Decimal& divisor) const {
  // fmod() is exact and has the sign of the dividend, which dividend - divisor * floor(dividend/divisor) would not be
  // where the quotient has more than 34 digits.
  _IDEC_flags flags = 0;
  const Decimal rest = Bits::from(bid128_fmod(Bits::raw(*this), Bits::raw(divisor), &flags));
  return !rest.finite() || rest.zero() || rest.negative() == divisor.negative() ? rest : rest + divisor;
}

std::weak_ordering Decimal::compare_any(const Decimal& left, const Decimal& right) {
  if (const std::optional<Aligned> both = aligned(left, right)) return both->left <=> both->right;
  const int left_sign = left.zero() ? 0 : left.negative() ? -1 : 1;
  const int right_sign = right.zero() ? 0 : right.negative() ? -1 : 1;
  if (left_sign != right_sign || left_sign == 0) return left_sign <=> right_sign;

  const Decimal& smaller = left_sign > 0 ? left : right;  // If left is the smaller.
  const Decimal& larger = left_sign > 0 ? right : left;
  Coefficient low = Bits::coefficient(smaller);
  Coefficient high = Bits::coefficient(larger);
  const int apart = Bits::exponent(smaller) - Bits::exponent(larger);
  const int longer = digits_of(low) + apart - digits_of(high);
  if (longer != 0) return longer <=> 0;
  // Of the same length, so that the scales are less than 34 digits apart and neither grows beyond 34 digits.
  if (apart > 0)
    low *= ten_to(apart);
  else
    high *= ten_to(-apart);
  return low <=> high;
}

}  // namespace guildhall::feel
