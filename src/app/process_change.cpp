#include "app/process_change.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "app/commands.h"
#include "app/model_file.h"
#include "base/text.h"
#include "cases/change.h"
#include "feel/json.h"

namespace guildhall::app {
namespace {

using cases::MigrationReport;
using Words = std::vector<std::string>;

// Who gives the command: --by, or the account of this machine.
cases::Act act_of(const Arguments& arguments) {
  std::string who = arguments.value_or("by", "");
  if (who.empty()) {
    const passwd* account = getpwuid(geteuid());
    who = account != nullptr ? account->pw_name : std::to_string(geteuid());
  }
  return {std::move(who), arguments.value_or("why", "")};
}

void print(const MigrationReport& report, std::string_view done) {
  std::int64_t left = 0;
  for (const MigrationReport::Refusal& each : report.refused) left += each.instances;
  std::cout << report.migrated << " " << done << ", " << left << " stay as they are.\n";
  for (const MigrationReport::Change& each : report.changes) std::cout << each.instances << "\t" << each.what << "\n";
  for (const MigrationReport::Refusal& each : report.refused) {
    std::cout << each.instances << "\tstay: " << each.why;
    for (const std::string& reference : each.cases)
      std::cout << (&reference == each.cases.data() ? " " : ", ") << reference;
    std::cout << "\n";
  }
}

Result<void> migrate(const Arguments& arguments, const std::string& process) {
  cases::NewPlan plan{.process = process, .from = 0, .to = 0, .mapping = {}};
  plan.from = TRY(arguments.number_or("from", 0, 1, INT64_MAX));
  plan.to = TRY(arguments.number_or("to", 0, 1, INT64_MAX));
  if (plan.from == 0 || plan.to == 0) {
    return Problem{"Say from which version to which.", "",
                   "For example: guildhall process migrate skip-permit --from 1 --to 2 --dry-run"};
  }
  if (const auto file = arguments.value("map")) {
    auto mapping = cases::mapping_from_json(TRY(read_whole_file(*file)));
    if (!mapping.ok()) return in_file(std::move(mapping).problems(), *file);
    plan.mapping = *std::move(mapping);
  }
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  if (arguments.flag("dry-run")) {
    print(TRY(cases::dry_run(engine, plan)), "would be migrated");
    return {};
  }
  const MigrationReport report = TRY(cases::migrate(engine, plan, act_of(arguments)));
  print(report, "migrated");
  std::cout << "To bring them back: guildhall process undo-migration " << report.plan.text() << " --why REASON\n";
  return {};
}

Result<void> undo(const Arguments& arguments, const std::string& id) {
  const auto plan = TRY(cases::PlanId::parse(id));
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  print(TRY(cases::undo(engine, plan, act_of(arguments))), "brought back");
  return {};
}

Result<bpmn::Variables> variables_from_json(std::string_view json) {
  feel::Memory memory;
  const feel::Value value = TRY(feel::from_json(json, {}, memory));
  if (!value.is(feel::Kind::Context)) {
    return Problem{"The variables are not a JSON object.", "--set", "Write: {\"paid\": true}"};
  }
  bpmn::Variables variables;
  for (const feel::Entry& entry : value.context()) variables.emplace_back(entry.key, bpmn::Data::of(entry.value));
  return variables;
}

// The case's own process, or the one that runs of those that it calls: --of PROCESS.
Result<cases::StoredInstance> instance_of(cases::Engine& engine, const Arguments& arguments,
                                          const std::string& reference) {
  auto instances = engine.database().read([&](db::Connection& connection) {
    const auto found = cases::find_case(connection, reference);
    return found ? cases::instances_of(connection, found->id) : std::vector<cases::StoredInstance>();
  });
  if (instances.empty()) return Problem{"There is no such case.", reference, "Check its reference."};
  const auto process = arguments.value("of");
  if (!process) return instances[0];
  std::vector<cases::StoredInstance> meant;
  for (const cases::StoredInstance& each : instances) {
    const auto version = TRY(engine.definitions().version(each.version));
    if (!each.ended_at && version->version.process == *process) meant.push_back(each);
  }
  if (meant.size() == 1) return meant[0];
  return Problem{meant.empty() ? "This process doesn't run in this case." : "This process runs more than once.",
                 *process, "Look at the case to see what runs."};
}

Result<void> modify(const Arguments& arguments, const std::string& reference) {
  const auto within = static_cast<bpmn::Id>(TRY(arguments.number_or("within", 0, 1, INT64_MAX)));
  std::vector<bpmn::Modification> acts;
  const auto each_of = [&](std::string_view option, const auto& make) {
    const auto ids = arguments.value(option);
    if (!ids) return;
    for (const std::string_view id : split(*ids, ',')) acts.push_back(make(std::string(trimmed(id))));
  };
  each_of("cancel", [](std::string id) { return bpmn::Cancel{std::move(id)}; });
  if (const auto json = arguments.value("set")) acts.push_back(bpmn::SetVariables{TRY(variables_from_json(*json))});
  each_of("before", [&](std::string id) { return bpmn::StartBefore{std::move(id), within}; });
  each_of("after", [&](std::string id) { return bpmn::StartAfter{std::move(id), within}; });
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const auto instance = TRY(instance_of(engine, arguments, reference));
  TRY(cases::modify(engine, instance.id, acts, act_of(arguments)));
  std::cout << "Modified " << reference << ".\n";
  return {};
}

Result<void> restart(const Arguments& arguments, const std::string& reference) {
  cases::Restart how;
  how.element = arguments.value_or("before", "");
  how.version = TRY(arguments.number_or("version", 0, 1, INT64_MAX));
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const auto instance = TRY(instance_of(engine, arguments, reference));
  TRY(cases::restart(engine, instance.id, how, act_of(arguments)));
  std::cout << "Restarted " << reference << ".\n";
  return {};
}

}  // namespace

bool changes_processes(const Arguments& arguments) {
  const Words& words = arguments.rest();
  return !words.empty() &&
         (words[0] == "migrate" || words[0] == "undo-migration" || words[0] == "modify" || words[0] == "restart");
}

Result<void> process_change_command(const Arguments& arguments) {
  const Words& words = arguments.rest();
  if (words.size() == 2 && words[0] == "migrate") return migrate(arguments, words[1]);
  if (words.size() == 2 && words[0] == "undo-migration") return undo(arguments, words[1]);
  if (words.size() == 2 && words[0] == "modify") return modify(arguments, words[1]);
  if (words.size() == 2 && words[0] == "restart") return restart(arguments, words[1]);
  return Problem{"Say which process, migration or case is meant.", "",
                 "For example: guildhall process migrate skip-permit --from 1 --to 2, or guildhall process modify "
                 "CA-7K3M-92QX --cancel check --before sign"};
}

}  // namespace guildhall::app
