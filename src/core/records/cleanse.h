#pragma once

// Cleansing: from what an extract's cell says to the one way in which Guildhall writes that fact, and which
// rule did it.
//
//   const Cleansed postcode = cleanse(Attribute::Postcode, "wr5  3de", {.today = today});
//   postcode.value;    // "WR5 3DE"
//   postcode.rules;    // {"postcode-format"}
//   postcode.finding;  // nothing: there is nothing to mend
//
// A value is never invented: what can't be read becomes missing, with a finding that says why. The raw text
// stays with the source record. Always holds, for every attribute and text:
//  - cleansing a cleansed value changes nothing and finds nothing worse;
//  - the value is valid UTF-8.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/attribute.h"

namespace guildhall::records {

// A rule as the data quality page lists it.
struct Rule {
  std::string_view id;      // Stored with cells; never renamed once released. "postcode-format"
  std::string_view what;    // One sentence for a data steward.
  std::string_view source;  // Where the rule comes from.
};

std::span<const Rule> rules();
const Rule* rule_named(std::string_view id);  // Null where there is none.

// Stored in databases by name.
enum class Severity : std::uint8_t {
  Note,        // worth knowing; nothing has to be mended
  Quarantine,  // this cell is unusable until it is mended at the source; the rest of the row is good
  Reject,      // the whole row is not about a person
};
std::string_view name_of(Severity severity);  // "note", "quarantine", "reject"
std::optional<Severity> severity_named(std::string_view name);

struct Finding {
  Severity severity = Severity::Note;
  std::string_view rule;  // The id of the rule that found it; lives as long as the program.
  std::string reason;     // Never repeats the value, so it may be logged and listed.
  std::string remedy;     // May be empty.

  auto operator<=>(const Finding&) const = default;
};

struct Cleansed {
  std::string value;                    // Canonical text; empty means missing.
  std::vector<std::string_view> rules;  // The ids of the rules that changed it, in their order.
  std::optional<Finding> finding;
};

struct CleansingContext {
  Date today;                       // Against which future dates and ages are judged: the extract's date.
  bool allow_test_numbers = false;  // Demonstrations only: NHS numbers from 999 000 0000 up are taken.
};

// The canonical text of each attribute:
//   identifiers             as their types write them (identifiers.h): "9990000018", "WR5 3DE"
//   dates                   "2014-03-12"
//   sex                     "female", "male", "indeterminate"; missing where not known
//   NHS verification        "01" to "08", NHS Data Dictionary "NHS NUMBER STATUS INDICATOR CODE"
//   restricted              "yes" or "no"
//   names                   as people write them (name.h)
//   everything else         without needless white space; codes in capitals
Cleansed cleanse(Attribute attribute, std::string_view raw, const CleansingContext& context);

// The attribute that one of a source's words for a kind of number means: "NHS Number", "Unique Pupil Number",
// "UPN", "Former UPN", "ULN". Nothing for numbers that Guildhall does not use ("Home Office Registration").
std::optional<Attribute> identifier_attribute(std::string_view type);

}  // namespace guildhall::records
