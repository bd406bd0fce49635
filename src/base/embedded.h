#pragma once

// Files compiled into the program: guildhall_module(name … EMBED migrations/*.sql) makes them reachable as
// guildhall::name::embedded_files(), which the module declares where it needs it:
//
//   namespace guildhall::enquiries { std::span<const EmbeddedFile> embedded_files(); }

#include <span>
#include <string_view>

namespace guildhall {

struct EmbeddedFile {
  std::string_view name;   // Relative to the module's folder: "migrations/0001_enquiries.sql".
  std::string_view bytes;  // Lives as long as the program.
};

}  // namespace guildhall
