#include "replay/replay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bpmn/read_definitions.h"

namespace guildhall::replay {
namespace {

using bpmn::Completed;
using bpmn::Data;
using std::chrono::hours;

Data number(std::int64_t value) {
  return Data::of(feel::Value::number(value));
}

struct File {
  explicit File(const std::string& inside)
      : definitions(bpmn::read_definitions("<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                                           "xmlns:guildhall=\"urn:guildhall:bpmn\"><message id=\"m\" name=\"paid\"/>"
                                           "<process id=\"p\" isExecutable=\"true\">" +
                                           inside + "</process></definitions>")
                        .value()) {}
  Program program() const { return {&definitions, definitions.process("p")}; }
  bpmn::Definitions definitions;
};

// Flows from each of the words to the next: "s a e".
std::string flows(std::string_view words) {
  std::string xml, before;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word(words.substr(at, end - at));
    if (!before.empty()) {
      xml +=
          "<sequenceFlow id=\"" + before + "_" + word + "\" sourceRef=\"" + before + "\" targetRef=\"" + word + "\"/>";
    }
    before = word;
    at = end + 1;
  }
  return xml;
}

const std::string kStart = "<startEvent id=\"s\"/>", kEnd = "<endEvent id=\"e\"/>";
const std::string kCheck = "<userTask id=\"check\" guildhall:dueDate=\"duration(&quot;PT48H&quot;)\"/>";
std::string charge(const std::string& formula) {
  return "<scriptTask id=\"fee\"><script>{charge: " + formula + "}</script></scriptTask>";
}
std::string wait(const std::string& time) {
  return "<intermediateCatchEvent id=\"rest\"><timerEventDefinition><timeDuration>" + time +
         "</timeDuration></timerEventDefinition></intermediateCatchEvent>";
}
const std::string kPaid = "<receiveTask id=\"pay\" messageRef=\"m\"/>";

const Instant kBegin = parse_instant("2026-01-05T09:00:00Z").value();

World world() {
  return {.decide = [](std::string_view decision, std::span<const Given>, Instant) -> Result<feel::Value> {
            return Problem{"There is no such decision.", std::string(decision), ""};
          },
          .called = [](const Program& caller, std::string_view process, std::optional<std::uint32_t>,
                       Instant) -> Result<Program> {
            const bpmn::Process* found = caller.file->process(process);
            if (found == nullptr) return Problem{"There is no such process.", std::string(process), ""};
            return Program{caller.file, found};
          },
          .surroundings = [](Instant) { return bpmn::Surroundings(); }};
}

// Records what happens in one process: each at so many hours from the beginning.
class Recorder {
 public:
  explicit Recorder(const File& file, bpmn::Variables variables = {}) : program_(file.program()) {
    recorded.instances.push_back(
        {.program = program_, .caller = std::nullopt, .state = {}, .started = kBegin, .ended = std::nullopt});
    happen(0, bpmn::Start{std::move(variables), ""});
  }
  Recorder& answer(int hour, std::string_view element, bpmn::Variables variables = {}) {
    return happen(hour, Completed{waiting(element), std::move(variables)});
  }
  Recorder& timer(int hour, std::string_view element) { return happen(hour, bpmn::TimerDue{waiting(element), 0}); }
  Recorder& message(int hour, const std::string& name, bpmn::Variables variables = {}) {
    return happen(hour, bpmn::MessageArrived{name, std::move(variables), ""});
  }

  RecordedCase recorded;

 private:
  Recorder& happen(int hour, const bpmn::Event& event) {
    const Instant at = kBegin + hours(hour);
    RecordedInstance& instance = recorded.instances[0];
    recorded.events.push_back({.instance = 0, .at = at, .event = event});
    bpmn::Step step = bpmn::advance(*program_.process, instance.state, event, at);
    instance.state = std::move(step.next);
    if (instance.state.state != bpmn::ProcessInstance::State::Running) instance.ended = at;
    return *this;
  }
  bpmn::Id waiting(std::string_view element) const {
    for (const bpmn::NodeInstance& each : recorded.instances[0].state.nodes) {
      if (program_.process->nodes[each.node].id == element) return each.id;
    }
    throw std::runtime_error("nothing waits at " + std::string(element));
  }

  Program program_;
};

Comparison compare(const Recorder& recorder, const File& candidate, int until_hour = 10'000) {
  return replay(recorder.recorded, world(), world(), candidate.program(), kBegin + hours(until_hour));
}

std::string value_of(const Outcome& outcome, std::string_view name) {
  for (const auto& [each, data] : outcome.variables) {
    if (each == name) return feel::to_text(data.value());
  }
  return "";
}

TEST(Replay, GivesTheSameUnderTheSameRules) {
  const File file(kStart + kCheck + charge("10") + kEnd + flows("s check fee e"));
  const Comparison same = compare(Recorder(file).answer(5, "check"), file);
  EXPECT_EQ(same.not_replayable, "");
  EXPECT_EQ(same.now.state, bpmn::ProcessInstance::State::Completed);
  EXPECT_EQ(same.then.path, same.now.path);
  EXPECT_EQ(same.now.path.at(""), (std::vector<std::string>{"s", "check", "fee", "e"}));
  EXPECT_EQ(same.now.cycle_time, hours(5));
  EXPECT_EQ(value_of(same.then, "charge"), "10");
  EXPECT_EQ(value_of(same.now, "charge"), "10");
}

TEST(Replay, GivesWhatAnotherRuleWouldHaveCharged) {
  const File then(kStart + kCheck + charge("days * 10") + kEnd + flows("s check fee e"));
  const File now(kStart + kCheck + charge("days * 12") + kEnd + flows("s check fee e"));
  const Comparison changed = compare(Recorder(then).answer(5, "check", {{"days", number(3)}}), now);
  EXPECT_EQ(value_of(changed.then, "charge"), "30");
  EXPECT_EQ(value_of(changed.now, "charge"), "36");
}

TEST(Replay, SaysWhichAnswerNobodyGave) {
  const File then(kStart + kCheck + kEnd + flows("s check e"));
  const File now(kStart + kCheck + "<userTask id=\"check_again\"/>" + kEnd + flows("s check check_again e"));
  const Comparison asked = compare(Recorder(then).answer(5, "check"), now);
  EXPECT_EQ(asked.unanswered, std::vector<std::string>{"check_again"});
  EXPECT_EQ(asked.now.waits_for, std::vector<std::string>{"check_again"});
  EXPECT_TRUE(asked.left_over.empty());
  EXPECT_FALSE(asked.now.cycle_time);
}

TEST(Replay, AnAnswerThatIsNotMissingThenEitherIsNotMissed) {
  const File file(kStart + kCheck + kEnd + flows("s check e"));
  EXPECT_TRUE(compare(Recorder(file), file).unanswered.empty());
}

TEST(Replay, SaysWhichAnswersAndMessagesNobodyWaitsForAnyMore) {
  const File then(kStart + kCheck + kPaid + kEnd + flows("s check pay e"));
  const File now(kStart + kEnd + flows("s e"));
  const Comparison left = compare(Recorder(then).answer(5, "check").message(6, "paid"), now);
  EXPECT_EQ(left.left_over, (std::vector<std::string>{"check", "paid"}));
  EXPECT_EQ(left.now.cycle_time, hours(0));
}

TEST(Replay, ALaterQuestionIsAnsweredAfterAsLongAsItTookThen) {
  const File then(kStart + kCheck + kEnd + flows("s check e"));
  const File now(kStart + wait("PT100H") + kCheck + kEnd + flows("s rest check e"));
  const Comparison later = compare(Recorder(then).answer(5, "check"), now);
  EXPECT_EQ(later.later, 1U);
  EXPECT_EQ(later.now.cycle_time, hours(105));
  EXPECT_TRUE(later.left_over.empty());
  // Until when it is looked at the answer is on its way: nobody has to give it.
  EXPECT_TRUE(compare(Recorder(then).answer(5, "check"), now, 101).unanswered.empty());
}

TEST(Replay, AMessageWaitsForItsReceiver) {
  const File then(kStart + kPaid + kEnd + flows("s pay e"));
  const File now(kStart + wait("PT3H") + kPaid + kEnd + flows("s rest pay e"));
  const Comparison early = compare(Recorder(then).message(1, "paid", {{"charge", number(7)}}), now);
  EXPECT_EQ(early.now.cycle_time, hours(3));
  EXPECT_EQ(value_of(early.now, "charge"), "7");
}

TEST(Replay, TimersOfTheSameMomentComeAsLateAsTheyCame) {
  const File file(kStart + wait("PT10H") + kEnd + flows("s rest e"));
  // The server was down: what was due at the tenth hour came at the thirtieth.
  EXPECT_EQ(compare(Recorder(file).timer(30, "rest"), file).now.cycle_time, hours(30));
  const File sooner(kStart + wait("PT9H") + kEnd + flows("s rest e"));
  EXPECT_EQ(compare(Recorder(file).timer(30, "rest"), sooner).now.cycle_time, hours(9));
}

TEST(Replay, ATimerThatWasOvertakenIsOvertaken) {
  const std::string remind =
      "<boundaryEvent id=\"slow\" attachedToRef=\"check\"><timerEventDefinition><timeDuration>PT10H</timeDuration>"
      "</timerEventDefinition></boundaryEvent><endEvent id=\"lapsed\"/>" +
      flows("slow lapsed");
  const File file(kStart + kCheck + remind + kEnd + flows("s check e"));
  // Due at the tenth hour, but the answer of the eleventh was taken first.
  const Comparison overtaken = compare(Recorder(file).answer(11, "check"), file);
  EXPECT_EQ(overtaken.now.path.at(""), (std::vector<std::string>{"s", "check", "e"}));
}

TEST(Replay, CountsDeadlinesOfBothSides) {
  const File then(kStart + kCheck + kEnd + flows("s check e"));
  const std::string strict = "<userTask id=\"check\" guildhall:dueDate=\"duration(&quot;PT4H&quot;)\"/>";
  const File now(kStart + strict + kEnd + flows("s check e"));
  const Comparison deadlines = compare(Recorder(then).answer(5, "check"), now);
  EXPECT_EQ(deadlines.then.deadlines, 1U);
  EXPECT_EQ(deadlines.then.missed, 0U);
  EXPECT_EQ(deadlines.now.missed, 1U);
}

TEST(Replay, SaysWhyTheCandidateCanNotGoOn) {
  const File then(kStart + kCheck + kEnd + flows("s check e"));
  const File now(kStart + kCheck + "<businessRuleTask id=\"rate\" guildhall:decision=\"rate\"/>" + kEnd +
                 flows("s check rate e"));
  const Comparison stuck = compare(Recorder(then).answer(5, "check"), now);
  EXPECT_NE(stuck.now.stuck.find("There is no such decision."), std::string::npos) << stuck.now.stuck;
  EXPECT_TRUE(stuck.unanswered.empty());
}

TEST(Replay, ClaimsNothingWhereTheRecordedEventsGiveSomethingElse) {
  const File file(kStart + kCheck + kEnd + flows("s check e"));
  Recorder recorder(file);
  recorder.answer(5, "check", {{"days", number(3)}});
  recorder.recorded.instances[0].state.scopes[0].variables[0].second = number(4);
  EXPECT_NE(compare(recorder, file).not_replayable, "");
  recorder.recorded.events.clear();
  EXPECT_EQ(compare(recorder, file).not_replayable, "Its beginning isn't recorded.");
}

TEST(Replay, OfWhatGoesOnForEverEnds) {
  const File then(kStart + kEnd + flows("s e"));
  const File now(kStart + wait("PT1M") + "<exclusiveGateway id=\"g\"/>" + flows("s g rest") +
                 "<sequenceFlow id=\"back\" sourceRef=\"rest\" targetRef=\"g\"/>");
  EXPECT_EQ(compare(Recorder(then), now, 100'000).now.stuck, "It goes on without an end.");
}

}  // namespace
}  // namespace guildhall::replay
