#include "dmn/table_geometry.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <functional>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/result.h"

namespace guildhall::dmn {

CellSet CellSet::none(std::size_t cells) {
  CellSet set;
  set.cells_ = cells;
  set.words_.resize((cells + 63) / 64);
  return set;
}

CellSet CellSet::all(std::size_t cells) {
  CellSet set = none(cells);
  std::fill(set.words_.begin(), set.words_.end(), ~std::uint64_t{0});
  if (cells % 64 != 0) set.words_.back() >>= 64 - cells % 64;
  return set;
}

CellSet CellSet::of(std::size_t cells, std::initializer_list<std::size_t> members) {
  CellSet set = none(cells);
  for (const std::size_t member : members) set.insert(member);
  return set;
}

void CellSet::insert(std::size_t cell) {
  check(cell < cells_, "a cell is on its axis");
  words_[cell / 64] |= std::uint64_t{1} << (cell % 64);
}

void CellSet::insert_range(std::size_t first, std::size_t last) {
  for (std::size_t cell = first; cell <= last; ++cell) insert(cell);
}

std::size_t CellSet::count() const {
  std::size_t members = 0;
  for (const std::uint64_t word : words_) members += static_cast<std::size_t>(std::popcount(word));
  return members;
}

std::size_t CellSet::next(std::size_t from) const {
  if (from >= cells_) return cells_;
  std::size_t index = from / 64;
  std::uint64_t word = words_[index] & ~std::uint64_t{0} << (from % 64);
  while (word == 0) {
    if (++index == words_.size()) return cells_;
    word = words_[index];
  }
  return index * 64 + static_cast<std::size_t>(std::countr_zero(word));
}

bool CellSet::intersects(const CellSet& other) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & other.words_[i]) != 0) return true;
  }
  return false;
}

bool CellSet::is_within(const CellSet& other) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & ~other.words_[i]) != 0) return false;
  }
  return true;
}

CellSet& CellSet::operator&=(const CellSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  return *this;
}

CellSet& CellSet::operator-=(const CellSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  return *this;
}

namespace {

using Boxes = std::vector<const Box*>;

class Budget {
 public:
  explicit Budget(std::uint64_t steps) : left_(steps) {}
  // False once more steps were taken than there are.
  bool take(std::uint64_t steps) {
    spent_ = spent_ || steps > left_;
    left_ -= std::min(left_, steps);
    return !spent_;
  }
  bool spent() const { return spent_; }

 private:
  std::uint64_t left_;
  bool spent_ = false;
};

bool has_empty_side(const Box& box) {
  return std::any_of(box.sides.begin(), box.sides.end(), [](const CellSet& side) { return side.empty(); });
}

bool is_within(const Box& inner, const Box& outer) {
  for (std::size_t column = 0; column < inner.sides.size(); ++column) {
    if (!inner.sides[column].is_within(outer.sides[column])) return false;
  }
  return true;
}

bool intersect(const Box& a, const Box& b) {
  for (std::size_t column = 0; column < a.sides.size(); ++column) {
    if (!a.sides[column].intersects(b.sides[column])) return false;
  }
  return true;
}

Box intersection(Box a, const Box& b) {
  for (std::size_t column = 0; column < a.sides.size(); ++column) a.sides[column] &= b.sides[column];
  return a;
}

Point least_point(const Box& box) {
  Point point;
  for (const CellSet& side : box.sides) point.push_back(side.next(0));
  return point;
}

std::uint64_t words_of(const Box& box) {
  std::uint64_t words = 1;
  for (const CellSet& side : box.sides) words += side.words().size();
  return words;
}

void check_shape(std::span<const Box> rules, const Box& shape) {
  for (const Box& rule : rules) {
    check(std::equal(rule.sides.begin(), rule.sides.end(), shape.sides.begin(), shape.sides.end(),
                     [](const CellSet& a, const CellSet& b) { return a.cells() == b.cells(); }),
          "every rule has one side per axis");
  }
}

enum class Cover { Nothing, Part, Everything };

// How much of a region's side the side of a box covers.
Cover cover_of(std::span<const std::uint64_t> region, std::span<const std::uint64_t> side) {
  bool some = false;
  bool missing = false;
  for (std::size_t i = 0; i < region.size() && !(some && missing); ++i) {
    some = some || (region[i] & side[i]) != 0;
    missing = missing || (region[i] & ~side[i]) != 0;
  }
  return !some ? Cover::Nothing : missing ? Cover::Part : Cover::Everything;
}

// Looks for the parts of a region that none of the boxes covers, by splitting it until each part is plain.
class UncoveredSearch {
 public:
  // Is given a part that no box covers. Returns a box around it, which counts as one of the boxes from then on and
  // outlives the search; nothing ends the search.
  using Found = std::function<const Box*(const Box&)>;

  UncoveredSearch(const Boxes& boxes, Budget& budget, Found found) : budget_(budget), found_(std::move(found)) {
    for (const Box* box : boxes) add(box);
    budget_.take(words_.size() / 8);  // Copying is that much quicker.
  }

  // True: everything was looked at. False: `found` or the budget ended it.
  bool run(const Box& region) { return has_empty_side(region) || look(region, {}, 0); }

  // Where nothing was found: boxes, in their order, that suffice to cover the region.
  Boxes needed() const {
    Boxes boxes;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      if (needed_[i]) boxes.push_back(boxes_[i]);
    }
    return boxes;
  }

 private:
  // `near` are those of the first `known` boxes that can have points in the region.
  bool look(Box region, std::vector<std::uint32_t> near, std::size_t known) {
    for (; known < boxes_.size(); ++known) near.push_back(static_cast<std::uint32_t>(known));
    std::vector<std::size_t> divided;
    if (narrow(region, near, divided)) return true;
    if (budget_.spent()) return false;
    if (near.empty()) return report(region);
    const auto column = static_cast<std::size_t>(std::max_element(divided.begin(), divided.end()) - divided.begin());
    Box rest = region;
    region.sides[column] = sparser_half(region.sides[column], near, column);
    rest.sides[column] -= region.sides[column];
    return look(std::move(region), near, known) && look(std::move(rest), std::move(near), known);
  }

  bool report(const Box& region) {
    const Box* box = found_(region);
    if (box == nullptr) return false;
    add(box);
    return true;
  }

  void add(const Box* box) {
    boxes_.push_back(box);
    needed_.push_back(false);
    for (const CellSet& side : box->sides) words_.insert(words_.end(), side.words().begin(), side.words().end());
    words_per_box_ = words_.size() / boxes_.size();
  }

  // Takes out of the region what boxes cover that are whole in all columns but one, and out of `near` the boxes without
  // points in what remains. True where nothing remains. `divided`: for each column, how many boxes cover a part of it.
  bool narrow(Box& region, std::vector<std::uint32_t>& near, std::vector<std::size_t>& divided) {
    const std::uint64_t words = words_of(region);
    std::vector<std::size_t> partial;
    for (bool narrowed = true; narrowed;) {
      narrowed = false;
      divided.assign(region.sides.size(), 0);
      std::size_t kept = 0;
      for (const std::uint32_t id : near) {
        if (!budget_.take(words)) return false;
        if (!find_partial(region, id, partial)) continue;
        if (partial.size() <= 1) needed_[id] = true;
        if (partial.empty()) return true;
        if (partial.size() == 1) {
          region.sides[partial[0]] -= boxes_[id]->sides[partial[0]];
          narrowed = true;
          continue;
        }
        for (const std::size_t column : partial) ++divided[column];
        near[kept++] = id;
      }
      near.resize(kept);
    }
    return false;
  }

  // The columns in which the box covers a part of the region only. False where it has no point in it.
  bool find_partial(const Box& region, std::size_t id, std::vector<std::size_t>& partial) const {
    partial.clear();
    auto box = std::span<const std::uint64_t>(words_).subspan(id * words_per_box_);
    for (std::size_t column = 0; column < region.sides.size(); ++column) {
      const auto side = region.sides[column].words();
      const Cover cover = cover_of(side, box);
      if (cover == Cover::Nothing) return false;
      if (cover == Cover::Part) partial.push_back(column);
      box = box.subspan(side.size());
    }
    return true;
  }

  // Cells that are in the same boxes stay together: they are one class. Half of the classes, in the order of their
  // first cells, as that cuts the fewest intervals; of the two halves the one in fewer boxes, as something uncovered is
  // found there sooner. Some box covers a part of `side`, so that there are two classes at least.
  CellSet sparser_half(const CellSet& side, const std::vector<std::uint32_t>& near, std::size_t column) {
    struct Cell {
      std::uint64_t signature = 0;
      std::size_t boxes = 0;
    };
    std::vector<Cell> cells(side.cells());
    budget_.take(side.cells());
    std::uint64_t first_bit = 1;
    for (const std::uint32_t id : near) {
      CellSet common = boxes_[id]->sides[column];
      if (cover_of(side.words(), common.words()) != Cover::Part) continue;
      // A bit of its own for one box: so two signatures differ, even if those of the others should ever collide.
      const std::uint64_t mark = std::exchange(first_bit, 0) | scattered(id) << 1;
      common &= side;
      for (std::size_t cell = common.next(0); cell < common.cells(); cell = common.next(cell + 1)) {
        cells[cell].signature ^= mark;
        ++cells[cell].boxes;
      }
      budget_.take(common.count());
    }
    std::unordered_map<std::uint64_t, std::size_t> classes;
    for (std::size_t cell = side.next(0); cell < side.cells(); cell = side.next(cell + 1)) {
      classes.try_emplace(cells[cell].signature, classes.size());
    }
    std::array<CellSet, 2> halves = {CellSet::none(side.cells()), CellSet::none(side.cells())};
    std::array<double, 2> boxes = {};
    for (std::size_t cell = side.next(0); cell < side.cells(); cell = side.next(cell + 1)) {
      const std::size_t half = classes[cells[cell].signature] < classes.size() / 2 ? 0 : 1;
      halves[half].insert(cell);
      boxes[half] += static_cast<double>(cells[cell].boxes);
    }
    const double first = boxes[0] / static_cast<double>(halves[0].count());
    const double second = boxes[1] / static_cast<double>(halves[1].count());
    return first <= second ? halves[0] : halves[1];
  }

  // Numbers without a pattern. Source: the mixing function of Steele, Lea, Flood (2014), "Fast splittable pseudorandom
  // number generators", OOPSLA 2014, with the constants of Stafford's thirteenth variant.
  static std::uint64_t scattered(std::uint64_t number) {
    number = (number + 1) * 0x9e3779b97f4a7c15;
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
    number = (number ^ number >> 27) * 0x94d049bb133111eb;
    return number ^ number >> 31;
  }

  Boxes boxes_;
  std::vector<std::uint64_t>
      words_;  // Of all sides of all boxes. Reading them is most of the work, so they lie together.
  std::size_t words_per_box_ = 0;
  std::vector<bool> needed_;
  Budget& budget_;
  Found found_;
};

// Which of the boxes, taken together, cover the region; nothing where they don't, or the budget is spent.
std::optional<Boxes> find_cover(const Box& region, const Boxes& boxes, Budget& budget) {
  UncoveredSearch search(boxes, budget, [](const Box&) { return nullptr; });
  if (!search.run(region)) return std::nullopt;
  return search.needed();
}

// Grows a box that meets no rule until none of its sides can take another cell.
Box grown(Box box, std::span<const Box> rules, Budget& budget) {
  budget.take(2 * rules.size() * words_of(box));
  // In how many columns a rule is apart from the box. Where it is one, the cells of the rule there can't be taken.
  std::vector<std::size_t> apart(rules.size());
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    for (std::size_t column = 0; column < box.sides.size(); ++column) {
      if (!rules[rule].sides[column].intersects(box.sides[column])) ++apart[rule];
    }
  }
  for (std::size_t column = 0; column < box.sides.size(); ++column) {
    CellSet& side = box.sides[column];
    CellSet larger = CellSet::all(side.cells());
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
      if (apart[rule] == 1 && !rules[rule].sides[column].intersects(side)) larger -= rules[rule].sides[column];
    }
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
      const CellSet& other = rules[rule].sides[column];
      if (!other.intersects(side) && other.intersects(larger)) --apart[rule];
    }
    side = std::move(larger);
  }
  return box;
}

// What tells most pairs of boxes apart at a glance: words with a bit for each 64th of an axis, and for axes of more
// than 64 cells also words with a bit for each remainder of the cell's number by 64, which tell neighbours apart.
class Sketches {
 public:
  explicit Sketches(const Boxes& boxes) {
    for (std::size_t column = 0; !boxes.empty() && column < boxes[0]->sides.size(); ++column) {
      std::vector<std::uint64_t> parts, remainders;
      for (const Box* box : boxes) {
        const auto words = box->sides[column].words();
        parts.push_back(parts_of(box->sides[column]));
        remainders.push_back(std::accumulate(words.begin(), words.end(), std::uint64_t{0}, std::bit_or<>()));
      }
      columns_.push_back(std::move(parts));
      if (boxes[0]->sides[column].cells() > 64) columns_.push_back(std::move(remainders));
    }
    // What tells most pairs apart comes first.
    std::stable_sort(columns_.begin(), columns_.end(),
                     [](const auto& a, const auto& b) { return similar_pairs(a) < similar_pairs(b); });
  }

  // Those of the boxes `first` to `last` - 1 for which may(word of `box`, their word) holds throughout.
  template <class May>
  std::vector<std::size_t> candidates(std::size_t box, std::size_t first, std::size_t last, Budget& budget,
                                      May may) const {
    std::vector<std::size_t> found(last - first);
    std::iota(found.begin(), found.end(), first);
    for (const std::vector<std::uint64_t>& words : columns_) {
      budget.take(found.size() / 4);
      // Without a branch, which would be mispredicted often.
      std::size_t kept = 0;
      for (const std::size_t other : found) {
        found[kept] = other;
        kept += may(words[box], words[other]) ? 1 : 0;
      }
      found.resize(kept);
    }
    return found;
  }

  static bool may_intersect(std::uint64_t a, std::uint64_t b) { return (a & b) != 0; }
  static bool may_be_within(std::uint64_t inner, std::uint64_t outer) { return (inner & ~outer) == 0; }

 private:
  static std::uint64_t parts_of(const CellSet& side) {
    std::uint64_t parts = 0;
    for (std::size_t cell = side.next(0); cell < side.cells();) {
      const std::size_t part = cell * 64 / side.cells();
      parts |= std::uint64_t{1} << part;
      cell = side.next(((part + 1) * side.cells() + 63) / 64);
    }
    return parts;
  }

  static std::uint64_t similar_pairs(const std::vector<std::uint64_t>& words) {
    std::array<std::uint64_t, 64> boxes = {};
    for (const std::uint64_t word : words) {
      for (std::size_t bit = 0; bit < 64; ++bit) boxes[bit] += word >> bit & 1;
    }
    return std::inner_product(boxes.begin(), boxes.end(), boxes.begin(), std::uint64_t{0});
  }

  std::vector<std::vector<std::uint64_t>> columns_;
};

// Leaves out what the others cover, one box after the other from the last, until every box is needed.
void leave_out_unneeded(const Box& region, Boxes& cover, Budget& budget) {
  for (std::size_t i = cover.size(); i-- > 0 && !budget.spent();) {
    Boxes others = cover;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (find_cover(region, others, budget)) cover = std::move(others);
  }
}

Boxes pointers_to(std::span<const Box> boxes) {
  Boxes pointers;
  for (const Box& box : boxes) pointers.push_back(&box);
  return pointers;
}

}  // namespace

Gaps find_gaps(std::span<const Axis> axes, std::span<const Box> rules, Limits limits) {
  Box space;
  for (const Axis& axis : axes) space.sides.push_back(CellSet::all(axis.cells));
  check_shape(rules, space);
  Budget budget(limits.steps);
  std::deque<Gap> found;  // Adding to it leaves its members where they are.
  UncoveredSearch search(pointers_to(rules), budget, [&](const Box& region) -> const Box* {
    if (found.size() == limits.findings) return nullptr;
    found.push_back({grown(region, rules, budget), least_point(region)});
    return &found.back().box;
  });
  const bool complete = search.run(space);

  for (auto gap = found.begin(); gap != found.end() && !budget.spent();) {
    Boxes others;
    for (auto other = found.begin(); other != found.end(); ++other) {
      if (other != gap) others.push_back(&other->box);
    }
    gap = find_cover(gap->box, others, budget) ? found.erase(gap) : gap + 1;
  }
  std::sort(found.begin(), found.end(), [](const Gap& a, const Gap& b) { return a.witness < b.witness; });
  return {{found.begin(), found.end()}, complete};
}

Overlaps find_overlaps(std::span<const Box> rules, Limits limits, std::span<const std::size_t> outcomes) {
  if (!rules.empty()) check_shape(rules, rules[0]);
  check(outcomes.empty() || outcomes.size() == rules.size(), "every rule has an outcome, or none has");
  Overlaps overlaps;
  Budget budget(limits.steps);
  const Sketches sketches(pointers_to(rules));
  for (std::size_t first = 0; first < rules.size() && !budget.spent(); ++first) {
    const auto candidates = sketches.candidates(first, first + 1, rules.size(), budget, Sketches::may_intersect);
    for (const std::size_t second : candidates) {
      if (!outcomes.empty() && outcomes[first] == outcomes[second]) continue;
      if (!budget.take(words_of(rules[first]))) return {std::move(overlaps.found), false};
      if (!intersect(rules[first], rules[second])) continue;
      if (overlaps.found.size() == limits.findings) return {std::move(overlaps.found), false};
      Box common = intersection(rules[first], rules[second]);
      Point witness = least_point(common);
      overlaps.found.push_back({first, second, std::move(common), std::move(witness)});
    }
  }
  overlaps.complete = !budget.spent();
  return overlaps;
}

Masked find_masked(std::span<const Box> rules, std::span<const std::size_t> order, Limits limits) {
  if (!rules.empty()) check_shape(rules, rules[0]);
  std::vector<bool> named(rules.size());
  for (const std::size_t rule : order) {
    check(rule < rules.size() && !named[rule], "the order names a rule once");
    named[rule] = true;
  }
  check(order.size() == rules.size(), "the order names every rule");

  Masked masked;
  Budget budget(limits.steps);
  std::vector<std::size_t> asked;  // Rules that can match, in their order; what follows counts along it.
  Boxes boxes;
  for (const std::size_t rule : order) {
    if (has_empty_side(rules[rule])) {
      masked.never_match.push_back(rule);
      continue;
    }
    asked.push_back(rule);
    boxes.push_back(&rules[rule]);
  }
  const auto has_room = [&](const auto& list) {
    if (list.size() == limits.findings) masked.complete = false;
    return list.size() < limits.findings;
  };

  std::vector<std::pair<std::size_t, Boxes>> covered_by_earlier;
  const Sketches sketches(boxes);
  for (std::size_t i = 0; i < boxes.size() && !budget.spent(); ++i) {
    const Box& box = *boxes[i];
    const auto outer = sketches.candidates(i, 0, boxes.size(), budget, Sketches::may_be_within);
    const auto one = std::find_if(outer.begin(), outer.end(), [&](std::size_t other) {
      budget.take(words_of(box));
      return is_within(box, *boxes[other]) && (other < i || box != *boxes[other]);
    });
    if (one != outer.end() && has_room(masked.by_one)) masked.by_one.push_back({asked[i], {asked[*one]}});
    std::optional<Boxes> cover;
    if (one != outer.end() && *one < i) {
      cover = Boxes{boxes[*one]};
    } else {
      Boxes earlier;
      for (const std::size_t other : sketches.candidates(i, 0, i, budget, Sketches::may_intersect)) {
        earlier.push_back(boxes[other]);
      }
      cover = find_cover(box, earlier, budget);
    }
    if (cover && has_room(covered_by_earlier)) covered_by_earlier.emplace_back(asked[i], std::move(*cover));
  }
  masked.complete = masked.complete && !budget.spent();
  // Finding all of them comes before explaining them shortly.
  for (auto& [rule, cover] : covered_by_earlier) {
    if (cover.size() > 1) leave_out_unneeded(rules[rule], cover, budget);
    CoveredRule& covered = masked.by_earlier.emplace_back(CoveredRule{rule, {}});
    for (const Box* box : cover) covered.by.push_back(static_cast<std::size_t>(box - rules.data()));
  }
  return masked;
}

}  // namespace guildhall::dmn
