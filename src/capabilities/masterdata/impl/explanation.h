#pragma once

// How the explanation of a pair is stored: TextRows of field, level and bits ("9.31"); the first row is the prior, with
// the field "".

#include <string>

#include "matching/matching.h"

namespace guildhall::masterdata {

std::string explanation_text(const matching::Explanation& explanation);
std::string bits(double weight);  // "9.31", "-2.00"

}  // namespace guildhall::masterdata
