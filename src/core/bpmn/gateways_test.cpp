#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// ---- 13.4.2

constexpr std::string_view kExclusive =
    "start s; xor x; script a; script b; script c; end e\n"
    "s > x; x > a if contains(test, \"a\"); x > b if contains(test, \"b\"); x > c default; a > e; b > e; c > e";

TEST(ExclusiveGateway, TakesTheFirstConditionThatHolds) {
  EXPECT_EQ(run(kExclusive, {.input = "{test: \"a\"}"}), "a completed");
  EXPECT_EQ(run(kExclusive, {.input = "{test: \"b\"}"}), "b completed");
  EXPECT_EQ(run(kExclusive, {.input = "{test: \"ab\"}"}), "a completed");
}

TEST(ExclusiveGateway, TakesTheDefaultWhereNoConditionHolds) {
  EXPECT_EQ(run(kExclusive, {.input = "{test: \"z\"}"}), "c completed");
  EXPECT_EQ(run(kExclusive), "c completed");
}

TEST(ExclusiveGateway, FailsWhereNothingIsLeft) {
  const std::string said =
      run("start s; xor x; script a; script b; s > x; x > a if n = 1; x > b if n = 2", {.input = "{n: 3}"});
  EXPECT_EQ(said, "failed:No condition of the exclusive gateway ‘x’ holds, and it has no default flow.");
}

TEST(ExclusiveGateway, PassesEachTokenOn) {
  EXPECT_EQ(run("start s; and f; script a; script b; xor x; script c; end e\n"
                "s > f > a > x; f > b > x; x > c > e"),
            "a b c c completed");
}

TEST(ExclusiveGateway, MayMergeAndSplitAtOnce) {
  EXPECT_EQ(run("start s; script i = {n: (if n = null then 0 else n) + 1}; xor x; script a; end e\n"
                "s > x; x > i if n = null or n < 3; i > x; x > a default; a > e"),
            "a completed");
}

// ---- 13.4.1

TEST(ParallelGateway, WaitsForAllIncomingFlows) {
  EXPECT_EQ(run("start s; and f; script a; script b; and j; script c; end e\n"
                "s > f > a > j; f > b > j; j > c > e"),
            "a b c completed");
}

TEST(ParallelGateway, WaitsForEverWhereATokenIsMissing) {
  EXPECT_EQ(run("start s; xor x; script a; script b; and j; script c; end e\n"
                "s > x; x > a default; x > b if false; a > j; b > j; j > c > e"),
            "a waiting");
}

TEST(ParallelGateway, KeepsTokensThatAreTooMany) {
  // Two tokens come over one flow: the join fires once, the second waits.
  EXPECT_EQ(run("start s; and f; task t; task u; script a; script b; and j; script c; end e\n"
                "s > f > t > a; f > u > a; f > b > j; a > j; j > c > e"),
            "b a a c waiting");
}

TEST(ParallelGateway, JoinsAndSplitsAtOnce) {
  EXPECT_EQ(run("start s; and f; script a; script b; and j; script c; script d; end e\n"
                "s > f > a > j; f > b > j; j > c > e; j > d > e"),
            "a b c d completed");
}

// ---- 13.4.3

constexpr std::string_view kInclusive =
    "start s; or f; script a; script b; script c; or j; script d; end e\n"
    "s > f; f > a if contains(test, \"a\"); f > b if contains(test, \"b\"); f > c default; a > j; b > j; c > j; j > d "
    "> e";

TEST(InclusiveGateway, TakesEveryConditionThatHolds) {
  EXPECT_EQ(run(kInclusive, {.input = "{test: \"a\"}"}), "a d completed");
  EXPECT_EQ(run(kInclusive, {.input = "{test: \"b\"}"}), "b d completed");
  EXPECT_EQ(run(kInclusive, {.input = "{test: \"ab\"}"}), "a b d completed");
}

TEST(InclusiveGateway, TakesTheDefaultOnlyWhereNoConditionHolds) {
  EXPECT_EQ(run(kInclusive, {.input = "{test: \"\"}"}), "c d completed");
}

TEST(InclusiveGateway, FailsWhereNothingIsLeft) {
  EXPECT_EQ(run("start s; or f; script a; s > f; f > a if false"),
            "failed:No condition of the inclusive gateway ‘f’ holds, and it has no default flow.");
}

TEST(InclusiveGateway, WaitsForTokensThatAreStillOnTheirWay) {
  EXPECT_EQ(run("start s; and f; catch t timer:PT1H; script a; script b; or j; script c; end e\n"
                "s > f > t > a > j; f > b > j; j > c > e"),
            "b a c completed");
}

TEST(InclusiveGateway, DoesntWaitForTokensThatWentElsewhere) {
  EXPECT_EQ(run("start s; and f; xor x; catch t timer:PT1H; script a; script d; script b; or j; script c; end e\n"
                "s > f > x; x > j if false; x > a default; a > t > d; f > b > j; j > c > e"),
            "b a c d completed");
}

TEST(InclusiveGateway, DoesntWaitForATokenThatMustPassItFirst) {
  // 13.4.3: a path that visits the gateway itself doesn't count: the loop behind the join can't hold it up.
  EXPECT_EQ(run("start s; or j; script a = {n: (if n = null then 0 else n) + 1}; xor x; script b; end e\n"
                "s > j > a > x; x > j if n < 3; x > b default; b > e"),
            "b completed");
}

TEST(InclusiveGateway, WaitsForATokenInALoopBeforeIt) {
  EXPECT_EQ(run("start s; and f; xor m; catch t timer:PT1M; script i = {n: (if n = null then 0 else n) + 1}; xor x\n"
                "script a; script b; or j; script c; end e\n"
                "s > f > m > t > i > x; x > m if n < 3; x > a default; a > j; f > b > j; j > c > e"),
            "b a c completed");
}

TEST(InclusiveGateway, DoesntWaitForATokenThatCanAlsoComeWhereOneIs) {
  // 13.4.3, 2.iv: the token at t reaches the empty flow, but also the one that has a token.
  EXPECT_EQ(run("start s; and f; xor m; script a; catch t timer:PT1H; xor x; script b; or j; script c; end e\n"
                "s > f > a > m > j; f > t > x; x > m if false; x > b default; b > j; j > c > e"),
            "a c b c completed");
}

TEST(InclusiveGateway, CountsALinkAsAFlow) {
  EXPECT_EQ(
      run("start s; and f; catch t timer:PT1H; throw l link:over; catch k link:over; script b; or j; script c; end e\n"
          "s > f > t > l; k > j; f > b > j; j > c > e"),
      "b c completed");
}

// ---- 13.4.5

TEST(ComplexGateway, IsActivatedByItsCondition) {
  EXPECT_EQ(run("start s; and f; script a; script b; script c; complex j = activationCount >= 2; script d; end e\n"
                "s > f > a > j; f > b > j; f > c > j; j > d > e"),
            "a b c d completed");
}

TEST(ComplexGateway, TakesTokensThatComeLateWithoutGoingOnAgain) {
  EXPECT_EQ(
      run("start s; and f; script a; script b; catch t timer:PT1H; complex j = activationCount >= 2; script d; end e\n"
          "s > f > a > j; f > b > j; f > t > j; j > d > e"),
      "a b d completed");
}

TEST(ComplexGateway, EvaluatesItsConditionsAgainWhenItResets) {
  EXPECT_EQ(
      run("start s; and f; script a; catch t timer:PT1H; complex j = activationCount >= 1; script d; script l; end e\n"
          "s > f > a > j; f > t > j; j > d if waitingForStart; j > l if not(waitingForStart); d > e; l > e"),
      "a d l completed");
}

TEST(ComplexGateway, ResetsWithoutTokensThatDontComeAnyMore) {
  EXPECT_EQ(run("start s; and f; script a; catch t timer:PT1H; xor x; end e2; complex j = activationCount >= 1; script "
                "d; end e\n"
                "s > f > a > j; f > t > x; x > j if false; x > e2 default; j > d > e"),
            "a d completed");
}

TEST(ComplexGateway, KnowsTheTokensOfEachFlowByItsId) {
  EXPECT_EQ(run("start s; and f; script a; catch t timer:PT1H; script b; complex j = b_j >= 1; script d; end e\n"
                "s > f > a > j; f > t > b > j; j > d > e"),
            "a b d completed");
}

TEST(ComplexGateway, WaitsForEverWhereItIsNeverActivated) {
  EXPECT_EQ(run("start s; script a; complex j = activationCount >= 2; script d; s > a > j > d"), "a waiting");
}

TEST(ComplexGateway, SplitsByItsConditions) {
  EXPECT_EQ(run("start s; complex f = activationCount >= 1; script a; script b; script c; end e\n"
                "s > f; f > a if true; f > b if true; f > c default; a > e; b > e; c > e"),
            "a b completed");
}

// ---- 13.4.4

constexpr std::string_view kEvents =
    "start s; events g; catch m message:m; catch t timer:PT1H; catch i signal:i; script a; script b; script c; end e\n"
    "s > g > m > a > e; g > t > b > e; g > i > c > e";

TEST(EventBasedGateway, TakesTheFirstEventThatOccurs) {
  EXPECT_EQ(run(kEvents, {.events = {"m"}}), "a completed");
  EXPECT_EQ(run(kEvents, {.events = {"i"}}), "c completed");
  EXPECT_EQ(run(kEvents), "b completed");
}

TEST(EventBasedGateway, MayWaitForAReceiveTask) {
  EXPECT_EQ(run("start s; events g; receive r message:m; catch t timer:PT1H; script a; script b\n"
                "s > g > r > a; g > t > b",
                {.events = {"m"}}),
            "a completed");
}

TEST(EventBasedGateway, TakesAConditionThatIsTrue) {
  EXPECT_EQ(run("start s; events g; catch k condition:(n = 1); catch t timer:PT1H; script a; script b\n"
                "s > g > k > a; g > t > b",
                {.input = "{n: 1}"}),
            "a completed");
}

constexpr std::string_view kInstantiating =
    "process p { events g instantiate=true; catch m message:m; catch n message:n; script a; script b; end e\n"
    "g > m > a > e; g > n > b > e }";

TEST(EventBasedGateway, MayBeginAProcess) {
  EXPECT_EQ(run(kInstantiating, {.events = {"m"}}), "a completed");
  EXPECT_EQ(run(kInstantiating, {.events = {"n"}}), "b completed");
  EXPECT_EQ(run(kInstantiating), "waiting");
}

TEST(EventBasedGateway, MayBeginAProcessWithAllOfItsEvents) {
  const std::string text =
      "process p { events g instantiate=true eventGatewayType=Parallel; catch m message:m; catch n message:n\n"
      "script a; script b; and j; script c; end e; g > m > a > j; g > n > b > j; j > c > e }";
  EXPECT_EQ(run(text, {.events = {"n", "m"}}), "b a c completed");
  EXPECT_EQ(run(text, {.events = {"n"}}), "b waiting");
}

// ---- 13.3.2 and 8.4.13: flows out of activities and events

TEST(SequenceFlow, LeavesAnActivityByEveryFlow) {
  EXPECT_EQ(run("start s; script a; script b; script c; end e; s > a > b > e; a > c > e"), "a b c completed");
}

TEST(SequenceFlow, MayHaveAConditionOutOfAnActivity) {
  const std::string text =
      "start s; script a; script b; script c; script d; end e\n"
      "s > a; a > b if n > 1; a > c if n > 2; a > d default; b > e; c > e; d > e";
  EXPECT_EQ(run(text, {.input = "{n: 3}"}), "a b c completed");
  EXPECT_EQ(run(text, {.input = "{n: 2}"}), "a b completed");
  EXPECT_EQ(run(text, {.input = "{n: 1}"}), "a d completed");
}

TEST(SequenceFlow, IsTakenWithoutConditionBesideThoseWithOne) {
  const std::string text = "start s; script a; script b; script c; s > a > b; a > c if n > 1";
  EXPECT_EQ(run(text, {.input = "{n: 1}"}), "a b completed");
  EXPECT_EQ(run(text, {.input = "{n: 2}"}), "a b c completed");
}

TEST(SequenceFlow, MergesWithoutWaiting) {
  EXPECT_EQ(run("start s; and f; script a; script b; script c; end e; s > f > a > c; f > b > c; c > e"),
            "a b c c completed");
}

TEST(SequenceFlow, ThatNeverEndsIsAnIncident) {
  EXPECT_EQ(run("start s; task a; task b; s > a > b > a"), "failed:The process goes on without an end.");
}

}  // namespace
}  // namespace guildhall::bpmn
