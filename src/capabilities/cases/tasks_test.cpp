#include "cases/tasks.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/text.h"
#include "bpmn/instance_codec.h"
#include "cases/impl/test_officers.h"

namespace guildhall::cases {
namespace {

const bpmn::Variables kYes{{"approved", bpmn::Data::of(feel::Value::boolean(true))}};

class Office : public testing::Test, protected TestOffice {
 protected:
  Officer karin = officer("Karin", {"Highways"});
  Officer sam = officer("Sam", {"Highways"});
  Officer lena = officer("Lena", {"Libraries"});
  Started started = cases.start("permit");
  TaskId check = cases.only_task(started).id;
};

TEST_F(Office, AnOfficerClaimsAndCompletes) {
  ASSERT_TRUE(tasks.claim(karin, check).ok());
  EXPECT_EQ(task(check).assignee, karin.account());
  ASSERT_TRUE(tasks.complete(karin, check, kYes, "Wide enough").ok());
  EXPECT_EQ(cases.happened(started), "s check ok granted");
  EXPECT_EQ(history(started),
            "m.evans: started\nKarin: claimed ‘Check the form’\nKarin: completed Check the form (Wide enough)\n");
}

TEST_F(Office, WhoComesSecondIsToldWhoHasIt) {
  ASSERT_TRUE(tasks.claim(karin, check).ok());
  EXPECT_EQ(what(tasks.claim(sam, check)), "Karin has this task already.");
  EXPECT_EQ(what(tasks.complete(sam, check, kYes, "")), "Karin has this task.");
  EXPECT_TRUE(tasks.claim(karin, check).ok()) << "again is no second act";
  EXPECT_EQ(history(started), "m.evans: started\nKarin: claimed ‘Check the form’\n");
}

TEST_F(Office, OfTwoWhoClaimAtOnceOneWins) {
  for (int round = 0; round < 20; ++round) {
    const TaskId id = cases.only_task(cases.start("permit")).id;
    std::string first, second;
    std::thread other([&] { second = what(tasks.claim(sam, id)); });
    first = what(tasks.claim(karin, id));
    other.join();
    const bool karin_has_it = task(id).assignee == karin.account();
    EXPECT_EQ(first, karin_has_it ? "" : "Sam has this task already.");
    EXPECT_EQ(second, karin_has_it ? "Karin has this task already." : "");
  }
}

TEST_F(Office, ToOtherTeamsThereIsNoSuchTask) {
  const std::string none = "There is no such task among yours.";
  EXPECT_EQ(what(tasks.claim(lena, check)), none);
  EXPECT_EQ(what(tasks.comment(lena, check, "Hello")), none);
  EXPECT_EQ(what(tasks.hand_over(lena, check, {"", "Libraries"}, "Mine")), none);
  EXPECT_EQ(what(tasks.delegate(lena, check, karin.account(), "Do it")), none);
  EXPECT_EQ(what(tasks.follow_up(lena, check, cases.clock.now() + std::chrono::days(1))), none);
  EXPECT_EQ(what(tasks.complete(lena, check, kYes, "")), none);
  EXPECT_EQ(history(started), "m.evans: started\n");
}

TEST_F(Office, ATaskIsGivenBackByWhoHasIt) {
  EXPECT_EQ(what(tasks.give_back(karin, check)), "This task isn't yours to give back.");
  ASSERT_TRUE(tasks.claim(karin, check).ok());
  EXPECT_EQ(what(tasks.give_back(sam, check)), "This task isn't yours to give back.");
  ASSERT_TRUE(tasks.give_back(karin, check).ok());
  EXPECT_EQ(task(check).assignee, "");
  EXPECT_EQ(listed(sam, TaskList::Unassigned), 1U);
}

TEST_F(Office, HandingOverNeedsAReasonAndARecipient) {
  EXPECT_EQ(what(tasks.hand_over(karin, check, {"", "Libraries"}, " ")), "Enter why you hand it over");
  EXPECT_EQ(what(tasks.hand_over(karin, check, {"", "Nobody’s team"}, "Not ours")), "Choose an officer or a team");
  ASSERT_TRUE(tasks.hand_over(karin, check, {"", "Libraries"}, "A bookcase, not a skip").ok());
  EXPECT_EQ(task(check).teams, std::vector<std::string>{"Libraries"});
  EXPECT_EQ(what(tasks.claim(karin, check)), "There is no such task among yours.");
  EXPECT_TRUE(tasks.claim(lena, check).ok());
  ASSERT_TRUE(tasks.hand_over(lena, check, {sam.account(), ""}, "You know the street").ok());
  EXPECT_EQ(task(check).assignee, sam.account());
  EXPECT_EQ(
      history(started),
      "m.evans: started\nKarin: handed ‘Check the form’ over to Libraries (A bookcase, not a skip)\nLena: claimed "
      "‘Check the form’\nLena: handed ‘Check the form’ over to Sam (You know the street)\n");
}

TEST_F(Office, WhatIsDelegatedComesBackToBeConfirmed) {
  EXPECT_EQ(what(tasks.delegate(karin, check, karin.account(), "Do it")), "Choose another officer");
  ASSERT_TRUE(tasks.delegate(karin, check, lena.account(), "Count the books").ok());
  EXPECT_EQ(listed(lena, TaskList::Mine), 1U);
  ASSERT_TRUE(tasks.complete(lena, check, kYes, "Four").ok());
  EXPECT_EQ(cases.state(started), "running") << "Karin confirms first";
  EXPECT_EQ(task(check).assignee, karin.account());
  const auto back =
      cases.read([&](db::Connection& connection) { return reach_task(connection, karin.reach, check).value(); });
  ASSERT_TRUE(back.answers.has_value());
  EXPECT_EQ(back.answers->by, lena.account());
  EXPECT_EQ(bpmn::decode_variables(back.answers->bytes).value()[0].first, "approved");
  ASSERT_TRUE(tasks.complete(karin, check, kYes, "").ok());
  EXPECT_EQ(cases.state(started), "completed");
}

TEST_F(Office, ADelegateGivesBackToWhoeverItCameFrom) {
  ASSERT_TRUE(tasks.delegate(karin, check, sam.account(), "Measure it").ok());
  ASSERT_TRUE(tasks.give_back(sam, check).ok());
  EXPECT_EQ(task(check).assignee, karin.account());
}

TEST_F(Office, ATaskIsPutAsideUntilADayToCome) {
  EXPECT_EQ(what(tasks.follow_up(karin, check, cases.clock.now())), "The date must be in the future");
  ASSERT_TRUE(tasks.follow_up(karin, check, parse_instant("2026-01-09T09:00:00Z").value()).ok());
  EXPECT_EQ(to_iso(task(check).follow_up_at.value()), "2026-01-09T09:00:00Z");
  ASSERT_TRUE(tasks.follow_up(karin, check, std::nullopt).ok());
  EXPECT_FALSE(task(check).follow_up_at.has_value());
}

TEST_F(Office, DocumentsAreKeptWithTheirHash) {
  const auto folder = std::filesystem::temp_directory_path();
  const auto write = [&](const std::string& bytes) {
    const auto path = folder / new_uuid().text();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  };
  const auto added = tasks.attach(karin, check, {"plan.pdf", write("%PDF-1.7 a plan")});
  ASSERT_TRUE(added.ok());
  EXPECT_EQ(added->sha256, hex(sha256("%PDF-1.7 a plan")));
  EXPECT_EQ(added->size, 15);
  EXPECT_EQ(std::filesystem::file_size(tasks.path_of(added->id)), 15U);
  const auto what_of = [](const auto& result) { return result.ok() ? "" : result.problems()[0].what; };
  EXPECT_EQ(what_of(tasks.attach(karin, check, {"plan.pdf", write("MZ")})),
            "The file is not what its name says: it doesn’t begin as a pdf file does");
  EXPECT_EQ(what_of(tasks.attach(karin, check, {"plan.svg", write("<svg/>")})).substr(0, 22), "The file must be a PDF");
  EXPECT_EQ(what_of(tasks.attach(karin, check, {"plan.txt", write("")})), "The file is empty");
  EXPECT_EQ(what_of(tasks.attach(lena, check, {"plan.txt", write("plan")})), "There is no such task among yours.");
  EXPECT_EQ(cases.read([&](db::Connection& connection) { return documents_of(connection, started.case_id).size(); }),
            1U);
}

TEST_F(Office, ManyAreReassignedAtOnceAndItSaysWhichCouldNotBe) {
  const Started second = cases.start("permit"), third = cases.start("permit");
  const TaskId open = cases.only_task(second).id, done = cases.only_task(third).id;
  ASSERT_TRUE(tasks.complete(karin, done, kYes, "").ok());
  ASSERT_TRUE(tasks.hand_over(karin, open, {"", "Libraries"}, "Theirs").ok());
  const auto reassigned = tasks.reassign(karin, {check, open, done}, {sam.account(), ""}, "Karin’s course");
  ASSERT_TRUE(reassigned.ok());
  EXPECT_EQ(reassigned->changed, 1U);
  ASSERT_EQ(reassigned->refused.size(), 2U);
  EXPECT_EQ(reassigned->refused[0].why, "You can’t reach it any more.");
  EXPECT_EQ(task(check).assignee, sam.account());
  EXPECT_FALSE(tasks.reassign(karin, {check}, {sam.account(), ""}, "").ok());
  EXPECT_FALSE(tasks.reassign(karin, {}, {sam.account(), ""}, "Course").ok());
}

TEST_F(Office, WhoCoversDoesWhatIsTheirsAndGetsWhatIsNew) {
  const Instant now = cases.clock.now();
  ASSERT_TRUE(tasks.claim(karin, check).ok());
  ASSERT_TRUE(
      tasks.record_absence(sam, {karin.account(), lena.account(), now, now + std::chrono::days(5), "Ill"}).ok());
  lena = TestOffice::now(lena);
  EXPECT_EQ(listed(lena, TaskList::Mine), 1U);
  ASSERT_TRUE(tasks.comment(lena, check, "I look after this").ok());
  const TaskId next = cases.only_task(cases.start("permit")).id;
  ASSERT_TRUE(tasks.hand_over(sam, next, {karin.account(), ""}, "Her street").ok());
  EXPECT_EQ(task(next).assignee, lena.account());
  cases.clock.advance(std::chrono::days(5));
  lena = TestOffice::now(lena);
  EXPECT_EQ(listed(lena, TaskList::Mine), 1U) << "what came meanwhile is hers; the other is Karin’s again";
  EXPECT_EQ(what(tasks.comment(lena, check, "Still?")), "There is no such task among yours.");
}

TEST_F(Office, WhatAProcessAssignsGoesToTheCoverToo) {
  cases.publish(
      process("<startEvent id=\"s\"/><userTask id=\"t\"><humanPerformer><resourceAssignmentExpression>"
              "<formalExpression>who</formalExpression></resourceAssignmentExpression></humanPerformer>"
              "</userTask>" +
              flows("s t")));
  const auto assigned = [&] { return cases.only_task(cases.start("p", {{"who", text(karin.account())}})).assignee; };
  EXPECT_EQ(assigned(), karin.account());
  const Instant now = cases.clock.now();
  const auto absence =
      tasks.record_absence(karin, {karin.account(), sam.account(), now, now + std::chrono::days(5), "Leave"});
  ASSERT_TRUE(absence.ok());
  EXPECT_EQ(assigned(), sam.account());
  ASSERT_TRUE(tasks.end_absence(karin, absence->id).ok());
  EXPECT_EQ(assigned(), karin.account());
  EXPECT_FALSE(tasks.end_absence(karin, absence->id).ok());
}

TEST_F(Office, AbsenceOfAnotherTeamIsNotRecorded) {
  const Instant now = cases.clock.now();
  const auto absence =
      tasks.record_absence(lena, {karin.account(), karin.account(), now, now - std::chrono::days(1), ""});
  ASSERT_FALSE(absence.ok());
  std::string problems;
  for (const Problem& each : absence.problems()) problems += each.what + "|";
  EXPECT_EQ(
      problems,
      "Choose another officer as cover|The last day must not be before the first, nor in the past|This officer is "
      "in none of your teams|");
}

}  // namespace
}  // namespace guildhall::cases
