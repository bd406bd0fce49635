// Signing in through an OpenID provider: away to it, and back. What must be the same browser's is in a sealed cookie
// of that browser, for one provider.

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "signin/admission.h"
#include "signin/impl/state.h"

namespace guildhall::signin {
namespace {

constexpr const char* kJourneyCookie = "journey";

std::string context_of(const OpenIdProvider& provider) {
  return "openid " + provider.name;
}

// The name that people see, without control characters, at most 100 bytes; the subject where there is none.
std::string display_name_of(const ExternalIdentity& identity) {
  std::string name;
  for (const char c : squeezed(identity.display_name)) {
    if (static_cast<unsigned char>(c) >= ' ' && c != '\x7F') name += c;
  }
  if (name.size() > 100) name = name.substr(0, 100);
  while (invalid_utf8_at(name)) name.pop_back();
  return name.empty() ? identity.subject : name;
}

bool same_roles(const std::vector<RoleGrant>& held, const std::vector<RoleGrant>& due) {
  return std::ranges::equal(held, due, [](const RoleGrant& a, const RoleGrant& b) {
    return a.role == b.role && a.scope == b.scope && !a.until;
  });
}

// The account of an identity, or why there is none. Accounts that a rule made follow the rules at every sign-in.
struct Recognised {
  std::optional<AccountId> account;
  std::optional<AccountId> refused_account;
  std::string reason;
};

Recognised recognise(db::Connection& connection, const OpenIdProvider& provider, const ExternalIdentity& identity,
                     Instant now) {
  const std::optional<ExternalAccount> known = find_external_account(connection, identity.issuer, identity.subject);
  const std::optional<Admission> admission = admission_of(provider.admissions, identity.claims, now);
  if (!known) {
    if (!admission) return {.account = {}, .refused_account = {}, .reason = "Unknown identity: " + identity.subject};
    return {.account = create_external_account(connection,
                                               {.issuer = identity.issuer,
                                                .subject = identity.subject,
                                                .display_name = display_name_of(identity),
                                                .organisation = admission->organisation,
                                                .made_by = ExternalAccount::MadeBy::Rule},
                                               admission->grants, now),
            .refused_account = {},
            .reason = ""};
  }
  const Account& account = known->account;
  if (account.state != Account::State::Open) {
    return {.account = {}, .refused_account = account.id, .reason = "The account is suspended."};
  }
  if (known->made_by == ExternalAccount::MadeBy::Rule) {
    if (!admission) {
      end_grants(connection, account.id, now);
      return {.account = {}, .refused_account = account.id, .reason = "No rule of the provider admits them any more."};
    }
    update_external_account(connection, account.id, display_name_of(identity), admission->organisation);
    if (!same_roles(grants_at(connection, account.id, now), admission->grants)) {
      end_grants(connection, account.id, now);
      for (const RoleGrant& each : admission->grants) grant(connection, account.id, each);
    }
  }
  return {.account = account.id, .refused_account = {}, .reason = ""};
}

void record_refusal(db::Connection& connection, const http::Request& request, const OpenIdProvider& provider,
                    std::optional<AccountId> account, std::string reason, Instant now) {
  record(connection, {.at = now,
                      .act = Act::Refused,
                      .account = account,
                      .session = std::nullopt,
                      .provider = provider.name,
                      .address = request.remote_address(),
                      .reason = std::move(reason)});
}

// The reason is for the record; its remedy is for whoever reads that, and the page says only what helps the person.
std::string reason_of(const Problems& problems) {
  return problems[0].where + ": " + problems[0].what;
}

http::Response refused(const RefusedPage& page, int status) {
  return http::Response::html(refused_page(page).markup(), status)
      .clear_cookie(kJourneyCookie)
      .set_header("Cache-Control", "no-store");
}

}  // namespace

http::Response Signin::State::leave_for_provider(const http::Request& request) const {
  const RelyingParty* party = provider_named(request.path_parameter("provider"));
  if (party == nullptr) return http::Response::not_found();
  const OpenIdProvider& provider = party->provider();
  const Instant now = clock.now();
  const Result<Departure> departure = party->depart(now);
  if (!departure.ok()) {
    database.write([&](db::Connection& connection) {
      record_refusal(connection, request, provider, std::nullopt, reason_of(departure.problems()), now);
    });
    return refused({.site = options.site,
                    .title = "Sorry, you cannot sign in with " + provider.title + " now",
                    .explanation = "Its sign-in service does not answer as it should.",
                    .next = "Try again in a few minutes.",
                    .reference = request.id().text()},
                   503);
  }
  const Journey& journey = departure->journey;
  const std::vector<http::NamedValue> fields{{"state", journey.state},
                                             {"nonce", journey.nonce},
                                             {"verifier", journey.code_verifier},
                                             {"return", checked_return_path(request.query("return"))}};
  return http::Response::redirect_elsewhere(departure->url)
      .set_cookie(progress_cookie(kJourneyCookie, progress_seal, context_of(provider), fields, now));
}

http::Response Signin::State::return_from_provider(const http::Request& request) const {
  const RelyingParty* party = provider_named(request.path_parameter("provider"));
  if (party == nullptr) return http::Response::not_found();
  const OpenIdProvider& provider = party->provider();
  const Instant now = clock.now();
  const auto refuse = [&](std::string reason) {
    database.write([&](db::Connection& connection) {
      record_refusal(connection, request, provider, std::nullopt, std::move(reason), now);
    });
    return refused({.site = options.site,
                    .title = "You are not signed in",
                    .explanation = "Signing in with " + provider.title + " did not work.",
                    .next = "Start again, and finish within 10 minutes in the same browser.",
                    .reference = request.id().text()},
                   403);
  };

  const auto fields = read_progress(request, kJourneyCookie, progress_seal, context_of(provider), now);
  if (!fields) return refuse("journey: No sign-in is in progress in this browser.");
  const auto query = [&](const char* name) { return std::string(request.query(name).value_or("")); };
  const Result<ExternalIdentity> identity = party->arrive(
      {.state = query("state"), .code = query("code"), .issuer = query("iss"), .error = query("error")},
      {.state = field(*fields, "state"), .nonce = field(*fields, "nonce"), .code_verifier = field(*fields, "verifier")},
      now);
  if (!identity.ok()) return refuse(reason_of(identity.problems()));

  std::optional<Entered> entered;
  database.write([&](db::Connection& connection) {
    const Recognised recognised = recognise(connection, provider, *identity, now);
    if (recognised.account) {
      entered = enter(connection, request, *recognised.account, identity->assurance, now);
    } else {
      record_refusal(connection, request, provider, recognised.refused_account, recognised.reason, now);
    }
  });
  if (entered) return welcome(*entered, field(*fields, "return")).clear_cookie(kJourneyCookie);
  return refused({.site = options.site,
                  .title = "You cannot use this service yet",
                  .explanation = provider.title + " says who you are, but you have no account here.",
                  .next = "Ask the person in your organisation who deals with us to have you added.",
                  .reference = request.id().text()},
                 403);
}

}  // namespace guildhall::signin
