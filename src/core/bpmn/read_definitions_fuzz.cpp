#include "bpmn/read_definitions.h"

#include <cstdint>
#include <cstdlib>

#include "bpmn/simulation.h"

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

// Every token has a place: what the machine promises between two steps (impl/machine.h).
void check(const bpmn::Simulation::Instance& each) {
  const bpmn::ProcessInstance& state = each.state;
  const auto has_scope = [&](bpmn::Id id) {
    for (const auto& scope : state.scopes) {
      if (scope.id == id) return true;
    }
    return false;
  };
  must(state.state != bpmn::ProcessInstance::State::New && !state.scopes.empty() && state.scopes[0].owner == 0);
  for (const auto& node : state.nodes) {
    must(node.node < each.process->nodes.size() && has_scope(node.scope));
    must(node.inner_scope == 0 || has_scope(node.inner_scope));
    must(node.loop_of == 0 || state.find(node.loop_of) != nullptr);
    must(node.compensates == 0 || state.find(node.compensates) != nullptr);
  }
  for (const auto& scope : state.scopes) {
    must(scope.parent == 0 ? scope.owner == 0 : has_scope(scope.parent) && state.find(scope.owner) != nullptr);
  }
  if (state.state != bpmn::ProcessInstance::State::Running) must(state.nodes.empty() && state.scopes.size() == 1);
}

}  // namespace

// What can be read can be run, within limits, and always leaves an instance that holds together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  const auto definitions = bpmn::read_definitions(xml);
  if (!definitions.ok()) {
    must(!definitions.problems().empty() && !definitions.problems().front().what.empty());
    return 0;
  }
  bpmn::SimulationOptions options;
  options.events = {"m", "i", "m"};
  options.max_steps = 100;
  options.max_instances = 10;
  options.limits = {.steps = 500, .instances = 100};
  const auto simulation = bpmn::simulate(*definitions, "", options);
  if (!simulation.ok()) return 0;
  for (const auto& each : simulation->instances) check(each);
  return 0;
}
