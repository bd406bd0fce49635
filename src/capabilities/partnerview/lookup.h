#pragma once

// One search in the partner view: what was asked, what may be told, and the record of both.

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "http/message.h"
#include "masterdata/masterdata.h"
#include "records/identifiers.h"
#include "signin/signed_in.h"

namespace guildhall::partnerview {

// The search form as it was filled in, to be shown again or understood.
struct LookupForm {
  std::string by;  // "nhs-number" or "name"
  std::string nhs_number;
  std::string family_name;
  std::string forename;  // Not asked of everybody: tells twins apart.
  std::string day, month, year;
  std::string sex;

  static LookupForm of(const http::Request& request);
};

// The criteria in the form; each problem's `where` is the field it is about. A birth date may not be after `today`.
Result<masterdata::PersonCriteria> criteria_in(const LookupForm& form, Date today, records::TestNumbers tests);

// Looks, records the look, and returns what may be told: nothing where nobody, or more than one, was found, and nothing
// where the policy does not permit this purpose. Throws where the look could not be recorded.
std::optional<masterdata::Signpost> look_up(db::Database& database, const signin::SignedIn& person,
                                            std::string_view purpose, const masterdata::PersonCriteria& criteria,
                                            Instant now);

}  // namespace guildhall::partnerview
