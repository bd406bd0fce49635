#include "app/calendar_command.h"

#include <iostream>

#include "app/commands.h"
#include "app/model_file.h"
#include "calendar/read_calendar.h"
#include "cases/calendars.h"

namespace guildhall::app {
namespace {

using Words = std::vector<std::string>;

Result<void> show(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  const auto newest = environment.database().read(&cases::newest_calendar);
  if (newest) {
    std::cerr << "Version " << newest->number << ", set by " << newest->act.who << " on " << to_iso(newest->at) << ": "
              << newest->act.why << "\n";
  } else {
    std::cerr << "No calendar was set; this one holds until then.\n";
  }
  std::cout << (newest ? newest->json : calendar::to_json(cases::default_calendar()) + "\n");
  return {};
}

Result<void> set(const Arguments& arguments, const std::string& path) {
  const std::string json = TRY(read_whole_file(path));
  const auto why = arguments.value("why");
  if (!why) return Problem{"Say why the calendar changes.", "--why", "For example: --why \"Christmas closure\""};
  const auto environment = TRY(open_environment(arguments));
  const auto set = environment.database().write([&](db::Connection& connection) {
    return cases::set_calendar(connection, json, {.who = given_by(arguments), .why = *why}, SystemClock().now());
  });
  if (!set.ok()) return in_file(set.problems(), path);
  std::cout << "Version " << set->number << " holds from now on.\n";
  return {};
}

// Each day, worked or not, and how many working days there are.
Result<void> days(const Arguments& arguments, const std::string& first, const std::string& last) {
  const Date from = TRY(Date::parse_iso(first)), to = TRY(Date::parse_iso(last));
  if (to < from) return Problem{"The last day is before the first.", last, "Write the earlier day first."};
  const auto environment = TRY(open_environment(arguments));
  const auto in_force = cases::calendar_in_force(environment.database().read(&cases::newest_calendar));
  const calendar::Calendar& council = in_force->calendar();
  for (const Date date : {from, to}) {
    if (!calendar::Calendar::covers(date)) {
      return Problem{"A calendar knows the years 2000 to 2100.", date.iso(), "Ask for days within them."};
    }
  }
  for (auto day = from.days(); day <= to.days(); day += std::chrono::days{1}) {
    const Date date = Date::of(day);
    std::cout << date.iso() << "\t" << calendar::kWeekdays[std::chrono::weekday{day}.iso_encoding() - 1] << "\t"
              << (council.is_working_day(date) ? "worked" : "not worked") << "\n";
  }
  std::cout << TRY(council.working_days_between(from, to)) << " working days after " << from.iso()
            << ", up to and with " << to.iso() << "\n";
  return {};
}

}  // namespace

Result<void> calendar_command(const Arguments& arguments) {
  const Words& words = arguments.rest();
  if (words == Words{"show"}) return show(arguments);
  if (words.size() == 2 && words[0] == "set") return set(arguments, words[1]);
  if (words.size() == 3 && words[0] == "days") return days(arguments, words[1], words[2]);
  return Problem{"Say what to do.", "",
                 "For example: guildhall calendar show, or guildhall calendar set council.json --why \"Christmas "
                 "closure\", or guildhall calendar days 2026-12-20 2027-01-05"};
}

}  // namespace guildhall::app
