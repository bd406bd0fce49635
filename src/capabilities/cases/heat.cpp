#include "cases/heat.h"

#include <algorithm>
#include <array>

namespace guildhall::cases {
namespace {

using std::chrono::microseconds;

// One digit behind the point, half away from none.
std::string tenths(std::int64_t part, std::int64_t whole) {
  const std::int64_t count = (part * 20 / whole + 1) / 2;
  return std::to_string(count / 10) + "." + std::to_string(count % 10);
}

bool can_be_told(const Durations& durations) {
  return durations.count() >= kFewest;
}

double amount_of(const ElementStatistics& element, HeatOf of) {
  if (of == HeatOf::Volume) return element.entered < kFewest ? 0 : static_cast<double>(element.entered);
  return can_be_told(element.time) ? static_cast<double>(element.time.percentile(50)->count()) : 0;
}

}  // namespace

std::string told(std::uint64_t count) {
  return count > 0 && count < kFewest ? "fewer than " + std::to_string(kFewest) : std::to_string(count);
}

std::string told(const Durations& durations, int percent) {
  return can_be_told(durations) ? in_words(*durations.percentile(percent)) : "–";
}

std::string in_words(microseconds time) {
  constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
  const std::int64_t length = time.count();
  const auto whole = [](std::int64_t count, const std::string& unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (length < kMinute) return whole(length / kSecond, "second");
  if (length < 2 * kHour) return whole(length / kMinute, "minute");
  if (length < 2 * kDay) return tenths(length, kHour) + " hours";
  return tenths(length, kDay) + " days";
}

diagram::Overlay heat(const bpmn::Process& process, const ProcessStatistics& statistics, HeatOf of) {
  diagram::Overlay overlay;
  double most = 0;
  for (const bpmn::Node& node : process.nodes) {
    const auto found = statistics.elements.find(node.id);
    if (found != statistics.elements.end()) most = std::max(most, amount_of(found->second, of));
  }
  for (const bpmn::Node& node : process.nodes) {
    const auto found = statistics.elements.find(node.id);
    if (found == statistics.elements.end() || found->second.entered == 0) continue;
    const ElementStatistics& element = found->second;
    diagram::Mark mark;
    mark.label = told(element.entered);
    // What nobody waits in has no time to show: gateways, and steps that are done at once.
    const double amount = amount_of(element, of);
    if (amount > 0) mark.heat = amount / most;
    if (of == HeatOf::Time) {
      if (amount == 0) continue;
      mark.label += " · " + told(element.time, 50);
    }
    overlay.elements[node.id] = std::move(mark);
  }
  for (const bpmn::Flow& flow : process.flows) {
    const auto volume = statistics.flows.find(flow.id);
    if (volume != statistics.flows.end() && volume->second >= kFewest) overlay.volumes[flow.id] = volume->second;
  }
  return overlay;
}

}  // namespace guildhall::cases
