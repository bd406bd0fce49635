#pragma once

// Dates, instants and clocks. A date has no zone (a birthday); an instant is a moment, in microseconds UTC.
// Nothing in core/ reads a clock: the moment is an argument.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// A calendar date that exists, from 1 January 0001 to 31 December 9999.
class Date {
 public:
  Date() = default;  // 1 January 1970.
  static Result<Date> from(int year, unsigned month, unsigned day);
  static Result<Date> parse_iso(std::string_view text);  // "2014-03-12", nothing else.

  int year() const { return static_cast<int>(ymd_.year()); }
  unsigned month() const { return static_cast<unsigned>(ymd_.month()); }
  unsigned day() const { return static_cast<unsigned>(ymd_.day()); }
  std::chrono::sys_days days() const { return std::chrono::sys_days{ymd_}; }
  static Date of(std::chrono::sys_days days) { return Date(std::chrono::year_month_day{days}); }

  std::string iso() const;     // "2014-03-12"
  std::string spoken() const;  // "12 March 2014", as GOV.UK style writes dates.

  auto operator<=>(const Date&) const = default;

 private:
  explicit Date(std::chrono::year_month_day ymd) : ymd_(ymd) {}
  std::chrono::year_month_day ymd_{std::chrono::year{1970}, std::chrono::January, std::chrono::day{1}};
};

// "2014-03-12T09:30:00Z", with microseconds only where there are any.
std::string to_iso(Instant instant);
Result<Instant> parse_instant(std::string_view text);

// In UK local time: "12 March 2014 at 9:30am". Summer time by the rule in force since 1996: from 01:00 UTC on
// the last Sunday of March to 01:00 UTC on the last Sunday of October (The Summer Time Order 2002).
std::string spoken_uk(Instant instant);
Date uk_date(Instant instant);

inline std::int64_t to_microseconds(Instant instant) {
  return instant.time_since_epoch().count();
}
inline Instant from_microseconds(std::int64_t count) {
  return Instant{std::chrono::microseconds{count}};
}

// Where the time comes from: the system, or a test. Implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace guildhall
