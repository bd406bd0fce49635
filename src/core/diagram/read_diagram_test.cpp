#include "diagram/read_diagram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace guildhall::diagram {
namespace {

std::string example(const std::string& name) {
  std::ifstream file("src/core/diagram/examples/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file with this in its process, and this on its plane; without a diagram where the latter is empty.
std::string file(const std::string& process, const std::string& plane = "") {
  std::string xml =
      "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
      "xmlns:b='http://www.omg.org/spec/BPMN/20100524/DI' "
      "xmlns:dc='http://www.omg.org/spec/DD/20100524/DC' xmlns:di='http://www.omg.org/spec/DD/20100524/DI'>"
      "<process id='p' name='Bins'>" +
      process + "</process>";
  if (!plane.empty()) {
    xml += "<b:BPMNDiagram><b:BPMNPlane bpmnElement='p'>" + plane + "</b:BPMNPlane></b:BPMNDiagram>";
  }
  return xml + "</definitions>";
}

std::string drawn(const std::string& id, const std::string& bounds, const std::string& more = "") {
  return "<b:BPMNShape bpmnElement='" + id + "' " + more + "><dc:Bounds " + bounds + "/></b:BPMNShape>";
}

const Shape* shape_of(const Diagram& diagram, std::string_view id) {
  for (const Shape& each : diagram.shapes) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

const Edge* edge_of(const Diagram& diagram, std::string_view id) {
  for (const Edge& each : diagram.edges) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

TEST(ReadDiagram, TakesShapesFromTheFilesOwnDiagram) {
  const auto diagram = read_diagram(example("permit.bpmn"));
  ASSERT_TRUE(diagram.ok()) << to_text(diagram.problems());
  EXPECT_TRUE(diagram->findings.empty()) << to_text(diagram->findings);
  EXPECT_FALSE(diagram->laid_out);
  EXPECT_EQ(diagram->name, "Permit to close a street for an event");
  EXPECT_EQ(diagram->shapes.size(), 26U);
  EXPECT_EQ(diagram->edges.size(), 20U);

  const Shape* late = shape_of(*diagram, "late");
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->kind, ShapeKind::BoundaryEvent);
  EXPECT_EQ(late->trigger, Trigger::Timer);
  EXPECT_FALSE(late->interrupting);
  EXPECT_EQ(late->attached_to, "consult");
  EXPECT_EQ(late->lane, "highways");
  EXPECT_EQ(late->inside, "council");
  EXPECT_EQ(late->bounds, (Bounds{302, 602, 36, 36}));
  EXPECT_EQ(kind_in_words(*late), "timer boundary event, non-interrupting");

  EXPECT_EQ(kind_in_words(*shape_of(*diagram, "c_buses")), "service task, several at the same time");
  EXPECT_EQ(shape_of(*diagram, "c_buses")->inside, "consult");
  EXPECT_EQ(kind_in_words(*shape_of(*diagram, "plan")), "collapsed sub-process");
  EXPECT_EQ(shape_of(*diagram, "received")->label, (Bounds{187, 275, 66, 27}));
  EXPECT_EQ(shape_of(*diagram, "note")->name, "Section 16A of the Road Traffic Regulation Act 1984");
  EXPECT_EQ(edge_of(*diagram, "m1")->kind, EdgeKind::MessageFlow);
  EXPECT_EQ(edge_of(*diagram, "f5")->waypoints, (std::vector<Point>{{770, 525}, {770, 650}, {860, 650}}));
}

TEST(ReadDiagram, KnowsWhichFlowsHaveADefaultOrConditionMark) {
  const auto diagram = read_diagram(example("permit.bpmn"));
  EXPECT_TRUE(edge_of(*diagram, "f6")->is_default);
  EXPECT_FALSE(edge_of(*diagram, "f5")->conditional);  // From a gateway: no mark.
  const auto from_task =
      read_diagram(file("<task id='a'/><task id='b'/><sequenceFlow id='f' sourceRef='a' "
                        "targetRef='b'><conditionExpression/></sequenceFlow>"));
  EXPECT_TRUE(edge_of(*from_task, "f")->conditional);
}

TEST(ReadDiagram, HidesWhatIsInACollapsedSubProcess) {
  const auto diagram = read_diagram(example("permit.bpmn"));
  ASSERT_EQ(diagram->hidden.size(), 1U);
  EXPECT_EQ(diagram->hidden[0].id, "p1");
  EXPECT_EQ(diagram->hidden[0].within, "plan");
  EXPECT_EQ(shape_of(*diagram, "p1"), nullptr);
  // Asked for itself, it is laid out, having no plane of its own.
  const auto inner = read_diagram(example("permit.bpmn"), "plan");
  ASSERT_TRUE(inner.ok());
  EXPECT_TRUE(inner->laid_out);
  ASSERT_EQ(inner->shapes.size(), 1U);
  EXPECT_EQ(inner->shapes[0].id, "p1");
}

TEST(ReadDiagram, RefusesWhatIsNotBpmn) {
  const auto other = read_diagram("<html/>");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.problems()[0].what, "This is not a BPMN 2.0 file: its root is ‘html’.");
  EXPECT_FALSE(read_diagram("").ok());
  EXPECT_FALSE(read_diagram("<definitions").ok());
  const auto empty = read_diagram(file(""));
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.problems()[0].what, "There is nothing to draw in this file.");
  const auto unknown = read_diagram(file("<task id='a'/>"), "q");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.problems()[0].what, "There is no process, collaboration or sub-process ‘q’ in this file.");
  EXPECT_FALSE(read_diagram(file("<task id='a'/>"), "a").ok());
}

TEST(ReadDiagram, RefusesWhatIsTooLarge) {
  std::string tasks;
  for (int i = 0; i < 2001; ++i) tasks += "<task id='t" + std::to_string(i) + "'/>";
  const auto to_lay_out = read_diagram(file(tasks));
  ASSERT_FALSE(to_lay_out.ok());
  EXPECT_EQ(to_lay_out.problems()[0].what,
            "This process has no diagram and is too large to be laid out: 2001 elements and 0 flows.");
  for (int i = 2001; i < 5001; ++i) tasks += "<task id='t" + std::to_string(i) + "'/>";
  const auto to_draw = read_diagram(file(tasks));
  ASSERT_FALSE(to_draw.ok());
  EXPECT_EQ(to_draw.problems()[0].what, "This file has 5001 elements to draw.");
}

TEST(ReadDiagram, DrawsShapesWithoutUsableBoundsAtTheBottomAndSaysSo) {
  for (const char* bounds : {"x='NaN' y='0' width='100' height='80'", "x='1e300' y='0' width='100' height='80'",
                             "x='0' y='0' width='-100' height='80'", "x='0' y='0' width='0' height='80'",
                             "x='0' y='inf' width='100' height='80'", "x='0' y='0' width='100'", ""}) {
    const auto diagram = read_diagram(
        file("<task id='a'/><task id='b'/>", drawn("a", "x='10' y='20' width='100' height='80'") + drawn("b", bounds)));
    ASSERT_TRUE(diagram.ok()) << bounds;
    ASSERT_EQ(diagram->findings.size(), 2U) << bounds;
    EXPECT_EQ(diagram->findings[0].what, "The shape of ‘b’ has no usable bounds.");
    EXPECT_EQ(diagram->findings[1].what, "The diagram has no usable shape for ‘b’.");
    EXPECT_EQ(shape_of(*diagram, "b")->bounds, (Bounds{10, 160, 120, 80}));
  }
}

TEST(ReadDiagram, LaysOutAnewWhereNoShapeIsUsable) {
  const auto diagram = read_diagram(file("<task id='a'/>", drawn("a", "x='NaN' y='0' width='1' height='1'")));
  ASSERT_TRUE(diagram.ok());
  EXPECT_TRUE(diagram->laid_out);
  EXPECT_EQ(diagram->findings.back().what, "The file's diagram has no shape with usable bounds.");
}

TEST(ReadDiagram, SaysWhatRefersToNothing) {
  const auto diagram = read_diagram(file(
      "<task id='a'/><boundaryEvent id='e' attachedToRef='gone'/><sequenceFlow id='f' sourceRef='a' targetRef='gone'/>",
      drawn("a", "x='0' y='0' width='100' height='80'") + drawn("e", "x='0' y='0' width='36' height='36'") +
          drawn("gone", "x='0' y='0' width='9' height='9'") + "<b:BPMNEdge bpmnElement='gone'/>"));
  ASSERT_TRUE(diagram.ok());
  ASSERT_EQ(diagram->findings.size(), 3U);
  EXPECT_EQ(diagram->findings[0].what, "The boundary event ‘e’ is attached to nothing that is there.");
  EXPECT_EQ(diagram->findings[1].what, "A shape of the diagram shows ‘gone’, which isn't there.");
  EXPECT_EQ(diagram->findings[2].what, "An edge of the diagram shows ‘gone’, which isn't there.");
  EXPECT_TRUE(diagram->edges.empty());
}

TEST(ReadDiagram, DrawsFlowsWithoutAWayStraight) {
  const auto diagram = read_diagram(
      file("<task id='a'/><task id='b'/><sequenceFlow id='f' sourceRef='a' targetRef='b'/>",
           drawn("a", "x='0' y='0' width='100' height='80'") + drawn("b", "x='200' y='0' width='100' height='80'") +
               "<b:BPMNEdge bpmnElement='f'><di:waypoint x='NaN' y='1'/></b:BPMNEdge>"));
  ASSERT_EQ(diagram->findings.size(), 1U);
  EXPECT_EQ(diagram->findings[0].what, "The way of ‘f’ isn't given by two or more usable points.");
  EXPECT_EQ(edge_of(*diagram, "f")->waypoints, (std::vector<Point>{{50, 40}, {250, 40}}));
}

TEST(ReadDiagram, GivesEachElementAnIdOfItsOwn) {
  const auto diagram = read_diagram(file("<task id='a'/><task id='a'/><task/>"));
  ASSERT_EQ(diagram->shapes.size(), 3U);
  EXPECT_EQ(diagram->findings[0].what, "Two elements have the id ‘a’.");
  EXPECT_NE(diagram->shapes[1].id, "a");
  EXPECT_FALSE(diagram->shapes[2].id.empty());
}

// ---- Our own layout

bool overlap(const Bounds& a, const Bounds& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

// No two things lie on each other, sequence flows are level or upright and run through nothing.
void expect_tidy(const Diagram& diagram) {
  const auto holds = [&](const Shape& outer, const Shape* inner) {
    while (inner != nullptr && inner->id != outer.id) inner = shape_of(diagram, inner->inside);
    return inner != nullptr;
  };
  for (const Shape& a : diagram.shapes) {
    if (!is_flow_node(a.kind) && !is_data(a.kind)) continue;
    for (const Shape& b : diagram.shapes) {
      if (&a == &b || (!is_flow_node(b.kind) && !is_data(b.kind))) continue;
      if (holds(a, &b) || holds(b, &a) || a.attached_to == b.id || b.attached_to == a.id) continue;
      EXPECT_FALSE(overlap(a.bounds, b.bounds)) << a.id << " and " << b.id;
    }
    const Shape* outer = shape_of(diagram, a.inside);
    if (outer != nullptr) {
      EXPECT_TRUE(a.bounds.x > outer->bounds.x && a.bounds.right() < outer->bounds.right() &&
                  a.bounds.y > outer->bounds.y && a.bounds.bottom() < outer->bounds.bottom())
          << a.id << " in " << outer->id;
    }
  }
  for (const Edge& edge : diagram.edges) {
    if (edge.kind != EdgeKind::SequenceFlow) continue;
    for (std::size_t i = 1; i < edge.waypoints.size(); ++i) {
      const Point a = edge.waypoints[i - 1];
      const Point b = edge.waypoints[i];
      EXPECT_TRUE(a.x == b.x || a.y == b.y) << edge.id;
      const Bounds line{std::min(a.x, b.x), std::min(a.y, b.y), std::max(std::abs(a.x - b.x), 0.1),
                        std::max(std::abs(a.y - b.y), 0.1)};
      for (const Shape& shape : diagram.shapes) {
        if (!is_flow_node(shape.kind) || shape.id == edge.source || shape.id == edge.target) continue;
        if (holds(shape, shape_of(diagram, edge.source))) continue;
        const Shape* source = shape_of(diagram, edge.source);
        if (source->attached_to == shape.id) continue;
        EXPECT_FALSE(overlap(line, shape.bounds)) << edge.id << " runs through " << shape.id;
      }
    }
  }
}

TEST(Layout, IsTidy) {
  const auto diagram = read_diagram(example("fostering.bpmn"));
  ASSERT_TRUE(diagram.ok());
  EXPECT_TRUE(diagram->laid_out);
  EXPECT_EQ(diagram->shapes.size(), 24U);
  EXPECT_EQ(diagram->edges.size(), 28U);
  expect_tidy(*diagram);
}

TEST(Layout, IsTidyWithPoolsLanesAndSubProcesses) {
  std::string xml = example("permit.bpmn");
  const std::size_t begin = xml.find("<bpmndi:BPMNDiagram");
  const std::string end = "</bpmndi:BPMNDiagram>";
  xml.erase(begin, xml.find(end) + end.size() - begin);
  const auto diagram = read_diagram(xml);
  ASSERT_TRUE(diagram.ok());
  EXPECT_TRUE(diagram->laid_out);
  expect_tidy(*diagram);
  EXPECT_TRUE(shape_of(*diagram, "plan")->expanded);
  for (const Shape& shape : diagram->shapes) {
    const Shape* lane = shape_of(*diagram, shape.lane);
    if (lane == nullptr) continue;
    EXPECT_TRUE(shape.bounds.y > lane->bounds.y && shape.bounds.bottom() < lane->bounds.bottom()) << shape.id;
  }
}

TEST(Layout, KeepsTheLongestWayStraight) {
  const auto diagram = read_diagram(example("fostering.bpmn"));
  const double y = shape_of(*diagram, "asked")->bounds.centre().y;
  for (const char* id :
       {"call", "suitable", "fork", "join", "score", "complete", "report", "panel", "verdict", "offers"}) {
    EXPECT_DOUBLE_EQ(shape_of(*diagram, id)->bounds.centre().y, y) << id;
  }
  EXPECT_GT(shape_of(*diagram, "decline")->bounds.y, y);
}

TEST(Layout, IsTidyForCirclesOfEverySize) {
  for (int size = 1; size < 8; ++size) {
    std::string xml;
    for (int i = 0; i < size; ++i) {
      const std::string from = std::to_string(i);
      xml += "<exclusiveGateway id='g" + from + "'/>";
      for (int to = 0; to < size; ++to) {
        xml += "<sequenceFlow id='f" + from + "_" + std::to_string(to) + "' sourceRef='g" + from + "' targetRef='g" +
               std::to_string(to) + "'/>";
      }
    }
    const auto diagram = read_diagram(file(xml));
    ASSERT_TRUE(diagram.ok());
    EXPECT_EQ(diagram->edges.size(), static_cast<std::size_t>(size * size));
    expect_tidy(*diagram);
  }
}

TEST(Layout, RefusesWhatIsTooTangled) {
  std::string xml;
  for (int i = 0; i < 1000; ++i) {
    xml += "<task id='t" + std::to_string(i) + "'/>";
    if (i > 0) {
      xml += "<sequenceFlow sourceRef='t" + std::to_string(i - 1) + "' targetRef='t" + std::to_string(i) + "'/>";
      xml += "<sequenceFlow sourceRef='t0' targetRef='t" + std::to_string(i) + "'/>";
    }
  }
  const auto diagram = read_diagram(file(xml));
  ASSERT_FALSE(diagram.ok());
  EXPECT_EQ(diagram.problems()[0].what, "This process is too tangled to be laid out.");
}

}  // namespace
}  // namespace guildhall::diagram
