#pragma once

// General enquiries: a resident asks, the team that can answer has it in its inbox, the resident follows it.
//
//   enquiries::add_routes(router, {.database = database, .signin = signin, .site = site, .clock = clock});
//
// Where to look:
//   routing.h        which team an enquiry goes to, and why: rules only
//   enquiry_store.h  SQL and nothing but SQL
//   enquiry_form.h   what may be answered to each question
//   pages/           the words
//
// What always holds: an enquiry is acknowledged with its reference after it is durable; sending the same form twice
// makes one enquiry; every look of an officer at an enquiry is in the audit log before the page leaves.

#include <span>
#include <vector>

#include "base/embedded.h"
#include "base/time.h"
#include "db/database.h"
#include "html/components.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::enquiries {

std::span<const EmbeddedFile> embedded_files();

struct Surroundings {
  db::Database& database;
  const signin::Signin& signin;
  html::Site site;
  const Clock& clock;
  std::vector<html::NavigationItem> navigation = {};  // Of everything at /work, other capabilities' pages too.
};

// For residents /enquiry… and /track; for officers /work/enquiries…. What `around` refers to must outlive
// the router.
void add_routes(http::Router& router, const Surroundings& around);

}  // namespace guildhall::enquiries
