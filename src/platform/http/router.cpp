#include "http/router.h"

#include <array>
#include <map>
#include <system_error>

#include "base/text.h"
#include "http/impl/csrf.h"

namespace guildhall::http {

struct Route {
  Method method;
  Literal pattern;
  Handler handler;
  RouteOptions options;
  std::vector<std::string> parameters;  // Names, in the order of the pattern.
};

namespace {

constexpr std::size_t kMethods = static_cast<std::size_t>(Method::Options) + 1;

bool is_safe(Method method) {  // RFC 9110, section 9.2.1
  return method == Method::Get || method == Method::Head || method == Method::Options;
}

bool needs_token(const Route& route, const Request& request) {
  if (is_safe(request.method()) || route.options.csrf == Csrf::Exempt) return false;
  return route.options.csrf == Csrf::Checked || request.header("Cookie").has_value();
}

// The routes that share the beginning of a pattern. A request's path walks down from the root.
struct Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::array<std::unique_ptr<Route>, kMethods> routes;

  const Route* route_for(Method method) const {
    const auto& exact = routes[static_cast<std::size_t>(method)];
    if (exact || method != Method::Head) return exact.get();
    return routes[static_cast<std::size_t>(Method::Get)].get();
  }
};

struct Match {
  const Route* route = nullptr;
  std::vector<std::string_view> values;  // For the route's parameters.
  std::array<bool, kMethods> allowed{};  // Methods of patterns that fit the path, for 405.
};

// Goes on from `node` with what is left of the path, "a/b"; literal before parameter before rest.
bool find(const Node& node, std::string_view path, Method method, Match& match) {
  const auto accept = [&](const Node& end) {
    for (std::size_t i = 0; i < kMethods; ++i) {
      if (end.routes[i]) match.allowed[i] = true;
    }
    match.route = end.route_for(method);
    return match.route != nullptr;
  };
  if (path.empty()) return accept(node);
  const std::string_view segment = path.substr(0, path.find('/'));
  const std::string_view left = path.substr(std::min(path.size(), segment.size() + 1));
  if (const auto next = node.literal.find(segment); next != node.literal.end()) {
    if (find(*next->second, left, method, match)) return true;
  }
  if (node.parameter) {
    match.values.push_back(segment);
    if (find(*node.parameter, left, method, match)) return true;
    match.values.pop_back();
  }
  if (node.rest) {
    match.values.push_back(path);
    if (accept(*node.rest)) return true;
    match.values.pop_back();
  }
  return false;
}

std::string allow_text(const std::array<bool, kMethods>& allowed) {
  std::string text;
  for (std::size_t i = 0; i < kMethods; ++i) {
    const bool head_of_get = static_cast<Method>(i) == Method::Head && allowed[0];
    if (!allowed[i] && !head_of_get) continue;
    if (!text.empty()) text += ", ";
    text += to_literal(static_cast<Method>(i)).text();
  }
  return text;
}

std::string content_security_policy(const SecurityOptions& security) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
      "connect-src 'self'; form-action 'self'";
  for (const std::string& origin : security.form_action_origins) {
    check(origin.find_first_of(" ;,") == std::string::npos, "not an origin");
    policy += ' ' + origin;
  }
  return policy + "; base-uri 'none'; frame-ancestors 'none'";
}

std::string_view usual_title(int status) {
  switch (status) {
    case 403:
      return "You cannot do this";
    case 404:
      return "Page not found";
    case 413:
      return "Too much was sent";
    case 503:
      return "We are busy";
    default:
      return status < 500 ? "We could not understand this request" : "Something went wrong";
  }
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

}  // namespace

std::string_view usual_explanation(int status) {
  switch (status) {
    case 400:
      return "The request was damaged or not written as the web's rules say.";
    case 403:
      return "You may not see or do this.";
    case 404:
      return "There is nothing at this address. It may have been mistyped or moved.";
    case 405:
      return "This address does not do what was asked of it.";
    case 408:
      return "The request took too long to arrive. Check your connection and try again.";
    case 413:
      return "More was sent than this page takes. Send less, or a smaller file.";
    case 415:
      return "This page does not take what was sent.";
    case 421:
      return "This server does not answer for that name.";
    case 431:
      return "The request's headers are too long. Deleting this site's cookies may help.";
    case 501:
      return "The request asked for something this server does not do.";
    case 503:
      return "Too many people are using the service at this moment. Wait a few seconds and try again.";
    default:
      return status < 500 ? "The request could not be served."
                          : "It is our fault, and it has been noted. Try again in a few minutes.";
  }
}

Response plain_error_page(const Failure& failure) {
  const std::string title = escaped(usual_title(failure.status));
  return Response::html("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title +
                            "</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                            "</head>\n<body><main><h1>" +
                            title + "</h1>\n<p>" + escaped(failure.explanation) +
                            "</p>\n<p>If you ask us about this, quote the reference " + failure.request_id.text() +
                            ".</p></main></body>\n</html>\n",
                        failure.status);
}

struct Router::State {
  RouterOptions options;
  std::string policy;
  Node root;
  std::vector<Middleware> middleware;
  std::vector<std::pair<Literal, Response (*)(const Failure&)>> pages_below;  // By prefix, see errors_below().

  void add(std::unique_ptr<Route> route) {
    std::string_view left = route->pattern.text();
    check(left.starts_with('/'), "a pattern begins with a slash");
    left.remove_prefix(1);
    Node* node = &root;
    while (!left.empty()) {
      const std::string_view segment = left.substr(0, left.find('/'));
      left.remove_prefix(std::min(left.size(), segment.size() + 1));
      check(!segment.empty(), "a pattern has no empty segment");
      std::unique_ptr<Node>* next = &node->rest;
      if (segment[0] == '*') {
        check(left.empty(), "\"*rest\" is the last segment");
      } else if (segment[0] == ':') {
        next = &node->parameter;
      } else {
        next = &node->literal.try_emplace(std::string(segment)).first->second;
      }
      if (segment[0] == '*' || segment[0] == ':') route->parameters.emplace_back(segment.substr(1));
      if (!*next) *next = std::make_unique<Node>();
      node = next->get();
    }
    auto& place = node->routes[static_cast<std::size_t>(route->method)];
    check(!place, "two handlers for one method and pattern");
    place = std::move(route);
  }

  Response error_page(const Failure& failure, const RouteOptions* route) const {
    try {
      const bool has_own = route != nullptr && route->error_page != nullptr;
      Response page = has_own ? route->error_page(failure) : options.error_page(failure);
      if (!page.wants_error_page()) return page;
    } catch (const std::exception& exception) {
      log(LogLevel::Error, "http.error_page_failed", {{"request", failure.request_id}});
    }
    return plain_error_page(failure);
  }

  void add_security_headers(Response& response, bool https) const {
    const auto add = [&](const char* name, const char* value) {
      if (!response.header(name)) response.set_header(name, value);
    };
    add("Content-Security-Policy", policy.c_str());
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "same-origin");
    add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    add("Cross-Origin-Opener-Policy", "same-origin");
    add("Cross-Origin-Resource-Policy", "same-origin");
    add("Cache-Control", "no-store");
    if (https) add("Strict-Transport-Security", "max-age=31536000");
  }

  auto page_outside_routes(std::string_view path) const -> Response (*)(const Failure&) {
    for (const auto& [prefix, page] : pages_below) {
      if (path.starts_with(prefix.text())) return page;
    }
    return nullptr;
  }

  // Error page, cookie and headers: what every answer gets.
  Response finished(Response response, const Request& request, const Route* route = nullptr) const {
    if (response.wants_error_page()) {
      Failure failure{response.status(), response.explanation(), request.id()};
      if (failure.explanation.empty()) failure.explanation = usual_explanation(failure.status);
      const RouteOptions outside{.error_page = page_outside_routes(request.path())};
      response.become(error_page(failure, route == nullptr ? &outside : &route->options));
    }
    if (const auto* csrf = request.attached<CsrfState>(); csrf != nullptr && !csrf->new_cookie().empty()) {
      response.set_cookie({.name = "csrf", .value = csrf->new_cookie()});
    }
    add_security_headers(response, request.https());
    return response;
  }

  Response through_middleware(std::size_t index, Request& request, const Route& route) const {
    if (index == middleware.size()) return route.handler(request);
    return middleware[index](request, [&] { return through_middleware(index + 1, request, route); });
  }

  // The one place where what handlers throw is caught.
  Response handled(Request& request, const Route& route) const {
    try {
      return through_middleware(0, request, route);
    } catch (const BrokenInvariant& broken) {
      log(LogLevel::Error, "http.broken_invariant",
          {{"request", request.id()}, {"route", route.pattern}, {"place", broken.place()}});
    } catch (const std::system_error& error) {
      log(LogLevel::Error, "http.handler_failed",
          {{"request", request.id()},
           {"route", route.pattern},
           {"thrown", typeid(error)},
           {"code", error.code().value()}});
    } catch (const std::exception& error) {
      log(LogLevel::Error, "http.handler_failed",
          {{"request", request.id()}, {"route", route.pattern}, {"thrown", typeid(error)}});
    } catch (...) {
      log(LogLevel::Error, "http.handler_failed", {{"request", request.id()}, {"route", route.pattern}});
    }
    return Response::refusal(500);
  }
};

Router::Router(RouterOptions options) : state_(std::make_unique<State>()) {
  if (options.security.csrf_key.empty()) options.security.csrf_key = random_bytes(32);
  check(options.security.csrf_key.size() >= 32, "the CSRF key needs 32 bytes");
  state_->policy = content_security_policy(options.security);
  state_->options = std::move(options);
}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::get(Literal pattern, Handler handler, RouteOptions options) {
  add(Method::Get, pattern, std::move(handler), options);
}
void Router::post(Literal pattern, Handler handler, RouteOptions options) {
  add(Method::Post, pattern, std::move(handler), options);
}
void Router::add(Method method, Literal pattern, Handler handler, RouteOptions options) {
  state_->add(std::make_unique<Route>(Route{method, pattern, std::move(handler), options, {}}));
}
void Router::errors_below(Literal prefix, Response (*error_page)(const Failure&)) {
  state_->pages_below.emplace_back(prefix, error_page);
}
void Router::use(Middleware middleware) {
  state_->middleware.push_back(std::move(middleware));
}

std::optional<Response> Router::admit(Request& request) const {
  if (request.path() == "*") {  // OPTIONS about the server as a whole (RFC 9110, section 9.3.7).
    return state_->finished(Response(204).set_header("Allow", "GET, HEAD, POST"), request);
  }
  Match match;
  if (!find(state_->root, request.path().substr(1), request.method(), match)) {
    const std::string allow = allow_text(match.allowed);
    if (allow.empty()) return state_->finished(Response::not_found(), request);
    return state_->finished(Response::refusal(405).set_header("Allow", allow), request);
  }
  request.route_ = match.route;
  for (std::size_t i = 0; i < match.values.size(); ++i) {
    request.path_parameters_.push_back({match.route->parameters[i], std::string(match.values[i])});
  }
  request.attach(CsrfState(request, state_->options.security.csrf_key));
  if (needs_token(*match.route, request) && is_cross_site(request)) {
    return state_->finished(
        Response::refusal(403, "This request came from a page of another website, so we did not act on it."), request,
        match.route);
  }
  return std::nullopt;
}

Response Router::answer(Request& request) const {
  if (request.route_ == nullptr) {
    if (auto refused = admit(request)) return std::move(*refused);
  }
  const Route& route = *request.route_;
  if (needs_token(route, request)) {
    const auto header = request.header("X-CSRF-Token");
    const auto token = header ? header : request.form("csrf_token");
    if (!token || !request.attached<CsrfState>()->accepts(*token)) {
      return state_->finished(
          Response::refusal(403,
                            "This page was open for too long, or your browser does not keep our cookies. Nothing "
                            "was saved. Go back, reload the page and send it again."),
          request, &route);
    }
  }
  return state_->finished(state_->handled(request, route), request, &route);
}

const RouteOptions& Router::options_of(const Request& request) const {
  check(request.route_ != nullptr);
  return request.route_->options;
}

Literal Router::pattern_of(const Request& request) const {
  return request.route_ == nullptr ? Literal("") : request.route_->pattern;
}

Response Router::failure(const Failure& failure, bool https, const RouteOptions* route) const {
  Response response(failure.status);
  response.become(state_->error_page(failure, route));
  state_->add_security_headers(response, https);
  return response;
}

}  // namespace guildhall::http
