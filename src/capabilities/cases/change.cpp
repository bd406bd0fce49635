#include "cases/change.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "bpmn/instance_codec.h"
#include "cases/impl/unit.h"
#include "feel/json.h"

namespace guildhall::cases {
namespace {

constexpr std::int64_t kBatch = 200;  // Instances in one transaction.
constexpr std::size_t kExamples = 5;  // Case references in a report, for each reason.
constexpr int kTries = 50;            // To store a step while others move the same instance on.

using PublishedVersion = std::shared_ptr<const Published>;

std::string in_quotes(std::string_view text) {
  return "‘" + std::string(text) + "’";
}

Result<void> require_reason(const Act& act) {
  if (!trimmed(act.why).empty()) return {};
  return Problem{"Say why: it is kept in the history of each case.", "", "For example: The fee has changed."};
}

const std::string& element_name(const bpmn::Node& node) {
  return node.name.empty() ? node.id : node.name;
}

// ---- Mappings as text

std::string to_json(const bpmn::Mapping& mapping) {
  feel::Memory memory;
  std::vector<feel::Entry> entries;
  for (const auto& [source, target] : mapping) entries.push_back({source, feel::Value::string(target)});
  return feel::to_json(feel::Value::context(memory, entries)).value();
}

// ---- Plans

struct Versions {
  PublishedVersion from;
  PublishedVersion to;
  bpmn::Plan plan;
};

Result<Versions> versions_of(Engine& engine, const NewPlan& asked) {
  auto from = TRY(engine.definitions().version(asked.process, asked.from));
  auto to = TRY(engine.definitions().version(asked.process, asked.to));
  if (asked.from == asked.to) {
    return Problem{"Both are the same version.", asked.process, "Name two different ones."};
  }
  auto plan = TRY(bpmn::plan_migration(*from->process, *to->process, asked.mapping));
  return Versions{std::move(from), std::move(to), std::move(plan)};
}

struct StoredPlan {
  std::int64_t from = 0;  // ProcessVersion::number
  std::int64_t to = 0;
  bool undone = false;
};

std::optional<StoredPlan> find_plan(db::Connection& connection, PlanId id) {
  return connection.query_one("SELECT from_version, to_version, undone_at FROM migration_plan WHERE id = $1", {id},
                              [](const db::Row& row) {
                                return StoredPlan{row.integer(0), row.integer(1), !row.is_null(2)};
                              });
}

// The same plan that was begun before, or a new one.
PlanId begin_plan(db::Connection& connection, const Versions& versions, const std::string& mapping, const Act& act,
                  Instant now) {
  const auto begun = connection.query_one(
      "SELECT id FROM migration_plan WHERE from_version = $1 AND to_version = $2 AND mapping = $3 AND undone_at IS "
      "NULL "
      "ORDER BY id LIMIT 1",
      {versions.from->version.number, versions.to->version.number, mapping},
      [](const db::Row& row) { return row.id<PlanId>(0); });
  if (begun) return *begun;
  const PlanId id = PlanId::make();
  connection.execute(
      "INSERT INTO migration_plan (id, from_version, to_version, mapping, decided_at, who, why) VALUES ($1, $2, $3, "
      "$4, "
      "$5, $6, $7)",
      {id, versions.from->version.number, versions.to->version.number, mapping, now, act.who, act.why});
  return id;
}

struct MigratedInstance {
  InstanceId instance;
  std::int64_t number = 0;
  std::string before;
  std::string after_sha256;
};

void add_migrated(db::Connection& connection, PlanId plan, const MigratedInstance& migrated) {
  connection.enqueue(
      "INSERT INTO migrated_instance (instance, number, plan, before, after_sha256) VALUES ($1, $2, $3, $4, $5)",
      {migrated.instance, migrated.number, plan, db::Blob{migrated.before}, db::Blob{migrated.after_sha256}});
}

// Not brought back yet, after an instance. The newest of each.
std::vector<MigratedInstance> migrated_by(db::Connection& connection, PlanId plan, InstanceId after) {
  std::vector<MigratedInstance> found;
  connection.query(
      "SELECT instance, number, before, after_sha256 FROM migrated_instance m WHERE plan = $1 AND undone IS NULL AND "
      "instance > $2 AND number = (SELECT max(number) FROM migrated_instance WHERE plan = $1 AND instance = m.instance "
      "AND undone IS NULL) ORDER BY instance LIMIT $3",
      {plan, after, kBatch}, [&](const db::Row& row) {
        found.push_back({row.id<InstanceId>(0), row.integer(1), std::string(row.blob(2)), std::string(row.blob(3))});
      });
  return found;
}

// ---- What a step changes besides what Unit stores

struct Difference {
  std::vector<bpmn::TimerDue> timers_gone;
  struct Renamed {
    bpmn::Id node = 0;
    std::string element;
    std::string name;
  };
  std::vector<Renamed> renamed;
  std::set<std::string> words;  // For people; each once for an instance.
};

Difference difference(const bpmn::Process& from, const bpmn::ProcessInstance& before, const bpmn::Process& to,
                      const bpmn::Step& step) {
  Difference found;
  const bpmn::ProcessInstance& after = step.next;
  const auto event_of = [](const bpmn::Process& process, const bpmn::ProcessInstance& instance, bpmn::Id id,
                           std::size_t wait) {
    return in_quotes(process.nodes[instance.find(id)->waits[wait].event].id);
  };
  const std::vector<bpmn::Expectation> since = bpmn::expectations(to, after);
  for (const bpmn::Expectation& timer : bpmn::expectations(from, before)) {
    if (timer.kind != bpmn::Expectation::Kind::Timer) continue;
    const auto same = [&](const bpmn::Expectation& each) {
      return each.kind == timer.kind && each.instance == timer.instance && each.wait == timer.wait &&
             each.due == timer.due;
    };
    if (std::ranges::any_of(since, same)) continue;
    found.timers_gone.push_back({timer.instance, timer.wait});
    found.words.insert("The timer of " + event_of(from, before, timer.instance, timer.wait) + " is withdrawn.");
  }
  for (const bpmn::NodeInstance& old : before.nodes) {
    const bpmn::NodeInstance* now = after.find(old.id);
    if (old.scope_events || now == nullptr) continue;
    const bpmn::Node& left = from.nodes[old.node];
    const bpmn::Node& node = to.nodes[now->node];
    if (left.id != node.id) found.words.insert(in_quotes(left.id) + " becomes " + in_quotes(node.id) + ".");
    if (left.type != bpmn::NodeType::UserTask || node.type != left.type || old.is_loop) continue;
    if (left.id == node.id && element_name(left) == element_name(node)) continue;
    found.renamed.push_back({old.id, node.id, element_name(node)});
  }
  for (const bpmn::Effect& effect : step.effects) {
    if (const auto* work = std::get_if<bpmn::WorkRequested>(&effect)) {
      found.words.insert("The work of " + in_quotes(to.nodes[work->node].id) + " is requested anew.");
    } else if (const auto* timer = std::get_if<bpmn::TimerSet>(&effect);
               timer != nullptr && after.find(timer->instance)) {
      found.words.insert("The timer of " + event_of(to, after, timer->instance, timer->wait) + " is set.");
    } else if (const auto* call = std::get_if<bpmn::ProcessCalled>(&effect)) {
      found.words.insert(in_quotes(call->process) + " is called.");
    } else if (std::holds_alternative<bpmn::Ended>(effect)) {
      found.words.insert("The process ends.");
    }
  }
  return found;
}

void store(db::Connection& connection, InstanceId instance, const Difference& changed) {
  for (const bpmn::TimerDue& timer : changed.timers_gone) remove_timer(connection, instance, timer);
  for (const auto& [node, element, name] : changed.renamed) rename_tasks(connection, instance, node, element, name);
}

// ---- What a report counts

class Tally {
 public:
  explicit Tally(Engine& engine) : engine_(engine) {}

  void count(const Difference& changed) {
    ++migrated_;
    for (const std::string& each : changed.words) ++changes_[each];
  }
  void refuse(InstanceId instance, const Problems& problems) {
    auto& [count, cases] = refused_[to_text(problems)];
    ++count;
    if (cases.size() >= kExamples) return;
    const auto reference = engine_.database().read([&](db::Connection& connection) {
      return connection.query_one(
          "SELECT reference FROM council_case WHERE id = (SELECT case_id FROM process_instance WHERE id = $1)",
          {instance}, [](const db::Row& row) { return std::string(row.text(0)); });
    });
    if (reference && std::ranges::find(cases, *reference) == cases.end()) cases.push_back(*reference);
  }
  MigrationReport report(PlanId plan) const {
    MigrationReport made{.plan = plan, .migrated = migrated_, .changes = {}, .refused = {}};
    for (const auto& [what, count] : changes_) made.changes.push_back({what, count});
    for (const auto& [why, found] : refused_) made.refused.push_back({why, found.first, found.second});
    std::ranges::stable_sort(made.refused, std::greater(), &MigrationReport::Refusal::instances);
    return made;
  }

 private:
  Engine& engine_;
  std::int64_t migrated_ = 0;
  std::map<std::string, std::int64_t> changes_;
  std::map<std::string, std::pair<std::int64_t, std::vector<std::string>>> refused_;
};

// ---- Moving many

struct Spoilt {};  // A transaction in the making holds half of an instance's step.

// Takes a step with each of several instances, together in one transaction.
class Mover {
 public:
  // What happens to an instance; nothing: it is no longer concerned.
  using Decide = std::function<Result<std::optional<bpmn::Step>>(const MigratedInstance&, const Unit::Standing&)>;
  // What else is stored: with the number of its entry in the history, and its content before and after.
  using Record = std::function<void(db::Connection&, const MigratedInstance&)>;

  Mover(Engine& engine, PublishedVersion to, const Act& act, std::string what, Decide decide, Record record)
      : engine_(engine),
        to_(std::move(to)),
        act_(act),
        what_(std::move(what)),
        decide_(std::move(decide)),
        record_(std::move(record)),
        tally_(engine) {}

  // Where somebody has moved one of them on in the meantime, each half is tried by itself.
  void move(std::span<const MigratedInstance> instances) {
    for (int tries = 1; !instances.empty(); ++tries) {
      try {
        return move_together(instances);
      } catch (const Spoilt&) {
        continue;
      } catch (const db::DatabaseError& error) {
        if (!error.violates(kMovedOn) || (instances.size() == 1 && tries == kTries)) throw;
      }
      if (instances.size() == 1) continue;
      move(instances.first(instances.size() / 2));
      instances = instances.subspan(instances.size() / 2);
    }
  }
  MigrationReport report(PlanId plan) const { return tally_.report(plan); }

 private:
  void move_together(std::span<const MigratedInstance> instances) {
    Unit unit(engine_, engine_.clock().now());
    std::vector<InstanceId> ids;
    for (const MigratedInstance& each : instances) ids.push_back(each.instance);
    unit.preload(ids);
    std::vector<std::pair<MigratedInstance, Difference>> moved;
    std::vector<std::pair<InstanceId, Problems>> refused;
    for (const MigratedInstance& each : instances) {
      auto done = move_one(unit, each);
      if (!done.ok()) {
        refused.emplace_back(each.instance, std::move(done).problems());
      } else if (*done) {
        moved.push_back(**std::move(done));
      }
    }
    for (auto& [each, changed] : moved) {
      each.after_sha256 = sha256(bpmn::encode(unit.standing(each.instance).value().state));
    }
    unit.commit([&](db::Connection& connection) -> Result<void> {
          for (const auto& [each, changed] : moved) {
            store(connection, each.instance, changed);
            record_(connection, each);
          }
          return {};
        })
        .value();
    for (const auto& [each, changed] : moved) tally_.count(changed);
    for (const auto& [instance, problems] : refused) tally_.refuse(instance, problems);
  }

  using Moved = std::optional<std::pair<MigratedInstance, Difference>>;
  Result<Moved> move_one(Unit& unit, MigratedInstance each) {
    if (const auto known = spoilt_.find(each.instance); known != spoilt_.end()) return known->second;
    const Unit::Standing standing = TRY(unit.standing(each.instance));
    auto step = TRY(decide_(each, standing));
    if (!step) return Moved();
    each.before = bpmn::encode(standing.state);
    Difference changed = difference(*standing.published->process, standing.state, *to_->process, *step);
    auto number = unit.take_step(each.instance, *std::move(step), to_, act_, what_);
    if (!number.ok()) {
      spoilt_.emplace(each.instance, std::move(number).problems());
      throw Spoilt();
    }
    each.number = *number;
    return Moved(std::pair(std::move(each), std::move(changed)));
  }

  Engine& engine_;
  PublishedVersion to_;
  Act act_;
  std::string what_;
  Decide decide_;
  Record record_;
  Tally tally_;
  std::map<InstanceId, Problems> spoilt_;  // Refused by what would follow from their step.
};

std::vector<MigratedInstance> next_running(Engine& engine, std::int64_t version, InstanceId after) {
  std::vector<MigratedInstance> found;
  for (const InstanceId id : engine.database().read(
           [&](db::Connection& connection) { return running_of_version(connection, version, after, kBatch); })) {
    found.push_back({.instance = id, .number = 0, .before = {}, .after_sha256 = {}});
  }
  return found;
}

// Computes and stores one step; again where somebody else has moved the instance on in the meantime.
template <class Compute>
auto in_unit(Engine& engine, const Compute& compute) -> std::invoke_result_t<Compute, Unit&> {
  for (int tries = 1;; ++tries) {
    try {
      Unit unit(engine, engine.clock().now());
      return compute(unit);
    } catch (const db::DatabaseError& error) {
      if (!error.violates(kMovedOn) || tries == kTries) throw;
    }
  }
}

}  // namespace

Result<bpmn::Mapping> mapping_from_json(std::string_view json) {
  feel::Memory memory;
  const feel::Value value = TRY(feel::from_json(json, {}, memory));
  const Problem wrong{"The mapping is not an object of texts.", "",
                      "Write the ids of elements, old and new: {\"check\": \"check_again\"}."};
  if (!value.is(feel::Kind::Context)) return wrong;
  bpmn::Mapping mapping;
  for (const feel::Entry& entry : value.context()) {
    if (!entry.value.is(feel::Kind::String)) return wrong;
    mapping.emplace(entry.key, entry.value.string());
  }
  return mapping;
}

// ---- Migrating

Result<MigrationReport> dry_run(Engine& engine, const NewPlan& asked) {
  const Versions versions = TRY(versions_of(engine, asked));
  const Instant now = engine.clock().now();
  Tally tally(engine);
  std::vector<InstanceId> ids{InstanceId()};
  while (true) {
    const InstanceId after = ids.back();
    const auto found = engine.database().read([&](db::Connection& connection) {
      ids = running_of_version(connection, versions.from->version.number, after, kBatch);
      return find_instances(connection, ids);
    });
    if (ids.empty()) return tally.report({});
    for (const StoredInstance& stored : found) {
      const auto before = bpmn::decode_instance(stored.content, *versions.from->process);
      if (!before.ok()) {
        tally.refuse(stored.id, before.problems());
        continue;
      }
      const auto step = bpmn::migrate(versions.plan, *versions.from->process, *versions.to->process, *before, now);
      if (step.ok()) {
        tally.count(difference(*versions.from->process, *before, *versions.to->process, *step));
      } else {
        tally.refuse(stored.id, step.problems());
      }
    }
  }
}

Result<MigrationReport> migrate(Engine& engine, const NewPlan& asked, const Act& act) {
  TRY(require_reason(act));
  const Versions versions = TRY(versions_of(engine, asked));
  const std::int64_t from = versions.from->version.number;
  const PlanId plan = engine.database().write([&](db::Connection& connection) {
    return begin_plan(connection, versions, to_json(asked.mapping), act, engine.clock().now());
  });
  Mover mover(
      engine, versions.to, act, "migrated to version " + std::to_string(asked.to) + ", plan " + plan.text(),
      [&](const MigratedInstance&, const Unit::Standing& standing) -> Result<std::optional<bpmn::Step>> {
        if (standing.stored.version != from || standing.stored.ended_at) return std::optional<bpmn::Step>();
        return std::optional(TRY(bpmn::migrate(versions.plan, *versions.from->process, *versions.to->process,
                                               standing.state, engine.clock().now())));
      },
      [&](db::Connection& connection, const MigratedInstance& each) { add_migrated(connection, plan, each); });
  for (auto batch = next_running(engine, from, {}); !batch.empty();
       batch = next_running(engine, from, batch.back().instance)) {
    mover.move(batch);
  }
  return mover.report(plan);
}

Result<MigrationReport> undo(Engine& engine, PlanId plan, const Act& act) {
  TRY(require_reason(act));
  const auto stored = engine.database().read([&](db::Connection& connection) { return find_plan(connection, plan); });
  if (!stored) return Problem{"There is no such migration.", plan.text(), "Its id was shown when it was done."};
  const PublishedVersion from = TRY(engine.definitions().version(stored->from));
  const PublishedVersion to = TRY(engine.definitions().version(stored->to));
  if (!stored->undone) {
    engine.database().write([&](db::Connection& connection) {
      connection.execute("UPDATE migration_plan SET undone_at = $2, undone_by = $3, undone_why = $4 WHERE id = $1",
                         {plan, engine.clock().now(), act.who, act.why});
    });
  }
  Mover mover(
      engine, from, act, "migrated back to version " + std::to_string(from->version.version) + ", plan " + plan.text(),
      [&](const MigratedInstance& each, const Unit::Standing& standing) -> Result<std::optional<bpmn::Step>> {
        if (standing.stored.version != to->version.number ||
            sha256(bpmn::encode(standing.state)) != each.after_sha256) {
          return Problem{"It has moved on since.", "", "Migrate it, or move it by hand."};
        }
        const bpmn::ProcessInstance before = TRY(bpmn::decode_instance(each.before, *from->process));
        return std::optional(
            TRY(bpmn::undo_migration(*from->process, *to->process, before, standing.state, engine.clock().now())));
      },
      [&](db::Connection& connection, const MigratedInstance& each) {
        connection.enqueue(
            "UPDATE migrated_instance SET undone = $3 WHERE plan = $1 AND instance = $2 AND undone IS NULL",
            {plan, each.instance, each.number});
      });
  const auto next = [&](InstanceId after) {
    return engine.database().read([&](db::Connection& connection) { return migrated_by(connection, plan, after); });
  };
  for (auto batch = next({}); !batch.empty(); batch = next(batch.back().instance)) mover.move(batch);
  return mover.report(plan);
}

// ---- By hand

namespace {

// "modified: cancelled ‘check’, started before ‘issue’, set ‘paid’"
std::string words_for(std::span<const bpmn::Modification> acts) {
  std::string text;
  const auto add = [&](std::string_view what, std::string_view id) {
    text += (text.empty() ? "modified: " : ", ") + std::string(what) + " " + in_quotes(id);
  };
  for (const bpmn::Modification& act : acts) {
    if (const auto* cancel = std::get_if<bpmn::Cancel>(&act)) add("cancelled", cancel->element);
    if (const auto* before = std::get_if<bpmn::StartBefore>(&act)) add("started before", before->element);
    if (const auto* after = std::get_if<bpmn::StartAfter>(&act)) add("started after", after->element);
    if (const auto* set = std::get_if<bpmn::SetVariables>(&act)) {
      for (const auto& [name, data] : set->variables) add("set", name);
    }
  }
  return text;
}

}  // namespace

Result<void> modify(Engine& engine, InstanceId instance, std::span<const bpmn::Modification> acts, const Act& act) {
  TRY(require_reason(act));
  if (acts.empty()) return Problem{"There is nothing to do.", "", "Say what to cancel, start or set."};
  return in_unit(engine, [&](Unit& unit) -> Result<void> {
    const Unit::Standing standing = TRY(unit.standing(instance));
    bpmn::Step step = TRY(bpmn::modify(*standing.published->process, standing.state, acts, unit.now()));
    const Difference changed =
        difference(*standing.published->process, standing.state, *standing.published->process, step);
    TRY(unit.take_step(instance, std::move(step), standing.published, act, words_for(acts)));
    return unit.commit([&](db::Connection& connection) -> Result<void> {
      store(connection, instance, changed);
      return {};
    });
  });
}

Result<Started> restart(Engine& engine, InstanceId ended, const Restart& how, const Act& act) {
  TRY(require_reason(act));
  return in_unit(engine, [&](Unit& unit) -> Result<Started> {
    const Unit::Standing standing = TRY(unit.standing(ended));
    if (standing.stored.caller) {
      return Problem{"Another process has called this one.", standing.published->version.process,
                     "Restart the case's own process, or modify the one that called it."};
    }
    const auto opened = engine.database().read(
        [&](db::Connection& connection) { return find_case(connection, standing.stored.case_id).value(); });
    const Problem runs{"This case still runs.", opened.reference, "Modify it, or cancel it first."};
    if (!standing.stored.ended_at) return runs;
    const PublishedVersion published =
        how.version == 0 ? standing.published
                         : TRY(engine.definitions().version(standing.published->version.process, how.version));
    const bpmn::Variables variables =
        standing.state.scopes.empty() ? bpmn::Variables() : standing.state.scopes[0].variables;
    bpmn::Step step = how.element.empty()
                          ? bpmn::advance(*published->process, {}, bpmn::Start{variables, ""}, unit.now())
                          : TRY(bpmn::begin_at(*published->process, variables, how.element, unit.now()));
    if (step.next.state == bpmn::ProcessInstance::State::Failed) {
      return Problem{"It fails at once: " + step.next.error, opened.reference,
                     "Begin elsewhere, or by another version."};
    }
    const InstanceId made = unit.add(opened.id, published);
    TRY(unit.take_step(made, std::move(step), published, act,
                       how.element.empty() ? "restarted" : "restarted before " + in_quotes(how.element)));
    TRY(unit.commit([&](db::Connection& connection) -> Result<void> {
      // Writes are serial: nobody else restarts it at the same time.
      if (!instances_of(connection, opened.id)[0].ended_at) return runs;
      reopen_case(connection, opened.id);
      note(connection, ended, act, "restarted", unit.now());
      return {};
    }));
    return Started{.case_id = opened.id, .instance = made, .reference = opened.reference};
  });
}

}  // namespace guildhall::cases
