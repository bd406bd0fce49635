#include "masterdata/impl/assembly.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "extracts/extracts.h"
#include "masterdata/impl/cells.h"
#include "records/name.h"
#include "records/survivorship.h"

namespace guildhall::masterdata {
namespace {

using records::Attribute;
using records::Entity;

// The facts of one row; the lines of an address, and middle names, are one fact, however many cells they fill.
std::vector<Fact> facts_of(const std::vector<StoredCell>& cells, std::int64_t row, Date as_of) {
  std::vector<Fact> facts;
  for (const StoredCell& cell : cells) {
    if (!cell.attribute || cell.cleaned.empty()) continue;
    if (*cell.attribute == Attribute::AddressLines || *cell.attribute == Attribute::MiddleNames) {
      const auto earlier = std::ranges::find(facts, *cell.attribute, &Fact::attribute);
      if (earlier != facts.end()) {
        earlier->value += *cell.attribute == Attribute::AddressLines ? ", " : " ";
        earlier->value += cell.cleaned;
        continue;
      }
    }
    facts.push_back({*cell.attribute, std::string(cell.cleaned), row, std::string(cell.field), as_of, false});
  }
  return facts;
}

std::vector<records::Cell> cells_of(const std::vector<Fact>& facts) {
  std::vector<records::Cell> cells;
  cells.reserve(facts.size());
  for (const Fact& fact : facts) cells.push_back({fact.attribute, fact.value});
  return cells;
}

bool is_of_address(Attribute attribute) {
  return attribute == Attribute::AddressLines || attribute == Attribute::Postcode || attribute == Attribute::Uprn;
}

bool is_number(Attribute attribute) {
  return attribute == Attribute::NhsNumber || attribute == Attribute::Upn || attribute == Attribute::FormerUpn ||
         attribute == Attribute::UniqueLearnerNumber;
}

const Fact* fact_of(const std::vector<Fact>& facts, Attribute attribute) {
  const auto found = std::ranges::find(facts, attribute, &Fact::attribute);
  return found == facts.end() ? nullptr : &*found;
}

bool is_home(const std::vector<Fact>& facts, const records::Address& home) {
  const auto says = [&](Attribute attribute, const std::string& value) {
    const Fact* const fact = fact_of(facts, attribute);
    return fact == nullptr ? value.empty() : fact->value == value;
  };
  return says(Attribute::AddressLines, home.lines) &&
         says(Attribute::Postcode, home.postcode ? home.postcode->text() : "") &&
         says(Attribute::Uprn, home.uprn ? home.uprn->text() : "");
}

std::string value_of(const std::vector<records::GoldenAttribute>& golden, Attribute attribute) {
  const auto found = std::ranges::find(golden, attribute, &records::GoldenAttribute::attribute);
  return found == golden.end() ? std::string() : found->value;
}

std::string id_in(std::string_view source, std::string_view id) {
  return std::string(source) + "\n" + std::string(id);
}

std::optional<InvolvementKind> kind_of(std::string_view plan) {
  namespace plan_kind = extracts::plan_kind;
  if (plan == plan_kind::kEarlyHelpEpisode) return InvolvementKind::EarlyHelp;
  if (plan == plan_kind::kChildInNeedEpisode || plan == plan_kind::kChildInNeedPlan)
    return InvolvementKind::ChildInNeed;
  if (plan == plan_kind::kChildProtectionPlan) return InvolvementKind::ChildProtection;
  if (plan == plan_kind::kLookedAfterEpisode) return InvolvementKind::LookedAfter;
  return std::nullopt;
}

}  // namespace

std::string SourcePerson::row_ids() const {
  std::vector<std::int64_t> ids;
  for (const Part& part : parts) {
    for (const CurrentRow& row : part.rows) ids.push_back(row.id);
  }
  std::sort(ids.begin(), ids.end());
  std::string text;
  for (const std::int64_t row : ids) {
    if (!text.empty()) text += ',';
    text += std::to_string(row);
  }
  return text;
}

Assembled assemble(const SourcePerson& source) {
  thread_local CellReader reader;
  std::vector<Fact> person;
  std::vector<std::vector<Fact>> identifiers;
  std::vector<std::vector<Fact>> addresses;
  for (const Part& part : source.parts) {
    for (const CurrentRow& row : part.rows) {
      if (part.entity != Entity::Person && part.entity != Entity::Identifier && part.entity != Entity::Address)
        continue;
      std::vector<Fact> facts = facts_of(reader.read(row.cells), row.id, part.as_of);
      if (part.entity == Entity::Person) std::ranges::move(facts, std::back_inserter(person));
      if (part.entity == Entity::Identifier) identifiers.push_back(std::move(facts));
      if (part.entity == Entity::Address) addresses.push_back(std::move(facts));
    }
  }

  std::vector<std::vector<records::Cell>> identifier_cells;
  for (const auto& facts : identifiers) {
    std::vector<records::Cell>& cells = identifier_cells.emplace_back(cells_of(facts));
    for (records::Cell& cell : cells) {
      if (is_number(cell.attribute)) cell.attribute = Attribute::IdentifierValue;
    }
  }
  std::vector<std::vector<records::Cell>> address_cells;
  for (const auto& facts : addresses) address_cells.push_back(cells_of(facts));

  Assembled assembled;
  assembled.person = records::person_from(source.id, cells_of(person), identifier_cells, address_cells);

  // The facts of the same person: numbers as they were taken, one home.
  const records::PersonRecord& taken = assembled.person;
  std::vector<Fact> beside;
  bool verified = taken.nhs_verification == records::NhsVerification::Verified;
  for (Fact& fact : person) {
    if (fact.attribute == Attribute::NhsNumber) fact.verified = verified;
    (is_of_address(fact.attribute) ? beside : assembled.facts).push_back(std::move(fact));
  }
  for (auto& facts : identifiers) {
    for (Fact& fact : facts) {
      if (!is_number(fact.attribute)) continue;
      const bool is_taken =
          (fact.attribute == Attribute::NhsNumber && taken.nhs_number && taken.nhs_number->digits() == fact.value) ||
          (fact.attribute == Attribute::UniqueLearnerNumber && taken.unique_learner_number &&
           taken.unique_learner_number->digits() == fact.value) ||
          (fact.attribute == Attribute::Upn && taken.upn && taken.upn->text() == fact.value);
      const bool is_former =
          std::ranges::any_of(taken.former_upns, [&](const records::Upn& upn) { return upn.text() == fact.value; });
      if (is_former) fact.attribute = Attribute::FormerUpn;
      if ((is_taken || is_former) && std::ranges::none_of(assembled.facts, [&](const Fact& earlier) {
            return earlier.attribute == fact.attribute && earlier.value == fact.value;
          })) {
        assembled.facts.push_back(std::move(fact));
      }
    }
  }
  if (const records::Address* const home = taken.current_address()) {
    addresses.push_back(std::move(beside));
    const auto current = std::ranges::find_if(addresses, [&](const auto& facts) { return is_home(facts, *home); });
    if (current != addresses.end()) {
      for (Fact& fact : *current) {
        if (!is_of_address(fact.attribute)) continue;
        if (home->from) fact.as_of = *home->from;
        assembled.facts.push_back(std::move(fact));
      }
    }
  }
  return assembled;
}

matching::LinkRecord link_record(const SourcePerson& source) {
  const records::PersonRecord person = assemble(source).person;
  matching::LinkRecord record;
  record.key = source.link_key();
  if (person.nhs_number) record.nhs_number = person.nhs_number->digits();
  if (person.upn) record.upn = person.upn->text();
  for (const records::Upn& upn : person.former_upns) record.former_upns.emplace_back(upn.text());
  record.forename = person.forename;
  record.middle_names = person.middle_names;
  record.surname = person.surname;
  record.other_forenames = person.other_forenames;
  record.other_surnames = person.other_surnames;
  record.birth_date = person.birth_date;
  switch (person.sex) {
    case records::Sex::NotKnown:
      record.sex = matching::LinkSex::NotKnown;
      break;
    case records::Sex::Female:
      record.sex = matching::LinkSex::Female;
      break;
    case records::Sex::Male:
      record.sex = matching::LinkSex::Male;
      break;
    case records::Sex::Indeterminate:
      record.sex = matching::LinkSex::Indeterminate;
      break;
  }
  bool current = true;
  for (const records::Address& address : person.addresses) {
    if (current) {
      if (address.postcode) record.postcode = address.postcode->text();
      record.address_lines = address.lines;
      record.uprn = address.uprn ? address.uprn->number() : 0;
    } else if (address.postcode && address.postcode->text() != record.postcode) {
      record.earlier_postcodes.push_back(address.postcode->text());
    }
    current = false;
  }
  return record;
}

std::string Golden::text() const {
  std::string all;
  for (const std::string* part : {&nhs_number, &upn, &surname_key, &forename_key, &birth_date, &sex, &attributes}) {
    all += *part;
    all += '\n';
  }
  all += restricted ? "restricted" : "";
  for (const auto& [surname, born] : names) all += "\n" + surname + "|" + born;
  return all;
}

Golden golden_of(std::span<const SourcePerson* const> members) {
  Golden golden;
  std::deque<Assembled> assembled;
  std::vector<records::Candidate> candidates;
  std::string nhs_number;
  for (const SourcePerson* const member : members) {
    const Assembled& one = assembled.emplace_back(assemble(*member));
    if (one.person.nhs_number) {
      check(nhs_number.empty() || nhs_number == one.person.nhs_number->digits(),
            "two NHS numbers in one golden record");
      nhs_number = one.person.nhs_number->digits();
    }
    for (const Fact& fact : one.facts) {
      candidates.push_back({member->id, member->in->source, fact.as_of, fact.attribute, fact.value, fact.verified});
    }
    std::vector<std::string> surnames = one.person.other_surnames;
    surnames.push_back(one.person.surname);
    for (const std::string& surname : surnames) {
      std::string key = records::comparison_key(surname);
      if (!key.empty() && one.person.birth_date)
        golden.names.emplace_back(std::move(key), one.person.birth_date->iso());
    }
  }
  std::sort(golden.names.begin(), golden.names.end());
  golden.names.erase(std::unique(golden.names.begin(), golden.names.end()), golden.names.end());

  const auto survivors = records::survive(candidates, records::default_policy());
  for (const records::GoldenAttribute& attribute : survivors) {
    std::int64_t row = 0;
    std::string_view field;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i]->id != attribute.record) continue;
      const auto fact = std::ranges::find_if(assembled[i].facts, [&](const Fact& each) {
        return each.attribute == attribute.attribute && each.value == attribute.value;
      });
      check(fact != assembled[i].facts.end(), "a golden attribute without a cell behind it");
      row = fact->row;
      field = fact->field;
    }
    append_row(golden.attributes, {records::name_of(attribute.attribute), attribute.value, std::to_string(row), field,
                                   records::name_of(attribute.rule), std::to_string(attribute.agreeing),
                                   std::to_string(attribute.differing)});
  }
  finish_rows(golden.attributes);
  golden.nhs_number = value_of(survivors, Attribute::NhsNumber);
  golden.upn = value_of(survivors, Attribute::Upn);
  golden.surname_key = records::comparison_key(value_of(survivors, Attribute::Surname));
  golden.forename_key = records::comparison_key(value_of(survivors, Attribute::Forename));
  golden.birth_date = value_of(survivors, Attribute::BirthDate);
  golden.sex = value_of(survivors, Attribute::Sex);
  golden.restricted = value_of(survivors, Attribute::Restricted) == "yes";
  return golden;
}

void Professionals::add(std::string_view source, std::string_view record_key, Entity entity, std::string_view cells) {
  thread_local CellReader reader;
  Worker worker;
  for (const StoredCell& cell : reader.read(cells)) {
    if (cell.attribute == Attribute::WorkerName) worker.name = cell.cleaned;
    if (cell.attribute == Attribute::WorkerRole) worker.role = cell.cleaned;
    if (cell.attribute == Attribute::TeamName) worker.team = cell.cleaned;
  }
  if (entity == Entity::Team) {
    teams[id_in(source, record_key)] = worker.team;
  } else {
    workers[id_in(source, record_key)] = std::move(worker);
  }
}

std::string InvolvementRow::text() const {
  return kind + "|" + worker + "|" + role + "|" + team + "|" + start + "|" + end + "|" + as_of.iso();
}

std::vector<InvolvementRow> involvements_of(const SourcePerson& source, const Professionals& professionals) {
  thread_local CellReader reader;
  std::vector<InvolvementRow> rows;
  for (const Part& part : source.parts) {
    if (part.entity != Entity::Involvement && part.entity != Entity::Plan) continue;
    for (const CurrentRow& stored : part.rows) {
      InvolvementRow row;
      row.as_of = part.last_said;
      std::string plan;
      for (const StoredCell& cell : reader.read(stored.cells)) {
        if (!cell.attribute) continue;
        switch (*cell.attribute) {
          case Attribute::PlanKind:
            plan = cell.cleaned;
            break;
          case Attribute::StartDate:
            row.start = cell.cleaned;
            break;
          case Attribute::EndDate:
            row.end = cell.cleaned;
            break;
          case Attribute::WorkerRole:
            row.role = cell.cleaned;
            break;
          case Attribute::WorkerId: {
            const auto worker = professionals.workers.find(id_in(source.in->source, cell.cleaned));
            if (worker == professionals.workers.end()) break;
            row.worker = worker->second.name;
            if (row.role.empty()) row.role = worker->second.role;
            if (row.team.empty()) row.team = worker->second.team;
            break;
          }
          case Attribute::TeamId: {
            const auto team = professionals.teams.find(id_in(source.in->source, cell.cleaned));
            row.team = team == professionals.teams.end() ? std::string(cell.cleaned) : team->second;
            break;
          }
          default:
            break;
        }
      }
      if (part.entity == Entity::Plan) {
        const auto kind = kind_of(plan);
        if (!kind) continue;
        row.kind = name_of(*kind);
      }
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace guildhall::masterdata
