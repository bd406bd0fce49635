#pragma once

// What examples are run against: the processes and decisions of one component, read and compiled.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bpmn/definition.h"
#include "dmn/decision_model.h"
#include "scenarios/example.h"

namespace guildhall::scenarios {

// A decision by the name that processes know it by.
struct OfferedDecision {
  std::string reference;  // "skip-permit-fee/fee"
  std::string name;       // In its model: "Fee".
  std::shared_ptr<const dmn::DecisionModel> model;
};

struct Component {
  std::vector<bpmn::Definitions> files;
  std::vector<OfferedDecision> decisions;

  const bpmn::Process* process(std::string_view id) const;
};

// Does the example speak of what there is? Every process, element, message, signal, service and decision that isn't
// there is told, with the one that may be meant.
Result<void> check_example(const Example& example, const Component& component);

}  // namespace guildhall::scenarios
