#include "base/xml.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

class FewBytes final : public ByteSource {
 public:
  FewBytes(std::string_view rest, std::size_t at_most) : rest_(rest), at_most_(at_most) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t count = rest_.copy(into.data(), std::min(into.size(), at_most_));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t at_most_;
};

}  // namespace

// Starts and ends balance, depth never passes its limit, and a problem is told for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FewBytes source(bytes, size % 7 == 0 ? 1 : size);
  const XmlLimits limits{
      .max_depth = 8, .max_attributes = 4, .max_name_bytes = 20, .max_tag_bytes = 200, .max_text_bytes = 100};
  XmlReader reader(source, limits);
  std::size_t depth = 0;
  for (;;) {
    const Result<const XmlEvent*> next = reader.next();
    if (!next.ok()) {
      must(!next.problems().front().what.empty());
      must(reader.next().problems() == next.problems());
      break;
    }
    const XmlEvent& event = **next;
    if (event.kind == XmlEvent::Kind::Done) {
      must(depth == 0);
      break;
    }
    if (event.kind == XmlEvent::Kind::Start) must(event.depth == ++depth && depth <= limits.max_depth);
    if (event.kind == XmlEvent::Kind::Text) must(event.depth == depth && !event.text.empty());
    if (event.kind == XmlEvent::Kind::End) must(event.depth == depth--);
    must(event.line > 0);
  }
  const Result<XmlElement> tree = parse_xml(bytes, {}, 10'000);
  if (tree.ok()) must(!tree->name.empty());
  return 0;
}
