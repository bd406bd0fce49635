#include "cases/task_store.h"

#include <gtest/gtest.h>

#include "cases/impl/test_officers.h"

namespace guildhall::cases {
namespace {

class Lists : public testing::Test, protected TestOffice {
 protected:
  std::string names(const Officer& officer, TaskList list) {
    std::string all;
    cases.read([&](db::Connection& connection) {
      for (const TaskLine& line : list_tasks(connection, officer.reach, list, cases.clock.now(), 0, 50)) {
        all += (all.empty() ? "" : " ") + line.task.name;
      }
    });
    return all;
  }
  TaskId add(const std::string& name, std::vector<std::string> teams, std::optional<int> due_in_days,
             const std::string& assignee = "") {
    Task task{.id = TaskId::make(),
              .case_id = started.case_id,
              .instance = started.instance,
              .node = 1,
              .element = "check",
              .name = name,
              .assignee = assignee,
              .teams = std::move(teams),
              .due_at = std::nullopt,
              .follow_up_at = std::nullopt,
              .created_at = cases.clock.now(),
              .ended_at = std::nullopt};
    if (due_in_days) task.due_at = cases.clock.now() + std::chrono::days(*due_in_days);
    cases.database().write([&](db::Connection& connection) { insert_task(connection, task); });
    return task.id;
  }

  Started started = cases.start("permit");  // A task of Highways, due in two days.
  Officer karin = officer("Karin", {"Highways", "Waste services"});
  Officer lena = officer("Lena", {"Libraries"});
  Officer chief{{.account = "chief", .names = {"chief"}, .covering = {}, .everywhere = true, .teams = {}}};
};

TEST_F(Lists, AreByDeadlineAndNameATaskOnce) {
  add("later", {"Highways"}, std::nullopt);
  add("both", {"Highways", "Waste services"}, 1);
  add("late", {"Waste services"}, -1, "karin.else");
  add("books", {"Libraries"}, -3);
  EXPECT_EQ(names(karin, TaskList::Team), "late both Check the form later");
  EXPECT_EQ(names(karin, TaskList::Unassigned), "both Check the form later");
  EXPECT_EQ(names(karin, TaskList::Overdue), "late");
  EXPECT_EQ(names(karin, TaskList::DueSoon), "both Check the form");
  EXPECT_EQ(names(karin, TaskList::Mine), "");
  EXPECT_EQ(names(lena, TaskList::Team), "books");
  EXPECT_EQ(names(chief, TaskList::Team), "books late both Check the form later");
  EXPECT_EQ(names(chief, TaskList::Unassigned), "books both Check the form later");
  EXPECT_EQ(listed(karin, TaskList::Team), 4U);
  EXPECT_EQ(listed(chief, TaskList::Team), 5U);
}

TEST_F(Lists, MineAreThoseOfMyNamesAndOfWhomICover) {
  add("by id", {}, 3, karin.account());
  add("by name", {}, 1, "k.lindqvist");
  karin.reach.names.push_back("k.lindqvist");
  EXPECT_EQ(names(karin, TaskList::Mine), "by name by id");
  lena.reach.covering = karin.reach.names;
  EXPECT_EQ(names(lena, TaskList::Mine), "by name by id");
}

TEST_F(Lists, ArePaged) {
  for (int i = 0; i < 7; ++i) add("task " + std::to_string(i), {i % 2 == 0 ? "Highways" : "Waste services"}, 10 + i);
  const auto page = [&](std::int64_t offset) {
    std::string all;
    cases.read([&](db::Connection& connection) {
      for (const TaskLine& line : list_tasks(connection, karin.reach, TaskList::Team, cases.clock.now(), offset, 3)) {
        all += line.task.name + "|";
      }
    });
    return all;
  };
  EXPECT_EQ(page(0), "Check the form|task 0|task 1|");
  EXPECT_EQ(page(3), "task 2|task 3|task 4|");
  EXPECT_EQ(page(6), "task 5|task 6|");
  const auto most = cases.read([&](db::Connection& connection) {
    return count_tasks(connection, karin.reach, TaskList::Team, cases.clock.now(), 5);
  });
  EXPECT_EQ(most, 5);
}

TEST_F(Lists, ACaseIsSeenByTheTeamsThatEverHadAPartInIt) {
  const auto seen = [&](const Officer& officer) {
    return cases.read([&](db::Connection& connection) {
      const bool reached = reach_case(connection, officer.reach, started.reference).has_value();
      const auto listed = list_cases(connection, officer.reach, {}, 0, 50).size();
      EXPECT_EQ(listed, reached ? 1U : 0U);
      return reached;
    });
  };
  EXPECT_TRUE(seen(karin));
  EXPECT_TRUE(seen(chief));
  EXPECT_FALSE(seen(lena));
  ASSERT_TRUE(cases.engine()
                  .complete(cases.only_task(started).id, {{"approved", bpmn::Data::of(feel::Value::boolean(true))}},
                            {karin.account(), ""})
                  .ok());
  EXPECT_TRUE(seen(karin)) << "also when it is done";
}

TEST_F(Lists, CasesAreFoundByWordsProcessAndState) {
  const auto found = [&](const CaseSearch& search) {
    return cases.read(
        [&](db::Connection& connection) { return list_cases(connection, chief.reach, search, 0, 50).size(); });
  };
  EXPECT_EQ(found({.words = "SKIP", .process = {}}), 1U);
  EXPECT_EQ(found({.words = started.reference, .process = {}}), 1U);
  EXPECT_EQ(found({.words = "%", .process = {}}), 0U);
  EXPECT_EQ(found({.words = {}, .process = "permit"}), 1U);
  EXPECT_EQ(found({.words = {}, .process = "parking"}), 0U);
  EXPECT_EQ(found({.words = {}, .process = {}, .state = CaseState::Open}), 1U);
  EXPECT_EQ(found({.words = {}, .process = {}, .state = CaseState::Closed}), 0U);
  EXPECT_EQ(found({.words = {}, .process = {}, .state = CaseState::Stuck}), 0U);
  // Without an answer the gateway can't go on.
  ASSERT_TRUE(cases.engine().complete(cases.only_task(started).id, {}, {"karin", ""}).ok());
  EXPECT_EQ(found({.words = {}, .process = {}, .state = CaseState::Stuck}), 1U);
}

}  // namespace
}  // namespace guildhall::cases
