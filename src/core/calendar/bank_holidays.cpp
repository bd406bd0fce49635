#include "calendar/bank_holidays.h"

#include <algorithm>
#include <initializer_list>
#include <span>

namespace guildhall::calendar {
namespace {

using namespace std::chrono;

bool on_weekend(sys_days day) {
  return weekday{day}.iso_encoding() >= 6;
}

// Holidays that were appointed once, by proclamation under the Act of 1971, section 1(3).
struct OneOff {
  year_month_day date;
  std::string_view name;
  bool scotland_alone = false;
};
constexpr OneOff kOneOffs[] = {
    {2002y / June / 3, "Golden Jubilee bank holiday"},
    {2011y / April / 29, "Wedding of Prince William and Catherine Middleton"},
    {2012y / June / 5, "Diamond Jubilee bank holiday"},
    {2022y / June / 3, "Platinum Jubilee bank holiday"},
    {2022y / September / 19, "State Funeral of Queen Elizabeth II"},
    {2023y / May / 8, "Coronation of King Charles III"},
    {2026y / June / 15, "World Cup bank holiday", true},  // Proclaimed on 4 February 2026.
};

class Year {
 public:
  explicit Year(int year) : year_(year) {}

  void add(std::string_view name, sys_days day) { holidays_.push_back({Date::of(day), name}); }
  sys_days first_monday(month in) const { return sys_days{year_ / in / Monday[1]}; }
  sys_days last_monday(month in) const { return sys_days{year_ / in / Monday[last]}; }

  // Days that follow one another. Those on a weekend are kept, in their order, on the next weekdays that are free.
  struct Fixed {
    std::string_view name;
    month_day day;
  };
  void add_or_substitute(std::initializer_list<Fixed> days) {
    std::vector<sys_days> taken;
    for (const Fixed& each : days) {
      const sys_days day{year_ / each.day};
      if (on_weekend(day)) continue;
      add(each.name, day);
      taken.push_back(day);
    }
    for (const Fixed& each : days) {
      sys_days day{year_ / each.day};
      if (!on_weekend(day)) continue;
      while (on_weekend(day) || std::find(taken.begin(), taken.end(), day) != taken.end()) day += std::chrono::days{1};
      holidays_.push_back({Date::of(day), each.name, true});
      taken.push_back(day);
    }
  }

  void add_one_offs(Nation nation) {
    for (const OneOff& each : kOneOffs) {
      if (each.date.year() != year_ || (each.scotland_alone && nation != Nation::Scotland)) continue;
      add(each.name, each.date);
    }
  }

  std::vector<BankHoliday> in_order() && {
    std::sort(holidays_.begin(), holidays_.end());
    return std::move(holidays_);
  }

  // "The first Monday in May": Scotland by schedule 1, the others by proclamation each year since 1978. In 2020 on the
  // 75th anniversary of VE Day, by proclamation.
  sys_days early_may() const { return year_ == 2020y ? sys_days{2020y / May / 8} : first_monday(May); }

  // "The last Monday in May": schedule 1, in Scotland by proclamation. Moved to the Jubilees, by proclamation.
  sys_days spring() const {
    if (year_ == 2002y || year_ == 2012y) return sys_days{year_ / June / 4};
    if (year_ == 2022y) return sys_days{year_ / June / 2};
    return last_monday(May);
  }

 private:
  year year_;
  std::vector<BankHoliday> holidays_;
};

}  // namespace

std::string_view to_text(Nation nation) {
  switch (nation) {
    case Nation::EnglandAndWales:
      return "England and Wales";
    case Nation::Scotland:
      return "Scotland";
    case Nation::NorthernIreland:
      return "Northern Ireland";
  }
  return {};
}

Date easter_sunday(int year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int of_century = year % 100;
  const int epact =
      (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;  // Of the full moon.
  const int to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
  const int correction = (golden + 11 * epact + 22 * to_sunday) / 451;
  const int days = epact + to_sunday - 7 * correction + 114;
  return Date::of(sys_days{std::chrono::year{year} / (days / 31) / (days % 31 + 1)});
}

// Source: the Banking and Financial Dealings Act 1971, section 1 and schedule 1; Good Friday and Christmas Day in England,
// Wales and Northern Ireland by common law. Proclamations under section 1(2) give a weekday instead of those on a
// Saturday, for which the schedule gives none, and those under section 1(3) appoint days that it doesn't name.
std::vector<BankHoliday> bank_holidays(Nation nation, int of_year) {
  if (of_year < kFirstYear || of_year > kLastYear) return {};
  Year year(of_year);
  const sys_days easter = easter_sunday(of_year).days();
  const auto good_friday = [&] { year.add("Good Friday", easter - days{2}); };
  const auto easter_monday = [&] { year.add("Easter Monday", easter + days{1}); };
  // New Year's Day by proclamation since 1974 (Scotland by schedule 1).
  switch (nation) {
    case Nation::EnglandAndWales:  // Schedule 1, paragraph 1.
      year.add_or_substitute({{"New Year's Day", January / 1}});
      good_friday();
      easter_monday();
      year.add("Summer bank holiday", year.last_monday(August));
      break;
    case Nation::Scotland:  // Paragraph 2. Boxing Day by proclamation since 1974.
      year.add_or_substitute({{"New Year's Day", January / 1}, {"2nd January", January / 2}});
      good_friday();
      year.add("Summer bank holiday", year.first_monday(August));
      // Since the St Andrew's Day Bank Holiday (Scotland) Act 2007.
      if (of_year >= 2007) year.add_or_substitute({{"St Andrew's Day", November / 30}});
      break;
    case Nation::NorthernIreland:  // Paragraph 3. 12 July by proclamation of the Secretary of State.
      year.add_or_substitute({{"New Year's Day", January / 1}});
      year.add_or_substitute({{"St Patrick's Day", March / 17}});
      good_friday();
      easter_monday();
      year.add_or_substitute({{"Battle of the Boyne (Orangemen's Day)", July / 12}});
      year.add("Summer bank holiday", year.last_monday(August));
      break;
  }
  year.add("Early May bank holiday", year.early_may());
  year.add("Spring bank holiday", year.spring());
  year.add_or_substitute({{"Christmas Day", December / 25}, {"Boxing Day", December / 26}});
  year.add_one_offs(nation);
  return std::move(year).in_order();
}

}  // namespace guildhall::calendar
