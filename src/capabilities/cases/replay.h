#pragma once

// The recorded cases of a period under other rules: who would have got what, beside what happened. core/replay says how
// a case is replayed; here cases are read, and the differences are counted.
//
// What isn't changed is as it was at the time: the version that the case followed, the decision models that were
// published then. Nothing is written. Memory doesn't grow with the number of cases.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "calendar/calendar.h"
#include "cases/durations.h"
#include "cases/statistics.h"
#include "feel/decimal.h"

namespace guildhall::cases {

// What would be different.
struct CandidateRules {
  std::string process;              // A BPMN file's text; empty: each case's own version.
  std::vector<std::string> models;  // DMN files' texts.
  std::optional<calendar::Calendar> calendar;
};

struct ReplayOf {
  std::string process;
  Period period;  // In which its cases began.
  CandidateRules candidate;
  // Variables to be compared, with their values in the report. None: all that a case has then, without values.
  std::vector<std::string> compare;
  std::string cost;  // FEEL on the variables of the case's process: "charge + deposit". May be empty.
};

enum class Verdict {
  Same,
  Different,
  NeedsAnswer,    // The candidate waits for an answer that nobody ever gave.
  NotReplayable,  // Repeating what was recorded doesn't give what is stored: nothing is said about it.
};

struct Change {
  std::string name;
  std::string then, now;  // In FEEL's notation, cut where it is long; empty where values weren't asked for.
};

struct ReplayedCase {
  std::string reference;
  Verdict verdict = Verdict::Same;
  std::string why;                    // It isn't replayable.
  std::string ended_then, ended_now;  // "completed"; "waits for check"; "can't go on: …"
  std::vector<Change> changed;
  std::vector<std::string> only_then, only_now;  // Elements that were passed more often on one side.
  bool other_order = false;                      // The same elements, in another order.
  std::optional<std::chrono::microseconds> cycle_then, cycle_now;
  std::uint64_t missed_then = 0, missed_now = 0;  // Deadlines of tasks.
  std::optional<feel::Decimal> cost_then, cost_now;
  std::vector<std::string> unanswered;  // Elements.
  std::vector<std::string> left_over;   // Elements and messages.
};

struct ReplayReport {
  static constexpr std::size_t kShown = 50;

  std::uint64_t cases = 0, same = 0, different = 0, needs_answer = 0, not_replayable = 0;
  // Of the cases that are different or need an answer, how many in which respect:
  std::uint64_t ended_otherwise = 0, other_way = 0, other_cycle_time = 0;
  std::map<std::string, std::uint64_t> changed;     // By variable.
  std::map<std::string, std::uint64_t> unanswered;  // By element.
  std::map<std::string, std::uint64_t> left_over;   // By element or message.
  std::map<std::string, std::uint64_t> why_not;     // By reason, of what isn't replayable.
  // Over the cases that are the same or different: what needs an answer has no outcome yet.
  std::uint64_t missed_then = 0, missed_now = 0;
  Durations cycle_then, cycle_now;
  feel::Decimal cost_then, cost_now;
  std::uint64_t without_cost = 0;       // The expression gave no number, on either side.
  std::vector<std::string> never_seen;  // Names to compare that no case has, on either side.
  std::vector<ReplayedCase> shown;      // The first that aren't the same.
};

// Problems: no such process, a period that isn't one, and all that is wrong with the candidate or the expression.
Result<ReplayReport> replay_cases(db::Database& database, Definitions& definitions, const ReplayOf& of, Instant now);

// For programs: everything in the report.
std::string to_json(const ReplayReport& report);

}  // namespace guildhall::cases
