#pragma once

// A calendar's questions as functions of FEEL, for the rules and processes that a council designs:
//
//   is working day(date)
//   add working days(date, days)
//   working days between(from, to)
//   add working time(from, duration)
//   next working moment(from)
//
// Names of parameters are as written here. The last two take a date and time; the others a date too, and of a date and
// time its day in the United Kingdom. A date and time without a zone is local time there; what a function gives has the zone that
// it was given. Answers are those of Calendar, to which calendar.h is the reference; where it has none the value is null,
// with the reason. docs/guides/deadlines.md is for those who write expressions.
//
//   declare_functions(scope);  // Before compiling: five variables, in this order.
//   const FeelFunctions functions(calendar);
//   for (const feel::HostFunction& each : functions) variables.push_back(each.value());  // For evaluating.

#include <array>
#include <string_view>

#include "calendar/calendar.h"
#include "feel/expression.h"
#include "feel/host_function.h"

namespace guildhall::calendar {

inline constexpr std::array<std::string_view, 5> kFeelFunctions{
    "is working day", "add working days", "working days between", "add working time", "next working moment"};

// Adds the functions to the scope as its next variables, with their types: the same for every calendar.
void declare_functions(feel::Scope& scope);

// The functions for one calendar, of which it keeps a copy. It outlives every evaluation that has their values, and what
// those give: values and reasons; since they point into it, it can't be copied or moved. It never changes, and any number
// of threads may use it.
class FeelFunctions {
 public:
  explicit FeelFunctions(const Calendar& calendar);

  auto begin() const { return functions_.begin(); }  // In the order of kFeelFunctions.
  auto end() const { return functions_.end(); }

 private:
  std::array<feel::HostFunction, kFeelFunctions.size()> functions_;
};

}  // namespace guildhall::calendar
