#pragma once

// An OpenID provider for tests, inside the test: it answers by function call, keeps the rules of PKCE, one-time codes
// and client authentication, and lies where a test tells it to.

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "http/url.h"
#include "signin/encoding.h"
#include "signin/impl/json.h"
#include "signin/pkce.h"
#include "signin/relying_party.h"

namespace guildhall::signin {

class FakeProvider {
 public:
  FakeProvider(std::string issuer, Instant now) : issuer_(std::move(issuer)), now_(now) {
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    claims = {{"iss", issuer_},        {"sub", "collar-4471"},    {"aud", "guildhall"},
              {"exp", seconds + 300},  {"iat", seconds},          {"acr", "urn:example:mfa"},
              {"amr", {"pwd", "otp"}}, {"name", "Dai Pritchard"}, {"groups", {"guildhall-police"}}};
  }

  boost::json::object claims;  // Of the next ID token; "nonce" comes from the request unless it is here.
  std::string userinfo;
  std::string client_secret;  // Empty: private_key_jwt.

  // What a council would write down about this provider.
  OpenIdProvider agreement(const std::string& name) const {
    return {.name = name,
            .title = "Westshire Police",
            .issuer = issuer_,
            .client_id = "guildhall",
            .credential = council_key_,
            .redirect_uri = "https://council.example/signin/callback/" + name,
            .post_logout_redirect_uri = "https://council.example/signout/done",
            .acr_values = {"urn:example:mfa"},
            .scopes = {"openid", "profile"},
            .use_userinfo = false,
            .admissions = {}};
  }

  static std::map<std::string, std::string> query_of(const std::string& url) {
    std::map<std::string, std::string> fields;
    const auto pairs = http::parse_form(url.substr(url.find('?') + 1), 50);
    for (const http::NamedValue& each : pairs.value()) {
      fields[each.name] = each.value;
    }
    return fields;
  }

  // The person signs in: what the browser comes back with.
  Return answer_to(const std::string& url) {
    const std::map<std::string, std::string> asked = query_of(url);
    const std::string code = "code-" + std::to_string(codes_.size() + 1);
    codes_[code] = {.challenge = asked.at("code_challenge"),
                    .nonce = asked.at("nonce"),
                    .redirect_uri = asked.at("redirect_uri"),
                    .used = false};
    return {.state = asked.at("state"), .code = code, .issuer = issuer_, .error = ""};
  }

  Fetch fetch() {
    return [this](const FetchRequest& request) -> Result<FetchAnswer> {
      check(request.url.starts_with(issuer_), "only this provider is asked");
      const std::string path = request.url.substr(issuer_.size());
      ++fetched_[path];
      if (path == "/.well-known/openid-configuration") return FetchAnswer{200, metadata()};
      if (path == "/jwks") return FetchAnswer{200, R"({"keys":[)" + key_.public_jwk() + "]}"};
      if (path == "/token") return token(request);
      if (path == "/userinfo") return FetchAnswer{200, userinfo};
      return FetchAnswer{404, ""};
    };
  }

  int fetched(const std::string& path) const { return fetched_.contains(path) ? fetched_.at(path) : 0; }
  int redeemed() const { return fetched("/token"); }
  void change_key() { key_ = signing_key_ = SigningKey::generate(); }
  void sign_with_a_secret_key() { signing_key_ = SigningKey::generate(); }
  // Sent in place of every honest ID token from now on.
  void say(std::string id_token) { said_ = std::move(id_token); }

 private:
  struct Code {
    std::string challenge, nonce, redirect_uri;
    bool used = false;
  };

  std::string metadata() const {
    return boost::json::serialize(boost::json::object{{"issuer", issuer_},
                                                      {"authorization_endpoint", issuer_ + "/authorize"},
                                                      {"token_endpoint", issuer_ + "/token"},
                                                      {"jwks_uri", issuer_ + "/jwks"},
                                                      {"userinfo_endpoint", issuer_ + "/userinfo"},
                                                      {"end_session_endpoint", issuer_ + "/logout"},
                                                      {"response_types_supported", {"code"}},
                                                      {"code_challenge_methods_supported", {"S256"}},
                                                      {"authorization_response_iss_parameter_supported", true}});
  }

  bool is_our_client(const FetchRequest& request, const std::map<std::string, std::string>& form) {
    if (!client_secret.empty()) {
      const std::string pair = http::percent_encoded("guildhall") + ":" + http::percent_encoded(client_secret);
      return std::ranges::find(request.headers, "Authorization: Basic " + base64(pair)) != request.headers.end();
    }
    const auto assertion = form.find("client_assertion");
    if (assertion == form.end() || !assertions_.insert(assertion->second).second) return false;
    const KeySet keys = KeySet::parse(R"({"keys":[)" + council_key_.public_jwk() + "]}").value();
    const Result<IdToken> read = validate_id_token(
        assertion->second, keys,
        {.issuer = "guildhall", .client_id = issuer_, .nonce = "-", .acr_values = {}, .max_age = {}}, now_);
    // An assertion is no ID token, so the nonce, which is looked at last, is what it lacks.
    return !read.ok() && read.problems()[0].where == "claims.nonce";
  }

  Result<FetchAnswer> token(const FetchRequest& request) {
    const std::map<std::string, std::string> form = query_of("?" + request.form);
    const auto code = codes_.find(form.at("code"));
    const bool right = is_our_client(request, form) && form.at("grant_type") == "authorization_code" &&
                       code != codes_.end() && !code->second.used &&
                       code->second.redirect_uri == form.at("redirect_uri") &&
                       code->second.challenge == s256_code_challenge(form.at("code_verifier"));
    if (!right) return FetchAnswer{400, R"({"error":"invalid_grant"})"};
    code->second.used = true;
    boost::json::object all = claims;
    if (!all.contains("nonce")) all["nonce"] = code->second.nonce;
    const std::string id_token = said_.empty() ? signing_key_.sign(boost::json::serialize(all)) : said_;
    return FetchAnswer{200, boost::json::serialize(boost::json::object{
                                {"id_token", id_token}, {"access_token", "at-1"}, {"token_type", "Bearer"}})};
  }

  std::string issuer_;
  Instant now_;
  SigningKey council_key_ = SigningKey::generate();
  SigningKey key_ = SigningKey::generate();
  SigningKey signing_key_ = key_;
  std::map<std::string, Code> codes_;
  std::map<std::string, int> fetched_;
  std::set<std::string> assertions_;
  std::string said_;
};

}  // namespace guildhall::signin
