#include "replay/replay.h"

#include "replay/impl/candidate.h"

namespace guildhall::replay {

Comparison replay(const RecordedCase& recorded, const World& then, const World& candidate, const Program& program,
                  Instant now) {
  Comparison comparison;
  if (recorded.instances.empty() || recorded.events.empty() || recorded.events.front().instance != 0 ||
      !std::holds_alternative<bpmn::Start>(recorded.events.front().event)) {
    comparison.not_replayable = "Its beginning isn't recorded.";
    return comparison;
  }
  const Repetition repetition(recorded, then);
  comparison.not_replayable = repetition.difference_from_stored();
  comparison.then = repetition.outcome(now);
  if (!comparison.not_replayable.empty()) return comparison;
  const Candidate run(recorded, repetition, candidate, program, now);
  comparison.now = run.outcome();
  comparison.unanswered = run.unanswered();
  comparison.left_over = run.left_over();
  comparison.later = run.later();
  return comparison;
}

}  // namespace guildhall::replay
