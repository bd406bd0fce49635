#include "cases/statistics.h"

#include <gtest/gtest.h>

#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

// A check with a deadline of two days, then one of two ways; a reminder after a day.
const std::string kPermit = process(
    "<startEvent id=\"s\"/><userTask id=\"check\" name=\"Check it\" guildhall:dueDate=\""
    "duration(&quot;P2D&quot;)\"/>"
    "<boundaryEvent id=\"late\" attachedToRef=\"check\" cancelActivity=\"false\"><timerEventDefinition>"
    "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id=\"reminded\"/>"
    "<exclusiveGateway id=\"ok\" default=\"ok_no\"/><endEvent id=\"yes\"/><endEvent id=\"no\"/>" +
        flows("s check ok no") + flows("late reminded") +
        "<sequenceFlow id=\"ok_yes\" sourceRef=\"ok\" "
        "targetRef=\"yes\"><conditionExpression>granted</conditionExpression>"
        "</sequenceFlow>",
    "permit");

bpmn::Variables granted(bool value) {
  return {{"granted", bpmn::Data::of(feel::Value::boolean(value))}};
}

Instant moment(std::string_view text) {
  return parse_instant(text).value();
}

class Statistics : public ::testing::Test {
 protected:
  Statistics() { cases_.publish(kPermit); }

  // A permit that is checked after so long; the clock goes on with it, and what comes due in between is done.
  Started permit(std::chrono::hours checked_after, bool is_granted) {
    const Started started = cases_.start("permit");
    wait(checked_after);
    EXPECT_TRUE(cases_.engine().complete(cases_.only_task(started).id, granted(is_granted), {"officer", ""}).ok());
    return started;
  }
  void wait(microseconds time) {
    const Instant until = cases_.clock.now() + time;
    while (const auto due = cases_.engine().next_due()) {
      if (*due > until) break;
      cases_.clock.set(std::max(*due, cases_.clock.now()));
      cases_.settle();
    }
    cases_.clock.set(until);
  }
  Result<ProcessStatistics> ask(std::int64_t version = 0,
                                Period period = {moment("2026-01-05T00:00:00Z"), moment("2026-01-26T00:00:00Z")}) {
    return statistics(cases_.database(), cases_.engine().definitions(),
                      {.process = "permit", .version = version, .period = period}, cases_.clock.now());
  }

  TestCases cases_;
};

TEST_F(Statistics, CountAndTimeWhatHappenedToEachElement) {
  // From Monday 5 January 2026, 09:00: checked after 2, 30 and 72 hours; the fourth still waits, for 12 hours.
  permit(hours(2), true);
  permit(hours(30), false);
  permit(hours(72), true);
  cases_.start("permit");
  wait(hours(12));
  const ProcessStatistics all = ask().value();
  EXPECT_EQ(all.begun, 4U);
  EXPECT_EQ(all.completed, 3U);
  EXPECT_EQ(all.stopped, 0U);
  EXPECT_EQ(all.open, 1U);
  // Rank ceil(3 × 0.1) = 1, ceil(3 × 0.5) = 2, ceil(3 × 0.9) = 3.
  EXPECT_EQ(all.cycle.percentile(10), hours(2));
  EXPECT_EQ(all.cycle.percentile(50), hours(30));
  EXPECT_EQ(all.cycle.percentile(90), hours(72));

  const ElementStatistics& check = all.elements.at("check");
  EXPECT_EQ(check.entered, 4U);
  EXPECT_EQ(check.left, 3U);
  EXPECT_EQ(check.cancelled, 0U);
  EXPECT_EQ(check.open, 1U);
  EXPECT_EQ(check.time.mean(), microseconds(hours(104)) / 3);
  EXPECT_EQ(check.with_deadline, 4U);
  EXPECT_EQ(check.late, 1U);  // 72 hours are more than two days.

  // Two checks took longer than the day after which somebody is reminded.
  EXPECT_EQ(all.elements.at("late").left, 2U);
  EXPECT_EQ(all.elements.at("reminded").left, 2U);
  EXPECT_EQ(all.elements.at("yes").entered, 2U);
  EXPECT_EQ(all.elements.at("no").left, 1U);
  const std::map<std::string, std::uint64_t, std::less<>> flows{
      {"s_check", 4}, {"check_ok", 3}, {"ok_yes", 2}, {"ok_no", 1}, {"late_reminded", 2}};
  EXPECT_EQ(all.flows, flows);
}

TEST_F(Statistics, TellWaitingFromWorkingWhereATaskWasClaimed) {
  const Started started = cases_.start("permit");
  cases_.clock.advance(hours(3));
  cases_.database().write([&](db::Connection& connection) {
    note(connection, started.instance, {"officer", ""}, "claimed ‘Another’", cases_.clock.now());
  });
  cases_.clock.advance(hours(1));
  cases_.database().write([&](db::Connection& connection) {
    note(connection, started.instance, {"officer", ""}, "claimed ‘Check it’", cases_.clock.now());
  });
  cases_.clock.advance(minutes(20));
  ASSERT_TRUE(cases_.engine().complete(cases_.only_task(started).id, granted(true), {"officer", ""}).ok());
  permit(hours(1), true);  // Nobody claimed this one.
  const ElementStatistics check = ask().value().elements.at("check");
  EXPECT_EQ(check.waiting.count(), 1U);
  EXPECT_EQ(check.waiting.percentile(50), hours(4));
  EXPECT_EQ(check.working.percentile(50), minutes(20));
}

TEST_F(Statistics, CountWhatWasCancelledApart) {
  const Started stopped = cases_.start("permit");
  cases_.clock.advance(hours(1));
  ASSERT_TRUE(cases_.engine().cancel(stopped.case_id, {"officer", "Withdrawn"}).ok());
  const ProcessStatistics all = ask().value();
  EXPECT_EQ(all.completed, 0U);
  EXPECT_EQ(all.stopped, 1U);
  EXPECT_EQ(all.elements.at("check").left, 0U);
  EXPECT_EQ(all.elements.at("check").open, 0U);
  EXPECT_EQ(all.elements.at("check").time.count(), 0U);
}

TEST_F(Statistics, GoByTheWeekInWhichACaseBegan) {
  permit(hours(2), true);       // Began on Monday 5 January.
  wait(hours(24 * 7));          // Monday 12 January, 11:00.
  permit(hours(24 * 7), true);  // Ends a week later, and counts where it began.
  const std::vector<WeekStatistics> weeks = ask().value().weeks;
  ASSERT_EQ(weeks.size(), 3U);
  EXPECT_EQ(weeks[0].monday.iso(), "2026-01-05");
  EXPECT_EQ(weeks[0].begun, 1U);
  EXPECT_EQ(weeks[1].begun, 1U);
  EXPECT_EQ(weeks[1].cycle.percentile(50), hours(24 * 7));
  EXPECT_EQ(weeks[2].begun, 0U);
}

TEST_F(Statistics, AreOfThePeriodAndVersionThatIsAsked) {
  permit(hours(2), true);
  cases_.publish(kPermit + "<!-- again -->");
  permit(hours(4), true);
  EXPECT_EQ(ask().value().begun, 2U);
  EXPECT_EQ(ask(1).value().cycle.percentile(50), hours(2));
  EXPECT_EQ(ask(2).value().cycle.percentile(50), hours(4));
  // The first began at 09:00, the second at 11:00: a period holds its beginning, not its end.
  const Instant nine = moment("2026-01-05T09:00:00Z"), eleven = moment("2026-01-05T11:00:00Z");
  EXPECT_EQ(ask(0, {nine, eleven}).value().begun, 1U);
  EXPECT_EQ(ask(0, {eleven, eleven + hours(1)}).value().begun, 1U);
  EXPECT_EQ(ask(3).problems()[0].what, "This process has no version 3.");
  EXPECT_EQ(ask(0, {eleven, nine}).problems()[0].what, "A period ends after it begins, and lasts 20 years at most.");
}

TEST_F(Statistics, OfAllProcessesAreAnOverview) {
  permit(hours(2), true);
  cases_.start("permit");
  const auto all = overview(cases_.database(), {moment("2026-01-05T00:00:00Z"), moment("2026-01-06T00:00:00Z")});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].process, "permit");
  EXPECT_EQ(all[0].versions, 1);
  EXPECT_EQ(all[0].open, 1U);
  EXPECT_EQ(all[0].begun, 2U);
  EXPECT_EQ(all[0].cycle.percentile(50), hours(2));
}

}  // namespace
}  // namespace guildhall::cases
