#include "cases/replay.h"

#include <gtest/gtest.h>

#include <random>

#include "calendar/read_calendar.h"
#include "cases/change.h"
#include "cases/impl/test_cases.h"
#include "decisions/publishing.h"

namespace guildhall::cases {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A model with one decision: its FEEL on the input "days".
std::string fee_model(const std::string& feel) {
  return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"fee\" name=\"Fee\" "
         "namespace=\"urn:test:fee\"><inputData id=\"days\" name=\"days\"><variable name=\"days\" typeRef=\"number\"/>"
         "</inputData><decision id=\"d\" name=\"Charge\"><variable name=\"Charge\" typeRef=\"number\"/>"
         "<informationRequirement><requiredInput href=\"#days\"/></informationRequirement>"
         "<literalExpression><text>" +
         feel + "</text></literalExpression></decision></definitions>";
}

// Every way in which something reaches a case: answers, messages, signals, timers, decisions, calls, programs and their
// errors; loops, several instances, and events on the border.
const std::string kProcesses = definitions(
    "<message id=\"m\" name=\"paid\" guildhall:correlation=\"order\"/><signal id=\"storm\" name=\"storm\"/>"
    "<error id=\"bad\" errorCode=\"bad\"/>"
    "<process id=\"permit\"><startEvent id=\"s\"/><userTask id=\"check\" "
    "guildhall:dueDate=\"duration(&quot;P2D&quot;)\"/>"
    "<boundaryEvent id=\"slow\" attachedToRef=\"check\" cancelActivity=\"false\"><timerEventDefinition>"
    "<timeCycle>R3/PT20H</timeCycle></timerEventDefinition></boundaryEvent>"
    "<scriptTask id=\"reminded\"><script>{reminders: (if reminders = null then 0 else reminders) + "
    "1}</script></scriptTask>"
    "<endEvent id=\"told\"/>"
    "<businessRuleTask id=\"fee\" guildhall:decision=\"fee/charge\" guildhall:result=\"charge\"/>"
    "<exclusiveGateway id=\"again\" default=\"again_fork\"/><parallelGateway id=\"fork\"/>"
    "<callActivity id=\"go\" calledElement=\"visit\"/>"
    "<boundaryEvent id=\"blown\" attachedToRef=\"go\"><signalEventDefinition signalRef=\"storm\"/></boundaryEvent>"
    "<serviceTask id=\"copies\" guildhall:work=\"letters\"><multiInstanceLoopCharacteristics isSequential=\"false\">"
    "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></serviceTask>"
    "<eventBasedGateway id=\"until\"/>"
    "<intermediateCatchEvent id=\"paid\"><messageEventDefinition messageRef=\"m\" guildhall:correlation=\"order\"/>"
    "</intermediateCatchEvent><intermediateCatchEvent "
    "id=\"lapse\"><timerEventDefinition><timeDuration>P3D</timeDuration>"
    "</timerEventDefinition></intermediateCatchEvent>"
    "<scriptTask id=\"took\"><script>{finished: now()}</script></scriptTask><exclusiveGateway id=\"either\"/>"
    "<parallelGateway id=\"join\"/><endEvent id=\"e\"/><endEvent id=\"off\"/>" +
    flows("s check fee again fork go copies join took e") + flows("fork until paid either join") +
    flows("until lapse either") + flows("slow reminded told") + flows("blown off") +
    "<sequenceFlow id=\"back\" sourceRef=\"again\" "
    "targetRef=\"check\"><conditionExpression>unclear</conditionExpression>"
    "</sequenceFlow></process><process id=\"visit\"><startEvent id=\"vs\"/><userTask id=\"look\"/>"
    "<serviceTask id=\"report\" guildhall:work=\"reports\"/>"
    "<boundaryEvent id=\"failed\" attachedToRef=\"report\"><errorEventDefinition errorRef=\"bad\"/></boundaryEvent>"
    "<intermediateCatchEvent id=\"rest\"><timerEventDefinition><timeDate>arrived + duration(\"PT30H\")</timeDate>"
    "</timerEventDefinition></intermediateCatchEvent><endEvent id=\"ve\"/><endEvent id=\"vf\"/>" +
    flows("vs look report rest ve") + flows("failed vf") + "</process>");

class Replays : public ::testing::Test {
 protected:
  Replays()
      : cases_({.handlers = {{"letters", [this](const Work&) -> Result<bpmn::Variables> {
                                if (any(4) == 0) return Problem{"The printer is out of paper.", "", ""};
                                return bpmn::Variables{{"printed", number(static_cast<std::int64_t>(any(1'000)))}};
                              }}}}) {}

  std::size_t any(std::size_t below) { return random_() % below; }

  // At a moment of its own: of what is decided at the very moment of publishing, nobody knows by which of them.
  void publish_fee(const std::string& feel) {
    cases_.clock.advance(std::chrono::milliseconds(1));
    const std::string xml = fee_model(feel);
    const auto published = decisions::publish(
        cases_.database(), {.xml = xml, .published_by = "tests", .accepted = std::nullopt}, cases_.clock.now());
    ASSERT_TRUE(published.ok()) << to_text(published.problems());
  }

  Started begin(std::int64_t days) {
    Started started =
        cases_.start("permit", {{"order", number(next_order_++)},
                                {"days", number(days)},
                                {"arrived", bpmn::Data::of(feel::Value::date_time(bpmn_time(cases_.clock.now())))}});
    all_.push_back(started);
    return started;
  }
  static feel::DateTime bpmn_time(Instant instant) {
    return feel::DateTime::from_epoch(static_cast<__int128>(to_microseconds(instant)) * 1'000, feel::Zone::utc())
        .value();
  }

  void answer(const Started& started) {
    const auto tasks = cases_.open_tasks(started);
    if (tasks.empty()) return;
    const Task& task = tasks[any(tasks.size())];
    bpmn::Variables answers{{"unclear", bpmn::Data::of(feel::Value::boolean(any(4) == 0))},
                            {"days", number(static_cast<std::int64_t>(any(20)))}};
    ASSERT_TRUE(cases_.engine().complete(task.id, answers, {"officer", ""}).ok());
  }

  void report_on(const Work& work) {
    if (any(3) == 0) {
      ASSERT_TRUE(cases_.engine().throw_error(work.job, work.claim, "bad").ok());
    } else {
      ASSERT_TRUE(cases_.engine().complete_work(work.job, work.claim, {{"report", text("fine")}}).ok());
    }
  }

  void move() {
    cases_.clock.advance(std::chrono::milliseconds(1 + any(5)));
    switch (any(9)) {
      case 0:
        begin(static_cast<std::int64_t>(any(30)));
        return;
      case 1:
      case 2:
      case 3:
        if (!all_.empty()) answer(all_[any(all_.size())]);
        return;
      case 4:
        if (next_order_ > 1) {
          const auto order = static_cast<std::int64_t>(1 + any(static_cast<std::size_t>(next_order_)));
          cases_.engine().send({"paid", {{"order", number(order)}, {"amount", number(order * 7)}}, ""});
        }
        return;
      case 5:
        for (const Work& work : cases_.engine().claim_work("reports", 1, hours(1))) report_on(work);
        return;
      case 6:
        cases_.clock.advance(minutes(any(900)));
        return;
      case 7:
        if (any(10) == 0) cases_.engine().broadcast("storm");
        if (any(10) == 0 && !all_.empty()) {
          // Refused where the case has ended.
          static_cast<void>(cases_.engine().cancel(all_[any(all_.size())].case_id, {"officer", "Withdrawn"}));
        }
        return;
      default:
        cases_.settle();
    }
  }

  ReplayReport replay(const CandidateRules& candidate = {}, std::vector<std::string> compare = {},
                      const std::string& cost = "", std::string_view process = "permit") {
    auto report = ask(candidate, std::move(compare), cost, process);
    if (!report.ok()) throw std::runtime_error(to_text(report.problems()));
    return *std::move(report);
  }
  Result<ReplayReport> ask(const CandidateRules& candidate = {}, std::vector<std::string> compare = {},
                           const std::string& cost = "", std::string_view process = "permit") {
    return replay_cases(
        cases_.database(), cases_.engine().definitions(),
        {.process = std::string(process),
         .period = {parse_instant("2026-01-01T00:00:00Z").value(), parse_instant("2027-01-01T00:00:00Z").value()},
         .candidate = candidate,
         .compare = std::move(compare),
         .cost = cost},
        cases_.clock.now());
  }

  TestCases cases_;
  std::mt19937_64 random_{1};
  std::int64_t next_order_ = 1;
  std::vector<Started> all_;
};

class ReplaysOfHistories : public Replays, public ::testing::WithParamInterface<std::uint64_t> {};

// However a case went, the rules that it followed make it go the same way again.
TEST_P(ReplaysOfHistories, UnderTheSameRulesEveryCaseIsTheSame) {
  random_.seed(GetParam());
  cases_.publish(kProcesses);
  publish_fee("days * 10");
  for (std::size_t moves = 150; moves > 0; --moves) move();
  // From here on the fee is another: what was decided before stays as it was.
  publish_fee("days * 11");
  for (std::size_t moves = 150; moves > 0; --moves) move();
  const ReplayReport report = replay({}, {}, "charge");
  ASSERT_EQ(report.cases, static_cast<std::uint64_t>(next_order_ - 1));
  ASSERT_EQ(report.same, report.cases) << to_json(report);
  ASSERT_EQ(report.cost_then, report.cost_now);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplaysOfHistories, ::testing::Range<std::uint64_t>(1, 9));

TEST_F(Replays, SayWhatAnotherDecisionWouldHaveCharged) {
  const std::string xml = process(
      "<startEvent id=\"s\"/>"
      "<businessRuleTask id=\"fee\" guildhall:decision=\"fee/charge\" guildhall:result=\"charge\"/>"
      "<userTask id=\"check\"/><endEvent id=\"e\"/>" +
          flows("s fee check e"),
      "permit");
  cases_.publish(xml);
  publish_fee("days * 10");
  for (const std::int64_t days : {1, 2, 30}) {
    const Started started = begin(days);
    cases_.clock.advance(hours(1));
    ASSERT_TRUE(cases_.engine().complete(cases_.only_task(started).id, {}, {"officer", ""}).ok());
  }
  // By 10 a day they paid 10, 20 and 300; with at most 100 they pay 10, 20 and 100.
  const ReplayReport report = replay({.process = {}, .models = {fee_model("min(days * 10, 100)")}, .calendar = {}},
                                     {"charge", "chrage"}, "charge");
  EXPECT_EQ(report.cases, 3U);
  EXPECT_EQ(report.same, 2U);
  EXPECT_EQ(report.different, 1U);
  EXPECT_EQ(report.changed.at("charge"), 1U);
  EXPECT_EQ(report.cost_then, feel::Decimal(330));
  EXPECT_EQ(report.cost_now, feel::Decimal(130));
  EXPECT_EQ(report.never_seen, std::vector<std::string>{"chrage"});
  ASSERT_EQ(report.shown.size(), 1U);
  EXPECT_EQ(report.shown[0].reference, all_[2].reference);
  EXPECT_EQ(report.shown[0].changed[0].then, "300");
  EXPECT_EQ(report.shown[0].changed[0].now, "100");
  // Whoever doesn't ask for values gets none.
  EXPECT_EQ(replay({.process = {}, .models = {fee_model("0")}, .calendar = {}}).shown[0].changed[0].then, "");

  // Another version of the process asks once more: nobody has answered that.
  const std::string twice = process(
      "<startEvent id=\"s\"/>"
      "<businessRuleTask id=\"fee\" guildhall:decision=\"fee/charge\" guildhall:result=\"charge\"/>"
      "<userTask id=\"check\"/><userTask id=\"check_again\"/><endEvent id=\"e\"/>" +
          flows("s fee check check_again e"),
      "permit");
  const ReplayReport asked = replay({.process = twice, .models = {}, .calendar = {}});
  EXPECT_EQ(asked.needs_answer, 3U);
  EXPECT_EQ(asked.unanswered, (std::map<std::string, std::uint64_t>{{"check_again", 3}}));
  EXPECT_EQ(asked.shown[0].ended_then, "completed");
  EXPECT_EQ(asked.shown[0].ended_now, "waits for check_again");
}

TEST_F(Replays, GoByAnotherCalendar) {
  cases_.publish(process("<startEvent id=\"s\"/><endEvent id=\"e\"/>" + flows("s e"), "permit"));
  begin(1);  // On Monday 5 January 2026.
  const std::string by_calendar = process(
      "<startEvent id=\"s\"/><scriptTask id=\"due\"><script>{due: add working days(date(\"2026-01-05\"), 3)}</script>"
      "</scriptTask><endEvent id=\"e\"/>" +
          flows("s due e"),
      "permit");
  const auto due_with = [&](const std::string& closed) {
    const auto calendar = calendar::read_calendar(
        R"({"bank_holidays": "England and Wales", "working_hours": {"Monday": ["09:00-17:00"], "Tuesday": ["09:00-17:00"],
            "Wednesday": ["09:00-17:00"], "Thursday": ["09:00-17:00"], "Friday": ["09:00-17:00"]}, "closed": [)" +
        closed + "]}");
    return replay({.process = by_calendar, .models = {}, .calendar = calendar.value()}, {"due"})
        .shown.at(0)
        .changed.at(0)
        .now;
  };
  EXPECT_EQ(due_with(""), "@\"2026-01-08\"");
  EXPECT_EQ(due_with(R"({"from": "2026-01-06", "to": "2026-01-07"})"), "@\"2026-01-12\"");
}

TEST_F(Replays, ChangeNothing) {
  cases_.publish(kProcesses);
  publish_fee("days * 10");
  for (int i = 0; i < 60; ++i) move();
  const auto everything = [&] {
    std::string all;
    for (const char* table : {"process_version", "process_instance", "case_history", "job", "task", "process_wait"}) {
      cases_.read([&](db::Connection& connection) {
        connection.query("SELECT count(*) FROM " + std::string(table), {},
                         [&](const db::Row& row) { all += std::to_string(row.integer(0)) + " "; });
      });
    }
    return all;
  };
  const std::string before = everything();
  replay({.process = kProcesses, .models = {fee_model("1")}, .calendar = {}});
  EXPECT_EQ(everything(), before);
}

TEST_F(Replays, RefuseWhatCanNotBeCompared) {
  EXPECT_EQ(ask().problems()[0].what, "No process of this id is published.");
  cases_.publish(kProcesses);
  EXPECT_EQ(
      ask({.process = process("<startEvent id=\"s\"/>", "other"), .models = {}, .calendar = {}}).problems()[0].what,
      "This file has no process ‘permit’.");
  EXPECT_FALSE(ask({.process = "<definitions", .models = {}, .calendar = {}}).ok());
  EXPECT_FALSE(ask({.process = {}, .models = {"<definitions"}, .calendar = {}}).ok());
  EXPECT_EQ(ask({}, {}, "charge +").problems()[0].where, "the cost ‘charge +’");
}

TEST_F(Replays, SayNothingOfCasesThatDidNotGoTheirOwnWay) {
  cases_.publish(
      process("<startEvent id=\"s\"/><userTask id=\"check\"/><endEvent id=\"e\"/>" + flows("s check e"), "permit"));
  const Act act{"m.evans", "Checked on paper"};
  begin(1);
  const std::vector<bpmn::Modification> by_hand{bpmn::Cancel{"check"}, bpmn::StartBefore{"check"}};
  ASSERT_TRUE(modify(cases_.engine(), begin(1).instance, by_hand, act).ok());
  const Started ended = begin(1);
  ASSERT_TRUE(cases_.engine().cancel(ended.case_id, act).ok());
  ASSERT_TRUE(restart(cases_.engine(), ended.instance, {}, act).ok());
  const Started lost = begin(1);
  cases_.database().write([&](db::Connection& connection) {
    connection.execute("UPDATE case_history SET event = NULL, happened = '' WHERE instance = $1", {lost.instance});
  });
  const ReplayReport report = replay();
  EXPECT_EQ(report.cases, 4U);
  EXPECT_EQ(report.same, 1U);
  EXPECT_EQ(report.why_not,
            (std::map<std::string, std::uint64_t>{
                {"Its beginning isn't recorded.", 1}, {"It was begun again.", 1}, {"It was changed by hand.", 1}}));
}

}  // namespace
}  // namespace guildhall::cases
