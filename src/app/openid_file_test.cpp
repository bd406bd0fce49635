#include "app/openid_file.h"

#include <gtest/gtest.h>

namespace guildhall::app {
namespace {

class OpenIdFileTest : public testing::Test {
 protected:
  OpenIdFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "guildhall_openid_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~OpenIdFileTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

constexpr std::string_view kWestshire = R"({
  "name": "westshire-police", "title": "Westshire Police", "issuer": "https://login.westshire.police.example",
  "client_id": "borsetshire", "key_file": "westshire.jwk", "address": "https://council.example",
  "acr_values": ["urn:example:mfa"],
  "admissions": [{"claim": "groups", "value": "mash", "organisation": "Westshire Police",
                  "organisation_kind": "police", "role": "partner"}]})";

TEST_F(OpenIdFileTest, SaysWhatWasAgreedAndMakesTheKeyOnce) {
  const auto first = parse_openid_file(kWestshire, folder_);
  ASSERT_TRUE(first.ok()) << to_text(first.problems());
  const signin::OpenIdProvider& provider = first->provider;
  EXPECT_EQ(provider.redirect_uri, "https://council.example/signin/callback/westshire-police");
  EXPECT_EQ(provider.acr_values, std::vector<std::string>{"urn:example:mfa"});
  ASSERT_EQ(provider.admissions.size(), 1u);
  EXPECT_EQ(provider.admissions[0].organisation.kind, signin::OrganisationKind::Police);
  ASSERT_TRUE(first->new_public_key);
  EXPECT_EQ(first->new_public_key->find("\"d\""), std::string::npos);  // Never the private half.
  const auto permissions = std::filesystem::status(folder_ / "westshire.jwk").permissions();
  EXPECT_EQ(permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  const auto second = parse_openid_file(kWestshire, folder_);
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->new_public_key);
  EXPECT_EQ(std::get<signin::SigningKey>(second->provider.credential).public_jwk(), *first->new_public_key);
}

TEST_F(OpenIdFileTest, SaysAllThatIsWrongAtOnce) {
  const auto refused = parse_openid_file(
      R"({"name": 7, "title": "Westshire", "issuer": "https://a.example", "client_id": "b", "address": "https://c.example",
          "admissions": [{"claim": "groups", "value": "mash", "organisation": "X", "organisation_kind": "army",
                          "role": "partner"}]})",
      folder_);
  ASSERT_FALSE(refused.ok());
  const std::string text = to_text(refused.problems());
  for (const char* where : {"name: ", "admissions[0].organisation_kind: ", "key_file: "}) {
    EXPECT_NE(text.find(where), std::string::npos) << where << "\n" << text;
  }
  EXPECT_FALSE(parse_openid_file("{", folder_).ok());
  EXPECT_FALSE(parse_openid_file("[]", folder_).ok());
}

}  // namespace
}  // namespace guildhall::app
