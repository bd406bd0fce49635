#pragma once

// What happened in an evaluation: for every decision that was computed, what it was given, which rules of its tables
// matched, and what it gave. Written when a Decider is handed a Trace; put into words by explain().

#include <cstdint>
#include <string>
#include <vector>

#include "dmn/model.h"
#include "feel/value.h"

namespace guildhall::feel {
class Expression;
}

namespace guildhall::dmn {

struct TableTrace {
  const DecisionTable* table = nullptr;    // Of the model, which outlives the trace.
  const Expression* expression = nullptr;  // That holds the table: its id and label.
  std::vector<feel::Value> inputs;         // One for each input of the table.
  std::vector<std::size_t> matched;        // Rules whose entries all hold, in order, from 0.
  std::vector<std::size_t> hit;            // Those whose outputs are in the result.
  bool defaulted = false;                  // No rule matched: the default output.
  feel::Value result;

  struct Entry {
    const feel::Expression* tests = nullptr;  // nullptr: any value will do, or they can't be read.
    bool holds = false;
  };
  struct Rule {
    std::size_t number = 0;  // From 0.
    std::vector<Entry> entries;
  };
  // The first that matched, or, where none did, those that fail in the fewest entries; at most kMostRules.
  static constexpr std::size_t kMostRules = 20;
  std::vector<Rule> rules;
};

struct NamedValue {
  std::string name;
  feel::Value value;
};

struct ElementTrace {
  enum class Kind : std::uint8_t { Decision, BusinessKnowledgeModel, DecisionService };
  Kind kind = Kind::Decision;
  std::string name;  // Of an imported model: "import.Fee".
  std::string id;
  const NamedElement* element = nullptr;  // Of the model: a Decision, BusinessKnowledgeModel or DecisionService.
  std::vector<NamedValue> given;          // What it required, or its arguments; functions left out.
  std::vector<NamedValue> parts;   // The entries of its boxed contexts, in the order in which they were computed.
  std::vector<TableTrace> tables;  // In the order in which they were evaluated.
  feel::Value value;
};

// In the order in which they were finished: what a decision required comes before it, and the one that was asked for is
// last. Values live as long as the Decider's.
struct Trace {
  std::vector<ElementTrace> elements;
  // What loops and recursion repeat is kept so often, and then only counted. What was asked for is always kept.
  static constexpr std::size_t kMostSteps = 2'000;
  std::size_t kept = 0;
  std::size_t left_out = 0;

  // May one more element, table or part be kept?
  bool keep() {
    const bool room = kept < kMostSteps;
    ++(room ? kept : left_out);
    return room;
  }
};

}  // namespace guildhall::dmn
