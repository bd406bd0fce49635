#include "linkage/similarity.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

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
