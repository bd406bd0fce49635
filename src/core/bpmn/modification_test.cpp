#include "bpmn/modification.h"

#include <gtest/gtest.h>

#include "bpmn/test_instance.h"

namespace guildhall::bpmn {
namespace {

// Where the instance stands afterwards; or why it was refused: "pay: Nothing waits at ‘pay’."
std::string modified(TestInstance& instance, const std::vector<Modification>& acts) {
  auto step = modify(*instance.process, instance.state, acts, instance.now);
  if (!step.ok()) return step.problems()[0].where + ": " + step.problems()[0].what;
  instance.take(*std::move(step));
  return instance.stands();
}

const std::string kPermit =
    "start s; user check; xor paid; user issue; user remind; end e; s > check > paid; paid > issue if paid; paid > "
    "remind default; issue > e; remind > e";

TEST(Modify, GoesOnElsewhere) {
  TestInstance instance(kPermit);
  const Id check = instance.id_at("check");
  EXPECT_EQ(modified(instance, {Cancel{"check"}, StartBefore{"issue"}}), "issue");
  EXPECT_EQ(instance.asks(), "withdraw #" + std::to_string(check) + "; request issue");
  instance.complete("issue");
  EXPECT_EQ(instance.stands(), "ended");
}

TEST(Modify, GoesOnAfterAnElementWithTheVariablesThatWereSet) {
  TestInstance instance(kPermit);
  // Cancelled first, set next, started last, whatever the order.
  EXPECT_EQ(modified(instance, {StartAfter{"check"}, SetVariables{{{"paid", truth(true)}}}, Cancel{"check"}}), "issue");
}

TEST(Modify, StartsBesideWhatRuns) {
  TestInstance instance(kPermit);
  EXPECT_EQ(modified(instance, {StartBefore{"remind"}}), "check remind");
}

TEST(Modify, SetsVariablesAndWhatWaitsForThemGoesOn) {
  TestInstance instance("start s; catch c condition:(x > 1); user a; s > c > a");
  EXPECT_EQ(modified(instance, {SetVariables{{{"x", number(2)}}}}), "a");
}

TEST(Modify, RefusesWhatIsntThere) {
  TestInstance instance(kPermit);
  EXPECT_EQ(modified(instance, {StartBefore{"nowhere"}}),
            "nowhere: There is no such element in this version of the process.");
  EXPECT_EQ(modified(instance, {Cancel{"issue"}}), "issue: Nothing waits at ‘issue’.");
  EXPECT_EQ(instance.stands(), "check");
}

TEST(Modify, SaysAllThatIsWrongAtOnce) {
  TestInstance instance(kPermit);
  const std::vector<Modification> acts{Cancel{"issue"}, StartAfter{"e"}};
  const auto step = modify(*instance.process, instance.state, acts, instance.now);
  ASSERT_FALSE(step.ok());
  ASSERT_EQ(step.problems().size(), 2U);
  EXPECT_EQ(step.problems()[1].what, "Nothing follows ‘e’.");
}

TEST(Modify, RefusesToLeaveNothing) {
  TestInstance instance(kPermit);
  EXPECT_EQ(modified(instance, {Cancel{"check"}}), ": Nothing of this process would be left.");
}

TEST(Modify, RefusesWhatFailsAtOnce) {
  TestInstance instance("start s; user a; xor x; end e; s > a > x; x > e if paid");
  EXPECT_EQ(modified(instance, {StartAfter{"x"}}),
            "x: No condition of the exclusive gateway ‘x’ holds, and it has no default flow.");
  EXPECT_EQ(modified(instance, {StartBefore{"x"}}),
            ": No condition of the exclusive gateway ‘x’ holds, and it has no default flow.");
}

TEST(Modify, RefusesWhatHasEnded) {
  TestInstance instance("start s; end e; s > e");
  EXPECT_EQ(modified(instance, {StartBefore{"e"}}), ": This process has ended.");
}

TEST(Modify, StartsAfterAJoinButNotBeforeIt) {
  TestInstance instance("start s; and f; user a; user b; and j; user c; s > f; f > a > j; f > b > j; j > c");
  EXPECT_EQ(modified(instance, {StartBefore{"j"}}), "j: ‘j’ joins several flows: one token more doesn't start it.");
  instance.complete("a");
  EXPECT_EQ(modified(instance, {Cancel{"j"}, Cancel{"b"}, StartAfter{"j"}}), "c");
}

TEST(Modify, StartsAfterAnEventButNotBeforeOneOnABoundary) {
  TestInstance instance("start s; user a; boundary late on:a timer:P1D; user b; s > a; late > b");
  EXPECT_EQ(modified(instance, {StartBefore{"late"}}), "late: Nothing comes before an event on a boundary.");
  EXPECT_EQ(modified(instance, {StartAfter{"late"}}), "a b");
}

TEST(Modify, OpensSubProcessesAroundWhatIsStarted) {
  TestInstance instance(
      "start s; user a; sub x {\n start i; sub y {\n start k; user b; user c; k > b > c\n}\n i > y\n}\n boundary late "
      "on:x timer:P1D; user z; s > a > x > z; late > z");
  EXPECT_EQ(modified(instance, {Cancel{"a"}, StartBefore{"c"}}), "x x/y x/y/c");
  EXPECT_EQ(instance.expects(), "late@2026-01-06T09:00:00Z");
  // In the same that runs now.
  EXPECT_EQ(modified(instance, {StartBefore{"b"}}), "x x/y x/y/c x/y/b");
  instance.complete("b");
  instance.complete("c");
  instance.complete("c");
  EXPECT_EQ(instance.stands(), "z");
}

TEST(Modify, CancelsASubProcessInWhichNothingIsLeft) {
  TestInstance instance(
      "start s; and f; user a; sub x {\n start i; user b; i > b\n}\n user z; s > f; f > a; f > x > z");
  EXPECT_EQ(modified(instance, {Cancel{"b"}}), "a");
  // But not where something is started in it.
  TestInstance other("start s; sub x {\n start i; user b; user c; i > b > c\n}\n user z; s > x > z");
  EXPECT_EQ(modified(other, {Cancel{"b"}, StartBefore{"c"}}), "x x/c");
}

TEST(Modify, WantsToKnowWhichOfSeveral) {
  TestInstance instance(
      "start s; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
      "</multiInstanceLoopCharacteristics>\n start i; user b; user c; i > b > c\n}\n user z; s > x > z");
  EXPECT_EQ(modified(instance, {StartBefore{"c"}}), "c: ‘x’ runs 2 times.");
  const Id first = instance.id_at("x");
  EXPECT_EQ(modified(instance, {StartBefore{"c", first}}), "x x x/b x/b x/c");
  EXPECT_EQ(modified(instance, {StartBefore{"c", 99}}), "c: Nothing of this number runs that is a ‘x’.");
}

TEST(Modify, EndsOneOfSeveralInstancesWithoutAResult) {
  TestInstance instance(
      "start s; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
      "</multiInstanceLoopCharacteristics>\n start i; user b; user c; i > b > c\n}\n user z; s > x > z");
  instance.complete("b");
  EXPECT_EQ(instance.stands(), "x x x/b x/c");
  EXPECT_EQ(modified(instance, {Cancel{"b"}}), "x x/c");
  instance.complete("c");
  EXPECT_EQ(instance.stands(), "z");
}

TEST(Modify, CantBeginALoopOrAnEventSubProcessInItsMiddle) {
  TestInstance instance(
      "start s; user a; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
      "</multiInstanceLoopCharacteristics>\n start i; user b; i > b\n}\n s > a > x; eventsub v {\n start vs message:m; "
      "user c; vs > c\n}");
  EXPECT_EQ(modified(instance, {StartBefore{"b"}}), "b: ‘x’ doesn't run, and can't be begun in its middle.");
  EXPECT_EQ(modified(instance, {StartBefore{"c"}}), "c: ‘v’ doesn't run, and can't be begun in its middle.");
  EXPECT_EQ(modified(instance, {StartBefore{"v"}}), "v: No flow leads to ‘v’.");
}

TEST(Modify, WaitsUntilWhatIsBeingUndoneIs) {
  TestInstance instance(
      "start s; service book; boundary undo on:book compensate; service cancel isForCompensation=true; undo undo "
      "cancel; throw t compensate; user z; s > book > t > z");
  instance.complete("book");
  EXPECT_EQ(modified(instance, {Cancel{"t"}, StartBefore{"z"}}), "t: ‘t’ is undoing what was done.");
  // The handler itself may be given up: the thrower goes on.
  EXPECT_EQ(modified(instance, {Cancel{"cancel"}}), "z");
}

TEST(BeginAt, BeginsWithATokenBeforeAnElement) {
  TestInstance instance(kPermit);
  auto step = begin_at(*instance.process, {{"paid", truth(true)}}, "paid", instance.now);
  ASSERT_TRUE(step.ok());
  instance.take(*std::move(step));
  EXPECT_EQ(instance.stands(), "issue");
  const auto refused = begin_at(*instance.process, {}, "nowhere", instance.now);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems()[0].what, "There is no such element in this version of the process.");
}

}  // namespace
}  // namespace guildhall::bpmn
