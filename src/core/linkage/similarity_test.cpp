#include "linkage/similarity.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "linkage/impl/values.h"

namespace guildhall::linkage {
namespace {

// Winkler (1990), the usual examples: MARTHA has one transposition, m = 6: (1 + 1 + 5/6)/3 = 0.9444, prefix 3.
TEST(JaroWinkler, GivesThePapersExamples) {
  EXPECT_NEAR(jaro_winkler("MARTHA", "MARHTA"), 0.9611, 0.0001);
  EXPECT_NEAR(jaro_winkler("DIXON", "DICKSONX"), 0.8133, 0.0001);
  EXPECT_NEAR(jaro_winkler("DWAYNE", "DUANE"), 0.8400, 0.0001);
  EXPECT_EQ(jaro_winkler("JONES", "JONES"), 1);
  EXPECT_EQ(jaro_winkler("ABC", "XYZ"), 0);
  EXPECT_EQ(jaro_winkler("", "XYZ"), 0);
}

RC_GTEST_PROP(JaroWinklerProperty, IsSymmetricAndBetween0And1, (const std::string& a, const std::string& b)) {
  const double similarity = jaro_winkler(a, b);
  RC_ASSERT(similarity == jaro_winkler(b, a));
  RC_ASSERT(similarity >= 0 && similarity <= 1);
}

std::array<char, 16> padded(std::string_view text) {
  std::array<char, 16> made{};
  std::copy(text.begin(), text.end(), made.begin());
  return made;
}

rc::Gen<std::string> short_name() {
  return rc::gen::map(rc::gen::container<std::string>(rc::gen::elementOf(std::string("AAABCDEINORSTZ\xC3\x9C"))),
                      [](const std::string& name) { return name.substr(0, 16); });
}

RC_GTEST_PROP(JaroWinklerProperty, FewLettersInCommonAreLessThanEnough, ()) {
  const std::string a = *short_name(), b = *short_name();
  const double exact = jaro_winkler(a, b);
  const auto similarity = [&](const EnoughMatches& enough) {
    return jaro_winkler_short(padded(a), a.size(), padded(b), b.size(), enough);
  };
  RC_ASSERT(similarity({}) == exact);
  for (const double least : {0.84, 0.92}) {
    const double found = similarity(enough_matches(least));
    RC_ASSERT(found == exact || (found == 0 && exact < least));
  }
  std::size_t common = 0;
  std::string rest = b;
  for (const char letter : a) {
    const std::size_t at = rest.find(letter);
    if (at == std::string::npos) continue;
    rest.erase(at, 1);
    ++common;
  }
  RC_ASSERT(most_in_common(letters_of(a), letters_of(b)) >= common);
}

RC_GTEST_PROP(OneEditProperty, IsTheSameForShortTexts, ()) {
  std::string a = *short_name(), b = a;
  for (int i = *rc::gen::inRange(0, 3); i > 0 && !b.empty(); --i) {
    const auto at = static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(b.size())));
    if (*rc::gen::arbitrary<bool>()) {
      b[at] = 'Q';
    } else {
      std::swap(b[at], b[(at + 1) % b.size()]);
    }
  }
  RC_ASSERT(is_one_edit_short(padded(a), a.size(), padded(b), b.size()) == is_one_edit(a, b));
}

TEST(OneEdit, IsOneSlipOfTheHand) {
  EXPECT_TRUE(is_one_edit("20140312", "20140313"));  // another digit
  EXPECT_TRUE(is_one_edit("20140312", "20140321"));  // neighbours exchanged
  EXPECT_TRUE(is_one_edit("WR5 3DE", "WR5 3D"));     // one left out
  EXPECT_TRUE(is_one_edit("WR5 3DE", "WR15 3DE"));   // one added
  EXPECT_FALSE(is_one_edit("20140312", "20140312"));
  EXPECT_FALSE(is_one_edit("20140312", "20150313"));
  EXPECT_FALSE(is_one_edit("20140312", "21040321"));
  EXPECT_FALSE(is_one_edit("A", "ABC"));
  EXPECT_TRUE(is_one_edit("", "A"));
}

// The National Archives' examples.
TEST(Soundex, FollowsTheNationalArchives) {
  char buffer[4];
  EXPECT_EQ(soundex("WASHINGTON", buffer), "W252");
  EXPECT_EQ(soundex("LEE", buffer), "L000");
  EXPECT_EQ(soundex("GUTIERREZ", buffer), "G362");
  EXPECT_EQ(soundex("PFISTER", buffer), "P236");
  EXPECT_EQ(soundex("JACKSON", buffer), "J250");
  EXPECT_EQ(soundex("TYMCZAK", buffer), "T522");
  EXPECT_EQ(soundex("ASHCRAFT", buffer), "A261");
  EXPECT_EQ(soundex("", buffer), "");
}

}  // namespace
}  // namespace guildhall::linkage
