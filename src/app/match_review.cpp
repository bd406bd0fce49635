#include "app/match_review.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "linkage/explain.h"
#include "linkage/steward.h"

namespace guildhall::app {
namespace {

constexpr std::string_view kDecisionsHeader = "id_a,id_b,answer,why,by,at,weight,stratum,stratum_pairs";

using IdPair = std::pair<std::string, std::string>;  // The lesser first.
IdPair id_pair(const std::string& a, const std::string& b) {
  return a < b ? IdPair(a, b) : IdPair(b, a);
}

// Pairs of all weights, with their explanations, and room for an answer.
Result<void> draw_sample(const Arguments& arguments, const MatchInputs& inputs, const ModelAndRecords& read) {
  const linkage::Table& table = read.data.table;
  const auto count = static_cast<std::size_t>(TRY(arguments.number_or("sample", 200, 1, 1'000'000)));
  const auto seed = static_cast<std::uint64_t>(TRY(arguments.number_or("seed", 1, 0, 1'000'000'000)));
  const std::string out = TRY(needed(arguments, "out", "where the sample goes"));
  const auto pairs = TRY(linkage::weigh(table, read.model, read.model.review_weight - 6,
                                        {.pairing = inputs.pairing, .threads = inputs.threads}));
  const auto sample = linkage::draw_for_review(table, pairs, count, seed);
  const linkage::Explainer explainer(table, read.model);
  std::string text = "id_a,id_b,weight,stratum,stratum_pairs,explanation,answer\n";
  for (const linkage::SampledForReview& one : sample) {
    const auto explanation = explainer.explain(one.pair.a, one.pair.b);
    std::array<char, 64> numbers;
    std::snprintf(numbers.data(), numbers.size(), "%.3f,%d,%zu", explanation.weight, one.stratum, one.stratum_pairs);
    text += csv_cell(table.id(one.pair.a)) + "," + csv_cell(table.id(one.pair.b)) + "," + numbers.data() + "," +
            csv_cell(to_text(explanation)) + ",\n";
  }
  TRY(write_file(out, text));
  std::cout << "Wrote " << sample.size() << " pairs to " << out
            << ". Answer them with --queue, or write yes, no or unsure into the column \"answer\"; then give the file "
               "with --answers.\n";
  return {};
}

// Where answers are added: each is on the disk before the next question.
class DecisionsFile {
 public:
  static Result<DecisionsFile> open(const std::string& path) {
    DecisionsFile file;
    file.path_ = path;
    std::ifstream there(path, std::ios::binary);
    std::string header;
    const bool is_there = static_cast<bool>(there) && static_cast<bool>(std::getline(there, header));
    if (is_there && trimmed(header) != kDecisionsHeader) {
      return Problem{"This file was not written by guildhall match review.", path,
                     "Name a file that is not there yet, or one of its own."};
    }
    if (is_there) {
      for (const PairAnswer& one : TRY(read_answers(path))) file.answered_.insert(id_pair(one.id_a, one.id_b));
    }
    file.out_.open(path, std::ios::binary | std::ios::app);
    if (!is_there) file.out_ << kDecisionsHeader << "\n" << std::flush;
    if (!file.out_) return Problem{"The file can't be written.", path, "Check the folder, and the space on the disk."};
    return file;
  }

  bool has(const IdPair& pair) const { return answered_.contains(pair); }
  Result<void> add(const IdPair& pair, const std::string& row) {
    out_ << row << "\n" << std::flush;
    if (!out_) return Problem{"The answer can't be written.", path_, "Check the space on the disk."};
    answered_.insert(pair);
    return {};
  }

 private:
  std::string path_;
  std::ofstream out_;
  std::set<IdPair> answered_;
};

// "yes they moved" as "yes" and "they moved"; nothing where the first word is none of the four.
struct Typed {
  std::string answer, why;
};
std::optional<Typed> typed(const std::string& line) {
  const std::string text = squeezed(line);
  const std::size_t space = std::min(text.find(' '), text.size());
  std::string word = lower_ascii(text.substr(0, space));
  while (!word.empty() && (word.back() == ',' || word.back() == ':' || word.back() == '.')) word.pop_back();
  for (const std::string_view known : {"yes", "no", "unsure", "quit"}) {
    if (word == known || word == known.substr(0, 1)) {
      return Typed{std::string(known), space < text.size() ? text.substr(space + 1) : ""};
    }
  }
  return std::nullopt;
}

// Asks about each row of the queue that nobody has answered yet. Ends with "quit", or with the input.
Result<void> ask_people(const Arguments& arguments, const ModelAndRecords& read, std::istream& in, std::ostream& out,
                        const Clock& clock) {
  const linkage::Table& table = read.data.table;
  const Rows queue = TRY(read_rows(TRY(needed(arguments, "queue", "which pairs to ask about")), {"id_a", "id_b"}));
  const std::string by = TRY(needed(arguments, "by", "who answers"));
  const RecordsById by_id = records_by_id(table);
  Problems problems;
  for (std::size_t row = 0; row < queue.rows.size(); ++row) {
    if (!by_id.contains(queue.at(row, "id_a")) || !by_id.contains(queue.at(row, "id_b"))) {
      problems.push_back({"No record has one of these ids.", queue.place(row), "Give the records that were linked."});
      if (problems.size() == 20) break;
    }
  }
  if (!problems.empty()) return problems;
  DecisionsFile decisions = TRY(DecisionsFile::open(TRY(needed(arguments, "decisions", "where the answers go"))));
  const linkage::Explainer explainer(table, read.model);
  std::size_t answered = 0, left = 0;
  bool has_ended = false;
  for (std::size_t row = 0; row < queue.rows.size(); ++row) {
    const std::string &a = queue.at(row, "id_a"), &b = queue.at(row, "id_b");
    if (decisions.has(id_pair(a, b))) continue;
    if (has_ended) {
      ++left;
      continue;
    }
    out << "\n" << row + 1 << " of " << queue.rows.size() << ": " << a << " and " << b;
    if (const std::string& reason = queue.at(row, "reason"); !reason.empty()) out << ", " << reason;
    out << "\n" << to_text(explainer.explain(by_id.at(a), by_id.at(b)));
    std::string line;
    std::optional<Typed> answer;
    do {
      out << "One person? yes, no, unsure or quit, and why: " << std::flush;
      if (!std::getline(in, line)) break;
      answer = typed(line);
    } while (!answer);
    if (!answer || answer->answer == "quit") {
      has_ended = true;
      ++left;
      continue;
    }
    TRY(decisions.add(id_pair(a, b), csv_cell(a) + "," + csv_cell(b) + "," + answer->answer + "," +
                                         csv_cell(answer->why) + "," + csv_cell(by) + "," + to_iso(clock.now()) + "," +
                                         queue.at(row, "weight") + "," + queue.at(row, "stratum") + "," +
                                         queue.at(row, "stratum_pairs")));
    ++answered;
  }
  out << "\n" << answered << " answered, " << left << " left.\n";
  return {};
}

// The answers whose records are here; the others are problems.
struct Answers {
  std::vector<linkage::DecidedPair> decided;
  std::vector<linkage::Answered> sampled;
};
Result<Answers> answers_about(const ModelAndRecords& read, const std::vector<PairAnswer>& answers) {
  const linkage::Table& table = read.data.table;
  const RecordsById by_id = records_by_id(table);
  const linkage::Explainer explainer(table, read.model);
  std::map<int, std::size_t> seen;
  for (const PairAnswer& one : answers) {
    if (one.word != PairAnswer::Word::Unsure && one.stratum_pairs > 0) ++seen[one.stratum];
  }
  Answers found;
  Problems problems;
  for (const PairAnswer& one : answers) {
    const auto a = by_id.find(one.id_a), b = by_id.find(one.id_b);
    if (a == by_id.end() || b == by_id.end()) {
      problems.push_back({"No record has one of these ids.", one.place, "Give the records that the pairs came from."});
      if (problems.size() == 20) break;
      continue;
    }
    if (one.word == PairAnswer::Word::Unsure) continue;
    const bool is_match = one.word == PairAnswer::Word::Yes;
    const double stands_for =
        one.stratum_pairs == 0 ? 0 : static_cast<double>(one.stratum_pairs) / static_cast<double>(seen[one.stratum]);
    found.decided.push_back({a->second, b->second, is_match, stands_for});
    if (one.stratum_pairs == 0) continue;
    const bool is_refused = explainer.rule_against(a->second, b->second).has_value();
    found.sampled.push_back({one.weight, one.stratum, one.stratum_pairs, is_match, is_refused});
  }
  if (!problems.empty()) return problems;
  return found;
}

Result<void> tell_quality(const ModelAndRecords& read, const std::string& path) {
  const Answers answers = TRY(answers_about(read, TRY(read_answers(path))));
  if (answers.sampled.empty()) {
    return Problem{"There is no answer about a pair of a sample.", path,
                   "Draw one with --sample: the clerical queue is no sample, and says nothing of all pairs."};
  }
  const linkage::ReviewQuality quality = linkage::quality_of(answers.sampled, read.model.link_weight);
  std::printf(
      "%zu answers. From %.2f bits on: precision %.4f (95 %%: %.4f to %.4f), recall of the pairs compared %.4f (%.4f "
      "to "
      "%.4f).\n"
      "Estimated by strata of two bits of weight (Cochran, Sampling Techniques, chapter 5).\n",
      answers.sampled.size(), read.model.link_weight, quality.precision.value, quality.precision.low,
      quality.precision.high, quality.recall.value, quality.recall.low, quality.recall.high);
  return {};
}

}  // namespace

Result<std::vector<PairAnswer>> read_answers(const std::string& path) {
  const Rows read = TRY(read_rows(path, {"id_a", "id_b", "answer"}));
  std::vector<PairAnswer> answers;
  std::map<IdPair, std::size_t> place;
  Problems problems;
  for (std::size_t row = 0; row < read.rows.size(); ++row) {
    const std::string word = lower_ascii(trimmed(read.at(row, "answer")));
    if (word.empty()) continue;
    PairAnswer answer;
    if (word == "yes" || word == "y" || word == "1") {
      answer.word = PairAnswer::Word::Yes;
    } else if (word == "no" || word == "n" || word == "0") {
      answer.word = PairAnswer::Word::No;
    } else if (word != "unsure" && word != "u" && word != "?") {
      problems.push_back(
          {"\"" + word + "\" is no answer.", read.place(row), "Write yes, no or unsure into the column \"answer\"."});
      continue;
    }
    answer.id_a = read.at(row, "id_a");
    answer.id_b = read.at(row, "id_b");
    answer.place = read.place(row);
    if (const auto pairs = parse_integer(read.at(row, "stratum_pairs")); pairs && *pairs > 0) {
      answer.stratum_pairs = static_cast<std::size_t>(*pairs);
      answer.weight = std::strtod(read.at(row, "weight").c_str(), nullptr);
      answer.stratum = static_cast<int>(parse_integer(read.at(row, "stratum")).value_or(0));
    }
    const auto [found, is_new] = place.emplace(id_pair(answer.id_a, answer.id_b), answers.size());
    if (is_new) {
      answers.push_back(std::move(answer));
    } else {
      answers[found->second] = std::move(answer);
    }
  }
  if (!problems.empty()) return problems;
  return answers;
}

std::string queue_row(std::string_view id_a, std::string_view id_b, linkage::ClericalReason reason, double weight,
                      double information) {
  std::array<char, 64> numbers;
  std::snprintf(numbers.data(), numbers.size(), "%.3f,%.4f", weight, information);
  return csv_cell(id_a) + "," + csv_cell(id_b) + "," + std::string(name_of(reason)) + "," + numbers.data() + "\n";
}

linkage::Decisions decisions_of(const std::vector<PairAnswer>& answers) {
  linkage::Decisions decisions;
  for (const PairAnswer& one : answers) {
    if (one.word == PairAnswer::Word::Yes) decisions.always_link.emplace_back(one.id_a, one.id_b);
    if (one.word == PairAnswer::Word::No) decisions.never_link.emplace_back(one.id_a, one.id_b);
  }
  return decisions;
}

Result<void> match_review(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  if (arguments.flag("queue")) return ask_people(arguments, read, std::cin, std::cout, SystemClock());
  if (const auto path = arguments.value("answers")) return tell_quality(read, *path);
  if (arguments.flag("sample")) return draw_sample(arguments, inputs, read);
  return Problem{"Say what to review.", "",
                 "--sample 200 --out SAMPLE.csv draws pairs, --queue FILE --decisions FILE --by NAME asks about them, "
                 "--answers FILE says how right the model is."};
}

Result<void> learn_from_decisions(const Arguments& arguments) {
  const MatchInputs inputs = TRY(match_inputs(arguments));
  const std::string path = TRY(needed(arguments, "decisions", "which answers to learn from"));
  const std::string out = TRY(needed(arguments, "out", "where the new model goes"));
  const ModelAndRecords read = TRY(read_model_and_records(arguments, inputs));
  const linkage::Table& table = read.data.table;
  const double precision =
      TRY(arguments.real_or("precision", read.model.tell_twins_apart ? 0.99 : 0.95, 0.5, 0.999999));
  const Answers answers = TRY(answers_about(read, TRY(read_answers(path))));
  if (answers.decided.empty()) {
    return Problem{"Nothing is answered with yes or no.", path, "Answer some pairs: guildhall match review --queue."};
  }
  const linkage::Learned learned = linkage::learn(
      table, read.model, answers.decided,
      {.expected_matches = read.model.prior * linkage::pairs_of(table, inputs.pairing), .precision = precision});
  TRY(write_file(out, to_json(learned.model)));
  std::printf("Learnt from %zu answers: log odds are %.2f x weight %+.2f bits.\n", answers.decided.size(),
              learned.slope, learned.shift);
  if (learned.precision) {
    std::printf("From %.2f bits on, instead of %.2f, %.4f of the linked pairs are expected to be right.\n",
                learned.model.link_weight, read.model.link_weight, *learned.precision);
  } else {
    std::printf("Pairs are linked from %.2f bits on, instead of %.2f.\n", learned.model.link_weight,
                read.model.link_weight);
  }
  std::printf("Wrote %s.\n", out.c_str());
  return {};
}

}  // namespace guildhall::app
