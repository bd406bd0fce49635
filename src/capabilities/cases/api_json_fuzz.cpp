#include "cases/api_json.h"

#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace guildhall;
using namespace guildhall::cases;

void must(bool holds) {
  if (!holds) std::abort();
}

// Problems that say something, or a request whose variables can be told again.
template <class Request>
void look_at(const Result<Request>& read) {
  if (!read.ok()) {
    for (const Problem& problem : read.problems()) must(!problem.what.empty());
    return;
  }
  if constexpr (requires { read->variables; }) {
    const auto json = variables_json(read->variables);
    must(json.ok());
    must(variables_from_json(*json).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  look_at(read_case_request(body));
  look_at(read_message_request(body));
  look_at(read_signal_request(body));
  look_at(read_claim_request(body));
  look_at(read_work_done(body));
  look_at(read_work_failed(body, "why"));
  if (const auto variables = variables_from_json(body); variables.ok()) must(variables_json(*variables).ok());
  return 0;
}
