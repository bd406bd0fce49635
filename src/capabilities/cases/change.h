#pragma once

// Processes that change while cases run: their instances go on by another version, and back; a person stops, skips or
// repeats what a process doesn't foresee; a process that has ended runs again.
//
//   const NewPlan plan{.process = "skip-permit", .from = 3, .to = 4, .mapping = {{"check", "check_again"}}};
//   show(TRY(dry_run(engine, plan)));
//   const MigrationReport report = TRY(migrate(engine, plan, {account, "The fee has changed"}));
//   const MigrationReport back = TRY(undo(engine, report.plan, {account, "The new fee was wrong"}));
//
// Every act needs a reason, and is an entry in the history of each instance that it concerns. What a migration keeps and
// changes is said in bpmn/migration.h. Open tasks stay, with whoever has them; their element and name become those of
// the new version.
//
// Instances are migrated some hundred in a transaction. Where that ends in the middle, the same call goes on with the
// rest, under the same plan.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "bpmn/migration.h"
#include "bpmn/modification.h"
#include "cases/engine.h"

namespace guildhall::cases {

struct PlanTag {
  static constexpr std::string_view kName = "migration plan";
};
using PlanId = Id<PlanTag>;

struct NewPlan {
  std::string process;
  std::int64_t from = 0;  // Versions of the process.
  std::int64_t to = 0;
  bpmn::Mapping mapping;
};

struct MigrationReport {
  struct Change {  // "‘check’ becomes ‘check_again’": in how many instances.
    std::string what;
    std::int64_t instances = 0;

    bool operator==(const Change&) const = default;
  };
  struct Refusal {  // Why instances stay as they are, the most frequent first.
    std::string why;
    std::int64_t instances = 0;
    std::vector<std::string> cases;  // References of some.

    bool operator==(const Refusal&) const = default;
  };
  PlanId plan;  // Nil for a dry run.
  std::int64_t migrated = 0;
  std::vector<Change> changes;
  std::vector<Refusal> refused;
};

// {"check": "check_again"}: an object of texts.
Result<bpmn::Mapping> mapping_from_json(std::string_view json);

// Problems where a version isn't there, or the mapping doesn't fit.
Result<MigrationReport> dry_run(Engine& engine, const NewPlan& plan);
Result<MigrationReport> migrate(Engine& engine, const NewPlan& plan, const Act& act);
// Brings back those to which nothing has happened since; the report says which have moved on, and leaves them. Problems
// where there is no such plan.
Result<MigrationReport> undo(Engine& engine, PlanId plan, const Act& act);

// Problems as bpmn::modify() has them, and nothing has changed.
Result<void> modify(Engine& engine, InstanceId instance, std::span<const bpmn::Modification> acts, const Act& act);

struct Restart {
  std::string element;       // It begins before this one; empty: from the beginning.
  std::int64_t version = 0;  // Of the process; 0: the one that it followed.
};
// Runs a case's own process again, once it has ended, as a new instance with the variables that it had. The case is open
// again. Problems where it still runs.
Result<Started> restart(Engine& engine, InstanceId ended, const Restart& how, const Act& act);

}  // namespace guildhall::cases
