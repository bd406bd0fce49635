#include "linkage/impl/blocks.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/parallel.h"
#include "base/result.h"
#include "linkage/similarity.h"

namespace guildhall::linkage {
namespace {

BlockKey nonzero(std::uint64_t hash) {
  const auto key = static_cast<BlockKey>(hash ^ hash >> 32);
  return key == 0 ? 1 : key;
}

BlockKey hashed(std::uint64_t number) {
  return nonzero(mixed(number ^ 0x9e3779b97f4a7c15ULL, 0xe7037ed1a0b428dbULL));
}

std::uint32_t packed(std::string_view text) {
  std::uint32_t value = 0;
  for (const char letter : text) value = value << 8 | static_cast<unsigned char>(letter);
  return value;
}

// The key of a value's aspect; 0 where it has none. By the canonical text, so that it is the same whatever else the table
// holds.
BlockKey key_of(const Domain& domain, ValueId id, KeyPart part) {
  const Value& value = domain.value(id);
  const std::string_view text = domain.text(id);
  char sound[4];
  switch (part) {
    case KeyPart::Exact:
    case KeyPart::EitherOrder:
      return nonzero(hash_of(text));
    case KeyPart::Sound:
      return text.empty() ? 0 : hashed(packed(soundex(text, sound)));
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

namespace {

// The keys of values that have none yet.
void refresh_column(const Table& table, KeyColumn& column) {
  const Domain& domain = table.domain(column.field);
  if (column.part != KeyPart::RareWord) {
    const std::size_t known = column.of_value.size();
    column.of_value.resize(domain.size());
    for (std::size_t id = known; id < domain.size(); ++id) {
      column.of_value[id] = key_of(domain, static_cast<ValueId>(id), column.part);
    }
    return;
  }
  const std::size_t known = column.of_value.size() / kRareWords;
  column.of_value.resize(domain.size() * kRareWords, 0);
  std::vector<std::uint32_t> words;
  for (std::size_t id = known; id < domain.size(); ++id) {
    const auto list = domain.list(domain.value(static_cast<ValueId>(id)));
    words.assign(list.begin(), list.end());
    const std::size_t rare = std::min(words.size(), kRareWords);
    std::partial_sort(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(rare), words.end(),
                      [&](std::uint32_t a, std::uint32_t b) {
                        const auto count_a = domain.word_count(a), count_b = domain.word_count(b);
                        return count_a != count_b ? count_a < count_b : domain.word(a) < domain.word(b);
                      });
    for (std::size_t i = 0; i < rare; ++i) {
      column.of_value[id * kRareWords + i] = nonzero(hash_of(domain.word(words[i])));
    }
  }
}

KeyColumn make_column(const Table& table, const BlockingKey& key) {
  KeyColumn column;
  column.part = key.part;
  bool found = false;
  for (std::size_t i = 0; i < table.fields().size(); ++i) {
    if (table.fields()[i].name == key.field) {
      column.field = static_cast<std::uint8_t>(i);
      found = true;
    }
    if (table.fields()[i].kind == FieldKind::Surname) column.other_field = static_cast<std::uint8_t>(i);
  }
  check(found);  // check_model saw to it.
  column.of_value.assign(key.part == KeyPart::RareWord ? kRareWords : 1, 0);
  refresh_column(table, column);
  return column;
}

constexpr std::uint64_t kFirst = 0x2545f4914f6cdd1dULL;
std::uint64_t with(std::uint64_t hash, BlockKey key) {
  hash = (hash ^ key) * 0x9e3779b97f4a7c15ULL;
  return hash ^ hash >> 32;
}

}  // namespace

RuleKeys::RuleKeys(const std::vector<BlockingRule>& rules, const Table& table) : table_(&table) {
  std::vector<BlockingKey> known;
  for (const BlockingRule& rule : rules) {
    Rule& made = rules_.emplace_back();
    for (const BlockingKey& key : rule.keys) {
      const auto found = std::find(known.begin(), known.end(), key);
      const auto place = static_cast<std::uint8_t>(found - known.begin());
      if (found == known.end()) {
        known.push_back(key);
        columns_.push_back(make_column(table, key));
      }
      made.columns_needed |= std::uint64_t{1} << (place & 63);
      if (key.part == KeyPart::RareWord && made.words < 0) {
        made.words = place;
      } else {
        made.columns.push_back(place);
      }
    }
    made.first_slot = slots_;
    slots_ += made.words < 0 ? 1 : kRareWords;
  }
}

void RuleKeys::refresh() {
  for (KeyColumn& column : columns_) refresh_column(*table_, column);
}

void RuleKeys::keys(const ValueId* row, BlockKey* out) const {
  for (const Rule& rule : rules_) {
    BlockKey* own = out + rule.first_slot;
    std::uint64_t hash = kFirst;
    bool missing = false;
    for (const std::uint8_t column : rule.columns) {
      const BlockKey key = columns_[column].key(row);
      missing |= key == 0;
      hash = with(hash, key);
    }
    if (rule.words < 0) {
      *own = missing ? 0 : nonzero(hash);
      continue;
    }
    const auto words = columns_[static_cast<std::size_t>(rule.words)].words(row);
    for (std::size_t i = 0; i < kRareWords; ++i) own[i] = missing || words[i] == 0 ? 0 : nonzero(with(hash, words[i]));
  }
}

void RuleKeys::keys(std::span<const RecordIndex> records, BlockKey* out, std::vector<BlockKey>& scratch) const {
  // Column by column, so that what is looked up stays near; then rule by rule, over what lies in a row.
  const std::size_t count = records.size();
  std::vector<std::size_t> places;
  std::size_t size = 0;
  for (const KeyColumn& column : columns_) {
    places.push_back(size);
    size += count * (column.part == KeyPart::RareWord ? kRareWords : 1);
  }
  scratch.resize(size);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const KeyColumn& column = columns_[c];
    BlockKey* keys = scratch.data() + places[c];
    switch (column.part) {
      case KeyPart::RareWord:
        for (std::size_t i = 0; i < count; ++i) {
          const auto words = column.words(table_->row(records[i]));
          std::copy(words.begin(), words.end(), keys + i * kRareWords);
        }
        break;
      case KeyPart::EitherOrder:
        for (std::size_t i = 0; i < count; ++i) keys[i] = column.key(table_->row(records[i]));
        break;
      default:
        for (std::size_t i = 0; i < count; ++i) keys[i] = column.of_value[table_->row(records[i])[column.field]];
        break;
    }
  }
  std::vector<std::uint64_t> hashes(count);
  for (const Rule& rule : rules_) {
    std::fill(hashes.begin(), hashes.end(), kFirst);
    std::vector<const BlockKey*> columns;
    for (const std::uint8_t column : rule.columns) columns.push_back(scratch.data() + places[column]);
    for (const BlockKey* keys : columns) {
      for (std::size_t i = 0; i < count; ++i) hashes[i] = with(hashes[i], keys[i]);
    }
    BlockKey* own = out + rule.first_slot * count;
    if (rule.words < 0) {
      for (std::size_t i = 0; i < count; ++i) own[i] = nonzero(hashes[i]);
    } else {
      const BlockKey* words = scratch.data() + places[static_cast<std::size_t>(rule.words)];
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t word = 0; word < kRareWords; ++word) {
          const BlockKey key = words[i * kRareWords + word];
          own[word * count + i] = key == 0 ? 0 : nonzero(with(hashes[i], key));
        }
      }
    }
    for (const BlockKey* keys : columns) {
      for (std::size_t slot = 0; slot < (rule.words < 0 ? 1 : kRareWords); ++slot) {
        for (std::size_t i = 0; i < count; ++i) {
          if (keys[i] == 0) own[slot * count + i] = 0;
        }
      }
    }
  }
}

std::uint64_t RuleKeys::agreed(const ValueId* a, const ValueId* b) const {
  std::uint64_t columns = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    bool one = false;
    if (columns_[i].part == KeyPart::RareWord) {
      for (const BlockKey x : columns_[i].words(a)) {
        for (const BlockKey y : columns_[i].words(b)) one |= x != 0 && x == y;
      }
    } else {
      const BlockKey key = columns_[i].key(a);
      one = key != 0 && key == columns_[i].key(b);
    }
    columns |= static_cast<std::uint64_t>(one) << (i & 63);
  }
  std::uint64_t rules = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    rules |= static_cast<std::uint64_t>((columns & rules_[i].columns_needed) == rules_[i].columns_needed) << i;
  }
  return rules;
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
  const RuleKeys keys(rules, table);
  rules_.resize(rules.size());
  slots_ = keys.slots();
  all_single_ = keys.all_single();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules_[i].first_slot = keys.first_slot(i);
    rules_[i].slots = keys.slots_of(i);
  }
  keys_.resize(table.records() * slots_);
  constexpr std::size_t kChunk = 8'192;
  in_parallel(threads, (table.records() + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
    const std::size_t begin = chunk * kChunk, end = std::min(table.records(), begin + kChunk), count = end - begin;
    std::vector<BlockKey> own(count * slots_), scratch;
    std::vector<RecordIndex> records(count);
    std::iota(records.begin(), records.end(), static_cast<RecordIndex>(begin));
    keys.keys(records, own.data(), scratch);
    for (std::size_t slot = 0; slot < slots_; ++slot) {
      for (std::size_t i = 0; i < count; ++i) keys_[(begin + i) * slots_ + slot] = own[slot * count + i];
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
