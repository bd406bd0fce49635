#pragma once

// From weighed pairs to people. What always holds stands at the top of linkage.h.

#include <vector>

#include "linkage/impl/scorer.h"
#include "linkage/linkage.h"

namespace guildhall::linkage {

struct Edge {
  RecordIndex a = 0, b = 0;  // a < b
  MilliBits weight = 0;
  Pattern pattern = 0;
};

// Fills clusters, links and clerical pairs of `result`. `edges` hold each pair of at least the review weight once, and
// pairs that share a number, in any order.
void cluster(const Table& table, const Scorer& scorer, const Model& model, const Decisions& decisions,
             std::vector<Edge> edges, unsigned threads, Linkage& result);

}  // namespace guildhall::linkage
