// Activities: BPMN 2.0.2, 13.3.

#include <algorithm>

#include "base/text.h"
#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

using feel::Kind;
using feel::Value;

void Machine::begin_activity(Index index, Id scope, Id compensates) {
  if (process_.nodes[index].loop) return begin_loop(index, scope, compensates);
  start_activity(index, scope, compensates);
}

// ---- Loops and several instances

// 13.3.6 and 13.3.7: one node instance stands for all, with the boundary events; each iteration has one of its own.
void Machine::begin_loop(Index index, Id scope, Id compensates) {
  const Node& node = process_.nodes[index];
  const Loop& loop = *node.loop;
  const Id id = make(index, scope).id;
  node_instance(id)->is_loop = true;
  node_instance(id)->compensates = compensates;
  Id inside = scope;
  if (loop.kind != Loop::Kind::Standard && !(node.data.empty() && node.inputs.empty() && node.outputs.empty())) {
    Variables inputs = inputs_of(node, scope);
    if (!running()) return;
    inside = open_scope(node.scope, scope, id).id;
    for (const std::string& name : node.data) set_own(inside, name, {});
    for (auto& [name, data] : inputs) set_own(inside, name, std::move(data));
    node_instance(id)->inner_scope = inside;
  }
  if (loop.kind == Loop::Kind::Standard) {
    const Value maximum = loop.maximum ? evaluate(*loop.maximum, scope) : Value();
    if (!running()) return;
    const auto most = maximum.is(Kind::Number) ? maximum.number().to_int64() : std::nullopt;
    node_instance(id)->planned = most && *most >= 0 && *most < 1'000'000 ? static_cast<std::uint32_t>(*most) : ~0U;
    subscribe_boundary(id);
    return go_on(id);
  }
  std::vector<Data> items;
  if (loop.cardinality) {
    const Value number = evaluate(*loop.cardinality, inside);
    const auto count = number.is(Kind::Number) ? number.number().to_int64() : std::nullopt;
    if (!count || *count < 0 || *count > static_cast<std::int64_t>(limits_.instances)) {
      return fail("The loopCardinality of ‘" + node.id + "’ is not a whole number of instances.");
    }
    items.resize(static_cast<std::size_t>(*count));
  } else {
    const Data* collection = variable(inside, loop.collection);
    if (collection == nullptr || !collection->value().is(Kind::List)) {
      return fail("The collection ‘" + loop.collection + "’ of ‘" + node.id + "’ is not a list.");
    }
    for (const Value& item : collection->value().list()) items.push_back(Data::of(item));
  }
  NodeInstance& several = *node_instance(id);
  several.planned = static_cast<std::uint32_t>(items.size());
  several.items = std::move(items);
  subscribe_boundary(id);
  if (!running()) return;
  if (loop.kind == Loop::Kind::Sequential || node_instance(id)->planned == 0) return go_on(id);
  const std::uint32_t count = node_instance(id)->planned;
  for (std::uint32_t i = 0; i < count && running() && node_instance(id) != nullptr; ++i) start_iteration(id);
}

void Machine::next_iteration(Id id) {
  const NodeInstance* loop = node_instance(id);
  const Loop& characteristics = *node_of(*loop).loop;
  bool more = loop->started < loop->planned;
  if (more && characteristics.kind == Loop::Kind::Standard && characteristics.condition &&
      (loop->started > 0 || characteristics.test_before)) {
    const Extra counter{{"loopCounter", Value::number(loop->completed)}};
    more = holds(characteristics.condition, loop->scope, counter);
    if (!running()) return;
  }
  if (!more) return finish_activity(id);
  start_iteration(id);
}

void Machine::start_iteration(Id loop_id) {
  NodeInstance& loop = *node_instance(loop_id);
  const Index index = loop.node;
  const Id scope = loop.scope;
  const Id around = loop.inner_scope != 0 ? loop.inner_scope : scope;
  const std::uint32_t counter = ++loop.started;
  const Data item = counter <= loop.items.size() ? loop.items[counter - 1] : Data();
  const Node& node = process_.nodes[index];
  NodeInstance& made = make(index, scope);
  const Id id = made.id;
  made.loop_of = loop_id;
  made.loop_counter = counter;
  const Id inside = open_scope(is_sub_process(node.type) ? node.inner : node.scope, around, id).id;
  node_instance(id)->inner_scope = inside;
  // 10.3.8.2: an instance has data of its own; what belongs to all are the collections.
  const Loop& characteristics = *node.loop;
  for (const std::string& name : node.data) {
    if (name != characteristics.collection && name != characteristics.output_collection) set_own(inside, name, {});
  }
  set_own(inside, "loopCounter", Data::of(Value::number(counter)));
  if (!characteristics.item.empty()) set_own(inside, characteristics.item, item);
  if (!characteristics.output_item.empty()) set_own(inside, characteristics.output_item, {});
  for (const DataAssociation& association : node.inputs) {
    if (association.target == characteristics.collection) continue;
    Data data = from(association, inside);
    if (!running()) return;
    set_own(inside, association.target, std::move(data));
  }
  work(id);
}

// 10.3.8.2, table 10.30.
Machine::Extra Machine::counters(Id id) {
  const NodeInstance& loop = *node_instance(id);
  const bool parallel = node_of(loop).loop->kind == Loop::Kind::Parallel;
  const std::uint32_t active = (parallel ? loop.planned : loop.started) - loop.completed - loop.terminated;
  return {{"numberOfInstances", Value::number(loop.planned)},
          {"numberOfActiveInstances", Value::number(active)},
          {"numberOfCompletedInstances", Value::number(loop.completed)},
          {"numberOfTerminatedInstances", Value::number(loop.terminated)}};
}

void Machine::complete_iteration(Id id, bool normally) {
  NodeInstance* iteration = node_instance(id);
  const Id loop_id = iteration->loop_of;
  const Id inside = iteration->inner_scope;
  const Id scope = iteration->scope;
  const std::uint32_t counter = iteration->loop_counter;
  NodeInstance* loop = node_instance(loop_id);
  const Node& node = node_of(*loop);
  const Loop& characteristics = *node.loop;
  if (normally) {
    loop->iterations.push_back(completed_of(*iteration));
    if (characteristics.kind == Loop::Kind::Standard) give_outputs(node, inside, scope);
    if (!running()) return;
    if (!characteristics.output_collection.empty() && !characteristics.output_item.empty()) {
      for (const DataAssociation& association : node.outputs) {
        if (association.target != characteristics.output_item) continue;
        Data data = from(association, inside);
        if (!running()) return;
        set(inside, association.target, std::move(data));
      }
      // In the order of the instances, whichever is done first.
      const Data* item = variable(inside, characteristics.output_item);
      loop->outputs[counter] = item == nullptr ? Data() : *item;
      std::vector<Value> items;
      for (const auto& [place, data] : loop->outputs) items.push_back(data.value());
      feel::Memory memory;
      const Id around = loop->inner_scope != 0 ? loop->inner_scope : scope;
      set(around, characteristics.output_collection, Data::of(Value::list(memory, items)));
    }
  }
  log(Logged::What::Left, node_instance(id)->node, id);
  ++node_instance(loop_id)->completed;
  const bool standard = characteristics.kind == Loop::Kind::Standard;
  if (!standard && !throw_behavior(loop_id, id)) return;
  // The iteration's own data are there for the condition too.
  const bool ends = !standard && holds(characteristics.condition, inside, counters(loop_id));
  close_scope(inside);
  remove(id);
  if (!running()) return;
  if (ends) {
    cancel_iterations(loop_id);
    return finish_activity(loop_id);
  }
  if (characteristics.kind != Loop::Kind::Parallel) return go_on(loop_id);
  loop = node_instance(loop_id);
  if (loop->completed + loop->terminated >= loop->planned) finish_activity(loop_id);
}

// 10.3.8.2: the events that an instance throws when it is about to complete. false: one of them ended the activity.
bool Machine::throw_behavior(Id loop_id, Id iteration) {
  const NodeInstance& loop = *node_instance(loop_id);
  const Loop& characteristics = *node_of(loop).loop;
  const Id scope = loop.scope;
  const Id inside = node_instance(iteration)->inner_scope;
  std::vector<Trigger> thrown;
  Trigger signal;  // The default; any signal event on the boundary catches it.
  signal.type = TriggerType::Signal;
  switch (characteristics.behavior) {
    case Loop::Behavior::All:
      break;
    case Loop::Behavior::None:
      thrown.push_back(characteristics.none_event.value_or(signal));
      break;
    case Loop::Behavior::One:
      if (loop.completed == 1) thrown.push_back(characteristics.one_event.value_or(signal));
      break;
    case Loop::Behavior::Complex:
      for (const auto& [condition, trigger] : characteristics.complex_events) {
        if (evaluate(condition, inside, counters(loop_id)).is_true()) thrown.push_back(trigger);
        if (!running()) return false;
      }
      break;
  }
  for (const Trigger& trigger : thrown) {
    if (!running() || node_instance(loop_id) == nullptr) return false;
    switch (trigger.type) {
      case TriggerType::Signal:
        if (trigger.name.empty()) {
          for (const Index event : node_of(*node_instance(loop_id)).boundary) {
            const auto& triggers = process_.nodes[event].triggers;
            if (triggers.empty() || triggers[0].type != TriggerType::Signal) continue;
            leave_by_boundary(loop_id, event);
            break;
          }
          break;
        }
        effects_.push_back(SignalThrown{trigger.name});
        broadcast(trigger.name);
        break;
      case TriggerType::Message:
        throw_message(trigger.name, trigger.expected, {});
        break;
      case TriggerType::Error:
        if (!catch_at_boundary(loop_id, trigger.type, trigger.name)) throw_error(scope, trigger.name);
        break;
      case TriggerType::Escalation:
        if (!catch_at_boundary(loop_id, trigger.type, trigger.name)) escalate(scope, trigger.name);
        break;
      case TriggerType::Timer:
      case TriggerType::Conditional:
      case TriggerType::Link:
      case TriggerType::Compensation:
      case TriggerType::Cancel:
      case TriggerType::Terminate:
        break;
    }
  }
  return running() && node_instance(iteration) != nullptr;
}

void Machine::cancel_iterations(Id loop_id) {
  std::vector<Id> iterations;
  for (const NodeInstance& each : instance_.nodes) {
    if (each.loop_of == loop_id) iterations.push_back(each.id);
  }
  for (const Id each : iterations) {
    cancel(each);
    ++node_instance(loop_id)->terminated;
  }
}

// ---- One execution

void Machine::start_activity(Index index, Id scope, Id compensates) {
  const Node& node = process_.nodes[index];
  Variables inputs = inputs_of(node, scope);
  if (!running()) return;
  NodeInstance& made = make(index, scope);
  const Id id = made.id;
  made.compensates = compensates;
  if (is_sub_process(node.type) || !(node.data.empty() && inputs.empty() && node.outputs.empty())) {
    const Id inside = open_scope(is_sub_process(node.type) ? node.inner : node.scope, scope, id).id;
    for (const std::string& name : node.data) set_own(inside, name, {});
    // What an activity is given is its own, declared or not.
    for (auto& [name, data] : inputs) set_own(inside, name, std::move(data));
    node_instance(id)->inner_scope = inside;
  }
  subscribe_boundary(id);
  if (running() && node_instance(id) != nullptr) work(id);
}

// 13.3.3 to 13.3.5: what an activity does once it is active.
void Machine::work(Id id) {
  const NodeInstance& instance = *node_instance(id);
  const Node& node = node_of(instance);
  const Id inside = instance.inner_scope != 0 ? instance.inner_scope : instance.scope;
  const auto inputs = [&] {
    Variables seen;
    const auto add = [&](const std::string& name) {
      const Data* data = variable(inside, name);
      seen.emplace_back(name, data == nullptr ? Data() : *data);
    };
    for (const DataAssociation& association : node.inputs) add(association.target);
    if (node.loop && !node.loop->item.empty()) add(node.loop->item);
    return seen;
  };
  switch (node.type) {
    case NodeType::ScriptTask:
      return run_script(id);
    case NodeType::Task:
    case NodeType::ManualTask:
      return complete_activity(id);
    case NodeType::SendTask:
      if (node.message.empty()) {
        effects_.push_back(WorkRequested{id, instance.node, inputs(), {}});
        return;
      }
      throw_message(node.message, node.expected, inputs());
      return complete_activity(id);
    case NodeType::ReceiveTask:
      return subscribe(id, instance.node, kNone);
    case NodeType::UserTask: {
      Offer offered = offer(node, inside);
      if (!running()) return;
      effects_.push_back(WorkRequested{id, instance.node, inputs(), std::move(offered)});
      return;
    }
    case NodeType::ServiceTask:
    case NodeType::BusinessRuleTask:
      effects_.push_back(WorkRequested{id, instance.node, inputs(), {}});
      return;
    case NodeType::CallActivity:
      effects_.push_back(ProcessCalled{id, node.called, inputs()});
      return;
    case NodeType::SubProcess:
    case NodeType::EventSubProcess:
    case NodeType::AdHocSubProcess:
    case NodeType::Transaction:
      return start_scope(id);
    case NodeType::StartEvent:
    case NodeType::EndEvent:
    case NodeType::IntermediateCatchEvent:
    case NodeType::IntermediateThrowEvent:
    case NodeType::BoundaryEvent:
    case NodeType::ExclusiveGateway:
    case NodeType::ParallelGateway:
    case NodeType::InclusiveGateway:
    case NodeType::EventBasedGateway:
    case NodeType::ComplexGateway:
      return;  // No activities.
  }
}

// ---- User tasks: who is to do them, and until when

Offer Machine::offer(const Node& node, Id scope) {
  Offer offered;
  if (node.assignment == nullptr) return offered;
  const Assignment& assignment = *node.assignment;
  const auto add = [&](const Value& team) {
    if (team.null()) return;
    if (!team.is(Kind::String)) {
      return fail("A potential owner of ‘" + node.id + "’ is " + feel::to_text(team, 100) +
                  ", not the name of a team.");
    }
    const std::string name(trimmed(team.string()));
    if (name.empty() || std::find(offered.teams.begin(), offered.teams.end(), name) != offered.teams.end()) return;
    offered.teams.push_back(name);
  };
  for (const Formula& formula : assignment.teams) {
    const Value value = evaluate(formula, scope);
    if (!value.is(Kind::List)) {
      add(value);
      continue;
    }
    for (const Value& team : value.list()) add(team);
  }
  if (offered.teams.empty() && assignment.teams.empty() && !assignment.lane.empty()) {
    offered.teams.push_back(assignment.lane);
  }
  if (running() && assignment.assignee) {
    const Value value = evaluate(*assignment.assignee, scope);
    if (value.is(Kind::String)) {
      offered.assignee = std::string(trimmed(value.string()));
    } else if (!value.null()) {
      fail("The performer of ‘" + node.id + "’ is " + feel::to_text(value, 100) + ", not one person.");
    }
  }
  offered.due = deadline(assignment.due, scope, node);
  offered.follow_up = deadline(assignment.follow_up, scope, node);
  if (!running() || !assignment.priority) return offered;
  const Value value = evaluate(*assignment.priority, scope);
  const auto priority = value.is(Kind::Number) ? value.number().to_int64() : std::nullopt;
  if (priority) {
    offered.priority = *priority;
  } else if (!value.null()) {
    fail("The priority of ‘" + node.id + "’ is " + feel::to_text(value, 100) + ", not a whole number.");
  }
  return offered;
}

// The entries of a context become variables, or all of it one; any other value is only noted.
void Machine::run_script(Id id) {
  const NodeInstance& instance = *node_instance(id);
  const Index index = instance.node;
  const Id scope = instance.inner_scope != 0 ? instance.inner_scope : instance.scope;
  const Data data = Data::of(evaluate(*process_.nodes[index].formula, scope));
  if (!running()) return;
  log(Logged::What::Script, index, id, data);
  if (const std::string& result = process_.nodes[index].result; !result.empty()) {
    set(scope, result, data);
  } else if (data.value().is(Kind::Context)) {
    for (const feel::Entry& entry : data.value().context()) set(scope, entry.key, Data::of(entry.value));
  }
  complete_activity(id);
}

// ---- Sub-processes

// 13.3.4: its start event, or where it has none, everything without an incoming flow.
void Machine::start_scope(Id owner) {
  const Id scope_id = node_instance(owner)->inner_scope;
  const Node& holder = node_of(*node_instance(owner));
  const Scope& scope = process_.scopes[holder.inner];
  subscribe_event_processes(scope_id);
  if (!running()) return;
  touched_.insert(scope_id);
  if (holder.type == NodeType::AdHocSubProcess) return start_ad_hoc(scope_id);
  const auto is_start = [&](Index index) { return process_.nodes[index].type == NodeType::StartEvent; };
  if (holder.type == NodeType::EventSubProcess) {
    const auto start = std::find_if(scope.nodes.begin(), scope.nodes.end(), is_start);
    if (start != scope.nodes.end()) enter({.node = *start, .scope = scope_id});
    return;
  }
  const bool has_start = std::any_of(scope.starts.begin(), scope.starts.end(), is_start);
  for (const Index index : scope.starts) {
    if (!has_start || is_start(index)) arrive(index, scope_id);
  }
}

// 13.3.5: all activities without incoming flow at once, or one after another; nobody chooses here.
void Machine::start_ad_hoc(Id scope_id) {
  const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
  const Node& holder = process_.nodes[scope.node];
  for (const Index index : scope.nodes) {
    const Node& node = process_.nodes[index];
    if (!node.incoming.empty() || node.for_compensation || node.type == NodeType::EventSubProcess) continue;
    if (!is_activity(node.type)) continue;
    if (holder.sequential) {
      scope_instance(scope_id)->still_to_start.push_back(index);
    } else {
      arrive(index, scope_id);
    }
  }
  next_ad_hoc(scope_id);
}

bool Machine::next_ad_hoc(Id scope_id) {
  auto& waiting = scope_instance(scope_id)->still_to_start;
  if (waiting.empty()) return false;
  const Index node = waiting.front();
  waiting.erase(waiting.begin());
  arrive(node, scope_id);
  return true;
}

// 13.3.5: after each completion of an inner activity its completion condition is evaluated. true: no more is executed.
bool Machine::finish_ad_hoc(Id scope_id) {
  const NodeInstance* holder = owner_of(scope_id);
  if (holder == nullptr || node_of(*holder).type != NodeType::AdHocSubProcess) return false;
  const Id owner = holder->id;
  const Node& node = node_of(*holder);
  if (!holds(node.formula, scope_id)) return !running();
  scope_instance(scope_id)->still_to_start.clear();
  if (!node.cancel_remaining) return true;
  cancel_inside(scope_id);
  complete_activity(owner);
  return true;
}

// ---- Completion

// The work of an activity, or of one of its iterations, is done. Not normally: by a terminate end event.
void Machine::complete_activity(Id id, bool normally) {
  const NodeInstance* done = node_instance(id);
  if (done == nullptr) return;
  if (done->loop_of != 0) return complete_iteration(id, normally);
  finish_activity(id, normally);
}

void Machine::finish_activity(Id id, bool normally) {
  const NodeInstance* done = node_instance(id);
  const Index index = done->node;
  const Id scope = done->scope;
  const Id inside = done->inner_scope;
  const Id compensates = done->compensates;
  const Node& node = process_.nodes[index];
  if (inside != 0 && normally) give_outputs(node, inside, scope);
  if (!running()) return;
  log(Logged::What::Left, index, id);
  if (normally && compensates == 0) remember(id);
  close_scope(inside);
  remove(id);
  touched_.insert(scope);
  if (compensates != 0) return go_on(compensates);
  if (node.type == NodeType::EventSubProcess || finish_ad_hoc(scope)) return;
  leave(index, scope, node.completion_quantity);
}

// ---- Cancelling

void Machine::cancel_inside(Id scope_id) {
  std::vector<Id> inside;
  for (const NodeInstance& each : instance_.nodes) {
    if (each.scope == scope_id && !each.scope_events && each.loop_of == 0) inside.push_back(each.id);
  }
  for (const Id each : inside) cancel(each);
  emptied_.insert(scope_id);
  ScopeInstance& scope = *scope_instance(scope_id);
  scope.arrived.clear();
  scope.fired.clear();
  scope.still_to_start.clear();
  const auto here = [&](const Arrival& each) { return each.next == 0 && each.scope == scope_id; };
  std::erase_if(arrivals_, here);
  std::erase_if(signalling_, here);
}

void Machine::cancel(Id id) {
  const NodeInstance* instance = node_instance(id);
  if (instance == nullptr) return;
  const Index index = instance->node;
  const Id inside = instance->inner_scope;
  if (instance->is_loop) cancel_iterations(id);
  if (inside != 0) {
    cancel_inside(inside);
    close_scope(inside);
  }
  log(Logged::What::Cancelled, index, id);
  remove(id);
}

}  // namespace guildhall::bpmn
