#include "base/spelling.h"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall {
namespace {

TEST(Spelling, CountsWhatIsChangedLeftOutOrPutIn) {
  EXPECT_EQ(edit_distance("check", "check"), 0);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);  // Levenshtein's distance of the textbooks.
  EXPECT_EQ(edit_distance("", "pay"), 3);
  EXPECT_EQ(edit_distance("pay", ""), 3);
}

TEST(Spelling, FindsTheNameThatWasMeant) {
  const std::vector<std::string> names{"applied", "check", "pay"};
  EXPECT_EQ(nearest(names, "chek"), "check");
  EXPECT_EQ(nearest(names, "pays"), "pay");
  EXPECT_EQ(nearest({}, "pay"), "");
  EXPECT_EQ(nearest(names, std::string(201, 'x')), "");
}

}  // namespace
}  // namespace guildhall
