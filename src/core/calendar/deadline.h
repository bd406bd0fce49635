#pragma once

// A deadline that stops while the council waits for somebody else: until when something is due, how much of its time is
// used, and whether it is overdue.
//
//   const Deadline deadline{.started = received, .allowed = WorkingDays{20}, .pauses = {{asked, answered}}};
//   const Standing standing = TRY(standing_of(deadline, calendar, now));
//
// Everything here is computed from the values given: nothing is kept that could disagree with them.
//
// Days. The day on which the deadline starts is day 0. Each day after it counts (each working day, or each day of the
// calendar) that no part of a pause is on: the day on which the council asked and the day on which it was answered don't
// count, as the day of the start doesn't; what was left goes on with the day after. It is due at the end of the last day:
// when its working hours end, or with its last microsecond. Source: Freedom of Information Act 2000, section 10(1) and
// (2), by which "the working days in the period beginning with the day on which the fees notice is given to the applicant
// and ending with the day on which the fee is received by the authority are to be disregarded".
//
// Working time. Every moment of working hours counts that is not within a pause.
//
// A pause that begins when the deadline is due or later changes nothing, and none that begins after the moment at which
// the deadline is looked at has happened yet. One may be known to end after that moment.

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "calendar/calendar.h"

namespace guildhall::calendar {

struct WorkingDays {
  std::int64_t count = 0;
  auto operator<=>(const WorkingDays&) const = default;
};
struct CalendarDays {
  std::int64_t count = 0;
  auto operator<=>(const CalendarDays&) const = default;
};
struct WorkingTime {
  std::chrono::microseconds time{0};
  auto operator<=>(const WorkingTime&) const = default;
};
using Allowance = std::variant<WorkingDays, CalendarDays, WorkingTime>;

struct Pause {
  Instant from;
  std::optional<Instant> until{};  // None while it goes on.
  auto operator<=>(const Pause&) const = default;
};

struct Deadline {
  Instant started;
  Allowance allowed;            // One day or more, or some time.
  std::vector<Pause> pauses{};  // In any order; they may overlap and lie before the start.
  auto operator<=>(const Deadline&) const = default;
};

// How a deadline stands at a moment.
struct Standing {
  std::optional<Instant> due;  // None while it is paused without a known end.
  Allowance used;              // Of what was allowed, up to the moment: days that are over. Never more than all of it.
  Allowance left;              // The rest: used and left are together what was allowed.
  bool paused = false;         // A pause goes on that began before it was due.
  bool overdue = false;        // It was due before the moment.
  bool operator==(const Standing&) const = default;
};

// A problem where nothing is allowed, where a pause ends before it begins, and where the calendar ends first.
Result<Standing> standing_of(const Deadline& deadline, const Calendar& calendar, Instant now);

}  // namespace guildhall::calendar
