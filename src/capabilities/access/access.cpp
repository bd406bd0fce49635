#include "access/access.h"

#include <algorithm>

namespace guildhall::access {

AccessPolicy AccessPolicy::read(db::Connection& connection) {
  std::vector<Purpose> purposes;
  connection.query("SELECT code, title, lawful_basis FROM purpose ORDER BY position, code", {},
                   [&](const db::Row& row) {
                     purposes.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
                   });
  std::vector<AccessRule> rules;
  connection.query("SELECT role, organisation_kind, purpose, tier FROM access_rule", {}, [&](const db::Row& row) {
    rules.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                     row.text(3) == "signpost" ? Tier::Signpost : Tier::None});
  });
  return AccessPolicy(std::move(purposes), std::move(rules));
}

AccessDecision AccessPolicy::decide(const AccessRequest& request) const {
  const std::string asked = std::string(request.role) + " of " + std::string(request.organisation_kind) + " for " +
                            std::string(request.purpose);
  AccessDecision decision{.permit = false, .tier = Tier::None, .reason = "no rule for " + asked};
  for (const AccessRule& rule : rules_) {
    if (rule.role != request.role || rule.organisation_kind != request.organisation_kind ||
        rule.purpose != request.purpose) {
      continue;
    }
    if (rule.tier == Tier::None) return {.permit = false, .tier = Tier::None, .reason = "forbidden to " + asked};
    decision = {.permit = true, .tier = rule.tier, .reason = "permitted to " + asked};
  }
  return decision;
}

std::vector<Purpose> AccessPolicy::purposes_for(std::string_view role, std::string_view organisation_kind) const {
  std::vector<Purpose> permitted;
  std::copy_if(purposes_.begin(), purposes_.end(), std::back_inserter(permitted), [&](const Purpose& purpose) {
    return decide({.role = role, .organisation_kind = organisation_kind, .purpose = purpose.code}).permit;
  });
  return permitted;
}

}  // namespace guildhall::access
