#include "decisions/publishing.h"

#include <gtest/gtest.h>

#include "db/testing.h"
#include "decisions/api_json.h"
#include "decisions/catalogue.h"
#include "decisions/decisions.h"
#include "decisions/impl/test_models.h"

namespace guildhall::decisions {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");

class Publishing : public testing::Test {
 protected:
  Publishing() { database_->migrate("decisions", embedded_files()); }

  Result<Published> published(std::string_view xml, std::optional<std::string_view> accepted = std::nullopt) {
    return publish(*database_, {.xml = xml, .published_by = "m.evans", .accepted = accepted}, kMonday);
  }
  // What publishing says it is refused for: the first problem's words.
  std::string refusal(std::string_view xml) {
    const std::int64_t before = database_->read(&published_count);
    const auto result = published(xml);
    EXPECT_EQ(database_->read(&published_count), before) << "what is refused leaves no trace";
    return result.ok() ? "" : result.problems()[0].what;
  }

  db::TestDatabase database_;
};

TEST_F(Publishing, TheSameBytesAgainChangeNothing) {
  const Published first = published(residents_model()).value();
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.version.published_by, "m.evans");
  const Published again = published(residents_model()).value();
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.version, first.version);
  const Published changed = published(residents_model(R"("A", "B")")).value();
  EXPECT_EQ(changed.version.number, 2);
  // Back to what was before is a version of its own.
  EXPECT_EQ(published(residents_model()).value().version.number, 3);
}

TEST_F(Publishing, WhatHasSomethingToMendIsRefusedWithAllOfIt) {
  EXPECT_NE(refusal("This is a letter."), "");
  const auto broken = published(model("Broken", "urn:broken",
                                      R"(<decision id="a" name="One"><variable name="One"/>
                <literalExpression><text>1 +</text></literalExpression></decision>
              <decision id="b" name="Two"><variable name="Two"/>
                <literalExpression><text>Nobody</text></literalExpression></decision>)"));
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.problems().size(), 2u) << to_text(broken.problems());
  for (const Problem& problem : broken.problems()) EXPECT_NE(problem.remedy, "") << problem.what;
}

// A table that says nothing of those who are 65 or more, with and without a mistake beside it.
std::string table_with_gap(std::string_view more = "") {
  return model("Swimming", "urn:swimming",
               R"(<inputData id="age" name="Age"><variable name="Age" typeRef="number"/></inputData>
    <decision id="fee" name="Fee"><variable name="Fee"/>
      <informationRequirement id="r"><requiredInput href="#age"/></informationRequirement>
      <decisionTable id="t"><input id="i"><inputExpression><text>Age</text></inputExpression></input><output id="o"/>
        <rule id="a"><inputEntry id="a1"><text>&lt; 65</text></inputEntry><outputEntry id="a2"><text>5</text></outputEntry>
      </rule></decisionTable></decision>)" +
                   std::string(more));
}

TEST_F(Publishing, ATableThatSaysNothingOfACaseIsRefusedWithTheCase) {
  const auto refused = published(table_with_gap());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problems()[0].what, "No rule says what happens when Age is 65 or more. For example: Age = 65.");
  EXPECT_NE(refused.problems().back().remedy.find("--accept"), std::string::npos);
}

TEST_F(Publishing, ACouncilMayHaveAReasonWhichIsKept) {
  const Version version = published(table_with_gap(), "Older people swim on another tariff.").value().version;
  EXPECT_EQ(version.accepted, "Older people swim on another tariff.");
  EXPECT_EQ(database_->read(&all_versions), std::vector<Version>{version});
  EXPECT_EQ(database_->read(&newest_versions)[0].version, version);
  EXPECT_NE(
      catalogue_json(*PublishedModels(*database_).now()).find(R"("accepted":"Older people swim on another tariff.")"),
      std::string::npos);
}

TEST_F(Publishing, AReasonIsKeptOnlyWhereItIsNeeded) {
  EXPECT_EQ(published(residents_model(), "It is meant so.").value().version.accepted, std::nullopt);
  EXPECT_FALSE(published(table_with_gap(), " ").ok());
}

TEST_F(Publishing, NoReasonHelpsWhatCannotWork) {
  const auto broken = published(table_with_gap(R"(<decision id="b" name="Broken"><variable name="Broken"/>
      <literalExpression><text>1 +</text></literalExpression></decision>)"),
                                "It is meant so.");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.problems().size(), 1u) << to_text(broken.problems());
}

TEST_F(Publishing, AnImportMustBePublishedBefore) {
  EXPECT_EQ(refusal(permit_model()),
            "No published model has the imported namespace https://borsetshire.example/residents.");
  ASSERT_TRUE(published(residents_model()).ok());
  EXPECT_TRUE(published(permit_model()).ok());
}

TEST_F(Publishing, AnImportMustMeanOneModel) {
  ASSERT_TRUE(published(residents_model()).ok());
  ASSERT_TRUE(published(model("Visitors", kResidentsNamespace, "")).ok());
  EXPECT_EQ(refusal(permit_model()),
            "Two published models have the imported namespace https://borsetshire.example/residents: ‘Residents’ and "
            "‘Visitors’.");
}

TEST_F(Publishing, WhatWouldBreakAPublishedModelIsRefused) {
  ASSERT_TRUE(published(residents_model()).ok());
  ASSERT_TRUE(published(permit_model()).ok());
  const auto renamed = published(residents_model(R"("A")", "tArea"));
  ASSERT_FALSE(renamed.ok());
  EXPECT_EQ(renamed.problems()[0].what,
            "The published model ‘Parking permit’ imports this one and would no longer work.");
  EXPECT_GE(renamed.problems().size(), 2u);
  EXPECT_EQ(refusal(model("Visitors", kResidentsNamespace, "")), renamed.problems()[0].what);
  EXPECT_TRUE(published(residents_model(R"("A", "B", "C", "D")")).ok());
}

TEST_F(Publishing, WhatIsNewIsOfferedAtOnceAndWhatIsNotIsNotCompiledAgain) {
  PublishedModels models(*database_);
  EXPECT_TRUE(models.now()->models.empty());
  ASSERT_TRUE(published(residents_model()).ok());
  ASSERT_TRUE(published(permit_model()).ok());
  ASSERT_TRUE(published(trying_model()).ok());
  const auto first = models.now();
  ASSERT_EQ(first->models.size(), 3u);
  EXPECT_EQ(models.now(), first);
  EXPECT_EQ(first->find("nothing"), nullptr);
  ASSERT_NE(first->find("parking-permit"), nullptr);
  EXPECT_EQ(first->find("parking-permit")->decisions.size(), 2u);

  ASSERT_TRUE(published(residents_model(R"("A", "B")")).ok());
  const auto second = models.now();
  EXPECT_EQ(second->find("trying"), first->find("trying"));
  EXPECT_EQ(second->find("residents")->newest().number, 2);
  EXPECT_EQ(second->find("residents")->versions.size(), 2u);
  // The importing model answers with what it imports now.
  ASSERT_EQ(second->find("parking-permit")->compiled.imports.size(), 1u);
  EXPECT_EQ(second->find("parking-permit")->compiled.imports[0].number, 2);
}

TEST_F(Publishing, AModelThatCanNoLongerBeReadStopsNoOther) {
  ASSERT_TRUE(published(residents_model()).ok());
  database_->write([](db::Connection& connection) {
    add_version(connection, {.namespace_uri = "urn:old", .name = "Old", .xml = "<old/>", .published_by = ""}, kMonday);
  });
  const auto catalogue = PublishedModels(*database_).now();
  EXPECT_FALSE(catalogue->find("old")->problems.empty());
  EXPECT_TRUE(catalogue->find("residents")->problems.empty());
  EXPECT_TRUE(published(permit_model()).ok());
}

}  // namespace
}  // namespace guildhall::decisions
