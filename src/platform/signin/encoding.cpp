#include "signin/encoding.h"

#include <openssl/crypto.h>

#include <cstdint>

#include "base/text.h"

namespace guildhall::signin {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encoded(std::string_view bytes, std::string_view alphabet, int bits_per_letter) {
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= bits_per_letter) {
      bits -= bits_per_letter;
      text += alphabet[buffer >> bits & (alphabet.size() - 1)];
    }
  }
  if (bits > 0) text += alphabet[buffer << (bits_per_letter - bits) & (alphabet.size() - 1)];
  return text;
}

Result<std::string> decoded(std::string_view text, std::string_view alphabet, int bits_per_letter) {
  std::string bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t letter = alphabet.find(text[i]);
    if (letter == std::string_view::npos) {
      return Problem{.what = "This letter is not in the alphabet.",
                     .where = "character " + std::to_string(i + 1),
                     .remedy = "Type it again as it is shown."};
    }
    buffer = buffer << bits_per_letter | static_cast<std::uint32_t>(letter);
    bits += bits_per_letter;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(buffer >> bits & 0xFF);
    }
  }
  // What is left over must be less than a letter, and zero: otherwise two texts would mean the same bytes.
  const bool whole = bits < bits_per_letter && (buffer & ((1u << bits) - 1)) == 0;
  if (!whole) return Problem{.what = "The text is cut short.", .where = "its end", .remedy = "Copy the whole of it."};
  return bytes;
}

}  // namespace

std::string base32(std::string_view bytes) {
  return encoded(bytes, kBase32, 5);
}

Result<std::string> parse_base32(std::string_view text) {
  std::string letters;
  for (const char letter : upper_ascii(text)) {
    if (letter != ' ') letters += letter;
  }
  return decoded(letters, kBase32, 5);
}

std::string base64url(std::string_view bytes) {
  return encoded(bytes, kBase64url, 6);
}

Result<std::string> parse_base64url(std::string_view text) {
  return decoded(text, kBase64url, 6);
}

std::string base64(std::string_view bytes) {
  std::string text = encoded(bytes, kBase64, 6);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace guildhall::signin
