#pragma once

// The colours, and what stands on what. svg_test.cpp measures their contrast.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace guildhall::diagram::impl {

inline constexpr std::string_view kPaper = "#ffffff";
inline constexpr std::string_view kInk = "#0b0c0c";
inline constexpr std::string_view kLine = "#27323d";
inline constexpr std::string_view kFrame = "#6b7683";  // Pools, lanes, groups.
inline constexpr std::string_view kVolume = "#46689b";

inline constexpr std::string_view kWaiting = "#1d52a0";
inline constexpr std::string_view kDone = "#00703c";
inline constexpr std::string_view kFailed = "#b10e1e";

struct HeatStep {
  std::string_view fill;
  std::string_view text;
};
// Sequential, from light to dark; readable in shades of grey too.
inline constexpr std::array<HeatStep, 5> kHeat{{{"#fff3d6", "#0b0c0c"},
                                                {"#fdcf7d", "#0b0c0c"},
                                                {"#f39a4b", "#0b0c0c"},
                                                {"#b8461b", "#ffffff"},
                                                {"#7a1f0a", "#ffffff"}}};

inline std::size_t heat_step(double heat) {
  if (!(heat > 0)) return 0;
  return std::min<std::size_t>(kHeat.size() - 1, static_cast<std::size_t>(std::min(heat, 1.0) * kHeat.size()));
}

}  // namespace guildhall::diagram::impl
