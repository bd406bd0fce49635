#include <algorithm>

#include "base/text.h"
#include "base/xml.h"
#include "bpmn/impl/element.h"

namespace guildhall::bpmn {
namespace {

constexpr std::size_t kMaxElements = 500'000;
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

bool is_passed_over(const XmlEvent& event) {
  return event.namespace_uri != kModel || event.name == "documentation" || event.name == "extensionElements";
}

const std::string* find(const std::vector<Element::Attribute>& attributes, std::string_view name) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& each) { return each.name == name; });
  return found == attributes.end() ? nullptr : &found->value;
}

Element begun(const XmlEvent& event, std::size_t& bytes) {
  Element element;
  element.name = event.name;
  element.line = event.line;
  for (const XmlAttribute& each : event.attributes) {
    bytes += 16 + each.value.size();  // An empty attribute takes memory too.
    if (each.namespace_uri.empty()) element.attributes.push_back({each.name, each.value});
    if (each.namespace_uri == kOurs) element.extensions.push_back({each.name, each.value});
  }
  return element;
}

}  // namespace

const Element* Element::child(std::string_view child_name) const {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const Element& each) { return each.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

const std::string* Element::attribute(std::string_view attribute_name) const {
  return find(attributes, attribute_name);
}

const std::string* Element::extension(std::string_view attribute_name) const {
  const std::string* value = find(extensions, attribute_name);
  return value == nullptr || trimmed(*value).empty() ? nullptr : value;
}

Result<Element> read_elements(std::string_view xml) {
  XmlLimits limits;
  limits.max_bytes = std::uint64_t{100} << 20;
  limits.max_depth = 240;
  MemoryBytes source(xml);
  XmlReader reader(source, limits);
  std::vector<Element> open;  // From the outermost; each is added to its parent when it ends.
  std::size_t elements = 0;
  std::size_t bytes = 0;
  std::size_t passed_over = 0;  // The depth within what is passed over.
  Element root;
  for (;;) {
    const XmlEvent& event = *TRY(reader.next());
    if (event.kind == XmlEvent::Kind::Done) return root;
    if (event.kind == XmlEvent::Kind::Start) {
      if (open.empty() && (event.name != "definitions" || event.namespace_uri != kModel)) {
        return Problem{"This is not a BPMN 2.0 file: its root is ‘" + event.name + "’.",
                       event.name + ", line " + std::to_string(event.line),
                       "The root is <definitions> of the namespace " + std::string(kModel) + "."};
      }
      if (passed_over > 0 || is_passed_over(event)) {
        ++passed_over;
        continue;
      }
      ++elements;
      open.push_back(begun(event, bytes));
    } else if (passed_over > 0) {
      if (event.kind == XmlEvent::Kind::End) --passed_over;
    } else if (event.kind == XmlEvent::Kind::Text) {
      bytes += event.text.size();
      open.back().text += event.text;
    } else {
      Element ended = std::move(open.back());
      open.pop_back();
      (open.empty() ? root : open.back().children.emplace_back()) = std::move(ended);
    }
    if (elements > kMaxElements || bytes > kMaxBytes) {
      return Problem{"The file holds more than " + std::to_string(kMaxElements) + " elements or " +
                         std::to_string(kMaxBytes >> 20) + " MiB of text.",
                     "line " + std::to_string(reader.line()), "Put its processes into files of their own."};
    }
  }
}

}  // namespace guildhall::bpmn
