#pragma once

// Draws a diagram as SVG: one <svg> that can stand alone or within a page.
//
//  - No script, style sheet or inline style: presentation attributes and class names only, so that it may stand under
//    the strictest content security policy. No ids either, so that two pictures fit on one page.
//  - Text stays within its shape or is cut with "…"; the whole of it is in the element's <title>.
//  - Nothing is told by colour alone: tokens are numbers, states are marks, heat is a label with a bar of five steps.
//    Text has a contrast of at least 4.5:1, lines 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
//  - The root is role="img" with title and description; where there are links in it, role="group", because what is
//    inside an image doesn't exist for a screen reader. Show reading_order() beside it.
//  - The same diagram and overlay give the same bytes.

#include <string>

#include "diagram/diagram.h"
#include "diagram/overlay.h"

namespace guildhall::diagram {

std::string to_svg(const Diagram& diagram, const Overlay& overlay = {});

}  // namespace guildhall::diagram
