#pragma once

// Persistent ids: after a new run of matching, which cluster keeps which id.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace guildhall::linkage {

// The id of a cluster: version 7, so that a smaller one is older.
struct PreviousMember {
  std::string record;  // LinkRecord::key
  Uuid cluster;
};

enum class IdFate : std::uint8_t { Kept, Created, Merged, Split };

struct AssignedId {
  std::optional<Uuid> id;  // Missing: the caller makes a new one.
  IdFate fate = IdFate::Created;
  std::vector<Uuid> merged_ids;    // Ids that end here: most of their records are in this cluster, which has another.
  std::optional<Uuid> split_from;  // Without an id of its own: the cluster whose part it is.
};

// One answer per new cluster (each a list of record keys, each key in one cluster at most), in their order. Taken
// together by the number of records in common, the greatest first, ties to the older id and then to the cluster with
// the least key: each previous id goes to at most one new cluster, and each new cluster gets at most one.
//  Kept: has an id, and nothing merged into it.  Merged: has an id, and others ended here.
//  Split: no id is left for it, but its records had one.  Created: all its records are new.
// A previous id whose records are all gone appears nowhere.
std::vector<AssignedId> assign_ids(std::span<const PreviousMember> previous,
                                   std::span<const std::vector<std::string>> clusters);

// The same where it is counted how many records a new cluster has of a previous one; at most one for two of them.
struct Overlap {
  std::size_t cluster = 0;  // below `clusters`
  Uuid previous;
  std::size_t records = 0;
  std::string_view least_key;  // of all keys of the new cluster
};
std::vector<AssignedId> assign_ids(std::vector<Overlap> overlaps, std::size_t clusters);

}  // namespace guildhall::linkage
