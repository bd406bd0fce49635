#include "decisions/api_keys.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "db/testing.h"
#include "decisions/decisions.h"

namespace guildhall::decisions {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");

class ApiKeys : public testing::Test {
 protected:
  ApiKeys() { database_->migrate("decisions", embedded_files()); }

  Result<NewApiKey> create(std::string_view name, const Rights& rights = {.may = {Right::Decisions}}) {
    return database_->write(
        [&](db::Connection& connection) { return create_key(connection, name, rights, "root", kMonday); });
  }
  Result<void> revoke(std::string_view name) {
    return database_->write([&](db::Connection& connection) { return revoke_key(connection, name, "root", kMonday); });
  }
  std::optional<ApiKeyId> found(std::string_view token) {
    const auto key = database_->read([&](db::Connection& connection) { return key_in_use(connection, token); });
    return key ? std::optional(key->id) : std::nullopt;
  }

  db::TestDatabase database_;
};

TEST_F(ApiKeys, AKeyIsGoodUntilItIsRevoked) {
  const NewApiKey portal = create("portal").value();
  const NewApiKey other = create("other").value();
  EXPECT_EQ(found(portal.token), portal.id);
  EXPECT_EQ(found(other.token), other.id);
  EXPECT_TRUE(revoke("portal").ok());
  EXPECT_EQ(found(portal.token), std::nullopt);
  EXPECT_EQ(found(other.token), other.id);
  const std::vector<ApiKey> keys = database_->read(&all_keys);
  ASSERT_EQ(keys.size(), 2u);
  const bool in_order = keys[0].id == portal.id;  // Both were made at one moment.
  EXPECT_EQ(keys[in_order ? 0 : 1].revoked_at, kMonday);
  EXPECT_EQ(keys[in_order ? 1 : 0].revoked_at, std::nullopt);
}

TEST_F(ApiKeys, OnlyTheWholeKeyIsOne) {
  const std::string token = create("portal").value().token;
  EXPECT_EQ(token.size(), 10u + 36u + 1u + 43u);  // 32 bytes in base64url.
  for (std::size_t length = 0; length < token.size(); ++length) EXPECT_EQ(found(token.substr(0, length)), std::nullopt);
  EXPECT_EQ(found(token + "A"), std::nullopt);
  std::string changed = token;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(found(changed), std::nullopt);
  const std::string other = create("other").value().token;
  EXPECT_EQ(found(token.substr(0, 47) + other.substr(47)), std::nullopt);  // One's id with the other's secret.
}

TEST_F(ApiKeys, AKeyMayDoWhatItWasMadeFor) {
  const Rights letters = Rights::parse("work, cases", "letters, copies").value();
  const std::string token = create("letters", letters).value().token;
  ASSERT_TRUE(create("portal").ok());
  const auto key = database_->read([&](db::Connection& connection) { return key_in_use(connection, token); });
  ASSERT_TRUE(key);
  EXPECT_EQ(key->rights, letters);
  EXPECT_EQ(key->rights.text(), "cases, work on copies, letters");
  EXPECT_TRUE(key->rights.may_work_on("letters"));
  EXPECT_FALSE(key->rights.may_work_on("payments"));
  EXPECT_TRUE(Rights::parse("work", "").value().may_work_on("payments"));
  EXPECT_FALSE(key->rights.may.contains(Right::Decisions));
  for (const ApiKey& each : database_->read(&all_keys)) {
    EXPECT_EQ(each.rights, each.name == "letters" ? letters : Rights{.may = {Right::Decisions}});
  }
}

TEST_F(ApiKeys, NobodyMayDoWhatIsNotNamed) {
  for (const auto& [may, topics] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"everything", ""}, {"decisions,", ""}, {"decisions", "letters"}, {"work", "letters,"}}) {
    EXPECT_FALSE(Rights::parse(may, topics).ok()) << may << " " << topics;
  }
}

TEST_F(ApiKeys, AKeyFromBeforeThereWereRightsAsksForDecisions) {
  db::TestDatabase before;
  std::vector<EmbeddedFile> first;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name < "migrations/0003") first.push_back(file);
  }
  before->migrate("decisions", first);
  const std::string token = "guildhall_" + ApiKeyId::make().text() + "_secret";
  before->write([&](db::Connection& connection) {
    const std::string digest = sha256(token);
    connection.execute(
        "INSERT INTO decision_key (id, name, sha256, created_at, created_by) VALUES ($1, 'portal', $2, 0, 'root')",
        {token.substr(10, 36), db::Blob{digest}});
  });
  before->migrate("decisions", embedded_files());
  const auto key = before->read([&](db::Connection& connection) { return key_in_use(connection, token); });
  ASSERT_TRUE(key);
  EXPECT_EQ(key->rights, Rights{.may = {Right::Decisions}});
}

TEST_F(ApiKeys, TheDatabaseHasNoKey) {
  const std::string secret = create("portal").value().token.substr(47);
  database_->read([&](db::Connection& connection) {
    connection.query("SELECT id, name, sha256 FROM decision_key", {}, [&](const db::Row& row) {
      EXPECT_EQ(row.blob(2).size(), 32u);
      EXPECT_EQ((std::string(row.text(0)) + std::string(row.text(1)) + std::string(row.blob(2))).find(secret),
                std::string::npos);
    });
  });
}

TEST_F(ApiKeys, ANameIsOneKeysWhileThatIsInUse) {
  const std::string first = create("portal").value().token;
  const auto again = create("portal");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.problems()[0].what, "A key of this name is in use.");
  EXPECT_FALSE(create("").ok());
  EXPECT_FALSE(create(std::string(101, 'a')).ok());
  EXPECT_FALSE(revoke("nobody").ok());
  EXPECT_TRUE(revoke("portal").ok());
  EXPECT_FALSE(revoke("portal").ok());
  const NewApiKey second = create("portal").value();
  EXPECT_EQ(found(second.token), second.id);
  EXPECT_EQ(found(first), std::nullopt);
}

}  // namespace
}  // namespace guildhall::decisions
