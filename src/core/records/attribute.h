#pragma once

// The words in which extracts, cleansing, matching and golden records speak of a person. A reader maps its
// format's fields to these; everything after it knows no format.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace guildhall::records {

// What one row of an extract is about. Stored in databases by name.
enum class Entity : std::uint8_t {
  Person,        // who somebody is
  Address,       // where they lived, from when to when
  Identifier,    // one number of theirs in some register
  Involvement,   // a professional working with them
  Plan,          // a child in need, child protection, looked-after or education plan or episode
  Professional,  // a worker, by the source's worker id
  Team,          // a team, by the source's team id
  Other,         // kept raw and counted, used by nobody yet
};

// One fact of a row. Stored in databases by name; never renamed once released.
enum class Attribute : std::uint8_t {
  // Person
  NhsNumber,
  Upn,
  FormerUpn,
  UniqueLearnerNumber,
  Forename,
  MiddleNames,
  Surname,
  PreferredForename,
  PreferredSurname,
  FormerSurname,
  BirthDate,
  ExpectedBirthDate,
  DeathDate,
  Sex,
  Ethnicity,
  NhsVerification,
  Restricted,
  // Identifier: `IdentifierType` says which number `IdentifierValue` is
  IdentifierType,
  IdentifierValue,
  // Address, and person rows that carry one
  AddressLines,
  Postcode,
  Uprn,
  // Involvement and plan
  WorkerId,
  WorkerRole,
  TeamId,
  PlanKind,
  // Professional and team
  WorkerName,
  TeamName,
  // School
  SchoolNumber,
  YearGroup,
  EntryDate,
  LeavingDate,
  // From and to of whatever the row is about
  StartDate,
  EndDate,
};

inline constexpr std::size_t kAttributeCount = static_cast<std::size_t>(Attribute::EndDate) + 1;

std::string_view name_of(Attribute attribute);  // "birth_date"
std::string_view name_of(Entity entity);        // "person"
std::optional<Attribute> attribute_named(std::string_view name);
std::optional<Entity> entity_named(std::string_view name);

}  // namespace guildhall::records
