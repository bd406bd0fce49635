// Events: BPMN 2.0.2, 13.5 and 10.5.

#include <algorithm>

#include "base/text.h"
#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

using feel::Kind;
using feel::Value;

namespace {

bool catches(const Trigger& trigger, TriggerType type, std::string_view code) {
  return trigger.type == type && (trigger.name.empty() || trigger.name == code);
}

std::optional<Instant> instant_of(const feel::DateTime& moment) {
  const __int128 micros = moment.epoch_nanos() / 1'000;
  constexpr __int128 kFar = std::int64_t{1} << 61;
  if (micros > kFar || micros < -kFar) return std::nullopt;
  return from_microseconds(static_cast<std::int64_t>(micros));
}

std::optional<feel::DateTime> after(const feel::DateTime& from, std::string_view text) {
  if (const auto days = feel::DaysDuration::parse(text)) return feel::add(from, *days);
  if (const auto months = feel::MonthsDuration::parse(text)) return feel::add(from, *months);
  // ISO 8601 has weeks, FEEL hasn't.
  if (text.size() > 2 && text.size() < 8 && text.front() == 'P' && text.back() == 'W') {
    const auto weeks = parse_integer(text.substr(1, text.size() - 2));
    if (!weeks || *weeks < 0) return std::nullopt;
    const auto days = feel::DaysDuration::parse("P" + std::to_string(*weeks * 7) + "D");
    if (days) return feel::add(from, *days);
  }
  return std::nullopt;
}

// A moment without a zone is in that of `now`.
std::optional<feel::DateTime> moment(std::string_view text, const feel::DateTime& now) {
  auto parsed = feel::DateTime::parse(text);
  if (parsed && !parsed->time.zone.present()) parsed->time.zone = now.time.zone;
  return parsed;
}

// When a timer is due, and how often it repeats.
struct Schedule {
  feel::DateTime due;
  std::int64_t every = 0;   // Microseconds; 0: once.
  std::int32_t months = 0;  // Or so many months, counted from `since`.
  Instant since;
  std::uint32_t repeats = 0;  // ~0: for ever.
  bool never = false;         // R0/…
};

// R3/PT10S, R/2026-01-01T00:00:00Z/P1D, R2/2026-01-01T00:00:00Z/2026-01-02T00:00:00Z, and with the end instead of
// the start R3/PT1H/2026-01-01T12:00:00Z. Source: ISO 8601, recurring time intervals.
std::optional<Schedule> recurring(std::string_view text, const feel::DateTime& now) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view count = text.substr(1, slash - 1);
  const auto times = count.empty() ? std::nullopt : parse_integer(count);
  if (!count.empty() && (!times || *times < 0 || *times > 1'000'000'000)) return std::nullopt;
  const std::string_view rest = text.substr(slash + 1);
  const std::size_t second = rest.find('/');
  feel::DateTime from = now;
  std::optional<feel::DateTime> next;
  bool given = false;
  if (second == std::string_view::npos) {
    next = after(now, rest);
  } else if (const auto start = moment(rest.substr(0, second), now)) {
    from = *start;
    given = true;
    next = after(from, rest.substr(second + 1));
    if (!next) next = moment(rest.substr(second + 1), now);
  } else {
    next = after(now, rest.substr(0, second));
  }
  const auto begin = instant_of(from);
  const auto end = next ? instant_of(*next) : std::nullopt;
  const auto instant = instant_of(now);
  if (!begin || !end || !instant || *end < *begin) return std::nullopt;
  Schedule schedule;
  schedule.every = (*end - *begin).count();
  for (const std::string_view part : {rest, rest.substr(second == std::string_view::npos ? 0 : second + 1)}) {
    const auto months = feel::MonthsDuration::parse(part);
    if (months && months->months > 0 && months->months < 12'000) {
      schedule.months = static_cast<std::int32_t>(months->months);
      schedule.since = *begin;
    }
  }
  schedule.never = times && *times == 0;
  schedule.repeats = times ? static_cast<std::uint32_t>(std::max<std::int64_t>(*times, 1) - 1) : ~0U;
  schedule.due = given && *begin > *instant ? from : *next;
  return schedule;
}

std::optional<Schedule> schedule_of(const Value& value, const feel::DateTime& now) {
  std::optional<feel::DateTime> due;
  switch (value.kind()) {
    case Kind::DateTime:
      due = value.date_time();
      break;
    case Kind::Date:
      due = feel::DateTime{value.date(), {0, now.time.zone}};
      break;
    case Kind::DaysDuration:
      due = feel::add(now, value.days_duration());
      break;
    case Kind::MonthsDuration:
      due = feel::add(now, value.months_duration());
      break;
    case Kind::String: {
      const std::string_view text = trimmed(value.string());
      if (text.starts_with('R')) return recurring(text, now);
      due = after(now, text);
      if (!due) due = moment(text, now);
      break;
    }
    default:
      break;
  }
  if (!due) return std::nullopt;
  if (!due->time.zone.present()) due->time.zone = now.time.zone;
  Schedule once;
  once.due = *due;
  return once;
}

}  // namespace

// ---- Waiting

void Machine::subscribe(Id id, Index event, Index trigger) {
  Wait wait;
  wait.event = event;
  wait.trigger = trigger;
  const Id scope = node_instance(id)->scope;
  if (trigger != kNone) {
    const Trigger& definition = process_.nodes[event].triggers[trigger];
    switch (definition.type) {
      case TriggerType::Timer:
        if (!schedule(wait, definition, scope, process_.nodes[event])) return;
        break;
      case TriggerType::Conditional:
        changed_ = true;
        break;
      case TriggerType::Message:
      case TriggerType::Signal:
        break;
      case TriggerType::Link:  // Reached by a flow instead of by its source: nothing to wait for.
        log(Logged::What::Left, event, id);
        remove(id);
        return leave(event, scope);
      case TriggerType::Error:
      case TriggerType::Escalation:
      case TriggerType::Compensation:
      case TriggerType::Cancel:
      case TriggerType::Terminate:
        return;  // Thrown within the process: found where they are thrown.
    }
  }
  if (trigger == kNone || process_.nodes[event].triggers[trigger].type == TriggerType::Message) {
    wait.correlation = correlation_of_wait(expected_of(wait), scope, process_.nodes[event]);
    if (!running()) return;
  }
  NodeInstance& instance = *node_instance(id);
  instance.waits.push_back(wait);
  if (wait.due) effects_.push_back(TimerSet{id, instance.waits.size() - 1, *wait.due});
}

// 10.5.5, timer events. false: it is never due, or the process has failed.
bool Machine::schedule(Wait& wait, const Trigger& trigger, Id scope, const Node& event) {
  const Value value = evaluate(*trigger.formula, scope);
  if (!running()) return false;
  const auto schedule = schedule_of(value, uk_time(now_));
  const auto due = schedule ? instant_of(schedule->due) : std::nullopt;
  if (!due) {
    fail("The timer of ‘" + event.id + "’ doesn't give a moment or a duration: " + feel::to_text(value) + ".");
    return false;
  }
  if (schedule->never) return false;
  wait.due = *due;
  wait.every = schedule->every;
  wait.months = schedule->months;
  wait.since = schedule->since;
  wait.times_left = schedule->repeats;
  return true;
}

// When a person's task is due. A date without a time is due at the end of that day.
std::optional<Instant> Machine::deadline(const std::optional<Formula>& formula, Id scope, const Node& node) {
  if (!formula || !running()) return std::nullopt;
  const Value value = evaluate(*formula, scope);
  if (!running() || value.null()) return std::nullopt;
  const feel::DateTime now = uk_time(now_);
  std::optional<feel::Date> day;
  if (value.is(Kind::Date)) day = value.date();
  if (value.is(Kind::String)) day = feel::Date::parse(trimmed(value.string()));
  constexpr std::int64_t kDay = feel::kSecondsPerDay * feel::kNanosPerSecond;
  const auto schedule = day ? std::nullopt : schedule_of(value, now);
  const auto due = day        ? instant_of({*day, {kDay - 1'000, now.time.zone}})
                   : schedule ? instant_of(schedule->due)
                              : std::nullopt;
  if (!due) {
    fail("When ‘" + node.id + "’ is due is not a date, a moment or a duration: " + feel::to_text(value, 100) + ".");
  }
  return due;
}

void Machine::subscribe_boundary(Id id) {
  for (const Index event : node_of(*node_instance(id)).boundary) {
    for (Index t = 0; t < process_.nodes[event].triggers.size(); ++t) {
      if (node_instance(id) == nullptr) return;
      subscribe(id, event, t);
    }
  }
}

void Machine::subscribe_event_processes(Id scope_id) {
  const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
  if (scope.event_processes.empty()) return;
  NodeInstance waiting;
  waiting.id = next_id();
  waiting.node = scope.event_processes[0];
  waiting.scope = scope_id;
  waiting.scope_events = true;
  const Id id = waiting.id;
  instance_.nodes.push_back(std::move(waiting));
  for (const Index event_process : scope.event_processes) {
    for (const Index index : process_.scopes[process_.nodes[event_process].inner].nodes) {
      const Node& start = process_.nodes[index];
      if (start.type != NodeType::StartEvent) continue;
      for (Index t = 0; t < start.triggers.size() && running(); ++t) subscribe(id, index, t);
    }
  }
}

// ---- Occurring

// A trigger that the instance waits for has occurred.
void Machine::occur(Id id, std::size_t place) {
  NodeInstance& instance = *node_instance(id);
  const Index event_index = instance.waits[place].event;
  const Node& event = process_.nodes[event_index];
  const bool on_boundary = event.type == NodeType::BoundaryEvent;
  if (event.parallel_multiple && event.triggers.size() > 1) {
    // 10.5.5, parallel multiple: all of its triggers.
    instance.waits[place].seen = true;
    const auto missing = [&](const Wait& wait) { return wait.event == event_index && !wait.seen; };
    if (std::any_of(instance.waits.begin(), instance.waits.end(), missing)) return repeat_timer(id, place);
    for (Wait& each : instance.waits) {
      if (each.event == event_index) each.seen = false;
    }
  }
  const Id scope = instance.scope;
  if (instance.scope_events) {
    repeat_timer(id, place);
    return run_event_process(scope, event_index);
  }
  if (on_boundary) {
    repeat_timer(id, place);
    return leave_by_boundary(id, event_index);
  }
  const Index node = instance.node;
  receive_variables(event,
                    event.type == NodeType::ReceiveTask && instance.inner_scope != 0 ? instance.inner_scope : scope);
  if (!running()) return;
  if (event_index == node && event.type == NodeType::ReceiveTask) return complete_activity(id);
  // An intermediate event, or one that an event-based gateway has waited for.
  log(Logged::What::Left, node, id);
  remove(id);
  if (event_index != node) {
    for (const Index flow : event.incoming) {
      if (process_.flows[flow].source == node) flows_.push_back(flow);
    }
    log(Logged::What::Left, event_index, 0);
  }
  leave(event_index, scope);
}

namespace {

// Months differ in length: the last day of each is kept by counting from the beginning.
Instant after_this(const Wait& wait) {
  if (wait.months > 0) {
    const feel::DateTime since = uk_time(wait.since);
    const feel::DateTime due = uk_time(*wait.due);
    const std::int64_t passed =
        (due.date.year - since.date.year) * std::int64_t{12} + due.date.month - since.date.month;
    const auto next = feel::add(since, feel::MonthsDuration{passed / wait.months * wait.months + wait.months});
    if (const auto instant = next ? instant_of(*next) : std::nullopt) return *instant;
  }
  return *wait.due + std::chrono::microseconds(wait.every);
}

}  // namespace

void Machine::repeat_timer(Id id, std::size_t place) {
  Wait& wait = node_instance(id)->waits[place];
  if (!wait.due) return;
  const auto next = following(wait);
  if (!next) {
    wait.due.reset();
    return;
  }
  wait = *next;
  effects_.push_back(TimerSet{id, place, *wait.due});
}

// 13.5.3: an event on the boundary of an activity.
void Machine::leave_by_boundary(Id id, Index event_index) {
  const Node& event = process_.nodes[event_index];
  const Id scope = node_instance(id)->scope;
  receive_variables(event, scope);
  if (!running()) return;
  if (event.interrupting) cancel(id);
  log(Logged::What::Left, event_index, 0);
  leave(event_index, scope);
}

// 13.5.4: an event sub-process takes the place of what its scope does, or runs beside it.
void Machine::run_event_process(Id scope_id, Index start) {
  const Node& event = process_.nodes[start];
  const Index event_process = process_.scopes[event.scope].node;
  receive_variables(event, scope_id);
  if (!running()) return;
  if (event.interrupting) {
    cancel_inside(scope_id);
    // It can't be interrupted by another, nor again.
    for (NodeInstance& each : instance_.nodes) {
      if (each.scope != scope_id || !each.scope_events) continue;
      each.waits.clear();
      effects_.push_back(Withdrawn{each.id});
    }
    scope_instance(scope_id)->interrupted = true;
  }
  touched_.insert(scope_id);
  start_activity(event_process, scope_id, 0);
}

// A signal reaches everybody who waits for it.
void Machine::broadcast(std::string_view name) {
  std::vector<std::pair<Id, std::size_t>> receivers;
  for (const NodeInstance& each : instance_.nodes) {
    for (std::size_t place = 0; place < each.waits.size(); ++place) {
      const Wait& wait = each.waits[place];
      if (wait.trigger == kNone || wait.seen) continue;
      if (catches(process_.nodes[wait.event].triggers[wait.trigger], TriggerType::Signal, name)) {
        receivers.emplace_back(each.id, place);
      }
    }
  }
  for (const auto& [id, place] : receivers) {
    const NodeInstance* instance = node_instance(id);
    if (instance != nullptr && place < instance->waits.size()) occur(id, place);
  }
}

// Conditions trigger when they become true.
bool Machine::trigger_conditions() {
  for (std::size_t i = 0; i < instance_.nodes.size(); ++i) {
    for (std::size_t place = 0; place < instance_.nodes[i].waits.size(); ++place) {
      const Wait wait = instance_.nodes[i].waits[place];
      if (wait.trigger == kNone || wait.seen) continue;
      const Trigger& trigger = process_.nodes[wait.event].triggers[wait.trigger];
      if (trigger.type != TriggerType::Conditional) continue;
      const Id id = instance_.nodes[i].id;
      const bool is_true = holds(trigger.formula, instance_.nodes[i].scope);
      if (!running()) return true;
      instance_.nodes[i].waits[place].was_true = is_true;
      if (!is_true || wait.was_true) continue;
      occur(id, place);
      return true;
    }
  }
  return false;
}

// ---- Throwing

bool Machine::waits_to_throw(Index index) const {
  const auto& triggers = process_.nodes[index].triggers;
  return std::any_of(triggers.begin(), triggers.end(), [](const Trigger& each) {
    return each.type == TriggerType::Signal || each.type == TriggerType::Message;
  });
}

// To somebody who waits for it here, or else outside.
void Machine::throw_message(const std::string& name, const Expected& expected, Variables variables) {
  MessageArrived message{name, std::move(variables), ""};
  message.correlation = correlation_of_message(expected, message.variables);
  begin_conversation(expected, message.correlation);
  if (!running() || (!name.empty() && receive(message))) return;
  effects_.push_back(MessageThrown{name, std::move(message.variables), std::move(message.correlation)});
}

// 13.5.6. What ends the scope comes last, whatever its place among several.
void Machine::throw_events(Index index, Id scope) {
  const Node& node = process_.nodes[index];
  const bool end_event = node.type == NodeType::EndEvent;
  log(Logged::What::Left, index, 0);
  touched_.insert(scope);
  emptied_.erase(scope);
  bool waits = false;
  const Trigger* last = nullptr;
  for (const Trigger& trigger : node.triggers) {
    switch (trigger.type) {
      case TriggerType::Message:
        throw_message(trigger.name, trigger.expected, inputs_of(node, scope));
        break;
      case TriggerType::Signal:
        effects_.push_back(SignalThrown{trigger.name});
        broadcast(trigger.name);
        break;
      case TriggerType::Escalation:
        escalate(scope, trigger.name);
        break;
      case TriggerType::Compensation:
        waits = compensate(index, scope, trigger) || waits;
        break;
      case TriggerType::Link:
      case TriggerType::Error:
      case TriggerType::Cancel:
      case TriggerType::Terminate:
        if (last == nullptr) last = &trigger;
        break;
      case TriggerType::Timer:
      case TriggerType::Conditional:
        break;
    }
    // It may have interrupted itself.
    if (!running() || scope_instance(scope) == nullptr || emptied_.contains(scope)) return;
  }
  if (last != nullptr) {
    switch (last->type) {
      case TriggerType::Link:
        return throw_link(index, scope);
      case TriggerType::Error:
        return throw_error(scope, last->name);
      case TriggerType::Cancel:
        return cancel_transaction(scope);
      default:
        return terminate(scope);
    }
  }
  if (!waits && !end_event) leave(index, scope);
}

// 10.5.5, link events: a flow in two pieces.
void Machine::throw_link(Index index, Id scope) {
  const Index target = process_.nodes[index].links.at(0);
  log(Logged::What::Left, target, 0);
  leave(target, scope);
}

// 13.5.6: ends the process or the sub-process that it stands in, without compensation.
void Machine::terminate(Id scope_id) {
  const Id owner = scope_instance(scope_id)->owner;
  if (owner == 0) return end(ProcessInstance::State::Terminated);
  cancel_inside(scope_id);
  complete_activity(owner, false);
}

// The boundary event of an activity that catches: one for this code before one for any.
bool Machine::catch_at_boundary(Id id, TriggerType type, std::string_view code) {
  const NodeInstance* instance = node_instance(id);
  if (instance == nullptr) return false;
  // What is being undone is no longer there to catch.
  if (instance->state == NodeInstance::State::Compensating) return false;
  const Id holder = instance->loop_of != 0 ? instance->loop_of : id;
  for (const bool exact : {true, false}) {
    for (const Index event : node_of(*node_instance(holder)).boundary) {
      for (const Trigger& trigger : process_.nodes[event].triggers) {
        if (!catches(trigger, type, code) || trigger.name.empty() == exact) continue;
        if (type == TriggerType::Error) {
          undo_and_leave(id, event);
        } else {
          leave_by_boundary(holder, event);
        }
        return true;
      }
    }
  }
  return false;
}

bool Machine::catch_in_event_process(Id scope_id, TriggerType type, std::string_view code, Index except) {
  if (scope_instance(scope_id)->interrupted) return false;
  const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
  for (const bool exact : {true, false}) {
    for (const Index event_process : scope.event_processes) {
      if (event_process == except) continue;
      for (const Index index : process_.scopes[process_.nodes[event_process].inner].nodes) {
        const Node& start = process_.nodes[index];
        if (start.type != NodeType::StartEvent) continue;
        for (const Trigger& trigger : start.triggers) {
          if (!catches(trigger, type, code) || trigger.name.empty() == exact) continue;
          run_event_process(scope_id, index);
          return true;
        }
      }
    }
  }
  return false;
}

// 10.5.6: to the innermost that catches it, from the scope outwards. In each, first its event sub-processes, but the one
// that it comes from; then the boundary.
bool Machine::propagate(Id scope_id, TriggerType type, const std::string& code) {
  Index from = kNone;
  for (Id at = scope_id; at != 0;) {
    if (catch_in_event_process(at, type, code, from)) return true;
    const NodeInstance* holder = owner_of(at);
    if (holder == nullptr) return false;
    from = kNone;
    at = holder->scope;
    if (node_of(*holder).type == NodeType::EventSubProcess) {
      from = holder->node;
    } else if (catch_at_boundary(holder->id, type, code)) {
      return true;
    }
  }
  return false;
}

// Nobody catches it: the process fails.
void Machine::throw_error(Id scope_id, const std::string& code) {
  if (propagate(scope_id, TriggerType::Error, code) || !running()) return;
  end(ProcessInstance::State::Failed, code, true);
}

// Like an error, but what throws it goes on, and nobody need catch it.
void Machine::escalate(Id scope_id, const std::string& code) {
  if (!propagate(scope_id, TriggerType::Escalation, code)) effects_.push_back(Escalated{code});
}

// ---- Timers that begin a process

Result<std::vector<Wait>> Machine::start_timers() {
  instance_.state = ProcessInstance::State::Running;
  const Id scope = open_scope(0, 0, 0).id;
  std::vector<Wait> waits;
  for (Index index = 0; index < process_.nodes.size(); ++index) {
    const Node& node = process_.nodes[index];
    if (node.type != NodeType::StartEvent || node.scope != 0) continue;
    for (Index t = 0; t < node.triggers.size(); ++t) {
      if (node.triggers[t].type != TriggerType::Timer) continue;
      Wait wait;
      wait.event = index;
      wait.trigger = t;
      const bool comes = schedule(wait, node.triggers[t], scope, node);
      if (!running()) return Problem{instance_.error, "startEvent " + node.id, "Correct its timer (BPMN 10.5.5)."};
      if (comes) waits.push_back(wait);
    }
  }
  return waits;
}

Result<std::vector<Wait>> start_timers(const Process& process, Instant now, const Surroundings& surroundings) {
  return Machine(process, {}, now, surroundings).start_timers();
}

std::optional<Wait> following(Wait wait) {
  if (!wait.due || wait.every == 0 || wait.times_left == 0) return std::nullopt;
  if (wait.times_left != ~0U) --wait.times_left;
  wait.due = after_this(wait);
  return wait;
}

}  // namespace guildhall::bpmn
