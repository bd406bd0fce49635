#include "linkage/impl/scorer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/result.h"
#include "linkage/similarity.h"

namespace guildhall::linkage {
namespace {

// From here a forename is another's typing slip: "Jonathan", "Jonathon" 0.95; not "Ella", "Ellie" 0.85. Guildhall's
// choice, on the side of two.
constexpr double kTypingSlip = 0.92;

// Whether two short names have so few letters in common, in whatever order, that they can't be alike.
bool too_few_letters(const Value& a, const Value& b, const EnoughMatches& enough) {
  const unsigned most = most_in_common(a.first, b.first);
  const float needed = enough[a.text[0] == b.text[0] ? 4 : 0] * static_cast<float>(a.length * b.length);
  return static_cast<float>(most * (a.length + b.length)) < needed;
}

bool is_one_edit_short(const Value& a, const Value& b) {
  return linkage::is_one_edit_short(a.text, std::min<std::size_t>(a.length, 16), b.text,
                                    std::min<std::size_t>(b.length, 16));
}

bool day_month_swapped(std::uint32_t a, std::uint32_t b) {
  return a / 10000 == b / 10000 && a / 100 % 100 == b % 100 && a % 100 == b / 100 % 100;
}

int parts_in_common(std::uint32_t a, std::uint32_t b) {
  return (a / 10000 == b / 10000) + (a / 100 % 100 == b / 100 % 100) + (a % 100 == b % 100);
}

// A year without month and day, or such a date.
bool is_year_only(std::uint32_t date) {
  return date % 10000 == 0;
}

double days_between(std::uint32_t a, std::uint32_t b) {
  // As days of a calendar in which impossible dates have a place, too.
  const auto days = [](std::uint32_t date) { return date / 10000 * 365.25 + (date / 100 % 100) * 30.44 + date % 100; };
  return std::abs(days(a) - days(b));
}

bool shares(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  return std::any_of(a.begin(), a.end(), [&](std::uint32_t x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

// The weight of the words that the other list does not have, but one letter off.
template <class Weight>
float misspelt(const Domain& domain, std::span<const std::uint32_t> words, std::span<const std::uint32_t> others,
               Weight weight) {
  float sum = 0;
  for (const std::uint32_t word : words) {
    const std::string_view text = domain.word(word);
    if (text.size() < 4 || std::binary_search(others.begin(), others.end(), word)) continue;
    for (const std::uint32_t other : others) {
      if (!is_one_edit(text, domain.word(other)) || std::binary_search(words.begin(), words.end(), other)) continue;
      sum += weight(word);
      break;
    }
  }
  return sum;
}

bool contains(std::span<const std::uint32_t> list, std::uint32_t wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

MilliBits milli_bits(double bits) {
  return static_cast<MilliBits>(std::lround(bits * 1000));
}

MilliBits rival(MilliBits odds) {
  if (odds < -10'000) return 0;
  if (odds > 20'000) return odds;
  // Rounded to thousandths, so that a last place in the mathematics library makes no difference.
  static const std::vector<std::int32_t> table = [] {
    std::vector<std::int32_t> made(30'001);
    for (int i = 0; i <= 30'000; ++i)
      made[static_cast<std::size_t>(i)] = milli_bits(std::log2(1 + std::exp2((i - 10'000) / 1000.0)));
    return made;
  }();
  return table[static_cast<std::size_t>(odds + 10'000)];
}

Scorer::Scorer(const Model& model, const Table& table) : table_(table) {
  prior_ = milli_bits(std::log2(model.prior / (1 - model.prior)));
  has_households_ = model.household_prior > 0;
  if (has_households_) household_prior_ = milli_bits(std::log2(model.household_prior));
  has_namesakes_ = model.namesake_prior > 0;
  if (has_namesakes_) namesake_prior_ = milli_bits(std::log2(model.namesake_prior));
  const auto field_named = [&](const std::string& name) {
    for (std::size_t i = 0; i < table.fields().size(); ++i) {
      if (table.fields()[i].name == name) return static_cast<int>(i);
    }
    check(false);  // The model was not made for this table.
    return -1;
  };
  for (std::size_t i = 0; i < table.fields().size(); ++i) {
    const FieldKind kind = table.fields()[i].kind;
    if (kind == FieldKind::Forename) forename_ = static_cast<int>(i);
    if (kind == FieldKind::Surname) surname_ = static_cast<int>(i);
    if (kind == FieldKind::Address) address_ = static_cast<int>(i);
    if (kind == FieldKind::Postcode) postcode_ = static_cast<int>(i);
  }
  if (address_ >= 0) addresses_ = &table.domain(static_cast<std::size_t>(address_));
  if (postcode_ >= 0) places_ = &table.domain(static_cast<std::size_t>(postcode_));
  word_weights_.resize(table.fields().size());
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    const Domain& domain = table.domain(field);
    // Inverse document frequency, the documents being the distinct values. Sparck Jones (1972).
    const auto add = [&](std::uint32_t count) {
      const double idf = std::log2(1 + static_cast<double>(domain.counted_values()) / std::max(count, 1u));
      word_weights_[field].push_back(static_cast<float>(std::round(idf * idf * 16)));  // Whole, so that sums are exact.
    };
    for (std::uint32_t word = 0; word < domain.words(); ++word) add(domain.word_count(word));
    add(domain.rare_word_count());  // Of words to come.
  }
  for (const Comparison& comparison : model.comparisons) {
    for (const std::string& name : comparison.fields) {
      compared_fields_.push_back(static_cast<std::uint8_t>(field_named(name)));
    }
    Compared compared;
    compared.kind = comparison.kind;
    compared.household_shares = comparison.kind == ComparisonKind::Surname || comparison.kind == ComparisonKind::Home ||
                                comparison.kind == ComparisonKind::Locality;
    compared.namesakes_share =
        comparison.kind == ComparisonKind::Forename || comparison.kind == ComparisonKind::Surname;
    if (comparison.kind == ComparisonKind::Home) {
      for (const std::string& name : comparison.fields) {
        const int field = field_named(name);
        if (field != address_ && field != postcode_) compared.others.push_back(static_cast<std::uint8_t>(field));
      }
    } else {
      compared.field = static_cast<std::uint8_t>(field_named(comparison.fields.front()));
      compared.field_kind = table.fields()[compared.field].kind;
      compared.domain = &table.domain(compared.field);
    }
    double exact_m = 1, exact_u = 1, least_alike = 1;
    std::vector<MilliBits>& weights = weights_.emplace_back(16, 0);
    for (const ComparisonLevel& level : comparison.levels) {
      if (level.kind == LevelKind::JaroWinkler) least_alike = std::min(least_alike, level.threshold);
      if (level.kind == LevelKind::Exact) {
        exact_m = level.m_probability;
        exact_u = level.u_probability;
      }
      weights[compared.levels.size()] = milli_bits(std::log2(level.m_probability / level.u_probability));
      compared.levels.push_back({level.kind, level.threshold, weights[compared.levels.size()],
                                 milli_bits(std::log2(level.household / level.u_probability)),
                                 milli_bits(std::log2(of_namesakes(comparison.kind, level.m_probability,
                                                                   level.u_probability, model.namesakes_of_one_birth) /
                                                      level.u_probability))});
    }
    if (comparison.rare_frequency > 0 && compared.domain != nullptr) {
      const double exact = std::log2(exact_m / exact_u);
      const auto adjustment = [&](double frequency) {
        return milli_bits(std::log2(exact_m / frequency)) - milli_bits(exact);
      };
      compared.rare = adjustment(comparison.rare_frequency);
      compared.frequency.assign(compared.domain->size(), compared.rare);
      for (const auto& [text, frequency] : comparison.frequencies) {
        if (const ValueId value = compared.domain->find_canonical(text); value != 0) {
          compared.frequency[value] = adjustment(std::max(frequency, comparison.rare_frequency));
        }
      }
    }
    compared.enough = enough_matches(least_alike);
    compared_.push_back(std::move(compared));
  }
}

double Scorer::similarity(const Domain& domain, ValueId a, ValueId b, const EnoughMatches& enough) const {
  const Value& x = domain.value(a);
  const Value& y = domain.value(b);
  if (x.length <= 16 && y.length <= 16) {
    if (domain.has_names() && too_few_letters(x, y, enough)) return 0;
    return jaro_winkler_short(x.text, x.length, y.text, y.length, enough);
  }
  return jaro_winkler(domain.text(a), domain.text(b));
}

double Scorer::words(std::size_t field, const Value& a, const Value& b) const {
  const Domain& domain = table_.domain(field);
  const auto mine = domain.list(a), yours = domain.list(b);
  const std::vector<float>& weights = word_weights_[field];
  const auto weight = [&](std::uint32_t word) { return word < weights.size() ? weights[word] : weights.back(); };
  float common = 0, all_mine = 0, all_yours = 0;
  for (std::size_t x = 0, y = 0; x < mine.size() && y < yours.size();) {
    if (mine[x] == yours[y]) common += weight(mine[x]);
    const bool next_x = mine[x] <= yours[y], next_y = yours[y] <= mine[x];
    x += next_x;
    y += next_y;
  }
  if (common == 0) return 0;
  for (const std::uint32_t word : mine) all_mine += weight(word);
  for (const std::uint32_t word : yours) all_yours += weight(word);
  // Words that are misspelt in one of the two count nearly as well; in addresses short words and numbers are too close.
  if (domain.kind() != FieldKind::Address) {
    common += 0.9f * std::min(misspelt(domain, mine, yours, weight), misspelt(domain, yours, mine, weight));
  }
  return common / std::sqrt(static_cast<double>(all_mine) * all_yours);
}

bool Scorer::one_house(const Value& a, const Value& b) const {
  return a.first != 0 && a.first == b.first && a.second != 0 && a.second == b.second;
}

unsigned Scorer::home_level(const Compared& compared, const ValueId* a, const ValueId* b) const {
  const ValueId address_a = address_ < 0 ? 0 : a[address_], address_b = address_ < 0 ? 0 : b[address_];
  const ValueId postcode_a = postcode_ < 0 ? 0 : a[postcode_], postcode_b = postcode_ < 0 ? 0 : b[postcode_];
  const bool have_address = address_a != 0 && address_b != 0;
  const bool have_postcode = postcode_a != 0 && postcode_b != 0;
  bool have_locality = false, one_locality = false;
  for (const std::uint8_t field : compared.others) {
    if (a[field] == 0 || b[field] == 0) continue;
    have_locality = true;
    one_locality |= a[field] == b[field];
  }
  if (!have_address && !have_postcode && !have_locality) return kMissingLevel;
  const Domain* places = places_;
  const Domain* addresses = addresses_;
  const bool one_address =
      have_address && (address_a == address_b || one_house(addresses->value(address_a), addresses->value(address_b)));
  const bool one_postcode = have_postcode && postcode_a == postcode_b;
  int near_postcode = -1;
  const auto is_near = [&] {
    if (near_postcode < 0) {
      near_postcode =
          have_postcode && !one_postcode && is_one_edit_short(places->value(postcode_a), places->value(postcode_b));
    }
    return near_postcode == 1;
  };
  for (unsigned i = 0; i < compared.levels.size(); ++i) {
    bool holds = false;
    switch (compared.levels[i].kind) {
      case LevelKind::Exact:
        holds = one_address && (one_postcode || !have_postcode);
        break;
      case LevelKind::OneEdit:
        holds = one_address && is_near();
        break;
      case LevelKind::HouseNotKnown:
        holds = one_postcode && !have_address;
        break;
      case LevelKind::SamePostcode:
        holds = one_postcode;
        break;
      case LevelKind::SameAddress:
        holds = one_address;
        break;
      case LevelKind::NearPostcode:
        holds = is_near();
        break;
      case LevelKind::Words:
        holds = have_address && words(static_cast<std::size_t>(address_), addresses->value(address_a),
                                      addresses->value(address_b)) >= compared.levels[i].threshold;
        break;
      case LevelKind::SameDistrict:
        holds = one_locality || (have_postcode && places->value(postcode_a).first == places->value(postcode_b).first);
        break;
      default:
        holds = true;
        break;
    }
    if (holds) return i;
  }
  return kMissingLevel;
}

unsigned Scorer::level(const Compared& compared, const ValueId* a, const ValueId* b) const {
  if (compared.kind == ComparisonKind::Home) return home_level(compared, a, b);
  const ValueId mine = a[compared.field], yours = b[compared.field];
  if (mine == 0 || yours == 0) return kMissingLevel;
  const unsigned count = static_cast<unsigned>(compared.levels.size());
  if (mine == yours) {
    for (unsigned i = 0; i < count; ++i) {
      if (compared.levels[i].kind == LevelKind::Exact || compared.levels[i].kind == LevelKind::Else) return i;
    }
    return kMissingLevel;
  }
  const Value& x = compared.domain->value(mine);
  const Value& y = compared.domain->value(yours);
  // A year alone says nothing beside a day.
  if (compared.kind == ComparisonKind::BirthDate && is_year_only(x.first) != is_year_only(y.first)) {
    return x.first / 10000 == y.first / 10000 ? kMissingLevel : count - 1;
  }
  double alike = -1;
  for (unsigned i = 0; i < count; ++i) {
    const Level& level = compared.levels[i];
    if (level.kind == LevelKind::Exact) continue;
    if (level.kind == LevelKind::JaroWinkler && compared.kind != ComparisonKind::Email) {
      if (alike < 0) alike = similarity(*compared.domain, mine, yours, compared.enough);
      if (alike >= level.threshold) return i;
      continue;
    }
    // What most pairs fail at, before any call.
    if (level.kind == LevelKind::Nickname && (x.formal_size == 0 || y.formal_size == 0)) continue;
    if (level.kind == LevelKind::Part && x.list_size == 0 && y.list_size == 0) continue;
    if (level.kind == LevelKind::Initial && x.length != 1 && y.length != 1) continue;
    if (level.kind == LevelKind::Swapped &&
        (forename_ < 0 || surname_ < 0 || (a[forename_] != b[surname_] && a[surname_] != b[forename_])))
      continue;
    if (level.kind == LevelKind::Else || holds(compared, level, x, y, a, b, alike)) return i;
  }
  return kMissingLevel;
}

bool Scorer::holds(const Compared& compared, const Level& level, const Value& x, const Value& y, const ValueId* a,
                   const ValueId* b, double& alike) const {
  const Domain& domain = *compared.domain;
  switch (level.kind) {
    case LevelKind::Nickname:
      return x.formal_size > 0 && y.formal_size > 0 && shares(domain.formal(x), domain.formal(y));
    case LevelKind::Swapped: {
      const ValueId fa = a[forename_], fb = b[forename_], sa = a[surname_], sb = b[surname_];
      if (fa == 0 || fb == 0 || sa == 0 || sb == 0) return false;
      const bool first = fa == sb, second = sa == fb;
      return (first && second) || (first && similarity(domain, sa, fb) >= kTypingSlip) ||
             (second && similarity(domain, fa, sb) >= kTypingSlip);
    }
    case LevelKind::Part: {
      if (x.list_size == 0 && y.list_size == 0) return false;
      const ValueId mine = a[compared.field], yours = b[compared.field];
      const auto parts_x = domain.list(x), parts_y = domain.list(y);
      // Brothers may share a first name ("Muhammad Ali", "Muhammad Hassan"): of forenames one has to be a part of the
      // other. Of surnames any part in common will do: "Smith-Jones", "Jones-Brown".
      return contains(parts_x, yours) || contains(parts_y, mine) ||
             (compared.kind != ComparisonKind::Forename && shares(parts_x, parts_y));
    }
    case LevelKind::Initial:
      return (x.length == 1 || y.length == 1) && x.text[0] == y.text[0];
    case LevelKind::OneEdit: {
      if (x.length <= 16 && y.length <= 16) return is_one_edit_short(x, y);
      return is_one_edit(domain.text(a[compared.field]), domain.text(b[compared.field]));
    }
    case LevelKind::DayMonthSwapped:
      return day_month_swapped(x.first, y.first);
    case LevelKind::TwoParts:
      return !is_year_only(x.first) && !is_year_only(y.first) && parts_in_common(x.first, y.first) == 2;
    case LevelKind::WithinDays:
      return days_between(x.first, y.first) <= level.threshold;
    case LevelKind::Words:
      return words(compared.field, x, y) >= level.threshold;
    case LevelKind::SameUser:
      return x.first == y.first;
    case LevelKind::JaroWinkler: {  // Email: its user.
      if (alike < 0) {
        const auto user = [&](ValueId value) {
          const std::string_view text = domain.text(value);
          return text.substr(0, text.find('@'));
        };
        alike = jaro_winkler(user(a[compared.field]), user(b[compared.field]));
      }
      return alike >= level.threshold;
    }
    case LevelKind::Within: {
      double mine = 0, yours = 0;
      std::memcpy(&mine, x.text.data(), sizeof mine);
      std::memcpy(&yours, y.text.data(), sizeof yours);
      const double greater = std::max(std::abs(mine), std::abs(yours));
      return greater > 0 && std::abs(mine - yours) <= (1 - level.threshold) * greater;
    }
    case LevelKind::Else:
      return true;
    default:
      return false;
  }
}

Pattern Scorer::pattern(const ValueId* a, const ValueId* b) const {
  Pattern pattern = 0;
  bool swapped = false;
  for (std::size_t i = 0; i < compared_.size(); ++i) {
    unsigned found = level(compared_[i], a, b);
    // That names have changed places is one thing, and counts once.
    if (found < compared_[i].levels.size() && compared_[i].levels[found].kind == LevelKind::Swapped) {
      if (std::exchange(swapped, true)) found = kMissingLevel;
    }
    pattern |= static_cast<Pattern>(found) << (4 * i);
  }
  return pattern;
}

void Scorer::patterns(std::span<const RecordPair> pairs, Pattern* out) const {
  constexpr std::size_t kBatch = 32;
  const std::size_t last = table_.fields().size() - 1;
  const auto fetch = [&](RecordIndex record) {
    __builtin_prefetch(table_.row(record));
    __builtin_prefetch(table_.row(record) + last);
  };
  for (std::size_t i = 0; i < std::min(kBatch, pairs.size()); ++i) {
    fetch(pairs[i].a);
    fetch(pairs[i].b);
  }
  for (std::size_t begin = 0; begin < pairs.size(); begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, pairs.size());
    for (std::size_t i = end; i < std::min(end + kBatch, pairs.size()); ++i) {
      fetch(pairs[i].a);
      fetch(pairs[i].b);
    }
    for (std::size_t i = begin; i < end; ++i) {
      const ValueId* a = table_.row(pairs[i].a);
      const ValueId* b = table_.row(pairs[i].b);
      for (const std::uint8_t field : compared_fields_) {
        if (a[field] == b[field] || a[field] == 0 || b[field] == 0) continue;
        __builtin_prefetch(&table_.domain(field).value(a[field]));
        __builtin_prefetch(&table_.domain(field).value(b[field]));
      }
    }
    for (std::size_t i = begin; i < end; ++i) out[i] = pattern(table_.row(pairs[i].a), table_.row(pairs[i].b));
  }
}

MilliBits Scorer::weight(Pattern pattern, const ValueId* a) const {
  const Sums all = sums(pattern, a);
  const Rivals others = rivals(all);
  return all.weight - others.household - others.namesakes;
}

Scorer::Sums Scorer::sums(Pattern pattern, const ValueId* a) const {
  Sums sums{prior_, household_prior_, namesake_prior_};
  for (std::size_t i = 0; i < compared_.size(); ++i) {
    const unsigned place = level_of(pattern, i);
    if (place == kMissingLevel) continue;
    const Compared& compared = compared_[i];
    const Level& level = compared.levels[place];
    sums.weight += level.weight;
    sums.household += level.household;
    sums.namesakes += level.namesakes;
    if (level.kind != LevelKind::Exact || compared.frequency.empty()) continue;
    const MilliBits rare = frequency(compared, a[compared.field]);
    sums.weight += rare;
    if (compared.household_shares) sums.household += rare;
    if (compared.namesakes_share) sums.namesakes += rare;
  }
  return sums;
}

Scorer::Step Scorer::step(Pattern pattern, std::size_t comparison, const ValueId* a) const {
  const Compared& compared = compared_[comparison];
  const unsigned level = level_of(pattern, comparison);
  Step step{weights_[comparison][level], 0};
  if (level < compared.levels.size() && compared.levels[level].kind == LevelKind::Exact) {
    step.frequency = frequency(compared, a[compared.field]);
    step.weight += step.frequency;
  }
  return step;
}

Scorer::Rivals Scorer::rivals(const Sums& sums) const {
  Rivals taken;
  if (has_households_) taken.household = rival(sums.household);
  // log2(1 + households + namesakes) is log2(1 + households) + log2(1 + namesakes / (1 + households)).
  if (has_namesakes_) taken.namesakes = rival(sums.namesakes - taken.household);
  return taken;
}

PersonSigns Scorer::signs(Pattern pattern, const ValueId* a, const ValueId* b) const {
  PersonSigns signs;
  for (std::size_t i = 0; i < compared_.size(); ++i) {
    const unsigned place = level_of(pattern, i);
    if (place == kMissingLevel) continue;
    const Compared& compared = compared_[i];
    const Level& level = compared.levels[place];
    switch (compared.kind) {
      case ComparisonKind::Identifier: {
        const ValueId mine = a[compared.field], yours = b[compared.field];
        const bool both_checked = compared.domain->value(mine).is_checked && compared.domain->value(yours).is_checked;
        if (level.kind == LevelKind::Exact) signs.shares_number = true;
        if (level.kind == LevelKind::OneEdit) signs.number_slip = true;
        if (level.kind != LevelKind::Exact && both_checked) {
          if (compared.field_kind == FieldKind::NhsNumber) signs.different_nhs = true;
          if (compared.field_kind == FieldKind::Upn) signs.different_number = true;
        }
        break;
      }
      case ComparisonKind::Forename:
        signs.forename_exact = level.kind == LevelKind::Exact || level.kind == LevelKind::Swapped;
        signs.forename_differs = level.kind == LevelKind::Else;
        if (level.kind == LevelKind::JaroWinkler && level.threshold < kTypingSlip) {
          // Jayden and Kayden are two names; Jayden and Jaiden may be, but Jayden and Jyaden are one, misspelt: of two
          // names that are alike, one has to be hardly anybody's.
          const bool both_known = is_frequent(compared, a[compared.field]) && is_frequent(compared, b[compared.field]);
          signs.forename_differs = both_known;
        }
        signs.forename_agrees = !signs.forename_differs;
        signs.forename_slip =
            !signs.forename_differs && (level.kind == LevelKind::JaroWinkler || level.kind == LevelKind::OneEdit);
        break;
      case ComparisonKind::Surname:
        signs.surname_differs = level.kind == LevelKind::Else;
        break;
      case ComparisonKind::Sex:
        signs.sex_differs = level.kind == LevelKind::Else;
        break;
      case ComparisonKind::BirthDate:
        signs.one_birth_date = level.kind == LevelKind::Exact || level.kind == LevelKind::OneEdit ||
                               level.kind == LevelKind::DayMonthSwapped;
        signs.birth_date_differs =
            level.kind == LevelKind::Else || level.kind == LevelKind::TwoParts || level.kind == LevelKind::WithinDays;
        break;
      case ComparisonKind::Home:
        signs.one_home = level.kind == LevelKind::Exact || level.kind == LevelKind::OneEdit ||
                         level.kind == LevelKind::HouseNotKnown || level.kind == LevelKind::SameAddress;
        break;
      default:
        break;
    }
  }
  return signs;
}

}  // namespace guildhall::linkage
