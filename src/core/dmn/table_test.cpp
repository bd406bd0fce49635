#include "dmn/impl/written_model.h"

// Source: DMN 1.5, chapter 8 and 10.3.2.10.

namespace guildhall::dmn::written {
namespace {

// What a table over X gives.
std::string given(const Table& table, std::string_view x, std::string_view type = "", std::string_view result = "") {
  return value(input("X", type) + input("Y") + decision("It", table, needs({"X", "Y"}), result), "It",
               "{X: " + std::string(x) + "}");
}

// Does the value satisfy the input entry?
std::string matches(std::string_view entry, std::string_view x, std::string_view type = "") {
  return given(Table().in("X", type).out().rule({entry, "true"}), x);
}

TEST(InputEntries, AreUnaryTests) {
  EXPECT_EQ(matches("5", "5"), "true");
  EXPECT_EQ(matches("5", "6"), "null");
  EXPECT_EQ(matches("5, 6", "6"), "true");
  EXPECT_EQ(matches("not(5, 6)", "7"), "true");
  EXPECT_EQ(matches("not(5, 6)", "6"), "null");
  EXPECT_EQ(matches("< 5", "4"), "true");
  EXPECT_EQ(matches("[5..6)", "6"), "null");
  EXPECT_EQ(matches("[5..6)", "5"), "true");
  EXPECT_EQ(matches("\"a\", \"b\"", "\"b\""), "true");
  EXPECT_EQ(matches("true", "true"), "true");
  EXPECT_EQ(matches("? > 5 and ? < 10", "6"), "true");
  EXPECT_EQ(matches("starts with(?, \"a\")", "\"abc\""), "true");
  EXPECT_EQ(matches("date(\"2020-01-01\")", "@\"2020-01-01\""), "true");
  EXPECT_EQ(matches("> @\"2020-01-01\"", "@\"2020-01-02\""), "true");
  EXPECT_EQ(matches("<= duration(\"P1D\")", "@\"PT24H\""), "true");
  EXPECT_EQ(matches("\n5,\n 6 // or six\n", "6"), "true");
}

TEST(InputEntries, MayUseWhatTheDecisionRequires) {
  EXPECT_EQ(value(input("X") + input("Limit") +
                      decision("It", Table().in("X").out().rule({"<= Limit", "true"}), needs({"X", "Limit"})),
                  "It", "{X: 4, Limit: 5}"),
            "true");
  EXPECT_EQ(value(input("X") + input("Names") +
                      decision("It", Table().in("X").out().rule({"Names", "true"}), needs({"X", "Names"})),
                  "It", "{X: \"b\", Names: [\"a\", \"b\"]}"),
            "true");
  EXPECT_EQ(value(input("X") + input("Range") +
                      decision("It", Table().in("X").out().rule({"Range", "true"}), needs({"X", "Range"})),
                  "It", "{X: 4, Range: [3..5]}"),
            "true");
}

TEST(InputEntries, ADashOrNothingMatchesWhateverIsGiven) {
  for (const char* entry : {"-", "", "  \n ", " - "}) {
    EXPECT_EQ(matches(entry, "5"), "true");
    EXPECT_EQ(matches(entry, "[]"), "true");
    EXPECT_EQ(matches(entry, "null"), "true");
  }
}

TEST(InputEntries, ADashMatchesTheInputValuesWhereThereAreSome) {
  const auto with_values = [](std::string_view x, std::string_view entry = "-") {
    return given(Table().in("X", "", "\"a\", \"b\"").out().rule({entry, "true"}), x);
  };
  EXPECT_EQ(with_values("\"a\""), "true");
  EXPECT_EQ(with_values("\"c\""), "null");
  EXPECT_EQ(with_values("null"), "null");
  EXPECT_EQ(with_values("\"c\"", "\"c\""), "true");  // 10.3.2.10 asks for the input values with "-" only.
}

TEST(InputEntries, NullMatchesNullOnly) {
  EXPECT_EQ(matches("null", "null"), "true");
  EXPECT_EQ(matches("5", "null"), "null");
  EXPECT_EQ(matches("< 5", "null"), "null");
  EXPECT_EQ(matches("not(5)", "null"), "true");
  EXPECT_EQ(matches("not(null)", "null"), "null");
  EXPECT_EQ(matches("not(null)", "5"), "true");
  EXPECT_EQ(matches("null, 5", "5"), "true");
  EXPECT_EQ(matches("? = null", "null"), "true");
}

TEST(InputEntries, InputsMayBeLists) {
  EXPECT_EQ(matches("[1, 2]", "[1, 2]"), "true");
  EXPECT_EQ(matches("[1, 2]", "[2, 1]"), "null");
  EXPECT_EQ(matches("[1, 2], [3]", "[3]"), "true");
  EXPECT_EQ(matches("list contains(?, 2)", "[1, 2]"), "true");
  EXPECT_EQ(matches("list contains(?, 3)", "[1, 2]"), "null");
  EXPECT_EQ(matches("not(list contains(?, 3))", "[1, 2]"), "true");
  EXPECT_EQ(matches("count(?) > 1", "[1, 2]"), "true");
  EXPECT_EQ(matches("some x in ? satisfies x > 1", "[1, 2]"), "true");
  EXPECT_EQ(matches("every x in ? satisfies x > 1", "[1, 2]"), "null");
  EXPECT_EQ(matches("?[item > 1] = [2]", "[1, 2]"), "true");
  EXPECT_EQ(matches("-", "[1, 2]"), "true");
  EXPECT_EQ(matches("[]", "[]"), "true");
  EXPECT_EQ(matches("[[1, 2], [3]]", "[1, 2]"), "true");  // One of a list of lists.
  EXPECT_EQ(matches("1", "[1, 2]"), "null");
}

TEST(InputEntries, EntriesMayBeLists) {
  EXPECT_EQ(matches("[1, 2]", "2"), "true");
  EXPECT_EQ(matches("[1, 2]", "3"), "null");
  EXPECT_EQ(matches("[1, 2], 3", "3"), "true");
  EXPECT_EQ(matches("not([1, 2])", "3"), "true");
  EXPECT_EQ(matches("not([1, 2])", "2"), "null");
  EXPECT_EQ(matches("[[1..3], 7]", "2"), "true");
}

TEST(InputEntries, OfTheWrongTypeDoNotMatch) {
  EXPECT_EQ(matches("5", "\"5\""), "null");
  EXPECT_EQ(matches("< 5", "\"4\""), "null");
  EXPECT_EQ(matches("true", "\"true\""), "null");
  EXPECT_EQ(matches("5", "5", "string"), "null");
  EXPECT_EQ(matches("5", "[5]", "number"), "true");  // The input expression's type asks for the item.
  EXPECT_EQ(matches("\"a\"", "5", "string"), "null");
}

TEST(InputEntries, ThatCanNotBeReadNeverMatch) {
  const auto model = compiled(
      input("X") + decision("It", Table("FIRST").in("X").out().rule({"5 5", "1"}).rule({"-", "2"}), needs("X")));
  EXPECT_EQ(value(model, "It", "{X: 5}"), "2");
  EXPECT_NE(findings(model).find("decision ‘It’, rule 1, input entry 1"), std::string::npos) << findings(model);
}

TEST(InputExpressions, MayBeAnyExpression) {
  EXPECT_EQ(given(Table().in("X * 2").out().rule({"10", "true"}), "5"), "true");
  EXPECT_EQ(given(Table().in("X.a b").out().rule({"10", "true"}), "{a b: 10}"), "true");
  EXPECT_EQ(given(Table().in("X + ").out().rule({"-", "true"}), "5"), "true");
  EXPECT_EQ(given(Table().in("X + ").out().rule({"5", "true"}), "5"), "null");
  EXPECT_EQ(given(Table().in("X").in("X + 1").out().rule({"1", "2", "true"}), "1"), "true");
  EXPECT_EQ(given(Table().in("X").in("X + 1").out().rule({"1", "1", "true"}), "1"), "null");
}

TEST(Rules, OfATableWithoutInputsAlwaysMatch) {
  EXPECT_EQ(given(Table().out().rule({"5"}), "1"), "5");
  EXPECT_EQ(given(Table("COLLECT").out().rule({"5"}).rule({"6"}), "1"), "[5, 6]");
  EXPECT_EQ(given(Table("UNIQUE").out().rule({"5"}).rule({"6"}), "1"), "null");
}

TEST(Outputs, OfOneColumnAreValuesEvenIfItIsNamed) {
  EXPECT_EQ(given(Table().in("X").out("Fee").rule({"-", "5"}), "1"), "5");
}

TEST(Outputs, OfSeveralColumnsAreContexts) {
  EXPECT_EQ(given(Table().in("X").out("Fee", "number").out("Long name").rule({"-", "X * 2", "\"a\""}), "1"),
            "{Fee: 2, Long name: \"a\"}");
  EXPECT_EQ(given(Table().in("X").out("Fee", "number").out("Other", "string").rule({"-", "\"a\"", "[\"b\"]"}), "1"),
            "{Fee: null, Other: \"b\"}");
  EXPECT_EQ(value(decision("T", Table().out("Fee").out("Long name").rule({"5", "6"})) +
                      decision("It", literal("T.Long name"), after("T")),
                  "It"),
            "6");
}

TEST(Outputs, OfOneNameAreAnError) {
  const auto model = compiled(decision("It", Table().out("a").out("a").rule({"1", "2"})));
  EXPECT_EQ(value(model, "It"), "null");
  EXPECT_NE(findings(model).find("decision ‘It’: The table has two outputs named ‘a’."), std::string::npos)
      << findings(model);
}

TEST(Outputs, ThatAreEmptyOrADashAreNull) {
  EXPECT_EQ(given(Table().in("X").out("a").out("b").out("c").rule({"-", "", "-", "null"}), "1"),
            "{a: null, b: null, c: null}");
}

TEST(Outputs, TheirTypeIsThatOfTheColumnOrTheTable) {
  EXPECT_EQ(given(Table("", "", "number").in("X").out().rule({"-", "[5]"}), "1"), "5");
  EXPECT_EQ(given(Table("", "", "number").in("X").out().rule({"-", "\"a\""}), "1"), "null");
  EXPECT_EQ(given(Table().in("X").out("", "number").rule({"-", "\"a\""}), "1"), "null");
  EXPECT_EQ(given(Table().in("X").out().rule({"-", "[5]"}), "1", "", "number"), "5");
  // Of a table that gives lists, its type is not that of each output.
  const std::string numbers = type("tNumbers", "number", {.collection = true});
  EXPECT_EQ(
      value(numbers + decision("It", Table("COLLECT", "", "tNumbers").out().rule({"5"}).rule({"6"}), "", "tNumbers"),
            "It"),
      "[5, 6]");
  EXPECT_EQ(value(numbers + decision("It", Table("COLLECT").out("", "number").rule({"5"}), "", "tNumbers"), "It"),
            "[5]");
  // Those of a table whose outputs are lists themselves.
  EXPECT_EQ(
      value(numbers + decision("It", Table("UNIQUE", "", "tNumbers").out().rule({"[5, 6]"}), "", "tNumbers"), "It"),
      "[5, 6]");
  EXPECT_EQ(value(numbers + decision("It", Table("UNIQUE").out("", "tNumbers").rule({"5"}), "", "tNumbers"), "It"),
            "[5]");
}

TEST(Outputs, AllowedValuesOfTheirTypeHold) {
  EXPECT_EQ(value(type("tColour", "string", {.values = "\"red\""}) +
                      decision("It", Table().out("", "tColour").rule({"\"blue\""})),
                  "It"),
            "null");
}

// Three rules of which X matches the ones from its number on.
Table overlapping(std::string_view policy, std::string_view aggregation = "", std::string_view values = "") {
  return Table(policy, aggregation)
      .in("X")
      .out("", "", values)
      .rule({"<= 1", "\"low\""})
      .rule({"<= 2", "\"high\""})
      .rule({"<= 3", "\"low\""});
}

TEST(HitPolicy, UniqueGivesTheOnlyMatch) {
  EXPECT_EQ(given(overlapping(""), "3"), "\"low\"");
  EXPECT_EQ(given(overlapping("UNIQUE"), "3"), "\"low\"");
  EXPECT_EQ(given(overlapping("UNIQUE"), "2"), "null");
  EXPECT_EQ(given(overlapping("UNIQUE"), "4"), "null");
}

TEST(HitPolicy, AnyGivesWhatAllMatchesSay) {
  EXPECT_EQ(given(overlapping("ANY"), "3"), "\"low\"");
  EXPECT_EQ(given(overlapping("ANY"), "2"), "null");
  EXPECT_EQ(given(overlapping("ANY"), "4"), "null");
  EXPECT_EQ(given(Table("ANY").in("X").out().rule({"1", "2.0"}).rule({"-", "2"}), "1"), "2.0");
  EXPECT_EQ(given(Table("ANY").in("X").out("a").out("b").rule({"1", "1", "null"}).rule({"-", "1", "null"}), "1"),
            "{a: 1, b: null}");
  EXPECT_EQ(given(Table("ANY").in("X").out("a").out("b").rule({"1", "1", "2"}).rule({"-", "1", "3"}), "1"), "null");
}

TEST(HitPolicy, FirstGivesTheFirstMatch) {
  EXPECT_EQ(given(overlapping("FIRST"), "1"), "\"low\"");
  EXPECT_EQ(given(overlapping("FIRST"), "2"), "\"high\"");
  EXPECT_EQ(given(overlapping("FIRST"), "4"), "null");
}

TEST(HitPolicy, PriorityGivesTheMatchWhoseOutputComesFirst) {
  EXPECT_EQ(given(overlapping("PRIORITY", "", "\"high\", \"low\""), "1"), "\"high\"");
  EXPECT_EQ(given(overlapping("PRIORITY", "", "\"low\", \"high\""), "1"), "\"low\"");
  EXPECT_EQ(given(overlapping("PRIORITY", "", "\"high\", \"low\""), "3"), "\"low\"");
  EXPECT_EQ(given(overlapping("PRIORITY", "", "\"high\", \"low\""), "4"), "null");
  EXPECT_EQ(given(overlapping("PRIORITY", "", "\"high\""), "1"), "\"high\"");  // What isn't listed comes last.
  EXPECT_EQ(given(Table("PRIORITY")
                      .in("X")
                      .out("", "", "30, 20, 10")
                      .rule({"-", "X * 10"})
                      .rule({"-", "10"})
                      .rule({"-", "null"}),
                  "2"),
            "20");
}

TEST(HitPolicy, PriorityOfSeveralOutputsGoesFromTheFirstColumnOn) {
  const Table table = Table("PRIORITY")
                          .in("X")
                          .out("a", "", "\"x\", \"y\"")
                          .out("b", "", "3, 2, 1")
                          .rule({"<= 3", "\"y\"", "3"})
                          .rule({"<= 2", "\"x\"", "1"})
                          .rule({"<= 1", "\"x\"", "2"});
  EXPECT_EQ(given(table, "1"), "{a: \"x\", b: 2}");
  EXPECT_EQ(given(table, "2"), "{a: \"x\", b: 1}");
  EXPECT_EQ(given(table, "3"), "{a: \"y\", b: 3}");
  const Table only_second =
      Table("PRIORITY").in("X").out("a").out("b", "", "2, 1").rule({"-", "\"y\"", "1"}).rule({"-", "\"x\"", "2"});
  EXPECT_EQ(given(only_second, "1"), "{a: \"x\", b: 2}");
}

TEST(HitPolicy, RuleOrderGivesAllMatchesInTheOrderOfTheRules) {
  EXPECT_EQ(given(overlapping("RULE ORDER"), "1"), "[\"low\", \"high\", \"low\"]");
  EXPECT_EQ(given(overlapping("RULE ORDER"), "3"), "[\"low\"]");
  EXPECT_EQ(given(overlapping("RULE ORDER"), "4"), "null");
  EXPECT_EQ(given(Table("RULE ORDER").in("X").out("a").out("b").rule({"-", "1", "2"}).rule({"-", "3", "4"}), "1"),
            "[{a: 1, b: 2}, {a: 3, b: 4}]");
}

TEST(HitPolicy, OutputOrderGivesAllMatchesInTheOrderOfTheOutputValues) {
  EXPECT_EQ(given(overlapping("OUTPUT ORDER", "", "\"high\", \"low\""), "1"), "[\"high\", \"low\", \"low\"]");
  EXPECT_EQ(given(overlapping("OUTPUT ORDER", "", "\"low\", \"high\""), "1"), "[\"low\", \"low\", \"high\"]");
  EXPECT_EQ(given(overlapping("OUTPUT ORDER", "", "\"high\", \"low\""), "4"), "null");
}

TEST(HitPolicy, CollectGivesAllMatches) {
  EXPECT_EQ(given(overlapping("COLLECT"), "1"), "[\"low\", \"high\", \"low\"]");
  EXPECT_EQ(given(overlapping("COLLECT"), "3"), "[\"low\"]");
  EXPECT_EQ(given(overlapping("COLLECT"), "4"), "null");
  EXPECT_EQ(given(Table("COLLECT").in("X").out().rule({"-", "[1, 2]"}).rule({"-", "3"}), "1"), "[[1, 2], 3]");
}

TEST(HitPolicy, CollectMayAddUpCountOrChoose) {
  const auto aggregated = [](std::string_view aggregation, std::string_view x) {
    return given(
        Table("COLLECT", aggregation).in("X").out().rule({"<= 1", "10"}).rule({"<= 2", "30"}).rule({"<= 3", "10"}), x);
  };
  EXPECT_EQ(aggregated("SUM", "1"), "50");
  EXPECT_EQ(aggregated("COUNT", "1"), "3");  // 8.2.10: "the number of outputs".
  EXPECT_EQ(aggregated("MIN", "1"), "10");
  EXPECT_EQ(aggregated("MAX", "1"), "30");
  EXPECT_EQ(aggregated("SUM", "3"), "10");
  for (const char* aggregation : {"SUM", "COUNT", "MIN", "MAX"}) EXPECT_EQ(aggregated(aggregation, "4"), "null");
  EXPECT_EQ(
      given(Table("COLLECT", "MAX").in("X").out().rule({"-", "@\"2020-01-01\""}).rule({"-", "@\"2021-01-01\""}), "1"),
      "@\"2021-01-01\"");
  EXPECT_EQ(given(Table("COLLECT", "SUM").in("X").out().rule({"-", "\"a\""}), "1"), "null");
  EXPECT_EQ(
      given(Table("COLLECT", "SUM").in("X").out("", "number").rule({"-", "1"}).rule({"-", "2"}), "1", "", "number"),
      "3");
  EXPECT_EQ(given(Table("COLLECT", "COUNT").in("X").out("", "string").rule({"-", "\"a\""}).rule({"-", "\"b\""}), "1",
                  "", "number"),
            "2");
}

TEST(DefaultOutput, IsGivenWhereNoRuleMatches) {
  EXPECT_EQ(given(Table().in("X").out("", "", "", "\"none\"").rule({"1", "\"one\""}), "1"), "\"one\"");
  EXPECT_EQ(given(Table().in("X").out("", "", "", "\"none\"").rule({"1", "\"one\""}), "2"), "\"none\"");
  EXPECT_EQ(given(Table().in("X").out("", "", "", "X + 1").rule({"1", "\"one\""}), "2"), "3");
  for (const char* policy : {"UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}) {
    EXPECT_EQ(given(Table(policy).in("X").out("", "", "\"one\"", "\"none\"").rule({"1", "\"one\""}), "2"), "\"none\"")
        << policy;
  }
  EXPECT_EQ(given(Table("COLLECT", "SUM").in("X").out("", "", "", "0").rule({"1", "1"}), "2"), "0");
  // Two matches of a unique table are an error, not no match.
  EXPECT_EQ(given(Table().in("X").out("", "", "", "\"none\"").rule({"1", "\"a\""}).rule({"1", "\"b\""}), "1"), "null");
}

TEST(DefaultOutput, OfSeveralColumnsIsAContext) {
  EXPECT_EQ(given(Table().in("X").out("a", "", "", "0").out("b", "", "", "\"none\"").rule({"1", "1", "\"one\""}), "2"),
            "{a: 0, b: \"none\"}");
  EXPECT_EQ(given(Table().in("X").out("a", "", "", "0").out("b").rule({"1", "1", "\"one\""}), "2"), "{a: 0, b: null}");
}

TEST(Tables, InAnyOrientationMeanTheSame) {
  for (const char* orientation : {"Rule-as-Row", "Rule-as-Column", "CrossTable"}) {
    std::string table = Table().in("X").out().rule({"1", "\"one\""});
    table.replace(table.find("<decisionTable"), 14,
                  "<decisionTable preferredOrientation=\"" + std::string(orientation) + "\" outputLabel=\"Answer\"");
    EXPECT_EQ(value(input("X") + decision("It", table, needs("X")), "It", "{X: 1}"), "\"one\"");
  }
}

TEST(Tables, InContextsSeeTheEntriesBefore) {
  EXPECT_EQ(
      value(input("X", "number") + decision("It",
                                            context(entry("Twice", literal("X * 2")) +
                                                    entry("", Table().in("Twice").out().rule({"> X + 1", "Twice"}))),
                                            needs("X")),
            "It", "{X: 5}"),
      "10");
}

}  // namespace
}  // namespace guildhall::dmn::written
