#include "bpmn/modification.h"

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {
namespace {

std::string quoted(std::string_view id) {
  return "‘" + std::string(id) + "’";
}

}  // namespace

class Modifier {
 public:
  Modifier(const Process& process, const ProcessInstance& instance, Instant now, const Surroundings& surroundings)
      : process_(process), machine_(process, instance, now, surroundings) {}

  Result<Step> modify(std::span<const Modification> acts);
  Result<Step> begin_at(const Variables& variables, const std::string& element);

 private:
  using Done = Result<void>;
  Done cancel(const Cancel& act);
  Done start(const StartBefore& act);
  Done start(const StartAfter& act);
  Result<Index> element(const std::string& id) const;
  Result<Id> scope_for(Index scope, Id within, const std::string& element);
  void cancel_what_is_empty();
  void cancel_whole(Id id);
  bool is_empty(Id scope) const;
  Result<Step> finish();

  const Process& process_;
  Machine machine_;
};

Result<Index> Modifier::element(const std::string& id) const {
  const Index found = process_.node(id);
  if (found == kNone) return Problem{"There is no such element in this version of the process.", id, "Check its id."};
  return found;
}

// ---- Cancelling

Modifier::Done Modifier::cancel(const Cancel& act) {
  const Index node = TRY(element(act.element));
  std::vector<Id> here;
  for (const NodeInstance& each : machine_.instance_.nodes) {
    if (each.node != node || each.scope_events || each.loop_of != 0) continue;
    if (each.state == NodeInstance::State::Compensating) {
      return Problem{quoted(act.element) + " is undoing what was done.", act.element, "Wait until that is over."};
    }
    here.push_back(each.id);
  }
  bool any = !here.empty();
  for (ScopeInstance& scope : machine_.instance_.scopes) {
    const bool waited = scope.arrived.erase(node) > 0;
    if (waited || scope.fired.erase(node) > 0) machine_.touched_.insert(scope.id);
    any = any || waited;
  }
  if (!any) return Problem{"Nothing waits at " + quoted(act.element) + ".", act.element, "See where the case stands."};
  for (const Id id : here) {
    const NodeInstance* instance = machine_.node_instance(id);
    if (instance == nullptr) continue;  // With what was around it.
    const Id compensates = instance->compensates;
    machine_.touched_.insert(instance->scope);
    machine_.cancel(id);
    // Whoever waits for this to be undone goes on with the next.
    if (compensates != 0) machine_.go_on(compensates);
  }
  return {};
}

bool Modifier::is_empty(Id scope) const {
  const auto comes = [&](const auto& arrival) { return arrival.next == 0 && arrival.scope == scope; };
  return !machine_.is_busy(scope) && std::ranges::none_of(machine_.arrivals_, comes) &&
         std::ranges::none_of(machine_.signalling_, comes);
}

// A sub-process in which nothing is left was not completed by anybody: it goes as well.
void Modifier::cancel_what_is_empty() {
  for (bool again = true; again;) {
    again = false;
    for (const ScopeInstance& scope : machine_.instance_.scopes) {
      if (scope.owner == 0 || !machine_.touched_.contains(scope.id) || !scope.still_to_start.empty()) continue;
      const NodeInstance& owner = *machine_.node_instance(scope.owner);
      if (owner.is_loop || owner.state == NodeInstance::State::Compensating ||
          !is_sub_process(process_.nodes[owner.node].type) || !is_empty(scope.id)) {
        continue;
      }
      machine_.touched_.erase(scope.id);
      machine_.touched_.insert(owner.scope);
      cancel_whole(owner.id);
      again = true;
      break;
    }
  }
}

// One instance of several ends without a result; all of them do with the last.
void Modifier::cancel_whole(Id id) {
  const Id loop_id = machine_.node_instance(id)->loop_of;
  machine_.cancel(id);
  if (loop_id == 0) return;
  NodeInstance& loop = *machine_.node_instance(loop_id);
  ++loop.terminated;
  if (process_.nodes[loop.node].loop->kind != Loop::Kind::Parallel) return machine_.go_on(loop_id);
  if (loop.completed + loop.terminated < loop.planned) return;
  if (loop.completed == 0) return machine_.cancel(loop_id);
  machine_.finish_activity(loop_id);
}

// ---- Starting

// The scope instance in which it is to stand: the one that runs, or one that is opened.
Result<Id> Modifier::scope_for(Index scope, Id within, const std::string& element) {
  if (scope == 0) return machine_.instance_.scopes[0].id;
  const Index holder = process_.scopes[scope].node;
  const Node& node = process_.nodes[holder];
  std::vector<Id> open;
  for (const ScopeInstance& each : machine_.instance_.scopes) {
    if (each.scope != scope || each.owner == 0) continue;
    const NodeInstance& owner = *machine_.node_instance(each.owner);
    if (owner.node != holder || owner.is_loop || owner.state == NodeInstance::State::Compensating) continue;
    if (within == 0 || within == owner.id) open.push_back(each.id);
  }
  if (open.size() == 1) return open[0];
  if (open.size() > 1) {
    return Problem{quoted(node.id) + " runs " + std::to_string(open.size()) + " times.", element,
                   "Say within which of them."};
  }
  if (within != 0) {
    return Problem{"Nothing of this number runs that is a " + quoted(node.id) + ".", element,
                   "See where the case stands."};
  }
  if (node.loop || node.for_compensation || node.type == NodeType::EventSubProcess) {
    return Problem{quoted(node.id) + " doesn't run, and can't be begun in its middle.", element,
                   node.type == NodeType::EventSubProcess ? "Let its event happen." : "Start before it."};
  }
  const Id around = TRY(scope_for(node.scope, 0, element));
  const Id opened = machine_.open_within(around, scope, machine_.instance_.last_id);
  if (!machine_.running()) return Problem{machine_.instance_.error, node.id, "Set the variables that it needs."};
  return opened;
}

Modifier::Done Modifier::start(const StartBefore& act) {
  const Index index = TRY(element(act.element));
  const Node& node = process_.nodes[index];
  const bool joins = is_gateway(node.type) && node.type != NodeType::ExclusiveGateway &&
                     node.type != NodeType::EventBasedGateway && node.incoming.size() > 1;
  if (joins) {
    return Problem{quoted(act.element) + " joins several flows: one token more doesn't start it.", act.element,
                   "Start after it, or before what leads to it."};
  }
  if (node.type == NodeType::BoundaryEvent) {
    return Problem{"Nothing comes before an event on a boundary.", act.element, "Start after it."};
  }
  if (node.type == NodeType::EventSubProcess || node.for_compensation ||
      (node.type == NodeType::StartEvent && node.scope != 0 &&
       process_.nodes[process_.scopes[node.scope].node].type == NodeType::EventSubProcess)) {
    return Problem{"No flow leads to " + quoted(act.element) + ".", act.element, "Start an element within it."};
  }
  const Id scope = TRY(scope_for(node.scope, act.within, act.element));
  machine_.arrive(index, scope);
  return {};
}

Modifier::Done Modifier::start(const StartAfter& act) {
  const Index index = TRY(element(act.element));
  const Node& node = process_.nodes[index];
  if (node.outgoing.empty()) {
    return Problem{"Nothing follows " + quoted(act.element) + ".", act.element, "Start before something else."};
  }
  if (node.type == NodeType::EventBasedGateway || node.type == NodeType::ComplexGateway) {
    return Problem{"What comes after " + quoted(act.element) + " is not decided by itself.", act.element,
                   "Start after one of the events or before one of the elements that follow."};
  }
  const Id scope = TRY(scope_for(node.scope, act.within, act.element));
  if (node.type == NodeType::InclusiveGateway && machine_.scope_instance(scope)->arrived.contains(index)) {
    return Problem{"Tokens wait at " + quoted(act.element) + ".", act.element, "Cancel them first."};
  }
  if (node.type == NodeType::ExclusiveGateway) {
    machine_.exclusive(index, scope);
  } else if (node.type == NodeType::InclusiveGateway) {
    machine_.split_inclusive(index, scope);
  } else {
    machine_.log(Logged::What::Left, index, 0);
    machine_.leave(index, scope);
  }
  if (!machine_.running()) return Problem{machine_.instance_.error, act.element, "Set the variables that it needs."};
  return {};
}

// ---- All of it

Result<Step> Modifier::finish() {
  Step step = machine_.finish();
  if (step.next.state != ProcessInstance::State::Failed) return step;
  const std::string why =
      step.next.uncaught_error ? "Nobody catches the error " + quoted(step.next.error) + "." : step.next.error;
  return Problem{why, "", "Start elsewhere, or set the variables that are needed."};
}

Result<Step> Modifier::modify(std::span<const Modification> acts) {
  if (!machine_.running()) {
    const bool is_new = machine_.instance_.state == ProcessInstance::State::New;
    return Problem{is_new ? "This process could not begin." : "This process has ended.", "",
                   is_new ? "Retry its incident." : "Start it again instead."};
  }
  Problems problems;
  const auto note = [&](Done done) {
    if (!done.ok()) std::ranges::move(std::move(done).problems(), std::back_inserter(problems));
  };
  for (const Modification& act : acts) {
    if (const auto* one = std::get_if<Cancel>(&act)) note(cancel(*one));
  }
  for (const Modification& act : acts) {
    const auto* one = std::get_if<SetVariables>(&act);
    if (one == nullptr) continue;
    for (const auto& [name, data] : one->variables) machine_.set(machine_.instance_.scopes[0].id, name, data);
  }
  for (const Modification& act : acts) {
    if (const auto* before = std::get_if<StartBefore>(&act)) note(start(*before));
    if (const auto* after = std::get_if<StartAfter>(&act)) note(start(*after));
    if (!machine_.running()) break;
  }
  if (!problems.empty()) return problems;
  cancel_what_is_empty();
  if (is_empty(machine_.instance_.scopes[0].id)) {
    return Problem{"Nothing of this process would be left.", "", "Cancel the case instead, or start something."};
  }
  return finish();
}

Result<Step> Modifier::begin_at(const Variables& variables, const std::string& element) {
  machine_.instance_.state = ProcessInstance::State::Running;
  const Id scope = machine_.open_scope(0, 0, 0).id;
  for (const auto& [name, data] : variables) machine_.set_own(scope, name, data);
  machine_.subscribe_event_processes(scope);
  TRY(start(StartBefore{element, 0}));
  return finish();
}

Result<Step> modify(const Process& process, const ProcessInstance& instance, std::span<const Modification> acts,
                    Instant now, const Surroundings& surroundings) {
  return Modifier(process, instance, now, surroundings).modify(acts);
}

Result<Step> begin_at(const Process& process, const Variables& variables, const std::string& element, Instant now,
                      const Surroundings& surroundings) {
  return Modifier(process, {}, now, surroundings).begin_at(variables, element);
}

}  // namespace guildhall::bpmn
