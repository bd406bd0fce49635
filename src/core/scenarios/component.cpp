#include "scenarios/component.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/spelling.h"

namespace guildhall::scenarios {
namespace {

using bpmn::Node;
using bpmn::NodeType;
using bpmn::Process;
using bpmn::TriggerType;

std::string quoted(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

class Checker {
 public:
  explicit Checker(const Component& component) : component_(component) {
    for (const bpmn::Definitions& file : component.files) {
      for (const Process& process : file.processes) {
        processes_.insert(process.id);
        for (const Node& node : process.nodes) note(node);
      }
    }
  }

  Result<void> check(const Example& example) {
    const Process* process = component_.process(example.process);
    if (process == nullptr) {
      unknown("process", example.process, "process", processes_);
    } else if (!process->executable) {
      problems_.push_back(
          {"The process " + quoted(process->id) + " is not executable.", "process", "Set its isExecutable to true."});
    }
    for (std::size_t i = 0; i < example.steps.size(); ++i) {
      where_ = "steps[" + std::to_string(i + 1) + "]";
      std::visit([&](const auto& step) { check_step(step); }, example.steps[i]);
    }
    where_ = "expect";
    if (process != nullptr) {
      std::set<std::string> own;
      for (const Node& node : process->nodes) own.insert(node.id);
      for (const std::string& id : example.expected.path.value_or(std::vector<std::string>())) {
        if (id != "..." && !own.contains(id)) unknown("element", id, "expect.path", own);
      }
      for (const std::string& id : example.expected.never) {
        if (!own.contains(id)) unknown("element", id, "expect.not", own);
      }
    }
    check_messages(example.expected.messages, "messages");
    if (!problems_.empty()) return std::move(problems_);
    return {};
  }

 private:
  void note(const Node& node) {
    elements_.insert(node.id);
    switch (node.type) {
      case NodeType::UserTask:
        tasks_.insert(node.id);
        break;
      case NodeType::ServiceTask:
      case NodeType::SendTask:
        services_.insert(node.id);
        if (!node.work.empty()) services_.insert(node.work);
        break;
      case NodeType::BusinessRuleTask:
        decisions_.insert(node.id);
        if (!node.called.empty()) decisions_.insert(node.called);
        break;
      default:
        break;
    }
    if (!node.message.empty()) messages_.insert(node.message);
    for (const bpmn::Trigger& trigger : node.triggers) {
      if (trigger.type == TriggerType::Message) messages_.insert(trigger.name);
      if (trigger.type == TriggerType::Signal) signals_.insert(trigger.name);
    }
  }

  void unknown(std::string_view what, const std::string& name, std::string where, const std::set<std::string>& names) {
    const std::vector<std::string> known(names.begin(), names.end());
    const std::string meant = nearest(known, name);
    problems_.push_back({"There is no " + std::string(what) + " " + quoted(name) + ".", std::move(where),
                         meant.empty() ? "The component has none." : "Is " + quoted(meant) + " meant?"});
  }
  void known(std::string_view what, const std::string& name, std::string_view member,
             const std::set<std::string>& names) {
    // What has no name goes by any.
    if (!names.contains(name) && !names.contains("")) unknown(what, name, where_ + "." + std::string(member), names);
  }

  void task(const std::string& element, std::string_view member) {
    if (!tasks_.contains(element) && elements_.contains(element)) {
      problems_.push_back({quoted(element) + " is not a user task.", where_ + "." + std::string(member),
                           "Only those are done by people. Is a message, a service or a decision meant?"});
      return;
    }
    known("user task", element, member, tasks_);
  }
  void check_messages(const std::optional<std::vector<ExpectedMessage>>& messages, std::string_view member) {
    if (!messages) return;
    for (const ExpectedMessage& each : *messages) known("message", each.name, member, messages_);
  }

  void check_step(const TaskDone& step) { task(step.task.element, "task"); }
  void check_step(const MessageSent& step) { known("message", step.name, "message", messages_); }
  void check_step(const SignalSent& step) { known("signal", step.name, "signal", signals_); }
  void check_step(const TimePasses&) {}
  void check_step(const TimeComes&) {}
  void check_step(const ServiceAnswers& step) { known("service", step.work, "service", services_); }
  void check_step(const DecisionGives& step) { known("decision", step.decision, "decision", decisions_); }
  void check_step(const Expect& step) {
    for (const ExpectedTask& each : step.tasks.value_or(std::vector<ExpectedTask>()))
      task(each.element, "expect.tasks");
    for (const std::string& each : step.waiting.value_or(std::vector<std::string>())) {
      known("element", each, "expect.waiting", elements_);
    }
    check_messages(step.messages, "expect.messages");
  }

  const Component& component_;
  std::set<std::string> processes_;
  std::set<std::string> elements_;
  std::set<std::string> tasks_;
  std::set<std::string> services_;
  std::set<std::string> decisions_;
  std::set<std::string> messages_;
  std::set<std::string> signals_;
  std::string where_;
  Problems problems_;
};

}  // namespace

const Process* Component::process(std::string_view id) const {
  for (const bpmn::Definitions& file : files) {
    if (const Process* found = file.process(id)) return found;
  }
  return nullptr;
}

Result<void> check_example(const Example& example, const Component& component) {
  return Checker(component).check(example);
}

}  // namespace guildhall::scenarios
