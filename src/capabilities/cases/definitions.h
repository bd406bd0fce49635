#pragma once

// Published processes, read once and shared: a version never changes.

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "bpmn/definition.h"
#include "cases/process_store.h"

namespace guildhall::cases {

struct Published {
  ProcessVersion version;
  std::shared_ptr<const bpmn::Definitions> file;
  const bpmn::Process* process = nullptr;  // In the file.
  bool pauses_deadlines = false;           // A node of it does.
};

// Any thread may call any function of it.
class Definitions {
 public:
  explicit Definitions(db::Database& database) : database_(database) {}

  // A Problem where a newer Guildhall no longer reads what an older one published.
  Result<std::shared_ptr<const Published>> version(std::int64_t number);
  // Problems where there is no such process.
  Result<std::shared_ptr<const Published>> newest(std::string_view process);
  Result<std::shared_ptr<const Published>> version(std::string_view process, std::int64_t version);
  // What a process calls: of its own file the process that was published with it, else the newest.
  Result<std::shared_ptr<const Published>> called(const Published& caller, std::string_view process);

 private:
  Result<std::shared_ptr<const Published>> read(const ProcessVersion& version);
  std::shared_ptr<const Published> known(std::int64_t number);

  db::Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<const Published>> versions_;
};

}  // namespace guildhall::cases
