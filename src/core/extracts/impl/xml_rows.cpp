#include "extracts/impl/xml_rows.h"

#include "base/text.h"
#include "extracts/impl/csv.h"

namespace guildhall::extracts {
namespace {

// The bytes of a source again, once their beginning has been looked at.
class WithBeginning final : public ByteSource {
 public:
  explicit WithBeginning(ByteSource& rest) : rest_(rest) {
    beginning_.resize(512);
    std::size_t filled = 0;
    for (std::size_t count = 1; count != 0 && filled < beginning_.size(); filled += count) {
      count = rest_.read(std::span(beginning_).subspan(filled));
    }
    beginning_.resize(filled);
  }
  std::string_view beginning() const { return beginning_; }
  std::size_t read(std::span<char> into) override {
    if (given_ == beginning_.size()) return rest_.read(into);
    const std::size_t count = beginning_.copy(into.data(), into.size(), given_);
    given_ += count;
    return count;
  }

 private:
  ByteSource& rest_;
  std::string beginning_;
  std::size_t given_ = 0;
};

}  // namespace

void XmlRows::begin(std::string_view table, records::Entity entity, std::size_t line) {
  auto count = counts_.find(table);
  if (count == counts_.end()) count = counts_.emplace(table, 0).first;
  row_ = {
      .number = ++count->second, .line = line, .table = count->first, .entity = entity, .record_key = {}, .cells = {}};
  cells_.clear();
  paths_.clear();
}

void XmlRows::add(std::string_view field, std::optional<records::Attribute> attribute, std::string_view raw) {
  cells_.push_back({field, attribute, raw});
}

void XmlRows::add_leaves(const XmlElement& element, std::string_view path, std::span<const ElementMapping> mappings) {
  stray_text(element.children.empty() ? std::string_view{} : element.text, element.line);
  for (const XmlElement& leaf : element.children) {
    std::string_view field = leaf.name;
    if (!path.empty()) field = paths_.emplace_back(std::string(path) + "/" + leaf.name);
    if (leaf.children.empty()) {
      add(field, attribute_of(mappings, leaf.name), leaf.text);
    } else {
      add_leaves(leaf, field, mappings);
    }
  }
}

void XmlRows::deliver(std::string_view key, const MissingKey& missing) {
  if (!key.empty()) {
    row_.record_key = key;
    row_.cells = cells_;
    delivery_.deliver(row_);
    return;
  }
  std::string raw;
  for (const Cell& cell : cells_) {
    raw += std::string(cell.field) + ": " + std::string(trimmed(cell.raw)) + "\n";
  }
  delivery_.reject(
      {.number = row_.number,
       .line = row_.line,
       .table = row_.table,
       .field = missing.field,
       .problem = {std::string(missing.what), "line " + std::to_string(row_.line), std::string(missing.remedy)},
       .raw = raw});
}

void XmlRows::stray_text(std::string_view text, std::size_t line) {
  const std::string_view stray = trimmed(text);
  if (stray.empty()) return;
  delivery_.note(
      {"There is text between elements that belongs to none of them: \"" + squeezed(stray.substr(0, 60)) + "\".",
       "line " + std::to_string(line), "It is passed over. Remove it, or put it into the element it is meant for."});
}

ReadSummary read_xml(ByteSource& bytes, RowSink& sink, const Limits& limits,
                     const std::function<Result<void>(XmlReader&, Delivery&)>& reader) {
  Delivery delivery(sink, limits);
  WithBeginning whole(bytes);
  if (const Result<void> refused = refuse_binary(whole.beginning()); !refused.ok()) {
    return delivery.finish(whole.beginning().size(), refused.problems().front());
  }
  XmlLimits xml_limits;
  xml_limits.max_bytes = limits.max_bytes;
  xml_limits.max_depth = limits.max_depth;
  xml_limits.max_text_bytes = limits.max_row_bytes;
  xml_limits.max_tag_bytes = limits.max_field_bytes;
  XmlReader xml(whole, xml_limits);
  const Result<void> result = reader(xml, delivery);
  if (!result.ok()) return delivery.finish(xml.bytes_read(), result.problems().front());
  return delivery.finish(xml.bytes_read());
}

}  // namespace guildhall::extracts
