#include "linkage/similarity.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace guildhall::linkage {

double jaro_winkler(std::string_view a, std::string_view b) {
  constexpr std::size_t kMost = 64;
  a = a.substr(0, kMost);
  b = b.substr(0, kMost);
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 1 : 0;
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t reach = longer < 4 ? 0 : longer / 2 - 1;
  std::uint64_t used_a = 0, used_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + reach + 1);
    for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (a[i] != b[j] || (used_b >> j & 1) != 0) continue;
      used_a |= std::uint64_t{1} << i;
      used_b |= std::uint64_t{1} << j;
      break;
    }
  }
  if (used_a == 0) return 0;
  const double matches = std::popcount(used_a);
  int out_of_order = 0;
  for (std::uint64_t rest_a = used_a, rest_b = used_b; rest_a != 0; rest_a &= rest_a - 1, rest_b &= rest_b - 1) {
    if (a[static_cast<std::size_t>(std::countr_zero(rest_a))] !=
        b[static_cast<std::size_t>(std::countr_zero(rest_b))]) {
      ++out_of_order;
    }
  }
  const double transpositions = out_of_order / 2;
  const double size_a = static_cast<double>(a.size()), size_b = static_cast<double>(b.size());
  // The sum of the two shares first: then the answer is the same, to the last bit, with a and b exchanged.
  const double jaro = ((matches / size_a + matches / size_b) + (matches - transpositions) / matches) / 3;
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

bool is_one_edit(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > 1) return false;
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_a == a.end()) return false;  // equal
  const std::string_view rest_a(at_a, a.end()), rest_b(at_b, b.end());
  if (a.size() > b.size()) return rest_a.substr(1) == rest_b;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

std::string_view soundex(std::string_view key, char (&buffer)[4]) {
  if (key.empty()) return {};
  //                           ABCDEFGHIJKLMNOPQRSTUVWXYZ; '0' separates (vowels), '.' does not (H, W).
  constexpr char kCodes[] = "01230120022455012623010202";
  const auto code_of = [&](char letter) {
    if (letter == 'H' || letter == 'W') return '.';
    return letter >= 'A' && letter <= 'Z' ? kCodes[letter - 'A'] : '0';
  };
  std::fill(std::begin(buffer), std::end(buffer), '0');
  buffer[0] = key[0];
  std::size_t length = 1;
  char last = code_of(key[0]);
  for (std::size_t i = 1; i < key.size() && length < 4; ++i) {
    const char code = code_of(key[i]);
    if (code == '.') continue;
    if (code != '0' && code != last) buffer[length++] = code;
    last = code;
  }
  return {buffer, 4};
}

}  // namespace guildhall::linkage
