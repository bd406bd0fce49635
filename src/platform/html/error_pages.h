#pragma once

// What a person sees when a request can't be answered: in plain words, with what to do next, and nothing
// about why that they may not know.

#include "html/components.h"

namespace guildhall::html {

// `status` is 400, 403, 404, 413, 500 or 503; any other is shown as 500. `reference` is the request's id, for
// 500 and 503: people quote it, and the log has it.
Html error_page(const Site& site, int status, std::string_view reference);

}  // namespace guildhall::html
