#include "linkage/train.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/parallel.h"
#include "linkage/impl/blocks.h"
#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

constexpr double kTrainPairsPerRule = 5'000;  // Sampled of each candidate rule.
constexpr double kRandomPairs = 100'000;      // For u.
constexpr double kSampledMatches = 80'000;
constexpr double kSampledRecords = 60'000;  // About this many take part in the sample of a rule's blocks.
constexpr std::size_t kMostRules = 16;
constexpr double kLeastAddedRecall = 3e-5;
constexpr std::uint32_t kLeastOfDate = 20;  // Records with a birth date, before it may be nobody's.
constexpr double kMostSkipped = 0.02;       // Of a rule's records.
constexpr double kFewHouseholds = 0.1;      // Pairs of one household for each match.
constexpr double kMostTwins = 0.1;          // Of the pairs of a household's children.
// Namesakes have one birth date so many times as often as chance has it, at most: else the same would be said of people
// who have moved, where little else is compared.
constexpr double kMostOfOneBirth = 10;
constexpr double kLivingApart = 0.1;  // The same. The others' homes differ as one person's records do.
// How much the first figures count beside what is observed, in pairs.
constexpr double kPriorMatches = 20;
constexpr double kPriorStrangers = 2;

// Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators": SplitMix64.
struct Random {
  std::uint64_t state = 0;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t limit) {
    return static_cast<std::uint64_t>((static_cast<__uint128_t>(next()) * limit) >> 64);
  }
};

// Of all 64-bit numbers the first of this share.
std::uint64_t lots_of(double share) {
  return share >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(share * 18446744073709551616.0);
}

struct SampledPair {
  RecordIndex a = 0, b = 0;
  Pattern pattern = 0;
  std::uint64_t rules = 0;  // The candidates it agrees on, a bit each.
};

struct RuleSample {
  double pairs = 0;    // of the rule, estimated
  double chance = 1;   // that a pair of the rule is in the sample
  double largest = 0;  // block
  double skipped = 0;  // the share of its records in blocks that are too large
  std::vector<SampledPair> sample;
};

// Pairs with one pattern.
struct PatternCount {
  Pattern pattern = 0;
  double count = 0;
};

std::vector<PatternCount> counted(std::vector<Pattern> patterns) {
  std::sort(patterns.begin(), patterns.end());
  std::vector<PatternCount> counts;
  for (const Pattern pattern : patterns) {
    if (counts.empty() || counts.back().pattern != pattern) counts.push_back({pattern, 0});
    ++counts.back().count;
  }
  return counts;
}

class Trainer {
 public:
  Trainer(const Table& table, const TrainOptions& options)
      : table_(table), options_(options), model_(untrained_model(table.fields())) {}

  Result<Training> run() {
    if (table_.records() < 2) {
      return Problem{"There are fewer than two records.", "", "Give at least two to compare."};
    }
    TRY(drop_silent_fields());
    candidates_ = candidate_rules(model_.fields);
    std::erase_if(candidates_, [&](const BlockingRule& rule) { return !can_block(rule); });
    if (candidates_.size() > 63) candidates_.resize(63);
    if (candidates_.empty()) {
      return Problem{"No field can be blocked on: each is nearly constant.", "",
                     "Map a field that tells people apart."};
    }
    if (model_.comparisons.size() == 1) {
      training_.notes.push_back(model_.comparisons.front().name +
                                ": the only field that is compared, so that how well it tells is assumed, not learnt.");
    }
    count_pairs();
    estimate_u();
    sample_rules();
    learn_m();
    correct_u();
    learn_m();
    estimate_prior();
    set_frequencies();
    choose_rules();
    choose_weights();
    count_words();
    training_.model = std::move(model_);
    return std::move(training_);
  }

 private:
  // ---- What there is

  Result<void> drop_silent_fields() {
    std::vector<std::string> silent;
    for (std::size_t field = 0; field < table_.fields().size(); ++field) {
      counts_.push_back(table_.counts(field));
      std::size_t values = 0;
      for (ValueId value = 1; value < counts_.back().size(); ++value) values += counts_.back()[value] > 0;
      const std::string& name = table_.fields()[field].name;
      if (values == 0) training_.notes.push_back(name + ": empty in all records; not compared.");
      if (values == 1) training_.notes.push_back(name + ": the same in all records that have it; not compared.");
      if (values < 2) silent.push_back(name);
    }
    for (const std::string& name : silent) {
      std::erase_if(model_.fields, [&](const Field& field) { return field.name == name; });
    }
    if (model_.fields.empty()) {
      return Problem{"Every field is empty or the same in all records.", "", "Map columns that tell people apart."};
    }
    model_ = untrained_model(std::vector<Field>(model_.fields));
    return {};
  }

  // The words of fields that are compared or blocked on by word. Those of one or two values, and all beyond the 20,000 most
  // frequent, are as rare as can be.
  void count_words() {
    constexpr std::size_t kMostWords = 20'000;
    for (const Field& field : model_.fields) {
      if (field.kind != FieldKind::Address && field.kind != FieldKind::Text) continue;
      const Domain& domain = table_.domain(field_named(field.name));
      WordCounts words{field.name, static_cast<std::uint32_t>(domain.size()), 1, {}};
      for (std::uint32_t word = 1; word < domain.words(); ++word) {
        if (domain.word_count(word) > 2) words.counts.emplace_back(domain.word(word), domain.word_count(word));
      }
      std::sort(words.counts.begin(), words.counts.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
      });
      if (words.counts.size() > kMostWords) words.counts.resize(kMostWords);
      model_.words.push_back(std::move(words));
    }
  }

  std::size_t field_named(const std::string& name) const {
    for (std::size_t i = 0; i < table_.fields().size(); ++i) {
      if (table_.fields()[i].name == name) return i;
    }
    check(false);
    return 0;
  }

  bool can_block(const BlockingRule& rule) const {
    return std::all_of(rule.keys.begin(), rule.keys.end(), [&](const BlockingKey& key) {
      return std::any_of(model_.fields.begin(), model_.fields.end(),
                         [&](const Field& field) { return field.name == key.field; });
    });
  }

  void count_pairs() { all_pairs_ = pairs_of(table_, options_.pairing); }

  bool is_pair(RecordIndex a, RecordIndex b) const {
    return a != b && (options_.pairing == Pairing::All || table_.file(a) != table_.file(b));
  }

  // ---- u

  // The chance that two records that have the value agree on it exactly.
  double chance_agreement(std::size_t field) const {
    double agree = 0, all = 0;
    for (ValueId value = 1; value < counts_[field].size(); ++value) {
      const double count = counts_[field][value];
      agree += count * (count - 1);
      all += count;
    }
    return all > 1 ? agree / (all * (all - 1)) : 0;
  }

  void estimate_u() {
    const Scorer scorer(model_, table_);
    const auto n = table_.records();
    std::vector<Pattern> patterns;
    if (all_pairs_ <= kRandomPairs) {
      for (RecordIndex a = 0; a < n; ++a) {
        for (RecordIndex b = a + 1; b < n; ++b) {
          if (is_pair(a, b)) patterns.push_back(scorer.pattern(table_.row(a), table_.row(b)));
        }
      }
    } else {
      constexpr std::size_t kChunks = 64;
      std::array<std::vector<Pattern>, kChunks> found;
      in_parallel(options_.threads, kChunks, [&](unsigned, std::size_t chunk) {
        Random random{options_.seed * 1'000'003 + chunk};
        std::vector<RecordPair> pairs;
        for (std::size_t i = 0; i < static_cast<std::size_t>(kRandomPairs) / kChunks; ++i) {
          const auto a = static_cast<RecordIndex>(random.below(n)), b = static_cast<RecordIndex>(random.below(n));
          if (is_pair(a, b)) pairs.push_back({a, b});
        }
        found[chunk].resize(pairs.size());
        scorer.patterns(pairs, found[chunk].data());
      });
      for (const auto& part : found) patterns.insert(patterns.end(), part.begin(), part.end());
    }
    random_patterns_ = counted(std::move(patterns));
    set_u([](Pattern) { return 1.0; }, 0);
  }

  // `is_stranger` gives the probability that a pair of a pattern is no match; `matches` is how many matches there are.
  template <class Stranger>
  void set_u(Stranger is_stranger, double matches) {
    for (std::size_t i = 0; i < model_.comparisons.size(); ++i) {
      Comparison& comparison = model_.comparisons[i];
      std::vector<double> counts(comparison.levels.size());
      const std::vector<ComparisonLevel> first = untrained_levels(i);
      for (std::size_t level = 0; level < counts.size(); ++level)
        counts[level] = first[level].u_probability * kPriorStrangers;
      for (const PatternCount& pattern : random_patterns_) {
        const unsigned level = level_of(pattern.pattern, i);
        if (level != kMissingLevel) counts[level] += pattern.count * is_stranger(pattern.pattern);
      }
      const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
      for (std::size_t level = 0; level < counts.size(); ++level) {
        comparison.levels[level].u_probability = std::clamp(counts[level] / total, 1e-8, 1.0);
      }
      if (comparison.levels.front().kind == LevelKind::Exact && comparison.kind != ComparisonKind::Home) {
        const std::size_t field = field_named(comparison.fields.front());
        const double by_chance =
            chance_agreement(field) - matches * comparison.levels.front().m_probability / all_pairs_;
        const double least = std::max(1e-8, 0.2 / all_pairs_);
        comparison.levels.front().u_probability = std::clamp(by_chance, least, 1.0);
      }
    }
  }

  std::vector<ComparisonLevel> untrained_levels(std::size_t comparison) {
    if (untrained_.comparisons.empty()) {
      untrained_ = untrained_model(model_.fields);
    }
    return untrained_.comparisons[comparison].levels;
  }

  // What was counted as chance and is match. Frequencies are shared out in the same way.
  void correct_u() {
    const double matches = std::min(expected_matches(), all_pairs_ / 2);
    const double prior = matches / all_pairs_;
    set_u(
        [&](Pattern pattern) {
          const double odds = prior / (1 - prior) * ratio_of(pattern);
          return 1 / (1 + odds);
        },
        matches);
  }

  double ratio_of(Pattern pattern) const {
    double ratio = 1;
    for (std::size_t i = 0; i < model_.comparisons.size(); ++i) {
      const unsigned level = level_of(pattern, i);
      if (level == kMissingLevel) continue;
      ratio *= model_.comparisons[i].levels[level].m_probability / model_.comparisons[i].levels[level].u_probability;
    }
    return ratio;
  }

  // ---- Blocking rules on a sample of their blocks

  // Of many records some are enough: as many as leave about kSampledMatches of their matches, if each has one.
  std::vector<RecordIndex> some_records() const {
    const auto n = static_cast<double>(table_.records());
    const double wanted = std::sqrt(kSampledMatches * n);
    std::vector<RecordIndex> records;
    const auto limit = lots_of(wanted / n);
    for (RecordIndex record = 0; record < table_.records(); ++record) {
      if (mixed(record ^ 0x9e3779b97f4a7c15ULL, 0xe7037ed1a0b428dbULL + 2 * options_.seed) <= limit)
        records.push_back(record);
    }
    return records;
  }

  void sample_rules() {
    samples_.resize(candidates_.size());
    const RuleKeys keys(candidates_, table_);
    const std::vector<RecordIndex> records = some_records();
    const auto n = records.size();
    const double share = std::min(1.0, kSampledRecords / static_cast<double>(n));
    // Of the pairs of a block, as many are among these records.
    const double pair_share = std::pow(static_cast<double>(n) / static_cast<double>(table_.records()), 2);
    const double largest_block = std::max(2.0, static_cast<double>(model_.largest_block) * std::sqrt(pair_share));
    const auto limit = static_cast<BlockKey>(share >= 1 ? 0xffffffffu : share * 4294967296.0);
    constexpr std::size_t kChunk = 8'192;
    std::vector<std::vector<std::vector<KeyedRecord>>> found((n + kChunk - 1) / kChunk);  // By chunk, by rule.
    in_parallel(options_.threads, found.size(), [&](unsigned, std::size_t chunk) {
      const std::size_t begin = chunk * kChunk, end = std::min(n, begin + kChunk), count = end - begin;
      std::vector<BlockKey> own(count * keys.slots()), scratch;
      keys.keys(std::span(records).subspan(begin, count), own.data(), scratch);
      found[chunk].resize(candidates_.size());
      for (std::size_t rule = 0; rule < candidates_.size(); ++rule) {
        const BlockKey* key = own.data() + keys.first_slot(rule) * count;
        for (std::size_t i = 0; i < count * keys.slots_of(rule); ++i) {
          if (key[i] - 1 < limit)
            found[chunk][rule].push_back(static_cast<KeyedRecord>(key[i]) << 32 | records[begin + i % count]);
        }
      }
    });
    const Scorer scorer(model_, table_);
    std::vector<std::vector<KeyedRecord>> scratch(std::max(options_.threads, 1u));
    in_parallel(options_.threads, candidates_.size(), [&](unsigned thread, std::size_t rule) {
      RuleSample& own = samples_[rule];
      std::vector<KeyedRecord> entries;
      for (auto& chunk : found) {
        entries.insert(entries.end(), chunk[rule].begin(), chunk[rule].end());
        chunk[rule] = {};
      }
      sort_by_key(entries, scratch[thread]);
      std::vector<std::pair<std::size_t, std::size_t>> blocks;
      double pairs = 0;
      for (std::size_t begin = 0; begin < entries.size();) {
        std::size_t end = begin + 1;
        while (end < entries.size() && entries[end] >> 32 == entries[begin] >> 32) ++end;
        const auto size = static_cast<double>(end - begin);
        own.largest = std::max(own.largest, size / std::sqrt(pair_share));
        if (size > largest_block) own.skipped += size / static_cast<double>(entries.size());
        if (end - begin > 1 && size <= largest_block) {
          blocks.emplace_back(begin, end);
          pairs += size * (size - 1) / 2;
        }
        begin = end;
      }
      own.pairs = pairs / share / pair_share;
      const double taken = pairs == 0 ? 1 : std::min(1.0, kTrainPairsPerRule / pairs);
      own.chance = taken * share * pair_share;
      const auto pair_limit = lots_of(taken);
      std::vector<RecordPair> taken_pairs;
      for (const auto& [begin, end] : blocks) {
        for (std::size_t x = begin; x < end; ++x) {
          for (std::size_t y = x + 1; y < end; ++y) {
            const auto a = static_cast<RecordIndex>(entries[x]), b = static_cast<RecordIndex>(entries[y]);
            if (taken < 1 && mixed((static_cast<std::uint64_t>(a) << 32 | b) ^ options_.seed,
                                   0xe7037ed1a0b428dbULL + 2 * rule) > pair_limit)
              continue;
            if (is_pair(a, b)) taken_pairs.push_back({a, b});
          }
        }
      }
      std::vector<Pattern> patterns(taken_pairs.size());
      scorer.patterns(taken_pairs, patterns.data());
      for (std::size_t i = 0; i < patterns.size(); ++i) {
        own.sample.push_back({taken_pairs[i].a, taken_pairs[i].b, patterns[i], 0});
      }
    });
    in_parallel(options_.threads, samples_.size(), [&](unsigned, std::size_t rule) {
      for (SampledPair& pair : samples_[rule].sample) {
        pair.rules = keys.agreed(table_.row(pair.a), table_.row(pair.b)) | std::uint64_t{1} << rule;
      }
    });
    for (const RuleSample& sample : samples_) {
      for (const SampledPair& pair : sample.sample) all_patterns_.push_back({pair.pattern, pairs_for(sample, pair)});
    }
    std::sort(all_patterns_.begin(), all_patterns_.end(), [](const PatternCount& a, const PatternCount& b) {
      return std::pair(a.pattern, a.count) < std::pair(b.pattern, b.count);
    });
    std::size_t last = 0;
    for (std::size_t i = 1; i < all_patterns_.size(); ++i) {
      if (all_patterns_[i].pattern == all_patterns_[last].pattern) {
        all_patterns_[last].count += all_patterns_[i].count;
      } else {
        all_patterns_[++last] = all_patterns_[i];
      }
    }
    if (!all_patterns_.empty()) all_patterns_.resize(last + 1);
  }

  // For how many pairs of all candidate rules together a sampled one stands.
  static double pairs_for(const RuleSample& sample, const SampledPair& pair) {
    return 1 / sample.chance / std::popcount(pair.rules);
  }

  // ---- m

  // The comparisons that a rule blocks on, a bit each.
  std::uint32_t blocked_by(const BlockingRule& rule) const {
    std::uint32_t blocked = 0;
    for (const BlockingKey& key : rule.keys) {
      for (std::size_t i = 0; i < model_.comparisons.size(); ++i) {
        const Comparison& comparison = model_.comparisons[i];
        const bool is_named =
            std::find(comparison.fields.begin(), comparison.fields.end(), key.field) != comparison.fields.end();
        const bool is_other_name = key.part == KeyPart::EitherOrder && comparison.kind == ComparisonKind::Surname;
        if (is_named || is_other_name) blocked |= 1u << i;
      }
    }
    return blocked;
  }

  bool is_family(ComparisonKind kind) const {
    return kind == ComparisonKind::Surname || kind == ComparisonKind::Home || kind == ComparisonKind::Locality ||
           kind == ComparisonKind::BirthDate;
  }

  std::size_t place_of(ComparisonKind kind) const {
    const auto found = std::find_if(model_.comparisons.begin(), model_.comparisons.end(),
                                    [&](const Comparison& comparison) { return comparison.kind == kind; });
    return static_cast<std::size_t>(found - model_.comparisons.begin());
  }

  void learn_m() {
    const std::size_t count = model_.comparisons.size();
    struct RuleCounts {
      std::uint32_t blocked = 0;
      std::vector<PatternCount> patterns;
      double match = 0.3, household = 0.1, namesakes = 0.01;  // Shares of the rule's pairs.
    };
    std::vector<RuleCounts> rules;
    for (std::size_t rule = 0; rule < candidates_.size(); ++rule) {
      RuleCounts counts;
      counts.blocked = blocked_by(candidates_[rule]);
      std::vector<Pattern> patterns;
      for (const SampledPair& pair : samples_[rule].sample) {
        // The blocked ones are not looked at.
        Pattern pattern = pair.pattern;
        for (std::size_t i = 0; i < count; ++i) {
          if (counts.blocked >> i & 1) pattern |= static_cast<Pattern>(kMissingLevel) << (4 * i);
        }
        patterns.push_back(pattern);
      }
      // A rule must leave enough to tell pairs apart by.
      if (static_cast<std::size_t>(std::popcount(counts.blocked)) + 1 > count && count > 1) continue;
      if (patterns.size() < 20) continue;
      counts.patterns = counted(std::move(patterns));
      rules.push_back(std::move(counts));
    }
    const bool households = model_.household_prior > 0, namesakes = model_.namesake_prior > 0;
    std::vector<std::vector<double>> m(count), u(count), h(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto first = untrained_levels(i);
      for (std::size_t level = 0; level < first.size(); ++level) {
        m[i].push_back(first[level].m_probability);
        u[i].push_back(model_.comparisons[i].levels[level].u_probability);
        // Besides, twins' names are alike more often than strangers', and a household may share an email address.
        const double more = std::max(0.0, first[level].household - first[level].u_probability);
        h[i].push_back(is_family(model_.comparisons[i].kind) ? first[level].household
                                                             : std::min(1.0, u[i].back() + more));
      }
    }
    const auto first_m = m, first_h = h;
    const std::size_t born = place_of(ComparisonKind::BirthDate);
    const double most_of_one_birth = born < count ? kMostOfOneBirth * u[born].front() : 0;
    double one_birth = std::min(model_.namesakes_of_one_birth, most_of_one_birth);
    for (int round = 0; round < 60; ++round) {
      double births = kPriorMatches, one_births = kPriorMatches * one_birth;
      std::vector<std::vector<double>> m_counts(count), h_counts(count);
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t level = 0; level < m[i].size(); ++level) {
          m_counts[i].push_back(first_m[i][level] * kPriorMatches);
          h_counts[i].push_back(first_h[i][level] * kPriorMatches);
        }
      }
      double change = 0;
      for (RuleCounts& rule : rules) {
        double matches = 0, household = 0, namesake = 0, all = 0;
        for (const PatternCount& pattern : rule.patterns) {
          double pm = rule.match, ph = households ? rule.household : 0, pn = namesakes ? rule.namesakes : 0;
          double pu = 1 - rule.match - ph - pn;
          for (std::size_t i = 0; i < count; ++i) {
            const unsigned level = level_of(pattern.pattern, i);
            if (level == kMissingLevel) continue;
            pm *= m[i][level];
            ph *= h[i][level];
            pu *= u[i][level];
            pn *= of_namesakes(model_.comparisons[i].kind, m[i][level], u[i][level], one_birth);
          }
          const double sum = pm + ph + pn + pu;
          if (sum <= 0) continue;
          pm *= pattern.count / sum;
          ph *= pattern.count / sum;
          matches += pm;
          household += ph;
          pn *= pattern.count / sum;
          namesake += pn;
          if (const unsigned level = born < count ? level_of(pattern.pattern, born) : kMissingLevel;
              namesakes && level != kMissingLevel) {
            births += pn;
            one_births += pn * one_birth * m[born][level] /
                          of_namesakes(ComparisonKind::BirthDate, m[born][level], u[born][level], one_birth);
          }
          all += pattern.count;
          for (std::size_t i = 0; i < count; ++i) {
            const unsigned level = level_of(pattern.pattern, i);
            if (level == kMissingLevel) continue;
            m_counts[i][level] += pm;
            h_counts[i][level] += ph;
          }
        }
        const double match = std::clamp(matches / all, 1e-6, 0.98);
        change = std::max(change, std::abs(match - rule.match));
        rule.match = match;
        rule.household = std::clamp(household / all, 1e-6, 0.98 - match + 1e-6);
        rule.namesakes = std::clamp(namesake / all, 1e-9, 0.99 - match - rule.household + 1e-6);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const double m_total = std::accumulate(m_counts[i].begin(), m_counts[i].end(), 0.0);
        const double h_total = std::accumulate(h_counts[i].begin(), h_counts[i].end(), 0.0);
        for (std::size_t level = 0; level < m[i].size(); ++level) {
          const double value = m_counts[i][level] / m_total;
          change = std::max(change, std::abs(value - m[i][level]));
          m[i][level] = value;
          if (households && model_.comparisons[i].kind == ComparisonKind::Surname)
            h[i][level] = h_counts[i][level] / h_total;
        }
        const ComparisonKind kind = model_.comparisons[i].kind;
        if (households && (kind == ComparisonKind::Home || kind == ComparisonKind::Locality)) {
          for (std::size_t level = 0; level < m[i].size(); ++level) {
            h[i][level] = (1 - kLivingApart) * m[i][level] + kLivingApart * u[i][level];
          }
        }
        if (households && kind == ComparisonKind::BirthDate) {
          // Two of a household are twins, born as one person is, or as two strangers are. More twins than this are
          // rather records of one person with another forename.
          const double twins = std::clamp(h_counts[i].front() / h_total, 0.005, kMostTwins);
          for (std::size_t level = 0; level < m[i].size(); ++level) {
            h[i][level] = twins * m[i][level] + (1 - twins) * u[i][level];
          }
        }
      }
      one_birth = std::min(one_births / births, most_of_one_birth);
      if (change < 1e-4) break;
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t level = 0; level < m[i].size(); ++level) {
        model_.comparisons[i].levels[level].m_probability = std::clamp(m[i][level], 1e-6, 1.0);
        model_.comparisons[i].levels[level].household = std::clamp(h[i][level], 1e-8, 1.0);
      }
    }
    model_.namesakes_of_one_birth = one_birth;
    estimate_classes();
  }

  // ---- The prior

  struct Odds {
    double match = 0, household = 0, namesakes = 0;  // beside strangers
    double probability() const { return match / (1 + match + household + namesakes); }
  };
  Odds odds_of(Pattern pattern, Odds odds) const {
    for (std::size_t i = 0; i < model_.comparisons.size(); ++i) {
      const unsigned level = level_of(pattern, i);
      if (level == kMissingLevel) continue;
      const ComparisonLevel& own = model_.comparisons[i].levels[level];
      odds.match *= own.m_probability / own.u_probability;
      odds.namesakes *= of_namesakes(model_.comparisons[i].kind, own.m_probability, own.u_probability,
                                     model_.namesakes_of_one_birth) /
                        own.u_probability;
      odds.household *= own.household / own.u_probability;
    }
    return odds;
  }

  // Pairs of each class among all, by the sampled pairs: the priors that give themselves.
  void estimate_classes() {
    if (model_.comparisons.size() == 1) {
      // What it is learnt by is what is to be learnt: it can't be. Half of the records are taken to have another.
      match_share_ = 1 / static_cast<double>(table_.records());
      household_share_ = namesake_share_ = 0;
      return;
    }
    double match = std::max(1 / all_pairs_, 1.0 / static_cast<double>(table_.records()) * 1e-2);
    double household = model_.household_prior > 0 ? match : 0;
    double namesake = model_.namesake_prior > 0 ? 0.01 * match : 0;
    for (int round = 0; round < 12; ++round) {
      double matches = 0, households = 0, namesakes = 0;
      for (const PatternCount& pattern : all_patterns_) {
        const Odds odds = odds_of(pattern.pattern, {match, household, namesake});
        const double sum = 1 + odds.match + odds.household + odds.namesakes;
        matches += pattern.count * odds.match / sum;
        households += pattern.count * odds.household / sum;
        namesakes += pattern.count * odds.namesakes / sum;
      }
      match = std::clamp(matches / all_pairs_, 0.1 / all_pairs_, 0.5);
      household = model_.household_prior > 0 ? std::clamp(households / all_pairs_, 0.1 / all_pairs_, 0.5) : 0;
      namesake = model_.namesake_prior > 0 ? std::clamp(namesakes / all_pairs_, 1e-3 / all_pairs_, 0.5) : 0;
    }
    match_share_ = match;
    household_share_ = household;
    namesake_share_ = namesake;
  }

  double expected_matches() const { return match_share_ * all_pairs_; }

  void estimate_prior() {
    training_.matches = expected_matches();
    model_.prior = match_share_;
    model_.household_prior = household_share_;
    model_.namesake_prior = namesake_share_;
    // Where hardly any two share a home, one home is one person.
    const bool has_numbers = std::any_of(model_.fields.begin(), model_.fields.end(), [](const Field& field) {
      return field.kind == FieldKind::NhsNumber || field.kind == FieldKind::Upn;
    });
    model_.tell_twins_apart = has_numbers || household_share_ > kFewHouseholds * match_share_;
    if (!model_.tell_twins_apart) model_.household_prior = household_share_ = 0;
  }

  // ---- Frequencies

  void set_frequencies() {
    // Records of one person repeat its names: a value's frequency among persons is its count among records over this.
    const double repeats = 1 + 2 * expected_matches() / static_cast<double>(table_.records());
    for (Comparison& comparison : model_.comparisons) {
      const bool by_frequency =
          comparison.kind == ComparisonKind::Forename || comparison.kind == ComparisonKind::Surname ||
          comparison.kind == ComparisonKind::BirthDate || comparison.kind == ComparisonKind::Locality ||
          comparison.kind == ComparisonKind::Category || comparison.kind == ComparisonKind::MiddleNames;
      if (!by_frequency || comparison.levels.front().kind != LevelKind::Exact) continue;
      const std::size_t field = field_named(comparison.fields.front());
      double all = 0;
      for (ValueId value = 1; value < counts_[field].size(); ++value) all += counts_[field][value];
      const double exact = comparison.levels.front().u_probability;
      // A unique spelling may be one typist's slip, copied: no name counts as rarer than this. Of dates only those that
      // stand out are named: the 1 January of those whose birthday nobody knew.
      const bool is_date = comparison.kind == ComparisonKind::BirthDate;
      comparison.rare_frequency = is_date ? std::min(exact, 1.0) : std::max(5e-5, 1 / all);
      const double least = is_date ? exact * 4 : comparison.rare_frequency;
      const Domain& domain = table_.domain(field);
      for (ValueId value = 1; value < counts_[field].size(); ++value) {
        // Of dates it takes some records to stand out.
        if (is_date && counts_[field][value] < kLeastOfDate) continue;
        const double frequency = counts_[field][value] / all / (is_date ? 1 : repeats);
        if (frequency > least) comparison.frequencies.emplace_back(domain.text(value), std::min(frequency, 1.0));
      }
      std::sort(comparison.frequencies.begin(), comparison.frequencies.end(), [](const auto& a, const auto& b) {
        return std::pair(-a.second, a.first) < std::pair(-b.second, b.first);
      });
    }
  }

  // ---- Which rules

  // Whether much of what the rule would find is in blocks that are not paired.
  bool is_too_coarse(std::size_t rule) const { return samples_[rule].skipped > kMostSkipped; }

  void choose_rules() {
    if (all_pairs_ <= options_.least_pairs) {
      model_.blocking_rules = {BlockingRule{}};
      training_.expected_recall = 1;
      training_.rules.push_back({BlockingRule{}, all_pairs_, 1, 1, static_cast<double>(table_.records()), true});
      chosen_ = ~std::uint64_t{0};
      return;
    }
    struct Match {
      std::uint64_t rules = 0;
      double weight = 0;
    };
    std::vector<Match> matches;
    double all = 0;
    for (std::size_t rule = 0; rule < samples_.size(); ++rule) {
      for (const SampledPair& pair : samples_[rule].sample) {
        const double probability =
            odds_of(pair.pattern, {match_share_, household_share_, namesake_share_}).probability();
        if (probability < 0.5) continue;
        matches.push_back({pair.rules, probability * pairs_for(samples_[rule], pair)});
        all += matches.back().weight;
      }
    }
    // Those that the same rules find are one.
    std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
      return std::pair(a.rules, a.weight) < std::pair(b.rules, b.weight);
    });
    std::size_t last = 0;
    for (std::size_t i = 1; i < matches.size(); ++i) {
      if (matches[i].rules == matches[last].rules) {
        matches[last].weight += matches[i].weight;
      } else {
        matches[++last] = matches[i];
      }
    }
    if (!matches.empty()) matches.resize(last + 1);
    const double budget =
        std::max(options_.least_pairs, options_.pairs_per_record * static_cast<double>(table_.records()));
    std::vector<RuleEstimate> estimates(candidates_.size());
    for (std::size_t rule = 0; rule < candidates_.size(); ++rule) {
      estimates[rule] = {candidates_[rule], samples_[rule].pairs, 0, 0, samples_[rule].largest, false};
      for (const Match& match : matches) {
        if (match.rules >> rule & 1) estimates[rule].recall += match.weight / all;
      }
    }
    double spent = 0;
    std::vector<std::size_t> chosen;
    while (chosen.size() < kMostRules && all > 0) {
      std::size_t best = candidates_.size();
      double best_gain = 0, best_value = 0;
      for (std::size_t rule = 0; rule < candidates_.size(); ++rule) {
        if (estimates[rule].chosen || spent + estimates[rule].pairs > budget || is_too_coarse(rule)) continue;
        double gain = 0;
        for (const Match& match : matches) {
          if (match.weight > 0 && match.rules >> rule & 1) gain += match.weight / all;
        }
        // Every rule costs a pass over all records, which is worth so many pairs.
        const double value = gain / (estimates[rule].pairs + 0.3 * static_cast<double>(table_.records()));
        if (gain > kLeastAddedRecall && value > best_value) {
          best = rule;
          best_gain = gain;
          best_value = value;
        }
      }
      if (best == candidates_.size()) break;
      chosen.push_back(best);
      estimates[best].chosen = true;
      estimates[best].added_recall = best_gain;
      spent += estimates[best].pairs;
      for (Match& match : matches) {
        if (match.rules >> best & 1) match.weight = 0;
      }
    }
    // Few records can afford loose rules: estimates from few matches are not to be trusted too far.
    while (chosen.size() < kMostRules) {
      std::size_t best = candidates_.size();
      for (std::size_t rule = 0; rule < candidates_.size(); ++rule) {
        if (estimates[rule].chosen || spent + estimates[rule].pairs > options_.least_pairs || is_too_coarse(rule))
          continue;
        if (best == candidates_.size() || estimates[rule].recall > estimates[best].recall) best = rule;
      }
      if (best == candidates_.size()) break;
      chosen.push_back(best);
      estimates[best].chosen = true;
      spent += estimates[best].pairs;
    }
    if (chosen.empty()) {
      // Nothing looks like a match: the rule with the fewest pairs, so that a run says so, too.
      const auto least = std::min_element(estimates.begin(), estimates.end(),
                                          [](const auto& a, const auto& b) { return a.pairs < b.pairs; });
      least->chosen = true;
      chosen.push_back(static_cast<std::size_t>(least - estimates.begin()));
    }
    for (const std::size_t rule : chosen) {
      chosen_ |= std::uint64_t{1} << rule;
      model_.blocking_rules.push_back(candidates_[rule]);
      training_.expected_recall += estimates[rule].added_recall;
      training_.rules.push_back(estimates[rule]);
    }
    for (const RuleEstimate& estimate : estimates) {
      if (!estimate.chosen) training_.rules.push_back(estimate);
    }
  }

  // ---- From which weight

  void choose_weights() {
    const Scorer scorer(model_, table_);
    struct Weighed {
      MilliBits weight = 0;
      double probability = 0, pairs = 0;
    };
    std::vector<Weighed> weighed;
    double matches = 0;
    for (std::size_t rule = 0; rule < samples_.size(); ++rule) {
      for (const SampledPair& pair : samples_[rule].sample) {
        const auto both = std::popcount(pair.rules & chosen_);
        if (both == 0) continue;
        const MilliBits weight = scorer.weight(pair.pattern, table_.row(pair.a));
        const double probability = 1 / (1 + std::exp2(-bits(weight)));
        const double pairs = pairs_for(samples_[rule], pair);
        weighed.push_back({weight, probability, pairs});
        matches += probability * pairs;
      }
    }
    std::sort(weighed.begin(), weighed.end(), [](const Weighed& a, const Weighed& b) { return a.weight > b.weight; });
    double right = 0, taken = 0, best = -1;
    MilliBits best_weight = 0;
    for (std::size_t i = 0; i < weighed.size(); ++i) {
      right += weighed[i].probability * weighed[i].pairs;
      taken += weighed[i].pairs;
      if (i + 1 < weighed.size() && weighed[i + 1].weight == weighed[i].weight) continue;
      if (right / taken < (model_.tell_twins_apart ? options_.precision : options_.precision_of_others)) continue;
      const double f1 = 2 * right / (taken + matches);
      if (f1 > best) {
        best = f1;
        best_weight = weighed[i].weight;
        training_.expected_precision = right / taken;
      }
    }
    // Where nothing is expected to be right so often: from the weight that would be. What is assumed sets no such limit.
    if (best < 0) {
      const double precision = model_.tell_twins_apart ? options_.precision : options_.precision_of_others;
      best_weight = model_.comparisons.size() == 1 ? 0 : milli_bits(std::log2(precision / (1 - precision)));
    }
    model_.link_weight = bits(best_weight);
    model_.review_weight = std::min(model_.link_weight, 0.0);
    model_.review_weight = std::min(model_.link_weight - 1, std::log2(0.1 / 0.9));
  }

  const Table& table_;
  const TrainOptions& options_;
  Model model_, untrained_;
  Training training_;
  std::vector<std::vector<std::uint32_t>> counts_;  // By field and value.
  std::vector<BlockingRule> candidates_;
  std::vector<RuleSample> samples_;
  std::vector<PatternCount> random_patterns_, all_patterns_;  // All: of the sample, for all pairs of all candidates.
  double all_pairs_ = 0;
  double match_share_ = 0, household_share_ = 0, namesake_share_ = 0;
  std::uint64_t chosen_ = 0;
};

}  // namespace

double pairs_of(const Table& table, Pairing pairing) {
  const auto n = static_cast<double>(table.records());
  double pairs = n * (n - 1) / 2;
  if (pairing == Pairing::AcrossFiles) {
    std::array<double, 256> sizes{};
    for (RecordIndex record = 0; record < table.records(); ++record) ++sizes[table.file(record)];
    for (const double size : sizes) pairs -= size * (size - 1) / 2;
  }
  return pairs;
}

std::vector<BlockingRule> candidate_rules(const std::vector<Field>& fields) {
  std::vector<BlockingRule> rules;
  const auto name_of_kind = [&](FieldKind kind) -> std::string {
    for (const Field& field : fields) {
      if (field.kind == kind) return field.name;
    }
    return {};
  };
  // Keys that name a field the data does not have make no rule.
  const auto rule = [&](std::vector<BlockingKey> keys) {
    if (std::any_of(keys.begin(), keys.end(), [](const BlockingKey& key) { return key.field.empty(); })) return;
    if (std::find(rules.begin(), rules.end(), BlockingRule{keys}) == rules.end()) rules.push_back({std::move(keys)});
  };
  using P = KeyPart;
  for (const Field& field : fields) {
    const bool is_number = field.kind == FieldKind::NhsNumber || field.kind == FieldKind::Upn ||
                           field.kind == FieldKind::Identifier || field.kind == FieldKind::Email ||
                           field.kind == FieldKind::Phone;
    if (is_number) rule({{field.name, P::Exact}});
  }
  const std::string forename = name_of_kind(FieldKind::Forename), surname = name_of_kind(FieldKind::Surname),
                    born = name_of_kind(FieldKind::BirthDate), postcode = name_of_kind(FieldKind::Postcode),
                    address = name_of_kind(FieldKind::Address), locality = name_of_kind(FieldKind::Locality),
                    email = name_of_kind(FieldKind::Email), sex = name_of_kind(FieldKind::Sex);
  rule({{surname, P::Sound}, {born, P::Exact}});
  rule({{forename, P::Formal}, {born, P::Exact}});
  rule({{forename, P::Exact}, {surname, P::Exact}, {born, P::Year}});
  rule({{forename, P::Exact}, {surname, P::Exact}, {born, P::MonthDay}});
  rule({{forename, P::Formal}, {surname, P::Sound}, {born, P::YearMonth}});
  rule({{forename, P::Exact}, {surname, P::Exact}, {postcode, P::District}});
  rule({{forename, P::Exact}, {surname, P::Exact}, {locality, P::Exact}});
  rule({{forename, P::Exact}, {surname, P::Exact}});
  rule({{forename, P::Exact}, {surname, P::Exact}, {sex, P::Exact}});
  rule({{born, P::Exact}, {postcode, P::Exact}});
  rule({{born, P::Exact}, {postcode, P::District}});
  rule({{born, P::Exact}, {postcode, P::District}, {forename, P::Initial}});
  rule({{born, P::Exact}, {address, P::House}});
  rule({{born, P::Exact}, {forename, P::Initial}, {sex, P::Exact}});
  rule({{born, P::Exact}, {locality, P::Exact}});
  rule({{born, P::Exact}, {surname, P::FirstPart}});
  rule({{born, P::AnyDayMonth}, {surname, P::FirstPart}});
  rule({{born, P::AnyDayMonth}, {forename, P::Exact}});
  rule({{born, P::AnyDayMonth}, {forename, P::EitherOrder}});
  rule({{born, P::YearMonth}, {forename, P::EitherOrder}});
  rule({{postcode, P::Exact}, {forename, P::Formal}});
  rule({{postcode, P::Exact}, {forename, P::Initial}, {surname, P::Sound}});
  rule({{postcode, P::Exact}, {forename, P::Initial}, {born, P::Year}});
  rule({{postcode, P::Exact}, {surname, P::Sound}});
  rule({{address, P::House}, {forename, P::Formal}});
  rule({{address, P::House}, {forename, P::Initial}});
  rule({{address, P::House}, {born, P::Year}});
  rule({{address, P::House}, {surname, P::Sound}});
  rule({{address, P::House}, {postcode, P::District}});
  rule({{postcode, P::District}, {born, P::YearMonth}, {forename, P::Initial}});
  rule({{surname, P::FirstPart}, {born, P::YearMonth}, {forename, P::Initial}});
  rule({{surname, P::Exact}, {postcode, P::District}, {born, P::Year}});
  rule({{forename, P::Exact}, {postcode, P::District}, {born, P::MonthDay}});
  rule({{surname, P::Exact}, {locality, P::Exact}, {born, P::Year}});
  rule({{forename, P::Exact}, {locality, P::Exact}, {born, P::Year}});
  // Loose ones, for few records.
  rule({{born, P::Exact}});
  rule({{postcode, P::Exact}});
  rule({{address, P::Exact}});
  rule({{address, P::House}});
  rule({{surname, P::Sound}, {forename, P::Initial}});
  rule({{surname, P::Sound}});
  rule({{forename, P::Formal}, {surname, P::Prefix}});
  rule({{forename, P::Formal}});
  rule({{surname, P::Prefix}});
  rule({{address, P::RareWord}});
  for (const Field& field : fields) {
    if (rules.size() >= 56) break;
    if (field.kind == FieldKind::Text) {
      rule({{field.name, P::Exact}});
      rule({{field.name, P::RareWord}});
    }
    if (field.kind == FieldKind::Number || field.kind == FieldKind::Category || field.kind == FieldKind::Locality) {
      for (const Field& other : fields) {
        if (other.kind == FieldKind::Text) rule({{other.name, P::Prefix}, {field.name, P::Exact}});
        if (other.kind == FieldKind::Surname) rule({{other.name, P::Exact}, {field.name, P::Exact}});
        if (other.kind == FieldKind::Forename) rule({{other.name, P::Exact}, {field.name, P::Exact}});
      }
    }
  }
  if (rules.empty()) {
    for (const Field& field : fields) rule({{field.name, P::Exact}});
  }
  return rules;
}

Result<Training> train(const Table& table, const TrainOptions& options) {
  return Trainer(table, options).run();
}

}  // namespace guildhall::linkage
