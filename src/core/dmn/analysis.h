#pragma once

// What is wrong with the decision tables of a model, found without evaluating a case: cases that no rule decides, rules
// that contradict each other, rules and outputs that never have a say, values of the wrong kind.
//
//   for (const Finding& finding : analyse(*model)) show(finding.problem);
//
//   No rule says what happens when Age is 65 or more and Resident is false. For example: Age = 65, Resident = false.
//
// What a table should be like depends on its hit policy (DMN 1.5, 8.2.8):
//
//   Unique        every case has one rule: gaps and overlaps are findings
//   Any           … or several with one output: gaps, and overlaps with different outputs
//   Priority      gaps, and rules that are wholly behind rules of higher priority
//   First         gaps, and rules that are wholly behind earlier ones
//   Collect, Rule order, Output order: none or many rules may match
//
// A gap is none where the table has a default output. Rules that never match, and declared outputs that no rule gives,
// are findings for all of them.
//
// What always holds:
//  - A finding is true, whatever could not be understood. An example was tried out with the entries themselves.
//  - An entry that looks at more than its input (other names, functions of it) is taken to match everything where that
//    avoids a gap, and nothing where it would make an overlap. What was left out for such reasons is a finding of kind
//    Incomplete: a note, nothing to mend.
//  - Numbers are continuous. Inputs are of the type that the column or the input has; of several columns with one
//    expression, of one value. Values that the item definition or the column don't allow don't occur. What a decision
//    gives is what its table's rules say, where they are constants.
//  - null isn't looked for: a table that says nothing of null isn't told so. Where an entry mentions null, it is a case
//    like others.
//  - The same model gives the same findings, in the order of the model.
//
// See table_geometry.h for how, impl/input_axis.h for how entries become sets.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dmn/decision_model.h"

namespace guildhall::dmn {

struct Finding {
  enum class Kind : std::uint8_t {
    Gap,                // No rule matches the example.
    Overlap,            // The two rules both match the example, and may not.
    ShadowedRule,       // The first of the rules never decides: the others always do before it.
    UnreachableRule,    // The rule matches nothing.
    UnreachableOutput,  // An output value that no rule gives.
    TypeError,          // The input can't be compared with what the rules' entries say.
    WrongOutput,        // The rules' output is not among the output values, or not of the output's type.
    Incomplete,         // A note: something couldn't be looked at.
  };
  Kind kind = Kind::Gap;
  std::string element_id;  // Of the decision or business knowledge model.
  std::string element_name;
  std::string table_id;                      // Of the table's expression; may be empty.
  std::vector<std::size_t> rules;            // Numbered from 1.
  std::optional<std::size_t> input, output;  // The column, from 1, where it is about one.

  // A case: values of the input expressions. Inputs that are missing may have any value.
  struct Given {
    std::string input;  // "Age", or another expression, as it is written.
    std::string json;   // 17.5, "gold", "2026-01-31"
  };
  std::vector<Given> example;
  // false: the example gives an expression a value that it may never have: it is computed, or two of them depend on the
  // same input.
  bool example_is_input = true;

  // Of a gap: the input entries, one for each column, of a rule that would match all of it, and nothing that others
  // match.
  std::vector<std::string> missing_rule;

  Problem problem;  // All of this in words.

  bool to_mend() const { return kind != Kind::Incomplete; }
};
using Findings = std::vector<Finding>;

struct AnalysisLimits {
  std::size_t of_one_kind = 20;       // Gaps and overlaps told for each table.
  std::uint64_t steps = 200'000'000;  // Of table_geometry.h, for all tables together; a second or two.
};

// Of the model itself, not of those that it imports. What DecisionModel::findings() tells isn't told again.
Findings analyse(const DecisionModel& model, const AnalysisLimits& limits = {});

// All that can be said of a model before it is put to use.
struct Examination {
  Problems mistakes;  // DecisionModel::findings(): what can't work.
  Problems doubts;    // Of analyse(): it works, and perhaps not as it was meant. A council may have its reasons.
  Problems notes;     // Nothing to mend.
};
Examination examine(const DecisionModel& model);

}  // namespace guildhall::dmn
