#pragma once

// The geometry of a decision table: which cases no rule decides, which two rules decide together, and which rules never
// get a say. Nothing here knows FEEL or DMN; it is about boxes in a space of small whole numbers.
//
//   age        | pupil       |            cells of age:    0 under 18, 1 exactly 18, 2 over 18
//   -----------+-------------+            cells of pupil:  0 true, 1 false
//   1  < 18    | -           |
//   2  >= 18   | true        |            find_gaps says: age {1, 2} × pupil {1}, for example at (1, 1)
//
// An input column is an axis. Whoever reads the entries cuts it into elementary cells, fine enough that every entry is
// a set of whole cells: the end points of its intervals and the open intervals between them, each string that is
// mentioned and "any other string", true, false, null. A rule is then a box: the product of one set of cells per
// column. A case is a point: one cell per column. A rule matches a case where its box contains the point.
//
// Source of this view: Calvanese, Dumas, Laurson, Maggi, Montali, Teinemaa (2016), "Semantics and analysis of DMN
// decision tables", BPM 2016. Sets of cells in the place of their intervals are the multiple-valued cubes of Rudell and
// Sangiovanni-Vincentelli (1987), "Multiple-valued minimization for PLA optimization", IEEE Trans. CAD 6(5); growing
// what was found until it is maximal, and then leaving out what the others cover, are their steps "expand" and
// "irredundant". The search splits the space in the middle again and again, and before each split cuts away what boxes
// cover that are whole in all columns but one, in the manner of Chan (2013), "Klee's measure problem made easy", FOCS
// 2013, where that leads to about n^(c/2) regions for n rules of c intervals.
//
// Whether boxes cover a space is co-NP-complete, so a table can be made that no program checks in reasonable time.
// Every search therefore has limits, and says in `complete` whether it came to its end. All results depend on the input
// alone.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace guildhall::dmn {

// A set of cells of one axis, numbered from 0. One bit per cell. Two sets can be put together only where they are over
// the same number of cells.
class CellSet {
 public:
  CellSet() = default;  // Over an axis without cells.
  static CellSet none(std::size_t cells);
  static CellSet all(std::size_t cells);
  static CellSet of(std::size_t cells, std::initializer_list<std::size_t> members);

  std::size_t cells() const { return cells_; }  // Of the axis, not of the set.
  void insert(std::size_t cell);
  void insert_range(std::size_t first, std::size_t last);  // Both included.

  bool contains(std::size_t cell) const { return (words_[cell / 64] >> (cell % 64) & 1) != 0; }
  bool empty() const { return next(0) == cells_; }
  bool full() const { return *this == all(cells_); }
  std::size_t count() const;
  std::size_t next(std::size_t from) const;  // The least member that is not less than `from`; cells() where none is.

  bool intersects(const CellSet& other) const;
  bool is_within(const CellSet& other) const;
  CellSet& operator&=(const CellSet& other);
  CellSet& operator-=(const CellSet& other);

  std::span<const std::uint64_t> words() const { return words_; }  // Bits after the last cell are 0.
  bool operator==(const CellSet&) const = default;

 private:
  std::size_t cells_ = 0;
  std::vector<std::uint64_t> words_;
};

// One input column. An axis without cells has no cases, and so neither has the table.
struct Axis {
  std::size_t cells = 0;
};

// One rule, or one region: a side per axis, each over all cells of its axis. A box with an empty side has no points. A
// table without columns has one point, which every box contains.
struct Box {
  std::vector<CellSet> sides;

  bool operator==(const Box&) const = default;
};

using Point = std::vector<std::size_t>;  // One cell per axis.

// Where a search gives up. A step is a look at up to 64 cells of one side of one rule, some nanoseconds; the default is
// about a second at worst, and most tables take some milliseconds. Memory is bounded too: the findings, a copy of the
// rules, and 4 bytes × rules × the depth of the splits (for each column the logarithm of its cells).
struct Limits {
  std::size_t findings = 100;
  std::uint64_t steps = 100'000'000;
};

struct Gap {
  Box box;        // No rule matches any of its points, and no side can take another cell without that ending.
  Point witness;  // One of them, which no other gap has for its witness.
};

struct Gaps {
  std::vector<Gap> found;  // By witness, in the order of the cells, the first column first. They may share points.
  bool complete = true;    // Every point outside of `found` is decided by some rule. False: at a limit.
};

// The cases that no rule decides, as few and large boxes: each is maximal, and none is covered by the others, as far as
// the steps suffice to leave such out. All rules have one side per axis.
Gaps find_gaps(std::span<const Axis> axes, std::span<const Box> rules, Limits limits = {});

struct Overlap {
  std::size_t first = 0, second = 0;  // Indexes into the rules, first < second.
  Box common;                         // All cases in which both match.
  Point witness;                      // One of them: the least cell of each side.
};

struct Overlaps {
  std::vector<Overlap> found;  // By first, then by second.
  bool complete = true;        // No other pair overlaps.
};

// The pairs of rules that match a case together. Where `outcomes` isn't empty it has one number per rule, and rules
// with the same number may overlap (hit policy ANY). Compares every pair, but most by one word or two: the 50 million
// pairs of 10,000 rules take some tenths of a second.
Overlaps find_overlaps(std::span<const Box> rules, Limits limits = {}, std::span<const std::size_t> outcomes = {});

struct CoveredRule {
  std::size_t rule = 0;
  std::vector<std::size_t> by;  // Rules that together match every case which `rule` does, in the order asked.

  bool operator==(const CoveredRule&) const = default;
};

struct Masked {
  std::vector<std::size_t> never_match;  // Have an empty side. They are in none of the other lists.
  // Covered by one other rule, the first asked that does. Where two rules have the same box only the later is covered.
  std::vector<CoveredRule> by_one;
  // Covered by the rules asked before them, so that they never decide where the first that matches does. `by` is one
  // rule wherever one suffices; otherwise every one of them is needed, as far as the steps suffice to leave others out.
  std::vector<CoveredRule> by_earlier;
  bool complete = true;  // The lists have all such rules.
};

// The rules that can be left out. `order` names every rule once, in the order in which they are asked: that of the
// table for hit policy FIRST, by priority for PRIORITY. All lists are in this order; by_one and by_earlier have at most
// limits.findings each.
Masked find_masked(std::span<const Box> rules, std::span<const std::size_t> order, Limits limits = {});

}  // namespace guildhall::dmn
