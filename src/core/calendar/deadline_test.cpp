#include "calendar/deadline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "calendar/local_time.h"
#include "calendar/read_calendar.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

// "2026-03-27 16:30", as clocks show it.
Instant at(std::string_view local) {
  const std::string iso = std::string(local.substr(0, 10)) + "T" + std::string(local.substr(11)) + ":00Z";
  return to_instant(LocalTime{parse_instant(iso).value().time_since_epoch()});
}

// An office that works from 09:00 to 17:00. November 2026: the 2nd, 9th, 16th, 23rd and 30th are Mondays; no holidays.
class Deadlines : public ::testing::Test {
 protected:
  static std::string shown(const Standing& standing) {
    std::string text = "paused";
    if (standing.due) {
      const std::string iso = to_iso(Instant{to_local(*standing.due).time_since_epoch()});
      text = "due " + iso.substr(0, 10) + " " + iso.substr(11, 5);
    }
    const auto amount = [](const Allowance& allowance) {
      if (const auto* days = std::get_if<WorkingDays>(&allowance)) return std::to_string(days->count);
      if (const auto* days = std::get_if<CalendarDays>(&allowance)) return std::to_string(days->count);
      return std::to_string(std::get<WorkingTime>(allowance).time / 1min) + "min";
    };
    text += ", " + amount(standing.used) + " used, " + amount(standing.left) + " left";
    if (standing.paused && standing.due) text += ", paused";
    EXPECT_TRUE(standing.paused || standing.due);
    if (standing.overdue) text += ", overdue";
    return text;
  }
  std::string standing(const Deadline& deadline, std::string_view now) {
    const auto found = standing_of(deadline, office, at(now));
    return found.ok() ? shown(*found) : found.problems()[0].what;
  }

  const Calendar office = *read_calendar(R"({"bank_holidays": "England and Wales",
    "working_hours": {"Monday": ["09:00-17:00"], "Tuesday": ["09:00-17:00"], "Wednesday": ["09:00-17:00"],
                      "Thursday": ["09:00-17:00"], "Friday": ["09:00-17:00"]}})");
};

// Received on Monday 2 November at 11:00, five working days: the 3rd, 4th, 5th, 6th and 9th.
TEST_F(Deadlines, OfWorkingDaysAreDueWhenTheLastOfThemEnds) {
  const Deadline deadline{.started = at("2026-11-02 11:00"), .allowed = WorkingDays{5}};
  EXPECT_EQ(standing(deadline, "2026-11-02 11:00"), "due 2026-11-09 17:00, 0 used, 5 left");
  EXPECT_EQ(standing(deadline, "2026-11-03 16:59"), "due 2026-11-09 17:00, 0 used, 5 left");
  EXPECT_EQ(standing(deadline, "2026-11-03 17:00"), "due 2026-11-09 17:00, 1 used, 4 left");
  EXPECT_EQ(standing(deadline, "2026-11-08 12:00"), "due 2026-11-09 17:00, 4 used, 1 left");  // A Sunday.
  EXPECT_EQ(standing(deadline, "2026-11-09 17:00"), "due 2026-11-09 17:00, 5 used, 0 left");
  EXPECT_EQ(standing(deadline, "2026-11-09 17:01"), "due 2026-11-09 17:00, 5 used, 0 left, overdue");
  EXPECT_EQ(standing(deadline, "2026-12-25 12:00"), "due 2026-11-09 17:00, 5 used, 0 left, overdue");
  EXPECT_EQ(standing(deadline, "2026-11-01 12:00"), "due 2026-11-09 17:00, 0 used, 5 left");  // Before the start.
}

// Received on a Saturday, or on Friday evening: day 1 is Monday.
TEST_F(Deadlines, StartOnClosedDaysAsOnTheDayBefore) {
  for (const auto start : {"2026-11-06 18:30", "2026-11-07 10:00", "2026-11-08 23:59"}) {
    EXPECT_EQ(standing({.started = at(start), .allowed = WorkingDays{1}}, "2026-11-08 23:59"),
              "due 2026-11-09 17:00, 0 used, 1 left");
  }
}

// The 3rd counts. Asked on the 4th, answered on the 9th: neither counts. Then the 10th, 11th, 12th and 13th.
TEST_F(Deadlines, OfWorkingDaysGoOnTheDayAfterAPause) {
  const Deadline answered{.started = at("2026-11-02 11:00"),
                          .allowed = WorkingDays{5},
                          .pauses = {{at("2026-11-04 10:00"), at("2026-11-09 09:30")}}};
  EXPECT_EQ(standing(answered, "2026-11-03 17:00"), "due 2026-11-09 17:00, 1 used, 4 left");  // Not asked yet.
  EXPECT_EQ(standing(answered, "2026-11-09 09:00"), "due 2026-11-13 17:00, 1 used, 4 left, paused");
  EXPECT_EQ(standing(answered, "2026-11-09 17:00"), "due 2026-11-13 17:00, 1 used, 4 left");
  EXPECT_EQ(standing(answered, "2026-11-10 17:00"), "due 2026-11-13 17:00, 2 used, 3 left");
  EXPECT_EQ(standing(answered, "2026-11-14 17:00"), "due 2026-11-13 17:00, 5 used, 0 left, overdue");
}

TEST_F(Deadlines, HaveNoDueMomentWhileTheyArePaused) {
  const Deadline waiting{
      .started = at("2026-11-02 11:00"), .allowed = WorkingDays{5}, .pauses = {{at("2026-11-04 10:00"), std::nullopt}}};
  EXPECT_EQ(standing(waiting, "2026-11-04 10:00"), "paused, 1 used, 4 left");
  EXPECT_EQ(standing(waiting, "2026-12-04 10:00"), "paused, 1 used, 4 left");
  EXPECT_EQ(standing(waiting, "2026-11-04 09:59"), "due 2026-11-09 17:00, 1 used, 4 left");
}

// The 3rd; not the 4th, 5th, 6th; the 9th; not the 10th; the 11th, 12th, 13th.
TEST_F(Deadlines, MayBePausedSeveralTimes) {
  Deadline deadline{.started = at("2026-11-02 11:00"),
                    .allowed = WorkingDays{5},
                    .pauses = {{at("2026-11-10 09:00"), at("2026-11-10 16:00")},  // In any order,
                               {at("2026-11-04 10:00"), at("2026-11-05 12:00")},
                               {at("2026-11-05 09:00"), at("2026-11-06 12:00")}}};  // and overlapping.
  EXPECT_EQ(standing(deadline, "2026-11-12 17:00"), "due 2026-11-13 17:00, 4 used, 1 left");
  deadline.pauses.push_back({at("2026-11-13 16:59"), std::nullopt});  // On the last day: it doesn't count either.
  EXPECT_EQ(standing(deadline, "2026-11-13 16:59"), "paused, 4 used, 1 left");
}

TEST_F(Deadlines, AreNotChangedByPausesOnTheDayOfTheStartAndBefore) {
  const Deadline deadline{
      .started = at("2026-11-02 11:00"),
      .allowed = WorkingDays{5},
      .pauses = {{at("2026-11-02 12:00"), at("2026-11-02 13:00")}, {at("2026-10-01 12:00"), at("2026-10-02 13:00")}}};
  EXPECT_EQ(standing(deadline, "2026-11-02 12:30"), "due 2026-11-09 17:00, 0 used, 5 left, paused");
}

// Who asks the resident after the deadline has not met it.
TEST_F(Deadlines, ThatWereMissedStayMissedWhateverIsPausedLater) {
  for (const auto from : {"2026-11-09 17:00", "2026-11-09 18:00", "2026-11-20 10:00"}) {
    const Deadline deadline{
        .started = at("2026-11-02 11:00"), .allowed = WorkingDays{5}, .pauses = {{at(from), std::nullopt}}};
    EXPECT_EQ(standing(deadline, "2026-11-21 10:00"), "due 2026-11-09 17:00, 5 used, 0 left, overdue") << from;
  }
}

// 28 days from 2 October: 30 October, whose last moment is in winter time.
TEST_F(Deadlines, OfCalendarDaysAreDueAtTheEndOfTheLast) {
  const Deadline deadline{.started = at("2026-10-02 15:00"), .allowed = CalendarDays{28}};
  EXPECT_EQ(standing(deadline, "2026-10-30 23:59"), "due 2026-10-30 23:59, 27 used, 1 left");
  EXPECT_EQ(standing(deadline, "2026-10-31 00:00"), "due 2026-10-30 23:59, 28 used, 0 left, overdue");
  EXPECT_EQ(to_iso(*standing_of(deadline, office, at("2026-10-02 15:00"))->due), "2026-10-30T23:59:59.999999Z");
}

// The 3rd; not the 4th to 9th; the 10th and 11th.
TEST_F(Deadlines, OfCalendarDaysArePausedByDaysToo) {
  Deadline deadline{.started = at("2026-11-02 11:00"),
                    .allowed = CalendarDays{3},
                    .pauses = {{at("2026-11-04 10:00"), at("2026-11-09 09:30")}}};
  EXPECT_EQ(standing(deadline, "2026-11-10 12:00"), "due 2026-11-11 23:59, 1 used, 2 left");
  deadline.pauses[0].until.reset();
  EXPECT_EQ(standing(deadline, "2026-11-30 12:00"), "paused, 1 used, 2 left");
}

// Four working hours from Friday 15:30: until 17:00 an hour and a half, and from Monday 09:00 two and a half.
TEST_F(Deadlines, OfWorkingTimeRunInWorkingHours) {
  const Deadline deadline{.started = at("2026-11-06 15:30"), .allowed = WorkingTime{4h}};
  EXPECT_EQ(standing(deadline, "2026-11-06 16:00"), "due 2026-11-09 11:30, 30min used, 210min left");
  EXPECT_EQ(standing(deadline, "2026-11-08 16:00"), "due 2026-11-09 11:30, 90min used, 150min left");
  EXPECT_EQ(standing(deadline, "2026-11-09 11:30"), "due 2026-11-09 11:30, 240min used, 0min left");
  EXPECT_EQ(standing(deadline, "2026-11-09 11:31"), "due 2026-11-09 11:30, 240min used, 0min left, overdue");
}

// Half an hour until 16:00; paused until Tuesday 10:00; then three hours and a half, until 13:30.
TEST_F(Deadlines, OfWorkingTimeGoOnWithWhatWasLeft) {
  Deadline deadline{.started = at("2026-11-06 15:30"),
                    .allowed = WorkingTime{4h},
                    .pauses = {{at("2026-11-06 16:00"), at("2026-11-10 10:00")}}};
  EXPECT_EQ(standing(deadline, "2026-11-09 12:00"), "due 2026-11-10 13:30, 30min used, 210min left, paused");
  EXPECT_EQ(standing(deadline, "2026-11-10 10:30"), "due 2026-11-10 13:30, 60min used, 180min left");
  deadline.pauses.push_back({at("2026-11-10 11:00"), std::nullopt});
  EXPECT_EQ(standing(deadline, "2026-11-20 12:00"), "paused, 90min used, 150min left");
  deadline.pauses.back().until = at("2026-11-14 12:00");  // A Saturday: goes on on Monday at 09:00.
  EXPECT_EQ(standing(deadline, "2026-11-20 12:00"), "due 2026-11-16 11:30, 240min used, 0min left, overdue");
}

TEST_F(Deadlines, OfWorkingTimeThatAreUsedUpWhenAPauseBeginsAreDueThen) {
  const Deadline deadline{.started = at("2026-11-02 09:00"),
                          .allowed = WorkingTime{8h},
                          .pauses = {{at("2026-11-02 17:00"), std::nullopt}}};
  EXPECT_EQ(standing(deadline, "2026-11-02 17:00"), "due 2026-11-02 17:00, 480min used, 0min left");
  EXPECT_EQ(standing(deadline, "2026-11-02 17:01"), "due 2026-11-02 17:00, 480min used, 0min left, overdue");
}

TEST_F(Deadlines, RefuseWhatIsNoDeadline) {
  const Instant start = at("2026-11-02 11:00");
  for (const Allowance none :
       {Allowance(WorkingDays{0}), Allowance(WorkingDays{-1}), Allowance(CalendarDays{0}), Allowance(WorkingTime{0h}),
        Allowance(CalendarDays{9'000'000'000}), Allowance(WorkingTime{microseconds::max()})}) {
    EXPECT_EQ(standing({.started = start, .allowed = none}, "2026-11-03 12:00"), "A deadline of this length is none.");
  }
  EXPECT_EQ(
      standing({.started = start, .allowed = WorkingDays{1}, .pauses = {{start + 1h, start}}}, "2026-11-03 12:00"),
      "A pause ends before it begins.");
  EXPECT_EQ(standing({.started = Instant::max(), .allowed = WorkingDays{1}}, "2026-11-03 12:00"),
            "The start of the deadline is not within the years 2000 to 2100, whose bank holidays are known.");
  EXPECT_EQ(standing({.started = start, .allowed = WorkingDays{30'000}}, "2026-11-03 12:00"),
            "This is not within the years 2000 to 2100, whose bank holidays are known.");
  const auto all = standing_of({.started = Instant::min(),
                                .allowed = WorkingDays{0},
                                .pauses = {{Instant::max(), Instant::min()}, {start, Instant::max()}}},
                               office, Instant::max());
  EXPECT_EQ(all.problems().size(), 7U);
}

// ---- A property: walking through the days one by one.

RC_GTEST_FIXTURE_PROP(Deadlines, OfWorkingDaysAreAsIfEachDayWereAsked, ()) {
  const Instant start = at("2026-01-05 00:00") + minutes{*rc::gen::inRange(0, 500'000)};
  const std::int64_t allowed = *rc::gen::inRange(1, 60);
  Deadline deadline{.started = start, .allowed = WorkingDays{allowed}};
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    const Instant from = start + minutes{*rc::gen::inRange(-10'000, 100'000)};
    deadline.pauses.push_back({from, from + minutes{*rc::gen::inRange(0, 20'000)}});
  }
  sys_days day = date_of(to_local(start)).days();
  std::optional<Instant> due;
  for (std::int64_t left = allowed; left > 0;) {
    day += days{1};
    const Date date = Date::of(day);
    if (!office.is_working_day(date)) continue;
    const Instant end = *office.end_of_working_day(date);
    const bool on_pause = std::any_of(deadline.pauses.begin(), deadline.pauses.end(), [&](const Pause& pause) {
      // One that begins when the last day is over is too late.
      if (left == 1 && pause.from >= end) return false;
      return date_of(to_local(pause.from)) <= date && date <= date_of(to_local(*pause.until));
    });
    if (on_pause) continue;
    if (--left == 0) due = end;
  }
  const Instant later = start + days{365};
  RC_ASSERT(standing_of(deadline, office, later)->due == due);
  const auto then = *standing_of(deadline, office, *due);
  RC_ASSERT(then.used == deadline.allowed && !then.overdue);
  RC_ASSERT(standing_of(deadline, office, *due + 1us)->overdue);
}

}  // namespace
}  // namespace guildhall::calendar
