#pragma once

// A council's work, done by processes that nobody has to chase: published BPMN runs durably, people get tasks, programs
// get work, timers come due.
//
// Where to look:
//   publishing.h     processes by version
//   engine.h         moves instances on, and keeps what they wait for
//   case_store.h     cases, instances, history, jobs, tasks: SQL and nothing but SQL
//   history.h        what happened in one step
//   calendars.h      when the council works, and how expressions know
//   deadlines.h      by when a case is to be closed, and its pauses
//   docs/guides/processes.md: for those who design processes

#include <span>

#include "base/embedded.h"

namespace guildhall::cases {

std::span<const EmbeddedFile> embedded_files();

}  // namespace guildhall::cases
