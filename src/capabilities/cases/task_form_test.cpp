#include "cases/task_form.h"

#include <gtest/gtest.h>

#include <map>

#include "feel/value.h"

namespace guildhall::cases {
namespace {

const std::string kForm =
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"><itemDefinition id=\"b\" "
    "structureRef=\"xsd:boolean\"/><itemDefinition id=\"n\" structureRef=\"xsd:decimal\"/><itemDefinition id=\"d\" "
    "structureRef=\"xsd:date\"/><process id=\"p\"><subProcess id=\"in\"><userTask id=\"t\"><ioSpecification>"
    "<dataInput id=\"i\" name=\"given\"/><dataOutput id=\"o1\" name=\"approved\" itemSubjectRef=\"b\">"
    "<documentation>Is the road wide enough?</documentation></dataOutput><dataOutput id=\"o2\" name=\"skipFee\" "
    "itemSubjectRef=\"n\"/><dataOutput id=\"from_day\" itemSubjectRef=\"d\"/><dataOutput id=\"o4\" name=\"notes\"/>"
    "</ioSpecification></userTask></subProcess><userTask id=\"plain\"/></process></definitions>";

TEST(TaskForm, AsksForEachDataOutput) {
  using Kind = TaskQuestion::Kind;
  EXPECT_EQ(task_questions(kForm, "t"),
            (std::vector<TaskQuestion>{{"approved", "Is the road wide enough?", Kind::YesNo},
                                       {"skipFee", "Skip fee", Kind::Number},
                                       {"from_day", "From day", Kind::Date},
                                       {"notes", "Notes", Kind::Text}}));
  EXPECT_TRUE(task_questions(kForm, "plain").empty());
  EXPECT_TRUE(task_questions(kForm, "nothing").empty());
  EXPECT_TRUE(task_questions("<not xml", "t").empty());
}

TEST(TaskForm, ReadsAnswersAsTheirTypes) {
  const std::map<std::string, std::string> typed{{"answer-approved", "no"},        {"answer-skipFee", " 40.00 "},
                                                 {"answer-from_day-day", "28"},    {"answer-from_day-month", "2"},
                                                 {"answer-from_day-year", "2026"}, {"answer-notes", " Narrow\n"}};
  const auto answers = task_answers(task_questions(kForm, "t"), [&](const std::string& field) {
    const auto found = typed.find(field);
    return found == typed.end() ? "" : found->second;
  });
  ASSERT_TRUE(answers.ok());
  std::string all;
  for (const auto& [name, data] : *answers) all += name + "=" + feel::to_text(data.value()) + " ";
  EXPECT_EQ(all, "approved=false skipFee=40.00 from_day=@\"2026-02-28\" notes=\"Narrow\" ");
}

TEST(TaskForm, SaysAllThatIsMissing) {
  const auto answers = task_answers(task_questions(kForm, "t"), [](const std::string& field) {
    return std::string(field == "answer-skipFee" ? "forty" : "");
  });
  ASSERT_FALSE(answers.ok());
  std::string all;
  for (const Problem& each : answers.problems()) all += each.where + ": " + each.what + "\n";
  EXPECT_EQ(all,
            "answer-approved: Select yes or no: Is the road wide enough?\nanswer-skipFee: Enter a number: Skip "
            "fee\nanswer-from_day: Enter a date that exists: From day\nanswer-notes: Enter an answer: Notes\n");
}

}  // namespace
}  // namespace guildhall::cases
