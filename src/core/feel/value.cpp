#include "feel/value.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "feel/evaluation.h"
#include "feel/expression.h"

namespace guildhall::feel {

namespace {

// Values can be made that hold one list twice, which holds one list twice, and so on: a few bytes that would take for
// ever to look at. What a memory of 256 MiB can hold without such sharing is less than this.
constexpr std::uint64_t kMostWork = 16'000'000;

// So many bytes of a string take about as long to compare as one value.
constexpr std::size_t kBytesPerWork = 256;

constexpr int kDeepest = 1'000;

std::vector<const Entry*> by_key(std::span<const Entry> entries) {
  std::vector<const Entry*> sorted;
  sorted.reserve(entries.size());
  for (const Entry& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  return sorted;
}

// Equality of 10.3.2.15, or identity: "whether two objects in the semantic domain are the same object" (10.3.2.2).
class Sameness {
 public:
  enum class Of { Equality, Identity };
  explicit Sameness(Of of) : of_(of) {}

  std::uint64_t work() const { return work_; }

  std::optional<bool> operator()(const Value& left, const Value& right, int depth = 0) {
    if (++work_ > kMostWork || depth > kDeepest) return {};
    if (left.kind() != right.kind()) {
      // Table 49, "e = null": decided, whatever e is.
      if (left.null() || right.null() || of_ == Of::Identity) return false;
      // A duration of nothing is the same in days as in months.
      if (left.is(Kind::DaysDuration) && right.is(Kind::MonthsDuration)) return nothing(left, right);
      if (left.is(Kind::MonthsDuration) && right.is(Kind::DaysDuration)) return nothing(right, left);
      return {};
    }
    switch (left.kind()) {
      case Kind::Null:
        return true;
      case Kind::Boolean:
        return left.boolean() == right.boolean();
      case Kind::Number:
        return left.number() == right.number();  // "Precision is not considered."
      case Kind::String:
        work_ += left.string().size() / kBytesPerWork;
        return left.string() == right.string();
      case Kind::Date:
        return left.date() == right.date();
      case Kind::Time:
        return same(left.time(), right.time());
      case Kind::DateTime:
        return same(left.date_time(), right.date_time());
      case Kind::DaysDuration:
        return left.days_duration() == right.days_duration();
      case Kind::MonthsDuration:
        return left.months_duration() == right.months_duration();
      case Kind::List:
        return lists(left.list(), right.list(), depth);
      case Kind::Context:
        return contexts(left.context(), right.context(), depth);
      case Kind::Range:
        return ranges(left.range(), right.range(), depth);
      case Kind::Function:
        return &left.function() == &right.function();
    }
    return {};
  }

 private:
  bool same(const Time& left, const Time& right) const {
    if (of_ == Of::Equality) return equal(left, right);
    return left.nanos == right.nanos && left.zone == right.zone;
  }
  bool same(const DateTime& left, const DateTime& right) const {
    if (of_ == Of::Equality) return equal(left, right);
    return left.date == right.date && same(left.time, right.time);
  }

  // Adds one part to the answer for the whole: one unequal part decides it. Gives whether it is decided.
  static bool add(std::optional<bool>& whole, std::optional<bool> part) {
    if (part && *part) return false;
    whole = part;
    return whole.has_value();
  }

  std::optional<bool> lists(std::span<const Value> left, std::span<const Value> right, int depth) {
    if (left.size() != right.size()) return false;
    if (left.data() == right.data()) return true;
    std::optional<bool> whole = true;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (add(whole, (*this)(left[i], right[i], depth + 1)) || work_ > kMostWork) break;
    }
    return whole;
  }

  std::optional<bool> contexts(std::span<const Entry> left, std::span<const Entry> right, int depth) {
    if (left.size() != right.size()) return false;
    if (left.data() == right.data()) return true;
    const auto same_key = [](const Entry& a, const Entry& b) { return a.key == b.key; };
    std::optional<bool> whole = true;
    if (std::equal(left.begin(), left.end(), right.begin(), same_key)) {
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (add(whole, (*this)(left[i].value, right[i].value, depth + 1)) || work_ > kMostWork) break;
      }
      return whole;
    }
    work_ += left.size();
    const auto left_sorted = by_key(left);
    const auto right_sorted = by_key(right);
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left_sorted[i]->key != right_sorted[i]->key) return false;
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (add(whole, (*this)(left_sorted[i]->value, right_sorted[i]->value, depth + 1)) || work_ > kMostWork) break;
    }
    return whole;
  }

  static std::optional<bool> nothing(const Value& days, const Value& months) {
    if (days.days_duration() == DaysDuration{} && months.months_duration() == MonthsDuration{}) return true;
    return {};
  }

  std::optional<bool> ranges(const RangeEnds& left, const RangeEnds& right, int depth) {
    if (left.form != right.form) return false;
    if (left.start_included != right.start_included || left.end_included != right.end_included) return false;
    std::optional<bool> whole = true;
    const bool decided = add(whole, (*this)(left.start, right.start, depth + 1));
    const bool one_end = left.form != RangeEnds::Form::Interval;
    if (!decided && !one_end) add(whole, (*this)(left.end, right.end, depth + 1));
    return whole;
  }

  Of of_;
  std::uint64_t work_ = 0;
};

// Writes FEEL, up to a number of bytes.
class Writer {
 public:
  explicit Writer(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::string take() && { return std::move(text_); }

  void value(const Value& value, int depth = 0) {
    if (cut_) return;
    if (depth > kDeepest) return add("…");
    switch (value.kind()) {
      case Kind::Null:
        return add("null");
      case Kind::Boolean:
        return add(value.boolean() ? "true" : "false");
      case Kind::Number:
        return add(value.number().text());
      case Kind::String:
        return quoted(value.string());
      case Kind::Date:
        return at(value.date().text());
      case Kind::Time:
        return at(value.time().text());
      case Kind::DateTime:
        return at(value.date_time().text());
      case Kind::DaysDuration:
        return at(value.days_duration().text());
      case Kind::MonthsDuration:
        return at(value.months_duration().text());
      case Kind::List:
        return list(value.list(), depth);
      case Kind::Context:
        return context(value.context(), depth);
      case Kind::Range:
        return range(value.range(), depth);
      case Kind::Function:
        return function(value.function());
    }
  }

 private:
  void add(std::string_view piece) {
    if (cut_) return;
    if (piece.size() <= max_bytes_ - text_.size()) {
      text_ += piece;
      return;
    }
    std::size_t fits = max_bytes_ - text_.size();
    while (fits > 0 && (static_cast<unsigned char>(piece[fits]) & 0xC0) == 0x80) --fits;  // Not inside a character.
    text_ += piece.substr(0, fits);
    text_ += "…";
    cut_ = true;
  }

  void at(std::string_view content) {
    add("@\"");
    add(content);
    add("\"");
  }

  // With the escapes of grammar rule 64.
  void quoted(std::string_view content) {
    add("\"");
    std::size_t plain = 0;
    for (std::size_t i = 0; i < content.size() && !cut_; ++i) {
      const char c = content[i];
      if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
      add(content.substr(plain, i - plain));
      plain = i + 1;
      if (c == '"') {
        add("\\\"");
      } else if (c == '\\') {
        add("\\\\");
      } else if (c == '\n') {
        add("\\n");
      } else if (c == '\r') {
        add("\\r");
      } else if (c == '\t') {
        add("\\t");
      } else {
        constexpr std::string_view kDigits = "0123456789ABCDEF";
        const char escape[] = {
            '\\', 'u', '0', '0', kDigits[static_cast<std::size_t>(c) / 16], kDigits[static_cast<std::size_t>(c) % 16]};
        add({escape, sizeof escape});
      }
    }
    add(content.substr(plain));
    add("\"");
  }

  void list(std::span<const Value> items, int depth) {
    add("[");
    for (std::size_t i = 0; i < items.size() && !cut_; ++i) {
      if (i > 0) add(", ");
      value(items[i], depth + 1);
    }
    add("]");
  }

  void context(std::span<const Entry> entries, int depth) {
    add("{");
    for (std::size_t i = 0; i < entries.size() && !cut_; ++i) {
      if (i > 0) add(", ");
      key(entries[i].key);
      add(": ");
      value(entries[i].value, depth + 1);
    }
    add("}");
  }

  void key(std::string_view key) { add(print_key(key)); }

  void range(const RangeEnds& ends, int depth) {
    if (ends.form != RangeEnds::Form::Interval) {
      add(ends.form == RangeEnds::Form::Equal ? "= " : "!= ");
      return value(ends.start, depth + 1);
    }
    if (ends.start.null() && !ends.end.null()) {
      add(ends.end_included ? "<= " : "< ");
      return value(ends.end, depth + 1);
    }
    if (ends.end.null() && !ends.start.null()) {
      add(ends.start_included ? ">= " : "> ");
      return value(ends.start, depth + 1);
    }
    add(ends.start_included ? "[" : "(");
    value(ends.start, depth + 1);
    add("..");
    value(ends.end, depth + 1);
    add(ends.end_included ? "]" : ")");
  }

  void function(const Function& function) {
    add("function(");
    bool first = true;
    for (const Parameter& parameter : function.parameters()) {
      if (!first) add(", ");
      first = false;
      add(parameter.name);
    }
    add(")");
  }

  std::size_t max_bytes_;
  std::string text_;
  bool cut_ = false;
};

Value copy_at(const Value& value, Memory& memory, int depth) {
  if (depth > kDeepest) return {};
  switch (value.kind()) {
    case Kind::String:
      return Value::string(memory, value.string());
    case Kind::List: {
      const auto items = value.list();
      auto* copied = memory.array<Value>(items.size());
      for (std::size_t i = 0; i < items.size(); ++i) new (copied + i) Value(copy_at(items[i], memory, depth + 1));
      return Value::list({copied, items.size()});
    }
    case Kind::Context: {
      const auto entries = value.context();
      auto* copied = memory.array<Entry>(entries.size());
      for (std::size_t i = 0; i < entries.size(); ++i) {
        new (copied + i) Entry{memory.copy(entries[i].key), copy_at(entries[i].value, memory, depth + 1)};
      }
      return Value::context({copied, entries.size()});
    }
    case Kind::Range: {
      const RangeEnds& ends = value.range();
      const Value start = copy_at(ends.start, memory, depth + 1);
      const bool one_end = ends.form != RangeEnds::Form::Interval;
      return Value::range(memory.make<RangeEnds>(start, one_end ? start : copy_at(ends.end, memory, depth + 1),
                                                 ends.start_included, ends.end_included, ends.form));
    }
    case Kind::Function:
      return {};
    case Kind::Null:
    case Kind::Boolean:
    case Kind::Number:
    case Kind::Date:
    case Kind::Time:
    case Kind::DateTime:
    case Kind::DaysDuration:
    case Kind::MonthsDuration:
      return value;
  }
  return {};
}

}  // namespace

std::string_view spoken(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "a boolean";
    case Kind::Number:
      return "a number";
    case Kind::String:
      return "a string";
    case Kind::Date:
      return "a date";
    case Kind::Time:
      return "a time";
    case Kind::DateTime:
      return "a date and time";
    case Kind::DaysDuration:
      return "a days and time duration";
    case Kind::MonthsDuration:
      return "a years and months duration";
    case Kind::List:
      return "a list";
    case Kind::Context:
      return "a context";
    case Kind::Range:
      return "a range";
    case Kind::Function:
      return "a function";
  }
  return "";
}

Value Value::list(Memory& memory, std::span<const Value> items) {
  auto* copied = memory.array<Value>(items.size());
  std::uninitialized_copy(items.begin(), items.end(), copied);
  return list({copied, items.size()});
}

Value Value::context(Memory& memory, std::span<const Entry> entries) {
  auto* copied = memory.array<Entry>(entries.size());
  std::uninitialized_copy(entries.begin(), entries.end(), copied);
  return context({copied, entries.size()});
}

const Value* Value::entry(std::string_view key) const {
  for (const Entry& entry : context()) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<bool> equal(const Value& left, const Value& right, std::uint64_t* work) {
  Sameness same(Sameness::Of::Equality);
  const auto result = same(left, right);
  if (work != nullptr) *work += same.work();
  return result;
}

bool identical(const Value& left, const Value& right, std::uint64_t* work) {
  Sameness same(Sameness::Of::Identity);
  const bool result = same(left, right).value_or(false);
  if (work != nullptr) *work += same.work();
  return result;
}

std::optional<std::strong_ordering> compare(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return {};
  switch (left.kind()) {
    case Kind::Number: {
      const auto order = left.number() <=> right.number();
      if (order < 0) return std::strong_ordering::less;
      return order > 0 ? std::strong_ordering::greater : std::strong_ordering::equal;
    }
    case Kind::String:
      return left.string() <=> right.string();  // The order of UTF-8's bytes is the order of code points.
    case Kind::Date:
      return left.date() <=> right.date();
    case Kind::Time:
      return compare(left.time(), right.time());
    case Kind::DateTime:
      return compare(left.date_time(), right.date_time());
    case Kind::DaysDuration:
      return left.days_duration() <=> right.days_duration();
    case Kind::MonthsDuration:
      return left.months_duration() <=> right.months_duration();
    case Kind::Null:
    case Kind::Boolean:
    case Kind::List:
    case Kind::Context:
    case Kind::Range:
    case Kind::Function:
      return {};
  }
  return {};
}

std::optional<bool> includes(const RangeEnds& range, const Value& value) {
  if (range.form != RangeEnds::Form::Interval) {
    const auto same = equal(value, range.start);
    return same ? std::optional(*same == (range.form == RangeEnds::Form::Equal)) : std::nullopt;
  }
  if (value.null()) return {};
  bool inside = true;
  if (!range.start.null()) {
    const auto order = compare(value, range.start);
    if (!order) return {};
    inside = *order > 0 || (range.start_included && *order == 0);
  }
  if (!range.end.null()) {
    const auto order = compare(value, range.end);
    if (!order) return {};
    inside = inside && (*order < 0 || (range.end_included && *order == 0));
  }
  return inside;
}

std::string to_text(const Value& value, std::size_t max_bytes) {
  Writer writer(max_bytes);
  writer.value(value);
  return std::move(writer).take();
}

Value copy(const Value& value, Memory& memory) {
  return copy_at(value, memory, 0);
}

}  // namespace guildhall::feel
