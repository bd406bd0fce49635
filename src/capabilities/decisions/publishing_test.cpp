#include "decisions/publishing.h"

#include <gtest/gtest.h>

#include "db/testing.h"
#include "decisions/catalogue.h"
#include "decisions/decisions.h"
#include "decisions/impl/test_models.h"

namespace guildhall::decisions {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");

class Publishing : public testing::Test {
 protected:
  Publishing() { database_->migrate("decisions", embedded_files()); }

  Result<Published> published(std::string_view xml) { return publish(*database_, xml, "m.evans", kMonday); }
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
