// Whole histories of cases, driven by one seed: what people, programs and clocks do, in what order, and where the program
// stops without warning. However that goes, nothing is lost and nothing happens twice.
//
// A failing seed is a number to run again: GUILDHALL_SEED=17 cases_test --gtest_filter=Simulator.*

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "bpmn/instance_codec.h"
#include "cases/impl/test_cases.h"

namespace guildhall::cases {
namespace {

struct Crash {};

// Every step of the process counts itself, so that what was left out or done twice is seen in the end.
std::string counted(const std::string& id) {
  return "<scriptTask id=\"" + id + "\"><script>{" + id + ": (if " + id + " = null then 0 else " + id +
         ") + 1}</script></scriptTask>";
}
std::string team(const std::string& name) {
  return "<potentialOwner><resourceAssignmentExpression><formalExpression>\"" + name +
         "\"</formalExpression></resourceAssignmentExpression></potentialOwner>";
}

const std::string kPermit = definitions(
    "<message id=\"m\" name=\"paid\" guildhall:correlation=\"order\"/><signal id=\"storm\" name=\"storm\"/>"
    "<process id=\"permit\"><startEvent id=\"s\"/>"
    "<serviceTask id=\"letter\" guildhall:work=\"letters\"/>" +
    counted("written") + "<parallelGateway id=\"fork\"/><userTask id=\"check\">" + team("Highways") +
    "</userTask><boundaryEvent id=\"slow\" attachedToRef=\"check\" cancelActivity=\"false\"><timerEventDefinition>"
    "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>" +
    counted("reminded") + "<endEvent id=\"told\"/>" + counted("checked") +
    "<receiveTask id=\"pay\" messageRef=\"m\" guildhall:correlation=\"order\"/>" + counted("payments") +
    "<parallelGateway id=\"join\"/>"
    "<callActivity id=\"visiting\" calledElement=\"visit\"/>" +
    counted("visited") +
    "<serviceTask id=\"copies\" guildhall:work=\"letters\"><multiInstanceLoopCharacteristics isSequential=\"false\">"
    "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></serviceTask>" +
    counted("copied") +
    "<intermediateCatchEvent id=\"rest\"><timerEventDefinition><timeDuration>PT6H</timeDuration>"
    "</timerEventDefinition></intermediateCatchEvent><endEvent id=\"e\"/>" +
    flows("s letter written fork check checked join visiting visited copies copied rest e") +
    flows("fork pay payments join") + flows("slow reminded told") +
    "</process><process id=\"visit\"><startEvent id=\"vs\"/><userTask id=\"look\">" + team("Highways") + "</userTask>" +
    counted("looked") + "<endEvent id=\"ve\"/>" + flows("vs look looked ve") + "</process>");

class Simulator {
 public:
  explicit Simulator(TestCases& cases) : cases_(cases) {}

  // Of the engine's options.
  void between_steps() {
    if (steps_to_crash_ > 0 && --steps_to_crash_ == 0) throw Crash();
  }
  Result<bpmn::Variables> write_letter(const Work& work) {
    letters_.insert(work.key);
    return bpmn::Variables{};
  }

  void run(std::uint64_t seed) {
    random_.seed(seed);
    cases_known_.clear();
    letters_.clear();
    const std::size_t count = 1 + any(3);
    for (std::size_t i = 0; i < count; ++i) {
      cases_known_.push_back({.id = CaseId::make(), .order = next_order_++});
      if (any(2) == 0) attempt([&] { open(cases_known_.back()); });
    }
    for (std::size_t moves = 10 + any(30); moves > 0; --moves) attempt([&] { move(); });
    steps_to_crash_ = 0;
    finish();
    for (const Known& known : cases_known_) look_back(known);
    look_around();
  }

 private:
  struct Known {
    CaseId id;
    std::int64_t order = 0;
    bool opened = false;  // Acknowledged.
    bool paid = false;
  };

  std::size_t any(std::size_t below) { return random_() % below; }

  // In one of four the program stops somewhere on the way, and starts again.
  template <class Do>
  void attempt(Do&& act) {
    steps_to_crash_ = any(4) == 0 ? 1 + static_cast<int>(any(12)) : 0;
    try {
      act();
    } catch (const Crash&) {
      cases_.restart();
    }
    steps_to_crash_ = 0;
  }

  void open(Known& known) {
    ASSERT_TRUE(cases_.engine()
                    .start({.id = known.id,
                            .process = "permit",
                            .version = 0,
                            .title = "A permit",
                            .variables = {{"order", number(known.order)}},
                            .start_event = {},
                            .act = {"resident", ""}})
                    .ok());
    known.opened = true;
  }

  void pay(Known& known) {
    cases_.engine().send({"paid", {{"order", number(known.order)}}, ""}, "payment-" + known.id.text());
    known.paid = true;
  }

  std::vector<Task> tasks_of_all() {
    std::vector<Task> all;
    for (const Known& known : cases_known_) {
      for (Task& task : cases_.open_tasks({.case_id = known.id, .instance = {}, .reference = {}})) all.push_back(task);
    }
    return all;
  }

  void move() {
    Known& known = cases_known_[any(cases_known_.size())];
    switch (any(6)) {
      case 0:
        return open(known);  // Perhaps again: who didn't hear the answer asks once more.
      case 1:
        return pay(known);
      case 2: {
        const auto tasks = tasks_of_all();
        if (tasks.empty()) return;
        ASSERT_TRUE(cases_.engine().complete(tasks[any(tasks.size())].id, {}, {"officer", ""}).ok());
        return;
      }
      case 3:
        cases_.clock.advance(std::chrono::minutes(any(600)));
        return;
      default:
        cases_.engine().work();
    }
  }

  // From here on everybody does what they have to, and nothing fails.
  void finish() {
    for (int rounds = 0; rounds < 100; ++rounds) {
      for (Known& known : cases_known_) {
        if (!known.opened) open(known);
        if (!known.paid) pay(known);
      }
      cases_.settle();
      for (const Task& task : tasks_of_all()) {
        ASSERT_TRUE(cases_.engine().complete(task.id, {}, {"officer", ""}).ok());
      }
      cases_.clock.advance(std::chrono::hours(1));
    }
  }

  void look_back(const Known& known) {
    const auto instances = cases_.read([&](db::Connection& connection) { return instances_of(connection, known.id); });
    ASSERT_EQ(instances.size(), 2U);  // Itself and the visit.
    const auto published = cases_.engine().definitions().version(instances[0].version).value();
    const auto instance = bpmn::decode_instance(instances[0].content, *published->process).value();
    const auto times = [&](std::string_view name) {
      for (const auto& [each, data] : instance.scopes[0].variables) {
        if (each == name && data.value().is(feel::Kind::Number)) return data.value().number().to_int64().value();
      }
      return std::int64_t{0};
    };
    EXPECT_EQ(name_of(instances[0].state), "completed");
    for (const std::string_view once : {"written", "checked", "payments", "visited", "looked", "copied"}) {
      EXPECT_EQ(times(once), 1) << once;
    }
    EXPECT_LE(times("reminded"), 1);
    for (const StoredInstance& each : instances) {
      const auto entries = cases_.read([&](db::Connection& connection) { return history_of(connection, each.id); });
      ASSERT_EQ(static_cast<std::int64_t>(entries.size()), each.number);
      for (std::size_t i = 0; i < entries.size(); ++i) EXPECT_EQ(entries[i].number, static_cast<std::int64_t>(i) + 1);
    }
    std::size_t letters = 0;
    for (const std::string& key : letters_) letters += key.starts_with(instances[0].id.text()) ? 1 : 0;
    EXPECT_EQ(letters, 4U);  // One, and three copies; each by one key however often it was tried.
  }

  void look_around() {
    const auto left = [&](std::string_view what) {
      return cases_.read([&](db::Connection& connection) {
        return connection
            .query_one("SELECT count(*) FROM " + std::string(what), {},
                       [](const db::Row& row) { return row.integer(0); })
            .value();
      });
    };
    EXPECT_EQ(left("job"), 0);
    EXPECT_EQ(left("process_wait"), 0);
    EXPECT_EQ(left("task WHERE ended_at IS NULL"), 0);
    EXPECT_EQ(left("task_team"), 0);
    EXPECT_EQ(left("council_case WHERE closed_at IS NULL"), 0);
  }

  TestCases& cases_;
  std::mt19937_64 random_;
  int steps_to_crash_ = 0;
  std::int64_t next_order_ = 1;
  std::vector<Known> cases_known_;
  std::set<std::string> letters_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulator, NothingIsLostAndNothingHappensTwice) {
  Simulator* running = nullptr;
  TestCases cases(
      {.handlers = {{"letters", [&](const Work& work) { return running->write_letter(work); }}}, .between_steps = [&] {
         if (running != nullptr) running->between_steps();
       }});
  cases.publish(kPermit);
  Simulator simulator(cases);
  running = &simulator;
  const std::uint64_t one = from_environment("GUILDHALL_SEED", 0);
  const std::uint64_t first = one != 0 ? one : 1;
  const std::uint64_t last = one != 0 ? one : from_environment("GUILDHALL_SEEDS", 1'000);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    simulator.run(seed);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace guildhall::cases
