#include "signin/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "http/url.h"
#include "signin/encoding.h"

namespace guildhall::signin {

std::int64_t totp_step(Instant now) {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() / 30;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  // RFC 4226, section 5.3. Step 1: generate an HMAC-SHA-1 value of the counter, eight bytes, big-endian.
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(step >> (8 * (7 - static_cast<int>(i))));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  const bool made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(),
                         mac.data(), &length) != nullptr;
  check(made && length == 20, "HMAC-SHA-1 is available");
  // Step 2: generate a four-byte string (dynamic truncation).
  const std::size_t offset = mac[19] & 0xF;
  const std::uint32_t truncated =
      (mac[offset] & 0x7Fu) << 24 | mac[offset + 1] << 16 | mac[offset + 2] << 8 | mac[offset + 3];
  // Step 3: compute an HOTP value of six digits.
  std::string digits = std::to_string(truncated % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

std::optional<std::int64_t> accepted_totp_step(std::string_view secret, std::string_view typed, Instant now,
                                               std::int64_t last_used) {
  std::string code;
  for (const char letter : typed) {
    if (letter != ' ') code += letter;
  }
  std::optional<std::int64_t> accepted;
  const std::int64_t current = totp_step(now);
  // All three are always compared, so the time taken does not tell which was near.
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    const bool same = equal_in_constant_time(totp_code(secret, step), code);
    if (same && step > last_used && !accepted) accepted = step;
  }
  return accepted;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view signin_name) {
  return "otpauth://totp/" + http::percent_encoded(issuer) + ":" + http::percent_encoded(signin_name) +
         "?secret=" + base32(secret) + "&issuer=" + http::percent_encoded(issuer) +
         "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace guildhall::signin
