#pragma once

// The calendar of an environment's council: when it works, by which its processes count. Versions are only ever added; the
// newest holds for what is counted from then on. Moments that are stored already, of timers, of tasks and of deadlines,
// don't move.
//
//   const auto in_force = calendars.in_force();     // Kept for as long as anything computed with it.
//   bpmn::advance(process, instance, event, now, in_force->surroundings());

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/instance.h"
#include "bpmn/read_definitions.h"
#include "calendar/calendar.h"
#include "calendar/feel_functions.h"
#include "cases/case_store.h"
#include "db/database.h"

namespace guildhall::cases {

// Where none was set: the bank holidays of England and Wales, Monday to Friday from 9 to 17.
calendar::Calendar default_calendar();

struct CalendarVersion {
  std::int64_t number = 0;  // From 1.
  std::string json;
  Act act;
  Instant at{};

  bool operator==(const CalendarVersion&) const = default;
};

std::optional<CalendarVersion> newest_calendar(db::Connection& connection);
std::vector<CalendarVersion> all_calendars(db::Connection& connection);  // The newest first.
// Problems, nothing stored: what calendar::read_calendar refuses, and an act without a reason.
Result<CalendarVersion> set_calendar(db::Connection& connection, std::string_view json, const Act& act, Instant now);

// The names of the calendar's functions, which every expression of a process may use.
bpmn::ReadOptions read_options();

// A calendar, and what it gives to every expression. Never changes; threads share it.
class CalendarInForce {
 public:
  explicit CalendarInForce(const calendar::Calendar& calendar);
  CalendarInForce(const CalendarInForce&) = delete;
  CalendarInForce& operator=(const CalendarInForce&) = delete;

  const calendar::Calendar& calendar() const { return calendar_; }
  bpmn::Surroundings surroundings() const { return {.limits = {}, .given = given_}; }

 private:
  calendar::Calendar calendar_;
  calendar::FeelFunctions functions_;
  std::vector<std::pair<std::string, feel::Value>> given_;
};

// Of the newest version, or the default where there is none.
std::shared_ptr<const CalendarInForce> calendar_in_force(const std::optional<CalendarVersion>& newest);

// The newest calendar of a database, as it was within the last second. Any thread may call any function of it.
class Calendars {
 public:
  Calendars(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  std::shared_ptr<const CalendarInForce> in_force();

 private:
  db::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;
  Instant looked_at_{};
  std::int64_t number_ = 0;  // 0: the default.
  std::shared_ptr<const CalendarInForce> in_force_;
};

}  // namespace guildhall::cases
