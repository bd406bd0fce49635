#pragma once

// What base/xml.h doesn't tell of an element: where its content begins, and content that is only white space. Both are
// looked up in the document itself, at the place of the element's tag.
//
// Columns count bytes of UTF-8, so in documents of another encoding a tag may not be found; then the answers are the
// best that the element itself gives.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/xml.h"
#include "dmn/model.h"

namespace guildhall::dmn {

// `document` without a byte order mark, which columns do not count.
std::string_view without_byte_order_mark(std::string_view document);

class XmlSource {
 public:
  explicit XmlSource(std::string_view document);  // Without a byte order mark; must outlive this.

  // The place of the first byte of the element's text; of its tag where it has none.
  Place content_place(const XmlElement& element) const;
  // The element's text, even where it is only white space.
  std::string content(const XmlElement& element) const;

 private:
  std::optional<std::size_t> content_offset(const XmlElement& element) const;

  std::string_view document_;
  std::vector<std::size_t> line_offsets_;  // Of each line's first byte.
};

}  // namespace guildhall::dmn
