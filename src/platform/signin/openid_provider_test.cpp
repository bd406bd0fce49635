// The whole flow with a real OpenID provider, demo/openid-provider: Guildhall asks it over HTTP, a browser of libcurl
// signs in on its pages. Skipped where its packages are not installed.

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "http/url.h"
#include "signin/impl/test_council.h"

extern char** environ;

namespace guildhall::signin {
namespace {

using http::Response;
using http::TestClient;

constexpr const char* kProvider = "demo/openid-provider/provider.mjs";
const std::string kCallback =
    "http://127.0.0.1:9/signin/callback/partners";  // Nobody listens: the test is the browser.

// The provider's process, from its first line to SIGTERM.
class ProviderProcess {
 public:
  explicit ProviderProcess(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"node", kProvider});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    check(pipe(ends) == 0, "a pipe can be made");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    const int outcome = posix_spawnp(&process_, "node", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (outcome != 0) process_ = 0;
    char letter = 0;
    while (outcome == 0 && read(ends[0], &letter, 1) == 1 && letter != '\n') line_ += letter;
    close(ends[0]);
  }
  ~ProviderProcess() {
    if (process_ == 0) return;
    kill(process_, SIGTERM);
    int status = 0;
    waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "it ends when it is asked to";
  }
  ProviderProcess(const ProviderProcess&) = delete;
  ProviderProcess& operator=(const ProviderProcess&) = delete;

  boost::json::object ready() const { return boost::json::parse(line_).as_object(); }

 private:
  pid_t process_ = 0;
  std::string line_;
};

std::string as_string(const boost::json::value& value) {
  return std::string(value.as_string());
}

// A browser with cookies; redirects are followed until one leaves for `stop_at`.
class CurlBrowser {
 public:
  CurlBrowser() { curl_easy_setopt(curl_.get(), CURLOPT_COOKIEFILE, ""); }

  struct Page {
    std::string url;
    std::string body;
  };
  Page get(std::string url, const std::string& stop_at) { return follow(std::move(url), "", stop_at); }
  Page post(std::string url, const std::vector<http::NamedValue>& form, const std::string& stop_at) {
    return follow(std::move(url), http::form_text(form), stop_at);
  }

 private:
  static std::size_t take(char* bytes, std::size_t, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, count);
    return count;
  }
  Page follow(std::string url, std::string form, const std::string& stop_at) {
    CURL* curl = curl_.get();
    for (int hops = 0; hops < 10; ++hops) {
      if (url.starts_with(stop_at)) return {url, ""};
      Page page{url, ""};
      curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
      curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
      curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
      curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlBrowser::take);
      curl_easy_setopt(curl, CURLOPT_WRITEDATA, &page.body);
      curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
      if (!form.empty()) curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, form.c_str());
      EXPECT_EQ(curl_easy_perform(curl), CURLE_OK) << url;
      char* next = nullptr;
      curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
      if (next == nullptr) return page;
      url = next;
      form.clear();
    }
    ADD_FAILURE() << "redirected in a circle";
    return {};
  }

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_{curl_easy_init(), &curl_easy_cleanup};
};

class RealProviderTest : public CouncilTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("demo/openid-provider/node_modules/oidc-provider")) {
      GTEST_SKIP() << "The demo provider's packages are not installed: run npm ci in demo/openid-provider.";
    }
    clock_.advance(std::chrono::floor<std::chrono::seconds>(SystemClock().now() - clock_.now()));
  }

  void start(std::variant<SigningKey, ClientSecret> credential, bool use_userinfo) {
    std::vector<std::string> arguments{"--redirect-uri", kCallback};
    if (const auto* key = std::get_if<SigningKey>(&credential)) {
      arguments.insert(arguments.end(), {"--client-jwk", key->public_jwk()});
    } else {
      arguments.insert(arguments.end(), {"--client-secret", std::get<ClientSecret>(credential).secret});
    }
    process_ = std::make_unique<ProviderProcess>(arguments);
    ready_ = process_->ready();
    open({{.name = "partners",
           .title = "Partner sign-in",
           .issuer = as_string(ready_.at("issuer")),
           .client_id = "guildhall",
           .credential = std::move(credential),
           .redirect_uri = kCallback,
           .post_logout_redirect_uri = "",
           .acr_values = {"urn:guildhall:demo:passphrase"},
           .scopes = {"openid", "profile"},
           .use_userinfo = use_userinfo,
           .admissions = {{.claim = "groups",
                           .value = "guildhall-police",
                           .organisation = {"Westshire Police", OrganisationKind::Police},
                           .role = Role::Partner,
                           .scope = {}}}}});
  }

  // Signs in on the provider's pages; the path with which the browser comes back to us.
  std::string come_back(CurlBrowser& browser, TestClient& council, const std::string& name) {
    const std::string away(council.get("/signin/start/partners").header("Location").value_or(""));
    EXPECT_TRUE(away.starts_with(as_string(ready_.at("issuer")) + "/auth?")) << away;
    const CurlBrowser::Page form = browser.get(away, kCallback);
    EXPECT_NE(form.body.find("autocomplete=\"username\""), std::string::npos) << form.body;
    const CurlBrowser::Page back =
        browser.post(form.url, {{"signin", name}, {"passphrase", as_string(ready_.at("passphrase"))}}, kCallback);
    EXPECT_TRUE(back.url.starts_with(kCallback + "?")) << back.url << back.body;
    return back.url.substr(std::string("http://127.0.0.1:9").size());
  }

  std::unique_ptr<ProviderProcess> process_;
  boost::json::object ready_;
};

TEST_F(RealProviderTest, SignsASergeantInByPrivateKey) {
  start(SigningKey::generate(), false);
  TestClient council(*router_);
  CurlBrowser browser;
  const std::string back = come_back(browser, council, "d.pritchard");
  TestClient copied = council;
  EXPECT_EQ(council.get(back).header("Location"), "/partner");
  EXPECT_EQ(council.get("/partner").body(), "Dai Pritchard of Westshire Police");
  // The provider redeems a code once.
  EXPECT_EQ(copied.get(back).status(), 403);
  EXPECT_EQ(acts(), (Acts{"signed_in", "refused: token: The provider answered with status 400."}));
}

TEST_F(RealProviderTest, SignsASergeantInByASecretAndUserinfo) {
  start(ClientSecret{"a secret of a small provider: 32 bytes"}, true);
  TestClient council(*router_);
  CurlBrowser browser;
  EXPECT_EQ(council.get(come_back(browser, council, "d.pritchard")).header("Location"), "/partner");
}

TEST_F(RealProviderTest, TurnsAwayWhoIsInNoGroup) {
  start(SigningKey::generate(), false);
  TestClient council(*router_);
  CurlBrowser browser;
  const Response page = council.get(come_back(browser, council, "t.moss"));
  EXPECT_EQ(page.status(), 403);
  EXPECT_NE(page.body().find("You cannot use this service yet"), std::string_view::npos);
  EXPECT_EQ(acts(), Acts{"refused: Unknown identity: wp-9950"});
}

}  // namespace
}  // namespace guildhall::signin
