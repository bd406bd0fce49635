#pragma once

// Publishing processes: from then on new cases follow them; those that run keep their version until somebody migrates
// them.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cases/case_store.h"
#include "cases/process_store.h"
#include "db/database.h"

namespace guildhall::cases {

struct PublishedFile {
  std::vector<ProcessVersion> versions;  // Of each executable process of the file.
  bool is_new = true;                    // False: these bytes are the newest already, and nothing was changed.
};

// The timers with which its processes begin are set anew. Refused, with all that has to be mended: a file that can't be read or has something that can't run, and calls of
// processes that are neither in the file nor published.
Result<PublishedFile> publish(db::Database& database, std::string_view xml, std::string_view by, Instant now);

// A process that begins by this timer.
Job start_job(std::string_view process, const bpmn::Wait& wait);

}  // namespace guildhall::cases
