#include "linkage/spread.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "linkage/impl/blocks.h"
#include "linkage/impl/clusters.h"
#include "linkage/impl/csv_rows.h"
#include "linkage/impl/dictionary.h"
#include "linkage/impl/scorer.h"
#include "linkage/linkage.h"

namespace guildhall::linkage {
namespace {

using Node = std::uint64_t;
using BlockName = std::uint64_t;  // The rule above, the key below.

// The column of ids; no column of a file can have this name beside.
const std::string kId = "\x01id";

Node node_of(std::string_view id) {
  return mixed(hash_of(id) ^ 0x9e3779b97f4a7c15ULL, 0xe7037ed1a0b428dbULL);
}
std::uint32_t bucket_of(std::uint64_t number, std::uint32_t buckets) {
  return static_cast<std::uint32_t>((mixed(number ^ 0xa0761d6478bd642fULL, 0x9e3779b97f4a7c15ULL) >> 32) % buckets);
}
BlockName block_name(std::size_t rule, BlockKey key) {
  return static_cast<BlockName>(rule) << 32 | key;
}

template <class Number>
void put(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}
void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// Reads what put() wrote. Parcels come back as they were sent; a damaged one is a broken invariant, not input.
class Entries {
 public:
  explicit Entries(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  bool more() const { return at_ < end_; }
  template <class Number>
  Number number() {
    check(static_cast<std::size_t>(end_ - at_) >= sizeof(Number), "a parcel ends too early");
    Number number;
    std::memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return number;
  }
  std::string_view bytes(std::size_t size) {
    check(static_cast<std::size_t>(end_ - at_) >= size, "a parcel ends too early");
    at_ += size;
    return {at_ - size, size};
  }
  std::string_view text() { return bytes(number<std::uint32_t>()); }

 private:
  const char* at_;
  const char* end_;
};

// Parcels that are being packed.
class Packing {
 public:
  Packing(std::uint32_t buckets, Send send) : buckets_(buckets), send_(std::move(send)) {}
  std::string& to(std::uint32_t bucket, ParcelKind kind) {
    std::vector<std::string>& own = open_[static_cast<std::size_t>(kind)];
    if (own.empty()) own.resize(buckets_);
    std::string& bytes = own[bucket];
    if (bytes.size() >= kParcelBytes) {
      send_({bucket, kind, std::move(bytes)});
      bytes = {};
    }
    return bytes;
  }
  void finish() {
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      for (std::uint32_t bucket = 0; bucket < open_[kind].size(); ++bucket) {
        if (open_[kind][bucket].empty()) continue;
        send_({bucket, static_cast<ParcelKind>(kind), std::move(open_[kind][bucket])});
        open_[kind][bucket] = {};
      }
    }
  }

 private:
  static constexpr std::size_t kKinds = 11;
  std::uint32_t buckets_;
  Send send_;
  std::vector<std::string> open_[kKinds];
};

bool is_name(FieldKind kind) {
  return kind == FieldKind::Forename || kind == FieldKind::MiddleNames || kind == FieldKind::Surname;
}
bool is_number(FieldKind kind) {
  return kind == FieldKind::NhsNumber || kind == FieldKind::Upn || kind == FieldKind::Identifier;
}

std::vector<std::string> header_of(const Model& model) {
  std::vector<std::string> header = spread_columns(model);
  header.push_back(kId);
  return header;
}

std::unique_ptr<TableReader> reader_of(const SpreadSettings& settings, bool is_part) {
  TableOptions options;
  options.fields = settings.model.fields;
  options.id_column = kId;
  options.words = settings.model.words;
  if (is_part) options.whole = settings.whole;
  auto reader = std::make_unique<TableReader>(std::move(options));
  const std::vector<std::string> header = header_of(settings.model);
  const auto begun = reader->begin(std::span(&header, 1));
  check(begun.ok() && reader->wanted(0) == header, "the model's own columns");
  reader->begin_file(0, "the rows");
  return reader;
}

// A table of packed rows.
class RowTable {
 public:
  explicit RowTable(const SpreadSettings& settings)
      : reader_(reader_of(settings, true)), width_(header_of(settings.model).size()) {}
  void add(std::string_view packed) {
    Entries entries(packed);
    for (std::size_t cell = 0; cell < width_; ++cell) cells_.push_back(entries.text());
    if (cells_.size() >= 4'096 * width_) flush();
  }
  Result<Table> finish() {
    flush();
    return std::move(TRY(reader_->finish()).table);
  }

 private:
  void flush() {
    reader_->add_rows(cells_);
    cells_.clear();
  }
  std::unique_ptr<TableReader> reader_;
  std::size_t width_;
  std::vector<std::string_view> cells_;
};

std::string_view id_in(std::string_view packed, std::size_t width) {
  Entries entries(packed);
  for (std::size_t cell = 0; cell + 1 < width; ++cell) entries.text();
  return entries.text();
}

// Which slots of a record's keys belong to which rule.
struct Slots {
  explicit Slots(const Model& model) {
    for (const BlockingRule& rule : model.blocking_rules) {
      const bool has_words = std::any_of(rule.keys.begin(), rule.keys.end(),
                                         [](const BlockingKey& key) { return key.part == KeyPart::RareWord; });
      first.push_back(rule_of.size());
      rule_of.insert(rule_of.end(), has_words ? kRareWords : 1, static_cast<std::uint32_t>(first.size() - 1));
    }
    first.push_back(rule_of.size());
  }
  std::vector<std::size_t> first;      // By rule, and one more.
  std::vector<std::uint32_t> rule_of;  // By slot.
};

// The rows of a bucket that have blocks in it.
struct BlockRows {
  std::vector<std::string_view> packed;           // By row.
  std::vector<BlockKey> keys;                     // By row, then slot.
  std::vector<std::vector<KeyedRecord>> entries;  // By rule: its keys, each with its rows in order.

  BlockRows(const SpreadSettings& settings, const Slots& slots, std::uint32_t bucket,
            const std::vector<Parcel>& parcels)
      : entries(settings.model.blocking_rules.size()) {
    const std::size_t width = slots.rule_of.size();
    for (const Parcel& parcel : parcels) {
      if (parcel.kind != ParcelKind::Rows) continue;
      Entries from(parcel.bytes);
      while (from.more()) {
        const auto row = static_cast<std::uint32_t>(packed.size());
        const std::size_t begin = keys.size();
        keys.resize(begin + width);
        std::memcpy(keys.data() + begin, from.bytes(width * sizeof(BlockKey)).data(), width * sizeof(BlockKey));
        packed.push_back(from.text());
        for (std::size_t slot = 0; slot < width; ++slot) {
          const BlockKey key = keys[begin + slot];
          if (key == 0) continue;
          const std::uint32_t rule = slots.rule_of[slot];
          if (bucket_of(block_name(rule, key), settings.buckets) == bucket) {
            entries[rule].push_back(static_cast<KeyedRecord>(key) << 32 | row);
          }
        }
      }
    }
    std::vector<KeyedRecord> scratch;
    for (auto& own : entries) sort_by_key(own, scratch);
  }
  template <class Visit>
  void each_block(Visit visit) const {
    for (std::size_t rule = 0; rule < entries.size(); ++rule) {
      const std::span<const KeyedRecord> own = entries[rule];
      for (std::size_t begin = 0; begin < own.size();) {
        std::size_t end = begin + 1;
        while (end < own.size() && own[end] >> 32 == own[begin] >> 32) ++end;
        visit(block_name(rule, static_cast<BlockKey>(own[begin] >> 32)), own.subspan(begin, end - begin));
        begin = end;
      }
    }
  }
  static std::uint32_t row_of(KeyedRecord entry) { return static_cast<std::uint32_t>(entry); }
};

bool is_limited(const Model& model, BlockName block) {
  return !model.blocking_rules[block >> 32].keys.empty();
}

}  // namespace

std::vector<std::string> spread_columns(const Model& model) {
  std::vector<std::string> columns;
  for (const Field& field : model.fields) {
    for (const std::string& column : field.columns) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
  }
  return columns;
}

Result<void> check_spread(const Model& model) {
  Problems problems;
  const auto need = [&](const std::string& name) {
    for (const Field& field : model.fields) {
      if (field.name != name || (field.kind != FieldKind::Address && field.kind != FieldKind::Text)) continue;
      if (std::any_of(model.words.begin(), model.words.end(), [&](const WordCounts& own) { return own.field == name; }))
        continue;
      problems.push_back({"The model compares words, but does not say how frequent they are.", name,
                          "Train a model with this version: where no machine sees all rows, the model has to know."});
    }
  };
  for (const Comparison& comparison : model.comparisons) {
    if (std::none_of(comparison.levels.begin(), comparison.levels.end(),
                     [](const ComparisonLevel& level) { return level.kind == LevelKind::Words; }))
      continue;
    for (const std::string& field : comparison.fields) need(field);
  }
  for (const BlockingRule& rule : model.blocking_rules) {
    for (const BlockingKey& key : rule.keys) {
      if (key.part == KeyPart::RareWord) need(key.field);
    }
  }
  std::sort(problems.begin(), problems.end());
  problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
  if (!problems.empty()) return problems;
  return {};
}

// ---- Rows

struct Pack::State {
  const SpreadSettings& settings;
  std::unique_ptr<TableReader> reader;
  Packing packing;
  std::vector<bool> is_surveyed;  // By cell: of names and numbers.
  std::vector<std::string_view> cells;
  Problems problems;
  bool is_empty = true;
};

Pack::Pack(const SpreadSettings& settings, Send send)
    : state_(new State{
          settings, reader_of(settings, false), Packing(settings.buckets, std::move(send)), {}, {}, {}, true}) {
  for (const std::string& column : header_of(settings.model)) {
    bool is_wanted = column == kId;
    for (const Field& field : settings.model.fields) {
      const bool has = std::find(field.columns.begin(), field.columns.end(), column) != field.columns.end();
      is_wanted |= has && (is_name(field.kind) || is_number(field.kind));
    }
    state_->is_surveyed.push_back(is_wanted);
  }
}
Pack::~Pack() = default;

void Pack::add(std::span<const std::string_view> cells) {
  State& state = *state_;
  if (cells.empty()) return;
  state.is_empty = false;
  const std::size_t width = state.is_surveyed.size();
  state.cells.assign(cells.begin(), cells.end());
  std::string packed;
  for (std::size_t row = 0; row < cells.size(); row += width) {
    packed.clear();
    for (std::size_t cell = 0; cell < width; ++cell) {
      put_text(packed, cells[row + cell]);
      if (!state.is_surveyed[cell]) state.cells[row + cell] = {};
    }
    put_text(state.packing.to(bucket_of(node_of(cells[row + width - 1]), state.settings.buckets), ParcelKind::Home),
             packed);
  }
  state.reader->add_rows(state.cells);
}

std::size_t Pack::add_csv(const SpreadFile& file, std::string_view rows, std::uint64_t first_row) {
  State& state = *state_;
  state.reader->begin_file(0, file.name, first_row);
  CsvCells read;
  const std::size_t count = read_piece(rows, file.wanted, file.cells, file.name, first_row, read, state.problems);
  if (!state.problems.empty()) return count;
  constexpr std::size_t kAtOnce = 4'096;
  std::vector<std::string_view> cells;
  for (std::size_t row = 0; row < read.rows; ++row) {
    const std::string_view* found = read.cells.data() + row * file.cells;
    for (const int source : file.sources) cells.push_back(source < 0 ? std::string_view() : found[source]);
    if (cells.size() < kAtOnce * file.sources.size()) continue;
    add(cells);
    cells.clear();
  }
  add(cells);
  return count;
}

Result<Pack::Survey> Pack::finish() {
  if (!state_->problems.empty()) return std::move(state_->problems);
  state_->packing.finish();
  Survey found;
  if (state_->is_empty) return found;
  auto loaded = state_->reader->finish();
  if (!loaded.ok()) return loaded.problems();
  const Table& table = loaded->table;
  found.records = table.records();
  found.names = std::move(loaded->names);
  for (std::size_t field = 0; field < table.fields().size(); ++field) {
    if (!is_number(table.fields()[field].kind)) continue;
    std::vector<std::uint32_t> counts = table.counts(field);
    // What names nobody among these rows alone is missing in their table by now, but counts here.
    for (const auto& one : loaded->placeholders) {
      if (one.field != table.fields()[field].name) continue;
      counts[table.domain(field).find_canonical(one.value)] = static_cast<std::uint32_t>(one.records);
    }
    if (!state_->settings.whole.placeholders.empty()) {
      for (const auto& [name, text] : state_->settings.whole.placeholders) {
        const ValueId value = name == table.fields()[field].name ? table.domain(field).find_canonical(text) : 0;
        if (value != 0) found.numbers.push_back({name, text, counts[value]});
      }
      continue;
    }
    for (ValueId value = 1; value < counts.size(); ++value) {
      if (counts[value] == 0 || static_cast<std::size_t>(counts[value]) * 1'000 <= found.records) continue;
      found.numbers.push_back(
          {table.fields()[field].name, std::string(table.domain(field).text(value)), counts[value]});
    }
  }
  return found;
}

Result<std::vector<SpreadFile>> spread_files(const Model& model, const std::string& id_column,
                                             std::span<const std::string> names, std::span<const std::string> headers) {
  TableOptions options;
  options.fields = model.fields;
  options.id_column = id_column;
  TRY(TableReader(std::move(options)).begin(headers));
  std::vector<SpreadFile> files;
  std::vector<std::string> columns = spread_columns(model);
  columns.push_back(id_column);
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const std::vector<std::string> header = TRY(csv_header(headers[i]));
    SpreadFile& file = files.emplace_back();
    file.name = names[i];
    file.wanted.assign(header.size(), -1);
    for (const std::string& column : columns) {
      const auto found = std::find(header.begin(), header.end(), column);
      if (found == header.end()) {
        file.sources.push_back(-1);
        continue;
      }
      int& place = file.wanted[static_cast<std::size_t>(found - header.begin())];
      if (place < 0) place = static_cast<int>(file.cells++);
      file.sources.push_back(place);
    }
  }
  return files;
}

Result<Pack::Survey> survey_home(const SpreadSettings& settings, std::span<const Parcel> parcels) {
  Pack pack(settings, [](Parcel) {});
  const std::size_t width = header_of(settings.model).size();
  std::vector<std::string_view> cells;
  for (const Parcel& parcel : parcels) {
    if (parcel.kind != ParcelKind::Home) continue;
    Entries rows(parcel.bytes);
    cells.clear();
    while (rows.more()) {
      Entries row(rows.text());
      for (std::size_t cell = 0; cell < width; ++cell) cells.push_back(row.text());
    }
    pack.add(cells);
  }
  return pack.finish();
}

std::vector<std::string> settle_names(std::span<const std::string> names) {
  Domain domain(FieldKind::Surname);
  for (const std::string& name : names) domain.add(name);
  return domain.settle_names();
}

namespace {

// The keys of packed rows, and the rows with them to where their blocks are.
Result<void> route_rows(const SpreadSettings& settings, const Slots& slots, std::span<const std::string_view> packed,
                        Packing& packing) {
  RowTable reading(settings);
  for (const std::string_view row : packed) reading.add(row);
  const Table table = TRY(reading.finish());
  const RuleKeys keys(settings.model.blocking_rules, table);
  const std::size_t width = keys.slots(), count = table.records();
  check(width == slots.rule_of.size());
  std::vector<RecordIndex> records(count);
  std::iota(records.begin(), records.end(), RecordIndex{0});
  std::vector<BlockKey> all(count * width), scratch, own(width);
  keys.keys(records, all.data(), scratch);
  std::vector<std::uint32_t> buckets;
  for (std::size_t record = 0; record < count; ++record) {
    buckets.clear();
    for (std::size_t slot = 0; slot < width; ++slot) {
      own[slot] = all[slot * count + record];
      if (own[slot] == 0) continue;
      const auto bucket = bucket_of(block_name(slots.rule_of[slot], own[slot]), settings.buckets);
      if (std::find(buckets.begin(), buckets.end(), bucket) == buckets.end()) buckets.push_back(bucket);
    }
    for (const std::uint32_t bucket : buckets) {
      std::string& out = packing.to(bucket, ParcelKind::Rows);
      out.append(reinterpret_cast<const char*>(own.data()), width * sizeof(BlockKey));
      put_text(out, packed[record]);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> route(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send) {
  const Slots slots(settings.model);
  Packing packing(settings.buckets, send);
  const std::size_t width = header_of(settings.model).size();
  std::vector<std::string_view> rows;
  std::vector<std::pair<Node, std::string_view>> ids;
  for (const Parcel& parcel : parcels) {
    if (parcel.kind != ParcelKind::Home) continue;
    Entries entries(parcel.bytes);
    while (entries.more()) {
      rows.push_back(entries.text());
      const std::string_view id = id_in(rows.back(), width);
      ids.emplace_back(node_of(id), id);
    }
  }
  constexpr std::size_t kAtOnce = 250'000;
  for (std::size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    TRY(route_rows(settings, slots, std::span(rows).subspan(begin, std::min(kAtOnce, rows.size() - begin)), packing));
  }
  packing.finish();
  // Two ids with one hash would count as one, too: never seen, but never passed over.
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> repeated;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].first == ids[i - 1].first) repeated.emplace_back(ids[i].second);
  }
  return repeated;
}

// ---- Blocks

std::vector<LargeBlock> count_blocks(const SpreadSettings& settings, std::uint32_t bucket,
                                     std::vector<Parcel> parcels) {
  std::vector<LargeBlock> found;
  const Slots slots(settings.model);
  const std::size_t width = header_of(settings.model).size();
  const BlockRows rows(settings, slots, bucket, parcels);
  rows.each_block([&](BlockName block, std::span<const KeyedRecord> entries) {
    if (entries.size() <= settings.model.largest_block || !is_limited(settings.model, block)) return;
    std::string_view example = id_in(rows.packed[BlockRows::row_of(entries.front())], width);
    for (const auto entry : entries) example = std::min(example, id_in(rows.packed[BlockRows::row_of(entry)], width));
    found.push_back({static_cast<std::uint32_t>(block >> 32), static_cast<std::uint32_t>(block), entries.size(),
                     std::string(example)});
  });
  return found;
}

namespace {

void put_arc(Packing& packing, std::uint32_t buckets, Node from, Node to) {
  std::string& out = packing.to(bucket_of(from, buckets), ParcelKind::Arcs);
  put(out, from);
  put(out, to);
}

void put_question(Packing& packing, const Table& table, RecordIndex a, RecordIndex b, ClericalReason reason,
                  MilliBits weight, double information) {
  std::string& out = packing.to(0, ParcelKind::Questions);
  put(out, static_cast<std::uint8_t>(reason));
  put(out, weight);
  put(out, information);
  const auto [first, second] = std::minmax({table.id(a), table.id(b)});
  put_text(out, first);
  put_text(out, second);
}

// The edges of a bucket as trees, each node below the least of its tree: fewer arcs to begin with.
class Forest {
 public:
  void join(Node a, Node b) {
    const Node x = root(a), y = root(b);
    if (x != y) parent_[std::max(x, y)] = std::min(x, y);
  }
  template <class Visit>
  void each_tree(Visit visit) {
    std::vector<Node> nodes;
    for (const auto& [node, parent] : parent_) nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end());
    for (const Node node : nodes) {
      if (const Node top = root(node); top != node) visit(node, top);
    }
  }

 private:
  Node root(Node node) {
    for (;;) {
      Node& up = parent_.try_emplace(node, node).first->second;
      if (up == node) return node;
      up = parent_.at(up);
      node = up;
    }
  }
  std::unordered_map<Node, Node> parent_;
};

// Whether two records agree on an earlier rule, or on an earlier word of this one.
class Seen {
 public:
  Seen(const SpreadSettings& settings, const Slots& slots)
      : slots_(slots), skipped_(settings.model.blocking_rules.size()) {
    for (const auto& [rule, key] : settings.skipped) skipped_[rule].insert(key);
  }
  bool is_skipped(std::size_t rule, BlockKey key) const {
    return !skipped_[rule].empty() && skipped_[rule].contains(key);
  }
  bool operator()(std::size_t rule, BlockKey key, const BlockKey* a, const BlockKey* b) const {
    for (std::size_t i = 0; i <= rule; ++i) {
      const std::size_t begin = slots_.first[i], end = slots_.first[i + 1];
      if (end - begin == 1) {
        if (i < rule && a[begin] == b[begin] && a[begin] != 0 && !is_skipped(i, a[begin])) return true;
        continue;
      }
      for (std::size_t x = begin; x < end; ++x) {
        if (a[x] == 0) continue;
        for (std::size_t y = begin; y < end; ++y) {
          if (a[x] != b[y] || is_skipped(i, a[x])) continue;
          return i < rule || a[x] != key;  // The first word in common is this one, or this pair has been there.
        }
      }
    }
    return false;
  }

 private:
  const Slots& slots_;
  std::vector<std::unordered_set<BlockKey>> skipped_;
};

}  // namespace

Result<std::vector<std::size_t>> pair(const SpreadSettings& settings, std::uint32_t bucket, std::vector<Parcel> parcels,
                                      const Send& send) {
  const Model& model = settings.model;
  std::vector<std::size_t> pairs_by_rule(model.blocking_rules.size());
  const Slots slots(model);
  const Seen is_seen(settings, slots);
  const std::size_t width = slots.rule_of.size();
  BlockRows rows(settings, slots, bucket, parcels);
  const auto is_paired = [&](BlockName block, std::size_t size) {
    return size > 1 && (size <= model.largest_block || !is_limited(model, block));
  };
  // Only rows that meet another become records.
  constexpr RecordIndex kNone = ~RecordIndex{0};
  std::vector<RecordIndex> record_of(rows.packed.size(), kNone);
  RecordIndex records = 0;
  rows.each_block([&](BlockName block, std::span<const KeyedRecord> entries) {
    if (!is_paired(block, entries.size())) return;
    for (const auto entry : entries) record_of[BlockRows::row_of(entry)] = 0;
  });
  RowTable reading(settings);
  std::vector<BlockKey> keys;
  for (std::size_t row = 0; row < rows.packed.size(); ++row) {
    if (record_of[row] == kNone) continue;
    record_of[row] = records++;
    reading.add(rows.packed[row]);
    keys.insert(keys.end(), rows.keys.begin() + static_cast<std::ptrdiff_t>(row * width),
                rows.keys.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
  }
  if (records == 0) return pairs_by_rule;
  const Table table = TRY(reading.finish());
  const Scorer scorer(model, table);
  const MilliBits least = milli_bits(model.review_weight), link = milli_bits(model.link_weight);
  Packing packing(settings.buckets, send);
  Forest forest;
  std::vector<Edge> weak;
  constexpr std::size_t kBatch = 512;
  std::vector<RecordPair> pairs;
  std::vector<Pattern> patterns(kBatch);
  const auto flush = [&](std::uint32_t rule) {
    scorer.patterns(pairs, patterns.data());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const MilliBits weight = scorer.weight(patterns[i], table.row(pairs[i].a));
      if (weight < least) continue;
      const auto [a, b] = std::minmax({table.id(pairs[i].a), table.id(pairs[i].b)});
      const Node x = node_of(a), y = node_of(b);
      std::string& out = packing.to(bucket_of(x, settings.buckets), ParcelKind::Edges);
      put(out, x);
      put(out, weight);
      put_text(out, a);
      put_text(out, b);
      if (weight >= link) {
        forest.join(x, y);
      } else {
        weak.push_back({std::min(pairs[i].a, pairs[i].b), std::max(pairs[i].a, pairs[i].b), weight, patterns[i]});
      }
    }
    pairs_by_rule[rule] += pairs.size();
    pairs.clear();
  };
  std::uint32_t open_rule = 0;
  rows.each_block([&](BlockName block, std::span<const KeyedRecord> entries) {
    if (!is_paired(block, entries.size())) return;
    const auto rule = static_cast<std::uint32_t>(block >> 32);
    const auto key = static_cast<BlockKey>(block);
    if (rule != open_rule) flush(std::exchange(open_rule, rule));  // A batch has the pairs of one rule.
    for (std::size_t x = 0; x < entries.size(); ++x) {
      const RecordIndex a = record_of[BlockRows::row_of(entries[x])];
      for (std::size_t y = x + 1; y < entries.size(); ++y) {
        const RecordIndex b = record_of[BlockRows::row_of(entries[y])];
        if (a == b || is_seen(rule, key, keys.data() + a * width, keys.data() + b * width)) continue;
        pairs.push_back({a, b});
        if (pairs.size() == kBatch) flush(rule);
      }
    }
  });
  flush(open_rule);
  forest.each_tree([&](Node node, Node root) {
    put_arc(packing, settings.buckets, node, root);
    put_arc(packing, settings.buckets, root, node);
  });
  if (!weak.empty()) {
    const std::vector<ClericalReason> reasons = reasons_of(table, scorer, model, settings.decisions, weak);
    for (std::size_t i = 0; i < weak.size(); ++i) {
      put_question(packing, table, weak[i].a, weak[i].b, reasons[i], weak[i].weight, -1);
    }
  }
  packing.finish();
  return pairs_by_rule;
}

// ---- Components

namespace {

// The arcs of a bucket, sorted, each once. `changes`: what earlier steps have counted.
std::vector<std::pair<Node, Node>> arcs_of(const std::vector<Parcel>& parcels, std::uint64_t& changes) {
  std::vector<std::pair<Node, Node>> arcs;
  for (const Parcel& parcel : parcels) {
    Entries entries(parcel.bytes);
    if (parcel.kind == ParcelKind::Changes) {
      while (entries.more()) changes += entries.number<std::uint64_t>();
    }
    if (parcel.kind != ParcelKind::Arcs) continue;
    while (entries.more()) {
      const Node from = entries.number<Node>();
      arcs.emplace_back(from, entries.number<Node>());
    }
  }
  std::sort(arcs.begin(), arcs.end());
  arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
  return arcs;
}

template <class Visit>
void each_node(const std::vector<std::pair<Node, Node>>& arcs, Visit visit) {
  for (std::size_t begin = 0; begin < arcs.size();) {
    std::size_t end = begin + 1;
    while (end < arcs.size() && arcs[end].first == arcs[begin].first) ++end;
    visit(arcs[begin].first, std::span(arcs).subspan(begin, end - begin));
    begin = end;
  }
}

void put_changes(Packing& packing, std::uint64_t changes) {
  if (changes > 0) put(packing.to(0, ParcelKind::Changes), changes);
}

}  // namespace

void decided_arcs(const SpreadSettings& settings, const Send& send) {
  Packing packing(settings.buckets, send);
  for (const auto& [a, b] : settings.decisions.always_link) {
    const Node x = node_of(a), y = node_of(b);
    if (x == y) continue;
    put_arc(packing, settings.buckets, x, y);
    put_arc(packing, settings.buckets, y, x);
  }
  packing.finish();
}

// Every larger neighbour of a node goes below the least of its neighbourhood.
void large_star(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send) {
  Packing packing(settings.buckets, send);
  std::uint64_t changes = 0;
  each_node(arcs_of(parcels, changes), [&](Node node, auto neighbours) {
    const Node least = std::min(node, neighbours.front().second);
    for (const auto& [from, other] : neighbours) {
      if (other <= node) continue;
      put_arc(packing, settings.buckets, other, least);
      changes += least != node;
    }
  });
  put_changes(packing, changes);
  packing.finish();
}

// A node and its smaller neighbours go below the least of them. Arcs come from the larger node, and leave from both.
void small_star(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send) {
  Packing packing(settings.buckets, send);
  std::uint64_t changes = 0;
  each_node(arcs_of(parcels, changes), [&](Node node, auto neighbours) {
    const Node least = neighbours.front().second;
    const auto below = [&](Node one) {
      put_arc(packing, settings.buckets, one, least);
      put_arc(packing, settings.buckets, least, one);
    };
    below(node);
    for (const auto& [from, other] : neighbours) {
      if (other == least) continue;
      below(other);
      ++changes;
    }
  });
  put_changes(packing, changes);
  packing.finish();
}

void attach(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send) {
  Packing packing(settings.buckets, send);
  const std::size_t width = header_of(settings.model).size();
  const MilliBits link = milli_bits(settings.model.link_weight);
  std::uint64_t changes = 0;
  std::unordered_map<Node, Node> component;
  each_node(arcs_of(parcels, changes),
            [&](Node node, auto neighbours) { component.emplace(node, std::min(node, neighbours.front().second)); });
  for (const Parcel& parcel : parcels) {
    Entries entries(parcel.bytes);
    if (parcel.kind == ParcelKind::Home) {
      while (entries.more()) {
        const std::string_view packed = entries.text(), id = id_in(packed, width);
        const Node node = node_of(id);
        const auto found = component.find(node);
        if (found == component.end()) {
          put_text(packing.to(bucket_of(node, settings.buckets), ParcelKind::Single), id);
          continue;
        }
        std::string& out = packing.to(bucket_of(found->second, settings.buckets), ParcelKind::Component);
        put(out, found->second);
        put_text(out, packed);
      }
    } else if (parcel.kind == ParcelKind::Edges) {
      while (entries.more()) {
        const Node node = entries.number<Node>();
        const auto weight = entries.number<std::int32_t>();
        const std::string_view a = entries.text(), b = entries.text();
        if (weight < link) continue;
        const Node least = component.at(node);
        std::string& out = packing.to(bucket_of(least, settings.buckets), ParcelKind::ComponentEdges);
        put(out, least);
        put(out, node);
        put(out, weight);
        put_text(out, a);
        put_text(out, b);
      }
    }
  }
  packing.finish();
}

Result<void> decide(const SpreadSettings& settings, std::vector<Parcel> parcels, const Send& send) {
  Packing packing(settings.buckets, send);
  const auto put_member = [&](std::string_view id, std::string_view cluster, std::uint32_t records) {
    std::string& out = packing.to(0, ParcelKind::Clusters);
    put(out, records);
    put_text(out, id);
    put_text(out, cluster);
  };
  RowTable reading(settings);
  bool any = false;
  for (const Parcel& parcel : parcels) {
    Entries entries(parcel.bytes);
    if (parcel.kind == ParcelKind::Single) {
      while (entries.more()) {
        const std::string_view id = entries.text();
        put_member(id, id, 1);
      }
    } else if (parcel.kind == ParcelKind::Component) {
      while (entries.more()) {
        entries.number<Node>();
        reading.add(entries.text());
        any = true;
      }
    }
  }
  if (!any) {
    packing.finish();
    return {};
  }
  const Table table = TRY(reading.finish());
  const Scorer scorer(settings.model, table);
  std::unordered_map<std::string_view, RecordIndex> record_of;
  for (RecordIndex record = 0; record < table.records(); ++record) record_of.emplace(table.id(record), record);
  std::vector<Edge> edges;
  for (const Parcel& parcel : parcels) {
    if (parcel.kind != ParcelKind::ComponentEdges) continue;
    Entries entries(parcel.bytes);
    while (entries.more()) {
      entries.number<Node>();
      entries.number<Node>();
      const auto weight = entries.number<std::int32_t>();
      const std::string_view one = entries.text(), other = entries.text();
      const auto [a, b] = std::minmax({record_of.at(one), record_of.at(other)});
      edges.push_back({a, b, weight, scorer.pattern(table.row(a), table.row(b))});
    }
  }
  Linkage linked;
  cluster(table, scorer, settings.model, settings.decisions, std::move(edges), 1, linked);
  std::vector<RecordIndex> least(table.records());
  std::vector<std::uint32_t> records(table.records());
  std::iota(least.begin(), least.end(), RecordIndex{0});
  for (RecordIndex record = 0; record < table.records(); ++record) {
    ++records[linked.cluster_of[record]];
    RecordIndex& first = least[linked.cluster_of[record]];
    if (table.id(record) < table.id(first)) first = record;
  }
  for (RecordIndex record = 0; record < table.records(); ++record) {
    const RecordIndex own = linked.cluster_of[record];
    put_member(table.id(record), table.id(least[own]), records[own]);
  }
  for (const ClericalPair& pair : linked.clerical) {
    put_question(packing, table, pair.a, pair.b, pair.reason, milli_bits(pair.weight), pair.information);
  }
  packing.finish();
  return {};
}

void each_edge(const Parcel& parcel, const std::function<void(const FoundEdge&)>& visit) {
  if (parcel.kind != ParcelKind::Edges) return;
  Entries entries(parcel.bytes);
  while (entries.more()) {
    entries.number<Node>();
    FoundEdge edge;
    edge.weight = entries.number<std::int32_t>();
    edge.a = entries.text();
    edge.b = entries.text();
    visit(edge);
  }
}

void each_member(const Parcel& parcel, const std::function<void(const FoundMember&)>& visit) {
  if (parcel.kind != ParcelKind::Clusters) return;
  Entries entries(parcel.bytes);
  while (entries.more()) {
    FoundMember member;
    member.records = entries.number<std::uint32_t>();
    member.id = entries.text();
    member.cluster = entries.text();
    visit(member);
  }
}

SpreadQueue::SpreadQueue(const Decisions& decisions) : never_(decisions.never_link) {
  for (const auto& [a, b] : never_) {
    places_.try_emplace(node_of(a));
    places_.try_emplace(node_of(b));
  }
}

void SpreadQueue::add(const Parcel& parcel) {
  if (parcel.kind == ParcelKind::Questions) {
    Entries entries(parcel.bytes);
    while (entries.more()) {
      Pair question;
      question.reason = static_cast<ClericalReason>(entries.number<std::uint8_t>());
      question.weight = bits(entries.number<MilliBits>());
      question.information = entries.number<double>();
      question.a = entries.text();
      question.b = entries.text();
      places_.try_emplace(node_of(question.a));
      places_.try_emplace(node_of(question.b));
      questions_.push_back(std::move(question));
    }
  }
  each_member(parcel, [&](const FoundMember& member) {
    const auto found = places_.find(node_of(member.id));
    if (found != places_.end()) found->second = {node_of(member.cluster), member.records};
  });
}

std::vector<SpreadQueue::Pair> SpreadQueue::finish() {
  const auto is_before = [](const Pair& x, const Pair& y) {
    return std::tuple(-x.weight, std::minmax(x.a, x.b)) < std::tuple(-y.weight, std::minmax(y.a, y.b));
  };
  std::set<std::pair<Node, Node>> settled;
  std::vector<Pair> queue;
  for (Pair& question : questions_) {
    if (question.information < 0) continue;
    settled.insert(std::minmax(places_.at(node_of(question.a)).cluster, places_.at(node_of(question.b)).cluster));
    queue.push_back(std::move(question));
    question.information = 0;
  }
  for (const auto& [a, b] : never_) {
    settled.insert(std::minmax(places_.at(node_of(a)).cluster, places_.at(node_of(b)).cluster));
  }
  std::erase_if(questions_, [](const Pair& question) { return question.information >= 0; });
  std::sort(questions_.begin(), questions_.end(), is_before);
  for (Pair& question : questions_) {
    const Place x = places_.at(node_of(question.a)), y = places_.at(node_of(question.b));
    if (x.cluster == y.cluster || !settled.insert(std::minmax(x.cluster, y.cluster)).second) continue;
    question.information = information_of(question.reason, milli_bits(question.weight), x.records, y.records);
    queue.push_back(std::move(question));
  }
  std::sort(queue.begin(), queue.end(), [&](const Pair& x, const Pair& y) {
    return x.information != y.information ? x.information > y.information : is_before(x, y);
  });
  return queue;
}

}  // namespace guildhall::linkage
