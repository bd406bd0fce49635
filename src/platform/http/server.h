#pragma once

// The HTTP/1.1 server (RFC 9110, RFC 9112) that stands behind nginx, or alone on one machine.
//
//   Server server({.port = 8080, .trusted_proxies = {"127.0.0.1"}}, std::move(router));
//   if (auto started = server.start(); !started.ok()) return show(started.problems());
//   …
//   server.stop();  // lets requests in flight finish
//
// Network work runs on `io_threads` threads, handlers on `workers` threads; when `max_queued` requests wait
// for a worker, the next is answered 503. What a peer can hold is bounded everywhere: connections, header and
// body size, time. Requests that break the framing rules are answered and the connection closed, because what
// follows can't be told from a smuggled request.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/router.h"

namespace guildhall::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // Or "0.0.0.0", "::".
  std::uint16_t port = 0;             // 0: any free one; Server::port() says which.
  unsigned io_threads = 1;
  unsigned workers = 8;
  std::size_t max_queued = 256;  // Requests waiting for a worker; 503 with Retry-After beyond.

  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 256;  // Trusted proxies are not counted.
  std::size_t max_header_bytes = 16 * 1024;       // 431 beyond.
  std::size_t max_form_fields = 2000;             // Of a query, or a form; 413 beyond.
  std::size_t max_form_bytes = 4 << 20;           // Of all fields of a multipart form, without its files.

  std::chrono::milliseconds header_deadline{10'000};  // From the first byte to the last of a head; 408.
  std::chrono::milliseconds body_grace{15'000};       // A body may take this long, plus its size over the minimum rate.
  std::size_t min_bytes_per_second = 4096;            // 408 where a body comes slower; a slower reader is cut off.
  std::chrono::milliseconds idle_limit{60'000};       // Between requests of a kept connection.
  std::size_t max_requests_per_connection = 10'000;
  std::chrono::milliseconds linger{5'000};          // How long to wait for a peer to read our last words.
  std::chrono::milliseconds stop_deadline{10'000};  // Connections still busy this long after stop() are cut.

  // Addresses or networks ("127.0.0.1", "10.0.0.0/8") whose X-Forwarded-For and X-Forwarded-Proto are
  // believed.
  std::vector<std::string> trusted_proxies = {};
  // Names that this server answers to ("council.example"); 421 to others. Empty: any.
  std::vector<std::string> hosts = {};

  // Where uploads are kept while their request lasts. The folder belongs to the server: leftovers of a crash
  // are removed at the start. Empty: a new folder in the system's temporary folder.
  std::filesystem::path spool_folder = {};

  // PEM files; both or neither. With them the server speaks TLS 1.2 and 1.3.
  std::filesystem::path tls_certificate = {};
  std::filesystem::path tls_key = {};
};

class Server {
 public:
  Server(ServerOptions options, Router router);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and answers from when it returns. Problems: the port is taken, an address, certificate or folder
  // is wrong.
  Result<void> start();
  std::uint16_t port() const;
  // Refuses new connections, closes idle ones, lets requests in flight finish until the deadline, then cuts
  // them. It waits for handlers that still run: threads can't be ended from outside. From any thread but the
  // server's; calling it twice does nothing.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::http
