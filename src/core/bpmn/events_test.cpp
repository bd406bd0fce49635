#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// ---- Timers

TEST(Timer, IsADurationADateOrACycle) {
  for (const char* when : {"PT5M", "P1W", "P1M", "2026-01-02T09:00:00Z", "2026-01-02T09:00:00", "2025-01-01T00:00:00Z",
                           "R3/PT1H", "R/PT1H", "R2/2026-02-01T00:00:00Z/P1D", "(duration(\"PT5M\"))",
                           "(date(\"2026-05-01\") - date(\"2026-01-01\"))"}) {
    EXPECT_EQ(run("start s; catch t timer:" + std::string(when) + "; script a; s > t > a"), "a completed") << when;
  }
}

TEST(Timer, ThatSaysNothingIsAnIncident) {
  EXPECT_EQ(run("start s; catch t timer:(1 + 1); script a; s > t > a"),
            "failed:The timer of ‘t’ doesn't give a moment or a duration: 2.");
}

TEST(Timer, OnTheBoundaryInterruptsWhatTakesLonger) {
  const std::string text =
      "start s; sub u { catch t timer:PT1H; script a; t > a }; boundary b on:u timer:%; script c\n"
      "script d; s > u > c; b > d";
  const auto with = [&](const std::string& when) {
    std::string filled = text;
    return run(filled.replace(filled.find('%'), 1, when));
  };
  EXPECT_EQ(with("PT5M"), "d completed");
  EXPECT_EQ(with("PT2H"), "a c completed");
}

TEST(Timer, OnTheBoundaryMayRunBesideTheActivity) {
  EXPECT_EQ(run("start s; sub u { catch t timer:PT1H; script a; t > a }; boundary b on:u nonint timer:PT5M; script c\n"
                "script d; s > u > c; b > d"),
            "d a c completed");
}

TEST(Timer, RepeatsAsOftenAsItsCycleSays) {
  const std::string text =
      "start s; sub u { catch t timer:PT1H; script a; t > a }; boundary b on:u nonint timer:%; script c\n"
      "script d; s > u > c; b > d";
  const auto with = [&](const std::string& when) {
    std::string filled = text;
    return run(filled.replace(filled.find('%'), 1, when));
  };
  EXPECT_EQ(with("R3/PT10M"), "d d d a c completed");
  EXPECT_EQ(with("R/PT25M"), "d d a c completed");
  EXPECT_EQ(with("R0/PT10M"), "a c completed");
  EXPECT_EQ(with("R2/2026-01-01T09:30:00Z/PT15M"), "d d a c completed");
}

TEST(Timer, StartsAnEventSubProcess) {
  const std::string text =
      "start s; catch t timer:PT1H; script a; s > t > a\n"
      "eventsub v { start w timer:PT5M %; script b; w > b }";
  const auto with = [&](const std::string& how) {
    std::string filled = text;
    return run(filled.replace(filled.find('%'), 1, how));
  };
  EXPECT_EQ(with(""), "b completed");
  EXPECT_EQ(with("nonint"), "b a completed");
}

TEST(Timer, OfAnEventSubProcessRepeats) {
  EXPECT_EQ(run("start s; catch t timer:PT1H; script a; s > t > a\n"
                "eventsub v { start w nonint timer:R/PT25M; script b; w > b }"),
            "b b a completed");
}

// ---- Messages

TEST(Message, IsThrownAndCaughtWithinAProcess) {
  EXPECT_EQ(run("start s; and f; throw t message:m; catch c message:m; script a; s > f > t; f > c > a"), "a completed");
}

TEST(Message, ReachesTheBoundaryOfTheSubProcessThatThrowsIt) {
  EXPECT_EQ(run("start s; sub u { throw t message:m; script a; t > a }; boundary b on:u message:m; script c; script d\n"
                "s > u > c; b > d"),
            "d completed");
}

TEST(Message, ReachesOneOnly) {
  EXPECT_EQ(run("start s; and f; throw t message:m; catch c message:m; catch d message:m; script a\n"
                "s > f > t; f > c > a; f > d > a"),
            "a waiting");
}

TEST(Message, GoesFromOneParticipantToAnother) {
  EXPECT_EQ(run("process p { start s; throw t message:ask; catch c message:answer; script b; s > t > c > b }\n"
                "process q { start u message:ask; script a; end e message:answer; u > a > e }"),
            "a b completed");
}

TEST(Message, GoesBetweenParticipantsWhoBeginByThemselves) {
  EXPECT_EQ(
      run("process p { start s; script a; throw t message:ask; catch c message:answer; script b; s > a > t > c > b }\n"
          "process q { start u; catch w message:ask; script d; end e message:answer; u > w > d > e }"),
      "a d b completed");
}

// As editors draw it: two pools, arrows between them, and nobody has named a message.
TEST(Message, MayBeNamedByItsFlow) {
  const std::string xml =
      "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><collaboration id='c'>"
      "<participant id='c1' processRef='p'/><participant id='c2' processRef='q'/>"
      "<messageFlow id='m1' sourceRef='ask' targetRef='asked'/><messageFlow id='m2' sourceRef='say' targetRef='hear'/>"
      "</collaboration><process id='p'><sendTask id='ask'/><receiveTask id='hear'/><scriptTask id='a'><script>\"a\""
      "</script></scriptTask><sequenceFlow id='f1' sourceRef='ask' targetRef='hear'/>"
      "<sequenceFlow id='f2' sourceRef='hear' targetRef='a'/></process><process id='q'>"
      "<startEvent id='asked'><messageEventDefinition/></startEvent><scriptTask "
      "id='b'><script>\"b\"</script></scriptTask>"
      "<endEvent id='say'><messageEventDefinition/></endEvent><sequenceFlow id='f3' sourceRef='asked' targetRef='b'/>"
      "<sequenceFlow id='f4' sourceRef='b' targetRef='say'/></process></definitions>";
  EXPECT_EQ(run_xml(xml), "b a completed");
}

TEST(Message, ThatBeginsAProcessGivesItsDataAsItsAssociationsSay) {
  EXPECT_EQ(
      run("process p { start s; script a = {n: 4}; send t message:m <ioSpecification><dataInput id=\"ti\" "
          "name=\"number\"/></ioSpecification><dataInputAssociation><sourceRef>n</sourceRef><targetRef>ti</targetRef>"
          "</dataInputAssociation>\n s > a > t }\n"
          "process q { data order; start r message:m <dataOutput id=\"ro\" name=\"number\"/><dataOutputAssociation>"
          "<sourceRef>ro</sourceRef><targetRef>order</targetRef></dataOutputAssociation>\n"
          "script b = order * 10; r > b }"),
      "40 completed");
}

TEST(Message, CarriesData) {
  EXPECT_EQ(
      run("process p { data x; start s; throw t message:m <dataInput id=\"ti\" name=\"n\"/>"
          "<dataInputAssociation><sourceRef>x</sourceRef><targetRef>ti</targetRef></dataInputAssociation>\n s > t }\n"
          "process q { start u message:m; script a = n\n u > a }",
          {.input = "{x: 7}"}),
      "7 completed");
}

TEST(Message, OnTheBoundaryInterruptsOrNot) {
  EXPECT_EQ(run("start s; user u; sub v { catch t timer:PT1H }; boundary b on:v message:m; script a; script c; s > v > "
                "c; b > a",
                {.events = {"m"}}),
            "a completed");
  EXPECT_EQ(run("start s; sub v { catch t timer:PT1H }; boundary b on:v nonint message:m; script a; script c; s > v > "
                "c; b > a",
                {.events = {"m", "m"}}),
            "a a c completed");
}

// ---- Signals

TEST(Signal, ReachesEverybodyWhoWaits) {
  EXPECT_EQ(run("start s; and f; throw t signal:i; catch c signal:i; catch d signal:i; script a; script b\n"
                "s > f > t; f > c > a; f > d > b"),
            "a b completed");
}

TEST(Signal, IsLostWhereNobodyWaits) {
  EXPECT_EQ(run("start s; throw t signal:i; catch c signal:i; script a; s > t > c > a"), "waiting");
}

TEST(Signal, StartsProcessesAndEventSubProcesses) {
  EXPECT_EQ(run("process p { start s; script a; end e signal:i; s > a > e\n"
                "eventsub v { start w nonint signal:i; script b; w > b } }\n"
                "process q { start u signal:i; script c; u > c }"),
            "a b c completed");
}

TEST(Signal, ReachesTheBoundaryOfTheSubProcessThatThrowsIt) {
  EXPECT_EQ(run("start s; sub u { throw t signal:i; script a; t > a }; boundary b on:u signal:i; script c; script d\n"
                "s > u > c; b > d"),
            "d completed");
  EXPECT_EQ(
      run("start s; sub u { throw t signal:i; script a; t > a }; boundary b on:u nonint signal:i; script c; script d\n"
          "s > u > c; b > d"),
      "d a c completed");
}

TEST(Signal, ReachesAProcessThatBeganByItself) {
  EXPECT_EQ(run("process p { start s; throw t signal:g; s > t }\n"
                "process q { start r; catch c signal:g; script a; r > c > a }"),
            "a completed");
}

TEST(Signal, ReachesAnotherProcess) {
  EXPECT_EQ(run("process p { start s; call c calledElement=q; boundary b on:c nonint signal:i; script a; script d; s > "
                "c > d; b > a }\n"
                "process q { start t; throw x signal:i; script z; t > x > z }"),
            "z a d completed");
}

// ---- Errors

TEST(Error, IsCaughtOnTheBoundary) {
  const std::string text =
      "start s; sub u { script a; end x error:%; a > x }; script b; script c; script d; s > u > b\n"
      "boundary e on:u error:one; boundary g on:u error; e > c; g > d";
  const auto with = [&](const std::string& code) {
    std::string filled = text;
    return run(filled.replace(filled.find('%'), 1, code));
  };
  EXPECT_EQ(with("one"), "a c completed");
  EXPECT_EQ(with("two"), "a d completed");
}

TEST(Error, EndsWhatElseRunsInTheSubProcess) {
  EXPECT_EQ(
      run("start s; sub u { start is; and f; catch t timer:PT1H; script a; end x error:one; is > f > t > a; f > x }\n"
          "script c; s > u; boundary e on:u error:one; e > c"),
      "c completed");
}

TEST(Error, ThatNobodyCatchesFailsTheProcess) {
  EXPECT_EQ(run("start s; script a; end x error:one; s > a > x"), "a failed:one");
  EXPECT_EQ(run("start s; sub u { end x error:one }; boundary e on:u error:two; s > u"), "failed:one");
}

TEST(Error, GoesOutwardsToTheInnermostThatCatchesIt) {
  EXPECT_EQ(run("start s; sub u { sub v { end x error:one }; boundary i on:v error:two; script a; i > a }\n"
                "boundary e on:u error:one; script b; s > u; e > b"),
            "b completed");
}

TEST(Error, IsHandledByAnEventSubProcess) {
  EXPECT_EQ(run("start s; sub u { start is; script a; end x error:one; is > a > x\n"
                "eventsub v { start w error:one; script b; w > b } }; boundary e on:u error:one; script c; script d\n"
                "s > u > c; e > d"),
            "a b c completed");
}

TEST(Error, ThrownByAnEventSubProcessGoesToTheBoundary) {
  EXPECT_EQ(run("start s; sub u { start is; script a; end x error:one; is > a > x\n"
                "eventsub v { start w error:one; script b; end y error:one; w > b > y } }; boundary e on:u error:one\n"
                "script c; script d; s > u > c; e > d"),
            "a b d completed");
}

TEST(Error, ThrownByAnEventSubProcessOfTheProcessFailsIt) {
  EXPECT_EQ(
      run("start s; end x error:one; s > x; eventsub v { start w error:one; script b; end y error:two; w > b > y }"),
      "b failed:two");
}

TEST(Error, ThrownBesideASubProcessIsHandledByItsNeighbour) {
  EXPECT_EQ(run("start s; catch t timer:PT1H; s > t\n"
                "eventsub v { start w nonint timer:PT5M; script a; end y error:one; w > a > y }\n"
                "eventsub z { start q error:one; script b; q > b }"),
            "a b completed");
}

TEST(Error, ComesOutOfACallActivity) {
  const std::string called = "process q { start t; script d; end x error:one; t > d > x }";
  EXPECT_EQ(run("process p { start s; call c calledElement=q; boundary b on:c error:one; script a; s > c; b > a }\n" +
                called),
            "d a completed");
  EXPECT_EQ(run("process p { start s; call c calledElement=q; s > c }\n" + called), "d failed:one");
}

TEST(Error, OfOneInstanceEndsAll) {
  EXPECT_EQ(run("start s; sub u { <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "</multiInstanceLoopCharacteristics>\n catch t timer:PT1H; script a; end x error:one; t > a > x }\n"
                "boundary e on:u error; script c; s > u; e > c"),
            "a c completed");
}

// ---- Escalations

TEST(Escalation, IsCaughtOnTheBoundaryAndInterruptsOrNot) {
  const std::string text =
      "start s; sub u { throw t escalation:one; script a; t > a }; boundary b on:u % escalation:one\n"
      "script c; script d; s > u > c; b > d";
  const auto with = [&](const std::string& how) {
    std::string filled = text;
    return run(filled.replace(filled.find('%'), 1, how));
  };
  EXPECT_EQ(with("nonint"), "d a c completed");
  EXPECT_EQ(with(""), "d completed");
}

TEST(Escalation, NeedNotBeCaught) {
  EXPECT_EQ(run("start s; throw t escalation:one; script a; end e escalation:two; s > t > a > e"), "a completed");
}

TEST(Escalation, IsHandledByAnEventSubProcess) {
  EXPECT_EQ(run("start s; throw t escalation:one; script a; s > t > a; eventsub v { start w nonint escalation:one; "
                "script b; w > b }"),
            "b a completed");
  EXPECT_EQ(run("start s; throw t escalation:one; script a; s > t > a; eventsub v { start w escalation:one; script b; "
                "w > b }"),
            "b completed");
}

TEST(Escalation, ThrownAgainByItsHandlerGoesOutwards) {
  EXPECT_EQ(run("start s; sub u { throw t escalation:one; script a; t > a\n"
                "eventsub v { start w nonint escalation:one; script b; end y escalation:one; w > b > y } }\n"
                "boundary e on:u nonint escalation:one; script c; script d; s > u > c; e > d"),
            "b a d c completed");
}

TEST(Escalation, ComesOutOfACallActivity) {
  EXPECT_EQ(run("process p { start s; call c calledElement=q; boundary b on:c nonint escalation:one; script a; script "
                "g; s > c > g; b > a }\n"
                "process q { start t; throw x escalation:one; script d; t > x > d }"),
            "d a g completed");
}

// ---- Conditions

TEST(Conditional, WaitsUntilAScriptMakesItTrue) {
  EXPECT_EQ(run("start s; and f; catch c condition:(n = 1); script a; script b = {n: 1}\n s > f > c > a; f > b"),
            "a completed");
  EXPECT_EQ(run("start s; catch c condition:(n = 1); script a; s > c > a"), "waiting");
}

TEST(Conditional, OnTheBoundaryInterruptsAtOnce) {
  EXPECT_EQ(run("start s; sub u { script a = {n: 1}\n script b; a > b }; boundary c on:u condition:(n = 1); script d; "
                "s > u; c > d"),
            "d completed");
}

TEST(Conditional, StartsAnEventSubProcessEachTimeItBecomesTrue) {
  EXPECT_EQ(run("start s; script a = {n: 1}\n script b = {n: 2}\n script c = {n: 1}\n s > a > b > c\n"
                "eventsub v { start w nonint condition:(n = 1); script d; w > d }"),
            "d d completed");
}

TEST(Conditional, InterruptsAProcess) {
  EXPECT_EQ(run("start s; script a = {n: 1}\n script b; s > a > b; eventsub v { start w condition:(n = 1); script d; w "
                "> d }"),
            "d completed");
}

// ---- Links, several triggers, ends

TEST(Link, GoesOnAtItsTarget) {
  EXPECT_EQ(run("start s; and f; throw l link:x; throw m link:x; catch c link:x; script a; s > f > l; f > m; c > a"),
            "a a completed");
}

TEST(MultipleEvent, IsTriggeredByAnyOfItsTriggers) {
  const std::string text = "start s; catch c message:m signal:i; script a; s > c > a";
  EXPECT_EQ(run(text, {.events = {"m"}}), "a completed");
  EXPECT_EQ(run(text, {.events = {"i"}}), "a completed");
}

TEST(MultipleEvent, ThrowsAllOfItsResults) {
  EXPECT_EQ(run("start s; and f; catch c message:m; catch d signal:i; script a; script b; throw t message:m signal:i\n"
                "s > f > c > a; f > d > b; f > t"),
            "a b completed");
}

TEST(MultipleEvent, ThrowsWhatEndsTheProcessLast) {
  EXPECT_EQ(run("start s; end t terminate signal:i; s > t; eventsub v { start w nonint signal:i; script a; w > a }"),
            "terminated");
}

TEST(ParallelMultipleEvent, NeedsAllOfItsTriggers) {
  const std::string text = "start s; catch c all message:m signal:i; script a; s > c > a";
  EXPECT_EQ(run(text, {.events = {"m", "i"}}), "a completed");
  EXPECT_EQ(run(text, {.events = {"i", "m"}}), "a completed");
  EXPECT_EQ(run(text, {.events = {"m"}}), "waiting");
  EXPECT_EQ(run(text, {.events = {"m", "m"}}), "waiting");
}

TEST(ParallelMultipleEvent, OnTheBoundaryNeedsAllToo) {
  const std::string text =
      "start s; sub u { catch t timer:PT1H; script a; t > a }; boundary b on:u all message:m signal:i\n"
      "script c; s > u; b > c";
  EXPECT_EQ(run(text, {.events = {"m", "i"}}), "c completed");
  EXPECT_EQ(run(text, {.events = {"m"}}), "a completed");
}

TEST(ParallelMultipleEvent, StartsAnEventSubProcess) {
  EXPECT_EQ(run("start s; catch t timer:PT1H; script a; s > t > a\n"
                "eventsub v { start w all nonint message:m signal:i; script b; w > b }",
                {.events = {"i", "m"}}),
            "b a completed");
}

TEST(TerminateEvent, EndsEverything) {
  EXPECT_EQ(run("start s; and f; script a; catch t timer:PT1H; script b; end x terminate; s > f > t > b; f > a > x"),
            "a terminated");
}

TEST(TerminateEvent, OfAnEventSubProcessEndsThatOnly) {
  EXPECT_EQ(run("start s; catch t timer:PT1H; script a; s > t > a\n"
                "eventsub v { start w nonint timer:PT5M; end x terminate; w > x }"),
            "a completed");
}

TEST(NoneEvent, IsPassed) {
  EXPECT_EQ(run("start s; throw t; script a; end e; s > t > a > e"), "a completed");
}

// ---- 13.5.4

TEST(EventSubProcess, TakesThePlaceOfTheProcess) {
  EXPECT_EQ(run("start s; catch c message:go; script a; s > c > a; eventsub v { start w message:m; script b; w > b }",
                {.events = {"m", "go"}}),
            "b completed");
}

TEST(EventSubProcess, RunsBesideTheProcessAsOftenAsItsEventOccurs) {
  EXPECT_EQ(
      run("start s; catch c message:go; script a; s > c > a; eventsub v { start w nonint message:m; script b; w > b }",
          {.events = {"m", "m", "go"}}),
      "b b a completed");
}

TEST(EventSubProcess, KeepsItsSubProcessUntilItIsDone) {
  EXPECT_EQ(
      run("start s; sub u { start is; throw t signal:i; is > t\n"
          "eventsub v { start w nonint signal:i; catch x timer:PT1H; script b; w > x > b } }; script a; s > u > a"),
      "b a completed");
}

TEST(EventSubProcess, StartsOnceWhereItInterrupts) {
  EXPECT_EQ(run("start s; catch c message:go; s > c\n"
                "eventsub v { start w message:m; catch x timer:PT1H; script b; w > x > b }\n"
                "eventsub y { start z signal:i; script d; z > d }",
                {.events = {"m", "i"}}),
            "b completed");
}

TEST(EventSubProcess, IsGoneWithItsScope) {
  EXPECT_EQ(run("start s; sub u { start is; script a; is > a; eventsub v { start w signal:i; script b; w > b } }\n"
                "throw t signal:i; script c; s > u > t > c"),
            "a c completed");
}

TEST(EventSubProcess, SeesTheDataOfItsScope) {
  EXPECT_EQ(run("start s; sub u { data x; start is; script a = {x: 5}\n end e error:one; is > a > e\n"
                "eventsub v { start w error:one; script b = x\n w > b } }; s > u"),
            "5 completed");
}

TEST(BoundaryEvent, StopsListeningWhenItsActivityIsDone) {
  EXPECT_EQ(run("start s; sub u { script a }; boundary b on:u signal:i; throw t signal:i; script c; script d; s > u > "
                "t > c; b > d"),
            "a c completed");
}

TEST(BoundaryEvent, OfALoopStaysForAllOfItsRounds) {
  EXPECT_EQ(
      run("start s; sub u { <standardLoopCharacteristics loopMaximum='4'/>\n catch t timer:PT20M; script a; t > a }\n"
          "boundary b on:u timer:PT50M; script c; s > u; b > c"),
      "a a c completed");
}

}  // namespace
}  // namespace guildhall::bpmn
