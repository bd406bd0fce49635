#pragma once

// Extracts: files taken from a council's back-end systems, read into rows.
//
//   const Format format = TRY(detect("ssd_person.csv", first_bytes));
//   const ReadSummary summary = read(format, bytes, sink);
//
// Bytes in, rows out: nothing is cleaned, matched or stored here. A row says what it is about (Entity), whose
// it is (record_key) and, cell by cell, which fact it states (Attribute) in exactly the words of the source.
//
// What always holds, for every format and every input:
//  - summary.read == summary.delivered + summary.rejected, and the sink saw exactly these.
//  - A row that can't be used is rejected with its reason and its text; it is never skipped in silence.
//  - A file that can't be read to its end says so in summary.failure. Rows delivered before that stay
//  delivered and
//    counted: whoever stores them decides whether half a file may stand.
//  - Memory is bounded by Limits, not by the size of the file.
//
// Formats live in formats/, one file each: a mapping table (source field → Attribute) and the format's
// syntax. Sources: see formats(), which names the specification of each.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "records/attribute.h"

namespace guildhall::extracts {

// One value of a row. The views live during the call of RowSink that shows them.
struct Cell {
  std::string_view field;                       // The source's own name for it: "pers_dob", "name[usual].family".
  std::optional<records::Attribute> attribute;  // What it states; nothing where it is only kept.
  std::string_view raw;                         // As the source has it, unquoted, unescaped, not trimmed; UTF-8.
};

// One row of a table, or one element of a document.
//
// Cells: every column of a CSV row in the file's order, empty ones too; of XML and JSON, what is there. An
// attribute may come more than once (several former surnames). A fact that the table itself states, not a
// column of it, has the table's name as its field: PlanKind below.
struct Row {
  std::size_t number = 0;  // CSV: data row, from 1; else the n-th element of its table in the file, from 1.
  std::size_t line = 0;    // Where it begins in the file, from 1; 0 where the format doesn't tell.
  std::string_view table;  // "ssd_person", "pupilonroll", "Child", "Patient.address".
  records::Entity entity = records::Entity::Other;
  // The person's id in the source; a Professional's or Team's own id in theirs. Empty only where entity is
  // Other.
  std::string_view record_key;
  std::span<const Cell> cells;
};

// The words of Attribute::PlanKind.
namespace plan_kind {
inline constexpr std::string_view kEarlyHelpEpisode = "early_help_episode";
inline constexpr std::string_view kChildInNeedEpisode = "child_in_need_episode";  // From referral to closure.
inline constexpr std::string_view kChildInNeedPlan = "child_in_need_plan";
inline constexpr std::string_view kChildProtectionPlan = "child_protection_plan";
inline constexpr std::string_view kLookedAfterEpisode = "looked_after_episode";
}  // namespace plan_kind

// Attribute::Restricted is present, with the source's code as raw, only where the source asks for protection:
// a PDS record whose confidentiality label is not one of U, L, M, N. It is on the person's row and on each of
// the addresses.

// A row that can't be used, and why. The views live during the call.
struct RejectedRow {
  std::size_t number = 0;  // As in Row.
  std::size_t line = 0;
  std::string_view table;
  std::string_view field;  // The field that is wrong; empty where it is the row as a whole.
  Problem problem;
  std::string_view raw;  // The row's text, as bytes (maybe not UTF-8); at most Limits::max_kept_bytes of it.
};

// Where the rows go. Calls come in the file's order, from the thread that called read().
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void row(const Row& row) = 0;
  virtual void rejected(const RejectedRow& row) = 0;
  // Something odd that loses nothing: an unknown column (kept), stray text between elements.
  virtual void note(const Problem& problem) = 0;
};

struct Limits {
  std::uint64_t max_bytes = std::uint64_t{4} << 30;  // A longer file is refused where it passes this.
  std::size_t max_row_bytes = std::size_t{1} << 20;  // One CSV row, one pupil's XML, one patient's JSON.
  std::size_t max_field_bytes = std::size_t{1} << 16;
  std::size_t max_columns = 1000;
  std::size_t max_depth = 32;  // Elements or objects within one another.
  std::size_t max_kept_bytes = std::size_t{1} << 16;
  std::size_t max_notes = 100;  // After these, one says how many more there were.
};

struct ReadSummary {
  std::uint64_t read = 0;
  std::uint64_t delivered = 0;
  std::uint64_t rejected = 0;
  std::uint64_t bytes = 0;
  std::optional<Problem> failure;  // Why the file could not be read to its end.
};

// A format known by its name. `files` says which files it reads, `source` whose specification it follows.
struct FormatDescription {
  std::string_view
      name;  // "ssd", "school-census", "pds-fhir", "pds-fhir-ndjson", "ctf", "cin-census", "ssda903", "csv"
  std::string_view title;  // "Standard Safeguarding Dataset"
  std::string_view files;
  std::string_view source;
};
std::span<const FormatDescription> formats();

struct CsvMapping;

// How to read one file: a format, and for tables which one. From detect() or by_mapping(); a value.
struct Format {
  std::string name;                           // As in FormatDescription.
  std::string table;                          // "ssd_person"; empty where a file holds many.
  std::shared_ptr<const CsvMapping> mapping;  // Only "csv".
};

// What a file is, by its first bytes (64 KB is plenty) and, where these leave a doubt, its name. Refuses what
// is no text (zip, spreadsheet, gzip, PDF, UTF-16), what is empty, and what no format knows, and says what to
// do about it.
Result<Format> detect(std::string_view file_name, std::string_view first_bytes);

// Any CSV, by a council's mapping:
//   {"table": "school_nurses", "entity": "person", "key": "client_no",
//    "fields": {"nhs": "nhs_number", "born": "birth_date"}}
// Entities and attributes by the names in records/attribute.h. Says all that is wrong with it at once.
Result<Format> by_mapping(std::string_view json);

// Reads the whole file, once, from its start.
ReadSummary read(const Format& format, ByteSource& bytes, RowSink& sink, const Limits& limits = {});

}  // namespace guildhall::extracts
