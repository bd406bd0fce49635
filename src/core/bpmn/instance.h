#pragma once

// One run of a process, and what moves it on. An instance is a value: copied, kept, taken up again anywhere.
//
//   const Step first = advance(process, ProcessInstance(), Start{variables}, now);
//   for (const Effect& effect : first.effects) carry_out(effect);
//   const Step second = advance(process, first.next, Completed{task_id}, later);
//
// advance() is pure: time is an argument, chance has no part, and what has to happen outside is an effect. The same
// instance and event always give the same step.
//
// Source: BPMN 2.0.2, chapter 13. Words are those of the standard: a token waits at a flow node in a scope (the process
// or one of its sub-processes); a node instance is one execution of a node.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/data.h"
#include "bpmn/definition.h"

namespace guildhall::bpmn {

using Id = std::uint64_t;  // Of node and scope instances, within one process instance. 0: none.
using Variables = std::vector<std::pair<std::string, Data>>;

// Something a node instance waits for: a trigger of itself, of an event on its boundary, of an event that follows its
// gateway, or of an event sub-process of the scope that it stands for.
struct Wait {
  Index event = kNone;           // The node whose trigger it is.
  Index trigger = kNone;         // Of that node; kNone: the message of a receive task.
  std::optional<Instant> due;    // Of timers.
  std::uint32_t times_left = 0;  // Of a repeating timer, after this one; ~0: for ever.
  std::int64_t every = 0;        // Microseconds, of a repeating timer …
  std::int32_t months = 0;       // … or so many months, counted from `since`.
  Instant since;
  bool was_true = false;    // Of conditions: they trigger when they become true.
  bool seen = false;        // Of a parallel multiple event: this one has occurred.
  std::string correlation;  // Of messages: only one with the same; empty: any.
};

// An activity that can still be compensated (13.5.5).
struct CompletedActivity {
  Index node = kNone;
  Index handler = kNone;  // The compensation activity; kNone: a sub-process that is compensated from within.
  // Of a sub-process as it was when it completed: its data, and what can be compensated in it.
  Variables variables;
  std::vector<CompletedActivity> inner;
};

struct NodeInstance {
  enum class State : std::uint8_t {
    Active,        // It waits: for its completion, its events, its inner scope, or its iterations.
    Compensating,  // A compensation throw event, or what is being compensated from within, waits for handlers.
  };
  Id id = 0;
  Index node = kNone;
  Id scope = 0;        // The scope instance that it stands in.
  Id inner_scope = 0;  // Of sub-processes, and of activities with data of their own.
  State state = State::Active;
  bool scope_events = false;  // Stands for the event sub-processes of `scope`, not for a node.
  std::vector<Wait> waits;
  // Loops: the one that counts, and those that are counted.
  Id loop_of = 0;
  std::uint32_t loop_counter = 0;  // Of an iteration, from 1.
  bool is_loop = false;
  std::uint32_t planned = 0;
  std::uint32_t started = 0;
  std::uint32_t completed = 0;
  std::uint32_t terminated = 0;
  std::vector<Data> items;
  std::map<std::uint32_t, Data> outputs;      // By loop counter.
  std::vector<CompletedActivity> iterations;  // Those that are done.
  // Compensation
  std::vector<CompletedActivity> to_undo;  // The last is next.
  Id compensates = 0;                      // Of a handler: who waits for it.
  Index leaves_by = kNone;                 // Of a cancelled transaction or a failed sub-process: the boundary event.
  bool ends = false;                       // Nothing follows the throw event when all is undone.
};

struct ScopeInstance {
  Id id = 0;
  Index scope = kNone;
  Id parent = 0;
  Id owner = 0;  // The node instance of the sub-process; 0: the process.
  Variables variables;
  std::map<Index, std::vector<std::uint32_t>> arrived;  // Tokens that wait at joins, by incoming flow.
  std::map<Index, std::vector<bool>> fired;             // Complex gateways that wait for reset: who gave a token.
  std::vector<CompletedActivity> completed;
  std::vector<Index> still_to_start;  // Of a sequential ad-hoc sub-process.
  bool interrupted = false;           // By one of its event sub-processes.
};

struct ProcessInstance {
  enum class State : std::uint8_t { New, Running, Completed, Terminated, Failed };
  State state = State::New;
  Id last_id = 0;
  std::vector<NodeInstance> nodes;
  std::vector<ScopeInstance> scopes;  // The first is the process.
  std::string error;            // Of a failed instance: the code of the error that nobody caught, or the incident.
  bool uncaught_error = false;  // Which of the two.
  std::vector<std::pair<std::string, std::string>>
      keys;  // Correlation keys that its messages have initialised (8.4.2).

  const NodeInstance* find(Id id) const;
};

// ---- What happens to an instance

struct Start {
  Variables variables;
  // Its id, or that of a receive task or of an event after an instantiating gateway; empty: where the process starts
  // without a trigger, or its first start event.
  std::string start_event;
};
struct Completed {  // The work that an effect asked for is done.
  Id instance = 0;
  Variables variables;  // Given to the scope, after the node's data output associations.
};
struct TimerDue {
  Id instance = 0;
  std::size_t wait = 0;
};
struct MessageArrived {
  std::string name;
  Variables variables;
  std::string correlation;  // As correlation_of() gives it.
};
struct SignalArrived {
  std::string name;
};
struct ErrorThrown {  // By the work that an effect asked for; or by a called process.
  Id instance = 0;
  std::string code;
};
struct EscalationThrown {
  Id instance = 0;
  std::string code;
};
struct Stopped {};  // From outside: by whoever called the process, or by a person.
using Event =
    std::variant<Start, Completed, TimerDue, MessageArrived, SignalArrived, ErrorThrown, EscalationThrown, Stopped>;

// ---- What has to happen outside

struct Offer {  // Of a user task, evaluated.
  std::vector<std::string> teams;
  std::string assignee;
  std::optional<Instant> due;
  std::optional<Instant> follow_up;
  std::int64_t priority = 0;

  bool operator==(const Offer&) const = default;
};
struct WorkRequested {  // A task of any kind but script: answered by Completed or ErrorThrown.
  Id instance = 0;
  Index node = kNone;
  Variables inputs;
  Offer offer;
};
struct ProcessCalled {  // Of a call activity.
  Id instance = 0;
  std::string process;
  Variables inputs;
};
struct TimerSet {
  Id instance = 0;
  std::size_t wait = 0;
  Instant due;
};
struct MessageThrown {
  std::string name;
  Variables variables;
  std::string correlation;
};
struct SignalThrown {
  std::string name;
};
struct Withdrawn {  // The work, call or timers of this node instance are no longer wanted.
  Id instance = 0;
};
struct Logged {  // What happened to a node, for history and traces.
  enum class What : std::uint8_t { Entered, Left, Cancelled, Script, Compensated };
  What what = What::Entered;
  Index node = kNone;
  Id instance = 0;
  Data value;  // Of a script.
};
struct Escalated {  // Out of the process: to whoever called it.
  std::string code;
};
struct Ended {
  ProcessInstance::State state = ProcessInstance::State::Completed;
  std::string error;
  bool uncaught_error = false;
};
using Effect = std::variant<WorkRequested, ProcessCalled, TimerSet, MessageThrown, SignalThrown, Withdrawn, Logged,
                            Escalated, Ended>;

struct Step {
  ProcessInstance next;
  std::vector<Effect> effects;
  std::vector<Index> flows;  // That tokens took, in their order.
};

// What one step may take: a process that goes on without an end fails.
struct Limits {
  std::size_t steps = 100'000;
  std::size_t instances = 10'000;  // Of nodes and scopes at once.
};

// What the world around gives to a step.
struct Surroundings {
  Limits limits;
  // Constants and functions that every expression may use by name, after the process' variables. They outlive the step.
  std::span<const std::pair<std::string, feel::Value>> given;
};

// An event that the instance doesn't wait for changes nothing. In expressions now() and today() are those of the step,
// in the time of the United Kingdom.
Step advance(const Process& process, ProcessInstance instance, const Event& event, Instant now,
             const Surroundings& surroundings = {});

// What an expression gives, with these variables, as a step would have it. A problem where it takes too long.
Result<Data> evaluate(const Formula& formula, const Variables& variables, Instant now,
                      const Surroundings& surroundings = {});

// The timers with which the process begins (10.5.2), from `now` on: each a wait of its start event. Problems where one
// gives neither a moment nor a duration.
Result<std::vector<Wait>> start_timers(const Process& process, Instant now, const Surroundings& surroundings = {});
// A timer when it has come due: what is waited for next, if it repeats.
std::optional<Wait> following(Wait wait);

// ---- What an instance waits for, for whoever has to find it again

struct Expectation {
  enum class Kind : std::uint8_t { Timer, Message, Signal };
  Kind kind = Kind::Timer;
  Id instance = 0;       // Of a node …
  std::size_t wait = 0;  // … and the place among its waits.
  Instant due;           // Of a timer.
  // Of a message or signal. A name that is empty takes any; so does an empty correlation. They live as long as the
  // process and the instance.
  std::string_view name;
  std::string_view correlation;
};

// Sorted by instance and wait. Work and called processes are not among them: those are effects.
std::vector<Expectation> expectations(const Process& process, const ProcessInstance& instance);

// What a message is known by, to compare with that of waits: a text of its values, such that two are the same where
// FEEL calls the values equal. Empty where the definitions don't tell its messages apart, or a path gives an error.
std::string correlation_of(const Definitions& definitions, std::string_view message_name, const Variables& payload,
                           std::span<const std::pair<std::string, feel::Value>> given = {});

}  // namespace guildhall::bpmn
