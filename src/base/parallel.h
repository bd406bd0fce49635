#pragma once

// Work shared out among threads.

#include <cstddef>
#include <functional>

namespace guildhall {

// Runs `work(thread, i)` for each i below `count`, on so many threads (the caller's is one). An exception of any of them
// is thrown again at the end.
void in_parallel(unsigned threads, std::size_t count, const std::function<void(unsigned thread, std::size_t i)>& work);

}  // namespace guildhall
