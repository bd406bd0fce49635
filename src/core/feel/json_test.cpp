#include "feel/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "feel/evaluation.h"

namespace guildhall::feel {
namespace {

using Base = Type::Base;

class Json : public ::testing::Test {
 protected:
  // As FEEL, or all the problems.
  std::string read(std::string_view text, const Type& type = {}) {
    const Result<Value> value = from_json(text, type, memory_);
    return value.ok() ? to_text(*value) : to_text(value.problems());
  }
  std::string there_and_back(std::string_view text, const Type& type = {}) {
    const Result<Value> value = from_json(text, type, memory_);
    return value.ok() ? *to_json(*value) : to_text(value.problems());
  }
  Problems problems(std::string_view text, const Type& type = {}) {
    const Result<Value> value = from_json(text, type, memory_);
    return value.ok() ? Problems() : value.problems();
  }

  Memory memory_;
};

// What an applicant for a council tax reduction tells.
const Type kChild = Type::context_of({{"name", Base::String}, {"birth date", Base::Date}});
const Type kApplicant = Type::context_of({{"name", Base::String},
                                          {"birth date", Base::Date},
                                          {"income", Base::Number},
                                          {"resident", Base::Boolean},
                                          {"moved in", Base::DateTime},
                                          {"call at", Base::Time},
                                          {"employed for", Base::MonthsDuration},
                                          {"away for", Base::DaysDuration},
                                          {"children", Type::list_of(kChild)}});

TEST_F(Json, BecomesValuesOfTheSameShape) {
  EXPECT_EQ(read("null"), "null");
  EXPECT_EQ(read(" true "), "true");
  EXPECT_EQ(read("-12.50"), "-12.50");
  EXPECT_EQ(read(R"("a\"\\\/\n\u00e9\ud83d\ude00")"), "\"a\\\"\\\\/\\né😀\"");
  EXPECT_EQ(read(R"([1, [], {"a": {}}])"), "[1, [], {a: {}}]");
  EXPECT_EQ(read(R"({"b": 1, "a": "2020-01-01"})"), R"({b: 1, a: "2020-01-01"})");
}

TEST_F(Json, KeepsAllThirtyFourDigits) {
  EXPECT_EQ(there_and_back("1234567890123456789012345678901234"), "1234567890123456789012345678901234");
  EXPECT_EQ(there_and_back("0.1234567890123456789012345678901234"), "0.1234567890123456789012345678901234");
  EXPECT_EQ(there_and_back("9007199254740993"), "9007199254740993");
  EXPECT_EQ(there_and_back("1.50"), "1.50");
  EXPECT_EQ(there_and_back("-0"), "0");
}

TEST_F(Json, ReadsExponentsAndWritesNone) {
  EXPECT_EQ(there_and_back("1.5e3"), "1500");
  EXPECT_EQ(there_and_back("1E-7"), "0.0000001");
  EXPECT_EQ(there_and_back("1e400"), "1" + std::string(400, '0'));
  EXPECT_EQ(there_and_back("1e6000").size(), 6001u);
  EXPECT_EQ(problems("1e9999").at(0).what, "This number is too large or too small to be a number of FEEL.");
}

TEST_F(Json, TakesTheTypesThatAreExpected) {
  const char* text = R"({"name": "Ann", "birth date": "1975-03-02", "income": 812.40, "resident": true,
      "moved in": "2019-05-31T12:00:00+01:00", "call at": "14:30:00", "employed for": "P1Y8M", "away for": "PT36H",
      "children": [{"name": "Bea", "birth date": "2012-12-24"}, {"name": "Cy", "birth date": null}]})";
  EXPECT_EQ(read(text, kApplicant),
            R"({name: "Ann", birth date: @"1975-03-02", income: 812.40, resident: true, )"
            R"(moved in: @"2019-05-31T12:00:00+01:00", call at: @"14:30:00", employed for: @"P1Y8M", )"
            R"(away for: @"P1DT12H", children: [{name: "Bea", birth date: @"2012-12-24"}, )"
            R"({name: "Cy", birth date: null}]})");
  const Result<Value> value = from_json(text, kApplicant, memory_);
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(conforms(*value, kApplicant));
}

TEST_F(Json, GivesNullForWhatIsLeftOutAndKeepsWhatIsMore) {
  EXPECT_EQ(read(R"({"name": "Bea", "school": "St John's"})", kChild),
            R"({name: "Bea", school: "St John's", birth date: null})");
}

TEST_F(Json, TellsEveryValueThatDoesNotFitWithItsPath) {
  const Problems all = problems(R"({"name": 7, "birth date": "31/05/1975", "income": "812.40", "resident": "yes",
      "employed for": "P3D", "children": [{"birth date": "2012-12-24"}, {"birth date": "2013-02-29"}, []]})",
                                kApplicant);
  EXPECT_EQ(
      all,
      (Problems{
          {"This should be a string, not 7.", "name", "Write it in quotation marks."},
          {"This should be a date, not \"31/05/1975\".", "birth date", "Write year, month and day: \"2026-05-31\"."},
          {"This should be a number, not \"812.40\".", "income", "Write it without quotation marks: 12.50."},
          {"This should be true or false, not \"yes\".", "resident", "Write true or false, without quotation marks."},
          {"This should be a years and months duration, not \"P3D\".", "employed for",
           "Write one year and six months so: \"P1Y6M\"."},
          {"This should be a date, not \"2013-02-29\".", "children[2].birth date",
           "Write year, month and day: \"2026-05-31\"."},
          {"This should be an object, not [].", "children[3]", "Write names and values in curly brackets."},
      }));
  EXPECT_EQ(problems("{}", Type::list_of(Base::Number)).at(0),
            (Problem{"This should be a list, not an object.", "", "Put it in square brackets."}));
  EXPECT_EQ(problems("\"[1..2]\"", Type::range_of(Base::Number)).at(0).remedy,
            "JSON can't hold a range; give its two ends on their own.");
  EXPECT_EQ(problems("1", Base::Null).size(), 1u);
  EXPECT_EQ(problems("[" + std::string(1'000, '1') + "]", Type::list_of(Base::String)).size(), 1u);
}

TEST_F(Json, TellsAHundredProblemsAtMost) {
  std::string text = "[";
  for (int i = 0; i < 500; ++i) text += "1,";
  EXPECT_EQ(problems(text + "1]", Type::list_of(Base::String)).size(), 100u);
}

TEST_F(Json, WithANameTwiceIsAProblem) {
  EXPECT_EQ(problems(R"({"a": {"b": 1, "c": 2, "b": 3, "b": 4}})"),
            (Problems{{"This name is there more than once.", "a.b", "Keep the value that is meant."}}));
  EXPECT_EQ(problems(R"([{"a": 1, "\u0061": 1}])").at(0).where, "[1].a");
}

TEST_F(Json, ThatIsBrokenIsAProblemWithItsPlace) {
  EXPECT_EQ(problems("{\"a\": 1,\n \"é\": é}").at(0),
            (Problem{"This isn't JSON.", "line 2, character 7",
                     "Look just before this place for a comma, a bracket or quotation marks."}));
  EXPECT_EQ(problems("[1, 2").at(0).what, "This JSON ends too early.");
  EXPECT_EQ(problems("").at(0).what, "This JSON ends too early.");
  for (const char* text :
       {"[1,]", "{a: 1}", "'a'", "01", "1.", ".5", "+1", "NaN", "[1] 2", "1 2", "tru", "\"\n\"", "\"\\x\"",
        "\"\\ud800\"", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "/**/1", "{\"a\"}"}) {
    EXPECT_EQ(problems(text).size(), 1u) << text;
  }
}

TEST_F(Json, MayBeNestedAHundredLevels) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(there_and_back(nested(100)), nested(100));
  EXPECT_EQ(problems(nested(101)).at(0).what, "This JSON is nested too deeply.");
  EXPECT_EQ(problems(std::string(1'000'000, '[')).size(), 1u);
  Value deep;
  for (int i = 0; i < 101; ++i) deep = Value::list(memory_, {&deep, 1});
  EXPECT_FALSE(to_json(deep).ok());
}

TEST_F(Json, MayBeAsLargeAsItsMemory) {
  Memory small(100'000);
  std::string text = "[0";
  for (int i = 0; i < 5'000; ++i) text += ",0";
  const Result<Value> value = from_json(text + "]", {}, small);
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.problems().at(0).what, "This JSON is too large.");
}

TEST_F(Json, HoldsNothingOfTheTextItCameFrom) {
  std::string text = R"({"key": "word"})";
  const Result<Value> value = from_json(text, {}, memory_);
  text.assign(text.size(), 'x');
  EXPECT_EQ(to_text(*value), R"({key: "word"})");
}

TEST_F(Json, IsWrittenWithTemporalValuesAndRangesAsStrings) {
  const RangeEnds ends{Value::number(1), Value::number(10), true, false};
  const Value items[] = {Value::date({2020, 2, 29}),
                         Value::duration(MonthsDuration{14}),
                         Value::range(&ends),
                         Value::string("\x01\"\\\n/é"),
                         {}};
  EXPECT_EQ(*to_json(Value::list(items)), R"feel(["2020-02-29","P1Y2M","[1..10)","\u0001\"\\\n/é",null])feel");
}

TEST_F(Json, IsNeverLongerThanItMay) {
  const Value items[] = {Value::string("abc"), Value::string("def")};
  EXPECT_EQ(to_json(Value::list(items), 13).value(), R"(["abc","def"])");
  EXPECT_FALSE(to_json(Value::list(items), 12).ok());
  Value wide = Value::number(1);
  for (int i = 0; i < 60; ++i) {
    const Value twice[] = {wide, wide};
    wide = Value::list(memory_, twice);
  }
  EXPECT_FALSE(to_json(wide, 100'000).ok());
}

RC_GTEST_PROP(JsonProperties, EveryTextIsReadBack, (const std::string& bytes)) {
  // Code points below 128, so that the text is UTF-8.
  std::string text;
  for (const char c : bytes) text += static_cast<char>(c & 0x7f);
  Memory memory;
  const Result<Value> value = from_json(*to_json(Value::string(text)), Base::String, memory);
  RC_ASSERT(value.ok());
  RC_ASSERT(value->string() == text);
}

RC_GTEST_PROP(JsonProperties, EveryDateIsReadBack, (int days)) {
  const std::optional<Date> date = Date::from_days(days);
  RC_PRE(date.has_value());
  Memory memory;
  const Result<Value> value = from_json(*to_json(Value::date(*date)), Base::Date, memory);
  RC_ASSERT(value.ok());
  RC_ASSERT(value->date() == *date);
}

}  // namespace
}  // namespace guildhall::feel
