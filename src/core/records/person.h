#pragma once

// One source's view of one person, cleansed and typed: what matching and golden records work with.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "records/attribute.h"
#include "records/identifiers.h"

namespace guildhall::records {

struct SourceRecordTag {
  static constexpr std::string_view kName = "source record";
};
using SourceRecordId = Id<SourceRecordTag>;

// NHS Data Dictionary, PERSON STATED GENDER CODE.
enum class Sex : std::uint8_t { NotKnown, Female, Male, Indeterminate };
std::string_view name_of(Sex sex);     // "female"; empty for NotKnown
Sex sex_named(std::string_view name);  // of the canonical text; NotKnown for any other

// Whether the NHS has confirmed that the number is this person's: "01", "number present and verified", of NHS
// Data Dictionary, NHS NUMBER STATUS INDICATOR CODE. Missing and every other status count as not verified.
enum class NhsVerification : std::uint8_t { NotVerified, Verified };

// Where somebody lived. At least one of lines, postcode and UPRN is there.
struct Address {
  std::string lines;
  std::optional<Postcode> postcode;
  std::optional<Uprn> uprn;
  std::optional<Date> from;
  std::optional<Date> to;  // Missing: still, as far as the source knows.

  auto operator<=>(const Address&) const = default;
};

struct PersonRecord {
  SourceRecordId id;
  std::optional<NhsNumber> nhs_number;
  NhsVerification nhs_verification = NhsVerification::NotVerified;
  std::optional<Upn> upn;
  std::vector<Upn> former_upns;  // Sorted, each once, without `upn`.
  std::optional<UniqueLearnerNumber> unique_learner_number;
  std::string forename, middle_names, surname;  // Empty: missing.
  std::vector<std::string> other_forenames;     // Preferred forenames; sorted, each once, without `forename`.
  std::vector<std::string> other_surnames;      // Preferred and former surnames; likewise.
  std::optional<Date> birth_date;
  std::optional<Date> expected_birth_date;
  std::optional<Date> death_date;
  Sex sex = Sex::NotKnown;
  std::string ethnicity;
  std::vector<Address> addresses;  // The current one first, then the newest; see `current_address`.
  bool restricted = false;         // To be shown to nobody without a special reason.

  const Address* current_address() const { return addresses.empty() ? nullptr : &addresses.front(); }
};

// One cleansed cell.
struct Cell {
  Attribute attribute;
  std::string_view value;  // Canonical text, as `cleanse` made it; empty means missing.
};

// The person of a person row (`person`, which may carry an address) with its identifier rows and address
// rows, each row a span of cells. An identifier row's type says which attribute its value is
// (identifier_attribute); cleanse the value as that. Other types, and values that don't pass, are left out.
// Cells of the other rows that are not canonical are a mistake in the program, and throw BrokenInvariant.
PersonRecord person_from(SourceRecordId id, std::span<const Cell> person,
                         std::span<const std::vector<Cell>> identifiers = {},
                         std::span<const std::vector<Cell>> addresses = {});

}  // namespace guildhall::records
