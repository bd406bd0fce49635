#pragma once

// Which pairs are looked at.

#include <functional>

#include "matching/impl/prepared.h"
#include "matching/matching.h"

namespace guildhall::matching {

class Blocks {
 public:
  // Records that agree on a rule's key, for all rules of the model.
  Blocks(const Prepared& prepared, const Model& model, Threads threads);

  // Calls `visit(thread, a, b)`, a < b, once for every pair that agrees on a rule, from `threads.count` threads.
  // Fills the pairs of `statistics`.
  void each_pair(Threads threads, const std::function<void(unsigned, std::uint32_t, std::uint32_t)>& visit,
                 Statistics& statistics) const;

  const std::vector<BigBlock>& big_blocks() const { return big_blocks_; }

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t record = 0;
    auto operator<=>(const Entry&) const = default;
  };
  // One rule's blocks: entries sorted by key, and the keys of each record.
  struct RuleBlocks {
    BlockingRule rule = BlockingRule::NhsNumber;
    std::vector<Entry> entries;
    std::vector<std::uint32_t> key_begin;  // By record, and one more.
    std::vector<std::uint64_t> keys;
  };

  static RuleBlocks build(const Prepared& prepared, BlockingRule rule, std::size_t largest_block,
                          std::vector<BigBlock>& big);
  // The first key that both records have under a rule; 0 where there is none.
  static std::uint64_t common_key(const RuleBlocks& rule, std::uint32_t a, std::uint32_t b);

  std::vector<RuleBlocks> rules_;
  std::vector<BigBlock> big_blocks_;
};

}  // namespace guildhall::matching
