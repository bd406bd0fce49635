#include "decisions/decision_store.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "db/testing.h"
#include "decisions/decisions.h"

namespace guildhall::decisions {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");

class DecisionStore : public testing::Test {
 protected:
  DecisionStore() { database_->migrate("decisions", embedded_files()); }

  Version add(std::string_view namespace_uri, std::string_view name, std::string_view xml) {
    return database_->write([&](db::Connection& connection) {
      return add_version(
          connection, {.namespace_uri = namespace_uri, .name = name, .xml = xml, .published_by = "m.evans"}, kMonday);
    });
  }
  template <class Work>
  auto read(Work work) {
    return database_->read(work);
  }

  db::TestDatabase database_;
};

TEST_F(DecisionStore, VersionsCountFromOneForEachNameAndNamespace) {
  EXPECT_EQ(read(&published_count), 0);
  const Version first = add("urn:a", "Fee", "<one/>");
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(first.slug, "fee");
  EXPECT_EQ(add("urn:a", "Fee", "<two/>").number, 2);
  const Version other = add("urn:b", "Fee", "<other/>");
  EXPECT_EQ(other.number, 1);
  EXPECT_EQ(other.slug, "fee-2");  // An address is one model's.
  EXPECT_EQ(add("urn:a", "Fee!", "<third/>").slug, "fee-3");
  EXPECT_EQ(read(&published_count), 4);
}

TEST_F(DecisionStore, AVersionIsKeptByteForByte) {
  const std::string utf16("\xff\xfe<\0a\0/\0>\0", 10);  // XML may be written so.
  const Version added = add("urn:a", "Fee", utf16);
  EXPECT_EQ(added.sha256, sha256(utf16));
  EXPECT_EQ(read([&](db::Connection& connection) { return text_of(connection, added.id); }), utf16);
  EXPECT_EQ(read([&](db::Connection& connection) { return text_of(connection, VersionId::make()); }), std::nullopt);
  EXPECT_EQ(read(&all_versions), std::vector<Version>{added});
}

TEST_F(DecisionStore, TheNewestOfEachModelIsFound) {
  add("urn:a", "Zoning", "<one/>");
  const Version zoning = add("urn:a", "Zoning", "<two/>");
  const Version fee = add("urn:b", "Fee", "<three/>");
  const std::vector<VersionText> newest = read(&newest_versions);
  ASSERT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest[0].version, fee);
  EXPECT_EQ(newest[0].xml, "<three/>");
  EXPECT_EQ(newest[1].version, zoning);
  EXPECT_EQ(newest[1].xml, "<two/>");
}

TEST(Slug, IsAnAddressThatPeopleCanRead) {
  EXPECT_EQ(slug_of("Parking permit", "model"), "parking-permit");
  EXPECT_EQ(slug_of("  Über-Gebühr (neu)! ", "model"), "uber-gebuhr-neu");
  EXPECT_EQ(slug_of("2026/27", "model"), "2026-27");
  EXPECT_EQ(slug_of("駐車", "model"), "model");
  EXPECT_EQ(slug_of(std::string(59, 'a') + "-b", "model"), std::string(59, 'a'));
  EXPECT_EQ(free_slug("fee", {"fee", "fee-2"}), "fee-3");
}

}  // namespace
}  // namespace guildhall::decisions
