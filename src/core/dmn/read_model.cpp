#include "dmn/read_model.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "base/xml.h"
#include "dmn/impl/xml_source.h"

namespace guildhall::dmn {
namespace {

constexpr std::size_t kMaxProblems = 100;
// Room for kMaxNesting expressions, each at most three elements deep (<context><contextEntry>, <invocation><binding>,
// <relation><row>), inside what they stand in; libxml2 itself stops at 256.
constexpr XmlLimits kLimits{.max_bytes = std::uint64_t{32} << 20, .max_depth = 200};
constexpr std::size_t kMaxTreeBytes = std::size_t{32} << 20;

struct Dialect {
  Version version;
  std::string_view name;
  std::string_view model;
  std::string_view feel;
};
constexpr std::array<Dialect, 5> kDialects = {{
    {Version::V1_1, "1.1", "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/FEEL/20140401"},
    {Version::V1_2, "1.2", "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/"},
    {Version::V1_3, "1.3", "https://www.omg.org/spec/DMN/20191111/MODEL/",
     "https://www.omg.org/spec/DMN/20191111/FEEL/"},
    {Version::V1_4, "1.4", "https://www.omg.org/spec/DMN/20211108/MODEL/",
     "https://www.omg.org/spec/DMN/20211108/FEEL/"},
    {Version::V1_5, "1.5", "https://www.omg.org/spec/DMN/20230324/MODEL/",
     "https://www.omg.org/spec/DMN/20230324/FEEL/"},
}};

const Dialect* dialect_of(std::string_view model_namespace) {
  for (const Dialect& one : kDialects) {
    if (one.model == model_namespace) return &one;
  }
  return nullptr;
}

bool is_feel(std::string_view language) {
  return language.empty() || equal_ignoring_case(language, "feel") ||
         std::any_of(kDialects.begin(), kDialects.end(), [&](const Dialect& one) { return one.feel == language; });
}

template <class Enum, std::size_t Count>
using Words = std::array<std::pair<std::string_view, Enum>, Count>;

constexpr Words<HitPolicy, 7> kHitPolicies = {{{"UNIQUE", HitPolicy::Unique},
                                               {"ANY", HitPolicy::Any},
                                               {"PRIORITY", HitPolicy::Priority},
                                               {"FIRST", HitPolicy::First},
                                               {"COLLECT", HitPolicy::Collect},
                                               {"RULE ORDER", HitPolicy::RuleOrder},
                                               {"OUTPUT ORDER", HitPolicy::OutputOrder}}};
constexpr Words<Aggregation, 4> kAggregations = {
    {{"SUM", Aggregation::Sum}, {"COUNT", Aggregation::Count}, {"MIN", Aggregation::Min}, {"MAX", Aggregation::Max}}};
constexpr Words<Orientation, 3> kOrientations = {{{"Rule-as-Row", Orientation::RuleAsRow},
                                                  {"Rule-as-Column", Orientation::RuleAsColumn},
                                                  {"CrossTable", Orientation::CrossTable}}};
constexpr Words<FunctionDefinition::Kind, 3> kFunctionKinds = {{{"FEEL", FunctionDefinition::Kind::Feel},
                                                                {"Java", FunctionDefinition::Kind::Java},
                                                                {"PMML", FunctionDefinition::Kind::Pmml}}};
constexpr Words<bool, 4> kBooleans = {{{"true", true}, {"false", false}, {"1", true}, {"0", false}}};

template <std::size_t Count>
bool is_one_of(std::string_view name, const std::array<std::string_view, Count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What has nothing to do with the result of a decision.
constexpr std::array<std::string_view, 6> kPassedOverInDefinitions = {
    "textAnnotation", "association", "group", "elementCollection", "performanceIndicator", "organizationUnit"};
constexpr std::array<std::string_view, 6> kPassedOverInDecision = {"supportedObjective", "impactedPerformanceIndicator",
                                                                   "decisionMaker",      "decisionOwner",
                                                                   "usingProcess",       "usingTask"};

// What no element has twice.
constexpr std::array<std::string_view, 21> kAtMostOnce = {"variable",
                                                          "inputExpression",
                                                          "inputValues",
                                                          "outputValues",
                                                          "defaultOutputEntry",
                                                          "encapsulatedLogic",
                                                          "typeRef",
                                                          "allowedValues",
                                                          "typeConstraint",
                                                          "functionItem",
                                                          "parameter",
                                                          "text",
                                                          "importedValues",
                                                          "description",
                                                          "if",
                                                          "then",
                                                          "else",
                                                          "in",
                                                          "match",
                                                          "return",
                                                          "satisfies"};

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 80;
  if (text.size() <= kShown) return "\"" + std::string(text) + "\"";
  std::size_t end = kShown;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "\"" + std::string(text.substr(0, end)) + "…\"";
}

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

// RFC 3986, 2.1. A percent sign without two hexadecimal digits stays as it is; so does all where it isn't UTF-8.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return invalid_utf8_at(decoded) ? std::string(text) : decoded;
}

// Reads one document, once. What it reports goes to problems_, and it reads on.
class ModelReader {
 public:
  ModelReader(std::string_view document, const XmlElement& root, const Dialect& dialect)
      : source_(document), root_(root), dialect_(dialect), namespace_uri_(attribute(root, "namespace")) {}

  Result<Model> read();

 private:
  using Form = decltype(Expression::form);
  struct ExpressionKind {
    std::string_view name;
    Form (ModelReader::*read)(const XmlElement&);
  };
  static const std::array<ExpressionKind, 12> kExpressions;
  static const ExpressionKind* expression_kind(std::string_view name);

  // What every reader below stands on.
  void report(const XmlElement& element, std::string what, std::string remedy);
  std::string where(const XmlElement& element) const;
  void survey(const XmlElement& element);
  template <class Take>
  void read_children(const XmlElement& element, Take take);

  static std::string attribute(const XmlElement& element, std::string_view name);
  template <class Enum, std::size_t Count>
  std::optional<Enum> read_word(const XmlElement& element, std::string_view name, const Words<Enum, Count>& words);
  void read_element(const XmlElement& element, Element& into);
  std::string read_name(const XmlElement& element, std::string_view name = "name");
  void read_named(const XmlElement& element, NamedElement& into);
  void check_language(const XmlElement& element);
  Text read_text(const XmlElement& element);
  TypeRef read_type(const XmlElement& element, std::string_view written);
  TypeRef read_type(const XmlElement& element) { return read_type(element, attribute(element, "typeRef")); }
  InformationItem read_item(const XmlElement& element);
  std::optional<Href> read_href(const XmlElement& element);
  template <std::size_t Count>
  std::optional<Href> read_href(const XmlElement& element, const std::array<std::string_view, Count>& kinds,
                                std::string_view kinds_in_words);

  // Elements.
  Import read_import(const XmlElement& element);
  ItemDefinition read_item_definition(const XmlElement& element);
  FunctionItem read_function_item(const XmlElement& element);
  InputData read_input_data(const XmlElement& element);
  Decision read_decision(const XmlElement& element);
  BusinessKnowledgeModel read_business_knowledge_model(const XmlElement& element);
  DecisionService read_decision_service(const XmlElement& element);
  KnowledgeSource read_knowledge_source(const XmlElement& element);
  void read_variable(const XmlElement& element, const NamedElement& owner, InformationItem& into);
  void read_information_requirement(const XmlElement& element, std::vector<InformationRequirement>& into);
  void read_knowledge_requirement(const XmlElement& element, std::vector<KnowledgeRequirement>& into);
  void read_decision_reference(const XmlElement& element, std::vector<Href>& into);

  // Expressions.
  Expression read_expression(const XmlElement& element, const ExpressionKind& kind);
  bool take_expression(const XmlElement& child, std::optional<Expression>& into);
  bool take_expression(const XmlElement& child, std::unique_ptr<Expression>& into);
  std::unique_ptr<Expression> read_part(const XmlElement& element);
  void require_part(const XmlElement& element, std::unique_ptr<Expression>& part, std::string_view name);
  Form read_literal(const XmlElement& element) { return LiteralExpression{read_text(element)}; }
  Form read_decision_table(const XmlElement& element);
  InputClause read_input_clause(const XmlElement& element);
  OutputClause read_output_clause(const XmlElement& element);
  DecisionRule read_rule(const XmlElement& element);
  void check_table(const XmlElement& element, const DecisionTable& table);
  Form read_context(const XmlElement& element);
  Form read_list(const XmlElement& element) { return BoxedList{read_items(element)}; }
  std::vector<Expression> read_items(const XmlElement& element);
  Form read_relation(const XmlElement& element);
  FunctionDefinition read_function(const XmlElement& element);
  Form read_function_definition(const XmlElement& element) { return read_function(element); }
  Form read_invocation(const XmlElement& element);
  Binding read_binding(const XmlElement& element);
  Form read_conditional(const XmlElement& element);
  Form read_filter(const XmlElement& element);
  Form read_for(const XmlElement& element);
  Form read_quantified(const XmlElement& element);

  XmlSource source_;
  const XmlElement& root_;
  const Dialect& dialect_;
  std::string namespace_uri_;
  Problems problems_;
  std::unordered_map<const XmlElement*, const XmlElement*> parents_;
  std::unordered_map<std::string, const XmlElement*> by_id_;
  std::vector<std::string> imported_;  // The namespaces and locations that hrefs may name.
  std::size_t nesting_ = 0;            // Of expressions, or of item components.
};

const std::array<ModelReader::ExpressionKind, 12> ModelReader::kExpressions = {{
    {"literalExpression", &ModelReader::read_literal},
    {"decisionTable", &ModelReader::read_decision_table},
    {"context", &ModelReader::read_context},
    {"list", &ModelReader::read_list},
    {"relation", &ModelReader::read_relation},
    {"functionDefinition", &ModelReader::read_function_definition},
    {"invocation", &ModelReader::read_invocation},
    {"conditional", &ModelReader::read_conditional},
    {"filter", &ModelReader::read_filter},
    {"for", &ModelReader::read_for},
    {"every", &ModelReader::read_quantified},
    {"some", &ModelReader::read_quantified},
}};

const ModelReader::ExpressionKind* ModelReader::expression_kind(std::string_view name) {
  for (const ExpressionKind& one : kExpressions) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

void ModelReader::report(const XmlElement& element, std::string what, std::string remedy) {
  if (problems_.size() == kMaxProblems) return;
  problems_.push_back({std::move(what), where(element), std::move(remedy)});
}

// "element Eligibility, line 12": the nearest name or id from the element outwards.
std::string ModelReader::where(const XmlElement& element) const {
  const std::string line = "line " + std::to_string(element.line);
  for (const XmlElement* one = &element;;) {
    for (const std::string_view key : {"name", "id"}) {
      const std::string known = squeezed(attribute(*one, key));
      if (!known.empty()) return "element " + known + ", " + line;
    }
    const auto parent = parents_.find(one);
    if (parent == parents_.end()) return "element " + element.name + ", " + line;
    one = parent->second;
  }
}

// Checks what can be checked without meaning, and learns each element's parent and id before anything is read, so that references may point forwards.
void ModelReader::survey(const XmlElement& element) {
  const std::string id = attribute(element, "id");
  if (!id.empty()) {
    const auto [known, added] = by_id_.emplace(id, &element);
    if (!added) {
      report(element,
             "The id " + quoted(id) + " is already that of the element on line " + std::to_string(known->second->line) +
                 ".",
             "Give one of them another id, and change what refers to it.");
    }
  }
  if (&element != &root_ && element.name == "import") {
    for (const std::string_view key : {"namespace", "locationURI"}) imported_.push_back(attribute(element, key));
  }
  std::array<bool, kAtMostOnce.size()> seen{};
  for (const XmlElement& child : element.children) {
    if (child.namespace_uri != root_.namespace_uri || child.name == "extensionElements") continue;
    parents_.emplace(&child, &element);
    const auto once = std::find(kAtMostOnce.begin(), kAtMostOnce.end(), child.name);
    if (once != kAtMostOnce.end() && std::exchange(seen[static_cast<std::size_t>(once - kAtMostOnce.begin())], true)) {
      report(child, "There is a second <" + child.name + ">.", "Keep one of them.");
    }
    survey(child);
  }
}

// Hands each DMN child to `take`, which says whether it knows it.
template <class Take>
void ModelReader::read_children(const XmlElement& element, Take take) {
  for (const XmlElement& child : element.children) {
    if (child.namespace_uri != root_.namespace_uri) {
      if (const Dialect* const other = dialect_of(child.namespace_uri)) {
        report(element,
               "The element <" + child.name + "> on line " + std::to_string(child.line) + " is of DMN " +
                   std::string(other->name) + ", but this file is of DMN " + std::string(dialect_.name) + ".",
               "Use one namespace for the whole file.");
      }
      continue;
    }
    if (child.name == "description" || child.name == "extensionElements") continue;
    if (!take(child)) {
      report(
          child,
          "DMN " + std::string(dialect_.name) + " has no element <" + child.name + "> inside <" + element.name + ">.",
          "Check its spelling and its place.");
    }
  }
}

std::string ModelReader::attribute(const XmlElement& element, std::string_view name) {
  const std::string* const value = element.attribute(name);
  return value == nullptr ? std::string() : std::string(trimmed(*value));
}

template <class Enum, std::size_t Count>
std::optional<Enum> ModelReader::read_word(const XmlElement& element, std::string_view name,
                                           const Words<Enum, Count>& words) {
  const std::string written = attribute(element, name);
  if (written.empty()) return std::nullopt;
  std::string list;
  for (const auto& [word, meaning] : words) {
    if (word == written) return meaning;
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  report(element, "The " + std::string(name) + " " + quoted(written) + " is not known.", "Write one of " + list + ".");
  return std::nullopt;
}

void ModelReader::read_element(const XmlElement& element, Element& into) {
  into.id = attribute(element, "id");
  into.label = attribute(element, "label");
  for (const XmlElement& child : element.children) {
    if (child.name == "description" && child.namespace_uri == root_.namespace_uri) into.description = child.text;
  }
  into.place = {element.line, element.column};
}

std::string ModelReader::read_name(const XmlElement& element, std::string_view name) {
  std::string written = squeezed(attribute(element, name));
  if (written.empty()) {
    report(element, "This <" + element.name + "> has no " + std::string(name) + ".",
           "Give it one: " + std::string(name) + "=\"…\".");
  }
  return written;
}

void ModelReader::read_named(const XmlElement& element, NamedElement& into) {
  read_element(element, into);
  into.name = read_name(element);
}

void ModelReader::check_language(const XmlElement& element) {
  const std::string language = attribute(element, "expressionLanguage");
  if (is_feel(language)) return;
  report(element, "The expression language " + quoted(language) + " is not FEEL.",
         "Write the expression in FEEL and remove the attribute expressionLanguage.");
}

// The <text> inside a literal expression or unary tests.
Text ModelReader::read_text(const XmlElement& element) {
  check_language(element);
  Text text;
  text.expression_language = attribute(element, "expressionLanguage");
  const XmlElement* found = nullptr;
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "importedValues") {
      report(child, "Imported values are not read.", "Write the values here, in <text>.");
      return true;
    }
    if (child.name != "text") return false;
    if (!child.children.empty()) {
      report(child, "There is an element <" + child.children.front().name + "> inside the text.",
             "Write &lt; where a < is meant.");
    }
    found = &child;
    return true;
  });
  if (found != nullptr && !found->text.empty()) {
    text.text = found->text;
    text.place = source_.content_place(*found);
  }
  return text;
}

// In DMN 1.1 a type is a QName, "feel:string". Later it is the name itself; but a colon is in no FEEL name, so what
// reads as a QName with a declared prefix is one. The prefix of the model itself, of DMN or of FEEL says nothing that the name doesn't.
TypeRef ModelReader::read_type(const XmlElement& element, std::string_view written) {
  const std::string name = squeezed(written);
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return {{}, name};
  const std::string_view prefix = std::string_view(name).substr(0, colon);
  for (const XmlElement* one = &element;;) {
    for (const XmlNamespace& declared : one->namespaces) {
      if (declared.prefix != prefix) continue;
      const bool own = declared.uri == namespace_uri_ || is_feel(declared.uri) || dialect_of(declared.uri) != nullptr;
      return {own ? std::string() : declared.uri, name.substr(colon + 1)};
    }
    const auto parent = parents_.find(one);
    if (parent == parents_.end()) break;
    one = parent->second;
  }
  if (dialect_.version == Version::V1_1) {
    report(element, "The prefix of the type " + quoted(name) + " is not declared.",
           "Declare it with xmlns:" + std::string(prefix) + "=\"…\", or remove it.");
  }
  return {{}, name};
}

InformationItem ModelReader::read_item(const XmlElement& element) {
  InformationItem item;
  read_named(element, item);
  item.type = read_type(element);
  read_children(element, [](const XmlElement&) { return false; });
  return item;
}

std::optional<Href> ModelReader::read_href(const XmlElement& element) {
  const std::string written = attribute(element, "href");
  const std::size_t hash = written.find('#');
  if (hash == std::string::npos || hash + 1 == written.size()) {
    report(element,
           written.empty() ? "This <" + element.name + "> refers to nothing."
                           : "The reference " + quoted(written) + " has no # before an id.",
           "Write href=\"#…\" with the id of an element.");
    return std::nullopt;
  }
  const std::string before = written.substr(0, hash);
  const std::string decoded = percent_decoded(before);
  const auto known = [&](const std::string& uri) {
    return uri == namespace_uri_ || std::find(imported_.begin(), imported_.end(), uri) != imported_.end();
  };
  Href href{known(decoded) && !known(before) ? decoded : before,
            percent_decoded(written.substr(hash + 1)),
            {element.line, element.column}};
  if (href.namespace_uri == namespace_uri_) href.namespace_uri.clear();
  return href;
}

// A reference that points to one of `kinds` where it is into this model.
template <std::size_t Count>
std::optional<Href> ModelReader::read_href(const XmlElement& element, const std::array<std::string_view, Count>& kinds,
                                           std::string_view kinds_in_words) {
  std::optional<Href> href = read_href(element);
  if (!href || !href->namespace_uri.empty()) return href;
  const auto found = by_id_.find(href->id);
  if (found == by_id_.end() || found->second == &root_) {
    report(element, "There is no element with the id " + quoted(href->id) + ".",
           "Refer to " + std::string(kinds_in_words) + " that is there, or remove the reference.");
  } else if (!is_one_of(found->second->name, kinds) || parents_.at(found->second) != &root_) {
    report(element,
           "The element with the id " + quoted(href->id) + " is a <" + found->second->name + ">, not " +
               std::string(kinds_in_words) + ".",
           "Refer to " + std::string(kinds_in_words) + ".");
  }
  return href;
}

// ---------------------------------------------------------------------------------------------------------------------
// Elements.

Result<Model> ModelReader::read() {
  survey(root_);
  Model model;
  read_named(root_, model);
  model.dmn_version = dialect_.version;
  model.namespace_uri = namespace_uri_;
  if (namespace_uri_.empty()) {
    report(root_, "The model has no namespace.", "Give it one: namespace=\"https://…\", of your choice.");
  }
  check_language(root_);
  model.expression_language = attribute(root_, "expressionLanguage");
  read_children(root_, [&](const XmlElement& child) {
    if (child.name == "import") {
      model.imports.push_back(read_import(child));
    } else if (child.name == "itemDefinition") {
      model.item_definitions.push_back(read_item_definition(child));
    } else if (child.name == "inputData") {
      model.inputs.push_back(read_input_data(child));
    } else if (child.name == "decision") {
      model.decisions.push_back(read_decision(child));
    } else if (child.name == "businessKnowledgeModel") {
      model.business_knowledge_models.push_back(read_business_knowledge_model(child));
    } else if (child.name == "decisionService") {
      model.decision_services.push_back(read_decision_service(child));
    } else if (child.name == "knowledgeSource") {
      model.knowledge_sources.push_back(read_knowledge_source(child));
    } else {
      return is_one_of(child.name, kPassedOverInDefinitions);
    }
    return true;
  });
  if (!problems_.empty()) return std::move(problems_);
  return model;
}

Import ModelReader::read_import(const XmlElement& element) {
  Import import;
  read_element(element, import);
  import.name = squeezed(attribute(element, "name"));
  // In DMN 1.1 imports have no name; later the name must be there, but may be empty.
  if (dialect_.version != Version::V1_1 && element.attribute("name") == nullptr) read_name(element);
  import.namespace_uri = attribute(element, "namespace");
  if (import.namespace_uri.empty()) {
    report(element, "This import doesn't say which namespace it imports.",
           "Give it that of the model: namespace=\"…\".");
  }
  import.location_uri = attribute(element, "locationURI");
  import.import_type = attribute(element, "importType");
  return import;
}

ItemDefinition ModelReader::read_item_definition(const XmlElement& element) {
  ItemDefinition item;
  read_named(element, item);
  item.is_collection = read_word(element, "isCollection", kBooleans).value_or(false);
  item.type_language = attribute(element, "typeLanguage");
  if (nesting_ == kMaxNesting) {
    report(element, "Types are nested more than " + std::to_string(kMaxNesting) + " deep.",
           "Give the inner ones item definitions of their own.");
    return item;
  }
  ++nesting_;
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "typeRef") {
      item.type = read_type(child, child.text);
    } else if (child.name == "allowedValues") {
      item.allowed_values = read_text(child);
    } else if (child.name == "typeConstraint") {
      item.type_constraint = read_text(child);
    } else if (child.name == "itemComponent") {
      item.components.push_back(read_item_definition(child));
    } else if (child.name == "functionItem") {
      item.function_item = read_function_item(child);
    } else {
      return false;
    }
    return true;
  });
  --nesting_;
  const int forms = (item.type.given() ? 1 : 0) + (item.components.empty() ? 0 : 1) + (item.function_item ? 1 : 0);
  if (forms > 1) {
    report(element, "This type is defined in two ways.",
           "Keep one of its type reference, its components and its function.");
  }
  return item;
}

FunctionItem ModelReader::read_function_item(const XmlElement& element) {
  FunctionItem item;
  item.output_type = read_type(element, attribute(element, "outputTypeRef"));
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "parameters") return false;
    item.parameters.push_back(read_item(child));
    return true;
  });
  return item;
}

void ModelReader::read_variable(const XmlElement& element, const NamedElement& owner, InformationItem& into) {
  into.name = owner.name;
  into.place = owner.place;
  for (const XmlElement& child : element.children) {
    if (child.name == "variable" && child.namespace_uri == root_.namespace_uri) into = read_item(child);
  }
}

InputData ModelReader::read_input_data(const XmlElement& element) {
  InputData input;
  read_named(element, input);
  read_variable(element, input, input.variable);
  read_children(element, [](const XmlElement& child) { return child.name == "variable"; });
  return input;
}

Decision ModelReader::read_decision(const XmlElement& element) {
  Decision decision;
  read_named(element, decision);
  read_variable(element, decision, decision.variable);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "question") {
      decision.question = child.text;
    } else if (child.name == "allowedAnswers") {
      decision.allowed_answers = child.text;
    } else if (child.name == "informationRequirement") {
      read_information_requirement(child, decision.information_requirements);
    } else if (child.name == "knowledgeRequirement") {
      read_knowledge_requirement(child, decision.knowledge_requirements);
    } else if (child.name == "authorityRequirement") {
      decision.authority_requirements.push_back(attribute(child, "id"));
    } else {
      return child.name == "variable" || take_expression(child, decision.expression) ||
             is_one_of(child.name, kPassedOverInDecision);
    }
    return true;
  });
  return decision;
}

BusinessKnowledgeModel ModelReader::read_business_knowledge_model(const XmlElement& element) {
  BusinessKnowledgeModel knowledge;
  read_named(element, knowledge);
  read_variable(element, knowledge, knowledge.variable);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "encapsulatedLogic") {
      knowledge.logic_type = read_type(child);
      knowledge.logic_place = {child.line, child.column};
      knowledge.encapsulated_logic = read_function(child);
    } else if (child.name == "knowledgeRequirement") {
      read_knowledge_requirement(child, knowledge.knowledge_requirements);
    } else if (child.name == "authorityRequirement") {
      knowledge.authority_requirements.push_back(attribute(child, "id"));
    } else {
      return child.name == "variable";
    }
    return true;
  });
  return knowledge;
}

void ModelReader::read_decision_reference(const XmlElement& element, std::vector<Href>& into) {
  constexpr std::array<std::string_view, 1> kDecision = {"decision"};
  if (std::optional<Href> href = read_href(element, kDecision, "a decision")) into.push_back(std::move(*href));
}

DecisionService ModelReader::read_decision_service(const XmlElement& element) {
  constexpr std::array<std::string_view, 1> kInputData = {"inputData"};
  DecisionService service;
  read_named(element, service);
  read_variable(element, service, service.variable);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "outputDecision") {
      read_decision_reference(child, service.output_decisions);
    } else if (child.name == "encapsulatedDecision") {
      read_decision_reference(child, service.encapsulated_decisions);
    } else if (child.name == "inputDecision") {
      read_decision_reference(child, service.input_decisions);
    } else if (child.name == "inputData") {
      if (std::optional<Href> href = read_href(child, kInputData, "input data")) {
        service.input_data.push_back(std::move(*href));
      }
    } else {
      return child.name == "variable";
    }
    return true;
  });
  return service;
}

KnowledgeSource ModelReader::read_knowledge_source(const XmlElement& element) {
  KnowledgeSource source;
  read_named(element, source);
  source.location_uri = attribute(element, "locationURI");
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "authorityRequirement") return child.name == "type" || child.name == "owner";
    source.authority_requirements.push_back(attribute(child, "id"));
    return true;
  });
  return source;
}

void ModelReader::read_information_requirement(const XmlElement& element, std::vector<InformationRequirement>& into) {
  constexpr std::array<std::string_view, 1> kDecision = {"decision"};
  constexpr std::array<std::string_view, 1> kInputData = {"inputData"};
  using Kind = InformationRequirement::Kind;
  std::size_t count = 0;
  read_children(element, [&](const XmlElement& child) {
    const bool decision = child.name == "requiredDecision";
    if (!decision && child.name != "requiredInput") return false;
    ++count;
    std::optional<Href> href =
        decision ? read_href(child, kDecision, "a decision") : read_href(child, kInputData, "input data");
    if (href) into.push_back({attribute(element, "id"), decision ? Kind::Decision : Kind::Input, std::move(*href)});
    return true;
  });
  if (count == 1) return;
  report(element, "This information requirement has " + std::string(count == 0 ? "no" : "more than one") + " target.",
         "Give it one requiredDecision or requiredInput.");
}

void ModelReader::read_knowledge_requirement(const XmlElement& element, std::vector<KnowledgeRequirement>& into) {
  constexpr std::array<std::string_view, 2> kInvocables = {"businessKnowledgeModel", "decisionService"};
  std::size_t count = 0;
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "requiredKnowledge") return false;
    ++count;
    std::optional<Href> href = read_href(child, kInvocables, "a business knowledge model or decision service");
    if (href) into.push_back({attribute(element, "id"), std::move(*href)});
    return true;
  });
  if (count == 1) return;
  report(element, "This knowledge requirement has " + std::string(count == 0 ? "no" : "more than one") + " target.",
         "Give it one requiredKnowledge.");
}

// ---------------------------------------------------------------------------------------------------------------------
// Expressions.

Expression ModelReader::read_expression(const XmlElement& element, const ExpressionKind& kind) {
  Expression expression;
  read_element(element, expression);
  expression.type = read_type(element);
  if (nesting_ == kMaxNesting) {
    report(element, "Expressions are nested more than " + std::to_string(kMaxNesting) + " deep.",
           "Make the inner ones decisions or business knowledge models of their own.");
    return expression;
  }
  ++nesting_;
  expression.form = (this->*kind.read)(element);
  --nesting_;
  return expression;
}

// Whether `child` is an expression. A second one for the same place is a problem.
bool ModelReader::take_expression(const XmlElement& child, std::optional<Expression>& into) {
  const ExpressionKind* const kind = expression_kind(child.name);
  if (kind == nullptr) return false;
  if (into) {
    report(child, "There is a second expression here, <" + child.name + ">.", "Keep one of them.");
    return true;
  }
  into = read_expression(child, *kind);
  return true;
}

bool ModelReader::take_expression(const XmlElement& child, std::unique_ptr<Expression>& into) {
  std::optional<Expression> taken;
  if (into) taken.emplace();
  if (!take_expression(child, taken)) return false;
  if (!into) into = std::make_unique<Expression>(std::move(*taken));
  return true;
}

// The expression inside an element such as <if>; an empty literal, and a problem, where there is none.
std::unique_ptr<Expression> ModelReader::read_part(const XmlElement& element) {
  std::unique_ptr<Expression> part;
  read_children(element, [&](const XmlElement& child) { return take_expression(child, part); });
  require_part(element, part, "expression");
  return part;
}

void ModelReader::require_part(const XmlElement& element, std::unique_ptr<Expression>& part, std::string_view name) {
  if (part) return;
  report(element, "This <" + element.name + "> has no " + std::string(name) + ".",
         "Add it, or remove the <" + element.name + ">.");
  part = std::make_unique<Expression>();
}

// Source: DMN 1.5, 8.3.
ModelReader::Form ModelReader::read_decision_table(const XmlElement& element) {
  DecisionTable table;
  table.hit_policy = read_word(element, "hitPolicy", kHitPolicies).value_or(HitPolicy::Unique);
  table.aggregation = read_word(element, "aggregation", kAggregations);
  table.preferred_orientation =
      read_word(element, "preferredOrientation", kOrientations).value_or(Orientation::RuleAsRow);
  table.output_label = attribute(element, "outputLabel");
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "input") {
      table.inputs.push_back(read_input_clause(child));
    } else if (child.name == "output") {
      table.outputs.push_back(read_output_clause(child));
    } else if (child.name == "annotation") {
      table.annotation_names.push_back(squeezed(attribute(child, "name")));
    } else if (child.name == "rule") {
      table.rules.push_back(read_rule(child));
    } else {
      return false;
    }
    return true;
  });
  check_table(element, table);
  return table;
}

InputClause ModelReader::read_input_clause(const XmlElement& element) {
  InputClause input;
  read_element(element, input);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "inputExpression") {
      input.expression = read_text(child);
      input.type = read_type(child);
    } else if (child.name == "inputValues") {
      input.values = read_text(child);
    } else {
      return false;
    }
    return true;
  });
  return input;
}

OutputClause ModelReader::read_output_clause(const XmlElement& element) {
  OutputClause output;
  read_element(element, output);
  output.name = squeezed(attribute(element, "name"));
  output.type = read_type(element);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "outputValues") {
      output.values = read_text(child);
    } else if (child.name == "defaultOutputEntry") {
      output.default_output = read_text(child);
    } else {
      return false;
    }
    return true;
  });
  return output;
}

DecisionRule ModelReader::read_rule(const XmlElement& element) {
  DecisionRule rule;
  read_element(element, rule);
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "inputEntry") {
      rule.inputs.push_back({attribute(child, "id"), read_text(child)});
    } else if (child.name == "outputEntry") {
      rule.outputs.push_back({attribute(child, "id"), read_text(child)});
    } else if (child.name == "annotationEntry") {
      const XmlElement* const text = child.child("text");
      rule.annotations.push_back(text == nullptr ? std::string() : text->text);
    } else {
      return false;
    }
    return true;
  });
  return rule;
}

void ModelReader::check_table(const XmlElement& element, const DecisionTable& table) {
  if (table.outputs.empty()) report(element, "This decision table has no output.", "Add an <output>.");
  std::size_t number = 0;
  for (const XmlElement& child : element.children) {
    if (child.namespace_uri != root_.namespace_uri) continue;
    if (child.name == "output" && table.outputs.size() > 1 && squeezed(attribute(child, "name")).empty()) {
      report(child, "This output has no name, though the table has several.", "Give it one: name=\"…\".");
    }
    if (child.name != "rule") continue;
    const DecisionRule& rule = table.rules[number++];
    const auto compare = [&](std::size_t entries, std::size_t columns, const std::string& kind) {
      if (entries == columns) return;
      report(child,
             "Rule " + std::to_string(number) + " has " + std::to_string(entries) + " " + kind +
                 (entries == 1 ? " entry" : " entries") + ", but the table has " + std::to_string(columns) + " " +
                 kind + (columns == 1 ? "." : "s."),
             entries < columns
                 ? "Add what is missing" + std::string(kind == "input" ? "; - stands for any value." : ".")
                 : "Remove what is too much, or add a column.");
    };
    compare(rule.inputs.size(), table.inputs.size(), "input");
    compare(rule.outputs.size(), table.outputs.size(), "output");
  }
}

ModelReader::Form ModelReader::read_context(const XmlElement& element) {
  BoxedContext context;
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "contextEntry") return false;
    std::optional<InformationItem> variable;
    std::unique_ptr<Expression> expression;
    read_children(child, [&](const XmlElement& part) {
      if (part.name != "variable") return take_expression(part, expression);
      variable = read_item(part);
      return true;
    });
    require_part(child, expression, "expression");
    context.entries.push_back({std::move(variable), std::move(*expression)});
    return true;
  });
  return context;
}

std::vector<Expression> ModelReader::read_items(const XmlElement& element) {
  std::vector<Expression> items;
  read_children(element, [&](const XmlElement& child) {
    const ExpressionKind* const kind = expression_kind(child.name);
    if (kind == nullptr) return false;
    items.push_back(read_expression(child, *kind));
    return true;
  });
  return items;
}

ModelReader::Form ModelReader::read_relation(const XmlElement& element) {
  Relation relation;
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "column") {
      relation.columns.push_back(read_item(child));
    } else if (child.name == "row") {
      relation.rows.push_back(read_items(child));
      if (relation.rows.back().size() != relation.columns.size()) {
        report(child,
               "This row has " + std::to_string(relation.rows.back().size()) + " cells, but the relation has " +
                   std::to_string(relation.columns.size()) + " columns before it.",
               "Give each row one expression for each column.");
      }
    } else {
      return false;
    }
    return true;
  });
  return relation;
}

FunctionDefinition ModelReader::read_function(const XmlElement& element) {
  FunctionDefinition function;
  function.kind = read_word(element, "kind", kFunctionKinds).value_or(FunctionDefinition::Kind::Feel);
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "formalParameter") return take_expression(child, function.body);
    function.parameters.push_back(read_item(child));
    return true;
  });
  return function;
}

ModelReader::Form ModelReader::read_invocation(const XmlElement& element) {
  Invocation invocation;
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "binding") return take_expression(child, invocation.called);
    invocation.bindings.push_back(read_binding(child));
    return true;
  });
  require_part(element, invocation.called, "function to invoke");
  return invocation;
}

Binding ModelReader::read_binding(const XmlElement& element) {
  Binding binding;
  bool has_parameter = false;
  read_children(element, [&](const XmlElement& child) {
    if (child.name != "parameter") return take_expression(child, binding.expression);
    binding.parameter = read_item(child);
    has_parameter = true;
    return true;
  });
  if (!has_parameter) report(element, "This binding has no parameter.", "Add <parameter name=\"…\"/>.");
  return binding;
}

ModelReader::Form ModelReader::read_conditional(const XmlElement& element) {
  Conditional conditional;
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "if") {
      conditional.condition = read_part(child);
    } else if (child.name == "then") {
      conditional.then_part = read_part(child);
    } else if (child.name == "else") {
      conditional.else_part = read_part(child);
    } else {
      return false;
    }
    return true;
  });
  require_part(element, conditional.condition, "<if>");
  require_part(element, conditional.then_part, "<then>");
  require_part(element, conditional.else_part, "<else>");
  return conditional;
}

ModelReader::Form ModelReader::read_filter(const XmlElement& element) {
  Filter filter;
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "in") {
      filter.in = read_part(child);
    } else if (child.name == "match") {
      filter.match = read_part(child);
    } else {
      return false;
    }
    return true;
  });
  require_part(element, filter.in, "<in>");
  require_part(element, filter.match, "<match>");
  return filter;
}

ModelReader::Form ModelReader::read_for(const XmlElement& element) {
  For loop;
  loop.iterator_variable = read_name(element, "iteratorVariable");
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "in") {
      loop.in_type = read_type(child);
      loop.in = read_part(child);
    } else if (child.name == "return") {
      loop.result = read_part(child);
    } else {
      return false;
    }
    return true;
  });
  require_part(element, loop.in, "<in>");
  require_part(element, loop.result, "<return>");
  return loop;
}

ModelReader::Form ModelReader::read_quantified(const XmlElement& element) {
  Quantified quantified;
  quantified.kind = element.name == "every" ? Quantified::Kind::Every : Quantified::Kind::Some;
  quantified.iterator_variable = read_name(element, "iteratorVariable");
  read_children(element, [&](const XmlElement& child) {
    if (child.name == "in") {
      quantified.in_type = read_type(child);
      quantified.in = read_part(child);
    } else if (child.name == "satisfies") {
      quantified.satisfies = read_part(child);
    } else {
      return false;
    }
    return true;
  });
  require_part(element, quantified.in, "<in>");
  require_part(element, quantified.satisfies, "<satisfies>");
  return quantified;
}

}  // namespace

Result<Model> read_model(std::string_view xml) {
  const std::string_view document = without_byte_order_mark(xml);
  const XmlElement root = TRY(parse_xml(document, kLimits, kMaxTreeBytes));
  const Dialect* const dialect = dialect_of(root.namespace_uri);
  if (root.name != "definitions" || dialect == nullptr) {
    std::string known;
    for (const Dialect& one : kDialects) {
      known += (known.empty() ? "" : ", ") + std::string(one.model) + " (DMN " + std::string(one.name) + ")";
    }
    return Problem{"This is not a DMN model: it begins with <" + root.name + "> of " +
                       (root.namespace_uri.empty() ? "no namespace" : "the namespace " + quoted(root.namespace_uri)) +
                       ".",
                   "element " + root.name + ", line " + std::to_string(root.line),
                   "A DMN model begins with <definitions> of one of the namespaces " + known + "."};
  }
  return ModelReader(document, root, *dialect).read();
}

}  // namespace guildhall::dmn
