// Compensation and transactions: BPMN 2.0.2, 13.5.5, 10.7 and 13.3.4.

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

// ---- What can be undone

// The activity that undoes this one: of the compensation event on its boundary.
Index Machine::compensation_activity(const Node& node) const {
  for (const Index event : node.boundary) {
    if (process_.nodes[event].compensation != kNone) return process_.nodes[event].compensation;
  }
  return kNone;
}

// The event sub-process of a sub-process that undoes it.
Index Machine::compensation_process(const Node& node) const {
  if (node.inner == kNone) return kNone;
  for (const Index event_process : process_.scopes[node.inner].event_processes) {
    for (const Index index : process_.scopes[process_.nodes[event_process].inner].nodes) {
      const Node& start = process_.nodes[index];
      if (start.type != NodeType::StartEvent) continue;
      for (const Trigger& trigger : start.triggers) {
        if (trigger.type == TriggerType::Compensation) return event_process;
      }
    }
  }
  return kNone;
}

// With a snapshot of the data, where it is a sub-process.
CompletedActivity Machine::completed_of(const NodeInstance& instance) {
  CompletedActivity done;
  done.node = instance.node;
  if (!is_sub_process(node_of(instance).type)) return done;
  const ScopeInstance* inside = scope_instance(instance.inner_scope);
  if (inside == nullptr) return done;
  done.variables = inside->variables;
  done.inner = inside->completed;
  return done;
}

// 13.5.5.1: a handler is there from when its activity has completed. A compensation activity undoes all iterations of a
// task at once; a sub-process is undone once for each of its instances (13.5.5.2).
void Machine::remember(Id id) {
  NodeInstance& instance = *node_instance(id);
  const Node& node = node_of(instance);
  const Index handler = compensation_activity(node);
  std::vector<CompletedActivity> done;
  if (!instance.is_loop || !is_sub_process(node.type)) {
    done.push_back(completed_of(instance));
  } else {
    done = std::move(instance.iterations);
  }
  const bool from_within = compensation_process(node) != kNone;
  auto& completed = scope_instance(instance.scope)->completed;
  for (CompletedActivity& each : done) {
    each.handler = handler;
    if (handler == kNone && !from_within && each.inner.empty()) continue;
    completed.push_back(std::move(each));
  }
}

// Everything in the scope that is done, and the parts that are done of the sub-processes that still run in it.
std::vector<CompletedActivity> Machine::completed_in(Id scope_id) {
  std::vector<CompletedActivity> completed = scope_instance(scope_id)->completed;
  std::vector<Id> inside;
  for (const NodeInstance& each : instance_.nodes) {
    if (each.scope == scope_id && !each.scope_events && is_sub_process(node_of(each).type)) inside.push_back(each.id);
  }
  for (const Id id : inside) {
    const NodeInstance& each = *node_instance(id);
    for (const CompletedActivity& iteration : each.iterations) completed.push_back(iteration);
    if (each.is_loop || each.inner_scope == 0 || each.state == NodeInstance::State::Compensating) continue;
    CompletedActivity part;
    part.node = each.node;
    part.variables = scope_instance(each.inner_scope)->variables;
    part.inner = completed_in(each.inner_scope);
    if (!part.inner.empty()) completed.push_back(std::move(part));
  }
  return completed;
}

// ---- Undoing it

// 13.5.5.2: undoes one activity, or all that the scope has completed; the last first. true: the event waits for it.
bool Machine::compensate(Index event, Id scope_id, const Trigger& trigger) {
  // Within an event sub-process it is the scope around it that is compensated.
  Id target = scope_id;
  const NodeInstance* holder = owner_of(target);
  while (holder != nullptr && node_of(*holder).type == NodeType::EventSubProcess) {
    target = holder->scope;
    holder = owner_of(target);
  }
  const Index current = process_.scopes[scope_instance(target)->scope].node;
  Index activity = trigger.activity;
  if (activity == current) activity = kNone;  // "Defaults to the current activity."
  // An activity that is named may stand further out.
  while (activity != kNone && process_.nodes[activity].scope != scope_instance(target)->scope) {
    const NodeInstance* owner = owner_of(target);
    if (owner == nullptr) break;
    target = owner->scope;
  }
  auto& completed = scope_instance(target)->completed;
  const auto meant = [&](const CompletedActivity& each) { return activity == kNone || each.node == activity; };
  std::vector<CompletedActivity> handlers;
  std::copy_if(completed.begin(), completed.end(), std::back_inserter(handlers), meant);
  std::erase_if(completed, meant);
  if (handlers.empty()) return false;
  NodeInstance& thrower = make(event, scope_id);
  const Id id = thrower.id;
  const bool waits = trigger.wait_for_completion;
  thrower.state = NodeInstance::State::Compensating;
  thrower.ends = process_.nodes[event].type == NodeType::EndEvent || !waits;
  thrower.to_undo = std::move(handlers);
  go_on(id);
  return waits;
}

void Machine::next_handler(Id id) {
  NodeInstance& thrower = *node_instance(id);
  if (thrower.to_undo.empty()) return handlers_done(id);
  CompletedActivity next = std::move(thrower.to_undo.back());
  thrower.to_undo.pop_back();
  const Id scope = thrower.inner_scope != 0 ? thrower.inner_scope : thrower.scope;
  log(Logged::What::Compensated, next.node, id);
  if (next.handler != kNone) return begin_activity(next.handler, scope, id);
  undo_within(id, std::move(next), scope);
}

// A sub-process is undone by its event sub-process for that, or by undoing what was done in it (10.7.1). Its data are
// again what they were.
void Machine::undo_within(Id compensates, CompletedActivity activity, Id scope) {
  NodeInstance restored;
  restored.id = next_id();
  restored.node = activity.node;
  restored.scope = scope;
  restored.state = NodeInstance::State::Compensating;
  restored.compensates = compensates;
  const Id id = restored.id;
  instance_.nodes.push_back(std::move(restored));
  const Node& node = process_.nodes[activity.node];
  ScopeInstance& inside = open_scope(node.inner, scope, id);
  const Id inside_id = inside.id;
  inside.variables = std::move(activity.variables);
  inside.interrupted = true;  // Its other event sub-processes have had their time.
  node_instance(id)->inner_scope = inside_id;
  const Index event_process = compensation_process(node);
  if (event_process == kNone) {
    node_instance(id)->to_undo = std::move(activity.inner);
    return go_on(id);
  }
  inside.completed = std::move(activity.inner);
  start_activity(event_process, inside_id, id);
}

void Machine::handlers_done(Id id) {
  const NodeInstance& thrower = *node_instance(id);
  const Index node = thrower.node;
  const Id scope = thrower.scope;
  if (is_sub_process(process_.nodes[node].type)) {
    if (const Id compensates = thrower.compensates; compensates != 0) {
      close_scope(thrower.inner_scope);
      remove(id);
      touched_.insert(scope);
      return go_on(compensates);
    }
    // A cancelled transaction, or a sub-process that an error has ended.
    const Index boundary = thrower.leaves_by;
    const Id holder = thrower.loop_of != 0 ? thrower.loop_of : id;
    if (boundary != kNone) return leave_by_boundary(holder, boundary);
    cancel(holder);
    touched_.insert(scope);
    return;
  }
  const bool ends = thrower.ends;
  remove(id);
  touched_.insert(scope);
  if (!ends) leave(node, scope);
}

// ---- Transactions and errors

// 10.3.5: a transaction is cancelled: all that runs in it stops, what is done is undone, then its cancel event.
void Machine::cancel_transaction(Id scope_id) {
  const NodeInstance* transaction = owner_of(scope_id);
  while (transaction != nullptr && node_of(*transaction).type != NodeType::Transaction) {
    transaction = owner_of(transaction->scope);
  }
  if (transaction == nullptr) return;
  Index boundary = kNone;
  for (const Index event : node_of(*transaction).boundary) {
    for (const Trigger& trigger : process_.nodes[event].triggers) {
      if (trigger.type == TriggerType::Cancel) boundary = event;
    }
  }
  undo_and_leave(transaction->id, boundary);
}

// 13.5.5.3: an error that a sub-process doesn't handle itself compensates what it has done so far. That of a transaction
// doesn't: it is a hazard (10.3.5).
void Machine::undo_and_leave(Id id, Index boundary) {
  const NodeInstance& instance = *node_instance(id);
  const Id inside = instance.inner_scope;
  const NodeType type = node_of(instance).type;
  const Id holder = instance.loop_of != 0 ? instance.loop_of : id;
  const auto is_cancel = [](const Trigger& each) { return each.type == TriggerType::Cancel; };
  const bool cancels = boundary == kNone || std::any_of(process_.nodes[boundary].triggers.begin(),
                                                        process_.nodes[boundary].triggers.end(), is_cancel);
  std::vector<CompletedActivity> completed;
  if (inside != 0 && is_sub_process(type) && !instance.is_loop && (cancels || type != NodeType::Transaction)) {
    completed = completed_in(inside);
  }
  if (completed.empty() && boundary != kNone) return leave_by_boundary(holder, boundary);
  const Id loop = instance.loop_of;
  cancel_inside(inside);
  scope_instance(inside)->completed.clear();
  // Of several instances the others stop as well, and nothing else on the boundary can occur.
  std::vector<Id> others;
  for (const NodeInstance& each : instance_.nodes) {
    if (loop != 0 && each.loop_of == loop && each.id != id) others.push_back(each.id);
  }
  for (const Id each : others) cancel(each);
  node_instance(holder)->waits.clear();
  effects_.push_back(Withdrawn{holder});
  NodeInstance& undone = *node_instance(id);
  undone.state = NodeInstance::State::Compensating;
  undone.leaves_by = boundary;
  undone.to_undo = std::move(completed);
  go_on(id);
}

}  // namespace guildhall::bpmn
