#pragma once

// An example of how a service goes, told by those who run it, and read from JSON: who does what in which order, and what
// is to come of it. docs/guides/testing-processes.md describes the format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/instance.h"

namespace guildhall::scenarios {

// A day in the time of the United Kingdom, or a moment.
using DayOrMoment = std::variant<Date, Instant>;

Instant beginning(const DayOrMoment& moment);  // The moment itself, or the first one of the day.

// How a user task is to be offered. What isn't said isn't looked at.
struct ExpectedOffer {
  std::optional<std::vector<std::string>> teams;
  std::optional<std::string> assignee;
  std::optional<DayOrMoment> due;
  std::optional<DayOrMoment> follow_up;
  std::optional<std::int64_t> priority;
};
struct ExpectedTask {
  std::string element;
  ExpectedOffer is;
};
struct ExpectedMessage {
  std::string name;
  bpmn::Variables data;  // It may carry more.
};

// What somebody does, or what happens; each as soon as all that follows from the one before has come to rest.
struct TaskDone {
  ExpectedTask task;
  bpmn::Variables answers;
};
struct MessageSent {
  std::string name;
  bpmn::Variables data;
};
struct SignalSent {
  std::string name;
};
struct TimePasses {
  std::int64_t months = 0;
  std::int64_t microseconds = 0;
};
struct TimeComes {
  DayOrMoment until;
};
struct ServiceAnswers {
  std::string work;  // Its kind, or the element.
  bpmn::Variables gives;
  std::optional<std::string> error;
};
struct DecisionGives {   // From here on, instead of what the model says.
  std::string decision;  // As the process names it, or the element.
  bpmn::Data value;
};
// What holds between two steps. Lists are the whole truth, in the case of messages since the last of these.
struct Expect {
  std::optional<std::vector<ExpectedTask>> tasks;
  std::optional<std::vector<std::string>> waiting;
  bpmn::Variables variables;
  std::optional<std::vector<ExpectedMessage>> messages;
};
using Step =
    std::variant<TaskDone, MessageSent, SignalSent, TimePasses, TimeComes, ServiceAnswers, DecisionGives, Expect>;

// What holds after the last step.
struct Outcome {
  std::optional<std::vector<std::string>> path;       // "...": anything, also nothing.
  std::optional<bpmn::ProcessInstance::State> state;  // Running: it waits for something.
  std::optional<std::string> error;
  bpmn::Variables variables;
  std::optional<std::vector<ExpectedMessage>> messages;  // All that were sent.
  std::vector<std::string> never;                        // Elements that were not reached.
};

struct Example {
  std::string title;
  std::string process;
  Instant start;
  bpmn::Variables variables;
  std::vector<Step> steps;
  Outcome expected;
};

// "waiting", "completed", "terminated", "failed".
std::string_view word(bpmn::ProcessInstance::State state);

// A value as an example writes it: JSON, with dates, times and durations as "@2026-01-05". What is long is cut off.
std::string written(const feel::Value& value);

// All problems at once, each with its place: "steps[2].is.due".
Result<Example> read_example(std::string_view json);

}  // namespace guildhall::scenarios
