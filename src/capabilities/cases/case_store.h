#pragma once

// Cases, their process instances, history, jobs and tasks in the database: SQL and nothing but SQL. Every function runs
// inside a work of `connection`.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "bpmn/instance.h"
#include "db/database.h"

namespace guildhall::cases {

struct CaseTag {
  static constexpr std::string_view kName = "case";
};
using CaseId = Id<CaseTag>;
struct InstanceTag {
  static constexpr std::string_view kName = "process instance";
};
using InstanceId = Id<InstanceTag>;
struct TaskTag {
  static constexpr std::string_view kName = "task";
};
using TaskId = Id<TaskTag>;

// Who did something, and what they said about it.
struct Act {
  std::string who;  // An account's or a key's id, or "process" for what a rule or a clock did.
  std::string why;  // A reason, or what was written; may be empty.

  bool operator==(const Act&) const = default;
};
inline constexpr std::string_view kProcess = "process";

// ---- Cases

struct Case {
  CaseId id;
  std::string reference;
  std::string title;
  Instant opened_at{};
  std::optional<Instant> closed_at;
};

// Throws DatabaseError, violating kOpened, where there is one of this id.
void insert_case(db::Connection& connection, const Case& opened);
inline constexpr std::string_view kOpened = "unique council_case(id)";
std::optional<Case> find_case(db::Connection& connection, CaseId id);
std::optional<Case> find_case(db::Connection& connection, std::string_view reference);
// Each as it is read, the newest first.
void each_case(db::Connection& connection, bool only_open, const std::function<void(const Case&)>& on_case);
void close_case(db::Connection& connection, CaseId id, Instant at);
void reopen_case(db::Connection& connection, CaseId id);

// ---- Process instances

struct Caller {
  InstanceId instance;
  bpmn::Id node = 0;
};

struct StoredInstance {
  InstanceId id;
  CaseId case_id;
  std::int64_t version = 0;  // ProcessVersion::number
  std::optional<Caller> caller;
  std::int64_t depth = 0;
  std::int64_t number = 0;  // Of its newest entry in the history; 0: it is new.
  bpmn::ProcessInstance::State state = bpmn::ProcessInstance::State::New;
  std::string content;  // Encoded.
  Instant started_at{};
  std::optional<Instant> ended_at;
};

std::string_view name_of(bpmn::ProcessInstance::State state);  // "running"

void insert_instance(db::Connection& connection, const StoredInstance& instance);
// Version, number, state, content and end.
void update_instance(db::Connection& connection, const StoredInstance& instance);
std::optional<StoredInstance> find_instance(db::Connection& connection, InstanceId id);
std::vector<StoredInstance> find_instances(db::Connection& connection, std::span<const InstanceId> ids);
// The first is the case's own; where that was restarted, the newest.
std::vector<StoredInstance> instances_of(db::Connection& connection, CaseId id);
// Up to so many that run by this version, after an instance.
std::vector<InstanceId> running_of_version(db::Connection& connection, std::int64_t version, InstanceId after,
                                           std::int64_t limit);
// Those that a call activity started and that still run.
std::vector<InstanceId> running_calls(db::Connection& connection, InstanceId caller, bpmn::Id node);

// ---- History

struct HistoryEntry {
  InstanceId instance;
  std::int64_t number = 0;
  Instant at{};
  Act act;
  std::string what;  // "completed task", "timer", "claimed" …
  std::int64_t version = 0;
  std::string event;     // Encoded; empty where nothing came from outside.
  std::string happened;  // history.h
};

// Throws DatabaseError, violating kMovedOn at the end of the work, where somebody else has added this number.
void add_history(db::Connection& connection, const HistoryEntry& entry);
inline constexpr std::string_view kMovedOn = "unique case_history(instance, number)";
// An act that moves nothing: a claim, a comment. Inside the writer nobody comes in between.
void note(db::Connection& connection, InstanceId instance, const Act& act, std::string_view what, Instant at);
std::vector<HistoryEntry> history_of(db::Connection& connection, InstanceId instance);

// ---- What instances wait for

struct StoredWait {
  bpmn::Id node = 0;
  std::size_t place = 0;
  enum class Kind { Message, Signal } kind = Kind::Message;
  std::string name;
  std::string correlation;

  auto operator<=>(const StoredWait&) const = default;
};
void add_wait(db::Connection& connection, InstanceId instance, const StoredWait& wait);
void remove_wait(db::Connection& connection, InstanceId instance, const StoredWait& wait);
// The instance that has waited for such a message, or for any, the longest.
std::optional<InstanceId> receiver_of(db::Connection& connection, std::string_view message,
                                      std::string_view correlation);
std::vector<InstanceId> receivers_of_signal(db::Connection& connection, std::string_view signal);

// false: a message with this id has come before.
bool receive_once(db::Connection& connection, std::string_view id, Instant now);

// ---- Jobs

struct Job {
  enum class Kind {
    Event,     // Something happens to the instance: a timer, say.
    Decision,  // A business rule task of `instance`; `content` has its inputs.
    Work,      // A service or send task for a program; `content` has its inputs.
    Message,   // For whoever waits for it, or begins with it.
    Signal,    // For all who wait for it, or begin with it.
    Start,     // A process begins by a timer.
  };
  std::int64_t number = 0;
  Kind kind = Kind::Event;
  std::optional<CaseId> case_id;
  std::optional<InstanceId> instance;
  bpmn::Id node = 0;
  std::string topic;  // Of work its kind, of messages and signals their name, of a start its process.
  std::optional<Instant> due_at;
  std::int64_t attempts = 0;
  std::string content;                      // Encoded: an event, or where it says so variables.
  std::string problem;                      // Why it failed the last time.
  std::string who = std::string(kProcess);  // Who sent the message or signal.
};

void add_job(db::Connection& connection, const Job& job);
// Gives up to `limit` jobs that are due at `now` to `claim`, until `until`: those without a topic for programs, or the
// work of one topic.
std::vector<Job> claim_jobs(db::Connection& connection, std::string_view claim, std::string_view work_topic,
                            std::int64_t limit, Instant now, Instant until);
std::optional<Job> find_job(db::Connection& connection, std::int64_t number);
// What the claim still has is done. How many there were: fewer than expected where somebody else has them by now.
std::int64_t remove_claimed(db::Connection& connection, std::string_view claim);
bool remove_claimed(db::Connection& connection, std::string_view claim, std::int64_t number);
// A job of the claim is to be done later, or by a person's decision (no time).
bool release_job(db::Connection& connection, std::string_view claim, const Job& job, std::optional<Instant> due_at,
                 std::string_view problem);
void remove_jobs(db::Connection& connection, InstanceId instance, bpmn::Id node);
// One timer of several.
void remove_timer(db::Connection& connection, InstanceId instance, const bpmn::TimerDue& timer);
// What failed in an instance that has ended waits for nobody any more.
void remove_incidents(db::Connection& connection, InstanceId instance);
// The timers with which a process begins.
void remove_starts(db::Connection& connection, std::string_view process);
// Messages of this name that wait for a receiver may be tried again.
void wake_messages(db::Connection& connection, std::string_view name, Instant now);
// Is there a job for the engine, or the work of this topic?
bool is_due(db::Connection& connection, std::string_view work_topic, Instant now);
std::optional<Instant> next_due(db::Connection& connection);
// Each as it is read, in the order in which they came.
void each_job(db::Connection& connection, const std::function<void(const Job&)>& on_job);
std::string_view name_of(Job::Kind kind);  // "event"
// Incidents: what failed and waits for a person. The oldest first.
std::vector<Job> incidents(db::Connection& connection, std::int64_t limit);
std::vector<Job> incidents_of(db::Connection& connection, CaseId id);
// The topics of the case's work that programs have still to do.
std::vector<std::string> open_work_of(db::Connection& connection, CaseId id);
// true: it was an incident, and is due now.
bool retry_job(db::Connection& connection, std::int64_t number, Instant now);

// ---- Tasks

struct Task {
  TaskId id;
  CaseId case_id;
  InstanceId instance;
  bpmn::Id node = 0;
  std::string element;
  std::string name;
  std::string assignee;  // Empty: nobody's.
  std::vector<std::string> teams;
  std::optional<Instant> due_at;
  std::optional<Instant> follow_up_at;
  std::int64_t priority = 0;
  Instant created_at{};
  std::optional<Instant> ended_at;
  bool done = false;  // Ended by whoever did it; else withdrawn.
};

void insert_task(db::Connection& connection, const Task& task);
// To one more team.
void offer_task(db::Connection& connection, const Task& task, std::string_view team);
std::optional<Task> find_task(db::Connection& connection, TaskId id);
std::vector<Task> tasks_of(db::Connection& connection, CaseId id);  // The oldest first.
void end_task(db::Connection& connection, TaskId id, Instant at);
// Of the open tasks of a node: its element is another now.
void rename_tasks(db::Connection& connection, InstanceId instance, bpmn::Id node, std::string_view element,
                  std::string_view name);
void withdraw_tasks(db::Connection& connection, InstanceId instance, bpmn::Id node, Instant at);
void withdraw_tasks(db::Connection& connection, InstanceId instance, Instant at);

}  // namespace guildhall::cases
