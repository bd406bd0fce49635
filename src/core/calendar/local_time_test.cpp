#include "calendar/local_time.h"

#include <gtest/gtest.h>

#include "feel/temporal.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono_literals;

// "2026-03-29T00:59:59Z" as clocks show it: "2026-03-29T00:59:59".
std::string local(std::string_view instant) {
  const std::string text = to_iso(Instant{to_local(parse_instant(instant).value()).time_since_epoch()});
  return text.substr(0, text.size() - 1);
}

std::string instant(std::string_view local) {
  return to_iso(to_instant(LocalTime{parse_instant(std::string(local) + "Z").value().time_since_epoch()}));
}

// 2026: on 29 March and on 25 October.
TEST(LocalTime, IsAnHourAheadInSummer) {
  EXPECT_EQ(local("2026-03-29T00:59:59Z"), "2026-03-29T00:59:59");
  EXPECT_EQ(local("2026-03-29T01:00:00Z"), "2026-03-29T02:00:00");
  EXPECT_EQ(local("2026-10-25T00:59:59Z"), "2026-10-25T01:59:59");
  EXPECT_EQ(local("2026-10-25T01:00:00Z"), "2026-10-25T01:00:00");
  EXPECT_EQ(local("2026-06-30T23:30:00Z"), "2026-07-01T00:30:00");
  EXPECT_EQ(local("2026-12-31T23:30:00Z"), "2026-12-31T23:30:00");
}

TEST(LocalTime, OfEachInstantLeadsBackToIt) {
  EXPECT_EQ(instant("2026-03-29T00:59:59"), "2026-03-29T00:59:59Z");
  EXPECT_EQ(instant("2026-03-29T02:00:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(instant("2026-07-01T00:30:00"), "2026-06-30T23:30:00Z");
  EXPECT_EQ(instant("2026-10-25T02:00:00"), "2026-10-25T02:00:00Z");
  EXPECT_EQ(instant("2027-01-01T00:00:00"), "2027-01-01T00:00:00Z");
}

TEST(LocalTime, ThatClocksSkipIsWhenTheySkipIt) {
  EXPECT_EQ(instant("2026-03-29T01:00:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(instant("2026-03-29T01:30:00"), "2026-03-29T01:00:00Z");
}

TEST(LocalTime, ThatClocksShowTwiceIsTheFirst) {
  EXPECT_EQ(instant("2026-10-25T01:00:00"), "2026-10-25T00:00:00Z");
  EXPECT_EQ(instant("2026-10-25T01:59:59"), "2026-10-25T00:59:59Z");
}

TEST(LocalTime, HasDaysOf23And25Hours) {
  const auto length = [](const Date& day) { return end_of_day(day) - to_instant(start_of_day(day)) + 1us; };
  EXPECT_EQ(length(*Date::from(2026, 3, 28)), 24h);
  EXPECT_EQ(length(*Date::from(2026, 3, 29)), 23h);
  EXPECT_EQ(length(*Date::from(2026, 10, 25)), 25h);
  EXPECT_EQ(date_of(to_local(end_of_day(*Date::from(2026, 3, 29)))), *Date::from(2026, 3, 29));
}

// The system's zone database and this rule say the same, every half hour of a few days round each change.
TEST(LocalTime, IsThatOfTheZoneDatabase) {
  const auto london = feel::Zone::named("Europe/London");
  ASSERT_TRUE(london);
  std::size_t compared = 0;
  for (int year = 2000; year <= 2100; ++year) {
    for (const unsigned month : {3U, 10U}) {
      const Instant start{Date::from(year, month, 23)->days()};
      for (Instant at = start; at < start + 240h; at += 30min) {
        const auto there = feel::DateTime::from_epoch(static_cast<__int128>(to_microseconds(at)) * 1000, *london);
        const auto shown = to_local(at).time_since_epoch();
        EXPECT_EQ((there->date.days() * 24h + std::chrono::nanoseconds{there->time.nanos}), shown) << to_iso(at);
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 101U * 2 * 480);
}

}  // namespace
}  // namespace guildhall::calendar
