#include "calendar/read_calendar.h"

#include <gtest/gtest.h>

namespace guildhall::calendar {
namespace {

using namespace std::chrono_literals;

// "where: what", of each problem.
std::vector<std::string> problems(std::string_view json) {
  std::vector<std::string> all;
  const auto calendar = read_calendar(json);
  EXPECT_FALSE(calendar.ok());
  if (calendar.ok()) return all;
  for (const Problem& problem : calendar.problems()) {
    EXPECT_FALSE(problem.remedy.empty()) << problem.what;
    all.push_back(problem.where + ": " + problem.what);
  }
  return all;
}
using All = std::vector<std::string>;

// With these hours on Mondays, and what follows.
std::string mondays(std::string_view hours, std::string_view rest = "") {
  return R"({"bank_holidays": "Scotland", "working_hours": {"Monday": )" + std::string(hours) + "}" +
         std::string(rest) + "}";
}

TEST(ReadCalendar, ReadsAllOfIt) {
  const auto calendar = read_calendar(R"({
    "bank_holidays": "Northern Ireland",
    "working_hours": {"Monday": ["09:00-12:30", "13:00-17:00"], "Sunday": ["00:00-24:00"]},
    "closed": [{"from": "2026-12-24", "to": "2026-12-31", "why": "Christmas closure"}, {"from": "2026-09-01"}],
    "open": [{"date": "2026-12-05", "hours": ["10:00-13:00"], "why": "Flood advice"}]})");
  ASSERT_TRUE(calendar.ok()) << to_text(calendar.problems());
  CalendarDefinition expected;
  expected.bank_holidays = Nation::NorthernIreland;
  expected.week[0] = {{9h, 12h + 30min}, {13h, 17h}};
  expected.week[6] = {{0h, 24h}};
  expected.closed = {{*Date::from(2026, 12, 24), *Date::from(2026, 12, 31), "Christmas closure"},
                     {*Date::from(2026, 9, 1), *Date::from(2026, 9, 1), ""}};
  expected.open = {{*Date::from(2026, 12, 5), {{10h, 13h}}, "Flood advice"}};
  EXPECT_EQ(calendar->definition(), expected);
}

TEST(ReadCalendar, WritesWhatReadsAsTheSame) {
  const std::string json =
      R"({"bank_holidays":"none","working_hours":{"Monday":["09:00-12:30","13:00-17:00"]},)"
      R"("closed":[{"from":"2026-12-24","to":"2026-12-31","why":"Christmas"},{"from":"2026-09-01"}],)"
      R"("open":[{"date":"2026-12-05","hours":["10:00-13:00"],"why":"Flood \"advice\""}]})";
  EXPECT_EQ(to_json(*read_calendar(json)), json);
  EXPECT_EQ(to_json(*read_calendar(mondays(R"(["09:00-17:00"])"))),
            R"({"bank_holidays":"Scotland","working_hours":{"Monday":["09:00-17:00"]}})");
}

TEST(ReadCalendar, AsksForWhatHasNoDefault) {
  EXPECT_EQ(problems("{}"), (All{"bank_holidays: Whose bank holidays are kept is missing.",
                                 "working_hours: The working hours are missing."}));
  EXPECT_EQ(problems(R"({"bank_holidays": "none", "working_hours": {}})"),
            (All{"working_hours: No day of the week has working hours."}));
  EXPECT_EQ(problems("null"), (All{": This should be an object, not null."}));
}

TEST(ReadCalendar, RefusesNamesThatItDoesNotKnow) {
  EXPECT_EQ(problems(R"({"bank_holidays": "England", "working_hours": {"Monday": ["09:00-17:00"]}})"),
            (All{"bank_holidays: There are no bank holidays of this name."}));
  EXPECT_EQ(problems(mondays(R"(["09:00-17:00"], "monday": ["09:00-17:00"])", R"(, "holidays": [])")),
            (All{"holidays: Nothing of this name belongs here.",
                 "working_hours.monday: Nothing of this name belongs here."}));
  EXPECT_EQ(problems(mondays(R"(["09:00-17:00"])", R"(, "closed": [{"from": "2026-12-24", "until": "2026-12-31"}])")),
            (All{"closed[1].until: Nothing of this name belongs here."}));
}

TEST(ReadCalendar, RefusesHoursThatAreNone) {
  for (const auto text : {"9-17", "9:00-17:00", "09:00", "09:00-17:60", "09:00 - 17:00", "-1:00-17:00", "0900-1700",
                          "09:00-17:00 ", "", "+9:00-10:00"}) {
    EXPECT_EQ(problems(mondays("[\"" + std::string(text) + "\"]")),
              (All{"working_hours.Monday[1]: These are not hours of a day."}))
        << text;
  }
  EXPECT_EQ(problems(mondays("[null]")), (All{"working_hours.Monday[1]: These are not hours of a day."}));
  EXPECT_EQ(problems(mondays(R"(["09:00-24:01"])")),
            (All{"working_hours.Monday[1]: These hours are not within a day."}));
  EXPECT_EQ(problems(mondays(R"(["17:00-09:00"])")),
            (All{"working_hours.Monday[1]: These hours end before they begin."}));
  EXPECT_EQ(problems(mondays(R"(["09:00-09:00"])")),
            (All{"working_hours.Monday[1]: These hours end before they begin."}));
  EXPECT_EQ(problems(mondays(R"(["09:00-13:00", "12:30-17:00"])")),
            (All{"working_hours.Monday[2]: These hours begin before those in front of them end."}));
}

TEST(ReadCalendar, RefusesDaysThatAreNone) {
  const auto rest = [](std::string_view text) { return problems(mondays(R"(["09:00-17:00"])", text)); };
  EXPECT_EQ(rest(R"(, "closed": [{"to": "2026-12-31"}, null, {"from": "2026-12-31", "to": "2026-12-24"}])"),
            (All{"closed[1].from: This date is missing.", "closed[2]: This should be an object, not null."}));
  EXPECT_EQ(rest(R"(, "closed": [{"from": "2026-12-31", "to": "2026-12-24"}])"),
            (All{"closed[1]: These days end before they begin."}));
  EXPECT_EQ(rest(R"(, "closed": [{"from": "1999-12-31"}])"),
            (All{"closed[1]: These days are not within the years 2000 to 2100."}));
  EXPECT_EQ(rest(R"(, "closed": [{"from": "12026-12-31"}])"),
            (All{"closed[1].from: This is not within the years 2000 to 2100."}));
  EXPECT_EQ(rest(R"(, "closed": [{"from": "2026-02-29"}])"),
            (All{"closed[1].from: This should be a date, not \"2026-02-29\"."}));
  EXPECT_EQ(rest(R"(, "open": [{"date": "2026-12-05"}])"), (All{"open[1]: This day is opened without hours."}));
  EXPECT_EQ(rest(R"(, "open": [{"date": "2026-12-05", "hours": ["10:00-09:00"]},
                               {"date": "2026-12-05", "hours": ["10:00-11:00"]}])"),
            (All{"open[1].hours[1]: These hours end before they begin.", "open[2]: This day is opened twice."}));
}

TEST(ReadCalendar, SaysWhereItIsNoJson) {
  EXPECT_EQ(problems("{\n  \"bank_holidays\": }"), (All{"line 2, character 20: This isn't JSON."}));
  EXPECT_EQ(problems("[]"), (All{": This should be an object, not []."}));
  EXPECT_EQ(problems(mondays("\"09:00-17:00\"")),
            (All{"working_hours.Monday: This should be a list, not \"09:00-17:00\"."}));
}

}  // namespace
}  // namespace guildhall::calendar
