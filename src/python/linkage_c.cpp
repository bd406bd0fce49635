// The C interface of linkage, for python/guildhall_linkage/_native.py and whoever else can call C. Settings come and
// answers go as JSON, records as Arrow record batches. What it holds:
//  - A function that can't do what it should gives null, or -1, and guildhall_linkage_problems() says why: a JSON list of
//    {"what", "where", "remedy"}, of this thread's last call.
//  - Texts that are given are the caller's, for guildhall_linkage_free_text(); objects end with their own …_free().
//  - An Arrow batch that is given in is moved from, whether it could be used or not.
//  - An object is used by one thread at a time.

#include <boost/json.hpp>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "linkage/evaluate.h"
#include "linkage/explain.h"
#include "linkage/linkage.h"
#include "linkage/spread.h"
#include "linkage/table.h"
#include "linkage/train.h"
#include "python/arrow.h"

namespace json = boost::json;
using namespace guildhall;
using namespace guildhall::linkage;
using python::Batch;
using python::BatchWriter;

namespace {

thread_local std::string problems_of_last_call = "[]";

void keep(const Problems& problems) {
  json::array list;
  for (const Problem& problem : problems) {
    list.push_back({{"what", problem.what}, {"where", problem.where}, {"remedy", problem.remedy}});
  }
  problems_of_last_call = json::serialize(list);
}

// No exception crosses into C.
template <class Answer, class Work>
Answer guarded(Answer otherwise, Work work) {
  try {
    auto result = work();
    if (result.ok()) {
      problems_of_last_call = "[]";
      return *std::move(result);
    }
    keep(result.problems());
  } catch (const std::bad_alloc&) {
    keep({{"There is not enough memory.", "", "Give fewer records at once, or use a larger machine."}});
  } catch (const std::exception& error) {
    keep({{std::string("This should not have happened: ") + error.what(), "", "Report it to the authors."}});
  }
  return otherwise;
}

char* given(std::string_view text) {
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

// The settings are written by our own Python: what is wrong with them is a broken invariant.
json::object settings_in(const char* text) {
  return json::parse(text).as_object();
}
std::string text_or(const json::object& from, std::string_view name, std::string_view otherwise = "") {
  const json::value* found = from.if_contains(name);
  return std::string(found != nullptr && found->is_string() ? std::string_view(found->as_string()) : otherwise);
}
double number_or(const json::object& from, std::string_view name, double otherwise) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_number() ? found->to_number<double>() : otherwise;
}
std::vector<std::string> texts_in(const json::value& list) {
  std::vector<std::string> texts;
  for (const json::value& item : list.as_array()) texts.emplace_back(item.as_string());
  return texts;
}
std::vector<std::pair<std::string, std::string>> pairs_in(const json::object& from, std::string_view name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (const json::value* list = from.if_contains(name)) {
    for (const json::value& item : list->as_array()) {
      pairs.emplace_back(item.as_array().at(0).as_string(), item.as_array().at(1).as_string());
    }
  }
  return pairs;
}

using Cells = std::vector<std::string_view>;

// The rows of a batch, in the order of the columns.
Result<Cells> cells_of(const Batch& batch, std::span<const std::string> columns) {
  Cells cells(batch.rows() * columns.size());
  Problems problems;
  for (std::size_t place = 0; place < columns.size(); ++place) {
    const auto column = batch.texts(columns[place]);
    if (!column.ok()) {
      problems.insert(problems.end(), column.problems().begin(), column.problems().end());
      continue;
    }
    for (std::size_t row = 0; row < batch.rows(); ++row) cells[row * columns.size() + place] = column->text(row);
  }
  if (!problems.empty()) return problems;
  return cells;
}

Pairing pairing_in(const json::object& settings) {
  return text_or(settings, "pairing") == "across_tables" ? Pairing::AcrossFiles : Pairing::All;
}
LinkOptions link_options(const json::object& settings) {
  return {.pairing = pairing_in(settings), .threads = static_cast<unsigned>(number_or(settings, "threads", 1))};
}

}  // namespace

extern "C" {

const char* guildhall_linkage_problems() {
  return problems_of_last_call.c_str();
}
void guildhall_linkage_free_text(char* text) {
  std::free(text);
}

// The model as this version writes it.
char* guildhall_linkage_check_model(const char* model) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> { return given(to_json(TRY(model_from_json(model)))); });
}

// ---- Records

struct guildhall_linkage_records {
  std::optional<TableReader> reader;
  std::vector<std::vector<std::string>> wanted;  // By table.
  int file = -1;
  bool has_ids = false;
  std::size_t tables = 1;
  std::optional<LoadedTable> loaded;
};

// {"map": …} or {"model": …}; "columns": those of each table; "id", "labels", "threads".
guildhall_linkage_records* guildhall_linkage_records_new(const char* text) {
  return guarded<guildhall_linkage_records*>(nullptr, [&]() -> Result<guildhall_linkage_records*> {
    const json::object settings = settings_in(text);
    TableOptions options;
    if (const json::value* model = settings.if_contains("model")) {
      const Model read = TRY(model_from_json(model->as_string()));
      options.fields = read.fields;
      options.words = read.words;
    } else {
      options.map = text_or(settings, "map");
    }
    options.id_column = text_or(settings, "id");
    if (const json::value* labels = settings.if_contains("labels")) options.label_columns = texts_in(*labels);
    options.threads = static_cast<unsigned>(number_or(settings, "threads", 1));
    auto records = std::make_unique<guildhall_linkage_records>();
    records->has_ids = !options.id_column.empty();
    records->reader.emplace(std::move(options));
    std::vector<std::vector<std::string>> columns;
    for (const json::value& table : settings.at("columns").as_array()) columns.push_back(texts_in(table));
    TRY(records->reader->begin(columns));
    for (std::size_t i = 0; i < columns.size(); ++i) records->wanted.push_back(records->reader->wanted(i));
    records->tables = columns.size();
    return records.release();
  });
}
// The columns that are read of a table: a JSON list.
char* guildhall_linkage_records_wanted(const guildhall_linkage_records* records, int table) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    json::array names;
    for (const std::string& name : records->wanted.at(static_cast<std::size_t>(table))) names.emplace_back(name);
    return given(json::serialize(names));
  });
}
// Tables one after the other.
int guildhall_linkage_records_add(guildhall_linkage_records* records, int table, ArrowArray* array,
                                  ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    const Batch batch(array, schema);
    if (table != records->file) {
      if (records->file >= 0) records->reader->end_file();
      records->file = table;
      records->reader->begin_file(static_cast<std::size_t>(table), "table " + std::to_string(table + 1));
    }
    records->reader->add_rows(TRY(cells_of(batch, records->wanted.at(static_cast<std::size_t>(table)))));
    return 0;
  });
}
int guildhall_linkage_records_finish(guildhall_linkage_records* records) {
  return guarded(-1, [&]() -> Result<int> {
    if (records->file >= 0) records->reader->end_file();
    records->loaded.emplace(TRY(records->reader->finish()));
    return 0;
  });
}
void guildhall_linkage_records_free(guildhall_linkage_records* records) {
  delete records;
}

// What was found while reading: {"placeholders": [{"field", "value", "records"}]}.
char* guildhall_linkage_records_notes(const guildhall_linkage_records* records) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    json::array list;
    for (const auto& found : records->loaded->placeholders) {
      list.push_back({{"field", found.field}, {"value", found.value}, {"records", found.records}});
    }
    return given(json::serialize(json::object{{"placeholders", std::move(list)}}));
  });
}

// ---- Learning, linking, explaining

char* guildhall_linkage_train(const guildhall_linkage_records* records, const char* text) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    const json::object settings = settings_in(text);
    TrainOptions options;
    options.pairs_per_record = number_or(settings, "pairs_per_record", options.pairs_per_record);
    options.precision = number_or(settings, "precision", options.precision);
    options.pairing = pairing_in(settings);
    options.seed = static_cast<std::uint64_t>(number_or(settings, "seed", 1));
    options.threads = static_cast<unsigned>(number_or(settings, "threads", 1));
    const Training training = TRY(train(records->loaded->table, options));
    json::array rules, notes;
    for (const RuleEstimate& rule : training.rules) {
      rules.push_back({{"rule", to_text(rule.rule)},
                       {"pairs", rule.pairs},
                       {"recall", rule.recall},
                       {"added_recall", rule.added_recall},
                       {"chosen", rule.chosen}});
    }
    for (const std::string& note : training.notes) notes.emplace_back(note);
    return given(json::serialize(json::object{{"model", to_json(training.model)},
                                              {"rules", std::move(rules)},
                                              {"notes", std::move(notes)},
                                              {"matches", training.matches},
                                              {"expected_recall", training.expected_recall},
                                              {"expected_precision", training.expected_precision}}));
  });
}

struct guildhall_linkage_linked {
  const guildhall_linkage_records* records = nullptr;
  Linkage linkage;
  std::vector<BlockingRule> rules;
};

// The records stay with the caller, and have to live as long.
guildhall_linkage_linked* guildhall_linkage_link(guildhall_linkage_records* records, const char* model_json,
                                                 const char* text) {
  return guarded<guildhall_linkage_linked*>(nullptr, [&]() -> Result<guildhall_linkage_linked*> {
    const json::object settings = settings_in(text);
    const Model model = TRY(model_from_json(model_json));
    Decisions decisions;
    if (const json::value* found = settings.if_contains("decisions")) {
      decisions.always_link = pairs_in(found->as_object(), "always_link");
      decisions.never_link = pairs_in(found->as_object(), "never_link");
      decisions.superseded_nhs_numbers = pairs_in(found->as_object(), "superseded_nhs_numbers");
    }
    Linkage linked = TRY(link(records->loaded->table, model, decisions, link_options(settings)));
    return new guildhall_linkage_linked{records, std::move(linked), model.blocking_rules};
  });
}
void guildhall_linkage_linked_free(guildhall_linkage_linked* linked) {
  delete linked;
}

char* guildhall_linkage_linked_statistics(const guildhall_linkage_linked* linked) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    const Statistics& statistics = linked->linkage.statistics;
    json::array by_rule, skipped;
    for (std::size_t rule = 0; rule < statistics.pairs_by_rule.size(); ++rule) {
      by_rule.push_back({{"rule", to_text(linked->rules[rule])}, {"pairs", statistics.pairs_by_rule[rule]}});
    }
    for (const SkippedBlock& block : statistics.skipped_blocks) {
      skipped.push_back({{"rule", to_text(block.rule)},
                         {"records", block.records},
                         {"example", linked->records->loaded->table.id(block.example)}});
    }
    return given(json::serialize(json::object{
        {"pairs", statistics.pairs}, {"pairs_by_rule", std::move(by_rule)}, {"skipped_blocks", std::move(skipped)}}));
  });
}

// The clusters: id, cluster (the least id in it), and of several tables the number of each.
int guildhall_linkage_linked_clusters(const guildhall_linkage_linked* linked, ArrowArray* array, ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    const Table& table = linked->records->loaded->table;
    const bool several = linked->records->tables > 1;
    const std::vector<RecordIndex>& cluster_of = linked->linkage.cluster_of;
    const auto is_before = [&](RecordIndex a, RecordIndex b) {
      return std::pair(table.file(a), table.id(a)) < std::pair(table.file(b), table.id(b));
    };
    std::vector<RecordIndex> least(cluster_of);
    for (RecordIndex record = 0; record < cluster_of.size(); ++record) {
      RecordIndex& first = least[cluster_of[record]];
      if (is_before(record, first)) first = record;
    }
    using Type = BatchWriter::Type;
    std::vector<std::pair<std::string, Type>> columns = {{"id", Type::Text}, {"cluster", Type::Text}};
    if (several) columns.emplace_back("table", Type::Number32);
    BatchWriter writer(std::move(columns));
    for (RecordIndex record = 0; record < cluster_of.size(); ++record) {
      const RecordIndex first = least[cluster_of[record]];
      writer.put(0, table.id(record));
      if (several) {
        writer.put(1, std::to_string(table.file(first) + 1) + ":" + std::string(table.id(first)));
        writer.put(2, table.file(record) + 1);
      } else {
        writer.put(1, table.id(first));
      }
      writer.end_row();
    }
    writer.take(array, schema);
    return 0;
  });
}

// The clerical queue: id_a, id_b, reason, weight, information; of several tables their numbers.
int guildhall_linkage_linked_clerical(const guildhall_linkage_linked* linked, ArrowArray* array, ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    const Table& table = linked->records->loaded->table;
    const bool several = linked->records->tables > 1;
    using Type = BatchWriter::Type;
    std::vector<std::pair<std::string, Type>> columns = {{"id_a", Type::Text},
                                                         {"id_b", Type::Text},
                                                         {"reason", Type::Text},
                                                         {"weight", Type::Real},
                                                         {"information", Type::Real}};
    if (several) columns.insert(columns.end(), {{"table_a", Type::Number32}, {"table_b", Type::Number32}});
    BatchWriter writer(std::move(columns));
    for (const ClericalPair& pair : linked->linkage.clerical) {
      writer.put(0, table.id(pair.a));
      writer.put(1, table.id(pair.b));
      writer.put(2, name_of(pair.reason));
      writer.put_real(3, pair.weight);
      writer.put_real(4, pair.information);
      if (several) {
        writer.put(5, table.file(pair.a) + 1);
        writer.put(6, table.file(pair.b) + 1);
      }
      writer.end_row();
    }
    writer.take(array, schema);
    return 0;
  });
}

// Pairs from `least` bits on: id_a < id_b, weight in thousandths of a bit.
int guildhall_linkage_weigh(const guildhall_linkage_records* records, const char* model_json, double least,
                            const char* text, ArrowArray* array, ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    const Table& table = records->loaded->table;
    const Model model = TRY(model_from_json(model_json));
    const auto pairs = TRY(weigh(table, model, least, link_options(settings_in(text))));
    using Type = BatchWriter::Type;
    BatchWriter writer({{"id_a", Type::Text}, {"id_b", Type::Text}, {"weight", Type::Number32}});
    for (const WeighedPair& pair : pairs) {
      const auto [a, b] = std::minmax({table.id(pair.a), table.id(pair.b)});
      writer.put(0, a);
      writer.put(1, b);
      writer.put(2, std::int64_t{pair.weight});
      writer.end_row();
    }
    writer.take(array, schema);
    return 0;
  });
}

// {"text": …, "data": {…}}
char* guildhall_linkage_explain(const guildhall_linkage_records* records, const char* model_json, const char* id_a,
                                const char* id_b) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    const Table& table = records->loaded->table;
    const Model model = TRY(model_from_json(model_json));
    std::optional<RecordIndex> a, b;
    for (RecordIndex record = 0; record < table.records(); ++record) {
      if (!a && table.id(record) == id_a) a = record;
      if (table.id(record) == id_b) b = record;
    }
    Problems problems;
    for (const auto& [found, id] : {std::pair(a, id_a), std::pair(b, id_b)}) {
      if (!found) problems.push_back({"No record has this id.", id, "Give ids of the table."});
    }
    if (!problems.empty()) return problems;
    const Explanation explanation = explain(table, model, *a, *b);
    json::object answer{{"text", to_text(explanation)}, {"data", json::parse(to_json(explanation))}};
    return given(json::serialize(answer));
  });
}

// How right a linkage is: the first label says who is who, the second the household.
char* guildhall_linkage_evaluate(const guildhall_linkage_records* records, const guildhall_linkage_linked* linked,
                                 const char* model_json, const char* text) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    const LinkOptions options = link_options(settings_in(text));
    const LoadedTable& loaded = *records->loaded;
    const Model model = TRY(model_from_json(model_json));
    const auto pairs = TRY(weigh(loaded.table, model, -1e6, options));
    const auto households =
        loaded.labels.size() > 1 ? std::span<const std::uint64_t>(loaded.labels[1]) : std::span<const std::uint64_t>{};
    const Evaluation found =
        evaluate(loaded.table, model, linked->linkage, pairs, loaded.labels.at(0), households, options.pairing);
    const auto quality = [](const Quality& one) {
      return json::object{{"precision", one.precision}, {"recall", one.recall}, {"f1", one.f1}, {"weight", one.weight}};
    };
    return given(
        json::serialize(json::object{{"records", loaded.table.records()},
                                     {"true_pairs", found.true_pairs},
                                     {"pair_own", quality(found.pair_own)},
                                     {"pair_best", quality(found.pair_best)},
                                     {"cluster_own", quality(found.cluster_own)},
                                     {"blocking_recall", found.blocking_recall},
                                     {"recall_at_precision_999", found.recall_at_precision_999},
                                     {"cluster_recall_at_precision_999", found.cluster_recall_at_precision_999},
                                     {"twins", found.twins},
                                     {"twins_merged", found.twins_merged}}));
  });
}

// ---- Over many machines: spread.h, step by step

struct guildhall_linkage_step {
  std::string name;
  SpreadSettings settings;
  std::vector<std::string> columns;  // Of rows.
  std::unique_ptr<Pack> pack;
  std::optional<BatchWriter> out;
  // By bucket: parcels come sorted by it, and one bucket may go on in the next batch.
  std::optional<std::uint32_t> bucket;
  std::vector<Parcel> parcels;
};

}  // extern "C"

namespace {

using Step = guildhall_linkage_step;

void put_parcel(Step& step, const Parcel& parcel) {
  step.out->put(0, std::int64_t{parcel.bucket});
  step.out->put(1, std::int64_t{static_cast<std::int32_t>(parcel.kind)});
  step.out->put(2, parcel.bytes);
  step.out->end_row();
}

void put_found(Step& step, const json::object& found) {
  put_parcel(step, {0, ParcelKind::Found, json::serialize(found)});
}

// Rows for whoever reads the results.
void unpack(Step& step, const Parcel& parcel) {
  if (step.name == "edges") {
    each_edge(parcel, [&](const FoundEdge& edge) {
      step.out->put(0, edge.a);
      step.out->put(1, edge.b);
      step.out->put(2, std::int64_t{edge.weight});
      step.out->end_row();
    });
  } else {
    each_member(parcel, [&](const FoundMember& member) {
      step.out->put(0, member.id);
      step.out->put(1, member.cluster);
      step.out->end_row();
    });
  }
}

Result<void> end_bucket(Step& step) {
  if (!step.bucket) return {};
  const std::uint32_t bucket = *step.bucket;
  step.bucket.reset();
  std::vector<Parcel> parcels = std::exchange(step.parcels, {});
  const Send send = [&](const Parcel& parcel) { put_parcel(step, parcel); };
  if (step.name == "route") {
    json::array repeated;
    for (const std::string& id : TRY(route(step.settings, std::move(parcels), send))) repeated.emplace_back(id);
    if (!repeated.empty()) put_found(step, {{"repeated", std::move(repeated)}});
  } else if (step.name == "count_blocks") {
    for (const Parcel& parcel : parcels) {
      if (parcel.kind == ParcelKind::Found) put_parcel(step, parcel);  // Of the step before.
    }
    json::array large;
    for (const auto& block : count_blocks(step.settings, bucket, std::move(parcels))) {
      large.push_back(
          {{"rule", block.rule}, {"key", block.key}, {"records", block.records}, {"example", block.example}});
    }
    if (!large.empty()) put_found(step, {{"large", std::move(large)}});
  } else if (step.name == "pair") {
    json::array pairs;
    for (const std::size_t count : TRY(pair(step.settings, bucket, std::move(parcels), send))) pairs.push_back(count);
    put_found(step, {{"pairs_by_rule", std::move(pairs)}});
  } else if (step.name == "large_star") {
    large_star(step.settings, std::move(parcels), send);
  } else if (step.name == "small_star") {
    small_star(step.settings, std::move(parcels), send);
  } else if (step.name == "attach") {
    attach(step.settings, std::move(parcels), send);
  } else if (step.name == "decide") {
    TRY(decide(step.settings, std::move(parcels), send));
  } else {
    check(false, "no step of this name: " + step.name);
  }
  return {};
}

}  // namespace

extern "C" {

// `name` as in spread.h. {"model", "buckets", "names", "placeholders": [[field, value]], "skipped": [[rule, key]]}
guildhall_linkage_step* guildhall_linkage_step_new(const char* name, const char* text) {
  return guarded<guildhall_linkage_step*>(nullptr, [&]() -> Result<guildhall_linkage_step*> {
    const json::object settings = settings_in(text);
    auto step = std::make_unique<guildhall_linkage_step>();
    step->name = name;
    step->settings.model = TRY(model_from_json(settings.at("model").as_string()));
    TRY(check_spread(step->settings.model));
    step->settings.buckets = static_cast<std::uint32_t>(number_or(settings, "buckets", 16));
    if (const json::value* names = settings.if_contains("names"))
      step->settings.whole.names = known_names(texts_in(*names));
    step->settings.whole.placeholders = pairs_in(settings, "placeholders");
    if (const json::value* skipped = settings.if_contains("skipped")) {
      for (const json::value& item : skipped->as_array()) {
        step->settings.skipped.emplace_back(item.as_array().at(0).to_number<std::uint32_t>(),
                                            item.as_array().at(1).to_number<std::uint32_t>());
      }
    }
    step->columns = spread_columns(step->settings.model);
    step->columns.emplace_back("\x01id");
    using Type = BatchWriter::Type;
    const Send send = [own = step.get()](const Parcel& parcel) { put_parcel(*own, parcel); };
    if (step->name == "pack") step->pack = std::make_unique<Pack>(step->settings, send);
    if (step->name == "edges") {
      step->out.emplace(std::vector<std::pair<std::string, Type>>{
          {"id_a", Type::Text}, {"id_b", Type::Text}, {"weight", Type::Number32}});
    } else if (step->name == "clusters") {
      step->out.emplace(std::vector<std::pair<std::string, Type>>{{"id", Type::Text}, {"cluster", Type::Text}});
    } else {
      step->out.emplace(std::vector<std::pair<std::string, Type>>{
          {"bucket", Type::Number32}, {"kind", Type::Number32}, {"bytes", Type::Bytes}});
    }
    return step.release();
  });
}
// The columns of rows, the id last: a JSON list.
char* guildhall_linkage_step_columns(const guildhall_linkage_step* step) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    json::array names;
    for (const std::string& name : step->columns) names.emplace_back(name);
    return given(json::serialize(names));
  });
}
int guildhall_linkage_step_add(guildhall_linkage_step* step, ArrowArray* array, ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    auto batch = std::make_unique<Batch>(array, schema);
    if (step->pack) {
      step->pack->add(TRY(cells_of(*batch, step->columns)));
      return 0;
    }
    const auto bucket = TRY(batch->numbers("bucket")), kind = TRY(batch->numbers("kind"));
    const auto bytes = TRY(batch->bytes("bytes"));
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const auto own = static_cast<std::uint32_t>(bucket.number(row));
      Parcel parcel{own, static_cast<ParcelKind>(kind.number(row)), std::string(bytes.text(row))};
      if (step->name == "edges" || step->name == "clusters") {
        unpack(*step, parcel);
        continue;
      }
      if (step->bucket && *step->bucket != own) TRY(end_bucket(*step));
      step->bucket = own;
      step->parcels.push_back(std::move(parcel));
    }
    return 0;
  });
}
// Nothing more will come.
int guildhall_linkage_step_finish(guildhall_linkage_step* step) {
  return guarded(-1, [&]() -> Result<int> {
    if (step->pack) {
      const Pack::Survey survey = TRY(step->pack->finish());
      json::array numbers, names;
      for (const auto& number : survey.numbers) numbers.push_back({number.field, number.value, number.records});
      for (const std::string& name : survey.names) names.emplace_back(name);
      put_found(*step, {{"records", survey.records}, {"numbers", std::move(numbers)}, {"names", std::move(names)}});
    }
    TRY(end_bucket(*step));
    return 0;
  });
}
// 1: a batch was given; 0: there is none now. `all`: else only when there is much.
int guildhall_linkage_step_take(guildhall_linkage_step* step, int all, ArrowArray* array, ArrowSchema* schema) {
  return guarded(-1, [&]() -> Result<int> {
    constexpr std::size_t kMuch = 8 << 20;
    if (step->out->rows() == 0 || (all == 0 && step->out->bytes() < kMuch)) return 0;
    step->out->take(array, schema);
    return 1;
  });
}
void guildhall_linkage_step_free(guildhall_linkage_step* step) {
  delete step;
}

// Of names of several parts, one way to write each: a JSON list in, and out.
char* guildhall_linkage_settle_names(const char* names) {
  return guarded<char*>(nullptr, [&]() -> Result<char*> {
    const std::vector<std::string> all = texts_in(json::parse(names));
    json::array settled;
    for (const std::string& name : settle_names(all)) settled.emplace_back(name);
    return given(json::serialize(settled));
  });
}

}  // extern "C"
