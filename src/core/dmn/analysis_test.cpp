#include "dmn/analysis.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "dmn/read_model.h"
#include "feel/json.h"

namespace guildhall::dmn {
namespace {

using Kind = Finding::Kind;
using Texts = std::vector<std::string>;

struct Column {
  std::string name;
  std::string type;
  std::string values;  // Output values or input values.
};

// A decision ‘Answer’ that is one table. Rules: one text per row, entries separated by "|", the outputs last.
struct Draft {
  std::string hit_policy = "UNIQUE";
  std::vector<Column> inputs;
  std::vector<Column> outputs{{"", "string", ""}};
  Texts rules;
  std::string default_output = "";
  std::string elements = "";  // More of the model.
  Texts expressions = {};     // Of the columns, where they aren't the inputs' names.
};

std::string escaped(const std::string& text) {
  return "<text><![CDATA[" + text + "]]></text>";
}

std::string values_xml(const std::string& element, const std::string& values) {
  return values.empty() ? "" : "<" + element + ">" + escaped(values) + "</" + element + ">";
}

std::string type_xml(const std::string& type) {
  return type.empty() ? "" : " typeRef=\"" + type + "\"";
}

std::string table_xml(const Draft& draft) {
  std::string xml = "<decisionTable hitPolicy=\"" + draft.hit_policy + "\">";
  const bool own = !draft.expressions.empty();
  for (std::size_t i = 0; i < (own ? draft.expressions.size() : draft.inputs.size()); ++i) {
    xml += "<input><inputExpression>" + escaped(own ? draft.expressions[i] : draft.inputs[i].name) +
           "</inputExpression>" + (own ? "" : values_xml("inputValues", draft.inputs[i].values)) + "</input>";
  }
  for (const Column& output : draft.outputs) {
    xml += "<output" + type_xml(output.type) + " name=\"" + output.name + "\">" +
           values_xml("outputValues", output.values) + values_xml("defaultOutputEntry", draft.default_output) +
           "</output>";
  }
  for (const std::string& rule : draft.rules) {
    Texts entries;
    for (std::size_t at = 0; at <= rule.size();) {
      const std::size_t end = std::min(rule.find('|', at), rule.size());
      entries.push_back(rule.substr(at, end - at));
      at = end + 1;
    }
    xml += "<rule>";
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string element = i + draft.outputs.size() < entries.size() ? "inputEntry" : "outputEntry";
      xml += "<" + element + ">" + escaped(entries[i]) + "</" + element + ">";
    }
    xml += "</rule>";
  }
  return xml + "</decisionTable>";
}

std::shared_ptr<const DecisionModel> compiled(const Draft& draft) {
  std::string xml =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"Parking\" "
      "namespace=\"https://borsetshire.example/parking\">" +
      draft.elements;
  std::string requirements;
  for (std::size_t i = 0; i < draft.inputs.size(); ++i) {
    const std::string id = "i" + std::to_string(i);
    xml += "<inputData id=\"" + id + "\" name=\"" + draft.inputs[i].name + "\"><variable name=\"" +
           draft.inputs[i].name + "\"" + type_xml(draft.inputs[i].type) + "/></inputData>";
    requirements += "<informationRequirement><requiredInput href=\"#" + id + "\"/></informationRequirement>";
  }
  xml += "<decision id=\"answer\" name=\"Answer\"><variable name=\"Answer\"/>" + requirements + table_xml(draft) +
         "</decision></definitions>";
  auto model = read_model(xml);
  EXPECT_TRUE(model.ok()) << to_text(model.problems()) << xml;
  auto made = DecisionModel::compile(std::move(*model));
  EXPECT_TRUE(made.ok());
  return *made;
}

Texts told(const Draft& draft) {
  Texts texts;
  for (const Finding& finding : analyse(*compiled(draft))) {
    texts.push_back((finding.to_mend() ? "" : "Note: ") + finding.problem.what);
  }
  return texts;
}

const Texts kNothing;

// ---- Gaps

TEST(Analysis, TellsTheCasesThatNoRuleDecides) {
  const Draft draft{.inputs = {{"Age", "number", ""}, {"Resident", "boolean", ""}},
                    .outputs = {{"", "number", ""}},
                    .rules = {"< 65 | - | 50", ">= 65 | true | 0"}};
  const Findings findings = analyse(*compiled(draft));
  ASSERT_EQ(findings.size(), 1U);
  const Finding& gap = findings[0];
  EXPECT_EQ(gap.kind, Kind::Gap);
  EXPECT_EQ(gap.problem.what,
            "No rule says what happens when Age is 65 or more and Resident is false. "
            "For example: Age = 65, Resident = false.");
  EXPECT_EQ(gap.problem.where, "decision ‘Answer’");
  EXPECT_EQ(gap.problem.remedy, "Add a rule for it, or a default output.");
  EXPECT_EQ(gap.element_id, "answer");
  EXPECT_EQ(gap.element_name, "Answer");
  ASSERT_EQ(gap.example.size(), 2U);
  EXPECT_EQ(gap.example[0].input, "Age");
  EXPECT_EQ(gap.example[0].json, "65");
  EXPECT_EQ(gap.missing_rule, (Texts{">= 65", "false"}));
  EXPECT_TRUE(gap.example_is_input);
}

TEST(Analysis, ACompleteTableHasNothingToMend) {
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}},
                  .rules = {"< 18 | \"child\"", "[18..65) | \"adult\"", ">= 65 | \"pensioner\""}}),
            kNothing);
}

TEST(Analysis, TellsGapsInWordsForEachKindOfValue) {
  const auto gap = [](const std::string& type, const std::string& entries) {
    const Texts texts = told({.inputs = {{"X", type, ""}}, .rules = {entries + " | \"a\""}});
    return texts.size() == 1 ? texts[0] : "";
  };
  const std::string begin = "No rule says what happens when X is ";
  EXPECT_EQ(gap("number", "< 18, >= 65"), begin + "18 or more but less than 65. For example: X = 18.");
  EXPECT_EQ(gap("number", "<= 18, > 18.5"), begin + "more than 18 but 18.5 or less. For example: X = 18.25.");
  EXPECT_EQ(gap("number", "not([1..2])"), begin + "from 1 to 2. For example: X = 1.");
  EXPECT_EQ(gap("number", "1, 2"), begin + "neither 1 nor 2. For example: X = 0.");
  EXPECT_EQ(gap("number", "not(1)"), begin + "1. For example: X = 1.");
  EXPECT_EQ(gap("string", "\"gold\""), begin + "not \"gold\". For example: X = \"something else\".");
  EXPECT_EQ(gap("string", "not(\"gold\", \"silver\")"), begin + "\"gold\" or \"silver\". For example: X = \"gold\".");
  EXPECT_EQ(gap("string", "\"something else\", \"a\""),
            begin + "neither \"a\" nor \"something else\". For example: X = \"A\".");
  EXPECT_EQ(gap("string", "< \"M\""), begin + "\"M\" or more. For example: X = \"M\".");
  EXPECT_EQ(gap("boolean", "true"), begin + "false. For example: X = false.");
  EXPECT_EQ(gap("date", "< date(\"2026-04-01\")"), begin + "2026-04-01 or later. For example: X = \"2026-04-01\".");
  // There is no day between the 1st and the 2nd.
  EXPECT_EQ(gap("date", "<= @\"2026-04-01\", > @\"2026-04-02\""),
            begin + "2026-04-02. For example: X = \"2026-04-02\".");
  EXPECT_EQ(gap("time", "[@\"09:00:00\"..@\"17:30:00\"]"),
            begin + "before 09:00:00 or after 17:30:00. For example: X = \"08:00:00\".");
  EXPECT_EQ(gap("dateTime", ">= @\"2026-04-01T12:00:00Z\""),
            begin + "before 2026-04-01T12:00:00Z. For example: X = \"2026-03-31T12:00:00Z\".");
  EXPECT_EQ(gap("dayTimeDuration", "<= duration(\"P1D\")"), begin + "more than P1D. For example: X = \"P2D\".");
  EXPECT_EQ(gap("yearMonthDuration", "> duration(\"P1Y\")"), begin + "P1Y or less. For example: X = \"P11M\".");
}

TEST(Analysis, UnderstandsConditionsOnTheInput) {
  const auto complete = [](const std::string& type, const std::string& entry) {
    return told({.inputs = {{"X", type, ""}}, .rules = {entry + " | \"a\"", "not(" + entry + ") | \"b\""}}) == kNothing;
  };
  for (const char* entry :
       {"? > 5", "5 < ?", "? >= 5 and ? < 10", "? < 5 or ? > 10", "? in [1..5)", "? in (< 3, 5, > 7)",
        "? between 1 and 5", "? = 5", "? != 5", "= 5", "!= 5", "[1, 2, [5..7]]", "(1..5), [7..9]"}) {
    EXPECT_TRUE(complete("number", entry)) << entry;
  }
  EXPECT_TRUE(complete("boolean", "?"));
  EXPECT_TRUE(complete("string", "? = \"a\" or ? = \"b\""));
}

TEST(Analysis, ADefaultOutputFillsAllGaps) {
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}}, .rules = {"< 18 | \"child\""}, .default_output = "\"adult\""}),
            kNothing);
}

TEST(Analysis, TablesThatListTheirHitsNeedNotDecideEveryCase) {
  for (const char* policy : {"COLLECT", "RULE ORDER", "OUTPUT ORDER"}) {
    EXPECT_EQ(told({.hit_policy = policy, .inputs = {{"Age", "number", ""}}, .rules = {"< 18 | \"a\"", "< 5 | \"b\""}}),
              kNothing);
  }
}

TEST(Analysis, TellsOfTablesWithoutRules) {
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}}, .rules = {}}), Texts{"The table has no rules."});
}

// ---- Which values there are

TEST(Analysis, KeepsToTheValuesThatTheInputMayHave) {
  const std::string types =
      "<itemDefinition name=\"tAge\"><typeRef>number</typeRef><allowedValues><text>[0..120]</text></allowedValues>"
      "</itemDefinition><itemDefinition name=\"tZone\"><typeRef>string</typeRef><allowedValues><text>\"A\", \"B\", "
      "\"C\""
      "</text></allowedValues></itemDefinition>";
  EXPECT_EQ(told({.inputs = {{"Age", "tAge", ""}}, .rules = {"[0..65) | \"a\""}, .elements = types}),
            Texts{"No rule says what happens when Age is 65 or more. For example: Age = 65."});
  EXPECT_EQ(told({.inputs = {{"Age", "tAge", ""}}, .rules = {"[0..120] | \"a\""}, .elements = types}), kNothing);
  EXPECT_EQ(told({.inputs = {{"Zone", "tZone", ""}}, .rules = {"\"A\" | \"a\""}, .elements = types}),
            Texts{"No rule says what happens when Zone is \"B\" or \"C\". For example: Zone = \"B\"."});
  EXPECT_EQ(told({.inputs = {{"Zone", "string", "\"A\", \"B\""}}, .rules = {"\"A\" | \"a\""}}),
            Texts{"No rule says what happens when Zone is \"B\". For example: Zone = \"B\"."});
  EXPECT_EQ(told({.inputs = {{"Zone", "string", "\"A\", \"B\""}}, .rules = {"- | \"a\""}}), kNothing);
}

TEST(Analysis, RulesOutsideOfThoseValuesNeverMatch) {
  EXPECT_EQ(
      told({.hit_policy = "FIRST", .inputs = {{"Age", "number", "[0..120]"}}, .rules = {"> 120 | \"a\"", "- | \"b\""}}),
      Texts{"Rule 1 can never match: no value that ‘Age’ may have is ‘> 120’."});
  EXPECT_EQ(told({.hit_policy = "FIRST",
                  .inputs = {{"Age", "number", ""}},
                  .rules = {"? > 5 and ? < 3 | \"a\"", "- | \"b\""}}),
            Texts{"Rule 1 can never match: no value that ‘Age’ may have is ‘? > 5 and ? < 3’."});
}

TEST(Analysis, InputsOfUnknownTypeAreOfTheKindThatTheRulesCompareWith) {
  EXPECT_EQ(told({.inputs = {{"X", "", ""}}, .rules = {"\"a\" | \"a\""}}),
            Texts{"No rule says what happens when X is not \"a\". For example: X = \"something else\"."});
  EXPECT_EQ(told({.inputs = {{"X", "", ""}}, .rules = {"- | \"a\""}}), kNothing);
}

TEST(Analysis, NullIsACaseOnlyWhereARuleMentionsIt) {
  EXPECT_EQ(told({.inputs = {{"X", "boolean", ""}}, .rules = {"true | \"a\"", "false | \"b\""}}), kNothing);
  EXPECT_EQ(told({.inputs = {{"X", "boolean", ""}, {"Y", "boolean", ""}},
                  .rules = {"null | true | \"a\"", "true, false | - | \"b\""}}),
            Texts{"No rule says what happens when X is null and Y is false. For example: X = null, Y = false."});
}

TEST(Analysis, WhatADecisionGivesIsWhatItsRulesSay) {
  const std::string band = R"(
    <inputData id="age" name="Age"><variable name="Age" typeRef="number"/></inputData>
    <decision id="band" name="Band"><variable name="Band" typeRef="string"/>
      <informationRequirement><requiredInput href="#age"/></informationRequirement>
      <decisionTable><input><inputExpression><text>Age</text></inputExpression></input><output/>
        <rule><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"child"</text></outputEntry></rule>
        <rule><inputEntry><text>>= 18</text></inputEntry><outputEntry><text>"adult"</text></outputEntry></rule>
      </decisionTable></decision>
    <decision id="fee" name="Fee"><variable name="Fee"/>
      <informationRequirement><requiredDecision href="#band"/></informationRequirement>)";
  const auto fee = [&](const Texts& rules) {
    Draft draft{.inputs = {}, .outputs = {{"", "", ""}}, .rules = rules, .expressions = {"Band"}};
    Draft other{.inputs = {}, .rules = {"\"x\""}, .elements = band + table_xml(draft) + "</decision>"};
    return told(other);
  };
  EXPECT_EQ(fee({"\"child\" | 0", "\"adult\" | 5"}), kNothing);
  EXPECT_EQ(fee({"\"child\" | 0"}),
            Texts{"No rule says what happens when Band is \"adult\". For example: Band = \"adult\"."});
}

TEST(Analysis, ColumnsWithOneExpressionHaveOneValue) {
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}},
                  .rules = {"< 18 | - | \"a\"", ">= 18 | < 65 | \"b\"", "- | >= 65 | \"c\""},
                  .expressions = {"Age", " Age "}}),
            kNothing);
  EXPECT_EQ(told({.hit_policy = "FIRST",
                  .inputs = {{"Age", "number", ""}},
                  .rules = {"< 18 | >= 65 | \"a\"", "- | - | \"b\""},
                  .expressions = {"Age", "Age"}}),
            Texts{"Rule 1 can never match: no value that ‘Age’ may have is ‘< 18’ and ‘>= 65’."});
}

TEST(Analysis, SaysWhereAnExampleIsOfSomethingComputed) {
  const Findings findings = analyse(
      *compiled({.inputs = {{"Children", "", ""}}, .rules = {">= 1 | \"a\""}, .expressions = {"count(Children)"}}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].problem.what,
            "No rule says what happens when count(Children) is less than 1. For example: count(Children) = 0.");
  EXPECT_FALSE(findings[0].example_is_input);
}

// ---- Overlaps

TEST(Analysis, TellsWhichRulesOfAUniqueTableOverlap) {
  const Findings findings =
      analyse(*compiled({.inputs = {{"Age", "number", ""}},
                         .rules = {"< 18 | \"a\"", "[18..30] | \"b\"", "> 30 | \"c\"", "[20..25] | \"b\""}}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::Overlap);
  EXPECT_EQ(findings[0].problem.what, "Rules 2 and 4 both match Age = 20, but the hit policy is Unique.");
  EXPECT_EQ(findings[0].problem.remedy, "Narrow one of them, or choose another hit policy.");
  EXPECT_EQ(findings[0].rules, (std::vector<std::size_t>{2, 4}));
}

TEST(Analysis, RulesOfAnAnyTableMayOverlapWithOneOutput) {
  EXPECT_EQ(told({.hit_policy = "ANY",
                  .inputs = {{"Age", "number", ""}},
                  .rules = {"< 18 | \"a\"", "- | \"a\"", "> 60 | \"b\"", "> 70 | lower case(\"A\" + string(Age))"}}),
            Texts{"Rules 2 and 3 both match Age = 61, but the hit policy is Any and their outputs differ."});
}

// ---- Rules that never decide

TEST(Analysis, TellsWhichRulesComeTooLate) {
  const Findings findings = analyse(
      *compiled({.hit_policy = "FIRST",
                 .inputs = {{"Age", "number", ""}},
                 .rules = {"< 18 | \"a\"", "30 | \"b\"", ">= 18 | \"c\"", "> 65 | \"d\"", "[10..20] | \"e\""}}));
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].kind, Kind::ShadowedRule);
  EXPECT_EQ(findings[0].problem.what, "Rule 4 can never be the first to match: rule 3 already covers all of it.");
  EXPECT_EQ(findings[0].rules, (std::vector<std::size_t>{4, 3}));
  EXPECT_EQ(findings[1].problem.what, "Rule 5 can never be the first to match: rules 1 and 3 already cover all of it.");
  EXPECT_EQ(findings[1].rules, (std::vector<std::size_t>{5, 1, 3}));
}

TEST(Analysis, TellsWhichRulesAreBehindThoseOfHigherPriority) {
  EXPECT_EQ(told({.hit_policy = "PRIORITY",
                  .inputs = {{"Age", "number", ""}},
                  .outputs = {{"", "string", "\"refuse\", \"ask\", \"accept\""}},
                  .rules = {"> 70 | \"accept\"", "- | \"ask\"", "< 18 | \"refuse\""}}),
            (Texts{"Rule 1 can never be the result: by priority, rule 2 already covers all of it.",
                   "The output value \"accept\" is never the result: no rule gives it."}));
}

// ---- Types and outputs

TEST(Analysis, TellsOfEntriesOfTheWrongKind) {
  const Findings findings = analyse(*compiled({.hit_policy = "COLLECT",
                                               .inputs = {{"Age", "number", ""}},
                                               .rules = {"\"old\" | \"a\"", "< 18 | \"b\"", "\"young\" | \"c\""}}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::TypeError);
  EXPECT_EQ(findings[0].problem.what,
            "Rules 1 and 3 compare ‘Age’, which is of type number, with a string: \"old\". They are never equal.");
  EXPECT_EQ(findings[0].problem.where, "decision ‘Answer’, input 1");
  EXPECT_EQ(findings[0].rules, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(findings[0].input, 1U);
}

TEST(Analysis, TellsOfOutputsThatAreNotAmongTheOutputValues) {
  EXPECT_EQ(told({.inputs = {{"X", "boolean", ""}},
                  .outputs = {{"", "string", "\"Yes\", \"No\""}},
                  .rules = {"true | \"yes\"", "false | \"No\""}}),
            (Texts{"Rule 1 gives \"yes\", which is not among the output values (\"Yes\", \"No\").",
                   "The output value \"Yes\" is never the result: no rule gives it."}));
}

TEST(Analysis, TellsOfOutputsOfAnotherType) {
  EXPECT_EQ(
      told({.inputs = {{"X", "boolean", ""}},
            .outputs = {{"Fee", "number", ""}, {"Note", "string", ""}},
            .rules = {"true | \"5\" | \"a\"", "false | 5 | 3 + 4"}}),
      (Texts{"Rule 1 gives \"5\", but ‘Fee’ is of type number.", "Rule 2 gives 7, but ‘Note’ is of type string."}));
}

TEST(Analysis, EachItemOfAListIsAmongTheOutputValues) {
  const std::string types =
      "<itemDefinition name=\"tBands\" isCollection=\"true\"><typeRef>string</typeRef></itemDefinition>";
  EXPECT_EQ(told({.inputs = {{"X", "boolean", ""}},
                  .outputs = {{"", "tBands", "\"A\", \"B\""}},
                  .rules = {"true | [\"A\", \"B\"]", "false | [\"A\", \"C\"]"},
                  .elements = types})[0],
            "Rule 2 gives [\"A\", \"C\"], which is not among the output values (\"A\", \"B\").");
}

// ---- What can't be understood

TEST(Analysis, EntriesThatLookElsewhereMakeNoFalseFindings) {
  const Texts note{
      "Note: Rule 2 depends on more than constants, as in ‘< Limit’: gaps that it may fill, and its overlaps with "
      "others, were not looked for."};
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}, {"Limit", "number", ""}},
                  .rules = {">= 18 | \"a\"", "< Limit | \"b\""},
                  .expressions = {"Age"}}),
            note);
  // A gap that it surely doesn't fill is told.
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}, {"Resident", "boolean", ""}, {"Limit", "number", ""}},
                  .rules = {">= 18 | true | \"a\"", "< Limit | true | \"b\""},
                  .expressions = {"Age", "Resident"}})[0],
            "No rule says what happens when Resident is false. For example: Age = 17, Resident = false.");
}

TEST(Analysis, WhatCompilingToldIsNotToldAgain) {
  const Draft draft{.inputs = {{"Age", "number", ""}}, .rules = {"< 18 | \"a\"", ">= Limit | \"b\"", "1 + | \"c\""}};
  EXPECT_EQ(compiled(draft)->findings().size(), 2U);
  EXPECT_EQ(told(draft), kNothing);
  EXPECT_EQ(told({.inputs = {{"Age", "number", ""}}, .rules = {"< 18 | \"a\""}, .expressions = {"Agee"}}), kNothing);
}

TEST(Analysis, TablesInsideOfContextsAndFunctionsAreLookedAtToo) {
  const std::string inner =
      "<decisionTable><input><inputExpression><text>n</text></inputExpression></input><output/>"
      "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
      "</decisionTable>";
  const std::string elements =
      "<businessKnowledgeModel id=\"b\" name=\"Band\"><variable name=\"Band\"/><encapsulatedLogic>"
      "<formalParameter name=\"n\" typeRef=\"number\"/><context><contextEntry><variable name=\"x\"/>" +
      inner + "</contextEntry></context></encapsulatedLogic></businessKnowledgeModel>";
  const Findings findings = analyse(*compiled({.inputs = {}, .rules = {"\"a\""}, .elements = elements}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].problem.where, "business knowledge model ‘Band’, entry ‘x’");
  EXPECT_EQ(findings[0].problem.what, "No rule says what happens when n is not 1. For example: n = 0.");
  EXPECT_EQ(findings[0].element_name, "Band");
}

TEST(Analysis, StopsAtItsLimits) {
  Draft draft{.inputs = {{"X", "number", ""}}, .rules = {}};
  for (int i = 0; i < 50; ++i)
    draft.rules.push_back("[" + std::to_string(2 * i) + ".." + std::to_string(2 * i + 2) + "] | \"a\"");
  const Findings findings = analyse(*compiled(draft), {.of_one_kind = 5});
  EXPECT_EQ(
      std::count_if(findings.begin(), findings.end(), [](const Finding& each) { return each.kind == Kind::Overlap; }),
      5);
  EXPECT_EQ(findings.back().problem.what, "There are more overlaps than these 5.");
  EXPECT_FALSE(findings.back().to_mend());
}

// ---- Properties: what is found is tried out, and what is tried out was found.

const Texts kNumbers{
    "-", "-", "1", "< 2", ">= 2", "[1..3)", "(1..3]", "not(2)", "1, 3", "? > 1 and ? < 3", "not([1..2])", "<= 1, > 2"};
const Texts kStrings{"-",         "-",       "\"a\"",   "\"b\"", "not(\"a\")", "\"a\", \"b\"", "not(\"a\", \"c\")",
                     "? = \"b\"", "= \"c\"", "!= \"c\""};
const Texts kBooleans{"-", "-", "true", "false", "?", "not(true)", "? = false", "true, false"};
const Texts kOutputs{"\"x\"", "\"y\"", "\"z\""};
const Texts kSomeNumbers{"-1", "0.5", "1", "1.5", "2", "2.5", "3", "4"};
const Texts kSomeStrings{"\"a\"", "\"b\"", "\"c\"", "\"d\""};
const Texts kSomeBooleans{"true", "false"};
const Texts kFewNumbers{"1", "1.5", "2", "2.5", "3"};
const Texts kFewStrings{"\"a\"", "\"b\""};
const Texts kNullableNumbers{"-", "null", "not(null)", "1", "!= null", "< 2", "null, > 2", "? = null or ? > 1"};
const Texts kOrderedStrings{
    "-", "< \"b\"", "\"b\"", "[\"a\"..\"c\")", "not(\"c\")", "> \"a\"", "? in (\"a\", > \"b\")"};
const Texts kMoreStrings{"\"A\"", "\"a\"", "\"aa\"", "\"b\"", "\"bb\"", "\"c\"", "\"d\""};
const Texts kDates{"-", "< @\"2026-01-02\"", "[@\"2026-01-01\"..@\"2026-01-03\"]", "> @\"2026-01-03\"",
                   "date(\"2026-01-04\")"};
const Texts kSomeDates{"\"2025-12-31\"", "\"2026-01-01\"", "\"2026-01-02\"",
                       "\"2026-01-03\"", "\"2026-01-04\"", "\"2026-01-05\""};
const Texts kTimes{"-", "< @\"00:00:01\"", "not(@\"12:00:00\")", "[@\"12:00:00\"..@\"23:59:59\"]"};
const Texts kSomeTimes{"\"00:00:00\"", "\"00:00:01\"", "\"11:00:00\"", "\"12:00:00\"", "\"13:00:00\"", "\"23:59:59\""};

std::string pick(const Texts& texts) {
  return *rc::gen::elementOf(texts);
}

struct Kinds {
  std::string type;
  const Texts* entries;
  const Texts* samples;  // At least one of every cell.
  std::string values = "";
};
const std::vector<Kinds> kKinds{{"number", &kNumbers, &kSomeNumbers},
                                {"number", &kNumbers, &kFewNumbers, "[1..3]"},
                                {"number", &kNullableNumbers, &kSomeNumbers},
                                {"string", &kStrings, &kSomeStrings},
                                {"string", &kStrings, &kFewStrings, "\"a\", \"b\""},
                                {"string", &kOrderedStrings, &kMoreStrings},
                                {"boolean", &kBooleans, &kSomeBooleans},
                                {"date", &kDates, &kSomeDates},
                                {"time", &kTimes, &kSomeTimes}};

struct RandomTable {
  Draft draft;
  std::vector<Kinds> kinds;
};

RandomTable random_table() {
  RandomTable made;
  made.draft.hit_policy = pick({"UNIQUE", "ANY", "FIRST", "PRIORITY"});
  made.draft.outputs = {{"", "string", made.draft.hit_policy == "PRIORITY" ? "\"z\", \"x\", \"y\"" : ""}};
  const int columns = *rc::gen::inRange(1, 4);
  for (int i = 0; i < columns; ++i) {
    made.kinds.push_back(*rc::gen::elementOf(kKinds));
    made.draft.inputs.push_back({"In" + std::to_string(i), made.kinds.back().type, made.kinds.back().values});
  }
  const int rules = *rc::gen::inRange(1, 7);
  for (int rule = 0; rule < rules; ++rule) {
    std::string row;
    for (const Kinds& kind : made.kinds) row += pick(*kind.entries) + "|";
    made.draft.rules.push_back(row + pick(kOutputs));
  }
  return made;
}

// What the table does with a case.
TableTrace evaluated(const std::shared_ptr<const DecisionModel>& model, const std::vector<Finding::Given>& given) {
  Decider decider(model);
  std::vector<feel::Type::Member> members;
  for (const auto& need : model->needs("Answer")) members.emplace_back(need.name, need.type);
  std::string json = "{";
  for (const Finding::Given& each : given) {
    json += (json.size() > 1 ? "," : "") + ("\"" + each.input + "\":" + each.json);
  }
  const auto inputs = feel::from_json(json + "}", feel::Type::context_of(std::move(members)), decider.memory());
  RC_ASSERT(inputs.ok());
  Trace trace;
  RC_ASSERT(decider.decide("Answer", *inputs, &trace).ok());
  RC_ASSERT(trace.elements.back().tables.size() == 1U);
  return trace.elements.back().tables[0];
}

bool has(const std::vector<std::size_t>& rules, std::size_t number) {
  return std::find(rules.begin(), rules.end(), number - 1) != rules.end();
}

std::size_t nth_entry(const std::string& rule, std::size_t n) {
  std::size_t at = 0;
  while (n-- > 0) at = rule.find('|', at) + 1;
  return at;
}

// Gives `each` what the table does in all cases that can be made of the samples, and of null where a rule mentions it.
template <class Each>
void for_all_samples(const RandomTable& table, const std::shared_ptr<const DecisionModel>& model, const Each& each) {
  std::vector<Texts> samples;
  for (const Kinds& kind : table.kinds) {
    Texts& texts = samples.emplace_back(*kind.samples);
    for (const std::string& rule : table.draft.rules) {
      const auto begin = nth_entry(rule, samples.size() - 1);
      if (rule.substr(begin, rule.find('|', begin) - begin).find("null") != std::string::npos) texts.push_back("null");
    }
  }
  std::vector<std::size_t> at(samples.size());
  for (;;) {
    std::vector<Finding::Given> given;
    for (std::size_t i = 0; i < at.size(); ++i) given.push_back({table.draft.inputs[i].name, samples[i][at[i]]});
    each(evaluated(model, given));
    std::size_t i = 0;
    while (i < at.size() && ++at[i] == samples[i].size()) at[i++] = 0;
    if (i == at.size()) return;
  }
}

RC_GTEST_PROP(AnalysisProperty, EveryExampleIsTrue, ()) {
  const RandomTable table = random_table();
  const auto model = compiled(table.draft);
  for (const Finding& finding : analyse(*model)) {
    RC_LOG() << finding.problem.what << "\n";
    switch (finding.kind) {
      case Kind::Gap:
        RC_ASSERT(evaluated(model, finding.example).matched.empty());
        break;
      case Kind::Overlap: {
        const TableTrace trace = evaluated(model, finding.example);
        RC_ASSERT(has(trace.matched, finding.rules[0]) && has(trace.matched, finding.rules[1]));
        RC_ASSERT(trace.hit.empty());  // The result is null.
        break;
      }
      case Kind::ShadowedRule:
        for_all_samples(table, model, [&](const TableTrace& trace) { RC_ASSERT(!has(trace.hit, finding.rules[0])); });
        break;
      case Kind::UnreachableRule:
        for_all_samples(table, model,
                        [&](const TableTrace& trace) { RC_ASSERT(!has(trace.matched, finding.rules[0])); });
        break;
      case Kind::UnreachableOutput:
      case Kind::TypeError:
      case Kind::WrongOutput:
        break;
      case Kind::Incomplete:
        RC_FAIL("everything here can be understood");
    }
  }
}

RC_GTEST_PROP(AnalysisProperty, WhatIsWrongIsFound, ()) {
  const RandomTable table = random_table();
  const auto model = compiled(table.draft);
  const Findings findings = analyse(*model);
  const auto told = [&](Kind kind, std::size_t rule) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.kind == kind && (rule == 0 || finding.rules[0] == rule);
    });
  };
  std::vector<bool> hit(table.draft.rules.size());
  const bool unique = table.draft.hit_policy == "UNIQUE";
  for_all_samples(table, model, [&](const TableTrace& trace) {
    if (trace.matched.empty()) RC_ASSERT(told(Kind::Gap, 0));
    if (trace.hit.empty() && !trace.matched.empty()) RC_ASSERT(told(Kind::Overlap, trace.matched[0] + 1) || !unique);
    if (trace.hit.empty() && !trace.matched.empty()) RC_ASSERT(told(Kind::Overlap, 0));
    for (const std::size_t rule : trace.hit) hit[rule] = true;
  });
  // The samples have a value of every cell, so that a rule that was never hit is one that never decides.
  if (unique || table.draft.hit_policy == "ANY") return;
  for (std::size_t rule = 0; rule < hit.size(); ++rule) {
    RC_ASSERT(hit[rule] != (told(Kind::ShadowedRule, rule + 1) || told(Kind::UnreachableRule, rule + 1)));
  }
}

RC_GTEST_PROP(AnalysisProperty, TheMissingRulesFillTheGapsAndNothingElse, ()) {
  RandomTable table = random_table();
  table.draft.hit_policy = "UNIQUE";
  const Findings findings = analyse(*compiled(table.draft));
  const std::size_t rules = table.draft.rules.size();
  for (const Finding& finding : findings) {
    if (finding.kind != Kind::Gap) continue;
    std::string row;
    for (const std::string& tests : finding.missing_rule) row += tests + "|";
    table.draft.rules.push_back(row + "\"x\"");
  }
  for (const Finding& finding : analyse(*compiled(table.draft), {.of_one_kind = 10'000})) {
    RC_LOG() << finding.problem.what << "\n";
    RC_ASSERT(finding.kind != Kind::Gap);
    RC_ASSERT(finding.kind != Kind::TypeError);
    RC_ASSERT(finding.kind != Kind::Incomplete);
    if (finding.kind == Kind::Overlap) RC_ASSERT((finding.rules[0] <= rules) == (finding.rules[1] <= rules));
  }
}

}  // namespace
}  // namespace guildhall::dmn
