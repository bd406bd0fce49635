#pragma once

// The partner view: a police officer, a school's safeguarding lead, a nurse or a social worker finds out, on a phone and
// at any hour, whether a child is known to children's social care and whom to ring.
//
//   partnerview::add_routes(router, {.database = database, .signin = signin, .site = site, .clock = clock});
//
// What always holds:
//  - A purpose is chosen before anything is searched, and the access policy decides with it.
//  - The answer is about one child or it is no answer; it is never a list. Nobody found, several found and not permitted
//    are answered with the same page, after the same work.
//  - The answer leaves after its audit entry is durable: who, for which organisation, why, what was searched for, what
//    was told. A search that can't be recorded isn't answered.
//  - What was searched for is in no address and no log.

#include "base/time.h"
#include "db/database.h"
#include "html/components.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::partnerview {

struct Surroundings {
  db::Database& database;
  const signin::Signin& signin;
  html::Site site;
  const Clock& clock;
};

// /partner and /partner/search. What `around` refers to must outlive the router.
void add_routes(http::Router& router, const Surroundings& around);

}  // namespace guildhall::partnerview
