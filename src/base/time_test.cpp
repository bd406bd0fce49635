#include "base/time.h"

#include <gtest/gtest.h>

namespace guildhall {
namespace {

TEST(Date, ReadsAndWritesIso) {
  EXPECT_EQ(Date::parse_iso("2014-03-12")->iso(), "2014-03-12");
  EXPECT_EQ(Date::parse_iso("2014-03-12")->spoken(), "12 March 2014");
  EXPECT_TRUE(Date::parse_iso("2012-02-29").ok());
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2013-02-29", "2014-3-12", "2014-03-12 ", "12/03/2014", "2014-13-01", "0000-01-01"}) {
    EXPECT_FALSE(Date::parse_iso(text).ok()) << text;
  }
}

TEST(Instant, ReadsOffsetsAndFractions) {
  EXPECT_EQ(to_iso(*parse_instant("2014-03-12T09:30:00Z")), "2014-03-12T09:30:00Z");
  EXPECT_EQ(to_iso(*parse_instant("2014-07-12T09:30:00.25+01:00")), "2014-07-12T08:30:00.250000Z");
  for (const char* text : {"2014-03-12", "2014-03-12T09:30:00", "2014-03-12T24:30:00Z", "2014-03-12T09:30:00.Z"}) {
    EXPECT_FALSE(parse_instant(text).ok()) << text;
  }
}

// Clocks went forward at 01:00 UTC on 31 March 2024 and back at 01:00 UTC on 27 October 2024.
TEST(Instant, IsSpokenInUkLocalTime) {
  EXPECT_EQ(spoken_uk(*parse_instant("2024-03-31T00:59:59Z")), "31 March 2024 at 12:59am");
  EXPECT_EQ(spoken_uk(*parse_instant("2024-03-31T01:00:00Z")), "31 March 2024 at 2:00am");
  EXPECT_EQ(spoken_uk(*parse_instant("2024-10-27T00:59:00Z")), "27 October 2024 at 1:59am");
  EXPECT_EQ(spoken_uk(*parse_instant("2024-10-27T01:00:00Z")), "27 October 2024 at 1:00am");
  EXPECT_EQ(uk_date(*parse_instant("2024-06-30T23:30:00Z")).iso(), "2024-07-01");
}

}  // namespace
}  // namespace guildhall
