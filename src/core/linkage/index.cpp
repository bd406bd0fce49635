#include "linkage/index.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/parallel.h"
#include "linkage/impl/blocks.h"
#include "linkage/impl/clusters.h"

namespace guildhall::linkage {
namespace {

constexpr RecordIndex kNone = ~RecordIndex{0};

// For each rule's slot, the records that have a key, in chains by the key's lower bits.
class KeyChains {
 public:
  void resize(std::size_t slots, std::size_t records) {
    slots_.resize(slots);
    if (slots == 0) return;
    if (slots_.front().first.size() >= records) {
      for (Slot& slot : slots_) slot.next.resize(records, kNone);
      return;
    }
    std::size_t size = 1024;
    while (size < records * 9 / 8) size *= 2;
    for (Slot& slot : slots_) {
      slot.first.assign(size, kNone);
      slot.next.assign(records, kNone);
    }
    must_fill_ = true;
  }
  // Whether the chains are empty again, and everything has to be put in.
  bool take_must_fill() { return std::exchange(must_fill_, false); }

  void put(std::size_t slot, BlockKey key, RecordIndex record) {
    RecordIndex& first = slots_[slot].first[place(slot, key)];
    slots_[slot].next[record] = first;
    first = record;
  }
  void take_out(std::size_t slot, BlockKey key, RecordIndex record) {
    RecordIndex* at = &slots_[slot].first[place(slot, key)];
    while (*at != kNone && *at != record) at = &slots_[slot].next[*at];
    if (*at == record) *at = slots_[slot].next[record];
  }
  RecordIndex first(std::size_t slot, BlockKey key) const { return slots_[slot].first[place(slot, key)]; }
  RecordIndex next(std::size_t slot, RecordIndex record) const { return slots_[slot].next[record]; }
  void prefetch_next(std::size_t slot, RecordIndex record) const { __builtin_prefetch(&slots_[slot].next[record]); }
  void prefetch(std::size_t slot, BlockKey key) const { __builtin_prefetch(&slots_[slot].first[place(slot, key)]); }

 private:
  struct Slot {
    std::vector<RecordIndex> first, next;
  };
  std::size_t place(std::size_t slot, BlockKey key) const { return key & (slots_[slot].first.size() - 1); }
  std::vector<Slot> slots_;
  bool must_fill_ = false;
};

}  // namespace

struct Index::State {
  Table table;
  Model model;
  std::function<Uuid()> make_id;
  unsigned threads = 1;
  RuleKeys keys;
  Scorer scorer;
  LivingClusters clusters;
  std::size_t slots = 0;
  std::size_t columns = 0;       // Of all fields.
  std::vector<BlockKey> key_of;  // By record, then slot.
  KeyChains chains;
  std::vector<bool> removed;
  std::size_t count_removed = 0;
  Dictionary ids;
  std::vector<RecordIndex> record_of_id{kNone};  // By number in `ids`.
  std::vector<std::uint32_t> seen;               // By record: the last round of recluster() that it took part in.
  std::uint32_t round = 0;
  std::vector<Edge> edges;                // An edge of a removed record stays in its place, and is passed over.
  std::vector<std::uint32_t> first_edge;  // By record: the newest of its edges; each edge names the next for both ends.
  std::vector<std::array<std::uint32_t, 2>> next_edge;
  std::vector<Uuid> id_of;                                   // By record: its cluster's.
  std::unordered_multimap<RecordIndex, RecordIndex> always;  // Both ways.

  State(Table table_in, Model model_in, const Decisions& decisions, std::function<Uuid()> make, unsigned with_threads)
      : table(std::move(table_in)),
        model(std::move(model_in)),
        make_id(std::move(make)),
        threads(with_threads),
        keys(model.blocking_rules, table),
        scorer(model, table),
        clusters(table, scorer, model, decisions),
        slots(keys.slots()) {
    for (const Field& field : table.fields()) columns += field.columns.size();
    for (RecordIndex record = 0; record < table.records(); ++record) name(record);
    for (const auto& [a, b] : decisions.always_link) {
      const RecordIndex x = record_named(a), y = record_named(b);
      if (x == kNone || y == kNone) continue;
      always.emplace(x, y);
      always.emplace(y, x);
    }
  }

  // Its id is this record's from now on; whose it was.
  RecordIndex name(RecordIndex record) {
    const ValueId id = ids.intern(table.id(record));
    if (id == record_of_id.size()) record_of_id.push_back(kNone);
    return std::exchange(record_of_id[id], record);
  }
  RecordIndex record_named(std::string_view id) const { return record_of_id[ids.find(id)]; }

  // Room and keys for the records from `first` on.
  void index_from(RecordIndex first) {
    const std::size_t n = table.records();
    if (removed.capacity() < n) {
      key_of.reserve(n * slots * 9 / 8);
      removed.reserve(n * 9 / 8);
      id_of.reserve(n * 9 / 8);
      first_edge.reserve(n * 9 / 8);
      seen.reserve(n * 9 / 8);
    }
    seen.resize(n, 0);
    keys.refresh();
    key_of.resize(n * slots);
    removed.resize(n, false);
    id_of.resize(n);
    first_edge.resize(n, kNone);
    constexpr std::size_t kChunk = 1'024;
    in_parallel(threads, (n - first + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
      const std::size_t begin = first + chunk * kChunk;
      for (std::size_t record = begin; record < std::min(n, begin + kChunk); ++record) {
        keys.keys(table.row(static_cast<RecordIndex>(record)), key_of.data() + record * slots);
      }
    });
    chains.resize(slots, n);
    const std::size_t from = chains.take_must_fill() ? 0 : first;
    in_parallel(threads, slots, [&](unsigned, std::size_t slot) {
      for (std::size_t record = from; record < n; ++record) {
        const BlockKey key = key_of[record * slots + slot];
        if (key != 0 && !removed[record]) chains.put(slot, key, static_cast<RecordIndex>(record));
      }
    });
  }

  // The records that agree with these keys on a rule, each once; those of blocks that are too large are left out.
  void candidates(const BlockKey* own, RecordIndex self, std::vector<RecordIndex>& out, std::size_t& skipped) const {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      if (own[slot] != 0) chains.prefetch(slot, own[slot]);
    }
    walk_single(own, self, out, skipped);
    for (std::size_t rule = 0; rule < model.blocking_rules.size(); ++rule) {
      const bool all_pairs = model.blocking_rules[rule].keys.empty();
      if (!all_pairs && keys.slots_of(rule) == 1) continue;
      for (std::size_t slot = keys.first_slot(rule); slot < keys.first_slot(rule) + keys.slots_of(rule); ++slot) {
        if (own[slot] == 0) continue;
        const std::size_t begin = out.size();
        // Of a rule with several words each may be found under another.
        for (std::size_t other = keys.first_slot(rule); other < keys.first_slot(rule) + keys.slots_of(rule); ++other) {
          for (RecordIndex at = chains.first(other, own[slot]); at != kNone; at = chains.next(other, at)) {
            if (at != self && key_of[at * slots + other] == own[slot]) out.push_back(at);
            if (!all_pairs && out.size() - begin >= model.largest_block) break;
          }
        }
        if (!all_pairs && out.size() - begin >= model.largest_block) {
          out.resize(begin);
          ++skipped;
        }
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }

  // The same of rules with one slot, a step in each chain in turn: what one needs is on its way meanwhile.
  void walk_single(const BlockKey* own, RecordIndex self, std::vector<RecordIndex>& out, std::size_t& skipped) const {
    struct Chain {
      std::size_t slot = 0;
      RecordIndex at = kNone;
      std::vector<RecordIndex> found = {};
    };
    thread_local std::vector<Chain> open;
    open.resize(model.blocking_rules.size());
    std::size_t count = 0;
    for (std::size_t rule = 0; rule < model.blocking_rules.size(); ++rule) {
      const std::size_t slot = keys.first_slot(rule);
      if (keys.slots_of(rule) != 1 || model.blocking_rules[rule].keys.empty() || own[slot] == 0) continue;
      open[count].slot = slot;
      open[count].at = chains.first(slot, own[slot]);
      open[count++].found.clear();
    }
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < count; ++i) {
        auto& [slot, at, found] = open[i];
        if (at == kNone) continue;
        if (at != self && key_of[at * slots + slot] == own[slot]) found.push_back(at);
        at = found.size() < model.largest_block ? chains.next(slot, at) : kNone;
        if (at == kNone) continue;
        more = true;
        __builtin_prefetch(&key_of[at * slots + slot]);
        chains.prefetch_next(slot, at);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (open[i].found.size() < model.largest_block) {
        out.insert(out.end(), open[i].found.begin(), open[i].found.end());
      } else {
        ++skipped;
      }
    }
  }

  void prefetch_chains(RecordIndex record) const {
    for (std::size_t slot = 0; slot < slots; ++slot) chains.prefetch(slot, key_of[record * slots + slot]);
  }
  void prefetch_first(RecordIndex record) const {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      const RecordIndex first = chains.first(slot, key_of[record * slots + slot]);
      if (first == kNone) continue;
      __builtin_prefetch(&key_of[first * slots + slot]);
      chains.prefetch_next(slot, first);
    }
  }

  std::vector<Edge> edges_of(std::span<const RecordIndex> records) {
    std::vector<std::vector<Edge>> found((records.size() + 255) / 256);
    const MilliBits least = milli_bits(model.review_weight);
    in_parallel(threads, found.size(), [&](unsigned, std::size_t chunk) {
      std::vector<RecordIndex> others;
      std::vector<RecordPair> pairs;
      std::size_t skipped = 0;
      for (std::size_t i = chunk * 256; i < std::min(records.size(), (chunk + 1) * 256); ++i) {
        // What the records after this one need is on its way meanwhile.
        if (i + 8 < records.size()) prefetch_chains(records[i + 8]);
        if (i + 4 < records.size()) prefetch_first(records[i + 4]);
        others.clear();
        candidates(key_of.data() + records[i] * slots, records[i], others, skipped);
        for (const RecordIndex other : others)
          pairs.push_back({std::min(records[i], other), std::max(records[i], other)});
      }
      std::vector<Pattern> patterns(pairs.size());
      scorer.patterns(pairs, patterns.data());
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const MilliBits weight = scorer.weight(patterns[i], table.row(pairs[i].a));
        if (weight >= least) found[chunk].push_back({pairs[i].a, pairs[i].b, weight, patterns[i]});
      }
    });
    std::vector<Edge> all;
    for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
    // Two new records have found each other.
    std::sort(all.begin(), all.end(),
              [](const Edge& x, const Edge& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
    all.erase(
        std::unique(all.begin(), all.end(), [](const Edge& x, const Edge& y) { return x.a == y.a && x.b == y.b; }),
        all.end());
    return all;
  }

  void keep(const std::vector<Edge>& more) {
    for (const Edge& edge : more) {
      const auto place = static_cast<std::uint32_t>(edges.size());
      edges.push_back(edge);
      next_edge.push_back({first_edge[edge.a], first_edge[edge.b]});
      first_edge[edge.a] = first_edge[edge.b] = place;
    }
  }

  template <class Visit>
  void each_edge(RecordIndex record, Visit visit) const {
    for (std::uint32_t at = first_edge[record]; at != kNone;) {
      const Edge& edge = edges[at];
      if (!removed[edge.a] && !removed[edge.b]) visit(edge);
      at = next_edge[at][edge.a == record ? 0 : 1];
    }
  }

  // Joins anew everything that hangs together with these records by edges that could join, and says what has changed.
  std::vector<Change> recluster(std::span<const RecordIndex> touched, std::span<const Uuid> gone) {
    const MilliBits link = milli_bits(model.link_weight);
    ++round;
    std::vector<RecordIndex> records;
    const auto reach = [&](RecordIndex record) {
      if (!removed[record] && std::exchange(seen[record], round) != round) records.push_back(record);
    };
    std::vector<Edge> inside;
    std::vector<std::size_t> first_edges;
    for (const RecordIndex start : touched) {
      std::size_t next = records.size();
      reach(start);
      if (next < records.size()) first_edges.push_back(inside.size());
      for (; next < records.size(); ++next) {
        const RecordIndex record = records[next];
        each_edge(record, [&](const Edge& edge) {
          if (edge.weight < link) return;
          if (edge.a == record) inside.push_back(edge);
          reach(edge.a == record ? edge.b : edge.a);
        });
        const auto [begin, end] = always.equal_range(record);
        for (auto at = begin; at != end; ++at) reach(at->second);
      }
    }
    clusters.recluster(records, inside, first_edges, threads);

    std::vector<std::pair<RecordIndex, RecordIndex>> by_root;
    for (const RecordIndex record : records) by_root.emplace_back(clusters.root(record), record);
    std::sort(by_root.begin(), by_root.end());
    for (std::size_t i = 0; i < records.size(); ++i) records[i] = by_root[i].second;
    std::vector<std::span<const RecordIndex>> made;
    for (std::size_t begin = 0, end = 0; begin < records.size(); begin = end) {
      while (end < records.size() && by_root[end].first == by_root[begin].first) ++end;
      made.emplace_back(records.data() + begin, end - begin);
    }
    return changes(made, gone);
  }

  // What has changed with these clusters, which get their ids.
  std::vector<Change> changes(std::span<const std::span<const RecordIndex>> made, std::span<const Uuid> gone) {
    std::unordered_map<Uuid, std::size_t> before(made.size());  // How many records a cluster had.
    for (const Uuid& id : gone) ++before[id];
    std::vector<Overlap> overlaps;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const std::size_t first = overlaps.size();
      std::string_view least = table.id(made[i].front());
      for (const RecordIndex record : made[i]) least = std::min(least, table.id(record));
      for (const RecordIndex record : made[i]) {
        if (id_of[record].is_nil()) continue;
        ++before[id_of[record]];
        const auto same = std::find_if(overlaps.begin() + static_cast<std::ptrdiff_t>(first), overlaps.end(),
                                       [&](const Overlap& overlap) { return overlap.previous == id_of[record]; });
        if (same != overlaps.end()) {
          ++same->records;
        } else {
          overlaps.push_back({i, id_of[record], 1, least});
        }
      }
    }
    std::vector<AssignedId> assigned = assign_ids(std::move(overlaps), made.size());

    std::vector<Change> changes;
    std::vector<std::span<const RecordIndex>> members;  // By change.
    std::unordered_set<Uuid> living(made.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
      const Uuid id = assigned[i].id ? *assigned[i].id : make_id();
      living.insert(id);
      living.insert(assigned[i].merged_ids.begin(), assigned[i].merged_ids.end());
      Change::Kind kind = Change::Kind::Created;
      if (assigned[i].fate == IdFate::Merged) kind = Change::Kind::Merged;
      if (assigned[i].fate == IdFate::Split) kind = Change::Kind::Split;
      std::size_t stayed = 0;
      for (const RecordIndex record : made[i]) stayed += std::exchange(id_of[record], id) == id;
      if (assigned[i].fate == IdFate::Kept) {
        const bool all_stayed = stayed == before[id];
        if (all_stayed && stayed == made[i].size()) continue;
        kind = all_stayed ? Change::Kind::Grown : Change::Kind::Shrunk;
      }
      changes.push_back({kind, id, std::move(assigned[i].merged_ids), assigned[i].split_from, {}});
      members.push_back(made[i]);
    }
    constexpr std::size_t kChunk = 256;
    in_parallel(threads, (changes.size() + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
      for (std::size_t i = chunk * kChunk; i < std::min(changes.size(), (chunk + 1) * kChunk); ++i) {
        for (const RecordIndex record : members[i]) changes[i].records.emplace_back(table.id(record));
        std::sort(changes[i].records.begin(), changes[i].records.end());
      }
    });
    for (const auto& [id, count] : before) {
      if (!living.contains(id)) changes.push_back({Change::Kind::Ended, id, {}, std::nullopt, {}});
    }
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.cluster < b.cluster; });
    return changes;
  }

  // Takes a record out of the chains. Its neighbours are touched.
  void take_out(RecordIndex record, std::vector<RecordIndex>& touched) {
    each_edge(record, [&](const Edge& edge) { touched.push_back(edge.a == record ? edge.b : edge.a); });
    for (std::size_t slot = 0; slot < slots; ++slot) {
      if (const BlockKey key = key_of[record * slots + slot]; key != 0) chains.take_out(slot, key, record);
    }
    removed[record] = true;
    ++count_removed;
  }
};

Index::Index(Table table, Model model, const Decisions& decisions, std::span<const PreviousMember> previous,
             std::function<Uuid()> make_id, unsigned threads)
    : state_(std::make_unique<State>(std::move(table), std::move(model), decisions, std::move(make_id), threads)) {
  State& state = *state_;
  state.table.make_room(0.125);
  state.index_from(0);
  for (const PreviousMember& member : previous) {
    if (const auto found = record(member.record)) state.id_of[*found] = member.cluster;
  }
  std::vector<RecordIndex> all(state.table.records());
  for (RecordIndex record = 0; record < all.size(); ++record) all[record] = record;
  // All pairs at once, as a full run finds them.
  {
    const Blocks blocks(state.table, state.model.blocking_rules, state.model.largest_block, threads);
    const MilliBits least = milli_bits(state.model.review_weight);
    std::vector<RecordPair> pairs;
    std::vector<Pattern> patterns;
    const auto flush = [&] {
      patterns.resize(pairs.size());
      state.scorer.patterns(pairs, patterns.data());
      std::vector<Edge> found;
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        const MilliBits weight = state.scorer.weight(patterns[i], state.table.row(pairs[i].a));
        if (weight >= least) found.push_back({pairs[i].a, pairs[i].b, weight, patterns[i]});
      }
      state.keep(found);
      pairs.clear();
    };
    for (std::size_t rule = 0; rule < blocks.rules().size(); ++rule) {
      blocks.each_pair(rule, 0, blocks.rules()[rule].blocks.size(), [&](RecordIndex a, RecordIndex b) {
        pairs.push_back({a, b});
        if (pairs.size() == 4'096) flush();
      });
    }
    flush();
  }
  (void)state.recluster(all, {});
  state.edges.reserve(state.edges.size() * 9 / 8);
  state.next_edge.reserve(state.edges.capacity());
}
Index::~Index() = default;

std::size_t Index::records() const {
  return state_->table.records() - state_->count_removed;
}
const Table& Index::table() const {
  return state_->table;
}
Uuid Index::cluster(RecordIndex record) const {
  return state_->id_of[record];
}
std::optional<RecordIndex> Index::record(std::string_view id) const {
  const RecordIndex found = state_->record_named(id);
  return found == kNone ? std::nullopt : std::optional(found);
}

Found Index::find(std::span<const std::string> cells, std::size_t most) {
  State& state = *state_;
  Found found;
  check(cells.size() == state.columns, "a record has one cell for each column of the model's fields");
  const std::vector<std::string_view> views(cells.begin(), cells.end());
  const auto mark = state.table.mark();
  const RecordIndex asked = state.table.add("", 0, views);
  state.keys.refresh();
  std::vector<BlockKey> own(state.slots);
  state.keys.keys(state.table.row(asked), own.data());
  std::vector<RecordIndex> others;
  state.candidates(own.data(), asked, others, found.skipped_blocks);
  found.compared = others.size();
  std::vector<RecordPair> pairs;
  for (const RecordIndex other : others) pairs.push_back({other, asked});
  std::vector<Pattern> patterns(pairs.size());
  state.scorer.patterns(pairs, patterns.data());
  std::vector<std::pair<MilliBits, RecordIndex>> ranked;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const MilliBits weight = state.scorer.weight(patterns[i], state.table.row(pairs[i].a));
    if (weight >= milli_bits(state.model.review_weight)) ranked.emplace_back(-weight, pairs[i].a);
  }
  std::sort(ranked.begin(), ranked.end());
  for (const auto& [weight, record] : ranked) {
    if (found.records.size() == most) break;
    found.records.push_back(
        {record, state.id_of[record], explain(state.table, state.model, state.scorer, record, asked)});
  }
  state.table.rollback(mark);
  state.keys.refresh();
  return found;
}

std::vector<Change> Index::add(std::span<const NewRecord> records) {
  State& state = *state_;
  const auto first = static_cast<RecordIndex>(state.table.records());
  std::vector<std::string_view> ids, cells;
  for (const NewRecord& record : records) {
    check(record.cells.size() == state.columns, "a record has one cell for each column of the model's fields");
    ids.push_back(record.id);
    cells.insert(cells.end(), record.cells.begin(), record.cells.end());
  }
  state.table.add(ids, 0, cells, state.threads);
  state.index_from(first);
  std::vector<RecordIndex> touched;
  for (RecordIndex record = first; record < state.table.records(); ++record) {
    if (const RecordIndex known = state.name(record); known != kNone) {
      state.take_out(known, touched);
      state.id_of[record] = state.id_of[known];
    }
    touched.push_back(record);
  }
  std::vector<RecordIndex> fresh;
  for (RecordIndex record = first; record < state.table.records(); ++record) {
    if (!state.removed[record]) fresh.push_back(record);
  }
  state.keep(state.edges_of(fresh));
  return state.recluster(touched, {});
}

std::vector<Change> Index::remove(std::span<const std::string> ids) {
  State& state = *state_;
  std::vector<RecordIndex> touched;
  std::vector<Uuid> gone;
  for (const std::string& id : ids) {
    if (const auto known = record(id)) {
      state.take_out(*known, touched);
      state.record_of_id[state.ids.find(id)] = kNone;
      gone.push_back(state.id_of[*known]);
    }
  }
  return state.recluster(touched, gone);
}

std::string_view name_of(Change::Kind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"created", "grown", "shrunk", "merged", "split", "ended"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace guildhall::linkage
