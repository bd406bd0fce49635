#pragma once

// How right a linkage is, where the truth is known. The truth is never an input of training or linking.

#include <cstdint>
#include <span>
#include <vector>

#include "linkage/linkage.h"

namespace guildhall::linkage {

struct Quality {
  double precision = 0, recall = 0, f1 = 0;
  double weight = 0;  // From which pairs are taken; in bits.
};

struct Evaluation {
  std::size_t true_pairs = 0;
  Quality pair_own;   // Pairs from the model's link weight on.
  Quality pair_best;  // At the weight with the greatest F1.
  Quality cluster_own;
  double blocking_recall = 0;
  // The greatest recall with a precision of at least .999: of pairs alone, at any weight; and of clusters, from links at
  // any weight that is not below the model's own.
  double recall_at_precision_999 = 0, cluster_recall_at_precision_999 = 0;
  // Of persons of one household and birth date, both with rows: how many pairs have rows in one cluster.
  std::size_t twins = 0, twins_merged = 0;
};

// `truth`: by record, a number for each person; 0: not known, such records count in no pair. `households` the same for
// homes, or empty: then twins are not counted.
Evaluation evaluate(const Table& table, const Model& model, const Linkage& linked, std::span<const WeighedPair> pairs,
                    std::span<const std::uint64_t> truth, std::span<const std::uint64_t> households, Pairing pairing);

}  // namespace guildhall::linkage
