#pragma once

// How repeated failures slow down whoever guesses. An attempt is counted before it is looked at and forgiven
// if it was right, so that a thousand at once are a thousand failures. Source: NIST SP 800-63B section 5.2.2
// (rate limiting; far below its 100 failures a month for one account).

#include <optional>
#include <string>

#include "base/time.h"
#include "db/database.h"

namespace guildhall::signin {

// After `free_failures` in a row the next attempt waits 15 seconds, then 30, 60, …, at most 15 minutes.
struct AttemptRule {
  int free_failures;
};
// A sign-in takes two attempts, the passphrase and the code: three whole sign-ins are free.
inline constexpr AttemptRule kNameRule{.free_failures = 6};
// A police force or a school has one address for everybody.
inline constexpr AttemptRule kAddressRule{.free_failures = 60};
inline constexpr std::chrono::hours kForgetFailures{24};  // After a day without a failure.

// How long the next attempt waits after this many failures.
std::chrono::seconds delay_after(int failures, AttemptRule rule);

// Whose attempt it is: digests of the sign-in name and of the address, by Seal::digest.
struct Attempt {
  std::string name_digest;
  std::string address_digest;
};

// Either nothing was counted and the next attempt must wait, or a failure was counted.
struct AttemptBegun {
  std::optional<Instant> wait_until;
  int failures = 0;  // Of the name, with this one.
};
// The first page: counts a failure for the name and for the address, unless one of them must still wait.
AttemptBegun begin_attempt(db::Connection& connection, const Attempt& attempt, Instant now);
// The second page of the sign-in whose first counted `failures`: it needn't wait for what its own first page counted.
// It is treated as another beginning once something else was counted since, so that a second code waits.
AttemptBegun continue_attempt(db::Connection& connection, const Attempt& attempt, int failures, Instant now);

// A whole sign-in was right: the name starts anew, and the address is given back the two attempts it took.
void forgive_attempts(db::Connection& connection, const Attempt& attempt);

}  // namespace guildhall::signin
