#include "council/council.h"

#include <gtest/gtest.h>

#include "db/testing.h"

namespace guildhall::council {
namespace {

TEST(Council, IsToldOnceAndCanChange) {
  db::TestDatabase database;
  database->migrate("council", embedded_files());
  const auto found = [&] { return database->read([](db::Connection& connection) { return find(connection); }); };
  EXPECT_EQ(found(), std::nullopt);
  Council borsetshire{.name = "Borsetshire County Council",
                      .brand_colour = "#00603d",
                      .front_door_phone = "01632 960101",
                      .out_of_hours_phone = "01632 960999",
                      .contact_email = "hello@borsetshire.example",
                      .contact_phone = "01632 960100",
                      .told_on = Date::parse_iso("2026-11-02").value(),
                      .is_demonstration = true};
  const auto tell = [&] { database->write([&](db::Connection& connection) { store(connection, borsetshire); }); };
  tell();
  EXPECT_EQ(found(), borsetshire);
  borsetshire.front_door_phone = "01632 960102";
  tell();
  EXPECT_EQ(found(), borsetshire);
}

}  // namespace
}  // namespace guildhall::council
