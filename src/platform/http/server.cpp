#include "http/server.h"

#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <system_error>

#include "base/log.h"
#include "http/impl/connection.h"

namespace guildhall::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

std::string address_text(const tcp::endpoint& peer) {
  asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
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
  std::promise<void> accepting_ended;

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
  TRY(state.prepare_spool_folder());
  state.workers = std::make_unique<Workers>(options.workers, options.max_queued);
  state.accepting_ended = std::promise<void>();
  asio::co_spawn(state.reactors[0]->context(), state.accept_connections(),
                 [&state](std::exception_ptr) { state.accepting_ended.set_value(); });
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
  // No connection begins after this: one that did would wait for ever for workers that are gone.
  state.accepting_ended.get_future().wait();
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
