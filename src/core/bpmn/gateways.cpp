// Gateways: BPMN 2.0.2, 13.4.

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

using feel::Value;

// 13.4.2: the first condition that holds.
void Machine::exclusive(Index index, Id scope) {
  const Node& node = process_.nodes[index];
  log(Logged::What::Left, index, 0);
  Index taken = kNone;
  for (const Index flow : node.outgoing) {
    const auto& condition = process_.flows[flow].condition;
    if (flow == node.default_flow || (condition && !holds(condition, scope))) continue;
    taken = flow;
    break;
  }
  if (!running()) return;
  if (taken == kNone) taken = node.default_flow;
  if (taken != kNone) return arrive(process_.flows[taken].target, scope, taken);
  if (!node.outgoing.empty()) {
    fail("No condition of the exclusive gateway ‘" + node.id + "’ holds, and it has no default flow.");
  }
}

// The tokens that wait at a join, for each incoming flow.
std::vector<std::uint32_t>& Machine::arrived_at(Index node, Id scope) {
  auto& arrived = scope_instance(scope)->arrived[node];
  arrived.resize(std::max<std::size_t>(process_.nodes[node].incoming.size(), 1));
  return arrived;
}

void Machine::count(const Arrival& arrival) {
  const auto& incoming = process_.nodes[arrival.node].incoming;
  const auto place = std::find(incoming.begin(), incoming.end(), arrival.flow);
  auto& arrived = arrived_at(arrival.node, arrival.scope);
  ++arrived[place == incoming.end() ? 0 : static_cast<std::size_t>(place - incoming.begin())];
}

// One token from each incoming flow that has one.
void Machine::consume(Index node, Id scope) {
  for (auto& tokens : arrived_at(node, scope)) tokens -= tokens > 0 ? 1 : 0;
  tidy(node, scope);
}

void Machine::tidy(Index node, Id scope) {
  auto& arrived = scope_instance(scope)->arrived;
  const auto found = arrived.find(node);
  if (found == arrived.end()) return;
  if (std::all_of(found->second.begin(), found->second.end(), [](auto tokens) { return tokens == 0; })) {
    arrived.erase(found);
  }
}

// 13.4.1: a token from each incoming flow, one to each outgoing flow. Tokens beyond that stay.
void Machine::parallel(const Arrival& arrival) {
  count(arrival);
  const auto& arrived = arrived_at(arrival.node, arrival.scope);
  if (!std::all_of(arrived.begin(), arrived.end(), [](auto tokens) { return tokens > 0; })) return;
  consume(arrival.node, arrival.scope);
  log(Logged::What::Left, arrival.node, 0);
  for (const Index flow : process_.nodes[arrival.node].outgoing) {
    arrive(process_.flows[flow].target, arrival.scope, flow);
  }
}

void Machine::inclusive(const Arrival& arrival) {
  count(arrival);
  if (process_.nodes[arrival.node].incoming.size() <= 1) split_inclusive(arrival.node, arrival.scope);
}

// 13.4.3: every condition that holds.
void Machine::split_inclusive(Index index, Id scope) {
  consume(index, scope);
  const Node& node = process_.nodes[index];
  log(Logged::What::Left, index, 0);
  touched_.insert(scope);
  std::vector<Index> taken;
  for (const Index flow : node.outgoing) {
    const auto& condition = process_.flows[flow].condition;
    if (flow != node.default_flow && (!condition || holds(condition, scope))) taken.push_back(flow);
  }
  if (!running()) return;
  if (taken.empty() && node.default_flow != kNone) taken.push_back(node.default_flow);
  if (taken.empty() && !node.outgoing.empty()) {
    return fail("No condition of the inclusive gateway ‘" + node.id + "’ holds, and it has no default flow.");
  }
  for (const Index flow : taken) arrive(process_.flows[flow].target, scope, flow);
}

// The nodes from which tokens of this scope may still move on.
std::set<Index> Machine::nodes_with_tokens(Id scope_id, Index except) {
  std::set<Index> nodes;
  for (const NodeInstance& each : instance_.nodes) {
    if (each.scope != scope_id || each.scope_events || each.loop_of != 0) continue;
    nodes.insert(each.node);
    for (const Index event : node_of(each).boundary) nodes.insert(event);
  }
  for (const auto& [node, tokens] : scope_instance(scope_id)->arrived) {
    if (node != except) nodes.insert(node);
  }
  return nodes;
}

// The nodes from which a path of sequence flows leads to one of these flows without visiting the gateway. Links count as
// flows.
std::vector<bool> Machine::leading_to(const std::vector<Index>& flows, Index gateway) const {
  std::vector<bool> seen(process_.nodes.size());
  std::vector<Index> waiting;
  const auto add = [&](Index node) {
    if (node == gateway || seen[node]) return;
    seen[node] = true;
    waiting.push_back(node);
  };
  for (const Index flow : flows) add(process_.flows[flow].source);
  while (!waiting.empty()) {
    const Node& node = process_.nodes[waiting.back()];
    waiting.pop_back();
    for (const Index incoming : node.incoming) add(process_.flows[incoming].source);
    if (node.attached_to != kNone) add(node.attached_to);
    if (node.type != NodeType::IntermediateCatchEvent) continue;
    for (const Index thrower : node.links) add(thrower);
  }
  return seen;
}

// 13.4.3, the activation of an inclusive join: for every path from a token to an incoming flow without one there is
// also a path from that token to an incoming flow that has one.
bool Machine::expects_no_more(Index gateway, Id scope, const std::vector<bool>& has_token) {
  const Node& node = process_.nodes[gateway];
  const auto tokens = nodes_with_tokens(scope, gateway);
  if (tokens.empty()) return true;
  std::vector<Index> with;
  std::vector<Index> without;
  for (std::size_t i = 0; i < node.incoming.size(); ++i) (has_token[i] ? with : without).push_back(node.incoming[i]);
  const auto comes = leading_to(without, gateway);
  const auto elsewhere = leading_to(with, gateway);
  return std::none_of(tokens.begin(), tokens.end(), [&](Index token) { return comes[token] && !elsewhere[token]; });
}

// With every token come to rest: inclusive joins, and complex gateways that wait for reset.
bool Machine::fire_joins() {
  for (const ScopeInstance& scope : instance_.scopes) {
    for (const auto& [index, arrived] : scope.arrived) {
      if (process_.nodes[index].type != NodeType::InclusiveGateway) continue;
      std::vector<bool> has_token;
      for (const std::uint32_t tokens : arrived) has_token.push_back(tokens > 0);
      if (!expects_no_more(index, scope.id, has_token)) continue;
      split_inclusive(index, scope.id);
      return true;
    }
    for (const auto& [index, fired] : scope.fired) {
      const auto arrived = scope.arrived.find(index);
      std::vector<bool> has_token = fired;
      for (std::size_t i = 0; arrived != scope.arrived.end() && i < fired.size(); ++i) {
        has_token[i] = fired[i] || arrived->second[i] > 0;
      }
      if (!expects_no_more(index, scope.id, has_token)) continue;
      reset_complex(index, scope.id);
      return true;
    }
  }
  return false;
}

// 13.4.5
void Machine::complex(const Arrival& arrival) {
  count(arrival);
  activate_complex(arrival.node, arrival.scope);
}

// The first phase: waiting for start.
void Machine::activate_complex(Index index, Id scope_id) {
  const Node& node = process_.nodes[index];
  if (scope_instance(scope_id)->fired.contains(index)) return;
  const std::vector<std::uint32_t> arrived = arrived_at(index, scope_id);
  Extra extra{{"waitingForStart", Value::boolean(true)}};
  std::int64_t total = 0;
  bool all = true;
  for (std::size_t i = 0; i < node.incoming.size(); ++i) {
    extra.emplace_back(process_.flows[node.incoming[i]].id, Value::number(arrived[i]));
    total += arrived[i];
    all = all && arrived[i] > 0;
  }
  extra.emplace_back("activationCount", Value::number(total));
  const bool activated = total > 0 && (node.formula ? holds(node.formula, scope_id, extra) : all);
  if (!running()) return;
  tidy(index, scope_id);
  // A gateway without incoming flow begins its scope; it has nothing to count.
  if (!activated && !node.incoming.empty()) return;
  if (!all) {
    std::vector<bool> fired;
    for (const std::uint32_t tokens : arrived) fired.push_back(tokens > 0);
    scope_instance(scope_id)->fired.emplace(index, std::move(fired));
  }
  consume(index, scope_id);
  log(Logged::What::Left, index, 0);
  touched_.insert(scope_id);
  std::vector<Index> taken;
  for (const Index flow : node.outgoing) {
    const auto& condition = process_.flows[flow].condition;
    if (flow != node.default_flow && (!condition || holds(condition, scope_id, extra))) taken.push_back(flow);
  }
  if (!running()) return;
  if (taken.empty() && node.default_flow != kNone) taken.push_back(node.default_flow);
  if (taken.empty() && !node.outgoing.empty()) {
    return fail("No condition of the complex gateway ‘" + node.id + "’ holds, and it has no default flow.");
  }
  for (const Index flow : taken) arrive(process_.flows[flow].target, scope_id, flow);
}

// The second phase: takes the tokens that came late, and evaluates the conditions once more. A flow without a condition
// has had its token in the first phase: else this would be no discriminator (13.4.5, workflow pattern 9).
void Machine::reset_complex(Index index, Id scope_id) {
  const Node& node = process_.nodes[index];
  ScopeInstance& scope = *scope_instance(scope_id);
  const std::vector<bool> fired = scope.fired[index];
  scope.fired.erase(index);
  auto& arrived = arrived_at(index, scope_id);
  for (std::size_t i = 0; i < fired.size() && i < arrived.size(); ++i)
    arrived[i] -= !fired[i] && arrived[i] > 0 ? 1 : 0;
  tidy(index, scope_id);
  touched_.insert(scope_id);
  const Extra extra{{"waitingForStart", Value::boolean(false)}};
  std::vector<Index> taken;
  bool conditional = false;
  for (const Index flow : node.outgoing) {
    const auto& condition = process_.flows[flow].condition;
    if (flow == node.default_flow || !condition) continue;
    conditional = true;
    if (holds(condition, scope_id, extra)) taken.push_back(flow);
  }
  if (!running()) return;
  if (conditional && taken.empty() && node.default_flow != kNone) taken.push_back(node.default_flow);
  for (const Index flow : taken) arrive(process_.flows[flow].target, scope_id, flow);
  if (scope_instance(scope_id)->arrived.contains(index)) activate_complex(index, scope_id);
}

// 13.4.4: waits for the first of the events that follow. One that begins a process with all of its events is a fork.
void Machine::event_based(Index index, Id scope) {
  const Node& node = process_.nodes[index];
  if (node.parallel_events) {
    log(Logged::What::Left, index, 0);
    for (const Index flow : node.outgoing) arrive(process_.flows[flow].target, scope, flow);
    return;
  }
  const Id id = make(index, scope).id;
  for (const Index flow : node.outgoing) {
    const Index target = process_.flows[flow].target;
    const Node& event = process_.nodes[target];
    if (event.type == NodeType::ReceiveTask) subscribe(id, target, kNone);
    for (Index t = 0; t < event.triggers.size() && node_instance(id) != nullptr; ++t) subscribe(id, target, t);
  }
}

}  // namespace guildhall::bpmn
