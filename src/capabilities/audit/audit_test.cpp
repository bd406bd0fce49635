#include "audit/audit.h"

#include <gtest/gtest.h>

#include "db/testing.h"

namespace guildhall::audit {
namespace {

const Instant kTwoInTheMorning = *parse_instant("2026-03-01T02:00:00Z");

class Audit : public testing::Test {
 protected:
  Audit() { database_->migrate("audit", embedded_files()); }

  Act search(std::string family_name, std::string subject = "") const {
    return {.account = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            .organisation = "Westshire Police",
            .act = "partner.search",
            .purpose = "immediate-risk",
            .subject = std::move(subject),
            .outcome = "signpost",
            .personal = {{"birth_date", "2014-03-12"}, {"family_name", std::move(family_name)}}};
  }
  Result<std::int64_t> verified() {
    return database_->read([](db::Connection& connection) { return verify(connection); });
  }
  void tamper(std::string_view sql) {
    database_->write([&](db::Connection& connection) { connection.execute(sql); });
  }
  std::vector<Entry> all(const Filter& filter = {}) {
    return database_->read([&](db::Connection& connection) { return list(connection, filter); });
  }

  db::TestDatabase database_;
};

TEST_F(Audit, TellsWhatWasRecorded) {
  EXPECT_EQ(record(*database_, search("Okafor"), kTwoInTheMorning), 1);
  EXPECT_EQ(record(*database_, search("Nowak", "somebody"), kTwoInTheMorning), 2);
  const std::vector<Entry> entries = all();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].number, 1);
  EXPECT_EQ(entries[0].at, kTwoInTheMorning);
  EXPECT_EQ(entries[0].act, search("Okafor"));
  EXPECT_EQ(entries[1].act, search("Nowak", "somebody"));
  EXPECT_EQ(all({.account = {}, .subject = "somebody"}).size(), 1u);
  EXPECT_EQ(all({.account = "nobody", .subject = {}}).size(), 0u);
  EXPECT_EQ(all({.account = {}, .subject = {}, .after = 1}).front().number, 2);
  EXPECT_EQ(all({.account = {}, .subject = {}, .after = 0, .limit = 1}).front().number, 2);
  EXPECT_EQ(*verified(), 2);
}

TEST_F(Audit, TheLeafHoldsNoPersonalValue) {
  record(*database_, search("Okafor"), kTwoInTheMorning);
  const auto leaf = database_->read([](db::Connection& connection) {
    return connection.query_one("SELECT leaf FROM audit_entry", {},
                                [](const db::Row& row) { return std::string(row.text(0)); });
  });
  EXPECT_EQ(leaf->find("Okafor"), std::string::npos);
  EXPECT_EQ(leaf->find("2014"), std::string::npos);
  EXPECT_NE(leaf->find("family_name"), std::string::npos);
}

TEST_F(Audit, ErasingAPersonLeavesTheLogWhole) {
  record(*database_, search("Okafor"), kTwoInTheMorning);
  tamper("DELETE FROM audit_field");
  EXPECT_EQ(*verified(), 1);
  EXPECT_TRUE(all().front().act.personal.empty());
}

TEST_F(Audit, NoticesEveryChange) {
  for (const char* change :
       {"UPDATE audit_entry SET leaf = replace(leaf, 'signpost', 'none') WHERE number = 2",
        "UPDATE audit_entry SET account = 'somebody else' WHERE number = 2",
        "UPDATE audit_entry SET at = at + 1 WHERE number = 2", "UPDATE audit_entry SET act = 'other' WHERE number = 1",
        "UPDATE audit_entry SET subject = 'other' WHERE number = 1",
        "UPDATE audit_entry SET leaf_hash = chain_hash WHERE number = 3",
        "UPDATE audit_entry SET chain_hash = leaf_hash WHERE number = 3",
        "UPDATE audit_field SET value = 'Smith' WHERE number = 2 AND name = 'family_name'",
        "UPDATE audit_field SET name = 'nhs_number' WHERE number = 2 AND name = 'family_name'",
        "DELETE FROM audit_field; DELETE FROM audit_entry WHERE number = 2"}) {
    db::TestDatabase database;
    database->migrate("audit", embedded_files());
    for (const char* name : {"Okafor", "Nowak", "Evans"}) record(*database, search(name), kTwoInTheMorning);
    database->write([&](db::Connection& connection) {
      for (std::string_view rest = change; !rest.empty();) {
        const std::size_t end = rest.find(';');
        connection.execute(rest.substr(0, end));
        rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
      }
    });
    EXPECT_FALSE(database->read([](db::Connection& connection) { return verify(connection); }).ok()) << change;
  }
}

TEST_F(Audit, AnActThatIsUndoneLeavesNoEntry) {
  const auto undone = database_->write([&](db::Connection& connection) -> Result<void> {
    record(connection, search("Okafor"), kTwoInTheMorning);
    return Problem{"The child's record is locked.", "", ""};
  });
  EXPECT_FALSE(undone.ok());
  EXPECT_EQ(*verified(), 0);
  EXPECT_EQ(record(*database_, search("Nowak"), kTwoInTheMorning), 1);
}

}  // namespace
}  // namespace guildhall::audit
