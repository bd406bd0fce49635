// Everything that an OpenID provider sends: discovery document, keys, ID token and userinfo. The first byte chooses.

#include <cstdint>
#include <string_view>

#include "signin/id_token.h"
#include "signin/relying_party.h"
#include "signin/signing_key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::signin;
  static const SigningKey key = SigningKey::generate();
  static const KeySet keys = KeySet::parse(R"({"keys":[)" + key.public_jwk() + "]}").value();
  static const IdTokenExpectations expected{
      .issuer = "https://op.example", .client_id = "c", .nonce = "n", .acr_values = {}, .max_age = {}};
  const guildhall::Instant now{std::chrono::seconds{1'800'000'000}};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      if (validate_id_token(text, keys, expected, now).ok()) __builtin_trap();  // It doesn't know the private key.
      (void)has_key_for(keys, text);
      break;
    case 1:
      (void)KeySet::parse(text);
      break;
    case 2:
      (void)parse_claims(text);
      break;
    case 3:
      (void)parse_metadata(text, "https://op.example");
      break;
    case 4:  // Claims under a right signature.
      (void)validate_id_token(key.sign(text), keys, expected, now);
      break;
  }
  return 0;
}
