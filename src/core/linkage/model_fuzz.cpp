#include <cstdint>
#include <string>

#include "linkage/fields.h"
#include "linkage/model.h"

// A model, and a map of fields: both are JSON from outside. A model that is taken is written and read again as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::linkage;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> header = {"forename", "dob", "street"};
  (void)read_field_map(text, header);
  const auto model = model_from_json(text);
  if (model.ok()) {
    const std::string written = to_json(*model);
    const auto again = model_from_json(written);
    if (!again.ok() || to_json(*again) != written) __builtin_trap();
  }
  return 0;
}
