#include "cases/case_store.h"

#include <algorithm>
#include <array>

#include "bpmn/instance_codec.h"

namespace guildhall::cases {
namespace {

using State = bpmn::ProcessInstance::State;

State state_named(std::string_view name) {
  for (const State state : {State::Running, State::Completed, State::Terminated, State::Failed}) {
    if (name_of(state) == name) return state;
  }
  return State::New;
}

constexpr std::string_view kInstance =
    "SELECT id, case_id, version, caller, caller_node, depth, number, state, content, started_at, ended_at "
    "FROM process_instance ";

StoredInstance instance_of(const db::Row& row) {
  StoredInstance instance{.id = row.id<InstanceId>(0),
                          .case_id = row.id<CaseId>(1),
                          .version = row.integer(2),
                          .caller = std::nullopt,
                          .depth = row.integer(5),
                          .number = row.integer(6),
                          .state = state_named(row.text(7)),
                          .content = std::string(row.blob(8)),
                          .started_at = row.instant(9),
                          .ended_at = row.optional_instant(10)};
  if (!row.is_null(3)) instance.caller = Caller{row.id<InstanceId>(3), static_cast<bpmn::Id>(row.integer(4))};
  return instance;
}

constexpr std::string_view kCase = "SELECT id, reference, title, opened_at, closed_at FROM council_case ";

Case case_of(const db::Row& row) {
  return {.id = row.id<CaseId>(0),
          .reference = std::string(row.text(1)),
          .title = std::string(row.text(2)),
          .opened_at = row.instant(3),
          .closed_at = row.optional_instant(4)};
}

constexpr std::array<std::string_view, 6> kJobKinds{"event", "decision", "work", "message", "signal", "start"};

constexpr std::string_view kJobColumns =
    "number, kind, case_id, instance, node, topic, due_at, attempts, content, problem, who";

Job job_of(const db::Row& row) {
  const auto kind = std::ranges::find(kJobKinds, row.text(1));
  return {.number = row.integer(0),
          .kind = static_cast<Job::Kind>(kind - kJobKinds.begin()),
          .case_id = row.optional_id<CaseId>(2),
          .instance = row.optional_id<InstanceId>(3),
          .node = static_cast<bpmn::Id>(row.optional_integer(4).value_or(0)),
          .topic = std::string(row.text(5)),
          .due_at = row.optional_instant(6),
          .attempts = row.integer(7),
          .content = std::string(row.blob(8)),
          .problem = std::string(row.optional_text(9).value_or("")),
          .who = std::string(row.optional_text(10).value_or(kProcess))};
}

std::vector<Job> jobs(db::Connection& connection, const std::string& condition, db::Params params) {
  std::vector<Job> found;
  connection.query("SELECT " + std::string(kJobColumns) + " FROM job " + condition, params,
                   [&](const db::Row& row) { found.push_back(job_of(row)); });
  return found;
}

constexpr std::string_view kTask =
    "SELECT id, case_id, instance, node, element, name, assignee, due_at, follow_up_at, priority, created_at, "
    "ended_at, "
    "outcome FROM task ";

Task task_of(const db::Row& row) {
  return {.id = row.id<TaskId>(0),
          .case_id = row.id<CaseId>(1),
          .instance = row.id<InstanceId>(2),
          .node = static_cast<bpmn::Id>(row.integer(3)),
          .element = std::string(row.text(4)),
          .name = std::string(row.text(5)),
          .assignee = std::string(row.optional_text(6).value_or("")),
          .teams = {},
          .due_at = row.optional_instant(7),
          .follow_up_at = row.optional_instant(8),
          .priority = row.integer(9),
          .created_at = row.instant(10),
          .ended_at = row.optional_instant(11),
          .done = row.optional_text(12).value_or("") == "done"};
}

std::string_view name_of(StoredWait::Kind kind) {
  return kind == StoredWait::Kind::Message ? "message" : "signal";
}

void read_teams(db::Connection& connection, std::vector<Task>& tasks) {
  for (Task& task : tasks) {
    connection.query("SELECT team FROM task_team WHERE task = $1 ORDER BY team", {task.id},
                     [&](const db::Row& row) { task.teams.emplace_back(row.text(0)); });
  }
}

template <class IdType>
db::Param param_of(const std::optional<IdType>& id) {
  return id ? db::Param(*id) : db::Param(nullptr);
}

}  // namespace

// ---- Cases

void insert_case(db::Connection& connection, const Case& opened) {
  connection.enqueue(
      "INSERT INTO council_case (id, reference, title, opened_at, closed_at) VALUES ($1, $2, $3, $4, $5)",
      {opened.id, opened.reference, opened.title, opened.opened_at, opened.closed_at});
}

std::optional<Case> find_case(db::Connection& connection, CaseId id) {
  return connection.query_one(std::string(kCase) + "WHERE id = $1", {id}, &case_of);
}

std::optional<Case> find_case(db::Connection& connection, std::string_view reference) {
  return connection.query_one(std::string(kCase) + "WHERE reference = $1", {reference}, &case_of);
}

void each_case(db::Connection& connection, bool only_open, const std::function<void(const Case&)>& on_case) {
  connection.query(std::string(kCase) + (only_open ? "WHERE closed_at IS NULL " : "") + "ORDER BY opened_at DESC, id",
                   {}, [&](const db::Row& row) { on_case(case_of(row)); });
}

void close_case(db::Connection& connection, CaseId id, Instant at) {
  connection.enqueue("UPDATE council_case SET closed_at = $2 WHERE id = $1", {id, at});
}

void reopen_case(db::Connection& connection, CaseId id) {
  connection.enqueue("UPDATE council_case SET closed_at = NULL WHERE id = $1", {id});
}

// ---- Process instances

std::string_view name_of(State state) {
  switch (state) {
    case State::New:
    case State::Running:
      return "running";
    case State::Completed:
      return "completed";
    case State::Terminated:
      return "terminated";
    case State::Failed:
      return "failed";
  }
  return "";
}

void insert_instance(db::Connection& connection, const StoredInstance& instance) {
  connection.enqueue(
      "INSERT INTO process_instance (id, case_id, version, caller, caller_node, depth, number, state, content, "
      "started_at, "
      "ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {instance.id, instance.case_id, instance.version,
       instance.caller ? db::Param(instance.caller->instance) : db::Param(nullptr),
       instance.caller ? db::Param(instance.caller->node) : db::Param(nullptr), instance.depth, instance.number,
       name_of(instance.state), db::Blob{instance.content}, instance.started_at, instance.ended_at});
}

void update_instance(db::Connection& connection, const StoredInstance& instance) {
  connection.enqueue(
      "UPDATE process_instance SET version = $2, number = $3, state = $4, content = $5, ended_at = $6 WHERE id = $1",
      {instance.id, instance.version, instance.number, name_of(instance.state), db::Blob{instance.content},
       instance.ended_at});
}

std::optional<StoredInstance> find_instance(db::Connection& connection, InstanceId id) {
  return connection.query_one(std::string(kInstance) + "WHERE id = $1", {id}, &instance_of);
}

// In statements of few lengths, so that they are prepared once.
std::vector<StoredInstance> find_instances(db::Connection& connection, std::span<const InstanceId> ids) {
  constexpr std::size_t kMany = 64;
  static const std::string kSelectMany = [] {
    std::string sql = std::string(kInstance) + "WHERE id IN (";
    for (std::size_t i = 1; i <= kMany; ++i) sql += (i == 1 ? "$" : ", $") + std::to_string(i);
    return sql + ")";
  }();
  std::vector<StoredInstance> found;
  while (ids.size() > 1) {
    const auto these = ids.subspan(0, std::min(ids.size(), kMany));
    std::vector<db::Param> params(these.begin(), these.end());
    params.resize(kMany, db::Param(nullptr));
    connection.query(kSelectMany, params, [&](const db::Row& row) { found.push_back(instance_of(row)); });
    ids = ids.subspan(these.size());
  }
  for (const InstanceId id : ids) {
    if (auto one = find_instance(connection, id)) found.push_back(*std::move(one));
  }
  return found;
}

std::vector<StoredInstance> instances_of(db::Connection& connection, CaseId id) {
  std::vector<StoredInstance> found;
  connection.query(std::string(kInstance) +
                       "WHERE case_id = $1 ORDER BY depth, CASE WHEN depth > 0 OR ended_at IS NULL THEN 0 ELSE 1 END, "
                       "CASE WHEN depth > 0 THEN started_at ELSE -started_at END, id",
                   {id}, [&](const db::Row& row) { found.push_back(instance_of(row)); });
  return found;
}

std::vector<InstanceId> running_of_version(db::Connection& connection, std::int64_t version, InstanceId after,
                                           std::int64_t limit) {
  std::vector<InstanceId> found;
  connection.query(
      "SELECT id FROM process_instance WHERE version = $1 AND ended_at IS NULL AND id > $2 ORDER BY id LIMIT $3",
      {version, after, limit}, [&](const db::Row& row) { found.push_back(row.id<InstanceId>(0)); });
  return found;
}

std::vector<InstanceId> running_calls(db::Connection& connection, InstanceId caller, bpmn::Id node) {
  std::vector<InstanceId> found;
  connection.query("SELECT id FROM process_instance WHERE caller = $1 AND caller_node = $2 AND ended_at IS NULL",
                   {caller, node}, [&](const db::Row& row) { found.push_back(row.id<InstanceId>(0)); });
  return found;
}

// ---- History

void add_history(db::Connection& connection, const HistoryEntry& entry) {
  connection.enqueue(
      "INSERT INTO case_history (instance, number, at, who, act, why, version, event, happened) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {entry.instance, entry.number, entry.at, entry.act.who, entry.what, entry.act.why, entry.version,
       entry.event.empty() ? db::Param(nullptr) : db::Param(db::Blob{entry.event}), entry.happened});
}

void note(db::Connection& connection, InstanceId instance, const Act& act, std::string_view what, Instant at) {
  connection.execute("UPDATE process_instance SET number = number + 1 WHERE id = $1", {instance});
  connection.execute(
      "INSERT INTO case_history (instance, number, at, who, act, why, version, event, happened) "
      "SELECT id, number, $2, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), version, NULL, '' FROM "
      "process_instance WHERE id = $1",
      {instance, at, act.who, what, act.why});
}

std::vector<HistoryEntry> history_of(db::Connection& connection, InstanceId instance) {
  std::vector<HistoryEntry> entries;
  connection.query(
      "SELECT number, at, who, act, why, version, event, happened FROM case_history WHERE instance = $1 ORDER BY "
      "number",
      {instance}, [&](const db::Row& row) {
        entries.push_back({.instance = instance,
                           .number = row.integer(0),
                           .at = row.instant(1),
                           .act = {.who = std::string(row.text(2)), .why = std::string(row.text(4))},
                           .what = std::string(row.text(3)),
                           .version = row.integer(5),
                           .event = std::string(row.optional_blob(6).value_or("")),
                           .happened = std::string(row.text(7))});
      });
  return entries;
}

// ---- Waits

void add_wait(db::Connection& connection, InstanceId instance, const StoredWait& wait) {
  connection.enqueue(
      "INSERT INTO process_wait (instance, node, place, kind, name, correlation) VALUES ($1, $2, $3, $4, $5, $6)",
      {instance, wait.node, wait.place, name_of(wait.kind), wait.name, wait.correlation});
}

void remove_wait(db::Connection& connection, InstanceId instance, const StoredWait& wait) {
  connection.enqueue("DELETE FROM process_wait WHERE instance = $1 AND node = $2 AND place = $3",
                     {instance, wait.node, wait.place});
}

// Ids of instances sort by the time at which they began.
std::optional<InstanceId> receiver_of(db::Connection& connection, std::string_view message,
                                      std::string_view correlation) {
  return connection.query_one(
      "SELECT instance FROM process_wait WHERE kind = 'message' AND name IN ($1, '') "
      "AND correlation IN ($2, '') ORDER BY correlation DESC, name DESC, instance LIMIT 1",
      {message, correlation}, [](const db::Row& row) { return row.id<InstanceId>(0); });
}

std::vector<InstanceId> receivers_of_signal(db::Connection& connection, std::string_view signal) {
  std::vector<InstanceId> found;
  connection.query(
      "SELECT DISTINCT instance FROM process_wait WHERE kind = 'signal' AND name IN ($1, '') ORDER BY instance",
      {signal}, [&](const db::Row& row) { found.push_back(row.id<InstanceId>(0)); });
  return found;
}

bool receive_once(db::Connection& connection, std::string_view id, Instant now) {
  return connection.execute("INSERT INTO message_received (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                            {id, now}) == 1;
}

// ---- Jobs

void add_job(db::Connection& connection, const Job& job) {
  connection.enqueue(
      "INSERT INTO job (kind, case_id, instance, node, topic, due_at, attempts, content, problem, who) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {name_of(job.kind), param_of(job.case_id), param_of(job.instance), job.node, job.topic, job.due_at, job.attempts,
       db::Blob{job.content}, job.problem.empty() ? db::Param(nullptr) : db::Param(job.problem),
       job.who == kProcess ? db::Param(nullptr) : db::Param(job.who)});
}

std::vector<Job> claim_jobs(db::Connection& connection, std::string_view claim, std::string_view work_topic,
                            std::int64_t limit, Instant now, Instant until) {
  std::vector<Job> claimed;
  const auto claim_them = [&](const std::string& which, db::Params params) {
    connection.query(
        "UPDATE job SET claim = $1, due_at = $2, attempts = attempts + 1 WHERE number IN (SELECT number FROM job "
        "WHERE due_at <= $3 AND " +
            which + " ORDER BY due_at, number LIMIT $4) RETURNING " + std::string(kJobColumns),
        params, [&](const db::Row& row) { claimed.push_back(job_of(row)); });
  };
  if (work_topic.empty()) {
    claim_them("kind <> 'work'", {claim, until, now, limit});
  } else {
    claim_them("kind = 'work' AND topic = $5", {claim, until, now, limit, work_topic});
  }
  std::ranges::sort(claimed, {}, &Job::number);
  return claimed;
}

std::optional<Job> find_job(db::Connection& connection, std::int64_t number) {
  return connection.query_one("SELECT " + std::string(kJobColumns) + " FROM job WHERE number = $1", {number}, &job_of);
}

std::int64_t remove_claimed(db::Connection& connection, std::string_view claim) {
  return connection.execute("DELETE FROM job WHERE claim = $1", {claim});
}

bool remove_claimed(db::Connection& connection, std::string_view claim, std::int64_t number) {
  return connection.execute("DELETE FROM job WHERE number = $1 AND claim = $2", {number, claim}) == 1;
}

bool release_job(db::Connection& connection, std::string_view claim, const Job& job, std::optional<Instant> due_at,
                 std::string_view problem) {
  return connection.execute("UPDATE job SET claim = NULL, due_at = $3, problem = $4 WHERE number = $1 AND claim = $2",
                            {job.number, claim, due_at, problem.empty() ? db::Param(nullptr) : db::Param(problem)}) ==
         1;
}

void remove_jobs(db::Connection& connection, InstanceId instance, bpmn::Id node) {
  connection.enqueue("DELETE FROM job WHERE instance = $1 AND node = $2", {instance, node});
}

void remove_timer(db::Connection& connection, InstanceId instance, const bpmn::TimerDue& timer) {
  const std::string content = bpmn::encode(bpmn::Event(timer));
  connection.enqueue("DELETE FROM job WHERE instance = $1 AND node = $2 AND kind = 'event' AND content = $3",
                     {instance, timer.instance, db::Blob{content}});
}

void remove_incidents(db::Connection& connection, InstanceId instance) {
  connection.enqueue("DELETE FROM job WHERE instance = $1 AND due_at IS NULL", {instance});
}

void remove_starts(db::Connection& connection, std::string_view process) {
  connection.enqueue("DELETE FROM job WHERE kind = 'start' AND topic = $1", {process});
}

void wake_messages(db::Connection& connection, std::string_view name, Instant now) {
  connection.enqueue(
      "UPDATE job SET due_at = $2 WHERE topic = $1 AND due_at IS NULL AND kind = 'message' AND problem IS NULL",
      {name, now});
}

bool is_due(db::Connection& connection, std::string_view work_topic, Instant now) {
  bool due = false;
  const auto look = [&](std::string_view sql, db::Params params) {
    connection.query(sql, params, [&](const db::Row&) { due = true; });
  };
  if (work_topic.empty()) {
    look("SELECT 1 FROM job WHERE due_at <= $1 AND kind <> 'work' LIMIT 1", {now});
  } else {
    look("SELECT 1 FROM job WHERE due_at <= $1 AND kind = 'work' AND topic = $2 LIMIT 1", {now, work_topic});
  }
  return due;
}

std::optional<Instant> next_due(db::Connection& connection) {
  return connection
      .query_one("SELECT min(due_at) FROM job WHERE due_at IS NOT NULL AND kind <> 'work'", {},
                 [](const db::Row& row) { return row.optional_instant(0); })
      .value_or(std::nullopt);
}

void each_job(db::Connection& connection, const std::function<void(const Job&)>& on_job) {
  connection.query("SELECT " + std::string(kJobColumns) + " FROM job ORDER BY number", {},
                   [&](const db::Row& row) { on_job(job_of(row)); });
}

std::string_view name_of(Job::Kind kind) {
  return kJobKinds[static_cast<std::size_t>(kind)];
}

std::vector<Job> incidents(db::Connection& connection, std::int64_t limit) {
  return jobs(connection, "WHERE due_at IS NULL AND problem IS NOT NULL ORDER BY number LIMIT $1", {limit});
}

std::vector<Job> incidents_of(db::Connection& connection, CaseId id) {
  return jobs(connection,
              "WHERE due_at IS NULL AND problem IS NOT NULL AND instance IN (SELECT id FROM process_instance WHERE "
              "case_id = $1) ORDER BY number",
              {id});
}

std::vector<std::string> open_work_of(db::Connection& connection, CaseId id) {
  std::vector<std::string> topics;
  connection.query(
      "SELECT topic FROM job WHERE kind = 'work' AND instance IN (SELECT id FROM process_instance WHERE case_id = $1) "
      "ORDER BY number",
      {id}, [&](const db::Row& row) { topics.emplace_back(row.text(0)); });
  return topics;
}

bool retry_job(db::Connection& connection, std::int64_t number, Instant now) {
  return connection.execute(
             "UPDATE job SET due_at = $2, attempts = 0, claim = NULL WHERE number = $1 AND due_at IS NULL AND problem "
             "IS NOT "
             "NULL",
             {number, now}) == 1;
}

// ---- Tasks

void insert_task(db::Connection& connection, const Task& task) {
  // Whoever is away is covered: see tasks.h.
  connection.enqueue(
      "INSERT INTO task (id, case_id, instance, node, element, name, assignee, due_at, follow_up_at, priority, "
      "created_at) VALUES ($1, $2, $3, $4, $5, $6, COALESCE((SELECT cover FROM absence WHERE (account = $7 OR "
      "signin_name = $7) AND away_from <= $11 AND away_until > $11 AND ended_at IS NULL ORDER BY made_at DESC, id "
      "LIMIT "
      "1), $7), $8, $9, $10, $11)",
      {task.id, task.case_id, task.instance, task.node, task.element, task.name,
       task.assignee.empty() ? db::Param(nullptr) : db::Param(task.assignee), task.due_at, task.follow_up_at,
       task.priority, task.created_at});
  for (const std::string& team : task.teams) offer_task(connection, task, team);
}

void offer_task(db::Connection& connection, const Task& task, std::string_view team) {
  connection.enqueue(
      "INSERT INTO task_team (team, task, due_at, taken) VALUES ($1, $2, $3, $4) ON CONFLICT (team, task) DO NOTHING",
      {team, task.id, task.due_at, task.assignee.empty() ? 0 : 1});
  connection.enqueue(
      "INSERT INTO case_team (team, case_id, opened_at) SELECT CAST($1 AS TEXT), id, opened_at FROM council_case WHERE "
      "id = $2 ON CONFLICT (team, case_id) DO NOTHING",
      {team, task.case_id});
}

std::optional<Task> find_task(db::Connection& connection, TaskId id) {
  const auto found = connection.query_one(std::string(kTask) + "WHERE id = $1", {id}, &task_of);
  if (!found) return std::nullopt;
  std::vector<Task> one{*found};
  read_teams(connection, one);
  return one[0];
}

std::vector<Task> tasks_of(db::Connection& connection, CaseId id) {
  std::vector<Task> tasks;
  connection.query(std::string(kTask) + "WHERE case_id = $1 ORDER BY created_at, id", {id},
                   [&](const db::Row& row) { tasks.push_back(task_of(row)); });
  read_teams(connection, tasks);
  return tasks;
}

void end_task(db::Connection& connection, TaskId id, Instant at) {
  connection.enqueue("UPDATE task SET ended_at = $2, outcome = 'done' WHERE id = $1 AND ended_at IS NULL", {id, at});
  connection.enqueue("DELETE FROM task_team WHERE task = $1", {id});
}

void rename_tasks(db::Connection& connection, InstanceId instance, bpmn::Id node, std::string_view element,
                  std::string_view name) {
  connection.enqueue("UPDATE task SET element = $3, name = $4 WHERE instance = $1 AND node = $2 AND ended_at IS NULL",
                     {instance, node, element, name});
}

void withdraw_tasks(db::Connection& connection, InstanceId instance, bpmn::Id node, Instant at) {
  connection.enqueue(
      "DELETE FROM task_team WHERE task IN (SELECT id FROM task WHERE instance = $1 AND node = $2 AND ended_at IS "
      "NULL)",
      {instance, node});
  connection.enqueue(
      "UPDATE task SET ended_at = $3, outcome = 'withdrawn' WHERE instance = $1 AND node = $2 AND ended_at IS NULL",
      {instance, node, at});
}

void withdraw_tasks(db::Connection& connection, InstanceId instance, Instant at) {
  connection.enqueue(
      "DELETE FROM task_team WHERE task IN (SELECT id FROM task WHERE instance = $1 AND ended_at IS NULL)", {instance});
  connection.enqueue("UPDATE task SET ended_at = $2, outcome = 'withdrawn' WHERE instance = $1 AND ended_at IS NULL",
                     {instance, at});
}

}  // namespace guildhall::cases
