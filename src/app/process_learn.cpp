#include "app/process_learn.h"

#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/commands.h"
#include "app/model_file.h"
#include "base/text.h"
#include "calendar/local_time.h"
#include "calendar/read_calendar.h"
#include "cases/replay.h"
#include "cases/statistics.h"

namespace guildhall::app {
namespace {

using cases::Durations;
using cases::ReplayedCase;
using cases::ReplayReport;

// From the beginning of one day to the end of another, in the United Kingdom.
Result<cases::Period> period_of(const Arguments& arguments) {
  Problems problems;
  const auto date = [&](std::string_view option) {
    const auto given = Date::parse_iso(arguments.value_or(option, ""));
    if (!given.ok()) {
      problems.push_back(
          {"Say the day.", "--" + std::string(option), "For example: --" + std::string(option) + " 2026-01-31"});
    }
    return given.ok() ? *given : Date();
  };
  const Date from = date("from"), to = date("to");
  if (!problems.empty()) return problems;
  return cases::Period{
      .from = calendar::to_instant(calendar::start_of_day(from)),
      .until = calendar::to_instant(calendar::start_of_day(Date::of(to.days() + std::chrono::days(1))))};
}

std::vector<std::string> listed(const Arguments& arguments, std::string_view option) {
  std::vector<std::string> all;
  const auto words = arguments.value(option);
  if (!words) return all;
  for (const std::string_view word : split(*words, ',')) {
    if (!trimmed(word).empty()) all.emplace_back(trimmed(word));
  }
  return all;
}

// In hours, with two digits.
std::string hours(std::optional<std::chrono::microseconds> time) {
  if (!time) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(time->count()) / 3.6e9);
  return text;
}

std::string percentiles(const Durations& durations) {
  std::string all;
  for (const int percent : {10, 50, 90, 99})
    all += "\t" + hours(durations.count() == 0 ? std::nullopt : durations.percentile(percent));
  return all + "\t" + hours(durations.mean());
}

// ---- Replays

Result<cases::CandidateRules> candidate_of(const Arguments& arguments) {
  cases::CandidateRules candidate;
  if (const auto path = arguments.value("candidate")) candidate.process = TRY(read_whole_file(*path));
  for (const std::string& path : listed(arguments, "decision")) {
    candidate.models.push_back(TRY(read_whole_file(path)));
  }
  if (const auto path = arguments.value("calendar")) {
    auto calendar = calendar::read_calendar(TRY(read_whole_file(*path)));
    if (!calendar.ok()) return in_file(calendar.problems(), *path);
    candidate.calendar = *std::move(calendar);
  }
  return candidate;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

void print_counts(const char* what, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [name, count] : counts) std::cout << "  " << what << " " << name << ": " << count << "\n";
}

std::string in_words(const std::optional<feel::Decimal>& number) {
  return number ? feel::to_text(feel::Value::number(*number)) : "no number";
}

void print_case(const ReplayedCase& replayed) {
  std::cout << replayed.reference << ": ";
  if (replayed.verdict == cases::Verdict::NotReplayable) {
    std::cout << "can't be replayed. " << replayed.why << "\n";
    return;
  }
  std::string words;
  const auto add = [&](const std::string& part) { words += (words.empty() ? "" : "; ") + part; };
  if (!replayed.unanswered.empty()) add("needs an answer that nobody gave: " + joined(replayed.unanswered));
  if (replayed.ended_then != replayed.ended_now) add(replayed.ended_then + " → " + replayed.ended_now);
  for (const cases::Change& each : replayed.changed) {
    add(each.then.empty() ? each.name + " is another" : each.name + " " + each.then + " → " + each.now);
  }
  if (!replayed.only_now.empty()) add("passes " + joined(replayed.only_now));
  if (!replayed.only_then.empty()) add("no longer passes " + joined(replayed.only_then));
  if (replayed.other_order) add("another order");
  if (replayed.cycle_then && replayed.cycle_now && replayed.cycle_then != replayed.cycle_now) {
    add("hours " + hours(replayed.cycle_then) + " → " + hours(replayed.cycle_now));
  }
  if (replayed.missed_then != replayed.missed_now) {
    add("deadlines missed " + std::to_string(replayed.missed_then) + " → " + std::to_string(replayed.missed_now));
  }
  if (replayed.cost_then != replayed.cost_now) {
    add("cost " + in_words(replayed.cost_then) + " → " + in_words(replayed.cost_now));
  }
  if (!replayed.left_over.empty()) add("nobody waits any more for " + joined(replayed.left_over));
  std::cout << words << "\n";
}

void print_report(const ReplayReport& report, bool with_cost) {
  std::cout << report.cases << " cases: " << report.same << " the same, " << report.different << " different, "
            << report.needs_answer << " need an answer that nobody gave, " << report.not_replayable
            << " can't be replayed\n";
  if (report.ended_otherwise > 0) std::cout << "  ended otherwise: " << report.ended_otherwise << "\n";
  if (report.other_way > 0) std::cout << "  took another way: " << report.other_way << "\n";
  if (report.other_cycle_time > 0) std::cout << "  took another time: " << report.other_cycle_time << "\n";
  print_counts("another", report.changed);
  print_counts("needs an answer at", report.unanswered);
  print_counts("nobody waits any more for", report.left_over);
  print_counts("can't be replayed:", report.why_not);
  for (const std::string& name : report.never_seen) {
    std::cout << "  no case has a variable " << name << ": nothing was compared\n";
  }
  if (report.same + report.different > 0) {
    std::cout << "of those that are the same or different, then → now:\n"
              << "  median hours from beginning to end: " << hours(report.cycle_then.percentile(50)) << " → "
              << hours(report.cycle_now.percentile(50)) << "\n"
              << "  deadlines of tasks missed: " << report.missed_then << " → " << report.missed_now << "\n";
    if (with_cost) {
      std::cout << "  cost: " << in_words(report.cost_then) << " → " << in_words(report.cost_now);
      if (report.without_cost > 0) std::cout << ", without " << report.without_cost << " cases that have none";
      std::cout << "\n";
    }
  }
  for (const ReplayedCase& each : report.shown) print_case(each);
}

}  // namespace

Result<void> print_statistics(const Arguments& arguments, const std::string& process) {
  const cases::Period period = TRY(period_of(arguments));
  const std::int64_t version = TRY(arguments.number_or("version", 0, 1, INT64_MAX));
  const auto environment = TRY(open_environment(arguments));
  cases::Definitions definitions(environment.database());
  const cases::ProcessStatistics all =
      TRY(cases::statistics(environment.database(), definitions,
                            {.process = process, .version = version, .period = period}, SystemClock().now()));
  std::cout << all.begun << " begun, " << all.completed << " completed, " << all.stopped << " stopped, " << all.open
            << " open\n"
            << "element\tentered\tleft\tcancelled\topen\tlate\tp10 hours\tp50\tp90\tp99\tmean\n"
            << "(all)\t" << all.begun << "\t" << all.completed << "\t" << all.stopped << "\t" << all.open << "\t-"
            << percentiles(all.cycle) << "\n";
  for (const auto& [element, each] : all.elements) {
    std::cout << element << "\t" << each.entered << "\t" << each.left << "\t" << each.cancelled << "\t" << each.open
              << "\t" << each.late << percentiles(each.time) << "\n";
  }
  return {};
}

Result<void> replay_process(const Arguments& arguments, const std::string& process) {
  const cases::ReplayOf of{.process = process,
                           .period = TRY(period_of(arguments)),
                           .candidate = TRY(candidate_of(arguments)),
                           .compare = listed(arguments, "compare"),
                           .cost = arguments.value_or("cost", "")};
  const auto environment = TRY(open_environment(arguments));
  cases::Definitions definitions(environment.database());
  const ReplayReport report = TRY(cases::replay_cases(environment.database(), definitions, of, SystemClock().now()));
  print_report(report, !of.cost.empty());
  if (const auto path = arguments.value("json")) {
    std::ofstream file(*path, std::ios::binary);
    file << cases::to_json(report) << "\n";
    file.close();
    if (!file) return Problem{"The report can't be written.", *path, "Name a file in a folder that you may write to."};
  }
  return {};
}

}  // namespace guildhall::app
