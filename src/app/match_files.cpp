#include "app/match_files.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "linkage/evaluate.h"
#include "linkage/linkage.h"
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
  std::string piece(8 << 20, '\0');
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

Result<Inputs> inputs_of(const Arguments& arguments) {
  Inputs inputs;
  inputs.files.assign(arguments.rest().begin() + 1, arguments.rest().end());
  if (inputs.files.empty()) return Problem{"Say which file to read.", "", "CSV files with a header line."};
  const unsigned cores = std::max(std::thread::hardware_concurrency(), 1u);
  inputs.threads = static_cast<unsigned>(TRY(arguments.number_or("threads", cores, 1, 64)));
  if (arguments.flag("link")) {
    if (inputs.files.size() < 2) return Problem{"--link links records of different files.", "", "Name at least two."};
    inputs.pairing = linkage::Pairing::AcrossFiles;
  }
  return inputs;
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
  const linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  const double load = watch.lap();
  const linkage::Training training =
      TRY(linkage::train(data.table, {.pairing = inputs.pairing, .threads = inputs.threads}));
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
    for (const linkage::RuleEstimate& rule : training.rules) {
      std::fprintf(stderr, "%c %-60s pairs %10.0f recall %.4f added %.4f largest %.0f\n", rule.chosen ? '*' : ' ',
                   to_text(rule.rule).c_str(), rule.pairs, rule.recall, rule.added_recall, rule.largest_block);
    }
    for (const linkage::Comparison& comparison : training.model.comparisons) {
      std::fprintf(stderr, "%s\n", comparison.name.c_str());
      for (const linkage::ComparisonLevel& level : comparison.levels) {
        std::fprintf(stderr, "   %-18s %5.2f m %.6f u %.9f h %.6f\n", std::string(name_of(level.kind)).c_str(),
                     level.threshold, level.m_probability, level.u_probability, level.household);
      }
    }
    std::fprintf(stderr, "prior %.3g household %.3g matches %.0f link %.3f expected precision %.5f\n",
                 training.model.prior, training.model.household_prior, training.matches, training.model.link_weight,
                 training.expected_precision);
    std::map<std::string_view, std::pair<int, int>> reasons;
    for (const auto& pair : linked.clerical) {
      auto& [right, wrong] = reasons[name_of(pair.reason)];
      ++(data.labels[0][pair.a] == data.labels[0][pair.b] ? right : wrong);
    }
    for (const auto& [reason, counts] : reasons) {
      std::fprintf(stderr, "clerical %-24s right %d wrong %d\n", std::string(reason).c_str(), counts.first,
                   counts.second);
    }
    for (const std::string& note : training.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
    for (std::size_t i = 0; i < std::min<std::size_t>(5, linked.statistics.skipped_blocks.size()); ++i) {
      const auto& block = linked.statistics.skipped_blocks[i];
      std::fprintf(stderr, "skipped: %s, %zu records\n", to_text(block.rule).c_str(), block.records);
    }
  }
  return {};
}

}  // namespace

Result<void> match_files_command(const Arguments& arguments) {
  const std::string_view word = arguments.rest().front();
  if (word == "evaluate") return evaluate_files(arguments);
  return Problem{"There is no such way to match files.", std::string(word), "Say evaluate."};
}

}  // namespace guildhall::app
