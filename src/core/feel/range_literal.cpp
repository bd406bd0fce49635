#include "feel/impl/range_literal.h"

#include <array>
#include <string>

namespace guildhall::feel {
namespace {

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto continuation = [&](int shift) { text.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3f))); };
  if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.push_back(static_cast<char>(0xc0 | code_point >> 6));
    continuation(0);
  } else if (code_point < 0x10000) {
    text.push_back(static_cast<char>(0xe0 | code_point >> 12));
    continuation(6);
    continuation(0);
  } else {
    text.push_back(static_cast<char>(0xf0 | code_point >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

class Reader {
 public:
  Reader(Memory& memory, std::string_view text) : memory_(memory), rest_(text) {}

  std::optional<RangeEnds> range() {
    RangeEnds ends;
    skip_spaces();
    if (take("["))
      ends.start_included = true;
    else if (!take("(") && !take("]"))
      return std::nullopt;

    // The end that is left out is open.
    if (!at("..") && !endpoint(ends.start)) return std::nullopt;
    if (ends.start.null() && ends.start_included) return std::nullopt;
    skip_spaces();
    if (!take("..")) return std::nullopt;
    if (!at("]") && !at(")") && !at("[") && !endpoint(ends.end)) return std::nullopt;
    skip_spaces();
    if (take("]"))
      ends.end_included = true;
    else if (!take(")") && !take("["))
      return std::nullopt;
    if (ends.end.null() && (ends.end_included || ends.start.null())) return std::nullopt;
    skip_spaces();
    if (!rest_.empty()) return std::nullopt;

    // "Endpoints must be of equivalent types […] and must be ordered such that range start <= range end."
    if (!ends.start.null() && !ends.end.null()) {
      const auto order = compare(ends.start, ends.end);
      if (!order || *order > 0) return std::nullopt;
    }
    return ends;
  }

 private:
  bool at(std::string_view expected) {
    skip_spaces();
    return rest_.starts_with(expected);
  }
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void skip_spaces() {
    while (!rest_.empty() && (rest_[0] == ' ' || (rest_[0] >= '\t' && rest_[0] <= '\r'))) rest_.remove_prefix(1);
  }

  // A number, a string, @"…", or date("…") and its like. Where it gives true, the value isn't null.
  bool endpoint(Value& value) {
    if (const std::size_t length = numeric_literal_at(rest_)) {
      const std::optional<Decimal> number = Decimal::parse(rest_.substr(0, length));
      if (!number) return false;
      rest_.remove_prefix(length);
      value = Value::number(*number);
      return true;
    }
    if (at("\"")) {
      const std::optional<std::string> text = string();
      if (!text) return false;
      value = Value::string(memory_, *text);
      return true;
    }
    if (take("@")) return temporal(value, Written::AtLiteral);
    if (take_call("date and time")) return temporal(value, Written::DateTime) && close();
    if (take_call("date")) return temporal(value, Written::Date) && close();
    if (take_call("time")) return temporal(value, Written::Time) && close();
    if (take_call("duration")) return temporal(value, Written::Duration) && close();
    return false;
  }

  bool take_call(std::string_view function) {
    const std::string_view before = rest_;
    if (take(function)) {
      skip_spaces();
      if (take("(")) return true;
    }
    rest_ = before;
    return false;
  }
  bool close() {
    skip_spaces();
    return take(")");
  }

  enum class Written { AtLiteral, Date, Time, DateTime, Duration };
  bool temporal(Value& value, Written as) {
    skip_spaces();
    const std::optional<std::string> text = string();
    if (!text) return false;
    const bool any = as == Written::AtLiteral;
    if (any || as == Written::Date) keep(value, Date::parse(*text), Value::date);
    if (any || as == Written::DateTime) keep(value, DateTime::parse(*text), Value::date_time);
    if (any || as == Written::Time) keep(value, Time::parse(*text), Value::time);
    if (any || as == Written::Duration) keep(value, MonthsDuration::parse(*text), Value::duration);
    if (any || as == Written::Duration) keep(value, DaysDuration::parse(*text), Value::duration);
    return !value.null();
  }

  template <class T>
  static void keep(Value& value, const std::optional<T>& content, Value (*make)(const T&)) {
    if (value.null() && content) value = make(*content);
  }

  // Grammar rules 33 and 64.
  std::optional<std::string> string() {
    if (!take("\"")) return std::nullopt;
    std::string text;
    while (!rest_.empty()) {
      const char character = rest_[0];
      rest_.remove_prefix(1);
      if (character == '"') return text;
      if (character >= '\n' && character <= '\r') return std::nullopt;
      if (character != '\\') {
        text.push_back(character);
      } else if (!escape(text)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool escape(std::string& text) {
    constexpr std::array<std::string_view, 2> kEscapes{"'\"\\nrt", "'\"\\\n\r\t"};
    if (rest_.empty()) return false;
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    if (const std::size_t at = kEscapes[0].find(letter); at != std::string_view::npos) {
      text.push_back(kEscapes[1][at]);
      return true;
    }
    if (letter == 'U') return code_point(text, 6);
    if (letter != 'u') return false;
    return code_point(text, 4);
  }

  bool code_point(std::string& text, std::size_t digits) {
    std::optional<std::uint32_t> number = hexadecimal(digits);
    if (!number) return false;
    // "\uD83D\uDCA9" is one character in two halves.
    if (digits == 4 && *number >= 0xd800 && *number < 0xdc00 && take("\\u")) {
      const std::optional<std::uint32_t> second = hexadecimal(4);
      if (!second || *second < 0xdc00 || *second > 0xdfff) return false;
      number = 0x10000 + ((*number - 0xd800) << 10) + (*second - 0xdc00);
    }
    if (*number > 0x10ffff || (*number >= 0xd800 && *number <= 0xdfff)) return false;
    append_utf8(text, *number);
    return true;
  }

  std::optional<std::uint32_t> hexadecimal(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    std::uint32_t number = 0;
    for (const char digit : rest_.substr(0, digits)) {
      const char lower = static_cast<char>(digit | 0x20);
      if (!is_digit(digit) && (lower < 'a' || lower > 'f')) return std::nullopt;
      number = number * 16 + static_cast<std::uint32_t>(is_digit(digit) ? digit - '0' : lower - 'a' + 10);
    }
    rest_.remove_prefix(digits);
    return number;
  }

  Memory& memory_;
  std::string_view rest_;
};

}  // namespace

std::optional<RangeEnds> parse_range(Memory& memory, std::string_view text) {
  return Reader(memory, text).range();
}

std::size_t numeric_literal_at(std::string_view text) {
  const auto digits = [&](std::size_t from) {
    while (from < text.size() && is_digit(text[from])) ++from;
    return from;
  };
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t start = at;
  at = digits(at);
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) at = digits(at + 1);
  if (at == start) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (const std::size_t end = digits(exponent); end > exponent) at = end;
  }
  return at;
}

}  // namespace guildhall::feel
