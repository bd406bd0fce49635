#include "matching/matching.h"

#include <gtest/gtest.h>

#include <cmath>

namespace guildhall::matching {
namespace {

// A tiny language: children as a teacher would list them, and who of them is one child.
class Records : public testing::Test {
 protected:
  LinkRecord& add(const std::string& name, const std::string& born, const std::string& nhs_number = "") {
    LinkRecord record;
    record.key = "r" + std::to_string(records_.size());
    const std::size_t space = name.find(' ');
    record.forename = name.substr(0, space);
    record.surname = name.substr(space + 1);
    if (!born.empty()) record.birth_date = *Date::parse_iso(born);
    record.nhs_number = nhs_number;
    record.postcode = "WR5 3DE";
    record.address_lines = "12 High Street";
    record.sex = LinkSex::Male;
    records_.push_back(std::move(record));
    return records_.back();
  }

  // "0 1|2": the first two are one child, and the third another.
  std::string people() {
    result_ = *link(records_, default_model(), decisions_, Threads{1});
    std::string text;
    for (const auto& cluster : result_.clusters) {
      if (!text.empty()) text += '|';
      for (std::size_t i = 0; i < cluster.size(); ++i) text += (i > 0 ? " " : "") + std::to_string(cluster[i]);
    }
    return text;
  }

  // After people(): "0-1 looks_like_twins".
  std::string questions() const {
    std::string text;
    for (const ClericalPair& pair : result_.clerical) {
      if (!text.empty()) text += ", ";
      text += std::to_string(pair.a) + "-" + std::to_string(pair.b) + " " + std::string(name_of(pair.reason));
    }
    return text;
  }

  std::vector<LinkRecord> records_;
  Decisions decisions_;
  LinkageResult result_;
};

TEST_F(Records, OneNhsNumberIsOneChildThoughTheNameIsShortAndTheHomeAnother) {
  add("William Hartwell", "2014-03-12", "9990000018");
  add("Bill Hartwell", "2014-03-12", "9990000018").postcode = "B1 1AA";
  EXPECT_EQ(people(), "0 1");
}

TEST_F(Records, TwoNhsNumbersAreNeverOneChild) {
  add("William Hartwell", "2014-03-12", "9990000018");
  add("William Hartwell", "2014-03-12", "9990000026");
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 different_nhs_numbers");
}

TEST_F(Records, ARecordWithoutNumberDoesNotBridgeTwoNhsNumbers) {
  add("William Hartwell", "2014-03-12", "9990000018");
  add("William Hartwell", "2014-03-12", "9990000026");
  add("William Hartwell", "2014-03-12");
  EXPECT_EQ(people(), "0|1|2");
  EXPECT_EQ(questions(), "0-2 ambiguous, 1-2 ambiguous, 0-1 different_nhs_numbers");
}

TEST_F(Records, ANhsNumberOnAContradictoryRecordWaitsForASteward) {
  add("William Hartwell", "2014-03-12", "9990000018");
  add("Sophie Hartwell", "2016-11-30", "9990000018").sex = LinkSex::Female;  // typed into her brother's record
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 number_without_person");
}

TEST_F(Records, NamesDatesAndHomeAreEnoughWithoutNumbers) {
  add("Jonathan Hartwell", "2014-03-12");
  add("Jonathon Hartwell", "2014-03-12");                     // a slip in the name
  add("Jonathan Hartwell", "2014-12-03");                     // day and month exchanged
  add("Jonathan Hartwell", "2014-03-13").address_lines = "";  // one digit of the date
  add("Hartwell Jonathan", "2014-03-12");                     // names exchanged
  EXPECT_EQ(people(), "0 1 2 3 4");
  EXPECT_EQ(result_.links.size(), 4u);
}

TEST_F(Records, AChildWhoMovesOrChangesSurnameIsFound) {
  LinkRecord& moved = add("Jonathan Hartwell", "2014-03-12");
  moved.postcode = "B1 1AA";
  moved.address_lines = "1 New Road";
  add("Jonathan Hartwell", "2014-03-12");
  LinkRecord& renamed = add("Jonathan Smith", "2014-03-12");
  renamed.other_surnames = {"Hartwell"};
  EXPECT_EQ(people(), "0 1 2");
}

TEST_F(Records, TwinsStayTwo) {
  add("Jack Hartwell", "2014-03-12");
  add("Thomas Hartwell", "2014-03-12");
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 looks_like_twins");
}

TEST_F(Records, TwinsOfLikeNamesAndDifferentSexStayTwo) {
  add("Daniel Hartwell", "2014-03-12");
  add("Danielle Hartwell", "2014-03-12").sex = LinkSex::Female;
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 looks_like_twins");
}

TEST_F(Records, ABabyWithoutNameIsNotGivenToATwin) {
  add("Jack Hartwell", "2026-01-12");
  add("Thomas Hartwell", "2026-01-12");
  add("- Hartwell", "2026-01-12");
  EXPECT_EQ(people(), "0|1|2");
  EXPECT_EQ(questions(), "0-2 no_forename, 1-2 no_forename, 0-1 looks_like_twins");
}

TEST_F(Records, TwinsWithNhsNumbersAreNoQuestion) {
  add("Jack Hartwell", "2014-03-12", "9990000018");
  add("Thomas Hartwell", "2014-03-12", "9990000026");
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "");
}

TEST_F(Records, SiblingsOfOneHomeAreNoQuestion) {
  add("Jack Hartwell", "2014-03-12");
  add("Sophie Hartwell", "2016-11-30").sex = LinkSex::Female;
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "");
}

TEST_F(Records, ANicknameIsVouchedForByTheNhsNumber) {
  add("Bob Hartwell", "2014-03-12", "9990000018");
  add("Robert Hartwell", "2014-03-12", "9990000018");
  add("Roberto Hartwell", "2014-03-12");  // like Robert, unlike Bob
  EXPECT_EQ(people(), "0 1 2");
}

TEST_F(Records, DifferentPermanentUpnsNeedAnNhsNumber) {
  add("Jack Hartwell", "2014-03-12").upn = "B801200005001";
  add("Jack Hartwell", "2014-03-12").upn = "Q801200005002";
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 different_upns");
  records_[0].nhs_number = records_[1].nhs_number = "9990000018";
  EXPECT_EQ(people(), "0 1");
}

TEST_F(Records, AFormerUpnIsTheSameChild) {
  add("Jack Hartwell", "2014-03-12").upn = "B801200005001";
  LinkRecord& later = add("Jack Smith", "2014-03-12");
  later.upn = "Q801200005002";
  later.former_upns = {"B801200005001"};
  later.postcode = later.address_lines = "";
  EXPECT_EQ(people(), "0 1");
}

TEST_F(Records, ATemporaryUpnIsWeakEvidence) {
  add("Jack Hartwell", "2014-03-12").upn = "Q88540011120A";
  LinkRecord& other = add("Thomas Green", "2014-03-12");
  other.upn = "Q88540011120A";
  other.postcode = "WR1 1AA";
  EXPECT_EQ(people(), "0|1");
}

TEST_F(Records, StewardsDecisionsAreRemembered) {
  add("Jack Hartwell", "2014-03-12");
  add("Jack Hartwell", "2014-03-12");
  add("Jackie Green", "2014-03-12");
  decisions_.never_link = {{"r1", "r0"}};
  decisions_.always_link = {{"r2", "r0"}};
  EXPECT_EQ(people(), "0 2|1");
  EXPECT_EQ(questions(), "");
  EXPECT_TRUE(result_.links.front().decided);
}

TEST_F(Records, ADecisionDoesNotJoinTwoNhsNumbers) {
  add("Jack Hartwell", "2014-03-12", "9990000018");
  add("Jack Hartwell", "2014-03-12", "9990000026");
  decisions_.always_link = {{"r0", "r1"}};
  EXPECT_EQ(people(), "0|1");
  EXPECT_EQ(questions(), "0-1 different_nhs_numbers");
}

TEST_F(Records, ContradictoryDecisionsAreAskedAgain) {
  for (int i = 0; i < 3; ++i) add("Jack Hartwell", "2014-03-12");
  decisions_.always_link = {{"r0", "r1"}, {"r1", "r2"}};
  decisions_.never_link = {{"r0", "r2"}};
  EXPECT_EQ(people(), "0 1|2");
  EXPECT_EQ(questions(), "1-2 against_decision");
}

TEST_F(Records, AGiantBlockIsReportedNotPaired) {
  for (int i = 0; i < 500; ++i) add("Jack Hartwell", "2014-03-12");
  people();
  ASSERT_FALSE(result_.statistics.big_blocks.empty());
  EXPECT_EQ(result_.statistics.big_blocks.front().records, 500u);
  EXPECT_EQ(result_.statistics.pairs, 0u);
  EXPECT_EQ(result_.clusters.size(), 500u);
}

TEST_F(Records, APersonOfTooManyRecordsIsAQuestion) {
  for (int i = 0; i < 250; ++i) add("Jack Hartwell", "2014-03-12");
  people();
  EXPECT_EQ(result_.clusters.front().size(), 200u);
  ASSERT_FALSE(result_.clerical.empty());
  EXPECT_EQ(result_.clerical.front().reason, ClericalReason::ClusterTooLarge);
}

TEST_F(Records, ConstantAndEmptyColumnsSayNothing) {
  for (int i = 0; i < 50; ++i) {
    LinkRecord& record = add("", "");
    record.postcode = record.address_lines = record.surname = "";
  }
  people();
  EXPECT_EQ(result_.clusters.size(), 50u);
  EXPECT_EQ(result_.statistics.pairs, 0u);
  EXPECT_TRUE(link({}, default_model(), {}, Threads{2})->clusters.empty());
}

TEST_F(Records, KeysMustBeUnique) {
  add("Jack Hartwell", "2014-03-12");
  add("Tom Hartwell", "2014-03-12").key = "r0";
  const auto result = link(records_, default_model(), {}, Threads{1});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.problems().front().what, "Two records have the same key.");
  EXPECT_EQ(result.problems().front().where, "r0");
}

// log2(0.98/1e-8) = 26.55; log2(0.06/0.004) = 3.91; log2(0.83/0.02) = 5.38; log2(0.92/0.00015) = 12.58;
// log2(0.985/0.5) = 0.98; log2(0.11/0.04) = 1.46; the prior one in 100,000: -16.61. The surname is seen in 3.9 % of
// 10,000 records, and 10,000 more are assumed with the model's 0.1 %: 2 %.
TEST_F(Records, AreExplainedFieldByField) {
  add("Robert Hartwell", "2014-03-12", "9990000018");
  add("Bob Hartwell", "2014-03-12", "9990000018").postcode = "WR5 9ZZ";
  TermFrequencies frequencies;
  frequencies.surnames["HARTWELL"] = 0.039;
  const Explanation explanation = explain(records_[0], records_[1], default_model(), 10'000, frequencies);
  std::string text;
  for (const auto& step : explanation.steps) {
    char line[80];
    std::snprintf(line, sizeof line, "%s %s %.2f\n", std::string(name_of(step.field)).c_str(),
                  std::string(name_of(step.level)).c_str(), step.weight);
    text += line;
  }
  EXPECT_EQ(text,
            "nhs_number exact 26.55\n"
            "upn missing 0.00\n"
            "forename nickname 3.91\n"
            "middle_names missing 0.00\n"
            "surname exact 5.38\n"
            "birth_date exact 12.58\n"
            "sex exact 0.98\n"
            "home same_district 1.46\n");
  EXPECT_NEAR(explanation.prior, -16.61, 0.01);
  EXPECT_NEAR(explanation.weight, 34.24, 0.01);
  EXPECT_GT(explanation.probability(), 0.999999);
}

TEST_F(Records, ARareSurnameSaysMoreThanACommonOne) {
  for (int i = 0; i < 98; ++i) add("Jack Smith", "2014-03-12");
  add("Jack Hartwell", "2014-03-12");
  add("Jack Hartwell", "2014-03-12");
  const TermFrequencies frequencies = term_frequencies(records_);
  EXPECT_NEAR(frequencies.surnames.at("SMITH"), 0.98, 1e-9);
  EXPECT_NEAR(frequencies.surnames.at("HARTWELL"), 0.02, 1e-9);
  const auto surname_weight = [&](std::size_t a, std::size_t b) {
    return explain(records_[a], records_[b], default_model(), 1'000'000, frequencies).steps[4].weight;
  };
  EXPECT_NEAR(surname_weight(98, 99), std::log2(0.83 / 0.02), 0.02);
  EXPECT_NEAR(surname_weight(0, 1), std::log2(0.83 / 0.98), 0.02);
}

// The weights that stewards see are those that decided.
TEST_F(Records, AQuestionsWeightIsItsExplanations) {
  add("Jack Hartwell", "2014-03-12");
  add("Thomas Hartwell", "2014-03-12");
  people();
  const ClericalPair& pair = result_.clerical.front();
  EXPECT_EQ(pair.weight, pair.explanation.weight);
  EXPECT_EQ(explain(records_[0], records_[1], default_model(), 2, term_frequencies(records_)).weight, pair.weight);
}

TEST(Model, TheDefaultIsSound) {
  EXPECT_TRUE(check_model(default_model()).ok());
  EXPECT_GE(default_model().nicknames.size(), 150u);
  for (const Comparison& comparison : default_model().comparisons) {
    double m = 0;
    for (const ComparisonLevel& level : comparison.levels) m += level.m_probability;
    EXPECT_NEAR(m, 1, 1e-9) << name_of(comparison.field);
    EXPECT_FALSE(comparison.reason.empty());
  }
}

TEST(Model, SaysAllThatIsWrong) {
  Model model;
  model.comparisons = {{Field::Sex, {{LevelKind::JaroWinkler, 0.5, std::nan(""), 2}, {LevelKind::Exact, 0, 0.5}}, ""}};
  model.link_weight = std::nan("");
  const auto result = check_model(model);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(
      to_text(result.problems()),
      "The model has no blocking rule. Add one.\n"
      "sex: The last level is not Else. End with Else: nothing above holds.\n"
      "sex, jaro_winkler: A probability is not above 0 and at most 1. Give m and u as probabilities.\n"
      "sex, jaro_winkler: This level has no meaning for this field. Take another level.\n"
      "sex, jaro_winkler: A similarity to reach is not between 0 and 1. 0.92 is a typing slip.\n"
      "sex, exact: A probability is not above 0 and at most 1. Give m and u as probabilities.\n"
      "link_weight: The weights to link, to review and of ambiguity make no sense together. Review at most as high "
      "as link; ambiguity not below 0.");
  EXPECT_FALSE(link({}, model, {}, Threads{1}).ok());
}

}  // namespace
}  // namespace guildhall::matching
