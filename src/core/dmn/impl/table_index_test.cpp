#include "dmn/impl/table_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>

namespace guildhall::dmn {
namespace {

using feel::Kind;
using feel::RangeEnds;
using feel::Value;
using Entry = TableIndex::Entry;

// The rules that the sieve lets through, from 0.
std::vector<std::size_t> sieved(const TableIndex& index, const std::vector<Value>& inputs, bool within = true) {
  std::vector<std::uint64_t> words(index.words());
  const std::array<bool, 8> all_within{within, within, within, within, within, within, within, within};
  index.sieve(inputs.data(), all_within.data(), words.data());
  std::vector<std::size_t> rules;
  for (std::size_t rule = 0; rule < words.size() * 64; ++rule) {
    if ((words[rule / 64] >> rule % 64 & 1) != 0) rules.push_back(rule);
  }
  return rules;
}

Entry any() {
  return {Entry::Kind::Any, {}};
}
Entry of(std::span<const Value> constants) {
  return {Entry::Kind::Constants, constants};
}

using Rules = std::vector<std::size_t>;

TEST(TableIndex, FindsTheRulesOfTheStretchesInWhichTheInputsLie) {
  // The example of the header: < 18, and >= 18 in zone A.
  const RangeEnds under{{}, Value::number(18), false, false};
  const RangeEnds from{Value::number(18), {}, true, false};
  const std::array<Value, 3> constants{Value::range(&under), Value::range(&from), Value::string("A")};
  const std::span<const Value> all(constants);
  const std::array<Entry, 4> entries{of(all.subspan(0, 1)), any(), of(all.subspan(1, 1)), of(all.subspan(2, 1))};
  const TableIndex index(2, entries);
  EXPECT_EQ(sieved(index, {Value::number(17), Value::string("A")}), Rules{0});
  EXPECT_EQ(sieved(index, {Value::number(18), Value::string("A")}), Rules{1});
  EXPECT_EQ(sieved(index, {Value::number(19), Value::string("A")}), Rules{1});
  EXPECT_EQ(sieved(index, {Value::number(17), Value::string("B")}), Rules{0});
  EXPECT_EQ(sieved(index, {Value::number(19), Value::string("B")}), Rules{});
  EXPECT_EQ(sieved(index, {Value(), Value::string("A")}), Rules{});
  EXPECT_EQ(sieved(index, {Value::number(17), Value::number(1)}), Rules{0});
}

TEST(TableIndex, HoldsBackADashWhereTheInputIsNotAmongItsInputValues) {
  const std::array<Value, 1> one{Value::number(1)};
  const std::array<Entry, 2> entries{of(one), any()};
  const TableIndex index(1, entries);
  EXPECT_EQ(sieved(index, {Value::number(1)}, true), (Rules{0, 1}));
  EXPECT_EQ(sieved(index, {Value::number(1)}, false), Rules{0});
}

TEST(TableIndex, LetsThroughWhatItDoesNotUnderstand) {
  // Times have no order that agrees with equality: 09:00Z is 10:00+01:00.
  const auto time = [](std::string_view text) { return Value::time(*feel::Time::parse(text)); };
  const std::array<Value, 2> constants{time("10:00:00+01:00"), Value::number(1)};
  const std::span<const Value> all(constants);
  const std::array<Entry, 3> entries{of(all.first(1)), of(all.subspan(1)), Entry{Entry::Kind::Other, {}}};
  const TableIndex index(1, entries);
  EXPECT_EQ(sieved(index, {time("09:00:00Z")}), (Rules{0, 2}));
  EXPECT_EQ(sieved(index, {Value::number(1)}), (Rules{0, 1, 2}));
  EXPECT_EQ(sieved(index, {Value::number(2)}), (Rules{0, 2}));
}

TEST(TableIndex, IsOfNoUseWithoutConstants) {
  const std::array<Entry, 3> entries{any(), Entry{Entry::Kind::Other, {}}, any()};
  EXPECT_FALSE(TableIndex(1, entries).useful());
  EXPECT_FALSE(TableIndex(0, {}).useful());
}

TEST(TableIndex, TakesStretchesTogetherWhereThereAreVeryMany) {
  // 20,000 values have 40,001 places, and 20,000 rules 313 words: 419 stretches at most, each of 96 places or 48 values.
  std::vector<Value> values;
  for (int i = 0; i < 20'000; ++i) values.push_back(Value::number(i));
  std::vector<Entry> entries;
  for (const Value& value : values) entries.push_back(of({&value, 1}));
  const TableIndex index(1, entries);
  for (const int input : {0, 47, 48, 9'999, 19'999}) {
    const Rules rules = sieved(index, {Value::number(input)});
    EXPECT_LE(rules.size(), 48U);
    EXPECT_TRUE(std::find(rules.begin(), rules.end(), static_cast<std::size_t>(input)) != rules.end());
  }
}

// Any of them, however small rapidcheck would like its cases to be.
int below(int end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
}

// Values of which some are equal, some in each other's ranges, and some of neither.
Value some_value() {
  switch (below(9)) {
    case 0:
      return {};
    case 1:
      return Value::boolean(*rc::gen::arbitrary<bool>());
    case 2:
      return Value::string(*rc::gen::element<std::string_view>("", "A", "B", "Ba", "é"));
    case 3:
      return Value::date({2026, 2, *rc::gen::element<std::uint8_t>(1, 2, 3)});
    case 4:
      return Value::duration(feel::DaysDuration{below(3) - 1, 0});
    case 5:
      return Value::duration(feel::MonthsDuration{below(3) - 1});
    case 6:
      return Value::time({below(3) * feel::kNanosPerSecond, feel::Zone()});
    default:
      return Value::number(*feel::Decimal::parse(*rc::gen::element<std::string>("-1", "0", "1", "1.0", "1.5", "2")));
  }
}

RC_GTEST_PROP(TableIndex, NeverHoldsBackARuleThatMatches, ()) {
  const auto columns = static_cast<std::size_t>(1 + below(3));
  const auto rules = static_cast<std::size_t>(1 + below(100));
  std::deque<RangeEnds> ranges;
  std::deque<std::vector<Value>> constants;
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < rules * columns; ++i) {
    const int kind = below(6);
    if (kind == 0) {
      entries.push_back(any());
      continue;
    }
    std::vector<Value>& of_entry = constants.emplace_back();
    for (int left = kind == 1 ? 2 : 1; left > 0; --left) {
      if (*rc::gen::arbitrary<bool>()) {
        of_entry.push_back(some_value());
      } else {
        RangeEnds range{some_value(), some_value(), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
        if (range.end.kind() != range.start.kind()) range.end = Value();
        range.form = *rc::gen::element(RangeEnds::Form::Interval, RangeEnds::Form::Interval, RangeEnds::Form::Equal,
                                       RangeEnds::Form::NotEqual);
        of_entry.push_back(Value::range(&ranges.emplace_back(range)));
      }
    }
    entries.push_back(of(of_entry));
  }
  const TableIndex index(columns, entries);
  for (int i = 0; i < 10; ++i) {
    std::vector<Value> inputs;
    for (std::size_t column = 0; column < columns; ++column) inputs.push_back(some_value());
    const bool within = *rc::gen::arbitrary<bool>();
    Rules let_through(rules);
    std::iota(let_through.begin(), let_through.end(), 0U);
    if (index.useful()) let_through = sieved(index, inputs, within);
    for (std::size_t rule = 0; rule < rules; ++rule) {
      bool matches = true;
      for (std::size_t column = 0; column < columns; ++column) {
        const Entry& entry = entries[rule * columns + column];
        const Value& input = inputs[column];
        const auto holds = [&](const Value& constant) {
          return (constant.is(Kind::Range) ? feel::includes(constant.range(), input) : feel::equal(input, constant))
              .value_or(false);
        };
        matches = matches &&
                  (entry.kind == Entry::Kind::Any ? within
                                                  : std::any_of(entry.constants.begin(), entry.constants.end(), holds));
      }
      const bool through = std::binary_search(let_through.begin(), let_through.end(), rule);
      RC_ASSERT(through || !matches);
    }
  }
}

}  // namespace
}  // namespace guildhall::dmn
