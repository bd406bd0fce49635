#include "cases/tasks.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.h"
#include "bpmn/instance_codec.h"

namespace guildhall::cases {
namespace {

using signin::AccountId;
using signin::Role;
using signin::Scope;

Problem no_such_task() {
  return {"There is no such task among yours.", "", "It may have been handed over, or be done: look at its case."};
}

bool is_among(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

// Is it assigned to them, or to somebody whom they cover?
bool has(const Officer& officer, const Task& task) {
  return !task.assignee.empty() &&
         (is_among(officer.reach.names, task.assignee) || is_among(officer.reach.covering, task.assignee));
}

Result<void> is_reason(const std::string& why, std::string_view field, std::string what) {
  if (trimmed(why).empty()) return Problem{std::move(what), std::string(field), ""};
  if (why.size() > kLongestReason) return Problem{"Write 2,000 characters or less", std::string(field), ""};
  return {};
}

std::optional<signin::Account> account_of(db::Connection& connection, std::string_view who) {
  if (const auto id = AccountId::parse(who); id.ok()) return signin::find_account(connection, *id);
  return signin::find_account_named(connection, who);
}

// Open, and an officer now.
std::optional<signin::Account> find_officer(db::Connection& connection, const std::string& account, Instant now) {
  const auto id = AccountId::parse(account);
  if (!id.ok()) return std::nullopt;
  auto found = signin::find_account(connection, *id);
  if (!found || found->state != signin::Account::State::Open) return std::nullopt;
  const auto grants = signin::grants_at(connection, *id, now);
  return std::ranges::any_of(grants, [](const auto& each) { return each.role == Role::Officer; }) ? std::move(found)
                                                                                                  : std::nullopt;
}

// A recipient who exists, and who covers them now where they are away.
Result<Recipient> received_by(db::Connection& connection, const Recipient& to, Instant now) {
  const Problem nobody{"Choose an officer or a team", "to", ""};
  if (to.account.empty() == to.team.empty()) return nobody;
  if (!to.account.empty()) {
    if (!find_officer(connection, to.account, now)) return nobody;
    return Recipient{assignee_now(connection, to.account, now), ""};
  }
  for (const signin::RoleHolder& each : signin::holders_of(connection, Role::Officer, now)) {
    for (const Scope& scope : each.scopes) {
      if (scope.kind == Scope::Kind::Team && scope.name == to.team) return to;
    }
  }
  return nobody;
}

void give(db::Connection& connection, const Task& task, const Recipient& to, const Act& act, Instant now) {
  if (to.team.empty()) {
    assign_task(connection, task.id, to.account);
    note(connection, task.instance, act, "handed ‘" + task.name + "’ over to " + name_of_person(connection, to.account),
         now);
  } else {
    move_task(connection, task, to.team);
    note(connection, task.instance, act, "handed ‘" + task.name + "’ over to " + to.team, now);
  }
}

// What officers may add to a case, known by its name's end and, where it has one, by its first bytes.
struct DocumentKind {
  std::string_view extension;
  std::string_view content_type;
  std::string_view begins;
};
constexpr std::string_view kZip("PK\3\4", 4);
constexpr std::array<DocumentKind, 12> kDocumentKinds{{
    {".pdf", "application/pdf", "%PDF-"},
    {".png", "image/png", "\x89PNG"},
    {".jpg", "image/jpeg", "\xff\xd8\xff"},
    {".jpeg", "image/jpeg", "\xff\xd8\xff"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", kZip},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", kZip},
    {".odt", "application/vnd.oasis.opendocument.text", kZip},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet", kZip},
    {".txt", "text/plain; charset=utf-8", ""},
    {".csv", "text/csv; charset=utf-8", ""},
    {".eml", "message/rfc822", ""},
    {".msg", "application/vnd.ms-outlook", "\xd0\xcf\x11\xe0"},
}};

}  // namespace

std::string name_of_person(db::Connection& connection, std::string_view who) {
  const auto account = account_of(connection, who);
  return account ? account->display_name : std::string(who);
}

Officer Tasks::officer(const signin::SignedIn& person) const {
  Officer officer;
  Reach& reach = officer.reach;
  reach.account = person.account().id.text();
  reach.names = {reach.account};
  if (!person.account().signin_name.empty()) reach.names.push_back(person.account().signin_name);
  for (const signin::RoleGrant& grant : person.grants()) {
    if (grant.role == Role::Operator) reach.all_cases = true;
    if (grant.role != Role::Officer) continue;
    if (grant.scope.kind == Scope::Kind::Everywhere) reach.everywhere = true;
    if (grant.scope.kind == Scope::Kind::Team) reach.teams.push_back(grant.scope.name);
  }
  reach.covering = engine_.database().read(
      [&](db::Connection& connection) { return covered_by(connection, reach.account, engine_.clock().now()); });
  return officer;
}

// Inside the writer nobody comes in between: `change` finds the task open and in reach.
template <class Change>
Result<void> Tasks::act(const Officer& officer, TaskId id, Change&& change) const {
  const Instant now = engine_.clock().now();
  return engine_.database().write([&](db::Connection& connection) -> Result<void> {
    const auto found = reach_task(connection, officer.reach, id);
    if (!found) return no_such_task();
    if (found->task.ended_at) {
      return Problem{found->task.done ? "This task has been done already." : "This task is no longer needed.", "",
                     "Look at the case to see what happened."};
    }
    return change(connection, *found, now);
  });
}

Result<void> Tasks::claim(const Officer& officer, TaskId id) const {
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    const Task& task = found.task;
    if (is_among(officer.reach.names, task.assignee)) return {};
    if (!task.assignee.empty() && !has(officer, task)) {
      return Problem{name_of_person(connection, task.assignee) + " has this task already.", "",
                     "Choose another, or have it handed over to you."};
    }
    assign_task(connection, id, officer.account());
    note(connection, task.instance, {officer.account(), ""}, "claimed ‘" + task.name + "’", now);
    return {};
  });
}

Result<void> Tasks::give_back(const Officer& officer, TaskId id) const {
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    const Task& task = found.task;
    if (!has(officer, task)) return Problem{"This task isn't yours to give back.", "", ""};
    if (task.teams.empty()) {
      return Problem{"This task has no team to go back to.", "", "Hand it over to an officer or a team."};
    }
    // A delegate gives it back to whoever it came from.
    assign_task(connection, id, found.delegated_by);
    note(connection, task.instance, {officer.account(), ""}, "gave ‘" + task.name + "’ back", now);
    return {};
  });
}

Result<void> Tasks::hand_over(const Officer& officer, TaskId id, const Recipient& to, const std::string& why) const {
  TRY(is_reason(why, "why", "Enter why you hand it over"));
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    give(connection, found.task, TRY(received_by(connection, to, now)), {officer.account(), why}, now);
    return {};
  });
}

Result<void> Tasks::delegate(const Officer& officer, TaskId id, const std::string& account,
                             const std::string& why) const {
  TRY(is_reason(why, "delegate-why", "Enter what they should do"));
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    const Task& task = found.task;
    if (!task.assignee.empty() && !has(officer, task)) {
      return Problem{name_of_person(connection, task.assignee) + " has this task.", "",
                     "Only who has a task can delegate it."};
    }
    const auto delegate = find_officer(connection, account, now);
    if (!delegate || account == officer.account()) return Problem{"Choose another officer", "delegate", ""};
    const std::string to = assignee_now(connection, account, now);
    // Delegating further: it comes back to the first.
    const std::string by = found.delegated_by.empty() ? officer.account() : found.delegated_by;
    if (to == by) return Problem{"This officer would get their own task back", "delegate", ""};
    delegate_task(connection, id, by, to);
    note(connection, task.instance, {officer.account(), why},
         "delegated ‘" + task.name + "’ to " + name_of_person(connection, to), now);
    return {};
  });
}

Result<void> Tasks::comment(const Officer& officer, TaskId id, const std::string& words) const {
  TRY(is_reason(words, "comment", "Enter a comment"));
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    note(connection, found.task.instance, {officer.account(), words}, "commented on ‘" + found.task.name + "’", now);
    return {};
  });
}

Result<void> Tasks::follow_up(const Officer& officer, TaskId id, std::optional<Instant> at) const {
  return act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    if (at && *at <= now) return Problem{"The date must be in the future", "follow-up", ""};
    set_follow_up(connection, id, at);
    note(connection, found.task.instance, {officer.account(), ""},
         at ? "put ‘" + found.task.name + "’ aside until " + uk_date(*at).spoken()
            : "took ‘" + found.task.name + "’ up again",
         now);
    return {};
  });
}

Result<Document> Tasks::attach(const Officer& officer, TaskId id, const NewDocument& document) const {
  const std::string lower = lower_ascii(document.name);
  const auto kind =
      std::ranges::find_if(kDocumentKinds, [&](const DocumentKind& each) { return lower.ends_with(each.extension); });
  const auto refused = [](std::string what) { return Problem{std::move(what), "file", ""}; };
  if (kind == kDocumentKinds.end()) {
    return refused(
        "The file must be a PDF, an image (JPG, PNG), a document (DOCX, ODT, XLSX, ODS, TXT, CSV) or an "
        "email (EML, MSG)");
  }
  if (document.name.size() > 200) return refused("The file’s name must be 200 characters or less");
  const std::uint64_t size = std::filesystem::file_size(document.path);
  if (size == 0) return refused("The file is empty");
  if (size > kLargestDocument) return refused("The file must be 20 MB or smaller");
  std::ifstream from(document.path, std::ios::binary);
  std::string bytes(size, '\0');
  from.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!from) throw std::runtime_error("an upload can't be read");
  if (!bytes.starts_with(kind->begins)) {
    return refused("The file is not what its name says: it doesn’t begin as a " +
                   std::string(kind->extension.substr(1)) + " file does");
  }

  Document made{.id = DocumentId::make(),
                .case_id = {},
                .task = id,
                .name = document.name,
                .content_type = std::string(kind->content_type),
                .size = static_cast<std::int64_t>(size),
                .sha256 = hex(sha256(bytes)),
                .added_by = officer.account(),
                .added_at = engine_.clock().now()};
  // The file first: a row without a file would be a lie; a file without a row is only rubbish.
  std::filesystem::create_directories(documents_);
  const std::filesystem::path place = path_of(made.id);
  std::ofstream to(place, std::ios::binary);
  to.write(bytes.data(), static_cast<std::streamsize>(size));
  to.close();
  if (!to) throw std::runtime_error("a document can't be written");
  const auto attached =
      act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
        made.case_id = found.task.case_id;
        insert_document(connection, made);
        note(connection, found.task.instance, {officer.account(), ""}, "added the document ‘" + made.name + "’", now);
        return {};
      });
  if (!attached.ok()) {
    std::filesystem::remove(place);
    return attached.problems();
  }
  return made;
}

Result<void> Tasks::complete(const Officer& officer, TaskId id, const bpmn::Variables& answers,
                             const std::string& why) const {
  if (why.size() > kLongestReason) return Problem{"Write 2,000 characters or less", "note", ""};
  bool returned = false;
  TRY(act(officer, id, [&](db::Connection& connection, const ReachedTask& found, Instant now) -> Result<void> {
    const Task& task = found.task;
    if (!task.assignee.empty() && !has(officer, task)) {
      return Problem{name_of_person(connection, task.assignee) + " has this task.", "",
                     "Have it handed over to you first."};
    }
    if (found.delegated_by.empty()) return {};
    returned = true;
    return_task(connection, id, assignee_now(connection, found.delegated_by, now),
                {officer.account(), bpmn::encode(answers)});
    note(connection, task.instance, {officer.account(), why},
         "did ‘" + task.name + "’ for " + name_of_person(connection, found.delegated_by) + " to confirm", now);
    return {};
  }));
  if (returned) return {};
  return engine_.complete(id, answers, {officer.account(), why});
}

Result<Reassigned> Tasks::reassign(const Officer& officer, const std::vector<TaskId>& ids, const Recipient& to,
                                   const std::string& why) const {
  TRY(is_reason(why, "why", "Enter why you reassign them"));
  if (ids.empty()) return Problem{"Select at least one task", "task", ""};
  const Instant now = engine_.clock().now();
  return engine_.database().write([&](db::Connection& connection) -> Result<Reassigned> {
    const Recipient recipient = TRY(received_by(connection, to, now));
    Reassigned reassigned;
    for (const TaskId id : ids) {
      const auto found = reach_task(connection, officer.reach, id);
      if (!found) {
        reassigned.refused.push_back({id.text(), "You can’t reach it any more."});
      } else if (found->task.ended_at) {
        reassigned.refused.push_back({found->task.name, found->task.done ? "It is done." : "It is no longer needed."});
      } else if (!recipient.account.empty() && found->task.assignee == recipient.account) {
        reassigned.refused.push_back(
            {found->task.name, name_of_person(connection, recipient.account) + " has it already."});
      } else {
        give(connection, found->task, recipient, {officer.account(), why}, now);
        ++reassigned.changed;
      }
    }
    return reassigned;
  });
}

Result<Absence> Tasks::record_absence(const Officer& officer, const NewAbsence& absence) const {
  const Instant now = engine_.clock().now();
  return engine_.database().write([&](db::Connection& connection) -> Result<Absence> {
    Problems problems;
    const auto away = find_officer(connection, absence.account, now);
    const auto cover = find_officer(connection, absence.cover, now);
    if (!away) problems.push_back({"Choose who is away", "account", ""});
    if (!cover || absence.cover == absence.account)
      problems.push_back({"Choose another officer as cover", "cover", ""});
    if (absence.until <= absence.from || absence.until <= now) {
      problems.push_back({"The last day must not be before the first, nor in the past", "until", ""});
    }
    if (absence.why.size() > kLongestReason) problems.push_back({"Write 2,000 characters or less", "why", ""});
    if (away && away->id.text() != officer.account() && !officer.reach.everywhere) {
      const auto grants = signin::grants_at(connection, away->id, now);
      const bool share = std::ranges::any_of(grants, [&](const signin::RoleGrant& each) {
        return each.role == Role::Officer && each.scope.kind == Scope::Kind::Team &&
               is_among(officer.reach.teams, each.scope.name);
      });
      if (!share) problems.push_back({"This officer is in none of your teams", "account", ""});
    }
    if (!problems.empty()) return problems;
    const Absence made{.id = AbsenceId::make(),
                       .account = absence.account,
                       .signin_name = away->signin_name,
                       .cover = absence.cover,
                       .from = absence.from,
                       .until = absence.until,
                       .why = absence.why,
                       .made_by = officer.account(),
                       .made_at = now};
    insert_absence(connection, made);
    return made;
  });
}

Result<void> Tasks::end_absence(const Officer& officer, AbsenceId id) const {
  const Instant now = engine_.clock().now();
  return engine_.database().write([&](db::Connection& connection) -> Result<void> {
    const auto found = find_absence(connection, id);
    const bool may = found && (officer.reach.everywhere || found->account == officer.account() ||
                               found->cover == officer.account() || found->made_by == officer.account());
    if (!may) return Problem{"There is no such absence that you could end.", "", "It may have ended already."};
    cases::end_absence(connection, id, officer.account(), now);
    return {};
  });
}

}  // namespace guildhall::cases
