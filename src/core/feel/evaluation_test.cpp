#include "feel/evaluation.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace guildhall::feel {
namespace {

using Base = Type::Base;

class Called final : public Function {
 public:
  using Body = std::function<Value(Evaluation&, std::span<const Value>)>;
  Called(std::vector<Parameter> parameters, Body body) : parameters_(std::move(parameters)), body_(std::move(body)) {}
  std::span<const Parameter> parameters() const override { return parameters_; }
  Value apply(Evaluation& evaluation, std::span<const Value> arguments) const override {
    return body_(evaluation, arguments);
  }

 private:
  std::vector<Parameter> parameters_;
  Body body_;
};

Called first_of(Type type) {
  return Called({{"a", std::move(type)}}, [](Evaluation&, std::span<const Value> given) { return given.front(); });
}

std::int64_t clock_reads = 0;
std::int64_t one_second_later() {
  return kNanosPerSecond * clock_reads++;
}

class Evaluations : public ::testing::Test {
 protected:
  std::vector<std::string> reasons() const {
    std::vector<std::string> texts;
    for (const NullReason& reason : evaluation_.reasons()) texts.push_back(to_text(reason));
    return texts;
  }

  Memory memory_;
  Evaluation evaluation_{memory_, {}, {}};
  const Value five_ = Value::number(5);
  const Value abc_ = Value::string("abc");
};

TEST_F(Evaluations, EndAfterTheirSteps) {
  Evaluation evaluation(memory_, {.steps = 25'000}, {});
  EXPECT_NO_THROW({
    for (int i = 0; i < 25'000; ++i) evaluation.step();
  });
  EXPECT_THROW(evaluation.step(), BudgetExceeded);
  EXPECT_THROW(evaluation.step(), BudgetExceeded);
  Evaluation other(memory_, {.steps = 3}, {});
  EXPECT_NO_THROW(other.steps(3));
  EXPECT_THROW(other.steps(1'000'000), BudgetExceeded);
  Evaluation endless(memory_, {.steps = ~std::uint64_t{0}}, {});
  EXPECT_NO_THROW(endless.steps(1'000'000));
}

// The clock is read once at the start and then every 10,000 steps.
TEST_F(Evaluations, EndAfterTheirTime) {
  clock_reads = 0;
  Evaluation evaluation(memory_, {.nanoseconds = 2 * kNanosPerSecond}, {{}, &one_second_later});
  EXPECT_NO_THROW({
    for (int i = 0; i < 29'999; ++i) evaluation.step();
  });
  EXPECT_EQ(clock_reads, 3);
  EXPECT_THROW(evaluation.step(), BudgetExceeded);
}

TEST_F(Evaluations, LimitListsAndStrings) {
  const Evaluation evaluation(memory_, {.list_length = 10, .string_bytes = 20}, {});
  EXPECT_NO_THROW(evaluation.check_list(10));
  EXPECT_THROW(evaluation.check_list(11), BudgetExceeded);
  EXPECT_NO_THROW(evaluation.check_string(20));
  EXPECT_THROW(evaluation.check_string(21), BudgetExceeded);
}

TEST_F(Evaluations, TellWhyAValueIsNull) {
  EXPECT_TRUE(evaluation_.null("{1} and {2} can't be compared", five_, abc_).null());
  const Value items[] = {five_};
  evaluation_.null("{1} has no {2}", Value::list(items), {});
  evaluation_.null("{1} isn't a date", Value::string("a text that is much too long to be shown in such a sentence"));
  evaluation_.null("{1} can't be added to {2}", Value::date({2020, 2, 29}), Value::duration(MonthsDuration{14}));
  evaluation_.null("{2}, {1}", Value::string("{2}"), Value::boolean(true));
  EXPECT_EQ(reasons(), (std::vector<std::string>{"The number 5 and the string \"abc\" can't be compared.",
                                                 "A list has no null.", "A string isn't a date.",
                                                 "The date 2020-02-29 can't be added to the duration P1Y2M.",
                                                 "True, the string \"{2}\"."}));
}

TEST_F(Evaluations, KeepTheFirstHundredReasonsAndForgetOnRequest) {
  for (int i = 0; i < 150; ++i) evaluation_.null("no");
  EXPECT_EQ(evaluation_.reasons().size(), 100u);
  evaluation_.forget_reasons_after(3);
  EXPECT_EQ(evaluation_.reasons().size(), 3u);
  evaluation_.forget_reasons_after(5);
  EXPECT_EQ(evaluation_.reasons().size(), 3u);
}

TEST_F(Evaluations, CallWithTheArgumentsThatAreGiven) {
  const Called second({{"a", {}}, {"b", Base::Number}},
                      [](Evaluation&, std::span<const Value> given) { return given[1]; });
  const Value arguments[] = {abc_, five_};
  EXPECT_EQ(to_text(evaluation_.call(second, arguments)), "5");
  const Value with_null[] = {abc_, {}};
  EXPECT_TRUE(evaluation_.call(second, with_null).null());
  EXPECT_TRUE(reasons().empty());
}

TEST_F(Evaluations, GiveNullForAnotherNumberOfArguments) {
  const Called function = first_of(Base::Number);
  const Value arguments[] = {five_, five_};
  EXPECT_TRUE(evaluation_.call(function, arguments).null());
  EXPECT_TRUE(evaluation_.call(function, {}).null());
  EXPECT_EQ(reasons(), (std::vector<std::string>(2, "The function takes another number of arguments.")));
}

// 10.3.2.9.4, "from singleton list" and "to singleton list".
TEST_F(Evaluations, ConvertListsOfOneInCalls) {
  const Value one = Value::list(memory_, {&five_, 1});
  EXPECT_EQ(to_text(evaluation_.call(first_of(Base::Number), {&one, 1})), "5");
  EXPECT_EQ(to_text(evaluation_.call(first_of({}), {&one, 1})), "[5]");
  EXPECT_EQ(to_text(evaluation_.call(first_of(Type::list_of(Base::Number)), {&five_, 1})), "[5]");
  EXPECT_TRUE(reasons().empty());
}

TEST_F(Evaluations, GiveNullForArgumentsOfAnotherType) {
  EXPECT_TRUE(evaluation_.call(first_of(Base::Number), {&abc_, 1}).null());
  const Value one = Value::list(memory_, {&abc_, 1});
  EXPECT_TRUE(evaluation_.call(first_of(Base::Number), {&one, 1}).null());
  EXPECT_TRUE(evaluation_.call(first_of(Type::list_of(Base::Number)), {&abc_, 1}).null());
  EXPECT_EQ(reasons(), (std::vector<std::string>{
                           "The string \"abc\" was given where a value of the type number is needed.",
                           "A list was given where a value of the type number is needed.",
                           "The string \"abc\" was given where a value of the type list<number> is needed."}));
}

TEST_F(Evaluations, EndCallsThatGoTooDeep) {
  Called* again = nullptr;
  Called endless({{"n", {}}},
                 [&](Evaluation& evaluation, std::span<const Value> given) { return evaluation.call(*again, given); });
  again = &endless;
  EXPECT_THROW(evaluation_.call(endless, {&five_, 1}), BudgetExceeded);
  EXPECT_EQ(evaluation_.depth, 0u);
}

TEST_F(Evaluations, CountTheItemsOfArgumentsThatAreChecked) {
  std::vector<Value> many(1'000, five_);
  const Value list = Value::list(many);
  Evaluation evaluation(memory_, {.steps = 10'500}, {});
  const Called function = first_of(Type::list_of(Base::Number));
  EXPECT_NO_THROW({
    for (int i = 0; i < 10; ++i) evaluation.call(function, {&list, 1});
  });
  EXPECT_THROW(evaluation.call(function, {&list, 1}), BudgetExceeded);
}

}  // namespace
}  // namespace guildhall::feel
