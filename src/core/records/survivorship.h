#pragma once

// Survivorship: which of the values that several source records hold for one person becomes the golden one.
// The rule is data, per attribute, with its reason; the answer says from which record it came, and by which
// rule.
//
//   const auto golden = survive(candidates, default_policy());
//
// Pure and independent of the order of the candidates.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/attribute.h"
#include "records/person.h"

namespace guildhall::records {

// Stored in databases by name. Where a rule leaves more than one value, the next of these decides: a trusted
// source before others, then the newest, then the greatest text (arbitrary, but always the same).
enum class SurvivorshipRule : std::uint8_t {
  Verified,  // values marked verified before others
  TrustedSourceThenNewest,
  Newest,
  MostFrequent,  // the value that most records hold
  AnyYes,        // "yes" if any record says so
  All,           // every different value survives, the newest first
};
std::string_view name_of(SurvivorshipRule rule);  // "verified", "trusted_source_then_newest", …
std::optional<SurvivorshipRule> survivorship_rule_named(std::string_view name);

// How some attributes survive. They survive together, from one record: the lines of one home never stand
// beside the postcode of another.
struct SurvivorshipPolicy {
  std::vector<Attribute> attributes;  // The first is the one that decides; a record without it does not
                                      // compete, unless no record has it.
  SurvivorshipRule rule = SurvivorshipRule::Newest;
  std::vector<std::string> trusted_sources;  // Kinds of source, the most trusted first; others come after, alike.
  std::string reason;
};

// A policy for every attribute of a golden record, with the reason for each line. The kinds of source are
// "nhs", "education" and "social_care".
const std::vector<SurvivorshipPolicy>& default_policy();
// Says where an attribute stands in two lines, a line names none, or `All` is asked of several together.
Result<void> check_policy(std::span<const SurvivorshipPolicy> policy);

// One cleansed cell of one source record of the person. Empty values are left out.
struct Candidate {
  SourceRecordId record;
  std::string_view source_kind;  // "nhs"
  Date as_of;                    // The date of the extract, or of the change where the source says it.
  Attribute attribute = Attribute::Surname;
  std::string_view value;
  bool verified = false;  // The source has confirmed this value: an NHS number with status 01.
};

struct GoldenAttribute {
  Attribute attribute = Attribute::Surname;
  std::string value;
  SourceRecordId record;  // The lineage: this record's cell of this attribute.
  std::string source_kind;
  Date as_of;
  SurvivorshipRule rule = SurvivorshipRule::Newest;
  std::size_t agreeing = 0;   // Records with the same value, this one included.
  std::size_t differing = 0;  // Records with another value: what a steward may want to look at.
};

// The golden attributes, in the policy's order. Attributes that the policy does not name do not survive.
std::vector<GoldenAttribute> survive(std::span<const Candidate> candidates, std::span<const SurvivorshipPolicy> policy);

}  // namespace guildhall::records
