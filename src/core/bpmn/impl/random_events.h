#pragma once

// For the fuzz target and tests: what always holds between two steps (impl/machine.h), and events that come at random.

#include <cstdint>
#include <string>

#include "bpmn/instance.h"

namespace guildhall::bpmn {

// Empty where all of it holds.
inline std::string broken(const Process& process, const ProcessInstance& instance) {
  using State = ProcessInstance::State;
  const auto has_scope = [&](Id id) {
    for (const ScopeInstance& scope : instance.scopes) {
      if (scope.id == id) return true;
    }
    return false;
  };
  if (instance.state == State::New || instance.scopes.empty()) return "it has not begun";
  if (instance.scopes[0].owner != 0) return "somebody owns the process";
  Id last = 0;
  for (const NodeInstance& node : instance.nodes) {
    if (node.id <= last || node.id > instance.last_id) return "node instances are not in order";
    last = node.id;
    if (node.node >= process.nodes.size()) return "a node that isn't there";
    if (!has_scope(node.scope)) return "a node instance in no scope";
    if (node.inner_scope != 0 && !has_scope(node.inner_scope)) return "an inner scope that isn't there";
    if (node.loop_of != 0 && instance.find(node.loop_of) == nullptr) return "an iteration of no loop";
    if (node.compensates != 0 && instance.find(node.compensates) == nullptr) return "a handler that nobody waits for";
  }
  last = 0;
  for (const ScopeInstance& scope : instance.scopes) {
    if (scope.id <= last || scope.id > instance.last_id) return "scope instances are not in order";
    last = scope.id;
    if (scope.parent == 0 ? scope.owner != 0 : !has_scope(scope.parent)) return "a scope without its parent";
    if (scope.parent != 0 && instance.find(scope.owner) == nullptr) return "a scope without its owner";
    for (const auto& [node, tokens] : scope.arrived) {
      if (tokens.empty()) return "a join without tokens";
    }
  }
  if (instance.state == State::Running) {
    bool waits = false;
    for (const NodeInstance& node : instance.nodes) waits = waits || !node.scope_events;
    for (const ScopeInstance& scope : instance.scopes) waits = waits || !scope.arrived.empty();
    return waits ? "" : "it runs, and nothing is left to happen";
  }
  return instance.nodes.empty() && instance.scopes.size() == 1 ? "" : "it has ended, and something is left";
}

// The same seed gives the same events (xorshift64).
class RandomEvents {
 public:
  explicit RandomEvents(std::uint64_t seed) : state_(seed * 2 + 1) {}

  Event next(const Process& process, const ProcessInstance& instance) {
    const Id id = instance.nodes.empty() || below(20) == 0 ? below(instance.last_id + 2)
                                                           : instance.nodes[below(instance.nodes.size())].id;
    const auto expected = expectations(process, instance);
    if (!expected.empty() && below(3) == 0) {
      const Expectation& each = expected[below(expected.size())];
      switch (each.kind) {
        case Expectation::Kind::Timer:
          return TimerDue{each.instance, each.wait};
        case Expectation::Kind::Message:
          return MessageArrived{std::string(each.name), {{"x", number()}}, std::string(each.correlation)};
        case Expectation::Kind::Signal:
          return SignalArrived{std::string(each.name)};
      }
    }
    switch (below(24)) {
      case 0:
        return ErrorThrown{id, below(2) == 0 ? "e" : "f"};
      case 1:
        return EscalationThrown{id, below(2) == 0 ? "e" : "x"};
      case 2:
        return TimerDue{id, below(3)};
      case 3:
        return MessageArrived{"m", {}, ""};
      case 4:
        return below(8) == 0 ? Event(Stopped{}) : Event(Start{});
      default:
        return Completed{id, {{"x", number()}}};
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % bound;
  }
  Data number() { return Data::of(feel::Value::number(static_cast<std::int64_t>(below(5)))); }

  std::uint64_t state_;
};

}  // namespace guildhall::bpmn
