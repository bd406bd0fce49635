#include "cases/engine.h"

#include <algorithm>

#include "base/log.h"
#include "bpmn/instance_codec.h"
#include "cases/impl/unit.h"

namespace guildhall::cases {
namespace {

constexpr int kTries = 50;  // To store a step while others move the same instance on.

// A claim has ended while its jobs were being done: nothing of that may be stored.
struct ClaimLost {};

// Whoever finds it stored twice knows that it is the same.
std::string key_of(const Job& job) {
  return job.instance->text() + "#" + std::to_string(job.node);
}

}  // namespace

Engine::Engine(db::Database& database, const Clock& clock, Options options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      definitions_(database),
      calendars_(database, clock),
      decisions_(database) {}

Engine::~Engine() = default;

void Engine::wake() const {
  if (wake_) wake_();
}

void Engine::between_steps() const {
  if (options_.between_steps) options_.between_steps();
}

void Engine::when_due(std::function<void()> wake) {
  wake_ = std::move(wake);
}

std::optional<Instant> Engine::next_due() {
  return database_.read([](db::Connection& connection) { return cases::next_due(connection); });
}

// Computes and stores; again from the start where somebody else has moved the same instance on in between.
template <class Compute, class Store>
auto Engine::in_unit(Compute&& compute, Store&& also_store) {
  for (int tries = 1;; ++tries) {
    Unit unit(*this, clock_.now());
    auto computed = compute(unit);
    if (!computed.ok()) return computed;
    between_steps();
    try {
      database_.write([&](db::Connection& connection) {
        also_store(connection);
        unit.store(connection);
      });
      between_steps();
      wake();
      return computed;
    } catch (const db::DatabaseError& error) {
      if (!error.violates(kMovedOn) || tries == kTries) throw;
    }
  }
}

// ---- From outside

Result<Started> Engine::start(const NewCase& opened) {
  try {
    return in_unit([&](Unit& unit) { return unit.open(opened); }, [](db::Connection&) {});
  } catch (const db::DatabaseError& error) {
    if (!error.violates(kOpened)) throw;
  }
  // It was opened before.
  return database_.read([&](db::Connection& connection) {
    const Case known = find_case(connection, opened.id).value();
    return Started{known.id, instances_of(connection, known.id).front().id, known.reference, false};
  });
}

Result<void> Engine::complete(TaskId id, const bpmn::Variables& variables, const Act& act) {
  const auto read_task = [&] {
    return database_.read([&](db::Connection& connection) { return find_task(connection, id); });
  };
  const auto ended = [](const Task& task) {
    return Problem{task.done ? "This task has been done already." : "This task is no longer needed.", task.name,
                   "Look at the case to see what happened."};
  };
  return in_unit(
      [&](Unit& unit) -> Result<void> {
        const auto task = read_task();
        if (!task) return Problem{"There is no such task.", id.text(), ""};
        if (task->ended_at) return ended(*task);
        // Somebody may have done it between these two looks.
        const bool waited =
            TRY(unit.happen(task->instance, bpmn::Completed{task->node, variables}, act, "completed " + task->name));
        if (!waited) return ended(read_task().value());
        unit.end_task(id);
        return {};
      },
      [](db::Connection&) {});
}

bool Engine::send(const bpmn::MessageArrived& message, std::string_view id, std::string_view who) {
  const bool is_new = database_.write([&](db::Connection& connection) {
    if (!id.empty() && !receive_once(connection, id, clock_.now())) return false;
    add_job(connection, {.kind = Job::Kind::Message,
                         .case_id = std::nullopt,
                         .instance = std::nullopt,
                         .topic = message.name,
                         .due_at = clock_.now(),
                         .content = bpmn::encode(bpmn::Event(message)),
                         .problem = {},
                         .who = std::string(who)});
    return true;
  });
  wake();
  return is_new;
}

void Engine::broadcast(std::string_view signal, std::string_view who) {
  database_.write([&](db::Connection& connection) {
    add_job(connection, {.kind = Job::Kind::Signal,
                         .case_id = std::nullopt,
                         .instance = std::nullopt,
                         .topic = std::string(signal),
                         .due_at = clock_.now(),
                         .content = bpmn::encode(bpmn::Event(bpmn::SignalArrived{std::string(signal)})),
                         .problem = {},
                         .who = std::string(who)});
  });
  wake();
}

// ---- Work of programs

std::vector<Work> Engine::claim_work(std::string_view topic, std::int64_t limit, std::chrono::seconds lease) {
  const Instant now = clock_.now();
  // Programs ask often, and mostly for nothing: that is no reason to write.
  if (!database_.read([&](db::Connection& connection) { return is_due(connection, topic, now); })) return {};
  const std::string claim = new_uuid().text();
  const std::vector<Job> jobs = database_.write(
      [&](db::Connection& connection) { return claim_jobs(connection, claim, topic, limit, now, now + lease); });
  std::vector<Work> claimed;
  for (const Job& job : jobs) {
    claimed.push_back({.key = key_of(job),
                       .topic = job.topic,
                       .job = job.number,
                       .claim = claim,
                       .case_id = job.case_id.value(),
                       .instance = job.instance.value(),
                       .inputs = bpmn::decode_variables(job.content).value(),
                       .attempts = job.attempts});
  }
  return claimed;
}

// What follows from work, and the work is done.
Result<void> Engine::answer_work(std::int64_t number, std::string_view claim, const AnswerOf& answer,
                                 std::string_view what, std::string_view who) {
  const Problem ended{"This work is no longer yours.", std::to_string(number),
                      "Its claim has ended, or the process went on without it: don't do it again, claim other work."};
  try {
    return in_unit(
        [&](Unit& unit) -> Result<void> {
          const auto job = database_.read([&](db::Connection& connection) { return find_job(connection, number); });
          if (!job || job->kind != Job::Kind::Work) return ended;
          const Act act{std::string(who), ""};
          if (!TRY(unit.happen(job->instance.value(), answer(job->node), act, what))) return ended;
          return {};
        },
        [&](db::Connection& connection) {
          if (!remove_claimed(connection, claim, number)) throw ClaimLost();
        });
  } catch (const ClaimLost&) {
    return ended;
  }
}

Result<void> Engine::complete_work(std::int64_t job, std::string_view claim, const bpmn::Variables& variables,
                                   std::string_view who) {
  return answer_work(
      job, claim,
      [&](bpmn::Id node) {
        return bpmn::Completed{node, variables};
      },
      "work done", who);
}

Result<void> Engine::throw_error(std::int64_t job, std::string_view claim, const std::string& code,
                                 std::string_view who) {
  return answer_work(
      job, claim,
      [&](bpmn::Id node) {
        return bpmn::ErrorThrown{node, code};
      },
      "work gave an error", who);
}

Result<void> Engine::fail_work(std::int64_t number, std::string_view claim, const std::string& why) {
  const auto job = database_.read([&](db::Connection& connection) { return find_job(connection, number); });
  if (!job || job->kind != Job::Kind::Work || !put_off(*job, claim, why)) {
    return Problem{"This work is no longer yours.", std::to_string(number), "Claim other work."};
  }
  return {};
}

// ---- What is due

std::size_t Engine::work() {
  const Instant now = clock_.now();
  std::size_t done = 0;
  const auto claim_some = [&](std::string_view topic) {
    const std::string claim = new_uuid().text();
    std::vector<Job> jobs;
    if (database_.read([&](db::Connection& connection) { return is_due(connection, topic, now); })) {
      jobs = database_.write([&](db::Connection& connection) {
        return claim_jobs(connection, claim, topic, topic.empty() ? options_.batch : options_.work_batch, now,
                          now + options_.lease);
      });
    }
    between_steps();
    done += jobs.size();
    return std::pair(std::move(jobs), claim);
  };
  if (auto [jobs, claim] = claim_some(""); !jobs.empty()) run(std::move(jobs), claim);
  for (const auto& [topic, handler] : options_.handlers) {
    if (auto [jobs, claim] = claim_some(topic); !jobs.empty()) run(handle(std::move(jobs), handler, claim), claim);
  }
  return done;
}

// The work of programs in this program: what they give back is what happens. What failed is put off.
std::vector<Job> Engine::handle(std::vector<Job> jobs, const Handler& handler, const std::string& claim) {
  std::vector<Job> handled;
  for (Job& job : jobs) {
    std::string why;
    try {
      auto given = handler({.key = key_of(job),
                            .topic = job.topic,
                            .job = job.number,
                            .claim = claim,
                            .case_id = job.case_id.value(),
                            .instance = job.instance.value(),
                            .inputs = bpmn::decode_variables(job.content).value(),
                            .attempts = job.attempts});
      between_steps();
      if (given.ok()) {
        job.kind = Job::Kind::Event;
        job.content = bpmn::encode(bpmn::Event(bpmn::Completed{job.node, *std::move(given)}));
        handled.push_back(std::move(job));
        continue;
      }
      why = to_text(given.problems());
    } catch (const std::exception& error) {
      log(LogLevel::Error, "cases.handler_failed", {{"job", job.number}, {"kind", typeid(error)}});
      why = "The program that does this work has failed.";
    }
    put_off(job, claim, why);
  }
  return handled;
}

void Engine::run(std::vector<Job> jobs, const std::string& claim) {
  if (jobs.size() > 1 && run_together(jobs, claim)) return;
  for (const Job& job : jobs) run_alone(job, claim);
}

// All of them in one transaction; false: one of them can't be done that way, and nothing was.
bool Engine::run_together(const std::vector<Job>& jobs, const std::string& claim) {
  Unit unit(*this, clock_.now());
  std::vector<InstanceId> instances;
  for (const Job& job : jobs) {
    if (job.instance) instances.push_back(*job.instance);
  }
  unit.preload(instances);
  try {
    for (const Job& job : jobs) {
      if (!unit.run(job).ok()) return false;
    }
    between_steps();
    database_.write([&](db::Connection& connection) {
      if (remove_claimed(connection, claim) != static_cast<std::int64_t>(jobs.size())) throw ClaimLost();
      unit.store(connection);
    });
    between_steps();
    wake();
    return true;
  } catch (const ClaimLost&) {
    return false;
  } catch (const BrokenInvariant&) {
    return false;
  } catch (const db::DatabaseError& error) {
    if (!error.violates(kMovedOn)) throw;
    return false;
  }
}

void Engine::run_alone(const Job& job, const std::string& claim) {
  try {
    const auto done = in_unit([&](Unit& unit) { return unit.run(job); },
                              [&](db::Connection& connection) {
                                if (!remove_claimed(connection, claim, job.number)) throw ClaimLost();
                              });
    if (!done.ok()) release(job, claim, std::nullopt, to_text(done.problems()));
  } catch (const ClaimLost&) {
    // Somebody else does it, or it was withdrawn.
  } catch (const BrokenInvariant& broken) {
    log(LogLevel::Error, "cases.job_failed", {{"job", job.number}, {"place", broken.place()}});
    release(job, claim, std::nullopt, "Guildhall made a mistake here: see its log.");
  }
}

bool Engine::release(const Job& job, std::string_view claim, std::optional<Instant> due_at, const std::string& why) {
  return database_.write([&](db::Connection& connection) { return release_job(connection, claim, job, due_at, why); });
}

bool Engine::put_off(const Job& job, std::string_view claim, const std::string& why) {
  const auto tried = static_cast<std::size_t>(job.attempts);
  const bool again = tried >= 1 && tried <= options_.retry_after.size();
  return release(job, claim, again ? std::optional(clock_.now() + options_.retry_after[tried - 1]) : std::nullopt, why);
}

// ---- By a person's decision

Result<void> Engine::retry(std::int64_t number, const Act& act) {
  const Instant now = clock_.now();
  const auto retried = database_.write([&](db::Connection& connection) -> Result<void> {
    const auto job = find_job(connection, number);
    if (!job || !retry_job(connection, number, now)) {
      return Problem{"There is no such incident.", std::to_string(number), "It may have been mended already."};
    }
    if (job->instance) note(connection, *job->instance, act, "retried", now);
    return {};
  });
  if (retried.ok()) wake();
  return retried;
}

Result<void> Engine::cancel(CaseId case_id, const Act& act) {
  return in_unit(
      [&](Unit& unit) -> Result<void> {
        const auto instances =
            database_.read([&](db::Connection& connection) { return instances_of(connection, case_id); });
        if (instances.empty()) return Problem{"There is no such case.", case_id.text(), ""};
        if (instances[0].ended_at) return Problem{"This case has ended already.", case_id.text(), ""};
        TRY(unit.happen(instances[0].id, bpmn::Stopped{}, act, "cancelled"));
        return {};
      },
      [](db::Connection&) {});
}

}  // namespace guildhall::cases
