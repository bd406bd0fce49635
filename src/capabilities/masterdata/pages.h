#pragma once

// What data stewards see at /people: extracts and what is wrong in them, the clerical queue, golden records with the
// cell behind every value.
//
//   BackgroundLoading loading(database, {.folder = data / "extracts"}, clock);
//   masterdata::add_routes(router, {.database = database, .signin = signin, .site = site, .clock = clock,
//                                   .loading = loading, .access_log = access_log});
//
// What always holds: every look at a person's record, and every act, is in the access log before the page leaves; lists
// name nobody but in answer to a search.

#include <filesystem>
#include <functional>
#include <memory>

#include "base/time.h"
#include "db/database.h"
#include "html/components.h"
#include "http/router.h"
#include "masterdata/masterdata.h"
#include "signin/signin.h"

namespace guildhall::masterdata {

// Loads uploaded extracts one after another on a thread of its own, and matches when there are no more; what an earlier
// run of the program left undone first. A file is removed once it is loaded.
class BackgroundLoading {
 public:
  struct Options {
    std::filesystem::path folder;     // Where uploads lie until they are loaded; made where it isn't there.
    bool allow_test_numbers = false;  // Demonstrations only.
    unsigned threads = 2;             // For matching.
  };
  BackgroundLoading(db::Database& database, Options options, const Clock& clock);
  ~BackgroundLoading();  // Waits for the rows being written; the rest is loaded after the next start.
  BackgroundLoading(const BackgroundLoading&) = delete;
  BackgroundLoading& operator=(const BackgroundLoading&) = delete;

  const Options& options() const;
  void wake();       // There is something to load, or to match.
  void wait_idle();  // Until nothing is left to do: for tests.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct Surroundings {
  db::Database& database;
  const signin::Signin& signin;
  html::Site site;
  const Clock& clock;
  BackgroundLoading& loading;
  AccessLog access_log;
};

// /people and what is below it, for stewards. What `around` refers to must outlive the router.
void add_routes(http::Router& router, const Surroundings& around);

// The same, behind any gate: for tests.
using Protect = std::function<http::Handler(signin::SignedInHandler)>;
struct PageContext {
  db::Database& database;
  html::Site site;
  const Clock& clock;
  BackgroundLoading& loading;
  AccessLog access_log;
};
void add_routes(http::Router& router, const PageContext& context, const Protect& protect);

}  // namespace guildhall::masterdata
