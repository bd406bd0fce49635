#include "app/process.h"

#include <iostream>
#include <map>

#include "app/commands.h"
#include "app/model_file.h"
#include "app/process_change.h"
#include "app/process_learn.h"
#include "base/text.h"
#include "bpmn/read_definitions.h"
#include "bpmn/simulation.h"
#include "cases/api_json.h"
#include "cases/calendars.h"
#include "cases/engine.h"
#include "cases/publishing.h"
#include "feel/expression.h"
#include "feel/json.h"

namespace guildhall::app {
namespace {

using bpmn::Logged;
using bpmn::ProcessInstance;

std::string_view word(Logged::What what) {
  switch (what) {
    case Logged::What::Entered:
      return "entered";
    case Logged::What::Left:
      return "left";
    case Logged::What::Cancelled:
      return "cancelled";
    case Logged::What::Script:
      return "script";
    case Logged::What::Compensated:
      return "compensated";
  }
  return "";
}

std::string_view word(ProcessInstance::State state) {
  switch (state) {
    case ProcessInstance::State::New:
    case ProcessInstance::State::Running:
      return "waiting";
    case ProcessInstance::State::Completed:
      return "completed";
    case ProcessInstance::State::Terminated:
      return "terminated";
    case ProcessInstance::State::Failed:
      return "failed";
  }
  return "";
}

// One line for each thing that happened: 2026-01-01T09:00:00Z script log_task1 "task1". What happened in another
// instance than the first says which: charge#2/log_task1. docs/guides/processes.md explains them.
Result<void> print_trace(const bpmn::Simulation& simulation) {
  for (const bpmn::TraceEntry& entry : simulation.trace) {
    std::cout << to_iso(entry.at) << " " << word(entry.what) << " ";
    if (entry.instance != 0) {
      std::cout << simulation.instances[entry.instance].process->id << "#" << entry.instance + 1 << "/";
    }
    std::cout << entry.element;
    if (entry.what == Logged::What::Script) std::cout << " " << TRY(feel::to_json(entry.value.value()));
    std::cout << "\n";
  }
  return {};
}

Result<void> run(const Arguments& arguments, const std::string& path) {
  const bpmn::Definitions definitions = TRY(bpmn::read_definitions(TRY(read_whole_file(path)), cases::read_options()));
  const cases::CalendarInForce calendar(cases::default_calendar());
  bpmn::SimulationOptions options;
  options.given = calendar.surroundings().given;
  options.variables = TRY(variables_of(arguments));
  if (const auto events = arguments.value("events")) {
    for (const std::string_view event : split(*events, ',')) options.events.emplace_back(trimmed(event));
  }
  options.start = TRY(parse_instant(arguments.value_or("start", "2026-01-01T09:00:00Z")));
  const bpmn::Simulation simulation = TRY(bpmn::simulate(definitions, arguments.value_or("process", ""), options));
  if (arguments.flag("trace")) TRY(print_trace(simulation));
  const ProcessInstance& first = simulation.instances.front().state;
  std::cout << to_iso(simulation.ended) << " " << word(first.state);
  if (!first.error.empty()) std::cout << " " << first.error;
  if (first.uncaught_error && first.error.empty()) std::cout << " An error that nobody caught.";
  std::cout << "\n";
  if (!arguments.flag("trace")) {
    for (const auto& [name, data] : first.scopes.front().variables) {
      std::cout << feel::print_key(name) << ": " << TRY(feel::to_json(data.value())) << "\n";
    }
  }
  return {};
}

Result<void> run_file(const Arguments& arguments, const std::string& path) {
  const auto done = run(arguments, path);
  if (!done.ok()) return in_file(done.problems(), path);
  return {};
}

// ---- In an environment

Result<void> publish(const Arguments& arguments, const std::string& path) {
  const std::string xml = TRY(read_whole_file(path));
  const auto environment = TRY(open_environment(arguments));
  const auto published = cases::publish(environment.database(), xml, given_by(arguments), SystemClock().now());
  if (!published.ok()) return in_file(published.problems(), path);
  for (const cases::ProcessVersion& version : published->versions) {
    std::cout << (published->is_new ? "Published " : "Published already, nothing changed: ") << version.process
              << ", version " << version.version << ".\n";
  }
  return {};
}

Result<void> list(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  for (const cases::ProcessVersion& version : environment.database().read(&cases::all_versions)) {
    std::cout << version.process << "\t" << version.version << "\t" << to_iso(version.published_at) << "\t"
              << version.published_by << "\t" << version.name << "\n";
  }
  return {};
}

Result<void> show(const Arguments& arguments, const std::string& process) {
  const std::int64_t number = TRY(arguments.number_or("version", 0, 1, INT64_MAX));
  const auto environment = TRY(open_environment(arguments));
  return environment.database().read([&](db::Connection& connection) -> Result<void> {
    const auto version =
        number == 0 ? cases::newest_version(connection, process) : cases::find_version(connection, process, number);
    if (!version) {
      return Problem{number == 0 ? "No process of this name is published." : "There is no such version of it.", process,
                     "See: guildhall process list"};
    }
    std::cout << cases::text_of(connection, version->file).value();
    return {};
  });
}

Result<void> start(const Arguments& arguments, const std::string& process) {
  cases::NewCase opened;
  opened.process = process;
  opened.version = TRY(arguments.number_or("version", 0, 1, INT64_MAX));
  opened.title = arguments.value_or("title", "");
  opened.variables = TRY(variables_of(arguments));
  opened.start_event = arguments.value_or("event", "");
  opened.act = {given_by(arguments), ""};
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const auto published = opened.version == 0 ? TRY(engine.definitions().newest(process))
                                             : TRY(engine.definitions().version(process, opened.version));
  if (!opened.start_event.empty() && published->process->node(opened.start_event) == bpmn::kNone) {
    return Problem{"The process has no such event.", opened.start_event, "See: guildhall process show " + process};
  }
  std::cout << TRY(engine.start(opened)).reference << std::endl;
  return {};
}

Result<void> send(const Arguments& arguments, const std::string& message) {
  const bpmn::Variables variables = TRY(variables_of(arguments));
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const bool is_new = engine.send({message, variables, ""}, arguments.value_or("id", ""), given_by(arguments));
  std::cout << (is_new ? "Stored: the server delivers it.\n"
                       : "A message with this id has come before: nothing changed.\n");
  return {};
}

Result<void> signal(const Arguments& arguments, const std::string& name) {
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine(environment.database(), clock).broadcast(name, given_by(arguments));
  std::cout << "Stored: the server tells all who wait for it.\n";
  return {};
}

// What has a FILE or the name of something after it.
using Action = Result<void> (*)(const Arguments&, const std::string&);
const std::map<std::string_view, Action>& actions() {
  static const std::map<std::string_view, Action> all{{"run", &run_file},
                                                      {"publish", &publish},
                                                      {"show", &show},
                                                      {"start", &start},
                                                      {"send", &send},
                                                      {"signal", &signal},
                                                      {"statistics", &print_statistics},
                                                      {"replay", &replay_process}};
  return all;
}

}  // namespace

Result<bpmn::Variables> variables_of(const Arguments& arguments) {
  const std::string input = arguments.value_or("input", "{}");
  const std::string json = input.starts_with('@') ? TRY(read_whole_file(input.substr(1))) : input;
  auto variables = cases::variables_from_json(json);
  if (variables.ok()) return variables;
  Problems problems = std::move(variables).problems();
  for (Problem& problem : problems) problem.where = "--input" + (problem.where.empty() ? "" : ", " + problem.where);
  return problems;
}

Result<void> process_command(const Arguments& arguments) {
  const auto& words = arguments.rest();
  if (changes_processes(arguments)) return process_change_command(arguments);
  if (words == std::vector<std::string>{"list"}) return list(arguments);
  if (words.size() == 2) {
    if (const auto action = actions().find(words[0]); action != actions().end()) {
      return action->second(arguments, words[1]);
    }
  }
  return Problem{"Say what to do with which process.", "",
                 "For example: guildhall process run permit.bpmn --trace, or guildhall process publish permit.bpmn, or "
                 "guildhall process start skip-permit --title \"Skip for 4 High Street\""};
}

}  // namespace guildhall::app
