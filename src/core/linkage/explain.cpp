#include "linkage/explain.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>

#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

std::string signed_bits(double bits) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%+.1f", bits);
  return text.data();
}

// "20140312" as "2014-03-12", "18560000" as "1856"; also of days that don't exist.
std::string spoken_date(std::string_view digits) {
  if (digits.size() != 8) return std::string(digits);
  const std::string year(digits.substr(0, 4));
  if (digits.substr(4) == "0000") return year;
  return year + "-" + std::string(digits.substr(4, 2)) + "-" + std::string(digits.substr(6));
}

std::string values_of(const Table& table, const Comparison& comparison, RecordIndex record) {
  std::string text;
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    for (const std::string& name : comparison.fields) {
      if (table.fields()[field].name != name || table.row(record)[field] == 0) continue;
      if (!text.empty()) text += ", ";
      const std::string_view value = table.text(record, field);
      text += table.fields()[field].kind == FieldKind::BirthDate ? spoken_date(value) : std::string(value);
    }
  }
  return text;
}

std::string spoken(std::string_view name) {
  std::string words(name);
  for (char& letter : words) {
    if (letter == '_') letter = ' ';
  }
  return words;
}

bool lacks_forename(const Table& table, RecordIndex record) {
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    if (table.fields()[field].kind == FieldKind::Forename) return table.row(record)[field] == 0;
  }
  return false;
}

// What is seen of persons, whatever the figures.
std::vector<std::string> sentences(const PersonSigns& signs, bool lacks_forename) {
  std::vector<std::string> all;
  if (signs.different_nhs) all.push_back("Both NHS numbers pass their check, and they differ: each person has one.");
  if (signs.shares_number) all.push_back("They share a number.");
  if (signs.number_without_person()) {
    all.push_back("But all else contradicts it: numbers are typed into brothers' and sisters' records.");
  }
  if (signs.looks_like_twins()) {
    all.push_back(signs.forename_differs ? "One birth date and two forenames: they may be twins."
                                         : "One birth date, a slip of a forename and another sex: they may be twins.");
  }
  if (lacks_forename && !signs.shares_number) {
    all.push_back("One of them has no forename: twins share all the rest.");
  }
  return all;
}

}  // namespace

std::string to_text(const Explanation::Step& step) {
  const std::string name = spoken(step.comparison);
  const std::string both = ": " + step.a + " and " + step.b;
  switch (step.level) {
    case LevelKind::Missing:
      if (!step.a.empty() && !step.b.empty()) return "The " + name + " is counted already" + both;
      return "The " + name + " is missing in one of them, and says nothing";
    case LevelKind::Exact:
      return "The same " + name + ": " + step.a;
    case LevelKind::Nickname:
      return "Two forms of one forename" + both;
    case LevelKind::Swapped:
      return "Forename and surname have changed places" + both;
    case LevelKind::Part:
      return "One " + name + " is part of the other" + both;
    case LevelKind::Initial:
      return "An initial that fits" + both;
    case LevelKind::JaroWinkler:
      return "A similar " + name + both;
    case LevelKind::OneEdit:
      return "One slip in the " + name + both;
    case LevelKind::DayMonthSwapped:
      return "Day and month have changed places" + both;
    case LevelKind::TwoParts:
      return "Two of year, month and day agree" + both;
    case LevelKind::WithinDays:
      return "Birth dates close to each other" + both;
    case LevelKind::HouseNotKnown:
      return "One postcode, and of one of them no address" + both;
    case LevelKind::SamePostcode:
      return "One postcode, but two addresses" + both;
    case LevelKind::SameAddress:
      return "One address, but two postcodes" + both;
    case LevelKind::NearPostcode:
      return "One slip in the postcode" + both;
    case LevelKind::SameDistrict:
      return "The same district" + both;
    case LevelKind::Words:
      return "Words in common" + both;
    case LevelKind::SameUser:
      return "The same name before the @" + both;
    case LevelKind::Within:
      return "Numbers close to each other" + both;
    case LevelKind::Else:
      return "Another " + name + both;
  }
  return name;
}

Explanation explain(const Table& table, const Model& model, RecordIndex a, RecordIndex b) {
  return explain(table, model, Scorer(model, table), a, b);
}

Explanation explain(const Table& table, const Model& model, const Scorer& scorer, RecordIndex a, RecordIndex b) {
  const ValueId* row_a = table.row(a);
  const ValueId* row_b = table.row(b);
  const Pattern pattern = scorer.pattern(row_a, row_b);
  Explanation result;
  result.prior = bits(scorer.prior());
  for (std::size_t i = 0; i < model.comparisons.size(); ++i) {
    const Comparison& comparison = model.comparisons[i];
    const unsigned level = level_of(pattern, i);
    const Scorer::Step weighed = scorer.step(pattern, i, row_a);
    Explanation::Step& step = result.steps.emplace_back();
    step.comparison = comparison.name;
    if (level < comparison.levels.size()) {
      step.level = comparison.levels[level].kind;
      step.threshold = comparison.levels[level].threshold;
    }
    step.a = values_of(table, comparison, a);
    step.b = values_of(table, comparison, b);
    step.weight = bits(weighed.weight);
    step.frequency = bits(weighed.frequency);
  }
  const Scorer::Rivals rivals = scorer.rivals(pattern, row_a);
  result.household = -bits(rivals.household);
  result.namesakes = -bits(rivals.namesakes);
  const MilliBits weight = scorer.weight(pattern, row_a);
  result.weight = bits(weight);
  result.probability = 1 / (1 + std::exp2(-result.weight));
  result.signs = sentences(scorer.signs(pattern, row_a, row_b), lacks_forename(table, a) || lacks_forename(table, b));
  result.link_weight = model.link_weight;
  result.review_weight = model.review_weight;
  result.refused = rule_against(table, model, scorer, a, b);
  if (!result.refused && result.weight < model.link_weight) result.refused = ClericalReason::DoubtfulWeight;
  return result;
}

std::optional<ClericalReason> rule_against(const Table& table, const Model& model, const Scorer& scorer, RecordIndex a,
                                           RecordIndex b) {
  const ValueId* row_a = table.row(a);
  const ValueId* row_b = table.row(b);
  const PersonSigns signs = scorer.signs(scorer.pattern(row_a, row_b), row_a, row_b);
  if (signs.different_nhs) return ClericalReason::DifferentNhsNumbers;
  if (!model.tell_twins_apart) return std::nullopt;
  if (signs.number_without_person()) return ClericalReason::NumberWithoutPerson;
  if (signs.looks_like_twins()) return ClericalReason::LooksLikeTwins;
  if (!signs.shares_number && (lacks_forename(table, a) || lacks_forename(table, b))) return ClericalReason::NoForename;
  return std::nullopt;
}

Explainer::Explainer(const Table& table, const Model& model)
    : table_(table), model_(model), scorer_(std::make_unique<Scorer>(model, table)) {}
Explainer::~Explainer() = default;
Explanation Explainer::explain(RecordIndex a, RecordIndex b) const {
  return linkage::explain(table_, model_, *scorer_, a, b);
}
std::optional<ClericalReason> Explainer::rule_against(RecordIndex a, RecordIndex b) const {
  return linkage::rule_against(table_, model_, *scorer_, a, b);
}

std::string to_text(const Explanation& explanation) {
  std::string text = "Before anything is compared: " + signed_bits(explanation.prior) + "\n";
  for (const Explanation::Step& step : explanation.steps) {
    text += to_text(step) + ": " + signed_bits(step.weight);
    if (std::abs(step.frequency) >= 0.05) {
      text += step.frequency > 0 ? " (of that " + signed_bits(step.frequency) + " because it is rare)"
                                 : " (of that " + signed_bits(step.frequency) + " because it is common)";
    }
    text += "\n";
  }
  if (explanation.household <= -0.05) {
    text += "Two people of one household would look like this, too: " + signed_bits(explanation.household) + "\n";
  }
  if (explanation.namesakes <= -0.05) {
    text += "Namesakes of one birth date would look like this, too: " + signed_bits(explanation.namesakes) + "\n";
  }
  std::array<char, 64> sum;
  std::snprintf(sum.data(), sum.size(), "Together %+.1f bits: a probability of %.4f\n", explanation.weight,
                explanation.probability);
  text += sum.data();
  if (explanation.refused) {
    switch (*explanation.refused) {
      case ClericalReason::DifferentNhsNumbers:
        text += "Not linked: two valid NHS numbers are two people.\n";
        break;
      case ClericalReason::NumberWithoutPerson:
        text += "For a person to decide: one number, but they contradict each other.\n";
        break;
      case ClericalReason::LooksLikeTwins:
        text += "For a person to decide: they may be twins.\n";
        break;
      case ClericalReason::NoForename:
        text += "For a person to decide: one has no forename, and twins share all the rest.\n";
        break;
      default:
        text += "Below the weight from which pairs are linked.\n";
        break;
    }
  }
  return text;
}

std::string to_json(const Explanation& explanation) {
  boost::json::array steps;
  for (const Explanation::Step& step : explanation.steps) {
    boost::json::object made{
        {"comparison", step.comparison}, {"level", name_of(step.level)}, {"a", step.a}, {"b", step.b},
        {"weight", step.weight},         {"frequency", step.frequency}};
    if (step.threshold != 0) made["threshold"] = step.threshold;
    steps.push_back(std::move(made));
  }
  boost::json::object object{{"prior", explanation.prior},         {"steps", std::move(steps)},
                             {"household", explanation.household}, {"namesakes", explanation.namesakes},
                             {"weight", explanation.weight},       {"probability", explanation.probability}};
  object["link_weight"] = explanation.link_weight;
  object["signs"] = boost::json::array(explanation.signs.begin(), explanation.signs.end());
  if (explanation.refused) object["refused"] = name_of(*explanation.refused);
  return boost::json::serialize(object);
}

}  // namespace guildhall::linkage
