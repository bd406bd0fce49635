#pragma once

// For tests: a socket that sends exactly the bytes it is told, and reads what comes back.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace guildhall::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    // A server that never answers fails the test, rather than stopping it.
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), input_(std::move(other.input_)) {}
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return socket_; }  // For TLS over it.

  // False where the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  // One response, by its Content-Length; what there is where the connection ends before.
  std::string response(bool of_head = false) {
    std::size_t head_end = 0;
    while ((head_end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return std::exchange(input_, "");
    }
    head_end += 4;
    const std::string head = input_.substr(0, head_end);
    const std::size_t length = head.find("\r\nContent-Length: ");
    const std::size_t body = length == std::string::npos || of_head ? 0 : std::stoul(head.substr(length + 18));
    while (input_.size() < head_end + body) {
      if (!more()) return std::exchange(input_, "");
    }
    std::string whole = input_.substr(0, head_end + body);
    input_.erase(0, head_end + body);
    return whole;
  }
  // Everything until the server closes; "(timed out)" at the end where it doesn't.
  std::string everything() {
    while (more()) {
    }
    return std::exchange(input_, "") + (timed_out_ ? "(timed out)" : "");
  }
  // Whether the server has ended the connection, cleanly or not; waits for it.
  bool ends() {
    everything();
    return !timed_out_;
  }

 private:
  bool more() {
    char bytes[65536];
    const ssize_t received = ::recv(socket_, bytes, sizeof bytes, 0);
    timed_out_ = received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (received <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(received));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string input_;
};

}  // namespace guildhall::http
