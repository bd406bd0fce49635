#pragma once

// How like two short texts are.

#include <array>
#include <cstddef>
#include <string_view>

namespace guildhall::linkage {

// From 0 (nothing in common) to 1 (equal), bytes as letters. Texts beyond 64 bytes are compared by their first 64.
// Source: Jaro (1989), JASA 84(406); the common prefix of up to four letters: Winkler (1990), "String comparator metrics
// and enhanced decision rules in the Fellegi-Sunter model of record linkage".
double jaro_winkler(std::string_view a, std::string_view b);
// The same to the last bit, of texts of up to 16 bytes with zeros behind them; but 0 where so few letters match that it
// is less than what `enough` was made for.
using EnoughMatches = std::array<float, 5>;  // By the length of the common prefix.
EnoughMatches enough_matches(double least_similarity);
double jaro_winkler_short(const std::array<char, 16>& a, std::size_t a_size, const std::array<char, 16>& b,
                          std::size_t b_size, const EnoughMatches& enough = {});

// Whether one letter was added, left out or exchanged for another, or two neighbours changed places: a distance of
// exactly 1 in the sense of Damerau (1964), CACM 7(3).
bool is_one_edit(std::string_view a, std::string_view b);
bool is_one_edit_short(const std::array<char, 16>& a, std::size_t a_size, const std::array<char, 16>& b,
                       std::size_t b_size);

// A letter and three digits for how an English surname sounds, of a key in capitals; empty for an empty one.
// Source: US National Archives, "Soundex System".
std::string_view soundex(std::string_view key, char (&buffer)[4]);

}  // namespace guildhall::linkage
