#include "cases/durations.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/result.h"

namespace guildhall::cases {
namespace {

constexpr double kError = 0.01;
const double kGrowth = std::log((1 + kError) / (1 - kError));
constexpr std::int32_t kNothing = -1;  // The bucket of durations of less than a microsecond.

std::int32_t bucket_of(std::int64_t duration) {
  return duration <= 0 ? kNothing
                       : static_cast<std::int32_t>(std::ceil(std::log(static_cast<double>(duration)) / kGrowth));
}

// The value that is as far from both ends of its bucket, in proportion.
std::int64_t middle_of(std::int32_t bucket) {
  return bucket == kNothing ? 0 : std::llround(std::exp(bucket * kGrowth) * (1 - kError));
}

}  // namespace

void Durations::to_buckets() {
  for (const std::int64_t each : kept_) ++buckets_[bucket_of(each)];
  kept_.clear();
  kept_.shrink_to_fit();
  sorted_ = true;
}

void Durations::add(std::chrono::microseconds duration) {
  const std::int64_t length = std::max<std::int64_t>(duration.count(), 0);
  ++count_;
  sum_ += static_cast<double>(length);
  if (!exact()) {
    ++buckets_[bucket_of(length)];
    return;
  }
  kept_.push_back(length);
  sorted_ = false;
  if (kept_.size() > kExact) to_buckets();
}

void Durations::add(const Durations& other) {
  if (exact() && (!other.exact() || kept_.size() + other.kept_.size() > kExact)) to_buckets();
  count_ += other.count_;
  sum_ += other.sum_;
  for (const auto& [bucket, count] : other.buckets_) buckets_[bucket] += count;
  if (!exact()) {
    for (const std::int64_t each : other.kept_) ++buckets_[bucket_of(each)];
  } else {
    kept_.insert(kept_.end(), other.kept_.begin(), other.kept_.end());
    sorted_ = false;
  }
}

std::optional<std::chrono::microseconds> Durations::mean() const {
  if (count_ == 0) return std::nullopt;
  return std::chrono::microseconds(std::llround(sum_ / static_cast<double>(count_)));
}

std::optional<std::chrono::microseconds> Durations::percentile(int percent) const {
  check(percent >= 1 && percent <= 100, "a percentile from 1 to 100");
  if (count_ == 0) return std::nullopt;
  const std::uint64_t rank = (count_ * static_cast<std::uint64_t>(percent) + 99) / 100;
  if (exact()) {
    if (!std::exchange(sorted_, true)) std::ranges::sort(kept_);
    return std::chrono::microseconds(kept_[rank - 1]);
  }
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : buckets_) {
    seen += count;
    if (seen >= rank) return std::chrono::microseconds(middle_of(bucket));
  }
  return std::nullopt;
}

}  // namespace guildhall::cases
