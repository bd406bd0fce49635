#include "app/arguments.h"

#include <gtest/gtest.h>

namespace guildhall::app {
namespace {

Result<Arguments> parsed(std::vector<std::string_view> words) {
  return Arguments::parse(words, {.valued = {"data", "port"}, .flags = {"help"}});
}

TEST(Arguments, ReadsOptionsFlagsAndTheRest) {
  const auto arguments = parsed({"census", "--data", "/srv/x", "a.csv", "--port=81", "--help", "--", "--b.csv"});
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(arguments->value("data"), "/srv/x");
  EXPECT_EQ(*arguments->number_or("port", 8480, 0, 65535), 81);
  EXPECT_TRUE(arguments->flag("help"));
  EXPECT_EQ(arguments->rest(), (std::vector<std::string>{"census", "a.csv", "--b.csv"}));
}

TEST(Arguments, SaysAllThatIsWrongAtOnce) {
  const auto arguments = parsed({"--dtaa", "x", "--help=yes", "--port", "1", "--port", "2", "--data"});
  ASSERT_FALSE(arguments.ok());
  EXPECT_EQ(to_text(arguments.problems()),
            "--dtaa: This command has no such option. Its options are --data, --port, --help.\n"
            "--help: This command has no such option. Its options are --data, --port, --help.\n"
            "--port: This option is given twice. Give it once.\n"
            "--data: This option needs a value. Write it after the option: --data VALUE.");
}

TEST(Arguments, RefusesNumbersOutOfRange) {
  EXPECT_FALSE(parsed({"--port", "65536"})->number_or("port", 8480, 0, 65535).ok());
  EXPECT_FALSE(parsed({"--port", "http"})->number_or("port", 8480, 0, 65535).ok());
  EXPECT_EQ(*parsed({})->number_or("port", 8480, 0, 65535), 8480);
}

TEST(Arguments, ReadsNumbersWithAPoint) {
  EXPECT_DOUBLE_EQ(*parsed({"--port", "0.995"})->real_or("port", 0.99, 0.5, 1), 0.995);
  EXPECT_DOUBLE_EQ(*parsed({})->real_or("port", 0.99, 0.5, 1), 0.99);
  for (const std::string_view word : {"2", "nan", "inf", "0.9x", "", "0,9"}) {
    EXPECT_FALSE(parsed({"--port", word})->real_or("port", 0.99, 0.5, 1).ok()) << word;
  }
  EXPECT_EQ(to_text(parsed({"--port", "2"})->real_or("port", 0.99, 0.5, 1).problems()),
            "--port: This is not a number from 0.5 to 1. Write it in digits, with a point: 0.99.");
}

}  // namespace
}  // namespace guildhall::app
