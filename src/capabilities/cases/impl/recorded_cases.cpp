#include "cases/impl/recorded_cases.h"

#include <algorithm>
#include <deque>
#include <map>

#include "bpmn/instance_codec.h"

namespace guildhall::cases {
namespace {

constexpr std::int64_t kPage = 100;

struct Found {
  InstanceId instance;
  CaseId case_id;
  std::string reference;
  Instant started;
};

struct Rows {
  std::vector<StoredInstance> instances;
  std::vector<std::vector<HistoryEntry>> entries;
};

std::vector<Found> next_page(db::Connection& connection, std::int64_t version, Period period, const Found& after) {
  std::vector<Found> found;
  connection.query(
      "SELECT process_instance.id, case_id, reference, started_at FROM process_instance "
      "JOIN council_case ON council_case.id = case_id "
      "WHERE version = $1 AND caller IS NULL AND started_at >= $2 AND started_at < $3 "
      "AND (started_at > $2 OR process_instance.id > $4) ORDER BY started_at, process_instance.id LIMIT $5",
      {version, after.started, period.until, after.instance, kPage}, [&](const db::Row& row) {
        found.push_back({.instance = row.id<InstanceId>(0),
                         .case_id = row.id<CaseId>(1),
                         .reference = std::string(row.text(2)),
                         .started = row.instant(3)});
      });
  return found;
}

// The node instance that an event is for; 0: none in particular.
bpmn::Id node_of(const bpmn::Event& event) {
  return std::visit(
      [](const auto& each) -> bpmn::Id {
        if constexpr (requires { each.instance; }) {
          return each.instance;
        } else {
          return 0;
        }
      },
      event);
}

// The events of all instances in one order: by time, and what has the same time such that what a called process gives back
// comes after what it did. `of_instances` has those of each instance in their order; callers come first.
std::vector<replay::RecordedEvent> in_order(const replay::RecordedCase& recorded,
                                            std::vector<std::deque<replay::RecordedEvent>> of_instances) {
  std::map<std::pair<std::size_t, bpmn::Id>, std::size_t> called;
  for (std::size_t i = 0; i < recorded.instances.size(); ++i) {
    if (const auto& caller = recorded.instances[i].caller) called[{caller->instance, caller->node}] = i;
  }
  const auto is_early = [&](const replay::RecordedEvent& event) {
    const auto found = called.find({event.instance, node_of(event.event)});
    if (found == called.end()) return false;
    const auto& rest = of_instances[found->second];
    return !rest.empty() && rest.front().at <= event.at;
  };
  std::vector<replay::RecordedEvent> events;
  for (;;) {
    std::deque<replay::RecordedEvent>* next = nullptr;
    bool next_is_early = false;
    for (auto& each : of_instances) {
      if (each.empty() || (next != nullptr && each.front().at > next->front().at)) continue;
      const bool early = is_early(each.front());
      if (next != nullptr && each.front().at == next->front().at && (early || !next_is_early)) continue;
      next = &each;
      next_is_early = early;
    }
    if (next == nullptr) return events;
    events.push_back(std::move(next->front()));
    next->pop_front();
  }
}

Result<replay::RecordedCase> recorded_case(Definitions& definitions, const Rows& rows) {
  if (std::ranges::count_if(rows.instances, [](const StoredInstance& each) { return !each.caller; }) > 1) {
    return Problem{"It was begun again.", "", ""};
  }
  replay::RecordedCase recorded;
  std::map<InstanceId, std::size_t> places;
  std::vector<std::deque<replay::RecordedEvent>> events(rows.instances.size());
  for (std::size_t i = 0; i < rows.instances.size(); ++i) {
    const StoredInstance& stored = rows.instances[i];
    const auto published = TRY(definitions.version(stored.version));
    replay::RecordedInstance instance{.program = {published->file.get(), published->process},
                                      .caller = std::nullopt,
                                      .state = TRY(bpmn::decode_instance(stored.content, *published->process)),
                                      .started = stored.started_at,
                                      .ended = stored.ended_at};
    if (stored.caller) {
      const auto caller = places.find(stored.caller->instance);
      if (caller == places.end()) return Problem{"What called a process isn't recorded.", "", ""};
      instance.caller = replay::RecordedInstance::Caller{caller->second, stored.caller->node};
    }
    places.emplace(stored.id, i);
    recorded.instances.push_back(std::move(instance));
    for (const HistoryEntry& entry : rows.entries[i]) {
      if (entry.version != stored.version) return Problem{"It went on to another version of its process.", "", ""};
      if (entry.event.empty() && !entry.happened.empty()) return Problem{"It was changed by hand.", "", ""};
      if (entry.event.empty()) continue;  // Moved nothing.
      events[i].push_back({.instance = i, .at = entry.at, .event = TRY(bpmn::decode_event(entry.event))});
    }
  }
  recorded.events = in_order(recorded, std::move(events));
  return recorded;
}

}  // namespace

void for_each_case(db::Database& database, Definitions& definitions, std::int64_t version, Period period,
                   const std::function<void(const ReadCase&)>& take) {
  Found after{.instance = {}, .case_id = {}, .reference = {}, .started = period.from};
  for (;;) {
    std::vector<Found> page;
    std::vector<Rows> rows;
    database.read([&](db::Connection& connection) {
      page = next_page(connection, version, period, after);
      for (const Found& found : page) {
        Rows& of_case = rows.emplace_back();
        of_case.instances = instances_of(connection, found.case_id);
        for (const StoredInstance& each : of_case.instances) {
          of_case.entries.push_back(history_of(connection, each.id));
        }
      }
    });
    if (page.empty()) return;
    for (std::size_t i = 0; i < page.size(); ++i) {
      if (rows[i].instances.front().id != page[i].instance) continue;  // It was begun again, and is told by that.
      ReadCase read{.reference = page[i].reference, .unreadable = {}, .recorded = {}};
      auto recorded = recorded_case(definitions, rows[i]);
      if (recorded.ok()) {
        read.recorded = *std::move(recorded);
      } else {
        read.unreadable = recorded.problems()[0].what;
      }
      take(read);
    }
    after = page.back();
  }
}

}  // namespace guildhall::cases
