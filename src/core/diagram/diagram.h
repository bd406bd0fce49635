#pragma once

// A BPMN 2.0 process as a picture: read from its file, drawn as SVG with what is going on marked on it, and told in
// words beside it. Made on the server; needs no script and no style sheet.
//
//   const Diagram diagram = TRY(read_diagram(xml));
//   Overlay overlay;
//   overlay.elements["inspect"] = {.tokens = 3, .state = State::Waiting, .link = "/work/inspect"};
//   page << to_svg(diagram, overlay);               // svg.h
//   for (const Step& step : reading_order(diagram, overlay)) …  // reading_order.h
//
// What always holds of a Diagram:
//  - the ids of its shapes and edges are all different; `inside`, `lane` and `attached_to` are empty or name a shape;
//  - bounds and waypoints are finite, within a million of the origin, and no shape is without width or height;
//  - an edge has at least two waypoints. Its ends may name elements that aren't shown.
//
// Source: BPMN 2.0.2 (OMG formal/13-12-09), chapters 7 and 10 for the notation, 12 for the diagram interchange.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::diagram {

struct Point {
  double x = 0;
  double y = 0;  // Grows downwards.
  bool operator==(const Point&) const = default;
};

struct Bounds {
  double x = 0;  // Left.
  double y = 0;  // Top.
  double width = 0;
  double height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
  Point centre() const { return {x + width / 2, y + height / 2}; }
  bool operator==(const Bounds&) const = default;
};

enum class ShapeKind : std::uint8_t {
  StartEvent,
  EndEvent,
  IntermediateCatchEvent,
  IntermediateThrowEvent,
  BoundaryEvent,
  Task,
  UserTask,
  ServiceTask,
  ScriptTask,
  SendTask,
  ReceiveTask,
  ManualTask,
  BusinessRuleTask,
  CallActivity,
  SubProcess,
  EventSubProcess,
  AdHocSubProcess,
  Transaction,
  ExclusiveGateway,
  InclusiveGateway,
  ParallelGateway,
  EventBasedGateway,
  ComplexGateway,
  Pool,
  Lane,
  DataObject,
  DataInput,
  DataOutput,
  DataStore,
  TextAnnotation,
  Group,
};

enum class Trigger : std::uint8_t {  // What an event waits for or brings about (10.5).
  None,
  Message,
  Timer,
  Error,
  Escalation,
  Cancel,
  Compensation,
  Conditional,
  Link,
  Signal,
  Terminate,
  Multiple,
  ParallelMultiple,
};

enum class Loop : std::uint8_t { None, Standard, ParallelInstances, SequentialInstances };

struct Shape {
  std::string id{};  // Of the BPMN element that it shows; made from its line where the file gives none.
  ShapeKind kind = ShapeKind::Task;
  std::string name{};  // Of a text annotation: its text. At most kMaxName bytes.
  Bounds bounds{};
  Bounds label{};  // Where the file wants its name; without width where it doesn't say.

  std::string inside{};       // The sub-process, or else the pool, that holds it.
  std::string lane{};         // The innermost lane; of a lane, the one around it.
  std::string attached_to{};  // Of a boundary event: the activity.

  Trigger trigger = Trigger::None;
  bool interrupting = true;        // Boundary events, and start events of event sub-processes.
  bool expanded = false;           // A sub-process whose content is shown.
  bool multiple = false;           // A participant with several instances; a collection of data.
  bool for_compensation = false;   // An activity that undoes another.
  bool instantiates = false;       // A receive task or event-based gateway that starts the process.
  bool parallel_instance = false;  // Of such a gateway: waits for all of its events.
  bool horizontal = true;          // Pools and lanes.
  bool marker_visible = true;      // An exclusive gateway with its X.
  Loop loop = Loop::None;
};

enum class EdgeKind : std::uint8_t { SequenceFlow, MessageFlow, Association, DataAssociation };
enum class Direction : std::uint8_t { None, One, Both };

struct Edge {
  std::string id{};
  EdgeKind kind = EdgeKind::SequenceFlow;
  std::string name{};
  std::string source{};  // Ids of elements. Of a data association: the activity or event, and the data.
  std::string target{};
  std::vector<Point> waypoints{};
  Bounds label{};
  bool is_default = false;               // Taken where no condition holds: a stroke across its beginning.
  bool conditional = false;              // From an activity, under a condition: a diamond at its beginning.
  Direction direction = Direction::One;  // Of an association.
};

// An element that is not shown itself, being in a collapsed sub-process.
struct Hidden {
  std::string id;
  std::string within;  // The shape of that sub-process.
};

struct Diagram {
  std::string name;           // Of the process or collaboration; may be empty.
  std::vector<Shape> shapes;  // In the order of the file's elements; what holds others comes before them.
  std::vector<Edge> edges;
  std::vector<Hidden> hidden;
  bool laid_out = false;  // By us, the file having no diagram of it.
  Problems findings;      // What in the file's diagram could not be used, and what was done instead.
};

inline constexpr std::size_t kMaxName = 2000;

// "user task", "timer boundary event, non-interrupting", "collapsed sub-process"; lower case.
std::string kind_in_words(const Shape& shape);

bool is_event(ShapeKind kind);
bool is_task(ShapeKind kind);         // Tasks of all kinds, and call activities.
bool is_sub_process(ShapeKind kind);  // Transactions too.
bool is_gateway(ShapeKind kind);
bool is_flow_node(ShapeKind kind);  // One of these four.
bool is_data(ShapeKind kind);       // Data objects, inputs, outputs and stores.

}  // namespace guildhall::diagram
