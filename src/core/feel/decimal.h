#pragma once

// FEEL's numbers: IEEE 754-2008 decimal128, 34 digits, rounding to nearest with ties to even.
// Source: DMN 1.5, 10.3.2.3.1. The arithmetic itself is Intel's decimal floating-point library.
//
// A Decimal keeps its scale (1.50 is not rewritten 1.5), but equality and order look at the value only.
// Infinity and NaN are not FEEL numbers: an operation that has no result gives a Decimal that is not finite(), and the
// evaluator turns it into null with the reason.

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::feel {

enum class Rounding : std::uint8_t { HalfEven, HalfUp, HalfDown, Up, Down, Floor, Ceiling };

class Decimal {
 public:
  constexpr Decimal() = default;  // 0
  Decimal(std::int64_t whole)
      : low_(whole < 0 ? -static_cast<std::uint64_t>(whole) : static_cast<std::uint64_t>(whole)),
        high_(whole < 0 ? kOne | kSign : kOne) {}
  Decimal(std::floating_point auto) = delete;  // Say from_double().

  // "12", "-0.50", ".5", "1.", and an exponent ("1.2e3", as JSON and XML write numbers). Nothing else: no spaces, no
  // infinity. More than 34 digits are rounded; empty where the magnitude doesn't fit.
  static std::optional<Decimal> parse(std::string_view text);
  static Decimal from_double(double value);  // The shortest decimal that reads back as `value`.

  bool finite() const { return (high_ & kSpecial) != kSpecial; }
  bool negative() const;                         // Below zero; false for zero.
  bool zero() const;                             // Of any scale and sign.
  bool integer() const;                          // 3, 3.00 and 3E+2 are; 3.5 is not.
  int scale() const;                             // Digits after the point: 2 for 1.50, -2 for 1E+2.
  std::optional<std::int64_t> to_int64() const;  // Where integer() and in range.
  double to_double() const;

  // Plain notation with its scale, never an exponent: "1.50", "0.0000001", "-3". "0" for negative zero.
  std::string text() const;

  Decimal operator-() const;
  Decimal abs() const;
  friend Decimal operator+(const Decimal&, const Decimal&);
  friend Decimal operator-(const Decimal&, const Decimal&);
  friend Decimal operator*(const Decimal&, const Decimal&);
  friend Decimal operator/(const Decimal&, const Decimal&);  // Not finite where the divisor is zero.
  Decimal power(const Decimal& exponent) const;              // Exact while 34 digits hold it, for whole exponents.
  Decimal sqrt() const;                                      // Not finite below zero.
  Decimal exp() const;
  Decimal log() const;  // Natural. Not finite at and below zero.

  // With `scale` digits after the point; negative scales round to tens, hundreds, … A number that is whole at that scale,
  // but has no room for so many zeros within 34 digits, stays as it is. Not finite where the scale isn't in
  // [-6111, 6176]. Source: 10.3.4.5 (decimal, floor, ceiling, round up, round down, round half up, round half down).
  Decimal rounded(int scale, Rounding rounding) const;
  Decimal modulo(const Decimal& divisor) const;  // Sign of the divisor: dividend - divisor * floor(dividend/divisor).

  // By value; both must be finite.
  friend bool operator==(const Decimal& left, const Decimal& right) { return (left <=> right) == 0; }
  friend std::weak_ordering operator<=>(const Decimal& left, const Decimal& right) {
    // Most comparisons are between numbers of one sign and one scale that fit in 64 bits.
    if (left.high_ == right.high_ && (left.high_ & kHighCoefficient) == 0) {
      return left.high_ < kSign ? left.low_ <=> right.low_ : right.low_ <=> left.low_;
    }
    return compare_any(left, right);
  }

 private:
  // BID encoding: sign, 14 bits of exponent, 113 bits of coefficient. Always canonical, so that the other BID form, of
  // coefficients that decimal128 can't have, doesn't occur.
  static constexpr std::uint64_t kSpecial = 0x7800'0000'0000'0000;
  static constexpr std::uint64_t kSign = 0x8000'0000'0000'0000;
  static constexpr std::uint64_t kHighCoefficient = 0x0001'ffff'ffff'ffff;
  static constexpr std::uint64_t kOne = 0x3040'0000'0000'0000;  // The exponent of whole numbers.

  static std::weak_ordering compare_any(const Decimal& left, const Decimal& right);

  std::uint64_t low_ = 0;
  std::uint64_t high_ = kOne;
  friend struct Bits;  // decimal.cpp's view of them.
};

}  // namespace guildhall::feel
