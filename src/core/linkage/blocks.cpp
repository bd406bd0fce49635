#include "linkage/impl/blocks.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "linkage/impl/parallel.h"

namespace guildhall::linkage {
namespace {

BlockKey nonzero(std::uint64_t hash) {
  const auto key = static_cast<BlockKey>(hash ^ hash >> 32);
  return key == 0 ? 1 : key;
}

BlockKey hashed(std::uint64_t number) {
  return nonzero(mixed(number ^ 0x9e3779b97f4a7c15ULL, 0xe7037ed1a0b428dbULL));
}

// The key of a value's aspect; 0 where it has none. By the canonical text, so that it is the same whatever else the table
// holds.
BlockKey key_of(const Domain& domain, ValueId id, KeyPart part) {
  const Value& value = domain.value(id);
  const std::string_view text = domain.text(id);
  switch (part) {
    case KeyPart::Exact:
    case KeyPart::EitherOrder:
      return nonzero(hash_of(text));
    case KeyPart::Sound:
      return value.first == 0 ? 0 : hashed(value.first);
    case KeyPart::Formal:
      return nonzero(hash_of(value.formal_size > 0 ? domain.text(value.second) : text));
    case KeyPart::Initial:
      return hashed(static_cast<unsigned char>(text.front()));
    case KeyPart::Prefix:
      return nonzero(hash_of(text.substr(0, 3)));
    case KeyPart::FirstPart:
      return nonzero(hash_of(value.list_size > 0 ? domain.text(domain.list(value).front()) : text));
    case KeyPart::Year:
      return hashed(value.first / 10000);
    case KeyPart::YearMonth:
      return value.first % 10000 == 0 ? 0 : hashed(value.first / 100);
    case KeyPart::MonthDay:
      return value.first % 10000 == 0 ? 0 : hashed(value.first % 10000);
    case KeyPart::AnyDayMonth: {
      const std::uint32_t month = value.first / 100 % 100, day = value.first % 100;
      return hashed(value.first / 10000 * 10000 + std::min(month, day) * 100 + std::max(month, day));
    }
    case KeyPart::District:
      return value.first == 0 ? 0 : hashed(value.first);
    case KeyPart::House:
      return value.first == 0 || value.second == 0
                 ? 0
                 : hashed(static_cast<std::uint64_t>(value.first) << 32 | value.second);
    case KeyPart::RareWord:
      return 0;
  }
  return 0;
}

}  // namespace

BlockKey KeyColumn::key(const ValueId* row) const {
  if (part == KeyPart::EitherOrder) {
    const BlockKey a = of_value[row[field]], b = of_value[row[other_field]];
    return a == 0 || b == 0 ? 0 : hashed(static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b));
  }
  return of_value[row[field]];
}

std::span<const BlockKey> KeyColumn::words(const ValueId* row) const {
  return {of_value.data() + row[field] * kRareWords, kRareWords};
}

std::shared_ptr<const KeyColumn> KeyColumns::of(const BlockingKey& key) {
  std::shared_ptr<const KeyColumn>& made = made_[key];
  if (made) return made;
  auto column = std::make_shared<KeyColumn>();
  column->part = key.part;
  bool found = false;
  for (std::size_t i = 0; i < table_->fields().size(); ++i) {
    if (table_->fields()[i].name == key.field) {
      column->field = static_cast<std::uint8_t>(i);
      found = true;
    }
    if (table_->fields()[i].kind == FieldKind::Surname) column->other_field = static_cast<std::uint8_t>(i);
  }
  check(found);  // check_model saw to it.
  const Domain& domain = table_->domain(column->field);
  if (key.part == KeyPart::RareWord) {
    column->of_value.assign(domain.size() * kRareWords, 0);
    for (ValueId id = 1; id < domain.size(); ++id) {
      const auto list = domain.list(domain.value(id));
      std::vector<std::uint32_t> words(list.begin(), list.end());
      std::sort(words.begin(), words.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(domain.word_count(a), domain.word(a)) < std::pair(domain.word_count(b), domain.word(b));
      });
      for (std::size_t i = 0; i < std::min(words.size(), kRareWords); ++i) {
        column->of_value[id * kRareWords + i] = nonzero(hash_of(domain.word(words[i])));
      }
    }
  } else {
    column->of_value.assign(domain.size(), 0);
    for (ValueId id = 1; id < domain.size(); ++id) column->of_value[id] = key_of(domain, id, key.part);
  }
  return made = std::move(column);
}

RuleKeys::RuleKeys(const BlockingRule& rule, KeyColumns& columns) {
  for (const BlockingKey& key : rule.keys) {
    if (key.part == KeyPart::RareWord && !words_) {
      words_ = columns.of(key);
    } else {
      columns_.push_back(columns.of(key));
    }
  }
}

void RuleKeys::keys(const ValueId* row, BlockKey* out) const {
  std::uint64_t hash = 0x2545f4914f6cdd1dULL;
  for (const auto& column : columns_) {
    const BlockKey key = column->key(row);
    if (key == 0) {
      std::fill_n(out, slots(), 0u);
      return;
    }
    hash = mixed(hash ^ key, 0xa0761d6478bd642fULL);
  }
  if (!words_) {
    *out = nonzero(hash);
    return;
  }
  const auto words = words_->words(row);
  for (std::size_t i = 0; i < kRareWords; ++i) {
    out[i] = words[i] == 0 ? 0 : nonzero(mixed(hash ^ words[i], 0xa0761d6478bd642fULL));
  }
}

void sort_by_key(std::vector<KeyedRecord>& entries, std::vector<KeyedRecord>& scratch) {
  if (entries.size() < 4'096) {
    std::sort(entries.begin(), entries.end());
    return;
  }
  // Three passes of a radix sort of the upper 32 bits.
  constexpr std::array<unsigned, 3> kShifts = {32, 43, 54};
  constexpr std::array<std::uint32_t, 3> kMasks = {2047, 2047, 1023};
  std::array<std::vector<std::uint32_t>, 3> counts;
  for (std::size_t pass = 0; pass < 3; ++pass) counts[pass].assign(kMasks[pass] + 2, 0);
  for (const KeyedRecord entry : entries) {
    for (std::size_t pass = 0; pass < 3; ++pass) ++counts[pass][(entry >> kShifts[pass] & kMasks[pass]) + 1];
  }
  scratch.resize(entries.size());
  for (std::size_t pass = 0; pass < 3; ++pass) {
    for (std::size_t i = 1; i < counts[pass].size(); ++i) counts[pass][i] += counts[pass][i - 1];
    for (const KeyedRecord entry : entries) scratch[counts[pass][entry >> kShifts[pass] & kMasks[pass]]++] = entry;
    entries.swap(scratch);
  }
}

Blocks::Blocks(const Table& table, const std::vector<BlockingRule>& rules, std::size_t largest_block,
               unsigned threads) {
  KeyColumns columns(table);
  std::vector<RuleKeys> keys;
  rules_.resize(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    keys.emplace_back(rules[i], columns);
    rules_[i].first_slot = slots_;
    rules_[i].slots = keys.back().slots();
    slots_ += rules_[i].slots;
    all_single_ &= rules_[i].slots == 1;
  }
  keys_.resize(table.records() * slots_);
  constexpr std::size_t kChunk = 16'384;
  in_parallel(threads, (table.records() + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
    const std::size_t end = std::min(table.records(), (chunk + 1) * kChunk);
    for (std::size_t record = chunk * kChunk; record < end; ++record) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        keys[i].keys(table.row(static_cast<RecordIndex>(record)),
                     keys_.data() + record * slots_ + rules_[i].first_slot);
      }
    }
  });
  std::vector<std::vector<KeyedRecord>> entries(std::max(threads, 1u)), scratch(std::max(threads, 1u));
  std::vector<std::vector<BigBlock>> big(rules.size());
  in_parallel(threads, rules.size(), [&](unsigned thread, std::size_t rule) {
    RuleBlocks& own = rules_[rule];
    std::vector<KeyedRecord>& mine = entries[thread];
    mine.clear();
    for (std::size_t record = 0; record < table.records(); ++record) {
      const BlockKey* key = keys_.data() + record * slots_ + own.first_slot;
      for (std::size_t slot = 0; slot < own.slots; ++slot) {
        if (key[slot] != 0) mine.push_back(static_cast<KeyedRecord>(key[slot]) << 32 | record);
      }
    }
    sort_by_key(mine, scratch[thread]);
    for (std::size_t begin = 0; begin < mine.size();) {
      std::size_t end = begin + 1;
      const auto key = static_cast<BlockKey>(mine[begin] >> 32);
      while (end < mine.size() && mine[end] >> 32 == key) ++end;
      const std::size_t size = end - begin;
      if (size > largest_block && !rules[rule].keys.empty()) {
        big[rule].push_back({rule, size, static_cast<RecordIndex>(mine[begin])});
        own.skipped.push_back(key);
      } else if (size > 1) {
        own.blocks.push_back({static_cast<std::uint32_t>(own.records.size()), static_cast<std::uint32_t>(size), key});
        for (std::size_t i = begin; i < end; ++i) own.records.push_back(static_cast<RecordIndex>(mine[i]));
      }
      begin = end;
    }
  });
  for (const auto& found : big) big_blocks_.insert(big_blocks_.end(), found.begin(), found.end());
  std::stable_sort(big_blocks_.begin(), big_blocks_.end(),
                   [](const BigBlock& a, const BigBlock& b) { return a.records > b.records; });
}

bool Blocks::is_skipped(std::size_t rule, BlockKey key) const {
  return std::binary_search(rules_[rule].skipped.begin(), rules_[rule].skipped.end(), key);
}

bool Blocks::is_seen_by_words(std::size_t rule, BlockKey key, const BlockKey* mine, const BlockKey* yours) const {
  for (std::size_t i = 0; i <= rule; ++i) {
    const RuleBlocks& other = rules_[i];
    for (std::size_t x = other.first_slot; x < other.first_slot + other.slots; ++x) {
      if (mine[x] == 0) continue;
      for (std::size_t y = other.first_slot; y < other.first_slot + other.slots; ++y) {
        if (mine[x] != yours[y] || (!other.skipped.empty() && is_skipped(i, mine[x]))) continue;
        if (i < rule) return true;
        if (mine[x] == key) return false;  // The first they have in common is this one.
        return true;
      }
    }
  }
  return false;
}

}  // namespace guildhall::linkage
