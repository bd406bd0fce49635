#pragma once

// A council for tests of pages: a database, a clock that stands still, and a router with a page for partners and one
// for officers.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "db/testing.h"
#include "http/test_client.h"
#include "signin/encoding.h"
#include "signin/sessions.h"
#include "signin/signin.h"
#include "signin/totp.h"

namespace guildhall::signin {

class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void advance(std::chrono::seconds by) { now_ += by; }

 private:
  Instant now_ = parse_instant("2026-11-23T02:10:00Z").value();
};

class CouncilTest : public testing::Test {
 protected:
  static inline const std::string kPassphrase = "four quiet brown owls";
  static inline const std::string kKey = std::string(32, 'k');

  void open(std::vector<OpenIdProvider> providers = {}, Fetch fetch = fetch_from_network) {
    signin_ =
        std::make_unique<Signin>(*database_,
                                 SigninOptions{.environment_key = kKey,
                                               .site = {.council = "Borsetshire County Council"},
                                               .providers = std::move(providers),
                                               .local_accounts = true,
                                               .landing_pages = {{Role::Officer, "/work"}, {Role::Partner, "/partner"}},
                                               .fetch = std::move(fetch)},
                                 clock_);
    router_ = std::make_unique<http::Router>();
    signin_->add_routes(*router_);
    router_->get("/partner", signin_->protect(Role::Partner, greet));
    router_->get("/partner/:child", signin_->protect(Role::Partner, greet));
    router_->post("/partner", signin_->protect(Role::Partner, greet));
    router_->get("/work", signin_->protect({Role::Officer, Role::Steward}, greet));
    router_->get("/", [this](const http::Request& request) {
      const std::optional<SignedIn> person = signin_->current(request);
      return http::Response::text(person ? "Hello, " + person->account().display_name : "Hello");
    });
  }

  static http::Response greet(const http::Request&, const SignedIn& person) {
    return http::Response::text(person.account().display_name + " of " + person.organisation().name);
  }

  // Makes an account; its one-time codes come from code_of().
  std::string create(const std::string& signin_name, const std::string& display_name, Role role,
                     Organisation organisation) {
    const auto made = create_local_account(*database_, kKey,
                                           {.signin_name = signin_name,
                                            .display_name = display_name,
                                            .organisation = std::move(organisation),
                                            .passphrase = kPassphrase,
                                            .grants = {{.role = role, .scope = {}, .from = {}, .until = {}}}},
                                           "Borsetshire County Council", clock_.now());
    EXPECT_TRUE(made.ok()) << to_text(made.problems());
    return parse_base32(made->totp_secret).value();
  }
  std::string create_officer() {
    return create("k.lindqvist", "Karin Lindqvist", Role::Officer,
                  {"Borsetshire County Council", OrganisationKind::Council});
  }
  std::string create_partner() {
    return create("r.adeyemi", "Ruth Adeyemi", Role::Partner, {"Mill Lane Academy", OrganisationKind::School});
  }
  std::string code_of(const std::string& secret) const { return totp_code(secret, totp_step(clock_.now())); }

  // The whole way through both pages; the last answer.
  http::Response sign_in(http::TestClient& browser, const std::string& name, const std::string& passphrase,
                         const std::string& code, const std::string& return_path = "") {
    browser.get("/signin");
    http::Response first =
        browser.post("/signin", {{"signin_name", name}, {"passphrase", passphrase}, {"return", return_path}});
    if (first.status() != 303) return first;
    EXPECT_EQ(first.header("Location"), "/signin/code");
    return browser.post("/signin/code", {{"code", code}});
  }

  // "refused: Wrong code." for each act, the oldest first.
  std::vector<std::string> acts() {
    std::vector<std::string> found;
    database_->read([&](db::Connection& connection) {
      for (const SigninEvent& event : newest_events(connection, 1000)) {
        found.insert(found.begin(),
                     std::string(name_of(event.act)) + (event.reason.empty() ? "" : ": " + event.reason));
      }
    });
    return found;
  }

  db::TestDatabase database_;
  ManualClock clock_;
  std::unique_ptr<Signin> signin_;
  std::unique_ptr<http::Router> router_;
};

using Acts = std::vector<std::string>;

}  // namespace guildhall::signin
