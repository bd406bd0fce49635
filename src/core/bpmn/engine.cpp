// The execution semantics of BPMN 2.0.2, chapter 13: events from outside, data, tokens and scopes.

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

using feel::Kind;
using feel::Value;

namespace {

// Node and scope instances stand in the order of their ids.
template <class Instances>
auto by_id(Instances& instances, Id id) {
  const auto found = std::lower_bound(instances.begin(), instances.end(), id,
                                      [](const auto& each, Id wanted) { return each.id < wanted; });
  return found == instances.end() || found->id == id ? found : instances.end();
}

void set_in(Variables& variables, std::string_view name, Data data) {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const auto& each) { return each.first == name; });
  if (found == variables.end()) {
    variables.emplace_back(name, std::move(data));
  } else {
    found->second = std::move(data);
  }
}

}  // namespace

feel::DateTime uk_time(Instant instant) {
  static const feel::Zone kUk = feel::Zone::named("Europe/London").value_or(feel::Zone::utc());
  const auto nanos = static_cast<__int128>(to_microseconds(instant)) * 1'000;
  return feel::DateTime::from_epoch(nanos, kUk).value_or(feel::DateTime());
}

Machine::Machine(const Process& process, ProcessInstance instance, Instant now, const Surroundings& surroundings)
    : process_(process),
      instance_(std::move(instance)),
      now_(now),
      limits_(surroundings.limits),
      given_(surroundings.given) {}

// ---- Events from outside

// 13.2: a process begins where one of its start events occurs.
void Machine::handle(const Start& start) {
  if (instance_.state != ProcessInstance::State::New) return;
  instance_.state = ProcessInstance::State::Running;
  const Id scope = open_scope(0, 0, 0).id;
  for (const auto& [name, data] : start.variables) set_in(instance_.scopes[0].variables, name, data);
  subscribe_event_processes(scope);
  touched_.insert(scope);
  const auto& nodes = process_.scopes[0].nodes;
  const auto& starts = process_.scopes[0].starts;
  const auto is_start = [&](Index index) { return process_.nodes[index].type == NodeType::StartEvent; };
  if (start.start_event.empty()) {
    // 10.5.2: where there are start events, a process begins at one of them only.
    if (const auto first = std::find_if(starts.begin(), starts.end(), is_start); first != starts.end()) {
      return arrive(*first, scope);
    }
    if (const auto first = std::find_if(nodes.begin(), nodes.end(), is_start); first != nodes.end()) {
      return arrive(*first, scope);
    }
    for (const Index index : starts) arrive(index, scope);
    return;
  }
  const Index index = process_.node(start.start_event);
  if (index != kNone) {
    const Node& event = process_.nodes[index];
    const Expected* expected = &event.expected;
    if (!event.triggers.empty()) expected = &event.triggers[0].expected;
    begin_conversation(*expected, correlation_of_message(*expected, start.variables));
    if (!event.outputs.empty()) {
      message_variables_ = &start.variables;
      receive_variables(event, scope);
      message_variables_ = nullptr;
      if (!running()) return;
    }
  }
  if (index == kNone || process_.nodes[index].scope != 0) {
    return fail("There is no ‘" + start.start_event + "’ to start with.");
  }
  if (is_start(index)) return arrive(index, scope);
  // 10.6.6: the event has occurred. Where a gateway begins with all of its events, the others are waited for.
  flows_ = process_.nodes[index].incoming;
  log(Logged::What::Left, index, 0);
  leave(index, scope);
  for (const Index incoming : process_.nodes[index].incoming) {
    const Node& gateway = process_.nodes[process_.flows[incoming].source];
    if (!gateway.parallel_events) continue;
    for (const Index flow : gateway.outgoing) {
      if (process_.flows[flow].target != index) arrive(process_.flows[flow].target, scope, flow);
    }
  }
}

// Somebody outside has been asked for its work.
bool Machine::works_outside(const NodeInstance& instance) const {
  if (instance.is_loop || instance.scope_events || instance.state != NodeInstance::State::Active) return false;
  const NodeType type = node_of(instance).type;
  return type == NodeType::UserTask || type == NodeType::ServiceTask || type == NodeType::BusinessRuleTask ||
         type == NodeType::SendTask || type == NodeType::CallActivity;
}

void Machine::handle(const Completed& completed) {
  const NodeInstance* instance = node_instance(completed.instance);
  if (instance == nullptr || !works_outside(*instance)) return;
  const Id scope = instance->inner_scope != 0 ? instance->inner_scope : instance->scope;
  // Of a called process only that comes out which is mapped, where anything is.
  const bool mapped = node_of(*instance).type == NodeType::CallActivity && !node_of(*instance).outputs.empty();
  for (const auto& [name, data] : completed.variables) mapped ? set_own(scope, name, data) : set(scope, name, data);
  complete_activity(completed.instance);
}

void Machine::handle(const TimerDue& due) {
  const NodeInstance* instance = node_instance(due.instance);
  if (instance == nullptr || due.wait >= instance->waits.size() || !instance->waits[due.wait].due) return;
  occur(due.instance, due.wait);
}

void Machine::handle(const MessageArrived& message) {
  receive(message);
}

// A message goes to one who waits for it: the first who waits for just this, or else for any of its name.
bool Machine::receive(const MessageArrived& message) {
  for (const bool exact : {true, false}) {
    if (exact && message.correlation.empty()) continue;
    for (const NodeInstance& each : instance_.nodes) {
      for (std::size_t place = 0; place < each.waits.size(); ++place) {
        const Wait& wait = each.waits[place];
        if (wait.seen || !waits_for_message(wait, message.name)) continue;
        if (wait.correlation != (exact ? message.correlation : "")) continue;
        const Id id = each.id;
        begin_conversation(expected_of(wait), message.correlation);
        message_variables_ = &message.variables;
        occur(id, place);
        message_variables_ = nullptr;
        return true;
      }
    }
  }
  return false;
}

void Machine::handle(const SignalArrived& signal) {
  broadcast(signal.name);
}

void Machine::handle(const ErrorThrown& error) {
  const NodeInstance* instance = node_instance(error.instance);
  if (instance == nullptr || !works_outside(*instance)) return;
  const Id scope = instance->scope;
  if (!catch_at_boundary(error.instance, TriggerType::Error, error.code)) throw_error(scope, error.code);
}

void Machine::handle(const EscalationThrown& escalation) {
  const NodeInstance* instance = node_instance(escalation.instance);
  if (instance == nullptr || !works_outside(*instance)) return;
  const Id scope = instance->scope;
  if (!catch_at_boundary(escalation.instance, TriggerType::Escalation, escalation.code)) {
    escalate(scope, escalation.code);
  }
}

void Machine::handle(const Stopped&) {
  if (running()) end(ProcessInstance::State::Terminated);
}

Step Machine::finish() {
  run();
  return {std::move(instance_), std::move(effects_), std::move(flows_)};
}

// ---- Finding

NodeInstance* Machine::node_instance(Id id) {
  const auto found = by_id(instance_.nodes, id);
  return found == instance_.nodes.end() ? nullptr : &*found;
}

ScopeInstance* Machine::scope_instance(Id id) {
  const auto found = by_id(instance_.scopes, id);
  return found == instance_.scopes.end() ? nullptr : &*found;
}

NodeInstance* Machine::owner_of(Id scope) {
  const ScopeInstance* found = scope_instance(scope);
  return found == nullptr || found->owner == 0 ? nullptr : node_instance(found->owner);
}

void Machine::log(Logged::What what, Index node, Id instance, Data value) {
  effects_.push_back(Logged{what, node, instance, std::move(value)});
}

void Machine::fail(std::string why) {
  if (running()) end(ProcessInstance::State::Failed, std::move(why));
}

void Machine::end(ProcessInstance::State state, std::string error, bool uncaught_error) {
  for (const NodeInstance& each : instance_.nodes) effects_.push_back(Withdrawn{each.id});
  instance_.nodes.clear();
  arrivals_.clear();
  signalling_.clear();
  instance_.scopes.resize(1);
  instance_.scopes[0].arrived.clear();
  instance_.scopes[0].fired.clear();
  instance_.state = state;
  instance_.error = error;
  instance_.uncaught_error = uncaught_error;
  effects_.push_back(Ended{state, std::move(error), uncaught_error});
}

// ---- Data

const Data* Machine::variable(Id scope_id, std::string_view name) {
  for (const ScopeInstance* scope = scope_instance(scope_id); scope != nullptr; scope = scope_instance(scope->parent)) {
    for (const auto& [each, data] : scope->variables) {
      if (each == name) return &data;
    }
  }
  return nullptr;
}

void Machine::set(Id scope_id, std::string_view name, Data data) {
  changed_ = true;
  for (ScopeInstance* scope = scope_instance(scope_id); scope != nullptr; scope = scope_instance(scope->parent)) {
    for (auto& [each, old] : scope->variables) {
      if (each != name) continue;
      old = std::move(data);
      return;
    }
  }
  set_in(instance_.scopes[0].variables, name, std::move(data));
}

void Machine::set_own(Id scope_id, std::string_view name, Data data) {
  changed_ = true;
  if (ScopeInstance* scope = scope_instance(scope_id)) set_in(scope->variables, name, std::move(data));
}

Value Machine::evaluate(const Formula& formula, Id scope, const Extra& extra) {
  std::vector<Value> values;
  values.reserve(formula.variables.size());
  const auto find = [&](std::string_view name) {
    if (name.empty()) return Value();
    const auto named = [&](const auto& each) { return each.first == name; };
    if (const auto found = std::find_if(extra.begin(), extra.end(), named); found != extra.end()) return found->second;
    if (const Data* data = variable(scope, name)) return data->value();
    const auto found = std::find_if(given_.begin(), given_.end(), named);
    return found == given_.end() ? Value() : found->second;
  };
  for (const std::string& name : formula.variables) values.push_back(find(name));
  memory_.reset();
  if (evaluation_) {
    evaluation_->begin({evaluation_->now(), nullptr});
  } else {
    evaluation_.emplace(memory_, feel::Budget{}, feel::Evaluation::Moment{uk_time(now_), nullptr});
  }
  const auto value = formula.expression->evaluate(*evaluation_, values);
  if (value.ok()) return *value;
  fail(to_text(value.problems()));
  return {};
}

bool Machine::holds(const std::optional<Formula>& formula, Id scope, const Extra& extra) {
  return formula && evaluate(*formula, scope, extra).is_true();
}

// 10.4.2
Data Machine::from(const DataAssociation& association, Id scope, const Extra& extra) {
  if (association.transformation) return Data::of(evaluate(*association.transformation, scope, extra));
  for (const auto& [name, value] : extra) {
    if (name == association.source) return Data::of(value);
  }
  const Data* source = variable(scope, association.source);
  return source == nullptr ? Data() : *source;
}

Variables Machine::inputs_of(const Node& node, Id scope) {
  Variables inputs;
  for (const DataAssociation& association : node.inputs) set_in(inputs, association.target, from(association, scope));
  return inputs;
}

void Machine::give_outputs(const Node& node, Id from_scope, Id to_scope) {
  for (const DataAssociation& association : node.outputs) {
    Data data = from(association, from_scope);
    if (running()) set(to_scope, association.target, std::move(data));
  }
}

// What came with a message, as the event's output associations say, or else by name.
void Machine::receive_variables(const Node& event, Id scope) {
  if (message_variables_ == nullptr) return;
  if (event.outputs.empty()) {
    for (const auto& [name, data] : *message_variables_) set(scope, name, data);
    return;
  }
  Extra extra;
  for (const auto& [name, data] : *message_variables_) extra.emplace_back(name, data.value());
  for (const DataAssociation& association : event.outputs) {
    // A message has one payload: where it has one value, the names need not agree.
    if (!association.transformation && extra.size() == 1) {
      set(scope, association.target, Data::of(extra[0].second));
      continue;
    }
    Data data = from(association, scope, extra);
    if (running()) set(scope, association.target, std::move(data));
  }
}

// ---- Tokens

// 13.3.2: what leaves an activity or event. Flows without a condition always, with one where it holds, the default where
// no condition does.
void Machine::leave(Index index, Id scope, std::uint32_t times) {
  const Node& node = process_.nodes[index];
  std::vector<Index> taken;
  bool conditional = false;
  for (const Index flow : node.outgoing) {
    if (flow == node.default_flow) continue;
    const auto& condition = process_.flows[flow].condition;
    if (condition && !holds(condition, scope)) continue;
    conditional = conditional || condition;
    taken.push_back(flow);
  }
  if (!running()) return;
  touched_.insert(scope);
  if (!conditional && node.default_flow != kNone) taken.push_back(node.default_flow);
  if (taken.empty() && !node.outgoing.empty()) {
    return fail("No condition of a flow from ‘" + node.id + "’ holds, and it has no default flow.");
  }
  for (std::uint32_t i = 0; i < times && steps_ < limits_.steps; ++i, ++steps_) {
    for (const Index flow : taken) arrive(process_.flows[flow].target, scope, flow);
  }
}

void Machine::run() {
  while (running()) {
    if (++steps_ > limits_.steps || instance_.nodes.size() > limits_.instances ||
        instance_.scopes.size() > limits_.instances) {
      return fail("The process goes on without an end.");
    }
    if (std::exchange(changed_, false) && trigger_conditions()) {
      changed_ = true;
    } else if (!arrivals_.empty()) {
      const Arrival arrival = arrivals_.front();
      arrivals_.pop_front();
      next(arrival);
    } else if (!signalling_.empty()) {
      const Arrival arrival = signalling_.front();
      signalling_.pop_front();
      if (scope_instance(arrival.scope) != nullptr) throw_events(arrival.node, arrival.scope);
    } else if (!fire_joins() && !complete_scopes() && !changed_) {
      return;
    }
  }
}

void Machine::next(const Arrival& arrival) {
  if (arrival.next == 0) {
    // A scope may be gone: its tokens go with it.
    if (scope_instance(arrival.scope) != nullptr) enter(arrival);
    return;
  }
  const NodeInstance* instance = node_instance(arrival.next);
  if (instance == nullptr) return;
  if (instance->state == NodeInstance::State::Compensating) return next_handler(arrival.next);
  next_iteration(arrival.next);
}

void Machine::enter(const Arrival& arrival) {
  const Node& node = process_.nodes[arrival.node];
  touched_.insert(arrival.scope);
  switch (node.type) {
    case NodeType::StartEvent:
      log(Logged::What::Left, arrival.node, 0);
      return leave(arrival.node, arrival.scope);
    case NodeType::EndEvent:
    case NodeType::IntermediateThrowEvent:
      // Signals aren't kept for those who come late: of two branches, the one that waits is to be there first.
      if (waits_to_throw(arrival.node)) return signalling_.push_back(arrival);
      return throw_events(arrival.node, arrival.scope);
    case NodeType::IntermediateCatchEvent: {
      const Id id = make(arrival.node, arrival.scope).id;
      for (Index t = 0; t < node.triggers.size() && node_instance(id) != nullptr; ++t) subscribe(id, arrival.node, t);
      return;
    }
    case NodeType::BoundaryEvent:
      return;  // Never reached by a flow.
    case NodeType::ExclusiveGateway:
      return exclusive(arrival.node, arrival.scope);
    case NodeType::ParallelGateway:
      return parallel(arrival);
    case NodeType::InclusiveGateway:
      return inclusive(arrival);
    case NodeType::ComplexGateway:
      return complex(arrival);
    case NodeType::EventBasedGateway:
      return event_based(arrival.node, arrival.scope);
    case NodeType::Task:
    case NodeType::UserTask:
    case NodeType::ServiceTask:
    case NodeType::ScriptTask:
    case NodeType::SendTask:
    case NodeType::ReceiveTask:
    case NodeType::ManualTask:
    case NodeType::BusinessRuleTask:
    case NodeType::CallActivity:
    case NodeType::SubProcess:
    case NodeType::EventSubProcess:
    case NodeType::AdHocSubProcess:
    case NodeType::Transaction: {
      if (node.start_quantity <= 1 || arrival.flow == kNone) return begin_activity(arrival.node, arrival.scope);
      // 13.3.2: an activity waits until as many tokens have come as it needs to start.
      auto& arrived = scope_instance(arrival.scope)->arrived;
      auto& tokens = arrived[arrival.node];
      if (tokens.empty()) tokens.push_back(0);
      if (++tokens[0] < node.start_quantity) return;
      arrived.erase(arrival.node);
      return begin_activity(arrival.node, arrival.scope);
    }
  }
}

NodeInstance& Machine::make(Index node, Id scope) {
  NodeInstance instance;
  instance.id = next_id();
  instance.node = node;
  instance.scope = scope;
  instance_.nodes.push_back(std::move(instance));
  log(Logged::What::Entered, node, instance_.nodes.back().id);
  return instance_.nodes.back();
}

void Machine::remove(Id id) {
  const auto found = by_id(instance_.nodes, id);
  if (found != instance_.nodes.end()) instance_.nodes.erase(found);
  effects_.push_back(Withdrawn{id});
}

// ---- Scopes

// With data of its own (10.4.1): data objects and properties live as long as the scope.
ScopeInstance& Machine::open_scope(Index scope, Id parent, Id owner) {
  ScopeInstance fresh;
  fresh.id = next_id();
  fresh.scope = scope;
  fresh.parent = parent;
  fresh.owner = owner;
  const NodeInstance* holder = owner == 0 ? nullptr : node_instance(owner);
  if (holder == nullptr || process_.nodes[holder->node].inner == scope) {
    for (const std::string& name : process_.scopes[scope].data) fresh.variables.emplace_back(name, Data());
  }
  instance_.scopes.push_back(std::move(fresh));
  return instance_.scopes.back();
}

void Machine::close_scope(Id scope_id) {
  if (scope_id == 0) return;
  // What waits for the scope's events goes with it.
  std::vector<Id> waiting;
  for (const NodeInstance& each : instance_.nodes) {
    if (each.scope == scope_id && each.scope_events) waiting.push_back(each.id);
  }
  for (const Id each : waiting) remove(each);
  std::erase_if(instance_.scopes, [&](const ScopeInstance& each) { return each.id == scope_id; });
}

bool Machine::is_busy(Id scope_id) const {
  const auto scope = by_id(instance_.scopes, scope_id);
  return !scope->arrived.empty() ||
         std::any_of(instance_.nodes.begin(), instance_.nodes.end(),
                     [&](const NodeInstance& each) { return each.scope == scope_id && !each.scope_events; });
}

// 13.3.4 and 13.5.6: a scope is done when no token is left in it.
bool Machine::complete_scopes() {
  for (std::size_t i = instance_.scopes.size(); i-- > 0;) {
    const Id id = instance_.scopes[i].id;
    if (!touched_.contains(id)) continue;
    touched_.erase(id);
    if (is_busy(id)) continue;
    if (instance_.scopes[i].owner == 0) {
      end(ProcessInstance::State::Completed);
      return true;
    }
    const NodeInstance* holder = owner_of(id);
    if (holder == nullptr || holder->is_loop || holder->state == NodeInstance::State::Compensating) continue;
    const NodeType type = node_of(*holder).type;
    if (!is_sub_process(type)) continue;  // A task's own data.
    if (type == NodeType::AdHocSubProcess && next_ad_hoc(id)) return true;
    complete_activity(holder->id);
    return true;
  }
  return false;
}

// ---- The face

const NodeInstance* ProcessInstance::find(Id id) const {
  const auto found = by_id(nodes, id);
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<Expectation> expectations(const Process& process, const ProcessInstance& instance) {
  std::vector<Expectation> expected;
  for (const NodeInstance& each : instance.nodes) {
    for (std::size_t place = 0; place < each.waits.size(); ++place) {
      const Wait& wait = each.waits[place];
      if (wait.seen) continue;
      const Node& event = process.nodes[wait.event];
      const bool task = wait.trigger == kNone;
      const TriggerType type = task ? TriggerType::Message : event.triggers[wait.trigger].type;
      const std::string_view name = task ? event.message : event.triggers[wait.trigger].name;
      if (wait.due) {
        expected.push_back({Expectation::Kind::Timer, each.id, place, *wait.due, {}, {}});
      } else if (type == TriggerType::Message) {
        expected.push_back({Expectation::Kind::Message, each.id, place, {}, name, wait.correlation});
      } else if (type == TriggerType::Signal) {
        expected.push_back({Expectation::Kind::Signal, each.id, place, {}, name, {}});
      }
    }
  }
  std::sort(expected.begin(), expected.end(), [](const Expectation& a, const Expectation& b) {
    return std::pair(a.instance, a.wait) < std::pair(b.instance, b.wait);
  });
  return expected;
}

Step advance(const Process& process, ProcessInstance instance, const Event& event, Instant now,
             const Surroundings& surroundings) {
  Machine machine(process, std::move(instance), now, surroundings);
  std::visit([&](const auto& each) { machine.handle(each); }, event);
  return machine.finish();
}

}  // namespace guildhall::bpmn
