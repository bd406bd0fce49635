#include "linkage/ids.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace guildhall::linkage {

std::vector<AssignedId> assign_ids(std::span<const PreviousMember> previous,
                                   std::span<const std::vector<std::string>> clusters) {
  std::unordered_map<std::string_view, Uuid> id_of;
  for (const PreviousMember& member : previous) id_of.emplace(member.record, member.cluster);

  std::vector<Overlap> overlaps;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    std::map<Uuid, std::size_t> counts;
    for (const std::string& record : clusters[i]) {
      if (const auto found = id_of.find(record); found != id_of.end()) ++counts[found->second];
    }
    if (counts.empty()) continue;
    const std::string_view least_key = *std::min_element(clusters[i].begin(), clusters[i].end());
    for (const auto& [id, count] : counts) overlaps.push_back({i, id, count, least_key});
  }
  return assign_ids(std::move(overlaps), clusters.size());
}

std::vector<AssignedId> assign_ids(std::vector<Overlap> overlaps, std::size_t clusters) {
  std::sort(overlaps.begin(), overlaps.end(), [](const Overlap& a, const Overlap& b) {
    return std::tie(b.records, a.previous, a.least_key) < std::tie(a.records, b.previous, b.least_key);
  });

  std::vector<AssignedId> assigned(clusters);
  std::unordered_set<Uuid> taken(overlaps.size());
  for (const Overlap& overlap : overlaps) {
    AssignedId& answer = assigned[overlap.cluster];
    if (answer.id || !taken.insert(overlap.previous).second) continue;
    answer.id = overlap.previous;
    answer.fate = IdFate::Kept;
  }
  // An id that no cluster kept ends in the cluster that holds most of its records, which comes first here.
  for (const Overlap& overlap : overlaps) {
    AssignedId& answer = assigned[overlap.cluster];
    if (answer.id) {
      if (!taken.insert(overlap.previous).second) continue;
      answer.fate = IdFate::Merged;
      answer.merged_ids.push_back(overlap.previous);
    } else if (!answer.split_from) {
      answer.fate = IdFate::Split;
      answer.split_from = overlap.previous;
    }
  }
  for (AssignedId& answer : assigned) std::sort(answer.merged_ids.begin(), answer.merged_ids.end());
  return assigned;
}

}  // namespace guildhall::linkage
