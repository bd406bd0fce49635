#include "http/impl/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/text.h"
#include "http/impl/chunked_reader.h"

namespace guildhall::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;

constexpr Refusal kBadRequest{400, ""};

// The end of the head in `input`, behind its empty line; or why it isn't one. Looks at each byte once, so
// that a bad line end is refused as it arrives.
class HeadScan {
 public:
  std::optional<Refusal> go_on(std::string_view input) {
    for (; position_ < input.size() && !end_; ++position_) {
      const char c = input[position_];
      if (after_cr_ && c != '\n') return kBadRequest;
      if (c == '\n') {
        if (!after_cr_) return kBadRequest;
        if (line_length_ == 0) end_ = position_ + 1;
        line_length_ = 0;
        first_line_ = false;
      } else if (c == '\0') {
        return kBadRequest;
      } else if (c != '\r') {
        if (line_length_ == 0 && !first_line_ && (c == ' ' || c == '\t')) return kBadRequest;
        ++line_length_;
      }
      after_cr_ = c == '\r';
    }
    return std::nullopt;
  }
  std::size_t end() const { return end_; }  // 0: not there yet.

 private:
  std::size_t position_ = 0;
  std::size_t line_length_ = 0;
  std::size_t end_ = 0;
  bool after_cr_ = false;
  bool first_line_ = true;
};

std::optional<Method> method_named(std::string_view name) {
  for (const Method method :
       {Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options}) {
    if (to_literal(method).text() == name) return method;
  }
  return std::nullopt;
}

class Parser final : public beast::http::basic_parser<true> {
 public:
  RequestHead head;
  bool http_11 = false;
  bool known_method = true;

 private:
  using View = beast::string_view;
  using Error = beast::error_code;

  void on_request_impl(beast::http::verb, View method, View target, int version, Error&) override {
    const auto known = method_named({method.data(), method.size()});
    known_method = known.has_value();
    head.method = known.value_or(Method::Get);
    head.target.assign(target.data(), target.size());
    http_11 = version == 11;
  }
  void on_response_impl(int, View, int, Error&) override {}
  void on_field_impl(beast::http::field, View name, View value, Error&) override {
    head.headers.push_back({std::string(name.data(), name.size()), std::string(value.data(), value.size())});
  }
  void on_header_impl(Error&) override {}
  void on_finish_impl(Error&) override {}

  // The parser is given heads only.
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(View, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View, Error&) override { return 0; }
};

// "GET / HTTP/2.0" is well written, but not ours to answer.
bool has_other_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  if (line.size() < 9) return false;
  const std::string_view version = line.substr(line.size() - 9);  // " HTTP/2.0"
  return version.starts_with(" HTTP/") && version[6] >= '2' && version[6] <= '9' && version[7] == '.';
}

}  // namespace

struct RequestParser::State {
  std::size_t max_header_bytes;
  HeadScan scan;
  Parser parser;
  bool keeps_connection = false;
  bool expects_continue = false;
  std::uint64_t length_left = 0;  // Where there is a Content-Length.
  std::optional<ChunkedReader> chunked;

  std::optional<Refusal> check_head() {
    if (!parser.known_method) return Refusal{501, ""};
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;
    bool only_chunked = true;
    for (const NamedValue& header : parser.head.headers) {
      if (equal_ignoring_case(header.name, "Host")) ++hosts;
      if (equal_ignoring_case(header.name, "Content-Length")) {
        ++lengths;
        if (header.value.find_first_not_of("0123456789") != std::string::npos) return kBadRequest;
      }
      if (equal_ignoring_case(header.name, "Transfer-Encoding")) {
        ++codings;
        only_chunked = only_chunked && equal_ignoring_case(header.value, "chunked");
      }
      if (equal_ignoring_case(header.name, "Expect")) {
        if (!equal_ignoring_case(header.value, "100-continue")) return Refusal{417, ""};
        expects_continue = parser.http_11;
      }
    }
    if (hosts > 1 || (hosts == 0 && parser.http_11)) return kBadRequest;
    if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) return kBadRequest;
    if (codings > 0 && !parser.http_11) return kBadRequest;
    if (!only_chunked) return Refusal{501, ""};
    return std::nullopt;
  }
};

RequestParser::RequestParser(std::size_t max_header_bytes) : state_(std::make_unique<State>()) {
  state_->max_header_bytes = max_header_bytes;
  state_->parser.header_limit(static_cast<std::uint32_t>(max_header_bytes));
  state_->parser.body_limit(boost::none);  // Routes have their own, held by the caller.
}
RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::read_head(std::string_view input) {
  State& state = *state_;
  // An empty line or two before a request is an old browser's mistake to be forgiven (RFC 9112, section 2.2).
  if (state.scan.end() == 0 && input.starts_with("\r\n")) {
    state.scan = HeadScan();
    return {.taken = 2, .complete = false, .refusal = {}};
  }
  if (auto refusal = state.scan.go_on(input.substr(0, state.max_header_bytes))) {
    return {.taken = 0, .complete = false, .refusal = refusal};
  }
  if (state.scan.end() == 0) {
    if (input.size() < state.max_header_bytes) return {};
    return {.taken = 0, .complete = false, .refusal = Refusal{431, ""}};
  }
  const std::string_view head = input.substr(0, state.scan.end());
  beast::error_code problem;
  const std::size_t taken = state.parser.put({head.data(), head.size()}, problem);
  if (problem == error::header_limit) return {.taken = 0, .complete = false, .refusal = Refusal{431, ""}};
  if (problem == error::bad_version && has_other_version(head)) {
    return {.taken = 0, .complete = false, .refusal = Refusal{505, ""}};
  }
  if (problem || taken != head.size() || !state.parser.is_header_done()) {
    return {.taken = 0, .complete = false, .refusal = kBadRequest};
  }
  state.keeps_connection = state.parser.keep_alive();
  if (state.parser.chunked()) {
    state.chunked.emplace(state.max_header_bytes);
  } else {
    state.length_left = state.parser.content_length().value_or(0);
  }
  return {.taken = taken, .complete = true, .refusal = state.check_head()};
}

RequestHead RequestParser::take_head() {
  return std::move(state_->parser.head);
}
bool RequestParser::is_http_11() const {
  return state_->parser.http_11;
}
bool RequestParser::keeps_connection() const {
  return state_->keeps_connection;
}
bool RequestParser::expects_continue() const {
  return state_->expects_continue;
}
bool RequestParser::has_body() const {
  return state_->chunked ? !state_->chunked->complete() : state_->length_left > 0;
}

std::optional<std::uint64_t> RequestParser::content_length() const {
  const auto length = state_->parser.content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

RequestParser::Step RequestParser::read_body(std::string_view input, std::string& body) {
  State& state = *state_;
  Step step;
  if (state.chunked) {
    if (!state.chunked->read(input, step.taken, body)) step.refusal = kBadRequest;
  } else {
    step.taken = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), state.length_left));
    state.length_left -= step.taken;
    body += input.substr(0, step.taken);
  }
  step.complete = !has_body();
  return step;
}

}  // namespace guildhall::http
