#include "matching/impl/blocking.h"

#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "linkage/similarity.h"

namespace guildhall::matching {
namespace {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): mixes well enough that two keys of 64 bits do not meet.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

// A key of some parts; 0 where one of them is missing.
template <class... Parts>
std::uint64_t key_of(Parts... parts) {
  if ((... || (parts == Parts{}))) return 0;
  std::uint64_t key = 0;
  ((key = mixed(key ^ static_cast<std::uint64_t>(parts))), ...);
  return key == 0 ? 1 : key;
}

std::uint32_t sound_of(std::string_view name) {
  char buffer[4];
  const std::string_view code = linkage::soundex(name, buffer);
  std::uint32_t packed = 0;
  for (const char letter : code) packed = packed << 8 | static_cast<unsigned char>(letter);
  return packed;
}

std::uint32_t initial_of(std::string_view name) {
  return name.empty() ? 0 : static_cast<unsigned char>(name.front());
}

// Calls `emit` with each key of a record under a rule, and with 0 where it has none.
template <class Emit>
void keys_of(const Prepared& prepared, const PreparedRecord& record, BlockingRule rule, Emit emit) {
  const auto date = static_cast<std::uint32_t>(record.birth_date);
  const std::uint32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
  switch (rule) {
    case BlockingRule::NhsNumber:
      return emit(key_of(record.nhs_number));
    case BlockingRule::Upn:
      emit(key_of(record.upn));
      for (const Term upn : prepared.list(record.former_upns)) emit(key_of(upn));
      return;
    case BlockingRule::SurnameSoundBirthDate:
      emit(key_of(sound_of(prepared.text(record.surname)), date));
      for (const Term name : prepared.list(record.other_surnames)) emit(key_of(sound_of(prepared.text(name)), date));
      for (const Term name : prepared.list(record.surname_parts)) emit(key_of(sound_of(prepared.text(name)), date));
      return;
    case BlockingRule::ForenameBirthDate:
      return emit(key_of(record.forename, date));
    case BlockingRule::BirthDatePostcode:
      return emit(key_of(date, record.postcode));
    case BlockingRule::BirthDateSwappedSurname:
      return emit(key_of(record.surname, year, std::min(month, day), std::max(month, day)));
    case BlockingRule::PostcodeInitialBirthYear:
      return emit(key_of(record.postcode, initial_of(prepared.text(record.forename)), year));
    case BlockingRule::ForenameSurnameBirthYear:
      return emit(key_of(record.forename, record.surname, year));
    case BlockingRule::ForenameSurnamePostcode:
      return emit(key_of(record.forename, record.surname, record.postcode));
    case BlockingRule::SwappedNamesBirthDate:
      return emit(key_of(std::min(record.forename, record.surname), std::max(record.forename, record.surname), date));
  }
}

}  // namespace

Blocks::RuleBlocks Blocks::build(const Prepared& prepared, BlockingRule rule, std::size_t largest_block,
                                 std::vector<BigBlock>& big) {
  RuleBlocks result;
  result.rule = rule;
  std::vector<Entry>& entries = result.entries;
  for (std::uint32_t i = 0; i < prepared.records.size(); ++i) {
    keys_of(prepared, prepared.records[i], rule, [&](std::uint64_t key) {
      if (key != 0) entries.push_back({key, i});
    });
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());

  // Without blocks of one, and of too many.
  std::size_t kept = 0;
  for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    const std::size_t size = end - begin;
    if (size > largest_block) big.push_back({rule, size, entries[begin].record});
    if (size < 2 || size > largest_block) continue;
    for (std::size_t i = begin; i < end; ++i) entries[kept++] = entries[i];
  }
  entries.resize(kept);

  result.key_begin.assign(prepared.records.size() + 1, 0);
  for (const Entry& entry : entries) ++result.key_begin[entry.record + 1];
  for (std::size_t i = 1; i < result.key_begin.size(); ++i) result.key_begin[i] += result.key_begin[i - 1];
  result.keys.resize(entries.size());
  std::vector<std::uint32_t> fill = result.key_begin;
  for (const Entry& entry : entries) result.keys[fill[entry.record]++] = entry.key;
  return result;
}

Blocks::Blocks(const Prepared& prepared, const Model& model, Threads threads) {
  rules_.resize(model.blocking_rules.size());
  std::vector<std::vector<BigBlock>> big(rules_.size());
  in_parallel(threads.count, rules_.size(), [&](unsigned, std::size_t i) {
    rules_[i] = build(prepared, model.blocking_rules[i], model.largest_block, big[i]);
  });
  for (const auto& blocks : big) big_blocks_.insert(big_blocks_.end(), blocks.begin(), blocks.end());
}

std::uint64_t Blocks::common_key(const RuleBlocks& rule, std::uint32_t a, std::uint32_t b) {
  const std::uint32_t end_a = rule.key_begin[a + 1], end_b = rule.key_begin[b + 1];
  for (std::uint32_t i = rule.key_begin[a]; i < end_a; ++i) {
    for (std::uint32_t j = rule.key_begin[b]; j < end_b; ++j) {
      if (rule.keys[i] == rule.keys[j]) return rule.keys[i];
    }
  }
  return 0;
}

void Blocks::each_pair(Threads threads, const std::function<void(unsigned, std::uint32_t, std::uint32_t)>& visit,
                       Statistics& statistics) const {
  constexpr std::size_t kChunk = 4096;  // Entries; a block belongs to the chunk in which it begins.
  statistics.pairs = 0;
  for (std::size_t r = 0; r < rules_.size(); ++r) {
    const RuleBlocks& rule = rules_[r];
    const std::vector<Entry>& entries = rule.entries;
    std::atomic<std::size_t> pairs{0};
    in_parallel(threads.count, (entries.size() + kChunk - 1) / kChunk, [&](unsigned thread, std::size_t chunk) {
      std::size_t begin = chunk * kChunk;
      const std::size_t stop = std::min(begin + kChunk, entries.size());
      while (begin > 0 && begin < stop && entries[begin].key == entries[begin - 1].key) ++begin;
      std::size_t found = 0;
      for (std::size_t end = begin; begin < stop; begin = end) {
        while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
        for (std::size_t i = begin; i < end; ++i) {
          for (std::size_t j = i + 1; j < end; ++j) {
            const std::uint32_t a = entries[i].record, b = entries[j].record;
            // Once: under the first rule, and the first key of it, that the two have in common.
            if (common_key(rule, a, b) != entries[begin].key) continue;
            const bool seen = std::any_of(rules_.begin(), rules_.begin() + static_cast<std::ptrdiff_t>(r),
                                          [&](const RuleBlocks& before) { return common_key(before, a, b) != 0; });
            if (seen) continue;
            ++found;
            visit(thread, a, b);
          }
        }
      }
      pairs += found;
    });
    statistics.pairs_by_rule.push_back({rule.rule, pairs});
    statistics.pairs += pairs;
  }
}

}  // namespace guildhall::matching
