#include "feel/temporal.h"

#include <cstdlib>

#include "feel/decimal.h"

namespace {

using namespace guildhall::feel;

void must(bool holds) {
  if (!holds) std::abort();
}

// What is read is written in a form that reads as the same.
template <typename Value>
std::optional<Value> reread(std::string_view text) {
  const std::optional<Value> read = Value::parse(text);
  if (!read) return std::nullopt;
  const std::optional<Value> again = Value::parse(read->text());
  must(again.has_value() && again->text() == read->text());
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const std::optional<Decimal> number = reread<Decimal>(text)) {
    must(number->finite() && *Decimal::parse(number->text()) == *number);
    must(number->integer() == (number->rounded(0, Rounding::Floor) == *number));
    must(number->modulo(*number).finite() != number->zero());
    must((*number - *number).zero() && (*number / Decimal(3) * Decimal(3)).finite());
  }
  if (const std::optional<Date> date = reread<Date>(text)) {
    must(Date::parse(date->text()) == date && Date::from_days(date->days()) == date);
    must(date->week_of_year() >= 1 && date->week_of_year() <= 53);
  }
  if (const std::optional<Time> time = reread<Time>(text)) {
    must(equal(*Time::parse(time->text()), *time));
    must(time->nanos >= 0 && time->nanos < kSecondsPerDay * kNanosPerSecond);
  }
  if (const std::optional<DateTime> moment = reread<DateTime>(text)) {
    must(equal(*DateTime::parse(moment->text()), *moment));
    must(DateTime::from_epoch(moment->epoch_nanos(), Zone()).has_value() || moment->time.zone.present());
    must(months_between(*moment, *moment)->months == 0);
  }
  if (const std::optional<MonthsDuration> duration = reread<MonthsDuration>(text)) {
    must(MonthsDuration::parse(duration->text()) == duration);
    add(Date{}, *duration);
  }
  if (const std::optional<DaysDuration> duration = reread<DaysDuration>(text)) {
    must(DaysDuration::parse(duration->text()) == duration);
    must(DaysDuration::from(duration->total_nanos()) == duration);
    add(Date{}, *duration);
    add(DateTime{}, *duration);
    add(Time{}, *duration);
  }
  return 0;
}
