#pragma once

// Reads a DMN file: XML of DMN 1.1 to 1.5, whatever prefixes it uses.
//
// All that is wrong with its form is told at once. What is not about decisions is passed over: diagrams (DMNDI),
// annotations and other artifacts, business context, extension elements, and anything in a namespace that is not
// DMN's. An element in DMN's own namespace that DMN doesn't have at that place is a problem, because a misspelt rule
// would otherwise vanish.
// Source: the XML Schemas of DMN 1.1 to 1.5.

#include <string_view>

#include "base/result.h"
#include "dmn/model.h"

namespace guildhall::dmn {

// At most 100 problems; each says the element (by its name, its id, or those of what it is in) and the line.
Result<Model> read_model(std::string_view xml);

}  // namespace guildhall::dmn
