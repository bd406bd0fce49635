#pragma once

// What the commands of `guildhall match` over files read and write: records, a model, small CSV files.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/arguments.h"
#include "app/model_file.h"
#include "base/result.h"
#include "linkage/model.h"
#include "linkage/table.h"
#include "linkage/train.h"

namespace guildhall::app {

Result<void> write_file(const std::string& path, const std::string& text);

// The value of an option that a command can't do without; `what` says what it is for: "where the model goes".
Result<std::string> needed(const Arguments& arguments, std::string_view option, std::string_view what);

struct MatchInputs {
  std::vector<std::string> files;
  linkage::Pairing pairing = linkage::Pairing::All;
  unsigned threads = 1;
};
// The files after the command's word, but for the last `words_behind`.
Result<MatchInputs> match_inputs(const Arguments& arguments, std::size_t words_behind = 0);

Result<linkage::LoadedTable> read_records(const std::vector<std::string>& paths, linkage::TableOptions options);

struct ModelAndRecords {
  linkage::Model model;
  linkage::LoadedTable data;
};
// By --model and --id. Problems, too: an id that is there twice, in two files.
Result<ModelAndRecords> read_model_and_records(const Arguments& arguments, const MatchInputs& inputs);

// A rule's block that was too large to pair.
struct LargeBlock {
  std::string rule;
  std::size_t records = 0;
  std::string example;  // A record's id.
};
void tell_large_blocks(const std::vector<LargeBlock>& blocks);  // The largest first.

using RecordsById = std::unordered_map<std::string_view, linkage::RecordIndex>;
RecordsById records_by_id(const linkage::Table& table);

// A CSV file of what guildhall match wrote: its columns by name, a row for each line.
struct Rows {
  std::string path;
  std::map<std::string, std::size_t> columns;
  std::vector<std::vector<std::string>> rows;
  const std::string& at(std::size_t row, const std::string& column) const;  // "" where there is no such column.
  std::string place(std::size_t row) const;  // "queue.csv, row 3", as a spreadsheet counts
};
// The columns that are needed have to be there.
Result<Rows> read_rows(const std::string& path, const std::vector<std::string>& needed_columns);

}  // namespace guildhall::app
