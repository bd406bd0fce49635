#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "base/xml.h"
#include "diagram/read_diagram.h"
#include "diagram/reading_order.h"
#include "diagram/svg.h"

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

bool is_near(double value) {
  return std::fabs(value) <= 3e6;  // A million for the place, a million for the size, and what we put beside.
}

// What diagram.h promises.
void check(const diagram::Diagram& diagram) {
  std::set<std::string> ids;
  for (const auto& shape : diagram.shapes) {
    must(ids.insert(shape.id).second);
    must(shape.bounds.width > 0 && shape.bounds.height > 0 && is_near(shape.bounds.x) &&
         is_near(shape.bounds.right()) && is_near(shape.bounds.y) && is_near(shape.bounds.bottom()));
    must(shape.name.size() <= diagram::kMaxName);
  }
  for (const auto& shape : diagram.shapes) {
    for (const std::string* each : {&shape.inside, &shape.lane, &shape.attached_to}) {
      must(each->empty() || ids.contains(*each));
    }
  }
  for (const auto& edge : diagram.edges) {
    must(ids.insert(edge.id).second && edge.waypoints.size() >= 2);
    for (const auto& point : edge.waypoints) must(is_near(point.x) && is_near(point.y));
  }
}

}  // namespace

// What can be read can be drawn, as well-formed XML, and told.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  const auto read = diagram::read_diagram(xml);
  if (!read.ok()) {
    must(!read.problems().empty() && !read.problems().front().what.empty());
    return 0;
  }
  check(*read);
  diagram::Overlay overlay;
  std::size_t count = 0;
  for (const auto& shape : read->shapes) {
    ++count;
    overlay.elements[shape.id] = {.tokens = count % 3,
                                  .state = static_cast<diagram::State>(count % 4),
                                  .heat = static_cast<double>(count % 7) / 5,
                                  .label = shape.name,
                                  .link = "/" + shape.id};
  }
  for (const auto& edge : read->edges) overlay.volumes[edge.id] = ++count;
  const std::string svg = diagram::to_svg(*read, overlay);
  must(parse_xml(svg).ok());
  std::size_t steps = 0;
  for (const auto& shape : read->shapes) steps += is_flow_node(shape.kind) || shape.kind == diagram::ShapeKind::Pool;
  must(diagram::reading_order(*read, overlay).size() == steps);
  return 0;
}
