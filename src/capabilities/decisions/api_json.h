#pragma once

// What the service says beside values: what there is to ask, and what is wrong.

#include <string>

#include "base/result.h"
#include "decisions/catalogue.h"
#include "http/router.h"

namespace guildhall::decisions {

// Everything published: models, their versions, decisions, and what each needs.
std::string catalogue_json(const Catalogue& catalogue);

// A problem document (RFC 9457), with all problems: {"title", "status", "detail", "instance", "problems": [{"what",
// "where", "remedy"}]}.
http::Response problem_document(int status, const Problems& problems, const Uuid& request_id);
// The same for what the server refuses before a handler is asked: too large a body, another site's page.
http::Response problem_page(const http::Failure& failure);

inline constexpr std::size_t kMaxQuestionBytes = 64 * 1024;

}  // namespace guildhall::decisions
