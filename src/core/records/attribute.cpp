#include "records/attribute.h"

#include <algorithm>

namespace guildhall::records {
namespace {

constexpr std::array<std::string_view, 8> kEntities = {"person", "address",      "identifier", "involvement",
                                                       "plan",   "professional", "team",       "other"};

constexpr std::array<std::string_view, kAttributeCount> kAttributes = {"nhs_number",        "upn",
                                                                       "former_upn",        "unique_learner_number",
                                                                       "forename",          "middle_names",
                                                                       "surname",           "preferred_forename",
                                                                       "preferred_surname", "former_surname",
                                                                       "birth_date",        "expected_birth_date",
                                                                       "death_date",        "sex",
                                                                       "ethnicity",         "nhs_verification",
                                                                       "restricted",        "identifier_type",
                                                                       "identifier_value",  "address_lines",
                                                                       "postcode",          "uprn",
                                                                       "worker_id",         "worker_role",
                                                                       "team_id",           "plan_kind",
                                                                       "worker_name",       "team_name",
                                                                       "school_number",     "year_group",
                                                                       "entry_date",        "leaving_date",
                                                                       "start_date",        "end_date"};
static_assert(kAttributes.back() == "end_date" && kEntities.back() == "other");

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(Attribute attribute) {
  return kAttributes[static_cast<std::size_t>(attribute)];
}
std::string_view name_of(Entity entity) {
  return kEntities[static_cast<std::size_t>(entity)];
}
std::optional<Attribute> attribute_named(std::string_view name) {
  return named<Attribute>(kAttributes, name);
}
std::optional<Entity> entity_named(std::string_view name) {
  return named<Entity>(kEntities, name);
}

}  // namespace guildhall::records
