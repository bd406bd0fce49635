// Numeric functions. Source: DMN 1.5, 10.3.4.5.

#include <limits>

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

Value number_or_null(Evaluation& evaluation, const Decimal& result, const char* why_not) {
  return result.finite() ? Value::number(result) : evaluation.null(why_not);
}

// Footnote 1: "Scale is in the range [−6111..6176]". Of a scale that isn't whole, the whole part counts.
template <Rounding rounding>
Value rounded_to_scale(Evaluation& evaluation, Arguments arguments) {
  const std::optional<std::int64_t> scale = arguments[1].number().rounded(0, Rounding::Down).to_int64();
  if (!scale || *scale < -6111 || *scale > 6176) {
    return evaluation.null("The scale of a number must lie between -6111 and 6176");
  }
  return number_or_null(evaluation, arguments[0].number().rounded(static_cast<int>(*scale), rounding),
                        "The rounded number is too large");
}

template <Rounding rounding>
Value rounded_to_whole(Evaluation& evaluation, Arguments arguments) {
  return number_or_null(evaluation, arguments[0].number().rounded(0, rounding), "The rounded number is too large");
}

Value absolute(Evaluation& evaluation, Arguments arguments) {
  const Value& value = item_of_singleton(arguments[0]);
  switch (value.kind()) {
    case Kind::Number:
      return Value::number(value.number().abs());
    case Kind::DaysDuration: {
      const __int128 nanos = value.days_duration().total_nanos();
      const std::optional<DaysDuration> duration = DaysDuration::from(nanos < 0 ? -nanos : nanos);
      return duration ? Value::duration(*duration) : evaluation.null("The duration is too long for abs()");
    }
    case Kind::MonthsDuration: {
      const std::int64_t months = value.months_duration().months;
      if (months == std::numeric_limits<std::int64_t>::min()) {
        return evaluation.null("The duration is too long for abs()");
      }
      return Value::duration(MonthsDuration{months < 0 ? -months : months});
    }
    default:
      return evaluation.null("abs() takes a number or a duration, not {1}", value);
  }
}

Value modulo(Evaluation& evaluation, Arguments arguments) {
  if (arguments[1].number().zero()) return evaluation.null("The divisor of modulo() must not be 0");
  return number_or_null(evaluation, arguments[0].number().modulo(arguments[1].number()),
                        "The dividend of modulo() is too large for the divisor");
}

Value square_root(Evaluation& evaluation, Arguments arguments) {
  return number_or_null(evaluation, arguments[0].number().sqrt(), "A number below 0 has no square root");
}

Value logarithm(Evaluation& evaluation, Arguments arguments) {
  return number_or_null(evaluation, arguments[0].number().log(), "Only numbers above 0 have a logarithm");
}

Value exponential(Evaluation& evaluation, Arguments arguments) {
  return number_or_null(evaluation, arguments[0].number().exp(), "The number given to exp() is too large");
}

Value odd(Evaluation& evaluation, Arguments arguments) {
  const Decimal number = arguments[0].number();
  if (!number.integer()) return evaluation.null("Only whole numbers are odd or even");
  return Value::boolean(!number.modulo(2).zero());
}

Value even(Evaluation& evaluation, Arguments arguments) {
  const Value is_odd = odd(evaluation, arguments);
  return is_odd.null() ? is_odd : Value::boolean(!is_odd.boolean());
}

}  // namespace

std::vector<Definition> numeric_functions() {
  using takes::number;
  const Type result = Base::Number;
  return {
      {"decimal", {{{number("n"), number("scale")}, rounded_to_scale<Rounding::HalfEven>, result}}},
      {"floor",
       {{{number("n")}, rounded_to_whole<Rounding::Floor>, result},
        {{number("n"), number("scale")}, rounded_to_scale<Rounding::Floor>, result}}},
      {"ceiling",
       {{{number("n")}, rounded_to_whole<Rounding::Ceiling>, result},
        {{number("n"), number("scale")}, rounded_to_scale<Rounding::Ceiling>, result}}},
      {"round up", {{{number("n"), number("scale")}, rounded_to_scale<Rounding::Up>, result}}},
      {"round down", {{{number("n"), number("scale")}, rounded_to_scale<Rounding::Down>, result}}},
      {"round half up", {{{number("n"), number("scale")}, rounded_to_scale<Rounding::HalfUp>, result}}},
      {"round half down", {{{number("n"), number("scale")}, rounded_to_scale<Rounding::HalfDown>, result}}},
      {"abs", {{{takes::one_of_several("n")}, absolute, Base::Any}}},
      {"modulo", {{{number("dividend"), number("divisor")}, modulo, result}}},
      {"sqrt", {{{number("number")}, square_root, result}}},
      {"log", {{{number("number")}, logarithm, result}}},
      {"exp", {{{number("number")}, exponential, result}}},
      {"odd", {{{number("number")}, odd, Base::Boolean}}},
      {"even", {{{number("number")}, even, Base::Boolean}}},
  };
}

}  // namespace guildhall::feel
