#include "feel/host_function.h"

#include <gtest/gtest.h>

#include "feel/expression.h"

namespace guildhall::feel {
namespace {

// A council that gives its parks plots, numbered by park and row: "plot number of(park, row)".
class HostFunctions : public ::testing::Test {
 protected:
  HostFunctions() {
    scope_.add("Row", Type::Base::Number);
    scope_.add(plot_.name(), plot_.type());
    scope_.add(spoken_.name(), spoken_.type());
  }

  std::string value_of(std::string_view text) {
    const auto expression = Expression::compile(text, scope_);
    if (!expression.ok()) return to_text(expression.problems());
    findings_ = (*expression)->findings();
    const std::array<Value, 3> variables{Value::number(7), plot_.value(), spoken_.value()};
    Evaluation evaluation(memory_, {}, {});
    const std::string value = to_text((*expression)->evaluate(evaluation, variables).value());
    reason_ = evaluation.reasons().empty() ? "" : to_text(evaluation.reasons().front());
    return value;
  }
  std::string reason_for_null(std::string_view text) {
    EXPECT_EQ(value_of(text), "null") << text;
    return reason_;
  }

  const HostFunction plot_{"plot number of",
                           {{"park", {Kind::Number}}, {"row", {Kind::Number}}},
                           Type::Base::Number,
                           [](Evaluation& evaluation, std::span<const Value> arguments) {
                             ++calls_;
                             if (arguments[0].number().zero())
                               return evaluation.null("There is no park 0, and so no row {1} in it", arguments[1]);
                             return Value::number(arguments[0].number() * Decimal(100) + arguments[1].number());
                           }};
  const HostFunction spoken_{"spoken between us",
                             {{"what", {Kind::Date, Kind::DateTime, Kind::String}}},
                             Type::Base::String,
                             [](Evaluation& evaluation, std::span<const Value> arguments) {
                               return Value::string(evaluation.memory(), to_text(arguments[0]) + "!");
                             }};
  static inline int calls_ = 0;
  Scope scope_;
  Memory memory_;
  Problems findings_;
  std::string reason_;
};

TEST_F(HostFunctions, AreCalledByNamesWithSpaces) {
  EXPECT_EQ(value_of("plot number of(3, Row)"), "307");
  EXPECT_EQ(value_of("plot   number of (3, 4) + 1"), "305");
  EXPECT_EQ(value_of("plot number of(row: 4, park: 3)"), "304");
  EXPECT_EQ(value_of("spoken between us(\"north\")"), R"("\"north\"!")");
  EXPECT_TRUE(findings_.empty());
}

TEST_F(HostFunctions, AreValuesThatCanBePassedOn) {
  EXPECT_EQ(value_of("for r in 1..3 return plot number of(2, r)"), "[201, 202, 203]");
  EXPECT_EQ(value_of("{f: plot number of, g: f(1, 1)}.g"), "101");
  EXPECT_EQ(value_of("(function(f) f(5, Row))(plot number of)"), "507");
  EXPECT_EQ(value_of("plot number of instance of function<number, number> -> number"), "true");
}

TEST_F(HostFunctions, TellWhatTypeTheyGive) {
  const auto expression = Expression::compile("plot number of(1, 2)", scope_).value();
  EXPECT_EQ(expression->type().text(), "number");
  value_of("plot number of(1, 2) + \"a\"");
  ASSERT_FALSE(findings_.empty());
}

TEST_F(HostFunctions, TakeAListOfOneAsItsItem) {
  EXPECT_EQ(value_of("plot number of([3], Row)"), "307");
  EXPECT_EQ(value_of("plot number of(3, [Row])"), "307");
}

TEST_F(HostFunctions, GiveNullWithAReasonForWrongArguments) {
  calls_ = 0;
  EXPECT_EQ(reason_for_null("plot number of(\"a\", 1)"),
            "In plot number of(), \"park\" must be a number, not the string \"a\".");
  EXPECT_EQ(reason_for_null("plot number of(1, null)"), "In plot number of(), \"row\" must be a number, not null.");
  EXPECT_EQ(reason_for_null("plot number of(park: 1)"), "In plot number of(), \"row\" must be a number, not null.");
  EXPECT_EQ(reason_for_null("plot number of([1, 2], 1)"),
            "In plot number of(), \"park\" must be a number, not a list.");
  EXPECT_EQ(reason_for_null("spoken between us(3)"),
            "In spoken between us(), \"what\" must be a date, a date and time or a string, not the number 3.");
  EXPECT_EQ(reason_for_null("plot number of(1)"), "The function takes another number of arguments.");
  EXPECT_EQ(reason_for_null("plot number of(1, 2, 3)"), "The function takes another number of arguments.");
  EXPECT_EQ(reason_for_null("plot number of(park: 1, column: 2)"), "The function has no parameters of these names.");
  EXPECT_EQ(calls_, 0);
}

TEST_F(HostFunctions, SayThemselvesWhatHasNoResult) {
  EXPECT_EQ(reason_for_null("plot number of(0, 9)"), "There is no park 0, and so no row the number 9 in it.");
}

TEST_F(HostFunctions, CountTowardsTheBudget) {
  const auto expression = Expression::compile("for i in 1..1000 return plot number of(1, i)", scope_).value();
  const std::array<Value, 3> variables{Value::number(7), plot_.value(), spoken_.value()};
  Evaluation evaluation(memory_, {.steps = 1'500}, {});
  EXPECT_FALSE(expression->evaluate(evaluation, variables).ok());
}

}  // namespace
}  // namespace guildhall::feel
