#include "cases/change.h"

#include <gtest/gtest.h>

#include "bpmn/instance_codec.h"
#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

using bpmn::Modification;

const Act kEvans{"m.evans", "The fee has changed"};

std::string timer_on(const std::string& id, const std::string& activity, const std::string& duration) {
  return "<boundaryEvent id=\"" + id + "\" attachedToRef=\"" + activity + "\"><timerEventDefinition><timeDuration>" +
         duration + "</timeDuration></timerEventDefinition></boundaryEvent><endEvent id=\"" + id + "_end\"/>" +
         flows(id + " " + id + "_end");
}

const std::string kFirst = process(
    "<startEvent id=\"s\"/><userTask id=\"check\" name=\"Check\"/><userTask id=\"sign\"/>"
    "<endEvent id=\"e\"/>" +
    flows("s check sign e") + timer_on("late", "check", "P2D"));
const std::string kSecond = process(
    "<startEvent id=\"s\"/><userTask id=\"check_again\" name=\"Check again\"/><serviceTask id=\"post\" "
    "guildhall:work=\"letters\"/><endEvent id=\"e\"/>" +
    flows("s check_again post e") + timer_on("reminder", "check_again", "P5D"));
const NewPlan kPlan{.process = "p", .from = 1, .to = 2, .mapping = {{"check", "check_again"}}};

std::string what_of(const Problems& problems) {
  return problems[0].what;
}

struct Changing : TestCases {
  Changing() {
    publish(kFirst);
    publish(kSecond);
  }
  Started start_first() {
    return engine()
        .start({.id = CaseId::make(),
                .process = "p",
                .version = 1,
                .title = {},
                .variables = {{"x", number(1)}},
                .start_event = {},
                .act = {"m.evans", ""}})
        .value();
  }
  void complete(const Started& started) {
    ASSERT_TRUE(engine().complete(only_task(started).id, {}, {"p.okafor", ""}).ok());
  }
  std::int64_t version_of(const Started& started) {
    return engine().definitions().version(instance(started).version).value()->version.version;
  }
  HistoryEntry last_entry(const Started& started) {
    return read([&](db::Connection& connection) { return history_of(connection, started.instance).back(); });
  }
  std::int64_t count(const std::string& what) {
    return read([&](db::Connection& connection) {
      return connection.query_one("SELECT count(*) FROM " + what, {}, [](const db::Row& row) { return row.integer(0); })
          .value();
    });
  }
};

// ---- Migrating

TEST(DryRun, SaysWhatWouldHappenAndDoesNothing) {
  Changing cases;
  const Started checks = cases.start_first(), signs = cases.start_first();
  cases.complete(signs);
  const auto report = dry_run(cases.engine(), kPlan);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->migrated, 1);
  EXPECT_EQ(report->changes, (std::vector<MigrationReport::Change>{{"The timer of ‘late’ is withdrawn.", 1},
                                                                   {"The timer of ‘reminder’ is set.", 1},
                                                                   {"‘check’ becomes ‘check_again’.", 1}}));
  ASSERT_EQ(report->refused.size(), 1U);
  EXPECT_EQ(
      report->refused[0].why,
      "sign: Something waits here. There is no ‘sign’ in the new version. Map it to an element of the new version.");
  EXPECT_EQ(report->refused[0].cases, std::vector<std::string>{signs.reference});
  EXPECT_EQ(cases.version_of(checks), 1);
  EXPECT_EQ(cases.count("migration_plan"), 0);
}

TEST(DryRun, RefusesVersionsAndMappingsThatArentThere) {
  Changing cases;
  EXPECT_EQ(what_of(dry_run(cases.engine(), {"p", 1, 3, {}}).problems()), "This process has no version 3.");
  EXPECT_EQ(what_of(dry_run(cases.engine(), {"p", 2, 2, {}}).problems()), "Both are the same version.");
  EXPECT_EQ(what_of(dry_run(cases.engine(), {"p", 1, 2, {{"check", "nowhere"}}}).problems()),
            "There is no ‘nowhere’ in the new version.");
}

TEST(Migration, KeepsTheTaskWithWhoeverHasIt) {
  Changing cases;
  const Started started = cases.start_first();
  const Task before = cases.only_task(started);
  const auto report = migrate(cases.engine(), kPlan, kEvans);
  ASSERT_TRUE(report.ok()) << to_text(report.problems());
  EXPECT_EQ(report->migrated, 1);
  const Task after = cases.only_task(started);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.element, "check_again");
  EXPECT_EQ(after.name, "Check again");
  EXPECT_EQ(cases.version_of(started), 2);
  cases.complete(started);
  EXPECT_EQ(cases.engine().claim_work("letters", 10, std::chrono::seconds(30)).size(), 1U);
}

TEST(Migration, IsInTheHistoryWithItsReasonAndItsPlan) {
  Changing cases;
  const Started started = cases.start_first();
  const PlanId plan = migrate(cases.engine(), kPlan, kEvans)->plan;
  const HistoryEntry entry = cases.last_entry(started);
  EXPECT_EQ(entry.number, 2);
  EXPECT_EQ(entry.act.who, "m.evans");
  EXPECT_EQ(entry.act.why, "The fee has changed");
  EXPECT_EQ(entry.what, "migrated to version 2, plan " + plan.text());
  EXPECT_EQ(entry.version, cases.instance(started).version);
}

TEST(Migration, NeedsAReason) {
  Changing cases;
  const Started started = cases.start_first();
  EXPECT_EQ(what_of(migrate(cases.engine(), kPlan, {"m.evans", " "}).problems()),
            "Say why: it is kept in the history of each case.");
  EXPECT_EQ(cases.version_of(started), 1);
}

TEST(Migration, WithdrawsTimersThatAreGoneAndSetsThoseThatAreNew) {
  Changing cases;
  const Started started = cases.start_first();
  cases.clock.advance(std::chrono::days(1));
  ASSERT_TRUE(migrate(cases.engine(), kPlan, kEvans).ok());
  EXPECT_EQ(cases.engine().next_due(), cases.clock.now() + std::chrono::days(5));
  cases.clock.advance(std::chrono::days(5));
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s reminder reminder_end");
}

TEST(Migration, KeepsTimersThatAreMapped) {
  Changing cases;
  const Started started = cases.start_first();
  const auto due = cases.engine().next_due();
  cases.clock.advance(std::chrono::days(1));
  NewPlan plan = kPlan;
  plan.mapping["late"] = "reminder";
  ASSERT_TRUE(migrate(cases.engine(), plan, kEvans).ok());
  EXPECT_EQ(cases.engine().next_due(), due);
  cases.clock.advance(std::chrono::days(1));
  cases.settle();
  EXPECT_EQ(cases.happened(started), "s reminder reminder_end");
}

TEST(Migration, LeavesThoseThatDontFitAndTakesThemWithABetterMapping) {
  Changing cases;
  const Started checks = cases.start_first(), signs = cases.start_first();
  cases.complete(signs);
  const auto report = migrate(cases.engine(), kPlan, kEvans);
  EXPECT_EQ(report->migrated, 1);
  EXPECT_EQ(report->refused[0].instances, 1);
  EXPECT_EQ(cases.version_of(signs), 1);
  EXPECT_EQ(cases.only_task(signs).element, "sign");
  NewPlan better = kPlan;
  better.mapping["sign"] = "post";
  EXPECT_EQ(migrate(cases.engine(), better, kEvans)->migrated, 1);
  EXPECT_EQ(cases.version_of(signs), 2);
  // The kind of work has changed: nobody's task any more, but a program's.
  EXPECT_TRUE(cases.open_tasks(signs).empty());
  EXPECT_EQ(cases.engine().claim_work("letters", 10, std::chrono::seconds(30)).size(), 1U);
}

TEST(Migration, LeavesWhatHasEnded) {
  Changing cases;
  const Started ended = cases.start_first();
  ASSERT_TRUE(cases.engine().cancel(ended.case_id, {"ops", "Applied twice"}).ok());
  EXPECT_EQ(migrate(cases.engine(), kPlan, kEvans)->migrated, 0);
  EXPECT_EQ(cases.version_of(ended), 1);
}

TEST(Migration, WaitsForTheMessageOfTheNewVersion) {
  const auto waits_for = [](const std::string& message) {
    return definitions("<message id=\"m\" name=\"" + message +
                       "\"/><process id=\"p\"><startEvent id=\"s\"/><receiveTask id=\"r\" messageRef=\"m\"/>"
                       "<endEvent id=\"e\"/>" +
                       flows("s r e") + "</process>");
  };
  TestCases cases;
  cases.publish(waits_for("paid"));
  const Started started = cases.start("p");
  cases.publish(waits_for("paid in full"));
  ASSERT_TRUE(migrate(cases.engine(), {"p", 1, 2, {}}, kEvans).ok());
  cases.engine().send({"paid", {}, ""});
  cases.settle();
  EXPECT_EQ(cases.state(started), "running");
  cases.engine().send({"paid in full", {}, ""});
  cases.settle();
  EXPECT_EQ(cases.state(started), "completed");
}

TEST(Migration, KeepsWhatWasCalledAndItsCallerHearsOfIt) {
  const auto caller = [](const std::string& next) {
    return definitions(
        "<process id=\"p\"><startEvent id=\"s\"/><callActivity id=\"c\" calledElement=\"q\"/><userTask "
        "id=\"" +
        next + "\"/>" + flows("s c " + next) +
        "</process><process id=\"q\"><startEvent id=\"qs\"/><userTask id=\"qt\"/>" + flows("qs qt") + "</process>");
  };
  TestCases cases;
  cases.publish(caller("old"));
  const Started started = cases.start("p");
  cases.publish(caller("new"));
  ASSERT_TRUE(migrate(cases.engine(), {"p", 1, 2, {}}, kEvans).ok());
  const Task task = cases.only_task(started);
  EXPECT_EQ(task.element, "qt");
  ASSERT_TRUE(cases.engine().complete(task.id, {}, {"a", ""}).ok());
  EXPECT_EQ(cases.only_task(started).element, "new");
}

TEST(Migration, LetsAnIncidentBeMendedByANewVersion) {
  const auto decides = [](const std::string& condition) {
    return process("<startEvent id=\"s\"/><userTask id=\"t\"/><exclusiveGateway id=\"x\"/><endEvent id=\"e\"/>" +
                   flows("s t x") + "<sequenceFlow id=\"f\" sourceRef=\"x\" targetRef=\"e\"><conditionExpression>" +
                   condition + "</conditionExpression></sequenceFlow>");
  };
  TestCases cases;
  cases.publish(decides("aproved"));
  const Started started = cases.start("p");
  cases.publish(decides("approved"));
  ASSERT_TRUE(cases.engine()
                  .complete(cases.only_task(started).id, {{"approved", bpmn::Data::of(feel::Value::boolean(true))}},
                            {"p.okafor", ""})
                  .ok());
  ASSERT_EQ(cases.all_incidents().size(), 1U);
  ASSERT_TRUE(migrate(cases.engine(), {"p", 1, 2, {}}, kEvans).ok());
  ASSERT_TRUE(cases.engine().retry(cases.all_incidents()[0].number, {"ops", "Migrated"}).ok());
  cases.settle();
  EXPECT_EQ(cases.state(started), "completed");
}

// The program ends between any two transactions.
struct Killed {};

TEST(Migration, GoesOnWithTheRestWhereItWasInterrupted) {
  std::optional<int> lives;
  TestCases cases({.between_steps = [&] {
    if (lives && --*lives < 0) throw Killed();
  }});
  cases.publish(kFirst);
  cases.publish(kSecond);
  for (int i = 0; i < 450; ++i) {
    ASSERT_TRUE(cases.engine()
                    .start({.id = CaseId::make(),
                            .process = "p",
                            .version = 1,
                            .title = {},
                            .variables = {},
                            .start_event = {},
                            .act = {"m.evans", ""}})
                    .ok());
  }
  lives = 2;  // Before the second transaction.
  EXPECT_THROW(static_cast<void>(migrate(cases.engine(), kPlan, kEvans)), Killed);
  lives.reset();
  cases.restart();
  const auto rest = migrate(cases.engine(), kPlan, kEvans);
  EXPECT_EQ(rest->migrated, 250);
  // Under one plan, so that all can be brought back at once.
  lives = 2;
  EXPECT_THROW(static_cast<void>(undo(cases.engine(), rest->plan, kEvans)), Killed);
  lives.reset();
  EXPECT_EQ(undo(cases.engine(), rest->plan, kEvans)->migrated, 250);
  EXPECT_EQ(dry_run(cases.engine(), kPlan)->migrated, 450);
}

TEST(Migration, TakesAnInstanceAsItIsWhereSomebodyMovesItOnInBetween) {
  int steps = 0;
  std::function<void()> meanwhile;
  TestCases cases({.between_steps = [&] {
    if (meanwhile && ++steps == 1) std::exchange(meanwhile, nullptr)();
  }});
  cases.publish(kFirst);
  cases.publish(kSecond);
  std::vector<Started> started;
  for (int i = 0; i < 3; ++i) {
    started.push_back(cases.engine()
                          .start({.id = CaseId::make(),
                                  .process = "p",
                                  .version = 1,
                                  .title = {},
                                  .variables = {},
                                  .start_event = {},
                                  .act = {"m.evans", ""}})
                          .value());
  }
  const TaskId task = cases.only_task(started[1]).id;
  meanwhile = [&] { ASSERT_TRUE(cases.engine().complete(task, {}, {"p.okafor", ""}).ok()); };
  const auto report = migrate(cases.engine(), kPlan, kEvans);
  EXPECT_EQ(report->migrated, 2);
  ASSERT_EQ(report->refused.size(), 1U);
  EXPECT_EQ(report->refused[0].cases, std::vector<std::string>{started[1].reference});
  EXPECT_EQ(cases.happened(started[1]), "s check");
}

// ---- The way back

TEST(UndoingAMigration, BringsBackTimersTasksAndVersion) {
  Changing cases;
  const Started started = cases.start_first();
  const std::string content = cases.instance(started).content;
  const auto due = cases.engine().next_due();
  const Task task = cases.only_task(started);
  cases.clock.advance(std::chrono::days(1));
  const PlanId plan = migrate(cases.engine(), kPlan, kEvans)->plan;
  const auto report = undo(cases.engine(), plan, {"m.evans", "The new fee was wrong"});
  ASSERT_TRUE(report.ok()) << to_text(report.problems());
  EXPECT_EQ(report->migrated, 1);
  EXPECT_TRUE(report->refused.empty());
  EXPECT_EQ(cases.version_of(started), 1);
  EXPECT_EQ(cases.instance(started).content, content);
  EXPECT_EQ(cases.engine().next_due(), due);
  EXPECT_EQ(cases.only_task(started).id, task.id);
  EXPECT_EQ(cases.only_task(started).name, "Check");
  EXPECT_EQ(cases.last_entry(started).what, "migrated back to version 1, plan " + plan.text());
  EXPECT_EQ(cases.last_entry(started).act.why, "The new fee was wrong");
}

TEST(UndoingAMigration, LeavesThoseThatHaveMovedOn) {
  Changing cases;
  const Started stays = cases.start_first(), moves = cases.start_first();
  const PlanId plan = migrate(cases.engine(), kPlan, kEvans)->plan;
  cases.complete(moves);
  // A claim moves nothing.
  cases.database().write([&](db::Connection& connection) {
    note(connection, stays.instance, {"p.okafor", ""}, "claimed", cases.clock.now());
  });
  const auto report = undo(cases.engine(), plan, kEvans);
  EXPECT_EQ(report->migrated, 1);
  EXPECT_EQ(report->refused, (std::vector<MigrationReport::Refusal>{
                                 {"It has moved on since. Migrate it, or move it by hand.", 1, {moves.reference}}}));
  EXPECT_EQ(cases.version_of(stays), 1);
  EXPECT_EQ(cases.version_of(moves), 2);
}

TEST(UndoingAMigration, IsOfAPlanThatIsThere) {
  Changing cases;
  EXPECT_EQ(what_of(undo(cases.engine(), PlanId::make(), kEvans).problems()), "There is no such migration.");
  const Started started = cases.start_first();
  const PlanId plan = migrate(cases.engine(), kPlan, kEvans)->plan;
  EXPECT_EQ(what_of(undo(cases.engine(), plan, {"m.evans", ""}).problems()),
            "Say why: it is kept in the history of each case.");
  EXPECT_EQ(cases.version_of(started), 2);
}

TEST(UndoingAMigration, EndsItsPlanAndAnotherMayFollow) {
  Changing cases;
  const Started started = cases.start_first();
  const PlanId first = migrate(cases.engine(), kPlan, kEvans)->plan;
  ASSERT_TRUE(undo(cases.engine(), first, kEvans).ok());
  const auto again = migrate(cases.engine(), kPlan, kEvans);
  EXPECT_NE(again->plan, first);
  EXPECT_EQ(again->migrated, 1);
  // The first has nothing left to bring back.
  const auto nothing = undo(cases.engine(), first, kEvans);
  EXPECT_EQ(nothing->migrated, 0);
  EXPECT_TRUE(nothing->refused.empty());
  EXPECT_EQ(cases.version_of(started), 2);
}

TEST(UndoingAMigration, OffersTheTaskAgainThatBecameAProgramsWork) {
  Changing cases;
  const Started started = cases.start_first();
  cases.complete(started);
  NewPlan plan = kPlan;
  plan.mapping["sign"] = "post";
  const PlanId id = migrate(cases.engine(), plan, kEvans)->plan;
  ASSERT_TRUE(undo(cases.engine(), id, kEvans).ok());
  EXPECT_EQ(cases.only_task(started).element, "sign");
  EXPECT_TRUE(cases.engine().claim_work("letters", 10, std::chrono::seconds(30)).empty());
}

// ---- By hand

TEST(Modifying, GoesOnElsewhereAndIsInTheHistory) {
  Changing cases;
  const Started started = cases.start_first();
  const std::vector<Modification> acts{bpmn::Cancel{"check"}, bpmn::StartBefore{"sign"},
                                       bpmn::SetVariables{{{"x", number(2)}}}};
  ASSERT_TRUE(modify(cases.engine(), started.instance, acts, {"m.evans", "Checked on paper"}).ok());
  EXPECT_EQ(cases.only_task(started).element, "sign");
  EXPECT_EQ(cases.engine().next_due(), std::nullopt);
  const HistoryEntry entry = cases.last_entry(started);
  EXPECT_EQ(entry.what, "modified: cancelled ‘check’, started before ‘sign’, set ‘x’");
  EXPECT_EQ(entry.act.why, "Checked on paper");
  EXPECT_EQ(entry.happened, "!check#2\n+sign#3");
  cases.complete(started);
  EXPECT_EQ(cases.state(started), "completed");
}

TEST(Modifying, RefusesWhatMakesNoSenseAndChangesNothing) {
  Changing cases;
  const Started started = cases.start_first();
  const auto refused = [&](const std::vector<Modification>& acts, const Act& act) {
    return what_of(modify(cases.engine(), started.instance, acts, act).problems());
  };
  EXPECT_EQ(refused({bpmn::Cancel{"sign"}}, kEvans), "Nothing waits at ‘sign’.");
  EXPECT_EQ(refused({bpmn::Cancel{"check"}}, kEvans), "Nothing of this process would be left.");
  EXPECT_EQ(refused({}, kEvans), "There is nothing to do.");
  EXPECT_EQ(refused({bpmn::StartBefore{"sign"}}, {"m.evans", ""}), "Say why: it is kept in the history of each case.");
  EXPECT_EQ(cases.only_task(started).element, "check");
  EXPECT_EQ(cases.last_entry(started).number, 1);
  EXPECT_EQ(what_of(modify(cases.engine(), InstanceId::make(), std::vector<Modification>{bpmn::Cancel{"check"}}, kEvans)
                        .problems()),
            "There is no such process instance.");
}

TEST(Restarting, RunsAnEndedProcessAgainInItsCase) {
  Changing cases;
  const Started started = cases.start_first();
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "Withdrawn by the applicant"}).ok());
  const auto again = restart(cases.engine(), started.instance, {}, {"m.evans", "Applied again after all"});
  ASSERT_TRUE(again.ok()) << to_text(again.problems());
  EXPECT_EQ(again->case_id, started.case_id);
  EXPECT_NE(again->instance, started.instance);
  EXPECT_EQ(cases.only_task(started).element, "check");
  EXPECT_EQ(cases.only_task(started).instance, again->instance);
  const auto opened = cases.read([&](db::Connection& connection) { return find_case(connection, started.case_id); });
  EXPECT_EQ(opened->closed_at, std::nullopt);
  const auto state = bpmn::decode_instance(cases.instance(*again).content,
                                           *cases.engine().definitions().version("p", 1).value()->process);
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->scopes[0].variables[0].first, "x");
  EXPECT_EQ(cases.last_entry(*again).what, "restarted");
  EXPECT_EQ(cases.last_entry(started).what, "restarted");
  EXPECT_EQ(cases.last_entry(started).act.why, "Applied again after all");
  // The case can be cancelled once more.
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "Withdrawn again"}).ok());
  EXPECT_EQ(cases.state(*again), "terminated");
}

TEST(Restarting, BeginsWhereThePersonSaysAndByTheVersionThatTheyName) {
  Changing cases;
  const Started started = cases.start_first();
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "By mistake"}).ok());
  const auto again = restart(cases.engine(), started.instance, {.element = "post", .version = 2}, kEvans);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(cases.version_of(*again), 2);
  EXPECT_EQ(cases.engine().claim_work("letters", 10, std::chrono::seconds(30)).size(), 1U);
  EXPECT_EQ(cases.last_entry(*again).what, "restarted before ‘post’");
}

TEST(Restarting, RefusesWhatStillRuns) {
  Changing cases;
  const Started started = cases.start_first();
  const auto refused = [&](const Restart& how) {
    return what_of(restart(cases.engine(), started.instance, how, kEvans).problems());
  };
  EXPECT_EQ(refused({}), "This case still runs.");
  ASSERT_TRUE(cases.engine().cancel(started.case_id, {"ops", "By mistake"}).ok());
  EXPECT_EQ(refused({.element = "nowhere", .version = 0}), "There is no such element in this version of the process.");
  EXPECT_EQ(refused({.element = {}, .version = 9}), "This process has no version 9.");
  ASSERT_TRUE(restart(cases.engine(), started.instance, {}, kEvans).ok());
  // It has been restarted, and that runs.
  EXPECT_EQ(refused({}), "This case still runs.");
  EXPECT_EQ(cases.open_tasks(started).size(), 1U);
}

TEST(Mapping, IsReadFromJson) {
  EXPECT_EQ(mapping_from_json(R"({"check": "check_again"})").value(), (bpmn::Mapping{{"check", "check_again"}}));
  EXPECT_EQ(what_of(mapping_from_json("[1]").problems()), "The mapping is not an object of texts.");
  EXPECT_EQ(what_of(mapping_from_json(R"({"check": 1})").problems()), "The mapping is not an object of texts.");
}

}  // namespace
}  // namespace guildhall::cases
