#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "dmn/impl/written_model.h"
#include "feel/json.h"

namespace guildhall::dmn::written {
namespace {

// The only reason of a decision with these inputs.
std::string reason(const std::string& elements, std::string_view inputs = "{}") {
  return reasons(compiled(elements), "It", inputs);
}

// ---------------------------------------------------------------------------------------------------------------------
// Why values are null.

TEST(Reasons, SayTheElementAndTheCharacter) {
  EXPECT_EQ(reason(decision("It", literal("1 + \"a\"", "", "_12"))),
            "The number 1 and the string \"a\" can't be added. (decision ‘It’, expression (_12), character 1 (‘1 + "
            "\"a\"’))\n");
  EXPECT_EQ(reason(decision("It", literal("[1,\n  null.a]"))),
            "Null has no entries. (decision ‘It’, expression, line 2, character 3 (‘null.a’))\n");
  EXPECT_EQ(reason(decision("It", literal("\"ä\" = upper case(7)"))),
            "In upper case(), \"string\" must be a string, not the number 7. (decision ‘It’, expression, character 7 "
            "(‘upper case(7)’))\n");
}

TEST(Reasons, SayTheEntryTheBindingAndTheColumn) {
  EXPECT_EQ(reason(decision("It", context(entry("a", literal("1")) + entry("b", literal("a + \"x\"", "", "_7"))))),
            "The number 1 and the string \"x\" can't be added. (decision ‘It’, entry ‘b’, expression (_7), character 1 "
            "(‘a + \"x\"’))\n");
  EXPECT_EQ(reason(decision("It", context(entry("a", literal("\"x\""), "number")))),
            "The string \"x\" was given where a value of the type number is needed. (decision ‘It’, entry ‘a’)\n");
  EXPECT_EQ(reason(decision("It", relation("a: number", {{literal("\"x\"")}}))),
            "The string \"x\" was given where a value of the type number is needed. (decision ‘It’, column ‘a’)\n");
  EXPECT_EQ(reason(decision("It", Table().in("-1", "string").out("", "string").rule({"-", "5"}))),
            "The number -1 was given where a value of the type string is needed. (decision ‘It’, input 1)\n"
            "The number 5 was given where a value of the type string is needed. (decision ‘It’, output 1)\n");
  EXPECT_EQ(reason(knowledge("f", "a", literal("a")) +
                   decision("It", invocation(literal("f"), binding("b", literal("1"))), knows("f"))),
            "The invoked function has no parameter of this name. (decision ‘It’, binding ‘b’)\n");
}

TEST(Reasons, SayTheElementWhereAValueDoesNotFit) {
  EXPECT_EQ(reason(input("X", "number") + decision("It", literal("X"), needs("X")), "{X: \"a\"}"),
            "The string \"a\" was given where a value of the type number is needed. (input ‘X’)\n");
  EXPECT_EQ(reason(type("tAge", "number", {.values = "[0..120]"}) + input("X", "tAge") +
                       decision("It", literal("X"), needs("X")),
                   "{X: 121}"),
            "The number 121 was given, which is not among the values that tAge allows. (input ‘X’)\n");
  EXPECT_EQ(reason(decision("It", literal("\"123\""), "", "number")),
            "The string \"123\" was given where a value of the type number is needed. (decision ‘It’)\n");
  EXPECT_EQ(reason(knowledge("f", "", literal("\"a\""), "", "number") + decision("It", literal("f()"), knows("f"))),
            "The string \"a\" was given where a value of the type number is needed. (business knowledge model ‘f’)\n");
  EXPECT_EQ(
      reason(knowledge("f", "x: number", literal("x")) + decision("It", literal("1 = f(\"a\")"), knows("f"))),
      "The string \"a\" was given where a value of the type number is needed. (decision ‘It’, expression, character "
      "5 (‘f(\"a\")’))\n");
  EXPECT_EQ(reason(decision("D", literal("\"a\"")) + service("S", {.outputs = {"D"}, .type = "number"}) +
                   decision("It", literal("S()"), knows("S"))),
            "The string \"a\" was given where a value of the type number is needed. (decision service ‘S’)\n");
}

TEST(Reasons, OfAFunctionAreInTheFunction) {
  EXPECT_EQ(
      reason(knowledge("f", "x", literal("x + null")) + decision("It", literal("[f(1)]"), knows("f"))),
      "The number 1 and null can't be added. (business knowledge model ‘f’, expression, character 1 (‘x + null’))\n");
  EXPECT_EQ(reason(knowledge("f", "x", conditional(literal("x"), literal("1"), literal("2"))) +
                   decision("It", literal("[f(1)]"), knows("f"))),
            "The condition is the number 1: neither true nor false. (business knowledge model ‘f’, conditional)\n");
  EXPECT_EQ(reason(knowledge("f", "x", Table().in("x").out().rule({"5", "1"})) +
                   decision("It", literal("[f(1)]"), knows("f"))),
            "No rule of the table matches. (business knowledge model ‘f’)\n");
}

TEST(Reasons, AreThoseOfTheLastEvaluation) {
  const auto model = compiled(decision("It", literal("1 + null")));
  Decider decider(model);
  EXPECT_TRUE(decider.reasons().empty());
  ASSERT_TRUE(decider.decide("It", {}).ok());
  EXPECT_EQ(decider.reasons().size(), 1U);
  decider.begin();
  EXPECT_TRUE(decider.reasons().empty());
}

TEST(Findings, SayTheElementAndTheCharacter) {
  EXPECT_EQ(findings(compiled(decision("It", literal("1 +", "", "_9")))),
            "decision ‘It’, expression (_9), character 4: The expression ends too early. Write what belongs here.");
  const std::string in_context = findings(compiled(decision("It", context(entry("a", literal("[1,\n 2 3]"))))));
  EXPECT_TRUE(in_context.starts_with("decision ‘It’, entry ‘a’, expression, line 2, character 4: ")) << in_context;
}

// ---------------------------------------------------------------------------------------------------------------------
// Large models.

std::string chain(int count) {
  std::string elements = decision("D0", literal("1"), "", "number");
  for (int i = 1; i < count; ++i) {
    const std::string before = "D" + std::to_string(i - 1);
    elements += decision("D" + std::to_string(i), literal(before + " + 1"), after(before), "number");
  }
  return elements;
}

TEST(LargeModels, DecisionsMayNeedOneAnotherThousandsDeep) {
  const auto model = compiled(chain(20'000));
  EXPECT_EQ(value(model, "D999"), "1000");
  EXPECT_EQ(value(model, "D19999"), "20000");
  EXPECT_EQ(model->needs("D19999").size(), 0U);
}

TEST(LargeModels, DecisionsMayNeedOneAnotherWithoutTypes) {
  std::string elements = decision("D0", literal("{a: 1}"));
  for (int i = 1; i < 2'000; ++i) {
    const std::string before = "D" + std::to_string(i - 1);
    elements += decision("D" + std::to_string(i), literal("{a: " + before + ".a + 1}"), after(before));
  }
  EXPECT_EQ(value(elements, "D1999"), "{a: 2000}");
}

TEST(LargeModels, MayHaveTenThousandInputs) {
  std::string elements;
  std::string sum = "[";
  std::string inputs = "{";
  std::string requirements;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = "I" + std::to_string(i);
    elements += input(name, "number");
    requirements += needs(name);
    sum += (i == 0 ? "" : ", ") + name;
    inputs += (i == 0 ? "" : ", ") + name + ": 1";
  }
  const auto started = std::chrono::steady_clock::now();
  const auto model = compiled(elements + decision("It", literal("sum(" + sum + "])"), requirements));
  EXPECT_EQ(value(model, "It", inputs + "}"), "10000");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(LargeModels, MayHaveTenThousandDecisionsWithEntriesOfTheirOwn) {
  std::string elements;
  for (int i = 0; i < 3'000; ++i) {
    const std::string number = std::to_string(i);
    elements += decision(
        "D" + number, context(entry("entry " + number, literal("1")) + entry("", literal("entry " + number + " + 1"))));
  }
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(value(elements, "D2999"), "2");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(LargeModels, TypesMayBeMadeOfManyOthers) {
  // Each of the first has 20 of the next: 20^10 in all.
  std::string types = type("t0", "number");
  for (int i = 1; i <= 10; ++i) {
    std::string components;
    for (int c = 0; c < 20; ++c) components += component("c" + std::to_string(c), "t" + std::to_string(i - 1));
    types += structure("t" + std::to_string(i), components);
  }
  EXPECT_EQ(value(types + input("X", "t10") + decision("It", literal("X"), needs("X")), "It", "{X: 1}"), "null");
  // One made of another, thousands of times, whichever is written first.
  for (const bool forwards : {true, false}) {
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
      const int number = forwards ? i : 19'999 - i;
      deep += type("t" + std::to_string(number), number == 0 ? "number" : "t" + std::to_string(number - 1),
                   {.collection = true});
    }
    const auto model =
        compiled(deep + input("X", "t19999") + input("Y", "t2") + decision("It", literal("Y"), needs({"X", "Y"})));
    EXPECT_EQ(value(model, "It", "{X: 1, Y: [[[1]]]}"), "[[[1]]]");
    EXPECT_NE(findings(model).find("more than 200 deep"), std::string::npos);
  }
}

TEST(LargeModels, ImportsMayGoAlongManyWays) {
  // Each model imports the next twenty times, under as many names.
  std::vector<std::string> others;
  for (int i = 1; i <= 5; ++i) {
    std::string elements;
    for (int n = 0; n < 20 && i < 5; ++n) elements += import("m" + std::to_string(n), "level" + std::to_string(i + 1));
    others.push_back(
        model(elements + type("tAge", "number") + input("X", "tAge") + decision("D", literal("X"), needs("X")),
              "level" + std::to_string(i)));
  }
  const auto outer = compiled_with(
      model(import("m", "level1") + decision("It", literal("m.D"), after("https://example.org/level1#D"))), others);
  EXPECT_EQ(value(outer, "It", "{X: 4}"), "4");
}

// ---------------------------------------------------------------------------------------------------------------------
// Budgets.

std::string within(const feel::Budget& budget, const std::string& elements) {
  Decider decider(compiled(elements), budget);
  return to_feel(decider.decide("It", {}));
}

TEST(Budgets, HoldForTheWholeEvaluation) {
  const std::string loops = decision("A", literal("for i in 1..1000 return i")) +
                            decision("B", literal("for i in 1..1000 return i")) +
                            decision("It", literal("count(A) + count(B)"), after({"A", "B"}));
  EXPECT_EQ(within({.steps = 10'000}, loops), "2000");
  EXPECT_EQ(within({.steps = 3'000}, loops), "problem: The expression takes more steps than it may.");
  const std::string boxes = decision(
      "It", for_each("x", literal("1..1000"), for_each("y", literal("1..1000"), context(entry("a", literal("1"))))));
  EXPECT_EQ(within({.steps = 100'000}, boxes), "problem: The expression takes more steps than it may.");
  EXPECT_EQ(within({.list_length = 10}, decision("It", for_each("x", literal("1..1000"), literal("1")))),
            "problem: The expression makes a longer list than it may.");
}

TEST(Budgets, TheDecisionGoesOnAfterAProblem) {
  const auto model = compiled(knowledge("f", "n", literal("f(n + 1)")) +
                              decision("Endless", literal("f(0)"), knows("f")) + decision("It", literal("1")));
  Decider decider(model);
  EXPECT_FALSE(decider.decide("Endless", {}).ok());
  EXPECT_EQ(to_feel(decider.decide("It", {})), "1");
  decider.begin();
  EXPECT_FALSE(decider.decide("Endless", {}).ok());
  EXPECT_EQ(to_feel(decider.decide("It", {})), "1");
}

TEST(Budgets, RecursionEndsBeforeTheStackDoes) {
  for (const std::string& body :
       {literal("f(n + 1)"), context(entry("a", literal("f(n + 1)"))),
        list(invocation(literal("f"), binding("n", literal("n")))),
        conditional(literal("true"), literal("f(n) + 1"), literal("1")), for_each("x", literal("[1]"), literal("f(n)")),
        filter(literal("[1]"), literal("f(n)")), std::string(Table().in("f(n)").out().rule({"-", "1"})),
        std::string(Table().in("n").out().rule({"-", "f(n)"}))}) {
    EXPECT_TRUE(
        within({}, knowledge("f", "n", body) + decision("It", literal("f(0)"), knows("f"))).starts_with("problem: "))
        << body;
  }
  // Boxes within boxes take room too.
  std::string boxes = literal("f(n)");
  for (int i = 0; i < 45; ++i) boxes = filter(boxes, list(literal("true")));
  EXPECT_TRUE(
      within({}, knowledge("f", "n", boxes) + decision("It", literal("f(0)"), knows("f"))).starts_with("problem: "));
  EXPECT_TRUE(
      within({}, decision(
                     "It",
                     context(entry("f", function("g, n",
                                                 invocation(literal("g"),
                                                            binding("g", literal("g")) +
                                                                binding("n", conditional(literal("true"),
                                                                                         conditional(literal("true"),
                                                                                                     literal("g(g, n)"),
                                                                                                     literal("1")),
                                                                                         literal("1")))))) +
                             entry("", literal("f(f, 1)")))))
          .starts_with("problem: "));
  // Two hundred calls within calls are no problem.
  EXPECT_EQ(within({}, knowledge("f", "n", literal("if n = 0 then 0 else 1 + f(n - 1)")) +
                           decision("It", literal("f(150)"), knows("f"))),
            "150");
}

// ---------------------------------------------------------------------------------------------------------------------
// Threads.

TEST(Threads, ShareOneModel) {
  const auto model =
      compiled(type("tAge", "number", {.values = "[0..120]"}) + input("Age", "tAge") +
               knowledge("double", "n: number", literal("n * 2")) +
               decision("Fee",
                        Table("COLLECT", "SUM")
                            .in("Age")
                            .out()
                            .rule({"< 18", "1"})
                            .rule({">= 18", "double(Age)"})
                            .rule({"-", "if string length(string(Age)) < 3 then 3 else 0"}),
                        needs("Age") + knows("double"), "number") +
               service("Serve", {.outputs = {"Fee"}, .input_data = {"Age"}}) +
               decision("It", literal("sum(for i in 1..20 return Serve(i)) + Fee"), knows("Serve") + after("Fee")));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      Decider decider(model);
      for (int i = 0; i < 50; ++i) {
        decider.begin();
        const std::array<feel::Entry, 1> entries{feel::Entry{"Age", feel::Value::number(18)}};
        Trace trace;
        const auto value = decider.decide("It", feel::Value::context(entries), i % 2 == 0 ? &trace : nullptr);
        // 17 children: 1 + 3; ages 18, 19 and 20: twice the age and 3; and the fee of 18 again.
        if (!value.ok() || !(value->number() == feel::Decimal(17 * 4 + 2 * (18 + 19 + 20) + 9 + 39))) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Values, FunctionsAreNullInJson) {
  const auto model =
      compiled(decision("It", literal("{f: function(x) x, g: sum, n: 1}")) + decision("F", literal("function(x) x")));
  Decider decider(model);
  EXPECT_EQ(feel::to_json(decider.decide("It", {}).value()).value(), "{\"f\":null,\"g\":null,\"n\":1}");
  EXPECT_EQ(feel::to_json(decider.decide("F", {}).value()).value(), "null");
}

}  // namespace
}  // namespace guildhall::dmn::written
