// BPMN 2.0.2, 8.4.2.

#include <gtest/gtest.h>

#include "bpmn/instance.h"
#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

std::string file(std::string_view inside) {
  return "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:guildhall='urn:guildhall:bpmn'>" +
         std::string(inside) + "</definitions>";
}

Variables variables(std::string_view feel) {
  feel::Memory memory;
  feel::Evaluation evaluation(memory, {}, {});
  const auto expression = feel::Expression::compile(feel, {}).value();
  Variables made;
  for (const feel::Entry& entry : expression->evaluate(evaluation, {})->context()) {
    made.emplace_back(entry.key, Data::of(entry.value));
  }
  return made;
}

// A process that waits for the message "paid", and how it is told apart.
struct Waiting {
  Definitions definitions;
  ProcessInstance instance;
  std::string correlation;  // Of what it waits for.
};
Waiting waiting(std::string_view xml, std::string_view input) {
  Waiting result;
  auto definitions = read_definitions(xml);
  EXPECT_TRUE(definitions.ok()) << to_text(definitions.problems());
  result.definitions = *std::move(definitions);
  result.instance = advance(result.definitions.processes[0], {}, Start{variables(input), ""}, Instant{}).next;
  for (const Expectation& each : expectations(result.definitions.processes[0], result.instance)) {
    result.correlation = each.correlation;
  }
  return result;
}

bool takes(const Waiting& who, std::string_view payload) {
  const Variables carried = variables(payload);
  const MessageArrived message{"paid", carried, correlation_of(who.definitions, "paid", carried)};
  return advance(who.definitions.processes[0], who.instance, message, Instant{}).next.state ==
         ProcessInstance::State::Completed;
}

const std::string kShort = file(
    "<message id='m' name='paid' guildhall:correlation='payment.reference'/><process id='p'>"
    "<receiveTask id='r' messageRef='m' guildhall:correlation='case reference'/></process>");

TEST(Correlation, IsWhatIsExpectedOfAMessage) {
  const Waiting who = waiting(kShort, "{\"case reference\": \"HB-17\"}");
  EXPECT_EQ(who.correlation, "\"HB-17\"");
  EXPECT_TRUE(takes(who, "{payment: {reference: \"HB-17\"}}"));
  EXPECT_FALSE(takes(who, "{payment: {reference: \"HB-18\"}}"));
  EXPECT_FALSE(takes(who, "{}"));
  // The process' own variables are not the message's.
  EXPECT_FALSE(takes(who, "{\"case reference\": \"HB-17\"}"));
}

TEST(Correlation, IsTheSameWhereValuesAreEqual) {
  const Waiting who = waiting(kShort, "{\"case reference\": 17}");
  EXPECT_TRUE(takes(who, "{payment: {reference: 17.00}}"));
  EXPECT_TRUE(takes(who, "{payment: {reference: 34 / 2}}"));
  EXPECT_FALSE(takes(who, "{payment: {reference: \"17\"}}"));
  const Waiting when = waiting(kShort, "{\"case reference\": @\"2026-07-01T10:00:00@Europe/London\"}");
  EXPECT_TRUE(takes(when, "{payment: {reference: @\"2026-07-01T09:00:00Z\"}}"));
  const Waiting pair = waiting(kShort, "{\"case reference\": {b: [1, 2], a: null}}");
  EXPECT_TRUE(takes(pair, "{payment: {reference: {a: null, b: [1.0, 2]}}}"));
  EXPECT_FALSE(takes(pair, "{payment: {reference: {a: null, b: [2, 1]}}}"));
}

TEST(Correlation, ThatIsNullIsAnIncidentAndNotAnyMessage) {
  EXPECT_EQ(waiting(kShort, "{}").instance.error,
            "‘r’ can't tell which message ‘paid’ is meant: ‘case reference’ is null.");
}

TEST(Correlation, NeedsNotBeSaidTwiceWhereNamesAgree) {
  const Waiting who = waiting(
      file("<message id='m' name='paid'/><process id='p'><intermediateCatchEvent id='r'><messageEventDefinition "
           "messageRef='m' guildhall:correlation='reference'/></intermediateCatchEvent></process>"),
      "{reference: 5}");
  EXPECT_TRUE(takes(who, "{reference: 5}"));
  EXPECT_FALSE(takes(who, "{reference: 6}"));
}

TEST(Correlation, HasToBeSaidWhereItIsUnclear) {
  EXPECT_EQ(
      to_text(read_definitions(file("<message id='m' name='paid'/><process id='p'>"
                                    "<receiveTask id='a' messageRef='m' guildhall:correlation='reference'/>"
                                    "<receiveTask id='b' messageRef='m' guildhall:correlation='number'/></process>"))
                  .problems()),
      "receiveTask b, line 1: It isn't clear where in the message ‘paid’ to find what it is known by. Give the "
      "<message> a guildhall:correlation.");
}

TEST(Correlation, WithoutAnyTakesAllOfTheName) {
  const Waiting who = waiting(file("<message id='m' name='paid' guildhall:correlation='reference'/><process id='p'>"
                                   "<receiveTask id='r' messageRef='m'/></process>"),
                              "{}");
  EXPECT_EQ(who.correlation, "");
  EXPECT_TRUE(takes(who, "{reference: 5}"));
}

TEST(Correlation, OfASignalOrAnotherMessageIsNone) {
  EXPECT_EQ(correlation_of(waiting(kShort, "{\"case reference\": 1}").definitions, "other", variables("{a: 1}")), "");
}

// ---- In BPMN's own words

const std::string kKeys =
    "<message id='m' name='paid'/><message id='n' name='asked'/>"
    "<correlationProperty id='c1'><correlationPropertyRetrievalExpression messageRef='m'>"
    "<messagePath>customer</messagePath></correlationPropertyRetrievalExpression>"
    "<correlationPropertyRetrievalExpression messageRef='n'><messagePath>from</messagePath>"
    "</correlationPropertyRetrievalExpression></correlationProperty>"
    "<correlationProperty id='c2'><correlationPropertyRetrievalExpression messageRef='m'>"
    "<messagePath>order.id</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    "<collaboration id='c'><correlationKey id='both'><correlationPropertyRef>c1</correlationPropertyRef>"
    "<correlationPropertyRef>c2</correlationPropertyRef></correlationKey>"
    "<correlationKey id='one'><correlationPropertyRef>c1</correlationPropertyRef></correlationKey></collaboration>";

const std::string kSubscribes =
    "<correlationSubscription correlationKeyRef='both'><correlationPropertyBinding correlationPropertyRef='c2'>"
    "<dataPath>number</dataPath></correlationPropertyBinding><correlationPropertyBinding correlationPropertyRef='c1'>"
    "<dataPath>who</dataPath></correlationPropertyBinding></correlationSubscription>";

TEST(Correlation, FollowsTheSubscriptionOfTheProcess) {
  const Waiting who =
      waiting(file(kKeys + "<process id='p'><receiveTask id='r' messageRef='m'/>" + kSubscribes + "</process>"),
              "{who: \"Ann\", number: 7}");
  EXPECT_EQ(who.correlation, "\"Ann\", 7");
  EXPECT_TRUE(takes(who, "{customer: \"Ann\", order: {id: 7}}"));
  EXPECT_FALSE(takes(who, "{customer: \"Ann\", order: {id: 8}}"));
  EXPECT_FALSE(takes(who, "{customer: \"Bob\", order: {id: 7}}"));
}

// The key is initialised by the first message, sent or received, and expected of the next.
TEST(Correlation, FollowsTheConversationThatHasBegun) {
  const std::string xml = file(
      "<message id='m' name='paid'/><message id='n' name='asked'/><correlationProperty id='c1'>"
      "<correlationPropertyRetrievalExpression messageRef='m'><messagePath>customer</messagePath>"
      "</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef='n'>"
      "<messagePath>from</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
      "<collaboration id='c'><correlationKey "
      "id='k'><correlationPropertyRef>c1</correlationPropertyRef></correlationKey>"
      "</collaboration><process id='p'><sendTask id='s' messageRef='n'><ioSpecification><dataInput id='from' "
      "name='from'/>"
      "</ioSpecification><dataInputAssociation><sourceRef>who</sourceRef><targetRef>from</targetRef>"
      "</dataInputAssociation></sendTask><receiveTask id='r' messageRef='m'/>"
      "<sequenceFlow id='f' sourceRef='s' targetRef='r'/></process>");
  const Waiting who = waiting(xml, "{who: \"Ann\"}");
  EXPECT_EQ(who.correlation, "\"Ann\"");
  EXPECT_TRUE(takes(who, "{customer: \"Ann\"}"));
  EXPECT_FALSE(takes(who, "{customer: \"Bob\"}"));
}

TEST(Correlation, ReachesThoseWhoWaitedBeforeItBegan) {
  const std::string xml = file(kKeys +
                               "<process id='p'><parallelGateway id='x'/><receiveTask id='a' messageRef='m'/>"
                               "<receiveTask id='b' messageRef='m'/><sequenceFlow id='f' sourceRef='x' targetRef='a'/>"
                               "<sequenceFlow id='g' sourceRef='x' targetRef='b'/></process>");
  Waiting who = waiting(xml, "{}");
  const auto give = [&](std::string_view payload) {
    const Variables carried = variables(payload);
    const MessageArrived message{"paid", carried, correlation_of(who.definitions, "paid", carried)};
    who.instance = advance(who.definitions.processes[0], who.instance, message, Instant{}).next;
    return who.instance.state == ProcessInstance::State::Completed;
  };
  EXPECT_FALSE(give("{customer: \"Ann\", order: {id: 7}}"));
  EXPECT_FALSE(give("{customer: \"Bob\", order: {id: 7}}"));
  EXPECT_TRUE(give("{customer: \"Ann\", order: {id: 7.0}}"));
}

TEST(Correlation, RefersToWhatIsThere) {
  const auto problems = read_definitions(file(
      "<correlationProperty id='c1'><correlationPropertyRetrievalExpression messageRef='m'/></correlationProperty>"
      "<collaboration id='c'><correlationKey id='k'><correlationPropertyRef>c9</correlationPropertyRef>"
      "</correlationKey></collaboration><process id='p'><task id='t'/>"
      "<correlationSubscription id='s' correlationKeyRef='q'/><correlationSubscription id='s2' correlationKeyRef='k'/>"
      "</process>"));
  EXPECT_EQ(
      to_text(problems.problems()),
      "correlationKey k, line 1: There is no correlation property ‘c9’. Add it to the definitions (BPMN 8.4.2).\n"
      "correlationPropertyRetrievalExpression, line 1: There is no ‘m’. Add the message, signal, error or "
      "escalation to the definitions (BPMN 8.4).\n"
      "correlationSubscription s, line 1: There is no correlation key ‘q’. Name one of a collaboration or "
      "conversation of this file (BPMN 8.4.2).\n"
      "correlationSubscription s2, line 1: The subscription doesn't bind ‘c9’. Give it a correlationPropertyBinding "
      "with a dataPath for each property of its key (BPMN 8.4.2).");
}

// ---- Between processes

// Two that ask, one that answers both: each gets its own answer.
TEST(Correlation, BringsEachAnswerToWhoAsked) {
  const auto asks = [](std::string_view id, std::string_view number) {
    const std::string name(id);
    return "<process id='" + name + "'><scriptTask id='i" + name + "'><script>{number: " + std::string(number) +
           "}</script></scriptTask><receiveTask id='r" + name +
           "' messageRef='m' guildhall:correlation='number'/><scriptTask id='d" + name + "'><script>\"" + name +
           " got \" + string(number)</script></scriptTask><sequenceFlow id='f" + name + "' sourceRef='i" + name +
           "' targetRef='r" + name + "'/><sequenceFlow id='g" + name + "' sourceRef='r" + name + "' targetRef='d" +
           name + "'/></process>";
  };
  const auto send = [](std::string_view id, std::string_view number) {
    const std::string name(id);
    return "<sendTask id='" + name + "' messageRef='m'><ioSpecification><dataInput id='n" + name +
           "' name='number'/></ioSpecification><dataInputAssociation><targetRef>n" + name +
           "</targetRef><transformation>" + std::string(number) + "</transformation></dataInputAssociation></sendTask>";
  };
  const std::string xml =
      file("<message id='m' name='answer'/>" + asks("a", "1") + asks("b", "2") + "<process id='c'>" + send("s", "2") +
           send("t", "1") + "<sequenceFlow id='h' sourceRef='s' targetRef='t'/></process>");
  EXPECT_EQ(run_xml(xml), "b got 2 a got 1 completed");
}

}  // namespace
}  // namespace guildhall::bpmn
