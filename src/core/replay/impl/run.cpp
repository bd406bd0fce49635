#include "replay/impl/run.h"

#include <algorithm>

namespace guildhall::replay {

using bpmn::NodeType;
using What = bpmn::Logged::What;

const bpmn::Node* Run::node_of(bpmn::Id instance) const {
  const bpmn::NodeInstance* found = state.find(instance);
  return found == nullptr ? nullptr : &node(found->node);
}

std::string Run::timer_name(bpmn::Id instance, std::size_t wait) {
  const bpmn::NodeInstance* found = state.find(instance);
  check(found != nullptr && wait < found->waits.size(), "a timer of nothing");
  if (!names.contains(instance)) {
    // It stands for the event sub-processes of its scope, and was not entered.
    const std::string of = "events of " + node(found->node).id;
    names[instance] = of + "#" + std::to_string(++counts[of]);
  }
  const std::string name = name_of(instance) + " " + node(found->waits[wait].event).id;
  return name + "#" + std::to_string(++counts[name]);
}

void Run::note(const bpmn::Logged& logged) {
  const std::string& element = node(logged.node).id;
  if (logged.what == What::Entered) names[logged.instance] = element + "#" + std::to_string(++counts[element]);
  if (logged.what == What::Left) left.push_back(element);
}

void Deadlines::begin(Run& run, const bpmn::WorkRequested& work) {
  if (!work.offer.due) return;
  ++all;
  run.deadlines[work.instance] = *work.offer.due;
}

void Deadlines::end(Run& run, bpmn::Id instance, Instant at) {
  const auto found = run.deadlines.find(instance);
  if (found == run.deadlines.end()) return;
  if (at > found->second) ++missed;
  run.deadlines.erase(found);
}

void Deadlines::end_all(Run& run, Instant at) {
  while (!run.deadlines.empty()) end(run, run.deadlines.begin()->first, at);
}

std::string why_stuck(const bpmn::Step& step, const bpmn::ProcessInstance& before, bool is_called) {
  using State = bpmn::ProcessInstance::State;
  if (step.next.state != State::Failed || before.state == State::Failed || (step.next.uncaught_error && is_called)) {
    return "";
  }
  return step.next.uncaught_error ? "Nobody catches the error ‘" + step.next.error + "’." : step.next.error;
}

// All that the task sees, its own data first.
Result<bpmn::Variables> decide(const World& world, const Run& run, const bpmn::WorkRequested& work, Instant now) {
  std::vector<Given> given;
  const auto add = [&](const bpmn::Variables& variables) {
    for (const auto& [name, data] : variables) {
      if (std::ranges::find(given, std::string_view(name), &Given::first) == given.end()) {
        given.emplace_back(name, data.value());
      }
    }
  };
  add(work.inputs);
  const bpmn::NodeInstance* task = run.state.find(work.instance);
  bpmn::Id scope = task == nullptr ? 0 : task->inner_scope != 0 ? task->inner_scope : task->scope;
  while (scope != 0) {
    const auto found = std::ranges::find(run.state.scopes, scope, &bpmn::ScopeInstance::id);
    if (found == run.state.scopes.end()) break;
    add(found->variables);
    scope = found->parent;
  }
  const bpmn::Node& node = run.node(work.node);
  const feel::Value value = TRY(world.decide(node.called, given, now));
  bpmn::Variables results;
  if (!node.result.empty()) {
    results.emplace_back(node.result, bpmn::Data::of(value));
  } else if (value.is(feel::Kind::Context)) {
    for (const feel::Entry& entry : value.context()) results.emplace_back(entry.key, bpmn::Data::of(entry.value));
  }
  return results;
}

bool is_answered_from_outside(NodeType type) {
  return type != NodeType::BusinessRuleTask && type != NodeType::CallActivity;
}

std::vector<std::string> waiting_elements(const Run& run) {
  std::vector<std::string> elements;
  for (const bpmn::NodeInstance& each : run.state.nodes) {
    if (each.scope_events || each.is_loop || bpmn::is_sub_process(run.node(each.node).type)) continue;
    if (run.node(each.node).type == NodeType::CallActivity) continue;  // What is called says what it waits for.
    elements.push_back(run.node(each.node).id);
  }
  return elements;
}

}  // namespace guildhall::replay
