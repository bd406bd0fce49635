#include "cases/calendars.h"

#include <gtest/gtest.h>

#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

// Days, Monday to Friday, of which 2 April 2026 is Maundy Thursday: Good Friday and Easter Monday follow.
constexpr std::string_view kWeek =
    R"("working_hours": {"Monday": ["09:00-17:00"], "Tuesday": ["09:00-17:00"], "Wednesday": ["09:00-17:00"],
       "Thursday": ["09:00-17:00"], "Friday": ["09:00-17:00"]})";

std::string council(const std::string& bank_holidays, const std::string& more = "") {
  return "{\"bank_holidays\": \"" + bank_holidays + "\", " + std::string(kWeek) + more + "}";
}

Result<CalendarVersion> set(TestCases& cases, const std::string& json, const std::string& why = "As it was decided") {
  return cases.database().write([&](db::Connection& connection) {
    return set_calendar(connection, json, {"m.evans", why}, cases.clock.now());
  });
}

const std::string kReply = process(
    "<startEvent id=\"s\"/><userTask id=\"reply\" guildhall:dueDate=\"add working days(today(), 5)\"/><endEvent "
    "id=\"e\"/>" +
    flows("s reply e"));

std::string due(TestCases& cases, const Started& started) {
  return to_iso(cases.only_task(started).due_at.value());
}

TEST(Calendars, FiveWorkingDaysFromMaundyThursdayAreAfterEaster) {
  TestCases cases;
  cases.publish(kReply);
  cases.clock.set(parse_instant("2026-04-02T10:00:00Z").value());
  // 7, 8, 9, 10 and 13 April; to the end of the day, in summer time.
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-13T22:59:59.999999Z");
}

TEST(Calendars, TheClocksGoForwardInBetween) {
  TestCases cases;
  cases.publish(kReply);
  // The clocks go forward on Sunday 29 March 2026. 23:30 UTC on the 26th is still the 26th in London.
  cases.clock.set(parse_instant("2026-03-26T23:30:00Z").value());
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-02T22:59:59.999999Z");
  // 23:30 UTC on the 30th is the 31st there: 1, 2, 7, 8 and 9 April.
  cases.clock.set(parse_instant("2026-03-30T23:30:00Z").value());
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-09T22:59:59.999999Z");
  // They go back on 25 October.
  cases.clock.set(parse_instant("2026-10-23T09:00:00Z").value());
  EXPECT_EQ(due(cases, cases.start("p")), "2026-10-30T23:59:59.999999Z");
}

TEST(Calendars, ANewCalendarHoldsWithoutARestartForWhatIsCountedThen) {
  TestCases cases;
  cases.publish(kReply);
  cases.clock.set(parse_instant("2026-04-02T10:00:00Z").value());
  const Started before = cases.start("p");
  ASSERT_TRUE(set(cases, council("Scotland")).ok());
  cases.clock.advance(std::chrono::seconds(1));
  // Easter Monday is worked in Scotland: 6, 7, 8, 9 and 10 April.
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-10T22:59:59.999999Z");
  EXPECT_EQ(due(cases, before), "2026-04-13T22:59:59.999999Z");
  ASSERT_TRUE(set(cases, council("Scotland", ", \"closed\": [{\"from\": \"2026-04-10\"}]")).ok());
  cases.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-13T22:59:59.999999Z");
  cases.restart();
  EXPECT_EQ(due(cases, cases.start("p")), "2026-04-13T22:59:59.999999Z");
}

TEST(Calendars, KeepsEveryVersionWithWhoAndWhy) {
  TestCases cases;
  EXPECT_EQ(cases.read(&newest_calendar), std::nullopt);
  const auto first = set(cases, council("Scotland"), "We are in Scotland");
  const auto second = set(cases, council("none"), "All days are worked");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->number, 1);
  EXPECT_EQ(second->act.why, "All days are worked");
  EXPECT_EQ(cases.read(&newest_calendar), std::optional(*second));
  EXPECT_EQ(cases.read(&all_calendars), (std::vector<CalendarVersion>{*second, *first}));
}

TEST(Calendars, RefusesWhatIsNoCalendarAndAnActWithoutAReason) {
  TestCases cases;
  const auto misspelt = set(cases, council("Wales"));
  ASSERT_FALSE(misspelt.ok());
  EXPECT_EQ(misspelt.problems()[0].where, "bank_holidays");
  const auto no_reason = set(cases, council("Scotland"), " ");
  ASSERT_FALSE(no_reason.ok());
  EXPECT_EQ(no_reason.problems()[0].what, "Say why the calendar changes.");
  EXPECT_EQ(cases.read(&newest_calendar), std::nullopt);
}

TEST(Calendars, TimersMessagesAndStartsCountByIt) {
  TestCases cases;
  cases.clock.set(parse_instant("2026-04-02T16:00:00Z").value());  // 17:00 in London: the office has shut.
  cases.publish(definitions(
      "<process id=\"nightly\" isExecutable=\"true\"><startEvent id=\"s\"><timerEventDefinition><timeDate>next working "
      "moment(now())</timeDate></timerEventDefinition></startEvent><endEvent id=\"e\"/>" +
      flows("s e") +
      "</process><process id=\"p\" isExecutable=\"true\"><startEvent id=\"s2\"/><intermediateCatchEvent "
      "id=\"wait\"><timerEventDefinition><timeDate>add working time(now(), duration(\"PT1H\"))</timeDate>"
      "</timerEventDefinition></intermediateCatchEvent><endEvent id=\"e2\"/>" +
      flows("s2 wait e2") + "</process>"));
  // Tuesday 7 April at 9:00 in London, for the process that begins by itself; an hour later for the timer.
  EXPECT_EQ(cases.engine().next_due(), parse_instant("2026-04-07T08:00:00Z").value());
  const Started started = cases.start("p");
  cases.clock.set(parse_instant("2026-04-07T08:59:59Z").value());
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s2");
  cases.clock.set(parse_instant("2026-04-07T09:00:00Z").value());
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s2 wait e2");
}

TEST(Calendars, AMessageIsToldApartByTheNextWorkingDay) {
  TestCases cases;
  cases.publish(definitions(
      "<message id=\"m\" name=\"visit\" guildhall:correlation=\"add working days(day, 1)\"/><process id=\"p\" "
      "isExecutable=\"true\"><startEvent id=\"s\"/><receiveTask id=\"visit\" messageRef=\"m\" "
      "guildhall:correlation=\"add working days(day, 1)\"/><endEvent id=\"e\"/>" +
      flows("s visit e") + "</process>"));
  const auto day = [](std::string_view iso) {
    return bpmn::Data::of(feel::Value::date(feel::Date::parse(iso).value()));
  };
  const Started started = cases.start("p", {{"day", day("2026-04-02")}});
  cases.engine().send({.name = "visit", .variables = {{"day", day("2026-04-07")}}, .correlation = {}});
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s");
  // Good Friday and Maundy Thursday have the same next working day.
  cases.engine().send({.name = "visit", .variables = {{"day", day("2026-04-03")}}, .correlation = {}});
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s visit e");
}

}  // namespace
}  // namespace guildhall::cases
