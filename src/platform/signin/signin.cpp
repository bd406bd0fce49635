#include "signin/signin.h"

#include <algorithm>

#include "base/text.h"
#include "http/url.h"
#include "signin/encoding.h"
#include "signin/impl/credentials.h"
#include "signin/impl/state.h"

namespace guildhall::signin {
namespace {

constexpr std::size_t kLongestReturnPath = 500;  // It travels in a cookie of at most 4096 bytes, encoded twice.

}  // namespace

std::string checked_return_path(std::optional<std::string_view> path) {
  if (!path || path->size() > kLongestReturnPath || !http::is_local_path(*path)) return {};
  if (path->starts_with("/signin") || path->starts_with("/signout")) return {};  // Around in a circle.
  return std::string(*path);
}

http::Cookie progress_cookie(std::string name, const Seal& seal, std::string_view context,
                             const std::vector<http::NamedValue>& fields, Instant now) {
  std::vector<http::NamedValue> dated = fields;
  dated.push_back({"until", std::to_string(to_microseconds(now + kLongestSignin))});
  return {.name = std::move(name),
          .value = base64url(seal.close(http::form_text(dated), context)),
          .max_age = kLongestSignin,
          .same_site = http::SameSite::Lax,  // Strict cookies stay behind when a provider sends the browser back.
          .http_only = true};
}

std::optional<std::vector<http::NamedValue>> read_progress(const http::Request& request, std::string_view name,
                                                           const Seal& seal, std::string_view context, Instant now) {
  const Result<std::string> sealed = parse_base64url(request.cookie(name).value_or(""));
  if (!sealed.ok()) return std::nullopt;
  const std::optional<std::string> text = seal.open(*sealed, context);
  if (!text) return std::nullopt;
  const Result<std::vector<http::NamedValue>> fields = http::parse_form(*text, 16);
  check(fields.ok(), "what was sealed here can be read");
  const std::optional<std::int64_t> until = parse_integer(field(*fields, "until"));
  if (!until || to_microseconds(now) >= *until) return std::nullopt;
  return *fields;
}

std::string field(const std::vector<http::NamedValue>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &http::NamedValue::name);
  return found == fields.end() ? std::string() : found->value;
}

Signin::State::State(db::Database& in_database, SigninOptions with_options, const Clock& by_clock)
    : database(in_database),
      options(std::move(with_options)),
      clock(by_clock),
      totp_seal(options.environment_key, kTotpPurpose),
      progress_seal(options.environment_key, kProgressPurpose),
      attempt_seal(options.environment_key, kAttemptPurpose) {
  for (const OpenIdProvider& provider : options.providers) {
    check(provider_named(provider.name) == nullptr, "each provider has its own name");
    providers.push_back(std::make_unique<RelyingParty>(provider, options.fetch));
  }
}

const RelyingParty* Signin::State::provider_named(std::string_view name) const {
  for (const auto& each : providers) {
    if (each->provider().name == name) return each.get();
  }
  return nullptr;
}

SigninPage Signin::State::empty_signin_page(std::string return_path) const {
  SigninPage page{.site = options.site,
                  .errors = {},
                  .notice = "",
                  .providers = {},
                  .local_accounts = options.local_accounts,
                  .signin_name = "",
                  .return_path = std::move(return_path),
                  .csrf_token = ""};
  for (const auto& each : providers) {
    html::Url url = html::Url::path("/signin/start/", each->provider().name);
    if (!page.return_path.empty()) url = url.with("return", page.return_path);
    page.providers.push_back({.text = each->provider().title, .url = url});
  }
  return page;
}

http::Response Signin::State::show_signin(const http::Request& request, SigninPage page, int status) const {
  page.csrf_token = http::csrf_token(request);
  return http::Response::html(signin_page(page).markup(), status).set_header("Cache-Control", "no-store");
}

http::Response Signin::State::choose(const http::Request& request) const {
  SigninPage page = empty_signin_page(checked_return_path(request.query("return")));
  if (request.query("ended")) {
    page.notice =
        "You were signed out, because nothing happened for a while or you signed in long ago. "
        "Sign in again to go on.";
  } else if (request.query("late")) {
    page.notice = "Signing in took too long. Start again.";
  }
  return show_signin(request, std::move(page), 200);
}

std::optional<SignedIn> Signin::State::signed_in(const http::Request& request) const {
  const std::optional<std::string_view> token = request.cookie(kSessionCookie);
  if (!token) return std::nullopt;
  return SessionCheck::signed_in(database, *token, request.remote_address(), clock.now());
}

http::Response Signin::State::send_to_signin(const http::Request& request) const {
  const bool had_session = request.cookie(kSessionCookie).has_value();
  std::vector<http::NamedValue> query;
  // What was posted is gone, so going back there would only show that.
  const bool can_go_back = request.method() == http::Method::Get || request.method() == http::Method::Head;
  const std::string return_path = can_go_back ? checked_return_path(request.target()) : "";
  if (!return_path.empty()) query.push_back({"return", return_path});
  if (had_session) query.push_back({"ended", "1"});
  http::Response response = http::Response::redirect(query.empty() ? "/signin" : "/signin?" + http::form_text(query));
  if (had_session) response.clear_cookie(kSessionCookie);
  return response;
}

http::Response Signin::State::forbid(const http::Request& request, const SignedIn& person) const {
  database.write([&](db::Connection& connection) {
    record(connection, {.at = clock.now(),
                        .act = Act::Forbidden,
                        .account = person.account().id,
                        .session = person.session(),
                        .provider = person.assurance().provider,
                        .address = request.remote_address(),
                        .reason = "Without the role."});
  });
  return http::Response::refusal(403, "You are signed in, but your account may not use this page.");
}

Signin::State::Entered Signin::State::enter(db::Connection& connection, const http::Request& request, AccountId account,
                                            const Assurance& assurance, Instant now) const {
  // A new token at every sign-in: one that somebody planted in the browser before is worth nothing.
  if (const auto before = request.cookie(kSessionCookie)) {
    end_session_of(connection, *before, Act::Replaced, request.remote_address(), now);
  }
  const OpenedSession opened = open_session(connection, account, assurance, now);
  record(connection, {.at = now,
                      .act = Act::SignedIn,
                      .account = account,
                      .session = opened.id,
                      .provider = assurance.provider,
                      .address = request.remote_address(),
                      .reason = ""});
  return {.token = opened.token, .grants = grants_at(connection, account, now)};
}

http::Response Signin::State::welcome(const Entered& entered, const std::string& return_path) const {
  std::string path = "/";
  for (const auto& [role, page] : options.landing_pages) {
    if (std::ranges::find(entered.grants, role, &RoleGrant::role) != entered.grants.end()) {
      path = page;
      break;
    }
  }
  if (!return_path.empty()) path = return_path;
  // Without max_age: forgotten when the browser closes, and by the server after twelve hours.
  return http::Response::redirect(path).set_cookie({.name = std::string(kSessionCookie),
                                                    .value = entered.token,
                                                    .max_age = std::nullopt,
                                                    .same_site = http::SameSite::Lax,
                                                    .http_only = true});
}

http::Response Signin::State::sign_out(const http::Request& request) const {
  std::string provider;
  if (const auto token = request.cookie(kSessionCookie)) {
    database.write([&](db::Connection& connection) {
      provider = end_session_of(connection, *token, Act::SignedOut, request.remote_address(), clock.now());
    });
  }
  const std::string query = provider.empty() ? "" : "?" + http::form_text({{"provider", provider}});
  return http::Response::redirect("/signout/done" + query).clear_cookie(kSessionCookie);
}

http::Response Signin::State::signed_out(const http::Request& request) const {
  SignedOutPage page{.site = options.site, .provider = "", .elsewhere = std::nullopt};
  if (const RelyingParty* provider = provider_named(request.query("provider").value_or(""))) {
    page.provider = provider->provider().title;
    const std::optional<std::string> elsewhere = provider->end_session_url(clock.now());
    const Result<html::Url> url = html::Url::parse(elsewhere.value_or(""));
    if (url.ok()) page.elsewhere = *url;
  }
  return http::Response::html(signed_out_page(page).markup());
}

Signin::Signin(db::Database& database, SigninOptions options, const Clock& clock) {
  migrate(database);
  state_ = std::make_shared<State>(database, std::move(options), clock);
}

Signin::~Signin() = default;

void Signin::add_routes(http::Router& router) const {
  const auto to = [state = state_](http::Response (State::*handler)(const http::Request&) const) {
    return [state, handler](const http::Request& request) { return ((*state).*handler)(request); };
  };
  constexpr http::RouteOptions kSmallForm{.max_body_bytes = 16 * 1024};
  router.get("/signin", to(&State::choose));
  router.post("/signin", to(&State::take_passphrase), kSmallForm);
  router.get("/signin/code", to(&State::ask_for_code));
  router.post("/signin/code", to(&State::take_code), kSmallForm);
  router.get("/signin/start/:provider", to(&State::leave_for_provider));
  router.get("/signin/callback/:provider", to(&State::return_from_provider));
  router.post("/signout", to(&State::sign_out), kSmallForm);
  router.get("/signout/done", to(&State::signed_out));
}

http::Handler Signin::protect(std::initializer_list<Role> any_of, SignedInHandler handler) const {
  check(any_of.size() > 0 && handler, "a protected page has a role and a handler");
  return [state = state_, roles = std::vector<Role>(any_of),
          handler = std::move(handler)](const http::Request& request) -> http::Response {
    const std::optional<SignedIn> person = state->signed_in(request);
    if (!person) return state->send_to_signin(request);
    if (std::ranges::none_of(roles, [&](Role role) { return person->has(role); })) {
      return state->forbid(request, *person);
    }
    http::Response response = handler(request, *person);
    if (!response.header("Cache-Control")) response.set_header("Cache-Control", "no-store");
    return response;
  };
}

std::optional<SignedIn> Signin::current(const http::Request& request) const {
  return state_->signed_in(request);
}

}  // namespace guildhall::signin
