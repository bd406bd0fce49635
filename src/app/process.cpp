#include "app/process.h"

#include <iostream>

#include "app/model_file.h"
#include "base/text.h"
#include "bpmn/read_definitions.h"
#include "bpmn/simulation.h"
#include "cases/calendars.h"
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

Result<bpmn::Variables> variables_of(const Arguments& arguments) {
  feel::Memory memory;
  const std::string input = arguments.value_or("input", "{}");
  const std::string json = input.starts_with('@') ? TRY(read_whole_file(input.substr(1))) : input;
  const feel::Value value = TRY(feel::from_json(json, {}, memory));
  if (!value.is(feel::Kind::Context)) {
    return Problem{"The input is not a JSON object.", "--input",
                   "Write names and values in curly brackets: {\"test\": \"a\"}."};
  }
  bpmn::Variables variables;
  for (const feel::Entry& entry : value.context()) variables.emplace_back(entry.key, bpmn::Data::of(entry.value));
  return variables;
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

}  // namespace

Result<void> process_command(const Arguments& arguments) {
  const auto& words = arguments.rest();
  if (words.size() == 2 && words[0] == "run") {
    auto done = run(arguments, words[1]);
    if (done.ok()) return done;
    Problems problems = std::move(done).problems();
    for (Problem& problem : problems)
      problem.where = problem.where.empty() ? words[1] : words[1] + ", " + problem.where;
    return problems;
  }
  return Problem{"Say what to do with which process.", "", "For example: guildhall process run permit.bpmn --trace"};
}

}  // namespace guildhall::app
