#include "masterdata/match.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/log.h"
#include "base/parallel.h"
#include "linkage/ids.h"
#include "masterdata/impl/assembly.h"
#include "masterdata/impl/explanation.h"
#include "masterdata/impl/registers.h"
#include "masterdata/impl/row_id.h"
#include "masterdata/impl/store.h"
#include "matching/matching.h"

namespace guildhall::masterdata {
namespace {

using records::Entity;
using std::chrono::steady_clock;

// ---- What is there: one snapshot of the database

struct PreviousPair {
  std::int64_t id = 0;
  std::string state;
};

struct Snapshot {
  std::int64_t last_extract = 0;
  std::int64_t last_decision = 0;
  std::deque<Register> registers;
  std::deque<SourcePerson> persons;  // Those with a row in a table of persons, in the order of their first rows.
  Professionals professionals;
  std::int64_t rows_without_person = 0;

  // What the last run left.
  struct Crosswalk {
    GoldenRecordId golden;
    std::string rows;
    std::string reason;
    std::optional<double> weight;
  };
  std::unordered_map<SourceRecordId, Crosswalk> crosswalk;
  std::unordered_map<GoldenRecordId, std::size_t> golden_hashes;  // Of Golden::text(), current ones.
  std::unordered_map<SourceRecordId, std::string> involvements;   // InvolvementRow::text(), a line each.
  std::map<std::pair<SourceRecordId, SourceRecordId>, PreviousPair> pairs;
  std::vector<std::tuple<SourceRecordId, SourceRecordId, bool>> decisions;  // true: always; the newest of each pair.
};

struct LoadedExtract {
  std::int64_t id = 0;
  std::string source, format, sha256;
  Date as_of;
};

// Puts the current rows together, extract by extract, the oldest first.
class Gathering {
 public:
  explicit Gathering(Snapshot& snapshot) : snapshot_(snapshot) {}

  void extract(db::Connection& connection, const LoadedExtract& extract, std::size_t rank) {
    connection.query(
        "SELECT id, table_name, entity, record_key, cells FROM source_row"
        " WHERE id > $1 AND id <= $2 AND disposition = 'accepted' AND entity <> 'other' ORDER BY id",
        {before_rows_of(extract.id), last_row_of(extract.id)}, [&](const db::Row& row) {
          const Entity entity = *records::entity_named(row.text(2));
          if (entity == Entity::Professional || entity == Entity::Team) {
            snapshot_.professionals.add(extract.source, row.text(3), entity, row.text(4));
            return;
          }
          add(extract, rank, row.integer(0), row.text(1), entity, row.text(3), row.text(4));
        });
  }

  void finish() {
    for (Gathered& one : people_) {
      bool has_person = false;
      for (GatheredPart& part : one.parts) {
        if (!part.before.empty() && same(part.before, part.part.rows))
          part.part.rows = std::move(part.before), part.part.as_of = part.before_as_of;
        has_person = has_person || part.part.entity == Entity::Person;
      }
      if (!has_person) {
        for (const GatheredPart& part : one.parts)
          snapshot_.rows_without_person += static_cast<std::int64_t>(part.part.rows.size());
        continue;
      }
      SourcePerson& person = snapshot_.persons.emplace_back();
      person.in = one.in;
      person.record_key = std::move(one.record_key);
      for (GatheredPart& part : one.parts) person.parts.push_back(std::move(part.part));
    }
  }

 private:
  struct GatheredPart {
    std::uint32_t table = 0;
    std::size_t rank = 0;  // Of the extract that `part` is from.
    Part part;
    std::vector<CurrentRow> before;  // What extracts before that one said, and since when.
    Date before_as_of;
  };
  struct Gathered {
    const Register* in = nullptr;
    std::string record_key;
    std::vector<GatheredPart> parts;
  };

  static bool same(const std::vector<CurrentRow>& a, const std::vector<CurrentRow>& b) {
    return std::ranges::equal(a, b, {}, &CurrentRow::cells, &CurrentRow::cells);
  }

  void add(const LoadedExtract& extract, std::size_t rank, std::int64_t id, std::string_view table, Entity entity,
           std::string_view record_key, std::string_view cells) {
    if (table != last_table_ || extract.id != last_extract_) {
      last_table_ = table;
      last_extract_ = extract.id;
      table_number_ = tables_.emplace(table, static_cast<std::uint32_t>(tables_.size())).first->second;
      register_ = register_named({extract.source, register_of(extract.format, table, extract.sha256)});
    }
    const auto [found, is_new] =
        register_->second.try_emplace(std::string(record_key), static_cast<std::uint32_t>(people_.size()));
    if (is_new) people_.push_back({register_->first, std::string(record_key), {}});
    std::vector<GatheredPart>& parts = people_[found->second].parts;
    auto part = std::ranges::find(parts, table_number_, &GatheredPart::table);
    if (part == parts.end()) {
      parts.push_back({table_number_,
                       rank,
                       {.entity = entity, .as_of = extract.as_of, .last_said = extract.as_of, .rows = {}},
                       {},
                       {}});
      part = std::prev(parts.end());
    } else if (part->rank != rank) {
      if (part->before.empty() || !same(part->before, part->part.rows)) {
        part->before = std::move(part->part.rows);
        part->before_as_of = part->part.as_of;
      }
      part->rank = rank;
      part->part = {.entity = entity, .as_of = extract.as_of, .last_said = extract.as_of, .rows = {}};
    }
    part->part.rows.push_back({id, std::string(cells)});
  }

  using Keys = std::unordered_map<std::string, std::uint32_t>;  // Of one register: which person.

  std::pair<const Register*, Keys>* register_named(const Register& wanted) {
    for (auto& each : registers_) {
      if (*each.first == wanted) return &each;
    }
    return &registers_.emplace_back(&snapshot_.registers.emplace_back(wanted), Keys{});
  }

  Snapshot& snapshot_;
  std::deque<std::pair<const Register*, Keys>> registers_;
  std::unordered_map<std::string, std::uint32_t> tables_;
  std::deque<Gathered> people_;
  std::string last_table_;
  std::int64_t last_extract_ = -1;
  std::uint32_t table_number_ = 0;
  std::pair<const Register*, Keys>* register_ = nullptr;
};

void read_what_the_last_run_left(db::Connection& connection, Snapshot& snapshot) {
  std::unordered_map<GoldenRecordId, std::vector<std::pair<std::string, std::string>>> names;
  connection.query("SELECT golden_record, surname_key, birth_date FROM golden_name", {}, [&](const db::Row& row) {
    names[row.id<GoldenRecordId>(0)].emplace_back(row.text(1), row.text(2));
  });
  const auto text = [](const db::Row& row, int column) { return std::string(row.optional_text(column).value_or("")); };
  connection.query(
      "SELECT id, nhs_number, upn, surname_key, forename_key, birth_date, sex, restricted, attributes"
      " FROM golden_record WHERE replaced_by IS NULL",
      {}, [&](const db::Row& row) {
        const auto id = row.id<GoldenRecordId>(0);
        Golden golden{text(row, 1),        text(row, 2), text(row, 3),
                      text(row, 4),        text(row, 5), text(row, 6),
                      row.integer(7) == 1, text(row, 8), {}};
        if (const auto found = names.find(id); found != names.end()) golden.names = std::move(found->second);
        std::sort(golden.names.begin(), golden.names.end());
        snapshot.golden_hashes.emplace(id, std::hash<std::string>{}(golden.text()));
      });
  std::unordered_map<SourceRecordId, std::vector<std::string>> involvements;
  connection.query(
      "SELECT source_record, kind, worker, role, team, start_date, end_date, as_of FROM involvement", {},
      [&](const db::Row& row) {
        involvements[row.id<SourceRecordId>(0)].push_back(InvolvementRow{
            text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5), text(row, 6), row.date(7)}
                                                              .text());
      });
  for (auto& [id, lines] : involvements) {
    std::sort(lines.begin(), lines.end());
    std::string& all = snapshot.involvements[id];
    for (const std::string& line : lines) all += line + "\n";
  }
  connection.query("SELECT id, record_a, record_b, state FROM clerical_pair", {}, [&](const db::Row& row) {
    snapshot.pairs[{row.id<SourceRecordId>(1), row.id<SourceRecordId>(2)}] = {row.integer(0), std::string(row.text(3))};
  });
  std::map<std::pair<SourceRecordId, SourceRecordId>, bool> decisions;
  connection.query("SELECT record_a, record_b, decision, id FROM linkage_decision ORDER BY id", {},
                   [&](const db::Row& row) {
                     decisions[{row.id<SourceRecordId>(0), row.id<SourceRecordId>(1)}] = row.text(2) == "always";
                     snapshot.last_decision = row.integer(3);
                   });
  for (const auto& [pair, always] : decisions) snapshot.decisions.emplace_back(pair.first, pair.second, always);
}

Snapshot take_snapshot(db::Connection& connection) {
  Snapshot snapshot;
  std::vector<LoadedExtract> extracts;
  connection.query("SELECT id, source, format, sha256, as_of FROM extract WHERE state = 'loaded' ORDER BY as_of, id",
                   {}, [&](const db::Row& row) {
                     extracts.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                                         std::string(row.text(3)), row.date(4)});
                   });
  Gathering gathering(snapshot);
  for (std::size_t rank = 0; rank < extracts.size(); ++rank) {
    gathering.extract(connection, extracts[rank], rank);
    snapshot.last_extract = std::max(snapshot.last_extract, extracts[rank].id);
  }
  gathering.finish();

  // Known source records keep their ids.
  std::unordered_map<std::string, SourceRecordId> ids;
  connection.query(
      "SELECT id, source, register, record_key, rows, golden_record, link_reason, link_weight FROM source_record", {},
      [&](const db::Row& row) {
        const auto id = row.id<SourceRecordId>(0);
        const Register in{std::string(row.text(1)), std::string(row.text(2))};
        SourcePerson named;
        named.in = &in;
        named.record_key = row.text(3);
        ids.emplace(named.link_key(), id);
        snapshot.crosswalk.emplace(id, Snapshot::Crosswalk{row.id<GoldenRecordId>(5), std::string(row.text(4)),
                                                           std::string(row.text(6)), row.optional_real(7)});
      });
  for (SourcePerson& person : snapshot.persons) {
    const auto known = ids.find(person.link_key());
    person.id = known == ids.end() ? SourceRecordId::make() : known->second;
  }
  read_what_the_last_run_left(connection, snapshot);
  return snapshot;
}

// ---- What follows from it

// One golden record that has to be written, with those of its source records whose crosswalk changes.
struct Change {
  std::size_t cluster = 0;
  GoldenRecordId id;
  bool is_new = false;
  bool golden_changed = false;
  Golden golden;
  std::vector<GoldenRecordId> ended;  // Merged into this one.
  std::optional<GoldenRecordId> split_from;
  std::vector<std::size_t> members;  // Persons whose source_record row changes.
  std::vector<std::size_t> joined;   // Of these, those that are new to this golden record.
  std::size_t together_with = 0;     // Changes of one number are written in one transaction.
};

struct Evidence {
  std::string reason = "alone";
  std::optional<double> weight;
};

struct Plan {
  matching::LinkageResult linked;
  std::vector<Change> changes;
  std::vector<Evidence> evidence;  // By person.
};

double two_decimals(double weight) {
  return std::round(weight * 100) / 100;
}

std::vector<Evidence> evidence_of(const matching::LinkageResult& linked, std::size_t persons) {
  std::vector<Evidence> evidence(persons);
  for (const matching::Link& link : linked.links) {
    for (const std::uint32_t person : {link.a, link.b}) {
      Evidence& one = evidence[person];
      if (one.weight && *one.weight >= two_decimals(link.weight)) continue;
      if (one.reason != "decided") one.reason = link.decided ? "decided" : "linked";
      one.weight = two_decimals(link.weight);
    }
  }
  return evidence;
}

matching::Decisions decisions_by_key(const Snapshot& snapshot) {
  std::unordered_map<SourceRecordId, std::string> keys;
  for (const SourcePerson& person : snapshot.persons) {
    if (snapshot.crosswalk.contains(person.id)) keys.emplace(person.id, person.link_key());
  }
  matching::Decisions decisions;
  for (const auto& [a, b, always] : snapshot.decisions) {
    const auto key_a = keys.find(a);
    const auto key_b = keys.find(b);
    if (key_a == keys.end() || key_b == keys.end()) continue;
    (always ? decisions.always_link : decisions.never_link).emplace_back(key_a->second, key_b->second);
  }
  return decisions;
}

// Clusters that give records to one another change together.
void group(std::vector<Change>& changes, const Snapshot& snapshot, const matching::LinkageResult& linked) {
  std::vector<std::size_t> parent(changes.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::unordered_map<GoldenRecordId, std::size_t> first_with;
  const auto touch = [&](std::size_t change, GoldenRecordId golden) {
    const auto [found, is_new] = first_with.emplace(golden, change);
    if (!is_new) parent[root(change)] = root(found->second);
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    touch(i, changes[i].id);
    for (const std::uint32_t person : linked.clusters[changes[i].cluster]) {
      const auto before = snapshot.crosswalk.find(snapshot.persons[person].id);
      if (before != snapshot.crosswalk.end()) touch(i, before->second.golden);
    }
  }
  for (std::size_t i = 0; i < changes.size(); ++i) changes[i].together_with = root(i);
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.together_with < b.together_with; });
}

Result<Plan> make_plan(const Snapshot& snapshot, const MatchOptions& options, MatchReport::Stages& took) {
  const auto began = steady_clock::now();
  Plan plan;
  const auto& persons = snapshot.persons;
  {
    std::vector<matching::LinkRecord> records(persons.size());
    in_parallel(options.threads, persons.size(),
                [&](unsigned, std::size_t i) { records[i] = link_record(persons[i]); });
    took.preparing = steady_clock::now() - began;
    plan.linked = TRY(matching::link(records, matching::default_model(), decisions_by_key(snapshot),
                                     matching::Threads{options.threads}));
  }
  const auto linked_at = steady_clock::now();
  took.linking = linked_at - began - took.preparing;

  plan.evidence = evidence_of(plan.linked, persons.size());
  const auto& clusters = plan.linked.clusters;
  std::vector<linkage::AssignedId> assigned;
  {
    std::vector<linkage::PreviousMember> previous;
    std::vector<std::vector<std::string>> keys(clusters.size());
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      for (const std::uint32_t person : clusters[i]) {
        keys[i].push_back(persons[person].link_key());
        const auto before = snapshot.crosswalk.find(persons[person].id);
        if (before != snapshot.crosswalk.end()) previous.push_back({keys[i].back(), before->second.golden.uuid()});
      }
    }
    assigned = linkage::assign_ids(previous, keys);
  }

  std::vector<std::optional<Change>> changes(clusters.size());
  in_parallel(options.threads, clusters.size(), [&](unsigned, std::size_t i) {
    Change change;
    change.cluster = i;
    change.is_new = !assigned[i].id.has_value();
    if (assigned[i].id) change.id = GoldenRecordId(*assigned[i].id);
    for (const Uuid& ended : assigned[i].merged_ids) change.ended.emplace_back(ended);
    if (assigned[i].split_from) change.split_from = GoldenRecordId(*assigned[i].split_from);
    std::vector<const SourcePerson*> members;
    for (const std::uint32_t person : clusters[i]) {
      members.push_back(&persons[person]);
      const auto before = snapshot.crosswalk.find(persons[person].id);
      const bool joined = before == snapshot.crosswalk.end() || change.is_new || before->second.golden != change.id;
      const Evidence& evidence = plan.evidence[person];
      if (joined) change.joined.push_back(person);
      if (joined || before->second.rows != persons[person].row_ids() || before->second.reason != evidence.reason ||
          before->second.weight != evidence.weight) {
        change.members.push_back(person);
      }
    }
    change.golden = golden_of(members);
    const auto known = snapshot.golden_hashes.find(change.id);
    change.golden_changed = change.is_new || known == snapshot.golden_hashes.end() ||
                            known->second != std::hash<std::string>{}(change.golden.text());
    if (change.golden_changed || !change.members.empty() || !change.ended.empty()) changes[i] = std::move(change);
  });
  for (std::optional<Change>& change : changes) {
    if (!change) continue;
    if (change->is_new) change->id = GoldenRecordId::make();
    plan.changes.push_back(std::move(*change));
  }
  group(plan.changes, snapshot, plan.linked);
  took.surviving = steady_clock::now() - linked_at;
  return plan;
}

// ---- Writing it down

enum class Standing : std::uint8_t { Good, Overtaken, Decided };

// Whether what was computed may still be written.
Standing standing(db::Connection& connection, std::int64_t run, const Snapshot& snapshot) {
  return *connection.query_one(
      "SELECT (SELECT max(id) FROM match_run), COALESCE((SELECT max(id) FROM linkage_decision), 0)", {},
      [&](const db::Row& row) {
        if (row.integer(0) != run) return Standing::Overtaken;
        return row.integer(1) == snapshot.last_decision ? Standing::Good : Standing::Decided;
      });
}

std::string ids_of(const std::vector<std::size_t>& people, const Snapshot& snapshot) {
  std::string ids;
  for (const std::size_t person : people) ids += (ids.empty() ? "" : ",") + snapshot.persons[person].id.text();
  return ids;
}

void write_changes(db::Connection& connection, std::span<const Change> changes, const Snapshot& snapshot,
                   const Plan& plan, const Act& act) {
  GoldenStore store(connection, act);
  const auto new_records = connection.bulk_insert("source_record", {"id", "source", "register", "record_key", "rows",
                                                                    "golden_record", "link_weight", "link_reason"});
  for (const Change& change : changes) {
    if (change.is_new) {
      store.add(change.id, change.golden);
    } else if (change.golden_changed) {
      store.change(change.id, change.golden);
    }
    for (const GoldenRecordId ended : change.ended) {
      store.replace(ended, change.id);
      store.record({ended, "merged", change.id.text()});
      store.record({change.id, "merged", ended.text()});
    }
    if (change.split_from) {
      store.record({change.id, "split", change.split_from->text()});
      store.record({*change.split_from, "split", change.id.text()});
    } else if (change.is_new) {
      store.record({change.id, "created", ids_of(change.joined, snapshot)});
    } else if (!change.joined.empty()) {
      store.record({change.id, "linked", ids_of(change.joined, snapshot)});
    } else if (change.golden_changed) {
      store.record({change.id, "changed", ""});
    }
    for (const std::size_t i : change.members) {
      const SourcePerson& person = snapshot.persons[i];
      const Evidence& evidence = plan.evidence[i];
      if (snapshot.crosswalk.contains(person.id)) {
        connection.execute(
            "UPDATE source_record SET rows = $2, golden_record = $3, link_weight = $4, link_reason = $5 WHERE id = $1",
            {person.id, person.row_ids(), change.id, evidence.weight, evidence.reason});
      } else {
        new_records->add({person.id, person.in->source, person.in->name, person.record_key, person.row_ids(), change.id,
                          evidence.weight, evidence.reason});
      }
    }
  }
  new_records->finish();
  store.finish();
}

// Involvements belong to source records, whatever golden record these are in.
struct InvolvementChange {
  SourceRecordId record;
  bool had_some = false;
  std::vector<InvolvementRow> rows;
};

std::vector<InvolvementChange> involvement_changes(const Snapshot& snapshot) {
  std::vector<InvolvementChange> changes;
  for (const SourcePerson& person : snapshot.persons) {
    InvolvementChange change{
        .record = person.id, .had_some = false, .rows = involvements_of(person, snapshot.professionals)};
    std::vector<std::string> lines;
    for (const InvolvementRow& row : change.rows) lines.push_back(row.text() + "\n");
    std::sort(lines.begin(), lines.end());
    const std::string now = std::accumulate(lines.begin(), lines.end(), std::string());
    const auto before = snapshot.involvements.find(person.id);
    change.had_some = before != snapshot.involvements.end();
    if (now != (change.had_some ? before->second : std::string())) changes.push_back(std::move(change));
  }
  return changes;
}

void write_involvements(db::Connection& connection, std::span<const InvolvementChange> changes) {
  for (const InvolvementChange& change : changes) {
    if (change.had_some) connection.execute("DELETE FROM involvement WHERE source_record = $1", {change.record});
  }
  const auto rows = connection.bulk_insert(
      "involvement", {"source_record", "kind", "worker", "role", "team", "start_date", "end_date", "as_of"});
  for (const InvolvementChange& change : changes) {
    for (const InvolvementRow& row : change.rows) {
      rows->add({change.record, or_null(row.kind), row.worker, row.role, row.team, or_null(row.start), or_null(row.end),
                 row.as_of});
    }
  }
  rows->finish();
}

// The clerical queue: what is doubtful now. Pairs that no longer are, are withdrawn; what stewards decided stays.
void write_pairs(db::Connection& connection, const Snapshot& snapshot, const Plan& plan, std::int64_t run) {
  auto gone = snapshot.pairs;
  const auto added = connection.bulk_insert(
      "clerical_pair", {"record_a", "record_b", "weight", "reason", "explanation", "state", "run"});
  for (const matching::ClericalPair& pair : plan.linked.clerical) {
    SourceRecordId a = snapshot.persons[pair.a].id;
    SourceRecordId b = snapshot.persons[pair.b].id;
    if (b < a) std::swap(a, b);
    const auto known = snapshot.pairs.find({a, b});
    if (known == snapshot.pairs.end()) {
      added->add({a, b, two_decimals(pair.weight), matching::name_of(pair.reason), explanation_text(pair.explanation),
                  "open", run});
      continue;
    }
    gone.erase({a, b});
    if (known->second.state == "withdrawn") {
      connection.execute(
          "UPDATE clerical_pair SET state = 'open', weight = $2, reason = $3, explanation = $4, run = $5 WHERE id = $1",
          {known->second.id, two_decimals(pair.weight), matching::name_of(pair.reason),
           explanation_text(pair.explanation), run});
    }
  }
  added->finish();
  for (const auto& [records, pair] : gone) {
    if (pair.state == "open" || pair.state == "unsure") {
      connection.execute("UPDATE clerical_pair SET state = 'withdrawn', run = $2 WHERE id = $1", {pair.id, run});
    }
  }
}

// Everything, in transactions of some thousand people. Says where it had to stop.
Standing write_all(db::Database& database, const Snapshot& snapshot, const Plan& plan, const MatchOptions& options,
                   const Act& act) {
  const auto guarded = [&](const auto& work) {
    return database.write([&](db::Connection& connection) {
      const Standing now = standing(connection, act.run, snapshot);
      if (now == Standing::Good) work(connection);
      return now;
    });
  };
  for (std::size_t begin = 0; begin < plan.changes.size();) {
    std::size_t end = std::min(plan.changes.size(), begin + options.people_per_commit);
    while (end < plan.changes.size() && plan.changes[end].together_with == plan.changes[end - 1].together_with) ++end;
    const auto chunk = std::span(plan.changes).subspan(begin, end - begin);
    const Standing now =
        guarded([&](db::Connection& connection) { write_changes(connection, chunk, snapshot, plan, act); });
    if (now != Standing::Good) return now;
    begin = end;
  }
  const std::vector<InvolvementChange> involvements = involvement_changes(snapshot);
  for (std::size_t begin = 0; begin < involvements.size(); begin += options.people_per_commit) {
    const auto chunk =
        std::span(involvements).subspan(begin, std::min(options.people_per_commit, involvements.size() - begin));
    const Standing now = guarded([&](db::Connection& connection) { write_involvements(connection, chunk); });
    if (now != Standing::Good) return now;
  }
  return guarded([&](db::Connection& connection) { write_pairs(connection, snapshot, plan, act.run); });
}

void finish_run(db::Connection& connection, MatchReport& report, Instant now) {
  const auto count = [&](std::string_view sql) {
    return *connection.query_one(sql, {}, [](const db::Row& row) { return row.integer(0); });
  };
  report.golden_records = count("SELECT count(*) FROM golden_record WHERE replaced_by IS NULL");
  report.open_pairs = count("SELECT count(*) FROM clerical_pair WHERE state = 'open'");
  connection.execute(
      "UPDATE match_run SET finished_at = $2, source_records = $3, golden_records = $4, created = $5, changed = $6,"
      " merged = $7, split = $8, open_pairs = $9 WHERE id = $1",
      {report.run, now, report.source_records, report.golden_records, report.created, report.changed, report.merged,
       report.split, report.open_pairs});
}

}  // namespace

Result<MatchReport> match(db::Database& database, const MatchOptions& options, const Clock& clock) {
  constexpr int kAttempts = 5;
  MatchReport report;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto began = steady_clock::now();
    const Snapshot snapshot = database.read(take_snapshot);
    report.took.reading += steady_clock::now() - began;
    report.run = database.write([&](db::Connection& connection) {
      return *connection.query_one(
          "INSERT INTO match_run (started_at, last_extract, last_decision) VALUES ($1, $2, $3) RETURNING id",
          {clock.now(), snapshot.last_extract, snapshot.last_decision},
          [](const db::Row& row) { return row.integer(0); });
    });
    const Plan plan = TRY(make_plan(snapshot, options, report.took));

    const auto computed = steady_clock::now();
    const Act act{.by = "matching", .why = "", .at = clock.now(), .run = report.run};
    const Standing end = write_all(database, snapshot, plan, options, act);
    if (end == Standing::Overtaken) {
      return Problem{"Another matching run was started after this one, and goes on in its place.", "",
                     "Wait until it has finished."};
    }
    for (const Change& change : plan.changes) {
      report.created += change.is_new && !change.split_from ? 1 : 0;
      report.split += change.split_from ? 1 : 0;
      report.changed += change.is_new ? 0 : 1;
      report.merged += static_cast<std::int64_t>(change.ended.size());
    }
    if (end == Standing::Decided) continue;
    report.source_records = static_cast<std::int64_t>(snapshot.persons.size());
    report.rows_without_person = snapshot.rows_without_person;
    database.write([&](db::Connection& connection) { finish_run(connection, report, clock.now()); });
    report.took.writing = steady_clock::now() - computed;
    log(LogLevel::Info, "match.finished",
        {{"run", report.run},
         {"source_records", report.source_records},
         {"golden_records", report.golden_records},
         {"created", report.created},
         {"changed", report.changed},
         {"merged", report.merged},
         {"split", report.split},
         {"open_pairs", report.open_pairs},
         {"took", steady_clock::now() - began}});
    return report;
  }
  return Problem{"Decisions about records came in while the matching was computed, several times.", "",
                 "Run the matching again when fewer people are reviewing pairs."};
}

}  // namespace guildhall::masterdata
