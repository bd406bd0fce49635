#pragma once

// A BPMN file as a tree of BPMN's own elements. Diagrams, documentation and what others have extended is passed over
// while it is read, so that it costs no memory.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace guildhall::bpmn {

inline constexpr std::string_view kModel = "http://www.omg.org/spec/BPMN/20100524/MODEL";
inline constexpr std::string_view kOurs = "urn:guildhall:bpmn";  // docs/guides/processes.md says what is in it.

struct Element {
  struct Attribute {
    std::string name;
    std::string value;
  };
  std::string name;
  std::vector<Attribute> attributes;  // Without a namespace.
  std::vector<Attribute> extensions;  // Those of our own: guildhall:work.
  std::string text;
  std::vector<Element> children;
  std::size_t line = 0;

  const Element* child(std::string_view child_name) const;              // The first, or nullptr.
  const std::string* attribute(std::string_view attribute_name) const;  // nullptr where it has none.
  const std::string* extension(std::string_view attribute_name) const;  // The same where it is blank.
};

// The <definitions> of a file. Refused: what is no BPMN, and more than half a million elements or 64 MiB of text.
Result<Element> read_elements(std::string_view xml);

}  // namespace guildhall::bpmn
