#pragma once

// A browser for tests of pages: it asks a router without a socket, keeps cookies, and sends the CSRF token
// with forms.
//
//   TestClient resident(router);
//   EXPECT_EQ(resident.get("/enquiries/new").status(), 200);
//   const Response sent = resident.post("/enquiries", {{"message", "The lamp in Mill Lane is out."}});
//   EXPECT_EQ(sent.header("Location"), "/enquiries/sent");

#include <string>
#include <vector>

#include "http/router.h"

namespace guildhall::http {

class TestClient {
 public:
  explicit TestClient(const Router& router) : router_(router) {}

  Response get(std::string target);
  Response post(std::string target, std::vector<NamedValue> form = {}, std::vector<UploadedFile> files = {});
  // As it is: cookies are added, a token is not.
  Response send(RequestHead head, std::string body = "");
  // Redirects are not followed: look at header("Location").

  std::optional<std::string_view> cookie(std::string_view name) const;  // Without "__Host-".

 private:
  Response send(Request request);
  void add_cookies(RequestHead& head) const;

  const Router& router_;
  std::vector<NamedValue> cookies_;
};

}  // namespace guildhall::http
