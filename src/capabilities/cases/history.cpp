#include "cases/history.h"

#include "base/text.h"

namespace guildhall::cases {
namespace {

using What = bpmn::Logged::What;

constexpr std::string_view kSigns = "+-!=~";  // In the order of What.
static_assert(static_cast<int>(What::Entered) == 0 && static_cast<int>(What::Left) == 1 &&
              static_cast<int>(What::Cancelled) == 2 && static_cast<int>(What::Script) == 3 &&
              static_cast<int>(What::Compensated) == 4);

}  // namespace

void add_happening(std::string& text, What what, std::string_view element, bpmn::Id instance) {
  if (!text.empty()) text += '\n';
  text += kSigns[static_cast<std::size_t>(what)];
  text += element;
  if (instance != 0) text += '#' + std::to_string(instance);
}

std::vector<Happening> happenings(std::string_view text) {
  std::vector<Happening> found;
  if (text.empty()) return found;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t sign = line.empty() ? std::string_view::npos : kSigns.find(line[0]);
    if (sign == std::string_view::npos) continue;
    Happening happening{.what = static_cast<What>(sign), .element = std::string(line.substr(1))};
    // Ids of elements may hold a "#" themselves: the number is behind the last.
    if (const std::size_t hash = happening.element.rfind('#'); hash != std::string::npos) {
      if (const auto number = parse_integer(std::string_view(happening.element).substr(hash + 1));
          number && *number > 0) {
        happening.instance = static_cast<bpmn::Id>(*number);
        happening.element.resize(hash);
      }
    }
    found.push_back(std::move(happening));
  }
  return found;
}

void add_flow(std::string& text, std::string_view flow) {
  if (!text.empty()) text += '\n';
  text += '>';
  text += flow;
}

std::vector<std::string> flows_taken(std::string_view text) {
  std::vector<std::string> found;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with('>')) found.emplace_back(line.substr(1));
  }
  return found;
}

}  // namespace guildhall::cases
