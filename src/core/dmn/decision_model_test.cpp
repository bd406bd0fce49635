#include "dmn/decision_model.h"

#include <thread>

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

}  // namespace
}  // namespace guildhall::dmn::written
