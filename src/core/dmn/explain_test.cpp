#include "dmn/explain.h"

#include <gtest/gtest.h>

#include "dmn/read_model.h"
#include "feel/json.h"

namespace guildhall::dmn {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}
std::string text(std::string_view feel) {
  return "<text>" + escaped(feel) + "</text>";
}
std::string literal(std::string_view feel) {
  return "<literalExpression>" + text(feel) + "</literalExpression>";
}

// A decision table as a council officer writes it on paper: a first line of inputs and the output, then rules.
struct Table {
  std::string policy;                           // "UNIQUE", "COLLECT\" aggregation=\"SUM"
  std::vector<std::string> inputs;              // Expressions.
  std::vector<std::vector<std::string>> rules;  // Input entries, then the output entry, then annotations.
  std::string default_output;
  std::string output_values;

  std::string xml() const {
    std::string xml = "<decisionTable id=\"table\" hitPolicy=\"" + policy + "\">";
    for (const std::string& input : inputs)
      xml += "<input><inputExpression>" + text(input) + "</inputExpression></input>";
    xml += "<output>" + (output_values.empty() ? "" : "<outputValues>" + text(output_values) + "</outputValues>") +
           (default_output.empty() ? "" : "<defaultOutputEntry>" + text(default_output) + "</defaultOutputEntry>") +
           "</output><annotation name=\"Reason\"/>";
    for (std::size_t r = 0; r < rules.size(); ++r) {
      const std::string id = std::to_string(r + 1);
      xml += "<rule id=\"rule" + id + "\">";
      for (std::size_t i = 0; i < rules[r].size(); ++i) {
        const std::string tag = i < inputs.size()    ? "inputEntry"
                                : i == inputs.size() ? "outputEntry"
                                                     : "annotationEntry";
        xml += "<" + tag + (tag == "annotationEntry" ? "" : " id=\"e" + id + "." + std::to_string(i + 1) + "\"") + ">" +
               text(rules[r][i]) + "</" + tag + ">";
      }
      xml += "</rule>";
    }
    return xml + "</decisionTable>";
  }
};

// A decision named Fee that needs some of the inputs, and whatever else stands in the model.
std::string model_of(const std::string& logic, const std::string& needs = "", const std::string& others = "") {
  std::string xml =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"Fees\" "
      "namespace=\"https://borsetshire.example/fees\">";
  const std::pair<std::string, std::string> inputs[] = {{"Age", "number"}, {"Resident", "boolean"}, {"Band", "string"},
                                                        {"Born", "date"},  {"Permit length", ""},   {"Limits", ""},
                                                        {"Bands", ""}};
  std::string requirements;
  for (const auto& [name, type] : inputs) {
    xml += "<inputData id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\"" +
           (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/></inputData>";
    requirements += "<informationRequirement><requiredInput href=\"#" + name + "\"/></informationRequirement>";
  }
  return xml + others + "<decision id=\"fee\" name=\"Fee\"><variable name=\"Fee\"/>" + requirements + needs + logic +
         "</decision></definitions>";
}

struct Explained {
  std::string words;
  std::string json;
};

// The words about Fee, with these inputs: "{Age: 34, Born: @\"2014-03-12\"}".
Explained explained(const std::string& xml, const std::string& inputs) {
  auto read = read_model(xml);
  EXPECT_TRUE(read.ok()) << to_text(read.problems());
  const auto model = DecisionModel::compile(std::move(*read)).value();
  Decider decider(model);
  feel::Scope scope;
  scope.add_member("Permit length");
  feel::Evaluation evaluation(decider.memory(), {}, {});
  const auto context = feel::Expression::compile(inputs, scope).value();
  Trace trace;
  const auto value = decider.decide("Fee", context->evaluate(evaluation, {}).value(), &trace);
  EXPECT_TRUE(value.ok()) << to_text(value.problems());
  Decider silent(model);  // Being explained changes nothing.
  feel::Evaluation again(silent.memory(), {}, {});
  const auto same = silent.decide("Fee", context->evaluate(again, {}).value());
  EXPECT_EQ(feel::to_text(value.value()), feel::to_text(same.value()));
  EXPECT_EQ(decider.reasons().size(), silent.reasons().size());
  const auto json = explain_json(trace, decider.reasons());
  EXPECT_TRUE(json.ok());
  return {explain(trace, decider.reasons()), json.ok() ? *json : ""};
}

std::string words(const Table& table, const std::string& inputs) {
  return explained(model_of(table.xml()), inputs).words;
}

// What is said about a table of one rule with this entry, when the input is given so.
std::string entry(const std::string& input, const std::string& entry, const std::string& inputs) {
  const std::string all = words({"UNIQUE", {input}, {{entry, "45"}}, "", ""}, inputs);
  const std::string matched = "Fee is 45. Rule 1 of the table Fee matched: ";
  const std::string nearest = "Rule 1 came nearest: ";
  const std::size_t from = all.starts_with(matched) ? matched.size() : all.find(nearest) + nearest.size();
  const std::size_t end = all.find("\n\n");
  return (all.starts_with(matched) ? "" : "NO: ") + all.substr(from, end == all.npos ? all.npos : end - from);
}

const Table kFees = {"UNIQUE",
                     {"Age", "Resident"},
                     {{"< 18", "-", "0", "Children go free"},
                      {"[18..64]", "false", "60"},
                      {"[18..64]", "true", "45", "Residents pay less."},
                      {"> 64", "-", "20"}},
                     "",
                     ""};

TEST(Explain, TheRuleThatMatchedIsToldWithWhatItAskedFor) {
  EXPECT_EQ(words(kFees, "{Age: 34, Resident: true}"),
            "Fee is 45. Rule 3 of the table Fee matched: Age is 34, which is between 18 and 64, and Resident is true. "
            "Reason: Residents pay less.");
  EXPECT_EQ(words(kFees, "{Age: 7}"),
            "Fee is 0. Rule 1 of the table Fee matched: Age is 7, which is below 18. Reason: Children go free.");
}

TEST(Explain, WhereNoRuleMatchesTheNearestAreTold) {
  EXPECT_EQ(
      words({"UNIQUE",
             {"Age", "Resident", "Band"},
             {{"< 18", "true", "\"A\"", "0"}, {">= 18", "true", "\"B\"", "45"}},
             "",
             ""},
            "{Age: 34, Resident: true, Band: \"A\"}"),
      "Fee has no value. No rule of the table Fee matched, and it has no default. Rule 1 came nearest: Age is 34, "
      "not below 18. Rule 2 came as near: Band is “A”, not “B”.\n\n"
      "Why there is no value:\ndecision ‘Fee’, decision table (table): No rule of the table matches.");
}

TEST(Explain, ADefaultIsToldWithTheNearestRule) {
  EXPECT_EQ(words({"UNIQUE", {"Age"}, {{"< 18", "0"}}, "45", ""}, "{Age: 34}"),
            "Fee is 45. No rule of the table Fee matched, so the default counts. Rule 1 came nearest: Age is 34, not "
            "below 18.");
  EXPECT_EQ(words({"UNIQUE", {"Age"}, {}, "45", ""}, "{Age: 34}"), "Fee is 45. The table Fee has no rules.");
}

TEST(Explain, AMissingInputIsToldAsNoValue) {
  EXPECT_EQ(entry("Age", "< 18", "{}"), "NO: Age has no value, but the rule asks for below 18.");
  EXPECT_EQ(entry("Band", "\"A\", \"B\"", "{}"), "NO: Band has no value, but the rule asks for “A” or “B”.");
  EXPECT_EQ(entry("Band", "null", "{}"), "Band has no value.");
  EXPECT_EQ(entry("Band", "null", "{Band: \"A\"}"), "NO: Band is “A”, but the rule asks for no value.");
}

TEST(Explain, RangesAreSaidInWords) {
  EXPECT_EQ(entry("Age", "< 18", "{Age: 7}"), "Age is 7, which is below 18.");
  EXPECT_EQ(entry("Age", "<= 18", "{Age: 7}"), "Age is 7, which is 18 or less.");
  EXPECT_EQ(entry("Age", "> 18", "{Age: 34}"), "Age is 34, which is above 18.");
  EXPECT_EQ(entry("Age", ">= 18", "{Age: 34}"), "Age is 34, which is 18 or more.");
  EXPECT_EQ(entry("Age", "[18..64]", "{Age: 34}"), "Age is 34, which is between 18 and 64.");
  EXPECT_EQ(entry("Age", "(18..64]", "{Age: 34}"), "Age is 34, which is above 18 and up to 64.");
  EXPECT_EQ(entry("Age", "[18..64)", "{Age: 34}"), "Age is 34, which is at least 18 and below 64.");
  EXPECT_EQ(entry("Age", "(18..64)", "{Age: 34}"), "Age is 34, which is above 18 and below 64.");
  EXPECT_EQ(entry("Age", "< 5, > 60", "{Age: 34}"), "NO: Age is 34, not below 5 or above 60.");
}

TEST(Explain, DatesAndDurationsAreSaidInWords) {
  EXPECT_EQ(entry("Born", "< date(\"2014-03-12\")", "{Born: @\"2014-03-11\"}"),
            "Born is 11 March 2014, which is before 12 March 2014.");
  EXPECT_EQ(entry("Born", ">= @\"2014-03-12\"", "{Born: @\"2014-03-11\"}"),
            "NO: Born is 11 March 2014, not 12 March 2014 or later.");
  EXPECT_EQ(entry("Born", "[@\"2014-09-01\"..@\"2015-08-31\"]", "{Born: @\"2014-12-24\"}"),
            "Born is 24 December 2014, which is between 1 September 2014 and 31 August 2015.");
  EXPECT_EQ(entry("Born", "[@\"2014-09-01\"..@\"2015-09-01\")", "{Born: @\"2014-12-24\"}"),
            "Born is 24 December 2014, which is from 1 September 2014 and before 1 September 2015.");
  EXPECT_EQ(entry("Permit length", "> @\"P1Y\"", "{Permit length: @\"P18M\"}"),
            "Permit length is 1 year and 6 months, which is longer than 1 year.");
  EXPECT_EQ(entry("Permit length", "<= @\"P1DT12H\"", "{Permit length: @\"P3DT1M\"}"),
            "NO: Permit length is 3 days and 1 minute, not 1 day and 12 hours or shorter.");
  EXPECT_EQ(entry("Permit length", "@\"08:30:00\"", "{Permit length: @\"08:30:05\"}"),
            "NO: Permit length is 08:30:05, not 08:30.");
  EXPECT_EQ(entry("Permit length", "< @\"2026-05-31T14:30:00\"", "{Permit length: @\"2026-05-31T09:00:00\"}"),
            "Permit length is 31 May 2026 at 09:00, which is before 31 May 2026 at 14:30.");
}

TEST(Explain, LongValuesAreCut) {
  const auto value = [](const std::string& feel) {
    const std::string all = explained(model_of(literal(feel)), "{}").words;
    return all.substr(0, all.find(". It was worked out"));
  };
  EXPECT_EQ(value("[[1, [2]], []]"), "Fee is a list of [1, [2]] and an empty list");
  EXPECT_EQ(value("for n in 1..12 return n"), "Fee is a list of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
  EXPECT_EQ(value("[@\"08:30:00Z\", @\"08:30:00@Europe/London\", @\"-P1Y\", @\"-PT0.5S\"]"),
            "Fee is a list of 08:30 UTC, 08:30 (Europe/London), minus 1 year and -PT0.5S");
  EXPECT_EQ(value("function(x) x"), "Fee is a function");
  EXPECT_EQ(value("[1..5)"), "Fee is at least 1 and below 5");
  EXPECT_EQ(value("{}"), "Fee is an empty context");
  // 1 + 99 × 2 bytes: the next letter would end at 201.
  EXPECT_EQ(value("\"x\" + string join(for n in 1..150 return \"é\")").size(), std::string("Fee is “”…").size() + 199);
}

TEST(Explain, AlternativesAndNegationsAreSaidInWords) {
  EXPECT_EQ(entry("Band", "\"A\", \"B\"", "{Band: \"B\"}"), "Band is “B”.");
  EXPECT_EQ(entry("Band", "\"A\", \"B\", \"C\"", "{Band: \"D\"}"), "NO: Band is “D”, not “A”, “B” or “C”.");
  EXPECT_EQ(entry("Band", "not(\"A\")", "{Band: \"D\"}"), "Band is “D”, which is not “A”.");
  EXPECT_EQ(entry("Band", "not(\"A\", \"B\", \"C\")", "{Band: \"D\"}"),
            "Band is “D”, which is neither “A”, “B” nor “C”.");
  EXPECT_EQ(entry("Band", "not(\"A\", \"B\")", "{Band: \"B\"}"),
            "NO: Band is “B”, but the rule asks for neither “A” nor “B”.");
  EXPECT_EQ(entry("Age", "not([18..64])", "{Age: 7}"), "Age is 7, which is not between 18 and 64.");
  EXPECT_EQ(entry("Age", "!= 18", "{Age: 7}"), "Age is 7, which is not 18.");
  EXPECT_EQ(entry("Age", "= 18", "{Age: 7}"), "NO: Age is 7, not 18.");
}

TEST(Explain, NamesInTestsAreToldWithTheirValues) {
  EXPECT_EQ(entry("Age", "< Limits.child", "{Age: 7, Limits: {child: 16}}"),
            "Age is 7, which is below Limits.child (16).");
  EXPECT_EQ(entry("Age", "[Limits.child..Limits.adult)", "{Age: 7, Limits: {child: 16, adult: 18}}"),
            "NO: Age is 7, not at least Limits.child (16) and below Limits.adult (18).");
  EXPECT_EQ(entry("Band", "Bands", "{Band: \"A\", Bands: [\"A\", \"B\"]}"),
            "Band is “A”, which is in Bands (a list of “A” and “B”).");
}

TEST(Explain, OtherTestsAreQuotedAsTheyAre) {
  EXPECT_EQ(entry("Band", "starts with(?, \"A\")", "{Band: \"AB\"}"),
            "Band is “AB”, which fits ‘starts with(?, \"A\")’.");
  EXPECT_EQ(entry("Age", "odd(?), 4", "{Age: 6}"), "NO: Age is 6, which does not fit ‘odd(?), 4’.");
  EXPECT_EQ(entry("Age", "< 2 * 9 + Limits", "{Age: 6, Limits: 1}"), "Age is 6, which fits ‘< 2 * 9 + Limits’.");
  EXPECT_EQ(entry("Age", "< (", "{Age: 6}"), "NO: its test of Age can't be read.");
}

TEST(Explain, InputsThatAreNoNamesAreQuoted) {
  EXPECT_EQ(entry("Age + 1", "< 18", "{Age: 6}"), "‘Age + 1’ is 7, which is below 18.");
  EXPECT_EQ(entry("Limits.child", "< 18", "{Limits: {child: 6}}"), "Limits.child is 6, which is below 18.");
}

TEST(Explain, RulesThatAskForNothingSaySo) {
  EXPECT_EQ(entry("Age", "-", "{}"), "it asks for nothing in particular.");
  EXPECT_EQ(words({"FIRST", {"Age"}, {{"< 18", "0"}, {"-", "45"}}, "", ""}, "{Age: 34}"),
            "Fee is 45. Rule 2 of the table Fee matched: it is for whatever the rules before it leave.");
}

TEST(Explain, HitPoliciesSayWhatBecameOfSeveralRules) {
  Table table = {
      "UNIQUE", {"Age", "Resident"}, {{"> 17", "-", "3"}, {"-", "true", "1"}, {"< 5", "-", "9"}}, "", "1, 3"};
  const std::string inputs = "{Age: 34, Resident: true}";
  const std::string rule_1 = " Rule 1: Age is 34, which is above 17.", rule_2 = " Rule 2: Resident is true.";
  EXPECT_EQ(words(table, inputs),
            "Fee has no value. Rules 1 and 2 of the table Fee matched, but only one may: its hit policy is Unique." +
                rule_1 + rule_2 +
                "\n\nWhy there is no value:\n"
                "decision ‘Fee’, decision table (table): More than one rule matches, but the hit policy is Unique.");
  const std::pair<std::string, std::string> said[] = {
      {"FIRST", "Fee is 3. Rules 1 and 2 of the table Fee matched, and the first of them counts." + rule_1},
      {"PRIORITY",
       "Fee is 1. Rules 1 and 2 of the table Fee matched. The output of rule 2 comes first among the output values, so "
       "it counts." +
           rule_2},
      {"OUTPUT ORDER",
       "Fee is a list of 1 and 3. Rules 1 and 2 of the table Fee matched. Their outputs are in the order of the output "
       "values: rules 2 and 1." +
           rule_2 + rule_1},
      {"RULE ORDER",
       "Fee is a list of 3 and 1. Rules 1 and 2 of the table Fee matched, and all of them count, in this order." +
           rule_1 + rule_2},
      {"COLLECT",
       "Fee is a list of 3 and 1. Rules 1 and 2 of the table Fee matched, and all of them count." + rule_1 + rule_2},
      {"COLLECT\" aggregation=\"SUM",
       "Fee is 4. Rules 1 and 2 of the table Fee matched, and their outputs are added up." + rule_1 + rule_2},
      {"COLLECT\" aggregation=\"COUNT",
       "Fee is 2. Rules 1 and 2 of the table Fee matched, and were counted." + rule_1 + rule_2},
      {"COLLECT\" aggregation=\"MIN",
       "Fee is 1. Rules 1 and 2 of the table Fee matched, and the smallest of their outputs counts." + rule_1 + rule_2},
      {"COLLECT\" aggregation=\"MAX",
       "Fee is 3. Rules 1 and 2 of the table Fee matched, and the largest of their outputs counts." + rule_1 + rule_2}};
  for (const auto& [policy, sentences] : said) {
    table.policy = policy;
    EXPECT_EQ(words(table, inputs), sentences);
  }
  table.policy = "ANY";
  EXPECT_TRUE(words(table, inputs)
                  .starts_with("Fee has no value. Rules 1 and 2 of the table Fee matched, but their outputs differ: "
                               "its hit policy is Any."));
  table.rules[1][2] = "3";
  EXPECT_EQ(words(table, inputs), "Fee is 3. Rules 1 and 2 of the table Fee matched and agree." + rule_1 + rule_2);
}

TEST(Explain, LongListsOfRulesAreCut) {
  Table table = {"COLLECT\" aggregation=\"COUNT", {"Age"}, {}, "", ""};
  for (int i = 0; i < 30; ++i) table.rules.push_back({"> 17", "1"});
  const std::string all = words(table, "{Age: 34}");
  EXPECT_TRUE(all.starts_with("Fee is 30. Rules 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more of the table Fee matched"))
      << all;
  EXPECT_EQ(all.find("Rule 6:"), std::string::npos);
}

TEST(Explain, TextsSayWhatTheyWereComputedFrom) {
  EXPECT_EQ(explained(model_of(literal("Age * 2")), "{Age: 34, Resident: true}").words,
            "Fee is 68. It was worked out as ‘Age * 2’ with Age 34.");
  EXPECT_EQ(explained(model_of(literal("45")), "{}").words, "Fee is 45. It was worked out as ‘45’.");
  EXPECT_EQ(
      explained(model_of(literal("{\n  until:   Born + @\"P1Y\", Band: Band\n}")), "{Born: @\"2014-03-12\"}").words,
      "Fee is (until 12 March 2015, Band without a value). It was worked out as ‘{ until: Born + @\"P1Y\", Band: "
      "Band }’ with Band without a value and Born 12 March 2014.");
}

TEST(Explain, BoxedContextsSayTheirPartsOnTheWay) {
  const std::string context = "<context><contextEntry><variable name=\"base\"/>" + literal("Age + 6") +
                              "</contextEntry><contextEntry><variable name=\"discount\"/>" +
                              Table{"UNIQUE", {"Resident"}, {{"true", "0.5"}}, "0", ""}.xml() + "</contextEntry>";
  EXPECT_EQ(
      explained(model_of(context + "<contextEntry>" + literal("base * (1 - discount)") + "</contextEntry></context>"),
                "{Age: 34, Resident: true}")
          .words,
      "Fee is 20.0. Rule 1 of the table discount matched: Resident is true. It gave 0.5. It was worked out as ‘base "
      "* (1 - discount)’ with base 40 and discount 0.5.");
  EXPECT_EQ(explained(model_of(context + "</context>"), "{Age: 34, Resident: true}").words,
            "Fee is (base 40, discount 0.5). Rule 1 of the table discount matched: Resident is true. It gave 0.5.");
}

TEST(Explain, WhatADecisionNeededFollowsIt) {
  const std::string others =
      "<decision id=\"basic\" name=\"Basic fee\"><variable name=\"Basic fee\"/>" + literal("90") +
      "</decision><businessKnowledgeModel id=\"discount\" name=\"Discount\"><variable name=\"Discount\"/>"
      "<encapsulatedLogic><formalParameter name=\"age\"/>" +
      Table{"FIRST", {"age"}, {{">= 65", "0.5"}, {"-", "0"}}, "", ""}.xml() +
      "</encapsulatedLogic></businessKnowledgeModel>"
      "<decisionService id=\"service\" name=\"Basic\"><outputDecision href=\"#basic\"/></decisionService>";
  const std::string needs =
      "<informationRequirement><requiredDecision href=\"#basic\"/></informationRequirement>"
      "<knowledgeRequirement><requiredKnowledge href=\"#discount\"/></knowledgeRequirement>"
      "<knowledgeRequirement><requiredKnowledge href=\"#service\"/></knowledgeRequirement>";
  EXPECT_EQ(
      explained(model_of(literal("Basic fee * Discount(Age)"), needs, others), "{Age: 70}").words,
      "Fee is 45.0. It was worked out as ‘Basic fee * Discount(Age)’ with Age 70 and Basic fee 90.\n\n"
      "Basic fee is 90. It was worked out as ‘90’.\n\n"
      "The function Discount was asked with age 70, and gave 0.5. Rules 1 and 2 of the table Discount matched, and "
      "the first of them counts. Rule 1: age is 70, which is 65 or more.");
  EXPECT_EQ(explained(model_of(literal("Basic()"), needs, others), "{}").words,
            "Fee is 90. It was worked out as ‘Basic()’.\n\n"
            "Basic fee is 90. It was worked out as ‘90’.\n\n"
            "Basic fee is 90. It was worked out as ‘90’.\n\n"
            "The decision service Basic was asked, and gave 90.");
}

TEST(Explain, ReasonsSayWhereAValueWasLost) {
  EXPECT_EQ(explained(model_of(literal("Age + Band")), "{Age: 34, Band: \"A\"}").words,
            "Fee has no value. It was worked out as ‘Age + Band’ with Age 34 and Band “A”.\n\n"
            "Why there is no value:\n"
            "decision ‘Fee’, expression, character 1 (‘Age + Band’): The number 34 and the string \"A\" can't be "
            "added.");
  EXPECT_EQ(
      explained(model_of(""), "{}").words,
      "Fee has no value. It has no logic that can be run here.\n\nWhy there is no value:\ndecision ‘Fee’: It has no "
      "logic.");
}

TEST(Explain, WhatRepeatsIsCountedInsteadOfTold) {
  const std::string others =
      "<businessKnowledgeModel id=\"double\" name=\"Double\"><variable name=\"Double\"/><encapsulatedLogic>"
      "<formalParameter name=\"n\"/>" +
      literal("n * 2") + "</encapsulatedLogic></businessKnowledgeModel>";
  const std::string needs = "<knowledgeRequirement><requiredKnowledge href=\"#double\"/></knowledgeRequirement>";
  const Explained sum = explained(model_of(literal("sum(for n in 1..5000 return Double(n))"), needs, others), "{}");
  EXPECT_TRUE(sum.words.starts_with("Fee is 25005000. ")) << sum.words.substr(0, 100);
  EXPECT_TRUE(sum.words.ends_with("4960 further steps are left out.")) << sum.words.substr(sum.words.size() - 100);
  EXPECT_LT(sum.json.size(), 2'000'000U);
}

TEST(Explain, NothingIsComputedWithoutADecision) {
  EXPECT_EQ(explain({}, {}), "Nothing was computed.");
  EXPECT_EQ(explain_json({}, {}).value(), "{\"elements\":[],\"left out\":0,\"reasons\":[]}");
}

TEST(Explain, DataHoldsWhatTheSentencesSay) {
  EXPECT_EQ(explained(model_of(Table{"UNIQUE", {"Age"}, {{"< 18", "0"}, {">= 18", "45", "Adults"}}, "", ""}.xml()),
                      "{Age: 34}")
                .json,
            R"({"elements":[{"kind":"decision","name":"Fee","id":"fee","given":[{"name":"Age","value":34},)"
            R"({"name":"Resident","value":null},{"name":"Band","value":null},{"name":"Born","value":null},)"
            R"({"name":"Permit length","value":null},{"name":"Limits","value":null},{"name":"Bands","value":null}],)"
            R"("parts":[],"tables":[{"name":"Fee","id":"table","hit policy":"UNIQUE","aggregation":null,)"
            R"("inputs":[{"expression":"Age","label":"","value":34}],"matched":[2],"hit":[2],"default":false,)"
            R"("rules":[{"number":2,"id":"rule2","annotations":[{"name":"Reason","text":"Adults"}],)"
            R"("entries":[{"tests":">= 18","holds":true}]}],"result":45}],"value":45}],"left out":0,"reasons":[]})");
}

}  // namespace
}  // namespace guildhall::dmn
