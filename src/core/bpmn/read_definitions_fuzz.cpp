#include "bpmn/read_definitions.h"

#include <cstdint>
#include <cstdlib>
#include <functional>

#include "bpmn/impl/random_events.h"
#include "bpmn/simulation.h"

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// What can be read can be run, within limits, and always leaves an instance that holds together: by itself, and whatever
// events come.
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
  if (simulation.ok()) {
    for (const auto& each : simulation->instances) must(bpmn::broken(*each.process, each.state).empty());
  }
  bpmn::RandomEvents events(std::hash<std::string_view>()(xml));
  for (const bpmn::Process& process : definitions->processes) {
    bpmn::ProcessInstance instance;
    bpmn::Event event = bpmn::Start{};
    for (int i = 0; i < 40; ++i) {
      instance =
          bpmn::advance(process, std::move(instance), event, Instant{}, {.limits = options.limits, .given = {}}).next;
      must(bpmn::broken(process, instance).empty());
      event = events.next(process, instance);
    }
  }
  return 0;
}
