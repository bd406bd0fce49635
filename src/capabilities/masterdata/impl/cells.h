#pragma once

// How the cells of a row are stored: as TextRows, one for each cell that holds something,
//
//   ["pers_dob","birth_date","12/03/2014","2014-03-12","date-format"]
//     field      attribute    raw          cleaned      rules that changed it, with commas between
//
// Cleaned and rules are left out where cleansing changed nothing; the attribute is "" where the cell states none that
// Guildhall knows.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "masterdata/impl/text_rows.h"
#include "records/attribute.h"

namespace guildhall::masterdata {

struct StoredCell {
  std::string_view field;
  std::optional<records::Attribute> attribute;
  std::string_view raw;
  std::string_view cleaned;
  std::string_view rules;

  auto operator<=>(const StoredCell&) const = default;
};

// Adds a cell to `cells`; finish_rows() after the last. Texts are UTF-8.
void append_cell(std::string& cells, const StoredCell& cell);

// Reads what was stored; throws as TextRows does.
class CellReader {
 public:
  const std::vector<StoredCell>& read(std::string_view cells);  // The views live as those of TextRows.

 private:
  TextRows rows_;
  std::vector<StoredCell> cells_;
};

// A text as a database takes it: what is not UTF-8, and NUL, becomes U+FFFD.
std::string storable(std::string_view text);

}  // namespace guildhall::masterdata
