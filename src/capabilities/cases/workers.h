#pragma once

// Threads that do what is due, while the server runs. Any number of servers may do so on one database: a job is claimed
// by one of them, and comes due again if that one stops.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "cases/engine.h"

namespace guildhall::cases {

class Workers {
 public:
  // `engine` must outlive it.
  Workers(Engine& engine, std::size_t threads);
  ~Workers();  // Waits for what is being done.
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

 private:
  void run();

  Engine& engine_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::uint64_t wakes_ = 0;
  std::vector<std::thread> threads_;  // Last: they use all of the others.
};

}  // namespace guildhall::cases
