#include "diagram/read_diagram.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "base/xml.h"
#include "diagram/impl/layout.h"

namespace guildhall::diagram {
namespace {

constexpr std::string_view kModel = "http://www.omg.org/spec/BPMN/20100524/MODEL";
constexpr std::string_view kInterchange = "http://www.omg.org/spec/BPMN/20100524/DI";
constexpr std::size_t kMaxElements = 5000;
constexpr std::size_t kMaxWaypoints = 50'000;
constexpr std::size_t kMaxId = 1000;
constexpr std::size_t kMaxFindings = 100;
constexpr double kFurthest = 1e6;  // A hundred times the largest process maps on paper.

template <class T>
struct Named {
  std::string_view element;
  T value;
};

constexpr std::array<Named<ShapeKind>, 29> kKinds{{{"startEvent", ShapeKind::StartEvent},
                                                   {"endEvent", ShapeKind::EndEvent},
                                                   {"intermediateCatchEvent", ShapeKind::IntermediateCatchEvent},
                                                   {"intermediateThrowEvent", ShapeKind::IntermediateThrowEvent},
                                                   {"boundaryEvent", ShapeKind::BoundaryEvent},
                                                   {"task", ShapeKind::Task},
                                                   {"userTask", ShapeKind::UserTask},
                                                   {"serviceTask", ShapeKind::ServiceTask},
                                                   {"scriptTask", ShapeKind::ScriptTask},
                                                   {"sendTask", ShapeKind::SendTask},
                                                   {"receiveTask", ShapeKind::ReceiveTask},
                                                   {"manualTask", ShapeKind::ManualTask},
                                                   {"businessRuleTask", ShapeKind::BusinessRuleTask},
                                                   {"callActivity", ShapeKind::CallActivity},
                                                   {"subProcess", ShapeKind::SubProcess},
                                                   {"adHocSubProcess", ShapeKind::AdHocSubProcess},
                                                   {"transaction", ShapeKind::Transaction},
                                                   {"exclusiveGateway", ShapeKind::ExclusiveGateway},
                                                   {"inclusiveGateway", ShapeKind::InclusiveGateway},
                                                   {"parallelGateway", ShapeKind::ParallelGateway},
                                                   {"eventBasedGateway", ShapeKind::EventBasedGateway},
                                                   {"complexGateway", ShapeKind::ComplexGateway},
                                                   {"dataObject", ShapeKind::DataObject},
                                                   {"dataObjectReference", ShapeKind::DataObject},
                                                   {"dataInput", ShapeKind::DataInput},
                                                   {"dataOutput", ShapeKind::DataOutput},
                                                   {"dataStoreReference", ShapeKind::DataStore},
                                                   {"textAnnotation", ShapeKind::TextAnnotation},
                                                   {"group", ShapeKind::Group}}};

constexpr std::array<Named<Trigger>, 10> kTriggers{{{"messageEventDefinition", Trigger::Message},
                                                    {"timerEventDefinition", Trigger::Timer},
                                                    {"errorEventDefinition", Trigger::Error},
                                                    {"escalationEventDefinition", Trigger::Escalation},
                                                    {"cancelEventDefinition", Trigger::Cancel},
                                                    {"compensateEventDefinition", Trigger::Compensation},
                                                    {"conditionalEventDefinition", Trigger::Conditional},
                                                    {"linkEventDefinition", Trigger::Link},
                                                    {"signalEventDefinition", Trigger::Signal},
                                                    {"terminateEventDefinition", Trigger::Terminate}}};

template <class Table>
const typename Table::value_type* find_in(const Table& table, const XmlElement& element) {
  if (element.namespace_uri != kModel) return nullptr;
  for (const auto& each : table) {
    if (each.element == element.name) return &each;
  }
  return nullptr;
}

bool in_model(const XmlElement& element, std::string_view name) {
  return element.name == name && element.namespace_uri == kModel;
}

std::string attribute(const XmlElement& element, std::string_view name) {
  const std::string* value = element.attribute(name);
  return value == nullptr ? std::string() : *value;
}

bool is_true(const XmlElement& element, std::string_view name, bool otherwise) {
  const std::string* value = element.attribute(name);
  return value == nullptr ? otherwise : *value == "true" || *value == "1";
}

// References are qualified names: ids are looked up without the prefix.
std::string local(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return std::string(trimmed(colon == std::string_view::npos ? name : name.substr(colon + 1)));
}

std::string reference(const XmlElement& element, std::string_view name) {
  const std::string* value = element.attribute(name);
  if (value != nullptr) return local(*value);
  const XmlElement* child = element.child(name);
  return child == nullptr ? std::string() : local(child->text);
}

std::string line_of(const XmlElement& element) {
  return "line " + std::to_string(element.line);
}

std::string cut(std::string text) {
  if (text.size() <= kMaxName) return text;
  std::size_t end = kMaxName - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::optional<double> coordinate(const XmlElement& element, std::string_view name) {
  const std::string* value = element.attribute(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = trimmed(*value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(std::fabs(number) <= kFurthest)) {
    return std::nullopt;
  }
  return number;
}

std::optional<Bounds> bounds_of(const XmlElement* element) {
  if (element == nullptr) return std::nullopt;
  const auto x = coordinate(*element, "x");
  const auto y = coordinate(*element, "y");
  const auto width = coordinate(*element, "width");
  const auto height = coordinate(*element, "height");
  if (!x || !y || !width || !height || *width < 1 || *height < 1) return std::nullopt;
  return Bounds{*x, *y, *width, *height};
}

class Reader {
 public:
  Result<Diagram> read(std::string_view xml, std::string_view of) {
    XmlLimits limits;
    limits.max_depth = 240;
    const XmlElement root = TRY(parse_xml(xml, limits, std::size_t{64} << 20));
    if (!in_model(root, "definitions")) {
      return Problem{"This is not a BPMN 2.0 file: its root is ‘" + root.name + "’.", line_of(root),
                     "The root is <definitions> of the namespace " + std::string(kModel) + "."};
    }
    collect_ids(root);
    for (const XmlElement& child : root.children) {
      if (in_model(child, "collaboration")) participants(child);
    }
    for (const XmlElement& child : root.children) {
      if (in_model(child, "process")) process(child);
    }
    for (const XmlElement& child : root.children) {
      if (in_model(child, "collaboration")) {
        for (const XmlElement& inner : child.children) artifact(inner, "", kCollaboration);
        collaboration_name_ = cut(attribute(child, "name"));
      }
    }
    if (shapes_.empty()) {
      return Problem{"There is nothing to draw in this file.", line_of(root),
                     "Add a <process> with its events, activities and gateways."};
    }
    if (shapes_.size() + edges_.size() > kMaxElements) {
      return Problem{"This file has " + std::to_string(shapes_.size() + edges_.size()) + " elements to draw.", "",
                     "At most " + std::to_string(kMaxElements) + " can be drawn. Divide it with call activities."};
    }
    if (too_long_id_ != 0) {
      return Problem{"An id has more than " + std::to_string(kMaxId) + " characters.",
                     "line " + std::to_string(too_long_id_), "Give it a shorter one."};
    }
    for (std::size_t i = 0; i < shapes_.size(); ++i) index_.emplace(shapes_[i].id, i);
    mend_references();
    TRY(choose(root, of));
    Diagram diagram;
    if (plane_ == nullptr || !drawn_by_file()) {
      diagram.laid_out = true;
      TRY(draw_ourselves());
    }
    diagram.name = name_;
    finish(diagram);
    diagram.findings = std::move(findings_);
    return diagram;
  }

 private:
  static constexpr std::size_t kCollaboration = static_cast<std::size_t>(-2);

  void finding(std::string what, std::string where, std::string remedy) {
    if (findings_.size() < kMaxFindings) findings_.push_back({std::move(what), std::move(where), std::move(remedy)});
  }

  // ---- The elements

  void collect_ids(const XmlElement& element) {
    const std::string* id = element.attribute("id");
    if (id != nullptr && id->size() > kMaxId) too_long_id_ = element.line;
    if (id != nullptr && !id->empty() && element.namespace_uri == kModel) by_id_.emplace(*id, &element);
    for (const XmlElement& child : element.children) collect_ids(child);
  }

  std::string own_id(const XmlElement& element) {
    std::string id(trimmed(attribute(element, "id")));
    if (!id.empty() && used_.insert(id).second) return id;
    if (!id.empty()) {
      finding("Two elements have the id ‘" + id + "’.", line_of(element), "Give each an id of its own (BPMN 8.2.1).");
      id += ' ';
    }
    id += element.name + " at " + std::to_string(element.line) + ":" + std::to_string(element.column);
    while (!used_.insert(id).second) id += '+';
    return id;
  }

  Shape& add_shape(const XmlElement& element, ShapeKind kind, std::string inside, std::size_t scope) {
    Shape shape;
    shape.id = own_id(element);
    shape.kind = kind;
    shape.name = cut(squeezed(attribute(element, "name")));
    shape.inside = std::move(inside);
    shapes_.push_back(std::move(shape));
    scopes_.push_back(scope);
    elements_.push_back(&element);
    return shapes_.back();
  }

  Edge& add_edge(const XmlElement& element, EdgeKind kind) {
    Edge edge;
    edge.id = own_id(element);
    edge.kind = kind;
    edge.name = cut(squeezed(attribute(element, "name")));
    edge.source = reference(element, "sourceRef");
    edge.target = reference(element, "targetRef");
    edges_.push_back(std::move(edge));
    return edges_.back();
  }

  void participants(const XmlElement& element) {
    for (const XmlElement& child : element.children) {
      if (in_model(child, "participant")) {
        Shape& pool = add_shape(child, ShapeKind::Pool, "", kCollaboration);
        pool.multiple = child.child("participantMultiplicity") != nullptr;
        const std::string of = reference(child, "processRef");
        if (!of.empty()) pool_of_.emplace(of, shapes_.size() - 1);
      } else if (in_model(child, "messageFlow")) {
        add_edge(child, EdgeKind::MessageFlow);
      }
    }
  }

  void process(const XmlElement& element) {
    const std::size_t scope = processes_.size();
    processes_.push_back(&element);
    const auto pool = pool_of_.find(attribute(element, "id"));
    if (pool != pool_of_.end()) {
      Shape& shape = shapes_[pool->second];
      if (shape.name.empty()) shape.name = cut(squeezed(attribute(element, "name")));
    }
    content(element, pool == pool_of_.end() ? std::string() : shapes_[pool->second].id, scope);
  }

  void content(const XmlElement& element, const std::string& inside, std::size_t scope) {
    for (const XmlElement& child : element.children) {
      if (in_model(child, "laneSet")) lanes(child, inside, "", scope);
    }
    for (const XmlElement& child : element.children) {
      if (in_model(child, "sequenceFlow")) {
        Edge& edge = add_edge(child, EdgeKind::SequenceFlow);
        edge.conditional = child.child("conditionExpression") != nullptr;
      } else if (in_model(child, "ioSpecification")) {
        for (const XmlElement& each : child.children) artifact(each, inside, scope);
      } else {
        artifact(child, inside, scope);
        flow_node(child, inside, scope);
      }
    }
  }

  void lanes(const XmlElement& lane_set, const std::string& inside, const std::string& parent, std::size_t scope) {
    for (const XmlElement& child : lane_set.children) {
      if (!in_model(child, "lane")) continue;
      Shape& lane = add_shape(child, ShapeKind::Lane, inside, scope);
      lane.lane = parent;
      const std::string id = lane.id;
      for (const XmlElement& each : child.children) {
        if (in_model(each, "flowNodeRef")) lane_of_[local(each.text)] = id;  // The innermost comes last.
      }
      for (const XmlElement& each : child.children) {
        if (in_model(each, "childLaneSet")) lanes(each, inside, id, scope);
      }
    }
  }

  void artifact(const XmlElement& child, const std::string& inside, std::size_t scope) {
    if (in_model(child, "association")) {
      Edge& edge = add_edge(child, EdgeKind::Association);
      const std::string direction = attribute(child, "associationDirection");
      edge.direction = direction == "Both" ? Direction::Both : direction == "One" ? Direction::One : Direction::None;
      return;
    }
    const auto* kind = find_in(kKinds, child);
    if (kind == nullptr || is_flow_node(kind->value)) return;
    // A data object without a reference to it is rarely drawn itself: only where the file's diagram does.
    if (child.name == "dataObject") data_objects_.insert(shapes_.size());
    Shape& shape = add_shape(child, kind->value, inside, scope);
    shape.multiple = is_true(child, "isCollection", false);
    if (kind->value == ShapeKind::TextAnnotation) {
      const XmlElement* text = child.child("text");
      shape.name = text == nullptr ? "" : cut(squeezed(text->text));
    } else if (kind->value == ShapeKind::Group) {
      const auto category = by_id_.find(reference(child, "categoryValueRef"));
      if (category != by_id_.end()) shape.name = cut(squeezed(attribute(*category->second, "value")));
    } else if (child.name == "dataObjectReference") {
      const auto object = by_id_.find(reference(child, "dataObjectRef"));
      if (object != by_id_.end()) shape.multiple = is_true(*object->second, "isCollection", false);
    }
  }

  void flow_node(const XmlElement& child, const std::string& inside, std::size_t scope) {
    const auto* kind = find_in(kKinds, child);
    if (kind == nullptr || !is_flow_node(kind->value)) return;
    Shape& shape = add_shape(child, kind->value, inside, scope);
    const std::string id = shape.id;
    const std::string default_flow = reference(child, "default");
    if (!default_flow.empty()) defaults_.insert(default_flow);
    if (is_event(shape.kind)) event(child, shape);
    shape.for_compensation = is_true(child, "isForCompensation", false);
    shape.instantiates = is_true(child, "instantiate", false);
    shape.parallel_instance = attribute(child, "eventGatewayType") == "Parallel";
    if (child.child("standardLoopCharacteristics") != nullptr) shape.loop = Loop::Standard;
    if (const XmlElement* several = child.child("multiInstanceLoopCharacteristics")) {
      shape.loop = is_true(*several, "isSequential", false) ? Loop::SequentialInstances : Loop::ParallelInstances;
    }
    if (shape.kind == ShapeKind::SubProcess && is_true(child, "triggeredByEvent", false)) {
      shape.kind = ShapeKind::EventSubProcess;
    }
    const bool holds_others = is_sub_process(shape.kind);
    data_associations(child, id);
    if (holds_others) content(child, id, scope);
  }

  void event(const XmlElement& child, Shape& shape) {
    shape.interrupting = is_true(child, "cancelActivity", is_true(child, "isInterrupting", true));
    shape.attached_to = reference(child, "attachedToRef");
    std::size_t count = 0;
    const auto count_in = [&](const XmlElement& definition) {
      const auto* trigger = find_in(kTriggers, definition);
      if (trigger == nullptr) return;
      shape.trigger = trigger->value;
      ++count;
    };
    for (const XmlElement& each : child.children) {
      count_in(each);
      if (!in_model(each, "eventDefinitionRef")) continue;
      const auto definition = by_id_.find(local(each.text));
      if (definition != by_id_.end()) count_in(*definition->second);
    }
    if (count > 1) {
      shape.trigger = is_true(child, "parallelMultiple", false) ? Trigger::ParallelMultiple : Trigger::Multiple;
    }
  }

  void data_associations(const XmlElement& activity, const std::string& id) {
    for (const XmlElement& child : activity.children) {
      const bool input = in_model(child, "dataInputAssociation");
      if (!input && !in_model(child, "dataOutputAssociation")) continue;
      Edge& edge = add_edge(child, EdgeKind::DataAssociation);
      (input ? edge.target : edge.source) = id;
    }
  }

  // After all elements are known: what they say of each other.
  void mend_references() {
    for (Shape& shape : shapes_) {
      if (is_flow_node(shape.kind)) {
        const auto lane = lane_of_.find(shape.id);
        if (lane != lane_of_.end()) shape.lane = lane->second;
      }
      if (shape.kind != ShapeKind::BoundaryEvent) {
        shape.attached_to.clear();
        continue;
      }
      const auto host = index_.find(shape.attached_to);
      if (host != index_.end() && shapes_[host->second].inside == shape.inside &&
          (is_task(shapes_[host->second].kind) || is_sub_process(shapes_[host->second].kind))) {
        if (shape.lane.empty()) {
          const auto lane = lane_of_.find(shape.attached_to);
          if (lane != lane_of_.end()) shape.lane = lane->second;
        }
        continue;
      }
      finding("The boundary event ‘" + shape.id + "’ is attached to nothing that is there.",
              "boundaryEvent " + shape.id, "Let attachedToRef name an activity beside it (BPMN 10.5.4).");
      shape.attached_to.clear();
    }
    for (Edge& edge : edges_) {
      if (edge.kind != EdgeKind::SequenceFlow) continue;
      edge.is_default = defaults_.contains(edge.id);
      const auto source = index_.find(edge.source);
      // Gateways have conditions on all their flows: the diamond is for activities (10.2.1.3).
      if (edge.is_default || source == index_.end() || is_gateway(shapes_[source->second].kind)) {
        edge.conditional = false;
      }
    }
  }

  // ---- What is to be drawn

  // Sets shown_: which shapes belong to what is drawn; and plane_, where the file has a diagram of it.
  Result<void> choose(const XmlElement& root, std::string_view of) {
    shown_.assign(shapes_.size(), true);
    edges_shown_.assign(edges_.size(), true);
    const auto wanted = by_id_.find(of);
    if (!of.empty() && (wanted == by_id_.end() ||
                        !(wanted->second->name == "process" || wanted->second->name == "collaboration" ||
                          wanted->second->name == "subProcess" || wanted->second->name == "adHocSubProcess" ||
                          wanted->second->name == "transaction"))) {
      return Problem{"There is no process, collaboration or sub-process ‘" + std::string(of) + "’ in this file.", "",
                     "Name one by its id, or none."};
    }
    std::string subject(of);
    for (const XmlElement& child : root.children) {
      if (child.name != "BPMNDiagram" || child.namespace_uri != kInterchange) continue;
      const XmlElement* plane = child.child("BPMNPlane");
      if (plane == nullptr) continue;
      const std::string shown = reference(*plane, "bpmnElement");
      if (!of.empty() && shown != of) continue;
      plane_ = plane;
      subject = shown;
      break;
    }
    const auto found = by_id_.find(subject);
    if (found == by_id_.end() || found->second->name == "collaboration") {
      name_ = collaboration_name_;
      if (name_.empty() && processes_.size() == 1) name_ = cut(squeezed(attribute(*processes_[0], "name")));
      return {};
    }
    name_ = cut(squeezed(attribute(*found->second, "name")));
    const auto process = std::find(processes_.begin(), processes_.end(), found->second);
    if (process != processes_.end()) {
      const auto scope = static_cast<std::size_t>(process - processes_.begin());
      keep([&](std::size_t i) { return scopes_[i] == scope; });
      // Without its pool, for the process is all of it.
      for (std::size_t i = 0; i < shapes_.size(); ++i) {
        const auto inside = index_.find(shapes_[i].inside);
        if (inside != index_.end() && !shown_[inside->second]) shapes_[i].inside.clear();
      }
    } else if (index_.contains(subject)) {
      keep([&](std::size_t i) { return within(i, subject); });
      for (Shape& shape : shapes_) {
        if (shape.inside == subject) shape.inside.clear();
      }
    }
    return {};
  }

  template <class Rule>
  void keep(Rule rule) {
    for (std::size_t i = 0; i < shapes_.size(); ++i) shown_[i] = rule(i);
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const auto source = index_.find(edges_[i].source);
      const auto target = index_.find(edges_[i].target);
      edges_shown_[i] =
          (source != index_.end() && shown_[source->second]) || (target != index_.end() && shown_[target->second]);
    }
  }

  bool within(std::size_t shape, std::string_view outer) const {
    for (auto at = index_.find(shapes_[shape].inside); at != index_.end();
         at = index_.find(shapes_[at->second].inside)) {
      if (shapes_[at->second].id == outer) return true;
    }
    return false;
  }

  // ---- The file's own diagram

  // Whether the plane had any flow node or pool to show.
  bool drawn_by_file() {
    std::unordered_map<std::string, const XmlElement*> shape_of;
    std::unordered_map<std::string, const XmlElement*> edge_of;
    std::unordered_set<std::string> edge_ids;
    for (const Edge& edge : edges_) edge_ids.insert(edge.id);
    for (const XmlElement& child : plane_->children) {
      if (child.namespace_uri != kInterchange) continue;
      const std::string id = reference(child, "bpmnElement");
      if (child.name == "BPMNShape") {
        if (!index_.contains(id)) {
          if (!by_id_.contains(id)) shows_nothing("A shape", id, child);
        } else {
          shape_of.emplace(id, &child);
        }
      } else if (child.name == "BPMNEdge") {
        if (!edge_ids.contains(id)) {
          if (!by_id_.contains(id)) shows_nothing("An edge", id, child);
        } else {
          edge_of.emplace(id, &child);
        }
      }
    }
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const auto found = shape_of.find(shapes_[i].id);
      if (found != shape_of.end()) place(shapes_[i], *found->second);
    }
    const bool any = std::any_of(shapes_.begin(), shapes_.end(), [](const Shape& each) {
      return each.bounds.width > 0 && (is_flow_node(each.kind) || each.kind == ShapeKind::Pool);
    });
    if (!any) {
      for (Shape& shape : shapes_) shape.bounds = shape.label = {};
      if (!shape_of.empty()) {
        finding("The file's diagram has no shape with usable bounds.", line_of(*plane_),
                "It was laid out anew. Save it with an editor that writes the diagram.");
      }
      return false;
    }
    expand(shape_of);
    put_the_rest_below();
    std::size_t waypoints = 0;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      const auto found = edge_of.find(edges_[i].id);
      way(edges_[i], found == edge_of.end() ? nullptr : found->second, waypoints);
    }
    return true;
  }

  void shows_nothing(std::string_view what, const std::string& id, const XmlElement& element) {
    finding(std::string(what) + " of the diagram shows ‘" + id + "’, which isn't there.", line_of(element),
            "It was left out. Remove it from the diagram.");
  }

  void place(Shape& shape, const XmlElement& element) {
    const auto bounds = bounds_of(element.child("Bounds"));
    if (!bounds) {
      finding("The shape of ‘" + shape.id + "’ has no usable bounds.", line_of(element),
              "Give it x, y, width and height as numbers between -1000000 and 1000000, the last two at least 1.");
      return;
    }
    shape.bounds = *bounds;
    shape.horizontal = is_true(element, "isHorizontal", true);
    shape.marker_visible = is_true(element, "isMarkerVisible", false);
    shape.expanded = is_true(element, "isExpanded", false);
    if (const XmlElement* label = element.child("BPMNLabel")) {
      shape.label = bounds_of(label->child("Bounds")).value_or(Bounds{});
    }
  }

  // Which sub-processes show their content; what is in the others is hidden.
  void expand(const std::unordered_map<std::string, const XmlElement*>& shape_of) {
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const auto inside = index_.find(shapes_[i].inside);
      if (inside == index_.end() || shapes_[i].bounds.width <= 0) continue;
      Shape& outer = shapes_[inside->second];
      const auto drawn = shape_of.find(outer.id);
      if (is_sub_process(outer.kind) && drawn != shape_of.end() && drawn->second->attribute("isExpanded") == nullptr) {
        outer.expanded = true;
      }
    }
  }

  const Shape* collapsed_around(const Shape& shape) const {
    const Shape* outermost = nullptr;
    for (auto at = index_.find(shape.inside); at != index_.end(); at = index_.find(shapes_[at->second].inside)) {
      const Shape& outer = shapes_[at->second];
      if (is_sub_process(outer.kind) && !outer.expanded) outermost = &outer;
    }
    return outermost;
  }

  // Flow nodes for which the diagram has no shape, although it shows what they are in.
  void put_the_rest_below() {
    double left = kFurthest;
    double bottom = -kFurthest;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      if (shapes_[i].bounds.width <= 0) continue;
      left = std::min(left, shapes_[i].bounds.x);
      bottom = std::max(bottom, shapes_[i].bounds.bottom());
    }
    double x = left;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      Shape& shape = shapes_[i];
      if (!shown_[i] || !is_flow_node(shape.kind) || shape.bounds.width > 0) continue;
      if (collapsed_around(shape) != nullptr) continue;
      finding("The diagram has no usable shape for ‘" + shape.id + "’.",
              std::string(elements_[i]->name) + " " + shape.id,
              "It was drawn at the bottom. Put it into its place with an editor.");
      shape.bounds = impl::usual_size(shape);
      shape.bounds.x = std::min(x, kFurthest);
      shape.bounds.y = std::min(bottom + 60, kFurthest);
      x += shape.bounds.width + 60;
    }
  }

  void way(Edge& edge, const XmlElement* element, std::size_t& waypoints) {
    if (element != nullptr) {
      bool usable = true;
      for (const XmlElement& child : element->children) {
        if (child.name != "waypoint" || ++waypoints > kMaxWaypoints) continue;
        const auto x = coordinate(child, "x");
        const auto y = coordinate(child, "y");
        if (x && y) {
          edge.waypoints.push_back({*x, *y});
        } else {
          usable = false;
        }
      }
      if (!usable || edge.waypoints.size() < 2) {
        finding("The way of ‘" + edge.id + "’ isn't given by two or more usable points.", line_of(*element),
                "Give each waypoint x and y as numbers between -1000000 and 1000000.");
        if (edge.waypoints.size() < 2) edge.waypoints.clear();
      }
      if (const XmlElement* label = element->child("BPMNLabel")) {
        edge.label = bounds_of(label->child("Bounds")).value_or(Bounds{});
      }
    }
    if (!edge.waypoints.empty()) return;
    const auto source = index_.find(edge.source);
    const auto target = index_.find(edge.target);
    if (source == index_.end() || target == index_.end() || source == target) return;
    const Bounds& from = shapes_[source->second].bounds;
    const Bounds& to = shapes_[target->second].bounds;
    if (from.width > 0 && to.width > 0) edge.waypoints = {from.centre(), to.centre()};
  }

  // ---- Our own

  Result<void> draw_ourselves() {
    std::vector<Shape> shapes;
    std::vector<Edge> edges;
    std::vector<std::size_t> scopes;
    std::unordered_set<std::string> referenced;
    for (const Edge& edge : edges_) {
      referenced.insert(edge.source);
      referenced.insert(edge.target);
    }
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      if (!shown_[i] || shapes_[i].kind == ShapeKind::Group) continue;
      if (data_objects_.contains(i) && !referenced.contains(shapes_[i].id)) continue;
      if (shapes_[i].kind == ShapeKind::DataInput || shapes_[i].kind == ShapeKind::DataOutput) {
        if (!referenced.contains(shapes_[i].id)) continue;
      }
      shapes.push_back(shapes_[i]);
      scopes.push_back(scopes_[i]);
    }
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      if (edges_shown_[i]) edges.push_back(edges_[i]);
    }
    TRY(impl::lay_out(shapes, edges, scopes));
    shapes_ = std::move(shapes);
    edges_ = std::move(edges);
    shown_.assign(shapes_.size(), true);
    index_.clear();
    for (std::size_t i = 0; i < shapes_.size(); ++i) index_.emplace(shapes_[i].id, i);
    return {};
  }

  void finish(Diagram& diagram) {
    std::unordered_set<std::string_view> drawn;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const Shape& shape = shapes_[i];
      const Shape* around = collapsed_around(shape);
      if (around != nullptr) {
        if (around->bounds.width > 0 && is_flow_node(shape.kind)) diagram.hidden.push_back({shape.id, around->id});
      } else if (shape.bounds.width > 0) {
        drawn.insert(shape.id);
        diagram.shapes.push_back(shape);
      }
    }
    for (Shape& shape : diagram.shapes) {
      for (std::string* reference : {&shape.inside, &shape.lane, &shape.attached_to}) {
        if (!drawn.contains(*reference)) reference->clear();
      }
    }
    std::unordered_set<std::string_view> hidden;
    for (const Hidden& each : diagram.hidden) hidden.insert(each.id);
    for (Edge& edge : edges_) {
      if (edge.waypoints.size() < 2 || hidden.contains(edge.source) || hidden.contains(edge.target)) continue;
      diagram.edges.push_back(std::move(edge));
    }
  }

  std::unordered_map<std::string_view, const XmlElement*> by_id_;  // Every element of the model.
  std::size_t too_long_id_ = 0;                                    // Its line.
  std::unordered_set<std::string> used_;
  std::vector<Shape> shapes_;
  std::vector<std::size_t> scopes_;  // Of each shape: which process.
  std::vector<const XmlElement*> elements_;
  std::vector<Edge> edges_;
  std::unordered_map<std::string_view, std::size_t> index_;  // Of shapes, by id.
  std::vector<const XmlElement*> processes_;
  std::unordered_map<std::string, std::size_t> pool_of_;  // By the process.
  std::unordered_map<std::string, std::string> lane_of_;
  std::unordered_set<std::string> defaults_;
  std::unordered_set<std::size_t> data_objects_;
  std::string collaboration_name_;
  std::string name_;
  const XmlElement* plane_ = nullptr;
  std::vector<bool> shown_;
  std::vector<bool> edges_shown_;
  Problems findings_;
};

}  // namespace

Result<Diagram> read_diagram(std::string_view xml, std::string_view of) {
  return Reader().read(xml, of);
}

}  // namespace guildhall::diagram
