#pragma once

// What the recorded events of a process' cases say about it: how often each element was reached, how long cases stayed
// there, how long they took altogether.
//
// Counted are the runs of a process that began within a period, up to this moment: cases of its own, and its part in
// those of other processes that called it. Nothing here tells one case from another, or who did something.
//
// The history is read once, as a stream: memory grows with the elements of the process and the tokens of one case, not
// with the cases.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cases/definitions.h"
#include "cases/durations.h"
#include "db/database.h"

namespace guildhall::cases {

struct Period {
  Instant from{};
  Instant until{};  // Not included.
};

struct ElementStatistics {
  std::uint64_t entered = 0;  // Of a loop, each of its iterations and the loop itself. What doesn't wait was entered
  std::uint64_t left = 0;     // when it was left.
  std::uint64_t cancelled = 0;
  std::uint64_t open = 0;           // Now.
  Durations time;                   // From entering to leaving; not of what was cancelled.
  Durations waiting, working;       // Of tasks that somebody claimed: until they did, and from then on.
  std::uint64_t with_deadline = 0;  // Tasks.
  std::uint64_t late = 0;           // Of those: done or withdrawn after it, or still open after it.

  void add(const ElementStatistics& other);
};

struct WeekStatistics {
  Date monday;
  std::uint64_t begun = 0;
  Durations cycle;  // Of those that began in this week and have ended.
};

struct ProcessStatistics {
  std::uint64_t begun = 0;
  std::uint64_t completed = 0;
  std::uint64_t stopped = 0;  // By a person or by whoever called it, or failed.
  std::uint64_t open = 0;
  Durations cycle;                                                 // From beginning to end, however it ended.
  std::map<std::string, ElementStatistics, std::less<>> elements;  // By id; those that were reached.
  // By the sequence flow's id: how often it was taken; those that were.
  std::map<std::string, std::uint64_t, std::less<>> flows;
  std::vector<WeekStatistics> weeks;  // Of the period, those without cases too.
};

struct StatisticsOf {
  std::string process;
  std::int64_t version = 0;  // 0: all of them.
  Period period;
};

// Problems where no such process is published, and where the period ends before it begins or is longer than 20 years.
Result<ProcessStatistics> statistics(db::Database& database, Definitions& definitions, const StatisticsOf& of,
                                     Instant now);

// One line for each published process.
struct ProcessOverview {
  std::string process;
  std::string name;  // Of its newest version.
  std::int64_t versions = 0;
  std::uint64_t open = 0;   // Runs, now.
  std::uint64_t begun = 0;  // In the period.
  Durations cycle;          // Of those that began in the period and have ended.
};
std::vector<ProcessOverview> overview(db::Database& database, Period period);

}  // namespace guildhall::cases
