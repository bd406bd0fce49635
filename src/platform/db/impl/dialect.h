#pragma once

// The little that is not the same in the SQL of SQLite and of PostgreSQL, and reading a script statement by
// statement. Both work on words outside of quotes and comments.

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::db {

// The statements of a script, without their semicolons, comments and surrounding white space.
std::vector<std::string> statements_of(std::string_view script);

// One statement as PostgreSQL wants it, by the rules at the top of database.h.
std::string for_postgres(std::string_view statement);

// What a migration must not say, in words for its author; empty if there is nothing.
std::string not_portable(std::string_view statement);

// Whether this is a plain lower-case name (a-z, 0-9, _), which needs no quotes.
bool is_plain_name(std::string_view name);

}  // namespace guildhall::db
