#include "diagram/overlay.h"

#include <algorithm>

namespace guildhall::diagram {

bool is_link(std::string_view href) {
  if (href.empty() || (href[0] != '/' && href[0] != '#' && href[0] != '?')) return false;
  if (href.substr(0, 2) == "//") return false;
  return std::all_of(href.begin(), href.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '\\'; });
}

std::unordered_map<std::string_view, Mark> marks_of_shapes(const Diagram& diagram, const Overlay& overlay) {
  std::unordered_map<std::string_view, Mark> marks;
  if (overlay.elements.empty()) return marks;
  for (const Shape& shape : diagram.shapes) {
    const auto found = overlay.elements.find(shape.id);
    if (found != overlay.elements.end()) marks.emplace(shape.id, found->second);
  }
  for (const Hidden& hidden : diagram.hidden) {
    const auto found = overlay.elements.find(hidden.id);
    if (found == overlay.elements.end()) continue;
    const auto own = overlay.elements.find(hidden.within);
    Mark& mark = marks[hidden.within];
    if (own == overlay.elements.end() || own->second.tokens == 0) mark.tokens += found->second.tokens;
    if (found->second.state == State::Failed || (found->second.state == State::Waiting && mark.state == State::None)) {
      mark.state = found->second.state;
    }
  }
  return marks;
}

std::string in_words(const Mark& mark) {
  std::string words;
  const auto say = [&](std::string_view part) {
    if (part.empty()) return;
    if (!words.empty()) words += ", ";
    words += part;
  };
  if (mark.state == State::Failed) say("failed");
  if (mark.state == State::Done) say("done");
  if (mark.tokens > 0) {
    say(std::to_string(mark.tokens) + " waiting");
  } else if (mark.state == State::Waiting) {
    say("waiting");
  }
  say(mark.label);
  return words;
}

}  // namespace guildhall::diagram
