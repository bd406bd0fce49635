// How many server-made pages of 22 KB a second the HTTP server answers, over loopback with 64 kept connections, with
// the load generator in the same program; and, where Python has FastAPI and uvicorn, how many they answer with the same
// page under the same load.
//
//   build/release/bench/bench_http_pages [seconds] 2> /dev/null
//
// The reference needs "pip install fastapi uvicorn"; GUILDHALL_PYTHON names another Python than python3.
// Target (DESIGN.md, section 7): 15,000/s on 2 cores shared with the load generator; idle memory 60 MB or less.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "http/server.h"

namespace {

using guildhall::check;
using Time = std::chrono::steady_clock;

constexpr std::size_t kConnections = 64;

// A table of 150 people, as a server page with real content would be: about 22 KB of HTML, made anew each time.
std::string page() {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>People</title>"
      "<link rel=\"stylesheet\" href=\"/assets/guildhall.css\"></head>\n<body><main><h1>People</h1><table>\n";
  for (int i = 0; i < 150; ++i) {
    const std::string number = std::to_string(9990000000 + i);
    html += "<tr><td><a href=\"/people/";
    html += number;
    html += "\">Child ";
    html += std::to_string(i);
    html += "</a></td><td>12 March 2014</td><td>";
    html += number;
    html += "</td><td>Known to social care</td><td>Updated yesterday</td></tr>\n";
  }
  html += "</table></main></body>\n</html>\n";
  return html;
}

double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// CPU seconds of another, running process.
double cpu_seconds_of(pid_t process) {
  std::FILE* file = std::fopen(("/proc/" + std::to_string(process) + "/stat").c_str(), "r");
  if (file == nullptr) return 0;
  unsigned long user = 0;
  unsigned long system = 0;
  const int read =
      std::fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  std::fclose(file);
  return read == 2 ? static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
}

double resident_megabytes(pid_t process) {
  std::FILE* file = std::fopen(("/proc/" + std::to_string(process) + "/statm").c_str(), "r");
  if (file == nullptr) return 0;
  long pages = 0;
  const int read = std::fscanf(file, "%*d %ld", &pages);
  std::fclose(file);
  return read == 1 ? static_cast<double>(pages * ::sysconf(_SC_PAGESIZE)) / 1e6 : 0;
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return -1;
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

constexpr std::string_view kRequest =
    "GET /people HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
    "Accept: text/html,application/xhtml+xml\r\nAccept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\n\r\n";

struct Peer {
  int socket = -1;
  Time::time_point sent;
  std::string head;      // Until the length is known.
  std::size_t left = 0;  // Bytes of the response still to come.

  void ask() {
    sent = Time::now();
    check(::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(kRequest.size()),
          "a request fits into the socket's buffer");
  }
  // True when a whole response was there.
  bool take(std::string_view bytes) {
    if (left > 0) {
      check(bytes.size() <= left, "no more than was asked for");
      left -= bytes.size();
      return left == 0;
    }
    head += bytes;
    const std::size_t end = head.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    check(head.starts_with("HTTP/1.1 200"), "a page was answered");
    std::size_t length = head.find("ontent-");
    while (length != std::string::npos && head.compare(length + 7, 8, "Length: ") != 0 &&
           head.compare(length + 7, 8, "length: ") != 0) {
      length = head.find("ontent-", length + 1);
    }
    check(length != std::string::npos, "the response says its length");
    const std::size_t whole = end + 4 + std::stoul(head.substr(length + 15));
    left = whole - head.size();
    head.clear();
    return left == 0;
  }
};

struct Load {
  double requests_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

// Keeps every connection asking for one page after the other.
Load measure(std::uint16_t port, std::chrono::duration<double> duration) {
  std::vector<Peer> peers(kConnections);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  for (Peer& peer : peers) {
    peer.socket = connect_to(port);
    check(peer.socket >= 0, "the server takes connections");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, peer.socket, &event);
    peer.ask();
  }
  std::vector<double> took_ms;
  std::vector<char> bytes(256 * 1024);
  const auto begin = Time::now();
  const auto end = begin + std::chrono::duration_cast<Time::duration>(duration);
  while (Time::now() < end) {
    epoll_event events[kConnections];
    const int count = ::epoll_wait(poll, events, kConnections, 1000);
    for (int i = 0; i < count; ++i) {
      Peer& peer = *static_cast<Peer*>(events[i].data.ptr);
      const ssize_t received = ::recv(peer.socket, bytes.data(), bytes.size(), 0);
      check(received > 0, "the server keeps connections");
      if (!peer.take({bytes.data(), static_cast<std::size_t>(received)})) continue;
      took_ms.push_back(std::chrono::duration<double, std::milli>(Time::now() - peer.sent).count());
      peer.ask();
    }
  }
  const std::chrono::duration<double> whole = Time::now() - begin;
  for (const Peer& peer : peers) ::close(peer.socket);
  ::close(poll);
  std::sort(took_ms.begin(), took_ms.end());
  check(!took_ms.empty());
  return {static_cast<double>(took_ms.size()) / whole.count(), took_ms[took_ms.size() / 2],
          took_ms[took_ms.size() * 99 / 100]};
}

// Asks once; the length of the body, or 0 where nobody answers yet.
std::size_t first_answer(std::uint16_t port) {
  Peer peer;
  peer.socket = connect_to(port);
  if (peer.socket < 0) return 0;
  peer.ask();
  std::string answer;
  char bytes[65536];
  for (bool whole = false; !whole;) {
    const ssize_t received = ::recv(peer.socket, bytes, sizeof bytes, 0);
    if (received <= 0) break;
    answer.append(bytes, static_cast<std::size_t>(received));
    whole = peer.take({bytes, static_cast<std::size_t>(received)});
  }
  ::close(peer.socket);
  return answer.size() - std::min(answer.size(), answer.find("\r\n\r\n") + 4);
}

void show(const char* name, const Load& load, double server_cpu, double idle_mb, double busy_mb, double start_ms) {
  std::printf("%-18s %9.0f %8.2f %8.2f %10.2f %9.1f %9.1f %9.1f\n", name, load.requests_per_second, load.p50_ms,
              load.p99_ms, server_cpu, idle_mb, busy_mb, start_ms);
  std::fflush(stdout);
}

std::size_t measure_ours(std::chrono::duration<double> duration) {
  const auto begin = Time::now();
  guildhall::http::Router router;
  router.get("/people", [](const guildhall::http::Request&) { return guildhall::http::Response::html(page()); });
  guildhall::http::Server server({.workers = 4}, std::move(router));
  const auto started = server.start();
  check(started.ok(), "the server starts");
  const std::size_t bytes = first_answer(server.port());
  const double start_ms = std::chrono::duration<double, std::milli>(Time::now() - begin).count();
  const double idle_mb = resident_megabytes(::getpid());
  const double cpu_before = cpu_seconds(RUSAGE_SELF);
  // The load generator is this thread; the server's threads are all others.
  const double load_before = cpu_seconds(RUSAGE_THREAD);
  const Load load = measure(server.port(), duration);
  const double server_cpu = cpu_seconds(RUSAGE_SELF) - cpu_before - (cpu_seconds(RUSAGE_THREAD) - load_before);
  show("guildhall", load, server_cpu, idle_mb, resident_megabytes(::getpid()), start_ms);
  return bytes;
}

bool succeeds(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  check(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

void measure_reference(std::chrono::duration<double> duration, std::size_t bytes) {
  const char* python = std::getenv("GUILDHALL_PYTHON");
  if (python == nullptr) python = "python3";
  if (!succeeds(std::string(python) + " -c 'import fastapi, uvicorn'")) {
    std::printf("reference absent: %s has no fastapi and uvicorn\n", python);
    return;
  }
  const std::uint16_t port = free_port();
  std::vector<std::string> words{python, GUILDHALL_BENCH_FOLDER "/http_pages.py", std::to_string(port)};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto begin = Time::now();
  pid_t process = 0;
  check(::posix_spawnp(&process, python, nullptr, nullptr, arguments.data(), environ) == 0, "python starts");
  std::size_t answered = 0;
  while ((answered = first_answer(port)) == 0 && Time::now() - begin < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const double start_ms = std::chrono::duration<double, std::milli>(Time::now() - begin).count();
  if (answered == bytes) {
    const double idle_mb = resident_megabytes(process);
    const double cpu_before = cpu_seconds_of(process);
    const Load load = measure(port, duration);
    show("fastapi, uvicorn", load, cpu_seconds_of(process) - cpu_before, idle_mb, resident_megabytes(process),
         start_ms);
  } else {
    std::printf("reference absent: it answered %zu bytes, not %zu\n", answered, bytes);
  }
  ::kill(process, SIGTERM);
  ::waitpid(process, nullptr, 0);
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::chrono::duration<double> duration(argument_count > 1 ? std::atof(arguments[1]) : 5.0);
  std::printf("%zu connections, %.0f s each, page of %zu bytes; log lines go to standard error\n", kConnections,
              duration.count(), page().size());
  std::printf("%-18s %9s %8s %8s %10s %9s %9s %9s\n", "", "req/s", "p50 ms", "p99 ms", "server cpu", "idle MB",
              "busy MB", "start ms");
  measure_reference(duration, measure_ours(duration));
}
