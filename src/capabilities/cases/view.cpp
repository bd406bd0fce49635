#include "cases/view.h"

#include "base/text.h"
#include "bpmn/instance_codec.h"

namespace guildhall::cases {

std::vector<bpmn::Expectation> CaseView::Process::waits() const {
  if (stored.ended_at) return {};
  return bpmn::expectations(*published->process, state);
}

std::optional<Case> case_named(db::Connection& connection, std::string_view name) {
  if (const auto id = CaseId::parse(name); id.ok()) return find_case(connection, *id);
  if (invalid_utf8_at(name) || name.find('\0') != name.npos) return std::nullopt;
  return find_case(connection, upper_ascii(name));
}

Result<CaseView> look_at_case(db::Database& database, Definitions& definitions, std::string_view name) {
  CaseView view;
  TRY(database.read([&](db::Connection& connection) -> Result<void> {
    const auto found = case_named(connection, name);
    if (!found) {
      return Problem{"There is no such case.", std::string(name),
                     "Give its reference, such as CA-7K3M-92QX, or its id."};
    }
    view.opened = *found;
    for (StoredInstance& each : instances_of(connection, found->id)) {
      view.processes.push_back({.stored = std::move(each), .published = nullptr, .state = {}});
    }
    view.open_tasks = tasks_of(connection, found->id);
    std::erase_if(view.open_tasks, [](const Task& task) { return task.ended_at.has_value(); });
    view.open_work = open_work_of(connection, found->id);
    view.incidents = incidents_of(connection, found->id);
    return {};
  }));
  for (CaseView::Process& process : view.processes) {
    process.published = TRY(definitions.version(process.stored.version));
    process.state = TRY(bpmn::decode_instance(process.stored.content, *process.published->process));
  }
  return view;
}

}  // namespace guildhall::cases
