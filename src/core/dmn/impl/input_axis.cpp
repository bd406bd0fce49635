#include "dmn/impl/input_axis.h"

#include <algorithm>

namespace guildhall::dmn {
namespace {

using feel::DateTime;
using feel::DaysDuration;
using feel::Decimal;
using feel::Kind;
using feel::Memory;
using feel::MonthsDuration;
using feel::Node;
using feel::Op;
using feel::Time;

constexpr std::string_view kOther = "something else";

bool simple(Kind kind) {
  switch (kind) {
    case Kind::Boolean:
    case Kind::Number:
    case Kind::String:
    case Kind::Date:
    case Kind::Time:
    case Kind::DateTime:
    case Kind::DaysDuration:
    case Kind::MonthsDuration:
      return true;
    case Kind::Null:
    case Kind::List:
    case Kind::Context:
    case Kind::Range:
    case Kind::Function:
      return false;
  }
  return false;
}

// ---- What tests compare with

class ComparisonReader {
 public:
  explicit ComparisonReader(Comparisons& found) : found_(found) {}

  // One positive unary test, as the evaluator's satisfies() takes it. false: it is not understood.
  bool test(const Node& node) {
    if (node.folded) return constant(node);
    switch (node.op) {
      case Op::TestEqual:
      case Op::TestNotEqual:
        return node.children[0]->folded && simple_constant(node.children[0]->constant);
      case Op::Range:  // One that begins behind its end, or has ends of two kinds: it holds nothing.
        return std::all_of(node.children.begin(), node.children.end(),
                           [](const Node* end) { return end == nullptr || end->folded; });
      default:
        return node.uses_question && condition(node);
    }
  }

 private:
  static bool is_question(const Node& node) { return node.op == Op::Local && node.name == "?"; }

  // Something that is true or false of "?".
  bool condition(const Node& node) {
    if (node.folded) return node.constant.is(Kind::Boolean) || node.constant.null();
    switch (node.op) {
      case Op::Local:
        return is_question(node);
      case Op::And:
      case Op::Or:
        return condition(*node.children[0]) && condition(*node.children[1]);
      case Op::Less:
      case Op::LessEqual:
      case Op::Greater:
      case Op::GreaterEqual:
        found_.ordered = true;
        return comparison(*node.children[0], *node.children[1]);
      case Op::Equal:
      case Op::NotEqual:
        return comparison(*node.children[0], *node.children[1]);
      case Op::Between:
        found_.ordered = true;
        return comparison(*node.children[0], *node.children[1]) && comparison(*node.children[0], *node.children[2]);
      case Op::In:
        return is_question(*node.children[0]) && std::all_of(node.children.begin() + 1, node.children.end(),
                                                             [&](const Node* each) { return test(*each); });
      case Op::InstanceOf:  // Of all values of a kind, or of none.
        found_.with_null = found_.with_null || node.asked.base() == Type::Base::Null;
        return is_question(*node.children[0]);
      default:
        return false;
    }
  }

  bool comparison(const Node& left, const Node& right) {
    if (is_question(left)) return right.folded && simple_constant(right.constant);
    return is_question(right) && left.folded && simple_constant(left.constant);
  }

  bool simple_constant(const Value& value) {
    if (value.null()) {
      found_.with_null = true;
    } else if (simple(value.kind())) {
      found_.constants.push_back(value);
    }
    return value.null() || simple(value.kind());
  }

  bool one_of_list(const Value& value) {
    if (!value.is(Kind::Range)) return simple_constant(value);
    const feel::RangeEnds& range = value.range();
    if (range.form != feel::RangeEnds::Form::Interval) return simple_constant(range.start);
    found_.ordered = true;
    return (range.start.null() || simple_constant(range.start)) && (range.end.null() || simple_constant(range.end));
  }

  bool constant(const Node& node) {
    const Value& value = node.constant;
    if (value.null() && !node.name.empty()) return true;  // @"no date": it is equal to nothing.
    if (!value.is(Kind::List)) return one_of_list(value);
    return std::all_of(value.list().begin(), value.list().end(), [&](const Value& item) { return one_of_list(item); });
  }

  Comparisons& found_;
};

// ---- Values between others

bool less(const Value& left, const Value& right) {
  return feel::compare(left, right) == std::strong_ordering::less;
}

bool zoned(const Value& value) {
  return value.is(Kind::Time) ? value.time().zone.present() : value.date_time().time.zone.present();
}

void add_numbers(const Value* low, const Value* high, std::vector<Value>& found) {
  const auto add = [&](const Decimal& number) {
    if (number.finite()) found.push_back(Value::number(number));
  };
  // Whole numbers first; then what surely lies between, but for numbers of 34 digits.
  if (low != nullptr) add(low->number().rounded(0, feel::Rounding::Floor) + Decimal(1));
  if (low == nullptr && high != nullptr) add(high->number().rounded(0, feel::Rounding::Ceiling) - Decimal(1));
  if (low != nullptr && high != nullptr) add((low->number() + high->number()) / Decimal(2));
  for (const Value* end : {low, high}) {
    if (end == nullptr || (low != nullptr && high != nullptr)) continue;
    add(end->number() * Decimal(2));
    add(end->number() / Decimal(2));
  }
  add(Decimal(0));
}

void add_strings(const Value* low, Memory& memory, std::vector<Value>& found) {
  found.push_back(Value::string(kOther));
  for (const std::string_view text : {"a", "A", "1", " ", ""}) found.push_back(Value::string(text));
  if (low == nullptr) return;
  for (const std::string_view end : {"a", " ", "\x01"}) {
    found.push_back(Value::string(memory, std::string(low->string()) + std::string(end)));
  }
}

constexpr DaysDuration kSteps[] = {{feel::kSecondsPerDay, 0}, {3600, 0}, {60, 0}, {1, 0}};

DaysDuration reversed(const DaysDuration& duration) {
  return {-duration.seconds, -duration.nanos};
}

void add_dates(const Value* low, const Value* high, std::vector<Value>& found) {
  const auto add = [&](const std::optional<feel::Date>& date) {
    if (date) found.push_back(Value::date(*date));
  };
  if (low != nullptr) add(feel::add(low->date(), kSteps[0]));
  if (high != nullptr) add(feel::add(high->date(), reversed(kSteps[0])));
  if (low == nullptr && high == nullptr) add(feel::Date{2026, 1, 1});
}

void add_times(const Value* low, const Value* high, std::vector<Value>& found) {
  const feel::Zone zone = low != nullptr ? low->time().zone : high != nullptr ? high->time().zone : feel::Zone();
  for (const DaysDuration& step : kSteps) {
    if (step.seconds == feel::kSecondsPerDay) continue;  // Round the clock.
    if (low != nullptr) found.push_back(Value::time(feel::add(low->time(), step)));
    if (high != nullptr) found.push_back(Value::time(feel::add(high->time(), reversed(step))));
  }
  for (const std::int64_t hour : {12, 0}) found.push_back(Value::time({hour * 3600 * feel::kNanosPerSecond, zone}));
  found.push_back(Value::time({(feel::kSecondsPerDay - 1) * feel::kNanosPerSecond, zone}));
}

void add_moments(const Value* low, const Value* high, std::vector<Value>& found) {
  const auto add = [&](const std::optional<DateTime>& moment) {
    if (moment) found.push_back(Value::date_time(*moment));
  };
  for (const DaysDuration& step : kSteps) {
    if (low != nullptr) add(feel::add(low->date_time(), step));
    if (high != nullptr) add(feel::add(high->date_time(), reversed(step)));
  }
  if (low == nullptr && high == nullptr) add(DateTime{{2026, 1, 1}, {}});
}

void add_days(const Value* low, const Value* high, std::vector<Value>& found) {
  const auto add = [&](__int128 nanos) {
    if (const auto duration = DaysDuration::from(nanos)) found.push_back(Value::duration(*duration));
  };
  for (const DaysDuration& step : kSteps) {
    if (low != nullptr) add(low->days_duration().total_nanos() + step.total_nanos());
    if (high != nullptr) add(high->days_duration().total_nanos() - step.total_nanos());
  }
  if (low != nullptr && high != nullptr)
    add((low->days_duration().total_nanos() + high->days_duration().total_nanos()) / 2);
  add(kSteps[0].total_nanos());
  // Few durations are below zero.
  std::stable_partition(found.begin(), found.end(),
                        [](const Value& value) { return value.days_duration() >= DaysDuration{}; });
}

void add_months(const Value* low, const Value* high, std::vector<Value>& found) {
  if (low != nullptr) found.push_back(Value::duration(MonthsDuration{low->months_duration().months + 1}));
  if (high != nullptr) found.push_back(Value::duration(MonthsDuration{high->months_duration().months - 1}));
  if (low == nullptr && high == nullptr) found.push_back(Value::duration(MonthsDuration{12}));
}

// Values above `low` and below `high`, the friendliest first. None where none is found: between two days in a row.
std::vector<Value> between(Kind kind, const Value* low, const Value* high, Memory& memory) {
  std::vector<Value> found;
  switch (kind) {
    case Kind::Number:
      add_numbers(low, high, found);
      break;
    case Kind::String:
      add_strings(low, memory, found);
      break;
    case Kind::Date:
      add_dates(low, high, found);
      break;
    case Kind::Time:
      add_times(low, high, found);
      break;
    case Kind::DateTime:
      add_moments(low, high, found);
      break;
    case Kind::DaysDuration:
      add_days(low, high, found);
      break;
    case Kind::MonthsDuration:
      add_months(low, high, found);
      break;
    case Kind::Null:
    case Kind::Boolean:
    case Kind::List:
    case Kind::Context:
    case Kind::Range:
    case Kind::Function:
      break;
  }
  const auto above = [&](const Value& value) { return low == nullptr || less(*low, value); };
  const auto below = [&](const Value& value) { return high == nullptr || less(value, *high); };
  std::erase_if(found, [&](const Value& value) { return !above(value) || !below(value); });
  return found;
}

// ---- Words and tests

// A value as a sentence has it: 18, "gold", 2026-01-31.
std::string plain(const Value& value) {
  std::string text = feel::to_text(value);
  if (text.starts_with("@\"") && text.ends_with('"')) text = text.substr(2, text.size() - 3);
  return text;
}

// The values between two ends; nullptr: without an end. Not without both.
struct Interval {
  const Value* low;
  bool low_included;
  const Value* high;
  bool high_included;
};

std::string words_of(const Interval& interval, Kind kind) {
  const auto& [low, low_included, high, high_included] = interval;
  const bool clock = kind == Kind::Date || kind == Kind::Time || kind == Kind::DateTime;
  if (low != nullptr && high != nullptr && low_included && high_included) {
    return "from " + plain(*low) + " to " + plain(*high);
  }
  std::string text;
  if (low != nullptr) {
    text = low_included ? plain(*low) + (clock ? " or later" : " or more")
                        : (clock ? "after " : "more than ") + plain(*low);
  }
  if (high == nullptr) return text;
  if (low != nullptr) text += " but ";
  return text + (high_included ? plain(*high) + (clock ? " or before" : " or less")
                               : (clock ? "before " : "less than ") + plain(*high));
}

std::string test_of(const Interval& interval) {
  const auto& [low, low_included, high, high_included] = interval;
  if (high == nullptr) return (low_included ? ">= " : "> ") + feel::to_text(*low);
  if (low == nullptr) return (high_included ? "<= " : "< ") + feel::to_text(*high);
  return (low_included ? "[" : "(") + feel::to_text(*low) + ".." + feel::to_text(*high) + (high_included ? "]" : ")");
}

constexpr std::size_t kMostNamed = 8;  // Values and intervals in one sentence.

std::string none_of(std::vector<std::string> values) {
  if (values.size() == 1) return "not " + values[0];
  if (values.size() > kMostNamed) {
    const std::string more = std::to_string(values.size() - kMostNamed) + " more";
    values.resize(kMostNamed);
    values.push_back(more);
  }
  return "neither " + list_in_words(values, "nor");
}

std::string any_of(Kind kind, bool as_test) {
  const std::string_view name = feel::spoken(kind);
  const std::string bare(name.substr(name.find(' ') + 1));
  return (as_test ? "? instance of " : "any ") + bare;
}

}  // namespace

std::string list_in_words(std::span<const std::string> parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() && last != "," ? " " + std::string(last) + " " : ", ";
    text += parts[i];
  }
  return text;
}

std::optional<Comparisons> comparisons_of(const feel::Expression& tests) {
  Comparisons found;
  if (tests.root().op == Op::AnyTest) return found;
  ComparisonReader reader(found);
  for (const Node* test : tests.root().children) {
    if (!reader.test(*test)) return std::nullopt;
  }
  return found;
}

// ---- The axis

InputAxis::InputAxis(const Domain& domain, std::span<const ExpressionPointer> entries) {
  Comparisons all;
  const auto add = [&](const feel::Expression& tests) {
    const auto found = comparisons_of(tests);
    if (!found) return false;
    all.constants.insert(all.constants.end(), found->constants.begin(), found->constants.end());
    all.with_null = all.with_null || found->with_null;
    all.ordered = all.ordered || found->ordered;
    return true;
  };
  for (const ExpressionPointer& entry : entries) add(*entry);
  for (const ExpressionPointer& tests : domain.tests) {
    if (add(*tests)) continue;
    cells_missing_ = true;
    domain_unknown_ = domain_unknown_ || !tests->variables_used().empty();
  }
  if (domain.only) all.constants.insert(all.constants.end(), domain.only->begin(), domain.only->end());

  constexpr Kind kKinds[] = {Kind::Boolean, Kind::Number,   Kind::String,       Kind::Date,
                             Kind::Time,    Kind::DateTime, Kind::DaysDuration, Kind::MonthsDuration};
  for (const Kind kind : kKinds) {
    const bool of_type = domain.type.base() == base_of(kind);
    const bool compared = domain.type.any() && std::any_of(all.constants.begin(), all.constants.end(),
                                                           [&](const Value& value) { return value.is(kind); });
    if (of_type || compared) add_segment(kind, all);
  }
  anything_ = segments_.empty();
  if (anything_) {
    witnesses_.emplace_back();
    return;
  }
  if (all.with_null) segments_.push_back({.cuts = {Value()}, .cells_before = {}});
  for (Segment& segment : segments_) find_cells(segment, domain);
}

void InputAxis::add_segment(Kind kind, const Comparisons& all) {
  Segment segment;
  segment.kind = kind;
  segment.ordered = kind != Kind::Boolean && (kind != Kind::String || all.ordered);
  segment.others = kind == Kind::String;
  for (const Value& value : all.constants) {
    if (value.is(kind)) segment.cuts.push_back(feel::copy(value, memory_));
  }
  std::vector<Value>& cuts = segment.cuts;
  if (kind == Kind::Boolean) {
    cuts = {Value::boolean(true), Value::boolean(false)};
  } else {
    if ((kind == Kind::Time || kind == Kind::DateTime) && !cuts.empty()) {
      segment.mixed_zones =
          std::any_of(cuts.begin(), cuts.end(), [&](const Value& each) { return zoned(each) != zoned(cuts[0]); });
    }
    std::stable_sort(cuts.begin(), cuts.end(), less);
    const auto same = [](const Value& a, const Value& b) { return !less(a, b); };
    cuts.erase(std::unique(cuts.begin(), cuts.end(), same), cuts.end());
  }
  segments_.push_back(std::move(segment));
}

std::size_t InputAxis::Segment::place_of(const Value& cut) const {
  if (kind == Kind::Boolean) return cut.boolean() ? 0 : 1;
  if (kind == Kind::Null) return 0;
  const auto found = std::lower_bound(cuts.begin(), cuts.end(), cut, less);
  const auto index = static_cast<std::size_t>(found - cuts.begin());
  return ordered ? 2 * index + 1 : index;
}

std::vector<Value> InputAxis::candidates(const Segment& segment, std::size_t place) {
  const auto& cuts = segment.cuts;
  if (!segment.ordered && place < cuts.size()) return {cuts[place]};
  if (segment.ordered && place % 2 == 1) return {cuts[place / 2]};
  if (segment.ordered) {
    return between(segment.kind, place == 0 ? nullptr : &cuts[place / 2 - 1],
                   place / 2 == cuts.size() ? nullptr : &cuts[place / 2], memory_);
  }
  std::vector<Value> others = between(segment.kind, nullptr, nullptr, memory_);
  for (std::size_t i = 2; i < cuts.size() + 3; ++i) {
    others.push_back(Value::string(memory_, std::string(kOther) + " " + std::to_string(i)));
  }
  std::erase_if(others, [&](const Value& value) { return std::binary_search(cuts.begin(), cuts.end(), value, less); });
  return others;
}

void InputAxis::find_cells(Segment& segment, const Domain& domain) {
  const auto in_domain = [&](const Value& value) {
    const auto same = [&](const Value& each) { return feel::equal(value, each).value_or(false); };
    if (domain.only && std::none_of(domain.only->begin(), domain.only->end(), same)) return false;
    return std::all_of(domain.tests.begin(), domain.tests.end(), [&](const ExpressionPointer& tests) {
      return !tests->variables_used().empty() || holds(*tests, value);
    });
  };
  const std::size_t first = witnesses_.size();
  for (std::size_t place = 0; place < segment.places(); ++place) {
    segment.cells_before.push_back(witnesses_.size() - first);
    const std::vector<Value> values = candidates(segment, place);
    const auto found = std::find_if(values.begin(), values.end(), in_domain);
    if (found != values.end()) witnesses_.push_back(*found);
  }
  segment.cells_before.push_back(witnesses_.size() - first);
  for (std::size_t& count : segment.cells_before) count += first;
}

bool InputAxis::holds(const feel::Expression& tests, const Value& value) const {
  scratch_.reset();
  feel::Evaluation evaluation(scratch_, {.steps = 100'000}, {});
  const auto result = tests.test(evaluation, {}, value);
  return result.ok() && result->is_true();
}

std::optional<CellSet> InputAxis::matching(const feel::Expression& entry) const {
  if (entry.root().op == Op::AnyTest) return CellSet::all(cells());
  const auto compared = comparisons_of(entry);
  if (!compared || anything_) return std::nullopt;
  CellSet matched = CellSet::none(cells());
  for (const Segment& segment : segments_) {
    std::vector<Value> cuts;
    for (const Value& value : compared->constants) {
      if (value.is(segment.kind)) cuts.push_back(value);
    }
    if (segment.mixed_zones && !cuts.empty()) return std::nullopt;
    if (segment.kind == Kind::Boolean || segment.kind == Kind::Null) cuts = segment.cuts;
    match(segment, entry, cuts, matched);
  }
  return matched;
}

// Between the values that the entry itself compares with, it holds everywhere or nowhere.
void InputAxis::match(const Segment& segment, const feel::Expression& entry, std::span<const Value> cuts,
                      CellSet& matched) const {
  std::vector<std::size_t> places;
  for (const Value& cut : cuts) places.push_back(segment.place_of(cut));
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  const auto cell_at = [&](std::size_t place) { return segment.cells_before[place]; };

  if (segment.ordered) {
    std::size_t begin = 0;
    const auto add_run = [&](std::size_t end) {
      if (begin < end && cell_at(begin) < cell_at(end) && holds(entry, witnesses_[cell_at(begin)])) {
        matched.insert_range(cell_at(begin), cell_at(end) - 1);
      }
      begin = end;
    };
    for (const std::size_t place : places) {
      add_run(place);
      add_run(place + 1);
    }
    add_run(segment.places());
    return;
  }
  std::optional<bool> rest;
  for (std::size_t place = 0, next = 0; place < segment.places(); ++place) {
    const bool own = next < places.size() && places[next] == place;
    if (own) ++next;
    if (!segment.has_cell(place)) continue;
    bool holds_here = false;
    if (own) {
      holds_here = holds(entry, witnesses_[cell_at(place)]);
    } else {
      if (!rest) rest = holds(entry, witnesses_[cell_at(place)]);
      holds_here = *rest;
    }
    if (holds_here) matched.insert(cell_at(place));
  }
}

// ---- Cells in words and as tests

// Of an ordered kind.
std::vector<std::string> InputAxis::runs(const Segment& segment, const CellSet& cells, Style style) const {
  const std::size_t first = segment.cells_before.front();
  const std::size_t end = segment.cells_before.back();
  std::vector<std::size_t> places;  // By cell.
  bool points_only = true;
  for (std::size_t place = 0; place < segment.places(); ++place) {
    if (!segment.has_cell(place)) continue;
    places.push_back(place);
    points_only = points_only && place % 2 == 1;
  }
  const auto within = [&](std::size_t cell) { return cell < end && cells.contains(cell); };
  const auto text_of = [&](const Value& value) { return style == Style::Words ? plain(value) : feel::to_text(value); };
  std::vector<std::string> parts;
  std::vector<std::string> left_out;  // Where only single values are.
  bool only_points_left_out = true;
  for (std::size_t cell = first; cell < end; ++cell) {
    const std::size_t low = places[cell - first];
    if (!within(cell)) {
      only_points_left_out = only_points_left_out && low % 2 == 1;
      if (low % 2 == 1) left_out.push_back(text_of(segment.cuts[low / 2]));
      continue;
    }
    const bool from_first = cell == first;
    while (!points_only && within(cell + 1)) ++cell;
    const std::size_t high = places[cell - first];
    const bool to_last = cell + 1 == end;
    if (from_first && to_last && !points_only) {
      parts.push_back(any_of(segment.kind, style == Style::Tests));
    } else if (low == high && low % 2 == 1) {
      parts.push_back(text_of(segment.cuts[low / 2]));
    } else {
      const bool open_below = from_first || low == 0;
      const bool open_above = to_last || high + 1 == segment.places();
      const Interval interval{open_below ? nullptr : &segment.cuts[low % 2 == 1 ? low / 2 : low / 2 - 1], low % 2 == 1,
                              open_above ? nullptr : &segment.cuts[high / 2], high % 2 == 1};
      parts.push_back(style == Style::Words ? words_of(interval, segment.kind) : test_of(interval));
    }
  }
  if (style == Style::Words && parts.size() > 1 && only_points_left_out && !points_only) {
    return {none_of(std::move(left_out))};
  }
  return parts;
}

std::vector<std::string> InputAxis::alternatives(const Segment& segment, const CellSet& cells, Style style) const {
  if (segment.ordered) return runs(segment, cells, style);
  const auto text_of = [&](const Value& value) { return style == Style::Words ? plain(value) : feel::to_text(value); };
  std::vector<std::string> members;
  std::vector<std::string> left_out;
  for (std::size_t place = 0; place < segment.cuts.size(); ++place) {
    if (!segment.has_cell(place)) continue;
    (cells.contains(segment.cells_before[place]) ? members : left_out).push_back(text_of(segment.cuts[place]));
  }
  const std::size_t others = segment.cuts.size();
  if (!segment.others || !segment.has_cell(others) || !cells.contains(segment.cells_before[others])) return members;
  if (left_out.empty()) return {any_of(segment.kind, style == Style::Tests)};
  if (style == Style::Tests) return {"not(? in (" + list_in_words(left_out, ",") + "))"};
  return {none_of(std::move(left_out))};
}

std::string InputAxis::words(const CellSet& cells) const {
  std::vector<std::string> parts;
  for (const Segment& segment : segments_) {
    const auto of_segment = alternatives(segment, cells, Style::Words);
    parts.insert(parts.end(), of_segment.begin(), of_segment.end());
  }
  if (parts.size() > kMostNamed) {
    const std::string more = std::to_string(parts.size() - kMostNamed) + " more";
    parts.resize(kMostNamed);
    parts.push_back(more);
  }
  return list_in_words(parts, "or");
}

std::string InputAxis::tests(const CellSet& cells) const {
  if (cells.full()) return "-";
  std::vector<std::string> parts;
  for (const Segment& segment : segments_) {
    const auto of_segment = alternatives(segment, cells, Style::Tests);
    parts.insert(parts.end(), of_segment.begin(), of_segment.end());
  }
  return list_in_words(parts, ",");
}

}  // namespace guildhall::dmn
