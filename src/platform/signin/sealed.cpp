#include "signin/sealed.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "base/id.h"
#include "base/result.h"

namespace guildhall::signin {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
void must(int outcome) {
  check(outcome == 1, "OpenSSL carries out what it is asked");
}

std::string hkdf_sha256(std::string_view key, std::string_view purpose) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
  check(kdf != nullptr, "HKDF is available");
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()),
                                                                          &EVP_KDF_CTX_free);
  std::string digest = "SHA256";
  std::string secret(key);
  std::string info = "guildhall signin: " + std::string(purpose);
  const std::array<OSSL_PARAM, 4> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()), OSSL_PARAM_construct_end()};
  std::string derived(kKeyBytes, '\0');
  must(EVP_KDF_derive(context.get(), bytes(derived), derived.size(), parameters.data()));
  return derived;
}

}  // namespace

Seal::Seal(std::string_view environment_key, std::string_view purpose) {
  check(environment_key.size() == kKeyBytes, "an environment's key has 32 bytes");
  key_ = hkdf_sha256(environment_key, purpose);
}

std::string Seal::close(std::string_view secret, std::string_view context) const {
  const std::string nonce = random_bytes(kNonceBytes);
  const CipherContext cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(std::string_view(key_)),
                           bytes(std::string_view(nonce)), nullptr));
  int length = 0;
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(context), static_cast<int>(context.size())));
  std::string ciphertext(secret.size(), '\0');
  must(EVP_EncryptUpdate(cipher.get(), bytes(ciphertext), &length, bytes(secret), static_cast<int>(secret.size())));
  must(EVP_EncryptFinal_ex(cipher.get(), bytes(ciphertext) + length, &length));
  std::string tag(kTagBytes, '\0');
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
  return nonce + ciphertext + tag;
}

std::optional<std::string> Seal::open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view ciphertext = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const CipherContext cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(std::string_view(key_)), bytes(nonce), nullptr));
  int length = 0;
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(context), static_cast<int>(context.size())));
  std::string secret(ciphertext.size(), '\0');
  must(EVP_DecryptUpdate(cipher.get(), bytes(secret), &length, bytes(ciphertext), static_cast<int>(ciphertext.size())));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), bytes(secret) + length, &length) != 1) return std::nullopt;
  return secret;
}

std::string Seal::digest(std::string_view text) const {
  std::string mac(32, '\0');
  unsigned int length = 0;
  check(HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), bytes(text), text.size(), bytes(mac), &length) !=
            nullptr,
        "HMAC-SHA-256 is available");
  return mac;
}

}  // namespace guildhall::signin
