#pragma once

// Learning a model from the records themselves, without anybody saying which pairs match.
//
//  - u: from the frequencies of values where all that agree exactly agree by chance, and from pairs taken at random for
//    the other levels; what matches among them is taken out again.
//  - Candidates for blocking rules are tried out on a sample of their blocks: how many pairs they cost, and how much of
//    the likely matches they find. Rules are chosen one after the other, by matches per cost, under a budget of pairs.
//  - m, and the figures of households and namesakes: expectation-maximization over the patterns of the sampled pairs of all candidate rules
//    together, each rule with shares of each class of its own and without the comparisons it blocks on: these
//    agree because they were asked to. Dempster, Laird & Rubin (1977); Winkler (1988).
//  - The prior: from the matches that the candidates find, each pair counted by the chance that it was sampled by
//    (Horvitz & Thompson, 1952).
//  - The weight from which pairs are linked: where the expected F1 of the pairs is greatest, but never where less than
//    `precision` of the linked pairs is expected to be right.
// Everything is computed from a fixed seed in a fixed order: the same records give the same model, on any number of threads.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "linkage/model.h"
#include "linkage/table.h"

namespace guildhall::linkage {

enum class Pairing : std::uint8_t { All, AcrossFiles };  // All: also within a file

// How many pairs of records there are to choose from.
double pairs_of(const Table& table, Pairing pairing);

struct TrainOptions {
  double pairs_per_record = 6;        // The budget of pairs to look at...
  double least_pairs = 2e6;           // ...but this many in any case.
  double precision = 0.99;            // that pairs to link have to be expected to have, where households matter...
  double precision_of_others = 0.95;  // ...and elsewhere
  Pairing pairing = Pairing::All;
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

struct RuleEstimate {
  BlockingRule rule;
  double pairs = 0;          // that agree on it, too large blocks left out
  double recall = 0;         // the share of likely matches that agree on it
  double added_recall = 0;   // that no rule chosen before it has; 0 where it was not chosen
  double largest_block = 0;  // records, as far as sampled
  bool chosen = false;
};

struct Training {
  Model model;
  std::vector<RuleEstimate> rules;  // The chosen ones first, in their order; then the others.
  double matches = 0;               // that are expected among all pairs
  double expected_recall = 0;       // of the chosen rules together
  double expected_precision = 0;    // of the pairs from the link weight on
  std::vector<std::string> notes;   // What could not be learnt and why: a constant column, an empty one
};

// What training chooses from: all that is sensible for these fields.
std::vector<BlockingRule> candidate_rules(const std::vector<Field>& fields);

// Problems: fewer than two records, no field with two different values, nothing to block on.
Result<Training> train(const Table& table, const TrainOptions& options);

}  // namespace guildhall::linkage
