#pragma once

// A case as it stands, read in one moment: for whoever asks how it goes.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bpmn/instance.h"
#include "cases/case_store.h"
#include "cases/definitions.h"

namespace guildhall::cases {

struct CaseView {
  struct Process {
    StoredInstance stored;
    std::shared_ptr<const Published> published;
    bpmn::ProcessInstance state;
    // Timers, messages and signals; they point into the two above. None where it has ended.
    std::vector<bpmn::Expectation> waits() const;
  };
  Case opened;
  std::vector<Process> processes;  // The first is the case's own; the others were called.
  std::vector<Task> open_tasks;
  std::vector<std::string> open_work;  // Its topics.
  std::vector<Job> incidents;
};

// By its reference, as people write it, or its id.
std::optional<Case> case_named(db::Connection& connection, std::string_view name);
// Problems where there is no such case.
Result<CaseView> look_at_case(db::Database& database, Definitions& definitions, std::string_view name);

}  // namespace guildhall::cases
