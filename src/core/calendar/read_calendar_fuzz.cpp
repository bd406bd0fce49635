#include "calendar/read_calendar.h"

#include <cstdint>
#include <cstdlib>

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// What is read is written in a form that reads as the same, and counts; everything else is a problem with words.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall;
  using namespace guildhall::calendar;
  const auto read = read_calendar({reinterpret_cast<const char*>(data), size});
  if (!read.ok()) {
    must(!read.problems().empty() && !read.problems().front().what.empty());
    return 0;
  }
  const auto again = read_calendar(to_json(*read));
  must(again.ok() && *again == *read && to_json(*again) == to_json(*read));

  const Date start = *Date::from(2026, 3, 28);
  for (const std::int64_t n : {-300, -1, 1, 300}) {
    const auto day = read->add_working_days(start, n);
    must(!day.ok() || (read->is_working_day(*day) && *read->working_days_between(start, *day) == n));
  }
  const Instant begin{start.days()};
  for (const auto time : {std::chrono::microseconds{-1}, std::chrono::microseconds{std::chrono::hours{50}}}) {
    const auto moment = read->add_working_time(begin, time);
    must(!moment.ok() || *read->working_time_between(begin, *moment) == time);
  }
  return 0;
}
