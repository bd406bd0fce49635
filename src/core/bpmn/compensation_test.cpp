#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// A script with the handler that undoes it: "a" and "undo_a".
std::string undoable(const std::string& id, const std::string& options = "") {
  return "script " + id + " " + options + "\n boundary b_" + id + " on:" + id + " compensate\n script undo_" + id +
         " isForCompensation=true\n undo b_" + id + " undo_" + id + "\n";
}

// ---- 13.5.5

TEST(Compensation, UndoesTheLastFirst) {
  EXPECT_EQ(run(undoable("a") + undoable("b") + "start s; throw t compensate; script c; end e; s > a > b > t > c > e"),
            "a b undo_b undo_a c completed");
}

TEST(Compensation, UndoesTheActivityThatItNames) {
  EXPECT_EQ(run(undoable("a") + undoable("b") + "start s; throw t compensate:a; script c; s > a > b > t > c"),
            "a b undo_a c completed");
}

TEST(Compensation, MayEndAProcess) {
  EXPECT_EQ(run(undoable("a") + undoable("b") + "start s; end t compensate; s > a > b > t"),
            "a b undo_b undo_a completed");
}

TEST(Compensation, DoesNothingForWhatHasNotCompleted) {
  EXPECT_EQ(run(undoable("a") + undoable("b") + "start s; throw t compensate; script c; s > a > t > c > b"),
            "a undo_a c b completed");
  EXPECT_EQ(run("start s; throw t compensate; script c; s > t > c"), "c completed");
}

TEST(Compensation, UndoesNothingTwice) {
  EXPECT_EQ(run(undoable("a") + "start s; throw t compensate; throw u compensate; s > a > t > u"),
            "a undo_a completed");
}

TEST(Compensation, UndoesAnActivityAsOftenAsItCompleted) {
  EXPECT_EQ(run(undoable("a") + "start s; and f; task x; task y; xor m; s > f > x > m; f > y > m; m > a\n"
                                "throw t compensate; catch w timer:PT1H; f > w > t"),
            "a a undo_a undo_a completed");
}

TEST(Compensation, MayNotBeWaitedFor) {
  const std::string handler =
      "script a; boundary b on:a compensate; undo b h\n"
      "sub h isForCompensation=true { catch w timer:PT1H; script z; w > z }\n";
  EXPECT_EQ(
      run(handler +
          "start s; throw t <compensateEventDefinition id='c' waitForCompletion='false'/>\n script d; s > a > t > d"),
      "a d z completed");
  EXPECT_EQ(run(handler + "start s; throw t compensate; script d; s > a > t > d"), "a z d completed");
}

TEST(Compensation, OfASubProcessUndoesWhatWasDoneInIt) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") + undoable("b") + "is > a > b }\n" + undoable("c") +
                "throw t compensate; s > u > c > t"),
            "a b c undo_c undo_b undo_a completed");
}

TEST(Compensation, OfASubProcessIsThatOfItsHandlerWhereItHasOne) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "is > a }\n boundary b on:u compensate; script h isForCompensation=true\n"
                "undo b h; throw t compensate:u; s > u > t"),
            "a h completed");
}

TEST(Compensation, OfASubProcessIsThatOfItsEventSubProcess) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "is > a; eventsub v { start w compensate; script z; w > z } }\n"
                "throw t compensate; script d; s > u > t > d"),
            "a z d completed");
}

TEST(Compensation, OfAnEventSubProcessMayUndoWhatWasDoneInTheSubProcess) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "is > a; eventsub v { start w compensate; script z; throw x compensate; w > z > x } }\n"
                "throw t compensate:u; script d; s > u > t > d"),
            "a z undo_a d completed");
}

TEST(Compensation, SeesTheDataOfTheSubProcessAsTheyWere) {
  EXPECT_EQ(run("start s; sub u { data x; start is; script a = {x: 5}\n is > a; eventsub v { start w compensate; "
                "script z = x\n w > z } }\n"
                "throw t compensate; s > u > t"),
            "5 completed");
}

TEST(Compensation, WithinASubProcessStaysInIt) {
  EXPECT_EQ(run("start s; " + undoable("a") + "sub u { start is; " + undoable("b") +
                "throw t compensate; is > b > t }\n s > a > u"),
            "a b undo_b completed");
}

TEST(Compensation, ByAnErrorHandlerUndoesItsSubProcess) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "end x error:one; is > a > x; eventsub v { start w error:one; script z; throw t compensate; script y; "
                "w > z > t > y } }\n"
                "script c; s > u > c"),
            "a z undo_a y c completed");
}

TEST(Compensation, OfATaskInSeveralInstancesHappensOnce) {
  EXPECT_EQ(
      run("start s; script a "
          "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>\n"
          "boundary b on:a compensate; script h isForCompensation=true; undo b h; throw t compensate; s > a > t"),
      "a a a h completed");
}

TEST(Compensation, OfASubProcessHappensForEachOfItsInstances) {
  const std::string several =
      "<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>3</loopCardinality>"
      "</multiInstanceLoopCharacteristics>\n";
  EXPECT_EQ(run("start s; sub u { " + several +
                "start is; script a = loopCounter\n is > a\n"
                "eventsub v { start w compensate; script z = -loopCounter\n w > z } }; throw t compensate; s > u > t"),
            "1 2 3 -3 -2 -1 completed");
  EXPECT_EQ(run("start s; sub u { " + several +
                "script a }; boundary b on:u compensate; script h isForCompensation=true; undo b h\n"
                "throw t compensate; s > u > t"),
            "a a a h h h completed");
}

TEST(Compensation, MayBeASubProcessATaskOrAUserTask) {
  EXPECT_EQ(run("start s; script a; script b; boundary x on:a compensate; boundary y on:b compensate\n"
                "sub h isForCompensation=true { script z }; user k isForCompensation=true; undo x h; undo y k\n"
                "throw t compensate; script c; s > a > b > t > c"),
            "a b z c completed");
}

TEST(Compensation, DoesntUndoASubProcessThatWasTerminated) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "end x terminate; is > a > x }\n throw t compensate; script c; s > u > t > c"),
            "a c completed");
}

// ---- 10.3.5, transactions

std::string transaction(const std::string& end) {
  return "start s; transaction u { start is; " + undoable("a") + undoable("b") + "end x " + end +
         "; is > a > b > x }\n"
         "boundary c on:u cancel; boundary e on:u error; script after_cancel; script after_error; script after\n"
         "s > u > after; c > after_cancel; e > after_error";
}

TEST(Transaction, IsLeftLikeASubProcessWhereItSucceeds) {
  EXPECT_EQ(run(transaction("")), "a b after completed");
}

TEST(Transaction, ThatIsCancelledIsUndoneAndLeftByItsCancelEvent) {
  EXPECT_EQ(run(transaction("cancel")), "a b undo_b undo_a after_cancel completed");
}

TEST(Transaction, InWhichAnErrorOccursIsNotUndone) {
  EXPECT_EQ(run(transaction("error:one")), "a b after_error completed");
}

TEST(Transaction, ThatIsCancelledEndsWhatRunsAndUndoesTheDonePartsOfIt) {
  EXPECT_EQ(
      run("start s; transaction u { start is; and f; sub v { start iv; " + undoable("a") +
          "catch w timer:PT1H; script n; iv > a > w > n }\n"
          "catch k timer:PT5M; end x cancel; is > f > v; f > k > x }\n boundary c on:u cancel; script d; s > u; c > d"),
      "a undo_a d completed");
}

TEST(Transaction, MayBeCancelledFromASubProcessInIt) {
  EXPECT_EQ(run("start s; transaction u { start is; " + undoable("a") +
                "sub v { end x cancel }; script n; is > a > v > n }\n"
                "boundary c on:u cancel; script d; s > u; c > d"),
            "a undo_a d completed");
}

TEST(Transaction, ThatCompletedCanBeUndoneLater) {
  EXPECT_EQ(run(transaction("") + "; throw t compensate; after > t"), "a b after undo_b undo_a completed");
}

// ---- 13.5.5.3

TEST(Compensation, IsCalledByAnErrorThatTheSubProcessDoesntHandle) {
  EXPECT_EQ(run("start s; sub u { start is; " + undoable("a") +
                "end x error:one; is > a > x }\n boundary e on:u error:one; script d; s > u; e > d"),
            "a undo_a d completed");
}

}  // namespace
}  // namespace guildhall::bpmn
