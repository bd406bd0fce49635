#pragma once

// What protects people from other people's pages: headers on every response, and CSRF tokens.

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace guildhall::http {

struct SecurityOptions {
  // Other sites that a form's answer may redirect to: {"https://signin.example"}. Browsers hold form-action
  // against the redirect too, so the OpenID provider must be here.
  std::vector<std::string> form_action_origins = {};
  // Signs CSRF cookies and tokens; 32 bytes or more. Empty: random, so that pages opened before a restart
  // must be opened again.
  std::string csrf_key = {};
};

// The value for the hidden field "csrf_token" (or the header "X-CSRF-Token") of a form that posts to a
// Checked route:
//
//   <input type="hidden" name="csrf_token" value="…">
//
// It is bound to the browser by a signed cookie, which the router adds to the response where it isn't set
// yet, and masked anew at each call, so that compression doesn't give it away (BREACH). Only for a request
// that came through a router.
std::string csrf_token(const Request& request);

}  // namespace guildhall::http
