#pragma once

// Chance, the same on every machine: integers only, no std::…_distribution (whose results differ between
// libraries).

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "synth/synth.h"

namespace guildhall::synth {

// SplitMix64: spreads neighbouring numbers far apart. Source: Steele, Lea & Flood (2014), "Fast Splittable
// Pseudorandom Number Generators", OOPSLA; the constants of java.util.SplittableRandom.
constexpr std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

// xoshiro256**. Source: Blackman & Vigna (2021), "Scrambled Linear Pseudorandom Number Generators", ACM TOMS
// 47(4); seeded with SplitMix64, as they advise. Each household, and each clerk at each child, has a
// generator of its own, so that a change to one does not disturb the others.
class Random {
 public:
  // What the generator is for keeps the streams apart: seeds of one run differ in `purpose` or `number`.
  enum class Purpose : std::uint64_t { Household, Clerk, Placement, Professional, Case, Table, Order };
  Random(std::uint64_t seed, Purpose purpose, std::uint64_t number) {
    std::uint64_t state = mixed(mixed(seed) ^ mixed(static_cast<std::uint64_t>(purpose) << 56 ^ number));
    for (std::uint64_t& word : state_) word = state = mixed(state);
  }

  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

  // 0 to limit - 1; limit from 1 to 2^32. By Lemire's multiplication, whose bias below 2^-32 does not matter
  // here.
  std::uint64_t below(std::uint64_t limit) { return ((next() >> 32) * limit) >> 32; }
  int between(int low, int high) {  // Both included.
    return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool chance(PerTenThousand rate) { return below(10'000) < rate; }
  // The place of one of the weights, each as likely as it is heavy.
  std::size_t weighted(std::initializer_list<unsigned> weights) {
    std::uint64_t sum = 0;
    for (const unsigned weight : weights) sum += weight;
    std::uint64_t left = below(sum);
    std::size_t place = 0;
    for (const unsigned weight : weights) {
      if (left < weight) break;
      left -= weight;
      ++place;
    }
    return place;
  }
  template <class Range>
  const auto& one_of(const Range& range) {
    return range[below(range.size())];
  }

 private:
  static constexpr std::uint64_t rotated(std::uint64_t word, int by) { return word << by | word >> (64 - by); }
  std::uint64_t state_[4];
};

}  // namespace guildhall::synth
