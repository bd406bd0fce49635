#include "dmn/conformance.h"

#include <gtest/gtest.h>

#include "dmn/read_model.h"

namespace guildhall::dmn {
namespace {

using Model = Result<std::shared_ptr<const DecisionModel>>;

Model model_of(const std::string& elements) {
  auto model = read_model(
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"School meals\" "
      "namespace=\"https://borsetshire.example/meals\">" +
      elements + "</definitions>");
  if (!model.ok()) return model.problems();
  return DecisionModel::compile(std::move(*model));
}

std::string decision(const std::string& id, const std::string& feel, const std::string& requirements = "") {
  return "<decision id=\"" + id + "\" name=\"" + id + "\"><variable name=\"" + id + "\"/>" + requirements +
         "<literalExpression><text><![CDATA[" + feel + "]]></text></literalExpression></decision>";
}

std::vector<CaseResult> run(const Model& model, const std::string& cases) {
  const auto read = read_test_cases(
      "<testCases xmlns=\"http://www.omg.org/spec/DMN/20160719/testcase\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"
      "<modelName>meals.dmn</modelName>" +
      cases + "</testCases>");
  EXPECT_TRUE(read.ok()) << to_text(read.problems());
  return read.ok() ? run_cases(model, *read, {}) : std::vector<CaseResult>();
}

std::string a_case(const std::string& content, const std::string& attributes = "") {
  return "<testCase id=\"1\" " + attributes + ">" + content + "</testCase>";
}
std::string result(const std::string& name, const std::string& value, const std::string& attributes = "") {
  return "<resultNode name=\"" + name + "\" " + attributes + "><expected>" + value + "</expected></resultNode>";
}
std::string value(const std::string& type, const std::string& text) {
  return "<value xsi:type=\"xsd:" + type + "\">" + text + "</value>";
}
const std::string kNull = "<value xsi:nil=\"true\"/>";

// What became of the one case of one decision with this expression, which should have this value.
CaseResult::Outcome outcome(const std::string& feel, const std::string& expected, const std::string& attributes = "") {
  const auto results = run(model_of(decision("Answer", feel)), a_case(result("Answer", expected, attributes)));
  return results.at(0).outcomes.at(0);
}
bool passes(const std::string& feel, const std::string& expected, const std::string& attributes = "") {
  return outcome(feel, expected, attributes).passed;
}

TEST(Conformance, NumbersMayDifferBelowTheEighthDecimal) {
  EXPECT_TRUE(passes("1/3", value("decimal", "0.33333333")));  // 3.3e-9 apart.
  EXPECT_TRUE(passes("2.50", value("double", "2.5")));
  EXPECT_TRUE(passes("3", value("integer", " +3 ")));
  EXPECT_TRUE(passes("1/0", value("double", "INF")));          // FEEL has null instead.
  EXPECT_FALSE(passes("1/3", value("decimal", "0.3333333")));  // 3.3e-8 apart.
  EXPECT_FALSE(passes("-1", value("decimal", "1")));
  EXPECT_FALSE(passes("\"1\"", value("decimal", "1")));
}

TEST(Conformance, StringsAndBooleansAreExact) {
  EXPECT_TRUE(passes("\" free \"", value("string", " free ")));
  EXPECT_FALSE(passes("\"free\"", value("string", "Free")));
  EXPECT_TRUE(passes("\"\"", value("string", "")));
  EXPECT_TRUE(passes("1 < 2", value("boolean", "true")));
  EXPECT_TRUE(passes("1 > 2", value("boolean", "0")));
  EXPECT_FALSE(passes("null", value("boolean", "false")));
}

TEST(Conformance, DatesTimesAndDurationsAreComparedByValue) {
  EXPECT_TRUE(passes("@\"2026-05-31\"", value("date", "2026-05-31")));
  EXPECT_FALSE(passes("@\"2026-05-31T00:00:00\"", value("date", "2026-05-31")));  // Another kind.
  EXPECT_TRUE(passes("@\"10:30:00\"", value("time", "10:30:00")));
  EXPECT_FALSE(passes("@\"10:30:00Z\"", value("time", "10:30:00")));
  EXPECT_TRUE(passes("@\"2026-05-31T12:00:00+01:00\"", value("dateTime", "2026-05-31T12:00:00+01:00")));
  EXPECT_FALSE(passes("@\"2026-05-31T12:00:00+01:00\"", value("dateTime", "2026-05-31T12:00:00Z")));
  EXPECT_FALSE(passes("@\"10:30:00.5\"", value("time", "10:30:00")));
  EXPECT_FALSE(passes("@\"11:30:00+01:00\"", value("time", "10:30:00Z")));
  EXPECT_FALSE(passes("@\"2026-05-31T12:00:00+01:00\"", value("dateTime", "2026-05-31T11:00:00Z")));
  EXPECT_TRUE(passes("@\"2026-05-31T12:00:00@Europe/London\"", value("dateTime", "2026-05-31T12:00:00+01:00")));
  EXPECT_TRUE(passes("@\"P1D\"", value("duration", "PT24H")));
  EXPECT_TRUE(passes("@\"P18M\"", value("duration", "P1Y6M")));
  EXPECT_FALSE(passes("@\"P1D\"", value("duration", "P1M")));
}

TEST(Conformance, ListsHaveTheirOrderAndContextsHaveNone) {
  const std::string list =
      "<list><item>" + value("decimal", "1") + "</item><item>" + value("decimal", "2") + "</item></list>";
  EXPECT_TRUE(passes("[1, 2]", list));
  EXPECT_FALSE(passes("[2, 1]", list));
  EXPECT_FALSE(passes("[1, 2, 3]", list));
  EXPECT_FALSE(passes("[1]", list));
  const std::string context = "<component name=\"meals\">" + value("decimal", "5") +
                              "</component><component name=\"from age\">" + value("decimal", "4") + "</component>";
  EXPECT_TRUE(passes("{meals: 5, from age: 4}", context));
  EXPECT_TRUE(passes("{from age: 4, meals: 5}", context));
  EXPECT_FALSE(passes("{from age: 4}", context));
  EXPECT_FALSE(passes("{from age: 4, meals: 5, more: 1}", context));
  EXPECT_FALSE(passes("{from age: 4, meals: 6}", context));
}

TEST(Conformance, NullIsNullAndAnErrorMayBeNullToo) {
  const std::string error = "errorResult=\"true\"";
  EXPECT_TRUE(passes("null", kNull));
  EXPECT_FALSE(passes("0", kNull));
  EXPECT_TRUE(passes("1 + \"a\"", kNull, error));
  EXPECT_FALSE(passes("1", kNull, error));
  const Model model = model_of(decision("Answer", "1"));
  EXPECT_TRUE(run(model, a_case(result("No such decision", kNull, error))).at(0).passed());
  EXPECT_FALSE(run(model, a_case(result("No such decision", kNull))).at(0).passed());
}

TEST(Conformance, WhatFailedIsToldInFull) {
  const CaseResult::Outcome failed = outcome("1 + \"a\"", value("string", "free"));
  EXPECT_FALSE(failed.passed);
  EXPECT_EQ(failed.result_name, "Answer");
  EXPECT_EQ(failed.expected, "\"free\"");
  EXPECT_EQ(failed.actual, "null");
  EXPECT_NE(failed.reason.find("can't be added"), std::string::npos) << failed.reason;
  const CaseResult::Outcome passed = outcome("\"free\"", value("string", "free"));
  EXPECT_EQ(passed.actual, "\"free\"");
  EXPECT_EQ(passed.reason, "");
}

TEST(Conformance, InputsHaveTheTypesThatTheFileSays) {
  const Model model = model_of(
      "<inputData id=\"born\" name=\"Date of birth\"><variable name=\"Date of birth\" typeRef=\"date\"/></inputData>" +
      decision("Year", "Date of birth.year",
               "<informationRequirement><requiredInput href=\"#born\"/></informationRequirement>"));
  const std::string input = "<inputNode name=\"Date of birth\">" + value("date", "2019-02-28") + "</inputNode>";
  const std::string year = result("Year", value("decimal", "2019"));
  EXPECT_TRUE(run(model, a_case(input + year)).at(0).passed());
  EXPECT_FALSE(run(model, a_case(year)).at(0).passed());
  const auto twice = run(model, a_case(input + input + year));
  EXPECT_EQ(twice.at(0).outcomes.at(0).reason,
            "There are two values named ‘Date of birth’. Keep the one that is meant.");
}

TEST(Conformance, ValuesThatCannotBeReadFailTheirCase) {
  EXPECT_EQ(outcome("1", value("decimal", "one")).reason, "‘one’ is no value of the type decimal.");
  EXPECT_EQ(outcome("1", value("date", "2026-02-30")).reason, "‘2026-02-30’ is no value of the type date.");
  EXPECT_EQ(outcome("1", value("hexBinary", "0F")).reason,
            "Values of the type hexBinary are not known. Write a string, decimal, boolean, date, time, dateTime or "
            "duration.");
  EXPECT_FALSE(passes("null", value("decimal", "one"), "errorResult=\"true\""));
}

TEST(Conformance, KnowledgeAndServicesAreInvokedWithTheInputs) {
  const Model model =
      model_of(decision("Meals", "5") + decision("Price", "2.50") +
               "<businessKnowledgeModel id=\"double\" name=\"Double\"><variable name=\"Double\"/><encapsulatedLogic>"
               "<formalParameter name=\"amount\" typeRef=\"number\"/><literalExpression><text>amount * 2</text>"
               "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
               "<decisionService name=\"One\"><outputDecision href=\"#Meals\"/></decisionService>"
               "<decisionService name=\"Both\"><outputDecision href=\"#Meals\"/><outputDecision href=\"#Price\"/>"
               "</decisionService>");
  ASSERT_TRUE(model.ok()) << to_text(model.problems());
  const std::string amount = "<inputNode name=\"amount\">" + value("decimal", "4") + "</inputNode>";
  const auto passed = [&](const std::string& content, const std::string& attributes) {
    return run(model, a_case(content, attributes)).at(0).passed();
  };
  EXPECT_TRUE(
      passed(amount + result("whatever it is called", value("decimal", "8")), "type=\"bkm\" invocableName=\"Double\""));
  EXPECT_TRUE(passed(result("Meals", value("decimal", "5")), "type=\"decisionService\" invocableName=\"One\""));
  const std::string both = "type=\"decisionService\" invocableName=\"Both\"";
  EXPECT_TRUE(passed(result("Meals", value("decimal", "5")) + result("Price", value("decimal", "2.5")), both));
  EXPECT_TRUE(passed(result("Price", value("decimal", "2.5")), both));
  EXPECT_FALSE(passed(result("Meals", value("decimal", "5")) + result("Price", value("decimal", "3")), both));
  EXPECT_TRUE(passed(result("Both", "<component name=\"Meals\">" + value("decimal", "5") +
                                        "</component><component "
                                        "name=\"Price\">" +
                                        value("decimal", "2.5") + "</component>"),
                     both));
}

TEST(Conformance, KnowledgeAndServicesOfImportsAreInvokedByTheirQualifiedNames) {
  const auto read = [](const std::string& name, const std::string& elements) {
    auto model = read_model("<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"" + name +
                            "\" namespace=\"" + name + "\">" + elements + "</definitions>");
    EXPECT_TRUE(model.ok()) << to_text(model.problems());
    return std::move(*model);
  };
  std::vector<dmn::Model> imported;
  imported.push_back(read(
      "base", decision("Meals", "5") + decision("Price", "2.50") +
                  "<decisionService name=\"Both\"><outputDecision href=\"#Meals\"/><outputDecision "
                  "href=\"#Price\"/></decisionService><businessKnowledgeModel name=\"Double\"><encapsulatedLogic>"
                  "<formalParameter name=\"amount\"/><literalExpression><text>amount * 2</text></literalExpression>"
                  "</encapsulatedLogic></businessKnowledgeModel>"));
  const Model model = DecisionModel::compile(
      read("main",
           "<import name=\"b\" namespace=\"base\" importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>"),
      std::move(imported));
  EXPECT_TRUE(
      run(model, a_case(result("Meals", value("decimal", "5")), "type=\"decisionService\" invocableName=\"b.Both\""))
          .at(0)
          .passed());
  EXPECT_TRUE(run(model, a_case("<inputNode name=\"amount\">" + value("decimal", "4") + "</inputNode>" +
                                    result("it", value("decimal", "8")),
                                "type=\"bkm\" invocableName=\"b.Double\""))
                  .at(0)
                  .passed());
  EXPECT_TRUE(run(model, a_case(result("b.Meals", value("decimal", "5")))).at(0).passed());
}

TEST(Conformance, ACasePassesWhenAllItsResultsDo) {
  const Model model = model_of(decision("Meals", "5") + decision("Price", "2.50"));
  const auto results =
      run(model, a_case(result("Meals", value("decimal", "5")) + result("Price", value("decimal", "3"))));
  ASSERT_EQ(results.size(), 1U);
  ASSERT_EQ(results[0].outcomes.size(), 2U);
  EXPECT_TRUE(results[0].outcomes[0].passed);
  EXPECT_FALSE(results[0].outcomes[1].passed);
  EXPECT_FALSE(results[0].passed());
  EXPECT_FALSE(run(model, a_case("")).at(0).passed());  // It expects nothing.
}

TEST(Conformance, AModelThatCannotBeReadFailsAllItsCases) {
  const auto results = run(Problem{"This is not XML.", "meals.dmn", ""},
                           a_case(result("Meals", value("decimal", "5"))) +
                               a_case(result("Meals", kNull, "errorResult=\"true\"")) + a_case(""));
  ASSERT_EQ(results.size(), 3U);
  for (const CaseResult& one : results) EXPECT_FALSE(one.passed());
  EXPECT_EQ(results[1].outcomes.at(0).reason, "meals.dmn: This is not XML.");
}

}  // namespace
}  // namespace guildhall::dmn
