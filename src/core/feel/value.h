#pragma once

// A value of FEEL's semantic domain (DMN 1.5, 10.3.2.1): null, a boolean, a number, a string, a date, a time, a date
// and time, a duration of either kind, a list, a context, a range or a function.
//
// Values are immutable, 24 bytes, and free to copy. Strings, lists, contexts, ranges and functions point into the
// Memory in which they were made (or into the compiled expression that holds them as constants) and live no longer.

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "feel/decimal.h"
#include "feel/memory.h"
#include "feel/temporal.h"

namespace guildhall::feel {

enum class Kind : std::uint8_t {
  Null,
  Boolean,
  Number,
  String,
  Date,
  Time,
  DateTime,
  DaysDuration,
  MonthsDuration,
  List,
  Context,
  Range,
  Function,
};

// "a number", "a date and time", "null": for sentences.
std::string_view spoken(Kind kind);

class Value;
struct Entry;  // Of a context.
struct RangeEnds;
class Function;  // See evaluation.h.

class Value {
 public:
  constexpr Value() = default;  // null
  static Value boolean(bool value) { return Value(Kind::Boolean, value ? 1 : 0); }
  static Value number(const Decimal& value) { return from(Kind::Number, value); }
  static Value number(std::int64_t value) { return from(Kind::Number, Decimal(value)); }
  // The text must outlive the value: memory.copy(text), or a constant.
  static Value string(std::string_view text) {
    Value value(Kind::String, static_cast<std::uint32_t>(text.size()));
    value.point_to(text.data());
    return value;
  }
  static Value date(const Date& date) { return from(Kind::Date, date); }
  static Value time(const Time& time) {
    Value value = from(Kind::Time, time.nanos);
    value.extra_ = time.zone.code();
    return value;
  }
  static Value date_time(const DateTime& moment) {
    Value value = from(Kind::DateTime, DayAndNanos{moment.time.nanos, moment.date});
    value.extra_ = moment.time.zone.code();
    return value;
  }
  static Value duration(const DaysDuration& duration) { return from(Kind::DaysDuration, duration); }
  static Value duration(const MonthsDuration& duration) { return from(Kind::MonthsDuration, duration); }
  // Items and entries must outlive the value. Keys of a context are distinct.
  static Value list(std::span<const Value> items) { return of_array(Kind::List, items.data(), items.size()); }
  static Value context(std::span<const Entry> entries);
  static Value range(const RangeEnds* ends) {
    Value value(Kind::Range, 0);
    value.point_to(ends);
    return value;
  }
  static Value function(const Function* function) {
    Value value(Kind::Function, 0);
    value.point_to(function);
    return value;
  }
  // As above, copying the items into memory.
  static Value list(Memory& memory, std::span<const Value> items);
  static Value context(Memory& memory, std::span<const Entry> entries);
  static Value string(Memory& memory, std::string_view text) { return string(memory.copy(text)); }

  Kind kind() const { return kind_; }
  bool null() const { return kind_ == Kind::Null; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_true() const { return kind_ == Kind::Boolean && extra_ != 0; }
  bool is_false() const { return kind_ == Kind::Boolean && extra_ == 0; }

  // Each only of a value of that kind.
  bool boolean() const { return extra_ != 0; }
  Decimal number() const { return as<Decimal>(); }
  std::string_view string() const { return {pointer<char>(), extra_}; }
  Date date() const { return as<Date>(); }
  Time time() const { return {as<std::int64_t>(), Zone::from_code(extra_)}; }
  DateTime date_time() const {
    const auto parts = as<DayAndNanos>();
    return {parts.day, {parts.nanos, Zone::from_code(extra_)}};
  }
  DaysDuration days_duration() const { return as<DaysDuration>(); }
  MonthsDuration months_duration() const { return as<MonthsDuration>(); }
  std::span<const Value> list() const { return {pointer<Value>(), extra_}; }
  std::span<const Entry> context() const;
  const Value* entry(std::string_view key) const;  // Of a context; nullptr where it has no such key.
  const RangeEnds& range() const { return *pointer<RangeEnds>(); }
  const Function& function() const { return *pointer<Function>(); }

 private:
  struct DayAndNanos {
    std::int64_t nanos;
    Date day;
  };
  constexpr Value(Kind kind, std::uint32_t extra) : kind_(kind), extra_(extra) {}
  template <class T>
  static Value from(Kind kind, const T& content) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 16);
    Value value(kind, 0);
    std::memcpy(value.words_.data(), &content, sizeof(T));
    return value;
  }
  static Value of_array(Kind kind, const void* items, std::size_t count) {
    Value value(kind, static_cast<std::uint32_t>(count));
    value.point_to(items);
    return value;
  }
  template <class T>
  T as() const {
    T content;
    std::memcpy(static_cast<void*>(&content), words_.data(), sizeof(T));
    return content;
  }
  template <class T>
  const T* pointer() const {
    return std::bit_cast<const T*>(words_[0]);
  }
  void point_to(const void* place) { words_[0] = std::bit_cast<std::uint64_t>(place); }

  Kind kind_ = Kind::Null;
  std::uint32_t extra_ = 0;  // A boolean, a size, or a zone.
  std::array<std::uint64_t, 2> words_{};
};
static_assert(sizeof(Value) == 24 && sizeof(void*) == 8);

struct Entry {
  std::string_view key;
  Value value;
};

// [1..10], (1..10), < 10 (no start), > 1 (no end). Source: 10.3.2.7, table 42.
struct RangeEnds {
  Value start;  // null: without a start.
  Value end;
  bool start_included = false;
  bool end_included = false;
  // The unary tests = 10 and != 10 as values: not the range [10..10], though both their ends are 10.
  enum class Form : std::uint8_t { Interval, Equal, NotEqual } form = Form::Interval;
};

inline Value Value::context(std::span<const Entry> entries) {
  return of_array(Kind::Context, entries.data(), entries.size());
}
inline std::span<const Entry> Value::context() const {
  return {pointer<Entry>(), extra_};
}

// e1 = e2 of 10.3.2.15, tables 52 and 53: true, false, or nothing where the kinds differ. null equals null only.
// Nothing, too, beyond a thousand levels and for values too large to compare. Adds to `work` how many values it compared.
std::optional<bool> equal(const Value& left, const Value& right, std::uint64_t* work = nullptr);

// e1 < e2 and so on (table 54): nothing where the values have no order.
std::optional<std::strong_ordering> compare(const Value& left, const Value& right);

// The same element of the semantic domain, for is(): times and moments must have the same zone too. Never undecided.
bool identical(const Value& left, const Value& right, std::uint64_t* work = nullptr);

// Does the range hold the value? Nothing where they have no order.
std::optional<bool> includes(const RangeEnds& range, const Value& value);

// The value written as FEEL, as string() gives it inside lists and contexts, and as problems show it:
// [1, "a", {x: null}], @"2020-01-01". Cut off with "…" beyond `max_bytes`.
std::string to_text(const Value& value, std::size_t max_bytes = 1'000);

// A deep copy into another memory. Functions are not copied and become null.
Value copy(const Value& value, Memory& memory);

}  // namespace guildhall::feel
