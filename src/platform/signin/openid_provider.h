#pragma once

// What the council agreed with an OpenID provider: a police force's, an NHS one, its own directory.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "signin/accounts.h"
#include "signin/signing_key.h"

namespace guildhall::signin {

// For small providers that know no private_key_jwt: client_secret_basic.
struct ClientSecret {
  std::string secret;
};

// Who may come in without an account made beforehand: whoever's claim holds this value belongs to this
// organisation and gets these roles. Asked again at every sign-in, so that who leaves the group at the
// provider is out here.
struct AdmissionRule {
  std::string claim;  // A claim of the ID token or of userinfo, a text or a list of texts: "groups"
  std::string value;  // "mash"
  Organisation organisation;
  Role role = Role::Partner;
  Scope scope;
};

struct OpenIdProvider {
  std::string name;    // In addresses: small letters, digits and "-". "westshire-police"
  std::string title;   // For people: "Westshire Police"
  std::string issuer;  // Exactly as the provider writes it. https:, or http: to a loopback address.
  std::string client_id;
  std::variant<SigningKey, ClientSecret> credential;
  std::string redirect_uri;              // "https://council.example/signin/callback/westshire-police"
  std::string post_logout_redirect_uri;  // "https://council.example/signout/done"; empty: stay at the provider.
  std::vector<std::string> acr_values;   // Asked for, and insisted on; empty: whatever the provider does.
  std::vector<std::string> scopes{"openid", "profile"};
  bool use_userinfo = false;              // Ask the userinfo endpoint too, where claims are only there.
  std::vector<AdmissionRule> admissions;  // Empty: only identities with an account come in.
};

}  // namespace guildhall::signin
