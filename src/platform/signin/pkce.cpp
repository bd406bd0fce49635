#include "signin/pkce.h"

#include "base/id.h"
#include "base/text.h"
#include "signin/encoding.h"

namespace guildhall::signin {

std::string new_code_verifier() {
  return base64url(random_bytes(32));
}

std::string s256_code_challenge(std::string_view code_verifier) {
  return base64url(sha256(code_verifier));
}

}  // namespace guildhall::signin
