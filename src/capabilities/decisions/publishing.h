#pragma once

// Publishing a decision model: from then on it is the newest version of its name and namespace, and the one that answers.

#include <optional>
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

struct Publication {
  std::string_view xml;
  std::string_view published_by;
  // Why gaps, overlaps and other doubts about tables are no mistake; stored with the version where there are any.
  std::optional<std::string_view> accepted = std::nullopt;
};

// Refused, with all that has to be mended: a model that can't be read or has something to mend (dmn::examine), one that
// imports what isn't published, and one with which a published model that imports it would no longer work. Doubts alone,
// each with its example, don't hold up what comes with a reason.
Result<Published> publish(db::Database& database, const Publication& publication, Instant now);

}  // namespace guildhall::decisions
