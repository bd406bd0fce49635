#include "scenarios/run.h"

#include <gtest/gtest.h>

#include "bpmn/read_definitions.h"
#include "dmn/read_model.h"

namespace guildhall::scenarios {
namespace {

// A component whose processes stand in one file each.
Component component_of(const std::vector<std::string>& files) {
  Component component;
  for (const std::string& inner : files) {
    auto file = bpmn::read_definitions(
        R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:g="urn:guildhall:bpmn" id="d">)" +
        inner + "</definitions>");
    EXPECT_TRUE(file.ok()) << to_text(file.problems());
    component.files.push_back(*std::move(file));
  }
  return component;
}

std::string flow(std::string_view from, std::string_view to, std::string_view condition = "") {
  const std::string id = std::string(from) + "_" + std::string(to);
  const std::string inside =
      condition.empty() ? "" : "<conditionExpression>" + std::string(condition) + "</conditionExpression>";
  return "<sequenceFlow id=\"" + id + "\" sourceRef=\"" + std::string(from) + "\" targetRef=\"" + std::string(to) +
         "\">" + inside + "</sequenceFlow>";
}

// The elements, with flows from each to the next.
std::string process(std::string_view id, const std::vector<std::pair<std::string, std::string>>& elements,
                    std::string_view more = "") {
  std::string text = "<process id=\"" + std::string(id) + "\">";
  for (std::size_t i = 0; i < elements.size(); ++i) {
    text += elements[i].second;
    if (i > 0) text += flow(elements[i - 1].first, elements[i].first);
  }
  return text + std::string(more) + "</process>";
}

const std::pair<std::string, std::string> kStart{"s", R"(<startEvent id="s"/>)"};
const std::pair<std::string, std::string> kEnd{"e", R"(<endEvent id="e"/>)"};

Report report_of(const Component& component, std::string_view steps, std::string_view expect,
                 std::string_view variables = "{}") {
  const auto example =
      read_example(R"({"title": "t", "process": "p", "variables": )" + std::string(variables) + ", \"steps\": [" +
                   std::string(steps) + "], \"expect\": " + std::string(expect) + "}");
  EXPECT_TRUE(example.ok()) << to_text(example.problems());
  auto report = run(*example, component);
  EXPECT_TRUE(report.ok()) << to_text(report.problems());
  return *std::move(report);
}

// What went otherwise, a line each.
std::string mismatches(const Component& component, std::string_view steps, std::string_view expect,
                       std::string_view variables = "{}") {
  std::string text;
  for (const Mismatch& each : report_of(component, steps, expect, variables).mismatches) {
    text += (text.empty() ? "" : "\n") + to_text(each);
  }
  return text;
}

std::string refused(const Component& component, std::string_view steps, std::string_view expect) {
  const auto example = read_example(R"({"title": "t", "process": "p", "steps": [)" + std::string(steps) +
                                    "], \"expect\": " + std::string(expect) + "}");
  const auto report = run(*example, component);
  return report.ok() ? "" : to_text(report.problems());
}

// ---- People

Component with_task() {
  return component_of({process(
      "p",
      {kStart,
       {"check",
        R"x(<userTask id="check" g:dueDate="date(now()) + duration(&quot;P2D&quot;)" g:priority="50"><potentialOwner>
               <resourceAssignmentExpression><formalExpression>"Highways"</formalExpression></resourceAssignmentExpression>
               </potentialOwner></userTask>)x"},
       kEnd})});
}

TEST(Task, IsDoneByTheScript) {
  EXPECT_EQ(mismatches(with_task(),
                       R"({"expect": {"tasks": [{"task": "check", "is": {"due": "2026-01-07"}}], "waiting": []}},
                          {"task": "check", "is": {"team": "Highways", "due": "2026-01-07", "priority": 50},
                           "answers": {"safe": true}}, {"expect": {"tasks": []}})",
                       R"({"path": ["s", "check", "e"], "state": "completed", "variables": {"safe": true}})"),
            "");
}

TEST(Task, SaysEverythingThatIsOtherwise) {
  EXPECT_EQ(
      mismatches(with_task(),
                 R"({"task": "check", "is": {"team": "Parking", "assignee": "ann", "due": "2026-01-08", "priority": 60,
                          "followUp": "2026-01-06"}})",
                 R"({"state": "completed"})"),
      "step 1, task check, team: expected Parking; found Highways. Look at the task's potentialOwner or lane.\n"
      "step 1, task check, assignee: expected ann; found nobody. Look at the task's humanPerformer.\n"
      "step 1, task check, due: expected 2026-01-08; found 2026-01-07. Look at the task's "
      "guildhall:dueDate.\n"
      "step 1, task check, followUp: expected 2026-01-06; found none. Look at the task's guildhall:followUpDate.\n"
      "step 1, task check, priority: expected 60; found 50. Look at the task's guildhall:priority.");
}

TEST(Task, ThatIsNotOpenStopsTheScriptAndSaysWhatIs) {
  EXPECT_EQ(
      mismatches(with_task(), R"({"task": "check"}, {"task": "check"}, {"wait": "P1D"})", R"({"state": "failed"})"),
      "step 2, task check: expected an open task; found open at 2026-01-05T09:00:00Z: nothing: the process has "
      "completed. Let the step come where the task is open, or look at why the process hasn't reached it.");
}

TEST(Task, OfSeveralIsTheOneThatFits) {
  const Component component = component_of({process(
      "p", {kStart,
            {"check", R"(<userTask id="check"><potentialOwner><resourceAssignmentExpression><formalExpression>team
        </formalExpression></resourceAssignmentExpression></potentialOwner><multiInstanceLoopCharacteristics>
        <loopDataInputRef>teams</loopDataInputRef><inputDataItem id="team"/></multiInstanceLoopCharacteristics></userTask>)"},
            kEnd})});
  EXPECT_EQ(
      mismatches(
          component,
          R"({"expect": {"tasks": [{"task": "check", "is": {"team": "B"}}, {"task": "check", "is": {"team": "A"}}]}},
                          {"task": "check", "is": {"team": "B"}},
                          {"expect": {"tasks": [{"task": "check", "is": {"team": "A"}}]}}, {"task": "check", "is": {"team": "A"}})",
          R"({"path": ["s", "check", "check", "check", "e"]})", R"({"teams": ["A", "B"]})"),
      "");
  EXPECT_EQ(mismatches(component, R"({"expect": {"tasks": ["check", {"task": "check", "is": {"team": "C"}}]}})",
                       R"({"state": "waiting"})", R"({"teams": ["A", "B"]})"),
            "step 1, task check, team: expected C; found B. Look at the task's potentialOwner or lane.");
  EXPECT_EQ(
      mismatches(
          component,
          R"({"expect": {"tasks": [{"task": "check", "is": {"team": "A"}}, {"task": "check", "is": {"team": "A"}}]}})",
          R"({"state": "waiting"})", R"({"teams": ["A", "B"]})"),
      "step 1, task check, team: expected A; found B. Look at the task's potentialOwner or lane.");
}

TEST(Time, EndsWithTheYear9999) {
  std::string steps;
  for (int i = 0; i < 300; ++i) steps += R"({"wait": "P12000M"}, )";
  EXPECT_EQ(mismatches(with_task(), steps + R"({"wait": "P1D"})", R"({"state": "waiting"})"),
            "step 8, time: expected a moment before the year 10000; found the clock would be at one after it. Look for "
            "a time "
            "to wait that is too long.");
}

TEST(Expected, TasksAreAllThatAreOpen) {
  EXPECT_EQ(mismatches(with_task(), R"({"expect": {"tasks": [], "waiting": ["check"]}})", R"({"state": "waiting"})"),
            "step 1, tasks: expected nothing; found check. At 2026-01-05T09:00:00Z. List every open user task.\n"
            "step 1, waiting: expected check; found nothing. At 2026-01-05T09:00:00Z. List every element that waits, "
            "but for "
            "user tasks.");
}

// ---- Outcome

TEST(Outcome, SaysEverythingThatIsOtherwise) {
  EXPECT_EQ(
      mismatches(
          with_task(), "",
          R"({"path": ["s", "check"], "state": "completed", "variables": {"saffe": true, "on": "2026-01-05", "n": 2},
                          "not": ["check"]})",
          R"({"safe": true, "on": "@2026-01-05", "n": 2.50})"),
      "at the end, state: expected completed; found waiting, open at 2026-01-05T09:00:00Z: task check of Highways "
      "due "
      "2026-01-07. Add the steps that are missing, or expect that it waits.\n"
      "at the end, path: expected s, check; found s. It differs at ‘check’, which was reached and not left: it waits "
      "or "
      "was interrupted.\n"
      "at the end, not: expected check is not reached; found it was. Look at the conditions that lead to it.\n"
      "at the end, variable saffe: expected true; found no such variable. Nothing has set it. Is ‘safe’ meant?\n"
      "at the end, variable on: expected \"2026-01-05\"; found \"@2026-01-05\". It is a date: write it with @.\n"
      "at the end, variable n: expected 2; found 2.50. Correct the example, or what sets the variable.");
}

TEST(Outcome, NumbersAreEqualWhateverTheirZeros) {
  EXPECT_EQ(mismatches(with_task(), "", R"({"variables": {"n": 40, "missing": null, "list": [1.0, {"a": "x"}]}})",
                       R"({"n": 40.00, "list": [1, {"a": "x"}]})"),
            "");
}

TEST(Path, MayHaveGaps) {
  const Component component = component_of({process(
      "p", {kStart, {"a", R"(<task id="a"/>)"}, {"b", R"(<task id="b"/>)"}, {"c", R"(<task id="c"/>)"}, kEnd})});
  for (const std::string_view path :
       {R"(["s", "a", "b", "c", "e"])", R"(["..."])", R"(["...", "e"])", R"(["s", "..."])",
        R"(["s", "...", "c", "..."])", R"(["...", "a", "b", "...", "e", "..."])"}) {
    EXPECT_EQ(mismatches(component, "", "{\"path\": " + std::string(path) + "}"), "");
  }
  EXPECT_EQ(mismatches(component, "", R"({"path": ["s", "...", "c", "b", "..."]})"),
            "at the end, path: expected s, ..., c, b, ...; found s, a, b, c, e. It differs at ‘b’.");
  EXPECT_EQ(
      mismatches(component, "", R"({"path": ["s", "a"]})"),
      "at the end, path: expected s, a; found s, a, b, c, e. It goes on after that; \"...\" stands for anything.");
}

TEST(Failure, IsToldUnlessItIsExpected) {
  const Component component = component_of(
      {R"(<error id="x" errorCode="no-money"/>)" +
       process("p", {kStart, {"e", R"(<endEvent id="e"><errorEventDefinition errorRef="x"/></endEvent>)"}})});
  EXPECT_EQ(mismatches(component, "", R"({"path": ["..."]})"),
            "at the end, state: expected no failure; found failed: no-money. Mend the process, or expect the state "
            "\"failed\".");
  EXPECT_EQ(mismatches(component, "", R"({"state": "failed", "error": "no-money"})"), "");
  EXPECT_EQ(mismatches(component, "", R"({"error": "no-time"})"),
            "at the end, error: expected no-time; found no-money. Look at what fails the process.");
}

// ---- Messages, signals, time

const std::string kPay =
    R"(<message id="m" name="paid"/><message id="r" name="receipt"/>)" +
    process("p",
            {kStart,
             {"pay", R"(<receiveTask id="pay" messageRef="m" g:correlation="ref"/>)"},
             {"thank", R"(<endEvent id="thank"><dataInput id="ti" name="sum"/><dataInputAssociation>
                                     <targetRef>ti</targetRef><assignment><from>sum</from><to>ti</to></assignment>
                                     </dataInputAssociation><messageEventDefinition messageRef="r"/></endEvent>)"}},
            R"(<boundaryEvent id="late" attachedToRef="pay"><timerEventDefinition><timeDuration>P10D
                                    </timeDuration></timerEventDefinition></boundaryEvent><endEvent id="closed"/>)" +
                flow("late", "closed"));

TEST(Message, ReachesWhoWaitsForIt) {
  EXPECT_EQ(
      mismatches(
          component_of({kPay}),
          R"({"expect": {"waiting": ["pay"], "messages": []}}, {"message": "paid", "data": {"ref": "A", "sum": 40}},
                          {"expect": {"messages": [{"name": "receipt", "data": {"sum": 40}}]}}, {"expect": {"messages": []}})",
          R"({"path": ["s", "pay", "thank"], "messages": [{"name": "receipt"}]})", R"({"ref": "A"})"),
      "");
}

TEST(Message, ThatNobodyWaitsForIsAFailure) {
  EXPECT_EQ(mismatches(component_of({kPay}), R"({"message": "paid", "data": {"ref": "B"}})",
                       R"({"state": "completed"})", R"({"ref": "A"})"),
            "step 1, message paid: expected somebody who waits for it; found one that is known by \"A\", and this "
            "one by \"B\". "
            "Give the message's data the value that tells it apart.");
  EXPECT_EQ(mismatches(component_of({kPay}), R"({"wait": "P11D"}, {"message": "paid", "data": {"ref": "A"}})",
                       R"({"state": "completed"})", R"({"ref": "A"})"),
            "step 2, message paid: expected somebody who waits for it; found open at 2026-01-16T09:00:00Z: nothing: "
            "the process "
            "has completed. Let the step come where the process waits for the message.");
}

TEST(Message, OtherwiseThanExpectedIsTold) {
  EXPECT_EQ(mismatches(component_of({kPay}), R"({"message": "paid", "data": {"ref": "A", "sum": 30}})",
                       R"({"messages": [{"name": "receipt", "data": {"sum": 40}}]})", R"({"ref": "A"})"),
            "at the end, messages: expected receipt {sum: 40}; found receipt {sum: 30}. List every message that was "
            "sent, in its "
            "order.");
}

TEST(Time, PassesTimersInTheirOrder) {
  EXPECT_EQ(mismatches(component_of({kPay}), R"({"until": "2026-01-15T08:59:59Z"}, {"expect": {"waiting": ["pay"]}},
                          {"wait": "PT1S"}, {"expect": {"waiting": []}})",
                       R"({"path": ["s", "late", "closed"]})", R"({"ref": "A"})"),
            "");
  EXPECT_EQ(
      mismatches(component_of({kPay}), R"({"wait": "P1D"}, {"until": "2026-01-06"})", R"({"state": "waiting"})",
                 R"({"ref": "A"})"),
      "step 2, until: expected 2026-01-06; found the clock is at 2026-01-06T09:00:00Z already. Time doesn't go back: "
      "correct this moment, or the steps before it.");
}

TEST(Time, MonthsAreThoseOfTheCalendar) {
  const Report report =
      report_of(with_task(), R"({"until": "2026-01-31T09:00:00Z"}, {"wait": "P2M"})", R"({"state": "waiting"})");
  EXPECT_EQ(to_iso(report.ended), "2026-03-31T08:00:00Z");  // 9 o'clock in summer time.
}

TEST(Process, MayBeginWithAMessage) {
  const Component component = component_of(
      {R"(<message id="m" name="applied"/>)" +
       process("p", {{"s", R"(<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>)"}, kEnd})});
  EXPECT_EQ(mismatches(component, R"({"message": "applied", "data": {"days": 3}})",
                       R"({"path": ["s", "e"], "variables": {"days": 3, "n": 1}})", R"({"n": 1})"),
            "");
  EXPECT_EQ(mismatches(component, R"({"wait": "P1D"})", R"({"path": ["s"]})"),
            "step 1, process p: expected a message or signal that begins it; found none of ‘applied’. Let the first "
            "step be the "
            "message or signal that the process begins with.");
}

TEST(Processes, TalkWithEachOther) {
  const std::string messages = R"(<message id="a" name="ask"/><message id="b" name="answer"/>)";
  const Component component = component_of(
      {messages + process("p", {kStart,
                                {"ask", R"(<sendTask id="ask" messageRef="a"/>)"},
                                {"hear", R"(<receiveTask id="hear" messageRef="b"/>)"}}),
       messages +
           process("q", {{"asked", R"(<startEvent id="asked"><messageEventDefinition messageRef="a"/></startEvent>)"},
                         {"think", R"(<userTask id="think"/>)"},
                         {"tell", R"(<sendTask id="tell" messageRef="b"/>)"}})});
  EXPECT_EQ(mismatches(component, R"({"expect": {"tasks": ["think"], "waiting": ["hear"]}}, {"task": "think"})",
                       R"({"path": ["s", "ask", "hear"], "messages": [{"name": "ask"}, {"name": "answer"}]})"),
            "");
}

TEST(Processes, CallEachOther) {
  const Component component =
      component_of({process("p", {kStart, {"call", R"(<callActivity id="call" calledElement="q"/>)"}, kEnd}),
                    process("q", {{"t", R"(<startEvent id="t"/>)"}, {"look", R"(<userTask id="look"/>)"}})});
  EXPECT_EQ(mismatches(component, R"({"task": "look", "answers": {"n": 2}})",
                       R"({"path": ["s", "call", "e"], "state": "completed", "variables": {"n": 2}})"),
            "");
  const Component alone =
      component_of({process("p", {kStart, {"call", R"(<callActivity id="call" calledElement="z"/>)"}})});
  EXPECT_EQ(
      mismatches(alone, "", R"({"state": "completed"})"),
      "at the end, process z: expected to be in the component; found it is called and isn't there. Add its file to "
      "processes/, or correct the call activity's calledElement.");
}

TEST(Processes, HearSignals) {
  const Component component = component_of(
      {R"(<signal id="g" name="storm"/>)" +
       process(
           "p",
           {kStart,
            {"hear",
             R"(<intermediateCatchEvent id="hear"><signalEventDefinition signalRef="g"/></intermediateCatchEvent>)"},
            kEnd})});
  EXPECT_EQ(mismatches(component, R"({"signal": "storm"})", R"({"path": ["s", "hear", "e"]})"), "");
  EXPECT_EQ(mismatches(component, R"({"signal": "storm"}, {"signal": "storm"})", R"({"path": ["s"]})"),
            "step 2, signal storm: expected somebody who waits for it; found open at 2026-01-05T09:00:00Z: nothing: "
            "the process "
            "has completed. Let the step come where the process waits for the signal.");
}

TEST(Process, WithoutAnEndIsStopped) {
  const Component component = component_of(
      {process("p", {kStart, {"w", R"(<userTask id="w"/>)"}},
               R"(<boundaryEvent id="b" attachedToRef="w" cancelActivity="false"><timerEventDefinition><timeCycle>
                               R/PT1S</timeCycle></timerEventDefinition></boundaryEvent>)")});
  const auto example = read_example(
      R"({"title": "t", "process": "p", "steps": [{"wait": "P1D"}, {"task": "w"}], "expect": {"state": "completed"}})");
  const auto report = run(*example, component, {.max_events = 1'000, .limits = {}, .given = {}});
  ASSERT_EQ(report->mismatches.size(), 1);
  EXPECT_EQ(to_text(report->mismatches[0]),
            "step 1, process p: expected to come to rest; found it goes on without an end. Look for a loop, for a "
            "timer that "
            "repeats for ever, or for processes that call or start each other.");
}

// ---- Services

const std::string kLetters =
    R"(<error id="x" errorCode="jam"/>)" +
    process("p", {kStart, {"print", R"(<serviceTask id="print" g:work="letters"/>)"}, kEnd},
            R"(<boundaryEvent id="jammed" attachedToRef="print"><errorEventDefinition errorRef="x"/></boundaryEvent>)");

TEST(Service, AnswersOrFails) {
  EXPECT_EQ(mismatches(component_of({kLetters}),
                       R"({"expect": {"waiting": ["print"]}}, {"service": "letters", "gives": {"n": 1}})",
                       R"({"path": ["s", "print", "e"], "variables": {"n": 1}})"),
            "");
  EXPECT_EQ(
      mismatches(component_of({kLetters}), R"({"service": "print", "error": "jam"})", R"({"path": ["s", "jammed"]})"),
      "");
}

TEST(Service, ThatNobodyAskedIsAFailure) {
  EXPECT_EQ(
      mismatches(component_of({kLetters}), R"({"service": "letters"}, {"service": "letters"})", R"({"path": ["..."]})"),
      "step 2, service letters: expected somebody who asked for it; found open at 2026-01-05T09:00:00Z: nothing: the "
      "process has completed. Let the step come where the service is asked, or look at why the process hasn't "
      "reached it.");
}

// ---- Decisions

Component with_decision() {
  Component component = component_of(
      {process("p", {kStart, {"fee", R"(<businessRuleTask id="fee" g:decision="fees/fee" g:result="fee"/>)"}, kEnd})});
  auto model =
      dmn::read_model(R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Fees" namespace="n">
    <inputData id="from" name="from"><variable name="from" typeRef="date"/></inputData>
    <decision id="d" name="Fee"><variable name="Fee"/><informationRequirement><requiredInput href="#from"/></informationRequirement>
      <literalExpression><text>if from.month = 1 then 30 else 40</text></literalExpression></decision></definitions>)");
  component.decisions.push_back({"fees/fee", "Fee", dmn::DecisionModel::compile(*std::move(model)).value()});
  return component;
}

TEST(Decision, IsReallyDecided) {
  EXPECT_EQ(mismatches(with_decision(), "", R"({"path": ["s", "fee", "e"], "variables": {"fee": 30}})",
                       R"({"from": "@2026-01-05"})"),
            "");
  EXPECT_EQ(mismatches(with_decision(), "", R"({"variables": {"fee": 40}})", R"({"from": "2026-03-05"})"), "")
      << "A text becomes the date that the input wants.";
}

TEST(Decision, GivesWhatTheScriptSays) {
  EXPECT_EQ(mismatches(with_decision(), R"({"decision": "fees/fee", "gives": 7})", R"({"variables": {"fee": 7}})"), "");
  EXPECT_EQ(mismatches(with_decision(), R"({"decision": "fee", "gives": 8})", R"({"variables": {"fee": 8}})"), "");
  EXPECT_EQ(mismatches(with_decision(), R"({"wait": "P1D"}, {"decision": "fee", "gives": 8})",
                       R"({"state": "completed"})", R"({"from": "@2026-01-05"})"),
            "step 2, decision fee: expected to be asked after this; found nobody asked for it. Remove the step, or "
            "let it come "
            "before the decision is asked.");
}

TEST(Decision, ThatCanNotBeDecidedIsTold) {
  EXPECT_EQ(
      mismatches(with_decision(), "", R"({"path": ["..."]})", R"({"from": "soon"})"),
      "at the end, decision fees/fee: expected a decision; found from: This should be a date, not \"soon\". Write "
      "year, "
      "month and day: \"2026-05-31\". Correct the decision's name or data, or add a step that says what it gives.");
  Component without = with_decision();
  without.decisions[0].reference = "fees/fees";
  EXPECT_EQ(
      mismatches(without, "", R"({"path": ["..."]})"),
      "at the end, decision fees/fee: expected a decision; found fee: The component has no decision ‘fees/fee’. Is "
      "‘fees/fees’ meant? Correct the decision's name or data, or add a step that says what it gives.");
  EXPECT_EQ(
      mismatches(without, R"({"wait": "P1D"}, {"decision": "fees/fee", "gives": 9})", R"({"variables": {"fee": 9}})"),
      "");
}

// ---- What is refused

TEST(Example, ThatSpeaksOfWhatIsNotThereIsRefusedWithTheNearest) {
  EXPECT_EQ(
      refused(
          component_of({kPay}),
          R"({"task": "pay"}, {"message": "payed"}, {"signal": "x"}, {"service": "letters"}, {"decision": "fee", "gives": 1},
                       {"expect": {"waiting": ["pya"], "messages": [{"name": "reciept"}]}})",
          R"({"path": ["s", "...", "closd"], "not": ["lat"]})"),
      "steps[1].task: ‘pay’ is not a user task. Only those are done by people. Is a message, a service or a decision "
      "meant?\n"
      "steps[2].message: There is no message ‘payed’. Is ‘paid’ meant?\n"
      "steps[3].signal: There is no signal ‘x’. The component has none.\n"
      "steps[4].service: There is no service ‘letters’. The component has none.\n"
      "steps[5].decision: There is no decision ‘fee’. The component has none.\n"
      "steps[6].expect.waiting: There is no element ‘pya’. Is ‘pay’ meant?\n"
      "steps[6].expect.messages: There is no message ‘reciept’. Is ‘receipt’ meant?\n"
      "expect.path: There is no element ‘closd’. Is ‘closed’ meant?\n"
      "expect.not: There is no element ‘lat’. Is ‘late’ meant?");
}

TEST(Example, OfAnUnknownProcessIsRefused) {
  const auto example = read_example(R"({"title": "t", "process": "pp", "expect": {"state": "completed"}})");
  EXPECT_EQ(to_text(run(*example, with_task()).problems()), "process: There is no process ‘pp’. Is ‘p’ meant?");
}

// ---- Coverage

TEST(Coverage, CountsWhatAnyExampleTook) {
  const Component component =
      component_of({process("p", {kStart, {"x", R"(<exclusiveGateway id="x" default="x_b"/>)"}},
                            R"(<task id="a"/><task id="b"/>)" + flow("x", "a", "n = 1") + flow("x", "b"))});
  Coverage coverage(component);
  EXPECT_EQ(coverage.percent(), 0);
  coverage.add(report_of(component, "", R"({"path": ["..."]})", R"({"n": 1})").coverage);
  const ProcessCoverage& process = coverage.processes()[0];
  EXPECT_EQ(process.process->id, "p");
  EXPECT_EQ(process.nodes, (std::vector<bool>{true, true, true, false}));
  EXPECT_EQ(process.flows, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(coverage.percent(), 66);  // Two of three flows; three of four elements.
  coverage.add(report_of(component, "", R"({"path": ["..."]})", R"({"n": 2})").coverage);
  EXPECT_EQ(coverage.percent(), 100);
}

TEST(Coverage, LeavesOutProcessesThatAreNotExecutable) {
  EXPECT_TRUE(
      Coverage(component_of({R"(<process id="p" isExecutable="false"><task id="a"/></process>)"})).processes().empty());
}

}  // namespace
}  // namespace guildhall::scenarios
