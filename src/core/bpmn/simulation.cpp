#include "bpmn/simulation.h"

#include <algorithm>
#include <deque>

namespace guildhall::bpmn {
namespace {

constexpr std::size_t kMaxEvents = 200'000;
constexpr std::size_t kMaxInstances = 1'000;

class Simulator {
 public:
  Simulator(const Definitions& definitions, const SimulationOptions& options)
      : definitions_(definitions), now_(options.start), outside_(options.events.begin(), options.events.end()) {}

  Result<Simulation> run(const Process& process, const Variables& variables) {
    start(process, variables, "");
    for (std::size_t count = 0; step(); ++count) {
      if (count < kMaxEvents && simulation_.instances.size() < kMaxInstances) continue;
      return Problem{"The process doesn't end.", "process " + process.id,
                     "Look for a loop or a timer that repeats for ever."};
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
    Step step = advance(process, std::move(instance.state), event, now_);
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
    if (const auto next = std::min_element(timers_.begin(), timers_.end(),
                                           [](const Timer& a, const Timer& b) { return a.due < b.due; });
        next != timers_.end()) {
      const Timer timer = *next;
      timers_.erase(next);
      now_ = std::max(now_, timer.due);
      deliver(timer.instance, TimerDue{timer.node, timer.wait});
      return true;
    }
    if (outside_.empty()) return false;
    const std::string name = outside_.front();
    outside_.pop_front();
    if (!receive({name, {}})) spread(name, simulation_.instances.size());
    return true;
  }

  bool waits_for(const Simulation::Instance& instance, std::string_view message) const {
    for (const NodeInstance& node : instance.state.nodes) {
      for (const Wait& wait : node.waits) {
        const Node& event = instance.process->nodes[wait.event];
        const bool task = wait.trigger == kNone;
        if (!task && event.triggers[wait.trigger].type != TriggerType::Message) continue;
        const std::string& name = task ? event.message : event.triggers[wait.trigger].name;
        if (name.empty() || name == message) return true;
      }
    }
    return false;
  }

  bool receive(const MessageThrown& message) {
    for (std::size_t i = 0; i < simulation_.instances.size(); ++i) {
      if (!waits_for(simulation_.instances[i], message.name)) continue;
      deliver(i, MessageArrived{message.name, message.variables});
      return true;
    }
    for (const Process& process : definitions_.processes) {
      const Node* start_event = started_by(process, TriggerType::Message, message.name);
      if (start_event == nullptr) continue;
      start(process, message.variables, start_event->id);
      return true;
    }
    return false;
  }

  static const Node* started_by(const Process& process, TriggerType type, std::string_view name) {
    for (const Index index : process.scopes[0].nodes) {
      const Node& node = process.nodes[index];
      if (node.type != NodeType::StartEvent) continue;
      for (const Trigger& trigger : node.triggers) {
        if (trigger.type == type && trigger.name == name) return &node;
      }
    }
    return nullptr;
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
    return Problem{"There is no process ‘" + std::string(process) + "’ that can be run.", "",
                   "There are: " + known + "."};
  }
  return Simulator(definitions, options).run(*found, options.variables);
}

}  // namespace guildhall::bpmn
