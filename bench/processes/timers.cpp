// Timers that are all due at once: bench_processes_timers [TIMERS] [BATCH] prints one line for SQLite.
//
// So many cases wait for a timer each, stored as the engine stores them. Two workers drain them, while one thread does the
// day's work: it opens a case and completes its task, a hundred times a second, and takes the time of both.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "base/log.h"
#include "cases/cases.h"
#include "cases/engine.h"
#include "cases/publishing.h"
#include "cases/workers.h"
#include "db/testing.h"

namespace guildhall::decisions {
std::span<const EmbeddedFile> embedded_files();
}

namespace guildhall::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kProcesses = R"(
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="reminder" isExecutable="true">
    <startEvent id="s"/>
    <intermediateCatchEvent id="wait">
      <timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="wait"/><sequenceFlow id="f2" sourceRef="wait" targetRef="e"/>
  </process>
  <process id="request" isExecutable="true">
    <startEvent id="s2"/><userTask id="check"/><endEvent id="e2"/>
    <sequenceFlow id="f3" sourceRef="s2" targetRef="check"/><sequenceFlow id="f4" sourceRef="check" targetRef="e2"/>
  </process>
</definitions>)";

template <class T>
T must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "bench_processes_timers: %s\n", to_text(result.problems()).c_str());
  std::exit(1);
}

cases::NewCase a(std::string process) {
  return {.id = cases::CaseId::make(),
          .process = std::move(process),
          .version = 0,
          .title = "A reminder",
          .variables = {},
          .start_event = {},
          .act = {"bench", ""}};
}

// As many more as there is one of: each a copy of what the engine has stored for the first.
void copy(db::Database& database, const cases::Started& first, std::int64_t count, Instant due) {
  struct Row {
    std::string event, happened, content, job;
    std::int64_t version = 0, node = 0;
  } row;
  database.read([&](db::Connection& connection) {
    connection.query("SELECT event, happened FROM case_history WHERE instance = $1", {first.instance},
                     [&](const db::Row& found) { row.event = found.blob(0), row.happened = found.text(1); });
    connection.query("SELECT content, version FROM process_instance WHERE id = $1", {first.instance},
                     [&](const db::Row& found) { row.content = found.blob(0), row.version = found.integer(1); });
    connection.query("SELECT content, node FROM job WHERE instance = $1", {first.instance},
                     [&](const db::Row& found) { row.job = found.blob(0), row.node = found.integer(1); });
  });
  constexpr std::int64_t kChunk = 10'000;
  for (std::int64_t done = 0; done < count; done += kChunk) {
    std::vector<std::pair<cases::CaseId, cases::InstanceId>> ids(
        static_cast<std::size_t>(std::min(kChunk, count - done)));
    for (auto& [case_id, instance] : ids) case_id = cases::CaseId::make(), instance = cases::InstanceId::make();
    database.write([&](db::Connection& connection) {
      auto council_case = connection.bulk_insert("council_case", {"id", "reference", "title", "opened_at"});
      for (std::size_t i = 0; i < ids.size(); ++i) {
        council_case->add(
            {ids[i].first, "R-" + std::to_string(done + static_cast<std::int64_t>(i)), "A reminder", due});
      }
      council_case->finish();
      auto instance = connection.bulk_insert(
          "process_instance", {"id", "case_id", "version", "depth", "number", "state", "content", "started_at"});
      for (const auto& [case_id, id] : ids) {
        instance->add({id, case_id, row.version, 0, 1, "running", db::Blob{row.content}, due});
      }
      instance->finish();
      auto history = connection.bulk_insert(
          "case_history", {"instance", "number", "at", "who", "act", "why", "version", "event", "happened"});
      for (const auto& [case_id, id] : ids) {
        history->add({id, 1, due, "bench", "started", "", row.version, db::Blob{row.event}, row.happened});
      }
      history->finish();
      auto job = connection.bulk_insert(
          "job", {"kind", "case_id", "instance", "node", "topic", "due_at", "attempts", "content"});
      for (const auto& [case_id, id] : ids) {
        job->add({"event", case_id, id, row.node, "", due, 0, db::Blob{row.job}});
      }
      job->finish();
    });
  }
}

double milliseconds(std::vector<std::int64_t>& nanoseconds, double share) {
  if (nanoseconds.empty()) return 0;
  const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(nanoseconds.size() - 1) * share);
  std::nth_element(nanoseconds.begin(), nanoseconds.begin() + place, nanoseconds.end());
  return static_cast<double>(nanoseconds[static_cast<std::size_t>(place)]) / 1e6;
}

double own_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double resident_mb() {
  std::uint64_t reserved = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> reserved >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void measure(std::int64_t timers, std::int64_t batch) {
  db::TestDatabase database(db::Location::Kind::Sqlite);
  database->migrate("decisions", decisions::embedded_files());
  database->migrate("cases", cases::embedded_files());
  const SystemClock clock;
  must(cases::publish(*database, kProcesses, "bench", clock.now()));
  cases::Engine::Options options;
  if (batch > 0) options.batch = batch;
  cases::Engine engine(*database, clock, options);
  copy(*database, must(engine.start(a("reminder"))), timers, clock.now());

  std::vector<std::int64_t> opening, completing;
  std::atomic<bool> drained{false};
  const double cpu = own_cpu();
  const auto begin = steady_clock::now();
  double took = 0;
  {
    const cases::Workers workers(engine, 2);
    std::thread others([&] {
      for (auto next = steady_clock::now(); !drained; next += std::chrono::milliseconds(10)) {
        std::this_thread::sleep_until(next);
        const auto asked = steady_clock::now();
        const cases::Started started = must(engine.start(a("request")));
        opening.push_back((steady_clock::now() - asked).count());
        const auto task = database->read(
            [&](db::Connection& connection) { return cases::tasks_of(connection, started.case_id).at(0).id; });
        const auto began = steady_clock::now();
        if (!engine.complete(task, {}, {"officer", ""}).ok()) std::exit(1);
        completing.push_back((steady_clock::now() - began).count());
      }
    });
    while (database->read([&](db::Connection& connection) {
      return cases::is_due(connection, "", clock.now());
    }) || database->read([&](db::Connection& connection) {
      return connection
          .query_one("SELECT 1 FROM job WHERE claim IS NOT NULL LIMIT 1", {}, [](const db::Row&) { return true; })
          .has_value();
    })) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    took = std::chrono::duration<double>(steady_clock::now() - begin).count();
    drained = true;
    others.join();
  }
  const auto left = database->read([](db::Connection& connection) {
    return connection
        .query_one("SELECT count(*) FROM process_instance WHERE state = 'running'", {},
                   [](const db::Row& row) { return row.integer(0); })
        .value();
  });
  // The first has a day to wait still.
  if (left != 1) {
    std::fprintf(stderr, "bench_processes_timers: %lld instances were left\n", static_cast<long long>(left));
    std::exit(1);
  }
  std::printf(
      "timers=%lld workers=2 batch=%lld drained_a_second=%.0f cpu_us_each=%.1f others=%zu open_p50_ms=%.2f "
      "open_p99_ms=%.2f complete_p50_ms=%.2f complete_p99_ms=%.2f resident_mb=%.0f\n",
      static_cast<long long>(timers), static_cast<long long>(options.batch), static_cast<double>(timers) / took,
      (own_cpu() - cpu) * 1e6 / static_cast<double>(timers), completing.size(), milliseconds(opening, 0.5),
      milliseconds(opening, 0.99), milliseconds(completing, 0.5), milliseconds(completing, 0.99), resident_mb());
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  using namespace guildhall;
  set_log_level(LogLevel::Error);
  bench::measure(argc > 1 ? std::atoll(argv[1]) : 1'000'000, argc > 2 ? std::atoll(argv[2]) : 0);
}
