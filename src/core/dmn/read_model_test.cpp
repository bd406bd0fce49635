#include "dmn/read_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace guildhall::dmn {
namespace {

constexpr std::string_view kDmn15 = "https://www.omg.org/spec/DMN/20230324/MODEL/";

// A model of DMN 1.5; `content` begins on line 2.
std::string file_of(std::string_view content, std::string_view dmn_namespace = kDmn15) {
  return "<definitions id=\"m\" name=\"School meals\" namespace=\"https://example.org/meals\" xmlns=\"" +
         std::string(dmn_namespace) + "\" xmlns:feel=\"http://www.omg.org/spec/FEEL/20140401\">\n" +
         std::string(content) + "\n</definitions>";
}

// A decision named "Entitled", with `logic` on line 3.
std::string decision_of(std::string_view logic) {
  return file_of("<decision id=\"d\" name=\"Entitled\"><variable name=\"Entitled\" typeRef=\"boolean\"/>\n" +
                 std::string(logic) + "</decision>");
}

Model read(const std::string& xml) {
  Result<Model> model = read_model(xml);
  EXPECT_TRUE(model.ok()) << to_text(model.problems());
  return model.ok() ? std::move(*model) : Model{};
}

template <class Form>
Form read_logic(std::string_view logic) {
  Model model = read(decision_of(logic));
  if (model.decisions.size() != 1 || !model.decisions[0].expression) return {};
  Form* const form = std::get_if<Form>(&model.decisions[0].expression->form);
  EXPECT_NE(form, nullptr);
  return form == nullptr ? Form{} : std::move(*form);
}

std::string literal(const Expression& expression) {
  const auto* const form = std::get_if<LiteralExpression>(&expression.form);
  return form == nullptr ? "not a literal" : form->text.text;
}

Problems problems_of(const std::string& xml) {
  const Result<Model> model = read_model(xml);
  return model.ok() ? Problems{} : model.problems();
}

// The one problem of a model.
Problem problem_of(const std::string& xml) {
  const Problems problems = problems_of(xml);
  EXPECT_EQ(problems.size(), 1U) << to_text(problems);
  return problems.empty() ? Problem{} : problems.front();
}

TEST(ReadModel, ReadsDecisionsAndWhatTheyRequire) {
  const Model model = read(file_of(R"(<description>Who eats for free</description>
<inputData id="i" name="Annual income"><variable name="Annual income" typeRef="number"/></inputData>
<decision id="_1" name=" Income
    limit " label="Limit"/>
<decision id="_2" name="Entitled">
  <extensionElements><x xmlns="https://example.org/tool"/></extensionElements>
  <question>Is the child entitled?</question><allowedAnswers>Yes or no</allowedAnswers>
  <informationRequirement id="r1"><requiredInput href="#i"/></informationRequirement>
  <informationRequirement id="r2"><requiredDecision href="https://example.org/meals#_1"/></informationRequirement>
  <knowledgeRequirement id="r3"><requiredKnowledge href="https://example.org/lib#b%201"/></knowledgeRequirement>
  <authorityRequirement id="r4"><requiredAuthority href="#k"/></authorityRequirement>
  <decisionMaker href="#o"/>
  <literalExpression id="e" typeRef="boolean"><text>Annual income &lt; Income limit</text></literalExpression>
</decision>
<knowledgeSource id="k" name="Act" locationURI="https://www.legislation.gov.uk/"><type>Act</type></knowledgeSource>
<textAnnotation id="t"><text>A remark</text></textAnnotation>
<organizationUnit id="o" name="Education"/>
<tool:thing xmlns:tool="https://example.org/tool" id="i"/>
<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/"><dmndi:DMNDiagram id="i"/></dmndi:DMNDI>)"));
  EXPECT_EQ(model.name, "School meals");
  EXPECT_EQ(model.id, "m");
  EXPECT_EQ(model.description, "Who eats for free");
  EXPECT_EQ(model.namespace_uri, "https://example.org/meals");
  EXPECT_EQ(model.dmn_version, Version::V1_5);
  ASSERT_EQ(model.inputs.size(), 1U);
  EXPECT_EQ(model.inputs[0].variable.name, "Annual income");
  EXPECT_EQ(model.inputs[0].variable.type.name, "number");
  ASSERT_EQ(model.decisions.size(), 2U);
  const Decision& limit = model.decisions[0];
  EXPECT_EQ(limit.name, "Income limit");
  EXPECT_EQ(limit.label, "Limit");
  EXPECT_EQ(limit.variable.name, "Income limit");
  EXPECT_FALSE(limit.variable.type.given());
  EXPECT_FALSE(limit.expression);
  const Decision& entitled = model.decisions[1];
  EXPECT_EQ(entitled.question, "Is the child entitled?");
  EXPECT_EQ(entitled.allowed_answers, "Yes or no");
  EXPECT_EQ(entitled.place, (Place{6, 1}));
  ASSERT_EQ(entitled.information_requirements.size(), 2U);
  EXPECT_EQ(entitled.information_requirements[0].kind, InformationRequirement::Kind::Input);
  EXPECT_EQ(entitled.information_requirements[0].required.id, "i");
  EXPECT_EQ(entitled.information_requirements[1].kind, InformationRequirement::Kind::Decision);
  EXPECT_EQ(entitled.information_requirements[1].required.namespace_uri, "");
  EXPECT_EQ(entitled.information_requirements[1].required.id, "_1");
  ASSERT_EQ(entitled.knowledge_requirements.size(), 1U);
  EXPECT_EQ(entitled.knowledge_requirements[0].required.namespace_uri, "https://example.org/lib");
  EXPECT_EQ(entitled.knowledge_requirements[0].required.id, "b 1");
  EXPECT_EQ(entitled.authority_requirements, std::vector<std::string>{"r4"});
  ASSERT_TRUE(entitled.expression);
  EXPECT_EQ(entitled.expression->id, "e");
  EXPECT_EQ(entitled.expression->type.name, "boolean");
  EXPECT_EQ(literal(*entitled.expression), "Annual income < Income limit");
  ASSERT_EQ(model.knowledge_sources.size(), 1U);
  EXPECT_EQ(model.knowledge_sources[0].location_uri, "https://www.legislation.gov.uk/");
}

TEST(ReadModel, ReadsEveryVersionWithAnyPrefix) {
  const std::pair<Version, std::string> versions[] = {{Version::V1_1, "http://www.omg.org/spec/DMN/20151101/dmn.xsd"},
                                                      {Version::V1_2, "http://www.omg.org/spec/DMN/20180521/MODEL/"},
                                                      {Version::V1_3, "https://www.omg.org/spec/DMN/20191111/MODEL/"},
                                                      {Version::V1_4, "https://www.omg.org/spec/DMN/20211108/MODEL/"},
                                                      {Version::V1_5, "https://www.omg.org/spec/DMN/20230324/MODEL/"}};
  for (const auto& [version, uri] : versions) {
    const Model model =
        read("\xEF\xBB\xBF<?xml version=\"1.0\"?><semantic:definitions xmlns:semantic=\"" + uri +
             "\" xmlns=\"https://example.org/meals\" name=\"Meals\" namespace=\"https://example.org/meals\">"
             "<semantic:inputData name=\"Child\"/></semantic:definitions>");
    EXPECT_EQ(model.dmn_version, version);
    EXPECT_EQ(model.inputs.size(), 1U);
  }
}

TEST(ReadModel, SaysWhichVersionsThereAre) {
  const Problem problem = problem_of("<definitions xmlns=\"http://www.omg.org/spec/DMN/20300101/MODEL/\"/>");
  EXPECT_EQ(problem.what,
            "This is not a DMN model: it begins with <definitions> of the namespace "
            "\"http://www.omg.org/spec/DMN/20300101/MODEL/\".");
  EXPECT_EQ(problem.where, "element definitions, line 1");
  EXPECT_NE(problem.remedy.find("https://www.omg.org/spec/DMN/20230324/MODEL/ (DMN 1.5)"), std::string::npos);
  EXPECT_FALSE(read_model("<html/>").ok());
  EXPECT_FALSE(read_model("").ok());
  EXPECT_FALSE(read_model("<!DOCTYPE x><definitions/>").ok());
}

TEST(ReadModel, ReadsTypes) {
  const Model model = read(file_of(R"(<import name="lib" namespace="https://example.org/lib" locationURI="lib.dmn"
 importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/><import name="" namespace="https://example.org/more"/>
<itemDefinition name="tChild"><itemComponent name="date of birth"><typeRef> date </typeRef></itemComponent>
<itemComponent name="years" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) > 1</text>
</typeConstraint><allowedValues><text>[1..13]</text></allowedValues></itemComponent></itemDefinition>
<itemDefinition name="tRule" typeLanguage="feel"><functionItem outputTypeRef="boolean">
<parameters name="child" typeRef="lib.tChild"/></functionItem></itemDefinition>)"));
  ASSERT_EQ(model.imports.size(), 2U);
  EXPECT_EQ(model.imports[0].name, "lib");
  EXPECT_EQ(model.imports[0].namespace_uri, "https://example.org/lib");
  EXPECT_EQ(model.imports[0].location_uri, "lib.dmn");
  EXPECT_EQ(model.imports[0].import_type, kDmn15);
  ASSERT_EQ(model.item_definitions.size(), 2U);
  const ItemDefinition& child = model.item_definitions[0];
  EXPECT_FALSE(child.type.given());
  ASSERT_EQ(child.components.size(), 2U);
  EXPECT_EQ(child.components[0].type.name, "date");
  EXPECT_FALSE(child.components[0].is_collection);
  EXPECT_TRUE(child.components[1].is_collection);
  EXPECT_EQ(child.components[1].type_constraint.text, "count(?) > 1");
  EXPECT_EQ(child.components[1].allowed_values.text, "[1..13]");
  const ItemDefinition& rule = model.item_definitions[1];
  EXPECT_EQ(rule.type_language, "feel");
  ASSERT_TRUE(rule.function_item);
  EXPECT_EQ(rule.function_item->output_type.name, "boolean");
  ASSERT_EQ(rule.function_item->parameters.size(), 1U);
  EXPECT_EQ(rule.function_item->parameters[0].type.name, "lib.tChild");
}

// In DMN 1.1's XML Schema, typeRef is an xsd:QName.
TEST(ReadModel, ResolvesThePrefixesOfDmn11Types) {
  constexpr std::string_view kDmn11 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd";
  const Model model = read(file_of(R"(<import namespace="https://example.org/lib" importType="x"/>
<inputData name="A"><variable name="A" typeRef="feel:string"/></inputData>
<inputData name="B"><variable name="B" typeRef="lib:tChild" xmlns:lib="https://example.org/lib"/></inputData>
<inputData name="C" xmlns:own="https://example.org/meals"><variable name="C" typeRef="own:tMeal"/></inputData>
<inputData name="D"><variable name="D" typeRef="tMeal"/></inputData>)",
                                   kDmn11));
  ASSERT_EQ(model.inputs.size(), 4U);
  EXPECT_EQ(model.inputs[0].variable.type, (TypeRef{"", "string"}));
  EXPECT_EQ(model.inputs[1].variable.type, (TypeRef{"https://example.org/lib", "tChild"}));
  EXPECT_EQ(model.inputs[2].variable.type, (TypeRef{"", "tMeal"}));
  EXPECT_EQ(model.inputs[3].variable.type, (TypeRef{"", "tMeal"}));
  const std::string undeclared = "<inputData name=\"A\"><variable name=\"A\" typeRef=\"lib:tChild\"/></inputData>";
  EXPECT_EQ(problem_of(file_of(undeclared, kDmn11)),
            (Problem{"The prefix of the type \"lib:tChild\" is not declared.", "element A, line 2",
                     "Declare it with xmlns:lib=\"…\", or remove it."}));
  EXPECT_EQ(read(file_of(undeclared)).inputs.at(0).variable.type.name, "lib:tChild");
}

TEST(ReadModel, ReadsDecisionTables) {
  const DecisionTable table = read_logic<DecisionTable>(
      R"(<decisionTable hitPolicy="OUTPUT ORDER" outputLabel="Meal" preferredOrientation="CrossTable">
<input id="i1" label="Age"><inputExpression typeRef="number"><text>Child.age</text></inputExpression>
 <inputValues><text>[0..18]</text></inputValues></input>
<input/>
<output name="meal" label="Meal" typeRef="string"><outputValues><text>"free","paid"</text></outputValues>
 <defaultOutputEntry><text>"paid"</text></defaultOutputEntry></output><output name="price" typeRef="number"/>
<annotation name="Why"/>
<rule id="r1"><description>Infants</description><inputEntry id="e1"><text>&lt; 7</text></inputEntry>
 <inputEntry><text>-</text></inputEntry><outputEntry id="e3"><text>"free"</text></outputEntry>
 <outputEntry><text/></outputEntry><annotationEntry><text>Universal</text></annotationEntry></rule></decisionTable>)");
  EXPECT_EQ(table.hit_policy, HitPolicy::OutputOrder);
  EXPECT_FALSE(table.aggregation);
  EXPECT_EQ(table.preferred_orientation, Orientation::CrossTable);
  EXPECT_EQ(table.output_label, "Meal");
  ASSERT_EQ(table.inputs.size(), 2U);
  EXPECT_EQ(table.inputs[0].id, "i1");
  EXPECT_EQ(table.inputs[0].label, "Age");
  EXPECT_EQ(table.inputs[0].expression.text, "Child.age");
  EXPECT_EQ(table.inputs[0].type.name, "number");
  EXPECT_EQ(table.inputs[0].values.text, "[0..18]");
  EXPECT_EQ(table.inputs[1].expression.text, "");
  ASSERT_EQ(table.outputs.size(), 2U);
  EXPECT_EQ(table.outputs[0].name, "meal");
  EXPECT_EQ(table.outputs[0].type.name, "string");
  EXPECT_EQ(table.outputs[0].values.text, "\"free\",\"paid\"");
  ASSERT_TRUE(table.outputs[0].default_output);
  EXPECT_EQ(table.outputs[0].default_output->text, "\"paid\"");
  EXPECT_FALSE(table.outputs[1].default_output);
  EXPECT_EQ(table.annotation_names, std::vector<std::string>{"Why"});
  ASSERT_EQ(table.rules.size(), 1U);
  EXPECT_EQ(table.rules[0].id, "r1");
  EXPECT_EQ(table.rules[0].description, "Infants");
  ASSERT_EQ(table.rules[0].inputs.size(), 2U);
  EXPECT_EQ(table.rules[0].inputs[0].id, "e1");
  EXPECT_EQ(table.rules[0].inputs[0].text.text, "< 7");
  EXPECT_EQ(table.rules[0].inputs[0].text.place, (Place{10, 75}));  // Of "&lt;".
  ASSERT_EQ(table.rules[0].outputs.size(), 2U);
  EXPECT_EQ(table.rules[0].outputs[0].text.text, "\"free\"");
  EXPECT_EQ(table.rules[0].outputs[1].text.text, "");
  EXPECT_EQ(table.rules[0].annotations, std::vector<std::string>{"Universal"});
}

TEST(ReadModel, ReadsTablesThatSumAndDefaultsOfTables) {
  const DecisionTable summed =
      read_logic<DecisionTable>("<decisionTable hitPolicy=\"COLLECT\" aggregation=\"SUM\"><output/></decisionTable>");
  EXPECT_EQ(summed.hit_policy, HitPolicy::Collect);
  EXPECT_EQ(summed.aggregation, Aggregation::Sum);
  const DecisionTable plain = read_logic<DecisionTable>("<decisionTable><output/></decisionTable>");
  EXPECT_EQ(plain.hit_policy, HitPolicy::Unique);
  EXPECT_EQ(plain.preferred_orientation, Orientation::RuleAsRow);
}

TEST(ReadModel, ReadsContextsListsAndRelations) {
  const BoxedContext context = read_logic<BoxedContext>(R"(<context>
<contextEntry><variable name="limit" typeRef="number"/><literalExpression><text>7400</text></literalExpression></contextEntry>
<contextEntry><list><literalExpression><text>1</text></literalExpression><list/></list></contextEntry></context>)");
  ASSERT_EQ(context.entries.size(), 2U);
  ASSERT_TRUE(context.entries[0].variable);
  EXPECT_EQ(context.entries[0].variable->name, "limit");
  EXPECT_EQ(literal(context.entries[0].expression), "7400");
  EXPECT_FALSE(context.entries[1].variable);
  const auto* const list = std::get_if<BoxedList>(&context.entries[1].expression.form);
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(literal(list->items[0]), "1");

  const Relation relation =
      read_logic<Relation>(R"(<relation><column name="year" typeRef="number"/><column name="price"/>
<row><literalExpression><text>2024</text></literalExpression><literalExpression><text>2.53</text></literalExpression></row>
</relation>)");
  ASSERT_EQ(relation.columns.size(), 2U);
  EXPECT_EQ(relation.columns[0].type.name, "number");
  ASSERT_EQ(relation.rows.size(), 1U);
  ASSERT_EQ(relation.rows[0].size(), 2U);
  EXPECT_EQ(literal(relation.rows[0][1]), "2.53");
}

TEST(ReadModel, ReadsFunctionsInvocationsAndServices) {
  const Model model = read(file_of(R"(<businessKnowledgeModel id="b" name="Fee"><variable name="Fee"/>
<encapsulatedLogic typeRef="number"><formalParameter name="hours" typeRef="number"/>
<literalExpression><text>hours * 4</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<businessKnowledgeModel id="j" name="Cosine"><encapsulatedLogic kind="Java"><context/></encapsulatedLogic>
<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement></businessKnowledgeModel>
<businessKnowledgeModel id="n" name="Later"/>
<inputData id="i" name="Hours"/>
<decision id="d" name="Charge"><invocation><literalExpression><text>Fee</text></literalExpression>
<binding><parameter name="hours"/><literalExpression><text>3</text></literalExpression></binding>
<binding><parameter name="rate"/></binding></invocation></decision>
<decision id="f" name="Double"><functionDefinition><formalParameter name="x"/></functionDefinition></decision>
<decisionService id="s" name="Charges"><variable name="Charges" typeRef="number"/><outputDecision href="#d"/>
<encapsulatedDecision href="#f"/><inputDecision href="#f"/><inputData href="#i"/></decisionService>)"));
  ASSERT_EQ(model.business_knowledge_models.size(), 3U);
  const BusinessKnowledgeModel& fee = model.business_knowledge_models[0];
  ASSERT_TRUE(fee.encapsulated_logic);
  EXPECT_EQ(fee.encapsulated_logic->kind, FunctionDefinition::Kind::Feel);
  ASSERT_EQ(fee.encapsulated_logic->parameters.size(), 1U);
  EXPECT_EQ(fee.encapsulated_logic->parameters[0].name, "hours");
  ASSERT_NE(fee.encapsulated_logic->body, nullptr);
  EXPECT_EQ(literal(*fee.encapsulated_logic->body), "hours * 4");
  EXPECT_EQ(fee.logic_type.name, "number");
  const BusinessKnowledgeModel& cosine = model.business_knowledge_models[1];
  ASSERT_TRUE(cosine.encapsulated_logic);
  EXPECT_EQ(cosine.encapsulated_logic->kind, FunctionDefinition::Kind::Java);
  ASSERT_EQ(cosine.knowledge_requirements.size(), 1U);
  EXPECT_EQ(cosine.knowledge_requirements[0].required.id, "b");
  EXPECT_FALSE(model.business_knowledge_models[2].encapsulated_logic);

  ASSERT_EQ(model.decisions.size(), 2U);
  const auto* const invocation = std::get_if<Invocation>(&model.decisions[0].expression->form);
  ASSERT_NE(invocation, nullptr);
  EXPECT_EQ(literal(*invocation->called), "Fee");
  ASSERT_EQ(invocation->bindings.size(), 2U);
  EXPECT_EQ(invocation->bindings[0].parameter.name, "hours");
  EXPECT_EQ(literal(*invocation->bindings[0].expression), "3");
  EXPECT_FALSE(invocation->bindings[1].expression);

  ASSERT_EQ(model.decision_services.size(), 1U);
  const DecisionService& service = model.decision_services[0];
  EXPECT_EQ(service.variable.type.name, "number");
  EXPECT_EQ(service.output_decisions.at(0).id, "d");
  EXPECT_EQ(service.encapsulated_decisions.at(0).id, "f");
  EXPECT_EQ(service.input_decisions.at(0).id, "f");
  EXPECT_EQ(service.input_data.at(0).id, "i");
}

TEST(ReadModel, ReadsTheBoxesOfDmn14) {
  const auto box = [](std::string_view name, std::string_view text) {
    return "<" + std::string(name) + "><literalExpression><text>" + std::string(text) +
           "</text></literalExpression></" + std::string(name) + ">";
  };
  const Conditional conditional = read_logic<Conditional>("<conditional>" + box("if", "age > 4") + box("then", "1") +
                                                          box("else", "2") + "</conditional>");
  EXPECT_EQ(literal(*conditional.condition), "age > 4");
  EXPECT_EQ(literal(*conditional.then_part), "1");
  EXPECT_EQ(literal(*conditional.else_part), "2");
  const Filter filter = read_logic<Filter>("<filter>" + box("in", "children") + box("match", "age > 4") + "</filter>");
  EXPECT_EQ(literal(*filter.in), "children");
  EXPECT_EQ(literal(*filter.match), "age > 4");
  const For loop = read_logic<For>(
      "<for iteratorVariable=\"child\"><in typeRef=\"tChildren\"><literalExpression><text>children</text>"
      "</literalExpression></in>" +
      box("return", "child.age") + "</for>");
  EXPECT_EQ(loop.iterator_variable, "child");
  EXPECT_EQ(loop.in_type.name, "tChildren");
  EXPECT_EQ(literal(*loop.in), "children");
  EXPECT_EQ(literal(*loop.result), "child.age");
  for (const auto& [name, kind] :
       {std::pair{"every", Quantified::Kind::Every}, std::pair{"some", Quantified::Kind::Some}}) {
    const Quantified quantified =
        read_logic<Quantified>("<" + std::string(name) + " iteratorVariable=\"child\">" + box("in", "children") +
                               box("satisfies", "child.age > 4") + "</" + name + ">");
    EXPECT_EQ(quantified.kind, kind);
    EXPECT_EQ(literal(*quantified.in), "children");
    EXPECT_EQ(literal(*quantified.satisfies), "child.age > 4");
  }
}

TEST(ReadModel, KeepsTextsAsTheyAreWritten) {
  const LiteralExpression expression = read_logic<LiteralExpression>(
      "<literalExpression expressionLanguage=\"feel\">\n<text\n>\n  // limit\n  a &lt; b  "
      "\n</text></literalExpression>");
  EXPECT_EQ(expression.text.text, "\n  // limit\n  a < b  \n");
  EXPECT_EQ(expression.text.place, (Place{5, 2}));
  EXPECT_EQ(expression.text.expression_language, "feel");
  const LiteralExpression quoted =
      read_logic<LiteralExpression>("<literalExpression><text><![CDATA[a < b]]></text></literalExpression>");
  EXPECT_EQ(quoted.text.text, "a < b");
  EXPECT_EQ(quoted.text.place, (Place{3, 35}));
}

TEST(ReadModel, SaysAllThatIsWrongAtOnce) {
  const Problems problems = problems_of(file_of(R"(<inputData id="i"/>
<decision id="i" name="Entitled">
<informationRequirement><requiredDecision href="#gone"/></informationRequirement>
<informationRequirement><requiredDecision href="#i"/></informationRequirement>
<informationRequirement><requiredInput href="i"/></informationRequirement>
<informationRequirement/>
<literalExpresion/>
<decisionTable hitPolicy="LAST"><input/><output/>
<rule><inputEntry><text>-</text></inputEntry><inputEntry/></rule></decisionTable>
<literalExpression expressionLanguage="https://www.ecma-international.org/ecma-262"/>
</decision>
<itemDefinition name="tChild" isCollection="maybe"/>)"));
  const Problem expected[] = {
      {"The id \"i\" is already that of the element on line 2.", "element Entitled, line 3",
       "Give one of them another id, and change what refers to it."},
      {"This <inputData> has no name.", "element i, line 2", "Give it one: name=\"…\"."},
      {"There is no element with the id \"gone\".", "element Entitled, line 4",
       "Refer to a decision that is there, or remove the reference."},
      {"The element with the id \"i\" is a <inputData>, not a decision.", "element Entitled, line 5",
       "Refer to a decision."},
      {"The reference \"i\" has no # before an id.", "element Entitled, line 6",
       "Write href=\"#…\" with the id of an element."},
      {"This information requirement has no target.", "element Entitled, line 7",
       "Give it one requiredDecision or requiredInput."},
      {"DMN 1.5 has no element <literalExpresion> inside <decision>.", "element Entitled, line 8",
       "Check its spelling and its place."},
      {"The hitPolicy \"LAST\" is not known.", "element Entitled, line 9",
       "Write one of UNIQUE, ANY, PRIORITY, FIRST, COLLECT, RULE ORDER, OUTPUT ORDER."},
      {"Rule 1 has 2 input entries, but the table has 1 input.", "element Entitled, line 10",
       "Remove what is too much, or add a column."},
      {"Rule 1 has 0 output entries, but the table has 1 output.", "element Entitled, line 10", "Add what is missing."},
      {"There is a second expression here, <literalExpression>.", "element Entitled, line 11", "Keep one of them."},
      {"The isCollection \"maybe\" is not known.", "element tChild, line 13", "Write one of true, false, 1, 0."}};
  ASSERT_EQ(problems.size(), std::size(expected)) << to_text(problems);
  for (std::size_t i = 0; i < problems.size(); ++i) EXPECT_EQ(problems[i], expected[i]);
}

TEST(ReadModel, RefusesOtherLanguagesThanFeel) {
  EXPECT_EQ(problem_of(decision_of("<literalExpression expressionLanguage=\"text/x-python\"/>")),
            (Problem{"The expression language \"text/x-python\" is not FEEL.", "element Entitled, line 3",
                     "Write the expression in FEEL and remove the attribute expressionLanguage."}));
  for (const std::string_view feel :
       {"http://www.omg.org/spec/FEEL/20140401", "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/", "feel", "FEEL", ""}) {
    EXPECT_TRUE(read_model(decision_of("<literalExpression expressionLanguage=\"" + std::string(feel) + "\"/>")).ok())
        << feel;
  }
}

TEST(ReadModel, SaysWhatIsMissingInABox) {
  const auto what = [](std::string_view logic) { return problem_of(decision_of(logic)).what; };
  EXPECT_EQ(what("<decisionTable/>"), "This decision table has no output.");
  EXPECT_EQ(what("<decisionTable><output name=\"a\"/><output/></decisionTable>"),
            "This output has no name, though the table has several.");
  EXPECT_EQ(what("<context><contextEntry><variable name=\"a\"/></contextEntry></context>"),
            "This <contextEntry> has no expression.");
  EXPECT_EQ(what("<relation><column name=\"a\"/><row/></relation>"),
            "This row has 0 cells, but the relation has 1 columns before it.");
  EXPECT_EQ(what("<invocation/>"), "This <invocation> has no function to invoke.");
  EXPECT_EQ(what("<invocation><literalExpression/><binding/></invocation>"), "This binding has no parameter.");
  EXPECT_EQ(what("<filter><in><list/></in></filter>"), "This <filter> has no <match>.");
  EXPECT_EQ(what("<filter><in><list/></in><match/></filter>"), "This <match> has no expression.");
  EXPECT_EQ(what("<for><in><list/></in><return><list/></return></for>"), "This <for> has no iteratorVariable.");
  EXPECT_EQ(what("<literalExpression><text>a <b/> c</text></literalExpression>"),
            "There is an element <b> inside the text.");
  EXPECT_EQ(what("<literalExpression><text>1</text><text>2</text></literalExpression>"), "There is a second <text>.");
  EXPECT_EQ(what("<literalExpression><importedValues namespace=\"x\"/></literalExpression>"),
            "Imported values are not read.");
  EXPECT_EQ(what("<list><old:list xmlns:old=\"https://www.omg.org/spec/DMN/20211108/MODEL/\"/></list>"),
            "The element <list> on line 3 is of DMN 1.4, but this file is of DMN 1.5.");
}

TEST(ReadModel, ReadsFiftyNestedExpressionsAndRefusesMore) {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string logic;
    for (std::size_t i = 1; i < depth; ++i) logic += open;
    logic += "<list/>";
    for (std::size_t i = 1; i < depth; ++i) logic += close;
    return decision_of(logic);
  };
  const std::pair<std::string, std::string> boxes[] = {{"<list>", "</list>"},
                                                       {"<context><contextEntry>", "</contextEntry></context>"},
                                                       {"<relation><column name=\"a\"/><row>", "</row></relation>"}};
  for (const auto& [open, close] : boxes) {
    EXPECT_TRUE(read_model(nested(kMaxNesting, open, close)).ok()) << open;
    EXPECT_EQ(problem_of(nested(kMaxNesting + 1, open, close)).what, "Expressions are nested more than 50 deep.");
  }
  const Problem deepest = problem_of(nested(300, "<list>", "</list>"));
  EXPECT_EQ(deepest.what, "Elements are nested more than 200 deep.");
  std::string types;
  for (int i = 0; i < 51; ++i) types += "<itemComponent name=\"a\">";
  for (int i = 0; i < 51; ++i) types += "</itemComponent>";
  EXPECT_EQ(problem_of(file_of("<itemDefinition name=\"t\">" + types + "</itemDefinition>")).what,
            "Types are nested more than 50 deep.");
}

TEST(ReadModel, StopsTellingAfterAHundredProblems) {
  std::string inputs;
  for (int i = 0; i < 1000; ++i) inputs += "<inputData/>";
  EXPECT_EQ(problems_of(file_of(inputs)).size(), 100U);
}

// Whatever a modeller writes comes back, and its place is where it stands.
RC_GTEST_PROP(ReadModel, KeepsAnyTextAndItsPlace, ()) {
  const auto letters = [](const std::string& of) { return *rc::gen::container<std::string>(rc::gen::elementOf(of)); };
  const std::string text = letters("ab<&>\"' \n\t-]") + "x";
  std::string escaped;
  for (const char letter : text) {
    escaped += letter == '<' ? "&lt;" : letter == '&' ? "&amp;" : letter == '>' ? "&gt;" : std::string(1, letter);
  }
  const std::string document = decision_of(letters(" \n") + "<literalExpression><text a=\"" + letters("> \n") + "\" >" +
                                           escaped + "</text></literalExpression>");
  const Result<Model> model = read_model(document);
  RC_ASSERT(model.ok());
  const Text& read = std::get<LiteralExpression>(model->decisions.at(0).expression->form).text;
  RC_ASSERT(read.text == text);
  std::size_t line_start = 0;
  for (std::size_t line = 1; line < read.place.line; ++line) line_start = document.find('\n', line_start) + 1;
  RC_ASSERT(std::string_view(document).substr(line_start + read.place.column - 1).starts_with(escaped + "</text>"));
}

TEST(ReadModel, ReadsEveryModelOfTheConformanceKit) {
  const char* const given = std::getenv("GUILDHALL_SHARED");
  const std::filesystem::path kit =
      std::filesystem::path(given == nullptr ? "../shared" : given) / "conformance" / "dmn-tck";
  if (!std::filesystem::exists(kit)) GTEST_SKIP() << "Needs " << kit << "; set GUILDHALL_SHARED.";
  std::size_t models = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kit)) {
    if (entry.path().extension() != ".dmn") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const Result<Model> model = read_model(text);
    EXPECT_TRUE(model.ok()) << entry.path() << "\n" << to_text(model.problems());
    ++models;
  }
  EXPECT_EQ(models, 101U);
}

}  // namespace
}  // namespace guildhall::dmn
