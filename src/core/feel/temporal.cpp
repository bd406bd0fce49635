#include "feel/temporal.h"

// Debian's library is built to read the system's zone files, and its header must know.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <span>

namespace guildhall::feel {
namespace {

constexpr std::int64_t kNanosPerDay = kSecondsPerDay * kNanosPerSecond;
constexpr std::int64_t kMaxYear = 999'999'999;
constexpr std::int64_t kMaxZoneSeconds = 18 * 3600;

template <typename Number>
constexpr Number floor_div(Number dividend, std::int64_t divisor) {
  const Number quotient = dividend / divisor;
  return dividend % divisor < 0 ? quotient - 1 : quotient;
}

template <typename Number>
constexpr Number floor_mod(Number dividend, std::int64_t divisor) {
  return dividend - floor_div(dividend, divisor) * divisor;
}

// --- The calendar: proleptic Gregorian, with a year 0 (XML Schema 1.1 part 2, D.2). ---

constexpr bool leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 13> kDays{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : kDays[static_cast<std::size_t>(month)];
}

// Days of a year before the first of a month.
constexpr int days_before_month(std::int64_t year, int month) {
  constexpr std::array<int, 14> kBefore{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  return kBefore[static_cast<std::size_t>(month)] + (month > 2 && leap(year) ? 1 : 0);
}

// Days from 0000-01-01 to the first of January of a year.
constexpr std::int64_t days_before_year(std::int64_t year) {
  const std::int64_t past = year - 1;  // Year 0 has a leap day, which is why all counts are one too low.
  return 365 * year + floor_div(past, 4) - floor_div(past, 100) + floor_div(past, 400) + 1;
}

constexpr std::int64_t kDaysBefore1970 = days_before_year(1970);
constexpr std::int64_t kDaysIn400Years = 146'097;
static_assert(days_before_year(400) == kDaysIn400Years && days_before_year(0) == 0 && days_before_year(1) == 366);

constexpr std::int64_t days_since_1970(std::int64_t year, int month, int day) {
  return days_before_year(year) - kDaysBefore1970 + days_before_month(year, month) + day - 1;
}

// For any day whose year fits the type.
Date date_of(std::int64_t days) {
  const std::int64_t since_year_0 = days + kDaysBefore1970;
  // An estimate that is at most one year off.
  std::int64_t year = floor_div(since_year_0 * 400, kDaysIn400Years);
  while (days_before_year(year) > since_year_0) --year;
  while (days_before_year(year + 1) <= since_year_0) ++year;
  const auto day_of_year = static_cast<int>(since_year_0 - days_before_year(year));
  int month = 12;
  while (days_before_month(year, month) > day_of_year) --month;
  return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
          static_cast<std::uint8_t>(day_of_year - days_before_month(year, month) + 1)};
}

// 1 Monday to 7 Sunday; 1970-01-01 was a Thursday.
int weekday_of(std::int64_t days) {
  return static_cast<int>(floor_mod(days + 3, 7)) + 1;
}

// --- Zones. A code is 0, an offset from -18 hours, or the index of a named zone. ---

constexpr std::uint32_t kOffsetCode = 1U << 30;
constexpr std::uint32_t kNameCode = 1U << 31;

// The names are in order and stay as they are while the program runs, so that an index is a name for ever.
std::span<const date::time_zone> named_zones() {
  static const std::span<const date::time_zone> zones = []() -> std::span<const date::time_zone> {
    try {
      return date::get_tzdb().zones;
    } catch (const std::exception&) {
      return {};  // No zone files on this system: there are no named zones.
    }
  }();
  return zones;
}

const date::time_zone& named_zone(Zone zone) {
  return named_zones()[zone.code() & ~kNameCode];
}

// The system's files list the changes of the clocks up to 2037, then give a rule, which the library doesn't read. Rules
// go by weekdays within a month, so the clocks of a later day are those of a month before 2038 with the same weekdays.
// Each month starts with each weekday once or more from 2027 to 2037.
std::int64_t with_listed_year(std::int64_t seconds) {
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const Date date = date_of(days);
  std::int64_t year = 2037;
  if (date.year <= year) return seconds;
  const int first = weekday_of(days - date.day + 1);
  while (weekday_of(days_since_1970(year, date.month, 1)) != first) --year;
  const int day = std::min<int>(date.day, days_in_month(year, date.month));
  return days_since_1970(year, date.month, day) * kSecondsPerDay + floor_mod(seconds, kSecondsPerDay);
}

date::sys_info clocks_at(const date::time_zone& zone, date::sys_seconds instant) {
  return zone.get_info(instant);
}

// Where the clocks jump over this time, or show it twice, those from before the change.
date::sys_info clocks_at(const date::time_zone& zone, date::local_seconds local) {
  return zone.get_info(local).first;
}

// `Moment` says whether the seconds are an instant (since 1970 in UTC) or what the local clocks show.
template <typename Moment>
std::int64_t offset_at(Zone zone, std::int64_t seconds) {
  if (!zone.present()) return 0;
  if (!zone.has_name()) return static_cast<std::int64_t>(zone.code() - kOffsetCode) - kMaxZoneSeconds;
  const auto moment = [](std::int64_t count) { return Moment{std::chrono::seconds{count}}; };
  constexpr date::sys_seconds kListEnds{std::chrono::seconds{days_since_1970(2037, 1, 1) * kSecondsPerDay}};
  constexpr date::sys_seconds kListOver{std::chrono::seconds{days_since_1970(2038, 1, 1) * kSecondsPerDay}};
  date::sys_info clocks = clocks_at(named_zone(zone), moment(seconds));
  // A last change in 2037 is where the list was cut off.
  if (clocks.begin >= kListEnds && clocks.begin < kListOver) {
    clocks = clocks_at(named_zone(zone), moment(with_listed_year(seconds)));
  }
  return clocks.offset.count();
}

// --- Text ---

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_padded(std::string& text, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

// ".5" for half a second; nothing for none.
void append_fraction(std::string& text, std::int64_t nanos) {
  if (nanos == 0) return;
  text += '.';
  append_padded(text, nanos, 9);
  text.erase(text.find_last_not_of('0') + 1);
}

// Reads from the front of a text. What doesn't match stays unread.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view digits() {
    const std::string_view taken = rest_.substr(0, digits_ahead());
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // Exactly two digits.
  std::optional<std::int64_t> pair() {
    if (digits_ahead() < 2) return std::nullopt;
    const std::int64_t number = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return number;
  }

  // A point with its digits, in nanoseconds; digits after the ninth are dropped.
  std::optional<std::int64_t> fraction() {
    Reader ahead = *this;
    if (!ahead.take('.')) return std::nullopt;
    const std::string_view written = ahead.digits();
    if (written.empty()) return std::nullopt;
    *this = ahead;
    std::int64_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < written.size() ? written[i] - '0' : 0);
    return nanos;
  }

  // "12D" where the unit is D.
  std::optional<std::int64_t> quantity(char unit) {
    Reader ahead = *this;
    const std::optional<std::int64_t> number = ahead.number();
    if (!number || !ahead.take(unit)) return std::nullopt;
    *this = ahead;
    return number;
  }

  // Empty also where it doesn't fit.
  std::optional<std::int64_t> number() {
    const std::string_view written = digits();
    std::int64_t number = 0;
    for (const char c : written) {
      if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, c - '0', &number)) {
        return std::nullopt;
      }
    }
    if (written.empty()) return std::nullopt;
    return number;
  }

 private:
  std::size_t digits_ahead() const {
    return static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_digit) - rest_.begin());
  }

  std::string_view rest_;
};

// What follows a time: nothing, "Z", "+01:00", "-03:30:15" or "@Europe/London". Up to 14 hours, as XML Schema allows.
std::optional<Zone> read_zone(Reader& reader) {
  if (reader.done()) return Zone();
  if (reader.take('Z') || reader.take('z')) return reader.done() ? std::optional(Zone::utc()) : std::nullopt;
  if (reader.take('@')) return Zone::named(reader.rest());
  const bool west = reader.take('-');
  if (!west && !reader.take('+')) return std::nullopt;
  const std::optional<std::int64_t> hours = reader.pair();
  if (!hours || !reader.take(':')) return std::nullopt;
  const std::optional<std::int64_t> minutes = reader.pair();
  if (!minutes) return std::nullopt;
  std::int64_t seconds = 0;
  if (reader.take(':')) {
    const std::optional<std::int64_t> written = reader.pair();
    if (!written) return std::nullopt;
    seconds = *written;
  }
  const std::int64_t offset = *hours * 3600 + *minutes * 60 + seconds;
  if (!reader.done() || *minutes > 59 || seconds > 59 || offset > 14 * 3600) return std::nullopt;
  return Zone::offset(west ? -offset : offset);
}

// The whole of a time with its zone. 24:00:00 has the nanoseconds of a full day.
std::optional<Time> read_time(std::string_view text) {
  Reader reader(text);
  const std::optional<std::int64_t> hour = reader.pair();
  if (!hour || !reader.take(':')) return std::nullopt;
  const std::optional<std::int64_t> minute = reader.pair();
  if (!minute || !reader.take(':')) return std::nullopt;
  const std::optional<std::int64_t> second = reader.pair();
  if (!second || *minute > 59 || *second > 59) return std::nullopt;
  Time time;
  time.nanos = (*hour * 3600 + *minute * 60 + *second) * kNanosPerSecond;
  time.nanos += reader.fraction().value_or(0);
  if (time.nanos > kNanosPerDay) return std::nullopt;
  const std::optional<Zone> zone = read_zone(reader);
  if (!zone) return std::nullopt;
  time.zone = *zone;
  return time;
}

// The moment as its zone's clocks show it, in seconds since theirs showed 1970-01-01T00:00:00.
std::int64_t local_seconds(const DateTime& moment) {
  return moment.date.days() * kSecondsPerDay + moment.time.nanos / kNanosPerSecond;
}

__int128 local_nanos(const DateTime& moment) {
  return static_cast<__int128>(moment.date.days()) * kNanosPerDay + moment.time.nanos;
}

// The valuet of 10.3.2.3.5: nanoseconds since midnight UTC where the time has a zone.
std::int64_t time_value(const Time& time) {
  return time.nanos - time.offset().value_or(0) * kNanosPerSecond;
}

template <typename Value>
Zone& zone_of(Value& value) {
  if constexpr (requires { value.zone; })
    return value.zone;
  else
    return value.time.zone;
}

}  // namespace

// --- Zone ---

Zone Zone::utc() {
  return Zone(kOffsetCode + static_cast<std::uint32_t>(kMaxZoneSeconds));
}

std::optional<Zone> Zone::offset(std::int64_t seconds) {
  if (seconds < -kMaxZoneSeconds || seconds > kMaxZoneSeconds) return std::nullopt;
  return Zone(kOffsetCode + static_cast<std::uint32_t>(seconds + kMaxZoneSeconds));
}

std::optional<Zone> Zone::named(std::string_view iana) {
  // A file of the system's, and no zone: what it says differs from server to server.
  if (iana == "localtime") return std::nullopt;
  const std::span<const date::time_zone> zones = named_zones();
  const auto found =
      std::lower_bound(zones.begin(), zones.end(), iana,
                       [](const date::time_zone& zone, std::string_view name) { return zone.name() < name; });
  if (found == zones.end() || found->name() != iana) return std::nullopt;
  try {
    found->get_info(date::sys_seconds{});  // Reads the zone's file, so that later questions can't fail.
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return Zone(kNameCode + static_cast<std::uint32_t>(found - zones.begin()));
}

bool Zone::has_name() const {
  return (code_ & kNameCode) != 0;
}

std::string_view Zone::name() const {
  return has_name() ? std::string_view(named_zone(*this).name()) : "";
}

std::string Zone::text() const {
  if (!present()) return "";
  if (has_name()) return "@" + std::string(name());
  const std::int64_t offset = offset_at<date::sys_seconds>(*this, 0);
  if (offset == 0) return "Z";
  std::string text = offset < 0 ? "-" : "+";
  const std::int64_t seconds = offset < 0 ? -offset : offset;
  append_padded(text, seconds / 3600, 2);
  text += ':';
  append_padded(text, seconds / 60 % 60, 2);
  if (seconds % 60 != 0) {
    text += ':';
    append_padded(text, seconds % 60, 2);
  }
  return text;
}

// --- Date ---

std::optional<Date> Date::from(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < -kMaxYear || year > kMaxYear || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > days_in_month(year, static_cast<int>(month))) return std::nullopt;
  return Date{static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

std::optional<Date> Date::from_days(std::int64_t days) {
  constexpr std::int64_t kFirst = days_since_1970(-kMaxYear, 1, 1);
  constexpr std::int64_t kLast = days_since_1970(kMaxYear, 12, 31);
  if (days < kFirst || days > kLast) return std::nullopt;
  return date_of(days);
}

std::optional<Date> Date::parse(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.take('-');
  const std::string_view written = reader.digits();
  if (written.size() < 4 || written.size() > 9 || (written.size() > 4 && written.front() == '0')) return std::nullopt;
  const std::int64_t year = *Reader(written).number();
  if (!reader.take('-')) return std::nullopt;
  const std::optional<std::int64_t> month = reader.pair();
  if (!month || !reader.take('-')) return std::nullopt;
  const std::optional<std::int64_t> day = reader.pair();
  if (!day || !reader.done()) return std::nullopt;
  return from(negative ? -year : year, *month, *day);
}

std::int64_t Date::days() const {
  return days_since_1970(year, month, day);
}

int Date::weekday() const {
  return weekday_of(days());
}

int Date::day_of_year() const {
  return days_before_month(year, month) + day;
}

int Date::week_of_year() const {
  // ISO 8601: weeks start on Monday, and belong to the year that has their Thursday.
  const std::int64_t thursday = days() - weekday() + 4;
  return (date_of(thursday).day_of_year() - 1) / 7 + 1;
}

std::string Date::text() const {
  std::string text = year < 0 ? "-" : "";
  append_padded(text, year < 0 ? -std::int64_t{year} : year, 4);
  text += '-';
  append_padded(text, month, 2);
  text += '-';
  append_padded(text, day, 2);
  return text;
}

// --- Durations: the lexical and canonical forms of XQuery 1.0 and XPath 2.0 Data Model, 3.3.2 ---

std::optional<MonthsDuration> MonthsDuration::parse(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.take('-');
  if (!reader.take('P')) return std::nullopt;
  const std::optional<std::int64_t> years = reader.quantity('Y');
  const std::optional<std::int64_t> months = reader.quantity('M');
  if (!reader.done() || (!years && !months)) return std::nullopt;
  const __int128 total = static_cast<__int128>(years.value_or(0)) * 12 + months.value_or(0);
  if (total > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  const auto magnitude = static_cast<std::int64_t>(total);
  return MonthsDuration{negative ? -magnitude : magnitude};
}

std::string MonthsDuration::text() const {
  if (months == 0) return "P0M";
  std::string text = months < 0 ? "-P" : "P";
  const std::uint64_t magnitude = months < 0 ? -static_cast<std::uint64_t>(months) : static_cast<std::uint64_t>(months);
  if (magnitude >= 12) text += std::to_string(magnitude / 12) + "Y";
  if (magnitude % 12 != 0) text += std::to_string(magnitude % 12) + "M";
  return text;
}

std::optional<DaysDuration> DaysDuration::from(__int128 nanos) {
  const __int128 whole = nanos / kNanosPerSecond;
  constexpr __int128 kMost = std::numeric_limits<std::int64_t>::max();  // Below zero too, so that each has an opposite.
  if (whole > kMost || whole < -kMost) return std::nullopt;
  return DaysDuration{static_cast<std::int64_t>(whole), static_cast<std::int64_t>(nanos % kNanosPerSecond)};
}

std::optional<DaysDuration> DaysDuration::parse(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.take('-');
  if (!reader.take('P')) return std::nullopt;
  bool any = false;
  __int128 total = 0;
  const auto add = [&](std::optional<std::int64_t> quantity, std::int64_t nanos_each) {
    if (quantity) total += static_cast<__int128>(*quantity) * nanos_each;
    any |= quantity.has_value();
  };
  add(reader.quantity('D'), kNanosPerDay);
  if (reader.take('T')) {
    any = false;  // T is only there where something follows it.
    add(reader.quantity('H'), 3600 * kNanosPerSecond);
    add(reader.quantity('M'), 60 * kNanosPerSecond);
    if (const std::optional<std::int64_t> seconds = reader.number()) {
      add(seconds, kNanosPerSecond);
      add(reader.fraction(), 1);
      if (!reader.take('S')) return std::nullopt;
    }
  }
  if (!reader.done() || !any) return std::nullopt;
  return from(negative ? -total : total);
}

std::string DaysDuration::text() const {
  if (seconds == 0 && nanos == 0) return "PT0S";
  std::string text = seconds < 0 || nanos < 0 ? "-P" : "P";
  const std::uint64_t whole = seconds < 0 ? -static_cast<std::uint64_t>(seconds) : static_cast<std::uint64_t>(seconds);
  const std::int64_t fraction = nanos < 0 ? -nanos : nanos;
  const auto append = [&text](std::uint64_t quantity, char unit) {
    if (quantity != 0) text += std::to_string(quantity) + unit;
  };
  append(whole / kSecondsPerDay, 'D');
  if (whole % kSecondsPerDay == 0 && fraction == 0) return text;
  text += 'T';
  append(whole % kSecondsPerDay / 3600, 'H');
  append(whole % 3600 / 60, 'M');
  if (whole % 60 != 0 || fraction != 0) {
    text += std::to_string(whole % 60);
    append_fraction(text, fraction);
    text += 'S';
  }
  return text;
}

// --- Time ---

std::optional<Time> Time::from(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t nanos,
                               Zone zone) {
  const auto within = [](std::int64_t number, std::int64_t limit) { return number >= 0 && number < limit; };
  if (!within(hour, 24) || !within(minute, 60) || !within(second, 60) || !within(nanos, kNanosPerSecond)) {
    return std::nullopt;
  }
  return Time{(hour * 3600 + minute * 60 + second) * kNanosPerSecond + nanos, zone};
}

std::optional<Time> Time::parse(std::string_view text) {
  std::optional<Time> time = read_time(text);
  if (time && time->nanos == kNanosPerDay) time->nanos = 0;
  return time;
}

std::optional<std::int64_t> Time::offset() const {
  if (!zone.present()) return std::nullopt;
  constexpr std::int64_t kReference = days_since_1970(1972, 12, 31) * kSecondsPerDay;
  return offset_at<date::local_seconds>(zone, kReference);
}

std::string Time::text() const {
  std::string text;
  append_padded(text, hour(), 2);
  text += ':';
  append_padded(text, minute(), 2);
  text += ':';
  append_padded(text, second(), 2);
  append_fraction(text, subsecond());
  return text + zone.text();
}

// --- DateTime ---

std::optional<DateTime> DateTime::parse(std::string_view text) {
  const std::size_t separator = text.find('T');
  const std::optional<Date> date = Date::parse(text.substr(0, separator));
  if (!date) return std::nullopt;
  if (separator == std::string_view::npos) return DateTime{*date, {}};
  std::optional<Time> time = read_time(text.substr(separator + 1));
  if (!time) return std::nullopt;
  if (time->nanos < kNanosPerDay) return DateTime{*date, *time};
  // XML Schema part 2, 3.2.7: 24:00:00 is the first instant of the following day.
  const std::optional<Date> next = Date::from_days(date->days() + 1);
  if (!next) return std::nullopt;
  return DateTime{*next, {0, time->zone}};
}

std::optional<std::int64_t> DateTime::offset() const {
  if (!time.zone.present()) return std::nullopt;
  return offset_at<date::local_seconds>(time.zone, local_seconds(*this));
}

__int128 DateTime::epoch_nanos() const {
  return local_nanos(*this) - static_cast<__int128>(offset().value_or(0)) * kNanosPerSecond;
}

std::optional<DateTime> DateTime::from_epoch(__int128 nanos, Zone zone) {
  const __int128 seconds = floor_div(nanos, kNanosPerSecond);
  constexpr __int128 kMost = (kMaxYear + 2) * 366 * kSecondsPerDay;
  if (seconds > kMost || seconds < -kMost) return std::nullopt;
  const auto instant = static_cast<std::int64_t>(seconds);
  const std::int64_t local = instant + offset_at<date::sys_seconds>(zone, instant);
  const std::optional<Date> date = Date::from_days(floor_div(local, kSecondsPerDay));
  if (!date) return std::nullopt;
  const auto fraction = static_cast<std::int64_t>(floor_mod(nanos, kNanosPerSecond));
  return DateTime{*date, {floor_mod(local, kSecondsPerDay) * kNanosPerSecond + fraction, zone}};
}

std::string DateTime::text() const {
  return date.text() + "T" + time.text();
}

// --- Comparison ---

namespace {

template <typename Value, typename Measure>
std::strong_ordering compare_by(Value left, Value right, const Measure& measure) {
  if (!zone_of(left).present()) zone_of(left) = zone_of(right);
  if (!zone_of(right).present()) zone_of(right) = zone_of(left);
  return measure(left) <=> measure(right);
}

}  // namespace

std::strong_ordering compare(const Time& left, const Time& right) {
  return compare_by(left, right, [](const Time& time) { return floor_div(time_value(time), kNanosPerSecond); });
}

std::strong_ordering compare(const DateTime& left, const DateTime& right) {
  return compare_by(left, right,
                    [](const DateTime& moment) { return floor_div(moment.epoch_nanos(), kNanosPerSecond); });
}

bool equal(const Time& left, const Time& right) {
  return left.zone.present() == right.zone.present() && compare(left, right) == 0;
}

bool equal(const DateTime& left, const DateTime& right) {
  return left.time.zone.present() == right.time.zone.present() && compare(left, right) == 0;
}

// --- Arithmetic ---

std::optional<Date> add(const Date& date, const MonthsDuration& duration) {
  const __int128 months = static_cast<__int128>(date.year) * 12 + (date.month - 1) + duration.months;
  const __int128 year = floor_div(months, 12);
  if (year < -kMaxYear || year > kMaxYear) return std::nullopt;
  const auto month = static_cast<int>(floor_mod(months, 12)) + 1;
  const auto whole_year = static_cast<std::int64_t>(year);
  return Date::from(whole_year, month, std::min<int>(date.day, days_in_month(whole_year, month)));
}

std::optional<Date> add(const Date& date, const DaysDuration& duration) {
  // The date is its midnight; the day of the moment that the duration leads to.
  const auto days = static_cast<std::int64_t>(floor_div(duration.total_nanos(), kNanosPerDay));
  return Date::from_days(date.days() + days);
}

std::optional<DateTime> add(const DateTime& moment, const MonthsDuration& duration) {
  const std::optional<Date> date = add(moment.date, duration);
  if (!date) return std::nullopt;
  return DateTime{*date, moment.time};
}

std::optional<DateTime> add(const DateTime& moment, const DaysDuration& duration) {
  return DateTime::from_epoch(moment.epoch_nanos() + duration.total_nanos(), moment.time.zone);
}

Time add(const Time& time, const DaysDuration& duration) {
  return {static_cast<std::int64_t>(floor_mod(time.nanos + duration.total_nanos(), kNanosPerDay)), time.zone};
}

std::optional<DaysDuration> difference(const DateTime& left, const DateTime& right) {
  if (left.time.zone.present() != right.time.zone.present()) return std::nullopt;
  return DaysDuration::from(left.epoch_nanos() - right.epoch_nanos());
}

std::optional<DaysDuration> difference(const Time& left, const Time& right) {
  if (left.zone.present() != right.zone.present()) return std::nullopt;
  return DaysDuration::from(time_value(left) - time_value(right));
}

DaysDuration difference(const Date& left, const Date& right) {
  return {(left.days() - right.days()) * kSecondsPerDay, 0};
}

std::optional<MonthsDuration> months_between(const DateTime& from, const DateTime& to) {
  // Months are counted on one calendar: that of `from`, where both say which they mean.
  std::optional<DateTime> end = to;
  if (from.time.zone.present() && to.time.zone.present() && from.time.zone != to.time.zone) {
    end = DateTime::from_epoch(to.epoch_nanos(), from.time.zone);
    if (!end) return std::nullopt;
  }
  std::int64_t months = (std::int64_t{end->date.year} - from.date.year) * 12 + end->date.month - from.date.month;
  const auto in_month = [](const DateTime& moment) { return std::pair(moment.date.day, moment.time.nanos); };
  if (months > 0 && in_month(*end) < in_month(from)) --months;
  if (months < 0 && in_month(*end) > in_month(from)) ++months;
  return MonthsDuration{months};
}

}  // namespace guildhall::feel
