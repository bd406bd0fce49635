#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <initializer_list>

#include "feel/expression.h"

namespace guildhall::feel {
namespace {

// Variables with the names that are hardest to tell from other expressions.
struct Given {
  Given() {
    for (const auto& [name, value, typed] : std::initializer_list<std::tuple<const char*, const char*, bool>>{
             {"a", "3", true},
             {"b", "2", true},
             {"c", "\"x\"", false},
             {"a-b", "10", true},
             {"a b", "\"text\"", true},
             {"b + 1", "100", true},
             {"x in y", "7", true},
             {"profit and loss", "-5", false},
             {"list", "[1, 2, 3]", true},
             {"list of lists", "[[1], [2, \"a\"], null]", false},
             {"people", "[{first name: \"Al\", age: 3, date: @\"2020-01-01\"}, {first name: \"Bo\", age: null}]",
              false},
             {"typed people", "[{name: \"Al\", a: 1, a-b: 5}, {name: \"Bo\", a: 2, a-b: 6}]", true},
             {"date", "@\"2020-02-29\"", true},
             {"count", "4", true},
             {"f", "function(a, b) a", false},
             {"nothing", "null", false}}) {
      values.push_back(Expression::compile(value, {}).value());
      Evaluation evaluation(memory, {}, {});
      variables.push_back(values.back()->evaluate(evaluation, {}).value());
      scope.add(name, typed ? type_of(variables.back()) : Type());
    }
  }
  Memory memory;
  Scope scope;
  std::vector<std::shared_ptr<const Expression>> values;
  std::vector<Value> variables;
};

const Given& given() {
  static const Given given;
  return given;
}

std::string printed(std::string_view text, Expression::Form form = Expression::Form::Expression) {
  const auto expression = Expression::compile(text, given().scope, form);
  return expression.ok() ? print((*expression)->root()) : to_text(expression.problems());
}

struct Pair {
  std::string_view text;
  std::string_view printed;
};

TEST(Printing, WritesExpressionsInOneWay) {
  for (const auto& [text, expected] :
       std::initializer_list<Pair>{{"1+2*3", "1 + 2 * 3"},
                                   {"( 1+2 )*3", "(1 + 2) * 3"},
                                   {"1-(2-3)", "1 - (2 - 3)"},
                                   {"-  1", "- 1"},
                                   {"-1", "-1"},
                                   {"-(1)", "-(1)"},
                                   {"--a", "--a"},
                                   {"2**-a", "2 ** -a"},
                                   {"a   b", "a b"},
                                   {"a - b", "a - b"},    // The name.
                                   {"(a)-b", "(a) - b"},  // The difference: without parentheses it would be the name.
                                   {"b+(1)", "b + (1)"},
                                   {"a   =1 and b!= 2 or true", "a = 1 and b != 2 or true"},
                                   {"5 in 1", "5 in (1)"},
                                   {"5 in (1,>3)", "5 in (1, > 3)"},
                                   {"5 in (1)+2", "5 in ((1) + 2)"},
                                   {"]1..2[", "(1..2)"},
                                   {"( 1 ..2 ]", "(1..2]"},
                                   {"(<=5).end", "(<= 5).end"},
                                   {"a instance   of list < number >", "a instance of list < number >"},
                                   {"function ( x : number,y )x", "function(x: number, y) x"},
                                   {"{a:1,\"b c\":2,\"if\":3,\"d!\":4}", "{a: 1, b c: 2, \"if\": 3, \"d!\": 4}"},
                                   {"\"a\\u0041\\n\\\"\\\\d\"", "\"aA\\n\\\"\\\\d\""},
                                   {"@\"2020-01-01\"", "@\"2020-01-01\""},
                                   {"1.50e1", "15.0"},
                                   {"10E3", "10e3"},
                                   {"0e3", "0e3"},
                                   {"list[item>1].a", "list[item > 1].a"},
                                   {"f(a:1,b :2)", "f(a: 1, b: 2)"},
                                   {"sum( list )", "sum(list)"},
                                   {"if a then b else  c", "if a then b else c"},
                                   {"1+if a then b else c", "1 + (if a then b else c)"},
                                   {"for i in 1..2,j in list return i", "for i in 1..2, j in list return i"},
                                   {"some i in list satisfies i=1", "some i in list satisfies i = 1"},
                                   {"a between 1 and 2", "a between 1 and 2"}}) {
    EXPECT_EQ(printed(text), expected) << text;
  }
}

TEST(Printing, WritesUnaryTests) {
  for (const auto& [text, expected] : std::initializer_list<Pair>{{" - ", "-"},
                                                                  {"<5,[1 .. 3]", "< 5, [1..3]"},
                                                                  {"not( 1,2 )", "not(1, 2)"},
                                                                  {"(not(true))", "(not(true))"},
                                                                  {"not(true),false", "not(true), false"},
                                                                  {"?>5", "? > 5"},
                                                                  {"= 5, != 6", "= 5, != 6"}}) {
    EXPECT_EQ(printed(text, Expression::Form::UnaryTests), expected) << text;
  }
}

TEST(Printing, QuotesKeysThatAreNoNames) {
  EXPECT_EQ(print_key("date of birth"), "date of birth");
  EXPECT_EQ(print_key("a-b"), "\"a-b\"");
  EXPECT_EQ(print_key("for sale"), "\"for sale\"");
  EXPECT_EQ(print_key("1"), "\"1\"");
  EXPECT_EQ(print_key(""), "\"\"");
  EXPECT_EQ(print_key("a  b"), "\"a  b\"");
}

// Writes an expression along the grammar; each number drawn chooses an alternative. When there are no more numbers, the
// simplest is chosen, so that every sequence ends and shorter ones make smaller expressions.
class Author {
 public:
  explicit Author(std::vector<std::uint8_t> choices) : choices_(std::move(choices)) {}

  std::string expression(int depth = 0) {
    if (depth > 6) return simple();
    const auto inner = [&] { return expression(depth + 1); };
    switch (choose(35)) {
      case 0:
      case 1:
      case 2:
        return simple();
      case 3:
        return "(" + inner() + ")";
      case 4:
      case 5:
      case 6:
        return inner() + space() + one_of({"+", "-", "*", "/", "**"}) + space() + inner();
      case 7:
        return "-" + space() + inner();
      case 8:
      case 9:
        return inner() + space() + one_of({"=", "!=", "<", "<=", ">", ">="}) + space() + inner();
      case 10:
        return inner() + one_of({" and ", " or "}) + inner();
      case 11:
        return "(" + inner() + ") between " + inner() + " and " + inner();
      case 12:
        return inner() + " in " + inner();
      case 13:
        return inner() + " in (" + test(depth) + ", " + test(depth) + ")";
      case 14:
        return "(" + inner() + ") instance of " + type();
      case 15:
        return inner() + " instance of " + type();
      case 16:
        return "[" + inner() + "," + space() + inner() + "]";
      case 17:
        return "{" + name() + ": " + inner() + ", \"" + name() + "2\": " + inner() + "}";
      case 18:
        return "(" + inner() + ")." + one_of({"a", "a-b", "first name", "age", "date", "year", "start", "name"});
      case 19:
        return one_of({"people", "typed people", "[{a: 1}, {a: 2}]", "list of lists"}) + "." +
               one_of({"a", "a-b", "first name", "age", "date"});
      case 20:
        return one_of({"list", "people", "typed people", "list of lists"}) + "[" + inner() + "]";
      case 21:
        return one_of({"people", "typed people"}) + "[" + one_of({"age", "a", "a-b", "date", "count", "first name"}) +
               space() + one_of({"=", "<", "-"}) + space() + inner() + "]";
      case 22:
        return "(" + inner() + ")[" + inner() + "]";
      case 23:
        return "if " + inner() + " then " + inner() + " else " + inner();
      case 24:
        return "for " + variable() + " in " + inner() + " return " + inner();
      case 25:
        return "for " + variable() + " in 1..3, y in [1..2] return " + inner();
      case 26:
        return one_of({"some ", "every "}) + variable() + " in " + inner() + " satisfies " + inner();
      case 27:
        return "(function(a, b) " + inner() + ")(" + inner() + ", " + inner() + ")";
      case 28:
        return "(function(a: " + type() + ", b) " + inner() + ")(b: " + inner() + ", a: " + inner() + ")";
      case 29:
        return one_of({"sum", "max", "abs", "f", "string", "date", "not", "append", "flatten", "reverse"}) + "(" +
               inner() + ")";
      case 30:
        return one_of({"append", "concatenate", "substring", "contains", "f", "is", "date and time"}) + "(" + inner() +
               ", " + inner() + ")";
      case 31:
        return one_of({"[", "(", "]"}) + inner() + space() + ".." + space() + inner() + one_of({"]", ")"});
      case 32:
        return "(" + one_of({"<", "<=", ">", ">=", "=", "!="}) + space() + inner() + ")";
      case 33:
        return one_of({"<", "<=", ">", ">=", "=", "!="}) + space() + inner();
      default:
        return "function(" + name() + ") " + inner();
    }
  }

  std::string tests() {
    switch (choose(4)) {
      case 0:
        return test(0);
      case 1:
        return test(0) + ", " + test(0);
      case 2:
        return "not(" + test(0) + ")";
      default:
        return "? = " + expression();
    }
  }

 private:
  std::uint8_t choose(int below) {
    if (at_ == choices_.size()) return 0;
    return static_cast<std::uint8_t>(choices_[at_++] % below);
  }
  std::string one_of(std::initializer_list<const char*> choices) {
    return choices.begin()[choose(static_cast<int>(choices.size()))];
  }
  std::string space() { return one_of({"", " ", "  ", "/**/", "\n"}); }
  std::string variable() { return one_of({"x", "a", "item", "a b", "list"}); }
  std::string name() { return one_of({"a", "z", "a b", "a-b", "item", "date", "count"}); }
  std::string type() {
    return one_of({"number", "list<Any>", "Any", "string", "context<a: number>", "unknown", "range < number >",
                   "function<>->Any", "date and time"});
  }
  std::string test(int depth) {
    return one_of({"", "", "<", ">=", "= ", "not", "? = "}) + space() + "(" + expression(depth + 1) + ")";
  }
  std::string simple() {
    return one_of({"1",
                   "a",
                   "b",
                   "a-b",
                   "a b",
                   "c",
                   "0.5",
                   "-2",
                   "\"x\"",
                   "\"\\n\"",
                   "true",
                   "false",
                   "null",
                   "x",
                   "item",
                   "partial",
                   "list",
                   "people",
                   "date",
                   "count",
                   "f",
                   "nothing",
                   "x in y",
                   "profit and loss",
                   "b + 1",
                   "abs",
                   "sum",
                   "unknown one",
                   "@\"P1D\"",
                   "@\"P1Y\"",
                   "@\"bad\"",
                   "@\"10:00:00Z\"",
                   "typed people",
                   "list of lists",
                   "[]",
                   "{}",
                   "@\"2020-01-31T10:00:00\"",
                   "1e3",
                   "?"});
  }

  std::vector<std::uint8_t> choices_;
  std::size_t at_ = 0;
};

std::string outcome(const Expression& expression, Expression::Form form) {
  Memory memory(std::size_t{32} << 20);
  const Budget budget{.steps = 100'000, .depth = 500, .list_length = 10'000, .string_bytes = 100'000};
  Evaluation evaluation(memory, budget, {});
  const auto value = form == Expression::Form::Expression
                         ? expression.evaluate(evaluation, given().variables)
                         : expression.test(evaluation, given().variables, given().variables[0]);
  return value.ok() ? to_text(*value) : value.problems()[0].what;
}

// print(parse(print(x))) is print(x), and means the same.
void check_text(const std::string& text, Expression::Form form) {
  const auto expression = Expression::compile(text, given().scope, form);
  if (!expression.ok()) RC_DISCARD("Not FEEL: the names around it make it something else.");
  const std::string once = print((*expression)->root());
  const auto again = Expression::compile(once, given().scope, form);
  if (!again.ok()) RC_FAIL(text + "\nis written as\n" + once + "\nwhich is not FEEL: " + to_text(again.problems()));
  const std::string twice = print((*again)->root());
  if (twice != once) RC_FAIL(text + "\nis written as\n" + once + "\nand that as\n" + twice);
  const std::string first = outcome(**expression, form);
  const std::string second = outcome(**again, form);
  if (first != second) RC_FAIL(text + " = " + first + "\nis written as\n" + once + " = " + second);
}

RC_GTEST_PROP(PrintingProperties, WhatIsWrittenMeansTheSame, (std::vector<std::uint8_t> choices)) {
  check_text(Author(choices).expression(), Expression::Form::Expression);
}

RC_GTEST_PROP(PrintingProperties, TestsThatAreWrittenMeanTheSame, (std::vector<std::uint8_t> choices)) {
  check_text(Author(choices).tests(), Expression::Form::UnaryTests);
}

// What is said of an expression before its evaluation is true of its value.
RC_GTEST_PROP(InferenceProperties, ValuesHaveTheTypesThatWereInferred, (std::vector<std::uint8_t> choices)) {
  const std::string text = Author(choices).expression();
  const auto compiled = Expression::compile(text, given().scope);
  if (!compiled.ok()) RC_DISCARD("Not FEEL.");
  const Expression& expression = **compiled;
  Memory memory(std::size_t{32} << 20);
  Evaluation evaluation(memory, {.steps = 100'000, .depth = 500}, {});
  const auto value = expression.evaluate(evaluation, given().variables);
  if (!value.ok()) return;
  if (!conforms(*value, expression.type())) {
    RC_FAIL(text + " = " + to_text(*value) + " was said to be " + expression.type().text());
  }
  for (const Problem& finding : expression.findings()) {
    const bool of_all =
        finding.where == expression.place(expression.root()) && finding.where.find("…") == std::string::npos;
    if (of_all && finding.what.ends_with("always null.") && !value->null()) {
      RC_FAIL(text + " = " + to_text(*value) + ": " + finding.what);
    }
  }
}

}  // namespace
}  // namespace guildhall::feel
