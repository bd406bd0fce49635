#include "dmn/impl/written_model.h"

// Source: DMN 1.5, 10.2.1.

namespace guildhall::dmn::written {
namespace {

// The value of an expression in a decision that requires these functions.
std::string with_functions(const std::string& expression) {
  return value(knowledge("add", "a: number, b: number", literal("a + b")) + knowledge("none", "", literal("7")) +
                   knowledge("spaced", "first part, second part", literal("[first part, second part]")) +
                   decision("It", expression, knows({"add", "none", "spaced"})),
               "It");
}

TEST(BoxedLiteral, MayHaveLinesAndComments) {
  EXPECT_EQ(value_of(literal("1 +\n // one more\n 2 /* three */")), "3");
  EXPECT_EQ(value_of(literal("  \n\t 5 \n")), "5");
  EXPECT_EQ(value_of(literal("")), "null");
}

TEST(BoxedContext, IsAContextOfItsEntries) {
  EXPECT_EQ(value_of(context(entry("a", literal("1")) + entry("b b", list(literal("2"))))), "{a: 1, b b: [2]}");
  EXPECT_EQ(value_of(context("")), "{}");
  EXPECT_EQ(value_of(context(entry("", literal("5")))), "5");
}

TEST(BoxedContext, GivesItsResultWhereItHasOne) {
  EXPECT_EQ(value_of(context(entry("a", literal("2")) + entry("b", literal("a * 3")) + entry("", literal("a + b")))),
            "8");
  EXPECT_EQ(value_of(context(entry("a", literal("1")) + entry("", context(entry("b", literal("a")))))), "{b: 1}");
}

TEST(BoxedContext, EntriesMayBeAnything) {
  EXPECT_EQ(value_of(context(entry("f", function("x: number", literal("x * 2"))) +
                             entry("t", Table().in("f(1)").out().rule({"2", "\"two\""})) +
                             entry("r", relation("x, y", {{literal("1"), literal("2")}})) +
                             entry("", literal("{t: t, y: r[1].y}")))),
            "{t: \"two\", y: 2}");
  // The typeRef of a function's entry may be that of what it gives.
  EXPECT_EQ(
      value_of(context(entry("f", function("x: number", literal("x * 2")), "number") + entry("", literal("f(4)")))),
      "8");
}

TEST(BoxedContext, TwoEntriesOfOneNameAreAnError) {
  const auto model = compiled(decision("It", context(entry("a", literal("1")) + entry("a", literal("2")))));
  EXPECT_EQ(value(model, "It"), "null");
  EXPECT_NE(findings(model).find("The context has two entries named ‘a’."), std::string::npos) << findings(model);
}

TEST(BoxedContext, NamesOfItsEntriesAreKnownOutside) {
  EXPECT_EQ(value(decision("Person", context(entry("first name", literal("\"A\"")))) +
                      decision("It", literal("Person.first name"), after("Person")),
                  "It"),
            "\"A\"");
  EXPECT_EQ(value(knowledge("person", "n",
                            conditional(literal("true"), context(entry("first name", literal("n"))), literal("null"))) +
                      decision("It", literal("person(\"A\").first name"), knows("person")),
                  "It"),
            "\"A\"");
}

TEST(BoxedList, IsAListOfItsItems) {
  EXPECT_EQ(value_of(list(literal("1") + literal("\"a\"") + context(entry("b", literal("2"))) + list(""))),
            "[1, \"a\", {b: 2}, []]");
  EXPECT_EQ(value_of(list("")), "[]");
  EXPECT_EQ(value_of(list(literal("1 +"))), "[null]");
}

TEST(BoxedRelation, IsAListOfContexts) {
  EXPECT_EQ(
      value_of(relation("name, age: number", {{literal("\"A\""), literal("1")}, {literal("\"B\""), literal("1 + 1")}})),
      "[{name: \"A\", age: 1}, {name: \"B\", age: 2}]");
  EXPECT_EQ(value_of(relation("name", {})), "[]");
  EXPECT_EQ(value(decision("People", relation("first name, age",
                                              {{literal("\"A\""), literal("1")}, {literal("\"B\""), literal("2")}})) +
                      decision("It", literal("People[age > 1].first name"), after("People")),
                  "It"),
            "[\"B\"]");
}

TEST(BoxedFunction, IsAFunctionOfItsParameters) {
  EXPECT_EQ(value(decision("f", function("x: number, y", literal("[x, y]"))) +
                      decision("It", literal("[f(1, 2), f([1], 2), f(\"1\", 2), f(1)]"), after("f")),
                  "It"),
            "[[1, 2], [1, 2], null, null]");
  EXPECT_EQ(value(decision("f", function("", literal("1"), "FEEL")) + decision("It", literal("f()"), after("f")), "It"),
            "1");
  EXPECT_EQ(value(decision("f", function("x", "")) + decision("It", literal("f(1)"), after("f")), "It"), "null");
}

TEST(BoxedInvocation, BindsParametersByName) {
  EXPECT_EQ(with_functions(invocation(literal("add"), binding("b", literal("1")) + binding("a", literal("2")))), "3");
  EXPECT_EQ(with_functions(invocation(literal("spaced"),
                                      binding("second  part", literal("2")) + binding("first part", literal("1")))),
            "[1, 2]");
  EXPECT_EQ(with_functions(invocation(literal("add"), binding("a", literal("[2]")) + binding("b", literal("1")))), "3");
  EXPECT_EQ(with_functions(invocation(literal("add"), binding("a", literal("\"2\"")) + binding("b", literal("1")))),
            "null");
  EXPECT_EQ(with_functions(invocation(literal("none"), "")), "7");
}

TEST(BoxedInvocation, WhatIsNotBoundIsNullAndOtherNamesAreAnError) {
  EXPECT_EQ(with_functions(invocation(literal("spaced"), binding("first part", literal("1")))), "[1, null]");
  EXPECT_EQ(with_functions(invocation(literal("spaced"), "<binding><parameter name=\"first part\"/></binding>")),
            "[null, null]");
  EXPECT_EQ(with_functions(invocation(literal("spaced"), binding("third part", literal("1")))), "null");
  EXPECT_EQ(with_functions(invocation(literal("\"add\""), binding("a", literal("1")))), "null");
  EXPECT_EQ(with_functions(invocation(literal("nobody"), binding("a", literal("1")))), "null");
}

TEST(BoxedInvocation, BindingsMayBeTypedAndBeBoxesThemselves) {
  EXPECT_EQ(with_functions(invocation(literal("spaced"), binding("first part", literal("[1]"), "number") +
                                                             binding("second part", list(literal("1"))))),
            "[1, [1]]");
  EXPECT_EQ(with_functions(invocation(
                literal("add"),
                binding("a", invocation(literal("add"), binding("a", literal("1")) + binding("b", literal("2")))) +
                    binding("b", Table().out().rule({"4"})))),
            "7");
}

TEST(BoxedInvocation, CallsBuiltInFunctionsByTheNamesOfTheirParameters) {
  EXPECT_EQ(value_of(invocation(literal("substring"),
                                binding("string", literal("\"foobar\"")) + binding("start position", literal("3")))),
            "\"obar\"");
  EXPECT_EQ(value_of(invocation(literal("substring"), binding("string", literal("\"foobar\"")) +
                                                          binding("start position", literal("3")) +
                                                          binding("length", literal("2")))),
            "\"ob\"");
  EXPECT_EQ(value_of(invocation(literal("date"), binding("year", literal("2020")) + binding("month", literal("2")) +
                                                     binding("day", literal("29")))),
            "@\"2020-02-29\"");
  EXPECT_EQ(value_of(invocation(literal("date"), binding("from", literal("\"2020-02-29\"")))), "@\"2020-02-29\"");
  EXPECT_EQ(value_of(invocation(literal("sum"), binding("list", literal("[1, 2, 3]")))), "6");
  EXPECT_EQ(value_of(invocation(literal("abs // of the number"), binding("n", literal("-1")))), "1");
  EXPECT_EQ(value_of(invocation(literal("sum"), binding("nothing", literal("[1, 2, 3]")))), "null");
  EXPECT_EQ(value_of(context(entry("f", literal("upper case")) +
                             entry("", invocation(literal("f"), binding("string", literal("\"a\"")))))),
            "\"A\"");
}

TEST(BoxedInvocation, CallsFunctionsOfContextsAndOfExpressions) {
  EXPECT_EQ(value_of(context(entry("tools", context(entry("twice", function("x", literal("x * 2"))))) +
                             entry("", invocation(literal("tools.twice"), binding("x", literal("4")))))),
            "8");
  EXPECT_EQ(value_of(invocation(function("x", literal("x + 1")), binding("x", literal("4")))), "5");
  EXPECT_EQ(value_of(invocation(literal("function(x) x + 1"), binding("x", literal("4")))), "5");
}

TEST(BoxedConditional, ChoosesByTrue) {
  EXPECT_EQ(value_of(conditional(literal("1 < 2"), literal("\"yes\""), literal("\"no\""))), "\"yes\"");
  EXPECT_EQ(value_of(conditional(literal("1 > 2"), literal("\"yes\""), literal("\"no\""))), "\"no\"");
  EXPECT_EQ(value_of(conditional(literal("null"), literal("\"yes\""), literal("\"no\""))), "\"no\"");
  EXPECT_EQ(value_of(conditional(literal("5"), literal("\"yes\""), literal("\"no\""))), "null");
  EXPECT_EQ(value_of(conditional(conditional(literal("true"), literal("false"), literal("true")), literal("1"),
                                 context(entry("a", literal("2"))))),
            "{a: 2}");
}

TEST(BoxedFilter, KeepsWhatIsTrue) {
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3, 4]"), literal("item > 2"))), "[3, 4]");
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3, 4]"), literal("item > 9"))), "[]");
  EXPECT_EQ(value_of(filter(literal("[]"), literal("item > 9"))), "[]");
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), literal("item > 2 // the large ones"))), "[3]");
  EXPECT_EQ(value_of(filter(list(literal("1") + literal("5")), literal("item > 2"))), "[5]");
  EXPECT_EQ(value_of(filter(literal("5"), literal("item > 2"))), "[5]");
  EXPECT_EQ(value_of(filter(literal("null"), literal("item > 2"))), "null");
  EXPECT_EQ(value_of(filter(literal("[1, null, 3]"), literal("item > 2"))), "[3]");
}

TEST(BoxedFilter, SeesTheEntriesOfItsItems) {
  const std::string people =
      relation("age, first name", {{literal("1"), literal("\"A\"")}, {literal("20"), literal("\"B\"")}});
  EXPECT_EQ(value_of(filter(people, literal("age > 10"))), "[{age: 20, first name: \"B\"}]");
  EXPECT_EQ(value_of(filter(people, literal("item.first name = \"A\""))), "[{age: 1, first name: \"A\"}]");
  EXPECT_EQ(value_of(filter(people, literal("first name = \"A\""))), "[{age: 1, first name: \"A\"}]");
  EXPECT_EQ(value_of(context(entry("age", literal("10")) + entry("limit", literal("10")) +
                             entry("", filter(people, literal("age > limit"))))),
            "[{age: 20, first name: \"B\"}]");
  // Untyped, so that names are only known when it is evaluated.
  EXPECT_EQ(value(input("People") + decision("It", filter(literal("People"), literal("age > 10")), needs("People")),
                  "It", "{People: [{age: 20}, {age: 5}, {}]}"),
            "[{age: 20}]");
}

TEST(BoxedFilter, ConditionsMayBeBoxes) {
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), conditional(literal("item = 2"), literal("false"), literal("true")))),
            "[1, 3]");
  EXPECT_EQ(value_of(filter(relation("age", {{literal("1")}, {literal("20")}}),
                            Table().in("age").out().rule({"> 10", "true"}))),
            "[{age: 20}]");
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), list(literal("true")))), "null");
  EXPECT_EQ(value_of(filter(filter(literal("[1, 2, 3]"), literal("item > 1")), literal("item < 3"))), "[2]");
}

TEST(BoxedFilter, ConditionsMustBeTrueOrFalse) {
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), literal("2"))), "null");
  EXPECT_EQ(value_of(filter(literal("[[1], [2]]"), literal("2"))), "null");
  EXPECT_EQ(value_of(filter(literal("[[], []]"), literal("1"))), "null");
  EXPECT_EQ(value_of(filter(literal("[[1], [2]]"), literal("item = [2]"))), "[[2]]");
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), literal("\"a\""))), "null");
  EXPECT_EQ(value_of(filter(literal("[1, 2, 3]"), literal("if item = 2 then \"a\" else true"))), "null");
  EXPECT_EQ(value_of(filter(literal("[1, 2]"), literal("true] + [3"))), "null");
  EXPECT_EQ(value_of(filter(literal("[1, 2]"), literal("item = 1][true"))), "null");
}

TEST(BoxedFor, GivesTheResultOfEachItem) {
  EXPECT_EQ(value_of(for_each("x", literal("[1, 2, 3]"), literal("x * 2"))), "[2, 4, 6]");
  EXPECT_EQ(value_of(for_each("x", literal("1..3"), literal("x * 2"))), "[2, 4, 6]");
  EXPECT_EQ(value_of(for_each("x", literal("3..1"), literal("x"))), "[3, 2, 1]");
  EXPECT_EQ(value_of(for_each("x", literal("[1..3]"), literal("x"))), "[1, 2, 3]");
  EXPECT_EQ(value_of(for_each("x", conditional(literal("true"), literal("[1..3]"), literal("[]")), literal("x"))),
            "[1, 2, 3]");
  EXPECT_EQ(value_of(for_each("x", list(literal("1") + literal("2")), literal("x"))), "[1, 2]");
  EXPECT_EQ(value_of(for_each("x", literal("[]"), literal("x"))), "[]");
  EXPECT_EQ(value_of(for_each("x", literal("null"), literal("1"))), "null");
  EXPECT_EQ(value_of(for_each("x", literal("[1, 2] // both"), literal("x"))), "[1, 2]");
  EXPECT_EQ(value_of(for_each("long name", literal("[1, 2]"), literal("long name + 1"))), "[2, 3]");
}

TEST(BoxedFor, SeesTheResultsSoFarAndWhatIsAround) {
  EXPECT_EQ(value_of(for_each("i", literal("0..4"), literal("if i = 0 then 1 else i * partial[-1]"))),
            "[1, 1, 2, 6, 24]");
  EXPECT_EQ(value_of(context(entry("x", literal("10")) + entry("y", for_each("x", literal("[1, x]"), literal("x"))) +
                             entry("z", literal("x")))),
            "{x: 10, y: [1, 10], z: 10}");
  EXPECT_EQ(value_of(for_each("x", literal("[1, 2]"),
                              for_each("y", literal("[x, 10]"), context(entry("s", literal("x + y")))))),
            "[[{s: 2}, {s: 11}], [{s: 4}, {s: 12}]]");
  EXPECT_EQ(value_of(context(entry("fs", for_each("x", literal("[1, 2]"), function("y", literal("x + y")))) +
                             entry("", literal("[fs[1](10), fs[2](10)]")))),
            "[11, 12]");
}

TEST(BoxedFor, OnlyOneThingIsGoneThrough) {
  EXPECT_EQ(value_of(for_each("x", literal("[1, 2], y in [3, 4]"), literal("x"))), "null");
}

TEST(BoxedQuantified, AsksWhetherSomeOrEveryItemSatisfies) {
  EXPECT_EQ(value_of(quantified("some", "x", literal("[1, 2]"), literal("x > 1"))), "true");
  EXPECT_EQ(value_of(quantified("some", "x", literal("[1, 2]"), literal("x > 2"))), "false");
  EXPECT_EQ(value_of(quantified("some", "x", literal("[]"), literal("x > 2"))), "false");
  EXPECT_EQ(value_of(quantified("every", "x", literal("[1, 2]"), literal("x > 0"))), "true");
  EXPECT_EQ(value_of(quantified("every", "x", literal("[1, 2]"), literal("x > 1"))), "false");
  EXPECT_EQ(value_of(quantified("every", "x", literal("[]"), literal("x > 1"))), "true");
  EXPECT_EQ(value_of(quantified("every", "x", literal("1..5"), literal("x <= 5"))), "true");
  EXPECT_EQ(
      value_of(quantified("some", "x", relation("a", {{literal("1")}}), Table().in("x.a").out().rule({"1", "true"}))),
      "true");
}

TEST(BoxedQuantified, WhatIsNeitherTrueNorFalseIsAnError) {
  for (const char* kind : {"some", "every"}) {
    EXPECT_EQ(value_of(quantified(kind, "x", literal("[1, 2]"), literal("x"))), "null");
    EXPECT_EQ(value_of(quantified(kind, "x", literal("[1, 2]"), literal("if x = 1 then true else 5"))), "null");
    EXPECT_EQ(value_of(quantified(kind, "x", literal("[1, 2]"), literal("if x = 1 then 5 else true"))), "null");
    EXPECT_EQ(value_of(quantified(kind, "x", literal("null"), literal("true"))), "null");
  }
  // null is unknown, as in FEEL's own some and every.
  EXPECT_EQ(value_of(quantified("some", "x", literal("[1, null]"), literal("x > 0"))), "true");
  EXPECT_EQ(value_of(quantified("some", "x", literal("[1, null]"), literal("x > 1"))), "null");
  EXPECT_EQ(value_of(quantified("every", "x", literal("[1, null]"), literal("x > 1"))), "false");
  EXPECT_EQ(value_of(quantified("every", "x", literal("[1, null]"), literal("x > 0"))), "null");
}

}  // namespace
}  // namespace guildhall::dmn::written
