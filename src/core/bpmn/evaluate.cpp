// Expressions outside a step.

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

Result<Data> evaluate(const Formula& formula, const Variables& variables, Instant now,
                      const Surroundings& surroundings) {
  std::vector<feel::Value> values;
  for (const std::string& name : formula.variables) {
    const auto named = [&](const auto& each) { return each.first == name; };
    const auto variable = std::ranges::find_if(variables, named);
    const auto given = std::ranges::find_if(surroundings.given, named);
    values.push_back(variable != variables.end()         ? variable->second.value()
                     : given != surroundings.given.end() ? given->second
                                                         : feel::Value());
  }
  feel::Memory memory;
  feel::Evaluation evaluation(memory, feel::Budget{}, feel::Evaluation::Moment{uk_time(now), nullptr});
  return Data::of(TRY(formula.expression->evaluate(evaluation, values)));
}

}  // namespace guildhall::bpmn
