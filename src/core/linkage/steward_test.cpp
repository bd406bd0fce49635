#include "linkage/steward.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace guildhall::linkage {
namespace {

TEST(Review, EstimatesPrecisionAndRecallByStrata) {
  // 1,000 pairs at 10 bits of which 10 were seen, all right; 100 at 2 bits, all seen, half right; linked from 4 bits on.
  std::vector<Answered> answered;
  for (int i = 0; i < 10; ++i) answered.push_back({10, 5, 1'000, true});
  for (int i = 0; i < 100; ++i) answered.push_back({2, 1, 100, i % 2 == 0});
  const ReviewQuality quality = quality_of(answered, 4);
  EXPECT_DOUBLE_EQ(quality.precision.value, 1);
  // sqrt(11/12 * 1/12 / 10 * 0.99) = 0.087: ten answers can't be certain of a thousand pairs.
  EXPECT_NEAR(quality.precision.low, 1 - 1.96 * 0.08697, 1e-4);
  EXPECT_DOUBLE_EQ(quality.precision.high, 1);
  EXPECT_NEAR(quality.recall.value, 1'000.0 / 1'050, 1e-12);
  EXPECT_LT(quality.recall.low, quality.recall.value);
}

TEST(Review, DrawsFromAllWeightsAndNotByTheOrderOfRecords) {
  Table table(*read_field_map(R"({"name": "surname"})", std::vector<std::string>{"name"}));
  for (int i = 0; i < 200; ++i) {
    const std::string_view cell = "Smith";
    table.add(std::to_string(i), 0, std::span(&cell, 1));
  }
  std::vector<WeighedPair> pairs;
  for (RecordIndex i = 0; i + 1 < 200; ++i) pairs.push_back({i, i + 1, i < 190 ? 20'000 : 1'000});
  const auto sample = draw_for_review(table, pairs, 40, 7);
  ASSERT_EQ(sample.size(), 40u);
  EXPECT_EQ(std::count_if(sample.begin(), sample.end(), [](const auto& one) { return one.stratum == 0; }), 9);
  std::reverse(pairs.begin(), pairs.end());
  const auto again = draw_for_review(table, pairs, 40, 7);
  const auto ids = [](const auto& all) {
    std::set<RecordIndex> first;
    for (const auto& one : all) first.insert(one.pair.a);
    return first;
  };
  EXPECT_EQ(ids(sample), ids(again));
}

TEST(Learning, MovesMAndThresholdsTowardsTheAnswers) {
  const std::vector<std::string> header = {"name", "dob"};
  const auto fields = *read_field_map(R"({"name": "surname", "dob": "birth_date"})", header);
  Table table(fields);
  const auto add = [&](std::string id, std::string_view name, std::string_view born) {
    const std::string_view cells[] = {name, born};
    return table.add(id, 0, cells);
  };
  Model model = untrained_model(fields);
  model.prior = 1e-4;
  std::vector<DecidedPair> decided;
  // Stewards say of one slip after the other in the birth date that it is one person.
  for (int i = 0; i < 30; ++i) {
    const std::string name = "Okafor" + std::string(1, static_cast<char>('a' + i % 26));
    const RecordIndex a = add("a" + std::to_string(i), name, "2014-03-12"),
                      b = add("b" + std::to_string(i), name, "2014-03-13");
    decided.push_back({a, b, true});
  }
  const Learned learned = learn(table, model, decided, 100);
  const auto m_of = [](const Model& of, LevelKind kind) {
    for (const ComparisonLevel& level : of.comparisons[1].levels) {
      if (level.kind == kind) return level.m_probability;
    }
    return 0.0;
  };
  EXPECT_GT(m_of(learned.model, LevelKind::OneEdit), m_of(model, LevelKind::OneEdit));
  EXPECT_LT(m_of(learned.model, LevelKind::Exact), m_of(model, LevelKind::Exact));
  EXPECT_GT(learned.shift, 0);
  EXPECT_LT(learned.model.link_weight, model.link_weight);
  for (DecidedPair& pair : decided) pair.is_match = false;
  EXPECT_LT(learn(table, model, decided, 100).shift, 0);
  EXPECT_NEAR(learn(table, model, {}, 100).shift, 0, 1e-9);
}

}  // namespace
}  // namespace guildhall::linkage
