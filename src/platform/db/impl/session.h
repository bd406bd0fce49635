#pragma once

// A Connection with the strings that Database pulls: transactions, savepoints, and coming back after a
// failure. The order of calls is
//   revive, begin_write, { start_work, (statements), settle }, { savepoint, start_work, …, release or undo
//   }…, commit revive, begin_read, start_work, (statements), settle, end_read
// and after any exception out of these, roll_back (or end_read).

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "db/database.h"

namespace guildhall::db {

enum class Role { Writer, Reader };

class Session : public Connection {
 public:
  void start_work() { failed_ = false; }
  bool failed() const { return failed_; }

  virtual void revive() = 0;       // Connects again if the connection is gone; throws Unavailable where it can't.
  virtual void begin_write() = 0;  // Holds the writer's lock, against other processes too, until the end.
  virtual void begin_read() = 0;
  virtual void settle() = 0;  // Waits for what was enqueued.
  virtual void savepoint() = 0;
  virtual void release() = 0;
  virtual void undo() = 0;    // Back to the savepoint, which is gone then.
  virtual void commit() = 0;  // Durable when it returns.
  virtual void roll_back() noexcept = 0;
  virtual void end_read() noexcept = 0;
  virtual bool in_transaction() = 0;  // False where the database has given the transaction up by itself.
};

std::unique_ptr<Session> open_sqlite(const Location& location, Role role, Database::Missing missing);
std::unique_ptr<Session> open_postgres(const Location& location, Role role, Database::Missing missing);

// Statements by their text. Looking one up makes no copy.
template <class Statement>
class StatementCache {
 public:
  // Beyond this many, all are forgotten: SQL made at run time must not fill the memory.
  static constexpr std::size_t kCapacity = 500;

  template <class Make>
  Statement& find_or_make(std::string_view sql, const Make& make) {
    const auto found = statements_.find(sql);
    return found != statements_.end() ? found->second : statements_.emplace(std::string(sql), make()).first->second;
  }
  bool full() const { return statements_.size() >= kCapacity; }
  void clear() { statements_.clear(); }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace guildhall::db
