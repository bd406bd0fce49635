#pragma once

// The picture in words: what is to be listed beside it.

#include <string>
#include <vector>

#include "diagram/diagram.h"
#include "diagram/overlay.h"

namespace guildhall::diagram {

struct Step {
  struct Next {
    std::string id;          // Of the element that follows.
    std::string condition;   // The name of the flow that leads there.
    bool otherwise = false;  // The default flow.
    std::optional<std::uint64_t> volume;
    bool operator==(const Next&) const = default;
  };
  std::string id;
  std::string name;         // May be empty: then show the kind alone.
  std::string kind;         // "user task"
  std::size_t depth = 0;    // 1 for what is inside a pool or sub-process, and so on.
  std::string lane;         // Its name.
  std::string attached_to;  // Of a boundary event: the id of its activity.
  Mark mark;
  std::vector<Next> next;
};

// Pools, activities, events and gateways; each after what leads to it, except where the flow runs back; a boundary
// event after its activity, the content of a sub-process after the sub-process.
std::vector<Step> reading_order(const Diagram& diagram, const Overlay& overlay = {});

}  // namespace guildhall::diagram
