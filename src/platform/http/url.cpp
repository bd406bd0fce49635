#include "http/url.h"

#include "base/text.h"

namespace guildhall::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { IsPlus, IsSpace };

// Without the check for UTF-8 and NUL.
Result<std::string> decoded_bytes(std::string_view text, Plus plus) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::IsSpace) {
      bytes += ' ';
    } else if (text[i] != '%') {
      bytes += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Problem{"A percent sign in the address or form is not followed by two hexadecimal digits.",
                       "character " + std::to_string(i + 1), "Write the percent sign itself as %25."};
      }
      bytes += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return bytes;
}

Result<std::string> decoded(std::string_view text, Plus plus) {
  std::string bytes = TRY(decoded_bytes(text, plus));
  if (bytes.find('\0') != std::string::npos) {
    return Problem{"The address or form holds a NUL character, which no text of ours can.", "", ""};
  }
  if (invalid_utf8_at(bytes)) {
    return Problem{"The address or form is not encoded as UTF-8.", "", "Send text as UTF-8."};
  }
  return bytes;
}

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";  // RFC 3986, section 2.3
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

Result<std::vector<NamedValue>> parse_form(std::string_view text, std::size_t max_fields) {
  std::vector<NamedValue> fields;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (fields.size() == max_fields) {
      return Problem{"There are more than " + std::to_string(max_fields) + " fields.", "", "Send fewer at a time."};
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    NamedValue field;
    field.name = TRY(decoded(pair.substr(0, equals), Plus::IsSpace));
    field.value = TRY(decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::IsSpace));
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string form_text(const std::vector<NamedValue>& fields) {
  std::string text;
  for (const NamedValue& field : fields) {
    if (!text.empty()) text += '&';
    text += percent_encoded(field.name) + '=' + percent_encoded(field.value);
  }
  return text;
}

Result<std::vector<std::string>> parse_path(std::string_view text) {
  if (text.empty() || text[0] != '/') return Problem{"The path does not begin with a slash.", "", ""};
  std::vector<std::string> segments;
  text.remove_prefix(1);
  while (!text.empty()) {
    const std::string_view raw = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), raw.size() + 1));
    std::string segment = TRY(decoded(raw, Plus::IsPlus));
    if (segment.empty()) return Problem{"The path has an empty part between two slashes.", "", ""};
    if (segment == "." || segment == "..") return Problem{"The path has a part \".\" or \"..\".", "", ""};
    if (segment.find_first_of("/\\") != std::string::npos || has_control_character(segment)) {
      return Problem{"A part of the path holds a slash, backslash or control character.", "", ""};
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::vector<NamedValue> parse_cookies(std::string_view text) {
  std::vector<NamedValue> cookies;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    const std::string_view pair = trimmed(whole);
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    if (has_control_character(pair) || invalid_utf8_at(pair)) continue;
    cookies.push_back({std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1))});
  }
  return cookies;
}

}  // namespace guildhall::http
