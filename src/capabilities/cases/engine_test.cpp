#include "cases/engine.h"

#include <gtest/gtest.h>

#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

using bpmn::MessageArrived;

const std::string kApproval = process(
    "<startEvent id=\"s\"/><userTask id=\"check\" name=\"Check the form\" "
    "guildhall:dueDate=\"duration(&quot;P2D&quot;)\">"
    "<potentialOwner><resourceAssignmentExpression><formalExpression>\"Highways\"</formalExpression>"
    "</resourceAssignmentExpression></potentialOwner></userTask>"
    "<exclusiveGateway id=\"ok\"/><endEvent id=\"granted\"/><endEvent id=\"refused\"/>" +
    flows("s check ok") +
    "<sequenceFlow id=\"f1\" sourceRef=\"ok\" targetRef=\"granted\"><conditionExpression>approved</conditionExpression>"
    "</sequenceFlow><sequenceFlow id=\"f2\" sourceRef=\"ok\" targetRef=\"refused\"><conditionExpression>approved = "
    "false"
    "</conditionExpression></sequenceFlow>");

TEST(Engine, OffersATaskToItsTeamWithItsDueDate) {
  TestCases cases;
  cases.publish(kApproval);
  const Started started = cases.start("p");
  const Task task = cases.only_task(started);
  EXPECT_EQ(task.name, "Check the form");
  EXPECT_EQ(task.teams, std::vector<std::string>{"Highways"});
  EXPECT_EQ(to_iso(task.due_at.value()), "2026-01-07T09:00:00Z");
  EXPECT_EQ(cases.state(started), "running");
}

TEST(Engine, GoesOnWithWhatAnOfficerHasDecided) {
  TestCases cases;
  cases.publish(kApproval);
  const Started started = cases.start("p");
  ASSERT_TRUE(cases.engine()
                  .complete(cases.only_task(started).id, {{"approved", bpmn::Data::of(feel::Value::boolean(false))}},
                            {"p.okafor", "Too wide"})
                  .ok());
  EXPECT_EQ(cases.state(started), "completed");
  EXPECT_EQ(cases.happened(started), "s check ok refused");
  EXPECT_TRUE(cases.open_tasks(started).empty());
  const auto opened = cases.read([&](db::Connection& connection) { return find_case(connection, started.case_id); });
  EXPECT_EQ(opened->closed_at, cases.clock.now());
}

TEST(Engine, RefusesATaskThatIsDone) {
  TestCases cases;
  cases.publish(kApproval);
  const Started started = cases.start("p");
  const TaskId task = cases.only_task(started).id;
  const bpmn::Variables yes{{"approved", bpmn::Data::of(feel::Value::boolean(true))}};
  ASSERT_TRUE(cases.engine().complete(task, yes, {"p.okafor", ""}).ok());
  const auto again = cases.engine().complete(task, yes, {"p.okafor", ""});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.problems()[0].what, "This task has been done already.");
  EXPECT_EQ(cases.happened(started), "s check ok granted");
}

TEST(Engine, KeepsWhatWasDoneWhereTheProcessCantGoOn) {
  TestCases cases;
  cases.publish(kApproval);
  const Started started = cases.start("p");
  ASSERT_TRUE(cases.engine().complete(cases.only_task(started).id, {}, {"p.okafor", ""}).ok());
  const auto incidents = cases.all_incidents();
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].problem, "No condition of the exclusive gateway ‘ok’ holds, and it has no default flow.");
  EXPECT_EQ(cases.state(started), "running");
  // Still so: it stays an incident.
  ASSERT_TRUE(cases.engine().retry(incidents[0].number, {"ops", "Once more"}).ok());
  cases.settle();
  EXPECT_EQ(cases.all_incidents().size(), 1U);
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "Applied twice"}).ok());
  EXPECT_EQ(cases.state(started), "terminated");
  EXPECT_TRUE(cases.all_incidents().empty());
}

TEST(Engine, TimersComeDueAfterARestart) {
  TestCases cases;
  cases.publish(
      process("<startEvent id=\"s\"/><intermediateCatchEvent id=\"wait\"><timerEventDefinition><timeDuration>"
              "P10D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id=\"e\"/>" +
              flows("s wait e")));
  const Started started = cases.start("p");
  cases.settle();
  EXPECT_EQ(cases.engine().next_due(), cases.clock.now() + std::chrono::days(10));
  cases.restart();
  cases.clock.advance(std::chrono::days(10) - std::chrono::microseconds(1));
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s");
  cases.clock.advance(std::chrono::microseconds(1));
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s wait e");
  EXPECT_EQ(cases.engine().next_due(), std::nullopt);
}

TEST(Engine, ATimerOnATaskGoesWithTheTask) {
  TestCases cases;
  cases.publish(
      process("<startEvent id=\"s\"/><userTask id=\"t\"/><endEvent id=\"e\"/><boundaryEvent id=\"late\" "
              "attachedToRef=\"t\"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
              "</boundaryEvent><endEvent id=\"lost\"/>" +
              flows("s t e") + flows("late lost")));
  const Started in_time = cases.start("p"), late = cases.start("p");
  ASSERT_TRUE(cases.engine().complete(cases.only_task(in_time).id, {}, {"a", ""}).ok());
  cases.clock.advance(std::chrono::days(2));
  cases.settle();
  EXPECT_EQ(cases.happened(in_time), "s t e");
  EXPECT_EQ(cases.happened(late), "s late lost");
  EXPECT_TRUE(cases.open_tasks(late).empty());
  EXPECT_EQ(cases.engine().next_due(), std::nullopt);
}

// ---- Messages and signals

const std::string kWaits = process(
    "<startEvent id=\"s\"/><receiveTask id=\"paid\" messageRef=\"m\" guildhall:correlation=\"order\"/><endEvent "
    "id=\"e\"/>" +
    flows("s paid e"));
const std::string kWaitsForItsOwn =
    definitions("<message id=\"m\" name=\"paid\" guildhall:correlation=\"order\"/>" +
                kWaits.substr(kWaits.find("<process"), kWaits.rfind("</definitions>") - kWaits.find("<process")));

TEST(Engine, AMessageFindsTheCaseThatItIsAbout) {
  TestCases cases;
  cases.publish(kWaitsForItsOwn);
  const Started first = cases.start("p", {{"order", number(1)}}), second = cases.start("p", {{"order", number(2)}});
  cases.engine().send({"paid", {{"order", number(2)}}, ""});
  cases.settle();
  EXPECT_EQ(cases.state(first), "running");
  EXPECT_EQ(cases.state(second), "completed");
}

TEST(Engine, AMessageWaitsForItsReceiver) {
  TestCases cases;
  cases.publish(kWaitsForItsOwn);
  cases.engine().send({"paid", {{"order", number(7)}}, ""});
  cases.settle();
  const Started started = cases.start("p", {{"order", number(7)}});
  cases.settle();
  EXPECT_EQ(cases.state(started), "completed");
}

TEST(Engine, ASignalReachesAllWhoWait) {
  TestCases cases;
  cases.publish(
      definitions("<signal id=\"g\" name=\"go\"/><process id=\"p\"><startEvent id=\"s\"/><intermediateCatchEvent "
                  "id=\"w\"><signalEventDefinition signalRef=\"g\"/></intermediateCatchEvent><endEvent id=\"e\"/>" +
                  flows("s w e") + "</process>"));
  const Started first = cases.start("p"), second = cases.start("p");
  cases.engine().broadcast("go");
  cases.settle();
  EXPECT_EQ(cases.state(first) + " " + cases.state(second), "completed completed");
}

TEST(Engine, AMessageBeginsACase) {
  TestCases cases;
  cases.publish(
      definitions("<message id=\"m\" name=\"applied\"/><process id=\"p\" name=\"Permit\"><startEvent "
                  "id=\"s\"><messageEventDefinition messageRef=\"m\"/></startEvent><userTask id=\"t\"/>" +
                  flows("s t") + "</process>"));
  cases.engine().send({"applied", {{"street", text("High Street")}}, ""});
  cases.settle();
  EXPECT_EQ(cases.read([](db::Connection& connection) {
    return connection.query_one("SELECT count(*) FROM task", {}, [](const db::Row& row) { return row.integer(0); });
  }),
            1);
}

TEST(Engine, ATimerBeginsCasesAgainAndAgain) {
  TestCases cases;
  const auto begun = [&] {
    return cases.read([](db::Connection& connection) {
      return connection
          .query_one("SELECT count(*) FROM council_case", {}, [](const db::Row& row) { return row.integer(0); })
          .value();
    });
  };
  const auto every = [&](const std::string& cycle) {
    return process("<startEvent id=\"s\"><timerEventDefinition><timeCycle>" + cycle +
                   "</timeCycle></timerEventDefinition></startEvent><userTask id=\"t\"/>" + flows("s t"));
  };
  cases.publish(every("R/P1D"));
  cases.clock.advance(std::chrono::days(2));
  cases.settle();
  EXPECT_EQ(begun(), 2);
  // A new version begins by its own timer, and no longer by that of the old one.
  cases.publish(every("R/P7D"));
  cases.clock.advance(std::chrono::days(7));
  cases.settle();
  EXPECT_EQ(begun(), 3);
}

// ---- Calls

const std::string kCaller = definitions(
    "<process id=\"p\"><startEvent id=\"s\"/><callActivity id=\"c\" calledElement=\"q\"/><endEvent id=\"e\"/>" +
    flows("s c e") + "</process><process id=\"q\"><startEvent id=\"qs\"/><userTask id=\"qt\"/><endEvent id=\"qe\"/>" +
    flows("qs qt qe") + "</process>");

TEST(Engine, ACalledProcessIsPartOfTheCase) {
  TestCases cases;
  cases.publish(kCaller);
  const Started started = cases.start("p");
  const Task task = cases.only_task(started);
  EXPECT_NE(task.instance, started.instance);
  ASSERT_TRUE(cases.engine().complete(task.id, {{"found", number(3)}}, {"a", ""}).ok());
  EXPECT_EQ(cases.happened(started), "s c e");
  EXPECT_EQ(cases.state(started), "completed");
}

TEST(Engine, WhatWasCalledStopsWithItsCaller) {
  TestCases cases;
  cases.publish(kCaller);
  const Started started = cases.start("p");
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "Not needed"}).ok());
  EXPECT_TRUE(cases.open_tasks(started).empty());
  for (const StoredInstance& each :
       cases.read([&](db::Connection& connection) { return instances_of(connection, started.case_id); })) {
    EXPECT_EQ(name_of(each.state), "terminated");
  }
}

// ---- Work of programs

const std::string kService =
    process("<startEvent id=\"s\"/><serviceTask id=\"post\" guildhall:work=\"letters\"/><endEvent id=\"e\"/>" +
            flows("s post e"));

TEST(Engine, WorkIsDoneByAProgramThatClaimsIt) {
  TestCases cases;
  cases.publish(kService);
  const Started started = cases.start("p");
  EXPECT_TRUE(cases.engine().claim_work("parcels", 10, std::chrono::seconds(30)).empty());
  const auto work = cases.engine().claim_work("letters", 10, std::chrono::seconds(30));
  ASSERT_EQ(work.size(), 1U);
  // Nobody else gets it while the claim holds.
  EXPECT_TRUE(cases.engine().claim_work("letters", 10, std::chrono::seconds(30)).empty());
  ASSERT_TRUE(cases.engine().complete_work(work[0].job, work[0].claim, {{"posted", number(1)}}).ok());
  EXPECT_EQ(cases.state(started), "completed");
}

TEST(Engine, AClaimThatEndsGivesTheSameWorkToAnother) {
  TestCases cases;
  cases.publish(kService);
  const Started started = cases.start("p");
  const auto first = cases.engine().claim_work("letters", 10, std::chrono::seconds(30));
  cases.clock.advance(std::chrono::seconds(31));
  const auto second = cases.engine().claim_work("letters", 10, std::chrono::seconds(30));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(first[0].key, second[0].key);
  EXPECT_EQ(second[0].attempts, 2);
  const auto late = cases.engine().complete_work(first[0].job, first[0].claim, {});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.problems()[0].what, "This work is no longer yours.");
  EXPECT_EQ(cases.state(started), "running");
  EXPECT_TRUE(cases.engine().complete_work(second[0].job, second[0].claim, {}).ok());
}

TEST(Engine, WorkThatFailsIsTriedAgainAndThenAnIncident) {
  int tries = 0;
  bool mended = false;
  TestCases cases({.retry_after = {std::chrono::seconds(10), std::chrono::seconds(60)},
                   .handlers = {{"letters", [&](const Work&) -> Result<bpmn::Variables> {
                                   ++tries;
                                   if (!mended) return Problem{"The printer is out of paper.", "", "Fill it."};
                                   return bpmn::Variables{};
                                 }}}});
  cases.publish(kService);
  const Started started = cases.start("p");
  cases.settle();
  EXPECT_EQ(tries, 1);
  cases.clock.advance(std::chrono::seconds(10));
  cases.settle();
  EXPECT_EQ(tries, 2);
  cases.clock.advance(std::chrono::seconds(60));
  cases.settle();
  cases.clock.advance(std::chrono::days(1));
  cases.settle();
  EXPECT_EQ(tries, 3);
  const auto incidents = cases.all_incidents();
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].problem, "The printer is out of paper. Fill it.");
  mended = true;
  ASSERT_TRUE(cases.engine().retry(incidents[0].number, {"ops", "Filled it"}).ok());
  cases.settle();
  EXPECT_EQ(cases.state(started), "completed");
}

}  // namespace
}  // namespace guildhall::cases
