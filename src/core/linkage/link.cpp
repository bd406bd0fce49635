#include <algorithm>

#include "base/parallel.h"
#include "base/stopwatch.h"
#include "linkage/impl/blocks.h"
#include "linkage/impl/clusters.h"
#include "linkage/linkage.h"

namespace guildhall::linkage {
namespace {

struct Task {
  std::size_t rule = 0, begin = 0, end = 0;  // Blocks.
};

// About this many pairs each, before those that earlier rules have.
std::vector<Task> tasks_of(const Blocks& blocks) {
  constexpr std::uint64_t kPairs = 50'000;
  std::vector<Task> tasks;
  for (std::size_t rule = 0; rule < blocks.rules().size(); ++rule) {
    const auto& all = blocks.rules()[rule].blocks;
    std::uint64_t pairs = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      pairs += static_cast<std::uint64_t>(all[i].size) * (all[i].size - 1) / 2;
      if (pairs < kPairs && i + 1 < all.size()) continue;
      tasks.push_back({rule, begin, i + 1});
      begin = i + 1;
      pairs = 0;
    }
  }
  return tasks;
}

Result<void> check_fields(const Table& table, const Model& model) {
  for (const Field& field : model.fields) {
    const auto found = std::find_if(table.fields().begin(), table.fields().end(),
                                    [&](const Field& own) { return own.name == field.name && own.kind == field.kind; });
    if (found == table.fields().end()) {
      return Problem{"The model compares a field that the records don't have.", field.name,
                     "Map a column to it, or train a model for these fields."};
    }
  }
  return {};
}

// Visits every pair once with its pattern; `visit(thread, a, b, pattern)`.
template <class Visit>
void each_pair(const Table& table, const Blocks& blocks, const Scorer& scorer, const LinkOptions& options,
               std::vector<std::size_t>& by_rule, Visit visit) {
  const std::vector<Task> tasks = tasks_of(blocks);
  std::vector<std::size_t> counts(tasks.size());
  in_parallel(options.threads, tasks.size(), [&](unsigned thread, std::size_t i) {
    constexpr std::size_t kBatch = 512;
    std::vector<RecordPair> pairs;
    std::vector<Pattern> patterns(kBatch);
    const auto flush = [&] {
      scorer.patterns(pairs, patterns.data());
      for (std::size_t at = 0; at < pairs.size(); ++at) visit(thread, pairs[at].a, pairs[at].b, patterns[at]);
      counts[i] += pairs.size();
      pairs.clear();
    };
    blocks.each_pair(tasks[i].rule, tasks[i].begin, tasks[i].end, [&](RecordIndex a, RecordIndex b) {
      if (options.pairing == Pairing::AcrossFiles && table.file(a) == table.file(b)) return;
      pairs.push_back({a, b});
      if (pairs.size() == kBatch) flush();
    });
    flush();
  });
  by_rule.assign(blocks.rules().size(), 0);
  for (std::size_t i = 0; i < tasks.size(); ++i) by_rule[tasks[i].rule] += counts[i];
}

}  // namespace

Result<Linkage> link(const Table& table, const Model& model, const Decisions& decisions, const LinkOptions& options) {
  TRY(check_model(model));
  TRY(check_fields(table, model));
  Linkage result;
  Stopwatch watch;
  const Blocks blocks(table, model.blocking_rules, model.largest_block, options.threads);
  result.statistics.block_seconds = watch.lap();
  for (const BigBlock& block : blocks.big_blocks()) {
    result.statistics.skipped_blocks.push_back({model.blocking_rules[block.rule], block.records, block.example});
  }
  const Scorer scorer(model, table);
  const MilliBits least = milli_bits(model.review_weight);
  const unsigned threads = std::max(options.threads, 1u);
  std::vector<std::vector<Edge>> found(threads);
  std::vector<std::vector<std::uint32_t>> weights(threads, std::vector<std::uint32_t>(128));
  each_pair(table, blocks, scorer, options, result.statistics.pairs_by_rule,
            [&](unsigned thread, RecordIndex a, RecordIndex b, Pattern pattern) {
              const MilliBits weight = scorer.weight(pattern, table.row(a));
              ++weights[thread][static_cast<std::size_t>(std::clamp((weight + 64'000) / 1'000, 0, 127))];
              if (weight >= least) found[thread].push_back({a, b, weight, pattern});
            });
  for (const std::size_t pairs : result.statistics.pairs_by_rule) result.statistics.pairs += pairs;
  result.statistics.weights.assign(128, 0);
  for (const auto& part : weights) {
    for (std::size_t i = 0; i < part.size(); ++i) result.statistics.weights[i] += part[i];
  }
  std::vector<Edge> edges = std::move(found.front());
  for (std::size_t i = 1; i < found.size(); ++i) edges.insert(edges.end(), found[i].begin(), found[i].end());
  result.statistics.score_seconds = watch.lap();
  cluster(table, scorer, model, decisions, std::move(edges), threads, result);
  result.statistics.cluster_seconds = watch.lap();
  return result;
}

Result<std::vector<WeighedPair>> weigh(const Table& table, const Model& model, double least,
                                       const LinkOptions& options) {
  TRY(check_model(model));
  TRY(check_fields(table, model));
  const Blocks blocks(table, model.blocking_rules, model.largest_block, options.threads);
  const Scorer scorer(model, table);
  std::vector<std::vector<WeighedPair>> found(std::max(options.threads, 1u));
  std::vector<std::size_t> by_rule;
  const MilliBits from = milli_bits(least);
  each_pair(table, blocks, scorer, options, by_rule,
            [&](unsigned thread, RecordIndex a, RecordIndex b, Pattern pattern) {
              const MilliBits weight = scorer.weight(pattern, table.row(a));
              if (weight >= from) found[thread].push_back({a, b, weight});
            });
  std::vector<WeighedPair> pairs = std::move(found.front());
  for (std::size_t i = 1; i < found.size(); ++i) pairs.insert(pairs.end(), found[i].begin(), found[i].end());
  return pairs;
}

}  // namespace guildhall::linkage
