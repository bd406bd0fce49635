#include "http/server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "base/log.h"
#include "base/text.h"
#include "http/impl/body_receiver.h"
#include "http/impl/input_buffer.h"
#include "http/impl/network.h"
#include "http/impl/request_parser.h"
#include "http/impl/response_text.h"

namespace guildhall::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Time = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

// Everything of one connection runs on one thread, that of its io_context; so there are no locks or strands
// here.
using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using TlsSocket = asio::ssl::stream<Socket>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
constexpr asio::experimental::as_tuple_t<asio::use_awaitable_t<Executor>> kAwait;

constexpr std::size_t kUploadPiece = 256 * 1024;  // A hop to a worker costs microseconds: fewer, larger pieces.
constexpr std::size_t kFilePiece = 64 * 1024;

std::string address_text(const tcp::endpoint& peer) {
  asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

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

// What the clock and a stop can do to a connection; on its own thread.
class Watched {
 public:
  virtual ~Watched() = default;
  virtual void cancel() = 0;  // Ends the operation under way, if there is one.

  Time::time_point deadline = Time::time_point::max();
  bool expired = false;       // The deadline passed; set by the sweep, cleared with a new deadline.
  bool interruptible = true;  // Nobody waits for an answer on it.
};

// One thread of network work and the connections that live on it.
class Reactor {
 public:
  explicit Reactor(std::chrono::milliseconds tick) : tick_(tick), timer_(context_) {}

  void start() {
    thread_ = std::thread([this] {
      for (;;) {
        try {
          context_.run();
          return;
        } catch (const std::exception& error) {
          log(LogLevel::Error, "http.network_failed", {{"thrown", typeid(error)}});
        }
      }
    });
  }
  void finish() {
    guard_.reset();
    if (thread_.joinable()) thread_.join();
  }
  asio::io_context& context() { return context_; }

  // The rest on this reactor's thread only.
  void add(Watched& connection) {
    connections_.insert(&connection);
    if (connections_.size() == 1) sweep_later();
  }
  void remove(Watched& connection) {
    connections_.erase(&connection);
    if (connections_.empty()) timer_.cancel();
  }
  void stop_idle() {
    stopping_ = true;
    for (Watched* connection : connections_) {
      if (connection->interruptible) connection->cancel();
    }
  }
  void cut_all() {
    for (Watched* connection : connections_) {
      connection->expired = true;
      connection->cancel();
    }
  }
  bool stopping() const { return stopping_; }

  const std::string& date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != date_of_) {
      date_of_ = now;
      date_ = http_date(now);
    }
    return date_;
  }

 private:
  void sweep_later() {
    timer_.expires_after(tick_);
    timer_.async_wait([this](ErrorCode error) {
      if (error) return;
      const auto now = Time::now();
      for (Watched* connection : connections_) {
        if (now < connection->deadline) continue;
        connection->expired = true;
        connection->cancel();
      }
      if (!connections_.empty()) sweep_later();
    });
  }

  std::chrono::milliseconds tick_;
  std::unordered_set<Watched*> connections_;
  bool stopping_ = false;
  std::chrono::sys_seconds date_of_{};
  std::string date_;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_{context_.get_executor()};
  asio::basic_waitable_timer<Time, asio::wait_traits<Time>, Executor> timer_;
  std::thread thread_;
};

// How many connections there are, in all and by address. Shared by the threads.
class ConnectionCount {
 public:
  explicit ConnectionCount(const ServerOptions& options)
      : max_(options.max_connections), max_per_address_(options.max_connections_per_address) {}

  enum class Counting { Everybody, NotByAddress };
  bool enter(const std::string& address, Counting counting) {
    const std::lock_guard lock(mutex_);
    if (total_ >= max_) return false;
    if (counting == Counting::Everybody) {
      std::size_t& here = by_address_[address];
      if (here >= max_per_address_) return false;
      ++here;
    }
    ++total_;
    return true;
  }
  void leave(const std::string& address, Counting counting) {
    const std::lock_guard lock(mutex_);
    if (counting == Counting::Everybody) {
      const auto here = by_address_.find(address);
      if (--here->second == 0) by_address_.erase(here);
    }
    if (--total_ == 0) empty_.notify_all();
  }
  bool wait_until_empty(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, limit, [this] { return total_ == 0; });
  }

 private:
  std::size_t max_;
  std::size_t max_per_address_;
  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t total_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
};

// The threads that handlers run on.
class Workers {
 public:
  Workers(unsigned threads, std::size_t max_queued) : pool_(threads), max_queued_(max_queued) {}

  bool full() const { return queued_.load(std::memory_order_relaxed) >= max_queued_; }

  // Runs `work`, which must not throw, on a worker; the coroutine goes on, on its own thread, when it is
  // done. Always accepted: ask full() before taking in a new request, but not in its middle.
  template <class Work>
  Task<void> run(Work work) {
    queued_.fetch_add(1, std::memory_order_relaxed);
    const asio::use_awaitable_t<Executor> await;
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [this, &work](auto handler) {
          asio::post(pool_, [this, &work, handler = std::move(handler)]() mutable {
            queued_.fetch_sub(1, std::memory_order_relaxed);
            work();
            const auto executor = asio::get_associated_executor(handler);
            asio::post(executor, std::move(handler));
          });
        },
        await);
  }
  void join() { pool_.join(); }

 private:
  asio::thread_pool pool_;
  std::size_t max_queued_;
  std::atomic<std::size_t> queued_{0};
};

// What the connections share.
struct Shared {
  Shared(ServerOptions the_options, Router the_router)
      : options(std::move(the_options)), router(std::move(the_router)), connections(options) {}

  ServerOptions options;
  Router router;
  ConnectionCount connections;
  TrustedProxies proxies;
  std::unique_ptr<Workers> workers;

  Answer failure(const Refusal& refusal, const Uuid& id, bool https) const {
    const std::string_view explanation =
        refusal.explanation.empty() ? usual_explanation(refusal.status) : refusal.explanation;
    return opened(router.failure({refusal.status, std::string(explanation), id}, https));
  }
};

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
    bool https = kTls;
    bool http_11 = true;
    bool keep = false;
  };

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
      Answer busy = server_.failure({503, ""}, current.id, current.https);
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
      if (const auto refusal = receiver.finish(request)) return server_.failure(*refusal, current.id, current.https);
      return opened(server_.router.answer(request));
    } catch (const std::exception& error) {
      log(LogLevel::Error, "http.answer_failed",
          {{"request", current.id}, {"route", current.route}, {"thrown", typeid(error)}});
      return server_.failure({500, ""}, current.id, current.https);
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
    const auto began = Time::now();
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
          deadline = Time::time_point::max();  // A slow disk is not the sender's fault.
          co_await server_.workers->run([&] { refusal = taken(receiver, piece); });
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
    co_return co_await respond(current, server_.failure(refusal, current.id, current.https));
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
Task<void> serve_connection(Shared& server, Reactor& reactor, Stream stream, std::string peer) {
  Connection<Stream> connection(server, reactor, std::move(stream), std::move(peer));
  co_await connection.run();
}

}  // namespace

struct Server::State : Shared {
  using Shared::Shared;

  std::unique_ptr<asio::ssl::context> tls;
  std::vector<std::unique_ptr<Reactor>> reactors;
  std::unique_ptr<Acceptor> acceptor;
  std::uint16_t port = 0;
  bool own_spool_folder = false;
  bool started = false;
  bool was_full = false;  // The acceptor's; so that the log says it once.

  Result<void> prepare_spool_folder();
  Result<void> prepare_tls();
  Result<void> listen();
  Task<void> accept_connections();
  void begin(Socket socket, Reactor& reactor, std::string address, ConnectionCount::Counting counting);
};

void Server::State::begin(Socket socket, Reactor& reactor, std::string address, ConnectionCount::Counting counting) {
  const auto ended = [this, address, counting](std::exception_ptr failed) {
    connections.leave(address, counting);
    if (failed == nullptr) return;
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& error) {
      log(LogLevel::Error, "http.connection_failed", {{"thrown", typeid(error)}});
    }
  };
  if (tls) {
    asio::co_spawn(reactor.context(),
                   serve_connection(*this, reactor, TlsSocket(std::move(socket), *tls), std::move(address)), ended);
  } else {
    asio::co_spawn(reactor.context(), serve_connection(*this, reactor, std::move(socket), std::move(address)), ended);
  }
}

Task<void> Server::State::accept_connections() {
  for (std::size_t next = 0;; next = (next + 1) % reactors.size()) {
    Reactor& reactor = *reactors[next];
    auto [error, socket] = co_await acceptor->async_accept(reactor.context(), kAwait);
    if (!acceptor->is_open()) co_return;
    if (error) {
      // Out of file descriptors, most likely: a moment later somebody has left.
      log(LogLevel::Warning, "http.accept_failed", {{"code", error.value()}});
      asio::basic_waitable_timer<Time, asio::wait_traits<Time>, Executor> pause(reactors[0]->context());
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(kAwait);
      continue;
    }
    ErrorCode gone;
    const tcp::endpoint peer = socket.remote_endpoint(gone);
    if (gone) continue;
    std::string address = address_text(peer);
    const auto counting =
        proxies.contains(address) ? ConnectionCount::Counting::NotByAddress : ConnectionCount::Counting::Everybody;
    if (connections.enter(address, counting)) {
      was_full = false;
      begin(std::move(socket), reactor, std::move(address), counting);
      continue;
    }
    if (!std::exchange(was_full, true)) log(LogLevel::Warning, "http.connections_full", {});
    if (!tls) {
      // What fits into the socket's buffer; waiting is what we have no place for.
      ErrorCode ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(std::string_view("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
                                                      "Content-Length: 0\r\nConnection: close\r\n\r\n")),
                        ignored);
      socket.shutdown(tcp::socket::shutdown_both, ignored);
    }
  }
}

Result<void> Server::State::prepare_spool_folder() {
  namespace fs = std::filesystem;
  std::error_code error;
  if (options.spool_folder.empty()) {
    std::string pattern = (fs::temp_directory_path() / "guildhall-uploads-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      return Problem{"No folder for uploads can be made.", pattern, "Check the disk and TMPDIR."};
    }
    options.spool_folder = pattern;
    own_spool_folder = true;
    return {};
  }
  fs::create_directories(options.spool_folder, error);
  if (!error) fs::permissions(options.spool_folder, fs::perms::owner_all, error);
  for (fs::directory_iterator entry(options.spool_folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with("upload-")) fs::remove(entry->path(), error);
  }
  if (!error) return {};
  return Problem{"The folder for uploads cannot be used: " + error.message() + ".", options.spool_folder.string(),
                 "Check its owner and permissions."};
}

Result<void> Server::State::prepare_tls() {
  if (options.tls_certificate.empty() && options.tls_key.empty()) return {};
  tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  ErrorCode error;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                   asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  SSL_CTX_set_mode(tls->native_handle(),
                   SSL_MODE_RELEASE_BUFFERS);  // Idle connections give their 34 kB back.
  tls->use_certificate_chain_file(options.tls_certificate.string(), error);
  if (error) {
    return Problem{"The TLS certificate cannot be read: " + error.message() + ".", options.tls_certificate.string(),
                   "Give a PEM file with the certificate and its chain."};
  }
  tls->use_private_key_file(options.tls_key.string(), asio::ssl::context::pem, error);
  if (error) {
    return Problem{"The TLS key cannot be used with the certificate: " + error.message() + ".",
                   options.tls_key.string(), "Give the PEM file of the certificate's private key."};
  }
  return {};
}

Result<void> Server::State::listen() {
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return Problem{"This is not an IP address to listen on.", options.address, "Write 127.0.0.1 or ::."};
  const tcp::endpoint endpoint(address, options.port);
  acceptor = std::make_unique<Acceptor>(reactors[0]->context().get_executor());
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Problem{"The server cannot listen on this address and port: " + error.message() + ".",
                   options.address + " port " + std::to_string(options.port),
                   "Choose another port, or stop the program that uses it."};
  }
  port = acceptor->local_endpoint().port();
  return {};
}

Server::Server(ServerOptions options, Router router)
    : state_(std::make_unique<State>(std::move(options), std::move(router))) {}

Server::~Server() {
  stop();
}

Result<void> Server::start() {
  State& state = *state_;
  const ServerOptions& options = state.options;
  check(!state.started && options.io_threads > 0 && options.workers > 0 && options.min_bytes_per_second > 0);
  state.proxies = TRY(TrustedProxies::parse(options.trusted_proxies));
  TRY(state.prepare_tls());
  TRY(state.prepare_spool_folder());

  // Each connection is a file, and so are its uploads and the databases.
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 2 * options.max_connections + 512) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 2 * options.max_connections + 512);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < options.max_connections + 64) {
      log(LogLevel::Warning, "http.few_file_descriptors", {{"limit", files.rlim_cur}});
    }
  }

  const auto shortest = std::min({options.header_deadline, options.body_grace, options.idle_limit, options.linger});
  const auto tick = std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
  state.reactors.clear();
  for (unsigned i = 0; i < options.io_threads; ++i) state.reactors.push_back(std::make_unique<Reactor>(tick));
  TRY(state.listen());
  state.workers = std::make_unique<Workers>(options.workers, options.max_queued);
  asio::co_spawn(state.reactors[0]->context(), state.accept_connections(), asio::detached);
  for (const auto& reactor : state.reactors) reactor->start();
  state.started = true;
  return {};
}

std::uint16_t Server::port() const {
  return state_->port;
}

void Server::stop() {
  State& state = *state_;
  if (!std::exchange(state.started, false)) return;
  asio::post(state.reactors[0]->context(), [&state] {
    ErrorCode ignored;
    state.acceptor->close(ignored);
  });
  for (const auto& reactor : state.reactors) asio::post(reactor->context(), [&reactor] { reactor->stop_idle(); });
  if (!state.connections.wait_until_empty(state.options.stop_deadline)) {
    log(LogLevel::Warning, "http.stop_cut_connections");
    for (const auto& reactor : state.reactors) asio::post(reactor->context(), [&reactor] { reactor->cut_all(); });
  }
  state.workers->join();
  for (const auto& reactor : state.reactors) reactor->finish();
  state.acceptor.reset();
  state.reactors.clear();
  if (!state.own_spool_folder) return;
  std::error_code ignored;
  std::filesystem::remove_all(state.options.spool_folder, ignored);
}

}  // namespace guildhall::http
