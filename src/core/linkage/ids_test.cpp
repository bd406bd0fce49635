#include "linkage/ids.h"

#include <gtest/gtest.h>

namespace guildhall::linkage {
namespace {

const Uuid kOld = *Uuid::parse("01900000-0000-7000-8000-000000000001");
const Uuid kNew = *Uuid::parse("01950000-0000-7000-8000-000000000002");

using Clusters = std::vector<std::vector<std::string>>;

TEST(AssignIds, APersonWhoGrowsOrLosesARecordKeepsTheId) {
  const std::vector<PreviousMember> previous = {{"a", kOld}, {"b", kOld}, {"c", kNew}, {"gone", kNew}};
  const auto ids = assign_ids(previous, Clusters{{"a", "b", "x"}, {"c"}, {"y"}});
  EXPECT_EQ(ids[0].id, kOld);
  EXPECT_EQ(ids[0].fate, IdFate::Kept);
  EXPECT_EQ(ids[1].id, kNew);
  EXPECT_EQ(ids[1].fate, IdFate::Kept);
  EXPECT_EQ(ids[2].id, std::nullopt);
  EXPECT_EQ(ids[2].fate, IdFate::Created);
}

TEST(AssignIds, OfTwoPeopleWhoAreOneTheLargerKeepsTheIdThenTheOlder) {
  const std::vector<PreviousMember> larger = {{"a", kOld}, {"b", kNew}, {"c", kNew}};
  auto ids = assign_ids(larger, Clusters{{"a", "b", "c"}});
  EXPECT_EQ(ids[0].id, kNew);
  EXPECT_EQ(ids[0].fate, IdFate::Merged);
  EXPECT_EQ(ids[0].merged_ids, std::vector<Uuid>{kOld});

  const std::vector<PreviousMember> alike = {{"b", kNew}, {"a", kOld}};
  ids = assign_ids(alike, Clusters{{"a", "b"}});
  EXPECT_EQ(ids[0].id, kOld);
  EXPECT_EQ(ids[0].merged_ids, std::vector<Uuid>{kNew});
}

TEST(AssignIds, OfOnePersonWhoIsTwoTheLargerPartKeepsTheId) {
  const std::vector<PreviousMember> previous = {{"a", kOld}, {"b", kOld}, {"c", kOld}, {"d", kOld}};
  auto ids = assign_ids(previous, Clusters{{"d"}, {"a", "b", "c"}});
  EXPECT_EQ(ids[0].id, std::nullopt);
  EXPECT_EQ(ids[0].fate, IdFate::Split);
  EXPECT_EQ(ids[0].split_from, kOld);
  EXPECT_EQ(ids[1].id, kOld);

  ids = assign_ids(previous, Clusters{{"b", "d"}, {"c", "a"}});  // alike: the part with the least key
  EXPECT_EQ(ids[0].split_from, kOld);
  EXPECT_EQ(ids[1].id, kOld);
}

TEST(AssignIds, TwoPeopleWhoExchangeRecordsKeepTheirIds) {
  const std::vector<PreviousMember> previous = {{"a", kOld}, {"b", kOld}, {"c", kOld},
                                                {"d", kNew}, {"e", kNew}, {"f", kNew}};
  const auto ids = assign_ids(previous, Clusters{{"a", "b", "d"}, {"c", "e", "f"}});
  EXPECT_EQ(ids[0].id, kOld);
  EXPECT_EQ(ids[1].id, kNew);
  EXPECT_EQ(ids[0].fate, IdFate::Kept);
  EXPECT_TRUE(ids[0].merged_ids.empty());
}

}  // namespace
}  // namespace guildhall::linkage
