#pragma once

// Who asks over HTTP: a program by its key (RFC 6750), or staff who are signed in.

#include <functional>
#include <initializer_list>
#include <string>

#include "base/log.h"
#include "db/database.h"
#include "decisions/api_keys.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::decisions {

struct Caller {
  std::string id;      // The account's or the key's, for the record …
  LogField log_field;  // … and for the log.
  Rights rights;       // Of a key; staff may do all that their role lets them ask for.
};
using CallerHandler = std::function<http::Response(const http::Request&, const Caller&)>;

struct Admitted {
  Right right = Right::Decisions;             // What a key needs.
  std::initializer_list<signin::Role> staff;  // Who may ask without one, from a page.
};

// Everybody else is refused by a problem document: 401 without a key in use, 403 without the right.
http::Handler for_callers(db::Database& database, const signin::Signin& signin, const Admitted& admitted,
                          CallerHandler handler);

// "application/json", with or without parameters.
bool is_json(const http::Request& request);

}  // namespace guildhall::decisions
