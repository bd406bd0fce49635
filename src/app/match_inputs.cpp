#include "app/match_inputs.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <thread>

namespace guildhall::app {

Result<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Problem{"The file can't be written.", path, "Check the folder, and the space on the disk."};
  return {};
}

Result<std::string> needed(const Arguments& arguments, std::string_view option, std::string_view what) {
  const auto value = arguments.value(option);
  if (!value) {
    return Problem{"Say " + std::string(what) + ".", "--" + std::string(option),
                   "For example: guildhall match run people.csv --model model.json --id rec_id --out clusters.csv"};
  }
  return *value;
}

Result<MatchInputs> match_inputs(const Arguments& arguments, std::size_t words_behind) {
  MatchInputs inputs;
  const std::vector<std::string>& words = arguments.rest();
  if (words.size() <= 1 + words_behind) {
    return Problem{"Say which file to read.", "", "CSV files with a header line, after the word."};
  }
  inputs.files.assign(words.begin() + 1, words.end() - static_cast<std::ptrdiff_t>(words_behind));
  const unsigned cores = std::max(std::thread::hardware_concurrency(), 1u);
  inputs.threads = static_cast<unsigned>(TRY(arguments.number_or("threads", cores, 1, 64)));
  if (arguments.flag("link")) {
    if (inputs.files.size() < 2) return Problem{"--link links records of different files.", "", "Name at least two."};
    inputs.pairing = linkage::Pairing::AcrossFiles;
  }
  return inputs;
}

// The rows of all files, in pieces.
Result<linkage::LoadedTable> read_records(const std::vector<std::string>& paths, linkage::TableOptions options) {
  std::vector<std::ifstream> files;
  std::vector<std::string> headers;
  for (const std::string& path : paths) {
    std::ifstream& in = files.emplace_back(path, std::ios::binary);
    std::string header;
    if (!in) return Problem{"The file can't be opened.", path, "Check its name and who may read it."};
    std::getline(in, header);
    headers.push_back(header);
  }
  linkage::TableReader reader(std::move(options));
  TRY(reader.begin(headers));
  std::string piece(2 << 20, '\0');
  for (std::size_t i = 0; i < files.size(); ++i) {
    reader.begin_file(i, paths[i]);
    while (files[i].read(piece.data(), static_cast<std::streamsize>(piece.size())) || files[i].gcount() > 0) {
      reader.add(std::string_view(piece).substr(0, static_cast<std::size_t>(files[i].gcount())));
    }
    reader.end_file();
  }
  return reader.finish();
}

namespace {

// Ids name records in what is written, so that no two may have one.
Result<void> check_ids(const linkage::Table& table, const std::vector<std::string>& files) {
  RecordsById seen;
  seen.reserve(table.records());
  for (linkage::RecordIndex record = 0; record < table.records(); ++record) {
    const auto [found, is_new] = seen.emplace(table.id(record), record);
    if (!is_new) {
      return Problem{"An id is in two files: " + std::string(table.id(record)) + ".",
                     files[table.file(found->second)] + " and " + files[table.file(record)],
                     "Put something before the ids of each file, such as its name."};
    }
  }
  return {};
}

}  // namespace

Result<ModelAndRecords> read_model_and_records(const Arguments& arguments, const MatchInputs& inputs) {
  const std::string path = TRY(needed(arguments, "model", "which model to link by"));
  linkage::Model model = TRY(linkage::model_from_json(TRY(read_whole_file(path))));
  linkage::TableOptions options;
  options.fields = model.fields;
  options.words = model.words;
  options.id_column = arguments.value_or("id", "");
  options.threads = inputs.threads;
  linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  if (inputs.files.size() > 1) TRY(check_ids(data.table, inputs.files));
  return ModelAndRecords{std::move(model), std::move(data)};
}

void tell_large_blocks(const std::vector<LargeBlock>& blocks) {
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < std::min(kShown, blocks.size()); ++i) {
    std::cerr << "note: " << blocks[i].rule << ": " << blocks[i].records << " records agree, as " << blocks[i].example
              << " does; too many to pair by this rule.\n";
  }
  if (blocks.size() > kShown) std::cerr << "note: and " << blocks.size() - kShown << " smaller blocks.\n";
}

RecordsById records_by_id(const linkage::Table& table) {
  RecordsById by_id;
  by_id.reserve(table.records());
  for (linkage::RecordIndex record = 0; record < table.records(); ++record) by_id.emplace(table.id(record), record);
  return by_id;
}

const std::string& Rows::at(std::size_t row, const std::string& column) const {
  static const std::string kNone;
  const auto found = columns.find(column);
  return found == columns.end() ? kNone : rows[row][found->second];
}

std::string Rows::place(std::size_t row) const {
  return path + ", row " + std::to_string(row + 2);
}

constexpr std::size_t kMostRowMebibytes = 64 << 10;  // Clusters of an earlier run may be many.

Result<Rows> read_rows(const std::string& path, const std::vector<std::string>& needed_columns) {
  const std::string text = TRY(read_whole_file(path, kMostRowMebibytes));
  const std::vector<std::vector<std::string>> lines = TRY(linkage::read_csv(text));
  if (lines.empty()) return Problem{"The file is empty.", path, "Give the file that guildhall match wrote."};
  Rows read;
  read.path = path;
  for (std::size_t i = 0; i < lines.front().size(); ++i) read.columns.emplace(lines.front()[i], i);
  for (const std::string& column : needed_columns) {
    if (!read.columns.contains(column)) {
      return Problem{"The file has no column \"" + column + "\".", path, "Give the file that guildhall match wrote."};
    }
  }
  read.rows.assign(lines.begin() + 1, lines.end());
  return read;
}

}  // namespace guildhall::app
