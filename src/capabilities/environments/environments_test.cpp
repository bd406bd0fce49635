#include "environments/environments.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <random>

#include "db/testing.h"

namespace guildhall::environments {
namespace {

namespace fs = std::filesystem;

constexpr std::array<EmbeddedFile, 1> kEnquiries{
    {{"migrations/0001_enquiry.sql", "CREATE TABLE enquiry (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;"}}};

EnvironmentName name(std::string_view text) {
  return *EnvironmentName::parse(text);
}

// A data directory, and on PostgreSQL a registry's schema, of this test's own.
class EnvironmentsTest : public testing::TestWithParam<db::Location::Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == db::Location::Kind::Postgres) {
      if (!db::test_postgres()) GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
      registry_.emplace(GetParam());
      registry_->close();
    }
    std::string pattern = (fs::temp_directory_path() / "guildhall-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    data_ = pattern;
    start();
  }

  void TearDown() override {
    if (!environments_) return;
    for (const Listed& listed : environments_->list()) static_cast<void>(environments_->destroy(listed.name));
    environments_.reset();
    fs::remove_all(data_);
  }

  // As when the program starts.
  void start() {
    std::optional<db::Location> server;
    if (registry_) server = registry_->location();
    environments_.emplace(data_, server, std::vector<Module>{{"enquiries", kEnquiries}});
  }

  static void add_enquiry(const Environment& environment, std::string_view text) {
    environment.database().write([&](db::Connection& connection) {
      connection.execute("INSERT INTO enquiry (id, text) VALUES ($1, $2)", {new_uuid(), text});
    });
  }
  static std::int64_t enquiries(const Environment& environment) {
    return *environment.database().read([](db::Connection& connection) {
      return connection.query_one("SELECT count(*) FROM enquiry", {},
                                  [](const db::Row& row) { return row.integer(0); });
    });
  }

  fs::path folder(std::string_view of) const { return data_ / "environments" / of; }
  std::vector<std::string> folders() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(data_ / "environments")) found.push_back(entry.path().filename());
    return found;
  }
  bool schema_exists(std::string_view suffix) {
    if (!registry_) return false;
    registry_->reopen();
    const bool found = (*registry_)->read([&](db::Connection& connection) {
      return connection
          .query_one("SELECT 1 FROM pg_namespace WHERE nspname = $1",
                     {registry_->location().schema() + std::string(suffix)}, [](const db::Row&) { return true; })
          .has_value();
    });
    registry_->close();
    return found;
  }

  std::optional<db::TestDatabase> registry_;
  fs::path data_;
  std::optional<Environments> environments_;
};

INSTANTIATE_TEST_SUITE_P(, EnvironmentsTest, testing::Values(db::Location::Kind::Sqlite, db::Location::Kind::Postgres),
                         [](const auto& kind) {
                           return kind.param == db::Location::Kind::Sqlite ? "Sqlite" : "Postgres";
                         });

TEST(EnvironmentName, IsPlain) {
  for (const char* good : {"a", "hackney", "hackney-training", "release-2", "a2345678901234567890123456789012"}) {
    EXPECT_TRUE(EnvironmentName::parse(good).ok()) << good;
  }
  for (const char* bad : {"", "Hackney", "2nd", "-a", "a-", "a--b", "a_b", "a/b", "..", "a b", ".pending-a", "siân",
                          "a23456789012345678901234567890123"}) {
    ASSERT_FALSE(EnvironmentName::parse(bad).ok()) << bad;
    EXPECT_EQ(EnvironmentName::parse(bad).problems()[0].what, "This name can't be used for an environment.");
  }
}

TEST_P(EnvironmentsTest, ANewOneIsCompleteInASecond) {
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(environments_->create(name("hackney-training")).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));

  const auto listed = environments_->list();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].name.text(), "hackney-training");
  EXPECT_EQ(listed[0].location.kind(), GetParam());
  EXPECT_EQ(listed[0].state, State::Ready);
  EXPECT_LT(SystemClock().now() - *listed[0].created_at, std::chrono::minutes(1));

  const Environment hackney = *environments_->open(name("hackney-training"));
  EXPECT_EQ(enquiries(hackney), 0);
  EXPECT_EQ(hackney.key().size(), 32u);
  EXPECT_TRUE(fs::is_directory(hackney.attachments()));
  EXPECT_TRUE(fs::is_directory(hackney.spool()));
  EXPECT_EQ(fs::status(hackney.folder() / "key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(hackney.folder()).permissions(), fs::perms::owner_all);
}

TEST_P(EnvironmentsTest, TwoCouncilsShareNothing) {
  ASSERT_TRUE(environments_->create(name("camden")).ok());
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  const Environment camden = *environments_->open(name("camden"));
  const Environment hackney = *environments_->open(name("hackney"));
  EXPECT_NE(camden.key(), hackney.key());
  add_enquiry(camden, "When is my bin collected?");
  EXPECT_EQ(enquiries(camden), 1);
  EXPECT_EQ(enquiries(hackney), 0);
}

TEST_P(EnvironmentsTest, ARestartKeepsEverything) {
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  std::string key;
  {
    const Environment hackney = *environments_->open(name("hackney"));
    key = hackney.key();
    add_enquiry(hackney, "When is my bin collected?");
  }
  start();
  const Environment hackney = *environments_->open(name("hackney"));
  EXPECT_EQ(hackney.key(), key);
  EXPECT_EQ(enquiries(hackney), 1);
}

TEST_P(EnvironmentsTest, RefusesASecondOfTheSameNameAndWhatIsNotThere) {
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  EXPECT_EQ(environments_->create(name("hackney")).problems()[0].what, "There is an environment of this name already.");
  EXPECT_EQ(environments_->open(name("camden")).problems()[0].what, "There is no environment of this name.");
  EXPECT_EQ(environments_->destroy(name("camden")).problems()[0].what, "There is no environment of this name.");
}

TEST_P(EnvironmentsTest, DestroyingLeavesNothing) {
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  {
    const Environment hackney = *environments_->open(name("hackney"));
    add_enquiry(hackney, "When is my bin collected?");
    std::ofstream(hackney.attachments() / "letter.pdf") << "a letter";
    EXPECT_EQ(environments_->destroy(name("hackney")).problems()[0].what, "This environment is in use.");
    EXPECT_EQ(enquiries(hackney), 1);
  }
  ASSERT_TRUE(environments_->destroy(name("hackney")).ok());
  EXPECT_TRUE(environments_->list().empty());
  EXPECT_TRUE(folders().empty());
  EXPECT_FALSE(schema_exists("_hackney"));
  // And one of the same name is a new one.
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  EXPECT_EQ(enquiries(*environments_->open(name("hackney"))), 0);
}

TEST_P(EnvironmentsTest, AFailureWhileCreatingLeavesNothing) {
  constexpr std::array<EmbeddedFile, 1> kBroken{{{"migrations/0001_broken.sql", "CREATE TABLE (;"}}};
  std::optional<db::Location> server;
  if (registry_) server = registry_->location();
  Environments broken(data_, server, {{"enquiries", kEnquiries}, {"broken", kBroken}});
  EXPECT_THROW(static_cast<void>(broken.create(name("hackney"))), db::DatabaseError);
  EXPECT_TRUE(environments_->list().empty());
  EXPECT_TRUE(folders().empty());
  EXPECT_FALSE(schema_exists("_hackney"));
  EXPECT_TRUE(environments_->create(name("hackney")).ok());
}

TEST_P(EnvironmentsTest, SaysWhatIsDamaged) {
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  fs::resize_file(folder("hackney") / "key", 31);
  EXPECT_EQ(environments_->list()[0].state, State::KeyMissing);
  EXPECT_EQ(environments_->open(name("hackney")).problems()[0].what,
            "The key of this environment is missing or damaged.");
  fs::resize_file(folder("hackney") / "key", 32);
  if (GetParam() == db::Location::Kind::Sqlite) {
    fs::remove(folder("hackney") / "environment.db");
    EXPECT_EQ(environments_->list()[0].state, State::DatabaseUnreadable);
    EXPECT_EQ(environments_->open(name("hackney")).problems()[0].what, "The database of this environment is missing.");
    std::ofstream(folder("hackney") / "environment.db") << "Not a database, but a long enough text to look like one.";
    EXPECT_EQ(environments_->list()[0].state, State::DatabaseUnreadable);
  }
}

TEST_P(EnvironmentsTest, NeverTakesAwayAFolderThatItCannotExplain) {
  fs::create_directories(folder("hackney") / "attachments");
  EXPECT_EQ(environments_->create(name("hackney")).problems()[0].what,
            registry_ ? "The server knows no environment of this name, but there is a folder of its files."
                      : "There is an environment of this name already.");
  EXPECT_EQ(environments_->list().size(), registry_ ? 0u : 1u);
  EXPECT_TRUE(fs::exists(folder("hackney") / "attachments"));
}

TEST_P(EnvironmentsTest, AnOlderOneIsBroughtUpToDateWhenOpened) {
  ASSERT_TRUE(environments_->create(name("hackney")).ok());
  add_enquiry(*environments_->open(name("hackney")), "When is my bin collected?");
  constexpr std::array<EmbeddedFile, 2> kNewer{
      {kEnquiries[0], {"migrations/0002_channel.sql", "ALTER TABLE enquiry ADD COLUMN channel TEXT;"}}};
  std::optional<db::Location> server;
  if (registry_) server = registry_->location();
  Environments newer(data_, server, {{"enquiries", kNewer}});
  const Environment hackney = *newer.open(name("hackney"));
  EXPECT_EQ(hackney.database().write(
                [](db::Connection& connection) { return connection.execute("UPDATE enquiry SET channel = 'web'"); }),
            1);
}

// A child creates and destroys without end, and is killed somewhere in the middle.
TEST_P(EnvironmentsTest, KillingTheProgramLeavesAllOrNothing) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int complete = 0;
  for (int round = 0; round < 12; ++round) {
    environments_.reset();  // A process with threads can't be forked safely.
    std::array<int, 2> pipe;
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      start();
      for (;;) {
        static_cast<void>(environments_->create(name("hackney")));
        static_cast<void>(environments_->destroy(name("hackney")));
        if (::write(pipe[1], ".", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    char dot = 0;
    ASSERT_EQ(::read(pipe[0], &dot, 1), 1);
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::microseconds(std::uniform_int_distribution(0, 60'000)(random));
    while (std::chrono::steady_clock::now() < end) ::sched_yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);

    start();
    const auto listed = environments_->list();
    ASSERT_LE(listed.size(), 1u);
    if (listed.size() == 1) {
      ++complete;
      ASSERT_EQ(listed[0].state, State::Ready);
      ASSERT_EQ(folders(), std::vector<std::string>{"hackney"});
      ASSERT_EQ(enquiries(*environments_->open(name("hackney"))), 0);
      ASSERT_TRUE(environments_->destroy(name("hackney")).ok());
    } else {
      ASSERT_TRUE(folders().empty());
      ASSERT_FALSE(schema_exists("_hackney"));
      ASSERT_TRUE(environments_->create(name("hackney")).ok());
      ASSERT_TRUE(environments_->destroy(name("hackney")).ok());
    }
  }
  RecordProperty("complete", complete);
}

}  // namespace
}  // namespace guildhall::environments
