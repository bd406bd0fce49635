#include "calendar/deadline.h"

#include <algorithm>

#include "calendar/local_time.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;

// The three units by which deadlines run, as one: a deadline goes along places that are whole numbers (days since 1970,
// or microseconds), some of which count. A stop keeps the places after `from` up to and including `to` from counting.
struct Stop {
  Instant begins;
  std::int64_t from = 0;
  std::optional<std::int64_t> to;  // None: without an end.
};

Date date_of(Instant instant) {
  return calendar::date_of(to_local(instant));
}

std::int64_t number_of(Date date) {
  return date.days().time_since_epoch().count();
}

Date date_at(std::int64_t number) {
  return Date::of(sys_days{days{number}});
}

// Places are days, the same for working days and days of the calendar.
struct ByDays {
  static std::int64_t start(Instant instant) { return number_of(date_of(instant)); }
  static Stop stop(const Pause& pause) {
    return {pause.from, start(pause.from) - 1, pause.until ? std::optional(start(*pause.until)) : std::nullopt};
  }
};

struct ByWorkingDays : ByDays {
  const Calendar& calendar;
  static Allowance amount(std::int64_t count) { return WorkingDays{count}; }
  Result<std::int64_t> between(std::int64_t from, std::int64_t to) const {
    return calendar.working_days_between(date_at(from), date_at(to));
  }
  Result<std::int64_t> add(std::int64_t place, std::int64_t amount) const {
    return number_of(TRY(calendar.add_working_days(date_at(place), amount)));
  }
  // The last day that is over.
  std::int64_t reached(Instant now) const {
    const Date today = date_of(now);
    const bool goes_on = calendar.is_working_day(today) && now < *calendar.end_of_working_day(today);
    return number_of(today) - (goes_on ? 1 : 0);
  }
  Result<Instant> due(std::int64_t place) const { return calendar.end_of_working_day(date_at(place)); }
};

struct ByCalendarDays : ByDays {
  static Allowance amount(std::int64_t count) { return CalendarDays{count}; }
  static Result<std::int64_t> between(std::int64_t from, std::int64_t to) { return to - from; }
  static Result<std::int64_t> add(std::int64_t place, std::int64_t amount) { return place + amount; }
  static std::int64_t reached(Instant now) {
    const Date today = date_of(now);
    return number_of(today) - (now < end_of_day(today) ? 1 : 0);
  }
  static Result<Instant> due(std::int64_t place) { return end_of_day(date_at(place)); }
};

struct ByWorkingTime {
  const Calendar& calendar;
  static Allowance amount(std::int64_t count) { return WorkingTime{microseconds{count}}; }
  static std::int64_t start(Instant instant) { return to_microseconds(instant); }
  static Stop stop(const Pause& pause) {
    return {pause.from, start(pause.from), pause.until ? std::optional(start(*pause.until)) : std::nullopt};
  }
  Result<std::int64_t> between(std::int64_t from, std::int64_t to) const {
    return TRY(calendar.working_time_between(from_microseconds(from), from_microseconds(to))).count();
  }
  Result<std::int64_t> add(std::int64_t place, std::int64_t amount) const {
    return to_microseconds(TRY(calendar.add_working_time(from_microseconds(place), microseconds{amount})));
  }
  static std::int64_t reached(Instant now) { return to_microseconds(now); }
  static Result<Instant> due(std::int64_t place) { return from_microseconds(place); }
};

template <class Unit>
Result<Standing> standing(const Unit& unit, const Deadline& deadline, std::int64_t allowed, Instant now) {
  std::vector<Stop> stops;
  for (const Pause& pause : deadline.pauses) {
    if (pause.from <= now) stops.push_back(unit.stop(pause));
  }
  std::sort(stops.begin(), stops.end(), [](const Stop& a, const Stop& b) { return a.begins < b.begins; });

  std::int64_t place = unit.start(deadline.started);
  std::int64_t left = allowed;
  std::int64_t used = 0;
  const std::int64_t reached = unit.reached(now);
  const auto count_used = [&](std::int64_t until) -> Result<void> {
    if (reached > place) used += TRY(unit.between(place, std::min(until, reached)));
    return {};
  };

  std::int64_t end = TRY(unit.add(place, left));  // Where it is due if nothing stops it from here on.
  std::optional<Instant> due = TRY(unit.due(end));
  for (const Stop& stop : stops) {
    if (*due <= stop.begins) break;
    if (stop.from > place) {
      TRY(count_used(stop.from));
      left -= TRY(unit.between(place, stop.from));
      place = stop.from;
    }
    if (!stop.to) {
      due = std::nullopt;
      break;
    }
    place = std::max(place, *stop.to);
    end = TRY(unit.add(place, left));
    due = TRY(unit.due(end));
  }
  if (due) TRY(count_used(end));

  const bool paused = std::any_of(deadline.pauses.begin(), deadline.pauses.end(), [&](const Pause& pause) {
    return pause.from <= now && (!pause.until || now < *pause.until) && (!due || pause.from < *due);
  });
  return Standing{.due = due,
                  .used = unit.amount(used),
                  .left = unit.amount(allowed - used),
                  .paused = paused && now >= deadline.started,
                  .overdue = due && now > *due};
}

}  // namespace

Result<Standing> standing_of(const Deadline& deadline, const Calendar& calendar, Instant now) {
  Problems problems;
  const auto must_be_covered = [&](Instant instant, std::string_view what) {
    if (Calendar::covers(instant)) return;
    problems.push_back({std::string(what) + " is not within the years 2000 to 2100, whose bank holidays are known.", "",
                        "Check the year."});
  };
  must_be_covered(deadline.started, "The start of the deadline");
  must_be_covered(now, "The moment at which it is looked at");
  for (const Pause& pause : deadline.pauses) {
    must_be_covered(pause.from, "The beginning of a pause");
    if (!pause.until) continue;
    must_be_covered(*pause.until, "The end of a pause");
    if (*pause.until < pause.from) {
      problems.push_back({"A pause ends before it begins.", to_iso(pause.from), "Give its end as the later moment."});
    }
  }
  // More than these years have.
  constexpr std::int64_t kMostDays = (kLastYear + 1 - kFirstYear) * 366;
  const auto must_be_some = [&](std::int64_t amount, std::int64_t most) {
    if (amount >= 1 && amount <= most) return;
    problems.push_back({"A deadline of this length is none.", "",
                        "Allow one day or more, or some time, within the years 2000 to 2100."});
  };
  const auto* working_days = std::get_if<WorkingDays>(&deadline.allowed);
  const auto* calendar_days = std::get_if<CalendarDays>(&deadline.allowed);
  const auto* working_time = std::get_if<WorkingTime>(&deadline.allowed);
  if (working_days) must_be_some(working_days->count, kMostDays);
  if (calendar_days) must_be_some(calendar_days->count, kMostDays);
  if (working_time) must_be_some(working_time->time.count(), microseconds{days{kMostDays}}.count());
  if (!problems.empty()) return problems;

  if (working_days) return standing(ByWorkingDays{{}, calendar}, deadline, working_days->count, now);
  if (calendar_days) return standing(ByCalendarDays{}, deadline, calendar_days->count, now);
  return standing(ByWorkingTime{calendar}, deadline, working_time->time.count(), now);
}

}  // namespace guildhall::calendar
