#pragma once

// An environment is a council's isolated instance: its own database, key, attachments and spool. Production,
// a training copy and a rehearsal of the next release are three environments.
//
//   Environments environments(data_directory, server, {{"enquiries", enquiries::embedded_files()}});
//   TRY(environments.create(TRY(EnvironmentName::parse("hackney-training"))));
//   Environment hackney = TRY(environments.open(name));
//   hackney.database().read(…);
//
// On disk, under the data directory:
//   environments/hackney/key              32 random bytes, mode 0600, for cookies and salts
//   environments/hackney/environment.db   the database; on PostgreSQL it is the schema guildhall_hackney
//   instead environments/hackney/attachments/     documents that people sent environments/hackney/spool/
//   files on their way in or out environments/.pending-hackney/        being created or destroyed lock held
//   by whoever creates, destroys or looks
// An environment exists, on SQLite, from the moment its folder gets its name; on PostgreSQL, from the moment
// its row is committed to the registry, together with its schema and tables. Both are one step, so a crash
// leaves all or nothing; what is pending is finished or taken away by whoever comes next. A folder that has
// its name is never taken away except by destroy().

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::environments {

// Lower-case letters, digits and single dashes, a letter first, no dash last, at most 32: it is part of
// addresses, of folders and of PostgreSQL's names.
class EnvironmentName {
 public:
  static Result<EnvironmentName> parse(std::string_view text);
  const std::string& text() const { return text_; }
  auto operator<=>(const EnvironmentName&) const = default;

 private:
  explicit EnvironmentName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The tables of one module of the program.
struct Module {
  std::string_view name;
  std::span<const EmbeddedFile> files;
};

enum class State {
  Ready,
  KeyMissing,          // The key file is gone or damaged: bring the folder back from a backup.
  DatabaseUnreadable,  // The database in the folder is gone or damaged: the same. SQLite only.
};

struct Listed {
  EnvironmentName name;
  db::Location location;
  State state;
  std::optional<Instant> created_at;  // Nothing where the database is unreadable.
};

// An environment in use. While this object lives, nobody can destroy it.
class Environment {
 public:
  ~Environment();
  Environment(Environment&& other) noexcept;
  Environment& operator=(Environment&&) = delete;

  const EnvironmentName& name() const { return name_; }
  db::Database& database() const { return *database_; }
  std::string_view key() const { return key_; }  // 32 bytes; never to be shown or logged.
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path attachments() const { return folder_ / "attachments"; }
  std::filesystem::path spool() const { return folder_ / "spool"; }

 private:
  friend class Environments;
  Environment(EnvironmentName name, std::filesystem::path folder)
      : name_(std::move(name)), folder_(std::move(folder)) {}

  EnvironmentName name_;
  std::filesystem::path folder_;
  int lock_ = -1;  // The key file, open, with a shared lock.
  std::string key_;
  std::unique_ptr<db::Database> database_;
};

// All environments of one data directory. Any thread may call any function; other processes may use the same
// directory. A disk or server that fails is an exception.
class Environments {
 public:
  // The data directory is made if it is missing (mode 0700). `server` is the PostgreSQL where databases live,
  // with the registry's schema ("guildhall" unless told); nothing for SQLite files in the data directory. The
  // tables of every module of the program go into every environment, in this order.
  Environments(std::filesystem::path data_directory, std::optional<db::Location> server, std::vector<Module> modules);

  Result<void> create(const EnvironmentName& name);  // Refused where there is one of that name.
  std::vector<Listed> list();                        // By name.
  // With everything in it, for ever: whoever calls this has made sure that it is meant. Refused where it is
  // in use.
  Result<void> destroy(const EnvironmentName& name);
  Result<Environment> open(const EnvironmentName& name);  // Brings its tables up to this program's version.

 private:
  class Lock;

  bool exists(const EnvironmentName& name);
  std::optional<Instant> created_at(const EnvironmentName& name);  // Nothing where it does not exist.
  bool has_key(const EnvironmentName& name) const;
  db::Location location_of(const EnvironmentName& name) const;
  std::string schema_of(const EnvironmentName& name) const;
  std::filesystem::path folder_of(const EnvironmentName& name) const;
  std::filesystem::path pending_of(const EnvironmentName& name) const;
  void finish_pending();
  void register_in_file(const EnvironmentName& name, const std::filesystem::path& file);
  void register_on_server(const EnvironmentName& name);
  void migrate(db::Connection& connection) const;

  std::filesystem::path data_directory_;
  std::filesystem::path folders_;  // data_directory_/environments
  std::optional<db::Location> server_;
  std::vector<Module> modules_;
  std::unique_ptr<db::Database> registry_;  // PostgreSQL only.
};

}  // namespace guildhall::environments
