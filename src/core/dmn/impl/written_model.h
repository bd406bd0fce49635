#pragma once

// For tests: DMN models written in few words, and what their decisions give, as FEEL.
//
//   const auto model = compiled(decision("Fee", literal("Age * 2"), needs("Age")) + input("Age", "number"));
//   EXPECT_EQ(value(model, "Fee", "{Age: 21}"), "42");
//
// The id of an element is its name without spaces.

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dmn/decision_model.h"
#include "dmn/read_model.h"

namespace guildhall::dmn::written {

using Names = std::initializer_list<std::string_view>;
using ModelPointer = std::shared_ptr<const DecisionModel>;

inline std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    xml += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  }
  return xml;
}

inline std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? "" : " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

inline std::string id_of(std::string_view name) {
  std::string id;
  for (const char c : name) id += c == ' ' ? "" : std::string(1, c);
  return id;
}

inline std::string element(std::string_view tag, const std::string& attributes, const std::string& content) {
  return "<" + std::string(tag) + attributes + ">" + content + "</" + std::string(tag) + ">";
}

inline std::string text(std::string_view feel) {
  return "<text>" + escaped(feel) + "</text>";
}

// ---- Expressions

inline std::string literal(std::string_view feel, std::string_view type = "", std::string_view id = "") {
  return element("literalExpression", attribute("id", id) + attribute("typeRef", type), text(feel));
}

inline std::string variable(std::string_view name, std::string_view type = "") {
  return "<variable" + attribute("name", name) + attribute("typeRef", type) + "/>";
}

inline std::string entry(std::string_view name, const std::string& expression, std::string_view type = "") {
  return "<contextEntry>" + (name.empty() ? "" : variable(name, type)) + expression + "</contextEntry>";
}

inline std::string context(const std::string& entries) {
  return "<context>" + entries + "</context>";
}

inline std::string list(const std::string& items) {
  return "<list>" + items + "</list>";
}

// "n: number, m" as elements with these tags.
inline std::string typed_names(std::string_view tag, std::string_view names) {
  std::string xml;
  while (!names.empty()) {
    std::string_view one = names.substr(0, names.find(", "));
    names.remove_prefix(std::min(names.size(), one.size() + 2));
    const std::size_t colon = one.find(": ");
    const std::string_view type = colon == std::string_view::npos ? "" : one.substr(colon + 2);
    xml += "<" + std::string(tag) + attribute("name", one.substr(0, colon)) + attribute("typeRef", type) + "/>";
  }
  return xml;
}

inline std::string relation(std::string_view columns, std::initializer_list<std::initializer_list<std::string>> rows) {
  std::string xml = typed_names("column", columns);
  for (const auto& row : rows) {
    std::string cells;
    for (const std::string& cell : row) cells += cell;
    xml += "<row>" + cells + "</row>";
  }
  return "<relation>" + xml + "</relation>";
}

inline std::string function(std::string_view parameters, const std::string& body, std::string_view kind = "") {
  return element("functionDefinition", attribute("kind", kind), typed_names("formalParameter", parameters) + body);
}

inline std::string binding(std::string_view parameter, const std::string& expression, std::string_view type = "") {
  return "<binding><parameter" + attribute("name", parameter) + attribute("typeRef", type) + "/>" + expression +
         "</binding>";
}

inline std::string invocation(const std::string& called, const std::string& bindings) {
  return "<invocation>" + called + bindings + "</invocation>";
}

inline std::string conditional(const std::string& condition, const std::string& then_part,
                               const std::string& else_part) {
  return "<conditional><if>" + condition + "</if><then>" + then_part + "</then><else>" + else_part +
         "</else></conditional>";
}

inline std::string filter(const std::string& in, const std::string& match) {
  return "<filter><in>" + in + "</in><match>" + match + "</match></filter>";
}

inline std::string for_each(std::string_view name, const std::string& in, const std::string& result) {
  return element("for", attribute("iteratorVariable", name), "<in>" + in + "</in><return>" + result + "</return>");
}

// `kind`: "some" or "every".
inline std::string quantified(std::string_view kind, std::string_view name, const std::string& in,
                              const std::string& satisfies) {
  return element(kind, attribute("iteratorVariable", name),
                 "<in>" + in + "</in><satisfies>" + satisfies + "</satisfies>");
}

// A table with its columns and rules in the order of their making.
class Table {
 public:
  explicit Table(std::string_view hit_policy = "", std::string_view aggregation = "", std::string_view type = "") {
    attributes_ =
        attribute("hitPolicy", hit_policy) + attribute("aggregation", aggregation) + attribute("typeRef", type);
  }
  Table& in(std::string_view expression, std::string_view type = "", std::string_view values = "") {
    inputs_ += "<input><inputExpression" + attribute("typeRef", type) + ">" + text(expression) + "</inputExpression>" +
               (values.empty() ? "" : "<inputValues>" + text(values) + "</inputValues>") + "</input>";
    ++input_count_;
    return *this;
  }
  Table& out(std::string_view name = "", std::string_view type = "", std::string_view values = "",
             std::string_view otherwise = "") {
    outputs_ += "<output" + attribute("name", name) + attribute("typeRef", type) + ">" +
                (values.empty() ? "" : "<outputValues>" + text(values) + "</outputValues>") +
                (otherwise.empty() ? "" : "<defaultOutputEntry>" + text(otherwise) + "</defaultOutputEntry>") +
                "</output>";
    return *this;
  }
  // The entries of the inputs, then those of the outputs.
  Table& rule(Names entries) {
    rules_ += "<rule>";
    std::size_t column = 0;
    for (const std::string_view entry : entries) {
      const std::string tag = column++ < input_count_ ? "inputEntry" : "outputEntry";
      rules_ += "<" + tag + ">" + text(entry) + "</" + tag + ">";
    }
    rules_ += "</rule>";
    return *this;
  }
  operator std::string() const { return element("decisionTable", attributes_, inputs_ + outputs_ + rules_); }

 private:
  std::string attributes_;
  std::string inputs_;
  std::string outputs_;
  std::string rules_;
  std::size_t input_count_ = 0;
};

// ---- Requirements; the names are those of elements, or whole references with a "#".

inline std::string references(std::string_view requirement, std::string_view tag, Names names) {
  std::string xml;
  for (const std::string_view name : names) {
    const std::string href = name.find('#') == std::string_view::npos ? "#" + id_of(name) : std::string(name);
    const std::string reference = element(tag, attribute("href", href), "");
    xml += requirement.empty() ? reference : element(requirement, "", reference);
  }
  return xml;
}

inline std::string needs(Names inputs) {
  return references("informationRequirement", "requiredInput", inputs);
}
inline std::string needs(std::string_view name) {
  return needs(Names{name});
}
inline std::string after(Names decisions) {
  return references("informationRequirement", "requiredDecision", decisions);
}
inline std::string after(std::string_view name) {
  return after(Names{name});
}
inline std::string knows(Names invocables) {
  return references("knowledgeRequirement", "requiredKnowledge", invocables);
}
inline std::string knows(std::string_view name) {
  return knows(Names{name});
}

// ---- Elements

inline std::string input(std::string_view name, std::string_view type = "") {
  return element("inputData", attribute("id", id_of(name)) + attribute("name", name), variable(name, type));
}

inline std::string decision(std::string_view name, const std::string& logic, const std::string& requirements = "",
                            std::string_view type = "") {
  return element("decision", attribute("id", id_of(name)) + attribute("name", name),
                 variable(name, type) + requirements + logic);
}

inline std::string knowledge(std::string_view name, std::string_view parameters, const std::string& body,
                             const std::string& requirements = "", std::string_view type = "") {
  return element("businessKnowledgeModel", attribute("id", id_of(name)) + attribute("name", name),
                 variable(name, type) +
                     element("encapsulatedLogic", "", typed_names("formalParameter", parameters) + body) +
                     requirements);
}

struct Service {
  Names outputs;
  Names inside = {};
  Names input_decisions = {};
  Names input_data = {};
  std::string_view type = "";
};
inline std::string service(std::string_view name, const Service& service) {
  return element("decisionService", attribute("id", id_of(name)) + attribute("name", name),
                 variable(name, service.type) + references("", "outputDecision", service.outputs) +
                     references("", "encapsulatedDecision", service.inside) +
                     references("", "inputDecision", service.input_decisions) +
                     references("", "inputData", service.input_data));
}

// An item definition; of a component the tag is "itemComponent".
struct Allowed {
  std::string_view values = "";
  std::string_view constraint = "";
  bool collection = false;
  std::string_view tag = "itemDefinition";
};
inline std::string type_content(std::string_view name, const std::string& content, const Allowed& allowed) {
  return element(
      allowed.tag, attribute("name", name) + (allowed.collection ? " isCollection=\"true\"" : ""),
      content + (allowed.values.empty() ? "" : "<allowedValues>" + text(allowed.values) + "</allowedValues>") +
          (allowed.constraint.empty() ? "" : "<typeConstraint>" + text(allowed.constraint) + "</typeConstraint>"));
}
inline std::string type(std::string_view name, std::string_view base, const Allowed& allowed = {}) {
  return type_content(name, "<typeRef>" + escaped(base) + "</typeRef>", allowed);
}
inline std::string structure(std::string_view name, const std::string& components, const Allowed& allowed = {}) {
  return type_content(name, components, allowed);
}
inline std::string component(std::string_view name, std::string_view base, Allowed allowed = {}) {
  allowed.tag = "itemComponent";
  return type_content(name, "<typeRef>" + escaped(base) + "</typeRef>", allowed);
}

inline std::string import(std::string_view name, std::string_view of) {
  return "<import name=\"" + escaped(name) + "\" namespace=\"https://example.org/" + std::string(of) +
         "\" importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>";
}

// ---- Models

// One named and with the namespace https://example.org/… .
inline std::string model(const std::string& elements, std::string_view name = "main",
                         std::string_view dmn = "https://www.omg.org/spec/DMN/20230324/MODEL/") {
  return element("definitions",
                 attribute("xmlns", dmn) + attribute("name", name) +
                     attribute("namespace", "https://example.org/" + std::string(name)),
                 elements);
}

inline Model read(const std::string& xml) {
  Result<Model> model = read_model(xml);
  EXPECT_TRUE(model.ok()) << to_text(model.problems()) << xml;
  return model.ok() ? std::move(*model) : Model{};
}

inline ModelPointer compiled_with(const std::string& first, const std::vector<std::string>& others) {
  std::vector<Model> imported;
  for (const std::string& other : others) imported.push_back(read(other));
  auto made = DecisionModel::compile(read(first), std::move(imported));
  EXPECT_TRUE(made.ok());
  return made.ok() ? *made : nullptr;
}

// The elements of one model.
inline ModelPointer compiled(const std::string& elements) {
  return compiled_with(model(elements), {});
}

inline feel::Value feel_value(std::string_view feel, feel::Memory& memory) {
  const auto expression = feel::Expression::compile(feel, {});
  EXPECT_TRUE(expression.ok()) << feel;
  if (!expression.ok()) return {};
  feel::Evaluation evaluation(memory, {}, {});
  const auto value = (*expression)->evaluate(evaluation, {});
  return value.ok() ? feel::copy(*value, memory) : feel::Value();
}

inline std::string to_feel(const Result<feel::Value>& value) {
  return value.ok() ? feel::to_text(*value) : "problem: " + value.problems().front().what;
}

// What the decision gives, where the inputs are a context in FEEL; as FEEL.
inline std::string value(const ModelPointer& model, std::string_view decision, std::string_view inputs = "{}") {
  Decider decider(model);
  return to_feel(decider.decide(decision, feel_value(inputs, decider.memory())));
}
inline std::string value(const std::string& elements, std::string_view decision, std::string_view inputs = "{}") {
  return value(compiled(elements), decision, inputs);
}

// The same of a business knowledge model or a decision service.
inline std::string invoked(const ModelPointer& model, std::string_view name, std::string_view arguments = "{}",
                           std::string_view inputs = "{}") {
  Decider decider(model);
  return to_feel(decider.invoke(name, feel_value(arguments, decider.memory()), feel_value(inputs, decider.memory())));
}

// The value of one expression that stands alone in a decision.
inline std::string value_of(const std::string& expression, std::string_view type = "") {
  return value(decision("It", expression, "", type), "It");
}

// "what (where)", one line each.
inline std::string reasons(const ModelPointer& model, std::string_view decision, std::string_view inputs = "{}") {
  Decider decider(model);
  EXPECT_TRUE(decider.decide(decision, feel_value(inputs, decider.memory())).ok());
  std::string lines;
  for (const Decider::Reason& reason : decider.reasons()) lines += reason.what + " (" + reason.where + ")\n";
  return lines;
}

inline std::string findings(const ModelPointer& model) {
  return to_text(model->findings());
}

}  // namespace guildhall::dmn::written
