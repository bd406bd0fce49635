#include "matching/model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "linkage/nicknames.h"

namespace guildhall::matching {
namespace {

constexpr std::array<std::string_view, kFieldCount> kFields = {"nhs_number", "upn",        "forename", "middle_names",
                                                               "surname",    "birth_date", "sex",      "home"};
constexpr std::array<std::string_view, 15> kKinds = {
    "missing",   "exact",     "alternative",   "nickname",      "part",
    "swapped",   "initial",   "jaro_winkler",  "one_edit",      "day_month_swapped",
    "two_parts", "temporary", "same_postcode", "same_district", "else"};
constexpr std::array<std::string_view, kBlockingRuleCount> kBlockingRules = {"nhs_number",
                                                                             "upn",
                                                                             "surname_sound_birth_date",
                                                                             "forename_birth_date",
                                                                             "birth_date_postcode",
                                                                             "birth_date_swapped_surname",
                                                                             "postcode_initial_birth_year",
                                                                             "forename_surname_birth_year",
                                                                             "forename_surname_postcode",
                                                                             "swapped_names_birth_date"};
static_assert(kFields.back() == "home" && kKinds.back() == "else" &&
              kBlockingRules.back() == "swapped_names_birth_date");

bool has_meaning(LevelKind kind, Field field) {
  const bool name = field == Field::Forename || field == Field::Surname;
  switch (kind) {
    case LevelKind::Missing:
      return false;
    case LevelKind::Exact:
    case LevelKind::Else:
      return true;
    case LevelKind::Alternative:
      return name || field == Field::Upn || field == Field::Home;
    case LevelKind::Nickname:
      return field == Field::Forename;
    case LevelKind::Part:
      return name || field == Field::MiddleNames;
    case LevelKind::Swapped:
      return name;
    case LevelKind::Initial:
      return field == Field::Forename || field == Field::MiddleNames;
    case LevelKind::JaroWinkler:
      return name || field == Field::MiddleNames;
    case LevelKind::OneEdit:
      return field == Field::BirthDate || field == Field::Home;
    case LevelKind::DayMonthSwapped:
    case LevelKind::TwoParts:
      return field == Field::BirthDate;
    case LevelKind::Temporary:
      return field == Field::Upn;
    case LevelKind::SamePostcode:
    case LevelKind::SameDistrict:
      return field == Field::Home;
  }
  return false;
}

void check_level(const ComparisonLevel& level, Field field, const std::string& where, Problems& problems) {
  const auto is_probability = [](double value) { return value > 0 && value <= 1; };  // False for NaN.
  if (!is_probability(level.m_probability) || !is_probability(level.u_probability)) {
    problems.push_back({"A probability is not above 0 and at most 1.", where, "Give m and u as probabilities."});
  }
  if (!has_meaning(level.kind, field)) {
    problems.push_back({"This level has no meaning for this field.", where, "Take another level."});
  }
  if (level.kind == LevelKind::JaroWinkler && !(level.threshold > 0 && level.threshold < 1)) {
    problems.push_back({"A similarity to reach is not between 0 and 1.", where, "0.92 is a typing slip."});
  }
  const bool may_adjust = level.kind == LevelKind::Exact && (field == Field::Forename || field == Field::Surname);
  if (level.adjusts_for_term_frequency && !may_adjust) {
    problems.push_back({"Only exact forenames and surnames are weighed by their frequency.", where, "Remove it here."});
  }
}

Model make_default() {
  using enum LevelKind;
  Model model;
  model.blocking_rules = {BlockingRule::NhsNumber,
                          BlockingRule::Upn,
                          BlockingRule::SurnameSoundBirthDate,
                          BlockingRule::ForenameBirthDate,
                          BlockingRule::BirthDatePostcode,
                          BlockingRule::BirthDateSwappedSurname,
                          BlockingRule::PostcodeInitialBirthYear,
                          BlockingRule::ForenameSurnameBirthYear,
                          BlockingRule::ForenameSurnamePostcode,
                          BlockingRule::SwappedNamesBirthDate};
  // clang-format off
  model.comparisons = {
      {Field::NhsNumber,
       {{Exact, 0.98,  1e-8},
        {Else,  0.02,  1.0}},
       "u: one in the 100 million or so numbers in use. m: numbers typed wrongly are found by their check digit; what is "
       "left are numbers of a sibling, and new ones after adoption."},
      {Field::Upn,
       {{Exact,       0.90, 1e-7},
        {Temporary,   0.02, 1e-5},
        {Alternative, 0.05, 1e-6},
        {Else,        0.03, 1.0}},
       "u: one in some ten million pupils; temporary numbers are made up by schools and can meet. m: pupils who change "
       "school are sometimes given a second UPN."},
      {Field::Forename,
       {{Exact,       0.80, 0.005, 0, true},
        {Swapped,     0.01, 0.0002},
        {Alternative, 0.03, 0.001},
        {Nickname,    0.06, 0.004},
        {JaroWinkler, 0.04, 0.003, 0.92},
        {Part,        0.01, 0.001},
        {Initial,     0.01, 0.006},
        {JaroWinkler, 0.01, 0.02, 0.85},
        {Else,        0.03, 0.95}},
       "u of a name in common is that name's own frequency; of slips, what random pairs of the commonest UK forenames "
       "give. m: about one child in twenty is recorded by a short form in one system."},
      {Field::MiddleNames,
       {{Exact,       0.70, 0.02},
        {Part,        0.08, 0.01},
        {Initial,     0.10, 0.05},
        {JaroWinkler, 0.04, 0.01, 0.92},
        {Else,        0.08, 0.90}},
       "A few middle names are very common (James, Rose, Grace), so agreement says little; many systems keep one of two."},
      {Field::Surname,
       {{Exact,       0.83, 0.001, 0, true},
        {Swapped,     0.01, 0.0002},
        {Alternative, 0.03, 0.0005},
        {Part,        0.03, 0.001},
        {JaroWinkler, 0.04, 0.002, 0.92},
        {JaroWinkler, 0.01, 0.006, 0.85},
        {Else,        0.05, 0.98}},
       "As forenames. m of Else: children whose surname changed with their family and whose former name one system lacks."},
      {Field::BirthDate,
       {{Exact,           0.92, 1.5e-4},
        {DayMonthSwapped, 0.015, 6e-5},
        {OneEdit,         0.035, 4e-3},
        {TwoParts,        0.01, 9e-3},
        {Else,            0.02, 0.98}},
       "u: one in the 6,570 days of 18 years; a date has some 25 neighbours by one digit, and 60 by one of its parts."},
      {Field::Sex,
       {{Exact, 0.985, 0.5},
        {Else,  0.015, 0.5}},
       "Half of all children; a slip in one record of seventy."},
      {Field::Home,
       {{Exact,        0.60, 3e-5},
        {SamePostcode, 0.05, 2e-4},
        {OneEdit,      0.03, 1.5e-3},
        {Alternative,  0.05, 3e-4},
        {SameDistrict, 0.11, 0.04},
        {Else,         0.16, 0.95}},
       "House and postcode are one comparison, because they depend on each other. Exact says less than its frequency: "
       "a home is shared by brothers and sisters. m: families move, and one system hears of it first."},
  };
  // clang-format on
  model.nicknames = linkage::common_nicknames();
  return model;
}

}  // namespace

std::string_view name_of(Field field) {
  return kFields[static_cast<std::size_t>(field)];
}
std::string_view name_of(LevelKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::string_view name_of(BlockingRule rule) {
  return kBlockingRules[static_cast<std::size_t>(rule)];
}

const Model& default_model() {
  static const Model model = make_default();
  return model;
}

Result<void> check_model(const Model& model) {
  Problems problems;
  if (model.comparisons.empty()) problems.push_back({"The model compares nothing.", "", "Add a comparison."});
  if (model.blocking_rules.empty()) problems.push_back({"The model has no blocking rule.", "", "Add one."});
  std::set<Field> fields;
  for (const Comparison& comparison : model.comparisons) {
    const std::string where(name_of(comparison.field));
    if (!fields.insert(comparison.field).second) {
      problems.push_back({"The model compares this field twice.", where, "Keep one comparison."});
    }
    if (comparison.levels.empty() || comparison.levels.back().kind != LevelKind::Else) {
      problems.push_back({"The last level is not Else.", where, "End with Else: nothing above holds."});
    }
    for (const ComparisonLevel& level : comparison.levels) {
      check_level(level, comparison.field, where + ", " + std::string(name_of(level.kind)), problems);
    }
  }
  if (model.prior && !(*model.prior > 0 && *model.prior < 1)) {
    problems.push_back({"The prior is not between 0 and 1.", "prior", "Leave it out for the default."});
  }
  if (!(model.least_frequency > 0 && model.least_frequency <= 1)) {
    problems.push_back({"The least frequency is not above 0 and at most 1.", "least_frequency", ""});
  }
  if (!std::isfinite(model.link_weight) || !std::isfinite(model.review_weight) ||
      !(model.review_weight <= model.link_weight) || !(model.ambiguity_weight >= 0)) {
    problems.push_back({"The weights to link, to review and of ambiguity make no sense together.", "link_weight",
                        "Review at most as high as link; ambiguity not below 0."});
  }
  if (model.largest_block < 2 || model.largest_cluster < 2) {
    problems.push_back({"The largest block and cluster have at least two records.", "largest_block", ""});
  }
  if (!problems.empty()) return problems;
  return {};
}

}  // namespace guildhall::matching
