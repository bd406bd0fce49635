#pragma once

// What stewards see of people, and decide: SQL and the rules of these acts, no pages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "masterdata/load.h"
#include "masterdata/masterdata.h"

namespace guildhall::masterdata {

// Who acts, when, and in their words why.
struct StewardAct {
  std::string by;  // An account's id.
  std::string why;
  Instant at;
};

// ---- The clerical queue

struct QueueLine {
  std::int64_t pair = 0;
  std::string reason;  // matching::ClericalReason by name
  std::string weight;  // Bits: "5.31".
  bool unsure = false;
  std::string sources;  // "Education, NHS …"
};
// The most likely first; pairs that somebody was not sure about last.
std::vector<QueueLine> clerical_queue(db::Connection& connection, std::int64_t limit);
std::optional<std::int64_t> next_pair(db::Connection& connection, std::int64_t other_than);

struct PairSide {
  SourceRecordId record;
  GoldenRecordId golden;
  std::string source_title;
  std::string record_key;
};
struct ComparedField {
  enum class Outcome : std::uint8_t { Same, Different, OneMissing };
  std::string title;  // "Date of birth"
  std::string a, b;
  Outcome outcome = Outcome::Same;
};
struct ExplainedStep {
  std::string title;  // "Surname: alike"
  double bits = 0;
};
struct PairView {
  std::int64_t id = 0;
  std::string reason;
  std::string state;  // As the table's CHECK lists them.
  std::string weight;
  PairSide a, b;
  bool restricted = false;  // Addresses are left out.
  std::vector<ComparedField> fields;
  std::vector<ExplainedStep> steps;
};
std::optional<PairView> find_pair(db::Connection& connection, std::int64_t pair);

enum class PairDecision : std::uint8_t { Same, Different, Unsure };
std::optional<PairDecision> pair_decision_named(std::string_view name);  // "same", "different", "unsure"

// Takes effect at once and is remembered. Problems, with nothing changed: no reason given, no such pair, a pair that
// somebody decided in the meantime; and for Same, two NHS numbers or an earlier decision against it.
Result<void> decide_pair(db::Database& database, std::int64_t pair, PairDecision decision, const StewardAct& act);

// ---- One person

struct GoldenValue {
  std::string title;  // "Surname"
  std::string value;
  std::string source_title;
  std::int64_t extract = 0;
  std::string file_name;
  std::int64_t row_number = 0;
  std::string table, field;
  std::string raw;         // The cell as the source has it.
  std::string cleaned_by;  // What cleansing did, in words; empty where nothing.
  std::string chosen_by;   // Why this value and not another's, in words.
  std::int64_t differing = 0;
};
struct MemberRecord {
  SourceRecordId id;
  std::string source_title;
  std::string record_key;
  std::string reason;  // "alone", "linked", "decided", "separated"
  std::string weight;  // Bits; empty where there is none.
};
struct RecordAct {
  Instant at;
  std::string what;  // "Created", "Joined with another record" …
  std::string by;    // An account's id, or "matching".
  std::string why;
};
struct RecordView {
  GoldenRecordId id;
  std::optional<GoldenRecordId> replaced_by;
  bool restricted = false;  // Its address is left out.
  std::string name;         // "Amara Okafor"; empty where no source says.
  std::vector<GoldenValue> values;
  std::vector<MemberRecord> members;
  std::vector<RecordAct> acts;  // The newest first.
};
std::optional<RecordView> find_record(db::Connection& connection, GoldenRecordId id);

// Takes source records out of a golden record, as one person of their own, and remembers that they are not that person.
// Problems, with nothing changed: no reason given, none or all of its records chosen, a record that isn't in it.
Result<GoldenRecordId> unmerge(db::Database& database, GoldenRecordId golden,
                               const std::vector<SourceRecordId>& records, const StewardAct& act);

struct FoundPerson {
  GoldenRecordId id;
  std::string name;
  std::string birth_date;  // ISO; may be empty.
  std::int64_t records = 0;
};
struct StewardSearch {
  std::string nhs_number;  // Or:
  std::string surname;
  std::optional<Date> birth_date;
};
std::vector<FoundPerson> search_people(db::Connection& connection, const StewardSearch& search, std::int64_t limit);

// ---- What is wrong in an extract

struct FindingGroup {
  std::string severity;  // "note", "quarantine", "reject"
  std::string rule;      // May be empty.
  std::string field;
  std::string reason, remedy;
  std::int64_t count = 0;
  std::string examples;  // "rows 3, 17, 20"
};
std::vector<FindingGroup> finding_groups(db::Connection& connection, std::int64_t extract);
// All of them: table, row, field, severity, rule, reason, remedy. No cell begins a formula in a spreadsheet.
std::string findings_csv(db::Connection& connection, std::int64_t extract);

// A text as a cell of CSV that spreadsheets take as text. Source: OWASP, "CSV Injection".
std::string spreadsheet_cell(std::string_view text);

}  // namespace guildhall::masterdata
