// Our durable engine: bench_processes_durable SECONDS THREADS… prints a line for each number of threads on SQLite, and on
// PostgreSQL where GUILDHALL_TEST_POSTGRES says where one is (scripts/with_postgres). ./run says what the keys mean.
//
// Clients open cases for half of the time while two workers do what follows; when all of it is done, they complete the
// tasks. The service task's work is claimed, done and answered as any program's is. Memory is measured with all cases
// open.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/log.h"
#include "bpmn/data.h"
#include "bpmn/instance_codec.h"
#include "cases/cases.h"
#include "cases/engine.h"
#include "cases/publishing.h"
#include "cases/workers.h"
#include "db/testing.h"
#include "decisions/publishing.h"

#include "permits.h"

namespace guildhall::decisions {
std::span<const EmbeddedFile> embedded_files();
}

namespace guildhall::bench {
namespace {

using std::chrono::steady_clock;

template <class T>
T must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "bench_processes_durable: %s\n", to_text(result.problems()).c_str());
  std::exit(1);
}

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(GUILDHALL_BENCH_FOLDER "/") + file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Seconds of processor time of this program.
double own_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Usage {
  long parent = 0;
  double cpu = 0;  // Of it and of its children that have ended.
};
Usage usage_of(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string line;
  std::getline(in, line);
  const std::size_t name_ends = line.rfind(')');
  if (name_ends == std::string::npos) return {};
  std::istringstream rest(line.substr(name_ends + 2));
  std::string state, skipped;
  Usage usage;
  rest >> state >> usage.parent;
  for (int field = 5; field < 14; ++field) rest >> skipped;
  long user = 0, system = 0, children_user = 0, children_system = 0;
  rest >> user >> system >> children_user >> children_system;
  usage.cpu = static_cast<double>(user + system + children_user + children_system) /
              static_cast<double>(::sysconf(_SC_CLK_TCK));
  return usage;
}

// The same of the database server: of the postmaster and all that it has started.
double server_cpu(db::Database& database) {
  if (database.location().kind() == db::Location::Kind::Sqlite) return 0;
  const auto backend = database.read([](db::Connection& connection) {
    return connection.query_one("SELECT pg_backend_pid()", {}, [](const db::Row& row) { return row.integer(0); });
  });
  const long postmaster = usage_of(std::to_string(backend.value())).parent;
  double total = usage_of(std::to_string(postmaster)).cpu;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const Usage usage = usage_of(pid); usage.parent == postmaster) total += usage.cpu;
  }
  return total;
}

double resident_mb() {
  std::uint64_t reserved = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> reserved >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

double microseconds(std::vector<std::int64_t>& nanoseconds, double share) {
  if (nanoseconds.empty()) return 0;
  const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(nanoseconds.size() - 1) * share);
  std::nth_element(nanoseconds.begin(), nanoseconds.begin() + place, nanoseconds.end());
  return static_cast<double>(nanoseconds[static_cast<std::size_t>(place)]) / 1e3;
}

template <class Do>
void in_threads(std::size_t count, Do&& act) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&act, i] { act(i); });
  for (std::thread& thread : threads) thread.join();
}

std::int64_t count_of(db::Database& database, std::string_view what) {
  return database
      .read([&](db::Connection& connection) {
        return connection.query_one("SELECT count(*) FROM " + std::string(what), {},
                                    [](const db::Row& row) { return row.integer(0); });
      })
      .value();
}

// The charges of the first thousand applications, as they were decided.
std::string charges(cases::Engine& engine) {
  std::vector<cases::StoredInstance> instances;
  std::vector<cases::InstanceId> ids;
  engine.database().read([&](db::Connection& connection) {
    connection.query("SELECT id FROM process_instance ORDER BY id LIMIT 1000", {},
                     [&](const db::Row& row) { ids.push_back(row.id<cases::InstanceId>(0)); });
    instances = cases::find_instances(connection, ids);
  });
  feel::Decimal sum(0);
  for (const cases::StoredInstance& stored : instances) {
    const auto published = must(engine.definitions().version(stored.version));
    const auto instance = must(bpmn::decode_instance(stored.content, *published->process));
    for (const auto& [name, data] : instance.scopes[0].variables) {
      if (name == "Charge") sum = sum + data.value().number();
    }
  }
  return sum.text();
}

void measure(db::Location::Kind kind, std::size_t threads, double seconds) {
  db::TestDatabase database(kind);
  database->migrate("decisions", decisions::embedded_files());
  database->migrate("cases", cases::embedded_files());
  const SystemClock clock;
  const std::string model = text_of("ten_rules.dmn");
  must(
      decisions::publish(*database, {.xml = model, .published_by = "bench", .accepted = "A reference's"}, clock.now()));
  must(cases::publish(*database, text_of("model.bpmn"), "bench", clock.now()));
  cases::Engine engine(
      *database, clock,
      {.handlers = {{"addresses", [](const cases::Work&) { return Result<bpmn::Variables>(bpmn::Variables{}); }}}});

  std::atomic<std::uint64_t> next{0};
  const auto open = [&] {
    const Application asked = application(next++);
    must(engine.start({.id = cases::CaseId::make(),
                       .process = "permit",
                       .version = 0,
                       .title = "A parking permit",
                       .variables = {{"Age", bpmn::Data::of(feel::Value::number(asked.age))},
                                     {"Zone", bpmn::Data::of(feel::Value::string(asked.zone))},
                                     {"Blue badge", bpmn::Data::of(feel::Value::boolean(asked.blue_badge))}},
                       .start_event = {},
                       .act = {"resident", ""}}));
  };
  const double own_before = own_cpu(), server_before = server_cpu(*database);
  const auto begin = steady_clock::now();
  {
    const cases::Workers workers(engine, 2);
    in_threads(threads, [&](std::size_t) {
      while (std::chrono::duration<double>(steady_clock::now() - begin).count() < seconds / 2) open();
    });
    while (count_of(*database, "job") > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const double opened_after = std::chrono::duration<double>(steady_clock::now() - begin).count();
  const double memory = resident_mb();
  std::vector<cases::TaskId> tasks;
  database->read([&](db::Connection& connection) {
    connection.query("SELECT id FROM task", {}, [&](const db::Row& row) { tasks.push_back(row.id<cases::TaskId>(0)); });
  });
  std::vector<std::vector<std::int64_t>> took(threads);
  std::atomic<std::size_t> place{0};
  in_threads(threads, [&](std::size_t thread) {
    for (std::size_t i = place++; i < tasks.size(); i = place++) {
      const auto asked = steady_clock::now();
      if (!engine.complete(tasks[i], {}, {"officer", ""}).ok()) std::exit(1);
      took[thread].push_back((steady_clock::now() - asked).count());
    }
  });
  const double wall = std::chrono::duration<double>(steady_clock::now() - begin).count();
  const double own = own_cpu() - own_before, server = server_cpu(*database) - server_before;
  const auto instances = static_cast<double>(tasks.size());
  if (count_of(*database, "process_instance WHERE state = 'completed'") != static_cast<std::int64_t>(tasks.size())) {
    std::fprintf(stderr, "bench_processes_durable: instances were left\n");
    std::exit(1);
  }
  std::vector<std::int64_t> all;
  for (const auto& each : took) all.insert(all.end(), each.begin(), each.end());
  std::printf(
      "engine=Guildhall database=%s history=full durable=yes threads=%zu instances=%zu a_second=%.0f own_cpu=%.2f "
      "server_cpu=%.2f p50_us=%.1f p99_us=%.1f charges=%s opened_s=%.2f resident_mb=%.0f\n",
      kind == db::Location::Kind::Sqlite ? "sqlite" : "postgresql", threads, tasks.size(), instances / wall, own,
      server, microseconds(all, 0.5), microseconds(all, 0.99), charges(engine).c_str(), opened_after, memory);
  std::fflush(stdout);
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  using namespace guildhall;
  set_log_level(LogLevel::Error);
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5;
  std::vector<std::size_t> threads;
  for (int i = 2; i < argc; ++i) threads.push_back(static_cast<std::size_t>(std::atoi(argv[i])));
  if (threads.empty()) threads = {8};
  for (const std::size_t count : threads) bench::measure(db::Location::Kind::Sqlite, count, seconds);
  if (!db::test_postgres()) return 0;
  for (const std::size_t count : threads) bench::measure(db::Location::Kind::Postgres, count, seconds);
}
