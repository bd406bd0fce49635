#pragma once

// Runs an example of a component's service in memory and says where it went otherwise than was told.
//
//   const Example example = TRY(read_example(json));
//   const Report report = TRY(run(example, component));
//   for (const Mismatch& each : report.mismatches) std::cerr << to_text(each) << "\n";
//
// The clock stands still but for the steps that let time pass; timers come due on the way, in their order. User tasks
// and the work of services wait for the script; decisions are really decided, by the component's models, unless the
// script says what they give. Called processes, and messages and signals between the component's processes, are carried
// out. A message that a process sends waits for its receiver; one from the script has to be waited for.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "bpmn/instance.h"
#include "scenarios/component.h"

namespace guildhall::scenarios {

struct RunOptions {
  std::size_t max_events = 100'000;  // Of all instances together.
  std::size_t max_instances = 1'000;
  bpmn::Limits limits;                                         // Of each step.
  std::span<const std::pair<std::string, feel::Value>> given;  // As bpmn::Surroundings::given.
};

struct Mismatch {
  std::size_t step = 0;  // From 1; 0: after the last one.
  std::string what;      // "task check, due"
  std::string expected;
  std::string found;
  std::string remedy;

  auto operator<=>(const Mismatch&) const = default;
};

// "step 2, task check, due: expected 2026-01-07, found 2026-01-12. Remedy."
std::string to_text(const Mismatch& mismatch);

// What tokens reached and took in one process.
struct ProcessCoverage {
  const bpmn::Process* process = nullptr;
  std::vector<bool> nodes;
  std::vector<bool> flows;
};

struct Share {
  std::size_t taken = 0;
  std::size_t all = 0;
  std::size_t percent() const { return all == 0 ? 100 : taken * 100 / all; }  // Rounded down.
};
Share share_of(const std::vector<bool>& taken);

// Of every executable process of a component.
class Coverage {
 public:
  explicit Coverage(const Component& component);
  void reach(const bpmn::Process& process, bpmn::Index node);
  void take(const bpmn::Process& process, bpmn::Index flow);
  void add(const Coverage& other);  // Of the same component.
  const std::vector<ProcessCoverage>& processes() const { return processes_; }
  std::size_t percent() const;  // The least of all shares.

 private:
  ProcessCoverage* find(const bpmn::Process& process);
  std::vector<ProcessCoverage> processes_;
};

struct Report {
  std::vector<Mismatch> mismatches;
  std::vector<std::string> path;  // Elements of the first instance, in the order in which they were left.
  bpmn::ProcessInstance::State state = bpmn::ProcessInstance::State::New;  // Of the first instance.
  Instant ended;
  Coverage coverage;

  bool passed() const { return mismatches.empty(); }
};

// The problems of check_example(). The report's coverage points into the component.
Result<Report> run(const Example& example, const Component& component, const RunOptions& options = {});

}  // namespace guildhall::scenarios
