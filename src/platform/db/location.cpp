#include <libpq-fe.h>

#include <algorithm>

#include "base/text.h"
#include "db/database.h"

namespace guildhall::db {
namespace {

constexpr std::string_view kDefaultSchema = "guildhall";

bool is_schema_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && name[0] >= 'a' && name[0] <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Takes "schema=…" out of the query part of a URI: libpq refuses options that it does not know.
std::string take_schema(std::string& uri) {
  const std::size_t query = uri.find('?');
  if (query == std::string::npos) return std::string(kDefaultSchema);
  std::string schema(kDefaultSchema);
  std::string kept;
  for (const std::string_view option : split(std::string_view(uri).substr(query + 1), '&')) {
    if (option.starts_with("schema=")) {
      schema = option.substr(7);
    } else {
      kept += (kept.empty() ? '?' : '&') + std::string(option);
    }
  }
  uri.replace(query, std::string::npos, kept);
  return schema;
}

}  // namespace

// libpq's own messages are not passed on: they quote the URI, and with it the password.
Result<Location> Location::parse(std::string_view text) {
  if (!text.starts_with("postgres://") && !text.starts_with("postgresql://")) {
    if (text.starts_with("sqlite:")) {
      text.remove_prefix(7);
    } else if (text.find("://") != std::string_view::npos) {
      return Problem{"This kind of database is not known.", "",
                     "Give the path of an SQLite file, or postgres://user:password@host:port/database."};
    }
    if (text.empty() || text.ends_with('/') || text.find('\0') != std::string_view::npos) {
      return Problem{"The path of the SQLite file is missing.", "", "Write it as /var/lib/guildhall/council.db."};
    }
    return sqlite(std::filesystem::path(text));
  }
  std::string uri(text);
  Location location;
  location.kind_ = Kind::Postgres;
  location.schema_ = take_schema(uri);
  if (!is_schema_name(location.schema_)) {
    return Problem{"The schema's name can't be used.", "schema",
                   "Start with a lower-case letter; then at most 62 lower-case letters, digits and underscores."};
  }
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(uri.c_str(), &message),
                                                                             &PQconninfoFree);
  PQfreemem(message);
  if (!options) {
    return Problem{"This address of a PostgreSQL database can't be understood.", "",
                   "Write it as postgres://user:password@host:port/database. In the user and the password, "
                   "write every character that is no letter or digit as % and two hexadecimal digits."};
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) location.settings_.emplace_back(option->keyword, option->val);
  }
  return location;
}

Location Location::sqlite(std::filesystem::path file) {
  Location location;
  location.file_ = std::move(file);
  return location;
}

Location Location::with_schema(std::string_view schema) const {
  check(kind_ == Kind::Postgres && is_schema_name(schema), "with_schema: not a schema's name");
  Location location = *this;
  location.schema_ = schema;
  return location;
}

std::string Location::text() const {
  if (kind_ == Kind::Sqlite) return "sqlite:" + file_.string();
  const auto setting = [&](std::string_view keyword) -> std::string {
    const auto found = std::ranges::find(settings_, keyword, &std::pair<std::string, std::string>::first);
    return found == settings_.end() ? "" : found->second;
  };
  std::string text = "postgres://";
  if (const std::string user = setting("user"); !user.empty()) text += user + "@";
  text += setting("host");
  if (const std::string port = setting("port"); !port.empty()) text += ":" + port;
  return text + "/" + setting("dbname") + "?schema=" + schema_;
}

}  // namespace guildhall::db
