#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::http {

// The chunked transfer coding (RFC 9112, section 7.1). Takes whatever bytes there are; never needs to see one twice.
// Chunk extensions and trailer fields are read over and dropped; together they may not be longer than `max_overhead`.
class ChunkedReader {
 public:
  explicit ChunkedReader(std::size_t max_overhead) : max_overhead_(max_overhead) {}

  // Appends the chunks' content to `body` and says in `taken` how much of `input` belongs to this message; false where
  // the coding is broken.
  bool read(std::string_view input, std::size_t& taken, std::string& body);
  bool complete() const { return at_ == At::End; }

 private:
  enum class At { Size, Extension, SizeLf, Content, ContentCr, ContentLf, Trailer, TrailerLf, LastLf, End };
  bool take_framing(char c);
  bool is_good_trailer() const;

  std::size_t max_overhead_;
  std::size_t overhead_ = 0;
  At at_ = At::Size;
  unsigned digits_ = 0;     // Of the size, so far.
  std::uint64_t left_ = 0;  // Of the chunk.
  std::string trailer_;     // The field line, so far.
};

}  // namespace guildhall::http
