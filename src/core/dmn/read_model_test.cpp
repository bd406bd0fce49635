#include "dmn/read_model.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace guildhall::dmn {
namespace {

TEST(ReadModel, ReadsEveryModelOfTheConformanceKit) {
  const char* const given = std::getenv("GUILDHALL_SHARED");
  const std::filesystem::path kit =
      std::filesystem::path(given == nullptr ? "../shared" : given) / "conformance" / "dmn-tck";
  if (!std::filesystem::exists(kit)) GTEST_SKIP() << "Needs " << kit << "; set GUILDHALL_SHARED.";
  std::size_t models = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kit)) {
    if (entry.path().extension() != ".dmn") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const Result<Model> model = read_model(text);
    EXPECT_TRUE(model.ok()) << entry.path() << "\n" << to_text(model.problems());
    ++models;
  }
  EXPECT_EQ(models, 101U);
}

}  // namespace
}  // namespace guildhall::dmn
