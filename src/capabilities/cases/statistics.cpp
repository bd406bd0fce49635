#include "cases/statistics.h"

#include <algorithm>
#include <unordered_map>

#include "bpmn/definition.h"
#include "cases/case_store.h"
#include "cases/history.h"

namespace guildhall::cases {
namespace {

using bpmn::NodeType;
using What = bpmn::Logged::What;

Date monday_of(Instant instant) {
  const std::chrono::sys_days day = uk_date(instant).days();
  return Date::of(day - (std::chrono::weekday(day) - std::chrono::Monday));
}

// A name in the quotation marks with which acts name tasks: "claimed ‘Check the site’".
std::string_view claimed_task(std::string_view what) {
  constexpr std::string_view kBefore = "claimed ‘", kAfter = "’";
  if (!what.starts_with(kBefore) || !what.ends_with(kAfter)) return {};
  return what.substr(kBefore.size(), what.size() - kBefore.size() - kAfter.size());
}

// The statistics of one version, from its runs one after the other.
class Reading {
 public:
  explicit Reading(const bpmn::Process& process) : process_(process), nodes_(process.nodes.size()) {
    for (bpmn::Index i = 0; i < process.nodes.size(); ++i) index_of_.emplace(process.nodes[i].id, i);
  }

  void happened(Instant at, std::string_view what, std::string_view lines) {
    if (const std::string_view task = claimed_task(what); !task.empty()) claimed(task, at);
    for (const Happening& each : happenings(lines)) {
      const auto found = index_of_.find(each.element);
      if (found == index_of_.end()) continue;
      take(each, found->second, at);
    }
    for (const std::string& flow : flows_taken(lines)) ++flows_[flow];
  }

  // The run is told: what it has open is open now, where it runs.
  void end_of_run(bool running) {
    if (running) {
      for (const auto& [id, token] : open_) ++nodes_[token.node].open;
    }
    open_.clear();
  }

  void add_to(ProcessStatistics& statistics) const {
    for (bpmn::Index i = 0; i < nodes_.size(); ++i) {
      const ElementStatistics& node = nodes_[i];
      if (node.entered + node.left + node.cancelled == 0) continue;
      statistics.elements[process_.nodes[i].id].add(node);
    }
    for (const auto& [flow, volume] : flows_) statistics.flows[flow] += volume;
  }

 private:
  struct Open {
    bpmn::Index node = 0;
    Instant since;
    std::optional<Instant> claimed_at;
  };

  void take(const Happening& each, bpmn::Index index, Instant at) {
    ElementStatistics& node = nodes_[index];
    switch (each.what) {
      case What::Entered:
        ++node.entered;
        open_[each.instance] = {.node = index, .since = at, .claimed_at = std::nullopt};
        return;
      case What::Left:
        ++node.left;
        if (each.instance == 0) {
          ++node.entered;
          return;
        }
        if (const auto open = open_.find(each.instance); open != open_.end()) {
          node.time.add(at - open->second.since);
          if (const auto claimed_at = open->second.claimed_at) {
            node.waiting.add(*claimed_at - open->second.since);
            node.working.add(at - *claimed_at);
          }
          open_.erase(open);
        }
        return;
      case What::Cancelled:
        ++node.cancelled;
        open_.erase(each.instance);
        return;
      case What::Script:
      case What::Compensated:
        return;
    }
  }

  // The first claim of the only open task of this name.
  void claimed(std::string_view task, Instant at) {
    Open* found = nullptr;
    for (auto& [id, open] : open_) {
      const bpmn::Node& node = process_.nodes[open.node];
      if (node.type != NodeType::UserTask || (node.name.empty() ? node.id : node.name) != task) continue;
      if (found != nullptr) return;
      found = &open;
    }
    if (found != nullptr && !found->claimed_at) found->claimed_at = at;
  }

  const bpmn::Process& process_;
  std::unordered_map<std::string_view, bpmn::Index> index_of_;
  std::vector<ElementStatistics> nodes_;
  std::map<std::string, std::uint64_t, std::less<>> flows_;
  std::unordered_map<bpmn::Id, Open> open_;  // Of the run that is being read.
};

class Weeks {
 public:
  explicit Weeks(Period period) {
    const Date last = monday_of(period.until - std::chrono::microseconds(1));
    for (Date monday = monday_of(period.from); monday <= last;
         monday = Date::of(monday.days() + std::chrono::days(7))) {
      weeks_.push_back({.monday = monday, .begun = 0, .cycle = {}});
    }
  }
  WeekStatistics& of(Instant instant) {
    const auto days = monday_of(instant).days() - weeks_.front().monday.days();
    return weeks_[static_cast<std::size_t>(days.count() / 7)];
  }
  std::vector<WeekStatistics> all() && { return std::move(weeks_); }

 private:
  std::vector<WeekStatistics> weeks_;
};

void count_run(ProcessStatistics& statistics, WeekStatistics& week, std::string_view state, Instant started,
               std::optional<Instant> ended) {
  ++statistics.begun;
  ++week.begun;
  if (!ended) {
    ++statistics.open;
    return;
  }
  ++(state == name_of(bpmn::ProcessInstance::State::Completed) ? statistics.completed : statistics.stopped);
  statistics.cycle.add(*ended - started);
  week.cycle.add(*ended - started);
}

void read_version(db::Connection& connection, std::int64_t version, Period period, Reading& reading, Weeks& weeks,
                  ProcessStatistics& statistics) {
  std::string of, state;
  const auto end_run = [&] {
    if (!of.empty()) reading.end_of_run(state == name_of(bpmn::ProcessInstance::State::Running));
  };
  connection.query(
      "SELECT process_instance.id, state, started_at, ended_at, at, act, happened FROM process_instance "
      "JOIN case_history ON case_history.instance = process_instance.id "
      "WHERE process_instance.version = $1 AND started_at >= $2 AND started_at < $3 "
      "ORDER BY started_at, process_instance.id, case_history.number",
      {version, period.from, period.until}, [&](const db::Row& row) {
        if (row.text(0) != of) {
          end_run();
          of = row.text(0);
          state = row.text(1);
          const Instant started = row.instant(2);
          count_run(statistics, weeks.of(started), state, started, row.optional_instant(3));
        }
        reading.happened(row.instant(4), row.text(5), row.text(6));
      });
  end_run();
}

void read_deadlines(db::Connection& connection, std::int64_t version, Period period, Instant now,
                    ProcessStatistics& statistics) {
  connection.query(
      "SELECT element, count(*), sum(CASE WHEN COALESCE(task.ended_at, CAST($4 AS INTEGER)) > due_at THEN 1 ELSE 0 "
      "END) "
      "FROM task JOIN process_instance ON process_instance.id = task.instance "
      "WHERE process_instance.version = $1 AND started_at >= $2 AND started_at < $3 AND due_at IS NOT NULL "
      "GROUP BY element",
      {version, period.from, period.until, now}, [&](const db::Row& row) {
        ElementStatistics& element = statistics.elements[std::string(row.text(0))];
        element.with_deadline += static_cast<std::uint64_t>(row.integer(1));
        element.late += static_cast<std::uint64_t>(row.integer(2));
      });
}

}  // namespace

void ElementStatistics::add(const ElementStatistics& other) {
  entered += other.entered;
  left += other.left;
  cancelled += other.cancelled;
  open += other.open;
  time.add(other.time);
  waiting.add(other.waiting);
  working.add(other.working);
  with_deadline += other.with_deadline;
  late += other.late;
}

Result<ProcessStatistics> statistics(db::Database& database, Definitions& definitions, const StatisticsOf& of,
                                     Instant now) {
  if (of.period.until <= of.period.from || of.period.until - of.period.from > std::chrono::years(20)) {
    return Problem{"A period ends after it begins, and lasts 20 years at most.", of.process, "Choose other days."};
  }
  std::vector<std::int64_t> versions;
  for (const ProcessVersion& version : database.read(&all_versions)) {
    if (version.process == of.process && (of.version == 0 || of.version == version.version)) {
      versions.push_back(version.number);
    }
  }
  if (versions.empty()) {
    return Problem{of.version == 0 ? "No process of this id is published."
                                   : "This process has no version " + std::to_string(of.version) + ".",
                   of.process, "See: guildhall process list"};
  }
  ProcessStatistics statistics;
  Weeks weeks(of.period);
  for (const std::int64_t version : versions) {
    const auto published = TRY(definitions.version(version));
    Reading reading(*published->process);
    database.read([&](db::Connection& connection) {
      read_version(connection, version, of.period, reading, weeks, statistics);
      read_deadlines(connection, version, of.period, now, statistics);
    });
    reading.add_to(statistics);
  }
  statistics.weeks = std::move(weeks).all();
  return statistics;
}

std::vector<ProcessOverview> overview(db::Database& database, Period period) {
  return database.read([&](db::Connection& connection) {
    std::map<std::string, ProcessOverview> processes;
    for (const ProcessVersion& version : all_versions(connection)) {
      ProcessOverview& process = processes[version.process];
      process.process = version.process;
      process.name = version.name.empty() ? version.process : version.name;
      ++process.versions;
      connection.query("SELECT count(*) FROM process_instance WHERE version = $1 AND ended_at IS NULL",
                       {version.number},
                       [&](const db::Row& row) { process.open += static_cast<std::uint64_t>(row.integer(0)); });
      connection.query(
          "SELECT started_at, ended_at FROM process_instance WHERE version = $1 AND started_at >= $2 AND started_at < "
          "$3",
          {version.number, period.from, period.until}, [&](const db::Row& row) {
            ++process.begun;
            if (const auto ended = row.optional_instant(1)) process.cycle.add(*ended - row.instant(0));
          });
    }
    std::vector<ProcessOverview> all;
    for (auto& [id, process] : processes) all.push_back(std::move(process));
    return all;
  });
}

}  // namespace guildhall::cases
