#include "calendar/bank_holidays.h"

#include <gtest/gtest.h>

#include <set>

namespace guildhall::calendar {
namespace {

using enum Nation;
using Dates = std::vector<std::string>;

// "01-03": month and day.
Dates dates(Nation nation, int year) {
  Dates dates;
  for (const BankHoliday& each : bank_holidays(nation, year)) {
    EXPECT_EQ(each.date.year(), year);
    dates.push_back(each.date.iso().substr(5));
  }
  return dates;
}

// The holidays of a month as "03 New Year's Day*", with a star for substitute days.
Dates named(Nation nation, int year, std::string_view month) {
  Dates named;
  for (const BankHoliday& each : bank_holidays(nation, year)) {
    if (each.date.iso().substr(5, 2) != month) continue;
    named.push_back(each.date.iso().substr(8) + " " + std::string(each.name) + (each.substitute ? "*" : ""));
  }
  return named;
}

struct Published {
  int year;
  Dates dates;
};

// Source of these lists: GOV.UK, "UK bank holidays", as published for each year.
TEST(BankHolidays, OfEnglandAndWales) {
  const Published published[] = {
      {2012, {"01-02", "04-06", "04-09", "05-07", "06-04", "06-05", "08-27", "12-25", "12-26"}},  // Diamond Jubilee.
      {2013, {"01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"}},
      {2015, {"01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"}},
      {2016, {"01-01", "03-25", "03-28", "05-02", "05-30", "08-29", "12-26", "12-27"}},
      {2017, {"01-02", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"}},
      {2019, {"01-01", "04-19", "04-22", "05-06", "05-27", "08-26", "12-25", "12-26"}},
      {2020, {"01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"}},  // VE Day.
      {2021, {"01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"}},
      {2022, {"01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"}},
      {2023, {"01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"}},  // The coronation.
      {2025, {"01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"}},
      {2026, {"01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"}},
      {2027, {"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"}},
  };
  for (const auto& [year, expected] : published) EXPECT_EQ(dates(EnglandAndWales, year), expected) << year;
}

TEST(BankHolidays, OfScotland) {
  const Published published[] = {
      {2012, {"01-02", "01-03", "04-06", "05-07", "06-04", "06-05", "08-06", "11-30", "12-25", "12-26"}},
      {2017, {"01-02", "01-03", "04-14", "05-01", "05-29", "08-07", "11-30", "12-25", "12-26"}},
      {2018, {"01-01", "01-02", "03-30", "05-07", "05-28", "08-06", "11-30", "12-25", "12-26"}},
      {2019, {"01-01", "01-02", "04-19", "05-06", "05-27", "08-05", "12-02", "12-25", "12-26"}},
      {2020, {"01-01", "01-02", "04-10", "05-08", "05-25", "08-03", "11-30", "12-25", "12-28"}},
      {2021, {"01-01", "01-04", "04-02", "05-03", "05-31", "08-02", "11-30", "12-27", "12-28"}},
      {2022, {"01-03", "01-04", "04-15", "05-02", "06-02", "06-03", "08-01", "09-19", "11-30", "12-26", "12-27"}},
      {2026, {"01-01", "01-02", "04-03", "05-04", "05-25", "06-15", "08-03", "11-30", "12-25", "12-28"}},  // World Cup.
  };
  for (const auto& [year, expected] : published) EXPECT_EQ(dates(Scotland, year), expected) << year;
}

TEST(BankHolidays, OfNorthernIreland) {
  const Published published[] = {
      {2013, {"01-01", "03-18", "03-29", "04-01", "05-06", "05-27", "07-12", "08-26", "12-25", "12-26"}},
      {2014, {"01-01", "03-17", "04-18", "04-21", "05-05", "05-26", "07-14", "08-25", "12-25", "12-26"}},
      {2015, {"01-01", "03-17", "04-03", "04-06", "05-04", "05-25", "07-13", "08-31", "12-25", "12-28"}},
      {2016, {"01-01", "03-17", "03-25", "03-28", "05-02", "05-30", "07-12", "08-29", "12-26", "12-27"}},
      {2018, {"01-01", "03-19", "03-30", "04-02", "05-07", "05-28", "07-12", "08-27", "12-25", "12-26"}},
      {2020, {"01-01", "03-17", "04-10", "04-13", "05-08", "05-25", "07-13", "08-31", "12-25", "12-28"}},
      {2022,
       {"01-03", "03-17", "04-15", "04-18", "05-02", "06-02", "06-03", "07-12", "08-29", "09-19", "12-26", "12-27"}},
      {2024, {"01-01", "03-18", "03-29", "04-01", "05-06", "05-27", "07-12", "08-26", "12-25", "12-26"}},
      {2025, {"01-01", "03-17", "04-18", "04-21", "05-05", "05-26", "07-14", "08-25", "12-25", "12-26"}},
  };
  for (const auto& [year, expected] : published) EXPECT_EQ(dates(NorthernIreland, year), expected) << year;
}

// 2002: the spring bank holiday was moved to 4 June, for four days of the Golden Jubilee. 2011: the royal wedding.
TEST(BankHolidays, ThatWereAppointedOnce) {
  for (const Nation nation : kNations) {
    EXPECT_EQ(named(nation, 2002, "06"), (Dates{"03 Golden Jubilee bank holiday", "04 Spring bank holiday"}));
    EXPECT_EQ(named(nation, 2012, "06"), (Dates{"04 Spring bank holiday", "05 Diamond Jubilee bank holiday"}));
    EXPECT_EQ(named(nation, 2022, "06"), (Dates{"02 Spring bank holiday", "03 Platinum Jubilee bank holiday"}));
    EXPECT_EQ(named(nation, 2022, "09"), (Dates{"19 State Funeral of Queen Elizabeth II"}));
    EXPECT_EQ(named(nation, 2020, "05"), (Dates{"08 Early May bank holiday", "25 Spring bank holiday"}));
    EXPECT_EQ(named(nation, 2026, "06").size(), nation == Scotland ? 1U : 0U);
    for (const int year : {2002, 2012}) EXPECT_EQ(named(nation, year, "05").size(), 1U);
  }
  EXPECT_EQ(named(Scotland, 2011, "04"),
            (Dates{"22 Good Friday", "29 Wedding of Prince William and Catherine Middleton"}));
}

TEST(BankHolidays, OfChristmasOnWeekends) {
  for (const Nation nation : kNations) {
    // 2021: Christmas Day on a Saturday. 2022: on a Sunday. 2020: on a Friday, and Boxing Day on a Saturday.
    EXPECT_EQ(named(nation, 2021, "12"), (Dates{"27 Christmas Day*", "28 Boxing Day*"}));
    EXPECT_EQ(named(nation, 2022, "12"), (Dates{"26 Boxing Day", "27 Christmas Day*"}));
    EXPECT_EQ(named(nation, 2020, "12"), (Dates{"25 Christmas Day", "28 Boxing Day*"}));
    EXPECT_EQ(named(nation, 2019, "12").back(), "26 Boxing Day");
  }
}

// Schedule 1, paragraph 2: "New Year's Day, if it be not a Sunday or, if it be a Sunday, 3rd January".
TEST(BankHolidays, OfTheNewYearInScotlandOnWeekends) {
  EXPECT_EQ(named(Scotland, 2017, "01"), (Dates{"02 2nd January", "03 New Year's Day*"}));   // Sunday and Monday.
  EXPECT_EQ(named(Scotland, 2022, "01"), (Dates{"03 New Year's Day*", "04 2nd January*"}));  // Saturday and Sunday.
  EXPECT_EQ(named(Scotland, 2021, "01"), (Dates{"01 New Year's Day", "04 2nd January*"}));   // Friday and Saturday.
  EXPECT_EQ(named(Scotland, 2000, "01"), (Dates{"03 New Year's Day*", "04 2nd January*"}));  // Saturday and Sunday.
  EXPECT_EQ(named(EnglandAndWales, 2000, "01"), (Dates{"03 New Year's Day*"}));
}

TEST(BankHolidays, OfScotlandHaveNoEasterMondayAndSaintAndrewSince2007) {
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    std::set<std::string_view> names;
    for (const BankHoliday& each : bank_holidays(Scotland, year)) names.insert(each.name);
    EXPECT_FALSE(names.contains("Easter Monday"));
    EXPECT_EQ(names.contains("St Andrew's Day"), year >= 2007) << year;
  }
}

TEST(BankHolidays, AreDistinctWeekdaysInOrder) {
  for (const Nation nation : kNations) {
    for (int year = kFirstYear; year <= kLastYear; ++year) {
      const auto holidays = bank_holidays(nation, year);
      for (std::size_t i = 0; i < holidays.size(); ++i) {
        EXPECT_LE(std::chrono::weekday{holidays[i].date.days()}.iso_encoding(), 5U) << holidays[i].date.iso();
        EXPECT_TRUE(i == 0 || holidays[i - 1].date < holidays[i].date);
      }
    }
  }
}

TEST(BankHolidays, AreKnownFrom2000To2100) {
  EXPECT_TRUE(bank_holidays(Scotland, 1999).empty());
  EXPECT_TRUE(bank_holidays(Scotland, 2101).empty());
  EXPECT_EQ(bank_holidays(EnglandAndWales, 2100).size(), 8U);
}

// Source: the Book of Common Prayer's table and the Astronomical Applications Department's list of dates of Easter.
TEST(Easter, IsOnTheDatesOfTheTables) {
  const std::pair<int, std::string_view> tables[] = {
      {2000, "04-23"}, {2008, "03-23"}, {2011, "04-24"}, {2016, "03-27"}, {2019, "04-21"}, {2024, "03-31"},
      {2025, "04-20"}, {2026, "04-05"}, {2038, "04-25"}, {2049, "04-18"}, {2076, "04-19"}, {2100, "03-28"},
  };
  for (const auto& [year, date] : tables) EXPECT_EQ(easter_sunday(year).iso().substr(5), date) << year;
}

}  // namespace
}  // namespace guildhall::calendar
