#pragma once

// Bytes as text, in the two alphabets that sign-in standards use. Decoding is strict: one text for each
// value.

#include <string>
#include <string_view>

#include "base/result.h"

namespace guildhall::signin {

// RFC 4648, section 6, without padding: how authenticator apps show a secret.
std::string base32(std::string_view bytes);
Result<std::string> parse_base32(std::string_view text);  // Spaces and small letters allowed, as people type them.

// RFC 4648, section 5, without padding: what JOSE calls base64url (RFC 7515, section 2).
std::string base64url(std::string_view bytes);
Result<std::string> parse_base64url(std::string_view text);

// RFC 4648, section 4, with padding: what HTTP's Basic scheme wants.
std::string base64(std::string_view bytes);

// Takes the same time wherever the difference is. Lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace guildhall::signin
