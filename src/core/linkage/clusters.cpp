#include "linkage/impl/clusters.h"
#include "base/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace guildhall::linkage {
namespace {

// What one contradicting pair can take away from the mean across two groups, and one agreeing pair add.
constexpr MilliBits kMostSaid = 12'000;

class Clusters {
 public:
  Clusters(const Table& table, const Scorer& scorer, const Model& model)
      : table_(table), scorer_(scorer), model_(model) {
    for (std::size_t i = 0; i < table.fields().size(); ++i) {
      if (table.fields()[i].kind == FieldKind::NhsNumber) nhs_field_ = static_cast<int>(i);
      if (table.fields()[i].kind == FieldKind::Forename) forename_field_ = static_cast<int>(i);
    }
    link_weight_ = milli_bits(model.link_weight);
  }

  // Every record that is not there yet is a cluster of its own.
  void grow() {
    const std::size_t known = parent_.size(), n = table_.records();
    if (parent_.capacity() < n) {
      parent_.reserve(n * 9 / 8);
      next_.reserve(n * 9 / 8);
      size_.reserve(n * 9 / 8);
      nhs_.reserve(n * 9 / 8);
    }
    parent_.resize(n);
    std::iota(parent_.begin() + static_cast<std::ptrdiff_t>(known), parent_.end(), static_cast<RecordIndex>(known));
    next_.insert(next_.end(), parent_.begin() + static_cast<std::ptrdiff_t>(known), parent_.end());
    size_.resize(n, 1);
    nhs_.resize(n);
    for (std::size_t record = known; record < n; ++record) nhs_[record] = own_nhs(static_cast<RecordIndex>(record));
  }

  void recluster(std::span<const RecordIndex> records, std::span<Edge> edges, std::span<const std::size_t> first_edges,
                 unsigned threads) {
    find_replaced();
    grow();
    constexpr std::size_t kChunk = 1'024;
    in_parallel(threads, (records.size() + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
      for (const RecordIndex record :
           records.subspan(chunk * kChunk).first(std::min(kChunk, records.size() - chunk * kChunk))) {
        parent_[record] = next_[record] = record;
        size_[record] = 1;
        nhs_[record] = own_nhs(record);
      }
    });
    if (!always_.empty()) {
      const std::set<RecordIndex> here(records.begin(), records.end());
      Linkage ignored;
      join_decided(ignored, [&](RecordIndex a, RecordIndex b) { return here.contains(a) && here.contains(b); });
    }
    in_parallel(threads, (first_edges.size() + kChunk - 1) / kChunk, [&](unsigned, std::size_t chunk) {
      Found found;
      for (std::size_t i = chunk * kChunk; i < std::min(first_edges.size(), (chunk + 1) * kChunk); ++i) {
        const std::size_t end = i + 1 < first_edges.size() ? first_edges[i + 1] : edges.size();
        join_component(edges.subspan(first_edges[i], end - first_edges[i]), found);
      }
    });
  }

  RecordIndex root(RecordIndex record) const { return find(record); }
  ClericalReason reason_of(const Edge& edge) const {
    return refusal_of_pair(edge).value_or(ClericalReason::DoubtfulWeight);
  }

  void read(const Decisions& decisions) {
    std::string scratch;
    for (const auto& [old_number, new_number] : decisions.superseded_nhs_numbers) {
      std::string from(canonical(FieldKind::NhsNumber, old_number, scratch));
      newer_.insert_or_assign(std::move(from), std::string(canonical(FieldKind::NhsNumber, new_number, scratch)));
    }
    find_replaced();
    grow();
    if (decisions.always_link.empty() && decisions.never_link.empty()) return;
    std::unordered_map<std::string_view, RecordIndex> by_id;
    for (RecordIndex record = 0; record < table_.records(); ++record) by_id.emplace(table_.id(record), record);
    const auto pairs = [&](const auto& ids, std::set<Pair>& out) {
      for (const auto& [a, b] : ids) {
        const auto x = by_id.find(a), y = by_id.find(b);
        if (x != by_id.end() && y != by_id.end() && x != y) out.insert(std::minmax(x->second, y->second));
      }
    };
    pairs(decisions.always_link, always_);
    pairs(decisions.never_link, never_);
    in_order_.assign(always_.begin(), always_.end());
    std::sort(in_order_.begin(), in_order_.end(), [&](const Pair& x, const Pair& y) { return ids_of(x) < ids_of(y); });
  }

  void run(std::vector<Edge> edges, unsigned threads, Linkage& result) {
    join_decided(result, [](RecordIndex, RecordIndex) { return true; });
    // Components of all pairs that may join: what happens in one is of no consequence for another.
    std::vector<RecordIndex> component(table_.records());
    std::iota(component.begin(), component.end(), RecordIndex{0});
    const auto root = [&](RecordIndex record) {
      while (component[record] != record) record = component[record] = component[component[record]];
      return record;
    };
    for (RecordIndex record = 0; record < table_.records(); ++record) {
      const RecordIndex x = root(record), y = root(find(record));
      if (x != y) component[std::max(x, y)] = std::min(x, y);
    }
    std::vector<Edge> weak;
    std::erase_if(edges, [&](const Edge& edge) {
      if (edge.weight >= link_weight_) return false;
      weak.push_back(edge);
      return true;
    });
    for (const Edge& edge : edges) {
      const RecordIndex x = root(edge.a), y = root(edge.b);
      if (x != y) component[std::max(x, y)] = std::min(x, y);
    }
    std::vector<KeyedEdge> keyed(edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i) {
      keyed[i] = static_cast<KeyedEdge>(root(edges[i].a)) << 32 | i;
    }
    std::sort(keyed.begin(), keyed.end());
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < keyed.size(); ++i) {
      if (i == 0 || keyed[i] >> 32 != keyed[i - 1] >> 32) begins.push_back(i);
    }
    begins.push_back(keyed.size());
    constexpr std::size_t kChunk = 1'024;
    const std::size_t chunks = (begins.size() - 1 + kChunk - 1) / kChunk;
    std::vector<Found> found(chunks);
    in_parallel(threads, chunks, [&](unsigned, std::size_t chunk) {
      std::vector<Edge> own;
      const std::size_t end = std::min(begins.size() - 1, (chunk + 1) * kChunk);
      for (std::size_t i = chunk * kChunk; i < end; ++i) {
        own.clear();
        for (std::size_t at = begins[i]; at < begins[i + 1]; ++at)
          own.push_back(edges[static_cast<std::uint32_t>(keyed[at])]);
        join_component(own, found[chunk]);
      }
    });
    std::vector<Question> questions;
    for (Found& part : found) {
      result.links.insert(result.links.end(), part.links.begin(), part.links.end());
      questions.insert(questions.end(), part.questions.begin(), part.questions.end());
    }
    for (const Edge& edge : weak) {
      if (find(edge.a) != find(edge.b)) questions.push_back({edge, reason_of(edge)});
    }
    result.cluster_of.resize(table_.records());
    std::vector<RecordIndex> least(table_.records(), ~RecordIndex{0});
    for (RecordIndex record = 0; record < table_.records(); ++record) {
      RecordIndex& first = least[find(record)];
      first = std::min(first, record);
      result.cluster_of[record] = first;
    }
    ask(std::move(questions), result);
  }

 private:
  using Pair = std::pair<RecordIndex, RecordIndex>;
  using KeyedEdge = std::uint64_t;
  struct Question {
    Edge edge;
    ClericalReason reason = ClericalReason::DoubtfulWeight;
  };
  struct Found {
    std::vector<Link> links;
    std::vector<Question> questions;
  };

  // What superseded numbers are now, among the values that the table has by now.
  void find_replaced() {
    if (nhs_field_ < 0) return;
    const Domain& domain = table_.domain(static_cast<std::size_t>(nhs_field_));
    replaced_.clear();
    std::map<std::string_view, ValueId> absent;  // A number that no record has is still a number of its own.
    for (const auto& [from, to] : newer_) {
      const ValueId old = domain.find_canonical(from);
      if (old == 0) continue;
      std::string_view last = to;
      for (std::size_t steps = 0; steps < newer_.size() && newer_.contains(last); ++steps)
        last = newer_.find(last)->second;
      ValueId number = domain.find_canonical(last);
      if (number == 0) number = absent.try_emplace(last, ~static_cast<ValueId>(absent.size())).first->second;
      replaced_[old] = number;
    }
  }

  ValueId own_nhs(RecordIndex record) const {
    if (nhs_field_ < 0) return 0;
    ValueId number = table_.row(record)[nhs_field_];
    if (number == 0 || !table_.domain(static_cast<std::size_t>(nhs_field_)).value(number).is_checked) return 0;
    if (const auto found = replaced_.find(number); found != replaced_.end()) number = found->second;
    return number;
  }

  RecordIndex find(RecordIndex record) const {
    while (parent_[record] != record) record = parent_[record];
    return record;
  }

  void join(RecordIndex x, RecordIndex y) {
    if (std::pair(size_[x], y) < std::pair(size_[y], x)) std::swap(x, y);
    parent_[y] = x;
    size_[x] += size_[y];
    if (nhs_[x] == 0) nhs_[x] = nhs_[y];
    std::swap(next_[x], next_[y]);  // Two rings become one.
  }

  template <class Visit>
  void each_member(RecordIndex x, Visit visit) const {
    RecordIndex record = x;
    do {
      if (!visit(record)) return;
      record = next_[record];
    } while (record != x);
  }

  template <class Wanted>
  void join_decided(Linkage& result, Wanted is_wanted) {
    for (const auto& [a, b] : in_order_) {
      if (!is_wanted(a, b)) continue;
      const RecordIndex x = find(a), y = find(b);
      if (x == y || never_.contains({a, b})) continue;
      if (different_nhs(x, y) || separated(x, y)) {
        const Pattern pattern = scorer_.pattern(table_.row(a), table_.row(b));
        const MilliBits weight = scorer_.weight(pattern, table_.row(a));
        result.clerical.push_back(
            {a, b, different_nhs(x, y) ? ClericalReason::DifferentNhsNumbers : ClericalReason::AgainstDecision,
             bits(weight), 1});
        continue;
      }
      join(x, y);
      result.links.push_back({a, b, bits(scorer_.weight(table_.row(a), table_.row(b))), true});
    }
  }

  bool different_nhs(RecordIndex x, RecordIndex y) const { return nhs_[x] != 0 && nhs_[y] != 0 && nhs_[x] != nhs_[y]; }

  bool separated(RecordIndex x, RecordIndex y) const {
    if (never_.empty()) return false;
    bool found = false;
    each_member(x, [&](RecordIndex a) {
      each_member(y, [&](RecordIndex b) {
        found = never_.contains(std::minmax(a, b));
        return !found;
      });
      return !found;
    });
    return found;
  }

  // Strongest first; ties by the ids, so that the order of the records makes no difference.
  bool is_before(const Edge& x, const Edge& y) const {
    if (x.weight != y.weight) return x.weight > y.weight;
    return ids_of({x.a, x.b}) < ids_of({y.a, y.b});
  }

  std::pair<std::string_view, std::string_view> ids_of(const Pair& pair) const {
    return std::minmax(table_.id(pair.first), table_.id(pair.second));
  }

  void join_component(std::span<Edge> edges, Found& found) {
    std::sort(edges.begin(), edges.end(), [&](const Edge& x, const Edge& y) { return is_before(x, y); });
    for (const Edge& edge : edges) {
      const RecordIndex x = find(edge.a), y = find(edge.b);
      if (x == y) continue;
      if (const auto refusal = refusal_of(edge, x, y)) {
        if (*refusal != ClericalReason::DifferentNhsNumbers || edge.weight < link_weight_ ||
            !scorer_.signs(edge.pattern, table_.row(edge.a), table_.row(edge.b)).forename_differs) {
          found.questions.push_back({edge, *refusal});
        }
      } else {
        join(x, y);
        found.links.push_back({edge.a, edge.b, bits(edge.weight), false});
      }
    }
  }

  std::optional<ClericalReason> refusal_of_pair(const Edge& edge) const {
    const ValueId* a = table_.row(edge.a);
    const ValueId* b = table_.row(edge.b);
    const PersonSigns signs = scorer_.signs(edge.pattern, a, b);
    const ValueId nhs_a = own_nhs(edge.a), nhs_b = own_nhs(edge.b);
    if (nhs_a != 0 && nhs_b != 0 && nhs_a != nhs_b) return ClericalReason::DifferentNhsNumbers;
    if (model_.tell_twins_apart && signs.number_without_person()) return ClericalReason::NumberWithoutPerson;
    if (model_.tell_twins_apart && signs.looks_like_twins()) return ClericalReason::LooksLikeTwins;
    if (model_.tell_twins_apart && forename_field_ >= 0 && !signs.shares_number &&
        (a[forename_field_] == 0 || b[forename_field_] == 0)) {
      return ClericalReason::NoForename;
    }
    if (edge.weight < link_weight_) return ClericalReason::DoubtfulWeight;
    return std::nullopt;
  }

  std::optional<ClericalReason> refusal_of(const Edge& edge, RecordIndex x, RecordIndex y) const {
    if (different_nhs(x, y)) return ClericalReason::DifferentNhsNumbers;
    if (separated(x, y)) return ClericalReason::AgainstDecision;
    if (always_.contains({edge.a, edge.b})) return std::nullopt;
    if (const auto refusal = refusal_of_pair(edge)) return refusal;
    if (size_[x] + size_[y] > model_.largest_cluster) return ClericalReason::ClusterTooLarge;
    if (size_[x] == 1 && size_[y] == 1) return std::nullopt;
    return refusal_across(x, y);
  }

  std::optional<ClericalReason> refusal_across(RecordIndex x, RecordIndex y) const {
    std::optional<ClericalReason> refusal;
    std::int64_t sum = 0;
    const bool two_names = model_.tell_twins_apart && has_one_forename(x) && has_one_forename(y);
    bool shares_number = false, slip_of_name = false;
    each_member(x, [&](RecordIndex a) {
      each_member(y, [&](RecordIndex b) {
        const ValueId* row_a = table_.row(a);
        const ValueId* row_b = table_.row(b);
        const Pattern pattern = scorer_.pattern(row_a, row_b);
        sum += std::clamp(scorer_.weight(pattern, row_a), -kMostSaid, kMostSaid);
        if (!always_.empty() && always_.contains(std::minmax(a, b))) return true;
        const PersonSigns signs = scorer_.signs(pattern, row_a, row_b);
        if (model_.tell_twins_apart && signs.number_without_person()) refusal = ClericalReason::NumberWithoutPerson;
        if (model_.tell_twins_apart && signs.looks_like_twins() && !is_vouched_for(a, y, b) &&
            !is_vouched_for(b, x, a)) {
          refusal = ClericalReason::LooksLikeTwins;
        }
        shares_number |= signs.shares_number;
        slip_of_name |= signs.forename_slip && signs.one_birth_date;
        return !refusal;
      });
      return !refusal;
    });
    // Sophia twice and Sophie twice: a slip of typing is not made twice.
    if (!refusal && two_names && slip_of_name && !shares_number) refusal = ClericalReason::LooksLikeTwins;
    if (!refusal && sum <= 0) refusal = ClericalReason::WeakBridge;
    return refusal;
  }

  // Whether at least two records have a forename, and all the same.
  bool has_one_forename(RecordIndex cluster) const {
    if (forename_field_ < 0 || size_[cluster] < 2) return false;
    ValueId name = 0;
    std::size_t with_name = 0;
    bool one = true;
    each_member(cluster, [&](RecordIndex record) {
      const ValueId own = table_.row(record)[forename_field_];
      if (own == 0) return true;
      ++with_name;
      one = name == 0 || name == own;
      name = own;
      return one;
    });
    return one && with_name >= 2;
  }

  // Whether another record of `other`'s cluster has a number in common with `other` and a forename with `record`: then
  // the different forename is explained. (Kate is Katherine by her NHS number, and Kathrine is Katherine.)
  bool is_vouched_for(RecordIndex record, RecordIndex cluster, RecordIndex other) const {
    bool vouched = false;
    const auto signs = [&](RecordIndex a, RecordIndex b) {
      return scorer_.signs(scorer_.pattern(table_.row(a), table_.row(b)), table_.row(a), table_.row(b));
    };
    each_member(cluster, [&](RecordIndex voucher) {
      if (voucher == other || !signs(voucher, other).shares_number) return true;
      const PersonSigns with_record = signs(voucher, record);
      vouched = with_record.forename_agrees && !with_record.looks_like_twins();
      return !vouched;
    });
    return vouched;
  }

  // Of the questions between two clusters, the strongest.
  void ask(std::vector<Question> questions, Linkage& result) const {
    std::sort(questions.begin(), questions.end(),
              [&](const Question& x, const Question& y) { return is_before(x.edge, y.edge); });
    std::set<Pair> asked;
    for (const ClericalPair& pair : result.clerical) asked.insert(std::minmax(find(pair.a), find(pair.b)));
    for (const Question& question : questions) {
      const RecordIndex x = find(question.edge.a), y = find(question.edge.b);
      if (x == y || never_.contains({question.edge.a, question.edge.b})) continue;
      // What a steward has said of two records settles it for their clusters, but for strong evidence against it.
      if (question.reason != ClericalReason::AgainstDecision && separated(x, y)) continue;
      if (!asked.insert(std::minmax(x, y)).second) continue;
      result.clerical.push_back({question.edge.a, question.edge.b, question.reason, bits(question.edge.weight),
                                 information_of(question.reason, question.edge.weight, size_[x], size_[y])});
    }
    std::stable_sort(result.clerical.begin(), result.clerical.end(),
                     [](const ClericalPair& x, const ClericalPair& y) { return x.information > y.information; });
  }

  const Table& table_;
  const Scorer& scorer_;
  const Model& model_;
  int nhs_field_ = -1, forename_field_ = -1;
  MilliBits link_weight_ = 0;
  std::map<std::string, std::string, std::less<>> newer_;  // Superseded numbers.
  std::unordered_map<ValueId, ValueId> replaced_;
  std::vector<RecordIndex> parent_, next_;  // next_: the ring of a cluster's members.
  std::vector<std::uint32_t> size_;         // By root.
  std::vector<ValueId> nhs_;                // By root: the cluster's valid NHS number.
  std::set<Pair> always_, never_;
  std::vector<Pair> in_order_;  // always_, by the ids.
};

}  // namespace

void cluster(const Table& table, const Scorer& scorer, const Model& model, const Decisions& decisions,
             std::vector<Edge> edges, unsigned threads, Linkage& result) {
  Clusters clusters(table, scorer, model);
  clusters.read(decisions);
  clusters.run(std::move(edges), threads, result);
}

std::vector<ClericalReason> reasons_of(const Table& table, const Scorer& scorer, const Model& model,
                                       const Decisions& decisions, std::span<const Edge> edges) {
  Clusters clusters(table, scorer, model);
  clusters.read(decisions);
  std::vector<ClericalReason> reasons;
  for (const Edge& edge : edges) reasons.push_back(clusters.reason_of(edge));
  return reasons;
}

double information_of(ClericalReason reason, MilliBits weight, std::size_t records, std::size_t other_records) {
  const double probability = 1 / (1 + std::exp2(-bits(weight)));
  // A pair that a rule refused is as open as its rule says, however great its weight.
  const double open = reason == ClericalReason::DoubtfulWeight ? probability : std::min(probability, 0.5);
  const double entropy = open <= 0 || open >= 1 ? 0 : -(open * std::log2(open) + (1 - open) * std::log2(1 - open));
  return entropy * static_cast<double>(records) * static_cast<double>(other_records);
}

struct LivingClusters::State {
  Clusters clusters;
};

LivingClusters::LivingClusters(const Table& table, const Scorer& scorer, const Model& model, const Decisions& decisions)
    : state_(new State{Clusters(table, scorer, model)}) {
  state_->clusters.read(decisions);
}
LivingClusters::~LivingClusters() = default;

void LivingClusters::recluster(std::span<const RecordIndex> records, std::span<Edge> edges,
                               std::span<const std::size_t> first_edges, unsigned threads) {
  state_->clusters.recluster(records, edges, first_edges, threads);
}
RecordIndex LivingClusters::root(RecordIndex record) const {
  return state_->clusters.root(record);
}

std::string_view name_of(ClericalReason reason) {
  constexpr std::array<std::string_view, 8> kNames = {
      "doubtful_weight", "number_without_person", "different_nhs_numbers", "looks_like_twins",
      "no_forename",     "weak_bridge",           "against_decision",      "cluster_too_large"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace guildhall::linkage
