#include "cases/heat.h"

#include <gtest/gtest.h>

#include "bpmn/read_definitions.h"
#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Heat, SaysTimesInTheUnitThatFits) {
  EXPECT_EQ(in_words(seconds(1)), "1 second");
  EXPECT_EQ(in_words(seconds(59)), "59 seconds");
  EXPECT_EQ(in_words(minutes(119)), "119 minutes");
  EXPECT_EQ(in_words(hours(2)), "2.0 hours");
  EXPECT_EQ(in_words(minutes(47 * 60 + 57)), "48.0 hours");  // 47.95
  EXPECT_EQ(in_words(hours(84)), "3.5 days");
}

TEST(Heat, TellsNoSmallCounts) {
  EXPECT_EQ(told(0), "0");
  EXPECT_EQ(told(1), "fewer than 5");
  EXPECT_EQ(told(4), "fewer than 5");
  EXPECT_EQ(told(5), "5");
  Durations durations;
  for (int i = 0; i < 4; ++i) durations.add(hours(2));
  EXPECT_EQ(told(durations, 50), "–");
  durations.add(hours(2));
  EXPECT_EQ(told(durations, 50), "2.0 hours");
}

TEST(Heat, IsInProportionToTheMost) {
  const auto file =
      bpmn::read_definitions(process("<startEvent id=\"s\"/><userTask id=\"check\"/><userTask id=\"sign\"/>"
                                     "<userTask id=\"rare\"/><endEvent id=\"e\"/>" +
                                     flows("s check sign e") + flows("check rare")))
          .value();
  ProcessStatistics statistics;
  const auto reached = [&](const char* id, std::uint64_t count, std::chrono::microseconds time) {
    ElementStatistics& element = statistics.elements[id];
    element.entered = element.left = count;
    for (std::uint64_t i = 0; i < count; ++i) element.time.add(time);
  };
  reached("check", 40, hours(96));
  reached("sign", 10, hours(24));
  reached("rare", 4, hours(500));
  reached("of another version", 99, hours(1));
  statistics.flows = {{"check_sign", 10}, {"check_rare", 4}};

  const diagram::Overlay time = heat(file.processes[0], statistics, HeatOf::Time);
  ASSERT_EQ(time.elements.size(), 2U);
  EXPECT_EQ(time.elements.at("check").heat, 1.0);
  EXPECT_EQ(time.elements.at("check").label, "40 · 4.0 days");
  EXPECT_EQ(time.elements.at("sign").heat, 0.25);
  EXPECT_EQ(time.volumes, (std::map<std::string, std::uint64_t, std::less<>>{{"check_sign", 10}}));

  const diagram::Overlay volume = heat(file.processes[0], statistics, HeatOf::Volume);
  EXPECT_EQ(volume.elements.at("check").label, "40");
  EXPECT_EQ(volume.elements.at("sign").heat, 0.25);
  EXPECT_EQ(volume.elements.at("rare").label, "fewer than 5");
  EXPECT_FALSE(volume.elements.at("rare").heat);
}

}  // namespace
}  // namespace guildhall::cases
