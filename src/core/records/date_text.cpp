#include "records/date_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace guildhall::records {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_letter(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

struct Part {
  int value = 0;
  std::size_t digits = 0;  // 0 where a month's name stood here
};

unsigned month_named(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                                        "MAY",       "JUNE",     "JULY",     "AUGUST",
                                                        "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};
  const std::string capitals = upper_ascii(name);
  if (capitals.size() < 3) return 0;
  for (unsigned i = 0; i < 12; ++i) {
    if (kMonths[i].starts_with(capitals)) return i + 1;
  }
  return capitals == "SEPT" ? 9 : 0;
}

// Takes a number of at most four digits, or a month's name.
bool take_part(std::string_view& text, Part& part) {
  std::size_t length = 0;
  if (!text.empty() && is_letter(text.front())) {
    while (length < text.size() && is_letter(text[length])) ++length;
    part = {static_cast<int>(month_named(text.substr(0, length))), 0};
    if (part.value == 0) return false;
  } else {
    while (length < text.size() && is_digit(text[length])) ++length;
    if (length == 0 || length > 4) return false;
    part = {static_cast<int>(*parse_integer(text.substr(0, length))), length};
  }
  text.remove_prefix(length);
  return true;
}

// "T09:30", " 00:00:00.000", "T23:00:00+01:00": digits and the marks of a time of day.
bool is_time(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != 'T' && text.front() != ' ' && text.front() != 't') return false;
  text.remove_prefix(1);
  if (text.size() < 4 || !is_digit(text.front())) return false;
  return text.size() <= 24 && text.find(':') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char letter) {
           return is_digit(letter) || std::string_view(":.+-Z AMPamp").find(letter) != std::string_view::npos;
         });
}

DateReading day(int year, int month, int day_of_month) {
  const auto date = Date::from(year, static_cast<unsigned>(month), static_cast<unsigned>(day_of_month));
  if (!date.ok()) return {DateReadingKind::DoesNotExist, {}};
  return {DateReadingKind::Day, *date};
}

DateReading of_digits(std::string_view text) {
  const int number = static_cast<int>(*parse_integer(text));
  if (text.size() == 8) return day(number / 10000, number / 100 % 100, number % 100);
  if (text.size() == 4 && number >= 1800 && number <= 2199) return {DateReadingKind::Year, {}};
  if (text.size() == 5) return {DateReadingKind::SpreadsheetNumber, {}};
  return {};
}

}  // namespace

DateReading read_date(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text.size() <= 8 && std::all_of(text.begin(), text.end(), is_digit)) return of_digits(text);
  if (text.ends_with('Z')) {
    const auto instant = parse_instant(text);
    if (instant.ok()) return {DateReadingKind::Day, uk_date(*instant)};
  }
  Part first, second, third;
  if (!take_part(text, first) || text.empty()) return {};
  const char separator = text.front();
  if (std::string_view("-/. ").find(separator) == std::string_view::npos) return {};
  text.remove_prefix(1);
  if (!take_part(text, second)) return {};
  if (text.empty() && first.digits == 4 && second.digits != 4) {
    return {second.value >= 1 && second.value <= 12 ? DateReadingKind::Month : DateReadingKind::DoesNotExist, {}};
  }
  if (text.empty() || text.front() != separator) return {};
  text.remove_prefix(1);
  if (!take_part(text, third) || !is_time(text)) return {};
  if (first.digits == 0 || third.digits == 0) return {};  // A name is only read between day and year.
  if (first.digits == 4 && third.digits <= 2 && second.digits <= 2) return day(first.value, second.value, third.value);
  if (first.digits > 2 || second.digits > 2) return {};
  if (third.digits == 2) return {DateReadingKind::TwoDigitYear, {}};
  if (third.digits != 4) return {};
  if (second.digits > 0 && second.value > 12 && first.value >= 1 && first.value <= 12 && second.value <= 31) {
    return {DateReadingKind::MonthFirst, {}};
  }
  return day(third.value, second.value, first.value);
}

}  // namespace guildhall::records
