#include <cstdlib>

#include "base/text.h"
#include "records/cleanse.h"

// The first byte chooses the attribute. Cleansing twice is cleansing once, and what comes out is UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace guildhall;
  using namespace guildhall::records;
  if (size == 0) return 0;
  const auto attribute = static_cast<Attribute>(data[0] % kAttributeCount);
  const CleansingContext context{*Date::from(2026, 3, 1), true};
  const Cleansed once = cleanse(attribute, {reinterpret_cast<const char*>(data + 1), size - 1}, context);
  const Cleansed twice = cleanse(attribute, once.value, context);
  if (twice.value != once.value || !twice.rules.empty() || invalid_utf8_at(once.value)) std::abort();
  if (twice.finding && twice.finding->severity != Severity::Note) std::abort();
  return 0;
}
