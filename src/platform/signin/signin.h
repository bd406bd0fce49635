#pragma once

// Who is asking. Sign-in with a passphrase and a one-time code, or through an OpenID provider; sessions; and
// routes that only somebody signed in reaches.
//
//   Signin signin(database, {.environment_key = key, .site = site, .providers = {police}}, clock);
//   signin.add_routes(router);
//   router.get("/partner", signin.protect(Role::Partner, [&](const Request& request, const SignedIn& person) {
//     return partner_page(request, person);
//   }));
//
// Where to look:
//   accounts.h         accounts, roles, organisations; create_local_account for the command line
//   openid_provider.h  what is agreed with an OpenID provider
//   relying_party.h    the authorization code flow with one provider;  id_token.h  the rules of its tokens
//   sessions.h         what a session is in the database, and the record of every act
//   attempts.h         how repeated failures slow down;  passphrase.h, totp.h, pkce.h, sealed.h  the rest
//
// What always holds:
//  - A session's token is known to the browser alone: the database has its SHA-256. It is new at every sign-in.
//  - Unknown name, wrong passphrase and wrong code are answered in the same words after the same work.
//  - No refusal, sign-in or sign-out is answered before the row that records it is durable. An attempt that came too
//    soon is answered 429 without being looked at, and leaves no row.
//  - Neither log nor record ever holds a passphrase, a code, a token, or a name that nobody has.

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "html/components.h"
#include "http/router.h"
#include "signin/accounts.h"
#include "signin/openid_provider.h"
#include "signin/relying_party.h"
#include "signin/signed_in.h"

namespace guildhall::signin {

struct SigninOptions {
  std::string environment_key;  // 32 secret bytes of this environment.
  html::Site site;
  std::vector<OpenIdProvider> providers;
  bool local_accounts = true;  // Whether people may sign in with a passphrase and a code.
  // Where somebody goes who came to /signin itself, by the first of these roles that they have.
  std::vector<std::pair<Role, std::string>> landing_pages;
  Fetch fetch = fetch_from_network;  // How providers are reached.
};

using SignedInHandler = std::function<http::Response(const http::Request&, const SignedIn&)>;

// Any thread may call any function of it. Handlers and middleware it made may outlive it.
class Signin {
 public:
  // Brings the tables up to date. `database` and `clock` must outlive every handler.
  Signin(db::Database& database, SigninOptions options, const Clock& clock);
  ~Signin();

  // /signin, /signin/code, /signin/start/:provider, /signin/callback/:provider, /signout, /signout/done
  void add_routes(http::Router& router) const;

  // The only way from a handler that wants to know who is asking to one that a router takes. Somebody who
  // isn't signed in is sent to /signin and back; somebody without the role gets 403, which is recorded.
  http::Handler protect(Role role, SignedInHandler handler) const { return protect({role}, std::move(handler)); }
  http::Handler protect(std::initializer_list<Role> any_of, SignedInHandler handler) const;

  // Who is asking, on pages that anybody may see. Counts as activity.
  std::optional<SignedIn> current(const http::Request& request) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace guildhall::signin
