#pragma once

// What happened in an evaluation: for every decision that was computed, what it was given, which rules of its tables
// matched, and what it gave. Written when a Decider is handed a Trace; put into words by explain().

#include <cstdint>
#include <string>
#include <vector>

#include "dmn/model.h"
#include "feel/value.h"

namespace guildhall::dmn {

struct TableTrace {
  const DecisionTable* table = nullptr;    // Of the model, which outlives the trace.
  const Expression* expression = nullptr;  // That holds the table: its id and label.
  std::vector<feel::Value> inputs;         // One for each input of the table.
  std::vector<std::size_t> matched;        // Rules whose entries all hold, in order, from 0.
  std::vector<std::size_t> hit;            // Those whose outputs are in the result.
  bool defaulted = false;                  // No rule matched: the default output.
  feel::Value result;
};

struct ElementTrace {
  enum class Kind : std::uint8_t { Decision, BusinessKnowledgeModel, DecisionService };
  Kind kind = Kind::Decision;
  std::string name;
  std::string id;
  struct Given {
    std::string name;
    feel::Value value;
  };
  std::vector<Given> given;        // What it required, or its arguments.
  std::vector<TableTrace> tables;  // In the order in which they were evaluated.
  feel::Value value;
};

// In the order in which they were finished: what a decision required comes before it. Values live as long as the
// Decider's.
struct Trace {
  std::vector<ElementTrace> elements;
};

}  // namespace guildhall::dmn
