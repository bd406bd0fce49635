#include "calendar/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "calendar/local_time.h"
#include "calendar/read_calendar.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

Date day(std::string_view iso) {
  return Date::parse_iso(iso).value();
}

// "2026-03-27 16:30", as clocks show it.
Instant at(std::string_view local) {
  const std::string iso = std::string(local.substr(0, 10)) + "T" + std::string(local.substr(11)) + ":00Z";
  return to_instant(LocalTime{parse_instant(iso).value().time_since_epoch()});
}
std::string shown(Instant instant) {
  const std::string iso = to_iso(Instant{to_local(instant).time_since_epoch()});
  return iso.substr(0, 10) + " " + iso.substr(11, 5);
}

Calendar calendar_of(std::string_view json) {
  auto calendar = read_calendar(json);
  EXPECT_TRUE(calendar.ok()) << to_text(calendar.problems());
  return *calendar;
}

// Eight hours on each weekday, and the council's closure after Christmas 2026; Saturday 5 December is worked.
constexpr std::string_view kOffice = R"({
  "bank_holidays": "England and Wales",
  "working_hours": {"Monday": ["09:00-17:00"], "Tuesday": ["09:00-17:00"], "Wednesday": ["09:00-17:00"],
                    "Thursday": ["09:00-17:00"], "Friday": ["09:00-17:00"]},
  "closed": [{"from": "2026-12-29", "to": "2026-12-31", "why": "Christmas closure"}],
  "open": [{"date": "2026-12-05", "hours": ["10:00-13:00"], "why": "Flood advice"}]})";

class Offices : public ::testing::Test {
 protected:
  std::string add(std::string_view date, std::int64_t n) { return office.add_working_days(day(date), n)->iso(); }
  std::int64_t between(std::string_view from, std::string_view to) {
    return *office.working_days_between(day(from), day(to));
  }
  std::string add_time(std::string_view from, microseconds time) {
    return shown(*office.add_working_time(at(from), time));
  }
  std::string next(std::string_view from) { return shown(*office.next_working_moment(at(from))); }

  const Calendar office = calendar_of(kOffice);
};

TEST_F(Offices, WorkOnWeekdaysThatAreNoHolidays) {
  EXPECT_TRUE(office.is_working_day(day("2026-11-25")));   // A Wednesday.
  EXPECT_FALSE(office.is_working_day(day("2026-11-28")));  // A Saturday.
  EXPECT_FALSE(office.is_working_day(day("2026-12-25")));  // Christmas Day.
  EXPECT_FALSE(office.is_working_day(day("2026-12-28")));  // Boxing Day's substitute.
  EXPECT_FALSE(office.is_working_day(day("2026-12-30")));  // Closed.
  EXPECT_TRUE(office.is_working_day(day("2026-12-05")));   // A Saturday that is opened.
  EXPECT_TRUE(office.is_working_day(day("2026-11-30")));   // St Andrew's Day: not in England.
  EXPECT_FALSE(office.is_working_day(day("1999-12-01")));
  EXPECT_FALSE(office.is_working_day(day("2101-01-05")));
}

// "Within ten working days" of Wednesday 25 November 2026: day 1 is Thursday, and Saturday 5 December counts. By hand:
// 26, 27, 30 November, 1, 2, 3, 4, 5, 7, 8 December.
TEST_F(Offices, CountFromTheWorkingDayAfter) {
  EXPECT_EQ(add("2026-11-25", 10), "2026-12-08");
  EXPECT_EQ(add("2026-11-25", 1), "2026-11-26");
  EXPECT_EQ(add("2026-11-25", 0), "2026-11-25");
}

// Received on a Saturday or a Sunday is as good as received on Friday: day 1 is Monday.
TEST_F(Offices, CountTheSameFromClosedDays) {
  for (const auto date : {"2026-11-27", "2026-11-28", "2026-11-29"}) EXPECT_EQ(add(date, 1), "2026-11-30") << date;
  EXPECT_EQ(add("2026-11-28", 0), "2026-11-28");  // Day 0 is the day itself.
}

// 24 December is a Thursday; 25 and 28 are holidays, 29 to 31 closed, 1 January 2027 is a holiday: then Monday 4.
TEST_F(Offices, CountOverHolidaysAndClosures) {
  EXPECT_EQ(add("2026-12-24", 1), "2027-01-04");
  EXPECT_EQ(add("2026-12-23", 2), "2027-01-04");
  EXPECT_EQ(add("2027-01-04", -1), "2026-12-24");
}

TEST_F(Offices, CountBackwards) {
  EXPECT_EQ(add("2026-11-30", -1), "2026-11-27");  // Monday to Friday.
  EXPECT_EQ(add("2026-11-28", -1), "2026-11-27");  // Saturday to Friday.
  EXPECT_EQ(add("2026-12-08", -10), "2026-11-25");
}

TEST_F(Offices, TellHowManyWorkingDaysLieBetween) {
  EXPECT_EQ(between("2026-11-25", "2026-12-08"), 10);
  EXPECT_EQ(between("2026-11-25", "2026-11-25"), 0);
  EXPECT_EQ(between("2026-11-27", "2026-11-29"), 0);  // Friday to Sunday.
  EXPECT_EQ(between("2026-11-28", "2026-11-30"), 1);  // Saturday to Monday.
  EXPECT_EQ(between("2026-11-30", "2026-11-27"), -1);
  EXPECT_EQ(between("2026-11-29", "2026-11-28"), 0);
}

TEST_F(Offices, RefuseWhatLiesOutsideTheirYears) {
  const std::string what = "This is not within the years 2000 to 2100, whose bank holidays are known.";
  EXPECT_EQ(office.add_working_days(day("1999-12-31"), 1).problems()[0].what, what);
  EXPECT_EQ(office.add_working_days(day("2100-12-30"), 2).problems()[0].what, what);
  EXPECT_EQ(office.add_working_days(day("2000-01-04"), -1).problems()[0].what, what);  // 3 January is a holiday.
  EXPECT_EQ(office.add_working_days(day("2026-01-05"), 9'000'000'000'000'000'000).problems()[0].what, what);
  EXPECT_EQ(office.working_days_between(day("2026-01-05"), day("2101-01-01")).problems()[0].what, what);
  EXPECT_EQ(office.add_working_time(Instant::max(), 1us).problems()[0].what, what);
  EXPECT_EQ(office.add_working_time(Instant::min(), 1us).problems()[0].what, what);
  EXPECT_EQ(office.add_working_time(at("2026-01-05 09:00"), microseconds::max()).problems()[0].what, what);
  EXPECT_EQ(office.add_working_time(at("2026-01-05 09:00"), microseconds::min()).problems()[0].what, what);
  EXPECT_EQ(office.working_time_between(at("2026-01-05 09:00"), Instant::max()).problems()[0].what, what);
  EXPECT_EQ(office.next_working_moment(Instant::max()).problems()[0].what, what);
  EXPECT_EQ(office.next_working_moment(at("2100-12-31 17:00")).problems()[0].what, what);
  EXPECT_EQ(office.end_of_working_day(day("2101-01-03")).problems()[0].what, what);
}

TEST_F(Offices, AddWorkingTimeWithinADay) {
  EXPECT_EQ(add_time("2026-11-25 10:00", 2h), "2026-11-25 12:00");
  EXPECT_EQ(add_time("2026-11-25 09:00", 8h), "2026-11-25 17:00");  // By the end of the day.
  EXPECT_EQ(add_time("2026-11-25 07:00", 1h), "2026-11-25 10:00");
  EXPECT_EQ(add_time("2026-11-25 12:00", 0h), "2026-11-25 12:00");
  EXPECT_EQ(add_time("2026-11-25 07:00", 0h), "2026-11-25 07:00");
  EXPECT_EQ(*office.add_working_time(at("2026-11-25 17:00"), 1us), at("2026-11-26 09:00") + 1us);
}

TEST_F(Offices, AddWorkingTimeOverNightsAndWeekends) {
  EXPECT_EQ(add_time("2026-11-27 16:30", 1h), "2026-11-30 09:30");      // Friday to Monday.
  EXPECT_EQ(add_time("2026-11-28 12:00", 1h), "2026-11-30 10:00");      // From a Saturday.
  EXPECT_EQ(add_time("2026-12-04 16:00", 5h), "2026-12-07 10:00");      // An hour, the Saturday's three, an hour.
  EXPECT_EQ(add_time("2026-12-24 16:00", 2h), "2027-01-04 10:00");      // Over Christmas.
  EXPECT_EQ(add_time("2026-11-25 09:00", 5 * 8h), "2026-12-01 17:00");  // Five days.
}

TEST_F(Offices, TakeWorkingTimeAway) {
  EXPECT_EQ(add_time("2026-11-30 10:00", -1h), "2026-11-30 09:00");
  EXPECT_EQ(add_time("2026-11-30 09:00", -1h), "2026-11-27 16:00");
  EXPECT_EQ(add_time("2026-11-30 10:00", -9h), "2026-11-27 09:00");
  EXPECT_EQ(add_time("2026-11-29 10:00", -1h), "2026-11-27 16:00");
}

// Clocks go forward on Sunday 29 March and back on Sunday 25 October: 09:00 stays 09:00.
TEST_F(Offices, WorkByLocalTimeAcrossChangesOfTheClocks) {
  EXPECT_EQ(add_time("2026-03-27 16:00", 2h), "2026-03-30 10:00");
  EXPECT_EQ(to_iso(*office.add_working_time(at("2026-03-27 16:00"), 2h)), "2026-03-30T09:00:00Z");
  EXPECT_EQ(add_time("2026-10-23 16:00", 2h), "2026-10-26 10:00");
  EXPECT_EQ(to_iso(*office.add_working_time(at("2026-10-23 16:00"), 2h)), "2026-10-26T10:00:00Z");
  EXPECT_EQ(*office.working_time_between(at("2026-03-27 09:00"), at("2026-03-30 17:00")), 16h);
  EXPECT_EQ(*office.working_time_between(at("2026-03-30 17:00"), at("2026-03-27 09:00")), -16h);
}

TEST_F(Offices, SayWhenTheyWorkNext) {
  EXPECT_EQ(next("2026-11-25 08:59"), "2026-11-25 09:00");
  EXPECT_EQ(next("2026-11-25 09:00"), "2026-11-25 09:00");
  EXPECT_EQ(next("2026-11-25 12:34"), "2026-11-25 12:34");
  EXPECT_EQ(next("2026-11-25 17:00"), "2026-11-26 09:00");  // No longer within.
  EXPECT_EQ(next("2026-12-04 18:00"), "2026-12-05 10:00");  // The Saturday that is worked.
  EXPECT_EQ(next("2026-12-24 17:00"), "2027-01-04 09:00");
}

TEST_F(Offices, SayWhenADayEnds) {
  EXPECT_EQ(to_iso(*office.end_of_working_day(day("2026-07-01"))), "2026-07-01T16:00:00Z");
  EXPECT_EQ(shown(*office.end_of_working_day(day("2026-12-05"))), "2026-12-05 13:00");
  EXPECT_EQ(office.end_of_working_day(day("2026-12-06")).problems()[0].what, "6 December 2026 is not a working day.");
}

// A day and night service works through both changes: 23 hours on 29 March, 25 on 25 October.
TEST(Services, ThatWorkDayAndNightWorkThroughChangesOfTheClocks) {
  const std::string all = R"(["00:00-24:00"])";
  const Calendar duty =
      calendar_of(R"({"bank_holidays": "none", "working_hours": {"Saturday": )" + all + R"(, "Sunday": )" + all + "}}");
  EXPECT_EQ(*duty.working_time_between(at("2026-03-28 00:00"), at("2026-03-30 00:00")), 47h);
  EXPECT_EQ(*duty.working_time_between(at("2026-10-24 00:00"), at("2026-10-26 00:00")), 49h);
  EXPECT_EQ(shown(*duty.add_working_time(at("2026-03-28 23:00"), 2h)), "2026-03-29 02:00");
  EXPECT_EQ(shown(*duty.end_of_working_day(day("2026-03-28"))), "2026-03-29 00:00");  // The midnight that ends it.
}

// Hours that the clocks skip are no time; whoever works only then works not at all that day.
TEST(Services, CanNotWorkInTheHourThatIsSkipped) {
  const Calendar night =
      calendar_of(R"({"bank_holidays": "none", "working_hours": {"Sunday": ["01:15-01:45", "03:00-04:00"]}})");
  EXPECT_EQ(shown(*night.next_working_moment(at("2026-03-29 00:30"))), "2026-03-29 03:00");
  EXPECT_EQ(*night.working_time_between(at("2026-03-29 00:00"), at("2026-03-30 00:00")), 1h);
  EXPECT_EQ(*night.working_time_between(at("2026-04-05 00:00"), at("2026-04-06 00:00")), 90min);
}

TEST(Services, MayCloseForLunch) {
  const Calendar desk =
      calendar_of(R"({"bank_holidays": "Scotland", "working_hours": {"Monday": ["09:00-12:30", "13:30-17:00"]}})");
  EXPECT_EQ(shown(*desk.add_working_time(at("2026-11-23 12:00"), 1h)), "2026-11-23 14:00");
  EXPECT_EQ(shown(*desk.next_working_moment(at("2026-11-23 12:30"))), "2026-11-23 13:30");
  EXPECT_EQ(shown(*desk.next_working_moment(at("2026-11-23 18:00"))), "2026-12-07 09:00");  // 30: St Andrew's Day.
}

TEST(Calendars, OpenDaysComeBeforeEverythingElse) {
  const Calendar calendar =
      calendar_of(R"({"bank_holidays": "England and Wales", "working_hours": {"Monday": ["09:00-17:00"]},
    "closed": [{"from": "2026-12-21", "to": "2027-01-03"}],
    "open": [{"date": "2026-12-28", "hours": ["09:00-10:00"]}, {"date": "2026-12-25", "hours": ["09:00-10:00"]}]})");
  EXPECT_FALSE(calendar.is_working_day(day("2026-12-21")));
  EXPECT_TRUE(calendar.is_working_day(day("2026-12-28")));
  EXPECT_TRUE(calendar.is_working_day(day("2026-12-25")));
}

TEST(Calendars, ThatAreAlwaysClosedLeadNowhere) {
  const Calendar never = calendar_of(R"({"bank_holidays": "none", "working_hours": {"Monday": ["09:00-17:00"]},
    "closed": [{"from": "2000-01-01", "to": "2100-12-31"}]})");
  EXPECT_FALSE(never.add_working_days(day("2026-12-21"), 1).ok());
  EXPECT_FALSE(never.add_working_time(at("2026-12-21 12:00"), 1h).ok());
  EXPECT_FALSE(never.next_working_moment(at("2026-12-21 12:00")).ok());
  EXPECT_EQ(*never.working_days_between(day("2000-01-01"), day("2100-12-31")), 0);
}

TEST(Calendars, AreTheSameWhereTheySayTheSame) {
  EXPECT_EQ(calendar_of(kOffice), calendar_of(kOffice));
  CalendarDefinition other = calendar_of(kOffice).definition();
  other.bank_holidays = Nation::Scotland;
  EXPECT_FALSE(calendar_of(kOffice) == *Calendar::make(other));
}

// ---- Properties, against counting day by day.

RC_GTEST_FIXTURE_PROP(Offices, CountAsOneWouldDayByDay, ()) {
  const sys_days start = day("2026-01-01").days() + days{*rc::gen::inRange(-3'000, 3'000)};
  const int n = *rc::gen::inRange(-300, 300);
  sys_days at = start;
  for (int left = n; left != 0;) {
    at += days{n > 0 ? 1 : -1};
    if (office.is_working_day(Date::of(at))) left += n > 0 ? -1 : 1;
  }
  RC_ASSERT(*office.add_working_days(Date::of(start), n) == Date::of(at));
  RC_ASSERT(*office.working_days_between(Date::of(start), Date::of(at)) == n);
}

RC_GTEST_FIXTURE_PROP(Offices, AddWorkingTimeThatIsThenBetween, ()) {
  const Instant start = at("2026-01-01 00:00") + minutes{*rc::gen::inRange(-2'000'000, 2'000'000)};
  const microseconds time = minutes{*rc::gen::inRange(-100'000, 100'000)};
  const Instant end = *office.add_working_time(start, time);
  RC_ASSERT(*office.working_time_between(start, end) == time);
  // The first such moment, or the last before: a microsecond nearer it isn't as much.
  if (time == 0us) return;
  const microseconds nearer = time > 0us ? -1us : 1us;
  RC_ASSERT(*office.working_time_between(start, end + nearer) == time + nearer);
}

}  // namespace
}  // namespace guildhall::calendar
