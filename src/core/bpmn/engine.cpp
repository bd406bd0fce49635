// The execution semantics of BPMN 2.0.2, chapter 13.

#include <algorithm>
#include <deque>
#include <set>

#include "bpmn/instance.h"
#include "feel/temporal.h"

namespace guildhall::bpmn {
namespace {

using feel::Kind;
using feel::Value;

constexpr std::size_t kMaxSteps = 100'000;  // Of one advance(): a loop without an end is an incident.
constexpr std::size_t kMaxInstances = 100'000;

bool catches(const Trigger& trigger, TriggerType type, std::string_view code) {
  return trigger.type == type && (trigger.name.empty() || trigger.name == code);
}

feel::DateTime moment_of(Instant now) {
  const auto nanos = static_cast<__int128>(to_microseconds(now)) * 1'000;
  return feel::DateTime::from_epoch(nanos, feel::Zone::utc()).value_or(feel::DateTime());
}

std::optional<Instant> instant_of(const feel::DateTime& moment) {
  const __int128 micros = moment.epoch_nanos() / 1'000;
  constexpr __int128 kFar = std::int64_t{1} << 61;
  if (micros > kFar || micros < -kFar) return std::nullopt;
  return from_microseconds(static_cast<std::int64_t>(micros));
}

class Machine {
 public:
  Machine(const Process& process, ProcessInstance instance, Instant now)
      : process_(process), instance_(std::move(instance)), now_(now) {}

  void handle(const Start& start) {
    if (instance_.state != ProcessInstance::State::New) return;
    instance_.state = ProcessInstance::State::Running;
    ScopeInstance root;
    root.id = next_id();
    root.scope = 0;
    root.variables = start.variables;
    instance_.scopes.push_back(std::move(root));
    const Id scope = instance_.scopes[0].id;
    subscribe_event_processes(scope);
    std::vector<Index> starts = process_.scopes[0].starts;
    const auto is_start = [&](Index index) { return process_.nodes[index].type == NodeType::StartEvent; };
    if (!start.start_event.empty()) {
      starts = {process_.node(start.start_event)};
    } else if (std::any_of(starts.begin(), starts.end(), is_start)) {
      // 10.5.2: where there are start events, a process begins at one of them only.
      starts = {*std::find_if(starts.begin(), starts.end(), is_start)};
    } else {
      const auto& nodes = process_.scopes[0].nodes;
      const auto triggered = std::find_if(nodes.begin(), nodes.end(), is_start);
      if (triggered != nodes.end()) starts = {*triggered};
    }
    for (const Index index : starts) {
      if (index != kNone) arrive(index, scope, kNone);
    }
  }

  void handle(const Completed& completed) {
    const NodeInstance* instance = instance_.find(completed.instance);
    if (instance == nullptr) return;
    const Id id = instance->id;
    give(instance->scope, *instance, completed.variables);
    complete_activity(id);
  }

  void handle(const TimerDue& due) {
    const NodeInstance* instance = instance_.find(due.instance);
    if (instance == nullptr || due.wait >= instance->waits.size() || !instance->waits[due.wait].due) return;
    occur(due.instance, due.wait);
  }

  void handle(const MessageArrived& message) {
    message_variables_ = &message.variables;
    // A message goes to one who waits for it: the first.
    for (std::size_t i = 0; i < instance_.nodes.size(); ++i) {
      for (std::size_t w = 0; w < instance_.nodes[i].waits.size(); ++w) {
        const Wait& wait = instance_.nodes[i].waits[w];
        if (!waits_for_message(wait, message.name) || wait.seen) continue;
        occur(instance_.nodes[i].id, w);
        message_variables_ = nullptr;
        return;
      }
    }
    message_variables_ = nullptr;
  }

  void handle(const SignalArrived& signal) { broadcast(signal.name); }

  void handle(const ErrorThrown& error) {
    const NodeInstance* instance = instance_.find(error.instance);
    if (instance != nullptr) throw_error_at(error.instance, error.code);
  }

  void handle(const EscalationThrown& escalation) {
    const NodeInstance* instance = instance_.find(escalation.instance);
    if (instance == nullptr) return;
    if (!catch_at_boundary(escalation.instance, TriggerType::Escalation, escalation.code)) {
      escalate(instance->scope, escalation.code);
    }
  }

  Step finish() {
    run();
    return {std::move(instance_), std::move(effects_)};
  }

 private:
  struct Arrival {
    Index node;
    Id scope;
    Index flow;  // kNone: without one.
  };

  // ---- Finding

  Id next_id() { return ++instance_.last_id; }

  NodeInstance* node_instance(Id id) {
    const auto found = std::find_if(instance_.nodes.begin(), instance_.nodes.end(),
                                    [&](const NodeInstance& each) { return each.id == id; });
    return found == instance_.nodes.end() ? nullptr : &*found;
  }
  ScopeInstance* scope_instance(Id id) {
    const auto found = std::find_if(instance_.scopes.begin(), instance_.scopes.end(),
                                    [&](const ScopeInstance& each) { return each.id == id; });
    return found == instance_.scopes.end() ? nullptr : &*found;
  }
  const Node& node_of(const NodeInstance& instance) const { return process_.nodes[instance.node]; }

  void log(Logged::What what, Index node, Id instance, Data value = {}) {
    effects_.push_back(Logged{what, node, instance, std::move(value)});
  }

  // An incident: what a person has to look at. The instance stops.
  void fail(std::string why) {
    if (instance_.state != ProcessInstance::State::Running) return;
    end(ProcessInstance::State::Failed, std::move(why));
  }

  void end(ProcessInstance::State state, std::string error = {}) {
    for (const NodeInstance& each : instance_.nodes) effects_.push_back(Withdrawn{each.id});
    instance_.nodes.clear();
    arrivals_.clear();
    if (instance_.scopes.size() > 1) instance_.scopes.resize(1);
    instance_.state = state;
    instance_.error = error;
    effects_.push_back(Ended{state, std::move(error)});
  }

  // ---- Data

  const Data* variable(Id scope_id, std::string_view name) {
    for (ScopeInstance* scope = scope_instance(scope_id); scope != nullptr; scope = scope_instance(scope->parent)) {
      for (const auto& [each, data] : scope->variables) {
        if (each == name) return &data;
      }
      if (scope->parent == 0) break;
    }
    return nullptr;
  }

  static void set_in(Variables& variables, std::string_view name, Data data) {
    for (auto& [each, old] : variables) {
      if (each == name) {
        old = std::move(data);
        return;
      }
    }
    variables.emplace_back(name, std::move(data));
  }

  // Where the variable is; a new one belongs to the process.
  void set(Id scope_id, std::string_view name, Data data) {
    for (ScopeInstance* scope = scope_instance(scope_id); scope != nullptr; scope = scope_instance(scope->parent)) {
      for (auto& [each, old] : scope->variables) {
        if (each == name) {
          old = std::move(data);
          return;
        }
      }
      if (scope->parent == 0) break;
    }
    set_in(instance_.scopes[0].variables, name, std::move(data));
  }

  using Extra = std::vector<std::pair<std::string_view, Value>>;

  Value evaluate(const Formula& formula, Id scope, const Extra& extra = {}) {
    std::vector<Value> values;
    for (const std::string& name : formula.variables) {
      const auto given = std::find_if(extra.begin(), extra.end(), [&](const auto& each) { return each.first == name; });
      if (given != extra.end()) {
        values.push_back(given->second);
      } else {
        const Data* data = variable(scope, name);
        values.push_back(data == nullptr ? Value() : data->value());
      }
    }
    memory_.reset();
    evaluation_.emplace(memory_, feel::Budget{}, feel::Evaluation::Moment{moment_of(now_), nullptr});
    const auto value = formula.expression->evaluate(*evaluation_, values);
    if (!value.ok()) {
      fail(to_text(value.problems()));
      return {};
    }
    return *value;
  }

  bool holds(const std::optional<Formula>& formula, Id scope, const Extra& extra = {}) {
    return formula && evaluate(*formula, scope, extra).is_true();
  }

  Variables inputs_of(const Node& node, Id scope) {
    Variables inputs;
    for (const DataAssociation& association : node.inputs) {
      const Data* source = association.transformation ? nullptr : variable(scope, association.source);
      Data data = association.transformation ? Data::of(evaluate(*association.transformation, scope))
                  : source != nullptr        ? *source
                                             : Data();
      set_in(inputs, association.target, std::move(data));
    }
    return inputs;
  }

  // What an activity has produced, given to its scope.
  void give(Id scope, const NodeInstance& instance, const Variables& variables) {
    const Node node = node_of(instance);
    Extra extra;
    for (const auto& [name, data] : variables) extra.emplace_back(name, data.value());
    for (const DataAssociation& association : node.outputs) {
      if (association.transformation) {
        set(scope, association.target, Data::of(evaluate(*association.transformation, scope, extra)));
        continue;
      }
      for (const auto& [name, data] : variables) {
        if (name == association.source) set(scope, association.target, data);
      }
    }
    if (!node.outputs.empty()) return;
    for (const auto& [name, data] : variables) set(scope, name, data);
  }

  // ---- Tokens

  void arrive(Index node, Id scope, Index flow) { arrivals_.push_back({node, scope, flow}); }

  void take_flow(Index flow, Id scope) { arrive(process_.flows[flow].target, scope, flow); }

  // 13.3.2: what leaves an activity, event or gateway without a rule of its own. Flows without a condition always, with
  // one where it holds, the default where no condition does.
  void leave(Index index, Id scope, std::uint32_t times = 1) {
    const Node& node = process_.nodes[index];
    std::vector<Index> taken;
    bool conditional = false;
    for (const Index flow : node.outgoing) {
      if (flow == node.default_flow) continue;
      const auto& condition = process_.flows[flow].condition;
      if (!condition) {
        taken.push_back(flow);
      } else if (holds(condition, scope)) {
        taken.push_back(flow);
        conditional = true;
      }
    }
    if (!conditional && node.default_flow != kNone) taken.push_back(node.default_flow);
    if (taken.empty() && !node.outgoing.empty()) {
      fail("No condition of a flow from ‘" + node.id + "’ holds, and it has no default flow.");
      return;
    }
    for (std::uint32_t i = 0; i < times; ++i) {
      for (const Index flow : taken) take_flow(flow, scope);
    }
    if (taken.empty()) touched_.insert(scope);
  }

  void run() {
    while (instance_.state == ProcessInstance::State::Running) {
      if (!arrivals_.empty()) {
        if (++steps_ > kMaxSteps || instance_.nodes.size() > kMaxInstances) {
          fail("The process goes on without an end.");
          return;
        }
        const Arrival arrival = arrivals_.front();
        arrivals_.pop_front();
        // A scope may be gone: its tokens go with it.
        if (scope_instance(arrival.scope) != nullptr) enter(arrival);
        continue;
      }
      if (trigger_conditions() || fire_inclusive_join() || complete_scopes()) continue;
      return;
    }
  }

  void enter(const Arrival& arrival) {
    const Node& node = process_.nodes[arrival.node];
    if (node.type != NodeType::InclusiveGateway && node.type != NodeType::ParallelGateway &&
        node.type != NodeType::ComplexGateway) {
      if (is_activity(node.type) && node.start_quantity > 1 && arrival.flow != kNone) {
        auto& arrived = scope_instance(arrival.scope)->arrived[arrival.node];
        if (arrived.empty()) arrived.push_back(0);
        if (++arrived[0] < node.start_quantity) return;
        scope_instance(arrival.scope)->arrived.erase(arrival.node);
      }
    }
    touched_.insert(arrival.scope);
    switch (node.type) {
      case NodeType::StartEvent:
        log(Logged::What::Left, arrival.node, 0);
        return leave(arrival.node, arrival.scope);
      case NodeType::EndEvent:
      case NodeType::IntermediateThrowEvent:
        return throw_events(arrival.node, arrival.scope);
      case NodeType::IntermediateCatchEvent: {
        NodeInstance& instance = make(arrival.node, arrival.scope);
        const Id id = instance.id;
        for (Index t = 0; t < node.triggers.size(); ++t) subscribe(id, arrival.node, t);
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
      case NodeType::EventBasedGateway: {
        const Id id = make(arrival.node, arrival.scope).id;
        for (const Index flow : node.outgoing) {
          const Index target = process_.flows[flow].target;
          const Node& event = process_.nodes[target];
          if (event.type == NodeType::ReceiveTask) {
            subscribe(id, target, kNone);
          } else {
            for (Index t = 0; t < event.triggers.size(); ++t) subscribe(id, target, t);
          }
        }
        return;
      }
      default:
        return begin_activity(arrival.node, arrival.scope);
    }
  }

  NodeInstance& make(Index node, Id scope) {
    NodeInstance instance;
    instance.id = next_id();
    instance.node = node;
    instance.scope = scope;
    instance_.nodes.push_back(std::move(instance));
    log(Logged::What::Entered, node, instance_.nodes.back().id);
    return instance_.nodes.back();
  }

  void remove(Id id) {
    std::erase_if(instance_.nodes, [&](const NodeInstance& each) { return each.id == id; });
  }

  // ---- Gateways (13.4)

  // 13.4.2
  void exclusive(Index index, Id scope) {
    const Node& node = process_.nodes[index];
    log(Logged::What::Left, index, 0);
    for (const Index flow : node.outgoing) {
      if (flow == node.default_flow) continue;
      const auto& condition = process_.flows[flow].condition;
      if (!condition || holds(condition, scope)) return take_flow(flow, scope);
    }
    if (node.default_flow != kNone) return take_flow(node.default_flow, scope);
    if (node.outgoing.empty()) {
      touched_.insert(scope);
      return;
    }
    fail("No condition of the exclusive gateway ‘" + node.id + "’ holds, and it has no default flow.");
  }

  std::vector<std::uint32_t>& arrived_at(const Arrival& arrival) {
    auto& arrived = scope_instance(arrival.scope)->arrived[arrival.node];
    arrived.resize(std::max<std::size_t>(process_.nodes[arrival.node].incoming.size(), 1));
    return arrived;
  }

  void count(const Arrival& arrival) {
    auto& arrived = arrived_at(arrival);
    const auto& incoming = process_.nodes[arrival.node].incoming;
    const auto place = std::find(incoming.begin(), incoming.end(), arrival.flow);
    ++arrived[place == incoming.end() ? 0 : static_cast<std::size_t>(place - incoming.begin())];
  }

  // One token from each incoming flow that has one.
  void consume(Id scope, Index node) {
    auto& arrived = scope_instance(scope)->arrived[node];
    for (auto& tokens : arrived) tokens -= tokens > 0 ? 1 : 0;
    tidy(scope, node);
  }

  void tidy(Id scope, Index node) {
    auto& arrived = scope_instance(scope)->arrived;
    const auto found = arrived.find(node);
    if (found == arrived.end()) return;
    if (std::all_of(found->second.begin(), found->second.end(), [](std::uint32_t tokens) { return tokens == 0; })) {
      arrived.erase(found);
    }
  }

  // 13.4.1
  void parallel(const Arrival& arrival) {
    count(arrival);
    const auto& arrived = arrived_at(arrival);
    if (!std::all_of(arrived.begin(), arrived.end(), [](std::uint32_t tokens) { return tokens > 0; })) return;
    consume(arrival.scope, arrival.node);
    log(Logged::What::Left, arrival.node, 0);
    for (const Index flow : process_.nodes[arrival.node].outgoing) take_flow(flow, arrival.scope);
  }

  // 13.4.3
  void inclusive(const Arrival& arrival) {
    count(arrival);
    if (process_.nodes[arrival.node].incoming.size() <= 1) split_inclusive(arrival.node, arrival.scope);
  }

  void split_inclusive(Index index, Id scope) {
    consume(scope, index);
    const Node& node = process_.nodes[index];
    log(Logged::What::Left, index, 0);
    std::vector<Index> taken;
    for (const Index flow : node.outgoing) {
      if (flow == node.default_flow) continue;
      const auto& condition = process_.flows[flow].condition;
      if (!condition || holds(condition, scope)) taken.push_back(flow);
    }
    if (taken.empty() && node.default_flow != kNone) taken.push_back(node.default_flow);
    if (taken.empty() && !node.outgoing.empty()) {
      fail("No condition of the inclusive gateway ‘" + node.id + "’ holds, and it has no default flow.");
      return;
    }
    for (const Index flow : taken) take_flow(flow, scope);
    if (taken.empty()) touched_.insert(scope);
  }

  // The nodes from which tokens of this scope may still move on.
  std::set<Index> nodes_with_tokens(Id scope_id, Index except) {
    std::set<Index> nodes;
    for (const NodeInstance& each : instance_.nodes) {
      if (each.scope != scope_id || each.scope_events) continue;
      nodes.insert(each.node);
      for (const Index event : node_of(each).boundary) nodes.insert(event);
      for (const Wait& wait : each.waits) nodes.insert(wait.event);
    }
    for (const auto& [node, tokens] : scope_instance(scope_id)->arrived) {
      if (node != except) nodes.insert(node);
    }
    return nodes;
  }

  // Can a token at one of the nodes reach the flow without passing the gateway?
  bool reaches(const std::set<Index>& from, Index flow, Index gateway) const {
    std::vector<Index> waiting{process_.flows[flow].source};
    std::set<Index> seen(waiting.begin(), waiting.end());
    while (!waiting.empty()) {
      const Index node = waiting.back();
      waiting.pop_back();
      if (node == gateway) continue;
      if (from.contains(node)) return true;
      std::vector<Index> before;
      for (const Index incoming : process_.nodes[node].incoming) before.push_back(process_.flows[incoming].source);
      if (process_.nodes[node].attached_to != kNone) before.push_back(process_.nodes[node].attached_to);
      for (const Index each : before) {
        if (seen.insert(each).second) waiting.push_back(each);
      }
    }
    return false;
  }

  // 13.4.3, with every token come to rest: a join fires where no token can still reach a flow that has none, unless
  // it can also reach one that has.
  bool fire_inclusive_join() {
    for (ScopeInstance& scope : instance_.scopes) {
      for (const auto& [index, arrived] : scope.arrived) {
        const Node& node = process_.nodes[index];
        if (node.type != NodeType::InclusiveGateway) continue;
        const std::set<Index> tokens = nodes_with_tokens(scope.id, index);
        bool waits = false;
        for (std::size_t i = 0; i < node.incoming.size() && !waits; ++i) {
          if (arrived[i] > 0) continue;
          for (const Index token : tokens) {
            if (!reaches({token}, node.incoming[i], index)) continue;
            bool elsewhere = false;
            for (std::size_t other = 0; other < node.incoming.size(); ++other) {
              elsewhere = elsewhere || (arrived[other] > 0 && reaches({token}, node.incoming[other], index));
            }
            waits = waits || !elsewhere;
          }
        }
        if (waits) continue;
        split_inclusive(index, scope.id);
        return true;
      }
    }
    return false;
  }

  // 13.4.5
  void complex(const Arrival& arrival) {
    const Node& node = process_.nodes[arrival.node];
    count(arrival);
    ScopeInstance& scope = *scope_instance(arrival.scope);
    const auto& arrived = arrived_at(arrival);
    Extra extra;
    std::int64_t total = 0;
    for (std::size_t i = 0; i < node.incoming.size(); ++i) {
      extra.emplace_back(process_.flows[node.incoming[i]].id, Value::number(arrived[i]));
      total += arrived[i] > 0 ? 1 : 0;
    }
    extra.emplace_back("activationCount", Value::number(total));
    if (const auto late = scope.fired.find(arrival.node); late != scope.fired.end()) {
      // It has been activated, and takes in the flows that were late; with the last of them it is as new.
      for (std::size_t i = 0; i < node.incoming.size(); ++i) {
        if (node.incoming[i] != arrival.flow || late->second[i]) continue;
        late->second[i] = true;
        --scope.arrived[arrival.node][i];
      }
      tidy(arrival.scope, arrival.node);
      if (std::all_of(late->second.begin(), late->second.end(), [](bool fired) { return fired; }))
        scope.fired.erase(late);
      return;
    }
    const bool all = std::all_of(arrived.begin(), arrived.end(), [](std::uint32_t tokens) { return tokens > 0; });
    if (node.formula ? !evaluate(*node.formula, arrival.scope, extra).is_true() : !all) return;
    if (instance_.state != ProcessInstance::State::Running) return;
    if (!all) {
      std::vector<bool> fired;
      for (const std::uint32_t tokens : arrived) fired.push_back(tokens > 0);
      scope.fired.emplace(arrival.node, std::move(fired));
    }
    consume(arrival.scope, arrival.node);
    log(Logged::What::Left, arrival.node, 0);
    leave(arrival.node, arrival.scope);
  }

  // ---- Activities (13.3)

  void begin_activity(Index index, Id scope) {
    const Node& node = process_.nodes[index];
    if (!node.loop) return start_activity(index, scope, 0, 0, nullptr);
    const Loop& loop = *node.loop;
    NodeInstance& made = make(index, scope);
    const Id id = made.id;
    made.is_loop = true;
    if (loop.kind == Loop::Kind::Standard) {
      const Value maximum = loop.maximum ? evaluate(*loop.maximum, scope) : Value();
      const auto most = maximum.is(Kind::Number) ? maximum.number().to_int64() : std::nullopt;
      node_instance(id)->planned = most && *most >= 0 && *most < 1'000'000 ? static_cast<std::uint32_t>(*most) : ~0U;
      subscribe_boundary(id);
      return next_standard(id, loop.test_before);
    }
    std::vector<Data> items;
    if (loop.cardinality) {
      const Value number = evaluate(*loop.cardinality, scope);
      const auto count = number.is(Kind::Number) ? number.number().to_int64() : std::nullopt;
      if (!count || *count < 0 || *count > static_cast<std::int64_t>(kMaxInstances)) {
        fail("The loopCardinality of ‘" + node.id + "’ is not a whole number of instances.");
        return;
      }
      items.resize(static_cast<std::size_t>(*count));
    } else {
      const Data* collection = variable(scope, loop.collection);
      if (collection == nullptr || !collection->value().is(Kind::List)) {
        fail("The collection ‘" + loop.collection + "’ of ‘" + node.id + "’ is not a list.");
        return;
      }
      for (const Value& item : collection->value().list()) items.push_back(Data::of(item));
    }
    NodeInstance& several = *node_instance(id);
    several.planned = static_cast<std::uint32_t>(items.size());
    several.items = std::move(items);
    subscribe_boundary(id);
    if (node_instance(id)->planned == 0) return finish_activity(id);
    if (loop.kind == Loop::Kind::Sequential) return next_iteration(id);
    const std::uint32_t count = node_instance(id)->planned;
    for (std::uint32_t i = 0; i < count; ++i) next_iteration(id);
  }

  // 13.3.6
  void next_standard(Id id, bool test) {
    NodeInstance* loop = node_instance(id);
    const Loop& characteristics = *node_of(*loop).loop;
    const bool more = loop->completed < loop->planned;
    const Extra counter{{"loopCounter", Value::number(loop->completed)}};
    const Id scope = loop->scope;
    if (!more ||
        (test && characteristics.condition && !evaluate(*characteristics.condition, scope, counter).is_true())) {
      return finish_activity(id);
    }
    loop = node_instance(id);
    if (loop == nullptr) return;
    ++loop->started;
    start_activity(loop->node, loop->scope, id, loop->started, nullptr);
  }

  void next_iteration(Id id) {
    NodeInstance* loop = node_instance(id);
    if (loop == nullptr || loop->started >= loop->planned) return;
    const Data item = loop->items[loop->started];
    ++loop->started;
    start_activity(loop->node, loop->scope, id, loop->started, &item);
  }

  void start_activity(Index index, Id scope, Id loop, std::uint32_t counter, const Data* item) {
    const Node& node = process_.nodes[index];
    NodeInstance& made = make(index, scope);
    const Id id = made.id;
    made.loop_of = loop;
    made.loop_counter = counter;
    Id inner = scope;
    if (is_sub_process(node.type) || loop != 0) {
      // An iteration has a scope of its own for its item and counter.
      ScopeInstance fresh;
      fresh.id = next_id();
      fresh.scope = is_sub_process(node.type) ? node.inner : process_.nodes[index].scope;
      fresh.parent = scope;
      fresh.owner = id;
      if (loop != 0) {
        fresh.variables.emplace_back("loopCounter", Data::of(Value::number(counter)));
        if (item != nullptr && !node.loop->item.empty()) fresh.variables.emplace_back(node.loop->item, *item);
      }
      inner = fresh.id;
      instance_.scopes.push_back(std::move(fresh));
      node_instance(id)->inner_scope = inner;
    }
    if (loop == 0) subscribe_boundary(id);
    switch (node.type) {
      case NodeType::ScriptTask:
        if (run_script(node, index, id, inner)) complete_activity(id);
        return;
      case NodeType::Task:
      case NodeType::ManualTask:
        return complete_activity(id);
      case NodeType::SendTask:
        if (!node.message.empty()) effects_.push_back(MessageThrown{node.message, inputs_of(node, inner)});
        if (!node.message.empty()) return complete_activity(id);
        effects_.push_back(WorkRequested{id, index, inputs_of(node, inner)});
        return;
      case NodeType::ReceiveTask:
        subscribe(id, index, kNone);
        return;
      case NodeType::UserTask:
      case NodeType::ServiceTask:
      case NodeType::BusinessRuleTask:
        effects_.push_back(WorkRequested{id, index, inputs_of(node, inner)});
        return;
      case NodeType::CallActivity:
        effects_.push_back(ProcessCalled{id, node.called, inputs_of(node, inner)});
        return;
      default:
        return start_scope(id, inner);
    }
  }

  // The entries of a context become variables; any other value is only noted. false: the process has failed.
  bool run_script(const Node& node, Index index, Id id, Id scope) {
    const Data data = Data::of(evaluate(*node.formula, scope));
    if (instance_.state != ProcessInstance::State::Running) return false;
    log(Logged::What::Script, index, id, data);
    Variables produced;
    if (data.value().is(Kind::Context)) {
      for (const feel::Entry& entry : data.value().context()) produced.emplace_back(entry.key, Data::of(entry.value));
    }
    give(scope, *node_instance(id), produced);
    return true;
  }

  void start_scope(Id owner, Id scope_id) {
    const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
    subscribe_event_processes(scope_id);
    touched_.insert(scope_id);
    const Node& holder = node_of(*node_instance(owner));
    if (holder.type == NodeType::AdHocSubProcess) return start_ad_hoc(scope_id, holder);
    const auto is_start = [&](Index index) { return process_.nodes[index].type == NodeType::StartEvent; };
    const bool has_start = std::any_of(scope.starts.begin(), scope.starts.end(), is_start);
    if (holder.type == NodeType::EventSubProcess) {
      for (const Index index : scope.nodes) {
        if (is_start(index)) return arrive(index, scope_id, kNone);
      }
    }
    for (const Index index : scope.starts) {
      if (!has_start || is_start(index)) arrive(index, scope_id, kNone);
    }
  }

  // 13.3.5: all at once, or one after another; nobody chooses here.
  void start_ad_hoc(Id scope_id, const Node& holder) {
    const Scope& scope = process_.scopes[holder.inner];
    for (const Index index : scope.nodes) {
      const Node& node = process_.nodes[index];
      if (!is_activity(node.type) || !node.incoming.empty() || node.for_compensation) continue;
      if (node.type == NodeType::EventSubProcess) continue;
      if (holder.sequential) {
        scope_instance(scope_id)->still_to_start.push_back(index);
      } else {
        arrive(index, scope_id, kNone);
      }
    }
    next_ad_hoc(scope_id);
  }

  bool next_ad_hoc(Id scope_id) {
    auto& waiting = scope_instance(scope_id)->still_to_start;
    if (waiting.empty()) return false;
    const Index node = waiting.front();
    waiting.erase(waiting.begin());
    arrive(node, scope_id, kNone);
    return true;
  }

  // The work of an activity (or of one iteration) is done.
  void complete_activity(Id id) {
    NodeInstance* done = node_instance(id);
    if (done == nullptr) return;
    if (done->loop_of != 0) return complete_iteration(id);
    finish_activity(id);
  }

  void complete_iteration(Id id) {
    NodeInstance* iteration = node_instance(id);
    const Id loop_id = iteration->loop_of;
    const Id scope = iteration->scope;
    NodeInstance* loop = node_instance(loop_id);
    const Node& node = node_of(*loop);
    const Loop& characteristics = *node.loop;
    if (!characteristics.output_collection.empty() && !characteristics.output_item.empty()) {
      const Data* item = variable(iteration->inner_scope, characteristics.output_item);
      const Data* before = variable(scope, characteristics.output_collection);
      feel::Memory memory;
      std::vector<Value> items;
      if (before != nullptr && before->value().is(Kind::List)) {
        items.assign(before->value().list().begin(), before->value().list().end());
      }
      items.push_back(item == nullptr ? Value() : item->value());
      set(scope, characteristics.output_collection, Data::of(Value::list(memory, items)));
    }
    log(Logged::What::Left, iteration->node, id);
    close_scope(iteration->inner_scope);
    remove(id);
    effects_.push_back(Withdrawn{id});
    loop = node_instance(loop_id);
    ++loop->completed;
    if (characteristics.kind == Loop::Kind::Standard) {
      const Extra counter{{"loopCounter", Value::number(loop->completed)}};
      const bool again = loop->completed < loop->planned &&
                         (!characteristics.condition || evaluate(*characteristics.condition, scope, counter).is_true());
      if (instance_.state != ProcessInstance::State::Running) return;
      return again ? next_standard(loop_id, false) : finish_activity(loop_id);
    }
    const auto counters = [&] {
      const NodeInstance& now = *node_instance(loop_id);
      const std::uint32_t active = now.started - now.completed - now.terminated;
      return Extra{{"numberOfInstances", Value::number(now.planned)},
                   {"numberOfActiveInstances", Value::number(active)},
                   {"numberOfCompletedInstances", Value::number(now.completed)},
                   {"numberOfTerminatedInstances", Value::number(now.terminated)},
                   {"loopCounter", Value::number(now.completed)}};
    };
    // 13.3.7: events that completing throws.
    if (characteristics.behavior == Loop::Behavior::One && loop->completed == 1 && characteristics.one_event) {
      catch_at_boundary(loop_id, characteristics.one_event->type, characteristics.one_event->name);
    } else if (characteristics.behavior == Loop::Behavior::None && characteristics.none_event) {
      catch_at_boundary(loop_id, characteristics.none_event->type, characteristics.none_event->name);
    } else if (characteristics.behavior == Loop::Behavior::Complex) {
      for (const auto& [condition, trigger] : characteristics.complex_events) {
        if (node_instance(loop_id) == nullptr) return;
        if (evaluate(condition, scope, counters()).is_true()) catch_at_boundary(loop_id, trigger.type, trigger.name);
      }
    }
    if (node_instance(loop_id) == nullptr || instance_.state != ProcessInstance::State::Running) return;
    if (holds(characteristics.condition, scope, counters())) {
      cancel_iterations(loop_id);
      return finish_activity(loop_id);
    }
    loop = node_instance(loop_id);
    if (loop == nullptr) return;
    if (loop->completed + loop->terminated >= loop->planned) return finish_activity(loop_id);
    if (characteristics.kind == Loop::Kind::Sequential) next_iteration(loop_id);
  }

  void cancel_iterations(Id loop_id) {
    std::vector<Id> iterations;
    for (const NodeInstance& each : instance_.nodes) {
      if (each.loop_of == loop_id) iterations.push_back(each.id);
    }
    for (const Id each : iterations) {
      cancel(each);
      if (NodeInstance* loop = node_instance(loop_id)) ++loop->terminated;
    }
  }

  void finish_activity(Id id) {
    const NodeInstance* done = node_instance(id);
    if (done == nullptr) return;
    const Index index = done->node;
    const Id scope = done->scope;
    const Id inner = done->inner_scope;
    const Id compensates = done->compensates;
    const Node& node = process_.nodes[index];
    log(Logged::What::Left, index, id);
    remember(node, index, scope, inner);
    left_ad_hoc_.insert(scope);
    close_scope(inner);
    remove(id);
    effects_.push_back(Withdrawn{id});
    touched_.insert(scope);
    if (compensates != 0) return next_handler(compensates);
    if (node.type == NodeType::EventSubProcess) return;
    leave(index, scope, node.completion_quantity);
  }

  void close_scope(Id scope_id) {
    if (scope_id == 0) return;
    // What waits for the scope's events goes with it.
    std::erase_if(instance_.nodes,
                  [&](const NodeInstance& each) { return each.scope == scope_id && each.scope_events; });
    std::erase_if(instance_.scopes, [&](const ScopeInstance& each) { return each.id == scope_id; });
  }

  // 13.3.3 and 13.3.4: a scope is done when no token is left in it.
  bool complete_scopes() {
    for (std::size_t i = instance_.scopes.size(); i-- > 0;) {
      const ScopeInstance& scope = instance_.scopes[i];
      if (!touched_.contains(scope.id)) continue;
      const bool busy =
          std::any_of(instance_.nodes.begin(), instance_.nodes.end(),
                      [&](const NodeInstance& each) { return each.scope == scope.id && !each.scope_events; }) ||
          !scope.arrived.empty();
      const Id id = scope.id;
      const Id owner = scope.owner;
      const NodeInstance* holder = owner == 0 ? nullptr : node_instance(owner);
      const bool ad_hoc = holder != nullptr && node_of(*holder).type == NodeType::AdHocSubProcess;
      if (ad_hoc && left_ad_hoc_.contains(id)) {
        left_ad_hoc_.erase(id);
        if (holds(node_of(*holder).formula, id)) {
          const bool cancels = node_of(*holder).cancel_remaining;
          if (cancels) cancel_inside(id);
          scope_instance(id)->still_to_start.clear();
          if (cancels || !busy) {
            complete_activity(owner);
            return true;
          }
        }
      }
      if (busy) continue;
      touched_.erase(id);
      if (ad_hoc && next_ad_hoc(id)) return true;
      if (owner == 0) {
        end(ProcessInstance::State::Completed);
        return true;
      }
      if (holder == nullptr || holder->scope_events || holder->state == NodeInstance::State::Compensating) continue;
      if (!is_sub_process(node_of(*holder).type)) continue;  // An iteration's scope of its own.
      complete_activity(owner);
      return true;
    }
    return false;
  }

  // ---- Cancelling

  void cancel_inside(Id scope_id) {
    std::vector<Id> inside;
    for (const NodeInstance& each : instance_.nodes) {
      if (each.scope == scope_id && !each.scope_events) inside.push_back(each.id);
    }
    for (const Id each : inside) cancel(each);
    if (ScopeInstance* scope = scope_instance(scope_id)) scope->arrived.clear();
    std::erase_if(arrivals_, [&](const Arrival& each) { return each.scope == scope_id; });
  }

  void cancel(Id id) {
    const NodeInstance* instance = node_instance(id);
    if (instance == nullptr) return;
    const Index index = instance->node;
    const Id inner = instance->inner_scope;
    const bool loop = instance->is_loop;
    if (loop) cancel_iterations(id);
    if (inner != 0) {
      cancel_inside(inner);
      close_scope(inner);
    }
    log(Logged::What::Cancelled, index, id);
    effects_.push_back(Withdrawn{id});
    remove(id);
  }

  // ---- Waiting for events

  bool waits_for_message(const Wait& wait, std::string_view name) const {
    const Node& event = process_.nodes[wait.event];
    if (wait.trigger == kNone) return event.message.empty() || event.message == name;
    const Trigger& trigger = event.triggers[wait.trigger];
    return trigger.type == TriggerType::Message && (trigger.name.empty() || trigger.name == name);
  }

  void subscribe(Id id, Index event, Index trigger) {
    Wait wait;
    wait.event = event;
    wait.trigger = trigger;
    if (trigger != kNone) {
      const Trigger& definition = process_.nodes[event].triggers[trigger];
      switch (definition.type) {
        case TriggerType::Timer:
          if (!schedule(wait, definition, node_instance(id)->scope, process_.nodes[event])) return;
          break;
        case TriggerType::Message:
        case TriggerType::Signal:
        case TriggerType::Conditional:
          break;
        case TriggerType::Link:
          // A link's target is entered by its source.
          log(Logged::What::Left, event, id);
          leave(event, node_instance(id)->scope);
          remove(id);
          return;
        default:
          return;  // Thrown within the process: found where they are thrown.
      }
    }
    NodeInstance& instance = *node_instance(id);
    instance.waits.push_back(wait);
    if (wait.due) effects_.push_back(TimerSet{id, instance.waits.size() - 1, *wait.due});
  }

  // 10.5.5.13, ISO 8601: a moment, a duration from now, or a repetition R3/PT10S, R/2026-01-01T00:00:00Z/P1D.
  bool schedule(Wait& wait, const Trigger& trigger, Id scope, const Node& event) {
    const Value value = evaluate(*trigger.formula, scope);
    if (instance_.state != ProcessInstance::State::Running) return false;
    const std::string bad =
        "The timer of ‘" + event.id + "’ doesn't give a moment or a duration: " + feel::to_text(value) + ".";
    const auto after = [&](const feel::DateTime& from, std::string_view text) -> std::optional<feel::DateTime> {
      if (const auto days = feel::DaysDuration::parse(text)) return feel::add(from, *days);
      if (const auto months = feel::MonthsDuration::parse(text)) return feel::add(from, *months);
      return std::nullopt;
    };
    const feel::DateTime now = moment_of(now_);
    std::optional<feel::DateTime> due;
    std::string text;
    switch (value.kind()) {
      case Kind::DateTime:
        due = value.date_time();
        break;
      case Kind::Date:
        due = feel::DateTime{value.date(), {0, feel::Zone::utc()}};
        break;
      case Kind::DaysDuration:
        due = feel::add(now, value.days_duration());
        break;
      case Kind::MonthsDuration:
        due = feel::add(now, value.months_duration());
        break;
      case Kind::String:
        text = value.string();
        break;
      default:
        break;
    }
    if (!text.empty() && text[0] == 'R') {
      const std::size_t slash = text.find('/');
      const std::string count = text.substr(1, slash == std::string::npos ? slash : slash - 1);
      std::string rest = slash == std::string::npos ? "" : text.substr(slash + 1);
      feel::DateTime from = now;
      bool starts_later = false;
      if (const std::size_t second = rest.find('/'); second != std::string::npos) {
        if (const auto start = feel::DateTime::parse(rest.substr(0, second))) {
          from = *start;
          starts_later = true;
        }
        rest = rest.substr(second + 1);
      }
      const auto next = after(from, rest);
      const auto start = instant_of(from);
      const auto end = next ? instant_of(*next) : std::nullopt;
      if (!end || !start) {
        fail(bad);
        return false;
      }
      wait.every = (*end - *start).count();
      const std::uint32_t times =
          count.empty() ? ~0U : static_cast<std::uint32_t>(std::stoul("0" + count.substr(0, 8)));
      if (times == 0) return false;
      wait.times_left = times == ~0U ? times : times - 1;
      due = starts_later && *start > now_ ? from : *next;
    } else if (!text.empty()) {
      due = after(now, text);
      if (!due) due = feel::DateTime::parse(text);
    }
    if (due && !due->time.zone.present()) due->time.zone = feel::Zone::utc();
    const auto instant = due ? instant_of(*due) : std::nullopt;
    if (!instant) {
      fail(bad);
      return false;
    }
    wait.due = *instant;
    return true;
  }

  void subscribe_boundary(Id id) {
    const Index index = node_instance(id)->node;
    for (const Index event : process_.nodes[index].boundary) {
      for (Index t = 0; t < process_.nodes[event].triggers.size(); ++t) {
        if (node_instance(id) != nullptr) subscribe(id, event, t);
      }
    }
  }

  void subscribe_event_processes(Id scope_id) {
    const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
    if (scope.event_processes.empty()) return;
    NodeInstance waiting;
    waiting.id = next_id();
    waiting.node = scope.event_processes[0];
    waiting.scope = scope_id;
    waiting.scope_events = true;
    instance_.nodes.push_back(waiting);
    for (const Index event_process : scope.event_processes) {
      for (const Index index : process_.scopes[process_.nodes[event_process].inner].nodes) {
        const Node& start = process_.nodes[index];
        if (start.type != NodeType::StartEvent) continue;
        for (Index t = 0; t < start.triggers.size(); ++t) subscribe(waiting.id, index, t);
      }
    }
  }

  // A trigger that the instance waits for has occurred.
  void occur(Id id, std::size_t place) {
    NodeInstance& instance = *node_instance(id);
    Wait& wait = instance.waits[place];
    const Index event_index = wait.event;
    const Node& event = process_.nodes[event_index];
    if (event.parallel_multiple) {
      wait.seen = true;
      for (const Wait& other : instance.waits) {
        if (other.event == event_index && !other.seen) return;
      }
      for (Wait& other : instance.waits) {
        if (other.event == event_index) other.seen = false;
      }
    }
    if (instance.scope_events) return start_event_process(id, place);
    if (event.type == NodeType::BoundaryEvent) {
      repeat_timer(id, place);
      return leave_by_boundary(id, event_index);
    }
    const Index node = instance.node;
    const Id scope = instance.scope;
    receive_variables(scope, event);
    if (process_.nodes[node].type == NodeType::EventBasedGateway) {
      log(Logged::What::Left, node, id);
      effects_.push_back(Withdrawn{id});
      remove(id);
      touched_.insert(scope);
      log(Logged::What::Left, event_index, 0);
      return leave(event_index, scope);
    }
    if (event.type == NodeType::ReceiveTask) return complete_activity(id);
    log(Logged::What::Left, node, id);
    effects_.push_back(Withdrawn{id});
    remove(id);
    touched_.insert(scope);
    leave(node, scope);
  }

  void receive_variables(Id scope, const Node& event) {
    if (message_variables_ == nullptr) return;
    NodeInstance receiver;
    receiver.node = static_cast<Index>(&event - process_.nodes.data());
    give(scope, receiver, *message_variables_);
  }

  void repeat_timer(Id id, std::size_t place) {
    Wait& wait = node_instance(id)->waits[place];
    if (!wait.due) return;
    if (wait.every == 0 || wait.times_left == 0) {
      wait.due.reset();
      return;
    }
    if (wait.times_left != ~0U) --wait.times_left;
    wait.due = *wait.due + std::chrono::microseconds(wait.every);
    effects_.push_back(TimerSet{id, place, *wait.due});
  }

  // 13.5.3: an event on the boundary of an activity.
  void leave_by_boundary(Id id, Index event_index) {
    const Node& event = process_.nodes[event_index];
    const Id scope = node_instance(id)->scope;
    receive_variables(scope, event);
    if (event.interrupting) cancel(id);
    log(Logged::What::Left, event_index, 0);
    touched_.insert(scope);
    leave(event_index, scope);
  }

  // 13.5.4: an event sub-process takes the place of what its scope does, or runs beside it.
  void start_event_process(Id waiting_id, std::size_t place) {
    const Index start = node_instance(waiting_id)->waits[place].event;
    repeat_timer(waiting_id, place);
    run_event_process(node_instance(waiting_id)->scope, start);
  }

  void run_event_process(Id scope_id, Index start) {
    const Node& event = process_.nodes[start];
    const Index event_process = process_.scopes[event.scope].node;
    receive_variables(scope_id, event);
    if (event.interrupting) {
      cancel_inside(scope_id);
      // It can't be interrupted by another, nor again.
      for (NodeInstance& each : instance_.nodes) {
        if (each.scope == scope_id && each.scope_events) each.waits.clear();
      }
      scope_instance(scope_id)->interrupted = true;
    }
    touched_.insert(scope_id);
    start_activity(event_process, scope_id, 0, 0, nullptr);
  }

  void broadcast(std::string_view name) {
    std::vector<std::pair<Id, std::size_t>> receivers;
    for (const NodeInstance& each : instance_.nodes) {
      for (std::size_t w = 0; w < each.waits.size(); ++w) {
        const Wait& wait = each.waits[w];
        if (wait.trigger == kNone) continue;
        if (catches(process_.nodes[wait.event].triggers[wait.trigger], TriggerType::Signal, name))
          receivers.emplace_back(each.id, w);
      }
    }
    for (const auto& [id, place] : receivers) {
      const NodeInstance* instance = node_instance(id);
      if (instance != nullptr && place < instance->waits.size()) occur(id, place);
    }
  }

  bool trigger_conditions() {
    for (std::size_t i = 0; i < instance_.nodes.size(); ++i) {
      for (std::size_t w = 0; w < instance_.nodes[i].waits.size(); ++w) {
        const Wait wait = instance_.nodes[i].waits[w];
        if (wait.trigger == kNone || wait.seen) continue;
        const Trigger& trigger = process_.nodes[wait.event].triggers[wait.trigger];
        if (trigger.type != TriggerType::Conditional) continue;
        const Id id = instance_.nodes[i].id;
        const bool now = holds(trigger.formula, instance_.nodes[i].scope);
        if (instance_.state != ProcessInstance::State::Running) return true;
        const bool before = wait.was_true;
        node_instance(id)->waits[w].was_true = now;
        if (!now || before) continue;
        occur(id, w);
        return true;
      }
    }
    return false;
  }

  // ---- Throwing

  void throw_events(Index index, Id scope) {
    const Node& node = process_.nodes[index];
    const bool end_event = node.type == NodeType::EndEvent;
    log(Logged::What::Left, index, 0);
    bool waits = false;
    for (const Trigger& trigger : node.triggers) {
      if (instance_.state != ProcessInstance::State::Running || scope_instance(scope) == nullptr) return;
      switch (trigger.type) {
        case TriggerType::Message:
          effects_.push_back(MessageThrown{trigger.name, inputs_of(node, scope)});
          break;
        case TriggerType::Signal:
          effects_.push_back(SignalThrown{trigger.name});
          broadcast(trigger.name);
          break;
        case TriggerType::Error:
          return throw_error(scope, trigger.name);
        case TriggerType::Escalation:
          escalate(scope, trigger.name);
          break;
        case TriggerType::Link:
          for (const Index other : process_.scopes[node.scope].nodes) {
            const Node& target = process_.nodes[other];
            if (target.type == NodeType::IntermediateCatchEvent && !target.triggers.empty() &&
                target.triggers[0].type == TriggerType::Link && target.triggers[0].name == trigger.name) {
              log(Logged::What::Left, other, 0);
              leave(other, scope);
            }
          }
          return;
        case TriggerType::Compensation:
          waits = compensate(index, scope, trigger.activity, end_event, trigger.wait_for_completion) || waits;
          break;
        case TriggerType::Cancel:
          return cancel_transaction(scope);
        case TriggerType::Terminate:
          return terminate(scope);
        case TriggerType::Timer:
        case TriggerType::Conditional:
          break;
      }
    }
    if (waits || scope_instance(scope) == nullptr) return;
    touched_.insert(scope);
    if (!end_event) leave(index, scope);
  }

  // 13.5.5: ends the process or the sub-process that it stands in, without compensation.
  void terminate(Id scope_id) {
    const ScopeInstance& scope = *scope_instance(scope_id);
    const Id owner = scope.owner;
    if (owner == 0) return end(ProcessInstance::State::Terminated);
    cancel_inside(scope_id);
    complete_activity(owner);
  }

  // The boundary event of an activity that catches; used.
  bool catch_at_boundary(Id id, TriggerType type, std::string_view code) {
    const NodeInstance* instance = node_instance(id);
    if (instance == nullptr) return false;
    const Id holder = instance->loop_of != 0 ? instance->loop_of : id;
    const Index holder_node = node_instance(holder)->node;
    // One for this code before one for any.
    for (const bool exact : {true, false}) {
      for (const Index event : process_.nodes[holder_node].boundary) {
        for (const Trigger& trigger : process_.nodes[event].triggers) {
          if (!catches(trigger, type, code) || trigger.name.empty() == exact) continue;
          leave_by_boundary(holder, event);
          return true;
        }
      }
    }
    return false;
  }

  bool catch_in_event_process(Id scope_id, TriggerType type, std::string_view code) {
    if (scope_instance(scope_id)->interrupted) return false;
    const Scope& scope = process_.scopes[scope_instance(scope_id)->scope];
    for (const bool exact : {true, false}) {
      for (const Index event_process : scope.event_processes) {
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

  // 13.5.2: to the innermost scope that catches it. Nobody does: the process fails.
  void throw_error(Id scope_id, const std::string& code) {
    for (Id at = scope_id; at != 0;) {
      const ScopeInstance& scope = *scope_instance(at);
      const Id owner = scope.owner;
      const Id parent = scope.parent;
      // An event sub-process doesn't catch what it throws itself.
      if (catch_in_event_process(at, TriggerType::Error, code)) return;
      if (owner == 0) break;
      const NodeInstance* holder = node_instance(owner);
      if (holder != nullptr && node_of(*holder).type == NodeType::EventSubProcess) {
        at = parent;
        const ScopeInstance* outer = scope_instance(at);
        if (outer == nullptr || outer->owner == 0) break;
        if (catch_at_boundary(outer->owner, TriggerType::Error, code)) return;
        at = outer->parent;
        continue;
      }
      if (catch_at_boundary(owner, TriggerType::Error, code)) return;
      at = parent;
    }
    fail(code.empty() ? "An error that nobody catches." : code);
  }

  void throw_error_at(Id id, const std::string& code) {
    if (catch_at_boundary(id, TriggerType::Error, code)) return;
    const NodeInstance* instance = node_instance(id);
    if (instance != nullptr) throw_error(instance->scope, code);
  }

  // 13.5.2: like an error, but what throws it goes on, and nobody need catch it.
  void escalate(Id scope_id, const std::string& code) {
    for (Id at = scope_id; at != 0;) {
      const ScopeInstance* scope = scope_instance(at);
      if (scope == nullptr) return;
      const Id owner = scope->owner;
      const Id parent = scope->parent;
      if (catch_in_event_process(at, TriggerType::Escalation, code)) return;
      if (owner == 0) break;
      if (catch_at_boundary(owner, TriggerType::Escalation, code)) return;
      at = parent;
    }
    effects_.push_back(Escalated{code});
  }

  // ---- Compensation and transactions (13.5.6)

  Index handler_of(const Node& node) const {
    for (const Index event : node.boundary) {
      if (process_.nodes[event].compensation != kNone) return process_.nodes[event].compensation;
    }
    return kNone;
  }

  // The event sub-process of a sub-process that undoes it.
  Index compensation_process(const Node& node) const {
    if (node.inner == kNone) return kNone;
    for (const Index event_process : process_.scopes[node.inner].event_processes) {
      for (const Index index : process_.scopes[process_.nodes[event_process].inner].nodes) {
        const Node& start = process_.nodes[index];
        if (start.type == NodeType::StartEvent && !start.triggers.empty() &&
            start.triggers[0].type == TriggerType::Compensation) {
          return event_process;
        }
      }
    }
    return kNone;
  }

  void remember(const Node& node, Index index, Id scope_id, Id inner) {
    CompletedActivity done;
    done.node = index;
    done.handler = handler_of(node);
    if (const ScopeInstance* inside = inner == 0 ? nullptr : scope_instance(inner)) done.inner = inside->completed;
    if (done.handler == kNone) done.handler = compensation_process(node);
    if (done.handler == kNone && done.inner.empty()) return;
    if (ScopeInstance* scope = scope_instance(scope_id)) scope->completed.push_back(std::move(done));
  }

  // All handlers within, in the order in which their activities completed.
  static void flatten(const CompletedActivity& activity, std::vector<CompletedActivity>& handlers) {
    if (activity.handler != kNone) {
      handlers.push_back(activity);
      return;
    }
    for (const CompletedActivity& inner : activity.inner) flatten(inner, handlers);
  }

  // Undoes what the scope has completed, the last first. true: the event waits for it.
  bool compensate(Index event, Id scope_id, Index activity, bool end_event, bool wait) {
    // Within an event sub-process it is the scope around it that is compensated.
    Id target = scope_id;
    const NodeInstance* holder = node_instance(scope_instance(scope_id)->owner);
    if (holder != nullptr && node_of(*holder).type == NodeType::EventSubProcess)
      target = scope_instance(scope_id)->parent;
    std::vector<CompletedActivity> handlers;
    ScopeInstance& scope = *scope_instance(target);
    for (const CompletedActivity& each : scope.completed) {
      if (activity == kNone || each.node == activity) flatten(each, handlers);
    }
    std::erase_if(scope.completed,
                  [&](const CompletedActivity& each) { return activity == kNone || each.node == activity; });
    if (handlers.empty()) return false;
    NodeInstance& thrower = make(event, scope_id);
    thrower.state = NodeInstance::State::Compensating;
    thrower.ends = end_event || !wait;
    const Id id = thrower.id;
    thrower.to_undo = std::move(handlers);
    if (!wait && !end_event) leave(event, scope_id);
    next_handler(id);
    return true;
  }

  void next_handler(Id thrower_id) {
    NodeInstance* thrower = node_instance(thrower_id);
    if (thrower == nullptr) return;
    auto& handlers = thrower->to_undo;
    const Id scope = thrower->scope;
    if (handlers.empty()) {
      const Index node = thrower->node;
      const Index boundary = thrower->leaves_by;
      const bool ends = thrower->ends;
      const bool transaction = process_.nodes[node].type == NodeType::Transaction;
      if (transaction) return leave_transaction(thrower_id, boundary);
      remove(thrower_id);
      touched_.insert(scope);
      if (!ends) leave(node, scope);
      return;
    }
    const CompletedActivity next = std::move(handlers.back());
    handlers.pop_back();
    log(Logged::What::Compensated, next.node, thrower_id);
    start_handler(next.handler, thrower->inner_scope != 0 ? thrower->inner_scope : scope, thrower_id);
  }

  // Like an activity, but nothing leaves it: the throw event goes on when it is done.
  void start_handler(Index handler, Id scope, Id thrower) {
    const Node& node = process_.nodes[handler];
    if (node.type != NodeType::ScriptTask && node.type != NodeType::Task && node.type != NodeType::ManualTask) {
      start_activity(handler, scope, 0, 0, nullptr);
      if (NodeInstance* made = find_started(handler, scope)) made->compensates = thrower;
      return;
    }
    NodeInstance& made = make(handler, scope);
    made.compensates = thrower;
    const Id id = made.id;
    if (node.type == NodeType::ScriptTask && !run_script(node, handler, id, scope)) return;
    finish_activity(id);
  }

  NodeInstance* find_started(Index node, Id scope) {
    for (auto each = instance_.nodes.rbegin(); each != instance_.nodes.rend(); ++each) {
      if (each->node == node && each->scope == scope && !each->scope_events) return &*each;
    }
    return nullptr;
  }

  // 13.3.8: a transaction is cancelled: all that runs in it stops, what is done is undone, then its cancel event.
  void cancel_transaction(Id scope_id) {
    Id at = scope_id;
    for (;;) {
      const ScopeInstance& scope = *scope_instance(at);
      const NodeInstance* holder = node_instance(scope.owner);
      if (holder == nullptr) return;
      if (node_of(*holder).type == NodeType::Transaction) break;
      at = scope.parent;
    }
    const Id owner = scope_instance(at)->owner;
    cancel_inside(at);
    const Node& transaction = node_of(*node_instance(owner));
    Index boundary = kNone;
    for (const Index event : transaction.boundary) {
      const auto& triggers = process_.nodes[event].triggers;
      if (!triggers.empty() && triggers[0].type == TriggerType::Cancel) boundary = event;
    }
    std::vector<CompletedActivity> handlers;
    for (const CompletedActivity& each : scope_instance(at)->completed) flatten(each, handlers);
    scope_instance(at)->completed.clear();
    NodeInstance& waiting = *node_instance(owner);
    waiting.state = NodeInstance::State::Compensating;
    waiting.leaves_by = boundary;
    waiting.to_undo = std::move(handlers);
    next_handler(owner);
  }

  void leave_transaction(Id id, Index boundary) {
    const Id scope = node_instance(id)->scope;
    cancel(id);
    touched_.insert(scope);
    if (boundary == kNone) return;
    log(Logged::What::Left, boundary, 0);
    leave(boundary, scope);
  }

  const Process& process_;
  ProcessInstance instance_;
  Instant now_;
  std::vector<Effect> effects_;
  std::deque<Arrival> arrivals_;
  std::set<Id> touched_;  // Scopes in which something ended: they may be done.
  std::set<Id> left_ad_hoc_;
  const Variables* message_variables_ = nullptr;
  std::size_t steps_ = 0;
  feel::Memory memory_;
  std::optional<feel::Evaluation> evaluation_;
};

}  // namespace

const NodeInstance* ProcessInstance::find(Id id) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const NodeInstance& each) { return each.id == id; });
  return found == nodes.end() ? nullptr : &*found;
}

Step advance(const Process& process, ProcessInstance instance, const Event& event, Instant now) {
  Machine machine(process, std::move(instance), now);
  std::visit([&](const auto& each) { machine.handle(each); }, event);
  return machine.finish();
}

}  // namespace guildhall::bpmn
