#pragma once

// multipart/form-data (RFC 7578) read as it arrives; holds one part's header and a delimiter's length of
// bytes, never a part. It knows no file, so that tests and the fuzzer reach all of it.

#include <optional>
#include <string>
#include <string_view>

#include "http/impl/refusal.h"

namespace guildhall::http {

struct PartHead {
  std::string name;                      // Of the form's field.
  std::optional<std::string> file_name;  // Set for a file input; empty where no file was chosen. Without folders.
  std::string content_type;
};

// Where the parts go. A refusal ends the reading and is passed on.
class PartSink {
 public:
  virtual ~PartSink() = default;
  virtual std::optional<Refusal> begin_part(PartHead head) = 0;
  virtual std::optional<Refusal> part_bytes(std::string_view bytes) = 0;
  virtual std::optional<Refusal> end_part() = 0;
};

// The boundary named by a Content-Type header; none where it is not multipart/form-data or the boundary is
// not one (RFC 2046, section 5.1.1).
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
 public:
  MultipartReader(std::string_view boundary, PartSink& sink);
  std::optional<Refusal> take(std::string_view bytes);
  // Call after the last byte: refuses a body that broke off.
  std::optional<Refusal> finish() const;

 private:
  enum class At { Start, AfterDelimiter, Head, Body, Epilogue };
  // Goes on with buffer_ from `from`, which it moves; false where more bytes are needed.
  bool step(std::size_t& from, std::optional<Refusal>& refusal);

  std::string delimiter_;  // CR LF "--" boundary
  PartSink& sink_;
  std::string buffer_;
  At at_ = At::Start;
};

}  // namespace guildhall::http
