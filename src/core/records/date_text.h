#pragma once

// Dates as extracts write them.

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace guildhall::records {

enum class DateReadingKind : std::uint8_t {
  Day,                // a date that exists
  Month,              // year and month only (FHIR R4, "date": YYYY-MM)
  Year,               // year only
  TwoDigitYear,       // 12/03/14: the century is a guess
  MonthFirst,         // 03/25/2014: only possible as month/day, so others of the file may be read wrongly
  DoesNotExist,       // 31/02/2014
  SpreadsheetNumber,  // 41710: days since 1900, of which there are two counts
  NotADate,
};

struct DateReading {
  DateReadingKind kind = DateReadingKind::NotADate;
  Date date;  // Only where `kind` is Day.
};

// Reads 2014-03-12, 12/03/2014, 12-03-2014, 12.03.2014, 20140312, 2014-Mar-12, 12-Mar-2014, 12 March 2014,
// each also with a time after it, which is dropped; a time in UTC ("…T23:30:00Z") is first turned into UK
// time. Day before month where both are digits: British writing. Sources: ISO 8601; HL7 FHIR R4, datatypes
// "date" and "dateTime"; the DfE's school census tables write 2012-Jan-21 00:00:00, its SSDA903 files
// 27/03/2008.
DateReading read_date(std::string_view text);

}  // namespace guildhall::records
