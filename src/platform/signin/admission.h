#pragma once

// Who an OpenID provider may let in: a pure rule over its claims.

#include <optional>
#include <vector>

#include "signin/id_token.h"
#include "signin/openid_provider.h"

namespace guildhall::signin {

struct Admission {
  Organisation organisation;
  std::vector<RoleGrant> grants;  // From `now`, ordered.
};

// What the provider's rules make of somebody's claims. The first rule that holds decides the organisation; further
// rules that hold for the same organisation add their roles. Nothing where no rule holds: there is no default.
std::optional<Admission> admission_of(const std::vector<AdmissionRule>& rules, const TextClaims& claims, Instant now);

}  // namespace guildhall::signin
