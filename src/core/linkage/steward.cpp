#include "linkage/steward.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "linkage/explain.h"
#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

constexpr int kLeastStratum = -5, kMostStratum = 12;  // Below -10 and above 24 bits hardly anything is open.
constexpr double kShiftDeviation = 2;                 // In bits, of the prior of the shift...
constexpr double kSlopeDeviation = 0.3;               // ...and of the slope.
constexpr double kMostPairs = 50;                     // That an answer counts for.
constexpr double kLeastKept = 0.1;                    // Of what the model took for matches at a level.
constexpr double kMostWeight = 30;                    // In bits: beyond, nothing is learnt from how much.

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

void learn_m(const Table& table, const Model& model, std::span<const DecidedPair> decided, double expected_matches,
             Model& learned) {
  const Scorer scorer(model, table);
  std::vector<std::vector<double>> counts;
  for (const Comparison& comparison : model.comparisons) {
    auto& own = counts.emplace_back();
    for (const ComparisonLevel& level : comparison.levels) own.push_back(level.m_probability * expected_matches);
  }
  for (const DecidedPair& pair : decided) {
    const Pattern pattern = scorer.pattern(table.row(pair.a), table.row(pair.b));
    const double weight = bits(scorer.weight(pattern, table.row(pair.a)));
    const double surprise = (pair.is_match ? 1 : 0) - 1 / (1 + std::exp2(-weight));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const unsigned level = level_of(pattern, i);
      if (level != kMissingLevel) counts[i][level] += surprise * std::clamp(pair.stands_for, 1.0, kMostPairs);
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    double all = 0;
    for (std::size_t level = 0; level < counts[i].size(); ++level) {
      const double before = model.comparisons[i].levels[level].m_probability * expected_matches;
      all += counts[i][level] = std::max(counts[i][level], kLeastKept * before);
    }
    for (std::size_t level = 0; level < counts[i].size(); ++level) {
      learned.comparisons[i].levels[level].m_probability = std::clamp(counts[i][level] / all, 1e-6, 1.0);
    }
  }
}

struct Judged {
  double weight = 0;
  bool is_match = false;
  double stands_for = 0;
};

double probability_at(double weight, double shift, double slope) {
  return 1 / (1 + std::exp2(-(slope * weight + shift)));
}

// The most probable shift and slope, by Newton's method: the log posterior is concave.
void fit_line(std::span<const Judged> judged, double& shift, double& slope) {
  const double unit = std::log(2.0);
  for (int step = 0; step < 50; ++step) {
    double by_shift = -shift / (kShiftDeviation * kShiftDeviation),
           by_slope = -(slope - 1) / (kSlopeDeviation * kSlopeDeviation);
    double shift_shift = 1 / (kShiftDeviation * kShiftDeviation), shift_slope = 0,
           slope_slope = 1 / (kSlopeDeviation * kSlopeDeviation);
    for (const Judged& one : judged) {
      const double weight = std::clamp(one.weight, -kMostWeight, kMostWeight);
      const double probability = probability_at(weight, shift, slope);
      const double surprise = unit * ((one.is_match ? 1 : 0) - probability);
      const double curve = unit * unit * probability * (1 - probability);
      by_shift += surprise;
      by_slope += surprise * weight;
      shift_shift += curve;
      shift_slope += curve * weight;
      slope_slope += curve * weight * weight;
    }
    const double determinant = shift_shift * slope_slope - shift_slope * shift_slope;
    // Steps are kept short, so that none leaves the neighbourhood where the curve is what it was taken to be.
    const double to_shift = (slope_slope * by_shift - shift_slope * by_slope) / determinant;
    const double to_slope = (shift_shift * by_slope - shift_slope * by_shift) / determinant;
    shift += std::clamp(to_shift, -1.0, 1.0);
    slope = std::max(0.1, slope + std::clamp(to_slope, -0.1, 0.1));
    if (std::abs(to_shift) < 1e-12 && std::abs(to_slope) < 1e-12) break;
  }
}

void choose_link_weight(std::vector<Judged> judged, double precision, Learned& learned) {
  std::erase_if(judged, [](const Judged& one) { return one.stands_for <= 0; });
  std::sort(judged.begin(), judged.end(), [](const Judged& x, const Judged& y) { return x.weight > y.weight; });
  const auto right_of = [&](const Judged& one) {
    return one.stands_for * probability_at(one.weight, learned.shift, learned.slope);
  };
  double matches = 0;
  for (const Judged& one : judged) matches += right_of(one);
  // Where nothing reaches it: from the weight at which a pair would.
  learned.model.link_weight = (std::log2(precision / (1 - precision)) - learned.shift) / learned.slope;
  double right = 0, taken = 0, best = -1;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    right += right_of(judged[i]);
    taken += judged[i].stands_for;
    if (i + 1 < judged.size() && judged[i + 1].weight == judged[i].weight) continue;
    const double f1 = 2 * right / (taken + matches);
    if (right / taken < precision || f1 <= best) continue;
    best = f1;
    learned.precision = right / taken;
    learned.model.link_weight = judged[i].weight;
  }
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
    Stratum& stratum = strata[{one.stratum, one.weight >= link_weight && !one.is_refused}];
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

Learned learn(const Table& table, const Model& model, std::span<const DecidedPair> decided,
              const LearnOptions& options) {
  Learned learned{model, 0, 1, std::nullopt};
  if (!decided.empty()) learn_m(table, model, decided, std::max(options.expected_matches, 1.0), learned.model);
  const Scorer scorer(learned.model, table);
  std::vector<Judged> judged;
  bool has_sample = false;
  for (const DecidedPair& pair : decided) {
    const ValueId* a = table.row(pair.a);
    const ValueId* b = table.row(pair.b);
    if (rule_against(table, model, scorer, pair.a, pair.b)) continue;
    const double weight = bits(scorer.weight(a, b));
    judged.push_back({weight, pair.is_match, pair.stands_for});
    has_sample |= pair.stands_for > 0;
  }
  fit_line(judged, learned.shift, learned.slope);
  // Where the odds are what they were taken to be.
  const auto moved = [&](double weight) { return (weight - learned.shift) / learned.slope; };
  learned.model.link_weight = moved(model.link_weight);
  if (has_sample) choose_link_weight(judged, options.precision, learned);
  learned.model.review_weight = std::min(moved(model.review_weight), learned.model.link_weight);
  return learned;
}

}  // namespace guildhall::linkage
