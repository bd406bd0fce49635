#include "http/impl/network.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace guildhall::http {
namespace {

// Sixteen bytes, or none where the text is no address.
std::string address_bytes(std::string_view text) {
  const std::string address(text);
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = '\xff';  // RFC 4291, section 2.5.5.2
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
  return {};
}

bool same_beginning(std::string_view a, std::string_view b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  if (bits % 8 == 0) return true;
  const unsigned difference = static_cast<unsigned char>(a[whole]) ^ static_cast<unsigned char>(b[whole]);
  return difference >> (8 - bits % 8) == 0;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
  TrustedProxies proxies;
  Problems problems;
  for (const std::string& text : texts) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string bytes = address_bytes(std::string_view(text).substr(0, slash));
    const unsigned offset = text.find(':') == std::string::npos ? 96 : 0;
    std::int64_t bits = 128 - offset;
    if (slash < text.size()) bits = parse_integer(std::string_view(text).substr(slash + 1)).value_or(-1);
    if (bytes.empty() || bits < 0 || bits > 128 - offset) {
      problems.push_back({"This is not an IP address or network.", text, "Write 127.0.0.1 or 10.0.0.0/8."});
      continue;
    }
    proxies.networks_.push_back({bytes, static_cast<unsigned>(bits) + offset});
  }
  if (!problems.empty()) return problems;
  return proxies;
}

bool TrustedProxies::contains(std::string_view address) const {
  if (networks_.empty()) return false;
  const std::string bytes = address_bytes(address);
  return !bytes.empty() && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return same_beginning(bytes, network.bytes, network.prefix_bits);
  });
}

void TrustedProxies::set_origin(RequestHead& head, std::string_view peer) const {
  head.remote_address = peer;
  if (!contains(peer)) return;
  std::vector<std::string_view> path;
  for (const NamedValue& header : head.headers) {
    if (equal_ignoring_case(header.name, "X-Forwarded-Proto")) {
      head.https = equal_ignoring_case(trimmed(header.value.substr(header.value.rfind(',') + 1)), "https");
    }
    if (!equal_ignoring_case(header.name, "X-Forwarded-For")) continue;
    for (const std::string_view address : split(header.value, ',')) path.push_back(trimmed(address));
  }
  while (!path.empty() && !address_bytes(path.back()).empty()) {
    head.remote_address = path.back();
    if (!contains(path.back())) break;
    path.pop_back();
  }
}

}  // namespace guildhall::http
