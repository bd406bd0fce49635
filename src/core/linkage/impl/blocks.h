#pragma once

// The keys of records under blocking rules, and the pairs that agree on one.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "linkage/impl/values.h"
#include "linkage/model.h"
#include "linkage/table.h"

namespace guildhall::linkage {

using BlockKey = std::uint32_t;  // 0: the record has none.
inline constexpr std::size_t kRareWords = 3;

// An aspect of a field, by value.
struct KeyColumn {
  std::uint8_t field = 0;
  std::uint8_t other_field = 0;  // EitherOrder: the surname
  KeyPart part = KeyPart::Exact;
  std::vector<BlockKey> of_value;                             // RareWord: the first of three a value
  BlockKey key(const ValueId* row) const;                     // not RareWord
  std::span<const BlockKey> words(const ValueId* row) const;  // RareWord
};

// The keys of records under some rules.
class RuleKeys {
 public:
  RuleKeys(const std::vector<BlockingRule>& rules, const Table& table);

  // For the values that were added to the table since, and without those that were taken out.
  void refresh();

  // Each rule has one slot, or kRareWords of them where it asks for a rare word.
  std::size_t slots() const { return slots_; }
  std::size_t first_slot(std::size_t rule) const { return rules_[rule].first_slot; }
  std::size_t slots_of(std::size_t rule) const { return rules_[rule].words < 0 ? 1 : kRareWords; }
  bool all_single() const { return slots_ == rules_.size(); }

  // One record's keys, slot by slot.
  void keys(const ValueId* row, BlockKey* out) const;
  // Those of some records: out[slot * records.size() + i]. `scratch` is the caller's, to be used again.
  void keys(std::span<const RecordIndex> records, BlockKey* out, std::vector<BlockKey>& scratch) const;
  // Which of the rules two records agree on, a bit each. At most 64 rules.
  std::uint64_t agreed(const ValueId* a, const ValueId* b) const;

 private:
  struct Rule {
    std::vector<std::uint8_t> columns;
    int words = -1;  // The column of a rare word.
    std::size_t first_slot = 0;
    std::uint64_t columns_needed = 0;  // A bit each, the rare word's too.
  };
  const Table* table_;
  std::vector<KeyColumn> columns_;
  std::vector<Rule> rules_;
  std::size_t slots_ = 0;
};

struct BigBlock {
  std::size_t rule = 0;
  std::size_t records = 0;
  RecordIndex example = 0;
};

// All blocks of all rules.
class Blocks {
 public:
  Blocks(const Table& table, const std::vector<BlockingRule>& rules, std::size_t largest_block, unsigned threads);

  struct Block {
    std::uint32_t begin = 0, size = 0;
    BlockKey key = 0;
  };
  struct RuleBlocks {
    std::vector<RecordIndex> records;  // Those of blocks with more than one, block by block.
    std::vector<Block> blocks;
    std::vector<BlockKey> skipped;  // Sorted: keys of blocks that were too large.
    std::size_t first_slot = 0, slots = 1;
  };
  const std::vector<RuleBlocks>& rules() const { return rules_; }
  const std::vector<BigBlock>& big_blocks() const { return big_blocks_; }  // The largest first.

  // Calls visit(rule, a, b), a < b, for every pair of blocks [begin, end) of a rule that no earlier rule has, each once.
  template <class Visit>
  void each_pair(std::size_t rule, std::size_t begin, std::size_t end, Visit visit) const {
    const RuleBlocks& own = rules_[rule];
    for (std::size_t i = begin; i < end; ++i) {
      const Block& block = own.blocks[i];
      const RecordIndex* records = own.records.data() + block.begin;
      for (std::uint32_t x = 0; x < block.size; ++x) {
        for (std::uint32_t y = x + 1; y < block.size; ++y) {
          if (is_seen(rule, block.key, records[x], records[y])) continue;
          visit(records[x], records[y]);
        }
      }
    }
  }

 private:
  bool is_seen(std::size_t rule, BlockKey key, RecordIndex a, RecordIndex b) const {
    const BlockKey* mine = keys_.data() + a * slots_;
    const BlockKey* yours = keys_.data() + b * slots_;
    if (all_single_) {
      for (std::size_t i = 0; i < rule; ++i) {
        if (mine[i] == yours[i] && mine[i] != 0 && (rules_[i].skipped.empty() || !is_skipped(i, mine[i]))) return true;
      }
      return false;
    }
    return is_seen_by_words(rule, key, mine, yours);
  }
  bool is_seen_by_words(std::size_t rule, BlockKey key, const BlockKey* mine, const BlockKey* yours) const;
  bool is_skipped(std::size_t rule, BlockKey key) const;

  std::vector<RuleBlocks> rules_;
  std::vector<BlockKey> keys_;  // By record, then slot.
  std::size_t slots_ = 0;
  bool all_single_ = true;
  std::vector<BigBlock> big_blocks_;
};

// A key of 32 bits and a record, to be sorted by the key; equal keys stay in the order of records.
using KeyedRecord = std::uint64_t;  // The key above, the record below.
void sort_by_key(std::vector<KeyedRecord>& entries, std::vector<KeyedRecord>& scratch);

}  // namespace guildhall::linkage
