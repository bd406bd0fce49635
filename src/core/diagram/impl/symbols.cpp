#include "diagram/impl/symbols.h"

#include <string_view>

#include "diagram/impl/look.h"

namespace guildhall::diagram::impl {
namespace {

std::string path(std::string_view d, std::string_view fill, std::string_view stroke, std::string_view width) {
  std::string markup = "<path d=\"";
  markup += d;
  markup += "\" fill=\"";
  markup += fill;
  markup += "\" stroke=\"";
  markup += stroke;
  markup += "\" stroke-width=\"";
  markup += width;
  markup += "\" stroke-linejoin=\"round\"/>";
  return markup;
}

std::string circle(std::string_view radius, std::string_view fill, std::string_view width, std::string_view more = "") {
  std::string markup = "<circle r=\"";
  markup += radius;
  markup += "\" fill=\"";
  markup += fill;
  markup += "\" stroke=\"";
  markup += kLine;
  markup += "\" stroke-width=\"";
  markup += width;
  markup += '"';
  markup += more;
  markup += "/>";
  return markup;
}

constexpr std::string_view kEnvelope = "M-9 -6.5H9V6.5H-9Z";
constexpr std::string_view kFlap = "M-9 -6.5L0 1L9 -6.5";
constexpr std::string_view kPentagon = "M0 -9.5L9.5 -2.5L6 8.5H-6L-9.5 -2.5Z";
constexpr std::string_view kCross = "M-3 -9H3V-3H9V3H3V9H-3V3H-9V-3H-3Z";

}  // namespace

std::string trigger_symbol(Trigger trigger, Filling filling) {
  const bool filled = filling == Filling::Filled;
  const std::string_view fill = filled ? kLine : kPaper;
  const auto drawn = [&](std::string_view d) { return path(d, fill, kLine, "1.5"); };
  switch (trigger) {
    case Trigger::None:
      return "";
    case Trigger::Message:
      return drawn(kEnvelope) + path(kFlap, "none", filled ? kPaper : kLine, "1.5");
    case Trigger::Timer:
      return circle("10", kPaper, "1.5") + path("M0 -10V-7.5M10 0H7.5M0 10V7.5M-10 0H-7.5", "none", kLine, "1.5") +
             path("M0.8 -6.5L0 0L4.8 2.2", "none", kLine, "1.5");
    case Trigger::Error:
      return drawn("M-8 8L-3.6 -7.6L2.4 1.8L8 -9L3.8 7.6L-2.4 -1.4Z");
    case Trigger::Escalation:
      return drawn("M0 -9.5L7 9L0 2.4L-7 9Z");
    case Trigger::Cancel:
      return drawn("M-9 -6L-6 -9L0 -3L6 -9L9 -6L3 0L9 6L6 9L0 3L-6 9L-9 6L-3 0Z");
    case Trigger::Compensation:
      return drawn("M-10 0L-1 -7V7Z") + drawn("M-1 0L8 -7V7Z");
    case Trigger::Conditional:
      return path("M-7 -9H7V9H-7Z", kPaper, kLine, "1.5") +
             path("M-4.5 -5.4H4.5M-4.5 -1.8H4.5M-4.5 1.8H4.5M-4.5 5.4H4.5", "none", kLine, "1.3");
    case Trigger::Link:
      return drawn("M-9 -4H1V-8.5L10 0L1 8.5V4H-9Z");
    case Trigger::Signal:
      return drawn("M0 -9.5L9 6.5H-9Z");
    case Trigger::Terminate:
      return circle("10", kLine, "1");
    case Trigger::Multiple:
      return drawn(kPentagon);
    case Trigger::ParallelMultiple:
      return drawn(kCross);
  }
  return "";
}

std::string gateway_symbol(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::ExclusiveGateway:
      return shape.marker_visible ? path("M-7 -7.5L7 7.5M7 -7.5L-7 7.5", "none", kLine, "3.5") : "";
    case ShapeKind::ParallelGateway:
      return path("M0 -11V11M-11 0H11", "none", kLine, "3.5");
    case ShapeKind::InclusiveGateway:
      return circle("10.5", "none", "3");
    case ShapeKind::ComplexGateway:
      return path("M0 -11V11M-11 0H11M-7.5 -7.5L7.5 7.5M7.5 -7.5L-7.5 7.5", "none", kLine, "3");
    case ShapeKind::EventBasedGateway: {
      std::string markup = circle("12", "none", "1.2");
      if (!shape.instantiates) markup += circle("9.8", "none", "1.2");
      return markup + "<g transform=\"scale(0.62)\">" +
             path(shape.parallel_instance ? kCross : kPentagon, "none", kLine, "1.9") + "</g>";
    }
    default:
      return "";
  }
}

std::string task_symbol(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::UserTask:
      return path("M-6.5 7.5C-6.5 2.6 -3.6 1 0 1C3.6 1 6.5 2.6 6.5 7.5Z", kPaper, kLine, "1.3") +
             path("M0 -7A3.6 3.6 0 1 1 -0.1 -7Z", kLine, kLine, "1.3");
    case ShapeKind::ManualTask:
      return path(
          "M-6.5 0.5L-2 -4Q-0.4 -5 0.4 -3.6L-1 -1.6H5.6Q7 -0.6 5.6 0.4H2M5 0.4Q6.4 1.4 5 2.4H2M4.4 2.4Q5.6 3.4 4.2 "
          "4.4H1.8M3.6 4.4Q4.4 5.6 3 6.2H-3Q-6.5 5.6 -6.5 0.5",
          "none", kLine, "1.3");
    case ShapeKind::ServiceTask:
      return circle("6.4", "none", "2.6", " stroke-dasharray=\"2.51 2.51\"") + circle("4.6", kPaper, "1.6") +
             circle("1.8", kPaper, "1.2");
    case ShapeKind::ScriptTask:
      return path("M-3.5 -7H6.5C2.5 -3.5 7.5 2 3.5 7H-6.5C-2.5 2 -7.5 -3.5 -3.5 -7Z", kPaper, kLine, "1.3") +
             path("M-3.2 -3.6H2.4M-2.2 0H3.2M-2.4 3.6H2.8", "none", kLine, "1.2");
    case ShapeKind::SendTask:
      return "<g transform=\"scale(0.8)\">" + path(kEnvelope, kLine, kLine, "1.6") +
             path(kFlap, "none", kPaper, "1.6") + "</g>";
    case ShapeKind::ReceiveTask: {
      const std::string envelope = path(kEnvelope, kPaper, kLine, "1.6") + path(kFlap, "none", kLine, "1.6");
      if (!shape.instantiates) return "<g transform=\"scale(0.8)\">" + envelope + "</g>";
      return circle("7.4", kPaper, "1.2") + "<g transform=\"scale(0.52)\">" + envelope + "</g>";
    }
    case ShapeKind::BusinessRuleTask:
      return path("M-7 -6H7V6H-7Z", kPaper, kLine, "1.3") + path("M-7 -6H7V-2.6H-7Z", kLine, kLine, "1.3") +
             path("M-7 1.7H7M-2.6 -2.6V6", "none", kLine, "1.3");
    default:
      return "";
  }
}

std::string marker_symbol(Marker marker) {
  switch (marker) {
    case Marker::Loop:
      return path("M-2.4 4.8A5.3 5.3 0 1 1 2.4 4.8", "none", kLine, "1.6") +
             path("M-5.8 5.2L-2 5V1.2", "none", kLine, "1.6");
    case Marker::Parallel:
      return path("M-4 -5.5V5.5M0 -5.5V5.5M4 -5.5V5.5", "none", kLine, "2.2");
    case Marker::Sequential:
      return path("M-5.5 -4H5.5M-5.5 0H5.5M-5.5 4H5.5", "none", kLine, "2.2");
    case Marker::Compensation:
      return path("M-6.5 0L-0.5 -4.6V4.6Z M-0.5 0L5.5 -4.6V4.6Z", kPaper, kLine, "1.3");
    case Marker::AdHoc:
      return path("M-6 2C-4.5 -3.5 -2 -3 0 -0.6C2 1.8 4.5 2 6 -2.4", "none", kLine, "2.2");
    case Marker::Collapsed:
      return path("M-6 -6H6V6H-6Z", kPaper, kLine, "1.3") + path("M0 -4V4M-4 0H4", "none", kLine, "1.3");
  }
  return "";
}

}  // namespace guildhall::diagram::impl
