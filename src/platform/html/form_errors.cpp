#include "html/form_errors.h"

#include <algorithm>

namespace guildhall::html {

FormErrors::FormErrors(const Problems& problems) {
  for (const Problem& problem : problems) add(problem.where, problem.what);
}

void FormErrors::add(std::string field, std::string message) {
  errors_.push_back({std::move(field), std::move(message)});
}

std::string_view FormErrors::of(std::string_view field) const {
  const auto found =
      std::find_if(errors_.begin(), errors_.end(), [&](const FormError& error) { return error.field == field; });
  return found == errors_.end() ? std::string_view{} : std::string_view{found->message};
}

}  // namespace guildhall::html
