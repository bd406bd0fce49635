#pragma once

// `guildhall match review`: what people say about pairs. A sample is drawn, or the clerical queue of a run taken; answers are
// given at the terminal or in a spreadsheet; they tell how right a model is, and `match train` learns from them.

#include <cstdint>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "app/match_inputs.h"
#include "base/result.h"
#include "linkage/linkage.h"

namespace guildhall::app {

// With --sample N draws pairs, with --queue FILE asks about them, with --answers FILE says how right the model is.
Result<void> match_review(const Arguments& arguments);

// What was answered, by whom, when and why. A CSV file with a row for each answer; of several about one pair the last counts.
struct PairAnswer {
  enum class Word : std::uint8_t { Unsure, Yes, No } word = Word::Unsure;
  std::string id_a, id_b;
  double weight = 0;              // When it was asked; of a sample.
  int stratum = 0;                // The same.
  std::size_t stratum_pairs = 0;  // 0: it is none of a sample.
  std::string place;              // Of the row, for problems.
};
// Columns id_a, id_b, answer (yes, no, unsure or nothing: not answered yet); of samples weight, stratum, stratum_pairs.
// Problems: every row with another word.
Result<std::vector<PairAnswer>> read_answers(const std::string& path);

// As what a run has to do.
linkage::Decisions decisions_of(const std::vector<PairAnswer>& answers);

// The clerical queue of a run, as --queue takes it.
inline constexpr const char* kQueueHeader = "id_a,id_b,reason,weight,information\n";
std::string queue_row(std::string_view id_a, std::string_view id_b, linkage::ClericalReason reason, double weight,
                      double information);

// `match train --model MODEL.json --decisions FILE`: another model, which has learnt from the answers.
Result<void> learn_from_decisions(const Arguments& arguments);

}  // namespace guildhall::app
