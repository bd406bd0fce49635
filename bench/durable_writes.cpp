// Durable single-row writes a second: through db::Database::write, and beside it, in the same run, the same
// rows by plain use of the C APIs, one transaction a row. On SQLite the reference shares one connection
// between its threads (one each would only wait for the other's locks); on PostgreSQL each of its threads has
// a connection, and the server groups their commits. Then bulk inserts and reads of eight columns.
//
//   cmake --preset release -DGUILDHALL_BENCH=ON && ninja -C build/release bench_durable_writes
//   scripts/with_postgres build/release/bench/bench_durable_writes [SECONDS]

#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "db/testing.h"

namespace guildhall {
namespace {

using std::chrono::steady_clock;

constexpr EmbeddedFile kTables{"migrations/0001_look.sql",
                               "CREATE TABLE look (id TEXT PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, "
                               "what TEXT NOT NULL) STRICT;\n"
                               "CREATE TABLE pupil (number INTEGER NOT NULL, id TEXT PRIMARY KEY, surname TEXT, "
                               "forename TEXT, born TEXT, postcode TEXT, school INTEGER, loaded_at INTEGER) STRICT;"};
constexpr const char* kInsert = "INSERT INTO look (id, at, who, what) VALUES ($1, $2, $3, $4)";
constexpr const char* kWho = "officer-4711";
const std::string kWhat(180, 'w');

struct Figures {
  double per_second;
  double median_ms;
  double worst_of_hundred_ms;  // The 99th percentile.
};

// `writer(thread)` makes what one thread calls for each of its rows.
Figures measure(int threads, std::chrono::milliseconds how_long,
                const std::function<std::function<void()>(int)>& writer) {
  std::vector<std::vector<double>> took(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  std::vector<std::function<void()>> writers;
  for (int t = 0; t < threads; ++t) writers.push_back(writer(t));
  const auto begin = steady_clock::now();
  const auto end = begin + how_long;
  for (std::size_t t = 0; t < took.size(); ++t) {
    running.emplace_back([&, t] {
      for (auto before = steady_clock::now(); before < end;) {
        writers[t]();
        const auto after = steady_clock::now();
        took[t].push_back(std::chrono::duration<double, std::milli>(after - before).count());
        before = after;
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& one : took) all.insert(all.end(), one.begin(), one.end());
  std::ranges::sort(all);
  return {static_cast<double>(all.size()) / seconds, all[all.size() / 2], all[all.size() * 99 / 100]};
}

Figures measure_ours(db::Database& database, int threads, std::chrono::milliseconds how_long) {
  return measure(threads, how_long, [&](int) {
    return [&database] {
      database.write([](db::Connection& connection) {
        connection.enqueue(kInsert, {new_uuid(), SystemClock().now(), kWho, kWhat});
      });
    };
  });
}

void must(bool done, const char* doing) {
  if (done) return;
  std::fprintf(stderr, "bench_durable_writes: %s failed\n", doing);
  std::exit(1);
}

Figures measure_plain_sqlite(const db::Location& location, int threads, std::chrono::milliseconds how_long) {
  sqlite3* database = nullptr;
  sqlite3_stmt* insert = nullptr;
  must(sqlite3_open(location.file().c_str(), &database) == SQLITE_OK, "open");
  must(sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", nullptr, nullptr, nullptr) ==
           SQLITE_OK,
       "pragma");
  must(sqlite3_prepare_v2(database, kInsert, -1, &insert, nullptr) == SQLITE_OK, "prepare");
  std::mutex mutex;
  const Figures figures = measure(threads, how_long, [&](int) {
    return [&] {
      const std::string id = new_uuid().text();
      const std::lock_guard lock(mutex);
      sqlite3_bind_text(insert, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
      sqlite3_bind_int64(insert, 2, to_microseconds(SystemClock().now()));
      sqlite3_bind_text(insert, 3, kWho, -1, SQLITE_STATIC);
      sqlite3_bind_text(insert, 4, kWhat.data(), static_cast<int>(kWhat.size()), SQLITE_STATIC);
      must(sqlite3_step(insert) == SQLITE_DONE, "insert");
      sqlite3_reset(insert);
    };
  });
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return figures;
}

Figures measure_plain_postgres(const db::Location& location, int threads, std::chrono::milliseconds how_long) {
  std::vector<const char*> keywords, values;
  for (const auto& [keyword, value] : location.settings()) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  std::vector<PGconn*> connections;
  const Figures figures = measure(threads, how_long, [&](int) {
    PGconn* const connection = PQconnectdbParams(keywords.data(), values.data(), 0);
    connections.push_back(connection);
    must(PQstatus(connection) == CONNECTION_OK, "connect");
    PQclear(PQexec(connection, ("SET search_path TO " + location.schema()).c_str()));
    PQclear(PQprepare(connection, "insert", kInsert, 0, nullptr));
    return [connection] {
      const std::string id = new_uuid().text(), at = std::to_string(to_microseconds(SystemClock().now()));
      const char* params[] = {id.c_str(), at.c_str(), kWho, kWhat.c_str()};
      PGresult* const result = PQexecPrepared(connection, "insert", 4, params, nullptr, nullptr, 0);
      must(PQresultStatus(result) == PGRES_COMMAND_OK, "insert");
      PQclear(result);
    };
  });
  for (PGconn* connection : connections) PQfinish(connection);
  return figures;
}

long peak_kb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

void measure_bulk(db::Database& database, const char* label) {
  constexpr int kRows = 400'000, kChunk = 10'000;
  std::vector<Uuid> ids(kRows);
  std::ranges::generate(ids, [] { return new_uuid(); });
  const Date born = *Date::from(2014, 3, 12);
  const auto begin = steady_clock::now();
  for (int chunk = 0; chunk < kRows; chunk += kChunk) {
    database.write([&](db::Connection& connection) {
      const auto bulk = connection.bulk_insert(
          "pupil", {"number", "id", "surname", "forename", "born", "postcode", "school", "loaded_at"});
      for (int i = chunk; i < chunk + kChunk; ++i) {
        bulk->add({i, ids[static_cast<std::size_t>(i)], "Okonkwo-Example", "Charlotte", born, "E8 1EA", 2041234, i});
      }
      bulk->finish();
    });
  }
  const auto middle = steady_clock::now();
  const long before_kb = peak_kb();
  std::int64_t sum = 0;
  database.read([&](db::Connection& connection) {
    connection.query(
        "SELECT number, id, surname, forename, born, postcode, school, loaded_at FROM pupil", {},
        [&](const db::Row& row) { sum += row.integer(0) + static_cast<std::int64_t>(row.text(2).size()); });
  });
  must(sum == 15LL * kRows + (kRows - 1LL) * kRows / 2, "reading back");
  const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
  std::printf(
      "%-11s bulk insert %.0f rows/s, read %.0f rows/s of 8 columns (%d rows; reading added %ld KB to the "
      "peak)\n",
      label, kRows / seconds(begin, middle), kRows / seconds(middle, steady_clock::now()), kRows,
      peak_kb() - before_kb);
}

void measure_database(db::Location::Kind kind, const char* label, std::chrono::milliseconds how_long) {
  db::TestDatabase database(kind);
  database->migrate("bench", {&kTables, 1});
  for (const int threads : {1, 8, 64}) {
    const Figures ours = measure_ours(*database, threads, how_long);
    const Figures plain = kind == db::Location::Kind::Sqlite
                              ? measure_plain_sqlite(database.location(), threads, how_long)
                              : measure_plain_postgres(database.location(), threads, how_long);
    std::printf("%-11s %7d %10.0f %9.2f %9.2f %10.0f %9.2f %9.2f %7.1fx\n", label, threads, ours.per_second,
                ours.median_ms, ours.worst_of_hundred_ms, plain.per_second, plain.median_ms, plain.worst_of_hundred_ms,
                ours.per_second / plain.per_second);
    std::fflush(stdout);
  }
  measure_bulk(*database, label);
}

}  // namespace
}  // namespace guildhall

int main(int argc, char** argv) {
  using namespace guildhall;
  const std::chrono::milliseconds how_long{static_cast<int>((argc > 1 ? std::atof(argv[1]) : 3) * 1000)};
  std::printf("%-11s %7s %10s %9s %9s %10s %9s %9s %8s\n", "", "threads", "ours/s", "p50 ms", "p99 ms", "plain/s",
              "p50 ms", "p99 ms", "ratio");
  measure_database(db::Location::Kind::Sqlite, "SQLite", how_long);
  if (db::test_postgres()) {
    measure_database(db::Location::Kind::Postgres, "PostgreSQL", how_long);
  } else {
    std::puts("PostgreSQL: GUILDHALL_TEST_POSTGRES is not set; run by scripts/with_postgres");
  }
}
