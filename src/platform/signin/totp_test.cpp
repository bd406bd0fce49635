#include "signin/totp.h"

#include <gtest/gtest.h>

namespace guildhall::signin {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";  // RFC 6238, appendix B.

Instant at_second(std::int64_t seconds) {
  return Instant{std::chrono::seconds{seconds}};
}

// RFC 6238, appendix B: the last six of its eight digits.
TEST(Totp, MatchesTheStandardsVectors) {
  const struct {
    std::int64_t second;
    const char* code;
  } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& vector : vectors) {
    EXPECT_EQ(totp_code(kSecret, totp_step(at_second(vector.second))), vector.code) << vector.second;
  }
}

TEST(Totp, AcceptsOneStepEitherSideAndNoMore) {
  const Instant now = at_second(1111111111);
  const std::int64_t step = totp_step(now);
  EXPECT_EQ(accepted_totp_step(kSecret, "050471", now, 0), step);
  EXPECT_EQ(accepted_totp_step(kSecret, totp_code(kSecret, step - 1), now, 0), step - 1);
  EXPECT_EQ(accepted_totp_step(kSecret, totp_code(kSecret, step + 1), now, 0), step + 1);
  EXPECT_EQ(accepted_totp_step(kSecret, totp_code(kSecret, step - 2), now, 0), std::nullopt);
  EXPECT_EQ(accepted_totp_step(kSecret, totp_code(kSecret, step + 2), now, 0), std::nullopt);
}

TEST(Totp, AcceptsACodeOnce) {
  const Instant now = at_second(1111111111);
  const std::int64_t used = *accepted_totp_step(kSecret, "050471", now, 0);
  EXPECT_EQ(accepted_totp_step(kSecret, "050471", now, used), std::nullopt);
  EXPECT_EQ(accepted_totp_step(kSecret, totp_code(kSecret, used - 1), now, used), std::nullopt);
}

TEST(Totp, AllowsTheSpaceThatAppsShow) {
  EXPECT_TRUE(accepted_totp_step(kSecret, "050 471", at_second(1111111111), 0).has_value());
  for (const char* typed : {"", "50471", "0504710", "05047x"}) {
    EXPECT_FALSE(accepted_totp_step(kSecret, typed, at_second(1111111111), 0).has_value()) << typed;
  }
}

TEST(Totp, IsGivenToAnAppAsAUri) {
  EXPECT_EQ(totp_uri("foobar", "Westshire County Council", "p.okafor"),
            "otpauth://totp/Westshire%20County%20Council:p.okafor?secret=MZXW6YTBOI"
            "&issuer=Westshire%20County%20Council&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace guildhall::signin
