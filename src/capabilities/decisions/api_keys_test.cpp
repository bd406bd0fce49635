#include "decisions/api_keys.h"

#include <gtest/gtest.h>

#include "db/testing.h"
#include "decisions/decisions.h"

namespace guildhall::decisions {
namespace {

const Instant kMonday = *parse_instant("2026-03-02T09:00:00Z");

class ApiKeys : public testing::Test {
 protected:
  ApiKeys() { database_->migrate("decisions", embedded_files()); }

  Result<NewApiKey> create(std::string_view name) {
    return database_->write([&](db::Connection& connection) { return create_key(connection, name, "root", kMonday); });
  }
  Result<void> revoke(std::string_view name) {
    return database_->write([&](db::Connection& connection) { return revoke_key(connection, name, "root", kMonday); });
  }
  std::optional<ApiKeyId> found(std::string_view token) {
    return database_->read([&](db::Connection& connection) { return key_in_use(connection, token); });
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
