#pragma once

// What a case would have become under other rules: a recorded case is run through a candidate (another version of its
// process, other decisions, another calendar), and the two outcomes are laid side by side.
//
//   const Comparison comparison = replay(recorded, then, candidate, now);
//
// How it is done:
//  1. The recorded events are repeated on what the case followed then. That gives what happened in between: what each
//     answer was for, when timers were due, what tasks were offered. Where it doesn't give what is stored for the case
//     (something has changed that nobody kept), the case can't be replayed, and nothing is claimed about it.
//  2. The candidate begins as the case did. Each event that came from outside (what a person or a program answered,
//     messages, signals, that somebody stopped the case) reaches it at the time at which it came; the candidate's own
//     timers come due in between, decisions and calls are its own.
//      - A timer that is due when its counterpart was comes when that came, late or never as it may have been; any other
//        comes when it is due.
//      - An answer is for the element of the same id, the same time round. Where the candidate asks later than people
//        were asked then, the answer comes when it has taken as long as it took then.
//      - A message waits for whoever receives it. What the case sends to itself has the candidate's content.
//  3. At the end the candidate may wait for answers that nobody ever gave, and answers may be left over.
//
// Each case is replayed by itself: what reached other cases, or depends on how busy people were, isn't known.
//
// Pure: decisions and calls are asked from a World. Source of the idea: "what-if replay" of event logs, van der Aalst
// (2016), Process Mining, chapter 9.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/instance.h"

namespace guildhall::replay {

// A process, and the file that it is in. Both outlive whatever has it.
struct Program {
  const bpmn::Definitions* file = nullptr;
  const bpmn::Process* process = nullptr;

  bool operator==(const Program&) const = default;
};

// ---- What was recorded

struct RecordedEvent {
  std::size_t instance = 0;  // Of RecordedCase::instances.
  Instant at;
  bpmn::Event event;
};

struct RecordedInstance {
  struct Caller {
    std::size_t instance = 0;
    bpmn::Id node = 0;
  };
  Program program;
  std::optional<Caller> caller;
  bpmn::ProcessInstance state;  // As it is stored.
  Instant started;
  std::optional<Instant> ended;
};

struct RecordedCase {
  std::vector<RecordedInstance> instances;  // The first is the case's own; callers come before what they call.
  std::vector<RecordedEvent> events;        // In their order.
};

// ---- What surrounds a run

using Given = std::pair<std::string_view, feel::Value>;

struct World {
  // The value of a decision for what the task sees. It may live until the next question.
  std::function<Result<feel::Value>(std::string_view decision, std::span<const Given> given, Instant now)> decide;
  std::function<Result<Program>(const Program& caller, std::string_view process, std::optional<std::uint32_t> version,
                                Instant now)>
      called;
  // What every expression may use, at a moment. It outlives the replay.
  std::function<bpmn::Surroundings(Instant now)> surroundings;
};

// ---- What came of it

// One side: what happened then, or what the candidate does.
struct Outcome {
  bpmn::ProcessInstance::State state = bpmn::ProcessInstance::State::New;  // Of the case's own process.
  std::string stuck;                   // Why it can't go on until a person mends something; empty: it can.
  std::vector<std::string> waits_for;  // Elements, sorted.
  bpmn::Variables variables;           // Of the case's own process.
  std::optional<std::chrono::microseconds> cycle_time;  // None while it is open.
  std::uint64_t deadlines = 0;                          // Tasks that had one,
  std::uint64_t missed = 0;  // and those that were done or withdrawn after it, or still wait after it.
  // The elements that were left, in their order, of each process; "visit#1/" stands before what was called.
  std::map<std::string, std::vector<std::string>> path;
};

struct Comparison {
  // Why nothing can be said about this case; empty: it was replayed.
  std::string not_replayable;
  Outcome then;
  Outcome now;
  std::vector<std::string> unanswered;  // Elements that wait for an answer that nobody gave.
  std::vector<std::string> left_over;   // Elements whose answer, or names of messages that, nobody waits for any more.
  std::uint64_t later = 0;              // Answers that came later than then, because they were asked for later.
};

// `now`: until when the candidate's timers come due.
Comparison replay(const RecordedCase& recorded, const World& then, const World& candidate, const Program& program,
                  Instant now);

}  // namespace guildhall::replay
