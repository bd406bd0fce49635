#pragma once

// XML, read as a stream of events or into a small tree. Over libxml2, fed piece by piece, so that memory is
// bounded by XmlLimits and not by the document.
//
//   XmlReader reader(bytes);
//   for (;;) {
//     const XmlEvent& event = *TRY(reader.next());
//     if (event.kind == XmlEvent::Kind::Done) break;
//     …
//   }
//
// Nothing outside the document is ever read: a DOCTYPE is refused (it can name other files and entities that
// explode), and &amp; &lt; &gt; &quot; &apos; and character references are the only ones there are.
// Encodings: UTF-8; ISO-8859-1, Windows-1252 and US-ASCII where the XML declaration says so. Others are
// refused. Comments and processing instructions are passed over. Source: XML 1.0 (fifth edition), Namespaces
// in XML 1.0.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace guildhall {

struct XmlLimits {
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
  std::size_t max_depth = 64;
  std::size_t max_attributes = 256;                    // Of one element.
  std::size_t max_name_bytes = 1000;                   // Of an element or attribute.
  std::size_t max_tag_bytes = std::size_t{1} << 20;    // From "<" to ">", attributes and all; a comment too.
  std::size_t max_text_bytes = std::size_t{16} << 20;  // Between two tags.
};

struct XmlAttribute {
  std::string prefix;         // "xsi"; empty for most.
  std::string name;           // Local name.
  std::string namespace_uri;  // Empty where it has no prefix.
  std::string value;

  bool operator==(const XmlAttribute&) const = default;
};

// A namespace declared on an element: xmlns:feel="…", or xmlns="…" with an empty prefix.
struct XmlNamespace {
  std::string prefix;
  std::string uri;

  bool operator==(const XmlNamespace&) const = default;
};

struct XmlEvent {
  enum class Kind : std::uint8_t {
    Start,  // <name …>
    Text,   // All the text between two tags, CDATA too; not reported where it is only white space.
    End,    // </name>
    Done,   // After the last element. Again and again, if asked.
  };
  Kind kind = Kind::Done;
  std::size_t line = 0;    // Where it begins, from 1.
  std::size_t column = 0;  // In bytes, from 1; after the tag, for a Start.
  std::size_t depth = 0;   // 1 for the document's element, its end and its text.
  std::string prefix;
  std::string name;                      // Local name. Start and End.
  std::string namespace_uri;             // Empty where it has none.
  std::vector<XmlAttribute> attributes;  // In the document's order, without namespace declarations.
  std::vector<XmlNamespace> namespaces;  // Declared here.
  std::string text;

  // The value of an attribute without a namespace; nullptr where it is absent.
  const std::string* attribute(std::string_view attribute_name) const;
};

// Not for sharing between threads; each thread may have its own.
class XmlReader {
 public:
  explicit XmlReader(ByteSource& bytes, const XmlLimits& limits = {});  // Both the source and this outlive the reading.
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // The next event, valid until the following call; or what is wrong with the document, where, and how to
  // mend it: the same again on every later call.
  Result<const XmlEvent*> next();

  std::size_t line() const;  // How far it has read.
  std::uint64_t bytes_read() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// An element with all that is in it.
struct XmlElement {
  std::string prefix;
  std::string name;
  std::string namespace_uri;
  std::vector<XmlAttribute> attributes;
  std::vector<XmlNamespace> namespaces;
  std::string text;  // Its own text, without that of its children, in one piece.
  std::vector<XmlElement> children;
  std::size_t line = 0;
  std::size_t column = 0;

  const XmlElement* child(std::string_view child_name) const;  // The first of this local name, or nullptr.
  const std::string* attribute(std::string_view attribute_name) const;
};

// The element that `start` begins, to its end. Refused where it holds more than `max_bytes` of names, values
// and text.
Result<XmlElement> read_element(XmlReader& reader, const XmlEvent& start, std::size_t max_bytes);

// A whole document that is already in memory. For diagrams and other small files.
Result<XmlElement> parse_xml(std::string_view document, const XmlLimits& limits = {},
                             std::size_t max_bytes = std::size_t{16} << 20);

}  // namespace guildhall
