#include "feel/type.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "feel/evaluation.h"

namespace guildhall::feel {
namespace {

using Base = Type::Base;

class Identity final : public Function {
 public:
  explicit Identity(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}
  std::span<const Parameter> parameters() const override { return parameters_; }
  Value apply(Evaluation&, std::span<const Value> arguments) const override {
    return arguments.empty() ? Value() : arguments.front();
  }

 private:
  std::vector<Parameter> parameters_;
};

// The item definitions of 10.3.2.9.3.
const Type kEmployee1 = Type::context_of({{"id", Base::Number}, {"name", Base::String}}).with_name("Employee1");
const Type kEmployee2 = Type::context_of({{"name", Base::String}, {"id", Base::Number}}).with_name("Employee2");
const Type kEmployee3 =
    Type::context_of({{"id", Base::Number}, {"name", Base::String}, {"age", Base::Number}}).with_name("Employee3");
const Type kEmployee3List = Type::list_of(kEmployee3).with_name("Employee3List");

const Value kOne = Value::number(1);
const Value kPeter = Value::string("Peter");

class Types : public ::testing::Test {
 protected:
  Value list(std::initializer_list<Value> items) { return Value::list(memory_, {items.begin(), items.size()}); }
  Value context(std::initializer_list<Entry> entries) {
    return Value::context(memory_, {entries.begin(), entries.size()});
  }
  Value range(const Value& start, const Value& end) {
    return Value::range(memory_.make<RangeEnds>(start, end, true, true));
  }

  Memory memory_;
  const Value id_and_name_ = context({{"id", kOne}, {"name", kPeter}});
  const Value with_age_ = context({{"id", kOne}, {"name", kPeter}, {"age", Value::number(45)}});
};

// Table 44, line by line.
TEST_F(Types, ConformAndAreEquivalentAsTheStandardsExamplesSay) {
  const Type one_to_one = Type::function_of({kEmployee1}, kEmployee1);
  const Type one_to_two = Type::function_of({kEmployee1}, kEmployee2);
  const Type one_to_three = Type::function_of({kEmployee1}, kEmployee3);
  const Type three_to_one = Type::function_of({kEmployee3}, kEmployee1);
  const Value letters = range(Value::string("a"), Value::string("x"));
  const Value numbers = range(kOne, Value::number(10));
  struct Line {
    Type left;
    Type right;
    bool equivalent;
    bool conforms;
  };
  const std::vector<Line> lines = {
      {Base::Number, Base::Number, true, true},
      {Base::String, Base::String, true, true},
      {Base::String, Base::Date, false, false},
      {Base::Date, Base::DateTime, false, false},
      {kEmployee1, kEmployee2, true, true},
      {kEmployee1, kEmployee3, false, false},
      {kEmployee3, kEmployee1, false, true},
      {kEmployee1, type_of(id_and_name_), true, true},
      {type_of(id_and_name_), kEmployee3, false, false},
      {type_of(with_age_), kEmployee1, false, true},
      {type_of(with_age_), kEmployee3, true, true},
      {type_of(list({kOne})), type_of(list({kPeter})), false, false},
      {type_of(list({kOne})), kEmployee3, false, false},
      {type_of(list({with_age_})), kEmployee3List, true, true},
      {kEmployee3List, kEmployee3, false, false},
      {one_to_one, one_to_one, true, true},
      {one_to_one, one_to_two, true, true},
      {one_to_three, one_to_one, false, true},
      {one_to_one, one_to_three, false, false},
      // "Contravariant function argument type": who takes every Employee1 takes every Employee3.
      {one_to_one, three_to_one, false, true},
      {three_to_one, one_to_one, false, false},
      {type_of(numbers), type_of(range(Value::number(20), Value::number(100))), true, true},
      {type_of(numbers), type_of(letters), false, false},
  };
  for (const Line& line : lines) {
    EXPECT_EQ(line.left.equivalent_to(line.right), line.equivalent) << line.left.text() << ", " << line.right.text();
    EXPECT_EQ(line.right.equivalent_to(line.left), line.equivalent) << line.left.text() << ", " << line.right.text();
    EXPECT_EQ(line.left.conforms_to(line.right), line.conforms) << line.left.text() << ", " << line.right.text();
  }
}

// "For every type T, Null <: T <: Any."
TEST_F(Types, LieBetweenNullAndAny) {
  for (const Type& type : {Type(), Type(Base::Null), Type(Base::Number), kEmployee3List,
                           Type::function_of({Base::Number}, Base::Number), Type::range_of(Base::Date)}) {
    EXPECT_TRUE(Type(Base::Null).conforms_to(type)) << type.text();
    EXPECT_TRUE(type.conforms_to(Base::Any)) << type.text();
    EXPECT_EQ(Type(Base::Any).conforms_to(type), type.any()) << type.text();
  }
}

// Table 43.
TEST_F(Types, OfValuesAreTheMostSpecial) {
  EXPECT_EQ(type_of(Value::number(123)).text(), "number");
  EXPECT_EQ(type_of(Value::boolean(true)).text(), "boolean");
  EXPECT_EQ(type_of(Value::string("abc")).text(), "string");
  EXPECT_EQ(type_of(Value::date({2017, 1, 1})).text(), "date");
  EXPECT_EQ(type_of(list({kPeter, kPeter})).text(), "list<string>");
  EXPECT_EQ(type_of(list({kPeter, Value::boolean(true), kOne})).text(), "list<Any>");
  EXPECT_EQ(type_of(range(kOne, Value::number(10))).text(), "range<number>");
  EXPECT_EQ(type_of(range(Value::date({2019, 1, 1}), {})).text(), "range<date>");
  EXPECT_EQ(type_of(context({{"name", kPeter}, {"age", Value::number(30)}})).text(),
            "context<name: string, age: number>");
  const Identity addition({{"x", Base::Number}, {"y", Base::Number}});
  EXPECT_EQ(type_of(Value::function(&addition)).text(), "function<number, number>->Any");
  EXPECT_EQ(type_of({}).text(), "Null");
}

// Null is below every type, so it doesn't widen a list's.
TEST_F(Types, OfListsLeaveNullsOut) {
  EXPECT_EQ(type_of(list({kOne, {}, kOne})).text(), "list<number>");
  EXPECT_EQ(type_of(list({{}, kPeter})).text(), "list<string>");
  EXPECT_EQ(type_of(list({})).text(), "list<Null>");
  EXPECT_TRUE(type_of(list({})).conforms_to(kEmployee3List));
}

// Grammar rule 52.
TEST_F(Types, AreWrittenAsTheGrammarHasThem) {
  EXPECT_EQ(Type::list_of(Base::Number).text(), "list<number>");
  EXPECT_EQ(Type(Base::List).text(), "list<Any>");
  EXPECT_EQ(Type::range_of(Base::DateTime).text(), "range<date and time>");
  EXPECT_EQ(Type::context_of({{"a", Base::Number}, {"b", Base::String}}).text(), "context<a: number, b: string>");
  EXPECT_EQ(Type(Base::Context).text(), "context<>");
  EXPECT_EQ(Type::function_of({Base::Number, kEmployee1}, Base::Any).text(), "function<number, Employee1>->Any");
  EXPECT_EQ(Type::function_of({}, Base::String).text(), "function<>->string");
  EXPECT_EQ(kEmployee3List.text(), "Employee3List");
}

TEST_F(Types, HaveTheNamesOfTheGrammarAndOfTheMetamodel) {
  for (const char* name : {"Any", "Null", "boolean", "number", "string", "date", "time", "date and time",
                           "days and time duration", "years and months duration"}) {
    ASSERT_TRUE(Type::named(name)) << name;
    EXPECT_EQ(Type::named(name)->text(), name);
  }
  EXPECT_EQ(Type::named(" date  and\n time ")->base(), Base::DateTime);
  EXPECT_EQ(Type::named("dateTime")->base(), Base::DateTime);
  EXPECT_EQ(Type::named("dayTimeDuration")->base(), Base::DaysDuration);
  EXPECT_EQ(Type::named("yearMonthDuration")->base(), Base::MonthsDuration);
  EXPECT_FALSE(Type::named("list"));
  EXPECT_FALSE(Type::named("Number"));
  EXPECT_FALSE(Type::named(""));
}

TEST_F(Types, KeepTheirPartsUnderAName) {
  EXPECT_EQ(kEmployee1.name(), "Employee1");
  EXPECT_EQ(kEmployee1.base(), Base::Context);
  EXPECT_EQ(kEmployee1.member("id")->base(), Base::Number);
  EXPECT_EQ(kEmployee1.member("age"), nullptr);
  EXPECT_EQ(kEmployee3List.item().name(), "Employee3");
  EXPECT_TRUE(kEmployee1.allowed().empty());
  EXPECT_EQ(kEmployee1.with_allowed(nullptr).with_allowed(nullptr).allowed().size(), 2u);
  EXPECT_EQ(Type(Base::Number).with_name("tAge").text(), "tAge");
  EXPECT_TRUE(Type(Base::Number).with_name("tAge").equivalent_to(Base::Number));
}

TEST_F(Types, HoldTheirValuesAndNull) {
  EXPECT_TRUE(conforms(kOne, Base::Number));
  EXPECT_TRUE(conforms(kOne, Base::Any));
  EXPECT_FALSE(conforms(kOne, Base::String));
  EXPECT_FALSE(conforms(kOne, Base::Null));
  EXPECT_TRUE(conforms({}, Base::Number));
  EXPECT_TRUE(conforms({}, kEmployee3List));
}

TEST_F(Types, HoldListsWhoseItemsAllConform) {
  EXPECT_TRUE(conforms(list({kOne, {}}), Type::list_of(Base::Number)));
  EXPECT_FALSE(conforms(list({kOne, kPeter}), Type::list_of(Base::Number)));
  EXPECT_TRUE(conforms(list({kOne, kPeter}), Base::List));
  EXPECT_TRUE(conforms(list({}), Type::list_of(Base::Number)));
  EXPECT_FALSE(conforms(kOne, Type::list_of(Base::Number)));
  EXPECT_FALSE(conforms(list({kOne}), Base::Number));
}

TEST_F(Types, HoldContextsThatHaveEveryMember) {
  EXPECT_TRUE(conforms(id_and_name_, kEmployee2));
  EXPECT_TRUE(conforms(with_age_, kEmployee2));
  EXPECT_FALSE(conforms(id_and_name_, kEmployee3));
  EXPECT_TRUE(conforms(context({{"id", {}}, {"name", {}}}), kEmployee1));
  EXPECT_FALSE(conforms(context({{"id", kOne}, {"name", kOne}}), kEmployee1));
  EXPECT_TRUE(conforms(context({}), Base::Context));
  EXPECT_TRUE(conforms(list({with_age_}), kEmployee3List));
  EXPECT_FALSE(conforms(list({id_and_name_}), kEmployee3List));
}

TEST_F(Types, HoldRangesByTheirEnds) {
  EXPECT_TRUE(conforms(range(kOne, kOne), Type::range_of(Base::Number)));
  EXPECT_TRUE(conforms(range(kOne, {}), Type::range_of(Base::Number)));
  EXPECT_FALSE(conforms(range(kOne, kOne), Type::range_of(Base::Date)));
}

TEST_F(Types, HoldFunctionsThatTakeWhatTheyAreGiven) {
  const Identity function({{"a", Type::context_of({{"x", Base::String}})}, {"b", Base::Any}});
  const Value value = Value::function(&function);
  const Type wider = Type::context_of({{"x", Base::String}, {"y", Base::String}});
  EXPECT_TRUE(conforms(value, Base::Function));
  EXPECT_TRUE(conforms(value, Type::function_of({wider, Base::Date}, Base::String)));
  EXPECT_FALSE(conforms(value, Type::function_of({wider}, Base::String)));
  EXPECT_FALSE(conforms(value, Type::function_of({Base::Context, Base::Date}, Base::String)));
  EXPECT_FALSE(conforms(value, Type::function_of({}, Base::Any)));
}

TEST_F(Types, AreNotLookedForWithoutEnd) {
  Value deep = kOne;
  for (int i = 0; i < 100'000; ++i) deep = list({deep});
  EXPECT_TRUE(conforms(deep, Base::List));
  EXPECT_TRUE(type_of(deep).text().starts_with("list<list<list<"));
  EXPECT_TRUE(type_of(deep).text().ends_with("…"));
  Value wide = kOne;
  Type type = Base::Number;
  for (int i = 0; i < 40; ++i) {
    wide = list({wide, wide});
    type = Type::list_of(type);
  }
  EXPECT_FALSE(conforms(wide, type));
}

// {a: {x: …, y: …}, b: {x: a, y: a}, c: {x: b, y: b}, …}
TEST_F(Types, ThatDoubleAtEveryLevelAreNotComparedWithoutEnd) {
  const auto doubled = [] {
    Type type = Base::Number;
    for (int i = 0; i < 60; ++i) type = Type::context_of({{"x", type}, {"y", type}});
    return type;
  };
  const Type one = doubled();
  EXPECT_TRUE(one.equivalent_to(one));
  EXPECT_FALSE(one.equivalent_to(doubled()));  // It would be; nobody waits for that.
  EXPECT_LT(one.text().size(), 1'000u);
}

TEST_F(Types, TellHowManyValuesTheyLookedAt) {
  std::uint64_t work = 0;
  EXPECT_TRUE(conforms(list({kOne, kOne}), Type::list_of(Base::Number), &work));
  EXPECT_EQ(work, 3u);
}

}  // namespace
}  // namespace guildhall::feel
