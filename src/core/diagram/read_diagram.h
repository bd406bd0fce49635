#pragma once

// Reads the picture of a process from its BPMN 2.0 file: the file's own diagram where it has one, and a layout of ours,
// from left to right, where it has none.
//
// Only a file that can't be drawn at all is refused. What is wrong in a part of its diagram (a shape without usable
// bounds, a flow without way) is mended as well as can be and told in `findings`; no step of a shown process is left out.

#include <string_view>

#include "diagram/diagram.h"

namespace guildhall::diagram {

// `of` is the id of a process, collaboration or sub-process; where it is empty, the file's first diagram is drawn, else
// all of its processes.
// Refused: what isn't BPMN 2.0 XML, an unknown `of`, and more than 5,000 elements or 50,000 waypoints, or, where we
// have to lay it out, 2,000 elements.
Result<Diagram> read_diagram(std::string_view xml, std::string_view of = "");

}  // namespace guildhall::diagram
