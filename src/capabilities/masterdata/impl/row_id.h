#pragma once

// The id of a stored row says which extract it is from and where it stands there, so that rows of one extract lie
// together and need no further index.

#include <cstdint>

#include "base/result.h"

namespace guildhall::masterdata {

struct RowId {
  std::int64_t extract = 0;
  std::int64_t position = 0;  // In the file, over all its tables, from 1.

  std::int64_t number() const {
    check(extract >= 0 && extract < (std::int64_t{1} << 31) && position >= 0 && position <= 0xffff'ffff, "a row id");
    return extract << 32 | position;
  }
  static RowId of(std::int64_t number) { return {number >> 32, number & 0xffff'ffff}; }
  auto operator<=>(const RowId&) const = default;
};

// The numbers of all rows of an extract are above the first and at most the second.
inline std::int64_t before_rows_of(std::int64_t extract) {
  return RowId{extract, 0}.number();
}
inline std::int64_t last_row_of(std::int64_t extract) {
  return RowId{extract, 0xffff'ffff}.number();
}

}  // namespace guildhall::masterdata
