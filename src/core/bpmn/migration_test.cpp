#include "bpmn/migration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "bpmn/test_instance.h"

namespace guildhall::bpmn {
namespace {

using std::chrono::hours;

// Migrates; what was refused otherwise: "check: Something waits here. …".
std::string migrate_to(TestInstance& instance, std::string_view version, const Mapping& mapping = {}) {
  const auto to = definitions_of(version);
  const auto plan = plan_migration(*instance.process, to->processes[0], mapping);
  const auto refused = [](const Problems& problems) {
    std::string text;
    for (const Problem& each : problems) text += (text.empty() ? "" : "\n") + each.where + ": " + each.what;
    return text;
  };
  if (!plan.ok()) return refused(plan.problems());
  auto step = migrate(*plan, *instance.process, to->processes[0], instance.state, instance.now);
  if (!step.ok()) return refused(step.problems());
  instance.take(std::move(step), to);
  return "migrated";
}

// ---- Planning

std::string planned(std::string_view from, std::string_view to, const Mapping& mapping) {
  const auto old_version = definitions_of(from);
  const auto new_version = definitions_of(to);
  const auto plan = plan_migration(old_version->processes[0], new_version->processes[0], mapping);
  if (!plan.ok()) return plan.problems()[0].where + ": " + plan.problems()[0].what;
  std::string text;
  for (std::size_t i = 0; i < plan->nodes.size(); ++i) {
    if (plan->nodes[i] == kNone) continue;
    text += (text.empty() ? "" : " ") + old_version->processes[0].nodes[i].id + ">" +
            new_version->processes[0].nodes[plan->nodes[i]].id;
  }
  return text;
}

TEST(PlanMigration, MapsElementsOfTheSameIdAndKind) {
  EXPECT_EQ(planned("start s; user a; end e; s > a > e", "start s; user a; user b; end f; s > a > b > f", {}),
            "s>s a>a");
  EXPECT_EQ(planned("start s; user a; s > a", "start s; catch a timer:PT1H; s > a", {}), "s>s");
}

TEST(PlanMigration, MapsAsThePersonSays) {
  EXPECT_EQ(planned("start s; user a; s > a", "start s; user b; s > b", {{"a", "b"}}), "s>s a>b");
  // Two may become one.
  EXPECT_EQ(planned("start s; user a; user b; s > a > b", "start s; user b; s > b", {{"a", "b"}}), "s>s a>b b>b");
}

TEST(PlanMigration, RefusesAMappingOfElementsThatArentThere) {
  const std::string from = "start s; user a; s > a";
  EXPECT_EQ(planned(from, from, {{"z", "a"}}), "z: There is no ‘z’ in the version that instances come from.");
  EXPECT_EQ(planned(from, from, {{"a", "z"}}), "a: There is no ‘z’ in the new version.");
  EXPECT_EQ(planned(from, from, {{"s_a", "z"}}), "s_a: There is no sequence flow ‘z’ in the new version.");
}

TEST(PlanMigration, RefusesAMappingToAnotherKind) {
  const std::string from = "start s; user a; s > a";
  EXPECT_EQ(planned(from, "start s; catch c timer:PT1H; s > c", {{"a", "c"}}),
            "a: What is at a userTask can't go to ‘c’: it is a intermediateCatchEvent.");
  EXPECT_EQ(planned(from, "start s; script c; s > c", {{"a", "c"}}), "a: Nothing waits at ‘c’: it is a scriptTask.");
  EXPECT_EQ(planned(from,
                    "start s; user c <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                    "</multiInstanceLoopCharacteristics>; s > c",
                    {{"a", "c"}}),
            "a: ‘a’ is done once, ‘c’ is done by several instances at once.");
}

TEST(PlanMigration, RefusesToLeaveASubProcess) {
  EXPECT_EQ(planned("start s; sub x {\n start i; user a; i > a\n}\n s > x",
                    "start s; sub x {\n start i; user b; i > b\n}\n user a; s > x > a", {{"a", "a"}}),
            "a: ‘a’ stands outside the sub-process that it would have to be in.");
}

// ---- Tokens

TEST(Migrate, KeepsATaskOpenWhereItsKindIsTheSame) {
  TestInstance instance("start s; user check; end e; s > check > e");
  const Id id = instance.id_at("check");
  EXPECT_EQ(migrate_to(instance, "start s; user check_again; user sign; end e; s > check_again > sign > e",
                       {{"check", "check_again"}}),
            "migrated");
  EXPECT_EQ(instance.id_at("check_again"), id);
  EXPECT_EQ(instance.asks(), "");
  instance.complete("check_again");
  EXPECT_EQ(instance.stands(), "sign");
}

TEST(Migrate, RequestsWorkAnewWhereItsKindHasChanged) {
  TestInstance instance("start s; user check; end e; s > check > e");
  const Id id = instance.id_at("check");
  EXPECT_EQ(migrate_to(instance, "start s; service check; end e; s > check > e"), "migrated");
  EXPECT_EQ(instance.asks(), "withdraw check; request check");
  EXPECT_EQ(instance.id_at("check"), id);
}

TEST(Migrate, RefusesATokenWhoseElementIsGone) {
  TestInstance instance("start s; user check; end e; s > check > e");
  EXPECT_EQ(migrate_to(instance, "start s; user other; end e; s > other > e"),
            "check: Something waits here. There is no ‘check’ in the new version.");
  EXPECT_EQ(migrate_to(instance, "start s; script check; end e; s > check > e"),
            "check: Something waits here. Nothing waits at ‘check’: it is a scriptTask.");
  EXPECT_EQ(instance.stands(), "check");
}

TEST(Migrate, LetsAnElementGoAtWhichNothingWaits) {
  TestInstance instance("start s; user a; user b; end e; s > a > b > e");
  EXPECT_EQ(migrate_to(instance, "start s; user a; end e; s > a > e"), "migrated");
  instance.complete("a");
  EXPECT_EQ(instance.stands(), "ended");
}

TEST(Migrate, RefusesWhatHasEnded) {
  TestInstance instance("start s; end e; s > e");
  EXPECT_EQ(migrate_to(instance, "start s; end e; s > e"), ": This process has ended.");
}

TEST(Migrate, ReceivesAnotherMessageInsteadOfWork) {
  TestInstance instance("start s; user a; end e; s > a > e");
  EXPECT_EQ(migrate_to(instance, "start s; receive a message:paid; end e; s > a > e"), "migrated");
  EXPECT_EQ(instance.asks(), "withdraw a");
  EXPECT_EQ(instance.expects(), "message:paid");
  EXPECT_EQ(migrate_to(instance, "start s; receive a message:refunded; end e; s > a > e"), "migrated");
  EXPECT_EQ(instance.expects(), "message:refunded");
  instance.message("paid");
  EXPECT_EQ(instance.stands(), "a");
  EXPECT_EQ(migrate_to(instance, "start s; user a; end e; s > a > e"), "migrated");
  EXPECT_EQ(instance.expects(), "");
  EXPECT_EQ(instance.asks(), "withdraw a; request a");
  instance.message("refunded");
  EXPECT_EQ(instance.stands(), "a");
}

// ---- Events

TEST(Migrate, KeepsATimerDueWhenItWas) {
  TestInstance instance("start s; user a; boundary late on:a timer:P2D; end e; s > a > e; late > e");
  EXPECT_EQ(instance.expects(), "late@2026-01-07T09:00:00Z");
  instance.now += hours(24);
  EXPECT_EQ(migrate_to(instance, "start s; user b; boundary too_late on:b timer:P9D; end e; s > b > e; too_late > e",
                       {{"a", "b"}, {"late", "too_late"}}),
            "migrated");
  EXPECT_EQ(instance.expects(), "too_late@2026-01-07T09:00:00Z");
  EXPECT_EQ(instance.asks(), "");
}

TEST(Migrate, SetsTheTimerOfANewEventFromNow) {
  TestInstance instance("start s; user a; end e; s > a > e");
  instance.now += hours(24);
  EXPECT_EQ(migrate_to(instance, "start s; user a; boundary late on:a timer:P2D; end e; s > a > e; late > e"),
            "migrated");
  EXPECT_EQ(instance.asks(), "timer late 2026-01-08T09:00:00Z");
}

TEST(Migrate, NoLongerWaitsForATimerThatIsGoneAndKeepsTheOthersPlaces) {
  TestInstance instance(
      "start s; user a; boundary b1 on:a timer:P1D; boundary b2 on:a timer:P2D nonint; end e; script late; "
      "s > a > e; b1 > e; b2 > late");
  const Expectation first = expectations(*instance.process, instance.state)[0];
  const Expectation second = expectations(*instance.process, instance.state)[1];
  EXPECT_EQ(migrate_to(instance,
                       "start s; user a; boundary b2 on:a timer:P2D nonint; end e; script late; s > a > e; b2 > late"),
            "migrated");
  EXPECT_EQ(instance.expects(), "b2@2026-01-07T09:00:00Z");
  instance.happen(TimerDue{first.instance, first.wait});
  EXPECT_EQ(instance.effects.size(), 0U);
  instance.happen(TimerDue{second.instance, second.wait});
  EXPECT_EQ(instance.expects(), "");
  EXPECT_EQ(instance.stands(), "a");
  EXPECT_FALSE(instance.effects.empty());
}

TEST(Migrate, SetsTimersAgainWhereTheirTaskIsWithdrawn) {
  TestInstance instance("start s; user a; boundary late on:a timer:P2D; end e; s > a > e; late > e");
  EXPECT_EQ(migrate_to(instance, "start s; service a; boundary late on:a timer:P2D; end e; s > a > e; late > e"),
            "migrated");
  EXPECT_EQ(instance.asks(), "withdraw a; timer late 2026-01-07T09:00:00Z; request a");
}

TEST(Migrate, DoesntSetATimerAgainThatHasBeen) {
  const std::string text = "start s; user a; boundary late on:a timer:P2D nonint; end e; script x; s > a > e; late > x";
  TestInstance instance(text);
  instance.now += hours(48);
  instance.happen(TimerDue{instance.id_at("a"), 0});
  EXPECT_EQ(migrate_to(instance, text), "migrated");
  EXPECT_EQ(instance.asks(), "");
}

TEST(Migrate, WaitsForMessagesAndSignalsByTheirNewNames) {
  TestInstance instance("start s; events g; catch m message:m; catch i signal:i; end e; s > g; g > m > e; g > i > e");
  EXPECT_EQ(migrate_to(instance,
                       "start s; events g; catch m message:n; catch i signal:j; catch t timer:PT1H; end e; s > g; g > "
                       "m > e; g > i > e; g > t > e"),
            "migrated");
  EXPECT_EQ(instance.expects(), "message:n signal:j t@2026-01-05T10:00:00Z");
  instance.message("n");
  EXPECT_EQ(instance.stands(), "ended");
}

TEST(Migrate, AsksANewConditionAtOnce) {
  TestInstance instance("start s; catch c condition:(x > 5); end e; s > c > e", {{"x", number(3)}});
  EXPECT_EQ(migrate_to(instance, "start s; catch c condition:(x > 4); end e; s > c > e"), "migrated");
  EXPECT_EQ(instance.stands(), "c");
  EXPECT_EQ(migrate_to(instance, "start s; catch c condition:(x > 2); user a; end e; s > c > a > e"), "migrated");
  EXPECT_EQ(instance.stands(), "a");
}

TEST(Migrate, WaitsForEventSubProcessesAsTheNewVersionHasThem) {
  const std::string with =
      "start s; user a; end e; s > a > e; eventsub x {\n start stop message:stop; end xe; stop > xe\n}";
  const std::string without = "start s; user a; end e; s > a > e";
  TestInstance instance(without);
  EXPECT_EQ(migrate_to(instance, with), "migrated");
  EXPECT_EQ(instance.expects(), "message:stop");
  EXPECT_EQ(migrate_to(instance, without), "migrated");
  EXPECT_EQ(instance.expects(), "");
  EXPECT_EQ(instance.stands(), "a");
}

// ---- Gateways

const std::string kFork = "start s; and f; user a; user b; and j; end e; s > f; f > a > j; f > b > j; j > e";

TEST(Migrate, BringsTokensAtAJoinToTheFlowOfTheSameId) {
  TestInstance instance(kFork);
  instance.complete("b");
  EXPECT_EQ(instance.stands(), "a j[0,1]");
  EXPECT_EQ(migrate_to(instance,
                       "start s; and f; user a; user b; user c; and j; end e; s > f; f > c > j; f > b > j; f > a > j; "
                       "j > e"),
            "migrated");
  EXPECT_EQ(instance.stands(), "a j[0,1,0]");
}

TEST(Migrate, BringsTokensAtAJoinToTheFlowBetweenTheSameElements) {
  TestInstance instance(kFork);
  instance.complete("b");
  EXPECT_EQ(migrate_to(instance, "start s; and f; user a; user c; and k; end e; s > f; f > a > k; f > c > k; k > e",
                       {{"b", "c"}, {"j", "k"}}),
            "migrated");
  EXPECT_EQ(instance.stands(), "a k[0,1]");
  instance.complete("a");
  EXPECT_EQ(instance.stands(), "ended");
}

TEST(Migrate, RefusesATokenAtAJoinWhoseFlowIsGoneUnlessItIsMapped) {
  TestInstance instance(kFork);
  instance.complete("b");
  const std::string to = "start s; and f; user a; user c; and j; end e; s > f; f > a > j; f > c > j; j > e";
  EXPECT_EQ(migrate_to(instance, to),
            "b_j: A token has come to ‘j’ by a sequence flow that the new version doesn't have.");
  EXPECT_EQ(migrate_to(instance, to, {{"b_j", "c_j"}}), "migrated");
  EXPECT_EQ(instance.stands(), "a j[0,1]");
}

TEST(Migrate, GoesOnAtAJoinThatNowHasAllItsTokens) {
  TestInstance instance(
      "start s; and f; user a; user b; user c; and j; end e; user d; "
      "s > f; f > a > j; f > b > j; f > c; j > d > e");
  instance.complete("a");
  EXPECT_EQ(migrate_to(instance,
                       "start s; and f; user a; user b; user c; and j; end e; user d; "
                       "s > f; f > a > j; f > b > d; f > c; j > d > e"),
            "migrated");
  EXPECT_EQ(instance.stands(), "b c d");
}

// ---- Sub-processes

TEST(Migrate, OpensASubProcessAroundWhatStandsInItNow) {
  TestInstance instance("start s; and f; user a; user b; end e; s > f; f > a > e; f > b > e");
  EXPECT_EQ(migrate_to(instance,
                       "start s; sub x {\n start i; and f; user a; user b; end ie; i > f; f > a > ie; f > b > ie\n}\n "
                       "boundary late on:x timer:P1D; end e; user z; s > x > e; late > z"),
            "migrated");
  EXPECT_EQ(instance.stands(), "x/a x/b x");
  EXPECT_EQ(instance.asks(), "timer late 2026-01-06T09:00:00Z");
  instance.complete("a");
  instance.complete("b");
  EXPECT_EQ(instance.stands(), "ended");
}

TEST(Migrate, KeepsWhatRunsInASubProcessThatIsMapped) {
  TestInstance instance("start s; sub x {\n start i; user a; i > a\n}\n s > x");
  EXPECT_EQ(migrate_to(instance, "start s; sub y {\n start i; user a; user b; i > a > b\n}\n s > y", {{"x", "y"}}),
            "migrated");
  EXPECT_EQ(instance.stands(), "y y/a");
  instance.complete("a");
  EXPECT_EQ(instance.stands(), "y y/b");
}

TEST(Migrate, RefusesASubProcessThatIsGone) {
  TestInstance instance("start s; sub x {\n start i; user a; i > a\n}\n s > x");
  EXPECT_EQ(migrate_to(instance, "start s; user a; s > a"),
            "a: Something waits here. It stands in ‘x’, which has no place in the new version.\n"
            "x: Something waits here. There is no ‘x’ in the new version.");
}

TEST(Migrate, CantBeginOneOfSeveralInstancesInItsMiddle) {
  TestInstance instance("start s; user a; end e; s > a > e");
  EXPECT_EQ(migrate_to(instance,
                       "start s; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                       "</multiInstanceLoopCharacteristics>\n start i; user a; i > a\n}\n end e; s > x > e"),
            "a: Something waits here. ‘a’ stands in ‘x’, which can't be begun in its middle.");
}

TEST(Migrate, GoesOnWithALoopWhereItIs) {
  const std::string several =
      " <multiInstanceLoopCharacteristics isSequential=\"true\"><loopCardinality>3</loopCardinality>"
      "</multiInstanceLoopCharacteristics>; ";
  TestInstance instance("start s; user a" + several + "end e; s > a > e");
  instance.complete("a");
  EXPECT_EQ(migrate_to(instance, "start s; user b" + several + "end e; s > b > e", {{"a", "b"}}), "migrated");
  instance.complete("b");
  EXPECT_EQ(instance.stands(), "b");
  instance.complete("b");
  EXPECT_EQ(instance.stands(), "ended");
}

// ---- Compensation

const std::string kBooked =
    "start s; service book; boundary undo on:book compensate; service cancel isForCompensation=true; undo undo cancel; "
    "user a; throw t compensate; end e; s > book > a > t > e";

TEST(Migrate, UndoesAsTheNewVersionSays) {
  TestInstance instance(kBooked);
  instance.complete("book");
  EXPECT_EQ(migrate_to(instance,
                       "start s; service reserve; boundary undo on:reserve compensate; service release "
                       "isForCompensation=true; undo undo release; user a; throw t compensate; end e; s > reserve > a "
                       "> t > e",
                       {{"book", "reserve"}}),
            "migrated");
  instance.complete("a");
  EXPECT_EQ(instance.asks(), "withdraw #3; request release");
}

TEST(Migrate, RefusesWhatIsDoneAndCouldNoLongerBeUndone) {
  TestInstance instance(kBooked);
  instance.complete("book");
  EXPECT_EQ(migrate_to(instance, "start s; user a; end e; s > a > e"),
            "book: It is done, and can be undone. There is no ‘book’ in the new version.");
  EXPECT_EQ(migrate_to(instance, "start s; service book; user a; end e; s > book > a > e"),
            "book: It is done, and can be undone. Nothing undoes ‘book’ in the new version.");
}

// ---- Data

TEST(Migrate, HasTheDataObjectsOfTheNewVersion) {
  TestInstance instance("start s; user a; s > a", {{"x", number(1)}});
  EXPECT_EQ(migrate_to(instance, "data x; data y; start s; user a; s > a"), "migrated");
  const Variables& variables = instance.state.scopes[0].variables;
  ASSERT_EQ(variables.size(), 2U);
  EXPECT_EQ(feel::to_text(variables[0].second.value()), "1");
  EXPECT_EQ(variables[1].first, "y");
  EXPECT_TRUE(variables[1].second.value().null());
}

TEST(Migrate, RefusesWhereTheNewVersionFailsAtOnce) {
  TestInstance instance("start s; user a; s > a");
  EXPECT_EQ(migrate_to(instance, "start s; user a; boundary late on:a timer:(due); end e; s > a > e; late > e"),
            ": The timer of ‘late’ doesn't give a moment or a duration: null.");
}

// ---- The way back

TEST(UndoMigration, BringsBackTimersAndTasks) {
  const std::string from = "start s; user a; boundary late on:a timer:P2D; end e; s > a > e; late > e";
  TestInstance instance(from);
  const ProcessInstance before = instance.state;
  const auto old_version = instance.file;
  instance.now += hours(24);
  ASSERT_EQ(migrate_to(instance, "start s; service a; end e; s > a > e"), "migrated");
  EXPECT_EQ(instance.expects(), "");
  instance.now += hours(1);
  instance.take(undo_migration(old_version->processes[0], *instance.process, before, instance.state, instance.now),
                old_version);
  EXPECT_EQ(encode(instance.state), encode(before));
  EXPECT_EQ(instance.asks(), "withdraw a; request a; timer late 2026-01-07T09:00:00Z");
}

TEST(UndoMigration, ClosesWhatWasOpened) {
  TestInstance instance("start s; user a; end e; s > a > e");
  const ProcessInstance before = instance.state;
  const auto old_version = instance.file;
  ASSERT_EQ(migrate_to(instance,
                       "start s; sub x {\n start i; user a; i > a\n}\n boundary late on:x timer:P1D; end e; "
                       "s > x > e; late > e"),
            "migrated");
  const Id opened = instance.id_at("x");
  instance.take(undo_migration(old_version->processes[0], *instance.process, before, instance.state, instance.now),
                old_version);
  EXPECT_EQ(instance.stands(), "a");
  EXPECT_EQ(instance.asks(), "withdraw #" + std::to_string(opened));
  EXPECT_GT(instance.state.last_id, before.last_id);
}

// ---- Whatever has happened

// Processes in which most of what can wait does.
const std::vector<std::string> kExamples{
    kFork,
    kBooked,
    "start s; user a; boundary b1 on:a timer:R3/PT1H nonint; boundary b2 on:a message:m nonint; script x; script y; "
    "end "
    "e; s > a > e; b1 > x; b2 > y",
    "start s; events g; catch m message:m; catch i signal:i; receive r message:r; catch t timer:PT2H; user a; xor x; "
    "s > x > g; g > m > a; g > i > a; g > r > a; g > t > a; a > x",
    "start s; sub x {\n start i; and f; user a; user b; or j; user c; end ie; i > f; f > a > j; f > b > j; j > c > "
    "ie\n eventsub v {\n start vs message:m nonint; user va; vs > va\n}\n}\n boundary late on:x timer:P1D; user z; s > "
    "x > z; late > z",
    "start s; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
    "</multiInstanceLoopCharacteristics>\n start i; user a; boundary l on:a signal:i; catch c timer:PT1H; i > a > c; l "
    "> c\n}\n boundary stop on:x message:m; end e; user z; s > x > z; stop > z",
    "start s; user a <standardLoopCharacteristics loopMaximum=\"4\"/>; catch c condition:(n > 3); user b; s > a > c > "
    "b",
    "start s; transaction x {\n start i; service a; boundary u on:a compensate; service ua isForCompensation=true; "
    "undo "
    "u ua; user b; xor g; end stop cancel; end ok; i > a > b > g; g > stop if n > 2; g > ok default\n}\n boundary "
    "cancelled on:x cancel; user z; user y; s > x > z; cancelled > y",
};

// Something that can happen to the instance now. What happens: nothing where nothing can.
std::optional<Event> happen_at_random(TestInstance& instance, std::mt19937& random) {
  std::vector<Event> possible;
  for (const NodeInstance& each : instance.state.nodes) {
    const NodeType type = instance.process->nodes[each.node].type;
    if (each.scope_events || each.is_loop || each.state != NodeInstance::State::Active) continue;
    if (type == NodeType::UserTask || type == NodeType::ServiceTask) {
      possible.emplace_back(Completed{each.id, {{"n", number(static_cast<std::int64_t>(random() % 6))}}});
    }
  }
  for (const Expectation& each : expectations(*instance.process, instance.state)) {
    if (each.kind == Expectation::Kind::Timer) possible.emplace_back(TimerDue{each.instance, each.wait});
    if (each.kind == Expectation::Kind::Message) {
      possible.emplace_back(MessageArrived{std::string(each.name), {}, ""});
    }
    if (each.kind == Expectation::Kind::Signal) possible.emplace_back(SignalArrived{std::string(each.name)});
  }
  instance.effects.clear();
  if (possible.empty()) return std::nullopt;
  instance.now += std::chrono::minutes(random() % 90);
  const Event event = possible[random() % possible.size()];
  instance.happen(event);
  return event;
}

TEST(Migrate, ToAnIdenticalVersionAndBackIsTheIdentity) {
  int migrated = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string& text = kExamples[seed % kExamples.size()];
    TestInstance instance(text, {{"n", number(0)}});
    const auto copy = definitions_of(text);
    for (int i = 0; i < 12 && instance.state.state == ProcessInstance::State::Running; ++i) {
      const std::string before = encode(instance.state);
      const Instant later = instance.now + hours(1);
      const auto there = plan_migration(*instance.process, copy->processes[0], {});
      ASSERT_TRUE(there.ok());
      const auto step = migrate(*there, *instance.process, copy->processes[0], instance.state, later);
      ASSERT_TRUE(step.ok()) << to_text(step.problems());
      EXPECT_EQ(encode(step->next), before);
      EXPECT_TRUE(step->effects.empty());
      const auto back = plan_migration(copy->processes[0], *instance.process, {});
      const auto again = migrate(*back, copy->processes[0], *instance.process, step->next, later);
      ASSERT_TRUE(again.ok()) << to_text(again.problems());
      EXPECT_EQ(encode(again->next), before);
      const auto undone = undo_migration(*instance.process, copy->processes[0], instance.state, step->next, later);
      ASSERT_TRUE(undone.ok());
      EXPECT_EQ(encode(undone->next), before);
      EXPECT_TRUE(undone->effects.empty());
      ++migrated;
      happen_at_random(instance, random);
    }
  }
  EXPECT_GT(migrated, 1'500);
}

TEST(Migrate, GoesOnInAVersionWithOtherNumbersAsItWouldHave) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string& text = kExamples[seed % kExamples.size()];
    TestInstance instance(text, {{"n", number(0)}});
    for (std::uint32_t i = random() % 6; i > 0; --i) happen_at_random(instance, random);
    if (instance.state.state != ProcessInstance::State::Running) continue;
    // One element more in front: every number differs.
    const auto other = definitions_of("user first; " + text);
    const auto plan = plan_migration(*instance.process, other->processes[0], {});
    ASSERT_TRUE(plan.ok());
    TestInstance moved = instance;
    moved.take(migrate(*plan, *instance.process, other->processes[0], instance.state, instance.now), other);
    EXPECT_TRUE(moved.effects.empty());
    EXPECT_EQ(moved.expects(), instance.expects());
    std::mt19937 same = random;
    for (int i = 0; i < 6; ++i) {
      happen_at_random(instance, random);
      happen_at_random(moved, same);
      EXPECT_EQ(moved.stands(), instance.stands());
      EXPECT_EQ(moved.asks(), instance.asks());
      EXPECT_EQ(moved.expects(), instance.expects());
    }
  }
}

// What somebody who carries out effects has open.
struct Outside {
  std::set<Id> work;
  std::map<std::pair<Id, std::size_t>, Instant> timers;

  void carry_out(const TestInstance& instance) {
    for (const Effect& effect : instance.effects) {
      if (const auto* request = std::get_if<WorkRequested>(&effect)) work.insert(request->instance);
      if (const auto* timer = std::get_if<TimerSet>(&effect)) timers[{timer->instance, timer->wait}] = timer->due;
      if (const auto* withdrawn = std::get_if<Withdrawn>(&effect)) {
        work.erase(withdrawn->instance);
        std::erase_if(timers, [&](const auto& each) { return each.first.first == withdrawn->instance; });
      }
    }
  }
  // Timers of a migration that are no longer waited for.
  void withdraw_timers(const TestInstance& instance) {
    const auto expected = expectations(*instance.process, instance.state);
    std::erase_if(timers, [&](const auto& timer) {
      return std::ranges::none_of(expected, [&](const Expectation& each) {
        return each.kind == Expectation::Kind::Timer && std::pair(each.instance, each.wait) == timer.first;
      });
    });
  }
  void agree_with(const TestInstance& instance) const {
    std::set<Id> waiting;
    for (const NodeInstance& each : instance.state.nodes) {
      const NodeType type = instance.process->nodes[each.node].type;
      if (each.is_loop || each.scope_events || each.state != NodeInstance::State::Active) continue;
      if (type == NodeType::UserTask || type == NodeType::ServiceTask) waiting.insert(each.id);
    }
    EXPECT_EQ(work, waiting);
    std::map<std::pair<Id, std::size_t>, Instant> due;
    for (const Expectation& each : expectations(*instance.process, instance.state)) {
      if (each.kind == Expectation::Kind::Timer) due[{each.instance, each.wait}] = each.due;
    }
    EXPECT_EQ(timers, due);
    EXPECT_TRUE(decode_instance(encode(instance.state), *instance.process).ok());
  }
};

struct Versions {
  std::string from;
  std::string to;
  Mapping mapping;
};
const std::vector<Versions> kVersions{
    {"start s; and f; user a; boundary l on:a timer:P1D; user b; and j; user c; end e; s > f; f > a > j; f > b > j; j "
     "> "
     "c > e; l > c",
     "start s; and f; service a; boundary m on:a timer:P2D; user d; and k; user c; boundary n on:c timer:PT3H; end e; "
     "s "
     "> f; f > a > k; f > d > k; k > c > e; m > c; n > e",
     {{"b", "d"}, {"j", "k"}, {"l", "m"}}},
    {"start s; user a; boundary l on:a timer:R9/PT1H nonint; user b; catch c timer:PT2H; script x; end e; s > a > b > "
     "c "
     "> e; l > x",
     "start s; sub y {\n start i; user a; user b; boundary m on:b timer:P1D; service z; catch c timer:PT9H; i > a > b "
     "> "
     "c; m > z\n}\n boundary late on:y timer:P3D; user w; end e; s > y > e; late > w",
     {}},
    {kExamples[4],
     "start s; sub x {\n start i; and f; user a; service b; or j; user c; end ie; user d; i > f; f > a > j; f > b > j; "
     "f > d > j; j > c > ie\n}\n boundary late on:x timer:P1D; boundary later on:x timer:P2D nonint; user z; user va; "
     "s "
     "> x > z; late > z; later > z",
     {}},
    {kExamples[5],
     "start s; sub x {\n <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
     "</multiInstanceLoopCharacteristics>\n start i; service a; boundary q on:a timer:PT4H; catch c message:m; i > a > "
     "c; q > c\n}\n boundary stop on:x signal:j; end e; user z; s > x > z; stop > z",
     {}},
};

TEST(Migrate, LeavesOpenOutsideJustWhatTheInstanceWaitsFor) {
  int migrated = 0, undone = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Versions& versions = kVersions[seed % kVersions.size()];
    TestInstance instance(versions.from, {{"n", number(0)}});
    Outside outside;
    outside.carry_out(instance);
    const auto go_on = [&](std::uint32_t steps) {
      for (; steps > 0; --steps) {
        const auto event = happen_at_random(instance, random);
        if (!event) return;
        if (const auto* due = std::get_if<TimerDue>(&*event)) outside.timers.erase({due->instance, due->wait});
        outside.carry_out(instance);
        outside.agree_with(instance);
      }
    };
    go_on(random() % 6);
    const auto to = definitions_of(versions.to);
    const auto old_version = instance.file;
    const ProcessInstance before = instance.state;
    const Outside then = outside;
    const auto plan = plan_migration(*instance.process, to->processes[0], versions.mapping);
    ASSERT_TRUE(plan.ok()) << to_text(plan.problems());
    instance.now += hours(1);
    auto step = migrate(*plan, *instance.process, to->processes[0], instance.state, instance.now);
    if (!step.ok()) continue;
    ++migrated;
    instance.take(std::move(step), to);
    outside.carry_out(instance);
    outside.withdraw_timers(instance);
    outside.agree_with(instance);
    if (seed % 2 == 0) {
      go_on(6);
      continue;
    }
    ++undone;
    instance.take(undo_migration(old_version->processes[0], *instance.process, before, instance.state, instance.now),
                  old_version);
    outside.carry_out(instance);
    outside.withdraw_timers(instance);
    outside.agree_with(instance);
    EXPECT_EQ(outside.work, then.work);
    EXPECT_EQ(outside.timers, then.timers);
    go_on(6);
  }
  EXPECT_GT(migrated, 200);
  EXPECT_GT(undone, 100);
}

}  // namespace
}  // namespace guildhall::bpmn
