#pragma once

// Which rules of a decision table can match at all: a sieve, before their entries are tested one by one.
//
// An input column is a line for each kind of value that its constants have, cut at these constants and at the ends of
// their intervals. Every stretch of a line, a point or what lies between two, has a bit for each rule whose entry may
// hold there. The inputs of an evaluation lie on one stretch for each column, and only rules whose bits are set on all
// of these can match.
//
//   Age        Zone    |    Age:  (..18) rule 1    18 rule 2    (18..) rule 2      other than numbers: none
//   1  < 18    -       |    Zone: "A" rules 1, 2   other strings: rule 1           other than strings: rule 1
//   2  >= 18   "A"     |
//
// What it lets through must still be tested: a line with very many stretches takes several as one, and an entry that is
// more than a list of constants may hold anywhere. It never holds back a rule that matches.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "feel/value.h"

namespace guildhall::dmn {

// Immutable; may be used by any number of threads.
class TableIndex {
 public:
  struct Entry {
    enum class Kind : std::uint8_t { Any, Constants, Other } kind = Kind::Any;
    std::span<const feel::Value> constants;  // It holds where one of them holds: an equal value, or a range.
  };
  // Rule by rule. The constants' strings and ranges must outlive the index.
  TableIndex(std::size_t columns, std::span<const Entry> entries);

  // Whether it can hold back any rule.
  bool useful() const { return !columns_.empty(); }
  // Of 64 bits, one for each rule from the lowest of the first.
  std::size_t words() const { return words_; }
  // Writes words() words: the rules that may match. `within`: whether the input is among the column's input values, as
  // entries "-" ask.
  void sieve(const feel::Value* inputs, const bool* within, std::uint64_t* rules) const;

 private:
  using Bits = std::vector<std::uint64_t>;
  struct Line {
    feel::Kind kind;
    std::vector<feel::Value> cuts;  // In order. Places: 0 before the first, 1 at it, 2 between it and the second, …
    std::size_t places_per_stretch = 1;
    Bits rules;  // Stretch by stretch.
  };
  struct Column {
    std::size_t input = 0;
    std::vector<Line> lines;
    Bits elsewhere;  // For inputs of other kinds.
    Bits not_any;    // All rules but those with "-".
  };

  void add_column(std::size_t input, std::span<const Entry> entries, std::size_t stride);
  const std::uint64_t* stretch(const Column& column, const feel::Value& input) const;

  std::size_t rules_;
  std::size_t words_;
  std::vector<Column> columns_;  // Those that can hold back a rule.
};

}  // namespace guildhall::dmn
