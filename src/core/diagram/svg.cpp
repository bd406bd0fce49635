#include "diagram/svg.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "diagram/impl/lettering.h"
#include "diagram/impl/look.h"
#include "diagram/impl/markup.h"
#include "diagram/impl/symbols.h"

namespace guildhall::diagram {
namespace {

using impl::escaped;
using impl::fit;
using impl::gateway_symbol;
using impl::grouped;
using impl::kFailed;
using impl::kFrame;
using impl::kInk;
using impl::kLine;
using impl::kPaper;
using impl::kVolume;
using impl::kWaiting;
using impl::Lettering;
using impl::marker_symbol;
using impl::number;
using impl::task_symbol;
using impl::trigger_symbol;

constexpr double kHeader = 30;              // Of a pool or lane.
constexpr double kHeadLength = 10;          // Of an arrow.
constexpr double kRounding = 6;             // Of an edge's corners.
constexpr std::size_t kTries = 20'000'000;  // Of comparing a label with what it might cover: about a tenth of a second.

bool overlap(const Bounds& a, const Bounds& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool is_frame(ShapeKind kind) {
  return kind == ShapeKind::Pool || kind == ShapeKind::Lane || kind == ShapeKind::Group;
}

// Whether a point is inside the outline, more than half a pixel.
bool covers(const Shape& shape, Point point) {
  const Point centre = shape.bounds.centre();
  const double dx = std::fabs(point.x - centre.x);
  const double dy = std::fabs(point.y - centre.y);
  const double a = shape.bounds.width / 2 - 0.5;
  const double b = shape.bounds.height / 2 - 0.5;
  if (a <= 0 || b <= 0) return false;
  if (is_event(shape.kind)) return dx * dx / (a * a) + dy * dy / (b * b) < 1;
  if (is_gateway(shape.kind)) return dx / a + dy / b < 1;
  return dx < a && dy < b;
}

// The last points of a way that run on within the shape it leads to are cut off at its outline.
void end_at(std::vector<Point>& points, const Shape& shape) {
  while (points.size() > 2 && covers(shape, points[points.size() - 2])) points.pop_back();
  if (!covers(shape, points.back())) return;
  Point outside = points[points.size() - 2];
  Point inside = points.back();
  if (covers(shape, outside)) return;
  for (int i = 0; i < 40; ++i) {
    const Point middle{(outside.x + inside.x) / 2, (outside.y + inside.y) / 2};
    (covers(shape, middle) ? inside : outside) = middle;
  }
  points.back() = outside;
}

double distance(Point a, Point b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

Point towards(Point from, Point to, double length) {
  const double whole = distance(from, to);
  if (whole < 0.01) return from;
  return {from.x + (to.x - from.x) * length / whole, from.y + (to.y - from.y) * length / whole};
}

std::string at(Point point) {
  return number(point.x) + " " + number(point.y);
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string attribute(std::string_view name, double value) {
  return attribute(name, number(value));
}

std::string place(const Bounds& bounds) {
  return attribute("x", bounds.x) + attribute("y", bounds.y) + attribute("width", bounds.width) +
         attribute("height", bounds.height);
}

std::string paint(std::string_view fill, std::string_view stroke, double width) {
  return attribute("fill", fill) + attribute("stroke", stroke) + attribute("stroke-width", width);
}

std::string class_of(const Shape& shape) {
  Shape plain;
  plain.kind = shape.kind;
  plain.expanded = true;
  std::string words = kind_in_words(plain);
  std::replace(words.begin(), words.end(), ' ', '-');
  return "diagram-" + words;
}

class Painter {
 public:
  Painter(const Diagram& diagram, const Overlay& overlay)
      : diagram_(diagram), overlay_(overlay), marks_(marks_of_shapes(diagram, overlay)) {
    for (const Shape& shape : diagram.shapes) {
      by_id_.emplace(shape.id, &shape);
      if (!shape.inside.empty()) holds_others_.insert_or_assign(shape.inside, true);
    }
    for (const auto& [id, volume] : overlay.volumes) most_ = std::max(most_, volume);
  }

  std::string paint_all() {
    lay_ways();
    for (const Shape& shape : diagram_.shapes) {
      if (is_frame(shape.kind) || (is_sub_process(shape.kind) && shape.expanded)) shape_group(shape);
    }
    for (std::size_t i = 0; i < diagram_.edges.size(); ++i) edge_group(diagram_.edges[i], ways_[i]);
    const auto leaf = [](const Shape& shape) {
      return !is_frame(shape.kind) && !(is_sub_process(shape.kind) && shape.expanded);
    };
    for (const Shape& shape : diagram_.shapes) {
      if (leaf(shape) && shape.kind != ShapeKind::BoundaryEvent) shape_group(shape);
    }
    for (const Shape& shape : diagram_.shapes) {
      if (shape.kind == ShapeKind::BoundaryEvent) shape_group(shape);
    }
    for (std::size_t i = 0; i < diagram_.edges.size(); ++i) edge_name(i);
    marks();
    return framed();
  }

 private:
  // ---- What is where

  void extend(const Bounds& bounds) {
    left_ = std::min(left_, bounds.x);
    top_ = std::min(top_, bounds.y);
    right_ = std::max(right_, bounds.right());
    bottom_ = std::max(bottom_, bounds.bottom());
  }

  void lay_ways() {
    for (const Shape& shape : diagram_.shapes) {
      extend(shape.bounds);
      if (!is_frame(shape.kind) && !(is_sub_process(shape.kind) && shape.expanded)) occupy(shape.bounds);
      if (!shape.attached_to.empty()) attached_[shape.attached_to].push_back(&shape);
      const auto mark = marks_.find(shape.id);
      if (mark == marks_.end()) continue;
      const Badges badges = badges_of(shape, mark->second);
      if (badges.tokens.width > 0) occupy(badges.tokens);
      if (badges.state.width > 0) occupy(badges.state);
    }
    for (const Edge& edge : diagram_.edges) {
      leaving_[edge.source].push_back(ways_.size());
      std::vector<Point> way = edge.waypoints;
      const auto target = by_id_.find(edge.target);
      if (target != by_id_.end()) end_at(way, *target->second);
      const auto source = by_id_.find(edge.source);
      if (source != by_id_.end()) {
        std::reverse(way.begin(), way.end());
        end_at(way, *source->second);
        std::reverse(way.begin(), way.end());
      }
      for (std::size_t i = 1; i < way.size(); ++i) {
        const Bounds box{std::min(way[i - 1].x, way[i].x) - 2, std::min(way[i - 1].y, way[i].y) - 2,
                         std::fabs(way[i].x - way[i - 1].x) + 4, std::fabs(way[i].y - way[i - 1].y) + 4};
        extend(box);
        // A slanted line covers little of its box: cut into short pieces, of which there are few.
        const int pieces = box.width > 12 && box.height > 12 ? 8 : 1;
        for (int piece = 0; piece < pieces; ++piece) {
          const Point a = towards(way[i - 1], way[i], distance(way[i - 1], way[i]) * piece / pieces);
          const Point b = towards(way[i - 1], way[i], distance(way[i - 1], way[i]) * (piece + 1) / pieces);
          obstacles_.push_back(
              {std::min(a.x, b.x) - 2, std::min(a.y, b.y) - 2, std::fabs(a.x - b.x) + 4, std::fabs(a.y - b.y) + 4});
        }
      }
      ways_.push_back(std::move(way));
    }
  }

  // How much of what is already there a box would cover.
  double covered(const Bounds& box, const std::vector<Bounds>& things) {
    if (tries_ > kTries) return 0;
    tries_ += things.size();
    double area = 0;
    for (const Bounds& each : things) {
      if (!overlap(box, each)) continue;
      area += (std::min(box.right(), each.right()) - std::max(box.x, each.x)) *
              (std::min(box.bottom(), each.bottom()) - std::max(box.y, each.y));
    }
    return area;
  }

  // The first place where nothing is, else the one that covers least; taken from now on.
  Bounds settle(const std::vector<Bounds>& candidates, const std::vector<Bounds>& things) {
    Bounds chosen = candidates.front();
    double least = covered(chosen, things);
    for (std::size_t i = 1; i < candidates.size() && least > 0; ++i) {
      const double area = covered(candidates[i], things);
      if (area >= least) continue;
      chosen = candidates[i];
      least = area;
    }
    occupy(chosen);
    return chosen;
  }

  void occupy(const Bounds& box) {
    obstacles_.push_back(box);
    solid_.push_back(box);
    extend(box);
  }

  // ---- Text

  enum class Anchor : std::uint8_t { Start, Middle };
  struct TextStyle {
    Anchor anchor = Anchor::Middle;
    bool halo = false;  // A white rim, so that lines beneath don't disturb.
    std::string_view colour = kInk;
    std::string_view weight = "";
  };

  // Lines in the middle of a box, from top to bottom.
  void text(const Lettering& lettering, const Bounds& box, const TextStyle& style, std::string_view transform = "") {
    if (lettering.lines.empty()) return;
    out_ += "<text" + attribute("font-size", lettering.font_size) + attribute("fill", style.colour);
    if (style.anchor == Anchor::Middle) out_ += attribute("text-anchor", "middle");
    if (!style.weight.empty()) out_ += attribute("font-weight", style.weight);
    if (style.halo) out_ += paint_halo();
    out_ += transform;
    out_ += '>';
    const double x = style.anchor == Anchor::Middle ? box.centre().x : box.x;
    double y = box.centre().y - lettering.height() / 2 + lettering.font_size * 0.95;
    for (const std::string& line : lettering.lines) {
      out_ += "<tspan" + attribute("x", x) + attribute("y", y) + ">" + escaped(line) + "</tspan>";
      y += lettering.line_height();
    }
    out_ += "</text>";
  }

  static std::string paint_halo() {
    return attribute("stroke", kPaper) + attribute("stroke-width", "3") + attribute("paint-order", "stroke") +
           attribute("stroke-linejoin", "round");
  }

  // The name of what is too small to hold it: where the file wants it, else beneath, above or beside.
  void outside_name(const Shape& shape) {
    if (shape.name.empty()) return;
    const Bounds& bounds = shape.bounds;
    if (shape.label.width > 0) {
      // Files give a box that their editor measured in its own font: its middle and top count, its width at least.
      const Lettering name = fit(shape.name, {.width = std::max(shape.label.width * 1.1, 60.0),
                                              .height = std::max(shape.label.height * 1.3, 120.0),
                                              .largest = 11});
      const Bounds box{shape.label.centre().x - name.width() / 2, shape.label.y, name.width(), name.height()};
      occupy(box);
      text(name, box, {.halo = true});
      return;
    }
    const Lettering name = fit(shape.name, {.width = 110, .height = 120, .largest = 11});
    const double width = name.width();
    const double height = name.height();
    const double x = bounds.centre().x - width / 2;
    const Bounds beneath{x, bounds.bottom() + 4, width, height};
    const Bounds above{x, bounds.y - height - 4, width, height};
    const double right = bounds.centre().x + 6;
    const double left = bounds.centre().x - 6 - width;
    const double low = bounds.bottom() + 1;
    const double high = bounds.y - 1 - height;
    std::vector<Bounds> candidates{beneath,
                                   above,
                                   {right, low, width, height},
                                   {left, low, width, height},
                                   {right, high, width, height},
                                   {left, high, width, height}};
    // Flows leave boundary events downwards, and above is their activity.
    if (shape.kind == ShapeKind::BoundaryEvent) std::swap(candidates[1], candidates[3]);
    const Bounds box = settle(candidates, obstacles_);
    text(name, box, {.halo = true});
  }

  // ---- Shapes

  std::string described(const Shape& shape) const {
    std::string words = shape.name;
    if (!words.empty()) words += ": ";
    words += kind_in_words(shape);
    const auto mark = marks_.find(shape.id);
    if (mark == marks_.end()) return words;
    const std::string state = in_words(mark->second);
    return state.empty() ? words : words + ", " + state;
  }

  State state_of(const Shape& shape) const {
    const auto mark = marks_.find(shape.id);
    if (mark == marks_.end()) return State::None;
    if (mark->second.state == State::None && mark->second.tokens > 0) return State::Waiting;
    return mark->second.state;
  }

  std::string_view line_colour(const Shape& shape) const {
    switch (state_of(shape)) {
      case State::Waiting:
        return kWaiting;
      case State::Failed:
        return kFailed;
      case State::Done:
      case State::None:
        break;
    }
    return kLine;
  }

  double line_width(const Shape& shape, double usual) const {
    const State state = state_of(shape);
    return state == State::Waiting || state == State::Failed ? usual + 1.2 : usual;
  }

  void shape_group(const Shape& shape) {
    const auto mark = marks_.find(shape.id);
    const bool linked = mark != marks_.end() && is_link(mark->second.link);
    if (linked) {
      any_link_ = true;
      out_ += "<a" + attribute("href", escaped(mark->second.link)) + ">";
    }
    out_ += "<g" + attribute("class", "diagram-element " + class_of(shape)) +
            attribute("data-element", escaped(shape.id)) + "><title>" + escaped(described(shape)) + "</title>";
    draw(shape);
    out_ += linked ? "</g></a>\n" : "</g>\n";
  }

  void draw(const Shape& shape) {
    if (is_event(shape.kind)) {
      event(shape);
    } else if (is_gateway(shape.kind)) {
      gateway(shape);
    } else if (is_task(shape.kind) || is_sub_process(shape.kind)) {
      activity(shape);
    } else if (is_data(shape.kind)) {
      data(shape);
    } else if (shape.kind == ShapeKind::TextAnnotation) {
      annotation(shape);
    } else {
      frame(shape);
    }
  }

  void symbol(const std::string& markup, Point centre, double scale) {
    if (markup.empty()) return;
    out_ += "<g transform=\"translate(" + at(centre) + ")";
    if (std::fabs(scale - 1) > 0.01) out_ += " scale(" + number(std::clamp(scale, 0.1, 20.0)) + ")";
    out_ += "\">" + markup + "</g>";
  }

  void event(const Shape& shape) {
    const Point centre = shape.bounds.centre();
    const double size = std::min(shape.bounds.width, shape.bounds.height);
    const std::string_view colour = line_colour(shape);
    const bool end = shape.kind == ShapeKind::EndEvent;
    const std::string dashes = shape.interrupting ? "" : attribute("stroke-dasharray", "4 3");
    const auto ring = [&](double radius, double width) {
      out_ += "<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) +
              attribute("r", std::max(radius, 0.5)) + paint(kPaper, colour, width) + dashes + "/>";
    };
    ring(size / 2, line_width(shape, end ? 3.5 : 1.5));
    if (shape.kind != ShapeKind::StartEvent && !end) ring(size / 2 - 3.2, 1.5);
    const bool throws = end || shape.kind == ShapeKind::IntermediateThrowEvent;
    symbol(trigger_symbol(shape.trigger, throws ? impl::Filling::Filled : impl::Filling::Hollow), centre, size / 40);
    outside_name(shape);
  }

  void gateway(const Shape& shape) {
    const Bounds& bounds = shape.bounds;
    const Point centre = bounds.centre();
    out_ += "<path d=\"M" + number(centre.x) + " " + number(bounds.y) + "L" + number(bounds.right()) + " " +
            number(centre.y) + "L" + number(centre.x) + " " + number(bounds.bottom()) + "L" + number(bounds.x) + " " +
            number(centre.y) + "Z\"" + paint(kPaper, line_colour(shape), line_width(shape, 1.5)) +
            attribute("stroke-linejoin", "round") + "/>";
    symbol(gateway_symbol(shape), centre, std::min(bounds.width, bounds.height) / 50);
    outside_name(shape);
  }

  void box(const Bounds& bounds, double radius, std::string_view colour, double width, std::string_view more = "",
           std::string_view fill = kPaper) {
    out_ += "<rect" + place(bounds) + attribute("rx", radius) + paint(fill, colour, width) + std::string(more) + "/>";
  }

  void activity(const Shape& shape) {
    const Bounds& bounds = shape.bounds;
    const double radius = std::min({10.0, bounds.width / 4, bounds.height / 4});
    const std::string_view colour = line_colour(shape);
    const bool event_driven = shape.kind == ShapeKind::EventSubProcess;
    box(bounds, radius, colour, line_width(shape, shape.kind == ShapeKind::CallActivity ? 4 : 1.5),
        event_driven ? attribute("stroke-dasharray", "2 4") + attribute("stroke-linecap", "round") : "");
    if (shape.kind == ShapeKind::Transaction && bounds.width > 10 && bounds.height > 10) {
      box({bounds.x + 3.5, bounds.y + 3.5, bounds.width - 7, bounds.height - 7}, std::max(radius - 3, 0.0), colour,
          1.5);
    }
    const std::string icon = bounds.width > 30 && bounds.height > 30 ? task_symbol(shape) : "";
    symbol(icon, {bounds.x + 16, bounds.y + 15}, 1);
    std::vector<impl::Marker> markers;
    if (shape.loop == Loop::Standard) markers.push_back(impl::Marker::Loop);
    if (shape.loop == Loop::ParallelInstances) markers.push_back(impl::Marker::Parallel);
    if (shape.loop == Loop::SequentialInstances) markers.push_back(impl::Marker::Sequential);
    if (shape.for_compensation) markers.push_back(impl::Marker::Compensation);
    if (is_sub_process(shape.kind) && !shape.expanded) markers.push_back(impl::Marker::Collapsed);
    if (shape.kind == ShapeKind::AdHocSubProcess) markers.push_back(impl::Marker::AdHoc);
    double x = bounds.centre().x - 9 * (static_cast<double>(markers.size()) - 1);
    for (const impl::Marker each : markers) {
      symbol(marker_symbol(each), {x, bounds.bottom() - 11}, 1);
      x += 18;
    }
    if (is_sub_process(shape.kind) && shape.expanded) {
      const Bounds title{bounds.x + 12, bounds.y + 6, bounds.width - 24, 30};
      Lettering name = fit(shape.name, {.width = title.width, .height = title.height});
      text(name, {title.x, title.y, title.width, name.height()}, {.weight = "bold"});
      return;
    }
    const double above = icon.empty() ? 5 : 24;
    const double beneath = markers.empty() ? 5 : 20;
    const Bounds inner{bounds.x + 8, bounds.y + above, bounds.width - 16, bounds.height - above - beneath};
    const Bounds room = beside_events(shape, inner);
    const Lettering name = fit(shape.name, {.width = room.width, .height = room.height});
    // In the middle of the shape, where the signs leave it free.
    const bool fits = room == inner && name.height() <= bounds.height - 2 * std::max(above, beneath);
    text(name, fits ? bounds : room, {});
  }

  // The part of a room for text that the events on a shape's border leave free.
  Bounds beside_events(const Shape& shape, Bounds room) const {
    const auto attached = attached_.find(shape.id);
    if (attached == attached_.end()) return room;
    for (const Shape* each : attached->second) {
      const Bounds& event = each->bounds;
      if (!overlap(event, room)) continue;
      const Point at_event = event.centre();
      const double to_right = std::fabs(shape.bounds.right() - at_event.x);
      const double to_left = std::fabs(at_event.x - shape.bounds.x);
      const double to_bottom = std::fabs(shape.bounds.bottom() - at_event.y);
      const double to_top = std::fabs(at_event.y - shape.bounds.y);
      const double nearest = std::min({to_right, to_left, to_bottom, to_top});
      const double right = room.right();
      const double bottom = room.bottom();
      if (nearest == to_bottom) {
        room.height = event.y - 2 - room.y;
      } else if (nearest == to_top) {
        room.y = event.bottom() + 2;
        room.height = bottom - room.y;
      } else if (nearest == to_right) {
        room.width = event.x - 2 - room.x;
      } else {
        room.x = event.right() + 2;
        room.width = right - room.x;
      }
    }
    return room;
  }

  void data(const Shape& shape) {
    const Bounds& b = shape.bounds;
    const std::string_view colour = line_colour(shape);
    if (shape.kind == ShapeKind::DataStore) {
      const double ry = std::min(b.height / 6, 8.0);
      const std::string rx = number(b.width / 2);
      const auto arc = [&](int sweep, double x, double y) {
        return "A" + rx + " " + number(ry) + " 0 0 " + std::to_string(sweep) + " " + number(x) + " " + number(y);
      };
      out_ += "<path d=\"M" + number(b.x) + " " + number(b.y + ry) + arc(1, b.right(), b.y + ry) + "V" +
              number(b.bottom() - ry) + arc(1, b.x, b.bottom() - ry) + "Z";
      for (int i = 0; i < 3; ++i) {
        const double y = b.y + ry + 4 * i;
        out_ += "M" + number(b.x) + " " + number(y) + arc(0, b.right(), y);
      }
      out_ += "\"" + paint(kPaper, colour, 1.5) + "/>";
    } else {
      const double fold = std::min({12.0, b.width / 2, b.height / 2});
      out_ += "<path d=\"M" + number(b.x) + " " + number(b.y) + "H" + number(b.right() - fold) + "L" +
              number(b.right()) + " " + number(b.y + fold) + "V" + number(b.bottom()) + "H" + number(b.x) + "ZM" +
              number(b.right() - fold) + " " + number(b.y) + "V" + number(b.y + fold) + "H" + number(b.right()) + "\"" +
              paint(kPaper, colour, 1.5) + "/>";
      if (shape.kind != ShapeKind::DataObject) {
        const auto filling = shape.kind == ShapeKind::DataOutput ? impl::Filling::Filled : impl::Filling::Hollow;
        symbol(trigger_symbol(Trigger::Link, filling), {b.x + 11, b.y + 12}, 0.7);
      }
      if (shape.multiple) symbol(marker_symbol(impl::Marker::Parallel), {b.centre().x, b.bottom() - 9}, 1);
    }
    outside_name(shape);
  }

  void annotation(const Shape& shape) {
    const Bounds& b = shape.bounds;
    const double arm = std::min(10.0, b.width / 2);
    out_ += "<path d=\"M" + number(b.x + arm) + " " + number(b.y) + "H" + number(b.x) + "V" + number(b.bottom()) + "H" +
            number(b.x + arm) + "\"" + paint("none", line_colour(shape), 1.5) + "/>";
    const Bounds room{b.x + 6, b.y + 2, b.width - 10, b.height - 4};
    text(fit(shape.name, {.width = room.width, .height = room.height}), room, {.anchor = Anchor::Start});
  }

  void frame(const Shape& shape) {
    const Bounds& b = shape.bounds;
    const State state = state_of(shape);
    const std::string_view colour = state == State::None || state == State::Done ? kFrame : line_colour(shape);
    if (shape.kind == ShapeKind::Group) {
      box(b, 10, colour, 1.5, attribute("stroke-dasharray", "10 4 2 4"), "none");
      const Lettering name = fit(shape.name, {.width = b.width - 16, .height = 30, .largest = 11});
      text(name, {b.x, b.y + 4, b.width, name.height()}, {});
      return;
    }
    box(b, 0, colour, line_width(shape, 1.5), "", shape.kind == ShapeKind::Lane ? std::string_view("none") : kPaper);
    const bool bold = shape.kind == ShapeKind::Pool;
    const bool open = bold && !holds_others_.contains(shape.id);  // A participant of whom nothing else is known.
    if (open || (shape.horizontal ? b.width : b.height) < 2 * kHeader) {
      text(fit(shape.name, {.width = b.width - 12, .height = b.height - 6}), b, {.weight = "bold"});
      if (shape.multiple) symbol(marker_symbol(impl::Marker::Parallel), {b.centre().x, b.bottom() - 10}, 1);
      return;
    }
    const Bounds header = shape.horizontal ? Bounds{b.x, b.y, kHeader, b.height} : Bounds{b.x, b.y, b.width, kHeader};
    if (bold) {
      const std::string line = shape.horizontal
                                   ? "M" + number(header.right()) + " " + number(b.y) + "V" + number(b.bottom())
                                   : "M" + number(b.x) + " " + number(header.bottom()) + "H" + number(b.right());
      out_ += "<path d=\"" + line + "\"" + paint("none", colour, 1.5) + "/>";
    }
    const double length = shape.horizontal ? header.height : header.width;
    const Lettering name = fit(shape.name, {.width = length / (bold ? 1.08 : 1) - 8, .height = kHeader - 3});
    const std::string turned =
        shape.horizontal ? " transform=\"rotate(-90 " + at(header.centre()) + ")\"" : std::string();
    text(name, header, {.weight = bold ? std::string_view("bold") : std::string_view("")}, turned);
    if (shape.multiple) symbol(marker_symbol(impl::Marker::Parallel), {b.centre().x, b.bottom() - 10}, 1);
  }

  // ---- Edges

  static std::string rounded(const std::vector<Point>& way) {
    std::string d = "M" + at(way.front());
    for (std::size_t i = 1; i + 1 < way.size(); ++i) {
      const double room = std::min({kRounding, distance(way[i - 1], way[i]) / 2, distance(way[i], way[i + 1]) / 2});
      if (room < 0.5) {
        d += "L" + at(way[i]);
        continue;
      }
      d += "L" + at(towards(way[i], way[i - 1], room)) + "Q" + at(way[i]) + " " + at(towards(way[i], way[i + 1], room));
    }
    return d + "L" + at(way.back());
  }

  // A head whose tip is at `tip`, coming from `from`: two corners at the sides of its base.
  static std::pair<Point, Point> sides(Point tip, Point from, double length, double half) {
    const Point base = towards(tip, from, length);
    const double whole = std::max(distance(tip, from), 0.01);
    const double nx = (tip.y - from.y) / whole * half;
    const double ny = (from.x - tip.x) / whole * half;
    return {{base.x + nx, base.y + ny}, {base.x - nx, base.y - ny}};
  }

  std::optional<std::uint64_t> volume_of(const Edge& edge) const {
    const auto found = overlay_.volumes.find(edge.id);
    return found == overlay_.volumes.end() ? std::nullopt : std::optional(found->second);
  }

  std::string name_of(const std::string& id) const {
    const auto shape = by_id_.find(id);
    if (shape == by_id_.end()) return id;
    return shape->second->name.empty() ? kind_in_words(*shape->second) : shape->second->name;
  }

  void edge_group(const Edge& edge, std::vector<Point> way) {
    static constexpr std::string_view kNames[] = {"sequence flow", "message flow", "association", "data association"};
    static constexpr std::string_view kClasses[] = {"diagram-sequence-flow", "diagram-message-flow",
                                                    "diagram-association", "diagram-data-association"};
    const auto kind = static_cast<std::size_t>(edge.kind);
    std::string title = edge.name + (edge.name.empty() ? "" : ": ");
    if (edge.is_default) title += "default ";
    if (edge.conditional) title += "conditional ";
    title += std::string(kNames[kind]) + " from " + name_of(edge.source) + " to " + name_of(edge.target);
    const auto volume = volume_of(edge);
    if (volume) title += ", " + grouped(*volume) + " times";
    out_ += "<g" + attribute("class", "diagram-flow " + std::string(kClasses[kind])) +
            attribute("data-element", escaped(edge.id)) + "><title>" + escaped(title) + "</title>";

    const double share = volume && most_ > 0 ? static_cast<double>(*volume) / static_cast<double>(most_) : 0;
    const double width = 1.5 + 5.5 * std::sqrt(share);
    const std::string_view colour = volume ? kVolume : kLine;
    const Point tip = way.back();
    const Point before = way[way.size() - 2];
    const Point tail = way.front();
    const Point after = way[1];
    const bool data = edge.kind == EdgeKind::DataAssociation;
    std::string heads;
    std::string dashes;
    if (edge.kind == EdgeKind::SequenceFlow || edge.kind == EdgeKind::MessageFlow) {
      const bool message = edge.kind == EdgeKind::MessageFlow;
      const double length = kHeadLength + width * 0.8;
      const auto [a, b] = sides(tip, before, length, 3.2 + width);
      heads += "<path d=\"M" + at(a) + "L" + at(tip) + "L" + at(b) + "Z\"" +
               paint(message ? kPaper : colour, colour, 1) + attribute("stroke-linejoin", "round") + "/>";
      if (distance(tip, before) > length) way.back() = towards(tip, before, length - 1);
      if (message) {
        dashes = attribute("stroke-dasharray", "7 5");
        const Point ring = towards(tail, after, 4);
        heads += "<circle" + attribute("cx", ring.x) + attribute("cy", ring.y) + attribute("r", 3.5) +
                 paint(kPaper, colour, 1.5) + "/>";
      } else if (edge.is_default) {
        const Point at_stroke = towards(tail, after, 11);
        const auto [c, d] = sides(at_stroke, tail, 0, 6 + width / 2);
        const Point lean = towards({0, 0}, {after.x - tail.x, after.y - tail.y}, 3);
        heads += "<path d=\"M" + at({c.x - lean.x, c.y - lean.y}) + "L" + at({d.x + lean.x, d.y + lean.y}) + "\"" +
                 paint("none", colour, 2) + "/>";
      } else if (edge.conditional) {
        const auto [c, d] = sides(tail, after, 8, 5);
        heads += "<path d=\"M" + at(tail) + "L" + at(c) + "L" + at(towards(tail, after, 16)) + "L" + at(d) + "Z\"" +
                 paint(kPaper, colour, 1.5) + "/>";
      }
    } else {
      dashes = attribute("stroke-dasharray", "1 4") + attribute("stroke-linecap", "round");
      const auto open = [&](Point end, Point from) {
        const auto [a, b] = sides(end, from, 8, 5);
        heads += "<path d=\"M" + at(a) + "L" + at(end) + "L" + at(b) + "\"" + paint("none", colour, 1.5) + "/>";
      };
      if (data || edge.direction != Direction::None) open(tip, before);
      if (!data && edge.direction == Direction::Both) open(tail, after);
    }
    out_ += "<path d=\"" + rounded(way) + "\"" + paint("none", colour, width) + dashes + "/>" + heads + "</g>\n";
  }

  // A way without what it has in common with others from the same place: there, a name would be everybody's.
  std::vector<Point> own_way(std::size_t edge) const {
    std::vector<Point> way = ways_[edge];
    const auto siblings = leaving_.find(diagram_.edges[edge].source);
    if (siblings == leaving_.end()) return way;
    double shared = 0;
    for (const std::size_t other : siblings->second) {
      const std::vector<Point>& theirs = ways_[other];
      if (other == edge || distance(theirs[0], way[0]) > 1) continue;
      const double length = std::min(distance(way[0], way[1]), distance(theirs[0], theirs[1]));
      if (distance(towards(way[0], way[1], length), towards(theirs[0], theirs[1], length)) < 1) {
        shared = std::max(shared, length);
      }
    }
    if (shared > distance(way[0], way[1]) - 20 && way.size() > 2) {
      way.erase(way.begin());
    } else if (shared > 0) {
      way[0] = towards(way[0], way[1], shared);
    }
    return way;
  }

  // Places beside the stretches of a way, from its beginning, for something of this size.
  static std::vector<Bounds> beside(const std::vector<Point>& way, double width, double height, double gap = 4) {
    std::vector<Bounds> places;
    for (std::size_t i = 1; i < way.size() && i < 12; ++i) {
      const Point a = way[i - 1];
      const Point b = way[i];
      const bool level = std::fabs(a.x - b.x) >= std::fabs(a.y - b.y);
      const double reach = i == 1 ? (level ? width / 2 + 10 : height / 2 + 8) : distance(a, b) / 2;
      const Point middle = towards(a, b, std::min(distance(a, b) / 2, reach));
      if (level) {
        places.push_back({middle.x - width / 2, middle.y - height - gap, width, height});
        places.push_back({middle.x - width / 2, middle.y + gap, width, height});
      } else {
        places.push_back({middle.x + gap + 1, middle.y - height / 2, width, height});
        places.push_back({middle.x - width - gap - 1, middle.y - height / 2, width, height});
      }
    }
    return places;
  }

  // Places on a way, where it is long enough that it can be seen on both sides.
  static std::vector<Bounds> upon(const std::vector<Point>& way, double width, double height) {
    std::vector<Bounds> places;
    for (std::size_t i = 1; i < way.size() && i < 12; ++i) {
      const Point a = way[i - 1];
      const Point b = way[i];
      const bool level = std::fabs(a.x - b.x) >= std::fabs(a.y - b.y);
      if (distance(a, b) < (level ? width : height) + 24) continue;
      places.push_back({(a.x + b.x) / 2 - width / 2, (a.y + b.y) / 2 - height / 2, width, height});
    }
    return places;
  }

  void edge_name(std::size_t at_edge) {
    const Edge& edge = diagram_.edges[at_edge];
    if (edge.name.empty()) return;
    Lettering name;
    Bounds box;
    if (edge.label.width > 0) {
      name = fit(edge.name, {.width = std::max(edge.label.width * 1.1, 40.0),
                             .height = std::max(edge.label.height * 1.3, 60.0),
                             .largest = 11});
      box = {edge.label.centre().x - name.width() / 2, edge.label.y, name.width(), name.height()};
      occupy(box);
    } else {
      name = fit(edge.name, {.width = 90, .height = 60, .largest = 11});
      box = settle(beside(own_way(at_edge), name.width(), name.height()), obstacles_);
    }
    out_ += "<g aria-hidden=\"true\">";
    text(name, box, {.halo = true});
    out_ += "</g>\n";
  }

  // ---- What is going on

  void marks() {
    out_ += "<g class=\"diagram-marks\" aria-hidden=\"true\" pointer-events=\"none\">\n";
    for (std::size_t i = 0; i < diagram_.edges.size(); ++i) {
      const auto volume = volume_of(diagram_.edges[i]);
      if (!volume) continue;
      const Lettering label{11, {grouped(*volume)}};
      const double width = label.width() + 10;
      const std::vector<Point> way = own_way(i);
      std::vector<Bounds> candidates = upon(way, width, 17);
      for (const Bounds& each : beside(way, width, 17, 7)) candidates.push_back(each);
      const Bounds box = settle(candidates, solid_);
      chip(box, kPaper, kVolume);
      text(label, box, {});
      out_ += '\n';
    }
    for (const Shape& shape : diagram_.shapes) {
      const auto found = marks_.find(shape.id);
      if (found != marks_.end()) heat(shape, found->second);
    }
    for (const Shape& shape : diagram_.shapes) {
      const auto found = marks_.find(shape.id);
      if (found != marks_.end()) badges(shape, found->second);
    }
    out_ += "</g>\n";
  }

  void chip(const Bounds& bounds, std::string_view fill, std::string_view stroke) {
    box(bounds, 4, stroke, 1, "", fill);
  }

  void heat(const Shape& shape, const Mark& mark) {
    if (!mark.heat && mark.label.empty()) return;
    const Lettering label = fit(mark.label, {.width = 240, .height = 14, .largest = 11, .smallest = 11});
    const double bars = mark.heat ? 28 : 0;
    const double width = bars + label.width() + (label.lines.empty() ? 6 : 12);
    const double height = 18;
    const Bounds& b = shape.bounds;
    const double x = b.centre().x - width / 2;
    const Bounds place_it = settle({{x, b.bottom() + 4, width, height},
                                    {b.x, b.bottom() + 4, width, height},
                                    {b.right() - width, b.bottom() + 4, width, height},
                                    {x, b.y - height - 4, width, height},
                                    {b.x, b.y - height - 4, width, height},
                                    {x, b.bottom() + 20, width, height},
                                    {x, b.bottom() + 36, width, height},
                                    {b.x, b.bottom() + 24, width, height},
                                    {x, b.y - height - 20, width, height}},
                                   obstacles_);
    const std::size_t step = impl::heat_step(mark.heat.value_or(0));
    const std::string_view fill = mark.heat ? impl::kHeat[step].fill : kPaper;
    const std::string_view ink = mark.heat ? impl::kHeat[step].text : kInk;
    chip(place_it, fill, kLine);
    if (mark.heat) {
      for (std::size_t i = 0; i < impl::kHeat.size(); ++i) {
        const double bar = 3 + 2 * static_cast<double>(i);
        const double left = place_it.x + 5 + 4.6 * static_cast<double>(i);
        out_ += "<rect" + place({left, place_it.bottom() - 4 - bar, 3.2, bar}) +
                paint(i <= step ? ink : std::string_view("none"), ink, 0.6) + "/>";
      }
    }
    text(label, {place_it.x + bars, place_it.y, width - bars, height}, {.colour = ink});
    out_ += '\n';
  }

  // Where a shape's badges are: at its upper corners. Without width where there is none.
  struct Badges {
    Bounds tokens;
    Bounds state;
  };
  static Badges badges_of(const Shape& shape, const Mark& mark) {
    const Bounds& b = shape.bounds;
    Point right{b.right() - 4, b.y};
    Point left{b.x + 1, b.y - 1};
    if (is_gateway(shape.kind)) {
      right = {b.centre().x + b.width / 4 + 4, b.centre().y - b.height / 4 - 4};
      left = {b.centre().x - b.width / 4 - 4, b.centre().y - b.height / 4 - 4};
    } else if (is_frame(shape.kind)) {
      right = {b.right() - 16, b.y + 14};
      left = {b.right() - 44, b.y + 14};
    }
    Badges badges;
    if (mark.tokens > 0) {
      const double width = std::max(20.0, impl::text_width(grouped(mark.tokens), 12, true) + 10);
      badges.tokens = {right.x - (is_frame(shape.kind) ? width - 10 : 10), right.y - 10, width, 20};
      if (is_frame(shape.kind)) left.x = badges.tokens.x - 14;
    }
    const bool told = mark.state == State::None || (mark.state == State::Waiting && mark.tokens > 0);
    if (!told) badges.state = {left.x - 11, left.y - 11, 22, 22};
    return badges;
  }

  void badges(const Shape& shape, const Mark& mark) {
    const auto [tokens, state] = badges_of(shape, mark);
    if (tokens.width > 0) {
      out_ += "<rect" + place(tokens) + attribute("rx", 10) + paint(kWaiting, kPaper, 1.5) + "/>";
      text({12, {grouped(mark.tokens)}}, tokens, {.colour = kPaper, .weight = "bold"});
      out_ += '\n';
    }
    if (state.width > 0) state_symbol(mark.state, state.centre());
  }

  void state_symbol(State state, Point centre) {
    if (state == State::Failed) {
      symbol("<path d=\"M0 -11L11.5 9H-11.5Z\"" + paint(kFailed, kPaper, 1.5) + " stroke-linejoin=\"round\"/>" +
                 "<path d=\"M0 -4V2.4M0 4.6V6.8\"" + paint("none", kPaper, 2.4) + "/>",
             centre, 1);
    } else if (state == State::Done) {
      symbol("<circle r=\"10\"" + paint(impl::kDone, kPaper, 1.5) + "/><path d=\"M-4.8 0.4L-1.4 4L5 -3.8\"" +
                 paint("none", kPaper, 2.4) + "/>",
             centre, 1);
    } else {
      symbol("<circle r=\"10\"" + paint(kWaiting, kPaper, 1.5) + "/><path d=\"M-5.2 0H-2.8M-1.2 0H1.2M2.8 0H5.2\"" +
                 paint("none", kPaper, 2.4) + "/>",
             centre, 1);
    }
    out_ += '\n';
  }

  // ---- The frame

  std::string summary() const {
    std::size_t activities = 0;
    std::size_t events = 0;
    std::size_t gateways = 0;
    std::string waiting;
    std::string failed;
    std::size_t told = 0;
    std::size_t untold = 0;
    for (const Shape& shape : diagram_.shapes) {
      if (is_event(shape.kind)) ++events;
      if (is_gateway(shape.kind)) ++gateways;
      if (is_task(shape.kind) || is_sub_process(shape.kind)) ++activities;
      const auto mark = marks_.find(shape.id);
      if (mark == marks_.end()) continue;
      const bool waits = mark->second.tokens > 0 || mark->second.state == State::Waiting;
      const bool fails = mark->second.state == State::Failed;
      if (!waits && !fails) continue;
      if (told == 20) {
        ++untold;
        continue;
      }
      ++told;
      const std::string name = shape.name.empty() ? kind_in_words(shape) : shape.name;
      if (fails) failed += (failed.empty() ? "" : ", ") + name;
      if (waits) {
        waiting += (waiting.empty() ? "" : ", ") + name;
        if (mark->second.tokens > 0) waiting += " (" + grouped(mark->second.tokens) + ")";
      }
    }
    const auto count = [](std::size_t number_of, std::string_view one, std::string_view many) {
      return std::to_string(number_of) + " " + std::string(number_of == 1 ? one : many);
    };
    std::string words = "BPMN process diagram: " + count(activities, "activity", "activities") + ", " +
                        count(events, "event", "events") + ", " + count(gateways, "gateway", "gateways") + ".";
    if (!waiting.empty()) words += " Waiting: " + waiting + ".";
    if (!failed.empty()) words += " Failed: " + failed + ".";
    if (untold > 0) words += " And " + std::to_string(untold) + " more.";
    return words;
  }

  std::string framed() {
    if (left_ > right_) left_ = top_ = right_ = bottom_ = 0;
    constexpr double kMargin = 12;
    const Bounds view{left_ - kMargin, top_ - kMargin, right_ - left_ + 2 * kMargin, bottom_ - top_ + 2 * kMargin};
    const std::string title = diagram_.name.empty() ? "Process diagram" : diagram_.name;
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"diagram\"";
    svg += attribute("viewBox", at({view.x, view.y}) + " " + at({view.width, view.height}));
    svg += attribute("width", view.width) + attribute("height", view.height);
    svg += attribute("role", any_link_ ? "group" : "img") + attribute("aria-label", escaped(title));
    svg += attribute("font-family", impl::kFontFamily) + ">\n";
    svg += "<title>" + escaped(title) + "</title>\n<desc>" + escaped(summary()) + "</desc>\n";
    svg += "<rect class=\"diagram-paper\"" + place(view) + attribute("fill", kPaper) + "/>\n";
    return svg + out_ + "</svg>\n";
  }

  const Diagram& diagram_;
  const Overlay& overlay_;
  std::unordered_map<std::string_view, Mark> marks_;
  std::unordered_map<std::string_view, const Shape*> by_id_;
  std::unordered_map<std::string_view, bool> holds_others_;
  std::vector<std::vector<Point>> ways_;                                    // Of the edges, from outline to outline.
  std::unordered_map<std::string_view, std::vector<std::size_t>> leaving_;  // Edges, by their source.
  std::vector<Bounds> obstacles_;
  std::vector<Bounds> solid_;  // Of these, all but the ways.
  std::unordered_map<std::string_view, std::vector<const Shape*>> attached_;
  std::size_t tries_ = 0;
  std::uint64_t most_ = 0;
  bool any_link_ = false;
  double left_ = 1e9;
  double top_ = 1e9;
  double right_ = -1e9;
  double bottom_ = -1e9;
  std::string out_;
};

}  // namespace

std::string to_svg(const Diagram& diagram, const Overlay& overlay) {
  return Painter(diagram, overlay).paint_all();
}

}  // namespace guildhall::diagram
