#include "enquiries/routing.h"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::enquiries {
namespace {

const std::vector<Alarm> kAlarms = {{"being hurt", "Children’s front door"}, {"run away", "Children’s front door"}};

TEST(Routing, FollowsTheTopic) {
  const Route pothole = route("roads", "Highways", "There is a pothole in Mill Lane.", kAlarms);
  EXPECT_EQ(pothole.team, "Highways");
  EXPECT_FALSE(pothole.urgent);
  EXPECT_EQ(pothole.why, "topic roads");
}

TEST(Routing, AnAlarmNeverWaitsInAQueue) {
  for (const char* message : {"I think the boy next door is being hurt.", "is he BEING  HURT?", "being\nhurt"}) {
    const Route alarm = route("roads", "Highways", message, kAlarms);
    EXPECT_EQ(alarm.team, "Children’s front door") << message;
    EXPECT_TRUE(alarm.urgent);
    EXPECT_EQ(alarm.why, "alarm: being hurt");
  }
}

TEST(Routing, PartsOfWordsAreNoAlarm) {
  EXPECT_FALSE(route("roads", "Highways", "The grit has run awayward", kAlarms).urgent);
  EXPECT_FALSE(route("roads", "Highways", "Being hurtful", kAlarms).urgent);
  EXPECT_FALSE(route("roads", "Highways", "", kAlarms).urgent);
}

}  // namespace
}  // namespace guildhall::enquiries
