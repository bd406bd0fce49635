#include "cases/publishing.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "bpmn/instance_codec.h"
#include "bpmn/read_definitions.h"
#include "cases/calendars.h"

namespace guildhall::cases {
namespace {

using bpmn::NodeType;

// Those that are to run: executable ones, and what they call.
std::vector<const bpmn::Process*> running(const bpmn::Definitions& definitions) {
  std::set<std::string_view> called;
  for (const bpmn::Process& process : definitions.processes) {
    for (const bpmn::Node& node : process.nodes) {
      if (node.type == NodeType::CallActivity) called.insert(node.called);
    }
  }
  std::vector<const bpmn::Process*> found;
  for (const bpmn::Process& process : definitions.processes) {
    if (process.executable || called.contains(process.id)) found.push_back(&process);
  }
  return found;
}

// What runs in memory with nothing to do, but can't in earnest: nobody would know what is to be done.
Problems unfinished(db::Connection& connection, const bpmn::Definitions& definitions) {
  Problems problems;
  for (const bpmn::Process* process : running(definitions)) {
    for (const bpmn::Node& node : process->nodes) {
      const std::string where = std::string(bpmn::element_name(node.type)) + " " + node.id;
      if (node.type == NodeType::CallActivity && definitions.process(node.called) == nullptr &&
          !newest_version(connection, node.called)) {
        problems.push_back({"It calls ‘" + node.called + "’, which is neither in this file nor published.", where,
                            "Publish that process first, or correct its id (BPMN 10.3.6)."});
      }
      if (node.type == NodeType::BusinessRuleTask && node.called.empty()) {
        problems.push_back({"It doesn't say which decision it asks for.", where,
                            "Write guildhall:decision=\"model/decision\" (BPMN 10.3.3)."});
      }
      const bool for_programs =
          node.type == NodeType::ServiceTask || (node.type == NodeType::SendTask && node.message.empty());
      if (for_programs && node.work.empty()) {
        problems.push_back({"It doesn't say which work it asks for.", where,
                            "Write guildhall:work=\"…\", the name under which a program offers it (BPMN 10.3.3)."});
      }
    }
  }
  return problems;
}

// The newest versions of all its processes came with this very file.
bool is_newest(db::Connection& connection, const bpmn::Definitions& definitions, FileId file) {
  return std::ranges::all_of(running(definitions), [&](const bpmn::Process* process) {
    const auto newest = newest_version(connection, process->id);
    return newest && newest->file == file;
  });
}

}  // namespace

Job start_job(std::string_view process, const bpmn::Wait& wait) {
  return {.kind = Job::Kind::Start,
          .case_id = std::nullopt,
          .instance = std::nullopt,
          .topic = std::string(process),
          .due_at = wait.due,
          .content = bpmn::encode(wait),
          .problem = {}};
}

Result<PublishedFile> publish(db::Database& database, std::string_view xml, std::string_view by, Instant now) {
  const bpmn::Definitions definitions = TRY(bpmn::read_definitions(xml, read_options()));
  if (std::ranges::none_of(definitions.processes, &bpmn::Process::executable)) {
    return Problem{"No process of this file is executable.", "", "Set isExecutable to true (BPMN 10.2)."};
  }
  return database.write([&](db::Connection& connection) -> Result<PublishedFile> {
    if (Problems problems = unfinished(connection, definitions); !problems.empty()) return problems;
    const auto known = file_with(connection, sha256(xml));
    const bool is_new = !known || !is_newest(connection, definitions, *known);
    const FileId file = is_new ? add_file(connection, xml, by, now) : *known;
    const auto calendar = calendar_in_force(newest_calendar(connection));
    PublishedFile published{.versions = {}, .is_new = is_new};
    for (const bpmn::Process* process : running(definitions)) {
      published.versions.push_back(is_new ? add_version(connection, process->id, process->name, file)
                                          : newest_version(connection, process->id).value());
      if (!is_new) continue;
      remove_starts(connection, process->id);
      for (const bpmn::Wait& wait : TRY(bpmn::start_timers(*process, now, calendar->surroundings()))) {
        add_job(connection, start_job(process->id, wait));
      }
    }
    return published;
  });
}

}  // namespace guildhall::cases
