#pragma once

// One-time codes from an authenticator app: TOTP with SHA-1, six digits and 30-second steps, which is what
// every such app does. Source: RFC 6238 (and RFC 4226 for the code of one step).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace guildhall::signin {

inline constexpr std::size_t kTotpSecretBytes = 20;  // RFC 4226, section 4, R6 recommends 160 bits.

// The step that `now` is in: the number of whole 30 seconds since 1970.
std::int64_t totp_step(Instant now);

// The six digits that an app with this secret shows during a step.
std::string totp_code(std::string_view secret, std::int64_t step);

// The step whose code was typed, if it may still be used: the current step, the one before or the one after
// (RFC 6238, section 5.2), and later than `last_used`, because a code is good once. Spaces in `typed` are
// ignored. The caller stores the step as the next `last_used`, in one transaction with letting the person in.
std::optional<std::int64_t> accepted_totp_step(std::string_view secret, std::string_view typed, Instant now,
                                               std::int64_t last_used);

// What an authenticator app reads from a QR code (Google Authenticator's key URI format).
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view signin_name);

}  // namespace guildhall::signin
