#pragma once

// How like two names are, to say which one was meant.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace guildhall {

// How many bytes must be changed, left out or put in. Source: Levenshtein (1966).
std::size_t edit_distance(std::string_view left, std::string_view right);

// The name that is most like this one, the first of several; empty where there are none, and for what is too long to be
// a misspelling.
std::string nearest(std::span<const std::string> names, std::string_view name);

}  // namespace guildhall
