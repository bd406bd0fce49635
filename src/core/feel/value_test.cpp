#include "feel/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <initializer_list>

#include "feel/evaluation.h"

namespace guildhall::feel {
namespace {

class Values : public ::testing::Test {
 protected:
  static Value n(const char* text) { return Value::number(*Decimal::parse(text)); }
  static Value s(const char* text) { return Value::string(text); }
  static Value day(const char* text) { return Value::date(*Date::parse(text)); }
  static Value time(const char* text) { return Value::time(*Time::parse(text)); }
  static Value moment(const char* text) { return Value::date_time(*DateTime::parse(text)); }
  static Value days(const char* text) { return Value::duration(*DaysDuration::parse(text)); }
  static Value months(const char* text) { return Value::duration(*MonthsDuration::parse(text)); }
  Value list(std::initializer_list<Value> items) { return Value::list(memory_, {items.begin(), items.size()}); }
  Value context(std::initializer_list<Entry> entries) {
    return Value::context(memory_, {entries.begin(), entries.size()});
  }
  Value range(char open, const Value& start, const Value& end, char close) {
    return Value::range(memory_.make<RangeEnds>(start, end, open == '[', close == ']'));
  }
  // A list in a list in a list …
  Value nested(int levels, Value inner = {}) {
    for (int i = 0; i < levels; ++i) inner = list({inner});
    return inner;
  }

  Memory memory_;
};

using Same = std::optional<bool>;
constexpr Same kUndecided;

// Table 49: "e = null" is "e is null".
TEST_F(Values, NullEqualsNullAndNothingElse) {
  EXPECT_EQ(equal(Value(), Value()), Same(true));
  for (const Value& other : {Value::boolean(false), n("0"), s(""), day("2018-12-07"), time("10:30:00"),
                             moment("2018-12-08T00:00:00"), days("P0D"), months("P0Y"), list({}), context({})}) {
    EXPECT_EQ(equal(other, {}), Same(false)) << to_text(other);
    EXPECT_EQ(equal({}, other), Same(false)) << to_text(other);
  }
}

// Table 52: "both be of the same kind/datatype – both numbers, both strings, etc."
TEST_F(Values, DifferentKindsAreNeitherEqualNorUnequal) {
  EXPECT_EQ(equal(n("100"), s("100")), kUndecided);
  EXPECT_EQ(equal(Value::boolean(false), n("0")), kUndecided);
  EXPECT_EQ(equal(list({}), n("0")), kUndecided);
  EXPECT_EQ(equal(context({}), list({})), kUndecided);
  EXPECT_EQ(equal(day("2018-12-08"), moment("2018-12-08T00:00:00")), kUndecided);
  EXPECT_EQ(equal(days("P1D"), months("P1Y")), kUndecided);
  EXPECT_EQ(equal(days("P0D"), months("P0Y")), Same(true));  // Nothing is nothing.
}

// Table 53, line by line.
TEST_F(Values, NumbersAreEqualWhateverTheirPrecision) {
  EXPECT_EQ(equal(n("0"), n("0.00")), Same(true));
  EXPECT_EQ(equal(n("-0"), n("0")), Same(true));
  EXPECT_EQ(equal(n("-1"), n("1")), Same(false));
}

TEST_F(Values, StringsAreEqualWhenTheirCharactersAre) {
  EXPECT_EQ(equal(s("foo"), s("foo")), Same(true));
  EXPECT_EQ(equal(s("foo"), s("Foo")), Same(false));
  // é as one character, and as e with an accent: other sequences of characters.
  EXPECT_EQ(equal(s("\u00e9"), s("e\u0301")), Same(false));
}

TEST_F(Values, TemporalValuesAreEqualByTheirValue) {
  EXPECT_EQ(equal(day("2018-12-08"), day("2018-12-08")), Same(true));
  EXPECT_EQ(equal(day("2018-12-08"), day("2018-12-07")), Same(false));
  EXPECT_EQ(equal(time("10:30:00Z"), time("10:30:00+00:00")), Same(true));
  EXPECT_EQ(equal(time("10:30:01"), time("10:30:00")), Same(false));
  EXPECT_EQ(equal(moment("2002-04-02T12:00:00-01:00"), moment("2002-04-02T17:00:00+04:00")), Same(true));
  EXPECT_EQ(equal(moment("2018-12-08T00:00:00"), moment("2018-12-07T00:00:00")), Same(false));
  EXPECT_EQ(equal(days("P1D"), days("PT24H")), Same(true));
  EXPECT_EQ(equal(days("P1D"), days("-P1D")), Same(false));
  EXPECT_EQ(equal(months("P1Y"), months("P12M")), Same(true));
  EXPECT_EQ(equal(months("P1Y"), months("P2Y")), Same(false));
}

TEST_F(Values, BooleansAreEqualWhenBothAreTrueOrBothFalse) {
  EXPECT_EQ(equal(Value::boolean(true), Value::boolean(true)), Same(true));
  EXPECT_EQ(equal(Value::boolean(true), Value::boolean(false)), Same(false));
}

TEST_F(Values, ListsAreEqualItemByItem) {
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({n("1"), n("2.0")})), Same(true));
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({n("2"), n("1")})), Same(false));
  EXPECT_EQ(equal(list({n("1")}), list({n("1"), n("1")})), Same(false));
  EXPECT_EQ(equal(list({}), list({})), Same(true));
  EXPECT_EQ(equal(list({n("1"), {}}), list({n("1"), {}})), Same(true));
}

TEST_F(Values, OneUnequalItemDecidesWhatOthersLeaveOpen) {
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({s("1"), n("2")})), kUndecided);
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({s("1"), n("3")})), Same(false));
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({n("0"), s("2")})), Same(false));
}

TEST_F(Values, ContextsAreEqualInAnyOrderOfTheirKeys) {
  EXPECT_EQ(equal(context({{"foo", s("bar")}, {"bar", n("1")}}), context({{"bar", n("1")}, {"foo", s("bar")}})),
            Same(true));
  EXPECT_EQ(equal(context({{"foo", s("bar")}}), context({{"foo", s("baz")}})), Same(false));
  EXPECT_EQ(equal(context({{"a", n("1")}}), context({{"a", n("1")}, {"b", s("foo")}})), Same(false));
  EXPECT_EQ(equal(context({{"a", n("1")}}), context({{"b", n("1")}})), Same(false));
  EXPECT_EQ(equal(context({{"b", n("1")}, {"a", n("1")}}), context({{"a", s("1")}, {"b", n("1")}})), kUndecided);
  EXPECT_EQ(equal(context({{"b", n("2")}, {"a", n("1")}}), context({{"a", s("1")}, {"b", n("1")}})), Same(false));
}

TEST_F(Values, RangesAreEqualWithTheSameEndsBothIncludedAlike) {
  EXPECT_EQ(equal(range('[', n("1"), n("10"), ']'), range('[', n("1.0"), n("10"), ']')), Same(true));
  EXPECT_EQ(equal(range('[', n("1"), n("10"), ']'), range('(', n("1"), n("10"), ']')), Same(false));
  EXPECT_EQ(equal(range('[', n("1"), n("2"), ']'), range('[', n("1"), n("3"), ']')), Same(false));
  EXPECT_EQ(equal(range('(', {}, n("10"), ')'), range('(', {}, n("10"), ')')), Same(true));
  EXPECT_EQ(equal(range('[', n("1"), n("2"), ']'), range('[', s("a"), s("b"), ']')), kUndecided);
}

// Table 54.
TEST_F(Values, HaveAnOrderWhereTheStandardGivesOne) {
  using Order = std::strong_ordering;
  EXPECT_EQ(compare(n("1.5"), n("2")), Order::less);
  EXPECT_EQ(compare(n("2.0"), n("2")), Order::equal);
  EXPECT_EQ(compare(s("abc"), s("abd")), Order::less);
  EXPECT_EQ(compare(s("ab"), s("abc")), Order::less);
  EXPECT_EQ(compare(s("\uffff"), s("\U0001f600")), Order::less);  // By code point, where UTF-16 has it the other way.
  EXPECT_EQ(compare(day("2012-12-24"), day("2012-12-25")), Order::less);
  EXPECT_EQ(compare(time("10:00:00"), time("09:59:59")), Order::greater);
  // "If one input has a null timezone offset, that input uses the timezone offset of the other input."
  EXPECT_EQ(compare(time("10:00:00+05:00"), time("10:00:00")), Order::equal);
  EXPECT_EQ(compare(moment("2012-12-24T23:59:00Z"), moment("2012-12-25T00:59:00+01:00")), Order::equal);
  EXPECT_EQ(compare(days("PT23H"), days("P1D")), Order::less);
  EXPECT_EQ(compare(months("P13M"), months("P1Y")), Order::greater);
}

TEST_F(Values, HaveNoOrderElsewhere) {
  EXPECT_EQ(compare(n("1"), s("1")), std::nullopt);
  EXPECT_EQ(compare(Value(), Value()), std::nullopt);
  EXPECT_EQ(compare(n("1"), {}), std::nullopt);
  EXPECT_EQ(compare(Value::boolean(false), Value::boolean(true)), std::nullopt);
  EXPECT_EQ(compare(list({n("1")}), list({n("2")})), std::nullopt);
  EXPECT_EQ(compare(day("2018-12-08"), moment("2018-12-08T00:00:00")), std::nullopt);
  EXPECT_EQ(compare(days("P365D"), months("P1Y")), std::nullopt);
}

// The examples of is(), 10.3.4.10.
TEST_F(Values, AreIdenticalWhenTheyAreTheSameElement) {
  EXPECT_FALSE(identical(day("2012-12-25"), time("23:00:50")));
  EXPECT_TRUE(identical(day("2012-12-25"), day("2012-12-25")));
  EXPECT_FALSE(identical(time("23:00:50Z"), time("23:00:50")));
  EXPECT_TRUE(identical(time("23:00:50Z"), time("23:00:50+00:00")));
}

TEST_F(Values, AreNotIdenticalInOtherZones) {
  EXPECT_FALSE(identical(time("20:00:50+00:00"), time("21:00:50+01:00")));
  EXPECT_FALSE(identical(moment("2002-04-02T12:00:00-01:00"), moment("2002-04-02T17:00:00+04:00")));
  EXPECT_FALSE(identical(list({time("10:00:00Z")}), list({time("11:00:00+01:00")})));
  EXPECT_TRUE(identical(days("P1D"), days("PT24H")));
  EXPECT_FALSE(identical(days("P0D"), months("P0Y")));
  EXPECT_FALSE(identical(list({n("1")}), list({s("1")})));
}

// Table 42 and table 55.
TEST_F(Values, LieInRangesWithOneEndOrTwo) {
  const RangeEnds closed{n("1"), n("10"), true, true};
  const RangeEnds open{n("1"), n("10"), false, false};
  const RangeEnds at_most{{}, n("10"), false, true};
  const RangeEnds above{n("1"), {}, false, false};
  EXPECT_EQ(includes(closed, n("1")), Same(true));
  EXPECT_EQ(includes(closed, n("10")), Same(true));
  EXPECT_EQ(includes(closed, n("10.1")), Same(false));
  EXPECT_EQ(includes(open, n("1")), Same(false));
  EXPECT_EQ(includes(open, n("10")), Same(false));
  EXPECT_EQ(includes(open, n("5")), Same(true));
  EXPECT_EQ(includes(at_most, n("-1000")), Same(true));
  EXPECT_EQ(includes(at_most, n("11")), Same(false));
  EXPECT_EQ(includes(above, n("1")), Same(false));
  EXPECT_EQ(includes(above, n("1000")), Same(true));
  EXPECT_EQ(includes(closed, s("5")), kUndecided);
  EXPECT_EQ(includes(at_most, {}), kUndecided);
}

TEST_F(Values, AreWrittenAsFeel) {
  EXPECT_EQ(to_text(Value()), "null");
  EXPECT_EQ(to_text(Value::boolean(true)), "true");
  EXPECT_EQ(to_text(n("1.50")), "1.50");
  EXPECT_EQ(to_text(s("say \"hi\"\\\n\t\x01")), R"("say \"hi\"\\\n\t\u0001")");
  EXPECT_EQ(to_text(day("2020-01-01")), R"(@"2020-01-01")");
  EXPECT_EQ(to_text(time("10:30:00Z")), R"(@"10:30:00Z")");
  EXPECT_EQ(to_text(days("PT36H")), R"(@"P1DT12H")");
  EXPECT_EQ(to_text(list({n("1"), s("a"), context({{"x", {}}})})), R"([1, "a", {x: null}])");
  EXPECT_EQ(to_text(list({})), "[]");
  EXPECT_EQ(to_text(context({})), "{}");
  EXPECT_EQ(to_text(range('[', n("1"), n("10"), ')')), "[1..10)");
  EXPECT_EQ(to_text(range('(', {}, n("10"), ']')), "<= 10");
  EXPECT_EQ(to_text(range('(', n("1"), {}, ')')), "> 1");
}

TEST_F(Values, WriteNamesBareAndOtherKeysInQuotes) {
  EXPECT_EQ(to_text(context({{"birth date", {}}, {"_x1", {}}})), "{birth date: null, _x1: null}");
  EXPECT_EQ(to_text(context({{"1st", {}}, {"a-b", {}}, {"", {}}, {"a  b", {}}})),
            R"({"1st": null, "a-b": null, "": null, "a  b": null})");
  EXPECT_EQ(to_text(context({{"if", {}}, {"not paid", {}}, {"iffy", {}}})),
            R"({"if": null, not paid: null, iffy: null})");
}

TEST_F(Values, AreCutOffBetweenCharacters) {
  EXPECT_EQ(to_text(list({n("1"), n("2"), n("3")}), 5), "[1, 2…");
  EXPECT_EQ(to_text(s("aéé"), 4), "\"aé…");
  EXPECT_EQ(to_text(s("aéé"), 5), "\"aé…");
  EXPECT_EQ(to_text(s("aéé"), 7), "\"aéé\"");
  EXPECT_EQ(to_text(s("a"), 0), "…");
}

TEST_F(Values, MayBeNestedAThousandLevelsAndNoMore) {
  const auto deep = [&](int levels) { return equal(nested(levels, n("1")), nested(levels, n("1"))); };
  EXPECT_EQ(deep(1'000), Same(true));
  EXPECT_EQ(deep(100'000), kUndecided);
  EXPECT_EQ(compare(nested(100'000), nested(100'000)), std::nullopt);
  EXPECT_FALSE(identical(nested(100'000), nested(100'000)));
  EXPECT_EQ(to_text(nested(100'000), 10'000), std::string(1'001, '[') + "…" + std::string(1'001, ']'));
  Memory other;
  int levels = 0;
  for (Value at = copy(nested(100'000), other); at.is(Kind::List); at = at.list().front()) ++levels;
  EXPECT_EQ(levels, 1'001);
}

// [x, x] where x is [y, y] where y is … has 2^60 items and takes 60 lists.
TEST_F(Values, ThatHoldOneListManyTimesAreGivenUp) {
  Value left = n("1");
  Value right = n("1");
  for (int i = 0; i < 60; ++i) {
    left = list({left, left});
    right = list({right, right});
  }
  EXPECT_EQ(equal(left, right), kUndecided);
  EXPECT_EQ(equal(left, left), Same(true));
  EXPECT_EQ(to_text(left, 100).size(), 100 + std::strlen("…"));
  Memory small(1 << 20);
  EXPECT_THROW(copy(left, small), BudgetExceeded);
}

TEST_F(Values, TellHowManyOfThemWereCompared) {
  std::uint64_t work = 5;
  EXPECT_EQ(equal(list({n("1"), n("2")}), list({n("1"), n("2")}), &work), Same(true));
  EXPECT_EQ(work, 5u + 3u);
}

TEST_F(Values, AreFoundByTheirKey) {
  const Value applicant = context({{"name", s("Ann")}, {"age", n("51")}});
  ASSERT_NE(applicant.entry("age"), nullptr);
  EXPECT_EQ(equal(*applicant.entry("age"), n("51")), Same(true));
  EXPECT_EQ(applicant.entry("ag"), nullptr);
}

TEST_F(Values, AreCopiedWithAllTheyHold) {
  Memory other;
  Value copied;
  std::string text;
  {
    Memory first;
    std::string key = "key";
    std::string word = "word";
    const Entry entry{first.copy(key), Value::string(first, word)};
    const Value ends = Value::range(first.make<RangeEnds>(n("1"), n("2"), true, false));
    const Value items[] = {Value::context(first, {&entry, 1}), ends, day("2020-02-29")};
    const Value original = Value::list(first, items);
    text = to_text(original);
    copied = copy(original, other);
  }
  EXPECT_EQ(text, R"([{key: "word"}, [1..2), @"2020-02-29"])");
  EXPECT_EQ(to_text(copied), text);
}

TEST(Memory, GivesDistinctPlacesThatKeepWhatIsWrittenThere) {
  Memory memory;
  std::vector<std::string_view> texts;
  for (int i = 0; i < 20'000; ++i) texts.push_back(memory.copy("number " + std::to_string(i)));
  for (int i = 0; i < 20'000; ++i) EXPECT_EQ(texts[static_cast<std::size_t>(i)], "number " + std::to_string(i));
}

TEST(Memory, UsesItsChunksAgainAfterAReset) {
  Memory memory;
  const auto fill = [&] {
    std::vector<void*> places;
    for (int i = 0; i < 100; ++i) places.push_back(memory.allocate(10'000));
    places.push_back(memory.allocate(6'000'000));
    return places;
  };
  const auto first = fill();
  memory.reset();
  EXPECT_EQ(fill(), first);
}

TEST(Memory, GivesNoMoreThanItMay) {
  Memory memory(1 << 20);
  EXPECT_NO_THROW(memory.allocate(1 << 20));
  EXPECT_THROW(memory.allocate(16), BudgetExceeded);
  memory.reset();
  EXPECT_THROW(memory.allocate((1 << 20) + 1), BudgetExceeded);
  EXPECT_THROW(memory.array<Value>(~std::size_t{0} / 2), BudgetExceeded);
  memory.reset();
  EXPECT_THROW(
      {
        for (int i = 0; i < 2'000; ++i) memory.allocate(1'000);
      },
      BudgetExceeded);
  memory.reset();
  EXPECT_NO_THROW(memory.allocate(1 << 20));  // In the place of the smaller chunks.
}

Value arbitrary(Memory& memory, int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 9 : 6)) {
    case 0:
      return {};
    case 1:
      return Value::boolean(*rc::gen::arbitrary<bool>());
    case 2:
      return Value::number(*rc::gen::inRange(-3, 3));
    case 3:
      return Value::string(memory, *rc::gen::element<std::string>("", "a", "b", "é"));
    case 4:
      return Value::date(*Date::from_days(*rc::gen::inRange(0, 3)));
    case 5:
      return Value::duration(MonthsDuration{*rc::gen::inRange(-2, 2)});
    case 6: {
      std::vector<Value> items;
      for (int i = *rc::gen::inRange(0, 3); i > 0; --i) items.push_back(arbitrary(memory, depth - 1));
      return Value::list(memory, items);
    }
    case 7: {
      std::vector<Entry> entries;
      if (*rc::gen::arbitrary<bool>()) entries.push_back({"a", arbitrary(memory, depth - 1)});
      if (*rc::gen::arbitrary<bool>()) entries.push_back({"b", arbitrary(memory, depth - 1)});
      if (*rc::gen::arbitrary<bool>()) std::reverse(entries.begin(), entries.end());
      return Value::context(memory, entries);
    }
    default:
      return Value::range(memory.make<RangeEnds>(Value::number(*rc::gen::inRange(-3, 3)), Value(),
                                                 *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()));
  }
}

RC_GTEST_PROP(ValueProperties, EqualityIsReflexiveAndSymmetricAndCopiesAreEqual, ()) {
  Memory memory;
  const Value left = arbitrary(memory, 3);
  const Value right = arbitrary(memory, 3);
  RC_ASSERT(equal(left, right) == equal(right, left));
  RC_ASSERT(equal(left, left) == Same(true));
  Memory other;
  RC_ASSERT(equal(left, copy(left, other)) == Same(true));
  RC_ASSERT(identical(left, copy(left, other)));
  // What is identical is equal.
  if (identical(left, right)) RC_ASSERT(equal(left, right) == Same(true));
}

RC_GTEST_PROP(ValueProperties, ExactlyOneOfLessEqualAndGreaterHolds, ()) {
  Memory memory;
  const Value left = arbitrary(memory, 0);
  const Value right = arbitrary(memory, 0);
  const auto order = compare(left, right);
  if (!order) return;
  RC_ASSERT((*order == 0) == (equal(left, right) == Same(true)));
  RC_ASSERT(compare(right, left) == 0 <=> *order);
}

}  // namespace
}  // namespace guildhall::feel
