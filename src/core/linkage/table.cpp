#include "linkage/table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>

#include "base/parallel.h"
#include "base/spelling.h"
#include "base/text.h"
#include "linkage/impl/blocks.h"
#include "linkage/impl/csv_rows.h"
#include "linkage/impl/values.h"

namespace guildhall::linkage {
namespace {

bool is_name(FieldKind kind) {
  return kind == FieldKind::Forename || kind == FieldKind::MiddleNames || kind == FieldKind::Surname;
}

// What the fields of one file are made of: the place of each column among the wanted cells.
struct FileColumns {
  std::vector<std::string> header;
  WantedColumns wanted;                    // By column of the file.
  std::vector<std::vector<int>> of_field;  // By field: its cells; none where the file has none of its columns.
  int id = -1;
  std::vector<int> labels;
  std::size_t size = 0;  // of wanted cells
};

}  // namespace

Table::Table(std::vector<Field> fields) : fields_(std::move(fields)), id_begins_{0} {
  std::optional<std::uint8_t> names;
  for (const Field& field : fields_) {
    if (is_name(field.kind) && names) {
      domain_of_.push_back(*names);
      continue;
    }
    domain_of_.push_back(static_cast<std::uint8_t>(domains_.size()));
    if (is_name(field.kind)) names = domain_of_.back();
    domains_.push_back(std::make_unique<Domain>(field.kind));
  }
}

Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

std::string_view Table::text(RecordIndex record, std::size_t field) const {
  return domain(field).text(row(record)[field]);
}

std::vector<std::uint32_t> Table::counts(std::size_t field) const {
  std::vector<std::uint32_t> counts(domain(field).size(), 0);
  for (std::size_t record = 0; record < records(); ++record) ++counts[row(static_cast<RecordIndex>(record))[field]];
  return counts;
}

void Table::know_words(std::span<const WordCounts> words) {
  for (const WordCounts& counts : words) {
    for (std::size_t field = 0; field < fields_.size(); ++field) {
      if (fields_[field].name == counts.field) domain(field).know_words(counts);
    }
  }
}

std::size_t Table::bytes() const {
  std::size_t bytes = rows_.capacity() * sizeof(ValueId) + files_.capacity() + id_bytes_.capacity() +
                      id_begins_.capacity() * sizeof(std::uint32_t);
  for (const auto& domain : domains_) bytes += domain->bytes();
  return bytes;
}

RecordIndex Table::add(std::string_view id, std::uint8_t file, std::span<const std::string_view> cells) {
  const auto record = static_cast<RecordIndex>(records());
  add({&id, 1}, file, cells, 1);
  return record;
}

void Table::add(std::span<const std::string_view> ids, std::uint8_t file, std::span<const std::string_view> cells,
                unsigned threads) {
  const auto first = static_cast<RecordIndex>(records());
  files_.resize(first + ids.size(), file);
  rows_.resize(files_.size() * fields_.size());
  for (const std::string_view id : ids) {
    id_bytes_.insert(id_bytes_.end(), id.begin(), id.end());
    id_begins_.push_back(static_cast<std::uint32_t>(id_bytes_.size()));
  }
  std::vector<const std::string_view*> rows(ids.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = cells.data() + i * (cells.size() / rows.size());
  std::vector<std::vector<int>> places(fields_.size());
  int next = 0;
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    for (std::size_t i = 0; i < fields_[field].columns.size(); ++i) places[field].push_back(next++);
  }
  in_parallel(threads, domains_.size(), [&](unsigned, std::size_t domain) {
    for (std::size_t field = 0; field < fields_.size(); ++field) {
      if (domain_of_[field] == domain) fill(field, first, rows, places[field]);
    }
  });
}

void Table::fill(std::size_t field, RecordIndex first, std::span<const std::string_view* const> rows,
                 std::span<const int> places) {
  if (places.empty()) return;  // The file does not have it: missing.
  const Field::Part part = fields_[field].part;
  constexpr std::size_t kBatch = 64;
  std::array<std::string_view, kBatch> texts;
  std::vector<std::string> made(places.size() > 1 || part != Field::Part::Whole ? std::min(kBatch, rows.size()) : 0);
  std::string scratch;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
    const std::size_t size = std::min(kBatch, rows.size() - begin);
    for (std::size_t i = 0; i < size; ++i) {
      const std::string_view* row = rows[begin + i];
      texts[i] = row[places.front()];
      if (places.size() > 1) {
        made[i].assign(texts[i]);
        for (const int more : places.subspan(1)) {
          if (row[more].empty()) continue;
          if (!made[i].empty()) made[i] += ' ';
          made[i] += row[more];
        }
        texts[i] = made[i];
      }
      if (part != Field::Part::Whole) {
        made[i] = part_of_full_name(texts[i], part, scratch);
        texts[i] = made[i];
      }
    }
    domain(field).add({texts.data(), size}, row(static_cast<RecordIndex>(first + begin)) + field, fields_.size());
  }
}

void Table::make_room(double share) {
  const auto with_room = [&](std::size_t size) {
    return static_cast<std::size_t>(static_cast<double>(size) * (1 + share)) + 1;
  };
  for (const auto& domain : domains_) domain->make_room(share);
  rows_.reserve(with_room(rows_.size()));
  files_.reserve(with_room(files_.size()));
  id_bytes_.reserve(with_room(id_bytes_.size()));
  id_begins_.reserve(with_room(id_begins_.size()));
}

std::shared_ptr<const Domain> known_names(std::span<const std::string> names) {
  auto domain = std::make_shared<Domain>(FieldKind::Surname);
  for (const std::string& name : names) domain->add(name);
  domain->settle_names();  // One may be a part of another that came before.
  return domain;
}

struct Table::Mark {
  std::size_t records = 0, id_bytes = 0;
  std::vector<Domain::Mark> domains;
};

std::shared_ptr<const Table::Mark> Table::mark() {
  auto mark = std::make_shared<Mark>();
  mark->records = records();
  mark->id_bytes = id_bytes_.size();
  for (const auto& domain : domains_) mark->domains.push_back(domain->mark());
  return mark;
}

void Table::rollback(const std::shared_ptr<const Mark>& mark) {
  for (std::size_t i = 0; i < domains_.size(); ++i) domains_[i]->rollback(mark->domains[i]);
  files_.resize(mark->records);
  rows_.resize(mark->records * fields_.size());
  id_bytes_.resize(mark->id_bytes);
  id_begins_.resize(mark->records + 1);
}

struct TableReader::State {
  TableOptions options;
  std::vector<Field> fields;
  std::vector<FileColumns> files;
  std::optional<Table> table;
  std::vector<std::vector<std::uint64_t>> labels;
  std::vector<std::uint64_t> id_hashes;  // Of the file.
  std::size_t first_of_file = 0;
  Problems problems;

  std::size_t file = 0;
  std::string file_name;
  std::uint64_t next_row = 2;  // Line 1 is the header.
  std::string rest;            // The beginning of a row whose end has not come yet.

  // Text whose rows are put into the table while the next piece is read.
  struct Piece {
    std::string text;
    CsvCells read;
    std::uint64_t first_row = 0;
  };
  std::array<Piece, 2> pieces;
  std::size_t next_piece = 0;
  // What is done at once, and how long it took the last time: what takes longest is begun first.
  std::vector<std::pair<std::chrono::steady_clock::duration, std::size_t>> tasks;

  void read_piece(bool is_last);
  void fill(const CsvCells& read, std::uint64_t first_row, const std::function<void()>& meanwhile = {});
  void find_repeated_ids();
  void add_problem(Problem problem) {
    if (problems.size() < 20) problems.push_back(std::move(problem));
  }
};

namespace {

Result<void> check_columns(const std::vector<Field>& fields, const std::vector<std::string>& header) {
  Problems problems;
  for (const Field& field : fields) {
    for (const std::string& column : field.columns) {
      if (std::find(header.begin(), header.end(), column) != header.end()) continue;
      const std::string near = nearest(header, column);
      problems.push_back({"The file has no column \"" + column + "\", which the model reads.", "field " + field.name,
                          near.empty() ? "Train a model for these columns." : "Perhaps \"" + near + "\"."});
    }
  }
  if (!problems.empty()) return problems;
  return {};
}

}  // namespace

TableReader::TableReader(TableOptions options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}
TableReader::~TableReader() = default;

Result<void> TableReader::begin(std::span<const std::string> lines) {
  std::vector<std::vector<std::string>> headers;
  for (const std::string& line : lines) headers.push_back(TRY(csv_header(line)));
  return begin(headers);
}

Result<void> TableReader::begin(std::span<const std::vector<std::string>> headers) {
  State& state = *state_;
  std::vector<std::string> all;
  for (const auto& header : headers) all.insert(all.end(), header.begin(), header.end());
  state.fields = state.options.fields;
  if (state.fields.empty()) state.fields = TRY(read_field_map(state.options.map, all));
  TRY(check_columns(state.fields, all));
  Problems problems;
  for (std::size_t file = 0; file < headers.size(); ++file) {
    const std::vector<std::string>& header = headers[file];
    FileColumns columns;
    columns.wanted.assign(header.size(), -1);
    columns.header = header;
    const auto want = [&](const std::string& name) {
      const auto found = std::find(header.begin(), header.end(), name);
      if (found == header.end()) return -1;
      int& place = columns.wanted[static_cast<std::size_t>(found - header.begin())];
      if (place < 0) place = static_cast<int>(columns.size++);
      return place;
    };
    for (const Field& field : state.fields) {
      std::vector<int>& cells = columns.of_field.emplace_back();
      for (const std::string& column : field.columns) {
        if (const int place = want(column); place >= 0) cells.push_back(place);
      }
    }
    const auto need = [&](const std::string& name, std::string_view what) {
      const int place = want(name);
      if (place < 0) {
        problems.push_back({"The file has no column \"" + name + "\" for the " + std::string(what) + ".",
                            "file " + std::to_string(file + 1), "Name one of its header line."});
      }
      return place;
    };
    if (!state.options.id_column.empty()) columns.id = need(state.options.id_column, "id");
    for (const std::string& label : state.options.label_columns) columns.labels.push_back(need(label, "label"));
    state.files.push_back(std::move(columns));
  }
  if (!problems.empty()) return problems;
  state.table.emplace(state.fields);
  state.table->know_words(state.options.words);
  if (state.options.whole && state.options.whole->names) {
    const auto name =
        std::find_if(state.fields.begin(), state.fields.end(), [](const Field& field) { return is_name(field.kind); });
    if (name != state.fields.end()) {  // All names share one domain.
      state.table->domain(static_cast<std::size_t>(name - state.fields.begin())) = *state.options.whole->names;
    }
  }
  state.labels.resize(state.options.label_columns.size());
  return {};
}

void TableReader::begin_file(std::size_t file, std::string name, std::uint64_t first_row) {
  state_->file = file;
  state_->file_name = std::move(name);
  state_->next_row = first_row;
  state_->rest.clear();
  state_->id_hashes.clear();
  state_->first_of_file = state_->table->records();
}

void TableReader::add(std::string_view piece) {
  if (!state_->problems.empty()) return;
  state_->rest += piece;
  state_->read_piece(false);
}

void TableReader::end_file() {
  // What is left, and then nothing, while the last rows are put into the table.
  for (int i = 0; i < 2 && state_->problems.empty(); ++i) state_->read_piece(true);
  state_->find_repeated_ids();
}

std::vector<std::string> TableReader::wanted(std::size_t file) const {
  const FileColumns& columns = state_->files[file];
  std::vector<std::string> names(columns.size);
  for (std::size_t column = 0; column < columns.header.size(); ++column) {
    if (columns.wanted[column] >= 0) names[static_cast<std::size_t>(columns.wanted[column])] = columns.header[column];
  }
  return names;
}

void TableReader::add_rows(std::span<const std::string_view> cells) {
  State& state = *state_;
  CsvCells read;
  read.cells.assign(cells.begin(), cells.end());
  read.rows = cells.size() / std::max<std::size_t>(state.files[state.file].size, 1);
  state.fill(read, state.next_row);
  state.next_row += read.rows;
}

void TableReader::State::find_repeated_ids() {
  if (!problems.empty()) return;
  // Equal ids have equal hashes: neighbours, once sorted by the half of it.
  std::vector<KeyedRecord> entries(id_hashes.size()), scratch;
  for (std::size_t i = 0; i < id_hashes.size(); ++i) entries[i] = id_hashes[i] >> 32 << 32 | i;
  sort_by_key(entries, scratch);
  for (std::size_t begin = 0; begin < entries.size();) {
    std::size_t end = begin + 1;
    while (end < entries.size() && entries[end] >> 32 == entries[begin] >> 32) ++end;
    for (std::size_t x = begin; x < end; ++x) {
      for (std::size_t y = x + 1; y < end; ++y) {
        const auto a = static_cast<std::uint32_t>(entries[x]), b = static_cast<std::uint32_t>(entries[y]);
        const std::string_view id = table->id(static_cast<RecordIndex>(first_of_file + b));
        if (id_hashes[a] != id_hashes[b] || table->id(static_cast<RecordIndex>(first_of_file + a)) != id) continue;
        add_problem({"An id is there twice: " + std::string(id) + ".", file_name + ", record " + std::to_string(b + 1),
                     "Give every row an id of its own."});
      }
    }
    begin = end;
  }
}

void TableReader::State::read_piece(bool is_last) {
  Piece& next = pieces[next_piece];
  Piece& before = pieces[next_piece ^= 1];
  next.text.swap(rest);
  next.read.cells.clear();
  next.read.unquoted.clear();
  next.read.rows = 0;
  next.first_row = next_row;
  Problems found;
  fill(before.read, before.first_row, [&] {
    std::size_t end = is_last ? next.text.size() : end_of_rows(next.text);
    if (end == 0 && next.text.size() > kLongestRow) end = next.text.size();  // What is wrong is found in reading it.
    rest.assign(next.text, end);
    const FileColumns& columns = files[file];
    next_row += linkage::read_piece(std::string_view(next.text).substr(0, end), columns.wanted, columns.size, file_name,
                                    next_row, next.read, found);
  });
  before.read.rows = 0;
  for (Problem& problem : found) add_problem(std::move(problem));
}

void TableReader::State::fill(const CsvCells& read, std::uint64_t first_row, const std::function<void()>& meanwhile) {
  const FileColumns& columns = files[file];
  const std::size_t rows = read.rows;
  std::vector<const std::string_view*> begins(rows);
  for (std::size_t i = 0; i < rows; ++i) begins[i] = read.cells.data() + i * columns.size;
  const std::size_t first = table->records();
  table->files_.resize(first + rows, static_cast<std::uint8_t>(file));
  const std::size_t wanted = (first + rows) * fields.size();
  if (table->rows_.capacity() < wanted) table->rows_.reserve(std::max(wanted, table->rows_.capacity() * 3 / 2));
  table->rows_.resize(wanted);
  for (auto& label : labels) label.resize(first + rows);

  const auto add_ids = [&] {
    for (std::size_t i = 0; i < rows; ++i) {
      const std::string number = columns.id < 0 ? std::to_string(first + i + 1) : std::string();
      const std::string_view id = columns.id < 0 ? std::string_view(number) : begins[i][columns.id];
      if (id.empty()) {
        add_problem({"This row has no id.", file_name + ", row " + std::to_string(first_row + i),
                     "Give every row an id of its own."});
      }
      id_hashes.push_back(hash_of(id));
      table->id_bytes_.insert(table->id_bytes_.end(), id.begin(), id.end());
      table->id_begins_.push_back(static_cast<std::uint32_t>(table->id_bytes_.size()));
      for (std::size_t label = 0; label < labels.size(); ++label) {
        const std::string_view text = begins[i][columns.labels[label]];
        labels[label][first + i] = text.empty() ? 0 : hash_of(text) | 1;
      }
    }
  };
  // A task for each domain, one for ids and labels, and what is done meanwhile: they share nothing.
  const std::size_t domains = table->domains_.size();
  if (tasks.empty()) {
    for (std::size_t task = 0; task < domains + 2; ++task) tasks.emplace_back(0, domains + 1 - task);
  }
  in_parallel(options.threads, tasks.size(), [&](unsigned, std::size_t i) {
    auto& [took, task] = tasks[i];
    const auto began = std::chrono::steady_clock::now();
    if (task < domains) {
      for (std::size_t field = 0; field < fields.size(); ++field) {
        if (table->domain_of_[field] != task) continue;
        table->fill(field, static_cast<RecordIndex>(first), begins, columns.of_field[field]);
      }
    } else if (task == domains) {
      add_ids();
    } else if (meanwhile) {
      meanwhile();
    }
    took = std::chrono::steady_clock::now() - began;
  });
  std::sort(tasks.rbegin(), tasks.rend());
}

Result<LoadedTable> TableReader::finish() {
  State& state = *state_;
  if (!state.problems.empty()) return std::move(state.problems);
  if (state.table->records() == 0) return Problem{"There are no rows to link.", "", "Check that the files hold data."};
  LoadedTable loaded{std::move(*state.table), std::move(state.labels), {}, {}};
  Table& table = loaded.table;
  if (state.options.whole) {
    for (std::size_t field = 0; field < table.fields().size(); ++field) {
      for (const auto& [name, text] : state.options.whole->placeholders) {
        const ValueId value = name == table.fields()[field].name ? table.domain(field).find_canonical(text) : 0;
        if (value == 0) continue;
        for (RecordIndex record = 0; record < table.records(); ++record) {
          if (table.row(record)[field] == value) table.row(record)[field] = 0;
        }
      }
    }
    return loaded;
  }
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    if (!is_name(table.fields()[field].kind)) continue;
    loaded.names = table.domain(field).settle_names();
    break;  // All names share one domain.
  }
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    const FieldKind kind = table.fields()[field].kind;
    if (kind != FieldKind::NhsNumber && kind != FieldKind::Upn && kind != FieldKind::Identifier) continue;
    // Such a number was typed where none was known.
    const std::vector<std::uint32_t> counts = table.counts(field);
    std::vector<bool> is_placeholder(counts.size(), false);
    bool any = false;
    for (ValueId value = 1; value < counts.size(); ++value) {
      if (!names_nobody(counts[value], table.records())) continue;
      any = is_placeholder[value] = true;
      loaded.placeholders.push_back(
          {table.fields()[field].name, std::string(table.domain(field).text(value)), counts[value]});
    }
    if (!any) continue;
    for (RecordIndex record = 0; record < table.records(); ++record) {
      ValueId& value = table.row(record)[field];
      if (is_placeholder[value]) value = 0;
    }
  }
  return loaded;
}

Result<std::vector<std::vector<std::string>>> read_csv(std::string_view text) {
  if (const auto at = invalid_utf8_at(text)) {
    return Problem{"There are bytes that are not UTF-8.", "byte " + std::to_string(*at + 1), "Save the file as UTF-8."};
  }
  const std::size_t line = std::min(text.find('\n'), text.size());
  std::vector<std::vector<std::string>> rows = {TRY(csv_header(text.substr(0, line)))};
  const std::size_t size = rows.front().size();
  WantedColumns columns(size);
  for (std::size_t i = 0; i < size; ++i) columns[i] = static_cast<int>(i);
  CsvCells cells;
  Problems problems;
  read_rows(text.substr(std::min(line + 1, text.size())), columns, size, 2, cells, problems);
  if (!problems.empty()) return problems;
  for (std::size_t row = 0; row < cells.rows; ++row) {
    rows.emplace_back(cells.cells.begin() + static_cast<std::ptrdiff_t>(row * size),
                      cells.cells.begin() + static_cast<std::ptrdiff_t>((row + 1) * size));
  }
  return rows;
}

}  // namespace guildhall::linkage
