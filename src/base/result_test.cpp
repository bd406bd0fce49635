#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace guildhall {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Problem{"This number is odd.", "number", "Give an even number."};
  return number / 2;
}

Result<int> quarter(int number) {
  return TRY(half(TRY(half(number))));
}

Result<void> must_be_even(int number) {
  TRY(half(number));
  return {};
}

TEST(Result, CarriesAValueOrItsProblems) {
  EXPECT_EQ(*half(8), 4);
  ASSERT_FALSE(half(7).ok());
  EXPECT_EQ(half(7).problems()[0].remedy, "Give an even number.");
}

TEST(Result, TryPassesProblemsUp) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_EQ(to_text(quarter(6).problems()), "number: This number is odd. Give an even number.");
  EXPECT_TRUE(must_be_even(2).ok());
  EXPECT_FALSE(must_be_even(3).ok());
}

TEST(Result, MovesWhatCannotBeCopied) {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  auto use = [&]() -> Result<int> {
    std::unique_ptr<int> five = TRY(make());
    return *five;
  };
  EXPECT_EQ(*use(), 5);
}

TEST(Check, NamesThePlace) {
  try {
    check(false, "a token without a place");
    FAIL() << "check let a broken invariant pass";
  } catch (const BrokenInvariant& broken) {
    EXPECT_NE(std::string(broken.what()).find("result_test.cpp"), std::string::npos);
    EXPECT_NE(std::string(broken.what()).find("a token without a place"), std::string::npos);
  }
}

}  // namespace
}  // namespace guildhall
