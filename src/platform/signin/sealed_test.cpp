#include "signin/sealed.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::signin {
namespace {

const std::string kKey(32, 'k');

RC_GTEST_PROP(Seal, OpensWhatItClosed, (const std::string& secret, const std::string& context)) {
  const Seal seal(kKey, "totp secret");
  RC_ASSERT(seal.open(seal.close(secret, context), context) == secret);
}

TEST(Seal, StaysClosedWhenAnyByteChanges) {
  const Seal seal(kKey, "totp secret");
  const std::string sealed = seal.close("twenty secret bytes!", "account 1");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(seal.open(damaged, "account 1").has_value()) << i;
    EXPECT_FALSE(seal.open(sealed.substr(0, i), "account 1").has_value()) << i;
  }
}

TEST(Seal, StaysClosedForAnotherAccountPurposeOrEnvironment) {
  const std::string sealed = Seal(kKey, "totp secret").close("twenty secret bytes!", "account 1");
  EXPECT_FALSE(Seal(kKey, "totp secret").open(sealed, "account 2").has_value());
  EXPECT_FALSE(Seal(kKey, "sign-in in progress").open(sealed, "account 1").has_value());
  EXPECT_FALSE(Seal(std::string(32, 'x'), "totp secret").open(sealed, "account 1").has_value());
}

TEST(Seal, HidesThatTwoSecretsAreTheSame) {
  const Seal seal(kKey, "totp secret");
  EXPECT_NE(seal.close("same", ""), seal.close("same", ""));
}

}  // namespace
}  // namespace guildhall::signin
