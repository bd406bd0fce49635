#pragma once

// Reads BPMN 2.0 XML and checks that its processes can run. Everything that stands in the way is told at once, each with
// the element's id, the clause of BPMN 2.0.2 and how to mend it.
//
// What execution doesn't use is passed over, not lost: whoever keeps a process keeps its file.

#include <string_view>

#include "base/result.h"
#include "bpmn/definition.h"

namespace guildhall::bpmn {

Result<Definitions> read_definitions(std::string_view xml);

}  // namespace guildhall::bpmn
