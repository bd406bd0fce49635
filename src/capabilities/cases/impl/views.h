#pragma once

// What the pages at /work show; the words are in pages/.

#include <string>
#include <vector>

#include "cases/task_form.h"
#include "cases/task_store.h"
#include "html/components.h"
#include "html/form_errors.h"

namespace guildhall::cases {

// ---- Tasks

struct ListLink {
  html::Url url;
  std::string name;
  std::string count;  // "12", "5,000 or more"
  bool current = false;
};

// A task in a list, its people by name.
struct TaskRow {
  TaskId id;
  std::string name;
  std::string reference;
  std::string title;
  std::optional<Instant> due_at;
  std::string teams;
  std::string who;    // Empty: nobody.
  std::string state;  // "Overdue", "Put aside until 3 March 2026"; may be empty.
  html::TagColour colour = html::TagColour::Grey;
  bool chosen = false;  // Ticked.
};
html::Html task_pick(const TaskRow& row);
html::Html case_link(std::string_view reference, std::string_view title);

struct ListPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::vector<ListLink> lists;
  std::string list;  // Its code, to come back to.
  std::string name;
  std::vector<TaskRow> rows;
  html::Pagination pagination;
  html::Live live;
  std::vector<html::Option> recipients;
  std::string why;
};
html::Html list_page(const ListPage& page);
html::Html list_content(const ListPage& page);
html::Table task_table(const ListPage& page);

struct ReassignedPage {
  html::Layout layout;
  std::string changed;  // "2 tasks are", "1 task is"
  std::string to;
  std::vector<std::pair<std::string, std::string>> refused;
  html::Url back{"/work"};
};
html::Html reassigned_page(const ReassignedPage& page);

struct Fact {
  std::string name;
  std::string value;
};

// A line of a case's history, in words.
struct HistoryLine {
  Instant at{};
  std::string what;          // "Sam Field claimed ‘Check the form’"
  std::string why;           // A reason, or what was written.
  std::string then;          // "Fee done, Payment began"; may be empty.
  std::int64_t version = 0;  // Of the process, and what `then` is made of: history.h.
  std::string happened;
};
html::Html history_list(const std::vector<HistoryLine>& lines);

struct DocumentLine {
  Document document;
  std::string size;  // "1.2 MB"
  std::string added_by;
};
html::Html document_list(std::string_view reference, const std::vector<DocumentLine>& documents);
html::Table fact_table(const std::vector<Fact>& facts);

struct TaskPage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::string said;  // What has just been done; may be empty.
  TaskId id;
  std::string name;
  std::string reference;
  std::string title;
  std::vector<html::SummaryRow> facts;
  bool ended = false;
  bool may_claim = false;
  bool may_answer = false;
  bool may_give_back = false;
  bool is_delegated = false;
  std::string answered_by;  // A delegate whose answers are to be confirmed.
  html::Html questions;
  std::string note;
  std::vector<html::Option> officers;    // To delegate to.
  std::vector<html::Option> recipients;  // To hand over to: officers and teams.
  std::vector<Fact> known;
  std::vector<DocumentLine> documents;
  std::vector<HistoryLine> history;
  // What was typed.
  std::string why, delegate_why, comment;
  html::DateInput follow_up;
};
html::Html task_page(const TaskPage& page);
html::Html task_actions(const TaskPage& page);
// A form that is folded away until it is wanted, or has errors.
html::Html folded(std::string_view heading, bool open, const html::Html& content);

html::Select recipient_select(const html::FormErrors& errors, std::string_view field, std::string_view label,
                              const std::vector<html::Option>& options);

// ---- Absence

struct AbsenceLine {
  AbsenceId id;
  std::string who;
  std::string cover;
  std::string days;  // "3 March 2026 to 9 March 2026"
  std::string why;
  bool may_end = false;
};
struct AbsencePage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::vector<AbsenceLine> lines;
  std::vector<html::Option> people, covers;
  html::DateInput from, until;
  std::string why;
};
html::Html absence_page(const AbsencePage& page);

// ---- Cases

struct CasesPage {
  html::Layout layout;
  CaseSearch search;
  std::vector<html::Option> processes, states;
  std::vector<CaseLine> lines;
  html::Pagination pagination;
};
html::Html cases_page(const CasesPage& page);
html::Table case_table(const CasesPage& page);
html::Html case_state(std::optional<Instant> closed_at, bool stuck);

struct IncidentLine {
  std::int64_t job = 0;
  std::string where;  // The step.
  std::string problem;
};
struct StepLine {
  std::string words;  // "Check the form (user task): waiting"
  int depth = 0;
};
struct ProcessView {  // One process of the case.
  std::string name;
  std::string version;  // "version 2, running since 3 March 2026"
  std::optional<html::Url> picture;
  std::vector<StepLine> steps;
};
struct CaseTaskLine {
  TaskId id;
  std::string name;
  std::string state;  // "Open", "Done", "No longer needed"
  std::string with;   // Who has it or has done it, or the teams that it is offered to.
  std::optional<Instant> due_at;
  bool may_open = false;
};
struct CasePage {
  html::Layout layout;
  html::FormErrors errors;
  std::string csrf;
  std::string said;
  Case of;
  std::vector<html::SummaryRow> facts;
  bool is_operator = false;
  std::vector<IncidentLine> incidents;
  std::vector<CaseTaskLine> tasks;
  std::vector<std::string> waits;  // "the message payment", "18 March 2026 at 9:00am"
  std::vector<ProcessView> processes;
  std::vector<Fact> variables;
  std::vector<DocumentLine> documents;
  std::vector<HistoryLine> history;
  bool history_is_cut = false;
  std::string why;
  enum class Clock { None, Runs, Stands } clock = Clock::None;  // Of a deadline that an officer may pause or resume.
  html::Live live;
};
html::Html case_page(const CasePage& page);
html::Html case_content(const CasePage& page);
html::Html case_task_link(const CaseTaskLine& line);
html::Table case_task_table(const CasePage& page);
html::Html process_view(const ProcessView& view);

}  // namespace guildhall::cases
