#include "signin/pkce.h"

#include <gtest/gtest.h>

namespace guildhall::signin {
namespace {

// RFC 7636, appendix B.
TEST(Pkce, MatchesTheStandardsVector) {
  EXPECT_EQ(s256_code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Pkce, MakesVerifiersOfTheLeastLengthAllowed) {
  EXPECT_EQ(new_code_verifier().size(), 43u);
  EXPECT_NE(new_code_verifier(), new_code_verifier());
}

}  // namespace
}  // namespace guildhall::signin
