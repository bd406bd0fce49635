#include "app/decide.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "app/conformance.h"
#include "app/model_file.h"
#include "dmn/analysis.h"
#include "dmn/explain.h"
#include "dmn/inputs.h"
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

void warn(const dmn::GivenInputs& given) {
  for (const auto& [name, nearest] : given.unknown) {
    std::cerr << "There is no input " << in_quotes(name) << "; it is not used."
              << (nearest.empty() ? "" : " Is " + in_quotes(nearest) + " meant?") << "\n";
  }
  for (const std::string& name : given.missing) {
    std::cerr << "The input " << in_quotes(name) << " is missing; it is null.\n";
  }
}

// The JSON object as a context, each value with the type that is needed. Says on standard error which names are not
// known, and which are missing.
Result<feel::Value> read_inputs(std::string_view json, const DecisionModel& model, std::string_view decision,
                                feel::Memory& memory) {
  const feel::Value untyped = TRY(feel::from_json(json, {}, memory));
  if (!untyped.is(feel::Kind::Context)) {
    return Problem{"The input is not a JSON object.", "",
                   "Write names and values in curly brackets: {\"Zone\": \"A\"}."};
  }
  const dmn::GivenInputs given = dmn::match_inputs(model, model.needs(decision), untyped);
  warn(given);
  return feel::from_json(json, given.type, memory);
}

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
  const auto inputs = read_inputs(json, *model, decision, decider.memory());
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
  dmn::Examination examination = dmn::examine(*model);
  for (const Problem& note : examination.notes) std::cout << "Note: " << to_text(note) << "\n";
  Problems to_mend = std::move(examination.mistakes);
  to_mend.insert(to_mend.end(), examination.doubts.begin(), examination.doubts.end());
  if (to_mend.empty()) {
    std::cout << "Nothing to mend." << std::endl;
    return {};
  }
  to_mend = in_file(std::move(to_mend), words[0]);
  to_mend.push_back({counted(to_mend.size(), "thing") + " to mend.", "", ""});
  return to_mend;
}

}  // namespace guildhall::app
