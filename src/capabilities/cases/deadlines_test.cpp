#include "cases/deadlines.h"

#include <gtest/gtest.h>

#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

using calendar::CalendarDays;
using calendar::WorkingDays;

std::string with_deadline(const std::string& deadline, const std::string& inside) {
  return definitions(
      "<message id=\"m\" name=\"answer\"/><message id=\"m2\" name=\"photo\"/><process id=\"p\" "
      "isExecutable=\"true\" guildhall:deadline=\"" +
      deadline + "\">" + inside + "</process>");
}

const std::string kReceive = "<receiveTask id=\"ask\" messageRef=\"m\" guildhall:pausesDeadline=\"true\"/>";

// Checked, asked, decided.
const std::string kRequest =
    with_deadline("5", "<startEvent id=\"s\"/><userTask id=\"check\"/>" + kReceive +
                           "<userTask id=\"decide\"/><endEvent id=\"e\"/>" + flows("s check ask decide e"));

class Deadlines : public testing::Test {
 protected:
  Deadlines() { at("2026-11-02T11:00:00Z"); }  // A Monday.

  void at(std::string_view instant) { cases.clock.set(parse_instant(instant).value()); }
  void complete(const Started& started, bpmn::Variables variables = {}) {
    ASSERT_TRUE(cases.engine().complete(cases.only_task(started).id, variables, {"p.okafor", ""}).ok());
  }
  void answer(const std::string& message = "answer") {
    cases.engine().send({.name = message, .variables = {}, .correlation = {}});
    cases.settle();
  }
  DeadlineStanding standing(const Started& started) {
    const auto in_force = cases.engine().calendars().in_force();
    return cases
        .read([&](db::Connection& connection) {
          return cases::standing(connection, in_force->calendar(), started.case_id, cases.clock.now());
        })
        .value();
  }
  // "2026-11-09T17:00:00Z", or "paused".
  std::string due(const Started& started) {
    const auto due = standing(started).deadline.due_at;
    return due ? to_iso(*due) : "paused";
  }
  template <class Do>
  std::string act(const Started& started, const std::string& why, Do&& change) {
    const auto in_force = cases.engine().calendars().in_force();
    const auto done = cases.database().write([&](db::Connection& connection) {
      return change(connection, in_force->calendar(), started.case_id, Act{"p.okafor", why}, cases.clock.now());
    });
    return done.ok() ? "" : done.problems()[0].what;
  }
  std::string pause(const Started& started, const std::string& why) { return act(started, why, &pause_deadline); }
  std::string resume(const Started& started, const std::string& why) { return act(started, why, &resume_deadline); }
  // What the history has beside steps: "paused the deadline: Strike".
  std::string notes(const Started& started) {
    std::string all;
    for (const HistoryEntry& entry :
         cases.read([&](db::Connection& connection) { return history_of(connection, started.instance); })) {
      if (!entry.event.empty()) continue;
      all += (all.empty() ? "" : "; ") + entry.what + (entry.act.why.empty() ? "" : ": " + entry.act.why);
    }
    return all;
  }
  std::string allowed(const std::string& deadline, bpmn::Variables variables = {}) {
    cases.publish(with_deadline(deadline, "<startEvent id=\"s\"/><userTask id=\"t\"/>" + flows("s t")));
    return due(cases.start("p", std::move(variables)));
  }

  TestCases cases;
};

TEST_F(Deadlines, FiveWorkingDaysBeginWithTheDayAfter) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  // 3, 4, 5, 6 and 9 November, to the end of working hours.
  EXPECT_EQ(due(started), "2026-11-09T17:00:00Z");
  at("2026-11-04T10:00:00Z");
  EXPECT_EQ(standing(started).used, calendar::Allowance(WorkingDays{1}));
  EXPECT_EQ(standing(started).left, calendar::Allowance(WorkingDays{4}));
  EXPECT_FALSE(standing(started).overdue);
}

TEST_F(Deadlines, StandStillWhileAResidentIsAsked) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  at("2026-11-04T10:00:00Z");
  complete(started);
  EXPECT_EQ(due(started), "paused");
  EXPECT_EQ(standing(started).paused_since, cases.clock.now());
  EXPECT_FALSE(standing(started).paused_by_act);
  cases.restart();
  at("2026-11-09T09:30:00Z");
  EXPECT_EQ(standing(started).left, calendar::Allowance(WorkingDays{4}));
  answer();
  // The 3rd counted; 4 to 9 don't; then 10, 11, 12 and 13.
  EXPECT_EQ(due(started), "2026-11-13T17:00:00Z");
  EXPECT_EQ(standing(started).paused_since, std::nullopt);
  EXPECT_EQ(standing(started).pauses.size(), 1U);
  at("2026-11-13T17:00:00Z");
  complete(started);
  EXPECT_FALSE(standing(started).overdue);
  EXPECT_EQ(standing(started).deadline.ended_at, cases.clock.now());
  at("2026-12-01T09:00:00Z");
  cases.settle();
  EXPECT_FALSE(standing(started).overdue);
  EXPECT_EQ(notes(started), "");
  EXPECT_EQ(cases.engine().next_due(), std::nullopt);
}

TEST_F(Deadlines, AMissedOneIsInTheHistoryOnceAndStaysMissed) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  at("2026-11-09T17:00:00Z");
  cases.settle();
  EXPECT_FALSE(standing(started).overdue);
  EXPECT_EQ(notes(started), "");
  cases.restart();
  at("2026-11-09T17:00:00.000001Z");
  cases.settle();
  EXPECT_TRUE(standing(started).overdue);
  EXPECT_EQ(notes(started), "deadline missed");
  at("2026-11-10T10:00:00Z");
  complete(started);  // The pause comes too late.
  EXPECT_EQ(due(started), "2026-11-09T17:00:00Z");
  EXPECT_EQ(standing(started).paused_since, std::nullopt);
  EXPECT_EQ(pause(started, "Waiting"), "The deadline has been missed.");
  at("2026-11-20T10:00:00Z");
  answer();
  complete(started);
  EXPECT_EQ(cases.state(started), "completed");
  EXPECT_TRUE(standing(started).overdue);
  EXPECT_EQ(notes(started), "deadline missed");
}

TEST_F(Deadlines, ACaseThatIsClosedTooLateIsNotedAfterwards) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  at("2026-11-10T09:00:00Z");
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"p.okafor", "Withdrawn"}).ok());
  EXPECT_TRUE(standing(started).overdue);
  cases.settle();
  EXPECT_EQ(notes(started), "deadline missed");
}

TEST_F(Deadlines, SeveralPausesAtOnceAreOne) {
  cases.publish(with_deadline("5", "<startEvent id=\"s\"/><parallelGateway id=\"both\"/>" + kReceive +
                                       "<receiveTask id=\"photo\" messageRef=\"m2\" guildhall:pausesDeadline=\"true\"/>"
                                       "<parallelGateway id=\"all\"/><userTask id=\"decide\"/><endEvent id=\"e\"/>" +
                                       flows("s both ask all decide e") + flows("both photo all")));
  const Started started = cases.start("p");
  EXPECT_EQ(due(started), "paused");
  at("2026-11-03T10:00:00Z");
  answer();
  EXPECT_EQ(due(started), "paused");
  EXPECT_EQ(to_iso(standing(started).paused_since.value()), "2026-11-02T11:00:00Z");
  at("2026-11-05T10:00:00Z");
  answer("photo");
  // 6, 9, 10, 11 and 12 November.
  EXPECT_EQ(due(started), "2026-11-12T17:00:00Z");
  EXPECT_EQ(standing(started).pauses.size(), 2U);
}

TEST_F(Deadlines, EventsAfterAGatewayAndCalledProcessesPauseToo) {
  const std::string waits =
      "<startEvent id=\"s\"/><eventBasedGateway id=\"g\"/><intermediateCatchEvent id=\"ask\" "
      "guildhall:pausesDeadline=\"true\"><messageEventDefinition messageRef=\"m\"/></intermediateCatchEvent>"
      "<intermediateCatchEvent id=\"late\"><timerEventDefinition><timeDuration>P30D</timeDuration>"
      "</timerEventDefinition></intermediateCatchEvent><endEvent id=\"e\"/><endEvent id=\"e2\"/>" +
      flows("s g ask e") + flows("g late e2");
  cases.publish(definitions("<message id=\"m\" name=\"answer\"/><process id=\"asks\">" + waits +
                            "</process><process id=\"p\" isExecutable=\"true\" guildhall:deadline=\"P28D\"><startEvent "
                            "id=\"ps\"/><callActivity id=\"c\" calledElement=\"asks\"/><userTask id=\"t\"/><endEvent "
                            "id=\"pe\"/>" +
                            flows("ps c t pe") + "</process>"));
  const Started started = cases.start("p");
  EXPECT_EQ(due(started), "paused");
  at("2026-11-05T10:00:00Z");
  answer();
  // 28 days from the 6th, calendar days to their end.
  EXPECT_EQ(due(started), "2026-12-03T23:59:59.999999Z");
}

TEST_F(Deadlines, AreNumbersDurationsAndDates) {
  EXPECT_EQ(allowed("days * 2", {{"days", number(5)}}), "2026-11-16T17:00:00Z");
  EXPECT_EQ(allowed("P28D"), "2026-11-30T23:59:59.999999Z");
  EXPECT_EQ(allowed("duration(&quot;P28D&quot;)"), "2026-11-30T23:59:59.999999Z");
  EXPECT_EQ(allowed("P1M"), "2026-12-02T23:59:59.999999Z");
  EXPECT_EQ(allowed("add working days(today(), 20)"), "2026-11-30T23:59:59.999999Z");
  EXPECT_EQ(allowed("2026-11-20"), "2026-11-20T23:59:59.999999Z");
  EXPECT_EQ(allowed("2026-07-01T12:00:00"), "2026-07-01T11:00:00Z");
  EXPECT_EQ(allowed("date and time(&quot;2026-07-01T12:00:00&quot;)"), "2026-07-01T11:00:00Z");  // In London.
  // A month from 31 January ends with February.
  at("2026-01-31T10:00:00Z");
  EXPECT_EQ(allowed("P1M"), "2026-02-28T23:59:59.999999Z");
}

TEST_F(Deadlines, TheClocksChangeWithinThem) {
  at("2026-10-23T09:00:00Z");  // The Friday before the clocks go back.
  EXPECT_EQ(allowed("1"), "2026-10-26T17:00:00Z");
  EXPECT_EQ(allowed("P1D"), "2026-10-24T22:59:59.999999Z");
  EXPECT_EQ(allowed("P3D"), "2026-10-26T23:59:59.999999Z");
  at("2026-03-27T09:00:00Z");
  EXPECT_EQ(allowed("1"), "2026-03-30T16:00:00Z");
}

TEST_F(Deadlines, AMomentStandsWhateverPauses) {
  cases.publish(with_deadline("date(&quot;2026-11-20&quot;)", "<startEvent id=\"s\"/>" + kReceive + flows("s ask")));
  const Started started = cases.start("p");
  EXPECT_EQ(due(started), "2026-11-20T23:59:59.999999Z");
  EXPECT_EQ(standing(started).used, std::nullopt);
}

TEST_F(Deadlines, OfficersPauseAndResumeWithAReason) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  at("2026-11-04T10:00:00Z");
  EXPECT_EQ(pause(started, " "), "Say why.");
  EXPECT_EQ(resume(started, "Done"), "The deadline isn't paused.");
  EXPECT_EQ(pause(started, "The archive is shut"), "");
  EXPECT_EQ(pause(started, "Twice"), "The deadline is paused already.");
  EXPECT_EQ(due(started), "paused");
  EXPECT_TRUE(standing(started).paused_by_act);
  complete(started);  // Now the process waits too.
  at("2026-11-05T10:00:00Z");
  EXPECT_EQ(resume(started, "It is open"), "");
  EXPECT_EQ(due(started), "paused");
  EXPECT_EQ(to_iso(standing(started).paused_since.value()), "2026-11-04T10:00:00Z");
  EXPECT_EQ(resume(started, "Go on"), "The deadline is paused by its process.");
  at("2026-11-09T09:30:00Z");
  answer();
  EXPECT_EQ(due(started), "2026-11-13T17:00:00Z");
  EXPECT_EQ(notes(started), "paused the deadline: The archive is shut; resumed the deadline: It is open");
  complete(started);
  EXPECT_EQ(pause(started, "Late"), "This case is closed.");
}

TEST_F(Deadlines, ACaseWithoutOneHasNothingToPause) {
  cases.publish(process("<startEvent id=\"s\"/><userTask id=\"t\"/>" + flows("s t")));
  const Started started = cases.start("p");
  EXPECT_EQ(pause(started, "Waiting"), "This case has no deadline.");
  EXPECT_FALSE(cases
                   .read([&](db::Connection& connection) {
                     return cases::standing(connection, default_calendar(), started.case_id, cases.clock.now());
                   })
                   .has_value());
}

TEST_F(Deadlines, ACaseIsOpenedThoughItsDeadlineCantBeCounted) {
  cases.publish(
      with_deadline("days", "<startEvent id=\"s\"/><userTask id=\"ask\"/><userTask id=\"t\"/>" + flows("s ask t")));
  const Started started = cases.start("p");
  const auto incidents = cases.all_incidents();
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].problem,
            "process p, guildhall:deadline: The deadline is null. It should be a number of working days, a duration in "
            "whole days or months, or a date.");
  ASSERT_TRUE(cases.engine().retry(incidents[0].number, {"ops", ""}).ok());
  cases.settle();
  EXPECT_EQ(cases.all_incidents().size(), 1U);
  complete(started, {{"days", number(5)}});
  at("2026-11-04T10:00:00Z");
  ASSERT_TRUE(cases.engine().retry(incidents[0].number, {"ops", "It is known now"}).ok());
  cases.settle();
  EXPECT_TRUE(cases.all_incidents().empty());
  EXPECT_EQ(due(started), "2026-11-09T17:00:00Z");  // From the day on which it was opened.
}

TEST_F(Deadlines, ANewCalendarCountsFromTheNextPauseOn) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  const auto set = cases.database().write([&](db::Connection& connection) {
    return set_calendar(connection,
                        R"({"bank_holidays": "none", "working_hours": {"Monday": ["09:00-16:00"],
                            "Tuesday": ["09:00-16:00"], "Wednesday": ["09:00-16:00"]}})",
                        {"m.evans", "Closed on Thursdays and Fridays"}, cases.clock.now());
  });
  ASSERT_TRUE(set.ok());
  at("2026-11-04T10:00:00Z");
  EXPECT_EQ(due(started), "2026-11-09T17:00:00Z");
  complete(started);
  at("2026-11-04T11:00:00Z");
  answer();
  // 3, then 9, 10, 11 and 16 November.
  EXPECT_EQ(due(started), "2026-11-16T16:00:00Z");
}

TEST_F(Deadlines, AReopenedCaseGoesOnWithItsDeadline) {
  cases.publish(kRequest);
  const Started started = cases.start("p");
  at("2026-11-03T10:00:00Z");
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"p.okafor", "By mistake"}).ok());
  EXPECT_EQ(cases.engine().next_due(), std::nullopt);
  cases.database().write([&](db::Connection& connection) {
    reopen_case(connection, started.case_id);
    reopen_deadline(connection, default_calendar(), started.case_id, cases.clock.now());
  });
  EXPECT_EQ(due(started), "2026-11-09T17:00:00Z");
  at("2026-11-10T10:00:00Z");
  cases.settle();
  EXPECT_EQ(notes(started), "deadline missed");
}

TEST_F(Deadlines, AreListedOverdueFirstAndPausedLast) {
  cases.publish(kRequest);
  const Started paused = cases.start("p"), also_paused = cases.start("p"), first = cases.start("p"),
                closed = cases.start("p");
  complete(paused);
  complete(also_paused);
  ASSERT_TRUE(cases.engine().cancel(closed.case_id, {"p.okafor", "Withdrawn"}).ok());
  at("2026-11-03T11:00:00Z");
  const Started second = cases.start("p");
  at("2026-11-10T09:00:00Z");
  std::vector<CaseId> listed;
  std::optional<CaseDeadline> last;
  for (;;) {
    const auto page = cases.read(
        [&](db::Connection& connection) { return cases_by_deadline(connection, last ? &*last : nullptr, 2); });
    if (page.empty()) break;
    for (const ListedDeadline& each : page) listed.push_back(each.of.id);
    last = page.back().deadline;
  }
  std::vector<CaseId> expected{first.case_id, second.case_id, paused.case_id, also_paused.case_id};
  std::sort(expected.begin() + 2, expected.end());
  EXPECT_EQ(listed, expected);
  EXPECT_TRUE(standing(first).overdue);
  EXPECT_FALSE(standing(second).overdue);
}

}  // namespace
}  // namespace guildhall::cases
