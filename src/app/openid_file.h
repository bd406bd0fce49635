#pragma once

// What a council agreed with an OpenID provider, as a JSON file for `guildhall serve --openid FILE`:
//
//   {"name": "westshire-police", "title": "Westshire Police", "issuer": "https://login.westshire.police.example",
//    "client_id": "borsetshire", "key_file": "/etc/guildhall/westshire.jwk",
//    "address": "https://council.example", "acr_values": ["urn:example:mfa"],
//    "admissions": [{"claim": "groups", "value": "mash", "organisation": "Westshire Police",
//                    "organisation_kind": "police", "role": "partner"}]}
//
// "address" is where browsers reach this server. A key file that isn't there is made, readable by its owner alone;
// its public half is what the provider needs. "secret_file" instead of "key_file" is for providers that know no
// private_key_jwt. See signin/openid_provider.h for what the members mean.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "signin/openid_provider.h"

namespace guildhall::app {

struct OpenIdFile {
  signin::OpenIdProvider provider;
  std::optional<std::string> new_public_key;  // A JWK to give to the provider, where the key was made now.
};

// All problems at once, each with the member it is about. Relative key files are beside `folder`.
Result<OpenIdFile> parse_openid_file(std::string_view json, const std::filesystem::path& folder);
Result<OpenIdFile> read_openid_file(const std::filesystem::path& file);

}  // namespace guildhall::app
