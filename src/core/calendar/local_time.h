#pragma once

// What clocks show in the United Kingdom, Europe/London: Greenwich Mean Time, and an hour more from 01:00 GMT on the last
// Sunday of March to 01:00 GMT on the last Sunday of October. Source: the Summer Time Act 1972, section 1, as amended by
// the Summer Time Order 2002. Before 1996 there were other rules, which nothing here asks for.

#include <chrono>

#include "base/time.h"

namespace guildhall::calendar {

using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

LocalTime to_local(Instant instant);

// The first moment at which clocks show at least this time: of a time that the clocks skip in March, the moment at which
// they do; of one that they show twice in October, the first.
Instant to_instant(LocalTime local);

inline Date date_of(LocalTime local) {
  return Date::of(std::chrono::sys_days{std::chrono::floor<std::chrono::days>(local).time_since_epoch()});
}

// Midnight, with which the day begins.
inline LocalTime start_of_day(Date date) {
  return LocalTime{date.days().time_since_epoch()};
}

// The last microsecond that is still on this day.
inline Instant end_of_day(Date date) {
  return to_instant(start_of_day(date) + std::chrono::days{1}) - std::chrono::microseconds{1};
}

}  // namespace guildhall::calendar
