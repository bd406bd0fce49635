#pragma once

// The records to link: a column of small numbers for each field, each number a distinct value that was made canonical and
// prepared once. Most comparisons are of numbers.
//
//   TableReader reader({.map = R"({"dob": "birth_date", …})", .id_column = "rec_id", .threads = 2});
//   for (each file) { reader.begin_file(name, header line); for (each piece) reader.add(piece); reader.end_file(); }
//   Result<Table> table = reader.finish();
//
// Memory: 4 bytes a field and record, and about 60 bytes a distinct value.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "linkage/fields.h"
#include "linkage/model.h"

namespace guildhall::linkage {

class Domain;
using RecordIndex = std::uint32_t;
using ValueId = std::uint32_t;  // 0: missing.

class Table {
 public:
  explicit Table(std::vector<Field> fields);
  ~Table();
  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;

  const std::vector<Field>& fields() const { return fields_; }
  std::size_t records() const { return files_.size(); }
  // The record's values, one for each field.
  const ValueId* row(RecordIndex record) const { return rows_.data() + record * fields_.size(); }
  ValueId* row(RecordIndex record) { return rows_.data() + record * fields_.size(); }
  const Domain& domain(std::size_t field) const { return *domains_[domain_of_[field]]; }
  Domain& domain(std::size_t field) { return *domains_[domain_of_[field]]; }
  std::uint8_t file(RecordIndex record) const { return files_[record]; }  // Which of the files it came from.
  std::string_view id(RecordIndex record) const {
    return {id_bytes_.data() + id_begins_[record], id_begins_[record + 1] - id_begins_[record]};
  }
  std::string_view text(RecordIndex record, std::size_t field) const;  // The canonical value.

  // How many records have each value of a field, by ValueId. Counted when asked.
  std::vector<std::uint32_t> counts(std::size_t field) const;
  std::size_t bytes() const;
  // From here on words weigh what a model says.
  void know_words(std::span<const WordCounts> words);

  // Records to come up to so large a share of those there are need no moving of these.
  void make_room(double share);
  // What was added after mark(), at most a few records, is taken out again by rollback().
  struct Mark;
  std::shared_ptr<const Mark> mark();
  void rollback(const std::shared_ptr<const Mark>& mark);

  // Adds one record: one text for each column of each field, in their order.
  RecordIndex add(std::string_view id, std::uint8_t file, std::span<const std::string_view> cells);
  // Adds one for each id, with their cells one after the other.
  void add(std::span<const std::string_view> ids, std::uint8_t file, std::span<const std::string_view> cells,
           unsigned threads);

 private:
  friend class TableReader;

  // A field of the records from `first` on: of each row the cells at these places, as one text.
  void fill(std::size_t field, RecordIndex first, std::span<const std::string_view* const> rows,
            std::span<const int> places);

  std::vector<Field> fields_;
  std::vector<std::unique_ptr<Domain>> domains_;
  std::vector<std::uint8_t> domain_of_;  // By field. All names share one.
  std::vector<ValueId> rows_;
  std::vector<std::uint8_t> files_;
  std::vector<char> id_bytes_;
  std::vector<std::uint32_t> id_begins_;
};

// What depends on all records, where a table holds only a part of them.
struct WholeTable {
  std::vector<std::pair<std::string, std::string>> placeholders;  // Field, value: what names nobody.
  std::shared_ptr<const Domain> names;                            // Of known_names(); null: none.
};
// Names of several parts, each as it is written: see Domain::settle_names. Prepared once for many tables.
std::shared_ptr<const Domain> known_names(std::span<const std::string> names);

struct TableOptions {
  std::string map;                         // See read_field_map.
  std::vector<Field> fields = {};          // Instead of a map: those of a model, under the names that it knows them by.
  std::string id_column;                   // Its values are the ids; empty: the row's number is. Unique in a file.
  std::vector<std::string> label_columns;  // Not compared; for evaluating.
  unsigned threads = 1;
  std::vector<WordCounts> words = {};    // A model's.
  std::optional<WholeTable> whole = {};  // The records are a part of it.
};

struct LoadedTable {
  Table table;
  std::vector<std::vector<std::uint64_t>>
      labels;  // By label column, by record: a number for each distinct text; 0: none.
  // Values of identifiers that so many records have that they name nobody, and count as missing.
  struct Finding {
    std::string field, value;
    std::size_t records = 0;
  };
  std::vector<Finding> placeholders;
  std::vector<std::string> names;  // As WholeTable's.
};

// Whether a number that so many of the records have can be nobody's: no person has as many records.
inline bool names_nobody(std::uint64_t count, std::uint64_t records) {
  return count > std::max<std::uint64_t>(50, records / 1'000);
}

// Where the last whole row of a CSV text ends, its line feed included; 0 where none does.
std::size_t end_of_rows(std::string_view text);
inline constexpr std::size_t kLongestRow = 64 << 20;  // Bytes. A longer one has a quotation mark that is not closed.

// Reads CSV files piece by piece. Of several files each has its own header; a column of the map has to be in one of them.
class TableReader {
 public:
  explicit TableReader(TableOptions options);
  ~TableReader();

  // `header` is the first line of each file, all of them given before the first add.
  Result<void> begin(std::span<const std::string> headers);
  // `first_row`: as problems number it; line 1 is the header.
  void begin_file(std::size_t file, std::string name, std::uint64_t first_row = 2);
  void add(std::string_view piece);  // Any bytes, without the header line.
  void end_file();

  // The same where rows come as cells: which columns each file has, which of them are wanted, and then those cells, row by
  // row, in that order.
  Result<void> begin(std::span<const std::vector<std::string>> columns);
  std::vector<std::string> wanted(std::size_t file) const;
  void add_rows(std::span<const std::string_view> cells);

  // Problems: rows that can't be read (the first twenty, and nothing is linked then), text that isn't UTF-8, ids that
  // are empty or there twice, no rows.
  Result<LoadedTable> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A small CSV file whole: the header line and its rows, each with as many cells. Problems: as TableReader's.
Result<std::vector<std::vector<std::string>>> read_csv(std::string_view text);

}  // namespace guildhall::linkage
