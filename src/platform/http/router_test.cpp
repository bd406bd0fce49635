#include "http/router.h"

#include <gtest/gtest.h>

#include "http/assets.h"
#include "http/test_client.h"
#include "http/url.h"

namespace guildhall::http {
namespace {

Handler says(std::string words) {
  return [words](const Request&) { return Response::text(words); };
}

std::string body_of(Response response) {
  return std::string(response.body());
}

class Routes : public testing::Test {
 protected:
  Router router_;
  TestClient client_{router_};
};

TEST_F(Routes, LiteralBeforeParameterBeforeRest) {
  router_.get("/", says("front"));
  router_.get("/people/new", says("new person"));
  router_.get("/people/:id",
              [](const Request& r) { return Response::text("id=" + std::string(r.path_parameter("id"))); });
  router_.get("/people/:id/links",
              [](const Request& r) { return Response::text("links of " + std::string(r.path_parameter("id"))); });
  router_.get("/people/*rest",
              [](const Request& r) { return Response::text("rest=" + std::string(r.path_parameter("rest"))); });
  EXPECT_EQ(body_of(client_.get("/")), "front");
  EXPECT_EQ(body_of(client_.get("/people/new")), "new person");
  EXPECT_EQ(body_of(client_.get("/people/7")), "id=7");
  EXPECT_EQ(body_of(client_.get("/people/7/")), "id=7");
  EXPECT_EQ(body_of(client_.get("/people/new/links")), "links of new");
  EXPECT_EQ(body_of(client_.get("/people/7/a/b")), "rest=7/a/b");
  EXPECT_EQ(client_.get("/people").status(), 404);
  EXPECT_EQ(client_.get("/peopl").status(), 404);
}

TEST_F(Routes, MethodsThatAnAddressDoesNotTakeAreRefusedWithThoseItTakes) {
  router_.get("/cases/:id", says("a case"));
  router_.add(Method::Delete, "/cases/:reference", says("deleted"), {.csrf = Csrf::Exempt});
  const Response refused = client_.send({.method = Method::Put, .target = "/cases/1"});
  EXPECT_EQ(refused.status(), 405);
  EXPECT_EQ(refused.header("Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(client_.send({.method = Method::Head, .target = "/cases/1"}).status(), 200);
  EXPECT_EQ(body_of(client_.send({.method = Method::Delete, .target = "/cases/1"})), "deleted");
  EXPECT_EQ(client_.send({.method = Method::Options, .target = "*"}).status(), 204);
}

TEST_F(Routes, OneMethodAndPatternHasOneHandler) {
  router_.get("/a/:x", says("first"));
  EXPECT_THROW(router_.get("/a/:y", says("second")), BrokenInvariant);
  EXPECT_THROW(router_.get("a", says("no slash")), BrokenInvariant);
  EXPECT_THROW(router_.get("/a//b", says("empty")), BrokenInvariant);
  EXPECT_THROW(router_.get("/*rest/b", says("rest in the middle")), BrokenInvariant);
}

TEST_F(Routes, WhatAHandlerThrowsBecomesAPageWithoutItsWords) {
  router_.get("/broken", [](const Request&) -> Response { throw std::runtime_error("disk of Ada Okafor is full"); });
  router_.get("/odd", [](const Request&) -> Response { throw 7; });
  router_.get("/wrong", [](const Request& r) { return Response::text(std::string(r.path_parameter("nobody"))); });
  testing::internal::CaptureStderr();
  const Response broken = client_.get("/broken");
  const Response odd = client_.get("/odd");
  const Response wrong = client_.get("/wrong");
  const std::string log = testing::internal::GetCapturedStderr();
  for (const Response* response : {&broken, &odd, &wrong}) {
    EXPECT_EQ(response->status(), 500);
    EXPECT_NE(response->body().find("It is our fault, and it has been noted."), std::string_view::npos);
    EXPECT_EQ(response->body().find("Okafor"), std::string_view::npos);
  }
  EXPECT_EQ(log.find("Okafor"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("route":"/broken","thrown":"St13runtime_error")"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("event":"http.broken_invariant")"), std::string::npos) << log;
}

TEST(Router, AsksTheErrorPageAndKeepsTheHandlersHeaders) {
  Router router({.error_page = [](const Failure& failure) {
    return Response::html(std::to_string(failure.status) + ": " + failure.explanation);
  }});
  router.get("/gone",
             [](const Request&) { return Response::refusal(410, "This service has ended.").clear_cookie("draft"); });
  TestClient client(router);
  const Response gone = client.get("/gone");
  EXPECT_EQ(gone.status(), 410);
  EXPECT_EQ(gone.body(), "410: This service has ended.");
  EXPECT_EQ(gone.header("Set-Cookie"), "__Host-draft=; Path=/; Secure; SameSite=Lax; HttpOnly; Max-Age=0");
  EXPECT_EQ(client.get("/nothing").body(),
            "404: There is nothing at this address. It may have been mistyped or moved.");
}

TEST(Router, ARouteForProgramsMaySayWhatFailedInItsOwnWay) {
  Router router;
  router.post("/api", says("never"), {.error_page = [](const Failure& failure) {
                return Response::json("{\"status\":" + std::to_string(failure.status) + "}", failure.status);
              }});
  TestClient client(router);
  EXPECT_EQ(client.send({.method = Method::Post, .target = "/api"}).body(), "{\"status\":403}");
  EXPECT_NE(client.send({.method = Method::Post, .target = "/other"}).body().find("<h1>"), std::string_view::npos);
}

TEST(Router, AnAddressBelowAPrefixMaySayWhatFailedInItsOwnWay) {
  Router router;
  router.get("/api/one", says("one"));
  router.get("/page", says("page"));
  router.errors_below("/api/", [](const Failure& failure) {
    return Response::json("{\"status\":" + std::to_string(failure.status) + "}", failure.status);
  });
  TestClient client(router);
  EXPECT_EQ(client.get("/api/two").body(), "{\"status\":404}");
  const Response refused = client.send({.method = Method::Post, .target = "/api/one"});
  EXPECT_EQ(refused.body(), "{\"status\":405}");
  EXPECT_EQ(refused.header("Allow"), "GET, HEAD");
  EXPECT_NE(client.get("/apis").body().find("<h1>"), std::string_view::npos);
  EXPECT_NE(client.send({.method = Method::Post, .target = "/page"}).body().find("<h1>"), std::string_view::npos);
}

TEST(Router, AFailingErrorPageIsReplacedByThePlainOne) {
  Router router({.error_page = [](const Failure&) -> Response { throw std::runtime_error("no template"); }});
  testing::internal::CaptureStderr();
  const Response page = TestClient(router).get("/nothing");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("http.error_page_failed"), std::string::npos);
  EXPECT_EQ(page.status(), 404);
  EXPECT_NE(page.body().find("<h1>Page not found</h1>"), std::string_view::npos);
}

struct Officer {
  std::string name;
};

TEST_F(Routes, MiddlewareWrapsHandlersFromTheOutside) {
  std::string order;
  router_.use([&](Request& request, const Next& next) {
    order += "outer ";
    request.attach(Officer{"Priya Shah"});
    Response response = next();
    order += "outer again";
    return response;
  });
  router_.use([&](Request& request, const Next& next) {
    order += "inner ";
    if (request.query("stop")) return Response::refusal(403);
    return next();
  });
  router_.get("/work", [&](const Request& request) {
    order += "handler ";
    return Response::text(request.attached<Officer>()->name);
  });
  EXPECT_EQ(body_of(client_.get("/work")), "Priya Shah");
  EXPECT_EQ(order, "outer inner handler outer again");
  order.clear();
  EXPECT_EQ(client_.get("/work?stop=1").status(), 403);
  EXPECT_EQ(order, "outer inner outer again");
  order.clear();
  client_.get("/elsewhere");
  EXPECT_EQ(order, "");
}

TEST(Router, EveryAnswerHasTheSecurityHeaders) {
  Router router({.security = {.form_action_origins = {"https://signin.example"}}});
  router.get("/", says("front"));
  router.get("/kept", [](const Request&) { return Response::text("kept").set_header("Cache-Control", "max-age=60"); });
  TestClient client(router);
  for (const char* target : {"/", "/nothing", "/kept", "/%"}) {
    const Response response = client.get(target);
    EXPECT_EQ(response.header("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
              "connect-src 'self'; form-action 'self' https://signin.example; base-uri 'none'; frame-ancestors 'none'");
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.header("Referrer-Policy"), "same-origin");
    EXPECT_EQ(response.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(response.header("Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_EQ(response.header("Cache-Control"), std::string_view(target) == "/kept" ? "max-age=60" : "no-store");
    EXPECT_EQ(response.header("Strict-Transport-Security"), std::nullopt);
    EXPECT_EQ(response.header("Server"), std::nullopt);
  }
  EXPECT_EQ(client.send({.target = "/", .https = true}).header("Strict-Transport-Security"), "max-age=31536000");
}

class CsrfTokens : public testing::Test {
 protected:
  CsrfTokens() {
    router_.get("/form", [](const Request& request) {
      return Response::html("<form method=\"post\"><input type=\"hidden\" name=\"csrf_token\" value=\"" +
                            csrf_token(request) + "\"></form>");
    });
    router_.get("/plain", [](const Request&) { return Response::text("no form"); });
    router_.post("/save", [this](const Request&) {
      ++saved_;
      return Response::redirect("/form");
    });
    router_.post("/callback", says("called back"), {.csrf = Csrf::Exempt});
  }
  // What the form of a page holds.
  static std::string token_of(const Response& page) {
    const std::string body(page.body());
    const std::size_t begin = body.find("value=\"") + 7;
    return body.substr(begin, body.find('"', begin) - begin);
  }
  Response save(const std::string& cookie, const std::string& token, std::vector<NamedValue> headers = {}) {
    headers.push_back({"Host", "council.example"});
    headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    if (!cookie.empty()) headers.push_back({"Cookie", "__Host-csrf=" + cookie});
    auto request = Request::parse({.method = Method::Post, .target = "/save", .headers = headers});
    EXPECT_TRUE(request.value().give_body(form_text({{"csrf_token", token}})).ok());
    return router_.answer(request.value());
  }

  Router router_{{.security = {.csrf_key = "a key of the test's environment, 32+"}}};
  TestClient browser_{router_};
  int saved_ = 0;
};

TEST_F(CsrfTokens, ARouteForProgramsNeedsThemOfRequestsWithCookiesOnly) {
  router_.post("/api", says("answered"), {.csrf = Csrf::CheckedWithCookies});
  const auto status = [&](std::vector<NamedValue> headers) {
    headers.push_back({"Host", "council.example"});
    auto request = Request::parse({.method = Method::Post, .target = "/api", .headers = headers});
    return router_.answer(request.value()).status();
  };
  const std::string token = token_of(browser_.get("/form"));
  const std::string cookie = "__Host-csrf=" + std::string(*browser_.cookie("csrf"));
  EXPECT_EQ(status({}), 200);
  EXPECT_EQ(status({{"Origin", "https://elsewhere.example"}}), 200);
  EXPECT_EQ(status({{"Cookie", cookie}}), 403);
  EXPECT_EQ(status({{"Cookie", "anything=else"}}), 403);
  EXPECT_EQ(status({{"Cookie", ""}}), 403);
  EXPECT_EQ(status({{"Cookie", cookie}, {"X-CSRF-Token", token}}), 200);
  EXPECT_EQ(status({{"Cookie", cookie}, {"X-CSRF-Token", token}, {"Origin", "https://elsewhere.example"}}), 403);
  EXPECT_EQ(status({{"Cookie", cookie}, {"X-CSRF-Token", token}, {"Sec-Fetch-Site", "cross-site"}}), 403);
}

TEST_F(CsrfTokens, LetTheOwnFormThrough) {
  browser_.get("/form");
  EXPECT_EQ(browser_.post("/save").status(), 303);
  EXPECT_EQ(browser_.post("/save").status(), 303);  // The back button works.
  EXPECT_EQ(saved_, 2);
}

TEST_F(CsrfTokens, AreNeededWithTheCookieTheyBelongTo) {
  const std::string token = token_of(browser_.get("/form"));
  const std::string cookie(browser_.cookie("csrf").value());
  TestClient other(router_);
  const std::string other_token = token_of(other.get("/form"));
  std::string forged = cookie;
  forged[0] = forged[0] == '0' ? '1' : '0';
  EXPECT_EQ(save(cookie, token).status(), 303);
  EXPECT_EQ(saved_, 1);
  EXPECT_EQ(save("", token).status(), 403);
  EXPECT_EQ(save(cookie, "").status(), 403);
  EXPECT_EQ(save(cookie, other_token).status(), 403);
  EXPECT_EQ(save(forged, token).status(), 403);
  EXPECT_EQ(save(cookie, token.substr(2)).status(), 403);
  EXPECT_EQ(save(cookie, std::string(128, '0')).status(), 403);
  EXPECT_EQ(save(std::string(128, '0'), std::string(128, '0')).status(), 403);
  const Response refused = save(cookie, "x");
  EXPECT_NE(refused.body().find("Nothing was saved. Go back, reload the page and send it again."),
            std::string_view::npos)
      << refused.body();
  EXPECT_EQ(saved_, 1);
}

TEST_F(CsrfTokens, LookDifferentEachTime) {
  const Response first = browser_.get("/form");
  const Response second = browser_.get("/form");
  EXPECT_NE(token_of(first), token_of(second));
  EXPECT_TRUE(first.header("Set-Cookie")->ends_with("; Path=/; Secure; SameSite=Lax; HttpOnly"));
  EXPECT_EQ(second.header("Set-Cookie"), std::nullopt);
  EXPECT_EQ(TestClient(router_).get("/plain").header("Set-Cookie"), std::nullopt);
}

TEST_F(CsrfTokens, DoNotHelpAPageOfAnotherSite) {
  const std::string token = token_of(browser_.get("/form"));
  const std::string cookie(browser_.cookie("csrf").value());
  EXPECT_EQ(save(cookie, token, {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://council.example"}}).status(),
            303);
  EXPECT_EQ(save(cookie, token, {{"Sec-Fetch-Site", "cross-site"}}).status(), 403);
  EXPECT_EQ(save(cookie, token, {{"Sec-Fetch-Site", "same-site"}}).status(), 403);
  EXPECT_EQ(save(cookie, token, {{"Origin", "https://evil.example"}}).status(), 403);
  EXPECT_EQ(save(cookie, token, {{"Origin", "https://council.example.evil.example"}}).status(), 403);
  EXPECT_EQ(save(cookie, token, {{"Origin", "null"}}).status(), 403);
  EXPECT_EQ(saved_, 1);
  // The sign-in provider's answer comes from another site by its nature.
  EXPECT_EQ(
      browser_.send({.method = Method::Post, .target = "/callback", .headers = {{"Origin", "https://a"}}}).status(),
      200);
}

TEST(Assets, AreKeptByBrowsersAndCompressedForThoseWhoTakeIt) {
  const std::string style(1000, 'x');
  Router router;
  {
    Assets assets;
    assets.add("/assets/3f9a/guildhall.css", "text/css; charset=utf-8", style);
    assets.add("/assets/3f9a/icon.png", "image/png", "not really an image");
    EXPECT_THROW(assets.add("/assets/3f9a/icon.png", "image/png", ""), BrokenInvariant);
    assets.serve(router);
  }
  TestClient client(router);

  const Response plain = client.get("/assets/3f9a/guildhall.css");
  EXPECT_EQ(plain.body(), style);
  EXPECT_EQ(plain.header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(plain.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");

  const auto asked = [&](std::string codings) {
    return client.send({.target = "/assets/3f9a/guildhall.css", .headers = {{"Accept-Encoding", std::move(codings)}}});
  };
  const Response packed = asked("br, gzip;q=0.8");
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_TRUE(packed.body().starts_with("\x1f\x8b") && packed.body().size() < 60);
  EXPECT_EQ(asked("gzip;q=0").body(), style);
  EXPECT_EQ(client.get("/assets/3f9a/icon.png").header("Vary"), std::nullopt);
  EXPECT_EQ(client.get("/assets/0000/guildhall.css").status(), 404);
}

}  // namespace
}  // namespace guildhall::http
