#include "linkage/evaluate.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "linkage/impl/scorer.h"

namespace guildhall::linkage {
namespace {

Quality quality(double right, double taken, double all) {
  Quality quality;
  quality.precision = taken == 0 ? 1 : right / taken;
  quality.recall = all == 0 ? 1 : right / all;
  quality.f1 = taken + all == 0 ? 1 : 2 * right / (taken + all);
  return quality;
}

// One number for two, as good as different for different ones.
std::uint64_t both_of(std::uint64_t a, std::uint64_t b) {
  return mixed(mixed(a ^ 0x9e3779b97f4a7c15ULL, 0xa0761d6478bd642fULL), b ^ 0xe7037ed1a0b428dbULL) | 1;
}

// Pairs of records with one number, by number; across files, of different files.
double pairs_of(const Table& table, std::span<const std::uint64_t> numbers, Pairing pairing) {
  std::unordered_map<std::uint64_t, std::uint64_t> counts, by_file;
  for (RecordIndex record = 0; record < numbers.size(); ++record) {
    if (numbers[record] == 0) continue;
    ++counts[numbers[record]];
    if (pairing == Pairing::AcrossFiles) ++by_file[both_of(numbers[record], table.file(record))];
  }
  double pairs = 0;
  const auto within = [](double count) { return count * (count - 1) / 2; };
  for (const auto& [number, count] : counts) pairs += within(static_cast<double>(count));
  for (const auto& [number, count] : by_file) pairs -= within(static_cast<double>(count));
  return pairs;
}

}  // namespace

Evaluation evaluate(const Table& table, const Model& model, const Linkage& linked, std::span<const WeighedPair> pairs,
                    std::span<const std::uint64_t> truth, std::span<const std::uint64_t> households, Pairing pairing) {
  Evaluation result;
  const double all = pairs_of(table, truth, pairing);
  result.true_pairs = static_cast<std::size_t>(all);
  const auto is_right = [&](RecordIndex a, RecordIndex b) { return truth[a] != 0 && truth[a] == truth[b]; };
  const auto is_known = [&](RecordIndex a, RecordIndex b) { return truth[a] != 0 && truth[b] != 0; };

  std::vector<std::pair<MilliBits, bool>> weighed;
  weighed.reserve(pairs.size());
  for (const WeighedPair& pair : pairs) {
    if (is_known(pair.a, pair.b)) weighed.emplace_back(pair.weight, is_right(pair.a, pair.b));
  }
  std::sort(weighed.begin(), weighed.end(), [](const auto& a, const auto& b) { return a > b; });
  const MilliBits own = milli_bits(model.link_weight);
  double right = 0, taken = 0;
  for (std::size_t i = 0; i < weighed.size(); ++i) {
    right += weighed[i].second;
    ++taken;
    if (i + 1 < weighed.size() && weighed[i + 1].first == weighed[i].first) continue;
    Quality here = quality(right, taken, all);
    here.weight = bits(weighed[i].first);
    if (weighed[i].first >= own) result.pair_own = here;
    if (here.f1 > result.pair_best.f1) result.pair_best = here;
    if (here.precision >= 0.999) result.recall_at_precision_999 = std::max(result.recall_at_precision_999, here.recall);
  }
  result.pair_own.weight = model.link_weight;
  result.blocking_recall = all == 0 ? 1 : right / all;

  // Clusters, as pairs of records in one.
  std::vector<std::uint64_t> cluster(linked.cluster_of.begin(), linked.cluster_of.end());
  std::vector<std::uint64_t> both(cluster.size(), 0);
  for (std::size_t record = 0; record < cluster.size(); ++record) {
    ++cluster[record];  // 0 means none.
    if (truth[record] == 0) {
      cluster[record] = 0;
      continue;
    }
    both[record] = both_of(truth[record], cluster[record]);
  }
  result.cluster_own = quality(pairs_of(table, both, pairing), pairs_of(table, cluster, pairing), all);
  result.cluster_own.weight = model.link_weight;

  // Links join the strongest first, so that those from a weight on are what a link weight so high would have made.
  std::vector<Link> links = linked.links;
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.weight > b.weight; });
  std::vector<std::vector<RecordIndex>> members(table.records());
  std::vector<RecordIndex> home(table.records());
  for (RecordIndex record = 0; record < table.records(); ++record) members[home[record] = record] = {record};
  right = taken = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    RecordIndex into = home[links[i].a], from = home[links[i].b];
    if (members[into].size() < members[from].size()) std::swap(into, from);
    for (const RecordIndex a : members[from]) {
      for (const RecordIndex b : members[into]) {
        if (!is_known(a, b) || (pairing == Pairing::AcrossFiles && table.file(a) == table.file(b))) continue;
        ++taken;
        right += is_right(a, b);
      }
    }
    for (const RecordIndex record : members[from]) home[record] = into;
    members[into].insert(members[into].end(), members[from].begin(), members[from].end());
    members[from].clear();
    if (i + 1 < links.size() && links[i + 1].weight == links[i].weight) continue;
    const Quality here = quality(right, taken, all);
    if (here.precision >= 0.999) {
      result.cluster_recall_at_precision_999 = std::max(result.cluster_recall_at_precision_999, here.recall);
    }
  }

  if (!households.empty()) {
    int born = -1;
    for (std::size_t i = 0; i < table.fields().size(); ++i) {
      if (table.fields()[i].kind == FieldKind::BirthDate) born = static_cast<int>(i);
    }
    if (born < 0) return result;
    // A person's birth date: the one that most rows have.
    struct Person {
      std::map<ValueId, int> dates;
      std::uint64_t household = 0;
      std::vector<RecordIndex> records;
    };
    std::unordered_map<std::uint64_t, Person> persons;
    for (RecordIndex record = 0; record < truth.size(); ++record) {
      if (truth[record] == 0) continue;
      Person& person = persons[truth[record]];
      person.household = households[record];
      person.records.push_back(record);
      if (const ValueId date = table.row(record)[born]; date != 0) ++person.dates[date];
    }
    std::map<std::pair<std::uint64_t, ValueId>, std::vector<const Person*>> births;
    for (const auto& [number, person] : persons) {
      if (person.dates.empty() || person.household == 0) continue;
      const auto most = std::max_element(person.dates.begin(), person.dates.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      births[{person.household, most->first}].push_back(&person);
    }
    for (const auto& [birth, children] : births) {
      for (std::size_t x = 0; x < children.size(); ++x) {
        for (std::size_t y = x + 1; y < children.size(); ++y) {
          ++result.twins;
          bool merged = false;
          for (const RecordIndex a : children[x]->records) {
            for (const RecordIndex b : children[y]->records) merged |= linked.cluster_of[a] == linked.cluster_of[b];
          }
          result.twins_merged += merged;
        }
      }
    }
  }
  return result;
}

}  // namespace guildhall::linkage
