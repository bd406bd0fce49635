#pragma once

// A council's work, done by processes that nobody has to chase: published BPMN runs durably, people get tasks, programs
// get work, timers come due.
//
// Where to look:
//   publishing.h     processes by version
//   engine.h         moves instances on, and keeps what they wait for
//   change.h         other versions for cases that run, changes by hand, restarts
//   case_store.h     cases, instances, history, jobs, tasks: SQL and nothing but SQL
//   tasks.h          what officers do with tasks;  task_store.h  their lists;  task_form.h  what a task asks
//   work_pages.h     what officers see at /work
//   history.h        what happened in one step
//   statistics.h     how a process' cases went; heat.h and statistics_pages.h show it at /work/processes
//   replay.h         how they would have gone under other rules
//   view.h           a case as it stands
//   workers.h        threads that do what is due
//   api.h            cases, messages and work for programs, over HTTP
//   calendars.h      when the council works, and how expressions know
//   deadlines.h      by when a case is to be closed, and its pauses
//   docs/guides/processes.md: for those who design processes; docs/guides/processes-api.md: for those who write programs

#include <span>

#include "base/embedded.h"

namespace guildhall::cases {

std::span<const EmbeddedFile> embedded_files();

}  // namespace guildhall::cases
