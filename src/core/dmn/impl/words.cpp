#include "dmn/impl/words.h"

#include <optional>

#include "base/text.h"
#include "base/time.h"

namespace guildhall::dmn {
namespace {

using feel::Kind;
using feel::Node;
using feel::Op;
using feel::Value;

constexpr std::size_t kMaxQuoted = 120;  // Bytes.
constexpr std::size_t kMaxText = 200;
constexpr std::size_t kMaxWords = 400;
constexpr std::size_t kMaxItems = 10;
constexpr int kMaxDepth = 3;

// At most so many bytes, whole characters.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most)) + "…";
}

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

// ---- Values

std::string date_words(const feel::Date& date) {
  const auto known = Date::from(date.year, date.month, date.day);
  return known.ok() ? known->spoken() : date.text();
}

// "14:30", "14:30:05 UTC", "09:00 (Europe/London)"
std::string time_words(const feel::Time& time) {
  const std::string text = feel::Time{time.nanos, {}}.text();
  std::string zone = time.zone.has_name() ? std::string(time.zone.name()) : time.zone.text();
  if (!zone.empty()) zone = zone == "Z" ? " UTC" : " (" + zone + ")";
  return (time.second() == 0 && time.subsecond() == 0 ? text.substr(0, 5) : text) + zone;
}

std::string duration_words(const feel::MonthsDuration& duration) {
  if (duration.months < 0) return "minus " + duration_words({-duration.months});
  std::vector<std::string> parts;
  if (duration.years_part() != 0) parts.push_back(counted(duration.years_part(), "year"));
  if (duration.months_part() != 0 || parts.empty()) parts.push_back(counted(duration.months_part(), "month"));
  return joined(parts);
}

std::string duration_words(const feel::DaysDuration& duration) {
  if (duration.nanos != 0) return duration.text();
  if (duration.seconds < 0) return "minus " + duration_words(feel::DaysDuration{-duration.seconds, 0});
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, std::string_view unit) {
    if (count != 0) parts.push_back(counted(count, unit));
  };
  add(duration.days_part(), "day");
  add(duration.hours_part(), "hour");
  add(duration.minutes_part(), "minute");
  add(duration.seconds_part(), "second");
  return parts.empty() ? "0 days" : joined(parts);
}

// How the order of values is said: a number is above another, a date after it.
struct Order {
  std::string_view after;
  std::string_view before;
  std::string_view or_after;
  std::string_view or_before;
  std::string_view from;
};

Order order_of(Kind kind) {
  switch (kind) {
    case Kind::Date:
    case Kind::Time:
    case Kind::DateTime:
      return {"after ", "before ", " or later", " or earlier", "from "};
    case Kind::DaysDuration:
    case Kind::MonthsDuration:
      return {"longer than ", "shorter than ", " or longer", " or shorter", "at least "};
    default:
      return {"above ", "below ", " or more", " or less", "at least "};
  }
}

struct End {
  std::string words;
  Kind kind = Kind::Null;
  bool included = false;
};

std::string range_words(const std::optional<End>& start, const std::optional<End>& end) {
  const auto with = [](std::string_view first, const std::string& words) { return std::string(first) + words; };
  const Order order = order_of(start && start->kind != Kind::Null ? start->kind : end ? end->kind : Kind::Null);
  if (!start && !end) return "anything";
  if (!end) return start->included ? start->words + std::string(order.or_after) : with(order.after, start->words);
  if (!start) return end->included ? end->words + std::string(order.or_before) : with(order.before, end->words);
  if (start->included && end->included) return "between " + start->words + " and " + end->words;
  return with(start->included ? order.from : order.after, start->words) + " and " +
         with(end->included ? "up to " : order.before, end->words);
}

std::string words_of(const Value& value, int depth);

std::string range_words(const feel::RangeEnds& range) {
  if (range.form == feel::RangeEnds::Form::Equal) return in_words(range.start);
  if (range.form == feel::RangeEnds::Form::NotEqual) return "other than " + in_words(range.start);
  const auto end = [](const Value& value, bool included) {
    return value.null() ? std::nullopt : std::optional(End{in_words(value), value.kind(), included});
  };
  return range_words(end(range.start, range.start_included), end(range.end, range.end_included));
}

std::string list_words(std::span<const Value> items, int depth) {
  if (items.empty()) return "an empty list";
  std::vector<std::string> parts;
  for (const Value& item : items.first(std::min(items.size(), kMaxItems))) parts.push_back(words_of(item, depth + 1));
  if (items.size() > kMaxItems) parts.push_back(std::to_string(items.size() - kMaxItems) + " more");
  return depth == 0 ? "a list of " + joined(parts) : "[" + joined(parts, ", ") + "]";
}

std::string context_words(std::span<const feel::Entry> entries, int depth) {
  if (entries.empty()) return "an empty context";
  std::string text;
  for (const feel::Entry& entry : entries.first(std::min(entries.size(), kMaxItems))) {
    text += (text.empty() ? "" : ", ") + std::string(entry.key) + " " +
            (entry.value.null() ? "without a value" : words_of(entry.value, depth + 1));
  }
  if (entries.size() > kMaxItems) text += ", and " + std::to_string(entries.size() - kMaxItems) + " more";
  return "(" + text + ")";
}

std::string words_of(const Value& value, int depth) {
  if (depth > kMaxDepth) return "…";
  switch (value.kind()) {
    case Kind::Null:
      return "no value";
    case Kind::Boolean:
      return value.boolean() ? "true" : "false";
    case Kind::Number:
      return value.number().text();
    case Kind::String:
      return "“" + cut(value.string(), kMaxText) + "”";
    case Kind::Date:
      return date_words(value.date());
    case Kind::Time:
      return time_words(value.time());
    case Kind::DateTime:
      return date_words(value.date_time().date) + " at " + time_words(value.date_time().time);
    case Kind::DaysDuration:
      return duration_words(value.days_duration());
    case Kind::MonthsDuration:
      return duration_words(value.months_duration());
    case Kind::List:
      return list_words(value.list(), depth);
    case Kind::Context:
      return context_words(value.context(), depth);
    case Kind::Range:
      return range_words(value.range());
    case Kind::Function:
      return "a function";
  }
  return "";
}

// ---- Tests

// What a name in the text stands for: a variable, or an entry of one.
const Value* known_value(const Node& node, const Known& known) {
  if (node.op == Op::Variable) return known(node.name);
  if (node.op != Op::Path) return nullptr;
  const Value* of = known_value(*node.children[0], known);
  return of == nullptr || !of->is(Kind::Context) ? nullptr : of->entry(node.name);
}

bool is_name(const Node& node) {
  return node.op == Op::Variable || (node.op == Op::Path && is_name(*node.children[0]));
}

// The alternatives that tests ask for: "“gold” or “silver”".
class Wanted {
 public:
  Wanted(const feel::Expression& tests, const Known& known) : tests_(tests), known_(known) {
    const Node& root = tests.root();
    if (root.op != Op::Tests) {
      expressible = false;
      return;
    }
    negated = root.negated;
    // != 18 leaves out what = 18 asks for.
    const Node* only = root.children.size() == 1 ? root.children[0] : nullptr;
    if (only != nullptr && only->op == Op::TestNotEqual) {
      negated = !negated;
      add(*only->children[0]);
      return;
    }
    for (const Node* child : root.children) add_test(*child);
  }

  bool expressible = true;
  bool negated = false;
  bool only_values = true;

  std::string any_of() const { return joined(words_, " or "); }
  std::string none_of() const {
    if (words_.size() == 1) return "not " + words_[0];
    std::string text = "neither " + words_[0];
    for (std::size_t i = 1; i < words_.size(); ++i) text += (i + 1 < words_.size() ? ", " : " nor ") + words_[i];
    return text;
  }

 private:
  void add_test(const Node& node) {
    if (node.op == Op::TestEqual) return add(*node.children[0]);
    if (node.op == Op::TestNotEqual) {
      only_values = false;
      const std::string value = name_or_value(*node.children[0]);
      words_.push_back("other than " + value);
      return;
    }
    add(node);
  }

  void add(const Node& node) {
    if (node.folded) return add(node.constant);
    if (node.op == Op::Range) {
      only_values = false;
      words_.push_back(
          range_words(end(node.children[0], node.start_included), end(node.children[1], node.end_included)));
      return;
    }
    const Value* value = known_value(node, known_);
    if (value != nullptr && value->is(Kind::List)) {
      only_values = false;
      words_.push_back("in " + name_or_value(node));
    } else {
      words_.push_back(name_or_value(node));
      if (value != nullptr && value->is(Kind::Range)) only_values = false;
    }
  }

  void add(const Value& value) {
    if (value.is(Kind::List)) {
      for (const Value& item : value.list()) add(item);
      if (value.list().empty()) words_.push_back(in_words(value));
      return;
    }
    if (value.is(Kind::Range)) only_values = false;
    if (value.is(Kind::Function)) expressible = false;
    words_.push_back(in_words(value));
  }

  std::optional<End> end(const Node* node, bool included) {
    if (node == nullptr) return std::nullopt;
    const Value* value = node->folded ? &node->constant : known_value(*node, known_);
    return End{name_or_value(*node), value == nullptr ? Kind::Null : value->kind(), included};
  }

  // "18", "Limit (18)", or "Limit" where its value isn't known.
  std::string name_or_value(const Node& node) {
    if (node.folded) return in_words(node.constant);
    if (!is_name(node)) expressible = false;
    const std::string name(std::string_view(tests_.text()).substr(node.begin, node.end - node.begin));
    const Value* value = known_value(node, known_);
    return value == nullptr ? name : name + " (" + in_words(*value) + ")";
  }

  const feel::Expression& tests_;
  const Known& known_;
  std::vector<std::string> words_;
};

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? last : ", ";
    text += parts[i];
  }
  return text;
}

std::string quoted(std::string_view feel) {
  return "‘" + cut(squeezed(feel), kMaxQuoted) + "’";
}

std::string in_words(const Value& value) {
  return cut(words_of(value, 0), kMaxWords);
}

std::string is_in_words(const Value& value) {
  return value.null() ? "has no value" : "is " + in_words(value);
}

std::string held(const std::string& input, const Value& value, const feel::Expression& tests, const Known& known) {
  const std::string sentence = input + " " + is_in_words(value);
  const Wanted wanted(tests, known);
  if (!wanted.expressible) return sentence + ", which fits " + quoted(tests.text());
  if (wanted.negated) return sentence + ", which is " + wanted.none_of();
  return wanted.only_values ? sentence : sentence + ", which is " + wanted.any_of();
}

std::string failed(const std::string& input, const Value& value, const feel::Expression& tests, const Known& known) {
  const std::string sentence = input + " " + is_in_words(value);
  const Wanted wanted(tests, known);
  if (!wanted.expressible) return sentence + ", which does not fit " + quoted(tests.text());
  if (wanted.negated) return sentence + ", but the rule asks for " + wanted.none_of();
  if (value.null() || wanted.any_of() == in_words(Value())) {
    return sentence + ", but the rule asks for " + wanted.any_of();
  }
  return sentence + ", not " + wanted.any_of();
}

}  // namespace guildhall::dmn
