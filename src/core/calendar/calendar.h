#pragma once

// Time as a council counts it: working days and working hours, by which its deadlines run.
//
//   const Calendar calendar = TRY(read_calendar(json));  // See read_calendar.h.
//   const Date due = TRY(calendar.add_working_days(received, 10));
//
// A day is worked when it has working hours: those of its weekday, unless it is a bank holiday or the council has closed;
// a day that is opened has hours of its own, whatever else it is. Hours are local time in the United Kingdom: a day of
// eight hours has eight on the Sunday of a change of the clocks too, unless the change lies within them.
//
// It knows the days from 1 January 2000 to 31 December 2100. What begins or ends outside is a Problem: nobody knows the
// holidays there. Answers come from tables that are made once; each is some array accesses, or a search in one.
//
// Read next: deadline.h, for deadlines with pauses, and feel_functions.h, for the same in expressions.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "calendar/bank_holidays.h"

namespace guildhall::calendar {

struct WorkingHours {
  std::chrono::minutes from;   // Since local midnight,
  std::chrono::minutes until;  // up to 24:00, and after `from`.

  auto operator<=>(const WorkingHours&) const = default;
};

struct ClosedDays {
  Date from;
  Date to;          // The last of them.
  std::string why;  // "Christmas closure". May be empty.

  auto operator<=>(const ClosedDays&) const = default;
};

struct OpenDay {
  Date date;
  std::vector<WorkingHours> hours;
  std::string why;

  auto operator<=>(const OpenDay&) const = default;
};

struct CalendarDefinition {
  std::optional<Nation> bank_holidays;              // None: they are worked.
  std::array<std::vector<WorkingHours>, 7> week{};  // Monday to Sunday; a day without hours isn't worked.
  std::vector<ClosedDays> closed;
  std::vector<OpenDay> open;

  auto operator<=>(const CalendarDefinition&) const = default;
};

inline constexpr std::array<std::string_view, 7> kWeekdays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                           "Friday", "Saturday", "Sunday"};

// A value: copies share their tables, which never change, and any number of threads may read them.
class Calendar {
 public:
  // All that is wrong with the definition, with places as read_calendar has them: "working_hours.Monday[2]".
  static Result<Calendar> make(CalendarDefinition definition);

  const CalendarDefinition& definition() const;
  bool operator==(const Calendar& other) const { return definition() == other.definition(); }

  static bool covers(Date date);  // From kFirstYear to kLastYear.
  static bool covers(Instant instant);

  bool is_working_day(Date date) const;  // Of no day that isn't covered.

  // The n-th working day after the date, or before it where n is negative. Day 0 is the date itself, worked or not; day 1
  // is the first working day after it, at whatever hour something happened and whether or not the date is worked.
  // Source: Freedom of Information Act 2000, section 10(1): "the twentieth working day following the date of receipt".
  Result<Date> add_working_days(Date date, std::int64_t n) const;

  // How many working days one has to add to `from` to come to `to`, or to the last of them before it: those after `from`
  // up to and including `to`. Negative where `to` is earlier: those before `from` back to and including `to`.
  Result<std::int64_t> working_days_between(Date from, Date to) const;

  // The first moment by which so much working time has gone by since the instant: an hour from 16:30 on a Friday is 09:30
  // on Monday, eight hours from 09:00 are 17:00. Of negative time the last moment from which on it has. No time at all
  // leads nowhere, from closed hours too; next_working_moment does.
  Result<Instant> add_working_time(Instant instant, std::chrono::microseconds time) const;
  Result<std::chrono::microseconds> working_time_between(Instant from, Instant to) const;  // Negative where to < from.

  // The instant, where it is within working hours; else when they begin next. The moment at which they end is not within.
  Result<Instant> next_working_moment(Instant instant) const;

  // When its working hours end. A problem where it isn't worked.
  Result<Instant> end_of_working_day(Date date) const;

 private:
  struct Tables;
  explicit Calendar(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace guildhall::calendar
