#include "bpmn/instance_codec.h"

#include <gtest/gtest.h>

#include "bpmn/test_process.h"
#include "feel/expression.h"

namespace guildhall::bpmn {
namespace {

Data value_of(std::string_view feel_text) {
  feel::Memory memory;
  feel::Evaluation evaluation(memory, {}, {});
  const auto expression = feel::Expression::compile(feel_text, feel::Scope()).value();
  return Data::of(expression->evaluate(evaluation, {}).value());
}

TEST(InstanceCodec, EveryValueReadsBackAsItWas) {
  for (const std::string_view text : {"null",
                                      "true",
                                      "false",
                                      "0",
                                      "-17",
                                      "1.50",
                                      "0.1",
                                      "123456789012345678901234567890.1234",
                                      "\"\"",
                                      "\"Häuser\"",
                                      "date(\"2026-11-25\")",
                                      "date(\"-0044-03-15\")",
                                      "time(\"14:30:00.5\")",
                                      "time(\"14:30:00Z\")",
                                      "time(\"14:30:00+01:00\")",
                                      "date and time(\"2026-03-29T01:30:00@Europe/London\")",
                                      "date and time(\"2026-03-29T01:30:00\")",
                                      "duration(\"P1DT2H0.5S\")",
                                      "duration(\"-P3Y2M\")",
                                      "[]",
                                      "[1, [2, \"b\"], {}]",
                                      "{a: 1, \"b c\": [null, {d: date(\"2020-02-29\")}]}",
                                      "[1..10)",
                                      "(\"a\"..\"b\"]"}) {
    const Data data = value_of(text);
    const Variables back = decode_variables(encode(Variables{{"v", data}})).value();
    EXPECT_TRUE(feel::identical(back.at(0).second.value(), data.value())) << text;
    EXPECT_EQ(feel::to_text(back.at(0).second.value()), feel::to_text(data.value())) << text;
  }
}

// Each line of the process waits somewhere else: loops, joins, scopes, compensation, timers, messages.
constexpr std::string_view kEverything =
    "start s; and f; user u; boundary late on:u timer:R3/PT1H nonint; script told; catch m message:paid; or j; "
    "sub inner { start is; user iu; end ie; is > iu > ie }; boundary undo_inner on:inner compensate; task undone; "
    "undo undo_inner undone; call c calledElement=q; complex x; end e; "
    "s > f; f > u > j; late > told; f > m > j; f > inner > j; f > c > x; j > x; x > e";

TEST(InstanceCodec, AnInstanceGoesOnFromItsBytesAsFromItself) {
  const auto definitions = read_definitions(ProcessText(kEverything).xml());
  ASSERT_TRUE(definitions.ok()) << to_text(definitions.problems());
  const Process& process = definitions->processes[0];
  const Instant start = parse_instant("2026-01-05T09:00:00Z").value();
  const std::vector<Event> events = {Start{{{"n", value_of("1.50")}}, ""}, TimerDue{},
                                     MessageArrived{"paid", {{"amount", value_of("[40, 2.0]")}}, ""},
                                     SignalArrived{"nobody"}};
  ProcessInstance itself;
  std::vector<Event> happening = events;
  for (std::size_t i = 0; i < happening.size(); ++i) {
    const std::string bytes = encode(itself);
    const ProcessInstance restored = decode_instance(bytes, process).value();
    EXPECT_EQ(encode(restored), bytes);
    const Event event = decode_event(encode(happening[i])).value();
    EXPECT_EQ(encode(event), encode(happening[i]));
    const Step from_itself = advance(process, itself, happening[i], start + std::chrono::hours(i));
    const Step from_bytes = advance(process, restored, event, start + std::chrono::hours(i));
    EXPECT_EQ(encode(from_bytes.next), encode(from_itself.next));
    EXPECT_EQ(from_bytes.effects.size(), from_itself.effects.size());
    // Whatever it waits for next comes, too.
    for (const Effect& effect : from_itself.effects) {
      if (const auto* work = std::get_if<WorkRequested>(&effect)) happening.push_back(Completed{work->instance, {}});
      if (const auto* timer = std::get_if<TimerSet>(&effect)) {
        happening.push_back(TimerDue{timer->instance, timer->wait});
      }
      if (const auto* call = std::get_if<ProcessCalled>(&effect)) {
        happening.push_back(ErrorThrown{call->instance, "lost"});
      }
    }
    itself = from_itself.next;
  }
  EXPECT_GT(happening.size(), events.size());
  EXPECT_TRUE(decode_instance(encode(itself), process).ok());
}

TEST(InstanceCodec, DamagedBytesAreAProblemAndNothingElse) {
  const auto definitions = read_definitions(ProcessText(kEverything).xml()).value();
  const Process& process = definitions.processes[0];
  const Step step = advance(process, {}, Start{{{"n", value_of("{a: [1, \"x\"]}")}}, ""}, Instant());
  const std::string bytes = encode(step.next);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_instance(bytes.substr(0, size), process).ok());
  }
  std::size_t refused = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (const int flipped : {0x01, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[place] = static_cast<char>(damaged[place] ^ flipped);
      refused += decode_instance(damaged, process).ok() ? 0 : 1;  // Other bytes may mean something else.
    }
  }
  EXPECT_GT(refused, bytes.size());
  EXPECT_FALSE(decode_instance(bytes + "x", process).ok());
  EXPECT_FALSE(decode_event("\x01\x7f").ok());
}

}  // namespace
}  // namespace guildhall::bpmn
