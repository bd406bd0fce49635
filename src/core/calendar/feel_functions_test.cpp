#include "calendar/feel_functions.h"

#include <gtest/gtest.h>

#include "calendar/read_calendar.h"
#include "feel/expression.h"

namespace guildhall::calendar {
namespace {

// A rule of a council whose office works from 09:00 to 17:00 on weekdays. 2 November 2026 is a Monday.
class FeelFunctionsOf : public ::testing::Test {
 protected:
  std::string value_of(std::string_view text, const FeelFunctions& functions) {
    feel::Scope scope;
    scope.add("Received", feel::Type::Base::Date);
    declare_functions(scope);
    const auto expression = feel::Expression::compile(text, scope);
    if (!expression.ok()) return to_text(expression.problems());
    EXPECT_TRUE((*expression)->findings().empty()) << to_text((*expression)->findings());
    std::vector<feel::Value> variables{feel::Value::date({2026, 11, 2})};
    for (const feel::HostFunction& each : functions) variables.push_back(each.value());
    feel::Evaluation evaluation(memory_, {}, {});
    const std::string value = feel::to_text((*expression)->evaluate(evaluation, variables).value());
    reason_ = evaluation.reasons().empty() ? "" : feel::to_text(evaluation.reasons().front());
    return value;
  }
  std::string value_of(std::string_view text) { return value_of(text, functions_); }
  std::string reason_for_null(std::string_view text) {
    EXPECT_EQ(value_of(text), "null") << text;
    return reason_;
  }
  // Whether the two expressions give the same, to the zone.
  void expect_same(std::string_view one, std::string_view other) { EXPECT_EQ(value_of(one), value_of(other)) << one; }

  static Calendar office(std::string_view nation) {
    return *read_calendar(R"({"bank_holidays": ")" + std::string(nation) + R"(",
      "working_hours": {"Monday": ["09:00-17:00"], "Tuesday": ["09:00-17:00"], "Wednesday": ["09:00-17:00"],
                        "Thursday": ["09:00-17:00"], "Friday": ["09:00-17:00"]}})");
  }

  const FeelFunctions functions_{office("England and Wales")};
  feel::Memory memory_;
  std::string reason_;
};

TEST_F(FeelFunctionsOf, ACalendarHaveTheirNamesAndTypes) {
  std::size_t place = 0;
  feel::Scope scope;
  declare_functions(scope);
  ASSERT_EQ(scope.variables().size(), kFeelFunctions.size());
  for (const feel::HostFunction& each : functions_) {
    EXPECT_EQ(each.name(), kFeelFunctions[place]);
    EXPECT_EQ(scope.variables()[place].name, kFeelFunctions[place]);
    EXPECT_TRUE(scope.variables()[place].type.equivalent_to(each.type()));
    ++place;
  }
}

TEST_F(FeelFunctionsOf, ACalendarAnswerForDates) {
  EXPECT_EQ(value_of("is working day(Received)"), "true");
  EXPECT_EQ(value_of("is working day(@\"2026-12-25\")"), "false");
  EXPECT_EQ(value_of("is working day(date: @\"2026-11-07\")"), "false");
  EXPECT_EQ(value_of("add working days(Received, 10)"), "@\"2026-11-16\"");
  EXPECT_EQ(value_of("add working days(days: -1, date: Received)"), "@\"2026-10-30\"");
  EXPECT_EQ(value_of("working days between(Received, @\"2026-11-16\")"), "10");
  EXPECT_EQ(value_of("working days between(from: Received, to: @\"2026-10-30\")"), "-1");
  EXPECT_EQ(value_of("if working days between(Received, @\"2026-11-16\") > 5 then \"late\" else \"in time\""),
            "\"late\"");
  EXPECT_EQ(value_of("for d in @\"2026-11-06\"..@\"2026-11-09\" return is working day(d)"),
            "[true, false, false, true]");
}

TEST_F(FeelFunctionsOf, ADifferentCalendarAnswerForIt) {
  const FeelFunctions scottish{office("Scotland")};
  EXPECT_EQ(value_of("is working day(@\"2026-11-30\")"), "true");
  EXPECT_EQ(value_of("is working day(@\"2026-11-30\")", scottish), "false");
}

// 6 November is a Friday.
TEST_F(FeelFunctionsOf, ACalendarCountWorkingTime) {
  expect_same("add working time(@\"2026-11-06T16:00:00@Europe/London\", @\"PT2H\")",
              "@\"2026-11-09T10:00:00@Europe/London\"");
  expect_same("add working time(duration: @\"-PT2H\", from: @\"2026-11-09T10:00:00@Europe/London\")",
              "@\"2026-11-06T16:00:00@Europe/London\"");
  expect_same("add working time(@\"2026-11-06T16:00:00\", @\"P1D\")", "@\"2026-11-11T16:00:00\"");  // 24 hours: 3 days.
  expect_same("next working moment(@\"2026-11-07T12:00:00@Europe/London\")", "@\"2026-11-09T09:00:00@Europe/London\"");
  expect_same("next working moment(@\"2026-11-06T12:34:56\")", "@\"2026-11-06T12:34:56\"");
}

// Over the changes of the clocks on 29 March and 25 October 2026.
TEST_F(FeelFunctionsOf, ACalendarKeepTheZoneThatTheyAreGiven) {
  expect_same("add working time(@\"2026-03-27T16:00:00Z\", @\"PT2H\")", "@\"2026-03-30T09:00:00Z\"");
  expect_same("add working time(@\"2026-03-27T16:00:00@Europe/London\", @\"PT2H\")",
              "@\"2026-03-30T10:00:00@Europe/London\"");
  expect_same("add working time(@\"2026-10-23T17:00:00+02:00\", @\"PT2H\")", "@\"2026-10-26T12:00:00+02:00\"");
  expect_same("next working moment(@\"2026-07-04T12:00:00Z\")", "@\"2026-07-06T08:00:00Z\"");
  expect_same("next working moment(@\"2026-07-04T12:00:00\")", "@\"2026-07-06T09:00:00\"");
}

// 23:30 in UTC is half past midnight in summer, on the next day.
TEST_F(FeelFunctionsOf, ACalendarTakeTheDayInTheUnitedKingdom) {
  EXPECT_EQ(value_of("is working day(@\"2026-06-05T22:30:00Z\")"), "true");   // Friday 23:30.
  EXPECT_EQ(value_of("is working day(@\"2026-06-05T23:30:00Z\")"), "false");  // Saturday 00:30.
  EXPECT_EQ(value_of("is working day(@\"2026-06-05T23:30:00\")"), "true");    // Local time.
  EXPECT_EQ(value_of("working days between(@\"2026-06-04T23:30:00Z\", @\"2026-06-08\")"), "1");
  expect_same("add working days(@\"2026-06-04T23:30:00Z\", 1)", "@\"2026-06-07T23:30:00Z\"");  // Monday 00:30.
  expect_same("add working days(@\"2026-03-27T16:00:00Z\", 1)", "@\"2026-03-30T15:00:00Z\"");  // 16:00 on Monday.
  expect_same("add working days(@\"2026-03-27T16:00:00@Europe/London\", 1)", "@\"2026-03-30T16:00:00@Europe/London\"");
  expect_same("add working days(@\"2026-03-27T16:00:00.5\", 1)", "@\"2026-03-30T16:00:00.5\"");
}

TEST_F(FeelFunctionsOf, ACalendarGiveNullWithAReason) {
  EXPECT_EQ(reason_for_null("add working days(Received, 1.5)"),
            "In add working days(), \"days\" must be a whole number, not the number 1.5.");
  EXPECT_EQ(reason_for_null("add working days(\"2026-11-02\", 1)"),
            "In add working days(), \"date\" must be a date or a date and time, not the string \"2026-11-02\".");
  EXPECT_EQ(reason_for_null("add working days(null, 1)"),
            "In add working days(), \"date\" must be a date or a date and time, not null.");
  EXPECT_EQ(reason_for_null("next working moment(Received)"),
            "In next working moment(), \"from\" must be a date and time, not the date 2026-11-02.");
  EXPECT_EQ(reason_for_null("add working time(@\"2026-11-06T16:00:00\", @\"P1M\")"),
            "In add working time(), \"duration\" must be a days and time duration, not the duration P1M.");
  const std::string outside = " is not within the years 2000 to 2100, or leads out of them.";
  EXPECT_EQ(reason_for_null("is working day(@\"1999-12-31\")"), "The date 1999-12-31" + outside);
  EXPECT_EQ(reason_for_null("is working day(@\"999999999-12-31\")"), "The date 999999999-12-31" + outside);
  EXPECT_EQ(reason_for_null("is working day(@\"999999999-12-31T00:00:00Z\")"),
            "The date and time 999999999-12-31T00:00:00Z" + outside);
  EXPECT_EQ(reason_for_null("working days between(Received, @\"2101-01-01\")"), "The date 2101-01-01" + outside);
  EXPECT_EQ(reason_for_null("add working days(Received, 100000)"), "The date 2026-11-02" + outside);
  EXPECT_EQ(reason_for_null("add working days(Received, 10**30)"),
            "In add working days(), \"days\" must be a whole number, not the number "
            "1000000000000000000000000000000.");
  EXPECT_EQ(reason_for_null("add working time(@\"2026-11-06T16:00:00\", @\"P99999999D\")"),
            "The date and time 2026-11-06T16:00:00" + outside);
  EXPECT_EQ(reason_for_null("next working moment(@\"2100-12-31T23:00:00\")"),
            "The date and time 2100-12-31T23:00:00" + outside);
}

}  // namespace
}  // namespace guildhall::calendar
