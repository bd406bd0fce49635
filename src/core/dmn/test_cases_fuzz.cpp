#include "dmn/test_cases.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace guildhall;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// Test cases or problems, never neither; every input and result has a name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<dmn::TestCases> read = dmn::read_test_cases({reinterpret_cast<const char*>(data), size});
  if (!read.ok()) {
    must(!read.problems().empty() && read.problems().size() <= 100);
    return 0;
  }
  must(!read->model_name.empty());
  for (const dmn::TestCase& one : read->cases) {
    for (const auto& input : one.inputs) must(!input.name.empty());
    for (const auto& result : one.results) must(!result.name.empty());
  }
  return 0;
}
