#pragma once

// Tasks as officers find them, documents, and who is away: SQL and nothing but SQL. Every function runs inside a work of
// `connection`.
//
// Authorisation is the query: whatever is found here is found through a Reach.

#include "cases/case_store.h"

namespace guildhall::cases {

// What an officer may see and do.
struct Reach {
  std::string account;                // Theirs.
  std::vector<std::string> names;     // By which tasks are assigned to them: account and sign-in name …
  std::vector<std::string> covering;  // … and those of the people whom they cover now.
  bool everywhere = false;            // Every team's tasks,
  std::vector<std::string> teams;     // or those of these.
  bool all_cases = false;             // Sees every case: operators do.
};

// ---- Lists

enum class TaskList {
  Mine,        // Assigned to them, or to somebody whom they cover.
  Team,        // All that they may reach.
  Unassigned,  // Of these, those that nobody has.
  Overdue,     // Of these, those whose deadline has passed.
  DueSoon,     // Of these, those that are due within seven days.
};
inline constexpr std::chrono::days kSoon{7};

struct TaskLine {
  Task task;
  std::string reference;  // Of the case.
  std::string title;      // Of the case.
  std::string delegated_by;
  std::string answered_by;
};

// Those that are due first come first; those without a deadline last.
std::vector<TaskLine> list_tasks(db::Connection& connection, const Reach& reach, TaskList list, Instant now,
                                 std::int64_t offset, std::int64_t limit);
// How many there are; `most` where there are as many or more.
std::int64_t count_tasks(db::Connection& connection, const Reach& reach, TaskList list, Instant now, std::int64_t most);

// ---- One task

struct Answers {
  std::string by;     // An account's id.
  std::string bytes;  // bpmn::encode
};
struct ReachedTask {
  Task task;
  std::string reference;
  std::string title;
  std::string delegated_by;        // Who gets it back; empty where it isn't delegated, or came back.
  std::optional<Answers> answers;  // Of a delegate, to be confirmed.
};
// An open or ended one; nothing where it is out of reach.
std::optional<ReachedTask> reach_task(db::Connection& connection, const Reach& reach, TaskId id);

// Empty: nobody.
void assign_task(db::Connection& connection, TaskId id, std::string_view account);
// Of one team alone from now on, and of nobody in it yet.
void move_task(db::Connection& connection, const Task& task, std::string_view team);
void delegate_task(db::Connection& connection, TaskId id, std::string_view by, std::string_view to);
void return_task(db::Connection& connection, TaskId id, std::string_view to, const Answers& answers);
void set_follow_up(db::Connection& connection, TaskId id, std::optional<Instant> at);

// ---- Cases

struct CaseLine {
  CaseId id;
  std::string reference;
  std::string title;
  std::string process;  // The name of its first.
  Instant opened_at{};
  std::optional<Instant> closed_at;
  bool has_incident = false;
};
enum class CaseState { Any, Open, Closed, Stuck };  // Stuck: with an incident.
struct CaseSearch {
  std::string words;    // In the reference or the title; ASCII capitals don't matter. Empty: any.
  std::string process;  // Its id; empty: any.
  CaseState state = CaseState::Any;
};
// The newest first.
std::vector<CaseLine> list_cases(db::Connection& connection, const Reach& reach, const CaseSearch& search,
                                 std::int64_t offset, std::int64_t limit);
std::optional<Case> reach_case(db::Connection& connection, const Reach& reach, std::string_view reference);

struct ProgramWork {  // That a case waits for.
  std::string topic;
  std::int64_t attempts = 0;
  std::string problem;  // Of the last attempt.
};
std::vector<ProgramWork> work_of(db::Connection& connection, CaseId id);
// Another whenever something has happened to the case.
std::int64_t version_of(db::Connection& connection, CaseId id);

// ---- Documents

struct DocumentTag {
  static constexpr std::string_view kName = "document";
};
using DocumentId = Id<DocumentTag>;

struct Document {
  DocumentId id;
  CaseId case_id;
  std::optional<TaskId> task;
  std::string name;
  std::string content_type;
  std::int64_t size = 0;  // Bytes.
  std::string sha256;     // 64 hexadecimal digits.
  std::string added_by;
  Instant added_at{};
};
void insert_document(db::Connection& connection, const Document& document);
std::vector<Document> documents_of(db::Connection& connection, CaseId id);  // The newest first.

// ---- Who is away

struct AbsenceTag {
  static constexpr std::string_view kName = "absence";
};
using AbsenceId = Id<AbsenceTag>;

struct Absence {
  AbsenceId id;
  std::string account;
  std::string signin_name;
  std::string cover;  // An account's id.
  Instant from{};
  Instant until{};  // No longer at this moment.
  std::string why;
  std::string made_by;
  Instant made_at{};
};
void insert_absence(db::Connection& connection, const Absence& absence);
void end_absence(db::Connection& connection, AbsenceId id, std::string_view by, Instant now);
std::optional<Absence> find_absence(db::Connection& connection, AbsenceId id);
// Those that hold now or begin later, by when they begin.
std::vector<Absence> absences(db::Connection& connection, Instant now);
// The names, as in Reach, of those whom somebody covers now.
std::vector<std::string> covered_by(db::Connection& connection, std::string_view account, Instant now);
// Who does the tasks of this account or sign-in name now: somebody's cover, or they themselves.
std::string assignee_now(db::Connection& connection, std::string_view name, Instant now);

}  // namespace guildhall::cases
