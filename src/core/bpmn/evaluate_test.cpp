#include <gtest/gtest.h>

#include "bpmn/instance.h"
#include "bpmn/read_definitions.h"

namespace guildhall::bpmn {
namespace {

Result<Definitions> read(const std::string& deadline, const std::string& pauses) {
  return read_definitions(
      "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
      "xmlns:guildhall=\"urn:guildhall:bpmn\"><process "
      "id=\"p\" guildhall:deadline=\"" +
      deadline + "\"><startEvent id=\"s\"/><userTask id=\"ask\" guildhall:pausesDeadline=\"" + pauses +
      "\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"ask\"/></process></definitions>");
}

std::string value(const std::string& deadline, const Variables& variables = {}) {
  const Definitions definitions = read(deadline, "true").value();
  const Instant now = parse_instant("2026-06-30T23:30:00Z").value();
  return feel::to_text(evaluate(*definitions.processes[0].deadline, variables, now).value().value(), 100);
}

TEST(Evaluate, ADeadlineIsAnExpressionOrIso8601) {
  EXPECT_EQ(value("20"), "20");
  EXPECT_EQ(value("P28D"), "\"P28D\"");
  EXPECT_EQ(value("days * 2", {{"days", Data::of(feel::Value::number(4))}}), "8");
  EXPECT_EQ(value("days"), "null");
  EXPECT_EQ(value("today()"), "@\"2026-07-01\"");  // In London.
}

TEST(Evaluate, OnlyTrueNodesPauseTheDeadline) {
  EXPECT_TRUE(read("20", "true").value().processes[0].nodes[1].pauses_deadline);
  EXPECT_FALSE(read("20", "false").value().processes[0].nodes[1].pauses_deadline);
  EXPECT_FALSE(read("20", "true").value().processes[0].nodes[0].pauses_deadline);
}

TEST(Evaluate, ADeadlineThatIsNoExpressionIsRefused) {
  const auto refused = read("20 working", "true");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems()[0].where, "process p, line 1, guildhall:deadline, character 4");
}

}  // namespace
}  // namespace guildhall::bpmn
