// What was acknowledged is stored, once, whatever is killed and when.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <latch>
#include <map>
#include <random>
#include <thread>

#include "base/text.h"
#include "db/testing.h"

namespace guildhall::db {
namespace {

constexpr EmbeddedFile kTables{
    "migrations/0001_tables.sql",
    "CREATE TABLE receipt (number INTEGER NOT NULL, writer INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"};

void add_receipt(Database& database, std::int64_t number, int writer) {
  database.write([&](Connection& connection) {
    connection.execute("INSERT INTO receipt (number, writer, text) VALUES ($1, $2, $3)",
                       {number, writer, "a submission that was acknowledged"});
  });
}

// How often each number is stored.
std::map<std::int64_t, int> receipts(Database& database) {
  std::map<std::int64_t, int> stored;
  database.read([&](Connection& connection) {
    stored.clear();
    connection.query("SELECT number FROM receipt", {}, [&](const Row& row) { ++stored[row.integer(0)]; });
  });
  return stored;
}

// The child: four writers, each of which says so on the pipe when a number has been acknowledged. Never
// returns.
[[noreturn]] void write_until_killed(const Location& location, int pipe, std::int64_t first) {
  const auto database = Database::open(location);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (std::int64_t number = first + writer;; number += 4) {
        add_receipt(*database, number, writer);
        if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(1);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ::_exit(1);
}

class DurabilityTest : public testing::TestWithParam<Location::Kind> {};

INSTANTIATE_TEST_SUITE_P(, DurabilityTest, testing::Values(Location::Kind::Sqlite, Location::Kind::Postgres),
                         [](const auto& kind) { return kind.param == Location::Kind::Sqlite ? "Sqlite" : "Postgres"; });

TEST_P(DurabilityTest, KillingTheProgramLosesAndDoublesNothing) {
  if (GetParam() == Location::Kind::Postgres && !test_postgres()) GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  TestDatabase database(GetParam());
  database->migrate("durability_test", {&kTables, 1});
  std::map<std::int64_t, int> acknowledged;
  for (int round = 0; round < 5; ++round) {
    database.close();  // A process with threads can't be forked safely.
    std::array<int, 2> pipe;
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      write_until_killed(database.location(), pipe[1], round * 1'000'000);
    }
    ::close(pipe[1]);
    // Killed after so many acknowledgements, and wherever the child has got to by then.
    const unsigned kill_after = std::uniform_int_distribution(1u, 400u)(random);
    unsigned heard = 0;
    std::int64_t number = 0;
    while (::read(pipe[0], &number, sizeof number) == sizeof number) {
      ++acknowledged[number];
      if (++heard == kill_after) ::kill(child, SIGKILL);
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ASSERT_GE(heard, kill_after);

    database.reopen();
    // On PostgreSQL the server may still be busy with the last words of the dead: its writer's lock goes with
    // them.
    database->write([](Connection&) {});
    const auto stored = receipts(*database);
    for (const auto& [receipt, times] : acknowledged) {
      ASSERT_TRUE(stored.contains(receipt)) << receipt << " was acknowledged and is lost";
    }
    for (const auto& [receipt, times] : stored) ASSERT_EQ(times, 1) << receipt << " is stored more than once";
    // What was on its way when the program died may be there: no more than one for each writer.
    ASSERT_LE(stored.size(), acknowledged.size() + static_cast<std::size_t>(round + 1) * 4);
  }
}

// An operator's command beside the running server: it opens the same database, looks, and is gone.
TEST_P(DurabilityTest, AnotherProgramThatComesAndGoesTakesNothingWithIt) {
  if (GetParam() == Location::Kind::Postgres && !test_postgres()) GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
  TestDatabase database(GetParam());
  database->migrate("durability_test", {&kTables, 1});
  database.close();
  std::array<int, 2> from_server, to_server;
  ASSERT_EQ(::pipe(from_server.data()), 0);
  ASSERT_EQ(::pipe(to_server.data()), 0);
  const pid_t server = ::fork();
  if (server == 0) {
    const auto open = Database::open(database.location());
    char word = 0;
    for (std::int64_t number = 1; number <= 2; ++number) {
      receipts(*open);  // A second connection, opened while the first is in use.
      add_receipt(*open, number, 0);
      if (::write(from_server[1], "w", 1) != 1 || ::read(to_server[0], &word, 1) != 1) ::_exit(1);
    }
    ::_exit(0);
  }
  char word = 0;
  for (int times = 0; times < 2; ++times) {
    ASSERT_EQ(::read(from_server[0], &word, 1), 1);
    database.reopen();
    EXPECT_EQ(receipts(*database).size(), static_cast<std::size_t>(times + 1));
    database.close();
    ASSERT_EQ(::write(to_server[1], "g", 1), 1);
  }
  int status = 0;
  ::waitpid(server, &status, 0);
  for (const int end : {from_server[0], from_server[1], to_server[0], to_server[1]}) ::close(end);
  database.reopen();
  EXPECT_EQ(receipts(*database), (std::map<std::int64_t, int>{{1, 1}, {2, 1}}));
}

// A PostgreSQL server of this test's own, which it may stop as it likes.
class OwnServer {
 public:
  OwnServer() {
    std::array<int, 2> in, out;
    // Closed in every program that this test starts: a server that kept them open would keep the script
    // waiting.
    check(::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0, "no pipes");
    script_ = ::fork();
    if (script_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      ::execl("scripts/with_postgres", "with_postgres", "sh", "-c",
              "echo $GUILDHALL_TEST_POSTGRES $GUILDHALL_TEST_PG_CTL; exec cat >/dev/null", nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    until_closed_ = in[1];
    std::string line;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    const auto words = split(line, ' ');
    check(words.size() == 2, "scripts/with_postgres did not start a server");
    uri_ = words[0];
    pg_ctl_ = words[1];
  }
  ~OwnServer() {
    ::close(until_closed_);
    ::waitpid(script_, nullptr, 0);
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;

  Location location() const { return *Location::parse(uri_ + "?schema=council"); }
  void pg_ctl(const std::string& command) const {
    check(std::system((pg_ctl_ + " " + command + " </dev/null >/dev/null 2>&1").c_str()) == 0, "pg_ctl failed");
  }

 private:
  pid_t script_ = 0;
  int until_closed_ = -1;
  std::string uri_;
  std::string pg_ctl_;
};

TEST(PostgresDurability, StoppingTheServerAtOnceLosesAndDoublesNothing) {
  if (!test_postgres()) GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
  const OwnServer server;
  const auto database = Database::open(server.location());
  database->migrate("durability_test", {&kTables, 1});
  ASSERT_TRUE(receipts(*database).empty());  // A reader's connection is open too, when the server goes.

  std::array<std::map<std::int64_t, int>, 4> acknowledged;  // By each writer.
  std::array<std::int64_t, 4> failed{};
  std::atomic<std::int64_t> total = 0;
  std::latch server_is_back(1);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      const auto mine = static_cast<std::size_t>(writer);
      // Goes on through the failures, until it has written again after one. A failed number is not tried
      // again, so that one that was stored all the same can be told from one that was doubled.
      std::int64_t since_failure = 0;
      for (std::int64_t number = writer; failed[mine] == 0 || since_failure < 20; number += 4) {
        try {
          add_receipt(*database, number, writer);
          ++acknowledged[mine][number];
          ++total;
          ++since_failure;
        } catch (const DatabaseError& error) {
          EXPECT_EQ(error.kind(), DatabaseError::Kind::Unavailable) << error.what();
          ++failed[mine];
          since_failure = 0;
          server_is_back.wait();
        }
      }
    });
  }
  while (total < 200) std::this_thread::yield();
  server.pg_ctl("stop -m immediate");
  server.pg_ctl("start");
  server_is_back.count_down();
  for (std::thread& writer : writers) writer.join();

  const auto read_again = [&] {
    for (;;) {
      try {
        return receipts(*database);
      } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::Unavailable) << error.what();
      }
    }
  };
  const auto stored = read_again();
  std::size_t acknowledgements = 0;
  for (const auto& by_one : acknowledged) {
    acknowledgements += by_one.size();
    for (const auto& [number, times] : by_one) ASSERT_TRUE(stored.contains(number)) << number << " is lost";
  }
  for (const auto& [number, times] : stored) ASSERT_EQ(times, 1) << number << " is stored more than once";
  // At most what each writer had on its way when the server was stopped.
  EXPECT_LE(stored.size(), acknowledgements + 4);
}

TEST(PostgresDurability, AConnectionThatWasIdleWhenTheServerRestartedIsReplacedUnnoticed) {
  if (!test_postgres()) GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
  const OwnServer server;
  const auto database = Database::open(server.location());
  database->migrate("durability_test", {&kTables, 1});
  add_receipt(*database, 1, 0);
  ASSERT_EQ(receipts(*database).size(), 1u);
  server.pg_ctl("restart -m fast");
  EXPECT_EQ(receipts(*database).size(), 1u);
  add_receipt(*database, 2, 0);
  EXPECT_EQ(receipts(*database).size(), 2u);
}

TEST(PostgresDurability, WithoutAServerWorkIsUnavailable) {
  const auto nowhere = Location::parse("postgres://guildhall:s3cret@127.0.0.1:1/council");
  try {
    Database::open(*nowhere);
    FAIL() << "opened";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), DatabaseError::Kind::Unavailable);
    EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
  }
}

}  // namespace
}  // namespace guildhall::db
