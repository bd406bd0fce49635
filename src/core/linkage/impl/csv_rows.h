#pragma once

// The fast path of reading CSV (RFC 4180): whole rows in, cells out. For files of millions of rows of which a few columns
// are wanted.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "linkage/table.h"

namespace guildhall::linkage {

// Which cell of a row is wanted where: by column, the place among the wanted ones, or -1.
using WantedColumns = std::vector<int>;

struct CsvCells {
  std::vector<std::string_view> cells;  // Row by row, `wanted` of each.
  std::size_t rows = 0;
  std::deque<std::string> unquoted;  // Cells with doubled quotation marks, without them.
};

// The cells of one line: the header.
Result<std::vector<std::string>> csv_header(std::string_view line);

// Reads whole rows. Empty lines are passed over. The cells point into `text` and `out`. `first_row` numbers the rows in
// problems, of which at most 20 are kept: rows with too few or too many cells, quotation marks that don't close.
void read_rows(std::string_view text, const WantedColumns& columns, std::size_t wanted, std::uint64_t first_row,
               CsvCells& out, Problems& problems);

// Whole rows of a file whose first is row `first_row`; problems name the file, text that isn't UTF-8 is one. How many rows.
std::size_t read_piece(std::string_view text, const WantedColumns& columns, std::size_t wanted, const std::string& file,
                       std::uint64_t first_row, CsvCells& out, Problems& problems);

}  // namespace guildhall::linkage
