#pragma once

// For tests: one instance of a process written as test_process.h has it, moved on event by event.
//
//   TestInstance instance("start s; user check; end e; s > check > e");
//   EXPECT_EQ(instance.stands(), "check");
//   instance.complete("check");

#include <memory>
#include <stdexcept>
#include <string>

#include "bpmn/instance_codec.h"
#include "bpmn/test_process.h"

namespace guildhall::bpmn {

inline std::shared_ptr<const Definitions> definitions_of(std::string_view text) {
  auto read = read_definitions(ProcessText(text).xml());
  if (!read.ok()) throw std::runtime_error(to_text(read.problems()));
  return std::make_shared<const Definitions>(*std::move(read));
}

struct TestInstance {
  std::shared_ptr<const Definitions> file;
  const Process* process = nullptr;
  ProcessInstance state;
  std::vector<Effect> effects;  // Of the last step.
  Instant now = parse_instant("2026-01-05T09:00:00Z").value();

  explicit TestInstance(std::string_view text, Variables variables = {})
      : file(definitions_of(text)), process(&file->processes[0]) {
    happen(Start{std::move(variables), ""});
  }

  void happen(const Event& event) { take(advance(*process, state, event, now)); }
  void take(Step step) {
    state = std::move(step.next);
    effects = std::move(step.effects);
  }
  // A step into another version.
  void take(Result<Step> step, const std::shared_ptr<const Definitions>& version) {
    if (!step.ok()) throw std::runtime_error(to_text(step.problems()));
    file = version;
    process = &file->processes[0];
    take(*std::move(step));
  }

  // The first that waits at this element.
  Id id_at(std::string_view element) const {
    for (const NodeInstance& each : state.nodes) {
      if (!each.scope_events && !each.is_loop && process->nodes[each.node].id == element) return each.id;
    }
    throw std::runtime_error("nothing waits at " + std::string(element));
  }
  void complete(std::string_view element, Variables variables = {}) {
    happen(Completed{id_at(element), std::move(variables)});
  }
  void message(const std::string& name) { happen(MessageArrived{name, {}, ""}); }

  // Where its tokens are, in the order in which they came: "check sub(book) join[1,0]"; one loop and its instances are
  // written "check*2".
  std::string stands() const {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const NodeInstance& each : state.nodes) {
      if (each.scope_events || each.is_loop) continue;
      std::string word = process->nodes[each.node].id;
      for (Index scope = process->nodes[each.node].scope; scope != 0; scope = process->scopes[scope].parent) {
        word = process->nodes[process->scopes[scope].node].id + "/" + word;
      }
      add(word);
    }
    for (const ScopeInstance& scope : state.scopes) {
      for (const auto& [node, tokens] : scope.arrived) {
        std::string counts;
        for (const auto each : tokens) counts += (counts.empty() ? "" : ",") + std::to_string(each);
        add(process->nodes[node].id + "[" + counts + "]");
      }
    }
    if (state.state != ProcessInstance::State::Running) add("ended");
    return text;
  }

  // What the last step asks for: "withdraw check; request check_again; timer late 2026-01-07T09:00:00Z; call p".
  std::string asks() const {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : "; ") + word; };
    const auto element = [&](Id id) {
      const NodeInstance* node = state.find(id);
      return node == nullptr ? "#" + std::to_string(id) : process->nodes[node->node].id;
    };
    for (const Effect& effect : effects) {
      if (const auto* work = std::get_if<WorkRequested>(&effect)) add("request " + process->nodes[work->node].id);
      if (const auto* call = std::get_if<ProcessCalled>(&effect)) add("call " + call->process);
      if (const auto* withdrawn = std::get_if<Withdrawn>(&effect)) add("withdraw " + element(withdrawn->instance));
      if (const auto* timer = std::get_if<TimerSet>(&effect)) {
        const NodeInstance* node = state.find(timer->instance);
        add("timer " +
            (node == nullptr ? "#" + std::to_string(timer->instance)
                             : process->nodes[node->waits[timer->wait].event].id) +
            " " + to_iso(timer->due));
      }
      if (std::holds_alternative<Ended>(effect)) add("end");
    }
    return text;
  }

  // What it waits for besides work: "late@2026-01-07T09:00:00Z message:paid signal:flood".
  std::string expects() const {
    std::string text;
    for (const Expectation& each : expectations(*process, state)) {
      const Wait& wait = state.find(each.instance)->waits[each.wait];
      text += text.empty() ? "" : " ";
      if (each.kind == Expectation::Kind::Timer) text += process->nodes[wait.event].id + "@" + to_iso(each.due);
      if (each.kind == Expectation::Kind::Message) text += "message:" + std::string(each.name);
      if (each.kind == Expectation::Kind::Signal) text += "signal:" + std::string(each.name);
    }
    return text;
  }
};

inline Data number(std::int64_t value) {
  return Data::of(feel::Value::number(value));
}
inline Data truth(bool value) {
  return Data::of(feel::Value::boolean(value));
}

}  // namespace guildhall::bpmn
