#pragma once

// Sessions in the database, and the record of every act of signing in and out.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "signin/accounts.h"
#include "signin/signed_in.h"

namespace guildhall::signin {

// What a session survives. Sources: OWASP Session Management Cheat Sheet; NIST SP 800-63B section 7.2 (AAL2:
// 12 hours, 30 minutes idle; here shorter for partners, whose phones are passed around, and longer at a
// council desk).
inline constexpr std::chrono::hours kLongestSession{12};
inline constexpr std::chrono::minutes kPartnerIdle{15};
inline constexpr std::chrono::minutes kOfficerIdle{60};

// Whoever holds the partner role among others is treated as a partner.
std::chrono::minutes idle_limit(const std::vector<RoleGrant>& grants);

// Stored by name.
enum class Act {
  SignedIn,
  Refused,  // wrong, delayed, or a provider's answer that doesn't hold
  SignedOut,
  Replaced,        // the session ended because its browser signed in again
  SessionExpired,  // idle too long, too old, or its account suspended
  Forbidden,       // signed in, but without the role
};
std::string_view name_of(Act act);  // "signed_in"

struct SigninEvent {
  Instant at{};
  Act act = Act::SignedIn;
  std::optional<AccountId> account;
  std::optional<SessionId> session;
  std::string provider;  // Empty for local accounts.
  std::string address;
  std::string reason;  // Empty but for refusals and ends.
};
void record(db::Connection& connection, const SigninEvent& event);
// The newest first.
std::vector<SigninEvent> newest_events(db::Connection& connection, int at_most);

struct OpenedSession {
  SessionId id;
  std::string token;  // 256 random bits in base64url, for the browser alone.
};
OpenedSession open_session(db::Connection& connection, AccountId account, const Assurance& assurance, Instant now);
// False where it had ended before.
bool end_session(db::Connection& connection, SessionId session, Instant now);
// Ends the browser's session, if it has one, and records that. The answer is the provider it came from, else empty.
std::string end_session_of(db::Connection& connection, std::string_view token, Act act, std::string_view address,
                           Instant now);

// Who the token belongs to, if its session may go on. `address` is for the record of one that may not.
class SessionCheck {
 public:
  static std::optional<SignedIn> signed_in(db::Database& database, std::string_view token, std::string_view address,
                                           Instant now);
  // For tests of pages that are given a SignedIn; see testing.h.
  static SignedIn made_up(Account account, std::vector<RoleGrant> grants, Assurance assurance, Instant now);
};

}  // namespace guildhall::signin
