#pragma once

// Somebody who is signed in, handed from protect() to a handler. Only Signin makes one (and testing.h, for
// tests), so holding one proves that a session was checked for this request.

#include <algorithm>
#include <string>
#include <vector>

#include "signin/accounts.h"

namespace guildhall::signin {

struct SessionTag {
  static constexpr std::string_view kName = "session";
};
using SessionId = Id<SessionTag>;  // To record, not to get in with.

// How sure we are that it is them.
struct Assurance {
  std::string provider;          // The OpenIdProvider's name; empty for a local account.
  std::string acr;               // What the provider vouches for, in its words; empty for a local account.
  std::vector<std::string> amr;  // RFC 8176: {"pwd", "otp"}

  auto operator<=>(const Assurance&) const = default;
};

class SignedIn {
 public:
  const Account& account() const { return account_; }
  const Organisation& organisation() const { return account_.organisation; }
  const std::vector<RoleGrant>& grants() const { return grants_; }  // Those that hold now.
  bool has(Role role) const {
    return std::ranges::any_of(grants_, [&](const RoleGrant& each) { return each.role == role; });
  }
  SessionId session() const { return session_; }
  const Assurance& assurance() const { return assurance_; }
  Instant signed_in_at() const { return signed_in_at_; }

 private:
  friend class SessionCheck;
  SignedIn() = default;

  Account account_;
  std::vector<RoleGrant> grants_;
  SessionId session_;
  Assurance assurance_;
  Instant signed_in_at_{};
};

}  // namespace guildhall::signin
