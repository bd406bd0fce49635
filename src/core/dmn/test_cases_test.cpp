#include "dmn/test_cases.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace guildhall::dmn {
namespace {

std::string file_of(std::string_view cases) {
  return "<testCases xmlns=\"http://www.omg.org/spec/DMN/20160719/testcase\"\n"
         " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n"
         "<modelName>school-meals.dmn</modelName>\n" +
         std::string(cases) + "</testCases>";
}

// The value that a decision is expected to have.
ExpectedValue expected(std::string_view value) {
  const Result<TestCases> read =
      read_test_cases(file_of("<testCase id=\"1\"><resultNode name=\"Free school meals\" type=\"decision\"><expected>" +
                              std::string(value) + "</expected></resultNode></testCase>"));
  EXPECT_TRUE(read.ok()) << to_text(read.problems());
  return read.ok() ? read->cases.at(0).results.at(0).expected : ExpectedValue{};
}

ExpectedValue simple(std::string type, std::string text) {
  return {ExpectedValue::Simple{std::move(type), std::move(text)}};
}
ExpectedValue list(ExpectedValue::List items) {
  return {std::move(items)};
}

TEST(TestCases, AreReadWithInputsAndResults) {
  const Result<TestCases> read = read_test_cases(file_of(R"(<labels><label>Benefits</label></labels>
<testCase id="001" type="decisionService" invocableName="Entitlement">
  <description>A family on universal credit</description>
  <inputNode name=" Annual  income "><value xsi:type="xsd:decimal">7400</value></inputNode>
  <inputNode name="Child"><component name="Age"><value xsi:type="xsd:decimal">7</value></component></inputNode>
  <resultNode name="Entitled" type="decision"><expected><value xsi:type="xsd:boolean">true</value></expected></resultNode>
  <resultNode name="Reason" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode>
</testCase>
<testCase id="002" name="Nothing given"/>)"));
  ASSERT_TRUE(read.ok()) << to_text(read.problems());
  EXPECT_EQ(read->model_name, "school-meals.dmn");
  ASSERT_EQ(read->cases.size(), 2U);
  const TestCase& first = read->cases[0];
  EXPECT_EQ(first.id, "001");
  EXPECT_EQ(first.description, "A family on universal credit");
  EXPECT_EQ(first.type, TestCase::Type::DecisionService);
  EXPECT_EQ(first.invocable_name, "Entitlement");
  EXPECT_EQ(first.place, (Place{5, 1}));
  ASSERT_EQ(first.inputs.size(), 2U);
  EXPECT_EQ(first.inputs[0].name, "Annual income");
  EXPECT_EQ(first.inputs[0].value, simple("decimal", "7400"));
  EXPECT_EQ(first.inputs[1].value, ExpectedValue{(ExpectedValue::Components{{"Age", simple("decimal", "7")}})});
  ASSERT_EQ(first.results.size(), 2U);
  EXPECT_EQ(first.results[0].name, "Entitled");
  EXPECT_EQ(first.results[0].type, "decision");
  EXPECT_FALSE(first.results[0].error_result);
  EXPECT_EQ(first.results[0].expected, simple("boolean", "true"));
  EXPECT_TRUE(first.results[1].error_result);
  EXPECT_EQ(first.results[1].expected, ExpectedValue{});
  EXPECT_EQ(read->cases[1].name, "Nothing given");
  EXPECT_EQ(read->cases[1].type, TestCase::Type::Decision);
}

TEST(ExpectedValue, IsNullAnEmptyListOrAnEmptyStringAsWritten) {
  EXPECT_EQ(expected("<value xsi:nil=\"true\"/>"), ExpectedValue{});
  EXPECT_EQ(expected("<list xsi:nil=\"true\"/>"), ExpectedValue{});
  EXPECT_EQ(expected(""), ExpectedValue{});
  EXPECT_EQ(expected("<list/>"), list({}));
  EXPECT_EQ(expected("<list>\n</list>"), list({}));
  EXPECT_EQ(expected("<value xsi:type=\"xsd:string\"></value>"), simple("string", ""));
  EXPECT_EQ(expected("<value xsi:type=\"xsd:string\"/>"), simple("string", ""));
  EXPECT_EQ(expected("<value/>"), simple("string", ""));
}

TEST(ExpectedValue, IsAStringWhereNoTypeIsWritten) {
  EXPECT_EQ(expected("<value>M</value>"), simple("string", "M"));
}

TEST(ExpectedValue, KeepsTheWhiteSpaceOfStrings) {
  EXPECT_EQ(expected("<value xsi:type=\"xsd:string\"> </value>"), simple("string", " "));
  EXPECT_EQ(expected("<value a=\"x>y\" xsi:type=\"xsd:string\"\n> \n </value>"), simple("string", " \n "));
  EXPECT_EQ(expected("<value>&#10;\t<![CDATA[  ]]></value>"), simple("string", "\n\t  "));
  EXPECT_EQ(expected("<value> High Street </value>"), simple("string", " High Street "));
}

TEST(ExpectedValue, MayBeNested) {
  EXPECT_EQ(expected("<list><item><list><item><value xsi:type=\"xsd:date\">2024-09-01</value></item></list></item>"
                     "<item xsi:nil=\"true\"/><item><component name=\"a b\"><list/></component></item></list>"),
            list({list({simple("date", "2024-09-01")}), ExpectedValue{},
                  ExpectedValue{(ExpectedValue::Components{{"a b", list({})}})}}));
}

TEST(TestCases, SayAllThatIsWrongWithThem) {
  const Result<TestCases> read = read_test_cases(file_of(R"(<testCase id="001" type="process">
<inputNode><value>7</value><list/></inputNode>
<resultnode name="Entitled"/>
</testCase>
<testCase id="002" type="bkm"/>)"));
  ASSERT_FALSE(read.ok());
  ASSERT_EQ(read.problems().size(), 5U) << to_text(read.problems());
  EXPECT_EQ(read.problems()[0], (Problem{"The type of this test case is not known: process.", "test case 001, line 4",
                                         "Write one of decision, bkm, decisionService."}));
  EXPECT_EQ(read.problems()[1].what, "This <inputNode> has no name.");
  EXPECT_EQ(read.problems()[2].what, "There is more than one value in this <inputNode>.");
  EXPECT_EQ(read.problems()[3].what, "Test cases have no element <resultnode> inside <testCase>.");
  EXPECT_EQ(read.problems()[3].where, "test case 001, line 6");
  EXPECT_EQ(read.problems()[4].what, "This test case doesn't say what it invokes.");
}

TEST(TestCases, OfAnotherFormatAreRefused) {
  const Result<TestCases> read = read_test_cases("<definitions/>");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.problems()[0].what, "This is not a file of test cases: it begins with <definitions>.");
}

TEST(TestCases, OfTheConformanceKitAreAllRead) {
  const char* const given = std::getenv("GUILDHALL_SHARED");
  const std::filesystem::path kit =
      std::filesystem::path(given == nullptr ? "../shared" : given) / "conformance" / "dmn-tck";
  if (!std::filesystem::exists(kit)) GTEST_SKIP() << "Needs " << kit << "; set GUILDHALL_SHARED.";
  std::size_t files = 0;
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kit)) {
    if (entry.path().extension() != ".xml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const Result<TestCases> read = read_test_cases(text);
    ASSERT_TRUE(read.ok()) << entry.path() << "\n" << to_text(read.problems());
    EXPECT_TRUE(std::filesystem::exists(entry.path().parent_path() / read->model_name)) << entry.path();
    ++files;
    cases += read->cases.size();
  }
  EXPECT_EQ(files, 100U);
  EXPECT_EQ(cases, 116U + 1619U);  // As the kit's README says.
}

}  // namespace
}  // namespace guildhall::dmn
