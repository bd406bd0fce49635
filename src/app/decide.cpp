#include "app/decide.h"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <set>

#include "app/conformance.h"
#include "app/model_file.h"
#include "dmn/analysis.h"
#include "dmn/explain.h"
#include "feel/json.h"

namespace guildhall::app {
namespace {

using dmn::DecisionModel;
using feel::name_key;
using Names = std::vector<std::string>;

std::string in_quotes(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

std::string list_of(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + in_quotes(name);
  return list;
}

// How many letters must be changed, left out or put in: the distance of Levenshtein (1966).
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// ---- Which decision

// Of the names the one that is meant, however it is spaced; nullptr where there is none.
const std::string* found(const Names& names, std::string_view name) {
  const std::string key = name_key(name);
  const auto place = std::find_if(names.begin(), names.end(), [&](const auto& one) { return name_key(one) == key; });
  return place == names.end() ? nullptr : &*place;
}

Names decisions_of(const dmn::Model& model) {
  Names names;
  for (const dmn::Decision& decision : model.decisions) names.push_back(decision.name);
  return names;
}

// Those that no other decision of the model requires.
Names last_decisions_of(const dmn::Model& model) {
  std::set<std::string_view> required;
  for (const dmn::Decision& decision : model.decisions) {
    for (const dmn::InformationRequirement& requirement : decision.information_requirements) {
      if (requirement.required.namespace_uri.empty()) required.insert(requirement.required.id);
    }
  }
  Names names;
  for (const dmn::Decision& decision : model.decisions) {
    if (!required.contains(decision.id)) names.push_back(decision.name);
  }
  return names;
}

Result<std::string> chosen_decision(const dmn::Model& model, const std::optional<std::string>& asked) {
  const Names all = decisions_of(model);
  if (all.empty()) return Problem{"This model has no decisions.", model.name, "Check whether it is the right file."};
  if (asked) {
    if (const std::string* const name = found(all, *asked)) return *name;
    return Problem{"This model has no decision " + in_quotes(*asked) + ".", "--decision",
                   "Its decisions are " + list_of(all) + "."};
  }
  const Names last = last_decisions_of(model);
  if (last.size() == 1) return last[0];
  return Problem{"Say which decision: this model has several.", "--decision",
                 "Its decisions are " + list_of(last.empty() ? all : last) + "."};
}

// ---- Its inputs

// What may be given: of imported models "import.Name", "Name", or "Name" in a context named as the import.
class Inputs {
 public:
  Inputs(const DecisionModel& model, std::string_view decision)
      : needs_(model.needs(decision)), decisions_(decisions_of(model.model())) {
    for (const dmn::InputData& input : model.model().inputs) others_.push_back(input.name);
  }

  // The JSON object as a context, each value with the type that is needed. Says on standard error which names are not
  // known, and which are missing.
  Result<feel::Value> read(std::string_view json, feel::Memory& memory) {
    const feel::Value untyped = TRY(feel::from_json(json, {}, memory));
    if (!untyped.is(feel::Kind::Context)) {
      return Problem{"The input is not a JSON object.", "",
                     "Write names and values in curly brackets: {\"Zone\": \"A\"}."};
    }
    std::vector<feel::Type::Member> members;
    bool overrides_decision = false;
    for (const feel::Entry& entry : untyped.context()) {
      const std::optional<feel::Type> type = type_of(entry);
      if (type) members.emplace_back(entry.key, *type);
      const bool is_decision = found(decisions_, entry.key) != nullptr;
      overrides_decision = overrides_decision || is_decision;
      if (!type && !is_decision && found(others_, entry.key) == nullptr) warn_unknown(entry.key);
    }
    // What only a decision needs that is given itself isn't needed.
    if (!overrides_decision) warn_missing();
    return feel::from_json(json, feel::Type::context_of(std::move(members)), memory);
  }

 private:
  // "A" for "import.A".
  static std::string_view plain(std::string_view name) { return name.substr(name.rfind('.') + 1); }

  // Notes which need it meets. Empty where it meets none.
  std::optional<feel::Type> type_of(const feel::Entry& entry) {
    if (const auto type = type_named(entry.key, false)) return type;
    if (const auto type = type_named(entry.key, true)) return type;
    if (!entry.value.is(feel::Kind::Context)) return std::nullopt;
    std::vector<feel::Type::Member> members;
    for (const feel::Entry& inner : entry.value.context()) {
      const auto type = type_named(std::string(entry.key) + "." + std::string(inner.key), false);
      if (type) members.emplace_back(inner.key, *type);
    }
    return members.empty() ? std::nullopt : std::optional(feel::Type::context_of(std::move(members)));
  }

  std::optional<feel::Type> type_named(std::string_view name, bool without_import) {
    const std::string key = name_key(name);
    for (const DecisionModel::Need& need : needs_) {
      if (name_key(without_import ? plain(need.name) : need.name) != key) continue;
      given_.insert(need.name);
      return need.type;
    }
    return std::nullopt;
  }

  void warn_unknown(std::string_view name) const {
    Names known;
    for (const DecisionModel::Need& need : needs_) known.push_back(need.name);
    const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& one, const auto& other) {
      return distance(one, name) < distance(other, name);
    });
    std::cerr << "There is no input " << in_quotes(name) << "; it is not used."
              << (nearest == known.end() ? "" : " Is " + in_quotes(*nearest) + " meant?") << "\n";
  }

  void warn_missing() const {
    for (const DecisionModel::Need& need : needs_) {
      if (!given_.contains(need.name))
        std::cerr << "The input " << in_quotes(need.name) << " is missing; it is null.\n";
    }
  }

  std::vector<DecisionModel::Need> needs_;
  Names decisions_;
  Names others_;  // Of the same model, but not for this decision.
  std::set<std::string> given_;
};

Result<std::string> input_text(const Arguments& arguments) {
  const std::string input = arguments.value_or("input", "{}");
  if (!input.starts_with('@')) return input;
  return read_whole_file(input.substr(1));
}

Result<void> decide(const Arguments& arguments, const std::string& path) {
  const std::shared_ptr<const DecisionModel> model = TRY(read_model_file(path));
  const std::string decision = TRY(chosen_decision(model->model(), arguments.value("decision")));
  const std::string json = TRY(input_text(arguments));
  dmn::Decider decider(model);
  decider.begin(system_moment());
  const auto inputs = Inputs(*model, decision).read(json, decider.memory());
  if (!inputs.ok()) return in_file(inputs.problems(), "--input");
  dmn::Trace trace;
  const bool in_words = arguments.flag("explain"), as_json = arguments.flag("explain-json");
  const feel::Value value = TRY(decider.decide(decision, *inputs, in_words || as_json ? &trace : nullptr));
  std::cout << TRY(feel::to_json(value)) << std::endl;
  if (as_json) std::cout << TRY(dmn::explain_json(trace, decider.reasons())) << std::endl;
  if (in_words) std::cout << "\n" << dmn::explain(trace, decider.reasons()) << std::endl;
  if (in_words || as_json) return {};
  for (const dmn::Decider::Reason& reason : decider.reasons()) {
    std::cerr << to_text(Problem{reason.what, reason.where, ""}) << "\n";
  }
  return {};
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace

Result<void> decide_command(const Arguments& arguments) {
  const Names& words = arguments.rest();
  const auto out = arguments.value("out");
  const bool about_decision = arguments.value("decision") || arguments.value("input");
  if (words.size() == 2 && words[0] == "conformance" && !about_decision) return run_conformance(words[1], out);
  if (words.size() == 1 && words[0] != "conformance" && !out) return decide(arguments, words[0]);
  return Problem{"Say which model, or which folder of conformance cases.", "",
                 "For example: guildhall decide parking.dmn --decision Fee --input '{\"Zone\": \"A\"}', or guildhall "
                 "decide conformance dmn-tck --out results.csv"};
}

Result<void> check_command(const Arguments& arguments) {
  const Names& words = arguments.rest();
  if (words.size() != 1) return Problem{"Say which model.", "", "For example: guildhall check parking.dmn"};
  const std::shared_ptr<const DecisionModel> model = TRY(read_model_file(words[0]));
  Problems to_mend = model->findings();
  for (const dmn::Finding& finding : dmn::analyse(*model)) {
    if (finding.to_mend()) {
      to_mend.push_back(finding.problem);
    } else {
      std::cout << "Note: " << to_text(finding.problem) << "\n";
    }
  }
  if (to_mend.empty()) {
    std::cout << "Nothing to mend." << std::endl;
    return {};
  }
  to_mend = in_file(std::move(to_mend), words[0]);
  to_mend.push_back({counted(to_mend.size(), "thing") + " to mend.", "", ""});
  return to_mend;
}

}  // namespace guildhall::app
