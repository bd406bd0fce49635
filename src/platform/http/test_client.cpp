#include "http/test_client.h"

#include <algorithm>

namespace guildhall::http {
namespace {

// The token of the first form of the page, or nothing.
std::optional<std::string> token_in(std::string_view page) {
  const std::size_t name = page.find("\"csrf_token\"");
  if (name == std::string_view::npos) return std::nullopt;
  const std::size_t begin = page.rfind('<', name);
  const std::string_view tag = page.substr(begin, page.find('>', name) - begin);
  constexpr std::string_view kValue = "value=\"";
  const std::size_t value = tag.find(kValue);
  if (value == std::string_view::npos) return std::nullopt;
  const std::string_view rest = tag.substr(value + kValue.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

RequestHead TestClient::with_cookies(RequestHead head) const {
  head.headers.push_back({"Host", "localhost"});
  std::string text;
  for (const NamedValue& cookie : cookies_) {
    if (!text.empty()) text += "; ";
    text += cookie.name + '=' + cookie.value;
  }
  if (!text.empty()) head.headers.push_back({"Cookie", text});
  return head;
}

Response TestClient::get(std::string target) {
  return send({.target = std::move(target)});
}

Response TestClient::post(std::string target, std::vector<NamedValue> form, std::vector<UploadedFile> files) {
  const bool has_token =
      std::any_of(form.begin(), form.end(), [](const NamedValue& field) { return field.name == "csrf_token"; });
  if (token_ && !has_token) form.push_back({"csrf_token", *token_});
  auto request = Request::parse(with_cookies({.method = Method::Post, .target = std::move(target)}));
  check(request.ok(), "a test posts to a good address");
  request.value().give_form(std::move(form), std::move(files));
  return answer(request.value());
}

Response TestClient::send(RequestHead head, std::string body) {
  auto request = Request::parse(with_cookies(std::move(head)));
  if (!request.ok() || !request.value().give_body(std::move(body)).ok()) {
    return router_.failure({400, std::string(usual_explanation(400)), new_uuid()}, false);
  }
  return answer(request.value());
}

std::optional<std::string_view> TestClient::cookie(std::string_view name) const {
  for (const NamedValue& cookie : cookies_) {
    if (cookie.name == "__Host-" + std::string(name)) return cookie.value;
  }
  return std::nullopt;
}

void TestClient::set_cookie(std::string_view name, std::string value) {
  const std::string full = "__Host-" + std::string(name);
  std::erase_if(cookies_, [&](const NamedValue& cookie) { return cookie.name == full; });
  cookies_.push_back({full, std::move(value)});
}

Response TestClient::answer(Request& request) {
  Response response = router_.answer(request);
  for (const NamedValue& header : response.headers()) {
    if (header.name != "Set-Cookie") continue;
    const std::size_t equals = header.value.find('=');
    const std::size_t end = header.value.find(';');
    const std::string name = header.value.substr(0, equals);
    std::erase_if(cookies_, [&](const NamedValue& cookie) { return cookie.name == name; });
    if (header.value.find("; Max-Age=0") != std::string::npos) continue;
    cookies_.push_back({name, header.value.substr(equals + 1, end - equals - 1)});
  }
  if (auto token = token_in(response.body())) token_ = std::move(token);
  return response;
}

}  // namespace guildhall::http
