// What a step asks of the world around: whose work, until when, and what it is given.

#include <gtest/gtest.h>

#include "bpmn/instance.h"
#include "bpmn/read_definitions.h"

namespace guildhall::bpmn {
namespace {

Instant at(std::string_view text) {
  return parse_instant(text).value();
}

constexpr std::string_view kOpen =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:guildhall='urn:guildhall:bpmn'>";

std::string file(std::string_view inside) {
  return std::string(kOpen) + std::string(inside) + "</definitions>";
}

Data number(std::int64_t value) {
  return Data::of(feel::Value::number(value));
}
Data text(std::string_view value) {
  return Data::of(feel::Value::string(value));
}

template <class T>
std::vector<T> all(const Step& step) {
  std::vector<T> found;
  for (const Effect& effect : step.effects) {
    if (const T* each = std::get_if<T>(&effect)) found.push_back(*each);
  }
  return found;
}

// The offer of the one user task in process p, in whose place `inside` stands; or why there is none.
struct Offered {
  std::optional<Offer> offer;
  std::string problem;
};
Offered offered(std::string_view attributes, std::string_view inside, const Variables& variables = {},
                std::string_view around = "", std::string_view roots = "") {
  const std::string xml = file(std::string(roots) + "<process id='p'>" + std::string(around) + "<userTask id='u' " +
                               std::string(attributes) + ">" + std::string(inside) + "</userTask></process>");
  const auto definitions = read_definitions(xml);
  if (!definitions.ok()) return {std::nullopt, to_text(definitions.problems())};
  const Step step = advance(definitions->processes[0], {}, Start{variables, ""}, at("2026-06-30T22:30:00Z"));
  const auto work = all<WorkRequested>(step);
  if (work.size() != 1) return {std::nullopt, step.next.error};
  return {work[0].offer, ""};
}

std::string owner(std::string_view formula) {
  return "<potentialOwner><resourceAssignmentExpression><formalExpression>" + std::string(formula) +
         "</formalExpression></resourceAssignmentExpression></potentialOwner>";
}

using Teams = std::vector<std::string>;

// ---- Whose it is

TEST(UserTask, IsOfferedToItsPotentialOwners) {
  EXPECT_EQ(offered("", owner("\"Housing\"")).offer->teams, Teams{"Housing"});
  EXPECT_EQ(offered("", owner("[\"Housing\", \"Repairs\", \"Housing\"]")).offer->teams, (Teams{"Housing", "Repairs"}));
  EXPECT_EQ(offered("", owner("team") + owner("\"Duty\""), {{"team", text(" Parks ")}}).offer->teams,
            (Teams{"Parks", "Duty"}));
  EXPECT_EQ(offered("", owner("team")).offer->teams, Teams{});
}

TEST(UserTask, IsOfferedToAResourceByItsName) {
  const char* role = "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>";
  EXPECT_EQ(offered("", role, {}, "", "<resource id='r' name='Parks &quot;Trees&quot;'/>").offer->teams,
            Teams{"Parks \"Trees\""});
  EXPECT_EQ(offered("", role).problem,
            "potentialOwner, line 1: There is no resource ‘r’. Add the resource to the definitions (BPMN 8.4.12).");
}

TEST(UserTask, WithoutPotentialOwnersBelongsToItsLane) {
  const char* lanes =
      "<laneSet><lane name='Council'><flowNodeRef>u</flowNodeRef><childLaneSet><lane name='Housing'>"
      "<flowNodeRef>u</flowNodeRef></lane></childLaneSet></lane></laneSet>";
  EXPECT_EQ(offered("", "", {}, lanes).offer->teams, Teams{"Housing"});
  EXPECT_EQ(offered("", owner("\"Duty\""), {}, lanes).offer->teams, Teams{"Duty"});
  // What the expression says holds, even where that is nobody.
  EXPECT_EQ(offered("", owner("null"), {}, lanes).offer->teams, Teams{});
}

TEST(UserTask, InASubProcessBelongsToTheLaneOfThat) {
  const auto definitions = read_definitions(
      file("<process id='p'><laneSet><lane name='Finance'><flowNodeRef>s</flowNodeRef></lane></laneSet>"
           "<subProcess id='s'><userTask id='u'/></subProcess></process>"));
  const Step step = advance(definitions->processes[0], {}, Start{}, at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(all<WorkRequested>(step).at(0).offer.teams, Teams{"Finance"});
}

TEST(UserTask, MayHaveOnePerson) {
  const auto performer = [](std::string_view kind, std::string_view formula) {
    return "<" + std::string(kind) + "><resourceAssignmentExpression><formalExpression>" + std::string(formula) +
           "</formalExpression></resourceAssignmentExpression></" + std::string(kind) + ">";
  };
  EXPECT_EQ(offered("", performer("humanPerformer", "worker"), {{"worker", text("m.evans")}}).offer->assignee,
            "m.evans");
  EXPECT_EQ(offered("", performer("performer", "\"j.okoro\"")).offer->assignee, "j.okoro");
  EXPECT_EQ(offered("", performer("performer", "null")).offer->assignee, "");
  EXPECT_EQ(offered("", performer("performer", "[1, 2]")).problem, "The performer of ‘u’ is [1, 2], not one person.");
  EXPECT_EQ(offered("", owner("7")).problem, "A potential owner of ‘u’ is 7, not the name of a team.");
}

// ---- Until when

// The step is on 30 June at 22:30 UTC: 23:30 in the United Kingdom.
TEST(UserTask, IsDueAtTheEndOfADay) {
  EXPECT_EQ(offered("guildhall:dueDate='date(\"2026-07-10\")'", "").offer->due, at("2026-07-10T22:59:59.999999Z"));
  EXPECT_EQ(offered("guildhall:dueDate='2026-01-10'", "").offer->due, at("2026-01-10T23:59:59.999999Z"));
  EXPECT_EQ(offered("guildhall:dueDate='today()'", "").offer->due, at("2026-06-30T22:59:59.999999Z"));
}

TEST(UserTask, IsDueAtAMomentOrAfterSomeTime) {
  EXPECT_EQ(offered("guildhall:dueDate='P10D'", "").offer->due, at("2026-07-10T22:30:00Z"));
  EXPECT_EQ(offered("guildhall:dueDate='duration(\"PT1H\") * hours'", "", {{"hours", number(3)}}).offer->due,
            at("2026-07-01T01:30:00Z"));
  EXPECT_EQ(offered("guildhall:followUpDate='2026-07-10T09:00:00Z'", "").offer->follow_up, at("2026-07-10T09:00:00Z"));
  EXPECT_EQ(offered("guildhall:followUpDate='2026-07-10T09:00:00'", "").offer->follow_up, at("2026-07-10T08:00:00Z"));
  EXPECT_EQ(offered("guildhall:dueDate='deadline'", "").offer->due, std::nullopt);
  EXPECT_EQ(offered("guildhall:dueDate='1 + 1'", "").problem,
            "When ‘u’ is due is not a date, a moment or a duration: 2.");
}

TEST(UserTask, HasAPriority) {
  EXPECT_EQ(
      offered("guildhall:priority='if urgent then 80 else 50'", "", {{"urgent", Data::of(feel::Value::boolean(true))}})
          .offer->priority,
      80);
  EXPECT_EQ(offered("", "").offer->priority, 0);
  EXPECT_EQ(offered("guildhall:priority='\"high\"'", "").problem,
            "The priority of ‘u’ is \"high\", not a whole number.");
}

TEST(UserTask, KnowsOnlyGuildhallsOwnExtensions) {
  EXPECT_EQ(offered("xmlns:o='urn:other' o:dueDate='((('", "<extensionElements><o:x>(((</o:x></extensionElements>")
                .offer->due,
            std::nullopt);
}

// ---- What kind of work

TEST(ServiceTask, SaysWhatKindOfWorkItIs) {
  const auto definitions = read_definitions(
      file("<interface id='i' name='i'><operation id='o' name='send letter'><inMessageRef>m</inMessageRef></operation>"
           "</interface><message id='m' name='m'/>"
           "<process id='p'><serviceTask id='a' guildhall:work='take payment' operationRef='o' implementation='x'/>"
           "<serviceTask id='b' operationRef='o' implementation='x'/><serviceTask id='c' implementation='urn:pay'/>"
           "<serviceTask id='d' implementation='##WebService'/><sendTask id='e' operationRef='o'/>"
           "<businessRuleTask id='f' guildhall:decision='fees/fee' guildhall:result='fee'/>"
           "<callActivity id='g' calledElement='q' guildhall:version='3'/></process>"));
  ASSERT_TRUE(definitions.ok()) << to_text(definitions.problems());
  const auto& nodes = definitions->processes[0].nodes;
  EXPECT_EQ(nodes[0].work, "take payment");
  EXPECT_EQ(nodes[1].work, "send letter");
  EXPECT_EQ(nodes[2].work, "urn:pay");
  EXPECT_EQ(nodes[3].work, "");
  EXPECT_EQ(nodes[4].message, "m");
  EXPECT_EQ(nodes[5].called, "fees/fee");
  EXPECT_EQ(nodes[5].result, "fee");
  EXPECT_EQ(nodes[6].called_version, 3U);
}

TEST(ServiceTask, OfAnUnknownOperationIsRefused) {
  EXPECT_EQ(
      to_text(read_definitions(file("<process id='p'><serviceTask id='a' operationRef='o'/>"
                                    "<callActivity id='b' calledElement='q' guildhall:version='new'/></process>"))
                  .problems()),
      "serviceTask a, line 1: There is no operation ‘o’. Add it to an interface of the definitions (BPMN 8.4.3).\n"
      "callActivity b, line 1, guildhall:version: The version ‘new’ is not a whole number from 1. Mend it, or "
      "remove it to call the newest.");
}

TEST(Script, MayGiveItsResultToOneVariable) {
  const auto definitions = read_definitions(
      file("<process id='p'><scriptTask id='a' guildhall:result='fee'><script>{a: 1}</script></scriptTask></process>"));
  const Step step = advance(definitions->processes[0], {}, Start{}, at("2026-01-01T00:00:00Z"));
  ASSERT_EQ(step.next.scopes[0].variables.size(), 1U);
  EXPECT_EQ(step.next.scopes[0].variables[0].first, "fee");
  EXPECT_EQ(feel::to_text(step.next.scopes[0].variables[0].second.value()), "{a: 1}");
}

// ---- What expressions are given

class Twice final : public feel::Function {
 public:
  std::span<const feel::Parameter> parameters() const override { return parameters_; }
  feel::Value apply(feel::Evaluation& evaluation, std::span<const feel::Value> arguments) const override {
    return feel::add(evaluation, arguments[0], arguments[0]);
  }

 private:
  std::vector<feel::Parameter> parameters_{{"number", feel::Type::Base::Number}};
};

std::string script(std::string_view formula, const Variables& variables = {}) {
  static const Twice kTwice;
  const auto definitions = read_definitions(
      file("<process id='p'><scriptTask id='a'><script>" + std::string(formula) + "</script></scriptTask></process>"),
      {.names = {"number and its double", "limit"}});
  if (!definitions.ok()) return to_text(definitions.problems());
  const std::vector<std::pair<std::string, feel::Value>> given{
      {"number and its double", feel::Value::function(&kTwice)}, {"limit", feel::Value::number(10)}};
  const Step step = advance(definitions->processes[0], {}, Start{variables, ""}, at("2026-06-30T23:30:00Z"),
                            {.limits = {}, .given = given});
  for (const Logged& logged : all<Logged>(step)) {
    if (logged.what == Logged::What::Script) return feel::to_text(logged.value.value());
  }
  return step.next.error;
}

TEST(Given, FunctionsAndConstantsAreKnownByName) {
  EXPECT_EQ(script("number and its double(n) + limit", {{"n", number(4)}}), "18");
  EXPECT_EQ(script("for i in [1, 2] return number and its double(i)"), "[2, 4]");
}

TEST(Given, ProcessVariablesComeBefore) {
  EXPECT_EQ(script("limit", {{"limit", number(3)}}), "3");
}

TEST(Given, NowIsTheMomentOfTheStepInTheUnitedKingdom) {
  EXPECT_EQ(script("today()"), "@\"2026-07-01\"");
  EXPECT_EQ(script("now() = date and time(\"2026-06-30T23:30:00Z\")"), "true");
}

TEST(Variables, MayHaveTheNamesOfFunctions) {
  EXPECT_EQ(script("number + count", {{"number", number(3)}, {"count", number(4)}}), "7");
  EXPECT_EQ(script("if date = null then \"none\" else date"), "\"none\"");
  EXPECT_EQ(script("count([1, 2]) + number", {{"number", number(3)}}), "5");
}

// ---- How it ends

TEST(Ended, TellsAnErrorFromAnIncident) {
  const auto ended = [](std::string_view inside) {
    const auto definitions = read_definitions(
        file("<error id='e' errorCode='no-money'/><process id='p'>" + std::string(inside) + "</process>"));
    const Step step = advance(definitions->processes[0], {}, Start{}, at("2026-01-01T00:00:00Z"));
    const Ended last = all<Ended>(step).at(0);
    EXPECT_EQ(last.error, step.next.error);
    EXPECT_EQ(last.uncaught_error, step.next.uncaught_error);
    return std::pair(last.error, last.uncaught_error);
  };
  EXPECT_EQ(ended("<endEvent id='a'><errorEventDefinition errorRef='e'/></endEvent>"),
            std::pair(std::string("no-money"), true));
  EXPECT_EQ(ended("<endEvent id='a'><errorEventDefinition/></endEvent>"), std::pair(std::string(), true));
  EXPECT_EQ(ended("<userTask id='u' guildhall:priority='\"x\"'/>"),
            std::pair(std::string("The priority of ‘u’ is \"x\", not a whole number."), false));
  EXPECT_EQ(ended("<task id='u'/>"), std::pair(std::string(), false));
}

// ---- What it waits for

TEST(Completed, IsOnlyWhatWasAskedFor) {
  const auto definitions = read_definitions(file(
      "<message id='m' name='m'/><error id='e' errorCode='e'/><process id='p'><receiveTask id='r' messageRef='m'/>"
      "<boundaryEvent id='b' attachedToRef='r'><errorEventDefinition errorRef='e'/></boundaryEvent>"
      "<intermediateCatchEvent id='c'><messageEventDefinition messageRef='m'/></intermediateCatchEvent></process>"));
  const Process& process = definitions->processes[0];
  const Step step = advance(process, {}, Start{}, at("2026-01-01T00:00:00Z"));
  for (Id id = 0; id <= step.next.last_id + 1; ++id) {
    for (const Event& event :
         {Event(Completed{id, {}}), Event(ErrorThrown{id, "e"}), Event(EscalationThrown{id, "e"})}) {
      const Step after = advance(process, step.next, event, at("2026-01-01T00:00:00Z"));
      EXPECT_TRUE(after.effects.empty()) << id;
      EXPECT_EQ(after.next.nodes.size(), 2U);
    }
  }
}

TEST(Expectations, AreTimersMessagesAndSignals) {
  const auto definitions = read_definitions(file(
      "<message id='m' name='paid'/><signal id='g' name='closed'/><process id='p'><eventBasedGateway id='x'/>"
      "<sequenceFlow id='f1' sourceRef='x' targetRef='a'/><sequenceFlow id='f2' sourceRef='x' targetRef='b'/>"
      "<sequenceFlow id='f3' sourceRef='x' targetRef='c'/>"
      "<intermediateCatchEvent id='a'><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
      "</intermediateCatchEvent><receiveTask id='b' messageRef='m'/>"
      "<intermediateCatchEvent id='c'><signalEventDefinition signalRef='g'/></intermediateCatchEvent>"
      "<userTask id='u'/><boundaryEvent id='d' attachedToRef='u'>"
      "<messageEventDefinition messageRef='m' guildhall:correlation='reference'/></boundaryEvent></process>"));
  ASSERT_TRUE(definitions.ok()) << to_text(definitions.problems());
  const Process& process = definitions->processes[0];
  const Step step = advance(process, {}, Start{{{"reference", text("R1")}}, ""}, at("2026-01-01T00:00:00Z"));
  const auto expected = expectations(process, step.next);
  ASSERT_EQ(expected.size(), 4U);
  const Id gateway = expected[0].instance;
  EXPECT_EQ(expected[0].kind, Expectation::Kind::Timer);
  EXPECT_EQ(expected[0].due, at("2026-01-02T00:00:00Z"));
  EXPECT_EQ(expected[1].kind, Expectation::Kind::Message);
  EXPECT_EQ(expected[1].instance, gateway);
  EXPECT_EQ(expected[1].wait, 1U);
  EXPECT_EQ(expected[1].name, "paid");
  EXPECT_EQ(expected[1].correlation, "");
  EXPECT_EQ(expected[2].kind, Expectation::Kind::Signal);
  EXPECT_EQ(expected[2].name, "closed");
  EXPECT_GT(expected[3].instance, gateway);
  EXPECT_EQ(expected[3].correlation, "\"R1\"");
  // Who has been answered waits no more.
  const Step next = advance(process, step.next, MessageArrived{"paid", {}, "\"R2\""}, at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(expectations(process, next.next).size(), 1U);
}

// 31 January, the last day of each month from then on.
TEST(Timer, OfMonthsKeepsItsDay) {
  const auto definitions = read_definitions(
      file("<process id='p'><userTask id='u'/><boundaryEvent id='b' attachedToRef='u' cancelActivity='false'>"
           "<timerEventDefinition><timeCycle>R/P1M</timeCycle></timerEventDefinition></boundaryEvent></process>"));
  const Process& process = definitions->processes[0];
  Step step = advance(process, {}, Start{}, at("2026-01-31T10:00:00Z"));
  std::vector<Instant> due;
  for (int i = 0; i < 4; ++i) {
    const TimerSet timer = all<TimerSet>(step).at(0);
    due.push_back(timer.due);
    step = advance(process, std::move(step.next), TimerDue{timer.instance, timer.wait}, timer.due);
  }
  EXPECT_EQ(due, (std::vector{at("2026-02-28T10:00:00Z"), at("2026-03-31T09:00:00Z"), at("2026-04-30T09:00:00Z"),
                              at("2026-05-31T09:00:00Z")}));
}

}  // namespace
}  // namespace guildhall::bpmn
