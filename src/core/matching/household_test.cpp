// Invented families with twins, siblings, moves and typing errors, in three sources: what the matcher must never do, and
// how much it finds. GUILDHALL_LINKAGE_CHILDREN=130000 makes a large county of them, to measure its time.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "matching/matching.h"

namespace guildhall::matching {
namespace {

class Families {
 public:
  explicit Families(std::uint64_t seed) : random_(seed) {}

  std::vector<LinkRecord> records;
  std::vector<std::size_t> child_of;  // By record.
  std::size_t twins = 0;

  void add_children(std::size_t count) {
    while (children_ < count) add_family();
  }

 private:
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  std::size_t below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }

  // Names as common as real ones: the first of a list far more than the last.
  std::string syllables(std::size_t rank, std::size_t least) {
    static const std::vector<std::string> kSyllables = {"ba",  "den", "ro",  "mi",  "lia", "tho", "ka",
                                                        "sen", "gar", "wyn", "fel", "os",  "ju",  "har",
                                                        "ley", "vi",  "na",  "per", "dol", "shu"};
    std::string name;
    for (std::size_t rest = rank + 7; rest > 0 || name.size() < least; rest /= kSyllables.size()) {
      name += kSyllables[rest % kSyllables.size()];
    }
    name.front() = static_cast<char>(name.front() - 32);
    return name;
  }
  std::size_t common_rank(std::size_t count) {
    const double spread = std::uniform_real_distribution<>(0, 1)(random_);
    return static_cast<std::size_t>(static_cast<double>(count) * spread * spread * spread);
  }

  void add_family() {
    LinkRecord home;
    home.surname = syllables(common_rank(20'000), 5);
    home.postcode = new_postcode();
    home.address_lines = std::to_string(1 + below(90)) + " " + syllables(below(400), 5) + " Road";
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Date born = Date::of(std::chrono::sys_days{std::chrono::year{2008} / 1 / 1} + std::chrono::days{below(6500)});
      const bool has_twin = chance(0.03);
      twins += has_twin ? 1 : 0;
      for (int twin = 0; twin < (has_twin ? 2 : 1); ++twin) add_child(home, born);
    }
  }

  std::string new_postcode() {
    constexpr char kLetters[] = "ABDEFGHJLNPQRSTUWXYZ";
    return "WR" + std::to_string(1 + below(15)) + " " + std::to_string(below(10)) + kLetters[below(20)] +
           kLetters[below(20)];
  }

  void add_child(const LinkRecord& home, Date born) {
    LinkRecord child = home;
    child.forename = syllables(100'000 + common_rank(3'000), 4);
    child.birth_date = born;
    child.sex = chance(0.5) ? LinkSex::Female : LinkSex::Male;
    child.nhs_number = std::to_string(9'990'000'000 + children_);
    child.upn = "A" + std::to_string(885'400'000'000 + children_);
    const std::string moved_to = chance(0.1) ? new_postcode() : child.postcode;
    for (int source = 0; source < 3; ++source) {
      if (chance(0.15)) continue;  // Not every child is known to every source.
      LinkRecord record = child;
      record.key = "record " + std::to_string(records.size());
      if (source == 1) record.postcode = moved_to;
      if (source != 1 || chance(0.1)) record.upn = "";
      if (source != 2 && chance(source == 0 ? 0.3 : 0.8)) record.nhs_number = "";
      if (chance(0.03)) mistype(record.forename);
      if (chance(0.03)) mistype(record.surname);
      if (chance(0.02)) record.surname = syllables(common_rank(20'000), 5);
      if (chance(0.01)) std::swap(record.forename, record.surname);
      if (chance(0.02)) record.birth_date = Date::of(born.days() + std::chrono::days{10});
      if (chance(0.01)) record.sex = LinkSex::NotKnown;
      if (chance(0.005)) record.forename = "";
      records.push_back(std::move(record));
      child_of.push_back(children_);
    }
    ++children_;
  }

  void mistype(std::string& name) {
    const std::size_t place = 1 + below(name.size() - 1);
    name[place] = static_cast<char>('a' + below(26));
  }

  std::mt19937_64 random_;
  std::size_t children_ = 0;
};

double pairs_of(std::size_t count) {
  return static_cast<double>(count) * static_cast<double>(count - 1) / 2;
}

TEST(Households, ChildrenAreNeverMixedUp) {
  const char* wanted = std::getenv("GUILDHALL_LINKAGE_CHILDREN");
  const std::size_t children = wanted != nullptr ? std::stoul(wanted) : 10'000;
  Families families(20260301);
  families.add_children(children);
  const auto begin = std::chrono::steady_clock::now();
  const auto result = link(families.records, default_model(), {}, Threads{2});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(result.ok());

  std::map<std::size_t, std::size_t> records_of;
  for (const std::size_t child : families.child_of) ++records_of[child];
  double truly = 0, said = 0, right = 0;
  for (const auto& [child, count] : records_of) truly += pairs_of(count);
  for (const auto& cluster : result->clusters) {
    said += pairs_of(cluster.size());
    std::map<std::size_t, std::size_t> inside;
    std::set<std::string> numbers;
    for (const std::uint32_t i : cluster) {
      ++inside[families.child_of[i]];
      if (!families.records[i].nhs_number.empty()) numbers.insert(families.records[i].nhs_number);
    }
    for (const auto& [child, count] : inside) right += pairs_of(count);
    ASSERT_LE(numbers.size(), 1u);
  }
  std::cout << children << " children, " << families.twins << " pairs of twins, " << families.records.size()
            << " records: precision " << right / said << ", recall " << right / truly << "; "
            << result->statistics.pairs << " pairs, " << seconds.count() << " s; " << result->clerical.size()
            << " for stewards, " << result->statistics.big_blocks.size() << " big blocks\n";
  for (const auto& rule : result->statistics.pairs_by_rule) {
    std::cout << "  " << name_of(rule.rule) << ": " << rule.pairs << "\n";
  }
  EXPECT_GE(right / said, 0.995);
  EXPECT_GE(right / truly, 0.93);
}

// By key, so that runs over records in another order can be compared.
std::set<std::set<std::string>> people_of(const std::vector<LinkRecord>& records, const LinkageResult& result) {
  std::set<std::set<std::string>> people;
  for (const auto& cluster : result.clusters) {
    std::set<std::string> person;
    for (const std::uint32_t i : cluster) person.insert(records[i].key);
    people.insert(std::move(person));
  }
  return people;
}

std::set<std::string> questions_of(const std::vector<LinkRecord>& records, const LinkageResult& result) {
  std::set<std::string> questions;
  for (const ClericalPair& pair : result.clerical) {
    questions.insert(records[pair.a].key + " " + records[pair.b].key + " " + std::string(name_of(pair.reason)));
  }
  return questions;
}

TEST(Households, DependOnNeitherOrderNorThreads) {
  Families families(7);
  families.add_children(2'000);
  const auto once = link(families.records, default_model(), {}, Threads{1});
  auto shuffled = families.records;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(42));
  const auto again = link(shuffled, default_model(), {}, Threads{3});
  EXPECT_EQ(people_of(families.records, *once), people_of(shuffled, *again));
  EXPECT_EQ(questions_of(families.records, *once), questions_of(shuffled, *again));
  EXPECT_GT(once->clerical.size(), 0u);
  EXPECT_EQ(once->statistics.pairs, again->statistics.pairs);
}

// Few names, numbers, days and homes, in any combination: as confusing as data can be. Decisions at random, too.
RC_GTEST_PROP(ClusterProperty, NeverHoldsTwoNhsNumbersNorWhatAStewardSeparated, ()) {
  const auto one_of = [](std::vector<std::string> texts) { return *rc::gen::elementOf(std::move(texts)); };
  std::vector<LinkRecord> records(static_cast<std::size_t>(*rc::gen::inRange(2, 14)));
  for (std::size_t i = 0; i < records.size(); ++i) {
    LinkRecord& record = records[i];
    record.key = std::to_string(i);
    record.nhs_number = one_of({"", "", "9990000018", "9990000026"});
    record.upn = one_of({"", "A885400000001", "B885400000002", "C88540000000T"});
    record.forename = one_of({"", "Jack", "John", "Jacob", "Tom"});
    record.surname = one_of({"Smith", "Smyth", "Jones"});
    record.birth_date = *Date::from(2014, static_cast<unsigned>(*rc::gen::inRange(1, 3)), 2);
    record.postcode = one_of({"", "WR5 3DE", "WR5 3DF"});
    record.sex = *rc::gen::element(LinkSex::NotKnown, LinkSex::Female, LinkSex::Male);
  }
  Decisions decisions;
  for (int i = 0; i < 3; ++i) {
    const auto any = [&] { return std::to_string(*rc::gen::inRange<std::size_t>(0, records.size())); };
    decisions.always_link.emplace_back(any(), any());
    decisions.never_link.emplace_back(any(), any());
  }
  const auto result = link(records, default_model(), decisions, Threads{1});
  RC_ASSERT(result.ok());
  std::vector<std::size_t> cluster_of(records.size(), records.size());
  std::size_t links = 0;
  for (std::size_t c = 0; c < result->clusters.size(); ++c) {
    links += result->clusters[c].size() - 1;
    std::set<std::string> numbers;
    for (const std::uint32_t i : result->clusters[c]) {
      RC_ASSERT(cluster_of[i] == records.size());
      cluster_of[i] = c;
      if (!records[i].nhs_number.empty()) numbers.insert(records[i].nhs_number);
    }
    RC_ASSERT(numbers.size() <= 1);
  }
  RC_ASSERT(links == result->links.size());
  for (std::size_t i = 0; i < records.size(); ++i) RC_ASSERT(cluster_of[i] < records.size());
  for (const auto& [a, b] : decisions.never_link) {
    RC_ASSERT(a == b || cluster_of[std::stoul(a)] != cluster_of[std::stoul(b)]);
  }
  for (const ClericalPair& pair : result->clerical) RC_ASSERT(cluster_of[pair.a] != cluster_of[pair.b]);
}

}  // namespace
}  // namespace guildhall::matching
