#include "base/text.h"

#include <gtest/gtest.h>

namespace guildhall {
namespace {

TEST(Utf8, NamesTheFirstWrongByte) {
  EXPECT_EQ(invalid_utf8_at("Zoë O’Brien 😀"), std::nullopt);
  EXPECT_EQ(invalid_utf8_at("Zo\xEB"), 2u);            // Latin-1
  EXPECT_EQ(invalid_utf8_at("a\xC0\xAF"), 1u);         // overlong
  EXPECT_EQ(invalid_utf8_at("\xED\xA0\x80"), 0u);      // surrogate
  EXPECT_EQ(invalid_utf8_at("ab\xE2\x82"), 2u);        // cut short
  EXPECT_EQ(invalid_utf8_at("\xF4\x90\x80\x80"), 0u);  // beyond U+10FFFF
}

TEST(Text, TrimsAndSqueezes) {
  EXPECT_EQ(trimmed(" \xC2\xA0 Smith\t\r\n"), "Smith");
  EXPECT_EQ(trimmed("\xC2\xA0"), "");
  EXPECT_EQ(squeezed("  Anna \xC2\xA0 Maria  "), "Anna Maria");
  EXPECT_EQ(squeezed(""), "");
}

TEST(Text, FoldsAccentsForComparing) {
  EXPECT_EQ(folded("Zoë Łukasz Müller-Weiß"), "ZOE LUKASZ MULLER-WEISS");
  EXPECT_EQ(folded("×÷"), "×÷");
  EXPECT_EQ(folded("Олег"), "Олег");
  EXPECT_EQ(folded("a\xC3"), "A\xC3");
}

TEST(Text, SplitsKeepingEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ',').size(), 1u);
}

// FIPS 180-2, appendix B.1.
TEST(Sha256, MatchesTheStandardsExample) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Text, ParsesWholeIntegers) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("4 2"), std::nullopt);
  EXPECT_EQ(parse_integer(""), std::nullopt);
  EXPECT_EQ(parse_integer("99999999999999999999"), std::nullopt);
}

}  // namespace
}  // namespace guildhall
