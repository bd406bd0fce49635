#pragma once

// A DMN model as it was read, before any of its expressions is compiled: what the modeller wrote, checked for form.
//
// The types follow DMN 1.5's metamodel (chapter 6 for requirements, 7.3 for types and expressions, 8.3 for decision
// tables, 10.5 for boxed expressions) and its XML Schema (tDecision is Decision, and so on). Older versions are read
// into the same types.
//
// What always holds in a Model that read_model gave:
//  - names have no white space around them and single spaces inside; texts are exactly as written;
//  - a requirement whose Href has no namespace points to an element of this model, of the right kind;
//  - each rule of a decision table has as many entries as the table has columns, each row of a relation likewise;
//  - every expression language is FEEL;
//  - expressions and item components are nested at most kMaxNesting deep, so that functions over them may recurse.
// Nothing else was checked: types may be unknown, texts may be no FEEL, requirements may be circular.
//
// A Model can be moved, not copied.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace guildhall::dmn {

inline constexpr std::size_t kMaxNesting = 50;

// Where something stands in the XML file. Both count from 1; columns count bytes.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;

  auto operator<=>(const Place&) const = default;
};

// What every element may have (tDMNElement). Empty where it isn't given.
struct Element {
  std::string id;
  std::string label;
  std::string description;
  Place place;  // Of its tag.
};

struct NamedElement : Element {
  std::string name;
};

// An expression or unary tests in FEEL, exactly as written: white space, comments and line breaks too. Where the file
// has no text but white space, both text and place are empty.
struct Text {
  std::string text;
  Place place;                      // Of its first byte.
  std::string expression_language;  // Of this text alone, as written: a URI of FEEL, or empty.
};

// The name of a type: "string", "date and time", "tApplicant", "import1.tPerson". Names that have a dot are split by
// who knows the imports.
struct TypeRef {
  std::string namespace_uri;  // Of the imported model, where a prefix named it (DMN 1.1); else empty.
  std::string name;           // Empty where no type is given.

  bool given() const { return !name.empty(); }
  bool operator==(const TypeRef&) const = default;
};

// A variable, parameter or column: a name with a type (tInformationItem).
struct InformationItem : NamedElement {
  TypeRef type;
};

// A reference to an element: "#id", or "namespace#id" for one of an imported model.
struct Href {
  // What stood before "#": the imported model's namespace, or the place of its file (compare Import::location_uri).
  // Empty for this model, however it was written.
  std::string namespace_uri;
  std::string id;
  Place place;
};

// ---------------------------------------------------------------------------------------------------------------------
// Expressions. Source: DMN 1.5, 7.3 and 10.5.

struct Expression;
struct ContextEntry;
struct Binding;

struct LiteralExpression {
  Text text;
};

enum class HitPolicy : std::uint8_t { Unique, Any, Priority, First, Collect, RuleOrder, OutputOrder };
enum class Aggregation : std::uint8_t { Sum, Count, Min, Max };
enum class Orientation : std::uint8_t { RuleAsRow, RuleAsColumn, CrossTable };

struct InputClause : Element {
  Text expression;  // May be empty.
  TypeRef type;     // Of the expression.
  Text values;      // Unary tests that the input's value must satisfy; empty: any value.
};

struct OutputClause : NamedElement {  // The name is empty where the table has one output.
  TypeRef type;
  Text values;                         // In order of priority, where the hit policy needs one; empty: any value.
  std::optional<Text> default_output;  // Where no rule matches.
};

struct RuleEntry {
  std::string id;
  Text text;  // An input entry holds unary tests ("-": any value), an output entry an expression.
};

struct DecisionRule : Element {
  std::vector<RuleEntry> inputs;         // One for each input of the table.
  std::vector<RuleEntry> outputs;        // One for each output of the table.
  std::vector<std::string> annotations;  // As written; perhaps fewer or more than the table's annotation names.
};

struct DecisionTable {
  HitPolicy hit_policy = HitPolicy::Unique;
  std::optional<Aggregation> aggregation;
  Orientation preferred_orientation = Orientation::RuleAsRow;
  std::string output_label;
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;  // At least one.
  std::vector<std::string> annotation_names;
  std::vector<DecisionRule> rules;
};

struct BoxedContext {
  std::vector<ContextEntry> entries;
};

struct BoxedList {
  std::vector<Expression> items;
};

struct Relation {
  std::vector<InformationItem> columns;
  std::vector<std::vector<Expression>> rows;  // One cell for each column.
};

struct FunctionDefinition {
  enum class Kind : std::uint8_t { Feel, Java, Pmml };
  Kind kind = Kind::Feel;
  std::vector<InformationItem> parameters;
  std::unique_ptr<Expression> body;  // nullptr where there is none.
};

struct Invocation {
  std::unique_ptr<Expression> called;  // The function; never nullptr.
  std::vector<Binding> bindings;
};

struct Conditional {  // Its parts are never nullptr; nor are those of the following.
  std::unique_ptr<Expression> condition;
  std::unique_ptr<Expression> then_part;
  std::unique_ptr<Expression> else_part;
};

struct Filter {
  std::unique_ptr<Expression> in;
  std::unique_ptr<Expression> match;
};

struct For {
  std::string iterator_variable;
  TypeRef in_type;  // Of what is iterated over.
  std::unique_ptr<Expression> in;
  std::unique_ptr<Expression> result;  // <return>
};

struct Quantified {
  enum class Kind : std::uint8_t { Every, Some };
  Kind kind = Kind::Every;
  std::string iterator_variable;
  TypeRef in_type;
  std::unique_ptr<Expression> in;
  std::unique_ptr<Expression> satisfies;
};

struct Expression : Element {
  TypeRef type;
  std::variant<LiteralExpression, DecisionTable, BoxedContext, BoxedList, Relation, FunctionDefinition, Invocation,
               Conditional, Filter, For, Quantified>
      form;
};

struct ContextEntry {
  std::optional<InformationItem> variable;  // The last entry may have none: it is the context's result.
  Expression expression;
};

struct Binding {
  InformationItem parameter;
  std::optional<Expression> expression;
};

// ---------------------------------------------------------------------------------------------------------------------
// Types and imports. Source: DMN 1.5, 7.3.3 and 6.3.3.

struct FunctionItem {
  std::vector<InformationItem> parameters;
  TypeRef output_type;
};

// Has a type, or components, or a function item, or none of them; the components are item definitions too.
struct ItemDefinition : NamedElement {
  TypeRef type;
  bool is_collection = false;
  std::string type_language;  // As written; empty where it isn't.
  Text allowed_values;        // Unary tests for each value; for each item of a collection. Empty: any value.
  Text type_constraint;       // Unary tests for the value as a whole. Empty: any value.
  std::vector<ItemDefinition> components;
  std::optional<FunctionItem> function_item;
};

struct Import : NamedElement {  // The name may be empty: names of the imported model are then used as they are.
  std::string namespace_uri;
  std::string location_uri;
  std::string import_type;  // The namespace of what is imported: a version of DMN, XML Schema or PMML.
};

// ---------------------------------------------------------------------------------------------------------------------
// The elements of decision requirements. Source: DMN 1.5, 6.3.
// A variable that isn't written has its element's name and no type.

struct InformationRequirement {
  enum class Kind : std::uint8_t { Input, Decision };
  std::string id;
  Kind kind = Kind::Input;
  Href required;
};

struct KnowledgeRequirement {
  std::string id;
  Href required;  // A business knowledge model or a decision service.
};

struct InputData : NamedElement {
  InformationItem variable;
};

struct Decision : NamedElement {
  InformationItem variable;
  std::string question;
  std::string allowed_answers;
  std::vector<InformationRequirement> information_requirements;
  std::vector<KnowledgeRequirement> knowledge_requirements;
  std::vector<std::string> authority_requirements;  // Their ids, or empty.
  std::optional<Expression> expression;             // A decision may have no logic.
};

struct BusinessKnowledgeModel : NamedElement {
  InformationItem variable;
  std::optional<FunctionDefinition> encapsulated_logic;
  TypeRef logic_type;  // The typeRef of the encapsulated logic.
  Place logic_place;
  std::vector<KnowledgeRequirement> knowledge_requirements;
  std::vector<std::string> authority_requirements;  // Their ids, or empty.
};

struct DecisionService : NamedElement {
  InformationItem variable;
  std::vector<Href> output_decisions;
  std::vector<Href> encapsulated_decisions;
  std::vector<Href> input_decisions;
  std::vector<Href> input_data;
};

struct KnowledgeSource : NamedElement {
  std::string location_uri;
  std::vector<std::string> authority_requirements;  // Their ids, or empty.
};

enum class Version : std::uint8_t { V1_1, V1_2, V1_3, V1_4, V1_5 };

struct Model : NamedElement {
  std::string namespace_uri;
  Version dmn_version = Version::V1_5;
  std::string expression_language;  // As written: a URI of FEEL, or empty.
  // All in the file's order.
  std::vector<Import> imports;
  std::vector<ItemDefinition> item_definitions;
  std::vector<InputData> inputs;
  std::vector<Decision> decisions;
  std::vector<BusinessKnowledgeModel> business_knowledge_models;
  std::vector<DecisionService> decision_services;
  std::vector<KnowledgeSource> knowledge_sources;
};

}  // namespace guildhall::dmn
