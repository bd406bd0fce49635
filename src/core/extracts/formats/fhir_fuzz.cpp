#include <cstdint>

#include "extracts/impl/fuzz_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::extracts;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz_reading({"pds-fhir", "", nullptr}, bytes);
  fuzz_reading({"pds-fhir-ndjson", "", nullptr}, bytes);
  return 0;
}
