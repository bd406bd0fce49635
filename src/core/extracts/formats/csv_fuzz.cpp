#include <cstdint>

#include "extracts/impl/fuzz_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::extracts;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz_reading({"ssd", "ssd_department", nullptr}, bytes);
  fuzz_reading({"ssd", "ssd_address", nullptr}, bytes);
  fuzz_reading({"ssd", "ssd_cla_visits", nullptr}, bytes);
  const auto format = detect("upload.csv", bytes);
  if (format.ok()) fuzz_reading(*format, bytes);
  return 0;
}
