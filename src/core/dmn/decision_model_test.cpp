#include "dmn/decision_model.h"

#include <array>

#include "dmn/impl/written_model.h"

namespace guildhall::dmn::written {
namespace {

// What an input of the type becomes when it is given this.
std::string bound(const std::string& types, std::string_view type, std::string_view given) {
  return value(types + input("X", type) + decision("It", literal("X"), needs("X")), "It",
               "{X: " + std::string(given) + "}");
}

// What a decision of the type gives whose logic gives this.
std::string given_by_decision(const std::string& types, std::string_view type, std::string_view feel) {
  return value(types + decision("It", literal(feel), "", type), "It");
}

// ---------------------------------------------------------------------------------------------------------------------
// 10.3.2.9.4: implicit conversions.

TEST(Binding, AnInputKeepsWhatIsOfItsType) {
  EXPECT_EQ(bound("", "number", "5"), "5");
  EXPECT_EQ(bound("", "string", "\"a\""), "\"a\"");
  EXPECT_EQ(bound("", "Any", "[1]"), "[1]");
  EXPECT_EQ(bound("", "", "[1]"), "[1]");
  EXPECT_EQ(bound("", "date", "@\"2020-02-29\""), "@\"2020-02-29\"");
  EXPECT_EQ(bound("", "number", "null"), "null");
}

TEST(Binding, WhatIsNotOfItsTypeIsNull) {
  EXPECT_EQ(bound("", "number", "\"5\""), "null");
  EXPECT_EQ(bound("", "string", "5"), "null");
  EXPECT_EQ(bound("", "boolean", "\"true\""), "null");
  EXPECT_EQ(bound("", "date", "@\"2020-02-29T10:00:00\""), "null");
  EXPECT_EQ(bound("", "days and time duration", "@\"P1Y\""), "null");
  EXPECT_EQ(bound("", "number", "[1, 2]"), "null");
  EXPECT_EQ(bound("", "number", "[]"), "null");
  EXPECT_EQ(bound("", "number", "[\"1\"]"), "null");
}

TEST(Binding, AListOfOneIsItsItemAndAnItemAListOfOne) {
  const std::string types = type("tNumbers", "number", {.collection = true});
  EXPECT_EQ(bound("", "number", "[5]"), "5");
  EXPECT_EQ(bound(types, "tNumbers", "5"), "[5]");
  EXPECT_EQ(bound(types, "tNumbers", "[5]"), "[5]");
  EXPECT_EQ(bound(types, "tNumbers", "[5, 6]"), "[5, 6]");
  EXPECT_EQ(bound(types, "tNumbers", "[]"), "[]");
  EXPECT_EQ(bound(types, "tNumbers", "\"5\""), "null");
  EXPECT_EQ(bound(types, "tNumbers", "[\"5\"]"), "null");
  EXPECT_EQ(bound(types, "tNumbers", "[5, null]"), "[5, null]");
  EXPECT_EQ(bound(types, "tNumbers", "[[5]]"), "[5]");  // A list<list<number>> of one, where list<number> is wanted.
  EXPECT_EQ(bound(types, "tNumbers", "null"), "null");
}

TEST(Binding, ADateIsMidnightInUtcWhereADateAndTimeIsWanted) {
  EXPECT_EQ(bound("", "date and time", "@\"2020-02-29\""), "@\"2020-02-29T00:00:00Z\"");
  EXPECT_EQ(given_by_decision("", "date and time", "@\"2020-02-29\""), "@\"2020-02-29T00:00:00Z\"");
  EXPECT_EQ(value(knowledge("f", "m: date and time", literal("m")) +
                      decision("It", literal("f(@\"2020-02-29\")"), knows("f")),
                  "It"),
            "@\"2020-02-29T00:00:00Z\"");
  EXPECT_EQ(value_of(literal("(function(m: date and time) m)(@\"2020-02-29\")")), "@\"2020-02-29T00:00:00Z\"");
  EXPECT_EQ(bound("", "date", "@\"2020-02-29T00:00:00Z\""), "null");
}

TEST(Binding, TheResultOfADecisionIsConverted) {
  const std::string types = type("tNumbers", "number", {.collection = true});
  EXPECT_EQ(given_by_decision("", "number", "\"123\""), "null");  // The standard's own example.
  EXPECT_EQ(given_by_decision("", "number", "[123]"), "123");
  EXPECT_EQ(given_by_decision(types, "tNumbers", "123"), "[123]");
  EXPECT_EQ(given_by_decision(types, "tNumbers", "[1, \"2\"]"), "null");
  EXPECT_EQ(given_by_decision("", "", "[123]"), "[123]");
}

TEST(Binding, ADecisionWithoutATypeKeepsWhatItsLogicGives) {
  EXPECT_EQ(value_of(filter(literal("3"), literal("item > 2"))), "[3]");
  EXPECT_EQ(value_of(Table("RULE ORDER").out("", "", "", "\"none\"").in("1").rule({"2", "\"x\""})), "\"none\"");
  EXPECT_EQ(value_of(Table("COLLECT").out("", "", "", "0").in("1").rule({"2", "1"})), "0");
  EXPECT_EQ(value_of(literal("if true then [1] else 2")), "[1]");
  EXPECT_EQ(value_of(conditional(literal("true"), literal("[1]"), literal("[2]"))), "[1]");
}

TEST(Binding, ParametersAndResultsOfBusinessKnowledgeModelsAreConverted) {
  const std::string types = type("tNumbers", "number", {.collection = true});
  const auto call = [&](std::string_view parameter, std::string_view result, std::string_view argument,
                        std::string_view body = "p") {
    return value(types + knowledge("f", "p: " + std::string(parameter), literal(body), "", result) +
                     decision("It", literal("f(" + std::string(argument) + ")"), knows("f")),
                 "It");
  };
  EXPECT_EQ(call("number", "", "[5]"), "5");
  EXPECT_EQ(call("tNumbers", "", "5"), "[5]");
  EXPECT_EQ(call("number", "", "\"5\""), "null");
  EXPECT_EQ(call("number", "", "\"5\"", "\"called\""), "null");  // It isn't called at all (10.3.2.13.2).
  EXPECT_EQ(call("number", "", "null", "\"called\""), "\"called\"");
  EXPECT_EQ(call("Any", "number", "[5]"), "5");
  EXPECT_EQ(call("Any", "tNumbers", "5"), "[5]");
  EXPECT_EQ(call("Any", "number", "\"5\""), "null");
}

TEST(Binding, TheTypeOfAResultIsThatOfTheVariableTheLogicOrTheBody) {
  const auto call = [&](const std::string& variable_type, const std::string& logic_type, const std::string& body_type) {
    return value(
        structure("tGivesNumber", "<functionItem outputTypeRef=\"number\"><parameters name=\"p\"/></functionItem>") +
            "<businessKnowledgeModel id=\"f\" name=\"f\">" + variable("f", variable_type) + "<encapsulatedLogic" +
            attribute("typeRef", logic_type) + "><formalParameter name=\"p\"/>" + literal("p", body_type) +
            "</encapsulatedLogic></businessKnowledgeModel>" + decision("It", literal("f([5])"), knows("f")),
        "It");
  };
  EXPECT_EQ(call("number", "", ""), "5");
  EXPECT_EQ(call("tGivesNumber", "", ""), "5");
  EXPECT_EQ(call("", "number", ""), "5");
  EXPECT_EQ(call("", "tGivesNumber", ""), "5");
  EXPECT_EQ(call("", "", "number"), "5");  // Table 43: (number, number) → number.
  EXPECT_EQ(call("", "", ""), "[5]");
}

TEST(Binding, ContextEntriesAndColumnsAreConverted) {
  EXPECT_EQ(value_of(context(entry("a", literal("[1]"), "number") + entry("b", literal("\"x\""), "number"))),
            "{a: 1, b: null}");
  EXPECT_EQ(value_of(relation("a: number, b", {{literal("[1]"), literal("[1]")}, {literal("\"x\""), literal("2")}})),
            "[{a: 1, b: [1]}, {a: null, b: 2}]");
}

// ---------------------------------------------------------------------------------------------------------------------
// 7.3.3: item definitions.

TEST(Types, AllowedValuesRestrictASimpleType) {
  const std::string types = type("tColour", "string", {.values = "\"red\", \"green\""});
  EXPECT_EQ(bound(types, "tColour", "\"red\""), "\"red\"");
  EXPECT_EQ(bound(types, "tColour", "[\"red\"]"), "\"red\"");
  EXPECT_EQ(bound(types, "tColour", "\"blue\""), "null");
  EXPECT_EQ(bound(types, "tColour", "1"), "null");
  EXPECT_EQ(given_by_decision(types, "tColour", "\"green\""), "\"green\"");
  EXPECT_EQ(given_by_decision(types, "tColour", "\"blue\""), "null");
}

TEST(Types, AllowedValuesMayBeAnyUnaryTests) {
  EXPECT_EQ(bound(type("t", "number", {.values = "[0..10), > 100"}), "t", "0"), "0");
  EXPECT_EQ(bound(type("t", "number", {.values = "[0..10), > 100"}), "t", "10"), "null");
  EXPECT_EQ(bound(type("t", "number", {.values = "[0..10), > 100"}), "t", "101"), "101");
  EXPECT_EQ(bound(type("t", "number", {.values = "not(13)"}), "t", "13"), "null");
  EXPECT_EQ(bound(type("t", "number", {.values = "not(13)"}), "t", "14"), "14");
  EXPECT_EQ(bound(type("t", "string", {.values = "string length(?) = 3"}), "t", "\"abc\""), "\"abc\"");
  EXPECT_EQ(bound(type("t", "string", {.values = "string length(?) = 3"}), "t", "\"abcd\""), "null");
  EXPECT_EQ(bound(type("t", "date", {.values = ">= @\"2020-01-01\""}), "t", "@\"2019-12-31\""), "null");
  EXPECT_EQ(bound(type("t", "date", {.values = "? >= date(2020, 1, 1)"}), "t", "@\"2020-12-31\""), "@\"2020-12-31\"");
  EXPECT_EQ(bound(type("t", "boolean", {.values = "true"}), "t", "false"), "null");
}

TEST(Types, AllowedValuesOfACollectionAreThoseOfItsItems) {
  const std::string types = type("tColours", "string", {.values = "\"red\", \"green\"", .collection = true});
  EXPECT_EQ(bound(types, "tColours", "[\"red\", \"green\", \"red\"]"), "[\"red\", \"green\", \"red\"]");
  EXPECT_EQ(bound(types, "tColours", "\"red\""), "[\"red\"]");
  EXPECT_EQ(bound(types, "tColours", "[\"red\", \"blue\"]"), "null");
  EXPECT_EQ(bound(types, "tColours", "[]"), "[]");
  // Each element must satisfy the unary tests, which null doesn't.
  EXPECT_EQ(bound(types, "tColours", "[\"red\", null]"), "null");
}

TEST(Types, ATypeConstraintIsOfTheValueAsAWhole) {
  const std::string types = type("tNumbers", "number", {.constraint = "count(?) > 1", .collection = true}) +
                            type("tAge", "number", {.constraint = "[0..120]"});
  EXPECT_EQ(bound(types, "tNumbers", "[1, 2]"), "[1, 2]");
  EXPECT_EQ(bound(types, "tNumbers", "[1]"), "null");
  EXPECT_EQ(bound(types, "tNumbers", "1"), "null");
  EXPECT_EQ(bound(types, "tAge", "120"), "120");
  EXPECT_EQ(bound(types, "tAge", "121"), "null");
  const std::string both = type("t", "number", {.values = "> 0", .constraint = "sum(?) < 10", .collection = true});
  EXPECT_EQ(bound(both, "t", "[4, 5]"), "[4, 5]");
  EXPECT_EQ(bound(both, "t", "[5, 5]"), "null");
  EXPECT_EQ(bound(both, "t", "[5, -5]"), "null");
}

TEST(Types, WhatATypeIsMadeOfRestrictsItToo) {
  const std::string types = type("tAge", "number", {.values = "[0..120]"}) +
                            type("tAdult", "tAge", {.values = ">= 18"}) +
                            type("tAdults", "tAdult", {.collection = true});
  EXPECT_EQ(bound(types, "tAdult", "18"), "18");
  EXPECT_EQ(bound(types, "tAdult", "17"), "null");
  EXPECT_EQ(bound(types, "tAdult", "121"), "null");
  EXPECT_EQ(bound(types, "tAdults", "[18, 120]"), "[18, 120]");
  EXPECT_EQ(bound(types, "tAdults", "[18, 17]"), "null");
  // Not a collection itself: the allowed values are of the list that its base is.
  const std::string pairs =
      type("tNumbers", "number", {.collection = true}) + type("tPair", "tNumbers", {.values = "count(?) = 2"});
  EXPECT_EQ(bound(pairs, "tPair", "[1, 2]"), "[1, 2]");
  EXPECT_EQ(bound(pairs, "tPair", "[1, 2, 3]"), "null");
}

TEST(Types, AContextHasEveryComponentAndMayHaveMore) {
  const std::string types = structure("tPerson", component("name", "string") + component("age", "number"));
  EXPECT_EQ(bound(types, "tPerson", "{name: \"A\", age: 5}"), "{name: \"A\", age: 5}");
  EXPECT_EQ(bound(types, "tPerson", "{name: \"A\", age: 5, id: 7}"), "{name: \"A\", age: 5, id: 7}");
  EXPECT_EQ(bound(types, "tPerson", "{name: \"A\", age: null}"), "{name: \"A\", age: null}");
  EXPECT_EQ(bound(types, "tPerson", "{name: \"A\"}"), "null");
  EXPECT_EQ(bound(types, "tPerson", "{name: 5, age: 5}"), "null");
  EXPECT_EQ(bound(types, "tPerson", "[{name: \"A\", age: 5}]"), "{name: \"A\", age: 5}");
  EXPECT_EQ(bound(types, "tPerson", "\"A\""), "null");
}

TEST(Types, ComponentsAreRestrictedAtEveryDepth) {
  const std::string types =
      structure("tCouncil", component("name", "string") +
                                structure("wards",
                                          component("code", "string", {.values = "\"N\", \"S\""}) +
                                              component("seats", "number", {.values = "> 0", .collection = true}),
                                          {.collection = true, .tag = "itemComponent"}));
  EXPECT_EQ(bound(types, "tCouncil", "{name: \"B\", wards: [{code: \"N\", seats: [1, 2]}]}"),
            "{name: \"B\", wards: [{code: \"N\", seats: [1, 2]}]}");
  EXPECT_EQ(bound(types, "tCouncil", "{name: \"B\", wards: []}"), "{name: \"B\", wards: []}");
  EXPECT_EQ(bound(types, "tCouncil", "{name: \"B\", wards: [{code: \"E\", seats: [1]}]}"), "null");
  EXPECT_EQ(bound(types, "tCouncil", "{name: \"B\", wards: [{code: \"N\", seats: [1, 0]}]}"), "null");
}

TEST(Types, TheAllowedValuesOfAComponentMayUseItsSiblings) {
  const std::string types = structure(
      "tStay",
      component("first day", "date") + component("last day", "date", {.values = "? >= first day"}) +
          component("guests", "number") +
          component("ages", "number", {.values = ">= guests", .constraint = "count(?) = guests", .collection = true}));
  EXPECT_EQ(bound(types, "tStay", "{first day: @\"2020-01-01\", last day: @\"2020-01-02\", guests: 1, ages: [40]}"),
            "{first day: @\"2020-01-01\", last day: @\"2020-01-02\", guests: 1, ages: [40]}");
  EXPECT_EQ(bound(types, "tStay", "{first day: @\"2020-01-03\", last day: @\"2020-01-02\", guests: 1, ages: [40]}"),
            "null");
  EXPECT_EQ(bound(types, "tStay", "{first day: @\"2020-01-01\", last day: @\"2020-01-02\", guests: 2, ages: [40]}"),
            "null");
  EXPECT_EQ(bound(types, "tStay", "{first day: @\"2020-01-01\", last day: @\"2020-01-02\", guests: 2, ages: [40, 1]}"),
            "null");
}

TEST(Types, AllowedValuesHoldForTheArgumentsOfFunctions) {
  // 10.3.2.13.2: where the arguments do not conform, the result of the invocation is null; nothing is called.
  const std::string types = type("tAge", "number", {.values = "[0..120]"});
  const std::string calls = "[f(120), f(121), f([7]), f(null)]";
  EXPECT_EQ(
      value(types + knowledge("f", "age: tAge", literal("[age]")) + decision("It", literal(calls), knows("f")), "It"),
      "[[120], null, [7], [null]]");
  EXPECT_EQ(
      value(types + decision("f", function("age: tAge", literal("[age]"))) + decision("It", literal(calls), after("f")),
            "It"),
      "[[120], null, [7], [null]]");
  EXPECT_EQ(
      value(types + decision("f", literal("function(age: tAge) [age]")) + decision("It", literal(calls), after("f")),
            "It"),
      "[[120], null, [7], [null]]");
  EXPECT_EQ(
      value(types + input("age", "tAge") + decision("D", literal("[age]"), needs("age")) +
                service("f", {.outputs = {"D"}, .input_data = {"age"}}) + decision("It", literal(calls), knows("f")),
            "It"),
      "[[120], null, [7], [null]]");
}

TEST(Types, AFunctionIsOfATypeWithItsParameters) {
  const std::string types =
      structure("tTest",
                "<functionItem outputTypeRef=\"boolean\"><parameters name=\"n\" typeRef=\"number\"/>"
                "</functionItem>");
  const auto call = [&](std::string_view function) {
    return value(types + knowledge("f", "test: tTest", literal("test(5)")) +
                     decision("It", literal("f(" + std::string(function) + ")"), knows("f")),
                 "It");
  };
  EXPECT_EQ(call("function(n: number) n > 3"), "true");
  EXPECT_EQ(call("function(n) n > 3"), "true");
  EXPECT_EQ(call("function(s: string) s > \"3\""), "null");
  EXPECT_EQ(call("function(n: number, m: number) n > m"), "null");
  EXPECT_EQ(call("5"), "null");
}

TEST(Types, NamesMayHaveSpacesAndDots) {
  const std::string types = type("date of birth", "date") + type("t.Sum", "number") + type("tÄmter – Zahl", "number");
  EXPECT_EQ(bound(types, "date of birth", "@\"2020-01-01\""), "@\"2020-01-01\"");
  EXPECT_EQ(bound(types, "  date  of birth ", "1"), "null");
  EXPECT_EQ(bound(types, "t.Sum", "\"1\""), "null");
  EXPECT_EQ(bound(types, "tÄmter – Zahl", "[1]"), "1");
  EXPECT_EQ(bound(types, "dayTimeDuration", "@\"P1D\""), "@\"P1D\"");
  EXPECT_EQ(bound(types, "yearMonthDuration", "@\"P1D\""), "null");
  EXPECT_EQ(bound(types, "dateTime", "1"), "null");
  EXPECT_EQ(value(types + decision("It", literal("@\"2020-01-01\" instance of date of birth")), "It"), "true");
}

TEST(Types, TheKindsOfValuesThatHoldOthersAreTypesToo) {
  EXPECT_EQ(bound("", "list", "[1]"), "[1]");
  EXPECT_EQ(bound("", "list", "1"), "[1]");
  EXPECT_EQ(bound("", "context", "{a: 1}"), "{a: 1}");
  EXPECT_EQ(bound("", "context", "1"), "null");
  EXPECT_EQ(bound("", "range", "[1..2]"), "[1..2]");
  EXPECT_EQ(bound("", "list<number>", "[1]"), "[1]");
  EXPECT_EQ(bound("", "list<number>", "\"1\""), "null");
  EXPECT_EQ(bound("", "range<number>", "[1..2]"), "[1..2]");
  EXPECT_EQ(bound("", "range<string>", "[1..2]"), "null");
  EXPECT_EQ(bound("", "context<a: number>", "{a: 1}"), "{a: 1}");
  EXPECT_EQ(bound("", "context<a: number>", "{a: \"1\"}"), "null");
  EXPECT_EQ(bound(type("tAge", "number"), "list<tAge>", "7"), "[7]");
}

TEST(Types, PrefixesOfOlderVersionsSayNothingNew) {
  const auto old = [](std::string_view dmn, std::string_view feel) {
    return value(compiled_with("<d:definitions xmlns:d=\"" + std::string(dmn) + "\" xmlns:feel=\"" + std::string(feel) +
                                   "\" xmlns:own=\"https://example.org/old\" name=\"old\" "
                                   "namespace=\"https://example.org/old\"><d:itemDefinition name=\"tAge\">"
                                   "<d:typeRef>feel:number</d:typeRef></d:itemDefinition><d:decision id=\"It\" "
                                   "name=\"It\"><d:variable name=\"It\" typeRef=\"own:tAge\"/><d:literalExpression>"
                                   "<d:text>[5]</d:text></d:literalExpression></d:decision></d:definitions>",
                               {}),
                 "It");
  };
  EXPECT_EQ(old("http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/FEEL/20140401"), "5");
  EXPECT_EQ(old("http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/"), "5");
  EXPECT_EQ(old("https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20191111/FEEL/"), "5");
  EXPECT_EQ(old("https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/"), "5");
}

TEST(Types, ATypeThatIsNotThereOrMadeOfItselfHoldsAnything) {
  const auto missing = compiled(input("X", "tNobody") + decision("It", literal("X"), needs("X")));
  EXPECT_EQ(value(missing, "It", "{X: [1]}"), "[1]");
  EXPECT_NE(findings(missing).find("input ‘X’: There is no type named ‘tNobody’."), std::string::npos)
      << findings(missing);
  const auto round =
      compiled(type("tA", "tB") + type("tB", "tA") + input("X", "tA") + decision("It", literal("X"), needs("X")));
  EXPECT_EQ(value(round, "It", "{X: 1}"), "1");
  EXPECT_NE(findings(round).find("is made of itself"), std::string::npos) << findings(round);
}

TEST(Types, AllowedValuesThatAreNotFeelAllowNothing) {
  const auto model = compiled(type("t", "number", {.values = "5 5"}) + input("X", "t") +
                              decision("It", literal("X"), needs("X")) + decision("Other", literal("1")));
  EXPECT_EQ(value(model, "Other"), "1");
  EXPECT_EQ(value(model, "It", "{X: 6}"), "null");
  EXPECT_NE(findings(model).find("item definition ‘t’, allowed values"), std::string::npos) << findings(model);
}

// ---------------------------------------------------------------------------------------------------------------------
// 10.3.2.11: what an expression sees.

TEST(Scope, ADecisionSeesWhatItRequiresAndNothingElse) {
  const std::string elements =
      input("A", "number") + input("B", "number") + decision("C", literal("A + 1"), needs("A"));
  EXPECT_EQ(value(elements + decision("It", literal("A"), needs("A")), "It", "{A: 1, B: 2}"), "1");
  EXPECT_EQ(value(elements + decision("It", literal("B"), needs("A")), "It", "{A: 1, B: 2}"), "null");
  EXPECT_EQ(value(elements + decision("It", literal("C"), after("C")), "It", "{A: 1, B: 2}"), "2");
  // What it requires only through another is not in its scope.
  EXPECT_EQ(value(elements + decision("It", literal("A"), after("C")), "It", "{A: 1, B: 2}"), "null");
  EXPECT_EQ(value(elements + decision("It", literal("It"), needs("A")), "It", "{A: 1}"), "null");
}

TEST(Scope, AKnowledgeModelSeesItsParametersAndWhatItRequiresItself) {
  const std::string elements =
      input("A", "number") + knowledge("f", "x", literal("A")) + knowledge("g", "x", literal("x + 1")) +
      knowledge("h", "x", literal("g(x) * 2"), knows("g")) + knowledge("k", "x", literal("g(x) * 2"));
  const auto call = [&](std::string_view name) {
    return value(
        elements + decision("It", literal(std::string(name) + "(5)"), needs("A") + knows({"f", "g", "h", "k"})), "It",
        "{A: 1}");
  };
  EXPECT_EQ(call("f"), "null");  // Not the caller's A.
  EXPECT_EQ(call("g"), "6");
  EXPECT_EQ(call("h"), "12");
  EXPECT_EQ(call("k"), "null");  // Its caller requires g, but it doesn't.
}

TEST(Scope, ParametersHideWhatAKnowledgeModelRequires) {
  EXPECT_EQ(value(knowledge("g", "", literal("1")) + knowledge("f", "g", literal("g"), knows("g")) +
                      decision("It", literal("f(7)"), knows("f")),
                  "It"),
            "7");
}

TEST(Scope, EntriesOfAContextSeeTheOnesBeforeAndHideWhatIsOutside) {
  const std::string requirements = needs("A");
  const auto in_context = [&](const std::string& entries) {
    return value(input("A", "number") + decision("It", context(entries), requirements), "It", "{A: 1}");
  };
  EXPECT_EQ(in_context(entry("x", literal("A")) + entry("y", literal("x + 1"))), "{x: 1, y: 2}");
  EXPECT_EQ(in_context(entry("x", literal("y")) + entry("y", literal("2"))), "{x: null, y: 2}");
  EXPECT_EQ(in_context(entry("A", literal("A + 1")) + entry("y", literal("A"))), "{A: 2, y: 2}");
  EXPECT_EQ(in_context(entry("A", literal("5")) + entry("", literal("A"))), "5");
  // The entries of a context inside are hidden; with a point they are seen.
  EXPECT_EQ(
      in_context(entry("x", context(entry("A", literal("9")))) + entry("y", literal("A")) + entry("z", literal("x.A"))),
      "{x: {A: 9}, y: 1, z: 9}");
  EXPECT_EQ(in_context(entry("x", context(entry("a", literal("9")) + entry("", literal("a * 2")))) +
                       entry("y", literal("x"))),
            "{x: 18, y: 18}");
  EXPECT_EQ(in_context(entry("x", literal("1")) +
                       entry("y", context(entry("z", literal("x + A")) + entry("x", literal("10")) +
                                          entry("w", literal("x + A"))))),
            "{x: 1, y: {z: 2, x: 10, w: 11}}");
}

TEST(Scope, FunctionsTakeTheirSurroundingsWithThem) {
  EXPECT_EQ(
      value(input("A", "number") +
                decision("It",
                         context(entry("f", function("x: number", literal("x + A + b"))) + entry("b", literal("2")) +
                                 entry("g", function("x: number", literal("x + A + b"))) + entry("A", literal("100")) +
                                 entry("", literal("[f(1), g(1)]"))),
                         needs("A")),
            "It", "{A: 10}"),
      "[null, 13]");
  EXPECT_EQ(value(decision("Adder", function("x", function("y", literal("x + y")))) +
                      decision("It", literal("Adder(1)(2)"), after("Adder")),
                  "It"),
            "3");
}

TEST(Scope, NamesMayHaveSpacesSignsAndOtherAlphabets) {
  EXPECT_EQ(value(input("Date of birth (child)", "date") + decision("It", literal("1")), "It"), "1");
  EXPECT_EQ(
      value(input("Gebühr für Öl", "number") + decision("It", literal("Gebühr für Öl * 2"), needs("Gebühr für Öl")),
            "It", "{Gebühr für Öl: 2}"),
      "4");
  EXPECT_EQ(value(input("a-b", "number") + input("a", "number") + input("b", "number") +
                      decision("It", literal("[a-b, a - b, b-a]"), needs({"a-b", "a", "b"})),
                  "It", "{a-b: 5, a: 1, b: 2}"),
            "[5, 5, 1]");
  EXPECT_EQ(value(input("  Rate   of  interest ", "number") +
                      decision("It", literal("Rate of  interest"), needs("Rate of interest")),
                  "It", "{Rate of interest: 3}"),
            "3");
  EXPECT_EQ(value(decision("Über 18?", literal("true")) + decision("It", literal("Über 18?"), after("Über 18?")), "It"),
            "true");
}

TEST(Scope, WhatIsGivenMayBeSpacedOtherwise) {
  EXPECT_EQ(value(input("a-b", "number") + decision("It", literal("a-b"), needs("a-b")), "It", "{\"a - b\": 5}"), "5");
  EXPECT_EQ(value(input("a b", "number") + decision("It", literal("a b"), needs("a b")), "It", "{\"a  b\": 5}"), "5");
}

TEST(Scope, AVariableMayBeNamedOtherwiseThanItsElement) {
  const std::string elements = "<inputData id=\"in\" name=\"Applicant age\">" + variable("age", "number") +
                               "</inputData>" + decision("It", literal("age + 1"), needs("in"));
  EXPECT_EQ(value(elements, "It", "{age: 1}"), "2");
  EXPECT_EQ(value(elements, "It", "{Applicant age: 1}"), "2");
}

// ---------------------------------------------------------------------------------------------------------------------
// Decisions and what they require.

TEST(Decisions, WithoutLogicAreNullUnlessTheyAreGiven) {
  const std::string elements =
      decision("A", "", "", "number") + decision("It", literal("if A = null then 0 else A + 1"), after("A"));
  EXPECT_EQ(value(elements, "A"), "null");
  EXPECT_EQ(value(elements, "It"), "0");
  EXPECT_EQ(value(elements, "It", "{A: 4}"), "5");
  EXPECT_EQ(value(elements, "A", "{A: 4}"), "4");
  EXPECT_EQ(value(elements, "It", "{A: \"4\"}"), "0");
  EXPECT_EQ(value(knowledge("f", "x", "") + decision("It", literal("f(1)"), knows("f")), "It"), "null");
}

TEST(Decisions, ThatAreGivenAreNotComputed) {
  const std::string elements = decision("A", literal("1"), "", "number") + decision("It", literal("A + 1"), after("A"));
  EXPECT_EQ(value(elements, "It"), "2");
  EXPECT_EQ(value(elements, "It", "{A: 10}"), "11");
  EXPECT_EQ(value(elements, "It", "{A: [10]}"), "11");
  EXPECT_EQ(value(elements, "It", "{A: null}"), "null");
}

TEST(Decisions, AnInputThatIsNotGivenIsNull) {
  EXPECT_EQ(value(input("X", "number") + decision("It", literal("X = null"), needs("X")), "It"), "true");
}

TEST(Decisions, ThatNeedThemselvesAreNullAndSoIsWhatNeedsThem) {
  const auto model = compiled(decision("A", literal("if B = null then 1 else 2"), after("B")) +
                              decision("B", literal("if A = null then 1 else 2"), after("A")) +
                              decision("C", literal("C"), after("C")) + decision("D", literal("A"), after("A")) +
                              decision("E", literal("5")));
  EXPECT_EQ(value(model, "A"), "null");
  EXPECT_EQ(value(model, "B"), "null");
  EXPECT_EQ(value(model, "C"), "null");
  EXPECT_EQ(value(model, "D"), "null");
  EXPECT_EQ(value(model, "E"), "5");
  EXPECT_EQ(value(model, "D", "{A: 5}"), "5");
  EXPECT_EQ(findings(model).find("decision ‘D’"), std::string::npos) << findings(model);
  for (const char* name : {"A", "B", "C"}) {
    EXPECT_NE(findings(model).find("decision ‘" + std::string(name) + "’: The decision needs its own result."),
              std::string::npos);
  }
  EXPECT_NE(reasons(model, "D").find("The decision needs its own result. (decision ‘A’)"), std::string::npos)
      << reasons(model, "D");
}

TEST(Decisions, ThatCanNotBeReadLeaveTheOthersAlone) {
  const auto model =
      compiled(decision("A", literal("1 +")) + decision("B", literal("A"), after("A")) + decision("C", literal("2")) +
               decision("D", context(entry("x", literal(")")) + entry("y", literal("3")))));
  EXPECT_EQ(value(model, "A"), "null");
  EXPECT_EQ(value(model, "B"), "null");
  EXPECT_EQ(value(model, "C"), "2");
  EXPECT_EQ(value(model, "D"), "{x: null, y: 3}");
  EXPECT_NE(findings(model).find("decision ‘A’, expression, character 4"), std::string::npos) << findings(model);
  EXPECT_NE(reasons(model, "B").find("The expression can't be read. (decision ‘A’, expression)"), std::string::npos)
      << reasons(model, "B");
}

TEST(Decisions, OfOneNameAreAProblem) {
  const auto model = compiled("<inputData id=\"i\" name=\"A\">" + variable("A") + "</inputData>" +
                              decision("A", literal("1")) + decision("B", literal("2")));
  EXPECT_EQ(findings(model),
            "decision ‘A’: Another element has the same name: input ‘A’. Give one of them another name.");
}

TEST(Decisions, OfOtherLanguagesAreNull) {
  const auto model = compiled(
      knowledge("f", "x", "") +
      "<businessKnowledgeModel id=\"j\" name=\"j\"><encapsulatedLogic kind=\"Java\">"
      "<formalParameter name=\"x\"/>" +
      context(entry("class", literal("\"java.lang.Math\"")) + entry("method signature", literal("\"abs(int)\""))) +
      "</encapsulatedLogic></businessKnowledgeModel>" + decision("It", literal("j(1)"), knows("j")) +
      decision("Boxed", function("x", literal("1"), "PMML")));
  EXPECT_EQ(value(model, "It"), "null");
  EXPECT_EQ(value(model, "Boxed"), "null");
  EXPECT_NE(
      reasons(model, "It").find("Functions outside FEEL (Java, PMML) are not run here. (business knowledge model ‘j’)"),
      std::string::npos)
      << reasons(model, "It");
}

TEST(Decisions, MayGiveFunctions) {
  const auto model = compiled(
      knowledge("double", "x: number", literal("x * 2")) + decision("Built in", literal("sum")) +
      decision("Known", literal("double"), knows("double")) + decision("Written", literal("function(x) x * 2")) +
      decision("It", literal("[Built in(1, 2), Known(3), Written(4)]"), after({"Built in", "Known", "Written"})) +
      decision("Passed", literal("sort([2, 3, 1], function(x, y) double(x) < double(y))"), knows("double")));
  EXPECT_EQ(value(model, "It"), "[3, 6, 8]");
  EXPECT_EQ(value(model, "Passed"), "[1, 2, 3]");
}

TEST(Decisions, FunctionsThatAreGivenBackCanBeGivenAgain) {
  const auto model =
      compiled(knowledge("double", "x: number", literal("x * 2")) + input("f") +
               decision("Double", literal("double"), knows("double")) + decision("It", literal("f(4)"), needs("f")));
  Decider decider(model);
  feel::Value function;
  {
    Trace trace;
    const auto given = decider.decide("Double", {}, &trace);
    ASSERT_TRUE(given.ok());
    function = *given;
  }
  ASSERT_TRUE(function.is(feel::Kind::Function));
  const std::array<feel::Entry, 1> entries{feel::Entry{"f", function}};
  Trace trace;
  EXPECT_EQ(to_feel(decider.decide("It", feel::Value::context(entries), &trace)), "8");
}

TEST(KnowledgeModels, MayCallThemselvesAndOneAnother) {
  EXPECT_EQ(value(knowledge("factorial", "n: number", literal("if n <= 1 then 1 else n * factorial(n - 1)")) +
                      decision("It", literal("factorial(20)"), knows("factorial")),
                  "It"),
            "2432902008176640000");
  EXPECT_EQ(value(knowledge("even", "n", literal("if n = 0 then true else odd(n - 1)"), knows("odd")) +
                      knowledge("odd", "n", literal("if n = 0 then false else even(n - 1)"), knows("even")) +
                      decision("It", literal("[even(10), even(7), odd(7)]"), knows({"even", "odd"})),
                  "It"),
            "[true, false, true]");
}

TEST(KnowledgeModels, MayBeDecisionTablesOverTheirParameters) {
  const std::string table = Table()
                                .in("Age")
                                .in("Member")
                                .out()
                                .rule({"< 18", "-", "0"})
                                .rule({">= 18", "true", "5"})
                                .rule({">= 18", "false", "10"});
  EXPECT_EQ(
      value(knowledge("Fee", "Age: number, Member: boolean", table) +
                decision("It", literal("[Fee(17, true), Fee(18, true), Fee(Member: false, Age: 18)]"), knows("Fee")),
            "It"),
      "[0, 5, 10]");
}

TEST(KnowledgeModels, AreCalledWithAllTheirArgumentsOrByName) {
  const auto call = [](std::string_view arguments) {
    return value(knowledge("f", "a, b c", literal("[a, b c]")) +
                     decision("It", literal("f(" + std::string(arguments) + ")"), knows("f")),
                 "It");
  };
  EXPECT_EQ(call("1, 2"), "[1, 2]");
  EXPECT_EQ(call("b c: 1, a: 2"), "[2, 1]");
  EXPECT_EQ(call("a: 1"), "[1, null]");  // 10.3.2.13.5: unsupplied parameters are bound to null.
  EXPECT_EQ(call("1"), "null");
  EXPECT_EQ(call("1, 2, 3"), "null");
  EXPECT_EQ(call(""), "null");
  EXPECT_EQ(call("a: 1, d: 2"), "null");
}

// ---------------------------------------------------------------------------------------------------------------------
// 6.3.3: imports.

std::string reference(std::string_view of, std::string_view name) {
  return "https://example.org/" + std::string(of) + "#" + id_of(name);
}

TEST(Imports, AreNamedWithTheImportAndAPoint) {
  const std::string base = model(
      structure("tPerson", component("name", "string") + component("age", "number")) + input("Applicant", "tPerson") +
          decision("Greeting", literal("\"Hello \" + Applicant.name"), needs("Applicant"), "string") +
          knowledge("Say bye", "who: tPerson", literal("\"Bye \" + who.name")) +
          service("Greet", {.outputs = {"Greeting"}, .input_data = {"Applicant"}}),
      "base");
  const auto using_it = [&](std::string_view feel, const std::string& requirements, std::string_view inputs) {
    return value(compiled_with(model(import("common parts", "base") + input("Own", "common parts.tPerson") +
                                     decision("It", literal(feel), requirements)),
                               {base}),
                 "It", inputs);
  };
  const std::string applicant = "{name: \"A\", age: 1}";
  EXPECT_EQ(using_it("common parts.Greeting + \"!\"", after(reference("base", "Greeting")),
                     "{\"common parts.Applicant\": " + applicant + "}"),
            "\"Hello A!\"");
  EXPECT_EQ(using_it("common parts.Applicant.age + 1", needs(reference("base", "Applicant")),
                     "{common parts: {Applicant: " + applicant + "}}"),
            "2");
  EXPECT_EQ(using_it("common parts.Say bye(Own)", needs("Own") + knows(reference("base", "Say bye")),
                     "{Own: " + applicant + "}"),
            "\"Bye A\"");
  EXPECT_EQ(
      using_it("common parts.Greet(Own)", needs("Own") + knows(reference("base", "Greet")), "{Own: " + applicant + "}"),
      "\"Hello A\"");
  EXPECT_EQ(using_it("Own instance of common parts.tPerson", needs("Own"), "{Own: " + applicant + "}"), "true");
  EXPECT_EQ(using_it("Own", needs("Own"), "{Own: {name: \"A\"}}"), "null");
  // Only with the import's name, and only what is required.
  EXPECT_EQ(using_it("Greeting", after(reference("base", "Greeting")), "{Applicant: " + applicant + "}"), "null");
  EXPECT_EQ(using_it("common parts.Applicant", after(reference("base", "Greeting")), "{Applicant: " + applicant + "}"),
            "null");
}

TEST(Imports, InputsAreGivenWithTheImportInAContextOrByTheirNameAlone) {
  const auto both = compiled_with(
      model(import("b", "base") + input("Age", "number") +
            decision("It", literal("[Age, b.Age]"), needs({"Age", reference("base", "Age")})) +
            decision("Theirs", literal("b.Age"), needs(reference("base", "Age")))),
      {model(input("Age", "number") + input("Size", "number") + decision("Twice", literal("Size * 2"), needs("Size")),
             "base")});
  EXPECT_EQ(value(both, "It", "{Age: 1, \"b.Age\": 2}"), "[1, 2]");
  EXPECT_EQ(value(both, "It", "{\"b.Age\": 2, Age: 1}"), "[1, 2]");
  EXPECT_EQ(value(both, "It", "{Age: 1, b: {Age: 2}}"), "[1, 2]");
  EXPECT_EQ(value(both, "It", "{Age: 1}"), "[1, null]");  // This model's own Age.
  EXPECT_EQ(value(both, "Theirs", "{b: {Age: 2}}"), "2");
  EXPECT_EQ(value(both, "b.Twice", "{Size: 4}"), "8");
  EXPECT_EQ(value(both, "b.Twice", "{b: {Size: 4}}"), "8");
  EXPECT_EQ(value(both, "Twice", "{Size: 4}"), "8");  // No other decision is named so.
}

TEST(Imports, OfImportsAreGivenAlongTheirWay) {
  const std::string innermost = model(
      input("Name", "string") + decision("Hello", literal("\"Hello \" + Name"), needs("Name"), "string"), "inner");
  const auto middle = [&](const std::string& name) {
    return model(import("inner", "inner") + decision("Said", literal("\"" + name + ": \" + inner.Hello"),
                                                     after(reference("inner", "Hello")), "string"),
                 name);
  };
  const auto outer = compiled_with(model(import("M1", "one") + import("M2", "two") +
                                         decision("It", literal("M1.Said + \"; \" + M2.Said"),
                                                  after({reference("one", "Said"), reference("two", "Said")}))),
                                   {middle("one"), middle("two"), innermost});
  EXPECT_EQ(value(outer, "It", "{M1: {inner: {Name: \"A\"}}, M2: {inner: {Name: \"B\"}}}"),
            "\"one: Hello A; two: Hello B\"");
  EXPECT_EQ(value(outer, "It", "{\"M1.inner.Name\": \"A\", \"M2.inner.Name\": \"B\"}"),
            "\"one: Hello A; two: Hello B\"");
  EXPECT_EQ(value(outer, "It", "{\"inner.Name\": \"A\"}"), "\"one: Hello A; two: Hello A\"");
  EXPECT_EQ(value(outer, "It", "{Name: \"A\"}"), "\"one: Hello A; two: Hello A\"");
  EXPECT_EQ(value(outer, "It", "{\"M1.inner.Name\": \"A\"}"), "\"one: Hello A; two: Hello A\"");
  EXPECT_EQ(value(outer, "It", "{\"M1.inner.Name\": \"A\", Name: \"B\"}"), "\"one: Hello A; two: Hello B\"");
}

TEST(Imports, TypesAreNamedWithEveryImportOnTheWay) {
  const std::string inner = model(type("tAge", "number", {.values = "[0..120]"}), "inner");
  const std::string middle = model(import("in", "inner") + type("tYears", "in.tAge"), "middle");
  const auto bound_to = [&](std::string_view type) {
    return value(
        compiled_with(model(import("mid", "middle") + input("X", type) + decision("It", literal("X"), needs("X"))),
                      {middle, inner}),
        "It", "{X: 121}");
  };
  EXPECT_EQ(bound_to("mid.tYears"), "null");
  EXPECT_EQ(bound_to("mid.in.tAge"), "null");
  EXPECT_EQ(bound_to("in.tAge"), "121");  // There is no such type here.
}

TEST(Imports, WithoutANameAreAsIfTheyWereOfThisModel) {
  const std::string base =
      model(type("tAge", "number") + input("Age", "tAge") + decision("Twice", literal("Age * 2"), needs("Age")) +
                knowledge("add", "a, b", literal("a + b")) + decision("Clash", literal("\"base\"")) +
                decision("Only base", literal("\"base\"")),
            "base");
  const std::string second =
      model(decision("Twice", literal("\"second\"")) + decision("Only second", literal("\"second\"")), "second");
  const auto main_model = compiled_with(
      model(import("", "base") + import("", "second") + decision("Clash", literal("\"main\"")) + input("Own", "tAge") +
            decision("It", literal("add(Twice, Own)"),
                     after(reference("base", "Twice")) + needs("Own") + knows(reference("base", "add"))) +
            decision("Names", literal("[Clash, Twice, Only second]"),
                     after({"Clash", reference("base", "Clash"), reference("second", "Twice"),
                            reference("base", "Twice"), reference("second", "Only second")}))),
      {second, base});
  EXPECT_EQ(value(main_model, "It", "{Age: 4, Own: 1}"), "9");
  EXPECT_EQ(value(main_model, "It", "{Age: 4, Own: \"1\"}"), "null");
  EXPECT_EQ(value(main_model, "Names", "{Age: 4}"), "[\"main\", 8, \"second\"]");
  EXPECT_EQ(value(main_model, "Clash"), "\"main\"");
  EXPECT_EQ(value(main_model, "Only base"), "\"base\"");
  EXPECT_EQ(value(main_model, "Twice", "{Age: 4}"), "8");  // The first import has precedence.
}

TEST(Imports, OfOneModelTwiceAreTheSame) {
  const auto twice =
      compiled_with(model(import("a", "base") + import("b", "base") +
                          decision("It", literal("a.D + b.D"), after(reference("base", "D")))),
                    {model(input("X", "number") + decision("D", literal("X + 1"), needs("X"), "number"), "base")});
  EXPECT_EQ(value(twice, "It", "{X: 1}"), "4");
}

TEST(Imports, MayGoRoundInACircle) {
  const auto round = compiled_with(
      model(import("b", "other") + decision("A", literal("1")) +
            decision("It", literal("b.B + 1"), after(reference("other", "B")))),
      {model(import("m", "main") + decision("B", literal("m.A + 1"), after(reference("main", "A")), "number"),
             "other")});
  EXPECT_EQ(value(round, "It"), "3");
}

TEST(Imports, ThatAreNotThereAreSaidAndWhatNeedsThemIsNull) {
  const auto alone =
      compiled(import("gone", "gone") + input("X", "gone.tX") +
               decision("It", literal("gone.D"), after(reference("gone", "D"))) + decision("Other", literal("1")));
  EXPECT_EQ(value(alone, "It"), "null");
  EXPECT_EQ(value(alone, "Other"), "1");
  EXPECT_NE(findings(alone).find("import ‘gone’: The imported model ‘gone’ (https://example.org/gone) is not there."),
            std::string::npos)
      << findings(alone);
  EXPECT_NE(
      findings(alone).find("decision ‘It’: It requires an element that is not there: https://example.org/gone#D."),
      std::string::npos)
      << findings(alone);
}

TEST(Imports, AReferenceMayNameThisModel) {
  EXPECT_EQ(value(input("X", "number") + decision("It", literal("X"), needs(reference("main", "X"))), "It", "{X: 1}"),
            "1");
}

// ---------------------------------------------------------------------------------------------------------------------
// needs()

std::string needed(const ModelPointer& model, std::string_view decision) {
  std::string names;
  for (const DecisionModel::Need& need : model->needs(decision)) {
    names += (names.empty() ? "" : ", ") + need.name + ": " + need.type.text();
  }
  return names;
}

TEST(Needs, AreWhatADecisionRequiresThroughWhatever) {
  const auto everything = compiled(
      input("A", "number") + input("B", "string") + input("C") + input("D") +
      decision("AB", literal("A"), needs({"A", "B"})) + decision("Served", literal("AB"), after("AB") + needs("C")) +
      service("Serve", {.outputs = {"Served"}, .inside = {"AB"}, .input_data = {"A", "C"}}) +
      service("Serve all", {.outputs = {"Served"}, .input_decisions = {"AB"}, .input_data = {"C"}}) +
      knowledge("f", "x", literal("Serve(x, x)"), knows("Serve")) +
      decision("Through", literal("f(D)"), needs("D") + knows("f")) +
      decision("All given", literal("Serve all(1, 2)"), knows("Serve all")) +
      decision("Twice", literal("A"), needs("A") + after("AB")));
  EXPECT_EQ(needed(everything, "AB"), "A: number, B: string");
  EXPECT_EQ(needed(everything, "Served"), "C: Any, A: number, B: string");
  EXPECT_EQ(needed(everything, "Through"),
            "D: Any, B: string");  // The service is given A and C, but B isn't among its inputs.
  EXPECT_EQ(needed(everything, "All given"), "");
  EXPECT_EQ(needed(everything, "Twice"), "A: number, B: string");
  EXPECT_EQ(needed(everything, "Nothing of this name"), "");
}

TEST(Budgets, ADecisionThatNeedsMoreMemoryEndsWithAProblem) {
  const auto large = compiled(decision("Large", literal("for a in 1..300 return string join(for b in 1..1000 return "
                                                        "\"0123456789\")")) +
                              decision("Small", literal("1 + 1")));
  // 300 texts of 10,000 bytes are more than a mebibyte, and far less than what there is without a budget of one's own.
  Decider tight(large, {.memory_bytes = std::size_t{1} << 20});
  tight.begin();
  const auto refused = tight.decide("Large", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems()[0].what, "The expression needs more memory than it may use.");
  EXPECT_EQ(refused.problems()[0].where, "decision ‘Large’");
  tight.begin();
  EXPECT_TRUE(tight.decide("Small", {}).ok());  // The next one has all of it again.
  Decider usual(large);
  usual.begin();
  EXPECT_TRUE(usual.decide("Large", {}).ok());
}

TEST(Needs, OfImportedModelsHaveTheWayToThem) {
  const auto outer = compiled_with(
      model(import("m", "middle") + input("Own", "number") +
            decision("It", literal("m.D"), needs("Own") + after(reference("middle", "D")))),
      {model(import("i", "inner") + decision("D", literal("i.X"), needs(reference("inner", "X"))), "middle"),
       model(input("X", "date"), "inner")});
  EXPECT_EQ(needed(outer, "It"), "Own: number, m.i.X: date");
}

}  // namespace
}  // namespace guildhall::dmn::written
