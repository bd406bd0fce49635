// Migrating cases that run to another version of their process, and back: bench_migration [INSTANCES] prints a line for
// SQLite, and for PostgreSQL where GUILDHALL_TEST_POSTGRES says where one is (scripts/with_postgres). Each case has an
// open task with a timer on it; the task is another element in the new version, the old timer goes and a new one is set.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "cases/cases.h"
#include "cases/change.h"
#include "cases/publishing.h"
#include "db/testing.h"

namespace guildhall::decisions {
std::span<const EmbeddedFile> embedded_files();
}

namespace guildhall::bench {
namespace {

using std::chrono::steady_clock;

template <class T>
T must(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "bench_migration: %s\n", to_text(result.problems()).c_str());
  std::exit(1);
}

std::string version(const std::string& task, const std::string& timer) {
  return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="permit" isExecutable="true">
    <startEvent id="applied"/><sequenceFlow id="f1" sourceRef="applied" targetRef=")" +
         task + R"("/><userTask id=")" + task + R"(" name="Look at it"/><boundaryEvent id=")" + timer +
         R"(" attachedToRef=")" + task +
         R"("><timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="f2" sourceRef=")" +
         task + R"(" targetRef="decided"/><sequenceFlow id="f3" sourceRef=")" + timer +
         R"(" targetRef="lapsed"/><endEvent id="decided"/><endEvent id="lapsed"/></process></definitions>)";
}

template <class Work>
double milliseconds(const Work& work) {
  const auto begin = steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

void measure(db::Location::Kind kind, std::int64_t instances) {
  db::TestDatabase database(kind);
  database->migrate("decisions", decisions::embedded_files());
  database->migrate("cases", cases::embedded_files());
  const SystemClock clock;
  cases::Engine engine(*database, clock);
  must(cases::publish(*database, version("check", "late"), "bench", clock.now()));
  const double opening = milliseconds([&] {
    for (std::int64_t i = 0; i < instances; ++i) {
      must(engine.start({.id = cases::CaseId::make(),
                         .process = "permit",
                         .version = 1,
                         .title = {},
                         .variables = {{"number", bpmn::Data::of(feel::Value::number(i))}},
                         .start_event = {},
                         .act = {"bench", ""}}));
    }
  });
  must(cases::publish(*database, version("look", "reminder"), "bench", clock.now()));
  const cases::NewPlan plan{.process = "permit", .from = 1, .to = 2, .mapping = {{"check", "look"}}};
  cases::MigrationReport dry, there, back;
  const double trying = milliseconds([&] { dry = must(cases::dry_run(engine, plan)); });
  const double migrating = milliseconds([&] { there = must(cases::migrate(engine, plan, {"bench", "A figure"})); });
  const double undoing = milliseconds([&] { back = must(cases::undo(engine, there.plan, {"bench", "Back"})); });
  if (dry.migrated != instances || there.migrated != instances || back.migrated != instances) {
    std::fprintf(stderr, "bench_migration: not all were migrated\n");
    std::exit(1);
  }
  std::printf("database=%s instances=%lld open_ms=%.0f dry_run_ms=%.0f migrate_ms=%.0f undo_ms=%.0f\n",
              kind == db::Location::Kind::Sqlite ? "sqlite" : "postgresql", static_cast<long long>(instances), opening,
              trying, migrating, undoing);
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  using namespace guildhall;
  set_log_level(LogLevel::Error);
  const std::int64_t instances = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10'000;
  bench::measure(db::Location::Kind::Sqlite, instances);
  if (db::test_postgres()) bench::measure(db::Location::Kind::Postgres, instances);
}
