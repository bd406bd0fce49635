#pragma once

// A compiled model: its elements, their requirements as places, and their logic as a tree of boxed expressions.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dmn/decision_model.h"
#include "dmn/model.h"
#include "dmn/trace.h"
#include "feel/expression.h"

namespace guildhall::dmn {

using feel::Type;
using feel::Value;
using ExpressionPointer = std::shared_ptr<const feel::Expression>;

struct Run;

// A boxed expression, compiled. The frame holds one value for each variable in scope, and room for those it adds.
class Boxed {
 public:
  virtual ~Boxed() = default;
  virtual Value evaluate(Run& run, Value* frame) const = 0;
  Type type;  // What is known of its value.
};
using BoxedPointer = std::unique_ptr<const Boxed>;

// Where the value of a variable of an element's logic comes from.
struct Requirement {
  std::string name;
  std::optional<std::size_t> element;  // Of Compiled::elements …
  std::vector<std::pair<std::string, std::size_t>>
      of_import;  // … or several of them, in a context named as the import.
};

struct CompiledElement {
  enum class Kind : std::uint8_t { Input, Decision, BusinessKnowledgeModel, DecisionService };
  Kind kind = Kind::Input;
  std::size_t model = 0;  // Of Compiled::models.
  const NamedElement* source = nullptr;
  const InformationItem* variable = nullptr;
  std::string name;                         // Within its model.
  std::vector<std::string> qualifier;       // The imports that lead to its model from the first, outermost first.
  std::string where;                        // "decision ‘Fee’"
  Type type;                                // Of the variable, where it is declared: values are bound to it.
  Type known;                               // The same, or what is known of the logic's value: for reading expressions.
  Type result;                              // Of an invocable: what a call gives.
  std::vector<Requirement> requirements;    // The first variables of the frame.
  std::vector<feel::Parameter> parameters;  // Of an invocable; the next variables.
  std::vector<std::size_t> parameter_elements;  // Of a decision service: what the parameters stand for.
  std::vector<std::size_t> outputs;             // Of a decision service.
  std::size_t frame_size = 0;
  BoxedPointer logic;
  bool external = false;
};

// A decision table, wherever it stands, with what is known of its surroundings: for analysis.cpp.
struct TableInScope {
  std::size_t element = 0;  // Of Compiled::elements: whose logic it is, or is part of.
  const Expression* expression = nullptr;
  const DecisionTable* table = nullptr;
  std::string where;
  std::vector<feel::Scope::Variable> variables;
  std::vector<ExpressionPointer> inputs;  // One for each column; nullptr where it can't be read.
  std::vector<Type> input_types;          // What the columns say.
  std::vector<Type> output_types;
};

struct Compiled {
  std::vector<Model> models;  // The first is the one asked for.
  std::vector<CompiledElement> elements;
  std::map<std::string, std::size_t, std::less<>> by_name;  // Of the first model; others as "import.name".
  std::vector<std::string> kept;                            // Names that views point to.
  std::vector<TableInScope> tables;
  Problems findings;
};

// One evaluation of elements: what is computed so far.
struct Run {
  const Compiled& compiled;
  feel::Evaluation& evaluation;
  Value inputs;
  Trace* trace = nullptr;
  ElementTrace* element = nullptr;  // The one being evaluated, where there is a trace.
  Value* values = nullptr;          // One for each element.
  std::uint8_t* states = nullptr;   // 0: not yet; 1: being computed; 2: there.
};

Value value_of(Run& run, std::size_t element);

// The value as a variable of this type may hold it: unchanged, taken out of or put into a list of one, or null with a
// reason (10.3.2.9.4). Values that the type doesn't allow (7.3.3) are null too.
Value bind(feel::Evaluation& evaluation, const Value& value, const Type& type);

// Compiles a boxed expression. Problems go to `findings`; what can't be compiled gives null.
class BoxedCompiler {
 public:
  using TypeResolver = std::function<Type(const TypeRef&, const std::string& where, Place place)>;
  BoxedCompiler(TypeResolver types, Compiled& compiled) : types_(std::move(types)), compiled_(compiled) {}

  // `where`: "decision ‘Fee’", for problems.
  BoxedPointer compile(const Expression& expression, const feel::Scope& scope, const std::string& where);
  // nullptr where it isn't FEEL.
  ExpressionPointer text(const Text& text, const feel::Scope& scope, feel::Expression::Form form,
                         const std::string& where, feel::Expression::Around around = {});
  Type resolve(const TypeRef& type, const std::string& where, Place place) { return types_(type, where, place); }
  const TypeResolver& types() const { return types_; }
  std::size_t frame_size() const { return frame_size_; }
  Compiled& compiled() { return compiled_; }
  Problems& findings() { return compiled_.findings; }
  void need_frame(std::size_t size) { frame_size_ = std::max(frame_size_, size); }

 private:
  TypeResolver types_;
  Compiled& compiled_;
  std::size_t frame_size_ = 0;
};

// See table.cpp.
BoxedPointer compile_table(BoxedCompiler& compiler, const Expression& expression, const DecisionTable& table,
                           const feel::Scope& scope, const std::string& where);

}  // namespace guildhall::dmn
