// List functions and sort(). Source: DMN 1.5, 10.3.4.4 and 10.3.4.9.

#include <algorithm>
#include <functional>

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

bool same(Evaluation& evaluation, const Value& left, const Value& right) {
  std::uint64_t work = 0;
  const bool result = equal(left, right, &work).value_or(false);
  evaluation.steps(work);
  return result;
}

// A list in the making, of a length known beforehand.
class NewList {
 public:
  NewList(Evaluation& evaluation, std::size_t length) : length_(length) {
    evaluation.check_list(length);
    evaluation.steps(length);
    items_ = evaluation.memory().array<Value>(length);
    end_ = items_;
  }
  NewList& add(const Value& item) {
    *end_++ = item;
    return *this;
  }
  NewList& add(std::span<const Value> items) {
    end_ = std::copy(items.begin(), items.end(), end_);
    return *this;
  }
  Value done() const { return Value::list({items_, length_}); }

 private:
  std::size_t length_;
  Value* items_;
  Value* end_;
};

// The values of a list that are different from each other, as `=` sees them.
class DistinctValues {
 public:
  DistinctValues(Evaluation& evaluation, std::size_t most) : evaluation_(evaluation) {
    evaluation.check_list(most);
    while (slots_ < most + most / 2) slots_ *= 2;
    places_ = evaluation.memory().array<std::uint32_t>(slots_);
    std::fill_n(places_, slots_, 0);
    items_ = evaluation.memory().array<Value>(most);
  }
  void add(const Value& value) {
    std::size_t slot = hash(value) & (slots_ - 1);
    for (; places_[slot] != 0; slot = (slot + 1) & (slots_ - 1)) {
      if (same(evaluation_, items_[places_[slot] - 1], value)) return;
    }
    items_[count_++] = value;
    places_[slot] = count_;
  }
  void add(std::span<const Value> values) {
    evaluation_.steps(values.size());
    for (const Value& value : values) add(value);
  }
  Value done() const { return Value::list({items_, count_}); }

 private:
  // Equal values have equal hashes. Of kinds for which equality is more than one number, all have the same hash.
  static std::size_t hash(const Value& value) {
    const std::size_t content = [&]() -> std::size_t {
      switch (value.kind()) {
        case Kind::Number:
          return std::hash<double>()(value.number().to_double());
        case Kind::String:
          return std::hash<std::string_view>()(value.string());
        case Kind::Date:
          return static_cast<std::size_t>(value.date().days());
        default:
          return 0;
      }
    }();
    return (content + static_cast<std::size_t>(value.kind())) * 0x9e37'79b9'7f4a'7c15 >> 20;
  }

  Evaluation& evaluation_;
  std::size_t slots_ = 16;
  std::uint32_t* places_;  // From the hash to the item's place from 1; 0 where there is none.
  Value* items_;
  std::uint32_t count_ = 0;
};

// Notes what isn't a number, if anything.
bool hold_numbers(Evaluation& evaluation, Arguments items) {
  evaluation.steps(items.size());
  const auto other = std::find_if(items.begin(), items.end(), [](const Value& item) { return !item.is(Kind::Number); });
  if (other == items.end()) return true;
  evaluation.null("Only numbers can be in this list, not {1}", *other);
  return false;
}

Value number_or_null(Evaluation& evaluation, const Decimal& result) {
  return result.finite() ? Value::number(result) : evaluation.null("The result is too large a number");
}

std::span<Decimal> sorted_numbers(Evaluation& evaluation, Arguments items) {
  const std::span<Decimal> numbers(evaluation.memory().array<Decimal>(items.size()), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) numbers[i] = items[i].number();
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Value list_contains(Evaluation& evaluation, Arguments arguments) {
  for (const Value& item : arguments[0].list()) {
    if (same(evaluation, item, arguments[1])) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value count(Evaluation&, Arguments arguments) {
  return Value::number(static_cast<std::int64_t>(arguments[0].list().size()));
}

template <bool (*better)(std::partial_ordering)>
Value extreme(Evaluation& evaluation, Arguments items) {
  if (items.empty()) return evaluation.null("An empty list has no smallest or largest item");
  evaluation.steps(items.size());
  Value best = items[0];
  for (const Value& item : items) {
    const std::optional<std::strong_ordering> order = compare(item, best);  // The first with itself, too.
    if (!order) return evaluation.null("{1} and {2} can't be compared", item, best);
    if (better(*order)) best = item;
  }
  return best;
}

constexpr auto minimum = extreme<std::is_lt>;
constexpr auto maximum = extreme<std::is_gt>;

Value sum(Evaluation& evaluation, Arguments items) {
  if (items.empty()) return evaluation.null("An empty list has no sum");
  if (!hold_numbers(evaluation, items)) return {};
  Decimal total = items[0].number();
  for (const Value& item : items.subspan(1)) total = total + item.number();
  return number_or_null(evaluation, total);
}

Value mean(Evaluation& evaluation, Arguments items) {
  if (items.empty()) return evaluation.null("An empty list has no mean");
  const Value total = sum(evaluation, items);
  if (total.null()) return total;
  return number_or_null(evaluation, total.number() / static_cast<std::int64_t>(items.size()));
}

// all() and any(): the first item that decides, else null where one is null, else the opposite.
template <bool deciding>
Value each_is(Evaluation& evaluation, Arguments items) {
  evaluation.steps(items.size());
  bool decided = false;
  bool unknown = false;
  for (const Value& item : items) {
    if (!item.null() && !item.is(Kind::Boolean)) return evaluation.null("A list of truth values holds {1}", item);
    unknown |= item.null();
    decided |= !item.null() && item.boolean() == deciding;
  }
  if (decided) return Value::boolean(deciding);
  return unknown ? evaluation.null("A list of truth values holds null") : Value::boolean(!deciding);
}

constexpr auto all = each_is<false>;
constexpr auto any = each_is<true>;

constexpr const char* kBadPosition = "The position must be a whole number other than 0 within the list";

Value sublist(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const std::optional<std::size_t> start = index_of_position(arguments[1].number(), list.size());
  if (!start) return evaluation.null(kBadPosition);
  const std::span<const Value> rest = list.subspan(*start);
  if (arguments.size() == 2) return Value::list(rest);
  const std::optional<std::size_t> length = length_within(arguments[2].number(), rest.size());
  if (!length) return evaluation.null("The length of sublist() must be at least 1 and end within the list");
  return Value::list(rest.first(*length));
}

Value append(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const Arguments items = arguments.subspan(1);
  return NewList(evaluation, list.size() + items.size()).add(list).add(items).done();
}

std::size_t total_length(Arguments lists) {
  std::size_t length = 0;
  for (const Value& list : lists) length += list.list().size();
  return length;
}

Value concatenate(Evaluation& evaluation, Arguments arguments) {
  NewList joined(evaluation, total_length(arguments));
  for (const Value& list : arguments) joined.add(list.list());
  return joined.done();
}

Value union_of(Evaluation& evaluation, Arguments arguments) {
  DistinctValues distinct(evaluation, total_length(arguments));
  for (const Value& list : arguments) distinct.add(list.list());
  return distinct.done();
}

Value insert_before(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const std::optional<std::size_t> index = index_of_position(arguments[1].number(), list.size());
  if (!index) return evaluation.null(kBadPosition);
  return NewList(evaluation, list.size() + 1)
      .add(list.first(*index))
      .add(arguments[2])
      .add(list.subspan(*index))
      .done();
}

Value remove(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const std::optional<std::size_t> index = index_of_position(arguments[1].number(), list.size());
  if (!index) return evaluation.null(kBadPosition);
  return NewList(evaluation, list.size() - 1).add(list.first(*index)).add(list.subspan(*index + 1)).done();
}

Value reverse(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  NewList reversed(evaluation, list.size());
  for (auto item = list.rbegin(); item != list.rend(); ++item) reversed.add(*item);
  return reversed.done();
}

Value index_of(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  Value* positions = evaluation.memory().array<Value>(list.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (same(evaluation, list[i], arguments[1])) positions[found++] = Value::number(static_cast<std::int64_t>(i + 1));
  }
  return Value::list({positions, found});
}

// Calls `visit` with everything in the list and its lists that isn't itself a list. Without recursion: lists may be
// nested deeply.
template <class Visit>
void visit_items(Evaluation& evaluation, std::span<const Value> list, Visit visit) {
  std::vector<std::span<const Value>> open{list};
  while (!open.empty()) {
    if (open.back().empty()) {
      open.pop_back();
      continue;
    }
    evaluation.step();
    const Value& item = open.back().front();
    open.back() = open.back().subspan(1);
    if (item.is(Kind::List))
      open.push_back(item.list());
    else
      visit(item);
  }
}

Value flatten(Evaluation& evaluation, Arguments arguments) {
  std::size_t length = 0;
  visit_items(evaluation, arguments[0].list(), [&](const Value&) { evaluation.check_list(++length); });
  NewList flat(evaluation, length);
  visit_items(evaluation, arguments[0].list(), [&](const Value& item) { flat.add(item); });
  return flat.done();
}

Value product(Evaluation& evaluation, Arguments items) {
  if (items.empty()) return evaluation.null("An empty list has no product");
  if (!hold_numbers(evaluation, items)) return {};
  Decimal result = items[0].number();
  for (const Value& item : items.subspan(1)) result = result * item.number();
  return number_or_null(evaluation, result);
}

Value median(Evaluation& evaluation, Arguments items) {
  if (items.empty()) return evaluation.null("An empty list has no median");
  if (!hold_numbers(evaluation, items)) return {};
  const std::span<Decimal> numbers = sorted_numbers(evaluation, items);
  const std::size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 != 0) return Value::number(numbers[middle]);
  return number_or_null(evaluation, (numbers[middle - 1] + numbers[middle]) / 2);
}

// "The sample standard deviation": the squares are divided by one less than their number.
Value standard_deviation(Evaluation& evaluation, Arguments items) {
  if (items.size() < 2) return evaluation.null("stddev() needs at least two numbers");
  const Value average = mean(evaluation, items);
  if (average.null()) return average;
  Decimal squares;
  for (const Value& item : items) {
    const Decimal distance = item.number() - average.number();
    squares = squares + distance * distance;
  }
  return number_or_null(evaluation, (squares / static_cast<std::int64_t>(items.size() - 1)).sqrt());
}

// "If the result contains multiple elements, they are returned in ascending order."
Value mode(Evaluation& evaluation, Arguments items) {
  if (!hold_numbers(evaluation, items)) return {};
  const std::span<Decimal> numbers = sorted_numbers(evaluation, items);
  Value* modes = evaluation.memory().array<Value>(numbers.size());
  std::size_t found = 0;
  std::ptrdiff_t most = 0;
  for (auto start = numbers.begin(); start != numbers.end();) {
    const auto end = std::find_if(start, numbers.end(), [&](const Decimal& number) { return number != *start; });
    if (end - start > most) found = 0;
    most = std::max(most, end - start);
    if (end - start == most) modes[found++] = Value::number(*start);
    start = end;
  }
  return Value::list({modes, found});
}

Value replace_at_position(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const std::optional<std::size_t> index = index_of_position(arguments[1].number(), list.size());
  if (!index) return evaluation.null(kBadPosition);
  return NewList(evaluation, list.size())
      .add(list.first(*index))
      .add(arguments[2])
      .add(list.subspan(*index + 1))
      .done();
}

Value replace_matches(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  NewList replaced(evaluation, list.size());
  for (const Value& item : list) {
    const std::array<Value, 2> pair{item, arguments[2]};
    const Value match = evaluation.call(arguments[1].function(), pair);
    if (!match.is(Kind::Boolean)) {
      return evaluation.null("The function given to list replace() must give true or false, not {1}", match);
    }
    replaced.add(match.boolean() ? arguments[2] : item);
  }
  return replaced.done();
}

Value list_replace(Evaluation& evaluation, Arguments arguments) {
  const Value& which = item_of_singleton(arguments[1]);
  const std::array<Value, 3> single{arguments[0], which, arguments[2]};
  if (which.is(Kind::Number)) return replace_at_position(evaluation, single);
  if (which.is(Kind::Function)) return replace_matches(evaluation, single);
  return evaluation.null("list replace() takes a position or a function, not {1}", which);
}

// Merges neighbouring runs, which are twice as long each time. Whatever `precedes` answers, each item of the two runs
// is taken once; and where it never prefers the later of two, their order stays.
Value sort(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> list = arguments[0].list();
  const Function& precedes = arguments[1].function();
  Value* from = evaluation.memory().array<Value>(list.size());
  Value* to = evaluation.memory().array<Value>(list.size());
  std::copy(list.begin(), list.end(), from);
  for (std::size_t run = 1; run < list.size(); run *= 2) {
    for (std::size_t low = 0; low < list.size(); low += 2 * run) {
      const std::size_t middle = std::min(low + run, list.size());
      const std::size_t high = std::min(low + 2 * run, list.size());
      std::size_t left = low;
      std::size_t right = middle;
      for (std::size_t out = low; out < high; ++out) {
        evaluation.step();
        bool take_right = left == middle;
        if (left < middle && right < high) {
          const std::array<Value, 2> pair{from[right], from[left]};
          const Value answer = evaluation.call(precedes, pair);
          if (!answer.is(Kind::Boolean)) {
            return evaluation.null("The function given to sort() must give true or false, not {1}", answer);
          }
          take_right = answer.boolean();
        }
        to[out] = from[take_right ? right++ : left++];
      }
    }
    std::swap(from, to);
  }
  return Value::list({from, list.size()});
}

// min(list) and min(c1, ..., cN), and their like.
template <Value (*function)(Evaluation& evaluation, Arguments items)>
Definition over_items(std::string_view name, const Type& result) {
  const auto over_list = [](Evaluation& evaluation, Arguments arguments) {
    return function(evaluation, arguments[0].list());
  };
  return {name, {{{takes::list("list")}, over_list, result}, {{takes::anything("c")}, function, result, 0, true}}};
}

}  // namespace

std::vector<Definition> list_functions() {
  using takes::anything;
  using takes::list;
  using takes::number;
  const Type a_list = Type::list_of({});
  return {
      {"list contains", {{{list("list"), anything("element")}, list_contains, Base::Boolean}}},
      {"count", {{{list("list")}, count, Base::Number}}},
      over_items<minimum>("min", {}),
      over_items<maximum>("max", {}),
      over_items<sum>("sum", Base::Number),
      over_items<mean>("mean", Base::Number),
      over_items<all>("all", Base::Boolean),
      over_items<any>("any", Base::Boolean),
      {"sublist",
       {{{list("list"), number("start position")}, sublist, a_list},
        {{list("list"), number("start position"), number("length")}, sublist, a_list}}},
      {"append",
       {{{list("list"), anything("item")}, append, a_list},
        {{list("list"), anything("item")}, append, a_list, 0, true}}},
      {"concatenate", {{{list("list")}, concatenate, a_list}, {{list("list")}, concatenate, a_list, 0, true}}},
      {"insert before", {{{list("list"), number("position"), anything("newItem")}, insert_before, a_list}}},
      {"remove", {{{list("list"), number("position")}, remove, a_list}}},
      {"reverse", {{{list("list")}, reverse, a_list}}},
      {"index of", {{{list("list"), anything("match")}, index_of, Type::list_of(Base::Number)}}},
      {"union", {{{list("list")}, union_of, a_list}, {{list("list")}, union_of, a_list, 0, true}}},
      {"distinct values", {{{list("list")}, union_of, a_list}}},
      {"flatten", {{{list("list")}, flatten, a_list}}},
      over_items<product>("product", Base::Number),
      over_items<median>("median", Base::Number),
      over_items<standard_deviation>("stddev", Base::Number),
      over_items<mode>("mode", Type::list_of(Base::Number)),
      {"list replace",
       {{{list("list"), takes::one_of_several(""), anything("newItem")}, list_replace, a_list},
        {{list("list"), number("position"), anything("newItem")}, replace_at_position, a_list},
        {{list("list"), takes::function("match"), anything("newItem")}, replace_matches, a_list}}},
  };
}

std::vector<Definition> sort_functions() {
  return {{"sort", {{{takes::list("list"), takes::function("precedes")}, sort, Type::list_of({})}}}};
}

}  // namespace guildhall::feel
