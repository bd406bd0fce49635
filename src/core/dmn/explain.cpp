#include "dmn/explain.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dmn/impl/words.h"
#include "feel/json.h"

namespace guildhall::dmn {
namespace {

using feel::Value;

constexpr std::size_t kMaxParagraphs = 40;
constexpr std::size_t kMaxRules = 5;     // Whose entries are put into words.
constexpr std::size_t kMaxNumbers = 10;  // Of rules in a sentence.

// ---- What the model says about the elements of a trace

// Of a decision or a function written in FEEL; nullptr where it has none.
const Expression* logic_of(const ElementTrace& element) {
  switch (element.kind) {
    case ElementTrace::Kind::Decision: {
      const auto& expression = static_cast<const Decision*>(element.element)->expression;
      return expression ? &*expression : nullptr;
    }
    case ElementTrace::Kind::BusinessKnowledgeModel: {
      const auto& function = static_cast<const BusinessKnowledgeModel*>(element.element)->encapsulated_logic;
      return function ? function->body.get() : nullptr;
    }
    case ElementTrace::Kind::DecisionService:
      return nullptr;
  }
  return nullptr;
}

// The text that gives the result: the logic itself, or the result of a context. nullptr where it isn't a text.
const std::string* text_of(const Expression* logic) {
  if (logic == nullptr) return nullptr;
  if (const auto* literal = std::get_if<LiteralExpression>(&logic->form)) return &literal->text.text;
  const auto* context = std::get_if<BoxedContext>(&logic->form);
  if (context == nullptr || context->entries.empty() || context->entries.back().variable) return nullptr;
  return text_of(&context->entries.back().expression);
}

// Its label, the entry of the context that it is, or the name of the element that it is the logic of.
std::string name_of(const TableTrace& table, const ElementTrace& element) {
  if (!table.expression->label.empty()) return table.expression->label;
  const Expression* logic = logic_of(element);
  if (logic == table.expression) return element.element->name;
  const auto* context = logic == nullptr ? nullptr : std::get_if<BoxedContext>(&logic->form);
  if (context == nullptr) return "";
  for (const ContextEntry& entry : context->entries) {
    if (entry.variable && &entry.expression == table.expression) return entry.variable->name;
  }
  return "";
}

const Value* find(const std::vector<NamedValue>& values, std::string_view name) {
  const std::string key = feel::name_key(name);
  const auto found = std::find_if(values.rbegin(), values.rend(),
                                  [&](const NamedValue& value) { return feel::name_key(value.name) == key; });
  return found == values.rend() ? nullptr : &found->value;
}

// ---- Sentences

std::string with_values(const std::vector<NamedValue>& values) {
  constexpr std::size_t kMaxList = 150;  // Bytes; longer ones are only counted.
  std::vector<std::string> parts;
  for (const auto& [name, value] : values) {
    std::string words = value.null() ? "without a value" : in_words(value);
    if (value.is(feel::Kind::List) && words.size() > kMaxList)
      words = "a list of " + std::to_string(value.list().size());
    parts.push_back(name + " " + words);
  }
  return joined(parts);
}

// "rules 1 and 3", "rule 2"
std::string rules_in_words(std::span<const std::size_t> rules) {
  std::vector<std::string> parts;
  for (const std::size_t rule : rules.first(std::min(rules.size(), kMaxNumbers))) {
    parts.push_back(std::to_string(rule + 1));
  }
  if (rules.size() > kMaxNumbers) parts.push_back(std::to_string(rules.size() - kMaxNumbers) + " more");
  return (rules.size() == 1 ? "rule " : "rules ") + joined(parts);
}

std::string capitalised(std::string text) {
  text[0] = upper_ascii(text.substr(0, 1))[0];
  return text;
}

class TableWords {
 public:
  TableWords(const TableTrace& trace, const ElementTrace& element) : trace_(trace), element_(element) {
    known_ = [&](std::string_view name) {
      const Value* part = find(element.parts, name);
      return part != nullptr ? part : find(element.given, name);
    };
    name_ = name_of(trace, element);
    name_ = name_.empty() ? "a table" : "the table " + name_;
  }

  std::string text() const {
    std::string text = trace_.matched.empty() ? none_matched() : matched();
    if (trace_.expression != logic_of(element_)) text += " It gave " + in_words(trace_.result) + ".";
    return text;
  }

 private:
  std::string none_matched() const {
    if (trace_.table->rules.empty()) return capitalised(name_) + " has no rules.";
    std::string text = "No rule of " + name_ + " matched" +
                       (trace_.defaulted ? ", so the default counts." : ", and it has no default.");
    for (const TableTrace::Rule& rule : trace_.rules) {
      text += " " + number(rule) + (&rule == &trace_.rules.front() ? " came nearest: " : " came as near: ");
      text += conditions(rule) + ".";
    }
    return text;
  }

  std::string matched() const {
    const auto& matched = trace_.matched;
    if (matched.size() == 1) {
      const TableTrace::Rule& rule = trace_.rules.front();
      return number(rule) + " of " + name_ + " matched: " + conditions(rule) + "." + annotations(rule);
    }
    const std::string all = capitalised(rules_in_words(matched)) + " of " + name_ + " matched";
    switch (trace_.table->hit_policy) {
      case HitPolicy::Unique:
        return all + ", but only one may: its hit policy is Unique." + each_of(matched);
      case HitPolicy::Any:
        if (trace_.hit.empty()) return all + ", but their outputs differ: its hit policy is Any." + each_of(matched);
        return all + " and agree." + each_of(trace_.hit);
      case HitPolicy::First:
        return all + ", and the first of them counts." + each_of(trace_.hit);
      case HitPolicy::Priority:
        return all + ". The output of " + rules_in_words(trace_.hit) +
               " comes first among the output values, so it counts." + each_of(trace_.hit);
      case HitPolicy::OutputOrder:
        return all + ". Their outputs are in the order of the output values: " + rules_in_words(trace_.hit) + "." +
               each_of(trace_.hit);
      case HitPolicy::RuleOrder:
        return all + ", and all of them count, in this order." + each_of(trace_.hit);
      case HitPolicy::Collect:
        return all + collected() + each_of(trace_.hit);
    }
    return all + ".";
  }

  std::string collected() const {
    if (!trace_.table->aggregation) return ", and all of them count.";
    switch (*trace_.table->aggregation) {
      case Aggregation::Sum:
        return ", and their outputs are added up.";
      case Aggregation::Count:
        return ", and were counted.";
      case Aggregation::Min:
        return ", and the smallest of their outputs counts.";
      case Aggregation::Max:
        return ", and the largest of their outputs counts.";
    }
    return ".";
  }

  std::string each_of(std::span<const std::size_t> rules) const {
    std::string text;
    std::size_t told = 0;
    for (const std::size_t rule : rules) {
      const auto traced = std::find_if(trace_.rules.begin(), trace_.rules.end(),
                                       [&](const TableTrace::Rule& each) { return each.number == rule; });
      if (traced == trace_.rules.end() || told++ == kMaxRules) break;
      text += " " + number(*traced) + ": " + conditions(*traced) + "." + annotations(*traced);
    }
    return text;
  }

  static std::string number(const TableTrace::Rule& rule) { return "Rule " + std::to_string(rule.number + 1); }

  // Of a rule that matched all that it asks for; of another what failed.
  std::string conditions(const TableTrace::Rule& rule) const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < rule.entries.size(); ++i) {
      const TableTrace::Entry& entry = rule.entries[i];
      if (!trace_.matched.empty()) {
        if (entry.tests != nullptr) parts.push_back(held(input(i), trace_.inputs[i], *entry.tests, known_));
      } else if (!entry.holds) {
        parts.push_back(entry.tests == nullptr ? "its test of " + input(i) + " can't be read"
                                               : failed(input(i), trace_.inputs[i], *entry.tests, known_));
      }
    }
    if (parts.empty() && trace_.table->hit_policy == HitPolicy::First && rule.number > 0) {
      return "it is for whatever the rules before it leave";
    }
    if (parts.empty()) return "it asks for nothing in particular";
    // "Age is 34, which is below 65, and …"
    const bool commas =
        std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.find(", ") != part.npos; });
    return joined(parts, commas ? ", and " : " and ");
  }

  // The expression where it is a name; else its label, or as it is written.
  std::string input(std::size_t i) const {
    const InputClause& clause = trace_.table->inputs[i];
    const std::string text = squeezed(clause.expression.text);
    if (known_(text) != nullptr) return text;
    if (!clause.label.empty()) return squeezed(clause.label);
    const bool is_path = text.find_first_of(" ()[]{}\"+-*/<>=,?@") == std::string::npos;
    return text.empty() ? "input " + std::to_string(i + 1) : is_path ? text : quoted(text);
  }

  std::string annotations(const TableTrace::Rule& rule) const {
    std::string text;
    const auto& written = trace_.table->rules[rule.number].annotations;
    for (std::size_t i = 0; i < written.size(); ++i) {
      const std::string note = squeezed(written[i]);
      if (note.empty()) continue;
      const auto& names = trace_.table->annotation_names;
      text += " " + (i < names.size() && !names[i].empty() ? names[i] : "Note") + ": " + note;
      if (note.find_last_of(".!?") != note.size() - 1) text += ".";
    }
    return text;
  }

  const TableTrace& trace_;
  const ElementTrace& element_;
  Known known_;
  std::string name_;
};

std::string headline(const ElementTrace& element) {
  if (element.kind == ElementTrace::Kind::Decision) return element.name + " " + is_in_words(element.value) + ".";
  const bool service = element.kind == ElementTrace::Kind::DecisionService;
  return (service ? "The decision service " : "The function ") + element.name +
         (element.given.empty() ? " was asked" : " was asked with " + with_values(element.given)) + ", and gave " +
         in_words(element.value) + ".";
}

// What a result without tables was computed from.
std::string computation(const ElementTrace& element) {
  const Expression* logic = logic_of(element);
  if (logic == nullptr) {
    return element.kind == ElementTrace::Kind::DecisionService ? "" : " It has no logic that can be run here.";
  }
  std::vector<NamedValue> from =
      element.kind == ElementTrace::Kind::Decision ? element.given : std::vector<NamedValue>();
  const std::string* text = text_of(logic);
  if (text == nullptr) {
    return element.tables.empty() && !from.empty() ? " It was worked out with " + with_values(from) + "." : "";
  }
  from.insert(from.end(), element.parts.begin(), element.parts.end());
  const std::string squeezed_text = squeezed(*text);
  if (find(element.parts, squeezed_text) != nullptr) return "";  // A context that gives one of its parts.
  std::erase_if(from, [&](const NamedValue& value) { return squeezed_text.find(value.name) == std::string::npos; });
  const std::string words = quoted(*text);
  return " It was worked out as " + words + (from.empty() ? "" : " with " + with_values(from)) + ".";
}

std::string paragraph(const ElementTrace& element) {
  std::string text = headline(element);
  for (const TableTrace& table : element.tables) text += " " + TableWords(table, element).text();
  return text + computation(element);
}

bool lacks_value(const Value& value, int depth = 0) {
  if (value.null()) return true;
  if (depth > 20) return false;
  if (value.is(feel::Kind::List)) {
    return std::any_of(value.list().begin(), value.list().end(),
                       [&](const Value& item) { return lacks_value(item, depth + 1); });
  }
  return value.is(feel::Kind::Context) &&
         std::any_of(value.context().begin(), value.context().end(),
                     [&](const feel::Entry& entry) { return lacks_value(entry.value, depth + 1); });
}

}  // namespace

std::string explain(const Trace& trace, std::span<const Decider::Reason> reasons) {
  const auto& elements = trace.elements;
  std::string text = elements.empty() ? "Nothing was computed." : paragraph(elements.back());
  const std::size_t others = elements.empty() ? 0 : elements.size() - 1;
  const std::size_t told = std::min(others, kMaxParagraphs);
  for (std::size_t i = 0; i < told; ++i) text += "\n\n" + paragraph(elements[i]);
  if (const std::size_t left_out = others - told + trace.left_out; left_out > 0) {
    text += "\n\n" + std::to_string(left_out) + " further steps are left out.";
  }
  const bool lacking =
      std::any_of(elements.begin(), elements.end(), [](const auto& element) { return lacks_value(element.value); });
  if (lacking && !reasons.empty()) {
    text += "\n\nWhy there is no value:";
    for (const Decider::Reason& reason : reasons) text += "\n" + to_text(Problem{reason.what, reason.where, ""});
  }
  return text;
}

// ---- Data

namespace {

class DataWriter {
 public:
  Value data(const Trace& trace, std::span<const Decider::Reason> reasons) {
    return object({{"elements", list(trace.elements, [&](const auto& each) { return element(each); })},
                   {"left out", number(trace.left_out)},
                   {"reasons", list(reasons, [&](const Decider::Reason& reason) {
                      return object({{"what", text(reason.what)}, {"where", text(reason.where)}});
                    })}});
  }

 private:
  Value element(const ElementTrace& element) {
    const auto named = [&](const NamedValue& value) {
      return object({{"name", text(value.name)}, {"value", value.value}});
    };
    std::vector<feel::Entry> entries = {{"kind", text(spoken(element.kind))},
                                        {"name", text(element.name)},
                                        {"id", text(element.id)},
                                        {"given", list(element.given, named)},
                                        {"parts", list(element.parts, named)}};
    if (const std::string* expression = text_of(logic_of(element)))
      entries.push_back({"expression", text(*expression)});
    entries.push_back({"tables", list(element.tables, [&](const auto& each) { return table(each, element); })});
    entries.push_back({"value", element.value});
    return object(entries);
  }

  static std::string_view spoken(ElementTrace::Kind kind) {
    switch (kind) {
      case ElementTrace::Kind::Decision:
        return "decision";
      case ElementTrace::Kind::BusinessKnowledgeModel:
        return "business knowledge model";
      case ElementTrace::Kind::DecisionService:
        return "decision service";
    }
    return "";
  }

  Value table(const TableTrace& trace, const ElementTrace& element) {
    static constexpr std::array<std::string_view, 7> kPolicies = {"UNIQUE",  "ANY",        "PRIORITY",    "FIRST",
                                                                  "COLLECT", "RULE ORDER", "OUTPUT ORDER"};
    static constexpr std::array<std::string_view, 4> kAggregations = {"SUM", "COUNT", "MIN", "MAX"};
    const DecisionTable& table = *trace.table;
    std::vector<Value> inputs;
    for (std::size_t i = 0; i < table.inputs.size(); ++i) {
      inputs.push_back(object({{"expression", text(table.inputs[i].expression.text)},
                               {"label", text(table.inputs[i].label)},
                               {"value", trace.inputs[i]}}));
    }
    const auto rule_number = [&](std::size_t rule) { return number(rule + 1); };
    return object({{"name", text(name_of(trace, element))},
                   {"id", text(trace.expression->id)},
                   {"hit policy", text(kPolicies.at(static_cast<std::size_t>(table.hit_policy)))},
                   {"aggregation",
                    table.aggregation ? text(kAggregations.at(static_cast<std::size_t>(*table.aggregation))) : Value()},
                   {"inputs", Value::list(memory_, inputs)},
                   {"matched", list(trace.matched, rule_number)},
                   {"hit", list(trace.hit, rule_number)},
                   {"default", Value::boolean(trace.defaulted)},
                   {"rules", list(trace.rules, [&](const auto& each) { return rule(each, table); })},
                   {"result", trace.result}});
  }

  Value rule(const TableTrace::Rule& trace, const DecisionTable& table) {
    const DecisionRule& rule = table.rules[trace.number];
    std::vector<Value> annotations;
    for (std::size_t i = 0; i < rule.annotations.size(); ++i) {
      const std::string name = i < table.annotation_names.size() ? table.annotation_names[i] : "";
      annotations.push_back(object({{"name", text(name)}, {"text", text(rule.annotations[i])}}));
    }
    std::vector<Value> entries;
    for (std::size_t i = 0; i < trace.entries.size(); ++i) {
      entries.push_back(
          object({{"tests", text(rule.inputs[i].text.text)}, {"holds", Value::boolean(trace.entries[i].holds)}}));
    }
    return object({{"number", number(trace.number + 1)},
                   {"id", text(rule.id)},
                   {"annotations", Value::list(memory_, annotations)},
                   {"entries", Value::list(memory_, entries)}});
  }

  Value text(std::string_view words) { return Value::string(memory_, words); }
  static Value number(std::size_t count) { return Value::number(static_cast<std::int64_t>(count)); }
  Value object(const std::vector<feel::Entry>& entries) { return Value::context(memory_, entries); }
  template <class Items, class Make>
  Value list(const Items& items, const Make& make) {
    std::vector<Value> values;
    for (const auto& item : items) values.push_back(make(item));
    return Value::list(memory_, values);
  }

  feel::Memory memory_;
};

}  // namespace

Result<std::string> explain_json(const Trace& trace, std::span<const Decider::Reason> reasons) {
  try {
    DataWriter writer;
    return feel::to_json(writer.data(trace, reasons));
  } catch (const feel::BudgetExceeded& exceeded) {
    return feel::to_problem(exceeded, "explanation");
  }
}

}  // namespace guildhall::dmn
