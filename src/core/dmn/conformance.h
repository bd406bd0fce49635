#pragma once

// Runs test cases of the form that the DMN Technology Compatibility Kit uses: each gives a model inputs, and says what
// its decisions should be then.
//
// What counts as equal: numbers that differ by less than 0.00000001, since files write most results with eight decimals
// or more; strings exactly; dates and durations by value; times and moments that show the same on the same clock; lists
// in their order; contexts with the same entries, in any order; null with null. A result that should be an error may be
// null or a Problem.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dmn/decision_model.h"
#include "dmn/test_cases.h"

namespace guildhall::dmn {

struct CaseResult {
  struct Outcome {
    std::string result_name;
    bool passed = false;
    // Both as FEEL, long ones cut off.
    std::string expected;
    std::string actual;
    std::string reason;  // Where it failed: what was wrong, or why values became null. May be empty.
  };
  std::string case_id;
  std::vector<Outcome> outcomes;  // One for each result of the test case; at least one.

  bool passed() const;
};

// One for each case, in their order. A model that couldn't be read or compiled fails them all, for that reason.
std::vector<CaseResult> run_cases(const Result<std::shared_ptr<const DecisionModel>>& model, const TestCases& cases,
                                  const feel::Evaluation::Moment& moment);

}  // namespace guildhall::dmn
