#pragma once

// Linkage: which records are about one person, or one thing.
//
//   LoadedTable data = …TableReader…;                        // table.h: records as columns of prepared values
//   Training training = TRY(train(data.table, options));     // train.h: a model, learnt without knowing the answer
//   Linkage linked = TRY(link(data.table, training.model, decisions, {.threads = 2}));
//   linked.cluster_of[record];                               // which records are one
//   linked.clerical;                                         // pairs that a steward has to decide
//   explain(…)                                               // explain.h: why, field by field
//   Index index(…); index.find(…)                            // index.h: one record against a million; new ones join
//
// Precision comes before recall: two children in one record can hurt both, a doubtful pair costs a steward a minute.
//  1. Pairs that agree on a blocking rule are compared by the model (model.h): a weight in thousandths of a bit.
//  2. The strongest pairs are joined first. What always holds for a cluster of people:
//      - it never contains two different valid NHS numbers, a steward's decision included; a superseded number counts as
//        the one that replaced it;
//      - no two of its records look like twins (one birth date, another forename, or a slip of it and another sex), unless
//        they share a number, or a third record vouches for them: of the one's name and with the other's number;
//      - no two groups of at least two records, each of one forename all through, differ in it by what a slip could be and
//        share no number: a slip is not made twice;
//      - no two of its records are a pair that a steward separated, or that has one number but contradictory persons;
//      - no two groups hang together by a single pair that the others contradict: the mean weight across is above 0.
//     All but the first yield to a steward's link.
//  3. What was refused or is doubtful goes to the clerical queue: one question per pair of clusters, first those whose
//     answer tells most.
// The result depends neither on the order of the records nor on the number of threads: ties go by the records' ids.
//
// Pure but for the seconds in Statistics: no file or network. Records as `LinkRecord`s with several names each: core/matching, until it moves here.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "linkage/model.h"
#include "linkage/table.h"
#include "linkage/train.h"

namespace guildhall::linkage {

// What stewards decided, by the records' ids, and numbers that were replaced. Ids that are not there are ignored.
struct Decisions {
  std::vector<std::pair<std::string, std::string>> always_link;
  std::vector<std::pair<std::string, std::string>> never_link;
  std::vector<std::pair<std::string, std::string>> superseded_nhs_numbers;  // the old one, the new one
};

struct LinkOptions {
  Pairing pairing = Pairing::All;
  unsigned threads = 1;
};

// Why a pair waits for a steward. Stored by name.
enum class ClericalReason : std::uint8_t {
  DoubtfulWeight,       // the weight is between the model's two thresholds
  NumberWithoutPerson,  // one number, but names, birth dates or sexes that contradict it
  DifferentNhsNumbers,  // would join two NHS numbers
  LooksLikeTwins,       // one birth date, but another forename, or a slip of it and another sex
  NoForename,           // nothing but home, birth date and surname, which twins share
  WeakBridge,           // fits one record of a group and contradicts the others
  AgainstDecision,      // would join what a steward separated
  ClusterTooLarge,      // would make one person of more records than Model::largest_cluster
};
std::string_view name_of(ClericalReason reason);  // "looks_like_twins"

struct ClericalPair {
  RecordIndex a = 0, b = 0;
  ClericalReason reason = ClericalReason::DoubtfulWeight;
  double weight = 0;       // in bits
  double information = 0;  // in bits: the entropy of the answer times the pairs of records that it decides
};

// A pair that joined two clusters. A cluster of n records has n-1 of them.
struct Link {
  RecordIndex a = 0, b = 0;
  double weight = 0;
  bool decided = false;  // By a steward.
};

struct SkippedBlock {
  BlockingRule rule;
  std::size_t records = 0;
  RecordIndex example = 0;
};

struct Statistics {
  std::vector<std::size_t> pairs_by_rule;    // In the model's order: those that no rule before had.
  std::vector<SkippedBlock> skipped_blocks;  // Larger than Model::largest_block: not paired by their rule.
  std::size_t pairs = 0;
  double block_seconds = 0, score_seconds = 0, cluster_seconds = 0;
  std::vector<std::uint32_t> weights;  // Pairs by whole bits of weight, from -64 to 63.
};

struct Linkage {
  std::vector<RecordIndex> cluster_of;  // By record: the least record of its cluster.
  std::vector<Link> links;
  std::vector<ClericalPair> clerical;
  Statistics statistics;
};

// Problems: of the model (check_model), or it was made for other fields.
Result<Linkage> link(const Table& table, const Model& model, const Decisions& decisions, const LinkOptions& options);

// All pairs from `least` bits on, each once, for evaluating.
struct WeighedPair {
  RecordIndex a = 0, b = 0;
  std::int32_t weight = 0;  // thousandths of a bit
};
Result<std::vector<WeighedPair>> weigh(const Table& table, const Model& model, double least,
                                       const LinkOptions& options);

}  // namespace guildhall::linkage
