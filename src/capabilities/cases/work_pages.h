#pragma once

// What officers see at /work: tasks, cases, and who covers whom. Operators see cases too, and retry what has failed.
//
//   cases::add_routes(router, {.engine = engine, .signin = signin, .site = site, .documents = folder,
//                              .navigation = navigation});
//
// What always holds: every look at a task or a case is in the audit log before the page leaves; what somebody can't
// reach is not found.

#include <filesystem>
#include <vector>

#include "cases/engine.h"
#include "html/components.h"
#include "http/router.h"
#include "signin/signin.h"

namespace guildhall::cases {

struct Surroundings {
  Engine& engine;
  const signin::Signin& signin;
  html::Site site;
  std::filesystem::path documents;               // Where files of cases lie.
  std::vector<html::NavigationItem> navigation;  // Of everything at /work, other capabilities' pages too.
};

// /work, /work/tasks/…, /work/cases/…, /work/absence. What `around` refers to must outlive the router.
void add_routes(http::Router& router, const Surroundings& around);

}  // namespace guildhall::cases
