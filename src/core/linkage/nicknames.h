#pragma once

#include <string>
#include <utility>
#include <vector>

namespace guildhall::linkage {

// Short forms in common use in the UK, each with a formal name that it stands for; a form with several stands in several
// lines. Collected by Guildhall's authors from general knowledge; a council can add its own to a model.
const std::vector<std::pair<std::string, std::string>>& common_nicknames();

}  // namespace guildhall::linkage
