#pragma once

// For tests of page flows: a TestClient that follows redirects, so a test says what a person does and then sees.
//
//   http::TestBrowser priya(router);
//   priya.get("/enquiry/topic");
//   const Page next = priya.post("/enquiry/topic", {{"topic", "roads"}});   // with the token of the page before
//   EXPECT_EQ(next.path, "/enquiry/message");                               // redirects are followed

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.h"
#include "http/test_client.h"

namespace guildhall::http {

// What the browser shows after following redirects.
struct Page {
  int status = 0;
  std::string path;  // Without the query.
  std::string body;
  bool says(std::string_view words) const { return body.find(words) != std::string::npos; }
};

class TestBrowser {
 public:
  explicit TestBrowser(const Router& router) : client_(router) {}

  Page get(std::string target);
  // Adds the hidden csrf_token of the page shown last, unless one is among the fields.
  Page post(std::string target, std::vector<NamedValue> fields);
  // By the name without "__Host-": a session made elsewhere.
  void set_cookie(std::string name, std::string value) { client_.set_cookie(std::move(name), std::move(value)); }

 private:
  Page followed(Response response, std::string target);

  TestClient client_;
};

}  // namespace guildhall::http
