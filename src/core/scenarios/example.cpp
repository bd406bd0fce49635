#include "scenarios/example.h"

#include <algorithm>
#include <initializer_list>

#include "base/spelling.h"
#include "feel/json.h"

namespace guildhall::scenarios {
namespace {

using bpmn::Data;
using bpmn::ProcessInstance;
using bpmn::Variables;
using feel::Entry;
using feel::Kind;
using feel::Memory;
using feel::Value;
using State = ProcessInstance::State;

constexpr std::size_t kMostProblems = 100;
constexpr std::size_t kMostShown = 2'000;                           // Bytes of a value.
constexpr std::string_view kDefaultStart = "2026-01-05T09:00:00Z";  // A Monday.

// ---- Values: JSON has no dates, so a text that begins with @ is one, as in FEEL's @"2026-01-05"

Value temporal(std::string_view text) {
  if (const auto date = feel::Date::parse(text)) return Value::date(*date);
  if (const auto moment = feel::DateTime::parse(text)) return Value::date_time(*moment);
  if (const auto time = feel::Time::parse(text)) return Value::time(*time);
  if (const auto months = feel::MonthsDuration::parse(text)) return Value::duration(*months);
  if (const auto days = feel::DaysDuration::parse(text)) return Value::duration(*days);
  return {};
}

template <class Change>
Value changed(const Value& value, Memory& memory, const Change& change) {
  if (value.is(Kind::List)) {
    std::vector<Value> items;
    for (const Value& item : value.list()) items.push_back(changed(item, memory, change));
    return Value::list(memory, items);
  }
  if (value.is(Kind::Context)) {
    std::vector<Entry> entries;
    for (const Entry& entry : value.context()) entries.push_back({entry.key, changed(entry.value, memory, change)});
    return Value::context(memory, entries);
  }
  return change(value);
}

std::string quoted(std::string_view name) {
  return "‘" + std::string(name) + "’";
}

std::string list_of(std::span<const std::string> names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

class Reader {
 public:
  Result<Example> read(const Value& json) {
    Example example;
    if (const auto top = object(json, "", {"title", "process", "start", "variables", "steps", "expect"})) {
      example.title = text(*top, "title");
      example.process = text(*top, "process");
      example.start = parse_instant(kDefaultStart).value();
      if (const Value* start = find(*top, "start")) {
        if (const auto moment = day_or_moment(*start, "start")) example.start = beginning(*moment);
      }
      example.variables = variables(*top, "variables");
      if (const Value* steps = list(*top, "steps")) {
        for (std::size_t i = 0; i < steps->list().size(); ++i) {
          read_step(steps->list()[i], "steps[" + std::to_string(i + 1) + "]", example.steps);
        }
      }
      if (const Value* expect = find(*top, "expect")) {
        read_outcome(*expect, example.expected);
      } else {
        problem(
            "The example expects nothing.", "expect",
            "Say how it ends: \"expect\": {\"path\": [\"applied\", \"...\", \"granted\"], \"state\": \"completed\"}.");
      }
    }
    if (!problems_.empty()) return std::move(problems_);
    return example;
  }

 private:
  struct Object {
    std::span<const Entry> entries;
    std::string where;
  };

  void problem(std::string what, std::string where, std::string remedy) {
    if (problems_.size() < kMostProblems) problems_.push_back({std::move(what), std::move(where), std::move(remedy)});
  }
  static std::string inside(const std::string& where, std::string_view name) {
    return where.empty() ? std::string(name) : where + "." + std::string(name);
  }

  std::optional<Object> object(const Value& value, std::string where, std::initializer_list<std::string_view> members) {
    if (!value.is(Kind::Context)) {
      problem("This is " + std::string(feel::spoken(value.kind())) + ", not an object.", std::move(where),
              "Write names and values in curly brackets.");
      return std::nullopt;
    }
    const std::vector<std::string> known(members.begin(), members.end());
    for (const Entry& entry : value.context()) {
      if (std::ranges::find(known, entry.key) != known.end()) continue;
      problem("There is no member " + quoted(entry.key) + " here.", inside(where, entry.key),
              "Is " + quoted(nearest(known, entry.key)) + " meant? There may be: " + list_of(known) + ".");
    }
    return Object{value.context(), std::move(where)};
  }

  static const Value* find(const Object& object, std::string_view name) {
    const auto found = std::ranges::find(object.entries, name, &Entry::key);
    return found == object.entries.end() ? nullptr : &found->value;
  }

  std::optional<std::string> text_of(const Value& value, std::string where) {
    if (value.is(Kind::String) && !value.string().empty()) return std::string(value.string());
    problem(value.is(Kind::String) ? "This text is empty."
                                   : "This is " + std::string(feel::spoken(value.kind())) + ", not a text.",
            std::move(where), "Write a text in quotation marks.");
    return std::nullopt;
  }

  std::string text(const Object& object, std::string_view name) {
    if (const Value* value = find(object, name)) return text_of(*value, inside(object.where, name)).value_or("");
    problem("The member " + quoted(name) + " is missing.", object.where,
            "Add it: \"" + std::string(name) + "\": \"…\".");
    return {};
  }

  const Value* list(const Object& object, std::string_view name) {
    const Value* value = find(object, name);
    if (value == nullptr || value->is(Kind::List)) return value;
    problem("This is " + std::string(feel::spoken(value->kind())) + ", not a list.", inside(object.where, name),
            "Put it in square brackets.");
    return nullptr;
  }

  std::optional<std::vector<std::string>> texts(const Object& object, std::string_view name) {
    const Value* value = list(object, name);
    if (value == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const Value& item : value->list()) {
      if (auto text = text_of(item, inside(object.where, name))) texts.push_back(*std::move(text));
    }
    return texts;
  }

  Data data(const Value& value, const std::string& where) {
    Memory memory;
    return Data::of(changed(value, memory, [&](const Value& leaf) {
      if (!leaf.is(Kind::String) || !leaf.string().starts_with('@')) return leaf;
      const std::string_view rest = leaf.string().substr(1);
      if (rest.starts_with('@')) return Value::string(rest);
      const Value moment = temporal(rest);
      if (moment.null()) {
        problem(
            quoted(leaf.string()) + " is not a date, a time or a duration.", where,
            "Write \"@2026-01-05\", \"@09:30:00\", \"@2026-01-05T09:30:00Z\" or \"@P10D\"; a text that begins with @ "
            "begins with two.");
      }
      return moment;
    }));
  }

  Variables variables(const Object& object, std::string_view name) {
    Variables variables;
    const Value* value = find(object, name);
    if (value == nullptr) return variables;
    const std::string where = inside(object.where, name);
    if (!value->is(Kind::Context)) {
      problem("This is " + std::string(feel::spoken(value->kind())) + ", not an object.", where,
              "Write names and values in curly brackets.");
      return variables;
    }
    for (const Entry& entry : value->context()) {
      variables.emplace_back(entry.key, data(entry.value, inside(where, entry.key)));
    }
    return variables;
  }

  std::optional<DayOrMoment> day_or_moment(const Value& value, const std::string& where) {
    const auto text = text_of(value, where);
    if (!text) return std::nullopt;
    if (const auto date = Date::parse_iso(*text); date.ok()) return DayOrMoment(*date);
    if (const auto instant = parse_instant(*text); instant.ok()) return DayOrMoment(*instant);
    problem(quoted(*text) + " is neither a day nor a moment.", where,
            "Write \"2026-01-05\" or \"2026-01-05T09:00:00Z\".");
    return std::nullopt;
  }

  // ---- Steps

  void read_step(const Value& json, const std::string& where, std::vector<Step>& steps) {
    static const std::vector<std::string> kKinds = {"task",  "message", "signal",   "wait",
                                                    "until", "service", "decision", "expect"};
    if (!json.is(Kind::Context)) return void(object(json, where, {}));
    std::vector<std::string_view> kinds;
    for (const Entry& entry : json.context()) {
      if (std::ranges::find(kKinds, entry.key) != kKinds.end()) kinds.push_back(entry.key);
    }
    if (kinds.size() != 1) {
      std::string meant;
      if (kinds.empty() && !json.context().empty()) {
        meant = "Is " + quoted(nearest(kKinds, json.context()[0].key)) + " meant instead of " +
                quoted(json.context()[0].key) + "? ";
      }
      return problem(kinds.empty() ? "This step doesn't say what happens." : "This step says several things.", where,
                     meant + "Write one of " + list_of(kKinds) + " in each step.");
    }
    const std::string_view kind = kinds[0];
    if (kind == "task") {
      const auto step = object(json, where, {"task", "is", "answers"});
      ExpectedTask task{text(*step, "task"), {}};
      if (const Value* is = find(*step, "is")) task.is = offer(*is, inside(where, "is"));
      steps.emplace_back(TaskDone{std::move(task), variables(*step, "answers")});
    } else if (kind == "message") {
      const auto step = object(json, where, {"message", "data"});
      steps.emplace_back(MessageSent{text(*step, "message"), variables(*step, "data")});
    } else if (kind == "signal") {
      const auto step = object(json, where, {"signal"});
      steps.emplace_back(SignalSent{text(*step, "signal")});
    } else if (kind == "wait") {
      const auto step = object(json, where, {"wait"});
      steps.emplace_back(wait(text(*step, "wait"), inside(where, "wait")));
    } else if (kind == "until") {
      const auto step = object(json, where, {"until"});
      if (const auto until = day_or_moment(*find(*step, "until"), inside(where, "until"))) {
        steps.emplace_back(TimeComes{*until});
      }
    } else if (kind == "service") {
      const auto step = object(json, where, {"service", "gives", "error"});
      ServiceAnswers answer{text(*step, "service"), variables(*step, "gives"), std::nullopt};
      if (const Value* error = find(*step, "error")) answer.error = text_of(*error, inside(where, "error"));
      if (answer.error && find(*step, "gives") != nullptr) {
        problem("A service either gives something or fails.", where, "Remove \"gives\" or \"error\".");
      }
      steps.emplace_back(std::move(answer));
    } else if (kind == "decision") {
      const auto step = object(json, where, {"decision", "gives"});
      const Value* gives = find(*step, "gives");
      if (gives == nullptr) problem("The member ‘gives’ is missing.", where, "Say what the decision is to give.");
      steps.emplace_back(DecisionGives{text(*step, "decision"), gives == nullptr ? Data() : data(*gives, where)});
    } else {
      const auto step = object(json, where, {"expect"});
      read_expect(*find(*step, "expect"), inside(where, "expect"), steps);
    }
  }

  TimePasses wait(const std::string& text, const std::string& where) {
    TimePasses passes;
    if (text.empty()) return passes;
    if (const auto months = feel::MonthsDuration::parse(text)) {
      passes.months = months->months;
    } else if (const auto days = feel::DaysDuration::parse(text)) {
      constexpr __int128 kTooLong = std::int64_t{1} << 62;
      passes.microseconds = static_cast<std::int64_t>(std::clamp(days->total_nanos() / 1'000, -kTooLong, kTooLong));
    }
    const bool within = passes.months <= 12'000 && passes.microseconds <= 366'000LL * 86'400 * 1'000'000;
    if (!within || (passes.months <= 0 && passes.microseconds <= 0)) {
      problem(quoted(text) + " is not a time to wait.", where,
              "Write \"P10D\", \"PT2H\" or \"P1M\"; at most 1,000 years.");
      return {};
    }
    return passes;
  }

  ExpectedOffer offer(const Value& json, const std::string& where) {
    ExpectedOffer expected;
    const auto is = object(json, where, {"team", "assignee", "due", "followUp", "priority"});
    if (!is) return expected;
    if (const Value* team = find(*is, "team")) {
      if (team->is(Kind::List)) {
        expected.teams = texts(*is, "team");
      } else if (auto name = text_of(*team, inside(where, "team"))) {
        expected.teams = {{*std::move(name)}};
      }
    }
    if (const Value* assignee = find(*is, "assignee"))
      expected.assignee = text_of(*assignee, inside(where, "assignee"));
    if (const Value* due = find(*is, "due")) expected.due = day_or_moment(*due, inside(where, "due"));
    if (const Value* follow = find(*is, "followUp"))
      expected.follow_up = day_or_moment(*follow, inside(where, "followUp"));
    if (const Value* priority = find(*is, "priority")) {
      const auto number = priority->is(Kind::Number) ? priority->number().to_int64() : std::nullopt;
      if (number) {
        expected.priority = *number;
      } else {
        problem("This is not a whole number.", inside(where, "priority"), "Write it without quotation marks: 50.");
      }
    }
    return expected;
  }

  // ---- What is expected

  std::optional<std::vector<ExpectedMessage>> messages(const Object& object) {
    const Value* value = list(object, "messages");
    if (value == nullptr) return std::nullopt;
    std::vector<ExpectedMessage> messages;
    for (std::size_t i = 0; i < value->list().size(); ++i) {
      const std::string where = inside(object.where, "messages") + "[" + std::to_string(i + 1) + "]";
      const auto message = this->object(value->list()[i], where, {"name", "data"});
      if (message) messages.push_back({text(*message, "name"), variables(*message, "data")});
    }
    return messages;
  }

  void read_expect(const Value& json, const std::string& where, std::vector<Step>& steps) {
    const auto expect = object(json, where, {"tasks", "waiting", "variables", "messages"});
    if (!expect) return;
    if (expect->entries.empty())
      problem("Nothing is expected here.", where, "Say what is to hold, or remove the step.");
    Expect step;
    if (const Value* tasks = list(*expect, "tasks")) {
      step.tasks.emplace();
      for (std::size_t i = 0; i < tasks->list().size(); ++i) {
        const Value& task = tasks->list()[i];
        const std::string place = inside(where, "tasks") + "[" + std::to_string(i + 1) + "]";
        if (task.is(Kind::String)) {
          step.tasks->push_back({text_of(task, place).value_or(""), {}});
        } else if (const auto members = object(task, place, {"task", "is"})) {
          const Value* is = find(*members, "is");
          step.tasks->push_back(
              {text(*members, "task"), is == nullptr ? ExpectedOffer() : offer(*is, inside(place, "is"))});
        }
      }
    }
    step.waiting = texts(*expect, "waiting");
    step.variables = variables(*expect, "variables");
    step.messages = messages(*expect);
    steps.emplace_back(std::move(step));
  }

  void read_outcome(const Value& json, Outcome& outcome) {
    const auto expect = object(json, "expect", {"path", "state", "error", "variables", "messages", "not"});
    if (!expect) return;
    if (expect->entries.empty()) {
      problem("Nothing is expected here.", "expect", "Say how it ends: its path, its state, variables or messages.");
    }
    outcome.path = texts(*expect, "path");
    if (find(*expect, "state") != nullptr) {
      const std::string state = text(*expect, "state");
      for (const State each : {State::Running, State::Completed, State::Terminated, State::Failed}) {
        if (word(each) == state) outcome.state = each;
      }
      if (!outcome.state && !state.empty()) {
        problem("There is no state " + quoted(state) + ".", "expect.state",
                "There are completed, waiting, terminated and failed.");
      }
    }
    if (const Value* error = find(*expect, "error")) outcome.error = text_of(*error, "expect.error");
    if (outcome.error && outcome.state && outcome.state != State::Failed) {
      problem("Only what failed has an error.", "expect.error", "Remove it, or let the state be \"failed\".");
    }
    outcome.variables = variables(*expect, "variables");
    outcome.messages = messages(*expect);
    outcome.never = texts(*expect, "not").value_or(std::vector<std::string>());
  }

  Problems problems_;
};

}  // namespace

std::string_view word(State state) {
  switch (state) {
    case State::New:
    case State::Running:
      return "waiting";
    case State::Completed:
      return "completed";
    case State::Terminated:
      return "terminated";
    case State::Failed:
      return "failed";
  }
  return "";
}

Instant beginning(const DayOrMoment& moment) {
  if (const auto* instant = std::get_if<Instant>(&moment)) return *instant;
  const Date day = std::get<Date>(moment);
  const Instant winter = day.days();
  const Instant summer = winter - std::chrono::hours(1);
  return uk_date(summer) == day ? summer : winter;
}

std::string written(const Value& value) try {
  Memory memory;
  const Value json = changed(value, memory, [&](const Value& leaf) {
    switch (leaf.kind()) {
      case Kind::Date:
        return Value::string(memory, "@" + leaf.date().text());
      case Kind::Time:
        return Value::string(memory, "@" + leaf.time().text());
      case Kind::DateTime:
        return Value::string(memory, "@" + leaf.date_time().text());
      case Kind::DaysDuration:
        return Value::string(memory, "@" + leaf.days_duration().text());
      case Kind::MonthsDuration:
        return Value::string(memory, "@" + leaf.months_duration().text());
      case Kind::String:
        return leaf.string().starts_with('@') ? Value::string(memory, "@" + std::string(leaf.string())) : leaf;
      default:
        return leaf;
    }
  });
  const auto text = feel::to_json(json, kMostShown);
  return text.ok() ? *text : feel::to_text(value);
} catch (const feel::BudgetExceeded&) {
  return feel::to_text(value);
}

Result<Example> read_example(std::string_view json) {
  Memory memory;
  const Value value = TRY(feel::from_json(json, {}, memory));
  return Reader().read(value);
}

}  // namespace guildhall::scenarios
