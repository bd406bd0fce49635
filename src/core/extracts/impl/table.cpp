#include "extracts/impl/table.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <tuple>

#include "base/text.h"
#include "extracts/impl/csv.h"
#include "extracts/impl/delivery.h"

namespace guildhall::extracts {
namespace {

using records::Attribute;
using records::Entity;

std::string in_words(std::span<const std::string_view> names, std::size_t at_most = 12) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < at_most; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > at_most) text += " and " + std::to_string(names.size() - at_most) + " more";
  return text;
}

// How much of a table's published columns are among these.
struct Fit {
  const Table* table = nullptr;
  bool has_key = false;  // And what else the table must have.
  std::size_t present = 0;
  std::vector<std::string_view> missing;

  bool good() const { return has_key && (!table->required.empty() || present * 2 >= table->columns.size()); }
  double share() const { return static_cast<double>(present) / static_cast<double>(table->columns.size()); }
};

Fit fit_of(const Table& table, std::span<const std::string_view> columns) {
  Fit fit;
  fit.table = &table;
  std::size_t needed = table.required.empty() ? 1 : 2;
  for (const Column& column : table.columns) {
    const bool there = std::any_of(columns.begin(), columns.end(), [&](std::string_view name) {
      return equal_ignoring_case(trimmed(name), column.name);
    });
    fit.present += there ? 1 : 0;
    if (!there) fit.missing.push_back(column.name);
    if (there && (column.name == table.key || column.name == table.required)) --needed;
  }
  fit.has_key = needed == 0;
  return fit;
}

Fit nearest_table(std::span<const std::string_view> columns) {
  Fit best;
  for (const Table* table : known_tables()) {
    Fit fit = fit_of(*table, columns);
    if (best.table == nullptr ||
        std::tuple(fit.good(), fit.present, fit.share()) > std::tuple(best.good(), best.present, best.share())) {
      best = std::move(fit);
    }
  }
  return best;
}

// The columns of this file, as cells whose raw is filled in row by row.
struct Header {
  std::vector<std::string> names;
  std::vector<Cell> cells;
  std::optional<std::size_t> key;
  std::optional<std::size_t> address_json;
};

Result<Header> read_header(const Table& table, CsvReader& csv, Delivery& delivery) {
  switch (csv.next()) {
    case CsvReader::Outcome::Row:
      break;
    case CsvReader::Outcome::End:
      return Problem{"This file is empty.", "", "Check that the extract finished, and take it again."};
    case CsvReader::Outcome::Rejected:
    case CsvReader::Outcome::Failed:
      return csv.problem();
  }
  Header header;
  std::vector<std::string_view> repeated;
  std::vector<std::string_view> unused;
  for (const std::string_view field : csv.fields()) {
    std::string name(trimmed(field));
    if (name.empty()) name = "column " + std::to_string(header.names.size() + 1);
    header.names.push_back(std::move(name));
  }
  const Fit fit = fit_of(table, csv.fields());
  if (!table.columns.empty() && !fit.good()) {
    const Fit nearest = nearest_table(csv.fields());
    Problem problem{"These are not the columns of " + std::string(table.title) + ": " + in_words(fit.missing) +
                        (fit.missing.size() == 1 ? " is" : " are") + " missing.",
                    "line " + std::to_string(csv.line()), ""};
    problem.remedy = nearest.table != nullptr && nearest.good() && nearest.table != &table
                         ? "They look like " + std::string(nearest.table->title) + " (" +
                               std::string(nearest.table->name) + "): load the file as that."
                         : "Check that this is the right file and that its first line names the columns.";
    return problem;
  }
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    const std::string_view name = header.names[i];
    Cell cell{.field = name, .attribute = std::nullopt, .raw = {}};
    const bool again = std::any_of(header.names.begin(), header.names.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const std::string& other) { return equal_ignoring_case(other, name); });
    if (again) repeated.push_back(name);
    bool known = table.columns.empty();
    for (const Column& column : table.columns) {
      if (!equal_ignoring_case(column.name, name)) continue;
      known = true;
      cell.field = column.name;
      cell.attribute = column.attribute;
    }
    if (!known) unused.push_back(name);
    if (!table.key.empty() && equal_ignoring_case(name, table.key)) header.key = i;
    if (!table.address_json.empty() && equal_ignoring_case(name, table.address_json)) header.address_json = i;
    header.cells.push_back(cell);
  }
  if (!repeated.empty()) {
    return Problem{"The first line names " + in_words(repeated) + " twice.", "line " + std::to_string(csv.line()),
                   "Give each column its own name, so that it is clear which one counts."};
  }
  if (!table.key.empty() && !header.key) {
    return Problem{"There is no column " + std::string(table.key) + ".", "line " + std::to_string(csv.line()),
                   "It says whose row it is: add it to the extract."};
  }
  if (!unused.empty()) {
    delivery.note(
        {(unused.size() == 1 ? "Column " : std::to_string(unused.size()) + " columns are kept but not used: ") +
             in_words(unused) + (unused.size() == 1 ? " is kept but not used." : "."),
         "line " + std::to_string(csv.line()), ""});
  }
  for (const Column& column : table.columns) {
    if (!column.attribute) continue;
    const bool stated = std::any_of(header.cells.begin(), header.cells.end(),
                                    [&](const Cell& cell) { return cell.attribute == column.attribute; });
    if (!stated) {
      delivery.note({"There is no column " + std::string(column.name) + ", so no row says " +
                         std::string(records::name_of(*column.attribute)) + ".",
                     "line " + std::to_string(csv.line()), "Add it to the extract if the source has it."});
    }
  }
  return header;
}

// Adds what an address as a JSON object says: the SSD's { ROOM: "", FLOOR: "", FLAT: "", BUILDING: "", HOUSE:
// "", STREET: "", TOWN: "", UPRN: "", EASTING: "", NORTHING: "" }. Text that is no such object is an address
// line itself.
class AddressJson {
 public:
  void unpack(std::size_t column, std::vector<Cell>& cells) {
    Cell& whole = cells[column];
    whole.attribute = std::nullopt;
    if (trimmed(whole.raw).empty()) return;
    boost::json::monotonic_resource memory(space_, sizeof space_);
    boost::json::error_code error;
    boost::json::parse_options options;
    options.max_depth = 4;
    const boost::json::value value = boost::json::parse({whole.raw.data(), whole.raw.size()}, error, &memory, options);
    if (error || !value.is_object()) {
      whole.attribute = Attribute::AddressLines;
      return;
    }
    struct Part {
      std::string_view key;
      std::string_view field;
      Attribute attribute;
    };
    static constexpr Part kParts[] = {
        {"ROOM", "addr_address_json.ROOM", Attribute::AddressLines},
        {"FLOOR", "addr_address_json.FLOOR", Attribute::AddressLines},
        {"FLAT", "addr_address_json.FLAT", Attribute::AddressLines},
        {"BUILDING", "addr_address_json.BUILDING", Attribute::AddressLines},
        {"HOUSE", "addr_address_json.HOUSE", Attribute::AddressLines},
        {"STREET", "addr_address_json.STREET", Attribute::AddressLines},
        {"TOWN", "addr_address_json.TOWN", Attribute::AddressLines},
        {"UPRN", "addr_address_json.UPRN", Attribute::Uprn},
    };
    used_ = 0;
    for (const Part& part : kParts) {
      for (const auto& [key, member] : value.get_object()) {
        if (!equal_ignoring_case({key.data(), key.size()}, part.key)) continue;
        std::string& text = texts_[used_];
        if (const auto* string = member.if_string()) {
          text.assign(string->data(), string->size());
        } else if (member.is_number()) {
          text = boost::json::serialize(member);
        } else {
          continue;
        }
        if (text.empty()) continue;
        ++used_;
        cells.push_back({part.field, part.attribute, text});
        break;
      }
    }
  }

 private:
  unsigned char space_[4096];
  std::string texts_[8];
  std::size_t used_ = 0;
};

// Words that stand for "nothing" where an export wrote a database's null as text. As a key they would make
// one person of all who lack one.
bool says_nothing(std::string_view key) {
  return key.empty() || equal_ignoring_case(key, "null");
}

}  // namespace

std::vector<const Table*> known_tables() {
  std::vector<const Table*> all;
  for (const auto tables : {ssd_tables(), school_census_tables(), ssda903_tables()}) {
    for (const Table& table : tables) all.push_back(&table);
  }
  return all;
}

const Table* find_table(std::string_view format, std::string_view name) {
  for (const Table* table : known_tables()) {
    if (table->format == format && table->name == name) return table;
  }
  return nullptr;
}

namespace {

// "ssd_person_20260401 (2)" and "export-ssd_person" are of ssd_person; "ssd_person_notes" is not.
bool is_named(std::string_view stem, std::string_view table) {
  const auto letter_or_digit = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  };
  const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  const std::size_t at = stem.rfind(table);
  if (at == std::string_view::npos || (at > 0 && letter_or_digit(stem[at - 1]))) return false;
  const std::string_view rest = stem.substr(at + table.size());
  return rest.empty() || (rest[0] != '_' && !letter_or_digit(rest[0])) ||
         (rest[0] == '_' && rest.size() > 1 && digit(rest[1]));
}

std::string stem_of(std::string_view file_name) {
  file_name = file_name.substr(file_name.find_last_of("/\\") + 1);
  return lower_ascii(file_name.substr(0, file_name.rfind('.')));
}

}  // namespace

std::optional<Format> table_by_file_name(std::string_view file_name) {
  const std::string stem = stem_of(file_name);
  for (const Table* table : known_tables()) {
    if (table->format == "ssda903") continue;  // "header", "missing": anybody's names.
    if (is_named(stem, table->name)) return Format{std::string(table->format), std::string(table->name), nullptr};
  }
  return std::nullopt;
}

Result<Format> table_by_columns(std::string_view file_name, std::span<const std::string_view> columns) {
  const Fit nearest = nearest_table(columns);
  if (nearest.good()) return Format{std::string(nearest.table->format), std::string(nearest.table->name), nullptr};
  // Tables that nobody uses yet: of the Standard Safeguarding Dataset, by their name; of the school census, by the
  // pupil they belong to, and the name that follows the term in "2025_spring_senneeds.csv".
  std::string stem = stem_of(file_name);
  stem.resize(stem.find_last_not_of("0123456789_-. ()") + 1);
  if (const std::size_t at = stem.find("ssd_"); at != std::string::npos) return Format{"ssd", stem.substr(at), nullptr};
  for (const std::string_view key : {"pupilonrolltableid", "pupilnolongeronrolltableid"}) {
    if (std::any_of(columns.begin(), columns.end(),
                    [&](std::string_view name) { return equal_ignoring_case(trimmed(name), key); })) {
      return Format{"school-census", stem.empty() ? "school census" : stem.substr(stem.rfind('_') + 1), nullptr};
    }
  }
  Problem problem{"No known table has these columns: " + in_words(columns) + ".", "line 1",
                  "Check that the first line names the columns, or describe them in a mapping."};
  if (nearest.present > 0) {
    problem.remedy = "Nearest is " + std::string(nearest.table->title) + " (" + std::string(nearest.table->name) +
                     "), which also has " + in_words(nearest.missing) +
                     ". Otherwise describe the columns in a mapping.";
  }
  return problem;
}

ReadSummary read_table(const Table& table, ByteSource& bytes, RowSink& sink, const Limits& limits) {
  Delivery delivery(sink, limits);
  CsvReader csv(bytes, limits);
  Result<Header> header_read = read_header(table, csv, delivery);
  if (!header_read.ok()) return delivery.finish(csv.bytes_read(), header_read.problems().front());
  const Header header = std::move(header_read).value();

  const std::size_t columns = header.cells.size();
  std::vector<Cell> cells = header.cells;
  AddressJson address;
  std::optional<Problem> failure;
  std::size_t number = 0;
  for (bool more = true; more;) {
    const CsvReader::Outcome outcome = csv.next();
    if (outcome == CsvReader::Outcome::End) break;
    if (outcome == CsvReader::Outcome::Failed) {
      failure = csv.problem();
      break;
    }
    ++number;
    RejectedRow rejected{
        .number = number, .line = csv.line(), .table = table.name, .field = {}, .problem = {}, .raw = csv.raw()};
    if (outcome == CsvReader::Outcome::Rejected) {
      rejected.problem = csv.problem();
      delivery.reject(std::move(rejected));
      continue;
    }
    const std::span<const std::string_view> fields = csv.fields();
    if (fields.size() != columns) {
      rejected.problem = {"This row has " + std::to_string(fields.size()) + " fields; the first line names " +
                              std::to_string(columns) + ".",
                          "line " + std::to_string(csv.line()),
                          "Put text that contains a separator or a line end in quotation marks."};
      delivery.reject(std::move(rejected));
      continue;
    }
    std::string_view key;
    if (header.key) {
      key = trimmed(fields[*header.key]);
      if (says_nothing(key)) {
        rejected.field = header.cells[*header.key].field;
        rejected.problem = {"This row does not say whose it is: " + std::string(rejected.field) + " is empty.",
                            "line " + std::to_string(csv.line()),
                            "Mend it in the source system and take the extract again."};
        delivery.reject(std::move(rejected));
        continue;
      }
    }
    cells.resize(columns);
    for (std::size_t i = 0; i < columns; ++i) cells[i].raw = fields[i];
    if (header.address_json) address.unpack(*header.address_json, cells);
    if (!table.plan_kind.empty()) cells.push_back({table.name, Attribute::PlanKind, table.plan_kind});
    delivery.deliver({.number = number,
                      .line = csv.line(),
                      .table = table.name,
                      .entity = table.entity,
                      .record_key = key,
                      .cells = cells});
  }
  if (csv.empty_rows() > 0) {
    delivery.note({std::to_string(csv.empty_rows()) + " rows without any text were passed over.", "", ""});
  }
  return delivery.finish(csv.bytes_read(), std::move(failure));
}

ReadSummary read_other_table(const Format& format, ByteSource& bytes, RowSink& sink, const Limits& limits) {
  const Table table{.format = format.name,
                    .name = format.table,
                    .title = format.table,
                    .entity = Entity::Other,
                    .key = {},
                    .columns = {}};
  return read_table(table, bytes, sink, limits);
}

}  // namespace guildhall::extracts
