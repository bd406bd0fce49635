#include <gtest/gtest.h>

#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

// The flows that one step takes, as "s>x x>a".
std::string taken(const Process& process, const Step& step) {
  std::string text;
  for (const Index index : step.flows) {
    const Flow& flow = process.flows[index];
    text += (text.empty() ? "" : " ") + process.nodes[flow.source].id + ">" + process.nodes[flow.target].id;
  }
  return text;
}

Process process_of(std::string_view text) {
  return read_definitions(ProcessText(text).xml()).value().processes[0];
}

TEST(Flows, AreThoseThatTokensTook) {
  const Process process =
      process_of("start s; xor x; script a; script b; end e; s > x; x > a if false; x > b default; a > e; b > e");
  EXPECT_EQ(taken(process, advance(process, {}, Start{}, {})), "s>x x>b b>e");
}

TEST(Flows, ToAnEventAfterAGatewayIsTakenWhenTheEventOccurs) {
  const Process process =
      process_of("start s; events g; catch m message:m; catch n message:n; s > g; g > m; g > n; end e; m > e; n > e");
  const Step first = advance(process, {}, Start{}, {});
  EXPECT_EQ(taken(process, first), "s>g");
  EXPECT_EQ(taken(process, advance(process, first.next, MessageArrived{"n", {}, ""}, {})), "g>n n>e");
}

TEST(Flows, ToTheEventThatBeganTheProcessIsTaken) {
  const Process process =
      process_of("events g instantiate=true; catch m message:m; catch n message:n; g > m; g > n; end e; m > e; n > e");
  EXPECT_EQ(taken(process, advance(process, {}, Start{{}, "m"}, {})), "g>m m>e");
}

}  // namespace
}  // namespace guildhall::bpmn
