#pragma once

// By when a case is to be closed, and how its time stands still while the council waits for somebody else.
//
// A process declares it: guildhall:deadline on <process> gives a number (working days), a duration in whole days, months or
// years (calendar time), or a date or date and time. It is evaluated with the variables that the case is opened with. Days
// are counted as calendar/deadline.h counts them, from the moment at which the case is opened; months end with the day of
// the same number. A date or date and time stands whatever pauses.
//
// It is paused while a node with guildhall:pausesDeadline="true" waits, in any process of the case, and between an
// officer's act and its end. Several pauses at once are one.
//
//   const auto in_force = engine.calendars().in_force();  // Outside of read and write: it may read itself.
//   const auto standing = database.read([&](db::Connection& connection) {
//     return cases::standing(connection, in_force->calendar(), case_id, clock.now());
//   });
//
// What always holds:
//  - Pauses and the moment at which it is due are stored in the transaction of the step or act that changes them. A new
//    calendar counts from the next such change on: until then the moment that was told stays.
//  - A deadline that was missed stays missed. The history of the case says "deadline missed", once.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/definition.h"
#include "calendar/deadline.h"
#include "cases/calendars.h"
#include "cases/case_store.h"
#include "db/database.h"

namespace guildhall::cases {

struct CaseDeadline {
  CaseId case_id;
  std::variant<calendar::WorkingDays, calendar::CalendarDays, Instant> allowed;
  Instant started_at{};
  std::optional<Instant> due_at;     // None while it is paused, and where the case was closed then.
  std::optional<Instant> ended_at;   // When the case was closed.
  std::optional<Instant> missed_at;  // Since when the history says that it was missed.

  bool overdue(Instant now) const { return due_at && *due_at < ended_at.value_or(now); }
};

struct CasePause {
  std::optional<InstanceId> instance;  // And the node that waits; none: an officer's act.
  bpmn::Id node = 0;
  Instant from{};
  std::optional<Instant> until;  // None while it goes on.
};

// How the deadline of a case stands, for its page.
struct DeadlineStanding {
  CaseDeadline deadline;  // With when it is due. Of a case that is closed: met, unless overdue.
  bool overdue = false;
  std::optional<Instant> paused_since;  // Of the pause that goes on: its beginning, over all that are one with it.
  bool paused_by_act = false;           // An officer has paused it: they can resume it.
  // Of what was allowed, by the calendar in force: days that are over, and the rest. None for a moment.
  std::optional<calendar::Allowance> used;
  std::optional<calendar::Allowance> left;
  std::vector<CasePause> pauses;  // All that there were, the first first.
};

// nullopt: the case has no deadline.
std::optional<DeadlineStanding> standing(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                                         Instant now);

struct ListedDeadline {
  Case of;
  CaseDeadline deadline;
};
// Open cases by when they are due: so the overdue come first, and those that are paused last. Each page begins behind the
// last of the one before.
std::vector<ListedDeadline> cases_by_deadline(db::Connection& connection, const CaseDeadline* after,
                                              std::int64_t limit);

// ---- Acts of officers, each with a reason, in a write of `connection`. Problems where the case has no open deadline, or
// where it isn't so: paused already, or not by an act.

Result<void> pause_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                            const Act& act, Instant now);
Result<void> resume_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                             const Act& act, Instant now);
// With reopen_case(): the time until then counts.
void reopen_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id, Instant now);

// ---- For the engine

inline constexpr std::string_view kDeadlineTopic = "deadline";  // Of the job that comes when a deadline is missed.

// What the process declares, for a case that is opened. Problems where its expression gives something else.
Result<CaseDeadline> declared_deadline(const bpmn::Process& process, CaseId case_id, const bpmn::Variables& variables,
                                       Instant opened_at, const CalendarInForce& calendar);
void insert_deadline(db::Connection& connection, const CaseDeadline& deadline, InstanceId instance);
void begin_pause(db::Connection& connection, CaseId case_id, InstanceId instance, bpmn::Id node, Instant at);
void end_pause(db::Connection& connection, InstanceId instance, bpmn::Id node, Instant at);
// When it is due now that pauses have begun or ended, and its job for then.
void recount_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id, Instant now);
void end_deadline(db::Connection& connection, CaseId case_id, InstanceId instance, Instant at);
// Where it is missed and the history doesn't say so yet.
void note_missed(db::Connection& connection, CaseId case_id, InstanceId instance, Instant now);

}  // namespace guildhall::cases
