#include "db/database.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "db/impl/session.h"

namespace guildhall::db {
namespace {

using Kind = DatabaseError::Kind;

// Writes that share a commit. PostgreSQL's snapshots stay quick while a transaction has at most 64
// savepoints.
constexpr std::size_t kMostInGroup = 64;
// A group takes nobody new in after this, so that the first to come is not kept waiting by those after it.
constexpr std::chrono::milliseconds kLongestGroup{10};
// The part of a commit's time, and the longest, that is waited for writers who may come back.
constexpr int kPatience = 4;
constexpr std::chrono::nanoseconds kMostPatience = std::chrono::milliseconds(1);

std::unique_ptr<Session> open_session(const Location& location, Role role, Database::Missing missing) {
  switch (location.kind()) {
    case Location::Kind::Sqlite:
      return open_sqlite(location, role, missing);
    case Location::Kind::Postgres:
      return open_postgres(location, role, missing);
  }
  return nullptr;
}

// What the writers of a group hear when all of it is lost: the same failure, each a copy of its own.
std::exception_ptr loss_of(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const DatabaseError& error) {
    return std::make_exception_ptr(DatabaseError(error.kind(), error.what(), error.constraint()));
  } catch (const std::exception& error) {
    return std::make_exception_ptr(DatabaseError(Kind::Other, error.what()));
  }
}

}  // namespace

// One thread, one connection, and a queue of works. Each round takes what waits as one group, one
// transaction: begin, work, work, …, commit, answer them all.
class Database::Writer {
 public:
  Writer(const Location& location, Missing missing)
      : session_(open_session(location, Role::Writer, missing)), thread_([this] { serve(); }) {}

  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wanted_.notify_one();
    thread_.join();
  }

  void write(const Run& run) {
    check(std::this_thread::get_id() != thread_.get_id(), "write() inside a write() of the same database");
    Request request{&run, nullptr, false, {}};
    {
      std::unique_lock lock(mutex_);
      waiting_.push_back(&request);
      if (waiting_.size() == 1 || waiting_.size() >= expected_) wanted_.notify_one();
      request.answered.wait(lock, [&] { return request.done; });
    }
    if (request.error) std::rethrow_exception(std::move(request.error));
  }

 private:
  struct Request {
    const Run* run;
    std::exception_ptr error;
    bool done;
    std::condition_variable answered;
  };
  using Group = std::vector<Request*>;

  void serve() {
    while (Request* first = wait_for_one()) write_group(first);
  }

  Request* wait_for_one() {
    std::unique_lock lock(mutex_);
    wanted_.wait(lock, [&] { return !waiting_.empty() || closing_; });
    if (expected_ > 1) wanted_.wait_for(lock, patience_, [&] { return waiting_.size() >= expected_ || closing_; });
    return take(lock);
  }

  Request* take_waiting() {
    const std::unique_lock lock(mutex_);
    return take(lock);
  }

  Request* take(const std::unique_lock<std::mutex>&) {
    if (waiting_.empty()) return nullptr;
    Request* const request = waiting_.front();
    waiting_.pop_front();
    return request;
  }

  void write_group(Request* first) {
    Group group{first};
    try {
      session_->revive();
      session_->begin_write();
      const auto end = std::chrono::steady_clock::now() + kLongestGroup;
      for (Request* next = first; next != nullptr;) {
        if (next != first) group.push_back(next);
        carry_out(*next);
        const bool full = group.size() == kMostInGroup || std::chrono::steady_clock::now() >= end;
        next = full ? nullptr : take_waiting();
      }
      const auto before = std::chrono::steady_clock::now();
      session_->commit();
      patience_ =
          std::min<std::chrono::nanoseconds>((std::chrono::steady_clock::now() - before) / kPatience, kMostPatience);
    } catch (const std::exception&) {
      const std::exception_ptr cause = std::current_exception();
      session_->roll_back();
      for (Request* request : group) {
        if (!request->error) request->error = loss_of(cause);
      }
    }
    answer(group);
  }

  // Throws only what the whole group is lost by.
  void carry_out(Request& request) {
    Outcome outcome = Outcome::Undo;
    try {
      session_->start_work(request.error);
      outcome = (*request.run)(*session_);
      if (outcome == Outcome::Keep) {
        check(!session_->failed(), "a work went on after a statement failed, or did not finish a bulk insert");
        session_->keep_work();
      }
    } catch (...) {
      request.error = std::current_exception();
      outcome = Outcome::Undo;
    }
    if (outcome == Outcome::Undo) session_->undo_work();
  }

  // Under the lock to the end: a request is gone as soon as its writer sees that it is done.
  void answer(const Group& group) {
    const std::lock_guard lock(mutex_);
    expected_ = std::min(group.size() + waiting_.size(), kMostInGroup);
    for (Request* request : group) {
      request->done = true;
      request->answered.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<Request*> waiting_;
  std::size_t expected_ = 0;  // How many the next group may have.
  bool closing_ = false;
  std::chrono::nanoseconds patience_{0};  // The thread's alone, like the session.
  std::unique_ptr<Session> session_;
  std::thread thread_;
};

// Connections that are read from, each by one thread at a time.
class Database::Readers {
 public:
  Readers(const Location& location, std::size_t limit) : location_(location), limit_(limit) {}

  void read(const Run& run) {
    static thread_local const Readers* reading = nullptr;
    check(reading != this, "read() inside a read() of the same database");
    Lent lent(*this);
    struct Reading {
      const Readers* before;
      ~Reading() { reading = before; }
    } restore{std::exchange(reading, this)};
    Session& session = lent.session();
    session.revive();
    struct End {
      Session& session;
      ~End() { session.end_read(); }
    } end{session};
    session.begin_read();
    std::exception_ptr never;
    session.start_work(never);
    if (run(session) == Outcome::Undo) return;
    check(!session.failed(), "a work went on after a statement failed");
    session.keep_work();
  }

 private:
  class Lent {
   public:
    explicit Lent(Readers& readers) : readers_(readers), session_(readers.take()) {}
    ~Lent() { readers_.give_back(std::move(session_)); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    Session& session() { return *session_; }

   private:
    Readers& readers_;
    std::unique_ptr<Session> session_;
  };

  std::unique_ptr<Session> take() {
    {
      std::unique_lock lock(mutex_);
      freed_.wait(lock, [&] { return !idle_.empty() || open_ < limit_; });
      if (!idle_.empty()) {
        auto session = std::move(idle_.back());
        idle_.pop_back();
        return session;
      }
      ++open_;
    }
    try {
      return open_session(location_, Role::Reader, Missing::Refuse);
    } catch (...) {
      {
        const std::lock_guard lock(mutex_);
        --open_;
      }
      freed_.notify_one();
      throw;
    }
  }

  void give_back(std::unique_ptr<Session> session) {
    {
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(session));
    }
    freed_.notify_one();
  }

  const Location location_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Session>> idle_;  // The last used first, so that its memory is warm.
  std::size_t open_ = 0;
};

Database::Database(const Location& location, Options options)
    : location_(location),
      writer_(std::make_unique<Writer>(location, options.missing)),
      readers_(std::make_unique<Readers>(location, options.readers)) {}

Database::~Database() = default;

std::unique_ptr<Database> Database::open(const Location& location, Options options) {
  check(options.readers > 0, "a database needs a reader");
  return std::unique_ptr<Database>(new Database(location, options));
}

void Database::run_write(const Run& run) {
  writer_->write(run);
}
void Database::run_read(const Run& run) {
  readers_->read(run);
}

void Database::migrate(std::string_view module, std::span<const EmbeddedFile> files) {
  write([&](Connection& connection) { db::migrate(connection, module, files); });
}

}  // namespace guildhall::db
