#include "app/command_line.h"

#include <array>
#include <iostream>

#include "app/calendar_command.h"
#include "app/case_command.h"
#include "app/commands.h"
#include "app/component.h"
#include "app/decide.h"
#include "app/decision.h"
#include "app/key_command.h"
#include "app/process.h"
#include "base/log.h"

namespace guildhall::app {
namespace {

struct Command {
  std::string_view name;
  std::string_view words;  // After the name.
  std::string_view what;
  Options options;
  Result<void> (*run)(const Arguments&);
};

std::vector<std::string_view> with_environment(std::vector<std::string_view> options) {
  options.insert(options.end(), kEnvironmentOptions.begin(), kEnvironmentOptions.end());
  return options;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"synth",
       "--children N --seed S [--out DIR] [--people FILE.csv]",
       "writes invented extracts in the published shapes, with the truth; or all their person rows in one table",
       {.valued = {"children", "seed", "out", "people"}, .flags = {"help"}},
       &synth_command},
      {"load",
       "SOURCE FILE…",
       "loads extracts of a source: social_care, education or nhs",
       {.valued = with_environment({"as-of", "mapping"}), .flags = {"test-numbers", "help"}},
       &load_command},
      {"match",
       "run|evaluate [TRUTH.csv]; train|run|review|explain|evaluate FILE… --fields MAP.json or --model MODEL.json",
       "makes golden records; with --fields or --model: learns from CSV files, links them, explains a pair",
       {.valued = with_environment({"threads",   "fields", "model",    "id",        "truth",
                                    "household", "out",    "previous", "clerical",  "changes",
                                    "decisions", "sample", "seed",     "queue",     "by",
                                    "answers",   "charts", "svg",      "precision", "pairs-per-record",
                                    "work",      "memory"}),
        .flags = {"link", "details", "json", "help"}},
       &match_command},
      {"env",
       "create|list|destroy [NAME]",
       "environments: a council's isolated instances",
       {.valued = {"data", "database", "confirm"}, .flags = {"help"}},
       &env_command},
      {"council",
       "--name NAME --email ADDRESS --front-door-phone N --out-of-hours-phone N [--phone N] [--colour #RRGGBB]",
       "tells an environment which council it is",
       {.valued = with_environment({"name", "colour", "email", "phone", "front-door-phone", "out-of-hours-phone"}),
        .flags = {"help"}},
       &council_command},
      {"team",
       "list|phone TEAM NUMBER",
       "the phone numbers that partners are given",
       {.valued = with_environment({}), .flags = {"help"}},
       &team_command},
      {"account",
       "create|code NAME …",
       "local accounts: create one, or show a demonstration account's code of the moment",
       {.valued = with_environment({"role", "team", "display-name", "organisation", "organisation-kind"}),
        .flags = {"help"}},
       &account_command},
      {"audit",
       "list|verify",
       "who looked, and whether the log is whole",
       {.valued = with_environment({"after", "limit"}), .flags = {"help"}},
       &audit_command},
      {"decide",
       "MODEL.dmn [--decision NAME] [--input JSON|@FILE] [--explain|--explain-json] | conformance DIR [--out FILE]",
       "evaluates a decision and prints its value as JSON, and how it came about; conformance runs test cases",
       {.valued = {"decision", "input", "out"}, .flags = {"explain", "explain-json", "help"}},
       &decide_command},
      {"check",
       "MODEL.dmn",
       "says what has to be mended in a decision model",
       {.valued = {}, .flags = {"help"}},
       &check_command},
      {"process",
       "run FILE.bpmn [--input JSON|@FILE] [--process ID] [--events NAME,…] [--start INSTANT] [--trace]\n"
       "  guildhall process publish FILE.bpmn | list | show PROCESS [--version N] | start PROCESS [--title TEXT] "
       "[--input JSON|@FILE] [--event ID] [--version N] | send MESSAGE [--input JSON|@FILE] [--id ID] | signal NAME\n"
       "  guildhall process statistics PROCESS --from DATE --to DATE [--version N] | replay PROCESS --from DATE --to "
       "DATE "
       "[--candidate FILE.bpmn] [--decision FILE.dmn,…] [--calendar FILE.json] [--compare NAME,…] [--cost FEEL] "
       "[--json FILE]\n"
       "  guildhall process migrate PROCESS --from N --to N [--map FILE.json] [--dry-run] --why REASON | "
       "undo-migration ID "
       "--why REASON | modify CASE [--cancel ELEMENT,…] [--set JSON] [--before ELEMENT,…] [--after ELEMENT,…] "
       "[--of PROCESS] [--within N] --why REASON | restart CASE [--before ELEMENT] [--version N] --why REASON",
       "run tries a process out in memory, with a clock that jumps from timer to timer; the others publish processes, "
       "begin cases, send what they wait for, say how cases went and how they would have gone under other rules, and "
       "change cases that run already",
       {.valued = with_environment({"input",    "process", "events", "start",  "by",  "version",   "title",
                                    "event",    "id",      "from",   "to",     "map", "why",       "of",
                                    "cancel",   "before",  "after",  "within", "set", "candidate", "decision",
                                    "calendar", "compare", "cost",   "json"}),
        .flags = {"trace", "dry-run", "help"}},
       &process_command},
      {"component",
       "test DIR|FILE.json [--min-coverage PERCENT] [--json FILE]",
       "runs the examples of a component, or one, and says what its processes do otherwise and what no example covers",
       {.valued = {"min-coverage", "json"}, .flags = {"help"}},
       &component_command},
      {"case",
       "list [--open] | show REFERENCE… | complete REFERENCE TASK [--input JSON|@FILE] [--why TEXT] | cancel REFERENCE "
       "--why TEXT",
       "cases: their state, tasks, variables and history",
       {.valued = with_environment({"by", "input", "why"}), .flags = {"open", "help"}},
       &case_command},
      {"job",
       "list",
       "what processes have still to do: timers, work for programs, messages that wait for their receiver",
       {.valued = with_environment({}), .flags = {"help"}},
       &job_command},
      {"incident",
       "list | retry NUMBER --why TEXT",
       "what failed in a process and waits for a person",
       {.valued = with_environment({"by", "why"}), .flags = {"help"}},
       &incident_command},
      {"decision",
       "publish MODEL.dmn [--accept REASON] | list | show NAME | key create|revoke NAME | key list",
       "the decision models that an environment answers from over HTTP, and the keys of programs that ask",
       {.valued = with_environment({"by", "version", "accept"}), .flags = {"help"}},
       &decision_command},
      {"key",
       "create NAME --may decisions,cases,work [--topic TOPIC,…] | list | revoke NAME",
       "the keys of programs, and what each may do",
       {.valued = with_environment({"by", "may", "topic"}), .flags = {"help"}},
       &key_command},
      {"calendar",
       "show | set FILE.json --why REASON | days FROM TO",
       "the council's working days and hours, by which its processes count",
       {.valued = with_environment({"by", "why"}), .flags = {"help"}},
       &calendar_command},
      {"serve",
       "[--port N] [--lease SECONDS]",
       "serves an environment until stopped; lease: when another takes over what a killed server was doing",
       {.valued =
            with_environment({"port", "address", "trusted-proxy", "tls-certificate", "tls-key", "openid", "lease"}),
        .flags = {"help"}},
       &serve_command},
      {"demo",
       "",
       "makes a demonstration council once, and serves it",
       {.valued = with_environment({"port", "children", "openid-provider", "openid-port"}), .flags = {"help"}},
       &demo_command},
  };
  return all;
}

void print_usage(std::ostream& out) {
  out << "Guildhall: local government as a platform.\n\n";
  for (const Command& command : commands()) {
    out << "  guildhall " << command.name << (command.words.empty() ? "" : " ") << command.words << "\n      "
        << command.what << "\n";
  }
  out << "\nEvery command but synth, decide, check, process and component takes --data DIR (the data folder, ./data\n"
         "unless said), --database postgres://… (instead of SQLite files in that folder) and --env NAME (\"council\"\n"
         "unless said).\n";
}

}  // namespace

int run_command_line(std::span<const std::string_view> words) {
  if (words.empty() || words[0] == "--help" || words[0] == "help") {
    print_usage(words.empty() ? std::cerr : std::cout);
    return words.empty() ? 2 : 0;
  }
  for (const Command& command : commands()) {
    if (command.name != words[0]) continue;
    const auto arguments = Arguments::parse(words.subspan(1), command.options);
    if (!arguments.ok()) {
      std::cerr << to_text(arguments.problems()) << "\n";
      return 2;
    }
    if (arguments->flag("help")) {
      std::cout << "guildhall " << command.name << " " << command.words << ": " << command.what << "\n";
      return 0;
    }
    // A server's log is for machines; a command that ends says what it did to the person who gave it.
    if (command.run != &serve_command && command.run != &demo_command) set_log_level(LogLevel::Warning);
    const auto done = command.run(*arguments);
    if (done.ok()) return 0;
    std::cerr << to_text(done.problems()) << "\n";
    return 1;
  }
  std::cerr << "guildhall has no command " << words[0] << ".\n\n";
  print_usage(std::cerr);
  return 2;
}

}  // namespace guildhall::app
