#pragma once

// Whether a row, once its cells are cleansed, can be used.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "masterdata/impl/cells.h"
#include "records/cleanse.h"

namespace guildhall::masterdata {

// Stored by name.
enum class Disposition : std::uint8_t {
  Accepted,
  Quarantined,  // Kept aside, readable, until a mended extract brings it again.
  Rejected,     // Not a row about anybody.
};
std::string_view name_of(Disposition disposition);

// Why a row as a whole is kept aside; nothing where it can be used. A row is kept only where using it would add nothing
// or mislead: a child protection plan without a readable start date is still a child protection plan.
std::optional<records::Finding> quarantine_reason(records::Entity entity, std::span<const StoredCell> cells);

// A second row about the same person in a table of persons.
records::Finding repeated_key();

}  // namespace guildhall::masterdata
