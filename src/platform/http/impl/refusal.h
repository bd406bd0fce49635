#pragma once

#include <string_view>

namespace guildhall::http {

// Why the server answers itself instead of a handler.
struct Refusal {
  int status;
  std::string_view explanation;  // A literal; empty: the usual one for the status.
};

}  // namespace guildhall::http
