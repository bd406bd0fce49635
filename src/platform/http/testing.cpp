#include "http/testing.h"

namespace guildhall::http {
namespace {

std::string form_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')) {
      encoded += letter;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

// The text between `before` and the next quote, or nothing.
std::string quoted_after(std::string_view text, std::string_view before) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return "";
  const std::string_view rest = text.substr(begin + before.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

Page TestBrowser::get(std::string target) { return send(Method::Get, std::move(target), ""); }

Page TestBrowser::post(std::string target, std::vector<NamedValue> fields) {
  bool has_token = false;
  for (const NamedValue& field : fields) has_token = has_token || field.name == "csrf_token";
  if (!has_token) fields.push_back({"csrf_token", csrf_token_});
  std::string body;
  for (const NamedValue& field : fields) {
    body += (body.empty() ? "" : "&") + form_encoded(field.name) + "=" + form_encoded(field.value);
  }
  return send(Method::Post, std::move(target), body);
}

Page TestBrowser::send(Method method, std::string target, const std::string& body) {
  for (int redirects = 0; redirects < 10; ++redirects) {
    RequestHead head{.method = method, .target = target, .headers = {{"Host", "localhost"}}};
    std::string cookies;
    for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "__Host-" : "; __Host-") + name + "=" + value;
    if (!cookies.empty()) head.headers.push_back({"Cookie", cookies});
    if (method == Method::Post) head.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    Request request = Request::parse(std::move(head)).value();
    if (method == Method::Post) request.give_body(body).value();
    const Response response = router_.answer(request);
    for (const NamedValue& header : response.headers()) {
      if (header.name != "Set-Cookie" || !header.value.starts_with("__Host-")) continue;
      const std::string cookie = header.value.substr(7, header.value.find(';') - 7);
      const std::size_t equals = cookie.find('=');
      cookies_[cookie.substr(0, equals)] = cookie.substr(equals + 1);
    }
    if (response.status() == 303) {
      target = response.header("Location").value();
      method = Method::Get;
      continue;
    }
    Page page{.status = response.status(),
              .path = target.substr(0, target.find('?')),
              .body = std::string(response.body())};
    if (const std::string token = quoted_after(page.body, "name=\"csrf_token\" value=\""); !token.empty()) {
      csrf_token_ = token;
    }
    return page;
  }
  check(false, "more than ten redirects");
  return {};
}

}  // namespace guildhall::http
