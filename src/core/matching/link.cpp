#include <algorithm>
#include <array>
#include <numeric>

#include "matching/impl/blocking.h"
#include "matching/impl/cluster.h"
#include "matching/matching.h"

namespace guildhall::matching {
namespace {

// The place of each record in the order of the keys, or what is wrong with these.
Result<std::vector<std::uint32_t>> rank_by_key(std::span<const LinkRecord> records) {
  std::vector<std::uint32_t> order(records.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return records[a].key < records[b].key; });
  std::vector<std::uint32_t> ranks(records.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    const std::string& key = records[order[i]].key;
    if (key.empty()) return Problem{"A record has no key.", "", "Give every record a key of its own."};
    if (i > 0 && records[order[i - 1]].key == key) {
      return Problem{"Two records have the same key.", key, "Give every record a key of its own."};
    }
    ranks[order[i]] = i;
  }
  return ranks;
}

std::vector<DecidedPair> found_pairs(const std::vector<std::pair<std::string, std::string>>& decided,
                                     const std::unordered_map<std::string_view, std::uint32_t>& by_key) {
  std::vector<DecidedPair> pairs;
  for (const auto& [a, b] : decided) {
    const auto found_a = by_key.find(a), found_b = by_key.find(b);
    if (found_a == by_key.end() || found_b == by_key.end() || found_a == found_b) continue;
    pairs.push_back({found_a->second, found_b->second});
  }
  return pairs;
}

}  // namespace

Result<LinkageResult> link(std::span<const LinkRecord> records, const Model& model, const Decisions& decisions,
                           Threads threads) {
  TRY(check_model(model));
  const std::vector<std::uint32_t> ranks = TRY(rank_by_key(records));
  std::unordered_map<std::string_view, std::uint32_t> by_key;
  if (!decisions.always_link.empty() || !decisions.never_link.empty()) {
    for (std::uint32_t i = 0; i < records.size(); ++i) by_key.emplace(records[i].key, i);
  }

  LinkageResult result;
  Prepared prepared = prepare(records, model);
  count_frequencies(prepared);
  const Scorer scorer(prepared, model, records.size());
  const Blocks blocks(prepared, model, threads);
  result.statistics.big_blocks = blocks.big_blocks();
  std::sort(result.statistics.big_blocks.begin(), result.statistics.big_blocks.end(),
            [&](const BigBlock& a, const BigBlock& b) {
              return std::tuple(b.records, a.rule, ranks[a.example]) < std::tuple(a.records, b.rule, ranks[b.example]);
            });

  std::vector<std::vector<Edge>> found(std::max(threads.count, 1u));
  blocks.each_pair(
      threads,
      [&](unsigned thread, std::uint32_t a, std::uint32_t b) {
        const Assessment assessment = scorer.assess(a, b);
        if (assessment.weight < model.review_weight && !assessment.shares_number()) return;
        found[thread].push_back({a, b, assessment});
      },
      result.statistics);
  std::vector<Edge> edges = std::move(found.front());
  for (std::size_t i = 1; i < found.size(); ++i) edges.insert(edges.end(), found[i].begin(), found[i].end());

  cluster(prepared, scorer, model, ranks, std::move(edges), found_pairs(decisions.always_link, by_key),
          found_pairs(decisions.never_link, by_key), result);
  return result;
}

std::string_view name_of(ClericalReason reason) {
  constexpr std::array<std::string_view, 9> kNames = {
      "doubtful_weight", "number_without_person", "different_nhs_numbers",
      "different_upns",  "looks_like_twins",      "no_forename",
      "ambiguous",       "against_decision",      "cluster_too_large"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace guildhall::matching
