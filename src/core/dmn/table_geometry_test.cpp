#include "dmn/table_geometry.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <span>
#include <string>

namespace guildhall::dmn {
namespace {

// A table in a tiny language: one string per rule, one word per column, one letter per cell: x where the rule matches.
// "-" is the whole axis.
struct Table {
  std::vector<Axis> axes;
  std::vector<Box> rules;

  Table(std::vector<std::size_t> cells, const std::vector<std::string>& rows) {
    for (const std::size_t count : cells) axes.push_back({count});
    for (const std::string& row : rows) rules.push_back(box(row));
  }

  Box box(const std::string& row) const {
    Box box;
    std::size_t at = 0;
    for (const Axis& axis : axes) {
      const std::size_t end = std::min(row.find(' ', at), row.size());
      const std::string word = row.substr(at, end - at);
      at = end + 1;
      CellSet& side = box.sides.emplace_back(word == "-" ? CellSet::all(axis.cells) : CellSet::none(axis.cells));
      for (std::size_t cell = 0; word != "-" && cell < word.size(); ++cell) {
        if (word[cell] == 'x') side.insert(cell);
      }
    }
    return box;
  }
};

std::string text(const Box& box) {
  std::string row;
  for (const CellSet& side : box.sides) {
    if (!row.empty()) row += ' ';
    if (side.full()) {
      row += '-';
      continue;
    }
    for (std::size_t cell = 0; cell < side.cells(); ++cell) row += side.contains(cell) ? 'x' : '.';
  }
  return row;
}

std::vector<std::string> gaps_of(const Table& table, Limits limits = {}) {
  std::vector<std::string> rows;
  for (const Gap& gap : find_gaps(table.axes, table.rules, limits).found) rows.push_back(text(gap.box));
  return rows;
}

std::vector<std::size_t> in_order(const std::vector<Box>& rules) {
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

using Rows = std::vector<std::string>;
using Rules = std::vector<std::size_t>;
using Covered = std::vector<CoveredRule>;

TEST(CellSet, HoldsCellsBeyondOneWord) {
  CellSet set = CellSet::none(130);
  EXPECT_TRUE(set.empty());
  set.insert(3);
  set.insert_range(63, 65);
  set.insert(129);
  EXPECT_EQ(set.count(), 5u);
  EXPECT_EQ(set.next(0), 3u);
  EXPECT_EQ(set.next(4), 63u);
  EXPECT_EQ(set.next(66), 129u);
  EXPECT_EQ(set.next(130), 130u);
  EXPECT_TRUE(set.contains(64));
  EXPECT_FALSE(set.contains(66));
  EXPECT_TRUE(set.is_within(CellSet::all(130)));
  EXPECT_FALSE(CellSet::all(130).is_within(set));
  EXPECT_FALSE(set.intersects(CellSet::of(130, {0, 62, 66, 128})));
  EXPECT_TRUE(set.intersects(CellSet::of(130, {129})));
  CellSet rest = CellSet::all(130);
  rest -= set;
  EXPECT_EQ(rest.count(), 125u);
  rest &= set;
  EXPECT_TRUE(rest.empty());
}

TEST(CellSet, OfAllCellsIsFull) {
  for (const std::size_t cells : {0, 1, 63, 64, 65, 128}) {
    EXPECT_EQ(CellSet::all(cells).count(), cells);
    EXPECT_TRUE(CellSet::all(cells).full());
    EXPECT_EQ(CellSet::none(cells).full(), cells == 0);
  }
}

// The table in the header: age (under 18, exactly 18, over 18) and pupil (true, false).
TEST(Gaps, OfTheExampleAreAdultsWhoAreNoPupils) {
  const Table table({3, 2}, {"x.. -", ".xx x."});
  const Gaps gaps = find_gaps(table.axes, table.rules);
  EXPECT_TRUE(gaps.complete);
  ASSERT_EQ(gaps.found.size(), 1u);
  EXPECT_EQ(gaps.found[0].box, table.box(".xx .x"));
  EXPECT_EQ(gaps.found[0].witness, (Point{1, 1}));
}

// Rules on the diagonal of 3 × 3 leave six points open. A box without a point of the diagonal is the product of two
// sets that share no number; it is maximal where they have all three between them: one by two points or two by one.
// There are six such boxes of two points each, and three of them suffice.
TEST(Gaps, AreFewAndMaximal) {
  const Table table({3, 3}, {"x.. x..", ".x. .x.", "..x ..x"});
  const Gaps gaps = find_gaps(table.axes, table.rules);
  EXPECT_TRUE(gaps.complete);
  EXPECT_EQ(gaps.found.size(), 3u);
  for (const Gap& gap : gaps.found) EXPECT_EQ(gap.box.sides[0].count() + gap.box.sides[1].count(), 3u);
}

// What is open has the shape of an L: a whole row and a whole column, which share the corner.
TEST(Gaps, MayShareACorner) {
  const Table table({3, 3}, {"xx. xx."});
  EXPECT_EQ(gaps_of(table), (Rows{"- ..x", "..x -"}));
}

// Of the four maximal boxes, which are these, "x.x. -" and "- ..x.", two contain all open points.
TEST(Gaps, LeaveOutWhatTheOthersCover) {
  EXPECT_EQ(gaps_of(Table({4, 4}, {".x.. ...x", "...x xx.."})), (Rows{"xxx. xxx.", "x.xx ..xx"}));
}

TEST(Gaps, OfATableWithoutRulesAreEverything) {
  EXPECT_EQ(gaps_of(Table({3, 2}, {})), (Rows{"- -"}));
}

TEST(Gaps, OfATableWithoutColumnsDependOnThereBeingARule) {
  const Table empty({}, {});
  const Gaps gaps = find_gaps(empty.axes, empty.rules);
  ASSERT_EQ(gaps.found.size(), 1u);
  EXPECT_TRUE(gaps.found[0].box.sides.empty());
  EXPECT_TRUE(gaps.found[0].witness.empty());
  EXPECT_TRUE(find_gaps({}, std::vector<Box>{Box{}}).found.empty());
}

TEST(Gaps, AreNowhereOnAnAxisWithoutCells) {
  EXPECT_EQ(gaps_of(Table({3, 0}, {})), Rows{});
}

TEST(Gaps, AreNotFilledByARuleThatNeverMatches) {
  EXPECT_EQ(gaps_of(Table({2, 2}, {"- ..", "x. -"})), (Rows{".x -"}));
}

// Three rules that together leave two corners of a cube open, and with a rule for each of these nothing.
TEST(Gaps, AreNoneWhereOnlyAllRulesTogetherCover) {
  EXPECT_EQ(gaps_of(Table({2, 2, 2}, {"x. .x -", "- x. .x", ".x - x."})), (Rows{"x. x. x.", ".x .x .x"}));
  EXPECT_EQ(gaps_of(Table({2, 2, 2}, {"x. .x -", "- x. .x", ".x - x.", "x. x. x.", ".x .x .x"})), Rows{});
}

TEST(Gaps, StopAtTheNumberOfFindings) {
  const Table table({3, 3}, {"x.. x..", ".x. .x.", "..x ..x"});
  const Gaps two = find_gaps(table.axes, table.rules, {.findings = 2});
  EXPECT_EQ(two.found.size(), 2u);
  EXPECT_FALSE(two.complete);
  EXPECT_TRUE(find_gaps(table.axes, table.rules, {.findings = 3}).complete);
}

// The pigeonhole principle as a table: one column per pigeon, one cell per hole, a rule for each two pigeons in each
// hole. With more pigeons than holes some rule matches every case, but showing it case by case takes exponentially
// many.
// Source: Haken (1985), "The intractability of resolution", Theoretical Computer Science 39.
Table pigeonholes(std::size_t pigeons, std::size_t holes) {
  Table table(std::vector<std::size_t>(pigeons, holes), {});
  for (std::size_t one = 0; one < pigeons; ++one) {
    for (std::size_t other = one + 1; other < pigeons; ++other) {
      for (std::size_t hole = 0; hole < holes; ++hole) {
        Box rule{std::vector<CellSet>(pigeons, CellSet::all(holes))};
        rule.sides[one] = rule.sides[other] = CellSet::of(holes, {hole});
        table.rules.push_back(rule);
      }
    }
  }
  return table;
}

TEST(Gaps, OfASmallPigeonholeTableAreNone) {
  const Table table = pigeonholes(6, 5);
  const Gaps gaps = find_gaps(table.axes, table.rules);
  EXPECT_TRUE(gaps.found.empty());
  EXPECT_TRUE(gaps.complete);
}

TEST(Gaps, OfAHostileTableStopAtTheNumberOfSteps) {
  const Table table = pigeonholes(21, 20);
  const Gaps gaps = find_gaps(table.axes, table.rules, {.steps = 10'000'000});
  EXPECT_TRUE(gaps.found.empty());
  EXPECT_FALSE(gaps.complete);
}

TEST(Overlaps, NameBothRulesAndWhatTheyShare) {
  const Table table({3, 2}, {"xx. -", ".xx x.", "..x .x"});
  const Overlaps overlaps = find_overlaps(table.rules);
  EXPECT_TRUE(overlaps.complete);
  ASSERT_EQ(overlaps.found.size(), 1u);
  EXPECT_EQ(overlaps.found[0].first, 0u);
  EXPECT_EQ(overlaps.found[0].second, 1u);
  EXPECT_EQ(text(overlaps.found[0].common), ".x. x.");
  EXPECT_EQ(overlaps.found[0].witness, (Point{1, 0}));
}

TEST(Overlaps, OfRulesWithOneOutcomeMayBeLeftOut) {
  const Table table({2}, {"xx", "x.", ".x"});
  const std::vector<std::size_t> outcomes = {7, 8, 7};
  const Overlaps overlaps = find_overlaps(table.rules, {}, outcomes);
  ASSERT_EQ(overlaps.found.size(), 1u);
  EXPECT_EQ(overlaps.found[0].second, 1u);
}

TEST(Overlaps, StopAtTheLimits) {
  const Table table({2}, Rows(20, "xx"));  // 190 pairs.
  EXPECT_EQ(find_overlaps(table.rules, {.findings = 189}).found.size(), 189u);
  EXPECT_FALSE(find_overlaps(table.rules, {.findings = 189}).complete);
  EXPECT_TRUE(find_overlaps(table.rules, {.findings = 190}).complete);
  EXPECT_FALSE(find_overlaps(table.rules, {.findings = 190, .steps = 100}).complete);
}

// Rule 2 is masked by 0 and 1 together, and 0, which is asked before it, can be left out because of it. Rule 4 has its
// cases in 5, which is asked later; 5 itself is masked by 1 and 4. Rule 6 can't match.
TEST(MaskedRules, SayWhichRulesCoverThem) {
  const Table table({3, 2}, {"xx. x.", "- .x", "xx. -", "x.. x.", "..x x.", "..x -", "- .."});
  const Masked masked = find_masked(table.rules, in_order(table.rules));
  EXPECT_TRUE(masked.complete);
  EXPECT_EQ(masked.never_match, (Rules{6}));
  EXPECT_EQ(masked.by_one, (Covered{{0, {2}}, {3, {0}}, {4, {5}}}));
  EXPECT_EQ(masked.by_earlier, (Covered{{2, {0, 1}}, {3, {0}}, {5, {1, 4}}}));
}

TEST(MaskedRules, DependOnTheOrderAsked) {
  const Table table({2}, {"x.", "xx"});
  const Masked backwards = find_masked(table.rules, Rules{1, 0});
  EXPECT_EQ(backwards.by_earlier, (Covered{{0, {1}}}));
  EXPECT_EQ(find_masked(table.rules, Rules{0, 1}).by_earlier, Covered{});
  EXPECT_EQ(find_masked(table.rules, Rules{0, 1}).by_one, (Covered{{0, {1}}}));
}

TEST(MaskedRules, OfTwoThatAreTheSameAreTheLater) {
  const Table table({2}, {"x.", "x."});
  const Masked masked = find_masked(table.rules, Rules{0, 1});
  EXPECT_EQ(masked.by_one, (Covered{{1, {0}}}));
  EXPECT_EQ(masked.by_earlier, (Covered{{1, {0}}}));
}

TEST(MaskedRules, StopAtTheLimits) {
  Table table = pigeonholes(21, 20);
  table.rules.push_back(Box{std::vector<CellSet>(21, CellSet::all(20))});  // Masked, which is too hard to find out.
  EXPECT_FALSE(find_masked(table.rules, in_order(table.rules), {.steps = 30'000'000}).complete);
  const Table same({2}, {"x.", "x.", "x."});
  EXPECT_FALSE(find_masked(same.rules, in_order(same.rules), {.findings = 1}).complete);
  EXPECT_TRUE(find_masked(same.rules, in_order(same.rules), {.findings = 2}).complete);
}

// Splits the whole space again and again: no two of the rules overlap, and together they cover everything.
Table partition(std::size_t columns, std::size_t cells, std::size_t rules, unsigned seed) {
  std::mt19937 random(seed);
  Table table(std::vector<std::size_t>(columns, cells), {});
  table.rules.push_back({std::vector<CellSet>(columns, CellSet::all(cells))});
  while (table.rules.size() < rules) {
    Box& rule = table.rules[random() % table.rules.size()];
    CellSet& side = rule.sides[random() % columns];
    CellSet upper = side;
    for (std::size_t cell = side.next(0), cut = random() % cells; cell < cut; cell = side.next(cell + 1)) {
      upper -= CellSet::of(cells, {cell});
    }
    if (upper.empty() || upper == side) continue;
    side -= upper;
    Box other = rule;
    other.sides[static_cast<std::size_t>(&side - rule.sides.data())] = upper;
    table.rules.push_back(std::move(other));
  }
  std::shuffle(table.rules.begin(), table.rules.end(), random);
  return table;
}

// The sizes that people have, with a hundredth and a tenth of the steps that are the default.
TEST(LargeTables, AreCheckedWithinTheirLimits) {
  for (const auto& [table, steps] : {std::pair(partition(10, 101, 50, 1), std::uint64_t{1'000'000}),
                                     std::pair(partition(3, 2001, 1000, 2), std::uint64_t{10'000'000})}) {
    const Limits limits{.steps = steps};
    const Gaps none = find_gaps(table.axes, table.rules, limits);
    EXPECT_TRUE(none.complete);
    EXPECT_TRUE(none.found.empty());
    const Overlaps overlaps = find_overlaps(table.rules, limits);
    EXPECT_TRUE(overlaps.complete);
    EXPECT_TRUE(overlaps.found.empty());
    const Masked masked = find_masked(table.rules, in_order(table.rules), limits);
    EXPECT_TRUE(masked.complete);
    EXPECT_TRUE(masked.by_earlier.empty() && masked.by_one.empty());

    // Without the last rule, its box is what is missing: a product, and so one gap.
    const auto fewer = std::span(table.rules).first(table.rules.size() - 1);
    const Gaps one = find_gaps(table.axes, fewer, {.findings = 1, .steps = steps});
    EXPECT_TRUE(one.complete);
    ASSERT_EQ(one.found.size(), 1u);
    EXPECT_EQ(one.found[0].box, table.rules.back());

    // Asked after all others, a rule for everything is needed for that gap alone; for nothing where there is none.
    std::vector<Box> otherwise(fewer.begin(), fewer.end());
    otherwise.push_back({std::vector<CellSet>(table.axes.size(), CellSet::all(table.axes[0].cells))});
    EXPECT_TRUE(find_masked(otherwise, in_order(otherwise), limits).by_earlier.empty());
    otherwise.insert(otherwise.begin(), table.rules.back());
    const Masked last = find_masked(otherwise, in_order(otherwise), {});
    ASSERT_EQ(last.by_earlier.size(), 1u);
    EXPECT_EQ(last.by_earlier[0].rule, otherwise.size() - 1);
    EXPECT_EQ(last.by_earlier[0].by.size(), otherwise.size() - 1);
  }
}

TEST(LargeTables, OfTenThousandRulesAreComparedPairByPair) {
  Table table({10'000}, {});  // Say, one rule per postcode.
  for (std::size_t cell = 0; cell < 10'000; ++cell) table.rules.push_back({{CellSet::of(10'000, {cell})}});
  table.rules[1234] = table.rules[9876];
  const Overlaps overlaps = find_overlaps(table.rules);
  EXPECT_TRUE(overlaps.complete);
  ASSERT_EQ(overlaps.found.size(), 1u);
  EXPECT_EQ(overlaps.found[0].first, 1234u);
  EXPECT_EQ(overlaps.found[0].second, 9876u);
  const Masked masked = find_masked(table.rules, in_order(table.rules));
  EXPECT_TRUE(masked.complete);
  EXPECT_EQ(masked.by_earlier, (Covered{{9876, {1234}}}));
  EXPECT_EQ(gaps_of(table).size(), 1u);
}

// Against brute force: small tables of any rules, and every one of their points.
struct Small {
  std::vector<Axis> axes;
  std::vector<Box> rules;
  std::vector<Point> points;
};

std::size_t any_number(std::size_t least, std::size_t greatest) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, greatest + 1));
}

Small any_small_table() {
  Small table;
  const std::size_t columns = any_number(0, 4);
  for (std::size_t column = 0; column < columns; ++column) table.axes.push_back({any_number(1, 5)});
  if (columns > 0 && columns < 3 && any_number(0, 3) == 0) table.axes[0].cells = any_number(60, 130);
  table.points = {{}};
  for (const Axis& axis : table.axes) {
    std::vector<Point> longer;
    for (const Point& point : table.points) {
      for (std::size_t cell = 0; cell < axis.cells; ++cell) {
        longer.push_back(point);
        longer.back().push_back(cell);
      }
    }
    table.points = std::move(longer);
  }
  const std::size_t rules = any_number(0, 14);
  const std::size_t whole_sides = any_number(0, 5);  // Of ten.
  const std::size_t members = any_number(2, 9);      // Of ten, in a side that isn't whole.
  for (std::size_t rule = 0; rule < rules; ++rule) {
    Box& box = table.rules.emplace_back();
    for (const Axis& axis : table.axes) {
      CellSet& side = box.sides.emplace_back(CellSet::all(axis.cells));
      if (any_number(0, 9) < whole_sides) continue;
      side = CellSet::none(axis.cells);
      for (std::size_t cell = 0; cell < axis.cells; ++cell) {
        if (any_number(0, 9) < members) side.insert(cell);
      }
    }
  }
  return table;
}

bool contains(const Box& box, const Point& point) {
  for (std::size_t column = 0; column < point.size(); ++column) {
    if (!box.sides[column].contains(point[column])) return false;
  }
  return true;
}

template <class Boxes>
bool any_contains(const Boxes& boxes, const Point& point) {
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return contains(box, point); });
}

std::vector<Box> boxes_of(const Gaps& gaps) {
  std::vector<Box> boxes;
  for (const Gap& gap : gaps.found) boxes.push_back(gap.box);
  return boxes;
}

RC_GTEST_PROP(Gaps, AreExactlyThePointsThatNoRuleContains, ()) {
  const Small table = any_small_table();
  const Gaps gaps = find_gaps(table.axes, table.rules);
  RC_ASSERT(gaps.complete);
  const std::vector<Box> boxes = boxes_of(gaps);
  for (const Point& point : table.points) RC_ASSERT(any_contains(boxes, point) != any_contains(table.rules, point));
}

RC_GTEST_PROP(Gaps, AreMaximalAndNeededAndHaveAWitnessEach, ()) {
  const Small table = any_small_table();
  const Gaps gaps = find_gaps(table.axes, table.rules);
  std::vector<Point> witnesses;
  for (std::size_t i = 0; i < gaps.found.size(); ++i) {
    const auto& [box, witness] = gaps.found[i];
    RC_ASSERT(contains(box, witness));
    witnesses.push_back(witness);
    std::vector<Box> others = boxes_of(gaps);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    RC_ASSERT(std::any_of(table.points.begin(), table.points.end(),
                          [&](const Point& point) { return contains(box, point) && !any_contains(others, point); }));
    for (std::size_t column = 0; column < table.axes.size(); ++column) {
      for (std::size_t cell = 0; cell < table.axes[column].cells; ++cell) {
        if (box.sides[column].contains(cell)) continue;
        Box larger = box;
        larger.sides[column].insert(cell);
        RC_ASSERT(std::any_of(table.points.begin(), table.points.end(), [&](const Point& point) {
          return contains(larger, point) && any_contains(table.rules, point);
        }));
      }
    }
  }
  RC_ASSERT(std::is_sorted(witnesses.begin(), witnesses.end()));
  RC_ASSERT(std::adjacent_find(witnesses.begin(), witnesses.end()) == witnesses.end());
}

RC_GTEST_PROP(Gaps, AreTrueAndSaidToBeIncompleteWhereTheLimitsAreTight, ()) {
  const Small table = any_small_table();
  const Limits limits{.findings = any_number(0, 3), .steps = any_number(0, 400)};
  const Gaps gaps = find_gaps(table.axes, table.rules, limits);
  RC_ASSERT(gaps.found.size() <= limits.findings);
  const std::vector<Box> boxes = boxes_of(gaps);
  for (const Point& point : table.points) {
    const bool decided = any_contains(table.rules, point);
    const bool reported = any_contains(boxes, point);
    if (reported) RC_ASSERT_FALSE(decided);
    if (gaps.complete) RC_ASSERT(reported != decided);
  }
}

RC_GTEST_PROP(Overlaps, AreThePairsThatShareAPoint, ()) {
  const Small table = any_small_table();
  const Overlaps overlaps = find_overlaps(table.rules);
  RC_ASSERT(overlaps.complete);
  auto next = overlaps.found.begin();
  for (std::size_t first = 0; first < table.rules.size(); ++first) {
    for (std::size_t second = first + 1; second < table.rules.size(); ++second) {
      const auto in_both = [&](const Point& point) {
        return contains(table.rules[first], point) && contains(table.rules[second], point);
      };
      if (std::none_of(table.points.begin(), table.points.end(), in_both)) continue;
      RC_ASSERT(next != overlaps.found.end());
      RC_ASSERT(next->first == first);
      RC_ASSERT(next->second == second);
      for (const Point& point : table.points) RC_ASSERT(contains(next->common, point) == in_both(point));
      RC_ASSERT(in_both(next->witness));
      ++next;
    }
  }
  RC_ASSERT(next == overlaps.found.end());
}

bool is_covered(const Small& table, std::size_t rule, const Rules& by) {
  return std::all_of(table.points.begin(), table.points.end(), [&](const Point& point) {
    return !contains(table.rules[rule], point) ||
           std::any_of(by.begin(), by.end(), [&](std::size_t other) { return contains(table.rules[other], point); });
  });
}

RC_GTEST_PROP(MaskedRules, AreThoseWhosePointsOthersContain, ()) {
  const Small table = any_small_table();
  std::vector<std::size_t> order = in_order(table.rules);
  std::shuffle(order.begin(), order.end(), std::mt19937(*rc::gen::arbitrary<unsigned>()));
  const Masked masked = find_masked(table.rules, order);
  RC_ASSERT(masked.complete);

  const auto covers = [&](const Rules& by, std::size_t rule) { return is_covered(table, rule, by); };
  Rules never_match, by_earlier, by_one, earlier;
  for (const std::size_t rule : order) {
    if (covers({}, rule)) {
      never_match.push_back(rule);
      continue;
    }
    if (covers(earlier, rule)) by_earlier.push_back(rule);
    if (std::any_of(order.begin(), order.end(), [&](std::size_t other) {
          const bool is_earlier = std::find(earlier.begin(), earlier.end(), other) != earlier.end();
          return other != rule && covers({other}, rule) && (is_earlier || table.rules[other] != table.rules[rule]);
        })) {
      by_one.push_back(rule);
    }
    earlier.push_back(rule);
  }
  RC_ASSERT(masked.never_match == never_match);
  RC_ASSERT(masked.by_one.size() == by_one.size());
  for (std::size_t i = 0; i < by_one.size(); ++i) {
    RC_ASSERT(masked.by_one[i].rule == by_one[i]);
    RC_ASSERT(masked.by_one[i].by.size() == 1u);
    RC_ASSERT(covers(masked.by_one[i].by, by_one[i]));
  }
  RC_ASSERT(masked.by_earlier.size() == by_earlier.size());
  const auto place = [&](std::size_t rule) { return std::find(order.begin(), order.end(), rule); };
  for (std::size_t i = 0; i < by_earlier.size(); ++i) {
    const auto& [rule, by] = masked.by_earlier[i];
    RC_ASSERT(rule == by_earlier[i]);
    RC_ASSERT(covers(by, rule));
    for (std::size_t left_out = 0; left_out < by.size(); ++left_out) {
      RC_ASSERT(place(by[left_out]) < place(rule));
      if (left_out > 0) RC_ASSERT(place(by[left_out - 1]) < place(by[left_out]));
      Rules fewer = by;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
      RC_ASSERT(!covers(fewer, rule));
    }
  }
}

RC_GTEST_PROP(MaskedRules, AreTrueWhereTheLimitsAreTight, ()) {
  const Small table = any_small_table();
  const Limits limits{.findings = any_number(0, 14), .steps = any_number(0, 1000)};
  const Masked masked = find_masked(table.rules, in_order(table.rules), limits);
  for (const auto& [rule, by] : masked.by_one) RC_ASSERT(is_covered(table, rule, by));
  for (const auto& [rule, by] : masked.by_earlier) RC_ASSERT(is_covered(table, rule, by));
  if (!masked.complete) return;
  const Masked all = find_masked(table.rules, in_order(table.rules));
  RC_ASSERT(masked.by_one == all.by_one);
  RC_ASSERT(masked.by_earlier.size() == all.by_earlier.size());
}

}  // namespace
}  // namespace guildhall::dmn
