#pragma once

// The values of one input of a decision table, cut into cells that its entries can't tell apart: an axis of
// table_geometry.h that knows FEEL.
//
//   < 18, [18..65], "-"           cells: less than 18; 18; between 18 and 65; 65; more than 65
//   "gold", not("silver")         cells: "gold"; "silver"; any other string
//
// Each cell has a witness, a value that lies in it; what holds for one value of a cell holds for all of them. Whether an
// entry matches a cell is asked of FEEL itself, with the witness.
//
// The cells are of the kinds of value that the input's type allows; where no type is known, of the kinds that the
// entries compare with. null has a cell only where an entry mentions it. Times with a zone and times without are not
// mixed: what the entries write is taken to be what the input has.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dmn/impl/compiled.h"
#include "dmn/table_geometry.h"
#include "feel/expression.h"

namespace guildhall::dmn {

using feel::base_of;

// What unary tests compare their input with.
struct Comparisons {
  std::vector<Value> constants;  // Neither null, nor lists, contexts or ranges.
  bool with_null = false;
  bool ordered = false;  // By <, <=, >, >= or a range, not only by = and !=.
};

// Nothing where the tests look at more than the input, or do more with it than to compare it with constants.
std::optional<Comparisons> comparisons_of(const feel::Expression& tests);

class InputAxis {
 public:
  // Which values the input may have.
  struct Domain {
    Type type;
    std::vector<ExpressionPointer> tests;    // Each value satisfies all of them.
    std::optional<std::vector<Value>> only;  // Each value is one of these.
  };
  // Of an input with these entries, which are not nullptr.
  InputAxis(const Domain& domain, std::span<const ExpressionPointer> entries);

  std::size_t cells() const { return witnesses_.size(); }
  bool anything() const { return anything_; }  // Nothing is known of its values: one cell, with no witness.
  const Value& witness(std::size_t cell) const { return witnesses_[cell]; }
  // Where the domain isn't understood, some of its values are perhaps in no cell …
  bool cells_missing() const { return cells_missing_; }
  // … or cells may be outside of the domain.
  bool domain_unknown() const { return domain_unknown_; }

  // The cells that the entry matches; one of those that the axis was made for. Nothing where it can't be told.
  std::optional<CellSet> matching(const feel::Expression& entry) const;

  // "18 or more", "\"gold\" or \"silver\"", "not \"gold\"": after "is".
  std::string words(const CellSet& cells) const;
  // Unary tests that hold in these cells and in no others: ">= 18"; "-" for all of them.
  std::string tests(const CellSet& cells) const;

 private:
  // The cells of one kind of value. Places are cells before those outside of the domain are left out: of an ordered
  // kind place 2i+1 is the cut i, and 2i what lies before it; else place i is the cut i, and the last is any other.
  struct Segment {
    feel::Kind kind = feel::Kind::Null;
    bool ordered = false;
    bool others = false;
    bool mixed_zones = false;
    std::vector<Value> cuts;
    std::vector<std::size_t> cells_before;  // For each place, and one more: how many places before it have a cell.

    std::size_t places() const { return ordered ? 2 * cuts.size() + 1 : cuts.size() + (others ? 1 : 0); }
    bool has_cell(std::size_t place) const { return cells_before[place] != cells_before[place + 1]; }
    std::size_t place_of(const Value& cut) const;
  };

  void add_segment(feel::Kind kind, const Comparisons& all);
  void find_cells(Segment& segment, const Domain& domain);
  std::vector<Value> candidates(const Segment& segment, std::size_t place);
  bool holds(const feel::Expression& tests, const Value& value) const;
  void match(const Segment& segment, const feel::Expression& entry, std::span<const Value> cuts,
             CellSet& matched) const;
  enum class Style : std::uint8_t { Words, Tests };
  std::vector<std::string> alternatives(const Segment& segment, const CellSet& cells, Style style) const;
  std::vector<std::string> runs(const Segment& segment, const CellSet& cells, Style style) const;

  mutable feel::Memory scratch_;
  feel::Memory memory_;
  std::vector<Segment> segments_;
  std::vector<Value> witnesses_;  // By cell.
  bool anything_ = false;
  bool cells_missing_ = false;
  bool domain_unknown_ = false;
};

// "1", "1 and 2", "1, 2 and 3"; with "," as the last word "1, 2, 3".
std::string list_in_words(std::span<const std::string> parts, std::string_view last);

}  // namespace guildhall::dmn
