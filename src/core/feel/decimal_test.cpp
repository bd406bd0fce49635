#include "feel/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace guildhall::feel {
namespace {

Decimal number(std::string_view text) {
  return Decimal::parse(text).value();
}

std::string reread(std::string_view text) {
  const std::optional<Decimal> read = Decimal::parse(text);
  return read ? read->text() : "nothing";
}

constexpr Rounding kEveryRounding[] = {Rounding::HalfEven, Rounding::HalfUp, Rounding::HalfDown, Rounding::Up,
                                       Rounding::Down,     Rounding::Floor,  Rounding::Ceiling};

}  // namespace
}  // namespace guildhall::feel

namespace rc {

// Of every length and scale, mostly ordinary ones.
template <>
struct Arbitrary<guildhall::feel::Decimal> {
  static Gen<guildhall::feel::Decimal> arbitrary() {
    return gen::map(gen::tuple(gen::arbitrary<std::int64_t>(), gen::arbitrary<std::uint32_t>(), gen::inRange(-12, 30)),
                    [](const std::tuple<std::int64_t, std::uint32_t, int>& parts) {
                      const auto& [whole, rest, scale] = parts;
                      return guildhall::feel::Decimal::parse(std::to_string(whole) +
                                                             (rest % 3 == 0 ? std::to_string(rest) : "") + "e" +
                                                             std::to_string(-scale))
                          .value();
                    });
  }
};

}  // namespace rc

namespace guildhall::feel {
namespace {

TEST(Decimal, IsReadAndWrittenWithItsScale) {
  EXPECT_EQ(reread("0"), "0");
  EXPECT_EQ(reread("12"), "12");
  EXPECT_EQ(reread("-0.50"), "-0.50");
  EXPECT_EQ(reread(".5"), "0.5");
  EXPECT_EQ(reread("1."), "1");
  EXPECT_EQ(reread("007"), "7");
  EXPECT_EQ(reread("0.0000001"), "0.0000001");
  EXPECT_EQ(reread("-0"), "0");
  EXPECT_EQ(reread("-0.00"), "0.00");
  EXPECT_EQ(reread("1.2e3"), "1200");
  EXPECT_EQ(reread("1E+2"), "100");
  EXPECT_EQ(reread("1.50E-2"), "0.0150");
  EXPECT_EQ(reread("0e9"), "0");
  EXPECT_EQ(number("1.50").scale(), 2);
  EXPECT_EQ(number("1E+2").scale(), -2);
  EXPECT_EQ(Decimal().text(), "0");
}

TEST(Decimal, IsNothingElse) {
  for (const std::string_view text : {"",   ".",  "-",     "-.",  "+1",  "1e",       "1e+", "e1",  ".e1",   "0x1",
                                      " 1", "1 ", "1.2.3", "inf", "nan", "Infinity", "1,5", "--1", "1e1.5", "１"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(Decimal, Has34DigitsRoundedToEven) {
  EXPECT_EQ(reread("1234567890123456789012345678901234"), "1234567890123456789012345678901234");
  EXPECT_EQ(reread("12345678901234567890123456789012345"), "12345678901234567890123456789012340");
  EXPECT_EQ(reread("12345678901234567890123456789012335"), "12345678901234567890123456789012340");
  EXPECT_EQ(reread("1.2345678901234567890123456789012345"), "1.234567890123456789012345678901234");
  EXPECT_EQ(reread("1.2345678901234567890123456789012345000001"), "1.234567890123456789012345678901235");
  EXPECT_EQ(reread("9.9999999999999999999999999999999999"), "10.00000000000000000000000000000000");
  EXPECT_EQ(reread("0.00000000000000000000000000000000000000012"), "0.00000000000000000000000000000000000000012");
}

TEST(Decimal, IsNothingBeyondItsMagnitudes) {
  EXPECT_EQ(number("9.999999999999999999999999999999999E+6144").scale(), -6111);
  EXPECT_EQ(number("1E+6144").scale(), -6111);  // Held as 1 with 33 zeros, times 10^6111.
  EXPECT_FALSE(Decimal::parse("9.9999999999999999999999999999999999E+6144"));
  EXPECT_FALSE(Decimal::parse("1E+6145"));
  EXPECT_FALSE(Decimal::parse("1E+99999999999999999999999"));
  EXPECT_EQ(number("1E-6176").scale(), 6176);
  EXPECT_EQ(number("1.5E-6176"), number("2E-6176"));
  EXPECT_EQ(number("2.5E-6176"), number("2E-6176"));
  EXPECT_EQ(number("2.51E-6176"), number("3E-6176"));
  EXPECT_EQ(number("6E-6177"), number("1E-6176"));
  EXPECT_FALSE(Decimal::parse("5E-6177"));
  EXPECT_FALSE(Decimal::parse("9E-6178"));
  EXPECT_FALSE(Decimal::parse("1E-99999999999999999999999"));
  EXPECT_TRUE(number("0E+99999999999").zero());
}

TEST(Decimal, ComesFromWholeNumbersAndDoubles) {
  EXPECT_EQ(Decimal(-3).text(), "-3");
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::max()).text(), "9223372036854775807");
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::min()).text(), "-9223372036854775808");
  EXPECT_EQ(Decimal::from_double(0.1).text(), "0.1");
  EXPECT_EQ(Decimal::from_double(-100).text(), "-100");
  EXPECT_EQ(Decimal::from_double(1e22).text(), "10000000000000000000000");
  EXPECT_EQ(Decimal::from_double(5e-324), number("5e-324"));
  EXPECT_FALSE(Decimal::from_double(std::numeric_limits<double>::infinity()).finite());
  EXPECT_FALSE(Decimal::from_double(std::numeric_limits<double>::quiet_NaN()).finite());
  static_assert(!std::is_constructible_v<Decimal, double>);
}

TEST(Decimal, KnowsWhetherItIsWhole) {
  for (const std::string_view text : {"3", "3.00", "3E+2", "0.00", "0E-50", "-7"}) {
    EXPECT_TRUE(number(text).integer()) << text;
  }
  for (const std::string_view text : {"3.5", "-0.1", "1E-40", "3.0000000001"}) {
    EXPECT_FALSE(number(text).integer()) << text;
    EXPECT_FALSE(number(text).to_int64()) << text;
  }
  EXPECT_FALSE((Decimal(1) / Decimal(0)).integer());
  EXPECT_EQ(number("-3.00").to_int64(), -3);
  EXPECT_EQ(number("3E+2").to_int64(), 300);
  EXPECT_EQ(number("0E+40").to_int64(), 0);
  EXPECT_EQ(number("0E-40").to_int64(), 0);
  EXPECT_EQ(number("9223372036854775807").to_int64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(number("-9223372036854775808.0").to_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(number("9223372036854775808").to_int64());
  EXPECT_FALSE(number("-9223372036854775809").to_int64());
  EXPECT_FALSE(number("1E+19").to_int64());
  EXPECT_FALSE(number("1E+6000").to_int64());
}

TEST(Decimal, IsComparedByValue) {
  EXPECT_EQ(number("1.50"), number("1.5"));
  EXPECT_EQ(number("1E+2"), Decimal(100));
  EXPECT_EQ(number("-0"), number("0.00"));
  EXPECT_LT(number("-2"), number("-1"));
  EXPECT_LT(number("-1"), number("0"));
  EXPECT_LT(number("0.1"), number("0.11"));
  EXPECT_GT(number("-0.1"), number("-0.11"));
  EXPECT_LT(number("1E-6176"), number("1E+6144"));
  EXPECT_GT(number("-1E-6176"), number("-1E+6144"));
  EXPECT_GT(number("1234567890123456789012345678901234"), number("1234567890123456789012345678901233"));
  EXPECT_GT(number("2E+33"), number("1999999999999999999999999999999999"));
  EXPECT_EQ(number("1E+33"), number("1000000000000000000000000000000000"));
}

TEST(Decimal, CalculatesAsPeopleDoOnPaper) {
  EXPECT_EQ((number("0.1") + number("0.2")).text(), "0.3");
  EXPECT_EQ((number("1.50") + Decimal(2)).text(), "3.50");
  EXPECT_EQ((Decimal(2) - number("1.50")).text(), "0.50");
  EXPECT_EQ((number("1.10") * number("1.1")).text(), "1.210");
  EXPECT_EQ((Decimal(6) / Decimal(3)).text(), "2");
  EXPECT_EQ((Decimal(1) / Decimal(4)).text(), "0.25");
  EXPECT_EQ((Decimal(-1) / Decimal(3)).text(), "-0.3333333333333333333333333333333333");
  EXPECT_EQ((Decimal(10) / number("0.1")).text(), "100");
  EXPECT_EQ((-number("1.5")).text(), "-1.5");
  EXPECT_EQ(number("-1.5").abs().text(), "1.5");
  EXPECT_FALSE((-Decimal(0)).negative());
  EXPECT_EQ((-Decimal(0)).text(), "0");
}

TEST(Decimal, RoundsWhatDoesNotFitAndHasNoResultWhereThereIsNone) {
  EXPECT_EQ((number("9999999999999999999999999999999999") + Decimal(1)).text(), "10000000000000000000000000000000000");
  EXPECT_EQ((number("1E+40") + Decimal(1)), number("1E+40"));
  EXPECT_EQ((Decimal(std::numeric_limits<std::int64_t>::max()) * Decimal(std::numeric_limits<std::int64_t>::max())),
            number("8.507059173023461584739690778423250E+37"));  // 85070591730234615847396907784232501249
  EXPECT_FALSE((Decimal(1) / Decimal(0)).finite());
  EXPECT_FALSE((Decimal(0) / Decimal(0)).finite());
  EXPECT_FALSE((number("9E+6144") + number("9E+6144")).finite());
  EXPECT_FALSE((number("9E+6144") * Decimal(10)).finite());
  const Decimal none = Decimal(0) / Decimal(0);
  EXPECT_FALSE((none + none).finite());
  EXPECT_FALSE((none * number("1E-6176")).finite());
  EXPECT_FALSE((none / Decimal(1)).finite());
  EXPECT_FALSE((none - Decimal(1)).finite());
  EXPECT_FALSE(none.rounded(0, Rounding::Floor).finite());
  EXPECT_FALSE(none.zero());
}

TEST(Decimal, RaisesToWholePowersExactly) {
  EXPECT_EQ(Decimal(2).power(3).text(), "8");
  EXPECT_EQ(Decimal(-2).power(3).text(), "-8");
  EXPECT_EQ(Decimal(2).power(number("3.0")).text(), "8");
  EXPECT_EQ(number("1.5").power(2).text(), "2.25");
  EXPECT_EQ(Decimal(2).power(-3).text(), "0.125");
  EXPECT_EQ(Decimal(10).power(33).text(), "1000000000000000000000000000000000");
  EXPECT_EQ(Decimal(10).power(-2).text(), "0.01");
  EXPECT_EQ(Decimal(7).power(0).text(), "1");
  EXPECT_EQ(Decimal(0).power(0).text(), "1");
  EXPECT_EQ(Decimal(0).power(5).text(), "0");
  EXPECT_EQ(Decimal(2).power(100), number("1267650600228229401496703205376"));
  EXPECT_FALSE(Decimal(0).power(-1).finite());
  EXPECT_FALSE(Decimal(10).power(7000).finite());
  EXPECT_FALSE(Decimal(2).power(std::numeric_limits<std::int64_t>::max()).finite());
  EXPECT_FALSE(Decimal(2).power(std::numeric_limits<std::int64_t>::min()).finite());  // Too small for any scale.
  EXPECT_EQ(Decimal(1).power(std::numeric_limits<std::int64_t>::min()).text(), "1");
}

TEST(Decimal, RaisesToLongPowersWithinTheLastDigit) {
  // From a calculation with 60 digits.
  EXPECT_EQ(Decimal(2).power(1000), number("1.071508607186267320948425049060002E+301"));
  EXPECT_EQ(number("1.00941845").power(982), number("9953.049136475760828221578642776599"));
  EXPECT_EQ(number("1.00941845").power(-982), number("0.0001004717234174216468626582795111040"));
  EXPECT_EQ(number("3.2720635048064558878").power(843), number("9.879006881555101212819652113151731E+433"));
}

TEST(Decimal, RaisesToFractions) {
  EXPECT_EQ(Decimal(4).power(number("0.5")).text(), "2");
  EXPECT_EQ(Decimal(100).power(number("0.5")).text(), "10");
  EXPECT_EQ(Decimal(100).power(number("-0.5")).text(), "0.1");
  EXPECT_EQ(Decimal(4).power(number("1.5")).text(), "8");
  EXPECT_EQ(Decimal(0).power(number("0.5")), Decimal(0));
  EXPECT_EQ(Decimal(2).power(number("0.5")).text(), "1.414213562373095048801688724209698");
  EXPECT_FALSE(Decimal(-8).power(number("0.5")).finite());
  EXPECT_FALSE(Decimal(-8).power(Decimal(1) / Decimal(3)).finite());
  EXPECT_FALSE(Decimal(0).power(number("-0.5")).finite());
  const Decimal cube_root = Decimal(8).power(Decimal(1) / Decimal(3));
  EXPECT_LT((cube_root - Decimal(2)).abs(), number("1E-32"));
}

TEST(Decimal, HasRootsExponentialsAndLogarithms) {
  EXPECT_EQ(Decimal(16).sqrt().text(), "4");
  EXPECT_EQ(number("2.25").sqrt().text(), "1.5");
  EXPECT_EQ(Decimal(2).sqrt().text(), "1.414213562373095048801688724209698");
  EXPECT_EQ(Decimal(0).sqrt().text(), "0");
  EXPECT_FALSE(Decimal(-1).sqrt().finite());
  EXPECT_EQ(Decimal(0).exp().text(), "1");
  EXPECT_EQ(Decimal(1).exp().text(), "2.718281828459045235360287471352662");
  EXPECT_FALSE(Decimal(100'000).exp().finite());
  EXPECT_EQ(Decimal(1).log().text(), "0");
  EXPECT_EQ(Decimal(10).log().text(), "2.302585092994045684017991454684364");
  EXPECT_FALSE(Decimal(0).log().finite());
  EXPECT_FALSE(Decimal(-1).log().finite());
}

// The examples of DMN 1.5, table 75 (decimal, floor, ceiling, round up, round down, round half up, round half down).
TEST(Decimal, RoundsAsTheStandardShows) {
  EXPECT_EQ((Decimal(1) / Decimal(3)).rounded(2, Rounding::HalfEven).text(), "0.33");
  EXPECT_EQ(number("1.5").rounded(0, Rounding::HalfEven).text(), "2");
  EXPECT_EQ(number("2.5").rounded(0, Rounding::HalfEven).text(), "2");
  EXPECT_EQ(number("1.5").rounded(0, Rounding::Floor).text(), "1");
  EXPECT_EQ(number("-1.56").rounded(1, Rounding::Floor).text(), "-1.6");
  EXPECT_EQ(number("1.5").rounded(0, Rounding::Ceiling).text(), "2");
  EXPECT_EQ(number("-1.56").rounded(1, Rounding::Ceiling).text(), "-1.5");
  EXPECT_EQ(number("5.5").rounded(0, Rounding::Up).text(), "6");
  EXPECT_EQ(number("-5.5").rounded(0, Rounding::Up).text(), "-6");
  EXPECT_EQ(number("1.121").rounded(2, Rounding::Up).text(), "1.13");
  EXPECT_EQ(number("-1.126").rounded(2, Rounding::Up).text(), "-1.13");
  EXPECT_EQ(number("5.5").rounded(0, Rounding::Down).text(), "5");
  EXPECT_EQ(number("-5.5").rounded(0, Rounding::Down).text(), "-5");
  EXPECT_EQ(number("1.121").rounded(2, Rounding::Down).text(), "1.12");
  EXPECT_EQ(number("-1.126").rounded(2, Rounding::Down).text(), "-1.12");
  EXPECT_EQ(number("5.5").rounded(0, Rounding::HalfUp).text(), "6");
  EXPECT_EQ(number("-5.5").rounded(0, Rounding::HalfUp).text(), "-6");
  EXPECT_EQ(number("1.121").rounded(2, Rounding::HalfUp).text(), "1.12");
  EXPECT_EQ(number("-1.126").rounded(2, Rounding::HalfUp).text(), "-1.13");
  EXPECT_EQ(number("5.5").rounded(0, Rounding::HalfDown).text(), "5");
  EXPECT_EQ(number("-5.5").rounded(0, Rounding::HalfDown).text(), "-5");
  EXPECT_EQ(number("1.121").rounded(2, Rounding::HalfDown).text(), "1.12");
  EXPECT_EQ(number("-1.126").rounded(2, Rounding::HalfDown).text(), "-1.13");
}

TEST(Decimal, RoundsToLongerAndToNegativeScales) {
  EXPECT_EQ(Decimal(5).rounded(2, Rounding::HalfEven).text(), "5.00");
  EXPECT_EQ(Decimal(1250).rounded(-2, Rounding::HalfEven).text(), "1200");
  EXPECT_EQ(Decimal(1250).rounded(-2, Rounding::HalfUp).text(), "1300");
  EXPECT_EQ(Decimal(1250).rounded(-2, Rounding::HalfDown).text(), "1200");
  EXPECT_EQ(number("0.4").rounded(-3, Rounding::Up).text(), "1000");
  EXPECT_EQ(number("1E+40").rounded(0, Rounding::Floor), number("1E+40"));
  EXPECT_EQ((Decimal(1) / Decimal(3)).rounded(50, Rounding::HalfEven), Decimal(1) / Decimal(3));
  EXPECT_EQ(Decimal(0).rounded(3, Rounding::Up).text(), "0.000");
  EXPECT_EQ(number("1E-6176").rounded(6175, Rounding::HalfDown), Decimal(0));
  EXPECT_FALSE(Decimal(1).rounded(6177, Rounding::HalfEven).finite());
  EXPECT_FALSE(Decimal(1).rounded(-6112, Rounding::HalfEven).finite());
  EXPECT_FALSE(Decimal(1).rounded(std::numeric_limits<int>::min(), Rounding::HalfEven).finite());
}

// The examples of DMN 1.5, table 75 (modulo).
TEST(Decimal, HasAModuloWithTheDivisorsSign) {
  EXPECT_EQ(Decimal(12).modulo(5).text(), "2");
  EXPECT_EQ(Decimal(-12).modulo(5).text(), "3");
  EXPECT_EQ(Decimal(12).modulo(-5).text(), "-3");
  EXPECT_EQ(Decimal(-12).modulo(-5).text(), "-2");
  EXPECT_EQ(number("10.1").modulo(number("4.5")).text(), "1.1");
  EXPECT_EQ(number("-10.1").modulo(number("4.5")).text(), "3.4");
  EXPECT_EQ(number("10.1").modulo(number("-4.5")).text(), "-3.4");
  EXPECT_EQ(number("-10.1").modulo(number("-4.5")).text(), "-1.1");
  EXPECT_EQ(Decimal(-10).modulo(5).text(), "0");
  EXPECT_EQ(number("1E+100").modulo(7), Decimal(4));  // 10^6 leaves 1, so 10^100 leaves 10^4's 4.
  EXPECT_FALSE(Decimal(1).modulo(0).finite());
}

TEST(Decimal, BecomesTheNearestDouble) {
  EXPECT_EQ(number("0.1").to_double(), 0.1);
  EXPECT_EQ(Decimal(-7).to_double(), -7.0);
  EXPECT_EQ(number("1E+400").to_double(), std::numeric_limits<double>::infinity());
}

RC_GTEST_PROP(DecimalProperties, TextReadsBackAsTheSameNumber, (const Decimal& a)) {
  const Decimal again = number(a.text());
  RC_ASSERT(again == a);
  RC_ASSERT(again.text() == a.text());
}

RC_GTEST_PROP(DecimalProperties, AdditionAndMultiplicationCommute, (const Decimal& a, const Decimal& b)) {
  RC_ASSERT((a + b).text() == (b + a).text());
  RC_ASSERT((a * b).text() == (b * a).text());
  RC_ASSERT(a - b == -(b - a));
  RC_ASSERT(a - a == Decimal(0));
}

// The quick ways give what the library gives: a number with a coefficient above 64 bits takes the library's way.
RC_GTEST_PROP(DecimalProperties, QuickAndSlowWaysAgree, (std::int32_t a, std::int32_t b)) {
  const Decimal longer = number("1.000000000000000000000000");
  const auto slow = [&](std::int64_t whole) { return Decimal(whole) * longer; };
  RC_ASSERT(Decimal(a) + Decimal(b) == slow(a) + slow(b));
  RC_ASSERT(Decimal(a) * Decimal(b) == slow(a) * slow(b));
  RC_ASSERT((Decimal(a) + Decimal(b)).to_int64() == std::int64_t{a} + b);
  RC_ASSERT((Decimal(a) * Decimal(b)).to_int64() == std::int64_t{a} * b);
  RC_ASSERT((Decimal(a) <=> Decimal(b)) == (slow(a) <=> slow(b)));
  if (b != 0) RC_ASSERT(Decimal(a) / Decimal(b) == slow(a) / slow(b));
}

RC_GTEST_PROP(DecimalProperties, OrderIsTotal, (const Decimal& a, const Decimal& b, const Decimal& c)) {
  RC_ASSERT((a < b) + (a == b) + (a > b) == 1);
  RC_ASSERT((a < b) == (b > a));
  if (a <= b && b <= c) RC_ASSERT(a <= c);
  const Decimal difference = a - b;
  RC_ASSERT((a < b) == difference.negative());
  RC_ASSERT((a == b) == difference.zero());
}

RC_GTEST_PROP(DecimalProperties, RoundingStaysWithinOneUnit, (const Decimal& a)) {
  const int scale = *rc::gen::inRange(-5, 20);
  const Decimal unit = number("1e" + std::to_string(-scale));
  for (const Rounding rounding : kEveryRounding) {
    const Decimal rounded = a.rounded(scale, rounding);
    RC_ASSERT((rounded - a).abs() < unit);
    RC_ASSERT(rounded.rounded(scale, rounding) == rounded);
  }
  RC_ASSERT(a.rounded(scale, Rounding::Floor) <= a);
  RC_ASSERT(a.rounded(scale, Rounding::Ceiling) >= a);
  RC_ASSERT(a.rounded(scale, Rounding::Down).abs() <= a.abs());
  RC_ASSERT(a.rounded(scale, Rounding::Up).abs() >= a.abs());
}

RC_GTEST_PROP(DecimalProperties, ModuloIsBetweenZeroAndTheDivisor, (const Decimal& a, const Decimal& b)) {
  RC_PRE(!b.zero());
  const Decimal rest = a.modulo(b);
  RC_ASSERT(rest.abs() <= b.abs());
  RC_ASSERT(rest.zero() || rest.negative() == b.negative());
}

RC_GTEST_PROP(DecimalProperties, DoublesComeBack, (double value)) {
  RC_ASSERT(Decimal::from_double(value).to_double() == value);
}

}  // namespace
}  // namespace guildhall::feel
