#pragma once

// The council's decisions as a service: decision models (DMN) are published by version, and programs and staff ask them
// over HTTP.
//
//   const Published published = TRY(publish(database, xml, "m.evans", clock.now()));
//   decisions::add_routes(router, {.database = database, .signin = signin, .clock = clock});
//
// Where to look:
//   publishing.h      what may be published, and what it imports
//   decision_store.h  published versions: SQL and nothing but SQL
//   api_keys.h        the keys of programs, and what they may do
//   callers.h         programs with a key, and staff who are signed in
//   catalogue.h       the newest versions, compiled
//   question.h        JSON in, JSON out
//   docs/guides/decisions-api.md and docs/openapi/decisions.yaml: for those who ask
//
// What always holds:
//  - A published version never changes. The newest versions of all models work together: what has something to mend, or
//    would break another that imports it, isn't published.
//  - Only staff who are signed in and programs with a key are answered. What a browser sends in somebody's name needs the
//    CSRF token, as every form does.
//  - What is asked and what is answered is neither stored nor logged: the log has ids, counts and times.
//  - An answer takes a second at most, and bounded memory.

#include <span>

#include "base/embedded.h"
#include "base/time.h"
#include "db/database.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::decisions {

std::span<const EmbeddedFile> embedded_files();

struct Surroundings {
  db::Database& database;
  const signin::Signin& signin;
  const Clock& clock;
};

// GET /api/v1/decisions and POST /api/v1/decisions/:model/:decision. What `around` refers to must outlive the router.
void add_routes(http::Router& router, const Surroundings& around);

}  // namespace guildhall::decisions
