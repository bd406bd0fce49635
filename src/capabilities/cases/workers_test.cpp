#include "cases/workers.h"

#include <gtest/gtest.h>

#include <atomic>

#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

// Waits for the thing itself.
template <class Holds>
bool comes_true(Holds&& holds) {
  for (int tries = 0; tries < 3'000; ++tries) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string eight_checks() {
  std::string xml = "<startEvent id=\"s\"/><parallelGateway id=\"f\"/><parallelGateway id=\"j\"/><endEvent id=\"e\"/>";
  xml += flows("s f") + flows("j e");
  for (const char n : std::string("12345678")) {
    const std::string task = std::string("t") + n;
    xml += "<userTask id=\"" + task + "\"/>" + flows("f " + task + " j");
  }
  return process(xml);
}

TEST(Workers, WhatManyDoAtOnceInOneCaseIsAllDone) {
  TestCases cases;
  cases.publish(eight_checks());
  const Started started = cases.start("p");
  const auto tasks = cases.open_tasks(started);
  ASSERT_EQ(tasks.size(), 8U);
  std::atomic<int> done{0};
  std::vector<std::thread> officers;
  for (const Task& task : tasks) {
    officers.emplace_back([&, id = task.id] { done += cases.engine().complete(id, {}, {"officer", ""}).ok() ? 1 : 0; });
  }
  for (std::thread& officer : officers) officer.join();
  EXPECT_EQ(done, 8);
  EXPECT_EQ(cases.state(started), "completed");
  EXPECT_EQ(cases.instance(started).number, 9);  // The start, and eight tasks.
}

TEST(Workers, OneOfTwoWhoCompleteATaskIsToldThatItIsDone) {
  TestCases cases;
  cases.publish(process("<startEvent id=\"s\"/><userTask id=\"t\"/><endEvent id=\"e\"/>" + flows("s t e")));
  for (int round = 0; round < 10; ++round) {
    const Started started = cases.start("p");
    const TaskId task = cases.only_task(started).id;
    std::atomic<int> done{0};
    std::vector<std::thread> officers;
    for (int i = 0; i < 4; ++i) {
      officers.emplace_back([&] { done += cases.engine().complete(task, {}, {"officer", ""}).ok() ? 1 : 0; });
    }
    for (std::thread& officer : officers) officer.join();
    EXPECT_EQ(done, 1);
  }
}

TEST(Workers, DoWhatIsDueAsSoonAsItIs) {
  TestCases cases({.handlers = {{"letters", [](const Work&) { return Result<bpmn::Variables>(bpmn::Variables{}); }}}});
  cases.publish(process("<startEvent id=\"s\"/><serviceTask id=\"w\" guildhall:work=\"letters\"/><endEvent id=\"e\"/>" +
                        flows("s w e")));
  const Workers workers(cases.engine(), 3);
  std::vector<Started> all;
  for (int i = 0; i < 50; ++i) all.push_back(cases.start("p"));
  for (const Started& each : all) {
    EXPECT_TRUE(comes_true([&] { return cases.state(each) == "completed"; }));
    EXPECT_EQ(cases.instance(each).number, 2);
  }
}

}  // namespace
}  // namespace guildhall::cases
