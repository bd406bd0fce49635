#include "records/person.h"

#include <algorithm>
#include <tuple>

#include "records/cleanse.h"

namespace guildhall::records {
namespace {

template <class T>
T canonical(const Result<T>& result) {
  check(result.ok(), "a cell of a person is not cleansed");
  return *result;
}

Date date_of(std::string_view value) {
  return canonical(Date::parse_iso(value));
}

void apply_address(Address& address, const Cell& cell) {
  switch (cell.attribute) {
    case Attribute::AddressLines:
      address.lines = cell.value;
      break;
    case Attribute::Postcode:
      address.postcode = canonical(Postcode::parse(cell.value));
      break;
    case Attribute::Uprn:
      address.uprn = canonical(Uprn::parse(cell.value));
      break;
    case Attribute::StartDate:
      address.from = date_of(cell.value);
      break;
    case Attribute::EndDate:
      address.to = date_of(cell.value);
      break;
    default:
      break;
  }
}

void apply_person(PersonRecord& person, const Cell& cell) {
  switch (cell.attribute) {
    case Attribute::NhsNumber:
      person.nhs_number = canonical(NhsNumber::parse(cell.value, TestNumbers::Accept));
      break;
    case Attribute::NhsVerification:
      person.nhs_verification = cell.value == "01" ? NhsVerification::Verified : NhsVerification::NotVerified;
      break;
    case Attribute::Upn:
      person.upn = canonical(Upn::parse(cell.value));
      break;
    case Attribute::FormerUpn:
      person.former_upns.push_back(canonical(Upn::parse(cell.value)));
      break;
    case Attribute::UniqueLearnerNumber:
      person.unique_learner_number = canonical(UniqueLearnerNumber::parse(cell.value));
      break;
    case Attribute::Forename:
      person.forename = cell.value;
      break;
    case Attribute::MiddleNames:
      person.middle_names = cell.value;
      break;
    case Attribute::Surname:
      person.surname = cell.value;
      break;
    case Attribute::PreferredForename:
      person.other_forenames.emplace_back(cell.value);
      break;
    case Attribute::PreferredSurname:
    case Attribute::FormerSurname:
      person.other_surnames.emplace_back(cell.value);
      break;
    case Attribute::BirthDate:
      person.birth_date = date_of(cell.value);
      break;
    case Attribute::ExpectedBirthDate:
      person.expected_birth_date = date_of(cell.value);
      break;
    case Attribute::DeathDate:
      person.death_date = date_of(cell.value);
      break;
    case Attribute::Sex:
      person.sex = sex_named(cell.value);
      break;
    case Attribute::Ethnicity:
      person.ethnicity = cell.value;
      break;
    case Attribute::Restricted:
      person.restricted = person.restricted || cell.value == "yes";
      break;
    default:
      break;
  }
}

bool is_number_of(Attribute attribute, std::string_view value) {
  switch (attribute) {
    case Attribute::NhsNumber:
      return NhsNumber::parse(value, TestNumbers::Accept).ok();
    case Attribute::Upn:
    case Attribute::FormerUpn:
      return Upn::parse(value).ok();
    case Attribute::UniqueLearnerNumber:
      return UniqueLearnerNumber::parse(value).ok();
    default:
      return false;
  }
}

// An identifier row gives its number only where the person row has none: what stands beside the name is
// nearer.
void apply_identifier(PersonRecord& person, const std::vector<Cell>& row) {
  std::optional<Attribute> attribute;
  std::string_view value;
  for (const Cell& cell : row) {
    if (cell.attribute == Attribute::IdentifierType) attribute = identifier_attribute(cell.value);
    if (cell.attribute == Attribute::IdentifierValue) value = cell.value;
  }
  if (!attribute || !is_number_of(*attribute, value)) return;
  const bool has_already = (attribute == Attribute::NhsNumber && person.nhs_number) ||
                           (attribute == Attribute::UniqueLearnerNumber && person.unique_learner_number);
  if (has_already) return;
  if (attribute == Attribute::Upn && person.upn) attribute = Attribute::FormerUpn;
  apply_person(person, {*attribute, value});
}

bool has_home(const Address& address) {
  return !address.lines.empty() || address.postcode.has_value() || address.uprn.has_value();
}

template <class T>
void keep_each_once(std::vector<T>& values, const T& without) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::erase(values, without);
}

// The current address first: one without an end before any with one, then by the latest start. An address
// without a start comes after those with one.
bool is_more_current(const Address& a, const Address& b) {
  static constexpr auto kNoDate = std::chrono::sys_days::min();
  const auto rank = [](const Address& address) {
    return std::tuple(!address.to.has_value(), address.to ? address.to->days() : kNoDate,
                      address.from ? address.from->days() : kNoDate);
  };
  return rank(a) > rank(b);
}

}  // namespace

std::string_view name_of(Sex sex) {
  switch (sex) {
    case Sex::NotKnown:
      return "";
    case Sex::Female:
      return "female";
    case Sex::Male:
      return "male";
    case Sex::Indeterminate:
      return "indeterminate";
  }
  return "";
}

Sex sex_named(std::string_view name) {
  for (const Sex sex : {Sex::Female, Sex::Male, Sex::Indeterminate}) {
    if (name_of(sex) == name) return sex;
  }
  return Sex::NotKnown;
}

PersonRecord person_from(SourceRecordId id, std::span<const Cell> person_row,
                         std::span<const std::vector<Cell>> identifiers, std::span<const std::vector<Cell>> addresses) {
  PersonRecord person;
  person.id = id;
  Address beside;
  for (const Cell& cell : person_row) {
    if (cell.value.empty()) continue;
    apply_person(person, cell);
    // The dates of a person row are not those of the address beside it.
    if (cell.attribute != Attribute::StartDate && cell.attribute != Attribute::EndDate) apply_address(beside, cell);
  }
  for (const auto& row : identifiers) apply_identifier(person, row);
  if (has_home(beside)) person.addresses.push_back(beside);
  for (const auto& row : addresses) {
    Address address;
    for (const Cell& cell : row) {
      if (!cell.value.empty()) apply_address(address, cell);
    }
    if (has_home(address)) person.addresses.push_back(std::move(address));
  }
  std::stable_sort(person.addresses.begin(), person.addresses.end(), is_more_current);
  keep_each_once(person.other_forenames, person.forename);
  keep_each_once(person.other_surnames, person.surname);
  std::sort(person.former_upns.begin(), person.former_upns.end());
  person.former_upns.erase(std::unique(person.former_upns.begin(), person.former_upns.end()), person.former_upns.end());
  if (person.upn) std::erase(person.former_upns, *person.upn);
  return person;
}

}  // namespace guildhall::records
