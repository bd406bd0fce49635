#include "linkage/index.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <random>
#include <set>

namespace guildhall::linkage {
namespace {

const std::vector<std::string> kHeader = {"id", "forename", "surname", "dob", "sex", "nhs", "address", "postcode"};

std::vector<Field> fields() {
  return *read_field_map(R"({"forename": "forename", "surname": "surname", "dob": "birth_date", "sex": "sex",
                            "nhs": "nhs_number", "address": "address", "postcode": "postcode"})",
                         kHeader);
}

Model model() {
  Model model = untrained_model(fields());
  model.prior = model.household_prior = 1e-5;
  model.link_weight = 3;
  model.review_weight = -6;
  model.blocking_rules = {{{{"nhs_number", KeyPart::Exact}}},
                          {{{"surname", KeyPart::Sound}, {"birth_date", KeyPart::Exact}}},
                          {{{"forename", KeyPart::Formal}, {"birth_date", KeyPart::AnyDayMonth}}},
                          {{{"postcode", KeyPart::Exact}, {"forename", KeyPart::Initial}}}};
  return model;
}

// In the order of the fields: by kind.
NewRecord person(std::string id, std::string nhs, std::string forename, std::string surname, std::string born,
                 std::string sex, std::string address, std::string postcode) {
  return {std::move(id),
          {std::move(nhs), std::move(forename), std::move(surname), std::move(born), std::move(sex), std::move(address),
           std::move(postcode)}};
}

struct Ids {
  std::uint64_t next = 0;
  Uuid operator()() {
    ++next;
    return Uuid::version7(Instant{std::chrono::microseconds{1'000'000 * next}}, 0, next);
  }
};

Table table_of(const std::vector<NewRecord>& records) {
  Table table(fields());
  for (const NewRecord& record : records) {
    const std::vector<std::string_view> cells(record.cells.begin(), record.cells.end());
    table.add(record.id, 0, cells);
  }
  return table;
}

using Groups = std::set<std::set<std::string>>;

Groups groups(const Index& index, const std::set<std::string>& ids) {
  std::map<Uuid, std::set<std::string>> clusters;
  for (const std::string& id : ids) clusters[index.cluster(*index.record(id))].insert(id);
  Groups all;
  for (auto& [cluster, members] : clusters) all.insert(std::move(members));
  return all;
}

Groups linked_at_once(const std::vector<NewRecord>& records) {
  const Table table = table_of(records);
  const auto linked = link(table, model(), {}, {});
  std::map<RecordIndex, std::set<std::string>> clusters;
  for (RecordIndex record = 0; record < table.records(); ++record) {
    clusters[linked->cluster_of[record]].emplace(table.id(record));
  }
  Groups all;
  for (auto& [cluster, members] : clusters) all.insert(std::move(members));
  return all;
}

TEST(Index, FindsWhoItMayBeAndKeepsNothing) {
  const std::vector<NewRecord> known = {
      person("1", "", "Katherine", "Walker", "2014-03-12", "F", "67 Mafeking Lane", "WX2 3NR"),
      person("2", "", "Oliver", "Barden", "2012-01-30", "M", "9 Lime Road", "WX16 5YJ")};
  Index index(table_of(known), model(), {}, {}, Ids(), 1);
  const auto asked = person("", "", "Katie", "Walkker", "2014-03-12", "F", "67 Mafeking Ln", "WX2 3NR");
  const std::size_t bytes = index.table().bytes();
  for (int i = 0; i < 3; ++i) {
    const Found found = index.find(asked.cells);
    ASSERT_EQ(found.records.size(), 1u);
    EXPECT_EQ(index.table().id(found.records[0].record), "1");
    EXPECT_EQ(found.records[0].cluster, index.cluster(0));
    EXPECT_GT(found.records[0].explanation.weight, 3);
  }
  EXPECT_EQ(index.records(), 2u);
  EXPECT_EQ(index.table().records(), 2u);
  EXPECT_LT(index.table().bytes(), bytes + 200'000);  // Room was made, once.
  EXPECT_TRUE(index.find(person("", "", "Zainab", "Ahmed", "2001-01-01", "F", "", "").cells).records.empty());
}

TEST(Index, RefusesARowWithACellTooFewAndIsAsBefore) {
  std::vector<NewRecord> rows = {
      person("1", "", "Katherine", "Walker", "2014-03-12", "F", "67 Mafeking Lane", "WX2 3NR"),
      person("2", "", "Oliver", "Barden", "2012-01-30", "M", "9 Lime Road", "WX16 5YJ")};
  Index index(table_of(rows), model(), {}, {}, Ids(), 1);
  rows[1].cells.pop_back();
  EXPECT_THROW(index.add(rows), BrokenInvariant);
  EXPECT_THROW(index.find(rows[1].cells), BrokenInvariant);
  EXPECT_EQ(index.records(), 2u);
  EXPECT_EQ(index.table().records(), 2u);
}

TEST(Index, SaysWhatBecameOfEveryCluster) {
  Index index(
      table_of({person("1", "", "Katherine", "Walker", "2014-03-12", "F", "67 Mafeking Lane", "WX2 3NR"),
                person("2", "9990000018", "Kathryn", "Hussain", "2014-03-12", "F", "5 Canal Street", "WX7 6DU")}),
      model(), {}, {}, Ids(), 1);
  const Uuid walker = index.cluster(0), hussain = index.cluster(1);
  auto changes =
      index.add(std::vector{person("3", "", "Katie", "Walker", "2014-03-12", "F", "67 Mafeking Lane", "WX2 3NR")});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, Change::Kind::Grown);
  EXPECT_EQ(changes[0].cluster, walker);
  EXPECT_EQ(changes[0].records, (std::vector<std::string>{"1", "3"}));
  // She has married again: a record with the number and both families' ways to write her.
  changes = index.add(std::vector{
      person("4", "9990000018", "Katherine", "Walker-Hussain", "2014-03-12", "F", "67 Mafeking Lane", "WX2 3NR")});
  ASSERT_EQ(changes.size(), 1u) << changes.size();
  EXPECT_EQ(changes[0].kind, Change::Kind::Merged);
  EXPECT_EQ(changes[0].cluster, walker);
  EXPECT_EQ(changes[0].merged, std::vector<Uuid>{hussain});
  // It was somebody else's: everything is as before.
  changes = index.remove(std::vector<std::string>{"4"});
  EXPECT_EQ(groups(index, {"1", "2", "3"}), (Groups{{"1", "3"}, {"2"}}));
  EXPECT_EQ(index.cluster(*index.record("1")), walker);
}

rc::Gen<std::vector<NewRecord>> families() {
  return rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [](std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto one_of = [&](std::vector<std::string> from) { return from[random() % from.size()]; };
    std::vector<NewRecord> records;
    const std::size_t count = 2 + random() % 30;
    for (std::size_t i = 0; i < count; ++i) {
      records.push_back(person("r" + std::to_string(i), one_of({"", "", "9990000018", "9990000026", "9990000019"}),
                               one_of({"Jayden", "Kayden", "Jaydn", "Olivia", "Liv", ""}),
                               one_of({"Walker", "Wlaker", "Walker-Hussain", "Hussain"}),
                               one_of({"2014-03-12", "2014-12-03", "2012-01-30", ""}), one_of({"F", "M", ""}),
                               // One word each: the weight of words shifts with their number.
                               one_of({"67 Mafeking Lane", "5 Canal Street", ""}), one_of({"WX2 3NR", "WX7 6DU", ""})));
    }
    return records;
  });
}

TEST(IndexProperties, AddingInAnyBatchesIsLinkingAllAtOnce) {
  rc::check([] {
    std::vector<NewRecord> records = *families();
    // Without the level of words in common, whose weights belong to the words that were there at first.
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const Groups at_once = linked_at_once(records);
    std::shuffle(records.begin(), records.end(), random);
    const std::size_t begin = random() % (records.size() + 1);
    Index index(table_of({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(begin)}), model(), {}, {},
                Ids(), 2);
    std::set<std::string> ids;
    for (const NewRecord& record : records) ids.insert(record.id);
    for (std::size_t at = begin; at < records.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 4, records.size() - at);
      (void)index.add(std::span(records).subspan(at, size));
      at += size;
    }
    RC_ASSERT(groups(index, ids) == at_once);
    // Asked for again, in other words sent anew: nothing changes.
    RC_ASSERT(index.add(records).empty());
    RC_ASSERT(index.records() == records.size());
  });
}

TEST(IndexProperties, AddingAndRemovingIsNothingAndTheFeedTellsAll) {
  rc::check([] {
    std::vector<NewRecord> records = *families();
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const std::size_t begin = 1 + random() % records.size();
    const std::vector<NewRecord> first(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(begin));
    Index index(table_of(first), model(), {}, {}, Ids(), 1);
    std::map<Uuid, std::vector<std::string>> feed;
    std::set<std::string> ids;
    for (const NewRecord& record : first) {
      feed[index.cluster(*index.record(record.id))].push_back(record.id);
      ids.insert(record.id);
    }
    const auto apply = [&](const std::vector<Change>& changes) {
      for (const Change& change : changes) {
        for (const Uuid& merged : change.merged) feed.erase(merged);
        if (change.kind == Change::Kind::Ended) {
          feed.erase(change.cluster);
        } else {
          feed[change.cluster] = change.records;
        }
      }
    };
    const Groups before = groups(index, ids);
    const std::vector<NewRecord> later(records.begin() + static_cast<std::ptrdiff_t>(begin), records.end());
    apply(index.add(later));
    std::set<std::string> all = ids;
    for (const NewRecord& record : later) all.insert(record.id);
    Groups told;
    for (const auto& [cluster, members] : feed) told.insert({members.begin(), members.end()});
    RC_ASSERT(told == groups(index, all));
    std::vector<std::string> gone;
    for (const NewRecord& record : later) gone.push_back(record.id);
    apply(index.remove(gone));
    RC_ASSERT(groups(index, ids) == before);
    told.clear();
    for (const auto& [cluster, members] : feed) told.insert({members.begin(), members.end()});
    RC_ASSERT(told == before);
  });
}

TEST(IndexProperties, AFullRunKeepsIds) {
  rc::check([] {
    const std::vector<NewRecord> records = *families();
    Index one(table_of(records), model(), {}, {}, Ids(), 1);
    std::vector<PreviousMember> previous;
    for (const NewRecord& record : records) previous.push_back({record.id, one.cluster(*one.record(record.id))});
    Ids other;
    other.next = 1'000'000;
    Index again(table_of(records), model(), {}, previous, other, 1);
    for (const NewRecord& record : records) {
      RC_ASSERT(again.cluster(*again.record(record.id)) == one.cluster(*one.record(record.id)));
    }
  });
}

}  // namespace
}  // namespace guildhall::linkage
