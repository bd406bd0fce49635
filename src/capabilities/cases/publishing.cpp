#include "cases/publishing.h"

#include <algorithm>

#include "base/text.h"
#include "bpmn/read_definitions.h"

namespace guildhall::cases {
namespace {

// What the file calls and nobody has published.
Problems missing_calls(db::Connection& connection, const bpmn::Definitions& definitions) {
  Problems problems;
  for (const bpmn::Process& process : definitions.processes) {
    for (const bpmn::Node& node : process.nodes) {
      if (node.type != bpmn::NodeType::CallActivity || definitions.process(node.called) != nullptr) continue;
      if (newest_version(connection, node.called)) continue;
      problems.push_back({"It calls ‘" + node.called + "’, which is neither in this file nor published.",
                          "callActivity " + node.id, "Publish that process first, or correct its id (BPMN 10.3.6)."});
    }
  }
  return problems;
}

// The newest versions of all its processes came with this very file.
bool is_newest(db::Connection& connection, const bpmn::Definitions& definitions, FileId file) {
  return std::ranges::all_of(definitions.processes, [&](const bpmn::Process& process) {
    if (!process.executable) return true;
    const auto newest = newest_version(connection, process.id);
    return newest && newest->file == file;
  });
}

}  // namespace

Result<PublishedFile> publish(db::Database& database, std::string_view xml, std::string_view by, Instant now) {
  const bpmn::Definitions definitions = TRY(bpmn::read_definitions(xml));
  if (std::ranges::none_of(definitions.processes, &bpmn::Process::executable)) {
    return Problem{"No process of this file is executable.", "", "Set isExecutable to true (BPMN 10.2)."};
  }
  return database.write([&](db::Connection& connection) -> Result<PublishedFile> {
    if (Problems problems = missing_calls(connection, definitions); !problems.empty()) return problems;
    const auto known = file_with(connection, sha256(xml));
    const bool is_new = !known || !is_newest(connection, definitions, *known);
    const FileId file = is_new ? add_file(connection, xml, by, now) : *known;
    PublishedFile published{.versions = {}, .is_new = is_new};
    for (const bpmn::Process& process : definitions.processes) {
      if (!process.executable) continue;
      published.versions.push_back(is_new ? add_version(connection, process.id, process.name, file)
                                          : newest_version(connection, process.id).value());
    }
    return published;
  });
}

}  // namespace guildhall::cases
