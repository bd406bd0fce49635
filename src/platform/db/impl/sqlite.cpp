#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "db/impl/dialect.h"
#include "db/impl/session.h"

namespace guildhall::db {
namespace {

using Kind = DatabaseError::Kind;

// How long to wait for another process that writes.
constexpr int kBusyTimeoutMs = 10'000;
// What a WAL that grew during a bulk load is cut back to.
constexpr std::int64_t kWalLimitBytes = 64 << 20;

// "enquiry.council, enquiry.reference" as "enquiry(council, reference)".
std::string columns_of(std::string_view names) {
  const std::string_view table = names.substr(0, names.find('.'));
  std::string columns;
  for (const std::string_view name : split(names, ',')) {
    const std::string_view column = trimmed(name);
    columns += (columns.empty() ? "" : ", ") + std::string(column.substr(column.find('.') + 1));
  }
  return std::string(table) + "(" + columns + ")";
}

// From the extended result code and a message such as "UNIQUE constraint failed: enquiry.reference".
std::string constraint_of(int code, std::string_view message) {
  const std::size_t colon = message.find(": ");
  const std::string_view names = colon == std::string_view::npos ? "" : message.substr(colon + 2);
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return "unique " + (names.starts_with("index ") ? std::string(names) : columns_of(names));
    case SQLITE_CONSTRAINT_NOTNULL:
      return "not null " + columns_of(names);
    case SQLITE_CONSTRAINT_CHECK:
      return "check " + std::string(names);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return "foreign key";
    default:
      return "";  // SQLITE_CONSTRAINT_DATATYPE and others: not data that breaks a rule, but a wrong
                  // statement.
  }
}

[[noreturn]] void fail(sqlite3* database, std::string_view doing) {
  const int code = sqlite3_extended_errcode(database);
  const std::string message = sqlite3_errmsg(database);
  const std::string constraint = (code & 0xff) == SQLITE_CONSTRAINT ? constraint_of(code, message) : "";
  Kind kind = Kind::Other;
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      if (!constraint.empty()) kind = Kind::ConstraintViolated;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      kind = Kind::Busy;
      break;
    case SQLITE_FULL:
      kind = Kind::DiskFull;
      break;
    case SQLITE_IOERR:
      kind = sqlite3_system_errno(database) == ENOSPC ? Kind::DiskFull : Kind::Unavailable;
      break;
    case SQLITE_CANTOPEN:
      kind = Kind::Unavailable;
      break;
  }
  throw DatabaseError(kind, "SQLite: " + message + ": " + std::string(doing), constraint);
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  // SQLite numbers $names in the order it meets them: slot i+1 takes the value params[param_of[i]].
  std::vector<std::size_t> param_of;
  std::size_t params = 0;
};

Statement prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  Statement statement{std::unique_ptr<sqlite3_stmt, Finalize>(handle), {}, 0};
  if (code != SQLITE_OK) fail(database, sql);
  check(handle != nullptr && rest == sql.data() + sql.size(), "not one statement");
  for (int slot = 1; slot <= sqlite3_bind_parameter_count(handle); ++slot) {
    const char* name = sqlite3_bind_parameter_name(handle, slot);
    const auto number = parse_integer(name == nullptr ? "" : name + 1);
    check(number && *number >= 1 && name[0] == '$', "placeholders are $1, $2, …");
    statement.param_of.push_back(static_cast<std::size_t>(*number - 1));
    statement.params = std::max(statement.params, static_cast<std::size_t>(*number));
  }
  return statement;
}

// Whether this is what PostgreSQL takes as text. Nearly all text is ASCII, so that is looked at first, eight
// at a time.
bool is_storable(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + at, 8);
    if (((eight | (eight - kOnes)) & kHighs) != 0) break;  // A byte of 0x80 or more, or 0x00 (or a lucky borrow).
  }
  const std::string_view rest = text.substr(at);
  return rest.find('\0') == std::string_view::npos && !invalid_utf8_at(rest);
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override {
    check(column >= 0 && column < sqlite3_data_count(statement_), "no such column");
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 protected:
  std::int64_t integer_at(int column) const override {
    must_be(sqlite3_column_type(statement_, column) == SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, column);
  }
  double real_at(int column) const override {
    const int type = sqlite3_column_type(statement_, column);
    must_be(type == SQLITE_FLOAT || type == SQLITE_INTEGER);
    return sqlite3_column_double(statement_, column);
  }
  std::string_view text_at(int column) const override {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view blob_at(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  static void must_be(bool number) {
    if (!number) throw DatabaseError(Kind::Other, "SQLite: the column holds no number");
  }
  sqlite3_stmt* statement_;
};

class SqliteSession final : public Session {
 public:
  SqliteSession(const Location& location, Role role, Database::Missing missing) {
    create_file(location.file(), missing);
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(location.file().c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(handle);
    if (code != SQLITE_OK) fail(handle, location.text());
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    // "name" is a name, never a text, as on PostgreSQL; and a file from elsewhere can't run anything on us.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    pragma("journal_mode = WAL");
    pragma("synchronous = FULL");
    pragma("foreign_keys = ON");
    pragma("case_sensitive_like = ON");
    pragma("journal_size_limit = " + std::to_string(kWalLimitBytes));
    // In KiB, used as needed: indexes that don't fit make bulk loads crawl.
    pragma(role == Role::Writer ? "cache_size = -65536" : "cache_size = -8192");
    if (role == Role::Reader) pragma("query_only = ON");
  }

  Location::Kind kind() const override { return Location::Kind::Sqlite; }

  void revive() override {}
  void begin_write() override {
    if (statements_.full()) statements_.clear();
    control("BEGIN IMMEDIATE");
    kept_ = 0;
  }
  void begin_read() override {
    if (statements_.full()) statements_.clear();
    control("BEGIN");
    kept_ = 0;
  }
  // While no work has been kept, undoing one undoes everything, and needs no savepoint.
  void start_work(std::exception_ptr&) override {
    failed_ = false;
    if (kept_ > 0) control("SAVEPOINT work");
  }
  void keep_work() override {
    if (kept_ > 0) control("RELEASE work");
    ++kept_;
  }
  void undo_work() override {
    if (kept_ == 0) {
      roll_back();
      control("BEGIN IMMEDIATE");
    } else {
      // SQLite gives up a whole transaction by itself where a disk is full or broken.
      if (!in_transaction())
        throw DatabaseError(Kind::Unavailable, "SQLite: the transaction was lost to a failure in it");
      control("ROLLBACK TO work");
      control("RELEASE work");
    }
  }
  void commit() override { control("COMMIT"); }
  void roll_back() noexcept override {
    if (!in_transaction()) return;
    // Fails only where SQLite has already rolled back by itself.
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void end_read() noexcept override { roll_back(); }

 protected:
  std::int64_t run(std::string_view sql, Params params, const RowCallback* on_row, Wait) override {
    check(!failed_, "a statement after one that failed in the same work");
    failed_ = true;
    Statement& statement = statements_.find_or_make(sql, [&] { return prepare(database_.get(), sql); });
    const std::int64_t changed = step(statement, params, on_row);
    failed_ = false;
    return changed;
  }

  std::unique_ptr<BulkInsert> start_bulk_insert(std::string_view table,
                                                std::span<const std::string_view> columns) override {
    return std::make_unique<Bulk>(*this, table, columns);
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  class Bulk final : public BulkInsert {
   public:
    Bulk(SqliteSession& session, std::string_view table, std::span<const std::string_view> columns)
        : session_(session) {
      std::string names, values;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        names += (i == 0 ? "" : ", ") + std::string(columns[i]);
        values += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
      }
      statement_ = prepare(session.database_.get(),
                           "INSERT INTO " + std::string(table) + " (" + names + ") VALUES (" + values + ")");
    }
    ~Bulk() override {
      if (!finished_) session_.failed_ = true;
    }
    void add(Params row) override {
      check(!session_.failed_ && !finished_, "a row after the end of its bulk insert");
      session_.failed_ = true;
      session_.step(statement_, row, nullptr);
      session_.failed_ = false;
      ++rows_;
    }
    std::int64_t finish() override {
      finished_ = !session_.failed_;
      return rows_;
    }

   private:
    SqliteSession& session_;
    Statement statement_;
    std::int64_t rows_ = 0;
    bool finished_ = false;
  };

  // Personal data: only the account that runs the program may read the file. SQLite gives its other files the
  // same mode. The file is made without opening it: closing any descriptor of it would drop the locks that this
  // process's other connections hold, and another process would then take the write-ahead log for abandoned and
  // delete it (SQLite, "How To Corrupt An SQLite Database File", section 2.2).
  static void create_file(const std::filesystem::path& file, Database::Missing missing) {
    if (::access(file.c_str(), F_OK) == 0) return;
    if (errno == ENOENT && missing == Database::Missing::Create) {
      if (::mknod(file.c_str(), S_IFREG | 0600, 0) == 0 || errno == EEXIST) {
        sync_folder(file.has_parent_path() ? file.parent_path() : ".");
        return;
      }
    }
    throw DatabaseError(errno == ENOSPC ? Kind::DiskFull : Kind::Unavailable,
                        "SQLite: " + file.string() + ": " + std::strerror(errno));
  }

  // A new file's name must outlive a power cut as surely as what will be committed to it.
  static void sync_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
      ::fsync(descriptor);
      ::close(descriptor);
    }
  }

  void pragma(const std::string& setting) {
    const std::string sql = "PRAGMA " + setting;
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      fail(database_.get(), sql);
    }
  }

  bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

  void control(std::string_view sql) {
    Statement& statement = statements_.find_or_make(sql, [&] { return prepare(database_.get(), sql); });
    step(statement, {}, nullptr);
  }

  std::int64_t step(Statement& statement, Params params, const RowCallback* on_row) {
    sqlite3_stmt* handle = statement.handle.get();
    check(params.size() == statement.params, "not as many values as placeholders");
    struct Reset {
      sqlite3_stmt* handle;
      ~Reset() { sqlite3_reset(handle); }
    } reset{handle};
    for (std::size_t slot = 0; slot < statement.param_of.size(); ++slot) {
      bind(handle, static_cast<int>(slot) + 1, params[statement.param_of[slot]]);
    }
    const std::int64_t total = sqlite3_total_changes64(database_.get());
    const SqliteRow row(handle);
    int code = 0;
    while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
      if (on_row != nullptr) (*on_row)(row);
    }
    if (code != SQLITE_DONE) fail(database_.get(), sqlite3_sql(handle));
    // changes() still tells of the statement before when this one changed nothing.
    return sqlite3_total_changes64(database_.get()) == total ? 0 : sqlite3_changes64(database_.get());
  }

  // Views stay valid until the statement is reset, so nothing is copied.
  void bind(sqlite3_stmt* handle, int slot, const Param& param) {
    const std::string_view bytes = param.bytes();
    int code = SQLITE_OK;
    switch (param.kind()) {
      case Param::Kind::Null:
        code = sqlite3_bind_null(handle, slot);
        break;
      case Param::Kind::Integer:
        code = sqlite3_bind_int64(handle, slot, param.integer());
        break;
      case Param::Kind::Real:
        code = sqlite3_bind_double(handle, slot, param.real());
        break;
      case Param::Kind::Text:
        if (!is_storable(bytes)) throw DatabaseError(Kind::Other, "SQLite: a text with NUL or that is not UTF-8");
        code = sqlite3_bind_text64(handle, slot, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
        break;
      case Param::Kind::Blob:
        code = sqlite3_bind_blob64(handle, slot, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
        break;
    }
    if (code != SQLITE_OK) fail(database_.get(), sqlite3_sql(handle));
  }

  std::unique_ptr<sqlite3, Close> database_;
  std::size_t kept_ = 0;                  // Works of this transaction.
  StatementCache<Statement> statements_;  // Goes before the database that its statements belong to.
};

}  // namespace

std::unique_ptr<Session> open_sqlite(const Location& location, Role role, Database::Missing missing) {
  return std::make_unique<SqliteSession>(location, role, missing);
}

}  // namespace guildhall::db
