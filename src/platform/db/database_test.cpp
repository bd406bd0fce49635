// Every statement of database.h, on SQLite and, where GUILDHALL_TEST_POSTGRES names a server, on PostgreSQL.

#include "db/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <limits>
#include <thread>

#include "db/testing.h"

namespace guildhall::db {
namespace {

using Kind = DatabaseError::Kind;

struct ChildTag {
  static constexpr std::string_view kName = "child";
};
using ChildId = Id<ChildTag>;

constexpr EmbeddedFile kTables{
    "migrations/0001_tables.sql",
    "CREATE TABLE team (name TEXT PRIMARY KEY) STRICT;\n"
    "CREATE TABLE enquiry (\n"
    "  id TEXT PRIMARY KEY,\n"
    "  council TEXT NOT NULL,\n"
    "  reference TEXT NOT NULL,\n"
    "  team TEXT REFERENCES team (name),\n"
    "  pence INTEGER CONSTRAINT not_a_debt CHECK (pence >= 0),\n"
    "  UNIQUE (council, reference)\n"
    ") STRICT;\n"
    "CREATE TABLE note (number INTEGER PRIMARY KEY, text TEXT, weight REAL, photo BLOB) STRICT;\n"};

class DatabaseTest : public testing::TestWithParam<Location::Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Location::Kind::Postgres && !test_postgres()) {
      GTEST_SKIP() << "GUILDHALL_TEST_POSTGRES is not set";
    }
    database_.emplace(GetParam());
    db().migrate("db_test", {&kTables, 1});
  }

  Database& db() { return **database_; }

  void add_note(std::string_view text) {
    db().write([&](Connection& connection) { connection.execute("INSERT INTO note (text) VALUES ($1)", {text}); });
  }

  // The texts of all notes in the order of their numbers, with a comma between.
  std::string notes() {
    return db().read([](Connection& connection) {
      std::string all;
      connection.query("SELECT text FROM note ORDER BY number", {},
                       [&](const Row& row) { all += (all.empty() ? "" : ",") + std::string(row.text(0)); });
      return all;
    });
  }

  DatabaseError error_of(const std::function<void(Connection&)>& work) {
    try {
      db().write(work);
    } catch (const DatabaseError& error) {
      return error;
    }
    ADD_FAILURE() << "no DatabaseError";
    return DatabaseError(Kind::Other, "");
  }

  std::optional<TestDatabase> database_;
};

INSTANTIATE_TEST_SUITE_P(, DatabaseTest, testing::Values(Location::Kind::Sqlite, Location::Kind::Postgres),
                         [](const auto& kind) { return kind.param == Location::Kind::Sqlite ? "Sqlite" : "Postgres"; });

TEST_P(DatabaseTest, EveryKindOfValueComesBackAsItWas) {
  const ChildId id = ChildId::make();
  const Instant instant = *parse_instant("2014-03-12T09:30:00.000001Z");
  const Date date = *Date::from(2014, 3, 12);
  const std::string bytes("\0\xff\\x41\n", 7);
  const std::string text = "Siân \"O'Brien\"\t\\.\n$1 %s";
  db().write([&](Connection& connection) {
    connection.execute(
        "CREATE TABLE every_kind (a INTEGER, b INTEGER, c REAL, d TEXT, e TEXT, f BLOB, g TEXT, h INTEGER, i "
        "TEXT, "
        "j INTEGER, k TEXT, l BLOB) STRICT");
    const std::optional<std::string> none;
    connection.execute("INSERT INTO every_kind VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
                       {std::numeric_limits<std::int64_t>::min(), true, 0.1, text, "", Blob{bytes}, id, instant, date,
                        nullptr, none, Blob{""}});
  });
  int rows = 0;
  db().read([&](Connection& connection) {
    connection.query("SELECT * FROM every_kind", {}, [&](const Row& row) {
      ++rows;
      EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min());
      EXPECT_EQ(row.integer(1), 1);
      EXPECT_EQ(row.real(2), 0.1);
      EXPECT_EQ(row.text(3), text);
      EXPECT_EQ(row.text(4), "");
      EXPECT_FALSE(row.is_null(4));
      EXPECT_EQ(row.blob(5), bytes);
      EXPECT_EQ(row.id<ChildId>(6), id);
      EXPECT_EQ(row.text(6).size(), 36u);
      EXPECT_EQ(row.instant(7), instant);
      EXPECT_EQ(row.date(8), date);
      EXPECT_TRUE(row.is_null(9));
      EXPECT_EQ(row.optional_integer(9), std::nullopt);
      EXPECT_EQ(row.optional_text(10), std::nullopt);
      EXPECT_EQ(row.optional_id<ChildId>(6), id);
      EXPECT_EQ(row.optional_blob(11), "");
      EXPECT_THROW(row.integer(9), BrokenInvariant);
      EXPECT_THROW(row.text(12), BrokenInvariant);
      EXPECT_THROW(row.integer(3), DatabaseError);
      EXPECT_THROW(row.date(3), DatabaseError);
    });
  });
  EXPECT_EQ(rows, 1);
}

TEST_P(DatabaseTest, ExecuteSaysHowManyRowsChanged) {
  db().write([](Connection& connection) {
    EXPECT_EQ(connection.execute("INSERT INTO note (text) VALUES ($1), ($2), ($1)", {"a", "b"}), 3);
    EXPECT_EQ(connection.execute("UPDATE note SET weight = $2 WHERE text = $1", {"a", 1.5}), 2);
    EXPECT_EQ(connection.execute("UPDATE note SET weight = $2 WHERE text = $1", {"c", 1.5}), 0);
    EXPECT_EQ(connection.execute("CREATE TABLE one_more (a TEXT) STRICT"), 0);
    EXPECT_EQ(connection.execute("DELETE FROM note"), 3);
  });
}

TEST_P(DatabaseTest, PortableSqlMeansTheSameOnBoth) {
  db().write([](Connection& connection) {
    for (const char* text : {"b", "B", "ä", "a", "Z"})
      connection.enqueue("INSERT INTO note (text) VALUES ($1)", {text});
    // Bytes, not a language's order.
    std::string order;
    connection.query("SELECT text FROM note ORDER BY text", {}, [&](const Row& row) { order += row.text(0); });
    EXPECT_EQ(order, "BZabä");
    const auto number = [&](std::string_view sql, Params params) {
      return *connection.query_one(sql, params, [](const Row& row) { return row.integer(0); });
    };
    EXPECT_EQ(number("SELECT count(*) FROM note WHERE text LIKE 'b%'", {}), 1);
    EXPECT_EQ(number("SELECT count(*) FILTER (WHERE text < $1) FROM note", {"a"}), 2);
    EXPECT_EQ(number("SELECT sum(number) FROM note", {}), 15);
    EXPECT_EQ(number("SELECT count(*) FROM note WHERE (CAST($1 AS TEXT) IS NULL OR text = $1)", {nullptr}), 5);
    EXPECT_EQ(number("SELECT CAST($1 AS INTEGER) + CAST($2 AS INTEGER)", {40, 2}), 42);
    EXPECT_EQ(number("SELECT EXISTS (SELECT 1 FROM note WHERE text = $1)", {"Z"}), 1);
    EXPECT_EQ(number("INSERT INTO note (text) VALUES ($1) RETURNING number", {"new"}), 6);
    EXPECT_EQ(number("SELECT length(text) FROM note WHERE text = $1", {"ä"}), 1);
    EXPECT_EQ(number("SELECT count(*) FROM note WHERE weight IS NOT DISTINCT FROM $1", {nullptr}), 6);
    EXPECT_EQ(number("WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 10) "
                     "SELECT sum(n) FROM up",
                     {}),
              55);
    connection.execute("INSERT INTO team VALUES ($1)", {"Front door"});
    EXPECT_EQ(connection.execute("INSERT INTO team VALUES ($1) ON CONFLICT (name) DO NOTHING", {"Front door"}), 0);
    EXPECT_EQ(connection.execute("INSERT INTO team SELECT text FROM note WHERE 1 = 1 "
                                 "ON CONFLICT (name) DO UPDATE SET name = excluded.name || $1",
                                 {"!"}),
              6);
    connection.execute("CREATE UNIQUE INDEX one_heavy ON note (weight) WHERE weight > 10");
    connection.execute("ALTER TABLE note ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'");
    EXPECT_EQ(number("SELECT count(*) FROM note WHERE colour = $1 LIMIT $2", {"red", 10}), 6);
  });
}

TEST_P(DatabaseTest, WhatWasWrittenIsThereAfterARestart) {
  add_note("before");
  database_->reopen();
  add_note("after");
  EXPECT_EQ(notes(), "before,after");
}

TEST_P(DatabaseTest, AWorkThatThrowsIsUndoneAndItsCallerHearsWhy) {
  add_note("kept");
  EXPECT_THROW(db().write([](Connection& connection) {
    connection.execute("INSERT INTO note (text) VALUES ($1)", {"lost"});
    throw std::out_of_range("no such team");
  }),
               std::out_of_range);
  EXPECT_EQ(notes(), "kept");
}

TEST_P(DatabaseTest, AResultWithProblemsUndoesTheWork) {
  const Result<int> refused = db().write([](Connection& connection) -> Result<int> {
    connection.execute("INSERT INTO note (text) VALUES ($1)", {"lost"});
    return Problem{"This team is closed.", "", ""};
  });
  EXPECT_FALSE(refused.ok());
  const Result<int> done = db().write([](Connection& connection) -> Result<int> {
    connection.execute("INSERT INTO note (text) VALUES ($1)", {"kept"});
    return 7;
  });
  EXPECT_EQ(*done, 7);
  EXPECT_EQ(notes(), "kept");
}

TEST_P(DatabaseTest, ConstraintsAreNamedAlikeOnBoth) {
  const auto insert = [](Param id, Param council, Param reference, Param team, Param pence) {
    return [=](Connection& connection) {
      connection.execute("INSERT INTO enquiry VALUES ($1, $2, $3, $4, $5)", {id, council, reference, team, pence});
    };
  };
  db().write(insert("1", "Camden", "ENQ-1", nullptr, 0));
  EXPECT_EQ(error_of(insert("1", "Camden", "ENQ-2", nullptr, 0)).constraint(), "unique enquiry(id)");
  EXPECT_EQ(error_of(insert("2", "Camden", "ENQ-1", nullptr, 0)).constraint(), "unique enquiry(council, reference)");
  EXPECT_EQ(error_of(insert("2", nullptr, "ENQ-2", nullptr, 0)).constraint(), "not null enquiry(council)");
  EXPECT_EQ(error_of(insert("2", "Camden", "ENQ-2", "Nobody", 0)).constraint(), "foreign key");
  EXPECT_EQ(error_of(insert("2", "Camden", "ENQ-2", nullptr, -5)).constraint(), "check not_a_debt");
  EXPECT_TRUE(error_of(insert("1", "Camden", "ENQ-2", nullptr, 0)).violates("unique enquiry(id)"));
  EXPECT_EQ(error_of([](Connection& connection) { connection.execute("SELEKT 1"); }).kind(), Kind::Other);
  EXPECT_EQ(error_of([](Connection& connection) { connection.execute("SELECT * FROM nowhere"); }).kind(), Kind::Other);
}

TEST_P(DatabaseTest, ErrorsQuoteNoValues) {
  for (const auto& error : {error_of([](Connection& connection) {
                              connection.execute("INSERT INTO note (number) VALUES ($1)", {"Jessica Example"});
                            }),
                            error_of([](Connection& connection) {
                              connection.enqueue("INSERT INTO team VALUES ($1)", {"Jessica Example"});
                              connection.execute("INSERT INTO team VALUES ($1)", {"Jessica Example"});
                            }),
                            error_of([](Connection& connection) {
                              connection.execute("INSERT INTO note (text) VALUES ($1)",
                                                 {std::string_view("Jessica\0", 8)});
                            }),
                            error_of([](Connection& connection) {
                              connection.execute("INSERT INTO note (text) VALUES ($1)", {"Jessica\xff"});
                            })}) {
    EXPECT_EQ(std::string(error.what()).find("Jessica"), std::string::npos) << error.what();
  }
}

TEST_P(DatabaseTest, AFailedStatementEndsItsWork) {
  EXPECT_THROW(db().write([](Connection& connection) {
    connection.execute("INSERT INTO note (text) VALUES ($1)", {"lost"});
    EXPECT_THROW(connection.execute("INSERT INTO enquiry (id) VALUES ($1)", {"1"}), DatabaseError);
    // Going on as if nothing had happened:
    EXPECT_THROW(connection.execute("INSERT INTO note (text) VALUES ($1)", {"lost too"}), BrokenInvariant);
  }),
               BrokenInvariant);
  // But saying so is fine.
  const auto refused = db().write([](Connection& connection) -> Result<void> {
    try {
      connection.execute("INSERT INTO note (text) VALUES ($1)", {"lost"});
      connection.execute("INSERT INTO enquiry (id) VALUES ($1)", {"1"});
    } catch (const DatabaseError&) {
      return Problem{"This enquiry has no council.", "", ""};
    }
    return {};
  });
  EXPECT_EQ(refused.problems()[0].what, "This enquiry has no council.");
  add_note("kept");
  EXPECT_EQ(notes(), "kept");
}

TEST_P(DatabaseTest, AnEnqueuedFailureIsHeardAtTheEndOfTheWork) {
  const DatabaseError error = error_of([](Connection& connection) {
    connection.enqueue("INSERT INTO note (text) VALUES ($1)", {"lost"});
    connection.enqueue("INSERT INTO enquiry (id, council) VALUES ($1, $2)", {"1", "Camden"});
  });
  EXPECT_EQ(error.constraint(), "not null enquiry(reference)");
  EXPECT_EQ(notes(), "");
}

TEST_P(DatabaseTest, ManyStatementsMayBeEnqueued) {
  db().write([](Connection& connection) {
    for (int i = 0; i < 5000; ++i) {
      connection.enqueue("INSERT INTO note (number, text) VALUES ($1, $2)", {i, "note " + std::to_string(i)});
    }
  });
  db().read([](Connection& connection) {
    int i = 0;
    connection.query("SELECT text FROM note ORDER BY number", {},
                     [&](const Row& row) { EXPECT_EQ(row.text(0), "note " + std::to_string(i++)); });
    EXPECT_EQ(i, 5000);
  });
}

// Runs the works from a thread each, in this order, after a first one that has made them all wait: so they
// share a group. Says how each came out.
std::vector<std::string> outcomes_of_group(Database& database,
                                           const std::vector<std::function<Result<void>(Connection&)>>& works) {
  std::latch first_is_in(1), go_on(1);
  std::thread gate([&] {
    database.write([&](Connection&) {
      first_is_in.count_down();
      go_on.wait();
    });
  });
  first_is_in.wait();
  std::vector<std::string> outcomes(works.size());
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < works.size(); ++i) {
    std::latch started(1);
    writers.emplace_back([&, i] {
      started.count_down();
      try {
        outcomes[i] = database.write(works[i]).ok() ? "stored" : "refused";
      } catch (const DatabaseError& error) {
        outcomes[i] = error.constraint();
      }
    });
    started.wait();
  }
  go_on.count_down();
  gate.join();
  for (std::thread& writer : writers) writer.join();
  return outcomes;
}

TEST_P(DatabaseTest, OneFailingWriterTakesNothingOfTheOthersWithIt) {
  std::vector<std::function<Result<void>(Connection&)>> works;
  std::vector<std::string> expected;
  std::vector<std::int64_t> stored;
  for (int i = 0; i < 60; ++i) {
    // Some works wait for each statement, some for none, some for the second only.
    const auto insert = [i](Connection& connection, int statement, std::string_view sql, Params params) {
      if (i % 4 == 0 || (i % 4 == 1 && statement == 2)) {
        connection.execute(sql, params);
      } else {
        connection.enqueue(sql, params);
      }
    };
    works.push_back([i, insert](Connection& connection) -> Result<void> {
      insert(connection, 1, "INSERT INTO note (number, text) VALUES ($1, 'x')", {i});
      if (i % 5 == 1) return Problem{"no", "", ""};
      if (i % 5 == 2) insert(connection, 2, "INSERT INTO enquiry (id, council) VALUES ($1, $2)", {"1", "Camden"});
      if (i % 5 == 3) insert(connection, 2, "UPDATE note SET weight = 1 WHERE number = $1", {i});
      return {};
    });
    expected.push_back(i % 5 == 1 ? "refused" : i % 5 == 2 ? "not null enquiry(reference)" : "stored");
    if (expected.back() == "stored") stored.push_back(i);
  }
  EXPECT_EQ(outcomes_of_group(db(), works), expected);
  std::vector<std::int64_t> numbers;
  db().read([&](Connection& connection) {
    connection.query("SELECT number FROM note ORDER BY number", {},
                     [&](const Row& row) { numbers.push_back(row.integer(0)); });
  });
  EXPECT_EQ(numbers, stored);
}

TEST_P(DatabaseTest, AWorkSeesWhatThoseBeforeItInItsGroupHaveEnqueued) {
  std::vector<std::function<Result<void>(Connection&)>> works;
  std::atomic<int> seen = 0;
  for (int i = 0; i < 20; ++i) {
    works.push_back([&seen](Connection& connection) -> Result<void> {
      connection.enqueue("INSERT INTO note (text) VALUES ($1)", {"enqueued"});
      seen += static_cast<int>(
          *connection.query_one("SELECT count(*) FROM note", {}, [](const Row& row) { return row.integer(0); }));
      return {};
    });
    works.push_back([](Connection& connection) -> Result<void> {
      connection.enqueue("INSERT INTO note (text) VALUES ($1)", {"enqueued"});
      return {};
    });
  }
  outcomes_of_group(db(), works);
  db().read([](Connection& connection) {
    EXPECT_EQ(connection.query_one("SELECT count(*) FROM note", {}, [](const Row& row) { return row.integer(0); }), 40);
  });
  EXPECT_GE(seen,
            20 * 21 / 2);  // Whatever the order, each saw at least its own and those of its kind before it.
}

// "Look, then write" from many threads and through two open databases, as two processes would: no update is
// lost.
TEST_P(DatabaseTest, WritersAreSerialAlsoBetweenProcesses) {
  add_note("counter");
  const auto other = Database::open(database_->location());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Database& mine = t % 2 == 0 ? db() : *other;
      for (int i = 0; i < 50; ++i) {
        mine.write([](Connection& connection) {
          const double seen = *connection.query_one("SELECT COALESCE(weight, 0.0) FROM note", {},
                                                    [](const Row& row) { return row.real(0); });
          connection.execute("UPDATE note SET weight = $1", {seen + 1});
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(db().read([](Connection& connection) {
    return *connection.query_one("SELECT weight FROM note", {}, [](const Row& row) { return row.real(0); });
  }),
            200.0);
}

TEST_P(DatabaseTest, AReadSeesOneSnapshot) {
  add_note("before");
  db().read([&](Connection& connection) {
    const auto count = [&] {
      return *connection.query_one("SELECT count(*) FROM note", {}, [](const Row& row) { return row.integer(0); });
    };
    EXPECT_EQ(count(), 1);
    add_note("meanwhile");
    EXPECT_EQ(count(), 1);
  });
  EXPECT_EQ(notes(), "before,meanwhile");
}

TEST_P(DatabaseTest, AReadCannotWrite) {
  EXPECT_THROW(db().read([](Connection& connection) { connection.execute("INSERT INTO note (text) VALUES ('x')"); }),
               DatabaseError);
  EXPECT_EQ(notes(), "");
}

TEST_P(DatabaseTest, ReadsRunBesideEachOtherAndWaitWhenAllReadersAreBusy) {
  add_note("one");
  std::barrier all_in(4);  // Opens only if four reads run at once.
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      db().read([&](Connection&) { all_in.arrive_and_wait(); });
      for (int i = 0; i < 100; ++i) EXPECT_EQ(notes(), "one");
    });
  }
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] { EXPECT_EQ(notes(), "one"); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(DatabaseTest, WorkInsideWorkOfTheSameKindIsAMistake) {
  EXPECT_THROW(db().write([&](Connection&) { db().write([](Connection&) {}); }), BrokenInvariant);
  EXPECT_THROW(db().read([&](Connection&) { db().read([](Connection&) {}); }), BrokenInvariant);
  add_note("one");
  EXPECT_THROW(db().read([&](Connection& connection) {
    connection.query("SELECT 1", {}, [&](const Row&) { connection.query("SELECT 2", {}, [](const Row&) {}); });
  }),
               BrokenInvariant);
  EXPECT_EQ(db().write([&](Connection&) { return notes(); }), "one");  // Another connection: allowed.
}

TEST_P(DatabaseTest, AManyRowQueryArrivesRowByRowAndMayBeLeft) {
  db().write([](Connection& connection) {
    const auto bulk = connection.bulk_insert("note", {"number", "text"});
    for (int i = 0; i < 20'000; ++i) bulk->add({i, "a row"});
    EXPECT_EQ(bulk->finish(), 20'000);
  });
  std::int64_t sum = 0;
  db().read([&](Connection& connection) {
    connection.query("SELECT number FROM note", {}, [&](const Row& row) { sum += row.integer(0); });
  });
  EXPECT_EQ(sum, 20'000LL * 19'999 / 2);
  int rows = 0;
  EXPECT_THROW(db().read([&](Connection& connection) {
    connection.query("SELECT number FROM note", {}, [&](const Row&) {
      if (++rows == 10) throw std::runtime_error("enough");
    });
  }),
               std::runtime_error);
  EXPECT_EQ(rows, 10);
  EXPECT_THROW(db().read([](Connection& connection) {
    connection.query_one("SELECT number FROM note", {}, [](const Row& row) { return row.integer(0); });
  }),
               BrokenInvariant);
}

TEST_P(DatabaseTest, ABulkInsertStoresAwkwardValues) {
  const std::string text = "tab\tnewline\nreturn\rbackslash\\N \\. end";
  const std::string bytes("\0\1\xfe\xff\\", 5);
  db().write([&](Connection& connection) {
    const auto bulk = connection.bulk_insert("note", {"text", "weight", "photo"});
    bulk->add({text, 0.1, Blob{bytes}});
    bulk->add({nullptr, nullptr, nullptr});
    bulk->add({"", -1.5e300, Blob{""}});
    // Other statements may run in between.
    connection.execute("INSERT INTO team VALUES ($1)", {"Front door"});
    EXPECT_EQ(bulk->finish(), 3);
  });
  int row_number = 0;
  db().read([&](Connection& connection) {
    connection.query("SELECT text, weight, photo FROM note ORDER BY number", {}, [&](const Row& row) {
      switch (row_number++) {
        case 0:
          EXPECT_EQ(row.text(0), text);
          EXPECT_EQ(row.real(1), 0.1);
          EXPECT_EQ(row.blob(2), bytes);
          break;
        case 1:
          EXPECT_TRUE(row.is_null(0) && row.is_null(1) && row.is_null(2));
          break;
        case 2:
          EXPECT_EQ(row.text(0), "");
          EXPECT_EQ(row.real(1), -1.5e300);
          EXPECT_EQ(row.blob(2), "");
      }
    });
  });
  EXPECT_EQ(row_number, 3);
}

TEST_P(DatabaseTest, ABulkInsertThatBreaksAConstraintOrIsForgottenIsUndone) {
  const DatabaseError error = error_of([](Connection& connection) {
    const auto bulk = connection.bulk_insert("enquiry", {"id", "council", "reference"});
    bulk->add({"1", "Camden", "ENQ-1"});
    bulk->add({"2", "Camden", "ENQ-1"});
    bulk->finish();
  });
  EXPECT_EQ(error.constraint(), "unique enquiry(council, reference)");
  EXPECT_THROW(db().write([](Connection& connection) {
    const auto bulk = connection.bulk_insert("note", {"text"});
    bulk->add({"forgotten"});
  }),
               BrokenInvariant);
  EXPECT_EQ(notes(), "");
}

TEST_P(DatabaseTest, AMigrationIsAppliedOnce) {
  const EmbeddedFile second{"migrations/0002_colour.sql", "ALTER TABLE note ADD COLUMN colour TEXT;"};
  const std::vector<EmbeddedFile> both{second, kTables};  // The order of names counts, not of the list.
  db().migrate("db_test", both);
  db().migrate("db_test", both);
  database_->reopen();
  db().migrate("db_test", both);
  EXPECT_EQ(db().read([](Connection& connection) {
    return *connection.query_one("SELECT count(*) FROM migration WHERE module = 'db_test'", {},
                                 [](const Row& row) { return row.integer(0); });
  }),
            2);
}

TEST_P(DatabaseTest, AMigrationThatChangedOrVanishedOrComesLateIsRefused) {
  const auto refusal = [&](std::vector<EmbeddedFile> files) -> std::string {
    try {
      db().migrate("db_test", files);
    } catch (const DatabaseError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refusal({{kTables.name, "CREATE TABLE team (title TEXT) STRICT;"}}),
            "db_test/migrations/0001_tables.sql: this migration was applied and has been changed since. Put "
            "it back, "
            "and add a new one.");
  EXPECT_EQ(refusal({}),
            "db_test/migrations/0001_tables.sql: this migration was applied, and this program does not know "
            "it. Run "
            "the newer program that did.");
  EXPECT_EQ(refusal({{"migrations/0000_late.sql", ""}, kTables}),
            "db_test/migrations/0000_late.sql: a later migration, migrations/0001_tables.sql, was applied "
            "before this "
            "one came. Give it a later name.");
  EXPECT_EQ(refusal({kTables, {"migrations/0002_loose.sql", "CREATE TABLE a (b TEXT);"}}),
            "db_test/migrations/0002_loose.sql: Each table is STRICT.");
}

TEST_P(DatabaseTest, AMigrationThatFailsLeavesNothing) {
  const EmbeddedFile broken{"migrations/0002_broken.sql",
                            "CREATE TABLE half (a TEXT) STRICT; CREATE TABLE team (a TEXT) STRICT;"};
  EXPECT_THROW(db().migrate("db_test", std::vector{kTables, broken}), DatabaseError);
  const EmbeddedFile mended{"migrations/0002_mended.sql", "CREATE TABLE half (a TEXT) STRICT;"};
  db().migrate("db_test", std::vector{kTables, mended});
}

TEST_P(DatabaseTest, TwoProcessesMayMigrateAtOnce) {
  TestDatabase fresh(GetParam());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { Database::open(fresh.location())->migrate("db_test", {&kTables, 1}); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh->read([](Connection& connection) {
    return *connection.query_one("SELECT count(*) FROM migration", {}, [](const Row& row) { return row.integer(0); });
  }),
            1);
}

TEST_P(DatabaseTest, SqlMadeAtRunTimeDoesNotFillTheMemory) {
  db().read([](Connection& connection) {
    for (int i = 0; i < 1500; ++i) {
      EXPECT_EQ(connection.query_one("SELECT " + std::to_string(i), {}, [](const Row& row) { return row.integer(0); }),
                i);
    }
  });
  EXPECT_EQ(notes(), "");
}

TEST_P(DatabaseTest, ATableMayChangeUnderAPreparedStatement) {
  add_note("one");
  EXPECT_EQ(db().read([](Connection& connection) {
    return connection.query_one("SELECT * FROM note", {}, [](const Row& row) { return row.integer(0); });
  }),
            1);
  const EmbeddedFile second{"migrations/0002_colour.sql", "ALTER TABLE note ADD COLUMN colour TEXT;"};
  db().migrate("db_test", std::vector{kTables, second});
  const auto read_all = [&] {
    return db().read([](Connection& connection) {
      return connection.query_one("SELECT * FROM note", {}, [](const Row& row) { return row.is_null(4); });
    });
  };
  try {
    EXPECT_EQ(read_all(), true);
  } catch (const DatabaseError&) {  // PostgreSQL says so once.
    EXPECT_EQ(read_all(), true);
  }
}

TEST_P(DatabaseTest, WhatIsMissingIsRefusedWhereItMustExist) {
  Location nowhere = GetParam() == Location::Kind::Sqlite ? Location::sqlite("/nonexistent/guildhall/council.db")
                                                          : database_->location().with_schema("test_nowhere");
  try {
    Database::open(nowhere, {.missing = Database::Missing::Refuse});
    FAIL() << "opened";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), Kind::Unavailable);
  }
}

TEST(Sqlite, TheFileIsForItsOwnerOnly) {
  TestDatabase database(Location::Kind::Sqlite);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(database.location().file()).permissions(), perms::owner_read | perms::owner_write);
}

TEST(Sqlite, AFileThatIsNoDatabaseIsRefused) {
  EXPECT_THROW(Database::open(Location::sqlite("/etc/hostname"), {.missing = Database::Missing::Refuse}),
               DatabaseError);
}

}  // namespace
}  // namespace guildhall::db
