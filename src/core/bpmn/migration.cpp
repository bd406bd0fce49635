#include "bpmn/migration.h"

#include <algorithm>
#include <optional>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {
namespace {

std::string quoted(std::string_view id) {
  return "‘" + std::string(id) + "’";
}

Index flow_named(const Process& process, std::string_view id) {
  const auto found = std::ranges::find(process.flows, id, &Flow::id);
  return found == process.flows.end() ? kNone : static_cast<Index>(found - process.flows.begin());
}

// Elements of one family take each other's place.
NodeType family(NodeType type) {
  if (type == NodeType::Transaction) return NodeType::SubProcess;
  return is_activity(type) && !is_sub_process(type) ? NodeType::Task : type;
}

// May a token rest here between two steps? Only asked of activities.
bool waits(const Node& node) {
  switch (node.type) {
    case NodeType::Task:
    case NodeType::ScriptTask:
    case NodeType::ManualTask:
      return false;
    case NodeType::SendTask:
      return node.message.empty();
    default:
      return true;
  }
}

std::string_view loop_name(const Node& node) {
  if (!node.loop) return "is done once";
  switch (node.loop->kind) {
    case Loop::Kind::Standard:
      return "is a loop";
    case Loop::Kind::Sequential:
      return "is done by several instances, one after another";
    case Loop::Kind::Parallel:
      return "is done by several instances at once";
  }
  return "";
}

// Is the work that was requested for the one not that of the other?
bool needs_other_work(const Node& from, const Node& to) {
  if (is_sub_process(from.type) || !is_activity(from.type)) return false;
  return from.type != to.type || from.work != to.work ||
         (from.called != to.called && (from.type == NodeType::CallActivity || from.type == NodeType::BusinessRuleTask));
}

bool same(const Expected& a, const Expected& b) {
  if ((a.correlation == nullptr) != (b.correlation == nullptr)) return false;
  const auto text = [](const Formula& formula) -> const std::string& { return formula.expression->text(); };
  if (a.correlation != nullptr &&
      (a.correlation->message != b.correlation->message || a.correlation->key != b.correlation->key ||
       !std::ranges::equal(a.correlation->paths, b.correlation->paths, {}, text, text))) {
    return false;
  }
  return std::ranges::equal(a.values, b.values, {}, text, text);
}

// What a node instance waits for in a version, by event and trigger; kNone: the message of a receive task.
using Place = std::pair<Index, Index>;

void add_triggers(const Process& process, Index event, std::vector<Place>& places) {
  const auto& triggers = process.nodes[event].triggers;
  for (Index t = 0; t < triggers.size(); ++t) {
    switch (triggers[t].type) {
      case TriggerType::Message:
      case TriggerType::Signal:
      case TriggerType::Timer:
      case TriggerType::Conditional:
        places.emplace_back(event, t);
        break;
      case TriggerType::Error:
      case TriggerType::Escalation:
      case TriggerType::Link:
      case TriggerType::Compensation:
      case TriggerType::Cancel:
      case TriggerType::Terminate:
        break;
    }
  }
}

std::vector<Place> places_of_scope(const Process& process, Index scope) {
  std::vector<Place> places;
  for (const Index event_process : process.scopes[scope].event_processes) {
    for (const Index start : process.scopes[process.nodes[event_process].inner].nodes) {
      if (process.nodes[start].type == NodeType::StartEvent) add_triggers(process, start, places);
    }
  }
  return places;
}

std::vector<Place> places_of(const Process& process, const NodeInstance& instance) {
  std::vector<Place> places;
  const Node& node = process.nodes[instance.node];
  if (is_activity(node.type)) {
    if (instance.loop_of == 0) {
      for (const Index event : node.boundary) add_triggers(process, event, places);
    }
    if (node.type == NodeType::ReceiveTask && !instance.is_loop) places.emplace_back(instance.node, kNone);
  } else if (node.type == NodeType::IntermediateCatchEvent) {
    add_triggers(process, instance.node, places);
  } else if (node.type == NodeType::EventBasedGateway) {
    for (const Index flow : node.outgoing) {
      const Index target = process.flows[flow].target;
      if (process.nodes[target].type == NodeType::ReceiveTask) places.emplace_back(target, kNone);
      add_triggers(process, target, places);
    }
  }
  return places;
}

// Triggers agree by their id, or else by their place among those of their type.
Index trigger_like(const Node& from, Index trigger, const Node& to) {
  const Trigger& wanted = from.triggers[trigger];
  Index before = 0;
  for (Index t = 0; t < trigger; ++t) before += from.triggers[t].type == wanted.type ? 1 : 0;
  Index found = kNone;
  for (Index t = 0; t < to.triggers.size(); ++t) {
    if (to.triggers[t].type != wanted.type) continue;
    if (!wanted.id.empty() && to.triggers[t].id == wanted.id) return t;
    if (before-- == 0) found = t;
  }
  return found;
}

}  // namespace

// ---- Planning

namespace {

class Planner {
 public:
  Planner(const Process& from, const Process& to, const Mapping& mapping) : from_(from), to_(to), mapping_(mapping) {}

  Result<Plan> run() {
    plan_.nodes.assign(from_.nodes.size(), kNone);
    plan_.flows.assign(from_.flows.size(), kNone);
    plan_.why.resize(from_.nodes.size());
    for (const auto& [source, target] : mapping_) {
      if (from_.node(source) != kNone || flow_named(from_, source) != kNone) continue;
      problems_.push_back({"There is no " + quoted(source) + " in the version that instances come from.", source,
                           "Take it out of the mapping, or correct its id."});
    }
    // Sub-processes are numbered before what stands in them, and activities come before their boundary is looked at.
    for (Index i = 0; i < from_.nodes.size(); ++i) {
      if (from_.nodes[i].type != NodeType::BoundaryEvent) map_node(i);
    }
    for (Index i = 0; i < from_.nodes.size(); ++i) {
      if (from_.nodes[i].type == NodeType::BoundaryEvent) map_node(i);
    }
    for (Index i = 0; i < from_.flows.size(); ++i) map_flow(i);
    if (!problems_.empty()) return std::move(problems_);
    return std::move(plan_);
  }

 private:
  void map_node(Index i) {
    const std::string& id = from_.nodes[i].id;
    const auto asked = mapping_.find(id);
    const std::string& target = asked == mapping_.end() ? id : asked->second;
    const Index j = to_.node(target);
    std::string why = j == kNone ? "There is no " + quoted(target) + " in the new version." : why_not(i, j);
    if (why.empty() && asked != mapping_.end() && family(from_.nodes[i].type) == NodeType::Task &&
        waits(from_.nodes[i]) && !waits(to_.nodes[j])) {
      why = doesnt_wait(j);
    }
    if (why.empty()) {
      plan_.nodes[i] = j;
    } else if (asked == mapping_.end()) {
      plan_.why[i] = std::move(why);
    } else {
      problems_.push_back({std::move(why), id, "Map it to another element."});
    }
  }

  std::string why_not(Index i, Index j) const {
    const Node& from = from_.nodes[i];
    const Node& to = to_.nodes[j];
    if (family(from.type) != family(to.type)) {
      return "What is at a " + std::string(element_name(from.type)) + " can't go to " + quoted(to.id) + ": it is a " +
             std::string(element_name(to.type)) + ".";
    }
    if (is_activity(from.type) && loop_name(from) != loop_name(to)) {
      return quoted(from.id) + " " + std::string(loop_name(from)) + ", " + quoted(to.id) + " " +
             std::string(loop_name(to)) + ".";
    }
    if (from.for_compensation != to.for_compensation) {
      return "Of " + quoted(from.id) + " and " + quoted(to.id) + " only one undoes another activity.";
    }
    if (from.type == NodeType::BoundaryEvent && plan_.nodes[from.attached_to] != to.attached_to) {
      return quoted(to.id) + " is on the boundary of another activity: " + quoted(to_.nodes[to.attached_to].id) + ".";
    }
    return why_not_there(from, to);
  }

  // The scope that it comes to is that of its own sub-process, or further in.
  std::string why_not_there(const Node& from, const Node& to) const {
    Index around = 0;
    if (from.scope != 0) {
      const Index holder = from_.scopes[from.scope].node;
      if (plan_.nodes[holder] == kNone) {
        return "It stands in " + quoted(from_.nodes[holder].id) + ", which has no place in the new version.";
      }
      around = to_.nodes[plan_.nodes[holder]].inner;
    }
    for (Index at = to.scope; at != around; at = to_.scopes[at].parent) {
      if (at == 0) return quoted(to.id) + " stands outside the sub-process that it would have to be in.";
      const Node& holder = to_.nodes[to_.scopes[at].node];
      if (from.type == NodeType::EventSubProcess || family(holder.type) != NodeType::SubProcess || holder.loop) {
        return quoted(to.id) + " stands in " + quoted(holder.id) + ", which can't be begun in its middle.";
      }
    }
    return {};
  }

  std::string doesnt_wait(Index j) const {
    return "Nothing waits at " + quoted(to_.nodes[j].id) + ": it is a " + std::string(element_name(to_.nodes[j].type)) +
           ".";
  }

  void map_flow(Index i) {
    const Flow& flow = from_.flows[i];
    const auto asked = mapping_.find(flow.id);
    if (asked != mapping_.end() && from_.node(flow.id) == kNone) {
      plan_.flows[i] = flow_named(to_, asked->second);
      if (plan_.flows[i] != kNone) return;
      problems_.push_back({"There is no sequence flow " + quoted(asked->second) + " in the new version.", flow.id,
                           "Map it to another flow."});
      return;
    }
    plan_.flows[i] = flow_named(to_, flow.id);
    const Index source = plan_.nodes[flow.source];
    const Index target = plan_.nodes[flow.target];
    if (target == kNone || (plan_.flows[i] != kNone && to_.flows[plan_.flows[i]].target == target)) return;
    Index between = kNone;
    for (const Index each : to_.nodes[target].incoming) {
      if (source == kNone || to_.flows[each].source != source) continue;
      if (between != kNone) return;
      between = each;
    }
    if (between != kNone) plan_.flows[i] = between;
  }

  const Process& from_;
  const Process& to_;
  const Mapping& mapping_;
  Plan plan_;
  Problems problems_;
};

}  // namespace

Result<Plan> plan_migration(const Process& from, const Process& to, const Mapping& mapping) {
  return Planner(from, to, mapping).run();
}

// ---- Opening sub-processes

// The scope of `target` within this one. What lies between is opened as by a token, but nothing begins in it; what was
// opened after an id is taken.
Id Machine::open_within(Id scope, Index target, Id opened_after) {
  if (scope_instance(scope)->scope == target) return scope;
  const Index holder = process_.scopes[target].node;
  const Id around = open_within(scope, process_.nodes[holder].scope, opened_after);
  if (!running()) return around;
  const auto opened = std::ranges::find_if(instance_.scopes, [&](const ScopeInstance& each) {
    return each.scope == target && each.parent == around && each.id > opened_after;
  });
  if (opened != instance_.scopes.end()) return opened->id;
  const Node& node = process_.nodes[holder];
  Variables inputs = inputs_of(node, around);
  const Id id = make(holder, around).id;
  const Id inside = open_scope(target, around, id).id;
  for (const std::string& name : node.data) set_own(inside, name, {});
  for (auto& [name, data] : inputs) set_own(inside, name, std::move(data));
  node_instance(id)->inner_scope = inside;
  subscribe_boundary(id);
  if (running()) subscribe_event_processes(inside);
  return inside;
}

// ---- Migrating

class Migration {
 public:
  Migration(const Plan& plan, const Process& from, const Process& to, const ProcessInstance& before, Instant now,
            const Surroundings& surroundings)
      : plan_(plan), from_(from), to_(to), before_(before), machine_(to, before, now, surroundings) {}

  Result<Step> run();
  static Result<Step> undo(const Process& from, const Process& to, const ProcessInstance& before,
                           const ProcessInstance& after, Machine machine);

 private:
  // ---- Every index of the old version becomes one of the new
  void translate();
  void translate(NodeInstance& instance);
  void translate(ScopeInstance& scope);
  void translate(CompletedActivity& done, Index scope, bool iteration);
  std::optional<Index> place_of(Index node, std::string_view what);
  void problem(Index node, std::string what);
  Index compensation_of(const Process& process, Index node) const;

  // ---- What the new version has that the old had not
  void nest();
  void nest_joins();
  void add_data();
  void add_own_data(Id id);
  void wait_anew(Id id, const std::vector<Place>& old_places, const std::vector<Place>& new_places);
  void wait_for_scope_events();
  bool is_being_undone(const NodeInstance& instance) const;
  std::optional<Place> image(const Place& place) const;
  void fire_joins();
  bool changed_join(Index node) const;

  ProcessInstance& next() { return machine_.instance_; }

  const Plan& plan_;
  const Process& from_;
  const Process& to_;
  const ProcessInstance& before_;
  Machine machine_;
  Problems problems_;
  std::set<Id> other_work_;
};

void Migration::problem(Index node, std::string what) {
  problems_.push_back({std::move(what), from_.nodes[node].id, "Map it to an element of the new version."});
}

std::optional<Index> Migration::place_of(Index node, std::string_view what) {
  if (plan_.nodes[node] != kNone) return plan_.nodes[node];
  problem(node, std::string(what) + " " + plan_.why[node]);
  return std::nullopt;
}

void Migration::translate() {
  for (NodeInstance& each : next().nodes) translate(each);
  if (!problems_.empty()) return;
  for (ScopeInstance& each : next().scopes) translate(each);
}

void Migration::translate(NodeInstance& instance) {
  if (instance.scope_events) return;  // By its scope, later.
  const Index old_node = instance.node;
  const auto node = place_of(old_node, "Something waits here.");
  if (!node) return;
  instance.node = *node;
  if (family(to_.nodes[*node].type) == NodeType::Task && !waits(to_.nodes[*node])) {
    return problem(old_node, "Something waits here. Nothing waits at " + quoted(to_.nodes[*node].id) + ": it is a " +
                                 std::string(element_name(to_.nodes[*node].type)) + ".");
  }
  if (!instance.is_loop && needs_other_work(from_.nodes[old_node], to_.nodes[*node])) other_work_.insert(instance.id);
  if (instance.leaves_by != kNone) {
    if (const auto event = place_of(instance.leaves_by, "It is left by this event.")) instance.leaves_by = *event;
  }
  for (CompletedActivity& each : instance.iterations) translate(each, to_.nodes[*node].scope, true);
  for (CompletedActivity& each : instance.to_undo) {
    const bool within = is_sub_process(to_.nodes[*node].type);
    translate(each, within ? to_.nodes[*node].inner : kNone, false);
  }
}

void Migration::translate(ScopeInstance& scope) {
  if (scope.owner == 0) {
    scope.scope = 0;
  } else {
    const NodeInstance& owner = *machine_.node_instance(scope.owner);
    const Node& node = to_.nodes[owner.node];
    scope.scope = is_sub_process(node.type) && !owner.is_loop ? node.inner : node.scope;
  }
  for (CompletedActivity& each : scope.completed) translate(each, scope.scope, false);
  for (Index& each : scope.still_to_start) {
    if (const auto node = place_of(each, "It is still to start.")) each = *node;
  }
  // Tokens at joins, by flow.
  decltype(scope.arrived) arrived;
  for (const auto& [old_node, tokens] : scope.arrived) {
    const auto node = place_of(old_node, "Tokens wait here.");
    if (!node) continue;
    auto& counts = arrived[*node];
    if (is_activity(to_.nodes[*node].type) || from_.nodes[old_node].incoming.empty()) {
      counts.resize(std::max<std::size_t>(counts.size(), 1));
      counts[0] += tokens[0];
      continue;
    }
    const auto& incoming = to_.nodes[*node].incoming;
    counts.resize(std::max<std::size_t>(incoming.size(), 1));
    const auto& old_incoming = from_.nodes[old_node].incoming;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i] == 0) continue;
      const auto at = std::ranges::find(incoming, plan_.flows[old_incoming[i]]);
      if (at != incoming.end()) {
        counts[static_cast<std::size_t>(at - incoming.begin())] += tokens[i];
        continue;
      }
      problems_.push_back({"A token has come to " + quoted(from_.nodes[old_node].id) +
                               " by a sequence flow that the new version doesn't have.",
                           from_.flows[old_incoming[i]].id,
                           "Map this flow to one that leads to " + quoted(to_.nodes[*node].id) + "."});
    }
  }
  scope.arrived = std::move(arrived);
  decltype(scope.fired) fired;
  for (const auto& [old_node, came] : scope.fired) {
    const auto node = place_of(old_node, "It waits for its last tokens.");
    if (!node) continue;
    const auto& incoming = to_.nodes[*node].incoming;
    auto& here = fired[*node];
    here.resize(std::max<std::size_t>(incoming.size(), 1));
    for (std::size_t i = 0; i < came.size() && i < from_.nodes[old_node].incoming.size(); ++i) {
      const auto at = std::ranges::find(incoming, plan_.flows[from_.nodes[old_node].incoming[i]]);
      if (came[i] && at != incoming.end()) here[static_cast<std::size_t>(at - incoming.begin())] = true;
    }
  }
  scope.fired = std::move(fired);
}

Index Migration::compensation_of(const Process& process, Index node) const {
  for (const Index event : process.nodes[node].boundary) {
    if (process.nodes[event].compensation != kNone) return process.nodes[event].compensation;
  }
  return kNone;
}

// `scope`: that in which it is to stand; kNone: any.
void Migration::translate(CompletedActivity& done, Index scope, bool iteration) {
  const Index old_node = done.node;
  const auto node = place_of(old_node, "It is done, and can be undone.");
  if (!node) return;
  done.node = *node;
  if (scope != kNone && to_.nodes[*node].scope != scope) {
    return problem(old_node,
                   "It is done, and can be undone. " + quoted(to_.nodes[*node].id) + " stands in another sub-process.");
  }
  if (!iteration) {
    const Index handler = compensation_of(to_, *node);
    if (done.handler != kNone && handler == kNone) {
      return problem(old_node, "It is done, and can be undone. Nothing undoes " + quoted(to_.nodes[*node].id) +
                                   " in the new version.");
    }
    done.handler = handler;
  }
  for (CompletedActivity& each : done.inner) translate(each, to_.nodes[*node].inner, false);
}

// ---- What is new

void Migration::nest() {
  const Id known = before_.last_id;
  for (std::size_t i = 0; i < next().nodes.size(); ++i) {
    const Id id = next().nodes[i].id;
    const Id scope = next().nodes[i].scope;
    if (next().nodes[i].scope_events || id > known) continue;
    const Index target = to_.nodes[next().nodes[i].node].scope;
    if (machine_.scope_instance(scope)->scope == target) continue;
    const Id inside = machine_.open_within(scope, target, known);
    if (!machine_.running()) return;
    next().nodes[i].scope = inside;
    for (ScopeInstance& own : next().scopes) {
      if (own.owner == id && own.parent == scope) own.parent = inside;
    }
  }
}

void Migration::nest_joins() {
  for (std::size_t i = 0; i < next().scopes.size(); ++i) {
    std::vector<Index> elsewhere;
    const auto look = [&](const auto& tokens) {
      for (const auto& [node, each] : tokens) {
        if (to_.nodes[node].scope != next().scopes[i].scope) elsewhere.push_back(node);
      }
    };
    look(next().scopes[i].arrived);
    look(next().scopes[i].fired);
    for (const Index node : elsewhere) {
      const Id inside = machine_.open_within(next().scopes[i].id, to_.nodes[node].scope, before_.last_id);
      if (!machine_.running()) return;
      ScopeInstance& target = *machine_.scope_instance(inside);
      if (auto tokens = next().scopes[i].arrived.extract(node); !tokens.empty())
        target.arrived.insert(std::move(tokens));
      if (auto came = next().scopes[i].fired.extract(node); !came.empty()) target.fired.insert(std::move(came));
    }
  }
}

// Data objects that the new version declares, where the name means nothing yet.
void Migration::add_data() {
  for (std::size_t i = 0; i < next().scopes.size(); ++i) {
    const ScopeInstance& scope = next().scopes[i];
    const NodeInstance* owner = machine_.node_instance(scope.owner);
    if (owner != nullptr && to_.nodes[owner->node].inner != scope.scope) continue;  // Data of an activity.
    for (const std::string& name : to_.scopes[scope.scope].data) {
      if (machine_.variable(scope.id, name) == nullptr) machine_.set_own(scope.id, name, {});
    }
  }
}

// An activity has data of its own where the version gives it any.
void Migration::add_own_data(Id id) {
  const NodeInstance& instance = *machine_.node_instance(id);
  const Node& node = to_.nodes[instance.node];
  if (family(node.type) != NodeType::Task || node.loop) return;
  const Id scope = instance.scope;
  const bool wanted = !(node.data.empty() && node.inputs.empty() && node.outputs.empty());
  if (wanted == (instance.inner_scope != 0)) return;
  if (!wanted) {
    machine_.close_scope(instance.inner_scope);
    machine_.node_instance(id)->inner_scope = 0;
    return;
  }
  Variables inputs = machine_.inputs_of(node, scope);
  if (!machine_.running()) return;
  const Id inside = machine_.open_scope(node.scope, scope, id).id;
  machine_.node_instance(id)->inner_scope = inside;
  for (const std::string& name : node.data) machine_.set_own(inside, name, {});
  for (auto& [name, data] : inputs) machine_.set_own(inside, name, std::move(data));
}

std::optional<Place> Migration::image(const Place& place) const {
  const Index event = plan_.nodes[place.first];
  if (event == kNone) return std::nullopt;
  if (place.second == kNone) return Place{event, kNone};
  const Index trigger = trigger_like(from_.nodes[place.first], place.second, to_.nodes[event]);
  if (trigger == kNone) return std::nullopt;
  return Place{event, trigger};
}

bool Migration::is_being_undone(const NodeInstance& instance) const {
  if (instance.state == NodeInstance::State::Compensating) return true;
  return std::ranges::any_of(before_.nodes, [&](const NodeInstance& each) {
    return each.loop_of == instance.id && each.state == NodeInstance::State::Compensating;
  });
}

// A wait keeps its place among those of its instance, as timers that are set name it. What is no longer waited for
// leaves a place that takes nothing.
void Migration::wait_anew(Id id, const std::vector<Place>& old_places, const std::vector<Place>& new_places) {
  NodeInstance& instance = *machine_.node_instance(id);
  for (std::size_t place = 0; place < instance.waits.size(); ++place) {
    Wait& wait = instance.waits[place];
    const Wait old = wait;
    const bool takes_nothing = old.trigger == kNone && old.seen;
    const auto now = takes_nothing ? std::nullopt : image({old.event, old.trigger});
    if (!now || std::ranges::find(new_places, *now) == new_places.end()) {
      wait = Wait();
      wait.event = instance.node;
      wait.seen = true;
      continue;
    }
    wait.event = now->first;
    wait.trigger = now->second;
    if (wait.due && other_work_.contains(id)) machine_.effects_.push_back(TimerSet{id, place, *wait.due});
    const Node& from = from_.nodes[old.event];
    const Node& to = to_.nodes[wait.event];
    const TriggerType type = wait.trigger == kNone ? TriggerType::Message : to.triggers[wait.trigger].type;
    if (type == TriggerType::Message) {
      const bool task = wait.trigger == kNone;
      const std::string& old_name = task ? from.message : from.triggers[old.trigger].name;
      const std::string& new_name = task ? to.message : to.triggers[wait.trigger].name;
      const Expected& expected = machine_.expected_of(wait);
      if (old_name == new_name && same(task ? from.expected : from.triggers[old.trigger].expected, expected)) continue;
      wait.correlation = machine_.correlation_of_wait(expected, instance.scope, to);
      if (!machine_.running()) return;
    } else if (type == TriggerType::Conditional) {
      if (from.triggers[old.trigger].formula->expression->text() ==
          to.triggers[wait.trigger].formula->expression->text()) {
        continue;
      }
      wait.was_true = false;
      machine_.changed_ = true;
    }
  }
  if (is_being_undone(instance)) return;
  std::vector<Place> known;
  for (const Place& each : old_places) {
    if (const auto now = image(each)) known.push_back(*now);
  }
  for (const Place& each : new_places) {
    if (machine_.node_instance(id) == nullptr || !machine_.running()) return;
    if (std::ranges::find(known, each) == known.end()) machine_.subscribe(id, each.first, each.second);
  }
}

void Migration::wait_for_scope_events() {
  for (const ScopeInstance& old : before_.scopes) {
    const ScopeInstance& scope = *machine_.scope_instance(old.id);
    const NodeInstance* owner = machine_.node_instance(scope.owner);
    if (owner != nullptr && to_.nodes[owner->node].inner != scope.scope) continue;  // Data of an activity.
    const bool expected = !to_.scopes[scope.scope].event_processes.empty();
    const auto waiting = std::ranges::find_if(
        next().nodes, [&](const NodeInstance& each) { return each.scope_events && each.scope == old.id; });
    if (waiting == next().nodes.end()) {
      const bool is_new = from_.scopes[old.scope].event_processes.empty();
      if (expected && is_new && !scope.interrupted) machine_.subscribe_event_processes(old.id);
    } else if (!expected) {
      machine_.remove(waiting->id);
    } else {
      waiting->node = to_.scopes[scope.scope].event_processes[0];
      auto new_places = places_of_scope(to_, scope.scope);
      if (scope.interrupted) new_places.clear();
      wait_anew(waiting->id, places_of_scope(from_, old.scope), new_places);
    }
    if (!machine_.running()) return;
  }
}

bool Migration::changed_join(Index node) const {
  for (Index i = 0; i < from_.nodes.size(); ++i) {
    if (plan_.nodes[i] != node) continue;
    const Node& from = from_.nodes[i];
    const Node& to = to_.nodes[node];
    if (from.incoming.size() != to.incoming.size() || from.formula.has_value() != to.formula.has_value()) return true;
    if (from.formula && from.formula->expression->text() != to.formula->expression->text()) return true;
    return std::ranges::any_of(from.incoming, [&](Index flow) {
      return std::ranges::find(to.incoming, plan_.flows[flow]) == to.incoming.end();
    });
  }
  return true;
}

// Joins that have got what they wait for by losing a flow. Inclusive ones look for themselves.
void Migration::fire_joins() {
  std::vector<std::pair<Id, Index>> joins;
  for (const ScopeInstance& scope : next().scopes) {
    for (const auto& [node, tokens] : scope.arrived) joins.emplace_back(scope.id, node);
  }
  for (const auto& [scope, index] : joins) {
    const Node& node = to_.nodes[index];
    if (!machine_.running()) return;
    if (is_activity(node.type)) {
      auto& arrived = machine_.scope_instance(scope)->arrived;
      if (arrived[index][0] < node.start_quantity) continue;
      arrived.erase(index);
      machine_.begin_activity(index, scope);
    } else if (node.type == NodeType::ParallelGateway) {
      const auto complete = [this, in = scope, at = index] {
        const auto& arrived = machine_.scope_instance(in)->arrived;
        const auto tokens = arrived.find(at);
        return tokens != arrived.end() && std::ranges::find(tokens->second, 0U) == tokens->second.end();
      };
      while (complete()) {
        machine_.consume(index, scope);
        machine_.log(Logged::What::Left, index, 0);
        machine_.touched_.insert(scope);
        for (const Index flow : node.outgoing) machine_.arrive(to_.flows[flow].target, scope, flow);
      }
    } else if (node.type == NodeType::ComplexGateway && changed_join(index)) {
      machine_.activate_complex(index, scope);
    }
  }
}

Result<Step> Migration::run() {
  if (before_.state == ProcessInstance::State::New) return Step{before_, {}, {}};
  if (!machine_.running()) return Problem{"This process has ended.", "", "Start it again instead."};
  machine_.changed_ = false;
  translate();
  if (!problems_.empty()) {
    // Several tokens at one place are one problem.
    std::ranges::sort(problems_);
    problems_.erase(std::unique(problems_.begin(), problems_.end()), problems_.end());
    return std::move(problems_);
  }
  for (const Id id : other_work_) machine_.effects_.push_back(Withdrawn{id});
  nest();
  if (machine_.running()) nest_joins();
  if (machine_.running()) add_data();
  for (const NodeInstance& old : before_.nodes) {
    if (old.scope_events || !machine_.running()) continue;
    add_own_data(old.id);
    if (!machine_.running()) break;
    wait_anew(old.id, places_of(from_, old), places_of(to_, *machine_.node_instance(old.id)));
  }
  if (machine_.running()) wait_for_scope_events();
  for (const Id id : other_work_) {
    if (!machine_.running()) break;
    // What a receive task waits for it waits for already.
    if (to_.nodes[machine_.node_instance(id)->node].type != NodeType::ReceiveTask) machine_.work(id);
  }
  if (machine_.running()) fire_joins();
  Step step = machine_.finish();
  if (step.next.state != ProcessInstance::State::Failed) return step;
  return Problem{step.next.error, "", "Mend the new version, or the instance's variables."};
}

Result<Step> Migration::undo(const Process& from, const Process& to, const ProcessInstance& before,
                             const ProcessInstance& after, Machine machine) {
  // Ids are never used twice.
  machine.instance_.last_id = std::max(before.last_id, after.last_id);
  for (const NodeInstance& each : after.nodes) {
    if (before.find(each.id) == nullptr) machine.effects_.push_back(Withdrawn{each.id});
  }
  std::set<Id> anew;
  for (const NodeInstance& each : before.nodes) {
    if (each.scope_events || each.is_loop) continue;
    const NodeInstance* now = after.find(each.id);
    if (now != nullptr && !needs_other_work(from.nodes[each.node], to.nodes[now->node])) continue;
    anew.insert(each.id);
    if (now != nullptr) machine.effects_.push_back(Withdrawn{each.id});
  }
  for (const Id id : anew) {
    const NodeType type = from.nodes[before.find(id)->node].type;
    if (family(type) == NodeType::Task && type != NodeType::ReceiveTask && machine.running()) machine.work(id);
  }
  const std::vector<Expectation> since = expectations(to, after);
  for (const Expectation& timer : expectations(from, before)) {
    if (timer.kind != Expectation::Kind::Timer) continue;
    const auto same_timer = [&](const Expectation& each) {
      return each.kind == timer.kind && each.instance == timer.instance && each.wait == timer.wait &&
             each.due == timer.due;
    };
    if (!anew.contains(timer.instance) && std::ranges::any_of(since, same_timer)) continue;
    machine.effects_.push_back(TimerSet{timer.instance, timer.wait, timer.due});
  }
  if (machine.instance_.state == ProcessInstance::State::Failed) {
    return Problem{machine.instance_.error, "", "Mend the instance's variables first."};
  }
  return Step{std::move(machine.instance_), std::move(machine.effects_), {}};
}

Result<Step> migrate(const Plan& plan, const Process& from, const Process& to, const ProcessInstance& instance,
                     Instant now, const Surroundings& surroundings) {
  return Migration(plan, from, to, instance, now, surroundings).run();
}

Result<Step> undo_migration(const Process& from, const Process& to, const ProcessInstance& before,
                            const ProcessInstance& after, Instant now, const Surroundings& surroundings) {
  return Migration::undo(from, to, before, after, Machine(from, before, now, surroundings));
}

}  // namespace guildhall::bpmn
