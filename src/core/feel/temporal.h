#pragma once

// FEEL's dates, times, dates with times and durations. Source: DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8, the properties of
// 10.3.2.13 and the literal forms of 10.3.4.1 (XML Schema part 2, and "@" with an IANA zone).
//
// Everything here is a small value. Zones are an offset ("+01:00", "Z") or an IANA name ("@Europe/London"); the rules
// of named zones come from the system's zone database, read once. Nothing here reads a clock.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::feel {

inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;

class Zone {
 public:
  constexpr Zone() = default;                               // None: local time somewhere.
  static Zone utc();                                        // An offset of zero.
  static std::optional<Zone> offset(std::int64_t seconds);  // Within ±18 hours.
  static std::optional<Zone> named(std::string_view iana);  // "Europe/London"; empty where there is no such zone.
  static Zone from_code(std::uint32_t code) { return Zone(code); }
  std::uint32_t code() const { return code_; }  // For storing beside a value.

  bool present() const { return code_ != 0; }
  bool has_name() const;
  std::string_view name() const;  // "Europe/London", or empty. Lives for ever.
  std::string text() const;       // "", "Z", "+01:00", "-03:30:15", "@Europe/London".

  bool operator==(const Zone&) const = default;  // The same form, not the same offset.

 private:
  explicit constexpr Zone(std::uint32_t code) : code_(code) {}
  std::uint32_t code_ = 0;
};

struct Date {
  std::int32_t year = 1970;  // -999,999,999 to 999,999,999.
  std::uint8_t month = 1;
  std::uint8_t day = 1;

  static std::optional<Date> from(std::int64_t year, std::int64_t month, std::int64_t day);  // Where it exists.
  static std::optional<Date> from_days(std::int64_t days);  // Since 1970-01-01; empty where the year is out of range.
  static std::optional<Date> parse(std::string_view text);  // "2017-08-30", "-0044-03-15", "12017-01-01"; no zone.
  std::int64_t days() const;
  int weekday() const;       // 1 Monday to 7 Sunday.
  int day_of_year() const;   // From 1.
  int week_of_year() const;  // ISO 8601.
  std::string text() const;

  auto operator<=>(const Date&) const = default;
};

struct MonthsDuration {  // "years and months duration"
  std::int64_t months = 0;

  static std::optional<MonthsDuration> parse(std::string_view text);  // "P1Y8M", "-P3M".
  std::int64_t years_part() const { return months / 12; }
  std::int64_t months_part() const { return months % 12; }
  std::string text() const;  // "P1Y8M"; zero is "P0M".

  auto operator<=>(const MonthsDuration&) const = default;
};

struct DaysDuration {        // "days and time duration"
  std::int64_t seconds = 0;  // Both parts have the duration's sign.
  std::int64_t nanos = 0;    // Below a second in magnitude.

  // Normalises the parts; empty where the seconds don't fit.
  static std::optional<DaysDuration> from(__int128 nanos);
  static std::optional<DaysDuration> parse(std::string_view text);  // "P1DT2H3M4.5S", "-PT5M".
  __int128 total_nanos() const { return static_cast<__int128>(seconds) * kNanosPerSecond + nanos; }
  std::int64_t days_part() const { return seconds / kSecondsPerDay; }
  std::int64_t hours_part() const { return seconds % kSecondsPerDay / 3600; }
  std::int64_t minutes_part() const { return seconds % 3600 / 60; }
  std::int64_t seconds_part() const { return seconds % 60; }  // Without nanos.
  std::string text() const;                                   // "P1DT2H3M4.5S"; zero is "PT0S".

  auto operator<=>(const DaysDuration&) const = default;
};

struct Time {
  std::int64_t nanos = 0;  // Since midnight: 0 to 86,400 seconds, exclusive.
  Zone zone;

  static std::optional<Time> from(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t nanos,
                                  Zone zone);
  static std::optional<Time> parse(std::string_view text);  // "14:30:00.5", "…Z", "…+01:00", "…@Europe/London".
  int hour() const { return static_cast<int>(nanos / (3600 * kNanosPerSecond)); }
  int minute() const { return static_cast<int>(nanos / (60 * kNanosPerSecond) % 60); }
  int second() const { return static_cast<int>(nanos / kNanosPerSecond % 60); }
  std::int64_t subsecond() const { return nanos % kNanosPerSecond; }  // Nanoseconds.
  // The zone's offset in seconds; a named zone's is that of 1972-12-31, since a time has no day. Empty without a zone.
  // Source: the reference date of XPath F&O, 10.4.
  std::optional<std::int64_t> offset() const;
  std::string text() const;
};

struct DateTime {  // "date and time"
  Date date;
  Time time;  // With the zone.

  static std::optional<DateTime> parse(std::string_view text);  // "2017-08-30T14:30:00Z"; a date alone is midnight.
  // Seconds; by the zone's rules on that day, where it is named. Where the clocks change, and this local time is skipped
  // or comes twice, the offset from before the change.
  std::optional<std::int64_t> offset() const;
  // Since 1970-01-01T00:00:00, in UTC where it has a zone, else as local time. The valuedt of 10.3.2.3.6.
  __int128 epoch_nanos() const;
  // The moment in a zone: the local date and time there. Empty where the year is out of range.
  static std::optional<DateTime> from_epoch(__int128 nanos, Zone zone);
  std::string text() const;
};

// Values of times are whole seconds (10.3.2.3.4 and .6): fractions of a second make no difference here.
// Comparison by 10.3.2.15, table 54: where one has no zone, it takes the other's. Equality of table 53: both must have
// one, or neither.
std::strong_ordering compare(const Time& left, const Time& right);
std::strong_ordering compare(const DateTime& left, const DateTime& right);
bool equal(const Time& left, const Time& right);
bool equal(const DateTime& left, const DateTime& right);

// Table 57. Empty where the result doesn't exist or is out of range.
// A month too short for the day gives its last day: 31 January + P1M is 28 or 29 February.
std::optional<Date> add(const Date& date, const MonthsDuration& duration);
std::optional<Date> add(const Date& date, const DaysDuration& duration);
std::optional<DateTime> add(const DateTime& moment, const MonthsDuration& duration);
std::optional<DateTime> add(const DateTime& moment, const DaysDuration& duration);
Time add(const Time& time, const DaysDuration& duration);                             // Round the clock.
std::optional<DaysDuration> difference(const DateTime& left, const DateTime& right);  // Both with a zone, or neither.
std::optional<DaysDuration> difference(const Time& left, const Time& right);
DaysDuration difference(const Date& left, const Date& right);
// years and months duration(from, to) of 10.3.4.1: whole months, towards zero. The time of day counts: a month is over at
// the hour at which it began. On the calendar of `from` where both have a zone, else on the dates as written.
std::optional<MonthsDuration> months_between(const DateTime& from, const DateTime& to);

}  // namespace guildhall::feel
