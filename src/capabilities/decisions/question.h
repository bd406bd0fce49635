#pragma once

// A decision asked in JSON, and its answer in JSON:
//
//   {"inputs": {"Zone": "A"}, "explain": true}
//   {"value": 120.5, "model": "parking-permit", "decision": "basic-fee", "version": 3, "nulls": []}

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "decisions/catalogue.h"
#include "dmn/decision_model.h"

namespace guildhall::decisions {

// What one answer may use: a caller waits no longer than a second.
inline constexpr feel::Budget kBudget{.steps = 1'000'000,
                                      .list_length = 100'000,
                                      .string_bytes = 1'000'000,
                                      .nanoseconds = feel::kNanosPerSecond,
                                      .memory_bytes = std::size_t{32} << 20};
inline constexpr std::size_t kMaxAnswerBytes = 1 << 20;  // Of the value.
inline constexpr std::size_t kMaxExplanationBytes = 4 << 20;

// Now, in UK time; with a clock for the time budget.
feel::Evaluation::Moment moment_at(Instant now);

struct Question {
  feel::Value inputs;  // A context with the values of inputs; lives in the memory it was read into.
  bool wants_explanation = false;
  std::vector<std::string> missing;  // Inputs that were not given.
};

// Problems, each with its path ("inputs.Children[2].Born"): what isn't JSON, names that the decision doesn't know, values
// that are not of their type.
Result<Question> read_question(std::string_view json, const OfferedModel& model, const OfferedDecision& decision,
                               feel::Memory& memory);

// {"value", "model", "decision", "version", "imports" where there are any, "nulls": why values became null, and
// "explanation" where it was asked for: {"text": dmn::explain(), "steps": dmn::explain_json()}}. Problems: a budget is used
// up, or the answer is too long.
Result<std::string> answer_json(const Question& question, const OfferedModel& model, const OfferedDecision& decision,
                                dmn::Decider& decider);

}  // namespace guildhall::decisions
