#include "bpmn/read_definitions.h"

#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// All that is wrong, one line each; "" where nothing is.
std::string refusal(std::string_view xml) {
  const auto read = read_definitions(xml);
  return read.ok() ? "" : to_text(read.problems());
}

std::string refused(std::string_view text) {
  return refusal(ProcessText(text).xml());
}

std::string definitions(std::string_view inside) {
  return "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\">" + std::string(inside) +
         "</definitions>";
}

// ---- The file

TEST(Definitions, AreXmlOfBpmn) {
  EXPECT_NE(refusal("hello"), "");
  EXPECT_NE(refusal(""), "");
  EXPECT_EQ(
      refusal("<definitions/>"),
      "definitions, line 1: This is not a BPMN 2.0 file: its root is ‘definitions’. The root is <definitions> of the "
      "namespace http://www.omg.org/spec/BPMN/20100524/MODEL.");
}

TEST(Definitions, HaveAProcess) {
  EXPECT_EQ(refusal(definitions("")), "definitions d, line 1: The file has no process. Add a <process>.");
}

TEST(Definitions, WithEntitiesThatExplodeAreRefused) {
  const std::string text =
      "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>" +
      definitions("<process id=\"p\"><scriptTask id=\"s\"><script>\"&b;\"</script></scriptTask></process>");
  EXPECT_NE(refusal(text).find("DOCTYPE"), std::string::npos) << refusal(text);
}

TEST(Definitions, MayNotBeTooLarge) {
  const std::string text = definitions("<process id=\"p\"><documentation>" + std::string(std::size_t{101} << 20, 'x') +
                                       "</documentation></process>");
  EXPECT_NE(refusal(text), "");
}

TEST(Definitions, MayNotBeNestedTooDeeply) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "<subProcess id=\"s" + std::to_string(i) + "\">";
  for (int i = 0; i < 100; ++i) text += "</subProcess>";
  EXPECT_NE(
      refusal(definitions("<process id=\"p\">" + text + "</process>")).find("Sub-processes are nested too deeply."),
      std::string::npos);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<x>";
  EXPECT_NE(refusal(definitions(deep)), "");
}

TEST(Definitions, MayNotHoldTooManyElements) {
  std::string many;
  for (int i = 0; i < 500'000; ++i) many += "<task/>";
  EXPECT_EQ(refusal(definitions("<process id=\"p\">" + many + "</process>")),
            "line 1: The file holds more than 500000 elements or 64 MiB of text. Put its processes into files of their "
            "own.");
}

TEST(Definitions, MayHoldManyThatAreOthers) {
  std::string many;
  for (int i = 0; i < 600'000; ++i) many += "<o:x/>";
  EXPECT_EQ(refusal(definitions("<process id=\"p\"><extensionElements xmlns:o=\"urn:o\">" + many +
                                "</extensionElements><task id=\"t\"/></process>")),
            "");
}

// Each element is looked at a few times, not once for each other: with the square of their number this would take minutes.
TEST(Definitions, MayBeLarge) {
  std::string large;
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    large += "<dataObject id='d" + n + "' name='data object " + n + "'/>";
    large += "<task id='t" + n + "'/><boundaryEvent id='b" + n + "' attachedToRef='t" + n +
             "'><compensateEventDefinition/></boundaryEvent><task id='h" + n +
             "' isForCompensation='true'/><association id='a" + n + "' sourceRef='b" + n + "' targetRef='h" + n + "'/>";
    large += "<intermediateThrowEvent id='l" + n + "'><linkEventDefinition name='" + n +
             "'/></intermediateThrowEvent><intermediateCatchEvent id='c" + n + "'><linkEventDefinition name='" + n +
             "'/></intermediateCatchEvent>";
    if (i < 2'000) large += "<scriptTask id='s" + n + "'><script>data object " + n + " + 1</script></scriptTask>";
  }
  const auto read = read_definitions(definitions("<process id='p'>" + large + "</process>"));
  ASSERT_TRUE(read.ok()) << to_text(read.problems());
  EXPECT_EQ(read->processes[0].nodes.size(), 102'000U);
}

TEST(Definitions, TellNoMoreThanAHundredProblems) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "<scriptTask id=\"s" + std::to_string(i) + "\"/>";
  const auto read = read_definitions(definitions("<process id=\"p\">" + text + "</process>"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.problems().size(), 100U);
}

TEST(Definitions, KeepWhatExecutionNeedsAndPassOverTheRest) {
  const auto read = read_definitions(
      R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor" v:made="by" id="d">
      <import importType="x" location="y" namespace="z"/><itemDefinition id="item"/><interface id="i" name="i"/>
      <v:anything><process id="not this"/></v:anything>
      <process id="p" name="Permit" v:x="1"><documentation>Long.</documentation>
        <extensionElements><v:retries value="3"/><v:scriptTask id="not this"/></extensionElements>
        <laneSet id="l"><lane id="m"><flowNodeRef>u</flowNodeRef></lane></laneSet>
        <userTask id="u" name="Check" v:form="f"><extensionElements><v:form/></extensionElements><performer id="r"/></userTask>
        <textAnnotation id="t"/><association id="a" sourceRef="u" targetRef="t"/><group id="g"/>
      </process>
      <d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNPlane bpmnElement="p"/></d:BPMNDiagram>
      </definitions>)");
  ASSERT_TRUE(read.ok()) << to_text(read.problems());
  ASSERT_EQ(read->processes.size(), 1U);
  EXPECT_EQ(read->processes[0].name, "Permit");
  ASSERT_EQ(read->processes[0].nodes.size(), 1U);
  EXPECT_EQ(read->processes[0].nodes[0].type, NodeType::UserTask);
  EXPECT_EQ(read->processes[0].nodes[0].name, "Check");
}

// ---- Ids and references

TEST(Definitions, NeedIds) {
  EXPECT_EQ(refusal(definitions("<process><task id=\"t\"/></process>")),
            "process, line 1: The process has no id. Give it an id (BPMN 8.2.1).");
  EXPECT_EQ(refusal(definitions("<process id=\"p\"><task/></process>")),
            "task, line 1: A task has no id. Give each flow element an id (BPMN 8.2.1).");
}

TEST(Definitions, HaveEachIdOnce) {
  const std::string said = "Two elements have the id ‘a’. Give each element an id of its own (BPMN 8.2.1).";
  EXPECT_EQ(refused("task a; task a"), "task a, line 4: " + said);
  EXPECT_EQ(refused("task a; sub u { task a }"), "task a, line 5: " + said);
  EXPECT_EQ(
      refusal(definitions("<process id=\"p\"><task id=\"x\"/><task id=\"y\"/><sequenceFlow id=\"a\" sourceRef=\"x\" "
                          "targetRef=\"y\"/><task id=\"a\"/></process>")),
      "task a, line 1: " + said);
  EXPECT_EQ(refusal(definitions("<process id=\"a\"/><process id=\"a\"/>")), "process a, line 1: " + said);
  EXPECT_EQ(refusal(definitions("<message id=\"a\"/><signal id=\"a\"/><process id=\"p\"/>")),
            "signal a, line 1: " + said);
}

TEST(Definitions, ReferToWhatIsThere) {
  EXPECT_EQ(
      refused("task a; a > b"),
      "sequenceFlow a_b, line 4: The sequence flow goes from or to an element that is not there. Mend sourceRef and "
      "targetRef (BPMN 8.4.13).");
  EXPECT_EQ(refused("boundary b on:x timer:PT1H"),
            "boundaryEvent b: The boundary event is on no activity. Attach it to an activity by attachedToRef (BPMN "
            "10.5.4).");
  EXPECT_EQ(refused("receive r messageRef=x"),
            "receiveTask r, line 3: There is no ‘x’. Add the message, signal, error or escalation to the definitions "
            "(BPMN 8.4).");
  EXPECT_EQ(refused("xor x default=f; task a; x > a"),
            "x: The default flow ‘f’ doesn't leave the element. Name one of its outgoing flows (BPMN 8.4.13).");
  EXPECT_EQ(
      refused("throw t compensate:x"),
      "t: There is no activity ‘x’ to compensate. Mend activityRef, or remove it to compensate all (BPMN 10.5.5.1).");
  EXPECT_EQ(refused("catch c <eventDefinitionRef>x</eventDefinitionRef>").substr(0, 88),
            "intermediateCatchEvent c, line 3: There is no event definition ‘x’. Name one of this");
}

TEST(Definitions, MayReferWithAPrefix) {
  EXPECT_EQ(refusal(definitions("<message id=\"m\" name=\"hello\"/><process id=\"p\"><receiveTask id=\"r\" "
                                "messageRef=\"tns:m\"/></process>")),
            "");
}

TEST(Definitions, MayUseAnEventDefinitionThatStandsElsewhere) {
  EXPECT_EQ(run("process p { start s; catch c <eventDefinitionRef>when</eventDefinitionRef>\n script a; s > c > a }\n"
                "<timerEventDefinition id='when'><timeDuration>PT1H</timeDuration></timerEventDefinition>"),
            "a completed");
}

// ---- FEEL

TEST(Definitions, SayWhichExpressionCantBeRead) {
  EXPECT_NE(refused("script a = 1 +").find("scriptTask a, line 3, script"), std::string::npos)
      << refused("script a = 1 +");
  EXPECT_NE(refused("task a; task b; a > b if 1 +").find("sequenceFlow a_b, line 5, conditionExpression"),
            std::string::npos);
}

TEST(Definitions, SayWhichExpressionCantWork) {
  EXPECT_NE(refused("script a = no such function(1)").find("scriptTask a, line 3, script"), std::string::npos);
}

TEST(Definitions, TakeNamesThatNobodyDeclaredForVariables) {
  EXPECT_EQ(run("script a = somename + 1", {.input = "{somename: 1}"}), "2 completed");
  EXPECT_EQ(run("data x <documentation/>\n script a = x + y", {.input = "{x: 1, y: 2}"}), "3 completed");
}

// ---- What can't run

struct Refusal {
  const char* text;
  const char* said;
};
class CantRun : public testing::TestWithParam<Refusal> {};

TEST_P(CantRun, IsRefusedWithIdClauseAndRemedy) {
  EXPECT_EQ(refused(GetParam().text), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(
    Definitions, CantRun,
    testing::Values(
        Refusal{"start s; task a; a > s",
                "startEvent s: A sequence flow goes into a start event. Remove the flow, or connect it elsewhere (BPMN "
                "10.5.2)."},
        Refusal{
            "end e; task a; e > a",
            "endEvent e: A sequence flow leaves an end event. Remove the flow, or connect it elsewhere (BPMN 10.5.3)."},
        Refusal{"task a; task c; boundary b on:a timer:PT1H; c > b",
                "boundaryEvent b: A sequence flow goes into a boundary event. Remove the flow, or connect it elsewhere "
                "(BPMN 10.5.4)."},
        Refusal{"task a; sub u { task b }; a > b",
                "sequenceFlow a_b, line 7: The sequence flow crosses the border of a sub-process. Let it end at the "
                "border, and "
                "begin another inside (BPMN 7.6.1)."},
        Refusal{"events g; task a; g > a",
                "eventBasedGateway g: ‘a’ doesn't wait for an event. Let only catching events and receive tasks follow "
                "(BPMN 10.6.6)."},
        Refusal{"events g",
                "eventBasedGateway g: The gateway waits for nothing. Let catching events follow (BPMN 10.6.6)."},
        Refusal{"and g; task a; g > a if true",
                "parallelGateway g: Its outgoing flow ‘g_a’ has a condition, which nothing would evaluate. Remove it, "
                "or use an "
                "exclusive or an inclusive gateway (BPMN 10.6.4, 10.6.6)."},
        Refusal{"catch c",
                "intermediateCatchEvent c: The event waits for nothing. Give it an event definition (BPMN 10.5.4)."},
        Refusal{"task a; boundary b on:a",
                "boundaryEvent b: The boundary event has no trigger. Give it an event definition (BPMN 10.5.4)."},
        Refusal{
            "task a; boundary b on:a nonint error",
            "boundaryEvent b: An error always interrupts. Set cancelActivity or isInterrupting to true (BPMN 10.5.6)."},
        Refusal{
            "task a; boundary b on:a cancel",
            "boundaryEvent b: Only a transaction can be cancelled. Attach the event to a transaction (BPMN 10.5.4)."},
        Refusal{"end e cancel",
                "endEvent e: Only within a transaction something can be cancelled. Put it into a transaction (BPMN "
                "10.5.3)."},
        Refusal{"start s error:x",
                "startEvent s: ‘errorEventDefinition’ has no place in it. Use an event that can, or another event "
                "definition (BPMN 10.5.5)."},
        Refusal{"throw t timer:PT1H",
                "intermediateThrowEvent t: ‘timerEventDefinition’ has no place in it. Use an event that can, or "
                "another event "
                "definition (BPMN 10.5.5)."},
        Refusal{"sub u { start s message:m }",
                "startEvent s: A sub-process starts without a trigger. Remove the event definition (BPMN 10.5.2)."},
        Refusal{"eventsub u { start s }",
                "startEvent s: The start of an event sub-process has no trigger. Give it an event definition (BPMN "
                "10.3.5)."},
        Refusal{"eventsub u { task a }",
                "subProcess u: The event sub-process has 0 start events. Give it exactly one (BPMN 10.3.5)."},
        Refusal{"task a; eventsub u { start s error }; a > u",
                "subProcess u: A sequence flow goes into or leaves an event sub-process. Remove the flow, or connect "
                "it elsewhere "
                "(BPMN 10.3.5)."},
        Refusal{"task a; task b isForCompensation=true; a > b",
                "task b: A sequence flow goes into or leaves a compensation activity. Remove the flow, or connect it "
                "elsewhere "
                "(BPMN 10.7.1)."},
        Refusal{"throw t link:x",
                "intermediateThrowEvent t: The link ‘x’ has 0 targets. Give it exactly one catching link event of its "
                "name (BPMN "
                "10.5.5)."},
        Refusal{"call c",
                "callActivity c: The call activity doesn't say what it calls. Give it a calledElement (BPMN 10.3.6)."},
        Refusal{"<scriptTask id='a'/>",
                "scriptTask a: The script task has no script. Write an expression in FEEL (BPMN 10.3.3)."},
        Refusal{"task a <multiInstanceLoopCharacteristics/>",
                "task a, line 3: The activity doesn't say how many instances it has. Give it a loopCardinality or a "
                "loopDataInputRef (BPMN 10.3.8.2)."},
        Refusal{"task a startQuantity=0",
                "task a, line 3: The startQuantity is not a whole number from 1 to 10000. Mend it, or leave it out to "
                "mean 1 "
                "(BPMN 10.3)."},
        Refusal{"catch c <timerEventDefinition/>",
                "intermediateCatchEvent c, line 3: The timer doesn't say when. Give it a timeDate, timeDuration or "
                "timeCycle (BPMN "
                "10.5.5.13)."},
        Refusal{"catch c <conditionalEventDefinition/>",
                "intermediateCatchEvent c, line 3: The conditional event has no condition. Write one in FEEL (BPMN "
                "10.5.5.3)."}));

TEST(Definitions, TellEverythingAtOnce) {
  const std::string said = refused("start s; task a; a > s; script b = 1 +\n catch c");
  EXPECT_NE(said.find("startEvent s"), std::string::npos);
  EXPECT_NE(said.find("scriptTask b"), std::string::npos);
  EXPECT_NE(said.find("intermediateCatchEvent c"), std::string::npos);
}

}  // namespace
}  // namespace guildhall::bpmn
