#include "linkage/linkage.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "linkage/evaluate.h"
#include "linkage/explain.h"

namespace guildhall::linkage {
namespace {

constexpr std::string_view kMap =
    R"({"forename": "forename", "surname": "surname", "dob": "birth_date", "sex": "sex", "nhs": "nhs_number",
        "address": "address", "postcode": "postcode"})";
constexpr std::string_view kHeader = "id,forename,surname,dob,sex,nhs,address,postcode";

LoadedTable read(const std::vector<std::string>& rows, unsigned threads = 1, std::size_t piece = 1 << 20) {
  TableReader reader({.map = std::string(kMap), .id_column = "id", .label_columns = {}, .threads = threads});
  const std::vector<std::string> headers = {std::string(kHeader)};
  EXPECT_TRUE(reader.begin(headers).ok());
  reader.begin_file(0, "people.csv");
  std::string text;
  for (const std::string& row : rows) text += row + "\n";
  for (std::size_t at = 0; at < text.size(); at += piece) reader.add(std::string_view(text).substr(at, piece));
  reader.end_file();
  auto loaded = reader.finish();
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : to_text(loaded.problems()));
  return std::move(loaded).value();
}

// As in data of a council with households; not learnt, so that every figure in these tests stays.
Model household_model() {
  const std::vector<std::string> header = {"id", "forename", "surname", "dob", "sex", "nhs", "address", "postcode"};
  Model model = untrained_model(*read_field_map(kMap, header));
  model.prior = 1e-5;
  model.household_prior = 1e-5;
  model.link_weight = 3;
  model.review_weight = -6;
  model.blocking_rules = {BlockingRule{}};
  return model;
}

// The ids that are one person, each list sorted, sorted.
std::set<std::set<std::string>> people(const LoadedTable& data, const Linkage& linked) {
  std::map<RecordIndex, std::set<std::string>> clusters;
  for (RecordIndex record = 0; record < data.table.records(); ++record) {
    clusters[linked.cluster_of[record]].emplace(data.table.id(record));
  }
  std::set<std::set<std::string>> all;
  for (auto& [first, ids] : clusters) all.insert(std::move(ids));
  return all;
}

std::set<std::set<std::string>> people(const std::vector<std::string>& rows, const Decisions& decisions = {}) {
  const LoadedTable data = read(rows);
  const auto linked = link(data.table, household_model(), decisions, {});
  EXPECT_TRUE(linked.ok());
  return people(data, *linked);
}

std::optional<ClericalReason> question(const std::vector<std::string>& rows, std::string_view a, std::string_view b) {
  const LoadedTable data = read(rows);
  const auto linked = link(data.table, household_model(), {}, {});
  for (const ClericalPair& pair : linked->clerical) {
    const std::set<std::string_view> ids = {data.table.id(pair.a), data.table.id(pair.b)};
    if (ids == std::set<std::string_view>{a, b}) return pair.reason;
  }
  return std::nullopt;
}

using Groups = std::set<std::set<std::string>>;

TEST(Linkage, JoinsOneChildUnderANicknameAndASlip) {
  EXPECT_EQ(people({"1,Katherine,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                    "2,Katie,Walker,2014-03-12,F,,67 Mafeking Ln,WX2 3NR",
                    "3,Katherine,Wlaker,2014-12-03,F,,67 Mafeking Lane,WX2 3NR",
                    "4,Oliver,Barden,2012-01-30,M,,9 Lime Road,WX16 5YJ"}),
            (Groups{{"1", "2", "3"}, {"4"}}));
}

TEST(Linkage, DoesNotJoinTwins) {
  const std::vector<std::string> rows = {"1,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "2,Olivia,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "3,Thomas,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR"};
  EXPECT_EQ(people(rows), (Groups{{"1"}, {"2"}, {"3"}}));
  EXPECT_EQ(question(rows, "1", "3"), ClericalReason::LooksLikeTwins);
}

TEST(Linkage, ASlipOfANameIsNotMadeTwice) {
  const std::vector<std::string> rows = {"1,Sophia,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "2,Sophia,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "3,Sophja,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "4,Sophja,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR"};
  EXPECT_EQ(people(rows), (Groups{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(question(rows, "1", "3"), ClericalReason::LooksLikeTwins);
  EXPECT_EQ(people({rows[0], rows[1], rows[2]}), (Groups{{"1", "2", "3"}}));
  // Where one of them has the number of the other, they are one child.
  std::vector<std::string> numbered = rows;
  for (const std::size_t i : {0, 2}) numbered[i].replace(numbered[i].find(",,"), 2, ",9990000018,");
  EXPECT_EQ(people(numbered), (Groups{{"1", "2", "3", "4"}}));
}

TEST(Linkage, DoesNotJoinTwinsThroughARecordWithoutForename) {
  const std::vector<std::string> rows = {"1,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "2,Baby,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "3,Thomas,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR"};
  EXPECT_EQ(people(rows), (Groups{{"1"}, {"2"}, {"3"}}));
  EXPECT_EQ(question(rows, "1", "2"), ClericalReason::NoForename);
}

TEST(Linkage, NeverJoinsTwoValidNhsNumbers) {
  // One name, birth date and home, and still two people; a steward can't say otherwise.
  const std::vector<std::string> rows = {"1,Oliver,Barden,2012-01-30,M,9990000018,9 Lime Road,WX16 5YJ",
                                         "2,Oliver,Barden,2012-01-30,M,9990000026,9 Lime Road,WX16 5YJ",
                                         "3,Oliver,Barden,2012-01-30,M,,9 Lime Road,WX16 5YJ"};
  for (const auto& group : people(rows)) EXPECT_FALSE(group.contains("1") && group.contains("2"));
  for (const auto& group :
       people(rows, {.always_link = {{"1", "2"}}, .never_link = {}, .superseded_nhs_numbers = {}})) {
    EXPECT_FALSE(group.contains("1") && group.contains("2"));
  }
}

TEST(Linkage, ASupersededNhsNumberIsTheOneThatReplacedIt) {
  const std::vector<std::string> rows = {"1,Oliver,Barden,2012-01-30,M,9990000018,9 Lime Road,WX16 5YJ",
                                         "2,Oliver,Barden,2012-01-30,M,9990000026,9 Lime Road,WX16 5YJ"};
  Decisions decisions;
  decisions.superseded_nhs_numbers = {{"999 000 0018", "9990000026"}};
  EXPECT_EQ(people(rows, decisions), (Groups{{"1", "2"}}));
  // By way of a number that no record has; and one that none has is nobody else's.
  decisions.superseded_nhs_numbers = {{"9990000018", "9990000034"}, {"9990000034", "9990000026"}};
  EXPECT_EQ(people(rows, decisions), (Groups{{"1", "2"}}));
  decisions.superseded_nhs_numbers = {{"9990000018", "9990000034"}};
  decisions.always_link = {{"1", "2"}};
  EXPECT_EQ(people(rows, decisions), (Groups{{"1"}, {"2"}}));
}

TEST(Linkage, AStewardsDecisionOutweighsTheModel) {
  const std::vector<std::string> rows = {"1,Katherine,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "2,Katie,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "3,Zainab,Hussain,2010-07-07,F,,1 Ash Street,WX9 1AA"};
  const Decisions separate{.always_link = {}, .never_link = {{"2", "1"}}, .superseded_nhs_numbers = {}};
  EXPECT_EQ(people(rows, separate), (Groups{{"1"}, {"2"}, {"3"}}));
  const Decisions join{.always_link = {{"3", "1"}}, .never_link = {}, .superseded_nhs_numbers = {}};
  EXPECT_TRUE(people(rows, join).contains({"1", "2", "3"}) || people(rows, join).contains({"1", "3"}));
  // Taking the decision back is as if it had never been.
  EXPECT_EQ(people(rows), (Groups{{"1", "2"}, {"3"}}));
}

TEST(Linkage, AsksNobodyTwiceWhatTwoClustersAre) {
  // Twins with two records each: four pairs, one question; and none once it is answered for one of them.
  const LoadedTable data = read({"1,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                 "2,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                 "3,Thomas,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                 "4,Thomas,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR"});
  Model model = household_model();
  model.review_weight = -20;
  const auto linked = link(data.table, model, {}, {});
  EXPECT_EQ(people(data, *linked), (Groups{{"1", "2"}, {"3", "4"}}));
  ASSERT_EQ(linked->clerical.size(), 1u);
  EXPECT_EQ(linked->clerical[0].reason, ClericalReason::LooksLikeTwins);
  const Decisions decisions{.always_link = {}, .never_link = {{"1", "3"}}, .superseded_nhs_numbers = {}};
  EXPECT_TRUE(link(data.table, model, decisions, {})->clerical.empty());
}

TEST(Linkage, MakesNobodyOfMoreRecordsThanTheModelAllows) {
  std::vector<std::string> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(std::to_string(i) + ",Oliver,Barden,2012-01-30,M,,9 Lime Road,WX16 5YJ");
  const LoadedTable data = read(rows);
  Model model = household_model();
  model.largest_cluster = 4;
  const auto linked = link(data.table, model, {}, {});
  for (const auto& group : people(data, *linked)) EXPECT_LE(group.size(), 4u);
  ASSERT_FALSE(linked->clerical.empty());
  EXPECT_EQ(linked->clerical[0].reason, ClericalReason::ClusterTooLarge);
}

TEST(Linkage, RefusesAModelForOtherFields) {
  const LoadedTable data = read({"1,Oliver,Barden,2012-01-30,M,,9 Lime Road,WX16 5YJ", "2,Oliver,Barden,,,,,"});
  const std::vector<std::string> header = {"mail"};
  Model model = untrained_model(*read_field_map(R"({"mail": "email"})", header));
  EXPECT_EQ(to_text(link(data.table, model, {}, {}).problems()),
            "email: The model compares a field that the records don't have. Map a column to it, or train a model for "
            "these fields.");
  Model broken = household_model();
  broken.comparisons[1].levels[0].m_probability = std::nan("");
  EXPECT_EQ(link(data.table, broken, {}, {}).problems()[0].what, "A probability is not above 0 and at most 1.");
  broken = household_model();
  broken.link_weight = std::nan("");
  EXPECT_EQ(link(data.table, broken, {}, {}).problems()[0].where, "link_weight");
}

TEST(Explanation, SaysWhatTheClustersWillSay) {
  const LoadedTable data = read({"1,Jayden,Walker,2014-03-12,M,9990000018,67 Mafeking Lane,WX2 3NR",
                                 "2,Thomas,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                 "3,Baby,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                 "4,Jayden,Walker,2014-03-12,M,9990000026,67 Mafeking Lane,WX2 3NR",
                                 "5,Zainab,Hussain,2010-07-07,F,9990000018,1 Ash Street,WX9 1AA",
                                 "6,Zainab,Hussain,1990-01-01,F,,1 Ash Street,WX9 1AA"});
  const Model model = household_model();
  const Explainer explainer(data.table, model);
  EXPECT_EQ(explainer.rule_against(0, 1), ClericalReason::LooksLikeTwins);
  EXPECT_EQ(explainer.rule_against(0, 2), ClericalReason::NoForename);
  EXPECT_EQ(explainer.rule_against(0, 3), ClericalReason::DifferentNhsNumbers);
  EXPECT_EQ(explainer.rule_against(0, 4), ClericalReason::NumberWithoutPerson);
  EXPECT_EQ(explainer.rule_against(4, 5), std::nullopt);
  EXPECT_EQ(explainer.explain(4, 5).refused, ClericalReason::DoubtfulWeight);
  EXPECT_EQ(explainer.explain(0, 1).signs,
            (std::vector<std::string>{"One birth date and two forenames: they may be twins."}));
  EXPECT_EQ(explainer.explain(0, 4).signs[0], "They share a number.");
  const std::string text = to_text(explainer.explain(0, 2));
  EXPECT_NE(text.find("The forename is missing in one of them, and says nothing: +0.0"), std::string::npos) << text;
  EXPECT_NE(text.find("one has no forename"), std::string::npos) << text;
}

TEST(Linkage, NamesakesOfOneBirthDateNeedAHomeInCommon) {
  const std::vector<std::string> rows = {"1,Zebedee,Quill,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "2,Zebedee,Quill,2014-03-12,M,,4 Abbey Road,WX9 1AA",
                                         "3,Zebedee,Quill,2014-03-12,M,,67 Mafeking Lane,WX2 3NR"};
  const LoadedTable data = read(rows);
  Model model = household_model();
  model.namesake_prior = 1e-3;
  model.namesakes_of_one_birth = 0.1;
  EXPECT_EQ(people(data, *link(data.table, model, {}, {})), (Groups{{"1", "3"}, {"2"}}));
  const Explanation apart = explain(data.table, model, 0, 1), together = explain(data.table, model, 0, 2);
  EXPECT_LT(apart.namesakes, -9);
  EXPECT_GT(together.namesakes, -2);
  model.namesake_prior = 0;
  EXPECT_EQ(people(data, *link(data.table, model, {}, {})), (Groups{{"1", "2", "3"}}));
  EXPECT_EQ(explain(data.table, model, 0, 1).namesakes, 0);
}

TEST(Linkage, CutsAWeakBridge) {
  // The record in the middle could be either of the two families' child; the others contradict each other.
  const std::vector<std::string> rows = {"1,Amir,Hussain,2014-03-12,M,9990000018,67 Mafeking Lane,WX2 3NR",
                                         "2,Amir,Hussain,2014-03-12,M,9990000018,67 Mafeking Lane,WX2 3NR",
                                         "3,Amir,Hussain,2014-03-12,M,,,",
                                         "4,Amir,Hussain,2014-03-12,M,9990000026,5 Canal Street,WX7 6DU",
                                         "5,Amir,Hussain,2014-03-12,M,9990000026,5 Canal Street,WX7 6DU"};
  for (const auto& group : people(rows)) EXPECT_FALSE(group.contains("1") && group.contains("4"));
}

TEST(Linkage, SaysWhichBlocksWereTooLarge) {
  std::vector<std::string> rows;
  for (int i = 0; i < 30; ++i) rows.push_back(std::to_string(i) + ",A" + std::to_string(i) + ",Smith,2014-03-12,M,,,");
  const LoadedTable data = read(rows);
  Model model = household_model();
  model.blocking_rules = {{{{"surname", KeyPart::Exact}}}};
  model.largest_block = 20;
  const auto linked = link(data.table, model, {}, {});
  ASSERT_EQ(linked->statistics.skipped_blocks.size(), 1u);
  EXPECT_EQ(linked->statistics.skipped_blocks[0].records, 30u);
  EXPECT_EQ(linked->statistics.pairs, 0u);
}

// Rows of a few families, with everything that can be wrong or missing.
rc::Gen<std::vector<std::string>> families() {
  return rc::gen::map(rc::gen::arbitrary<std::uint32_t>(), [](std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto one_of = [&](std::vector<std::string> from) { return from[random() % from.size()]; };
    std::vector<std::string> rows;
    const std::size_t count = 2 + random() % 24;
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back("r" + std::to_string(random() % 1'000'000 * 100 + i) + "," +
                     one_of({"Jayden", "Kayden", "Jaydn", "Olivia", "Liv", "Baby", ""}) + "," +
                     one_of({"Walker", "Walker", "Wlaker", "Walker-Hussain", "Hussain"}) + "," +
                     one_of({"2014-03-12", "2014-03-12", "2014-12-03", "2012-01-30", ""}) + "," +
                     one_of({"F", "M", ""}) + "," + one_of({"", "", "", "9990000018", "9990000026", "9990000019"}) +
                     "," + one_of({"67 Mafeking Lane", "67 Mafeking Ln", "5 Canal Street", ""}) + "," +
                     one_of({"WX2 3NR", "WX7 6DU", ""}));
    }
    return rows;
  });
}

TEST(LinkageProperties, NeitherOrderNorThreadsNorPiecesMakeADifference) {
  rc::check([] {
    std::vector<std::string> rows = *families();
    const auto before = people(rows);
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    std::shuffle(rows.begin(), rows.end(), random);
    RC_ASSERT(people(rows) == before);
    const LoadedTable data = read(rows, 3, 1 + random() % 50);
    const auto linked = link(data.table, household_model(), {}, {.pairing = Pairing::All, .threads = 3});
    RC_ASSERT(people(data, *linked) == before);
  });
}

TEST(LinkageProperties, WeightsAreSymmetricAndTheSumOfTheirExplanation) {
  rc::check([] {
    const LoadedTable data = read(*families());
    const Model model = household_model();
    for (RecordIndex a = 0; a < data.table.records(); ++a) {
      for (RecordIndex b = 0; b < a; ++b) {
        const Explanation one = explain(data.table, model, a, b), other = explain(data.table, model, b, a);
        RC_ASSERT(one.weight == other.weight);
        double sum = one.prior + one.household + one.namesakes;
        for (const auto& step : one.steps) sum += step.weight;
        RC_ASSERT(std::abs(sum - one.weight) < 1e-9);
      }
    }
  });
}

TEST(LinkageProperties, MergeThenUnmergeIsNothing) {
  rc::check([] {
    const std::vector<std::string> rows = *families();
    const auto before = people(rows);
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    const auto id = [&](const std::string& row) { return row.substr(0, row.find(',')); };
    Decisions decisions;
    decisions.always_link.emplace_back(id(rows[random() % rows.size()]), id(rows[random() % rows.size()]));
    RC_ASSERT(!people(rows, decisions).empty());
    decisions.always_link.clear();
    RC_ASSERT(people(rows, decisions) == before);
    // And a decision about nobody who is here changes nothing.
    decisions.always_link.emplace_back("nobody", id(rows[0]));
    decisions.never_link.emplace_back("nobody", "neither");
    RC_ASSERT(people(rows, decisions) == before);
  });
}

TEST(LinkageProperties, NoClusterHasTwoValidNhsNumbersWhateverStewardsSay) {
  rc::check([] {
    const LoadedTable data = read(*families());
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    Decisions decisions;
    for (int i = 0; i < 4; ++i) {
      const auto pick = [&] {
        return std::string(data.table.id(static_cast<RecordIndex>(random() % data.table.records())));
      };
      decisions.always_link.emplace_back(pick(), pick());
      decisions.never_link.emplace_back(pick(), pick());
    }
    const auto linked = link(data.table, household_model(), decisions, {});
    std::map<RecordIndex, std::set<std::string_view>> numbers;
    for (RecordIndex record = 0; record < data.table.records(); ++record) {
      for (std::size_t field = 0; field < data.table.fields().size(); ++field) {
        if (data.table.fields()[field].kind != FieldKind::NhsNumber) continue;
        const std::string_view number = data.table.text(record, field);
        if (number == "9990000018" || number == "9990000026") numbers[linked->cluster_of[record]].insert(number);
      }
    }
    for (const auto& [cluster, own] : numbers) RC_ASSERT(own.size() <= 1);
    for (const auto& [a, b] : decisions.never_link) {
      RecordIndex x = 0, y = 0;
      for (RecordIndex record = 0; record < data.table.records(); ++record) {
        if (data.table.id(record) == a) x = record;
        if (data.table.id(record) == b) y = record;
      }
      if (x != y) RC_ASSERT(linked->cluster_of[x] != linked->cluster_of[y]);
    }
  });
}

TEST(Training, SaysWhatItCouldNotLearn) {
  std::vector<std::string> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(std::to_string(i) + ",Anna,Lovelace" + std::string(1, static_cast<char>('a' + i % 20)) +
                   ",2014-03-" + (i % 20 < 9 ? "0" : "") + std::to_string(i % 20 + 1) + ",F,,,");
  }
  const LoadedTable data = read(rows);
  const auto training = train(data.table, {});
  ASSERT_TRUE(training.ok()) << to_text(training.problems());
  const std::vector<std::string> expected = {"nhs_number: empty in all records; not compared.",
                                             "forename: the same in all records that have it; not compared.",
                                             "sex: the same in all records that have it; not compared.",
                                             "address: empty in all records; not compared.",
                                             "postcode: empty in all records; not compared."};
  EXPECT_EQ(training->notes, expected);
  EXPECT_TRUE(check_model(training->model).ok());
}

TEST(Training, LearnsHowOftenStrangersShareNameAndBirthDate) {
  // 3,000 children of 600 names with two records each, a fifth of them with two homes, NHS numbers in four records of five;
  // one in fifty has the name and the birth date of another.
  std::mt19937 random(7);
  const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const auto word = [](unsigned number) {
    std::string made;
    for (int i = 0; i < 3; ++i, number /= 20) {
      made += "bdfgklmnprstvwzhjcqx"[number % 20];
      made += "aeiou"[number % 5];
    }
    return made;
  };
  const auto nhs_number = [](unsigned child) {
    for (unsigned digits = 400'000'000 + child * 17;; ++digits) {
      unsigned sum = 0;
      for (unsigned rest = digits, weight = 2; rest > 0; rest /= 10) sum += rest % 10 * weight++;
      if (sum % 11 != 1) return std::to_string(digits) + std::to_string((11 - sum % 11) % 11);
    }
  };
  std::vector<std::string> rows;
  std::string name;
  for (unsigned child = 0; child < 3'000; ++child) {
    if (child % 50 != 1) {
      const unsigned family = below(600);
      name = word(family % 97) + "," + word(300 + family) + "," + std::to_string(2008 + below(12)) + "-" +
             std::to_string(10 + below(3)) + "-" + std::to_string(10 + below(18)) + "," + (below(2) ? "F" : "M") + ",";
    }
    const auto home = [&] {
      return std::to_string(1 + below(200)) + " " + word(2'000 + below(400)) + " Lane,WX" +
             std::to_string(1 + below(9)) + " " + std::to_string(1 + below(9)) + "AB";
    };
    const std::string first = home(), second = below(5) == 0 ? home() : first;
    for (const std::string& place : {first, second}) {
      rows.push_back(std::to_string(rows.size()) + "," + name + (below(5) > 0 ? nhs_number(child) : "") + "," + place);
    }
  }
  const LoadedTable data = read(rows);
  const auto training = train(data.table, {});
  ASSERT_TRUE(training.ok());
  const Model& model = training->model;
  // Two records of each of 60 children, and two of each namesake.
  const double found = model.namesake_prior * model.namesakes_of_one_birth * pairs_of(data.table, Pairing::All);
  EXPECT_GT(found, 120);
  EXPECT_LT(found, 480);
}

TEST(Training, RefusesRecordsThatSayNothing) {
  const auto one = train(read({"1,Anna,Lovelace,2014-03-12,F,,,"}).table, {});
  EXPECT_EQ(one.problems()[0].what, "There are fewer than two records.");
  const auto same = train(read({"1,Anna,,,,,,", "2,Anna,,,,,,"}).table, {});
  EXPECT_EQ(same.problems()[0].what, "Every field is empty or the same in all records.");
}

TEST(Training, IsTheSameOnAnyNumberOfThreads) {
  std::vector<std::string> rows;
  std::mt19937 random(4);
  const std::vector<std::string> forenames = {"Jayden", "Olivia", "Amir", "Zainab", "Thomas", "Grace", "Leo", "Freya"};
  const std::vector<std::string> surnames = {"Walker", "Barden", "Hussain", "Ahmed", "Okafor", "Jones", "Price"};
  for (int i = 0; i < 600; ++i) {
    const std::string row = forenames[random() % 8] + "," + surnames[random() % 7] + ",201" +
                            std::to_string(random() % 9) + "-0" + std::to_string(1 + random() % 9) + "-1" +
                            std::to_string(random() % 9) + ",F,," + std::to_string(random() % 90) + " Lime Road,WX" +
                            std::to_string(random() % 9) + " 1AA";
    rows.push_back(std::to_string(2 * i) + "," + row);
    if (random() % 2 == 0) rows.push_back(std::to_string(2 * i + 1) + "," + row);
  }
  const LoadedTable data = read(rows);
  const auto one = train(data.table, {.threads = 1}), three = train(data.table, {.threads = 3});
  EXPECT_EQ(to_json(one->model), to_json(three->model));
}

TEST(Evaluation, CountsPairsAndTwins) {
  const std::vector<std::string> rows = {"1,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "2,Jayden,Walker,2014-03-12,M,,67 Mafeking Lane,WX2 3NR",
                                         "3,Olivia,Walker,2014-03-12,F,,67 Mafeking Lane,WX2 3NR",
                                         "4,Oliver,Barden,2012-01-30,M,,9 Lime Road,WX16 5YJ"};
  const LoadedTable data = read(rows);
  const auto linked = link(data.table, household_model(), {}, {});
  const auto pairs = weigh(data.table, household_model(), -1000, {});
  // In truth 1 and 2 are one child, 3 the twin, and 4 the same child as 3, whom nobody could know.
  const std::vector<std::uint64_t> truth = {7, 7, 8, 8}, homes = {5, 5, 5, 5};
  const Evaluation found = evaluate(data.table, household_model(), *linked, *pairs, truth, homes, Pairing::All);
  EXPECT_EQ(found.true_pairs, 2u);
  EXPECT_DOUBLE_EQ(found.cluster_own.precision, 1);
  EXPECT_DOUBLE_EQ(found.cluster_own.recall, 0.5);
  EXPECT_DOUBLE_EQ(found.blocking_recall, 1);
  EXPECT_EQ(found.twins_merged, 0u);
}

TEST(Evaluation, FindsTheBestWeightByHand) {
  const LoadedTable data = read({"1,Ada,,,,,,", "2,Ada,,,,,,", "3,Bea,,,,,,", "4,Bea,,,,,,", "5,Cleo,,,,,,"});
  // 1 and 2 are one person, 3 and 4 another. At 10 bits a right pair, at 6 a wrong one, at 4 a right one, at -3 a wrong one.
  const std::vector<std::uint64_t> truth = {1, 1, 2, 2, 3};
  const std::vector<WeighedPair> pairs = {{0, 1, 10'000}, {2, 3, 4'000}, {0, 2, 6'000}, {1, 4, -3'000}};
  Model model = household_model();
  model.link_weight = 5;
  Linkage linked;
  linked.links = {{0, 2, 6, false}, {0, 1, 10, false}};
  linked.cluster_of = {0, 0, 0, 3, 4};  // 1, 2 and 3 are one: three pairs, of which one is right.
  const Evaluation found = evaluate(data.table, model, linked, pairs, truth, {}, Pairing::All);
  EXPECT_EQ(found.true_pairs, 2u);
  EXPECT_DOUBLE_EQ(found.pair_own.precision, 1.0 / 2);
  EXPECT_DOUBLE_EQ(found.pair_own.recall, 1.0 / 2);
  EXPECT_DOUBLE_EQ(found.pair_own.f1, 1.0 / 2);
  EXPECT_DOUBLE_EQ(found.pair_best.weight, 4);  // Two of three right, none missed: 2 x 2 / (3 + 2).
  EXPECT_DOUBLE_EQ(found.pair_best.f1, 0.8);
  EXPECT_DOUBLE_EQ(found.recall_at_precision_999, 1.0 / 2);
  EXPECT_DOUBLE_EQ(found.blocking_recall, 1);
  EXPECT_DOUBLE_EQ(found.cluster_own.precision, 1.0 / 3);
  EXPECT_DOUBLE_EQ(found.cluster_own.recall, 1.0 / 2);
  EXPECT_DOUBLE_EQ(found.cluster_own.f1, 2.0 / (3 + 2));
  EXPECT_DOUBLE_EQ(found.cluster_recall_at_precision_999, 1.0 / 2);  // By the link at 10 bits alone.
}

TEST(Evaluation, CountsPairsOfDifferentFilesOnly) {
  const std::vector<std::string> headers = {std::string(kHeader), std::string(kHeader)};
  TableReader reader({.map = std::string(kMap), .id_column = "id", .label_columns = {"surname"}, .threads = 1});
  ASSERT_TRUE(reader.begin(headers).ok());
  for (std::size_t file = 0; file < 2; ++file) {
    reader.begin_file(file, "people.csv");
    for (int i = 0; i < 50; ++i) {
      for (int twice = 0; twice < 2; ++twice) {
        const std::string n = std::to_string(i), id = n + (twice == 0 ? "a" : "b");
        reader.add(id + ",Anna,Lovelace" + n + ",2014-03-12,F,,67 Mafeking Lane,WX2 3NR\n");
      }
    }
    reader.end_file();
  }
  const auto data = reader.finish();
  ASSERT_TRUE(data.ok()) << to_text(data.problems());
  const LinkOptions across{.pairing = Pairing::AcrossFiles, .threads = 1};
  const auto linked = link(data->table, household_model(), {}, across);
  EXPECT_EQ(linked->statistics.pairs, 100u * 100u);
  const auto pairs = weigh(data->table, household_model(), -1000, across);
  const Evaluation found =
      evaluate(data->table, household_model(), *linked, *pairs, data->labels[0], {}, Pairing::AcrossFiles);
  EXPECT_EQ(found.true_pairs, 200u);
  EXPECT_LE(found.cluster_own.precision, 1);
  EXPECT_LE(found.cluster_own.recall, 1);
  EXPECT_DOUBLE_EQ(found.blocking_recall, 1);
}

}  // namespace
}  // namespace guildhall::linkage
