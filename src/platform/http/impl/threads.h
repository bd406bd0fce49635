#pragma once

// The threads of a server, and what they share. Everything of one connection runs on one reactor's thread, so there are
// no locks or strands around it; handlers and disk work run on workers.

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "http/impl/network.h"
#include "http/impl/response_text.h"
#include "http/router.h"
#include "http/server.h"

namespace guildhall::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using Time = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Socket = asio::basic_stream_socket<tcp, Executor>;
inline constexpr asio::experimental::as_tuple_t<asio::use_awaitable_t<Executor>> kAwait;

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
};

}  // namespace guildhall::http
