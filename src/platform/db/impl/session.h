#pragma once

// A Connection with the strings that Database pulls: transactions, works within them, and coming back after a
// failure. The order of calls is
//   revive, begin_write, { start_work, (statements), keep_work or undo_work }…, commit
//   revive, begin_read, start_work, (statements), end_read
// and after any exception out of revive, begin_…, undo_work or commit: roll_back (or end_read), and all works
// are lost.

#include <exception>
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
  bool failed() const { return failed_; }

  virtual void revive() = 0;       // Connects again if the connection is gone; throws Unavailable where it can't.
  virtual void begin_write() = 0;  // Holds the writer's lock, against other processes too, until the end.
  virtual void begin_read() = 0;
  // `verdict` stays empty, or holds, when commit has returned, why this work alone was undone after it was
  // kept.
  virtual void start_work(std::exception_ptr& verdict) = 0;
  virtual void keep_work() = 0;  // Throws what an enqueued statement had to say; then undo it.
  virtual void undo_work() = 0;  // Throws where that undoes the works before it too.
  virtual void commit() = 0;     // Durable when it returns.
  virtual void roll_back() noexcept = 0;
  virtual void end_read() noexcept = 0;
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
