#include "decisions/question.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <set>

#include "dmn/explain.h"
#include "feel/json.h"

namespace guildhall::decisions {
namespace {

using Needs = std::vector<dmn::DecisionModel::Need>;

std::string in_quotes(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

// The types of the inputs that were given, which may be named in three ways: those of imported models "import.Name",
// "Name", or "Name" in an object named as the import.
class GivenInputs {
 public:
  GivenInputs(const OfferedModel& model, const OfferedDecision& decision) : needs_(decision.inputs) {
    const dmn::Model& source = model.compiled.model->model();
    for (const dmn::Import& import : source.imports) import_names_.push_back(import.name);
    for (const dmn::InputData& input : source.inputs) others_.insert(input.name);
  }

  feel::Type type_of(const feel::Value& inputs) {
    std::vector<feel::Type::Member> members;
    for (const feel::Entry& entry : inputs.context()) {
      if (const auto type = type_named(entry.key)) {
        members.emplace_back(entry.key, *type);
      } else if (is_import(entry)) {
        members.emplace_back(entry.key, type_inside(std::string(entry.key) + ".", entry.value));
      } else if (!others_.contains(entry.key)) {
        unknown(std::string(entry.key));
      }
    }
    return feel::Type::context_of(std::move(members));
  }

  std::vector<std::string> missing() const {
    std::vector<std::string> names;
    for (const auto& need : needs_) {
      if (!given_.contains(need.name)) names.push_back(need.name);
    }
    return names;
  }

  Problems problems;

 private:
  // "Name" of "import.Name".
  std::string_view without_import(std::string_view name) const {
    const bool is_imported = std::ranges::any_of(
        import_names_, [&](const std::string& import) { return !import.empty() && name.starts_with(import + "."); });
    return is_imported ? name.substr(name.rfind('.') + 1) : name;
  }

  std::optional<feel::Type> type_named(std::string_view name) {
    auto need = std::ranges::find(needs_, name, &dmn::DecisionModel::Need::name);
    if (need == needs_.end()) {
      need = std::ranges::find_if(needs_, [&](const auto& each) { return without_import(each.name) == name; });
    }
    if (need == needs_.end()) return std::nullopt;
    given_.insert(need->name);
    return need->type;
  }

  bool is_import(const feel::Entry& entry) const {
    return entry.value.is(feel::Kind::Context) && std::ranges::find(import_names_, entry.key) != import_names_.end();
  }

  feel::Type type_inside(const std::string& prefix, const feel::Value& inside) {
    std::vector<feel::Type::Member> members;
    for (const feel::Entry& entry : inside.context()) {
      const std::string name = prefix + std::string(entry.key);
      const bool has_deeper =
          std::ranges::any_of(needs_, [&](const auto& each) { return each.name.starts_with(name + "."); });
      if (has_deeper && entry.value.is(feel::Kind::Context)) {
        members.emplace_back(entry.key, type_inside(name + ".", entry.value));
      } else if (const auto need = std::ranges::find(needs_, name, &dmn::DecisionModel::Need::name);
                 need != needs_.end()) {
        given_.insert(need->name);
        members.emplace_back(entry.key, need->type);
      } else {
        unknown(name);
      }
    }
    return feel::Type::context_of(std::move(members));
  }

  void unknown(const std::string& name) {
    std::string known;
    for (const auto& need : needs_) known += (known.empty() ? "" : ", ") + in_quotes(need.name);
    problems.push_back({"This decision has no input " + in_quotes(name) + ".", "inputs." + name,
                        known.empty() ? "It needs no inputs at all." : "Its inputs are " + known + "."});
  }

  const Needs& needs_;
  std::vector<std::string> import_names_;
  std::set<std::string, std::less<>> others_;  // Inputs of the model that this decision doesn't need: not a mistake.
  std::set<std::string> given_;
};

std::string nulls_json(const Question& question, const dmn::Decider& decider) {
  boost::json::array nulls;
  for (const std::string& name : question.missing) {
    nulls.push_back({{"what", "The input " + in_quotes(name) + " was not given."}, {"where", "inputs"}});
  }
  for (const dmn::Decider::Reason& reason : decider.reasons()) {
    nulls.push_back({{"what", reason.what}, {"where", reason.where}});
  }
  return boost::json::serialize(nulls);
}

std::string imports_json(const std::vector<Version>& imports) {
  boost::json::array versions;
  for (const Version& version : imports) versions.push_back({{"model", version.slug}, {"version", version.number}});
  return boost::json::serialize(versions);
}

Result<std::string> explanation_json(const dmn::Trace& trace, const dmn::Decider& decider) {
  const std::vector<dmn::Decider::Reason> reasons = decider.reasons();
  const std::string steps = TRY(dmn::explain_json(trace, reasons));
  if (steps.size() > kMaxExplanationBytes) {
    return Problem{"The explanation is longer than it may be.", "explain", "Ask without an explanation."};
  }
  const std::string text = dmn::explain(trace, reasons);
  return "{\"text\":" + boost::json::serialize(boost::json::string_view(text)) + ",\"steps\":" + steps + "}";
}

}  // namespace

feel::Evaluation::Moment moment_at(Instant now) {
  const __int128 nanos = static_cast<__int128>(to_microseconds(now)) * 1'000;
  static const feel::Zone zone = feel::Zone::named("Europe/London").value_or(feel::Zone::utc());
  return {.now = feel::DateTime::from_epoch(nanos, zone).value_or(feel::DateTime()), .elapsed = [] {
            return std::int64_t{std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1)};
          }};
}

Result<Question> read_question(std::string_view json, const OfferedModel& model, const OfferedDecision& decision,
                               feel::Memory& memory) {
  // Read twice: which names were given says which types there are to be met.
  const feel::Value untyped = TRY(feel::from_json(json, {}, memory));
  const std::string remedy = "Send {\"inputs\": {…}}, and \"explain\": true for the reasons.";
  if (!untyped.is(feel::Kind::Context)) return Problem{"This is not a JSON object.", "", remedy};
  Question question;
  Problems problems;
  std::vector<feel::Type::Member> members;
  GivenInputs given(model, decision);
  for (const feel::Entry& entry : untyped.context()) {
    if (entry.key == "inputs" && entry.value.is(feel::Kind::Context)) {
      members.emplace_back(entry.key, given.type_of(entry.value));
    } else if (entry.key == "explain" && entry.value.is(feel::Kind::Boolean)) {
      question.wants_explanation = entry.value.is_true();
    } else if (entry.key == "inputs" || entry.key == "explain") {
      problems.push_back({entry.key == "inputs" ? "The inputs should be an object." : "This should be true or false.",
                          std::string(entry.key), remedy});
    } else {
      problems.push_back({"A question has no member " + in_quotes(entry.key) + ".", std::string(entry.key), remedy});
    }
  }
  problems.insert(problems.end(), given.problems.begin(), given.problems.end());
  const auto typed = feel::from_json(json, feel::Type::context_of(std::move(members)), memory);
  if (!typed.ok()) problems.insert(problems.end(), typed.problems().begin(), typed.problems().end());
  if (!problems.empty()) return problems;
  const feel::Value* inputs = typed->entry("inputs");
  question.inputs = inputs != nullptr ? *inputs : feel::Value::context({});
  question.missing = given.missing();
  return question;
}

Result<std::string> answer_json(const Question& question, const OfferedModel& model, const OfferedDecision& decision,
                                dmn::Decider& decider) {
  dmn::Trace trace;
  const feel::Value value =
      TRY(decider.decide(decision.name, question.inputs, question.wants_explanation ? &trace : nullptr));
  std::string json = "{\"value\":" + TRY(feel::to_json(value, kMaxAnswerBytes));
  json += ",\"model\":\"" + model.newest().slug + "\",\"decision\":\"" + decision.slug +
          "\",\"version\":" + std::to_string(model.newest().number);
  if (!model.compiled.imports.empty()) json += ",\"imports\":" + imports_json(model.compiled.imports);
  json += ",\"nulls\":" + nulls_json(question, decider);
  if (question.wants_explanation) json += ",\"explanation\":" + TRY(explanation_json(trace, decider));
  return json + "}";
}

}  // namespace guildhall::decisions
