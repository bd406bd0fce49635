#include "cases/replay.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "bpmn/read_definitions.h"
#include "cases/calendars.h"
#include "cases/case_store.h"
#include "cases/impl/recorded_cases.h"
#include "cases/impl/rules_over_time.h"
#include "decisions/asker.h"

namespace guildhall::cases {
namespace {

constexpr std::size_t kLongestValue = 200;  // Bytes, of a value in the report.

// The cost of a case: an expression as a script of a process has it, on what a process knows.
class Cost {
 public:
  static Result<Cost> read(const std::string& text, const bpmn::ReadOptions& names) {
    std::string escaped;
    for (const char c : text) {
      if (c == '<') {
        escaped += "&lt;";
      } else if (c == '&') {
        escaped += "&amp;";
      } else {
        escaped += c;
      }
    }
    auto file = bpmn::read_definitions(
        R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">)"
        R"(<scriptTask id="cost"><script>)" +
            escaped + "</script></scriptTask></process></definitions>",
        names);
    if (!file.ok()) {
      Problems problems = std::move(file).problems();
      for (Problem& each : problems) each.where = "the cost ‘" + text + "’";
      return problems;
    }
    Cost cost;
    cost.file_ = *std::move(file);
    return cost;
  }

  std::optional<feel::Decimal> of(const bpmn::Variables& variables, Instant now,
                                  const bpmn::Surroundings& surroundings) const {
    const bpmn::Step step = bpmn::advance(file_.processes[0], {}, bpmn::Start{variables, ""}, now, surroundings);
    for (const bpmn::Effect& effect : step.effects) {
      const auto* logged = std::get_if<bpmn::Logged>(&effect);
      if (logged == nullptr || logged->what != bpmn::Logged::What::Script) continue;
      const feel::Value& value = logged->value.value();
      if (value.is(feel::Kind::Number)) return value.number();
    }
    return std::nullopt;
  }

 private:
  bpmn::Definitions file_;
};

// What surrounds one side of the replays.
class Side {
 public:
  Side(ModelsOverTime models, ProcessesOverTime processes, CalendarsOverTime calendars)
      : models_(std::move(models)), processes_(std::move(processes)), calendars_(std::move(calendars)) {
    world.surroundings = [this](Instant now) { return calendars_.at(now); };
    world.decide = [this](std::string_view decision, std::span<const replay::Given> given, Instant now) {
      asker_.begin(now, models_.at(now));
      return asker_.ask(decision, given);
    };
    world.called = [this](const replay::Program& caller, std::string_view process, std::optional<std::uint32_t> version,
                          Instant now) { return processes_.called(caller, process, version, now); };
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  replay::World world;

 private:
  ModelsOverTime models_;
  ProcessesOverTime processes_;
  CalendarsOverTime calendars_;
  decisions::Asker asker_;
};

const bpmn::Data* find(const bpmn::Variables& variables, std::string_view name) {
  const auto found = std::ranges::find(variables, name, [](const auto& each) { return std::string_view(each.first); });
  return found == variables.end() ? nullptr : &found->second;
}

bool are_equal(const bpmn::Data* then, const bpmn::Data* now) {
  const feel::Value null;
  const auto equal = feel::equal(then == nullptr ? null : then->value(), now == nullptr ? null : now->value());
  return equal.value_or(false);
}

std::string in_words(const bpmn::Data* data) {
  return data == nullptr ? "null" : feel::to_text(data->value(), kLongestValue);
}

std::string ended_in_words(const replay::Outcome& outcome) {
  if (!outcome.stuck.empty()) return "can't go on: " + outcome.stuck;
  if (outcome.state != bpmn::ProcessInstance::State::Running) return std::string(name_of(outcome.state));
  std::string words = "waits for";
  for (const std::string& each : outcome.waits_for) words += " " + each;
  return words;
}

// Elements that were passed more often on one side than on the other; both empty and `other_order`: in another order.
void compare_paths(const replay::Outcome& then, const replay::Outcome& now, ReplayedCase& replayed) {
  if (then.path == now.path) return;
  std::map<std::string, std::int64_t> more;
  for (const auto& [path, elements] : now.path) {
    for (const std::string& each : elements) ++more[each];
  }
  for (const auto& [path, elements] : then.path) {
    for (const std::string& each : elements) --more[each];
  }
  for (const auto& [element, count] : more) {
    if (count < 0) replayed.only_then.push_back(element);
    if (count > 0) replayed.only_now.push_back(element);
  }
  replayed.other_order = replayed.only_then.empty() && replayed.only_now.empty();
}

class Replaying {
 public:
  Replaying(const ReplayOf& of, std::optional<Cost> cost, const bpmn::Surroundings& surroundings, Instant now)
      : of_(of), cost_(std::move(cost)), surroundings_(surroundings), now_(now) {}

  void count_unreadable(const std::string& reference, const std::string& why) {
    ReplayedCase replayed;
    replayed.reference = reference;
    replayed.verdict = Verdict::NotReplayable;
    replayed.why = why;
    count(std::move(replayed));
  }

  void count(const std::string& reference, const replay::Comparison& comparison) {
    if (!comparison.not_replayable.empty()) return count_unreadable(reference, comparison.not_replayable);
    const replay::Outcome& then = comparison.then;
    const replay::Outcome& now = comparison.now;
    ReplayedCase replayed;
    replayed.reference = reference;
    replayed.ended_then = ended_in_words(then);
    replayed.ended_now = ended_in_words(now);
    compare_variables(then.variables, now.variables, replayed);
    compare_paths(then, now, replayed);
    replayed.cycle_then = then.cycle_time;
    replayed.cycle_now = now.cycle_time;
    replayed.missed_then = then.missed;
    replayed.missed_now = now.missed;
    if (cost_) {
      replayed.cost_then = cost_->of(then.variables, now_, surroundings_);
      replayed.cost_now = cost_->of(now.variables, now_, surroundings_);
    }
    replayed.unanswered = comparison.unanswered;
    replayed.left_over = comparison.left_over;
    if (!replayed.unanswered.empty()) {
      replayed.verdict = Verdict::NeedsAnswer;
    } else if (is_different(replayed)) {
      replayed.verdict = Verdict::Different;
    }
    count(std::move(replayed));
  }

  ReplayReport report() && {
    for (const std::string& name : of_.compare) {
      if (!seen_.contains(name)) report_.never_seen.push_back(name);
    }
    return std::move(report_);
  }

 private:
  static bool took_another_way(const ReplayedCase& replayed) {
    return replayed.other_order || !replayed.only_then.empty() || !replayed.only_now.empty();
  }

  static bool is_different(const ReplayedCase& replayed) {
    return took_another_way(replayed) || replayed.ended_then != replayed.ended_now || !replayed.changed.empty() ||
           replayed.cycle_then != replayed.cycle_now || replayed.missed_then != replayed.missed_now ||
           replayed.cost_then != replayed.cost_now || !replayed.left_over.empty();
  }

  void compare_variables(const bpmn::Variables& then, const bpmn::Variables& now, ReplayedCase& replayed) {
    const auto compare = [&](const std::string& name, bool with_values) {
      const bpmn::Data* before = find(then, name);
      const bpmn::Data* after = find(now, name);
      if (before != nullptr || after != nullptr) seen_.insert(name);
      if (are_equal(before, after)) return;
      replayed.changed.push_back(
          {.name = name, .then = with_values ? in_words(before) : "", .now = with_values ? in_words(after) : ""});
    };
    for (const std::string& name : of_.compare) compare(name, true);
    if (!of_.compare.empty()) return;
    for (const auto& [name, data] : then) compare(name, false);
  }

  void count(ReplayedCase replayed) {
    ++report_.cases;
    switch (replayed.verdict) {
      case Verdict::Same:
        ++report_.same;
        break;
      case Verdict::Different:
        ++report_.different;
        break;
      case Verdict::NeedsAnswer:
        ++report_.needs_answer;
        break;
      case Verdict::NotReplayable:
        ++report_.not_replayable;
        ++report_.why_not[replayed.why];
        break;
    }
    count_differences(replayed);
    if (replayed.verdict == Verdict::Same || replayed.verdict == Verdict::Different) count_totals(replayed);
    if (replayed.verdict != Verdict::Same && report_.shown.size() < ReplayReport::kShown) {
      report_.shown.push_back(std::move(replayed));
    }
  }

  void count_differences(const ReplayedCase& replayed) {
    report_.ended_otherwise += replayed.ended_then != replayed.ended_now ? 1 : 0;
    report_.other_way += took_another_way(replayed) ? 1 : 0;
    report_.other_cycle_time +=
        replayed.cycle_then && replayed.cycle_now && replayed.cycle_then != replayed.cycle_now ? 1 : 0;
    for (const Change& each : replayed.changed) ++report_.changed[each.name];
    for (const std::string& each : std::set(replayed.unanswered.begin(), replayed.unanswered.end())) {
      ++report_.unanswered[each];
    }
    for (const std::string& each : std::set(replayed.left_over.begin(), replayed.left_over.end())) {
      ++report_.left_over[each];
    }
  }

  void count_totals(const ReplayedCase& replayed) {
    report_.missed_then += replayed.missed_then;
    report_.missed_now += replayed.missed_now;
    if (replayed.cycle_then) report_.cycle_then.add(*replayed.cycle_then);
    if (replayed.cycle_now) report_.cycle_now.add(*replayed.cycle_now);
    if (!cost_) return;
    if (!replayed.cost_then || !replayed.cost_now) {
      ++report_.without_cost;
      return;
    }
    report_.cost_then = report_.cost_then + *replayed.cost_then;
    report_.cost_now = report_.cost_now + *replayed.cost_now;
  }

  const ReplayOf& of_;
  std::optional<Cost> cost_;
  const bpmn::Surroundings& surroundings_;
  Instant now_;
  ReplayReport report_;
  std::set<std::string, std::less<>> seen_;
};

Result<std::vector<ProcessVersion>> versions_of(db::Database& database, const std::string& process) {
  std::vector<ProcessVersion> versions;
  for (ProcessVersion& version : database.read(&all_versions)) {
    if (version.process == process) versions.push_back(std::move(version));
  }
  if (versions.empty()) {
    return Problem{"No process of this id is published.", process, "See: guildhall process list"};
  }
  return versions;
}

}  // namespace

Result<ReplayReport> replay_cases(db::Database& database, Definitions& definitions, const ReplayOf& of, Instant now) {
  const std::vector<ProcessVersion> versions = TRY(versions_of(database, of.process));
  if (of.period.until <= of.period.from) return Problem{"A period ends after it begins.", "", "Choose other days."};
  const bpmn::ReadOptions names = read_options();
  std::optional<bpmn::Definitions> file;
  if (!of.candidate.process.empty()) {
    file = TRY(bpmn::read_definitions(of.candidate.process, names));
    if (file->process(of.process) == nullptr) {
      return Problem{"This file has no process ‘" + of.process + "’.", "", "Give the candidate the process' id."};
    }
  }
  std::optional<Cost> cost;
  if (!of.cost.empty()) cost = TRY(Cost::read(of.cost, names));

  const bpmn::Definitions* candidate_file = file ? &*file : nullptr;
  Side then(TRY(ModelsOverTime::read(database, {})), ProcessesOverTime(database, definitions, nullptr),
            CalendarsOverTime::read(database, {}));
  Side candidate(TRY(ModelsOverTime::read(database, of.candidate.models)),
                 ProcessesOverTime(database, definitions, candidate_file),
                 CalendarsOverTime::read(database, of.candidate.calendar));
  const bpmn::Surroundings surroundings = candidate.world.surroundings(now);
  Replaying replaying(of, std::move(cost), surroundings, now);
  for (const ProcessVersion& version : versions) {
    for_each_case(database, definitions, version.number, of.period, [&](const ReadCase& read) {
      if (!read.unreadable.empty()) return replaying.count_unreadable(read.reference, read.unreadable);
      replay::Program program = read.recorded.instances[0].program;
      if (candidate_file != nullptr) program = {candidate_file, candidate_file->process(of.process)};
      replaying.count(read.reference, replay::replay(read.recorded, then.world, candidate.world, program, now));
    });
  }
  return std::move(replaying).report();
}

// ---- For programs

namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& all) {
  return json::array(all.begin(), all.end());
}

json::object counts(const std::map<std::string, std::uint64_t>& all) {
  json::object object;
  for (const auto& [name, count] : all) object[name] = count;
  return object;
}

json::value number(const std::optional<feel::Decimal>& number) {
  return number ? json::value(feel::to_text(feel::Value::number(*number))) : json::value(nullptr);
}

json::value seconds(const std::optional<std::chrono::microseconds>& time) {
  return time ? json::value(static_cast<double>(time->count()) / 1e6) : json::value(nullptr);
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::Same:
      return "same";
    case Verdict::Different:
      return "different";
    case Verdict::NeedsAnswer:
      return "needs answer";
    case Verdict::NotReplayable:
      return "not replayable";
  }
  return "";
}

json::object both(json::value then, json::value now) {
  return {{"then", std::move(then)}, {"now", std::move(now)}};
}

json::object of_case(const ReplayedCase& replayed) {
  json::object object{{"reference", replayed.reference}, {"verdict", word(replayed.verdict)}};
  if (replayed.verdict == Verdict::NotReplayable) {
    object["why"] = replayed.why;
    return object;
  }
  json::object changed;
  for (const Change& each : replayed.changed) changed[each.name] = both(json::value(each.then), json::value(each.now));
  object["ended"] = both(json::value(replayed.ended_then), json::value(replayed.ended_now));
  object["changed"] = std::move(changed);
  object["only"] = both(texts(replayed.only_then), texts(replayed.only_now));
  object["other_order"] = replayed.other_order;
  object["cycle_seconds"] = both(seconds(replayed.cycle_then), seconds(replayed.cycle_now));
  object["deadlines_missed"] = both(replayed.missed_then, replayed.missed_now);
  object["cost"] = both(number(replayed.cost_then), number(replayed.cost_now));
  object["unanswered"] = texts(replayed.unanswered);
  object["left_over"] = texts(replayed.left_over);
  return object;
}

}  // namespace

std::string to_json(const ReplayReport& report) {
  json::array shown;
  for (const ReplayedCase& each : report.shown) shown.push_back(of_case(each));
  const json::object object{{"cases", report.cases},
                            {"same", report.same},
                            {"different", report.different},
                            {"needs_answer", report.needs_answer},
                            {"not_replayable", report.not_replayable},
                            {"ended_otherwise", report.ended_otherwise},
                            {"other_way", report.other_way},
                            {"other_cycle_time", report.other_cycle_time},
                            {"changed", counts(report.changed)},
                            {"unanswered", counts(report.unanswered)},
                            {"left_over", counts(report.left_over)},
                            {"why_not_replayable", counts(report.why_not)},
                            {"deadlines_missed", both(report.missed_then, report.missed_now)},
                            {"median_cycle_seconds",
                             both(seconds(report.cycle_then.percentile(50)), seconds(report.cycle_now.percentile(50)))},
                            {"cost", both(number(report.cost_then), number(report.cost_now))},
                            {"without_cost", report.without_cost},
                            {"never_seen", texts(report.never_seen)},
                            {"shown", std::move(shown)}};
  return json::serialize(object);
}

}  // namespace guildhall::cases
