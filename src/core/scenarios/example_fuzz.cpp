#include <cstdint>
#include <cstdlib>

#include "bpmn/read_definitions.h"
#include "scenarios/run.h"

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

// A process with something of all that a script can do.
constexpr std::string_view kProcess =
    R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:g="urn:guildhall:bpmn" id="d">
  <message id="m" name="m"/><signal id="s" name="s"/><process id="p"><startEvent id="b"/><sequenceFlow id="f" sourceRef="b" targetRef="g"/>
  <eventBasedGateway id="g"/><sequenceFlow id="f1" sourceRef="g" targetRef="m1"/><sequenceFlow id="f2" sourceRef="g" targetRef="t1"/>
  <intermediateCatchEvent id="m1"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
  <intermediateCatchEvent id="t1"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>
  <sequenceFlow id="f3" sourceRef="m1" targetRef="u"/><sequenceFlow id="f4" sourceRef="t1" targetRef="w"/>
  <userTask id="u"/><intermediateCatchEvent id="s1"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>
  <sequenceFlow id="f6" sourceRef="g" targetRef="s1"/><serviceTask id="w" g:work="w"/><sequenceFlow id="f5" sourceRef="w" targetRef="d1"/>
  <businessRuleTask id="d1" g:decision="d"/><boundaryEvent id="r" attachedToRef="u" cancelActivity="false">
  <timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></boundaryEvent></process></definitions>)";

}  // namespace

// What can be read can be run, and says the same each time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  static const scenarios::Component component = [] {
    scenarios::Component made;
    made.files.push_back(bpmn::read_definitions(kProcess).value());
    return made;
  }();
  const auto example = scenarios::read_example({reinterpret_cast<const char*>(data), size});
  if (!example.ok()) {
    must(!example.problems().empty() && !example.problems().front().what.empty());
    return 0;
  }
  const scenarios::RunOptions options{.max_events = 500, .max_instances = 20, .limits = {}, .given = {}};
  const auto report = scenarios::run(*example, component, options);
  if (!report.ok()) return 0;
  const auto again = scenarios::run(*example, component, options);
  must(again->mismatches == report->mismatches && again->path == report->path && again->ended == report->ended);
  for (const auto& mismatch : report->mismatches) must(!mismatch.found.empty() && !mismatch.remedy.empty());
  return 0;
}
