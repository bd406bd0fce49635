#include "calendar/feel_functions.h"

#include "calendar/local_time.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;
using feel::Evaluation;
using feel::HostFunction;
using feel::HostParameter;
using feel::Kind;
using feel::Type;
using feel::Value;
using Arguments = std::span<const Value>;

constexpr const char* kOutside = "{1} is not within the years 2000 to 2100, or leads out of them";

std::optional<Date> date_of(const feel::Date& date) {
  auto exists = Date::from(date.year, date.month, date.day);
  if (!exists.ok() || !Calendar::covers(*exists)) return std::nullopt;
  return *exists;
}

feel::Date to_feel(Date date) {
  return {date.year(), static_cast<std::uint8_t>(date.month()), static_cast<std::uint8_t>(date.day())};
}

// A date and time of a zone as a moment, one without a zone as what clocks in the United Kingdom show.
std::optional<Instant> instant_of(const feel::DateTime& moment) {
  if (!moment.time.zone.present()) {
    const auto date = date_of(moment.date);
    if (!date) return std::nullopt;
    return to_instant(start_of_day(*date) + floor<microseconds>(nanoseconds{moment.time.nanos}));
  }
  const __int128 nanos = moment.epoch_nanos();
  const __int128 micros = nanos / 1'000 - (nanos % 1'000 < 0 ? 1 : 0);
  if (micros != static_cast<std::int64_t>(micros)) return std::nullopt;
  const Instant instant = from_microseconds(static_cast<std::int64_t>(micros));
  if (!Calendar::covers(instant)) return std::nullopt;
  return instant;
}

// As above, the other way round.
std::optional<feel::DateTime> to_feel(Instant instant, feel::Zone zone) {
  if (zone.present()) {
    return feel::DateTime::from_epoch(static_cast<__int128>(to_microseconds(instant)) * 1'000, zone);
  }
  const LocalTime local = to_local(instant);
  const Date date = calendar::date_of(local);
  return feel::DateTime{to_feel(date), {nanoseconds{local - start_of_day(date)}.count(), zone}};
}

// The day of a date, or that of a date and time in the United Kingdom.
std::optional<Date> day_of(const Value& value) {
  if (value.is(Kind::Date)) return date_of(value.date());
  const feel::DateTime moment = value.date_time();
  if (!moment.time.zone.present()) return date_of(moment.date);
  const auto instant = instant_of(moment);
  if (!instant) return std::nullopt;
  return calendar::date_of(to_local(*instant));
}

Value is_working_day(const Calendar& calendar, Evaluation& evaluation, Arguments arguments) {
  const auto day = day_of(arguments[0]);
  if (!day) return evaluation.null(kOutside, arguments[0]);
  return Value::boolean(calendar.is_working_day(*day));
}

// Of a date and time, the same time of day on another day.
Value add_working_days(const Calendar& calendar, Evaluation& evaluation, Arguments arguments) {
  const auto days = arguments[1].number().to_int64();
  if (!days) return evaluation.null("In add working days(), \"days\" must be a whole number, not {1}", arguments[1]);
  const auto from = day_of(arguments[0]);
  if (!from) return evaluation.null(kOutside, arguments[0]);
  const auto to = calendar.add_working_days(*from, *days);
  if (!to.ok()) return evaluation.null(kOutside, arguments[0]);
  if (arguments[0].is(Kind::Date)) return Value::date(to_feel(*to));
  feel::DateTime moment = arguments[0].date_time();
  if (!moment.time.zone.present()) {
    moment.date = to_feel(*to);
    return Value::date_time(moment);
  }
  const LocalTime time = to_local(*instant_of(moment)) + (start_of_day(*to) - start_of_day(*from));
  const auto result = to_feel(to_instant(time), moment.time.zone);
  return result ? Value::date_time(*result) : evaluation.null(kOutside, arguments[0]);
}

Value working_days_between(const Calendar& calendar, Evaluation& evaluation, Arguments arguments) {
  const auto from = day_of(arguments[0]);
  const auto to = day_of(arguments[1]);
  if (!from || !to) return evaluation.null(kOutside, arguments[from ? 1 : 0]);
  return Value::number(*calendar.working_days_between(*from, *to));
}

Value of_instant(Evaluation& evaluation, const Value& given, const Result<Instant>& instant) {
  if (!instant.ok()) return evaluation.null(kOutside, given);
  const auto moment = to_feel(*instant, given.date_time().time.zone);
  return moment ? Value::date_time(*moment) : evaluation.null(kOutside, given);
}

Value add_working_time(const Calendar& calendar, Evaluation& evaluation, Arguments arguments) {
  const auto instant = instant_of(arguments[0].date_time());
  if (!instant) return evaluation.null(kOutside, arguments[0]);
  const __int128 micros = arguments[1].days_duration().total_nanos() / 1'000;
  if (micros != static_cast<std::int64_t>(micros)) return evaluation.null(kOutside, arguments[0]);
  return of_instant(evaluation, arguments[0],
                    calendar.add_working_time(*instant, microseconds{static_cast<std::int64_t>(micros)}));
}

Value next_working_moment(const Calendar& calendar, Evaluation& evaluation, Arguments arguments) {
  const auto instant = instant_of(arguments[0].date_time());
  if (!instant) return evaluation.null(kOutside, arguments[0]);
  return of_instant(evaluation, arguments[0], calendar.next_working_moment(*instant));
}

using Answer = Value (*)(const Calendar&, Evaluation&, Arguments);

struct Definition {
  std::vector<HostParameter> parameters;
  Type result;
  Answer answer;
};

// By the place of its name among kFeelFunctions.
const Definition& definition(std::size_t place) {
  static const std::vector<Kind> day{Kind::Date, Kind::DateTime};
  static const std::array<Definition, kFeelFunctions.size()> definitions{{
      {{{"date", day}}, Type::Base::Boolean, is_working_day},
      {{{"date", day}, {"days", {Kind::Number}}}, {}, add_working_days},
      {{{"from", day}, {"to", day}}, Type::Base::Number, working_days_between},
      {{{"from", {Kind::DateTime}}, {"duration", {Kind::DaysDuration}}}, Type::Base::DateTime, add_working_time},
      {{{"from", {Kind::DateTime}}}, Type::Base::DateTime, next_working_moment},
  }};
  return definitions[place];
}

HostFunction function(std::size_t place, const Calendar& calendar) {
  const Definition& of = definition(place);
  return HostFunction(std::string(kFeelFunctions[place]), of.parameters, of.result,
                      [calendar, answer = of.answer](Evaluation& evaluation, Arguments arguments) {
                        return answer(calendar, evaluation, arguments);
                      });
}

template <std::size_t... place>
std::array<HostFunction, sizeof...(place)> all(const Calendar& calendar, std::index_sequence<place...>) {
  return {function(place, calendar)...};
}

}  // namespace

FeelFunctions::FeelFunctions(const Calendar& calendar)
    : functions_(all(calendar, std::make_index_sequence<kFeelFunctions.size()>())) {}

void declare_functions(feel::Scope& scope) {
  for (std::size_t i = 0; i < kFeelFunctions.size(); ++i) {
    const Definition& of = definition(i);
    scope.add(kFeelFunctions[i], feel::HostFunction::type_of(of.parameters, of.result));
  }
}

}  // namespace guildhall::calendar
