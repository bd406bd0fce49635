#pragma once

// What officers do with tasks. Each is an act in the case's history, with who, when and why.
//
//   Tasks tasks(engine);
//   const Officer officer = tasks.officer(person);
//   TRY(tasks.claim(officer, task));
//   TRY(tasks.complete(officer, task, {{"approved", yes}}, "Wide enough"));
//
// What always holds:
//  - Nobody does anything with a task that they can't reach: it is of one of their teams, or assigned to them or to
//    somebody whom they cover. To others there is no such task.
//  - Of two who claim a task at once one gets it, and the other is told who.
//  - While somebody is away, what would be assigned to them goes to whoever covers them.
// Where a Problem belongs to a field of a form, its `where` is the field's name.

#include <filesystem>

#include "cases/engine.h"
#include "cases/task_store.h"
#include "signin/signed_in.h"

namespace guildhall::cases {

struct Officer {
  Reach reach;
  const std::string& account() const { return reach.account; }
};

// Whom a task is handed to: an officer or a team.
struct Recipient {
  std::string account;  // Its id; else
  std::string team;
};

struct Reassigned {
  struct Refused {
    std::string task;  // Its name, or its id where it can't be reached.
    std::string why;
  };
  std::size_t changed = 0;
  std::vector<Refused> refused;
};

struct NewDocument {
  std::string name;            // As its sender calls it.
  std::filesystem::path path;  // Where the bytes are; they are copied.
};
inline constexpr std::uint64_t kLargestDocument = 20'000'000;  // Bytes.
inline constexpr std::size_t kLongestReason = 2'000;           // Bytes.

struct NewAbsence {
  std::string account;
  std::string cover;
  Instant from{};
  Instant until{};
  std::string why;
};

class Tasks {
 public:
  // `engine` must outlive it. Documents lie below `documents`, which is made when the first one comes. Any thread may
  // call any function of it.
  Tasks(Engine& engine, std::filesystem::path documents) : engine_(engine), documents_(std::move(documents)) {}

  Officer officer(const signin::SignedIn& person) const;

  Result<void> claim(const Officer& officer, TaskId id) const;
  // Only by who has it, or covers them.
  Result<void> give_back(const Officer& officer, TaskId id) const;
  Result<void> hand_over(const Officer& officer, TaskId id, const Recipient& to, const std::string& why) const;
  // The other does it, and it comes back to be confirmed. Who delegates what nobody has, has it when it comes back.
  Result<void> delegate(const Officer& officer, TaskId id, const std::string& account, const std::string& why) const;
  Result<void> comment(const Officer& officer, TaskId id, const std::string& words) const;
  // None: it is to be looked at at once.
  Result<void> follow_up(const Officer& officer, TaskId id, std::optional<Instant> at) const;
  Result<Document> attach(const Officer& officer, TaskId id, const NewDocument& document) const;
  // The process goes on; or, where it was delegated, the task goes back with these answers.
  Result<void> complete(const Officer& officer, TaskId id, const bpmn::Variables& answers,
                        const std::string& why) const;
  // All that can be, in one transaction; says which couldn't, and why. Problems, and nothing changed, where there is no
  // such recipient or no reason.
  Result<Reassigned> reassign(const Officer& officer, const std::vector<TaskId>& ids, const Recipient& to,
                              const std::string& why) const;

  // By the person themselves, or by somebody who shares a team with them.
  Result<Absence> record_absence(const Officer& officer, const NewAbsence& absence) const;
  Result<void> end_absence(const Officer& officer, AbsenceId id) const;

  std::filesystem::path path_of(DocumentId id) const { return documents_ / id.text(); }
  Engine& engine() const { return engine_; }

 private:
  template <class Change>
  Result<void> act(const Officer& officer, TaskId id, Change&& change) const;

  Engine& engine_;
  std::filesystem::path documents_;
};

// The display name of an account's id or a sign-in name; what isn't known, as it is.
std::string name_of_person(db::Connection& connection, std::string_view who);

}  // namespace guildhall::cases
