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
// The same to the last bit, of texts of up to 16 bytes with zeros behind them.
double jaro_winkler_short(const std::array<char, 16>& a, std::size_t a_size, const std::array<char, 16>& b,
                          std::size_t b_size);

// Whether one letter was added, left out or exchanged for another, or two neighbours changed places: a distance of
// exactly 1 in the sense of Damerau (1964), CACM 7(3).
bool is_one_edit(std::string_view a, std::string_view b);

// A letter and three digits for how an English surname sounds, of a key in capitals; empty for an empty one.
// Source: US National Archives, "Soundex System".
std::string_view soundex(std::string_view key, char (&buffer)[4]);

}  // namespace guildhall::linkage
