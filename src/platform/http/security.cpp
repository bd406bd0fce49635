#include "http/security.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"
#include "http/impl/csrf.h"

namespace guildhall::http {
namespace {

constexpr std::size_t kSecretBytes = 32;

std::string hmac(const std::string& key, std::string_view purpose, std::string_view message) {
  const std::string text = std::string(purpose) + '\0' + std::string(message);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* result = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  if (result == nullptr) throw std::runtime_error("OpenSSL could not compute an HMAC");
  return {reinterpret_cast<const char*>(digest), size};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string combined(std::string_view a, std::string_view b) {
  check(a.size() == b.size());
  std::string mixed(a);
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = static_cast<char>(mixed[i] ^ b[i]);
  return mixed;
}

std::string from_hex(std::string_view text) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (text.size() % 2 != 0 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return {};
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(value(text[i]) * 16 + value(text[i + 1]));
  }
  return bytes;
}

// The secret of a cookie that we signed, or nothing.
std::string secret_of(std::string_view cookie, const std::string& key) {
  const std::string bytes = from_hex(cookie);
  if (bytes.size() != 2 * kSecretBytes) return {};
  const std::string_view secret = std::string_view(bytes).substr(0, kSecretBytes);
  if (!equal_in_constant_time(std::string_view(bytes).substr(kSecretBytes), hmac(key, "csrf cookie", secret))) {
    return {};
  }
  return std::string(secret);
}

}  // namespace

CsrfState::CsrfState(const Request& request, const std::string& key)
    : key_(&key), cookie_(request.cookie("csrf").value_or("")) {}

const std::string& CsrfState::secret() const {
  if (!secret_) secret_ = secret_of(cookie_, *key_);
  return *secret_;
}

std::string CsrfState::token() const {
  if (secret().empty()) {
    secret_ = random_bytes(kSecretBytes);
    new_cookie_ = hex(*secret_ + hmac(*key_, "csrf cookie", *secret_));
  }
  const std::string mask = random_bytes(kSecretBytes);
  return hex(mask + combined(mask, hmac(*key_, "csrf token", *secret_)));
}

bool CsrfState::accepts(std::string_view token) const {
  const std::string bytes = from_hex(token);
  if (secret().empty() || bytes.size() != 2 * kSecretBytes) return false;
  const std::string_view mask = std::string_view(bytes).substr(0, kSecretBytes);
  return equal_in_constant_time(combined(mask, std::string_view(bytes).substr(kSecretBytes)),
                                hmac(*key_, "csrf token", *secret_));
}

bool is_cross_site(const Request& request) {
  const auto site = request.header("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") return true;
  const auto origin = request.header("Origin");
  if (!origin) return false;
  const std::size_t scheme_end = origin->find("://");
  return scheme_end == std::string_view::npos || !equal_ignoring_case(origin->substr(scheme_end + 3), request.host());
}

std::string csrf_token(const Request& request) {
  const auto* state = request.attached<CsrfState>();
  check(state != nullptr, "csrf_token() needs a request that came through a router");
  return state->token();
}

}  // namespace guildhall::http
