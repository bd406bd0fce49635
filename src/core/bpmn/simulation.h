#pragma once

// Runs the processes of a file in memory, with a clock that jumps from one timer to the next: for trying a process out,
// and for its tests. Work that a person or a system would do is done at once, with nothing to say; messages and signals
// go to whoever waits for them, or start a process that begins with them. A message waits for its receiver, a signal
// doesn't. Where no process is named the first executable one runs, and beside it the others that exchange messages or
// signals with it and begin by themselves. A message event without a name gets its message when nothing else can happen any more.

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "bpmn/definition.h"
#include "bpmn/instance.h"

namespace guildhall::bpmn {

// One thing that happened to one flow node.
struct TraceEntry {
  Instant at;
  std::size_t instance = 0;  // Of Simulation::instances.
  Logged::What what = Logged::What::Entered;
  std::string element;  // Its id …
  std::string name;     // … and name.
  NodeType type = NodeType::Task;
  Data value;  // Of a script.
};

struct Simulation {
  struct Instance {
    const Process* process = nullptr;
    ProcessInstance state;
  };
  std::vector<TraceEntry> trace;
  std::vector<Instance> instances;  // The first is the one that was started.
  Instant ended;
};

struct SimulationOptions {
  Variables variables;
  // Messages or signals from outside, each as soon as everything else has come to rest and somebody waits for it or
  // begins with it; before time moves on to the next timer.
  std::vector<std::string> events;
  Instant start;
  std::size_t max_steps = 200'000;  // Events of all instances together.
  std::size_t max_instances = 1'000;
  Limits limits;                                               // Of each step.
  std::span<const std::pair<std::string, feel::Value>> given;  // As Surroundings::given.
};

// Ends when nothing can happen any more. A Problem where there is no such process, or it never ends.
Result<Simulation> simulate(const Definitions& definitions, std::string_view process, const SimulationOptions& options);

}  // namespace guildhall::bpmn
