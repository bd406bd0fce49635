#include "linkage/steward.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "linkage/explain.h"

namespace guildhall::linkage {
namespace {

TEST(Review, EstimatesPrecisionAndRecallByStrata) {
  // 1,000 pairs at 10 bits of which 10 were seen, all right; 100 at 2 bits, all seen, half right; linked from 4 bits on.
  std::vector<Answered> answered;
  for (int i = 0; i < 10; ++i) answered.push_back({10, 5, 1'000, true, false});
  for (int i = 0; i < 100; ++i) answered.push_back({2, 1, 100, i % 2 == 0, false});
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
    decided.push_back({a, b, true, 0});
  }
  const Learned learned = learn(table, model, decided, {.expected_matches = 100});
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
  EXPECT_LT(learn(table, model, decided, {.expected_matches = 100}).shift, 0);
  EXPECT_NEAR(learn(table, model, {}, {.expected_matches = 100}).shift, 0, 1e-9);
}

TEST(Review, CountsNoPairAsLinkedThatARuleRefuses) {
  // Two strong pairs, one of them twins whom a rule keeps apart, and who are two people.
  const std::vector<Answered> answered = {{10, 5, 2, true, false}, {10, 5, 2, false, true}};
  const ReviewQuality quality = quality_of(answered, 4);
  EXPECT_DOUBLE_EQ(quality.precision.value, 1);
  EXPECT_DOUBLE_EQ(quality.recall.value, 1);
}

// Pairs of surnames that are spelt alike, a little alike, and not; one birth date.
TEST(Learning, LinksFromWhereASampleIsRightOftenEnough) {
  const std::vector<std::string> header = {"name", "dob"};
  const auto fields = *read_field_map(R"({"name": "surname", "dob": "birth_date"})", header);
  Table table(fields);
  const auto add = [&](const std::string& id, std::string_view name, std::string_view born) {
    const std::string_view cells[] = {name, born};
    return table.add(id, 0, cells);
  };
  Model model = untrained_model(fields);
  model.prior = 1e-4;
  model.household_prior = 0;
  std::vector<DecidedPair> decided;
  for (int i = 0; i < 60; ++i) {
    const std::string day = "2014-03-" + std::to_string(10 + i % 20), number = std::to_string(i);
    // The same name and day: one person. A name that is a little alike, and the day: hardly ever.
    const RecordIndex a = add("a" + number, "Okonkwo", day), b = add("b" + number, "Okonkwo", day),
                      c = add("c" + number, "Okonedo", day);
    decided.push_back({a, b, true, 10});
    decided.push_back({a, c, i % 20 == 0, 10});
  }
  // The model, who took the second kind to be likely, too, links both.
  for (ComparisonLevel& level : model.comparisons[0].levels) {
    if (level.kind == LevelKind::JaroWinkler && level.threshold < 0.9) level.u_probability = 1e-3;
  }
  model.link_weight = 0;
  const auto weight = [&](const Model& of, RecordIndex a, RecordIndex b) { return explain(table, of, a, b).weight; };
  ASSERT_GT(weight(model, 0, 2), 0);
  const Learned learned = learn(table, model, decided, {.expected_matches = 200, .precision = 0.95});
  ASSERT_TRUE(learned.precision);
  EXPECT_GE(*learned.precision, 0.95);
  EXPECT_GE(weight(learned.model, 0, 1), learned.model.link_weight);
  EXPECT_LT(weight(learned.model, 0, 2), learned.model.link_weight);
  EXPECT_LE(learned.model.review_weight, learned.model.link_weight);
  EXPECT_TRUE(check_model(learned.model).ok());
}

TEST(Learning, LeavesAModelAsItIsWithoutAnswers) {
  const std::vector<std::string> header = {"name"};
  const auto fields = *read_field_map(R"({"name": "surname"})", header);
  const Model model = untrained_model(fields);
  EXPECT_EQ(to_json(learn(Table(fields), model, {}, {}).model), to_json(model));
}

}  // namespace
}  // namespace guildhall::linkage
