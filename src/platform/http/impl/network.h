#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace guildhall::http {

// Which proxies are believed about whom they speak for.
class TrustedProxies {
 public:
  // Addresses and networks: "127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8".
  static Result<TrustedProxies> parse(const std::vector<std::string>& texts);
  bool contains(std::string_view address) const;

  // Sets remote_address and https of a request whose connection came from `peer`. The person is the last
  // address of X-Forwarded-For that isn't a trusted proxy: anything before it was written by them.
  void set_origin(RequestHead& head, std::string_view peer) const;

 private:
  struct Network {
    std::string bytes;  // 16, IPv4 mapped into IPv6.
    unsigned prefix_bits;
  };
  std::vector<Network> networks_;
};

}  // namespace guildhall::http
