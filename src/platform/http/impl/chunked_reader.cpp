#include "http/impl/chunked_reader.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::http {
namespace {

constexpr unsigned kMaxDigits = 15;  // Of 16 that a 64-bit size could have: no sum of sizes overflows.

bool is_text(char c) {
  return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t';
}

}  // namespace

bool ChunkedReader::read(std::string_view input, std::size_t& taken, std::string& body) {
  taken = 0;
  while (taken < input.size() && at_ != At::End) {
    if (at_ == At::Content) {
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - taken));
      body += input.substr(taken, piece);
      taken += piece;
      left_ -= piece;
      if (left_ == 0) at_ = At::ContentCr;
    } else if (!take_framing(input[taken++])) {
      return false;
    }
  }
  return true;
}

bool ChunkedReader::take_framing(char c) {
  switch (at_) {
    case At::Size: {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit >= 0) {
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return ++digits_ <= kMaxDigits;
      }
      if (digits_ == 0 || (c != ';' && c != '\r')) return false;
      at_ = c == ';' ? At::Extension : At::SizeLf;
      return true;
    }
    case At::Extension:
      if (c == '\r') {
        at_ = At::SizeLf;
        return true;
      }
      return is_text(c) && ++overhead_ <= max_overhead_;
    case At::SizeLf:
      at_ = left_ > 0 ? At::Content : At::Trailer;
      digits_ = 0;
      return c == '\n';
    case At::ContentCr:
      at_ = At::ContentLf;
      return c == '\r';
    case At::ContentLf:
      at_ = At::Size;
      return c == '\n';
    case At::Trailer:
      if (c == '\r') {
        at_ = trailer_.empty() ? At::LastLf : At::TrailerLf;
        return trailer_.empty() || is_good_trailer();
      }
      trailer_ += c;
      return is_text(c) && ++overhead_ <= max_overhead_;
    case At::TrailerLf:
      at_ = At::Trailer;
      trailer_.clear();
      return c == '\n';
    case At::LastLf:
      at_ = At::End;
      return c == '\n';
    case At::Content:
    case At::End:
      break;
  }
  return false;
}

// A name and a colon; and not a field that says where a message ends or goes (RFC 9110, section 6.5.1).
bool ChunkedReader::is_good_trailer() const {
  const std::string_view name = std::string_view(trailer_).substr(0, trailer_.find(':'));
  if (name.empty() || name.size() == trailer_.size() || name.find_first_of(" \t") != std::string_view::npos) {
    return false;
  }
  return !equal_ignoring_case(name, "Content-Length") && !equal_ignoring_case(name, "Transfer-Encoding") &&
         !equal_ignoring_case(name, "Host");
}

}  // namespace guildhall::http
