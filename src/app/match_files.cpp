#include "app/match_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>

#include "app/match_inputs.h"
#include "app/match_pieces.h"
#include "app/match_review.h"
#include "base/id.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "linkage/charts.h"
#include "linkage/evaluate.h"
#include "linkage/explain.h"
#include "linkage/ids.h"
#include "linkage/linkage.h"
#include "linkage/table.h"
#include "linkage/train.h"

namespace guildhall::app {
namespace {

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

void print_notes(const linkage::LoadedTable& data, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) std::cerr << "note: " << note << "\n";
  for (const auto& found : data.placeholders) {
    std::cerr << "note: " << found.field << ": " << found.records << " records have " << found.value
              << ", which names nobody; counted as missing.\n";
  }
}

// Which rules were chosen, what each level says, and what is expected of them.
void print_training(const linkage::Training& training) {
  std::fprintf(stderr, "%-62s %12s %8s %8s %13s\n", "blocking rule (* chosen)", "pairs", "recall", "adds",
               "largest block");
  for (const linkage::RuleEstimate& rule : training.rules) {
    std::fprintf(stderr, "%c %-60s %12.0f %8.4f %8.4f %13.0f\n", rule.chosen ? '*' : ' ', to_text(rule.rule).c_str(),
                 rule.pairs, rule.recall, rule.added_recall, rule.largest_block);
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

// A file of its own for each chart, and a page with all of them and their tables.
Result<void> write_charts(const std::string& folder, const std::string& name, std::string_view title,
                          const std::vector<linkage::Chart>& charts) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Problem{"The folder can't be made.", folder, "Check its name and who may write there."};
  for (const linkage::Chart& chart : charts) TRY(write_file(folder + "/" + chart.name + ".svg", chart.svg));
  return write_file(folder + "/" + name + ".html", linkage::to_html(title, charts));
}

Result<linkage::TrainOptions> train_options(const Arguments& arguments, const MatchInputs& inputs) {
  linkage::TrainOptions options{.pairing = inputs.pairing, .threads = inputs.threads};
  options.precision = TRY(arguments.real_or("precision", options.precision, 0.5, 0.999999));
  options.precision_of_others = TRY(arguments.real_or("precision", options.precision_of_others, 0.5, 0.999999));
  if (arguments.flag("pairs-per-record")) {
    // Who names a budget means it, however few records there are.
    options.pairs_per_record = TRY(arguments.real_or("pairs-per-record", options.pairs_per_record, 0.1, 10'000));
    options.least_pairs = 0;
  }
  return options;
}

Result<void> train_on_files(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments));
  linkage::TableOptions options;
  options.map = TRY(read_whole_file(TRY(needed(arguments, "fields", "which columns mean what"))));
  options.id_column = arguments.value_or("id", "");
  options.threads = inputs.threads;
  const std::string out = TRY(needed(arguments, "out", "where the model goes"));
  const linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  const linkage::Training training = TRY(linkage::train(data.table, TRY(train_options(arguments, inputs))));
  TRY(write_file(out, to_json(training.model)));
  if (const auto folder = arguments.value("charts")) {
    TRY(write_charts(*folder, "model", "What the model has learnt",
                     {linkage::weights_chart(training.model), linkage::probabilities_chart(training.model)}));
  }
  print_notes(data, training.notes);
  print_training(training);
  std::cout << "Wrote " << out << ", learnt from " << data.table.records() << " records.\n";
  return {};
}

// The clusters of an earlier run, as it wrote them.
Result<std::vector<linkage::PreviousMember>> previous_members(const std::string& path) {
  const Rows read = TRY(read_rows(path, {"id", "cluster_id"}));
  std::vector<linkage::PreviousMember> members;
  for (std::size_t row = 0; row < read.rows.size(); ++row) {
    const auto cluster = Uuid::parse(read.at(row, "cluster_id"));
    if (!cluster.ok()) {
      return Problem{"A cluster's id is none of ours.", read.place(row), "Give the file that an earlier run wrote."};
    }
    members.push_back({read.at(row, "id"), *cluster});
  }
  return members;
}

// People come and go, so that a decision about somebody who is not here is no mistake, but is told.
void tell_unknown(const std::vector<PairAnswer>& answers, const linkage::Table& table) {
  const RecordsById by_id = records_by_id(table);
  const auto is_unknown = [&](const PairAnswer& one) { return !by_id.contains(one.id_a) || !by_id.contains(one.id_b); };
  const auto count = std::count_if(answers.begin(), answers.end(), is_unknown);
  if (count == 0) return;
  const PairAnswer& first = *std::find_if(answers.begin(), answers.end(), is_unknown);
  std::cerr << "note: " << count << " decisions are about records that are not here, the first " << first.id_a
            << " and " << first.id_b << " (" << first.place << "); passed over.\n";
}

// What became of clusters since the run before, for those who keep a copy: a row for each change.
std::string change_feed(const std::vector<linkage::PreviousMember>& previous,
                        const std::vector<std::vector<std::string>>& members,
                        const std::vector<linkage::AssignedId>& assigned, const std::vector<std::string>& ids) {
  std::string feed = "change,cluster_id,other_cluster_id,records\n";
  const auto row = [&](std::string_view change, const std::string& id, const std::string& other, std::size_t records) {
    feed += std::string(change) + "," + id + "," + other + "," + std::to_string(records) + "\n";
  };
  std::set<std::string_view> known;
  std::set<std::string> gone;
  for (const linkage::PreviousMember& member : previous) {
    known.insert(member.record);
    gone.insert(member.cluster.text());
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto added = static_cast<std::size_t>(std::count_if(
        members[i].begin(), members[i].end(), [&](const std::string& record) { return !known.contains(record); }));
    gone.erase(ids[i]);
    if (assigned[i].fate == linkage::IdFate::Created) row("created", ids[i], "", members[i].size());
    if (assigned[i].split_from) row("split", ids[i], assigned[i].split_from->text(), members[i].size());
    for (const Uuid& ended : assigned[i].merged_ids) {
      row("merged", ids[i], ended.text(), members[i].size());
      gone.erase(ended.text());
    }
    if (assigned[i].fate != linkage::IdFate::Created && added > 0) row("grown", ids[i], "", added);
  }
  for (const std::string& id : gone) row("gone", id, "", 0);
  return feed;
}

Result<void> run_on_files(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments));
  if (arguments.flag("work")) return match_in_pieces(arguments, inputs);
  const std::string out = TRY(needed(arguments, "out", "where the clusters go"));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  const linkage::Table& table = read.data.table;
  linkage::Decisions decisions;
  if (const auto path = arguments.value("decisions")) {
    const std::vector<PairAnswer> answers = TRY(read_answers(*path));
    tell_unknown(answers, table);
    decisions = decisions_of(answers);
  }
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
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string id = ids.emplace_back((assigned[i].id ? *assigned[i].id : new_uuid()).text());
    const auto fate = static_cast<std::size_t>(assigned[i].fate);
    ++fates[fate];
    for (const linkage::RecordIndex record : members[i]) {
      clusters += csv_cell(table.id(record)) + "," + id + "," + std::to_string(members[i].size()) + "," +
                  std::string(kFates[fate]) + "\n";
    }
  }
  TRY(write_file(out, clusters));
  if (const auto path = arguments.value("changes")) {
    TRY(write_file(*path, change_feed(previous, keys, assigned, ids)));
  }
  if (const auto folder = arguments.value("charts")) {
    const auto alone = linkage::self_weights(table, read.model, inputs.threads);
    TRY(write_charts(*folder, "run", "What the run has made of the records",
                     {linkage::thresholds_chart(read.model, linked.statistics.weights),
                      linkage::unlinkables_chart(read.model, alone),
                      linkage::clusters_chart(linkage::cluster_quality(table, read.model, linked))}));
  }
  if (const auto path = arguments.value("clerical")) {
    std::string queue = kQueueHeader;
    for (const linkage::ClericalPair& pair : linked.clerical) {
      queue += queue_row(table.id(pair.a), table.id(pair.b), pair.reason, pair.weight, pair.information);
    }
    TRY(write_file(*path, queue));
  }
  print_notes(read.data, {});
  std::vector<LargeBlock> blocks;
  for (const auto& block : linked.statistics.skipped_blocks) {
    blocks.push_back({to_text(block.rule), block.records, std::string(table.id(block.example))});
  }
  tell_large_blocks(blocks);
  std::cout << table.records() << " records are " << members.size() << " clusters (" << fates[0] << " kept, "
            << fates[1] << " new, " << fates[2] << " merged, " << fates[3] << " split); " << linked.statistics.pairs
            << " pairs were compared, " << linked.clerical.size() << " wait for a person.\n";
  return {};
}

Result<void> explain_in_files(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments, 2));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  const linkage::Table& table = read.data.table;
  const RecordsById by_id = records_by_id(table);
  std::array<linkage::RecordIndex, 2> records{};
  Problems problems;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& wanted = arguments.rest()[arguments.rest().size() - 2 + i];
    const auto found = by_id.find(wanted);
    if (found == by_id.end()) {
      problems.push_back(
          {"No record has this id.", wanted, "Say which column holds the ids with --id; then two of them."});
    } else {
      records[i] = found->second;
    }
  }
  if (!problems.empty()) return problems;
  const linkage::Explanation explanation = linkage::explain(table, read.model, records[0], records[1]);
  if (const auto path = arguments.value("svg")) TRY(write_file(*path, linkage::waterfall_chart(explanation).svg));
  if (arguments.flag("json")) {
    std::cout << to_json(explanation) << "\n";
  } else {
    std::cout << to_text(explanation);
  }
  return {};
}

Result<void> evaluate_files(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments));
  linkage::TableOptions options;
  options.map = TRY(read_whole_file(TRY(needed(arguments, "fields", "which columns mean what"))));
  options.id_column = arguments.value_or("id", "");
  options.label_columns.push_back(TRY(needed(arguments, "truth", "which column knows who is who")));
  if (const auto household = arguments.value("household")) options.label_columns.push_back(*household);
  options.threads = inputs.threads;
  Stopwatch watch, all;
  linkage::LoadedTable data = TRY(read_records(inputs.files, std::move(options)));
  const double load = watch.lap();
  const linkage::Training training = TRY(linkage::train(data.table, TRY(train_options(arguments, inputs))));
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
  std::printf(" \"cluster\": {\"own\": %s, \"recall_at_precision_999\": %.6f},\n",
              quality_json(found.cluster_own, false).c_str(), found.cluster_recall_at_precision_999);
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
  if (word == "train" && arguments.flag("model")) return learn_from_decisions(arguments);
  if (word == "train") return train_on_files(arguments);
  if (word == "run") return run_on_files(arguments);
  if (word == "explain") return explain_in_files(arguments);
  if (word == "review") return match_review(arguments);
  return Problem{"There is no such way to match files.", std::string(word),
                 "Say train, run, review, explain or evaluate."};
}

}  // namespace guildhall::app
