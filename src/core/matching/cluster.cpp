#include "matching/impl/cluster.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace guildhall::matching {
namespace {

class Clustering {
 public:
  Clustering(const Prepared& prepared, const Scorer& scorer, const Model& model,
             const std::vector<std::uint32_t>& ranks, LinkageResult& result)
      : prepared_(prepared),
        scorer_(scorer),
        model_(model),
        ranks_(ranks),
        result_(result),
        parent_(prepared.records.size()),
        members_(prepared.records.size()) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    for (std::uint32_t i = 0; i < members_.size(); ++i) members_[i] = {i};
  }

  void separate(const std::vector<DecidedPair>& never) {
    for (const DecidedPair& pair : never) never_.insert(ordered(pair.a, pair.b));
  }

  // Stewards' links come first, in the order of the keys, so that contradictions always fall the same way.
  void join_decided(std::vector<DecidedPair> always) {
    for (DecidedPair& pair : always) std::tie(pair.a, pair.b) = ordered(pair.a, pair.b);
    std::sort(always.begin(), always.end(), [&](const DecidedPair& x, const DecidedPair& y) {
      return std::pair(ranks_[x.a], ranks_[x.b]) < std::pair(ranks_[y.a], ranks_[y.b]);
    });
    for (const DecidedPair& pair : always) always_.insert({pair.a, pair.b});
    for (const DecidedPair& pair : always) {
      const std::uint32_t x = root(pair.a), y = root(pair.b);
      if (x == y) continue;
      const Assessment assessment = scorer_.assess(pair.a, pair.b);
      if (const auto refusal = refusal_of_decision(x, y)) {
        ask({pair.a, pair.b, assessment}, *refusal);
      } else {
        join(x, y, {pair.a, pair.b, assessment.weight, true});
      }
    }
  }

  // The strongest first.
  void join_weighed(std::vector<Edge> edges) {
    for (Edge& edge : edges) std::tie(edge.a, edge.b) = ordered(edge.a, edge.b);
    std::sort(edges.begin(), edges.end(), [&](const Edge& x, const Edge& y) {
      return std::tuple(-x.assessment.weight, ranks_[x.a], ranks_[x.b]) <
             std::tuple(-y.assessment.weight, ranks_[y.a], ranks_[y.b]);
    });
    edges_ = std::move(edges);
    index_edges();
    for (const Edge& edge : edges_) {
      const std::uint32_t x = root(edge.a), y = root(edge.b);
      if (x == y) continue;
      if (const auto refusal = refusal_of(edge, x, y)) {
        ask(edge, *refusal);
      } else {
        join(x, y, {edge.a, edge.b, edge.assessment.weight, false});
      }
    }
  }

  void finish() {
    for (std::uint32_t i = 0; i < parent_.size(); ++i) {
      if (root(i) != i) continue;
      std::sort(members_[i].begin(), members_[i].end());
      result_.clusters.push_back(std::move(members_[i]));
    }
    std::sort(result_.clusters.begin(), result_.clusters.end());
    finish_questions();
  }

 private:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  struct Question {
    Edge edge;
    ClericalReason reason = ClericalReason::DoubtfulWeight;
  };

  Pair ordered(std::uint32_t a, std::uint32_t b) const { return ranks_[a] < ranks_[b] ? Pair{a, b} : Pair{b, a}; }

  std::uint32_t root(std::uint32_t record) {
    while (parent_[record] != record) record = parent_[record] = parent_[parent_[record]];
    return record;
  }

  void join(std::uint32_t x, std::uint32_t y, Link link) {
    if (std::pair(members_[x].size(), y) < std::pair(members_[y].size(), x)) std::swap(x, y);
    parent_[y] = x;
    members_[x].insert(members_[x].end(), members_[y].begin(), members_[y].end());
    members_[y] = {};
    result_.links.push_back(link);
  }

  void ask(const Edge& edge, ClericalReason reason) { questions_.push_back({edge, reason}); }

  bool is_never(std::uint32_t a, std::uint32_t b) const { return !never_.empty() && never_.contains(ordered(a, b)); }
  bool is_always(std::uint32_t a, std::uint32_t b) const { return !always_.empty() && always_.contains(ordered(a, b)); }

  void index_edges() {
    edge_begin_.assign(parent_.size() + 1, 0);
    for (const Edge& edge : edges_) {
      ++edge_begin_[edge.a + 1];
      ++edge_begin_[edge.b + 1];
    }
    for (std::size_t i = 1; i < edge_begin_.size(); ++i) edge_begin_[i] += edge_begin_[i - 1];
    edges_of_.resize(edges_.size() * 2);
    std::vector<std::uint32_t> fill = edge_begin_;
    for (std::uint32_t i = 0; i < edges_.size(); ++i) {
      edges_of_[fill[edges_[i].a]++] = i;
      edges_of_[fill[edges_[i].b]++] = i;
    }
  }

  // Two different NHS numbers, and a steward's separation, stand above a steward's link.
  std::optional<ClericalReason> refusal_of_decision(std::uint32_t x, std::uint32_t y) const {
    for (const std::uint32_t a : members_[x]) {
      for (const std::uint32_t b : members_[y]) {
        if (is_never(a, b)) return ClericalReason::AgainstDecision;
        const Term mine = prepared_.records[a].nhs_number, yours = prepared_.records[b].nhs_number;
        if (mine != 0 && yours != 0 && mine != yours) return ClericalReason::DifferentNhsNumbers;
      }
    }
    return std::nullopt;
  }

  // Why a pair may not join its two clusters; nothing where it may.
  std::optional<ClericalReason> refusal_of(const Edge& edge, std::uint32_t x, std::uint32_t y) {
    if (const auto refusal = refusal_of_pair(edge.assessment)) return refusal;
    if (const auto refusal = refusal_of_decision(x, y)) return refusal;
    if (members_[x].size() + members_[y].size() > model_.largest_cluster) return ClericalReason::ClusterTooLarge;
    if (const auto refusal = refusal_across(x, y)) return refusal;
    if (!edge.assessment.shares_number() && (has_rival(edge, x, y) || has_rival(edge, y, x))) {
      return ClericalReason::Ambiguous;
    }
    return std::nullopt;
  }

  std::optional<ClericalReason> refusal_of_pair(const Assessment& pair) const {
    if (pair.different_nhs_numbers()) return ClericalReason::DifferentNhsNumbers;
    if (pair.number_without_person()) return ClericalReason::NumberWithoutPerson;
    if (pair.looks_like_twins()) return ClericalReason::LooksLikeTwins;
    if (!pair.shares_number() && pair.level(Field::Forename) == LevelKind::Missing) return ClericalReason::NoForename;
    if (pair.weight < model_.link_weight || (!pair.shares_number() && !pair.forename_agrees)) {
      return ClericalReason::DoubtfulWeight;
    }
    return std::nullopt;
  }

  // What two records of different clusters say against joining these. A steward's link of the two outweighs all.
  std::optional<ClericalReason> refusal_across(std::uint32_t x, std::uint32_t y) const {
    if (members_[x].size() == 1 && members_[y].size() == 1) {
      const Assessment pair = scorer_.assess(members_[x].front(), members_[y].front());
      return pair.different_upns() && !pair.shares_number() ? std::optional(ClericalReason::DifferentUpns)
                                                            : std::nullopt;
    }
    const bool one_nhs_number = share_nhs_number(x, y);
    for (const std::uint32_t a : members_[x]) {
      for (const std::uint32_t b : members_[y]) {
        const Assessment pair = scorer_.assess(a, b);
        if (is_always(a, b)) continue;
        if (pair.number_without_person()) return ClericalReason::NumberWithoutPerson;
        if (pair.different_upns() && !one_nhs_number) return ClericalReason::DifferentUpns;
        if (pair.looks_like_twins() && !is_vouched_for(a, y, b) && !is_vouched_for(b, x, a)) {
          return ClericalReason::LooksLikeTwins;
        }
      }
    }
    return std::nullopt;
  }

  bool share_nhs_number(std::uint32_t x, std::uint32_t y) const {
    const auto number = [&](std::uint32_t cluster) {
      for (const std::uint32_t record : members_[cluster]) {
        if (prepared_.records[record].nhs_number != 0) return prepared_.records[record].nhs_number;
      }
      return Term{0};
    };
    return number(x) != 0 && number(x) == number(y);
  }

  // Whether another record of `other`'s cluster has a number in common with `other` and a forename with `record`: then
  // the different forename is explained. (Kate is Katherine by her NHS number, and Kathrine is Katherine.)
  bool is_vouched_for(std::uint32_t record, std::uint32_t cluster, std::uint32_t other) const {
    return std::any_of(members_[cluster].begin(), members_[cluster].end(), [&](std::uint32_t voucher) {
      return voucher != other && scorer_.assess(voucher, other).shares_number() &&
             scorer_.assess(voucher, record).forename_agrees && !scorer_.assess(voucher, record).looks_like_twins();
    });
  }

  // Whether a record of cluster `x` fits, about as well as this edge does, a record of a third cluster that can't be one
  // person with cluster `y`.
  bool has_rival(const Edge& edge, std::uint32_t x, std::uint32_t y) {
    std::set<std::uint32_t> cleared;  // Clusters that may be one person with `y`.
    for (const std::uint32_t record : members_[x]) {
      for (std::uint32_t i = edge_begin_[record]; i < edge_begin_[record + 1]; ++i) {
        const Edge& rival = edges_[edges_of_[i]];
        if (rival.assessment.weight <= edge.assessment.weight - model_.ambiguity_weight) break;  // Strongest first.
        const std::uint32_t third = rival.a == record ? rival.b : rival.a;
        const std::uint32_t third_root = root(third);
        if (third_root == x || third_root == y || cleared.contains(third_root)) continue;
        if (rival.assessment.different_nhs_numbers() || rival.assessment.looks_like_twins()) continue;
        if (rival.assessment.number_without_person() || is_never(record, third)) continue;
        if (is_other_person(third_root, y)) return true;
        cleared.insert(third_root);
      }
    }
    return false;
  }

  bool is_other_person(std::uint32_t x, std::uint32_t y) const {
    for (const std::uint32_t a : members_[x]) {
      for (const std::uint32_t b : members_[y]) {
        if (is_never(a, b)) return true;
        const Assessment pair = scorer_.assess(a, b);
        if (pair.different_nhs_numbers() || pair.looks_like_twins()) return true;
        if (pair.different_upns() && !pair.shares_number()) return true;
      }
    }
    return false;
  }

  // Of the questions between two clusters, the strongest; none where there is nothing to decide.
  void finish_questions() {
    std::map<Pair, ClericalPair> by_clusters;
    for (const Question& question : questions_) {
      const Edge& edge = question.edge;
      const std::uint32_t x = root(edge.a), y = root(edge.b);
      if (x == y || is_never(edge.a, edge.b)) continue;
      if (edge.assessment.different_nhs_numbers() && edge.assessment.forename_differs) continue;  // Two children.
      // A pair that the steward did not name is refused because of one who is named: that is decided already.
      if (question.reason == ClericalReason::AgainstDecision && !is_always(edge.a, edge.b)) continue;
      const bool one_number = edge.assessment.shares_number() && edge.assessment.number_without_person();
      if (edge.assessment.weight < model_.review_weight && !one_number && !is_always(edge.a, edge.b)) continue;
      const ClericalPair pair{edge.a, edge.b, question.reason, edge.assessment.weight, {}};
      const auto [found, is_new] = by_clusters.try_emplace(std::minmax(x, y), pair);
      if (!is_new && is_before(pair, found->second)) found->second = pair;
    }
    for (auto& [clusters, pair] : by_clusters) {
      pair.explanation = scorer_.explain(pair.a, pair.b);
      result_.clerical.push_back(std::move(pair));
    }
    std::sort(result_.clerical.begin(), result_.clerical.end(),
              [&](const ClericalPair& x, const ClericalPair& y) { return is_before(x, y); });
  }

  bool is_before(const ClericalPair& x, const ClericalPair& y) const {
    return std::tuple(-x.weight, ranks_[x.a], ranks_[x.b], x.reason) <
           std::tuple(-y.weight, ranks_[y.a], ranks_[y.b], y.reason);
  }

  const Prepared& prepared_;
  const Scorer& scorer_;
  const Model& model_;
  const std::vector<std::uint32_t>& ranks_;
  LinkageResult& result_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::vector<std::uint32_t>> members_;  // By root.
  std::set<Pair> never_, always_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> edge_begin_, edges_of_;  // By record: its edges, the strongest first.
  std::vector<Question> questions_;
};

}  // namespace

void cluster(const Prepared& prepared, const Scorer& scorer, const Model& model,
             const std::vector<std::uint32_t>& ranks, std::vector<Edge> edges, std::vector<DecidedPair> always,
             const std::vector<DecidedPair>& never, LinkageResult& result) {
  Clustering clustering(prepared, scorer, model, ranks, result);
  clustering.separate(never);
  clustering.join_decided(std::move(always));
  clustering.join_weighed(std::move(edges));
  clustering.finish();
}

}  // namespace guildhall::matching
