#pragma once

// Distinct texts, each with a small number.

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace guildhall::linkage {

using ValueId = std::uint32_t;  // 0: missing.

// 64 bits of a text, the same on every machine with little-endian numbers. Multiply-and-fold in the manner of wyhash
// (Wang Yi, public domain); not for secrets.
inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
inline std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kOne = 0xa0761d6478bd642fULL, kTwo = 0xe7037ed1a0b428dbULL;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = kOne ^ left;
  std::uint64_t first = 0, second = 0;
  while (left > 16) {
    std::memcpy(&first, at, 8);
    std::memcpy(&second, at + 8, 8);
    state = mixed(first ^ kTwo, second ^ state);
    at += 16;
    left -= 16;
  }
  first = second = 0;
  if (left > 8) {
    std::memcpy(&first, at, 8);
    std::memcpy(&second, at + 8, left - 8);
  } else if (left > 0) {
    std::memcpy(&first, at, left);
  }
  return mixed(mixed(first ^ kTwo, second ^ state), kOne ^ text.size());
}

// Whether two texts of one size are equal: for short ones, without a call.
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  std::uint64_t x = 0, y = 0, z = 0, w = 0;
  if (size >= 8) {
    std::memcpy(&x, a, 8);
    std::memcpy(&y, b, 8);
    std::memcpy(&z, a + size - 8, 8);
    std::memcpy(&w, b + size - 8, 8);
    return x == y && z == w;
  }
  if (size >= 4) {
    std::uint32_t p = 0, q = 0, r = 0, s = 0;
    std::memcpy(&p, a, 4);
    std::memcpy(&q, b, 4);
    std::memcpy(&r, a + size - 4, 4);
    std::memcpy(&s, b + size - 4, 4);
    return p == q && r == s;
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// Not shared between threads while it grows. Texts together may have up to 4 GB.
class Dictionary {
 public:
  Dictionary() {
    begins_ = {0, 0};  // The empty text is number 0.
    slots_.assign(1 << 10, 0);
  }

  std::size_t size() const { return begins_.size() - 1; }  // With the missing one.
  std::string_view text(ValueId id) const { return {bytes_.data() + begins_[id], begins_[id + 1] - begins_[id]}; }
  std::size_t bytes() const {
    return bytes_.capacity() + (begins_.capacity() + low_.capacity()) * sizeof(begins_[0]) +
           slots_.capacity() * sizeof(slots_[0]);
  }

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }

  ValueId intern(std::string_view text) { return intern(text, hash_of(text)); }
  // `hash` is hash_of(text).
  ValueId intern(std::string_view text, std::uint64_t hash) {
    if (text.empty()) return 0;
    if (size() * 2 > slots_.size()) grow();
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint64_t slot = slots_[at];
      if (slot == 0) {
        const auto id = static_cast<ValueId>(size());
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        begins_.push_back(static_cast<std::uint32_t>(bytes_.size()));
        low_.push_back(static_cast<std::uint32_t>(hash));
        slots_[at] = (hash & kHashBits) | id;
        return id;
      }
      if ((slot & kHashBits) == (hash & kHashBits) && is(static_cast<ValueId>(slot), text)) {
        return static_cast<ValueId>(slot);
      }
    }
  }

  // Room for so many more texts, so that rollback() stays possible.
  void reserve(std::size_t more) {
    while ((size() + more) * 2 > slots_.size()) grow();
  }
  // The same, and so that nothing has to be moved for texts of the usual length.
  void make_room(std::size_t more) {
    reserve(more);
    bytes_.reserve(bytes_.size() + more * (bytes_.size() / size() + 1));
    begins_.reserve(begins_.size() + more);
    low_.reserve(low_.size() + more);
  }
  // Takes out again every text from number `size` on: what was added last, after a reserve() that had room for it.
  void rollback(std::size_t size) {
    for (std::size_t id = this->size(); id-- > size;) {
      std::size_t at = low_[id] & (slots_.size() - 1);
      while (static_cast<ValueId>(slots_[at]) != id) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = 0;
    }
    if (size >= this->size()) return;
    bytes_.resize(begins_[size]);
    begins_.resize(size + 1);
    low_.resize(size);
  }

  ValueId find(std::string_view text) const {
    if (text.empty()) return 0;
    const std::uint64_t hash = hash_of(text);
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint64_t slot = slots_[at];
      if (slot == 0) return 0;
      if ((slot & kHashBits) == (hash & kHashBits) && is(static_cast<ValueId>(slot), text)) {
        return static_cast<ValueId>(slot);
      }
    }
  }

 private:
  static constexpr std::uint64_t kHashBits = 0xffffffff00000000ULL;

  bool is(ValueId id, std::string_view text) const {
    const std::uint32_t begin = begins_[id];
    return begins_[id + 1] - begin == text.size() && same_bytes(bytes_.data() + begin, text.data(), text.size());
  }

  void grow() {
    std::vector<std::uint64_t> larger(slots_.size() * 4, 0);
    for (const std::uint64_t slot : slots_) {
      if (slot == 0) continue;
      std::size_t at = low_[static_cast<ValueId>(slot)] & (larger.size() - 1);
      while (larger[at] != 0) at = (at + 1) & (larger.size() - 1);
      larger[at] = slot;
    }
    slots_ = std::move(larger);
  }

  std::vector<char> bytes_;
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> low_{0};  // The lower half of each hash, by which its slot is chosen.
  std::vector<std::uint64_t> slots_;   // The upper half of the hash, and the number; 0 is free.
};

}  // namespace guildhall::linkage
