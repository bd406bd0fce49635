#pragma once

// The database: SQLite in one file by default, PostgreSQL in one schema in production, behind one face. Start
// here:
//
//   auto database = db::Database::open(TRY(db::Location::parse("/var/lib/guildhall/council.db")));
//   database->migrate("enquiries", embedded_files());
//
//   database->write([&](db::Connection& connection) {
//     connection.enqueue("INSERT INTO enquiry (id, reference, received_at) VALUES ($1, $2, $3)",
//                        {enquiry.id, enquiry.reference, enquiry.received_at});
//   });  // Back from write: on disk, and still there after a power cut.
//
//   auto reference = database->read([&](db::Connection& connection) {
//     return connection.query_one("SELECT reference FROM enquiry WHERE id = $1", {id},
//                                 [](const db::Row& row) { return std::string(row.text(0)); });
//   });
//
// What always holds, on both databases:
//  - Writes are serial. One writer at a time, over all threads and all processes, so "look, then insert" has
//  no race.
//  - write() returns after its work is durable. Writes that wait together share one commit (group commit),
//  each in a
//    savepoint of its own: one that fails takes nothing of the others with it.
//  - read() sees one snapshot: what was committed when its first statement began, however long it takes.
//  - A statement that fails ends its work: nothing more can be executed in it, and it is undone. Where a
//  duplicate is
//    expected, say ON CONFLICT, or catch the DatabaseError around write() and turn it into a Problem.
//  - When the server goes away, the work in flight throws; later work connects again, with back-off. If that
//  happened
//    during the commit, the work may have been stored all the same: make ids before writing, so that trying
//    again meets itself.
//  - Work holds the only writer while it runs. Load much in chunks of some thousand rows (a quarter of a
//  second), one
//    write() each; talk to no network inside.
//
// The SQL that both understand is written once:
//  - Values are $1, $2, …; never pasted into the text. PostgreSQL tells a value's type from the column beside
//  it; where
//    there is none, say it: CAST($1 AS INTEGER), and (CAST($1 AS TEXT) IS NULL OR name = $1).
//  - Types are INTEGER (64 bits), TEXT, REAL and BLOB, in capitals; tables are STRICT (for PostgreSQL they
//  become
//    BIGINT, TEXT COLLATE "C", DOUBLE PRECISION, BYTEA, and what follows the table's last parenthesis is
//    dropped). `INTEGER PRIMARY KEY` numbers rows itself where the column is left out; leave it out always or
//    never. Truth is INTEGER 0 or 1 and written `open = 1`; ids are TEXT; instants INTEGER microseconds UTC;
//    dates TEXT ISO; money INTEGER pence.
//  - Also portable: ON CONFLICT (…) DO UPDATE and DO NOTHING (after INSERT … SELECT, put WHERE 1 = 1 before
//  it),
//    RETURNING, partial and expression indexes, WITH (also RECURSIVE), window functions, FILTER, NULLS LAST,
//    IS NOT DISTINCT FROM, COALESCE, CASE, `||`, length, substr, lower and upper (ASCII letters), ALTER TABLE
//    ADD, RENAME and DROP COLUMN. Text compares and sorts by its bytes; LIKE minds capitals.
//  - Not portable, so not used: triggers, DEFERRABLE, AUTOINCREMENT, TRUE and FALSE, IFNULL, two-argument
//  max, date and
//    JSON functions, blob literals, selecting columns that are neither grouped nor aggregated.
//  - Text is valid UTF-8 without NUL; both databases refuse anything else.

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/embedded.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace guildhall::db {

// The world failed: thrown by everything that touches the database. The text names the statement and the
// database's own words, never a bound value.
class DatabaseError : public std::runtime_error {
 public:
  enum class Kind {
    Unavailable,         // The server or the file can't be reached; trying again later makes sense.
    ConstraintViolated,  // See constraint().
    Busy,                // Another process has held the writer for too long.
    DiskFull,
    Other,
  };
  DatabaseError(Kind kind, std::string what, std::string constraint = "");

  Kind kind() const { return kind_; }
  // The same words on both databases: "unique enquiry(council, reference)" (a primary key is unique too),
  // "not null enquiry(reference)", "check closed_after_opened" (the name the migration gave the CHECK),
  // "foreign key".
  const std::string& constraint() const { return constraint_; }
  bool violates(std::string_view constraint) const {
    return kind_ == Kind::ConstraintViolated && constraint_ == constraint;
  }

 private:
  Kind kind_;
  std::string constraint_;
};

// Where a database is.
class Location {
 public:
  enum class Kind { Sqlite, Postgres };

  // "/path/council.db", "sqlite:/path/council.db" or
  // "postgres://user:password@host:port/database?schema=council", with any other option of a libpq URI
  // (PostgreSQL manual, 34.1.1.2). Without a schema it is "guildhall".
  static Result<Location> parse(std::string_view text);
  static Location sqlite(std::filesystem::path file);

  Kind kind() const { return kind_; }
  const std::filesystem::path& file() const { return file_; }  // SQLite only; else empty.
  const std::string& schema() const { return schema_; }        // PostgreSQL only; else empty.
  // The same server and database, another schema: a lower-case letter, then at most 62 of a-z, 0-9 and _.
  Location with_schema(std::string_view schema) const;
  std::string text() const;  // For people and logs: never holds the password.

  // Keywords and values for libpq, the password among them. PostgreSQL only.
  const std::vector<std::pair<std::string, std::string>>& settings() const { return settings_; }

 private:
  Kind kind_ = Kind::Sqlite;
  std::filesystem::path file_;
  std::string schema_;
  std::vector<std::pair<std::string, std::string>> settings_;
};

// Bytes, to be stored in a BLOB column.
struct Blob {
  std::string_view bytes;
};

// A value on its way to a placeholder: a view, made where it is used and gone with the statement.
class Param {
 public:
  enum class Kind : std::uint8_t { Null, Integer, Real, Text, Blob };

  Param(std::nullptr_t) {}
  Param(std::nullopt_t) {}
  template <std::integral T>
  requires(!std::same_as<T, char>) Param(T number) : kind_(Kind::Integer), integer_(static_cast<std::int64_t>(number)) {
    check(std::in_range<std::int64_t>(static_cast<std::conditional_t<std::same_as<T, bool>, int, T>>(number)),
          "a number too large for the database");
  }
  Param(double number) : kind_(Kind::Real), real_(number) {}
  Param(std::string_view text) : kind_(Kind::Text), view_(text) {}
  Param(const std::string& text) : Param(std::string_view(text)) {}
  Param(const char* text) : Param(std::string_view(text)) {}
  Param(db::Blob blob) : kind_(Kind::Blob), view_(blob.bytes) {}
  Param(const Uuid& uuid);  // TEXT, 36 characters.
  template <class Tag>
  Param(const Id<Tag>& id) : Param(id.uuid()) {}
  Param(Instant instant) : Param(to_microseconds(instant)) {}
  Param(const Date& date);  // TEXT, "2014-03-12".
  template <class T>
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : Param(nullptr)) {}

  Kind kind() const { return kind_; }
  std::int64_t integer() const { return integer_; }
  double real() const { return real_; }
  // Text and Blob; lives as long as this object and what it was made from.
  std::string_view bytes() const { return own_size_ == 0 ? view_ : std::string_view(own_.data(), own_size_); }

 private:
  Kind kind_ = Kind::Null;
  std::uint8_t own_size_ = 0;  // Ids and dates are spelt out here.
  std::array<char, 36> own_;
  union {
    std::int64_t integer_ = 0;
    double real_;
  };
  std::string_view view_;
};

// The values of one statement: {id, "open", now}, or a vector made at run time.
class Params {
 public:
  Params() = default;
  Params(std::initializer_list<Param> params) : params_(params.begin(), params.size()) {}
  Params(const std::vector<Param>& params) : params_(params) {}

  auto begin() const { return params_.begin(); }
  auto end() const { return params_.end(); }
  std::size_t size() const { return params_.size(); }
  const Param& operator[](std::size_t index) const { return params_[index]; }

 private:
  std::span<const Param> params_;
};

// The current row of a query; views of it are valid until the callback returns. Columns count from 0.
// Asking NULL for a value is a mistake in the program (check), except by the optional_ forms.
class Row {
 public:
  virtual bool is_null(int column) const = 0;
  std::int64_t integer(int column) const { return present(column), integer_at(column); }
  double real(int column) const { return present(column), real_at(column); }
  std::string_view text(int column) const { return present(column), text_at(column); }
  std::string_view blob(int column) const { return present(column), blob_at(column); }
  Instant instant(int column) const { return from_microseconds(integer(column)); }
  Date date(int column) const { return sound(Date::parse_iso(text(column))); }
  template <class IdType>
  IdType id(int column) const {
    return sound(IdType::parse(text(column)));
  }

  std::optional<std::int64_t> optional_integer(int column) const { return or_null(column, &Row::integer); }
  std::optional<double> optional_real(int column) const { return or_null(column, &Row::real); }
  std::optional<std::string_view> optional_text(int column) const { return or_null(column, &Row::text); }
  std::optional<std::string_view> optional_blob(int column) const { return or_null(column, &Row::blob); }
  std::optional<Instant> optional_instant(int column) const { return or_null(column, &Row::instant); }
  std::optional<Date> optional_date(int column) const { return or_null(column, &Row::date); }
  template <class IdType>
  std::optional<IdType> optional_id(int column) const {
    return or_null(column, &Row::id<IdType>);
  }

 protected:
  ~Row() = default;
  virtual std::int64_t integer_at(int column) const = 0;
  virtual double real_at(int column) const = 0;
  virtual std::string_view text_at(int column) const = 0;
  virtual std::string_view blob_at(int column) const = 0;

 private:
  void present(int column) const { check(!is_null(column), "NULL where a value was expected"); }
  template <class T>
  std::optional<T> or_null(int column, T (Row::*value)(int) const) const {
    return is_null(column) ? std::nullopt : std::optional<T>((this->*value)(column));
  }
  template <class T>
  static T sound(Result<T> stored) {  // What we stored reads back, or the database is damaged.
    if (!stored.ok()) throw DatabaseError(DatabaseError::Kind::Other, "a stored value can't be read back");
    return *std::move(stored);
  }
};

using RowCallback = std::function<void(const Row&)>;

// Many rows into one table, as fast as the database takes them: COPY on PostgreSQL, one prepared statement on
// SQLite. Rows travel in batches: they count and are seen, and a constraint they violate is thrown, by
// finish() at the latest. Other statements, and other bulk inserts, may run in between. Going away without
// finish() undoes the whole work.
class BulkInsert {
 public:
  virtual ~BulkInsert() = default;
  virtual void add(Params row) = 0;   // As many values as columns were named.
  virtual std::int64_t finish() = 0;  // How many rows were added.
};

// One connection, lent to a work by Database::write or read, to be used by that work's thread alone.
// Not inside a row callback: collect what is needed, then go on.
class Connection {
 public:
  virtual ~Connection() = default;

  // Runs a statement to its end; returns how many rows it inserted, updated or deleted.
  std::int64_t execute(std::string_view sql, Params params = {});
  // The same without waiting for the number: the way to write. On PostgreSQL, works that only enqueue share
  // one round trip with all the others of their group; otherwise it travels with the next statement that is
  // waited for. Its failure is thrown by that statement, or by the end of the work.
  void enqueue(std::string_view sql, Params params = {});
  // Calls `on_row` for each row as it arrives, in bounded memory however many there are.
  void query(std::string_view sql, Params params, const RowCallback& on_row);
  // `value_of(row)` of the only row, or nothing. Two rows are a mistake in the program.
  template <class ValueOf>
  auto query_one(std::string_view sql, Params params, ValueOf&& value_of) {
    std::optional<std::invoke_result_t<ValueOf&, const Row&>> value;
    query(sql, params, [&](const Row& row) {
      check(!value, "query_one: more than one row");
      value.emplace(value_of(row));
    });
    return value;
  }
  std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::initializer_list<std::string_view> columns);

  virtual Location::Kind kind() const = 0;

 protected:
  enum class Wait { ForResult, Later };
  virtual std::int64_t run(std::string_view sql, Params params, const RowCallback* on_row, Wait wait) = 0;
  virtual std::unique_ptr<BulkInsert> start_bulk_insert(std::string_view table,
                                                        std::span<const std::string_view> columns) = 0;

  // Set by the first statement that fails, or by a bulk insert that was not finished; cleared when a work
  // begins.
  bool failed_ = false;

 private:
  bool in_callback_ = false;
};

// An open database. Any thread may call any function of it; destroy it when no thread does.
class Database {
 public:
  enum class Missing { Create, Refuse };
  struct Options {
    Missing missing = Missing::Create;  // A file or schema that isn't there: make it, or throw Unavailable.
    std::size_t readers = 4;            // Connections for read(), opened when first needed.
  };

  static std::unique_ptr<Database> open(const Location& location, Options options);
  static std::unique_ptr<Database> open(const Location& location) { return open(location, Options()); }
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs `work(connection)` on the writer's thread and returns what it returned, once that is durable. A
  // Result with problems undoes the work; so does an exception, which is thrown here. Throws DatabaseError
  // where the commit failed. Not from inside a write() of the same database.
  template <class Work>
  auto write(Work&& work) {
    return returned_by(work, [this](const auto& run) { run_write(run); });
  }

  // Runs `work(connection)` on this thread, in one snapshot; it can't change anything. Waits while all
  // readers are busy. Not from inside a read() of the same database.
  template <class Work>
  auto read(Work&& work) {
    return returned_by(work, [this](const auto& run) { run_read(run); });
  }

  // Applies what is new of `migrations/*.sql` among a module's embedded files; see migrate() below.
  void migrate(std::string_view module, std::span<const EmbeddedFile> files);

  const Location& location() const { return location_; }

 private:
  enum class Outcome { Keep, Undo };
  using Run = std::function<Outcome(Connection&)>;
  class Writer;
  class Readers;

  Database(const Location& location, Options options);
  void run_write(const Run& run);
  void run_read(const Run& run);

  template <class Work, class RunIt>
  static auto returned_by(Work& work, const RunIt& run_it) {
    using Returned = std::invoke_result_t<Work&, Connection&>;
    if constexpr (std::is_void_v<Returned>) {
      run_it(Run([&](Connection& connection) { return work(connection), Outcome::Keep; }));
    } else {
      std::optional<Returned> returned;
      run_it(Run([&](Connection& connection) {
        returned.emplace(work(connection));
        if constexpr (requires { returned->problems(); }) {
          return returned->ok() ? Outcome::Keep : Outcome::Undo;
        } else {
          return Outcome::Keep;
        }
      }));
      return *std::move(returned);
    }
  }

  Location location_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Readers> readers_;
};

// Applies those of `files` named migrations/*.sql that are new, in the order of their names, inside the work
// that `connection` was lent to. What was applied is kept in the table migration(module, name, sha256,
// applied_at). Throws DatabaseError (Other) where a file that was applied has changed or is gone since:
// migrations only go forward.
void migrate(Connection& connection, std::string_view module, std::span<const EmbeddedFile> files);

}  // namespace guildhall::db
