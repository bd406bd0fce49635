#pragma once

// Master data about children: what several systems know about one child, brought together, with every value traceable
// to the cell it came from.
//
//   masterdata::migrate(database);
//   const LoadReport report = TRY(load(database, {.source = "social_care", .path = "ssd_person.csv"}));    // load.h
//   const MatchReport matched = TRY(match(database));                                                     // match.h
//   database.read([&](db::Connection& connection) {
//     const PersonSearch found = find_person(connection, ByNhsNumber{number});
//     if (found.outcome == PersonSearch::Outcome::One) show(signpost(connection, found.id));
//   });
//
// Where to look:
//   load.h     a file into rows: accepted, quarantined or rejected, none lost, none twice
//   match.h    rows into source records, source records into golden records; what stewards decide
//   evaluate.h how right the matching was, against a file that knows the truth
//   pages.h    what data stewards see at /people
//   This file  what other capabilities may ask
//
// A source record is one person as one source knows them. A golden record is one person: its id persists through
// every run of the matching. The crosswalk says which source record belongs to which golden record.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "records/identifiers.h"
#include "records/person.h"

namespace guildhall::masterdata {

struct GoldenRecordTag {
  static constexpr std::string_view kName = "golden_record";
};
using GoldenRecordId = Id<GoldenRecordTag>;

using records::SourceRecordId;

// Makes the tables, or brings them up to date.
void migrate(db::Database& database);

// ---- Finding one person

struct ByNhsNumber {
  records::NhsNumber number;
};

// Any surname that any source has for the person (usual, preferred or former), compared without accents, capitals and
// punctuation; any birth date that any source has. A record whose sex is not known is found by either.
struct ByNameAndBirth {
  std::string surname;
  Date birth_date;
  records::Sex sex = records::Sex::NotKnown;  // NotKnown: any.
  std::string forename = {};                  // Narrows, where given: twins share all of the above.
};

using PersonCriteria = std::variant<ByNhsNumber, ByNameAndBirth>;

// At most one person, never a list: who asks must already know whom they mean.
struct PersonSearch {
  enum class Outcome : std::uint8_t { Nobody, One, Several };
  Outcome outcome = Outcome::Nobody;
  GoldenRecordId id;  // Nil unless One.
};
PersonSearch find_person(db::Connection& connection, const PersonCriteria& criteria);

// ---- What a partner may know

// Stored by name.
enum class InvolvementKind : std::uint8_t { LookedAfter, ChildProtection, ChildInNeed, EarlyHelp };
std::string_view name_of(InvolvementKind kind);   // "child_protection"
std::string_view title_of(InvolvementKind kind);  // "Child protection plan"

struct Involvement {
  InvolvementKind kind = InvolvementKind::ChildInNeed;
  std::optional<Date> start;
  std::optional<Date> end;  // None: open.
  bool is_open(Date today) const { return !end || *end >= today; }
};

struct AllocatedWorker {
  std::string name;        // Empty where the source has only a team.
  std::string role;        // May be empty.
  std::string team;        // May be empty.
  std::string team_phone;  // Empty until the council has given one: see set_team_phone.
};

struct Signpost {
  GoldenRecordId id;
  bool known_to_social_care = false;  // Social care holds a record of this person.
  // A record protected at the NHS (PDS confidentiality), in social care, or of an adopted child: where the person lives
  // is shown to nobody by anything that is built on this.
  bool restricted = false;
  std::vector<Involvement> involvements;  // Open ones first, then by kind as listed above, then the newest first.
  std::optional<AllocatedWorker> worker;  // Of the newest open allocation.
  std::optional<Date> as_of;              // The day social care's data was taken; the oldest of what is shown.
};

// Nothing where there is no such record. The id of a record that was merged into another finds that one.
std::optional<Signpost> signpost(db::Connection& connection, GoldenRecordId id, Date today);

// The teams that any allocation names, sorted.
std::vector<std::string> team_names(db::Connection& connection);
// A council's setting: what partners ring. Teams are known by the name their source gives them.
void set_team_phone(db::Connection& connection, std::string_view team, std::string_view phone);

// ---- Counts

struct Counts {
  std::int64_t extracts = 0;   // loaded
  std::int64_t rows_read = 0;  // Of loaded extracts: accepted + quarantined + rejected.
  std::int64_t rows_accepted = 0;
  std::int64_t rows_quarantined = 0;
  std::int64_t rows_rejected = 0;
  std::int64_t source_records = 0;
  std::int64_t golden_records = 0;  // Not counting those that were merged into others.
  std::int64_t open_pairs = 0;      // Waiting in the clerical queue.
};
Counts counts(db::Connection& connection);

// ---- Who looked

// A person's record was looked at, searched for or changed by somebody signed in.
struct Access {
  std::string account;                    // The account's id.
  std::string act;                        // "steward.view", "steward.search", "steward.unmerge"
  std::optional<GoldenRecordId> subject;  // Nobody where a search found nobody.
  std::string outcome = {};               // "shown", "none", "3 found"
  std::vector<std::pair<std::string, std::string>> personal = {};  // What was searched for: {"family_name", "…"}.
};
// Returns when the record of it is durable, or throws; called before the answer is made.
using AccessLog = std::function<void(const Access&)>;

}  // namespace guildhall::masterdata
