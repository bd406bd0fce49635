#pragma once

// What the XML formats share: elements become rows, leaves become cells.

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/xml.h"
#include "extracts/impl/delivery.h"

namespace guildhall::extracts {

struct ElementMapping {
  std::string_view name;
  records::Attribute attribute;
};

inline std::optional<records::Attribute> attribute_of(std::span<const ElementMapping> mappings, std::string_view name) {
  for (const ElementMapping& mapping : mappings) {
    if (mapping.name == name) return mapping.attribute;
  }
  return std::nullopt;
}

// What to say about rows whose person is not named.
struct MissingKey {
  std::string_view field;
  std::string_view what;
  std::string_view remedy;
};

// Builds one row at a time and counts the rows of each table.
class XmlRows {
 public:
  explicit XmlRows(Delivery& delivery) : delivery_(delivery) {}

  void begin(std::string_view table, records::Entity entity, std::size_t line);
  void add(std::string_view field, std::optional<records::Attribute> attribute, std::string_view raw);
  // Every element without children below this one, as "path/name". An empty path names them plainly.
  void add_leaves(const XmlElement& element, std::string_view path, std::span<const ElementMapping> mappings);
  // The row is complete: it is delivered, or rejected where the key is empty.
  void deliver(std::string_view key, const MissingKey& missing);

  // Notes text that stands between elements, where only elements should be.
  void stray_text(std::string_view text, std::size_t line);

 private:
  Delivery& delivery_;
  std::map<std::string, std::size_t, std::less<>> counts_;
  Row row_;
  std::vector<Cell> cells_;
  std::deque<std::string> paths_;  // Fields with a path; the cells' views stay valid.
};

// Reads a document: what `reader` returns as a problem becomes the summary's failure.
ReadSummary read_xml(ByteSource& bytes, RowSink& sink, const Limits& limits,
                     const std::function<Result<void>(XmlReader&, Delivery&)>& reader);

}  // namespace guildhall::extracts
