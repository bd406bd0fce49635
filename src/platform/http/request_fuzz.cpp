// The request parser must come to the same end however the bytes were cut, and an accepted request must have one
// length that everybody reads alike.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "http/impl/request_parser.h"

namespace {

using namespace guildhall;
using namespace guildhall::http;

void must(bool holds) {
  if (!holds) std::abort();
}

// What a connection would do with these bytes: each request's target and body, and how it ended.
std::string conversation(std::string_view input, std::size_t piece) {
  std::string said;
  std::string buffer;
  std::size_t at = 0;
  const auto more = [&] {
    if (at >= input.size()) return false;
    buffer += input.substr(at, piece);
    at += piece;
    return true;
  };
  for (;;) {
    RequestParser parser(1024);
    RequestParser::Step step;
    while (!step.complete) {
      step = parser.read_head(buffer);
      must(step.taken <= buffer.size());
      buffer.erase(0, step.taken);
      if (step.refusal) return said + "[refused]";
      if (!step.complete && step.taken == 0 && !more()) return said + "[more]";
    }
    const RequestHead head = parser.take_head();
    std::size_t lengths = 0;
    std::size_t codings = 0;
    for (const NamedValue& header : head.headers) {
      must(header.name.find_first_of(" \t\r\n:") == std::string::npos && !header.name.empty());
      must(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
      lengths += equal_ignoring_case(header.name, "Content-Length");
      codings += equal_ignoring_case(header.name, "Transfer-Encoding");
    }
    must(lengths + codings <= 1);
    if (codings == 1) must(parser.has_body() && !parser.content_length());
    said += "[" + head.target + "]";
    std::string body;
    while (parser.has_body()) {
      step = {};
      if (!buffer.empty()) step = parser.read_body(buffer, body);
      must(step.taken <= buffer.size());
      buffer.erase(0, step.taken);
      if (step.refusal) return said + "[refused]";
      if (!step.complete && !more()) return said + "[more]";
    }
    said += body;
    if (!parser.keeps_connection()) return said + "[close]";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::string whole = conversation(input, input.size());
  must(conversation(input, 1) == whole);
  must(conversation(input, 7) == whole);
  return 0;
}
