#pragma once

// Publishing a decision model: from then on it is the newest version of its name and namespace, and the one that answers.

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "db/database.h"
#include "decisions/decision_store.h"

namespace guildhall::decisions {

struct Published {
  Version version;
  bool is_new = true;  // False: these bytes are the newest version already, and nothing was changed.
};

// Refused, with all that has to be mended: a model that can't be read or has findings, one that imports what isn't
// published, and one with which a published model that imports it would no longer work.
Result<Published> publish(db::Database& database, std::string_view xml, std::string_view published_by, Instant now);

}  // namespace guildhall::decisions
