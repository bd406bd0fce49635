// The multipart reader must say the same however the bytes were cut, and keep nothing but a part's head in memory.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/impl/multipart.h"

namespace {

using namespace guildhall::http;

class Recorder final : public PartSink {
 public:
  std::optional<Refusal> begin_part(PartHead head) override {
    text += "[" + head.name + "|" + head.file_name.value_or("-") + "|" + head.content_type + "]";
    return std::nullopt;
  }
  std::optional<Refusal> part_bytes(std::string_view bytes) override {
    text += bytes;
    return std::nullopt;
  }
  std::optional<Refusal> end_part() override {
    text += "[end]";
    return std::nullopt;
  }
  std::string text;
};

struct Outcome {
  std::string text;
  bool refused = false;
  bool whole = false;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view body, std::size_t piece) {
  Recorder recorder;
  MultipartReader reader("b", recorder);
  for (std::size_t at = 0; at < body.size(); at += piece) {
    // What was said before a refusal depends on the cuts; that it is refused doesn't.
    if (reader.take(body.substr(at, piece))) return {.text = "", .refused = true, .whole = false};
  }
  return {.text = recorder.text, .refused = false, .whole = !reader.finish()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)multipart_boundary(text);
  if (text.empty()) return 0;
  const Outcome whole = read(text, text.size());
  if (!(read(text, 1) == whole) || !(read(text, 3) == whole)) std::abort();
  return 0;
}
