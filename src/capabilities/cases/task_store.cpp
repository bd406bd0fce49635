#include "cases/task_store.h"

#include <algorithm>

namespace guildhall::cases {
namespace {

// A statement and its values, in the making.
class Sql {
 public:
  std::string text;

  std::string value(db::Param param) {
    values_.push_back(param);
    return "$" + std::to_string(values_.size());
  }
  // "($1, $2)": the texts must outlive it. None: a list that holds nothing.
  std::string any_of(const std::vector<std::string>& texts) {
    if (texts.empty()) return "(NULL)";
    std::string list;
    for (const std::string& each : texts) list += (list.empty() ? "(" : ", ") + value(each);
    return list + ")";
  }
  void query(db::Connection& connection, const db::RowCallback& on_row) { connection.query(text, values_, on_row); }

 private:
  std::vector<db::Param> values_;
};

std::vector<std::string> all_names(const Reach& reach) {
  std::vector<std::string> names = reach.names;
  names.insert(names.end(), reach.covering.begin(), reach.covering.end());
  return names;
}

// Each of the sources of a list, in its order, up to `upto`: an index gives each of them in that order, so that no more
// is read than is asked for. Together they may name a task twice.
std::vector<std::string> sources(Sql& sql, const Reach& reach, const std::vector<std::string>& names, TaskList list,
                                 Instant now, std::int64_t upto) {
  std::string order = " ORDER BY due_at NULLS LAST, ", due;
  if (list == TaskList::Overdue || list == TaskList::DueSoon) {
    due = " AND due_at < " + sql.value(list == TaskList::Overdue ? now : now + kSoon);
    if (list == TaskList::DueSoon) due += " AND due_at >= " + sql.value(now);
    order = " ORDER BY due_at, ";
  }
  const std::string limit = " LIMIT " + std::to_string(upto);
  std::vector<std::string> found;
  if (list == TaskList::Mine) {
    for (const std::string& name : names) {
      found.push_back("SELECT due_at, id FROM task WHERE assignee = " + sql.value(name) + " AND ended_at IS NULL" +
                      order + "id" + limit);
    }
    return found;
  }
  const bool unassigned = list == TaskList::Unassigned;
  if (reach.everywhere) {
    found.push_back("SELECT due_at, id FROM task WHERE ended_at IS NULL" +
                    std::string(unassigned ? " AND assignee IS NULL" : "") + due + order + "id" + limit);
    return found;
  }
  for (const std::string& team : reach.teams) {
    found.push_back("SELECT due_at, task AS id FROM task_team WHERE team = " + sql.value(team) +
                    (unassigned ? " AND taken = 0" : "") + due + order + "task" + limit);
  }
  return found;
}

std::string together(const std::vector<std::string>& sources) {
  std::string sql;
  for (const std::string& each : sources) {
    sql += (sql.empty() ? "" : " UNION ") + std::string("SELECT due_at, id FROM (") + each + ") AS s";
  }
  return sql;
}

constexpr std::string_view kTaskColumns =
    "t.id, t.case_id, t.instance, t.node, t.element, t.name, t.assignee, t.due_at, t.follow_up_at, t.priority, "
    "t.created_at, t.ended_at, t.outcome, t.delegated_by, t.answered_by, c.reference, c.title";

std::string text_or_nothing(const db::Row& row, int column) {
  return std::string(row.optional_text(column).value_or(""));
}

TaskLine line_of(const db::Row& row) {
  return {.task = {.id = row.id<TaskId>(0),
                   .case_id = row.id<CaseId>(1),
                   .instance = row.id<InstanceId>(2),
                   .node = static_cast<bpmn::Id>(row.integer(3)),
                   .element = std::string(row.text(4)),
                   .name = std::string(row.text(5)),
                   .assignee = text_or_nothing(row, 6),
                   .teams = {},
                   .due_at = row.optional_instant(7),
                   .follow_up_at = row.optional_instant(8),
                   .priority = row.integer(9),
                   .created_at = row.instant(10),
                   .ended_at = row.optional_instant(11),
                   .done = text_or_nothing(row, 12) == "done"},
          .reference = std::string(row.text(15)),
          .title = std::string(row.text(16)),
          .delegated_by = text_or_nothing(row, 13),
          .answered_by = text_or_nothing(row, 14)};
}

std::vector<std::string> teams_of(db::Connection& connection, TaskId id) {
  std::vector<std::string> teams;
  connection.query("SELECT team FROM task_team WHERE task = $1 ORDER BY team", {id},
                   [&](const db::Row& row) { teams.emplace_back(row.text(0)); });
  return teams;
}

// A condition on the case `c`.
std::string visible(Sql& sql, const Reach& reach, const std::vector<std::string>& names) {
  if (reach.everywhere || reach.all_cases) return "1 = 1";
  return "(EXISTS (SELECT 1 FROM case_team p WHERE p.case_id = c.id AND p.team IN " + sql.any_of(reach.teams) +
         ") OR EXISTS (SELECT 1 FROM task m WHERE m.case_id = c.id AND m.assignee IN " + sql.any_of(names) + "))";
}

}  // namespace

// ---- Lists

std::vector<TaskLine> list_tasks(db::Connection& connection, const Reach& reach, TaskList list, Instant now,
                                 std::int64_t offset, std::int64_t limit) {
  const std::vector<std::string> names = all_names(reach);
  Sql sql;
  const auto from = sources(sql, reach, names, list, now, offset + limit);
  if (from.empty()) return {};
  sql.text = "SELECT " + std::string(kTaskColumns) + " FROM (SELECT due_at, id FROM (" + together(from) +
             ") AS u ORDER BY due_at NULLS LAST, id LIMIT " + sql.value(limit) + " OFFSET " + sql.value(offset) +
             ") AS page JOIN task t ON t.id = page.id JOIN council_case c ON c.id = t.case_id ORDER BY t.due_at NULLS "
             "LAST, t.id";
  std::vector<TaskLine> lines;
  sql.query(connection, [&](const db::Row& row) { lines.push_back(line_of(row)); });
  for (TaskLine& line : lines) line.task.teams = teams_of(connection, line.task.id);
  return lines;
}

std::int64_t count_tasks(db::Connection& connection, const Reach& reach, TaskList list, Instant now,
                         std::int64_t most) {
  const std::vector<std::string> names = all_names(reach);
  Sql sql;
  const auto from = sources(sql, reach, names, list, now, most);
  if (from.empty()) return 0;
  sql.text = from.size() == 1 ? "SELECT count(*) FROM (" + from[0] + ") AS u"
                              : "SELECT count(*) FROM (" + together(from) + ") AS u";
  std::int64_t count = 0;
  sql.query(connection, [&](const db::Row& row) { count = row.integer(0); });
  return std::min(count, most);
}

// ---- One task

std::optional<ReachedTask> reach_task(db::Connection& connection, const Reach& reach, TaskId id) {
  const std::vector<std::string> names = all_names(reach);
  Sql sql;
  sql.text = "SELECT " + std::string(kTaskColumns) +
             ", t.answers FROM task t JOIN council_case c ON c.id = t.case_id WHERE t.id = " + sql.value(id);
  if (!reach.everywhere) {
    // Teams lose a task when it ends; its case shows what became of it.
    sql.text += " AND (EXISTS (SELECT 1 FROM task_team o WHERE o.task = t.id AND o.team IN " + sql.any_of(reach.teams) +
                ") OR t.assignee IN " + sql.any_of(names) + " OR t.delegated_by = " + sql.value(reach.account) + ")";
  }
  std::optional<ReachedTask> found;
  sql.query(connection, [&](const db::Row& row) {
    TaskLine line = line_of(row);
    found = ReachedTask{std::move(line.task), std::move(line.reference), std::move(line.title),
                        std::move(line.delegated_by), std::nullopt};
    if (!line.answered_by.empty()) {
      found->answers = Answers{line.answered_by, std::string(row.optional_blob(17).value_or(""))};
    }
  });
  if (found) found->task.teams = teams_of(connection, id);
  return found;
}

void assign_task(db::Connection& connection, TaskId id, std::string_view account) {
  connection.enqueue("UPDATE task SET assignee = $2, delegated_by = NULL WHERE id = $1",
                     {id, account.empty() ? db::Param(nullptr) : db::Param(account)});
  connection.enqueue("UPDATE task_team SET taken = $2 WHERE task = $1", {id, account.empty() ? 0 : 1});
}

void move_task(db::Connection& connection, const Task& task, std::string_view team) {
  assign_task(connection, task.id, "");
  connection.enqueue("DELETE FROM task_team WHERE task = $1", {task.id});
  Task moved = task;
  moved.assignee.clear();
  offer_task(connection, moved, team);
}

void delegate_task(db::Connection& connection, TaskId id, std::string_view by, std::string_view to) {
  assign_task(connection, id, to);
  connection.enqueue("UPDATE task SET delegated_by = $2, answered_by = NULL, answers = NULL WHERE id = $1", {id, by});
}

void return_task(db::Connection& connection, TaskId id, std::string_view to, const Answers& answers) {
  assign_task(connection, id, to);
  connection.enqueue("UPDATE task SET answered_by = $2, answers = $3 WHERE id = $1",
                     {id, answers.by, db::Blob{answers.bytes}});
}

void set_follow_up(db::Connection& connection, TaskId id, std::optional<Instant> at) {
  connection.enqueue("UPDATE task SET follow_up_at = $2 WHERE id = $1", {id, at});
}

// ---- Cases

std::vector<CaseLine> list_cases(db::Connection& connection, const Reach& reach, const CaseSearch& search,
                                 std::int64_t offset, std::int64_t limit) {
  const std::vector<std::string> names = all_names(reach);
  std::string pattern = "%";
  for (const char c : search.words) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '%';
  Sql sql;
  const std::string stuck =
      "EXISTS (SELECT 1 FROM process_instance f JOIN job j ON j.instance = f.id WHERE f.case_id = c.id AND j.due_at IS "
      "NULL AND j.problem IS NOT NULL)";
  sql.text =
      "SELECT c.id, c.reference, c.title, c.opened_at, c.closed_at, (SELECT v.name FROM process_instance i JOIN "
      "process_version v ON v.number = i.version WHERE i.case_id = c.id AND i.caller IS NULL LIMIT 1), CASE "
      "WHEN " +
      stuck + " THEN 1 ELSE 0 END FROM council_case c WHERE " + visible(sql, reach, names);
  if (!search.words.empty()) {
    const std::string words = sql.value(pattern);
    sql.text += " AND (lower(c.title) LIKE lower(CAST(" + words +
                " AS TEXT)) ESCAPE '\\' OR lower(c.reference) LIKE "
                "lower(CAST(" +
                words + " AS TEXT)) ESCAPE '\\')";
  }
  if (!search.process.empty()) {
    sql.text +=
        " AND EXISTS (SELECT 1 FROM process_instance i JOIN process_version v ON v.number = i.version WHERE "
        "i.case_id = c.id AND v.process = " +
        sql.value(search.process) + ")";
  }
  if (search.state == CaseState::Open) sql.text += " AND c.closed_at IS NULL";
  if (search.state == CaseState::Closed) sql.text += " AND c.closed_at IS NOT NULL";
  if (search.state == CaseState::Stuck) {
    sql.text +=
        " AND c.id IN (SELECT f.case_id FROM job j JOIN process_instance f ON f.id = j.instance WHERE j.due_at IS NULL "
        "AND j.problem IS NOT NULL)";
  }
  sql.text += " ORDER BY c.opened_at DESC LIMIT " + sql.value(limit) + " OFFSET " + sql.value(offset);
  std::vector<CaseLine> lines;
  sql.query(connection, [&](const db::Row& row) {
    lines.push_back({.id = row.id<CaseId>(0),
                     .reference = std::string(row.text(1)),
                     .title = std::string(row.text(2)),
                     .process = text_or_nothing(row, 5),
                     .opened_at = row.instant(3),
                     .closed_at = row.optional_instant(4),
                     .has_incident = row.integer(6) == 1});
  });
  return lines;
}

std::optional<Case> reach_case(db::Connection& connection, const Reach& reach, std::string_view reference) {
  const std::vector<std::string> names = all_names(reach);
  Sql sql;
  sql.text = "SELECT c.id, c.reference, c.title, c.opened_at, c.closed_at FROM council_case c WHERE c.reference = " +
             sql.value(reference) + " AND " + visible(sql, reach, names);
  std::optional<Case> found;
  sql.query(connection, [&](const db::Row& row) {
    found = Case{row.id<CaseId>(0), std::string(row.text(1)), std::string(row.text(2)), row.instant(3),
                 row.optional_instant(4)};
  });
  return found;
}

std::vector<ProgramWork> work_of(db::Connection& connection, CaseId id) {
  std::vector<ProgramWork> work;
  connection.query(
      "SELECT topic, attempts, problem FROM job WHERE kind = 'work' AND due_at IS NOT NULL AND instance IN (SELECT id "
      "FROM process_instance WHERE case_id = $1) ORDER BY number",
      {id}, [&](const db::Row& row) {
        work.push_back({std::string(row.text(0)), row.integer(1), text_or_nothing(row, 2)});
      });
  return work;
}

std::int64_t version_of(db::Connection& connection, CaseId id) {
  std::int64_t version = 0;
  connection.query(
      "SELECT (SELECT CAST(COALESCE(sum(number), 0) AS INTEGER) FROM process_instance WHERE case_id = $1) + 1000003 * "
      "(SELECT count(*) "
      "FROM job WHERE due_at IS NULL AND instance IN (SELECT id FROM process_instance WHERE case_id = $1))",
      {id}, [&](const db::Row& row) { version = row.integer(0); });
  return version;
}

// ---- Documents

void insert_document(db::Connection& connection, const Document& document) {
  connection.enqueue(
      "INSERT INTO case_document (id, case_id, task, name, content_type, size, sha256, added_by, added_at) VALUES ($1, "
      "$2, $3, $4, $5, $6, $7, $8, $9)",
      {document.id, document.case_id, document.task, document.name, document.content_type, document.size,
       document.sha256, document.added_by, document.added_at});
}

std::vector<Document> documents_of(db::Connection& connection, CaseId id) {
  std::vector<Document> documents;
  connection.query(
      "SELECT id, task, name, content_type, size, sha256, added_by, added_at FROM case_document WHERE case_id = $1 "
      "ORDER BY added_at DESC, id DESC",
      {id}, [&](const db::Row& row) {
        documents.push_back({.id = row.id<DocumentId>(0),
                             .case_id = id,
                             .task = row.optional_id<TaskId>(1),
                             .name = std::string(row.text(2)),
                             .content_type = std::string(row.text(3)),
                             .size = row.integer(4),
                             .sha256 = std::string(row.text(5)),
                             .added_by = std::string(row.text(6)),
                             .added_at = row.instant(7)});
      });
  return documents;
}

// ---- Who is away

namespace {

constexpr std::string_view kAbsence =
    "SELECT id, account, signin_name, cover, away_from, away_until, why, made_by, made_at FROM absence ";

Absence absence_of(const db::Row& row) {
  return {.id = row.id<AbsenceId>(0),
          .account = std::string(row.text(1)),
          .signin_name = std::string(row.text(2)),
          .cover = std::string(row.text(3)),
          .from = row.instant(4),
          .until = row.instant(5),
          .why = std::string(row.text(6)),
          .made_by = std::string(row.text(7)),
          .made_at = row.instant(8)};
}

}  // namespace

void insert_absence(db::Connection& connection, const Absence& absence) {
  connection.enqueue(
      "INSERT INTO absence (id, account, signin_name, cover, away_from, away_until, why, made_by, made_at) VALUES ($1, "
      "$2, $3, $4, $5, $6, $7, $8, $9)",
      {absence.id, absence.account, absence.signin_name, absence.cover, absence.from, absence.until, absence.why,
       absence.made_by, absence.made_at});
}

void end_absence(db::Connection& connection, AbsenceId id, std::string_view by, Instant now) {
  connection.enqueue("UPDATE absence SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL",
                     {id, by, now});
}

std::optional<Absence> find_absence(db::Connection& connection, AbsenceId id) {
  return connection.query_one(std::string(kAbsence) + "WHERE id = $1 AND ended_at IS NULL", {id}, &absence_of);
}

std::vector<Absence> absences(db::Connection& connection, Instant now) {
  std::vector<Absence> found;
  connection.query(std::string(kAbsence) + "WHERE away_until > $1 AND ended_at IS NULL ORDER BY away_from, id", {now},
                   [&](const db::Row& row) { found.push_back(absence_of(row)); });
  return found;
}

std::vector<std::string> covered_by(db::Connection& connection, std::string_view account, Instant now) {
  std::vector<std::string> names;
  connection.query(std::string(kAbsence) +
                       "WHERE cover = $1 AND away_until > $2 AND away_from <= $2 AND ended_at IS "
                       "NULL ORDER BY id",
                   {account, now}, [&](const db::Row& row) {
                     names.emplace_back(row.text(1));
                     if (!row.text(2).empty()) names.emplace_back(row.text(2));
                   });
  return names;
}

std::string assignee_now(db::Connection& connection, std::string_view name, Instant now) {
  return connection
      .query_one(
          "SELECT cover FROM absence WHERE (account = $1 OR signin_name = $1) AND away_from <= $2 AND away_until "
          "> $2 AND ended_at IS NULL ORDER BY made_at DESC, id LIMIT 1",
          {name, now}, [](const db::Row& row) { return std::string(row.text(0)); })
      .value_or(std::string(name));
}

}  // namespace guildhall::cases
