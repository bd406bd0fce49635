// Conversion functions. Source: DMN 1.5, 10.3.4.1.

#include <string>

#include "feel/impl/builtin_library.h"
#include "feel/impl/range_literal.h"

namespace guildhall::feel {
namespace {

// The value of what was made, or null where nothing was.
template <class T>
Value made(Evaluation& evaluation, const std::optional<T>& content, Value (*make)(const T&), const char* why_not,
           const Value& from = {}) {
  return content ? make(*content) : evaluation.null(why_not, from);
}

Value date_from(Evaluation& evaluation, Arguments arguments) {
  const Value& from = item_of_singleton(arguments[0]);
  switch (from.kind()) {
    case Kind::Date:
      return from;
    case Kind::DateTime:
      return Value::date(from.date_time().date);
    case Kind::String:
      return made(evaluation, Date::parse(from.string()), Value::date, "{1} is not a date such as 2020-12-31", from);
    default:
      return evaluation.null("date() takes a string, a date, or a date and time, not {1}", from);
  }
}

Value date_of_parts(Evaluation& evaluation, Arguments arguments) {
  const std::optional<std::int64_t> year = arguments[0].number().to_int64();
  const std::optional<std::int64_t> month = arguments[1].number().to_int64();
  const std::optional<std::int64_t> day = arguments[2].number().to_int64();
  if (!year || !month || !day) return evaluation.null("The year, month and day of date() must be whole numbers");
  return made(evaluation, Date::from(*year, *month, *day), Value::date, "There is no such date");
}

Value date_and_time_of_parts(Evaluation& evaluation, Arguments arguments) {
  const Value& date = item_of_singleton(arguments[0]);
  const Time time = arguments[1].time();
  if (date.is(Kind::Date)) return Value::date_time({date.date(), time});
  // "Ignoring any time component."
  if (date.is(Kind::DateTime)) return Value::date_time({date.date_time().date, time});
  return evaluation.null("In date and time(), \"date\" must be a date, or a date and time, not {1}", date);
}

Value date_and_time_from(Evaluation& evaluation, Arguments arguments) {
  return made(evaluation, DateTime::parse(arguments[0].string()), Value::date_time,
              "{1} is not a date and time such as 2020-12-31T09:30:00", arguments[0]);
}

Value time_from(Evaluation& evaluation, Arguments arguments) {
  const Value& from = item_of_singleton(arguments[0]);
  switch (from.kind()) {
    case Kind::Time:
      return from;
    case Kind::DateTime:
      return Value::time(from.date_time().time);
    case Kind::Date:  // "A date value is considered to be equivalent to a date time value in which the time of day is
                      // UTC midnight" (10.3.2.3.5).
      return Value::time({0, Zone::utc()});
    case Kind::String:
      return made(evaluation, Time::parse(from.string()), Value::time, "{1} is not a time such as 09:30:00", from);
    default:
      return evaluation.null("time() takes a string, a time, a date, or a date and time, not {1}", from);
  }
}

Value time_of_parts(Evaluation& evaluation, Arguments arguments) {
  const std::optional<std::int64_t> hour = arguments[0].number().to_int64();
  const std::optional<std::int64_t> minute = arguments[1].number().to_int64();
  const Decimal whole_seconds = arguments[2].number().rounded(0, Rounding::Floor);
  const std::optional<std::int64_t> second = whole_seconds.to_int64();
  const std::optional<std::int64_t> nanos =
      ((arguments[2].number() - whole_seconds) * kNanosPerSecond).rounded(0, Rounding::Down).to_int64();
  if (!hour || !minute || !second || !nanos) {
    return evaluation.null("The hour and minute of time() must be whole numbers");
  }
  Zone zone;
  if (!arguments[3].null()) {
    const DaysDuration offset = arguments[3].days_duration();
    const std::optional<Zone> from_offset = Zone::offset(offset.seconds);
    if (!from_offset || offset.nanos != 0) {
      return evaluation.null("The offset of time() must be whole seconds, and not more than 18 hours");
    }
    zone = *from_offset;
  }
  return made(evaluation, Time::from(*hour, *minute, *second, *nanos, zone), Value::time, "There is no such time");
}

// Grammar rule 37: unlike for programs, digits follow every point.
bool is_numeric_literal(std::string_view text) {
  const std::size_t point = text.find('.');
  const bool digit_follows =
      point == text.npos || (point + 1 < text.size() && text[point + 1] >= '0' && text[point + 1] <= '9');
  return digit_follows && text.find_first_not_of("0123456789.-+eE") == text.npos &&
         text.find_first_of("0123456789") != text.npos && text.front() != '+';
}

// The text of a number may be longer than a number's 34 digits.
Value number_from_text(Evaluation& evaluation, std::string_view text, const Value& from) {
  if (!is_numeric_literal(text)) return evaluation.null("{1} is not a number", from);
  return made(evaluation, Decimal::parse(text), Value::number, "{1} is not a number, or too large for one", from);
}

Value number_from(Evaluation& evaluation, Arguments arguments) {
  return number_from_text(evaluation, arguments[0].string(), arguments[0]);
}

Value number_with_separators(Evaluation& evaluation, Arguments arguments) {
  const Value& grouping = arguments[1];
  const Value& point = arguments[2];
  const auto is_one_of = [](const Value& separator, std::string_view allowed) {
    return separator.null() || (separator.string().size() == 1 && allowed.find(separator.string()) != allowed.npos);
  };
  if (!is_one_of(grouping, " ,.")) {
    return evaluation.null("The grouping separator of number() must be a space, a comma, a full stop or null");
  }
  if (!is_one_of(point, ",.")) {
    return evaluation.null("The decimal separator of number() must be a comma, a full stop or null");
  }
  if (!grouping.null() && !point.null() && grouping.string() == point.string()) {
    return evaluation.null("The separators of number() must not be the same");
  }
  const std::string_view written = arguments[0].string();
  evaluation.steps(written.size() / 64);
  std::string text;
  for (const char character : written) {
    if (!grouping.null() && character == grouping.string()[0]) continue;
    text.push_back(!point.null() && character == point.string()[0] ? '.' : character);
  }
  return number_from_text(evaluation, text, arguments[0]);
}

Value string_from(Evaluation& evaluation, Arguments arguments) {
  const Value& from = arguments[0];
  const auto stored = [&](std::string_view text) {
    evaluation.check_string(text.size());
    return Value::string(evaluation.memory(), text);
  };
  switch (from.kind()) {
    case Kind::String:
      return from;
    case Kind::Date:
      return stored(from.date().text());
    case Kind::Time:
      return stored(from.time().text());
    case Kind::DateTime:
      return stored(from.date_time().text());
    case Kind::DaysDuration:
      return stored(from.days_duration().text());
    case Kind::MonthsDuration:
      return stored(from.months_duration().text());
    default: {
      const std::string text = to_text(from, evaluation.budget().string_bytes);  // Longer where it was cut off.
      evaluation.steps(text.size() / 64);
      return stored(text);
    }
  }
}

Value duration_from(Evaluation& evaluation, Arguments arguments) {
  const std::string_view text = arguments[0].string();
  if (const auto months = MonthsDuration::parse(text)) return Value::duration(*months);
  if (const auto days = DaysDuration::parse(text)) return Value::duration(*days);
  return evaluation.null("{1} is not a duration such as P1Y6M or P1DT12H", arguments[0]);
}

// "Both are date or both are date and time." Of one of each, the dates count.
Value months_between_dates(Evaluation& evaluation, Arguments arguments) {
  const Value& from = item_of_singleton(arguments[0]);
  const Value& to = item_of_singleton(arguments[1]);
  const bool times = from.is(Kind::DateTime) && to.is(Kind::DateTime);
  const auto moment = [&](const Value& value) -> std::optional<DateTime> {
    if (value.is(Kind::Date)) return DateTime{value.date(), {}};
    if (!value.is(Kind::DateTime)) return std::nullopt;
    return times ? value.date_time() : DateTime{value.date_time().date, {}};
  };
  const std::optional<DateTime> start = moment(from);
  const std::optional<DateTime> end = moment(to);
  if (!start || !end) {
    return evaluation.null("years and months duration() takes two dates, or dates and times, not {1} and {2}", from,
                           to);
  }
  const std::optional<MonthsDuration> duration = months_between(*start, *end);
  return duration ? Value::duration(*duration) : evaluation.null("There is no duration between {1} and {2}", from, to);
}

Value range_from(Evaluation& evaluation, Arguments arguments) {
  const std::optional<RangeEnds> ends = parse_range(evaluation.memory(), arguments[0].string());
  if (!ends)
    return evaluation.null("{1} is not a range such as [1..10] whose start is not after its end", arguments[0]);
  return Value::range(evaluation.memory().make<RangeEnds>(*ends));
}

}  // namespace

std::vector<Definition> conversion_functions() {
  using takes::number;
  using takes::one_of_several;
  using takes::or_null;
  using takes::string;
  return {
      {"date",
       {{{one_of_several("from")}, date_from, Base::Date},
        {{number("year"), number("month"), number("day")}, date_of_parts, Base::Date}}},
      {"date and time",
       {{{string("from")}, date_and_time_from, Base::DateTime},
        {{one_of_several("date"), takes::time("time")}, date_and_time_of_parts, Base::DateTime}}},
      {"time",
       {{{one_of_several("from")}, time_from, Base::Time},
        {{number("hour"), number("minute"), number("second"), or_null({"offset", Base::DaysDuration})},
         time_of_parts,
         Base::Time,
         1}}},
      {"number",
       {{{string("from")}, number_from, Base::Number},
        {{string("from"), or_null(string("grouping separator")), or_null(string("decimal separator"))},
         number_with_separators,
         Base::Number}}},
      {"string", {{{one_of_several("from")}, string_from, Base::String}}},
      {"duration", {{{string("from")}, duration_from, Base::Any}}},
      {"years and months duration",
       {{{one_of_several("from"), one_of_several("to")}, months_between_dates, Base::MonthsDuration}}},
      {"range", {{{string("from")}, range_from, Type::range_of({})}}},
  };
}

}  // namespace guildhall::feel
