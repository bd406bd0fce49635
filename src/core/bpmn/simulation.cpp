#include "bpmn/simulation.h"

#include <algorithm>
#include <deque>
#include <set>

namespace guildhall::bpmn {
namespace {

// Calls from one process to another, and so on.
constexpr std::string_view kEndless = "The process doesn't end.";

bool begins_alone(const Process& process) {
  const auto& starts = process.scopes[0].starts;
  return std::any_of(starts.begin(), starts.end(), [&](Index index) { return !process.nodes[index].instantiates; });
}

// The messages and signals that it sends or waits for.
std::set<std::pair<TriggerType, std::string>> exchanged_by(const Process& process) {
  std::set<std::pair<TriggerType, std::string>> names;
  for (const Node& node : process.nodes) {
    if (!node.message.empty()) names.emplace(TriggerType::Message, node.message);
    for (const Trigger& trigger : node.triggers) {
      if (trigger.type != TriggerType::Message && trigger.type != TriggerType::Signal) continue;
      if (!trigger.name.empty()) names.emplace(trigger.type, trigger.name);
    }
  }
  return names;
}

class Simulator {
 public:
  Simulator(const Definitions& definitions, const SimulationOptions& options)
      : definitions_(definitions),
        options_(options),
        now_(options.start),
        outside_(options.events.begin(), options.events.end()) {}

  Result<Simulation> run(const Process& process, bool with_partners) {
    begin(process);
    if (with_partners) {
      for (const Process* partner : partners_of(process)) start(*partner, {}, "");
    }
    for (std::size_t count = 0; step(); ++count) {
      if (simulation_.instances.size() >= options_.max_instances) {
        return Problem{std::string(kEndless), "process " + process.id,
                       "It has made " + std::to_string(simulation_.instances.size()) +
                           " instances: look for processes that call or start each other for ever."};
      }
      if (count < options_.max_steps) continue;
      return Problem{std::string(kEndless), "process " + process.id,
                     "Look for a loop, or for a timer that repeats for ever."};
    }
    simulation_.ended = now_;
    return std::move(simulation_);
  }

 private:
  struct Timer {
    Instant due;
    std::size_t instance;
    Id node;
    std::size_t wait;
  };
  struct Pending {
    std::size_t instance;
    Event event;
  };

  // What begins with an event that is to come from outside begins with that, and else at once.
  void begin(const Process& process) {
    if (!begins_alone(process) && !outside_.empty()) {
      for (const TriggerType type : {TriggerType::Message, TriggerType::Signal}) {
        const Node* node = started_by(process, type, outside_.front());
        if (node == nullptr) continue;
        outside_.pop_front();
        start(process, options_.variables, node->id);
        return;
      }
    }
    start(process, options_.variables, "");
  }

  // 9.2: the processes of other participants that it talks with, where they begin by themselves.
  std::vector<const Process*> partners_of(const Process& process) const {
    std::set<std::string> called;
    for (const Process& each : definitions_.processes) {
      for (const Node& node : each.nodes) called.insert(node.called);
    }
    const auto ours = exchanged_by(process);
    std::vector<const Process*> partners;
    for (const Process& each : definitions_.processes) {
      if (&each == &process || !each.executable || called.contains(each.id) || !begins_alone(each)) continue;
      const auto theirs = exchanged_by(each);
      const bool common =
          std::any_of(theirs.begin(), theirs.end(), [&](const auto& name) { return ours.contains(name); });
      if (common) partners.push_back(&each);
    }
    return partners;
  }

  std::size_t start(const Process& process, const Variables& variables, const std::string& event) {
    const std::size_t index = simulation_.instances.size();
    simulation_.instances.push_back({&process, {}});
    callers_.push_back({});
    deliver(index, Start{variables, event});
    return index;
  }

  void deliver(std::size_t index, const Event& event) {
    Simulation::Instance& instance = simulation_.instances[index];
    const Process& process = *instance.process;
    Step step =
        advance(process, std::move(instance.state), event, now_, {.limits = options_.limits, .given = options_.given});
    simulation_.instances[index].state = std::move(step.next);
    for (Effect& effect : step.effects) {
      std::visit([&](auto& each) { carry_out(index, process, each); }, effect);
    }
  }

  void carry_out(std::size_t index, const Process& process, const Logged& logged) {
    const Node& node = process.nodes[logged.node];
    simulation_.trace.push_back({now_, index, logged.what, node.id, node.name, node.type, logged.value});
  }
  void carry_out(std::size_t index, const Process&, const WorkRequested& work) {
    queue_.push_back({index, Completed{work.instance, {}}});
  }
  void carry_out(std::size_t index, const Process&, const ProcessCalled& call) {
    const Process* called = definitions_.process(call.process);
    if (called == nullptr) {
      queue_.push_back({index, ErrorThrown{call.instance, "There is no process ‘" + call.process + "’"}});
      return;
    }
    // A called process sees what its caller's process knows, unless the call says what it is given.
    const Variables& variables = call.inputs.empty() && !simulation_.instances[index].state.scopes.empty()
                                     ? simulation_.instances[index].state.scopes[0].variables
                                     : call.inputs;
    calls_.push_back({index, call.instance, called, variables});
  }
  void carry_out(std::size_t index, const Process&, const TimerSet& timer) {
    std::erase_if(timers_, [&](const Timer& each) {
      return each.instance == index && each.node == timer.instance && each.wait == timer.wait;
    });
    timers_.push_back({timer.due, index, timer.instance, timer.wait});
  }
  void carry_out(std::size_t index, const Process&, const Withdrawn& withdrawn) {
    std::erase_if(timers_,
                  [&](const Timer& each) { return each.instance == index && each.node == withdrawn.instance; });
    // A call that is cancelled ends what was called.
    for (std::size_t called = 0; called < callers_.size(); ++called) {
      if (callers_[called].node == 0 || callers_[called].instance != index) continue;
      if (callers_[called].node != withdrawn.instance) continue;
      callers_[called] = {};
      if (running(called)) queue_.push_front({called, Stopped{}});
    }
    std::erase_if(calls_, [&](const Call& each) { return each.instance == index && each.node == withdrawn.instance; });
  }
  void carry_out(std::size_t, const Process&, const MessageThrown& message) { messages_.push_back(message); }
  void carry_out(std::size_t index, const Process&, const SignalThrown& signal) {
    signals_.push_back({index, signal.name});
  }
  void carry_out(std::size_t index, const Process&, const Escalated& escalated) {
    const Caller caller = callers_[index];
    if (caller.node != 0) queue_.push_back({caller.instance, EscalationThrown{caller.node, escalated.code}});
  }
  void carry_out(std::size_t index, const Process&, const Ended& ended) {
    const Caller caller = callers_[index];
    if (caller.node == 0) return;
    if (ended.state == ProcessInstance::State::Failed) {
      queue_.push_back({caller.instance, ErrorThrown{caller.node, ended.error}});
      return;
    }
    queue_.push_back({caller.instance, Completed{caller.node, simulation_.instances[index].state.scopes[0].variables}});
  }

  bool running(std::size_t index) const {
    return simulation_.instances[index].state.state == ProcessInstance::State::Running;
  }

  bool step() {
    if (!calls_.empty()) {
      const Call call = calls_.front();
      calls_.pop_front();
      const std::size_t index = simulation_.instances.size();
      simulation_.instances.push_back({call.process, {}});
      callers_.push_back({call.instance, call.node});
      deliver(index, Start{call.variables, ""});
      return true;
    }
    if (!signals_.empty()) {
      const auto [thrower, name] = signals_.front();
      signals_.pop_front();
      spread(name, thrower);
      return true;
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const MessageThrown message = messages_[i];
      if (!receive(message)) continue;
      messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    if (!queue_.empty()) {
      const Pending pending = queue_.front();
      queue_.pop_front();
      deliver(pending.instance, pending.event);
      return true;
    }
    if (from_outside()) return true;
    if (const auto next = std::min_element(timers_.begin(), timers_.end(),
                                           [](const Timer& a, const Timer& b) { return a.due < b.due; });
        next != timers_.end()) {
      const Timer timer = *next;
      timers_.erase(next);
      now_ = std::max(now_, timer.due);
      deliver(timer.instance, TimerDue{timer.node, timer.wait});
      return true;
    }
    return deliver_nameless();
  }

  bool from_outside() {
    if (outside_.empty()) return false;
    const std::string name = outside_.front();
    if (!receive({name, {}, expected_by_somebody(name)})) {
      bool anybody = false;
      for (const Simulation::Instance& each : simulation_.instances) {
        anybody = anybody || waits_for(each, Expectation::Kind::Signal, name);
      }
      for (const Process& each : definitions_.processes) {
        anybody = anybody || started_by(each, TriggerType::Signal, name) != nullptr;
      }
      if (!anybody) return false;
      spread(name, simulation_.instances.size());
    }
    outside_.pop_front();
    return true;
  }

  // A message from outside has no data here: it is the one that is waited for.
  std::string expected_by_somebody(std::string_view name) const {
    for (const Simulation::Instance& instance : simulation_.instances) {
      for (const Expectation& each : expectations(*instance.process, instance.state)) {
        if (each.kind == Expectation::Kind::Message && each.name == name) return std::string(each.correlation);
      }
    }
    return {};
  }

  // A message of which only the receiver knows that it comes.
  bool deliver_nameless() {
    const std::string any;
    for (std::size_t i = 0; i < simulation_.instances.size(); ++i) {
      if (!waits_for(simulation_.instances[i], Expectation::Kind::Message, "", &any)) continue;
      deliver(i, MessageArrived{});
      return true;
    }
    return false;
  }

  // `correlation`: that this one is waited for and not any; nullptr: either.
  static bool waits_for(const Simulation::Instance& instance, Expectation::Kind kind, std::string_view name,
                        const std::string* correlation = nullptr) {
    const auto expected = expectations(*instance.process, instance.state);
    return std::any_of(expected.begin(), expected.end(), [&](const Expectation& each) {
      return each.kind == kind && (each.name.empty() || each.name == name) &&
             (correlation == nullptr || each.correlation == *correlation);
    });
  }

  bool receive(const MessageThrown& message) {
    const std::string any;
    for (const std::string* correlation : {&message.correlation, &any}) {
      for (std::size_t i = 0; i < simulation_.instances.size(); ++i) {
        if (!waits_for(simulation_.instances[i], Expectation::Kind::Message, message.name, correlation)) continue;
        deliver(i, MessageArrived{message.name, message.variables, message.correlation});
        return true;
      }
    }
    for (const Process& process : definitions_.processes) {
      const Node* start_event = started_by(process, TriggerType::Message, message.name);
      if (start_event == nullptr) continue;
      start(process, message.variables, start_event->id);
      return true;
    }
    return false;
  }

  // To every instance but the thrower, which has had it, and to the processes that begin with it.
  void spread(const std::string& name, std::size_t thrower) {
    const std::size_t count = simulation_.instances.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (i != thrower) deliver(i, SignalArrived{name});
    }
    for (const Process& process : definitions_.processes) {
      if (const Node* start_event = started_by(process, TriggerType::Signal, name)) start(process, {}, start_event->id);
    }
  }

  struct Caller {
    std::size_t instance = 0;
    Id node = 0;  // 0: nobody called.
  };
  struct Call {
    std::size_t instance;
    Id node;
    const Process* process;
    Variables variables;
  };

  const Definitions& definitions_;
  const SimulationOptions& options_;
  Instant now_;
  Simulation simulation_;
  std::vector<Caller> callers_;
  std::deque<Call> calls_;
  std::deque<Pending> queue_;
  std::deque<std::pair<std::size_t, std::string>> signals_;
  std::vector<MessageThrown> messages_;
  std::vector<Timer> timers_;
  std::deque<std::string> outside_;
};

}  // namespace

const Node* started_by(const Process& process, TriggerType type, std::string_view name) {
  const auto triggered = [&](const Node& node) {
    return std::any_of(node.triggers.begin(), node.triggers.end(),
                       [&](const Trigger& each) { return each.type == type && each.name == name; });
  };
  for (const Index index : process.scopes[0].nodes) {
    const Node& node = process.nodes[index];
    if (node.type == NodeType::StartEvent && triggered(node)) return &node;
    const bool receives = type == TriggerType::Message && node.type == NodeType::ReceiveTask && node.message == name;
    if (receives && node.instantiates && node.incoming.empty()) return &node;
    if (node.type != NodeType::EventBasedGateway || !node.incoming.empty()) continue;
    for (const Index flow : node.outgoing) {
      const Node& event = process.nodes[process.flows[flow].target];
      if (triggered(event)) return &event;
      if (event.type == NodeType::ReceiveTask && type == TriggerType::Message && event.message == name) return &event;
    }
  }
  return nullptr;
}

Result<Simulation> simulate(const Definitions& definitions, std::string_view process,
                            const SimulationOptions& options) {
  const Process* found = process.empty() ? nullptr : definitions.process(process);
  if (process.empty()) {
    const auto executable = std::find_if(definitions.processes.begin(), definitions.processes.end(),
                                         [](const Process& each) { return each.executable; });
    if (executable != definitions.processes.end()) found = &*executable;
  }
  if (found == nullptr) {
    std::string known;
    for (const Process& each : definitions.processes) known += (known.empty() ? "" : ", ") + each.id;
    if (process.empty()) {
      return Problem{"No process of this file is executable.", "",
                     "Set isExecutable to true, or name the one to run: " + known + "."};
    }
    return Problem{"There is no process ‘" + std::string(process) + "’ that can be run.", "",
                   "There are: " + known + "."};
  }
  return Simulator(definitions, options).run(*found, process.empty());
}

}  // namespace guildhall::bpmn
