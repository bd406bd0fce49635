#include "decisions/question.h"

#include <boost/json.hpp>
#include <chrono>

#include "dmn/explain.h"
#include "dmn/inputs.h"
#include "feel/json.h"

namespace guildhall::decisions {
namespace {

std::string in_quotes(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

// Programs give inputs only: what decisions say is the council's.
void refuse_unknown(const dmn::GivenInputs& given, const OfferedDecision& decision, Problems& problems) {
  std::string known;
  for (const auto& need : decision.inputs) known += (known.empty() ? "" : ", ") + in_quotes(need.name);
  const std::string remedy = known.empty() ? "It needs no inputs at all." : "Its inputs are " + known + ".";
  const auto refuse = [&](const std::string& name) {
    problems.push_back({"This decision has no input " + in_quotes(name) + ".", "inputs." + name, remedy});
  };
  for (const auto& unknown : given.unknown) refuse(unknown.name);
  for (const std::string& name : given.decisions) refuse(name);
}

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
  dmn::GivenInputs given = dmn::match_inputs(*model.compiled.model, decision.inputs, {});
  for (const feel::Entry& entry : untyped.context()) {
    if (entry.key == "inputs" && entry.value.is(feel::Kind::Context)) {
      given = dmn::match_inputs(*model.compiled.model, decision.inputs, entry.value);
      members.emplace_back(entry.key, given.type);
    } else if (entry.key == "explain" && entry.value.is(feel::Kind::Boolean)) {
      question.wants_explanation = entry.value.is_true();
    } else if (entry.key == "inputs" || entry.key == "explain") {
      problems.push_back({entry.key == "inputs" ? "The inputs should be an object." : "This should be true or false.",
                          std::string(entry.key), remedy});
    } else {
      problems.push_back({"A question has no member " + in_quotes(entry.key) + ".", std::string(entry.key), remedy});
    }
  }
  refuse_unknown(given, decision, problems);
  const auto typed = feel::from_json(json, feel::Type::context_of(std::move(members)), memory);
  if (!typed.ok()) problems.insert(problems.end(), typed.problems().begin(), typed.problems().end());
  if (!problems.empty()) return problems;
  const feel::Value* inputs = typed->entry("inputs");
  question.inputs = inputs != nullptr ? *inputs : feel::Value::context({});
  question.missing = std::move(given.missing);
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
