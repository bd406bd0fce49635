#include "cases/definitions.h"

#include <algorithm>

#include "bpmn/read_definitions.h"
#include "cases/calendars.h"

namespace guildhall::cases {

std::shared_ptr<const Published> Definitions::known(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = versions_.find(number);
  return found == versions_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const Published>> Definitions::read(const ProcessVersion& version) {
  if (auto published = known(version.number)) return published;
  const std::string xml =
      database_.read([&](db::Connection& connection) { return text_of(connection, version.file).value(); });
  auto file = std::make_shared<const bpmn::Definitions>(TRY(bpmn::read_definitions(xml, read_options())));
  auto published = std::make_shared<Published>();
  published->version = version;
  published->process = file->process(version.process);
  published->file = file;
  check(published->process != nullptr, "a published file without its process");
  published->pauses_deadlines = std::ranges::any_of(published->process->nodes, &bpmn::Node::pauses_deadline);
  const std::lock_guard lock(mutex_);
  // The processes of one file share it.
  for (const auto& [number, other] : versions_) {
    if (other->version.file != version.file) continue;
    published->file = other->file;
    published->process = other->file->process(version.process);
  }
  return versions_.emplace(version.number, std::move(published)).first->second;
}

Result<std::shared_ptr<const Published>> Definitions::version(std::int64_t number) {
  if (auto published = known(number)) return published;
  const auto version = database_.read([&](db::Connection& connection) { return find_version(connection, number); });
  if (!version) return Problem{"There is no version of this number.", std::to_string(number), ""};
  return read(*version);
}

Result<std::shared_ptr<const Published>> Definitions::newest(std::string_view process) {
  const auto version = database_.read([&](db::Connection& connection) { return newest_version(connection, process); });
  if (!version) {
    return Problem{"No process of this id is published.", std::string(process),
                   "See guildhall process list, and publish it: guildhall process publish FILE.bpmn"};
  }
  return read(*version);
}

Result<std::shared_ptr<const Published>> Definitions::version(std::string_view process, std::int64_t number) {
  const auto version =
      database_.read([&](db::Connection& connection) { return find_version(connection, process, number); });
  if (!version) {
    return Problem{"This process has no version " + std::to_string(number) + ".", std::string(process),
                   "See: guildhall process list"};
  }
  return read(*version);
}

Result<std::shared_ptr<const Published>> Definitions::called(const Published& caller, std::string_view process) {
  if (caller.file->process(process) == nullptr) return newest(process);
  const auto version = database_.read(
      [&](db::Connection& connection) { return version_in_file(connection, process, caller.version.file); });
  check(version.has_value(), "a process of a published file that isn't published");
  return read(*version);
}

}  // namespace guildhall::cases
