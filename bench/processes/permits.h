#pragma once

// The applications that every engine here is given: each age, zone and badge once, in this order. FlowableBench.java has
// the same.

#include <array>
#include <cstdint>
#include <string_view>

namespace guildhall::bench {

struct Application {
  std::int64_t age;
  std::string_view zone;
  bool blue_badge;
};

inline constexpr std::uint64_t kApplications = 1'000;

inline Application application(std::uint64_t row) {
  static constexpr std::array<std::string_view, 5> kZones = {"A", "B", "C", "D", "E"};
  row %= kApplications;
  return {static_cast<std::int64_t>(row % 100), kZones[row / 100 % 5], row / 500 == 1};
}

}  // namespace guildhall::bench
