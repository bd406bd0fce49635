// Signing in with a passphrase and a code. What the first page learnt travels to the second in a sealed cookie, so the
// browser can't tell a right passphrase from a wrong one: whatever was typed, the code is asked for, and one answer
// covers all three.

#include <algorithm>

#include "base/text.h"
#include "signin/attempts.h"
#include "signin/encoding.h"
#include "signin/impl/credentials.h"
#include "signin/impl/state.h"
#include "signin/passphrase.h"
#include "signin/totp.h"

namespace guildhall::signin {
namespace {

constexpr const char* kProgressCookie = "signin";
constexpr std::string_view kContext = "local";
constexpr const char* kWrong = "The sign-in name, passphrase or code is wrong";

struct Credential {
  AccountId account;
  std::string passphrase_phc;
  std::string totp_sealed;
  std::int64_t totp_last_step = 0;
};

Credential credential_in(const db::Row& row) {
  return {.account = row.id<AccountId>(0),
          .passphrase_phc = std::string(row.text(1)),
          .totp_sealed = std::string(row.blob(2)),
          .totp_last_step = row.integer(3)};
}

constexpr std::string_view kSelectCredential =
    "SELECT a.id, c.passphrase_phc, c.totp_sealed, c.totp_last_step FROM account a "
    "JOIN local_credential c ON c.account_id = a.id WHERE a.state = 'open' AND ";

std::optional<Credential> find_credential_named(db::Connection& connection, const std::string& signin_name) {
  return connection.query_one(std::string(kSelectCredential) + "a.signin_name = $1", {signin_name}, credential_in);
}

std::optional<Credential> find_credential(db::Connection& connection, AccountId account) {
  return connection.query_one(std::string(kSelectCredential) + "a.id = $1", {account}, credential_in);
}

// What the first page learnt.
struct Progress {
  AccountId account;  // Nil where nobody has that name: the cookie is as long as any other.
  bool right_passphrase = false;
  std::string name_digest;
  int failures = 0;  // See continue_attempt().
  std::string return_path;
};

std::vector<http::NamedValue> fields_of(const Progress& progress) {
  return {{"account", progress.account.text()},
          {"right", progress.right_passphrase ? "1" : "0"},
          {"name", base64url(progress.name_digest)},
          {"failures", std::to_string(progress.failures)},
          {"return", progress.return_path}};
}

std::optional<Progress> progress_of(const http::Request& request, const Seal& seal, Instant now) {
  const auto fields = read_progress(request, kProgressCookie, seal, kContext, now);
  if (!fields) return std::nullopt;
  return Progress{.account = AccountId::parse(field(*fields, "account")).value(),
                  .right_passphrase = field(*fields, "right") == "1",
                  .name_digest = parse_base64url(field(*fields, "name")).value(),
                  .failures = static_cast<int>(parse_integer(field(*fields, "failures")).value()),
                  .return_path = field(*fields, "return")};
}

// An IPv6 network gives each home and phone 2^64 addresses: they count as one.
std::string address_counted(const std::string& address) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (address[i] == ':' && ++groups == 4) return address.substr(0, i);
  }
  return address;
}

Attempt attempt_of(const Seal& seal, std::string name_digest, const http::Request& request) {
  return {.name_digest = std::move(name_digest),
          .address_digest = seal.digest("address " + address_counted(request.remote_address()))};
}

http::Response must_wait(const html::Site& site, Instant until, Instant now) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - now).count();
  const std::string wait = seconds <= 60 ? "a minute" : std::to_string((seconds + 59) / 60) + " minutes";
  const RefusedPage page{.site = site,
                         .title = "Too many attempts",
                         .explanation = "Somebody tried to sign in too often with a wrong answer.",
                         .next = "Try again in " + wait + ".",
                         .reference = ""};
  return http::Response::html(refused_page(page).markup(), 429)
      .set_header("Retry-After", std::to_string(seconds))
      .set_header("Cache-Control", "no-store");
}

http::Response code_form(const html::Site& site, const http::Request& request, html::FormErrors errors) {
  const int status = errors.empty() ? 200 : 400;
  const CodePage page{.site = site, .errors = std::move(errors), .csrf_token = http::csrf_token(request)};
  return http::Response::html(code_page(page).markup(), status).set_header("Cache-Control", "no-store");
}

}  // namespace

http::Response Signin::State::take_passphrase(const http::Request& request) const {
  if (!options.local_accounts) return http::Response::not_found();
  const std::string typed_name(trimmed(request.form("signin_name").value_or("")));
  const std::string passphrase(request.form("passphrase").value_or(""));
  const std::string return_path = checked_return_path(request.form("return"));

  html::FormErrors errors;
  if (typed_name.empty()) errors.add("signin_name", "Enter your sign-in name");
  if (passphrase.empty()) errors.add("passphrase", "Enter your passphrase");
  if (!errors.empty()) {
    SigninPage page = empty_signin_page(return_path);
    page.errors = std::move(errors);
    page.signin_name = typed_name;
    return show_signin(request, std::move(page), 400);
  }

  const Instant now = clock.now();
  const std::string name = lower_ascii(typed_name);
  const Attempt attempt = attempt_of(attempt_seal, attempt_seal.digest("name " + name), request);
  std::optional<Credential> credential;
  AttemptBegun begun;
  database.write([&](db::Connection& connection) {
    begun = begin_attempt(connection, attempt, now);
    credential = find_credential_named(connection, name);
  });
  if (begun.wait_until) return must_wait(options.site, *begun.wait_until, now);

  const auto stored = credential ? std::optional(credential->passphrase_phc) : std::nullopt;
  const Progress progress{.account = credential ? credential->account : AccountId(),
                          .right_passphrase = is_passphrase(passphrase, stored),
                          .name_digest = attempt.name_digest,
                          .failures = begun.failures,
                          .return_path = return_path};
  return http::Response::redirect("/signin/code")
      .set_cookie(progress_cookie(kProgressCookie, progress_seal, kContext, fields_of(progress), now));
}

http::Response Signin::State::ask_for_code(const http::Request& request) const {
  if (!progress_of(request, progress_seal, clock.now())) return http::Response::redirect("/signin?late=1");
  return code_form(options.site, request, {});
}

http::Response Signin::State::take_code(const http::Request& request) const {
  const Instant now = clock.now();
  const std::optional<Progress> progress = progress_of(request, progress_seal, now);
  if (!progress) return http::Response::redirect("/signin?late=1");
  const std::string code(trimmed(request.form("code").value_or("")));
  if (code.empty()) {
    html::FormErrors errors;
    errors.add("code", "Enter the code from your authenticator app");
    return code_form(options.site, request, std::move(errors));
  }

  const Attempt attempt = attempt_of(attempt_seal, progress->name_digest, request);
  AttemptBegun begun;
  std::optional<Entered> entered;
  database.write([&](db::Connection& connection) {
    begun = continue_attempt(connection, attempt, progress->failures, now);
    if (begun.wait_until) return;
    const std::optional<Credential> credential = find_credential(connection, progress->account);
    // Nobody's secret is compared too, so that the time says nothing.
    std::string secret(kTotpSecretBytes, '\0');
    if (credential) {
      const auto opened = totp_seal.open(credential->totp_sealed, credential->account.text());
      if (!opened) throw std::runtime_error("A stored one-time-code secret doesn't open under this environment's key.");
      secret = *opened;
    }
    const std::optional<std::int64_t> step =
        accepted_totp_step(secret, code, now, credential ? credential->totp_last_step : 0);
    if (credential && progress->right_passphrase && step) {
      connection.execute("UPDATE local_credential SET totp_last_step = $2 WHERE account_id = $1",
                         {credential->account, *step});
      forgive_attempts(connection, attempt);
      entered =
          enter(connection, request, credential->account, {.provider = "", .acr = "", .amr = {"pwd", "otp"}}, now);
      return;
    }
    record(connection, {.at = now,
                        .act = Act::Refused,
                        .account = credential ? std::optional(credential->account) : std::nullopt,
                        .session = std::nullopt,
                        .provider = "",
                        .address = request.remote_address(),
                        .reason = !credential                   ? "No such account, or it is suspended."
                                  : !progress->right_passphrase ? "Wrong passphrase."
                                                                : "Wrong code."});
  });

  if (begun.wait_until) return must_wait(options.site, *begun.wait_until, now);
  if (entered) return welcome(*entered, progress->return_path).clear_cookie(kProgressCookie);
  SigninPage page = empty_signin_page(progress->return_path);
  page.errors.add("signin_name", kWrong);
  return show_signin(request, std::move(page), 403).clear_cookie(kProgressCookie);
}

}  // namespace guildhall::signin
