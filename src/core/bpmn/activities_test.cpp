#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// ---- 13.2

TEST(Process, BeginsAtItsStartEvent) {
  EXPECT_EQ(run("start s; script a; end e; s > a > e"), "a completed");
}

TEST(Process, WithoutStartEventBeginsWithEverythingThatHasNoIncomingFlow) {
  EXPECT_EQ(run("script a; script b; script c; a > c"), "a b c completed");
  EXPECT_EQ(run("and f; script a; script b; f > a; f > b"), "a b completed");
}

TEST(Process, BeginsAtOneOfSeveralStartEvents) {
  EXPECT_EQ(run("start s; start z; script a; script b; s > a; z > b"), "a completed");
}

TEST(Process, PrefersTheStartEventWithoutATrigger) {
  EXPECT_EQ(run("start m message:m; start s; script a; script b; m > a; s > b"), "b completed");
}

TEST(Process, BeginsWithTheMessageOrSignalThatComes) {
  const std::string text = "start m message:m; start i signal:i; script a; script b; m > a; i > b";
  EXPECT_EQ(run(text, {.events = {"m"}}), "a completed");
  EXPECT_EQ(run(text, {.events = {"i"}}), "b completed");
}

TEST(Process, BeginsWithATimerConditionOrSeveralTriggers) {
  EXPECT_EQ(run("start s timer:PT5M; script a; s > a"), "a completed");
  EXPECT_EQ(run("start s condition:(n > 1); script a; s > a"), "a completed");
  EXPECT_EQ(run("start s message:m signal:i; script a; s > a"), "a completed");
}

TEST(Process, CompletesWhenNoTokenIsLeft) {
  EXPECT_EQ(
      run("start s; and f; script a; catch t timer:PT1H; script b; end e1; end e2; s > f > a > e1; f > t > b > e2"),
      "a b completed");
}

TEST(Process, MayBeEmpty) {
  EXPECT_EQ(run("process p { }"), "completed");
}

TEST(Process, MayEndWithoutEndEvent) {
  EXPECT_EQ(run("start s; script a; s > a"), "a completed");
}

TEST(Process, IsReadWithPoolsAndLanes) {
  EXPECT_EQ(run_xml(R"(<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor" id="d"
      targetNamespace="urn:t">
    <b:collaboration id="c"><b:participant id="pool" processRef="p"/></b:collaboration>
    <b:process id="p" v:color="red"><b:extensionElements><v:x/></b:extensionElements>
      <b:laneSet id="l"><b:lane id="lane"><b:flowNodeRef>a</b:flowNodeRef></b:lane></b:laneSet>
      <b:startEvent id="s"><b:outgoing>f</b:outgoing></b:startEvent><b:scriptTask id="a"><b:script>"a"</b:script></b:scriptTask>
      <b:sequenceFlow id="f" sourceRef="s" targetRef="a"/><b:textAnnotation id="note"/>
    </b:process>
    <di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"/></b:definitions>)"),
            "a completed");
}

// ---- 13.3.3

TEST(Task, OfEveryKindIsDoneAndLeft) {
  EXPECT_EQ(run("start s; task t; user u; service v; manual m; rule r; send n; receive c; script a; end e\n"
                "s > t > u > v > m > r > n > c > a > e"),
            "a completed");
}

TEST(ScriptTask, SetsTheVariablesOfAContext) {
  EXPECT_EQ(run("start s; script a = {n: 2, m: n + 1}; script b = n + m; s > a > b"), "5 completed");
}

TEST(SendTask, ReachesTheReceiveTaskThatWaits) {
  EXPECT_EQ(run("start s; and f; send n message:m; receive c message:m; script a; s > f > n; f > c > a"),
            "a completed");
}

TEST(ReceiveTask, WaitsForItsMessage) {
  EXPECT_EQ(run("start s; receive c message:m; script a; s > c > a"), "waiting");
  EXPECT_EQ(run("start s; receive c message:m; script a; s > c > a", {.events = {"m"}}), "a completed");
}

TEST(Activity, WaitsForAsManyTokensAsItNeedsToStart) {
  EXPECT_EQ(run("start s; and f; task t; task u; script a startQuantity=2; s > f > t > a; f > u > a"), "a completed");
  EXPECT_EQ(run("start s; script a startQuantity=2; s > a"), "waiting");
}

TEST(Activity, GivesAsManyTokensAsItsCompletionQuantity) {
  EXPECT_EQ(run("start s; task t completionQuantity=3; script a; s > t > a"), "a a a completed");
}

// ---- 13.3.4

TEST(SubProcess, IsLeftWhenNoTokenIsLeftInIt) {
  EXPECT_EQ(run("start s; sub u { start is; and f; script a; catch t timer:PT1H; script b; is > f > a; f > t > b }\n"
                "script c; s > u > c"),
            "a b c completed");
}

TEST(SubProcess, WithoutStartEventBeginsWithEverythingThatHasNoIncomingFlow) {
  EXPECT_EQ(run("start s; sub u { script a; script b; script c; a > c }; script d; s > u > d"), "a b c d completed");
}

TEST(SubProcess, MayBeEmptyAndMayBeNested) {
  EXPECT_EQ(run("start s; sub u { }; sub v { sub w { script a } }; script b; s > u > v > b"), "a b completed");
}

TEST(SubProcess, HasItsOwnDataObjects) {
  EXPECT_EQ(run("data x; start s; script a = {x: 1}; sub u { data y; script b = {y: 2, x: 3} }\n"
                "script c = x; script d = y = null; s > a > u > c > d"),
            "3 true completed");
}

TEST(SubProcess, ThatIsTerminatedIsLeft) {
  EXPECT_EQ(run("start s; sub u { start is; and f; script a; end te terminate; catch t timer:PT1H; script b\n"
                "is > f > t > b; f > a > te }; script c; s > u > c"),
            "a c completed");
}

TEST(CallActivity, RunsAProcess) {
  EXPECT_EQ(run("process p { start s; script a; call c calledElement=q; script b; s > a > c > b }\n"
                "process q { start t; script d; t > d }"),
            "a d b completed");
}

TEST(CallActivity, RunsAGlobalTask) {
  EXPECT_EQ(run("process p { start s; call c calledElement=g; script b; s > c > b }\n"
                "<globalScriptTask id=\"g\"><script>\"g\"</script></globalScriptTask>"),
            "g b completed");
}

TEST(CallActivity, IsLeftWhenWhatItCallsIsTerminated) {
  EXPECT_EQ(run("process p { start s; call c calledElement=q; script b; s > c > b }\n"
                "process q { start t; end x terminate; t > x }"),
            "b completed");
}

TEST(CallActivity, GivesAndTakesData) {
  EXPECT_EQ(run("process p { data x; data y; start s; script a = {x: 2}; call c calledElement=q <ioSpecification>"
                "<dataInput id=\"ci\" name=\"given\"/><dataOutput id=\"co\" name=\"made\"/></ioSpecification>"
                "<dataInputAssociation><sourceRef>x</sourceRef><targetRef>ci</targetRef></dataInputAssociation>"
                "<dataOutputAssociation><sourceRef>co</sourceRef><targetRef>y</targetRef></dataOutputAssociation>\n"
                "script b = y; s > a > c > b }\n"
                "process q { start t; script d = {made: given * 10}; t > d }"),
            "20 completed");
}

TEST(CallActivity, WithAMappingGivesNothingElseBack) {
  EXPECT_EQ(run("process p { data x; data y; start s; script a = {x: 1}; call c calledElement=q <ioSpecification>"
                "<dataOutput id=\"co\" name=\"made\"/></ioSpecification>"
                "<dataOutputAssociation><sourceRef>co</sourceRef><targetRef>y</targetRef></dataOutputAssociation>\n"
                "script b = [x, y]; s > a > c > b }\n"
                "process q { start t; script d = {x: 7, made: 8}; t > d }"),
            "[1, 8] completed");
}

TEST(CallActivity, OfAProcessThatIsNotThereIsAnError) {
  EXPECT_EQ(run("process p { start s; call c calledElement=q; s > c }"), "failed:There is no process ‘q’");
}

TEST(CallActivity, ThatCallsItselfNeverEnds) {
  EXPECT_NE(run("process p { start s; call c calledElement=p; s > c }").find("The process doesn't end."),
            std::string::npos);
}

TEST(CallActivity, ThatIsInterruptedEndsWhatItCalls) {
  EXPECT_EQ(run("process p { start s; call c calledElement=q; boundary b on:c timer:PT1M; script a; s > c; b > a }\n"
                "process q { start t; catch w timer:PT1H; script d; t > w > d }"),
            "a completed");
}

// ---- 13.3.5

TEST(AdHocSubProcess, RunsAllItsActivities) {
  EXPECT_EQ(run("start s; adhoc h { script a; script b; script c; b > c }; script d; s > h > d"), "a b c d completed");
}

TEST(AdHocSubProcess, MayRunThemOneAfterAnother) {
  EXPECT_EQ(run("start s; adhoc h ordering=Sequential { sub u { catch t timer:PT1H; script a; t > a }; script b }\n"
                "script d; s > h > d"),
            "a b d completed");
}

TEST(AdHocSubProcess, EndsWhenItsConditionHolds) {
  EXPECT_EQ(run("start s; adhoc h { <completionCondition>done</completionCondition>\n script a = {done: true}; script "
                "b }; script c; s > h > c"),
            "c completed");
  EXPECT_EQ(run("start s; adhoc h ordering=Sequential { <completionCondition>n >= 2</completionCondition>\n"
                "script a = {n: 1}\n script b = {n: n + 1}\n script c }; script d; s > h > d"),
            "d completed");
}

TEST(AdHocSubProcess, MayWaitForWhatStillRuns) {
  EXPECT_EQ(run("start s; adhoc h cancelRemainingInstances=false { <completionCondition>true</completionCondition>\n"
                "script a; sub u { catch t timer:PT1H; script b; t > b } }; script c; s > h > c"),
            "a b c completed");
  EXPECT_EQ(run("start s; adhoc h { <completionCondition>true</completionCondition>\n"
                "sub u { catch t timer:PT1H; script b; t > b }; script a }; script c; s > h > c"),
            "a c completed");
}

// ---- 13.3.6

std::string loop(const std::string& attributes, const std::string& condition) {
  return "start s; script a = {n: (if n = null then 0 else n) + 1}\n script b = n; end e; s > u > b > e\n"
         "sub u { <standardLoopCharacteristics " +
         attributes + ">" + (condition.empty() ? "" : "<loopCondition>" + condition + "</loopCondition>") +
         "</standardLoopCharacteristics>\n script i = {n: (if n = null then 0 else n) + 1} }";
}

TEST(StandardLoop, RunsOnceAtLeastWhereTheConditionIsTestedAfter) {
  EXPECT_EQ(run(loop("", "false")), "1 completed");
}

TEST(StandardLoop, MayNotRunAtAllWhereTheConditionIsTestedBefore) {
  EXPECT_EQ(run(loop("testBefore='true'", "false")), "null completed");
}

TEST(StandardLoop, RunsWhileItsConditionHolds) {
  EXPECT_EQ(run("start s; script a <standardLoopCharacteristics><loopCondition>loopCounter &lt; 3</loopCondition>"
                "</standardLoopCharacteristics>\n s > a"),
            "a a a completed");
  EXPECT_EQ(run("start s; script a <standardLoopCharacteristics testBefore='true'><loopCondition>loopCounter &lt; 3"
                "</loopCondition></standardLoopCharacteristics>\n s > a"),
            "a a a completed");
}

TEST(StandardLoop, RunsNoMoreThanItsMaximum) {
  EXPECT_EQ(run("start s; script a <standardLoopCharacteristics loopMaximum='2'><loopCondition>true</loopCondition>"
                "</standardLoopCharacteristics>\n script b; s > a > b"),
            "a a b completed");
  EXPECT_EQ(run("start s; script a <standardLoopCharacteristics loopMaximum='3'/>\n s > a"), "a a a completed");
}

TEST(StandardLoop, CountsForWhatRunsInIt) {
  EXPECT_EQ(run("start s; sub u { <standardLoopCharacteristics loopMaximum='3'/>\n script a = loopCounter\n }; s > u"),
            "1 2 3 completed");
}

TEST(StandardLoop, OfManyRoundsTakesNoStack) {
  EXPECT_EQ(run("start s; task t <standardLoopCharacteristics loopMaximum='20000'/>\n script a; s > t > a"),
            "a completed");
}

// ---- 13.3.7

std::string several(const std::string& attributes, const std::string& inside) {
  return "<multiInstanceLoopCharacteristics " + attributes + ">" + inside + "</multiInstanceLoopCharacteristics>\n";
}

TEST(MultiInstance, RunsAsOftenAsItsCardinality) {
  for (const char* sequential : {"isSequential='true'", "isSequential='false'", ""}) {
    EXPECT_EQ(
        run("start s; script a " + several(sequential, "<loopCardinality>3</loopCardinality>") + "script b; s > a > b"),
        "a a a b completed");
  }
}

TEST(MultiInstance, MayHaveNoInstance) {
  EXPECT_EQ(run("start s; script a " + several("", "<loopCardinality>0</loopCardinality>") + "script b; s > a > b"),
            "b completed");
}

TEST(MultiInstance, OfWhatIsNoNumberIsAnIncident) {
  EXPECT_EQ(run("start s; script a " + several("", "<loopCardinality>\"x\"</loopCardinality>") + "s > a"),
            "failed:The loopCardinality of ‘a’ is not a whole number of instances.");
  EXPECT_EQ(run("start s; script a " + several("", "<loopDataInputRef>x</loopDataInputRef>") + "s > a"),
            "failed:The collection ‘x’ of ‘a’ is not a list.");
}

TEST(MultiInstance, RunsForEachItemOfACollection) {
  const std::string inside = "<loopDataInputRef>names</loopDataInputRef><inputDataItem id=\"i\" name=\"each\"/>";
  EXPECT_EQ(run("data names; start s; script a = each\n script b; s > u > b\n sub u { " +
                    several("isSequential='true'", inside) + "script w = each\n }",
                {.input = "{names: [\"x\", \"y\"]}"}),
            "x y b completed");
}

TEST(MultiInstance, CollectsItsOutputsInTheOrderOfItsInstances) {
  EXPECT_EQ(run("data in; data out; start s; sub u { " +
                    several("",
                            "<loopDataInputRef>in</loopDataInputRef><loopDataOutputRef>out</loopDataOutputRef>"
                            "<inputDataItem id=\"each\"/><outputDataItem id=\"made\"/>") +
                    "catch t timer:(duration(\"PT1H\") * (10 - each))\n script w = {made: each * 2}\n t > w }\n"
                    "script b = string join(for x in out return string(x), \",\")\n s > u > b",
                {.input = "{in: [1, 2, 3]}"}),
            "2,4,6 completed");
}

TEST(MultiInstance, ReadsItsCollectionThroughADataInput) {
  EXPECT_EQ(
      run("data names; start s; sub u { "
          "<ioSpecification><dataInput id=\"all\"/></ioSpecification>"
          "<dataInputAssociation><sourceRef>names</sourceRef><targetRef>all</targetRef></dataInputAssociation>\n" +
              several("", "<loopDataInputRef>all</loopDataInputRef><inputDataItem id=\"each\"/>") +
              "script w = each\n }; s > u",
          {.input = "{names: [\"x\", \"y\"]}"}),
      "x y completed");
}

TEST(MultiInstance, BindsItsItemsToDataInputsAndOutputs) {
  EXPECT_EQ(run_xml(R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <dataObject id="all" isCollection="true"/><dataObject id="sums" isCollection="true"/>
      <scriptTask id="a">
        <ioSpecification><dataInput id="ai" name="numbers"/><dataInput id="ni" name="number"/><dataOutput id="so" name="made1"/>
          <dataOutput id="ao" name="total"/></ioSpecification>
        <dataInputAssociation><sourceRef>all</sourceRef><targetRef>ai</targetRef></dataInputAssociation>
        <dataInputAssociation><sourceRef>each</sourceRef><targetRef>ni</targetRef></dataInputAssociation>
        <dataOutputAssociation><sourceRef>so</sourceRef><targetRef>made</targetRef></dataOutputAssociation>
        <dataOutputAssociation><sourceRef>ao</sourceRef><targetRef>sums</targetRef></dataOutputAssociation>
        <multiInstanceLoopCharacteristics><loopDataInputRef>ai</loopDataInputRef><loopDataOutputRef>ao</loopDataOutputRef>
          <inputDataItem id="each"/><outputDataItem id="made"/></multiInstanceLoopCharacteristics>
        <script>{made1: number + 100}</script></scriptTask>
      <scriptTask id="b"><script>[sums, made1, number]</script></scriptTask>
      <sequenceFlow id="g" sourceRef="a" targetRef="b"/></process></definitions>)",
                    {.input = "{all: [1, 2]}"}),
            "[[101, 102], null, null] completed");
}

TEST(MultiInstance, EndsWhenItsConditionHolds) {
  const std::string inside =
      "<loopCardinality>5</loopCardinality><completionCondition>numberOfCompletedInstances >= 2</completionCondition>";
  EXPECT_EQ(run("start s; script a " + several("", inside) + "script b; s > a > b"), "a a b completed");
  EXPECT_EQ(run("start s; script a " + several("isSequential='true'", inside) + "script b; s > a > b"),
            "a a b completed");
}

TEST(MultiInstance, CancelsWhatStillRunsWhenItsConditionHolds) {
  EXPECT_EQ(
      run("start s; sub u { " +
          several("",
                  "<loopCardinality>3</loopCardinality>"
                  "<completionCondition>numberOfCompletedInstances = 1</completionCondition>") +
          "catch t timer:(duration(\"PT1H\") * loopCounter)\n script a = loopCounter\n t > a }; script b; s > u > b"),
      "1 b completed");
}

TEST(MultiInstance, TerminatesOneInstanceAtATime) {
  EXPECT_EQ(
      run("start s; sub u { " + several("", "<loopCardinality>2</loopCardinality>") +
          "start is; and f; script a; end x terminate; catch t timer:PT1H; script b; is > f > t > b; f > a > x }\n"
          "script c; s > u > c"),
      "a a c completed");
}

std::string behavior(const std::string& behaviour, const std::string& boundary) {
  return "start s; script a " + several("behavior='" + behaviour + "'", "<loopCardinality>3</loopCardinality>") +
         "boundary x on:a " + boundary + " signal:done; script t; script b; s > a > b; x > t";
}

TEST(MultiInstance, ThrowsASignalForTheFirstEachOrNoneOfItsInstances) {
  EXPECT_EQ(run(behavior("One", "nonint")), "a a a t b completed");
  EXPECT_EQ(run(behavior("None", "nonint")), "a a a t t t b completed");
  EXPECT_EQ(run(behavior("All", "nonint")), "a a a b completed");
}

TEST(MultiInstance, IsInterruptedByTheSignalOfAnInstance) {
  EXPECT_EQ(run(behavior("One", "")), "a t completed");
}

TEST(MultiInstance, ThrowsTheEventsItNames) {
  const std::string text = "process p { start s; script a " +
                           several("behavior='One' oneBehaviorEventRef='def'", "<loopCardinality>2</loopCardinality>") +
                           "boundary x on:a nonint escalation:n; script t; script b; s > a > b; x > t }\n"
                           "<escalationEventDefinition id='def' escalationRef='escalation_n'/>";
  EXPECT_EQ(run(text), "a a t b completed");
}

TEST(MultiInstance, ThrowsEventsByConditions) {
  EXPECT_EQ(run("process p { start s; script a " +
                several("behavior='Complex'",
                        "<loopCardinality>3</loopCardinality><complexBehaviorDefinition>"
                        "<condition>numberOfCompletedInstances = 2</condition><event id='ev'>"
                        "<signalEventDefinition id='sd' signalRef='signal_two'/></event></complexBehaviorDefinition>") +
                "boundary x on:a nonint signal:two; script t; script b; s > a > b; x > t }"),
            "a a a t b completed");
}

// ---- 10.4

TEST(Data, GoesIntoAnActivityAndOutAgain) {
  EXPECT_EQ(run_xml(R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <dataObject id="x"/><dataObject id="do" name="y"/><dataObjectReference id="y1" dataObjectRef="do"/>
      <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/>
      <scriptTask id="a"><ioSpecification><dataInput id="i" name="given"/><dataOutput id="o" name="out"/></ioSpecification>
        <dataInputAssociation><sourceRef>x</sourceRef><targetRef>i</targetRef></dataInputAssociation>
        <dataOutputAssociation><sourceRef>o</sourceRef><targetRef>y1</targetRef></dataOutputAssociation>
        <script>{out: given + 1}</script></scriptTask>
      <scriptTask id="b"><script>[y, given, out]</script></scriptTask></process></definitions>)",
                    {.input = "{x: 4}"}),
            "[5, null, null] completed");
}

TEST(Data, IsComputedByTransformationsAndAssignments) {
  EXPECT_EQ(run_xml(R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <dataObject id="x"/><dataObject id="y"/><dataObject id="z"/>
      <scriptTask id="a"><ioSpecification><dataInput id="i"/><dataOutput id="o"/></ioSpecification>
        <dataInputAssociation><sourceRef>x</sourceRef><targetRef>i</targetRef><transformation>x * 2</transformation></dataInputAssociation>
        <dataOutputAssociation><targetRef>y</targetRef>
          <assignment><from>o + 1</from><to>y</to></assignment><assignment><from>o + 2</from><to>z</to></assignment>
        </dataOutputAssociation><script>{o: i * 10}</script></scriptTask>
      <scriptTask id="b"><script>[y, z]</script></scriptTask><sequenceFlow id="g" sourceRef="a" targetRef="b"/>
      </process></definitions>)",
                    {.input = "{x: 4}"}),
            "[81, 82] completed");
}

// As editors write it: the reference has the name.
TEST(Data, ObjectsMayBeNamedByTheirReferences) {
  EXPECT_EQ(
      run("<dataObjectReference id=\"r\" name=\"skip permit\" dataObjectRef=\"o\"/>\n<dataObject id=\"o\"/>\n"
          "<dataStoreReference id=\"k\" name=\"Register\"/>\n"
          "script a = 40 <dataOutputAssociation><targetRef>r</targetRef><transformation>{fee: 40}</transformation>"
          "</dataOutputAssociation><dataOutputAssociation><targetRef>k</targetRef><transformation>2</transformation>"
          "</dataOutputAssociation>\n"
          "script b = skip permit.fee + Register; a > b"),
      "40 42 completed");
}

TEST(Data, OfAnActivityIsItsOwn) {
  EXPECT_EQ(run("start s; script a = {q: 1} <property id=\"q\"/>\n script b = q = null\n s > a > b"), "true completed");
}

}  // namespace
}  // namespace guildhall::bpmn
