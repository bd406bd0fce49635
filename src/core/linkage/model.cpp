#include "linkage/model.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace guildhall::linkage {
namespace {

constexpr std::array<std::string_view, kLevelKindCount> kLevelNames = {
    "missing",       "exact",        "nickname",          "swapped",       "part",        "initial",
    "jaro_winkler",  "one_edit",     "day_month_swapped", "two_parts",     "within_days", "house_not_known",
    "same_postcode", "same_address", "near_postcode",     "same_district", "words",       "same_user",
    "within",        "else"};

constexpr std::array<std::string_view, kComparisonKindCount> kComparisonNames = {
    "identifier", "forename", "middle_names", "surname", "birth_date", "sex",
    "home",       "locality", "email",        "number",  "category",   "text"};

constexpr std::array<std::string_view, kKeyPartCount> kPartNames = {
    "exact",      "sound",     "formal",        "initial",  "prefix", "first_part",   "year",
    "year_month", "month_day", "any_day_month", "district", "house",  "either_order", "rare_word"};

// What is commonly seen, as a beginning for learning: of figures that data says little about, these remain. From
// Guildhall's own invented councils and the figures in Splink's and the ONS's published models of person data.
using L = LevelKind;
std::vector<ComparisonLevel> levels_of(ComparisonKind kind, bool has_surname) {
  switch (kind) {
    case ComparisonKind::Identifier:
      return {{L::Exact, 0, 0.96, 1e-6, 1e-6}, {L::OneEdit, 0, 0.02, 1e-5, 1e-4}, {L::Else, 0, 0.02, 1, 1}};
    case ComparisonKind::Forename: {
      std::vector<ComparisonLevel> levels = {
          {L::Exact, 0, 0.82, 0.005, 0.005},         {L::Nickname, 0, 0.05, 0.002, 0.002},
          {L::Swapped, 0, 0.01, 0.0001, 0.0001},     {L::Part, 0, 0.02, 0.002, 0.002},
          {L::JaroWinkler, 0.92, 0.05, 0.003, 0.01}, {L::JaroWinkler, 0.84, 0.015, 0.006, 0.03},
          {L::Initial, 0, 0.005, 0.002, 0.002},      {L::Else, 0, 0.03, 0.98, 0.98}};
      if (!has_surname) levels.erase(levels.begin() + 2);
      return levels;
    }
    case ComparisonKind::MiddleNames:
      return {{L::Exact, 0, 0.75, 0.01, 0.01},
              {L::Part, 0, 0.08, 0.01, 0.01},
              {L::Initial, 0, 0.07, 0.02, 0.02},
              {L::JaroWinkler, 0.9, 0.05, 0.005, 0.005},
              {L::Else, 0, 0.05, 0.95, 0.95}};
    case ComparisonKind::Surname:
      return {{L::Exact, 0, 0.82, 0.002, 0.85},          {L::Swapped, 0, 0.01, 0.0001, 0.001},
              {L::Part, 0, 0.04, 0.001, 0.03},           {L::JaroWinkler, 0.92, 0.04, 0.001, 0.02},
              {L::JaroWinkler, 0.84, 0.01, 0.004, 0.01}, {L::Else, 0, 0.08, 0.99, 0.09}};
    case ComparisonKind::BirthDate:
      return {{L::Exact, 0, 0.9, 0.0002, 0.03},       {L::DayMonthSwapped, 0, 0.015, 0.0001, 0.0005},
              {L::OneEdit, 0, 0.035, 0.002, 0.004},   {L::TwoParts, 0, 0.02, 0.005, 0.006},
              {L::WithinDays, 366, 0.01, 0.08, 0.02}, {L::Else, 0, 0.02, 0.91, 0.94}};
    case ComparisonKind::Sex:
      return {{L::Exact, 0, 0.985, 0.5, 0.5}, {L::Else, 0, 0.015, 0.5, 0.5}};
    case ComparisonKind::Home:
      return {{L::Exact, 0, 0.6, 1e-5, 0.75},          {L::OneEdit, 0, 0.02, 1e-5, 0.03},
              {L::HouseNotKnown, 0, 0.03, 5e-5, 0.03}, {L::SamePostcode, 0, 0.03, 5e-5, 0.03},
              {L::SameAddress, 0, 0.03, 1e-4, 0.02},   {L::NearPostcode, 0, 0.01, 3e-4, 0.01},
              {L::Words, 0.6, 0.02, 0.005, 0.01},      {L::SameDistrict, 0, 0.09, 0.05, 0.05},
              {L::Else, 0, 0.17, 0.94, 0.07}};
    case ComparisonKind::Locality:
      return {{L::Exact, 0, 0.8, 0.05, 0.9},
              {L::JaroWinkler, 0.9, 0.05, 0.005, 0.03},
              {L::Words, 0.5, 0.03, 0.02, 0.02},
              {L::Else, 0, 0.12, 0.92, 0.05}};
    case ComparisonKind::Email:
      return {{L::Exact, 0, 0.7, 1e-5, 0.01},
              {L::SameUser, 0, 0.08, 1e-4, 0.01},
              {L::JaroWinkler, 0.9, 0.1, 0.001, 0.01},
              {L::Else, 0, 0.12, 1, 0.97}};
    case ComparisonKind::Number:
      // 0.9995: years next to each other.
      return {{L::Exact, 0, 0.85, 0.03, 0.03},
              {L::Within, 0.9995, 0.04, 0.05, 0.05},
              {L::Within, 0.99, 0.03, 0.1, 0.1},
              {L::Within, 0.9, 0.02, 0.2, 0.2},
              {L::Else, 0, 0.06, 0.62, 0.62}};
    case ComparisonKind::Category:
      return {{L::Exact, 0, 0.85, 0.1, 0.2}, {L::Else, 0, 0.15, 0.9, 0.8}};
    case ComparisonKind::Text:
      return {{L::Exact, 0, 0.4, 1e-4, 1e-4},     {L::Words, 0.8, 0.25, 2e-4, 2e-4}, {L::Words, 0.6, 0.15, 5e-4, 5e-4},
              {L::Words, 0.4, 0.1, 0.002, 0.002}, {L::Words, 0.2, 0.05, 0.01, 0.01}, {L::Else, 0, 0.05, 0.98, 0.98}};
  }
  return {};
}

bool has_threshold(LevelKind kind) {
  return kind == L::JaroWinkler || kind == L::WithinDays || kind == L::Words || kind == L::Within;
}

bool has_meaning(ComparisonKind comparison, LevelKind level) {
  if (level == L::Exact || level == L::Else) return true;
  switch (comparison) {
    case ComparisonKind::Identifier:
      return level == L::OneEdit;
    case ComparisonKind::Forename:
      return level == L::Nickname || level == L::Swapped || level == L::Part || level == L::Initial ||
             level == L::JaroWinkler;
    case ComparisonKind::MiddleNames:
      return level == L::Part || level == L::Initial || level == L::JaroWinkler;
    case ComparisonKind::Surname:
      return level == L::Swapped || level == L::Part || level == L::JaroWinkler;
    case ComparisonKind::BirthDate:
      return level == L::DayMonthSwapped || level == L::OneEdit || level == L::TwoParts || level == L::WithinDays;
    case ComparisonKind::Home:
      return level == L::OneEdit || level == L::HouseNotKnown || level == L::SamePostcode || level == L::SameAddress ||
             level == L::NearPostcode || level == L::Words || level == L::SameDistrict;
    case ComparisonKind::Locality:
      return level == L::JaroWinkler || level == L::Words;
    case ComparisonKind::Email:
      return level == L::SameUser || level == L::JaroWinkler;
    case ComparisonKind::Number:
      return level == L::Within;
    case ComparisonKind::Text:
      return level == L::Words;
    case ComparisonKind::Sex:
    case ComparisonKind::Category:
      return false;
  }
  return false;
}

}  // namespace

std::string_view name_of(LevelKind kind) {
  return kLevelNames[static_cast<std::size_t>(kind)];
}
std::string_view name_of(ComparisonKind kind) {
  return kComparisonNames[static_cast<std::size_t>(kind)];
}
std::string_view name_of(KeyPart part) {
  return kPartNames[static_cast<std::size_t>(part)];
}

std::string to_text(const BlockingRule& rule) {
  if (rule.keys.empty()) return "all pairs";
  std::string text;
  for (const BlockingKey& key : rule.keys) {
    if (!text.empty()) text += " + ";
    text += key.field;
    if (key.part != KeyPart::Exact) text += " " + std::string(name_of(key.part));
  }
  return text;
}

Model untrained_model(const std::vector<Field>& fields) {
  Model model;
  model.fields = fields;
  const auto has = [&](FieldKind kind) {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.kind == kind; });
  };
  const bool has_home = has(FieldKind::Address) || has(FieldKind::Postcode);
  std::vector<std::string> home;
  const auto compare = [&](const std::string& name, ComparisonKind kind, std::vector<std::string> of) {
    if (model.comparisons.size() == kMostComparisons) return;
    model.comparisons.push_back(
        {name, kind, std::move(of), levels_of(kind, has(FieldKind::Surname) && has(FieldKind::Forename)), 0, {}});
  };
  for (const Field& field : fields) {
    switch (field.kind) {
      case FieldKind::NhsNumber:
      case FieldKind::Upn:
      case FieldKind::Identifier:
      case FieldKind::Phone:
        compare(field.name, ComparisonKind::Identifier, {field.name});
        break;
      case FieldKind::Forename:
        compare(field.name, ComparisonKind::Forename, {field.name});
        break;
      case FieldKind::MiddleNames:
        compare(field.name, ComparisonKind::MiddleNames, {field.name});
        break;
      case FieldKind::Surname: {
        compare(field.name, ComparisonKind::Surname, {field.name});
        auto& levels = model.comparisons.back().levels;
        if (!has(FieldKind::Forename)) std::erase_if(levels, [](auto& level) { return level.kind == L::Swapped; });
        break;
      }
      case FieldKind::BirthDate:
        compare(field.name, ComparisonKind::BirthDate, {field.name});
        break;
      case FieldKind::Sex:
        compare(field.name, ComparisonKind::Sex, {field.name});
        break;
      case FieldKind::Address:
      case FieldKind::Postcode:
        home.push_back(field.name);
        break;
      case FieldKind::Locality:
        if (has_home) {
          home.push_back(field.name);
        } else {
          compare(field.name, ComparisonKind::Locality, {field.name});
        }
        break;
      case FieldKind::Email:
        compare(field.name, ComparisonKind::Email, {field.name});
        break;
      case FieldKind::Number:
        compare(field.name, ComparisonKind::Number, {field.name});
        break;
      case FieldKind::Category:
        compare(field.name, ComparisonKind::Category, {field.name});
        break;
      case FieldKind::Text:
      case FieldKind::FullName:
        compare(field.name, ComparisonKind::Text, {field.name});
        break;
    }
  }
  if (has_home) {
    compare("home", ComparisonKind::Home, home);
    const bool has_address = has(FieldKind::Address), has_postcode = has(FieldKind::Postcode);
    std::erase_if(model.comparisons.back().levels, [&](const ComparisonLevel& level) {
      if (!has_address)
        return level.kind == L::OneEdit || level.kind == L::SameAddress || level.kind == L::Words ||
               level.kind == L::SamePostcode || level.kind == L::Exact;
      if (!has_postcode)
        return level.kind == L::OneEdit || level.kind == L::HouseNotKnown || level.kind == L::SamePostcode ||
               level.kind == L::SameAddress || level.kind == L::NearPostcode;
      return false;
    });
  }
  if (has(FieldKind::Surname) && has(FieldKind::Forename) && has_home) model.household_prior = 1e-5;
  // That they are namesakes is seen by what else is compared.
  if (has(FieldKind::Surname) && has(FieldKind::Forename) && has(FieldKind::BirthDate)) {
    model.namesake_prior = 1e-6;
    model.namesakes_of_one_birth = 0.01;
  }
  return model;
}

double of_namesakes(ComparisonKind kind, double m, double u, double one_birth) {
  switch (kind) {
    case ComparisonKind::Forename:
    case ComparisonKind::Surname:
    case ComparisonKind::Sex:
      return m;
    case ComparisonKind::BirthDate:
      return one_birth * m + (1 - one_birth) * u;
    default:
      return u;
  }
}

Result<void> check_model(const Model& model) {
  Problems problems;
  if (model.comparisons.empty()) {
    problems.push_back({"The model compares nothing.", "comparisons", "Give it at least one comparison."});
  }
  if (model.comparisons.size() > kMostComparisons) {
    problems.push_back({"The model has more than " + std::to_string(kMostComparisons) + " comparisons.", "comparisons",
                        "Leave out those that say least."});
  }
  const auto has_field = [&](const std::string& name) {
    return std::any_of(model.fields.begin(), model.fields.end(),
                       [&](const Field& field) { return field.name == name; });
  };
  const auto is_probability = [](double value) { return value > 0 && value <= 1; };
  for (const Comparison& comparison : model.comparisons) {
    for (const std::string& field : comparison.fields) {
      if (!has_field(field)) {
        problems.push_back(
            {"There is no field \"" + field + "\".", comparison.name, "Name one of the model's fields."});
      }
    }
    if (comparison.fields.empty()) problems.push_back({"It compares no field.", comparison.name, "Name its fields."});
    if (comparison.levels.empty() || comparison.levels.back().kind != L::Else) {
      problems.push_back({"The last level is not \"else\".", comparison.name, "End with the level that always holds."});
    }
    if (comparison.levels.size() > kMostLevels) {
      problems.push_back({"It has more than " + std::to_string(kMostLevels) + " levels.", comparison.name,
                          "Leave out those that hardly any pair reaches."});
    }
    for (const ComparisonLevel& level : comparison.levels) {
      const std::string where = comparison.name + ", " + std::string(name_of(level.kind));
      if (level.kind == L::Missing || !has_meaning(comparison.kind, level.kind)) {
        problems.push_back({"This level has no meaning for this comparison.", where, "Take another level."});
      }
      if (!is_probability(level.m_probability) || !is_probability(level.u_probability) ||
          !is_probability(level.household)) {
        problems.push_back(
            {"A probability is not above 0 and at most 1.", where, "Give m, u and household as probabilities."});
      }
      const bool is_share = level.kind != L::WithinDays;
      if (has_threshold(level.kind) && (!std::isfinite(level.threshold) || level.threshold <= 0 ||
                                        (is_share ? level.threshold > 1 : level.threshold > 40'000))) {
        problems.push_back({is_share ? "A similarity to reach is not between 0 and 1."
                                     : "A number of days to stay within is not between 1 and 40,000.",
                            where, "0.92 is a typing slip, 366 a year."});
      }
    }
    if (!std::isfinite(comparison.rare_frequency) || comparison.rare_frequency < 0 || comparison.rare_frequency > 1) {
      problems.push_back({"A frequency is not between 0 and 1.", comparison.name, "Give the share of all records."});
    }
    for (const auto& [value, frequency] : comparison.frequencies) {
      if (!is_probability(frequency)) {
        problems.push_back({"A frequency is not above 0 and at most 1.", comparison.name + ", " + value,
                            "Give the share of all records."});
      }
    }
  }
  for (const BlockingRule& rule : model.blocking_rules) {
    for (const BlockingKey& key : rule.keys) {
      if (!has_field(key.field)) {
        problems.push_back({"There is no field \"" + key.field + "\".", "blocking_rules, " + to_text(rule),
                            "Name one of the model's fields."});
      }
    }
  }
  if (!(model.prior > 0 && model.prior < 1)) {
    problems.push_back({"The prior is not between 0 and 1.", "prior", "1e-6: one pair in a million."});
  }
  if (!(model.household_prior >= 0 && model.household_prior < 1)) {
    problems.push_back({"The prior of households is not between 0 and 1.", "household_prior", "0: none."});
  }
  if (!(model.namesake_prior >= 0 && model.namesake_prior < 1)) {
    problems.push_back({"The prior of namesakes is not between 0 and 1.", "namesake_prior", "0: none."});
  }
  if (!(model.namesakes_of_one_birth >= 0 && model.namesakes_of_one_birth <= 1)) {
    problems.push_back({"The share of namesakes of one birth date is not between 0 and 1.", "namesakes_of_one_birth",
                        "0.001: one in a thousand."});
  }
  if (!std::isfinite(model.link_weight) || !std::isfinite(model.review_weight) ||
      model.review_weight > model.link_weight) {
    problems.push_back({"The weight for review is above that for linking, or one is no number.", "link_weight",
                        "Review pairs from a lower weight."});
  }
  if (model.largest_block < 2 || model.largest_cluster < 2) {
    problems.push_back(
        {"A largest block or cluster is below two records.", "largest_block", "1000 and 200 are usual."});
  }
  if (!problems.empty()) return problems;
  return {};
}

}  // namespace guildhall::linkage
