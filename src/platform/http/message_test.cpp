#include "http/message.h"

#include <gtest/gtest.h>

#include "http/impl/network.h"
#include "http/impl/response_text.h"
#include "http/url.h"

namespace guildhall::http {
namespace {

using Fields = std::vector<NamedValue>;

TEST(Request, DecodesPathQueryCookiesAndForm) {
  auto parsed = Request::parse({.method = Method::Post,
                                .target = "/people/%C3%85sa/?surname=O%27Neill&tag=a&tag=b+c&empty&=x",
                                .headers = {{"Host", "council.example:8443"},
                                            {"COOKIE", "__Host-session=abc; theme=dark; ; bad"},
                                            {"Cookie", "__Host-csrf=1=2"},
                                            {"Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}}});
  ASSERT_TRUE(parsed.ok());
  Request& request = *parsed;
  EXPECT_EQ(request.path(), "/people/\xC3\x85sa");
  EXPECT_EQ(request.query("surname"), "O'Neill");
  EXPECT_EQ(request.query_all("tag"), (std::vector<std::string_view>{"a", "b c"}));
  EXPECT_EQ(request.query("empty"), "");
  EXPECT_EQ(request.query("missing"), std::nullopt);
  EXPECT_EQ(request.cookie("session"), "abc");
  EXPECT_EQ(request.cookie("csrf"), "1=2");
  EXPECT_EQ(request.cookie("theme"), std::nullopt) << "another site may have set a cookie without __Host-";
  EXPECT_EQ(request.host(), "council.example:8443");
  EXPECT_EQ(request.header("content-TYPE"), "Application/X-WWW-Form-Urlencoded; charset=UTF-8");
  ASSERT_TRUE(request.give_body("message=The+lamp%0D%0Ais+out&a=%26").ok());
  EXPECT_EQ(request.form("message"), "The lamp\r\nis out");
  EXPECT_EQ(request.form("a"), "&");
  EXPECT_FALSE(request.id().is_nil());
  EXPECT_FALSE(request.give_body("message=%ff").ok());
}

TEST(Request, OtherBodiesAreLeftAsTheyAre) {
  auto request = Request::parse({.method = Method::Post, .headers = {{"Content-Type", "application/json"}}});
  ASSERT_TRUE(request.value().give_body("{\"a\":\"%ff\"}").ok());
  EXPECT_EQ(request.value().body(), "{\"a\":\"%ff\"}");
  EXPECT_TRUE(request.value().form().empty());
}

TEST(Url, FormsRoundTrip) {
  const Fields fields{{"name", "Zo\xC3\xAB & co"}, {"", "=+%"}, {"name", ""}, {"line", "a\r\nb"}};
  EXPECT_EQ(form_text(fields), "name=Zo%C3%AB%20%26%20co&=%3D%2B%25&name=&line=a%0D%0Ab");
  EXPECT_EQ(*parse_form(form_text(fields), 10), fields);
  EXPECT_EQ(*parse_form("&&a&", 10), (Fields{{"a", ""}}));
  EXPECT_FALSE(parse_form("a&b&c", 2).ok());
}

TEST(Url, SaysWhatIsWrong) {
  EXPECT_EQ(parse_form("rate=100%", 10).problems()[0].what,
            "A percent sign in the address or form is not followed by two hexadecimal digits.");
  EXPECT_EQ(parse_path("/a/../b").problems()[0].what, "The path has a part \".\" or \"..\".");
  EXPECT_EQ(*parse_path("/a%20b/c"), (std::vector<std::string>{"a b", "c"}));
  EXPECT_TRUE(parse_path("/")->empty());
}

TEST(Response, KeepsRedirectsOnThisSite) {
  EXPECT_EQ(Response::redirect("/people/7?tab=links#top").header("Location"), "/people/7?tab=links#top");
  for (const std::string path : {"//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\r\nX: y",
                                 "/a b", "/\tevil", "/a\\b", "/\xC3\xA5"}) {
    EXPECT_FALSE(is_local_path(path)) << path;
    EXPECT_THROW(Response::redirect(path), BrokenInvariant) << path;
  }
  EXPECT_EQ(Response::redirect_elsewhere("https://signin.example/authorize?x=1").status(), 303);
  EXPECT_THROW(Response::redirect_elsewhere("javascript:alert(1)"), BrokenInvariant);
  EXPECT_THROW(Response::redirect_elsewhere("https://a\r\nX: y"), BrokenInvariant);
}

TEST(Response, RefusesHeadersThatAreNotOne) {
  Response response;
  EXPECT_THROW(response.set_header("X", "a\nb"), BrokenInvariant);
  EXPECT_THROW(response.set_header("X", std::string("a\0b", 3)), BrokenInvariant);
  EXPECT_THROW(response.set_header("X Y", "a"), BrokenInvariant);
  EXPECT_THROW(response.set_header("", "a"), BrokenInvariant);
  EXPECT_THROW(response.set_header("Content-Length", "7"), BrokenInvariant);
  EXPECT_THROW(response.set_cookie({.name = "a=b", .value = ""}), BrokenInvariant);
  EXPECT_THROW(response.set_cookie({.name = "a", .value = "b; Domain=evil"}), BrokenInvariant);
  EXPECT_TRUE(response.headers().empty());
}

TEST(Response, WritesCookiesThatOnlyThisHostCanSet) {
  const Response response = Response::text("").set_cookie(
      {.name = "session", .value = "abc", .max_age = std::chrono::hours(1), .same_site = SameSite::Strict});
  EXPECT_EQ(response.header("Set-Cookie"),
            "__Host-session=abc; Path=/; Secure; SameSite=Strict; HttpOnly; Max-Age=3600");
}

TEST(Response, IsWrittenAsTheStandardSays) {
  using namespace std::chrono;
  // The date is RFC 9110's own example.
  const std::string date = http_date(sys_days{year{1994} / 11 / 6} + 8h + 49min + 37s);
  EXPECT_EQ(date, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(response_head(Response::text("hello"), 5, Persistence::KeepHttp11, date),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(response_head(Response(304), 0, Persistence::Close, date),
            "HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\r\n");
}

TEST(TrustedProxies, AreBelievedAboutThePersonBehindThem) {
  const auto proxies = TrustedProxies::parse({"127.0.0.1", "10.1.0.0/16", "fd00::/8"});
  ASSERT_TRUE(proxies.ok());
  const auto person = [&](std::string_view peer, Fields headers) {
    RequestHead head{.headers = std::move(headers)};
    proxies->set_origin(head, peer);
    return head.remote_address + (head.https ? " https" : " http");
  };
  EXPECT_EQ(person("192.0.2.7", {{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-Proto", "https"}}),
            "192.0.2.7 http");
  EXPECT_EQ(person("127.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-Proto", "https"}}),
            "198.51.100.1 https");
  EXPECT_EQ(person("fd12::1", {{"x-forwarded-for", "6.6.6.6, 2001:db8::5"}, {"X-Forwarded-For", "10.1.200.3"}}),
            "2001:db8::5 http");
  EXPECT_EQ(person("10.1.0.9", {{"X-Forwarded-For", "not an address"}}), "10.1.0.9 http");
  EXPECT_EQ(person("10.2.0.9", {{"X-Forwarded-For", "198.51.100.1"}}), "10.2.0.9 http");
  EXPECT_FALSE(TrustedProxies::parse({"10.0.0.0/33"}).ok());
  EXPECT_FALSE(TrustedProxies::parse({"proxy.example"}).ok());
}

}  // namespace
}  // namespace guildhall::http
