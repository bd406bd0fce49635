#pragma once

// A browser for tests of pages: it asks a router without a socket, keeps cookies, and fills the hidden field
// csrf_token of a form with what the last page that had one showed, so a page that forgets it fails its test.
//
//   TestClient resident(router);
//   EXPECT_EQ(resident.get("/enquiries/new").status(), 200);
//   const Response sent = resident.post("/enquiries", {{"message", "The lamp in Mill Lane is out."}});
//   EXPECT_EQ(sent.header("Location"), "/enquiries/sent");
//
// Redirects are not followed; TestBrowser in testing.h does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.h"

namespace guildhall::http {

class TestClient {
 public:
  explicit TestClient(const Router& router) : router_(router) {}  // The router outlives the client.

  Response get(std::string target);
  // The token is added unless a "csrf_token" is among the fields.
  Response post(std::string target, std::vector<NamedValue> form = {}, std::vector<UploadedFile> files = {});
  // As it is, with the cookies but without a token.
  Response send(RequestHead head, std::string body = "");

  // By the name without "__Host-".
  std::optional<std::string_view> cookie(std::string_view name) const;
  void set_cookie(std::string_view name, std::string value);

 private:
  RequestHead with_cookies(RequestHead head) const;
  Response answer(Request& request);

  const Router& router_;
  std::vector<NamedValue> cookies_;
  std::optional<std::string> token_;
};

}  // namespace guildhall::http
