#pragma once

// The authorization code flow with one OpenID provider, with PKCE. Nothing here knows cookies or accounts:
// what must be remembered between going there and coming back is a value, which the caller keeps in the
// browser, sealed. Sources: OpenID Connect Core 1.0 section 3.1, Discovery 1.0, RP-Initiated Logout 1.0, RFC
// 7636, RFC 9207, and RFC 9700 (best current practice for OAuth 2.0 security).

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "signin/fetch.h"
#include "signin/id_token.h"
#include "signin/openid_provider.h"
#include "signin/signed_in.h"

namespace guildhall::signin {

// What a provider says of itself (Discovery 1.0, section 3), as far as we use it.
struct ProviderMetadata {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;         // Empty where there is none.
  std::string end_session_endpoint;      // Empty where there is none.
  bool names_itself_in_answers = false;  // RFC 9207: every answer carries "iss".
};
// Refused: another issuer than the one asked, endpoints that aren't is_provider_url(), no code flow, no S256.
Result<ProviderMetadata> parse_metadata(std::string_view json, std::string_view issuer);

// Kept in the browser that left for the provider, and only there.
struct Journey {
  std::string state;
  std::string nonce;
  std::string code_verifier;
};

struct Departure {
  Journey journey;
  std::string url;  // Where the browser goes.
};

// What came back in the query of the redirect URI; empty where absent.
struct Return {
  std::string state;
  std::string code;
  std::string issuer;  // "iss"
  std::string error;   // "access_denied"
};

// Who has signed in at the provider.
struct ExternalIdentity {
  std::string issuer;
  std::string subject;
  std::string display_name;  // The claim "name"; may be empty.
  Assurance assurance;
  TextClaims claims;  // Of the ID token, and of userinfo where that is used.
};

// Any thread may call any function. The provider's metadata and keys are kept for an hour.
class RelyingParty {
 public:
  RelyingParty(OpenIdProvider provider, Fetch fetch);
  ~RelyingParty();

  const OpenIdProvider& provider() const;
  Result<Departure> depart(Instant now) const;
  // A Problem's `what` is a reason for the record: "The answer to another request.", never for the page.
  Result<ExternalIdentity> arrive(const Return& answer, const Journey& journey, Instant now) const;
  // Where to end the session at the provider, if it offers that and can be reached.
  std::optional<std::string> end_session_url(Instant now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guildhall::signin
