#include "app/match_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <thread>
#include <unordered_map>

#include "base/id.h"
#include "base/text.h"
#include "linkage/evaluate.h"
#include "linkage/explain.h"
#include "linkage/ids.h"
#include "linkage/linkage.h"
#include "linkage/steward.h"
#include "linkage/table.h"
#include "linkage/train.h"

namespace guildhall::app {
namespace {

class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(since_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Problem{"The file can't be opened.", path, "Check its name and who may read it."};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
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

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string quality_json(const linkage::Quality& quality, bool with_weight) {
  char text[160];
  std::snprintf(text, sizeof text, "{\"precision\": %.6f, \"recall\": %.6f, \"f1\": %.6f", quality.precision,
                quality.recall, quality.f1);
  std::string json = text;
  if (with_weight) {
    std::snprintf(text, sizeof text, ", \"threshold\": %.3f", quality.weight);
    json += text;
  }
  return json + "}";
}

Result<std::string> needed(const Arguments& arguments, std::string_view option, std::string_view what) {
  const auto value = arguments.value(option);
  if (!value) {
    return Problem{"Say " + std::string(what) + ".", "--" + std::string(option),
                   "For example: guildhall match evaluate people.csv --fields map.json --id rec_id --truth person_id"};
  }
  return *value;
}

struct Inputs {
  std::vector<std::string> files;
  linkage::Pairing pairing = linkage::Pairing::All;
  unsigned threads = 1;
};

// `words`: how many of those after `match` are not files.
Result<Inputs> inputs_of(const Arguments& arguments, std::size_t words_behind = 0) {
  Inputs inputs;
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

struct ModelAndRecords {
  linkage::Model model;
  linkage::LoadedTable data;
};

Result<ModelAndRecords> read_model_and_records(const Arguments& arguments, const Inputs& inputs) {
  const std::string path = TRY(needed(arguments, "model", "which model to link by"));
  linkage::Model model = TRY(linkage::model_from_json(TRY(read_file(path))));
  linkage::TableOptions options;
  options.map = linkage::to_field_map(model.fields);
  options.words = model.words;
  options.id_column = arguments.value_or("id", "");
  options.threads = inputs.threads;
  linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  return ModelAndRecords{std::move(model), std::move(data)};
}

Result<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Problem{"The file can't be written.", path, "Check the folder, and the space on the disk."};
  return {};
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char letter : text) cell += letter == '"' ? "\"\"" : std::string(1, letter);
  return cell + "\"";
}

void print_notes(const linkage::LoadedTable& data, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) std::cerr << "note: " << note << "\n";
  for (const auto& found : data.placeholders) {
    std::cerr << "note: " << found.field << ": " << found.records << " records have " << found.value
              << ", which names nobody; counted as missing.\n";
  }
}

// Which rules were chosen, what each level says, and what is expected of them.
void print_training(const linkage::Training& training) {
  std::fprintf(stderr, "%-62s %12s %8s %8s\n", "blocking rule (* chosen)", "pairs", "recall", "adds");
  for (const linkage::RuleEstimate& rule : training.rules) {
    std::fprintf(stderr, "%c %-60s %12.0f %8.4f %8.4f\n", rule.chosen ? '*' : ' ', to_text(rule.rule).c_str(),
                 rule.pairs, rule.recall, rule.added_recall);
  }
  std::fprintf(stderr, "\n%-62s %10s %12s %10s %8s\n", "level", "m", "u", "household", "bits");
  for (const linkage::Comparison& comparison : training.model.comparisons) {
    for (const linkage::ComparisonLevel& level : comparison.levels) {
      std::string name = comparison.name + ", " + std::string(name_of(level.kind));
      if (level.threshold != 0) {
        std::array<char, 32> threshold;
        std::snprintf(threshold.data(), threshold.size(), " %g", level.threshold);
        name += threshold.data();
      }
      std::fprintf(stderr, "%-62s %10.6f %12.9f %10.6f %+8.2f\n", name.c_str(), level.m_probability,
                   level.u_probability, level.household, std::log2(level.m_probability / level.u_probability));
    }
  }
  std::fprintf(
      stderr,
      "\n%.0f matching pairs are expected, of which the rules find %.2f %%. From %.2f bits on pairs are linked: "
      "%.3f %% of them are expected to be right.\n",
      training.matches, 100 * training.expected_recall, training.model.link_weight, 100 * training.expected_precision);
}

Result<void> train_on_files(const Arguments& arguments) {
  const Inputs inputs = TRY(inputs_of(arguments));
  linkage::TableOptions options;
  options.map = TRY(read_file(TRY(needed(arguments, "fields", "which columns mean what"))));
  options.id_column = arguments.value_or("id", "");
  options.threads = inputs.threads;
  const std::string out = TRY(needed(arguments, "out", "where the model goes"));
  const linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  const linkage::Training training =
      TRY(linkage::train(data.table, {.pairing = inputs.pairing, .threads = inputs.threads}));
  TRY(write_file(out, to_json(training.model)));
  print_notes(data, training.notes);
  print_training(training);
  std::cout << "Wrote " << out << ", learnt from " << data.table.records() << " records.\n";
  return {};
}

// A small CSV file: its columns by name, a row for each line. The columns that are needed have to be there.
struct Rows {
  std::map<std::string, std::size_t> columns;
  std::vector<std::vector<std::string>> rows;
  const std::string& at(std::size_t row, const std::string& column) const {
    static const std::string kNone;
    const auto found = columns.find(column);
    return found == columns.end() ? kNone : rows[row][found->second];
  }
};

Result<Rows> read_rows(const std::string& path, const std::vector<std::string>& needed_columns) {
  const std::string text = TRY(read_file(path));
  const std::vector<std::vector<std::string>> lines = TRY(linkage::read_csv(text));
  Rows read;
  for (std::size_t i = 0; i < lines.front().size(); ++i) read.columns.emplace(lines.front()[i], i);
  for (const std::string& column : needed_columns) {
    if (!read.columns.contains(column)) {
      return Problem{"The file has no column \"" + column + "\".", path, "Give the file that guildhall match wrote."};
    }
  }
  read.rows.assign(lines.begin() + 1, lines.end());
  return read;
}

// The clusters of an earlier run, as it wrote them.
Result<std::vector<linkage::PreviousMember>> previous_members(const std::string& path) {
  const Rows read = TRY(read_rows(path, {"id", "cluster_id"}));
  std::vector<linkage::PreviousMember> members;
  for (std::size_t row = 0; row < read.rows.size(); ++row) {
    const auto cluster = Uuid::parse(read.at(row, "cluster_id"));
    if (!cluster.ok()) {
      return Problem{"A cluster's id is none of ours.", path + ", row " + std::to_string(row + 2),
                     "Give the file that an earlier run wrote."};
    }
    members.push_back({read.at(row, "id"), *cluster});
  }
  return members;
}

enum class Answer : std::uint8_t { None, Yes, No };

// What a person wrote into the column `answer`.
Result<Answer> answer_of(const Rows& read, std::size_t row, const std::string& path) {
  const std::string word = lower_ascii(trimmed(read.at(row, "answer")));
  if (word == "yes" || word == "y" || word == "1") return Answer::Yes;
  if (word == "no" || word == "n" || word == "0") return Answer::No;
  if (word.empty() || word == "unsure" || word == "?") return Answer::None;
  return Problem{"\"" + word + "\" is no answer.", path + ", row " + std::to_string(row + 2),
                 "Write yes, no or unsure into the column \"answer\"."};
}

Result<linkage::Decisions> decisions_in(const std::string& path) {
  const Rows read = TRY(read_rows(path, {"id_a", "id_b", "answer"}));
  linkage::Decisions decisions;
  Problems problems;
  for (std::size_t row = 0; row < read.rows.size(); ++row) {
    const auto answer = answer_of(read, row, path);
    if (!answer.ok()) {
      problems.insert(problems.end(), answer.problems().begin(), answer.problems().end());
    } else if (*answer != Answer::None) {
      auto& decided = *answer == Answer::Yes ? decisions.always_link : decisions.never_link;
      decided.emplace_back(read.at(row, "id_a"), read.at(row, "id_b"));
    }
  }
  if (!problems.empty()) return problems;
  return decisions;
}

Result<void> run_on_files(const Arguments& arguments) {
  const Inputs inputs = TRY(inputs_of(arguments));
  const std::string out = TRY(needed(arguments, "out", "where the clusters go"));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  const linkage::Table& table = read.data.table;
  linkage::Decisions decisions;
  if (const auto path = arguments.value("decisions")) decisions = TRY(decisions_in(*path));
  const linkage::Linkage linked =
      TRY(linkage::link(table, read.model, decisions, {.pairing = inputs.pairing, .threads = inputs.threads}));

  std::vector<std::vector<linkage::RecordIndex>> members;
  std::vector<std::size_t> place(table.records());
  for (linkage::RecordIndex record = 0; record < table.records(); ++record) {
    const linkage::RecordIndex first = linked.cluster_of[record];
    if (first == record) {
      place[record] = members.size();
      members.emplace_back();
    }
    members[place[first]].push_back(record);
  }
  std::vector<linkage::PreviousMember> previous;
  if (const auto path = arguments.value("previous")) previous = TRY(previous_members(*path));
  std::vector<std::vector<std::string>> keys;
  for (const auto& cluster : members) {
    auto& own = keys.emplace_back();
    for (const linkage::RecordIndex record : cluster) own.emplace_back(table.id(record));
  }
  const std::vector<linkage::AssignedId> assigned = linkage::assign_ids(previous, keys);
  constexpr std::array<std::string_view, 4> kFates = {"kept", "created", "merged", "split"};
  std::array<std::size_t, 4> fates{};
  std::string clusters = "id,cluster_id,cluster_size,fate\n";
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string id = (assigned[i].id ? *assigned[i].id : new_uuid()).text();
    const auto fate = static_cast<std::size_t>(assigned[i].fate);
    ++fates[fate];
    for (const linkage::RecordIndex record : members[i]) {
      clusters += csv_cell(table.id(record)) + "," + id + "," + std::to_string(members[i].size()) + "," +
                  std::string(kFates[fate]) + "\n";
    }
  }
  TRY(write_file(out, clusters));
  if (const auto path = arguments.value("clerical")) {
    std::string queue = "id_a,id_b,reason,weight,information\n";
    for (const linkage::ClericalPair& pair : linked.clerical) {
      std::array<char, 64> numbers;
      std::snprintf(numbers.data(), numbers.size(), "%.3f,%.4f", pair.weight, pair.information);
      queue += csv_cell(table.id(pair.a)) + "," + csv_cell(table.id(pair.b)) + "," + std::string(name_of(pair.reason)) +
               "," + numbers.data() + "\n";
    }
    TRY(write_file(*path, queue));
  }
  print_notes(read.data, {});
  std::size_t largest = 0;
  for (const auto& block : linked.statistics.skipped_blocks) {
    if (++largest > 5) break;
    std::cerr << "note: " << to_text(block.rule) << ": " << block.records << " records agree, as "
              << table.id(block.example) << " does; too many to pair by this rule.\n";
  }
  if (linked.statistics.skipped_blocks.size() > 5) {
    std::cerr << "note: and " << linked.statistics.skipped_blocks.size() - 5 << " smaller blocks.\n";
  }
  std::cout << table.records() << " records are " << members.size() << " clusters (" << fates[0] << " kept, "
            << fates[1] << " new, " << fates[2] << " merged, " << fates[3] << " split); " << linked.statistics.pairs
            << " pairs were compared, " << linked.clerical.size() << " wait for a person.\n";
  return {};
}

// Pairs of all weights, with their explanations, and room for an answer.
Result<void> draw_sample(const Arguments& arguments, const Inputs& inputs, const ModelAndRecords& read) {
  const linkage::Table& table = read.data.table;
  const auto count = static_cast<std::size_t>(TRY(arguments.number_or("sample", 200, 1, 1'000'000)));
  const std::string out = TRY(needed(arguments, "out", "where the sample goes"));
  const auto pairs = TRY(linkage::weigh(table, read.model, read.model.review_weight - 6,
                                        {.pairing = inputs.pairing, .threads = inputs.threads}));
  const auto sample = linkage::draw_for_review(table, pairs, count, 1);
  std::string text = "id_a,id_b,weight,stratum,stratum_pairs,why,answer\n";
  for (const linkage::SampledForReview& one : sample) {
    const auto explanation = linkage::explain(table, read.model, one.pair.a, one.pair.b);
    std::array<char, 64> numbers;
    std::snprintf(numbers.data(), numbers.size(), "%.3f,%d,%zu", explanation.weight, one.stratum, one.stratum_pairs);
    text += csv_cell(table.id(one.pair.a)) + "," + csv_cell(table.id(one.pair.b)) + "," + numbers.data() + "," +
            csv_cell(to_text(explanation)) + ",\n";
  }
  TRY(write_file(out, text));
  std::cout << "Wrote " << sample.size() << " pairs to " << out
            << ". Write yes, no or unsure into the column \"answer\"; then give the file with --answers.\n";
  return {};
}

Result<void> learn_from_answers(const Arguments& arguments, const ModelAndRecords& read, const std::string& path) {
  const linkage::Table& table = read.data.table;
  const Rows rows = TRY(read_rows(path, {"id_a", "id_b", "answer"}));
  std::unordered_map<std::string_view, linkage::RecordIndex> by_id;
  for (linkage::RecordIndex record = 0; record < table.records(); ++record) by_id.emplace(table.id(record), record);
  std::vector<linkage::DecidedPair> decided;
  std::vector<linkage::Answered> sampled;
  Problems problems;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const auto answer = answer_of(rows, row, path);
    const auto a = by_id.find(rows.at(row, "id_a")), b = by_id.find(rows.at(row, "id_b"));
    if (!answer.ok()) {
      problems.insert(problems.end(), answer.problems().begin(), answer.problems().end());
    } else if (a == by_id.end() || b == by_id.end()) {
      problems.push_back({"No record has one of these ids.", path + ", row " + std::to_string(row + 2),
                          "Give the records that the pairs were drawn from."});
    } else if (*answer != Answer::None) {
      decided.push_back({a->second, b->second, *answer == Answer::Yes});
      const auto pairs = parse_integer(rows.at(row, "stratum_pairs"));
      if (!pairs) continue;  // Not a sample, but the clerical queue.
      sampled.push_back({std::strtod(rows.at(row, "weight").c_str(), nullptr),
                         static_cast<int>(parse_integer(rows.at(row, "stratum")).value_or(0)),
                         static_cast<std::size_t>(*pairs), *answer == Answer::Yes});
    }
  }
  if (!problems.empty()) return problems;
  if (!sampled.empty()) {
    const linkage::ReviewQuality quality = linkage::quality_of(sampled, read.model.link_weight);
    std::printf(
        "From %.2f bits on: precision %.4f (95 %%: %.4f to %.4f), recall of the pairs compared %.4f (%.4f to %.4f).\n",
        read.model.link_weight, quality.precision.value, quality.precision.low, quality.precision.high,
        quality.recall.value, quality.recall.low, quality.recall.high);
  }
  const double n = static_cast<double>(table.records());
  const linkage::Learned learned = linkage::learn(table, read.model, decided, read.model.prior * n * (n - 1) / 2);
  std::printf("By %zu answers, such pairs are %.2f bits %s likely than their weights say.\n", decided.size(),
              std::abs(learned.shift), learned.shift < 0 ? "less" : "more");
  if (const auto out = arguments.value("out")) {
    TRY(write_file(*out, to_json(learned.model)));
    std::cout << "Wrote " << *out << ", which links from " << learned.model.link_weight << " bits on.\n";
  }
  return {};
}

Result<void> review_files(const Arguments& arguments) {
  const Inputs inputs = TRY(inputs_of(arguments));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  if (const auto path = arguments.value("answers")) return learn_from_answers(arguments, read, *path);
  return draw_sample(arguments, inputs, read);
}

Result<void> explain_in_files(const Arguments& arguments) {
  const Inputs inputs = TRY(inputs_of(arguments, 2));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  const linkage::Table& table = read.data.table;
  std::array<std::optional<linkage::RecordIndex>, 2> records;
  Problems problems;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& wanted = arguments.rest()[arguments.rest().size() - 2 + i];
    for (linkage::RecordIndex record = 0; record < table.records(); ++record) {
      if (table.id(record) == wanted) records[i] = record;
    }
    if (!records[i]) {
      problems.push_back(
          {"No record has this id.", wanted, "Say which column holds the ids with --id; then two of them."});
    }
  }
  if (!problems.empty()) return problems;
  const linkage::Explanation explanation = linkage::explain(table, read.model, *records[0], *records[1]);
  if (arguments.flag("json")) {
    std::cout << to_json(explanation) << "\n";
  } else {
    std::cout << to_text(explanation);
  }
  return {};
}

Result<void> evaluate_files(const Arguments& arguments) {
  const Inputs inputs = TRY(inputs_of(arguments));
  linkage::TableOptions options;
  options.map = TRY(read_file(TRY(needed(arguments, "fields", "which columns mean what"))));
  options.id_column = arguments.value_or("id", "");
  options.label_columns.push_back(TRY(needed(arguments, "truth", "which column knows who is who")));
  if (const auto household = arguments.value("household")) options.label_columns.push_back(*household);
  options.threads = inputs.threads;
  Stopwatch watch, all;
  linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  const double load = watch.lap();
  const linkage::Training training =
      TRY(linkage::train(data.table, {.pairing = inputs.pairing, .threads = inputs.threads}));
  data.table.know_words(training.model.words);
  const double train = watch.lap();
  const linkage::LinkOptions link_options{.pairing = inputs.pairing, .threads = inputs.threads};
  const linkage::Linkage linked = TRY(linkage::link(data.table, training.model, {}, link_options));
  const double total = all.lap(), cpu = cpu_seconds(), peak = peak_mb();
  // From here the truth is looked at, and no time is taken.
  const auto pairs = TRY(linkage::weigh(data.table, training.model, -1e6, link_options));
  const linkage::Evaluation found = linkage::evaluate(
      data.table, training.model, linked, pairs, data.labels[0],
      data.labels.size() > 1 ? std::span<const std::uint64_t>(data.labels[1]) : std::span<const std::uint64_t>{},
      inputs.pairing);
  std::printf("{\"records\": %zu, \"true_pairs\": %zu, \"pairs\": {\"compared\": %zu},\n", data.table.records(),
              found.true_pairs, linked.statistics.pairs);
  std::printf(" \"pair\": {\"own\": %s, \"best\": %s},\n", quality_json(found.pair_own, true).c_str(),
              quality_json(found.pair_best, true).c_str());
  std::printf(" \"cluster\": {\"own\": %s},\n", quality_json(found.cluster_own, false).c_str());
  std::printf(" \"blocking\": {\"recall\": %.6f, \"expected_recall\": %.6f},\n", found.blocking_recall,
              training.expected_recall);
  std::printf(" \"recall_at_precision_999\": %.6f, \"clerical_pairs\": %zu,\n", found.recall_at_precision_999,
              linked.clerical.size());
  if (data.labels.size() > 1) std::printf(" \"twins\": %zu, \"twins_merged\": %zu,\n", found.twins, found.twins_merged);
  std::printf(
      " \"seconds\": {\"load\": %.3f, \"train\": %.3f, \"block\": %.3f, \"score\": %.3f, \"cluster\": %.3f, \"total\": "
      "%.3f},\n",
      load, train, linked.statistics.block_seconds, linked.statistics.score_seconds, linked.statistics.cluster_seconds,
      total);
  std::printf(" \"cpu_seconds\": %.3f, \"peak_mb\": %.0f}\n", cpu, peak);
  if (arguments.flag("details")) {
    print_notes(data, training.notes);
    print_training(training);
  }
  return {};
}

}  // namespace

Result<void> match_files_command(const Arguments& arguments) {
  const std::string_view word = arguments.rest().front();
  if (word == "evaluate") return evaluate_files(arguments);
  if (word == "train") return train_on_files(arguments);
  if (word == "run") return run_on_files(arguments);
  if (word == "explain") return explain_in_files(arguments);
  if (word == "review") return review_files(arguments);
  return Problem{"There is no such way to match files.", std::string(word),
                 "Say train, run, review, explain or evaluate."};
}

}  // namespace guildhall::app
