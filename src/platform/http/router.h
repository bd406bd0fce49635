#pragma once

// Which handler answers which request, and everything that happens around handlers:
//
//   Router router({.security = {.csrf_key = key}, .error_page = page_for});
//   router.use(with_session);                                    // around every handler
//   router.get("/people/:id", show_person);                      // HEAD is answered too
//   router.post("/people/:id/note", add_note);                   // needs a CSRF token, refuses files
//   router.post("/extracts", take_extract, {.max_body_bytes = 2'000'000'000, .uploads = Uploads::Spooled});
//   router.get("/assets/*file", send_asset);                     // "*file" stands for one or more segments
//
// Literal segments win over ":parameters", and these over "*rest". A pattern is a literal of the program, so
// it can be logged; the path never is. Handlers may block, are called by several threads at once, and may
// throw: the router logs what was thrown and answers with the error page.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/log.h"
#include "http/message.h"
#include "http/security.h"

namespace guildhall::http {

using Handler = std::function<Response(const Request&)>;

// Middleware answers itself or returns next(), before or after which it may do its own work.
using Next = std::function<Response()>;
using Middleware = std::function<Response(Request&, const Next& next)>;

enum class Uploads {
  Refused,  // A form that holds a file is answered with 415.
  Spooled,  // Files of a multipart form are written to disk as they arrive. Any other body is held in memory, so it
            // may not be larger than ServerOptions::max_form_bytes there, whatever max_body_bytes says.
};

// Checked: requests that change something need the token of csrf_token(), see security.h.
// CheckedWithCookies: the same, but not for requests without cookies: another site's page could make a browser send one,
// but in nobody's name. For programs with keys beside people with sessions.
// Exempt: for callers without cookies (bearer tokens, signatures) and for the sign-in provider's form post.
enum class Csrf { Checked, CheckedWithCookies, Exempt };

// What an error page has to say.
struct Failure {
  int status = 500;
  std::string explanation;  // A sentence or two for the person, with nothing private in it.
  Uuid request_id;          // For the person to quote; the log has it too.
};
using ErrorPage = std::function<Response(const Failure&)>;

struct RouteOptions {
  std::uint64_t max_body_bytes = 1 << 20;  // 413 beyond.
  Uploads uploads = Uploads::Refused;
  Csrf csrf = Csrf::Checked;
  Response (*error_page)(const Failure&) = nullptr;  // For programs, which read no pages. None: the router's.
};

// A plain page without style; the default.
Response plain_error_page(const Failure& failure);

struct RouterOptions {
  SecurityOptions security = {};
  ErrorPage error_page = plain_error_page;
};

struct Route;

class Router {
 public:
  explicit Router(RouterOptions options = {});
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // The same method and pattern twice, or a pattern that doesn't begin with "/", is a mistake in the program.
  void get(Literal pattern, Handler handler, RouteOptions options = {});
  void post(Literal pattern, Handler handler, RouteOptions options = {});
  void add(Method method, Literal pattern, Handler handler, RouteOptions options = {});
  // What fails at addresses that begin so and have no route of their own is said by this page: "/api/".
  void errors_below(Literal prefix, Response (*error_page)(const Failure&));
  // The first one added is the outermost. Runs for requests that have a route and passed the CSRF check.
  void use(Middleware middleware);

  // The whole answer to a request without a socket: what the server calls when the body is there, and tests
  // call.
  Response answer(Request& request) const;

  // The two halves of it, for the server. admit() needs no body: it finds the route, and refuses (404, 405,
  // cross-site requests) before anybody sends 2 GB; nothing returned means go on. Then options_of() says how
  // much body to take.
  std::optional<Response> admit(Request& request) const;
  const RouteOptions& options_of(const Request& request) const;
  Literal pattern_of(const Request& request) const;  // "" where no route was found.
  // An error page with the security headers, where no handler can be asked; the route's, where one was found.
  Response failure(const Failure& failure, bool https, const RouteOptions* route = nullptr) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The explanation that people read for a status where nobody gave a better one.
std::string_view usual_explanation(int status);

}  // namespace guildhall::http
