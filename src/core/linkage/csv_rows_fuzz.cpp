#include <cstdint>
#include <string>

#include "linkage/impl/csv_rows.h"
#include "linkage/table.h"

// The first byte says where a file is cut; the rest is the file. Its whole rows before that, and then what is left, give
// the cells that the whole gives, and cells that are written again are read as they were.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall;
  using namespace guildhall::linkage;
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (end_of_rows(text) > text.size()) __builtin_trap();
  const WantedColumns columns = {0, -1, 1};
  CsvCells whole;
  Problems problems;
  read_rows(text, columns, 2, 1, whole, problems);
  if (problems.empty()) {
    std::size_t rows = 0, bytes = 0;
    const std::size_t end = end_of_rows(text.substr(0, text.size() * data[0] / 255));
    for (const std::string_view piece : {text.substr(0, end), text.substr(end)}) {
      CsvCells part;
      read_rows(piece, columns, 2, 1, part, problems);
      bytes += piece.size();
      if (!problems.empty() || rows + part.rows > whole.rows) __builtin_trap();
      for (std::size_t i = 0; i < part.cells.size(); ++i) {
        if (part.cells[i] != whole.cells[rows * 2 + i]) __builtin_trap();
      }
      rows += part.rows;
    }
    if (rows != whole.rows || bytes != text.size()) __builtin_trap();
  }
  const auto read = read_csv(text);
  if (!read.ok()) return 0;
  std::string written;
  for (const auto& row : *read) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      written += i == 0 ? "\"" : ",\"";
      for (const char letter : row[i]) written += letter == '"' ? std::string("\"\"") : std::string(1, letter);
      written += '"';
    }
    written += '\n';
  }
  const auto again = read_csv(written);
  // Columns without a name at a header's end are counted by its bare commas; rows of one empty cell are empty lines.
  if (read->front().empty()) return 0;
  for (const std::string& name : read->front()) {
    if (name.empty()) return 0;
  }
  if (!again.ok() || *again != *read) __builtin_trap();
  return 0;
}
