#include "dmn/impl/table_index.h"

#include <algorithm>
#include <optional>

namespace guildhall::dmn {
namespace {

using feel::Kind;
using feel::Value;

constexpr std::size_t kWordBits = 64;

// The bits of a line fit the caches: a table of 10,000 rules has about 800 stretches for each column.
constexpr std::size_t kWordsPerLine = std::size_t{1} << 17;
constexpr std::size_t kLeastStretches = 64;

// Whether all values of the kind stand in one order that agrees with their equality, and equal none of another kind.
// Times and moments don't, because of their zones.
bool is_linear(const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
    case Kind::Boolean:
    case Kind::Number:
    case Kind::String:
    case Kind::Date:
      return true;
    // No days are no months.
    case Kind::DaysDuration:
      return value.days_duration() != feel::DaysDuration{};
    case Kind::MonthsDuration:
      return value.months_duration() != feel::MonthsDuration{};
    case Kind::Time:
    case Kind::DateTime:
    case Kind::List:
    case Kind::Context:
    case Kind::Range:
    case Kind::Function:
      return false;
  }
  return false;
}

// Of two values of one linear kind.
bool before(const Value& left, const Value& right) {
  if (left.is(Kind::Boolean)) return left.boolean() < right.boolean();
  const auto order = feel::compare(left, right);
  return order && *order < 0;
}

// Where a constant holds: at a value, or from one end to the other.
struct Interval {
  std::size_t rule = 0;
  Kind kind = Kind::Null;
  Value start;  // null: no start.
  Value end;
  bool start_included = true;
  bool end_included = true;
};

// Nothing where the constant holds elsewhere, or nobody knows where.
std::optional<Interval> interval_of(std::size_t rule, const Value& constant) {
  if (!constant.is(Kind::Range)) {
    if (!is_linear(constant)) return std::nullopt;
    return Interval{rule, constant.kind(), constant, constant, true, true};
  }
  const feel::RangeEnds& range = constant.range();
  if (range.form != feel::RangeEnds::Form::Interval) return std::nullopt;
  const Value& end = range.start.null() ? range.end : range.start;
  const Value& other = range.end.null() ? range.start : range.end;
  if (!is_linear(end) || !is_linear(other) || end.kind() != other.kind() || end.is(Kind::Null) || end.is(Kind::Boolean))
    return std::nullopt;
  return Interval{rule, end.kind(), range.start, range.end, range.start_included, range.end_included};
}

// Where the value is among the cuts: 2 i + 1 at the cut i, 2 i before it.
template <class Before>
std::size_t place(std::span<const Value> cuts, const Value& value, const Before& less) {
  const auto cut = std::lower_bound(cuts.begin(), cuts.end(), value, less);
  const bool at_it = cut != cuts.end() && !less(value, *cut);
  return 2 * static_cast<std::size_t>(cut - cuts.begin()) + (at_it ? 1 : 0);
}

std::size_t place(std::span<const Value> cuts, const Value& value) {
  if (value.is(Kind::Number)) {
    return place(cuts, value, [](const Value& left, const Value& right) { return left.number() < right.number(); });
  }
  if (value.is(Kind::String)) {
    return place(cuts, value, [](const Value& left, const Value& right) { return left.string() < right.string(); });
  }
  return place(cuts, value, before);
}

void set(std::uint64_t* rules, std::size_t rule) {
  rules[rule / kWordBits] |= std::uint64_t{1} << rule % kWordBits;
}

}  // namespace

TableIndex::TableIndex(std::size_t columns, std::span<const Entry> entries)
    : rules_(columns == 0 ? 0 : entries.size() / columns), words_((rules_ + kWordBits - 1) / kWordBits) {
  for (std::size_t column = 0; column < columns; ++column) add_column(column, entries.subspan(column), columns);
}

void TableIndex::add_column(std::size_t input, std::span<const Entry> entries, std::size_t stride) {
  Column column;
  column.input = input;
  column.elsewhere.resize(words_);
  column.not_any.resize(words_);
  std::vector<Interval> intervals;
  for (std::size_t rule = 0; rule < rules_; ++rule) {
    const Entry& entry = entries[rule * stride];
    if (entry.kind != Entry::Kind::Any) set(column.not_any.data(), rule);
    const std::size_t known = intervals.size();
    bool anywhere = entry.kind != Entry::Kind::Constants;
    for (const Value& constant : entry.constants) {
      const auto interval = interval_of(rule, constant);
      anywhere = anywhere || !interval;
      if (interval) intervals.push_back(*interval);
    }
    if (!anywhere) continue;
    intervals.resize(known);
    set(column.elsewhere.data(), rule);
  }
  if (intervals.empty()) return;

  for (const Interval& each : intervals) {
    auto line =
        std::find_if(column.lines.begin(), column.lines.end(), [&](const Line& l) { return l.kind == each.kind; });
    if (line == column.lines.end()) line = column.lines.insert(line, Line{each.kind, {}, 1, {}});
    if (!each.start.null()) line->cuts.push_back(each.start);
    if (!each.end.null()) line->cuts.push_back(each.end);
  }
  for (Line& line : column.lines) {
    std::sort(line.cuts.begin(), line.cuts.end(), before);
    const auto same = [](const Value& left, const Value& right) { return !before(left, right); };  // They are in order.
    line.cuts.erase(std::unique(line.cuts.begin(), line.cuts.end(), same), line.cuts.end());

    const std::size_t places = 2 * line.cuts.size() + 1;
    const std::size_t most = std::max(kLeastStretches, kWordsPerLine / words_);
    line.places_per_stretch = (places + most - 1) / most;
    const std::size_t stretches = (places + line.places_per_stretch - 1) / line.places_per_stretch;
    for (std::size_t i = 0; i < stretches; ++i) {
      line.rules.insert(line.rules.end(), column.elsewhere.begin(), column.elsewhere.end());
    }
    for (const Interval& each : intervals) {
      if (each.kind != line.kind) continue;
      const std::size_t first = each.start.null() ? 0 : place(line.cuts, each.start) + (each.start_included ? 0 : 1);
      const std::size_t end = each.end.null() ? places : place(line.cuts, each.end) + (each.end_included ? 1 : 0);
      if (first >= end) continue;
      const std::size_t last_stretch = (end - 1) / line.places_per_stretch;
      for (std::size_t i = first / line.places_per_stretch; i <= last_stretch; ++i) {
        set(&line.rules[i * words_], each.rule);
      }
    }
  }
  columns_.push_back(std::move(column));
}

const std::uint64_t* TableIndex::stretch(const Column& column, const Value& input) const {
  for (const Line& line : column.lines) {
    if (line.kind == input.kind()) return &line.rules[place(line.cuts, input) / line.places_per_stretch * words_];
  }
  return column.elsewhere.data();
}

void TableIndex::sieve(const Value* inputs, const bool* within, std::uint64_t* rules) const {
  bool first = true;
  for (const Column& column : columns_) {
    const std::uint64_t* here = stretch(column, inputs[column.input]);
    if (first) {
      std::copy_n(here, words_, rules);
    } else {
      for (std::size_t word = 0; word < words_; ++word) rules[word] &= here[word];
    }
    first = false;
    if (within[column.input]) continue;
    for (std::size_t word = 0; word < words_; ++word) rules[word] &= column.not_any[word];
  }
}

}  // namespace guildhall::dmn
