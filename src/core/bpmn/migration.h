#pragma once

// Takes a running instance from one version of its process to another.
//
//   const Plan plan = TRY(plan_migration(old_version, new_version, {{"check", "check_again"}}));
//   const Step step = TRY(migrate(plan, old_version, new_version, instance, now));
//
// A token goes to the element of the same id and kind, or to the one that the mapping names. Ids of node instances stay,
// so that open tasks and jobs stay theirs:
//  - Work goes on as it is where its kind is the same; else it is withdrawn and requested anew.
//  - A timer whose event is mapped stays due when it was, whatever the new version says; that of a new event is set from
//    now; that of an event that is gone is no longer waited for.
//  - Messages, signals and conditions are waited for as the new version has them.
//  - Tokens at joins go to the incoming flow of the same id, or the one between the same elements. A join that now has
//    all of its tokens goes on.
//  - Where the target stands in a further sub-process, that is opened around it. It can't leave one.
//  - Loops go on where they are: only to a loop of the same kind.
//  - What is done and can be undone is undone as the new version says.

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "bpmn/instance.h"

namespace guildhall::bpmn {

// From ids of elements of the old version (flow nodes, sequence flows) to those of the new one.
using Mapping = std::map<std::string, std::string>;

struct Plan {
  std::vector<Index> nodes;      // By node of the old version: that of the new one; kNone: there is none.
  std::vector<Index> flows;      // By sequence flow, likewise.
  std::vector<std::string> why;  // By node: why there is none; empty where there is one.
};

// Problems are those of the mapping: elements that aren't there, and pairs that don't go together. That an element is
// gone is none: only an instance that has a token there can't be migrated.
Result<Plan> plan_migration(const Process& from, const Process& to, const Mapping& mapping);

// Timers that the instance no longer waits for are those of its expectations() before that aren't among those after.
// Problems, each with its element: tokens, joins and compensations that have no place in the new version; or what the
// new version evaluates at once has failed.
Result<Step> migrate(const Plan& plan, const Process& from, const Process& to, const ProcessInstance& instance,
                     Instant now, const Surroundings& surroundings = {});

// The way back for an instance to which nothing has happened since: as it was before, with the timers that it had, due
// when they were. `before` is of `from`, `after` is what migrate() made of it. Work that the migration withdrew is
// requested anew. What else it has set off (a message, a script) is not undone.
Result<Step> undo_migration(const Process& from, const Process& to, const ProcessInstance& before,
                            const ProcessInstance& after, Instant now, const Surroundings& surroundings = {});

}  // namespace guildhall::bpmn
