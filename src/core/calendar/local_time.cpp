#include "calendar/local_time.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;

struct SummerTime {
  Instant begins;
  Instant ends;
};

SummerTime summer_time(year in) {
  return {sys_days{in / March / Sunday[last]} + 1h, sys_days{in / October / Sunday[last]} + 1h};
}

year year_of(Instant instant) {
  return year_month_day{floor<days>(instant)}.year();
}

}  // namespace

LocalTime to_local(Instant instant) {
  const SummerTime summer = summer_time(year_of(instant));
  const bool is_summer = instant >= summer.begins && instant < summer.ends;
  return LocalTime{instant.time_since_epoch() + (is_summer ? 1h : 0h)};
}

Instant to_instant(LocalTime local) {
  const Instant winter{local.time_since_epoch()};  // If it is winter.
  const SummerTime summer = summer_time(year_of(winter));
  if (winter < summer.begins || winter >= summer.ends + 1h) return winter;
  return std::max(summer.begins, winter - 1h);
}

}  // namespace guildhall::calendar
