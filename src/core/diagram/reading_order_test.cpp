#include "diagram/reading_order.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "diagram/read_diagram.h"

namespace guildhall::diagram {
namespace {

Diagram example(const std::string& name) {
  std::ifstream file("src/core/diagram/examples/" + name);
  return read_diagram(std::string{std::istreambuf_iterator<char>(file), {}}).value();
}

std::vector<std::string> ids(const std::vector<Step>& steps) {
  std::vector<std::string> result;
  for (const Step& step : steps) result.push_back(std::string(step.depth, ' ') + step.id);
  return result;
}

TEST(ReadingOrder, FollowsTheFlow) {
  EXPECT_EQ(ids(reading_order(example("permit.bpmn"))),
            (std::vector<std::string>{"resident", "council",   " received", " check",     " withdrawn", " stopped",
                                      " consult", "  c_start", "  c_fork",  "  c_police", "  c_buses",  "  c_join",
                                      "  c_end",  " late",     " escalate", " escalated", " agreed",    " refuse",
                                      " plan",    " tell",     " done"}));
}

TEST(ReadingOrder, TellsEachStepWithWhatFollows) {
  Overlay overlay;
  overlay.elements["agreed"] = {.tokens = 2, .state = State::Waiting, .link = "/work"};
  overlay.volumes["f6"] = 40;
  for (const Step& step : reading_order(example("permit.bpmn"), overlay)) {
    if (step.id != "agreed") continue;
    EXPECT_EQ(step.name, "Anyone against?");
    EXPECT_EQ(step.kind, "exclusive gateway");
    EXPECT_EQ(step.lane, "Highways");
    EXPECT_EQ(in_words(step.mark), "2 waiting");
    EXPECT_EQ(step.mark.link, "/work");
    EXPECT_EQ(step.next, (std::vector<Step::Next>{{"refuse", "yes", false, std::nullopt}, {"plan", "no", true, 40}}));
    return;
  }
  FAIL() << "There is no step ‘agreed’.";
}

TEST(ReadingOrder, ReadsEachStepOnceThoughTheFlowRunsBack) {
  const auto steps = reading_order(example("fostering.bpmn"));
  EXPECT_EQ(steps.size(), 24U);
  EXPECT_EQ(steps.front().id, "asked");
  EXPECT_EQ(steps.back().id, "approved");
}

TEST(ReadingOrder, BeginsACircleWithItsFirstElement) {
  Diagram diagram;
  for (const char* id : {"a", "b", "c"}) diagram.shapes.push_back({.id = id, .bounds = {0, 0, 9, 9}});
  for (const auto& [from, to] : {std::pair("a", "b"), {"b", "c"}, {"c", "a"}}) {
    diagram.edges.push_back({.id = from, .source = from, .target = to, .waypoints = {{0, 0}, {1, 1}}});
  }
  EXPECT_EQ(ids(reading_order(diagram)), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace guildhall::diagram
