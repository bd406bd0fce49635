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

// Whole rows in about so many pieces of one size.
std::vector<std::string_view> whole_rows(std::string_view text, std::size_t parts);

// Reads whole rows. Empty lines are passed over. The cells point into `text` and `out`. `first_row` numbers the rows in
// problems, of which at most 20 are kept: rows with too few or too many cells, quotation marks that don't close.
void read_rows(std::string_view text, const WantedColumns& columns, std::size_t wanted, std::uint64_t first_row,
               CsvCells& out, Problems& problems);

// Whole rows of a file whose first is row `first_row`, read by so many threads; problems name the file. How many rows.
std::size_t read_piece(std::string_view text, const WantedColumns& columns, std::size_t wanted, unsigned threads,
                       const std::string& file, std::uint64_t first_row, std::vector<CsvCells>& out,
                       Problems& problems);

}  // namespace guildhall::linkage
