#include "masterdata/impl/disposition.h"

#include <algorithm>

namespace guildhall::masterdata {

using records::Attribute;
using records::Entity;
using records::Finding;
using records::Severity;

std::string_view name_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::Accepted:
      return "accepted";
    case Disposition::Quarantined:
      return "quarantined";
    case Disposition::Rejected:
      return "rejected";
  }
  return {};
}

std::optional<Finding> quarantine_reason(Entity entity, std::span<const StoredCell> cells) {
  const auto says = [&](std::initializer_list<Attribute> any_of) {
    return std::ranges::any_of(cells, [&](const StoredCell& cell) {
      return cell.attribute && !cell.cleaned.empty() && std::ranges::find(any_of, *cell.attribute) != any_of.end();
    });
  };
  switch (entity) {
    case Entity::Person:
      if (says({Attribute::NhsNumber, Attribute::Upn, Attribute::UniqueLearnerNumber, Attribute::BirthDate,
                Attribute::ExpectedBirthDate, Attribute::Forename, Attribute::Surname})) {
        return std::nullopt;
      }
      return Finding{Severity::Quarantine, "row-identifies",
                     "The row doesn't say who it is about: it has no usable name, date of birth or number.",
                     "Complete the person in the source system and send the extract again."};
    case Entity::Identifier:
      if (says({Attribute::IdentifierValue, Attribute::NhsNumber, Attribute::Upn, Attribute::FormerUpn,
                Attribute::UniqueLearnerNumber})) {
        return std::nullopt;
      }
      return Finding{Severity::Quarantine, "row-has-number", "The row has no usable number.",
                     "Mend the number in the source system and send the extract again."};
    case Entity::Involvement:
      if (says({Attribute::WorkerId, Attribute::TeamId})) return std::nullopt;
      return Finding{Severity::Quarantine, "row-has-worker", "The row names neither a worker nor a team.",
                     "Complete the involvement in the source system and send the extract again."};
    case Entity::Professional:
      if (says({Attribute::WorkerName, Attribute::TeamName})) return std::nullopt;
      return Finding{Severity::Quarantine, "row-has-name", "The row doesn't name the worker.",
                     "Complete the worker in the source system and send the extract again."};
    case Entity::Team:
      if (says({Attribute::TeamName})) return std::nullopt;
      return Finding{Severity::Quarantine, "row-has-name", "The row doesn't name the team.",
                     "Complete the team in the source system and send the extract again."};
    case Entity::Address:  // May be empty on purpose: a protected patient's is.
    case Entity::Plan:
    case Entity::Other:
      return std::nullopt;
  }
  return std::nullopt;
}

Finding repeated_key() {
  return {Severity::Quarantine, "row-once", "The file has an earlier row about the same person; that one is used.",
          "Remove the duplicate in the source system, or correct the id, and send the extract again."};
}

}  // namespace guildhall::masterdata
