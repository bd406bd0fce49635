#pragma once

// Reads BPMN 2.0 XML and checks that its processes can run. Everything that stands in the way is told at once, each with
// the element's id, the clause of BPMN 2.0.2 and how to mend it.
//
// What execution doesn't use is passed over, not lost: whoever keeps a process keeps its file.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bpmn/definition.h"

namespace guildhall::bpmn {

struct ReadOptions {
  // Names that every expression may use, as Surroundings::given gives them: so that those with spaces are read.
  std::vector<std::string> names;
};

Result<Definitions> read_definitions(std::string_view xml, const ReadOptions& options = {});

}  // namespace guildhall::bpmn
