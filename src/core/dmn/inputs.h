#pragma once

// What a caller gives to a decision, told by its names. Values come as JSON, which has no dates: so it is read twice, first
// untyped, for the names in it, then with the types of the inputs that they name.
//
//   const feel::Value untyped = TRY(feel::from_json(json, {}, memory));
//   const GivenInputs given = match_inputs(*model, model->needs("Fee"), untyped);
//   const feel::Value inputs = TRY(feel::from_json(json, given.type, memory));
//
// Names mean here what they mean to Decider::decide: those of imported models are "import.Name", "Name", or "Name" in a
// context named as the import; and all are found however they are spaced.

#include <string>
#include <vector>

#include "dmn/decision_model.h"

namespace guildhall::dmn {

struct GivenInputs {
  feel::Type type;  // Of the context: each input that is there, with its type.

  struct Unknown {
    std::string name;     // With its imports: "import.Zome".
    std::string nearest;  // The input whose name is most like it; empty where there is none.
  };
  // Neither inputs nor decisions. Inputs of the model that this decision doesn't need are known.
  std::vector<Unknown> unknown;
  std::vector<std::string> decisions;  // Their values are taken instead of computed.
  // Inputs that are needed and not there. Not told where a decision's value is given: what only that needs isn't needed.
  std::vector<std::string> missing;
};

// `needs`: what model.needs() says of the decision. Of what is no context all is missing.
GivenInputs match_inputs(const DecisionModel& model, const std::vector<DecisionModel::Need>& needs,
                         const feel::Value& given);

}  // namespace guildhall::dmn
