#include <gtest/gtest.h>

#include <algorithm>

#include "db/database.h"

namespace guildhall::db {
namespace {

TEST(Location, OfAFile) {
  for (const char* text : {"/var/lib/guildhall/council.db", "sqlite:/var/lib/guildhall/council.db"}) {
    const auto location = Location::parse(text);
    ASSERT_TRUE(location.ok()) << text;
    EXPECT_EQ(location->kind(), Location::Kind::Sqlite);
    EXPECT_EQ(location->file(), "/var/lib/guildhall/council.db");
    EXPECT_EQ(location->text(), "sqlite:/var/lib/guildhall/council.db");
  }
}

TEST(Location, OfAServerNeverShowsThePassword) {
  const auto location = Location::parse(
      "postgres://guildhall:s3cr%40t@db.example.gov.uk:5433/council?schema=hackney&sslmode=verify-full");
  ASSERT_TRUE(location.ok());
  EXPECT_EQ(location->kind(), Location::Kind::Postgres);
  EXPECT_EQ(location->schema(), "hackney");
  EXPECT_EQ(location->text(), "postgres://guildhall@db.example.gov.uk:5433/council?schema=hackney");
  EXPECT_EQ(location->with_schema("camden").text(),
            "postgres://guildhall@db.example.gov.uk:5433/council?schema=camden");
  using Setting = std::pair<std::string, std::string>;
  const std::vector<Setting> settings = location->settings();
  EXPECT_NE(std::ranges::find(settings, Setting("password", "s3cr@t")), settings.end());
  EXPECT_NE(std::ranges::find(settings, Setting("sslmode", "verify-full")), settings.end());
}

TEST(Location, TheSchemaIsGuildhallUnlessTold) {
  EXPECT_EQ(Location::parse("postgresql://localhost/council")->schema(), "guildhall");
}

TEST(Location, SaysWhatIsWrongWithoutQuotingThePassword) {
  struct Case {
    const char* text;
    const char* what;
  };
  for (const Case& wrong : {
           Case{"", "The path of the SQLite file is missing."},
           Case{"sqlite:", "The path of the SQLite file is missing."},
           Case{"/var/lib/guildhall/", "The path of the SQLite file is missing."},
           Case{"mysql://root:s3cret@localhost/x", "This kind of database is not known."},
           Case{"postgres://me:s3cret@host/council?colour=s3cret",
                "This address of a PostgreSQL database can't be understood."},
           Case{"postgres://me:s3cret%zz@host/council", "This address of a PostgreSQL database can't be understood."},
           Case{"postgres://me@host/council?schema=Robert'); DROP", "The schema's name can't be used."},
       }) {
    const auto location = Location::parse(wrong.text);
    ASSERT_FALSE(location.ok()) << wrong.text;
    EXPECT_EQ(location.problems()[0].what, wrong.what);
    EXPECT_FALSE(location.problems()[0].remedy.empty());
    EXPECT_EQ(to_text(location.problems()).find("s3cret"), std::string::npos);
  }
}

}  // namespace
}  // namespace guildhall::db
