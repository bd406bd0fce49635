#pragma once

// From weighed pairs to people. What always holds stands at the top of linkage.h.

#include <memory>
#include <span>
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

// Why each of these pairs would wait for a steward, as far as its two records tell.
std::vector<ClericalReason> reasons_of(const Table& table, const Scorer& scorer, const Model& model,
                                       const Decisions& decisions, std::span<const Edge> edges);

// ClericalPair::information of a pair between clusters of so many records.
double information_of(ClericalReason reason, MilliBits weight, std::size_t records, std::size_t other_records);

// Clusters that change with their records. The table may grow in between; the references have to stay. Not shared between
// threads.
class LivingClusters {
 public:
  LivingClusters(const Table& table, const Scorer& scorer, const Model& model, const Decisions& decisions);
  ~LivingClusters();

  // Takes these records out of their clusters and joins them anew, as cluster() would: `edges` are all those among them,
  // and no edge that could join leads elsewhere. Those of what hangs together are together, and may be put in order:
  // `first_edges` says where each such component begins.
  void recluster(std::span<const RecordIndex> records, std::span<Edge> edges, std::span<const std::size_t> first_edges,
                 unsigned threads);
  RecordIndex root(RecordIndex record) const;  // The same for all records of a cluster, until the next recluster().

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::linkage
