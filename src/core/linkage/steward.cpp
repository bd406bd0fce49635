#include "linkage/steward.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

constexpr int kLeastStratum = -5, kMostStratum = 12;  // Below -10 and above 24 bits hardly anything is open.
constexpr double kShiftDeviation = 2;                 // In bits, of the prior of the shift.

int stratum_of(double weight) {
  return std::clamp(static_cast<int>(std::floor(weight / 2)), kLeastStratum, kMostStratum);
}

// By which pairs are drawn: the same for a pair in whatever order the records are.
std::uint64_t lot(const Table& table, const WeighedPair& pair, std::uint64_t seed) {
  const std::uint64_t a = hash_of(table.id(pair.a)), b = hash_of(table.id(pair.b));
  return mixed(std::min(a, b) ^ seed, std::max(a, b) | 1);
}

Estimate bounded(double value, double variance) {
  const double reach = 1.96 * std::sqrt(std::max(variance, 0.0));
  return {value, std::max(0.0, value - reach), std::min(1.0, value + reach)};
}

}  // namespace

std::vector<SampledForReview> draw_for_review(const Table& table, std::span<const WeighedPair> pairs, std::size_t count,
                                              std::uint64_t seed) {
  std::map<int, std::vector<std::pair<std::uint64_t, WeighedPair>>> strata;
  for (const WeighedPair& pair : pairs) {
    strata[stratum_of(bits(pair.weight))].emplace_back(lot(table, pair, seed), pair);
  }
  std::vector<SampledForReview> sample;
  std::size_t left = strata.size();
  // Strata with few pairs first: what they don't need goes to the others.
  std::vector<std::pair<std::size_t, int>> by_size;
  for (const auto& [stratum, members] : strata) by_size.emplace_back(members.size(), stratum);
  std::sort(by_size.begin(), by_size.end());
  for (const auto& [size, stratum] : by_size) {
    auto& members = strata[stratum];
    const std::size_t share = std::min(size, (count - sample.size()) / left--);
    std::sort(members.begin(), members.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
    for (std::size_t i = 0; i < share; ++i) sample.push_back({members[i].second, stratum, size});
  }
  std::stable_sort(sample.begin(), sample.end(), [](const SampledForReview& x, const SampledForReview& y) {
    return std::tuple(-x.stratum, -x.pair.weight) < std::tuple(-y.stratum, -y.pair.weight);
  });
  return sample;
}

ReviewQuality quality_of(std::span<const Answered> answered, double link_weight) {
  // A stratum that the weight cuts is two.
  struct Stratum {
    double pairs = 0, seen = 0, matches = 0;
  };
  std::map<int, Stratum> whole;
  std::map<std::pair<int, bool>, Stratum> strata;
  for (const Answered& one : answered) {
    whole[one.stratum].pairs = static_cast<double>(one.stratum_pairs);
    ++whole[one.stratum].seen;
    Stratum& stratum = strata[{one.stratum, one.weight >= link_weight}];
    ++stratum.seen;
    stratum.matches += one.is_match;
  }
  double linked = 0, linked_matches = 0, linked_variance = 0, other_matches = 0, other_variance = 0;
  for (auto& [key, stratum] : strata) {
    stratum.pairs = whole[key.first].pairs * stratum.seen / whole[key.first].seen;
    const double share = stratum.matches / stratum.seen, smoothed = (stratum.matches + 1) / (stratum.seen + 2);
    // Nothing is left to chance where all pairs were seen.
    const double unseen = std::max(0.0, 1 - stratum.seen / std::max(stratum.pairs, stratum.seen));
    const double variance = stratum.pairs * stratum.pairs * smoothed * (1 - smoothed) / stratum.seen * unseen;
    if (key.second) {
      linked += stratum.pairs;
      linked_matches += stratum.pairs * share;
      linked_variance += variance;
    } else {
      other_matches += stratum.pairs * share;
      other_variance += variance;
    }
  }
  ReviewQuality quality;
  quality.precision = linked == 0 ? Estimate{} : bounded(linked_matches / linked, linked_variance / (linked * linked));
  const double all = linked_matches + other_matches;
  if (all > 0) {
    const double recall = linked_matches / all;
    quality.recall = bounded(
        recall, ((1 - recall) * (1 - recall) * linked_variance + recall * recall * other_variance) / (all * all));
  }
  return quality;
}

Learned learn(const Table& table, const Model& model, std::span<const DecidedPair> decided, double expected_matches) {
  Learned learned{model, 0};
  const Scorer scorer(model, table);
  std::vector<std::vector<double>> counts;
  for (const Comparison& comparison : model.comparisons) {
    auto& own = counts.emplace_back();
    for (const ComparisonLevel& level : comparison.levels) own.push_back(level.m_probability * expected_matches);
  }
  std::vector<std::pair<double, bool>> answers;
  for (const DecidedPair& pair : decided) {
    const Pattern pattern = scorer.pattern(table.row(pair.a), table.row(pair.b));
    const double weight = bits(scorer.weight(pattern, table.row(pair.a), table.row(pair.b)));
    answers.emplace_back(weight, pair.is_match);
    const double surprise = (pair.is_match ? 1 : 0) - 1 / (1 + std::exp2(-weight));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const unsigned level = level_of(pattern, i);
      if (level != kMissingLevel) counts[i][level] += surprise;
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    double all = 0;
    for (double& count : counts[i]) all += count = std::max(count, 1e-6 * expected_matches);
    for (std::size_t level = 0; level < counts[i].size(); ++level) {
      learned.model.comparisons[i].levels[level].m_probability = std::clamp(counts[i][level] / all, 1e-6, 1.0);
    }
  }
  // The shift: where the slope of the log posterior is 0, by halving. It falls in b.
  double low = -20, high = 20;
  for (int step = 0; step < 60; ++step) {
    const double shift = (low + high) / 2;
    double slope = -shift / (kShiftDeviation * kShiftDeviation) / std::log(2.0);
    for (const auto& [weight, is_match] : answers) slope += (is_match ? 1 : 0) - 1 / (1 + std::exp2(-(weight + shift)));
    (slope > 0 ? low : high) = shift;
  }
  learned.shift = (low + high) / 2;
  learned.model.link_weight -= learned.shift;
  learned.model.review_weight -= learned.shift;
  return learned;
}

}  // namespace guildhall::linkage
