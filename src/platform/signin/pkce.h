#pragma once

// Proof Key for Code Exchange: only the browser session that asked for an authorization code can redeem it.
// Source: RFC 7636, method S256 alone.

#include <string>
#include <string_view>

namespace guildhall::signin {

// 43 unreserved characters: 256 random bits (RFC 7636, section 4.1).
std::string new_code_verifier();
// BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) (section 4.2).
std::string s256_code_challenge(std::string_view code_verifier);

}  // namespace guildhall::signin
