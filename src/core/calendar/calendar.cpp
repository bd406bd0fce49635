#include "calendar/calendar.h"

#include <algorithm>
#include <set>

#include "calendar/local_time.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;

constexpr sys_days kFirst{year{kFirstYear} / January / 1};
constexpr sys_days kEnd{year{kLastYear + 1} / January / 1};
constexpr std::size_t kDays = (kEnd - kFirst).count();

// Of a day that is covered, since the first.
std::size_t place_of(Date date) {
  return static_cast<std::size_t>((date.days() - kFirst).count());
}

// Of the local day of an instant that is covered.
std::size_t place_of(Instant instant) {
  return static_cast<std::size_t>(
      (floor<days>(to_local(instant).time_since_epoch()) - kFirst.time_since_epoch()).count());
}

Date date_at(std::size_t place) {
  return Date::of(kFirst + days{place});
}

Problem outside() {
  return {"This is not within the years 2000 to 2100, whose bank holidays are known.", "",
          "Check the date, and how far it is counted from there."};
}

void check_hours(const std::vector<WorkingHours>& hours, const std::string& where, Problems& problems) {
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const std::string place = where + "[" + std::to_string(i + 1) + "]";
    if (hours[i].from < 0min || hours[i].until > 24h) {
      problems.push_back({"These hours are not within a day.", place, "Write times from 00:00 to 24:00."});
    } else if (hours[i].from >= hours[i].until) {
      problems.push_back({"These hours end before they begin.", place, "Write the earlier time first: 09:00-17:00."});
    } else if (i > 0 && hours[i].from < hours[i - 1].until) {
      problems.push_back({"These hours begin before those in front of them end.", place,
                          "Write hours in their order, and each only once."});
    }
  }
}

Problems problems_of(const CalendarDefinition& definition) {
  Problems problems;
  bool worked = false;
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    check_hours(definition.week[i], "working_hours." + std::string(kWeekdays[i]), problems);
    worked = worked || !definition.week[i].empty();
  }
  if (!worked) {
    problems.push_back({"No day of the week has working hours.", "working_hours", "Give at least one day its hours."});
  }
  for (std::size_t i = 0; i < definition.closed.size(); ++i) {
    const ClosedDays& closed = definition.closed[i];
    const std::string where = "closed[" + std::to_string(i + 1) + "]";
    if (!Calendar::covers(closed.from) || !Calendar::covers(closed.to)) {
      problems.push_back({"These days are not within the years 2000 to 2100.", where, "Check the years."});
    } else if (closed.from > closed.to) {
      problems.push_back({"These days end before they begin.", where, "Give the first day as from, the last as to."});
    }
  }
  std::set<Date> opened;
  for (std::size_t i = 0; i < definition.open.size(); ++i) {
    const OpenDay& open = definition.open[i];
    const std::string where = "open[" + std::to_string(i + 1) + "]";
    if (!Calendar::covers(open.date)) {
      problems.push_back({"This day is not within the years 2000 to 2100.", where, "Check the year."});
    }
    if (!opened.insert(open.date).second) {
      problems.push_back({"This day is opened twice.", where, "Put its hours together in one place."});
    }
    if (open.hours.empty()) {
      problems.push_back({"This day is opened without hours.", where, "Give it the hours at which it is worked."});
    }
    check_hours(open.hours, where + ".hours", problems);
  }
  return problems;
}

// Which hours each day has, from the first day on. They point into the definition.
std::vector<const std::vector<WorkingHours>*> hours_by_day(const CalendarDefinition& definition) {
  static const std::vector<WorkingHours> kNone;
  std::vector<const std::vector<WorkingHours>*> hours(kDays);
  for (std::size_t i = 0; i < kDays; ++i) {
    hours[i] = &definition.week[weekday{kFirst + days{i}}.iso_encoding() - 1];
  }
  if (definition.bank_holidays) {
    for (int year = kFirstYear; year <= kLastYear; ++year) {
      for (const BankHoliday& each : bank_holidays(*definition.bank_holidays, year))
        hours[place_of(each.date)] = &kNone;
    }
  }
  // How many entries close a day, as what each day adds to the day before: entries may be many, and long.
  std::vector<std::int64_t> closures(kDays + 1);
  for (const ClosedDays& each : definition.closed) {
    ++closures[place_of(each.from)];
    --closures[place_of(each.to) + 1];
  }
  std::int64_t closed = 0;
  for (std::size_t i = 0; i < kDays; ++i) {
    closed += closures[i];
    if (closed > 0) hours[i] = &kNone;
  }
  for (const OpenDay& each : definition.open) hours[place_of(each.date)] = &each.hours;
  return hours;
}

}  // namespace

struct Calendar::Tables {
  // Working hours without a break, in their order. Empty where the clocks skip them.
  struct Span {
    Instant from;
    Instant until;
    microseconds before;  // Working time of all spans before it.

    microseconds length() const { return until - from; }
  };

  explicit Tables(CalendarDefinition of) : definition(std::move(of)) {
    const auto hours = hours_by_day(definition);
    worked_before.reserve(kDays + 1);
    spans_before.reserve(kDays + 1);
    microseconds time{0};
    for (std::size_t i = 0; i < kDays; ++i) {
      worked_before.push_back(static_cast<std::uint32_t>(worked.size()));
      spans_before.push_back(static_cast<std::uint32_t>(spans.size()));
      if (hours[i]->empty()) continue;
      worked.push_back(static_cast<std::uint32_t>(i));
      const LocalTime midnight = start_of_day(date_at(i));
      for (const WorkingHours& each : *hours[i]) {
        spans.push_back({to_instant(midnight + each.from), to_instant(midnight + each.until), time});
        time += spans.back().length();
      }
    }
    worked_before.push_back(static_cast<std::uint32_t>(worked.size()));
    spans_before.push_back(static_cast<std::uint32_t>(spans.size()));
    total = time;
  }

  // Working time from the first day to an instant.
  std::optional<microseconds> time_before(Instant instant) const {
    if (!covers(instant)) return std::nullopt;
    const std::size_t place = place_of(instant);
    const std::size_t next = spans_before[place + 1];
    for (std::size_t i = spans_before[place]; i < next; ++i) {
      if (instant < spans[i].until) return spans[i].before + std::max(instant - spans[i].from, microseconds{0});
    }
    return next < spans.size() ? spans[next].before : total;
  }

  CalendarDefinition definition;
  std::vector<std::uint32_t> worked;         // The places of working days.
  std::vector<std::uint32_t> worked_before;  // By day, and once more for the end: how many of them are before it.
  std::vector<Span> spans;
  std::vector<std::uint32_t> spans_before;  // The same for spans.
  microseconds total{0};
};

Result<Calendar> Calendar::make(CalendarDefinition definition) {
  if (Problems problems = problems_of(definition); !problems.empty()) return problems;
  return Calendar(std::make_shared<const Tables>(std::move(definition)));
}

const CalendarDefinition& Calendar::definition() const {
  return tables_->definition;
}

bool Calendar::covers(Date date) {
  return date.days() >= kFirst && date.days() < kEnd;
}

bool Calendar::covers(Instant instant) {
  return instant >= kFirst && instant < kEnd;  // Both are in winter, when local time is UTC.
}

bool Calendar::is_working_day(Date date) const {
  if (!covers(date)) return false;
  const std::size_t place = place_of(date);
  return tables_->worked_before[place] != tables_->worked_before[place + 1];
}

Result<Date> Calendar::add_working_days(Date date, std::int64_t n) const {
  constexpr auto kMost = static_cast<std::int64_t>(kDays);
  if (!covers(date) || n > kMost || n < -kMost) return outside();
  if (n == 0) return date;
  const std::size_t place = place_of(date);
  const std::int64_t found = n > 0 ? tables_->worked_before[place + 1] + n - 1 : tables_->worked_before[place] + n;
  if (found < 0 || found >= static_cast<std::int64_t>(tables_->worked.size())) return outside();
  return date_at(tables_->worked[static_cast<std::size_t>(found)]);
}

Result<std::int64_t> Calendar::working_days_between(Date from, Date to) const {
  if (!covers(from) || !covers(to)) return outside();
  const auto& before = tables_->worked_before;
  const std::size_t one = place_of(from);
  const std::size_t other = place_of(to);
  if (from <= to) return std::int64_t{before[other + 1]} - before[one + 1];
  return std::int64_t{before[other]} - before[one];
}

Result<Instant> Calendar::add_working_time(Instant instant, microseconds time) const {
  const auto before = tables_->time_before(instant);
  if (!before || time > tables_->total || time < -tables_->total) return outside();
  if (time == microseconds{0}) return instant;
  const microseconds wanted = *before + time;
  if (wanted < microseconds{0} || wanted > tables_->total) return outside();
  const auto& spans = tables_->spans;
  // Forwards the first span in which it has gone by, backwards the last at whose start it hasn't.
  const auto found =
      time > microseconds{0}
          ? std::lower_bound(spans.begin(), spans.end(), wanted,
                             [](const Tables::Span& span, microseconds of) { return span.before + span.length() < of; })
          : std::prev(std::upper_bound(spans.begin(), spans.end(), wanted,
                                       [](microseconds of, const Tables::Span& span) { return of < span.before; }));
  return found->from + (wanted - found->before);
}

Result<microseconds> Calendar::working_time_between(Instant from, Instant to) const {
  const auto before_from = tables_->time_before(from);
  const auto before_to = tables_->time_before(to);
  if (!before_from || !before_to) return outside();
  return *before_to - *before_from;
}

Result<Instant> Calendar::next_working_moment(Instant instant) const {
  if (!covers(instant)) return outside();
  const auto& spans = tables_->spans;
  for (std::size_t i = tables_->spans_before[place_of(instant)]; i < spans.size(); ++i) {
    const Instant moment = std::max(instant, spans[i].from);
    if (moment < spans[i].until) return moment;
  }
  return outside();
}

Result<Instant> Calendar::end_of_working_day(Date date) const {
  if (!covers(date)) return outside();
  if (!is_working_day(date)) {
    return Problem{date.spoken() + " is not a working day.", "", "Ask for the working day before or after it."};
  }
  return tables_->spans[tables_->spans_before[place_of(date) + 1] - 1].until;
}

}  // namespace guildhall::calendar
