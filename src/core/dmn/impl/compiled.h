#pragma once

// A compiled model: its elements, their requirements as places, and their logic as a tree of boxed expressions.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
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

// An element of the model or of one that it imports. A model that is imported along several ways has its elements
// several times: what one way is given needn't be what the other is.
struct CompiledElement {
  enum class Kind : std::uint8_t { Input, Decision, BusinessKnowledgeModel, DecisionService };
  Kind kind = Kind::Input;
  std::size_t model = 0;  // Of Compiled::models.
  const NamedElement* source = nullptr;
  const InformationItem* variable = nullptr;
  std::string name;                             // Within its model.
  std::vector<std::string> qualifier;           // The imports that lead to its model from the first, outermost first.
  std::string where;                            // "decision ‘Fee’"
  Type type;                                    // Of the variable, as it is written; its value is bound to this.
  Type known;                                   // What is known of its value beyond that.
  Type result;                                  // Of an invocable: what a call gives, as it is written.
  std::vector<Requirement> requirements;        // The first variables of the frame.
  std::vector<feel::Parameter> parameters;      // Of an invocable; the next variables.
  std::vector<std::size_t> parameter_elements;  // Of a decision service: what the parameters stand for.
  std::vector<std::size_t> outputs;             // Of a decision service.
  std::vector<std::string> output_names;        // Of a decision service with several, each once.
  std::vector<std::size_t> inside;              // Of a decision service: the elements it may look at, in order.
  std::size_t frame_size = 0;
  std::uint32_t depth = 0;  // Of boxes within boxes.
  BoxedPointer logic;
  bool external = false;
  bool circular = false;  // It needs its own result.
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

  // What a caller's name stands for: of the elements that it may mean those of the highest rank.
  struct Meant {
    std::size_t rank = 0;
    std::vector<std::size_t> elements;
  };
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };
  std::unordered_map<std::string, Meant, NameHash, std::equal_to<>> givable;
  std::set<std::string, std::less<>> import_names;  // "import", "import.inner": in contexts of such names are others.
  std::vector<std::vector<std::size_t>> same;       // Input data that are there several times.
  std::vector<TableInScope> tables;
  Problems findings;

  // The decision, business knowledge model or decision service; of an imported one its name alone will do where no
  // other has it. Nothing where there is none.
  std::optional<std::size_t> find(std::string_view name) const;
  // As it is written, else however it is spaced: "a-b" and "a - b" are one name (10.3.1.4). nullptr where it stands for
  // nothing.
  const Meant* meant_by(std::string_view name) const;
};

// One evaluation of elements: what is computed so far.
struct Run {
  const Compiled& compiled;
  feel::Evaluation& evaluation;
  const Value* const* given = nullptr;         // By element: what the caller gave, or nullptr.
  std::span<const std::size_t> elements = {};  // Those that it is about, in order; none: all.
  Value* values = nullptr;                     // One for each of them.
  std::uint8_t* states = nullptr;              // 0: not yet; 1: being computed; 2: there.
  bool service = false;                        // Of a decision service: what it computes nobody else gives.
  Trace* trace = nullptr;
  ElementTrace* element = nullptr;  // The one being evaluated, where there is a trace.
  Run* first = nullptr;             // The run for which this one was made, or itself.
  Run* next = nullptr;              // Of the first: another that was made for it.

  std::size_t place(std::size_t index) const {
    if (elements.empty()) return index;
    return static_cast<std::size_t>(std::lower_bound(elements.begin(), elements.end(), index) - elements.begin());
  }
};

Value value_of(Run& run, std::size_t element);

// Reasons belong to a place outside of FEEL's texts, "decision ‘Fee’, entry ‘a’", for as long as this lives. `where`
// outlives the evaluation.
class AtPlace {
 public:
  AtPlace(feel::Evaluation& evaluation, const std::string& where)
      : evaluation_(evaluation), expression_(evaluation.expression), node_(evaluation.node), where_(evaluation.where) {
    evaluation.expression = nullptr;
    evaluation.node = nullptr;
    evaluation.where = &where;
  }
  ~AtPlace() {
    evaluation_.expression = expression_;
    evaluation_.node = node_;
    evaluation_.where = where_;
  }
  AtPlace(const AtPlace&) = delete;
  AtPlace& operator=(const AtPlace&) = delete;

 private:
  feel::Evaluation& evaluation_;
  const feel::Expression* expression_;
  const feel::Node* node_;
  const std::string* where_;
};

// Deeper in the calls by so much, for as long as it lives. A box takes about as much of the stack as an expression does,
// a call of an element some more.
class Deeper {
 public:
  Deeper(feel::Evaluation& evaluation, std::uint32_t depth) : evaluation_(evaluation), depth_(depth) {
    if (evaluation.depth + depth > evaluation.budget().depth) {
      throw feel::BudgetExceeded{"The decision needs too many others, one through another.",
                                 "Look for decisions or functions that need each other."};
    }
    evaluation.depth += depth;
  }
  ~Deeper() { evaluation_.depth -= depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  feel::Evaluation& evaluation_;
  std::uint32_t depth_;
};

// null, noting why, at such a place.
Value null_at(feel::Evaluation& evaluation, const std::string& where, const char* what, const Value& first = {},
              const Value& second = {});

// The value as a variable of this type may hold it: unchanged, converted, or null with a reason (10.3.2.9.4). Values
// that the type doesn't allow (7.3.3) are null too.
Value bound(feel::Evaluation& evaluation, const Value& value, const Type& type, const std::string& where);

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
  std::uint32_t depth() const { return deepest_; }
  Compiled& compiled() { return compiled_; }
  Problems& findings() { return compiled_.findings; }
  void need_frame(std::size_t size) { frame_size_ = std::max(frame_size_, size); }

 private:
  TypeResolver types_;
  Compiled& compiled_;
  std::size_t frame_size_ = 0;
  std::uint32_t depth_ = 0;  // Where it is.
  std::uint32_t deepest_ = 0;
};

// See table.cpp.
BoxedPointer compile_table(BoxedCompiler& compiler, const Expression& expression, const DecisionTable& table,
                           const feel::Scope& scope, const std::string& where);

}  // namespace guildhall::dmn
