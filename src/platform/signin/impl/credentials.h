#pragma once

// The purposes that the environment's key is used for in sign-in; see Seal. Changing one locks everybody out.

#include <string_view>

namespace guildhall::signin {

inline constexpr std::string_view kTotpPurpose = "totp secret";
inline constexpr std::string_view kProgressPurpose = "sign-in in progress";
inline constexpr std::string_view kAttemptPurpose = "sign-in attempts";

}  // namespace guildhall::signin
