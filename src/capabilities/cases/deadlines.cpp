#include "cases/deadlines.h"

#include <algorithm>

#include "base/text.h"
#include "calendar/local_time.h"

namespace guildhall::cases {
namespace {

using calendar::CalendarDays;
using calendar::WorkingDays;
using feel::Kind;
using Allowed = decltype(CaseDeadline::allowed);

constexpr std::int64_t kMostDays = 10'000;

// In the order of Allowed.
constexpr std::string_view kKinds[] = {"working days", "calendar days", "moment"};

constexpr std::string_view kDeadline = "d.case_id, d.kind, d.amount, d.started_at, d.due_at, d.ended_at, d.missed_at";

CaseDeadline deadline_of(const db::Row& row) {
  CaseDeadline deadline{.case_id = row.id<CaseId>(0),
                        .allowed = WorkingDays{row.integer(2)},
                        .started_at = row.instant(3),
                        .due_at = row.optional_instant(4),
                        .ended_at = row.optional_instant(5),
                        .missed_at = row.optional_instant(6)};
  if (row.text(1) == kKinds[1]) deadline.allowed = CalendarDays{row.integer(2)};
  if (row.text(1) == kKinds[2]) deadline.allowed = row.instant(2);
  return deadline;
}

std::int64_t amount_of(const Allowed& allowed) {
  if (const auto* moment = std::get_if<Instant>(&allowed)) return to_microseconds(*moment);
  if (const auto* days = std::get_if<CalendarDays>(&allowed)) return days->count;
  return std::get<WorkingDays>(allowed).count;
}

std::optional<CaseDeadline> find_deadline(db::Connection& connection, CaseId case_id) {
  return connection.query_one("SELECT " + std::string(kDeadline) + " FROM case_deadline d WHERE d.case_id = $1",
                              {case_id}, &deadline_of);
}

std::vector<CasePause> pauses_of(db::Connection& connection, CaseId case_id) {
  std::vector<CasePause> pauses;
  connection.query(
      "SELECT instance, node, from_at, until_at FROM case_pause WHERE case_id = $1 ORDER BY from_at, number", {case_id},
      [&](const db::Row& row) {
        pauses.push_back({.instance = row.optional_id<InstanceId>(0),
                          .node = static_cast<bpmn::Id>(row.optional_integer(1).value_or(0)),
                          .from = row.instant(2),
                          .until = row.optional_instant(3)});
      });
  return pauses;
}

bool goes_on(const CasePause& pause) {
  return !pause.until;
}

// As the calendar counts it. None for a moment, and where the calendar ends before the deadline does.
std::optional<calendar::Standing> counted(const CaseDeadline& deadline, const std::vector<CasePause>& pauses,
                                          const calendar::Calendar& calendar, Instant now) {
  calendar::Deadline asked{.started = deadline.started_at, .allowed = WorkingDays{}};
  if (const auto* days = std::get_if<WorkingDays>(&deadline.allowed)) {
    asked.allowed = *days;
  } else if (const auto* all_days = std::get_if<CalendarDays>(&deadline.allowed)) {
    asked.allowed = *all_days;
  } else {
    return std::nullopt;
  }
  for (const CasePause& pause : pauses) asked.pauses.push_back({pause.from, pause.until});
  auto standing = calendar::standing_of(asked, calendar, now);
  return standing.ok() ? std::optional(*standing) : std::nullopt;
}

std::optional<Instant> due_of(const CaseDeadline& deadline, const std::vector<CasePause>& pauses,
                              const calendar::Calendar& calendar, Instant now) {
  if (const auto* moment = std::get_if<Instant>(&deadline.allowed)) return *moment;
  const auto standing = counted(deadline, pauses, calendar, now);
  return standing ? standing->due : std::nullopt;
}

// The case's own process: the newest, where it was started again.
InstanceId instance_of(db::Connection& connection, CaseId case_id) {
  return connection
      .query_one(
          "SELECT id FROM process_instance WHERE case_id = $1 AND caller IS NULL ORDER BY started_at DESC, id DESC "
          "LIMIT 1",
          {case_id}, [](const db::Row& row) { return row.id<InstanceId>(0); })
      .value();
}

// What to do when it is missed: from the microsecond after it was due.
void add_missed_job(db::Connection& connection, const CaseDeadline& deadline, InstanceId instance) {
  if (!deadline.due_at || deadline.missed_at) return;
  add_job(connection, {.kind = Job::Kind::Event,
                       .case_id = deadline.case_id,
                       .instance = instance,
                       .topic = std::string(kDeadlineTopic),
                       .due_at = *deadline.due_at + std::chrono::microseconds(1),
                       .content = {},
                       .problem = {}});
}

void remove_missed_job(db::Connection& connection, InstanceId instance) {
  connection.enqueue("DELETE FROM job WHERE instance = $1 AND node = 0 AND topic = $2 AND due_at IS NOT NULL",
                     {instance, kDeadlineTopic});
}

// ---- What an expression gives

std::optional<Instant> instant_of(const feel::DateTime& moment) {
  if (moment.time.zone.present()) {
    const __int128 micros = moment.epoch_nanos() / 1'000;
    if (micros != static_cast<std::int64_t>(micros)) return std::nullopt;
    return from_microseconds(static_cast<std::int64_t>(micros));
  }
  const auto date = Date::from(moment.date.year, moment.date.month, moment.date.day);
  if (!date.ok()) return std::nullopt;
  return calendar::to_instant(calendar::start_of_day(*date) + std::chrono::floor<std::chrono::microseconds>(
                                                                  std::chrono::nanoseconds{moment.time.nanos}));
}

std::optional<Allowed> of_days(const feel::DaysDuration& duration) {
  if (duration.nanos != 0 || duration.seconds % feel::kSecondsPerDay != 0) return std::nullopt;
  if (duration.days_part() < 1 || duration.days_part() > kMostDays) return std::nullopt;
  return CalendarDays{duration.days_part()};
}

// So many days as lead to the day of the same number, or to the last of a month that is shorter.
std::optional<Allowed> of_months(const feel::MonthsDuration& duration, Instant from) {
  if (duration.months < 1 || duration.months > kMostDays / 31) return std::nullopt;
  const auto first = uk_date(from).days();
  auto last = std::chrono::year_month_day{first} + std::chrono::months{duration.months};
  if (!last.ok()) last = last.year() / last.month() / std::chrono::last;
  return CalendarDays{(std::chrono::sys_days{last} - first).count()};
}

std::optional<Allowed> of_date(const feel::Date& date) {
  const auto day = Date::from(date.year, date.month, date.day);
  if (!day.ok()) return std::nullopt;
  return calendar::end_of_day(*day);
}

std::optional<Allowed> of_moment(const feel::DateTime& moment) {
  const auto instant = instant_of(moment);
  return instant ? std::optional<Allowed>(*instant) : std::nullopt;
}

std::optional<Allowed> of_text(std::string_view text, Instant from) {
  if (const auto days = feel::DaysDuration::parse(text)) return of_days(*days);
  if (const auto months = feel::MonthsDuration::parse(text)) return of_months(*months, from);
  if (const auto date = feel::Date::parse(text)) return of_date(*date);
  if (const auto moment = feel::DateTime::parse(text)) return of_moment(*moment);
  return std::nullopt;
}

std::optional<Allowed> allowed_by(const feel::Value& value, Instant from) {
  switch (value.kind()) {
    case Kind::Number: {
      const auto days = value.number().to_int64();
      if (!days || *days < 1 || *days > kMostDays) return std::nullopt;
      return WorkingDays{*days};
    }
    case Kind::DaysDuration:
      return of_days(value.days_duration());
    case Kind::MonthsDuration:
      return of_months(value.months_duration(), from);
    case Kind::Date:
      return of_date(value.date());
    case Kind::DateTime:
      return of_moment(value.date_time());
    case Kind::String:
      return of_text(trimmed(value.string()), from);
    default:
      return std::nullopt;
  }
}

Result<CaseDeadline> open_deadline(db::Connection& connection, CaseId case_id) {
  const auto deadline = find_deadline(connection, case_id);
  if (!deadline) {
    return Problem{"This case has no deadline.", case_id.text(), "Its process declares none: guildhall:deadline."};
  }
  if (deadline->ended_at) return Problem{"This case is closed.", case_id.text(), ""};
  return *deadline;
}

Result<void> with_reason(const Act& act) {
  if (trimmed(act.why).empty()) return Problem{"Say why.", "", "Give a reason: it is kept in the case's history."};
  return {};
}

bool paused_by_act(const std::vector<CasePause>& pauses) {
  return std::ranges::any_of(pauses, [](const CasePause& pause) { return goes_on(pause) && !pause.instance; });
}

void end_act(db::Connection& connection, CaseId case_id, Instant at) {
  connection.enqueue("UPDATE case_pause SET until_at = $2 WHERE case_id = $1 AND instance IS NULL AND until_at IS NULL",
                     {case_id, at});
}

}  // namespace

// ---- How it stands

std::optional<DeadlineStanding> standing(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                                         Instant now) {
  const auto deadline = find_deadline(connection, case_id);
  if (!deadline) return std::nullopt;
  DeadlineStanding standing{.deadline = *deadline,
                            .overdue = deadline->overdue(now),
                            .paused_since = std::nullopt,
                            .used = std::nullopt,
                            .left = std::nullopt,
                            .pauses = pauses_of(connection, case_id)};
  standing.paused_by_act = paused_by_act(standing.pauses);
  const auto open = std::ranges::find_if(standing.pauses, goes_on);
  if (open != standing.pauses.end() && !deadline->due_at) {
    // It reaches back as far as pauses overlap.
    standing.paused_since = open->from;
    for (auto pause = standing.pauses.rbegin(); pause != standing.pauses.rend(); ++pause) {
      if (pause->until && *pause->until >= *standing.paused_since && pause->from < *standing.paused_since) {
        standing.paused_since = pause->from;
      }
    }
  }
  if (const auto count = counted(*deadline, standing.pauses, calendar, deadline->ended_at.value_or(now))) {
    standing.used = count->used;
    standing.left = count->left;
  }
  return standing;
}

std::vector<ListedDeadline> cases_by_deadline(db::Connection& connection, const CaseDeadline* after,
                                              std::int64_t limit) {
  std::vector<ListedDeadline> listed;
  const std::string select = "SELECT " + std::string(kDeadline) +
                             ", c.reference, c.title, c.opened_at, c.closed_at FROM case_deadline d JOIN council_case "
                             "c ON c.id = d.case_id WHERE d.ended_at IS NULL AND ";
  const auto add = [&](const db::Row& row) {
    const CaseDeadline deadline = deadline_of(row);
    listed.push_back({.of = {.id = deadline.case_id,
                             .reference = std::string(row.text(7)),
                             .title = std::string(row.text(8)),
                             .opened_at = row.instant(9),
                             .closed_at = row.optional_instant(10)},
                      .deadline = deadline});
  };
  if (after == nullptr) {
    connection.query(select + "d.due_at IS NOT NULL ORDER BY d.due_at, d.case_id LIMIT $1", {limit}, add);
  } else if (after->due_at) {
    connection.query(select + "(d.due_at, d.case_id) > ($1, $2) ORDER BY d.due_at, d.case_id LIMIT $3",
                     {after->due_at, after->case_id, limit}, add);
  }
  const auto rest = limit - static_cast<std::int64_t>(listed.size());
  if (rest <= 0) return listed;
  if (after == nullptr || after->due_at) {
    connection.query(select + "d.due_at IS NULL ORDER BY d.case_id LIMIT $1", {rest}, add);
  } else {
    connection.query(select + "d.due_at IS NULL AND d.case_id > $1 ORDER BY d.case_id LIMIT $2", {after->case_id, rest},
                     add);
  }
  return listed;
}

// ---- Acts

Result<void> pause_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                            const Act& act, Instant now) {
  TRY(with_reason(act));
  const CaseDeadline deadline = TRY(open_deadline(connection, case_id));
  if (paused_by_act(pauses_of(connection, case_id))) {
    return Problem{"The deadline is paused already.", case_id.text(), ""};
  }
  if (deadline.overdue(now)) {
    return Problem{"The deadline has been missed.", case_id.text(), "A missed deadline can't be paused."};
  }
  connection.enqueue("INSERT INTO case_pause (case_id, from_at) VALUES ($1, $2)", {case_id, now});
  recount_deadline(connection, calendar, case_id, now);
  note(connection, instance_of(connection, case_id), act, "paused the deadline", now);
  return {};
}

Result<void> resume_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id,
                             const Act& act, Instant now) {
  TRY(with_reason(act));
  TRY(open_deadline(connection, case_id));
  const auto pauses = pauses_of(connection, case_id);
  if (!paused_by_act(pauses)) {
    const bool waits = std::ranges::any_of(pauses, goes_on);
    return Problem{waits ? "The deadline is paused by its process." : "The deadline isn't paused.", case_id.text(),
                   waits ? "It goes on when what the process waits for has come." : ""};
  }
  end_act(connection, case_id, now);
  recount_deadline(connection, calendar, case_id, now);
  note(connection, instance_of(connection, case_id), act, "resumed the deadline", now);
  return {};
}

void reopen_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id, Instant now) {
  connection.enqueue("UPDATE case_deadline SET ended_at = NULL WHERE case_id = $1", {case_id});
  recount_deadline(connection, calendar, case_id, now);
}

// ---- For the engine

Result<CaseDeadline> declared_deadline(const bpmn::Process& process, CaseId case_id, const bpmn::Variables& variables,
                                       Instant opened_at, const CalendarInForce& calendar) {
  const std::string where = "process " + process.id + ", guildhall:deadline";
  const bpmn::Data value = TRY(bpmn::evaluate(*process.deadline, variables, opened_at, calendar.surroundings()));
  const auto allowed = allowed_by(value.value(), opened_at);
  if (!allowed) {
    return Problem{"The deadline is " + feel::to_text(value.value(), 100) + ".", where,
                   "It should be a number of working days, a duration in whole days or months, or a date."};
  }
  CaseDeadline deadline{.case_id = case_id,
                        .allowed = *allowed,
                        .started_at = opened_at,
                        .due_at = std::nullopt,
                        .ended_at = std::nullopt,
                        .missed_at = std::nullopt};
  deadline.due_at = due_of(deadline, {}, calendar.calendar(), opened_at);
  if (!deadline.due_at) {
    return Problem{"The deadline is beyond what the calendar knows.", where, "It knows the years 2000 to 2100."};
  }
  return deadline;
}

void insert_deadline(db::Connection& connection, const CaseDeadline& deadline, InstanceId instance) {
  connection.enqueue(
      "INSERT INTO case_deadline (case_id, kind, amount, started_at, due_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT "
      "(case_id) DO NOTHING",
      {deadline.case_id, kKinds[deadline.allowed.index()], amount_of(deadline.allowed), deadline.started_at,
       deadline.due_at});
  add_missed_job(connection, deadline, instance);
}

void begin_pause(db::Connection& connection, CaseId case_id, InstanceId instance, bpmn::Id node, Instant at) {
  connection.enqueue("INSERT INTO case_pause (case_id, instance, node, from_at) VALUES ($1, $2, $3, $4)",
                     {case_id, instance, node, at});
}

void end_pause(db::Connection& connection, InstanceId instance, bpmn::Id node, Instant at) {
  connection.enqueue(
      "UPDATE case_pause SET until_at = $3 WHERE case_id = (SELECT case_id FROM process_instance WHERE id = $1) AND "
      "instance = $1 AND node = $2 AND until_at IS NULL",
      {instance, node, at});
}

void recount_deadline(db::Connection& connection, const calendar::Calendar& calendar, CaseId case_id, Instant now) {
  auto deadline = find_deadline(connection, case_id);
  if (!deadline || deadline->ended_at) return;
  // What was missed stays so, by whichever calendar.
  if (!deadline->overdue(now)) deadline->due_at = due_of(*deadline, pauses_of(connection, case_id), calendar, now);
  const InstanceId instance = instance_of(connection, case_id);
  connection.enqueue("UPDATE case_deadline SET due_at = $2 WHERE case_id = $1", {case_id, deadline->due_at});
  remove_missed_job(connection, instance);
  add_missed_job(connection, *deadline, instance);
}

void end_deadline(db::Connection& connection, CaseId case_id, InstanceId instance, Instant at) {
  end_act(connection, case_id, at);
  connection.enqueue("UPDATE case_deadline SET ended_at = $2 WHERE case_id = $1", {case_id, at});
  // One that was missed is noted by its job.
  connection.enqueue("DELETE FROM job WHERE instance = $1 AND node = 0 AND topic = $2 AND due_at > $3",
                     {instance, kDeadlineTopic, at});
}

void note_missed(db::Connection& connection, CaseId case_id, InstanceId instance, Instant now) {
  const bool missed = connection.execute(
                          "UPDATE case_deadline SET missed_at = $2 WHERE case_id = $1 AND missed_at IS NULL AND due_at "
                          "< COALESCE(ended_at, $2)",
                          {case_id, now}) == 1;
  if (missed) note(connection, instance, {std::string(kProcess), ""}, "deadline missed", now);
}

}  // namespace guildhall::cases
