// Whatever happens to a process, and in whatever order: its instance holds together, and two runs of it are one.

#include <gtest/gtest.h>

#include "bpmn/impl/random_events.h"
#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

const char* const kProcesses[] = {
    // Everything side by side, with joins of all kinds.
    "start s; and f; user a; or o; user b; user c; or j; xor x; complex k = activationCount >= 2; user l; user m; and "
    "g\n"
    "s > f; f > a; f > o; o > b if x > 1; o > c if x < 4; o > j if x = 0; b > j; c > j; j > x; x > k if x > 2; x > g "
    "default\n"
    "a > k; f > l > k; k > m > g; a > g",
    // Sub-processes with everything on their borders.
    "start s; sub u { start t; user a; sub v { user b; end w error:e; b > w }; end z terminate; t > a > v; a > z if "
    "x = 3\n"
    "eventsub n { start ns signal:g nonint; user nu; ns > nu }; eventsub i { start is message:m; user iu; is > iu }\n"
    "eventsub q { start qs error:f; user qu; qs > qu } }\n"
    "boundary p1 on:u timer:PT1H nonint; boundary p2 on:u error:e; boundary p3 on:u escalation:x nonint; user r\n"
    "catch c condition:(x = 2); throw h signal:g; s > u > r; p1 > h; p2 > c > r; p3 > r; u > h",
    // Loops and several instances, in each other.
    "start s; sub u <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>x = 4"
    "</completionCondition></multiInstanceLoopCharacteristics> { user a <multiInstanceLoopCharacteristics "
    "isSequential=\"true\"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>\n throw t "
    "escalation:x\n"
    "user b <standardLoopCharacteristics><loopCondition>x > 1</loopCondition></standardLoopCharacteristics>\n"
    "a > t > b }; boundary e on:u error:e; boundary n on:u escalation:x nonint; user c; s > u > c; e > c; n > c",
    // Compensation, and a transaction that is cancelled.
    "start s; transaction t { start ts; user a; boundary ab on:a compensate; user ah isForCompensation=true\n"
    "undo ab ah\n sub i { user b; boundary bb on:b compensate; user bh isForCompensation=true\n undo bb bh }\n"
    "user d; end x cancel; end y; ts > a > i > d; d > x if x > 2; d > y default }\n"
    "boundary c on:t cancel; boundary h on:t error:e; user o; throw w compensate; user r; end q compensate\n"
    "s > t > w > r; c > o; h > o > q",
    // Ad hoc, call, messages, gateways that wait.
    "start s; events g; receive a message:m; catch b signal:g; catch c timer:PT5M; adhoc h { user i; user j }\n"
    "call k calledElement=other; boundary kb on:k error; boundary ke on:k escalation nonint; user l startQuantity=2\n"
    "s > g > a > h > k > l; g > b > h; g > c > k; kb > l; ke > l",
};

TEST(Random, EventsLeaveAnInstanceThatHoldsTogether) {
  for (const char* text : kProcesses) {
    const auto definitions = read_definitions(ProcessText(text).xml());
    ASSERT_TRUE(definitions.ok()) << text << "\n" << to_text(definitions.problems());
    const Process& process = definitions->processes[0];
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      RandomEvents events(seed);
      ProcessInstance instance;
      Event event = Start{{{"x", Data::of(feel::Value::number(static_cast<std::int64_t>(seed % 5)))}}, ""};
      for (int i = 0; i < 60 && (i == 0 || instance.state == ProcessInstance::State::Running); ++i) {
        Step step = advance(process, instance, event, Instant{});
        ASSERT_EQ(broken(process, step.next), "") << text << "\nseed " << seed << ", event " << i;
        instance = std::move(step.next);
        event = events.next(process, instance);
      }
    }
  }
}

}  // namespace
}  // namespace guildhall::bpmn
