#include <cstdint>

#include "extracts/impl/fuzz_reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guildhall::extracts;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // A mapping, a zero byte, and a file to read by it.
  const std::size_t end = std::min(bytes.find(char{0}), bytes.size());
  const auto format = by_mapping(bytes.substr(0, end));
  if (format.ok() && end < bytes.size()) fuzz_reading(*format, bytes.substr(end + 1));
  return 0;
}
