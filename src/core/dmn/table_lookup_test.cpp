#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "dmn/decision_model.h"

namespace guildhall::dmn {
namespace {

using feel::Value;

// Any of them, however small rapidcheck would like its cases to be.
std::size_t below(std::size_t end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end));
}

const std::string& one_of(const std::vector<std::string>& texts) {
  return texts[below(texts.size())];
}

Value value(const std::string& text, feel::Memory& memory) {
  const auto expression = feel::Expression::compile(text, {});
  feel::Evaluation evaluation(memory, {}, {});
  return feel::copy(expression.value()->evaluate(evaluation, {}).value(), memory);
}

// What the entry says of the input when it is evaluated as unary tests, and not looked up.
bool holds(const std::string& entry, const Value& input, feel::Memory& memory) {
  const auto tests = feel::Expression::compile(entry, {}, feel::Expression::Form::UnaryTests);
  feel::Evaluation evaluation(memory, {}, {});
  return tests.value()->test(evaluation, {}, input).value().is_true();
}

// A table of rules that give their number, with one input for each column: a, b, …
struct RandomTable {
  std::vector<std::string> input_values;  // Empty: none.
  std::vector<std::vector<std::string>> rules;

  Model model(HitPolicy hit_policy) const {
    DecisionTable table;
    table.hit_policy = hit_policy;
    Model made;
    made.name = "m";
    Decision decision;
    decision.name = "Number";
    decision.variable.name = "Number";
    for (std::size_t column = 0; column < input_values.size(); ++column) {
      const std::string name(1, static_cast<char>('a' + column));
      InputData input;
      input.name = input.id = input.variable.name = name;
      made.inputs.push_back(std::move(input));
      InformationRequirement requirement;
      requirement.required.id = name;
      decision.information_requirements.push_back(std::move(requirement));
      InputClause clause;
      clause.expression.text = name;
      clause.values.text = input_values[column];
      table.inputs.push_back(std::move(clause));
    }
    table.outputs.emplace_back();
    for (const auto& entries : rules) {
      DecisionRule rule;
      for (const std::string& entry : entries) rule.inputs.emplace_back().text.text = entry;
      rule.outputs.emplace_back().text.text = std::to_string(table.rules.size());
      table.rules.push_back(std::move(rule));
    }
    decision.expression.emplace().form = std::move(table);
    made.decisions.push_back(std::move(decision));
    return made;
  }
};

RandomTable random_table() {
  static const std::vector<std::string> entries{"-",
                                                "-",
                                                "1",
                                                "2",
                                                "1, 3",
                                                "< 2",
                                                ">= 2",
                                                "[1..3)",
                                                "(1..2)",
                                                "\"A\"",
                                                "\"A\",\"B\"",
                                                "not(\"A\")",
                                                "< \"B\"",
                                                "true",
                                                "false",
                                                "null",
                                                "null, 1",
                                                "= \"A\"",
                                                "= null",
                                                "= [1, 2]",
                                                "= [1..3]",
                                                "1 < 2",
                                                "null + 1",
                                                "@\"2026-02-30\"",
                                                "!= 1",
                                                "= 2",
                                                "? > 1",
                                                "[1, 2]",
                                                "[1..3]",
                                                "@\"2026-02-01\"",
                                                "< @\"2026-02-02\"",
                                                "@\"P0D\"",
                                                "@\"P1D\"",
                                                "@\"P0M\"",
                                                "@\"10:00:00Z\"",
                                                "> @\"10:00:00\"",
                                                "1.0"};
  RandomTable table;
  for (std::size_t left = 1 + below(3); left > 0; --left) {
    table.input_values.push_back(below(3) == 0 ? "[1..2], \"A\", true" : "");
  }
  // Some columns of a few kinds of entries, as tables have them.
  std::vector<std::vector<std::string>> columns;
  for (std::size_t column = 0; column < table.input_values.size(); ++column) {
    auto& choice = columns.emplace_back();
    for (std::size_t left = 1 + below(12); left > 0; --left) choice.push_back(one_of(entries));
  }
  for (std::size_t left = 1 + below(80); left > 0; --left) {
    auto& rule = table.rules.emplace_back();
    for (const auto& choice : columns) rule.push_back(one_of(choice));
  }
  return table;
}

RC_GTEST_PROP(Table, MatchesTheRulesWhoseEntriesHold, ()) {
  static const std::vector<std::string> inputs{"0",
                                               "1",
                                               "1.00",
                                               "1.5",
                                               "2",
                                               "3",
                                               "4",
                                               "\"A\"",
                                               "\"B\"",
                                               "\"Aa\"",
                                               "true",
                                               "false",
                                               "null",
                                               "[1, 2]",
                                               "[1..3]",
                                               "@\"2026-02-01\"",
                                               "@\"2026-02-01T00:00:00Z\"",
                                               "@\"P0D\"",
                                               "@\"P0M\"",
                                               "@\"PT24H\"",
                                               "@\"10:00:00Z\"",
                                               "@\"11:00:00+01:00\"",
                                               "@\"10:00:01\""};
  const RandomTable table = random_table();
  const auto all = DecisionModel::compile(table.model(HitPolicy::RuleOrder));
  const auto first = DecisionModel::compile(table.model(HitPolicy::First));
  Decider decide_all(all.value());
  Decider decide_first(first.value());
  feel::Memory memory;
  for (int i = 0; i < 5; ++i) {
    std::vector<feel::Entry> entries;
    static const std::string names = "abc";
    for (std::size_t column = 0; column < table.input_values.size(); ++column) {
      entries.push_back({std::string_view(names).substr(column, 1), value(one_of(inputs), memory)});
    }
    std::vector<std::int64_t> expected;
    for (std::size_t rule = 0; rule < table.rules.size(); ++rule) {
      bool matches = true;
      for (std::size_t column = 0; column < entries.size() && matches; ++column) {
        const std::string& entry = table.rules[rule][column];
        // "-" is any of the input values (8.3.2).
        const std::string& asks =
            entry == "-" && !table.input_values[column].empty() ? table.input_values[column] : entry;
        matches = holds(asks, entries[column].value, memory);
      }
      if (matches) expected.push_back(static_cast<std::int64_t>(rule));
    }
    decide_all.begin();
    const Value found = decide_all.decide("Number", Value::context(entries)).value();
    std::vector<std::int64_t> matched;
    if (!found.null()) {
      for (const Value& rule : found.list()) matched.push_back(*rule.number().to_int64());
    }
    RC_ASSERT(matched == expected);
    decide_first.begin();
    const Value one = decide_first.decide("Number", Value::context(entries)).value();
    RC_ASSERT((expected.empty() ? one.null() : one.number() == feel::Decimal(expected.front())));
  }
}

}  // namespace
}  // namespace guildhall::dmn
