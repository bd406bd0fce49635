#pragma once

// Formats that are sets of CSV tables: each table is a list of columns as data, read by one function.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "extracts/extracts.h"

namespace guildhall::extracts {

struct Column {
  std::string_view name;
  std::optional<records::Attribute> attribute = std::nullopt;
};

// What a table says about itself. Column names are compared without regard to ASCII case.
struct Table {
  std::string_view format;  // "ssd"
  std::string_view name;    // "ssd_person"
  std::string_view title;   // "Standard Safeguarding Dataset, persons"
  records::Entity entity = records::Entity::Other;
  std::string_view key;                // The column of the record key; empty only where entity is Other.
  std::span<const Column> columns;     // As published; a file may lack some, or have more.
  std::string_view required = {};      // A column that tells this table from its likes.
  std::string_view plan_kind = {};     // One of plan_kind::, where the table is of plans.
  std::string_view address_json = {};  // A column that holds an address as a JSON object.
};

// Every published table of every format.
std::vector<const Table*> known_tables();
const Table* find_table(std::string_view format, std::string_view name);

std::span<const Table> ssd_tables();
std::span<const Table> school_census_tables();
std::span<const Table> ssda903_tables();

// The table that a file of this name holds, where its name alone says so: "2024_autumn_pupilonroll.csv",
// "ssd_person.csv".
std::optional<Format> table_by_file_name(std::string_view file_name);
// The table that these columns are of; where none fits, says which is nearest.
Result<Format> table_by_columns(std::string_view file_name, std::span<const std::string_view> columns);

ReadSummary read_table(const Table& table, ByteSource& bytes, RowSink& sink, const Limits& limits);
// A table of a known family that nobody uses yet: every row is kept, as Entity::Other.
ReadSummary read_other_table(const Format& format, ByteSource& bytes, RowSink& sink, const Limits& limits);

}  // namespace guildhall::extracts
