#include "cases/history.h"

#include <gtest/gtest.h>

namespace guildhall::cases {
namespace {

using What = bpmn::Logged::What;

TEST(History, WhatHappenedReadsBack) {
  std::string text;
  add_flow(text, "f1");
  add_happening(text, What::Entered, "check", 12);
  add_happening(text, What::Script, "fee", 3);
  add_happening(text, What::Left, "gate#way", 0);
  EXPECT_EQ(text, ">f1\n+check#12\n=fee#3\n-gate#way");
  const std::vector<Happening> expected = {
      {What::Entered, "check", 12}, {What::Script, "fee", 3}, {What::Left, "gate#way", 0}};
  EXPECT_EQ(happenings(text), expected);
  EXPECT_EQ(flows_taken(text), std::vector<std::string>{"f1"});
}

TEST(History, NothingIsNothing) {
  EXPECT_TRUE(happenings("").empty());
  EXPECT_TRUE(flows_taken("").empty());
}

}  // namespace
}  // namespace guildhall::cases
