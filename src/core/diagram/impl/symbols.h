#pragma once

// The small signs of the notation, as markup around (0, 0): to be put into place with <g transform>.
// Source: BPMN 2.0.2, tables 10.3 to 10.6 (tasks), 10.89 and 10.93 (events), figures 10.7, 10.10 (markers), 10.105 to
// 10.118 (gateways).

#include <string>

#include "diagram/diagram.h"

namespace guildhall::diagram::impl {

enum class Filling : std::uint8_t { Hollow, Filled };

std::string trigger_symbol(Trigger trigger, Filling filling);  // Within 24 by 24.
std::string gateway_symbol(const Shape& shape);                // Within 24 by 24.
std::string task_symbol(const Shape& shape);                   // Within 16 by 16; empty where there is none.

enum class Marker : std::uint8_t { Loop, Parallel, Sequential, Compensation, AdHoc, Collapsed };
std::string marker_symbol(Marker marker);  // Within 14 by 14.

}  // namespace guildhall::diagram::impl
