#pragma once

// What both sides of a replay share: instances that are moved on, and what is told of them.

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "replay/replay.h"

namespace guildhall::replay {

// One process instance, with names for its node instances that another run of the same process, or of another version
// of it, gives to their counterparts: "check#2" is the second time that check was entered.
struct Run {
  Program program;
  std::string path;  // "visit#1/": before the names of a called process' node instances.
  bpmn::ProcessInstance state;
  std::string stuck;
  std::map<std::string, std::uint32_t, std::less<>> counts;
  std::unordered_map<bpmn::Id, std::string> names;
  std::vector<std::string> left;
  std::map<bpmn::Id, Instant> deadlines;  // Of open tasks.

  const bpmn::Node& node(bpmn::Index index) const { return program.process->nodes[index]; }
  // nullptr where the instance has no such node instance.
  const bpmn::Node* node_of(bpmn::Id instance) const;
  std::string name_of(bpmn::Id instance) const { return path + names.at(instance); }
  // A timer's: of which event of which node instance, the how manyth time.
  std::string timer_name(bpmn::Id instance, std::size_t wait);

  void note(const bpmn::Logged& logged);
};

// Deadlines of all instances of a case.
struct Deadlines {
  std::uint64_t all = 0;
  std::uint64_t missed = 0;

  void begin(Run& run, const bpmn::WorkRequested& work);
  void end(Run& run, bpmn::Id instance, Instant at);
  void end_all(Run& run, Instant at);  // With the process.
};

// A step that stands for nothing: what nobody catches, and what can't go on, waits for a person.
std::string why_stuck(const bpmn::Step& step, const bpmn::ProcessInstance& before, bool is_called);

Result<bpmn::Variables> decide(const World& world, const Run& run, const bpmn::WorkRequested& work, Instant now);

bool is_answered_from_outside(bpmn::NodeType type);

std::vector<std::string> waiting_elements(const Run& run);

}  // namespace guildhall::replay
