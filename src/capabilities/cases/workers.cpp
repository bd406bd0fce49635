#include "cases/workers.h"

#include <algorithm>

#include "base/log.h"

namespace guildhall::cases {
namespace {

// Other programs on the same database add jobs too, and nobody tells us.
constexpr std::chrono::seconds kLongestSleep{1};
constexpr std::chrono::seconds kAfterFailure{2};

}  // namespace

Workers::Workers(Engine& engine, std::size_t threads) : engine_(engine) {
  engine_.when_due([this] {
    {
      const std::lock_guard lock(mutex_);
      ++wakes_;
    }
    changed_.notify_one();
  });
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  engine_.when_due({});
}

void Workers::run() {
  for (;;) {
    std::uint64_t wakes = 0;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      wakes = wakes_;
    }
    std::chrono::microseconds sleep = kLongestSleep;
    try {
      if (engine_.work() > 0) continue;
      if (const auto due = engine_.next_due()) {
        sleep =
            std::clamp<std::chrono::microseconds>(*due - engine_.clock().now(), std::chrono::microseconds(0), sleep);
      }
    } catch (const std::exception& error) {
      // The database is gone, say: what was claimed comes due again.
      log(LogLevel::Error, "cases.work_failed", {{"kind", typeid(error)}});
      sleep = kAfterFailure;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, sleep, [&] { return stopping_ || wakes_ != wakes; });
  }
}

}  // namespace guildhall::cases
