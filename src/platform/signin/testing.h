#pragma once

// For tests of pages behind a sign-in:
//
//   const SignedIn officer = signed_in_for_test({.display_name = "Karin Lindqvist"}, {Role::Partner}, now);

#include <initializer_list>

#include "signin/sessions.h"

namespace guildhall::signin {

inline SignedIn signed_in_for_test(Account account, std::initializer_list<Role> roles, Instant now) {
  if (account.id.is_nil()) account.id = AccountId::make();
  std::vector<RoleGrant> grants;
  for (const Role role : roles) grants.push_back({.role = role, .scope = {}, .from = now, .until = std::nullopt});
  return SessionCheck::made_up(std::move(account), std::move(grants),
                               {.provider = "", .acr = "", .amr = {"pwd", "otp"}}, now);
}

}  // namespace guildhall::signin
