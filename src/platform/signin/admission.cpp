#include "signin/admission.h"

#include <algorithm>

namespace guildhall::signin {

std::optional<Admission> admission_of(const std::vector<AdmissionRule>& rules, const TextClaims& claims, Instant now) {
  std::optional<Admission> admission;
  for (const AdmissionRule& rule : rules) {
    const auto claim = claims.find(rule.claim);
    if (claim == claims.end() || std::ranges::find(claim->second, rule.value) == claim->second.end()) continue;
    if (!admission) admission = Admission{.organisation = rule.organisation, .grants = {}};
    if (admission->organisation != rule.organisation) continue;
    admission->grants.push_back({.role = rule.role, .scope = rule.scope, .from = now, .until = std::nullopt});
  }
  if (admission) std::ranges::sort(admission->grants);
  return admission;
}

}  // namespace guildhall::signin
