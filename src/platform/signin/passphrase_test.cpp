#include "signin/passphrase.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace guildhall::signin {
namespace {

// Weak on purpose: these tests are about the rules, not about the work.
constexpr Argon2Cost kQuick{.memory_kib = 64, .passes = 1, .lanes = 1};

TEST(Passphrase, IsKnownAgainByItsHash) {
  const std::string stored = hash_passphrase("correct horse battery staple", kQuick);
  EXPECT_TRUE(is_passphrase("correct horse battery staple", stored));
  EXPECT_FALSE(is_passphrase("Correct horse battery staple", stored));
  EXPECT_FALSE(is_passphrase("correct horse battery staple ", stored));
  EXPECT_FALSE(is_passphrase("", stored));
}

TEST(Passphrase, IsHashedWithTheRecommendedWorkAndItsOwnSalt) {
  const std::string first = hash_passphrase("correct horse battery staple");
  EXPECT_TRUE(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << first;
  EXPECT_NE(first, hash_passphrase("correct horse battery staple"));
}

TEST(Passphrase, IsReadWithTheParametersStoredBesideIt) {
  EXPECT_TRUE(
      is_passphrase("correct horse battery staple",
                    hash_passphrase("correct horse battery staple", {.memory_kib = 128, .passes = 3, .lanes = 2})));
}

TEST(Passphrase, OfNobodyIsAlwaysWrong) {
  EXPECT_FALSE(is_passphrase("anything at all", std::nullopt));
}

TEST(Passphrase, DamagedInTheDatabaseIsNotAWrongPassphrase) {
  EXPECT_THROW(is_passphrase("correct horse battery staple", "plain text"), std::runtime_error);
}

TEST(Passphrase, IsRefusedWhenShortOrEasy) {
  EXPECT_TRUE(acceptable_passphrase("four words are enough", "p.okafor").ok());
  EXPECT_TRUE(acceptable_passphrase("dŵr ŷd tŷ gŵyl", "p.okafor").ok());
  for (const char* weak : {"", "short", "eleven char", "aaaaaaaaaaaaaaaa", "p.okafor@westshire.example"}) {
    EXPECT_FALSE(acceptable_passphrase(weak, "P.Okafor@westshire.example").ok()) << weak;
  }
  EXPECT_FALSE(acceptable_passphrase(std::string(201, 'x') + "y", "p.okafor").ok());
}

}  // namespace
}  // namespace guildhall::signin
