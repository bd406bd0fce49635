#include "signin/passphrase.h"

#include <argon2.h>

#include <algorithm>
#include <array>

#include "base/id.h"
#include "base/text.h"

namespace guildhall::signin {
namespace {

constexpr std::size_t kSaltBytes = 16;  // RFC 9106, section 3.1.
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 200;

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

}  // namespace

Result<void> acceptable_passphrase(std::string_view passphrase, std::string_view signin_name) {
  const auto refused = [](std::string what, std::string remedy) {
    return Problem{.what = std::move(what), .where = "passphrase", .remedy = std::move(remedy)};
  };
  if (invalid_utf8_at(passphrase) || characters(passphrase) > kLongest) {
    return refused("This passphrase can't be used.", "Use at most 200 characters.");
  }
  if (characters(passphrase) < kShortest) {
    return refused("The passphrase is too short.", "Use at least 12 characters, for example four words.");
  }
  if (passphrase.find_first_not_of(passphrase[0]) == std::string_view::npos ||
      equal_ignoring_case(passphrase, signin_name)) {
    return refused("This passphrase is too easy to guess.", "Use several words that don't belong together.");
  }
  return {};
}

std::string hash_passphrase(std::string_view passphrase, Argon2Cost cost) {
  const std::string salt = random_bytes(kSaltBytes);
  std::array<char, 256> phc{};
  const int outcome =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, passphrase.data(), passphrase.size(), salt.data(),
                            salt.size(), kHashBytes, phc.data(), phc.size());
  if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  check(outcome == ARGON2_OK, argon2_error_message(outcome));
  return phc.data();
}

bool is_passphrase(std::string_view passphrase, const std::optional<std::string>& stored) {
  // The hash of a passphrase that nobody knows, made once: comparing with it costs what comparing with a real
  // one does.
  static const std::string nobodys = hash_passphrase(random_bytes(32));
  const std::string& phc = stored ? *stored : nobodys;
  const int outcome = argon2id_verify(phc.c_str(), passphrase.data(), passphrase.size());
  if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (outcome != ARGON2_OK && outcome != ARGON2_VERIFY_MISMATCH) {
    throw std::runtime_error("A stored passphrase hash is damaged.");
  }
  return stored && outcome == ARGON2_OK;
}

}  // namespace guildhall::signin
