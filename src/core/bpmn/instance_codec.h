#pragma once

// Process instances, events and variables as bytes, for whoever stores them. Compact, and exact: every value of FEEL
// reads back as it was, with its scale and its zone; functions are null.
//
// Nodes and scopes are stored by their numbers, so bytes belong to the version of the process that wrote them. The
// first byte says which form the rest has; forms that were ever written stay readable.

#include <string>
#include <string_view>

#include "base/result.h"
#include "bpmn/instance.h"

namespace guildhall::bpmn {

std::string encode(const ProcessInstance& instance);
std::string encode(const Event& event);
std::string encode(const Variables& variables);
std::string encode(const Wait& wait);

// A Problem where the bytes are damaged, or name a node that the process doesn't have.
Result<ProcessInstance> decode_instance(std::string_view bytes, const Process& process);
Result<Event> decode_event(std::string_view bytes);
Result<Variables> decode_variables(std::string_view bytes);
Result<Wait> decode_wait(std::string_view bytes, const Process& process);

}  // namespace guildhall::bpmn
