#include "cases/impl/unit.h"

#include <algorithm>

#include "bpmn/instance_codec.h"
#include "cases/history.h"
#include "cases/publishing.h"

namespace guildhall::cases {

using bpmn::NodeType;
using State = bpmn::ProcessInstance::State;

namespace {

constexpr std::int64_t kDeepestCall = 50;

std::vector<StoredWait> waits_of(const bpmn::Process& process, const bpmn::ProcessInstance& instance) {
  std::vector<StoredWait> waits;
  for (const bpmn::Expectation& each : bpmn::expectations(process, instance)) {
    if (each.kind == bpmn::Expectation::Kind::Timer) continue;
    waits.push_back(
        {.node = each.instance,
         .place = each.wait,
         .kind = each.kind == bpmn::Expectation::Kind::Message ? StoredWait::Kind::Message : StoredWait::Kind::Signal,
         .name = std::string(each.name),
         .correlation = std::string(each.correlation)});
  }
  std::ranges::sort(waits);
  return waits;
}

// Those that wait for the resident, say: the node itself, or one that follows its event-based gateway.
std::vector<bpmn::Id> pausing(const Published& published, const bpmn::ProcessInstance& instance) {
  std::vector<bpmn::Id> found;
  if (!published.pauses_deadlines) return found;
  const auto& nodes = published.process->nodes;
  for (const bpmn::NodeInstance& each : instance.nodes) {
    if (each.node == bpmn::kNone) continue;
    const bool follows = nodes[each.node].type == NodeType::EventBasedGateway;
    if (nodes[each.node].pauses_deadline || (follows && std::ranges::any_of(each.waits, [&](const bpmn::Wait& wait) {
                                               return nodes[wait.event].pauses_deadline;
                                             }))) {
      found.push_back(each.id);
    }
  }
  std::ranges::sort(found);
  return found;
}

// The node instance that an event is for; 0: none in particular.
bpmn::Id node_of(const bpmn::Event& event) {
  return std::visit(
      [](const auto& each) -> bpmn::Id {
        if constexpr (requires { each.instance; }) {
          return each.instance;
        } else {
          return 0;
        }
      },
      event);
}

// A timer that waits still, when this event has come.
bool has_timer(const bpmn::NodeInstance& instance, const bpmn::Event& event) {
  const auto* due = std::get_if<bpmn::TimerDue>(&event);
  for (std::size_t place = 0; place < instance.waits.size(); ++place) {
    const bool has_come = due != nullptr && due->instance == instance.id && due->wait == place;
    if (instance.waits[place].due && !has_come) return true;
  }
  return false;
}

// What is stored for a node instance, and has to go with it.
struct Rows {
  bool jobs = false;
  bool tasks = false;
};
Rows rows_of(const bpmn::Process& process, const bpmn::NodeInstance& instance, const bpmn::Event& event) {
  Rows rows;
  rows.jobs = has_timer(instance, event);
  if (instance.is_loop) return rows;
  switch (process.nodes[instance.node].type) {
    case NodeType::UserTask:
      return {.jobs = true, .tasks = true};
    case NodeType::ServiceTask:
    case NodeType::SendTask:
    case NodeType::BusinessRuleTask:
    case NodeType::CallActivity:
      return {.jobs = true, .tasks = false};
    default:
      return rows;
  }
}

std::string problem_text(const Problems& problems) {
  return to_text(problems);
}

}  // namespace

struct Unit::Taking {
  Held& held;
  const bpmn::Event& event;
  const bpmn::ProcessInstance& before;
  const bpmn::ProcessInstance& after;
  const Calls& calls;
  HistoryEntry& entry;
  std::deque<bpmn::Event>& next;  // What this unit does itself, right after the step.
};

Unit::Unit(Engine& engine, Instant now) : engine_(engine), now_(now), calendar_(engine.calendars_.in_force()) {}

Unit::~Unit() {
  if (asker_ == nullptr) return;
  const std::lock_guard lock(engine_.mutex_);
  engine_.askers_.push_back(std::move(asker_));
}

// ---- Instances

Result<void> Unit::take(StoredInstance stored) {
  Held held;
  held.published = TRY(engine_.definitions_.version(stored.version));
  held.state = TRY(bpmn::decode_instance(stored.content, *held.published->process));
  held.waits = waits_of(*held.published->process, held.state);
  held.pausing = pausing(*held.published, held.state);
  held.stored = std::move(stored);
  const InstanceId id = held.stored.id;
  held_.emplace(id, std::move(held));
  order_.push_back(id);
  return {};
}

void Unit::preload(std::span<const InstanceId> ids) {
  std::vector<InstanceId> missing(ids.begin(), ids.end());
  std::ranges::sort(missing);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  std::erase_if(missing, [&](InstanceId id) { return held_.contains(id); });
  auto found = engine_.database_.read([&](db::Connection& connection) { return find_instances(connection, missing); });
  // What can't be read is found out by whoever asks for it.
  for (StoredInstance& stored : found) static_cast<void>(take(std::move(stored)));
}

Result<Unit::Held*> Unit::hold(InstanceId id) {
  if (const auto held = held_.find(id); held != held_.end()) return &held->second;
  auto stored = engine_.database_.read([&](db::Connection& connection) { return find_instance(connection, id); });
  if (!stored) return Problem{"There is no such process instance.", id.text(), ""};
  TRY(take(*std::move(stored)));
  return &held_.at(id);
}

Unit::Held& Unit::create(std::shared_ptr<const Published> published, CaseId case_id, std::optional<Caller> caller,
                         std::int64_t depth) {
  Held held;
  held.stored = {.id = InstanceId::make(),
                 .case_id = case_id,
                 .version = published->version.number,
                 .caller = caller,
                 .depth = depth,
                 .number = 0,
                 .state = State::Running,
                 .content = {},
                 .started_at = now_,
                 .ended_at = std::nullopt};
  held.published = std::move(published);
  held.is_new = true;
  const InstanceId id = held.stored.id;
  order_.push_back(id);
  return held_.emplace(id, std::move(held)).first->second;
}

Result<Started> Unit::open(const NewCase& opened) {
  auto published = opened.version == 0 ? TRY(engine_.definitions_.newest(opened.process))
                                       : TRY(engine_.definitions_.version(opened.process, opened.version));
  const std::string code = random_code(8);
  const Case made{.id = opened.id,
                  .reference = "CA-" + code.substr(0, 4) + "-" + code.substr(4),
                  .title = opened.title.empty() ? published->version.name : opened.title,
                  .opened_at = now_,
                  .closed_at = std::nullopt};
  opened_.push_back(made);
  const Held& held = create(std::move(published), made.id, std::nullopt, 0);
  const InstanceId id = held.stored.id;
  if (held.published->process->deadline) {
    // That it can't be counted is not the resident's problem: the case is opened, and a person mends it.
    if (const auto declared = declare_deadline(held, opened.variables); !declared.ok()) {
      jobs_.push_back({.kind = Job::Kind::Event,
                       .case_id = made.id,
                       .instance = id,
                       .topic = std::string(kDeadlineTopic),
                       .due_at = std::nullopt,
                       .content = {},
                       .problem = problem_text(declared.problems())});
    }
  }
  TRY(happen(id, bpmn::Start{opened.variables, opened.start_event}, opened.act, "started"));
  return Started{.case_id = made.id, .instance = id, .reference = made.reference};
}

// ---- Steps

Result<bool> Unit::happen(InstanceId instance, bpmn::Event event, const Act& act, std::string_view what) {
  const bool happened = TRY(deliver({instance, std::move(event), act, what}));
  TRY(deliver_all());
  return happened;
}

Result<void> Unit::deliver_all() {
  while (!deliveries_.empty()) {
    Delivery delivery = std::move(deliveries_.front());
    deliveries_.pop_front();
    TRY(deliver(std::move(delivery)));
  }
  return {};
}

Result<bool> Unit::deliver(Delivery delivery) {
  Held& held = *TRY(hold(delivery.instance));
  HistoryEntry entry{.instance = delivery.instance,
                     .number = held.stored.number + 1,
                     .at = now_,
                     .act = delivery.act,
                     .what = std::string(delivery.what),
                     .version = held.stored.version,
                     .event = bpmn::encode(delivery.event),
                     .happened = {}};
  bool happened = false;
  std::deque<bpmn::Event> events;
  events.push_back(std::move(delivery.event));
  while (!events.empty()) {
    const bpmn::Event event = std::move(events.front());
    events.pop_front();
    happened = advance(held, event, delivery.act, entry, events) || happened;
  }
  if (!happened) return false;
  held.changed = true;
  held.stored.number = entry.number;
  held.entries.push_back(std::move(entry));
  return true;
}

// false: the event changed nothing.
bool Unit::advance(Held& held, const bpmn::Event& event, const Act&, HistoryEntry& entry,
                   std::deque<bpmn::Event>& next) {
  const bpmn::Process& process = *held.published->process;
  bpmn::Step step = bpmn::advance(process, held.state, event, now_, calendar_->surroundings());
  // What nobody catches, and what can't go on, waits for a person: nothing of this step has been.
  if (step.next.state == State::Failed && held.state.state != State::Failed &&
      !(step.next.uncaught_error && held.stored.caller)) {
    const std::string why =
        step.next.uncaught_error ? "Nobody catches the error ‘" + step.next.error + "’." : step.next.error;
    incident(held, event, why);
    return true;
  }
  auto calls = calls_of(held, step);
  if (!calls.ok()) {
    incident(held, event, problem_text(calls.problems()));
    return true;
  }
  if (step.effects.empty() && bpmn::encode(step.next) == bpmn::encode(held.state)) return false;
  const bpmn::ProcessInstance before = std::move(held.state);
  held.state = std::move(step.next);
  for (const bpmn::Index flow : step.flows) add_flow(entry.happened, process.flows[flow].id);
  Taking taking{held, event, before, held.state, *calls, entry, next};
  for (const bpmn::Effect& effect : step.effects) {
    std::visit([&](const auto& each) { carry_out(taking, each); }, effect);
  }
  return true;
}

// Kept, to be done when what stands in its way has been mended.
void Unit::incident(Held& held, const bpmn::Event& event, const std::string& problem) {
  held.jobs.push_back({.kind = Job::Kind::Event,
                       .case_id = held.stored.case_id,
                       .instance = held.stored.id,
                       .node = node_of(event),
                       .topic = {},
                       .due_at = std::nullopt,
                       .content = bpmn::encode(event),
                       .problem = problem});
}

// 10.3.6: a process of the same file as it was published with it, another in its newest version, or in the one that is
// named.
Result<Unit::Calls> Unit::calls_of(const Held& held, const bpmn::Step& step) {
  Calls calls;
  for (const bpmn::Effect& effect : step.effects) {
    const auto* call = std::get_if<bpmn::ProcessCalled>(&effect);
    if (call == nullptr) continue;
    if (held.stored.depth >= kDeepestCall) {
      return Problem{"Processes call each other too deeply.", call->process,
                     "Look for processes that call themselves."};
    }
    const bpmn::NodeInstance* caller = step.next.find(call->instance);
    const auto version = caller == nullptr ? std::nullopt : held.published->process->nodes[caller->node].called_version;
    calls[call->instance] = version ? TRY(engine_.definitions_.version(call->process, *version))
                                    : TRY(engine_.definitions_.called(*held.published, call->process));
  }
  return calls;
}

// ---- Effects

void Unit::carry_out(Taking& taking, const bpmn::Logged& logged) {
  const bpmn::Process& process = *taking.held.published->process;
  add_happening(taking.entry.happened, logged.what, process.nodes[logged.node].id, logged.instance);
}

void Unit::carry_out(Taking& taking, const bpmn::WorkRequested& work) {
  Held& held = taking.held;
  const bpmn::Node& node = held.published->process->nodes[work.node];
  if (node.type == NodeType::UserTask) {
    held.tasks.push_back({.id = TaskId::make(),
                          .case_id = held.stored.case_id,
                          .instance = held.stored.id,
                          .node = work.instance,
                          .element = node.id,
                          .name = node.name.empty() ? node.id : node.name,
                          .assignee = work.offer.assignee,
                          .teams = work.offer.teams,
                          .due_at = work.offer.due,
                          .follow_up_at = work.offer.follow_up,
                          .priority = work.offer.priority,
                          .created_at = now_,
                          .ended_at = std::nullopt,
                          .done = false});
    return;
  }
  Job job{.kind = Job::Kind::Work,
          .case_id = held.stored.case_id,
          .instance = held.stored.id,
          .node = work.instance,
          .topic = node.work,
          .due_at = now_,
          .content = bpmn::encode(work.inputs),
          .problem = {}};
  if (node.type == NodeType::BusinessRuleTask) {
    auto decided = decide(node, taking.after, work);
    if (decided.ok()) {
      taking.next.push_back(bpmn::Completed{work.instance, *std::move(decided)});
      return;
    }
    job.kind = Job::Kind::Decision;
    job.topic = node.called;
    job.due_at = std::nullopt;
    job.problem = problem_text(decided.problems());
  }
  held.jobs.push_back(std::move(job));
}

void Unit::carry_out(Taking& taking, const bpmn::ProcessCalled& call) {
  // A called process sees what its caller's process knows, unless the call says what it is given.
  const bpmn::Variables variables = call.inputs.empty() ? taking.after.scopes[0].variables : call.inputs;
  Held& called = create(taking.calls.at(call.instance), taking.held.stored.case_id,
                        Caller{taking.held.stored.id, call.instance}, taking.held.stored.depth + 1);
  deliveries_.push_back({called.stored.id, bpmn::Start{variables, ""}, {std::string(kProcess), ""}, "called"});
}

void Unit::carry_out(Taking& taking, const bpmn::TimerSet& timer) {
  taking.held.jobs.push_back({.kind = Job::Kind::Event,
                              .case_id = taking.held.stored.case_id,
                              .instance = taking.held.stored.id,
                              .node = timer.instance,
                              .topic = {},
                              .due_at = timer.due,
                              .content = bpmn::encode(bpmn::TimerDue{timer.instance, timer.wait}),
                              .problem = {}});
}

void Unit::carry_out(Taking& taking, const bpmn::MessageThrown& message) {
  jobs_.push_back({.kind = Job::Kind::Message,
                   .case_id = taking.held.stored.case_id,
                   .instance = std::nullopt,
                   .topic = message.name,
                   .due_at = now_,
                   .content = bpmn::encode(bpmn::MessageArrived{message.name, message.variables, message.correlation}),
                   .problem = {}});
}

void Unit::carry_out(Taking& taking, const bpmn::SignalThrown& signal) {
  // With its thrower, which has had it.
  jobs_.push_back({.kind = Job::Kind::Signal,
                   .case_id = taking.held.stored.case_id,
                   .instance = taking.held.stored.id,
                   .topic = signal.name,
                   .due_at = now_,
                   .content = bpmn::encode(bpmn::SignalArrived{signal.name}),
                   .problem = {}});
}

void Unit::carry_out(Taking& taking, const bpmn::Withdrawn& withdrawn) {
  Held& held = taking.held;
  std::erase_if(held.jobs, [&](const Job& job) { return job.node == withdrawn.instance; });
  std::erase_if(held.tasks, [&](const Task& task) { return task.node == withdrawn.instance; });
  const bpmn::NodeInstance* node = taking.before.find(withdrawn.instance);
  if (node == nullptr) return;
  Rows rows = rows_of(*held.published->process, *node, taking.event);
  // What was done is ended by whoever did it: its claim is removed, its task ended.
  const auto* done = std::get_if<bpmn::Completed>(&taking.event);
  if (done != nullptr && done->instance == withdrawn.instance) {
    rows = {.jobs = has_timer(*node, taking.event)};
  }
  if (rows.jobs) held.withdrawn_jobs.push_back(withdrawn.instance);
  if (rows.tasks) held.withdrawn_tasks.push_back(withdrawn.instance);
  if (held.published->process->nodes[node->node].type != NodeType::CallActivity) return;
  // What was called stops with the call.
  const auto called = engine_.database_.read(
      [&](db::Connection& connection) { return running_calls(connection, held.stored.id, withdrawn.instance); });
  std::set<InstanceId> stopped(called.begin(), called.end());
  for (const auto& [id, other] : held_) {
    const auto& caller = other.stored.caller;
    if (caller && caller->instance == held.stored.id && caller->node == withdrawn.instance) stopped.insert(id);
  }
  for (const InstanceId id : stopped) {
    deliveries_.push_back({id, bpmn::Stopped{}, {std::string(kProcess), ""}, "stopped"});
  }
}

void Unit::carry_out(Taking& taking, const bpmn::Escalated& escalated) {
  const auto& caller = taking.held.stored.caller;
  if (!caller) return;
  deliveries_.push_back({caller->instance,
                         bpmn::EscalationThrown{caller->node, escalated.code},
                         {std::string(kProcess), ""},
                         "escalated"});
}

void Unit::carry_out(Taking& taking, const bpmn::Ended& ended) {
  Held& held = taking.held;
  held.stored.ended_at = now_;
  if (!held.stored.caller) {
    closed_.emplace_back(held.stored.case_id, now_);
    if (held.published->process->deadline) ended_deadlines_.emplace_back(held.stored.case_id, held.stored.id);
    return;
  }
  const Caller& caller = *held.stored.caller;
  if (ended.state == State::Failed) {
    deliveries_.push_back({caller.instance,
                           bpmn::ErrorThrown{caller.node, ended.error},
                           {std::string(kProcess), ""},
                           "called process failed"});
  } else {
    deliveries_.push_back({caller.instance,
                           bpmn::Completed{caller.node, taking.after.scopes[0].variables},
                           {std::string(kProcess), ""},
                           "called process ended"});
  }
}

// ---- Decisions

Result<bpmn::Variables> Unit::decide(const bpmn::Node& node, const bpmn::ProcessInstance& state,
                                     const bpmn::WorkRequested& work) {
  if (asker_ == nullptr) {
    const std::lock_guard lock(engine_.mutex_);
    if (!engine_.askers_.empty()) {
      asker_ = std::move(engine_.askers_.back());
      engine_.askers_.pop_back();
    }
  }
  if (asker_ == nullptr) asker_ = std::make_unique<decisions::Asker>(engine_.decisions_);
  // All that the task sees, its own data first.
  std::vector<decisions::Asker::Given> given;
  const auto add = [&](const bpmn::Variables& variables) {
    for (const auto& [name, data] : variables) {
      if (std::ranges::find(given, std::string_view(name), &decisions::Asker::Given::first) == given.end()) {
        given.emplace_back(name, data.value());
      }
    }
  };
  add(work.inputs);
  const bpmn::NodeInstance* task = state.find(work.instance);
  bpmn::Id scope = task == nullptr ? 0 : task->inner_scope != 0 ? task->inner_scope : task->scope;
  while (scope != 0) {
    const auto found = std::ranges::find(state.scopes, scope, &bpmn::ScopeInstance::id);
    if (found == state.scopes.end()) break;
    add(found->variables);
    scope = found->parent;
  }
  asker_->begin(now_);
  const feel::Value value = TRY(asker_->ask(node.called, given));
  bpmn::Variables results;
  if (!node.result.empty()) {
    results.emplace_back(node.result, bpmn::Data::of(value));
  } else if (value.is(feel::Kind::Context)) {
    for (const feel::Entry& entry : value.context()) results.emplace_back(entry.key, bpmn::Data::of(entry.value));
  }
  return results;
}

Result<void> Unit::run_decision(const Job& job) {
  Held& held = *TRY(hold(job.instance.value()));
  const bpmn::NodeInstance* task = held.state.find(job.node);
  if (task == nullptr) return {};  // Withdrawn in the meantime.
  const bpmn::Node& node = held.published->process->nodes[task->node];
  const bpmn::WorkRequested work{
      .instance = job.node, .node = task->node, .inputs = TRY(bpmn::decode_variables(job.content)), .offer = {}};
  bpmn::Variables results = TRY(decide(node, held.state, work));
  TRY(happen(held.stored.id, bpmn::Completed{job.node, std::move(results)}, {std::string(kProcess), ""}, "decided"));
  return {};
}

// ---- Jobs

Result<void> Unit::run(const Job& job) {
  switch (job.kind) {
    case Job::Kind::Event: {
      if (job.topic == kDeadlineTopic) return run_deadline(job);
      const bpmn::Event event = TRY(bpmn::decode_event(job.content));
      const std::string_view what = std::holds_alternative<bpmn::TimerDue>(event)        ? "timer"
                                    : std::holds_alternative<bpmn::SignalArrived>(event) ? "signal"
                                                                                         : "tried again";
      TRY(happen(job.instance.value(), event, {job.who, ""}, what));
      return {};
    }
    case Job::Kind::Decision:
      return run_decision(job);
    case Job::Kind::Message:
      return run_message(job);
    case Job::Kind::Signal:
      return run_signal(job);
    case Job::Kind::Start:
      return run_start(job);
    case Job::Kind::Work:
      break;  // Of programs: see Engine.
  }
  check(false, "work is not done by the engine");
  return {};
}

Result<void> Unit::declare_deadline(const Held& held, const bpmn::Variables& variables) {
  deadlines_.emplace_back(TRY(declared_deadline(*held.published->process, held.stored.case_id, variables,
                                                held.stored.started_at, *calendar_)),
                          held.stored.id);
  return {};
}

// It is due, or it couldn't be counted when the case was opened and somebody tries again.
Result<void> Unit::run_deadline(const Job& job) {
  const Held& held = *TRY(hold(job.instance.value()));
  if (!job.problem.empty() && held.published->process->deadline && !held.state.scopes.empty()) {
    TRY(declare_deadline(held, held.state.scopes[0].variables));
  }
  missed_.emplace_back(held.stored.case_id, held.stored.id);
  return {};
}

// 10.5.2: a process begins by a timer, and again when it repeats.
Result<void> Unit::run_start(const Job& job) {
  auto published = TRY(engine_.definitions_.newest(job.topic));
  const bpmn::Wait wait = TRY(bpmn::decode_wait(job.content, *published->process));
  if (const auto next = bpmn::following(wait)) jobs_.push_back(start_job(job.topic, *next));
  const std::string element = published->process->nodes[wait.event].id;
  return begin_process(std::move(published), bpmn::Start{{}, element}, job.who);
}

// A case that begins by a message, a signal or a timer.
Result<void> Unit::begin_process(std::shared_ptr<const Published> published, bpmn::Start begin,
                                 const std::string& who) {
  TRY(open({.id = CaseId::make(),
            .process = published->version.process,
            .version = published->version.version,
            .title = {},
            .variables = begin.variables,
            .start_event = begin.start_event,
            .act = {who, ""}}));
  return {};
}

// To one who waits for it, or else to a process that begins with it, or else it waits.
Result<void> Unit::run_message(const Job& job) {
  auto event = std::get<bpmn::MessageArrived>(TRY(bpmn::decode_event(job.content)));
  const std::vector<ProcessVersion> versions = engine_.database_.read(&newest_versions);
  // Whoever sends it from outside knows its data, not how processes tell such messages apart.
  for (const ProcessVersion& version : versions) {
    if (!event.correlation.empty()) break;
    const auto published = engine_.definitions_.version(version.number);
    if (published.ok()) {
      event.correlation =
          bpmn::correlation_of(*(*published)->file, event.name, event.variables, calendar_->surroundings().given);
    }
  }
  const auto receiver = engine_.database_.read(
      [&](db::Connection& connection) { return receiver_of(connection, event.name, event.correlation); });
  if (receiver) {
    if (TRY(happen(*receiver, event, {job.who, ""}, "message"))) return {};
    // Another message came first: this one looks again.
    jobs_.push_back(job);
    jobs_.back().due_at = now_;
    return {};
  }
  for (const ProcessVersion& version : versions) {
    auto published = engine_.definitions_.version(version.number);
    if (!published.ok()) continue;
    const bpmn::Node* start = bpmn::started_by(*(*published)->process, bpmn::TriggerType::Message, event.name);
    if (start != nullptr) return begin_process(*published, bpmn::Start{event.variables, start->id}, job.who);
  }
  parked_.push_back(job);
  parked_.back().attempts = 0;
  parked_.back().content = bpmn::encode(bpmn::Event(std::move(event)));
  return {};
}

// To everybody who waits for it: each in a transaction of its own.
Result<void> Unit::run_signal(const Job& job) {
  const auto event = std::get<bpmn::SignalArrived>(TRY(bpmn::decode_event(job.content)));
  const auto receivers =
      engine_.database_.read([&](db::Connection& connection) { return receivers_of_signal(connection, event.name); });
  for (const InstanceId receiver : receivers) {
    if (receiver == job.instance) continue;
    jobs_.push_back({.kind = Job::Kind::Event,
                     .case_id = std::nullopt,
                     .instance = receiver,
                     .topic = {},
                     .due_at = now_,
                     .content = job.content,
                     .problem = {},
                     .who = job.who});
  }
  for (const ProcessVersion& version : engine_.database_.read(&newest_versions)) {
    auto published = engine_.definitions_.version(version.number);
    if (!published.ok()) continue;
    const bpmn::Node* start = bpmn::started_by(*(*published)->process, bpmn::TriggerType::Signal, event.name);
    if (start != nullptr) TRY(begin_process(*published, bpmn::Start{{}, start->id}, job.who));
  }
  return {};
}

// ---- Storing

// Whether there were any that begin or end.
bool Unit::store_pauses(db::Connection& connection, const Held& held) {
  const std::vector<bpmn::Id> now = pausing(*held.published, held.state);
  std::vector<bpmn::Id> begun, ended;
  std::ranges::set_difference(now, held.pausing, std::back_inserter(begun));
  std::ranges::set_difference(held.pausing, now, std::back_inserter(ended));
  for (const bpmn::Id node : ended) end_pause(connection, held.stored.id, node, now_);
  for (const bpmn::Id node : begun) begin_pause(connection, held.stored.case_id, held.stored.id, node, now_);
  return !begun.empty() || !ended.empty();
}

void Unit::store(db::Connection& connection) {
  std::set<CaseId> recounted;  // Whose deadlines pause or go on.
  for (const Case& opened : opened_) insert_case(connection, opened);
  for (const TaskId task : ended_tasks_) cases::end_task(connection, task, now_);
  for (const InstanceId id : order_) {
    Held& held = held_.at(id);
    if (!held.changed) continue;
    held.stored.content = bpmn::encode(held.state);
    held.stored.state = held.state.state;
    held.is_new ? insert_instance(connection, held.stored) : update_instance(connection, held.stored);
    for (const HistoryEntry& entry : held.entries) add_history(connection, entry);
    for (const bpmn::Id node : held.withdrawn_jobs) remove_jobs(connection, id, node);
    for (const bpmn::Id node : held.withdrawn_tasks) withdraw_tasks(connection, id, node, now_);
    if (held.stored.ended_at) remove_incidents(connection, id);
    for (const Job& job : held.jobs) add_job(connection, job);
    for (const Task& task : held.tasks) insert_task(connection, task);
    const std::vector<StoredWait> waits = waits_of(*held.published->process, held.state);
    std::vector<StoredWait> changed;
    std::ranges::set_difference(held.waits, waits, std::back_inserter(changed));
    for (const StoredWait& wait : changed) remove_wait(connection, id, wait);
    changed.clear();
    std::ranges::set_difference(waits, held.waits, std::back_inserter(changed));
    for (const StoredWait& wait : changed) {
      add_wait(connection, id, wait);
      if (wait.kind == StoredWait::Kind::Message) wake_messages(connection, wait.name, now_);
    }
    if (store_pauses(connection, held)) recounted.insert(held.stored.case_id);
  }
  for (const auto& [deadline, instance] : deadlines_) insert_deadline(connection, deadline, instance);
  for (const CaseId id : recounted) recount_deadline(connection, calendar_->calendar(), id, now_);
  for (const auto& [id, instance] : ended_deadlines_) end_deadline(connection, id, instance, now_);
  for (const auto& [id, instance] : missed_) note_missed(connection, id, instance, now_);
  for (const auto& [case_id, at] : closed_) close_case(connection, case_id, at);
  for (const Job& job : jobs_) add_job(connection, job);
  for (Job& job : parked_) {
    // Writes are serial: who begins to wait after this wakes it.
    const auto event = std::get<bpmn::MessageArrived>(bpmn::decode_event(job.content).value());
    const bool expected = receiver_of(connection, event.name, event.correlation).has_value();
    job.due_at = expected ? std::optional(now_) : std::nullopt;
    job.problem.clear();
    add_job(connection, job);
  }
}

// ---- By a person's decision

Result<Unit::Standing> Unit::standing(InstanceId instance) {
  const Held& held = *TRY(hold(instance));
  return Standing{held.stored, held.published, held.state};
}

InstanceId Unit::add(CaseId case_id, std::shared_ptr<const Published> published) {
  return create(std::move(published), case_id, std::nullopt, 0).stored.id;
}

Result<std::int64_t> Unit::take_step(InstanceId instance, bpmn::Step step, std::shared_ptr<const Published> published,
                                     const Act& act, std::string what) {
  Held& held = *TRY(hold(instance));
  const auto left = std::exchange(held.published, published);
  auto calls = calls_of(held, step);
  if (!calls.ok()) {
    held.published = left;
    return std::move(calls).problems();
  }
  HistoryEntry entry{.instance = instance,
                     .number = held.stored.number + 1,
                     .at = now_,
                     .act = act,
                     .what = std::move(what),
                     .version = published->version.number,
                     .event = {},
                     .happened = {}};
  held.stored.version = published->version.number;
  const bpmn::ProcessInstance before = std::exchange(held.state, std::move(step.next));
  for (const bpmn::Index flow : step.flows) add_flow(entry.happened, published->process->flows[flow].id);
  const bpmn::Event event = bpmn::Stopped{};  // Nothing came from outside.
  std::deque<bpmn::Event> events;
  Taking taking{held, event, before, held.state, *calls, entry, events};
  for (const bpmn::Effect& effect : step.effects) {
    // What is withdrawn was asked for by the version that is left.
    const bool withdrawn = std::holds_alternative<bpmn::Withdrawn>(effect);
    held.published = withdrawn ? left : published;
    std::visit([&](const auto& each) { carry_out(taking, each); }, effect);
  }
  held.published = published;
  while (!events.empty()) {
    const bpmn::Event next = std::move(events.front());
    events.pop_front();
    advance(held, next, act, entry, events);
  }
  held.changed = true;
  held.stored.number = entry.number;
  held.entries.push_back(std::move(entry));
  const std::int64_t number = held.stored.number;
  TRY(deliver_all());
  return number;
}

Result<void> Unit::commit(const std::function<Result<void>(db::Connection&)>& first) {
  engine_.between_steps();
  auto stored = engine_.database_.write([&](db::Connection& connection) -> Result<void> {
    TRY(first(connection));
    store(connection);
    return {};
  });
  engine_.between_steps();
  if (stored.ok()) engine_.wake();
  return stored;
}

}  // namespace guildhall::cases
