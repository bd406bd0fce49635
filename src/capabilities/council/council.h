#pragma once

// Whose environment this is: the council's own words and numbers, kept in its database.

#include <optional>
#include <span>
#include <string>

#include "base/embedded.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::council {

std::span<const EmbeddedFile> embedded_files();

struct Council {
  std::string name;                // "Borsetshire County Council"
  std::string brand_colour;        // "#00603d"
  std::string front_door_phone;    // Children's social care in office hours: "01632 960101"
  std::string out_of_hours_phone;  // Its emergency duty team.
  std::string contact_email;       // For everything else, and for who finds a page hard to use.
  std::string contact_phone;
  Date told_on;                   // The day these words were last confirmed.
  bool is_demonstration = false;  // Everybody in it is invented; numbers of the NHS test range are taken.

  bool operator==(const Council&) const = default;
};

// Nothing where the environment is new and has not been told.
std::optional<Council> find(db::Connection& connection);
// Of an environment that is served, which has been told; anything else is a mistake in the program.
Council served(db::Database& database);
void store(db::Connection& connection, const Council& council);

}  // namespace guildhall::council
