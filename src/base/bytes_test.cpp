#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

namespace guildhall {
namespace {

std::string all_of(ByteSource& bytes) {
  std::string text;
  std::array<char, 3> few;
  while (const std::size_t count = bytes.read(few)) text.append(few.data(), count);
  return text;
}

TEST(Bytes, MemoryIsGivenInPieces) {
  MemoryBytes bytes("ssd_person");
  EXPECT_EQ(all_of(bytes), "ssd_person");
  std::array<char, 1> one;
  EXPECT_EQ(bytes.read(one), 0U);
}

TEST(Bytes, AFileIsReadInOrder) {
  const std::string path = testing::TempDir() + "guildhall_bytes_test.csv";
  std::ofstream(path) << "CHILD,DOB\n";
  Result<FileBytes> bytes = FileBytes::open(path);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(all_of(*bytes), "CHILD,DOB\n");
  std::remove(path.c_str());
}

TEST(Bytes, AFileThatIsNotThereSaysSo) {
  const Result<FileBytes> bytes = FileBytes::open("/nowhere/ssd_person.csv");
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(to_text(bytes.problems()),
            "/nowhere/ssd_person.csv: There is no such file. Check its name and who may read it.");
}

}  // namespace
}  // namespace guildhall
