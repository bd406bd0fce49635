#pragma once

// Linkage that goes on: one record against a million, and new records that join the clusters there are.
//
//   Index index(std::move(data.table), model, decisions, previous_ids, make_id, {.threads = 2});
//   index.find(cells);            // who this may be, with the evidence, nothing being kept
//   Changes changes = index.add(records);   // they join; what was created, grown, merged, split
//
// What always holds: after any calls of add and remove, the clusters are those that link() would make of the same records
// with the same model, except where a block has grown beyond Model::largest_block since, or where the weights of words in
// addresses and texts have shifted with the words of new records: until the index is made anew, they stay as they were.
// Clusters keep their ids by the rules of ids.h.
//
// Memory: about 250 bytes a record besides its values. One thread at a time may call it, find() included.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "linkage/explain.h"
#include "linkage/ids.h"
#include "linkage/linkage.h"

namespace guildhall::linkage {

// A record as text: one cell for each column of each field of the model, in their order. Where it is not, find() and
// add() throw BrokenInvariant, and nothing has changed.
struct NewRecord {
  std::string id;
  std::vector<std::string> cells;
};

struct FoundRecord {
  RecordIndex record = 0;
  Uuid cluster;
  Explanation explanation;  // of this record and the one asked for
};

struct Found {
  std::vector<FoundRecord> records;  // From the model's review weight on, the strongest first.
  std::size_t compared = 0;
  std::size_t skipped_blocks = 0;  // Too large to look through; what agrees in nothing else was not found.
};

// What became of a cluster.
struct Change {
  enum class Kind : std::uint8_t { Created, Grown, Shrunk, Merged, Split, Ended } kind = Kind::Created;
  Uuid cluster;
  std::vector<Uuid> merged;          // Merged: the clusters that ended in this one.
  std::optional<Uuid> split_from;    // Split: of which cluster it was a part.
  std::vector<std::string> records;  // All that it has now, sorted.
};
std::string_view name_of(Change::Kind kind);  // "created"

class Index {
 public:
  // `previous`: the ids that clusters of an earlier run had, by record. `make_id` makes new ones, each a later one.
  // Throws nothing; the model has been checked and is for the table's fields.
  Index(Table table, Model model, const Decisions& decisions, std::span<const PreviousMember> previous,
        std::function<Uuid()> make_id, unsigned threads);
  ~Index();

  std::size_t records() const;  // without those that were removed
  const Table& table() const;
  Uuid cluster(RecordIndex record) const;
  std::optional<RecordIndex> record(std::string_view id) const;

  // The records that this one may be, without keeping it. At most `most` of them with their explanations.
  Found find(std::span<const std::string> cells, std::size_t most = 10);
  // New records join; those whose id is there already take its place. One change for each cluster that is not as it was.
  std::vector<Change> add(std::span<const NewRecord> records);
  std::vector<Change> remove(std::span<const std::string> ids);  // Ids that are not there are ignored.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::linkage
