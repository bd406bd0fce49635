// The functions of days, and the clock. Source: DMN 1.5, 10.3.4.8 and 10.3.4.11.

#include <array>

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

template <Value (*of_date)(const Date&)>
Value of_day(Evaluation& evaluation, Arguments arguments) {
  const Value& date = item_of_singleton(arguments[0]);
  if (date.is(Kind::Date)) return of_date(date.date());
  if (date.is(Kind::DateTime)) return of_date(date.date_time().date);
  return evaluation.null("A date, or a date and time, is needed here, not {1}", date);
}

Value day_of_year(const Date& date) {
  return Value::number(date.day_of_year());
}

Value day_of_week(const Date& date) {
  constexpr std::array<std::string_view, 7> kNames{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
  return Value::string(kNames[static_cast<std::size_t>(date.weekday() - 1)]);
}

Value month_of_year(const Date& date) {
  constexpr std::array<std::string_view, 12> kNames{"January",   "February", "March",    "April",
                                                    "May",       "June",     "July",     "August",
                                                    "September", "October",  "November", "December"};
  return Value::string(kNames[date.month - 1U]);
}

Value week_of_year(const Date& date) {
  return Value::number(date.week_of_year());
}

Value now(Evaluation& evaluation, Arguments) {
  return Value::date_time(evaluation.now());
}

Value today(Evaluation& evaluation, Arguments) {
  return Value::date(evaluation.now().date);
}

}  // namespace

std::vector<Definition> temporal_functions() {
  const std::vector<BuiltinParameter> date{takes::one_of_several("date")};
  return {
      {"day of year", {{date, of_day<day_of_year>, Base::Number}}},
      {"day of week", {{date, of_day<day_of_week>, Base::String}}},
      {"month of year", {{date, of_day<month_of_year>, Base::String}}},
      {"week of year", {{date, of_day<week_of_year>, Base::Number}}},
  };
}

std::vector<Definition> clock_functions() {
  return {
      {"now", {{{}, now, Base::DateTime}}, false},
      {"today", {{{}, today, Base::Date}}, false},
  };
}

}  // namespace guildhall::feel
