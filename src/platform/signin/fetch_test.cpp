#include "signin/fetch.h"

#include <gtest/gtest.h>

namespace guildhall::signin {
namespace {

TEST(ProviderUrl, IsEncryptedOrOnThisMachine) {
  for (const char* url : {"https://signin.westshire-police.example", "https://signin.example:8443/realms/police?x=1",
                          "http://127.0.0.1:3000", "http://[::1]:3000/token", "http://localhost:3000"}) {
    EXPECT_TRUE(is_provider_url(url)) << url;
  }
  for (const char* url :
       {"", "signin.example", "http://signin.example", "http://127.0.0.1.example", "http://localhost.example",
        "http://127.0.0.1@signin.example/", "https://user:secret@signin.example", "file:///etc/passwd",
        "ftp://127.0.0.1/", "https://", "https://signin.example/#fragment", "javascript:alert(1)"}) {
    EXPECT_FALSE(is_provider_url(url)) << url;
  }
}

TEST(Fetch, SaysThatNobodyAnswers) {
  // Port 1 is reserved (tcpmux) and closed on every machine that runs these tests.
  const auto answer = fetch_from_network({.url = "http://127.0.0.1:1/", .headers = {}, .form = ""});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.problems()[0].where, "provider");
}

TEST(Fetch, RefusesPlainHttpToTheNetwork) {
  const auto answer = fetch_from_network({.url = "http://signin.example/", .headers = {}, .form = ""});
  EXPECT_EQ(answer.problems()[0].what, "The provider's address is not allowed.");
}

}  // namespace
}  // namespace guildhall::signin
