#pragma once

// What was recorded, repeated on what the case followed then: what each event was for, and when timers were due.

#include <deque>
#include <limits>
#include <set>

#include "replay/impl/run.h"

namespace guildhall::replay {

// When something comes: at a time, and among what comes at that time in an order. Recorded event k has the place 2k; what
// may not come before it, but after, 2k + 1; what nothing was recorded of comes first.
struct Moment {
  Instant at;
  std::uint64_t place = 0;

  auto operator<=>(const Moment&) const = default;
};
inline constexpr Moment kNever{Instant::max(), std::numeric_limits<std::uint64_t>::max()};

// A recorded event that came from outside.
struct OutsideEvent {
  Moment comes;
  bpmn::Event event;
  std::string path;  // Of the instance that it reached.
  // Answers, and decisions that were tried again:
  std::string name;  // Run::name_of() what was asked.
  std::string element;
  std::chrono::microseconds took{0};  // From asking.
  bool is_decision = false;
  // The same event again, after it had failed: the place of the first.
  std::optional<std::size_t> again;
};

struct RecordedTimer {
  Instant due;
  Moment comes = kNever;  // When it came; where it was overtaken by what made it needless, right after that.
};

class Repetition {
 public:
  Repetition(const RecordedCase& recorded, const World& world);

  // Empty: it gives what is stored.
  std::string difference_from_stored() const;
  Outcome outcome(Instant now) const;
  std::vector<std::string> open_requests() const;  // Elements that wait for an answer from outside.

  std::vector<OutsideEvent> outside;            // Without the start.
  std::map<std::string, RecordedTimer> timers;  // By Run::timer_name().
  std::vector<std::string> paths;               // Of the recorded instances.

 private:
  struct Instance : Run {
    std::map<bpmn::Id, Instant> asked;
    std::map<std::pair<bpmn::Id, std::size_t>, std::string> live_timers;
    std::map<std::string, std::size_t> failed;  // Encoded events, with their places among `outside`.
  };

  void repeat(std::size_t number);
  void note_outside(std::size_t number, Instance& instance);
  // false: it could not be taken.
  bool take(Instance& instance, const bpmn::Event& event, Moment moment, bool is_called, std::deque<bpmn::Event>& next);

  const RecordedCase& recorded_;
  const World& world_;
  std::vector<Instance> instances_;
  Deadlines deadlines_;
};

}  // namespace guildhall::replay
