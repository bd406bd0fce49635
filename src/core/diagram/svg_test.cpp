#include "diagram/svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/xml.h"
#include "diagram/impl/lettering.h"
#include "diagram/impl/look.h"
#include "diagram/read_diagram.h"

namespace guildhall::diagram {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Diagram example(const std::string& name) {
  return read_diagram(read("src/core/diagram/examples/" + name)).value();
}

Diagram one_task(const std::string& name) {
  Diagram diagram;
  diagram.shapes.push_back({.id = "a", .kind = ShapeKind::UserTask, .name = name, .bounds = {0, 0, 100, 80}});
  return diagram;
}

// Pictures that a person has looked at: golden/<name>.svg. GUILDHALL_REWRITE_GOLDEN=1 writes them anew.
void expect_golden(const std::string& name, const std::string& svg) {
  const std::string path = "src/core/diagram/golden/" + name + ".svg";
  if (std::getenv("GUILDHALL_REWRITE_GOLDEN")) {
    std::ofstream(path) << svg;
    return;
  }
  ASSERT_TRUE(std::ifstream(path)) << path << " is missing: run with GUILDHALL_REWRITE_GOLDEN=1, and look at it.";
  EXPECT_EQ(svg, read(path)) << path;
}

TEST(Svg, DrawsAFilesOwnDiagramWithWhatIsGoingOn) {
  Overlay overlay;
  overlay.elements["check"] = {
      .tokens = 3, .state = State::Waiting, .heat = 0.9, .label = "412 · 3.5 days", .link = "/work/check"};
  overlay.elements["received"] = {.state = State::Done};
  overlay.elements["c_police"] = {.tokens = 1, .state = State::Failed, .heat = 0.3, .label = "97 · 1 day"};
  overlay.elements["p1"] = {.tokens = 12, .state = State::Waiting};
  overlay.elements["agreed"] = {.heat = 0, .label = "80"};
  overlay.volumes = {{"f1", 1412}, {"f2", 1300}, {"f3", 12}, {"f5", 300}, {"f6", 1000}};
  expect_golden("permit", to_svg(example("permit.bpmn"), overlay));
}

TEST(Svg, DrawsWhatWeLaidOut) {
  expect_golden("fostering", to_svg(example("fostering.bpmn")));
}

TEST(Svg, StandsUnderAStrictContentSecurityPolicy) {
  Overlay overlay;
  overlay.elements["check"] = {.tokens = 3, .heat = 1, .link = "/work"};
  const std::string svg = to_svg(example("permit.bpmn"), overlay);
  for (const char* forbidden : {"style", "<script", " on", " id=\"", "url(", "javascript", "<image", "<use"}) {
    std::string attributes = svg;
    // Text may say anything.
    for (std::size_t at = 0; (at = attributes.find('>', at)) != std::string::npos; ++at) {
      const std::size_t end = attributes.find('<', at);
      if (end != std::string::npos) attributes.erase(at + 1, end - at - 1);
    }
    EXPECT_EQ(attributes.find(forbidden), std::string::npos) << forbidden;
  }
}

TEST(Svg, IsAnImageUnlessItHasLinks) {
  Overlay overlay;
  EXPECT_NE(to_svg(one_task("A"), overlay).find("role=\"img\""), std::string::npos);
  overlay.elements["a"].link = "/work/a?b=1&c";
  const std::string svg = to_svg(one_task("A"), overlay);
  EXPECT_EQ(svg.find("role=\"img\""), std::string::npos);
  EXPECT_NE(svg.find("role=\"group\""), std::string::npos);
  EXPECT_NE(svg.find("<a href=\"/work/a?b=1&amp;c\">"), std::string::npos);
}

TEST(Svg, LinksOnlyWithinThisSite) {
  for (const char* refused : {"https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "",
                              "/\t/evil.example", " /work", "/a b", "data:,x"}) {
    Overlay overlay;
    overlay.elements["a"].link = refused;
    EXPECT_EQ(to_svg(one_task("A"), overlay).find("<a "), std::string::npos) << refused;
  }
  for (const char* granted : {"/", "/work", "#a", "?step=a"}) EXPECT_TRUE(is_link(granted)) << granted;
}

TEST(Svg, EscapesEveryText) {
  Diagram diagram = one_task("</text><script>alert('\"&\x01\xFF')</script>");
  diagram.name = "<b>";
  diagram.shapes[0].id = "\"><x y=\"";
  Overlay overlay;
  overlay.elements[diagram.shapes[0].id] = {.heat = 1, .label = "<i>\x02"};
  const std::string svg = to_svg(diagram, overlay);
  const auto parsed = parse_xml(svg);
  ASSERT_TRUE(parsed.ok()) << to_text(parsed.problems());
  for (const char* raw : {"<script", "<b>", "<i>", "<x "}) EXPECT_EQ(svg.find(raw), std::string::npos) << raw;
}

TEST(Svg, SaysNameKindAndStateOfEachElement) {
  Overlay overlay;
  overlay.elements["a"] = {.tokens = 3, .state = State::Failed, .label = "412 · 3.5 days"};
  const std::string svg = to_svg(one_task("Look at the site"), overlay);
  EXPECT_NE(svg.find("<title>Look at the site: user task, failed, 3 waiting, 412 · 3.5 days</title>"),
            std::string::npos);
  EXPECT_NE(svg.find("<desc>BPMN process diagram: 1 activity, 0 events, 0 gateways. Waiting: Look at the site (3). "
                     "Failed: Look at the site.</desc>"),
            std::string::npos);
}

TEST(Svg, CountsWhatIsInACollapsedSubProcessTowardsIt) {
  const Diagram diagram = example("permit.bpmn");
  Overlay overlay;
  overlay.elements["p1"] = {.tokens = 4, .state = State::Failed};
  auto marks = marks_of_shapes(diagram, overlay);
  EXPECT_EQ(marks["plan"].tokens, 4U);
  EXPECT_EQ(marks["plan"].state, State::Failed);
  overlay.elements["plan"] = {.tokens = 1, .state = State::Waiting};  // Its own token is the one that waits inside.
  marks = marks_of_shapes(diagram, overlay);
  EXPECT_EQ(marks["plan"].tokens, 1U);
  EXPECT_EQ(marks["plan"].state, State::Failed);
}

// WCAG 2.2, "relative luminance" and "contrast ratio".
double luminance(std::string_view colour) {
  const auto part = [&](std::size_t at) {
    const double value = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

double contrast(std::string_view a, std::string_view b) {
  const double x = luminance(a);
  const double y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Svg, ContrastsEnough) {
  EXPECT_NEAR(contrast("#000000", "#ffffff"), 21, 0.01);
  EXPECT_GE(contrast(impl::kInk, impl::kPaper), 4.5);
  for (const auto badge : {impl::kWaiting, impl::kFailed, impl::kDone}) EXPECT_GE(contrast(impl::kPaper, badge), 4.5);
  for (const auto line : {impl::kLine, impl::kFrame, impl::kVolume}) EXPECT_GE(contrast(line, impl::kPaper), 3);
  double before = 1;
  for (const auto& step : impl::kHeat) {
    EXPECT_GE(contrast(step.text, step.fill), 4.5) << step.fill;
    EXPECT_LT(luminance(step.fill), before) << step.fill;  // Each darker than the one before.
    before = luminance(step.fill);
  }
}

TEST(Svg, TakesHeatFromZeroToOne) {
  EXPECT_EQ(impl::heat_step(0), 0U);
  EXPECT_EQ(impl::heat_step(0.5), 2U);
  EXPECT_EQ(impl::heat_step(1), 4U);
  EXPECT_EQ(impl::heat_step(-3), 0U);
  EXPECT_EQ(impl::heat_step(INFINITY), 4U);
  EXPECT_EQ(impl::heat_step(NAN), 0U);
}

TEST(Lettering, NeverLeavesItsBox) {
  for (const std::string text :
       {"Check that the application is complete", "Wohngeldbewilligungsverfahren", "ab", "", "申请表格的审核与批准流程",
        "a-b/c-d/e-f and so on", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWW"}) {
    for (double width = 0; width < 150; width += 7) {
      for (double height = 0; height < 60; height += 7) {
        const auto fitted = impl::fit(text, {.width = width, .height = height});
        EXPECT_LE(fitted.width(), width) << text;
        EXPECT_LE(fitted.height(), height) << text;
      }
    }
  }
}

TEST(Lettering, BreaksBetweenWordsAndCutsWhatDoesNotFit) {
  EXPECT_EQ(impl::fit("Look at the site", {.width = 60, .height = 60}).lines,
            (std::vector<std::string>{"Look at", "the site"}));
  const auto cut = impl::fit("Check that the application is complete", {.width = 60, .height = 24});
  EXPECT_EQ(cut.font_size, 9);
  ASSERT_EQ(cut.lines.size(), 2U);
  EXPECT_TRUE(cut.lines[1].ends_with("…")) << cut.lines[1];
}

}  // namespace
}  // namespace guildhall::diagram
