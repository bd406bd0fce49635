#pragma once

// Learning from stewards: pairs that people have decided tell how right a model is, and make it better.
//
//   std::vector<SampledForReview> sample = draw_for_review(table, pairs, 200, seed);   // spread over all weights
//   ReviewQuality quality = quality_of(answered, model.link_weight);                   // precision and recall, with bounds
//   Learned learned = learn(table, model, decided, {.expected_matches = …});           // m and the thresholds anew
//
// Sampling and bounds: strata of two bits of weight each, as many pairs from each; estimates are weighted by the pairs of a
// stratum (Cochran, "Sampling Techniques", chapter 5), each share being taken as (k + 1) / (n + 2) in the variance, so
// that no stratum counts as certain; the ratio of recall by the delta method. Pairs that a rule about persons refuses are
// not linked, whatever their weight.
// Learning, in three steps:
//  1. m: an answer takes the place of the model's own probability in the sums that m was estimated from: one step of
//     expectation-maximization with these pairs labelled, the model's m counting as much as the matches it was learnt from.
//     A pair of a sample counts for as many as it was drawn from (Horvitz & Thompson, 1952), but for fifty at most, so that
//     a single slip of a steward can't turn a model over (weight trimming: Potter, 1990); nor does a level lose more than
//     nine tenths of its matches at once.
//  2. How right the new weights are: log odds = slope x weight + shift (Platt, 1999, "Probabilistic outputs for support
//     vector machines"), the most probable such line beside normal priors of 1 +- 0.3 and of 0 +- 2 bits. Pairs that a rule
//     refuses take no part: it is not their weight that decides.
//  3. The link weight: where, by these odds and among the pairs that the sample stands for, F1 is greatest, but never where
//     less than `precision` of the linked pairs would be right. Without a sample, where the odds are what they were taken
//     to be at the model's own link weight. The review weight moves likewise.

#include <cstdint>
#include <optional>
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
  bool is_refused = false;  // By a rule about persons; see rule_against.
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
  double stands_for = 0;  // How many pairs, where it was drawn at random; 0: it was not, as in the clerical queue.
};

struct LearnOptions {
  double expected_matches = 0;  // How many matches the model's m was learnt from.
  double precision = 0.99;      // That linked pairs have to have.
};

struct Learned {
  Model model;
  double shift = 0, slope = 1;      // Of the true log odds over the new weights; in bits.
  std::optional<double> precision;  // That is expected from the new link weight on, where there was a sample.
};

Learned learn(const Table& table, const Model& model, std::span<const DecidedPair> decided,
              const LearnOptions& options);

}  // namespace guildhall::linkage
