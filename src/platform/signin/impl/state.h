#pragma once

// What the handlers of sign-in share, and the handlers themselves, in three files: signin.cpp, local_pages.cpp,
// openid_pages.cpp.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signin/impl/pages.h"
#include "signin/sealed.h"
#include "signin/sessions.h"
#include "signin/signin.h"

namespace guildhall::signin {

inline constexpr std::string_view kSessionCookie = "session";
// How long a sign-in may take from its first page to its last.
inline constexpr std::chrono::minutes kLongestSignin{10};

struct Signin::State {
  State(db::Database& in_database, SigninOptions with_options, const Clock& by_clock);

  db::Database& database;
  const SigninOptions options;
  const Clock& clock;
  const Seal totp_seal;
  const Seal progress_seal;
  const Seal attempt_seal;
  std::vector<std::unique_ptr<RelyingParty>> providers;

  // signin.cpp
  http::Response choose(const http::Request& request) const;
  http::Response sign_out(const http::Request& request) const;
  http::Response signed_out(const http::Request& request) const;
  std::optional<SignedIn> signed_in(const http::Request& request) const;
  http::Response send_to_signin(const http::Request& request) const;
  http::Response forbid(const http::Request& request, const SignedIn& person) const;
  http::Response show_signin(const http::Request& request, SigninPage page, int status) const;
  SigninPage empty_signin_page(std::string return_path) const;
  const RelyingParty* provider_named(std::string_view name) const;

  // local_pages.cpp
  http::Response take_passphrase(const http::Request& request) const;
  http::Response ask_for_code(const http::Request& request) const;
  http::Response take_code(const http::Request& request) const;

  // openid_pages.cpp
  http::Response leave_for_provider(const http::Request& request) const;
  http::Response return_from_provider(const http::Request& request) const;

  // Opens a session and records it, and ends the one that the browser had; the token is for the browser. Inside the
  // work that checked who it is.
  struct Entered {
    std::string token;
    std::vector<RoleGrant> grants;
  };
  Entered enter(db::Connection& connection, const http::Request& request, AccountId account, const Assurance& assurance,
                Instant now) const;
  http::Response welcome(const Entered& entered, const std::string& return_path) const;
};

// A path of this site to go to after signing in, from a request; empty where it isn't one.
std::string checked_return_path(std::optional<std::string_view> path);

// A sealed cookie of a sign-in in progress: fields by name, good for kLongestSignin, for one kind of sign-in.
http::Cookie progress_cookie(std::string name, const Seal& seal, std::string_view context,
                             const std::vector<http::NamedValue>& fields, Instant now);
std::optional<std::vector<http::NamedValue>> read_progress(const http::Request& request, std::string_view name,
                                                           const Seal& seal, std::string_view context, Instant now);
std::string field(const std::vector<http::NamedValue>& fields, std::string_view name);

}  // namespace guildhall::signin
