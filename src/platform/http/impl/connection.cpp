#include "http/impl/connection.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "base/text.h"
#include "http/impl/body_receiver.h"
#include "http/impl/input_buffer.h"
#include "http/impl/request_parser.h"

namespace guildhall::http {
namespace {

constexpr std::size_t kUploadPiece = 256 * 1024;  // A hop to a worker costs microseconds: fewer, larger pieces.
constexpr std::size_t kFilePiece = 64 * 1024;

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

// A response with its file opened, so that a missing file is an error page and not a broken answer.
struct Answer {
  Response response;
  FileDescriptor file;
  std::uint64_t body_bytes = 0;
};

Answer opened(Response response) {
  Answer answer{std::move(response), FileDescriptor(), 0};
  const auto* body = std::get_if<Response::FileBody>(&answer.response.body_source());
  if (body == nullptr) {
    answer.body_bytes = answer.response.body().size();
    return answer;
  }
  answer.file = FileDescriptor(::open(body->path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (answer.file.number() < 0 || ::fstat(answer.file.number(), &status) != 0) {
    throw std::system_error(errno, std::generic_category(), "opening a file to send");
  }
  answer.body_bytes = static_cast<std::uint64_t>(status.st_size);
  return answer;
}

// One connection from its first byte to its last.
template <class Stream>
class Connection final : public Watched {
 public:
  Connection(Shared& server, Reactor& reactor, Stream stream, std::string peer)
      : server_(server),
        options_(server.options),
        reactor_(reactor),
        stream_(std::move(stream)),
        peer_(std::move(peer)) {
    reactor_.add(*this);
  }
  ~Connection() override { reactor_.remove(*this); }

  void cancel() override {
    ErrorCode ignored;
    socket().cancel(ignored);
  }

  Task<void> run() {
    ErrorCode ignored;
    socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (kTls) {
      expire_after(options_.header_deadline);
      const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
      if (error) co_return;
    }
    for (std::size_t requests = 1; co_await serve_one(requests >= options_.max_requests_per_connection); ++requests) {
    }
    if (answered_) co_await linger();
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsSocket>;

  Socket& socket() {
    if constexpr (kTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void expire_after(std::chrono::milliseconds limit) {
    deadline = Time::now() + limit;
    expired = false;
  }
  std::chrono::milliseconds time_for(std::uint64_t bytes) const {
    return options_.body_grace + std::chrono::milliseconds(bytes * 1000 / options_.min_bytes_per_second);
  }

  // What the log says about a request; and what is needed to answer one that could not be read.
  struct Current {
    Uuid id;
    Time::time_point since;
    Method method = Method::Get;
    Literal route = "";
    const RouteOptions* options = nullptr;  // The route's, where one was found.
    bool https = kTls;
    bool http_11 = true;
    bool keep = false;
  };

  Answer failure(const Refusal& refusal, const Current& current) const {
    const std::string_view explanation =
        refusal.explanation.empty() ? usual_explanation(refusal.status) : refusal.explanation;
    return opened(
        server_.router.failure({refusal.status, std::string(explanation), current.id}, current.https, current.options));
  }

  // More input; false where the peer is gone or too slow (`expired`).
  Task<bool> receive(std::size_t count) {
    const std::span<char> room = input_.prepare(count);
    const auto [error, received] = co_await stream_.async_read_some(asio::buffer(room.data(), room.size()), kAwait);
    input_.commit(received);
    co_return !error && !expired;
  }

  // One request and its answer; false where the connection ends.
  Task<bool> serve_one(bool last) {
    RequestParser parser(options_.max_header_bytes);
    Current current;
    if (!co_await receive_head(parser, current)) co_return false;
    current.http_11 = parser.is_http_11();
    current.keep = parser.keeps_connection() && !last && !reactor_.stopping();

    RequestHead head = parser.take_head();
    head.id = current.id;
    head.https = kTls;
    server_.proxies.set_origin(head, peer_);
    current.method = head.method;
    current.https = head.https;
    Result<Request> parsed = Request::parse(std::move(head));
    if (!parsed.ok()) co_return co_await refuse(current, {400, ""});
    Request& request = *parsed;
    if (!is_our_host(request.host())) co_return co_await refuse(current, {421, ""});

    // Everything that can be refused is refused before anybody sends a body for nothing.
    if (auto refused = server_.router.admit(request)) {
      current.route = server_.router.pattern_of(request);
      current.keep = current.keep && !parser.has_body();
      co_return co_await respond(current, opened(std::move(*refused)));
    }
    current.route = server_.router.pattern_of(request);
    const RouteOptions& route = server_.router.options_of(request);
    current.options = &route;
    BodyReceiver receiver(request,
                          {route.max_body_bytes, route.uploads, options_.max_form_fields, options_.max_form_bytes},
                          options_.spool_folder);
    if (parser.has_body()) {
      std::optional<Refusal> refusal = receiver.refuses(parser.content_length());
      if (!refusal) refusal = co_await receive_body(parser, receiver);
      if (refusal && refusal->status == 0) co_return false;
      if (refusal) co_return co_await refuse(current, *refusal);
    }
    if (server_.workers->full()) {
      Answer busy = failure({503, ""}, current);
      busy.response.set_header("Retry-After", "2");
      co_return co_await respond(current, busy);
    }
    deadline = Time::time_point::max();
    Answer answer;
    co_await server_.workers->run([&] { answer = answer_to(std::move(request), receiver, current); });
    // It may have begun to stop while the handler ran.
    current.keep = current.keep && !reactor_.stopping();
    co_return co_await respond(current, answer);
  }

  // On a worker. What the request holds is given back there too.
  Answer answer_to(Request request, BodyReceiver& receiver, const Current& current) {
    try {
      if (const auto refusal = receiver.finish(request)) return failure(*refusal, current);
      return opened(server_.router.answer(request));
    } catch (const std::exception& error) {
      log(LogLevel::Error, "http.answer_failed",
          {{"request", current.id}, {"route", current.route}, {"thrown", typeid(error)}});
      return failure({500, ""}, current);
    }
  }

  bool is_our_host(std::string_view host) const {
    if (options_.hosts.empty()) return true;
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
      host = host.substr(0, colon);
    }
    return std::any_of(options_.hosts.begin(), options_.hosts.end(),
                       [&](const std::string& ours) { return equal_ignoring_case(ours, host); });
  }

  Task<bool> receive_head(RequestParser& parser, Current& current) {
    bool begun = false;
    if (input_.empty()) input_.give_back();
    interruptible = input_.empty();
    expire_after(answered_ ? options_.idle_limit : options_.header_deadline);
    for (;;) {
      if (!input_.empty()) {
        if (!begun) {
          begun = true;
          interruptible = false;
          current.id = new_uuid();
          current.since = Time::now();
          expire_after(options_.header_deadline);
        }
        const RequestParser::Step step = parser.read_head(input_.view());
        input_.consume(step.taken);
        if (step.refusal) co_return co_await refuse(current, *step.refusal);
        if (step.complete) break;
        if (step.taken > 0) continue;
      }
      if (interruptible && reactor_.stopping()) co_return false;
      if (!co_await receive(1024)) {
        if (expired && !input_.empty()) co_await refuse(current, {408, ""});
        co_return false;
      }
    }
    co_return true;
  }

  // A refusal of status 0 says that the peer is gone.
  Task<std::optional<Refusal>> receive_body(RequestParser& parser, BodyReceiver& receiver) {
    if (parser.expects_continue() && input_.empty()) {
      expire_after(options_.body_grace);
      const auto [error, sent] =
          co_await asio::async_write(stream_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), kAwait);
      if (error) co_return Refusal{0, ""};
    }
    auto began = Time::now();
    std::uint64_t received = 0;
    std::string piece;
    for (;;) {
      if (!input_.empty()) {
        piece.clear();
        const RequestParser::Step step = parser.read_body(input_.view(), piece);
        input_.consume(step.taken);
        received += step.taken;
        std::optional<Refusal> refusal = step.refusal;
        if (!refusal && receiver.spools()) {
          // A slow disk is not the sender's fault.
          const auto handed_over = Time::now();
          deadline = Time::time_point::max();
          co_await server_.workers->run([&] { refusal = taken(receiver, piece); });
          began += Time::now() - handed_over;
        } else if (!refusal) {
          refusal = taken(receiver, piece);
        }
        if (refusal) co_return refusal;
        if (step.complete) co_return std::nullopt;
      }
      deadline = began + time_for(received);
      expired = false;
      if (!co_await receive(receiver.spools() ? kUploadPiece : 16 * 1024)) {
        co_return expired ? Refusal{408, ""} : Refusal{0, ""};
      }
    }
  }

  static std::optional<Refusal> taken(BodyReceiver& receiver, std::string_view piece) {
    try {
      return receiver.take(piece);
    } catch (const std::system_error& error) {
      log(LogLevel::Error, "http.spool_failed", {{"code", error.code().value()}});
      return Refusal{500, ""};
    }
  }

  // Answers what can't be served and ends the connection, because what follows on it can't be told.
  Task<bool> refuse(Current& current, Refusal refusal) {
    current.keep = false;
    co_return co_await respond(current, failure(refusal, current));
  }

  Task<bool> respond(const Current& current, const Answer& answer) {
    const bool has_body = current.method != Method::Head && status_has_body(answer.response.status());
    const Persistence persistence = !current.keep     ? Persistence::Close
                                    : current.http_11 ? Persistence::KeepHttp11
                                                      : Persistence::KeepHttp10;
    const std::string head = response_head(answer.response, answer.body_bytes, persistence, reactor_.date());
    interruptible = false;
    expire_after(time_for(answer.body_bytes));
    const std::string_view body = has_body ? answer.response.body() : std::string_view();
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body.data(), body.size())};
    auto [error, sent] = co_await asio::async_write(stream_, buffers, kAwait);
    bool whole = !error;
    if (whole && has_body && answer.file.number() >= 0) whole = co_await send_file(answer);
    answered_ = whole;
    log(LogLevel::Info, "http.answered",
        {{"request", current.id},
         {"method", to_literal(current.method)},
         {"route", current.route},
         {"status", answer.response.status()},
         {"bytes", has_body ? answer.body_bytes : 0},
         {"whole", whole},
         {"took", Time::now() - current.since}});
    co_return whole&& current.keep && !expired;
  }

  Task<bool> send_file(const Answer& answer) {
    const auto piece = std::make_unique_for_overwrite<char[]>(kFilePiece);
    for (std::uint64_t at = 0; at < answer.body_bytes;) {
      ssize_t count = 0;
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kFilePiece, answer.body_bytes - at));
      co_await server_.workers->run(
          [&] { count = ::pread(answer.file.number(), piece.get(), wanted, static_cast<off_t>(at)); });
      if (count <= 0) co_return false;  // The file was cut short: so is the connection, and the peer knows.
      const auto [error, sent] =
          co_await asio::async_write(stream_, asio::buffer(piece.get(), static_cast<std::size_t>(count)), kAwait);
      if (error) co_return false;
      at += sent;
    }
    co_return true;
  }

  // Closing while bytes of the peer are unread would reset the connection, and it might not read our answer
  // (RFC 9112, section 9.6). So: say that nothing more comes, then read until the peer closes too.
  Task<void> linger() {
    interruptible = true;
    if (reactor_.stopping()) co_return;
    expire_after(options_.linger);
    if constexpr (kTls) {
      co_await stream_.async_shutdown(kAwait);
      if (expired) co_return;
    }
    ErrorCode ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 8192> unread;
    for (;;) {
      const auto [error, received] = co_await socket().async_read_some(asio::buffer(unread), kAwait);
      if (error || expired) co_return;
    }
  }

  Shared& server_;
  const ServerOptions& options_;
  Reactor& reactor_;
  Stream stream_;
  std::string peer_;
  InputBuffer input_;
  bool answered_ = false;  // At least one request, and the last one wholly.
};

template <class Stream>
Task<void> serve(Shared& server, Reactor& reactor, Stream stream, std::string peer) {
  Connection<Stream> connection(server, reactor, std::move(stream), std::move(peer));
  co_await connection.run();
}

}  // namespace

Task<void> serve_connection(Shared& server, Reactor& reactor, Socket socket, std::string peer) {
  return serve(server, reactor, std::move(socket), std::move(peer));
}
Task<void> serve_connection(Shared& server, Reactor& reactor, TlsSocket socket, std::string peer) {
  return serve(server, reactor, std::move(socket), std::move(peer));
}

}  // namespace guildhall::http
