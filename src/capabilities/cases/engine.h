#pragma once

// The durable engine: moves process instances on, and keeps what they are waiting for.
//
//   Engine engine(database, clock);
//   const Started started = TRY(engine.start({.process = "skip-permit", .title = "Skip for 4 High Street",
//                                             .variables = variables, .act = {account, ""}}));
//   TRY(engine.complete(task, {{"approved", yes}}, {account, "All in order"}));
//   while (engine.work()) {}          // what is due now: timers, messages, decisions to retry
//
// A step is computed outside the writer (bpmn::advance is pure), then state, history, tasks, waits and jobs are stored
// in one transaction. Whoever moved the same instance on in the meantime makes the transaction fail, and the step is
// computed again from what is there now.
//
// What always holds:
//  - What was acknowledged is stored. After a crash between any two steps everything that was to be done is a row in
//    `job`, and becomes due again when its claim ends.
//  - A job and all that follows from it are one transaction: it is done, or it is still there. Only the work of
//    programs happens outside; it is done at least once, and Work::key is the same each time.
//  - What fails changes nothing and is kept: as a job without a due time, with what is wrong, until a person has mended
//    the cause and retries it, or ends the instance.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cases/calendars.h"
#include "cases/case_store.h"
#include "cases/definitions.h"
#include "db/database.h"
#include "decisions/asker.h"

namespace guildhall::cases {

struct NewCase {
  // Made by whoever opens it: who isn't sure that it was stored tries again with the same, and finds it.
  CaseId id = CaseId::make();
  std::string process;       // Its newest version, unless `version` says otherwise.
  std::int64_t version = 0;  // Of the process; 0: the newest.
  std::string title;         // Empty: the process' name.
  bpmn::Variables variables;
  std::string start_event;  // Empty: where the process starts without a trigger.
  Act act;
};

struct Started {
  CaseId case_id;
  InstanceId instance;
  std::string reference;
  bool is_new = true;  // false: it was opened before.
};

// Work for a program: a service or send task.
struct Work {
  std::string key;    // The same whenever this work is done again: what it does must happen once.
  std::string topic;  // What kind of work.
  std::int64_t job = 0;
  std::string claim;
  CaseId case_id;
  InstanceId instance;
  bpmn::Variables inputs;
  std::int64_t attempts = 1;
};

// Does the work, in this program: gives variables back, or problems. Problems and exceptions mean: try again later.
using Handler = std::function<Result<bpmn::Variables>(const Work&)>;

class Engine {
 public:
  struct Options {
    std::chrono::seconds lease{60};  // How long a claim holds.
    // Waits before work that failed is tried again; after the last it is an incident.
    std::vector<std::chrono::seconds> retry_after{std::chrono::seconds{10}, std::chrono::minutes{1},
                                                  std::chrono::minutes{10}, std::chrono::hours{1}};
    std::map<std::string, Handler, std::less<>> handlers = {};  // By topic.
    std::int64_t batch = 128;                                   // Jobs that are claimed, and stored, together …
    std::int64_t work_batch = 64;  // … and of a handler's work, all of which is done before it is stored.
    // Called wherever the program may stop without anything being lost: tests stop it there.
    std::function<void()> between_steps = {};
  };

  // `database` and `clock` must outlive it. Any thread may call any function of it.
  Engine(db::Database& database, const Clock& clock, Options options);
  Engine(db::Database& database, const Clock& clock) : Engine(database, clock, Options()) {}
  ~Engine();

  // ---- From outside. Each is stored when it returns.

  Result<Started> start(const NewCase& opened);
  // Problems where the task is not open any more. That the process can't go on is not the officer's problem: what was
  // done is kept as an incident.
  Result<void> complete(TaskId task, const bpmn::Variables& variables, const Act& act);
  // To whoever waits for it, or begins with it; it waits for its receiver. A message with an id (a payment's, say) that
  // was sent before is passed over: false.
  bool send(const bpmn::MessageArrived& message, std::string_view id = {}, std::string_view who = kProcess);
  void broadcast(std::string_view signal, std::string_view who = kProcess);

  // ---- Work of programs outside: claimed, then done

  std::vector<Work> claim_work(std::string_view topic, std::int64_t limit, std::chrono::seconds lease);
  // Problems where the claim has ended or the work was withdrawn.
  Result<void> complete_work(std::int64_t job, std::string_view claim, const bpmn::Variables& variables,
                             std::string_view who = kProcess);
  Result<void> throw_error(std::int64_t job, std::string_view claim, const std::string& code,
                           std::string_view who = kProcess);
  // Tried again after a while, then an incident.
  Result<void> fail_work(std::int64_t job, std::string_view claim, const std::string& why);

  // ---- What is due

  // Does what is due, up to a batch; says how much it was. Handlers' work of each topic included.
  std::size_t work();
  // When there is something to do next, if there is.
  std::optional<Instant> next_due();
  // Called, from any thread, whenever there may be something to do.
  void when_due(std::function<void()> wake);

  // ---- Incidents and instances, by a person's decision

  Result<void> retry(std::int64_t job, const Act& act);
  // Ends the case's processes, with all that they called.
  Result<void> cancel(CaseId case_id, const Act& act);

  Calendars& calendars() { return calendars_; }
  Definitions& definitions() { return definitions_; }
  db::Database& database() { return database_; }
  const Clock& clock() const { return clock_; }

 private:
  friend class Unit;
  using AnswerOf = std::function<bpmn::Event(bpmn::Id node)>;

  template <class Compute, class Store>
  auto in_unit(Compute&& compute, Store&& also_store);
  Result<void> answer_work(std::int64_t number, std::string_view claim, const AnswerOf& answer, std::string_view what,
                           std::string_view who);
  std::vector<Job> handle(std::vector<Job> jobs, const Handler& handler, const std::string& claim);
  void run(std::vector<Job> jobs, const std::string& claim);
  bool run_together(const std::vector<Job>& jobs, const std::string& claim);
  void run_alone(const Job& job, const std::string& claim);
  bool release(const Job& job, std::string_view claim, std::optional<Instant> due_at, const std::string& why);
  bool put_off(const Job& job, std::string_view claim, const std::string& why);
  void wake() const;
  void between_steps() const;

  db::Database& database_;
  const Clock& clock_;
  Options options_;
  Definitions definitions_;
  Calendars calendars_;
  decisions::PublishedModels decisions_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<decisions::Asker>> askers_;  // Those that nobody uses at this moment.
  std::function<void()> wake_;
};

}  // namespace guildhall::cases
