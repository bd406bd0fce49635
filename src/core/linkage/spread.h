#pragma once

// Linkage of more records than one machine holds: the same kernel, in steps that something else (Spark, from Python) runs
// on many. Between two steps travel parcels, each for one of so many buckets; whoever runs the steps brings all parcels of a
// bucket together. Rows travel, never pairs.
//
//   1. Pack, over parts of the rows: each row goes home, to the bucket of its id; and a survey: numbers that may be too many
//      people's, names of several parts.
//   2. route, by bucket: each row's keys under all blocking rules. A row goes once to each bucket that has one of its blocks.
//   3. count_blocks, by bucket: blocks that are too large.
//   4. pair, by bucket: the pairs of its blocks that no earlier rule has; those from the review weight on are edges.
//   5. large_star and small_star in turn, by bucket, until neither changes anything: connected components of the edges from
//      the link weight on. Kiveris, Lattanzi, Mirrokni, Rastogi & Vassilvitskii (2014), "Connected Components in MapReduce
//      and Beyond", SoCC.
//   6. attach, by bucket: rows and edges go to the bucket of their component.
//   7. decide, by bucket: each component is clustered as link() would.
// What always holds: the pairs, weights and clusters are those of link() over the same records, whatever the number of parts
// and buckets, and when a step runs twice. What a record's comparison owes to others is the same everywhere: the weights of
// words are the model's (Model::words), placeholders and names of several parts are the survey's.
// Not here yet: linking records of different files only.
//
// A parcel is a sequence of entries, numbers with the lowest byte first:
//   Rows       keys (4 bytes for each slot of the rules), size (4), cells: of each its size (4), then its bytes; the id last
//   Home       size (4), cells
//   Arcs       node (8), another node (8); a node is 64 bits of an id's hash
//   Edges      node of the first (8), weight (4), both ids: size (4), bytes
//   Component  least node of the component (8), then as Home
//   ComponentEdges  least node of the component (8), then as Edges
//   Single     size (4), id
//   Changes    how many arcs a step of components has changed (8)
//   Found      JSON, for whoever runs the steps
//   Clusters   records of the cluster (4), an id and the least id of its cluster: of each its size (4), bytes
//   Questions  reason (1), weight (4), information (8; below 0: what the clusters are is not known yet), both ids

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "linkage/linkage.h"
#include "linkage/model.h"
#include "linkage/table.h"

namespace guildhall::linkage {

enum class ParcelKind : std::int32_t {
  Rows,
  Home,
  Arcs,
  Edges,
  Component,
  ComponentEdges,
  Single,
  Changes,
  Found,
  Clusters,
  Questions
};

struct Parcel {
  std::uint32_t bucket = 0;
  ParcelKind kind = ParcelKind::Rows;
  std::string bytes;  // Not much more than kParcelBytes.
};
inline constexpr std::size_t kParcelBytes = 128 << 10;
using Send = std::function<void(Parcel)>;

struct SpreadSettings {
  Model model;
  WholeTable whole;  // From the survey.
  std::uint32_t buckets = 16;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> skipped;  // Rule, key: of blocks that are too large.
  Decisions decisions = {};
};

// The columns that rows have to have, in this order; the id follows them as the last cell.
std::vector<std::string> spread_columns(const Model& model);
// Problems: the model has no word counts, but compares words.
Result<void> check_spread(const Model& model);

// Where a CSV file has those columns and the id.
struct SpreadFile {
  std::string name;
  std::vector<int> wanted;   // By column of the file: its place among the cells that are read, or -1.
  std::size_t cells = 0;     // That are read.
  std::vector<int> sources;  // By column of spread_columns(), then the id: the place; -1 where the file has none.
};
// Problems: as TableReader::begin. `headers`: the first line of each.
Result<std::vector<SpreadFile>> spread_files(const Model& model, const std::string& id_column,
                                             std::span<const std::string> names, std::span<const std::string> headers);

// More than one in a thousand of a part's rows have a number: then it may be a placeholder, and packing again with
// WholeTable::placeholders counts those alone.
class Pack {
 public:
  Pack(const SpreadSettings& settings, Send send);
  ~Pack();
  void add(std::span<const std::string_view> cells);  // Row by row.
  // Whole rows of a CSV file, the first being row `first_row`. How many they are; what is wrong is told by finish().
  std::size_t add_csv(const SpreadFile& file, std::string_view rows, std::uint64_t first_row);
  struct Survey {
    std::size_t records = 0;
    std::vector<LoadedTable::Finding> numbers;
    std::vector<std::string> names;
  };
  Result<Survey> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Packs what Home holds, with nothing sent: to count placeholders.
Result<Pack::Survey> survey_home(const SpreadSettings& settings, std::span<const Parcel> parcels);

// One way out of several to write each name, of those that the parts of a survey found.
std::vector<std::string> settle_names(std::span<const std::string> names);

// The ids that are there twice.
Result<std::vector<std::string>> route(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send);

struct LargeBlock {
  std::uint32_t rule = 0, key = 0;
  std::size_t records = 0;
  std::string example;  // The least id.
};
std::vector<LargeBlock> count_blocks(const SpreadSettings& settings, std::uint32_t bucket, std::vector<Parcel> parcels);

// How many pairs each rule has that no earlier one had.
Result<std::vector<std::size_t>> pair(const SpreadSettings& settings, std::uint32_t bucket, std::vector<Parcel> parcels,
                                      const Send& send);

// Arcs of what stewards linked.
void decided_arcs(const SpreadSettings& settings, const Send& send);

void large_star(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send);
void small_star(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send);
void attach(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send);

Result<void> decide(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send);

// What Edges and Clusters hold.
struct FoundEdge {
  std::string_view a, b;    // a < b
  std::int32_t weight = 0;  // Thousandths of a bit.
};
void each_edge(const Parcel& parcel, const std::function<void(const FoundEdge&)>& visit);
struct FoundMember {
  std::string_view id, cluster;  // The cluster's least id.
  std::uint32_t records = 0;     // Of the cluster.
};
void each_member(const Parcel& parcel, const std::function<void(const FoundMember&)>& visit);

// The clerical queue: first all Questions are added, then all Clusters.
class SpreadQueue {
 public:
  explicit SpreadQueue(const Decisions& decisions);
  void add(const Parcel& parcel);
  struct Pair {
    std::string a, b;
    ClericalReason reason = ClericalReason::DoubtfulWeight;
    double weight = 0, information = 0;  // As ClericalPair's.
  };
  // As Linkage::clerical; pairs of the same information by weight, then ids.
  std::vector<Pair> finish();

 private:
  struct Place {
    std::uint64_t cluster = 0;  // 0: not known.
    std::uint32_t records = 0;
  };
  std::vector<Pair> questions_;
  std::vector<std::pair<std::string, std::string>> never_;
  std::unordered_map<std::uint64_t, Place> places_;  // By node.
};

}  // namespace guildhall::linkage
