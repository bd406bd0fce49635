#include "matching/impl/compare.h"

#include <algorithm>
#include <cmath>

#include "linkage/similarity.h"

namespace guildhall::matching {
namespace {

// From this Jaro-Winkler similarity two forenames are one name with a typing slip ("Jonathan", "Jonathon": 0.95), and not
// two ("Ella", "Ellie": 0.85; "Jayden", "Hayden": 0.89). Guildhall's choice, on the side of two.
constexpr double kTypingSlip = 0.92;

// Guildhall's choice: as many as a small council's records of one year.
constexpr double kAssumedRecords = 10'000;

bool day_month_swapped(std::int32_t a, std::int32_t b) {
  return a / 10000 == b / 10000 && a / 100 % 100 == b % 100 && a % 100 == b / 100 % 100;
}

bool one_digit_wrong(std::int32_t a, std::int32_t b) {
  char digits_a[8], digits_b[8];
  for (int i = 7; i >= 0; --i, a /= 10, b /= 10) {
    digits_a[i] = static_cast<char>('0' + a % 10);
    digits_b[i] = static_cast<char>('0' + b % 10);
  }
  return linkage::is_one_edit({digits_a, 8}, {digits_b, 8});
}

bool two_parts_agree(std::int32_t a, std::int32_t b) {
  return (a / 10000 == b / 10000) + (a / 100 % 100 == b / 100 % 100) + (a % 100 == b % 100) == 2;
}

}  // namespace

bool Assessment::number_without_person() const {
  const bool has_number = level(Field::NhsNumber) == LevelKind::Exact || level(Field::Upn) == LevelKind::Exact ||
                          level(Field::Upn) == LevelKind::Alternative || level(Field::Upn) == LevelKind::Temporary;
  if (!has_number) return false;
  const LevelKind birth = level(Field::BirthDate);
  const bool birth_differs = birth == LevelKind::Else || birth == LevelKind::TwoParts;
  if (forename_differs) return birth_differs || sex_differs();
  return birth == LevelKind::Else && surname_differs;
}

bool Assessment::looks_like_twins() const {
  if (shares_number()) return false;
  const LevelKind birth = level(Field::BirthDate);
  const bool one_birth =
      birth == LevelKind::Exact || birth == LevelKind::OneEdit || birth == LevelKind::DayMonthSwapped;
  if (!one_birth) return false;
  if (forename_differs) return true;
  const LevelKind forename = level(Field::Forename);
  return sex_differs() && forename != LevelKind::Exact && forename != LevelKind::Swapped;
}

Scorer::Scorer(const Prepared& prepared, const Model& model, std::size_t records)
    : prepared_(prepared), records_(static_cast<double>(records)), least_frequency_(model.least_frequency) {
  const double prior = model.prior.value_or(1 / std::max(static_cast<double>(records), 100'000.0));
  prior_weight_ = std::log2(prior / (1 - prior));
  for (const Comparison& comparison : model.comparisons) {
    Compared& compared = comparisons_.emplace_back();
    compared.field = comparison.field;
    for (const ComparisonLevel& level : comparison.levels) {
      compared.levels.push_back({level.kind, std::log2(level.m_probability / level.u_probability), level.threshold,
                                 level.m_probability, level.u_probability, level.adjusts_for_term_frequency});
    }
  }
}

bool Scorer::is_slip_of(Term a, Term b) const {
  return linkage::jaro_winkler(prepared_.text(a), prepared_.text(b)) >= kTypingSlip;
}

bool Scorer::contains(TermList list, Term term) const {
  const auto terms = prepared_.list(list);
  return term != 0 && std::find(terms.begin(), terms.end(), term) != terms.end();
}

bool Scorer::share(TermList a, TermList b) const {
  const auto terms = prepared_.list(a);
  return b.size > 0 && std::any_of(terms.begin(), terms.end(), [&](Term term) { return contains(b, term); });
}

bool Scorer::is_missing(Field field, const PreparedRecord& a, const PreparedRecord& b) const {
  switch (field) {
    case Field::NhsNumber:
      return a.nhs_number == 0 || b.nhs_number == 0;
    case Field::Upn: {
      const bool a_has = a.upn != 0 || a.former_upns.size > 0;
      const bool b_has = b.upn != 0 || b.former_upns.size > 0;
      return !a_has || !b_has;
    }
    case Field::Forename:
      return a.forename == 0 || b.forename == 0;
    case Field::MiddleNames:
      return a.middle_names == 0 || b.middle_names == 0;
    case Field::Surname:
      return a.surname == 0 || b.surname == 0;
    case Field::BirthDate:
      return a.birth_date == 0 || b.birth_date == 0;
    case Field::Sex:
      return a.sex == LinkSex::NotKnown || b.sex == LinkSex::NotKnown;
    case Field::Home:
      return (a.postcode == 0 || b.postcode == 0) && (a.uprn == 0 || b.uprn == 0);
  }
  return true;
}

bool Scorer::holds(LevelKind kind, Field field, const PreparedRecord& a, const PreparedRecord& b) const {
  const auto names = [&](Term PreparedRecord::*name, TermList PreparedRecord::*parts) {
    return std::pair(std::pair(a.*name, a.*parts), std::pair(b.*name, b.*parts));
  };
  switch (field) {
    case Field::NhsNumber:
      return kind == LevelKind::Else || a.nhs_number == b.nhs_number;
    case Field::Upn:
      if (kind == LevelKind::Exact) return a.upn != 0 && a.upn == b.upn && !a.upn_is_temporary;
      if (kind == LevelKind::Temporary) return a.upn != 0 && a.upn == b.upn;
      if (kind == LevelKind::Alternative) {
        return contains(a.former_upns, b.upn) || contains(b.former_upns, a.upn) || share(a.former_upns, b.former_upns);
      }
      return true;
    case Field::Forename:
    case Field::Surname: {
      const bool is_forename = field == Field::Forename;
      const auto [mine, yours] = is_forename ? names(&PreparedRecord::forename, &PreparedRecord::forename_parts)
                                             : names(&PreparedRecord::surname, &PreparedRecord::surname_parts);
      switch (kind) {
        case LevelKind::Exact:
          return mine.first == yours.first;
        case LevelKind::Swapped: {
          // One of the two exactly, the other within a typing slip.
          if (a.forename == 0 || a.surname == 0 || b.forename == 0 || b.surname == 0) return false;
          const bool first = a.forename == b.surname, second = a.surname == b.forename;
          return (first && second) || (first && is_slip_of(a.surname, b.forename)) ||
                 (second && is_slip_of(a.forename, b.surname));
        }
        case LevelKind::Alternative: {
          const TermList my_others = is_forename ? a.other_forenames : a.other_surnames;
          const TermList your_others = is_forename ? b.other_forenames : b.other_surnames;
          return contains(my_others, yours.first) || contains(your_others, mine.first) || share(my_others, your_others);
        }
        case LevelKind::Nickname:
          return share(a.formal_names, b.formal_names);
        case LevelKind::Part:
          // Brothers may share a first name ("Muhammad Ali", "Muhammad Hassan"): of forenames one has to be a part of
          // the other. Of surnames any part in common will do: "Smith-Jones", "Jones-Brown".
          return contains(mine.second, yours.first) || contains(yours.second, mine.first) ||
                 (!is_forename && share(mine.second, yours.second));
        case LevelKind::Initial: {
          const auto text_a = prepared_.text(mine.first), text_b = prepared_.text(yours.first);
          return (text_a.size() == 1 || text_b.size() == 1) && text_a.front() == text_b.front();
        }
        default:
          return true;
      }
    }
    case Field::MiddleNames: {
      const auto text_a = prepared_.text(a.middle_names), text_b = prepared_.text(b.middle_names);
      if (kind == LevelKind::Exact) return a.middle_names == b.middle_names;
      if (kind == LevelKind::Part) {
        return contains(a.middle_parts, b.middle_names) || contains(b.middle_parts, a.middle_names) ||
               share(a.middle_parts, b.middle_parts);
      }
      if (kind == LevelKind::Initial) {
        return (text_a.size() == 1 || text_b.size() == 1) && text_a.front() == text_b.front();
      }
      return true;
    }
    case Field::BirthDate:
      if (kind == LevelKind::Exact) return a.birth_date == b.birth_date;
      if (kind == LevelKind::DayMonthSwapped) return day_month_swapped(a.birth_date, b.birth_date);
      if (kind == LevelKind::OneEdit) return one_digit_wrong(a.birth_date, b.birth_date);
      if (kind == LevelKind::TwoParts) return two_parts_agree(a.birth_date, b.birth_date);
      return true;
    case Field::Sex:
      return kind == LevelKind::Else || a.sex == b.sex;
    case Field::Home: {
      const bool same_postcode = a.postcode != 0 && a.postcode == b.postcode;
      if (kind == LevelKind::Exact) {
        return (a.uprn != 0 && a.uprn == b.uprn) || (same_postcode && a.house != 0 && a.house == b.house);
      }
      if (kind == LevelKind::SamePostcode) return same_postcode;
      if (kind == LevelKind::OneEdit)
        return linkage::is_one_edit(prepared_.text(a.postcode), prepared_.text(b.postcode));
      if (kind == LevelKind::Alternative) {
        return contains(a.earlier_postcodes, b.postcode) || contains(b.earlier_postcodes, a.postcode) ||
               share(a.earlier_postcodes, b.earlier_postcodes);
      }
      if (kind == LevelKind::SameDistrict) return a.district != 0 && a.district == b.district;
      return true;
    }
  }
  return true;
}

Scorer::Answer Scorer::answer(const Compared& comparison, const PreparedRecord& a, const PreparedRecord& b) const {
  if (is_missing(comparison.field, a, b)) return {};
  double similarity = -1;  // Computed where a level asks for it, once.
  for (const Level& level : comparison.levels) {
    if (level.kind == LevelKind::JaroWinkler) {
      if (similarity < 0) {
        Term PreparedRecord::*name = comparison.field == Field::Forename  ? &PreparedRecord::forename
                                     : comparison.field == Field::Surname ? &PreparedRecord::surname
                                                                          : &PreparedRecord::middle_names;
        similarity = linkage::jaro_winkler(prepared_.text(a.*name), prepared_.text(b.*name));
      }
      if (similarity < level.threshold) continue;
    } else if (!holds(level.kind, comparison.field, a, b)) {
      continue;
    }
    if (level.kind == LevelKind::Else && comparison.field == Field::Upn) {
      // Two UPNs differ only where both are permanent: a temporary one is replaced in time.
      const bool both_permanent = a.upn != 0 && b.upn != 0 && !a.upn_is_temporary && !b.upn_is_temporary;
      if (!both_permanent) return {};
    }
    if (!level.adjusts_for_term_frequency) return {level.kind, level.weight, level.threshold};
    const double observed = comparison.field == Field::Forename ? prepared_.forename_frequency[a.forename]
                                                                : prepared_.surname_frequency[a.surname];
    // Few records say little about how common a name is: the model's u counts as kAssumedRecords more of them.
    const double frequency =
        (observed * records_ + level.u_probability * kAssumedRecords) / (records_ + kAssumedRecords);
    return {level.kind, std::log2(level.m_probability / std::max(frequency, least_frequency_)), 0};
  }
  return {};
}

Assessment Scorer::assess(std::uint32_t a, std::uint32_t b) const {
  const PreparedRecord& first = prepared_.records[a];
  const PreparedRecord& second = prepared_.records[b];
  Assessment result;
  result.weight = prior_weight_;
  for (const Compared& comparison : comparisons_) {
    const Answer found = answer(comparison, first, second);
    result.weight += found.weight;
    result.levels[static_cast<std::size_t>(comparison.field)] = found.kind;
    const bool is_slip = found.kind == LevelKind::JaroWinkler && found.threshold >= kTypingSlip;
    const bool differs = found.kind == LevelKind::Else || (found.kind == LevelKind::JaroWinkler && !is_slip);
    if (comparison.field == Field::Forename) {
      result.forename_differs = differs;
      result.forename_agrees = !differs && found.kind != LevelKind::Missing && found.kind != LevelKind::Initial;
    }
    if (comparison.field == Field::Surname) result.surname_differs = differs;
  }
  return result;
}

Explanation Scorer::explain(std::uint32_t a, std::uint32_t b) const {
  Explanation explanation;
  explanation.prior = prior_weight_;
  explanation.weight = prior_weight_;
  for (const Compared& comparison : comparisons_) {
    const Answer found = answer(comparison, prepared_.records[a], prepared_.records[b]);
    explanation.steps.push_back({comparison.field, found.kind, found.weight});
    explanation.weight += found.weight;
  }
  return explanation;
}

double Explanation::probability() const {
  return 1 / (1 + std::exp2(-weight));
}

Explanation explain(const LinkRecord& a, const LinkRecord& b, const Model& model, std::size_t records,
                    const TermFrequencies& frequencies) {
  const LinkRecord pair[] = {a, b};
  Prepared prepared = prepare(pair, model);
  const auto look_up = [&](const std::unordered_map<std::string, double>& known) {
    std::vector<double> result(prepared.vocabulary.size());
    for (Term term = 1; term < result.size(); ++term) {
      const auto found = known.find(std::string(prepared.text(term)));
      if (found != known.end()) result[term] = found->second;
    }
    return result;
  };
  prepared.forename_frequency = look_up(frequencies.forenames);
  prepared.surname_frequency = look_up(frequencies.surnames);
  return Scorer(prepared, model, records).explain(0, 1);
}

}  // namespace guildhall::matching
