#pragma once

// From weighed pairs to people. What always holds stands at the top of matching.h.

#include "matching/impl/compare.h"
#include "matching/matching.h"

namespace guildhall::matching {

// A pair whose weight reached the model's review weight, or that shares a number.
struct Edge {
  std::uint32_t a = 0, b = 0;  // rank(a) < rank(b)
  Assessment assessment;
};

struct DecidedPair {
  std::uint32_t a = 0, b = 0;
};

// Fills the clusters, links and clerical pairs of `result`. `ranks` is the place of each record in the order of keys,
// which breaks every tie. `edges` hold each pair once, in any order.
void cluster(const Prepared& prepared, const Scorer& scorer, const Model& model,
             const std::vector<std::uint32_t>& ranks, std::vector<Edge> edges, std::vector<DecidedPair> always,
             const std::vector<DecidedPair>& never, LinkageResult& result);

}  // namespace guildhall::matching
