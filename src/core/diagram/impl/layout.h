#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "diagram/diagram.h"

namespace guildhall::diagram::impl {

inline constexpr std::size_t kMaxLaidOut = 2000;  // Shapes, and the same number of edges, twice.

// What a shape measures where nobody says.
Bounds usual_size(const Shape& shape);

// Gives all shapes bounds and all edges waypoints; sub-processes with content become expanded. `scopes` are the ids of
// processes in no pool, in their order; `scope_of[i]` is the place in it of the process of a shape in no pool.
Result<void> lay_out(std::vector<Shape>& shapes, std::vector<Edge>& edges, const std::vector<std::size_t>& scope_of);

}  // namespace guildhall::diagram::impl
