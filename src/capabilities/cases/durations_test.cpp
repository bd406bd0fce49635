#include "cases/durations.h"

#include <gtest/gtest.h>

#include <cmath>

namespace guildhall::cases {
namespace {

using std::chrono::microseconds;

TEST(Durations, NothingHasNoPercentiles) {
  EXPECT_FALSE(Durations().percentile(50));
  EXPECT_FALSE(Durations().mean());
}

TEST(Durations, PercentilesAreTheNearestRank) {
  // Of 15, 20, 35, 40, 50 the 30th percentile is rank ceil(1.5) = 2, the 40th rank 2, the 50th rank 3, the 100th rank 5.
  Durations durations;
  for (const int each : {40, 15, 50, 20, 35}) durations.add(microseconds(each));
  EXPECT_EQ(durations.percentile(30), microseconds(20));
  EXPECT_EQ(durations.percentile(40), microseconds(20));
  EXPECT_EQ(durations.percentile(50), microseconds(35));
  EXPECT_EQ(durations.percentile(100), microseconds(50));
  EXPECT_EQ(durations.percentile(1), microseconds(15));
  EXPECT_EQ(durations.mean(), microseconds(32));  // 160 / 5
}

TEST(Durations, LessThanNoneIsNone) {
  Durations durations;
  durations.add(microseconds(-5));
  EXPECT_EQ(durations.percentile(50), microseconds(0));
}

TEST(Durations, ManyAreWithinOnePercent) {
  Durations durations, evens;
  const int count = 100'000;
  for (int i = 1; i <= count; ++i) (i % 2 == 0 ? evens : durations).add(microseconds(std::int64_t{i} * 1'000'000));
  durations.add(evens);
  EXPECT_FALSE(durations.exact());
  EXPECT_EQ(durations.count(), 100'000U);
  EXPECT_EQ(durations.mean(), microseconds(50'000'500'000));
  for (const int percent : {1, 10, 50, 90, 99, 100}) {
    const double exact = 1e6 * 1'000 * percent;
    EXPECT_NEAR(static_cast<double>(durations.percentile(percent)->count()), exact, exact * 0.01) << percent;
  }
}

TEST(Durations, AddedTogetherFewStayExact) {
  Durations one, other;
  one.add(microseconds(3));
  other.add(microseconds(1));
  one.add(other);
  EXPECT_TRUE(one.exact());
  EXPECT_EQ(one.percentile(50), microseconds(1));
  EXPECT_EQ(one.percentile(51), microseconds(3));
}

}  // namespace
}  // namespace guildhall::cases
