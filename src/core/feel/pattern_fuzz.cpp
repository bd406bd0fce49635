#include "feel/pattern.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"

namespace {

using namespace guildhall;
using feel::Pattern;

void must(bool holds) {
  if (!holds) std::abort();
}

// A byte of flags, one that says how long the pattern is, the pattern, the text.
struct Sample {
  std::string flags;
  std::string_view pattern;
  std::string_view text;
};

Sample sample_from(std::string_view bytes) {
  Sample sample;
  for (std::size_t flag = 0; flag < 5; ++flag) {
    if (static_cast<unsigned char>(bytes[0]) >> flag & 1) sample.flags += "smixq"[flag];
  }
  const std::size_t length = std::min<std::size_t>(static_cast<unsigned char>(bytes[1]), bytes.size() - 2);
  sample.pattern = bytes.substr(2, length);
  sample.text = bytes.substr(2 + length);
  return sample;
}

}  // namespace

// What the translator lets through, ICU takes; and the three uses of a pattern agree with each other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Sample sample = sample_from({reinterpret_cast<const char*>(data), size});
  const Result<Pattern> pattern = Pattern::compile(sample.pattern, sample.flags);
  if (!pattern.ok()) {
    must(!pattern.problems()[0].what.empty() && !pattern.problems()[0].what.starts_with("ICU"));
    return 0;
  }
  const Result<bool> found = pattern->matches(sample.text);
  const Result<std::vector<std::string>> pieces = pattern->split(sample.text, 10'000);
  const Result<std::string> without = pattern->replace(sample.text, "", 1'000'000);
  if (!found.ok()) {
    must(!pieces.ok() && !without.ok());
    return 0;
  }
  if (sample.flags == "q") must(*found == (sample.text.find(sample.pattern) != std::string_view::npos));
  if (sample.text.empty() && *found) must(!pieces.ok() && !without.ok());
  if (pieces.ok() && !*found) must(pieces->size() == 1 && pieces->front() == sample.text);
  if (pieces.ok() && *found) must(pieces->size() > 1);
  if (pieces.ok() && without.ok()) {
    std::string joined;
    for (const std::string& piece : *pieces) joined += piece;
    must(joined == *without);
  }
  const bool quoted = sample.flags.find('q') != std::string::npos;
  const Result<std::string> same = pattern->replace(sample.text, quoted ? sample.pattern : "$0", 1'000'000);
  if (same.ok() && sample.flags.find('i') == std::string::npos) must(*same == sample.text);
  (void)pattern->replace(sample.text, sample.pattern, 1'000);  // The pattern as a replacement: any bytes will do.
  must(!invalid_utf8_at(feel::upper_case(sample.text)) && !invalid_utf8_at(feel::lower_case(sample.text)));
  return 0;
}
