#include "feel/memory.h"

#include <algorithm>

namespace guildhall::feel {

namespace {

constexpr std::size_t kFirstChunk = std::size_t{64} << 10;
constexpr std::size_t kLargestChunk = std::size_t{4} << 20;

}  // namespace

void Memory::throw_too_large() {
  throw BudgetExceeded{"The expression needs more memory than it may use.",
                       "Make its lists and texts smaller, or divide it into several decisions."};
}

void* Memory::allocate_in_next_chunk(std::size_t bytes) {
  if (chunk_ < chunks_.size()) taken_ += chunks_[chunk_++].size;
  used_ = 0;
  if (bytes > max_bytes_ || taken_ > max_bytes_ - bytes) throw_too_large();

  // A chunk kept by reset() that is large enough comes next; those that aren't wait for their turn behind it.
  const auto kept = chunks_.begin() + static_cast<std::ptrdiff_t>(chunk_);
  auto next = std::find_if(kept, chunks_.end(), [&](const Chunk& chunk) { return chunk.size >= bytes; });
  if (next == chunks_.end()) {
    // The bound holds for what is kept, too.
    std::size_t held = taken_;
    for (auto chunk = kept; chunk != chunks_.end(); ++chunk) held += chunk->size;
    std::size_t size = kFirstChunk;
    for (std::size_t before = 0; before < chunk_ && size < kLargestChunk; ++before) size *= 2;
    size = std::max(std::min(size, max_bytes_ - taken_), bytes);
    if (held > max_bytes_ - size) chunks_.erase(kept, chunks_.end());
    chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    next = chunks_.end() - 1;
  }
  std::iter_swap(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk_), next);
  used_ = bytes;
  return chunks_[chunk_].bytes.get();
}

}  // namespace guildhall::feel
