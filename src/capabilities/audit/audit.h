#pragma once

// The audit log: who looked at, searched for or changed what, when, for which purpose, and what they were told.
//
//   audit::record(connection, {.account = officer.id.text(), .act = "partner.search", …}, now);
//
// What always holds:
//  - An entry is written in the transaction of the act, or before the answer leaves: no entry, no answer.
//  - Entries are numbered from 1 without gaps and are never changed; each carries a hash over all before it.
//  - The leaf holds personal values as salted digests only. The value and the salt stand beside it until they are
//    erased; the leaf and its hash outlive them.
// Sources: RFC 9162 section 2.1.1 for the leaf hash; the tree over the leaves and its proofs are core/merkle's.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/embedded.h"
#include "base/result.h"
#include "base/time.h"
#include "db/database.h"

namespace guildhall::audit {

std::span<const EmbeddedFile> embedded_files();

// What happened. Texts outside `personal` are codes and ids, never names, numbers or dates of birth of people.
struct Act {
  std::string account;                                        // Account id, or "system".
  std::string organisation;                                   // "Westshire Police"; empty for the council's own.
  std::string act;                                            // "partner.search", "steward.view", "enquiry.reply"
  std::string purpose;                                        // The purpose's code; empty where none is asked.
  std::string subject;                                        // Golden record id; empty where nobody was found.
  std::string outcome;                                        // "signpost", "none", "refused: …"
  std::vector<std::pair<std::string, std::string>> personal;  // {"family_name", "…"}: what was searched for.

  bool operator==(const Act&) const = default;
};

struct Entry {
  std::int64_t number = 0;
  Instant at;
  Act act;                // `personal` without what was erased.
  std::string leaf_hash;  // 64 hexadecimal digits.
};

// Appends one entry inside the work of `connection`, which must be a writer's; returns its number.
std::int64_t record(db::Connection& connection, const Act& act, Instant now);

// Appends one entry and returns when it is durable.
std::int64_t record(db::Database& database, const Act& act, Instant now);

struct Filter {
  std::optional<std::string> account;
  std::optional<std::string> subject;
  std::int64_t after = 0;      // Entries with a higher number only.
  std::int64_t limit = 1'000;  // The newest so many.
};
// Oldest first.
std::vector<Entry> list(db::Connection& connection, const Filter& filter);

// Reads the whole log again: every hash, every number, every digest whose value is still there. Returns how many
// entries there are, or a problem for each that is not as it was written.
Result<std::int64_t> verify(db::Connection& connection);

}  // namespace guildhall::audit
