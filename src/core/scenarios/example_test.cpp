#include "scenarios/example.h"

#include <gtest/gtest.h>

namespace guildhall::scenarios {
namespace {

constexpr std::string_view kEnd = R"("expect": {"state": "completed"})";

// What is wrong with an example with these members, a line each.
std::string problems(std::string_view members) {
  const auto example = read_example("{" + std::string(members) + "}");
  return example.ok() ? "" : to_text(example.problems());
}
std::string problems_of_steps(std::string_view steps) {
  return problems(R"("title": "t", "process": "p", "steps": [)" + std::string(steps) + "], " + std::string(kEnd));
}

TEST(Example, IsReadWithAllItsSteps) {
  const auto example = read_example(R"({
    "title": "A permit", "process": "skip-permit", "start": "2026-07-01", "variables": {"days": 14, "from": "@2026-02-01"},
    "steps": [
      {"task": "check", "is": {"team": "Highways", "due": "2026-01-07", "followUp": "2026-01-06T09:00:00Z",
        "assignee": "ann", "priority": 50}, "answers": {"safe": true}},
      {"message": "paid", "data": {"sum": 40}}, {"signal": "storm"}, {"wait": "P10D"}, {"wait": "P1M"}, {"wait": "PT1.5S"},
      {"until": "2026-09-01T00:00:00Z"}, {"service": "letters", "gives": {"sent": true}}, {"service": "letters", "error": "E"},
      {"decision": "fee", "gives": 40},
      {"expect": {"tasks": ["check", {"task": "look", "is": {"team": ["A", "B"]}}], "waiting": [], "variables": {"a": null},
        "messages": [{"name": "receipt", "data": {"sum": 40}}]}}],
    "expect": {"path": ["applied", "..."], "state": "failed", "error": "E", "variables": {"x": [1, "@P1D"]},
      "messages": [], "not": ["refused"]}})");
  ASSERT_TRUE(example.ok()) << to_text(example.problems());
  EXPECT_EQ(example->title, "A permit");
  EXPECT_EQ(example->process, "skip-permit");
  EXPECT_EQ(to_iso(example->start), "2026-06-30T23:00:00Z");  // Midnight in summer.
  EXPECT_EQ(written(example->variables[1].second.value()), "\"@2026-02-01\"");
  ASSERT_EQ(example->steps.size(), 11);
  const auto& task = std::get<TaskDone>(example->steps[0]);
  EXPECT_EQ(task.task.is.teams, std::vector<std::string>{"Highways"});
  EXPECT_EQ(std::get<Date>(*task.task.is.due).iso(), "2026-01-07");
  EXPECT_EQ(to_iso(std::get<Instant>(*task.task.is.follow_up)), "2026-01-06T09:00:00Z");
  EXPECT_EQ(task.task.is.priority, 50);
  EXPECT_EQ(std::get<MessageSent>(example->steps[1]).data[0].first, "sum");
  EXPECT_EQ(std::get<TimePasses>(example->steps[3]).microseconds, 10 * 86'400 * 1'000'000LL);
  EXPECT_EQ(std::get<TimePasses>(example->steps[4]).months, 1);
  EXPECT_EQ(std::get<TimePasses>(example->steps[5]).microseconds, 1'500'000);
  EXPECT_EQ(std::get<ServiceAnswers>(example->steps[8]).error, "E");
  EXPECT_EQ(std::get<Expect>(example->steps[10]).tasks->at(1).is.teams->size(), 2);
  EXPECT_EQ(example->expected.state, bpmn::ProcessInstance::State::Failed);
  EXPECT_EQ(written(example->expected.variables[0].second.value()), "[1,\"@P1D\"]");
  EXPECT_TRUE(example->expected.messages->empty());
}

TEST(Example, BeginsOnAMondayWhereNothingIsSaid) {
  const auto example = read_example(R"({"title": "t", "process": "p", "expect": {"path": ["..."]}})");
  ASSERT_TRUE(example.ok());
  EXPECT_EQ(to_iso(example->start), "2026-01-05T09:00:00Z");
}

TEST(Example, TellsAllThatIsWrongAtOnce) {
  EXPECT_EQ(
      problems(R"("titel": "t", "steps": {}, "expect": {"state": "done", "paths": []})"),
      "titel: There is no member ‘titel’ here. Is ‘title’ meant? There may be: title, process, start, variables, "
      "steps, expect.\n"
      "The member ‘title’ is missing. Add it: \"title\": \"…\".\n"
      "The member ‘process’ is missing. Add it: \"process\": \"…\".\n"
      "steps: This is a context, not a list. Put it in square brackets.\n"
      "expect.paths: There is no member ‘paths’ here. Is ‘path’ meant? There may be: path, state, error, variables, "
      "messages, not.\n"
      "expect.state: There is no state ‘done’. There are completed, waiting, terminated and failed.");
}

TEST(Example, WithoutExpectationsIsRefused) {
  EXPECT_NE(problems(R"("title": "t", "process": "p")").find("expect: The example expects nothing."),
            std::string::npos);
  EXPECT_NE(problems(R"("title": "t", "process": "p", "expect": {})").find("expect: Nothing is expected here."),
            std::string::npos);
  EXPECT_EQ(problems_of_steps(R"({"expect": {}})"),
            "steps[1].expect: Nothing is expected here. Say what is to hold, or remove the step.");
}

TEST(Example, HasOneThingInEachStep) {
  EXPECT_EQ(
      problems_of_steps(R"({"tsk": "check"})"),
      "steps[1]: This step doesn't say what happens. Is ‘task’ meant instead of ‘tsk’? Write one of task, message, "
      "signal, wait, until, service, decision, expect in each step.");
  EXPECT_EQ(
      problems_of_steps(R"({"signal": "a"}, {"wait": "P1D", "signal": "a"})"),
      "steps[2]: This step says several things. Write one of task, message, signal, wait, until, service, decision, "
      "expect in each step.");
  EXPECT_EQ(problems_of_steps("7"),
            "steps[1]: This is a number, not an object. Write names and values in curly brackets.");
}

TEST(Example, SaysWhichValuesHaveTheWrongType) {
  EXPECT_EQ(problems_of_steps(R"({"task": 1})"),
            "steps[1].task: This is a number, not a text. Write a text in quotation marks.");
  EXPECT_EQ(problems_of_steps(R"({"task": "a", "is": {"due": "soon", "priority": 1.5}})"),
            "steps[1].is.due: ‘soon’ is neither a day nor a moment. Write \"2026-01-05\" or \"2026-01-05T09:00:00Z\".\n"
            "steps[1].is.priority: This is not a whole number. Write it without quotation marks: 50.");
  EXPECT_EQ(
      problems_of_steps(R"({"wait": "ten days"})"),
      "steps[1].wait: ‘ten days’ is not a time to wait. Write \"P10D\", \"PT2H\" or \"P1M\"; at most 1,000 years.");
  EXPECT_EQ(problems_of_steps(R"({"wait": "-P1D"})").substr(0, 48), "steps[1].wait: ‘-P1D’ is not a time to wait.");
  EXPECT_EQ(problems_of_steps(R"({"wait": "P999999999D"})").substr(0, 14), "steps[1].wait:");
  EXPECT_EQ(problems_of_steps(R"({"message": "m", "data": {"on": ["@soon"]}})"),
            "steps[1].data.on: ‘@soon’ is not a date, a time or a duration. Write \"@2026-01-05\", \"@09:30:00\", "
            "\"@2026-01-05T09:30:00Z\" or \"@P10D\"; a text that begins with @ begins with two.");
  EXPECT_EQ(problems_of_steps(R"({"service": "s", "gives": {}, "error": "E"})"),
            "steps[1]: A service either gives something or fails. Remove \"gives\" or \"error\".");
  EXPECT_EQ(problems_of_steps(R"({"decision": "fee"})"),
            "steps[1]: The member ‘gives’ is missing. Say what the decision is to give.");
}

TEST(Example, ThatIsNoJsonIsRefused) {
  EXPECT_FALSE(read_example("{").ok());
  EXPECT_FALSE(read_example("").ok());
  EXPECT_EQ(to_text(read_example("[]").problems()),
            "This is a list, not an object. Write names and values in curly brackets.");
}

TEST(Written, IsReadBackAsTheSameValue) {
  for (const std::string_view json : {R"({"a":1.50,"b":[true,null,"@@x"]})", "\"@2026-01-05\"", "\"@09:30:00\"",
                                      "\"@2026-01-05T09:30:00Z\"", "\"@P1DT2H\"", "\"@P1Y2M\"", "\"plain\""}) {
    const auto example = read_example(R"({"title": "t", "process": "p", "variables": {"v": )" + std::string(json) +
                                      "}, " + std::string(kEnd) + "}");
    ASSERT_TRUE(example.ok()) << json;
    EXPECT_EQ(written(example->variables[0].second.value()), json);
  }
}

}  // namespace
}  // namespace guildhall::scenarios
