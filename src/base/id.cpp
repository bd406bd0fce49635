#include "base/id.h"

#include <openssl/rand.h>

#include <cstring>

namespace guildhall {
namespace {

constexpr char kHex[] = "0123456789abcdef";

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

Result<Uuid> Uuid::parse(std::string_view text) {
  const Problem problem{"This is not an identifier.", "", "Copy the whole identifier, 36 characters."};
  if (text.size() != 36) return problem;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t byte = 0; byte < 16; ++byte) {
    if (dash_before(byte) && text[at++] != '-') return problem;
    const int high = hex_value(text[at++]);
    const int low = hex_value(text[at++]);
    if (high < 0 || low < 0) return problem;
    uuid.bytes_[byte] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return uuid;
}

std::string Uuid::text() const {
  std::string text;
  text.reserve(36);
  for (std::size_t byte = 0; byte < 16; ++byte) {
    if (dash_before(byte)) text += '-';
    text += kHex[bytes_[byte] >> 4];
    text += kHex[bytes_[byte] & 15];
  }
  return text;
}

Uuid Uuid::version7(Instant now, std::uint64_t random_high, std::uint64_t random_low) {
  Uuid uuid;
  const auto milliseconds =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) uuid.bytes_[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  for (std::size_t i = 0; i < 2; ++i) uuid.bytes_[6 + i] = static_cast<std::uint8_t>(random_high >> (8 - 8 * i));
  for (std::size_t i = 0; i < 8; ++i) uuid.bytes_[8 + i] = static_cast<std::uint8_t>(random_low >> (56 - 8 * i));
  uuid.bytes_[6] = static_cast<std::uint8_t>((uuid.bytes_[6] & 0x0f) | 0x70);
  uuid.bytes_[8] = static_cast<std::uint8_t>((uuid.bytes_[8] & 0x3f) | 0x80);
  return uuid;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (count > 0 && RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("The random number generator has no entropy.");
  }
  return bytes;
}

std::string random_code(std::size_t count) {
  constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string code = random_bytes(count);
  for (char& letter : code) letter = kAlphabet[static_cast<unsigned char>(letter) & 31];
  return code;
}

Uuid new_uuid() {
  // A thread draws its random bytes a page at a time: one call to the generator for 256 identifiers.
  thread_local std::string pool;
  thread_local std::size_t used = 0;
  if (used + 16 > pool.size()) {
    pool = random_bytes(4096);
    used = 0;
  }
  std::uint64_t random[2];
  std::memcpy(random, pool.data() + used, 16);
  used += 16;
  return Uuid::version7(SystemClock().now(), random[0], random[1]);
}

}  // namespace guildhall
