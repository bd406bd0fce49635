#pragma once

// A person as one source knows them, put together from their current rows; and the golden record of several.
// Pure: rows in, values out.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "masterdata/masterdata.h"
#include "matching/matching.h"
#include "records/attribute.h"
#include "records/person.h"

namespace guildhall::masterdata {

struct CurrentRow {
  std::int64_t id = 0;
  std::string cells;  // impl/cells.h
};

// The rows of one table about one person, from the newest extract that has any; where the extracts before it said the
// same, from the first of these.
struct Part {
  records::Entity entity = records::Entity::Other;
  Date as_of;           // Of the extract whose rows these are.
  Date last_said = {};  // Of the newest extract that said so.
  std::vector<CurrentRow> rows;
};

struct Register {
  std::string source;  // "social_care"
  std::string name;    // impl/registers.h

  auto operator<=>(const Register&) const = default;
};

struct SourcePerson {
  SourceRecordId id;
  const Register* in = nullptr;
  std::string record_key;
  std::vector<Part> parts;

  // Unique and lasting: what the matching calls this record.
  std::string link_key() const { return in->source + "/" + in->name + "/" + record_key; }
  // The ids of all rows, ascending, with commas between.
  std::string row_ids() const;
};

// One value that a source states of a person, and the cell that says so.
struct Fact {
  records::Attribute attribute = records::Attribute::Surname;
  std::string value;
  std::int64_t row = 0;
  std::string field;
  Date as_of;
  bool verified = false;
};

struct Assembled {
  records::PersonRecord person;
  std::vector<Fact> facts;  // Of addresses, only the current one's.
};
Assembled assemble(const SourcePerson& source);

matching::LinkRecord link_record(const SourcePerson& source);

// A golden record as it is stored.
struct Golden {
  std::string nhs_number, upn, surname_key, forename_key, birth_date, sex;  // Empty: missing.
  bool restricted = false;
  // TextRows: attribute, value, row id, field, survivorship rule, how many records agree, how many differ.
  std::string attributes;
  std::vector<std::pair<std::string, std::string>> names;  // Surname key and birth date, each pair once, sorted.

  std::string text() const;  // All of it, to see whether it changed.
};
// Two members with different NHS numbers are a mistake in the program (check): one of two records would be wrong.
Golden golden_of(std::span<const SourcePerson* const> members);

// ---- What is done for a person

struct Professionals {
  struct Worker {
    std::string name, role, team;
  };
  // By source and the source's id, with a line feed between.
  std::unordered_map<std::string, Worker> workers;
  std::unordered_map<std::string, std::string> teams;

  void add(std::string_view source, std::string_view record_key, records::Entity entity, std::string_view cells);
};

// A row of the table `involvement`.
struct InvolvementRow {
  std::string kind;  // Empty: an allocation of a worker.
  std::string worker, role, team;
  std::string start, end;  // ISO dates; empty: not known.
  Date as_of;

  std::string text() const;
  auto operator<=>(const InvolvementRow&) const = default;
};
std::vector<InvolvementRow> involvements_of(const SourcePerson& source, const Professionals& professionals);  // Sorted.

}  // namespace guildhall::masterdata
