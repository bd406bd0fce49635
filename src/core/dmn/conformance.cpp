#include "dmn/conformance.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "dmn/impl/compiled.h"

namespace guildhall::dmn {
namespace {

using feel::Decimal;
using feel::Kind;
using feel::Value;

constexpr std::size_t kMaxTextBytes = 300;
constexpr std::size_t kMostReasons = 5;

// The types of XML Schema part 2 that are numbers.
constexpr std::array<std::string_view, 16> kNumberTypes = {"decimal",
                                                           "double",
                                                           "float",
                                                           "integer",
                                                           "int",
                                                           "long",
                                                           "short",
                                                           "byte",
                                                           "unsignedByte",
                                                           "unsignedShort",
                                                           "unsignedInt",
                                                           "unsignedLong",
                                                           "positiveInteger",
                                                           "negativeInteger",
                                                           "nonNegativeInteger",
                                                           "nonPositiveInteger"};

// ---------------------------------------------------------------------------------------------------------------------
// The values that files write.

// "There is no value for notANumber, positiveInfinity, or negativeInfinity. Use null instead" (10.3.2.3.1).
std::optional<Value> number(std::string_view text) {
  if (text == "NaN" || text == "INF" || text == "+INF" || text == "-INF") return Value();
  // XML Schema allows a plus sign, FEEL doesn't.
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const std::optional<Decimal> read = Decimal::parse(text);
  return read ? std::optional(Value::number(*read)) : std::nullopt;
}

std::optional<Value> boolean(std::string_view text) {
  if (text == "true" || text == "1") return Value::boolean(true);
  if (text == "false" || text == "0") return Value::boolean(false);
  return std::nullopt;
}

template <class T>
std::optional<Value> parsed(std::string_view text, Value (*value)(const T&)) {
  const std::optional<T> read = T::parse(text);
  return read ? std::optional(value(*read)) : std::nullopt;
}

std::optional<Value> duration(std::string_view text) {
  if (const auto months = parsed<feel::MonthsDuration>(text, &Value::duration)) return months;
  return parsed<feel::DaysDuration>(text, &Value::duration);
}

Result<Value> to_value(const ExpectedValue::Simple& simple, feel::Memory& memory) {
  if (simple.type == "string") return Value::string(memory, simple.text);
  const std::string_view text = trimmed(simple.text);
  std::optional<Value> value;
  if (std::find(kNumberTypes.begin(), kNumberTypes.end(), simple.type) != kNumberTypes.end()) {
    value = number(text);
  } else if (simple.type == "boolean") {
    value = boolean(text);
  } else if (simple.type == "date") {
    value = parsed<feel::Date>(text, &Value::date);
  } else if (simple.type == "time") {
    value = parsed<feel::Time>(text, &Value::time);
  } else if (simple.type == "dateTime") {
    value = parsed<feel::DateTime>(text, &Value::date_time);
  } else if (simple.type == "duration" || simple.type == "dayTimeDuration" || simple.type == "yearMonthDuration") {
    value = duration(text);
  } else {
    return Problem{"Values of the type " + simple.type + " are not known.", "",
                   "Write a string, decimal, boolean, date, time, dateTime or duration."};
  }
  if (!value) return Problem{"‘" + simple.text + "’ is no value of the type " + simple.type + ".", "", ""};
  return *value;
}

Result<Value> to_value(const ExpectedValue& expected, feel::Memory& memory) {
  if (const auto* simple = std::get_if<ExpectedValue::Simple>(&expected.value)) return to_value(*simple, memory);
  if (const auto* list = std::get_if<ExpectedValue::List>(&expected.value)) {
    std::vector<Value> items;
    for (const ExpectedValue& item : *list) items.push_back(TRY(to_value(item, memory)));
    return Value::list(memory, items);
  }
  if (const auto* components = std::get_if<ExpectedValue::Components>(&expected.value)) {
    std::vector<feel::Entry> entries;
    for (const ExpectedValue::Component& component : *components) {
      const Value value = TRY(to_value(component.value, memory));
      if (std::any_of(entries.begin(), entries.end(), [&](const auto& other) { return other.key == component.name; })) {
        return Problem{"There are two values named ‘" + component.name + "’.", "", "Keep the one that is meant."};
      }
      entries.push_back({memory.copy(component.name), value});
    }
    return Value::context(memory, entries);
  }
  return Value();
}

// ---------------------------------------------------------------------------------------------------------------------
// Comparing.

bool same_number(const Decimal& actual, const Decimal& expected) {
  static const Decimal tolerance = Decimal::parse("0.00000001").value();
  if (actual == expected) return true;
  const Decimal apart = (actual - expected).abs();
  return apart.finite() && apart < tolerance;
}

// As deep as what is expected, which the reader of XML bounds.
bool matches(const Value& actual, const Value& expected) {
  if (actual.kind() != expected.kind()) return false;
  switch (expected.kind()) {
    case Kind::Number:
      return same_number(actual.number(), expected.number());
    case Kind::List:
      return std::equal(actual.list().begin(), actual.list().end(), expected.list().begin(), expected.list().end(),
                        &matches);
    case Kind::Context:
      return actual.context().size() == expected.context().size() &&
             std::all_of(expected.context().begin(), expected.context().end(), [&](const feel::Entry& entry) {
               const Value* const value = actual.entry(entry.key);
               return value != nullptr && matches(*value, entry.value);
             });
    // FEEL's own equality passes over fractions of a second, and over which clock a moment is read from.
    case Kind::Time:
      return feel::equal(actual, expected).value_or(false) && actual.time().nanos == expected.time().nanos;
    case Kind::DateTime:
      return feel::equal(actual, expected).value_or(false) && actual.date_time().date == expected.date_time().date &&
             actual.date_time().time.nanos == expected.date_time().time.nanos;
    case Kind::Null:
    case Kind::Boolean:
    case Kind::String:
    case Kind::Date:
    case Kind::DaysDuration:
    case Kind::MonthsDuration:
    case Kind::Range:
    case Kind::Function:
      break;
  }
  return feel::equal(actual, expected).value_or(false);
}

// ---------------------------------------------------------------------------------------------------------------------
// Running.

std::string texts_of(const Problems& problems) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < kMostReasons; ++i) {
    text += (text.empty() ? "" : " ") + to_text(problems[i]);
  }
  return text;
}

class CaseRunner {
 public:
  CaseRunner(const std::shared_ptr<const DecisionModel>& model, const feel::Evaluation::Moment& moment)
      : model_(*model), decider_(model), moment_(moment) {}

  CaseResult::Outcome run(const TestCase& test, const TestCase::ExpectedResult& result) {
    CaseResult::Outcome outcome{.result_name = result.name, .expected = {}, .actual = {}, .reason = {}};
    decider_.begin(moment_);
    expected_memory_.reset();
    const Result<Value> expected = to_value(result.expected, expected_memory_);
    const Result<Value> inputs = inputs_of(test);
    if (!expected.ok() || !inputs.ok()) {
      outcome.reason = texts_of(expected.ok() ? inputs.problems() : expected.problems());
      return outcome;
    }
    outcome.expected = result.error_result ? "null or an error" : feel::to_text(*expected, kMaxTextBytes);
    const Result<Value> actual = value_of(test, result, *inputs);
    if (!actual.ok()) {
      outcome.passed = result.error_result;
      outcome.actual = "an error";
      if (!outcome.passed) outcome.reason = texts_of(actual.problems());
      return outcome;
    }
    outcome.passed = result.error_result ? actual->null() : matches(*actual, *expected);
    outcome.actual = feel::to_text(*actual, kMaxTextBytes);
    if (!outcome.passed) outcome.reason = reasons();
    return outcome;
  }

 private:
  Result<Value> inputs_of(const TestCase& test) {
    ExpectedValue::Components components;
    for (const TestCase::Input& input : test.inputs) components.push_back({input.name, input.value});
    return to_value({std::move(components)}, decider_.memory());
  }

  Result<Value> value_of(const TestCase& test, const TestCase::ExpectedResult& result, const Value& inputs) {
    if (test.type == TestCase::Type::Decision) return decider_.decide(result.name, inputs);
    const Value whole = TRY(decider_.invoke(test.invocable_name, inputs, inputs));
    // A service with several output decisions gives a context with an entry for each (10.4).
    if (!whole.is(Kind::Context) || !has_several_outputs(test)) return whole;
    const Value* const component = whole.entry(result.name);
    return component == nullptr ? whole : *component;
  }

  bool has_several_outputs(const TestCase& test) const {
    const auto service = model_.compiled().find(test.invocable_name);
    return test.results.size() > 1 || (service && model_.compiled().elements[*service].outputs.size() > 1);
  }

  std::string reasons() const {
    Problems problems;
    for (Decider::Reason& reason : decider_.reasons()) {
      Problem problem{std::move(reason.what), std::move(reason.where), ""};
      if (std::find(problems.begin(), problems.end(), problem) == problems.end()) problems.push_back(problem);
    }
    return texts_of(problems);
  }

  const DecisionModel& model_;
  Decider decider_;
  feel::Evaluation::Moment moment_;
  // Its own, because an evaluation may use up the decider's.
  feel::Memory expected_memory_;
};

}  // namespace

bool CaseResult::passed() const {
  return std::all_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return outcome.passed; });
}

std::vector<CaseResult> run_cases(const Result<std::shared_ptr<const DecisionModel>>& model, const TestCases& cases,
                                  const feel::Evaluation::Moment& moment) {
  std::optional<CaseRunner> runner;
  if (model.ok()) runner.emplace(*model, moment);
  std::vector<CaseResult> results;
  for (const TestCase& test : cases.cases) {
    CaseResult& result = results.emplace_back();
    result.case_id = test.id;
    for (const TestCase::ExpectedResult& expected : test.results) {
      if (runner) {
        result.outcomes.push_back(runner->run(test, expected));
      } else {
        CaseResult::Outcome& outcome = result.outcomes.emplace_back();
        outcome.result_name = expected.name;
        outcome.reason = texts_of(model.problems());
      }
    }
    if (test.results.empty()) result.outcomes.emplace_back().reason = "This test case expects nothing.";
  }
  return results;
}

}  // namespace guildhall::dmn
