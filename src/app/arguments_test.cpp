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

}  // namespace
}  // namespace guildhall::app
