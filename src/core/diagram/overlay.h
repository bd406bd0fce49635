#pragma once

// What is going on in a process, to be marked on its picture.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "diagram/diagram.h"

namespace guildhall::diagram {

enum class State : std::uint8_t { None, Waiting, Done, Failed };

struct Mark {
  std::uint64_t tokens = 0;  // How many wait here.
  State state = State::None;
  std::optional<double> heat{};  // From 0, little, to 1, much. Anything outside is taken as the nearer end.
  std::string label{};           // "412 · 3.5 days".
  std::string link{};            // See is_link; anything else makes no link.
};

struct Overlay {
  std::map<std::string, Mark, std::less<>> elements;          // By the element's id.
  std::map<std::string, std::uint64_t, std::less<>> volumes;  // By the flow's id: how many went that way.
};

// Within this site: begins with "/", "#" or "?", and not with what browsers take for another host ("//", "/\"); no
// control characters, spaces or backslashes.
bool is_link(std::string_view href);

// The marks by the id of the shape that shows them: what is inside a collapsed sub-process counts towards that, its
// tokens where the sub-process has none of its own. Valid while `diagram` lives.
std::unordered_map<std::string_view, Mark> marks_of_shapes(const Diagram& diagram, const Overlay& overlay);

// "3 waiting", "failed", "done", "412 · 3.5 days", joined by commas; empty where there is nothing to say.
std::string in_words(const Mark& mark);

}  // namespace guildhall::diagram
