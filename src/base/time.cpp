#include "base/time.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace guildhall {
namespace {

using namespace std::chrono;

constexpr std::array kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                "July",    "August",   "September", "October", "November", "December"};

// Reads exactly `length` digits from the front of `text`.
bool take_digits(std::string_view& text, std::size_t length, int& value) {
  if (text.size() < length) return false;
  value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(length);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool is_summer_time(Instant instant) {
  const year_month_day date{floor<days>(instant)};
  const auto change = [&](std::chrono::month in) { return sys_days{date.year() / in / Sunday[last]} + 1h; };
  return instant >= change(March) && instant < change(October);
}

Instant local_uk(Instant instant) {
  return is_summer_time(instant) ? instant + 1h : instant;
}

}  // namespace

Result<Date> Date::from(int year, unsigned month, unsigned day) {
  const year_month_day ymd{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!ymd.ok() || year < 1 || year > 9999) {
    return Problem{"This date does not exist.", "", "Check the day, the month and the year."};
  }
  return Date(ymd);
}

Result<Date> Date::parse_iso(std::string_view text) {
  int year = 0, month = 0, day = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) || !take(text, '-') ||
      !take_digits(text, 2, day) || !text.empty()) {
    return Problem{"This is not a date.", "", "Write the date as year-month-day, for example 2014-03-12."};
  }
  return from(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

std::string Date::iso() const {
  // By hand, for extracts have millions of dates: snprintf was an eighth of the time that synth takes.
  std::string text = "0000-00-00";
  const auto put = [&](std::size_t last, unsigned number) {
    for (; number > 0; number /= 10) text[last--] = static_cast<char>('0' + number % 10);
  };
  put(3, static_cast<unsigned>(year()) % 10'000);
  put(6, month() % 100);
  put(9, day() % 100);
  return text;
}

std::string Date::spoken() const {
  return std::to_string(day()) + " " + kMonths[month() - 1] + " " + std::to_string(year());
}

std::string to_iso(Instant instant) {
  const auto whole = floor<days>(instant);
  const hh_mm_ss time{instant - whole};
  char text[40];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string iso = Date::of(whole).iso() + text;
  if (time.subseconds().count() != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(time.subseconds().count()));
    iso += text;
  }
  return iso + "Z";
}

Result<Instant> parse_instant(std::string_view text) {
  const Problem problem{"This is not a moment in time.", "", "Write it as 2014-03-12T09:30:00Z."};
  if (text.size() < 20) return problem;
  const auto date = Date::parse_iso(text.substr(0, 10));
  if (!date.ok()) return problem;
  text.remove_prefix(10);
  int hour = 0, minute = 0, second = 0;
  if (!take(text, 'T') || !take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) ||
      !take(text, ':') || !take_digits(text, 2, second) || hour > 23 || minute > 59 || second > 59) {
    return problem;
  }
  int fraction = 0;
  if (take(text, '.')) {
    int scale = 100'000;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      fraction += (text.front() - '0') * scale;
      scale /= 10;
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0) return problem;
  }
  seconds offset{0};
  if (!take(text, 'Z')) {
    const int sign = take(text, '-') ? -1 : (take(text, '+') ? 1 : 0);
    int offset_hour = 0, offset_minute = 0;
    if (sign == 0 || !take_digits(text, 2, offset_hour) || !take(text, ':') || !take_digits(text, 2, offset_minute) ||
        offset_hour > 14 || offset_minute > 59) {
      return problem;
    }
    offset = sign * (hours{offset_hour} + minutes{offset_minute});
  }
  if (!text.empty()) return problem;
  return Instant{date->days()} + hours{hour} + minutes{minute} + seconds{second} + microseconds{fraction} - offset;
}

Date uk_date(Instant instant) {
  return Date::of(floor<days>(local_uk(instant)));
}

std::string spoken_uk(Instant instant) {
  const Instant local = local_uk(instant);
  const auto whole = floor<days>(local);
  const hh_mm_ss time{local - whole};
  const int hour = static_cast<int>(time.hours().count());
  char text[24];
  std::snprintf(text, sizeof text, " at %d:%02d%s", hour % 12 == 0 ? 12 : hour % 12,
                static_cast<int>(time.minutes().count()), hour < 12 ? "am" : "pm");
  return Date::of(whole).spoken() + text;
}

}  // namespace guildhall
