#pragma once

// FEEL, the Friendly Enough Expression Language of DMN 1.5, chapter 10: the one language that a council writes its
// rules in.
//
//   feel::Scope scope;
//   scope.add("Applicant Age", feel::Type::Base::Number);
//   const auto expression = TRY(feel::Expression::compile("Applicant Age >= 18", scope));
//   feel::Memory memory;
//   feel::Evaluation evaluation(memory, {}, {});
//   const std::array<feel::Value, 1> variables{feel::Value::number(21)};
//   const feel::Value value = TRY(expression->evaluate(evaluation, variables));  // true
//
// An expression is compiled once: names become places, constants are computed. Evaluating it has no effect but its
// value, allocates only in the Memory (nothing at all for most conditions) and ends within its Budget. What the
// standard calls an error is null; why a value is null is in evaluation.reasons(). A compiled expression is immutable
// and may be used by any number of threads, each with a Memory and an Evaluation of its own.
//
// Read next: value.h (what there is to compute with), type.h, builtins.h (the functions).

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "feel/evaluation.h"
#include "feel/node.h"

namespace guildhall::feel {

// The names that an expression may use. FEEL's names may hold spaces and operators, so an expression can't be read
// without them (10.3.1.5).
class Scope {
 public:
  // The next variable: its value comes at the same place of the `variables` given to evaluate().
  void add(std::string_view name, Type type = {});
  // A name for "instance of" and for parameters: an item definition.
  void add_type(std::string_view name, Type type);
  // A name that contexts of unknown type may have: "date of birth". Names of one word need not be told.
  void add_member(std::string_view name);

  struct Variable {
    std::string name;
    std::string key;
    Type type;
  };
  const std::vector<Variable>& variables() const { return variables_; }
  const Type* type(std::string_view key) const;
  const std::string* member(std::string_view key) const;  // As it was told; nullptr where it wasn't.

 private:
  struct Names {
    std::unordered_map<std::string, Type> types;  // By key.
    std::unordered_map<std::string, std::string> members;
  };
  Names& own_names();

  std::vector<Variable> variables_;
  std::shared_ptr<Names> names_ = std::make_shared<Names>();  // Copies share it until one of them adds another.
};

// A name as its tokens with one space between each: "Phone   Number" is "Phone Number", "a-b" is "a - b". Two names are
// the same when their keys are. A string that is no name is its own key. Source: 10.3.1.4.
std::string name_key(std::string_view name);

class Expression {
 public:
  enum class Form : std::uint8_t { Expression, UnaryTests };

  // What the text stands in, where it is only a part of an expression: the "1..3" of for x in 1..3 return x.
  struct Around {
    std::string_view before;
    std::string_view after;
  };

  // `where` says in problems what text this is: "decision Fee, element _12". What can't be read is a problem with the
  // character at which reading stopped. What can be read but can't work (an unknown name, a sum of a number and a
  // string) still compiles, to null, and is among findings().
  static Result<std::shared_ptr<const Expression>> compile(std::string_view text, const Scope& scope,
                                                           Form form = Form::Expression, std::string where = {},
                                                           Around around = {});
  ~Expression();

  // One value for each of the scope's variables. A Problem only where a budget is used up.
  Result<Value> evaluate(Evaluation& evaluation, std::span<const Value> variables) const;

  // Of unary tests: does the input satisfy them? true, false or null.
  Result<Value> test(Evaluation& evaluation, std::span<const Value> variables, const Value& input) const;

  // The same for callers who catch BudgetExceeded themselves, further out.
  Value run(Evaluation& evaluation, std::span<const Value> variables) const;
  Value run_test(Evaluation& evaluation, std::span<const Value> variables, const Value& input) const;

  const Node& root() const { return *root_; }
  const Type& type() const { return root_->type; }
  const std::string& text() const { return text_; }
  const std::string& where() const { return where_; }
  const Problems& findings() const { return findings_; }
  // "decision Fee, element _12, line 1, character 7 (‘x’)"
  std::string place(const Node& node) const;
  const std::unordered_set<std::uint32_t>& variables_used() const { return variables_used_; }

 private:
  friend class Parser;
  Expression();
  std::string text_;
  std::size_t before_ = 0;  // Bytes of it that nobody wrote.
  std::string where_;
  Form form_ = Form::Expression;
  Memory constants_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::unique_ptr<FunctionCode>> functions_;
  std::uint32_t slots_ = 0;
  Node* root_ = nullptr;
  Problems findings_;
  std::unordered_set<std::uint32_t> variables_used_;
};

// The expression written out again: print(parse(print(x))) is print(x), and means the same.
std::string print(const Node& node);

// A problem of an evaluation that stopped.
Problem to_problem(const BudgetExceeded& exceeded, std::string where);

// A name in the text of FEEL: quoted where it isn't one.
std::string print_key(std::string_view name);

// e in t for one test value: equality, membership of a list, or lying in a range (10.3.2.15, table 55).
Value in(Evaluation& evaluation, const Value& value, const Value& test);

// Operators by themselves, for those who compute with values: 10.3.2.15, tables 56 to 60. null with a reason.
Value add(Evaluation& evaluation, const Value& left, const Value& right);
Value subtract(Evaluation& evaluation, const Value& left, const Value& right);
Value multiply(Evaluation& evaluation, const Value& left, const Value& right);
Value divide(Evaluation& evaluation, const Value& left, const Value& right);

}  // namespace guildhall::feel
