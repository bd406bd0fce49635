#include "replay/impl/repetition.h"

#include <algorithm>

#include "bpmn/instance_codec.h"

namespace guildhall::replay {

using State = bpmn::ProcessInstance::State;

Repetition::Repetition(const RecordedCase& recorded, const World& world)
    : paths(recorded.instances.size()), recorded_(recorded), world_(world), instances_(recorded.instances.size()) {
  for (std::size_t i = 0; i < instances_.size(); ++i) instances_[i].program = recorded.instances[i].program;
  for (std::size_t number = 0; number < recorded.events.size(); ++number) repeat(number);
}

void Repetition::repeat(std::size_t number) {
  const RecordedEvent& recorded = recorded_.events[number];
  Instance& instance = instances_[recorded.instance];
  const auto& caller = recorded_.instances[recorded.instance].caller;
  if (instance.state.state == State::New && caller) {
    const Instance& calling = instances_[caller->instance];
    const auto name = calling.names.find(caller->node);
    instance.path = name == calling.names.end() ? "?/" : calling.path + name->second + "/";
    paths[recorded.instance] = instance.path;
  }
  const std::size_t outside_before = outside.size();
  note_outside(number, instance);
  const Moment moment{recorded.at, 2 * number};
  if (const auto* due = std::get_if<bpmn::TimerDue>(&recorded.event)) {
    if (const auto live = instance.live_timers.find({due->instance, due->wait}); live != instance.live_timers.end()) {
      timers[live->second].comes = moment;
    }
  }
  std::deque<bpmn::Event> events{recorded.event};
  bool first = true;
  while (!events.empty()) {
    const bpmn::Event event = std::move(events.front());
    events.pop_front();
    const bool taken = take(instance, event, moment, caller.has_value(), events);
    if (std::exchange(first, false) && !taken && outside.size() > outside_before) {
      instance.failed.emplace(bpmn::encode(event), outside_before);
    }
  }
}

void Repetition::note_outside(std::size_t number, Instance& instance) {
  const RecordedEvent& recorded = recorded_.events[number];
  OutsideEvent outside_event{.comes = {recorded.at, 2 * number},
                             .event = recorded.event,
                             .path = instance.path,
                             .name = {},
                             .element = {},
                             .again = std::nullopt};
  bpmn::Id asked = 0;
  if (const auto* completed = std::get_if<bpmn::Completed>(&recorded.event)) {
    asked = completed->instance;
  } else if (const auto* thrown = std::get_if<bpmn::ErrorThrown>(&recorded.event)) {
    asked = thrown->instance;
  } else if (std::holds_alternative<bpmn::Stopped>(recorded.event)) {
    if (recorded.instance != 0) return;  // By what called it.
  } else if (!std::holds_alternative<bpmn::MessageArrived>(recorded.event) &&
             !std::holds_alternative<bpmn::SignalArrived>(recorded.event)) {
    return;
  }
  if (asked != 0) {
    const bpmn::Node* node = instance.node_of(asked);
    if (node == nullptr || node->type == bpmn::NodeType::CallActivity) return;
    outside_event.name = instance.name_of(asked);
    outside_event.element = node->id;
    outside_event.is_decision = node->type == bpmn::NodeType::BusinessRuleTask;
    if (const auto since = instance.asked.find(asked); since != instance.asked.end()) {
      outside_event.took = recorded.at - since->second;
    }
  }
  if (const auto failed = instance.failed.find(bpmn::encode(recorded.event)); failed != instance.failed.end()) {
    outside_event.again = failed->second;
  }
  outside.push_back(std::move(outside_event));
}

bool Repetition::take(Instance& instance, const bpmn::Event& event, Moment moment, bool is_called,
                      std::deque<bpmn::Event>& next) {
  bpmn::Step step =
      bpmn::advance(*instance.program.process, instance.state, event, moment.at, world_.surroundings(moment.at));
  if (std::string why = why_stuck(step, instance.state, is_called); !why.empty()) {
    instance.stuck = std::move(why);
    return false;
  }
  instance.stuck.clear();
  instance.state = std::move(step.next);
  if (const auto* due = std::get_if<bpmn::TimerDue>(&event)) instance.live_timers.erase({due->instance, due->wait});
  for (const bpmn::Effect& effect : step.effects) {
    if (const auto* logged = std::get_if<bpmn::Logged>(&effect)) {
      instance.note(*logged);
    } else if (const auto* work = std::get_if<bpmn::WorkRequested>(&effect)) {
      deadlines_.begin(instance, *work);
      if (instance.node(work->node).type != bpmn::NodeType::BusinessRuleTask) {
        instance.asked[work->instance] = moment.at;
      } else if (auto decided = decide(world_, instance, *work, moment.at); decided.ok()) {
        next.push_back(bpmn::Completed{work->instance, *std::move(decided)});
      } else {
        instance.stuck = to_text(decided.problems());
      }
    } else if (const auto* timer = std::get_if<bpmn::TimerSet>(&effect)) {
      // What was set and withdrawn in the same step was nothing.
      const bpmn::NodeInstance* node = instance.state.find(timer->instance);
      if (node == nullptr) continue;
      const std::string name = instance.timer_name(timer->instance, timer->wait);
      timers[name] = {.due = timer->due};
      instance.live_timers[{timer->instance, timer->wait}] = name;
    } else if (const auto* withdrawn = std::get_if<bpmn::Withdrawn>(&effect)) {
      instance.asked.erase(withdrawn->instance);
      deadlines_.end(instance, withdrawn->instance, moment.at);
      for (auto each = instance.live_timers.lower_bound({withdrawn->instance, 0});
           each != instance.live_timers.end() && each->first.first == withdrawn->instance;) {
        timers[each->second].comes = {moment.at, moment.place + 1};
        each = instance.live_timers.erase(each);
      }
    }
  }
  if (instance.state.state != State::Running) {
    instance.asked.clear();
    deadlines_.end_all(instance, moment.at);
  }
  return true;
}

std::string Repetition::difference_from_stored() const {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const Run& repeated = instances_[i];
    const bpmn::ProcessInstance& stored = recorded_.instances[i].state;
    const std::string& process = repeated.program.process->id;
    if (repeated.state.state != stored.state) return "The recorded events don't lead ‘" + process + "’ where it is.";
    Run known;
    known.program = repeated.program;
    known.state = stored;
    auto repeated_waits = waiting_elements(repeated), stored_waits = waiting_elements(known);
    std::ranges::sort(repeated_waits);
    std::ranges::sort(stored_waits);
    if (repeated_waits != stored_waits) return "The recorded events don't lead ‘" + process + "’ where it is.";
    const auto variables = [](const bpmn::ProcessInstance& instance) {
      return instance.scopes.empty() ? std::string() : bpmn::encode(instance.scopes[0].variables);
    };
    if (variables(repeated.state) != variables(stored)) {
      return "The recorded events give ‘" + process +
             "’ other variables than it has: a decision or a rule has changed without its version.";
    }
  }
  return "";
}

std::vector<std::string> Repetition::open_requests() const {
  std::vector<std::string> elements;
  for (const Instance& instance : instances_) {
    for (const auto& [node, since] : instance.asked) {
      if (const bpmn::Node* found = instance.node_of(node)) elements.push_back(found->id);
    }
  }
  return elements;
}

Outcome Repetition::outcome(Instant now) const {
  Outcome outcome;
  outcome.state = instances_[0].state.state;
  if (!instances_[0].state.scopes.empty()) outcome.variables = instances_[0].state.scopes[0].variables;
  const RecordedInstance& first = recorded_.instances[0];
  if (first.ended) outcome.cycle_time = *first.ended - first.started;
  outcome.deadlines = deadlines_.all;
  outcome.missed = deadlines_.missed;
  for (const Instance& instance : instances_) {
    if (!instance.stuck.empty()) outcome.stuck = instance.stuck;
    for (std::string& each : waiting_elements(instance)) outcome.waits_for.push_back(std::move(each));
    outcome.path[instance.path] = instance.left;
    for (const auto& [node, due] : instance.deadlines) outcome.missed += now > due ? 1 : 0;
  }
  std::ranges::sort(outcome.waits_for);
  return outcome;
}

}  // namespace guildhall::replay
