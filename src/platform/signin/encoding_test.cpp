#include "signin/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::signin {
namespace {

// RFC 4648, section 10, without its padding.
TEST(Base32, MatchesTheStandardsVectors) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Base32, ReadsWhatPeopleType) {
  EXPECT_EQ(*parse_base32("mzxw 6ytb oi"), "foobar");
  EXPECT_EQ(parse_base32("MZX1").problems()[0].where, "character 4");
}

TEST(Base64url, MatchesTheStandardsVectors) {
  EXPECT_EQ(base64url("foob"), "Zm9vYg");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xFB\xFF"), "-_8");
}

TEST(Base64, MatchesTheStandardsVectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

// "Zm9vYh" would decode to "foob" too, if the last four bits were ignored.
TEST(Base64url, HasOneTextForEachValue) {
  EXPECT_TRUE(parse_base64url("Zm9vYg").ok());
  for (const char* text : {"Zm9vYh", "Zm9vYg==", "Zm9vY", "Zm9v Yg", "Zm9+", "Z"}) {
    EXPECT_FALSE(parse_base64url(text).ok()) << text;
  }
}

RC_GTEST_PROP(Encoding, ReadsBackWhatItWrote, (const std::string& bytes)) {
  RC_ASSERT(*parse_base32(base32(bytes)) == bytes);
  RC_ASSERT(*parse_base64url(base64url(bytes)) == bytes);
}

}  // namespace
}  // namespace guildhall::signin
