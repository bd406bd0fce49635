#include "replay/impl/candidate.h"

#include <algorithm>

namespace guildhall::replay {

using bpmn::Expectation;
using bpmn::NodeType;
using State = bpmn::ProcessInstance::State;

namespace {

constexpr std::size_t kMostSteps = 20'000;  // Of one case.
constexpr std::size_t kDeepestCall = 50;

// Where the candidate begins: as the case did, or where it begins by the same message or signal.
std::string start_event_of(const bpmn::Process& candidate, const bpmn::Process& recorded, const std::string& start) {
  if (start.empty() || candidate.node(start) != bpmn::kNone) return start;
  const bpmn::Index index = recorded.node(start);
  if (index == bpmn::kNone || recorded.nodes[index].triggers.empty()) return "";
  const bpmn::Trigger& trigger = recorded.nodes[index].triggers[0];
  const bpmn::Node* found = bpmn::started_by(candidate, trigger.type, trigger.name);
  return found == nullptr ? "" : found->id;
}

std::string_view name_of(const bpmn::Event& event) {
  if (const auto* message = std::get_if<bpmn::MessageArrived>(&event)) return message->name;
  if (const auto* signal = std::get_if<bpmn::SignalArrived>(&event)) return signal->name;
  return {};
}

}  // namespace

Candidate::Candidate(const RecordedCase& recorded, const Repetition& repetition, const World& world,
                     const Program& program, Instant now)
    : recorded_(recorded), repetition_(repetition), world_(world), now_(recorded.events.front().at) {
  for (std::size_t i = 0; i < repetition.outside.size(); ++i) {
    const OutsideEvent& outside = repetition.outside[i];
    coming_.emplace(outside.comes, i);
    if (!outside.name.empty()) answers_to_come_.insert(outside.name);
    if (const auto name = name_of(outside.event); !name.empty()) ++arrivals_to_come_[std::string(name)];
  }
  instances_.emplace_back();
  instances_[0].program = program;
  auto start = std::get<bpmn::Start>(recorded.events.front().event);
  start.start_event = start_event_of(*program.process, *recorded.instances[0].program.process, start.start_event);
  deliver(0, std::move(start));
  while (!coming_.empty() && coming_.begin()->first.at <= now) {
    now_ = std::max(now_, coming_.begin()->first.at);
    const Coming coming = std::move(coming_.begin()->second);
    coming_.erase(coming_.begin());
    come(coming);
    if (steps_ > kMostSteps) {
      instances_[0].stuck = "It goes on without an end.";
      break;
    }
  }
  now_ = std::max(now_, now);
}

// ---- What comes

void Candidate::come(const Coming& coming) {
  if (const auto* timer = std::get_if<Timer>(&coming)) {
    deliver(timer->instance, bpmn::TimerDue{timer->node, timer->wait});
  } else if (const auto* held = std::get_if<HeldAnswer>(&coming)) {
    if (!answer(held->name, held->number)) passed_over_.push_back(held->number);
  } else {
    offer(std::get<std::size_t>(coming));
  }
}

void Candidate::offer(std::size_t number) {
  const OutsideEvent& outside = repetition_.outside[number];
  if (const auto name = name_of(outside.event); !name.empty()) --arrivals_to_come_.find(name)->second;
  if (outside.again && accepted_.contains(*outside.again)) {
    // What had failed then has been taken by the candidate, unless that failed too.
    const bool still_asked = !outside.name.empty() && requests_.contains(outside.name);
    if (!still_asked) return;
  }
  if (outside.is_decision) return try_decision(outside.name);
  if (!outside.name.empty()) {
    if (!answer(number)) held_.emplace(outside.name, number);
    return;
  }
  if (std::holds_alternative<bpmn::Stopped>(outside.event)) return deliver(0, outside.event);
  if (const auto* signal = std::get_if<bpmn::SignalArrived>(&outside.event)) {
    if (receive_signal(*signal, outside.path)) {
      accepted_.insert(number);
    } else {
      passed_over_.push_back(number);
    }
    return;
  }
  auto message = std::get<bpmn::MessageArrived>(outside.event);
  // What the case sent to itself has what the candidate put into it.
  const auto own = std::ranges::find_if(thrown_, [&](const Thrown& each) {
    const auto* thrown = std::get_if<bpmn::MessageThrown>(&each.what);
    return thrown != nullptr && thrown->name == message.name;
  });
  if (own != thrown_.end()) {
    const auto& thrown = std::get<bpmn::MessageThrown>(own->what);
    message = {thrown.name, thrown.variables, thrown.correlation};
    thrown_.erase(own);
  } else if (instances_[0].program != recorded_.instances[0].program) {
    const std::string correlation = bpmn::correlation_of(*instances_[0].program.file, message.name, message.variables,
                                                         world_.surroundings(now_).given);
    if (!correlation.empty()) message.correlation = correlation;
  }
  if (receive(std::move(message), outside.path)) {
    accepted_.insert(number);
  } else {
    parked_.push_back(number);
  }
}

// To what was asked for by this name; where the candidate is made of other processes, to what is asked for by the same
// element and nobody else has answered.
bool Candidate::answer(std::size_t number) {
  const OutsideEvent& outside = repetition_.outside[number];
  if (answer(outside.name, number)) return true;
  if (instance_at(outside.path)) return false;
  for (const auto& [name, request] : requests_) {
    const Run& run = instances_[request.instance];
    if (run.node(request.work.node).id == outside.element && !answers_to_come_.contains(name)) {
      return answer(std::string(name), number);
    }
  }
  return false;
}

bool Candidate::answer(const std::string& name, std::size_t number) {
  const auto request = requests_.find(name);
  if (request == requests_.end() || request->second.is_decision) return false;
  accepted_.insert(number);
  bpmn::Event event = repetition_.outside[number].event;
  if (auto* completed = std::get_if<bpmn::Completed>(&event)) {
    completed->instance = request->second.work.instance;
  } else {
    std::get<bpmn::ErrorThrown>(event).instance = request->second.work.instance;
  }
  deliver(request->second.instance, std::move(event));
  return true;
}

// A person had mended what a decision needed.
void Candidate::try_decision(const std::string& name) {
  const auto request = requests_.find(name);
  if (request == requests_.end() || !request->second.is_decision) return;
  const std::size_t instance = request->second.instance;
  const bpmn::WorkRequested work = request->second.work;
  auto decided = decide(world_, instances_[instance], work, now_);
  if (decided.ok()) deliver(instance, bpmn::Completed{work.instance, *std::move(decided)});
}

bool Candidate::expects(const Instance& instance, Expectation::Kind kind, std::string_view name,
                        std::string_view correlation) const {
  return std::ranges::any_of(
      bpmn::expectations(*instance.program.process, instance.state), [&](const Expectation& each) {
        if (each.kind != kind || (!each.name.empty() && each.name != name)) return false;
        return kind == Expectation::Kind::Signal || each.correlation.empty() || each.correlation == correlation;
      });
}

std::optional<std::size_t> Candidate::instance_at(std::string_view path) const {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (instances_[i].path == path) return i;
  }
  return std::nullopt;
}

bool Candidate::receive(bpmn::MessageArrived message, std::string_view path) {
  const auto waits = [&](std::size_t i) {
    return expects(instances_[i], Expectation::Kind::Message, message.name, message.correlation);
  };
  std::optional<std::size_t> receiver = instance_at(path);
  if (receiver && !waits(*receiver)) receiver.reset();
  for (std::size_t i = 0; i < instances_.size() && !receiver; ++i) {
    if (waits(i)) receiver = i;
  }
  if (!receiver) return false;
  deliver(*receiver, std::move(message));
  return true;
}

bool Candidate::receive_signal(const bpmn::SignalArrived& signal, std::string_view path) {
  const auto waits = [&](std::size_t i) { return expects(instances_[i], Expectation::Kind::Signal, signal.name, ""); };
  const std::optional<std::size_t> receiver = instance_at(path);
  if (receiver && waits(*receiver)) return deliver(*receiver, signal), true;
  bool received = false;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (!waits(i)) continue;
    deliver(i, signal);
    received = true;
  }
  return received;
}

std::size_t Candidate::still_to_come(std::string_view name) const {
  const auto found = arrivals_to_come_.find(name);
  return found == arrivals_to_come_.end() ? 0 : found->second;
}

void Candidate::exchange() {
  for (bool moved = true; std::exchange(moved, false);) {
    for (std::size_t i = 0; i < parked_.size() && !moved; ++i) {
      const OutsideEvent& outside = repetition_.outside[parked_[i]];
      const auto& message = std::get<bpmn::MessageArrived>(outside.event);
      const auto waits = std::ranges::any_of(instances_, [&](const Instance& each) {
        return expects(each, Expectation::Kind::Message, message.name, message.correlation);
      });
      if (!waits) continue;
      const std::size_t number = parked_[i];
      parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(i));
      accepted_.insert(number);
      moved = receive(message, outside.path);
    }
    // What was exchanged within the case then, is exchanged when it was; anything else at once.
    for (std::size_t i = 0; i < thrown_.size() && !moved; ++i) {
      if (const auto* message = std::get_if<bpmn::MessageThrown>(&thrown_[i].what)) {
        if (still_to_come(message->name) > 0) continue;
        const bpmn::MessageArrived arrived{message->name, message->variables, message->correlation};
        if (!std::ranges::any_of(instances_, [&](const Instance& each) {
              return expects(each, Expectation::Kind::Message, arrived.name, arrived.correlation);
            })) {
          continue;
        }
        thrown_.erase(thrown_.begin() + static_cast<std::ptrdiff_t>(i));
        moved = receive(arrived, "");
        continue;
      }
      // Signals don't wait for who comes late.
      const bpmn::SignalArrived signal{std::get<bpmn::SignalThrown>(thrown_[i].what).name};
      const std::size_t thrower = thrown_[i].instance;
      thrown_.erase(thrown_.begin() + static_cast<std::ptrdiff_t>(i));
      moved = true;
      if (still_to_come(signal.name) > 0) continue;
      for (std::size_t other = 0; other < instances_.size(); ++other) {
        if (other != thrower && expects(instances_[other], Expectation::Kind::Signal, signal.name, "")) {
          deliveries_.push_back({other, signal});
        }
      }
    }
    if (deliver_all()) moved = true;
  }
}

// ---- Steps

void Candidate::deliver(std::size_t instance, bpmn::Event event) {
  const bool outermost = deliveries_.empty();
  deliveries_.push_back({instance, std::move(event)});
  if (!outermost) return;
  deliver_all();
  exchange();
}

bool Candidate::deliver_all() {
  bool any = false;
  while (!deliveries_.empty() && steps_ <= kMostSteps) {
    any = true;
    const Delivery delivery = std::move(deliveries_.front());
    deliveries_.pop_front();
    std::deque<bpmn::Event> events{delivery.event};
    while (!events.empty()) {
      const bpmn::Event event = std::move(events.front());
      events.pop_front();
      take(delivery.instance, event, events);
    }
  }
  return any;
}

void Candidate::take(std::size_t number, const bpmn::Event& event, std::deque<bpmn::Event>& next) {
  ++steps_;
  Instance& instance = instances_[number];
  bpmn::Step step = bpmn::advance(*instance.program.process, instance.state, event, now_, world_.surroundings(now_));
  if (std::string why = why_stuck(step, instance.state, instance.caller.has_value()); !why.empty()) {
    instance.stuck = std::move(why);
    return;
  }
  std::map<bpmn::Id, Program> calls;
  for (const bpmn::Effect& effect : step.effects) {
    const auto* call = std::get_if<bpmn::ProcessCalled>(&effect);
    if (call == nullptr) continue;
    const bpmn::NodeInstance* node = step.next.find(call->instance);
    const auto version = node == nullptr ? std::nullopt : instance.node(node->node).called_version;
    auto called = instance.depth >= kDeepestCall
                      ? Result<Program>(Problem{"Processes call each other too deeply.", call->process, ""})
                      : world_.called(instance.program, call->process, version, now_);
    if (!called.ok()) {
      instance.stuck = to_text(called.problems());
      return;
    }
    calls[call->instance] = *called;
  }
  instance.stuck.clear();
  std::swap(instance.state, step.next);
  carry_out(number, step, calls, next);
}

void Candidate::carry_out(std::size_t number, const bpmn::Step& step, const std::map<bpmn::Id, Program>& calls,
                          std::deque<bpmn::Event>& next) {
  Instance& instance = instances_[number];
  for (const bpmn::Effect& effect : step.effects) {
    if (const auto* logged = std::get_if<bpmn::Logged>(&effect)) {
      instance.note(*logged);
    } else if (const auto* work = std::get_if<bpmn::WorkRequested>(&effect)) {
      ask(number, *work, next);
    } else if (const auto* call = std::get_if<bpmn::ProcessCalled>(&effect)) {
      Instance& called = instances_.emplace_back();
      called.program = calls.at(call->instance);
      called.path = instance.name_of(call->instance) + "/";
      called.caller = RecordedInstance::Caller{number, call->instance};
      called.depth = instance.depth + 1;
      deliveries_.push_back(
          {instances_.size() - 1,
           bpmn::Start{call->inputs.empty() ? instance.state.scopes[0].variables : call->inputs, ""}});
    } else if (const auto* timer = std::get_if<bpmn::TimerSet>(&effect)) {
      set_timer(number, *timer);
    } else if (const auto* message = std::get_if<bpmn::MessageThrown>(&effect)) {
      thrown_.push_back({number, *message});
    } else if (const auto* signal = std::get_if<bpmn::SignalThrown>(&effect)) {
      thrown_.push_back({number, *signal});
    } else if (const auto* withdrawn = std::get_if<bpmn::Withdrawn>(&effect)) {
      withdraw(number, withdrawn->instance);
    } else if (const auto* escalated = std::get_if<bpmn::Escalated>(&effect)) {
      if (instance.caller) {
        deliveries_.push_back(
            {instance.caller->instance, bpmn::EscalationThrown{instance.caller->node, escalated->code}});
      }
    } else if (const auto* ended = std::get_if<bpmn::Ended>(&effect)) {
      end(number, *ended);
    }
  }
}

void Candidate::ask(std::size_t number, const bpmn::WorkRequested& work, std::deque<bpmn::Event>& next) {
  Instance& instance = instances_[number];
  const std::string name = instance.name_of(work.instance);
  deadlines_.begin(instance, work);
  const bool is_decision = instance.node(work.node).type == NodeType::BusinessRuleTask;
  if (is_decision) {
    auto decided = decide(world_, instance, work, now_);
    if (decided.ok()) {
      next.push_back(bpmn::Completed{work.instance, *std::move(decided)});
      return;
    }
    instance.stuck = to_text(decided.problems());
  }
  requests_[name] = {.instance = number, .work = work, .is_decision = is_decision};
  if (const auto held = held_.find(name); held != held_.end() && !is_decision) {
    const std::size_t answer = held->second;
    held_.erase(held);
    coming_.emplace(Moment{now_ + repetition_.outside[answer].took, 0}, HeldAnswer{name, answer});
    ++later_;
  }
}

void Candidate::set_timer(std::size_t number, const bpmn::TimerSet& timer) {
  Instance& instance = instances_[number];
  if (instance.state.find(timer.instance) == nullptr) return;
  const auto recorded = repetition_.timers.find(instance.timer_name(timer.instance, timer.wait));
  Moment comes{timer.due, 0};
  if (recorded != repetition_.timers.end() && recorded->second.due == timer.due) comes = recorded->second.comes;
  coming_.emplace(comes, Timer{number, timer.instance, timer.wait});
}

void Candidate::withdraw(std::size_t number, bpmn::Id node) {
  Instance& instance = instances_[number];
  deadlines_.end(instance, node, now_);
  if (instance.names.contains(node)) requests_.erase(instance.name_of(node));
  std::erase_if(coming_, [&](const auto& each) {
    const auto* timer = std::get_if<Timer>(&each.second);
    return timer != nullptr && timer->instance == number && timer->node == node;
  });
  // What was called stops with the call.
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const auto& caller = instances_[i].caller;
    if (caller && caller->instance == number && caller->node == node &&
        (instances_[i].state.state == State::Running || instances_[i].state.state == State::New)) {
      deliveries_.push_back({i, bpmn::Stopped{}});
    }
  }
}

void Candidate::end(std::size_t number, const bpmn::Ended& ended) {
  Instance& instance = instances_[number];
  deadlines_.end_all(instance, now_);
  if (!instance.caller) {
    ended_ = now_;
    return;
  }
  const auto [caller, node] = *instance.caller;
  if (ended.state == State::Failed) {
    deliveries_.push_back({caller, bpmn::ErrorThrown{node, ended.error}});
  } else {
    deliveries_.push_back({caller, bpmn::Completed{node, instance.state.scopes[0].variables}});
  }
}

// ---- What came of it

Outcome Candidate::outcome() const {
  Outcome outcome;
  outcome.state = instances_[0].state.state;
  if (!instances_[0].state.scopes.empty()) outcome.variables = instances_[0].state.scopes[0].variables;
  if (ended_) outcome.cycle_time = *ended_ - recorded_.events.front().at;
  outcome.deadlines = deadlines_.all;
  outcome.missed = deadlines_.missed;
  for (const Instance& instance : instances_) {
    if (!instance.stuck.empty()) outcome.stuck = instance.stuck;
    for (std::string& each : waiting_elements(instance)) outcome.waits_for.push_back(std::move(each));
    outcome.path[instance.path] = instance.left;
    for (const auto& [node, due] : instance.deadlines) outcome.missed += now_ > due ? 1 : 0;
  }
  std::ranges::sort(outcome.waits_for);
  return outcome;
}

std::vector<std::string> Candidate::unanswered() const {
  std::vector<std::string> open_then = repetition_.open_requests();
  std::vector<std::string> elements;
  std::set<std::string> on_their_way;
  for (const auto& [moment, coming] : coming_) {
    if (const auto* held = std::get_if<HeldAnswer>(&coming)) on_their_way.insert(held->name);
  }
  for (const auto& [name, request] : requests_) {
    if (request.is_decision || on_their_way.contains(name)) continue;
    const std::string& element = instances_[request.instance].node(request.work.node).id;
    // Then, too, it still waits.
    if (const auto found = std::ranges::find(open_then, element); found != open_then.end()) {
      open_then.erase(found);
    } else {
      elements.push_back(element);
    }
  }
  return elements;
}

std::vector<std::string> Candidate::left_over() const {
  std::vector<std::string> found;
  const auto add = [&](std::size_t number) {
    const OutsideEvent& outside = repetition_.outside[number];
    found.push_back(outside.element.empty() ? std::string(name_of(outside.event)) : outside.element);
  };
  for (const auto& [name, number] : held_) add(number);
  for (const std::size_t number : parked_) add(number);
  for (const std::size_t number : passed_over_) add(number);
  std::ranges::sort(found);
  return found;
}

}  // namespace guildhall::replay
