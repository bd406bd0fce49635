#pragma once

// How the cells of a row are stored: a JSON array with one array of texts for each cell that holds something,
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

// Adds a cell to `cells`, which is "" before the first; finish_cells() after the last. Texts are UTF-8.
void append_cell(std::string& cells, const StoredCell& cell);
void finish_cells(std::string& cells);

// Reads what was stored. The cells' views live until the next call and as long as this object.
class CellReader {
 public:
  // Text that append_cell did not make means a damaged database: throws db::DatabaseError.
  const std::vector<StoredCell>& read(std::string_view cells);

 private:
  std::string buffer_;  // Unescaped in place.
  std::vector<StoredCell> cells_;
};

// A text as a database takes it: what is not UTF-8, and NUL, becomes U+FFFD.
std::string storable(std::string_view text);

// A JSON array of texts: ["a","b"].
void append_json_text(std::string& json, std::string_view text);

}  // namespace guildhall::masterdata
