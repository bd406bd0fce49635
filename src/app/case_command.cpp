#include "app/case_command.h"

#include <iostream>

#include "app/commands.h"
#include "app/process.h"
#include "base/text.h"
#include "cases/engine.h"
#include "cases/history.h"
#include "cases/view.h"
#include "feel/expression.h"
#include "feel/json.h"

namespace guildhall::app {
namespace {

using cases::CaseView;

constexpr std::int64_t kMostIncidents = 10'000;

Result<cases::Act> act_with_reason(const Arguments& arguments) {
  const auto why = arguments.value("why");
  if (!why || trimmed(*why).empty()) {
    return Problem{"Say why: the case's history keeps it.", "--why", "--why \"Asked for twice\""};
  }
  return cases::Act{given_by(arguments), *why};
}

// ---- Cases

Result<void> list(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  environment.database().read([&](db::Connection& connection) {
    cases::each_case(connection, arguments.flag("open"), [](const cases::Case& each) {
      std::cout << each.reference << "\t" << (each.closed_at ? "closed" : "open") << "\t" << to_iso(each.opened_at)
                << "\t" << (each.closed_at ? to_iso(*each.closed_at) : "") << "\t" << squeezed(each.title) << "\n";
    });
  });
  return {};
}

std::string happened(const cases::HistoryEntry& entry) {
  std::string line = entry.happened;
  for (char& each : line) {
    if (each == '\n') each = ' ';
  }
  return line;
}

Result<void> print(db::Database& database, const CaseView::Process& process) {
  const cases::StoredInstance& stored = process.stored;
  std::cout << "process\t" << process.published->version.process << "\t" << process.published->version.version << "\t"
            << cases::name_of(stored.state) << "\t" << stored.id.text() << "\n";
  for (const auto& [name, data] : process.state.scopes.front().variables) {
    std::cout << "variable\t" << feel::print_key(name) << "\t" << TRY(feel::to_json(data.value())) << "\n";
  }
  for (const bpmn::Expectation& wait : process.waits()) {
    using Kind = bpmn::Expectation::Kind;
    std::cout << "wait\t"
              << (wait.kind == Kind::Timer     ? "timer\t" + to_iso(wait.due)
                  : wait.kind == Kind::Message ? "message\t" + std::string(wait.name)
                                               : "signal\t" + std::string(wait.name))
              << "\n";
  }
  const auto history =
      database.read([&](db::Connection& connection) { return cases::history_of(connection, stored.id); });
  for (const cases::HistoryEntry& entry : history) {
    std::cout << "history\t" << entry.number << "\t" << to_iso(entry.at) << "\t" << entry.act.who << "\t" << entry.what
              << "\t" << squeezed(entry.act.why) << "\t" << happened(entry) << "\n";
  }
  return {};
}

// A line for each thing, its kind first.
Result<void> show(const Arguments& arguments, const std::vector<std::string>& words) {
  const auto environment = TRY(open_environment(arguments));
  db::Database& database = environment.database();
  cases::Definitions definitions(database);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const CaseView view = TRY(cases::look_at_case(database, definitions, words[i]));
    std::cout << "case\t" << view.opened.reference << "\t" << cases::name_of(view.processes.front().stored.state)
              << "\t" << view.opened.id.text() << "\t" << squeezed(view.opened.title) << "\n";
    for (const cases::Task& task : view.open_tasks) {
      std::cout << "task\t" << task.id.text() << "\t" << task.element << "\t" << squeezed(task.name) << "\t"
                << (task.due_at ? to_iso(*task.due_at) : "") << "\t" << task.assignee << "\t";
      for (const std::string& team : task.teams) std::cout << (team == task.teams.front() ? "" : ", ") << team;
      std::cout << "\n";
    }
    for (const std::string& topic : view.open_work) std::cout << "wait\twork\t" << topic << "\n";
    for (const cases::Job& incident : view.incidents) {
      std::cout << "incident\t" << incident.number << "\t" << squeezed(incident.problem) << "\n";
    }
    for (const CaseView::Process& process : view.processes) TRY(print(database, process));
  }
  return {};
}

Result<void> cancel(const Arguments& arguments, const std::vector<std::string>& words) {
  const cases::Act act = TRY(act_with_reason(arguments));
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const CaseView view = TRY(cases::look_at_case(environment.database(), engine.definitions(), words[1]));
  return engine.cancel(view.opened.id, act);
}

// By its id, its element or its name.
Result<cases::TaskId> task_named(const CaseView& view, const std::string& name) {
  std::vector<cases::TaskId> found;
  std::string open;
  for (const cases::Task& task : view.open_tasks) {
    if (task.id.text() == name || task.element == name || task.name == name) found.push_back(task.id);
    open += (open.empty() ? "" : ", ") + task.element + " " + task.id.text();
  }
  if (found.size() == 1) return found[0];
  return Problem{found.empty() ? "The case has no open task of this name." : "The case has several tasks of this name.",
                 name, open.empty() ? "None is open." : "Open are: " + open + "."};
}

Result<void> complete(const Arguments& arguments, const std::vector<std::string>& words) {
  const bpmn::Variables variables = TRY(variables_of(arguments));
  const auto environment = TRY(open_environment(arguments));
  const SystemClock clock;
  cases::Engine engine(environment.database(), clock);
  const CaseView view = TRY(cases::look_at_case(environment.database(), engine.definitions(), words[1]));
  return engine.complete(TRY(task_named(view, words[2])), variables,
                         {given_by(arguments), arguments.value_or("why", "")});
}

// ---- Incidents

Result<void> list_incidents(const Arguments& arguments) {
  const auto environment = TRY(open_environment(arguments));
  environment.database().read([&](db::Connection& connection) {
    for (const cases::Job& incident : cases::incidents(connection, kMostIncidents)) {
      const auto of = incident.case_id ? cases::find_case(connection, *incident.case_id) : std::nullopt;
      std::cout << incident.number << "\t" << (of ? of->reference : "") << "\t" << squeezed(incident.problem) << "\n";
    }
  });
  return {};
}

}  // namespace

Result<void> case_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  const std::string_view what = words.empty() ? "" : words[0];
  if (what == "list" && words.size() == 1) return list(arguments);
  if (what == "show" && words.size() >= 2) return show(arguments, words);
  if (what == "cancel" && words.size() == 2) return cancel(arguments, words);
  if (what == "complete" && words.size() == 3) return complete(arguments, words);
  return Problem{
      "Say what to do with which case.", "",
      "For example: guildhall case list --open, or guildhall case show CA-7K3M-92QX, or guildhall case complete "
      "CA-7K3M-92QX check"};
}

// A due time that has passed and isn't served: nobody does this work, or no server runs. None: an incident, or a message
// that nobody waits for yet.
Result<void> job_command(const Arguments& arguments) {
  if (arguments.rest() != std::vector<std::string>{"list"}) {
    return Problem{"Say what to do.", "", "For example: guildhall job list"};
  }
  const auto environment = TRY(open_environment(arguments));
  environment.database().read([&](db::Connection& connection) {
    cases::each_job(connection, [](const cases::Job& job) {
      std::cout << job.number << "\t" << cases::name_of(job.kind) << "\t" << squeezed(job.topic) << "\t"
                << (job.due_at ? to_iso(*job.due_at) : "") << "\t" << job.attempts << "\t"
                << (job.case_id ? job.case_id->text() : "") << "\n";
    });
  });
  return {};
}

Result<void> incident_command(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.rest();
  if (words == std::vector<std::string>{"list"}) return list_incidents(arguments);
  if (words.size() == 2 && words[0] == "retry") {
    const cases::Act act = TRY(act_with_reason(arguments));
    const auto number = parse_integer(words[1]);
    if (!number) return Problem{"An incident has a number.", words[1], "See: guildhall incident list"};
    const auto environment = TRY(open_environment(arguments));
    const SystemClock clock;
    return cases::Engine(environment.database(), clock).retry(*number, act);
  }
  return Problem{
      "Say what to do with which incident.", "",
      "For example: guildhall incident list, or guildhall incident retry 12 --why \"The printer has paper\""};
}

}  // namespace guildhall::app
