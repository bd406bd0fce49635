#include "feel/expression.h"

#include <cstdlib>

namespace {

using namespace guildhall;
using namespace guildhall::feel;

void must(bool holds) {
  if (!holds) std::abort();
}

Scope odd_names() {
  Scope scope;
  scope.add("a", Type::Base::Number);
  scope.add("b");
  scope.add("a-b", Type::Base::Number);
  scope.add("a b", Type::Base::String);
  scope.add("profit and loss");
  scope.add("list", Type::list_of(Type::context_of({{"a", Type::Base::Number}, {"first name", Type::Base::String}})));
  scope.add("date");
  scope.add("é/🐎?");
  scope.add_type("tA", Type::context_of({{"a", Type::Base::Number}}));
  scope.add_member("post code");
  return scope;
}

// What evaluating it within little time and memory gives.
std::string outcome(const Expression& expression, Expression::Form form) {
  Memory memory(std::size_t{8} << 20);
  const Budget budget{.steps = 20'000, .depth = 200, .list_length = 1'000, .string_bytes = 10'000};
  Evaluation evaluation(memory, budget, {});
  const std::array<Entry, 2> entries{Entry{"a", Value::number(1)}, Entry{"first name", Value::string("Al")}};
  const std::array<Value, 2> people{Value::context(memory, entries), Value()};
  const std::array<Value, 8> variables{
      Value::number(3), Value::boolean(true),        Value::number(10),          Value::string("text"),
      Value(),          Value::list(memory, people), Value::date({2020, 2, 29}), Value::list({})};
  const auto value = form == Expression::Form::Expression ? expression.evaluate(evaluation, variables)
                                                          : expression.test(evaluation, variables, variables[0]);
  if (!value.ok()) return "";
  if (form == Expression::Form::Expression) must(conforms(*value, expression.type()));
  for (const NullReason& reason : evaluation.reasons()) must(!to_text(reason).empty());
  return to_text(*value);
}

bool too_deep(const Result<std::shared_ptr<const Expression>>& compiled) {
  return !compiled.ok() && compiled.problems()[0].what == "The expression is nested too deeply.";
}

void read(std::string_view text, Expression::Form form) {
  static const Scope scope = odd_names();
  const auto expression = Expression::compile(text, scope, form, "here");
  if (!expression.ok()) {
    must(!expression.problems().empty() && expression.problems()[0].where.starts_with("here"));
    return;
  }
  // Writing an expression may add parentheses, but changes nothing else.
  const std::string once = print((*expression)->root());
  const auto again = Expression::compile(once, scope, form);
  if (too_deep(again) || once.size() > 1'000'000) return;
  must(again.ok());
  must(print((*again)->root()) == once);
  const std::string first = outcome(**expression, form);
  const std::string second = outcome(**again, form);
  must(first == second || first.empty() || second.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text, Expression::Form::Expression);
  read(text, Expression::Form::UnaryTests);
  return 0;
}
