// bench_linkage_index PEOPLE.csv MAP.json [ROWS]
//
// How many pairs one processor weighs in a second: those of the model's own rules, and those of one birth date, most of
// them strangers. One record against all others, explained, and so many rows (10,000) joining the rest at once. PEOPLE.csv
// has a column rec_id. The rows that join are the last of the file.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/id.h"
#include "linkage/index.h"
#include "linkage/train.h"

namespace {

using namespace guildhall::linkage;

double milliseconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since).count();
}

std::string text_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

LoadedTable read(std::string_view header, std::string_view rows, const std::string& map) {
  TableReader reader(
      {.map = map, .id_column = "rec_id", .label_columns = {}, .threads = std::thread::hardware_concurrency()});
  const std::vector<std::string> headers = {std::string(header)};
  if (!reader.begin(headers).ok()) std::abort();
  reader.begin_file(0, "people");
  reader.add(rows);
  reader.end_file();
  return std::move(reader.finish()).value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "bench_linkage_index PEOPLE.csv MAP.json [ROWS]\n"), 2;
  const std::size_t joining = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 10'000;
  const std::string map = text_of(argv[2]);
  std::string file = text_of(argv[1]);
  const std::size_t line = file.find('\n') + 1;
  const std::string header = file.substr(0, line - 1);
  // Where the last rows begin. (No line feeds in cells.)
  std::size_t cut = file.size() - 1;
  for (std::size_t i = 0; i < joining; ++i) cut = file.rfind('\n', cut - 1);
  const unsigned threads = std::max(std::thread::hardware_concurrency(), 1u);

  auto since = std::chrono::steady_clock::now();
  LoadedTable known = read(header, std::string_view(file).substr(line, cut + 1 - line), map);
  const LoadedTable later = read(header, std::string_view(file).substr(cut + 1), map);
  file = {};
  const auto training = train(known.table, {.threads = threads});
  std::printf("read and trained in %.0f ms\n", milliseconds(since));
  std::vector<BlockingRule> of_one_birth_date;
  for (const Field& field : training->model.fields) {
    if (field.kind == FieldKind::BirthDate) of_one_birth_date = {{{{field.name, KeyPart::Exact}}}};
  }
  for (const auto& rules : {training->model.blocking_rules, of_one_birth_date}) {
    if (rules.empty()) continue;
    Model model = training->model;
    model.blocking_rules = rules;
    const Linkage linked = link(known.table, model, {}, {.threads = 1}).value();
    std::printf("%zu pairs found and weighed on one processor in %.2f s: %.2f million a second\n",
                linked.statistics.pairs, linked.statistics.score_seconds,
                static_cast<double>(linked.statistics.pairs) / linked.statistics.score_seconds / 1e6);
  }
  since = std::chrono::steady_clock::now();
  Index index(std::move(known.table), training->model, {}, {}, guildhall::new_uuid, threads);
  std::printf("%zu records indexed in %.0f ms\n", index.records(), milliseconds(since));

  std::vector<NewRecord> records;
  for (RecordIndex record = 0; record < later.table.records(); ++record) {
    NewRecord& made = records.emplace_back();
    made.id = later.table.id(record);
    for (std::size_t field = 0; field < later.table.fields().size(); ++field) {
      made.cells.emplace_back(later.table.text(record, field));
      made.cells.resize(made.cells.size() + later.table.fields()[field].columns.size() - 1);
    }
  }
  std::vector<double> took;
  std::size_t compared = 0, found = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    since = std::chrono::steady_clock::now();
    const Found answer = index.find(records[i].cells);
    took.push_back(milliseconds(since));
    compared += answer.compared;
    found += !answer.records.empty();
  }
  std::sort(took.begin(), took.end());
  std::printf(
      "one record against them, explained: p50 %.3f ms, p99 %.3f ms, greatest %.3f ms; %.1f compared each, %zu of %zu "
      "found\n",
      took[took.size() / 2], took[took.size() * 99 / 100], took.back(),
      static_cast<double>(compared) / static_cast<double>(records.size()), found, records.size());
  since = std::chrono::steady_clock::now();
  const auto changes = index.add(records);
  std::printf("%zu rows joined in %.1f ms: %zu clusters changed\n", records.size(), milliseconds(since),
              changes.size());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %ld MB\n", usage.ru_maxrss / 1024);
}
