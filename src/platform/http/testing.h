#pragma once

// For tests of pages: a browser without a screen, which keeps cookies and fills in forms' CSRF tokens, and talks to a
// Router without a socket.
//
//   http::TestBrowser priya(router);
//   priya.get("/enquiry/topic");
//   const Page next = priya.post("/enquiry/topic", {{"topic", "roads"}});   // with the token of the page before
//   EXPECT_EQ(next.path, "/enquiry/message");                               // redirects are followed

#include <map>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/router.h"

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
  explicit TestBrowser(const Router& router) : router_(router) {}

  Page get(std::string target);
  // Adds the hidden csrf_token of the page shown last, unless one is among the fields.
  Page post(std::string target, std::vector<NamedValue> fields);
  // By the name without "__Host-": a session made elsewhere.
  void set_cookie(std::string name, std::string value) { cookies_[std::move(name)] = std::move(value); }

 private:
  Page send(Method method, std::string target, const std::string& body);

  const Router& router_;
  std::map<std::string, std::string> cookies_;
  std::string csrf_token_;
};

}  // namespace guildhall::http
