#include "base/spelling.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace guildhall {
namespace {

constexpr std::size_t kLongestMisspelling = 200;  // Bytes; what is longer is like no name.

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string nearest(std::span<const std::string> names, std::string_view name) {
  if (name.size() > kLongestMisspelling) return "";
  std::string best;
  std::size_t least = SIZE_MAX;
  for (const std::string& each : names) {
    const std::size_t letters = edit_distance(each, name);
    if (letters < least) best = each;
    least = std::min(least, letters);
  }
  return best;
}

}  // namespace guildhall
