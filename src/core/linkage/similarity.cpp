#include "linkage/similarity.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace guildhall::linkage {
namespace {

// From what matched: which places of a and b, in order.
double jaro_winkler_of(const char* a, std::size_t a_size, const char* b, std::size_t b_size, unsigned matched,
                       std::uint64_t used_a, std::uint64_t used_b) {
  if (matched == 0) return 0;
  const double matches = matched;
  int out_of_order = 0;
  for (std::uint64_t rest_a = used_a, rest_b = used_b; rest_a != 0; rest_a &= rest_a - 1, rest_b &= rest_b - 1) {
    if (a[static_cast<std::size_t>(std::countr_zero(rest_a))] !=
        b[static_cast<std::size_t>(std::countr_zero(rest_b))]) {
      ++out_of_order;
    }
  }
  const double transpositions = out_of_order / 2;
  const double size_a = static_cast<double>(a_size), size_b = static_cast<double>(b_size);
  // The sum of the two shares first: then the answer is the same, to the last bit, with a and b exchanged.
  const double jaro = ((matches / size_a + matches / size_b) + (matches - transpositions) / matches) / 3;
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a_size && prefix < b_size && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  constexpr std::size_t kMost = 64;
  a = a.substr(0, kMost);
  b = b.substr(0, kMost);
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 1 : 0;
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t reach = longer < 4 ? 0 : longer / 2 - 1;
  std::uint64_t used_a = 0, used_b = 0;
  unsigned matches = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + reach + 1);
    for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (a[i] != b[j] || (used_b >> j & 1) != 0) continue;
      used_a |= std::uint64_t{1} << i;
      used_b |= std::uint64_t{1} << j;
      ++matches;
      break;
    }
  }
  return jaro_winkler_of(a.data(), a.size(), b.data(), b.size(), matches, used_a, used_b);
}

// With m letters in common Jaro's similarity is at most (m/a + m/b + 1) / 3, so that m (a + b) / ab has to reach this.
EnoughMatches enough_matches(double least_similarity) {
  EnoughMatches enough{};
  for (std::size_t prefix = 0; prefix < enough.size(); ++prefix) {
    const double boost = 0.1 * static_cast<double>(prefix);
    enough[prefix] = static_cast<float>(3 * (least_similarity - boost) / (1 - boost) - 1 - 1e-5);
  }
  return enough;
}

double jaro_winkler_short(const std::array<char, 16>& a, std::size_t a_size, const std::array<char, 16>& b,
                          std::size_t b_size, const EnoughMatches& enough) {
#if defined(__SSE2__)
  if (a_size == 0 || b_size == 0) return a_size == b_size ? 1 : 0;
  const std::size_t longer = std::max(a_size, b_size);
  const std::size_t reach = longer < 4 ? 0 : longer / 2 - 1;
  // For each letter of a, all places of b at once.
  const __m128i places = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b.data()));
  std::uint32_t used_a = 0, used_b = 0;
  const std::uint32_t all = (1u << b_size) - 1;
  unsigned matches = 0;
  std::uint32_t window = ((1u << (reach + 1)) - 1);  // From place 0 to `reach`; moves along with a.
  for (std::size_t i = 0; i < a_size; ++i) {
    const auto equal = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(places, _mm_set1_epi8(a[i]))));
    const std::uint32_t found = equal & window & all & ~used_b;
    used_a |= static_cast<std::uint32_t>(found != 0) << i;
    matches += found != 0;
    used_b |= found & (0 - found);
    window = i < reach ? window << 1 | 1 : window << 1;
  }
  const auto differ = static_cast<unsigned>(_mm_movemask_epi8(
                          _mm_cmpeq_epi8(places, _mm_loadu_si128(reinterpret_cast<const __m128i*>(a.data()))))) ^
                      0xffffu;
  const std::size_t prefix = std::min({static_cast<std::size_t>(std::countr_zero(differ | 0x10u)), a_size, b_size});
  if (static_cast<float>(matches * (a_size + b_size)) < enough[prefix] * static_cast<float>(a_size * b_size)) return 0;
  return jaro_winkler_of(a.data(), a_size, b.data(), b_size, matches, used_a, used_b);
#else
  (void)enough;
  return jaro_winkler({a.data(), a_size}, {b.data(), b_size});
#endif
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

bool is_one_edit_short(const std::array<char, 16>& a, std::size_t a_size, const std::array<char, 16>& b,
                       std::size_t b_size) {
#if defined(__SSE2__)
  if (a_size == b_size) {
    const auto differ = static_cast<unsigned>(_mm_movemask_epi8(
                            _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a.data())),
                                           _mm_loadu_si128(reinterpret_cast<const __m128i*>(b.data()))))) ^
                        0xffffu;
    if ((differ & (differ - 1)) == 0) return differ != 0;
    const auto first = static_cast<std::size_t>(std::countr_zero(differ));
    return differ == 3u << first && a[first] == b[first + 1] && a[first + 1] == b[first];
  }
#endif
  return is_one_edit({a.data(), a_size}, {b.data(), b_size});
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
