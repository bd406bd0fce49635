#include "dmn/analysis.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "dmn/impl/compiled.h"
#include "dmn/impl/input_axis.h"
#include "dmn/table_geometry.h"
#include "feel/json.h"

namespace guildhall::dmn {
namespace {

using feel::Kind;
using feel::Node;
using feel::Op;
using Numbers = std::vector<std::size_t>;
using Form = feel::Expression::Form;

constexpr std::size_t kMostNumbers = 10;  // Rules named in one sentence.

std::string rules_text(const Numbers& rules, std::string_view last = "and") {
  std::vector<std::string> parts;
  for (const std::size_t rule : rules) parts.push_back(std::to_string(rule));
  std::string more;
  if (parts.size() > kMostNumbers) {
    more = " and " + std::to_string(parts.size() - kMostNumbers) + " more";
    parts.resize(kMostNumbers);
    return "rules " + list_in_words(parts, ",") + more;
  }
  return (rules.size() == 1 ? "rule " : "rules ") + list_in_words(parts, last);
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string in_quotes(const std::string& text) {
  return "‘" + text + "’";
}

bool multiple(HitPolicy policy) {
  return policy == HitPolicy::Collect || policy == HitPolicy::RuleOrder || policy == HitPolicy::OutputOrder;
}

bool same(const Value& left, const Value& right) {
  return feel::equal(left, right).value_or(false);
}

bool constant(const ExpressionPointer& entry) {
  return entry && entry->root().folded;
}

// A variable, or an entry of one: what somebody gives, not what is computed from it.
bool is_path(const Node& node) {
  return node.op == Op::Variable || (node.op == Op::Path && is_path(*node.children[0]));
}

const Node& variable_of(const Node& path) {
  return path.op == Op::Variable ? path : variable_of(*path.children[0]);
}

// Those behind the variable.
std::vector<std::string_view> names_of(const Node& path) {
  if (path.op == Op::Variable) return {};
  std::vector<std::string_view> names = names_of(*path.children[0]);
  names.push_back(path.name);
  return names;
}

// The texts of one table, compiled where the table stands.
class Texts {
 public:
  explicit Texts(const TableInScope& table) {
    for (const feel::Scope::Variable& variable : table.variables) scope_.add(variable.name, variable.type);
  }

  // nullptr where it can't be read.
  ExpressionPointer compile(const Text& text, Form form, const char* blank) {
    std::string written = trimmed(text.text);
    if (written.empty() || (form == Form::Expression && written == "-")) written = blank;
    const auto [found, fresh] = compiled_[form == Form::UnaryTests].try_emplace(std::move(written));
    if (fresh) {
      auto made = feel::Expression::compile(found->first, scope_, form);
      if (made.ok()) found->second = *made;
    }
    return found->second;
  }
  ExpressionPointer entry(const RuleEntry& entry) { return compile(entry.text, Form::UnaryTests, "-"); }
  ExpressionPointer output(const Text& text) { return compile(text, Form::Expression, "null"); }

 private:
  feel::Scope scope_;
  std::map<std::string, ExpressionPointer> compiled_[2];
};

Value bound(feel::Memory& memory, const Value& value, const Type& type) {
  feel::Evaluation evaluation(memory, {}, {});
  static const std::string nowhere;
  try {
    return dmn::bound(evaluation, value, type, nowhere);
  } catch (const feel::BudgetExceeded&) {
    return {};
  }
}

// The values that a decision can give, besides null: those of the rules of its table, where all are constants. Nothing
// where they aren't known. `output`: the one that is asked for, of several; empty: the only one.
std::optional<std::vector<Value>> results_of(const Compiled& compiled, std::size_t element, std::string_view output,
                                             std::vector<ExpressionPointer>& alive, feel::Memory& memory) {
  const CompiledElement& asked = compiled.elements[element];
  if (asked.kind != CompiledElement::Kind::Decision) return std::nullopt;
  const auto& decision = static_cast<const Decision&>(*asked.source);
  const auto found = std::find_if(compiled.tables.begin(), compiled.tables.end(), [&](const TableInScope& each) {
    return decision.expression && each.expression == &*decision.expression;
  });
  if (found == compiled.tables.end() || multiple(found->table->hit_policy)) return std::nullopt;
  const DecisionTable& table = *found->table;
  std::size_t column = 0;
  if (output.empty() == (table.outputs.size() > 1)) return std::nullopt;
  while (column < table.outputs.size() && !output.empty() && table.outputs[column].name != output) ++column;
  if (column == table.outputs.size()) return std::nullopt;

  Texts texts(*found);
  std::vector<Value> values;
  const auto add = [&](const Text& text) {
    const ExpressionPointer entry = texts.output(text);
    if (!constant(entry)) return false;
    alive.push_back(entry);
    Value value = bound(memory, entry->root().constant, found->output_types[column]);
    if (output.empty()) value = bound(memory, value, asked.type);
    if (!value.null()) values.push_back(value);
    return true;
  };
  for (const DecisionRule& rule : table.rules) {
    if (!add(rule.outputs[column].text)) return std::nullopt;
  }
  if (table.outputs[column].default_output && !add(*table.outputs[column].default_output)) return std::nullopt;
  return values;
}

class TableAnalysis {
 public:
  TableAnalysis(const Compiled& compiled, const TableInScope& scope, const AnalysisLimits& limits, Findings& findings)
      : compiled_(compiled), scope_(scope), table_(*scope.table), limits_(limits), findings_(findings), texts_(scope) {
    mistyped_.resize(table_.rules.size());
    dead_.resize(table_.rules.size());
  }

  void run() {
    read_entries();
    make_inputs();
    check_input_types();
    check_outputs();
    if (make_boxes()) look_at_geometry();
    check_declared_outputs();
    note_what_is_unknown();
  }

 private:
  // Columns that have the same expression are one input.
  struct Input {
    std::string name;
    std::vector<std::size_t> columns;
    const feel::Expression* expression = nullptr;  // nullptr: it can't be read.
    bool given = false;                            // Its value is given from outside as it is.
    std::unique_ptr<InputAxis> axis;
  };

  // ---- Findings

  Finding& add(Finding::Kind kind, std::string what, std::string remedy, Numbers rules = {},
               const std::string& place = "") {
    const CompiledElement& element = compiled_.elements[scope_.element];
    Finding& finding = findings_.emplace_back();
    finding.kind = kind;
    finding.element_id = element.source->id;
    finding.element_name = element.source->name;
    finding.table_id = scope_.expression->id;
    finding.rules = std::move(rules);
    finding.problem = {std::move(what), scope_.where + (place.empty() ? "" : ", " + place), std::move(remedy)};
    return finding;
  }

  void note(std::string what, Numbers rules = {}) {
    add(Finding::Kind::Incomplete, std::move(what), "", std::move(rules));
  }

  static std::string input_place(std::size_t column) { return "input " + std::to_string(column + 1); }
  std::string output_name(std::size_t column) const {
    const OutputClause& clause = table_.outputs[column];
    if (!clause.name.empty()) return in_quotes(clause.name);
    return table_.outputs.size() == 1 ? "the output" : "output " + std::to_string(column + 1);
  }

  // ---- Reading

  void read_entries() {
    for (const DecisionRule& rule : table_.rules) {
      for (const RuleEntry& entry : rule.inputs) entries_.push_back(texts_.entry(entry));
      for (const RuleEntry& entry : rule.outputs) outputs_.push_back(texts_.output(entry.text));
    }
  }
  const ExpressionPointer& entry(std::size_t rule, std::size_t column) const {
    return entries_[rule * table_.inputs.size() + column];
  }
  const ExpressionPointer& output(std::size_t rule, std::size_t column) const {
    return outputs_[rule * table_.outputs.size() + column];
  }

  Type type_of(std::size_t column) const {
    if (!scope_.input_types[column].any() || !scope_.inputs[column]) return scope_.input_types[column];
    return scope_.inputs[column]->type();
  }

  void make_inputs() {
    std::map<std::string, std::size_t> by_text;
    for (std::size_t column = 0; column < table_.inputs.size(); ++column) {
      const ExpressionPointer& expression = scope_.inputs[column];
      std::size_t input = inputs_.size();
      if (expression) input = by_text.try_emplace(feel::print(expression->root()), input).first->second;
      if (input == inputs_.size()) {
        inputs_.emplace_back();
        inputs_.back().name = trimmed(table_.inputs[column].expression.text);
        inputs_.back().expression = expression.get();
      }
      inputs_[input].columns.push_back(column);
      input_of_column_.push_back(input);
    }
    for (Input& input : inputs_) make_axis(input);
  }

  void make_axis(Input& input) {
    InputAxis::Domain domain;
    std::vector<ExpressionPointer> entries;
    std::set<const feel::Expression*> seen;
    for (const std::size_t column : input.columns) {
      if (domain.type.any()) domain.type = type_of(column);
      const Type& declared = scope_.input_types[column];
      domain.tests.insert(domain.tests.end(), declared.allowed().begin(), declared.allowed().end());
      const Text& values = table_.inputs[column].values;
      if (!trimmed(values.text).empty()) {
        if (const auto tests = texts_.compile(values, Form::UnaryTests, "-")) domain.tests.push_back(tests);
      }
      for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
        const ExpressionPointer& tests = entry(rule, column);
        if (tests && seen.insert(tests.get()).second) entries.push_back(tests);
      }
    }
    if (input.expression != nullptr && is_path(input.expression->root())) {
      const Node& root = input.expression->root();
      const auto& allowed = root.type.allowed();
      domain.tests.insert(domain.tests.end(), allowed.begin(), allowed.end());
      if (const auto source = source_of(root)) {
        input.given = compiled_.elements[source->element].kind == CompiledElement::Kind::Input;
        if (source->parts_behind < 2) {
          const std::string_view output = source->parts_behind == 0 ? "" : root.name;
          domain.only = results_of(compiled_, source->element, output, alive_, memory_);
        }
      } else {
        const CompiledElement& element = compiled_.elements[scope_.element];
        const std::size_t variable = variable_of(root).index;
        input.given = variable >= element.requirements.size() &&
                      variable < element.requirements.size() + element.parameters.size();
      }
    }
    std::erase_if(domain.tests, [](const ExpressionPointer& tests) { return tests == nullptr; });
    input.axis = std::make_unique<InputAxis>(domain, entries);
  }

  // What a path begins at: Decision, import.Decision.
  struct Source {
    std::size_t element;
    std::size_t parts_behind;  // How many names follow.
  };
  // Nothing where it begins at a parameter, or an entry of a context.
  std::optional<Source> source_of(const Node& path) const {
    const std::vector<Requirement>& requirements = compiled_.elements[scope_.element].requirements;
    const std::size_t variable = variable_of(path).index;
    if (variable >= requirements.size()) return std::nullopt;
    const std::vector<std::string_view> names = names_of(path);
    if (requirements[variable].element) return Source{*requirements[variable].element, names.size()};
    for (const auto& [name, element] : requirements[variable].of_import) {
      if (!names.empty() && names[0] == name) return Source{element, names.size() - 1};
    }
    return std::nullopt;
  }

  // Can both have the values that somebody likes? Not where one is computed from the other, or is a part of it.
  static bool independent(const Input& left, const Input& right) {
    const auto& used = right.expression->variables_used();
    const bool shared = std::any_of(left.expression->variables_used().begin(), left.expression->variables_used().end(),
                                    [&](std::uint32_t variable) { return used.contains(variable); });
    if (!shared) return true;
    return !left.name.starts_with(right.name) && !right.name.starts_with(left.name);
  }

  // ---- Types

  // Constants of a kind that the input never has.
  void check_input_types() {
    for (std::size_t column = 0; column < table_.inputs.size(); ++column) {
      const Type type = type_of(column);
      const Input& input = inputs_[input_of_column_[column]];
      check_column_type(column, input);
      if (type.any() || type.base() == Type::Base::Range || type.base() == Type::Base::Function ||
          type.base() == Type::Base::Null) {
        continue;
      }
      std::map<Kind, std::pair<Value, Numbers>> wrong;
      for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
        const auto compared = entry(rule, column) ? comparisons_of(*entry(rule, column)) : std::nullopt;
        if (!compared) continue;
        for (const Value& value : compared->constants) {
          if (base_of(value.kind()) == type.base()) continue;
          auto& [example, rules] = wrong.try_emplace(value.kind(), value, Numbers()).first->second;
          if (rules.empty() || rules.back() != rule + 1) rules.push_back(rule + 1);
          mistyped_[rule] = true;
        }
      }
      for (auto& [kind, found] : wrong) {
        auto& [example, rules] = found;
        Finding& finding = add(
            Finding::Kind::TypeError,
            sentence(rules_text(rules)) + (rules.size() == 1 ? " compares " : " compare ") + in_quotes(input.name) +
                ", which is of type " + type.text() + ", with " + std::string(feel::spoken(kind)) + ": " +
                feel::to_text(example, 100) + ". They are never equal.",
            "Write a value of type " + type.text() + ", or change the type of the column.", rules, input_place(column));
        finding.input = column + 1;
      }
    }
  }

  // The input expression is of another type than the column says.
  void check_column_type(std::size_t column, const Input& input) {
    const Type& declared = scope_.input_types[column];
    if (declared.any() || input.expression == nullptr) return;
    const Type& found = input.expression->type();
    const auto undecided = [](const Type& type) {
      return type.any() || type.base() == Type::Base::Null || type.base() == Type::Base::List ||
             type.base() == Type::Base::Context || type.base() == Type::Base::Function;
    };
    if (undecided(declared) || undecided(found) || declared.base() == found.base()) return;
    Finding& finding = add(Finding::Kind::TypeError,
                           in_quotes(input.name) + " is of type " + found.text() + ", but its column is of type " +
                               declared.text() + ": the input is always null.",
                           "Change one of the types.", {}, input_place(column));
    finding.input = column + 1;
  }

  // ---- Outputs

  // The constant that the rule gives; nothing where it is computed.
  std::optional<Value> constant_output(std::size_t rule, std::size_t column) {
    if (!constant(output(rule, column))) return std::nullopt;
    return bound(memory_, output(rule, column)->root().constant, scope_.output_types[column]);
  }

  ExpressionPointer output_values(std::size_t column) {
    const Text& text = table_.outputs[column].values;
    return trimmed(text.text).empty() ? nullptr : texts_.compile(text, Form::UnaryTests, "-");
  }

  // Not a problem with `values`, or in words which it is.
  std::optional<std::string> wrong_output(const ExpressionPointer& entry, std::size_t column,
                                          const ExpressionPointer& values) {
    const Type& type = scope_.output_types[column];
    if (!entry) return std::nullopt;
    const Node& root = entry->root();
    if (!root.folded) {
      const Type& found = entry->type();
      const auto simple = [](const Type& each) {
        return each.base() > Type::Base::Null && each.base() < Type::Base::List;
      };
      if (!simple(type) || !simple(found) || type.base() == found.base()) return std::nullopt;
      return "a value of type " + found.text() + ", but " + output_name(column) + " is of type " + type.text();
    }
    const Value& value = root.constant;
    if (value.null()) return std::nullopt;
    const std::string text = feel::to_text(value, 100);
    const Value fitted = bound(memory_, value, type);
    if (fitted.null() && !feel::conforms(value, type)) {
      return text + ", but " + output_name(column) + " is of type " + type.text();
    }
    if (fitted.null()) return text + ", which the type " + type.text() + " doesn't allow";
    if (!values || !values->variables_used().empty()) return std::nullopt;
    // Of a list, each item is one of them.
    const std::span<const Value> items = fitted.is(Kind::List) ? fitted.list() : std::span<const Value>(&fitted, 1);
    const bool among = std::all_of(items.begin(), items.end(), [&](const Value& item) {
      feel::Evaluation evaluation(memory_, {}, {});
      const auto held = values->test(evaluation, {}, item);
      return !held.ok() || held->is_true();
    });
    if (among) return std::nullopt;
    return text + ", which is not among the output values (" + trimmed(table_.outputs[column].values.text) + ")";
  }

  void check_outputs() {
    for (std::size_t column = 0; column < table_.outputs.size(); ++column) {
      const ExpressionPointer values = output_values(column);
      std::vector<std::pair<std::string, Numbers>> wrong;
      std::map<const feel::Expression*, std::optional<std::string>> seen;
      for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
        const ExpressionPointer& entry = output(rule, column);
        const auto [found, fresh] = seen.try_emplace(entry.get());
        if (fresh) found->second = wrong_output(entry, column, values);
        if (!found->second) continue;
        const std::string& why = *found->second;
        auto same_words = std::find_if(wrong.begin(), wrong.end(), [&](const auto& each) { return each.first == why; });
        if (same_words == wrong.end()) same_words = wrong.insert(same_words, {why, {}});
        same_words->second.push_back(rule + 1);
      }
      const std::string place = table_.outputs.size() == 1 ? "output" : "output " + std::to_string(column + 1);
      const std::string remedy = "Correct the value, or what the column allows.";
      for (auto& [words, rules] : wrong) {
        Finding& finding = add(Finding::Kind::WrongOutput,
                               sentence(rules_text(rules)) + (rules.size() == 1 ? " gives " : " give ") + words + ".",
                               remedy, rules, place);
        finding.output = column + 1;
      }
      if (!table_.outputs[column].default_output) continue;
      if (const auto words = wrong_output(texts_.output(*table_.outputs[column].default_output), column, values)) {
        add(Finding::Kind::WrongOutput, "The default output is " + *words + ".", remedy, {}, place).output = column + 1;
      }
    }
  }

  // Output values that nothing gives. Rules that never decide give nothing.
  void check_declared_outputs() {
    for (std::size_t column = 0; column < table_.outputs.size(); ++column) {
      const ExpressionPointer values = output_values(column);
      if (!values || values->root().op != Op::Tests || values->root().negated) continue;
      std::vector<Value> given;
      bool known = true;
      const auto add_constant = [&](const ExpressionPointer& entry) {
        known = known && constant(entry);
        if (known) given.push_back(bound(memory_, entry->root().constant, scope_.output_types[column]));
      };
      for (std::size_t rule = 0; rule < table_.rules.size() && known; ++rule) {
        if (!dead_[rule]) add_constant(output(rule, column));
      }
      if (table_.outputs[column].default_output) add_constant(texts_.output(*table_.outputs[column].default_output));
      if (!known) continue;
      for (const Node* declared : values->root().children) {
        const Value& value = declared->constant;
        if (!declared->folded || value.null() || value.is(Kind::Range) || value.is(Kind::List)) continue;
        if (std::any_of(given.begin(), given.end(), [&](const Value& each) { return same(each, value); })) continue;
        Finding& finding =
            add(Finding::Kind::UnreachableOutput,
                "The output value " + feel::to_text(value, 100) + " is never the result: no rule gives it.",
                "Add a rule for it, or remove it from the output values.", {},
                table_.outputs.size() == 1 ? "output" : "output " + std::to_string(column + 1));
        finding.output = column + 1;
      }
    }
  }

  // ---- Boxes

  // false: there is nothing to be said of them.
  bool make_boxes() {
    for (const Input& input : inputs_) {
      if (input.expression == nullptr || !input.expression->findings().empty()) return false;  // It is told already.
      if (input.axis->cells() == 0) {
        note("No value was found that " + in_quotes(input.name) + " may have: gaps and overlaps were not looked for.");
        return false;
      }
      if (input.axis->domain_unknown()) {
        note("Which values " + in_quotes(input.name) +
             " may have depends on more than itself: gaps and overlaps were not looked for.");
        return false;
      }
    }
    for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
      Box box;
      bool exact = true;
      for (const Input& input : inputs_) {
        CellSet side = CellSet::all(input.axis->cells());
        for (const std::size_t column : input.columns) {
          const ExpressionPointer& tests = entry(rule, column);
          const auto matched = tests ? matching(input, *tests) : std::nullopt;
          if (matched) {
            side &= *matched;
          } else {
            exact = false;
            if (tests && tests->findings().empty()) unknown_entries_.emplace_back(rule, column);
          }
        }
        box.sides.push_back(std::move(side));
      }
      boxes_.push_back(std::move(box));
      exact_.push_back(exact);
    }
    return true;
  }

  std::optional<CellSet> matching(const Input& input, const feel::Expression& tests) {
    const auto [found, fresh] = matching_.try_emplace({&input, &tests});
    if (fresh) found->second = input.axis->matching(tests);
    return found->second;
  }

  bool never_matches(std::size_t rule) const {
    return std::any_of(boxes_[rule].sides.begin(), boxes_[rule].sides.end(),
                       [](const CellSet& side) { return side.empty(); });
  }

  // From here on only rules that `keep` names match anything.
  template <class Keep>
  void keep_only(const Keep& keep) {
    for (std::size_t rule = 0; rule < boxes_.size(); ++rule) {
      std::vector<CellSet>& sides = boxes_[rule].sides;
      if (!keep(rule) && !sides.empty()) sides[0] = CellSet::none(sides[0].cells());
    }
  }

  // ---- Geometry

  void look_at_geometry() {
    tell_rules_that_never_match();
    const bool has_default = std::any_of(table_.outputs.begin(), table_.outputs.end(),
                                         [](const OutputClause& clause) { return clause.default_output.has_value(); });
    if (!multiple(table_.hit_policy) && !has_default) tell_gaps();
    switch (table_.hit_policy) {
      case HitPolicy::Unique:
        keep_only([&](std::size_t rule) { return exact_[rule]; });
        tell_overlaps({});
        break;
      case HitPolicy::Any:
        tell_contradictions();
        break;
      case HitPolicy::First: {
        Numbers order(boxes_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        keep_only([&](std::size_t rule) { return exact_[rule]; });
        tell_shadowed(order);
        break;
      }
      case HitPolicy::Priority:
        tell_behind_others();
        break;
      case HitPolicy::Collect:
      case HitPolicy::RuleOrder:
      case HitPolicy::OutputOrder:
        break;
    }
  }

  void tell_rules_that_never_match() {
    for (std::size_t rule = 0; rule < boxes_.size(); ++rule) {
      if (!never_matches(rule)) continue;
      dead_[rule] = true;
      if (mistyped_[rule]) continue;
      const auto side = std::find_if(boxes_[rule].sides.begin(), boxes_[rule].sides.end(),
                                     [](const CellSet& each) { return each.empty(); });
      const Input& input = inputs_[static_cast<std::size_t>(side - boxes_[rule].sides.begin())];
      std::vector<std::string> texts;
      for (const std::size_t column : input.columns) {
        texts.push_back(in_quotes(trimmed(table_.rules[rule].inputs[column].text.text)));
      }
      Finding& finding = add(Finding::Kind::UnreachableRule,
                             "Rule " + std::to_string(rule + 1) + " can never match: no value that " +
                                 in_quotes(input.name) + " may have is " + list_in_words(texts, "and") + ".",
                             "Correct the entry, or remove the rule.", {rule + 1});
      finding.input = input.columns[0] + 1;
    }
  }

  Finding& with_example(Finding& finding, const Point& witness, const Box& region) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const InputAxis& axis = *inputs_[i].axis;
      if (axis.anything()) continue;
      const auto json = feel::to_json(axis.witness(witness[i]));
      finding.example.push_back({inputs_[i].name, json.ok() ? *json : "null"});
    }
    std::vector<const Input*> decisive;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (!region.sides[i].full()) decisive.push_back(&inputs_[i]);
    }
    bool is_input = std::all_of(decisive.begin(), decisive.end(), [](const Input* each) { return each->given; });
    for (std::size_t i = 0; i < decisive.size() && is_input; ++i) {
      for (std::size_t j = 0; j < i; ++j) is_input = is_input && independent(*decisive[i], *decisive[j]);
    }
    finding.example_is_input = is_input;
    return finding;
  }

  static std::string example_text(const Finding& finding) {
    std::string text;
    for (const Finding::Given& given : finding.example) {
      text += (text.empty() ? "" : ", ") + given.input + " = " + given.json;
    }
    return text;
  }

  void tell_gaps() {
    if (boxes_.empty()) {
      add(Finding::Kind::Gap, "The table has no rules.", "Add a rule, or a default output.");
      return;
    }
    std::vector<Axis> axes;
    for (const Input& input : inputs_) axes.push_back({input.axis->cells()});
    const Gaps gaps = find_gaps(axes, boxes_, {limits_.of_one_kind, limits_.steps});
    for (const Gap& gap : gaps.found) {
      std::vector<std::string> conditions;
      for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (!gap.box.sides[i].full())
          conditions.push_back(inputs_[i].name + " is " + inputs_[i].axis->words(gap.box.sides[i]));
      }
      Finding& finding = with_example(add(Finding::Kind::Gap, "", ""), gap.witness, gap.box);
      for (const std::size_t input : input_of_column_) {
        finding.missing_rule.push_back(inputs_[input].axis->tests(gap.box.sides[input]));
      }
      finding.problem.what = conditions.empty()
                                 ? "No rule ever matches."
                                 : "No rule says what happens when " + list_in_words(conditions, "and") + ".";
      const std::string example = example_text(finding);
      if (!example.empty()) finding.problem.what += " For example: " + example + ".";
      finding.problem.remedy =
          finding.example_is_input
              ? "Add a rule for it, or a default output."
              : "Add a rule for it, or a default output; or, if it can't happen, say so with input values.";
    }
    if (!gaps.complete) note_incomplete(gaps.found.size(), "gaps");
  }

  void note_incomplete(std::size_t found, const std::string& what) {
    note(found >= limits_.of_one_kind ? "There are more " + what + " than these " + std::to_string(found) + "."
                                      : "The table is too intricate to find all " + what + ": there may be more.");
  }

  void tell_overlaps(std::span<const std::size_t> outcomes) {
    const Overlaps overlaps = find_overlaps(boxes_, {limits_.of_one_kind, limits_.steps}, outcomes);
    const bool unique = table_.hit_policy == HitPolicy::Unique;
    for (const Overlap& overlap : overlaps.found) {
      const Numbers rules{overlap.first + 1, overlap.second + 1};
      Finding& finding = with_example(add(Finding::Kind::Overlap, "", "", rules), overlap.witness, overlap.common);
      const std::string example = example_text(finding);
      finding.problem.what =
          sentence(rules_text(rules)) + " both match " + (example.empty() ? "every case" : example) +
          (unique ? ", but the hit policy is Unique." : ", but the hit policy is Any and their outputs differ.");
      finding.problem.remedy = unique ? "Narrow one of them, or choose another hit policy."
                                      : "Give both the same output, or narrow one of them.";
      if (!finding.example_is_input) finding.problem.remedy += " If this can't happen, nothing need be done.";
    }
    if (!overlaps.complete) note_incomplete(overlaps.found.size(), "overlaps");
  }

  // Hit policy Any: rules with one output may overlap.
  void tell_contradictions() {
    std::vector<std::vector<Value>> seen;
    Numbers outcomes;
    std::vector<bool> known;
    for (std::size_t rule = 0; rule < boxes_.size(); ++rule) {
      std::vector<Value> values;
      for (std::size_t column = 0; column < table_.outputs.size(); ++column) {
        if (const auto value = constant_output(rule, column)) values.push_back(*value);
      }
      known.push_back(values.size() == table_.outputs.size());
      const auto found = std::find_if(seen.begin(), seen.end(), [&](const std::vector<Value>& each) {
        return std::equal(each.begin(), each.end(), values.begin(), values.end(), same);
      });
      outcomes.push_back(static_cast<std::size_t>(found - seen.begin()));
      if (found == seen.end()) seen.push_back(std::move(values));
    }
    keep_only([&](std::size_t rule) { return exact_[rule] && known[rule]; });
    tell_overlaps(outcomes);
  }

  // Hit policy Priority: the output values name the outputs from the highest priority to the lowest; the first output
  // counts most (8.2.8).
  void tell_behind_others() {
    std::vector<Numbers> ranks;
    for (std::size_t rule = 0; rule < boxes_.size(); ++rule) {
      Numbers& rank = ranks.emplace_back();
      for (std::size_t column = 0; column < table_.outputs.size(); ++column) {
        const auto value = constant_output(rule, column);
        if (!value) break;
        std::size_t place = 0;
        if (const ExpressionPointer values = output_values(column)) {
          for (const Node* declared : values->root().children) {
            if (declared->folded && holds(declared->constant, *value)) break;
            ++place;
          }
        }
        rank.push_back(place);
      }
    }
    const auto known = [&](std::size_t rule) { return ranks[rule].size() == table_.outputs.size(); };
    Numbers order(boxes_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      return known(left) != known(right) ? known(left) : ranks[left] < ranks[right];
    });
    keep_only([&](std::size_t rule) { return exact_[rule] && known(rule); });
    tell_shadowed(order);
  }

  static bool holds(const Value& declared, const Value& value) {
    return declared.is(Kind::Range) ? feel::includes(declared.range(), value).value_or(false) : same(declared, value);
  }

  void tell_shadowed(const Numbers& order) {
    Masked masked = find_masked(boxes_, order, {boxes_.size(), limits_.steps});
    std::vector<CoveredRule>& covered = masked.by_earlier;
    std::sort(covered.begin(), covered.end(),
              [](const CoveredRule& left, const CoveredRule& right) { return left.rule < right.rule; });
    for (const CoveredRule& rule : covered) dead_[rule.rule] = true;
    const bool first = table_.hit_policy == HitPolicy::First;
    for (std::size_t i = 0; i < covered.size() && i < limits_.of_one_kind; ++i) {
      Numbers rules;
      for (const std::size_t other : covered[i].by) rules.push_back(other + 1);
      std::sort(rules.begin(), rules.end());
      const std::size_t rule = covered[i].rule + 1;
      const std::string what =
          "Rule " + std::to_string(rule) +
          (first ? " can never be the first to match: " : " can never be the result: by priority, ") +
          rules_text(rules) + (rules.size() == 1 ? " already covers all of it." : " already cover all of it.");
      rules.insert(rules.begin(), rule);
      add(Finding::Kind::ShadowedRule, what,
          first ? "Move it up, or remove it." : "Give it a higher priority, or remove it.", rules);
    }
    if (covered.size() > limits_.of_one_kind) {
      note_incomplete(limits_.of_one_kind, "rules that never decide");
    } else if (!masked.complete) {
      note_incomplete(0, "rules that never decide");
    }
  }

  // ---- What wasn't looked at

  void note_what_is_unknown() {
    for (const Input& input : inputs_) {
      if (input.axis->cells_missing() && !input.axis->domain_unknown() && input.axis->cells() > 0) {
        note("Which values " + in_quotes(input.name) + " may have is not told by constants: there may be more gaps.");
      }
    }
    if (unknown_entries_.empty()) return;
    Numbers rules;
    for (const auto& [rule, column] : unknown_entries_) {
      if (rules.empty() || rules.back() != rule + 1) rules.push_back(rule + 1);
    }
    const auto& [rule, column] = unknown_entries_.front();
    const bool one = rules.size() == 1;
    note(sentence(rules_text(rules)) + (one ? " depends" : " depend") + " on more than constants, as in " +
             in_quotes(trimmed(table_.rules[rule].inputs[column].text.text)) + ": gaps that " +
             (one ? "it may fill, and its" : "they may fill, and their") +
             " overlaps with others, were not looked for.",
         rules);
  }

  const Compiled& compiled_;
  const TableInScope& scope_;
  const DecisionTable& table_;
  AnalysisLimits limits_;
  Findings& findings_;
  Texts texts_;
  feel::Memory memory_;
  std::vector<ExpressionPointer> alive_;    // Whose constants are in use.
  std::vector<ExpressionPointer> entries_;  // Rule by rule.
  std::vector<ExpressionPointer> outputs_;  // Rule by rule.
  std::vector<Input> inputs_;
  std::vector<std::size_t> input_of_column_;
  std::map<std::pair<const Input*, const feel::Expression*>, std::optional<CellSet>> matching_;
  std::vector<Box> boxes_;      // By rule; an entry that isn't understood matches everything …
  std::vector<bool> exact_;     // … and then this is false.
  std::vector<bool> mistyped_;  // Rules with entries of the wrong kind.
  std::vector<bool> dead_;      // Rules that never decide.
  std::vector<std::pair<std::size_t, std::size_t>> unknown_entries_;  // Rule and column.
};

}  // namespace

Findings analyse(const DecisionModel& model, const AnalysisLimits& limits) {
  const Compiled& compiled = model.compiled();
  std::vector<const TableInScope*> tables;
  for (const TableInScope& table : compiled.tables) {
    if (compiled.elements[table.element].model == 0) tables.push_back(&table);
  }
  // As in the file: elements were compiled after those they require.
  std::stable_sort(tables.begin(), tables.end(),
                   [](const TableInScope* left, const TableInScope* right) { return left->element < right->element; });
  Findings findings;
  AnalysisLimits each = limits;
  each.steps = limits.steps / std::max<std::size_t>(1, 3 * tables.size());
  for (const TableInScope* table : tables) TableAnalysis(compiled, *table, each, findings).run();
  return findings;
}

Examination examine(const DecisionModel& model) {
  Examination examination{.mistakes = model.findings(), .doubts = {}, .notes = {}};
  for (Finding& finding : analyse(model)) {
    (finding.to_mend() ? examination.doubts : examination.notes).push_back(std::move(finding.problem));
  }
  return examination;
}

}  // namespace guildhall::dmn
