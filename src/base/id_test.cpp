#include "base/id.h"

#include <gtest/gtest.h>

#include <set>

namespace guildhall {
namespace {

// RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
TEST(Uuid, Version7MatchesTheStandardsExample) {
  const Uuid uuid = Uuid::version7(from_microseconds(0x017F22E279B0LL * 1000), 0x0CC3, 0x18C4DC0C0C07398F);
  EXPECT_EQ(uuid.text(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_EQ(*Uuid::parse(uuid.text()), uuid);
}

TEST(Uuid, RefusesWhatIsNone) {
  for (const char* text : {"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2x79b0-7cc3-98c4-dc0c0c07398f",
                           "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(Uuid::parse(text).ok()) << text;
  }
}

TEST(Uuid, NewOnesDiffer) {
  std::set<Uuid> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(new_uuid());
  EXPECT_EQ(seen.size(), 10'000u);
}

}  // namespace
}  // namespace guildhall
