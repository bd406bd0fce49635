#pragma once

// Learning from stewards: pairs that people have decided tell how right a model is, and make it better.
//
//   std::vector<SampledForReview> sample = draw_for_review(pairs, model, 200, seed);   // spread over all weights
//   ReviewQuality quality = quality_of(answered, model.link_weight);                   // precision and recall, with bounds
//   Learned learned = learn(table, model, decided, expected_matches);                  // m and the thresholds anew
//
// Sampling and bounds: strata of two bits of weight each, as many pairs from each; estimates are weighted by the pairs of a
// stratum (Cochran, "Sampling Techniques", chapter 5), each share being taken as (k + 1) / (n + 2) in the variance, so
// that no stratum counts as certain; the ratio of recall by the delta method.
// Learning: the answer takes the place of the model's own posterior in the sums that m was estimated from (one step of
// EM with these pairs labelled); and as far as answers are more or less often "yes" than their weights said, the
// thresholds move: a shift b of all log odds, the most probable one beside a normal prior of two bits.

#include <cstdint>
#include <span>
#include <vector>

#include "linkage/linkage.h"

namespace guildhall::linkage {

struct SampledForReview {
  WeighedPair pair;
  int stratum = 0;                // Of two bits: the weight is from 2 * stratum to 2 * stratum + 2; the ends are open.
  std::size_t stratum_pairs = 0;  // How many pairs it was drawn from.
};

// At most `count` pairs, as many from each stratum, in the order of the strata, the strongest first. The same pairs for the
// same seed, whatever the order of `pairs`.
std::vector<SampledForReview> draw_for_review(const Table& table, std::span<const WeighedPair> pairs, std::size_t count,
                                              std::uint64_t seed);

struct Answered {
  double weight = 0;
  int stratum = 0;
  std::size_t stratum_pairs = 0;
  bool is_match = false;
};

struct Estimate {
  double value = 0, low = 0, high = 1;  // 95 % bounds.
};

struct ReviewQuality {
  Estimate precision, recall;  // Of linking from a weight on; recall among the pairs that were compared.
};
ReviewQuality quality_of(std::span<const Answered> answered, double link_weight);

struct DecidedPair {
  RecordIndex a = 0, b = 0;
  bool is_match = false;
};

struct Learned {
  Model model;
  double shift = 0;  // In bits: how much more (above 0) likely than their weights said the decided pairs were.
};

// `expected_matches`: how many matches the model's m was learnt from.
Learned learn(const Table& table, const Model& model, std::span<const DecidedPair> decided, double expected_matches);

}  // namespace guildhall::linkage
