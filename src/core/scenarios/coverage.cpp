#include <algorithm>

#include "scenarios/run.h"

namespace guildhall::scenarios {

Share share_of(const std::vector<bool>& taken) {
  return {static_cast<std::size_t>(std::ranges::count(taken, true)), taken.size()};
}

Coverage::Coverage(const Component& component) {
  for (const bpmn::Definitions& file : component.files) {
    for (const bpmn::Process& process : file.processes) {
      if (!process.executable) continue;
      processes_.push_back(
          {&process, std::vector<bool>(process.nodes.size()), std::vector<bool>(process.flows.size())});
    }
  }
}

ProcessCoverage* Coverage::find(const bpmn::Process& process) {
  const auto found = std::ranges::find(processes_, &process, &ProcessCoverage::process);
  return found == processes_.end() ? nullptr : &*found;
}

void Coverage::reach(const bpmn::Process& process, bpmn::Index node) {
  if (ProcessCoverage* found = find(process)) found->nodes[node] = true;
}

void Coverage::take(const bpmn::Process& process, bpmn::Index flow) {
  if (ProcessCoverage* found = find(process)) found->flows[flow] = true;
}

void Coverage::add(const Coverage& other) {
  const auto merge = [](std::vector<bool>& into, const std::vector<bool>& from) {
    for (std::size_t i = 0; i < from.size(); ++i) into[i] = into[i] || from[i];
  };
  for (const ProcessCoverage& each : other.processes_) {
    ProcessCoverage* found = find(*each.process);
    check(found != nullptr, "coverage of another component");
    merge(found->nodes, each.nodes);
    merge(found->flows, each.flows);
  }
}

std::size_t Coverage::percent() const {
  std::size_t least = 100;
  for (const ProcessCoverage& each : processes_) {
    least = std::min({least, share_of(each.nodes).percent(), share_of(each.flows).percent()});
  }
  return least;
}

}  // namespace guildhall::scenarios
