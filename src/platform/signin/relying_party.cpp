#include "signin/relying_party.h"

#include <algorithm>
#include <mutex>

#include "base/id.h"
#include "http/url.h"
#include "signin/encoding.h"
#include "signin/impl/json.h"
#include "signin/pkce.h"

namespace guildhall::signin {
namespace {

constexpr std::chrono::hours kKeepMetadata{1};

Problem refused(std::string where, std::string reason) {
  return {.what = std::move(reason), .where = std::move(where), .remedy = ""};
}

std::string new_secret() {
  return base64url(random_bytes(32));
}

// The body of a 200 answer.
Result<std::string> fetched(const Fetch& fetch, const FetchRequest& request, const char* where) {
  FetchAnswer answer = TRY(fetch(request));
  if (answer.status != 200) {
    return refused(where, "The provider answered with status " + std::to_string(answer.status) + ".");
  }
  return std::move(answer.body);
}

Result<std::string> fetched(const Fetch& fetch, const std::string& url, const char* where) {
  return fetched(fetch, {.url = url, .headers = {"Accept: application/json"}, .form = ""}, where);
}

// Discovery 1.0, section 4: the well-known path is appended to the issuer, without a terminating "/".
std::string metadata_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string with_query(const std::string& url, const std::vector<http::NamedValue>& fields) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + http::form_text(fields);
}

struct Tokens {
  std::string id_token;
  std::string access_token;
};

Result<Tokens> parse_tokens(std::string_view json) {
  const boost::json::object object = TRY(parse_object(json, "token"));
  const std::optional<std::string> id_token = text_at(object, "id_token");
  if (!id_token) return refused("token.id_token", "The provider sent no ID token.");
  return Tokens{.id_token = *id_token, .access_token = text_at(object, "access_token").value_or("")};
}

// Bearer tokens of RFC 6750, section 2.1: what may stand in a header.
bool is_bearer(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<ProviderMetadata> parse_metadata(std::string_view json, std::string_view issuer) {
  const boost::json::object object = TRY(parse_object(json, "metadata"));
  // Discovery 1.0, section 4.3: "MUST be identical to the Issuer URL that was used as the prefix".
  if (text_at(object, "issuer") != issuer) return refused("metadata.issuer", "The provider calls itself otherwise.");
  const auto includes = [&](const char* list, std::string_view wanted, bool when_absent) {
    const auto values = texts_at(object, list);
    return values ? std::ranges::find(*values, wanted) != values->end() : when_absent;
  };
  if (!includes("response_types_supported", "code", false)) {
    return refused("metadata.response_types_supported", "The provider has no authorization code flow.");
  }
  // RFC 8414, section 2: where it is absent, the provider has no PKCE (Discovery 1.0 is silent).
  if (!includes("code_challenge_methods_supported", "S256", false)) {
    return refused("metadata.code_challenge_methods_supported", "The provider has no PKCE with S256.");
  }
  const auto endpoint = [&](const char* name) { return text_at(object, name).value_or(""); };
  const boost::json::value* names_itself = object.if_contains("authorization_response_iss_parameter_supported");
  ProviderMetadata metadata{
      .authorization_endpoint = endpoint("authorization_endpoint"),
      .token_endpoint = endpoint("token_endpoint"),
      .jwks_uri = endpoint("jwks_uri"),
      .userinfo_endpoint = endpoint("userinfo_endpoint"),
      .end_session_endpoint = endpoint("end_session_endpoint"),
      .names_itself_in_answers = names_itself && names_itself->is_bool() && names_itself->get_bool()};
  for (const std::string& needed : {metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri}) {
    if (!is_provider_url(needed)) return refused("metadata", "An endpoint is missing or has a forbidden address.");
  }
  for (const std::string& optional : {metadata.userinfo_endpoint, metadata.end_session_endpoint}) {
    if (!optional.empty() && !is_provider_url(optional))
      return refused("metadata", "An endpoint has a forbidden address.");
  }
  return metadata;
}

struct RelyingParty::State {
  State(OpenIdProvider of_provider, Fetch fetch_by) : provider(std::move(of_provider)), fetch(std::move(fetch_by)) {}

  const OpenIdProvider provider;
  const Fetch fetch;

  // What was fetched, and when. Replaced as a whole; whoever holds one may go on with it.
  template <class T>
  struct Kept {
    std::shared_ptr<const T> value;
    Instant fetched_at{};
  };
  std::mutex mutex;  // Guards the two; never held while the network is asked.
  Kept<ProviderMetadata> kept_metadata;
  Kept<KeySet> kept_keys;

  template <class T, class FetchIt>
  Result<std::shared_ptr<const T>> kept(Kept<T>& slot, Instant not_before, Instant now, const FetchIt& fetch_it) {
    {
      const std::lock_guard lock(mutex);
      if (slot.value && slot.fetched_at >= not_before) return slot.value;
    }
    auto fresh = std::make_shared<const T>(TRY(fetch_it()));
    const std::lock_guard lock(mutex);
    slot = {.value = fresh, .fetched_at = now};
    return slot.value;
  }

  Result<std::shared_ptr<const ProviderMetadata>> metadata(Instant now) {
    return kept(kept_metadata, now - kKeepMetadata, now, [&]() -> Result<ProviderMetadata> {
      return parse_metadata(TRY(fetched(fetch, metadata_url(provider.issuer), "metadata")), provider.issuer);
    });
  }

  Result<std::shared_ptr<const KeySet>> keys(const ProviderMetadata& metadata, Instant not_before, Instant now) {
    return kept(kept_keys, not_before, now,
                [&]() -> Result<KeySet> { return KeySet::parse(TRY(fetched(fetch, metadata.jwks_uri, "jwks"))); });
  }

  // Core, section 3.1.3.1.
  Result<Tokens> redeem(const ProviderMetadata& metadata, const std::string& code, const Journey& journey,
                        Instant now) const {
    std::vector<http::NamedValue> form{{"grant_type", "authorization_code"},
                                       {"code", code},
                                       {"redirect_uri", provider.redirect_uri},
                                       {"code_verifier", journey.code_verifier}};
    std::vector<std::string> headers{"Accept: application/json"};
    if (const auto* key = std::get_if<SigningKey>(&provider.credential)) {
      form.push_back({"client_id", provider.client_id});
      form.push_back({"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"});
      form.push_back({"client_assertion", client_assertion(*key, provider.client_id, provider.issuer, now)});
    } else {
      // RFC 6749, section 2.3.1: name and secret are form-encoded before they are joined.
      const std::string pair = http::percent_encoded(provider.client_id) + ":" +
                               http::percent_encoded(std::get<ClientSecret>(provider.credential).secret);
      headers.push_back("Authorization: Basic " + base64(pair));
    }
    return parse_tokens(TRY(
        fetched(fetch, {.url = metadata.token_endpoint, .headers = std::move(headers), .form = http::form_text(form)},
                "token")));
  }

  // An unknown key asks the provider once more: keys are changed without notice (Core, section 10.1.1).
  Result<IdToken> validated(const ProviderMetadata& metadata, const std::string& id_token, const Journey& journey,
                            Instant now) {
    std::shared_ptr<const KeySet> key_set = TRY(keys(metadata, now - kKeepMetadata, now));
    if (!has_key_for(*key_set, id_token)) {
      key_set = TRY(keys(metadata, Instant::max(), now));
    }
    return validate_id_token(id_token, *key_set,
                             {.issuer = provider.issuer,
                              .client_id = provider.client_id,
                              .nonce = journey.nonce,
                              .acr_values = provider.acr_values,
                              .max_age = std::nullopt},
                             now);
  }

  // Core, section 5.3. The claims of userinfo are added to the token's, which win.
  Result<TextClaims> with_userinfo(const ProviderMetadata& metadata, const Tokens& tokens, const IdToken& token) const {
    if (metadata.userinfo_endpoint.empty()) return refused("userinfo", "The provider has no userinfo endpoint.");
    if (!is_bearer(tokens.access_token)) return refused("token.access_token", "The provider sent no access token.");
    TextClaims more = TRY(parse_claims(
        TRY(fetched(fetch,
                    {.url = metadata.userinfo_endpoint,
                     .headers = {"Accept: application/json", "Authorization: Bearer " + tokens.access_token},
                     .form = ""},
                    "userinfo"))));
    // Section 5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match".
    const auto subject = more.find("sub");
    if (subject == more.end() || subject->second != std::vector<std::string>{token.subject}) {
      return refused("userinfo.sub", "Userinfo is about somebody else.");
    }
    TextClaims claims = token.claims;
    claims.merge(more);
    return claims;
  }
};

RelyingParty::RelyingParty(OpenIdProvider provider, Fetch fetch)
    : state_(std::make_unique<State>(std::move(provider), std::move(fetch))) {
  check(is_provider_url(state_->provider.issuer), "a provider's issuer is an https address, or on this machine");
}

RelyingParty::~RelyingParty() = default;

const OpenIdProvider& RelyingParty::provider() const {
  return state_->provider;
}

Result<Departure> RelyingParty::depart(Instant now) const {
  const OpenIdProvider& provider = state_->provider;
  const std::shared_ptr<const ProviderMetadata> metadata = TRY(state_->metadata(now));
  Journey journey{.state = new_secret(), .nonce = new_secret(), .code_verifier = new_code_verifier()};
  std::vector<http::NamedValue> query{{"response_type", "code"},
                                      {"client_id", provider.client_id},
                                      {"redirect_uri", provider.redirect_uri},
                                      {"scope", joined(provider.scopes)},
                                      {"state", journey.state},
                                      {"nonce", journey.nonce},
                                      {"code_challenge", s256_code_challenge(journey.code_verifier)},
                                      {"code_challenge_method", "S256"}};
  if (!provider.acr_values.empty()) query.push_back({"acr_values", joined(provider.acr_values)});
  return Departure{.journey = std::move(journey), .url = with_query(metadata->authorization_endpoint, query)};
}

Result<ExternalIdentity> RelyingParty::arrive(const Return& answer, const Journey& journey, Instant now) const {
  const OpenIdProvider& provider = state_->provider;
  // RFC 6749, section 10.12: an answer that this browser didn't ask for is nobody's.
  if (journey.state.empty() || !equal_in_constant_time(answer.state, journey.state)) {
    return refused("state", "The answer to a request that this browser didn't make.");
  }
  const std::shared_ptr<const ProviderMetadata> metadata = TRY(state_->metadata(now));
  // RFC 9207, section 2.4: against providers that pass on each other's answers.
  const bool must_name_itself = metadata->names_itself_in_answers || !answer.issuer.empty();
  if (must_name_itself && answer.issuer != provider.issuer) return refused("iss", "The answer of another provider.");
  if (!answer.error.empty()) return refused("error", "The provider didn't sign the person in.");
  if (answer.code.empty()) return refused("code", "The answer holds no code.");

  const Tokens tokens = TRY(state_->redeem(*metadata, answer.code, journey, now));
  const IdToken token = TRY(state_->validated(*metadata, tokens.id_token, journey, now));
  ExternalIdentity identity{.issuer = provider.issuer,
                            .subject = token.subject,
                            .display_name = "",
                            .assurance = {.provider = provider.name, .acr = token.acr, .amr = token.amr},
                            .claims = token.claims};
  if (provider.use_userinfo) identity.claims = TRY(state_->with_userinfo(*metadata, tokens, token));
  if (const auto name = identity.claims.find("name"); name != identity.claims.end() && !name->second.empty()) {
    identity.display_name = name->second.front();
  }
  return identity;
}

std::optional<std::string> RelyingParty::end_session_url(Instant now) const {
  const Result<std::shared_ptr<const ProviderMetadata>> metadata = state_->metadata(now);
  if (!metadata.ok() || (*metadata)->end_session_endpoint.empty()) return std::nullopt;
  // RP-Initiated Logout 1.0, section 2. No id_token_hint: we keep no ID tokens.
  std::vector<http::NamedValue> query{{"client_id", state_->provider.client_id}};
  if (!state_->provider.post_logout_redirect_uri.empty()) {
    query.push_back({"post_logout_redirect_uri", state_->provider.post_logout_redirect_uri});
  }
  return with_query((*metadata)->end_session_endpoint, query);
}

}  // namespace guildhall::signin
