#pragma once

// One step of a process instance: takes an event in, moves every token as far as it goes, and gives back the instance
// and its effects.
//
//   engine.cpp        events from outside, data, tokens, scopes
//   gateways.cpp      13.4
//   activities.cpp    13.3: loops, several instances, sub-processes, completion, cancelling
//   events.cpp        13.5: waiting, timers, throwing, errors and escalations
//   compensation.cpp  13.5.5: compensation, and transactions
//   correlation.cpp   8.4.2: which message is whose
//   migration.cpp     another version of the process
//   modification.cpp  what a person changes
//
// Always holds between two steps: every token is in a NodeInstance, or waits at a join (ScopeInstance::arrived); every
// node and scope instance stands in a scope instance that is there; a scope's owner is there, and the process has none.
// Both stand in the order of their ids.

#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpmn/instance.h"
#include "feel/temporal.h"

namespace guildhall::bpmn {

class Machine {
 public:
  Machine(const Process& process, ProcessInstance instance, Instant now, const Surroundings& surroundings);

  void handle(const Start& start);
  void handle(const Completed& completed);
  void handle(const TimerDue& due);
  void handle(const MessageArrived& message);
  void handle(const SignalArrived& signal);
  void handle(const ErrorThrown& error);
  void handle(const EscalationThrown& escalation);
  void handle(const Stopped& stopped);
  Step finish();
  Result<std::vector<Wait>> start_timers();

 private:
  // Something that is to go on: a token that arrives at a node …
  struct Arrival {
    Index node = kNone;
    Id scope = 0;
    Index flow = kNone;  // kNone: without one.
    Id next = 0;         // … or the node instance that begins its next iteration or its next compensation handler.
  };
  using Extra = std::vector<std::pair<std::string_view, feel::Value>>;

  // ---- engine.cpp
  bool running() const { return instance_.state == ProcessInstance::State::Running; }
  Id next_id() { return ++instance_.last_id; }
  NodeInstance* node_instance(Id id);
  ScopeInstance* scope_instance(Id id);
  const Node& node_of(const NodeInstance& instance) const { return process_.nodes[instance.node]; }
  // The node instance that made the scope, or nullptr for the process.
  NodeInstance* owner_of(Id scope);
  bool works_outside(const NodeInstance& instance) const;
  void log(Logged::What what, Index node, Id instance, Data value = {});
  // An incident: what a person has to look at. The instance stops.
  void fail(std::string why);
  void end(ProcessInstance::State state, std::string error = {}, bool uncaught_error = false);

  const Data* variable(Id scope, std::string_view name);
  // Where the variable is; a new one belongs to the process.
  void set(Id scope, std::string_view name, Data data);
  // In this scope, whatever is further out.
  void set_own(Id scope, std::string_view name, Data data);
  feel::Value evaluate(const Formula& formula, Id scope, const Extra& extra = {});
  bool holds(const std::optional<Formula>& formula, Id scope, const Extra& extra = {});
  Data from(const DataAssociation& association, Id scope, const Extra& extra = {});
  Variables inputs_of(const Node& node, Id scope);
  void give_outputs(const Node& node, Id from_scope, Id to_scope);
  bool receive(const MessageArrived& message);
  void receive_variables(const Node& event, Id scope);

  void arrive(Index node, Id scope, Index flow = kNone) {
    if (flow != kNone) flows_.push_back(flow);
    arrivals_.push_back({node, scope, flow});
  }
  void go_on(Id instance) { arrivals_.push_back({.next = instance}); }
  void leave(Index node, Id scope, std::uint32_t times = 1);
  void run();
  void next(const Arrival& arrival);
  void enter(const Arrival& arrival);
  NodeInstance& make(Index node, Id scope);
  void remove(Id id);
  ScopeInstance& open_scope(Index scope, Id parent, Id owner);
  void close_scope(Id scope);
  bool complete_scopes();
  bool is_busy(Id scope) const;

  // ---- gateways.cpp
  void exclusive(Index index, Id scope);
  void parallel(const Arrival& arrival);
  void inclusive(const Arrival& arrival);
  void split_inclusive(Index index, Id scope);
  void complex(const Arrival& arrival);
  void activate_complex(Index index, Id scope);
  void reset_complex(Index index, Id scope);
  void event_based(Index index, Id scope);
  bool fire_joins();
  bool expects_no_more(Index gateway, Id scope, const std::vector<bool>& has_token);
  std::set<Index> nodes_with_tokens(Id scope, Index except);
  std::vector<bool> leading_to(const std::vector<Index>& flows, Index gateway) const;
  std::vector<std::uint32_t>& arrived_at(Index node, Id scope);
  void count(const Arrival& arrival);
  void consume(Index node, Id scope);
  void tidy(Index node, Id scope);

  // ---- activities.cpp
  void begin_activity(Index index, Id scope, Id compensates = 0);
  void begin_loop(Index index, Id scope, Id compensates);
  void next_iteration(Id loop);
  void start_activity(Index index, Id scope, Id compensates);
  void start_iteration(Id loop);
  void work(Id id);
  void run_script(Id id);
  void start_scope(Id owner);
  Offer offer(const Node& node, Id scope);
  std::optional<Instant> deadline(const std::optional<Formula>& formula, Id scope, const Node& node);
  void start_ad_hoc(Id scope);
  bool next_ad_hoc(Id scope);
  bool finish_ad_hoc(Id scope);
  void complete_activity(Id id, bool normally = true);
  void complete_iteration(Id id, bool normally);
  bool throw_behavior(Id loop, Id iteration);
  Extra counters(Id loop);
  void finish_activity(Id id, bool normally = true);
  void cancel_iterations(Id loop);
  void cancel_inside(Id scope);
  void cancel(Id id);

  // ---- events.cpp
  void subscribe(Id id, Index event, Index trigger);
  bool schedule(Wait& wait, const Trigger& trigger, Id scope, const Node& event);
  void subscribe_boundary(Id id);
  void subscribe_event_processes(Id scope);
  void occur(Id id, std::size_t place);
  void repeat_timer(Id id, std::size_t place);
  void leave_by_boundary(Id id, Index event);
  void run_event_process(Id scope, Index start);
  void broadcast(std::string_view name);
  bool trigger_conditions();
  void throw_events(Index index, Id scope);
  void throw_link(Index index, Id scope);
  bool waits_to_throw(Index node) const;
  void throw_message(const std::string& name, const Expected& expected, Variables variables);
  void terminate(Id scope);
  bool catch_at_boundary(Id id, TriggerType type, std::string_view code);
  bool catch_in_event_process(Id scope, TriggerType type, std::string_view code, Index except);
  bool propagate(Id scope, TriggerType type, const std::string& code);
  void throw_error(Id scope, const std::string& code);
  void escalate(Id scope, const std::string& code);

  // ---- correlation.cpp
  bool waits_for_message(const Wait& wait, std::string_view name) const;
  const Expected& expected_of(const Wait& wait) const;
  std::string correlation_of_wait(const Expected& expected, Id scope, const Node& node);
  std::string correlation_of_message(const Expected& expected, const Variables& variables);
  void begin_conversation(const Expected& expected, const std::string& correlation);

  // ---- compensation.cpp
  Index compensation_activity(const Node& node) const;
  Index compensation_process(const Node& node) const;
  void remember(Id id);
  CompletedActivity completed_of(const NodeInstance& instance);
  std::vector<CompletedActivity> completed_in(Id scope);
  bool compensate(Index event, Id scope, const Trigger& trigger);
  void next_handler(Id id);
  void undo_within(Id compensates, CompletedActivity activity, Id scope);
  void handlers_done(Id id);
  void cancel_transaction(Id scope);
  void undo_and_leave(Id id, Index boundary);

  // ---- migration.cpp and modification.cpp
  friend class Migration;
  friend class Modifier;
  Id open_within(Id scope, Index target, Id opened_after);

  const Process& process_;
  ProcessInstance instance_;
  Instant now_;
  Limits limits_;
  std::span<const std::pair<std::string, feel::Value>> given_;
  std::vector<Effect> effects_;
  std::vector<Index> flows_;
  std::deque<Arrival> arrivals_;
  std::deque<Arrival> signalling_;  // Throw an event once everybody who is about to wait for it does.
  std::set<Id> touched_;            // Scopes in which something ended: they may be done.
  std::set<Id> emptied_;            // Scopes whose tokens were taken away, as what throws an event has to know.
  bool changed_ = true;             // Data or conditions that are waited for: something may have become true.
  const Variables* message_variables_ = nullptr;
  std::size_t steps_ = 0;
  feel::Memory memory_;
  std::optional<feel::Evaluation> evaluation_;
};

// A moment in the time of the United Kingdom, which is that of every expression.
feel::DateTime uk_time(Instant instant);

// Texts that are the same where FEEL calls the values equal.
std::string canonical(const feel::Value& value);

}  // namespace guildhall::bpmn
