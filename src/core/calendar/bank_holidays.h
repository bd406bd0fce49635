#pragma once

// The bank holidays of the nations, by the rules in force and the proclamations made, as GOV.UK lists them.
//
// A holiday that falls on a weekend stands only as its substitute day: who works on Saturdays says separately whether
// Saturday 1 January is worked. Years to come follow today's rules: a proclamation may still move a day or add one.

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace guildhall::calendar {

inline constexpr int kFirstYear = 2000;
inline constexpr int kLastYear = 2100;

enum class Nation : std::uint8_t { EnglandAndWales, Scotland, NorthernIreland };
inline constexpr Nation kNations[] = {Nation::EnglandAndWales, Nation::Scotland, Nation::NorthernIreland};
std::string_view to_text(Nation nation);  // "England and Wales"

struct BankHoliday {
  Date date;
  std::string_view name;    // "Boxing Day"
  bool substitute = false;  // Instead of the day of that name, which is on a weekend.

  auto operator<=>(const BankHoliday&) const = default;
};

// In the order of their dates; none for years that aren't from kFirstYear to kLastYear.
std::vector<BankHoliday> bank_holidays(Nation nation, int year);

// In the Gregorian calendar. Source: the Calendar (New Style) Act 1750, whose tables the computus of Meeus, Jones and
// Butcher puts in figures.
Date easter_sunday(int year);

}  // namespace guildhall::calendar
