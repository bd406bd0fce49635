#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace guildhall::http {

// Bytes received and not yet understood. Small while a connection is idle: thousands are.
class InputBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Keeps only what an idle connection needs. Only where empty().
  void give_back() {
    if (capacity_ <= kIdleBytes) return;
    bytes_.reset();
    capacity_ = begin_ = end_ = 0;
  }

  // Room for at least `count` more bytes; commit() says how many came.
  std::span<char> prepare(std::size_t count) {
    if (capacity_ - end_ < count) {
      const std::size_t held = end_ - begin_;
      const std::size_t capacity = std::max(kIdleBytes, held + count);
      auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
      if (held > 0) std::memcpy(bytes.get(), bytes_.get() + begin_, held);
      bytes_ = std::move(bytes);
      capacity_ = capacity;
      begin_ = 0;
      end_ = held;
    }
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t count) { end_ += count; }

 private:
  static constexpr std::size_t kIdleBytes = 4096;  // The head of a usual request fits.

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace guildhall::http
