#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace guildhall::masterdata {

// Calls `work(i)` for each i below `count`, by `threads` threads. What one throws is thrown here, after all have ended.
template <class Work>
void in_parallel(std::size_t count, unsigned threads, const Work& work) {
  constexpr std::size_t kBatch = 256;
  std::atomic<std::size_t> next{0};
  std::exception_ptr thrown;
  std::mutex mutex;
  const auto run = [&] {
    try {
      for (std::size_t begin = next.fetch_add(kBatch); begin < count; begin = next.fetch_add(kBatch)) {
        for (std::size_t i = begin; i < std::min(count, begin + kBatch); ++i) work(i);
      }
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(run);
    run();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace guildhall::masterdata
