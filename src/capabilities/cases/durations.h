#pragma once

// How long things took: percentiles of many durations in bounded memory.
//
// Up to kExact durations are kept, and percentiles are exact: the smallest that at least so many percent of all don't
// exceed (the nearest rank). More go into a sketch whose buckets grow by 2 %, at most some 2,000 of them, and a
// percentile is then within 1 % of the exact one. Count and mean are exact always.
// Source: Masson, Rim & Lee (2019), "DDSketch", PVLDB 12(12), section 2.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace guildhall::cases {

class Durations {
 public:
  static constexpr std::size_t kExact = 20'000;

  void add(std::chrono::microseconds duration);  // Less than none is none.
  void add(const Durations& other);

  std::uint64_t count() const { return count_; }
  bool exact() const { return buckets_.empty(); }
  std::optional<std::chrono::microseconds> mean() const;                   // None where there are none.
  std::optional<std::chrono::microseconds> percentile(int percent) const;  // From 1 to 100.

 private:
  void to_buckets();

  std::uint64_t count_ = 0;
  double sum_ = 0;
  mutable std::vector<std::int64_t> kept_;  // Sorted when somebody asks.
  mutable bool sorted_ = true;
  std::map<std::int32_t, std::uint64_t> buckets_;
};

}  // namespace guildhall::cases
