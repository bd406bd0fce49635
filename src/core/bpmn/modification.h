#pragma once

// What a person does to a running instance that its process doesn't foresee: stop what waits somewhere, go on elsewhere,
// put data right.
//
//   modify(process, instance, {Cancel{"wait_for_payment"}, SetVariables{{{"paid", yes}}}, StartAfter{"payment"}}, now);
//
// All acts are one step. First everything is cancelled, then variables are set, then everything is started, each in the
// order given. Sub-processes are opened around what is started, as far as they don't run, and cancelled where nothing is
// left in them.

#include <span>
#include <string>
#include <variant>

#include "base/result.h"
#include "bpmn/instance.h"

namespace guildhall::bpmn {

struct StartBefore {  // A token on its incoming side.
  std::string element;
  Id within = 0;  // The node instance of the sub-process that is meant, where several run.
};
struct StartAfter {  // A token on its outgoing side.
  std::string element;
  Id within = 0;
};
struct Cancel {  // All that waits there, tokens at a join included.
  std::string element;
};
struct SetVariables {  // Of the process.
  Variables variables;
};
using Modification = std::variant<StartBefore, StartAfter, Cancel, SetVariables>;

// Problems, and nothing is done, where an act makes no sense, where nothing would be left, and where what is started
// fails.
Result<Step> modify(const Process& process, const ProcessInstance& instance, std::span<const Modification> acts,
                    Instant now, const Surroundings& surroundings = {});

// A new instance that begins with a token before this element instead of at its start.
Result<Step> begin_at(const Process& process, const Variables& variables, const std::string& element, Instant now,
                      const Surroundings& surroundings = {});

}  // namespace guildhall::bpmn
