#pragma once

// Who may know what about a child, and why: the access policy. Forbidden unless a rule permits; where rules disagree,
// forbidden wins.
//
//   const AccessDecision decision = policy.decide({.role = "partner", .organisation_kind = "police",
//                                                  .purpose = "immediate-risk"});
//   if (!decision.permit) …
//
// The rules are rows a council keeps (migrations/ has the first set, with the law behind each purpose). The DMN form of
// the policy takes their place behind this face.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"
#include "db/database.h"

namespace guildhall::access {

std::span<const EmbeddedFile> embedded_files();

struct Purpose {
  std::string code;          // "immediate-risk"
  std::string title;         // "A child may be in danger now"
  std::string lawful_basis;  // Articles and sections.
};

// How much of a record is shown.
enum class Tier {
  None,
  Signpost,  // Known to social care or not, kind of involvement, worker, team, phone, age of the data.
};

struct AccessRequest {
  std::string_view role;               // "partner"
  std::string_view organisation_kind;  // "police", "school", "nhs", "social_care"
  std::string_view purpose;            // A purpose's code.
};

struct AccessDecision {
  bool permit = false;
  Tier tier = Tier::None;
  std::string reason;  // For the audit: the rule that decided, or that there was none.
};

struct AccessRule {
  std::string role;
  std::string organisation_kind;
  std::string purpose;
  Tier tier = Tier::None;  // None forbids.
};

// A value: read once for a request, then pure.
class AccessPolicy {
 public:
  AccessPolicy(std::vector<Purpose> purposes, std::vector<AccessRule> rules)
      : purposes_(std::move(purposes)), rules_(std::move(rules)) {}
  static AccessPolicy read(db::Connection& connection);

  AccessDecision decide(const AccessRequest& request) const;
  // What this role of this kind of organisation may choose from, in the council's order.
  std::vector<Purpose> purposes_for(std::string_view role, std::string_view organisation_kind) const;

 private:
  std::vector<Purpose> purposes_;
  std::vector<AccessRule> rules_;
};

}  // namespace guildhall::access
