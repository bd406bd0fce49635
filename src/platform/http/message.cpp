#include "http/message.h"

#include <algorithm>

#include "base/text.h"
#include "http/url.h"

namespace guildhall::http {
namespace {

constexpr std::string_view kCookiePrefix = "__Host-";
// A guard against a form made to exhaust us, far above what a council's page asks; 1,000 questions fit.
constexpr std::size_t kMaxFields = 2000;

std::optional<std::string_view> first_of(const std::vector<NamedValue>& pairs, std::string_view name) {
  for (const NamedValue& pair : pairs) {
    if (pair.name == name) return pair.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> all_of(const std::vector<NamedValue>& pairs, std::string_view name) {
  std::vector<std::string_view> values;
  for (const NamedValue& pair : pairs) {
    if (pair.name == name) values.push_back(pair.value);
  }
  return values;
}

std::optional<std::string_view> header_of(const std::vector<NamedValue>& headers, std::string_view name) {
  for (const NamedValue& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// RFC 9110, section 5.5, without obs-text's liberties: no control characters but tab.
bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

// RFC 6265, section 4.1.1: cookie-octet.
bool is_cookie_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

// A registered name, IPv4 or bracketed IPv6 address, with or without a port (RFC 3986, section 3.2).
bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 + 6 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == ':' || c == '[' || c == ']';
  });
}

}  // namespace

Literal to_literal(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
  }
  return "";
}

SpooledFile::~SpooledFile() {
  std::error_code ignored;  // The folder is emptied at the next start.
  std::filesystem::remove(path_, ignored);
}

Result<Request> Request::parse(RequestHead head) {
  if (head.id.is_nil()) head.id = new_uuid();
  Request request(std::move(head));
  std::string_view target = request.head_.target;
  request.host_ = request.header("Host").value_or("");
  // RFC 9112, section 3.2.2: the host of an absolute-form wins over the Host header.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    request.host_ = target.substr(0, end);
    target.remove_prefix(end);
    if (target.empty() || target[0] == '?') request.path_ = "/";
    if (request.host_.empty()) return Problem{"The address has no host.", "", ""};
    break;
  }
  if (!request.host_.empty() && !is_host(request.host_)) {
    return Problem{"The name of the host is not one.", "", ""};
  }
  if (request.head_.method == Method::Options && target == "*") {  // RFC 9112, section 3.2.4
    request.path_ = "*";
    return request;
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  if (request.path_.empty()) {
    for (const std::string& segment : TRY(parse_path(target.substr(0, question)))) {
      request.path_ += '/' + segment;
    }
    if (request.path_.empty()) request.path_ = "/";
  }
  request.query_ = TRY(parse_form(target.substr(std::min(question + 1, target.size())), kMaxFields));
  for (const NamedValue& header : request.head_.headers) {
    if (!equal_ignoring_case(header.name, "Cookie")) continue;
    for (NamedValue& cookie : parse_cookies(header.value)) request.cookies_.push_back(std::move(cookie));
  }
  return request;
}

Result<void> Request::give_body(std::string body) {
  body_ = std::move(body);
  const std::string_view type = header("Content-Type").value_or("");
  if (equal_ignoring_case(trimmed(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded")) {
    form_ = TRY(parse_form(body_, kMaxFields));
  }
  return {};
}

void Request::give_form(std::vector<NamedValue> fields, std::vector<UploadedFile> files) {
  form_ = std::move(fields);
  files_ = std::move(files);
}

std::string_view Request::path_parameter(std::string_view name) const {
  const auto value = first_of(path_parameters_, name);
  check(value.has_value(), "the route's pattern has no such parameter");
  return *value;
}

std::optional<std::string_view> Request::query(std::string_view name) const {
  return first_of(query_, name);
}
std::vector<std::string_view> Request::query_all(std::string_view name) const {
  return all_of(query_, name);
}
std::optional<std::string_view> Request::form(std::string_view name) const {
  return first_of(form_, name);
}
std::vector<std::string_view> Request::form_all(std::string_view name) const {
  return all_of(form_, name);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  return header_of(head_.headers, name);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  for (const NamedValue& cookie : cookies_) {
    const std::string_view full = cookie.name;
    if (full.starts_with(kCookiePrefix) && full.substr(kCookiePrefix.size()) == name) return cookie.value;
  }
  return std::nullopt;
}

bool is_local_path(std::string_view path) {
  return !path.empty() && path[0] == '/' && (path.size() == 1 || (path[1] != '/' && path[1] != '\\')) &&
         std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
}

Response Response::content(std::string content_type, std::string body, int status) {
  Response response(status);
  response.body_ = std::move(body);
  response.set_header("Content-Type", std::move(content_type));
  return response;
}

Response Response::html(std::string body, int status) {
  return content("text/html; charset=utf-8", std::move(body), status);
}
Response Response::text(std::string body, int status) {
  return content("text/plain; charset=utf-8", std::move(body), status);
}
Response Response::json(std::string body, int status) {
  return content("application/json", std::move(body), status);
}

Response Response::fixed_content(std::string content_type, std::string_view bytes, int status) {
  Response response(status);
  response.body_ = bytes;
  response.set_header("Content-Type", std::move(content_type));
  return response;
}

Response Response::file(std::filesystem::path path, std::string content_type, std::string download_name) {
  Response response;
  response.body_ = FileBody{std::move(path)};
  response.set_header("Content-Type", std::move(content_type));
  if (!download_name.empty()) {
    // RFC 6266 and RFC 8187.
    response.set_header("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encoded(download_name));
  }
  return response;
}

Response Response::redirect(std::string path) {
  check(is_local_path(path), "a redirect must stay on this site");
  return Response(303).set_header("Location", std::move(path));
}

Response Response::redirect_elsewhere(std::string url) {
  check(url.starts_with("https://") || url.starts_with("http://"), "not an absolute URL");
  return Response(303).set_header("Location", std::move(url));
}

Response Response::refusal(int status, std::string explanation) {
  Response response(status);
  response.wants_error_page_ = true;
  response.explanation_ = std::move(explanation);
  return response;
}

Response& Response::set_status(int status) & {
  status_ = status;
  return *this;
}

Response& Response::set_header(std::string name, std::string value) & {
  check(is_token(name) && is_field_value(value), "not a header");
  check(!equal_ignoring_case(name, "Content-Length") && !equal_ignoring_case(name, "Transfer-Encoding") &&
            !equal_ignoring_case(name, "Connection"),
        "framing is the server's");
  for (NamedValue& header : headers_) {
    if (!equal_ignoring_case(header.name, name)) continue;
    header.value = std::move(value);
    return *this;
  }
  headers_.push_back({std::move(name), std::move(value)});
  return *this;
}

Response& Response::set_cookie(const Cookie& cookie) & {
  check(is_token(cookie.name) && is_cookie_value(cookie.value), "not a cookie");
  std::string value = std::string(kCookiePrefix) + cookie.name + '=' + cookie.value + "; Path=/; Secure; SameSite=";
  value += cookie.same_site == SameSite::Lax ? "Lax" : "Strict";
  if (cookie.http_only) value += "; HttpOnly";
  if (cookie.max_age) value += "; Max-Age=" + std::to_string(cookie.max_age->count());
  headers_.push_back({"Set-Cookie", std::move(value)});
  return *this;
}

Response& Response::clear_cookie(std::string_view name) & {
  return set_cookie({.name = std::string(name), .value = "", .max_age = std::chrono::seconds{0}});
}

std::optional<std::string_view> Response::header(std::string_view name) const {
  return header_of(headers_, name);
}

void Response::become(Response page) {
  for (NamedValue& header : page.headers_) {
    if (!this->header(header.name)) headers_.push_back(std::move(header));
  }
  body_ = std::move(page.body_);
  wants_error_page_ = false;
}

std::string_view Response::body() const {
  if (const auto* text = std::get_if<std::string>(&body_)) return *text;
  if (const auto* fixed = std::get_if<std::string_view>(&body_)) return *fixed;
  return {};
}

}  // namespace guildhall::http
