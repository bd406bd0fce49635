// Range functions. Source: DMN 1.5, 10.3.4.7, table 78, whose formulas these are, in its order.

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

// Where a range starts or ends. Where it has no start it starts before everything, and likewise it ends after.
struct End {
  Value at;
  bool included = false;
  int beyond = 0;  // -1 before everything, 1 after everything.
};

// A range, or a point, which is a range that holds only itself.
struct Interval {
  End start;
  End end;
  bool point = false;
};

Interval interval_of(const Value& value) {
  if (!value.is(Kind::Range)) return {{value, true}, {value, true}, true};
  const RangeEnds& ends = value.range();
  return {{ends.start, ends.start_included, ends.start.null() ? -1 : 0},
          {ends.end, ends.end_included, ends.end.null() ? 1 : 0}};
}

// Compares ends, and remembers when two couldn't be.
class Comparison {
 public:
  bool less(const End& left, const End& right) {
    if (left.beyond != 0 || right.beyond != 0) return left.beyond < right.beyond;
    const auto order = compare(left.at, right.at);
    if (!order) undecided(left, right);
    return order && *order < 0;
  }
  bool same(const End& left, const End& right) {
    if (left.beyond != 0 || right.beyond != 0) return left.beyond == right.beyond;
    const auto result = equal(left.at, right.at);
    if (!result) undecided(left, right);
    return result.value_or(false);
  }
  const std::optional<std::pair<Value, Value>>& undecided() const { return undecided_; }

 private:
  void undecided(const End& left, const End& right) { undecided_ = {left.at, right.at}; }

  std::optional<std::pair<Value, Value>> undecided_;
};

bool before(Comparison& is, const Interval& a, const Interval& b) {
  return is.less(a.end, b.start) || ((!a.end.included || !b.start.included) && is.same(a.end, b.start));
}

bool after(Comparison& is, const Interval& a, const Interval& b) {
  return before(is, b, a);
}

bool meets(Comparison& is, const Interval& a, const Interval& b) {
  return a.end.included && b.start.included && is.same(a.end, b.start);
}

bool met_by(Comparison& is, const Interval& a, const Interval& b) {
  return meets(is, b, a);
}

bool reaches(Comparison& is, const End& end, const End& start) {
  return is.less(start, end) || (is.same(end, start) && end.included && start.included);
}

bool overlaps(Comparison& is, const Interval& a, const Interval& b) {
  return reaches(is, a.end, b.start) && reaches(is, b.end, a.start);
}

// "range1.end < range2.end or (range1.end = range2.end and (not(range1.end included) or range2.end included))"
bool ends_no_later(Comparison& is, const Interval& a, const Interval& b) {
  return is.less(a.end, b.end) || (is.same(a.end, b.end) && (!a.end.included || b.end.included));
}

bool starts_no_later(Comparison& is, const Interval& a, const Interval& b) {
  return is.less(a.start, b.start) || (is.same(a.start, b.start) && (a.start.included || !b.start.included));
}

bool overlaps_before(Comparison& is, const Interval& a, const Interval& b) {
  const bool starts_earlier =
      is.less(a.start, b.start) || (is.same(a.start, b.start) && a.start.included && !b.start.included);
  return starts_earlier && reaches(is, a.end, b.start) && ends_no_later(is, a, b);
}

bool overlaps_after(Comparison& is, const Interval& a, const Interval& b) {
  const bool starts_later =
      is.less(b.start, a.start) || (is.same(b.start, a.start) && b.start.included && !a.start.included);
  return starts_later && reaches(is, b.end, a.start) && ends_no_later(is, b, a);
}

bool finishes(Comparison& is, const Interval& a, const Interval& b) {
  if (a.point) return b.end.included && is.same(b.end, a.end);
  return a.end.included == b.end.included && is.same(a.end, b.end) && starts_no_later(is, b, a);
}

bool finished_by(Comparison& is, const Interval& a, const Interval& b) {
  return finishes(is, b, a);
}

bool includes(Comparison& is, const Interval& a, const Interval& b) {
  if (b.point) {
    return (is.less(a.start, b.start) && is.less(b.end, a.end)) || (is.same(a.start, b.start) && a.start.included) ||
           (is.same(a.end, b.end) && a.end.included);
  }
  return starts_no_later(is, a, b) && ends_no_later(is, b, a);
}

bool during(Comparison& is, const Interval& a, const Interval& b) {
  return includes(is, b, a);
}

bool starts(Comparison& is, const Interval& a, const Interval& b) {
  if (a.point) return is.same(b.start, a.start) && b.start.included;
  return is.same(a.start, b.start) && a.start.included == b.start.included && ends_no_later(is, a, b);
}

bool started_by(Comparison& is, const Interval& a, const Interval& b) {
  return starts(is, b, a);
}

bool coincides(Comparison& is, const Interval& a, const Interval& b) {
  return is.same(a.start, b.start) && a.start.included == b.start.included && is.same(a.end, b.end) &&
         a.end.included == b.end.included;
}

// Which arguments a function takes.
enum Shape : unsigned { kPointPoint = 1, kPointRange = 2, kRangePoint = 4, kRangeRange = 8 };

Shape shape_of(const Interval& a, const Interval& b) {
  if (a.point) return b.point ? kPointPoint : kPointRange;
  return b.point ? kRangePoint : kRangeRange;
}

template <bool (*holds)(Comparison&, const Interval&, const Interval&), unsigned shapes>
Value relation(Evaluation& evaluation, Arguments arguments) {
  const Interval a = interval_of(item_of_singleton(arguments[0]));
  const Interval b = interval_of(item_of_singleton(arguments[1]));
  if ((shapes & shape_of(a, b)) == 0) {
    return evaluation.null("This function does not compare {1} with {2}", arguments[0], arguments[1]);
  }
  Comparison comparison;
  const bool result = holds(comparison, a, b);
  if (!comparison.undecided()) return Value::boolean(result);
  return evaluation.null("{1} and {2} can't be compared", comparison.undecided()->first,
                         comparison.undecided()->second);
}

// The signatures of table 78, and first one that tells points from ranges when it is called.
template <bool (*holds)(Comparison&, const Interval&, const Interval&), unsigned shapes>
Definition function(std::string_view name) {
  using takes::one_of_several;
  using takes::range;
  const Type result = Base::Boolean;
  Definition definition{name, {}};
  const auto add = [&](unsigned shape, BuiltinParameter first, BuiltinParameter second, auto apply) {
    if ((shapes & shape) != 0) definition.forms.push_back({{first, second}, apply, result});
  };
  if (shapes != kRangeRange) add(shapes, one_of_several(""), one_of_several(""), relation<holds, shapes>);
  add(kPointPoint, one_of_several("point1"), one_of_several("point2"), relation<holds, kPointPoint>);
  add(kPointRange, one_of_several("point"), range("range"), relation<holds, kPointRange>);
  add(kRangePoint, range("range"), one_of_several("point"), relation<holds, kRangePoint>);
  add(kRangeRange, range("range1"), range("range2"), relation<holds, kRangeRange>);
  return definition;
}

}  // namespace

std::vector<Definition> range_functions() {
  constexpr unsigned kAll = kPointPoint | kPointRange | kRangePoint | kRangeRange;
  return {
      function<before, kAll>("before"),
      function<after, kAll>("after"),
      function<meets, kRangeRange>("meets"),
      function<met_by, kRangeRange>("met by"),
      function<overlaps, kRangeRange>("overlaps"),
      function<overlaps_before, kRangeRange>("overlaps before"),
      function<overlaps_after, kRangeRange>("overlaps after"),
      function<finishes, kPointRange | kRangeRange>("finishes"),
      function<finished_by, kRangePoint | kRangeRange>("finished by"),
      function<includes, kRangePoint | kRangeRange>("includes"),
      function<during, kPointRange | kRangeRange>("during"),
      function<starts, kPointRange | kRangeRange>("starts"),
      function<started_by, kRangePoint | kRangeRange>("started by"),
      function<coincides, kPointPoint | kRangeRange>("coincides"),
  };
}

}  // namespace guildhall::feel
