#include "scenarios/run.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "base/spelling.h"
#include "feel/json.h"

namespace guildhall::scenarios {
namespace {

using bpmn::Definitions;
using bpmn::Effect;
using bpmn::Id;
using bpmn::Index;
using bpmn::Node;
using bpmn::NodeType;
using bpmn::Process;
using bpmn::TriggerType;
using bpmn::Variables;
using WaitsFor = bpmn::Expectation;
using State = bpmn::ProcessInstance::State;

const Instant kLast = Date::from(9999, 12, 31).value().days();
constexpr std::string_view kNothing = "nothing";

std::string quoted(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

std::string joined(std::span<const std::string> names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? std::string(kNothing) : list;
}

std::string shown(const DayOrMoment& moment) {
  if (const auto* day = std::get_if<Date>(&moment)) return day->iso();
  return to_iso(std::get<Instant>(moment));
}

// A day where the moment is its end, as that of a task which is due on a date.
std::string shown(Instant moment) {
  const Date day = uk_date(moment);
  const Instant next = beginning(Date::of(day.days() + std::chrono::days(1)));
  return moment + std::chrono::microseconds(1) == next ? day.iso() : to_iso(moment);
}

bool is_at(const std::optional<Instant>& found, const DayOrMoment& expected) {
  if (!found) return false;
  if (const auto* day = std::get_if<Date>(&expected)) return uk_date(*found) == *day;
  return *found == std::get<Instant>(expected);
}

feel::Evaluation::Moment moment_at(Instant now) {
  static const feel::Zone kUk = feel::Zone::named("Europe/London").value_or(feel::Zone::utc());
  const auto local = feel::DateTime::from_epoch(static_cast<__int128>(to_microseconds(now)) * 1'000, kUk);
  return {.now = local.value_or(feel::DateTime()), .elapsed = nullptr};
}

// Of the calendar of the United Kingdom, as timers count them.
Instant after_months(Instant from, std::int64_t months) {
  const auto later = feel::add(moment_at(from).now, feel::MonthsDuration{months});
  return later ? from_microseconds(static_cast<std::int64_t>(later->epoch_nanos() / 1'000)) : from;
}

const bpmn::Data* find(const Variables& variables, std::string_view name) {
  const auto found = std::ranges::find(variables, name, [](const auto& each) { return std::string_view(each.first); });
  return found == variables.end() ? nullptr : &found->second;
}

bool same(const feel::Value& expected, const bpmn::Data* found) {
  const feel::Value value = found == nullptr ? feel::Value() : found->value();
  return feel::equal(expected, value).value_or(false);
}

bool holds(const ExpectedMessage& expected, const bpmn::MessageThrown& sent) {
  return expected.name == sent.name && std::ranges::all_of(expected.data, [&](const auto& each) {
           return same(each.second.value(), find(sent.variables, each.first));
         });
}

std::string shown(const std::string& name, const Variables& data) {
  std::string text = name;
  for (const auto& [key, value] : data) {
    text += (&key == &data.front().first ? " {" : ", ") + key + ": " + written(value.value());
  }
  return data.empty() ? text : text + "}";
}

// Does the path fit, where "..." stands for anything?
bool fits(std::span<const std::string> pattern, std::span<const std::string> path) {
  std::size_t p = 0;
  std::size_t at = 0;
  std::optional<std::size_t> gap;  // The last "..." …
  std::size_t after_gap = 0;       // … and where what follows it is looked for.
  while (at < path.size()) {
    if (p < pattern.size() && pattern[p] == "...") {
      gap = p++;
      after_gap = at;
    } else if (p < pattern.size() && pattern[p] == path[at]) {
      ++p;
      ++at;
    } else if (gap) {
      p = *gap + 1;
      at = ++after_gap;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                     [](const std::string& each) { return each == "..."; });
}

class Runner {
 public:
  Runner(const Example& example, const Component& component, const RunOptions& options)
      : example_(example),
        component_(component),
        options_(options),
        now_(example.start),
        report_{.mismatches = {}, .path = {}, .state = State::New, .ended = {}, .coverage = Coverage(component)} {}

  Report run() {
    for (step_ = 1; step_ <= example_.steps.size() && !stopped_; ++step_) {
      const Step& step = example_.steps[step_ - 1];
      // What decisions give is known before the process begins.
      if (!std::holds_alternative<DecisionGives>(step)) begin();
      if (!stopped_) std::visit([&](const auto& each) { take(each); }, step);
      settle();
    }
    step_ = 0;
    if (!stopped_) {
      begin();
      settle();
    }
    if (!stopped_) compare_outcome();
    step_ = 0;
    tell_undecided();
    if (!instances_.empty()) report_.state = instances_[0].state.state;
    report_.ended = now_;
    return std::move(report_);
  }

 private:
  struct Instance {
    const Process* process = nullptr;
    const Definitions* file = nullptr;
    bpmn::ProcessInstance state;
    std::size_t caller = 0;
    Id caller_node = 0;  // 0: nobody called.
  };
  struct Work {  // That somebody is to do.
    std::size_t instance = 0;
    Id node = 0;
    const Node* element = nullptr;
    Variables inputs;
    bpmn::Offer offer;
    std::string problem;  // Why a decision could not be decided.
  };
  struct Pending {
    std::size_t instance = 0;
    bpmn::Event event;
  };
  struct Timer {
    Instant due;
    std::size_t instance = 0;
    bpmn::TimerDue event;
  };

  void mismatch(std::string what, std::string expected, std::string found, std::string remedy) {
    report_.mismatches.push_back({step_, std::move(what), std::move(expected), std::move(found), std::move(remedy)});
  }
  // One after which the rest of the script has no meaning.
  void stop(std::string what, std::string expected, std::string found, std::string remedy) {
    mismatch(std::move(what), std::move(expected), std::move(found), std::move(remedy));
    stopped_ = true;
  }

  // ---- The process begins

  bool begins_outside(const Process& process) const {
    const auto& starts = process.scopes[0].starts;
    if (std::ranges::any_of(starts, [&](Index index) { return !process.nodes[index].instantiates; })) return false;
    return std::ranges::any_of(process.scopes[0].nodes, [&](Index index) {
      const Node& node = process.nodes[index];
      return node.instantiates ||
             (node.type == NodeType::StartEvent && std::ranges::any_of(node.triggers, [](const bpmn::Trigger& trigger) {
                return trigger.type == TriggerType::Message || trigger.type == TriggerType::Signal;
              }));
    });
  }

  void begin() {
    if (!instances_.empty()) return;
    const Process& process = *component_.process(example_.process);
    if (!begins_outside(process)) {
      start(process, example_.variables, "");
      settle();
      return;
    }
    const Step* step = step_ == 0 ? nullptr : &example_.steps[step_ - 1];
    const auto* message = step == nullptr ? nullptr : std::get_if<MessageSent>(step);
    const auto* signal = step == nullptr ? nullptr : std::get_if<SignalSent>(step);
    const Node* event = nullptr;
    if (message != nullptr) event = bpmn::started_by(process, TriggerType::Message, message->name);
    if (signal != nullptr) event = bpmn::started_by(process, TriggerType::Signal, signal->name);
    if (event != nullptr) {
      Variables variables = example_.variables;
      if (message != nullptr) variables.insert(variables.end(), message->data.begin(), message->data.end());
      start(process, variables, event->id);
      begun_by_ = step_;
      return;
    }
    std::string starts;
    for (const Index index : process.scopes[0].nodes) {
      const Node& node = process.nodes[index];
      for (const bpmn::Trigger& trigger : node.triggers) {
        if (node.type == NodeType::StartEvent) starts += (starts.empty() ? "" : ", ") + quoted(trigger.name);
      }
    }
    stop("process " + process.id, "a message or signal that begins it",
         starts.empty() ? "another step" : "none of " + starts,
         "Let the first step be the message or signal that the process begins with.");
  }

  // ---- Steps

  void take(const TaskDone& step) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < work_.size(); ++i) {
      if (work_[i].element->type == NodeType::UserTask && work_[i].element->id == step.task.element) open.push_back(i);
    }
    if (open.empty()) {
      return stop("task " + step.task.element, "an open task", what_is_open(),
                  "Let the step come where the task is open, or look at why the process hasn't reached it.");
    }
    std::size_t chosen = open[0];
    for (const std::size_t each : open) {
      if (!differences(step.task, work_[each]).empty()) continue;
      chosen = each;
      break;
    }
    for (Mismatch& each : differences(step.task, work_[chosen])) report_.mismatches.push_back(std::move(each));
    complete(chosen, step.answers);
  }

  void take(const MessageSent& step) {
    if (begun_by_ == step_) return;
    bpmn::MessageThrown message{step.name, step.data, ""};
    for (const Definitions& file : component_.files) {
      if (message.correlation.empty()) {
        message.correlation = bpmn::correlation_of(file, step.name, step.data, options_.given);
      }
    }
    if (receive(message)) return;
    std::string others;
    for (const Instance& each : instances_) {
      for (const WaitsFor& wait : bpmn::expectations(*each.process, each.state)) {
        if (wait.kind != WaitsFor::Kind::Message || wait.name != step.name) continue;
        others = "one that is known by " + std::string(wait.correlation) + ", and this one by " +
                 (message.correlation.empty() ? std::string(kNothing) : message.correlation);
      }
    }
    stop("message " + step.name, "somebody who waits for it", others.empty() ? what_is_open() : others,
         others.empty() ? "Let the step come where the process waits for the message."
                        : "Give the message's data the value that tells it apart.");
  }

  void take(const SignalSent& step) {
    if (begun_by_ == step_) return;
    const bool anybody =
        std::ranges::any_of(instances_, [&](const Instance& each) { return waits_for_signal(each, step.name); }) ||
        started_by(TriggerType::Signal, step.name) != nullptr;
    if (!anybody) {
      return stop("signal " + step.name, "somebody who waits for it", what_is_open(),
                  "Let the step come where the process waits for the signal.");
    }
    spread(step.name, instances_.size());
  }

  void take(const TimePasses& step) {
    go_on_until(step.months != 0 ? after_months(now_, step.months)
                                 : now_ + std::chrono::microseconds(step.microseconds));
  }
  void take(const TimeComes& step) {
    const Instant until = beginning(step.until);
    if (until < now_) {
      return stop("until", shown(step.until), "the clock is at " + to_iso(now_) + " already",
                  "Time doesn't go back: correct this moment, or the steps before it.");
    }
    go_on_until(until);
  }

  void take(const ServiceAnswers& step) {
    const auto asked = std::ranges::find_if(work_, [&](const Work& each) {
      const bool service = each.element->type == NodeType::ServiceTask || each.element->type == NodeType::SendTask;
      return service && (each.element->work == step.work || each.element->id == step.work);
    });
    if (asked == work_.end()) {
      return stop("service " + step.work, "somebody who asked for it", what_is_open(),
                  "Let the step come where the service is asked, or look at why the process hasn't reached it.");
    }
    if (!step.error) return complete(static_cast<std::size_t>(asked - work_.begin()), step.gives);
    const Work work = *asked;
    work_.erase(asked);
    queue_.push_back({work.instance, bpmn::ErrorThrown{work.node, *step.error}});
  }

  void take(const DecisionGives& step) {
    decided_.insert_or_assign(step.decision, Decided{step.value, step_});
    for (std::size_t i = work_.size(); i-- > 0;) {
      const Node& element = *work_[i].element;
      if (element.type != NodeType::BusinessRuleTask) continue;
      if (element.called == step.decision || element.id == step.decision) complete(i, given_by(element));
    }
  }

  void take(const Expect& step) {
    if (step.tasks) compare_tasks(*step.tasks);
    if (step.waiting) {
      std::vector<std::string> expected = *step.waiting;
      std::vector<std::string> found;
      for (const auto& [id, waits] : waiting()) found.push_back(id);
      std::ranges::sort(expected);
      std::ranges::sort(found);
      if (expected != found) {
        mismatch("waiting", joined(expected), joined(found),
                 "At " + to_iso(now_) + ". List every element that waits, but for user tasks.");
      }
    }
    compare_variables(step.variables);
    if (step.messages) {
      compare_messages(*step.messages, std::span(sent_).subspan(sent_before_));
      sent_before_ = sent_.size();
    }
  }

  void complete(std::size_t index, const Variables& variables) {
    const Work work = work_[index];
    work_.erase(work_.begin() + static_cast<std::ptrdiff_t>(index));
    queue_.push_back({work.instance, bpmn::Completed{work.node, variables}});
  }

  // ---- Comparing

  std::vector<Mismatch> differences(const ExpectedTask& expected, const Work& work) const {
    std::vector<Mismatch> differences;
    const auto add = [&](std::string_view member, std::string wanted, std::string found, std::string_view attribute) {
      differences.push_back({step_, "task " + expected.element + ", " + std::string(member), std::move(wanted),
                             std::move(found), "Look at the task's " + std::string(attribute) + "."});
    };
    const ExpectedOffer& is = expected.is;
    if (is.teams) {
      std::vector<std::string> wanted = *is.teams;
      std::vector<std::string> found = work.offer.teams;
      std::ranges::sort(wanted);
      std::ranges::sort(found);
      if (wanted != found) add("team", joined(wanted), joined(found), "potentialOwner or lane");
    }
    if (is.assignee && *is.assignee != work.offer.assignee) {
      add("assignee", *is.assignee, work.offer.assignee.empty() ? "nobody" : work.offer.assignee, "humanPerformer");
    }
    const auto moment = [&](std::string_view member, const std::optional<DayOrMoment>& wanted,
                            const std::optional<Instant>& found, std::string_view attribute) {
      if (!wanted || is_at(found, *wanted)) return;
      add(member, shown(*wanted), found ? shown(*found) : std::string("none"), attribute);
    };
    moment("due", is.due, work.offer.due, "guildhall:dueDate");
    moment("followUp", is.follow_up, work.offer.follow_up, "guildhall:followUpDate");
    if (is.priority && *is.priority != work.offer.priority) {
      add("priority", std::to_string(*is.priority), std::to_string(work.offer.priority), "guildhall:priority");
    }
    return differences;
  }

  // Each open task has one that is expected, whichever fits it best.
  void compare_tasks(const std::vector<ExpectedTask>& expected) {
    std::vector<const Work*> open;
    for (const Work& work : work_) {
      if (work.element->type == NodeType::UserTask) open.push_back(&work);
    }
    const auto ids = [](const auto& tasks, const auto& id) {
      std::vector<std::string> all;
      for (const auto& each : tasks) all.push_back(id(each));
      std::ranges::sort(all);
      return all;
    };
    const auto wanted = ids(expected, [](const ExpectedTask& each) { return each.element; });
    const auto found = ids(open, [](const Work* each) { return each->element->id; });
    if (wanted != found) {
      return mismatch("tasks", joined(wanted), joined(found), "At " + to_iso(now_) + ". List every open user task.");
    }
    // Those that say most first: the others fit more tasks.
    std::vector<const ExpectedTask*> unmet;
    for (const ExpectedTask& task : expected) unmet.push_back(&task);
    std::ranges::stable_sort(unmet, std::ranges::greater(), [](const ExpectedTask* task) {
      const ExpectedOffer& is = task->is;
      return is.teams.has_value() + is.assignee.has_value() + is.due.has_value() + is.follow_up.has_value() +
             is.priority.has_value();
    });
    const auto take_first = [&](const auto& fitting) {
      const auto place = std::ranges::find_if(open, fitting);
      if (place == open.end()) return false;
      open.erase(place);
      return true;
    };
    std::erase_if(unmet, [&](const ExpectedTask* task) {
      return take_first(
          [&](const Work* work) { return work->element->id == task->element && differences(*task, *work).empty(); });
    });
    for (const ExpectedTask* task : unmet) {
      take_first([&](const Work* work) {
        if (work->element->id != task->element) return false;
        for (Mismatch& each : differences(*task, *work)) report_.mismatches.push_back(std::move(each));
        return true;
      });
    }
  }

  void compare_variables(const Variables& expected) {
    for (const auto& [name, data] : expected) {
      const bpmn::Data* found = nullptr;
      std::vector<std::string> names;
      for (const bpmn::ScopeInstance& scope : instances_[0].state.scopes) {
        if (found == nullptr) found = find(scope.variables, name);
        for (const auto& each : scope.variables) names.push_back(each.first);
      }
      const feel::Value& value = data.value();
      if (same(value, found)) continue;
      std::string remedy = "Correct the example, or what sets the variable.";
      if (found == nullptr) {
        const std::string meant = nearest(names, name);
        if (!meant.empty()) remedy = "Nothing has set it. Is " + quoted(meant) + " meant?";
      } else if (value.is(feel::Kind::String) &&
                 written(found->value()) == "\"@" + std::string(value.string()) + "\"") {
        remedy = "It is " + std::string(feel::spoken(found->value().kind())) + ": write it with @.";
      }
      mismatch("variable " + name, written(value), found == nullptr ? "no such variable" : written(found->value()),
               remedy);
    }
  }

  void compare_messages(const std::vector<ExpectedMessage>& expected, std::span<const bpmn::MessageThrown> sent) {
    if (std::ranges::equal(expected, sent, [](const auto& left, const auto& right) { return holds(left, right); }))
      return;
    std::vector<std::string> wanted;
    std::vector<std::string> found;
    for (const ExpectedMessage& each : expected) wanted.push_back(shown(each.name, each.data));
    for (const bpmn::MessageThrown& each : sent) found.push_back(shown(each.name, each.variables));
    mismatch("messages", joined(wanted), joined(found), "List every message that was sent, in its order.");
  }

  void compare_outcome() {
    const Outcome& expected = example_.expected;
    const bpmn::ProcessInstance& first = instances_[0].state;
    const bool failure_told = expected.state == State::Failed || expected.error;
    const std::string found = std::string(word(first.state)) + (first.error.empty() ? "" : ": " + first.error);
    if (expected.state && word(*expected.state) != word(first.state)) {
      mismatch("state", std::string(word(*expected.state)),
               first.state == State::Running ? "waiting, " + what_is_open() : found,
               first.state == State::Running ? "Add the steps that are missing, or expect that it waits."
                                             : "Look at what ends the process.");
    } else if (first.state == State::Failed && !failure_told) {
      mismatch("state", "no failure", found, "Mend the process, or expect the state \"failed\".");
    }
    if (expected.error && *expected.error != first.error) {
      mismatch("error", *expected.error, first.error.empty() ? std::string(kNothing) : first.error,
               "Look at what fails the process.");
    }
    if (expected.path && !fits(*expected.path, report_.path)) {
      mismatch("path", joined(*expected.path), joined(report_.path), path_remedy(*expected.path));
    }
    for (const std::string& id : expected.never) {
      if (reached_.contains(id))
        mismatch("not", id + " is not reached", "it was", "Look at the conditions that lead to it.");
    }
    compare_variables(expected.variables);
    if (expected.messages) compare_messages(*expected.messages, sent_);
    for (const auto& [name, decided] : decided_) {
      if (decided.used) continue;
      step_ = decided.step;
      mismatch("decision " + name, "to be asked after this", "nobody asked for it",
               "Remove the step, or let it come before the decision is asked.");
    }
  }

  void tell_undecided() {
    for (const Work& work : work_) {
      if (work.element->type != NodeType::BusinessRuleTask) continue;
      mismatch("decision " + (work.element->called.empty() ? work.element->id : work.element->called), "a decision",
               work.problem, "Correct the decision's name or data, or add a step that says what it gives.");
    }
  }

  // Where the path leaves what was expected of it.
  std::string path_remedy(const std::vector<std::string>& expected) const {
    std::vector<std::string> begun;
    for (const std::string& id : expected) {
      begun.push_back(id);
      begun.emplace_back("...");
      if (!fits(begun, report_.path)) {
        const bool entered = reached_.contains(id) && std::ranges::find(report_.path, id) == report_.path.end();
        return "It differs at " + quoted(id) +
               (entered ? ", which was reached and not left: it waits or was interrupted." : ".");
      }
      begun.pop_back();
    }
    return "It goes on after that; \"...\" stands for anything.";
  }

  // ---- What is open

  // Elements that wait for something that isn't a person, each with what it is.
  std::vector<std::pair<std::string, std::string>> waiting() const {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Instance& instance : instances_) {
      const auto waits = bpmn::expectations(*instance.process, instance.state);
      for (const bpmn::NodeInstance& each : instance.state.nodes) {
        const Node& node = instance.process->nodes[each.node];
        if (each.scope_events || each.is_loop || node.inner != bpmn::kNone) continue;
        if (node.type == NodeType::CallActivity || node.type == NodeType::UserTask) continue;
        std::string what;
        for (const WaitsFor& wait : waits) {
          if (wait.instance != each.id) continue;
          what += what.empty() ? "" : ", ";
          if (wait.kind == WaitsFor::Kind::Timer) what += "until " + to_iso(wait.due);
          if (wait.kind == WaitsFor::Kind::Message) what += "for message " + std::string(wait.name);
          if (wait.kind == WaitsFor::Kind::Signal) what += "for signal " + std::string(wait.name);
        }
        if (what.empty() && !node.work.empty()) what = "for service " + node.work;
        found.emplace_back(node.id, what);
      }
    }
    return found;
  }

  std::string what_is_open() const {
    std::string text;
    for (const Work& work : work_) {
      if (work.element->type != NodeType::UserTask) continue;
      text += (text.empty() ? "" : ", ") + ("task " + work.element->id);
      if (!work.offer.teams.empty()) text += " of " + joined(work.offer.teams);
      if (work.offer.due) text += " due " + shown(*work.offer.due);
    }
    for (const auto& [id, what] : waiting()) {
      text += (text.empty() ? "" : ", ") + id + " waits" + (what.empty() ? "" : " " + what);
    }
    if (text.empty() && !instances_.empty()) {
      const bpmn::ProcessInstance& first = instances_[0].state;
      text = "nothing: the process has " +
             std::string(first.state == State::Running ? "come to no end" : word(first.state)) +
             (first.error.empty() ? "" : ": " + first.error);
    }
    return "open at " + to_iso(now_) + ": " + text;
  }

  // ---- Instances

  std::size_t start(const Process& process, const Variables& variables, const std::string& event,
                    std::size_t caller = 0, Id caller_node = 0) {
    const std::size_t index = instances_.size();
    const auto file = std::ranges::find_if(
        component_.files, [&](const Definitions& each) { return each.process(process.id) == &process; });
    instances_.push_back({&process, &*file, {}, caller, caller_node});
    deliver(index, bpmn::Start{variables, event});
    return index;
  }

  void deliver(std::size_t index, const bpmn::Event& event) {
    if (++events_ > options_.max_events || instances_.size() > options_.max_instances) return endless();
    const Process& process = *instances_[index].process;
    bpmn::Step step = bpmn::advance(process, std::move(instances_[index].state), event, now_,
                                    {.limits = options_.limits, .given = options_.given});
    instances_[index].state = std::move(step.next);
    for (const Index flow : step.flows) report_.coverage.take(process, flow);
    for (const Effect& effect : step.effects) {
      std::visit([&](const auto& each) { carry_out(index, each); }, effect);
    }
  }

  void endless() {
    queue_.clear();
    calls_.clear();
    signals_.clear();
    messages_.clear();
    if (stopped_) return;
    stop("process " + example_.process, "to come to rest", "it goes on without an end",
         "Look for a loop, for a timer that repeats for ever, or for processes that call or start each other.");
  }

  void carry_out(std::size_t index, const bpmn::Logged& logged) {
    const Process& process = *instances_[index].process;
    const Node& node = process.nodes[logged.node];
    report_.coverage.reach(process, logged.node);
    if (index != 0) return;
    reached_.insert(node.id);
    if (logged.what == bpmn::Logged::What::Left) report_.path.push_back(node.id);
  }

  void carry_out(std::size_t index, const bpmn::WorkRequested& requested) {
    Work work{.instance = index,
              .node = requested.instance,
              .element = &instances_[index].process->nodes[requested.node],
              .inputs = requested.inputs,
              .offer = requested.offer,
              .problem = {}};
    if (work.element->type == NodeType::BusinessRuleTask) {
      const Node& element = *work.element;
      if (find_decided(element) != nullptr) {
        queue_.push_back({index, bpmn::Completed{requested.instance, given_by(element)}});
        return;
      }
      auto decided = decide(work);
      if (decided.ok()) {
        queue_.push_back({index, bpmn::Completed{requested.instance, results(element, *decided)}});
        return;
      }
      work.problem = to_text(decided.problems());
    }
    work_.push_back(std::move(work));
  }

  void carry_out(std::size_t index, const bpmn::ProcessCalled& call) {
    const Process* called = instances_[index].file->process(call.process);
    if (called == nullptr) called = component_.process(call.process);
    if (called == nullptr) {
      return stop("process " + call.process, "to be in the component", "it is called and isn't there",
                  "Add its file to processes/, or correct the call activity's calledElement.");
    }
    const Variables variables = call.inputs.empty() ? instances_[index].state.scopes[0].variables : call.inputs;
    calls_.push_back({called, variables, index, call.instance});
  }
  void carry_out(std::size_t, const bpmn::TimerSet&) {}  // They are among what the instance waits for.
  void carry_out(std::size_t, const bpmn::MessageThrown& message) {
    sent_.push_back(message);
    messages_.push_back(message);
  }
  void carry_out(std::size_t index, const bpmn::SignalThrown& signal) { signals_.emplace_back(index, signal.name); }
  void carry_out(std::size_t index, const bpmn::Withdrawn& withdrawn) {
    const auto here = [&](const auto& each) { return each.instance == index && each.node == withdrawn.instance; };
    std::erase_if(work_, here);
    std::erase_if(calls_, [&](const Call& each) { return each.caller == index && each.node == withdrawn.instance; });
    // A call that is cancelled ends what was called.
    for (std::size_t called = 0; called < instances_.size(); ++called) {
      Instance& each = instances_[called];
      if (each.caller_node == 0 || each.caller != index || each.caller_node != withdrawn.instance) continue;
      each.caller_node = 0;
      if (each.state.state == State::Running) queue_.push_front({called, bpmn::Stopped{}});
    }
  }
  void carry_out(std::size_t index, const bpmn::Escalated& escalated) {
    const Instance& each = instances_[index];
    if (each.caller_node != 0)
      queue_.push_back({each.caller, bpmn::EscalationThrown{each.caller_node, escalated.code}});
  }
  void carry_out(std::size_t index, const bpmn::Ended& ended) {
    const Instance& each = instances_[index];
    if (each.caller_node == 0) return;
    if (ended.state == State::Failed) {
      queue_.push_back({each.caller, bpmn::ErrorThrown{each.caller_node, ended.error}});
    } else {
      queue_.push_back({each.caller, bpmn::Completed{each.caller_node, each.state.scopes[0].variables}});
    }
  }

  // ---- Decisions

  struct Decided {
    bpmn::Data value;
    std::size_t step = 0;
    bool used = false;
  };

  Decided* find_decided(const Node& element) {
    for (const std::string& name : {element.id, element.called}) {
      if (const auto found = decided_.find(name); found != decided_.end()) return &found->second;
    }
    return nullptr;
  }

  Variables given_by(const Node& element) {
    Decided* decided = find_decided(element);
    decided->used = true;
    return results(element, decided->value.value());
  }

  static Variables results(const Node& element, const feel::Value& value) {
    Variables results;
    if (!element.result.empty()) {
      results.emplace_back(element.result, bpmn::Data::of(value));
    } else if (value.is(feel::Kind::Context)) {
      for (const feel::Entry& entry : value.context()) results.emplace_back(entry.key, bpmn::Data::of(entry.value));
    }
    return results;
  }

  // All that the task sees, its own data first.
  Variables seen_by(const Work& work) const {
    Variables seen = work.inputs;
    const bpmn::ProcessInstance& state = instances_[work.instance].state;
    const bpmn::NodeInstance* task = state.find(work.node);
    Id scope = task == nullptr ? 0 : task->inner_scope != 0 ? task->inner_scope : task->scope;
    while (scope != 0) {
      const auto found = std::ranges::find(state.scopes, scope, &bpmn::ScopeInstance::id);
      if (found == state.scopes.end()) break;
      for (const auto& each : found->variables) {
        if (find(seen, each.first) == nullptr) seen.push_back(each);
      }
      scope = found->parent;
    }
    return seen;
  }

  Result<feel::Value> decide(const Work& work) {
    const std::string& reference = work.element->called;
    const auto offered = std::ranges::find(component_.decisions, reference, &OfferedDecision::reference);
    if (offered == component_.decisions.end()) {
      std::vector<std::string> known;
      for (const OfferedDecision& each : component_.decisions) known.push_back(each.reference);
      const std::string meant = nearest(known, reference);
      return Problem{"The component has no decision " + quoted(reference) + ".", work.element->id,
                     meant.empty() ? "Add its model to decisions/." : "Is " + quoted(meant) + " meant?"};
    }
    auto& decider = deciders_[offered->model.get()];
    if (decider == nullptr) decider = std::make_unique<dmn::Decider>(offered->model);
    decider->begin(moment_at(now_));
    const Variables seen = seen_by(work);
    std::vector<feel::Entry> inputs;
    for (const auto& need : offered->model->needs(offered->name)) {
      const bpmn::Data* data = find(seen, need.name);
      if (data == nullptr) continue;
      feel::Value value = data->value();
      if (!feel::conforms(value, need.type)) {
        // What began as JSON has texts where the decision wants dates.
        auto typed = feel::from_json(TRY(feel::to_json(value)), need.type, decider->memory());
        if (!typed.ok()) {
          Problems problems = typed.problems();
          for (Problem& problem : problems)
            problem.where = need.name + (problem.where.empty() ? "" : "." + problem.where);
          return problems;
        }
        value = *typed;
      }
      inputs.push_back({decider->memory().copy(need.name), value});
    }
    return decider->decide(offered->name, feel::Value::context(decider->memory(), inputs));
  }

  // ---- Until all has come to rest

  void settle() {
    while (step()) {
    }
  }

  bool step() {
    if (!calls_.empty()) {
      const Call call = calls_.front();
      calls_.pop_front();
      start(*call.process, call.variables, "", call.caller, call.node);
      return true;
    }
    if (!signals_.empty()) {
      const auto [thrower, name] = signals_.front();
      signals_.pop_front();
      spread(name, thrower);
      return true;
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const bpmn::MessageThrown message = messages_[i];
      messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(i));
      if (receive(message)) return true;
      messages_.insert(messages_.begin() + static_cast<std::ptrdiff_t>(i), message);
    }
    if (!queue_.empty()) {
      const Pending pending = queue_.front();
      queue_.pop_front();
      deliver(pending.instance, pending.event);
      return true;
    }
    return !stopped_ && timer(now_);
  }

  // The next timer that is due until then.
  bool timer(Instant until) {
    std::optional<Timer> next;
    for (std::size_t i = 0; i < instances_.size(); ++i) {
      for (const WaitsFor& wait : bpmn::expectations(*instances_[i].process, instances_[i].state)) {
        if (wait.kind != WaitsFor::Kind::Timer || wait.due > until || (next && next->due <= wait.due)) continue;
        next = Timer{wait.due, i, {wait.instance, wait.wait}};
      }
    }
    if (!next) return false;
    now_ = std::max(now_, next->due);
    deliver(next->instance, next->event);
    return true;
  }

  void go_on_until(Instant until) {
    if (until > kLast) {
      return stop("time", "a moment before the year 10000", "the clock would be at one after it",
                  "Look for a time to wait that is too long.");
    }
    do {
      settle();
    } while (!stopped_ && timer(until));
    if (!stopped_) now_ = until;
  }

  static bool waits_for_message(const Instance& instance, const std::string& name, const std::string& correlation) {
    return std::ranges::any_of(bpmn::expectations(*instance.process, instance.state), [&](const WaitsFor& each) {
      return each.kind == WaitsFor::Kind::Message && (each.name.empty() || each.name == name) &&
             each.correlation == correlation;
    });
  }
  static bool waits_for_signal(const Instance& instance, const std::string& name) {
    return std::ranges::any_of(bpmn::expectations(*instance.process, instance.state), [&](const WaitsFor& each) {
      return each.kind == WaitsFor::Kind::Signal && (each.name.empty() || each.name == name);
    });
  }

  const Process* started_by(TriggerType type, std::string_view name) const {
    for (const Definitions& file : component_.files) {
      for (const Process& process : file.processes) {
        if (process.executable && bpmn::started_by(process, type, name) != nullptr) return &process;
      }
    }
    return nullptr;
  }

  // By one who waits for just this, or else for any of its name, or else by a process that begins with it.
  bool receive(const bpmn::MessageThrown& message) {
    for (const std::string& correlation : {message.correlation, std::string()}) {
      for (std::size_t i = 0; i < instances_.size(); ++i) {
        if (!waits_for_message(instances_[i], message.name, correlation)) continue;
        deliver(i, bpmn::MessageArrived{message.name, message.variables, message.correlation});
        return true;
      }
    }
    const Process* process = started_by(TriggerType::Message, message.name);
    if (process == nullptr) return false;
    start(*process, message.variables, bpmn::started_by(*process, TriggerType::Message, message.name)->id);
    return true;
  }

  // To everybody but the thrower, which has had it, and to the processes that begin with it.
  void spread(const std::string& name, std::size_t thrower) {
    const std::size_t count = instances_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (i != thrower) deliver(i, bpmn::SignalArrived{name});
    }
    for (const Definitions& file : component_.files) {
      for (const Process& process : file.processes) {
        const Node* event = process.executable ? bpmn::started_by(process, TriggerType::Signal, name) : nullptr;
        if (event != nullptr) start(process, {}, event->id);
      }
    }
  }

  struct Call {
    const Process* process = nullptr;
    Variables variables;
    std::size_t caller = 0;
    Id node = 0;
  };

  const Example& example_;
  const Component& component_;
  const RunOptions& options_;
  Instant now_;
  std::size_t step_ = 0;
  std::optional<std::size_t> begun_by_;  // The step that began the process.
  bool stopped_ = false;
  std::size_t events_ = 0;
  std::vector<Instance> instances_;
  std::vector<Work> work_;
  std::deque<Call> calls_;
  std::deque<Pending> queue_;
  std::deque<std::pair<std::size_t, std::string>> signals_;
  std::vector<bpmn::MessageThrown> messages_;  // That nobody has received.
  std::vector<bpmn::MessageThrown> sent_;
  std::size_t sent_before_ = 0;  // When messages were last looked at.
  std::set<std::string, std::less<>> reached_;
  std::map<std::string, Decided> decided_;
  std::map<const dmn::DecisionModel*, std::unique_ptr<dmn::Decider>> deciders_;
  Report report_;
};

}  // namespace

std::string to_text(const Mismatch& mismatch) {
  const std::string step = mismatch.step == 0 ? "at the end" : "step " + std::to_string(mismatch.step);
  return step + ", " + mismatch.what + ": expected " + mismatch.expected + "; found " + mismatch.found +
         (mismatch.found.ends_with('.') || mismatch.found.ends_with('?') ? " " : ". ") + mismatch.remedy;
}

Result<Report> run(const Example& example, const Component& component, const RunOptions& options) {
  TRY(check_example(example, component));
  return Runner(example, component, options).run();
}

}  // namespace guildhall::scenarios
