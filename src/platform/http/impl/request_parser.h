#pragma once

// Reads one request from the bytes of a connection (RFC 9112). The head is read by Boost.Beast's parser, and held
// against more than it asks, because what two readers read differently is how requests are smuggled past a proxy:
//  - a line ends with CR LF, nothing else; no folded lines, no NUL (RFC 9112, sections 2.2 and 5.2);
//  - one Host in HTTP/1.1 (section 3.2); one Content-Length (section 6.3);
//  - Transfer-Encoding is "chunked" alone, in HTTP/1.1, without Content-Length (sections 6.1 and 6.3).
// The body is read by our own reader: Beast's stops the program (BOOST_ASSERT) where "0" CR LF begins a chunked body and
// the rest comes later, and it takes the fields behind the last chunk for the head's.
// It knows no socket, so that tests and the fuzzer reach all of it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/impl/refusal.h"
#include "http/message.h"

namespace guildhall::http {

class RequestParser {
 public:
  explicit RequestParser(std::size_t max_header_bytes);
  ~RequestParser();

  struct Step {
    std::size_t taken = 0;  // Bytes to drop from the front of the input; give the rest again, with more behind it.
    bool complete = false;  // The head, or the body, is there.
    std::optional<Refusal> refusal;  // Answer it and close: what follows on this connection can't be told.
  };
  // `input` is everything received since the last request's end. Takes nothing until the whole head is there.
  Step read_head(std::string_view input);

  // After the head was complete. HTTP version 1.0 or 1.1.
  RequestHead take_head();  // Method, target and headers; once.
  bool is_http_11() const;
  bool keeps_connection() const;  // RFC 9112, section 9.3
  bool expects_continue() const;
  bool has_body() const;                                // And it has not all been read.
  std::optional<std::uint64_t> content_length() const;  // None where chunked, or no body.

  // Appends the body's bytes to `body`, without the framing. Bound the body between calls: a call appends no
  // more than it is given.
  Step read_body(std::string_view input, std::string& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::http
