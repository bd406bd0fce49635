#pragma once

// Calendars as a council writes them down, in JSON:
//
//   {
//     "bank_holidays": "England and Wales",           or "Scotland", "Northern Ireland", "none"
//     "working_hours": {
//       "Monday": ["09:00-17:00"],                    local time; several where it closes in between
//       "Friday": ["09:00-12:30", "13:00-16:30"]      a weekday that isn't there is not worked
//     },
//     "closed": [                                     may be left out
//       {"from": "2026-12-24", "to": "2026-12-31", "why": "Christmas closure"},
//       {"from": "2026-09-01"}                        one day; "why" may be left out
//     ],
//     "open": [{"date": "2026-12-05", "hours": ["10:00-13:00"], "why": "Flood advice"}]      may be left out
//   }

#include <string>
#include <string_view>

#include "base/result.h"
#include "calendar/calendar.h"

namespace guildhall::calendar {

// All that is wrong, with its place: "working_hours.Monday[1]". A name that isn't one of these is a problem too.
Result<Calendar> read_calendar(std::string_view json);

// In one line; read_calendar gives the same calendar again.
std::string to_json(const Calendar& calendar);

}  // namespace guildhall::calendar
