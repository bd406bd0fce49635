#include "masterdata/load.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "masterdata/impl/cells.h"
#include "masterdata/impl/disposition.h"
#include "masterdata/impl/row_id.h"
#include "records/cleanse.h"

namespace guildhall::masterdata {
namespace {

using records::Attribute;
using records::Entity;
using records::Finding;
using records::Severity;

struct PreparedRow {
  std::int64_t position = 0;
  std::int64_t number = 0;
  std::int64_t line = 0;
  std::string table;
  Entity entity = Entity::Other;
  std::string record_key;
  Disposition disposition = Disposition::Accepted;
  std::string cells;
};

struct PreparedFinding {
  std::int64_t position = 0;
  std::int64_t number = 0;
  std::string table;
  std::string field;
  Severity severity = Severity::Note;
  std::string rule;
  std::string reason;
  std::string remedy;
};

// What is committed together.
struct Chunk {
  std::vector<PreparedRow> rows;
  std::vector<PreparedFinding> findings;
};

// Hands chunks from the thread that reads and cleanses to the one that writes, at most two ahead.
class Channel {
 public:
  // False once the writer has given up.
  bool push(Chunk chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || chunks_.size() < 2; });
    if (closed_) return false;
    chunks_.push_back(std::move(chunk));
    changed_.notify_all();
    return true;
  }
  // Nothing after the last one.
  std::optional<Chunk> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !chunks_.empty(); });
    if (chunks_.empty()) return std::nullopt;
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    changed_.notify_all();
    return chunk;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> chunks_;
  bool closed_ = false;
};

// Cleanses rows and packs them in chunks. Rows that were committed by an earlier attempt are gone through again, for
// the keys in them, and not handed on.
class Preparation final : public extracts::RowSink {
 public:
  Preparation(records::CleansingContext context, std::int64_t rows_done, std::size_t rows_per_chunk, Channel& channel)
      : context_(context), rows_done_(rows_done), rows_per_chunk_(rows_per_chunk), channel_(channel) {}

  void row(const extracts::Row& row) override {
    if (given_up_) return;
    ++position_;
    findings_.clear();
    stored_.clear();
    cleansed_.clear();
    Disposition disposition = Disposition::Accepted;
    const auto found = [&](std::string_view field, const Finding& finding) {
      if (finding.severity == Severity::Reject) disposition = Disposition::Rejected;
      findings_.push_back(prepared(row, field, finding));
    };

    for (const extracts::Cell& cell : row.cells) {
      if (trimmed(cell.raw).empty()) continue;
      StoredCell& stored =
          stored_.emplace_back(StoredCell{cell.field, attribute_of(cell, row), cell.raw, cell.raw, {}});
      if (!stored.attribute) continue;
      Cleansed& cleansed = cleansed_.emplace_back();
      cleansed.result = records::cleanse(*stored.attribute, cell.raw, context_);
      for (const std::string_view rule : cleansed.result.rules) {
        if (!cleansed.rules.empty()) cleansed.rules += ',';
        cleansed.rules += rule;
      }
      stored.cleaned = cleansed.result.value;
      stored.rules = cleansed.rules;
      if (cleansed.result.finding) found(cell.field, *cleansed.result.finding);
    }

    if (disposition == Disposition::Accepted) {
      if (const auto reason = quarantine_reason(row.entity, stored_)) {
        disposition = Disposition::Quarantined;
        found({}, *reason);
      } else if (row.entity == Entity::Person && !first_of(row)) {
        disposition = Disposition::Quarantined;
        found({}, repeated_key());
      }
    }

    if (position_ <= rows_done_) return;
    PreparedRow prepared{.position = position_,
                         .number = static_cast<std::int64_t>(row.number),
                         .line = static_cast<std::int64_t>(row.line),
                         .table = storable(row.table),
                         .entity = row.entity,
                         .record_key = storable(row.record_key),
                         .disposition = disposition,
                         .cells = {}};
    for (const StoredCell& cell : stored_) append_cell(prepared.cells, cell);
    finish_rows(prepared.cells);
    for (PreparedFinding& finding : findings_) chunk_.findings.push_back(std::move(finding));
    add(std::move(prepared));
  }

  void rejected(const extracts::RejectedRow& row) override {
    if (given_up_) return;
    ++position_;
    if (position_ <= rows_done_) return;
    PreparedRow prepared{.position = position_,
                         .number = static_cast<std::int64_t>(row.number),
                         .line = static_cast<std::int64_t>(row.line),
                         .table = storable(row.table),
                         .entity = Entity::Other,
                         .record_key = {},
                         .disposition = Disposition::Rejected,
                         .cells = {}};
    const std::string raw = storable(row.raw);
    append_cell(prepared.cells, {{}, {}, raw, raw, {}});
    finish_rows(prepared.cells);
    chunk_.findings.push_back({position_,
                               prepared.number,
                               prepared.table,
                               storable(row.field),
                               Severity::Reject,
                               {},
                               storable(row.problem.what),
                               storable(row.problem.remedy)});
    add(std::move(prepared));
  }

  void note(const Problem& problem) override {
    // A chunk ends with its last row: what is noted behind that was not committed with it.
    if (given_up_ || position_ < rows_done_) return;
    chunk_.findings.push_back(
        {0, 0, {}, storable(problem.where), Severity::Note, {}, storable(problem.what), storable(problem.remedy)});
  }

  void finish() { hand_on(); }

 private:
  struct Cleansed {
    records::Cleansed result;
    std::string rules;
  };

  // In an identifier row the value is the number that the type says.
  static std::optional<Attribute> attribute_of(const extracts::Cell& cell, const extracts::Row& row) {
    if (row.entity != Entity::Identifier || cell.attribute != Attribute::IdentifierValue) return cell.attribute;
    for (const extracts::Cell& other : row.cells) {
      if (other.attribute != Attribute::IdentifierType) continue;
      if (const auto attribute = records::identifier_attribute(other.raw)) return attribute;
    }
    return cell.attribute;
  }

  PreparedFinding prepared(const extracts::Row& row, std::string_view field, const Finding& finding) const {
    return {position_,           static_cast<std::int64_t>(row.number),
            storable(row.table), storable(field),
            finding.severity,    std::string(finding.rule),
            finding.reason,      finding.remedy};
  }

  bool first_of(const extracts::Row& row) {
    return keys_[std::string(row.table)].insert(std::string(row.record_key)).second;
  }

  void add(PreparedRow row) {
    chunk_.rows.push_back(std::move(row));
    if (chunk_.rows.size() >= rows_per_chunk_) hand_on();
  }

  void hand_on() {
    if (chunk_.rows.empty() && chunk_.findings.empty()) return;
    if (!channel_.push(std::move(chunk_))) given_up_ = true;
    chunk_ = {};
  }

  records::CleansingContext context_;
  std::int64_t rows_done_;
  std::size_t rows_per_chunk_;
  Channel& channel_;
  std::int64_t position_ = 0;
  bool given_up_ = false;
  Chunk chunk_;
  std::unordered_map<std::string, std::unordered_set<std::string>> keys_;  // Of persons, by table.
  std::vector<StoredCell> stored_;                                         // Views into cleansed_ and the row.
  std::deque<Cleansed> cleansed_;
  std::vector<PreparedFinding> findings_;
};

// Everything of one chunk, with how far loading has come: all of it, or nothing.
Result<void> store(db::Connection& connection, std::int64_t extract, std::int64_t rows_done, const Chunk& chunk) {
  std::array<std::int64_t, 3> counts{};
  for (const PreparedRow& row : chunk.rows) ++counts[static_cast<std::size_t>(row.disposition)];
  const auto rows = static_cast<std::int64_t>(chunk.rows.size());
  const std::int64_t mine = connection.execute(
      "UPDATE extract SET rows_done = $3, rows_read = rows_read + $4, rows_accepted = rows_accepted + $5,"
      " rows_quarantined = rows_quarantined + $6, rows_rejected = rows_rejected + $7"
      " WHERE id = $1 AND state = 'loading' AND rows_done = $2",
      {extract, rows_done, rows_done + rows, rows, counts[0], counts[1], counts[2]});
  if (mine != 1) {
    return Problem{"Another program is loading this file at the moment.", "", "Wait until it has finished."};
  }
  const auto stored_rows = connection.bulk_insert(
      "source_row", {"id", "row_number", "line", "table_name", "entity", "record_key", "disposition", "cells"});
  for (const PreparedRow& row : chunk.rows) {
    stored_rows->add({RowId{extract, row.position}.number(), row.number, row.line, row.table,
                      records::name_of(row.entity), row.record_key, name_of(row.disposition), row.cells});
  }
  stored_rows->finish();
  if (chunk.findings.empty()) return {};
  const auto findings = connection.bulk_insert(
      "finding", {"extract", "position", "table_name", "row_number", "field", "severity", "rule", "reason", "remedy"});
  for (const PreparedFinding& finding : chunk.findings) {
    findings->add({extract, finding.position, finding.table, finding.number, finding.field,
                   records::name_of(finding.severity), finding.rule, finding.reason, finding.remedy});
  }
  findings->finish();
  return {};
}

constexpr std::string_view kExtractColumns =
    "SELECT e.id, e.source, s.title, e.format, e.table_name, e.file_name, e.sha256, e.bytes, e.as_of, e.state,"
    " e.rows_read, e.rows_accepted, e.rows_quarantined, e.rows_rejected, e.started_at, e.finished_at, e.loaded_by,"
    " e.problem, e.remedy FROM extract e JOIN source s ON s.name = e.source ";

Extract extract_of(const db::Row& row) {
  Extract extract{.id = row.integer(0),
                  .source = std::string(row.text(1)),
                  .source_title = std::string(row.text(2)),
                  .format = std::string(row.text(3)),
                  .table = std::string(row.text(4)),
                  .file_name = std::string(row.text(5)),
                  .sha256 = std::string(row.text(6)),
                  .bytes = row.integer(7),
                  .as_of = row.date(8),
                  .rows_read = row.integer(10),
                  .rows_accepted = row.integer(11),
                  .rows_quarantined = row.integer(12),
                  .rows_rejected = row.integer(13),
                  .started_at = row.instant(14),
                  .finished_at = row.optional_instant(15),
                  .loaded_by = std::string(row.text(16)),
                  .problem = {}};
  extract.state = row.text(9) == "loaded"   ? ExtractState::Loaded
                  : row.text(9) == "failed" ? ExtractState::Failed
                                            : ExtractState::Loading;
  if (!row.is_null(17)) extract.problem = Problem{std::string(row.text(17)), "", std::string(row.text(18))};
  return extract;
}

// What a file is, by one reading of it.
struct Examined {
  std::string sha256;
  std::int64_t bytes = 0;
  extracts::Format format;
};

std::string megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

Result<extracts::Format> format_of(std::string_view file_name, std::string_view first_bytes, std::string_view mapping) {
  if (!mapping.empty()) return extracts::by_mapping(mapping);
  return extracts::detect(file_name, first_bytes);
}

Result<Examined> examine(const LoadOptions& options, std::string_view file_name) {
  const Problem too_large{"The file is larger than " + megabytes(options.max_bytes) + ", the most that is taken.",
                          std::string(file_name), "Export fewer tables or a shorter period at a time."};
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.path, error)) {
    return Problem{"There is no such file.", options.path.string(), "Check the path."};
  }
  if (std::filesystem::file_size(options.path, error) > options.max_bytes && !error) return too_large;
  FileBytes file = TRY(FileBytes::open(options.path.string()));
  Sha256 hash;
  Examined examined;
  std::string first;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (const std::size_t count = file.read(buffer)) {
    const std::string_view bytes(buffer.data(), count);
    hash.add(bytes);
    examined.bytes += static_cast<std::int64_t>(count);
    if (static_cast<std::uint64_t>(examined.bytes) > options.max_bytes) return too_large;
    if (first.size() < buffer.size()) first.append(bytes.substr(0, buffer.size() - first.size()));
  }
  examined.sha256 = hex(hash.digest());
  examined.format = TRY(format_of(file_name, first, options.mapping));
  return examined;
}

std::string named(const LoadOptions& options) {
  return storable(options.file_name.empty() ? options.path.filename().string() : options.file_name);
}

}  // namespace

std::string_view name_of(ExtractState state) {
  switch (state) {
    case ExtractState::Loading:
      return "loading";
    case ExtractState::Loaded:
      return "loaded";
    case ExtractState::Failed:
      return "failed";
  }
  return {};
}

std::vector<Source> sources(db::Connection& connection) {
  std::vector<Source> sources;
  connection.query("SELECT name, title, social_care FROM source ORDER BY trust", {}, [&](const db::Row& row) {
    sources.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2) == 1});
  });
  return sources;
}

std::optional<Extract> find_extract(db::Connection& connection, std::int64_t id) {
  return connection.query_one(std::string(kExtractColumns) + "WHERE e.id = $1", {id}, extract_of);
}

std::vector<Extract> newest_extracts(db::Connection& connection, std::int64_t limit) {
  std::vector<Extract> extracts;
  connection.query(std::string(kExtractColumns) + "ORDER BY e.id DESC LIMIT $1", {limit},
                   [&](const db::Row& row) { extracts.push_back(extract_of(row)); });
  return extracts;
}

Result<Extract> register_extract(db::Database& database, const LoadOptions& options, const Clock& clock) {
  const std::string file_name = named(options);
  const Instant now = clock.now();
  const auto known = database.read([](db::Connection& connection) { return sources(connection); });
  std::string names;
  for (const Source& source : known) names += (names.empty() ? "" : ", ") + source.name;
  if (std::ranges::find(known, options.source, &Source::name) == known.end()) {
    return Problem{"There is no source called \"" + storable(options.source) + "\".", "", "Use one of " + names + "."};
  }
  const Examined examined = TRY(examine(options, file_name));
  return database.write([&](db::Connection& connection) -> Result<Extract> {
    connection.execute(
        "INSERT INTO extract (source, format, table_name, mapping, file_name, stored_at, sha256, bytes, as_of, state,"
        " rows_done, rows_read, rows_accepted, rows_quarantined, rows_rejected, started_at, loaded_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'loading', 0, 0, 0, 0, 0, $10, $11)"
        " ON CONFLICT (source, sha256) DO UPDATE SET stored_at = excluded.stored_at WHERE extract.state = 'loading'",
        {options.source, examined.format.name, examined.format.table,
         options.mapping.empty() ? db::Param(nullptr) : db::Param(options.mapping), file_name,
         std::filesystem::absolute(options.path).string(), examined.sha256, examined.bytes,
         options.as_of.value_or(uk_date(now)), now, options.loaded_by});
    return *connection.query_one(std::string(kExtractColumns) + "WHERE e.source = $1 AND e.sha256 = $2",
                                 {options.source, examined.sha256}, extract_of);
  });
}

Result<LoadReport> load_registered(db::Database& database, std::int64_t id, const LoadOptions& options,
                                   const Clock& clock) {
  const auto began = std::chrono::steady_clock::now();
  const auto found = database.read([&](db::Connection& connection) { return find_extract(connection, id); });
  check(found.has_value(), "load_registered: no such extract");
  LoadReport report{.outcome = LoadReport::Outcome::Loaded, .extract = *found};
  if (found->state == ExtractState::Loaded) report.outcome = LoadReport::Outcome::AlreadyLoaded;
  if (found->state == ExtractState::Failed) report.outcome = LoadReport::Outcome::Failed;
  if (found->state != ExtractState::Loading) return report;
  if (found->rows_read > 0) report.outcome = LoadReport::Outcome::Resumed;

  FileBytes file = TRY(FileBytes::open(options.path.string()));
  extracts::Format format{.name = found->format, .table = found->table, .mapping = {}};
  const auto mapping = database.read([&](db::Connection& connection) {
    return connection.query_one("SELECT mapping FROM extract WHERE id = $1", {id},
                                [](const db::Row& row) { return std::string(row.optional_text(0).value_or("")); });
  });
  if (!mapping->empty()) format = TRY(extracts::by_mapping(*mapping));

  std::int64_t rows_done = found->rows_read;
  Channel channel;
  std::exception_ptr world_failed;
  extracts::ReadSummary summary;
  std::jthread reading([&] {
    try {
      Preparation preparation({.today = found->as_of, .allow_test_numbers = options.allow_test_numbers}, rows_done,
                              options.rows_per_commit, channel);
      summary = extracts::read(format, file, preparation, {.max_bytes = options.max_bytes});
      preparation.finish();
    } catch (...) {
      world_failed = std::current_exception();
    }
    channel.close();
  });
  // However this function is left, the reading thread finds a closed channel before it is waited for.
  struct CloseAtEnd {
    Channel& channel;
    ~CloseAtEnd() { channel.close(); }
  } close_at_end{channel};

  while (const std::optional<Chunk> chunk = channel.pop()) {
    TRY(database.write([&](db::Connection& connection) { return store(connection, id, rows_done, *chunk); }));
    rows_done += static_cast<std::int64_t>(chunk->rows.size());
  }
  reading.join();
  if (world_failed) std::rethrow_exception(world_failed);

  report.extract = database.write([&](db::Connection& connection) {
    const bool failed = summary.failure.has_value();
    connection.execute(
        "UPDATE extract SET state = $2, finished_at = $3, problem = $4, remedy = $5"
        " WHERE id = $1 AND state = 'loading' AND rows_done = $6",
        {id, failed ? "failed" : "loaded", clock.now(), failed ? db::Param(summary.failure->what) : db::Param(nullptr),
         failed ? db::Param(summary.failure->remedy) : db::Param(nullptr), rows_done});
    return *find_extract(connection, id);
  });
  if (report.extract.state == ExtractState::Failed) report.outcome = LoadReport::Outcome::Failed;
  report.took = std::chrono::steady_clock::now() - began;
  log(LogLevel::Info, "extract.loaded",
      {{"extract", id},
       {"rows", report.extract.rows_read},
       {"failed", summary.failure.has_value()},
       {"took", report.took}});
  return report;
}

Result<LoadReport> load(db::Database& database, const LoadOptions& options, const Clock& clock) {
  const Extract extract = TRY(register_extract(database, options, clock));
  return load_registered(database, extract.id, options, clock);
}

}  // namespace guildhall::masterdata
