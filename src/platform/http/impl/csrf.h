#pragma once

// The cookie and token behind csrf_token(): a random secret in a signed cookie, and a token derived from it.

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace guildhall::http {

// Attached to each request by the router, which outlives it. Reads the cookie only when somebody asks.
class CsrfState {
 public:
  CsrfState(const Request& request, const std::string& key);
  std::string token() const;  // Masked; remembers that the cookie is needed.
  bool accepts(std::string_view token) const;
  // The cookie to send where token() was called and the browser had none.
  const std::string& new_cookie() const { return new_cookie_; }

 private:
  const std::string& secret() const;  // Empty: the browser has no cookie with our signature.

  const std::string* key_;
  std::string_view cookie_;  // Lives as long as the request.
  mutable std::optional<std::string> secret_;
  mutable std::string new_cookie_;
};

// Whether the browser says that another site's page made it send this: by Sec-Fetch-Site (Fetch Metadata
// Request Headers) and Origin (Fetch Standard, section 3.2).
bool is_cross_site(const Request& request);

}  // namespace guildhall::http
