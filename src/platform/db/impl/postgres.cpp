// PostgreSQL through libpq, always in pipeline mode (PostgreSQL manual, 34.5): what needs no answer of its
// own (BEGIN, the lock, SAVEPOINT) travels with the next statement that does.
//
// A work that only enqueues statements needs no answer at all until it is committed. Such blind works are
// recorded, and travel together as a batch with the COMMIT: one round trip for all. If a statement of the
// batch fails, nothing of it has happened, and its works are sent again one by one, to find out whose it was.
// A work that waits for an answer is sent step by step, after the batch before it.
//
// What must always hold:
//  - sent_ lists, in order, every command whose answer has not been read yet.
//  - Each statement that is waited for is followed by a sync, so a failure is over once the answers have been
//  read.
//  - Integers and reals travel as text, so that the server finds their type from the column beside them; text
//  and bytes
//    travel in binary, so that nothing needs to be copied or escaped.

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <exception>

#include "base/log.h"
#include "base/text.h"
#include "db/impl/dialect.h"
#include "db/impl/session.h"

namespace guildhall::db {
namespace {

using Kind = DatabaseError::Kind;
using std::chrono::steady_clock;

// Types that we meet (PostgreSQL catalogue pg_type).
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;

// After a failed attempt to connect, the next is not made before this has passed; it doubles up to the second
// figure.
constexpr std::chrono::milliseconds kFirstBackOff{50};
constexpr std::chrono::milliseconds kLongestBackOff{2000};
// Rows of a bulk insert that travel together.
constexpr std::size_t kCopyBytes = 256 * 1024;
// Enqueued statements whose answers may be unread, so that answers don't pile up on the server.
constexpr std::size_t kMostUnread = 200;

// Holds back other writers of the same schema, in this and in other processes, until the transaction ends.
// The second number is ours alone: "guil" in ASCII.
constexpr std::string_view kWriterLock = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 1735747948))";

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

// Error codes: PostgreSQL manual, appendix A.
Kind kind_of(std::string_view state) {
  if (state == "53100") return Kind::DiskFull;
  if (state.empty() || state.starts_with("08") || state.starts_with("57P") || state.starts_with("53")) {
    return Kind::Unavailable;
  }
  if (state == "55P03" || state == "57014" || state == "40001" || state == "40P01") return Kind::Busy;
  return Kind::Other;
}

// The columns of a unique violation stand only in its detail, "Key (council, reference)=(…) already exists.",
// before the values, which go no further than here.
std::string constraint_of(const PGresult* result, std::string_view state) {
  const std::string table = field(result, PG_DIAG_TABLE_NAME);
  if (state == "23505") {
    const std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    const std::size_t begin = detail.find('('), end = detail.find(")=(");
    if (begin == std::string::npos || end == std::string::npos) return "unique " + table;
    return "unique " + table + detail.substr(begin, end + 1 - begin);
  }
  if (state == "23502") return "not null " + table + "(" + field(result, PG_DIAG_COLUMN_NAME) + ")";
  if (state == "23514") return "check " + field(result, PG_DIAG_CONSTRAINT_NAME);
  if (state == "23503") return "foreign key";
  return "";
}

DatabaseError error_of(const PGresult* result, std::string_view sql) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  const std::string constraint = constraint_of(result, state);
  // Class 22, data exceptions, quotes the values; so its message stays here.
  const std::string message = state.starts_with("22") ? "wrong value" : field(result, PG_DIAG_MESSAGE_PRIMARY);
  return DatabaseError(constraint.empty() ? kind_of(state) : Kind::ConstraintViolated,
                       "PostgreSQL: " + message + " (" + state + "): " + std::string(sql), constraint);
}

class PostgresRow final : public Row {
 public:
  explicit PostgresRow(const PGresult* result) : result_(result) {}

  bool is_null(int column) const override {
    check(column >= 0 && column < PQnfields(result_), "no such column");
    return PQgetisnull(result_, 0, column) != 0;
  }

 protected:
  std::int64_t integer_at(int column) const override {
    const std::string_view text = text_at(column);
    if (PQftype(result_, column) == kBool) return text == "t" ? 1 : 0;
    return number<std::int64_t>(text);
  }
  double real_at(int column) const override { return number<double>(text_at(column)); }
  std::string_view text_at(int column) const override {
    return {PQgetvalue(result_, 0, column), static_cast<std::size_t>(PQgetlength(result_, 0, column))};
  }
  std::string_view blob_at(int column) const override {
    std::string_view text = text_at(column);
    if (PQftype(result_, column) != kBytea) return text;
    text.remove_prefix(2);  // "\x", then two digits each (bytea_output = hex).
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string& bytes = blobs_.emplace_back(text.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    }
    return bytes;
  }

 private:
  template <class Number>
  static Number number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw DatabaseError(Kind::Other, "PostgreSQL: the column holds no number");
    }
    return value;
  }

  const PGresult* result_;
  mutable std::deque<std::string> blobs_;  // Decoded for this row.
};

class PostgresSession final : public Session {
 public:
  PostgresSession(const Location& location, Database::Missing missing) : location_(location) { connect(missing); }

  Location::Kind kind() const override { return Location::Kind::Postgres; }

  void revive() override {
    if (is_alive()) return;
    lose();
    if (steady_clock::now() < next_attempt_) {
      throw DatabaseError(Kind::Unavailable, "PostgreSQL: not reachable; waiting before the next attempt");
    }
    try {
      connect(Database::Missing::Refuse);
      back_off_ = kFirstBackOff;
    } catch (const DatabaseError&) {
      next_attempt_ = steady_clock::now() + back_off_;
      back_off_ = std::min(back_off_ * 2, kLongestBackOff);
      throw;
    }
  }

  void begin_write() override {
    forget_when_full();
    batch_.clear();
    is_writing_ = true;
    begin();
  }
  void begin_read() override {
    forget_when_full();
    is_writing_ = false;
    kept_ = 0;
    send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {});
  }
  void start_work(std::exception_ptr& verdict) override {
    failed_ = false;
    is_blind_ = is_writing_;
    recorded_ = {&verdict, {}};
  }
  void keep_work() override {
    if (is_blind_) {
      if (!recorded_.statements.empty()) batch_.push_back(std::move(recorded_));
      return;
    }
    if (enqueued_) wait(nullptr);
    keep();
  }
  void undo_work() override {
    if (!is_blind_) undo();
  }
  void commit() override {
    if (!batch_.empty()) {
      const bool had_kept = kept_ > 0;
      if (had_kept) send("SAVEPOINT work", {});
      if (try_batch("COMMIT")) return check_committed();
      undo_to(had_kept);
      send_one_by_one();
    }
    send("COMMIT", {});
    wait(nullptr);
    check_committed();
  }
  void roll_back() noexcept override {
    try {
      drain();
      send("ROLLBACK", {});
      wait(nullptr);
    } catch (const std::exception&) {
      lose();  // The server rolls back what belongs to a connection that is gone.
    }
  }
  // Nobody waits for the end of a read; its answer is read before the connection's next statement.
  void end_read() noexcept override {
    try {
      drain();
      send("ROLLBACK", {});
      sync();
    } catch (const std::exception&) {
      lose();
    }
  }

 protected:
  std::int64_t run(std::string_view sql, Params params, const RowCallback* on_row, Wait wanted) override {
    check(!failed_, "a statement after one that failed in the same work");
    failed_ = true;
    std::int64_t changed = 0;
    if (is_blind_ && wanted == Wait::Later && recorded_.statements.size() < kMostUnread) {
      recorded_.statements.push_back(record(statement_for(sql), params));
    } else {
      stop_being_blind();
      send(sql, params);
      if (wanted == Wait::Later && sent_.size() < kMostUnread) {
        enqueued_ = true;
      } else {
        changed = wait(on_row);
      }
    }
    failed_ = false;
    return changed;
  }

  std::unique_ptr<BulkInsert> start_bulk_insert(std::string_view table,
                                                std::span<const std::string_view> columns) override {
    return std::make_unique<Bulk>(*this, table, columns);
  }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  struct Statement {
    std::string sql;   // As PostgreSQL wants it.
    std::string name;  // Of the prepared statement.
    bool prepared = false;
  };

  // A statement to be sent later, with its values.
  struct Recorded {
    Statement* statement;
    std::vector<Param> params;
    std::unique_ptr<char[]> bytes;  // What the params view.
  };

  struct Work {
    std::exception_ptr* verdict;
    std::vector<Recorded> statements;
  };

  struct Sent {
    enum class What { Prepare, Statement, Sync } what;
    Statement* statement;  // Null for Sync.
  };

  class Bulk final : public BulkInsert {
   public:
    Bulk(PostgresSession& session, std::string_view table, std::span<const std::string_view> columns)
        : session_(session), columns_(columns.size()) {
      std::string names;
      for (const std::string_view column : columns) names += (names.empty() ? "" : ", ") + std::string(column);
      sql_ = "COPY " + std::string(table) + " (" + names + ") FROM STDIN";
      rows_text_.reserve(kCopyBytes + 4096);
    }
    ~Bulk() override {
      if (!finished_) session_.failed_ = true;
    }

    void add(Params row) override {
      check(!session_.failed_ && !finished_, "a row after the end of its bulk insert");
      check(row.size() == columns_, "not as many values as columns");
      bool first = true;
      for (const Param& param : row) {
        if (!first) rows_text_ += '\t';
        first = false;
        add_value(param);
      }
      rows_text_ += '\n';
      ++rows_;
      if (rows_text_.size() >= kCopyBytes) travel();
    }

    std::int64_t finish() override {
      if (!rows_text_.empty()) travel();
      finished_ = !session_.failed_;
      return rows_;
    }

   private:
    // The text format of COPY (PostgreSQL manual, COPY, "File Formats").
    void add_value(const Param& param) {
      char digits[32];
      switch (param.kind()) {
        case Param::Kind::Null:
          rows_text_ += "\\N";
          return;
        case Param::Kind::Integer:
          rows_text_.append(digits, std::to_chars(digits, digits + sizeof digits, param.integer()).ptr);
          return;
        case Param::Kind::Real:
          rows_text_.append(digits, std::to_chars(digits, digits + sizeof digits, param.real()).ptr);
          return;
        case Param::Kind::Blob:
          rows_text_ += "\\\\x";
          rows_text_ += hex(param.bytes());
          return;
        case Param::Kind::Text:
          add_text(param.bytes());
          return;
      }
    }

    void add_text(std::string_view text) {
      for (;;) {
        const std::size_t special = text.find_first_of("\\\t\n\r");
        rows_text_ += text.substr(0, special);
        if (special == std::string_view::npos) return;
        switch (text[special]) {
          case '\t':
            rows_text_ += "\\t";
            break;
          case '\n':
            rows_text_ += "\\n";
            break;
          case '\r':
            rows_text_ += "\\r";
            break;
          default:
            rows_text_ += "\\\\";
        }
        text.remove_prefix(special + 1);
      }
    }

    void travel() {
      session_.copy(sql_, rows_text_);
      rows_text_.clear();
    }

    PostgresSession& session_;
    std::size_t columns_;
    std::string sql_;
    std::string rows_text_;
    std::int64_t rows_ = 0;
    bool finished_ = false;
  };

  void connect(Database::Missing missing) {
    std::vector<const char*> keywords, values;
    const auto set = [&](const char* keyword, const char* value) {
      keywords.push_back(keyword);
      values.push_back(value);
    };
    // A later word overrides an earlier one, so the operator's settings come after ours. A server whose
    // machine has vanished is noticed within half a minute.
    for (const auto& ours : {std::pair("application_name", "guildhall"), std::pair("connect_timeout", "5"),
                             std::pair("keepalives_idle", "10"), std::pair("keepalives_interval", "5"),
                             std::pair("keepalives_count", "3"), std::pair("tcp_user_timeout", "30000")}) {
      if (std::ranges::none_of(location_.settings(), [&](const auto& own) { return own.first == ours.first; })) {
        set(ours.first, ours.second);
      }
    }
    for (const auto& [keyword, value] : location_.settings()) set(keyword.c_str(), value.c_str());
    set("client_encoding", "UTF8");
    set(nullptr, nullptr);
    connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 0));
    if (connection_ == nullptr || PQstatus(connection_.get()) != CONNECTION_OK) {
      std::string message = connection_ == nullptr ? "out of memory" : PQerrorMessage(connection_.get());
      lose();
      throw DatabaseError(Kind::Unavailable, std::string(trimmed(message)));
    }
    // Notices may quote values, and would go to standard error.
    PQsetNoticeReceiver(
        connection_.get(), [](void*, const PGresult*) {}, nullptr);
    set_up(missing);
    if (PQenterPipelineMode(connection_.get()) != 1) throw_lost();
  }

  void set_up(Database::Missing missing) {
    const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
    if (PQserverVersion(connection_.get()) < 130000 || encoding == nullptr || std::string_view(encoding) != "UTF8") {
      lose();
      throw DatabaseError(Kind::Other, "PostgreSQL: version 13 or later is needed, and a database with encoding UTF8");
    }
    const std::string& schema = location_.schema();
    const auto exists = plain("SELECT 1 FROM pg_namespace WHERE nspname = '" + schema + "'");
    if (PQntuples(exists.get()) == 0) {
      if (missing == Database::Missing::Refuse) {
        lose();
        throw DatabaseError(Kind::Unavailable, "PostgreSQL: there is no schema " + schema);
      }
      plain("BEGIN; SELECT pg_advisory_xact_lock(1735747948); CREATE SCHEMA IF NOT EXISTS " + schema + "; COMMIT");
    }
    plain("SET search_path TO " + schema +
          "; SET lock_timeout TO '10s'; SET bytea_output TO hex;"
          "SET standard_conforming_strings TO on; SET extra_float_digits TO 1");
    // An operator may ask for more than "on" (remote_apply), or for less of the standby (local), never for
    // less than durable here.
    plain(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
        "'off'");
    if (std::string_view(PQgetvalue(plain("SHOW fsync").get(), 0, 0)) != "on") {
      log(LogLevel::Warning, "database.server_does_not_sync");
    }
  }

  // Outside of pipeline mode, while connecting.
  ResultHandle plain(const std::string& sql) {
    ResultHandle result(PQexec(connection_.get(), sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      const DatabaseError error = error_of(result.get(), sql);
      lose();
      throw error;
    }
    return result;
  }

  // Looks whether the server has said anything since: only a goodbye comes unasked for.
  bool is_alive() {
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) return false;
    pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
    while (::poll(&readable, 1, 0) > 0) {
      if (PQconsumeInput(connection_.get()) != 1) return false;
    }
    return true;
  }

  void lose() noexcept {
    sent_.clear();
    enqueued_ = false;
    batch_.clear();
    recorded_ = {};
    statements_.clear();
    connection_.reset();
  }

  [[noreturn]] void throw_lost() {
    const std::string message = connection_ ? std::string(trimmed(PQerrorMessage(connection_.get()))) : "";
    lose();
    throw DatabaseError(Kind::Unavailable, "PostgreSQL: the connection was lost: " + message);
  }

  void forget_when_full() {
    if (!statements_.full()) return;
    drain();
    send("DEALLOCATE ALL", {});
    wait(nullptr);
    statements_.clear();
  }

  Statement& statement_for(std::string_view sql) {
    return statements_.find_or_make(sql, [&] { return Statement{for_postgres(sql), new_name(), false}; });
  }
  std::string new_name() { return "s" + std::to_string(++names_); }

  void send(std::string_view sql, Params params) { send(statement_for(sql), params); }
  void send(Statement& statement, Params params) {
    if (!connection_) throw_lost();
    if (!statement.prepared) {
      if (PQsendPrepare(connection_.get(), statement.name.c_str(), statement.sql.c_str(), 0, nullptr) != 1)
        throw_lost();
      sent_.push_back({Sent::What::Prepare, &statement});
      statement.prepared = true;
    }
    values_.clear();
    lengths_.clear();
    formats_.clear();
    digits_.resize(std::max(digits_.size(), params.size()));
    for (std::size_t i = 0; i < params.size(); ++i) bind(params[i], digits_[i]);
    if (PQsendQueryPrepared(connection_.get(), statement.name.c_str(), static_cast<int>(params.size()), values_.data(),
                            lengths_.data(), formats_.data(), 0) != 1) {
      throw_lost();
    }
    sent_.push_back({Sent::What::Statement, &statement});
  }

  void bind(const Param& param, std::array<char, 32>& digits) {
    const char* value = nullptr;
    std::size_t length = 0;
    int binary = 0;
    switch (param.kind()) {
      case Param::Kind::Null:
        break;
      case Param::Kind::Integer:
        *std::to_chars(digits.begin(), digits.end() - 1, param.integer()).ptr = '\0';
        value = digits.data();
        break;
      case Param::Kind::Real:
        *std::to_chars(digits.begin(), digits.end() - 1, param.real()).ptr = '\0';
        value = digits.data();
        break;
      case Param::Kind::Text:
      case Param::Kind::Blob:
        length = param.bytes().size();
        value = length == 0 ? "" : param.bytes().data();
        binary = 1;
    }
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(binary);
  }

  void sync() {
    if (PQpipelineSync(connection_.get()) != 1) throw_lost();
    sent_.push_back({Sent::What::Sync, nullptr});
  }

  // Reads every outstanding answer; throws the first failure among them, or what `on_row` threw. Rows of the
  // last statement go to `on_row`; returns how many rows it changed.
  std::int64_t wait(const RowCallback* on_row) {
    sync();
    enqueued_ = false;
    std::optional<DatabaseError> failure;
    std::exception_ptr callback_failure;
    std::int64_t changed = 0;
    while (!sent_.empty()) {
      const Sent sent = sent_.front();
      sent_.pop_front();
      if (sent.what == Sent::What::Sync) {
        const ResultHandle synced(PQgetResult(connection_.get()));
        if (PQresultStatus(synced.get()) != PGRES_PIPELINE_SYNC) throw_lost();
        continue;
      }
      const bool is_last = sent_.size() == 1;
      if (is_last && on_row != nullptr) PQsetSingleRowMode(connection_.get());
      while (const ResultHandle result{PQgetResult(connection_.get())}) {
        switch (PQresultStatus(result.get())) {
          case PGRES_SINGLE_TUPLE:
            if (callback_failure) break;
            try {
              (*on_row)(PostgresRow(result.get()));
            } catch (...) {
              callback_failure = std::current_exception();
            }
            break;
          case PGRES_COMMAND_OK:
          case PGRES_TUPLES_OK:
            if (is_last) {
              changed = parse_integer(PQcmdTuples(result.get())).value_or(0);
              tag_ = PQcmdStatus(result.get());
            }
            break;
          case PGRES_PIPELINE_ABORTED:
            if (sent.what == Sent::What::Prepare) sent.statement->prepared = false;
            break;
          default:
            failed(sent, result.get(), failure);
        }
      }
      if (PQstatus(connection_.get()) != CONNECTION_OK) {
        if (!failure) throw_lost();
        lose();
        throw *failure;
      }
    }
    if (callback_failure) std::rethrow_exception(callback_failure);
    if (failure) throw *failure;
    return changed;
  }

  void failed(const Sent& sent, const PGresult* result, std::optional<DatabaseError>& failure) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    // A migration has changed a table under a prepared statement (0A000), or it is not there (26000): prepare
    // it anew.
    if (sent.what == Sent::What::Prepare || state == "0A000" || state == "26000") {
      sent.statement->prepared = false;
      sent.statement->name = new_name();
    }
    if (!failure) failure = error_of(result, sent.statement->sql);
  }

  // Reads what is outstanding, whatever became of it.
  void drain() {
    if (sent_.empty()) return;
    try {
      wait(nullptr);
    } catch (const DatabaseError&) {
      if (!connection_) throw;
    }
  }

  void begin() {
    kept_ = 0;
    send("BEGIN", {});
    send(kWriterLock, {});
  }

  // The server answers the COMMIT of a transaction that has failed with "ROLLBACK", and calls that a success.
  void check_committed() const {
    if (tag_ != "COMMIT") throw DatabaseError(Kind::Other, "PostgreSQL: the transaction had failed before its commit");
  }

  // The work at hand has done what it wanted.
  void keep() {
    if (kept_ > 0) send("RELEASE SAVEPOINT work", {});
    ++kept_;
  }

  // Takes back what was sent since the savepoint or, where nothing has been kept so far, since the beginning.
  void undo() {
    drain();
    undo_to(kept_ > 0);
  }
  void undo_to(bool savepoint) {
    if (savepoint) {
      send("ROLLBACK TO SAVEPOINT work", {});
      send("RELEASE SAVEPOINT work", {});
    } else {
      send("ROLLBACK", {});
      begin();
    }
    wait(nullptr);
  }

  static Recorded record(Statement& statement, Params params) {
    std::size_t size = 0;
    for (const Param& param : params) size += param.bytes().size();
    Recorded recorded{&statement, {params.begin(), params.end()}, std::make_unique<char[]>(size)};
    char* end = recorded.bytes.get();
    for (Param& param : recorded.params) {
      const std::string_view copy(end, param.bytes().size());
      end = std::ranges::copy(param.bytes(), end).out;
      if (param.kind() == Param::Kind::Text) param = Param(copy);
      if (param.kind() == Param::Kind::Blob) param = Param(Blob{copy});
    }
    return recorded;
  }

  void send_statements(const Work& work) {
    for (const Recorded& recorded : work.statements) send(*recorded.statement, recorded.params);
  }

  // Sends the works of the batch and then `last`; false where one of them failed, and so none has happened.
  bool try_batch(std::string_view last) {
    try {
      for (const Work& work : batch_) send_statements(work);
      send(last, {});
      wait(nullptr);
      return true;
    } catch (const DatabaseError&) {
      if (!connection_) throw;
      return false;
    }
  }

  void send_one_by_one() {
    for (const Work& work : std::exchange(batch_, {})) {
      try {
        if (kept_ > 0) send("SAVEPOINT work", {});
        send_statements(work);
        wait(nullptr);
        keep();
      } catch (const DatabaseError&) {
        if (!connection_) throw;
        *work.verdict = std::current_exception();
        undo();
      }
    }
  }

  // The work at hand is about to wait for an answer: first come the works before it, then what it has
  // recorded so far.
  void stop_being_blind() {
    if (!is_blind_) return;
    is_blind_ = false;
    if (!batch_.empty()) {
      const bool had_kept = kept_ > 0;
      if (had_kept) send("SAVEPOINT work", {});
      if (try_batch(had_kept ? "RELEASE SAVEPOINT work" : "SELECT 1")) {
        kept_ += batch_.size();
        batch_.clear();
      } else {
        undo_to(had_kept);
        send_one_by_one();
      }
    }
    if (kept_ > 0) send("SAVEPOINT work", {});
    send_statements(recorded_);
    enqueued_ = !recorded_.statements.empty();
  }

  // COPY knows no pipelines, so it runs between two.
  void copy(const std::string& sql, std::string_view rows) {
    failed_ = true;
    stop_being_blind();
    if (!sent_.empty()) wait(nullptr);
    PGconn* const connection = connection_.get();
    if (connection == nullptr || PQexitPipelineMode(connection) != 1) throw_lost();
    std::optional<DatabaseError> failure;
    ResultHandle result(PQexec(connection, sql.c_str()));
    if (PQresultStatus(result.get()) == PGRES_COPY_IN) {
      if (PQputCopyData(connection, rows.data(), static_cast<int>(rows.size())) != 1 ||
          PQputCopyEnd(connection, nullptr) != 1) {
        throw_lost();
      }
      result.reset(PQgetResult(connection));
    }
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) failure = error_of(result.get(), sql);
    while (result) result.reset(PQgetResult(connection));
    if (PQstatus(connection) != CONNECTION_OK || PQenterPipelineMode(connection) != 1) throw_lost();
    if (failure) throw *failure;
    failed_ = false;
  }

  Location location_;
  std::unique_ptr<PGconn, Finish> connection_;
  StatementCache<Statement> statements_;
  std::uint64_t names_ = 0;
  std::string tag_;  // What the server said of the last statement waited for: "COMMIT", "INSERT 0 1".
  std::deque<Sent> sent_;
  bool enqueued_ = false;  // Whether sent_ holds statements of the work, not only ours.
  std::size_t kept_ = 0;   // Works of this transaction that the server has.
  std::vector<Work> batch_;
  bool is_writing_ = false;
  bool is_blind_ = false;  // Whether the work at hand has only been recorded.
  Work recorded_{};
  steady_clock::time_point next_attempt_{};
  std::chrono::milliseconds back_off_ = kFirstBackOff;
  // The values of the statement being sent.
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 32>> digits_;
};

}  // namespace

std::unique_ptr<Session> open_postgres(const Location& location, Role, Database::Missing missing) {
  return std::make_unique<PostgresSession>(location, missing);
}

}  // namespace guildhall::db
