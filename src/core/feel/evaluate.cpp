// The evaluator: what each kind of node means. Source: DMN 1.5, 10.3.2.15.

#include <algorithm>

#include "feel/expression.h"
#include "feel/impl/parser.h"

namespace guildhall::feel {
namespace {

constexpr std::size_t kSlotsOnStack = 12;

// Where the values of names are, while a function or a whole expression is evaluated.
struct Frame {
  Evaluation& evaluation;
  const Expression& expression;
  const Value* variables;
  Value* locals;
  const Value* captured;
};

Value value_of(const Node& node, Frame& frame);

// One level deeper, for as long as it lives.
class Deeper {
 public:
  explicit Deeper(Evaluation& evaluation) : evaluation_(evaluation) {
    if (evaluation.depth >= evaluation.budget().depth) {
      throw BudgetExceeded{"The expression goes too deep.", "Look for a function that calls itself without an end."};
    }
    ++evaluation.depth;
  }
  ~Deeper() { --evaluation_.depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  Evaluation& evaluation_;
};

// Reasons belong to this expression, for as long as it lives.
class Within {
 public:
  Within(Evaluation& evaluation, const Expression& expression)
      : evaluation_(evaluation), expression_(evaluation.expression), node_(evaluation.node) {
    evaluation.expression = &expression;
    evaluation.node = nullptr;
  }
  ~Within() {
    evaluation_.expression = expression_;
    evaluation_.node = node_;
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  Evaluation& evaluation_;
  const Expression* expression_;
  const Node* node_;
};

Value null_at(const Node& node, Frame& frame, const char* what, const Value& first = {}, const Value& second = {}) {
  frame.evaluation.node = &node;
  return frame.evaluation.null(what, first, second);
}

template <class Body>
Value with_slots(Evaluation& evaluation, std::uint32_t slots, const Body& body) {
  if (slots <= kSlotsOnStack) {
    std::array<Value, kSlotsOnStack> locals;
    return body(locals.data());
  }
  Value* locals = evaluation.memory().array<Value>(slots);
  std::fill_n(locals, slots, Value());
  return body(locals);
}

// A function written in FEEL, with what it took from its surroundings.
class Closure final : public Function {
 public:
  Closure(const Expression* expression, const FunctionCode* code, const Value* captured)
      : expression_(expression), code_(code), captured_(captured) {}
  std::span<const Parameter> parameters() const override { return code_->parameters; }
  Value apply(Evaluation& evaluation, std::span<const Value> arguments) const override {
    if (code_->external) return evaluation.null("Functions outside FEEL (Java, PMML) are not run here");
    const Within within(evaluation, *expression_);
    return with_slots(evaluation, code_->slots, [&](Value* locals) {
      std::copy(arguments.begin(), arguments.end(), locals);
      Frame frame{evaluation, *expression_, nullptr, locals, captured_};
      return value_of(*code_->body, frame);
    });
  }

 private:
  const Expression* expression_;
  const FunctionCode* code_;
  const Value* captured_;
};

// ---- Paths and filters

// Tables 65 to 67.
std::optional<Value> property(const Value& value, std::string_view name) {
  const auto date_property = [&](const Date& date) -> std::optional<Value> {
    if (name == "year") return Value::number(date.year);
    if (name == "month") return Value::number(date.month);
    if (name == "day") return Value::number(date.day);
    if (name == "weekday") return Value::number(date.weekday());
    return std::nullopt;
  };
  const auto time_property = [&](const Time& time, std::optional<std::int64_t> offset) -> std::optional<Value> {
    if (name == "hour") return Value::number(time.hour());
    if (name == "minute") return Value::number(time.minute());
    if (name == "second") {
      Decimal second(time.second());
      if (time.subsecond() != 0) second = second + Decimal(time.subsecond()) / Decimal(kNanosPerSecond);
      return Value::number(second);
    }
    if (name == "time offset") return offset ? Value::duration(DaysDuration{*offset, 0}) : Value();
    if (name == "timezone") return time.zone.has_name() ? Value::string(time.zone.name()) : Value();
    return std::nullopt;
  };
  switch (value.kind()) {
    case Kind::Date:
      return date_property(value.date());
    case Kind::Time:
      return time_property(value.time(), value.time().offset());
    case Kind::DateTime: {
      const DateTime moment = value.date_time();
      if (const auto found = date_property(moment.date)) return found;
      return time_property(moment.time, moment.offset());
    }
    case Kind::MonthsDuration:
      if (name == "years") return Value::number(value.months_duration().years_part());
      if (name == "months") return Value::number(value.months_duration().months_part());
      if (name == "days" || name == "hours" || name == "minutes" || name == "seconds") return Value();
      return std::nullopt;
    case Kind::DaysDuration: {
      const DaysDuration duration = value.days_duration();
      if (name == "days") return Value::number(duration.days_part());
      if (name == "hours") return Value::number(duration.hours_part());
      if (name == "minutes") return Value::number(duration.minutes_part());
      if (name == "seconds") {
        Decimal seconds(duration.seconds_part());
        if (duration.nanos != 0) seconds = seconds + Decimal(duration.nanos) / Decimal(kNanosPerSecond);
        return Value::number(seconds);
      }
      if (name == "years" || name == "months") return Value();
      return std::nullopt;
    }
    case Kind::Range: {
      const RangeEnds& range = value.range();
      if (name == "start") return range.start;
      if (name == "end") return range.end;
      if (name == "start included") return Value::boolean(range.start_included);
      if (name == "end included") return Value::boolean(range.end_included);
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

Value path(const Node& node, Frame& frame, const Value& from, int nesting = 0) {
  if (from.is(Kind::Context)) {
    if (const Value* found = from.entry(node.name)) return *found;
    return null_at(node, frame, "{1} has no such entry", from);
  }
  if (from.is(Kind::List) && nesting < 100) {  // 10.3.1.4: one by one, nested lists staying nested.
    const auto items = from.list();
    frame.evaluation.steps(items.size());
    Value* selected = frame.evaluation.memory().array<Value>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) selected[i] = path(node, frame, items[i], nesting + 1);
    return Value::list({selected, items.size()});
  }
  if (from.null()) return null_at(node, frame, "null has no entries");
  if (const auto found = property(from, node.name)) return *found;
  return null_at(node, frame, "{1} has no such property", from);
}

// Tables 68: e1[e2].
[[gnu::noinline]] Value filter(const Node& node, Frame& frame) {
  const Value from = value_of(*node.children[0], frame);
  const Node& condition = *node.children[1];
  Evaluation& evaluation = frame.evaluation;
  const bool is_list = from.is(Kind::List);
  const Value single = from;
  const std::span<const Value> items = is_list ? from.list() : std::span<const Value>(&single, 1);
  const auto item_at = [&](const Decimal& position) {
    const auto index = position.to_int64();
    if (!index)
      return null_at(node, frame, "A position in a list must be a whole number, not {1}", Value::number(position));
    const auto size = static_cast<std::int64_t>(items.size());
    if (*index >= 1 && *index <= size) return items[static_cast<std::size_t>(*index - 1)];
    if (*index <= -1 && *index >= -size) return items[static_cast<std::size_t>(size + *index)];
    return null_at(node, frame, "{1} is no position in the list", Value::number(position));
  };
  if (condition.folded && condition.constant.is(Kind::Number)) {
    if (from.null()) return null_at(node, frame, "null has no items");
    return item_at(condition.constant.number());
  }
  if (from.null()) return null_at(node, frame, "null can't be filtered");
  const bool by_position = condition.type.base() == Type::Base::Number;
  Value& item = frame.locals[node.index];
  if (items.empty()) {
    item = Value();
    const std::size_t reasons = evaluation.reasons().size();
    const Value position = value_of(condition, frame);
    evaluation.forget_reasons_after(reasons);
    if (position.is(Kind::Number)) return item_at(position.number());
    return by_position ? null_at(node, frame, "The list has no item at no position") : Value::list({});
  }
  Value* kept = evaluation.memory().array<Value>(items.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    item = items[i];
    const Value holds = value_of(condition, frame);
    if (holds.is(Kind::Number) && i == 0) return item_at(holds.number());
    if (holds.null() && by_position) return null_at(node, frame, "The list has no item at no position");
    if (holds.is_true()) kept[count++] = items[i];
    if (!holds.is(Kind::Boolean) && !holds.null())
      return null_at(node, frame, "A filter is true or false, not {1}", holds);
  }
  return Value::list({kept, count});
}

// ---- Functions

[[gnu::noinline]] Value make_function(const Node& node, Frame& frame) {
  const FunctionCode& code = *node.function;
  Memory& memory = frame.evaluation.memory();
  Value* captured = memory.array<Value>(code.captures.size());
  for (std::size_t i = 0; i < code.captures.size(); ++i) captured[i] = value_of(*code.captures[i], frame);
  return Value::function(memory.make<Closure>(&frame.expression, &code, captured));
}

template <class Use>
Value with_arguments(std::size_t count, Evaluation& evaluation, const Use& use) {
  if (count <= kSlotsOnStack) {
    std::array<Value, kSlotsOnStack> values;
    return use(values.data());
  }
  return use(evaluation.memory().array<Value>(count));
}

[[gnu::noinline]] Value invoke(const Node& node, Frame& frame) {
  const Value callee = value_of(*node.children[0], frame);
  if (!callee.is(Kind::Function)) {
    if (!node.iterators.empty()) return value_of(*node.iterators[0].from, frame);  // date("2020-01-01")
    return null_at(node, frame, "Only functions can be called, not {1}", callee);
  }
  const Function& function = callee.function();
  const std::size_t count = node.children.size() - 1;
  return with_arguments(count, frame.evaluation, [&](Value* values) {
    for (std::size_t i = 0; i < count; ++i) values[i] = value_of(*node.children[i + 1], frame);
    frame.evaluation.node = &node;
    return node.names.empty() ? frame.evaluation.call(function, {values, count})
                              : call_by_name(frame.evaluation, function, node.names, {values, count});
  });
}

[[gnu::noinline]] Value call_builtin(const Node& node, Frame& frame) {
  const std::size_t count = node.children.size();
  return with_arguments(count, frame.evaluation, [&](Value* values) {
    for (std::size_t i = 0; i < count; ++i) values[i] = value_of(*node.children[i], frame);
    frame.evaluation.node = &node;
    return call(frame.evaluation, *node.signature, {values, count});
  });
}

// ---- Loops

// What an iterator goes through: the items of a list, or whole numbers or days from one end to the other.
struct Domain {
  std::span<const Value> items;
  std::int64_t from = 0;
  std::int64_t step = 0;  // 0: items.
  std::size_t count = 0;
  bool days = false;

  Value at(std::size_t i) const {
    if (step == 0) return items[i];
    const std::int64_t here = from + step * static_cast<std::int64_t>(i);
    if (!days) return Value::number(here);
    const auto date = Date::from_days(here);
    return date ? Value::date(*date) : Value();
  }
};

std::optional<Domain> stepped(const Value& from, const Value& to) {
  Domain domain;
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
  if (from.is(Kind::Number) && to.is(Kind::Number)) {
    first = from.number().to_int64();
    last = to.number().to_int64();
  } else if (from.is(Kind::Date) && to.is(Kind::Date)) {
    first = from.date().days();
    last = to.date().days();
    domain.days = true;
  }
  constexpr std::int64_t kFar = std::int64_t{1} << 60;
  if (!first || !last || std::abs(*first) > kFar || std::abs(*last) > kFar) return std::nullopt;
  domain.from = *first;
  domain.step = *first <= *last ? 1 : -1;
  domain.count = static_cast<std::size_t>(std::abs(*last - *first)) + 1;
  return domain;
}

std::optional<Domain> domain_of(const Iterator& iterator, Frame& frame, Value& holder) {
  holder = value_of(*iterator.from, frame);
  if (iterator.to != nullptr) return stepped(holder, value_of(*iterator.to, frame));
  if (holder.is(Kind::Range)) {
    const RangeEnds& range = holder.range();
    auto domain = stepped(range.start, range.end);
    if (!domain || domain->step < 0) return std::nullopt;
    if (!range.start_included) {
      ++domain->from;
      --domain->count;
    }
    if (!range.end_included && domain->count > 0) --domain->count;
    return domain;
  }
  if (holder.null()) return std::nullopt;
  Domain domain;
  domain.items = holder.is(Kind::List) ? holder.list() : std::span<const Value>(&holder, 1);
  domain.count = domain.items.size();
  return domain;
}

// Goes through the product of the domains, the last turning fastest; `each` says whether to go on. false: a domain is
// not one.
template <class Each>
bool iterate(const Node& node, Frame& frame, std::size_t level, bool& going, const Each& each) {
  if (level == node.iterators.size()) {
    going = each();
    return true;
  }
  const Deeper deeper(frame.evaluation);
  const Iterator& iterator = node.iterators[level];
  Value holder;
  const auto domain = domain_of(iterator, frame, holder);
  if (!domain) return false;
  for (std::size_t i = 0; i < domain->count && going; ++i) {
    frame.evaluation.step();
    frame.locals[iterator.slot] = domain->at(i);
    if (!iterate(node, frame, level + 1, going, each)) return false;
  }
  return true;
}

[[gnu::noinline]] Value for_loop(const Node& node, Frame& frame) {
  Evaluation& evaluation = frame.evaluation;
  Value* results = nullptr;
  std::size_t count = 0;
  std::size_t room = 0;
  frame.locals[node.index] = Value::list({});
  bool going = true;
  const bool good = iterate(node, frame, 0, going, [&] {
    const Value result = value_of(*node.children[0], frame);
    if (count == room) {  // What was there before stays: earlier `partial`s may still be in use.
      room = room == 0 ? 8 : room * 2;
      Value* larger = evaluation.memory().array<Value>(room);
      std::copy_n(results, count, larger);
      results = larger;
    }
    results[count++] = result;
    evaluation.check_list(count);
    frame.locals[node.index] = Value::list({results, count});
    return true;
  });
  if (!good) return null_at(node, frame, "A loop goes through a list, or through whole numbers or dates from..to");
  return Value::list({results, count});
}

// some: false or e' or e" …; every: true and e' and e" …
[[gnu::noinline]] Value quantified(const Node& node, Frame& frame) {
  const bool some = node.op == Op::Some;
  bool decided = false;
  bool unknown = false;
  bool going = true;
  const bool good = iterate(node, frame, 0, going, [&] {
    const Value holds = value_of(*node.children[0], frame);
    if (!holds.is(Kind::Boolean)) unknown = true;
    decided = some ? holds.is_true() : holds.is_false();
    return !decided;
  });
  if (!good)
    return null_at(node, frame, "‘some’ and ‘every’ go through a list, or through whole numbers or dates from..to");
  if (decided) return Value::boolean(some);
  if (unknown) return null_at(node, frame, "For some item the condition is neither true nor false");
  return Value::boolean(!some);
}

// ---- Operators

[[gnu::noinline]] Value comparison(const Node& node, Frame& frame) {
  const Value left = value_of(*node.children[0], frame);
  const Value right = value_of(*node.children[1], frame);
  if (node.op == Op::Equal || node.op == Op::NotEqual) {
    const auto same = equal(left, right);
    if (!same) return null_at(node, frame, "{1} and {2} can't be equal or not", left, right);
    return Value::boolean(*same == (node.op == Op::Equal));
  }
  const auto order = compare(left, right);
  if (!order) return null_at(node, frame, "{1} and {2} have no order", left, right);
  switch (node.op) {
    case Op::Less:
      return Value::boolean(*order < 0);
    case Op::LessEqual:
      return Value::boolean(*order <= 0);
    case Op::Greater:
      return Value::boolean(*order > 0);
    default:
      return Value::boolean(*order >= 0);
  }
}

[[gnu::noinline]] Value between(const Node& node, Frame& frame) {
  const Value value = value_of(*node.children[0], frame);
  const Value low = value_of(*node.children[1], frame);
  const Value high = value_of(*node.children[2], frame);
  const auto above = compare(value, low);
  const auto below = compare(value, high);
  if ((above && *above < 0) || (below && *below > 0)) return Value::boolean(false);
  if (!above) return null_at(node, frame, "{1} and {2} have no order", value, low);
  if (!below) return null_at(node, frame, "{1} and {2} have no order", value, high);
  return Value::boolean(true);
}

// One positive unary test: rule 13, tables 55.
Value satisfies(const Value& value, const Node& test, Frame& frame) {
  if (test.op == Op::TestEqual || test.op == Op::TestNotEqual) {
    const auto same = equal(value, value_of(*test.children[0], frame));
    return same ? Value::boolean(*same == (test.op == Op::TestEqual)) : Value();
  }
  const Value wanted = value_of(test, frame);
  if (test.uses_question) {
    if (wanted.is(Kind::Boolean) || wanted.null()) return wanted;
  }
  if (wanted.null() && test.op == Op::Range) return wanted;  // A range that is none.
  frame.evaluation.node = &test;
  return in(frame.evaluation, value, wanted);
}

Value any_test(const Value& value, const Node& node, std::size_t first, Frame& frame) {
  frame.locals[node.index] = value;
  bool unknown = false;
  for (std::size_t i = first; i < node.children.size(); ++i) {
    const Value holds = satisfies(value, *node.children[i], frame);
    if (holds.is_true()) return holds;
    unknown = unknown || holds.null();
  }
  return unknown ? Value() : Value::boolean(false);
}

[[gnu::noinline]] Value power(const Node& node, Frame& frame) {
  const Value left = value_of(*node.children[0], frame);
  const Value right = value_of(*node.children[1], frame);
  if (!left.is(Kind::Number) || !right.is(Kind::Number)) {
    return null_at(node, frame, "‘**’ needs numbers, not {1} and {2}", left, right);
  }
  const Decimal result = left.number().power(right.number());
  return result.finite() ? Value::number(result)
                         : null_at(node, frame, "{1} to the power of {2} is not a number", left, right);
}

[[gnu::noinline]] Value negate(const Node& node, Frame& frame) {
  const Value operand = value_of(*node.children[0], frame);
  switch (operand.kind()) {
    case Kind::Number:
      return Value::number(-operand.number());
    case Kind::DaysDuration:
      return Value::duration(DaysDuration{-operand.days_duration().seconds, -operand.days_duration().nanos});
    case Kind::MonthsDuration:
      return Value::duration(MonthsDuration{-operand.months_duration().months});
    default:
      return null_at(node, frame, "Only numbers and durations can be negative, not {1}", operand);
  }
}

// ---- Values made of values

[[gnu::noinline]] Value make_list(const Node& node, Frame& frame) {
  Value* items = frame.evaluation.memory().array<Value>(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) items[i] = value_of(*node.children[i], frame);
  return Value::list({items, node.children.size()});
}

[[gnu::noinline]] Value make_context(const Node& node, Frame& frame) {
  Entry* entries = frame.evaluation.memory().array<Entry>(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    new (&entries[i]) Entry{node.names[i], value_of(*node.children[i], frame)};
    if (frame.locals != nullptr) frame.locals[node.iterators[i].slot] = entries[i].value;
  }
  return Value::context({entries, node.children.size()});
}

[[gnu::noinline]] Value make_range(const Node& node, Frame& frame) {
  RangeEnds ends;
  ends.start_included = node.start_included;
  ends.end_included = node.end_included;
  if (node.children[0] != nullptr) ends.start = value_of(*node.children[0], frame);
  if (node.children[1] != nullptr) ends.end = value_of(*node.children[1], frame);
  if (node.children[0] == nullptr || node.children[1] == nullptr) {
    const Value& end = node.children[0] == nullptr ? ends.end : ends.start;
    if (!compare(end, end)) return null_at(node, frame, "{1} can't be the end of a range", end);
  } else {
    const auto order = compare(ends.start, ends.end);
    if (!order) return null_at(node, frame, "A range can't go from {1} to {2}", ends.start, ends.end);
    if (*order > 0) return null_at(node, frame, "The range begins behind its end: {1} to {2}", ends.start, ends.end);
  }
  return Value::range(frame.evaluation.memory().make<RangeEnds>(ends));
}

Value evaluate_inner(const Node& node, Frame& frame) {
  switch (node.op) {
    case Op::Constant:
    case Op::AnyTest:
      return node.constant.null() && !node.name.empty()
                 ? null_at(node, frame, "This is not a date, a time or a duration")
                 : node.constant;
    case Op::Variable:
      return frame.variables[node.index];
    case Op::Local:
      return frame.locals[node.index];
    case Op::Captured:
      return frame.captured[node.index];
    case Op::ItemMember: {
      const Value item = value_of(*node.children[0], frame);
      if (item.is(Kind::Context)) {
        if (const Value* found = item.entry(node.name)) return *found;
      }
      return value_of(*node.children[1], frame);
    }
    case Op::Unknown:
      return null_at(node, frame, "There is nothing of this name");
    case Op::BuiltinName:
      return Value::function(&as_function(*node.builtin));
    case Op::Path:
      return path(node, frame, value_of(*node.children[0], frame));
    case Op::Filter:
      return filter(node, frame);
    case Op::Call:
      return invoke(node, frame);
    case Op::BuiltinCall:
      return call_builtin(node, frame);
    case Op::BadCall:
      return null_at(node, frame, "The function doesn't take these arguments");
    case Op::FunctionLiteral:
      return make_function(node, frame);
    case Op::For:
      return for_loop(node, frame);
    case Op::Some:
    case Op::Every:
      return quantified(node, frame);
    case Op::If:
      return value_of(value_of(*node.children[0], frame).is_true() ? *node.children[1] : *node.children[2], frame);
    case Op::Or: {
      const Value left = value_of(*node.children[0], frame);
      if (left.is_true()) return left;
      const Value right = value_of(*node.children[1], frame);
      if (right.is_true()) return right;
      return left.is_false() && right.is_false() ? left : null_at(node, frame, "‘or’ of {1} and {2}", left, right);
    }
    case Op::And: {
      const Value left = value_of(*node.children[0], frame);
      if (left.is_false()) return left;
      const Value right = value_of(*node.children[1], frame);
      if (right.is_false()) return right;
      return left.is_true() && right.is_true() ? left : null_at(node, frame, "‘and’ of {1} and {2}", left, right);
    }
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
      return comparison(node, frame);
    case Op::Between:
      return between(node, frame);
    case Op::In:
      return any_test(value_of(*node.children[0], frame), node, 1, frame);
    case Op::InstanceOf: {
      const Value value = value_of(*node.children[0], frame);
      if (!node.asked_known) return null_at(node, frame, "There is no such type");
      if (value.null()) return Value::boolean(node.asked.base() == Type::Base::Null);
      return Value::boolean(conforms(value, node.asked));
    }
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide: {
      const Value left = value_of(*node.children[0], frame);
      const Value right = value_of(*node.children[1], frame);
      frame.evaluation.node = &node;
      switch (node.op) {
        case Op::Add:
          return add(frame.evaluation, left, right);
        case Op::Subtract:
          return subtract(frame.evaluation, left, right);
        case Op::Multiply:
          return multiply(frame.evaluation, left, right);
        default:
          return divide(frame.evaluation, left, right);
      }
    }
    case Op::Power:
      return power(node, frame);
    case Op::Negate:
      return negate(node, frame);
    case Op::List:
      return make_list(node, frame);
    case Op::Context:
      return make_context(node, frame);
    case Op::Range:
      return make_range(node, frame);
    case Op::TestEqual:
    case Op::TestNotEqual: {
      const Value end = value_of(*node.children[0], frame);
      const bool same = node.op == Op::TestEqual;
      return Value::range(frame.evaluation.memory().make<RangeEnds>(
          end, end, same, same, same ? RangeEnds::Form::Equal : RangeEnds::Form::NotEqual));
    }
    case Op::Tests:
      return null_at(node, frame, "Unary tests need a value to test");
  }
  return {};
}

Value value_of(const Node& node, Frame& frame) {
  if (node.folded) {
    if (!node.constant.null() || node.name.empty()) return node.constant;
  }
  frame.evaluation.step();
  if (node.op == Op::Variable) return frame.variables[node.index];
  if (node.op == Op::Local) return frame.locals[node.index];
  const Deeper deeper(frame.evaluation);
  return evaluate_inner(node, frame);
}

// ---- Arithmetic on values

Value number_or_null(Evaluation& evaluation, const Decimal& result, const char* why, const Value& left,
                     const Value& right) {
  return result.finite() ? Value::number(result) : evaluation.null(why, left, right);
}

constexpr const char* kTooLarge = "The result of {1} and {2} is too large";

template <class T>
Value date_or_null(Evaluation& evaluation, const std::optional<T>& result, const Value& left, const Value& right) {
  if (!result) return evaluation.null("{1} and {2} give no date that exists", left, right);
  if constexpr (std::is_same_v<T, Date>) {
    return Value::date(*result);
  } else {
    return Value::date_time(*result);
  }
}

Value of_nanos(Evaluation& evaluation, __int128 nanos, const Value& left, const Value& right) {
  const auto duration = DaysDuration::from(nanos);
  return duration ? Value::duration(*duration) : evaluation.null(kTooLarge, left, right);
}

Value of_months(Evaluation& evaluation, __int128 months, const Value& left, const Value& right) {
  constexpr __int128 kMost = std::int64_t{1} << 60;
  if (months > kMost || months < -kMost) return evaluation.null(kTooLarge, left, right);
  return Value::duration(MonthsDuration{static_cast<std::int64_t>(months)});
}

bool is_duration(const Value& value) {
  return value.is(Kind::DaysDuration) || value.is(Kind::MonthsDuration);
}

// A date, time or moment plus (sign 1) or minus (sign -1) a duration; nothing where the kinds don't suit.
std::optional<Value> shifted(Evaluation& evaluation, const Value& left, const Value& right, int direction) {
  const bool months = right.is(Kind::MonthsDuration);
  const MonthsDuration by_months{months ? direction * right.months_duration().months : 0};
  const DaysDuration by_days =
      months ? DaysDuration{}
             : DaysDuration{direction * right.days_duration().seconds, direction * right.days_duration().nanos};
  switch (left.kind()) {
    case Kind::Date:
      return date_or_null(evaluation, months ? add(left.date(), by_months) : add(left.date(), by_days), left, right);
    case Kind::DateTime:
      return date_or_null(evaluation, months ? add(left.date_time(), by_months) : add(left.date_time(), by_days), left,
                          right);
    case Kind::Time:
      if (months) return std::nullopt;
      return Value::time(add(left.time(), by_days));
    default:
      return std::nullopt;
  }
}

// A date is midnight of its day in UTC where it meets moments (10.3.2.3.5).
DateTime as_moment(const Value& value) {
  return value.is(Kind::Date) ? DateTime{value.date(), Time{0, Zone::utc()}} : value.date_time();
}

// The seconds of a duration, times or divided by a number, as a duration again.
Value scaled(Evaluation& evaluation, const Value& duration, const Value& number, bool divide) {
  const Decimal factor = number.number();
  if (divide && factor.zero()) return evaluation.null("Nothing can be divided by zero");
  const bool months = duration.is(Kind::MonthsDuration);
  const Decimal whole = months ? Decimal(duration.months_duration().months)
                               : Decimal(duration.days_duration().seconds) * Decimal(kNanosPerSecond) +
                                     Decimal(duration.days_duration().nanos);
  const Decimal result = divide ? whole / factor : whole * factor;
  if (!result.finite()) return evaluation.null(kTooLarge, duration, number);
  const Decimal units = result.rounded(0, Rounding::Down);
  if (months) {
    const auto count = units.finite() ? units.to_int64() : std::nullopt;
    return count ? of_months(evaluation, *count, duration, number) : evaluation.null(kTooLarge, duration, number);
  }
  const Decimal seconds = units.finite() ? (units / Decimal(kNanosPerSecond)).rounded(0, Rounding::Down) : units;
  const auto whole_seconds = seconds.finite() ? seconds.to_int64() : std::nullopt;
  if (!whole_seconds) return evaluation.null(kTooLarge, duration, number);
  const auto nanos = (units - Decimal(*whole_seconds) * Decimal(kNanosPerSecond)).to_int64();
  return Value::duration(DaysDuration{*whole_seconds, nanos.value_or(0)});
}

}  // namespace

Value add(Evaluation& evaluation, const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) {
    return number_or_null(evaluation, left.number() + right.number(), kTooLarge, left, right);
  }
  if (left.is(Kind::String) && right.is(Kind::String)) {
    const std::size_t size = left.string().size() + right.string().size();
    evaluation.check_string(size);
    char* text = evaluation.memory().array<char>(size);
    std::copy(left.string().begin(), left.string().end(), text);
    std::copy(right.string().begin(), right.string().end(), text + left.string().size());
    return Value::string({text, size});
  }
  if (left.is(Kind::DaysDuration) && right.is(Kind::DaysDuration)) {
    return of_nanos(evaluation, left.days_duration().total_nanos() + right.days_duration().total_nanos(), left, right);
  }
  if (left.is(Kind::MonthsDuration) && right.is(Kind::MonthsDuration)) {
    return of_months(evaluation, __int128{left.months_duration().months} + right.months_duration().months, left, right);
  }
  if (is_duration(right)) {
    if (const auto result = shifted(evaluation, left, right, 1)) return *result;
  } else if (is_duration(left)) {
    if (const auto result = shifted(evaluation, right, left, 1)) return *result;
  }
  return evaluation.null("{1} and {2} can't be added", left, right);
}

Value subtract(Evaluation& evaluation, const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) {
    return number_or_null(evaluation, left.number() - right.number(), kTooLarge, left, right);
  }
  if (left.is(Kind::DaysDuration) && right.is(Kind::DaysDuration)) {
    return of_nanos(evaluation, left.days_duration().total_nanos() - right.days_duration().total_nanos(), left, right);
  }
  if (left.is(Kind::MonthsDuration) && right.is(Kind::MonthsDuration)) {
    return of_months(evaluation, __int128{left.months_duration().months} - right.months_duration().months, left, right);
  }
  if (left.is(Kind::Date) && right.is(Kind::Date)) return Value::duration(difference(left.date(), right.date()));
  const auto is_day = [](const Value& value) { return value.is(Kind::Date) || value.is(Kind::DateTime); };
  if (is_day(left) && is_day(right)) {
    const auto result = difference(as_moment(left), as_moment(right));
    return result
               ? Value::duration(*result)
               : evaluation.null("Only one of {1} and {2} has a time zone: their difference is unknown", left, right);
  }
  if (left.is(Kind::Time) && right.is(Kind::Time)) {
    const auto result = difference(left.time(), right.time());
    return result
               ? Value::duration(*result)
               : evaluation.null("Only one of {1} and {2} has a time zone: their difference is unknown", left, right);
  }
  if (is_duration(right)) {
    if (const auto result = shifted(evaluation, left, right, -1)) return *result;
  }
  return evaluation.null("{2} can't be subtracted from {1}", left, right);
}

Value multiply(Evaluation& evaluation, const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) {
    return number_or_null(evaluation, left.number() * right.number(), kTooLarge, left, right);
  }
  if (is_duration(left) && right.is(Kind::Number)) return scaled(evaluation, left, right, false);
  if (left.is(Kind::Number) && is_duration(right)) return scaled(evaluation, right, left, false);
  return evaluation.null("{1} and {2} can't be multiplied", left, right);
}

Value divide(Evaluation& evaluation, const Value& left, const Value& right) {
  if (left.is(Kind::Number) && right.is(Kind::Number)) {
    if (right.number().zero()) return evaluation.null("Nothing can be divided by zero");
    return number_or_null(evaluation, left.number() / right.number(), kTooLarge, left, right);
  }
  if (is_duration(left) && right.is(Kind::Number)) return scaled(evaluation, left, right, true);
  if (left.is(Kind::MonthsDuration) && right.is(Kind::MonthsDuration)) {
    if (right.months_duration().months == 0) return evaluation.null("Nothing can be divided by zero");
    return Value::number(Decimal(left.months_duration().months) / Decimal(right.months_duration().months));
  }
  if (left.is(Kind::DaysDuration) && right.is(Kind::DaysDuration)) {
    const auto nanos = [](const DaysDuration& duration) {
      return Decimal(duration.seconds) * Decimal(kNanosPerSecond) + Decimal(duration.nanos);
    };
    const Decimal divisor = nanos(right.days_duration());
    if (divisor.zero()) return evaluation.null("Nothing can be divided by zero");
    return Value::number(nanos(left.days_duration()) / divisor);
  }
  return evaluation.null("{1} can't be divided by {2}", left, right);
}

// Table 55.
Value in(Evaluation& evaluation, const Value& value, const Value& test) {
  switch (test.kind()) {
    case Kind::Range: {
      const auto inside = includes(test.range(), value);
      return inside ? Value::boolean(*inside) : evaluation.null("{1} can't lie in {2}", value, test);
    }
    case Kind::List: {
      if (value.is(Kind::List) && equal(value, test).value_or(false)) return Value::boolean(true);
      const auto items = test.list();
      evaluation.steps(items.size());
      for (const Value& item : items) {
        const auto holds =
            item.is(Kind::Range) && !value.is(Kind::Range) ? includes(item.range(), value) : equal(value, item);
        if (holds.value_or(false)) return Value::boolean(true);
      }
      return Value::boolean(false);
    }
    default: {
      const auto same = equal(value, test);
      return same ? Value::boolean(*same) : evaluation.null("{1} and {2} can't be equal or not", value, test);
    }
  }
}

Value evaluate_constant(Evaluation& evaluation, const Expression& expression, const Node& node) {
  Frame frame{evaluation, expression, nullptr, nullptr, nullptr};
  return value_of(node, frame);
}

Value Expression::run(Evaluation& evaluation, std::span<const Value> variables) const {
  if (root_->folded && !root_->constant.null()) return root_->constant;
  if (root_->op == Op::Variable) {
    evaluation.step();
    return variables[root_->index];
  }
  const Within within(evaluation, *this);
  return with_slots(evaluation, slots_, [&](Value* locals) {
    Frame frame{evaluation, *this, variables.data(), locals, nullptr};
    return value_of(*root_, frame);
  });
}

Value Expression::run_test(Evaluation& evaluation, std::span<const Value> variables, const Value& input) const {
  if (root_->op == Op::AnyTest) return Value::boolean(true);
  const Within within(evaluation, *this);
  return with_slots(evaluation, slots_, [&](Value* locals) {
    Frame frame{evaluation, *this, variables.data(), locals, nullptr};
    const Value holds = any_test(input, *root_, 0, frame);
    if (!root_->negated) return holds;
    return holds.is(Kind::Boolean) ? Value::boolean(holds.is_false()) : holds;
  });
}

}  // namespace guildhall::feel
