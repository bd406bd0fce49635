#pragma once

// For tests: processes as XML, an engine on a database of its own, and a clock that stands until it is moved.

#include <string>

#include "bpmn/data.h"
#include "bpmn/instance.h"
#include "cases/cases.h"
#include "cases/engine.h"
#include "cases/history.h"
#include "cases/publishing.h"
#include "db/testing.h"
#include "decisions/decisions.h"

namespace guildhall::cases {

class TestClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void advance(std::chrono::microseconds by) { now_ += by; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_ = parse_instant("2026-01-05T09:00:00Z").value();
};

// What stands inside <definitions> …
inline std::string definitions(const std::string& inside) {
  return "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:guildhall=\"urn:guildhall:bpmn\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">" +
         inside + "</definitions>";
}
// … and inside one process.
inline std::string process(const std::string& inside, const std::string& id = "p") {
  return definitions("<process id=\"" + id + "\" isExecutable=\"true\">" + inside + "</process>");
}
// Flows from each of the words to the next: "s a e".
inline std::string flows(std::string_view words) {
  std::string xml, before;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word(words.substr(at, end - at));
    if (!before.empty()) {
      xml +=
          "<sequenceFlow id=\"" + before + "_" + word + "\" sourceRef=\"" + before + "\" targetRef=\"" + word + "\"/>";
    }
    before = word;
    at = end + 1;
  }
  return xml;
}

inline bpmn::Data number(std::int64_t value) {
  return bpmn::Data::of(feel::Value::number(value));
}
inline bpmn::Data text(std::string_view value) {
  return bpmn::Data::of(feel::Value::string(value));
}

class TestCases {
 public:
  explicit TestCases(Engine::Options options = {}) : options_(std::move(options)) {
    database_->migrate("decisions", decisions::embedded_files());
    database_->migrate("cases", embedded_files());
    restart();
  }

  template <class Work>
  auto read(Work&& work) {
    return database_->read(std::forward<Work>(work));
  }

  // As when the program ends and starts again.
  void restart() { engine_ = std::make_unique<Engine>(*database_, clock, options_); }
  void publish(const std::string& xml) {
    const auto published = cases::publish(*database_, xml, "tests", clock.now());
    if (!published.ok()) throw std::runtime_error(to_text(published.problems()));
  }
  Started start(const std::string& process, bpmn::Variables variables = {}) {
    return engine_
        ->start({.id = CaseId::make(),
                 .process = process,
                 .version = 0,
                 .title = {},
                 .variables = std::move(variables),
                 .start_event = {},
                 .act = {"m.evans", ""}})
        .value();
  }
  // All that is due now.
  void settle() {
    while (engine_->work() > 0) {
    }
  }
  std::vector<Task> open_tasks(const Started& started) {
    auto tasks = read([&](db::Connection& connection) { return tasks_of(connection, started.case_id); });
    std::erase_if(tasks, [](const Task& task) { return task.ended_at.has_value(); });
    return tasks;
  }
  Task only_task(const Started& started) {
    const auto tasks = open_tasks(started);
    if (tasks.size() != 1) throw std::runtime_error(std::to_string(tasks.size()) + " open tasks");
    return tasks[0];
  }
  StoredInstance instance(const Started& started) {
    return read([&](db::Connection& connection) { return find_instance(connection, started.instance).value(); });
  }
  std::string state(const Started& started) { return std::string(name_of(instance(started).state)); }
  // What happened in the case's first process, in one line.
  std::string happened(const Started& started) {
    std::string all;
    for (const HistoryEntry& entry :
         read([&](db::Connection& connection) { return history_of(connection, started.instance); })) {
      for (const Happening& each : happenings(entry.happened)) {
        if (each.what != bpmn::Logged::What::Left) continue;
        all += (all.empty() ? "" : " ") + each.element;
      }
    }
    return all;
  }
  std::vector<Job> all_incidents() {
    return read([](db::Connection& connection) { return incidents(connection, 1'000); });
  }
  Engine& engine() { return *engine_; }
  db::Database& database() { return *database_; }
  TestClock clock;

 private:
  Engine::Options options_;
  db::TestDatabase database_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace guildhall::cases
