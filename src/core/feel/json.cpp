#include "feel/json.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <vector>

namespace guildhall::feel {

namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::size_t kMostProblems = 100;
constexpr std::size_t kUsualMembers = 16;  // Inputs of a decision have rarely more; these take no allocation.

// Makes values of JSON just as it is written: strings, numbers, lists and contexts. Keys may still be there twice.
// The functions are those that boost::json::basic_parser calls.
class Builder {
 public:
  using Error = boost::json::error_code;
  using Text = boost::json::string_view;
  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};

  explicit Builder(Memory& memory) : memory_(memory) {}
  const Value& value() const { return values_.back(); }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(std::size_t count, Error&) {
    const auto items = std::span(values_).last(count);
    const Value list = Value::list(memory_, items);
    values_.resize(values_.size() - count);
    return push(list);
  }
  bool on_object_begin(Error&) { return true; }
  bool on_object_end(std::size_t count, Error&) {
    auto* entries = memory_.array<Entry>(count);
    for (std::size_t i = 0; i < count; ++i) {
      new (entries + i) Entry{keys_[keys_.size() - count + i], values_[values_.size() - count + i]};
    }
    keys_.resize(keys_.size() - count);
    values_.resize(values_.size() - count);
    return push(Value::context({entries, count}));
  }
  bool on_key_part(Text part, std::size_t, Error&) { return keep(part); }
  bool on_key(Text part, std::size_t, Error&) {
    keys_.push_back(memory_.copy(whole(part)));
    kept_.clear();
    return true;
  }
  bool on_string_part(Text part, std::size_t, Error&) { return keep(part); }
  bool on_string(Text part, std::size_t, Error&) {
    push(Value::string(memory_, whole(part)));
    kept_.clear();
    return true;
  }
  // From the text of the number, since a double has only half of its digits.
  bool on_number_part(Text part, Error&) { return keep(part); }
  bool on_int64(std::int64_t, Text part, Error& error) { return number(part, error); }
  bool on_uint64(std::uint64_t, Text part, Error& error) { return number(part, error); }
  bool on_double(double, Text part, Error& error) { return number(part, error); }
  bool on_bool(bool value, Error&) { return push(Value::boolean(value)); }
  bool on_null(Error&) { return push({}); }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  bool push(const Value& value) {
    values_.push_back(value);
    return true;
  }
  bool keep(Text part) {
    kept_.append(part.data(), part.size());
    return true;
  }
  std::string_view whole(Text part) {
    if (kept_.empty()) return {part.data(), part.size()};
    keep(part);
    return kept_;
  }
  bool number(Text part, Error& error) {
    const auto number = Decimal::parse(whole(part));
    kept_.clear();
    if (number) return push(Value::number(*number));
    error = boost::json::error::exponent_overflow;
    return false;
  }

  Memory& memory_;
  // The items of the lists and contexts that are open, and before that the end's value.
  boost::container::small_vector<Value, kUsualMembers> values_;
  boost::container::small_vector<std::string_view, kUsualMembers> keys_;
  std::string kept_;
};

Problem syntax_problem(std::string_view text, std::size_t at, boost::json::error_code error) {
  const std::string_view before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::string_view on_line = before.substr(before.rfind('\n') + 1);
  // Characters, not bytes: those that continue a character begin with the bits 10.
  const auto character = 1 + std::count_if(on_line.begin(), on_line.end(),
                                           [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  const std::string where = "line " + std::to_string(line) + ", character " + std::to_string(character);
  if (error == boost::json::error::too_deep) {
    return {"This JSON is nested too deeply.", where,
            "Use at most " + std::to_string(kDeepest) + " levels of lists and objects."};
  }
  if (error == boost::json::error::exponent_overflow) {
    return {"This number is too large or too small to be a number of FEEL.", where, "Check the number."};
  }
  if (error == boost::json::error::incomplete) {
    return {"This JSON ends too early.", where, "Check that all of it was sent, and that each bracket is closed."};
  }
  return {"This isn't JSON.", where, "Look just before this place for a comma, a bracket or quotation marks."};
}

// What a value of the type is called, and how it is written.
struct Wanted {
  std::string_view what;
  std::string_view remedy;
};

Wanted wanted(Type::Base base) {
  switch (base) {
    case Type::Base::Any:
      return {"something", ""};
    case Type::Base::Null:
      return {"null", "Write null, without quotation marks."};
    case Type::Base::Boolean:
      return {"true or false", "Write true or false, without quotation marks."};
    case Type::Base::Number:
      return {"a number", "Write it without quotation marks: 12.50."};
    case Type::Base::String:
      return {"a string", "Write it in quotation marks."};
    case Type::Base::Date:
      return {"a date", "Write year, month and day: \"2026-05-31\"."};
    case Type::Base::Time:
      return {"a time", "Write hours, minutes and seconds: \"14:30:00\"."};
    case Type::Base::DateTime:
      return {"a date and time", "Write it so: \"2026-05-31T14:30:00Z\"."};
    case Type::Base::DaysDuration:
      return {"a days and time duration", "Write one day and two hours so: \"P1DT2H\"."};
    case Type::Base::MonthsDuration:
      return {"a years and months duration", "Write one year and six months so: \"P1Y6M\"."};
    case Type::Base::List:
      return {"a list", "Put it in square brackets."};
    case Type::Base::Context:
      return {"an object", "Write names and values in curly brackets."};
    case Type::Base::Range:
      return {"a range", "JSON can't hold a range; give its two ends on their own."};
    case Type::Base::Function:
      return {"a function", "JSON can't hold a function; leave it out."};
  }
  return {};
}

// Gives JSON's values the types they should have.
class Typing {
 public:
  explicit Typing(Memory& memory) : memory_(memory) {}

  Problems take_problems() && { return std::move(problems_); }

  Value operator()(const Value& json, const Type& type) {
    if (json.null()) return {};
    switch (type.base()) {
      case Type::Base::Any:
        break;
      case Type::Base::Null:
        return wrong(json, type);
      case Type::Base::Boolean:
        return json.is(Kind::Boolean) ? json : wrong(json, type);
      case Type::Base::Number:
        return json.is(Kind::Number) ? json : wrong(json, type);
      case Type::Base::String:
        return json.is(Kind::String) ? json : wrong(json, type);
      case Type::Base::Date:
        return parsed(json, type, &Date::parse, &Value::date);
      case Type::Base::Time:
        return parsed(json, type, &Time::parse, &Value::time);
      case Type::Base::DateTime:
        return parsed(json, type, &DateTime::parse, &Value::date_time);
      case Type::Base::DaysDuration:
        return parsed<DaysDuration>(json, type, &DaysDuration::parse, &Value::duration);
      case Type::Base::MonthsDuration:
        return parsed<MonthsDuration>(json, type, &MonthsDuration::parse, &Value::duration);
      case Type::Base::List:
        if (!json.is(Kind::List)) return wrong(json, type);
        break;
      case Type::Base::Context:
        if (!json.is(Kind::Context)) return wrong(json, type);
        break;
      case Type::Base::Range:
      case Type::Base::Function:
        return wrong(json, type);
    }
    if (json.is(Kind::List)) return list(json.list(), type.item());
    if (json.is(Kind::Context)) return context(json.context(), type);
    return json;
  }

 private:
  // Where the value is that is being typed: in the value `outer`, the entry `name` or the item `item`.
  struct Place {
    const Place* outer = nullptr;
    std::string_view name;
    std::size_t item = 0;  // From 1; 0: an entry.
  };

  static std::string path(const Place* place) {
    if (place == nullptr) return "";
    const std::string outer = path(place->outer);
    if (place->item != 0) return outer + "[" + std::to_string(place->item) + "]";
    return outer + (outer.empty() ? "" : ".") + std::string(place->name);
  }

  void problem(std::string what, std::string_view remedy) {
    if (problems_.size() < kMostProblems) problems_.push_back({std::move(what), path(place_), std::string(remedy)});
  }

  Value wrong(const Value& json, const Type& type) {
    const Wanted should = wanted(type.base());
    const std::string is = json.is(Kind::Context) ? "an object" : to_text(json, 100);
    problem("This should be " + std::string(should.what) + ", not " + is + ".", should.remedy);
    return {};
  }

  template <class T>
  Value parsed(const Value& json, const Type& type, std::optional<T> (*parse)(std::string_view),
               Value (*value)(const T&)) {
    if (!json.is(Kind::String)) return wrong(json, type);
    const std::optional<T> read = parse(json.string());
    return read ? value(*read) : wrong(json, type);
  }

  // The value with its type, one level further in.
  Value within(const Place& place, const Value& json, const Type& type) {
    place_ = &place;
    const Value value = (*this)(json, type);
    place_ = place.outer;
    return value;
  }

  Value list(std::span<const Value> items, const Type& type) {
    auto* typed = memory_.array<Value>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      new (typed + i) Value(within({place_, {}, i + 1}, items[i], type));
    }
    return Value::list({typed, items.size()});
  }

  Value context(std::span<const Entry> entries, const Type& type) {
    boost::container::small_vector<std::string_view, kUsualMembers> keys;
    for (const Entry& entry : entries) keys.push_back(entry.key);
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 1; i < keys.size(); ++i) {
      if (keys[i] != keys[i - 1] || (i > 1 && keys[i] == keys[i - 2])) continue;
      const Place twice{place_, keys[i]};
      place_ = &twice;
      problem("This name is there more than once.", "Keep the value that is meant.");
      place_ = twice.outer;
    }
    auto* typed = memory_.array<Entry>(entries.size() + type.members().size());
    std::size_t count = 0;
    const Type any;
    for (const Entry& entry : entries) {
      const Type* member = type.member(entry.key);
      const Value value = within({place_, entry.key}, entry.value, member == nullptr ? any : *member);
      new (&typed[count++]) Entry{entry.key, value};
    }
    for (const Type::Member& member : type.members()) {
      if (std::binary_search(keys.begin(), keys.end(), std::string_view(member.first))) continue;
      new (&typed[count++]) Entry{memory_.copy(member.first), {}};
    }
    return Value::context({typed, count});
  }

  Memory& memory_;
  const Place* place_ = nullptr;
  Problems problems_;
};

class JsonWriter {
 public:
  explicit JsonWriter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  Result<std::string> take() && {
    if (problem_) return *std::move(problem_);
    return std::move(json_);
  }

  void value(const Value& value, std::size_t depth = 0) {
    if (problem_) return;
    switch (value.kind()) {
      case Kind::Null:
      case Kind::Function:
        return add("null");
      case Kind::Boolean:
        return add(value.boolean() ? "true" : "false");
      case Kind::Number:
        return add(value.number().text());
      case Kind::String:
        return quoted(value.string());
      case Kind::Date:
        return quoted(value.date().text());
      case Kind::Time:
        return quoted(value.time().text());
      case Kind::DateTime:
        return quoted(value.date_time().text());
      case Kind::DaysDuration:
        return quoted(value.days_duration().text());
      case Kind::MonthsDuration:
        return quoted(value.months_duration().text());
      case Kind::Range:
        return quoted(to_text(value, max_bytes_));
      case Kind::List:
      case Kind::Context:
        break;
    }
    if (depth == kDeepest) {
      problem_ = {"This value is nested too deeply for JSON.", "",
                  "Look for a list that is put into itself again and again."};
      return;
    }
    bool first = true;
    add(value.is(Kind::List) ? "[" : "{");
    if (value.is(Kind::List)) {
      for (const Value& item : value.list()) {
        if (problem_) return;
        if (!std::exchange(first, false)) add(",");
        this->value(item, depth + 1);
      }
    } else {
      for (const Entry& entry : value.context()) {
        if (problem_) return;
        if (!std::exchange(first, false)) add(",");
        quoted(entry.key);
        add(":");
        this->value(entry.value, depth + 1);
      }
    }
    add(value.is(Kind::List) ? "]" : "}");
  }

 private:
  void add(std::string_view piece) {
    if (problem_) return;
    if (piece.size() > max_bytes_ - json_.size()) {
      problem_ = {"This value is too long for JSON.", "", "Look for a list that is put into others again and again."};
      return;
    }
    json_ += piece;
  }

  // RFC 8259, section 7.
  void quoted(std::string_view text) {
    add("\"");
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c != '"' && c != '\\' && c >= 0x20) continue;
      add(text.substr(plain, i - plain));
      plain = i + 1;
      if (c == '"' || c == '\\') {
        add("\\");
        add(text.substr(i, 1));
      } else if (c == '\n') {
        add("\\n");
      } else {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const char escape[] = {'\\', 'u', '0', '0', kDigits[c / 16], kDigits[c % 16]};
        add({escape, sizeof escape});
      }
    }
    add(text.substr(plain));
    add("\"");
  }

  std::size_t max_bytes_;
  std::string json_;
  std::optional<Problem> problem_;
};

}  // namespace

Result<Value> from_json(std::string_view text, const Type& type, Memory& memory) {
  try {
    boost::json::parse_options options;
    options.max_depth = kDeepest;
    boost::json::basic_parser<Builder> parser(options, memory);
    boost::json::error_code error;
    std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    while (!error && read < text.size() && std::string_view(" \t\r\n").find(text[read]) != std::string_view::npos) {
      ++read;
    }
    if (!error && read < text.size()) error = boost::json::error::extra_data;
    if (error) return syntax_problem(text, read, error);
    Typing typing(memory);
    const Value value = typing(parser.handler().value(), type);
    Problems problems = std::move(typing).take_problems();
    if (!problems.empty()) return problems;
    return value;
  } catch (const BudgetExceeded&) {
    return Problem{"This JSON is too large.", "", "Send only what the decision asks for."};
  }
}

Result<std::string> to_json(const Value& value, std::size_t max_bytes) {
  JsonWriter writer(max_bytes);
  writer.value(value);
  return std::move(writer).take();
}

}  // namespace guildhall::feel
