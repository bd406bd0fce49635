#include "base/log.h"

#include <gtest/gtest.h>

#include <string>

namespace guildhall {
namespace {

// What must not compile: a log field made of text from outside.
static_assert(!std::is_constructible_v<LogField, Literal, std::string>);
static_assert(!std::is_constructible_v<LogField, Literal, std::string_view>);

TEST(Log, WritesOneJsonObjectALine) {
  testing::internal::CaptureStderr();
  log(LogLevel::Info, "extract.loaded",
      {{"extract", *Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")},
       {"rows", 88421},
       {"again", false},
       {"format", "census"},
       {"took", std::chrono::microseconds(1500)}});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find(R"("level":"info","event":"extract.loaded","extract":"017f22e2-79b0-7cc3-98c4-dc0c0c07398f",)"
                      R"("rows":88421,"again":false,"format":"census","took":1.500})"),
            std::string::npos)
      << line;
  EXPECT_EQ(line.back(), '\n');
}

TEST(Log, NamesTheBrokenInvariantsPlaceAndTheThrownType) {
  testing::internal::CaptureStderr();
  try {
    check(false, "no child has two birthdays");
  } catch (const BrokenInvariant& broken) {
    log(LogLevel::Error, "test.caught", {{"place", broken.place()}, {"thrown", typeid(broken)}});
  }
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find(R"("place":"log_test.cpp:33","thrown":"N9guildhall15BrokenInvariantE"})"), std::string::npos)
      << line;
}

TEST(Log, DropsWhatIsBelowTheLevel) {
  testing::internal::CaptureStderr();
  log(LogLevel::Debug, "not.shown");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace guildhall
