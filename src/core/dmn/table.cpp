// Decision tables. Source: DMN 1.5, chapter 8 and 10.3.2.10.

#include <algorithm>
#include <bit>
#include <optional>

#include "dmn/impl/compiled.h"
#include "dmn/impl/table_index.h"

namespace guildhall::dmn {
namespace {

using feel::Kind;
using feel::Node;
using feel::Op;

// One input entry. Most are "-" or compare with constants; those are tested without evaluating anything.
struct Cell {
  enum class Kind : std::uint8_t { Any, Constants, Tests };
  Kind kind = Kind::Any;
  bool negated = false;
  std::uint32_t first = 0;  // Of TableBoxed::constants.
  std::uint32_t count = 0;
  std::uint32_t tests = 0;  // Of TableBoxed::tests.
};

struct Column {
  ExpressionPointer input;
  Type type;
  ExpressionPointer values;  // The input values; may be none.
  std::string where;
};

struct Output {
  std::string name;
  Type type;
  std::vector<Value> priority;      // The output values that are constants, in order.
  ExpressionPointer default_value;  // May be none.
  std::string where;
};

bool holds_constant(const Value& input, const Value& constant) {
  if (constant.is(Kind::Range)) {
    const feel::RangeEnds& range = constant.range();
    if (input.is(Kind::Number) && range.form == feel::RangeEnds::Form::Interval &&
        (range.start.is(Kind::Number) || range.end.is(Kind::Number))) {
      const feel::Decimal number = input.number();
      if (range.start.is(Kind::Number)) {
        const auto order = number <=> range.start.number();
        if (order < 0 || (order == 0 && !range.start_included)) return false;
      }
      if (range.end.is(Kind::Number)) {
        const auto order = number <=> range.end.number();
        if (order > 0 || (order == 0 && !range.end_included)) return false;
      }
      return true;
    }
    return feel::includes(range, input).value_or(false);
  }
  if (input.is(Kind::String) && constant.is(Kind::String)) return input.string() == constant.string();
  if (input.is(Kind::Number) && constant.is(Kind::Number)) return input.number() == constant.number();
  return feel::equal(input, constant).value_or(false);
}

class TableBoxed final : public Boxed {
 public:
  const DecisionTable* table = nullptr;
  const Expression* expression = nullptr;
  std::string where;
  std::size_t variables = 0;
  std::vector<Column> columns;
  std::vector<Output> outputs;
  std::vector<Cell> cells;  // Rule by rule.
  std::vector<Value> constants;
  std::vector<ExpressionPointer> tests;           // Those of cells, kept alive; some only for their constants.
  std::vector<ExpressionPointer> output_entries;  // Rule by rule; nullptr where it can't be read.
  std::size_t rules = 0;
  std::optional<TableIndex> index;  // Of large tables.

  Value evaluate(Run& run, Value* frame) const override {
    feel::Evaluation& evaluation = run.evaluation;
    feel::Memory& memory = evaluation.memory();
    const AtPlace place(evaluation, where);
    const std::span<const Value> scope(frame, variables);
    Value* inputs = memory.array<Value>(columns.size());
    bool* within = memory.array<bool>(columns.size());  // Is the input among the input values?
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const Column& clause = columns[column];
      inputs[column] =
          clause.input ? bound(evaluation, clause.input->run(evaluation, scope), clause.type, clause.where) : Value();
      within[column] = !clause.values || clause.values->run_test(evaluation, scope, inputs[column]).is_true();
    }

    // 1. Every rule is matched.
    std::uint32_t* matched = memory.array<std::uint32_t>(rules);
    std::size_t count = 0;
    const bool first_only = table->hit_policy == HitPolicy::First && run.trace == nullptr;
    // Whether to go on with the next.
    const auto try_rule = [&](std::size_t rule) {
      if (!matches(rule, inputs, within, evaluation, scope)) return true;
      matched[count++] = static_cast<std::uint32_t>(rule);
      return !first_only;
    };
    if (index) {
      try_indexed(inputs, within, evaluation, try_rule);
    } else {
      evaluation.steps(rules);
      for (std::size_t rule = 0; rule < rules && try_rule(rule); ++rule) {
      }
    }

    TableTrace trace;
    TableTrace* traced = run.element == nullptr || !run.trace->keep() ? nullptr : &trace;
    if (traced != nullptr) {
      trace.table = table;
      trace.expression = expression;
      trace.inputs.assign(inputs, inputs + columns.size());
      trace.matched.assign(matched, matched + count);
      trace.rules = traced_rules({matched, count}, inputs, within, evaluation, scope);
    }
    const Value result = conclude({matched, count}, run, scope, traced);
    if (traced != nullptr) {
      trace.result = result;
      run.element->tables.push_back(std::move(trace));
    }
    return result;
  }

 private:
  template <class TryRule>
  void try_indexed(const Value* inputs, const bool* within, feel::Evaluation& evaluation,
                   const TryRule& try_rule) const {
    auto* candidates = evaluation.memory().array<std::uint64_t>(index->words());
    index->sieve(inputs, within, candidates);
    evaluation.steps(index->words());
    for (std::size_t word = 0; word < index->words(); ++word) {
      for (std::uint64_t rest = candidates[word]; rest != 0; rest &= rest - 1) {
        evaluation.step();
        if (!try_rule(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)))) return;
      }
    }
  }

  bool matches(std::size_t rule, const Value* inputs, const bool* within, feel::Evaluation& evaluation,
               std::span<const Value> scope) const {
    const Cell* cell = cells.data() + rule * columns.size();
    for (std::size_t column = 0; column < columns.size(); ++column, ++cell) {
      if (!holds(*cell, inputs[column], within[column], evaluation, scope)) return false;
    }
    return true;
  }

  bool holds(const Cell& cell, const Value& input, bool within, feel::Evaluation& evaluation,
             std::span<const Value> scope) const {
    switch (cell.kind) {
      case Cell::Kind::Any:
        return within;
      case Cell::Kind::Constants:
        return std::any_of(constants.data() + cell.first, constants.data() + cell.first + cell.count,
                           [&](const Value& constant) { return holds_constant(input, constant); });
      case Cell::Kind::Tests:
        return tests[cell.tests] != nullptr && tests[cell.tests]->run_test(evaluation, scope, input).is_true();
    }
    return false;
  }

  // For the trace: the entries of the rules that matched, or of those that came nearest.
  std::vector<TableTrace::Rule> traced_rules(std::span<const std::uint32_t> matched, const Value* inputs,
                                             const bool* within, feel::Evaluation& evaluation,
                                             std::span<const Value> scope) const {
    constexpr std::size_t kNearest = 3;
    const std::size_t reasons = evaluation.reasons().size();
    const auto rule_of = [&](std::size_t number) {
      TableTrace::Rule rule{number, {}};
      for (std::size_t column = 0; column < columns.size(); ++column) {
        const Cell& cell = cells[number * columns.size() + column];
        const bool held = !matched.empty() || holds(cell, inputs[column], within[column], evaluation, scope);
        // "-" stands for the input values.
        const auto* any = held ? nullptr : columns[column].values.get();
        rule.entries.push_back({cell.kind == Cell::Kind::Any ? any : tests[cell.tests].get(), held});
      }
      return rule;
    };
    std::vector<TableTrace::Rule> traced;
    for (const std::uint32_t number : matched.first(std::min(matched.size(), TableTrace::kMostRules))) {
      traced.push_back(rule_of(number));
    }
    if (matched.empty()) evaluation.steps(rules);
    std::size_t fewest = columns.size() + 1;
    for (std::size_t number = 0; matched.empty() && number < rules; ++number) {
      std::size_t failed = 0;
      for (std::size_t column = 0; column < columns.size() && failed <= fewest; ++column) {
        const Cell& cell = cells[number * columns.size() + column];
        failed += holds(cell, inputs[column], within[column], evaluation, scope) ? 0 : 1;
      }
      if (failed < fewest) traced.clear();
      fewest = std::min(fewest, failed);
      if (failed == fewest && traced.size() < kNearest) traced.push_back(rule_of(number));
    }
    evaluation.forget_reasons_after(reasons);  // They were noted when the rules were matched.
    return traced;
  }

  // The output of one rule: its entry, or a context of its entries.
  Value output(std::size_t rule, Run& run, std::span<const Value> scope) const {
    const auto entry = [&](std::size_t column) {
      const ExpressionPointer& text = output_entries[rule * outputs.size() + column];
      if (!text) return run.evaluation.null("The output entry can't be read");
      return bound(run.evaluation, text->run(run.evaluation, scope), outputs[column].type, outputs[column].where);
    };
    if (outputs.size() == 1) return entry(0);
    auto* entries = run.evaluation.memory().array<feel::Entry>(outputs.size());
    for (std::size_t column = 0; column < outputs.size(); ++column) {
      new (&entries[column]) feel::Entry{outputs[column].name, entry(column)};
    }
    return Value::context({entries, outputs.size()});
  }

  Value default_output(Run& run, std::span<const Value> scope, TableTrace* trace) const {
    const auto none = [](const Output& each) { return each.default_value == nullptr; };
    if (std::all_of(outputs.begin(), outputs.end(), none)) return run.evaluation.null("No rule of the table matches");
    if (trace != nullptr) trace->defaulted = true;
    const auto value_of_output = [&](const Output& each) {
      if (!each.default_value) return Value();
      return bound(run.evaluation, each.default_value->run(run.evaluation, scope), each.type, each.where);
    };
    if (outputs.size() == 1) return value_of_output(outputs[0]);
    auto* entries = run.evaluation.memory().array<feel::Entry>(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      new (&entries[i]) feel::Entry{outputs[i].name, value_of_output(outputs[i])};
    }
    return Value::context({entries, outputs.size()});
  }

  // Where the rule's outputs stand among the output values, the first output counting most.
  bool before(const Value& left, const Value& right) const {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto rank = [&](const Value& value) {
        const Value part = outputs.size() == 1 ? value : value.context()[i].value;
        const auto& order = outputs[i].priority;
        return std::find_if(order.begin(), order.end(), [&](const Value& each) { return holds_constant(part, each); }) -
               order.begin();
      };
      if (rank(left) != rank(right)) return rank(left) < rank(right);
    }
    return false;
  }

  // 2. and 3. of the semantics of a decision table invocation.
  Value conclude(std::span<const std::uint32_t> matched, Run& run, std::span<const Value> scope,
                 TableTrace* trace) const {
    if (matched.empty()) return default_output(run, scope, trace);
    const auto hit = [&](std::span<const std::uint32_t> rule_numbers) {
      if (trace != nullptr) trace->hit.assign(rule_numbers.begin(), rule_numbers.end());
    };
    feel::Memory& memory = run.evaluation.memory();
    const std::size_t count = matched.size();
    switch (table->hit_policy) {
      case HitPolicy::Unique:
        if (count > 1) return run.evaluation.null("More than one rule matches, but the hit policy is Unique");
        hit(matched);
        return output(matched[0], run, scope);
      case HitPolicy::First:
        hit(matched.first(1));
        return output(matched[0], run, scope);
      case HitPolicy::Any: {
        const Value first = output(matched[0], run, scope);
        for (const std::uint32_t rule : matched.subspan(1)) {
          if (!feel::equal(first, output(rule, run, scope)).value_or(false)) {
            return run.evaluation.null("Matching rules have different outputs, but the hit policy is Any");
          }
        }
        hit(matched);
        return first;
      }
      case HitPolicy::Priority:
      case HitPolicy::Collect:
      case HitPolicy::RuleOrder:
      case HitPolicy::OutputOrder:
        break;
    }
    Value* values = memory.array<Value>(count);
    std::uint32_t* order = memory.array<std::uint32_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = output(matched[i], run, scope);
      order[i] = static_cast<std::uint32_t>(i);
    }
    if (table->hit_policy == HitPolicy::Priority || table->hit_policy == HitPolicy::OutputOrder) {
      std::stable_sort(order, order + count,
                       [&](std::uint32_t left, std::uint32_t right) { return before(values[left], values[right]); });
    }
    if (trace != nullptr) {
      for (std::size_t i = 0; i < count; ++i) trace->hit.push_back(matched[order[i]]);
      if (table->hit_policy == HitPolicy::Priority) trace->hit.resize(1);
    }
    if (table->hit_policy == HitPolicy::Priority) return values[order[0]];
    Value* sorted = memory.array<Value>(count);
    for (std::size_t i = 0; i < count; ++i) sorted[i] = values[order[i]];
    const Value list = Value::list({sorted, count});
    if (table->hit_policy != HitPolicy::Collect || !table->aggregation) return list;
    const auto aggregated = [&](std::string_view function) {
      return feel::call(run.evaluation, feel::builtin(function)->signatures[0], {&list, 1});
    };
    switch (*table->aggregation) {
      case Aggregation::Count:
        return Value::number(static_cast<std::int64_t>(count));
      case Aggregation::Sum:
        return aggregated("sum");
      case Aggregation::Min:
        return aggregated("min");
      case Aggregation::Max:
        return aggregated("max");
    }
    return list;
  }
};

// The constant that a test compares its value with, for holds_constant(); nullptr where it is no such test.
const Value* constant_of(const Node& test) {
  const bool equal = test.op == Op::TestEqual;
  const Node& end = equal ? *test.children[0] : test;
  const Value& constant = end.constant;
  if (!end.folded || constant.is(equal ? Kind::Range : Kind::List)) return nullptr;
  // null as it is written, and not a range or a date that is none.
  if (constant.null() && (end.op != Op::Constant || !end.name.empty())) return nullptr;
  return &constant;
}

// So few rules are tested one by one as quickly.
constexpr std::size_t kIndexedFrom = 16;

std::optional<TableIndex> index_of(const TableBoxed& table) {
  std::vector<TableIndex::Entry> entries;
  entries.reserve(table.cells.size());
  for (const Cell& cell : table.cells) {
    switch (cell.kind) {
      case Cell::Kind::Any:
        entries.push_back({TableIndex::Entry::Kind::Any, {}});
        break;
      case Cell::Kind::Constants:
        entries.push_back(
            {TableIndex::Entry::Kind::Constants, std::span(table.constants).subspan(cell.first, cell.count)});
        break;
      case Cell::Kind::Tests:
        entries.push_back({TableIndex::Entry::Kind::Other, {}});
        break;
    }
  }
  TableIndex index(table.columns.size(), entries);
  return index.useful() ? std::optional(std::move(index)) : std::nullopt;
}

std::string blank_as(const Text& text, const char* meaning) {
  return text.text.find_first_not_of(" \t\r\n") == std::string::npos ? meaning : text.text;
}

}  // namespace

BoxedPointer compile_table(BoxedCompiler& compiler, const Expression& expression, const DecisionTable& table,
                           const feel::Scope& scope, const std::string& where) {
  using TextForm = feel::Expression::Form;
  auto made = std::make_unique<TableBoxed>();
  made->table = &table;
  made->expression = &expression;
  made->where = where + (expression.id.empty() ? "" : ", decision table (" + expression.id + ")");
  made->variables = scope.variables().size();
  made->rules = table.rules.size();

  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    const InputClause& clause = table.inputs[i];
    const std::string place =
        where + ", input " + std::to_string(i + 1) + (clause.id.empty() ? "" : " (" + clause.id + ")");
    Column column;
    column.input = compiler.text(clause.expression, scope, TextForm::Expression, place);
    column.type = compiler.resolve(clause.type, place, clause.place);
    if (!clause.values.text.empty())
      column.values = compiler.text(clause.values, scope, TextForm::UnaryTests, place + ", input values");
    column.where = place;
    made->columns.push_back(std::move(column));
  }
  std::vector<Type::Member> members;
  for (std::size_t i = 0; i < table.outputs.size(); ++i) {
    const OutputClause& clause = table.outputs[i];
    const std::string place = where + ", output " +
                              (clause.name.empty() ? std::to_string(i + 1) : "‘" + clause.name + "’") +
                              (clause.id.empty() ? "" : " (" + clause.id + ")");
    Output output;
    output.name = clause.name;
    output.type = compiler.resolve(clause.type.given() || table.outputs.size() > 1 ? clause.type : expression.type,
                                   place, clause.place);
    // An aggregate is a number whatever the outputs are; a collection's type is not that of its items.
    if (!clause.type.given() && output.type.base() == Type::Base::List) output.type = Type();
    if (!clause.values.text.empty()) {
      if (const auto values = compiler.text(clause.values, scope, TextForm::UnaryTests, place + ", output values")) {
        for (const Node* value : values->root().children) {
          if (value->folded) output.priority.push_back(value->constant);
        }
        made->tests.push_back(values);
      }
    }
    if (clause.default_output)
      output.default_value = compiler.text(*clause.default_output, scope, TextForm::Expression, place + ", default");
    output.where = place;
    members.emplace_back(clause.name, output.type);
    made->outputs.push_back(std::move(output));
  }

  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    const DecisionRule& rule = table.rules[r];
    const std::string place = where + ", rule " + std::to_string(r + 1);
    const auto entry_place = [&](const RuleEntry& entry, std::string_view kind, std::size_t i) {
      return place + ", " + std::string(kind) + " " + std::to_string(i + 1) +
             (entry.id.empty() ? "" : " (" + entry.id + ")");
    };
    for (std::size_t i = 0; i < rule.inputs.size(); ++i) {
      Cell cell;
      Text text = rule.inputs[i].text;
      text.text = blank_as(text, "-");
      if (const auto compiled =
              compiler.text(text, scope, TextForm::UnaryTests, entry_place(rule.inputs[i], "input entry", i))) {
        const Node& root = compiled->root();
        const bool constants = root.op == Op::Tests && !root.negated &&
                               std::all_of(root.children.begin(), root.children.end(),
                                           [](const Node* test) { return constant_of(*test) != nullptr; });
        if (root.op != Op::AnyTest) {
          cell.kind = constants ? Cell::Kind::Constants : Cell::Kind::Tests;
          cell.tests = static_cast<std::uint32_t>(made->tests.size());
          made->tests.push_back(compiled);
        }
        if (cell.kind == Cell::Kind::Constants) {
          cell.first = static_cast<std::uint32_t>(made->constants.size());
          cell.count = static_cast<std::uint32_t>(root.children.size());
          for (const Node* test : root.children) made->constants.push_back(*constant_of(*test));
        }
      } else {
        cell.kind = Cell::Kind::Tests;
        cell.tests = static_cast<std::uint32_t>(made->tests.size());
        made->tests.push_back(nullptr);
      }
      made->cells.push_back(cell);
    }
    for (std::size_t i = 0; i < rule.outputs.size(); ++i) {
      Text text = rule.outputs[i].text;
      text.text = blank_as(text, "null");
      if (text.text == "-") text.text = "null";
      made->output_entries.push_back(
          compiler.text(text, scope, TextForm::Expression, entry_place(rule.outputs[i], "output entry", i)));
    }
  }

  if (made->rules >= kIndexedFrom) made->index = index_of(*made);
  TableInScope& in_scope = compiler.compiled().tables.emplace_back();
  in_scope.expression = &expression;
  in_scope.table = &table;
  in_scope.where = where;
  in_scope.variables = scope.variables();
  for (const Column& column : made->columns) {
    in_scope.inputs.push_back(column.input);
    in_scope.input_types.push_back(column.type);
  }
  for (const Output& output : made->outputs) in_scope.output_types.push_back(output.type);

  Type one = made->outputs.size() == 1 ? made->outputs[0].type : Type::context_of(std::move(members));
  const bool several = table.hit_policy == HitPolicy::RuleOrder || table.hit_policy == HitPolicy::OutputOrder ||
                       (table.hit_policy == HitPolicy::Collect && !table.aggregation);
  // A default output is given as it is.
  const bool defaults = std::any_of(made->outputs.begin(), made->outputs.end(),
                                    [](const Output& output) { return output.default_value != nullptr; });
  if (several && !defaults) {
    made->type = Type::list_of(std::move(one));
  } else if (!several && !table.aggregation) {
    made->type = std::move(one);
  }
  return made;
}

}  // namespace guildhall::dmn
