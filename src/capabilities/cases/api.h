#pragma once

// Cases for programs: opened, looked at, sent messages; and their work, claimed and done.
//
//   POST /api/v1/processes/:process/cases   GET /api/v1/cases/:case   POST /api/v1/messages   POST /api/v1/signals
//   POST /api/v1/work/claim   POST /api/v1/work/:job/complete, …/fail and …/error
//
// What always holds:
//  - What was answered is stored. Whoever heard no answer asks again, with the same id, and nothing happens twice.
//  - Programs need a key with the right to cases or to work; of people, operators may ask from a page with its CSRF token.
//  - The history has who it was. The log has ids only.
//
// docs/guides/processes-api.md and docs/openapi/cases.yaml: for those who ask.

#include "cases/engine.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::cases {

struct ApiSurroundings {
  Engine& engine;
  const signin::Signin& signin;
};

// What `around` refers to must outlive the router.
void add_api_routes(http::Router& router, const ApiSurroundings& around);

}  // namespace guildhall::cases
