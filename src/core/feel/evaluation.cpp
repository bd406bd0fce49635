#include "feel/evaluation.h"

#include <algorithm>

#include "feel/expression.h"

namespace guildhall::feel {

namespace {

constexpr std::uint64_t kStepsBetweenLooks = 10'000;  // Reading a clock costs about as much as a few steps.
constexpr std::size_t kMostReasons = 100;
constexpr std::size_t kShort = 60;  // Bytes of a value that a sentence can hold.

// "the number 5", "the string "abc"", "null", "a list".
std::string spoken(const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
    case Kind::Boolean:
      return to_text(value);
    case Kind::Number:
    case Kind::String:
    case Kind::Date:
    case Kind::Time:
    case Kind::DateTime:
    case Kind::DaysDuration:
    case Kind::MonthsDuration: {
      std::string text = to_text(value, kShort);
      if (text.size() > kShort) break;
      if (text.starts_with('@')) text = text.substr(2, text.size() - 3);  // @"2020-01-01", which officers don't write.
      const bool duration = value.is(Kind::DaysDuration) || value.is(Kind::MonthsDuration);
      return "the " + (duration ? "duration" : std::string(spoken(value.kind()).substr(2))) + " " + text;
    }
    case Kind::List:
    case Kind::Context:
    case Kind::Range:
    case Kind::Function:
      break;
  }
  return std::string(spoken(value.kind()));
}

bool fits(Evaluation& evaluation, const Value& value, const Type& type) {
  std::uint64_t work = 0;
  const bool result = conforms(value, type, &work);
  evaluation.steps(work);
  return result;
}

constexpr int kDeepestValue = 1'000;  // As deep as conforms() looks.

// `siblings`: what the tests of a component may name, the values of the components beside it (7.3.3).
bool all_allowed(Evaluation& evaluation, const Value& value, const Type& type, std::span<const Value> siblings,
                 int depth = 0) {
  for (const auto& tests : type.allowed()) {
    if (!tests->run_test(evaluation, siblings, value).is_true()) return false;
  }
  if (depth >= kDeepestValue) return false;
  if (type.base() == Type::Base::List && value.is(Kind::List)) {
    const Type& item = type.item();
    if (item.any()) return true;
    return std::all_of(value.list().begin(), value.list().end(),
                       [&](const Value& each) { return all_allowed(evaluation, each, item, siblings, depth + 1); });
  }
  if (type.base() == Type::Base::Context && value.is(Kind::Context)) {
    const auto members = type.members();
    Value* values = evaluation.memory().array<Value>(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Value* entry = value.entry(members[i].first);
      new (&values[i]) Value(entry == nullptr ? Value() : *entry);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (!all_allowed(evaluation, values[i], members[i].second, {values, members.size()}, depth + 1)) return false;
    }
  }
  return true;
}

}  // namespace

Evaluation::Evaluation(Memory& memory, const Budget& budget, const Moment& moment) : memory_(memory), budget_(budget) {
  begin(moment);
}

void Evaluation::begin(const Moment& moment) {
  moment_ = moment;
  node = nullptr;
  expression = nullptr;
  depth = 0;
  steps_ = 0;
  next_look_ = std::min(kStepsBetweenLooks, budget_.steps + 1);
  started_ = moment_.elapsed == nullptr ? 0 : moment_.elapsed();
  reasons_.clear();
}

void Evaluation::look_at_budget() {
  if (steps_ > budget_.steps) {
    throw BudgetExceeded{"The expression takes more steps than it may.",
                         "Look for a loop over too many values, or a function that calls itself without end."};
  }
  if (moment_.elapsed != nullptr && moment_.elapsed() - started_ > budget_.nanoseconds) {
    throw BudgetExceeded{"The expression takes longer than it may.",
                         "Look for a loop over too many values, or a function that calls itself without end."};
  }
  next_look_ = steps_ + std::min(kStepsBetweenLooks, budget_.steps - steps_ + 1);
}

void Evaluation::check_list(std::size_t length) const {
  if (length <= budget_.list_length) return;
  throw BudgetExceeded{"The expression makes a longer list than it may.",
                       "Look for a range that is too wide, or a list that is added to again and again."};
}

void Evaluation::check_string(std::size_t bytes) const {
  if (bytes <= budget_.string_bytes) return;
  throw BudgetExceeded{"The expression makes a longer text than it may.",
                       "Look for a string that is added to again and again."};
}

Value Evaluation::null(const char* what, const Value& first, const Value& second) {
  if (reasons_.size() < kMostReasons) reasons_.push_back({what, node, expression, first, second, where});
  return {};
}

void Evaluation::forget_reasons_after(std::size_t count) {
  if (count < reasons_.size()) reasons_.resize(count);
}

std::optional<Value> Evaluation::converted(const Value& value, const Type& type) {
  if (type.any() || fits(*this, value, type)) return value;
  if (value.is(Kind::List) && value.list().size() == 1 && fits(*this, value.list().front(), type)) {
    return value.list().front();
  }
  if (type.base() == Type::Base::List && !value.is(Kind::List) && fits(*this, value, type.item())) {
    return Value::list(memory_, std::span(&value, 1));
  }
  if (type.base() == Type::Base::DateTime && value.is(Kind::Date)) {
    return Value::date_time(DateTime{value.date(), Time{0, Zone::utc()}});
  }
  return std::nullopt;
}

bool Evaluation::allows(const Type& type, const Value& value) {
  return all_allowed(*this, value, type, {});
}

Value Evaluation::call(const Function& function, std::span<const Value> arguments) {
  step();
  if (depth >= budget_.depth) {
    throw BudgetExceeded{"Functions call one another more deeply than they may.",
                         "Look for a function that calls itself without end."};
  }
  const auto parameters = function.parameters();
  if (!function.takes(arguments.size())) return null("The function takes another number of arguments");

  // 10.3.2.13.2: the arguments conform "before or after applying implicit conversions", or the result is null.
  Value* all = nullptr;
  for (std::size_t i = 0; i < std::min(arguments.size(), parameters.size()); ++i) {
    const Type& type = parameters[i].type;
    if (type.any() || arguments[i].null()) continue;
    const bool as_it_is = fits(*this, arguments[i], type);
    const auto instead = as_it_is ? arguments[i] : converted(arguments[i], type);
    if (!instead || !(instead->null() || allows(type, *instead))) {
      if (reasons_.size() >= kMostReasons) return {};
      return null(instead ? "{1} was given, which is not among the values that {name} allows"
                          : "{1} was given where a value of the type {name} is needed",
                  arguments[i], Value::string(memory_, type.text()));
    }
    if (as_it_is) continue;
    if (all == nullptr) {
      all = memory_.array<Value>(arguments.size());
      std::uninitialized_copy(arguments.begin(), arguments.end(), all);
      arguments = {all, arguments.size()};
    }
    all[i] = *instead;
  }

  struct Deeper {
    std::uint32_t& depth;
    explicit Deeper(std::uint32_t& of) : depth(of) { ++depth; }
    ~Deeper() { --depth; }
  } const deeper(depth);
  return function.apply(*this, arguments);
}

std::string to_text(const NullReason& reason) {
  std::string sentence;
  const std::string_view what = reason.what == nullptr ? "" : reason.what;
  for (std::size_t at = 0; at < what.size();) {
    const std::string_view rest = what.substr(at);
    if (rest.starts_with("{1}")) {
      sentence += spoken(reason.first);
      at += 3;
    } else if (rest.starts_with("{2}")) {
      sentence += spoken(reason.second);
      at += 3;
    } else if (rest.starts_with("{name}")) {
      sentence += reason.second.is(Kind::String) ? reason.second.string() : "";
      at += 6;
    } else {
      sentence += what[at++];
    }
  }
  if (!sentence.empty() && sentence.front() >= 'a' && sentence.front() <= 'z') sentence.front() -= 'a' - 'A';
  if (!sentence.empty() && sentence.back() != '.') sentence += '.';
  return sentence;
}

}  // namespace guildhall::feel
