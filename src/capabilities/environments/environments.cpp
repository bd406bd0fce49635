#include "environments/environments.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/id.h"

namespace guildhall::environments {

std::span<const EmbeddedFile> embedded_files();

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kLongestName = 32;
constexpr std::string_view kPending = ".pending-";

// A file descriptor that is closed, and whose lock is given back, at the end.
class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0600)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

void succeed(bool done, const char* doing) {
  if (!done) throw std::system_error(errno, std::generic_category(), doing);
}

// So that the names in a folder outlive a power cut.
void sync_folder(const fs::path& folder) {
  const File file(folder, O_RDONLY | O_DIRECTORY);
  succeed(file.is_open() && ::fsync(file.descriptor()) == 0, "sync a folder");
}

void make_folder(const fs::path& folder) {
  succeed(::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST, "make a folder");
}

void write_key(const fs::path& path) {
  const std::string key = random_bytes(kKeyBytes);
  const File file(path, O_WRONLY | O_CREAT | O_EXCL);
  succeed(file.is_open() && ::write(file.descriptor(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
              ::fsync(file.descriptor()) == 0,
          "write a key");
}

std::string read_key(int descriptor) {
  std::string key(kKeyBytes + 1, '\0');
  const ssize_t size = ::pread(descriptor, key.data(), key.size(), 0);
  succeed(size >= 0, "read a key");
  key.resize(static_cast<std::size_t>(size));
  return key;
}

void rename_durably(const fs::path& from, const fs::path& to) {
  fs::rename(from, to);
  sync_folder(to.parent_path());
}

Problem no_such(const EnvironmentName& name) {
  return {"There is no environment of this name.", name.text(), "See which there are with: guildhall env list"};
}

}  // namespace

Result<EnvironmentName> EnvironmentName::parse(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto belongs = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  if (text.empty() || text.size() > kLongestName || !is_letter(text.front()) || text.back() == '-' ||
      text.find("--") != std::string_view::npos || !std::ranges::all_of(text, belongs)) {
    return Problem{
        "This name can't be used for an environment.", "name",
        "Use lower-case letters, digits and single dashes, at most 32, with a letter first and no dash last; "
        "for example hackney-training."};
  }
  return EnvironmentName(std::string(text));
}

Environment::~Environment() {
  database_.reset();
  if (lock_ >= 0) ::close(lock_);
}

Environment::Environment(Environment&& other) noexcept
    : name_(std::move(other.name_)),
      folder_(std::move(other.folder_)),
      lock_(std::exchange(other.lock_, -1)),
      key_(std::move(other.key_)),
      database_(std::move(other.database_)) {}

// One at a time, over all threads and processes, creates, destroys or looks; so what is pending belongs to
// nobody alive.
class Environments::Lock {
 public:
  explicit Lock(const Environments& environments) : file_(environments.data_directory_ / "lock", O_RDWR | O_CREAT) {
    succeed(file_.is_open(), "open the lock");
    int done = 0;
    while ((done = ::flock(file_.descriptor(), LOCK_EX)) != 0 && errno == EINTR) {
    }
    succeed(done == 0, "lock");
  }

 private:
  File file_;
};

Environments::Environments(fs::path data_directory, std::optional<db::Location> server, std::vector<Module> modules)
    : data_directory_(std::move(data_directory)),
      folders_(data_directory_ / "environments"),
      server_(std::move(server)),
      modules_(std::move(modules)) {
  if (const fs::path parent = data_directory_.parent_path(); !parent.empty()) fs::create_directories(parent);
  make_folder(data_directory_);
  make_folder(folders_);
  if (server_) {
    check(server_->kind() == db::Location::Kind::Postgres, "a server is PostgreSQL");
    registry_ = db::Database::open(*server_);
    registry_->migrate("environments", embedded_files());
  }
}

Result<void> Environments::create(const EnvironmentName& name) {
  const Lock lock(*this);
  finish_pending();
  if (exists(name)) {
    return Problem{"There is an environment of this name already.", name.text(), "Choose another name."};
  }
  if (fs::exists(folder_of(name))) {
    return Problem{"The server knows no environment of this name, but there is a folder of its files.",
                   folder_of(name).string(), "Bring the database back from a backup, or move the folder away."};
  }
  const fs::path pending = pending_of(name);
  make_folder(pending);
  make_folder(pending / "attachments");
  make_folder(pending / "spool");
  write_key(pending / "key");
  if (!server_) register_in_file(name, pending / "environment.db");
  sync_folder(pending);
  sync_folder(folders_);
  if (server_) register_on_server(name);
  rename_durably(pending, folder_of(name));
  return {};
}

void Environments::register_in_file(const EnvironmentName& name, const fs::path& file) {
  const auto database = db::Database::open(db::Location::sqlite(file));
  database->write([&](db::Connection& connection) {
    db::migrate(connection, "environments", embedded_files());
    migrate(connection);
    connection.execute("INSERT INTO environment (name, created_at) VALUES ($1, $2)",
                       {name.text(), SystemClock().now()});
  });
}

// Schema, tables and row in one transaction: PostgreSQL's data definition can be rolled back like any other
// change.
void Environments::register_on_server(const EnvironmentName& name) {
  registry_->write([&](db::Connection& connection) {
    connection.execute("INSERT INTO environment (name, created_at) VALUES ($1, $2)",
                       {name.text(), SystemClock().now()});
    connection.execute("CREATE SCHEMA " + schema_of(name));
    connection.execute("SET LOCAL search_path TO " + schema_of(name));
    migrate(connection);
    // Others may share this transaction.
    connection.execute("SET LOCAL search_path TO " + server_->schema());
  });
}

Result<void> Environments::destroy(const EnvironmentName& name) {
  const Lock lock(*this);
  finish_pending();
  if (!exists(name)) return no_such(name);
  const fs::path folder = folder_of(name), pending = pending_of(name);
  const File key(folder / "key", O_RDONLY);  // It may be missing: what is damaged can still be destroyed.
  if (key.is_open() && ::flock(key.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    return Problem{"This environment is in use.", name.text(), "Stop the server that runs it first."};
  }
  if (fs::exists(folder)) rename_durably(folder, pending);
  if (server_) {
    registry_->write([&](db::Connection& connection) {
      connection.execute("DROP SCHEMA IF EXISTS " + schema_of(name) + " CASCADE");
      connection.execute("DELETE FROM environment WHERE name = $1", {name.text()});
    });
  }
  fs::remove_all(pending);
  return {};
}

// What a crash, or a failure, left behind: on PostgreSQL the registry says whether it had come to exist, or
// still did. On SQLite the name itself says that, so nothing pending exists.
void Environments::finish_pending() {
  std::vector<fs::path> pending;
  for (const auto& entry : fs::directory_iterator(folders_)) {
    if (entry.path().filename().string().starts_with(kPending)) pending.push_back(entry.path());
  }
  // A program that was killed may have left a commit with the server, which still holds its writer's lock.
  if (server_ && !pending.empty()) registry_->write([](db::Connection&) {});
  for (const fs::path& folder : pending) {
    const auto name = EnvironmentName::parse(folder.filename().string().substr(kPending.size()));
    if (server_ && name.ok() && exists(*name) && !fs::exists(folder_of(*name))) {
      rename_durably(folder, folder_of(*name));
    } else {
      fs::remove_all(folder);
    }
  }
}

std::vector<Listed> Environments::list() {
  const Lock lock(*this);
  finish_pending();
  std::vector<Listed> listed;
  if (server_) {
    registry_->read([&](db::Connection& connection) {
      connection.query("SELECT name, created_at FROM environment", {}, [&](const db::Row& row) {
        const EnvironmentName name = *EnvironmentName::parse(row.text(0));
        listed.push_back({name, location_of(name), has_key(name) ? State::Ready : State::KeyMissing, row.instant(1)});
      });
    });
  } else {
    for (const auto& entry : fs::directory_iterator(folders_)) {
      const auto name = EnvironmentName::parse(entry.path().filename().string());
      if (!name.ok()) continue;  // Somebody else's folder.
      Listed one{*name, location_of(*name), has_key(*name) ? State::Ready : State::KeyMissing, std::nullopt};
      try {
        one.created_at = created_at(*name);
      } catch (const db::DatabaseError&) {  // One that is damaged must not hide the others.
        one.state = State::DatabaseUnreadable;
      }
      listed.push_back(std::move(one));
    }
  }
  std::ranges::sort(listed, {}, &Listed::name);
  return listed;
}

Result<Environment> Environments::open(const EnvironmentName& name) {
  Environment environment(name, folder_of(name));
  {
    const Lock lock(*this);
    finish_pending();
    if (!exists(name)) return no_such(name);
    File key(environment.folder_ / "key", O_RDONLY);
    if (key.is_open()) environment.key_ = read_key(key.descriptor());
    if (environment.key_.size() != kKeyBytes) {
      return Problem{"The key of this environment is missing or damaged.", (environment.folder_ / "key").string(),
                     "Bring the environment's folder back from a backup."};
    }
    succeed(::flock(key.descriptor(), LOCK_SH) == 0, "lock a key");
    environment.lock_ = key.release();
  }
  if (!server_ && !fs::exists(location_of(name).file())) {
    return Problem{"The database of this environment is missing.", location_of(name).text(),
                   "Bring the environment's folder back from a backup."};
  }
  environment.database_ = db::Database::open(location_of(name), {.missing = db::Database::Missing::Refuse});
  environment.database_->write([&](db::Connection& connection) {
    if (!server_) db::migrate(connection, "environments", embedded_files());
    migrate(connection);
  });
  return environment;
}

bool Environments::exists(const EnvironmentName& name) {
  return server_ ? created_at(name).has_value() : fs::exists(folder_of(name));
}

std::optional<Instant> Environments::created_at(const EnvironmentName& name) {
  const auto instant = [](const db::Row& row) { return row.instant(0); };
  if (server_) {
    return registry_->read([&](db::Connection& connection) {
      return connection.query_one("SELECT created_at FROM environment WHERE name = $1", {name.text()}, instant);
    });
  }
  // Its only row, by whatever name: a copied folder goes by the copy's name.
  const auto database = db::Database::open(location_of(name), {.missing = db::Database::Missing::Refuse});
  return database->read([&](db::Connection& connection) {
    return connection.query_one("SELECT created_at FROM environment", {}, instant);
  });
}

bool Environments::has_key(const EnvironmentName& name) const {
  std::error_code none;
  return fs::file_size(folder_of(name) / "key", none) == kKeyBytes;
}

db::Location Environments::location_of(const EnvironmentName& name) const {
  return server_ ? server_->with_schema(schema_of(name)) : db::Location::sqlite(folder_of(name) / "environment.db");
}

std::string Environments::schema_of(const EnvironmentName& name) const {
  std::string schema = server_->schema() + "_" + name.text();
  std::ranges::replace(schema, '-', '_');  // Names hold no underscore, so no two of them meet.
  return schema;
}

fs::path Environments::folder_of(const EnvironmentName& name) const {
  return folders_ / name.text();
}
fs::path Environments::pending_of(const EnvironmentName& name) const {
  return folders_ / (std::string(kPending) + name.text());
}

void Environments::migrate(db::Connection& connection) const {
  for (const Module& module : modules_) db::migrate(connection, module.name, module.files);
}

}  // namespace guildhall::environments
