#pragma once

// Where an evaluation keeps the values that it makes. Values are small and point into a Memory; all of them go at
// once, with reset() or with the Memory. After a first evaluation its memory is there to be used again, so that the
// evaluations that follow allocate nothing.

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace guildhall::feel {

// Thrown inside an evaluation that has used up a budget, and caught by the evaluation's face, which gives a Problem.
struct BudgetExceeded {
  const char* what;    // "The expression took more steps than it may."
  const char* remedy;  // "Look for a loop over too many values."
};

// Not for sharing between threads.
class Memory {
 public:
  explicit Memory(std::size_t max_bytes = std::size_t{256} << 20) : max_bytes_(max_bytes) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Everything handed out before is gone.
  void reset() {
    chunk_ = 0;
    used_ = 0;
    taken_ = 0;
  }

  void* allocate(std::size_t bytes) {
    bytes = (bytes + 15) & ~std::size_t{15};
    if (chunk_ < chunks_.size() && used_ + bytes <= chunks_[chunk_].size) [[likely]] {
      void* place = chunks_[chunk_].bytes.get() + used_;
      used_ += bytes;
      return place;
    }
    return allocate_in_next_chunk(bytes);
  }

  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    if (count > max_bytes_ / sizeof(T)) throw_too_large();
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    return new (allocate(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  std::string_view copy(std::string_view text) {
    char* place = array<char>(text.size());
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
  };
  void* allocate_in_next_chunk(std::size_t bytes);
  [[noreturn]] static void throw_too_large();

  std::size_t max_bytes_;
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;  // The one in use.
  std::size_t used_ = 0;   // Of it.
  std::size_t taken_ = 0;  // In the chunks before it.
};

}  // namespace guildhall::feel
