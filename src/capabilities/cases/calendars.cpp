#include "cases/calendars.h"

#include "base/text.h"
#include "calendar/read_calendar.h"

namespace guildhall::cases {
namespace {

constexpr std::chrono::seconds kLooksEvery{1};

constexpr std::string_view kVersion = "SELECT number, json, who, why, at FROM council_calendar ORDER BY number DESC";

CalendarVersion version_of(const db::Row& row) {
  return {.number = row.integer(0),
          .json = std::string(row.text(1)),
          .act = {.who = std::string(row.text(2)), .why = std::string(row.text(3))},
          .at = row.instant(4)};
}

}  // namespace

calendar::Calendar default_calendar() {
  static const calendar::Calendar calendar = [] {
    calendar::CalendarDefinition definition;
    definition.bank_holidays = calendar::Nation::EnglandAndWales;
    for (std::size_t day = 0; day < 5; ++day) definition.week[day] = {{std::chrono::hours{9}, std::chrono::hours{17}}};
    return calendar::Calendar::make(std::move(definition)).value();
  }();
  return calendar;
}

std::optional<CalendarVersion> newest_calendar(db::Connection& connection) {
  return connection.query_one(std::string(kVersion) + " LIMIT 1", {}, &version_of);
}

std::vector<CalendarVersion> all_calendars(db::Connection& connection) {
  std::vector<CalendarVersion> found;
  connection.query(kVersion, {}, [&](const db::Row& row) { found.push_back(version_of(row)); });
  return found;
}

Result<CalendarVersion> set_calendar(db::Connection& connection, std::string_view json, const Act& act, Instant now) {
  TRY(calendar::read_calendar(json));
  if (trimmed(act.why).empty()) return Problem{"Say why the calendar changes.", "", "Others will want to know."};
  connection.execute("INSERT INTO council_calendar (json, who, why, at) VALUES ($1, $2, $3, $4)",
                     {json, act.who, act.why, now});
  return newest_calendar(connection).value();
}

bpmn::ReadOptions read_options() {
  return {.names = {calendar::kFeelFunctions.begin(), calendar::kFeelFunctions.end()}};
}

CalendarInForce::CalendarInForce(const calendar::Calendar& calendar) : calendar_(calendar), functions_(calendar) {
  for (const feel::HostFunction& each : functions_) given_.emplace_back(each.name(), each.value());
}

std::shared_ptr<const CalendarInForce> calendar_in_force(const std::optional<CalendarVersion>& newest) {
  // Whatever was set could be read then.
  return std::make_shared<const CalendarInForce>(newest ? calendar::read_calendar(newest->json).value()
                                                        : default_calendar());
}

std::shared_ptr<const CalendarInForce> Calendars::in_force() {
  const Instant now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (in_force_ != nullptr && now >= looked_at_ && now < looked_at_ + kLooksEvery) return in_force_;
  const auto newest = database_.read(&newest_calendar);
  if (in_force_ == nullptr || (newest && newest->number != number_)) {
    in_force_ = calendar_in_force(newest);
    number_ = newest ? newest->number : 0;
  }
  looked_at_ = now;
  return in_force_;
}

}  // namespace guildhall::cases
