#include "dmn/impl/xml_source.h"

#include <algorithm>

namespace guildhall::dmn {

std::string_view without_byte_order_mark(std::string_view document) {
  if (document.starts_with("\xEF\xBB\xBF")) document.remove_prefix(3);
  return document;
}

XmlSource::XmlSource(std::string_view document) : document_(document), line_offsets_{0} {
  for (std::size_t i = 0; i < document.size(); ++i) {
    if (document[i] == '\n') line_offsets_.push_back(i + 1);
  }
}

// Where the start tag of `element` has ended; empty where the tag isn't found or the element is <name/>.
std::optional<std::size_t> XmlSource::content_offset(const XmlElement& element) const {
  if (element.line == 0 || element.line > line_offsets_.size() || element.column == 0) return std::nullopt;
  std::size_t at = line_offsets_[element.line - 1] + element.column - 1;
  const std::string tag = "<" + (element.prefix.empty() ? "" : element.prefix + ":") + element.name;
  if (at > document_.size() || !document_.substr(at).starts_with(tag)) return std::nullopt;
  char quote = 0;
  for (at += tag.size(); at < document_.size(); ++at) {
    const char letter = document_[at];
    if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '>') {
      if (document_[at - 1] == '/') return std::nullopt;
      return at + 1;
    }
  }
  return std::nullopt;
}

Place XmlSource::content_place(const XmlElement& element) const {
  constexpr std::string_view kCdata = "<![CDATA[";
  std::optional<std::size_t> offset = content_offset(element);
  if (!offset) return {element.line, element.column};
  if (document_.substr(*offset).starts_with(kCdata)) *offset += kCdata.size();
  const auto line = std::upper_bound(line_offsets_.begin(), line_offsets_.end(), *offset) - line_offsets_.begin();
  return {static_cast<std::size_t>(line), *offset - line_offsets_[static_cast<std::size_t>(line) - 1] + 1};
}

std::string XmlSource::content(const XmlElement& element) const {
  if (!element.text.empty() || !element.children.empty()) return element.text;
  const std::optional<std::size_t> offset = content_offset(element);
  if (!offset) return {};
  const std::string_view rest = document_.substr(*offset);
  const std::string_view raw = rest.substr(0, rest.find("</"));
  if (raw.empty()) return {};
  // White space, perhaps as character references or CDATA. Behind a letter it is read.
  const Result<XmlElement> read = parse_xml("<t>x" + std::string(raw) + "</t>");
  return read.ok() ? read->text.substr(1) : std::string();
}

}  // namespace guildhall::dmn
