// Everything that an OpenID provider sends: discovery document, keys, ID token and userinfo. The first byte
// chooses.

#include <cstdint>
#include <string_view>

#include "signin/id_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::signin;
  // The EC key of RFC 7517, appendix A.1.
  static const KeySet keys =
      KeySet::parse(R"({"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
                    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"}]})")
          .value();
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: {
      const guildhall::Instant now{std::chrono::seconds{1'800'000'000}};
      const auto token = validate_id_token(
          text, keys, {.issuer = "https://op.example", .client_id = "c", .nonce = "n", .acr_values = {}, .max_age = {}},
          now);
      if (token.ok()) __builtin_trap();  // Nobody has the private key.
      has_key_for(keys, text);
      break;
    }
    case 1:
      (void)KeySet::parse(text);
      break;
    case 2:
      (void)parse_claims(text);
      break;
    case 3:
      break;
  }
  return 0;
}
