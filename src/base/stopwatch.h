#pragma once

#include <chrono>
#include <utility>

namespace guildhall {

// How long something took. Runs from the start.
class Stopwatch {
 public:
  std::chrono::nanoseconds took() const { return Clock::now() - since_; }
  // Seconds since the last lap, or the start.
  double lap() {
    const auto now = Clock::now();
    return std::chrono::duration<double>(now - std::exchange(since_, now)).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point since_ = Clock::now();
};

}  // namespace guildhall
